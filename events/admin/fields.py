"""Form fields of the admin: partial dates, pictures, topics, prefilled autocompletes, sessions of a page."""

import datetime
import re
from typing import Any

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from .. import images, uploads
from ..models.fields import validate_partial_date
from ..russian import dates, values
from ..russian.durations import clock
from ..russian.folding import fold


class PartialDateFormField(forms.CharField):
    """A partial date, typed as «9 июня 2020», «09.06.2020», «июнь 2020» and shown in words."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs["max_length"] = 60
        kwargs.setdefault("widget", forms.TextInput(attrs={"size": 20, "class": "partial-date"}))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        value = super().to_python(value)
        if not value:
            return ""
        try:
            return str(values.date(value))
        except ValueError:
            return value

    def validate(self, value: str) -> None:
        super().validate(value)
        if value:
            validate_partial_date(value)

    def prepare_value(self, value: Any) -> Any:
        try:
            return dates.typed_date(dates.PartialDate.from_iso(value), get_language() or "ru") if value else ""
        except (TypeError, ValueError):
            return value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return not self.disabled and self.to_python(data or "") != (initial or "")


class DayField(forms.DateField):
    """A whole day, typed as people write it («9 июня 2020», «09.06.20»)."""

    def to_python(self, value: Any) -> datetime.date | None:
        if not isinstance(value, str) or not value.strip():
            return super().to_python(value)
        try:
            day = values.date(value).date
        except ValueError:
            day = None
        if day is None:
            raise ValidationError(_("Write a whole day: 09.06.2020 or 9 июня 2020."), code="invalid")
        return day


class TimeOfDayField(forms.TimeField):
    """A time, typed as people write it («11:00», «11.00», «9 ч 30 мин»)."""

    def to_python(self, value: Any) -> datetime.time | None:
        if not isinstance(value, str) or not value.strip():
            return super().to_python(value)
        try:
            return values.time_of_day(value)
        except ValueError:
            raise ValidationError(_("Write the time as 11:00, 11.00 or 11 ч 30 мин."), code="invalid") from None


def with_last_day(data: Any, start: str, end: str) -> Any:
    """The data of a form where a span typed as the first day («6–8 апреля 2021») fills the last day, too."""
    if not data or data.get(end):
        return data
    try:
        [(first, last)] = values.dates(data.get(start) or "")
    except ValueError:
        return data
    if last is None:
        return data
    data = data.copy()
    language = get_language() or "ru"
    data[start], data[end] = (dates.typed_date(day, language) for day in (first, last))
    return data


class CodesField(forms.MultipleChoiceField):
    """Entries of a list, ticked by their names and stored as codes with commas."""

    widget = forms.CheckboxSelectMultiple

    def prepare_value(self, value: Any) -> Any:
        return value.split(",") if isinstance(value, str) else value

    def clean(self, value: Any) -> str:
        return ",".join(super().clean(value))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed([code for code in (initial or "").split(",") if code], data)


class PictureField(forms.FileField):
    """An uploaded picture, decoded and encoded again, so that nothing else of the file is kept."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.attrs.setdefault("accept", images.ACCEPTED)

    def to_python(self, data: Any) -> Any:
        file = super().to_python(data)
        return uploads.redrawn(file) if file else file


class DurationField(forms.CharField):
    """A number of seconds, typed as «1:30:00», «1 ч 30 мин», «90 мин» and shown as on the page."""

    LONGEST = 100 * 3600

    def __init__(self, **kwargs: Any) -> None:
        kwargs.pop("min_value", None)  # of the column, whose field this replaces
        kwargs["max_length"] = 40
        kwargs.setdefault("widget", forms.TextInput(attrs={"size": 12, "placeholder": "1:30:00"}))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> int | None:
        if value in self.empty_values or isinstance(value, int):
            return value or None
        try:
            seconds = values.duration(str(value), short="minutes")
        except ValueError as error:
            raise ValidationError(
                _("“%(text)s” is no duration: write 1:30:00 (hours, minutes, seconds), 16:00 or “90 min”."),
                params={"text": value},
            ) from error
        if seconds > self.LONGEST:
            raise ValidationError(_("This is longer than a hundred hours."))
        return seconds

    def prepare_value(self, value: Any) -> Any:
        return clock(value) if isinstance(value, int) else value

    def run_validators(self, value: Any) -> None:
        """Nothing: the validators of a text do not fit a number."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(data) != initial
        except ValidationError:
            return True


class CaptionsField(forms.FileField):
    """A file of captions that can be read: WebVTT or SRT."""

    def to_python(self, data: Any) -> Any:
        file = super().to_python(data)
        return uploads.checked_captions(file) if file else file


class MaterialField(forms.FileField):
    """An uploaded document whose content is of the kind that its name says; a picture is redrawn."""

    def to_python(self, data: Any) -> Any:
        file = super().to_python(data)
        return uploads.checked_material(file) if file else file


class TopicsField(forms.CharField):
    """Topics separated by commas; unlike taggit’s own field it never splits at a space."""

    MAX_LENGTH = 120

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("label", _("Topics"))
        kwargs.setdefault(
            "help_text", _("With commas: «дистанционная работа, социальные сети». Topics in use are suggested.")
        )
        kwargs.setdefault("widget", TopicsInput())
        super().__init__(**kwargs)

    def clean(self, value: Any) -> list[str]:
        names = {fold(name): name for name in map(str.strip, re.split("[,;\n]", super().clean(value)))}
        names.pop("", None)
        if any(len(name) > self.MAX_LENGTH for name in names.values()):
            raise ValidationError(_("One of the topics is too long: put commas between topics."))
        return list(names.values())

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) or value is None else ", ".join(str(topic) for topic in value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            after = {fold(name) for name in self.clean(data or "")}
        except ValidationError:
            return True
        return {fold(str(topic)) for topic in initial or []} != after


class TopicsInput(forms.TextInput):
    def __init__(self) -> None:
        super().__init__(attrs={"class": "vTextField topics", "autocomplete": "off"})

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        of_topics = "app_label=events&model_name=conferencetopic&field_name=tag"
        context["widget"]["attrs"]["data-suggest"] = f"{reverse('admin:autocomplete')}?{of_topics}"
        return context


class PrefilledAutocomplete(AutocompleteSelect):
    """An autocomplete that takes the label of the selected object from the form instead of the database."""

    selected: models.Model | None = None

    def optgroups(self, name: str, value: list[str], attr: Any = None) -> list[Any]:
        # An address or a form may bring anything; only a number can be a key.
        value = [key for key in value if not key or re.fullmatch(r"[0-9]{1,18}", str(key))]
        if self.selected is None or value != [str(self.selected.pk)]:
            return super().optgroups(name, value, attr)
        options = [] if self.is_required else [self.create_option(name, "", "", False, 0)]
        options.append(self.create_option(name, self.selected.pk, str(self.selected), True, len(options)))
        return [(None, options, 0)]


class PartField(forms.ChoiceField):
    """A choice among the sessions of the same page, saved or not, by the key of their form."""

    def __init__(self, parts: str, **kwargs: Any) -> None:
        self.parts = parts
        kwargs.setdefault("required", False)
        super().__init__(**kwargs)
        self.label = capfirst(self.label)
        self.widget.attrs["data-parts"] = parts

    def set_choices(self, choices: list[tuple[str, str]]) -> None:
        self.choices = [("", "---------"), *choices]


class KeyField(forms.CharField):
    """The key by which PartField refers to a session: its primary key, or one made for a new row."""

    def __init__(self) -> None:
        super().__init__(required=False, label="", max_length=40, widget=forms.HiddenInput(attrs={"class": "part-key"}))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False
