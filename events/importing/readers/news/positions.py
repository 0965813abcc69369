"""Positions: the words for office, degree and organisation before or after a name."""

from dataclasses import dataclass

from ....russian import morphology, typography
from ....russian.typography import DASHES
from ...draft import Span
from .document import Document
from .lexicon import word_set
from .names import Name
from .organisations import Organisation
from .position_words import ABBREVIATED, is_office, is_position, is_position_word

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
_NAMED_THINGS = word_set("проекта журнала газеты клуба студии центра портала отдела сектора альманаха объединения")
_DEGREE_PARTS = word_set("им г обл канд докт ист пед филол филос техн экон социол психол юрид полит хим биол")
_OTHER_CLAUSE = word_set("который которая также где рассказ доклад докладом сообщением темой а но")
_REACH = 48


@dataclass(frozen=True)
class Position:
    """A person’s position: words [first, last)."""

    first: int
    last: int
    span: Span
    is_before: bool


def holds_office(document: Document, position: Position) -> bool:
    """Whether the position is an office and not a calling."""
    head = next((number for number in range(position.first, position.last) if is_position(document, number)), -1)
    return is_office(document, head)


def before(document: Document, name: Name, taken: set[int]) -> Position | None:
    """Find the position before a name.

    «заместитель директора по науке РГДБ Ольга Мезенцева»: back from the name to the first word of the position.
    """
    sentence = document.sentence_of(name.first)
    best, number = None, name.first - 1
    if document.lower(number) in DASHES and document.gap(number) or _is_apposition(document, name):
        # «директор библиотеки – Милованова Альбина Николаевна», «с директором библиотеки, Деревянко Т. Н., …»
        number -= 1
    while number >= sentence.first and name.first - number < _REACH:
        if not _belongs_before(document, number, taken, name.first):
            break
        if is_position(document, number) and _may_begin(document, number):
            best = number
        number -= 1
    if best is None:
        return None
    first = _with_attributes(document, best, sentence.first)
    if _is_apposition(document, name) and document.lower(first - 1) == "," and first - 2 in taken:
        return None
    if not _leads_to_name(document, first, name):
        return None
    return Position(first, name.first, document.span(first, name.first), True)


def _is_apposition(document: Document, name: Name) -> bool:
    return document.lower(name.first - 1) == "," and document.lower(name.last) in {",", ")", "."} | DASHES


def _belongs_before(document: Document, number: int, taken: set[int], end: int) -> bool:
    word = document.words[number]
    if word.text in "()" and _is_bracketed_place(document, number):
        return True
    if number in taken or word.text in ":;!?()[]":
        return False
    if document.quote_around(word.start):
        quote = document.quote_around(word.start)
        return quote is not None and quote.end - quote.start < 90
    if word.text == ",":
        return _begins_with_position(document, number + 1) or _is_list_comma(document, number)
    if word.text in DASHES:
        return is_position(document, number + 1)
    if not word.is_initial and word.lower in ("также", "а", "но", "где", "который", "которая", "то", "что", "как"):
        return False
    if word.lower == "и" and number + 1 < end and _begins_with_position(document, number + 1):
        return joins_positions(document, number)
    return not (word.is_word and not word.is_capital and _is_verbal(word.text))


def _is_bracketed_place(document: Document, number: int) -> bool:
    """Whether the bracket holds a place: «Республики Саха (Якутия)»"""
    inner = number - 1 if document.lower(number) == ")" else number + 1
    word = document.word(inner)
    closed = document.lower(inner - 1) == "(" and document.lower(inner + 1) == ")"
    return closed and word is not None and (morphology.can_be(word.lower, "Geox") or word.text == "Я")


def joins_positions(document: Document, number: int) -> bool:
    """Whether two positions of one person are joined.

    «директор и основатель музея Иван …»: two positions of one person.
    """
    return is_position(document, number - 1)


def _is_verbal(text: str) -> bool:
    parse = morphology.parses(text)[0]
    return parse.tag.POS in ("VERB", "INFN", "GRND", "PRTS") and not is_position_word(text.lower())


def _is_list_comma(document: Document, number: int) -> bool:
    """Whether the comma joins words of one oblique case.

    «по науке, образованию и культуре»: both sides in one oblique case.
    """
    left, right = document.word(number - 1), document.word(number + 1)
    if not left or not right or not left.is_word or not right.is_word or right.is_capital:
        return False
    return bool((morphology.cases(left.text) & morphology.cases(right.text)) & {"datv", "gent"}) and not _is_verbal(
        right.text
    )


def _begins_with_position(document: Document, number: int) -> bool:
    for step in range(4):
        if is_position(document, number + step):
            return True
        word = document.word(number + step)
        if word is None or not word.is_word or not morphology.is_adjective(word.text):
            return word is not None and word.text == "." and is_position(document, number + step - 1)
    return False


def _may_begin(document: Document, number: int) -> bool:
    """Whether a position may begin here, unlike «во главе с директором» and «… для школьников», ведущая …»."""
    return document.lower(number - 1) != "во" and document.quote_around(document.words[number].start) is None


def _with_attributes(document: Document, number: int, start: int) -> int:
    """Return the first attribute of the position.

    «главный», «первый заместитель», «и. о.», «исполняющая обязанности».
    """
    while number > start:
        word = document.words[number - 1]
        if document.gap(number - 1).strip(" \u00a0") or document.quote_around(word.start):
            break
        agrees = (
            word.is_word
            and morphology.is_adjective(word.text)
            and not morphology.can_be(word.text, "Apro")
            and not morphology.can_be(word.text, "NPRO")
        )
        if agrees and _agree(word.text, document.words[number].text):
            number -= 1
        elif word.text == "." and document.lower(number - 2) in ("о", "зав", "зам", "гл", "вед", "ст", "канд", "и"):
            number -= 2
        elif word.lower in ("обязанности", "врио"):
            number -= 1
        else:
            break
    return number


def _agree(attribute: str, noun: str) -> bool:
    return bool(morphology.cases(attribute) & morphology.cases(noun)) or noun.lower() in ABBREVIATED


def _leads_to_name(document: Document, first: int, name: Name) -> bool:
    """Whether the words up to the name are one phrase: at most five commas."""
    return sum(document.lower(number) == "," for number in range(first, name.first)) <= 5


def after(document: Document, name: Name, taken: set[int], named: set[int]) -> Position | None:
    """Find the position after a name.

    «Алехина И. Л., заведующая отделом маркетинга…», «… – директор …», «(директор …)».
    """
    number = name.last
    mark = document.lower(number)
    bracket = mark == "("
    if mark in {",", "(", ":"} | DASHES:
        number += 1
    elif not is_position(document, number) and not _begins_with_position(document, number):
        return None
    sentence = document.sentence_of(name.first)
    if not _begins_with_position(document, number):
        return None
    last = number
    while last < sentence.last and last - number < _REACH and _belongs_after(document, last, taken, named, bracket):
        last += 1
    while last > number and document.words[last - 1].text in ",–—-(:":
        last -= 1
    place = last + 3 if document.lower(last) == "(" and _is_bracketed_place(document, last) else last
    if place in taken and mark in (",", "("):
        # «Анна Тодорова, министр культуры Дмитрий Сидоров»: the position is the next person’s.
        return None
    return Position(number, last, document.span(number, last), False) if last > number else None


def organisation_after(document: Document, number: int, organisations: list[Organisation]) -> Position | None:
    """Find an affiliation without a position, after the name or post that ends before the word `number`.

    «Марина Крутикова из Центральной библиотеки г. Шуи», «Е. Рудакова (детская библиотека)», «…, к. ф. н., Тверской
    университет».
    """
    if document.lower(number) not in ("из", "от", "(", ","):
        return None
    organisation = next(
        (
            organisation
            for organisation in organisations
            if organisation.first == number + 1 and organisation.is_named and not organisation.is_plural
        ),
        None,
    )
    if organisation is None or (
        document.lower(number) == ","
        and not _ends_line(document, organisation.last)
        and document.lower(organisation.last) not in (",", ";", ".", "(", ")", "«", '"', ":", "|", "-", "–", "—", "")
    ):
        return None
    return Position(organisation.first, organisation.last, organisation.span, False)


def _ends_line(document: Document, number: int) -> bool:
    return number > 0 and not {"\n", "\t"}.isdisjoint(document.gap(number - 1))


def _belongs_after(document: Document, number: int, taken: set[int], named: set[int], bracket: bool) -> bool:
    word = document.words[number]
    is_cell = number > 0 and "\t" in document.gap(number - 1)
    if number in taken or is_cell or word.text in ";!?:(|" or (bracket and word.text == ")"):
        return False
    if document.quote_around(word.start):
        # A quotation belongs to the position only as part of an organisation’s name; else it is a talk’s title.
        quote = document.quote_around(word.start)
        opening = document.at(quote.start) if quote else number
        return number in named or document.lower(opening - 1) in _NAMED_THINGS
    if word.text == ".":
        return document.words[number - 1].end == word.start and (
            document.words[number - 1].is_initial or document.lower(number - 1) in ABBREVIATED | _DEGREE_PARTS
        )
    if word.text == ",":
        following = number + 1
        return following not in taken and (
            _begins_with_position(document, following) or _is_list_comma(document, number)
        )
    if word.text in DASHES:
        return is_position(document, number + 1) or document.lower(number + 1) == "югры"
    if word.lower in _OTHER_CLAUSE and not word.is_initial:
        return False
    if word.lower == "и" and (number + 1 in taken or _next_is_person(document, number + 1, taken)):
        return False
    if word.lower in ("с", "со") and document.lower(number + 1).startswith(
        ("доклад", "сообщени", "презентац", "тем", "выступлени", "видео", "лекци", "приветств")
    ):
        return False
    return not (word.is_word and not word.is_capital and _is_verbal(word.text))


def _next_is_person(document: Document, number: int, taken: set[int]) -> bool:
    """Whether the position of the next person begins here.

    «…, и директор … Ирина Петрова»: after «и» another person’s position begins.
    """
    if not _begins_with_position(document, number):
        return False
    return any(place in taken for place in range(number, min(number + 25, len(document.words))))


def describe(document: Document, span: Span, organisations: list[Organisation]) -> tuple[str, str, Organisation | None]:
    """Return position and degrees in the nominative, without the organisation, and the organisation."""
    inside = [
        organisation
        for organisation in organisations
        if span.start <= organisation.span.start and organisation.span.end <= span.end + 1
    ]
    main = next(
        (
            organisation
            for organisation in inside
            if not organisation.is_department and organisation.is_named and not organisation.is_plural
        ),
        None,
    )
    posts, degrees = [], []
    for start, end in _segments(document, span):
        own = next(
            (
                organisation
                for organisation in inside
                if organisation is not None
                and not organisation.is_department
                and organisation.is_named
                and start <= organisation.span.start < end
            ),
            None,
        )
        words = "" if own and own.span.start <= start else _nominative(document, start, own.span.start if own else end)
        if own and own is not main and words and not own.is_plural:
            # «директор библиотеки, президент ассоциации»: the affiliation is the first only.
            words += f" {typography.normalize(document[own.span])}"
        if own and own.span.end < end - 1 and words:
            rest = document.text[own.span.end : end].strip(" ,.-–—()")
            words += f" {typography.normalize(rest)}" if rest.startswith("по ") else ""
        if words:
            (degrees if _is_degree(words) else posts).append(words)
    return ", ".join(posts), ", ".join(degrees), main


def _is_degree(words: str) -> bool:
    low = words.lower().replace("ё", "е")
    if low.startswith(("профессор", "доцент")):
        return " " not in low
    return low.startswith(_DEGREES) and "отдел" not in low


def _segments(document: Document, span: Span) -> list[tuple[int, int]]:
    """Cut the phrase at commas and dashes before another position."""
    cuts = [
        number
        for number in document.inside(*span)
        if document.words[number].text in DASHES | {","}
        and _begins_with_position(document, number + 1)
        and document.quote_around(document.words[number].start) is None
    ]
    starts = [span.start, *(document.words[number].end for number in cuts)]
    ends = [*(document.words[number].start for number in cuts), span.end]
    return list(zip(starts, ends, strict=True))


def _nominative(document: Document, start: int, end: int) -> str:
    """Inflect the position but not what it governs.

    «заведующей отделом краеведения» → «заведующая отделом краеведения»; what the position governs stays.
    """
    numbers = [number for number in document.inside(start, end)]
    head = next((number for number in numbers if is_position(document, number)), None)
    if head is None:
        return typography.normalize(document.text[start:end]).strip(" ,.-–—()")
    case = _case(document, head)
    gender = _gender(document, head, case)
    parts: list[str] = []
    for number in numbers:
        if number <= head and document.words[number].is_word and case != "nomn":
            parts.append(_word_in_nominative(document, number, case, gender))
        else:
            parts.append(document.words[number].text)
    out = ""
    for number, part in zip(numbers, parts, strict=True):
        out += part + (" " if document.gap(number) else "")
    return typography.normalize(out).strip(" ,-–—()")


def _case(document: Document, head: int) -> str:
    cases = morphology.cases(document.words[head].text, "sing")
    return "nomn" if "nomn" in cases or not cases else sorted(cases)[0]


def _gender(document: Document, head: int, case: str) -> str:
    """Return the gender of the head noun: «старшего научного сотрудника» is masculine throughout."""
    return next(
        (
            str(parse.tag.gender)
            for parse in morphology.parses(document.words[head].text)
            if parse.tag.POS == "NOUN" and morphology.case_of(parse) == case and parse.tag.gender
        ),
        "",
    )


def _word_in_nominative(document: Document, number: int, case: str, gender: str) -> str:
    text = document.words[number].text
    parses = [p for p in morphology.parses(text) if "sing" in p.tag and p.tag.POS in ("NOUN", "ADJF", "PRTF")]
    for parse in sorted(
        parses, key=lambda p: (morphology.case_of(p) != case, p.tag.POS == "NOUN" and p.tag.gender != gender)
    ):
        if morphology.case_of(parse):
            own = gender or parse.tag.gender
            wanted = {"nomn", "sing"} | ({own} if own and parse.tag.POS != "NOUN" else set())
            if form := morphology.form_of(parse, *wanted):
                return morphology.spell_like(text, form)
    return text


def case_hints(document: Document, position: Position) -> tuple[set[str], str]:
    """Return the cases and the gender of the position’s first word: «заведующей» is feminine and oblique."""
    for number in range(position.first, position.last):
        if is_position(document, number):
            word = document.words[number].text
            if document.lower(number + 1) == ".":
                return set(), ""
            cases = morphology.cases(word, "sing")
            first = document.words[position.first].text
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
