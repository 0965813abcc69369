"""What the archive knows."""

from .base import OldAddress, rows_changed
from .conference import (
    Attendance,
    Conference,
    ConferenceDate,
    ConferenceTopic,
    Note,
    Series,
    Session,
    Talk,
    TalkTopic,
)
from .history import Version
from .media import Material, Photo, Recording, RecordingOffset, Source
from .people import (
    Organisation,
    OrganisationAlias,
    OrganisationParticipation,
    Speaker,
    SpeakerAlias,
    SpeakerParticipation,
)
from .reference import ConferenceKind, MaterialKind, OrganisationRole, SpeakerRole, TalkKind
from .topics import Topic

__all__ = [
    "Attendance",
    "Conference",
    "ConferenceDate",
    "ConferenceKind",
    "ConferenceTopic",
    "Material",
    "MaterialKind",
    "Note",
    "OldAddress",
    "Organisation",
    "OrganisationAlias",
    "OrganisationParticipation",
    "OrganisationRole",
    "Photo",
    "Recording",
    "RecordingOffset",
    "Series",
    "Session",
    "Source",
    "Speaker",
    "SpeakerAlias",
    "SpeakerParticipation",
    "SpeakerRole",
    "Talk",
    "TalkKind",
    "TalkTopic",
    "Topic",
    "Version",
    "rows_changed",
]
