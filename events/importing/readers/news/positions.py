"""What a person is: the words for post, degree and organisation that stand before or after the name."""

from dataclasses import dataclass

from ....russian import morphology, typography
from ....russian.typography import DASHES
from ...draft import Span
from .names import Name
from .organisations import Organisation
from .posts import ABBREVIATED, is_office, is_post, is_post_word
from .vocabulary import listed
from .words import Page

_DEGREES = (
    "кандидат",
    "доктор",
    "академик",
    "лауреат",
    "заслужен",
    "почетн",
    "народн",
    "профессор",
    "доцент",
    "член-корр",
    "к.",
    "д.",
)
_NAMED_THINGS = listed("проекта журнала газеты клуба студии центра портала отдела сектора альманаха объединения")
_DEGREE_PARTS = listed("им г обл канд докт ист пед филол филос техн экон социол психол юрид полит хим биол")
_OTHER_CLAUSE = listed("который которая также где рассказ доклад докладом сообщением темой а но")
_REACH = 48


@dataclass(frozen=True)
class Position:
    """Words [first, last) that say who someone is."""

    first: int
    last: int
    span: Span
    is_before: bool


def holds_office(page: Page, position: Position) -> bool:
    head = next((number for number in range(position.first, position.last) if is_post(page, number)), -1)
    return is_office(page, head)


def before(page: Page, name: Name, taken: set[int]) -> Position | None:
    """«заместитель директора по науке РГДБ Ольга Мезенцева»: back from the name to the first word of the post."""
    sentence = page.sentence_of(name.first)
    best, number = None, name.first - 1
    if page.lower(number) in DASHES and page.gap(number) or _is_apposition(page, name):
        # «директор библиотеки – Милованова Альбина Николаевна», «с директором библиотеки, Деревянко Т. Н., …»
        number -= 1
    while number >= sentence.first and name.first - number < _REACH:
        if not _belongs_before(page, number, taken, name.first):
            break
        if is_post(page, number) and _may_begin(page, number):
            best = number
        number -= 1
    if best is None:
        return None
    first = _with_attributes(page, best, sentence.first)
    if _is_apposition(page, name) and page.lower(first - 1) == "," and first - 2 in taken:
        return None
    if not _leads_to_name(page, first, name):
        return None
    return Position(first, name.first, page.span(first, name.first), True)


def _is_apposition(page: Page, name: Name) -> bool:
    return page.lower(name.first - 1) == "," and page.lower(name.last) in {",", ")", "."} | DASHES


def _belongs_before(page: Page, number: int, taken: set[int], end: int) -> bool:
    word = page.words[number]
    if word.text in "()" and _is_bracketed_place(page, number):
        return True
    if number in taken or word.text in ":;!?()[]":
        return False
    if page.quote_around(word.start):
        quote = page.quote_around(word.start)
        return quote is not None and quote.end - quote.start < 90
    if word.text == ",":
        return _segment_begins_with_post(page, number + 1) or _is_list_comma(page, number)
    if word.text in DASHES:
        return is_post(page, number + 1)
    if not word.is_initial and word.lower in ("также", "а", "но", "где", "который", "которая", "то", "что", "как"):
        return False
    if word.lower == "и" and number + 1 < end and _segment_begins_with_post(page, number + 1):
        return is_post_list(page, number)
    return not (word.is_word and not word.is_capital and _is_verbal(word.text))


def _is_bracketed_place(page: Page, number: int) -> bool:
    """«Республики Саха (Якутия)»"""
    inner = number - 1 if page.lower(number) == ")" else number + 1
    word = page.word(inner)
    closed = page.lower(inner - 1) == "(" and page.lower(inner + 1) == ")"
    return closed and word is not None and morphology.can_be(word.lower, "Geox")


def is_post_list(page: Page, number: int) -> bool:
    """«директор и основатель музея Иван …»: two posts of one person stand together."""
    return is_post(page, number - 1)


def _is_verbal(text: str) -> bool:
    parse = morphology.parses(text)[0]
    return parse.tag.POS in ("VERB", "INFN", "GRND", "PRTS") and not is_post_word(text.lower())


def _is_list_comma(page: Page, number: int) -> bool:
    """«по науке, образованию и культуре»: both sides in one oblique case."""
    one, two = page.word(number - 1), page.word(number + 1)
    if not one or not two or not one.is_word or not two.is_word or two.is_capital:
        return False
    return bool((morphology.cases(one.text) & morphology.cases(two.text)) & {"datv", "gent"}) and not _is_verbal(
        two.text
    )


def _segment_begins_with_post(page: Page, number: int) -> bool:
    for step in range(4):
        if is_post(page, number + step):
            return True
        word = page.word(number + step)
        if word is None or not word.is_word or not morphology.is_adjective(word.text):
            return word is not None and word.text == "." and is_post(page, number + step - 1)
    return False


def _may_begin(page: Page, number: int) -> bool:
    """«во главе с директором»"""
    return page.lower(number - 1) != "во"


def _with_attributes(page: Page, number: int, start: int) -> int:
    """«главный», «первый заместитель», «и. о.», «исполняющая обязанности»."""
    while number > start:
        word = page.words[number - 1]
        if page.gap(number - 1).strip(" \u00a0") or page.quote_around(word.start):
            break
        agrees = (
            word.is_word
            and morphology.is_adjective(word.text)
            and not morphology.can_be(word.text, "Apro")
            and not morphology.can_be(word.text, "NPRO")
        )
        if agrees and _agree(word.text, page.words[number].text):
            number -= 1
        elif word.text == "." and page.lower(number - 2) in ("о", "зав", "зам", "гл", "вед", "ст", "канд", "и"):
            number -= 2
        elif word.lower in ("обязанности", "врио"):
            number -= 1
        else:
            break
    return number


def _agree(one: str, two: str) -> bool:
    return bool(morphology.cases(one) & morphology.cases(two)) or two.lower() in ABBREVIATED


def _leads_to_name(page: Page, first: int, name: Name) -> bool:
    """The text between must not hold a clause of its own: at most three commas that part posts."""
    return sum(page.lower(number) == "," for number in range(first, name.first)) <= 5


def after(page: Page, name: Name, taken: set[int], named: set[int]) -> Position | None:
    """«Алехина И. Л., заведующая отделом маркетинга…», «… – директор …», «(директор …)»."""
    number = name.last
    mark = page.lower(number)
    bracket = mark == "("
    if mark in {",", "(", ":"} | DASHES:
        number += 1
    elif not is_post(page, number) and not _segment_begins_with_post(page, number):
        return None
    sentence = page.sentence_of(name.first)
    if not _segment_begins_with_post(page, number):
        return None
    last = number
    while last < sentence.last and last - number < _REACH and _belongs_after(page, last, taken, named, bracket):
        last += 1
    while last > number and page.words[last - 1].text in ",–—-(:":
        last -= 1
    place = last + 3 if page.lower(last) == "(" and _is_bracketed_place(page, last) else last
    if place in taken and mark in (",", "("):
        # «Анна Тодорова, министр культуры Дмитрий Сидоров»: the post is the next person’s.
        return None
    return Position(number, last, page.span(number, last), False) if last > number else None


def organisation_after(page: Page, name: Name, organisations: list[Organisation]) -> Position | None:
    """«Марина Крутикова из Центральной библиотеки г. Шуи», «Е. Рудакова (детская библиотека)»: where from, no post."""
    number = name.last
    if page.lower(number) not in ("из", "от", "(", ","):
        return None
    one = next((one for one in organisations if one.first == number + 1 and one.is_named and not one.is_plural), None)
    if one is None or (
        page.lower(number) == "," and page.lower(one.last) not in (",", ";", ".", "(", "«", '"', ":", "-", "–", "—")
    ):
        return None
    return Position(one.first, one.last, one.span, False)


def _belongs_after(page: Page, number: int, taken: set[int], named: set[int], bracket: bool) -> bool:
    word = page.words[number]
    if number in taken or word.text in ";!?:(" or (bracket and word.text == ")"):
        return False
    if page.quote_around(word.start):
        # A quotation belongs to the post only as part of an organisation’s name; else it is a talk’s title.
        quote = page.quote_around(word.start)
        opening = page.at(quote.start) if quote else number
        return number in named or page.lower(opening - 1) in _NAMED_THINGS
    if word.text == ".":
        return page.words[number - 1].end == word.start and (
            page.words[number - 1].is_initial or page.lower(number - 1) in ABBREVIATED | _DEGREE_PARTS
        )
    if word.text == ",":
        following = number + 1
        return following not in taken and (_segment_begins_with_post(page, following) or _is_list_comma(page, number))
    if word.text in DASHES:
        return is_post(page, number + 1) or page.lower(number + 1) == "югры"
    if word.lower in _OTHER_CLAUSE and not word.is_initial:
        return False
    if word.lower == "и" and (number + 1 in taken or _next_is_person(page, number + 1, taken)):
        return False
    if word.lower in ("с", "со") and page.lower(number + 1).startswith(
        ("доклад", "сообщени", "презентац", "тем", "выступлени", "видео", "лекци", "приветств")
    ):
        return False
    return not (word.is_word and not word.is_capital and _is_verbal(word.text))


def _next_is_person(page: Page, number: int, taken: set[int]) -> bool:
    """«…, и директор … Ирина Петрова»: after «и» another person’s post begins."""
    if not _segment_begins_with_post(page, number):
        return False
    return any(place in taken for place in range(number, min(number + 25, len(page.words))))


def text(page: Page, span: Span, organisations: list[Organisation]) -> tuple[str, str, Organisation | None]:
    """The post in the nominative without its organisation, the degrees apart, and the organisation."""
    inside = [one for one in organisations if span.start <= one.span.start and one.span.end <= span.end + 1]
    main = next((one for one in inside if not one.is_department and one.is_named and not one.is_plural), None)
    posts, degrees = [], []
    for start, end in _segments(page, span):
        own = next(
            (
                one
                for one in inside
                if one is not None and not one.is_department and one.is_named and start <= one.span.start < end
            ),
            None,
        )
        words = "" if own and own.span.start <= start else _nominative(page, start, own.span.start if own else end)
        if own and own.span.end < end - 1 and words:
            rest = page.text[own.span.end : end].strip(" ,.-–—()")
            words += f" {typography.normalize(rest)}" if rest.startswith("по ") else ""
        if words:
            (degrees if _is_degree(words) else posts).append(words)
    return ", ".join(posts), ", ".join(degrees), main


def _is_degree(words: str) -> bool:
    low = words.lower().replace("ё", "е")
    if low.startswith(("профессор", "доцент")):
        return " " not in low
    return low.startswith(_DEGREES) and "отдел" not in low


def _segments(page: Page, span: Span) -> list[tuple[int, int]]:
    """The phrase cut at commas and dashes before a new post."""
    cuts = [
        number
        for number in page.inside(*span)
        if page.words[number].text in DASHES | {","}
        and _segment_begins_with_post(page, number + 1)
        and page.quote_around(page.words[number].start) is None
    ]
    starts = [span.start, *(page.words[number].end for number in cuts)]
    ends = [*(page.words[number].start for number in cuts), span.end]
    return list(zip(starts, ends, strict=True))


def _nominative(page: Page, start: int, end: int) -> str:
    """«заведующей отделом краеведения» → «заведующая отделом краеведения»; what the post governs stays."""
    numbers = [number for number in page.inside(start, end)]
    head = next((number for number in numbers if is_post(page, number)), None)
    if head is None:
        return typography.normalize(page.text[start:end]).strip(" ,.-–—()")
    case = _case(page, head)
    parts: list[str] = []
    for number in numbers:
        if number <= head and page.words[number].is_word and case != "nomn":
            parts.append(_word_in_nominative(page, number))
        else:
            parts.append(page.words[number].text)
    out = ""
    for number, part in zip(numbers, parts, strict=True):
        out += part + (" " if page.gap(number) else "")
    return typography.normalize(out).strip(" ,-–—()")


def _case(page: Page, head: int) -> str:
    cases = morphology.cases(page.words[head].text, "sing")
    return "nomn" if "nomn" in cases or not cases else sorted(cases)[0]


def _word_in_nominative(page: Page, number: int) -> str:
    text = page.words[number].text
    for parse in morphology.parses(text):
        if morphology.case_of(parse) and "sing" in parse.tag and parse.tag.POS in ("NOUN", "ADJF", "PRTF"):
            wanted = {"nomn", "sing"} | ({parse.tag.gender} if parse.tag.gender and parse.tag.POS != "NOUN" else set())
            if form := morphology.form_of(parse, *wanted):
                return morphology.spell_like(text, form)
    return text


def case_hints(page: Page, position: Position) -> tuple[set[str], str]:
    """The cases and the gender that the first word of the post allows: «заведующей» is she, and no nominative."""
    for number in range(position.first, position.last):
        if is_post(page, number):
            word = page.words[number].text
            if page.lower(number + 1) == ".":
                return set(), ""
            cases = morphology.cases(word, "sing")
            first = page.words[position.first].text
            if position.first < number and morphology.is_adjective(first):
                cases = cases & morphology.cases(first, "sing") or cases
            gender = "femn" if _is_she(word) or _is_she_adjective(first, position.first < number) else ""
            return cases, gender
    return set(), ""


def _is_she(word: str) -> bool:
    low = word.lower()
    return (
        low.startswith("заведующ")
        and low.endswith(("ая", "ей", "ую"))
        or low.endswith(("ница", "тельница", "есса", "триса"))
    )


def _is_she_adjective(word: str, is_attribute: bool) -> bool:
    low = word.lower()
    return is_attribute and low.endswith(("ая", "яя"))
