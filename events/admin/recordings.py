"""Recordings of a conference, with the starts of its talks in them, and of one talk."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from ..models import Recording, RecordingOffset, Talk
from ..russian import values
from ..russian.durations import clock
from ..russian.folding import fold
from .fields import CaptionsField, DurationField
from .inlines import RowForm, RowFormSet, RowInline

# «3», «№ 3», «3. Title», «Title»
_NUMBERED = re.compile(r"(?:№?\s*(\d{1,4})(?=\.|\s|$)\.?)?\s*(.*)", re.DOTALL)


class LinesField(forms.CharField):
    """Lines of text; a browser’s line ends do not count as a change."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("max_length", 100_000)
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 3, "cols": 60}))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> list[str]:
        return [line.strip() for line in super().clean(value).splitlines() if line.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return (initial or "").split() != (data or "").split()


class RecordingForm(RowForm):
    # The talks of the conference; set by the formset.
    talks: list[Talk] = []
    starts = LinesField(
        label=_("When its talks begin"),
        help_text=_("A line for each talk: its time in the recording, then its № or its title: “16:00 3”."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["starts"] = "\n".join(
                f"{clock(offset.seconds)} {offset.talk.order}. {offset.talk.label}".rstrip(". ")
                for offset in self.instance.offsets.all()
            )

    def clean(self) -> dict[str, Any]:
        super().clean()
        self.talk_starts: list[tuple[Talk, int]] = []
        if "starts" not in self.changed_data:
            return self.cleaned_data
        for line in self.cleaned_data.get("starts", []):
            try:
                talk, seconds = self._start(line)
            except ValidationError as error:
                self.add_error("starts", error)
            else:
                self.talk_starts.append((talk, seconds))
        return self.cleaned_data

    def _start(self, line: str) -> tuple[Talk, int]:
        time, _space, name = line.partition(" ")
        name = name.strip(" \u00a0–—-")
        try:
            seconds = values.duration(time, short="minutes")
        except ValueError as error:
            raise ValidationError(
                _("“%(line)s” does not begin with a time like 0:16:00."), params={"line": line[:80]}
            ) from error
        found = self._named(name)
        if len(found) != 1:
            message = (
                _("“%(line)s”: several talks have this name, write the №.")
                if found
                else _("“%(line)s”: no talk of this event has this № or title.")
            )
            raise ValidationError(message, params={"line": line[:80]})
        if any(talk is found[0] for talk, _seconds in self.talk_starts):
            raise ValidationError(_("“%(line)s”: this talk has a start already."), params={"line": line[:80]})
        return found[0], seconds

    def _named(self, name: str) -> list[Talk]:
        """The talks of the conference with this title, else with the number that the name begins with."""
        talks = self.talks
        number, title = _NUMBERED.fullmatch(name).groups()
        titles = {fold(name), fold(title)} - {""}
        by_title = [talk for talk in talks if fold(talk.label) in titles]
        by_number = [talk for talk in talks if number and talk.order == int(number)]
        return by_title if len(by_title) == 1 or not by_number else by_number

    def _save_m2m(self) -> None:
        super()._save_m2m()
        if "starts" not in self.changed_data:
            return
        stored = {offset.talk_id: offset for offset in self.instance.offsets.all()}
        for talk, seconds in self.talk_starts:
            offset = stored.pop(talk.pk, None) or RecordingOffset(recording=self.instance, talk=talk)
            if offset.seconds != seconds:
                offset.seconds = seconds
                offset.save()
        for offset in stored.values():
            offset.delete()


class RecordingFormSet(RowFormSet):
    @cached_property
    def talks(self) -> list[Talk]:
        return list(self.instance.talks.select_related("kind")) if self.instance.pk else []

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.talks = self.talks


class RecordingRowInline(RowInline):
    """Recordings of a conference or of a talk."""

    model = Recording

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "duration":
            return db_field.formfield(form_class=DurationField, label=_("Duration"))
        if db_field.name == "captions":
            kwargs["form_class"] = CaptionsField
            kwargs["label"] = _("Captions (WebVTT or SRT)")
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class RecordingInline(RecordingRowInline):
    """Recordings of the conference; those of one talk are on its page."""

    form = RecordingForm
    formset = RecordingFormSet
    fields = [
        ("kind", "url", "file"),
        ("title", "duration", "language"),
        ("captions", "licence", "dead_since"),
        "starts",
    ]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        offsets = models.Prefetch("offsets", RecordingOffset.objects.select_related("talk__kind"))
        return super().get_queryset(request).filter(talk=None).prefetch_related(offsets)
