"""How facts are written on a page: dates, numbers with their nouns, Russian setting of lines, unknowns."""

import re
from collections.abc import Iterable
from html import escape
from typing import Any

from django import template
from django.template import Context
from django.utils.formats import number_format
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext

from .. import text
from ..dates import PartialDate, format_span
from ..models import ConferenceDate
from .interface import in_language

register = template.Library()

_DASH = re.compile(r"(–|\u00a0— )")
_QUOTED = re.compile('[«"“„]([^«»"“”„]+)[»"”“]')


@register.filter
def typeset(value: Any) -> SafeString:
    """The line in Russian setting: dashes, no-break spaces. Escapes what is not yet safe."""
    return mark_safe(text.typography(str(conditional_escape(value or ""))))


@register.filter
def inside_quotes(value: str) -> str:
    """For a text that stands in quotation marks: those within are „лапки“ in Russian, ‘single’ in English."""
    return _QUOTED.sub(r"„\1“" if (get_language() or "ru") == "ru" else r"‘\1’", value)


@register.simple_tag
def span(date: ConferenceDate) -> SafeString:
    """«24–25 мая 2022» in the language of the page, each end a <time>, as far as HTML can say what is known."""
    line = format_span(date.start_date, date.end_date, get_language() or "ru")
    first, *last = _DASH.split(line, maxsplit=1) if date.end_date else [line]
    written = _time(date.start_date, first)
    return format_html("{}{}{}", written, last[0], _time(date.end_date, last[1])) if last else written


@register.simple_tag
def partial(date: PartialDate | None) -> SafeString:
    return _time(date, format_span(date, None, get_language() or "ru"))


def _time(date: PartialDate | None, line: str) -> SafeString:
    if date is None or (date.year is None and date.day is None):
        return conditional_escape(line)  # HTML has no month without a year
    return format_html('<time datetime="{}">{}</time>', str(date).removeprefix("XXXX-"), line)


@register.simple_tag
def when(conference: Any) -> SafeString:
    """The dates of a conference in one line."""
    spans = format_html_join(", ", "{}", ((span(date),) for date in conference.own_dates))
    return spans or conditional_escape(format_span(None, None, get_language() or "ru"))


@register.simple_tag
def counted(count: int, noun: str) -> str:
    """«1 доклад», «2 доклада», «5 докладов», «11 докладов» for one of the nouns below."""
    return (_NOUNS[noun](count) % {"count": number_format(count, force_grouping=True)}).replace(" ", text.NBSP, 1)


_NOUNS = {
    "conferences": lambda n: ngettext("%(count)s event", "%(count)s events", n),
    "talks": lambda n: ngettext("%(count)s talk", "%(count)s talks", n),
    "speakers": lambda n: ngettext("%(count)s speaker", "%(count)s speakers", n),
    "organisations": lambda n: ngettext("%(count)s organisation", "%(count)s organisations", n),
    "topics": lambda n: ngettext("%(count)s topic", "%(count)s topics", n),
    "records": lambda n: ngettext("%(count)s record", "%(count)s records", n),
    "photos": lambda n: ngettext("%(count)s photo", "%(count)s photos", n),
}


@register.simple_tag
def choices(values: Iterable[dict[str, Any]]) -> SafeString:
    """The values of a facet as list items: there are dozens on a page, and as a template they cost most of it."""
    return mark_safe("".join(map(_choice, values)))


def _choice(value: dict[str, Any]) -> str:
    current = ' aria-current="true"' if value["chosen"] else ""
    link = f'<a href="{escape(value["address"])}"{current}>{typeset(value["label"])}</a>'
    return f'<li>{link} <span class="count">{value["count"]:d}</span></li>\n'


@register.filter
def duration(seconds: int) -> str:
    """«1:02:03», «5:07»."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


@register.simple_tag(takes_context=True)
def canonical(context: Context, language: str = "") -> str:
    """The one address of this page, here or in another language: without what the page does not understand."""
    request, query = context["request"], context.get("canonical_query", "")
    path = in_language(request.path, language) if language else request.path
    return request.build_absolute_uri(path + (f"?{query}" if query else ""))
