"""Names of towns, people and organisations that do not exist, put together from syllables."""

from random import Random
from typing import NamedTuple

from events.russian import names
from events.russian.organisation_names import acronyms

from .vocabulary import Vocabulary

_ONSETS = "б бр в вл г гл д др з к кр л м мл н п пл р с св ст т тр ф ч ш".split()
# Random syllables may spell what nobody wants to read.
_OFFENSIVE = ("пид", "пис", "пер", "пук", "сук", "сра", "сса", "муд", "кака", "гов", "жид", "чмо", "гад", "гни", "вон")
_VOWELS = "а е и о у".split()
_CODAS = "в г д ж з к л ль м мб н нд нт р рв рг рд рл рн с ск ст т ш".split()

_TOWN_ENDINGS = ("ск", "овск", "инск", "град", "поль", "янск")
# Endings after Town.stem, by OpenCorpora’s names of cases.
_HARD = {"nomn": "", "gent": "а", "datv": "у", "accs": "", "ablt": "ом", "loct": "е"}
_SOFT = {"nomn": "ь", "gent": "я", "datv": "ю", "accs": "ь", "ablt": "ем", "loct": "е"}

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
        """Return the adjective of the town with the given ending: «Тумаровская», «Велеградского»."""
        return (self.stem if self.stem.endswith("ск") else f"{self.stem}ск") + ending


class Person(NamedTuple):
    family_name: str
    given_names: str
    initials: str
    as_printed: str  # «Лутиной В. О.»: the way a news item has it


def _syllable(random: Random) -> str:
    return random.choice(_ONSETS) + random.choice(_VOWELS)


def _root(random: Random) -> str:
    """Return one or two syllables that end in a consonant: «Велем», «Тустр»."""
    middle = _syllable(random) if random.random() < 0.6 else ""
    root = _syllable(random) + middle + random.choice(_CODAS)
    return _root(random) if any(piece in root for piece in _OFFENSIVE) else root.capitalize()


def town(random: Random) -> Town:
    ending = random.choice(_TOWN_ENDINGS)
    root = _root(random)
    if ending == "ск":
        root = root.removesuffix("ск").removesuffix("ь")
    elif ending not in ("град", "поль"):
        root = root.removesuffix("ь")
    return Town((root + ending).removesuffix("ь"), soft=ending == "поль")


def surname(root: str, ending: str, gender: str) -> str:
    """Return the surname of this root and ending in the nominative."""
    root = root.removesuffix("ь")
    if ending == "ский":
        return f"{root}овск{'ая' if gender == 'femn' else 'ий'}"
    return root + ending + ("а" if gender == "femn" and ending in ("ов", "ев", "ин") else "")


def person(random: Random) -> Person:
    gender = "femn" if random.random() < _SHARE_OF_WOMEN else "masc"
    nominative = surname(_root(random), random.choice(_SURNAME_ENDINGS), gender)
    instrumental = names.decline_surname(nominative, gender, "ablt")
    given_name = random.choice(_WOMEN if gender == "femn" else _MEN)
    given = f"{given_name} {names.patronymic_of(random.choice(_MEN), gender)}"
    short = names.initials(given)
    known, only_initials = (given, "") if random.random() >= _SHARE_OF_INITIALS else ("", short)
    return Person(nominative, known, only_initials, as_printed=f"{instrumental} {short}")


class OrganisationName(NamedTuple):
    name: str
    short_name: str
    abbreviation: str
    nickname: str
    city: str


_LIBRARIES = 0.8


def organisation(random: Random, vocabulary: Vocabulary, town: Town) -> OrganisationName:
    """Return a library of the town, often named after somebody; every fifth is a museum, a university, a ministry."""
    if random.random() >= _LIBRARIES:
        return _other_organisation(random, town)
    kind = random.choice(
        (
            "областная универсальная научная библиотека",
            "центральная городская библиотека",
            "областная детская библиотека",
            "межпоселенческая библиотека",
            "республиканская юношеская библиотека",
            "сельская библиотека",
            f"библиотека-филиал № {random.randint(1, 60)}",
            f"специальная библиотека для {vocabulary.group(random, 'gent')}",
        )
    )
    name = f"{town.adjective('ая')} {kind}"
    eponym = _root(random) if random.random() < 0.6 else ""
    if eponym:
        ending = random.choice(_SURNAME_ENDINGS)
        initials = f"{random.choice('АБВГДЕИКЛМНОПРСТ')}. {random.choice('АБВГДЕИКЛМНОПРСТ')}."
        genitive = names.decline_surname(surname(eponym, ending, "masc"), "masc", "gent")
        name = f"{name} имени {initials} {genitive}"
    return OrganisationName(
        name,
        f"{town.adjective('ая')} библиотека" if random.random() < 0.3 else "",
        _acronym(name),
        f"{eponym.removesuffix('ь')}овка" if eponym and random.random() < 0.5 else "",
        town.form("nomn"),
    )


def _other_organisation(random: Random, town: Town) -> OrganisationName:
    name = random.choice(
        (
            f"{town.adjective('ий')} краеведческий музей",
            f"{town.adjective('ий')} государственный университет",
            f"{town.adjective('ий')} колледж культуры и искусств",
            f"Министерство культуры {town.adjective('ой')} области",
            f"{town.adjective('ий')} центр чтения",
            f"Областной архив {town.form('gent')}",
        )
    )
    return OrganisationName(name, "", _acronym(name), "", town.form("nomn"))


def _acronym(name: str) -> str:
    return next(iter(acronyms(name)), "")


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
