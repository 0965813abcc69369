"""Suggestions while typing: records whose title or name has words that begin with the typed ones."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import chain, zip_longest

from ..models import SearchDocument, SearchWord
from ..russian.keyboard import other_layout
from ..russian.lemmatization import is_stop_word, lemmatize
from ..russian.tokenization import tokenize
from .analysis import ESTIMATE_SAMPLE, NAMED_KINDS
from .backends import backend
from .nodes import And, Node, Phrase, single_term
from .parser import clean
from .searching import load_documents

Kind = SearchDocument.Kind

MAX_SUGGESTIONS = 10
MAX_OF_A_KIND = 4
# The most frequent words that a prefix is completed to.
MAX_COMPLETIONS = 12
MAX_TYPED = 6
_KINDS = (Kind.SPEAKER, Kind.ORGANISATION, Kind.TOPIC, Kind.SERIES, Kind.CONFERENCE, Kind.TALK)
# A sample with so many hits is enough; hits read of it to find those of each kind.
MANY, MAX_FOUND = 16, 500
_SAMPLES = ("s:5", ESTIMATE_SAMPLE)


def suggest(text: str) -> list[SearchDocument]:
    """Suggest at most MAX_SUGGESTIONS public records, people and organisations first. Any word may be a prefix."""
    return _suggest(clean(text)) or _suggest(clean(other_layout(text)))


def matching_spans(title: str, text: str) -> list[tuple[int, int]]:
    """The places in a suggested title that are typed: beginnings of words, or words in another form."""
    return _matching_spans(title, clean(text)) or _matching_spans(title, clean(other_layout(text)))


def _matching_spans(title: str, text: str) -> list[tuple[int, int]]:
    typed = list(tokenize(text))[:MAX_TYPED]
    lemmas = {lemma for word in typed for lemma in word.lemmas}
    spans = []
    for word in tokenize(title):
        begun = max((len(one.text) for one in typed if word.text.startswith(one.text)), default=0)
        if begun:
            spans.append((word.start, min(word.start + begun, word.end)))
        elif not lemmas.isdisjoint(word.lemmas):
            spans.append((word.start, word.end))
    return spans


def _suggest(text: str) -> list[SearchDocument]:
    typed = list(tokenize(text))[:MAX_TYPED]
    if not typed or (len(typed) == 1 and len(typed[0].text) < 2):
        return []
    significant = [word for word in typed if not is_stop_word(word.text)] or typed
    completions = [_completed_lemmas(word.text) for word in significant]
    if not all(completions):
        return []
    by_kind = list(_of_each_kind(completions))
    # Chosen in turn, so that no kind crowds out the others; shown in the order of kinds.
    chosen = [pk for pk in chain.from_iterable(zip_longest(*by_kind)) if pk is not None][:MAX_SUGGESTIONS]
    return load_documents([pk for kind in by_kind for pk in kind if pk in chosen])


def _of_each_kind(completions: list[tuple[str, ...]]) -> Iterator[list[int]]:
    """The newest of each kind. Of very many hits those of a sample are taken, if it has enough of the kind."""
    node = _title_node(completions)
    for sample in (*_SAMPLES, None):
        found = backend().newest(And((node, single_term(sample))) if sample else node, False, MAX_FOUND)
        if len(found) >= MANY:
            break
    by_kind: dict[int, list[int]] = defaultdict(list)
    for pk in found:
        by_kind[SearchDocument.decode_kind(pk)].append(pk)
    for kind in _KINDS:
        some = by_kind[kind][:MAX_OF_A_KIND]
        if len(some) < MAX_OF_A_KIND and (sample or len(found) == MAX_FOUND):
            of_kind = (
                _title_node(completions, kind)
                if kind in NAMED_KINDS
                else And((node, single_term(f"k:{kind.name.lower()}")))
            )
            some = backend().newest(of_kind, False, MAX_OF_A_KIND) or some
        yield some


def _title_node(completions: list[tuple[str, ...]], kind: Kind | None = None) -> Node:
    """The node of titles or names, of one kind or any, that have one of the lemmas for each word."""
    return And(
        tuple(
            Phrase((tuple(f"={kind}={lemma}" if kind else f"={lemma}" for lemma in lemmas),)) for lemmas in completions
        )
    )


def _completed_lemmas(start: str) -> tuple[str, ...]:
    """The lemmas of the most frequent title words with a prefix."""
    words = SearchWord.objects.filter(word__gte=start, word__lt=f"{start}\U0010ffff", headings__gt=0)
    most_frequent = words.order_by("-headings", "word").values_list("word", flat=True)[:MAX_COMPLETIONS]
    return tuple(dict.fromkeys(lemma for word in most_frequent for lemma in lemmatize(word)))
