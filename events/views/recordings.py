"""The page of a recording with what was said in it, the page that other sites embed, and the transcript as files."""

import re
import uuid
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers

from .. import captions, rights, search
from ..export import transcripts
from ..models import Recording
from ..revisions.withholding import HiddenSpeakers
from .generic import RecordPage

MOST_SECONDS = 1_000_000


class RecordingPage(RecordPage):
    """Context: `recording` (with the starts of its talks) and its `conference`; `start`, the second to begin at.

    `looked_for`: words to find in what was said.
    """

    model = Recording
    template_name = "events/recording_detail.html"
    record_path = "conference__uid"

    @staticmethod
    def with_related(records: QuerySet) -> QuerySet:
        return records.with_page()

    def redirect_or_gone(self, uid: uuid.UUID) -> HttpResponse:
        raise Http404

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        looked_for = search.clean(self.request.GET.get("q", ""))
        return super().get_context_data(
            conference=self.object.conference, start=self.start(), looked_for=looked_for, **kwargs
        )

    def start(self) -> int:
        second = re.fullmatch(r"([0-9]{1,9})s?", self.request.GET.get("t", ""))
        return min(int(second[1]), MOST_SECONDS) if second else 0


class EmbedPage(RecordingPage):
    template_name = "events/recording_embed.html"


def transcript(request: HttpRequest, uid: uuid.UUID, suffix: str) -> HttpResponse:
    """What was said in a recording, as WebVTT or plain text."""
    recording = rights.visible(Recording.objects, request.user).with_page().filter(uid=uid).first()
    cues = HiddenSpeakers().unnamed(captions.stored(recording.captions)) if recording else []
    if not cues:
        raise Http404
    if suffix == "vtt":
        response = HttpResponse(transcripts.vtt(cues), content_type="text/vtt; charset=utf-8")
    else:
        url = request.build_absolute_uri(recording.get_absolute_url())
        text = transcripts.plain_text(recording.label, url, cues)
        response = HttpResponse(text, content_type="text/plain; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="transcript-{recording.pk}.txt"'
    if not Recording.objects.published().filter(pk=recording.pk).exists():
        add_never_cache_headers(response)
    return response
