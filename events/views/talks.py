"""The list of talks and the page of a talk."""

from typing import Any

from django.db.models import Prefetch, QuerySet

from ..models import Conference, Talk
from .filters import TalkSelection
from .generic import PublicList, RecordPage
from .related import programme_around, related_talks


class TalkList(PublicList):
    model = Talk
    row_template = "events/_talk_row.html"

    def get_queryset(self) -> QuerySet:
        self.selection = TalkSelection(self.request.GET, self.shown.number)
        self.count = self.selection.count
        return self.selection.ordered(self.selection.talks())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(selection=self.selection, **kwargs)

    def canonical_query(self, page: int) -> str:
        return self.selection.query(page=str(page) if page > 1 else None)


class TalkPage(RecordPage):
    """Context: `talk` (prefetched), its place in the `programme`, the talks `before` and `after`."""

    model = Talk
    record_path = "conference__uid"
    # Related talks are found by similarity.
    shows_relations_only = False
    similar_template = "events/_related_talks.html"

    @staticmethod
    def with_related(records: QuerySet) -> QuerySet:
        # With the event, so that the pages of many talks read the programmes together.
        programme = Prefetch("conference__talks", Talk.objects.select_related("kind", "session"))
        return records.with_page().prefetch_related(programme)

    def gone(self, slug: str) -> Conference | None:
        return Conference.objects.gone().filter(talks__slug=slug).first()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        talks = list(self.object.conference.talks.all())
        position = talks.index(self.object)
        return super().get_context_data(
            before=talks[position - 1] if position else None,
            after=next(iter(talks[position + 1 :]), None),
            programme=programme_around(talks, position) if len(talks) > 1 else [],
            programme_length=len(talks),
            **kwargs,
        )

    def similar(self, record: Talk, is_hidden: bool) -> dict[str, Any]:
        return {"related": [] if is_hidden else related_talks(record)}
