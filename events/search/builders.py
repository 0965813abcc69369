"""Building a search document: the field values that rows of the archive add to it, kind by kind.

An extractor takes the columns of one row, NULL as "", and yields (field, value). Empty values are left out, a value
that comes twice is kept once. Fields are the texts of `analysis.TEXT_FIELDS` and these: "facets", terms to filter by;
"subtitle", the line below a hit's title; "event", the end of that line; "day", an ISO date, the latest of which orders
the document by date; "untitled", there if the record has no title of its own; "unnumbered", there if a part of a
programme is no talk; "counted", what lists count beside the facets; "unlisted", there if no list counts the record.
"""

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from ..models import SearchDocument
from ..russian import dates, names
from ..russian.folding import fold
from ..russian.organisation_names import acronyms
from .analysis import ANALYZER_VERSION, TEXT_FIELDS, Document, facet_term

Kind = SearchDocument.Kind

MAX_DAYS = 31  # days of one span that are spelled out

FieldValue = tuple[str, str]  # field, value
Extractor = Callable[..., Iterator[FieldValue]]

# In place of the kind: what stands in a programme and is no talk, such as a welcome. `is_numbered` of its kind says it.
OTHER = "k:other"
_KIND_FACETS = {kind: f"k:{kind.name.lower()}" for kind in Kind}


@dataclass
class DocumentBuilder:
    """A document being built: the values of each field, each once, in the order of their first appearance."""

    slug: str = ""
    language: str = ""
    values: dict[str, dict[str, None]] = field(default_factory=lambda: defaultdict(dict))

    def add(self, field_values: Iterable[FieldValue]) -> None:
        values = self.values
        for name, value in field_values:
            values[name][value] = None

    @property
    def day(self) -> str:
        """Its latest day."""
        return max(self.values["day"], default="")

    def document(self, kind: Kind, pk: int, public: bool) -> Document:
        values = self.values
        kind_facet = OTHER if "unnumbered" in values else _KIND_FACETS[kind]
        return Document(
            id=SearchDocument.encode_id(kind, pk, self.day, public, untitled="untitled" in values),
            kind=int(kind),
            object_id=pk,
            facets=" ".join(sorted([kind_facet, *values["facets"]])),
            slug=self.slug,
            language=self.language,
            counted="" if "unnumbered" in values or "unlisted" in values else " ".join(sorted(values["counted"])),
            subtitle=" · ".join([*values["subtitle"], *values["event"]]),
            analyzer_version=ANALYZER_VERSION,
            **{name: "\n".join(values[name]).replace("\x00", "") for name in TEXT_FIELDS},
        )


def conference(
    day: str, title: str, theme: str, kind: str, slug: str, printed: str, city: str, home: str, *more: str
) -> Iterator[FieldValue]:
    yield "day", day
    yield "title", title or theme or printed or kind
    yield "untitled", "" if title or theme or printed else kind
    yield "alternate_forms", theme
    yield "context", printed or kind
    yield "context", kind
    yield "context", city
    # The subtitle does not repeat the title.
    yield "subtitle", (printed if title or theme else "") or kind
    yield "subtitle", city or home
    if slug:
        yield "facets", facet_term("e", slug)
    if city or home:
        yield "facets", facet_term("p", city or home)
    alternatives, context, body = more[:2], more[2:7], more[7:]
    yield from (("alternate_forms", value) for value in alternatives)
    yield from (("context", value) for value in context)
    yield from (("body", value) for value in body)


def talk(
    day: str,
    title: str,
    topic: str,
    kind: str,
    is_numbered: bool,
    printed: str,
    parallel: str,
    abstract: str,
    session: str,
    *event: str,
) -> Iterator[FieldValue]:
    yield "day", day
    yield "unnumbered", kind if not is_numbered else ""
    yield "title", title or topic or kind
    yield "untitled", "" if title or topic else kind
    yield "alternate_forms", printed
    yield "alternate_forms", parallel
    yield "alternate_forms", topic
    yield "context", kind
    yield "context", session
    yield "body", abstract
    event_title, theme, event_kind, event_slug, city, home = event
    yield "event", event_title or theme or event_kind
    yield "context", event_title or theme or event_kind
    yield "context", theme
    # With the weight of the body: a query for «телемост» wants events before their talks.
    yield "body", event_kind
    yield "context", city or home
    if event_slug:
        yield "facets", facet_term("e", event_slug)
    if city or home:
        yield "facets", facet_term("p", city or home)


def speaker(
    family: str, given: str, initials: str, biography: str, distinguished: str, orcid: str, takes_part: bool
) -> Iterator[FieldValue]:
    yield "unlisted", "" if takes_part else family
    yield "title", f"{family} {given or initials}".strip()
    yield "alternate_forms", f"{family} {names.initials(given)}"
    yield "context", distinguished
    yield "body", biography
    yield "alternate_forms", orcid


def organisation(
    name: str, short: str, city: str, region: str, country: str, description: str, *parent: str
) -> Iterator[FieldValue]:
    parent_name, parent_short, parent_city = parent
    yield "title", name
    yield "unlisted", parent_name
    yield "names", short
    yield from (("alternate_forms", f"{name} {one}" if parent_name else one) for one in acronyms(parent_name or name))
    yield "body", parent_name
    yield "body", parent_short
    yield "context", city
    yield "context", region
    yield "context", country
    yield "body", description
    yield "subtitle", parent_short or parent_name
    yield "subtitle", city or parent_city
    if city or parent_city:
        yield "facets", facet_term("p", city or parent_city)


def named_record(name: str, description: str) -> Iterator[FieldValue]:
    yield "title", name
    yield "body", description


def person(
    family: str, given: str, initials: str, role: str, role_slug: str, position: str, printed: str
) -> Iterator[FieldValue]:
    name = f"{family} {given or initials}".strip()
    yield "names", name if role_slug == "speaker" else f"{name}, {role}"
    yield "alternate_forms", f"{family} {names.initials(given)}" if given else ""
    yield "alternate_forms", printed
    yield "context", position


def subject(family: str, given: str, initials: str, printed: str) -> Iterator[FieldValue]:
    """Extract a person whom the event is about."""
    yield "names", f"{family} {given or initials}".strip()
    yield "alternate_forms", f"{family} {names.initials(given)}" if given else ""
    yield "alternate_forms", printed


def talk_person(family: str, given: str, initials: str, *rest: str) -> Iterator[FieldValue]:
    yield from person(family, given, initials, *rest)
    yield "subtitle", f"{family} {given or initials}".strip()


def organisation_at_event(
    name: str, short: str, slug: str, parent: str, parent_short: str, parent_slug: str
) -> Iterator[FieldValue]:
    """Extract an organisation that took part; the event is also found by the library that a department belongs to."""
    yield "names", name
    yield "alternate_forms", short
    yield "names", parent
    yield "alternate_forms", parent_short
    yield from (("alternate_forms", one) for one in acronyms(parent or name))
    yield "facets", facet_term("o", slug)
    yield "facets", facet_term("o", parent_slug) if parent_slug else ""
    yield "counted", facet_term("o", parent_slug or slug)


def unnamed_group(name: str, printed: str, role: str) -> Iterator[FieldValue]:
    yield "names", name
    yield "alternate_forms", printed
    yield "context", role


def affiliation(
    name: str, short: str, slug: str, parent: str, parent_short: str, parent_slug: str
) -> Iterator[FieldValue]:
    for where, value in organisation_at_event(name, short, slug, parent, parent_short, parent_slug):
        yield ("context" if where == "names" else where), value
    yield "subtitle", parent_short or parent or short or name


def topic(name: str, slug: str) -> Iterator[FieldValue]:
    yield "context", name
    yield "facets", facet_term("t", slug)


def has_facet(what: str) -> Extractor:
    """Extractor of one facet, whatever the row's columns are."""

    def extract(*row: Any) -> Iterator[FieldValue]:
        yield "facets", facet_term("h", what)

    return extract


def material(title: str, kind: str, kind_slug: str, is_lost: bool) -> Iterator[FieldValue]:
    yield "body", title
    if not is_lost:
        yield "facets", facet_term("h", "materials")
        if kind_slug == "slides":
            yield "facets", facet_term("h", "slides")


def as_field(name: str) -> Extractor:
    """Extractor of each column of a row as a value of one field."""

    def extract(*columns: str) -> Iterator[FieldValue]:
        yield from ((name, column or "") for column in columns)

    return extract


def days(start: str, end: str) -> Iterator[FieldValue]:
    """Spell out each day of a span, so that «25 мая» finds what lasted from the 24th to the 26th."""
    first = dates.PartialDate.from_iso(start)
    last = dates.PartialDate.from_iso(end) if end else first
    yield "alternate_forms", fold(dates.format_date(first))
    yield "alternate_forms", fold(dates.format_date(last))
    if first.date and last.date:
        for number in range(1, min((last.date - first.date).days, MAX_DAYS)):
            day = first.date + datetime.timedelta(number)
            yield "alternate_forms", fold(dates.format_date(dates.PartialDate(day.year, day.month, day.day)))
    for year in range(first.year or 0, (last.year or 0) + 1) if first.year and last.year else ():
        yield "facets", f"y:{year}"


def own_days(start: str, end: str) -> Iterator[FieldValue]:
    """Extract an event's days, the first with the weight of a name: «9 июня 2020» ranks the event before its talks."""
    yield "names", fold(dates.format_date(dates.PartialDate.from_iso(start)))
    yield from days(start, end)


def days_of_event(start: str, end: str) -> Iterator[FieldValue]:
    """Extract the days of a talk's event with the weight of the body."""
    yield from (("body" if name == "alternate_forms" else name, value) for name, value in days(start, end))


def participation(day: str, year: int, has_recording: bool) -> Iterator[FieldValue]:
    yield "counted", f"y:{year}"
    yield "counted", facet_term("h", "recording") if has_recording else ""
    if year:
        yield "facets", f"y:{year}"
        yield "day", day
