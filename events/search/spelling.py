"""Query correction: keyboard layout, transliteration, typos, words split or joined; at last, any of the words.

Applied only to a query that finds nothing, and only to its words that no record has.
"""

import re
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import replace
from itertools import chain, pairwise
from typing import Generic, TypeVar

from rapidfuzz.distance import OSA

from ..batches import batched
from ..russian import lemmatization
from ..russian.folding import fold_word, lookalike
from ..russian.keyboard import other_layout
from ..russian.lemmatization import is_stop_word
from ..russian.morphology import is_known
from ..russian.names import surname_lemmas
from ..russian.tokenization import tokenize
from ..russian.transliteration import cyrillic_spellings
from .backends import backend
from .dictionary import MIN_TYPED, entries, russian_spellings, typo_candidates
from .parser import Query, parse

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

MAX_CHUNKS = 12
# Words with so many letters may have two typos.
LONG_WORD, LONG_LATIN_WORD = 6, 8
# SQLite joins at most 500 parts of a statement.
MOST_KEYS = 100
_WORD = re.compile(r"[^\W_]+(?:['’`ʹʼ][^\W_]+)*['’`ʹʼ]?")
_QUOTED = re.compile('([«“„"]*)(.*?)([»“”"]*)', re.DOTALL)
_NAMED_AFTER = re.compile("(.{3,}?)(?:ск(?:ий|ая|ое|ого|ой|ом|ому|им|ую|ие|их|ими)|к(?:а|и|е|у|ой|ою))")
_LATIN_WORD = re.compile(r"\b[A-Za-z']{3,}\b")


class Lookup(Generic[K, V]):
    """What the database answers about keys: about any number of them in as many statements as about one."""

    def __init__(self, read: Callable[[list[K]], dict[K, V]]) -> None:
        self._read, self._known = read, dict[K, V]()

    def prefetch(self, keys: Iterable[K]) -> None:
        """Read together the answers that will be needed."""
        for some in batched([key for key in dict.fromkeys(keys) if key not in self._known], MOST_KEYS):
            self._known |= self._read(some)

    def __call__(self, key: K) -> V:
        self.prefetch([key])
        return self._known[key]


class Speller:
    """The corrections of one search.

    They are tried chunk by chunk, the most certain first; what they ask the database is read for all chunks together.
    """

    def __init__(self, synonyms: tuple[str, ...]) -> None:
        self._synonyms = synonyms
        self._found = Lookup(_which_find)
        self._russian_spelling = Lookup(russian_spellings)
        self._entry = Lookup(entries)
        self._nearest = Lookup(self._nearest_words)

    def correct(self, query: Query) -> Query | None:
        """The first correction of a query that finds something; None if none does."""
        corrected = query
        for text in self._corrections(query.text):
            corrected = parse(text, self._synonyms)
            if text != query.text and self._finds(text):
                return corrected
        some = replace(corrected, any_word=True)
        return some if backend().exist([some.node])[0] else None

    def with_russian_spelling(self, query: Query) -> tuple[Query, tuple[str, ...]]:
        """Add the Russian spellings of Latin words that the archive has in both alphabets: "Krupskaya" and «Крупская».

        Returns the query and the spellings.
        """
        words = _LATIN_WORD.findall(query.text)[:MAX_CHUNKS]
        self._russian_spelling.prefetch(words)
        spelled = {word: russian for word in words if (russian := self._russian_spelling(word))}
        self._found.prefetch((word, ()) for word in spelled)
        spelled = {word: russian for word, russian in spelled.items() if self._is_written(word)}
        if not spelled:
            return query, ()
        both = tuple(f"{word}, {russian}" for word, russian in spelled.items())
        return parse(query.text, self._synonyms + both), tuple(spelled.values())

    def _finds(self, text: str) -> bool:
        return self._found((text, self._synonyms))

    def _is_written(self, word: str) -> bool:
        """Whether the word itself finds something, not a synonym."""
        return self._found((word, ()))

    def _prefetch_which_find(self, texts: Iterable[str]) -> None:
        self._found.prefetch((text, self._synonyms) for text in texts)

    def _corrections(self, text: str) -> Iterator[str]:
        chunks = text.split()[:MAX_CHUNKS]
        self._russian_spelling.prefetch(_words(chunks))
        of_all = (_word_by_word(lookalike), _other_layout, other_layout, _word_by_word(self._russian_spelling))
        pairs = filter(_WORD.fullmatch, map("".join, pairwise(chunks)))
        self._prefetch_which_find([*chunks, *pairs, *(correction(chunk) for correction in of_all for chunk in chunks)])
        if joined := self._join(chunks):
            yield joined
        # With the wrong keyboard layout short words are wrong, too, though they may happen to find something.
        absent = [chunk for chunk in chunks if not chunk.startswith("-") and not self._finds(chunk)]
        for correction in of_all:
            for mistyped in (absent, chunks):
                corrected = {chunk: correction(chunk) for chunk in mistyped}
                if corrected and all(map(self._finds, corrected.values())):
                    yield " ".join(corrected.get(chunk, chunk) for chunk in chunks)
        others = self._correct_chunks(absent)
        texts = [" ".join(others.get(chunk, chunk) for chunk in chunks)]
        if len(chunks) > 1:
            left = [chunk for chunk in absent if chunk not in others]
            self._nearest.prefetch(filter(_may_have_typo, map(fold_word, _words(left))))
            guess = _word_by_word(lambda word: self._typo_corrected(word, certain=False))
            guessed = {chunk: guess(chunk) for chunk in left}
            texts.insert(0, " ".join((others | guessed).get(chunk, chunk) for chunk in chunks))
        self._prefetch_which_find(other for other in texts if other != text)
        yield from texts

    def _correct_chunks(self, absent: list[str]) -> dict[str, str]:
        """The first correction of each chunk that finds something; chunks without one are left out."""
        found = self._first_to_find(absent, (_other_layout, other_layout))
        by_word = (
            self._as_russian,
            lambda word: self._entry(word).latin,
            self._eponym,
            self._similar_word,
            lambda word: self._entry(word).latin_completion,
            lambda word: self._entry(word).parts,
        )
        left = [chunk for chunk in absent if chunk not in found]
        spelled = ((_likeliest_spelling(word), word) for word in _words(left) if not self._russian_spelling(word))
        self._prefetch_similar(filter(None, chain.from_iterable(spelled)))
        self._found.prefetch((name, ()) for word in _words(left) for name in _eponyms(word))
        found |= self._first_to_find(left, tuple(map(_word_by_word, by_word)))
        left = [chunk for chunk in absent if chunk not in found]
        self._prefetch_similar(_words(map(_other_layout, left)))
        similar = _word_by_word(self._similar_word)
        return found | self._first_to_find(left, (lambda chunk: similar(_other_layout(chunk)),))

    def _first_to_find(self, chunks: list[str], corrections: tuple[Callable[[str], str], ...]) -> dict[str, str]:
        def others(chunk: str) -> Iterator[str]:
            return (other for correction in corrections if (other := correction(chunk)) != chunk)

        untried, found = {chunk: others(chunk) for chunk in chunks}, dict[str, str]()
        while untried:
            tried = {chunk: other for chunk, rest in untried.items() if (other := next(rest, ""))}
            self._prefetch_which_find(tried.values())
            found |= {chunk: other for chunk, other in tried.items() if self._finds(other)}
            untried = {chunk: untried[chunk] for chunk in tried if chunk not in found}
        return found

    def _prefetch_similar(self, words: Iterable[str]) -> None:
        words = list(words)
        self._entry.prefetch(words)
        typed = (fold_word(word) for word in words if not self._entry(word).completion)
        self._nearest.prefetch(word for word in typed if _may_have_typo(word))

    def _as_russian(self, word: str) -> str:
        """The Russian spelling of a Latin word, also of a prefix or with a typo: "krupskoy" → «крупской»."""
        if found := self._russian_spelling(word):
            return found
        if not (spelled := _likeliest_spelling(word)):
            return ""
        near = self._similar_word(spelled)
        is_close = OSA.distance(lemmatization.stem(spelled), lemmatization.stem(near)) < 2
        return near if is_close or near.startswith(spelled) else ""

    def _eponym(self, word: str) -> str:
        """The surname that a library is named after: «горьковка», «ленинская»."""
        return next(filter(self._is_written, _eponyms(word)), "")

    def _similar_word(self, word: str) -> str:
        return self._entry(word).completion or self._typo_corrected(word)

    def _typo_corrected(self, word: str, certain: bool = True) -> str:
        """The archive's word with the smallest edit distance (optimal string alignment), of ties the most frequent.

        A word of the Russian dictionary is probably no typo: it is corrected by one letter of many only, or when not
        `certain`, because the rest of the query confirms it.
        """
        typed = fold_word(word)
        if not _may_have_typo(typed):
            return ""
        distance, other = self._nearest(typed)
        if certain and is_known(typed) and not (distance == 1 and len(other) == len(typed) > LONG_WORD):
            return ""
        return other

    def _nearest_words(self, words: list[str]) -> dict[str, tuple[int, str]]:
        """By word the archive's nearest one with its distance; "" if none is as near as typos are allowed."""
        # Synonyms find something though the archive may not have them.
        synonyms = [(word.text, lemmatization.stem(word.text), 0) for line in self._synonyms for word in tokenize(line)]
        found = dict.fromkeys(words, (0, ""))
        # One typo leaves half of the word unchanged, two leave a third of it.
        for typos in (1, 2):
            left = [word for word in words if not found[word][1] and typos <= _allowed_typos(word)]
            for typed, candidates in typo_candidates(left, typos).items():
                stem = lemmatization.stem(typed)
                near = [
                    (distance, full_distance, -documents, other)
                    for other, other_stem, documents in chain(candidates, synonyms)
                    if (distance := min(full_distance := OSA.distance(typed, other), OSA.distance(stem, other_stem)))
                    <= typos
                    and len(other) >= MIN_TYPED
                    and not is_stop_word(other)
                ]
                if near:
                    _distance, full_distance, _documents, other = min(near)
                    found[typed] = full_distance, other
        return found

    def _join(self, chunks: list[str]) -> str:
        """Two adjacent words joined, if that finds something: «видео конференция» → «видеоконференция»."""
        texts = [
            " ".join([*chunks[:at], left + right, *chunks[at + 2 :]])
            for at, (left, right) in enumerate(pairwise(chunks))
            if _WORD.fullmatch(left + right) and self._finds(left + right)
        ]
        self._prefetch_which_find(texts)
        return next(filter(self._finds, texts), "")


def _which_find(asked: list[tuple[str, tuple[str, ...]]]) -> dict[tuple[str, tuple[str, ...]], bool]:
    """Which texts find something, each with the synonyms that are to be taken for the same."""
    queries = {one: query for one in asked if (query := parse(*one))}
    found = backend().exist([query.node for query in queries.values()]) if queries else []
    return dict.fromkeys(asked, False) | dict(zip(queries, found, strict=True))


def _other_layout(chunk: str) -> str:
    """Switch the keyboard layout but keep quotation marks around a phrase, whose key is also that of «э»."""
    before, typed, after = _QUOTED.fullmatch(chunk).groups()
    return before + other_layout(typed) + after


def _word_by_word(change: Callable[[str], str]) -> Callable[[str], str]:
    return lambda chunk: _WORD.sub(lambda match: change(match[0]) or match[0], chunk)


def _words(chunks: Iterable[str]) -> list[str]:
    return [word for chunk in chunks for word in _WORD.findall(chunk)]


def _likeliest_spelling(word: str) -> str:
    return next(iter(cyrillic_spellings(word)), "")


def _eponyms(word: str) -> list[str]:
    """The surnames that a library may be named after."""
    if not (match := _NAMED_AFTER.fullmatch(fold_word(word))):
        return []
    base, short = match[1], match[1][:-2]
    names = [base, base[:-1], f"{base}ский", *(short + ending for ending in ("ий", "ой", "ый", "ь"))]
    return [name for name in names if surname_lemmas(name)]


def _may_have_typo(typed: str) -> bool:
    return len(typed) >= MIN_TYPED and typed.isalpha()


def _allowed_typos(typed: str) -> int:
    long = LONG_LATIN_WORD if typed.isascii() else LONG_WORD
    return 2 if len(lemmatization.stem(typed)) >= long and not is_known(typed) else 1
