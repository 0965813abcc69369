"""A schedule exported from pretalx or frab (schedule.json, schedule.xml) as a draft conference.

Both write the same structure: days → rooms → events (here: talks) → persons.
"""

import datetime
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any
from xml.etree import ElementTree

from django.utils.translation import gettext as _

from ...russian.dates import PartialDate
from ...russian.folding import fold
from ...russian.names import initials as initials_of
from ..draft import DateDraft, Draft, LinkDraft, PersonDraft, SessionDraft, SourceDraft, TalkDraft, TextFact

# Types of events in schedules → kinds of talks.
_KINDS = {
    "lecture": "lecture",
    "лекция": "lecture",
    "keynote": "talk",
    "workshop": "master-class",
    "мастер-класс": "master-class",
    "доклад": "talk",
    "talk": "talk",
    "сообщение": "message",
    "выступление": "speech",
    "дискуссия": "discussion",
    "panel": "discussion",
    "discussion": "discussion",
    "приветственное слово": "welcome",
    "opening": "opening",
    "открытие": "opening",
}

Node = dict[str, Any]


class ScheduleError(ValueError):
    """A file that is no schedule; the message says what to do."""


def read(name: str, content: bytes) -> Draft:
    """Return the draft of a schedule file. Raises ScheduleError."""
    schedule = _from_xml(content) if name.lower().endswith(".xml") else _from_json(content)
    try:
        return _draft(schedule)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ScheduleError(
            _("The schedule cannot be read: %(error)s. Export it again from pretalx or frab.") % {"error": error}
        ) from error


def _from_json(content: bytes) -> Node:
    try:
        return json.loads(content)["schedule"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ScheduleError(_("This is not a schedule.json of pretalx or frab.")) from error


def _from_xml(content: bytes) -> Node:
    """Convert schedule.xml to the tree that schedule.json has."""
    # Entity declarations could exhaust the memory.
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise ScheduleError(_("This is not a schedule.xml of pretalx or frab."))
    try:
        root = ElementTree.fromstring(content)
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise ScheduleError(_("This is not a schedule.xml of pretalx or frab.")) from error
    if root.tag != "schedule" or root.find("conference") is None:
        raise ScheduleError(_("This is not a schedule.xml of pretalx or frab."))
    days = [
        {
            "date": day.get("date", ""),
            "rooms": {room.get("name", ""): [_xml_event(event) for event in room.iter("event")] for room in day},
        }
        for day in root.iter("day")
    ]
    return {"conference": _texts(root.find("conference")) | {"days": days}}


def _texts(element: Any) -> Node:
    return {child.tag: (child.text or "").strip() for child in element}


def _xml_event(event: ElementTree.Element) -> Node:
    return _texts(event) | {
        "persons": [
            {"id": child.get("id"), "public_name": (child.text or "").strip()} for child in event.iter("person")
        ],
        "links": [{"url": child.get("href", ""), "title": (child.text or "").strip()} for child in event.iter("link")],
        "attachments": [
            {"url": child.get("href", ""), "title": (child.text or "").strip()} for child in event.iter("attachment")
        ],
    }


def _draft(schedule: Node) -> Draft:
    conference = schedule["conference"]
    title = str(conference["title"] or "").strip()
    if not title:
        raise ScheduleError(_("The schedule names no conference."))
    draft = Draft(title=TextFact(value=title, printed=title), kind=TextFact(value="conference"))
    draft.dates = [_dates(conference)]
    draft.source = SourceDraft(url=_url(schedule.get("url") or schedule.get("base_url")), headline=title)
    people: dict[str, PersonDraft] = {}
    sessions: dict[str, SessionDraft] = {}
    for event in _events(conference["days"]):
        draft.talks.append(_talk(event, people, sessions))
        draft.links += _links(event)
    draft.people, draft.sessions = list(people.values()), list(sessions.values())
    return draft


def _dates(conference: Node) -> DateDraft:
    days = [str(day["date"])[:10] for day in conference["days"] if day.get("date")]
    start = str(conference.get("start") or min(days))[:10]
    end = str(conference.get("end") or max(days))[:10]
    # Raises ValueError for what is no date.
    start, end = str(PartialDate.from_iso(start)), str(PartialDate.from_iso(end))
    return DateDraft(start=start, end="" if end == start else end)


def _events(days: Iterable[Node]) -> Iterator[Node]:
    """Yield the events in the order of the programme; those at the same time are ordered by room."""
    for day in days:
        timed = [(_time(event), room, event) for room, events in day["rooms"].items() for event in events]
        yield from (event for _start, _room, event in sorted(timed, key=lambda item: item[:2]))


def _talk(event: Node, people: dict[str, PersonDraft], sessions: dict[str, SessionDraft]) -> TalkDraft:
    title = str(event.get("title") or "").strip()
    return TalkDraft(
        title=title,
        printed=title,
        kind=_KINDS.get(fold(_text(event.get("type"))), "talk"),
        abstract="\n\n".join(filter(None, (_text(event.get(key)) for key in ("abstract", "description")))),
        speakers=[_person(person, people).key for person in event.get("persons") or []],
        session=_session(_text(event.get("track")), sessions),
        start_time=_time(event),
        language=_text(event.get("language"))[:2] or "ru",
    )


def _text(value: Any) -> str:
    """Return a name, which pretalx gives as text or by language: {"ru": "Секция", "en": "Track"}."""
    if isinstance(value, dict):
        value = value.get("ru") or next(iter(value.values()), "")
    return str(value or "").strip()


def _time(event: Node) -> str:
    start = str(event.get("start") or "")
    return datetime.time.fromisoformat(start[:5].zfill(5)).strftime("%H:%M") if start else ""


def _session(track: str, sessions: dict[str, SessionDraft]) -> str:
    if not track:
        return ""
    session = sessions.setdefault(track, SessionDraft(key=f"s{len(sessions) + 1}", title=track))
    return session.key


def _person(person: Node, people: dict[str, PersonDraft]) -> PersonDraft:
    printed = _text(person.get("public_name") or person.get("name"))
    # A code identifies the person; without one, the name within this schedule does.
    identity = str(person.get("code") or person.get("guid") or person.get("id") or printed)
    if identity not in people:
        people[identity] = PersonDraft(key=f"p{len(people) + 1}", printed=printed, **name_parts(printed))
    return people[identity]


_PATRONYMIC = re.compile(r"(вич|ична|вна|инична|оглы|кызы|улы|кызы)$", re.IGNORECASE)


def name_parts(printed: str) -> dict[str, str]:
    """Split a name («Иван Сочинский», «Сочинский И. О.») into its parts; uncertainty says what to check."""
    family, comma, given = (part.strip() for part in printed.partition(","))
    if comma:
        return _named(family, given)
    words = printed.split()
    if len(words) < 2:
        return _named(printed, "", _("Only one word of the name is given."))
    if any("." in word for word in words):
        whole = [word for word in words if "." not in word]
        return _named(" ".join(whole), " ".join(word for word in words if "." in word))
    if len(words) == 3 and _PATRONYMIC.search(words[2]):
        return _named(words[0], " ".join(words[1:]))
    uncertainty = "" if len(words) == 3 else _("Check which word is the family name.")
    return _named(words[-1], " ".join(words[:-1]), uncertainty)


def _named(family_name: str, given: str, uncertainty: str = "") -> dict[str, str]:
    is_short = "." in given
    return {
        "family_name": family_name,
        "given_names": "" if is_short else given,
        "initials": initials_of(given) if is_short else "",
        "uncertainty": uncertainty,
    }


def _links(event: Node) -> list[LinkDraft]:
    links = [("slides", link) for link in event.get("attachments") or []]
    return [
        LinkDraft(kind=kind, url=url, title=_text(link.get("title")) or _text(event.get("title")))
        for kind, link in links
        if (url := _url(link.get("url")))
    ]


def _url(value: Any) -> str:
    url = str(value or "").strip()
    return url if url.startswith(("https://", "http://")) else ""
