"""People’s names in running text: their positions and parts."""

import re
from dataclasses import dataclass

from ....russian import morphology
from ....russian.names import given_name_readings, is_patronymic, patronymic_readings, surname_readings
from ...draft import Span
from .document import Document, Word
from .lexicon import word_set
from .position_words import GROUP_WORDS, is_position, is_position_word

# Capitalised words next to names that are no names.
_NO_NAMES = word_set(
    """
    сам сама сами республика область край город район министерство библиотека центр дом музей университет институт отдел
    россия российская федерация доклад тема секция модератор спикер докладчик ведущий участник директор
    заведующая заведующий автор лектор эксперт программа презентация проект январь февраль март апрель май июнь
    июль август сентябрь октябрь ноябрь декабрь народный мир год день неделя zoom skype
    """
)

# Given names to the dictionary, and rather surnames after a word that it lacks: «Такеши Ли».
_SHORT_FAMILIES = word_set("ли ким пак цой тен хан юн кан ван лю лим мун сон шин тян")
_PLURAL_FAMILIES = ("овы", "евы", "ёвы", "ины", "ские", "цкие")
_PLACES = word_set("г гг п пос пгт рп с ст д дер х ул пр пер")


@dataclass(frozen=True)
class Name:
    """A person’s name: words [first, last); the parts are word numbers, −1 where there is none."""

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


def find(document: Document, masked: list[Span]) -> list[Name]:
    """Find all names outside the masked spans, in the order of the text."""
    names: list[Name] = []
    number, hidden = 0, _words_in(document, masked)
    while number < len(document.words):
        name = _name_at(document, number, hidden) or _in_list(document, number, hidden, names[-1] if names else None)
        names += [name] if name else []
        number = name.last if name else number + 1
    return names


def _is_place(document: Document, number: int) -> bool:
    """Whether an abbreviation for a place precedes the word: «г. Королёв», «п. Новопавловка»"""
    return (
        document.lower(number - 1) == "."
        and document.lower(number - 2) in _PLACES
        and not document.words[number - 2].is_capital
    )


def _words_in(document: Document, spans: list[Span]) -> set[int]:
    return {number for span in spans for number in document.inside(*span)}


def _name_at(document: Document, number: int, hidden: set[int]) -> Name | None:
    if number in hidden or not document.words[number].is_capital or _is_place(document, number):
        return None
    for pattern in (
        _initials_first,
        _family_and_initials,
        _given_and_patronymic,
        _family_given_patronymic,
        _given_and_family,
        _given_alone,
    ):
        name = pattern(document, number)
        if name and not hidden & set(range(name.first, name.last)):
            return name
    return None


def _in_list(document: Document, number: int, hidden: set[int], before: Name | None) -> Name | None:
    """Recognise a name of words unknown to the dictionary that follows a certain name in a list.

    «Алина Кожемяко (Приморск), Змитер Лозка»: words the dictionary lacks, in a row with a certain name.
    """
    words = _capitalised_run(document, number, 2)
    if before is None or not words or {number, number + 1} & hidden or not 0 < number - before.last < 7:
        return None
    between = document.text[before.span.end : words[0].start]
    if not _LIST.fullmatch(between) or any(not _CYRILLIC.match(word.text) for word in words):
        return None
    if any(morphology.is_known(word.text.lower()) and not morphology.can_be(word.text, "Surn") for word in words):
        return None
    return _name(document, number, number + 2, given=number, family=number + 1, is_guess=True)


_LIST = re.compile(r"\s*(?:\([^()]*\))?\s*(?:,|;|,?\s+и)\s+")


def agreements(document: Document, name: Name) -> set[tuple[str, str]]:
    """Return the (case, gender) pairs in which all parts of the name agree."""
    ways = [
        {(reading.case, reading.gender) for reading in read(proper(document, number))}
        for number, read in (
            (name.family, surname_readings),
            (name.given, given_name_readings),
            (name.patronymic, patronymic_readings),
        )
        if number >= 0
    ]
    return set.intersection(*ways) if ways else set()


def is_subject(document: Document, name: Name) -> bool:
    """Whether it is a full name that can only be nominative."""
    return name.given >= 0 and {case for case, _ in agreements(document, name)} == {"nomn"}


def _name(document: Document, first: int, last: int, **parts: object) -> Name:
    return Name(first, last, document.span(first, last), **parts)  # type: ignore[arg-type]


def _capital(document: Document, number: int) -> Word | None:
    word = document.word(number)
    if not word or not word.is_word or not word.is_capital or len(word.text) < 2 or word.is_initial:
        return None
    return word


def _adjacent(document: Document, number: int) -> bool:
    """Whether only spaces separate this word from the next."""
    return document.gap(number).strip(" \u00a0\u202f\u2009\t") == "" and "\n" not in document.gap(number)


def _capitalised_run(document: Document, number: int, count: int) -> list[Word]:
    """Return `count` capitalised words in a row, [] if there are fewer."""
    words = [_capital(document, number + step) for step in range(count)]
    glued = all(_adjacent(document, number + step) and document.gap(number + step) for step in range(count - 1))
    return [word for word in words if word] if all(words) and glued else []


def initials_at(document: Document, number: int) -> int:
    """Return how many tokens the initials take up here, «И.», «И.Л.», «И. Л.»; 0 if there are none."""
    length = 0
    while (
        length < 6
        and (word := document.word(number + length))
        and word.is_initial
        and not document.gap(number + length)
        and (document.lower(number + length + 1) == "." or length and document.lower(number + length + 1) == ",")
        and (length == 0 or _adjacent(document, number + length - 1))
    ):
        length += 2
    return length


def _letters(document: Document, number: int, length: int) -> str:
    return " ".join(f"{document.words[number + step].text}." for step in range(0, length, 2))


def _may_be_family(word: Word | None) -> bool:
    if word is None or word.lower in _NO_NAMES or word.lower.split("-")[0] in _NO_NAMES:
        return False
    low = word.text.lower()
    if morphology.parses(low)[0].tag.POS in ("NPRO", "PREP", "CONJ", "PRCL") and not morphology.can_be(low, "Surn"):
        return False
    if low.endswith(_PLURAL_FAMILIES) and morphology.can_be(low, "plur"):
        # «Андрей и Игнатий Сабуровы»
        return False
    if word.text.isupper() and len(word.text) < 6 and not morphology.can_be(low, "Surn") or _is_abbreviation(word.text):
        return False
    return not is_patronymic(word.text)


def _is_abbreviation(text: str) -> bool:
    """Whether capitals in the middle make the word an abbreviation: «СахГУ»"""
    return not text.isupper() and any(part[1:] != part[1:].lower() for part in text.split("-"))


def looks_like_family(text: str) -> bool:
    """Whether dictionary or suffix allow a surname; not every capitalised noun at the start of a sentence is one."""
    low = text.lower()
    if morphology.can_be(low, "Surn", known=True) or not morphology.is_known(low):
        return True
    # The dictionary knows Грибов and Чехов as towns and Шакиров as a plural, not as surnames.
    return bool(_POSSESSIVE.search(low)) and (morphology.can_be(low, "Geox") or morphology.can_be(low, "Name", "plur"))


def _may_be_with_initials(word: Word | None) -> bool:
    """Whether the word may be a surname next to initials, where «Яцевич» is no patronymic."""
    if word is not None and is_patronymic(word.text):
        return word.lower not in _NO_NAMES
    return _may_be_family(word)


def _initials_first(document: Document, number: int) -> Name | None:
    length = initials_at(document, number)
    family = number + length
    if not length or not _adjacent(document, family - 1) or not _may_be_with_initials(_capital(document, family)):
        return None
    return _name(document, number, family + 1, family=family, initials=_letters(document, number, length))


def _family_and_initials(document: Document, number: int) -> Name | None:
    word = _capital(document, number)
    length = initials_at(document, number + 1) if _may_be_with_initials(word) and _adjacent(document, number) else 0
    if not length or not word:
        return None
    after = number + 1 + length
    following = _capital(document, after)
    if word.text.isupper() and following and not following.text.isupper() and _adjacent(document, after - 1):
        # «председатель АНБС Л. Г. Пряхина»
        return None
    if _adjacent(document, after - 1) and _capital(document, after) and not _first_is_family(document, number, after):
        return None
    return _name(document, number, after, family=number, initials=_letters(document, number + 1, length))


def _first_is_family(document: Document, before: int, after: int) -> bool:
    """Whether the word before the initials is the surname, not the word after them.

    «Алехина И.Л. Доклад» or «Доклад И.Л. Алехиной»: which of the two is the surname?
    """
    first, second = document.words[before], document.words[after]
    if looks_like_family(first.text) and (_is_other_word(second.lower) or _given_and_patronymic(document, after)):
        # «Грибова С. С. Были заслушаны…», «Котельникова О. А. Ольга Анатольевна…»: the next sentence.
        return True
    if not document.gap(after - 1) or morphology.can_be(first.lower, "Geox") and not _POSSESSIVE.search(first.lower):
        # «Республики Крым И. А. Смирно»
        return False
    if looks_like_family(first.text) != looks_like_family(second.text):
        return looks_like_family(first.text)
    return bool(document.gap(before)) or looks_like_family(first.text)


def _given_and_patronymic(document: Document, number: int) -> Name | None:
    """Recognise given name and patronymic, with or without surname: «Ольга Сергеевна Ярилова», «Роман Олегович»."""
    words = _capitalised_run(document, number, 2)
    if not words or not is_patronymic(words[1].text) or words[0].lower in _NO_NAMES:
        return None
    three = _capitalised_run(document, number, 3)
    if is_patronymic(words[0].text) or (is_given_name(words[0].text) and not three and not _one_gender(*words)):
        # The dictionary may be wrong about the gender of a foreign name: «Гоар Вагановна Мкртумян».
        return None
    foreign = not is_given_name(words[0].text) or morphology.can_be(words[0].text, "Name", "Fixd")
    if foreign and _precedes_position(document, number + 2):
        # «Ласло Блашкович, генеральный директор»
        return None
    if (
        three
        and (_may_be_family(three[2]) or three[2].lower.endswith("ич"))
        and not _is_other_name(document, number + 2)
    ):
        return _name(document, number, number + 3, given=number, patronymic=number + 1, family=number + 2)
    if morphology.can_be(words[1].text, "Surn", known=True) and not morphology.can_be(words[1].text, "Patr"):
        # «Виктор Станкевич»
        return _name(document, number, number + 2, given=number, family=number + 1)
    return _name(document, number, number + 2, given=number, patronymic=number + 1)


def _is_other_name(document: Document, number: int) -> bool:
    """Whether a name of its own begins here: «…Олегович Наталья Петровна»."""
    following = _capitalised_run(document, number, 2)
    return bool(following) and is_patronymic(following[1].text)


def _family_given_patronymic(document: Document, number: int) -> Name | None:
    words = _capitalised_run(document, number, 3)
    if not words or not is_patronymic(words[2].text) or not _may_be_family(words[0]):
        return None
    if words[0].text.isupper() and not words[1].text.isupper():
        # «ректор КИРО Аделаида Юрьевна Вершинская»
        return None
    if is_patronymic(words[1].text):
        return None
    fourth = _capitalised_run(document, number, 4)
    certain = _STANDARD_FAMILY.search(words[0].text.lower())
    if fourth and not (certain and _begins_phrase(document, number)) and _parts_agree(fourth[3], *words[1:]):
        # «директор Пушкинки Анастасия Владимировна Бакулина»
        return None
    is_family = certain or looks_like_family(words[0].text) or _heads_item(document, number, number + 3)
    if _is_common(words[0]) and not is_family or re.search("-[а-яё]", words[0].text):
        # «Директор …», «Врач-офтальмолог Антон Борисович Орлик»
        return None
    return _name(document, number, number + 3, family=number, given=number + 1, patronymic=number + 2)


def _begins_phrase(document: Document, number: int) -> bool:
    """Whether no noun stands right before, as in «Правнучка Ульянцева Мария Алексеевна Ульянцева-Блок»."""
    before = document.word(number - 1)
    return before is None or not before.is_word or is_position_word(before.lower)


def _heads_item(document: Document, number: int, last: int) -> bool:
    """Whether the name begins an item of a list.

    «10.20 Носик Олег Петрович, методист»: alone before a comma, a dictionary noun is a surname.
    """
    before = document.word(number - 1)
    alone = before is None or not before.is_word or "\n" in document.gap(number - 1)
    parted = document.lower(last) in {",", "(", "—", "–", ":", "«", '"', "|"}
    return alone and parted and not is_position_word(document.lower(number))


def _parts_agree(family: Word, given: Word, patronymic: Word) -> bool:
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
    """Whether the dictionary knows the word only as a common noun.

    A dictionary noun that is no surname: «Директор», «Мероприятие».
    """
    low = word.text.lower()
    return morphology.is_known(low) and not any(
        "Surn" in parse.tag or "Name" in parse.tag or parse.tag.POS in ("ADJF", "ADJS")
        for parse in morphology.parses(low)
    )


def is_given_name(text: str) -> bool:
    """Whether each part is a given name: «Анна-Мария» too; «Махмудов» is many Mahmuds only to the dictionary."""
    return all(morphology.can_be(part, "Name", "sing", known=True) for part in text.split("-"))


def _given_and_family(document: Document, number: int) -> Name | None:
    """Recognise a given name and a surname: «Ольга Арутинова», «Алиева Эльмира»."""
    words = _capitalised_run(document, number, 2)
    if not words or words[0].lower in _NO_NAMES:
        return None
    first, second = words
    three = _capitalised_run(document, number, 3)
    if is_given_name(second.text) and _describes_next(document, number):
        return None
    if is_given_name(first.text) and is_given_name(second.text) and _is_rather_family(first.text, second.text):
        # «Ли Мария»
        return _name(document, number, number + 2, given=number + 1, family=number)
    foreign = morphology.can_be(first.text, "Name", "Fixd") or not _one_gender(first, second)
    odd = is_patronymic(second.text) and is_given_name(first.text) and foreign
    if odd:
        return _name(document, number, number + 2, given=number, family=number + 1)
    if is_given_name(first.text) and (_family_beside(second) or _only_name(first, second)) and _agree(first, second):
        return _name(document, number, number + 2, given=number, family=number + 1)
    heads_item = _heads_item(document, number, number + 2) and (
        _STANDARD_FAMILY.search(first.text.lower()) is not None
        or _precedes_position(document, number + 2)
        or document.lower(number + 2) == ","
        and morphology.can_be(document.lower(number + 3), "anim", "nomn")
    )
    family_first = heads_item or looks_like_family(first.text) or _is_called(document, number, first)
    family_first = family_first and not (second.lower in _SHORT_FAMILIES and not morphology.is_known(first.lower))
    if is_given_name(second.text) and _family_beside(first) and family_first and _agree(second, first):
        # «Томске Ольга Иванова»: the next word fits the given name better.
        if three and is_patronymic(three[2].text):
            return None
        if document.lower(number - 1) in ("из", "от") and three and _agree(second, three[2]):
            # «коллега из Усольска Зинаида Иванова»
            return None
        if not (three and _family_beside(three[2]) and looks_like_family(three[2].text) and _agree(second, three[2])):
            return _name(document, number, number + 2, given=number + 1, family=number)
    return None


def _describes_next(document: Document, number: int) -> bool:
    """Whether the word is a place or a post before a name.

    «Библиотекари Гориславля Оксана Литвин и …», «Тифлокомментатор Степан Левко».
    """
    first = document.words[number]
    if _capitalised_run(document, number, 3) and document.lower(number - 1) in GROUP_WORDS:
        return True
    return is_position_word(first.lower) and not is_given_name(first.text)


def _is_called(document: Document, number: int, word: Word) -> bool:
    """Whether a capitalised animate noun is a surname here.

    «рассказала Глот Наталья»: a capital in the middle of a sentence makes a surname of an animate noun.
    """
    return document.sentence_of(number).first != number and morphology.can_be(
        word.lower, "NOUN", "anim", "nomn", "sing"
    )


def _is_rather_family(first: str, second: str) -> bool:
    if "Name" in morphology.parses(first)[0].tag and second.lower() not in _SHORT_FAMILIES:
        # «Богдан Рой»
        return False
    return morphology.can_be(first, "Surn") and not morphology.can_be(second, "Surn")


def _family_beside(word: Word) -> bool:
    """Whether a capitalised word next to a given name can be the surname."""
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
    """Whether given name and patronymic agree in gender, unlike.

    «Людмилы Захаревич»: a surname that only looks like a patronymic.
    """
    genders = {reading.gender for reading in given_name_readings(_proper(given.text))}
    return bool(genders & {reading.gender for reading in patronymic_readings(_proper(patronymic.text))})


def _only_name(given: Word, family: Word) -> bool:
    """Whether the first word can only be a given name and the second may be a surname.

    «Виктория Размета»: after a word that is a given name and nothing else, a dictionary noun may be a surname.
    """
    low = given.text.lower()
    return (
        "Name" in morphology.parses(low)[0].tag
        and _may_be_family(family)
        and (
            _STANDARD_FAMILY.search(family.text.lower()) is not None
            or not any(morphology.can_be(family.text.lower(), g) for g in ("Geox", "Orgn", "ADJF"))
        )
    )


def _agree(given: Word, family: Word) -> bool:
    ways = {(reading.case, reading.gender) for reading in given_name_readings(_proper(given.text))}
    return bool(ways & {(reading.case, reading.gender) for reading in surname_readings(_proper(family.text))})


def _given_alone(document: Document, number: int) -> Name | None:
    """Recognise a given name not in the dictionary, with a sure surname or a position: «директор Эрдэни Дугаров»."""
    words = _capitalised_run(document, number, 2)
    if words and _is_family_first(document, words, number):
        return _name(document, number, number + 2, family=number, given=number + 1, is_guess=True)
    if not words or _is_other_word(words[1].text.lower()):
        return None
    if _is_other_word(words[0].text.lower()) and not (
        _STANDARD_FAMILY.search(words[1].text.lower())
        and _follows_position(document, number)
        and not any(morphology.can_be(words[0].text.lower(), one) for one in ("Geox", "Orgn", "ADJF"))
        and morphology.lemmas(words[0].lower).isdisjoint(_NO_NAMES)
    ):
        # «библиотекарь Хемчикской библиотеки Чечена Лаврова», unlike «директор Дома Петрова»
        return None
    if not _may_be_family(words[0]) or not _may_be_with_initials(words[1]) or "-" in words[0].text:
        return None
    certain = _STANDARD_FAMILY.search(words[1].text.lower()) or _follows_position(document, number)
    if not certain and not _precedes_position(document, number + 2):
        return None
    if words[1].text.isupper() and not re.search("[АЕИОУЫЭЮЯ]", words[1].text):
        # «директор Тополевской МЦБС»
        return None
    if words[0].text.isupper() or _STANDARD_FAMILY.search(words[0].text.lower()) or not _CYRILLIC.match(words[0].text):
        return None
    return _name(document, number, number + 2, given=number, family=number + 1, is_guess=True)


def _is_other_word(low: str) -> bool:
    """Whether the dictionary knows the word and not as a surname; short participles do not count («Дарима»)."""
    if not morphology.is_known(low) or morphology.can_be(low, "Surn"):
        return False
    return any(parse.tag.POS not in ("PRTS", "ADJS") for parse in morphology.parses(low))


_POSSESSIVE = re.compile(r"(?:[оеё]в|[иы]н)(?:а|у|ым|ой|е)?$")
# Endings that are nearly always a surname’s.
_STANDARD_FAMILY = re.compile(r"(?:[оеё]в|[оеё]ва|[иы]н|[иы]на|ский|ская|цкий|цкая|енко|чук|ук|юк)$")
_CYRILLIC = re.compile(r"[А-ЯЁ][а-яё]+$")


def _is_family_first(document: Document, words: list[Word], number: int) -> bool:
    """Whether a surname precedes a given name that the dictionary lacks: «Шакиров Марсель, педагог-библиотекарь»"""
    family, given = (word.text for word in words)
    if not _STANDARD_FAMILY.search(family.lower()) or not looks_like_family(family) or is_patronymic(given):
        return False
    return _precedes_position(document, number + 2)


def _precedes_position(document: Document, number: int) -> bool:
    return document.lower(number) == "," and any(is_position(document, number + step) for step in (1, 2))


def _follows_position(document: Document, number: int) -> bool:
    """Whether a position precedes, alone or with its institution: «директор Национальной библиотеки …»."""
    for place in range(number - 1, max(number - 15, -1), -1):
        word = document.words[place]
        if not word.is_word and word.text != "." and not document.quote_around(word.start):
            return False
        if is_position(document, place):
            return True
    return False


def _proper(text: str) -> str:
    """Capitalise a name printed in capitals: «ДУДА» → «Дуда»."""
    return "-".join(part.capitalize() if part.isupper() and len(part) > 1 else part for part in text.split("-"))


def proper(document: Document, number: int) -> str:
    """Return the capitalised word of this number, "" for −1."""
    return _proper(document.words[number].text) if number >= 0 else ""
