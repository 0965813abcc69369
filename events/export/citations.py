"""How to cite a record, by the Russian standards, always in Russian: a record in, a line out.

ГОСТ Р 7.0.100-2018 (the description of a list of literature) and ГОСТ Р 7.0.5-2008 (the reference of a footnote).
What nobody stated is left out; a title that is ours, not the source's, stands in square brackets, as the standards ask.
"""

import datetime
import re

from ..models import Conference, ConferenceDate, Speaker, Talk
from ..russian import names
from ..russian.dates import format_span
from ..russian.typography import NBSP
from . import states

# Whose part in a talk makes an author; those who moderate it are none.
AUTHORS = ("speaker", "co-speaker", "lecturer", "expert", "welcome", "opening")
# From so many on the description begins with the title and names them behind it.
MANY = 4
_ARCHIVE = "Архив видеоконференций"
# ГОСТ Р 7.0.12-2011; only references abbreviate.
_ABBREVIATED = re.compile(r"конференци[яи]\b")


def full(record: Conference | Talk, address: str, today: datetime.date, version: datetime.date | None = None) -> str:
    """«Фамилия, И. О. Название : доклад / И. О. Фамилия. – Текст : электронный // …», ГОСТ Р 7.0.100-2018.

    With a `version` the line names the day of the record's last change, which is what the reader saw.
    """
    authors = _authors(record)
    heading = f"{_inverted(authors[0], ', ')} " if 0 < len(authors) < MANY else ""
    behind = f" / {_listed(authors)}" if authors else ""
    if isinstance(record, Talk):
        first, where = f"{_title(record)}{behind}", f"{_event(record.conference)} : [сайт]"
    else:
        first, where = _event(record), f"{_ARCHIVE} : [сайт]"
    note = _note(record.conference if isinstance(record, Talk) else record, between="– ")
    if version:
        note += f"Версия записи от{NBSP}{version:%d.%m.%Y}. – "
    return f"{heading}{_ended(first)} – Текст : электронный // {where}. – {note}{_online(address, today)}"


def short(record: Conference | Talk, address: str, today: datetime.date) -> str:
    """«Фамилия И. О. Название // Мероприятие : видеоконф. (Донецк, 9 июня 2020 г.) : [сайт]. URL: …».

    ГОСТ Р 7.0.5-2008.
    """
    if isinstance(record, Conference):
        return f"{_event_in_brackets(record)} // {_ARCHIVE} : [сайт]. {_note(record)}{_online(address, today)}"
    authors = _authors(record)
    title = _bracketed_title(record)
    if len(authors) < MANY:
        title = " ".join(filter(None, (", ".join(_inverted(author, NBSP) for author in authors), title)))
    else:
        title = f"{title} / {_listed(authors)}"
    event = record.conference
    return f"{title} // {_event_in_brackets(event)} : [сайт]. {_note(event)}{_online(address, today)}"


def _authors(record: Conference | Talk) -> list[Speaker]:
    if isinstance(record, Conference):
        return []
    return list(dict.fromkeys(part.speaker for part in record.people.all() if part.role.slug in AUTHORS))


def _initials(speaker: Speaker) -> str:
    return (names.initials(speaker.given_names) or names.initials(speaker.initials)).replace(" ", NBSP)


def _inverted(speaker: Speaker, between: str) -> str:
    return between.join(filter(None, (speaker.family_name, _initials(speaker)))).replace(", ", f",{NBSP}")


def _listed(authors: list[Speaker]) -> str:
    """Up to four all of them, of more the first three."""
    names = [NBSP.join(filter(None, (_initials(author), author.family_name))) for author in authors]
    return ", ".join(names) if len(names) <= MANY else f"{', '.join(names[:3])} [и{NBSP}др.]"


def _title(talk: Talk) -> str:
    """«Название : доклад», «[О чём говорили] : доклад», «[Приветственное слово]»."""
    kind = talk.kind.name if talk.kind and (talk.title or talk.topic) else ""
    return " : ".join(filter(None, (_bracketed_title(talk), kind)))


def _bracketed_title(talk: Talk) -> str:
    return _capital(talk.title) or f"[{_capital(talk.heading or 'выступление')}]"


def _event(conference: Conference) -> str:
    """«Название : видеоконференция, Донецк, 9 июня 2020 г.»"""
    title, kind = _event_title(conference)
    return f"{title} : {', '.join(filter(None, (kind, _place(conference), _day(conference))))}"


def _event_in_brackets(conference: Conference) -> str:
    title, kind = _event_title(conference)
    named = " : ".join(filter(None, (title, _ABBREVIATED.sub("конф.", kind))))
    return f"{named} ({', '.join(filter(None, (_place(conference), _day(conference))))})"


def _event_title(conference: Conference) -> tuple[str, str]:
    kind = conference.kind_as_printed or (conference.kind.name if conference.kind else "")
    if conference.title or conference.theme:
        return _capital(conference.heading), kind
    return f"[{_capital(kind or 'Событие')}]", ""


def _place(conference: Conference) -> str:
    return conference.city or (conference.venue.effective_city if conference.venue else "")


def _day(conference: Conference) -> str:
    """«9 июня 2020 г.», «24–25 мая 2022 г.», «9 июня [б. г.]», «[б. г.]»: a year nobody stated is none."""
    return ", ".join(_span(date) for date in conference.own_dates) or f"[б.{NBSP}г.]"


def _span(date: ConferenceDate) -> str:
    line = format_span(date.start_date, date.end_date).replace(" (год не указан)", "")
    return f"{line}{NBSP}г." if date.start_date and date.start_date.year else f"{line} [б.{NBSP}г.]"


def _note(conference: Conference, between: str = "") -> str:
    """«Событие отменено. »"""
    note = states.note(conference.state, conference.new_date)
    return f"{note} {between}" if note else ""


def _online(address: str, today: datetime.date) -> str:
    return f"URL: {address} (дата обращения:{NBSP}{today:%d.%m.%Y})."


def _capital(title: str) -> str:
    return title[:1].upper() + title[1:]


def _ended(line: str) -> str:
    """One full stop, not two, before the next area."""
    return line if line.endswith((".", "!", "?")) else f"{line}."
