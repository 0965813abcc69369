"""The review of a proposed event: all its forms, what they ask, and the text with the words that facts come from."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any, NamedTuple

from django.forms.utils import ErrorDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .. import rights
from ..importing.candidates import Candidate, conference_candidates, organisation_candidates, person_candidates
from ..importing.draft import (
    SKIP,
    SUBJECT,
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
from ..models import Conference, ConferenceKind, MaterialKind, OrganisationRole, SpeakerRole, TalkKind
from .intake_forms import (
    TAKE,
    AttendanceForm,
    ChoiceForm,
    Choices,
    DateForm,
    FactForm,
    GroupForm,
    LinkForm,
    Offered,
    OrganisationForm,
    PartForm,
    PersonForm,
    RecordForm,
    RecordNames,
    SessionForm,
    SummaryForm,
    TalkForm,
    TextForm,
)

FEW_SIGNS = 3  # of the five things that make a text one about an event, those whose lack makes it doubtful
LONG = 60  # talks and people, from which on only what is asked or opened is a form


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
                    department_of=partial(self.organisation_names.field, but=organisation.key),
                    same_as=partial(self.organisation_names.field, but=organisation.key),
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
            speakers=self.person_names.field,
            organisations=self.organisation_names.field,
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
        self.organisation_names = RecordNames(self.draft.organisations)
        self.person_names = RecordNames(self.draft.people)
        self.organisation_roles = _entries(OrganisationRole)
        self.speaker_roles = [*_entries(SpeakerRole), (SUBJECT, _("spoken about, takes no part"))]
        self.talk_kinds = dict(_entries(TalkKind))
        self.role_names = dict([*self.organisation_roles, *self.speaker_roles])

    def _person(self, person: PersonDraft, candidates: list[Candidate]) -> PersonForm | FoldedFact:
        prefix = f"person-{person.key}"
        if not candidates and self._is_folded(person, prefix):
            return FoldedFact(person, prefix, self._in_words(person))
        return PersonForm(person, prefix, candidates, self._sent(prefix), affiliation=self.organisation_names.field)

    def _is_folded(self, fact: Fact, prefix: str) -> bool:
        is_asked = not fact.is_sure and not getattr(fact, "is_order_doubtful", False)
        return self.is_long and not is_asked and prefix not in self.sent and prefix != self.opened

    def _sent(self, prefix: str) -> Any:
        """The data for this form; None for one that the page did not show or of which the answer is read anew."""
        is_new = prefix not in self.sent and (prefix == self.opened or "name_order" in (self.data or ()))
        return None if is_new else self.data

    def _single(self) -> Iterator[FactForm]:
        """The forms of the facts that an event has at most once, and of the regions."""
        lists = {"kind": _entries(ConferenceKind), "venue": [("", "—"), *self.organisation_names.choices]}
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

    def _parts(self, owner: Any, form: type[FactForm], roles: Choices) -> list[FactForm | FoldedFact]:
        return [self._fact(part, f"part-{owner.key}-{n}", form, role=roles) for n, part in enumerate(owner.parts)]

    def _names(self, organisation: OrganisationDraft) -> list[FactForm]:
        label = _("other name")
        return [
            TextForm(name, f"name-{organisation.key}-{n}", self.data, label)
            for n, name in enumerate(organisation.aliases)
        ]

    def _facts(self, name: str, form: type[FactForm], **choices: Offered) -> list[FactForm | FoldedFact]:
        facts = getattr(self.draft, name)
        return [self._fact(fact, f"{name}-{n}", form, **choices) for n, fact in enumerate(facts)]

    def _fact(self, fact: Fact, prefix: str, form: type[FactForm], **choices: Offered) -> FactForm | FoldedFact:
        if self._is_folded(fact, prefix):
            return FoldedFact(fact, prefix, self._in_words(fact))
        return form(fact, prefix, self._sent(prefix), **choices)

    def _in_words(self, fact: Any) -> str:
        """What a line says of a fact; of a person the family name first, with a comma as in catalogues."""
        match fact:
            case TalkDraft():
                what = fact.title or fact.subject or str(self.talk_kinds.get(fact.kind, ""))
                speakers = ", ".join(self.person_names.names.get(key, "") for key in fact.speakers)
                return " — ".join(filter(None, (f"{fact.start_time} {what}".strip(), speakers)))
            case PersonDraft():
                name = ", ".join(filter(None, (fact.family_name, fact.given_names or fact.initials)))
                # The number of a namesake.
                name += self.person_names.names[fact.key].removeprefix(fact.name or fact.printed)
                return " — ".join(filter(None, (name, fact.position)))
            case PersonPart() | OrganisationPart():
                return str(self.role_names.get(fact.role, fact.role))
            case LinkDraft():
                return f"{fact.title or fact.printed} — {fact.url}"
            case SessionDraft():
                return ", ".join(filter(None, (fact.title or fact.kind, fact.place)))
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
        # The order of names is one answer for all who stand in a line.
        of_lines = any(form.errors for form in self.forms() if isinstance(form, FoldedFact))
        return of_lines + sum(len(form.errors) for form in self.forms() if not isinstance(form, FoldedFact))

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


def _entries(model: Any) -> Choices:
    return [(entry.slug, str(entry)) for entry in model.objects.all()]
