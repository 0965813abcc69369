"""The list of conferences, the page of a conference and the page of a series."""

import itertools
from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from ..models import Conference, Contact, Series
from .filters import Selection
from .generic import PagedRecordPage, PublicList, RecordPage

# Talks above which a programme has a line for each, sections to jump to, and what there is to see before it.
LONG_PROGRAMME = 30


class ConferenceList(PublicList):
    model = Conference
    row_template = "events/_conference_row.html"

    def get_queryset(self) -> QuerySet:
        self.selection = Selection(self.request.GET, self.shown.number)
        self.count = self.selection.count
        return self.selection.ordered(self.selection.conferences())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(selection=self.selection, **kwargs)

    def canonical_query(self, page: int) -> str:
        address = self.selection.address(page=str(page) if page > 1 else None)
        return address.removeprefix("?").removeprefix(".")


class ConferencePage(RecordPage):
    """Context: `conference` (prefetched), `programme` (sessions with their talks), participations by role;
    `is_long`, whether its programme is, and the `named_sessions` to jump to; `recordings` with players, of which a long
    programme has `recordings_of_talks` in itself.
    """

    model = Conference

    @staticmethod
    def with_related(records: QuerySet) -> QuerySet:
        return records.with_page()

    def gone(self, slug: str) -> Conference | None:
        return Conference.objects.gone().filter(slug=slug).first()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        conference = self.object
        programme = conference.programme()
        is_long = sum(len(part.talks) for part in programme) > LONG_PROGRAMME
        recordings = [one for one in conference.recordings.all() if not (is_long and one.talk_id)]
        return super().get_context_data(
            programme=programme,
            is_long=is_long,
            recordings=recordings,
            recordings_of_talks=len(conference.recordings.all()) - len(recordings),
            named_sessions=[part.session for part in programme if part.session],
            talk_count=sum(talk.is_numbered for talk in conference.talks.all()),
            people_by_role=by_role(conference.own_people),
            organisations_by_role=by_role(conference.own_organisations),
            contacts=Contact.objects.of_organisers(conference),
            **kwargs,
        )


def by_role(participations: Iterable[Any]) -> list[tuple[Any, list[Any]]]:
    """Each role with its participations, in the order of the list of roles."""
    ordered = sorted(participations, key=lambda part: (part.role.order, part.role_id))
    return [(role, list(group)) for role, group in itertools.groupby(ordered, lambda part: part.role)]


class SeriesPage(PagedRecordPage):
    model = Series
    row_template = "events/_conference_row.html"

    def conferences(self) -> QuerySet:
        return Conference.objects.published().filter(series=self.object).newest_first()
