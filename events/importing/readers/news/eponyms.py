"""Eponyms: names of people that belong to institutions, streets, prizes and anniversaries, «им. Н. К. Крупской»."""

from ....russian import morphology
from ....russian.names import given_name_readings, is_patronymic, patronymic_readings, surname_readings
from ...draft import Span
from .document import Document
from .lexicon import word_set
from .names import Name, agreements, initials_at, is_given_name, is_subject
from .position_words import GROUP_WORDS, is_position

_NAMED_AFTER_WORDS = {"им", "имени", "имён", "имен", "им-ни", "ім", "імені"}
# A genitive name after one of these nouns is no participant’s: «творчество А. С. Пушкина», «Фонд М. Прохорова».
_GENITIVE_NOUNS = word_set(
    """
    творчество жизнь наследие юбилей летие роман повесть рассказ поэзия стихотворение стих проза книга
    произведение премия улица проспект площадь памятник бюст усадьба имение год рождение смерть память музей
    дом-музей музей-усадьба музей-квартира фонд мемориал театр чтение сказка герой персонаж биография портрет
    судьба имя деятельность подвиг дневник письмо архив собрание сочинение поэма пьеса фильм спектакль цитата
    образ дата кончина годовщина столетие эпоха лирика романс песня мир отец сын дочь мать внук внучка правнук
    вдова день орден медаль роспись фреска картина икона рисунок иллюстрация экслибрис рукопись автограф
    """
)
_CHARACTERS = {"герой", "героиня", "персонаж"}
# «поэта Иосифа Бродского», «прозы писателя …»: looked through on the way back to the noun.
_SEEN_THROUGH = word_set(
    """
    писатель поэт поэтесса прозаик драматург художник композитор академик учёный ученый великий русский
    советский известный народный земляк классик литература герой россия революционер просветитель наш знаменитый
    выдающийся краевед и замечательный детский первый президент
    """
)
_NAMED_INSTITUTIONS = {"библиотека", "библиотека-архив", "центр", "дом", "школа", "университет", "галерея", "клуб"}
_MASKED_WORDS = 8


def spans(document: Document) -> list[Span]:
    """Find the spans in which no participant’s name is looked for: after «им.», «имени», «памяти», in quotations."""
    return named_spans(document, {*_NAMED_AFTER_WORDS, "памяти"}) + [quote.span for quote in document.top_quotes]


def named_spans(document: Document, after: set[str] = _NAMED_AFTER_WORDS) -> list[Span]:
    """Find the names that follow these words."""
    named = [
        named_after(document, number + 1)
        for number, word in enumerate(document.words)
        if word.lower in after and document.lower(number - 1) != "от"
    ]
    return [span for span in named if span]


def named_after(document: Document, number: int) -> Span | None:
    """Return the name that begins at this word: initials and surname, or capitalised words that agree."""
    number += document.lower(number) == "."
    start = number
    # «имени народного писателя Якутии…», «имени Героя Советского Союза И. И. Иванова»
    for step in range(_MASKED_WORDS):
        if length := initials_at(document, number + step):
            return document.span(start, min(number + step + length + 1, len(document.words)))
        word = document.word(number + step)
        if word is None or not word.is_word:
            break
    if (word := document.word(number)) and word.is_capital and len(word.text) < 4 and document.lower(number + 1) == ".":
        # «им. Гр. Самойленко»
        number += 2
    while (word := document.word(number)) and word.is_word and not word.is_capital and number - start < 4:
        number += 1
        # «им. кн. Львова», «им. акад. Павлова»
        number += document.lower(number) == "." and number - start == 1
    last = _capitals(document, number)
    return document.span(start, last) if last > number else None


def _capitals(document: Document, number: int) -> int:
    """Return the end of the capitalised words that make one name in the genitive."""
    word = document.word(number)
    if not word or not word.is_capital:
        return number
    last = number + 1
    for _ in range(3):
        following = document.word(last)
        if last - number == 2 and not any(is_patronymic(document.words[n].text) for n in range(number, last)):
            # «имени Мирсаида Навруза Шахло Раджабова»: given name and surname, then somebody else.
            following = following if following and is_patronymic(following.text) else None
        if (
            not following
            or not following.is_capital
            or not following.is_word
            or document.gap(last - 1).strip(" \u00a0")
        ):
            break
        if not _continues_name(document.words[last - 1].text, following.text):
            break
        last += 1
    return last


def _continues_name(word: str, following: str) -> bool:
    """Whether the next word belongs to the name.

    «Карла Маркса», «Николая Ивановича Лобачевского» go on; «Горького Наталья», «Пушкина Республики» do not.
    """
    if is_patronymic(following) or is_patronymic(word):
        return "gent" in _cases(following)
    if is_given_name(following) and morphology.cases(following, "Name") == {"nomn"}:
        return False
    if is_given_name(word):
        # «Ядвиги Лён», unlike «Абая Республики …»
        return not morphology.lemmas(following.lower()) & {"республика", "область", "край", "район", "город"}
    if morphology.can_be(word.lower(), "Surn", known=True):
        return False
    is_name = morphology.can_be(following, "Surn") or morphology.can_be(following, "Name")
    return not morphology.is_known(word.lower()) and (is_name or not morphology.is_known(following.lower()))


def _describes(low: str) -> bool:
    """Whether the word is an attribute or title of the person.

    «замечательного режиссёра», «Первого Президента Якутии»: adjectives, people and places in the genitive.
    """
    return any(
        morphology.case_of(parse) == "gent"
        and (parse.tag.POS in ("ADJF", "PRTF") or "anim" in parse.tag or "Geox" in parse.tag)
        for parse in morphology.parses(low)
    )


def _is_jubilee(document: Document, name: Name) -> bool:
    """Whether the name belongs to an anniversary.

    «60-летия полёта в космос Ю. А. Гагарина», «со дня рождения писателя …».
    """
    for number in range(name.first - 1, max(name.first - 9, -1), -1):
        word = document.words[number]
        if word.text in ".;:!?" or (word.is_word and morphology.is_finite_verb(word.lower)):
            return False
        if word.is_word and (word.lower.endswith(("летия", "летию", "летие", "летием")) or word.lower == "рождения"):
            return not any(document.words[n].text == "," for n in range(number, name.first))
    return False


def _is_character(document: Document, name: Name) -> bool:
    """Whether the name is a character’s: «его герои – Рыжий Тимофей и Петя Иванов»"""
    first = max(document.sentence_of(name.first).first, name.first - 6)
    return any(morphology.lemmas(document.lower(number)) & _CHARACTERS for number in range(first, name.first))


def _names_institution(document: Document, name: Name, head: int) -> bool:
    """Whether the institution bears the name: «Библиотека Михаила Николаева», «из библиотеки А. А. Лиханова».

    «директора библиотеки Марии Ивановой» is about her, «специалисты библиотеки И. И. Иванова» too.
    """
    if name.given < 0 and name.first == name.family:
        return False
    parts = [number for number in (name.given, name.patronymic, name.family) if number >= 0]
    if any("gent" not in _cases_of_part(document, name, number) for number in parts):
        return False
    return not _is_about_people(document, head)


def _is_of_staff(document: Document, name: Name, head: int) -> bool:
    """Whether the name is that of an employee.

    «доклад директора Горского музея Антона Борисовича Полозова»: the museum has its name, he is its director.
    """
    full = name.given >= 0 and name.patronymic >= 0
    if not full or not morphology.is_adjective(document.lower(head - 1)):
        return False
    number = head - 1
    while number > 0 and morphology.is_adjective(document.lower(number)):
        number -= 1
    return is_position(document, number) and "gent" in morphology.cases(document.lower(number))


def _is_of_bare_house(document: Document, head: int) -> bool:
    """Whether a post in a house without a name precedes: «слово директора музея Е. К. Птичниковой» is hers."""
    bare = document.lower(head) in ("музея", "фонда", "архива", "театра", "дома-музея")
    return bare and not document.words[head].is_capital and is_position(document, head - 1)


def _cases_of_part(document: Document, name: Name, number: int) -> set[str]:
    text = document.words[number].text
    readings = {name.given: given_name_readings, name.patronymic: patronymic_readings}.get(number, surname_readings)
    return {reading.case for reading in readings(text)}


def _is_about_people(document: Document, head: int) -> bool:
    """Whether a position or a word for staff governs the institution, so that the name is an employee’s."""
    bracket = False
    for number in range(head - 1, max(head - 16, -1), -1):
        word = document.words[number]
        bracket = word.text == ")" or bracket and word.text != "("
        if bracket or word.text == "(":
            continue
        if is_position(document, number):
            return True
        if word.lower in GROUP_WORDS:
            return "nomn" in morphology.cases(word.lower)
        if word.lower in _PREPOSITIONS or not word.is_word and word.text != "-":
            return False
    return False


_PREPOSITIONS = {"из", "в", "во", "на", "от", "для", "при", "с", "со", "к", "о", "об"}


def _cases(form: str) -> set[str]:
    return {reading.case for reading in patronymic_readings(form)} | {
        reading.case for reading in surname_readings(form)
    }


def is_commemorated(document: Document, name: Name) -> bool:
    """Whether the preceding words show that the name belongs to an institution, an anniversary or a street."""
    if is_subject(document, name):
        # «директор музея Константин Жаров»: in the nominative nothing is named after him.
        return _is_character(document, name)
    if _is_jubilee(document, name):
        return True
    cases = {case for case, _ in agreements(document, name)}
    if cases and "gent" not in cases:
        # «сотрудник музея Дыртык-оол М. О.»
        return False
    number = name.first - 1
    for _ in range(7):
        word = document.word(number)
        if word and document.line_at(word.start) != document.line_at(name.span.start):
            return False
        if word is None or not word.is_word:
            return bool(word) and word.text in "-–—" and document.lower(number - 1).isdecimal() is True
        found = morphology.lemmas(word.lower) | {word.lower}
        if any(not _GENITIVE_NOUNS.isdisjoint([lemma, *lemma.split("-")]) for lemma in found):
            return not (_is_of_staff(document, name, number) or _is_of_bare_house(document, number))
        if found & _NAMED_INSTITUTIONS:
            return _names_institution(document, name, number)
        adverb = morphology.parses(word.lower)[0].tag.POS == "ADVB"
        if not found & _SEEN_THROUGH and not _describes(word.lower) and not adverb:
            return False
        number -= 1
    return False
