"""What the archive knows."""

from .base import OldAddress
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
from .media import LinkCheck, Material, Photo, Recording, RecordingOffset, Source
from .media_files import MediaFile
from .page_versions import PageVersion, PublicRevision, ShownVersion
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
from .revision import Version
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
    "MediaFile",
    "Note",
    "OldAddress",
    "Organisation",
    "OrganisationAlias",
    "OrganisationParticipation",
    "OrganisationRole",
    "PageVersion",
    "Photo",
    "PublicRevision",
    "ReaderReport",
    "Recording",
    "RecordingOffset",
    "SearchDocument",
    "SearchWord",
    "Series",
    "Session",
    "ShownVersion",
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
]
