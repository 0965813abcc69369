"""SQLite: an FTS5 table of terms. FTS5 only compares terms; the analysis is ours."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import product

from django.db import connection

from ...models import SearchDocument, SearchWord
from ...planner import analyze
from ..analysis import Document, IndexedDocument
from ..builders import OTHER
from ..nodes import And, Node, Not, Phrase, Prefix, single_term
from .sql import ADD_COUNTS, WORD_COLUMNS, boost, pinned

TABLE = "events_searchindex"
# Column of the FTS5 table → attribute of IndexedDocument.
COLUMNS = {
    "facets": "facets",
    "heads": "title_terms",
    "title": "title",
    "names": "names",
    "also": "alternate_forms",
    "context": "context",
    "body": "body",
    "other": "secondary_readings",
}
# Names are in the column of title terms once more, which bm25() counts as length.
RANK = f"bm25({TABLE}, 0, 10, 10, 6, 6, 3, 1, 0.5) * {boost('rowid', conferences=1.3, named=1.025)}"
# bm25() reads all rows with any of the words before it ranks, for their document frequencies: a limit of rows.
EXPENSIVE = 150_000
# A query of so many words, or a phrase, costs about the same in a sample as in all records.
MANY_TERM_THRESHOLD = 3
# A phrase becomes one for each combination of its words' lemmas: FTS5 has no alternatives inside a phrase.
MAX_READINGS = 64
_KINDS = {single_term(f"k:{kind.name.lower()}"): int(kind) for kind in SearchDocument.Kind}
FACETS = "events_searchdocument_facets"
_IN_ORDER = "{title names also context body}"
_PUBLIC = f"FROM {TABLE} WHERE {TABLE} MATCH %s AND rowid < {SearchDocument.FIRST_UNPUBLISHED}"
_NEWEST = f"SELECT rowid {_PUBLIC} ORDER BY rowid DESC LIMIT {{limit:d}}"


@contextmanager
def in_bulk() -> Iterator[None]:
    """Settings for a rebuild: the write-ahead log is checkpointed and index segments are merged less often, and a batch
    is one segment.
    """
    with connection.cursor() as cursor, _small_page_cache():
        cursor.execute("PRAGMA wal_autocheckpoint = 16000")
        _configure(automerge=8, hashsize=32 << 20)
        try:
            yield
        finally:
            _configure(automerge=4, hashsize=1 << 20)
            cursor.execute("PRAGMA wal_autocheckpoint = 1000")
        if not connection.in_atomic_block:
            analyze()


@contextmanager
def _small_page_cache() -> Iterator[None]:
    """Keep few pages of the database: a rebuild reads each once, and would only keep what it has written."""
    with connection.cursor() as cursor:
        usual = cursor.execute("PRAGMA cache_size").fetchone()[0]
        cursor.execute("PRAGMA cache_size = -8192")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA cache_size = {usual:d}")


def _configure(**options: int) -> None:
    """Set options of FTS5. They are kept in the database; those of a rebuild do no harm after a crash."""
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {TABLE} ({TABLE}, rank) VALUES (%s, %s)", list(options.items()))


def store_documents(documents: Iterable[Document]) -> None:
    """Insert documents. bulk_create() would take six times as long."""
    _insert(SearchDocument._meta.db_table, Document._fields, documents)


def store_terms(documents: Iterable[IndexedDocument]) -> None:
    """Insert the terms of documents."""
    rows = ((document.id, *_terms(document)) for document in documents)
    _insert(TABLE, ("rowid", *COLUMNS), rows)


def add_words(words: Iterable[tuple[str, str, str, int, int]]) -> None:
    """Add to the counts of words: rows of WORD_COLUMNS."""
    _insert(SearchWord._meta.db_table, WORD_COLUMNS, words, ADD_COUNTS)


def _insert(table: str, columns: Sequence[str], rows: Iterable[Sequence], rest: str = "") -> None:
    marks = ", ".join(["%s"] * len(columns))
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks}) {rest}", list(rows))


def stale_ids(documents: list[IndexedDocument]) -> list[int]:
    """Ids of the documents whose terms in the index differ or are missing."""
    columns = " || char(10) || ".join(COLUMNS)
    ids = ",".join(str(document.id) for document in documents)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT rowid, {columns} FROM {TABLE} WHERE rowid IN ({ids})")
        stored = dict(cursor.fetchall())
    return [document.id for document in documents if stored.get(document.id) != "\n".join(_terms(document))]


def _terms(document: IndexedDocument) -> Iterator[str]:
    return (" ".join(getattr(document, attribute)) for attribute in COLUMNS.values())


def indexed_ids(after: int, limit: int) -> list[int]:
    """Ids in the full-text index that follow `after`, in order."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT rowid FROM {TABLE} WHERE rowid > %s ORDER BY rowid LIMIT %s", [after, limit])
        return [pk for (pk,) in cursor.fetchall()]


def facets(node: Node, limit: int) -> list[tuple[int, str]]:
    """Id and facet terms of each matching public record, from a covering index."""
    documents = f"{SearchDocument._meta.db_table} d INDEXED BY {FACETS}"
    rest = f"AND d.id = i.rowid LIMIT {limit:d}"
    return _select("d.id, d.facets", node, False, rest, f"CROSS JOIN {documents}")


def newest(node: Node, include_unpublished: bool, limit: int, offset: int = 0, many: bool = False) -> list[int]:
    """Ids, the newest first. `many` makes no difference here."""
    return [
        pk
        for (pk,) in _select(
            "rowid", node, include_unpublished, f"ORDER BY rowid DESC LIMIT {limit:d} OFFSET {offset:d}"
        )
    ]


def newest_of_each(nodes: list[tuple[Node, bool]], limit: int) -> list[int]:
    """The newest public ids of each node, in one statement; the flags are `many` of `newest`."""
    each = f"SELECT * FROM ({_NEWEST.format(limit=limit)})"
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join([each] * len(nodes)), [expression(node) for node, _many in nodes])
        return [pk for (pk,) in cursor.fetchall()]


def ranked(node: Node, words: Node, limit: int, offset: int = 0, first: tuple[Node, int] | None = None) -> list[int]:
    """Ids, the most relevant first, of ties the newest; before them the newest of a node, so many as `first` says.

    A filter by kind compares ids: for a term bm25() would read all rows that have it.
    """
    node, kinds = _without_kinds(node)
    if SearchDocument.Kind.TALK in kinds:
        # They have the kind of talks in their ids.
        node = Not(node, single_term(OTHER))
    of_kinds = "".join(f" AND (rowid >> 32) & 7 = {kind:d}" for kind in kinds)
    before = pinned("rowid", _NEWEST.format(limit=first[1]) if first else "")
    order = f"{of_kinds} ORDER BY {before}{RANK}, rowid DESC LIMIT {limit:d} OFFSET {offset:d}"
    parameters = [expression(first[0])] if first else []
    return [pk for (pk,) in _select("rowid", node, False, order, parameters=parameters)]


def _without_kinds(node: Node) -> tuple[Node, list[int]]:
    """Split the kinds off that a node is narrowed to; a node of nothing but a kind keeps it."""
    if not isinstance(node, And):
        return node, []
    parts, kinds = [], []
    for part in node.parts:
        if part in _KINDS:
            kinds.append(_KINDS[part])
        else:
            rest, of_part = _without_kinds(part)
            parts.append(rest)
            kinds += of_part
    return (And(tuple(parts)), kinds) if parts else (node, [])


def count(node: Node) -> int:
    """Number of public records that match."""
    return _select("COUNT(*)", node, False, "")[0][0]


def exist(nodes: list[Node]) -> list[bool]:
    """Whether any public record matches, of each node, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join([f'EXISTS (SELECT 1 {_PUBLIC})'] * len(nodes))}", list(map(expression, nodes))
        )
        return list(map(bool, cursor.fetchone()))


def _select(
    what: str, node: Node, include_unpublished: bool, rest: str, joined: str = "", parameters: Iterable[str] = ()
) -> list[tuple]:
    scope = "" if include_unpublished else f" AND i.rowid < {SearchDocument.FIRST_UNPUBLISHED}"
    sql = f"SELECT {what} FROM {TABLE} i {joined} WHERE {TABLE} MATCH %s{scope} {rest}"
    with connection.cursor() as cursor:
        cursor.execute(sql, [expression(node), *parameters])
        return cursor.fetchall()


def expression(node: Node) -> str:
    """The node in the FTS5 query syntax, every term quoted."""
    if isinstance(node, Phrase):
        return _phrase(node)
    if isinstance(node, Prefix):
        return f"({_quoted(node.start)} *)"
    if isinstance(node, Not):
        return f"({expression(node.wanted)} NOT {expression(node.excluded)})"
    sign = " AND " if isinstance(node, And) else " OR "
    return f"({sign.join(filter(None, map(expression, node.parts)))})" if node.parts else ""


def _phrase(phrase: Phrase) -> str:
    if len(phrase.words) == 1:
        return f"({' OR '.join(_quoted(term) for term in phrase.words[0])})"
    readings = [_quoted(" ".join(words)) for words, _ in zip(product(*phrase.words), range(MAX_READINGS), strict=False)]
    return f"({_IN_ORDER} : ({' OR '.join(readings)}))"


def _quoted(terms: str) -> str:
    return '"' + terms.replace('"', '""') + '"'
