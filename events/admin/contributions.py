"""What readers sent, on the page of its proposal: the message, and each file to be taken or left."""

from collections.abc import Iterator
from pathlib import PurePath
from typing import Any

from django import forms
from django.db.models import Max, QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import rights, uploads
from ..contributions import Wanted
from ..models import (
    Conference,
    Material,
    MaterialKind,
    Photo,
    Proposal,
    ReaderFile,
    ReaderReport,
    Recording,
    Speaker,
    Talk,
    aggregates,
)

MOST_EVENTS = 200  # in a list to choose from
LEAVE, PHOTO, PORTRAIT, MATERIAL, OF_TALK, CAPTIONS = "", "photo", "portrait", "material", "talk", "captions-"


class FileForm(forms.Form):
    """One file: what becomes of it, and what the archive says of it."""

    use = forms.ChoiceField(label=gettext_lazy("What becomes of it"), required=False)
    title = forms.CharField(label=gettext_lazy("Title or caption"), max_length=400, required=False)
    alt = forms.CharField(
        label=gettext_lazy("Alt text"),
        max_length=400,
        required=False,
        help_text=gettext_lazy("What is to be seen, for those who cannot see it."),
    )
    kind = forms.ModelChoiceField(MaterialKind.objects, label=gettext_lazy("Kind of material"), required=False)
    credit = forms.CharField(label=gettext_lazy("Credit"), max_length=200, required=False)
    licence = forms.CharField(label=gettext_lazy("Licence"), max_length=120, required=False)

    def __init__(self, file: ReaderFile, choices: list[tuple[str, Any]], credit: str, **kwargs: Any) -> None:
        super().__init__(prefix=f"file{file.pk}", **kwargs)
        self.file = file
        self.fields["use"].choices = [(LEAVE, _("leave it")), *choices]
        self.fields["credit"].initial = credit
        uses = {use.split("-")[0] for use, _label in choices}
        needed = {
            "title": bool(uses & {PHOTO, MATERIAL, OF_TALK}),
            "alt": PHOTO in uses,
            "kind": bool(uses & {MATERIAL, OF_TALK}),
            "credit": bool(uses & {PHOTO, PORTRAIT}),
            "licence": bool(uses & {PHOTO, MATERIAL, OF_TALK}),
        }
        for name, is_needed in needed.items():
            if not is_needed:
                del self.fields[name]

    def clean(self) -> None:
        use = self.cleaned_data.get("use")
        if use == PHOTO and not self.cleaned_data.get("alt"):
            self.add_error("alt", _("A photo needs an alt text."))
        if use in (MATERIAL, OF_TALK) and "kind" not in self.errors and not self.cleaned_data.get("kind"):
            self.add_error("kind", _("Choose the kind of material."))


class EventForm(forms.Form):
    """The event that gets the files, where the reader wrote from the page of something else."""

    event = forms.ModelChoiceField(Conference.objects, label=gettext_lazy("Event that gets the files"), required=False)

    def __init__(self, events: QuerySet, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.fields["event"].queryset = events
        if len(found := list(events[:2])) == 1:
            self.fields["event"].initial = found[0]


class Contribution:
    """A message with files, for somebody of the staff."""

    def __init__(self, report: ReaderReport, request: HttpRequest) -> None:
        self.report, self.user = report, request.user
        self.data = request.POST if request.method == "POST" and "_take" in request.POST else None

    # Read when first asked for: of what is sent, under the lock.
    @cached_property
    def record(self) -> Any:
        return self.report.target()

    @cached_property
    def files(self) -> list[ReaderFile]:
        return list(self.report.files.all())

    @cached_property
    def events(self) -> QuerySet:
        """The events to which the files can belong, the newest first: the record’s own, or those that name it.

        Somebody who may not publish gives them to drafts alone.
        """
        if self.record is None:
            return Conference.objects.none()
        root = aggregates.root(self.record)
        pks = {root.pk} if isinstance(root, Conference) else set(self._named(root))
        if not rights.may_publish(self.user):
            pks = set(Conference.objects.in_preparation().filter(pk__in=pks).values_list("pk", flat=True))
        newest = sorted(pks, reverse=True)[:MOST_EVENTS]
        return rights.visible(Conference.objects.filter(pk__in=newest), self.user)

    def _named(self, root: Any) -> Iterator[int]:
        for found in (aggregates.naming(type(root), [root.pk]), aggregates.named_by(type(root), [root.pk])):
            yield from found.get(Conference, ())

    @property
    def is_for_drafts(self) -> bool:
        """Whether this account, which may not publish, may give files to drafts."""
        may_edit = self.user.has_perm("events.change_conference") and not rights.may_publish(self.user)
        return may_edit and self.events.exists()

    @cached_property
    def event_form(self) -> EventForm | None:
        if self.record is None or isinstance(aggregates.root(self.record), Conference):
            return None
        return EventForm(self.events, data=self.data)

    @cached_property
    def forms(self) -> list[FileForm]:
        return [
            FileForm(file, self._choices(file), self.report.credit, data=self.data, initial=self._initial(file))
            for file in self.files
        ]

    def _initial(self, file: ReaderFile) -> dict[str, Any]:
        """The first use; captions only where one recording can be meant and has none yet."""
        if uploads.suffix(file.name) not in uploads.CAPTIONS:
            is_picture = uploads.suffix(file.name) in uploads.PICTURES
            first = next((use for use, _label in self._choices(file)), LEAVE)
            return {"use": first, "title": "" if is_picture else PurePath(file.name).stem}
        of_talk = [one for one in self._recordings if isinstance(self.record, Talk) and one.talk_id == self.record.pk]
        meant = of_talk or self._recordings
        return {"use": f"{CAPTIONS}{meant[0].pk}" if len(meant) == 1 and not meant[0].captions else LEAVE}

    def _choices(self, file: ReaderFile) -> list[tuple[str, Any]]:
        """The uses of a file; none if the record that the reader wrote about is deleted."""
        if self.record is None:
            return []
        kind = uploads.suffix(file.name)
        if kind in uploads.CAPTIONS:
            return [(f"{CAPTIONS}{one.pk}", _captions_label(one)) for one in self._recordings]
        found: list[tuple[str, Any]] = []
        if kind in uploads.PICTURES:
            found.append((PHOTO, _("a photo of the event")))
            if isinstance(self.record, Speaker) and rights.may_change(self.user, self.record):
                found.append((PORTRAIT, _("the portrait of %s") % self.record))
        if isinstance(self.record, Talk):
            found.append((OF_TALK, _("a material of the talk “%s”") % self.record))
        return [*found, (MATERIAL, _("a material of the event"))]

    @cached_property
    def _recordings(self) -> list[Recording]:
        return list(Recording.objects.filter(conference__in=self.events).select_related("conference", "talk"))

    def is_valid(self) -> bool:
        every = [*self.forms, *([self.event_form] if self.event_form else [])]
        if not all([form.is_valid() for form in every]):
            return False
        if self.event_form and self._event is None and any(_needs_event(form) for form in self.forms):
            self.event_form.add_error("event", _("Choose the event."))
            return False
        taken: set[str] = set()
        for form in self.forms:
            use = form.cleaned_data["use"]
            if use in taken:
                form.add_error("use", _("Another file is chosen for this place already."))
            if use == PORTRAIT or use.startswith(CAPTIONS):
                taken.add(use)
        return not any(form.errors for form in self.forms)

    @cached_property
    def _event(self) -> Conference | None:
        return self.event_form.cleaned_data["event"] if self.event_form else self.events.first()

    @property
    def target(self) -> Conference | Speaker:
        """The record that gets the first of what was chosen."""
        row = self.wanted[0].row
        return row if isinstance(row, Speaker) else row.conference

    @cached_property
    def wanted(self) -> list[Wanted]:
        chosen = [form for form in self.forms if form.cleaned_data["use"]]
        return [_wanted(form, self._event, self.record, place) for place, form in enumerate(chosen, 1)]


def _needs_event(form: FileForm) -> bool:
    return form.cleaned_data["use"] in (PHOTO, MATERIAL)


def _captions_label(recording: Recording) -> str:
    label = _("captions of the recording “%(recording)s”, %(event)s")
    if recording.captions:
        label = _("captions of the recording “%(recording)s”, %(event)s, in place of those it has")
    return label % {"recording": recording.label, "event": recording.conference}


def _wanted(form: FileForm, event: Conference | None, record: Any, place: int) -> Wanted:
    typed, use = form.cleaned_data, form.cleaned_data["use"]
    if use == PHOTO:
        last = event.photos.aggregate(last=Max("order"))["last"] or 0
        values = {"caption": typed["title"], **{name: typed[name] for name in ("alt", "credit", "licence")}}
        return Wanted(form.file, Photo(conference=event, order=last + place, **values), "image")
    if use == PORTRAIT:
        record.photo_credit = typed["credit"]
        return Wanted(form.file, record, "photo")
    if use.startswith(CAPTIONS):
        recording = Recording.objects.get(pk=use.removeprefix(CAPTIONS))
        return Wanted(form.file, recording, "captions")
    talk = record if use == OF_TALK else None
    values = {name: typed[name] for name in ("title", "kind", "licence")}
    return Wanted(form.file, Material(conference=talk.conference if talk else event, talk=talk, **values), "file")


def of(proposal: Proposal, request: HttpRequest) -> Contribution | None:
    """What a reader sent with this proposal, if it is one of a reader."""
    return Contribution(proposal.report, request) if hasattr(proposal, "report") else None
