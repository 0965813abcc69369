"""The table of what each kind of record is found by, and the documents made from it."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from functools import lru_cache, reduce
from itertools import chain
from operator import or_
from typing import Any, NamedTuple

from django.db.models import BooleanField, Case, Exists, F, Max, Model, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Substr

from ..models import (
    Conference,
    Organisation,
    Recording,
    SearchDocument,
    Series,
    Speaker,
    SpeakerParticipation,
    Talk,
    Topic,
)
from ..models.conference import at_published
from . import builders, list_counts, passages
from .analysis import Document, facet_term
from .builders import DocumentBuilder, Extractor, FieldValue
from .fetching import Select, among, fetch

Kind = SearchDocument.Kind
Key = tuple[int, int]  # kind, primary key
# Of records of a model, by primary keys: the models that rows of theirs can be of; None for any.
MadeWith = Callable[[type[Model], Iterable[int]], Set[type[Model]] | None]


class Extraction(NamedTuple):
    """Columns of a row and the extractor that takes them; skipped if the first is NULL."""

    columns: tuple[Any, ...]
    extract: Extractor


class RelatedRows(NamedTuple):
    """Related rows that a record is found by: the path to them, and what is extracted from all of them in turn."""

    path: str
    extractions: tuple[Extraction, ...]
    # The path to the conference of a row: a public document must not contain a draft's values.
    conference: str = ""


class IndexedModel(NamedTuple):
    """A model that has search documents: what is extracted from its own columns and from related rows."""

    model: type[Model]
    # slug and language first; the extractor takes those after them.
    columns: tuple[Any, ...]
    extract: Extractor
    rows: tuple[RelatedRows, ...] = ()
    # Paths from the conferences it took part in: they give the years, the latest one its date.
    conferences: tuple[str, ...] = ()
    # What lists count of its own columns: prefix of the term, column.
    counted: tuple[tuple[str, Any], ...] = (("a", Substr("name_key", 1, 1)),)


def _columns(path: str, *names: str) -> tuple[str, ...]:
    return tuple(f"{path}__{name}" for name in names)


def _unless_hidden(speaker: str, column: str) -> Case:
    """The column, or NULL where the person at that path is hidden: then nothing is extracted of the row."""
    return Case(When(**{f"{speaker}__hidden_since__isnull": True}, then=F(column)))


def _person_columns(path: str) -> tuple[Any, ...]:
    family_name = _unless_hidden(f"{path}__speaker", f"{path}__speaker__family_name")
    speaker = (family_name, *_columns(f"{path}__speaker", "given_names", "initials"))
    return (*speaker, *_columns(path, "role__name", "role__slug", "position", "name_as_printed"))


def _subject_columns(path: str) -> tuple[Any, ...]:
    family_name = _unless_hidden(f"{path}__speaker", f"{path}__speaker__family_name")
    return (family_name, *_columns(path, "speaker__given_names", "speaker__initials", "name_as_printed"))


def _organisation_columns(path: str) -> tuple[str, ...]:
    return _columns(path, "name", "short_name", "slug", "parent__name", "parent__short_name", "parent__slug")


def _related(path: str, extract: Extractor, *columns: str, conference: str = "") -> RelatedRows:
    return RelatedRows(path, (Extraction(_columns(path, *columns), extract),), conference)


def _month_of_known_year() -> Case:
    """«2020-06», or «2020» of an event of which no month is known."""
    return Case(When(year__isnull=False, then=Substr("first_day", 1, 7)))


# Of a person: events may be only about somebody, whom the index of speakers does not have.
_TAKES_PART = Exists(SpeakerParticipation.objects.filter(at_published(), speaker=OuterRef("pk")))
# Of the conference of a participation.
_HAS_RECORDING = Exists(Recording.objects.filter(conference=OuterRef("participations__conference")))
_ALIASES_OF_PEOPLE = RelatedRows(
    "people__speaker__aliases",
    (
        Extraction(
            (_unless_hidden("people__speaker", "people__speaker__aliases__name"),), builders.as_field("alternate_forms")
        ),
    ),
)

INDEXED_MODELS = {
    Kind.CONFERENCE: IndexedModel(
        Conference,
        ("slug", "language", "first_day")
        + ("title", "theme", "kind__name", "kind__slug", "kind_as_printed", "city", "venue__city")
        + ("other_title", "title_as_printed", "place", "occasion", "framework", "ordinal", "series__name")
        + ("platform", "summary", "background", "outcome", "regions", "format_as_printed"),
        builders.conference,
        (
            RelatedRows(
                "people",
                (
                    Extraction(_person_columns("people"), builders.person),
                    Extraction(_organisation_columns("people__organisation"), builders.affiliation),
                ),
            ),
            _ALIASES_OF_PEOPLE,
            RelatedRows("subjects", (Extraction(_subject_columns("subjects"), builders.subject),)),
            RelatedRows(
                "organisations",
                (
                    Extraction(_organisation_columns("organisations__organisation"), builders.organisation_at_event),
                    Extraction(
                        _columns("organisations", "group", "name_as_printed", "role__name"), builders.unnamed_group
                    ),
                    Extraction(("organisations__organisation__city",), builders.as_field("context")),
                ),
            ),
            _related("organisations__organisation__aliases", builders.as_field("alternate_forms"), "name"),
            _related("organisations__organisation__parent__aliases", builders.as_field("alternate_forms"), "name"),
            RelatedRows("venue", (Extraction(_organisation_columns("venue"), builders.organisation_at_event),)),
            _related("venue__aliases", builders.as_field("alternate_forms"), "name"),
            _related("venue__parent__aliases", builders.as_field("alternate_forms"), "name"),
            _related("dates", builders.own_days, "start", "end"),
            _related("topics", builders.topic, "name", "slug"),
            _related("talks__topics", builders.topic, "name", "slug"),
            _related("talks", builders.as_field("body"), "title", "topic"),
            _related("sessions", builders.as_field("body"), "title", "summary"),
            _related("notes", builders.as_field("body"), "label", "text"),
            _related("attendance", builders.as_field("body"), "counted", "as_printed"),
            _related("sources", builders.as_field("body"), "headline", "publisher"),
            _related("materials", builders.material, "title", "kind__name", "kind__slug", "is_lost"),
            _related("recordings", builders.has_facet("recording"), "pk"),
            _related("photos", builders.has_facet("photos"), "pk"),
        ),
        counted=(("y", _month_of_known_year()),),
    ),
    Kind.TALK: IndexedModel(
        Talk,
        ("slug", "language", "conference__first_day")
        + (
            "title",
            "topic",
            "kind__name",
            "kind__is_numbered",
            "title_as_printed",
            "parallel_title",
            "abstract",
            "session__title",
        )
        + ("conference__title", "conference__theme", "conference__kind__name", "conference__kind__slug")
        + ("conference__city", "conference__venue__city"),
        builders.talk,
        (
            RelatedRows(
                "people",
                (
                    Extraction(_person_columns("people"), builders.talk_person),
                    Extraction(_organisation_columns("people__organisation"), builders.organisation_at_event),
                ),
            ),
            _ALIASES_OF_PEOPLE,
            RelatedRows("subjects", (Extraction(_subject_columns("subjects"), builders.subject),)),
            _related("people__organisation__aliases", builders.as_field("alternate_forms"), "name"),
            RelatedRows(
                "organisations",
                (
                    Extraction(_organisation_columns("organisations__organisation"), builders.organisation_at_event),
                    Extraction(_columns("organisations", "group", "name_as_printed"), builders.as_field("names")),
                ),
            ),
            _related("conference__dates", builders.days_of_event, "start", "end"),
            _related("topics", builders.topic, "name", "slug"),
            _related("materials", builders.material, "title", "kind__name", "kind__slug", "is_lost"),
            _related("recordings", builders.has_facet("recording"), "pk"),
            _related("offsets", builders.has_facet("recording"), "pk"),
        ),
        counted=(
            ("y", "conference__year"),
            ("d", "kind__slug"),
            ("n", Case(When(title="", then=Value("unknown")), default=Value("known"))),
        ),
    ),
    Kind.SPEAKER: IndexedModel(
        Speaker,
        ("slug", "language", "family_name", "given_names", "initials", "biography", "distinguished_from", "orcid")
        + (_TAKES_PART,),
        builders.speaker,
        (
            _related("aliases", builders.as_field("names"), "name"),
            RelatedRows(
                "participations",
                (
                    Extraction(_columns("participations", "position", "name_as_printed"), builders.as_field("context")),
                    Extraction(_organisation_columns("participations__organisation"), builders.affiliation),
                    Extraction(
                        (*_columns("participations__conference", "first_day", "year"), _HAS_RECORDING),
                        builders.participation,
                    ),
                ),
                "participations__conference",
            ),
            _related(
                "participations__organisation__aliases",
                builders.as_field("alternate_forms"),
                "name",
                conference="participations__conference",
            ),
            _related(
                "subject_of", builders.as_field("context"), "name_as_printed", conference="subject_of__conference"
            ),
        ),
    ),
    Kind.ORGANISATION: IndexedModel(
        Organisation,
        ("slug", "language", "name", "short_name", "city", "region", "country", "description")
        + ("parent__name", "parent__short_name", "parent__city"),
        builders.organisation,
        (
            _related("aliases", builders.as_field("names"), "name"),
            _related("parent__aliases", builders.as_field("body"), "name"),
        ),
        ("organisations__organisation", "people__organisation", "venue")
        + ("organisations__organisation__parent", "people__organisation__parent"),
    ),
    Kind.TOPIC: IndexedModel(
        Topic,
        ("slug", Value("ru"), "name", "description"),
        builders.named_record,
        (),
        ("topic_assignments__tag", "talks__topic_assignments__tag"),
    ),
    Kind.SERIES: IndexedModel(
        Series, ("slug", "language", "name", "description"), builders.named_record, (), ("series",)
    ),
}
# What is said in a recording is many documents of one key: `passages` makes them.
MODEL_OF: dict[Kind, type[Model]] = {kind: indexed.model for kind, indexed in INDEXED_MODELS.items()} | {
    Kind.PASSAGE: Recording
}
KIND_OF = {model: kind for kind, model in MODEL_OF.items()}

UNION_LIMIT = 200  # records whose rows are fetched in one statement


def unknown(model: type[Model], pks: Iterable[int]) -> None:
    """Records of which nothing is known may have rows of any model."""


def make_documents(batch: Mapping[int, Collection[int]], made_with: MadeWith = unknown) -> list[Document]:
    """Make the documents of records, given as primary keys by kind; none for a record that does not exist."""
    wanted = {kind: set(pks) for kind, pks in batch.items() if pks}
    recordings = wanted.pop(Kind.PASSAGE, ())
    said = passages.make_documents(recordings) if recordings else []
    selects = [
        (kind, source, select)
        for kind, pks in wanted.items()
        for source, select in _selects(kind, pks, made_with(INDEXED_MODELS[Kind(kind)].model, pks))
    ]
    if not selects:
        return said
    unfinished: dict[int, dict[int, DocumentBuilder]] = {kind: {} for kind in wanted}
    public: dict[int, set[int]] = {kind: set() for kind in wanted}
    together = sum(map(len, wanted.values())) <= UNION_LIMIT
    for (kind, source, _select), rows in zip(
        selects, fetch([select for _kind, _source, select in selects], together), strict=True
    ):
        if source is None:
            _start_documents(
                INDEXED_MODELS[Kind(kind)],
                [row for row in rows if row[0] in wanted[kind]],
                unfinished[kind],
                public[kind],
            )
        else:
            _add_related(source, rows, unfinished[kind], public[kind])
    made = [
        builder.document(Kind(kind), pk, pk in public[kind])
        for kind in unfinished
        for pk, builder in unfinished[kind].items()
    ]
    return made + said


def stored_documents(batch: Mapping[int, Collection[int]]) -> list[Document]:
    """The stored documents of records, given as primary keys by kind."""
    conditions = (
        passages.stored_among(pks) if kind == Kind.PASSAGE else Q(among("object_id", pks), kind=kind)
        for kind, pks in batch.items()
        if pks
    )
    rows = SearchDocument.objects.filter(reduce(or_, conditions, Q(pk=None))).order_by().values_list(*Document._fields)
    wanted = {kind: set(pks) for kind, pks in batch.items()}
    return [document for document in map(Document._make, rows) if record_key(document) in wanted[document.kind]]


def record_key(document: Document) -> int:
    """The primary key of the record that a document was made of; of a passage that of its recording."""
    return passages.recording_of(document.object_id) if document.kind == Kind.PASSAGE else document.object_id


def _extract(extract: Extractor, columns: Sequence[Any]) -> list[FieldValue]:
    return [value for value in extract(*[column or "" for column in columns]) if value[1]]


# The same library, day or topic is extracted for many records.
_extract_cached = lru_cache(maxsize=1 << 13)(_extract)


def _selects(
    kind: int, pks: Set[int], models: Set[type[Model]] | None
) -> Iterator[tuple["RelatedRows | str | None", Select]]:
    """The queries for the documents of these records: their own columns, related rows of these models, years."""
    indexed = INDEXED_MODELS[Kind(kind)]
    records = indexed.model.objects.filter(among("pk", pks))
    visible = Exists(indexed.model.objects.published().filter(pk=OuterRef("pk")))
    own = ("is_visible", *(column for _prefix, column in indexed.counted), *indexed.columns)
    yield None, Select(records.annotate(is_visible=visible), "pk", "pk", own)
    for rows in indexed.rows:
        first = indexed.model._meta.get_field(rows.path.partition("__")[0])
        if models is not None and first.one_to_many and first.related_model not in models:
            continue
        # Of published conferences, or without one: a public document must not contain a draft's values.
        visible = at_published(rows.conference) if rows.conference else Value(True, output_field=BooleanField())
        related = records.filter(**{f"{rows.path}__isnull": False}).annotate(is_visible=visible)
        columns = chain.from_iterable(source.columns for source in rows.extractions)
        yield rows, Select(related, "pk", f"{rows.path}__pk", ("is_visible", *columns))
    for path in indexed.conferences:
        yield path, Select(_years(path, pks), path, path, ("is_visible", "latest", "year", "has_recording"))


def _years(path: str, pks: Set[int]) -> QuerySet:
    """The years in which the records took part in something, each with the latest day."""
    recorded = Exists(Recording.objects.filter(conference=OuterRef("pk")))
    conferences = Conference.objects.filter(among(path, pks)).annotate(
        is_visible=at_published("pk"), has_recording=recorded
    )
    grouped = conferences.order_by().values(path, "year", "is_visible", "has_recording")
    return grouped.annotate(latest=Max("first_day"))


def _start_documents(
    indexed: IndexedModel, rows: list[tuple], unfinished: dict[int, DocumentBuilder], public: set[int]
) -> None:
    prefixes = [prefix for prefix, _column in indexed.counted]
    for pk, is_visible, *row in rows:
        counted, (slug, language, *columns) = row[: len(prefixes)], row[len(prefixes) :]
        builder = unfinished[pk] = DocumentBuilder(slug, language)
        builder.add(_extract(indexed.extract, columns))
        terms = (facet_term(prefix, str(value or "")) for prefix, value in zip(prefixes, counted, strict=True))
        builder.add(("counted", term) for term in (list_counts.EACH, *terms))
        if is_visible:
            public.add(pk)


def _add_related(
    source: "RelatedRows | str", rows: list[tuple], unfinished: dict[int, DocumentBuilder], public: Set[int]
) -> None:
    """Add the values of related rows, or of years; to public documents only those of public rows."""
    rows = [row for row in rows if row[0] in unfinished and (row[1] or row[0] not in public)]
    if isinstance(source, str):
        for pk, _is_visible, *columns in rows:
            unfinished[pk].add(_extract_cached(builders.participation, tuple(columns)))
        return
    end = 2
    for columns, extract in source.extractions:
        start, end = end, end + len(columns)
        for row in rows:
            if row[start] is not None:
                unfinished[row[0]].add(_extract_cached(extract, tuple(row[start:end])))
