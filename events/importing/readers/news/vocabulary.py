"""Word lists written as text."""


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
