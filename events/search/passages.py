"""What was said in recordings as search documents: a passage for each paragraph of the captions.

A recording's passages are made, stored and replaced together; their truth is the file of captions. So that an event is
edited without indexing hours of speech again, they contain of it only what hits are filtered and sorted by; what a page
shows beside a passage it reads from the recording. Nor do they contain who speaks: whoever is hidden is in none.
"""

from collections.abc import Collection, Iterator
from dataclasses import replace

from django.db.models import Q, QuerySet

from .. import captions
from ..batches import batched
from ..cues import LABEL, Cue, paragraphs
from ..models import Recording, SearchDocument
from ..models.conference import at_published
from .analysis import ANALYZER_VERSION, Document, facet_term
from .fetching import among

KIND = SearchDocument.Kind.PASSAGE
# The number of a passage is the lower bits of its key, the recording's primary key the others.
NUMBER_BITS = 12
MOST = 1 << NUMBER_BITS  # passages of a recording


def make_documents(recordings: Collection[int]) -> list[Document]:
    """Make the passages of recordings, given by primary keys."""
    rows = Recording.objects.filter(among("pk", recordings)).exclude(captions="").annotate(is_visible=at_published())
    rows = rows.select_related("conference__kind", "conference__venue").order_by("pk")
    return [document for row in rows if row.pk in recordings for document in _documents(row)]


def _documents(recording: Recording) -> Iterator[Document]:
    conference = recording.conference
    place = conference.city or (conference.venue.city if conference.venue else "")
    facets = {
        f"k:{KIND.name.lower()}",
        facet_term("h", "recording"),
        f"y:{conference.year}" if conference.year else "",
        facet_term("e", conference.kind.slug) if conference.kind else "",
        facet_term("p", place) if place else "",
    }
    for number, (second, text) in enumerate(_passages(recording)):
        object_id = recording.pk << NUMBER_BITS | number
        yield Document(
            id=SearchDocument.encode_id(KIND, object_id, str(conference.first_day or ""), recording.is_visible),
            kind=int(KIND),
            object_id=object_id,
            facets=" ".join(sorted(facets - {""})),
            slug=moment(recording, second),
            language=recording.language or conference.language,
            title="",
            subtitle="",
            names="",
            alternate_forms="",
            context="",
            body=text,
            counted="",
            analyzer_version=ANALYZER_VERSION,
        )


def _passages(recording: Recording) -> list[tuple[int, str]]:
    """The second and the text of each passage; of more than MOST paragraphs some are joined."""
    said = paragraphs(map(_without_label, captions.stored(recording.captions)))
    size = -(-len(said) // MOST) or 1
    return [
        (group[0].second, "\n".join(one.text for one in group).replace("\x00", "")) for group in batched(said, size)
    ]


def _without_label(cue: Cue) -> Cue:
    """The cue without «Имя:» before the text, which the reader of captions leaves where few lines have it."""
    label = LABEL.fullmatch(cue.text)
    return replace(cue, text=label["text"]) if label else cue


def moment(recording: Recording, second: int) -> str:
    """What a passage has in place of a slug: where its page opens."""
    return f"{recording.uid}:{second}"


def moment_of(passage: SearchDocument) -> tuple[str, int]:
    """The uid of a passage's recording and the second at which it begins."""
    uid, _colon, second = passage.slug.partition(":")
    return uid, int(second)


def stored_among(recordings: Collection[int]) -> Q:
    """The condition of the stored passages of these recordings."""
    condition = Q(pk=None)
    for pk in recordings:
        condition |= Q(object_id__gte=pk << NUMBER_BITS, object_id__lt=(pk + 1) << NUMBER_BITS)
    return Q(condition, kind=KIND)


def recording_of(object_id: int) -> int:
    """The primary key of a passage's recording."""
    return object_id >> NUMBER_BITS


def captioned(conferences: QuerySet | Collection[int]) -> QuerySet:
    """The primary keys of recordings of these conferences that have passages."""
    recordings = Recording.objects.filter(conference__in=conferences).exclude(captions="")
    return recordings.order_by().values_list("pk", flat=True)
