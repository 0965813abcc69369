"""What other sites show of a record: the drawn card beside a link, and the player by oEmbed."""

import uuid
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import Resolver404, resolve, reverse
from django.utils.html import format_html
from django.utils.translation import get_language_from_path, override
from django.utils.translation import gettext as _

from .. import cards
from ..export import record as description
from ..export.record import Record
from ..models import Conference, Recording, Speaker, SpeakerParticipation, Talk
from ..russian.dates import format_span
from ..russian.typography import typeset, with_russian_quotes

MAX_AGE = 60 * 60  # seconds; a hidden person's card is soon gone everywhere
PLAYER = {"maxwidth": 640, "maxheight": 420}
SMALLEST = 200  # pixels


def card(request: HttpRequest, uid: uuid.UUID) -> FileResponse:
    """The card of a published event, talk or person, in Russian as the record is."""
    described = _described(uid, request.build_absolute_uri("/"))
    with override("ru"):
        path = cards.path(uid.hex, _card(described))
    response = FileResponse(path.open("rb"), content_type="image/jpeg")
    response["Cache-Control"] = f"private, max-age={MAX_AGE}"
    return response


def _described(uid: uuid.UUID, base: str) -> Record:
    for model in (Conference, Talk, Speaker):
        if key := model.objects.published().filter(uid=uid).values_list("pk", flat=True).first():
            return next(description.in_order(model, [key], base))
    raise Http404


def _card(record: Record) -> cards.Card:
    if record.kind == "speaker":
        above, below = _("speaker"), _latest_position(record)
    else:
        dates = ", ".join(format_span(span.start, span.end) for span in record.dates[:2])
        above = " · ".join(filter(None, (record.type.text, dates)))
        names = [person.name for person in record.authors] + record.corporate_authors
        below = ", ".join(names if record.event and names else record.organisers or names)
    title, below = (typeset(with_russian_quotes(text)) for text in (record.title, below))
    return cards.Card(above[:1].upper() + above[1:], title, below, str(_("Videoconference Archive")))


def _latest_position(record: Record) -> str:
    parts = SpeakerParticipation.objects.published().filter(speaker__uid=record.uid).with_names()
    latest = parts.exclude(position="", organisation=None).order_by("-conference__first_day", "-pk").first()
    if latest is None:
        return ""
    return ", ".join(filter(None, (latest.position, latest.organisation.label if latest.organisation else "")))


def oembed(request: HttpRequest) -> HttpResponse:
    """The player of a recording for the page of another site (oEmbed 1.0), asked for by the recording’s address."""
    if request.GET.get("format", "json") != "json":
        return _json({"error": "Only format=json is there."}, 501)
    recording = _recording(request)
    if recording is None:
        return _json({"error": "There is no public recording at this url."}, 404)
    base = f"{request.scheme}://{request.get_host()}"
    size = [_at_most(request.GET.get(name), most) for name, most in PLAYER.items()]
    owner = recording.talk or recording.conference
    return _json(
        {
            "version": "1.0",
            "type": "video",
            "title": recording.label,
            "provider_name": str(_("Videoconference Archive")),
            "provider_url": f"{base}/",
            "width": size[0],
            "height": size[1],
            "html": format_html(
                '<iframe src="{}" title="{}" width="{}" height="{}" allow="fullscreen" loading="lazy"></iframe>',
                base + reverse("events:recording_embed", args=[recording.uid]),
                recording.label,
                *size,
            ),
            "thumbnail_url": base + reverse("events:card", args=[owner.uid]),
            "thumbnail_width": cards.WIDTH,
            "thumbnail_height": cards.HEIGHT,
        }
    )


def _recording(request: HttpRequest) -> Recording | None:
    """The published recording whose page or player the parameter `url` names."""
    try:
        address = urlsplit(request.GET.get("url", ""))
        # A request for an answer to machines is in no language; the address that it asks about may be in one.
        with override(get_language_from_path(address.path) or settings.LANGUAGE_CODE):
            match = resolve(address.path)
    except (ValueError, Resolver404):
        return None
    if address.netloc and address.netloc != request.get_host():
        return None
    if match.view_name not in ("events:recording", "events:recording_embed"):
        return None
    records = Recording.objects.published().select_related("talk", "conference__kind")
    return records.filter(uid=match.kwargs["uid"]).first()


def _at_most(text: str | None, most: int) -> int:
    is_number = text and text.isascii() and text.isdecimal() and len(text) < 6
    return max(SMALLEST, min(int(text), most)) if is_number else most


def _json(data: dict[str, Any], status: int = 200) -> JsonResponse:
    response = JsonResponse(data, status=status, json_dumps_params={"ensure_ascii": False})
    response["Access-Control-Allow-Origin"] = "*"
    return response
