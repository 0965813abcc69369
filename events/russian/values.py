"""Single values as people write them in a form, a cell or a schedule: dates, times, durations, languages, yes or no.

Each function reads the whole text and raises ValueError for what it does not plainly say.
"""

import datetime
import re
from functools import cache
from zoneinfo import ZoneInfo

from .date_expressions import Days, find_dates
from .dates import GENITIVES, MONTHS, PartialDate
from .folding import fold

_DASH = r"\s*[-–—−]+\s*"
_YEAR_WORD = re.compile(r"(?<=\d)\s*(?:гг?\.?|года?|году)$", re.IGNORECASE)
_DAYS_OF_WEEK = "понедельник|вторник|среда|четверг|пятница|суббота|воскресенье"
_DAYS_IN_SHORT = "пн|вт|ср|чт|пт|сб|вс"
# «вт, 09.06.2020», «9 июня 2020 (вторник)»
_WEEKDAY = re.compile(
    rf"^(?:{_DAYS_OF_WEEK}|{_DAYS_IN_SHORT})\.?,?\s+(?=\d)"
    rf"|(?<=\d)[,\s]+\(?(?:{_DAYS_OF_WEEK})\)?$"
    rf"|(?<=\d)[,\s]+\((?:{_DAYS_IN_SHORT})\.?\)$",
    re.IGNORECASE,
)
_DAY_FIRST = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})")
_YEAR_FIRST = re.compile(r"(\d{4})[-./](\d{1,2})[-./](\d{1,2})")
_NUMERIC_RANGE = re.compile(
    rf"(\d{{1,2}})(?:\.(\d{{1,2}})(?:\.(\d{{4}}|\d{{2}}))?)?{_DASH}(\d{{1,2}}\.\d{{1,2}}\.(?:\d{{4}}|\d{{2}}))"
)
_SHORT_MONTH = re.compile(r"(?:(\d{1,2})[\s.-]+)?([а-яё]{3,})\.?(?:,?[\s.-]+(\d{4}))?", re.IGNORECASE)


def date(text: str) -> PartialDate:
    """Read one date: «9 июн 2020», «08.05.21», «8/5/2021» (day first), «2020 г.», and all that PartialDate reads."""
    text = _WEEKDAY.sub("", " ".join(text.split())).strip(" ,")
    try:
        return PartialDate.from_text(text)
    except ValueError:
        shortened = _YEAR_WORD.sub("", text)
    if match := _DAY_FIRST.fullmatch(shortened):
        return PartialDate(_year(match[4]), int(match[3]), int(match[1]))
    if match := _YEAR_FIRST.fullmatch(shortened):
        return PartialDate(int(match[1]), int(match[2]), int(match[3]))
    if (match := _SHORT_MONTH.fullmatch(shortened)) and (month := _month(match[2])):
        return PartialDate(match[3] and int(match[3]), month, match[1] and int(match[1]))
    return PartialDate.from_text(shortened)


def dates(text: str) -> list[Days]:
    """Read dates and ranges: «24–25 мая 2022», «6–8 апреля», «30.05–02.06.2022», «9 июня; 12 июня 2020»."""
    found = [days for part in re.split(r"[;\n]", text) if part.strip() for days in _dates(" ".join(part.split()))]
    if not found:
        raise ValueError("no date")
    return found


def _dates(text: str) -> list[Days]:
    text = _WEEKDAY.sub("", text).strip(" ,")
    try:
        return [(date(text), None)]
    except ValueError:
        pass
    if match := _NUMERIC_RANGE.fullmatch(_YEAR_WORD.sub("", text)):
        end = date(match[4])
        start = PartialDate(_year(match[3]) if match[3] else end.year, int(match[2] or end.month or 0), int(match[1]))
        return [_ordered(start, end)]
    expressions = find_dates(text)
    if len(expressions) != 1 or text[: expressions[0].start].strip() or text[expressions[0].end :].strip(" ."):
        raise ValueError(f"“{text}” is not a date.")
    return [_ordered(start, end) for start, end in expressions[0].days]


def _ordered(start: PartialDate, end: PartialDate | None) -> Days:
    if end and str(end) < str(start):
        raise ValueError("The last day is before the first.")
    return start, end


def _year(digits: str) -> int:
    """The year of «2021» or «21»; of «87» nobody says which century."""
    if len(digits) == 2 and int(digits) >= 50:
        raise ValueError(f"“{digits}” is no plain year.")
    return int(digits) + (2000 if len(digits) == 2 else 0)


def _month(word: str) -> int | None:
    """The month that a word of three letters or more begins: «июн», «сент»."""
    begun = [
        number
        for number, names in enumerate(zip(MONTHS, GENITIVES, strict=True), 1)
        if any(name.startswith(word.lower()) for name in names)
    ]
    return begun[0] if len(begun) == 1 else None


_TIME = re.compile(
    r"(?:в\s+|с\s+)?(\d{1,2})(?:\s*[:.\-]\s*(\d{2})(?::(\d{2}))?|\s*ч(?:ас(?:а|ов)?)?\.?(?:\s*(\d{1,2})\s*(?:мин(?:ут[аы]?)?\.?)?)?)",
    re.IGNORECASE,
)


_OF_TWELVE = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?(?::00)?\s?([ap])\.?m\.?", re.IGNORECASE)


def time_of_day(text: str) -> datetime.time:
    """Read a time: «11:00», «11.00», «11-00», «9 ч. 30 мин.», «3 pm»; without seconds that are not zero."""
    text = " ".join(text.split())
    if (match := _OF_TWELVE.fullmatch(text)) and 1 <= int(match[1]) <= 12:
        return datetime.time(int(match[1]) % 12 + (12 if match[3] in "pP" else 0), int(match[2] or 0))
    match = _TIME.fullmatch(text)
    if not match or int(match[3] or 0):
        raise ValueError(f"“{text}” is not a time.")
    return datetime.time(int(match[1]), int(match[2] or match[4] or 0))


_CLOCK = re.compile(r"(\d{1,3}):([0-5]\d):([0-5]\d)(?:[.,]\d+)?")
_SHORT_CLOCK = re.compile(r"(\d{1,3}):([0-5]\d)")
_UNITS = re.compile(
    r"(?:(\d+)\s*(?:часов|часа|час|ч|hours?|h)(?![^\W\d_])\.?)?\s*(?:(\d+)\s*(?:минуты|минута|минут|мин|м|minutes?|min|m)(?![^\W\d_])\.?)?"
    r"\s*(?:(\d+)\s*(?:секунды|секунда|секунд|сек|с|seconds?|sec|s)(?![^\W\d_])\.?)?",
    re.IGNORECASE,
)
_ISO_DURATION = re.compile(r"PT(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?")


def duration(text: str, *, short: str = "", bare: int = 0) -> int:
    """Read a duration in seconds: «1:30:00», «1 ч 30 мин», «90 мин», "PT1H30M".

    «1:30» may be hours or minutes: `short` says which, "hours" or "minutes". A bare number counts `bare` seconds.
    Without these both are refused.
    """
    text = " ".join(text.split())
    if bare and text.isdecimal() and len(text) < 8:
        return int(text) * bare
    if short and (match := _SHORT_CLOCK.fullmatch(text)):
        return (int(match[1]) * 60 + int(match[2])) * (60 if short == "hours" else 1)
    if text:
        for pattern in (_CLOCK, _UNITS, _ISO_DURATION):
            if match := pattern.fullmatch(text):
                hours, minutes, seconds = (int(part or 0) for part in match.groups())
                return hours * 3600 + minutes * 60 + seconds
    raise ValueError(f"“{text}” is not a plain duration.")


# Code: its three-letter codes, then its names, Russian and English, as the beginning of «русском», «русский язык».
_LANGUAGES = """
ru rus русск Russian
en eng английск English
uk ukr украинск Ukrainian
be bel белорусск|беларуск Belarusian|Belarussian
kk kaz казахск Kazakh
de deu ger немецк German|Deutsch
fr fra fre французск French|Français
es spa испанск Spanish|Español
it ita итальянск Italian|Italiano
pt por португальск Portuguese|Português
pl pol польск Polish|Polski
cs ces cze чешск Czech
sk slk slo словацк Slovak
sl slv словенск Slovenian|Slovene
sr srp сербск Serbian
hr hrv хорватск Croatian
bg bul болгарск Bulgarian
mk mkd mac македонск Macedonian
ro ron rum румынск Romanian
hu hun венгерск Hungarian
fi fin финск Finnish
sv swe шведск Swedish
no nor норвежск Norwegian
da dan датск Danish
nl nld dut нидерландск|голландск Dutch
et est эстонск Estonian
lv lav латышск Latvian
lt lit литовск Lithuanian
el ell gre греческ Greek
tr tur турецк Turkish
az aze азербайджанск Azerbaijani
hy hye arm армянск Armenian
ka kat geo грузинск Georgian
uz uzb узбекск Uzbek
ky kir киргизск|кыргызск Kyrgyz
tg tgk таджикск Tajik
tk tuk туркменск Turkmen
tt tat татарск Tatar
ba bak башкирск Bashkir
cv chv чувашск Chuvash
mn mon монгольск Mongolian
zh zho chi китайск Chinese
ja jpn японск Japanese
ko kor корейск Korean
hi hin хинди Hindi
ar ara арабск Arabic
fa fas per персидск Persian
he heb еврейск|иврит Hebrew
vi vie вьетнамск Vietnamese
la lat латинск Latin
eo epo эсперанто Esperanto
sah sah якутск Yakut
udm udm удмуртск Udmurt
kv kom коми Komi
os oss осетинск Ossetian
ce che чеченск Chechen
"""
_ADJECTIVE_ENDING = r"(?:ий|ом|ого|и|ая|ой)?(?: язык(?:е|а)?)?"


@cache
def _language_patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    rows = [line.split() for line in _LANGUAGES.strip().splitlines()]
    return tuple(
        (codes[0], re.compile(rf"{'|'.join(codes)}|(?:на )?(?:{russian}){_ADJECTIVE_ENDING}|{english.lower()}"))
        for *codes, russian, english in rows
    )


def languages(text: str) -> list[str]:
    """Read languages as two-letter codes: «spa» → es, «de, en», «English», «на русском языке», «en-GB»."""
    found = [_language(part) for part in re.split(r"[,;/&+|]|\s+(?:и|and)\s+", fold(text)) if part.strip()]
    if not found:
        raise ValueError("no language")
    return list(dict.fromkeys(found))


def _language(name: str) -> str:
    name = re.sub(r"^([a-z]{2,3})[-_][a-z0-9_-]+$", r"\1", name.strip())
    for code, pattern in _language_patterns():
        if pattern.fullmatch(name):
            return code
    raise ValueError(f"“{name}” is no language that is known here.")


_YES = {"да", "д", "истина", "есть", "yes", "y", "true", "1", "+", "✓", "✔"}
_NO = {"", "нет", "н", "ложь", "no", "n", "false", "0", "-"}


def yes_or_no(text: str) -> bool:
    """Read «да», «ИСТИНА», «+», «нет», «ЛОЖЬ» and the empty cell."""
    word = fold(text).rstrip(".")
    if word not in _YES | _NO:
        raise ValueError(f"“{text}” is neither yes nor no.")
    return word in _YES


def time_zone(name: str) -> ZoneInfo | None:
    """The zone of this name in the tz database, «Europe/Samara»; None for «по московскому времени»."""
    try:
        return ZoneInfo(name)
    except (KeyError, OSError, ValueError):
        return None


_NOTHING = re.compile(
    r"[-.…?\s_–—]*|(?:н/?д|н\.\s?д\.?|n/?a|none|null|nan|прочерк|"
    r"нет (?:данных|сведений)|не указан[оаы]?|неизвестн[оаы]?)\.?"
)
_CELL_ERROR = re.compile(
    r"#(?:N/A|Н/Д|REF!|ССЫЛКА!|VALUE!|ЗНАЧ!|NAME\?|ИМЯ\?|DIV/0!|ДЕЛ/0!|NUM!|ЧИСЛО!|NULL!|ПУСТО!)", re.IGNORECASE
)


def is_nothing(text: str) -> bool:
    """Whether the text is a sign for nothing: «—», «н/д», «нет данных»."""
    return bool(_NOTHING.fullmatch(fold(text)))


def is_cell_error(text: str) -> bool:
    """Whether a spreadsheet shows an error instead of a value: «#N/A», «#ССЫЛКА!»."""
    return bool(_CELL_ERROR.fullmatch(text.strip()))


# «ОТМЕНЕНО: О каталогах», «[CANCELLED] Catalogues»; «Отмена крепостного права» is a title.
_CALLED_OFF = re.compile(
    r"\W*(?:отмен[её]н[аоы]?|отменяется|cancell?ed)\s*[:!\])]"
    r"|\W*(?-i:ОТМЕН[ЕЁ]Н[АОЫ]?|ОТМЕНЯЕТСЯ|CANCELL?ED)\b"
    r"|.*[(\[](?:отмен[её]н[аоы]?|cancell?ed)[)\]]",
    re.IGNORECASE | re.DOTALL,
)


def is_called_off(title: str) -> bool:
    """Whether a title says beside its words that this does not take place: «ОТМЕНЕНО: О каталогах»."""
    return bool(_CALLED_OFF.match(title))


_BREAKS = re.compile(
    r"обед|ужин|завтрак|перерыв(?: на (?:обед|кофе|чай))?|(?:обеденный|чайный|технический) перерыв|чаепитие|"
    r"(?:общий|торжественный|товарищеский|праздничный) (?:обед|ужин)|(?:приветственный )?кофе|чай|"
    r"(?:кофе|чай)[- ]?(?:пауза|брейк)|фуршет|(?:сбор|встреча|заезд|отъезд|размещение) (?:участников|гостей)|"
    r"(?:(?:начало|открытие) регистрации|регистрация)(?: участников)?|свободное время|"
    r"lunch(?: break)?|dinner|breakfast|(?:coffee |tea )?break|coffee|tea|reception|registration|day trip|doors open|"
    r"(?:welcome|morning|afternoon|social|conference|gala) (?:coffee|reception|lunch|dinner)"
)


def is_break(title: str) -> bool:
    """Whether a line of a programme is nothing that anybody speaks at: «Обед», «Кофе-пауза»."""
    # «Перерыв (15 минут)», «Обед 60 мин.»
    lasting = re.sub(r"\s*\(?\d+ ?(?:мин\w*|min\w*|ч\w*)\.?\)?$", "", fold(title))
    whom = re.sub(r" (?:для (?:всех )?)(?:участников|гостей|докладчиков)(?: \w+)?$", "", lasting)
    parts = [part.strip() for part in re.split(r"/|,| и | and | & |\+", whom)]
    return all(_BREAKS.fullmatch(part) for part in parts)
