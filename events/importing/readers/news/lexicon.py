"""Word lists and patterns written as text."""

import re


def word_set(text: str) -> frozenset[str]:
    """Split the text into a set of words."""
    return frozenset(text.split())


def word_map(text: str) -> dict[str, str]:
    """Parse lines «code: word word…» into a mapping word → code; the code «-» means none."""
    found = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        code, _, words = line.partition(": ")
        found.update(dict.fromkeys(words.split(), "" if code == "-" else code))
    return found


def alternation(text: str, before: str = "", after: str = "") -> re.Pattern[str]:
    """Compile the lines, each a pattern, into one alternation between `before` and `after`; case is ignored."""
    lines = "|".join(filter(None, map(str.strip, text.splitlines())))
    return re.compile(f"{before}(?:{lines}){after}", re.IGNORECASE)
