"""A schedule of pretalx, frab or Indico (schedule.json, schedule.xml, .ics) as a draft conference.

The first two write the same structure: days → rooms → events (here: talks) → persons. A value that cannot be read costs
the talk this value and makes a question, not the file. What a draft has no place for is named among the questions.
"""

import datetime
import html
import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import urljoin
from xml.etree import ElementTree

from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ...russian import person_names, values
from ...russian.dates import PartialDate
from ...russian.encodings import decode
from ...russian.folding import fold
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

# States of talks that are not given, folded.
_CANCELLED = ("canceled", "cancelled", "withdrawn", "rejected", "отменен", "отменено")
# «ОТМЕНЕНО: О каталогах», «[CANCELLED] Catalogues»; «Отмена крепостного права» is a title.
_CALLED_OFF = re.compile(
    r"\W*(?:отмен[её]н[аоы]?|отменяется|cancell?ed)\s*[:!\])]"
    r"|\W*(?-i:ОТМЕН[ЕЁ]Н[АОЫ]?|ОТМЕНЯЕТСЯ|CANCELL?ED)\b"
    r"|.*[(\[](?:отмен[её]н[аоы]?|cancell?ed)[)\]]",
    re.IGNORECASE | re.DOTALL,
)
_NO = ("", "false", "no", "нет", "0")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")

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
_NO_MATERIAL = re.compile(r"\.(?:png|jpe?g|gif|svg|webp|zip)$", re.IGNORECASE)


def read(name: str, content: bytes) -> Draft:
    """Return the draft of a schedule file. Raises ScheduleError."""
    try:
        text = decode(content)
    except (LookupError, UnicodeError) as error:
        raise ScheduleError(_("The encoding of this schedule is not known. Save it as UTF-8.")) from error
    start = text.lstrip("\ufeff \r\n\t")
    questions: list[str] = []
    if start.startswith("BEGIN:VCALENDAR"):
        schedule, questions = _Calendar(start).schedule()
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


# NAME;PARAMETER="quoted: text":value
_PROPERTY = re.compile(r'([\w-]+)((?:;(?:"[^"]*"|[^":])*)?):(.*)', re.DOTALL)
_MOMENT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})\d{0,2}(Z?))?")
_TZID = re.compile(r';TZID="?([^";]+)', re.IGNORECASE)
_PEOPLE = ("ORGANIZER", "ATTENDEE", "CONTACT")
_DAY = datetime.timedelta(days=1)


class _Calendar:
    """An iCalendar file of Indico or pretalx, converted to the tree that schedule.json has."""

    def __init__(self, text: str) -> None:
        self.properties: dict[str, str] = {}
        # Of each event the properties with their parameters.
        self.events: list[dict[str, tuple[str, str]]] = []
        self._read(text)
        zones = {zone for event in self.events for zone in _TZID.findall(event.get("DTSTART", ("", ""))[0])}
        self.zone = self.properties.get("X-WR-TIMEZONE") or (zones.pop() if len(zones) == 1 else "")
        self.questions: list[str] = []

    def _read(self, text: str) -> None:
        inside: list[str] = []
        for line in re.sub(r"\r?\n[ \t]", "", text).splitlines():
            if not (match := _PROPERTY.fullmatch(line)):
                continue
            name, parameters, value = match[1].upper(), match[2], _unescaped(match[3])
            if name == "BEGIN":
                inside.append(value)
                if value == "VEVENT":
                    self.events.append({})
            elif name == "END":
                inside = inside[:-1]
            elif inside[-1:] == ["VEVENT"]:
                self.events[-1].setdefault(name, (parameters, value))
            elif inside[-1:] == ["VCALENDAR"]:
                # Alarms and the rules of time zones have dates of their own.
                self.properties.setdefault(name, value)

    def schedule(self) -> tuple[Node, list[str]]:
        days: dict[str, dict[str, list[Node]]] = {}
        ends: list[str] = []
        without_time = []
        for event in self.events:
            properties = {name: value for name, (_parameters, value) in event.items()}
            title = properties.get("SUMMARY", "")
            if properties.get("STATUS") == "CANCELLED":
                self.questions.append(_("Left out, as cancelled: “%(title)s”.") % {"title": title})
                continue
            start, end = self._moment(event.get("DTSTART")), self._moment(event.get("DTEND"))
            if start and not start.has_time and "T" in properties["DTSTART"]:
                without_time.append(f"«{title}»")
            lasts = end.moment - start.moment if start and end else datetime.timedelta()
            if lasts < datetime.timedelta():
                self.questions.append(
                    _("The talk “%(title)s” ends before it begins: check its time.") % {"title": title}
                )
                lasts = datetime.timedelta()
            if end and lasts >= _DAY:
                # Without an hour, DTEND is the day after the last one.
                ends.append(str((end.moment if "T" in properties["DTEND"] else end.moment - _DAY).date()))
            talk = {
                "title": title,
                "start": start.moment.strftime("%H:%M") if start and start.has_time else "",
                "date": start.moment.isoformat() if start else "",
                "abstract": properties.get("DESCRIPTION", ""),
                "url": properties.get("URL", ""),
                "guid": properties.get("UID", ""),
                "duration": properties.get("DURATION") or (str(lasts) if lasts < _DAY else ""),
                "people": "; ".join(_called(*event[name]) for name in _PEOPLE if name in event),
                "repetition": properties.get("RRULE", ""),
            }
            day = str(start.moment.date()) if start else ""
            days.setdefault(day, {}).setdefault(properties.get("LOCATION", ""), []).append(talk)
        if without_time:
            message = _(
                "The calendar has these times in another zone and does not say which zone is the event’s. Left "
                "out; check the days: %(titles)s."
            )
            self.questions.append(message % {"titles": _listed(without_time)})
        title = self.properties.get("X-WR-CALNAME") or self.properties.get("NAME") or ""
        tree: Node = {"title": title, "time_zone_name": self.zone, "end": max(ends, default="")}
        tree["days"] = [{"date": day, "rooms": rooms} for day, rooms in sorted(days.items())]
        return {"conference": tree}, self.questions

    def _moment(self, stated: tuple[str, str] | None) -> "_Moment | None":
        """Return the moment by the clock of the event’s zone; by another clock, if it is not known how they differ."""
        match = _MOMENT.match(stated[1]) if stated else None
        if not stated or not match:
            return None
        try:
            moment = datetime.datetime(*(int(part or 0) for part in match.groups()[:5]))
        except ValueError:
            return None
        zone = "UTC" if match[6] else "".join(_TZID.findall(stated[0])[:1])
        if not match[4] or not zone or zone == self.zone:
            return _Moment(moment, has_time=bool(match[4]))
        own, wanted = values.time_zone(zone), values.time_zone(self.zone)
        if own is None or wanted is None:
            return _Moment(moment, has_time=False)
        return _Moment(moment.replace(tzinfo=own).astimezone(wanted).replace(tzinfo=None), has_time=True)


class _Moment(NamedTuple):
    """`has_time` unless only the day is stated or the hour cannot be told."""

    moment: datetime.datetime
    has_time: bool


def _called(parameters: str, value: str) -> str:
    """The name of a person: ATTENDEE;CN="Иван Сочинский":mailto:…"""
    name = re.search(r';CN="?([^";]+)', parameters, re.IGNORECASE)
    return name[1] if name else value


def _unescaped(value: str) -> str:
    return re.sub(r"\\([nN,;\\])", lambda match: "\n" if match[1] in "nN" else match[1], value)


def _listed(values: list[str], most: int = 10) -> str:
    """The first values, and how many more there are."""
    rest = len(values) - most
    return "; ".join(values[:most]) + (_(" and %(count)d more") % {"count": rest} if rest > 0 else "")


def _texts(element: Any) -> Node:
    return {child.tag: (child.text or "").strip() for child in element}


def _xml_event(event: ElementTree.Element) -> Node:
    recording = event.find("recording")
    return _texts(event) | {
        "recording": _texts(recording) if recording is not None and len(recording) else event.findtext("recording"),
        "persons": [
            {"id": child.get("id"), "public_name": (child.text or "").strip()} for child in event.iter("person")
        ],
        "links": [{"url": child.get("href", ""), "title": (child.text or "").strip()} for child in event.iter("link")],
        "attachments": [
            {"url": child.get("href", ""), "title": (child.text or "").strip()} for child in event.iter("attachment")
        ],
    }


class _Reading:
    """The draft of one schedule, with the questions that its values leave."""

    def __init__(self, schedule: Node, questions: list[str]) -> None:
        self.schedule, self.conference = schedule, schedule["conference"]
        self.base_url = _text(schedule.get("base_url") or self.conference.get("base_url"))
        self.people: dict[str, PersonDraft] = {}
        self.sessions: dict[tuple[str, str], SessionDraft] = {}
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
        # Without tracks the rooms part the programme.
        self.has_tracks = any(_text(event.get("track")) for _day, events in days for _room, event in events)
        draft.dates = [self._dates([day for day, _rooms in days])]
        draft.city = TextFact(value=_text(self.conference.get("city")))
        draft.place = TextFact(value=_text(self.conference.get("venue")))
        draft.source = SourceDraft(url=_url(self.schedule.get("url") or self.base_url), headline=title)
        for day, rooms in days:
            self._day(draft, day, rooms)
        draft.people, draft.sessions = list(self.people.values()), list(self.sessions.values())
        draft.links = list({link.url: link for link in draft.links}.values())
        rooms = sorted({room for _day, events in days for room, _event in events if room})
        if rooms and self.has_tracks:
            self.questions.append(_("The archive has no place for the rooms: %(rooms)s.") % {"rooms": ", ".join(rooms)})
        for what, facts in self.left_out.items():
            message = _("Not taken from the schedule, %(what)s (%(count)d): %(values)s.")
            self.questions.append(message % {"what": what, "count": len(facts), "values": _listed(facts)})
        draft.questions = self.questions
        return draft

    def _days(self) -> list[tuple[str, list[tuple[str, Node]]]]:
        """Return the days in order, each with its events and their rooms."""
        days = self.conference["days"]
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
        rooms = [room for rooms in self._items(day.get("rooms"), dict) for room in rooms.items()]
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
        timed = [(self._order(event, day), room, event) for room, event in rooms]
        for _start, room, event in sorted(timed, key=lambda item: item[:2]):
            title = _title(event)
            if values.is_break(title) or values.is_break(_text(event.get("type"))):
                self.questions.append(_("Left out, as no talk: “%(title)s”, %(day)s.") % {"title": title, "day": day})
                continue
            if fold(_text(event.get("state"))) in _CANCELLED or _CALLED_OFF.match(title):
                self.questions.append(_("Left out, as cancelled: “%(title)s”.") % {"title": title})
                continue
            # pretalx numbers the slots of a talk in `guid`; a title alone may come back on another day.
            identity = _text(event.get("code") or event.get("guid") or event.get("id")) or f"{day} {title}"
            if (identity, title) in self.seen:
                # The same talk in two rooms or slots.
                self._leave_out(_("second slots of a talk"), title, f"{day} {_text(event.get('start'))} {room}")
                continue
            self.seen.add((identity, title))
            draft.talks.append(self._talk(event, day, room))
            draft.links += self._links(event)
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

    def _links(self, event: Node) -> list[LinkDraft]:
        """Return recordings, slides and papers; other links are left out."""
        found = []
        for key in ("attachments", "links"):
            for link in self._items(event.get(key), dict, str):
                node = link if isinstance(link, dict) else {"url": link}
                address = _text(node.get("url"))
                url = _url(urljoin(self.base_url, address) if address else "")
                title = _text(node.get("title")) or _title(event)
                if url and (kind := _link_kind(url, title, key)):
                    found.append(LinkDraft(kind=kind, url=url, title=title))
                else:
                    self._leave_out(_("links that are neither a recording nor a material"), title, url or address)
        found += self._recordings(event, [link for link in found if link.kind == "recording"])
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

    def _dates(self, days: list[str]) -> DateDraft:
        stated = [day for day in days if day]
        start = self._date(self.conference.get("start"), is_needed=not stated) or min(stated, default="")
        end = self._date(self.conference.get("end"), is_needed=not stated) or max(stated, default="")
        # Raises ValueError for what is no date.
        start = str(PartialDate.from_iso(start))
        end = str(PartialDate.from_iso(end)) if end else ""
        zone = _text(self.conference.get("time_zone_name"))
        return DateDraft(start=start, end="" if end == start else end, time_zone=zone)

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
        """Return the key of the track on this day, or of the room where there are no tracks."""
        name = track if self.has_tracks else room
        if not name:
            return ""
        known = self.sessions.setdefault(
            (name, day), SessionDraft(key=f"s{len(self.sessions) + 1}", title=name, day=day)
        )
        return known.key

    def _people(self, event: Node) -> Iterator[str]:
        for person in self._items(event.get("persons") or event.get("speakers"), dict, str):
            if isinstance(person, str):
                person = {"public_name": person}
            printed = _text(person.get("public_name") or person.get("name") or person.get("full_public_name"))
            if not printed:
                continue
            # A code identifies the person; without one, the name within this schedule does.
            identity = str(person.get("code") or person.get("guid") or person.get("id") or printed)
            if identity not in self.people:
                key = f"p{len(self.people) + 1}"
                self.people[identity] = PersonDraft(key=key, printed=printed, **name_parts(printed))
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
    return str(value or "").strip()


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
    """The text without markup of HTML and links of Markdown; paragraphs stay."""
    if "&lt;" in text:
        text = html.unescape(text)
    text = re.sub(r"<(?:br|/p|/div|/li|/h\d)\b[^>]*>", "\n\n", text, flags=re.IGNORECASE)
    text = re.sub(r"</?[a-zA-Z][^<>]*>", "", text)
    text = re.sub(r"\[([^\]]+)\]\((?:https?://[^)\s]+)\)", r"\1", text)
    text = html.unescape(text)
    return re.sub(r"\s*\n\s*\n\s*", "\n\n", text).strip()


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
    """Tell recordings, slides and papers apart; "" for pictures and pages."""
    path = url.partition("?")[0]
    if _RECORDING_HOSTS.search(url):
        return "recording"
    if _NO_MATERIAL.search(path):
        return ""
    if _SLIDES.search(title) or _SLIDES.search(path):
        return "slides"
    if path.lower().endswith((".pdf", ".doc", ".docx", ".odt")):
        return "paper"
    return "" if place == "links" else "slides"


def _url(value: Any) -> str:
    url = str(value or "").strip()
    return url if url.startswith(("https://", "http://")) else ""
