"""Russian text as strings: folding, sort keys, slugs, initials, typography. No models, no requests."""

import codecs
import re
import unicodedata
from functools import lru_cache

from slugify import slugify

NBSP = "\u00a0"

# Zero-width characters, the soft hyphen and the stress mark carry no letters. Stress is only a mark over
# Cyrillic: after NFC the letters й and ї are single characters and stay what they are.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff\u0300\u0301\u202a-\u202e]")
_DASHES = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")
_QUOTES = re.compile('[«»„“”‟"‹›‚‘‛]')
_APOSTROPHES = re.compile("[’ʼ`´′]")
_SPACES = re.compile(r"\s+")


# Of a text in another encoding, read as Windows-1251, few characters are those of Russian or a neighbour.
_RUSSIAN = re.compile("[А-яЁёґєіїІ«»„“”–—…№\u00a0]")
_MOST = 0.8


def decoded(content: bytes) -> str:
    """The text of a file in UTF-8, UTF-16 or Windows-1251, without stray NULs; UnicodeError for anything else."""
    for encoding in _encodings(content):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding in ("utf-8-sig", "utf-16") or _is_russian(text):
            return text.replace("\x00", "")
    raise UnicodeError("neither UTF-8 nor UTF-16 nor Windows-1251")


def _encodings(content: bytes) -> list[str]:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ["utf-16"]
    # UTF-16 without its mark: one byte of each two is 4 in Cyrillic letters, 0 in Latin ones, digits and spaces. No
    # other text is full of these; a single NUL is a slip.
    big, little = (2 * (half.count(0) + half.count(4)) > len(half) for half in (content[::2], content[1::2]))
    if big != little:
        return ["utf-16-be" if big else "utf-16-le"]
    return ["utf-8-sig", "cp1251"]


def _is_russian(text: str) -> bool:
    foreign = re.findall(r"[^\x00-\x7f]", text)
    # KOI8-R has small letters where Windows-1251 has capitals: its words come out as «оПХБЕР».
    turned, straight = re.findall(r"\b[а-яё][А-ЯЁ]+\b", text), re.findall(r"\b[А-ЯЁ][а-яё]+\b", text)
    return len(_RUSSIAN.findall(text)) >= _MOST * len(foreign) and len(turned) <= len(straight)


def fold(text: str) -> str:
    """The text as it is compared: case, ё, quotes, dashes, stress marks and spacing make no difference.

    SQLite neither lowers Cyrillic nor knows that ё is sorted as е, so folded columns do it for both databases.
    """
    text = unicodedata.normalize("NFC", text).replace("\x00", "")
    text = _INVISIBLE.sub("", text)
    text = _DASHES.sub("-", text)
    text = _QUOTES.sub("", text)
    text = _APOSTROPHES.sub("'", text)
    return _SPACES.sub(" ", text).strip().casefold().replace("ё", "е")


def sort_key(text: str) -> str:
    """The folded text from its first letter or digit on: «"Чтение" и время» stands under Ч."""
    return re.sub(r"^[^\w]+", "", fold(text))


def index_letter(text: str) -> str:
    """The capital under which a name stands in an А–Я index; "#" for what begins with no letter."""
    first = sort_key(text)[:1]
    return first.upper() if first.isalpha() else "#"


# ICAO Doc 9303 for Russian, with the letters of Ukrainian, Belarusian and Kazakh. Longer pieces first.
_LATIN = {
    "щ": "shch", "ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "ю": "iu", "я": "ia",
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "e", "з": "z", "и": "i", "й": "i",
    "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u",
    "ф": "f", "ъ": "ie", "ы": "y", "ь": "", "э": "e",
    "і": "i", "ї": "i", "є": "ie", "ґ": "g", "ў": "u",
    "ә": "a", "ғ": "g", "қ": "q", "ң": "n", "ө": "o", "ұ": "u", "ү": "u", "һ": "h",
}  # fmt: skip

SLUG_LENGTH = 70


def transliterate(text: str) -> str:
    """Cyrillic to Latin by ICAO Doc 9303, lower case; what is not Cyrillic stays."""
    return "".join(_LATIN.get(letter, letter) for letter in unicodedata.normalize("NFC", text).lower())


def slug(text: str, length: int = SLUG_LENGTH) -> str:
    """An ASCII address for a title or name, cut at a word, at most `length` characters; "" if nothing is left."""
    return slugify(transliterate(text), max_length=length, word_boundary=True, save_order=True)


@lru_cache(maxsize=1 << 12)
def initials(given_names: str) -> str:
    """«Наталья Викторовна» → «Н. В.»; initials stay initials, «И.Л.» → «И. Л.»."""
    parts = re.findall(r"[^\W\d_][\w'’-]*", given_names)
    return " ".join(f"{part[0].upper()}." for part in parts)


_INITIAL_BEFORE_NAME = re.compile(r"\b([А-ЯЁІЇЄҐA-Z]\.) ?(?=[А-ЯЁІЇЄҐA-Z]\.|[А-ЯЁІЇЄҐA-Z][а-яёіїєґa-z])")
_NAME_BEFORE_INITIAL = re.compile(r"(?<=[а-яёіїєґa-z]) (?=[А-ЯЁІЇЄҐA-Z]\.\s?(?:[А-ЯЁІЇЄҐA-Z]\.|[,;:)]|$))")
_DASH_IN_SPACES = re.compile(r" [-–−—] ")
_SHORT_WORD = re.compile(r"(?<![\w-])(в|во|и|к|ко|о|об|с|со|у|а|на|за|из|от|до|по|не|им\.|г\.|№) ", re.IGNORECASE)
_NUMBER_AND_WORD = re.compile(r"(?<=\d) (?=[а-яёa-z])")
_DAY_AND_YEAR = re.compile(rf"(\d{NBSP}[а-яёa-z]{{3,8}}) (?=[12]\d{{3}}\b)", re.IGNORECASE)


# The same names and titles stand in many places of many pages.
@lru_cache(maxsize=1 << 11)
def typography(text: str) -> str:
    """Russian setting of a line: long dashes, no-break spaces at initials, short words, numbers and dashes."""
    text = _DASH_IN_SPACES.sub(f"{NBSP}— ", text)
    text = _INITIAL_BEFORE_NAME.sub(rf"\1{NBSP}", text)
    text = _NAME_BEFORE_INITIAL.sub(NBSP, text)
    text = _DAY_AND_YEAR.sub(rf"\1{NBSP}", _NUMBER_AND_WORD.sub(NBSP, text))
    return _SHORT_WORD.sub(rf"\1{NBSP}", text)
