"""The models: what the archive knows."""

from .conference import (
    Attendance,
    Conference,
    ConferenceDate,
    Note,
    Series,
    Session,
    Talk,
)
from .consents import Consent
from .contacts import Contact
from .curated import COLLECTED, MOST_COLLECTED, CuratedCollection
from .form_lines import FormLine
from .media import LinkCheck, Material, Photo, Recording, RecordingOffset, Source
from .media_files import MediaFile
from .operations import Attempt, AuditEntry, JobLock, JobRun
from .page_versions import PageVersion, PublicRevision, ShownVersion, revision_committed
from .people import (
    Organisation,
    OrganisationAlias,
    OrganisationParticipation,
    Speaker,
    SpeakerAlias,
    SpeakerParticipation,
    Subject,
)
from .proposals import Proposal
from .reference import ConferenceKind, LibraryKind, MaterialKind, OrganisationRole, SpeakerRole, TalkKind
from .reports import ReaderFile, ReaderReport
from .revision import Version
from .search import ListCount, SearchDocument, SearchWord, Synonym
from .slugs import OldAddress
from .staff import StaffMembership
from .topics import ConferenceTopic, TalkTopic, Topic
from .visits import CountedLog, Visits
from .watching import WatchedItem, WatchedPage

__all__ = [
    "Attempt",
    "Attendance",
    "AuditEntry",
    "COLLECTED",
    "Conference",
    "ConferenceDate",
    "ConferenceKind",
    "ConferenceTopic",
    "Consent",
    "Contact",
    "CountedLog",
    "CuratedCollection",
    "FormLine",
    "JobLock",
    "JobRun",
    "MOST_COLLECTED",
    "LibraryKind",
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
    "Proposal",
    "Visits",
    "WatchedItem",
    "WatchedPage",
    "PublicRevision",
    "ReaderFile",
    "ReaderReport",
    "Recording",
    "RecordingOffset",
    "ListCount",
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
    "StaffMembership",
    "Subject",
    "Synonym",
    "Talk",
    "TalkKind",
    "TalkTopic",
    "Topic",
    "Version",
    "revision_committed",
]
