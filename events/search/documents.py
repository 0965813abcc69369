"""What each kind of record is found by."""

import datetime
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import lru_cache, reduce
from itertools import chain
from operator import or_
from typing import Any, NamedTuple

from django.db.models import BooleanField, Exists, Max, Model, OuterRef, Q, QuerySet, Value

from ..models import Conference, Organisation, SearchDocument, Series, Speaker, Talk, Topic
from ..models.conference import at_published
from ..russian import dates, names
from ..russian.folding import fold
from ..russian.organisation_names import acronyms
from .entries import ANALYSER, TEXTS, Document
from .fetching import Select, among, fetch

Kind = SearchDocument.Kind
Key = tuple[int, int]  # kind, primary key

MOST_DAYS = 31

_FACET_OF = {kind: f"k:{kind.name.lower()}" for kind in Kind}

# What one row of a related table adds: (text or "facets" or "about" or "untitled" or "day", line).
Addition = tuple[str, str]


@dataclass
class Draft:
    """A document in the making: lines by text, each once, in the order they came."""

    slug: str = ""
    language: str = ""
    lines: dict[str, dict[str, None]] = field(default_factory=lambda: defaultdict(dict))

    def add(self, additions: Iterable[Addition]) -> None:
        lines = self.lines
        for name, line in additions:
            lines[name][line] = None

    @property
    def day(self) -> str:
        """The latest of its days."""
        return max(self.lines["day"], default="")

    def document(self, kind: Kind, pk: int, public: bool) -> Document:
        lines = self.lines
        return Document(
            id=SearchDocument.number_of(kind, pk, self.day, public, untitled="untitled" in lines),
            kind=int(kind),
            object_id=pk,
            facets=" ".join(sorted([_FACET_OF[kind], *lines["facets"]])),
            slug=self.slug,
            language=self.language,
            about=" · ".join([*lines["about"], *lines["event"]]),
            analyser=ANALYSER,
            **{name: "\n".join(lines[name]).replace("\x00", "") for name in TEXTS},
        )


class Part(NamedTuple):
    """Columns of a row, and the lines that they add; none if the first is NULL."""

    columns: tuple[str, ...]
    adds: Callable[..., Iterator[Addition]]


class Rows(NamedTuple):
    """Related rows that a record is found by: the path to them, and what all of them add, part after part."""

    path: str
    parts: tuple[Part, ...]
    # The path to the conference that a row speaks of: a public document must not tell of drafts.
    conference: str = ""


class Findable(NamedTuple):
    model: type[Model]
    # slug and language come first.
    columns: tuple[Any, ...]
    adds: Callable[..., Iterator[Addition]]
    rows: tuple[Rows, ...] = ()
    # Paths from the conferences it took part in: they give the years, the latest one its place by date.
    conferences: tuple[str, ...] = ()


@lru_cache(maxsize=1 << 12)
def facet(name: str, value: str) -> str:
    """A facet as one token of the index: no spaces, no other signs than those of names."""
    return f"{name}:" + "".join(letter if letter.isalnum() or letter in "-._" else "_" for letter in value.strip())


def conference(
    day: str, title: str, theme: str, kind: str, slug: str, printed: str, city: str, home: str, *more: str
) -> Iterator[Addition]:
    yield "day", day
    yield "title", title or theme or printed or kind
    yield "untitled", "" if title or theme or printed else kind
    yield "also", theme
    yield "context", printed or kind
    yield "context", kind
    yield "context", city
    # What stands in the title already is not said again below it.
    yield "about", (printed if title or theme else "") or kind
    yield "about", city or home
    if slug:
        yield "facets", facet("e", slug)
    if city or home:
        yield "facets", facet("p", city or home)
    alternatives, context, body = more[:2], more[2:7], more[7:]
    yield from (("also", line) for line in alternatives)
    yield from (("context", line) for line in context)
    yield from (("body", line) for line in body)


def talk(
    day: str, title: str, topic: str, kind: str, printed: str, parallel: str, abstract: str, session: str, *event: str
) -> Iterator[Addition]:
    yield "day", day
    yield "title", title or topic or kind
    yield "untitled", "" if title or topic else kind
    yield "also", printed
    yield "also", parallel
    yield "also", topic
    yield "context", kind
    yield "context", session
    yield "body", abstract
    event_title, theme, event_kind, event_slug, city, home = event
    yield "event", event_title or theme or event_kind
    yield "context", event_title or theme or event_kind
    yield "context", theme
    # Lightly: who asks for telemosts wants the events before their talks.
    yield "body", event_kind
    yield "context", city or home
    if event_slug:
        yield "facets", facet("e", event_slug)
    if city or home:
        yield "facets", facet("p", city or home)


def speaker(family: str, given: str, initials: str, biography: str, distinguished: str, orcid: str) -> Iterator:
    yield "title", f"{family} {given or initials}".strip()
    yield "also", f"{family} {names.initials(given)}"
    yield "context", distinguished
    yield "body", biography
    yield "also", orcid


def organisation(
    name: str, short: str, city: str, region: str, country: str, description: str, *parent: str
) -> Iterator[Addition]:
    parent_name, parent_short, parent_city = parent
    yield "title", name
    yield "names", short
    yield from (("also", f"{name} {one}" if parent_name else one) for one in acronyms(parent_name or name))
    yield "body", parent_name
    yield "body", parent_short
    yield "context", city
    yield "context", region
    yield "context", country
    yield "body", description
    yield "about", parent_short or parent_name
    yield "about", city or parent_city
    if city or parent_city:
        yield "facets", facet("p", city or parent_city)


def named(name: str, description: str) -> Iterator[Addition]:
    yield "title", name
    yield "body", description


def person(
    family: str, given: str, initials: str, role: str, role_slug: str, position: str, printed: str
) -> Iterator[Addition]:
    name = f"{family} {given or initials}".strip()
    yield "names", name if role_slug == "speaker" else f"{name}, {role}"
    yield "also", f"{family} {names.initials(given)}" if given else ""
    yield "also", printed
    yield "context", position


def talk_person(family: str, given: str, initials: str, *rest: str) -> Iterator[Addition]:
    yield from person(family, given, initials, *rest)
    yield "about", f"{family} {given or initials}".strip()


def body(name: str, short: str, slug: str, parent: str, parent_short: str, parent_slug: str) -> Iterator[Addition]:
    """An organisation at an event; the event is found by the library that a department belongs to, too."""
    yield "names", name
    yield "also", short
    yield "names", parent
    yield "also", parent_short
    yield from (("also", one) for one in acronyms(parent or name))
    yield "facets", facet("o", slug)
    yield "facets", facet("o", parent_slug) if parent_slug else ""


def group(name: str, printed: str, role: str) -> Iterator[Addition]:
    yield "names", name
    yield "also", printed
    yield "context", role


def affiliation(
    name: str, short: str, slug: str, parent: str, parent_short: str, parent_slug: str
) -> Iterator[Addition]:
    for where, line in body(name, short, slug, parent, parent_short, parent_slug):
        yield ("context" if where == "names" else where), line
    yield "about", parent_short or parent or short or name


def topic(name: str, slug: str) -> Iterator[Addition]:
    yield "context", name
    yield "facets", facet("t", slug)


def has(what: str) -> Callable[..., Iterator[Addition]]:
    def adds(*row: Any) -> Iterator[Addition]:
        yield "facets", facet("h", what)

    return adds


def material(title: str, kind: str, kind_slug: str, is_lost: bool) -> Iterator[Addition]:
    yield "body", title
    if kind_slug == "slides" and not is_lost:
        yield "facets", facet("h", "slides")


def line(where: str) -> Callable[..., Iterator[Addition]]:
    """Each column of the row as a line of one text."""

    def adds(*columns: str) -> Iterator[Addition]:
        yield from ((where, column or "") for column in columns)

    return adds


def days(start: str, end: str) -> Iterator[Addition]:
    """Every day spelled out, so that «25 мая» finds what lasted from the 24th to the 26th."""
    first = dates.PartialDate.from_iso(start)
    last = dates.PartialDate.from_iso(end) if end else first
    yield "also", fold(dates.format_date(first))
    yield "also", fold(dates.format_date(last))
    if first.date and last.date:
        for number in range(1, min((last.date - first.date).days, MOST_DAYS)):
            day = first.date + datetime.timedelta(number)
            yield "also", fold(dates.format_date(dates.PartialDate(day.year, day.month, day.day)))
    for year in range(first.year or 0, (last.year or 0) + 1) if first.year and last.year else ():
        yield "facets", f"y:{year}"


def own_days(start: str, end: str) -> Iterator[Addition]:
    """An event’s first day weighs as much as a name: «9 июня 2020» asks for the event before its talks."""
    yield "names", fold(dates.format_date(dates.PartialDate.from_iso(start)))
    yield from days(start, end)


def days_of_event(start: str, end: str) -> Iterator[Addition]:
    """A talk is found by its event’s days too, but lightly."""
    yield from (("body" if name == "also" else name, line) for name, line in days(start, end))


def took_part(year: int, day: str) -> Iterator[Addition]:
    yield "facets", f"y:{year}"
    yield "day", day


def _columns(path: str, *names: str) -> tuple[str, ...]:
    return tuple(f"{path}__{name}" for name in names)


def _person_columns(path: str) -> tuple[str, ...]:
    speaker = _columns(f"{path}__speaker", "family_name", "given_names", "initials")
    return (*speaker, *_columns(path, "role__name", "role__slug", "position", "name_as_printed"))


def _body_columns(path: str) -> tuple[str, ...]:
    return _columns(path, "name", "short_name", "slug", "parent__name", "parent__short_name", "parent__slug")


def _rows(path: str, adds: Callable[..., Iterator[Addition]], *columns: str, conference: str = "") -> Rows:
    return Rows(path, (Part(_columns(path, *columns), adds),), conference)


FINDABLE = {
    Kind.CONFERENCE: Findable(
        Conference,
        ("slug", "language", "first_day")
        + ("title", "theme", "kind__name", "kind__slug", "kind_as_printed", "city", "venue__city")
        + ("other_title", "title_as_printed", "place", "occasion", "framework", "ordinal", "series__name")
        + ("platform", "summary", "background", "outcome", "regions", "format_as_printed"),
        conference,
        (
            Rows(
                "people",
                (Part(_person_columns("people"), person), Part(_body_columns("people__organisation"), affiliation)),
            ),
            _rows("people__speaker__aliases", line("also"), "name"),
            Rows(
                "organisations",
                (
                    Part(_body_columns("organisations__organisation"), body),
                    Part(_columns("organisations", "group", "name_as_printed", "role__name"), group),
                    Part(("organisations__organisation__city",), line("context")),
                ),
            ),
            _rows("organisations__organisation__aliases", line("also"), "name"),
            _rows("organisations__organisation__parent__aliases", line("also"), "name"),
            Rows("venue", (Part(_body_columns("venue"), body),)),
            _rows("venue__aliases", line("also"), "name"),
            _rows("venue__parent__aliases", line("also"), "name"),
            _rows("dates", own_days, "start", "end"),
            _rows("topics", topic, "name", "slug"),
            _rows("talks__topics", topic, "name", "slug"),
            _rows("talks", line("body"), "title", "topic"),
            _rows("sessions", line("body"), "title", "summary"),
            _rows("notes", line("body"), "label", "text"),
            _rows("attendance", line("body"), "counted", "as_printed"),
            _rows("sources", line("body"), "headline", "publisher"),
            _rows("materials", material, "title", "kind__name", "kind__slug", "is_lost"),
            _rows("recordings", has("recording"), "pk"),
            _rows("photos", has("photos"), "pk"),
        ),
    ),
    Kind.TALK: Findable(
        Talk,
        ("slug", "language", "conference__first_day")
        + ("title", "topic", "kind__name", "title_as_printed", "parallel_title", "abstract", "session__title")
        + ("conference__title", "conference__theme", "conference__kind__name", "conference__kind__slug")
        + ("conference__city", "conference__venue__city"),
        talk,
        (
            Rows(
                "people",
                (Part(_person_columns("people"), talk_person), Part(_body_columns("people__organisation"), body)),
            ),
            _rows("people__speaker__aliases", line("also"), "name"),
            _rows("people__organisation__aliases", line("also"), "name"),
            Rows(
                "organisations",
                (
                    Part(_body_columns("organisations__organisation"), body),
                    Part(_columns("organisations", "group", "name_as_printed"), line("names")),
                ),
            ),
            _rows("conference__dates", days_of_event, "start", "end"),
            _rows("topics", topic, "name", "slug"),
            _rows("materials", material, "title", "kind__name", "kind__slug", "is_lost"),
            _rows("recordings", has("recording"), "pk"),
            _rows("offsets", has("recording"), "pk"),
        ),
    ),
    Kind.SPEAKER: Findable(
        Speaker,
        ("slug", "language", "family_name", "given_names", "initials", "biography", "distinguished_from", "orcid"),
        speaker,
        (
            _rows("aliases", line("names"), "name"),
            Rows(
                "participations",
                (
                    Part(_columns("participations", "position", "name_as_printed"), line("context")),
                    Part(_body_columns("participations__organisation"), affiliation),
                    Part(_columns("participations__conference", "year", "first_day"), took_part),
                ),
                "participations__conference",
            ),
            _rows(
                "participations__organisation__aliases", line("also"), "name", conference="participations__conference"
            ),
        ),
    ),
    Kind.ORGANISATION: Findable(
        Organisation,
        ("slug", "language", "name", "short_name", "city", "region", "country", "description")
        + ("parent__name", "parent__short_name", "parent__city"),
        organisation,
        (_rows("aliases", line("names"), "name"), _rows("parent__aliases", line("body"), "name")),
        ("organisations__organisation", "people__organisation", "venue")
        + ("organisations__organisation__parent", "people__organisation__parent"),
    ),
    Kind.TOPIC: Findable(
        Topic,
        ("slug", Value("ru"), "name", "description"),
        named,
        (),
        ("topic_assignments__tag", "talks__topic_assignments__tag"),
    ),
    Kind.SERIES: Findable(Series, ("slug", "language", "name", "description"), named, (), ("series",)),
}
KIND_OF = {findable.model: kind for kind, findable in FINDABLE.items()}


FEW = 200  # records whose rows are fetched in one statement


def documents(batch: Mapping[int, Collection[int]]) -> list[Document]:
    """The documents of those of these records, keys by kind, that exist."""
    wanted = {kind: set(pks) for kind, pks in batch.items() if pks}
    selects = [(kind, part, select) for kind, pks in wanted.items() for part, select in _selects(kind, pks)]
    if not selects:
        return []
    drafts: dict[int, dict[int, Draft]] = {kind: {} for kind in wanted}
    public: dict[int, set[int]] = {kind: set() for kind in wanted}
    together = sum(map(len, wanted.values())) <= FEW
    for (kind, part, _select), rows in zip(
        selects, fetch([select for _kind, _part, select in selects], together), strict=True
    ):
        if part is None:
            _begin(FINDABLE[Kind(kind)], [row for row in rows if row[0] in wanted[kind]], drafts[kind], public[kind])
        else:
            _complete(part, rows, drafts[kind], public[kind])
    return [draft.document(Kind(kind), pk, pk in public[kind]) for kind in drafts for pk, draft in drafts[kind].items()]


def stored(batch: Mapping[int, Collection[int]]) -> list[Document]:
    """Those documents of these records, keys by kind, that the index has now."""
    condition = reduce(or_, (Q(among("object_id", pks), kind=kind) for kind, pks in batch.items() if pks), Q(pk=None))
    rows = SearchDocument.objects.filter(condition).order_by().values_list(*Document._fields)
    wanted = {kind: set(pks) for kind, pks in batch.items()}
    return [one for one in map(Document._make, rows) if one.object_id in wanted[one.kind]]


def _additions(adds: Callable[..., Iterator[Addition]], columns: Sequence[Any]) -> list[Addition]:
    return [addition for addition in adds(*[column or "" for column in columns]) if addition[1]]


# A library, a day, a topic come again and again.
_additions_again = lru_cache(maxsize=1 << 13)(_additions)


def _selects(kind: int, pks: Set[int]) -> Iterator[tuple["Rows | str | None", Select]]:
    """What is fetched for the documents of these records: their own columns, related rows, years."""
    findable = FINDABLE[Kind(kind)]
    records = findable.model.objects.filter(among("pk", pks))
    shown = Exists(findable.model.objects.published().filter(pk=OuterRef("pk")))
    yield None, Select(records.annotate(is_shown=shown), "pk", "pk", ("is_shown", *findable.columns))
    for rows in findable.rows:
        # Of published conferences, or there is no conference: a public document must not tell of drafts.
        shown = at_published(rows.conference) if rows.conference else Value(True, output_field=BooleanField())
        related = records.filter(**{f"{rows.path}__isnull": False}).annotate(is_shown=shown)
        columns = chain.from_iterable(part.columns for part in rows.parts)
        yield rows, Select(related, "pk", f"{rows.path}__pk", ("is_shown", *columns))
    for path in findable.conferences:
        yield path, Select(_years(path, pks), path, path, ("is_shown", "year", "latest"))


def _years(path: str, pks: Set[int]) -> QuerySet:
    """The years in which the records took part in something, each with the latest day."""
    conferences = Conference.objects.filter(among(path, pks), year__isnull=False).annotate(is_shown=at_published("pk"))
    return conferences.order_by().values(path, "year", "is_shown").annotate(latest=Max("first_day"))


def _begin(findable: Findable, rows: list[tuple], drafts: dict[int, Draft], public: set[int]) -> None:
    for pk, is_shown, slug, language, *columns in rows:
        draft = drafts[pk] = Draft(slug, language)
        draft.add(_additions(findable.adds, columns))
        if is_shown:
            public.add(pk)


def _complete(part: "Rows | str", rows: list[tuple], drafts: dict[int, Draft], public: Set[int]) -> None:
    """Add the lines of related rows, or of years; to public documents only what may be shown."""
    rows = [row for row in rows if row[0] in drafts and (row[1] or row[0] not in public)]
    if isinstance(part, str):
        for pk, _is_shown, *year_and_day in rows:
            drafts[pk].add(_additions_again(took_part, tuple(year_and_day)))
        return
    end = 2
    for columns, adds in part.parts:
        start, end = end, end + len(columns)
        for row in rows:
            if row[start] is not None:
                drafts[row[0]].add(_additions_again(adds, tuple(row[start:end])))
