"""Ranking: which hits come on which page."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ..models import SearchDocument
from ..russian.date_expressions import spell_out_dates
from ..russian.tokenization import tokenize
from .analysis import full_title_term
from .backends import backend
from .builders import OTHER
from .facets import Filters, Frequencies, HitCounts, estimate
from .nodes import And, Node, Or, Phrase, single_term
from .parser import Query

PAGE_SIZE = 20
GROUP_SIZE = 3  # hits of a kind, where the first page has some of each
# Up to so many hits are all ranked; of more only tiers of the likeliest are (`_tiers`).
MAX_RANKED = 2_000
# Of so many hits the newest are found soonest by scanning the records from the newest on.
MANY = 2 * MAX_RANKED
# Maximum number of words combined when no record has all.
MAX_COMBINED = 6


def page_of_hits(
    query: Query,
    filters: Filters,
    counts: HitCounts,
    by_date: bool,
    page: int,
    size: int = PAGE_SIZE,
    frequencies: Frequencies | None = None,
) -> list[int]:
    """Document ids of one page of hits, by relevance or the newest first."""
    node, start = filters.apply(query), (page - 1) * size
    if by_date or not query:
        newest = counts.ids[start : start + size]
        return newest or backend().newest(node, False, size, start, many=counts.total > MANY)
    is_expensive = rank_is_expensive(query, frequencies)
    if counts.total <= MAX_RANKED and not is_expensive:
        title = exact_title(query)
        first = title if node == And((query.node,)) else And((node, title))
        ranked = filters.apply(query, query.ranking)
        return backend().ranked(ranked, query.ranking, size, start, (first, PAGE_SIZE))
    ids = dict.fromkeys(_with_exact_title(query, node, counts))
    is_rankable = counts.total <= MANY
    # In the last tier SQLite, which ranks by what it matches, does not tell full names from surnames; the rare ones
    # are in an earlier tier.
    for tier in (*_tiers(query, node), node):
        known = counts.ids if is_expensive and tier is node else []
        end = len(ids) + start + size
        ids |= dict.fromkeys(known or _best_of_tier(tier, query.ranking, end, is_expensive, is_rankable))
        if len(ids) >= start + size:
            break
    return list(ids)[start : start + size]


def _with_exact_title(query: Query, node: Node, counts: HitCounts) -> list[int]:
    """The newest hits whose full title or name is the query's text.

    The title is looked up alone first: most queries are none, and with a phrase all its hits would be read.
    """
    title = exact_title(query)
    found = backend().newest(title, False, PAGE_SIZE)
    if len(found) < PAGE_SIZE and counts.ids:
        hits = set(counts.ids)
        return [pk for pk in found if pk in hits]
    if not found or node == And((query.node,)):
        return found
    return backend().newest(And((node, title)), False, PAGE_SIZE)


def best_of_kinds(
    query: Query, filters: Filters, counts: HitCounts, frequencies: Frequencies | None = None
) -> list[int]:
    """The ids of the best hits of each kind, GROUP_SIZE at most, the kind of the best hit of all first.

    Welcomes and the like are in the whole list only: ids do not tell them from talks.
    """
    filters = replace(filters, left_out=(*filters.left_out, OTHER))
    node = filters.apply(query)
    groups: dict[str, list[int]] = {}
    for pk in page_of_hits(query, filters, counts, by_date=False, page=1, size=MAX_RANKED, frequencies=frequencies):
        groups.setdefault(_kind_name(pk), []).append(pk)
    kinds = [(kind, count) for kind, count in counts.values("record") if f"k:{kind}" != OTHER]
    # Very many hits: the best are of other kinds.
    missing = [one for one in kinds if len(groups.setdefault(one[0], [])) < min(one[1], GROUP_SIZE)]
    of_kinds = [(And((node, single_term(f"k:{kind}"))), count > MANY) for kind, count in missing]
    for pk in backend().newest_of_each(of_kinds, GROUP_SIZE) if of_kinds else ():
        found = groups[_kind_name(pk)]
        if pk not in found:
            found.append(pk)
    return [pk for found in groups.values() for pk in found[:GROUP_SIZE]]


def first_of_kinds(query: Query, filters: Filters, counts: HitCounts, kinds: Sequence[str], size: int) -> list[int]:
    """The ids of the first hits, `size` of each kind at most: the best, or of very many the newest.

    Of these come first those whose title is the text, then those with its words in their titles.
    """
    frequencies = Frequencies(query)
    if counts.total <= MAX_RANKED and not rank_is_expensive(query, frequencies):
        ids = page_of_hits(query, filters, counts, by_date=False, page=1, size=MAX_RANKED, frequencies=frequencies)
    else:
        node = filters.apply(query)
        tiers = (And((node, exact_title(query))), And((node, in_title(query.node))), node)
        ids = backend().newest_of_each(
            [(And((tier, single_term(f"k:{kind}"))), True) for tier in tiers for kind in kinds], size
        )
    groups: dict[str, list[int]] = {kind: [] for kind in kinds}
    for pk in dict.fromkeys(ids):
        groups[_kind_name(pk)].append(pk)
    kept = {pk for found in groups.values() for pk in found[:size]}
    return [pk for pk in dict.fromkeys(ids) if pk in kept]


def _kind_name(document_id: int) -> str:
    return SearchDocument.Kind(SearchDocument.decode_kind(document_id) & ~SearchDocument.UNTITLED_BIT).name.lower()


def reachable(counts: HitCounts) -> int:
    """The number of hits that pages lead to; of estimated numbers not more than are ranked."""
    return min(counts.total, MAX_RANKED) if counts.is_estimate else counts.total


def exact_title(query: Query) -> Node:
    """The node of records whose full title or name is the query's text."""
    typed = tokenize(spell_out_dates(query.text))
    return single_term(full_title_term([word.lemmas[0] for word in typed]))


def in_title(node: Node) -> Node:
    """The node narrowed to words in titles or names, in any order."""
    if isinstance(node, Phrase):
        return And(tuple(Phrase((tuple(f"={term}" for term in choices),)) for choices in node.words))
    return replace(node, parts=tuple(in_title(part) for part in node.parts))


def rank_is_expensive(query: Query, frequencies: Frequencies | None = None) -> bool:
    """Whether ranking would read the positions of hundreds of thousands of words, however few records match."""
    if backend().EXPENSIVE is None:
        return False
    words = {word.text for word in tokenize(query.text)}
    # Single letters are in phrases only, and not in the spelling dictionary.
    has_phrase = any(clause.is_phrase for clause in query.clauses)
    letters = sum(estimate(single_term(word), "s:5") for word in words if len(word) == 1) if has_phrase else 0
    return sum((frequencies or Frequencies(query)).of(words)) + letters > backend().EXPENSIVE


def _tiers(query: Query, node: Node) -> Iterator[Node]:
    """The parts of very many hits that come first.

    If no record has all the words: those with all but one of them, then those with a rare one. Then those with the
    words in their title.
    """
    if query.any_word:
        words = [clause.node for clause in query.clauses][:MAX_COMBINED]
        if len(words) > 2:
            yield And((node, Or(tuple(And((*words[:at], *words[at + 1 :])) for at in range(len(words))))))
        frequencies = ((estimate(word), at) for at, word in enumerate(words))
        yield from (And((node, words[at])) for frequency, at in sorted(frequencies) if frequency < MAX_RANKED)
    yield And((node, in_title(query.node)))


def _best_of_tier(tier: Node, words: Node, limit: int, is_expensive: bool, is_rankable: bool) -> list[int]:
    """The most relevant of a tier, or the newest if there are too many to rank."""
    if is_expensive or not (is_rankable or estimate(tier) <= MANY):
        return backend().newest(tier, False, limit, many=True)
    return backend().ranked(tier, words, max(limit, MAX_RANKED))
