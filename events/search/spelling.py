"""Query correction: keyboard layout, transliteration, typos, words split or joined; at last, any of the words.

Applied only to a query that finds nothing, and only to its words that no record has.
"""

import re
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import replace
from itertools import chain, islice, pairwise
from typing import Any, Generic, NamedTuple, TypeVar

from django.db import connections, router
from django.db.models import Q
from rapidfuzz import process
from rapidfuzz.distance import OSA

from ..batches import batched
from ..models import SearchWord
from ..russian import lemmatization
from ..russian.folding import fold_word, lookalike
from ..russian.keyboard import other_layout
from ..russian.lemmatization import is_stop_word, lemmatize
from ..russian.morphology import is_known
from ..russian.names import surname_lemmas
from ..russian.tokenization import tokenize
from ..russian.transliteration import cyrillic_spellings, transliterate
from .backends import backend
from .parser import Query, parse

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

LAST_CHARACTER = "\U0010ffff"
MIN_PART = 3
# Shorter words are not completed or corrected.
MIN_TYPED = 4
MAX_CHUNKS = 12
# Words with so many letters may have two typos.
LONG_WORD, LONG_LATIN_WORD = 6, 8
MIN_STEM, MAX_ENDING = 4, 3
# Of more words with the same ending only those with a likely first letter are compared.
MANY_SAME_ENDING = 8_000
# SQLite joins at most 500 parts of a statement.
MOST_KEYS = 100
WORDS = SearchWord._meta.db_table
KNOWN, COMPLETION, LATIN_COMPLETION = range(3)  # how rows were found
_WORD = re.compile(r"[^\W_]+(?:['’`ʹʼ][^\W_]+)*['’`ʹʼ]?")
_QUOTED = re.compile('([«“„"]*)(.*?)([»“”"]*)', re.DOTALL)
_NAMED_AFTER = re.compile("(.{3,}?)(?:ск(?:ий|ая|ое|ого|ой|ом|ому|им|ую|ие|их|ими)|к(?:а|и|е|у|ой|ою))")
_LATIN_WORD = re.compile(r"\b[A-Za-z']{3,}\b")


class Lookup(Generic[K, V]):
    """What the database answers about keys: about any number of them in as many statements as about one."""

    def __init__(self, read: Callable[[list[K]], dict[K, V]]) -> None:
        self._read, self._known = read, dict[K, V]()

    def ask(self, keys: Iterable[K]) -> None:
        """Read together the answers that will be needed."""
        for some in batched([key for key in dict.fromkeys(keys) if key not in self._known], MOST_KEYS):
            self._known |= self._read(some)

    def __call__(self, key: K) -> V:
        self.ask([key])
        return self._known[key]


class Entry(NamedTuple):
    """What the dictionary has like a word; "" for what it has not."""

    latin: str = ""  # a name that the archive has in Latin letters only: «каленова» → "kalenova"
    completion: str = ""  # the most frequent word with a prefix that is no word itself
    # A name in Latin letters with the same beginning, in any form: «хамитовой» → "khamitova".
    latin_completion: str = ""
    parts: str = ""  # two words that the archive has: «онлайнконференция» → «онлайн конференция»


class Speller:
    """The corrections of one search.

    They are tried chunk by chunk, the most certain first; what they ask the database is read for all chunks together.
    """

    def __init__(self, synonyms: tuple[str, ...]) -> None:
        self._synonyms = synonyms
        self._found = Lookup(_which_find)
        self._russian_spelling = Lookup(_russian_spellings)
        self._entry = Lookup(_entries)
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
        self._russian_spelling.ask(words)
        spelled = {word: russian for word in words if (russian := self._russian_spelling(word))}
        self._found.ask((word, ()) for word in spelled)
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

    def _ask_which_find(self, texts: Iterable[str]) -> None:
        self._found.ask((text, self._synonyms) for text in texts)

    def _corrections(self, text: str) -> Iterator[str]:
        chunks = text.split()[:MAX_CHUNKS]
        self._russian_spelling.ask(_words(chunks))
        of_all = (_word_by_word(lookalike), _other_layout, other_layout, _word_by_word(self._russian_spelling))
        pairs = filter(_WORD.fullmatch, map("".join, pairwise(chunks)))
        self._ask_which_find([*chunks, *pairs, *(correction(chunk) for correction in of_all for chunk in chunks)])
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
            guess = _word_by_word(lambda word: self._typo_corrected(word, certain=False))
            guessed = {chunk: guess(chunk) for chunk in absent if chunk not in others}
            texts.insert(0, " ".join((others | guessed).get(chunk, chunk) for chunk in chunks))
        self._ask_which_find(other for other in texts if other != text)
        yield from texts

    def _correct_chunks(self, absent: list[str]) -> dict[str, str]:
        """The first correction of each chunk that finds something; chunks without one are left out."""
        found = self._first_to_find(absent, (_other_layout, other_layout))
        by_word = (
            self._as_russian,
            self._as_latin,
            self._eponym,
            self._similar_word,
            self._latin_completion,
            self._split,
        )
        left = [chunk for chunk in absent if chunk not in found]
        spelled = ((_likeliest_spelling(word), word) for word in _words(left) if not self._russian_spelling(word))
        self._ask_similar(filter(None, chain.from_iterable(spelled)))
        self._found.ask((name, ()) for word in _words(left) for name in _eponyms(word))
        found |= self._first_to_find(left, tuple(map(_word_by_word, by_word)))
        left = [chunk for chunk in absent if chunk not in found]
        self._ask_similar(_words(map(_other_layout, left)))
        similar = _word_by_word(self._similar_word)
        return found | self._first_to_find(left, (lambda chunk: similar(_other_layout(chunk)),))

    def _first_to_find(self, chunks: list[str], corrections: tuple[Callable[[str], str], ...]) -> dict[str, str]:
        def others(chunk: str) -> Iterator[str]:
            return (other for correction in corrections if (other := correction(chunk)) != chunk)

        # Mostly it is the first.
        self._ask_which_find(other for chunk in chunks for other in islice(others(chunk), 1))
        found = {chunk: next(filter(self._finds, others(chunk)), "") for chunk in chunks}
        return {chunk: other for chunk, other in found.items() if other}

    def _ask_similar(self, words: Iterable[str]) -> None:
        words = list(words)
        self._entry.ask(words)
        typed = (fold_word(word) for word in words if not self._entry(word).completion)
        self._nearest.ask(word for word in typed if _may_have_typo(word))

    def _as_latin(self, word: str) -> str:
        return self._entry(word).latin

    def _latin_completion(self, word: str) -> str:
        return self._entry(word).latin_completion

    def _split(self, word: str) -> str:
        return self._entry(word).parts

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
            for typed, candidates in _typo_candidates(left, typos).items():
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

    def _join(self, chunks: list[str]) -> str | None:
        """Two adjacent words joined, if that finds something: «видео конференция» → «видеоконференция»."""
        for at, (left, right) in enumerate(pairwise(chunks)):
            both = left + right
            if _WORD.fullmatch(both) and self._finds(both):
                text = " ".join([*chunks[:at], both, *chunks[at + 2 :]])
                if self._finds(text):
                    return text
        return None


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


def _entries(words: list[str]) -> dict[str, Entry]:
    """What the dictionary has like each word, read in one statement."""
    latin, cuts = {word: _latin_spellings(word) for word in words}, {word: _cuts(word) for word in words}
    spellings = ["", *set().union(*latin.values())]
    stems = ["", *{lemmatization.stem(part) for pairs in cuts.values() for part in chain(*pairs)}]
    known = f"word IN ({_marks(spellings)}) OR stem IN ({_marks(stems)})"
    parts: list[tuple[str, list[Any]]] = [
        (f"SELECT {KNOWN}, 0, word, stem, documents FROM {WORDS} WHERE {known}", [*spellings, *stems])
    ]
    for at, word in enumerate(words):
        parts += _completions(at, word)
    rows = _select(parts)
    completed = {(way, at): word for way, at, word, _stem, _documents in rows}
    frequencies = {word: documents for way, _at, word, _stem, documents in rows if way == KNOWN}
    present = {stem for way, _at, _word, stem, _documents in rows if way == KNOWN}
    return {
        word: Entry(
            min(latin[word] & frequencies.keys(), key=lambda one: (-frequencies[one], one), default=""),
            completed.get((COMPLETION, at), ""),
            completed.get((LATIN_COMPLETION, at), ""),
            next((" ".join(cut) for cut in cuts[word] if present.issuperset(map(lemmatization.stem, cut))), ""),
        )
        for at, word in enumerate(words)
    }


def _select(parts: Iterable[tuple[str, list[Any]]]) -> list[tuple]:
    """Rows of several queries, read in one statement: Django takes longer to join them than a database to answer."""
    queries, parameters = zip(*parts, strict=True)
    with connections[router.db_for_read(SearchWord)].cursor() as cursor:
        cursor.execute(" UNION ALL ".join(queries), list(chain(*parameters)))
        return cursor.fetchall()


def _marks(values: list[str]) -> str:
    return ", ".join(["%s"] * len(values))


def _latin_spellings(word: str) -> set[str]:
    folded = fold_word(word)
    forms = (folded, *(lemma + "а" for lemma in lemmatize(folded)))
    written = {transliterate(form) for form in forms} - {folded}
    # «Мюллер» is “Müller”, which the index has as “muller”.
    return written | {form.replace("iu", "u") for form in written}


def _completions(at: int, word: str) -> Iterator[tuple[str, list[Any]]]:
    """Queries for the first word that completes the one at this place, and for the first name in Latin letters."""
    first = "SELECT * FROM (SELECT {way}, {at}, word, stem, documents FROM {words} WHERE {where} LIMIT 1) AS one"
    start = fold_word(word)
    if len(start) >= MIN_TYPED and not is_known(start):
        where = "word >= %s AND word < %s ORDER BY documents DESC, word"
        yield first.format(way=COMPLETION, at=at, words=WORDS, where=where), [start, start + LAST_CHARACTER]
    start = transliterate(lemmatization.stem(start))
    if len(start) >= MIN_STEM and start != word:
        where = "stem >= %s AND stem < %s AND LENGTH(stem) <= %s ORDER BY LENGTH(stem), documents DESC, word"
        latin = [start, start + LAST_CHARACTER, len(start) + MAX_ENDING]
        yield first.format(way=LATIN_COMPLETION, at=at, words=WORDS, where=where), latin


def _cuts(word: str) -> list[tuple[str, str]]:
    word = fold_word(word)
    return [(word[:cut], word[cut:]) for cut in range(MIN_PART, len(word) - MIN_PART + 1)]


def _likeliest_spelling(word: str) -> str:
    return next(iter(cyrillic_spellings(word)), "")


def _russian_spellings(words: list[str]) -> dict[str, str]:
    """The likeliest Russian spelling of each Latin word that the archive has, in this or another form."""
    spellings = {word: cyrillic_spellings(word) for word in words}
    every = {spelling for some in spellings.values() for spelling in some}
    stems = {spelling: lemmatization.stem(spelling) for spelling in every}
    known = SearchWord.objects.filter(Q(word__in=every) | Q(stem__in=set(stems.values())))
    forms: dict[str, list[str]] = {}
    for form, stem in known.order_by("-documents", "word").values_list("word", "stem"):
        forms.setdefault(stem, []).append(form)
    return {word: _known_spelling(some, stems, forms) for word, some in spellings.items()}


def _known_spelling(spellings: list[str], stems: dict[str, str], forms: dict[str, list[str]]) -> str:
    """The first of some spellings that is among the forms with its stem, else the one with the same lemma, or stem."""
    if stop_word := next(filter(is_stop_word, spellings), ""):
        return stop_word
    for spelling in spellings:
        if spelling in forms.get(stems[spelling], ()):
            return spelling
    for spelling in spellings:
        if any(set(lemmatize(spelling)) & set(lemmatize(form)) for form in forms.get(stems[spelling], ())):
            return spelling
    return next((forms[stems[spelling]][0] for spelling in spellings if stems[spelling] in forms), "")


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


def _typo_candidates(words: list[str], allowed: int) -> dict[str, list[tuple[str, str, int]]]:
    """By word those that begin or end like its stem, as (word, stem, documents).

    There may be tens of thousands in a large archive: first only their stems are read, from a covering index.
    """
    if not words:
        return {}
    stems = {word: lemmatization.stem(word) for word in words}
    similar: dict[str, set[str]] = {word: set() for word in words}
    queries = (query for at, word in enumerate(words) for query in _similar_stems(at, word, stems[word], allowed))
    for at, is_reversed, stem in _select(queries):
        similar[words[at]].add(stem[::-1] if is_reversed else stem)
    near_stems = {}
    for word, some in similar.items():
        # One more than allowed: a word within the distance may have a stem beyond it.
        near = process.extract(stems[word], some, scorer=OSA.distance, score_cutoff=allowed + 1, limit=None)
        near_stems[word] = [stem for stem, _distance, _at in near]
    by_stem: dict[str, list[tuple[str, str, int]]] = {}
    every = set(chain(*near_stems.values()))
    for row in SearchWord.objects.filter(stem__in=every).values_list("word", "stem", "documents"):
        by_stem.setdefault(row[1], []).append(row)
    return {word: [row for stem in some for row in by_stem.get(stem, ())] for word, some in near_stems.items()}


def _similar_stems(at: int, typed: str, stem: str, allowed: int) -> Iterator[tuple[str, list[Any]]]:
    """Queries for the stems that begin, and that end, like the one at this place: it, whether reversed, the stem."""
    length = max(1, len(stem) // (allowed + 1))
    lengths = [len(stem) - allowed, len(typed) + allowed]

    def alike(column: str, start: str) -> tuple[str, list[Any]]:
        where = f"FROM {WORDS} WHERE LENGTH({column}) BETWEEN %s AND %s AND {column} >= %s AND {column} < %s"
        return where, [*lengths, start, start + LAST_CHARACTER]

    # Only the indexed column is selected: an index-only scan.
    distinct = "SELECT {at}, {is_reversed:d}, found FROM (SELECT DISTINCT {column} AS found {where}) AS stems"
    begun, values = alike("stem", stem[:length])
    yield distinct.format(at=at, is_reversed=False, column="stem", where=begun), values
    ended, values = alike("reversed_stem", stem[::-1][:length])
    # Of very many, as a third of all surnames: the first letter is one of the first typed, or else the only typo.
    letters, rest = sorted(set(stem[: allowed + 1])), stem[:0:-1]
    likely = (
        f"{ended} AND (NOT EXISTS (SELECT 1 {ended} LIMIT 1 OFFSET {MANY_SAME_ENDING:d})"
        f" OR SUBSTR(reversed_stem, LENGTH(reversed_stem), 1) IN ({_marks(letters)})"
        " OR reversed_stem >= %s AND reversed_stem < %s)"
    )
    values = [*values, *values, *letters, rest, rest + LAST_CHARACTER]
    yield distinct.format(at=at, is_reversed=True, column="reversed_stem", where=likely), values
