"""PostgreSQL’s tsvector with GIN over terms that we made. It only compares them: no configuration, no parser.

GIN knows no places of words: a phrase of common words would be looked for in every record that has them all. So the
pairs of words that follow each other are indexed as well, each as a number.
"""

import sys
from array import array
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, lru_cache
from itertools import chain, pairwise, product, repeat
from zlib import crc32

from django.db import connection

from ..models import SearchDocument, SearchWord
from .entries import ADD_COUNTS, SAMPLES, WORD, Document, Entry, favour, in_front
from .query import AllOf, Beginning, Node, Run, Without, token

TABLE = "events_searchindex"
INDEXES = ("events_searchindex_terms", "events_searchindex_pairs")
# Weights of D, C, B, A.
RANK = f"ts_rank('{{0.02, 0.2, 0.5, 1}}', terms, %s::tsquery) * {favour('id', conferences=1.2)}"
# A, B, B, C, D, as they stand beside a position.
_WEIGHTS = {"title": 3 << 14, "names": 2 << 14, "also": 2 << 14, "context": 1 << 14, "body": 0}
# Ranking reads only what matches, and a sample costs little.
DEAR = DEAR_TOGETHER = None
# tsvector keeps no larger positions, and no more of a term.
LAST_POSITION = 16383
MOST_POSITIONS = 256
PAIRS = 1 << 16
# Beside them the samples, so that a sample of a phrase is found in the index of pairs alone.
_SAMPLE_NUMBERS = {name: PAIRS + number for number, name in enumerate(SAMPLES)}


# How long GIN’s list of what is not sorted in yet may grow; it is sorted in by pieces of work_mem.
_BULK = {"synchronous_commit": "off", "gin_pending_list_limit": "'16MB'", "work_mem": "'32MB'"}


@contextmanager
def in_bulk() -> Iterator[None]:
    """While everything is written anew, GIN sorts in the terms of thousands of rows at a time, and nobody waits for the
    disk: what a crash takes is made anew once more.

    A longer list makes less work for GIN, and more for each search, which reads through it.
    """
    with connection.cursor() as cursor:
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
                # Searches would read through what is not sorted in yet.
                cursor.execute(f"SELECT gin_clean_pending_list('{index}')")
        if not connection.in_atomic_block:
            # Otherwise indexes alone do not tell what is there, until the server tidies up by itself.
            cursor.execute(f"VACUUM (ANALYZE) {TABLE}, {SearchDocument._meta.db_table}, {SearchWord._meta.db_table}")


def store(documents: Iterable[Document]) -> None:
    _copy(SearchDocument._meta.db_table, Document._fields, documents)


def write(entries: Iterable[Entry]) -> None:
    rows = ((entry.id, " ".join(entry.facets), vector(entry), pairs(entry)) for entry in entries)
    # What `vector` and `pairs` make is sent as it is.
    _copy(TABLE, ("id", "facets", "terms", "pairs"), list(rows), types=("int8", "text", "bytea", "bytea"))


def _copy(table: str, columns: Sequence[str], rows: Iterable[Sequence], types: Sequence[str] = ()) -> None:
    """A statement for each row would take as long again as all else. With types rows are sent in binary form."""
    form = "(FORMAT BINARY)" if types else ""
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN {form}") as copy:
        if types:
            copy.set_types(types)
        for row in rows:
            copy.write_row(row)


def add_words(words: Iterable[tuple[str, str, str, int, int]]) -> None:
    """Adds to the counts of words; of each its stem and that from its end."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {SearchWord._meta.db_table} ({', '.join(WORD)})"
            f" SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::int[], %s::int[]) {ADD_COUNTS}",
            [list(column) for column in zip(*words, strict=True)] or [[]] * len(WORD),
        )


def vector(entry: Entry) -> bytes:
    """The entry as a tsvector in binary form (tsvectorsend), which the server need not parse."""
    places: dict[str, bytes] = {}
    for term, place in _placed(entry):
        before = places.get(term)
        if not before:
            places[term] = place
        elif len(before) < 2 * MOST_POSITIONS and not (place in _LAST_PLACES and before[-2:] in _LAST_PLACES):
            places[term] = before + place
    terms = sorted({*places, *entry.facets, *entry.heads})
    where = [places.get(term, b"") for term in terms]
    counts = [_COUNTS[len(each)] for each in where]
    encoded = "\0".join(terms).encode().split(b"\0") if terms else ()
    return len(terms).to_bytes(4, "big") + b"".join(chain.from_iterable(zip(encoded, counts, where, strict=True)))


def _placed(entry: Entry) -> Iterator[tuple[str, bytes]]:
    """Each term with its place. Between two texts positions leap, so no phrase reaches over."""
    placed, end = [], 0
    for name, weight in _WEIGHTS.items():
        terms = getattr(entry, name)
        placed.append(_beside(terms, weight, end + 3))
        end += 2 + len(terms)
    return chain(*placed, _beside(entry.other, 0, end + 2, step=2))


def _beside(terms: Sequence[str], weight: int, start: int, step: int = 1) -> Iterator[tuple[str, bytes]]:
    """The terms with weight and position as tsvector has them.

    What comes behind the last position stands there. Without a position no phrase with another reading is found.
    """
    places = _all_places(weight)
    return zip(terms, chain(places[start : start + step * len(terms) : step], repeat(places[-1])), strict=False)


@cache
def _all_places(weight: int) -> list[bytes]:
    return [(weight | position).to_bytes(2, "big") for position in range(LAST_POSITION + 1)]


_LAST_PLACES = frozenset((weight | LAST_POSITION).to_bytes(2, "big") for weight in _WEIGHTS.values())
# The end of a term, and how many places so many bytes are.
_COUNTS = [b"\0" + (length // 2).to_bytes(2, "big") for length in range(2 * MOST_POSITIONS + 1)]


def pairs(entry: Entry) -> bytes:
    """The pairs of terms that follow each other in one of the texts, and the samples; an int[] in binary form."""
    found = {_SAMPLE_NUMBERS[facet] for facet in entry.facets if facet in _SAMPLE_NUMBERS}
    for name in _WEIGHTS:
        found.update(_pair_numbers(getattr(entry, name)))
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
    """A number for each two terms that follow each other.

    One of few, so that GIN has them soon sorted in; which pair it was the positions tell.
    """
    return [(first * 31 + second) % PAIRS for first, second in pairwise(map(_number, terms))]


@lru_cache(maxsize=1 << 15)
def _number(term: str) -> int:
    # Python reckons several times as fast with small numbers, and the rest of the division is the same.
    return crc32(term.encode()) % PAIRS


def differing(entries: list[Entry]) -> list[int]:
    """The numbers of the entries that the index holds otherwise or not at all."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.id"
            " FROM unnest(%s::bigint[], %s::text[], %s::bytea[], %s::bytea[]) AS e (id, facets, terms, pairs)"
            f" LEFT JOIN {TABLE} i ON i.id = e.id WHERE (i.facets, tsvectorsend(i.terms), array_send(i.pairs))"
            " IS DISTINCT FROM (e.facets, e.terms, e.pairs)",
            [
                [one.id for one in entries],
                [" ".join(one.facets) for one in entries],
                [vector(one) for one in entries],
                [pairs(one) for one in entries],
            ],
        )
        return [pk for (pk,) in cursor.fetchall()]


def numbers(after: int, limit: int) -> list[int]:
    """What the index holds, in order."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM {TABLE} WHERE id > %s ORDER BY id LIMIT %s", [after, limit])
        return [pk for (pk,) in cursor.fetchall()]


def facets(node: Node, limit: int) -> list[tuple[int, str]]:
    """Number and facets of each matching public record."""
    return _select("id, facets", node, False, f"LIMIT {limit:d}")


def newest(node: Node, hidden: bool, limit: int, offset: int = 0, many: bool = False) -> list[int]:
    """The newest first. `many` says that thousands match: of few the server would look for the newest in all records.

    Its own guess which of the two it is can be wrong by far, so it is not left the choice: without an operator there is
    no index to use, and from a subquery with an OFFSET it cannot begin at the newest. What is narrowed to a year may
    begin a long way from there, however many it is.
    """
    many = many and not _of_a_year(node)
    order = f"ORDER BY id DESC LIMIT {limit:d} OFFSET {offset:d}"
    where = f"ts_match_vq(terms, %s::tsquery){_scope(hidden)}" if many else _where(node, hidden)
    matching = f"SELECT id FROM {TABLE} WHERE {where}"
    with connection.cursor() as cursor:
        sql = f"{matching} {order}" if many else f"SELECT id FROM ({matching} OFFSET 0) matching {order}"
        cursor.execute(sql, [expression(node)])
        return [pk for (pk,) in cursor.fetchall()]


def _of_a_year(node: Node) -> bool:
    if isinstance(node, Run):
        return node.words[0][0].startswith("y:")
    return isinstance(node, AllOf) and any(map(_of_a_year, node.parts))


def ranked(node: Node, words: Node, hidden: bool, limit: int, offset: int = 0, first: Iterable[int] = ()) -> list[int]:
    """The best first, before them those that are named; of equals the newest."""
    order = f"ORDER BY {in_front('id', first)}{RANK} DESC, id DESC LIMIT {limit:d} OFFSET {offset:d}"
    return [pk for (pk,) in _select("id", node, hidden, order, [expression(words)])]


def count(node: Node) -> int:
    """How many public records match."""
    return _select("COUNT(*)", node, False, "")[0][0]


def exists(node: Node) -> bool:
    """Does any public record match? A sample tells it of frequent words, and the others are counted at once.

    For the first that matches the server would go through all records, if it thinks that many do.
    """
    return bool(count(AllOf((node, token("s:4")))) or count(node))


def _scope(hidden: bool) -> str:
    return "" if hidden else f" AND id < {SearchDocument.FIRST_HIDDEN}"


def _where(node: Node, hidden: bool) -> str:
    """The condition, but for the query’s text: the terms, and the pairs of the phrases that must be there.

    What is nothing but phrases is found by its pairs: the function compares terms without their index, which would go
    through all records that have the words.
    """
    pairs = list(_pairs_in(node))
    if not any(either[0] < PAIRS for either in pairs):
        return f"terms @@ %s::tsquery{_scope(hidden)}"
    matching = "ts_match_vq(terms, %s::tsquery)" if _is_all_pairs(node) else "terms @@ %s::tsquery"
    followed = (f" AND pairs && '{{{','.join(map(str, either))}}}'::int[]" for either in pairs)
    return f"{matching}{''.join(followed)}{_scope(hidden)}"


def _pairs_in(node: Node) -> Iterator[list[int]]:
    """For any two words that must follow each other, the numbers of their readings; the number of a sample."""
    if isinstance(node, Run):
        for words in pairwise(node.words):
            yield sorted({number for two in product(*words) for number in _pair_numbers(two)})
        if _is_sample(node):
            yield [_SAMPLE_NUMBERS[node.words[0][0]]]
    elif isinstance(node, AllOf):
        yield from chain.from_iterable(map(_pairs_in, node.parts))
    elif isinstance(node, Without):
        yield from _pairs_in(node.wanted)


def _is_all_pairs(node: Node) -> bool:
    """Nothing but phrases and samples."""
    if isinstance(node, Run):
        return len(node.words) > 1 or _is_sample(node)
    return isinstance(node, AllOf) and all(map(_is_all_pairs, node.parts))


def _is_sample(run: Run) -> bool:
    return run.words[0][0] in _SAMPLE_NUMBERS


def _select(what: str, node: Node, hidden: bool, rest: str, parameters: Iterable[str] = ()) -> list[tuple]:
    sql = f"SELECT {what} FROM {TABLE} WHERE {_where(node, hidden)} {rest}"
    with connection.cursor() as cursor:
        cursor.execute(sql, [expression(node), *parameters])
        return cursor.fetchall()


def expression(node: Node) -> str:
    """The node as a tsquery’s text: every term quoted, so nothing typed is syntax."""
    if isinstance(node, Run):
        return f"({' <-> '.join(_any(choices) for choices in node.words)})"
    if isinstance(node, Beginning):
        return f"{_quoted(node.start)}:*"
    if isinstance(node, Without):
        return f"({expression(node.wanted)} & !{expression(node.unwanted)})"
    sign = " & " if isinstance(node, AllOf) else " | "
    return f"({sign.join(filter(None, map(expression, node.parts)))})" if node.parts else ""


def _any(choices: tuple[str, ...]) -> str:
    return f"({' | '.join(_quoted(term) for term in choices)})"


@lru_cache(maxsize=1 << 15)
def _quoted(term: str) -> str:
    return "'" + term.replace("\\", "\\\\").replace("'", "''") + "'"
