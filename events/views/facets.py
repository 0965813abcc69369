"""Facets of a list with the values chosen in its address, for `_facets.html` and `_active_filters.html`.

The list of events counts its facets in the database (`filters.py`), the search page in its index (`search.py`).
"""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from confarchive.cache import by_revision

T = TypeVar("T")

MAX_VALUES = 12  # shown of organisations, topics and places; their index pages have all
HAS_CHOICES = {
    "recording": gettext_lazy("recording"),
    "slides": gettext_lazy("slides"),
    "materials": gettext_lazy("materials"),
    "photos": gettext_lazy("photos"),
}


class Value(NamedTuple):
    """A value that can be chosen, as in the address; how many records of the list have it."""

    value: str
    label: str
    count: int
    language: str = ""


class FacetSelection:
    """The facets of a list and what is chosen of them; a subclass counts the values and makes the addresses."""

    titles: Mapping[str, str | Promise]
    # (name of the facet, value) as in the address.
    chosen: tuple[tuple[str, str], ...]
    # Address of the list with nothing chosen.
    reset = "."
    # The revision of the public archive by which the facets are kept while nothing is chosen; None: they are not.
    revision: int | None = None

    def values(self, name: str) -> list[Value]:
        """The values of a facet among the records that the other chosen ones leave."""
        raise NotImplementedError

    def label(self, name: str, value: str) -> str:
        """The label of a chosen value that no record of the list has."""
        raise NotImplementedError

    def address_with(self, name: str, value: str) -> str:
        """Address of the list with one more value chosen."""
        raise NotImplementedError

    def address_without(self, name: str, value: str) -> str:
        """Address of the list without one of the chosen values."""
        raise NotImplementedError

    def title(self, name: str) -> str | Promise:
        return self.titles[name]

    def index(self, name: str) -> str:
        """Address of the page with all values of a facet; "" if there is none."""
        return ""

    @cached_property
    def facets(self) -> list[dict[str, Any]]:
        return self.kept("facets", lambda: [self._facet(name, title) for name, title in self.titles.items()])

    def kept(self, what: str, make: Callable[[], T]) -> T:
        """What is made of the whole list, kept by the revision; of a part of it made anew."""
        if self.chosen or self.revision is None:
            return make()
        return by_revision(f"{self.kept_name}:{what}", self.revision, make)

    @property
    def kept_name(self) -> str:
        """The name of the list, its order included, since addresses of facets have it."""
        raise NotImplementedError

    def _facet(self, name: str, title: str | Promise) -> dict[str, Any]:
        values = [
            {
                "label": value.label,
                "count": value.count,
                "language": value.language,
                "chosen": (name, value.value) in self.chosen,
                "address": self.address_with(name, value.value),
            }
            for value in self.values(name)
        ]
        return {
            "name": name,
            "title": str(title),
            "is_chosen": any(name == chosen for chosen, _value in self.chosen),
            "more": self.index(name) if len(values) == MAX_VALUES else "",
            "values": values,
        }

    @cached_property
    def chips(self) -> list[dict[str, Any]]:
        """The chosen values, each with the address of the list without it."""
        return [
            {
                "name": name,
                "title": self.title(name),
                "label": self.label(name, value),
                "address": self.address_without(name, value),
            }
            for name, value in self.chosen
        ]
