"""Addresses and navigation of a page: its canonical URL, the same page in the other language, the current section."""

from functools import lru_cache

from django import template
from django.db.models import Count
from django.template import Context
from django.urls import reverse, translate_url
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, override

from ..models import Conference

register = template.Library()


@register.simple_tag(takes_context=True)
def canonical_url(context: Context, language: str = "") -> str:
    """Return the absolute canonical URL of this page, here or in another language.

    Its query string is the view's `canonical_query`, so unknown parameters are dropped.
    """
    request, query = context["request"], context.get("canonical_query", "")
    path = translated_path(request.path, language) if language and language != get_language() else request.path
    return request.build_absolute_uri(path + (f"?{query}" if query else ""))


@register.simple_tag(takes_context=True)
def url_in_language(context: Context, language: str) -> str:
    """Return the URL of this page in another language; the home page if this page has none."""
    path, mark, query = context["request"].get_full_path().partition("?")
    translated = translated_path(path, language)
    if translated != path:
        return translated + mark + query
    with override(language):
        return reverse("events:home")


@lru_cache(maxsize=1 << 10)
def translated_path(path: str, language: str) -> str:
    """Return the path of the same page in another language. Cached: each page asks for it six times."""
    return translate_url(path, language)


@register.simple_tag(takes_context=True)
def aria_current(context: Context, *names: str) -> SafeString | str:
    """Return the aria-current attribute of a section's link: "page" on the first URL name, "true" on the others."""
    match = getattr(context["request"], "resolver_match", None)
    if match is None or match.namespace != "events" or match.url_name not in names:
        return ""
    return format_html(' aria-current="{}"', "page" if match.url_name == names[0] else "true")


@register.simple_tag
def events_by_year() -> list[dict[str, int]]:
    """Return the years that have published events, ascending, each as {"year": …, "count": …}."""
    published = Conference.objects.published().filter(year__isnull=False)
    return list(published.order_by("year").values("year").annotate(count=Count("pk")))
