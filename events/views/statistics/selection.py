"""What a report is of: the filters of its address, with its period and the roles that count."""

import calendar
import datetime
from functools import cached_property
from typing import Any

from django.http import Http404, QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from ...models import Organisation, OrganisationRole, Series, Speaker, Topic
from ...models.conference import PEOPLE
from ...russian.dates import PartialDate, format_date, format_span
from ..filters import FILTER_OF, TOOK_PLACE, TalkSelection

# Roles that count in a report if nobody chooses others.
HOSTS = ("organiser", "co-organiser")
SUBJECTS: dict[str, tuple[type, str | Promise]] = {
    "organisation": (Organisation, gettext_lazy("Organisation")),
    "speaker": (Speaker, gettext_lazy("Speaker")),
    "topic": (Topic, gettext_lazy("Topic")),
    "series": (Series, gettext_lazy("Series")),
}


class ReportSelection(TalkSelection):
    """The filters of a report: of the address, with the roles that count and without what did not take place."""

    def __init__(self, query: QueryDict) -> None:
        values = query.copy()
        self.subject_names = [name for name in (*SUBJECTS, "region", "city") if values.get(name)]
        # What is wrong with the period, and what was written there.
        self.errors: dict[str, str] = {}
        self.rejected: dict[str, str] = {}
        for name in ("from", "to"):
            self._read_date(values, name)
        if any(name in self.subject_names for name in ("organisation", "region", "city")) and not values.get("role"):
            values.setlist("role", list(HOSTS))
        values["state"] = TOOK_PLACE
        super().__init__(values)
        first, last = (self.values_of.get(name) for name in ("from", "to"))
        if first and last and PartialDate.from_iso(first).starting > f"{PartialDate.from_iso(last).ending}-X":
            self.errors["to"] = _("The period ends before it begins.")

    def _read_date(self, values: QueryDict, name: str) -> None:
        """Read a date as people write it, «март 2024»; one that cannot be read is an error and no filter."""
        if text := values.get(name, "").strip():
            try:
                date = PartialDate.from_text(text[:40])
                if date.year is None:
                    raise ValueError
                values[name] = str(date)
                return
            except ValueError:
                self.errors[name] = _("This is no date. Write a year, a month or a day: 2024, 03.2024, 15.03.2024.")
                self.rejected[name] = text[:40]
        values.pop(name, None)

    @cached_property
    def organisation_roles(self) -> dict[str, str]:
        """The roles of organisations by their code, in the order of the list."""
        roles = {role.slug: str(role) for role in OrganisationRole.objects.all()}
        return roles | {PEOPLE: _("its people took part")}

    @property
    def is_of_organisations(self) -> bool:
        return any(name in self.subject_names for name in ("organisation", "region", "city"))

    @property
    def last_day(self) -> datetime.date:
        """The last day of the period, today if it has no end."""
        if "to" not in self.values_of:
            return timezone.localdate()
        last = PartialDate.from_iso(self.values_of["to"])
        year, month = last.year or 1, last.month or 12
        return datetime.date(year, month, last.day or calendar.monthrange(year, month)[1])

    @property
    def months(self) -> tuple[str, str]:
        """The first and the last month of the period, «2024-03», "" without one: visits are counted by months."""
        first, last = (self.values_of.get(name, "")[:7] for name in ("from", "to"))
        return f"{first}-01" if len(first) == 4 else first, f"{last}-12" if len(last) == 4 else last

    @property
    def is_whole(self) -> bool:
        return not self.subject_names

    @cached_property
    def subjects(self) -> list[Any]:
        """The records and places of the address, or 404."""
        found: list[Any] = []
        for name in self.subject_names:
            if name in SUBJECTS:
                record = self.family[0] if name == "organisation" else self._record(SUBJECTS[name][0], name)
                found.append(record)
        region, city = self.values_of.get("region", ""), self.values_of.get("city")
        if (region or city) and not self.places.organisations_at(region, city):
            raise Http404
        return [*found, *filter(None, [city, region])]

    def _record(self, model: Any, name: str) -> Any:
        record = model.objects.published().filter(slug=self.values_of[name]).first()
        if record is None:
            raise Http404
        return record

    @cached_property
    def family(self) -> list[Organisation]:
        """The organisation of the address and its departments."""
        slug = self.values_of["organisation"]
        records = list(Organisation.objects.published().with_departments(slug))
        records.sort(key=lambda one: (one.slug != slug, one.name_key))
        if not records or records[0].slug != slug:
            raise Http404
        return records

    def report_query(self, **changes: str | None) -> str:
        """The query string of a report with the same filters."""
        return self.query(state=None, **changes)

    @property
    def period(self) -> str:
        first, last = (self.values_of.get(name) for name in ("from", "to"))
        language = get_language() or "ru"
        if first and last:
            start, end = PartialDate.from_iso(first), PartialDate.from_iso(last)
            if first != last and bool(start.month) == bool(end.month) and bool(start.day) == bool(end.day):
                between = format_span(start, end, language)
                return between if start.month or start.year == end.year else f"{first}–{last}"
            return format_date(start, language) if first == last else f"{short_date(first)} – {short_date(last)}"
        if first or last:
            one = "from" if first else "to"
            return FILTER_OF[one].label(first or last)
        return str(_("all years"))


def short_date(date: str) -> str:
    return format_date(PartialDate.from_iso(date), get_language() or "ru")
