"""What was said in the recordings of sample data: files of captions, the same for the same recording."""

from pathlib import PurePath
from random import Random

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import QuerySet

from events.models import Recording

from .sentences import SentenceGenerator

SECONDS = 30  # that a paragraph lasts, the pause after it included
BATCH = 500


def caption(sentences: SentenceGenerator, seed: int, paragraphs: int) -> int:
    """Write captions of so many paragraphs for each recording that has none; returns the number of recordings."""
    recordings = list(QuerySet(Recording).filter(captions="").order_by("pk"))
    for recording in recordings:
        recording.captions = str(PurePath("captions") / f"sample-{seed}-{paragraphs}-{recording.uid}.vtt")
        # Databases of several engines share the folder.
        if not default_storage.exists(recording.captions.name):
            text = _captions(sentences, Random(f"{seed} {recording.pk}"), paragraphs)
            default_storage.save(recording.captions.name, ContentFile(text.encode()))
    QuerySet(Recording).bulk_update(recordings, ["captions"], batch_size=BATCH)
    return len(recordings)


def _captions(sentences: SentenceGenerator, random: Random, paragraphs: int) -> str:
    cues = (
        f"{_time(start)} --> {_time(start + SECONDS - 10)}\n{sentences.paragraph(random, 3, 8)}\n"
        for start in range(0, paragraphs * SECONDS, SECONDS)
    )
    return "WEBVTT\n\n" + "\n".join(cues)


def _time(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.000"
