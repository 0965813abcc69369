"""Word lists and patterns written as text."""

import re


def listed(text: str) -> frozenset[str]:
    """The words of the text."""
    return frozenset(text.split())


def coded(text: str) -> dict[str, str]:
    """Lines «code: word word…» as word → code; code «-» for none."""
    found = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        code, _, words = line.partition(": ")
        found.update(dict.fromkeys(words.split(), "" if code == "-" else code))
    return found


def pattern(text: str, before: str = "", after: str = "") -> re.Pattern[str]:
    """Any of the lines, each a regular expression without regard to case, between `before` and `after`."""
    lines = "|".join(filter(None, map(str.strip, text.splitlines())))
    return re.compile(f"{before}(?:{lines}){after}", re.IGNORECASE)
