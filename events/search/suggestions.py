"""What to propose while someone types: names, titles and topics with a word that begins so."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import chain, zip_longest

from ..models import SearchDocument, SearchWord
from ..russian.keyboard import other_layout
from ..russian.lemmatization import is_stop_word, lemmatize
from ..russian.tokenization import tokenize
from .entries import NAMED, SAMPLE
from .index import engine
from .query import AllOf, Node, Run, clean, token
from .results import in_order

Kind = SearchDocument.Kind

MOST = 10
OF_A_KIND = 4
# A beginning stands for its most frequent words.
MOST_WORDS = 12
MOST_TYPED = 6
_KINDS = (Kind.SPEAKER, Kind.ORGANISATION, Kind.TOPIC, Kind.SERIES, Kind.CONFERENCE, Kind.TALK)
# So many of a sample mean more than are looked through, one by one, for those of each kind.
MANY, MOST_FOUND = 16, 500
_SAMPLES = ("s:5", SAMPLE)


def suggest(text: str) -> list[SearchDocument]:
    """At most MOST public records, people and organisations first. Every word typed may be a beginning."""
    return _suggest(clean(text)) or _suggest(clean(other_layout(text)))


def _suggest(text: str) -> list[SearchDocument]:
    typed = list(tokenize(text))[:MOST_TYPED]
    if not typed or (len(typed) == 1 and len(typed[0].text) < 2):
        return []
    telling = [word for word in typed if not is_stop_word(word.text)] or typed
    heads = [_beginning(word.text) for word in telling]
    if not all(heads):
        return []
    by_kind = list(_of_each_kind(heads))
    # In turn, so that no kind crowds out the others; then in the order of kinds.
    chosen = [pk for pk in chain.from_iterable(zip_longest(*by_kind)) if pk is not None][:MOST]
    return in_order([pk for kind in by_kind for pk in kind if pk in chosen])


def _of_each_kind(heads: list[tuple[str, ...]]) -> Iterator[list[int]]:
    """Some new ones of each kind. Of very many those of a sample are found at once, if it has enough of the kind."""
    node = _with(heads)
    for sample in (*_SAMPLES, None):
        found = engine().newest(AllOf((node, token(sample))) if sample else node, False, MOST_FOUND)
        if len(found) >= MANY:
            break
    by_kind: dict[int, list[int]] = defaultdict(list)
    for pk in found:
        by_kind[SearchDocument.kind_in(pk)].append(pk)
    for kind in _KINDS:
        some = by_kind[kind][:OF_A_KIND]
        if len(some) < OF_A_KIND and (sample or len(found) == MOST_FOUND):
            of_kind = _with(heads, kind) if kind in NAMED else AllOf((node, token(f"k:{kind.name.lower()}")))
            some = engine().newest(of_kind, False, OF_A_KIND) or some
        yield some


def _with(heads: list[tuple[str, ...]], kind: Kind | None = None) -> Node:
    """All of the words, each in one of its readings, in a title or name."""
    return AllOf(
        tuple(Run((tuple(f"={kind}={lemma}" if kind else f"={lemma}" for lemma in lemmas),)) for lemmas in heads)
    )


def _beginning(start: str) -> tuple[str, ...]:
    words = SearchWord.objects.filter(word__gte=start, word__lt=f"{start}\U0010ffff", headings__gt=0)
    most_frequent = words.order_by("-headings", "word").values_list("word", flat=True)[:MOST_WORDS]
    return tuple(dict.fromkeys(lemma for word in most_frequent for lemma in lemmatize(word)))
