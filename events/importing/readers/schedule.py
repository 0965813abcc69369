"""A schedule of pretalx, frab or Indico (schedule.json, schedule.xml, .ics) as a draft conference.

The first two write the same structure: days → rooms → events (here: talks) → persons. A value that cannot be read costs
the talk this value and makes a question, not the file. What a draft has no place for is named among the questions.
"""

import datetime
import html
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin
from xml.etree import ElementTree

from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from lxml.html.defs import tags

from ...russian import person_names, values
from ...russian.dates import PartialDate, format_date
from ...russian.encodings import decode
from ...russian.folding import fold, without_invisible
from ...russian.typography import CYRILLIC
from ..draft import DateDraft, Draft, LinkDraft, PersonDraft, SessionDraft, SourceDraft, TalkDraft, TextFact
from . import calendars

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

# States of talks that are not given, folded.
_CANCELLED = ("canceled", "cancelled", "withdrawn", "rejected", "отменен", "отменено")
_NO = ("", "false", "no", "нет", "0")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")

MORNING = "08"  # from this hour on a talk is none of the night before

# A talk goes on past midnight if its clock is set back by more hours than this.
LATEST_NIGHT = 12

Node = dict[str, Any]


class ScheduleError(ValueError):
    """A file that is no schedule; the message says what to do."""


# Facts of a talk that have no place in a draft.
_NO_PLACE = {
    "duration": gettext_lazy("durations of talks"),
    "answers": gettext_lazy("answers of speakers"),
    "url": gettext_lazy("pages of talks"),
    "people": gettext_lazy("people whose part in a talk is not stated"),
    "repetition": gettext_lazy("repetitions"),
}
_RECORDING_HOSTS = re.compile(r"youtu\.?be|vimeo\.com|rutube\.ru|vk\.com/video|media\.ccc\.de|\.(?:mp4|webm|mp3|ogg)$")
_SLIDES = re.compile(r"slides?|presentation|слайд|презентац|\.(?:pptx?|odp|key)$", re.IGNORECASE)
_FEEDBACK = re.compile(r"feedback|обратная связь|отзыв", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_TAG = re.compile(r"</?([a-zA-Z][a-zA-Z0-9]*)\b[^<>]*>")
# Bounded: what is opened and never closed would else be looked for to the end of the text from each opening.
_MARKDOWN = [
    (re.compile(r"!\[[^\[\]]{0,300}\]\([^()\s]{0,800}\)"), ""),
    (re.compile(r"^ {0,3}```\w{0,20}[ \t]*$", re.MULTILINE), ""),
    (re.compile(r"```([^`]{1,300})```"), r"\1"),
    (re.compile(r"!?\[([^\[\]]{0,300})\]\((?:https?://[^)\s]{1,800})(?: \"[^\"]{0,300}\")?\)"), r"\1"),
    (re.compile(r"^ {0,3}#{1,6}[ \t]+(.{0,300}?)[ \t#]{0,20}$", re.MULTILINE), r"\1"),
    (re.compile(r"^ {0,3}>[ \t]?", re.MULTILINE), ""),
    (re.compile(r"(\*\*|__)(?=\S)(.{1,300}?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<![\w*])\*(?=[^\s*])([^*\n]{0,300}[^\s*])\*(?![\w*])"), r"\1"),
    (re.compile(r"(?<![\w_])_(?=[^\s_])([^_\n]{0,300}[^\s_])_(?![\w_])"), r"\1"),
    (re.compile(r"`([^`\n]{1,300})`"), r"\1"),
    (re.compile(r"<((?:https?://|mailto:)[^<>\s]{1,800})>"), r"\1"),
]
_PICTURE_OR_ZIP = re.compile(r"\.(?:png|jpe?g|gif|svg|webp|zip)$", re.IGNORECASE)


def read(name: str, content: bytes) -> Draft:
    """Return the draft of a schedule file. Raises ScheduleError."""
    try:
        text = decode(content)
    except (LookupError, UnicodeError) as error:
        raise ScheduleError(_("The encoding of this schedule is not known. Save it as UTF-8.")) from error
    start = text.lstrip("\ufeff \r\n\t")
    questions: list[str] = []
    if start.startswith("BEGIN:VCALENDAR"):
        schedule, questions = calendars.Calendar(start).schedule()
    elif start.startswith("<") or name.lower().endswith(".xml"):
        schedule = _from_xml(content)
    else:
        schedule = _from_json(start)
    try:
        return _Reading(schedule, questions).draft()
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
        if isinstance(error, ScheduleError):
            raise
        raise ScheduleError(_not_readable()) from error


def _not_readable() -> str:
    return _(
        "This is neither a schedule of pretalx or frab (schedule.json, schedule.xml) nor a calendar (.ics). "
        "Export it again."
    )


def _from_json(text: str) -> Node:
    try:
        tree = json.loads(text)
        schedule = tree.get("schedule", tree)
        # An older pretalx: days → hours → rooms, without the conference around.
        return schedule if "conference" in schedule else {"conference": schedule}
    except (ValueError, AttributeError, KeyError, TypeError, RecursionError) as error:
        raise ScheduleError(_not_readable()) from error


def _from_xml(content: bytes) -> Node:
    """Convert schedule.xml to the tree that schedule.json has."""
    # Entity declarations could exhaust the memory; a plain document type is harmless.
    if b"<!ENTITY" in content or re.search(rb"<!DOCTYPE[^>]*\[", content):
        raise ScheduleError(_not_readable())
    try:
        root = ElementTree.fromstring(content)
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        # Python names an encoding that it does not know.
        if isinstance(error, LookupError) or "encoding" in str(error):
            raise ScheduleError(_("The encoding of this schedule is not known. Save it as UTF-8.")) from error
        raise ScheduleError(_not_readable()) from error
    for element in root.iter():
        element.tag = str(element.tag).rpartition("}")[2]
    if root.tag != "schedule" or root.find("conference") is None:
        raise ScheduleError(_not_readable())
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
    recording = event.find("recording")
    return (
        dict(event.attrib)
        | _texts(event)
        | {
            "recording": _texts(recording) if recording is not None and len(recording) else event.findtext("recording"),
            "persons": [
                {"id": child.get("id"), "public_name": (child.text or "").strip()} for child in event.iter("person")
            ],
            "links": [
                {"url": child.get("href", ""), "title": (child.text or "").strip()} for child in event.iter("link")
            ],
            "attachments": [
                {"url": child.get("href", ""), "title": (child.text or "").strip()}
                for child in event.iter("attachment")
            ],
        }
    )


class _Reading:
    """The draft of one schedule, with the questions that its values leave."""

    def __init__(self, schedule: Node, questions: list[str]) -> None:
        self.schedule, self.conference = schedule, schedule["conference"]
        self.base_url = _text(schedule.get("base_url") or self.conference.get("base_url"))
        self.people: dict[str, PersonDraft] = {}
        self.sessions: dict[tuple[str, str, str], SessionDraft] = {}
        self.questions = questions
        # Talks that were read, by what identifies them and their title.
        self.seen: set[tuple[str, str]] = set()
        # What the archive has no place for, by its name.
        self.left_out: dict[str, list[str]] = {}

    def draft(self) -> Draft:
        title, days = _text(self.conference.get("title")), self._days()
        if not title and not any(events for _day, events in days):
            raise ScheduleError(_not_readable())
        if not title:
            self.questions.append(_("The schedule names no conference: enter its title."))
        if subtitle := _text(self.conference.get("subtitle")):
            title = f"{title}. {subtitle}"
        draft = Draft(title=TextFact(value=title, printed=title), kind=TextFact(value="conference"))
        self.day_change = self._day_change()
        draft.dates = self._dates([day for day, _rooms in days])
        draft.city = TextFact(value=_text(self.conference.get("city")))
        draft.place = TextFact(value=_text(self.conference.get("venue")))
        draft.source = SourceDraft(url=_url(self.schedule.get("url") or self.base_url), headline=title)
        self.has_several_days = len({day for day, _rooms in days}) > 1
        for day, rooms in days:
            self._day(draft, day, rooms)
        self._about(draft)
        if not draft.talks:
            self.questions.append(_("The schedule has no talks."))
        self._language_of_event(draft)
        draft.people, draft.sessions = list(self.people.values()), list(self.sessions.values())
        draft.links = list({link.url: link for link in draft.links}.values())
        for what, facts in self.left_out.items():
            message = _("Not taken from the schedule, %(what)s (%(count)d): %(values)s.")
            self.questions.append(message % {"what": what, "count": len(facts), "values": calendars.listed(facts)})
        draft.questions = self.questions
        return draft

    def _language_of_event(self, draft: Draft) -> None:
        """Take the language that all talks have; else ask, unless the letters of the title are those of Russian."""
        languages = {talk.language for talk in draft.talks}
        if len(languages) == 1 and len(language := languages.pop()) in (2, 3):
            draft.language = language
        elif draft.title.value and not CYRILLIC.search(draft.title.value):
            self.questions.append(_("The schedule does not say in which language its title is: enter it."))

    def _about(self, draft: Draft) -> None:
        """Take what a calendar says of the event as a whole."""
        about = self.schedule.get("about")
        if not isinstance(about, dict):
            return
        draft.links += self._links(about, "")
        speakers = [person["public_name"] for person in about.get("persons", [])]
        self._leave_out(str(_NO_PLACE["people"]), draft.title.value, "; ".join(speakers))
        title = draft.title.value
        self._leave_out(_("descriptions"), title, _plain(_text(about.get("abstract"))))
        for key in ("duration", "people"):
            self._leave_out(str(_NO_PLACE[key]), title, _text(about.get(key)))

    def _days(self) -> list[tuple[str, list[tuple[str, Node]]]]:
        """Return the days in order, each with its events and their rooms."""
        days = self.conference.get("days") or {
            day: hours for day, hours in self.conference.items() if _DATE.fullmatch(day)
        }
        if isinstance(days, dict):
            days = [{"date": day, "rooms": hours} for day, hours in days.items()]
        return [(self._day_of(day), list(self._events(day))) for day in self._items(days, dict)]

    def _day_of(self, day: Node) -> str:
        """Return the date of a day; if the schedule only counts days, from the first one."""
        stated = day.get("date") or day.get("day_start")
        first, index = _text(self.conference.get("start"))[:10], day.get("index")
        if not stated and isinstance(index, int) and 0 < index < 100 and _DATE.fullmatch(first):
            return str(datetime.date.fromisoformat(first) + datetime.timedelta(days=index - 1))
        return self._date(stated, is_needed=False)

    def _events(self, day: Node) -> Iterator[tuple[str, Node]]:
        """Yield the events of a day with their rooms, whichever way the export nests them."""
        if isinstance(day.get("events"), list):
            yield from ((_text(event.get("room")), event) for event in self._items(day["events"], dict))
            return
        rooms = [room for rooms in self._items(day.get("rooms") or day.get("hours"), dict) for room in rooms.items()]
        for name, events in rooms:
            if isinstance(events, dict):
                # Hours → rooms → one event.
                for room, event in events.items():
                    yield from ((room, {"start": name} | one) for one in self._items([event], dict))
            else:
                yield from ((_text(event.get("room")) or name, event) for event in self._items(events, dict))

    def _items(self, value: Any, *kinds: type) -> list[Any]:
        """Return the members of a list, or what stands without one, that are of these kinds; others are told."""
        items = value if isinstance(value, list) else [value] if value else []
        for damaged in (one for one in items if one and not isinstance(one, kinds)):
            self._leave_out(_("what is damaged"), str(damaged)[:40], str(damaged))
        return [one for one in items if isinstance(one, kinds)]

    def _day(self, draft: Draft, day: str, rooms: list[tuple[str, Node]]) -> None:
        timed, before = [], dict[str, tuple[str, str]]()
        for room, event in rooms:
            order = self._order(event, day)
            if not order[1]:
                # Without an hour it stays where the file has it.
                order = before.get(room, order)
            before[room] = order
            timed.append((order, room, event))
        for _start, room, event in sorted(timed, key=lambda item: item[:2]):
            title = _title(event)
            if values.is_break(title) or values.is_break(_text(event.get("type"))):
                self.questions.append(_("Left out, as no talk: “%(title)s”, %(day)s.") % {"title": title, "day": day})
                continue
            if fold(_text(event.get("state"))) in _CANCELLED or values.is_called_off(title):
                self.questions.append(_("Left out, as cancelled: “%(title)s”.") % {"title": title})
                continue
            # pretalx numbers the slots of a talk in `guid`; a title alone may come back on another day.
            stated = {(_text(event.get(name)), title) for name in ("code", "guid", "id") if _text(event.get(name))}
            identities = stated or {(day, title)}
            if identities & self.seen:
                # The same talk in two rooms or slots.
                self._leave_out(_("second slots of a talk"), title, f"{day} {_text(event.get('start'))} {room}")
                continue
            self.seen |= identities
            talk = self._talk(event, day, room)
            if links := self._links(event, f"t{len(draft.talks) + 1}"):
                talk.key = links[0].talk
                draft.links += links
            draft.talks.append(talk)
            self._ask_about_day(event, title, day)
            self._ask_about_end(event, title)
            for key, what in _NO_PLACE.items():
                stated = _answers(event.get(key)) if key == "answers" else _text(event.get(key))
                self._leave_out(str(what), title, stated)

    def _day_change(self) -> str:
        """Return the hour at which a day of the programme begins, if the schedule states one."""
        text = _text(self.conference.get("day_change"))
        try:
            return values.time_of_day(text).strftime("%H:%M") if text else ""
        except ValueError:
            self._leave_out(_("the hour at which a day begins"), "day_change", text)
            return ""

    def _order(self, event: Node, day: str) -> tuple[str, str]:
        """Order by the full date, where there is one: after midnight the day of the programme goes on."""
        date, time = _text(event.get("date")), self._time(event, quiet=True)
        if not date and time and time < self.day_change:
            # After all of this day, before the next one.
            return (f"{day}+", time)
        return (date[:10] or day, time or date[11:16])

    def _leave_out(self, what: str, title: str, value: str) -> None:
        if value.strip(" 0:"):
            self.left_out.setdefault(what, []).append(f"«{title}» — {Truncator(value.strip()).chars(100)}")

    def _links(self, event: Node, talk: str) -> list[LinkDraft]:
        """Return recordings and materials of the talk with this key; what is no address of a page is left out."""
        found = []
        for key in ("attachments", "links"):
            for link in self._items(event.get(key), dict, str):
                node = link if isinstance(link, dict) else {"url": link}
                address = _text(node.get("url") or node.get("href") or node.get("link"))
                if address.lower().startswith("www."):
                    address = f"https://{address}"
                url = _url(urljoin(self.base_url, address) if address else "")
                title = _text(node.get("title") or node.get("text"))
                if url and not _FEEDBACK.search(f"{url} {title}"):
                    found.append(LinkDraft(kind=_link_kind(url, title, key), url=url, title=title))
                else:
                    self._leave_out(_("links that are neither a recording nor a material"), title, url or address)
        found += self._recordings(event, [link for link in found if link.kind == "recording"])
        for link in found:
            link.talk, link.title = talk, link.title or _title(event)
            link.printed = _title(event)
        return found

    def _recordings(self, event: Node, linked: list[LinkDraft]) -> Iterator[LinkDraft]:
        """Yield the recordings of a talk itself; its licence is that of each, also of those linked beside it."""
        stated, title = event.get("recording"), _title(event)
        own = stated if isinstance(stated, dict) else {"url": stated}
        addresses = dict.fromkeys(filter(None, map(_url, (event.get("video_download_url"), own.get("url")))))
        recordings = [LinkDraft(kind="recording", url=url, title=title) for url in addresses]
        licence = _text(event.get("recording_license") or own.get("license"))
        for link in (*linked, *recordings):
            link.licence = licence
        if not (linked or recordings):
            self._leave_out(_("licences of recordings that the schedule does not link"), title, licence)
        if fold(_text(event.get("do_not_record") or own.get("optout"))) not in _NO:
            self._leave_out(_("that a talk was not to be recorded"), title, _("yes"))
        yield from recordings

    def _ask_about_day(self, event: Node, title: str, day: str) -> None:
        """Ask about a talk dated later than the day it stands in; a night belongs to the day before."""
        moment = _text(event.get("date"))
        if day and "T" in moment and moment[:10] > day and moment[11:13] >= MORNING:
            message = _("The talk “%(title)s” stands in the day %(day)s and has the date %(date)s: check its day.")
            self.questions.append(message % {"title": title, "day": day, "date": moment[:10]})

    def _ask_about_end(self, event: Node, title: str) -> None:
        """Ask about a talk that ends before it begins; at night the clock begins anew."""
        start, end = _text(event.get("date") or event.get("start")), _text(event.get("end"))
        is_before = _text(event.get("duration")).startswith("-")
        try:
            if "T" in start and "T" in end:
                is_before |= datetime.datetime.fromisoformat(end) < datetime.datetime.fromisoformat(start)
            elif end and "T" not in end:
                began = values.time_of_day(_text(event.get("start")))
                hours = values.time_of_day(end).hour - began.hour
                is_before |= -LATEST_NIGHT < hours < 0 or (hours == 0 and values.time_of_day(end) < began)
        except (ValueError, TypeError):
            # What cannot be read or compared says nothing.
            pass
        if is_before:
            self.questions.append(_("The talk “%(title)s” ends before it begins: check its time.") % {"title": title})

    def _dates(self, days: list[str]) -> list[DateDraft]:
        zone, time = _text(self.conference.get("time_zone_name")), _text(self.conference.get("start_time"))
        if repeated := self.conference.get("dates"):
            return [DateDraft(start=day, start_time=time, time_zone=zone) for day in repeated]
        stated = [day for day in days if day]
        start = self._date(self.conference.get("start"), is_needed=not stated) or min(stated, default="")
        end = self._date(self.conference.get("end"), is_needed=not stated) or max(stated, default="")
        # Raises ValueError for what is no date.
        start = str(PartialDate.from_iso(start))
        end = str(PartialDate.from_iso(end)) if end else ""
        return [DateDraft(start=start, end="" if end == start else end, start_time=time, time_zone=zone)]

    def _date(self, value: Any, is_needed: bool) -> str:
        """Return a date in ISO 8601; an unreadable one is asked about, or refuses a schedule without other days."""
        text = _text(value)
        if not text:
            return ""
        try:
            return str(values.date(re.split(r"[T ]\d{2}:", text)[0]))
        except ValueError as error:
            message = _("The date “%(value)s” of the schedule cannot be read. Write it as 2024-05-24.")
            message %= {"value": Truncator(text).chars(100)}
            if is_needed:
                raise ScheduleError(message) from error
            self.questions.append(message)
            return ""

    def _talk(self, event: Node, day: str, room: str) -> TalkDraft:
        title = _title(event)
        paragraphs = (_plain(_text(event.get(key))) for key in ("abstract", "description"))
        return TalkDraft(
            title=title,
            printed=title,
            kind=self._kind(event, title),
            abstract="\n\n".join(dict.fromkeys(filter(None, paragraphs))),
            speakers=list(dict.fromkeys(self._people(event))),
            session=self._session(_text(event.get("track")), day, room),
            start_time=self._time(event),
            language=self._language(event, title),
        )

    def _kind(self, event: Node, title: str) -> str:
        stated = fold(_text(event.get("type")))
        if stated and stated not in _KINDS:
            self._leave_out(_("types of talks that the archive does not know"), title, _text(event.get("type")))
        return _KINDS.get(stated, "talk")

    def _time(self, event: Node, quiet: bool = False) -> str:
        date = _text(event.get("date"))
        # An empty one says that there is no hour, as of a whole day in a calendar.
        text = _text(event.get("start", date if "T" in date else ""))
        try:
            if "T" in text:
                return self._clock(text)
            return values.time_of_day(text).strftime("%H:%M") if text else ""
        except ValueError:
            if not quiet:
                message = _("The time “%(value)s” of the talk “%(title)s” cannot be read: enter it.")
                self.questions.append(message % {"value": text, "title": _title(event)})
            return ""

    def _clock(self, text: str) -> str:
        """Return the hour of a full moment by the clock of the event’s zone. Raises ValueError if it is not known."""
        moment = datetime.datetime.fromisoformat(text)
        zone = values.time_zone(_text(self.conference.get("time_zone_name")))
        if moment.tzinfo and zone:
            moment = moment.astimezone(zone)
        elif moment.tzinfo and not moment.utcoffset():
            raise ValueError(f"“{text}” is the time of no place.")
        return moment.strftime("%H:%M")

    def _language(self, event: Node, title: str) -> str:
        """Return the codes that the schedule states; of a talk without one nothing is known."""
        stated = event.get("language")
        text = ", ".join(map(_text, stated)) if isinstance(stated, list) else _text(stated)
        try:
            codes = values.languages(text) if text else []
            most = next(count for count in range(len(codes), -1, -1) if len(", ".join(codes[:count])) <= 12)
            self._leave_out(_("further languages of a talk"), title, ", ".join(codes[most:]))
            return ", ".join(codes[:most])
        except ValueError:
            message = _("The language “%(value)s” of the talk “%(title)s” is not known: enter it.")
            self.questions.append(message % {"value": text, "title": title})
            return ""

    def _session(self, track: str, day: str, room: str) -> str:
        """Return the key of the track on this day in this room; without a track the room or the day parts the talks."""
        name = track or room
        if not name and self.has_several_days and day:
            name = format_date(PartialDate.from_iso(day))
        if not name:
            return ""
        place = room if track else ""
        known = self.sessions.setdefault(
            (name, day, place),
            SessionDraft(key=f"s{len(self.sessions) + 1}", title=name, day=day, place=place),
        )
        return known.key

    def _people(self, event: Node) -> Iterator[str]:
        stated = event.get("persons") or event.get("speakers")
        if isinstance(stated, dict) and stated and all(isinstance(one, dict) for one in stated.values()):
            # By number.
            stated = list(stated.values())
        for person in self._items(stated, dict, str):
            if isinstance(person, str):
                person = {"public_name": person}
            printed = _text(person.get("public_name") or person.get("name") or person.get("full_public_name"))
            if not printed:
                continue
            # A code identifies the person; without one, the name within this schedule does.
            identity = str(person.get("code") or person.get("guid") or person.get("id") or printed)
            if identity not in self.people:
                key = f"p{len(self.people) + 1}"
                affiliation = _text(person.get("affiliation"))
                self.people[identity] = PersonDraft(
                    key=key, printed=printed, affiliation_printed=affiliation, **name_parts(printed)
                )
                self._leave_out(_("biographies"), printed, _plain(_text(person.get("biography"))))
                self._leave_out(_("answers of speakers"), printed, _answers(person.get("answers")))
            yield self.people[identity].key


def _title(event: Node) -> str:
    title, subtitle = (" ".join(_plain(_text(event.get(key))).split()) for key in ("title", "subtitle"))
    if not subtitle or fold(subtitle) == fold(title):
        return title
    return f"{title}{' ' if title.endswith(('.', '?', '!')) else '. '}{subtitle}"


def _text(value: Any) -> str:
    """Return a name, which pretalx gives as text or by language: {"ru": "Секция", "en": "Track"}."""
    if isinstance(value, dict):
        value = value.get("ru") or value.get("name") or next(iter(value.values()), "")
    return _CONTROL.sub(" ", without_invisible(str(value or ""))).strip()


def _answers(value: Any) -> str:
    """Return what speakers answered to the questions of the call: [{"question": {"question": …}, "answer": …}]."""
    found = []
    for one in value if isinstance(value, list) else []:
        question = _text(one["question"].get("question")) if isinstance(_get(one, "question"), dict) else ""
        found.append(": ".join(filter(None, (question, _text(_get(one, "answer"))))))
    return "; ".join(filter(None, found))


def _get(node: Any, name: str) -> Any:
    return node.get(name) if isinstance(node, dict) else None


def _plain(text: str) -> str:
    """The text without markup of HTML and Markdown; paragraphs and lists stay."""
    if "&lt;" in text:
        text = html.unescape(text)
    text = re.sub(r"<(script|style)\b.{0,5000}?</\1>", "", text, flags=re.IGNORECASE | re.DOTALL)
    # An item or a cell often ends where the next one begins.
    text = re.sub(r"<(?:li|tr|dt|dd)\b[^>]*>", "\n\n", re.sub(r"<t[dh]\b[^>]*>", " ", text), flags=re.IGNORECASE)
    text = re.sub(r"<(?:br|/p|/div|/li|/h\d)\b[^>]*>", "\n\n", text, flags=re.IGNORECASE)
    # «<T>» of a title about templates and «<https://…>» are no tags.
    text = _TAG.sub(lambda tag: "" if tag[1].lower() in tags else tag[0], text)
    for pattern, kept in _MARKDOWN:
        text = pattern.sub(kept, text)
    return re.sub(r"\s*\n\s*\n\s*", "\n\n", html.unescape(text)).strip()


def set_name_order(draft: Draft, order: person_names.Order) -> set[str]:
    """Take the names apart again of which the order of the words was in doubt; the keys of these people."""
    doubtful = [person for person in draft.people if person.is_order_doubtful]
    for person in doubtful:
        for name, value in name_parts(person.printed, order).items():
            setattr(person, name, value)
        # What is still in doubt is asked of each.
        person.is_order_doubtful = False
    return {person.key for person in doubtful}


def name_parts(printed: str, order: person_names.Order | None = None) -> dict[str, Any]:
    """Split a name («Иван Сочинский», «Сочинский И. О.») into its parts; uncertainty says what to check."""
    found = person_names.people(printed, order)
    name = found[0] if len(found) == 1 else person_names.PersonName(printed, doubt=person_names.Doubt.SEVERAL)
    messages = {
        None: "",
        person_names.Doubt.ONE_WORD: _("Only one word of the name is given."),
        person_names.Doubt.NO_FAMILY_NAME: _("The family name is missing: add it."),
        person_names.Doubt.SEVERAL: _("These may be several people."),
        person_names.Doubt.EXTRA: _("This is not only a name: correct it."),
        person_names.Doubt.ORDER: _("Check which word is the family name."),
        person_names.Doubt.GENDER: _("Check which word is the family name."),
    }
    return {
        "family_name": name.family_name,
        "given_names": name.given_names,
        "initials": name.initials,
        "uncertainty": messages[name.doubt],
        "is_order_doubtful": name.doubt is person_names.Doubt.ORDER,
    }


def _link_kind(url: str, title: str, place: str) -> str:
    """Tell recordings, slides, papers and the rest apart."""
    path = url.partition("?")[0]
    if _RECORDING_HOSTS.search(url):
        return "recording"
    if _PICTURE_OR_ZIP.search(path):
        return "other"
    if _SLIDES.search(title) or _SLIDES.search(path):
        return "slides"
    if path.lower().endswith((".pdf", ".doc", ".docx", ".odt")):
        return "paper"
    return "other" if place == "links" else "slides"


def _url(value: Any) -> str:
    url = str(value or "").strip()
    return url if url.startswith(("https://", "http://")) else ""
