"""Counting hits and their facets: exactly, or estimated from a sample of the records."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain

from ..models import SearchWord
from ..russian import lemmatization
from ..russian.tokenization import tokenize
from .analysis import ESTIMATE_SAMPLE, SAMPLES, facet_term
from .backends import backend
from .nodes import And, Node, Not, Or, Phrase, single_term
from .parser import Query, clean

# Hits in a sample that are enough to estimate from; the numbers are then shown with «≈». Sampling rates differ by a
# factor of four, so up to some four thousand hits are counted exactly and not many more rows are read.
ENOUGH = 700
MAX_COUNTED = 20_000
# Where few hits are expected, up to so many are read before a sample is.
MAX_EXACT = 6 * ENOUGH
MAX_VALUE_LENGTH = 120  # letters of a filter's value

# Samples that hits may be counted in, by sampling rate.
SAMPLE_OF_RATE = {rate: sample for sample, rate in SAMPLES.items()}

# Name of a facet in the address → prefix of its terms in the index.
FACETS = {"record": "k", "year": "y", "organisation": "o", "place": "p", "topic": "t", "kind": "e", "has": "h"}

PASSAGES = "k:passage"


@dataclass(frozen=True)
class Filters:
    """The chosen values of facets: (name, value) as in the address."""

    chosen: tuple[tuple[str, str], ...] = ()
    # Kinds that are left out: passages of recordings from lists and files of records.
    left_out: tuple[str, ...] = ()

    @classmethod
    def of(cls, items: Iterable[tuple[str, str]]) -> "Filters":
        """Filters of the valid items, each once."""
        valid = ((name, clean(value)[:MAX_VALUE_LENGTH]) for name, value in items if name in FACETS)
        return cls(tuple(dict.fromkeys((name, value) for name, value in valid if value)))

    def apply(self, query: Query, words: Node | None = None) -> Node:
        """The node that a hit must match: the query's words (or `words` in their place), filters and exclusions."""
        filters = (single_term(facet_term(FACETS[name], value)) for name, value in self.chosen)
        node = And((*((words or query.node,) if query else ()), *filters))
        excluded = (*query.excluded, *map(single_term, self.left_out))
        return Not(node, Or(excluded)) if excluded else node


NO_FILTERS = Filters()


@dataclass
class HitCounts:
    """How many records match, and how many of them have each value of each facet."""

    total: int = 0
    # The counts are of one record in so many; 1 if they are exact.
    sampling_rate: int = 1
    # Facet terms with their counts in the sample.
    facets: Counter[str] = field(default_factory=Counter)
    # Ids of all hits, the newest first; empty for a sample.
    ids: list[int] = field(default_factory=list)

    @classmethod
    def from_rows(cls, rows: list[tuple[int, str]], sampling_rate: int = 1) -> "HitCounts":
        """Count rows of a document's id and its facet terms."""
        counts = Counter(" ".join([terms for _id, terms in rows]).split())
        is_complete = sampling_rate == 1 and len(rows) < MAX_COUNTED
        ids = sorted([pk for pk, _terms in rows], reverse=True) if is_complete else []
        return cls(len(rows) * sampling_rate, sampling_rate, counts, ids)

    @property
    def is_estimate(self) -> bool:
        return self.sampling_rate > 1

    def values(self, name: str, limit: int | None = None) -> list[tuple[str, int]]:
        """The values of a facet with their counts, the most frequent first."""
        prefix = FACETS[name]
        counts = self._by_prefix[prefix]
        if limit and len(counts) > limit:
            # Of thousands of places only those as frequent as the last shown are sorted.
            least = sorted([count for _term, count in counts], reverse=True)[limit - 1]
            counts = [(term, count) for term, count in counts if count >= least]
        counts = sorted(counts, key=lambda item: (-item[1], item[0]))[:limit]
        return [(term[len(prefix) + 1 :], count * self.sampling_rate) for term, count in counts]

    @cached_property
    def _by_prefix(self) -> dict[str, list[tuple[str, int]]]:
        by_prefix = defaultdict(list)
        for item in self.facets.items():
            by_prefix[item[0][0]].append(item)
        return by_prefix


def count_hits(node: Node, exactly_first: bool = False, at_most: int | None = None) -> HitCounts:
    """Count the public records that match: exactly, or from the smallest sample that is enough.

    With `exactly_first` up to MAX_EXACT hits are counted before any sample is. Of `at_most` so many hits some samples
    cannot have enough: they are not tried.
    """
    first = rate = max(SAMPLE_OF_RATE)
    if at_most is not None:
        first = rate = max((size for size in SAMPLE_OF_RATE if size * ENOUGH <= at_most), default=min(SAMPLE_OF_RATE))
    if exactly_first:
        rows = backend().facets(node, MAX_EXACT + 1)
        if len(rows) <= MAX_EXACT:
            return HitCounts.from_rows(rows)
        # So many hits have some dozens in this sample at least; smaller ones may have none.
        first = rate = max(size for size in SAMPLE_OF_RATE if size * ENOUGH <= 16 * MAX_EXACT)
    while rate > 1:
        rows = backend().facets(And((node, single_term(SAMPLE_OF_RATE[rate]))), MAX_COUNTED)
        if len(rows) >= ENOUGH:
            break
        # Skip to the sample in which there should be enough.
        fitting = [size for size in SAMPLE_OF_RATE if size < rate and len(rows) * rate >= ENOUGH * size]
        # One or two hits in the smallest sample may be some hundreds or some thousands.
        is_unclear = rows and rate == first and first // 16 in SAMPLE_OF_RATE
        rate = max(fitting, default=first // 16 if is_unclear else 1)
    else:
        rows = backend().facets(node, MAX_COUNTED)
    return HitCounts.from_rows(rows, rate)


def estimate(node: Node, sample: str = ESTIMATE_SAMPLE) -> int:
    """Estimate from a sample how many public records match; of few records the estimate may be 0 or some dozens."""
    return backend().count(And((node, single_term(sample)))) * SAMPLES[sample]


@dataclass(frozen=True)
class Frequencies:
    """The document frequencies of the words of a query, read once and only if something asks for them."""

    query: Query

    @cached_property
    def _by_stem(self) -> dict[str, int]:
        counts = {lemmatization.stem(word.text): 0 for word in tokenize(self.query.text)}
        for stem, documents in SearchWord.objects.filter(stem__in=list(counts)).values_list("stem", "documents"):
            counts[stem] += documents
        return counts

    def of(self, words: Iterable[str]) -> list[int]:
        """The number of public records with each stem of the words."""
        return [self._by_stem.get(stem, 0) for stem in {lemmatization.stem(word) for word in words}]


def hits_at_most(query: Query, frequencies: Frequencies) -> int | None:
    """The documents with the rarest word of a query; None if it is unknown: words in other forms, or no frequencies."""
    if query.any_word or backend().MANY_TERM_THRESHOLD is None:
        return None
    nodes = ((query.text[clause.start : clause.end], clause.node) for clause in query.clauses)
    plain = [word for word, node in nodes if isinstance(node, Phrase) and len(node.words) == len(node.words[0]) == 1]
    counted = [word for word in plain if len(word) > 1 and not word.isdecimal()]
    return min(frequencies.of(counted)) if counted else None


def probably_selective(query: Query, frequencies: Frequencies | None = None) -> bool:
    """Whether the query's words are so rare that counting exactly costs less than trying samples."""
    many_terms = backend().MANY_TERM_THRESHOLD
    if query.any_word or many_terms is None:
        return False
    if len(query.clauses) >= many_terms or any(clause.is_phrase for clause in query.clauses):
        return True
    words = chain.from_iterable(tokenize(query.text[clause.start : clause.end]) for clause in query.clauses)
    # Single letters and numbers are not in the spelling dictionary, so their frequency is unknown.
    counted = [word.text for word in words if len(word.text) > 1 and not word.text.isdecimal()]
    return bool(counted) and min((frequencies or Frequencies(query)).of(counted)) <= MAX_EXACT
