"""Lists of events, talks and recordings (подборки): a reader’s own, which lives in its address; those of staff."""

import uuid
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import search
from ..export import bibliography, citations, ris
from ..export import record as description
from ..models import (
    COLLECTED,
    MOST_COLLECTED,
    Conference,
    CuratedCollection,
    Recording,
    ShownVersion,
    SpeakerParticipation,
    Talk,
)
from .generic import PublicList, RecordPage, shown_as
from .search import synonyms

HITS, TITLE = 20, 200


class Collection:
    """Records in an order, with a title."""

    def __init__(self, uids: list[uuid.UUID], title: str) -> None:
        self.uids, self.title = uids, title
        self.records: list[Any] = self._load()

    @classmethod
    def of(cls, request: HttpRequest) -> "Collection":
        """The list of an address: `r`, the uids in their order, and `title`. Odd uids and too many of them are 404."""
        try:
            given = [uuid.UUID(text) for text in request.GET.getlist("r")]
        except ValueError as error:
            raise Http404 from error
        uids = list(dict.fromkeys(given))
        if len(uids) > MOST_COLLECTED:
            raise Http404
        return cls(uids, search.clean(request.GET.get("title", ""))[:TITLE])

    def _load(self) -> list[Any]:
        """The public records in the order of `uids`; what is not public any more is left out."""
        people = Prefetch("talk__people", SpeakerParticipation.objects.with_names())
        recordings = Recording.objects.published().select_related("talk__kind", "talk__conference__kind")
        queries = (
            Conference.objects.published().with_card(),
            Talk.objects.published().with_card().select_related("conference__venue__parent"),
            recordings.select_related(
                "conference__kind", "conference__venue__parent", "talk__conference__venue__parent"
            ).prefetch_related(people, "conference__dates", "talk__conference__dates"),
        )
        found = {one.uid: one for records in queries for one in records.filter(uid__in=self.uids)} if self.uids else {}
        return [found[uid] for uid in self.uids if uid in found]

    @property
    def heading(self) -> str:
        return self.title or _("List of records")

    def query(self, records: list[Any] | None = None) -> str:
        uids = [("r", str(one.uid)) for one in (self.records if records is None else records)]
        return urlencode([*uids, *([("title", self.title)] if self.title else [])])

    def address(self, records: list[Any]) -> str:
        return f"{reverse('events:collection')}?{self.query(records)}"

    def rows(self, request: HttpRequest) -> list[dict[str, Any]]:
        """Each record with its description, and the addresses of the list with it moved or left out."""
        rows = []
        for place, (one, citation) in enumerate(zip(self.records, self.citations(request), strict=True)):
            others = [*self.records[:place], *self.records[place + 1 :]]
            up = [*others[: place - 1], one, *others[place - 1 :]] if place else None
            down = [*others[: place + 1], one, *others[place + 1 :]] if place + 1 < len(self.records) else None
            rows.append(
                {
                    "record": one,
                    "citation": citation,
                    "up": self.address(up) if up else "",
                    "down": self.address(down) if down else "",
                    "without": self.address(others),
                }
            )
        return rows

    def citations(self, request: HttpRequest) -> list[str]:
        today = timezone.localdate()
        return [
            # A recording is described as the talk or event that it is of, with its own address.
            citations.full(
                (one.talk or one.conference) if isinstance(one, Recording) else one,
                request.build_absolute_uri(one.get_absolute_url()),
                today,
            )
            for one in self.records
        ]


def collection(request: HttpRequest) -> HttpResponse:
    """The list, to be ordered, titled and printed; below it a search whose hits can be ticked."""
    shown, chosen = ShownVersion.now(today=True), Collection.of(request)
    text = search.clean(request.GET.get("q", ""))[:TITLE]
    context = {
        "collection": chosen,
        "rows": chosen.rows(request),
        "text": text,
        "hits": _hits(text, chosen, synonyms(shown)) if text else [],
        "is_full": len(chosen.uids) >= MOST_COLLECTED,
        "most": MOST_COLLECTED,
        "list_query": chosen.query(),
        "canonical_query": chosen.query(),
    }
    return shown_as(shown, render(request, "events/collection.html", context))


def _hits(text: str, chosen: Collection, synonyms: tuple[str, ...]) -> list[Any]:
    """Events and talks that the search finds, with the recordings of those events."""
    found = search.first_hits(text, search.Filters(), synonyms=synonyms)
    for_kind = {kind: [hit.slug for hit in found if hit.kind_name == kind] for kind in ("conference", "talk")}
    events = Conference.objects.published().filter(slug__in=for_kind["conference"]).select_related("kind")
    talks = Talk.objects.published().filter(slug__in=for_kind["talk"]).select_related("kind", "conference__kind")
    records = {("conference", one.slug): one for one in events} | {("talk", one.slug): one for one in talks}
    hits = [records[key] for hit in found if (key := (hit.kind_name, hit.slug)) in records]
    conferences = [one.pk for one in hits if isinstance(one, Conference)]
    recordings = Recording.objects.published().filter(conference__in=conferences)
    hits += list(recordings.select_related("conference__kind", "talk__kind").order_by("pk")[:HITS])
    return [one for one in hits if one not in chosen.records]


def export(request: HttpRequest, name: str) -> HttpResponse:
    """The list as a numbered ГОСТ list in DOCX, or as RIS."""
    shown, chosen = ShownVersion.now(today=True), Collection.of(request)
    if name not in ("docx", "ris") or not chosen.records:
        raise Http404
    if name == "docx":
        content = bibliography.write_docx(chosen.heading, chosen.citations(request))
        content_type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    else:
        content, content_type = ris.FORMAT.file(_described(chosen, request)), ris.FORMAT.content_type
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="list.{name}"'
    response["X-Robots-Tag"] = "noindex"
    return shown_as(shown, response)


def _described(chosen: Collection, request: HttpRequest) -> list[Any]:
    base = request.build_absolute_uri("/")
    found = {}
    for model in COLLECTED:
        keys = [one.pk for one in chosen.records if isinstance(one, model)]
        found |= {one.uid: one for one in description.in_order(model, keys, base)}
    return [found[one.uid] for one in chosen.records if one.uid in found]


class CollectionList(PublicList):
    """The collections that staff published."""

    model = CuratedCollection
    paginate_by = 50
    template_name = "events/collection_list.html"
    extra_context = {"heading": gettext_lazy("Collections of the archive")}

    def get_queryset(self) -> QuerySet:
        return CuratedCollection.objects.published()


class CuratedPage(RecordPage):
    """Context: `curated`, a collection that staff published; `rows`, its public records with their citations."""

    model = CuratedCollection
    context_object_name = "curated"
    template_name = "events/collection_detail.html"
    # Its records are no relations of it: whatever happens to them changes the page.
    shows_relations_only = False

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        chosen = Collection(self.object.uids, self.object.title)
        rows = zip(chosen.records, chosen.citations(self.request), strict=True)
        return super().get_context_data(rows=list(rows), list_query=chosen.query(), **kwargs)
