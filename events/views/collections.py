"""Lists of events, talks and recordings (подборки): a reader’s own, which lives in its address; those of staff."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.db.models import Prefetch, Q, QuerySet, prefetch_related_objects
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
# Kinds that its search finds; recordings come with their events.
SEARCHED = ("conference", "talk")


class Collection:
    """Records in an order, with a title."""

    def __init__(self, uids: list[uuid.UUID], title: str, found: Iterable[tuple[str, int]] = ()) -> None:
        self.uids, self.title = uids, title
        # Kind and key of what a search found for it, read together with its own records.
        self.found = list(found)
        by_uid, by_key = self._load()
        self.records: list[Any] = [by_uid[one] for one in uids if one in by_uid]
        self.hits: list[Any] = [by_key[one] for one in self.found if one in by_key]
        events = {one.pk for one in self.hits if isinstance(one, Conference)}
        recordings = (one for one in by_uid.values() if isinstance(one, Recording) and one.conference_id in events)
        self.hits += sorted(recordings, key=lambda one: one.pk)[:HITS]
        self.hits = [one for one in self.hits if one not in self.records]

    @classmethod
    def of(cls, request: HttpRequest, found: Iterable[tuple[str, int]] = ()) -> "Collection":
        """The list of an address: `r`, the uids in their order, and `title`. Odd uids and too many of them are 404."""
        try:
            given = [uuid.UUID(text) for text in request.GET.getlist("r")]
        except ValueError as error:
            raise Http404 from error
        uids = list(dict.fromkeys(given))
        if len(uids) > MOST_COLLECTED:
            raise Http404
        return cls(uids, search.clean(request.GET.get("title", ""))[:TITLE], found)

    def _load(self) -> tuple[dict[uuid.UUID, Any], dict[tuple[str, int], Any]]:
        """The public records by uid, and by kind and key; the events of all of them are read in one statement."""
        if not self.uids and not self.found:
            return {}, {}
        keys = {kind: [pk for one, pk in self.found if one == kind] for kind in SEARCHED}
        asked = Q(uid__in=self.uids)
        talks = list(Talk.objects.published().filter(asked | Q(pk__in=keys["talk"])).select_related("kind"))
        recordings = list(
            Recording.objects.published()
            .filter(asked | Q(conference__in=keys["conference"]))
            .select_related("talk__kind")
        )
        cited = [*talks, *(one.talk for one in recordings if one.talk)]
        events = {one.conference_id for one in (*cited, *recordings)}
        conferences = list(
            Conference.objects.published()
            .filter(asked | Q(pk__in=[*keys["conference"], *events]))
            .select_related("kind", "venue__parent")
            .with_dates()
        )
        by_pk = {one.pk: one for one in conferences}
        for one in (*cited, *recordings):
            one.conference = by_pk.get(one.conference_id) or one.conference
        prefetch_related_objects(cited, Prefetch("people", SpeakerParticipation.objects.with_names()))
        by_key = {("conference", one.pk): one for one in conferences} | {("talk", one.pk): one for one in talks}
        return {one.uid: one for one in (*conferences, *talks, *recordings)}, by_key

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
    shown = ShownVersion.now(today=True)
    text = search.clean(request.GET.get("q", ""))[:TITLE]
    chosen = Collection.of(request, search.first_keys(text, synonyms(shown), SEARCHED) if text else ())
    context = {
        "collection": chosen,
        "rows": chosen.rows(request),
        "text": text,
        "hits": chosen.hits,
        "is_full": len(chosen.uids) >= MOST_COLLECTED,
        "most": MOST_COLLECTED,
        "list_query": chosen.query(),
        "canonical_query": chosen.query(),
    }
    return shown_as(shown, render(request, "events/collection.html", context))


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
