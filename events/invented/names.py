"""Invented towns, people and organisations. The pieces are no language’s: what comes out stands on no map."""

from random import Random
from typing import NamedTuple

from .. import text
from .words import Words

_ONSETS = "б бр в вл г гл д др з к кр л м мл н п пл р с св ст т тр ф ч ш".split()
# Syllables put together by chance may say what nobody wants to read.
_UNSEEMLY = ("пид", "пис", "пер", "пук", "сук", "сра", "сса", "муд", "кака", "гов", "жид", "чмо", "гад", "гни", "вон")
_VOWELS = "а е и о у".split()
_CODAS = "в г д ж з к л ль м мб н нд нт р рв рг рд рл рн с ск ст т ш".split()

_TOWN_ENDINGS = ("ск", "овск", "инск", "град", "поль", "янск")
# gent, datv, accs, ablt, loct after what `stem` leaves.
_HARD = {"nomn": "", "gent": "а", "datv": "у", "accs": "", "ablt": "ом", "loct": "е"}
_SOFT = {"nomn": "ь", "gent": "я", "datv": "ю", "accs": "ь", "ablt": "ем", "loct": "е"}

_MASCULINE = {"nomn": "", "gent": "а", "datv": "у", "accs": "а", "ablt": "ым", "loct": "е"}
_FEMININE = {"nomn": "а", "gent": "ой", "datv": "ой", "accs": "у", "ablt": "ой", "loct": "ой"}
_ADJECTIVE = {
    "m": {"nomn": "ий", "gent": "ого", "datv": "ому", "accs": "ого", "ablt": "им", "loct": "ом"},
    "f": {"nomn": "ая", "gent": "ой", "datv": "ой", "accs": "ую", "ablt": "ой", "loct": "ой"},
}
_SURNAME_ENDINGS = ("ов", "ев", "ин", "ский", "ов", "ин", "енко", "ых", "ович")

_MEN = """Александр Алексей Андрей Антон Артём Борис Вадим Валентин Василий Виктор Виталий Владимир Геннадий Георгий
    Григорий Даниил Денис Дмитрий Евгений Иван Игорь Илья Кирилл Константин Леонид Максим Михаил Николай Олег Павел
    Пётр Роман Сергей Степан Тимофей Фёдор Юрий Ярослав""".split()
_WOMEN = """Александра Алла Анастасия Анна Валентина Валерия Вера Виктория Галина Дарья Екатерина Елена Елизавета Жанна
    Зинаида Зоя Ирина Ксения Лариса Лидия Любовь Людмила Маргарита Марина Мария Надежда Наталья Нина Оксана Ольга Полина
    Раиса Светлана Софья Тамара Татьяна Юлия Яна""".split()

# Most who speak at library conferences are women.
_SHARE_OF_WOMEN = 0.8
_SHARE_OF_INITIALS = 0.09


class Town(NamedTuple):
    stem: str
    soft: bool

    def form(self, case: str) -> str:
        return self.stem + (_SOFT if self.soft else _HARD)[case]

    def adjective(self, ending: str) -> str:
        """«Тумаровская», «Велеградского»: the town as an epithet, with the given ending."""
        return (self.stem if self.stem.endswith("ск") else f"{self.stem}ск") + ending


class Person(NamedTuple):
    family_name: str
    given_names: str
    initials: str
    as_printed: str  # «Лутиной В. О.»: the way a news item has it


def _syllable(random: Random) -> str:
    return random.choice(_ONSETS) + random.choice(_VOWELS)


def _root(random: Random) -> str:
    """«Велем», «Тустр»: one or two syllables, ending in a consonant."""
    middle = _syllable(random) if random.random() < 0.6 else ""
    root = _syllable(random) + middle + random.choice(_CODAS)
    return _root(random) if any(piece in root for piece in _UNSEEMLY) else root.capitalize()


def town(random: Random) -> Town:
    ending = random.choice(_TOWN_ENDINGS)
    root = _root(random)
    if ending == "ск":
        root = root.removesuffix("ск").removesuffix("ь")
    elif ending not in ("град", "поль"):
        root = root.removesuffix("ь")
    return Town((root + ending).removesuffix("ь"), soft=ending == "поль")


def declined_surname(root: str, ending: str, woman: bool, case: str) -> str:
    """An invented surname in a case, by the school rules."""
    root = root.removesuffix("ь")
    if ending in ("енко", "ых"):
        return root + ending
    if ending == "ский":
        return f"{root}овск{_ADJECTIVE['f' if woman else 'm'][case]}"
    if ending == "ович":
        return root + ending + ("" if woman else _HARD[case] if case != "accs" else "а")
    return root + ending + (_FEMININE if woman else _MASCULINE)[case]


def patronymic(name: str, woman: bool) -> str:
    """«Олеговна», «Юрьевич» from the father’s name."""
    irregular = {"Пётр": "Петро", "Павел": "Павло", "Михаил": "Михайло"}
    if name == "Илья":
        return "Ильинична" if woman else "Ильич"
    if name in irregular:
        stem = irregular[name]
    elif name.endswith("ий"):
        stem = name[:-2] + "ье"
    elif name[-1] in "йь":
        stem = name[:-1] + "е"
    else:
        stem = name + "о"
    return stem + ("вна" if woman else "вич")


def person(random: Random) -> Person:
    woman = random.random() < _SHARE_OF_WOMEN
    root, ending = _root(random), random.choice(_SURNAME_ENDINGS)
    nominative = declined_surname(root, ending, woman, "nomn")
    instrumental = declined_surname(root, ending, woman, "ablt")
    given = f"{random.choice(_WOMEN if woman else _MEN)} {patronymic(random.choice(_MEN), woman)}"
    short = text.initials(given)
    known, only_initials = (given, "") if random.random() >= _SHARE_OF_INITIALS else ("", short)
    return Person(nominative, known, only_initials, as_printed=f"{instrumental} {short}")


class OrganisationName(NamedTuple):
    name: str
    short_name: str
    abbreviation: str
    nickname: str
    city: str


_LIBRARIES = 0.8


def organisation(random: Random, words: Words, where: Town) -> OrganisationName:
    """A library of the town, often with a namesake; every fifth is a museum, a university, a ministry."""
    if random.random() >= _LIBRARIES:
        return _other(random, where)
    what = random.choice(
        (
            "областная универсальная научная библиотека",
            "центральная городская библиотека",
            "областная детская библиотека",
            "межпоселенческая библиотека",
            "республиканская юношеская библиотека",
            "сельская библиотека",
            f"библиотека-филиал № {random.randint(1, 60)}",
            f"специальная библиотека для {words.group(random, 'gent')}",
        )
    )
    name = f"{where.adjective('ая')} {what}"
    namesake = _root(random) if random.random() < 0.6 else ""
    if namesake:
        ending = random.choice(_SURNAME_ENDINGS)
        initials = f"{random.choice('АБВГДЕИКЛМНОПРСТ')}. {random.choice('АБВГДЕИКЛМНОПРСТ')}."
        name = f"{name} имени {initials} {declined_surname(namesake, ending, False, 'gent')}"
    return OrganisationName(
        name,
        f"{where.adjective('ая')} библиотека" if random.random() < 0.3 else "",
        _abbreviation(name),
        f"{namesake.removesuffix('ь')}овка" if namesake and random.random() < 0.5 else "",
        where.form("nomn"),
    )


def _other(random: Random, where: Town) -> OrganisationName:
    name = random.choice(
        (
            f"{where.adjective('ий')} краеведческий музей",
            f"{where.adjective('ий')} государственный университет",
            f"{where.adjective('ий')} колледж культуры и искусств",
            f"Министерство культуры {where.adjective('ой')} области",
            f"{where.adjective('ий')} центр чтения",
            f"Областной архив {where.form('gent')}",
        )
    )
    return OrganisationName(name, "", _abbreviation(name), "", where.form("nomn"))


def _abbreviation(name: str) -> str:
    return "".join(word[0] for word in name.replace("-", " ").split() if word[0].isalpha() and word != "имени").upper()


_DEPARTMENTS = (
    "Отдел обслуживания",
    "Отдел комплектования",
    "Отдел краеведения",
    "Отдел периодики",
    "Отдел автоматизации",
    "Отдел редких книг",
    "Отдел литературы на иностранных языках",
    "Читальный зал",
    "Методический отдел",
    "Справочно-библиографический отдел",
    "Абонемент",
    "Центр правовой информации",
)


def department(random: Random, number: int) -> str:
    return f"{random.choice(_DEPARTMENTS)} № {number}"
