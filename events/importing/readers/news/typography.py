"""Setting a line as a publisher would, without changing a word of it."""

import re

_SPACES = re.compile(r"\s+")
_DASH = re.compile(r"(?<=\s)[-–−‒―‐](?=\s)")
_QUOTE = re.compile(r"[«»„“”‟‹›\"]")
_INITIALS = re.compile(r"\b([А-ЯЁІЇЄҐA-Z]\.)\s?(?=[А-ЯЁІЇЄҐA-Z])")
_NAMED_AFTER = re.compile(r"\b(им\.)(?=\S)")
_NUMBER = re.compile(r"№(?=\d)")
_BEFORE_MARK = re.compile(r"\s+(?=[,;:!?.»)]|“(?!\w))")


def clean(text: str) -> str:
    """«Проект "Книга" - детям» → «Проект „Книга“ — детям»: quotes, dashes and spaces only."""
    text = _DASH.sub("—", _SPACES.sub(" ", text).strip())
    text = _NUMBER.sub("№ ", _NAMED_AFTER.sub(r"\1 ", _INITIALS.sub(r"\1 ", text)))
    return _nested(_BEFORE_MARK.sub("", text))


def title(text: str) -> str:
    """A title without its outer quotation marks; what is quoted inside it gets «ёлочки» of its own."""
    return clean(text).strip().rstrip(",;").strip()


def _nested(text: str) -> str:
    """«Ёлочки» outside, „лапки“ inside."""
    out, depth = [], 0
    for position, mark in enumerate(text):
        if not _QUOTE.match(mark):
            out.append(mark)
        elif _opens(text, position, depth):
            out.append("«" if depth == 0 else "„")
            depth += 1
        else:
            depth = max(0, depth - 1)
            out.append("»" if depth == 0 else "“")
    return "".join(out)


def _opens(text: str, position: int, depth: int) -> bool:
    mark = text[position]
    if mark in "«„‹":
        return True
    if mark in "»›":
        return False
    before = text[position - 1] if position else " "
    return depth == 0 or before in " («„—-"
