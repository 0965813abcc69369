"""Encodings of text files: UTF-8, UTF-16 and Windows-1251, told apart by their bytes."""

import codecs
import re

# Of a text in another encoding, read as Windows-1251, few characters are those of Russian or a neighbour.
_RUSSIAN = re.compile("[А-яЁёґєіїІ«»„“”–—…№\u00a0]")
_MIN_RUSSIAN = 0.8


def decode(content: bytes) -> str:
    """The text of a file in UTF-8, UTF-16 or Windows-1251, without stray NULs; UnicodeError for anything else."""
    for encoding in _candidates(content):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding in ("utf-8-sig", "utf-16") or _is_russian(text):
            return text.replace("\x00", "")
    raise UnicodeError("neither UTF-8 nor UTF-16 nor Windows-1251")


def _candidates(content: bytes) -> list[str]:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ["utf-16"]
    # UTF-16 without its byte order mark: one byte of each two is 4 in Cyrillic letters, 0 in Latin ones, digits and
    # spaces. No other text is full of these; a single NUL is a slip.
    big, little = (2 * (half.count(0) + half.count(4)) > len(half) for half in (content[::2], content[1::2]))
    if big != little:
        return ["utf-16-be" if big else "utf-16-le"]
    return ["utf-8-sig", "cp1251"]


def _is_russian(text: str) -> bool:
    foreign = re.findall(r"[^\x00-\x7f]", text)
    # KOI8-R has small letters where Windows-1251 has capitals: its words come out as «оПХБЕР».
    turned, straight = re.findall(r"\b[а-яё][А-ЯЁ]+\b", text), re.findall(r"\b[А-ЯЁ][а-яё]+\b", text)
    return len(_RUSSIAN.findall(text)) >= _MIN_RUSSIAN * len(foreign) and len(turned) <= len(straight)
