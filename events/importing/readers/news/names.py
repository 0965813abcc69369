"""People’s names in running text: where they stand and of what parts they are made."""

import re
from dataclasses import dataclass

from ....russian import morphology
from ....russian.names import given_name_readings, is_patronymic, patronymic_readings, surname_readings
from ...draft import Span
from .posts import is_post, is_post_word
from .vocabulary import listed
from .words import Page, Word

# Capitalised words that stand before or after names and are none.
_NO_NAMES = listed(
    """
    республика область край город район министерство библиотека центр дом музей университет институт отдел
    россия российская федерация доклад тема секция модератор спикер докладчик ведущий участник директор
    заведующая заведующий автор лектор эксперт программа презентация проект январь февраль март апрель май июнь
    июль август сентябрь октябрь ноябрь декабрь народный мир год день неделя zoom skype
    """
)

_PLACES = listed("г гг п пос пгт рп с ст д дер х ул пр пер")


@dataclass(frozen=True)
class Name:
    """A person’s name at words [first, last); the parts are word numbers, −1 where there is none."""

    first: int
    last: int
    span: Span
    family: int = -1
    given: int = -1
    patronymic: int = -1
    initials: str = ""
    is_guess: bool = False

    @property
    def has_family(self) -> bool:
        return self.family >= 0


def find(page: Page, masked: list[Span]) -> list[Name]:
    """All names outside the masked stretches, in the order of the text."""
    names: list[Name] = []
    number, hidden = 0, _words_in(page, masked)
    while number < len(page.words):
        name = _at(page, number, hidden) or _in_list(page, number, hidden, names[-1] if names else None)
        names += [name] if name else []
        number = name.last if name else number + 1
    return names


def _is_place(page: Page, number: int) -> bool:
    """«г. Королёв», «п. Новопавловка»"""
    return page.lower(number - 1) == "." and page.lower(number - 2) in _PLACES and not page.words[number - 2].is_capital


def _words_in(page: Page, spans: list[Span]) -> set[int]:
    return {number for span in spans for number in page.inside(*span)}


def _at(page: Page, number: int, hidden: set[int]) -> Name | None:
    if number in hidden or not page.words[number].is_capital or _is_place(page, number):
        return None
    for pattern in (_initials_first, _family_and_initials, _in_full, _family_given_patronymic, _two, _given_alone):
        name = pattern(page, number)
        if name and not hidden & set(range(name.first, name.last)):
            return name
    return None


def _in_list(page: Page, number: int, hidden: set[int], before: Name | None) -> Name | None:
    """«Алина Кожемяко (Приморск), Змитер Лозка»: words the dictionary lacks, in a row with a certain name."""
    words = _run(page, number, 2)
    if before is None or not words or {number, number + 1} & hidden or not 0 < number - before.last < 7:
        return None
    between = page.text[before.span.end : words[0].start]
    if not _LIST.fullmatch(between) or any(not _CYRILLIC.match(word.text) for word in words):
        return None
    if any(morphology.is_known(word.text.lower()) and not morphology.can_be(word.text, "Surn") for word in words):
        return None
    return _name(page, number, number + 2, given=number, family=number + 1, is_guess=True)


_LIST = re.compile(r"\s*(?:\([^()]*\))?\s*(?:,|;|,?\s+и)\s+")


def agreements(page: Page, name: Name) -> set[tuple[str, str]]:
    """The (case, gender) in which all the parts of the name may stand."""
    ways = [
        {(reading.case, reading.gender) for reading in read(proper(page, number))}
        for number, read in (
            (name.family, surname_readings),
            (name.given, given_name_readings),
            (name.patronymic, patronymic_readings),
        )
        if number >= 0
    ]
    return set.intersection(*ways) if ways else set()


def is_subject(page: Page, name: Name) -> bool:
    """Whether it is a full name that can stand in the nominative only."""
    return name.given >= 0 and {case for case, _ in agreements(page, name)} == {"nomn"}


def _name(page: Page, first: int, last: int, **parts: object) -> Name:
    return Name(first, last, page.span(first, last), **parts)  # type: ignore[arg-type]


def _capital(page: Page, number: int) -> Word | None:
    word = page.word(number)
    if not word or not word.is_word or not word.is_capital or len(word.text) < 2 or word.is_initial:
        return None
    return word


def _adjacent(page: Page, number: int) -> bool:
    """Whether only a space stands between this word and the next."""
    return page.gap(number).strip(" \u00a0\u202f\u2009\t") == "" and "\n" not in page.gap(number)


def _run(page: Page, number: int, count: int) -> list[Word]:
    """`count` capitalised words in a row, [] if there are fewer."""
    words = [_capital(page, number + step) for step in range(count)]
    glued = all(_adjacent(page, number + step) and page.gap(number + step) for step in range(count - 1))
    return [word for word in words if word] if all(words) and glued else []


def initials_at(page: Page, number: int) -> int:
    """How many words «И.», «И.Л.», «И. Л.» take up here."""
    length = 0
    while (
        length < 6
        and (word := page.word(number + length))
        and word.is_initial
        and not page.gap(number + length)
        and (page.lower(number + length + 1) == "." or length and page.lower(number + length + 1) == ",")
        and (length == 0 or _adjacent(page, number + length - 1))
    ):
        length += 2
    return length


def _letters(page: Page, number: int, length: int) -> str:
    return " ".join(f"{page.words[number + step].text}." for step in range(0, length, 2))


def _may_be_family(word: Word | None) -> bool:
    if word is None or word.lower in _NO_NAMES or word.lower.split("-")[0] in _NO_NAMES:
        return False
    low = word.text.lower()
    if word.text.isupper() and len(word.text) < 6 and not morphology.can_be(low, "Surn") or _is_abbreviation(word.text):
        return False
    return not is_patronymic(word.text)


def _is_abbreviation(text: str) -> bool:
    """«СахГУ»"""
    return not text.isupper() and any(part[1:] != part[1:].lower() for part in text.split("-"))


def looks_like_family(text: str) -> bool:
    """By dictionary or suffix; otherwise a capitalised noun at the head of a sentence would pass."""
    low = text.lower()
    if morphology.can_be(low, "Surn", known=True) or not morphology.is_known(low):
        return True
    # The dictionary has the towns Грибов and Чехов and many a Шакир, not everybody called so.
    return bool(_POSSESSIVE.search(low)) and (morphology.can_be(low, "Geox") or morphology.can_be(low, "Name", "plur"))


def _may_be_with_initials(word: Word | None) -> bool:
    """Beside initials «Яцевич» is a surname, not a patronymic."""
    if word is not None and is_patronymic(word.text):
        return word.lower not in _NO_NAMES
    return _may_be_family(word)


def _initials_first(page: Page, number: int) -> Name | None:
    length = initials_at(page, number)
    family = number + length
    if not length or not _adjacent(page, family - 1) or not _may_be_with_initials(_capital(page, family)):
        return None
    return _name(page, number, family + 1, family=family, initials=_letters(page, number, length))


def _family_and_initials(page: Page, number: int) -> Name | None:
    word = _capital(page, number)
    length = initials_at(page, number + 1) if _may_be_with_initials(word) and _adjacent(page, number) else 0
    if not length or not word:
        return None
    after = number + 1 + length
    if _adjacent(page, after - 1) and _capital(page, after) and not _first_is_family(page, number, after):
        return None
    return _name(page, number, after, family=number, initials=_letters(page, number + 1, length))


def _first_is_family(page: Page, before: int, after: int) -> bool:
    """«Алехина И.Л. Доклад» or «Доклад И.Л. Алехиной»: which of the two is the surname?"""
    one, two = page.words[before], page.words[after]
    if looks_like_family(one.text) and (_is_other_word(two.lower) or _in_full(page, after)):
        # «Грибова С. С. Были заслушаны…», «Котельникова О. А. Ольга Анатольевна…»: the next sentence.
        return True
    if not page.gap(after - 1) or morphology.can_be(one.lower, "Geox") and not _POSSESSIVE.search(one.lower):
        # «Республики Крым И. А. Смирно»
        return False
    if looks_like_family(one.text) != looks_like_family(two.text):
        return looks_like_family(one.text)
    return bool(page.gap(before)) or looks_like_family(one.text)


def _in_full(page: Page, number: int) -> Name | None:
    """«Ольга Сергеевна Ярилова», «Роман Олегович»."""
    words = _run(page, number, 2)
    if not words or not is_patronymic(words[1].text) or words[0].lower in _NO_NAMES:
        return None
    if is_patronymic(words[0].text) or (is_given_name(words[0].text) and not _one_gender(*words)):
        return None
    foreign = not is_given_name(words[0].text) or morphology.can_be(words[0].text, "Name", "Fixd")
    if foreign and _precedes_post(page, number + 2):
        # «Ласло Блашкович, генеральный директор»
        return None
    longer = _run(page, number, 3)
    if longer and _may_be_family(longer[2]) and not _is_other_name(page, number + 2):
        return _name(page, number, number + 3, given=number, patronymic=number + 1, family=number + 2)
    return _name(page, number, number + 2, given=number, patronymic=number + 1)


def _is_other_name(page: Page, number: int) -> bool:
    """Whether a name of its own begins here: «…Олегович Наталья Петровна»."""
    following = _run(page, number, 2)
    return bool(following) and is_patronymic(following[1].text)


def _family_given_patronymic(page: Page, number: int) -> Name | None:
    words = _run(page, number, 3)
    if not words or not is_patronymic(words[2].text) or not _may_be_family(words[0]):
        return None
    if is_patronymic(words[1].text):
        return None
    fourth = _run(page, number, 4)
    certain = _STANDARD_FAMILY.search(words[0].text.lower())
    if fourth and not certain and _is_of(fourth[3], *words[1:]):
        # «директор Пушкинки Анастасия Владимировна Бакулина»
        return None
    told = certain or looks_like_family(words[0].text) or _heads_item(page, number, number + 3)
    if _is_common(words[0]) and not told or re.search("-[а-яё]", words[0].text):
        # «Директор …», «Врач-офтальмолог Антон Борисович Орлик»
        return None
    return _name(page, number, number + 3, family=number, given=number + 1, patronymic=number + 2)


def _heads_item(page: Page, number: int, last: int) -> bool:
    """«10.20 Носик Олег Петрович, методист»: alone before a comma, a dictionary noun is a surname."""
    before = page.word(number - 1)
    alone = before is None or not before.is_word or "\n" in page.gap(number - 1)
    parted = page.lower(last) in {",", "(", "—", "–", ":", "«", '"', "|"}
    return alone and parted and not is_post_word(page.lower(number))


def _is_of(family: Word, given: Word, patronymic: Word) -> bool:
    """Whether the three words agree as one person’s name."""
    ways = [
        {(reading.case, reading.gender) for reading in read(_proper(word.text))}
        for read, word in (
            (surname_readings, family),
            (given_name_readings, given),
            (patronymic_readings, patronymic),
        )
    ]
    return looks_like_family(family.text) and bool(set.intersection(*ways))


def _is_common(word: Word) -> bool:
    """A dictionary noun that is no surname: «Директор», «Мероприятие»."""
    low = word.text.lower()
    return morphology.is_known(low) and not any(
        "Surn" in parse.tag or "Name" in parse.tag or parse.tag.POS in ("ADJF", "ADJS")
        for parse in morphology.parses(low)
    )


def is_given_name(text: str) -> bool:
    """«Анна-Мария» too; «Махмудов» is many Mahmuds only to the dictionary."""
    return all(morphology.can_be(part, "Name", "sing", known=True) for part in text.split("-"))


def _two(page: Page, number: int) -> Name | None:
    """«Ольга Арутинова», «Алиева Эльмира»."""
    words = _run(page, number, 2)
    if not words or words[0].lower in _NO_NAMES:
        return None
    one, two = words
    if is_given_name(one.text) and is_given_name(two.text) and _is_rather_family(one.text, two.text):
        # «Ли Мария»
        return _name(page, number, number + 2, given=number + 1, family=number)
    foreign = morphology.can_be(one.text, "Name", "Fixd") or not _one_gender(one, two)
    odd = is_patronymic(two.text) and is_given_name(one.text) and foreign
    if odd:
        return _name(page, number, number + 2, given=number, family=number + 1)
    if is_given_name(one.text) and (_family_beside(two) or _only_name(one, two)) and _agree(one, two):
        return _name(page, number, number + 2, given=number, family=number + 1)
    heads_item = _heads_item(page, number, number + 2) and (
        _STANDARD_FAMILY.search(one.text.lower()) is not None
        or _precedes_post(page, number + 2)
        or page.lower(number + 2) == ","
        and morphology.can_be(page.lower(number + 3), "anim", "nomn")
    )
    family_first = heads_item or looks_like_family(one.text) or _is_called(page, number, one)
    if is_given_name(two.text) and _family_beside(one) and family_first and _agree(two, one):
        # «Томске Ольга Иванова»: the next word fits the given name better.
        three = _run(page, number, 3)
        if three and is_patronymic(three[2].text):
            return None
        if page.lower(number - 1) in ("из", "от") and three and _agree(two, three[2]):
            # «коллега из Усольска Зинаида Иванова»
            return None
        if not (three and _family_beside(three[2]) and looks_like_family(three[2].text) and _agree(two, three[2])):
            return _name(page, number, number + 2, given=number + 1, family=number)
    return None


def _is_called(page: Page, number: int, word: Word) -> bool:
    """«рассказала Глот Наталья»: a capital in the middle of a sentence makes a surname of an animate noun."""
    return page.sentence_of(number).first != number and morphology.can_be(word.lower, "NOUN", "anim", "nomn", "sing")


def _is_rather_family(one: str, two: str) -> bool:
    return morphology.can_be(one, "Surn") and not morphology.can_be(two, "Surn")


def _family_beside(word: Word) -> bool:
    """Whether a capitalised word beside a given name can be the surname."""
    low = word.text.lower()
    if not _may_be_family(word) or (word.text.isupper() and len(word.text) < 4):
        return False
    if morphology.can_be(low, "Surn"):
        return True
    if morphology.can_be(low, "anim", known=True):
        return True
    if morphology.is_known(low) and (morphology.can_be(low, "Geox") or morphology.can_be(low, "Orgn")):
        return False
    return not morphology.can_be(low, "NOUN", "inan", known=True) or len(low) < 7


def _one_gender(given: Word, patronymic: Word) -> bool:
    """«Людмилы Захаревич»: a surname that only looks like a patronymic."""
    genders = {reading.gender for reading in given_name_readings(_proper(given.text))}
    return bool(genders & {reading.gender for reading in patronymic_readings(_proper(patronymic.text))})


def _only_name(given: Word, family: Word) -> bool:
    """«Виктория Размета»: after a word that is a given name and nothing else, a dictionary noun may be a surname."""
    low = given.text.lower()
    return (
        "Name" in morphology.parses(low)[0].tag
        and _may_be_family(family)
        and not any(morphology.can_be(family.text.lower(), g) for g in ("Geox", "Orgn", "ADJF"))
    )


def _agree(given: Word, family: Word) -> bool:
    ways = {(reading.case, reading.gender) for reading in given_name_readings(_proper(given.text))}
    return bool(ways & {(reading.case, reading.gender) for reading in surname_readings(_proper(family.text))})


def _given_alone(page: Page, number: int) -> Name | None:
    """A given name the dictionary lacks, beside a certain surname, after a post: «директор Эрдэни Дугаров»."""
    words = _run(page, number, 2)
    if words and _is_family_first(page, words, number):
        return _name(page, number, number + 2, family=number, given=number + 1, is_guess=True)
    if not words or any(_is_other_word(word.text.lower()) for word in words):
        return None
    if not _may_be_family(words[0]) or not _may_be_with_initials(words[1]) or "-" in words[0].text:
        return None
    certain = _STANDARD_FAMILY.search(words[1].text.lower()) or _follows_post(page, number)
    if not certain and not _precedes_post(page, number + 2):
        return None
    if words[1].text.isupper() and not re.search("[АЕИОУЫЭЮЯ]", words[1].text):
        # «директор Тополевской МЦБС»
        return None
    if words[0].text.isupper() or _STANDARD_FAMILY.search(words[0].text.lower()) or not _CYRILLIC.match(words[0].text):
        return None
    return _name(page, number, number + 2, given=number, family=number + 1, is_guess=True)


def _is_other_word(low: str) -> bool:
    """A word of the dictionary that is no surname; «Дарима» is only by chance a short participle of «дарить»."""
    if not morphology.is_known(low) or morphology.can_be(low, "Surn"):
        return False
    return any(parse.tag.POS not in ("PRTS", "ADJS") for parse in morphology.parses(low))


_POSSESSIVE = re.compile(r"(?:[оеё]в|[иы]н)(?:а|у|ым|ой|е)?$")
# Endings that hardly anything but a surname has.
_STANDARD_FAMILY = re.compile(r"(?:[оеё]в|[оеё]ва|[иы]н|[иы]на|ский|ская|цкий|цкая|енко|чук|ук|юк)$")
_CYRILLIC = re.compile(r"[А-ЯЁ][а-яё]+$")


def _is_family_first(page: Page, words: list[Word], number: int) -> bool:
    """«Шакиров Марсель, педагог-библиотекарь»"""
    family, given = (word.text for word in words)
    if not _STANDARD_FAMILY.search(family.lower()) or not looks_like_family(family) or is_patronymic(given):
        return False
    return _precedes_post(page, number + 2)


def _precedes_post(page: Page, number: int) -> bool:
    return page.lower(number) == "," and any(is_post(page, number + step) for step in (1, 2))


def _follows_post(page: Page, number: int) -> bool:
    """A post directly before, or before the institution: «директор Национальной библиотеки Таджикистана …»."""
    for place in range(number - 1, max(number - 15, -1), -1):
        word = page.words[place]
        if not word.is_word and word.text != "." and not page.quote_around(word.start):
            return False
        if is_post(page, place):
            return True
    return False


def _proper(text: str) -> str:
    """«ДУДА» → «Дуда»."""
    return "-".join(part.capitalize() if part.isupper() and len(part) > 1 else part for part in text.split("-"))


def proper(page: Page, number: int) -> str:
    return _proper(page.words[number].text) if number >= 0 else ""
