"""An iCalendar file of Indico, pretalx or a calendar program, converted to the tree that schedule.json has."""

import datetime
import itertools
import re
from typing import Any, NamedTuple

from dateutil.rrule import rrulestr
from django.utils.translation import gettext as _
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from ...russian import values
from ...russian.folding import fold

Node = dict[str, Any]

# NAME;PARAMETER="quoted: text":value
_PROPERTY = re.compile(r'([\w-]+)((?:;(?:"[^"]*"|[^":])*)?):(.*)', re.DOTALL)
_MOMENT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})\d{0,2}(Z?))?")
_TZID = re.compile(r';TZID="?([^";]+)', re.IGNORECASE)
_PEOPLE = ("ORGANIZER", "ATTENDEE", "CONTACT")
_SEVERAL = ("ATTACH", "ATTENDEE", "EXDATE", "RDATE")
_DAY = datetime.timedelta(days=1)
MOST_DAYS = 60  # of an event that is repeated
# Dateutil looks for a day that fulfils a rule up to the year 9999, and second by second where a rule counts these.
_BY_DAYS = re.compile(r"(?=.*FREQ=(?:DAILY|WEEKLY|MONTHLY|YEARLY))(?!.*BY(?:HOUR|MINUTE|SECOND))[A-Z0-9=,;+-]+")

# Indico begins a description with the speakers: «Speakers: Пётр Сочинский (РБВ), Анна Придуманная».
_SPEAKERS = re.compile(r"Speakers?:[ \t]*([^\n]+)\n*")
_AFFILIATED = re.compile(r"([^(),]+)(?:\(([^()]*)\))?")


class Calendar:
    """The events of a file; a calendar without a name that has one event is that event, others have talks."""

    def __init__(self, text: str) -> None:
        self.properties: dict[str, str] = {}
        # Of each event the properties with their parameters.
        self.events: list[dict[str, list[tuple[str, str]]]] = []
        self._read(text)
        stated = [event["DTSTART"][0][0] for event in self.events if "DTSTART" in event]
        zones = {zone for parameters in stated for zone in _TZID.findall(parameters)}
        self.zone = _zone_name(self.properties.get("X-WR-TIMEZONE") or (zones.pop() if len(zones) == 1 else ""))
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
                stated = self.events[-1].setdefault(name, [])
                if not stated or name in _SEVERAL:
                    stated.append((parameters, value))
            elif inside[-1:] == ["VCALENDAR"]:
                # Alarms and the rules of time zones have dates of their own.
                self.properties.setdefault(name, value)

    def schedule(self) -> tuple[Node, list[str]]:
        events = self._current()
        title = self.properties.get("X-WR-CALNAME") or self.properties.get("NAME") or ""
        if len(events) == 1 and not title:
            return self._single(events[0]), self.questions
        days: dict[str, dict[str, list[Node]]] = {}
        ends: list[str] = []
        without_time = []
        for event in events:
            talk = self._talk(event)
            start, end = self._moment(event, "DTSTART"), self._moment(event, "DTEND")
            if start and not start.has_time and "T" in event["DTSTART"][0][1]:
                without_time.append(f"«{talk['title']}»")
            if end and start and end.moment - start.moment >= _DAY:
                ends.append(_last_day(end, event))
            day = str(start.moment.date()) if start else ""
            days.setdefault(day, {}).setdefault(_value(event, "LOCATION"), []).append(talk)
        if without_time:
            self._tell_without_time(without_time)
        tree: Node = {"title": title, "time_zone_name": self.zone, "end": max(ends, default="")}
        tree["days"] = [{"date": day, "rooms": rooms} for day, rooms in sorted(days.items())]
        return {"conference": tree}, self.questions

    def _current(self) -> list[dict[str, list[tuple[str, str]]]]:
        """The events that are held, each as it was last changed."""
        changed = {(_value(one, "UID"), _value(one, "RECURRENCE-ID")) for one in self.events}
        found = []
        for event in self.events:
            if "RECURRENCE-ID" not in event and (_value(event, "UID"), _value(event, "DTSTART")) in changed:
                continue
            if _value(event, "STATUS").upper() == "CANCELLED":
                title = _value(event, "SUMMARY")
                self.questions.append(_("Left out, as cancelled: “%(title)s”.") % {"title": title})
                continue
            found.append(event)
        return found

    def _single(self, event: dict[str, list[tuple[str, str]]]) -> Node:
        """The tree of a conference without talks: Indico gives a meeting so, and so do calendars of people."""
        talk = self._talk(event)
        start, end = self._moment(event, "DTSTART"), self._moment(event, "DTEND")
        if start and not start.has_time and "T" in event["DTSTART"][0][1]:
            self._tell_without_time([f"«{talk['title']}»"])
        tree: Node = {
            "title": talk["title"],
            "time_zone_name": self.zone,
            "venue": _value(event, "LOCATION"),
            "start": str(start.moment.date()) if start else "",
            "start_time": talk["start"],
            "end": _last_day(end, event) if start and end and end.moment - start.moment >= _DAY else "",
            "dates": self._repeated(event, start),
            "days": [],
        }
        about = {name: talk[name] for name in ("people", "abstract", "attachments", "persons", "duration")}
        return {"conference": tree, "url": talk["url"], "about": about}

    def _repeated(self, event: dict[str, list[tuple[str, str]]], start: "_Moment | None") -> list[str]:
        """The days of an event that is repeated; of one without an end the first, which is asked about."""
        rule = _value(event, "RRULE")
        added = [moment.moment for moment in self._moments(event, "RDATE")]
        if not start or not (rule or added):
            return []
        moments = _by_rule(rule, start.moment) if rule else []
        if moments is None:
            message = _("The event is repeated (%(rule)s): only its first day is taken, enter the others.")
            self.questions.append(message % {"rule": rule})
            return []
        without = {moment.moment for moment in self._moments(event, "EXDATE")}
        days = {moment.date() for moment in (start.moment, *moments, *added) if moment not in without}
        return [str(day) for day in sorted(days)]

    def _talk(self, event: dict[str, list[tuple[str, str]]]) -> Node:
        title, abstract = _value(event, "SUMMARY"), _value(event, "DESCRIPTION")
        start, end = self._moment(event, "DTSTART"), self._moment(event, "DTEND")
        lasts = end.moment - start.moment if start and end else datetime.timedelta()
        if lasts < datetime.timedelta():
            self.questions.append(_("The talk “%(title)s” ends before it begins: check its time.") % {"title": title})
            lasts = datetime.timedelta()
        persons: list[Node] = []
        if "pretalx" in self.properties.get("PRODID", "").lower():
            # «О каталогах - Пётр Сочинский, Анна Придуманная»
            title, _dash, names = title.rpartition(" - ") if " - " in title else (title, "", "")
            persons = [{"public_name": name.strip()} for name in names.split(",") if name.strip()]
        elif match := _SPEAKERS.match(abstract):
            abstract = abstract[match.end() :]
            stated = ((name.strip(), where.strip()) for name, where in _AFFILIATED.findall(match[1]))
            persons = [{"public_name": name, "affiliation": where} for name, where in stated if name]
        url = _value(event, "URL")
        if url:
            abstract = abstract.strip().removesuffix(url).strip()
        return {
            "title": title,
            "start": start.moment.strftime("%H:%M") if start and start.has_time else "",
            "date": start.moment.isoformat() if start else "",
            "abstract": "" if fold(abstract) == fold(title) else abstract,
            "persons": persons,
            "attachments": [{"url": value} for _parameters, value in event.get("ATTACH", [])],
            "url": url,
            "guid": _value(event, "UID"),
            "duration": _value(event, "DURATION") or (str(lasts) if lasts < _DAY else ""),
            "people": "; ".join(_called(*one) for name in _PEOPLE for one in event.get(name, [])),
            "repetition": _value(event, "RRULE"),
        }

    def _tell_without_time(self, titles: list[str]) -> None:
        message = _(
            "The calendar has these times in another zone and does not say which zone is the event’s. Left "
            "out; check the days: %(titles)s."
        )
        self.questions.append(message % {"titles": listed(titles)})

    def _moment(self, event: dict[str, list[tuple[str, str]]], name: str) -> "_Moment | None":
        return next(iter(self._moments(event, name)), None)

    def _moments(self, event: dict[str, list[tuple[str, str]]], name: str) -> "list[_Moment]":
        """Moments by the clock of the event’s zone; by another clock, if it is not known how they differ."""
        found = (
            self._read_moment(parameters, one) for parameters, value in event.get(name, []) for one in value.split(",")
        )
        return [moment for moment in found if moment]

    def _read_moment(self, parameters: str, text: str) -> "_Moment | None":
        if not (match := _MOMENT.match(text)):
            return None
        try:
            moment = datetime.datetime(*(int(part or 0) for part in match.groups()[:5]))
        except ValueError:
            return None
        zone = "UTC" if match[6] else _zone_name("".join(_TZID.findall(parameters)[:1]))
        if not match[4] or not zone or zone == self.zone:
            return _Moment(moment, has_time=bool(match[4]))
        own, wanted = values.time_zone(zone), values.time_zone(self.zone)
        if own is None or wanted is None:
            return _Moment(moment, has_time=False)
        return _Moment(moment.replace(tzinfo=own).astimezone(wanted).replace(tzinfo=None), has_time=True)


def _by_rule(rule: str, start: datetime.datetime) -> list[datetime.datetime] | None:
    """The moments of a recurrence rule (RFC 5545); None of one that has too many, or that cannot be read."""
    if not _BY_DAYS.fullmatch(rule):
        return None
    try:
        # What is repeated until a moment of Greenwich is counted by the clock of the place.
        rules = rrulestr(re.sub(r"(UNTIL=\d{8}T\d{6})Z", r"\1", rule), dtstart=start)
    except (ValueError, TypeError):
        return None
    moments = list(itertools.islice(rules, MOST_DAYS + 1))
    return moments if len(moments) <= MOST_DAYS else None


class _Moment(NamedTuple):
    """`has_time` unless only the day is stated or the hour cannot be told."""

    moment: datetime.datetime
    has_time: bool


def listed(values: list[str], most: int = 10) -> str:
    """The first values, and how many more there are."""
    rest = len(values) - most
    return "; ".join(values[:most]) + (_(" and %(count)d more") % {"count": rest} if rest > 0 else "")


def _value(event: dict[str, list[tuple[str, str]]], name: str) -> str:
    return event[name][0][1].strip() if name in event else ""


def _zone_name(name: str) -> str:
    """The name of a zone in the tz database; Outlook has names of its own."""
    return WINDOWS_TO_OLSON.get(name, name)


def _last_day(end: _Moment, event: dict[str, list[tuple[str, str]]]) -> str:
    # Without an hour, DTEND is the day after the last one.
    return str((end.moment if "T" in _value(event, "DTEND") else end.moment - _DAY).date())


def _called(parameters: str, value: str) -> str:
    """The name of a person: ATTENDEE;CN="Иван Сочинский":mailto:…"""
    name = re.search(r';CN="?([^";]+)', parameters, re.IGNORECASE)
    return name[1] if name else value


def _unescaped(value: str) -> str:
    return re.sub(r"\\([nN,;\\])", lambda match: "\n" if match[1] in "nN" else match[1], value)
