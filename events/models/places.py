"""Places as the archive knows them: regions with their towns, of organisations and of events."""

from collections import Counter, defaultdict
from collections.abc import Collection
from typing import NamedTuple

from django.db.models import Q
from django.utils.functional import cached_property

from .conference import Conference, ConferenceQuerySet
from .people import Organisation, OrganisationQuerySet


class Place(NamedTuple):
    """A region (without one a country), and a town of it; "" for what is not known."""

    region: str
    city: str


class Places:
    """The places of all public organisations and events.

    A town without a region belongs to the region, without any to the country, that other organisations of that town
    have, if there is only one. A department without a place is where its organisation is.
    """

    def __init__(self) -> None:
        records = Organisation.objects.published()
        columns = ("slug", "name", "short_name", "language", "region", "country", "city", "parent", "kind")
        self.organisations = list(records.select_related("kind").only(*columns))
        regions, countries = defaultdict(set), defaultdict(set)
        for organisation in self.organisations:
            regions[organisation.city].add(organisation.region)
            countries[organisation.city].add(organisation.country)
        self._region_of = {}
        for city in filter(None, regions):
            known = regions[city] - {""} or countries[city] - {""}
            if len(known) == 1:
                (self._region_of[city],) = known

    @cached_property
    def cities(self) -> set[str]:
        """The towns of public events."""
        cities = Conference.objects.published().exclude(city="").order_by().values_list("city", flat=True)
        return set(cities.distinct())

    def place(self, organisation: Organisation) -> Place:
        region = organisation.region or self._region_of.get(organisation.city) or organisation.country
        return Place(region, organisation.city)

    def place_of_city(self, city: str) -> Place:
        return Place(self._region_of.get(city, ""), city)

    @cached_property
    def regions(self) -> dict[str, dict[str, int]]:
        """Regions in order with their towns, each with the number of organisations; "" comes last.

        An organisation without any place is in the town "" of the region "".
        """
        counts = Counter(
            self.place(organisation)
            for organisation in self.organisations
            if any(self.place(organisation)) or organisation.parent_id is None
        )
        places = sorted({*counts, *map(self.place_of_city, self.cities)}, key=_order)
        regions: dict[str, dict[str, int]] = {}
        for place in places:
            regions.setdefault(place.region, {})[place.city] = counts[place]
        return regions

    def organisations_at(self, region: str, city: str | None) -> list[Organisation]:
        """Organisations of a town, of none that is known (""), or of the whole region (None); in alphabetical order."""
        found = [one for one in self.organisations if _is_at(self.place(one), region, city)]
        found = [one for one in found if any(self.place(one)) or (city == "" and one.parent_id is None)]
        return sorted(found, key=lambda organisation: (organisation.name.casefold(), organisation.pk))

    def organisations_of(self, region: str, city: str | None) -> OrganisationQuerySet:
        """The organisations of a place with their departments that have no place of their own."""
        at = [organisation.pk for organisation in self.organisations_at(region, city)]
        return Organisation.objects.filter(Q(pk__in=at) | Q(parent__in=at, region="", country="", city=""))

    def conferences_at(self, region: str, city: str | None) -> ConferenceQuerySet:
        """Conferences in that town, or in which an organisation of it takes part or is the venue."""
        return self.narrow(Conference.objects.published(), region, city)

    def narrow(
        self,
        conferences: ConferenceQuerySet,
        region: str,
        city: str | None,
        roles: Collection[str] | None = None,
    ) -> ConferenceQuerySet:
        """Those of the conferences that are in that town or in which an organisation of it takes part.

        With `roles` those in which an organisation of the place has one of these roles.
        """
        condition = conferences.taking_part(self.organisations_of(region, city), roles)
        if roles is None:
            condition |= Q(city__in=self._towns(region, city))
        return conferences.filter(condition)

    def _towns(self, region: str, city: str | None) -> list[str]:
        """The towns of that place that an event may be in."""
        # What region a town is in, organisations say; only what is in none must be asked of the events.
        towns = [city] if city else self._region_of if region else self.cities
        return [town for town in towns if _is_at(self.place_of_city(town), region, city)]


def _is_at(place: Place, region: str, city: str | None) -> bool:
    return place.region == region and city in (None, place.city)


def _order(place: Place) -> tuple[bool, str, bool, str]:
    """A sort key that puts unknown regions and towns last."""
    return (not place.region, place.region.casefold(), not place.city, place.city.casefold())
