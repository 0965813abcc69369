"""A document as the engines hold it: terms instead of texts."""

from typing import NamedTuple
from zlib import crc32

from ..models import SearchDocument
from . import language

Kind = SearchDocument.Kind

# Of many thousands of hits only those with this token are counted, see `counting`: one record of SAMPLE has it.
SAMPLE = 32
SAMPLE_TOKEN = "s:1"
# The records whose other names are as good as their title when a beginning is typed.
_NAMED = (Kind.SPEAKER, Kind.ORGANISATION, Kind.TOPIC, Kind.SERIES)
# A word longer than this is no word.
LONGEST = 64


class Entry(NamedTuple):
    """The index’s row of a document. The texts keep the order of words, one term for each."""

    id: int
    facets: list[str]
    # "=term" for what stands in the title or is a name.
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


def entry(document: SearchDocument) -> Entry:
    texts: dict[str, list[str]] = {}
    words: set[str] = set()
    heads: dict[str, None] = {}
    head_words: set[str] = set()
    other: dict[str, None] = {}
    for name in ("title", "names", "also", "context", "body"):
        first, rest, written = _analysed(getattr(document, name))
        texts[name] = first
        other |= dict.fromkeys(rest)
        words |= written
        if name == "title" or (name == "names" and document.kind in _NAMED):
            heads |= dict.fromkeys(f"={term}" for term in (*first, *rest))
            head_words |= written
    facets = document.facets.split()
    if crc32(b"%d %d" % (document.kind, document.object_id)) % SAMPLE == 0:
        facets.append(SAMPLE_TOKEN)
    return Entry(document.id, facets, list(heads), **texts, other=list(other), words=words, head_words=head_words)


def _analysed(text: str) -> tuple[list[str], list[str], set[str]]:
    """The likeliest term of each word in order, the other readings, the words as written."""
    first, rest, written = [], [], set()
    for word in language.words(language.dates_in_words(text)):
        if len(word.text) > LONGEST:
            continue
        first.append(word.lemmas[0])
        rest += word.lemmas[1:]
        if len(word.text) > 1 and not word.text.isdecimal():
            written.add(word.text)
    return first, rest, written
