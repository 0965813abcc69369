"""The search page and what is proposed while typing."""

from functools import cached_property
from typing import Any
from urllib.parse import quote_plus, urlencode

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy, pgettext_lazy

from .. import search
from ..models import ConferenceKind, Organisation, SearchDocument, ShownVersion, Topic
from .filters import THINGS
from .generic import CountedPaginator, shown_as

SHOWN = 12  # values of a facet
TELLING = 40  # letters of a line that says more than the name it is marked in already
OVERVIEW = 16  # topics to go on with when nothing was found

TITLES: dict[str, str | Promise] = {
    "record": pgettext_lazy("facet", "What"),
    "year": gettext_lazy("Year"),
    "kind": gettext_lazy("Kind of event"),
    "place": gettext_lazy("Place"),
    "organisation": gettext_lazy("Organisation"),
    "topic": gettext_lazy("Topic"),
    "has": gettext_lazy("There is"),
}
RECORDS = {kind.name.lower(): kind.label for kind in SearchDocument.Kind}
KIND_OF_HIT = {
    "conference": gettext_lazy("conference"),
    "talk": gettext_lazy("talk"),
    "speaker": gettext_lazy("speaker"),
    "organisation": gettext_lazy("organisation"),
    "topic": gettext_lazy("topic"),
    "series": gettext_lazy("series"),
}


def results(request: HttpRequest) -> HttpResponse:
    shown = ShownVersion.now()
    asked = Asked(request.GET)
    found = search.search(asked.text, asked.filters, by_date=asked.by_date, page=asked.page, exact=asked.exact)
    if asked.page > max(1, found.pages):
        raise Http404
    paginator = CountedPaginator(
        range(found.pages * search.PAGE_SIZE), search.PAGE_SIZE, count=found.pages * search.PAGE_SIZE
    )
    page = paginator.page(asked.page)
    context = {
        "asked": asked,
        "query": asked.text,
        "found": found,
        "hits": [hit(document, found) for document in found.hits],
        "selection": Selection(asked, found),
        "page_obj": page,
        "page_numbers": paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1),
        "canonical_query": asked.query(),
    }
    if not found.hits:
        context |= overview()
    response = render(request, "events/search.html", context)
    response["X-Robots-Tag"] = "noindex"
    return shown_as(shown, response)


def suggestions(request: HttpRequest) -> JsonResponse:
    found = search.suggest(request.GET.get("q", ""))
    return JsonResponse(
        {
            "suggestions": [
                {"title": one.title, "kind": str(KIND_OF_HIT[one.kind_name]), "address": address(one)} for one in found
            ]
        }
    )


class Asked:
    """What the address asks for; what is no number where a number should be is 404."""

    def __init__(self, query: QueryDict) -> None:
        self.text = search.clean(query.get("q", ""))
        self.by_date = query.get("sort") == "date"
        self.exact = query.get("exact") == "1"
        page = query.get("page") or "1"
        if not (page.isascii() and page.isdecimal() and 0 < len(page) <= 6 and int(page)):
            raise Http404
        self.page = int(page)
        chosen = [(name, value) for name in TITLES for value in query.getlist(name)[-1 if name != "has" else None :]]
        self.filters = search.Filters.of(chosen)

    def query(self, *, without: tuple[str, str] | None = None, **more: str) -> str:
        """The address of this search without one of its filters, or with another order; always its first page."""
        return urlencode([*self._kept(**more).items(), *(one for one in self.filters.chosen if one != without)])

    def _kept(self, **more: str) -> dict[str, str]:
        kept = {"q": self.text, "sort": "date" if self.by_date else "", "exact": "1" if self.exact else "", **more}
        return {name: value for name, value in kept.items() if value}

    def start(self, name: str) -> str:
        """The address with one filter more, up to its value, or another in its place; of `has` there may be several."""
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
    def without_filters(self) -> str:
        return f"?{urlencode({'q': self.text})}"


class Selection:
    """The facets of the hits and the chosen ones, as the lists of conferences have them."""

    def __init__(self, asked: Asked, found: search.Results) -> None:
        self.asked, self.found = asked, found
        self.reset = asked.without_filters

    @cached_property
    def _values(self) -> dict[str, list[tuple[str, int]]]:
        return {name: self._shown(name) for name in TITLES}

    def _shown(self, name: str) -> list[tuple[str, int]]:
        values = self.found.counts.values(name, SHOWN if name != "year" else None)
        return sorted(values, reverse=True) if name == "year" else values

    @cached_property
    def _labels(self) -> dict[str, dict[str, str]]:
        return {
            "record": {name: str(label) for name, label in RECORDS.items()},
            "organisation": {one.slug: one.label for one in self._records("organisation", Organisation)},
            "topic": {one.slug: one.name for one in self._records("topic", Topic)},
            "kind": {kind.slug: str(kind) for kind in ConferenceKind.objects.all()},
            "has": {name: str(label) for name, label in THINGS.items()},
        }

    def _records(self, name: str, model: type[Organisation] | type[Topic]) -> list[Any]:
        """What the values of a facet name. What stands at public hits is public; what the address says may be not."""
        counts = [value for value, _count in self._values[name]]
        others = [value for facet, value in self.asked.filters.chosen if facet == name and value not in counts]
        named, chosen = model.objects.filter(slug__in=counts), model.objects.published().filter(slug__in=others)
        return [*named, *(chosen if others else ())]

    def _label(self, name: str, value: str) -> str:
        return self._labels.get(name, {}).get(value) or value.replace("_", " ")

    @cached_property
    def facets(self) -> list[dict[str, Any]]:
        chosen = self.asked.filters.chosen
        return [
            {
                "name": name,
                "title": title,
                "is_chosen": any(one[0] == name for one in chosen),
                "values": [
                    {
                        "label": self._label(name, value),
                        "count": count,
                        "chosen": (name, value) in chosen,
                        "address": start + quote_plus(value),
                    }
                    for start in [self.asked.start(name)]
                    for value, count in self._values[name]
                ],
            }
            for name, title in TITLES.items()
        ]

    @cached_property
    def chips(self) -> list[dict[str, str | Promise]]:
        return [
            {
                "name": name,
                "title": TITLES[name],
                "label": self._label(name, value),
                "address": f"?{self.asked.query(without=(name, value))}",
            }
            for name, value in self.asked.filters.chosen
        ]


def hit(document: SearchDocument, found: search.Results) -> dict[str, Any]:
    """One hit with its matching words marked; the snippet says what the title and the subtitle do not."""
    lemmas = found.lemmas
    # A name is written as it is; what is named by its kind, or is a topic, begins a line here.
    name = capfirst(document.title) if document.kind_name in ("conference", "talk", "topic") else document.title
    title, subtitle = search.highlight(name, lemmas), search.highlight(document.subtitle, lemmas)
    lines = [*document.body.split("\n"), *document.context.split("\n"), document.names.replace("\n", " · ")]
    if "<mark>" in title + subtitle:
        shown = {document.title, *document.subtitle.split(" · ")}
        lines = [line for line in lines if len(line) >= TELLING and line not in shown]
    return {
        "kind": document.kind_name,
        "kind_label": KIND_OF_HIT[document.kind_name],
        "address": address(document),
        "language": document.language,
        "title": title,
        "subtitle": subtitle,
        "date": document.date if document.kind_name in ("conference", "talk") else None,
        "has_date": document.kind_name in ("conference", "talk"),
        "snippet": search.snippet(lines, lemmas),
    }


def address(document: SearchDocument) -> str:
    return reverse(f"events:{document.kind_name}", args=[document.slug])


def overview() -> dict[str, Any]:
    """Ways to go on where nothing was found: the topics and years of the archive, from the index itself."""
    counts = search.search("", search.Filters((("record", "conference"),))).counts
    topics = [slug for slug, _count in counts.values("topic", OVERVIEW)]
    return {
        "topics": Topic.objects.filter(slug__in=topics),
        "years": sorted((year for year, _count in counts.values("year")), reverse=True),
    }
