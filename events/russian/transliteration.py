"""Transliteration between Cyrillic and Latin letters, and slugs made by it."""

import re
import unicodedata
from operator import itemgetter

from slugify import slugify

# ICAO Doc 9303 for Russian, with the letters of Ukrainian, Belarusian and Kazakh. Longer pieces first.
_LATIN = {
    "щ": "shch", "ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "ю": "iu", "я": "ia",
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "e", "з": "z", "и": "i", "й": "i",
    "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u",
    "ф": "f", "ъ": "ie", "ы": "y", "ь": "", "э": "e",
    "і": "i", "ї": "i", "є": "ie", "ґ": "g", "ў": "u",
    "ә": "a", "ғ": "g", "қ": "q", "ң": "n", "ө": "o", "ұ": "u", "ү": "u", "һ": "h",
}  # fmt: skip

MAX_SLUG_LENGTH = 70


def transliterate(text: str) -> str:
    """Cyrillic to Latin by ICAO Doc 9303, lower case; what is not Cyrillic stays."""
    return "".join(_LATIN.get(letter, letter) for letter in unicodedata.normalize("NFC", text).lower())


def slug(text: str, length: int = MAX_SLUG_LENGTH) -> str:
    """The slug of a title or name, cut at a word, at most `length` characters; "" if nothing is left."""
    return slugify(transliterate(text), max_length=length, word_boundary=True, save_order=True)


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
MAX_SPELLINGS = 64


def cyrillic_spellings(word: str) -> list[str]:
    """The Russian words a Latin one may spell, the likeliest first, at most MAX_SPELLINGS: "krupskaya" → «крупская»."""
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
        spellings = sorted(spellings, key=itemgetter(1))[:MAX_SPELLINGS]
    return [spelling for spelling, _cost in spellings]
