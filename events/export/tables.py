"""The archive as the archivist's spreadsheet: the same columns that importing reads."""

from collections.abc import Iterable, Iterator

from django.db.models import Prefetch

from ..models import Conference, ConferenceDate, OrganisationParticipation, SpeakerParticipation, Subject, Talk
from ..models.fields import partial_date
from ..russian.dates import format_date
from ..table import Row, with_code

_ROLES = {"organisers": "organiser", "supporters": "support", "participants": "participant"}
_FORMATS = {"online": "онлайн", "mixed": "смешанный", "on-site": "очно"}

_STATES = {"expected": "ожидается", "held": "состоялось", "cancelled": "отменено", "postponed": "перенесено"}


def rows(conferences: Iterable[Conference]) -> Iterator[Row]:
    """One row a talk; the event's cells stand in its first row. The conferences come preloaded (`preloaded`)."""
    for conference in conferences:
        event = _filled(_event(conference))
        talks = [_filled(_talk(talk, conference)) for talk in conference.talks.all()] or [{}]
        yield event | talks[0]
        yield from talks[1:]


def preloaded(conferences):  # noqa: ANN001, ANN201 (a ConferenceQuerySet in, the same out)
    """The queryset with all that a row needs: the same number of queries for one event and for a thousand."""
    # What a row refers to is joined: prefetched, SQLite would take no more than a thousand of them.
    people = Prefetch("people", SpeakerParticipation.objects.with_names())
    return conferences.select_related("kind", "series", "venue").prefetch_related(
        "dates",
        "topics",
        "sources",
        "recordings",
        Prefetch("organisations", OrganisationParticipation.objects.with_names()),
        people,
        Prefetch("subjects", Subject.objects.named()),
        Prefetch("talks", Talk.objects.select_related("kind", "session").prefetch_related(people)),
    )


def _filled(row: Row) -> Row:
    return {key: value for key, value in row.items() if value}


def _event(conference: Conference) -> Row:
    dates = [date for date in conference.dates.all() if not date.note]
    source = next(iter(conference.sources.all()), None)
    return {
        "code": conference.slug,
        **{
            name: getattr(conference, name)
            for name in ("title", "theme", "ordinal", "place", "city", "platform", "occasion", "framework")
        },
        "summary": conference.summary,
        "outcome": conference.outcome,
        "kind": conference.kind.name if conference.kind else "",
        "format": _FORMATS.get(conference.format, ""),
        "series": with_code(conference.series.name, conference.series.slug) if conference.series else "",
        "venue": with_code(conference.venue.name, conference.venue.slug) if conference.venue else "",
        **_dates(dates),
        "state": _STATES.get(conference.state, ""),
        "postponed_to": _readable(conference.postponed_to),
        **{key: _organisations(conference, role) for key, role in _ROLES.items()},
        "moderators": _people(conference, "moderator"),
        "about": _about(conference, None),
        "topics": "; ".join(topic.name for topic in conference.topics.all()),
        "source_url": source.url if source else "",
        "source_headline": source.headline if source else "",
        "recording": "; ".join(one.url for one in conference.recordings.all() if one.url and not one.talk_id),
    }


def _dates(dates: list[ConferenceDate]) -> Row:
    if not dates:
        return {}
    return {
        "start": "; ".join(_readable(date.start) for date in dates),
        "end": "; ".join(_readable(date.end) for date in dates).rstrip("; "),
        "time": dates[0].start_time.strftime("%H:%M") if dates[0].start_time else "",
        "year_supplied": "да" if any(date.year_supplied for date in dates) else "",
    }


def _readable(stored: str) -> str:
    """«09.06.2020» where spreadsheets expect it; what is known only in part, as words."""
    date = partial_date(stored)
    if date is None:
        return ""
    if date.date:
        return date.date.strftime("%d.%m.%Y")
    return format_date(date).split(" (")[0].replace("\u00a0", " ")


def _organisations(conference: Conference, role: str) -> str:
    return "; ".join(
        with_code(part.organisation.name, part.organisation.slug)
        for part in conference.organisations.all()
        if part.role.slug == role and part.organisation and not part.talk_id
    )


def _people(conference: Conference, role: str) -> str:
    return "; ".join(
        # Who holds positions in two organisations stands there once.
        dict.fromkeys(
            with_code(part.speaker.full_name, part.speaker.slug)
            for part in conference.people.all()
            if part.role.slug == role and not part.talk_id and not part.session_id
        )
    )


def _about(conference: Conference, talk: Talk | None) -> str:
    return "; ".join(
        with_code(row.speaker.full_name, row.speaker.slug)
        for row in conference.subjects.all()
        if row.talk_id == (talk.pk if talk else None)
    )


def _talk(talk: Talk, conference: Conference) -> Row:
    speakers = [part for part in talk.people.all() if part.role.slug == "speaker"]
    return {
        "talk_number": str(talk.order) if talk.order else "",
        "talk_time": talk.start_time.strftime("%H:%M") if talk.start_time else "",
        "talk_kind": talk.kind.name if talk.kind else "",
        "talk_title": talk.title,
        "talk_subject": talk.topic,
        "speakers": "; ".join(with_code(part.speaker.full_name, part.speaker.slug) for part in speakers),
        "positions": "; ".join(part.position for part in speakers).rstrip("; "),
        "affiliations": "; ".join(
            with_code(part.organisation.name, part.organisation.slug) if part.organisation else "" for part in speakers
        ).rstrip("; "),
        "talk_about": _about(conference, talk),
        "session": str(talk.session) if talk.session else "",
        "abstract": talk.abstract,
    }
