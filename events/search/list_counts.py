"""Counts of whole lists, kept in rows: how many public records of a kind have each value of a facet.

They move by difference whenever a document is written, in the same transaction, and save a list that nothing narrows
from counting all its records. `check_search` compares them with the documents.
"""

from collections import Counter, defaultdict
from typing import NamedTuple

from django.db import connection
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from ..models import ListCount, SearchDocument
from .analysis import Document

Kind = SearchDocument.Kind

# What lists count: each record; the first letter of its name (`a`); the month of an event, the year of a talk's event,
# the years in which somebody took part (`y`); the kind of a talk (`d`), whether its title is known (`n`); organisations
# that are no departments (`o`). An empty value stands for what is unknown.
EACH = "*:"
# The facets of documents that lists count, too.
FACETS = {Kind.CONFERENCE: ("e", "h", "t"), Kind.TALK: ("h",)}


class Counted(NamedTuple):
    """The columns of a document that lists count by."""

    id: int
    kind: int
    facets: str
    counted: str | None


class Count(NamedTuple):
    kind: int
    facet: str
    value: str


class Changes(Counter[Count]):
    """Differences of counts, or counts made from nothing."""

    def add(self, document: Document | Counted) -> None:
        self.update(counted(document))

    def remove(self, document: Document | Counted) -> None:
        self.subtract(counted(document))

    def save(self) -> None:
        """Add the differences to the rows; a count of none has no row."""
        if rows := sorted((*key, number) for key, number in self.items() if number):
            table = ListCount._meta.db_table
            with connection.cursor() as cursor:
                cursor.executemany(
                    f"INSERT INTO {table} (kind, facet, value, count) VALUES (%s, %s, %s, %s)"
                    f" ON CONFLICT (kind, facet, value) DO UPDATE SET count = {table}.count + excluded.count",
                    rows,
                )
                if fewer := [key for *key, number in rows if number < 0]:
                    cursor.executemany(
                        f"DELETE FROM {table} WHERE kind = %s AND facet = %s AND value = %s AND count = 0", fewer
                    )


def counted(document: Document | Counted) -> list[Count]:
    """What lists count of a document; nothing of one that the public may not see."""
    if not document.counted or document.id >= SearchDocument.FIRST_UNPUBLISHED:
        return []
    names = FACETS.get(Kind(document.kind), ())
    terms = [*document.counted.split(), *(term for term in document.facets.split() if term[0] in names)]
    return [Count(document.kind, term[0], term[2:]) for term in terms]


def set_complete() -> None:
    """Note that every document is counted: lists read the rows from now on."""
    ListCount.objects.update_or_create(kind=ListCount.COMPLETE, facet="", value="", defaults={"count": 1})


def of_list(kind: int, *facets: str) -> dict[str, dict[str, int]] | None:
    """The counts of all records (`*`) and of these facets by value; None until a rebuild has counted every document."""
    wanted = Q(kind=kind, facet__in=[EACH[0], *facets]) | Q(kind=ListCount.COMPLETE)
    found: dict[str, dict[str, int]] = defaultdict(dict)
    is_complete = False
    rows = ListCount.objects.filter(wanted).values_list("kind", "facet", "value", "count")
    for row_kind, facet, value, count in rows:
        if row_kind == ListCount.COMPLETE:
            is_complete = True
        else:
            found[facet][value] = count
    return found if is_complete else None


def totals() -> dict[int, int] | None:
    """How many records each list has, by kind; None until a rebuild has counted every document."""
    rows = ListCount.objects.filter(Q(facet=EACH[0]) | Q(kind=ListCount.COMPLETE)).values_list("kind", "count")
    found = Counter(dict(rows))
    return found if ListCount.COMPLETE in found else None


def most_frequent(records: QuerySet, kind: int, facet: str, limit: int) -> QuerySet:
    """The records whose slugs are the most frequent values of a facet, and those with as many as the last: `count`."""
    values = ListCount.objects.filter(kind=kind, facet=facet)
    least = values.order_by("-count").values("count")[limit - 1 : limit]
    frequent = values.filter(count__gte=Coalesce(Subquery(least), 1))
    of_record = frequent.filter(value=OuterRef("slug")).values("count")
    return records.filter(slug__in=frequent.values("value")).annotate(count=Subquery(of_record))
