"""A document as the engines hold it: terms instead of texts."""

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple
from zlib import crc32

from ..models import SearchDocument, SearchWord
from ..russian.date_expressions import spell_out_dates
from ..russian.tokenization import lemmatized_words

# Version of the analysis. Raise it whenever the same record would give another document or other terms: check_search
# and rebuild_search compare it.
ANALYSER = 7
Kind = SearchDocument.Kind
# The texts of a document, by weight: title > names, also > context > body. `also` is never shown.
TEXTS = ("title", "names", "also", "context", "body")

# A word as it is counted; what a database does where it has the word already.
WORD = ("word", "stem", "mets", "documents", "headings")
ADD_COUNTS = "ON CONFLICT (word) DO UPDATE SET " + ", ".join(
    f"{count} = {SearchWord._meta.db_table}.{count} + excluded.{count}" for count in WORD[3:]
)

# Of very many hits only a sample is counted, see `count`: one record of four bears the first of these tokens, one of
# sixteen the second too…
SAMPLES = {"s:1": 4, "s:2": 16, "s:3": 64, "s:4": 256, "s:5": 1024}
# The one that tells how many there are of all words but rare ones.
SAMPLE = "s:3"
# The records whose other names are as good as their title when a beginning is typed.
NAMED = (Kind.SPEAKER, Kind.ORGANISATION, Kind.TOPIC, Kind.SERIES)
# Of equally good hits a library stands before the events that name it, and what has a title before what has none.
FAVOUR = {Kind.ORGANISATION: 1.4, Kind.SPEAKER: 1.2, Kind.TOPIC: 1.2, Kind.SERIES: 1.1}
UNTITLED = 0.75
# A word longer than this is no word.
LONGEST = 64


class Document(NamedTuple):
    """A row of `SearchDocument`. Of all records in turn the model itself would take several times as long."""

    id: int
    kind: int
    object_id: int
    facets: str
    slug: str
    language: str
    title: str
    about: str
    names: str
    also: str
    context: str
    body: str
    analyser: int


class Entry(NamedTuple):
    """The index’s row of a document. The texts keep the order of words, one term for each."""

    id: int
    facets: list[str]
    # "=term" for what stands in the title or is a name, "==terms" for the whole of it; "=3=term" for that of a speaker,
    # so that the few organisations, topics and series among a million records are soon found.
    heads: list[str]
    title: list[str]
    names: list[str]
    also: list[str]
    context: list[str]
    body: list[str]
    # The less likely readings of all words.
    other: list[str]
    # Not for the engine: the words as written, and those of the heads.
    words: set[str]
    head_words: set[str]


def favour(number: str, conferences: float, named: float = 1) -> str:
    """SQL that gives the factor for the kind in a document’s number. Engines rank long texts differently."""
    of_kind = {Kind.CONFERENCE: conferences} | {kind: factor * named for kind, factor in FAVOUR.items()}
    factors = {
        int(kind) | untitled: of_kind.get(kind, 1) * (UNTITLED if untitled else 1)
        for kind in Kind
        for untitled in (0, SearchDocument.UNTITLED)
    }
    cases = " ".join(f"WHEN {kind} THEN {factor:.3f}" for kind, factor in factors.items())
    return f"CASE ({number} >> 32) & 15 {cases} END"


def in_front(number: str, numbers: Iterable[int]) -> str:
    """SQL that puts these documents before all others."""
    these = ", ".join(f"{one:d}" for one in numbers)
    return f"{number} NOT IN ({these}), " if these else ""


def entry(document: Document) -> Entry:
    is_named = document.kind in NAMED
    texts: dict[str, list[str]] = {}
    words: list[frozenset[str]] = []
    heads: dict[str, None] = {}
    head_words: set[str] = set()
    other: dict[str, None] = {}
    for name in TEXTS:
        is_head = name == "title" or (name == "names" and is_named)
        is_whole = is_head or (name == "also" and is_named)
        terms = texts[name] = []
        for line in getattr(document, name).split("\n"):
            first, rest, written = _analysed(line)
            terms += first
            words.append(written)
            if rest:
                other |= rest
            if is_head:
                heads |= dict.fromkeys([f"={term}" for term in (*first, *rest)])
                if is_named:
                    heads |= dict.fromkeys([f"={document.kind}={term}" for term in (*first, *rest)])
                head_words |= written
            if is_whole and first:
                heads[whole(first)] = None
    lot = crc32(b"%d %d" % (document.kind, document.object_id))
    facets = document.facets.split() + [token for token, one_in in SAMPLES.items() if lot % one_in == 0]
    return Entry(
        document.id,
        facets,
        list(heads),
        **texts,
        other=list(other),
        words=set().union(*words),
        head_words=head_words,
    )


def whole(terms: Iterable[str]) -> str:
    """One term for a whole title or name, in whatever order its words are typed."""
    return "==" + "·".join(sorted({term.rstrip(".") for term in terms}))[:LONGEST]


# Lines come again and again: an event’s title at each of its talks, a library’s name at each of its people.
@lru_cache(maxsize=1 << 14)
def _analysed(line: str) -> tuple[tuple[str, ...], dict[str, None], frozenset[str]]:
    """The likeliest term of each word in order, the other readings, the words as written."""
    first: list[str] = []
    rest: dict[str, None] = {}
    written: list[str] = []
    for word, lemmas in lemmatized_words(spell_out_dates(line)):
        if len(word) <= LONGEST:
            first.append(lemmas[0])
            if len(lemmas) > 1:
                rest |= dict.fromkeys(lemmas[1:])
            if len(word) > 1 and not word.isdecimal():
                written.append(word)
    return tuple(first), rest, frozenset(written)
