"""What a visitor meant who mistyped: the other keyboard, Latin letters, a typo, a word apart; at last, any word.

Tried only when the query as typed finds nothing at all, and only on its words that stand nowhere.
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
from ..russian.folding import fold_word
from ..russian.keyboard import other_layout
from ..russian.lemmatization import is_stop_word, lemmatize
from ..russian.morphology import is_known
from ..russian.names import surname_lemmas
from ..russian.tokenization import tokenize
from ..russian.transliteration import cyrillic_spellings, transliterate
from .index import engine
from .query import Query, parse

LAST = "\U0010ffff"
SHORTEST_PART = 3
# So many letters must be typed before another word with some of them is guessed at.
SHORTEST_START = 4
MOST_CHUNKS = 12
# In so many letters two may be wrong.
LONG, LONG_LATIN = 6, 8
SHORTEST_STEM, LONGEST_ENDING = 4, 3
# Where more words than these end alike, not all of them are looked through.
MANY_ENDING_SO = 8_000
_WORD = re.compile(r"[^\W_]+(?:['’`ʹʼ][^\W_]+)*['’`ʹʼ]?")
_QUOTED = re.compile('([«“„"]*)(.*?)([»“”"]*)', re.DOTALL)
_NAMED_AFTER = re.compile("(.{3,}?)(?:ск(?:ий|ая|ое|ого|ой|ом|ому|им|ую|ие|их|ими)|к(?:а|и|е|у|ой|ою))")
_LATIN_WORD = re.compile(r"\b[A-Za-z']{3,}\b")


def query(asked: Query, synonyms: tuple[str, ...]) -> Query | None:
    """The first reading that finds something; None if none does."""
    # The same words are tried several ways.
    finds = cache(lambda text: _finds(text, synonyms))
    meant = asked
    for text in _readings(asked.text, finds):
        meant = parse(text, synonyms)
        if text != asked.text and finds(text):
            return meant
    some = replace(meant, any_word=True)
    return some if engine().exists(some.node) else None


def with_russian_spelling(asked: Query, synonyms: tuple[str, ...]) -> tuple[Query, tuple[str, ...]]:
    """A Latin word that the archive has in both alphabets is looked for in both: "Krupskaya" and «Крупская»."""
    pairs = {word: _spelled(word) for word in _LATIN_WORD.findall(asked.text)[:MOST_CHUNKS]}
    pairs = {word: russian for word, russian in pairs.items() if russian and _finds(word)}
    if not pairs:
        return asked, ()
    both = tuple(f"{word}, {russian}" for word, russian in pairs.items())
    return parse(asked.text, synonyms + both), tuple(pairs.values())


def _readings(text: str, finds: Callable[[str], bool]) -> Iterator[str]:
    chunks = text.split()[:MOST_CHUNKS]
    if joined := _joined(chunks, finds):
        yield joined
    # Whoever forgot to change the keyboard mistyped the short words, too, which may mean something by themselves.
    absent = [chunk for chunk in chunks if not chunk.startswith("-") and not finds(chunk)]
    for reading in (_other_layout, other_layout, _each_word(_spelled)):
        for mistyped in (absent, chunks):
            meant = {chunk: reading(chunk) for chunk in mistyped}
            if meant and all(map(finds, meant.values())):
                yield " ".join(meant.get(chunk, chunk) for chunk in chunks)
    likely = [_meant(chunk, finds) if chunk in absent else chunk for chunk in chunks]
    if len(chunks) > 1:
        guess = _each_word(lambda word: _without_typo(word, sure=False))
        yield " ".join(
            other if other != chunk or chunk not in absent else guess(chunk)
            for chunk, other in zip(chunks, likely, strict=True)
        )
    yield " ".join(likely)


def _finds(text: str, synonyms: tuple[str, ...] = ()) -> bool:
    meant = parse(text, synonyms)
    return bool(meant) and engine().exists(meant.node)


def _meant(chunk: str, finds: Callable[[str], bool]) -> str:
    """What the author of a chunk that stands nowhere may have meant; the chunk if nothing is like it."""
    others = (reading(chunk) for reading in _READINGS)
    return next((other for other in others if other != chunk and finds(other)), chunk)


def _other_layout(chunk: str) -> str:
    """The key for э is the quotation mark as well: around a phrase it stays one."""
    before, typed, after = _QUOTED.fullmatch(chunk).groups()
    return before + other_layout(typed) + after


def _each_word(change: Callable[[str], str]) -> Callable[[str], str]:
    return lambda chunk: _WORD.sub(lambda match: change(match[0]) or match[0], chunk)


def _in_latin(word: str) -> str:
    """«каленова» → "kalenova", when the archive has the name in Latin letters only."""
    folded = fold_word(word)
    forms = (folded, *(lemma + "а" for lemma in lemmatize(folded)))
    written = {transliterate(form) for form in forms} - {folded}
    known = SearchWord.objects.filter(word__in=written).order_by("-documents").first()
    return known.word if known else ""


def _begun_in_latin(word: str) -> str:
    """«хамитовой» → "khamitova", in whatever form."""
    start = transliterate(lemmatization.stem(fold_word(word)))
    if len(start) < SHORTEST_STEM or start == word:
        return ""
    begin_so = SearchWord.objects.filter(stem__gte=start, stem__lt=start + LAST).annotate(length=Length("stem"))
    shortest = begin_so.filter(length__lte=len(start) + LONGEST_ENDING).order_by("length", "-documents").first()
    return shortest.word if shortest else ""


def _present(stems: list[str]) -> set[str]:
    return set(SearchWord.objects.filter(stem__in=stems).values_list("stem", flat=True))


def _from_latin(word: str) -> str:
    """ "krupskoy" → «крупской», begun or with a typo, too."""
    if found := _spelled(word):
        return found
    spelled = next(iter(cyrillic_spellings(word)), "")
    near = _near(spelled)
    is_close = OSA.distance(lemmatization.stem(spelled), lemmatization.stem(near)) < 2
    return near if is_close or near.startswith(spelled) else ""


def _spelled(word: str) -> str:
    """The likeliest Russian spelling of a Latin word that stands in the archive, in this or another form."""
    spellings = cyrillic_spellings(word)
    if small := next(filter(is_stop_word, spellings), ""):
        return small
    stems = [lemmatization.stem(one) for one in spellings]
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


def _namesake(word: str) -> str:
    """«горьковка», «ленинская»: a library by the one whose name it bears."""
    if not (match := _NAMED_AFTER.fullmatch(fold_word(word))):
        return ""
    base, short = match[1], match[1][:-2]
    names = [base, base[:-1], f"{base}ский", *(short + ending for ending in ("ий", "ой", "ый", "ь"))]
    return next((name for name in names if surname_lemmas(name) and _finds(name)), "")


def _near(word: str) -> str:
    return _continued(word) or _without_typo(word)


def _continued(word: str) -> str:
    """The most frequent word that begins so, for a beginning that is no word itself."""
    start = fold_word(word)
    if len(start) < SHORTEST_START or is_known(start):
        return ""
    begin_so = SearchWord.objects.filter(word__gte=start, word__lt=start + LAST).order_by("-documents", "word")
    return begin_so.values_list("word", flat=True).first() or ""


def _without_typo(word: str, sure: bool = True) -> str:
    """The word of the archive that differs least; of equals the most frequent.

    What the dictionary knows is probably meant as it is and names nothing here: it is another word only by one letter
    of many. Unless `sure`, the rest of the query tells.
    """
    typed = fold_word(word)
    if len(typed) < SHORTEST_START or not typed.isalpha():
        return ""
    stem = lemmatization.stem(typed)
    allowed = 2 if len(stem) >= (LONG_LATIN if typed.isascii() else LONG) and not is_known(typed) else 1
    # One typo leaves half of the word as it is, which few others share; two leave a third.
    for typos in range(1, allowed + 1):
        near = [
            (distance, whole, -documents, other)
            for other, other_stem, documents in _similar(typed, stem, typos)
            if (distance := min(whole := OSA.distance(typed, other), OSA.distance(stem, other_stem))) <= typos
            and len(other) >= SHORTEST_START
            and not is_stop_word(other)
        ]
        distance, whole, _documents, other = min(near, default=(len(typed), 0, 0, ""))
        if sure and is_known(typed) and not (whole == 1 and len(other) == len(typed) > LONG):
            return ""
        if distance <= typos:
            return other
    return ""


def _similar(typed: str, stem: str, allowed: int) -> Iterator[tuple[str, str, int]]:
    """Words that begin or end like the stem: typos leave one of its parts as it is.

    Tens of thousands may do so in a large archive: first their stems alone are read, which stand in the indexes.
    """
    length = max(1, len(stem) // (allowed + 1))
    lengths = (len(stem) - allowed, len(typed) + allowed)

    def beginning(column: str, start: str) -> QuerySet:
        # Nothing but the column is asked for, so that its index tells all.
        words = SearchWord.objects.annotate(length=Length(column)).values_list(column, flat=True)
        return words.filter(length__range=lengths, **{f"{column}__gte": start, f"{column}__lt": start + LAST})

    stems = set(beginning("stem", stem[:length]).distinct())
    mets = beginning("mets", stem[::-1][:length])
    if mets[MANY_ENDING_SO:].exists():
        # As a third of all surnames do: the first letter is one of the first typed, or else the only typo.
        first = Right("mets", 1, output_field=CharField())
        mets = mets.annotate(first=first).filter(
            Q(first__in=sorted(set(stem[: allowed + 1]))) | Q(mets__gte=stem[:0:-1], mets__lt=stem[:0:-1] + LAST)
        )
    stems |= {one[::-1] for one in mets.distinct()}
    # One more than allowed: what is near the word as typed may differ a little more by its stem.
    near = process.extract(stem, stems, scorer=OSA.distance, score_cutoff=allowed + 1, limit=None)
    these = [one for one, _distance, _at in near]
    yield from SearchWord.objects.filter(stem__in=these).values_list("word", "stem", "documents")
    # Synonyms are words that people use; what they stand for is in the archive.
    for line in Synonym.objects.values_list("words", flat=True):
        yield from ((word.text, lemmatization.stem(word.text), 0) for word in tokenize(line))


def _apart(word: str) -> str:
    """«онлайнконференция» → «онлайн конференция»."""
    word = fold_word(word)
    cuts = range(SHORTEST_PART, len(word) - SHORTEST_PART + 1)
    pairs = [(word[:cut], word[cut:]) for cut in cuts]
    present = _present([lemmatization.stem(part) for pair in pairs for part in pair])
    for pair in pairs:
        if all(lemmatization.stem(part) in present for part in pair):
            return " ".join(pair)
    return ""


def _joined(chunks: list[str], finds: Callable[[str], bool]) -> str | None:
    """«видео конференция» → «видеоконференция», when the two words stand nowhere together."""
    for at, (left, right) in enumerate(zip(chunks, chunks[1:], strict=False)):
        both = left + right
        if _WORD.fullmatch(both) and finds(both):
            text = " ".join([*chunks[:at], both, *chunks[at + 2 :]])
            if finds(text):
                return text
    return None


# What an absent chunk may have been meant for, the surest first.
_READINGS = (
    _other_layout,
    other_layout,
    *map(_each_word, (_from_latin, _in_latin, _namesake, _near, _begun_in_latin, _apart)),
    lambda chunk: _each_word(_near)(_other_layout(chunk)),
)
