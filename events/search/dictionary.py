"""Words of the archive that are like typed ones: any number of them in as many statements as one."""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, NamedTuple

from django.db import connections, router
from django.db.models import Q
from rapidfuzz import process
from rapidfuzz.distance import OSA

from ..models import SearchWord
from ..russian import lemmatization
from ..russian.folding import fold_word
from ..russian.lemmatization import is_stop_word, lemmatize
from ..russian.morphology import is_known
from ..russian.transliteration import cyrillic_spellings, transliterate

LAST_CHARACTER = "\U0010ffff"
MIN_PART = 3
# Shorter words are not completed or corrected.
MIN_TYPED = 4
MIN_STEM, MAX_ENDING = 4, 3
# Of more words with the same ending only those with a likely first letter are compared.
MANY_SAME_ENDING = 8_000
WORDS = SearchWord._meta.db_table
KNOWN, COMPLETION, LATIN_COMPLETION = range(3)  # how rows were found


class Entry(NamedTuple):
    """What the dictionary has like a word; "" for what it has not."""

    latin: str  # a name that the archive has in Latin letters only: «каленова» → "kalenova"
    completion: str  # the most frequent word with a prefix that is no word itself
    # A name in Latin letters with the same beginning, in any form: «хамитовой» → "khamitova".
    latin_completion: str
    parts: str  # two words that the archive has: «онлайнконференция» → «онлайн конференция»


def entries(words: list[str]) -> dict[str, Entry]:
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


def russian_spellings(words: list[str]) -> dict[str, str]:
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


def typo_candidates(words: list[str], allowed: int) -> dict[str, list[tuple[str, str, int]]]:
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
