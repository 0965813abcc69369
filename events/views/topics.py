"""The index of topics and the page of a topic."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy

from ..models import Conference, SearchDocument, SpeakerParticipation, Talk, Topic, relations
from ..search import list_counts
from .generic import AlphabeticalList, PagedRecordPage
from .relations import ORGANISATIONS_ON_TOPIC, SPEAKERS_ON_TOPIC


class TopicList(AlphabeticalList):
    model = Topic
    heading = gettext_lazy("Topics")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kept = list_counts.of_list(SearchDocument.Kind.CONFERENCE, "t")
        counts = kept["t"] if kept else self.count_events()
        context = super().get_context_data(**kwargs)
        for topic in context["object_list"]:
            topic.count = counts.get(topic.slug, 0)
        return context

    @staticmethod
    def count_events() -> dict[str, int]:
        return {topic.slug: topic.count for topic in Topic.objects.counted_in(Conference.objects.published())}


class TopicPage(PagedRecordPage):
    """Context: conferences that have the topic themselves or at a talk, each with `talks_on_topic`; `span`, the first
    and last day; `related`, who speaks about it and which organisations.
    """

    model = Topic

    def conferences(self) -> QuerySet:
        conferences = Conference.objects.published().on_topic(self.object.slug)
        self.span = relations.span(conferences)
        self.count = self.span["count"]
        return conferences.newest_first()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        conferences = {conference.pk: conference for conference in context["object_list"]}
        for conference in conferences.values():
            conference.talks_on_topic = []
        speakers = Prefetch("people", SpeakerParticipation.objects.with_names())
        talks = Talk.objects.filter(conference__in=conferences, topics=self.object).select_related("kind")
        for talk in talks.prefetch_related(speakers):
            conferences[talk.conference_id].talks_on_topic.append(talk)
        related = [relation.first(self.object) for relation in (SPEAKERS_ON_TOPIC, ORGANISATIONS_ON_TOPIC)]
        return context | {"span": self.span, "related": related}
