"""What a word is matched by: its lemmas. One function for indexing and asking, so that both always agree."""

import re
import threading
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

import pymorphy3
import Stemmer

# Raise it whenever the same record would give another document or other terms: check_search and rebuild_search
# compare it.
ANALYSER = 7

# Rarer readings of a form are noise: «стали» is a form of «стать» in 98 of 100 texts, of «сталь» in 2.
PLAUSIBLE = 0.01

_MARKS = "\u0300-\u036f\u00ad\u200b-\u200f\u2060\u202a-\u202e\ufeff"
_WORD = re.compile(rf"[^\W_]+(?:(?:[{_MARKS}]|['’ʼ`´′](?=[^\W_]))+[^\W_]*)*")
# Where none of these is, words are what `\w` says, which is found in half the time.
_UNUSUAL = re.compile(rf"[{_MARKS}'’ʼ`´′_]")
_NOT_WORD = re.compile(r"\W+")
# A word and what stands between it and the next.
_PIECE = re.compile(rf"({_WORD.pattern})([\W_]*)")
# Stress and other marks that are no part of a letter; й and ї are single characters after NFC.
_NOT_LETTERS = re.compile(rf"[{_MARKS}'’ʼ`´′]")
_NUMERIC_DATE = re.compile(r"(?<![\d.])(\d{1,2})\.(\d{1,2})\.(\d{4})(?![\d]|\.\d)|(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")
_DIGIT = re.compile(r"\d")
MONTHS = "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь".split()
# As they are written beside numbers elsewhere: in English, Ukrainian, Belarusian and Kazakh.
_OTHER_MONTHS = (
    "january січень січня студзень студзеня қаңтар", "february лютий лютого люты лютага ақпан",
    "march березень березня сакавік сакавіка наурыз", "april квітень квітня красавік красавіка сәуір",
    "may травень травня травеня мамыр", "june червень червня чэрвень чэрвеня маусым",
    "july липень липня ліпень ліпеня шілде", "august серпень серпня жнівень жніўня тамыз",
    "september вересень вересня верасень верасня қыркүйек", "october жовтень жовтня кастрычнік кастрычніка қазан",
    "november листопад листопада лістапад лістапада қараша", "december грудень грудня снежань снежня желтоқсан",
)  # fmt: skip
_MONTH_NAMES = [(month, [month, *others.split()]) for month, others in zip(MONTHS, _OTHER_MONTHS, strict=True)]
_RUSSIAN = re.compile("[а-я]+")
_LIKE_SURNAME = re.compile("(.+(?:[ое]в|[иы]н))(?:а|о|у|е|ы|ой|ою|ым|ом|ых|ыми)?")
_INITIAL = re.compile(r"(?<![^\W_])[^\W\d_]\.")
_LATIN = re.compile("[a-z]+")
_ENGLISH_FUNCTION_WORDS = frozenset("the a an of and or in on at to for by with from".split())

_morphology = pymorphy3.MorphAnalyzer()
# PyStemmer’s own cache costs more than it saves. Its objects are not made for several threads.
_stemmers = {"russian": Stemmer.Stemmer("russian", 0), "english": Stemmer.Stemmer("english", 0)}
_lock = threading.Lock()


class Word(NamedTuple):
    start: int
    end: int
    text: str
    """As compared: lower case, ё as е, no stress marks."""
    lemmas: tuple[str, ...]
    """The likeliest first."""


def words(text: str) -> Iterator[Word]:
    """The words of a text in order, with their places in it. A hyphen separates: «мастер-класс» is two words."""
    found = list(_PIECE.finditer(text))
    for match, (folded, forms) in zip(found, _read_pieces([match.groups() for match in found]), strict=True):
        if folded:
            yield Word(*match.span(1), folded, forms)


def _read_pieces(pieces: list[tuple[str, ...]]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Words, each given with what stands between it and the next. A word beside an initial is read as a name."""
    initials = [gap[:1] == "." and len(word) == 1 and word.isalpha() for word, gap in pieces]
    after_initial = False
    for (word, gap), is_initial, before_initial in zip(pieces, initials, [*initials, False][1:], strict=True):
        is_name = after_initial or (before_initial and len(gap) == 1 and gap.isspace())
        reading = _read_as_name(word) if is_name else _read(word)
        yield (reading[0], (f"{reading[0]}.",)) if is_initial and word.isupper() else reading
        after_initial = is_initial and (gap == "." or (len(gap) == 2 and gap[1].isspace()))


def readings(text: str) -> list[tuple[str, tuple[str, ...]]]:
    """What `words` says but for the places, in half the time: an index is made of a hundred million words."""
    if "." in text and _INITIAL.search(text):
        read = _read_pieces(_PIECE.findall(text))
    elif _UNUSUAL.search(text):
        read = map(_read, _WORD.findall(text))
    else:
        read = map(_read, _NOT_WORD.split(text))
    return [reading for reading in read if reading[0]]


def folded_words(text: str) -> list[str]:
    """The words of a text as compared; nobody asks what they are forms of."""
    return [folded for folded in map(folded_word, _WORD.findall(text)) if folded]


def places(text: str, lemmas: frozenset[str]) -> list[tuple[int, int]]:
    """Where the words stand that have one of the lemmas."""
    # A page of hits has thousands of words, and few lines with a word that is looked for.
    if lemmas.isdisjoint(chain.from_iterable(map(_all_readings, _WORD.findall(text)))):
        return []
    return [(word.start, word.end) for word in words(text) if not lemmas.isdisjoint(word.lemmas)]


@lru_cache(maxsize=1 << 15)
def _all_readings(written: str) -> tuple[str, ...]:
    """The lemmas of a word that may stand beside an initial, or be one."""
    folded, forms = _read(written)
    return *forms, *_read_as_name(written)[1], f"{folded}."


@lru_cache(maxsize=1 << 16)
def _read(written: str) -> tuple[str, tuple[str, ...]]:
    """The word as compared, and its lemmas."""
    folded = folded_word(written)
    forms = lemmas(folded)
    if len(forms) > 1 and written[0].isupper() and _may_be_name(folded):
        forms = _surname_first(folded, forms)
    return folded, forms


@lru_cache(maxsize=1 << 14)
def _read_as_name(written: str) -> tuple[str, tuple[str, ...]]:
    """The same of a word beside an initial: no common word that it looks like comes before the name."""
    folded, forms = _read(written)
    return folded, _surname_first(folded, forms) if len(forms) > 1 and written[0].isupper() else forms


def _surname_first(word: str, forms: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*surnames(word), *forms)))


def folded_word(written: str) -> str:
    word = _NOT_LETTERS.sub("", unicodedata.normalize("NFC", written)).casefold().replace("ё", "е")
    return word.lstrip("0") or "0" if word.isdecimal() else word


def dates_in_words(text: str) -> str:
    """«09.06.2020» and «2020-06-09» as «9 июнь 2020», so that every way to write a day is the same words."""
    may_have_one = ("." in text or "-" in text) and _DIGIT.search(text)
    return _NUMERIC_DATE.sub(_in_words, text) if may_have_one else text


def _in_words(match: re.Match[str]) -> str:
    day, month, year = (int(part) for part in (match.groups()[:3] if match[1] else match.groups()[:2:-1]))
    return f"{day} {MONTHS[month - 1]} {year}" if 1 <= month <= 12 and 1 <= day <= 31 else match[0]


@lru_cache(maxsize=1 << 10)
def month(word: str) -> str | None:
    """The month that a folded word beside a number names: in any case, shortened, in one of our languages."""
    for lemma in lemmas(word):
        if lemma in MONTHS:
            return lemma
    return next((m for m, names in _MONTH_NAMES if len(word) > 2 and any(one.startswith(word) for one in names)), None)


@lru_cache(maxsize=1 << 15)
def lemmas(word: str) -> tuple[str, ...]:
    """The dictionary forms a folded word may belong to; the stem for a word outside of the dictionary.

    What is not Russian stays as it is, but for English endings: a Ukrainian or Kazakh word has no Russian stem.
    """
    if _RUSSIAN.fullmatch(word):
        return _russian(word)
    if len(word) > 3 and _LATIN.fullmatch(word):
        return (stem(word),)
    return (word,)


def _russian(word: str) -> tuple[str, ...]:
    if not is_known(word):
        # The dictionary guesses a different lemma for each form of an unknown surname, the stem is the same.
        return tuple(dict.fromkeys((stem(word), *_like_surname(word))))
    likely: dict[str, float] = {}
    for parse in _morphology.parse(word):
        lemma = parse.normal_form.replace("ё", "е")
        likely[lemma] = likely.get(lemma, 0) + parse.score
    best = sorted(likely, key=lambda lemma: -likely[lemma])
    plausible = tuple(lemma for lemma in best if likely[lemma] >= PLAUSIBLE) or (best[0],)
    return tuple(dict.fromkeys((*plausible, *surnames(word))))


@lru_cache(maxsize=1 << 14)
def surnames(word: str) -> tuple[str, ...]:
    """The surnames that the word may be a form of; the dictionary knows the most frequent ones.

    «Юрлова» is for it the village of Юрлово, and «Юрловой» nothing it knows; the stem of «Чоботов» is another than
    that of «Чоботова».
    """
    parses = _parses(word) if is_known(word) else ()
    known = [parse.normal_form.replace("ё", "е") for parse in parses if "Surn" in parse.tag]
    return tuple(dict.fromkeys(known)) or _like_surname(word)


def _like_surname(word: str) -> tuple[str, ...]:
    like_one = _LIKE_SURNAME.fullmatch(word)
    return (like_one[1],) if like_one else ()


def _may_be_name(word: str) -> bool:
    # To guess at a word that the dictionary lacks takes it ten times as long.
    return not is_known(word) or any("Surn" in parse.tag or "Geox" in parse.tag for parse in _parses(word))


@lru_cache(maxsize=1 << 15)
def stem(word: str) -> str:
    with _lock:
        return _stemmers["english" if _LATIN.fullmatch(word) else "russian"].stemWord(word)


def stems(words: list[str]) -> list[str]:
    """The same of many words at once."""
    with _lock:
        as_russian = _stemmers["russian"].stemWords(words)
    return [stem(word) if word.isascii() else one for word, one in zip(words, as_russian, strict=True)]


@lru_cache(maxsize=1 << 14)
def is_function_word(word: str) -> bool:
    """Prepositions, conjunctions, particles: nobody looks for them."""
    if word in _ENGLISH_FUNCTION_WORDS:
        return True
    # Of a word that it lacks the dictionary would guess at length what it is.
    if not _RUSSIAN.fullmatch(word) or not is_known(word):
        return False
    return _morphology.parse(word)[0].tag.POS in ("PREP", "CONJ", "PRCL")


_ORDINALS = (
    "первый второй третий четвертый пятый шестой седьмой восьмой девятый десятый одиннадцатый двенадцатый тринадцатый"
    " четырнадцатый пятнадцатый шестнадцатый семнадцатый восемнадцатый девятнадцатый двадцатый"
).split()
_ROMAN = "i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix xx".split()
_ORDINAL = dict(zip(_ROMAN, _ORDINALS, strict=True))
_NUMERAL = dict(zip(_ORDINALS, _ROMAN, strict=True)) | {str(n): roman for n, roman in enumerate(_ROMAN, 1)}


def numerals(lemma: str) -> tuple[str, ...]:
    """How else a number may stand in a title: «третья» and «3» as III, III as «третья»."""
    return tuple(names[lemma] for names in (_ORDINAL, _NUMERAL) if lemma in names)


@lru_cache(maxsize=1 << 12)
def is_known(word: str) -> bool:
    """The Russian dictionary has it."""
    return _morphology.word_is_known(word)


@lru_cache(maxsize=1 << 12)
def is_surname(word: str) -> bool:
    return not is_known(word) or any("Surn" in parse.tag for parse in _parses(word))


@lru_cache(maxsize=1 << 12)
def is_given_name(word: str) -> bool:
    return any("Name" in parse.tag or "Patr" in parse.tag for parse in _parses(word))


def _parses(word: str) -> list:
    return [parse for parse in _morphology.parse(word) if parse.score >= PLAUSIBLE] if _RUSSIAN.fullmatch(word) else []


# Adjectives that no rule gives.
_ADJECTIVES = {
    "москва": "московский", "орел": "орловский", "тверь": "тверской", "беларусь": "белорусский",
    "белоруссия": "белорусский", "киев": "киевский", "псков": "псковский", "карелия": "карельский",
    "россия": "российский", "украина": "украинский", "армения": "армянский", "молдова": "молдавский",
    "башкортостан": "башкирский", "уфа": "уфимский", "вологда": "вологодский", "тува": "тувинский",
    "чечня": "чеченский", "югра": "югорский",
}  # fmt: skip
_CITIES = {adjective: city for city, adjective in _ADJECTIVES.items()}


@lru_cache(maxsize=1 << 14)
def place_relatives(lemma: str) -> tuple[str, ...]:
    """«ульяновск» for «ульяновский» and the other way round: a library is named by the adjective of its city."""
    if not _RUSSIAN.fullmatch(lemma):
        return ()
    if lemma.endswith(("ский", "цкий", "ской")):
        return tuple(place for place in _places_of(lemma) if place == _CITIES.get(lemma) or _is_place(place))
    if not _is_place(lemma):
        return ()
    return tuple(word for word in _adjectives_of(lemma) if word == _ADJECTIVES.get(lemma) or _is_adjective(word))


def _adjectives_of(place: str) -> list[str]:
    if place in _ADJECTIVES:
        return [_ADJECTIVES[place]]
    if place.endswith(("ск", "цк")):
        return [f"{place}ий", f"{place}ой"]
    bases = [place[:-1]] if place[-1] in "аеиоуыэюя" else [place, place[:-1]]
    if place.endswith("ия"):
        bases.append(place[:-2])
    if place.endswith("ла"):
        bases.append(f"{place[:-1]}ь")
    if place.endswith("славль"):
        bases.append(place[:-2])
    if place.endswith("стан"):
        bases.append(place[: -5 if place.endswith("истан") else -4])
    bases += [f"{base[:-1]}ж" for base in bases if base.endswith("г")]
    return [base + ending for base in bases for ending in ("ский", "ской", "инский", "овский", "енский")]


def _places_of(adjective: str) -> list[str]:
    if adjective in _CITIES:
        return [_CITIES[adjective]]
    base = adjective[:-4]
    whole = adjective[:-2]
    endings = ("", "ь", "а", "я", "о", "ы", "и", "ия", "стан", "истан", "ль")
    places = [whole] + [base + ending for ending in endings]
    if base.endswith("ж"):
        places += [f"{base[:-1]}г{ending}" for ending in ("", "а", "и")]
    for suffix in ("ин", "ов", "ен"):
        if base.endswith(suffix):
            places += [base[:-2] + ending for ending in ("", "а", "ь", "о", "я")]
    return places + ([f"{base[:-1]}а"] if base.endswith("ль") else [])


@lru_cache(maxsize=1 << 14)
def _is_place(lemma: str) -> bool:
    return any("Geox" in parse.tag and parse.normal_form.replace("ё", "е") == lemma for parse in _known(lemma))


def _is_adjective(lemma: str) -> bool:
    return any(parse.tag.POS == "ADJF" and parse.normal_form.replace("ё", "е") == lemma for parse in _known(lemma))


def _known(word: str) -> list:
    return _morphology.parse(word) if word and is_known(word) else []


# The two keyboards, letter by letter. What is not a letter on one of them may be one on the other.
_ENGLISH_KEYS = "`qwertyuiop[]asdfghjkl;'zxcvbnm,."
_RUSSIAN_KEYS = "ёйцукенгшщзхъфывапролджэячсмитьбю"
_TO_RUSSIAN = str.maketrans(
    _ENGLISH_KEYS + '~QWERTYUIOP{}ASDFGHJKL:"ZXCVBNM<>/@#', _RUSSIAN_KEYS + _RUSSIAN_KEYS.upper() + '."№'
)
_TO_ENGLISH = str.maketrans(_RUSSIAN_KEYS + _RUSSIAN_KEYS.upper(), _ENGLISH_KEYS + _ENGLISH_KEYS.upper())


def other_layout(chunk: str) -> str:
    """The chunk as if the other keyboard layout had been on: «,b,kbjntrf» → «библиотека», «ызщке» → "sport"."""
    if re.search("[а-яё]", chunk, re.IGNORECASE):
        return chunk.translate(_TO_ENGLISH)
    russian = chunk.translate(_TO_RUSSIAN)
    # With Caps Lock a sign stays what it is, and is no capital on the other keyboard.
    return russian.upper() if len(chunk) > 1 and chunk.isupper() else russian


# Latin spellings of Russian letters, from the longest; each with what it may stand for, the likeliest first.
_CYRILLIC = {
    "shch": ("щ",), "sch": ("щ", "сч"), "shh": ("щ",), "tch": ("ч", "тч"), "cz": ("ц",), "zh": ("ж",), "kh": ("х",),
    "ts": ("ц", "тс"), "ch": ("ч",), "sh": ("ш",), "ck": ("ск", "к"), "eh": ("ех", "э"), "x": ("кс", "х"),
    "yo": ("е", "ье"), "jo": ("е", "жо"), "ye": ("е", "ые", "ье"), "je": ("е", "ье", "же"),
    "ie": ("ие", "ье", "ъе", "е", "ъ"), "yu": ("ю", "ью"), "ju": ("ю", "жу", "ью"), "iu": ("ю", "иу", "ью"),
    "ya": ("я", "ья"), "ja": ("я", "жа", "ья"), "ia": ("я", "ия", "иа", "ья"),
    "iyu": ("ию",), "iya": ("ия",), "iye": ("ие",), "iyo": ("ие",), "iju": ("ию",), "ija": ("ия",), "ije": ("ие",),
    "iy": ("ий",), "ij": ("ий",), "yy": ("ый",), "yj": ("ый",),
    "a": ("а",), "b": ("б",), "c": ("ц", "к", "с"), "d": ("д",), "e": ("е", "э"), "f": ("ф",), "g": ("г",),
    "h": ("х",), "i": ("и", "й"), "j": ("й", "ж"), "k": ("к",), "l": ("л", "ль"), "m": ("м",), "n": ("н", "нь"),
    "o": ("о",), "p": ("п",), "q": ("к",), "r": ("р",), "s": ("с",), "t": ("т", "ть"), "u": ("у", "ю"), "v": ("в",),
    "w": ("в",), "y": ("ы", "й", "ий"), "z": ("з",), "'": ("ь", ""),
}  # fmt: skip
_LATIN_PIECE = re.compile("|".join(sorted(_CYRILLIC, key=len, reverse=True)))
SPELLINGS = 64


def in_cyrillic(word: str) -> list[str]:
    """The Russian words a Latin one may spell, the likeliest first, at most SPELLINGS: "krupskaya" → «крупская»."""
    word = re.sub("[’`ʹʼ]", "'", word.lower())
    pieces = _LATIN_PIECE.findall(word)
    if "".join(pieces) != word:
        return []
    spellings = [("", 0)]
    for piece in pieces:
        spellings = [
            (spelling + letters, cost + rank)
            for spelling, cost in spellings
            for rank, letters in enumerate(_CYRILLIC[piece])
        ]
        spellings = sorted(spellings, key=lambda one: one[1])[:SPELLINGS]
    return [spelling for spelling, _cost in spellings]
