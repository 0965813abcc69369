"""What the frame of every page asks: where the reader is, and where the same page stands in the other language."""

from functools import lru_cache

from django import template
from django.db.models import Count, QuerySet
from django.template import Context
from django.urls import reverse, translate_url
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import override

from ..models import Conference
from ..models.composed import composed

register = template.Library()


@register.simple_tag(takes_context=True)
def address_in(context: Context, language: str) -> str:
    """The address of this page with the interface in another language; the home page, if this one has none."""
    here, mark, query = context["request"].get_full_path().partition("?")
    there = in_language(here, language)
    if there != here:
        return there + mark + query
    with override(language):
        return reverse("events:home")


@lru_cache(maxsize=1 << 10)
def in_language(path: str, language: str) -> str:
    """The address of the same page in another language. Each page asks for it six times."""
    return translate_url(path, language)


@register.simple_tag(takes_context=True)
def current(context: Context, *names: str) -> SafeString | str:
    """aria-current for the link of a section: the first name is the section’s own page, the others stand in it."""
    match = getattr(context["request"], "resolver_match", None)
    if match is None or match.namespace != "events" or match.url_name not in names:
        return ""
    return format_html(' aria-current="{}"', "page" if match.url_name == names[0] else "true")


@register.simple_tag
def events_by_year() -> list[dict[str, int]]:
    return _by_year()


@composed
def _by_year() -> QuerySet:
    published = Conference.objects.published().filter(year__isnull=False)
    return published.order_by("year").values("year").annotate(count=Count("pk"))
