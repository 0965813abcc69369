"""What the archive knows."""

from .base import OldAddress, rows_changed, rows_changing
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
from .media import LinkCheck, Material, Photo, Recording, RecordingOffset, Source
from .people import (
    Organisation,
    OrganisationAlias,
    OrganisationParticipation,
    Speaker,
    SpeakerAlias,
    SpeakerParticipation,
)
from .reference import ConferenceKind, MaterialKind, OrganisationRole, SpeakerRole, TalkKind
from .reports import ReaderReport
from .search import SearchDocument, SearchWord, Synonym, UncountedWords
from .topics import Topic

__all__ = [
    "Attendance",
    "Conference",
    "ConferenceDate",
    "ConferenceKind",
    "ConferenceTopic",
    "LinkCheck",
    "Material",
    "MaterialKind",
    "Note",
    "OldAddress",
    "Organisation",
    "OrganisationAlias",
    "OrganisationParticipation",
    "OrganisationRole",
    "Photo",
    "ReaderReport",
    "Recording",
    "RecordingOffset",
    "SearchDocument",
    "SearchWord",
    "Series",
    "Session",
    "Source",
    "Speaker",
    "SpeakerAlias",
    "SpeakerParticipation",
    "SpeakerRole",
    "Synonym",
    "Talk",
    "TalkKind",
    "TalkTopic",
    "Topic",
    "UncountedWords",
    "Version",
    "rows_changed",
    "rows_changing",
]
