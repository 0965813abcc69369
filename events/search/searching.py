"""Searching: from a typed text and filters to a page of hits with their counts."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from ..models import SearchDocument, Synonym
from .backends import backend
from .builders import OTHER
from .facets import NO_FILTERS, PASSAGES, Filters, Frequencies, HitCounts, count_hits, hits_at_most, probably_selective
from .nodes import And, Node, Not, Or, Phrase, Prefix, single_term
from .parser import Query, clean, parse
from .ranking import PAGE_SIZE, best_of_kinds, first_of_kinds, page_of_hits, rank_is_expensive, reachable
from .spelling import Speller


@dataclass
class Results:
    """One page of hits, and what was searched for."""

    text: str
    query: Query
    filters: Filters
    counts: HitCounts = field(default_factory=HitCounts)
    # Of the documents on this page.
    ids: list[int] = field(default_factory=list)
    page: int = 1
    pages: int = 0
    # Russian spellings that were searched for together with the Latin ones.
    transliterated: tuple[str, ...] = ()
    # Whether the hits are the best of each kind, not those of a page.
    is_grouped: bool = False

    @cached_property
    def hits(self) -> list[SearchDocument]:
        return load_documents(self.ids)

    @property
    def node(self) -> Node:
        """What a record must match to be a hit."""
        return self.filters.apply(self.query)

    @property
    def corrected_query(self) -> str:
        """The text that was searched for instead of the typed one; "" if it was the same."""
        return self.query.text if self.query.text != clean(self.text) else ""

    @property
    def any_word(self) -> bool:
        return self.query.any_word

    @property
    def total(self) -> int:
        return self.counts.total

    @cached_property
    def lemmas(self) -> frozenset[str]:
        return self.query.lemmas


def search(
    text: str,
    filters: Filters = NO_FILTERS,
    *,
    by_date: bool = False,
    page: int = 1,
    exact: bool = False,
    grouped: bool = False,
    synonyms: tuple[str, ...] | None = None,
) -> Results:
    """Search the public records. Unless `exact`, a query that finds nothing is corrected; the results say how.

    With `grouped`, more hits than a page holds are shown by the best of each kind, unless all are of one. `synonyms`
    are those of `load_synonyms`, if the caller has them.
    """
    synonyms = load_synonyms() if synonyms is None else synonyms
    results = Results(text, parse(text, synonyms), filters)
    if not results.query and (clean(text) or not filters.chosen):
        return results
    speller = Speller(synonyms)
    if not exact:
        results.query, results.transliterated = speller.with_russian_spelling(results.query)
    frequencies = Frequencies(results.query)
    results.counts = _counts(results, frequencies)
    if not results.total and results.query and not exact and not _is_narrowed_to_nothing(results):
        corrected = speller.correct(results.query)
        if corrected:
            results.query, frequencies = corrected, Frequencies(corrected)
            results.counts = _counts(results, frequencies)
    results.pages = -(-reachable(results.counts) // PAGE_SIZE)
    results.page = page
    results.is_grouped = grouped and not by_date and results.pages > 1 and len(results.counts.values("record")) > 1
    if results.is_grouped:
        results.ids = best_of_kinds(results.query, filters, results.counts, frequencies)
    elif 1 <= page <= results.pages and (clean(text) or filters.chosen):
        results.ids = page_of_hits(results.query, filters, results.counts, by_date, page, frequencies=frequencies)
    return results


def _is_narrowed_to_nothing(results: Results) -> bool:
    """Whether the words find something and only the filters or exclusions leave nothing of it."""
    is_narrowed = results.filters.chosen or results.query.excluded
    return bool(is_narrowed) and backend().exist([results.query.node])[0]


def _counts(results: Results, frequencies: Frequencies) -> HitCounts:
    is_selective = probably_selective(results.query, frequencies)
    return count_hits(results.node, is_selective, None if is_selective else hits_at_most(results.query, frequencies))


def first_hits(
    text: str, filters: Filters, *, by_date: bool = False, exact: bool = False, limit: int = PAGE_SIZE
) -> list[SearchDocument]:
    """The first records that a search finds, as its pages show them one after another."""
    filters = replace(filters, left_out=(PASSAGES,))
    results = search(text, filters, by_date=by_date, exact=exact)
    ids = list(results.ids)
    for page in range(2, min(results.pages, -(-limit // PAGE_SIZE)) + 1):
        ids += page_of_hits(results.query, filters, results.counts, by_date, page)
    return load_documents(ids[:limit])


def first_keys(text: str, synonyms: tuple[str, ...], kinds: Sequence[str]) -> list[tuple[str, int]]:
    """Kind and primary key of the first records that a search finds, some of each of these kinds."""
    others = (kind.name.lower() for kind in SearchDocument.Kind)
    filters = Filters(left_out=tuple(f"k:{kind}" for kind in others if kind not in kinds))
    # Of no page: only what is searched for, and how many there are.
    found = search(text, filters, page=0, synonyms=synonyms)
    return _keys(
        first_of_kinds(found.query, filters, found.counts, kinds, PAGE_SIZE // len(kinds)) if found.total else []
    )


def similar(text: str, kinds: Sequence[str], limit: int, with_synonyms: bool = False) -> list[tuple[str, int]]:
    """Kind and primary key of the public records of these kinds that have most words of a text, the most alike first.

    Synonyms are for what somebody typed, not for the title of a record.
    """
    return _keys(_similar(text, kinds, limit, load_synonyms() if with_synonyms else ()))


def _keys(ids: list[int]) -> list[tuple[str, int]]:
    return [(SearchDocument.decode_kind_name(pk), SearchDocument.decode_object_id(pk)) for pk in ids]


def _similar(text: str, kinds: Sequence[str], limit: int, synonyms: tuple[str, ...]) -> list[int]:
    # Of a title that was pasted every word counts; nothing in it is a phrase or an exclusion.
    words = re.sub(r"[«»\"“”„]|(?<!\S)-", " ", text)
    query = replace(parse(words, synonyms), any_word=True)
    if not query:
        return []
    node = And((query.node, Or(tuple(single_term(f"k:{kind}") for kind in kinds))))
    if rank_is_expensive(query):
        return backend().newest(node, False, limit, many=True)
    return backend().ranked(node, query.ranking, limit)


def load_synonyms() -> tuple[str, ...]:
    """The lines of words and phrases that mean the same."""
    return tuple(Synonym.objects.order_by("words").values_list("words", flat=True))


def load_documents(ids: list[int]) -> list[SearchDocument]:
    """The documents in the order of their ids in the list."""
    found = SearchDocument.objects.in_bulk(ids)
    return [found[pk] for pk in ids if pk in found]


def staff_keys(kind: str, text: str, limit: int = 10_000) -> list[int] | None:
    """Primary keys of the records of a kind that match, drafts too, newest first; None for an empty query.

    The last word may be a prefix: lists of the admin are searched while typing.
    """
    query = parse(text, load_synonyms())
    if not query:
        return None
    last = query.clauses[-1]
    parts: list[Node] = [clause.node for clause in query.clauses]
    if isinstance(last.node, Phrase) and not last.is_phrase:
        typed = query.text[last.start : last.end].casefold().replace("ё", "е")
        parts[-1] = Or((last.node, Prefix(typed)))
    of_kind: Node = single_term(f"k:{kind}")
    if kind == "talk":
        of_kind = Or((of_kind, single_term(OTHER)))
    node: Node = And((of_kind, *parts))
    if query.excluded:
        node = Not(node, Or(query.excluded))
    return [SearchDocument.decode_object_id(pk) for pk in backend().newest(node, True, limit)]
