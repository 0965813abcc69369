"""From a typed text to hits, counts and facets."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain

from ..models import SearchDocument, SearchWord, Synonym
from ..russian import lemmatization
from ..russian.date_expressions import spell_out_dates
from ..russian.tokenization import tokenize
from . import forgiving
from .entries import SAMPLES, whole
from .index import about, engine
from .query import AllOf, AnyOf, Beginning, Node, Query, Run, Without, clean, parse, token

Kind = SearchDocument.Kind

PAGE = 20
# So many records of a sample tell what all hits are; the numbers are then given as «≈». Samples grow by fours, so that
# up to some four thousand hits each is counted, and never many more records are read.
ENOUGH = 700
MOST_COUNTED = 20_000
# Where samples promise little, so many are read before one is asked.
MOST_EXACT = 6 * ENOUGH
# Up to so many hits all are ranked. Ranking more is what costs: see `_preferred`; of equals the newest come first.
RANKED = 2_000
# Of so many the newest are soon found by going through the records from the newest on.
MANY = 2 * RANKED
# Of so many words it is tried which go together.
MOST_COMBINED = 6

# What narrows a search: name in the address → letter of its tokens in the index.
FACETS = {"record": "k", "year": "y", "organisation": "o", "place": "p", "topic": "t", "kind": "e", "has": "h"}
_NAMES = {letter: name for name, letter in FACETS.items()}


@dataclass(frozen=True)
class Filters:
    """What the hits are narrowed to: (name, value) as in the address."""

    chosen: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, items: Iterable[tuple[str, str]]) -> "Filters":
        """The valid ones, each once."""
        kept = ((name, clean(value)[:120]) for name, value in items if name in FACETS)
        return cls(tuple(dict.fromkeys((name, value) for name, value in kept if value)))

    @property
    def nodes(self) -> tuple[Node, ...]:
        from .documents import facet

        return tuple(token(facet(FACETS[name], value)) for name, value in self.chosen)


@dataclass
class Counted:
    total: int = 0
    # The numbers are estimates from a sample of one in so many.
    one_in: int = 1
    # As they stand in the index, how often in the sample.
    facets: Counter[str] = field(default_factory=Counter)
    # All that match, the newest first; none if it was a sample.
    ids: list[int] = field(default_factory=list)

    @classmethod
    def from_rows(cls, rows: list[tuple[int, str]], one_in: int = 1) -> "Counted":
        """From documents’ numbers and their facets."""
        counts = Counter(" ".join([facets for _id, facets in rows]).split())
        are_all = one_in == 1 and len(rows) < MOST_COUNTED
        return cls(len(rows) * one_in, one_in, counts, sorted([pk for pk, _ in rows], reverse=True) if are_all else [])

    @property
    def is_about(self) -> bool:
        return self.one_in > 1

    def of(self, name: str, most: int | None = None) -> list[tuple[str, int]]:
        """The values of a facet with their numbers, the most frequent first."""
        letter = FACETS[name]
        values = self._by_letter[letter]
        if most and len(values) > most:
            # Of thousands of places few are shown: only what is as frequent as the last of these is put in order.
            least = sorted([count for _value, count in values], reverse=True)[most - 1]
            values = [one for one in values if one[1] >= least]
        values = sorted(values, key=lambda one: (-one[1], one[0]))[:most]
        return [(value[len(letter) + 1 :], count * self.one_in) for value, count in values]

    @cached_property
    def _by_letter(self) -> dict[str, list[tuple[str, int]]]:
        """Thousands of values, gone through once for all facets."""
        values = defaultdict(list)
        for one in self.facets.items():
            values[one[0][0]].append(one)
        return values


@dataclass
class Results:
    asked: str
    query: Query
    filters: Filters
    counted: Counted = field(default_factory=Counted)
    hits: list[SearchDocument] = field(default_factory=list)
    page: int = 1
    pages: int = 0
    # Russian words that were searched for beside their Latin spelling.
    also: tuple[str, ...] = ()

    @property
    def node(self) -> Node:
        """What a record must match to be found."""
        return _node(self.query, self.filters)

    @property
    def instead(self) -> str:
        """What was searched for instead of what was asked; "" if it was the same."""
        return self.query.text if self.query.text != clean(self.asked) else ""

    @property
    def any_word(self) -> bool:
        return self.query.any_word

    @property
    def total(self) -> int:
        return self.counted.total

    @cached_property
    def lemmas(self) -> frozenset[str]:
        return self.query.lemmas


def search(
    text: str,
    filters: Filters = Filters(),
    *,
    by_date: bool = False,
    page: int = 1,
    literal: bool = False,
) -> Results:
    """The public records that match, forgiving unless `literal`: what was really searched is in the results."""
    alike = synonyms()
    results = Results(text, parse(text, alike), filters)
    if not results.query and (clean(text) or not filters.chosen):
        return results
    if not literal:
        results.query, results.also = forgiving.with_russian_spelling(results.query, alike)
    results.counted = count(results.node, all_at_once=may_be_few(results.query))
    narrowed = filters.chosen or results.query.without
    if not results.total and results.query and not literal and not (narrowed and engine().exists(results.query.node)):
        results.query = forgiving.query(results.query, alike) or results.query
        results.counted = count(results.node, all_at_once=may_be_few(results.query))
    results.pages = -(-_reachable(results.counted, by_date) // PAGE)
    results.page = page
    if 1 <= page <= results.pages and (clean(text) or filters.chosen):
        results.hits = in_order(_page(results.query, filters, results.counted, by_date, page))
    return results


def synonyms() -> tuple[str, ...]:
    return tuple(Synonym.objects.order_by("words").values_list("words", flat=True))


def _node(query: Query, filters: Filters, words: Node | None = None) -> Node:
    node = AllOf((*((words or query.node,) if query else ()), *filters.nodes))
    return Without(node, AnyOf(query.without)) if query.without else node


def may_be_few(query: Query) -> bool:
    """Are there so few hits, as far as its words tell, that samples would be asked for nothing?"""
    together = engine().DEAR_TOGETHER
    if query.any_word or together is None:
        return False
    if len(query.units) >= together or any(unit.is_phrase for unit in query.units):
        return True
    wanted = chain.from_iterable(tokenize(query.text[unit.start : unit.end]) for unit in query.units)
    # Letters and numbers are not counted; how rare they are nobody knows.
    counted = [word.text for word in wanted if len(word.text) > 1 and not word.text.isdecimal()]
    return bool(counted) and min(_frequencies(counted).values()) <= MOST_EXACT


def count(node: Node, all_at_once: bool = False) -> Counted:
    """How many match and what they are: exactly, or from the smallest sample that tells enough."""
    samples = {one_in: name for name, one_in in SAMPLES.items()}
    first = one_in = max(samples)
    if all_at_once:
        rows = engine().facets(node, MOST_EXACT + 1)
        if len(rows) <= MOST_EXACT:
            return Counted.from_rows(rows)
        # Of so many there are some dozens in this sample at least; smaller ones might tell nothing.
        first = one_in = max(size for size in samples if size * ENOUGH <= 16 * MOST_EXACT)
    while one_in > 1:
        rows = engine().facets(AllOf((node, token(samples[one_in]))), MOST_COUNTED)
        if len(rows) >= ENOUGH:
            break
        # Straight to the sample in which there should be enough: each one asked costs time.
        fitting = [size for size in samples if size < one_in and len(rows) * one_in >= ENOUGH * size]
        # One or two of the smallest sample may stand for some hundreds or some thousands.
        unclear = rows and one_in == first and first // 16 in samples
        one_in = max(fitting, default=first // 16 if unclear else 1)
    else:
        rows = engine().facets(node, MOST_COUNTED)
    return Counted.from_rows(rows, one_in)


def _reachable(counted: Counted, by_date: bool) -> int:
    return min(counted.total, RANKED) if counted.is_about else counted.total


def _page(query: Query, filters: Filters, counted: Counted, by_date: bool, page: int) -> list[int]:
    node, start = _node(query, filters), (page - 1) * PAGE
    if by_date or not query:
        newest = counted.ids[start : start + PAGE]
        return newest or engine().newest(node, False, PAGE, start, many=counted.total > MANY)
    so = named_so(query)
    # Alone first: of most queries there is none, and together with a phrase all of the phrase would be looked for.
    named = engine().newest(AllOf((node, so)), False, PAGE) if engine().exists(so) else []
    dear = _is_dear(query)
    if counted.total <= RANKED and not dear:
        return engine().ranked(_node(query, filters, query.ranking), query.ranking, False, PAGE, start, named)
    ids = dict.fromkeys(named)
    few = counted.total <= MANY
    # In the last group SQLite, which ranks by what it matches, does not tell whole names from surnames: those that are
    # rare have come before.
    for group in (*_preferred(query, node), node):
        known = counted.ids if dear and group is node else []
        ids |= dict.fromkeys(known or _best(group, query.ranking, len(ids) + start + PAGE, dear, few))
        if len(ids) >= start + PAGE:
            break
    return list(ids)[start : start + PAGE]


def named_so(query: Query) -> Node:
    """Records of which the text is the whole title or name."""
    typed = tokenize(spell_out_dates(query.text))
    return token(whole([word.lemmas[0] for word in typed]))


def _preferred(query: Query, node: Node) -> Iterator[Node]:
    """Which of very many hits come first: with most of the words and with rare ones if none has all; in the title."""
    if query.any_word:
        words = [unit.node for unit in query.units][:MOST_COMBINED]
        if len(words) > 2:
            yield AllOf((node, AnyOf(tuple(AllOf((*words[:at], *words[at + 1 :])) for at in range(len(words))))))
        rare = ((about(word), at) for at, word in enumerate(words))
        yield from (AllOf((node, words[at])) for count, at in sorted(rare) if count < RANKED)
    yield AllOf((node, in_heads(query.node)))


def _is_dear(query: Query) -> bool:
    """Would ranking read the places of hundreds of thousands of words, however few records match?"""
    if engine().DEAR is None:
        return False
    words = {word.text for word in tokenize(query.text)}
    # A letter alone is no word that is counted; it stands in phrases only.
    has_phrase = any(unit.is_phrase for unit in query.units)
    letters = sum(about(token(word), "s:5") for word in words if len(word) == 1) if has_phrase else 0
    return sum(_frequencies(words).values()) + letters > engine().DEAR


def _frequencies(words: Iterable[str]) -> dict[str, int]:
    """In how many public records each stem of the words stands."""
    counts = {lemmatization.stem(word): 0 for word in words}
    for stem, documents in SearchWord.objects.filter(stem__in=list(counts)).values_list("stem", "documents"):
        counts[stem] += documents
    return counts


def _best(group: Node, words: Node, most: int, dear: bool, few: bool) -> list[int]:
    """The best of the group, the newest if there are too many to rank."""
    if dear or not (few or about(group) <= MANY):
        return engine().newest(group, False, most, many=True)
    return engine().ranked(group, words, False, max(most, RANKED))


def in_heads(node: Node) -> Node:
    """The words wherever they stand in the title or name."""
    if isinstance(node, Run):
        return AllOf(tuple(Run((tuple(f"={term}" for term in choices),)) for choices in node.words))
    return replace(node, parts=tuple(in_heads(part) for part in node.parts))


def in_order(ids: list[int]) -> list[SearchDocument]:
    found = SearchDocument.objects.in_bulk(ids)
    return [found[pk] for pk in ids if pk in found]


def staff_keys(kind: str, text: str, limit: int = 10_000) -> list[int] | None:
    """Keys of the records of a kind that match, drafts too, newest first; None when nothing was asked.

    The last word may be a beginning: lists of the admin are searched while typing.
    """
    query = parse(text, synonyms())
    if not query:
        return None
    last = query.units[-1]
    parts: list[Node] = [unit.node for unit in query.units]
    if isinstance(last.node, Run) and not last.is_phrase:
        typed = query.text[last.start : last.end].casefold().replace("ё", "е")
        parts[-1] = AnyOf((last.node, Beginning(typed)))
    node: Node = AllOf((token(f"k:{kind}"), *parts))
    if query.without:
        node = Without(node, AnyOf(query.without))
    return [pk & 0xFFFFFFFF for pk in engine().newest(node, True, limit)]
