"""A proposed event: plain data between a source and the database, every fact with the words it came from.

Readers make a Draft, the review form shows and changes it, the writer turns it into rows. It goes to JSON and back
without loss. Kinds and roles are the codes of the reference lists («webinar», «moderator»); records inside the
draft name each other by `key` («o1», «p2»).
"""

import dataclasses
import json
import types
import typing
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

CREATE, SKIP = "create", "skip"
# The role of a person whom the event is about; no code of a list, since nobody takes part in it.
SUBJECT = "subject"


class Span(NamedTuple):
    """Where the words are: characters [start, end) of the source text."""

    start: int
    end: int


@dataclass(kw_only=True)
class Fact:
    """A proposed fact: its evidence in the text, and why it is uncertain, in words, if it is."""

    spans: list[Span] = field(default_factory=list)
    printed: str = ""
    uncertainty: str = ""

    @property
    def is_sure(self) -> bool:
        return not self.uncertainty


@dataclass(kw_only=True)
class TextFact(Fact):
    """A plain text fact: «Zoom», «Русский центр», a code of a list."""

    value: str = ""

    def __bool__(self) -> bool:
        return bool(self.value)


@dataclass(kw_only=True)
class DateDraft(Fact):
    """A day or a range of days in ISO 8601-2, "XXXX-05-24" when no year is stated."""

    start: str = ""
    end: str = ""
    start_time: str = ""
    time_zone: str = ""
    year_supplied: bool = False
    year_source: str = ""
    note: str = ""

    @property
    def lacks_year(self) -> bool:
        return self.start.startswith("XXXX")


@dataclass(kw_only=True)
class OrganisationPart(Fact):
    """An organisation's role at the event; `group` when the source speaks of its people without naming them."""

    role: str
    group: str = ""


@dataclass(kw_only=True)
class OrganisationDraft(Fact):
    """An organisation; `name` is the proposed nominative, `department_of` the key of what it belongs to.

    `use` is the reviewer's choice: "new", "drop", the primary key of an existing organisation, or the key of another
    one of the draft of which this is only a second name.
    """

    key: str
    name: str = ""
    aliases: list[TextFact] = field(default_factory=list)
    department_of: str = ""
    city: str = ""
    parts: list[OrganisationPart] = field(default_factory=list)
    resolution: str = CREATE


@dataclass(kw_only=True)
class PersonPart(Fact):
    """A person's role at the event as a whole; roles in talks belong to the talk."""

    role: str


@dataclass(kw_only=True)
class PersonDraft(Fact):
    """A person; `printed` is the name as the source has it, the name parts are the proposed nominative.

    `given_names` in full or `initials`, never both; `name_inferred` when the source has another case,
    `is_order_doubtful` when all that is uncertain is which word is the family name. `affiliation` is the key of an
    organisation. `use` as for organisations.
    """

    key: str
    family_name: str = ""
    given_names: str = ""
    initials: str = ""
    name_inferred: bool = False
    is_order_doubtful: bool = False
    position: str = ""
    distinctions: str = ""
    affiliation: str = ""
    affiliation_printed: str = ""
    parts: list[PersonPart] = field(default_factory=list)
    resolution: str = CREATE

    @property
    def name(self) -> str:
        return f"{self.family_name} {self.given_names or self.initials}".strip()


@dataclass(kw_only=True)
class SessionDraft(Fact):
    """A session, «секция», «пленарное заседание»; `moderators` are keys of people."""

    key: str
    title: str = ""
    kind: str = ""
    day: str = ""
    place: str = ""
    moderators: list[str] = field(default_factory=list)


@dataclass(kw_only=True)
class TalkDraft(Fact):
    """A talk, in the order of the list. Without a title it has a `subject`, or nothing but its kind.

    `speakers` and `organisations` are keys. `printed` is the title as the source sets it. `key` is set if a link is
    of this talk.
    """

    key: str = ""
    kind: str = "talk"
    title: str = ""
    parallel_title: str = ""
    subject: str = ""
    abstract: str = ""
    speakers: list[str] = field(default_factory=list)
    organisations: list[str] = field(default_factory=list)
    session: str = ""
    start_time: str = ""
    language: str = "ru"
    delivery: str = ""


@dataclass(kw_only=True)
class AttendanceDraft(Fact):
    """A number of participants, «около 140 специалистов»: 140, «специалистов», about."""

    value: int
    counted: str = ""
    precision: str = "exact"


@dataclass(kw_only=True)
class GroupDraft(Fact):
    """Unnamed people of no organisation in particular: «директора библиотек области»."""

    role: str
    group: str


@dataclass(kw_only=True)
class LinkDraft(Fact):
    """A link to a recording or material; `kind` is "recording" or a code of the list of materials.

    `talk` is the key of the talk that it belongs to, if it does not belong to the event as a whole.
    """

    kind: str
    url: str
    title: str = ""
    licence: str = ""
    talk: str = ""


@dataclass(kw_only=True)
class SourceDraft(Fact):
    """The source of the draft. `text` is the whole text, for staff only."""

    url: str = ""
    publisher: str = ""
    headline: str = ""
    author: str = ""
    published: str = ""
    text: str = ""


@dataclass(kw_only=True)
class Draft:
    """A proposed conference with everything that belongs to it."""

    title: TextFact = field(default_factory=TextFact)
    theme: TextFact = field(default_factory=TextFact)
    kind: TextFact = field(default_factory=TextFact)
    kind_as_printed: TextFact = field(default_factory=TextFact)
    format: TextFact = field(default_factory=TextFact)
    state: TextFact = field(default_factory=TextFact)
    platform: TextFact = field(default_factory=TextFact)
    ordinal: TextFact = field(default_factory=TextFact)
    framework: TextFact = field(default_factory=TextFact)
    occasion: TextFact = field(default_factory=TextFact)
    place: TextFact = field(default_factory=TextFact)
    venue: TextFact = field(default_factory=TextFact)
    city: TextFact = field(default_factory=TextFact)
    regions: list[TextFact] = field(default_factory=list)
    language: str = "ru"
    dates: list[DateDraft] = field(default_factory=list)
    organisations: list[OrganisationDraft] = field(default_factory=list)
    groups: list[GroupDraft] = field(default_factory=list)
    people: list[PersonDraft] = field(default_factory=list)
    sessions: list[SessionDraft] = field(default_factory=list)
    talks: list[TalkDraft] = field(default_factory=list)
    attendance: list[AttendanceDraft] = field(default_factory=list)
    links: list[LinkDraft] = field(default_factory=list)
    # Sentences under their publisher's copyright: the reviewer sees their spans; the values are the archivist's own
    # words.
    background: TextFact = field(default_factory=TextFact)
    outcome: TextFact = field(default_factory=TextFact)
    summary: str = ""
    source: SourceDraft = field(default_factory=SourceDraft)
    # Questions to be answered before publication: «Укажите год…».
    questions: list[str] = field(default_factory=list)

    def organisation(self, key: str) -> OrganisationDraft | None:
        return next((organisation for organisation in self.organisations if organisation.key == key), None)

    def person(self, key: str) -> PersonDraft | None:
        return next((person for person in self.people if person.key == key), None)

    def facts(self) -> Iterator[Fact]:
        """Yield every fact of the draft, parts of people and organisations included."""
        yield from _facts(self)

    def to_json(self) -> str:
        """The draft as JSON, without the fields that have their default value."""
        return json.dumps(_stated(self), ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> "Draft":
        """Parse what to_json() wrote. Raises ValueError for anything that is not a draft."""
        try:
            return _built(cls, json.loads(text))
        except RecursionError as error:
            raise ValueError("The draft is nested too deep.") from error


def _facts(value: Any) -> Iterator[Fact]:
    if isinstance(value, Fact):
        yield value
    if dataclasses.is_dataclass(value):
        for member in dataclasses.fields(value):
            yield from _facts(getattr(value, member.name))
    elif isinstance(value, list):
        for item in value:
            yield from _facts(item)


def _stated(value: Any) -> Any:
    if isinstance(value, list):
        return [_stated(item) for item in value]
    if not dataclasses.is_dataclass(value):
        return value
    stated = {}
    for member in dataclasses.fields(value):
        found = getattr(value, member.name)
        has_factory = member.default_factory is not dataclasses.MISSING
        if found != (member.default_factory() if has_factory else member.default):
            stated[member.name] = _stated(found)
    return stated


def _built(kind: Any, value: Any) -> Any:
    """Convert a value of JSON to the type that the dataclass declares."""
    if isinstance(kind, types.GenericAlias) and typing.get_origin(kind) is list:
        if not isinstance(value, list):
            raise ValueError(f"A list is expected, not {value!r}.")
        return [_built(typing.get_args(kind)[0], item) for item in value]
    if kind is Span:
        return _span(value)
    if dataclasses.is_dataclass(kind):
        return _dataclass(kind, value)
    # bool is an int to Python, but not to us.
    if type(value) is not kind:
        raise ValueError(f"{kind.__name__} is expected, not {value!r}.")
    return value


def _span(value: Any) -> Span:
    if not (isinstance(value, list) and len(value) == 2 and all(type(number) is int for number in value)):
        raise ValueError(f"Two numbers are expected, not {value!r}.")
    return Span(*value)


def _dataclass(kind: Any, value: Any) -> Any:
    if not isinstance(value, dict):
        raise ValueError(f"{kind.__name__} is expected, not {value!r}.")
    hints = typing.get_type_hints(kind)
    if unknown := set(value) - set(hints):
        raise ValueError(f"{kind.__name__} has no {', '.join(sorted(unknown))}.")
    try:
        return kind(**{name: _built(hints[name], item) for name, item in value.items()})
    except TypeError as error:
        raise ValueError(str(error)) from error
