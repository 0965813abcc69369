"""Forms of the intake: for the pasted text, and one for each fact of the proposal under review."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

from django import forms
from django.core.validators import URLValidator
from django.forms.utils import ErrorDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .. import rights
from ..importing.candidates import Candidate, conference_candidates, organisation_candidates, person_candidates
from ..importing.draft import (
    CREATE,
    SKIP,
    DateDraft,
    Draft,
    Fact,
    LinkDraft,
    OrganisationDraft,
    OrganisationPart,
    PersonDraft,
    PersonPart,
    SessionDraft,
    TalkDraft,
    TextFact,
)
from ..importing.readers import news
from ..models import Conference, ConferenceKind, MaterialKind, OrganisationRole, SpeakerRole, TalkKind
from ..russian.folding import fold
from .fields import PartialDateFormField, TimeOfDayField, with_last_day
from .kept_files import FileInput

TAKE = "take"
FEW_SIGNS = 3  # of the five things that make a text one about an event, those whose lack makes it doubtful
MANY = 30  # choices that a form lists
LONG = 60  # talks and people, from which on only what is asked or opened is a form
Choices = list[tuple[str, Any]]


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


class RecordNamesField(forms.CharField):
    """Records of the draft by their names, several parted by semicolons; the value is a key or a list of keys.

    Stands in for a field of choices where every form would list a thousand records.
    """

    choices: Choices = []

    def __init__(self, instead_of: forms.ChoiceField) -> None:
        self.is_list = isinstance(instead_of, forms.MultipleChoiceField)
        help_text = _("Names as in the list of this page, parted by semicolons.") if self.is_list else ""
        widget = forms.TextInput(attrs={"autocomplete": "off"})
        super().__init__(label=instead_of.label, required=instead_of.required, help_text=help_text, widget=widget)

    def prepare_value(self, value: Any) -> Any:
        """The names of the keys; what was typed stays."""
        names = dict(self.choices)
        if isinstance(value, list):
            return "; ".join(str(names.get(key, key)) for key in value)
        return names.get(value, value) if value else ""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        keys = [self._key(name.strip()) for name in (text.split(";") if self.is_list else [text]) if name.strip()]
        return keys if self.is_list else "".join(keys)

    def _key(self, name: str) -> str:
        found = [key for key, other in self.choices if key and fold(str(other)) == fold(name)]
        if len(found) != 1:
            message = _("“%(name)s” is not in the list.") if not found else _("“%(name)s” stands in the list twice.")
            raise forms.ValidationError(message, params={"name": name})
        return found[0]


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

    # Fields whose choices are records of the draft: with many of these they are written instead of chosen.
    of_draft: tuple[str, ...] = ()

    def __init__(self, fact: Any, prefix: str, data: Any = None, label: Any = "", **choices: Choices) -> None:
        self.fact, self.label = fact, label
        names = [name for name in self.base_fields if hasattr(fact, name)]
        initial = {name: getattr(fact, name) for name in names} | ({TAKE: TAKE} if fact.is_sure else {})
        super().__init__(data, prefix=prefix, initial=initial)
        for name, field_choices in choices.items():
            if name in self.of_draft and len(field_choices) > MANY:
                self.fields[name] = RecordNamesField(self.fields[name])
            self.fields[name].choices = field_choices
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
        self, fact: Any, prefix: str, candidates: list[Candidate], data: Any = None, **choices: Choices
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
    of_draft = ("department_of", "same_as")
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
    of_draft = ("affiliation",)
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
    of_draft = ("speakers", "organisations")
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


@dataclass
class FoldedFact:
    """A sure fact of a long draft in one line, taken as it stands; its form comes when somebody opens it."""

    fact: Any
    prefix: str
    text: str
    is_folded = True
    is_left_out = False
    answer = TAKE
    # What forbids to take it, once that was asked: nobody said where the family name stands.
    errors: tuple[str, ...] = ()

    @property
    def is_dropped(self) -> bool:
        return self.is_left_out

    def is_valid(self) -> bool:
        self.errors = ("order",) if getattr(self.fact, "is_order_doubtful", False) else ()
        return not self.errors

    def apply(self) -> None:
        """Leave the fact as the draft has it; a person left out is dropped."""
        if self.is_left_out:
            self.fact.resolution = SKIP

    def settle(self, present: set[str]) -> None:
        """Change nothing: no record of the archive is like this one."""


class RecordForms(NamedTuple):
    """The forms of a person or organisation: its own, those of its roles and of its other names."""

    form: RecordForm | FoldedFact
    parts: list[FactForm | FoldedFact]
    names: list[FactForm] = []


class Segment(NamedTuple):
    """A piece of the text, plain or marked as the source of facts."""

    text: str
    anchor: str
    is_doubtful: bool


def _visible(candidates: list[Candidate], user: Any) -> list[Candidate]:
    """Without the drafts of other libraries."""
    if user is None or not candidates:
        return candidates
    found = rights.visible(Conference.objects.filter(pk__in=[one.pk for one in candidates]), user)
    pks = set(found.values_list("pk", flat=True))
    return [one for one in candidates if one.pk in pks]


class Review:
    """All forms of a proposal, bound if `data` is given."""

    def __init__(self, draft: Draft, data: Any = None, user: Any = None) -> None:
        self.draft, self.data = draft, data
        self.is_long = len(draft.talks) + len(draft.people) > LONG
        # The prefixes of the forms that the page showed, and of the one that somebody just opened.
        self.sent = {name.rpartition("-")[0] for name in data or ()}
        self.opened = (data or {}).get("open")
        # One question for all of them.
        self.of_doubtful_order = [person for person in draft.people if person.is_order_doubtful]
        self._choices()
        self.single = list(self._single())
        self.dates = [DateForm(date, f"date-{n}", data) for n, date in enumerate(draft.dates or [DateDraft()])]
        found = organisation_candidates(draft)
        self.organisations = [
            RecordForms(
                OrganisationForm(
                    organisation,
                    f"organisation-{organisation.key}",
                    found[organisation.key],
                    data,
                    department_of=self._others(organisation),
                    same_as=self._others(organisation),
                ),
                self._parts(organisation, GroupForm, self.organisation_roles),
                self._names(organisation),
            )
            for organisation in draft.organisations
        ]
        candidates = person_candidates(draft)
        self.people = [
            RecordForms(self._person(person, candidates[person.key]), self._parts(person, PartForm, self.speaker_roles))
            for person in draft.people
        ]
        self.groups = self._facts("groups", GroupForm, role=self.organisation_roles)
        self.sessions = self._facts("sessions", SessionForm)
        self.talks = self._facts(
            "talks",
            TalkForm,
            kind=list(self.talk_kinds.items()),
            speakers=self.person_keys,
            organisations=self.organisation_keys[1:],
        )
        precisions = [("exact", _("exactly")), ("about", _("about")), ("more", _("more than"))]
        self.attendance = self._facts("attendance", AttendanceForm, precision=precisions)
        self.links = self._facts("links", LinkForm, kind=[("recording", _("recording")), *_entries(MaterialKind)])
        self.own = SummaryForm(draft, data)
        self.known = _visible(conference_candidates(draft), user)
        self.unanswered = [form for form in self.forms() if isinstance(form, FactForm) and not form.answer]
        for form, after in zip(self.unanswered, [*self.unanswered[1:], None], strict=False):
            form.next_question = after.prefix if after else "save"

    def _choices(self) -> None:
        self.organisation_keys = [("", "—"), *map(_keyed_name, self.draft.organisations)]
        self.person_keys = list(map(_keyed_name, self.draft.people))
        self.organisation_roles, self.speaker_roles = _entries(OrganisationRole), _entries(SpeakerRole)
        self.person_names, self.talk_kinds = dict(self.person_keys), dict(_entries(TalkKind))
        self.role_names = dict([*self.organisation_roles, *self.speaker_roles])

    def _person(self, person: PersonDraft, candidates: list[Candidate]) -> PersonForm | FoldedFact:
        prefix = f"person-{person.key}"
        if not candidates and self._is_folded(person, prefix):
            return FoldedFact(person, prefix, self._in_words(person))
        return PersonForm(person, prefix, candidates, self._sent(prefix), affiliation=self.organisation_keys)

    def _is_folded(self, fact: Fact, prefix: str) -> bool:
        is_asked = not fact.is_sure and not getattr(fact, "is_order_doubtful", False)
        return self.is_long and not is_asked and prefix not in self.sent and prefix != self.opened

    def _sent(self, prefix: str) -> Any:
        """The data for this form; None for one that the page did not show or of which the answer is read anew."""
        is_new = prefix not in self.sent and (prefix == self.opened or "name_order" in (self.data or ()))
        return None if is_new else self.data

    def _others(self, organisation: OrganisationDraft) -> Choices:
        return [(key, name) for key, name in self.organisation_keys if key != organisation.key]

    def _single(self) -> Iterator[FactForm]:
        """The forms of the facts that an event has at most once, and of the regions."""
        lists = {"kind": _entries(ConferenceKind), "venue": self.organisation_keys}
        lists |= {"format": Conference.Format.choices, "state": Conference.State.choices}
        for name, label in SINGLE.items():
            fact: TextFact = getattr(self.draft, name)
            if not fact.value and not fact.printed and name not in self._asked():
                continue
            form = ChoiceForm if name in lists else TextForm
            choices = {"value": list(lists[name])} if name in lists else {}
            yield form(fact, f"event-{name}", self.data, label, **choices)
        for number, region in enumerate(self.draft.regions):
            yield TextForm(region, f"region-{number}", self.data, _("where participants came from"))

    def _asked(self) -> list[str]:
        """What every event has: fields of the page, whether the text says it or not."""
        return ["kind"] if self.draft.theme else ["title", "kind"]

    def _parts(self, owner: Any, form: type[FactForm], roles: Choices) -> list[FactForm]:
        return [self._fact(part, f"part-{owner.key}-{n}", form, role=roles) for n, part in enumerate(owner.parts)]

    def _names(self, organisation: OrganisationDraft) -> list[FactForm]:
        label = _("other name")
        return [
            TextForm(name, f"name-{organisation.key}-{n}", self.data, label)
            for n, name in enumerate(organisation.aliases)
        ]

    def _facts(self, name: str, form: type[FactForm], **choices: Choices) -> list[FactForm]:
        facts = getattr(self.draft, name)
        return [self._fact(fact, f"{name}-{n}", form, **choices) for n, fact in enumerate(facts)]

    def _fact(self, fact: Fact, prefix: str, form: type[FactForm], **choices: Choices) -> FactForm | FoldedFact:
        if self._is_folded(fact, prefix):
            return FoldedFact(fact, prefix, self._in_words(fact))
        return form(fact, prefix, self._sent(prefix), **choices)

    def _in_words(self, fact: Any) -> str:
        """What a line says of a fact; of a person the family name first, with a comma as in catalogues."""
        match fact:
            case TalkDraft():
                what = fact.title or fact.subject or str(self.talk_kinds.get(fact.kind, ""))
                speakers = ", ".join(self.person_names.get(key, "") for key in fact.speakers)
                return " — ".join(filter(None, (f"{fact.start_time} {what}".strip(), speakers)))
            case PersonDraft():
                name = ", ".join(filter(None, (fact.family_name, fact.given_names or fact.initials)))
                return " — ".join(filter(None, (name, fact.position)))
            case PersonPart() | OrganisationPart():
                return str(self.role_names.get(fact.role, fact.role))
            case LinkDraft():
                return f"{fact.title or fact.printed} — {fact.url}"
            case SessionDraft():
                return fact.title or fact.kind
        return fact.printed

    def forms(self) -> Iterator[Any]:
        """All forms in the order of the page."""
        yield from (*self.single, *self.dates)
        yield from (form for record in self.organisations for form in (record.form, *record.names, *record.parts))
        yield from self.groups
        yield from (form for record in self.people for form in (record.form, *record.parts))
        yield from (*self.sessions, *self.talks, *self.attendance, *self.links, self.own)

    def is_valid(self) -> bool:
        # A list, not a generator: every form is validated, so that all errors are shown at once.
        return all([form.is_valid() for form in self.forms()])

    def clear_errors(self) -> None:
        """Remove the errors of all forms: the page is shown with what was typed, not yet validated."""
        for form in self.forms():
            if isinstance(form, FoldedFact):
                form.errors = ()
            else:
                form._errors = ErrorDict()

    @property
    def mistakes(self) -> int:
        folded = [form for form in self.forms() if isinstance(form, FoldedFact)]
        wrong = sum(len(form.errors) for form in self.forms() if not isinstance(form, FoldedFact))
        # One answer for all whose names are in one line.
        return wrong + any(form.errors for form in folded)

    def settled(self, conference: Conference) -> tuple[Draft, int]:
        """The draft with what is sure or answered, to be compared with this event; how many facts are left out.

        Of people and organisations without an answer those stay that the event has already.
        """
        present = {
            "organisation": _pks(conference.organisations, "organisation") | _pks(conference.people, "organisation"),
            "person": _pks(conference.people, "speaker"),
        }
        self.is_valid()
        for record in (*self.organisations, *self.people):
            record.form.settle(present["person" if isinstance(record.form, PersonForm) else "organisation"])
        left_out = [form for form in self.forms() if form.errors]
        for form in left_out:
            form.is_left_out = True
        return self.reviewed(), len(left_out)

    def reviewed(self) -> Draft:
        """The draft with the reviewer’s answers applied; the forms must be valid, or left out."""
        for form in self.forms():
            form.apply()
        draft = self.draft
        for name, forms_ in (
            ("dates", self.dates),
            ("groups", self.groups),
            ("sessions", self.sessions),
            ("talks", self.talks),
            ("attendance", self.attendance),
            ("links", self.links),
        ):
            setattr(draft, name, [form.fact for form in forms_ if not form.is_dropped])
        for record in (*self.organisations, *self.people):
            record.form.fact.parts = [part.fact for part in record.parts if not part.is_dropped]
        for record in self.organisations:
            record.form.fact.aliases = [name.fact for name in record.names if not name.is_dropped]
        draft.regions = [region for region in draft.regions if region.value]
        return draft

    @property
    def missing(self) -> list[Any]:
        """What a text lacks that does not look like one about an event; empty if it looks like one."""
        draft = self.draft
        signs = [
            (_("date"), draft.dates),
            (_("title"), draft.title or draft.theme),
            (_("kind"), draft.kind or draft.kind_as_printed),
            (pgettext_lazy("sign of an event", "talks"), draft.talks),
            (_("participants"), draft.people or draft.organisations or draft.groups),
        ]
        missing = [label for label, found in signs if not found]
        return missing if draft.source.text and len(missing) >= FEW_SIGNS else []

    def segments(self) -> Iterator[Segment]:
        """The text split where facts begin and end, so that each segment is marked or plain."""
        text = self.draft.source.text
        sentences = (self.draft.background, self.draft.outcome)
        # Compared by identity. A marked paragraph would hide the marks inside it.
        marked = [fact for fact in self.draft.facts() if not any(fact is sentence for sentence in sentences)]
        cuts = {0, len(text)}
        # How many facts, and how many doubtful ones, begin at a character, less those that end there.
        facts, doubts = Counter[int](), Counter[int]()
        for fact in marked:
            for span in fact.spans:
                cuts.update(edge for edge in span if edge <= len(text))
                for edge, step in ((span.start, 1), (span.end, -1)) if span.start < span.end else ():
                    facts[edge] += step
                    doubts[edge] += step if fact.uncertainty else 0
        here = doubtful = 0
        for start, end in pairwise(sorted(cuts)):
            here, doubtful = here + facts[start], doubtful + doubts[start]
            yield Segment(text[start:end], f"t{start}" if here else "", doubtful > 0)


SINGLE = {
    "title": _("title"),
    "theme": _("theme"),
    "kind": _("kind"),
    "kind_as_printed": _("kind as printed"),
    "format": _("format"),
    "state": _("state"),
    "ordinal": _("number in the series"),
    "place": _("place"),
    "venue": _("organisation of the place"),
    "city": _("city"),
    "platform": _("platform"),
    "occasion": _("occasion"),
    "framework": _("framework"),
}


def _pks(rows: Any, name: str) -> set[str]:
    return {str(pk) for pk in rows.values_list(name, flat=True) if pk}


def _keyed_name(record: Any) -> tuple[str, str]:
    return record.key, record.name or record.printed


def _entries(model: Any) -> Choices:
    return [(entry.slug, str(entry)) for entry in model.objects.all()]
