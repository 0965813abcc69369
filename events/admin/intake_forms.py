"""Forms of the intake: for the pasted text, and one for each fact of a proposal."""

import re
from collections.abc import Callable, Iterable
from itertools import count
from typing import Any

from django import forms
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from ..importing.candidates import Candidate
from ..importing.draft import CREATE, SKIP, Draft, OrganisationDraft, PersonDraft
from ..importing.readers import news
from ..russian.folding import fold
from .fields import PartialDateFormField, TimeOfDayField, with_last_day
from .kept_files import FileInput

TAKE = "take"
MANY = 30  # choices that a form lists
Choices = list[tuple[str, Any]]
# What a field offers: its choices, or what makes the field of the declared one (`RecordNames.field`).
Offered = Choices | Callable[[Any], forms.Field]


class PasteForm(forms.Form):
    text = forms.CharField(
        label=_("Text of the news item"),
        required=False,
        max_length=news.MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 18, "class": "vLargeTextField", "autofocus": True}),
        help_text=_("Paste it as it stands on the page, with its headline."),
    )
    url = forms.URLField(
        label=_("Address of the news item"),
        required=False,
        max_length=1200,
        assume_scheme="https",
        validators=[URLValidator(schemes=["http", "https"])],
        widget=forms.TextInput(attrs={"class": "vURLField", "inputmode": "url"}),
        help_text=_("If there is one."),
    )
    file = forms.FileField(
        label=_("Or a programme or a schedule as a file"),
        required=False,
        widget=FileInput(attrs={"accept": ".docx,.pdf,.json,.xml,.ics"}),
        help_text=_("A programme as DOCX or PDF; schedule.json, schedule.xml or ICS of pretalx, frab or Indico."),
    )
    again = forms.BooleanField(
        label=_("Read it once more, although the archive already has an event from it"), required=False
    )

    def clean(self) -> dict[str, Any]:
        super().clean()
        if not self.errors and not self.cleaned_data["file"] and not self.cleaned_data["text"].strip():
            raise forms.ValidationError(_("Paste a text or choose a schedule file."))
        return self.cleaned_data


class SingleLineField(forms.CharField):
    """A text of one line in a textarea, which shows it whole; line breaks become spaces."""

    widget = forms.Textarea(attrs={"rows": 2})

    def to_python(self, value: Any) -> str:
        return re.sub(r"\s*[\r\n]+\s*", " ", super().to_python(value))


class RecordNames:
    """The names of the draft's people or organisations by key; of namesakes all but the first have a number."""

    def __init__(self, records: Iterable[PersonDraft | OrganisationDraft]) -> None:
        self.names: dict[str, str] = {}
        self.keys: dict[str, str] = {}
        for record in records:
            # A semicolon parts the names that somebody writes.
            plain = unique = (record.name or record.printed).replace(";", ",")
            numbers = count(2)
            while fold(unique) in self.keys:
                unique = f"{plain} ({next(numbers)})"
            self.names[record.key] = unique
            self.keys[fold(unique)] = record.key

    @property
    def choices(self) -> Choices:
        return list(self.names.items())

    def field(self, field: forms.ChoiceField, but: str = "") -> forms.Field:
        """The field with these records but one to choose from; with many of them, one in which names are written."""
        if len(self.names) > MANY:
            return RecordNamesField(field, self, but)
        blank = [] if isinstance(field, forms.MultipleChoiceField) else [("", "—")]
        field.choices = blank + [(key, name) for key, name in self.choices if key != but]
        return field


class RecordNamesField(forms.CharField):
    """Records of the draft by their names, several parted by semicolons; the value is a key or a list of keys.

    Stands in for a field of choices where every form would list a thousand records.
    """

    def __init__(self, instead_of: forms.ChoiceField, names: RecordNames, but: str = "") -> None:
        self.names, self.but = names, but
        self.is_list = isinstance(instead_of, forms.MultipleChoiceField)
        help_text = _("Names as in the list of this page, parted by semicolons.") if self.is_list else ""
        widget = forms.TextInput(attrs={"autocomplete": "off"})
        super().__init__(label=instead_of.label, required=instead_of.required, help_text=help_text, widget=widget)

    def prepare_value(self, value: Any) -> Any:
        """The names of the keys; what was typed stays."""
        if isinstance(value, list):
            return "; ".join(self.names.names.get(key, key) for key in value)
        return self.names.names.get(value, value)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        keys = [self._key(name.strip()) for name in (text.split(";") if self.is_list else [text]) if name.strip()]
        return keys if self.is_list else "".join(keys)

    def _key(self, name: str) -> str:
        key = self.names.keys.get(fold(name), self.but)
        if key == self.but:
            raise forms.ValidationError(_("“%(name)s” is not in the list."), params={"name": name})
        return key


class FactForm(forms.Form):
    """The form of a proposed fact: its fields, named as in the draft, and whether to take or drop it.

    A sure fact is taken unless dropped; an uncertain one has no answer until the reviewer gives it.
    """

    take = forms.ChoiceField(
        label=_("Take this"),
        choices=[(TAKE, _("take")), (SKIP, _("drop"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Decide: take it or drop it.")},
    )
    # The anchor of the next unanswered form, if this one is unanswered; set by Review.
    next_question = ""
    # Without an answer, and therefore not taken, where answers are not asked for; set by Review.
    is_left_out = False

    def __init__(self, fact: Any, prefix: str, data: Any = None, label: Any = "", **choices: Offered) -> None:
        self.fact, self.label = fact, label
        names = [name for name in self.base_fields if hasattr(fact, name)]
        initial = {name: getattr(fact, name) for name in names} | ({TAKE: TAKE} if fact.is_sure else {})
        super().__init__(data, prefix=prefix, initial=initial)
        for name, offered in choices.items():
            if callable(offered):
                self.fields[name] = offered(self.fields[name])
            else:
                self.fields[name].choices = offered
        if self.is_blank:
            del self.fields[TAKE]

    @property
    def evidence(self) -> str:
        """The anchor of the passage in the text that the fact was read from."""
        return f"t{self.fact.spans[0].start}" if self.fact.spans else ""

    @property
    def is_blank(self) -> bool:
        """Whether the text does not say it: a field to fill in, with nothing to take or to drop."""
        return False

    @property
    def answer(self) -> Any:
        return self[TAKE].value() if TAKE in self.fields else TAKE

    @property
    def is_dropped(self) -> bool:
        return self.is_left_out or self.cleaned_data.get(TAKE) == SKIP

    def clean(self) -> dict[str, Any]:
        super().clean()
        if self.is_dropped:
            # The fields of a dropped fact need not be valid.
            for name in [name for name in self.errors if name != TAKE]:
                del self.errors[name]
        return self.cleaned_data

    def apply(self) -> None:
        for name, value in self.cleaned_data.items():
            if name not in (TAKE, "use") and hasattr(self.fact, name):
                setattr(self.fact, name, value)


class TextForm(FactForm):
    value = SingleLineField(max_length=600)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["value"].required = not self.is_blank

    @property
    def is_blank(self) -> bool:
        return not self.fact.value and not self.fact.printed

    def apply(self) -> None:
        self.fact.value = "" if self.is_dropped else self.cleaned_data["value"]


class ChoiceForm(TextForm):
    value = forms.ChoiceField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_blank:
            self.fields["value"].choices = [("", "—"), *self.fields["value"].choices]


class DateForm(FactForm):
    start = PartialDateFormField(label=_("date"))
    end = PartialDateFormField(label=_("last day"), required=False)
    year = forms.IntegerField(
        label=_("year"),
        required=False,
        min_value=1900,
        max_value=2100,
        help_text=_("The text does not state it. Write it if you know it from elsewhere; otherwise leave it empty."),
    )
    year_source = forms.CharField(label=_("where the year is from"), required=False, max_length=200)
    start_time = TimeOfDayField(label=_("start time"), required=False, widget=forms.TextInput(attrs={"size": 6}))
    note = forms.CharField(label=_("what happened then"), required=False, max_length=200)

    def __init__(self, fact: Any, prefix: str, data: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(fact, prefix, with_last_day(data, f"{prefix}-start", f"{prefix}-end"), *args, **kwargs)
        self.fields["start"].required = not self.is_blank
        if not fact.lacks_year:
            del self.fields["year"], self.fields["year_source"]

    @property
    def is_blank(self) -> bool:
        return not self.fact.start and not self.fact.printed

    @property
    def is_dropped(self) -> bool:
        return super().is_dropped or (self.is_blank and not self["start"].value())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        start, end = cleaned.get("start", ""), cleaned.get("end", "")
        time = cleaned.get("start_time")
        cleaned["start_time"] = f"{time:%H:%M}" if time else ""
        if year := cleaned.get("year"):
            cleaned["start"], cleaned["end"] = (date.replace("XXXX", str(year)) for date in (start, end))
            self.fact.year_supplied = True
        if end and end < start and not self.is_dropped:
            self.add_error("end", _("The last day is before the first."))
        return cleaned


class PartForm(FactForm):
    """A role of a person or an organisation at the event."""

    role = forms.ChoiceField(label=_("role"))


class GroupForm(PartForm):
    group = forms.CharField(
        label=_("unnamed group"),
        required=False,
        max_length=400,
        widget=forms.TextInput(attrs={"placeholder": _("unnamed group")}),
    )


class RecordForm(FactForm):
    """The form of a person or organisation: a new record, an existing one, or dropped."""

    use = forms.ChoiceField(label=_("Who is it?"), widget=forms.RadioSelect)
    take = None  # type: ignore[assignment]

    def __init__(
        self, fact: Any, prefix: str, candidates: list[Candidate], data: Any = None, **choices: Offered
    ) -> None:
        self.candidates = candidates
        existing = [(str(found.pk), f"{found.name} — {found.reason}") for found in candidates]
        choices["use"] = [(CREATE, _("a new record")), *existing, (SKIP, _("drop"))]
        super().__init__(fact, prefix, data, **choices)
        self.initial["use"] = self._proposed(candidates)

    def settle(self, present: set[str]) -> None:
        """Answer with the only candidate that the event has, if the reviewer has not answered."""
        found = [one for one in self.candidates if str(one.pk) in present and not one.is_namesake]
        if "use" in self.errors and not self.answer and len(found) == 1:
            del self.errors["use"]
            self.cleaned_data["use"] = str(found[0].pk)

    def _proposed(self, candidates: list[Candidate]) -> str | None:
        """The preset answer: a new record if the fact is sure and the archive has no candidate, otherwise None."""
        return CREATE if self.fact.is_sure and not candidates else None

    @property
    def answer(self) -> Any:
        return self["use"].value()

    @property
    def is_dropped(self) -> bool:
        return self.is_left_out or self.cleaned_data.get("use") == SKIP

    def apply(self) -> None:
        super().apply()
        self.fact.resolution = SKIP if self.is_left_out else self.cleaned_data["use"]


class OrganisationForm(RecordForm):
    name = SingleLineField(label=_("name"), max_length=400)
    city = forms.CharField(label=_("city"), required=False, max_length=120)
    department_of = forms.ChoiceField(label=_("part of"), required=False)
    same_as = forms.ChoiceField(label=_("the same organisation as"), required=False)

    def apply(self) -> None:
        super().apply()
        if (same := self.cleaned_data.get("same_as")) and not self.is_left_out:
            self.fact.resolution = same

    def _proposed(self, candidates: list[Candidate]) -> str | None:
        exact = [candidate for candidate in candidates if candidate.is_exact]
        if self.fact.is_sure and len(exact) == 1:
            # A single record has exactly this name: preset, with the reason shown.
            return str(exact[0].pk)
        return super()._proposed(candidates)


class PersonForm(RecordForm):
    family_name = forms.CharField(label=_("family name"), max_length=120)
    given_names = forms.CharField(label=_("given names"), required=False, max_length=160)
    initials = forms.CharField(label=_("initials"), required=False, max_length=30)
    position = SingleLineField(label=_("position"), required=False, max_length=400)
    affiliation = forms.ChoiceField(label=_("organisation"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("given_names") and cleaned.get("initials") and not self.is_dropped:
            self.add_error("initials", _("Write either the given names in full or the initials, not both."))
        return cleaned


class TalkForm(FactForm):
    kind = forms.ChoiceField(label=_("kind"))
    title = SingleLineField(label=_("title"), required=False, max_length=600)
    subject = SingleLineField(label=_("subject"), required=False, max_length=600)
    speakers = forms.MultipleChoiceField(label=_("speakers"), required=False, widget=forms.CheckboxSelectMultiple)
    organisations = forms.MultipleChoiceField(
        label=_("given by organisations"), required=False, widget=forms.CheckboxSelectMultiple
    )


class AttendanceForm(FactForm):
    value = forms.IntegerField(label=_("number"), min_value=0, max_value=2_000_000_000)
    counted = forms.CharField(label=_("what is counted"), max_length=200)
    precision = forms.ChoiceField(label=_("precision"))


class SessionForm(FactForm):
    title = SingleLineField(label=_("title"), required=False, max_length=400)
    kind = forms.CharField(label=_("kind"), required=False, max_length=120)
    place = SingleLineField(label=_("place"), required=False, max_length=300)


class LinkForm(FactForm):
    kind = forms.ChoiceField(label=_("kind"))
    url = forms.URLField(
        label=_("link"),
        max_length=800,
        assume_scheme="https",
        widget=forms.TextInput,
        validators=[URLValidator(schemes=["http", "https"])],
    )
    title = forms.CharField(label=_("title"), required=False, max_length=300)
    licence = forms.CharField(label=_("licence"), required=False, max_length=120)


class SummaryForm(forms.Form):
    """What the archivist says in words of their own; the source's sentences stay its publisher's."""

    summary = forms.CharField(
        label=_("summary"), required=False, widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"})
    )
    background = forms.CharField(
        label=_("background"), required=False, widget=forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"})
    )
    outcome = forms.CharField(
        label=_("outcome"), required=False, widget=forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"})
    )

    def __init__(self, draft: Draft, data: Any = None) -> None:
        self.draft = draft
        initial = {"summary": draft.summary, "background": draft.background.value, "outcome": draft.outcome.value}
        super().__init__(data, prefix="own", initial=initial)

    def apply(self) -> None:
        self.draft.summary = self.cleaned_data["summary"]
        self.draft.background.value = self.cleaned_data["background"]
        self.draft.outcome.value = self.cleaned_data["outcome"]
