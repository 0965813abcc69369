"""Analysis of a document's texts into the terms that the backends index."""

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple
from zlib import crc32

from ..models import SearchDocument
from ..russian.date_expressions import spell_out_dates
from ..russian.lemmatization import lemmatize
from ..russian.tokenization import inner_words, lemmatized_words

# Version of the analysis. Raise it whenever the same record would give another document or other terms: check_search
# and rebuild_search compare it.
ANALYZER_VERSION = 10
Kind = SearchDocument.Kind
# The texts of a document, by weight: title > names, alternate forms > context > body.
TEXT_FIELDS = ("title", "names", "alternate_forms", "context", "body")

# Sampling: every fourth record has the first of these terms, every sixteenth the second too, and so on. Of very many
# hits only a sample is counted (`facets.count_hits`). The number is the sampling rate: records per one in the sample.
SAMPLES = {"s:1": 4, "s:2": 16, "s:3": 64, "s:4": 256, "s:5": 1024}
# The sample that document frequencies are estimated from.
ESTIMATE_SAMPLE = "s:3"
# Kinds of records whose other names count as titles when prefixes are completed.
NAMED_KINDS = (Kind.SPEAKER, Kind.ORGANISATION, Kind.TOPIC, Kind.SERIES)
MAX_WORD_LENGTH = 64  # longer sequences of letters are not indexed


class Document(NamedTuple):
    """A row of `SearchDocument`; a rebuild with instances of the model would take several times as long."""

    id: int
    kind: int
    object_id: int
    facets: str
    slug: str
    language: str
    title: str
    subtitle: str
    names: str
    alternate_forms: str
    context: str
    body: str
    counted: str
    analyzer_version: int


class IndexedDocument(NamedTuple):
    """The terms of a document, a row of the full-text index. Texts keep the order of words, one term for each word."""

    id: int
    facets: list[str]
    # "=term" for each word of the title or a name; "==terms" for the full title; "=3=term" with the kind, here of a
    # speaker, so that the few organisations, topics and series among a million records are found by index.
    title_terms: list[str]
    title: list[str]
    names: list[str]
    alternate_forms: list[str]
    context: list[str]
    body: list[str]
    # The less likely lemmas of ambiguous words.
    secondary_readings: list[str]
    # For the spelling dictionary, not the index: the words as written, and those of the title or names.
    words: set[str]
    title_words: set[str]


def analyze(document: Document) -> IndexedDocument:
    """Analyze a document: lemmatize its texts, add title terms and samples."""
    is_named = document.kind in NAMED_KINDS
    texts: dict[str, list[str]] = {}
    words: list[frozenset[str]] = []
    title_terms: dict[str, None] = {}
    title_words: set[str] = set()
    secondary_readings: dict[str, None] = {}
    for name in TEXT_FIELDS:
        is_title = name == "title" or (name == "names" and is_named)
        has_full_title = is_title or (name == "alternate_forms" and is_named)
        terms = texts[name] = []
        for line in getattr(document, name).split("\n"):
            first, rest, written = _analyze_line(line)
            terms += first
            words.append(written)
            if rest:
                secondary_readings |= rest
            if is_title:
                title_terms |= dict.fromkeys([f"={term}" for term in (*first, *rest)])
                if is_named:
                    title_terms |= dict.fromkeys([f"={document.kind}={term}" for term in (*first, *rest)])
                title_words |= written
            if has_full_title and first:
                title_terms[full_title_term(first)] = None
    sample_hash = crc32(b"%d %d" % (document.kind, document.object_id))
    facets = document.facets.split() + [sample for sample, rate in SAMPLES.items() if sample_hash % rate == 0]
    return IndexedDocument(
        document.id,
        facets,
        list(title_terms),
        **texts,
        secondary_readings=list(secondary_readings),
        words=set().union(*words),
        title_words=title_words,
    )


def full_title_term(terms: Iterable[str]) -> str:
    """Make the one term of a full title or name, whatever the order of its words."""
    return "==" + "·".join(sorted({term.rstrip(".") for term in terms}))[:MAX_WORD_LENGTH]


# The same lines come with many records: an event’s title with its talks, a library’s name with its people.
@lru_cache(maxsize=1 << 14)
def _analyze_line(line: str) -> tuple[tuple[str, ...], dict[str, None], frozenset[str]]:
    """Split a line into the likeliest lemma of each word in order, the secondary readings, the words as written."""
    first: list[str] = []
    rest: dict[str, None] = {}
    written: list[str] = []
    for word, lemmas in lemmatized_words(spell_out_dates(line)):
        if len(word) <= MAX_WORD_LENGTH:
            first.append(lemmas[0])
            if len(lemmas) > 1:
                rest |= dict.fromkeys(lemmas[1:])
            if len(word) > 1 and not word.isdecimal():
                written.append(word)
    for word in inner_words(line):
        rest |= dict.fromkeys(lemmatize(word))
        written.append(word)
    return tuple(first), rest, frozenset(written)


@lru_cache(maxsize=1 << 12)
def facet_term(name: str, value: str) -> str:
    """Make the term of a facet's value: «o:slug». Signs other than those of names become «_»."""
    return f"{name}:" + "".join(letter if letter.isalnum() or letter in "-._" else "_" for letter in value.strip())
