"""How the page of an event arranges what is known, and names what nobody wrote down."""

from typing import Any
from urllib.parse import unquote, urlsplit

from django import template
from django.template import Context
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _

from .. import models
from ..dates import PartialDate
from ..export import citations
from .archive import typeset

register = template.Library()

# Whose names stand on the catalogue card; everybody else of the event stands in the text.
LEADING = {"moderator", "host", "chair", "organiser"}

ByRole = list[tuple[models.SpeakerRole, list[models.SpeakerParticipation]]]


@register.filter
def leading(people: ByRole) -> ByRole:
    return [(role, parts) for role, parts in people if role.slug in LEADING]


@register.filter
def over(role: models.SpeakerRole | models.OrganisationRole, parts: list[Any]) -> str:
    """The role as it stands above those who have it: «модератор», «модераторы»."""
    return parts[0].role_name if len(parts) == 1 else role.plural


@register.filter
def attending(people: ByRole) -> ByRole:
    return [(role, parts) for role, parts in people if role.slug not in LEADING]


@register.filter
def unknown(record: models.Conference | models.Talk) -> list[str]:
    """What a visitor looks for and no source says."""
    known = _of_talk(record) if isinstance(record, models.Talk) else _of_conference(record)
    return [name for name, is_known in known.items() if not is_known]


def _of_conference(conference: models.Conference) -> dict[str, bool]:
    return {
        _("start time"): any(date.start_time for date in conference.dates.all()),
        _("number of participants"): bool(conference.attendance.all()),
        _("recording"): bool(conference.recordings.all()),
        _("pictures"): bool(conference.photos.all()),
        _("materials"): bool(conference.materials.all()),
    }


def _of_talk(talk: models.Talk) -> dict[str, bool]:
    return {
        _("speaker"): bool(talk.people.all() or talk.organisations.all()),
        _("start time"): bool(talk.start_time),
        _("abstract"): bool(talk.abstract),
        _("recording"): bool(talk.recordings.all() or talk.offsets.all()),
        _("materials"): bool(talk.materials.all()),
    }


@register.filter
def partial_date(value: str) -> PartialDate | None:
    return models.base.partial_date(value)


@register.filter
def language_names(codes: str) -> str:
    """«русский, казахский» for "ru, kk"; a code nobody knows stays as it is."""
    return ", ".join(_language_name(code.strip()) for code in codes.split(",") if code.strip())


def _language_name(code: str) -> str:
    try:
        name = str(get_language_info(code)["name_translated"])
    except KeyError:
        return code
    return name if get_language() == "en" else name.lower()


@register.filter
def host(url: str) -> str:
    return urlsplit(url).netloc.removeprefix("www.")


@register.filter
def readable_address(url: str) -> str:
    """An address as people read it: Cyrillic instead of percent signs, no scheme, no final slash."""
    return unquote(url).partition("://")[2].rstrip("/") or url


@register.filter
def in_quotes(title: str) -> str:
    """A title named in a sentence: «ёлочки» outside, „лапки“ inside."""
    return f"«{title.replace('«', '„').replace('»', '“')}»"


@register.simple_tag
def affiliation(part: models.SpeakerParticipation, short: bool = False) -> SafeString:
    """Position, organisation and degrees as they were at that event: «директор, Тверская библиотека»."""
    place: str | SafeString = part.affiliation_as_printed and typeset(part.affiliation_as_printed)
    if part.organisation:
        name = part.organisation.label if short else str(part.organisation)
        place = format_html('<a class="plain" href="{}">{}</a>', part.organisation.get_absolute_url(), typeset(name))
    pieces = filter(None, (typeset(part.position), place, typeset(part.distinctions)))
    return format_html_join(", ", "{}", ((piece,) for piece in pieces))


@register.simple_tag(takes_context=True)
def cited(context: Context, record: models.Conference | models.Talk) -> list[dict[str, str]]:
    """How to cite the record; the day of access is the reader's."""
    address = context["request"].build_absolute_uri(record.get_absolute_url())
    today = timezone.localdate()
    return [
        {
            "id": "cite-full",
            "use": _("In a list of literature"),
            "standard": "ГОСТ Р 7.0.100–2018",
            "line": citations.full(record, address, today),
        },
        {
            "id": "cite-short",
            "use": _("In a footnote"),
            "standard": "ГОСТ Р 7.0.5–2008",
            "line": citations.short(record, address, today),
        },
    ]
