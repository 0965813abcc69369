"""Related records: the first of them on the page of a record, all of them, and the events behind each.

What is counted and what is not, `models/relations.py` says.
"""

from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from ..models import OldAddress, Organisation, Speaker, Topic, relations
from .generic import PublicList

FIRST = 10  # shown on the page of a record


class Relation(NamedTuple):
    """One kind of record that is related to another by events."""

    model: type[Organisation] | type[Speaker] | type[Topic]
    name: str
    title: str | Promise
    other_model: type[Organisation] | type[Speaker] | type[Topic]
    # All related records, the most frequent first, with `count`.
    related: Callable[..., Any]
    # The events behind a count; None where the list of events shows them.
    shared: Callable[..., Any] | None = None
    # Of a pair both of whose records have the relation to the other.
    is_mutual: bool = False

    @property
    def kind(self) -> str:
        return self.model._meta.model_name

    def first(self, record: Any, *known: Any) -> "Related":
        """The first related records, and the address of all if there are more; `known` spares `related` a query."""
        # One more than are shown says whether there are more.
        records = list(self.related(record, *known, limit=FIRST + 1))
        address = reverse(f"events:{self.kind}-{self.name}", args=[record.slug]) if len(records) > FIRST else ""
        return Related(self.title, self.with_addresses(record, records[:FIRST]), address)

    def with_addresses(self, record: Any, others: list[Any]) -> list[Any]:
        """Set `events_address` of each of the others: the events that it shares with the record."""
        for other in others:
            other.events_address = self.address(record, other)
        return others

    def address(self, record: Any, other: Any) -> str:
        if self.shared:
            slugs = [record.slug, other.slug]
            return reverse(f"events:{self.kind}-{self.name}-pair", args=sorted(slugs) if self.is_mutual else slugs)
        # Of two organisations the other one, a department, is in the list of its own events.
        filters = {self.kind: record.slug, other._meta.model_name: other.slug}
        if "speaker" in filters:
            # The list of events cannot be filtered by a person: a topic of a person is a person of that topic.
            return reverse("events:topic-speakers-pair", args=[filters["topic"], filters["speaker"]])
        return f"{reverse('events:conferences')}?{urlencode(filters)}"


class Related(NamedTuple):
    """The first related records under a title, and the address of all of them, if there are more."""

    title: str | Promise
    records: list[Any]
    address: str


PEOPLE_MET = Relation(
    Speaker, "met", gettext_lazy("People met"), Speaker, relations.speakers_met, relations.both_speakers, True
)
ORGANISATIONS_MET = Relation(
    Organisation,
    "met",
    gettext_lazy("Organisations met"),
    Organisation,
    relations.organisations_met,
    relations.both_organisations,
    True,
)
DEPARTMENTS = Relation(Organisation, "departments", gettext_lazy("Departments"), Organisation, relations.departments)
REPRESENTATIVES = Relation(
    Organisation,
    "people",
    gettext_lazy("People who represented it"),
    Speaker,
    relations.representatives,
    relations.represented,
)
TOPICS_OF_ORGANISATION = Relation(
    Organisation, "topics", gettext_lazy("Topics"), Topic, relations.topics_of_organisation
)
TOPICS_OF_SPEAKER = Relation(Speaker, "topics", gettext_lazy("Topics"), Topic, relations.topics_of_speaker)
SPEAKERS_ON_TOPIC = Relation(
    Topic, "speakers", gettext_lazy("Who speaks about it"), Speaker, relations.speakers_on, relations.speaks_on
)
ORGANISATIONS_ON_TOPIC = Relation(
    Topic, "organisations", gettext_lazy("Organisations of these events"), Organisation, relations.organisations_on
)
RELATIONS = [
    PEOPLE_MET,
    TOPICS_OF_SPEAKER,
    DEPARTMENTS,
    ORGANISATIONS_MET,
    REPRESENTATIVES,
    TOPICS_OF_ORGANISATION,
    SPEAKERS_ON_TOPIC,
    ORGANISATIONS_ON_TOPIC,
]


# The section of the archive that the records of a model belong to: its list and its name.
SECTIONS: dict[Any, tuple[str, str | Promise]] = {
    Organisation: ("events:organisations", gettext_lazy("Organisations")),
    Speaker: ("events:speakers", gettext_lazy("Speakers")),
    Topic: ("events:topics", gettext_lazy("Topics")),
}


class RelatedPage(PublicList):
    """A page that is reached through one or two records; 301 if one of them moved."""

    template_name = "events/related.html"
    relation: Relation | None = None

    def get(self, request: HttpRequest, *args: Any, **slugs: str) -> HttpResponse:
        try:
            return super().get(request, *args, **slugs)
        except Http404:
            return self.redirect(slugs)

    def redirect(self, slugs: dict[str, str]) -> HttpResponse:
        """Redirect to the present address of public records."""
        models = {"slug": self.relation.model, "other": self.relation.other_model}
        moved = {name: OldAddress.current(models[name], slug) or slug for name, slug in slugs.items()}
        if moved == slugs or not all(
            models[name].objects.published().filter(slug=slug).exists() for name, slug in moved.items()
        ):
            raise Http404
        return redirect(f"events:{self.request.resolver_match.url_name}", permanent=True, **moved)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        section, section_title = SECTIONS[self.relation.model]
        return super().get_context_data(
            title=self.relation.title, section=section, section_title=section_title, **kwargs
        )

    def record(self, model: Any, slug: str) -> Any:
        record = model.objects.published().filter(slug=slug).first()
        if record is None:
            raise Http404
        return record


class RelationList(RelatedPage):
    """Context: the `record` and all that it is related to in one way."""

    paginate_by = 100

    def get_queryset(self) -> Any:
        self.subject = self.record(self.relation.model, self.kwargs["slug"])
        found = self.relation.related(self.subject)
        return found if isinstance(found, QuerySet) else list(found)

    def get_paginator(self, *args: Any, **kwargs: Any) -> Paginator:
        return Paginator(*args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        heading = f"{self.relation.title}: {self.subject}"
        context = super().get_context_data(subject=self.subject, heading=heading, **kwargs)
        if not context["paginator"].count:
            raise Http404
        return context | {"object_list": self.relation.with_addresses(self.subject, list(context["object_list"]))}


class PairPage(RelatedPage):
    """The events that two records share. Context: `subject`, `other`, `span`, the first and last day."""

    row_template = "events/_conference_row.html"

    def get(self, request: HttpRequest, *args: Any, **slugs: str) -> HttpResponse:
        if self.relation.is_mutual and slugs["slug"] > slugs["other"]:
            # A pair has one address.
            slug, other = slugs["other"], slugs["slug"]
            return redirect(request.resolver_match.view_name, permanent=True, slug=slug, other=other)
        return super().get(request, *args, **slugs)

    def get_queryset(self) -> QuerySet:
        self.subject = self.record(self.relation.model, self.kwargs["slug"])
        self.other = self.record(self.relation.other_model, self.kwargs["other"])
        conferences = self.relation.shared(self.subject, self.other)
        self.span = relations.span(conferences)
        self.count = self.span["count"]
        if not self.count:
            raise Http404
        return conferences.newest_first()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            subject=self.subject,
            other=self.other,
            heading=f"{self.subject} — {self.other}",
            span=self.span,
            noun="meetings" if self.relation.is_mutual else "conferences",
            whole=reverse(f"events:{self.relation.kind}-{self.relation.name}", args=[self.subject.slug]),
            **kwargs,
        )
