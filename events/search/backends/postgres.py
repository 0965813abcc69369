"""PostgreSQL: a tsvector of terms with a GIN index. No text search configuration: the analysis is ours.

GIN has no positions: a phrase of common words would be looked for in every row that has them all. So the pairs of
adjacent words (bigrams) are indexed as well, each as a hash.
"""

import sys
from array import array
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, lru_cache
from itertools import chain, pairwise, product, repeat
from zlib import crc32

from django.db import connection, connections, router
from django.db.backends.utils import CursorWrapper

from ...models import SearchDocument, SearchWord
from ..analysis import SAMPLES, Document, IndexedDocument
from ..nodes import And, Node, Not, Phrase, Prefix, single_term
from .sql import ADD_COUNTS, WORD_COLUMNS, boost, pinned

TABLE = "events_searchindex"
INDEXES = ("events_searchindex_terms", "events_searchindex_pairs")
# Weights of D, C, B, A.
RANK = f"ts_rank('{{0.02, 0.2, 0.5, 1}}', terms, %s::tsquery) * {boost('id', conferences=1.2)}"
# Weights A, B, B, C, D as they are encoded with a position.
_WEIGHTS = {"title": 3 << 14, "names": 2 << 14, "alternate_forms": 2 << 14, "context": 1 << 14, "body": 0}
# No limits: ranking reads only what matches, and a sample costs little.
EXPENSIVE = MANY_TERM_THRESHOLD = None
# Limits of tsvector: the largest position, and positions of one term.
LAST_POSITION = 16383
MAX_POSITIONS = 256
PAIRS = 1 << 16
# Numbers of the samples in the same index, so that a phrase in a sample is found by it aldocument.
_SAMPLE_NUMBERS = {name: PAIRS + number for number, name in enumerate(SAMPLES)}

# Settings of a rebuild; gin_pending_list_limit is merged by pieces of work_mem.
_BULK = {"synchronous_commit": "off", "gin_pending_list_limit": "'16MB'", "work_mem": "'32MB'"}


@contextmanager
def in_bulk() -> Iterator[None]:
    """Settings for a rebuild: GIN's pending list (fastupdate), and no waiting for the disk on commit.

    A longer pending list is less work for GIN and more for each search, which reads through it.
    """
    with connection.cursor() as cursor:
        if not connection.in_atomic_block:
            # Right after a restore there are no statistics yet: people of a batch are read through all tables then.
            cursor.execute("ANALYZE")
        for name, value in _BULK.items():
            cursor.execute(f"SET {name} = {value}")
        for index in INDEXES:
            cursor.execute(f"ALTER INDEX {index} SET (fastupdate = on)")
        try:
            yield
        finally:
            for name in _BULK:
                cursor.execute(f"RESET {name}")
            for index in INDEXES:
                cursor.execute(f"ALTER INDEX {index} SET (fastupdate = off)")
                # Searches would read through the pending list.
                cursor.execute(f"SELECT gin_clean_pending_list('{index}')")
        if not connection.in_atomic_block:
            # Index-only scans need the visibility map.
            cursor.execute(f"VACUUM (ANALYZE) {TABLE}, {SearchDocument._meta.db_table}, {SearchWord._meta.db_table}")


def store_documents(documents: Iterable[Document]) -> None:
    """Insert documents."""
    _copy(SearchDocument._meta.db_table, Document._fields, documents)


def store_terms(documents: Iterable[IndexedDocument]) -> None:
    """Insert the terms of documents."""
    rows = ((document.id, " ".join(document.facets), vector(document), pairs(document)) for document in documents)
    # `vector` and `pairs` are in binary form already.
    _copy(TABLE, ("id", "facets", "terms", "pairs"), list(rows), types=("int8", "text", "bytea", "bytea"))


def _copy(table: str, columns: Sequence[str], rows: Iterable[Sequence], types: Sequence[str] = ()) -> None:
    """Insert by COPY; with types rows are sent in binary form."""
    form = "(FORMAT BINARY)" if types else ""
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN {form}") as copy:
        if types:
            copy.set_types(types)
        for row in rows:
            copy.write_row(row)


def add_words(words: Iterable[tuple[str, str, str, int, int]]) -> None:
    """Add to the counts of words: rows of WORD_COLUMNS."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {SearchWord._meta.db_table} ({', '.join(WORD_COLUMNS)})"
            f" SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::int[], %s::int[]) {ADD_COUNTS}",
            [list(column) for column in zip(*words, strict=True)] or [[]] * len(WORD_COLUMNS),
        )


def vector(document: IndexedDocument) -> bytes:
    """The terms of a document as a tsvector in binary form (that of tsvectorsend)."""
    places: dict[str, bytes] = {}
    for term, place in _placed(document):
        before = places.get(term)
        if not before:
            places[term] = place
        elif len(before) < 2 * MAX_POSITIONS and not (place in _LAST_PLACES and before[-2:] in _LAST_PLACES):
            places[term] = before + place
    terms = sorted({*places, *document.facets, *document.title_terms})
    where = [places.get(term, b"") for term in terms]
    counts = [_COUNTS[len(each)] for each in where]
    encoded = "\0".join(terms).encode().split(b"\0") if terms else ()
    return len(terms).to_bytes(4, "big") + b"".join(chain.from_iterable(zip(encoded, counts, where, strict=True)))


def _placed(document: IndexedDocument) -> Iterator[tuple[str, bytes]]:
    """Each term with its position. Between two texts is a gap in positions, which no phrase spans."""
    placed, end = [], 0
    for name, weight in _WEIGHTS.items():
        terms = getattr(document, name)
        placed.append(_beside(terms, weight, end + 3))
        end += 2 + len(terms)
    return chain(*placed, _beside(document.secondary_readings, 0, end + 2, step=2))


def _beside(terms: Sequence[str], weight: int, start: int, step: int = 1) -> Iterator[tuple[str, bytes]]:
    """The terms with weight and position in the encoding of tsvector.

    Terms beyond the last position get the last: without a position no phrase with their secondary readings matches.
    """
    places = _all_places(weight)
    return zip(terms, chain(places[start : start + step * len(terms) : step], repeat(places[-1])), strict=False)


@cache
def _all_places(weight: int) -> list[bytes]:
    return [(weight | position).to_bytes(2, "big") for position in range(LAST_POSITION + 1)]


_LAST_PLACES = frozenset((weight | LAST_POSITION).to_bytes(2, "big") for weight in _WEIGHTS.values())
# The end of a term and its number of positions, by their length in bytes.
_COUNTS = [b"\0" + (length // 2).to_bytes(2, "big") for length in range(2 * MAX_POSITIONS + 1)]


def pairs(document: IndexedDocument) -> bytes:
    """Hashes of the pairs of adjacent terms, and numbers of the samples, as an int[] in binary form."""
    found = {_SAMPLE_NUMBERS[facet] for facet in document.facets if facet in _SAMPLE_NUMBERS}
    for name in _WEIGHTS:
        found.update(_pair_numbers(getattr(document, name)))
    if not found:
        return _int_array(0, 0, _INT4)
    # Before each number its length in bytes.
    numbers = array("i", [4]) * (2 * len(found))
    numbers[1::2] = array("i", sorted(found))
    return _int_array(1, 0, _INT4, len(found), 1, *numbers)


_INT4 = 23


def _int_array(*numbers: int) -> bytes:
    packed = array("i", numbers)
    if sys.byteorder == "little":
        packed.byteswap()
    return packed.tobytes()


def _pair_numbers(terms: Iterable[str]) -> list[int]:
    """A hash for each pair of adjacent terms.

    One of few, which keeps GIN fast; the positions tell which pair it was.
    """
    return [(first * 31 + second) % PAIRS for first, second in pairwise(map(_number, terms))]


@lru_cache(maxsize=1 << 15)
def _number(term: str) -> int:
    # Arithmetic with small integers is several times as fast; the remainder is the same.
    return crc32(term.encode()) % PAIRS


def stale_ids(documents: list[IndexedDocument]) -> list[int]:
    """Ids of the documents whose terms in the index differ or are missing."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.id"
            " FROM unnest(%s::bigint[], %s::text[], %s::bytea[], %s::bytea[]) AS e (id, facets, terms, pairs)"
            f" LEFT JOIN {TABLE} i ON i.id = e.id WHERE (i.facets, tsvectorsend(i.terms), array_send(i.pairs))"
            " IS DISTINCT FROM (e.facets, e.terms, e.pairs)",
            [
                [document.id for document in documents],
                [" ".join(document.facets) for document in documents],
                [vector(document) for document in documents],
                [pairs(document) for document in documents],
            ],
        )
        return [pk for (pk,) in cursor.fetchall()]


def _reading() -> CursorWrapper:
    """A cursor of the database that this request reads."""
    return connections[router.db_for_read(SearchDocument)].cursor()


def indexed_ids(after: int, limit: int) -> list[int]:
    """Ids in the full-text index that follow `after`, in order."""
    with _reading() as cursor:
        cursor.execute(f"SELECT id FROM {TABLE} WHERE id > %s ORDER BY id LIMIT %s", [after, limit])
        return [pk for (pk,) in cursor.fetchall()]


def facets(node: Node, limit: int) -> list[tuple[int, str]]:
    """Id and facet terms of each matching public record."""
    return _select("id, facets", node, False, f"LIMIT {limit:d}")


def newest(node: Node, include_unpublished: bool, limit: int, offset: int = 0, many: bool = False) -> list[int]:
    """Ids, the newest first. `many`: thousands match, so scan from the newest on; otherwise use GIN and sort.

    The planner's own estimate can be wrong by far, so it has no choice: a function instead of the operator excludes
    GIN, a subquery with OFFSET excludes the scan. Hits of one year may begin far from the newest, so they are sorted.
    """
    with _reading() as cursor:
        cursor.execute(_newest(node, include_unpublished, limit, offset, many), [expression(node)])
        return [pk for (pk,) in cursor.fetchall()]


def newest_of_each(nodes: list[tuple[Node, bool]], limit: int) -> list[int]:
    """The newest public ids of each node, in one statement; the flags are `many` of `newest`."""
    each = [f"({_newest(node, False, limit, 0, many)})" for node, many in nodes]
    with _reading() as cursor:
        cursor.execute(" UNION ALL ".join(each), [expression(node) for node, _many in nodes])
        return [pk for (pk,) in cursor.fetchall()]


def _newest(node: Node, include_unpublished: bool, limit: int, offset: int, many: bool) -> str:
    order = f"ORDER BY id DESC LIMIT {limit:d} OFFSET {offset:d}"
    if many and not _of_a_year(node):
        where = f"ts_match_vq(terms, %s::tsquery){_scope(include_unpublished)}"
        return f"SELECT id FROM {TABLE} WHERE {where} {order}"
    matching = f"SELECT id FROM {TABLE} WHERE {_where(node, include_unpublished)}"
    return f"SELECT id FROM ({matching} OFFSET 0) matching {order}"


def _of_a_year(node: Node) -> bool:
    if isinstance(node, Phrase):
        return node.words[0][0].startswith("y:")
    return isinstance(node, And) and any(map(_of_a_year, node.parts))


def ranked(node: Node, words: Node, limit: int, offset: int = 0, first: tuple[Node, int] | None = None) -> list[int]:
    """Ids, the most relevant first, of ties the newest; before them the newest of a node, so many as `first` says."""
    before = pinned("id", _newest(first[0], False, first[1], 0, False) if first else "")
    order = f"ORDER BY {before}{RANK} DESC, id DESC LIMIT {limit:d} OFFSET {offset:d}"
    parameters = [expression(first[0])] if first else []
    return [pk for (pk,) in _select("id", node, False, order, [*parameters, expression(words)])]


def count(node: Node) -> int:
    """Number of public records that match."""
    return _select("COUNT(*)", node, False, "")[0][0]


def exist(nodes: list[Node]) -> list[bool]:
    """Whether any public record matches, of each node, in one statement.

    A sample tells it of frequent words, the others are counted: for EXISTS the planner may choose to scan all rows.
    """
    pairs = [(And((node, single_term("s:4"))), node) for node in nodes]
    counts = (
        " OR ".join(f"(SELECT COUNT(*) FROM {TABLE} WHERE {_where(one, False)}) > 0" for one in pair) for pair in pairs
    )
    with _reading() as cursor:
        cursor.execute(f"SELECT {', '.join(counts)}", list(map(expression, chain(*pairs))))
        return list(cursor.fetchone())


def _scope(include_unpublished: bool) -> str:
    return "" if include_unpublished else f" AND id < {SearchDocument.FIRST_UNPUBLISHED}"


def _where(node: Node, include_unpublished: bool) -> str:
    """The WHERE condition: the terms, and the pairs of the phrases that must be there. The parameter is the tsquery.

    A query of nothing but phrases is found by the index of pairs: the function instead of the operator excludes that of
    terms, which would read all rows with the words.
    """
    pairs = list(_pairs_in(node))
    if not any(either[0] < PAIRS for either in pairs):
        return f"terms @@ %s::tsquery{_scope(include_unpublished)}"
    matching = "ts_match_vq(terms, %s::tsquery)" if _is_all_pairs(node) else "terms @@ %s::tsquery"
    followed = (f" AND pairs && '{{{','.join(map(str, either))}}}'::int[]" for either in pairs)
    return f"{matching}{''.join(followed)}{_scope(include_unpublished)}"


def _pairs_in(node: Node) -> Iterator[list[int]]:
    """For each two words that must be adjacent the hashes of their readings; for a sample its number."""
    if isinstance(node, Phrase):
        for words in pairwise(node.words):
            yield sorted({number for two in product(*words) for number in _pair_numbers(two)})
        if _is_sample(node):
            yield [_SAMPLE_NUMBERS[node.words[0][0]]]
    elif isinstance(node, And):
        yield from chain.from_iterable(map(_pairs_in, node.parts))
    elif isinstance(node, Not):
        yield from _pairs_in(node.wanted)


def _is_all_pairs(node: Node) -> bool:
    """Whether the node has nothing but phrases and samples."""
    if isinstance(node, Phrase):
        return len(node.words) > 1 or _is_sample(node)
    return isinstance(node, And) and all(map(_is_all_pairs, node.parts))


def _is_sample(phrase: Phrase) -> bool:
    return phrase.words[0][0] in _SAMPLE_NUMBERS


def _select(what: str, node: Node, include_unpublished: bool, rest: str, parameters: Iterable[str] = ()) -> list[tuple]:
    sql = f"SELECT {what} FROM {TABLE} WHERE {_where(node, include_unpublished)} {rest}"
    with _reading() as cursor:
        cursor.execute(sql, [expression(node), *parameters])
        return cursor.fetchall()


def expression(node: Node) -> str:
    """The node as text of a tsquery, every term quoted."""
    if isinstance(node, Phrase):
        return f"({' <-> '.join(_any(choices) for choices in node.words)})"
    if isinstance(node, Prefix):
        return f"{_quoted(node.start)}:*"
    if isinstance(node, Not):
        return f"({expression(node.wanted)} & !{expression(node.excluded)})"
    sign = " & " if isinstance(node, And) else " | "
    return f"({sign.join(filter(None, map(expression, node.parts)))})" if node.parts else ""


def _any(choices: tuple[str, ...]) -> str:
    return f"({' | '.join(_quoted(term) for term in choices)})"


@lru_cache(maxsize=1 << 15)
def _quoted(term: str) -> str:
    return "'" + term.replace("\\", "\\\\").replace("'", "''") + "'"
