"""Query correction: keyboard layout, transliteration, typos, words split or joined; at last, any of the words.

Applied only to a query that finds nothing, and only to its words that no record has.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache

from django.db.models import CharField, Q, QuerySet
from django.db.models.functions import Length, Right
from rapidfuzz import process
from rapidfuzz.distance import OSA

from ..models import SearchWord, Synonym
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
_WORD = re.compile(r"[^\W_]+(?:['’`ʹʼ][^\W_]+)*['’`ʹʼ]?")
_QUOTED = re.compile('([«“„"]*)(.*?)([»“”"]*)', re.DOTALL)
_NAMED_AFTER = re.compile("(.{3,}?)(?:ск(?:ий|ая|ое|ого|ой|ом|ому|им|ую|ие|их|ими)|к(?:а|и|е|у|ой|ою))")
_LATIN_WORD = re.compile(r"\b[A-Za-z']{3,}\b")


def correct(query: Query, synonyms: tuple[str, ...]) -> Query | None:
    """The first correction of a query that finds something; None if none does."""
    # Several corrections have the same words.
    finds = cache(lambda text: _finds(text, synonyms))
    corrected = query
    for text in _corrections(query.text, finds):
        corrected = parse(text, synonyms)
        if text != query.text and finds(text):
            return corrected
    some = replace(corrected, any_word=True)
    return some if backend().exists(some.node) else None


def with_russian_spelling(query: Query, synonyms: tuple[str, ...]) -> tuple[Query, tuple[str, ...]]:
    """Add the Russian spellings of Latin words that the archive has in both alphabets: "Krupskaya" and «Крупская».

    Returns the query and the spellings.
    """
    pairs = {word: _russian_spelling(word) for word in _LATIN_WORD.findall(query.text)[:MAX_CHUNKS]}
    pairs = {word: russian for word, russian in pairs.items() if russian and _finds(word)}
    if not pairs:
        return query, ()
    both = tuple(f"{word}, {russian}" for word, russian in pairs.items())
    return parse(query.text, synonyms + both), tuple(pairs.values())


def _corrections(text: str, finds: Callable[[str], bool]) -> Iterator[str]:
    chunks = text.split()[:MAX_CHUNKS]
    if joined := _join(chunks, finds):
        yield joined
    # With the wrong keyboard layout short words are wrong, too, though they may happen to find something.
    absent = [chunk for chunk in chunks if not chunk.startswith("-") and not finds(chunk)]
    for correction in (_word_by_word(lookalike), _other_layout, other_layout, _word_by_word(_russian_spelling)):
        for mistyped in (absent, chunks):
            corrected = {chunk: correction(chunk) for chunk in mistyped}
            if corrected and all(map(finds, corrected.values())):
                yield " ".join(corrected.get(chunk, chunk) for chunk in chunks)
    likely = [_correct_chunk(chunk, finds) if chunk in absent else chunk for chunk in chunks]
    if len(chunks) > 1:
        guess = _word_by_word(lambda word: _typo_corrected(word, certain=False))
        yield " ".join(
            other if other != chunk or chunk not in absent else guess(chunk)
            for chunk, other in zip(chunks, likely, strict=True)
        )
    yield " ".join(likely)


def _finds(text: str, synonyms: tuple[str, ...] = ()) -> bool:
    corrected = parse(text, synonyms)
    return bool(corrected) and backend().exists(corrected.node)


def _correct_chunk(chunk: str, finds: Callable[[str], bool]) -> str:
    """Correct a chunk that finds nothing; the chunk itself if no correction finds anything."""
    others = (correction(chunk) for correction in _WORD_CORRECTIONS)
    return next((other for other in others if other != chunk and finds(other)), chunk)


def _other_layout(chunk: str) -> str:
    """Switch the keyboard layout but keep quotation marks around a phrase, whose key is also that of «э»."""
    before, typed, after = _QUOTED.fullmatch(chunk).groups()
    return before + other_layout(typed) + after


def _word_by_word(change: Callable[[str], str]) -> Callable[[str], str]:
    return lambda chunk: _WORD.sub(lambda match: change(match[0]) or match[0], chunk)


def _as_latin(word: str) -> str:
    """A name that the archive has in Latin letters only: «каленова» → "kalenova"."""
    folded = fold_word(word)
    forms = (folded, *(lemma + "а" for lemma in lemmatize(folded)))
    written = {transliterate(form) for form in forms} - {folded}
    # «Мюллер» is “Müller”, which the index has as “muller”.
    written |= {form.replace("iu", "u") for form in written}
    known = SearchWord.objects.filter(word__in=written).order_by("-documents", "word").first()
    return known.word if known else ""


def _latin_completion(word: str) -> str:
    """A name in Latin letters with the same beginning, in any form: «хамитовой» → "khamitova"."""
    start = transliterate(lemmatization.stem(fold_word(word)))
    if len(start) < MIN_STEM or start == word:
        return ""
    completions = SearchWord.objects.filter(stem__gte=start, stem__lt=start + LAST_CHARACTER).annotate(
        length=Length("stem")
    )
    shortest = completions.filter(length__lte=len(start) + MAX_ENDING).order_by("length", "-documents", "word").first()
    return shortest.word if shortest else ""


def _known_stems(stems: list[str]) -> set[str]:
    return set(SearchWord.objects.filter(stem__in=stems).values_list("stem", flat=True))


def _as_russian(word: str) -> str:
    """The Russian spelling of a Latin word, also of a prefix or with a typo: "krupskoy" → «крупской»."""
    if found := _russian_spelling(word):
        return found
    spelled = next(iter(cyrillic_spellings(word)), "")
    near = _similar_word(spelled)
    is_close = OSA.distance(lemmatization.stem(spelled), lemmatization.stem(near)) < 2
    return near if is_close or near.startswith(spelled) else ""


def _russian_spelling(word: str) -> str:
    """The likeliest Russian spelling of a Latin word that the archive has, in this or another form."""
    spellings = cyrillic_spellings(word)
    if stop_word := next(filter(is_stop_word, spellings), ""):
        return stop_word
    stems = [lemmatization.stem(spelling) for spelling in spellings]
    known = SearchWord.objects.filter(Q(word__in=spellings) | Q(stem__in=stems)).order_by("-documents", "word")
    forms: dict[str, list[str]] = {}
    for form, stem in known.values_list("word", "stem"):
        forms.setdefault(stem, []).append(form)
    for spelling, stem in zip(spellings, stems, strict=True):
        if spelling in forms.get(stem, ()):
            return spelling
    for spelling, stem in zip(spellings, stems, strict=True):
        if any(set(lemmatize(spelling)) & set(lemmatize(form)) for form in forms.get(stem, ())):
            return spelling
    return next((forms[stem][0] for stem in stems if stem in forms), "")


def _eponym(word: str) -> str:
    """The surname that a library is named after: «горьковка», «ленинская»."""
    if not (match := _NAMED_AFTER.fullmatch(fold_word(word))):
        return ""
    base, short = match[1], match[1][:-2]
    names = [base, base[:-1], f"{base}ский", *(short + ending for ending in ("ий", "ой", "ый", "ь"))]
    return next((name for name in names if surname_lemmas(name) and _finds(name)), "")


def _similar_word(word: str) -> str:
    return _completion(word) or _typo_corrected(word)


def _completion(word: str) -> str:
    """The most frequent word with a prefix that is no word itself."""
    start = fold_word(word)
    if len(start) < MIN_TYPED or is_known(start):
        return ""
    completions = SearchWord.objects.filter(word__gte=start, word__lt=start + LAST_CHARACTER).order_by(
        "-documents", "word"
    )
    return completions.values_list("word", flat=True).first() or ""


def _typo_corrected(word: str, certain: bool = True) -> str:
    """The archive's word with the smallest edit distance (optimal string alignment), of ties the most frequent.

    A word of the Russian dictionary is probably no typo: it is corrected by one letter of many only, or when not
    `certain`, because the rest of the query confirms it.
    """
    typed = fold_word(word)
    if len(typed) < MIN_TYPED or not typed.isalpha():
        return ""
    stem = lemmatization.stem(typed)
    allowed = 2 if len(stem) >= (LONG_LATIN_WORD if typed.isascii() else LONG_WORD) and not is_known(typed) else 1
    # One typo leaves half of the word unchanged, two leave a third of it.
    for typos in range(1, allowed + 1):
        near = [
            (distance, full_distance, -documents, other)
            for other, other_stem, documents in _typo_candidates(typed, stem, typos)
            if (distance := min(full_distance := OSA.distance(typed, other), OSA.distance(stem, other_stem))) <= typos
            and len(other) >= MIN_TYPED
            and not is_stop_word(other)
        ]
        distance, full_distance, _documents, other = min(near, default=(len(typed), 0, 0, ""))
        if certain and is_known(typed) and not (full_distance == 1 and len(other) == len(typed) > LONG_WORD):
            return ""
        if distance <= typos:
            return other
    return ""


def _typo_candidates(typed: str, stem: str, allowed: int) -> Iterator[tuple[str, str, int]]:
    """Words that begin or end like the stem, as (word, stem, documents).

    There may be tens of thousands in a large archive: first only their stems are read, from a covering index.
    """
    length = max(1, len(stem) // (allowed + 1))
    lengths = (len(stem) - allowed, len(typed) + allowed)

    def with_prefix(column: str, start: str) -> QuerySet:
        # Only the indexed column is selected: an index-only scan.
        words = SearchWord.objects.annotate(length=Length(column)).values_list(column, flat=True)
        return words.filter(length__range=lengths, **{f"{column}__gte": start, f"{column}__lt": start + LAST_CHARACTER})

    stems = set(with_prefix("stem", stem[:length]).distinct())
    reversed_stems = with_prefix("reversed_stem", stem[::-1][:length])
    if reversed_stems[MANY_SAME_ENDING:].exists():
        # As a third of all surnames: the first letter is one of the first typed, or else the only typo.
        first = Right("reversed_stem", 1, output_field=CharField())
        reversed_stems = reversed_stems.annotate(first=first).filter(
            Q(first__in=sorted(set(stem[: allowed + 1])))
            | Q(reversed_stem__gte=stem[:0:-1], reversed_stem__lt=stem[:0:-1] + LAST_CHARACTER)
        )
    stems |= {reverse[::-1] for reverse in reversed_stems.distinct()}
    # One more than allowed: a word within the distance may have a stem beyond it.
    near = process.extract(stem, stems, scorer=OSA.distance, score_cutoff=allowed + 1, limit=None)
    near_stems = [candidate for candidate, _distance, _at in near]
    yield from SearchWord.objects.filter(stem__in=near_stems).values_list("word", "stem", "documents")
    # Synonyms find something though the archive may not have them.
    for line in Synonym.objects.values_list("words", flat=True):
        yield from ((word.text, lemmatization.stem(word.text), 0) for word in tokenize(line))


def _split(word: str) -> str:
    """A word split into two that the archive has: «онлайнконференция» → «онлайн конференция»."""
    word = fold_word(word)
    cuts = range(MIN_PART, len(word) - MIN_PART + 1)
    pairs = [(word[:cut], word[cut:]) for cut in cuts]
    present = _known_stems([lemmatization.stem(part) for pair in pairs for part in pair])
    for pair in pairs:
        if all(lemmatization.stem(part) in present for part in pair):
            return " ".join(pair)
    return ""


def _join(chunks: list[str], finds: Callable[[str], bool]) -> str | None:
    """Two adjacent words joined, if that finds something: «видео конференция» → «видеоконференция»."""
    for at, (left, right) in enumerate(zip(chunks, chunks[1:], strict=False)):
        both = left + right
        if _WORD.fullmatch(both) and finds(both):
            text = " ".join([*chunks[:at], both, *chunks[at + 2 :]])
            if finds(text):
                return text
    return None


# Corrections of a chunk that finds nothing, the most certain first.
_WORD_CORRECTIONS = (
    _other_layout,
    other_layout,
    *map(_word_by_word, (_as_russian, _as_latin, _eponym, _similar_word, _latin_completion, _split)),
    lambda chunk: _word_by_word(_similar_word)(_other_layout(chunk)),
)
