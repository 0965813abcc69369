"""The search page and what is proposed while typing."""

from collections import defaultdict
from functools import cached_property
from itertools import groupby
from typing import Any
from urllib.parse import quote_plus, urlencode

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet
from django.db.models import Value as Constant
from django.db.models.functions import Coalesce, NullIf
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy, pgettext_lazy

from confarchive.cache import by_revision

from .. import search
from ..models import Conference, ConferenceKind, Organisation, Recording, SearchDocument, ShownVersion, Topic
from ..models.base import is_russian
from ..russian.durations import clock
from ..russian.typography import typeset, with_russian_quotes
from .facets import HAS_CHOICES, MAX_VALUES, FacetSelection, Value
from .generic import CountedPaginator, shown_as

MIN_LINE = 40  # letters of a line worth a snippet when the title is highlighted already
MAX_TOPICS = 16  # topics on a page without hits

TITLES: dict[str, str | Promise] = {
    "record": pgettext_lazy("facet", "What"),
    "year": gettext_lazy("Year"),
    "kind": gettext_lazy("Kind of event"),
    "place": gettext_lazy("Place"),
    "organisation": gettext_lazy("Organisation"),
    "topic": gettext_lazy("Topic"),
    "has": gettext_lazy("There is"),
}
RECORDS = {kind.name.lower(): kind.label for kind in SearchDocument.Kind} | {
    "other": gettext_lazy("welcomes and the like")
}
KIND_OF_HIT = {
    "conference": gettext_lazy("conference"),
    "talk": gettext_lazy("talk"),
    "speaker": gettext_lazy("speaker"),
    "organisation": gettext_lazy("organisation"),
    "topic": gettext_lazy("topic"),
    "series": gettext_lazy("series"),
    "passage": gettext_lazy("said in a recording"),
    "other": gettext_lazy("part of a programme"),
}


def results(request: HttpRequest) -> HttpResponse:
    shown = ShownVersion.now(today=True)
    parameters = SearchParameters(request.GET)
    found = search.search(
        parameters.text,
        parameters.filters,
        by_date=parameters.by_date,
        page=parameters.page,
        exact=parameters.exact,
        grouped=parameters.may_be_grouped,
        synonyms=synonyms(shown),
    )
    if parameters.page > max(1, found.pages):
        raise Http404
    beside = Beside(found.hits)
    paginator = CountedPaginator(
        range(found.pages * search.PAGE_SIZE), search.PAGE_SIZE, count=found.pages * search.PAGE_SIZE
    )
    page = paginator.page(parameters.page)
    context = {
        "parameters": parameters,
        "query": parameters.text,
        "found": found,
        "hits": [hit(document, found, beside) for document in found.hits if beside.may_show(document)],
        "selection": SearchSelection(parameters, found),
        "groups": groups(parameters, found, beside) if found.is_grouped else [],
        "page_obj": page,
        "page_numbers": paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1),
        "canonical_query": parameters.query(),
    }
    if not found.hits:
        context |= overview()
    response = render(request, "events/search.html", context)
    response["X-Robots-Tag"] = "noindex"
    return shown_as(shown, response)


def suggestions(request: HttpRequest) -> JsonResponse:
    text = request.GET.get("q", "")
    shown = [
        {
            "title": title,
            "marks": search.matching_spans(title, text),
            "kind": str(KIND_OF_HIT[record_kind(one)]),
            "address": address(one),
        }
        for one in search.suggest(text)
        for title in [typeset(with_russian_quotes(one.title))]
    ]
    return JsonResponse({"suggestions": shown})


def opensearch_suggestions(request: HttpRequest) -> JsonResponse:
    """The same for a browser's own search field: the text, then the titles (OpenSearch Suggestions 1.1)."""
    text = request.GET.get("q", "")
    titles = [one.title for one in search.suggest(text)]
    return JsonResponse([text, titles], safe=False, content_type="application/x-suggestions+json")


def synonyms(shown: ShownVersion) -> tuple[str, ...]:
    return by_revision("synonyms", shown.number, search.load_synonyms)


class SearchParameters:
    """The parameters of the search in an address; a page that is no number is 404."""

    def __init__(self, query: QueryDict) -> None:
        self.text = search.clean(query.get("q", ""))
        self.by_date = query.get("sort") == "date"
        self.exact = query.get("exact") == "1"
        page = query.get("page") or "1"
        if not (page.isascii() and page.isdecimal() and 0 < len(page) <= 6 and int(page)):
            raise Http404
        self.page = int(page)
        # The address of a page of the whole list says so, the first one as well.
        self.may_be_grouped = "page" not in query
        chosen = [(name, value) for name in TITLES for value in query.getlist(name)[-1 if name != "has" else None :]]
        self.filters = search.Filters.of(chosen)

    def query(self, *, without: tuple[str, str] | None = None, **more: str) -> str:
        """Query string of this search without one of its filters, or with other parameters; always the first page."""
        return urlencode([*self._kept(**more).items(), *(one for one in self.filters.chosen if one != without)])

    def _kept(self, **more: str) -> dict[str, str]:
        kept = {"q": self.text, "sort": "date" if self.by_date else "", "exact": "1" if self.exact else "", **more}
        return {name: value for name, value in kept.items() if value}

    def start(self, name: str) -> str:
        """The address with one more filter up to its value; it replaces one of the same facet, but for `has`."""
        others = [(other, value) for other, value in self.filters.chosen if other != name or name == "has"]
        return f"?{urlencode([*self._kept().items(), *others, (name, '')])}"

    @property
    def by_relevance_address(self) -> str:
        return f"?{self.query(sort='')}"

    @property
    def by_date_address(self) -> str:
        return f"?{self.query(sort='date')}"

    @property
    def exact_address(self) -> str:
        return f"?{self.query(exact='1')}"

    @property
    def as_list_address(self) -> str:
        return f"?{self.query(page='1')}"

    @property
    def without_filters(self) -> str:
        return f"?{urlencode({'q': self.text})}"


class SearchSelection(FacetSelection):
    """The facets of the hits."""

    titles = TITLES

    def __init__(self, parameters: SearchParameters, found: search.Results) -> None:
        self.parameters, self.found = parameters, found
        self.chosen = parameters.filters.chosen
        self.reset = parameters.without_filters

    @cached_property
    def _counts(self) -> dict[str, list[tuple[str, int]]]:
        counts = {name: self.found.counts.values(name, MAX_VALUES if name != "year" else None) for name in TITLES}
        return counts | {"year": sorted(counts["year"], reverse=True)}

    @cached_property
    def _labels(self) -> dict[str, dict[str, str]]:
        return {
            "record": {name: str(label) for name, label in RECORDS.items()},
            **self._names,
            "has": {name: str(label) for name, label in HAS_CHOICES.items()},
        }

    @cached_property
    def _names(self) -> dict[str, dict[str, str]]:
        """By facet and slug: the names of the values that are records, read in one statement."""
        first, *others = [
            self._named("organisation", Organisation.objects, Organisation.objects.published(), "short_name"),
            self._named("topic", Topic.objects, Topic.objects.published(), "name"),
            self._named("kind", ConferenceKind.objects, self._kinds(), "name" if is_russian() else "name_en"),
        ]
        names: dict[str, dict[str, str]] = defaultdict(dict)
        for facet, slug, name in first.union(*others, all=True):
            names[facet][slug] = name
        return names

    @staticmethod
    def _kinds() -> QuerySet:
        """The kinds of public conferences: a kind in the address may be one that only hidden events have."""
        return ConferenceKind.objects.filter(Exists(Conference.objects.published().filter(kind=OuterRef("pk"))))

    def _named(self, facet: str, records: Any, public: QuerySet, column: str) -> QuerySet:
        """Rows of facet, slug and name: the column, or `name` where it is empty.

        The values of public hits are public; one in the address may not be.
        """
        counted = [value for value, _count in self._counts[facet]]
        others = [value for name, value in self.chosen if name == facet and value not in counted]
        return (
            records.filter(Q(slug__in=counted) | Q(pk__in=public.filter(slug__in=others).order_by().values("pk")))
            .order_by()
            .annotate(facet=Constant(facet), label_shown=Coalesce(NullIf(column, Constant("")), "name"))
            .values_list("facet", "slug", "label_shown")
        )

    def values(self, name: str) -> list[Value]:
        return [Value(value, self.label(name, value), count) for value, count in self._counts[name]]

    def label(self, name: str, value: str) -> str:
        return self._labels.get(name, {}).get(value) or value.replace("_", " ")

    @cached_property
    def _address_starts(self) -> dict[str, str]:
        return {name: self.parameters.start(name) for name in TITLES}

    def address_with(self, name: str, value: str) -> str:
        return self._address_starts[name] + quote_plus(value)

    def address_without(self, name: str, value: str) -> str:
        return f"?{self.parameters.query(without=(name, value))}"


class Beside:
    """What a page shows beside its hits and the index does not have."""

    def __init__(self, hits: list[SearchDocument]) -> None:
        self.unsure_events = unsure_events(hits) if hits else {}
        uids = {search.moment_of(one)[0] for one in hits if one.kind == SearchDocument.Kind.PASSAGE}
        found = Recording.objects.published().select_related("talk__kind", "conference__kind").filter(uid__in=uids)
        self.recordings = {str(one.uid): one for one in found} if uids else {}

    def may_show(self, document: SearchDocument) -> bool:
        return document.kind != SearchDocument.Kind.PASSAGE or search.moment_of(document)[0] in self.recordings


def groups(parameters: SearchParameters, found: search.Results, beside: Beside) -> list[dict[str, Any]]:
    """The best hits of each kind with the number of all."""
    counts = dict(found.counts.values("record"))
    shown = groupby((one for one in found.hits if beside.may_show(one)), record_kind)
    return [
        {
            "title": RECORDS[kind],
            "kind": kind,
            "count": counts.get(kind, len(documents)),
            "address": parameters.start("record") + kind,
            "hits": [hit(document, found, beside) for document in documents],
        }
        for kind, documents in ((kind, list(documents)) for kind, documents in shown)
    ]


def unsure_events(hits: list[SearchDocument]) -> dict[tuple[str, str], Conference]:
    """By kind and slug of a hit: the event that it is or belongs to, if that is not known to have taken place."""
    # No record has the slug "": one statement, whatever kinds the hits are of.
    slugs = {kind: {"", *(one.slug for one in hits if one.kind_name == kind)} for kind in ("conference", "talk")}
    found = FilteredRelation("talks", condition=Q(talks__slug__in=slugs["talk"]))
    events = (
        Conference.objects.published()
        .exclude(state__in=("", Conference.State.HELD))
        .annotate(found=found, talk_slug=F("found__slug"))
        .filter(Q(slug__in=slugs["conference"]) | Q(found__isnull=False))
        .prefetch_related("dates")
    )
    return {
        (kind, slug): one
        for one in events
        for kind, slug in (("conference", one.slug), ("talk", one.talk_slug))
        if slug in slugs[kind]
    }


def hit(document: SearchDocument, found: search.Results, beside: Beside) -> dict[str, Any]:
    """One hit with its matching words highlighted; the snippet does not repeat the title and the subtitle."""
    lemmas = found.lemmas
    if document.kind == SearchDocument.Kind.PASSAGE:
        return passage(document, lemmas, beside)
    # A name is written as it is; what is named by its kind, or is a topic, begins a line here.
    name = capfirst(document.title) if document.kind_name in ("conference", "talk", "topic") else document.title
    title, subtitle = (search.highlight(text, lemmas) for text in (name, document.subtitle))
    lines = [*document.body.split("\n"), *document.context.split("\n"), document.names.replace("\n", " · ")]
    if "<mark>" in title + subtitle:
        shown = {document.title, *document.subtitle.split(" · ")}
        lines = [line for line in lines if len(line) >= MIN_LINE and line not in shown]
    return {
        "kind": document.kind_name,
        "kind_label": KIND_OF_HIT[record_kind(document)],
        "address": address(document),
        "language": document.language,
        "title": title,
        "subtitle": subtitle,
        "date": document.date if document.kind_name in ("conference", "talk") else None,
        "has_date": document.kind_name in ("conference", "talk"),
        "event": beside.unsure_events.get((document.kind_name, document.slug)),
        "snippet": search.snippet(lines, lemmas),
    }


def passage(document: SearchDocument, lemmas: frozenset[str], beside: Beside) -> dict[str, Any]:
    """What was said, from which second of which recording."""
    uid, second = search.moment_of(document)
    recording = beside.recordings[uid]
    conference = recording.conference
    return {
        "kind": document.kind_name,
        "kind_label": KIND_OF_HIT[document.kind_name],
        "address": address(document),
        "language": conference.language,
        "title": f"{clock(second)} — {capfirst(recording.label)}",
        "subtitle": "" if recording.label == conference.label else conference.label,
        "date": document.date,
        "has_date": True,
        "event": None,
        "snippet_language": document.language,
        "snippet": search.snippet(document.body.split("\n"), lemmas),
    }


def record_kind(document: SearchDocument) -> str:
    """The kind by which hits are counted: a welcome is no talk."""
    return "other" if search.OTHER in document.facets.split() else document.kind_name


def address(document: SearchDocument) -> str:
    if document.kind == SearchDocument.Kind.PASSAGE:
        uid, second = search.moment_of(document)
        return f"{reverse('events:recording', args=[uid])}?t={second}#t={second}"
    return reverse(f"events:{document.kind_name}", args=[document.slug])


def overview() -> dict[str, Any]:
    """The most frequent topics and all years of the archive, for a page without hits."""
    counts = search.search("", search.Filters((("record", "conference"),)), synonyms=()).counts
    topics = [slug for slug, _count in counts.values("topic", MAX_TOPICS)]
    return {
        "topics": Topic.objects.filter(slug__in=topics),
        "years": sorted((year for year, _count in counts.values("year")), reverse=True),
    }
