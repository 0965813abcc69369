"""Show recordings: players, addresses of their seconds, what was said in them."""

from typing import NamedTuple

from django import template
from django.conf import settings
from django.template import Context
from django.urls import reverse
from django.utils.safestring import SafeString

from .. import captions, players, search
from ..cues import paragraphs
from ..links.http_probe import web_address
from ..models import Recording, RecordingOffset

register = template.Library()

# Longer transcripts have a page of their own only, so that the page of an event stays light.
MOST_PARAGRAPHS = 40


class Said(NamedTuple):
    start: float
    second: int
    speaker: str
    text: SafeString  # with what is looked for marked
    is_found: bool


class Transcript(NamedTuple):
    paragraphs: list[Said]
    is_short: bool
    is_searched: bool

    @property
    def found(self) -> list[Said]:
        return [one for one in self.paragraphs if one.is_found]


@register.simple_tag
def player(recording: Recording) -> players.Player | None:
    """Return the player of another site for a recording, if it has one and the settings allow it."""
    return None if recording.file else players.player(recording.url, settings.PLAYER_HOSTS)


@register.simple_tag
def moment(recording: Recording, seconds: int = 0) -> str:
    """Return the address that opens a recording at a second, without scripts too."""
    if recording.file:
        return f"{recording.file.url}#t={seconds}" if seconds else recording.file.url
    return players.at_second(web_address(recording.url), seconds)


@register.simple_tag
def player_address(player: players.Player, seconds: int = 0) -> str:
    """Return the address of another site's player that begins at a second."""
    return player.address.replace("{s}", str(seconds or 0))


@register.simple_tag(takes_context=True)
def transcript(context: Context, recording: Recording) -> Transcript | None:
    """Return what was said in a recording, by its captions; None without any. Words of `looked_for` are marked."""
    lemmas = search.parse(context.get("looked_for", "")).lemmas
    said = []
    for one in paragraphs(context["hidden_speakers"].unnamed(captions.stored(recording.captions))):
        text = search.highlight(one.text, lemmas)
        said.append(Said(one.start, one.second, one.speaker, text, "<mark>" in text))
    return Transcript(said, len(said) <= MOST_PARAGRAPHS, bool(lemmas)) if said else None


@register.simple_tag
def recording_url(name: str, recording: Recording) -> str:
    """Return the address of the page, the embedded page or a file of a recording."""
    return reverse(f"events:{name}", args=[recording.uid])


@register.filter
def chapters(recording: Recording) -> list[RecordingOffset]:
    """Return the starts of talks in a recording, in order."""
    return list(recording.offsets.all())
