"""Attendance: «около 140 специалистов», «97 человек», «более 20 субъектов РФ»."""

import re

from django.utils.translation import gettext as _

from ....russian import morphology
from ....russian.dates import month_number
from ....russian.numbers import cardinal
from ...draft import AttendanceDraft, Span
from .boilerplate import Layout
from .document import Document
from .lexicon import word_set

_COUNTED = word_set(
    """
    человек участник специалист библиотекарь представитель регион субъект слушатель доклад работник библиотека
    страна учреждение город докладчик зритель делегат сотрудник руководитель педагог преподаватель студент
    школьник читатель ребенок спикер выступление организация район область республика государство точка
    подключение площадка эксперт ученый сообщение коллега директор методист библиограф край муниципалитет филиал
    учащийся гость просмотр музей вуз участница территория министр обучающийся волонтер писатель поселок
    населенный
    """
)
_ABOUT = {"около", "порядка", "примерно", "почти", "приблизительно", "где-то", "до", "близко"}
_MORE = {"более", "свыше", "больше", "минимум", "менее", "превысило", "превышает"}
_SKIPPED = {"чем", "не"}
_NOT_ATTENDANCE = re.compile(r"издани|экземпляр|книг|документ|лет\b|годов|страниц|рубл|назван", re.IGNORECASE)


def find(document: Document, layout: Layout) -> list[AttendanceDraft]:
    """Find the numbers of participants, each counted noun once."""
    found: list[AttendanceDraft] = []
    number = 0
    while number < len(document.words):
        draft, following = _attendance_at(document, layout, number)
        if draft and not any(other.counted == draft.counted for other in found):
            found.append(draft)
        number = max(following, number + 1)
    return found


def _attendance_at(document: Document, layout: Layout, number: int) -> tuple[AttendanceDraft | None, int]:
    word = document.words[number]
    if not layout.is_body(word.start) or document.quote_around(word.start):
        return None, number + 1
    value, last = _value(document, number)
    if (
        value is None
        or value < 1
        or (number and document.text[word.start - 1 : word.start] in ("№", ".", ":", "-", "–", "/"))
    ):
        return None, last
    noun, end = _counted(document, last)
    if noun < 0 or _is_whence(document, number, noun):
        return None, last
    first, precision = _precision(document, number)
    span = document.span(first, end)
    if _NOT_ATTENDANCE.search(document.text[document.words[last].start : document.words[noun].end]):
        return None, last
    sure = document.lower(noun)[:5] in ("челов", "участ", "специ", "предс", "слуша", "делег") or _is_of_people(
        document, number
    )
    return AttendanceDraft(
        value=value,
        counted=document.text[document.words[last].start : span.end],
        precision=precision,
        printed=document[span],
        spans=[span],
        uncertainty="" if sure else _("Check whether the number belongs to this event."),
    ), end


def _is_whence(document: Document, number: int, noun: int) -> bool:
    """Whether the number counts places and not people: «специалисты из 40 регионов и 16 районов области»."""
    sentence = document.sentence_of(number)
    before = [document.lower(n) for n in range(max(sentence.first, number - 6), number)]
    return "из" in before and bool(morphology.lemmas(document.lower(noun)) & _PLACES)


_PLACES = word_set("регион субъект область край республика район город страна государство муниципалитет территория")


def _value(document: Document, number: int) -> tuple[int | None, int]:
    word = document.words[number]
    if word.is_number:
        last, digits = number + 1, word.text
        # «1 200», «12 тыс.»
        while (
            (following := document.word(last))
            and following.is_number
            and len(following.text) == 3
            and document.gap(last - 1) in (" ", "\u00a0")
        ):
            digits, last = digits + following.text, last + 1
        if len(digits) > 6 or (
            len(digits) == 4 and digits[:2] in ("19", "20") and document.lower(last).startswith("год")
        ):
            return None, last
        if document.text[word.end : word.end + 1] == "-" and document.word(last + 1):
            # «15-ти», «40-ка»
            suffix = document.word(last + 1)
            if suffix and len(suffix.text) <= 2:
                return int(digits), last + 2
            return None, last
        return int(digits), last
    found, taken = cardinal([document.lower(number + step) for step in range(3)])
    return (found, number + taken) if taken else (None, number + 1)


def _counted(document: Document, number: int) -> tuple[int, int]:
    """Return the counted noun after up to three adjectives and the end of its phrase, «субъектов РФ»; −1 if none."""
    for step in range(4):
        word = document.word(number + step)
        if word is None or not word.is_word or document.gap(number + step - 1).strip(" \u00a0\n"):
            return -1, -1
        if morphology.lemmas(word.lower) & _COUNTED:
            return number + step, _with_place(document, number + step + 1)
        if morphology.parses(word.lower)[0].tag.POS not in ("ADJF", "PRTF", "NOUN") or _is_month(word.lower):
            return -1, -1
    return -1, -1


def _is_month(low: str) -> bool:
    return month_number(low) is not None or low in ("год", "года", "лет")


def _with_place(document: Document, last: int) -> int:
    for _step in range(3):
        word = document.word(last)
        if word is None or not word.is_word or document.gap(last - 1).strip(" \u00a0"):
            break
        if word.text.isupper() and word.lower in ("рф", "днр", "лнр", "снг"):
            return last + 1
        if not word.is_capital or "gent" not in morphology.cases(word.text):
            break
        last += 1
    return last


def _precision(document: Document, number: int) -> tuple[int, str]:
    for back in (1, 2):
        low = document.lower(number - back)
        if low in _ABOUT and low != "до":
            return number - back, "about"
        if low in _MORE:
            negated = document.lower(number - back - 1) == "не"
            return number - back - negated, "more"
        if low not in _SKIPPED:
            break
    return number, "exact"


def _is_of_people(document: Document, number: int) -> bool:
    sentence = document.sentence_of(number)
    text = document[Span(sentence.start, sentence.end)].lower()
    return any(
        sign in text
        for sign in (
            "участ",
            "присутств",
            "зарегистрир",
            "собрал",
            "объедин",
            "прослушал",
            "подключ",
            "доклад",
            "слушател",
        )
    )
