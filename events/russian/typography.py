"""Russian typography: dashes, quotation marks, no-break spaces, without changing a word."""

import re
from functools import lru_cache

NBSP = "\u00a0"
QUOTES = frozenset('«»„“”‟‹›"')
DASHES = frozenset("-–—−‒―‐‑")

_INITIAL_AND_NAME = re.compile(r"\b([А-ЯЁІЇЄҐA-Z]\.) ?(?=[А-ЯЁІЇЄҐA-Z]\.|[А-ЯЁІЇЄҐA-Z][а-яёіїєґa-z])")
_NAME_AND_INITIAL = re.compile(r"(?<=[а-яёіїєґa-z]) (?=[А-ЯЁІЇЄҐA-Z]\.\s?(?:[А-ЯЁІЇЄҐA-Z]\.|[,;:)]|$))")
_DASH = re.compile(r" [-–−—] ")
_SHORT_WORD = re.compile(r"(?<![\w-])(в|во|и|к|ко|о|об|с|со|у|а|на|за|из|от|до|по|не|им\.|г\.|№) ", re.IGNORECASE)
_NUMBER_AND_WORD = re.compile(r"(?<=\d) (?=[а-яёa-z])")
_DAY_AND_YEAR = re.compile(rf"(\d{NBSP}[а-яёa-z]{{3,8}}) (?=[12]\d{{3}}\b)", re.IGNORECASE)
_YEAR = r"(?:1[5-9]|20)\d\d"
_YEARS = re.compile(rf"(?<![\w-])({_YEAR}) ?[-–—] ?(?={_YEAR}(?![\w-]))")
_DAYS = re.compile(
    r"(?<![\d.,:–-])(\d{1,2}) ?[-–—] ?(?=\d{1,2}\s(?:января|февраля|марта|апреля|мая|июня|июля|августа|"
    r"сентября|октября|ноября|декабря)\b)"
)
_CENTURIES = re.compile(r"(?<![\w-])([IVXLC]+) ?[-–—] ?(?=[IVXLC]+\s(?:вв?\.|век))")
_HOURS = re.compile(r"(?<![\d:.])(\d{1,2}[:.]\d\d) ?[-–—] ?(?=\d{1,2}[:.]\d\d(?![\d.]))")
_PAGES = re.compile(r"(?<![\w-])((?:с|стр)\.\s?\d+) ?[-–—] ?(?=\d+(?![\w-]))")
_PERCENTS = re.compile(r"(?<![\w.,:/+-])(\d+(?:,\d+)?) ?[-–—] ?(?=\d+(?:,\d+)? ?%)")
# «5-6 классов», but «№ 12-34» and «12-34 от 5 мая» are numbers of documents.
_COUNTS = re.compile(r"(?<![\w.,:/+)№–-])(?<!№\s)(?<!тел\.\s)([1-9]\d{0,3})-(?=([1-9]\d{0,3})\s(?!от\b)[а-яё]{2,})")
_PERCENT = re.compile(r"(?<=\d) (?=%)")
_CENTURY = re.compile(r"(?<=[IVXLC]) (?=вв?\.)")
_PARTICLE = re.compile(r" (?=(?:бы?|же?|л[иь])(?![\w-]))")
_BEFORE_NUMBER = re.compile(r"(?<![\w-])(д|с|стр|т|п|гл|рис|кн|вып|ст|разд|ч)\. (?=\d)")
_BEFORE_NAME = re.compile(r"(?<![\w-])((?i:ул|пр|просп|пл|пер|пос|дер|проф|акад|доц))\. (?=[А-ЯЁ])")
_ABBREVIATED = re.compile(r"(?<![\w-])([а-яё]\.) ?(?=[а-яё]\.)")  # т. е., до н. э., к. п. н.
_THOUSANDS = re.compile(r"(?<=\d) (?=\d{3}(?!\d))|(?<=тыс\.) (?=[а-яё])|(?<=млн) (?=[а-яё])")
_AFTER_NAMED = re.compile(r"\b(им\.)(?=[А-ЯЁ])")
_PRESCRIBED_MARK = re.compile(r" (?=(?:[:;/–]|//) )")
_ANGLES = re.compile("<<([^<>]+)>>")
CYRILLIC = re.compile("[А-яЁё]")
# Inches, or a mark that closes nothing: which ones belong together is not certain.
_CLOSES_NOTHING = re.compile(r"^[^«„“\"]*\w[”\"]")
_SPACES = re.compile(r"\s+")
_DASH_BETWEEN_SPACES = re.compile(r"(?<=\s)[-–−‒―‐](?=\s)")
_INITIAL = re.compile(r"\b([А-ЯЁІЇЄҐA-Z]\.)\s?(?=[А-ЯЁІЇЄҐA-Z])")
_NAMED_AFTER = re.compile(r"\b(им\.)(?=\S)")
_NUMBER = re.compile(r"№(?=\d)")
_BEFORE_MARK = re.compile(r"\s+(?=[,;:!?.»)]|“(?!\w))")


# The same names and titles stand in many places of many pages.
@lru_cache(maxsize=1 << 11)
def typeset(text: str) -> str:
    """A line as a publisher sets it: long dashes, ranges, no-break spaces where a line must not end."""
    for ranges in (_YEARS, _DAYS, _CENTURIES, _HOURS, _PAGES, _PERCENTS):
        text = ranges.sub(r"\1–", text)
    text = _COUNTS.sub(lambda match: f"{match[1]}{'–' if int(match[1]) < int(match[2]) else '-'}", text)
    text = _DASH.sub(f"{NBSP}— ", text).replace(" · ", f"{NBSP}· ")
    text = _PARTICLE.sub(NBSP, _CENTURY.sub(NBSP, _PERCENT.sub(NBSP, text)))
    text = _ABBREVIATED.sub(rf"\1{NBSP}", _THOUSANDS.sub(NBSP, _NUMBER.sub(f"№{NBSP}", text)))
    text = _BEFORE_NAME.sub(rf"\1.{NBSP}", _BEFORE_NUMBER.sub(rf"\1.{NBSP}", text))
    text = _AFTER_NAMED.sub(rf"\1{NBSP}", text)
    text = _INITIAL_AND_NAME.sub(rf"\1{NBSP}", text)
    text = _NAME_AND_INITIAL.sub(NBSP, text)
    text = _DAY_AND_YEAR.sub(rf"\1{NBSP}", _NUMBER_AND_WORD.sub(NBSP, text))
    return _SHORT_WORD.sub(rf"\1{NBSP}", text)


@lru_cache(maxsize=1 << 10)
def with_russian_quotes(text: str) -> str:
    """«Проект "Книга"» → «Проект „Книга“» in a Russian text; straight marks that have no partner stay.

    So do those of other languages: “Книга” → «Книга». Marks of the inner level with none around them become those of
    the outer: „Книга“ детям → «Книга» детям.
    """
    if not CYRILLIC.search(text):
        return text
    text = _ANGLES.sub(r"«\1»", text)
    straight, curly = text.count('"'), sum(map(text.count, "„“”"))
    has_russian_marks = not straight and "”" not in text and ("„" not in text or "«" in text)
    if straight % 2 or curly % 2 or has_russian_marks or _CLOSES_NOTHING.match(text):
        return text
    return _nested(text)


def typeset_reference(text: str) -> str:
    """A bibliographic reference: « : », « – » and « // » begin no line, initials stay with their names."""
    return _SHORT_WORD.sub(rf"\1{NBSP}", _INITIAL_AND_NAME.sub(rf"\1{NBSP}", _PRESCRIBED_MARK.sub(NBSP, text)))


def normalize(text: str) -> str:
    """«Проект "Книга" - детям» → «Проект „Книга“ — детям»: quotes, dashes and spaces only."""
    text = _DASH_BETWEEN_SPACES.sub("—", _SPACES.sub(" ", text).strip())
    text = _NUMBER.sub("№ ", _NAMED_AFTER.sub(r"\1 ", _INITIAL.sub(r"\1 ", text)))
    return _nested(_BEFORE_MARK.sub("", text))


def normalize_title(text: str) -> str:
    """The same of a title given without its outer quotation marks; no comma or semicolon ends it."""
    return normalize(text).strip().rstrip(",;").strip()


def _nested(text: str) -> str:
    """«Ёлочки» outside, „лапки“ inside."""
    out, depth = [], 0
    for position, mark in enumerate(text):
        if mark not in QUOTES:
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
