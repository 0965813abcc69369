"""Which records a changed row touches."""

from collections.abc import Iterator
from typing import NamedTuple

from django.db.models import Model, QuerySet

from ..models import (
    Attendance,
    Conference,
    ConferenceDate,
    ConferenceKind,
    ConferenceTopic,
    Material,
    MaterialKind,
    Note,
    Organisation,
    OrganisationAlias,
    OrganisationParticipation,
    OrganisationRole,
    Photo,
    Recording,
    RecordingOffset,
    Series,
    Session,
    Source,
    Speaker,
    SpeakerAlias,
    SpeakerParticipation,
    SpeakerRole,
    Talk,
    TalkKind,
    TalkTopic,
    Topic,
)
from .asking import Among, asked
from .documents import Key, Kind


class Touch(NamedTuple):
    """The paths from a row to the records it is a part of: those of the row itself, and those through many others."""

    direct: tuple[tuple[int, str], ...]
    many: tuple[tuple[int, str], ...] = ()


def _to(kind: int, *paths: str) -> tuple[tuple[int, str], ...]:
    return tuple((kind, path) for path in paths)


_CONFERENCE = Touch(_to(Kind.CONFERENCE, "conference"))
_CONFERENCE_AND_TALK = Touch(_to(Kind.CONFERENCE, "conference") + _to(Kind.TALK, "talk"))
_PARTICIPANTS = (
    _to(Kind.SPEAKER, "people__speaker")
    + _to(Kind.ORGANISATION, "people__organisation", "people__organisation__parent")
    + _to(Kind.ORGANISATION, "organisations__organisation", "organisations__organisation__parent")
)

TOUCHES = {
    Conference: Touch(
        _to(Kind.CONFERENCE, "pk") + _to(Kind.ORGANISATION, "venue", "venue__parent") + _to(Kind.SERIES, "series"),
        _PARTICIPANTS + _to(Kind.TALK, "talks") + _to(Kind.TOPIC, "topics", "talks__topics"),
    ),
    ConferenceDate: Touch(_to(Kind.CONFERENCE, "conference"), _to(Kind.TALK, "conference__talks")),
    ConferenceTopic: Touch(_to(Kind.CONFERENCE, "content_object") + _to(Kind.TOPIC, "tag")),
    Talk: Touch(_to(Kind.TALK, "pk") + _to(Kind.CONFERENCE, "conference"), _to(Kind.TOPIC, "topics")),
    TalkTopic: Touch(
        _to(Kind.TALK, "content_object") + _to(Kind.CONFERENCE, "content_object__conference") + _to(Kind.TOPIC, "tag")
    ),
    Session: Touch(_to(Kind.CONFERENCE, "conference"), _to(Kind.TALK, "talks")),
    SpeakerParticipation: Touch(
        _CONFERENCE_AND_TALK.direct
        + _to(Kind.SPEAKER, "speaker")
        + _to(Kind.ORGANISATION, "organisation", "organisation__parent")
    ),
    OrganisationParticipation: Touch(
        _CONFERENCE_AND_TALK.direct + _to(Kind.ORGANISATION, "organisation", "organisation__parent")
    ),
    Organisation: Touch(
        _to(Kind.ORGANISATION, "pk", "parent"),
        _to(Kind.ORGANISATION, "departments")
        + _to(Kind.CONFERENCE, "participations__conference", "affiliations__conference", "hosted")
        + _to(Kind.CONFERENCE, "departments__participations__conference", "departments__affiliations__conference")
        + _to(Kind.TALK, "participations__talk", "affiliations__talk")
        + _to(Kind.SPEAKER, "affiliations__speaker", "departments__affiliations__speaker"),
    ),
    OrganisationAlias: Touch(
        _to(Kind.ORGANISATION, "organisation"),
        _to(Kind.ORGANISATION, "organisation__departments")
        + _to(Kind.CONFERENCE, "organisation__participations__conference", "organisation__hosted")
        + _to(Kind.CONFERENCE, "organisation__departments__participations__conference")
        + _to(Kind.SPEAKER, "organisation__affiliations__speaker")
        + _to(Kind.TALK, "organisation__affiliations__talk"),
    ),
    Speaker: Touch(
        _to(Kind.SPEAKER, "pk"),
        _to(Kind.CONFERENCE, "participations__conference") + _to(Kind.TALK, "participations__talk"),
    ),
    SpeakerAlias: Touch(
        _to(Kind.SPEAKER, "speaker"),
        _to(Kind.CONFERENCE, "speaker__participations__conference") + _to(Kind.TALK, "speaker__participations__talk"),
    ),
    Topic: Touch(
        _to(Kind.TOPIC, "pk"),
        _to(Kind.CONFERENCE, "conferencetopic_items__content_object")
        + _to(Kind.CONFERENCE, "talktopic_items__content_object__conference")
        + _to(Kind.TALK, "talktopic_items__content_object"),
    ),
    Series: Touch(_to(Kind.SERIES, "pk"), _to(Kind.CONFERENCE, "conferences")),
    Recording: _CONFERENCE_AND_TALK,
    RecordingOffset: Touch(_to(Kind.TALK, "talk")),
    Material: _CONFERENCE_AND_TALK,
    Photo: _CONFERENCE,
    Source: _CONFERENCE,
    Note: _CONFERENCE,
    Attendance: _CONFERENCE,
    ConferenceKind: Touch((), _to(Kind.CONFERENCE, "conferences") + _to(Kind.TALK, "conferences__talks")),
    TalkKind: Touch((), _to(Kind.TALK, "talks")),
    MaterialKind: Touch((), _to(Kind.CONFERENCE, "materials__conference")),
    SpeakerRole: Touch((), _to(Kind.CONFERENCE, "participations__conference") + _to(Kind.TALK, "participations__talk")),
    OrganisationRole: Touch((), _to(Kind.CONFERENCE, "participations__conference")),
}


def own_keys(model: type[Model], pks: list[int]) -> set[Key]:
    """The records that these rows are a part of, as they stand in the database."""
    paths = TOUCHES[model].direct
    columns = [path for _kind, path in paths]
    rows = asked(
        (model, "own"), lambda these: model.objects.filter(these("pk")).order_by().values_list("pk", *columns), set(pks)
    )
    return {(int(kind), pk) for row in rows for (kind, _path), pk in zip(paths, row[1:], strict=True) if pk is not None}


def other_keys(model: type[Model], pks: list[int]) -> set[Key]:
    """The other records that show something of these rows."""
    return {(int(kind), pk) for kind, path in TOUCHES[model].many for pk in _reached(model, path, set(pks))}


def _reached(model: type[Model], path: str, pks: set[int]) -> Iterator[int]:
    def ask(these: Among) -> QuerySet:
        return model.objects.filter(these("pk"), **{f"{path}__isnull": False}).order_by().values_list("pk", path)

    return (pk for _row, pk in asked((model, path), ask, pks))
