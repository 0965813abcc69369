"""SQLite’s full-text index (FTS5) over terms that we made. It only compares them."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import product

from django.db import connection

from ..models import SearchDocument, SearchWord
from .entries import ADD_COUNTS, WORD, Document, Entry, favour, in_front
from .query import AllOf, Beginning, Node, Run, Without, token

TABLE = "events_searchindex"
COLUMNS = ("facets", "heads", "title", "names", "also", "context", "body", "other")
# The words of names stand in `heads` once more, which bm25() takes for length.
RANK = f"bm25({TABLE}, 0, 10, 10, 6, 6, 3, 1, 0.5) * {favour('rowid', conferences=1.3, named=1.025)}"
# Before it ranks anything bm25() goes through all records that have any of the words, to know how rare each is.
DEAR = 150_000
# To look for so many words together, or for a phrase, takes about as long in a sample as in all records.
DEAR_TOGETHER = 3
# A phrase is enumerated over the readings of its words: FTS5 has no alternatives inside one.
MOST_READINGS = 64
_KINDS = {token(f"k:{kind.name.lower()}"): int(kind) for kind in SearchDocument.Kind}
FACETS = "events_searchdocument_facets"
_IN_ORDER = "{title names also context body}"


@contextmanager
def in_bulk() -> Iterator[None]:
    """While everything is written anew, pages are put back into the file after many batches, not after each; a batch is
    sorted into the index at one go, and what stands there is merged more seldom.
    """
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_autocheckpoint = 16000")
        _configure(automerge=8, hashsize=32 << 20)
        try:
            yield
        finally:
            _configure(automerge=4, hashsize=1 << 20)
            cursor.execute("PRAGMA wal_autocheckpoint = 1000")


def _configure(**options: int) -> None:
    """Sets options of FTS5. It keeps them in the database; after a crash those of a rebuild do no harm."""
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {TABLE} ({TABLE}, rank) VALUES (%s, %s)", list(options.items()))


def store(documents: Iterable[Document]) -> None:
    """As bulk_create(), which takes six times as long for its care of keys and relations that these rows have not."""
    _insert(SearchDocument._meta.db_table, Document._fields, documents)


def write(entries: Iterable[Entry]) -> None:
    rows = ((entry.id, *[" ".join(getattr(entry, column)) for column in COLUMNS]) for entry in entries)
    _insert(TABLE, ("rowid", *COLUMNS), rows)


def add_words(words: Iterable[tuple[str, str, str, int, int]]) -> None:
    """Adds to the counts of words; of each its stem and that from its end."""
    _insert(SearchWord._meta.db_table, WORD, words, ADD_COUNTS)


def _insert(table: str, columns: Sequence[str], rows: Iterable[Sequence], rest: str = "") -> None:
    marks = ", ".join(["%s"] * len(columns))
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks}) {rest}", list(rows))


def differing(entries: list[Entry]) -> list[int]:
    """The numbers of the entries that the index holds otherwise or not at all."""
    columns = " || char(10) || ".join(COLUMNS)
    numbers = ",".join(str(entry.id) for entry in entries)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT rowid, {columns} FROM {TABLE} WHERE rowid IN ({numbers})")
        stored = dict(cursor.fetchall())
    return [one.id for one in entries if stored.get(one.id) != "\n".join(" ".join(getattr(one, c)) for c in COLUMNS)]


def numbers(after: int, limit: int) -> list[int]:
    """What the index holds, in order."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT rowid FROM {TABLE} WHERE rowid > %s ORDER BY rowid LIMIT %s", [after, limit])
        return [pk for (pk,) in cursor.fetchall()]


def facets(node: Node, limit: int) -> list[tuple[int, str]]:
    """Number and facets of each matching public record, from the index of nothing else: a page reads hundreds."""
    documents = f"{SearchDocument._meta.db_table} d INDEXED BY {FACETS}"
    rest = f"AND d.id = i.rowid LIMIT {limit:d}"
    return _select("d.id, d.facets", node, False, rest, f"CROSS JOIN {documents}")


def newest(node: Node, hidden: bool, limit: int, offset: int = 0, many: bool = False) -> list[int]:
    """The newest first; it is all one here whether `many` match."""
    return [pk for (pk,) in _select("rowid", node, hidden, f"ORDER BY rowid DESC LIMIT {limit:d} OFFSET {offset:d}")]


def ranked(node: Node, words: Node, hidden: bool, limit: int, offset: int = 0, first: Iterable[int] = ()) -> list[int]:
    """The best first, before them those that are named; of equals the newest.

    A kind is told by the number: as a term bm25() would go through all records of it to know how rare it is.
    """
    node, kinds = _without_kinds(node)
    of_kinds = "".join(f" AND (rowid >> 32) & 7 = {kind:d}" for kind in kinds)
    order = f"{of_kinds} ORDER BY {in_front('rowid', first)}{RANK}, rowid DESC LIMIT {limit:d} OFFSET {offset:d}"
    return [pk for (pk,) in _select("rowid", node, hidden, order)]


def _without_kinds(node: Node) -> tuple[Node, list[int]]:
    """The node without the kinds it is narrowed to, and these; a node of nothing but a kind keeps it."""
    if not isinstance(node, AllOf):
        return node, []
    parts, kinds = [], []
    for part in node.parts:
        if part in _KINDS:
            kinds.append(_KINDS[part])
        else:
            rest, of_part = _without_kinds(part)
            parts.append(rest)
            kinds += of_part
    return (AllOf(tuple(parts)), kinds) if parts else (node, [])


def count(node: Node) -> int:
    """How many public records match."""
    return _select("COUNT(*)", node, False, "")[0][0]


def exists(node: Node) -> bool:
    """Does any public record match?"""
    return bool(_select("1", node, False, "LIMIT 1"))


def _select(what: str, node: Node, hidden: bool, rest: str, joined: str = "") -> list[tuple]:
    scope = "" if hidden else f" AND i.rowid < {SearchDocument.FIRST_HIDDEN}"
    sql = f"SELECT {what} FROM {TABLE} i {joined} WHERE {TABLE} MATCH %s{scope} {rest}"
    with connection.cursor() as cursor:
        cursor.execute(sql, [expression(node)])
        return cursor.fetchall()


def expression(node: Node) -> str:
    """The node in FTS5’s language: every term quoted, so nothing typed is syntax."""
    if isinstance(node, Run):
        return _run(node)
    if isinstance(node, Beginning):
        return f"({_quoted(node.start)} *)"
    if isinstance(node, Without):
        return f"({expression(node.wanted)} NOT {expression(node.unwanted)})"
    sign = " AND " if isinstance(node, AllOf) else " OR "
    return f"({sign.join(filter(None, map(expression, node.parts)))})" if node.parts else ""


def _run(run: Run) -> str:
    if len(run.words) == 1:
        return f"({' OR '.join(_quoted(term) for term in run.words[0])})"
    readings = [_quoted(" ".join(words)) for words, _ in zip(product(*run.words), range(MOST_READINGS), strict=False)]
    return f"({_IN_ORDER} : ({' OR '.join(readings)}))"


def _quoted(terms: str) -> str:
    return '"' + terms.replace('"', '""') + '"'
