"""Format values for a page: Russian typography, quotation marks, dates, counts, durations, languages, URLs, facets."""

import re
from collections.abc import Iterable
from html import escape
from typing import Any
from urllib.parse import unquote, urlsplit

from django import template
from django.utils import timezone
from django.utils.dates import MONTHS, MONTHS_3
from django.utils.formats import number_format
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, get_language_info, ngettext
from django.utils.translation import gettext as _

from ..links.http_probe import web_address
from ..models import Conference, ConferenceDate
from ..russian.dates import PartialDate, format_date, format_span
from ..russian.durations import clock
from ..russian.typography import CYRILLIC, NBSP, typeset, typeset_reference, with_russian_quotes

register = template.Library()

_DASH = re.compile(r"(–|\u00a0— )")
_QUOTED = re.compile('[«"“„]([^«»"“”„]+)[»"”“]')


@register.filter
def russian_typography(value: Any) -> SafeString:
    """Set a line by Russian typography: quotation marks, dashes, no-break spaces; None gives "".

    Escapes what is not marked safe; in what is, quotation marks may belong to tags and stay.
    """
    text = value or ""
    if not hasattr(text, "__html__"):
        text = with_russian_quotes(str(text))
    return mark_safe(typeset(str(conditional_escape(text))))


register.filter("reference_typography", typeset_reference)


@register.filter
def nested_quotes(value: str) -> str:
    """Change the quotation marks inside a text to second-level ones: „…“ on Russian pages, ‘…’ on English ones."""
    return _QUOTED.sub(r"„\1“" if _language() == "ru" else r"‘\1’", value)


@register.filter
def marked_as_russian(value: str) -> str:
    """Mark Cyrillic words as Russian on a page in another language, so that a screen reader reads them as such."""
    return format_html('<span lang="ru">{}</span>', value) if CYRILLIC.search(value) and _language() != "ru" else value


@register.filter
def quoted(title: str) -> str:
    """Put a title in quotation marks, «…», with „…“ inside."""
    return f"«{title.replace('«', '„').replace('»', '“')}»"


@register.simple_tag
def date_span(date: ConferenceDate | None) -> SafeString:
    """Format a day or a run of days, «24–25 мая 2022», with each end in a <time>; "date not stated" without one."""
    if not date:
        return partial_date(None)
    line = format_span(date.start_date, date.end_date, _language())
    first, *last = _DASH.split(line, maxsplit=1) if date.end_date else [line]
    start = _time(date.start_date, first)
    return format_html("{}{}{}", start, last[0], _time(date.end_date, last[1])) if last else start


@register.simple_tag
def partial_date(value: PartialDate | str | None) -> SafeString:
    """Format a partial date, or its ISO 8601-2 text, as a <time>; "date not stated" for None and ""."""
    date = PartialDate.from_iso(value) if value and isinstance(value, str) else value or None
    return _time(date, format_span(date, None, _language()))


@register.simple_tag
def month_name(month: str, short: bool = False) -> str:
    """Name a month by its number: «Июнь» for "06", «июн» if short."""
    return str((MONTHS_3 if short else MONTHS)[int(month)])


@register.simple_tag
def day_span(first: str, last: str) -> SafeString:
    """Format the first and the last of many days, given as ISO 8601-2 texts: «9 июня 2020 – 5 мая 2022»."""
    if first == last:
        return partial_date(first)
    return format_html("{} – {}", partial_date(first), partial_date(last))


@register.simple_tag
def conference_dates(conference: Conference) -> SafeString:
    """Format all dates of a conference, separated by commas, and its state; "date not stated" without any date."""
    spans = format_html_join(", ", "{}", ((date_span(date),) for date in conference.own_dates))
    by_year = format_html(", {}", latest_year(conference)) if conference.latest_year else ""
    return format_html("{}{}{}", spans or partial_date(None), by_year, event_state(conference))


@register.simple_tag
def latest_year(conference: Conference) -> str:
    """Say of an event without a year by which one it had taken place, as its sources tell."""
    return _("no later than %(year)d") % {"year": conference.latest_year}


@register.simple_tag
def event_state(conference: Conference) -> SafeString:
    """Say of an event that is not known to have taken place what became of it, as of today, in a few words."""
    words = {
        Conference.State.EXPECTED: _("expected"),
        Conference.State.CANCELLED: _("cancelled"),
        Conference.State.POSTPONED: _("postponed"),
    }.get(conference.state)
    if words is None:
        return SafeString()
    if conference.new_date:
        words = _("postponed to: %s") % format_date(conference.new_date, _language())
    if conference.is_overdue(timezone.localdate()):
        words = _("%s; not known whether it took place") % (words if conference.new_date else _("announced"))
    return format_html(' <span class="event-state">{}</span>', words)


@register.simple_tag
def event_notice(conference: Conference) -> str:
    """Say the same in whole sentences, for the page of an event or talk; "" of all other events."""
    new_date = conference.new_date and format_date(conference.new_date, _language())
    sentences = {
        Conference.State.EXPECTED: [_("This event is expected: the record is made from an announcement.")],
        Conference.State.CANCELLED: [_("This event was cancelled.")],
        Conference.State.POSTPONED: [
            _("This event was postponed."),
            _("The new date: %s.") % new_date if new_date else _("The new date is not known."),
        ],
    }.get(conference.state, [])
    if conference.is_overdue(timezone.localdate()):
        first = [_("This event was announced.")] if conference.state == Conference.State.EXPECTED else sentences
        sentences = [*first, _("Whether it took place is not known.")]
    return " ".join(sentences)


def _time(date: PartialDate | None, line: str) -> SafeString:
    # The datetime attribute allows a month and day without a year, but no month alone.
    if date is None or (date.year is None and date.day is None):
        return conditional_escape(line)
    return format_html('<time datetime="{}">{}</time>', str(date).removeprefix("XXXX-"), line)


def _language() -> str:
    return get_language() or "ru"


@register.simple_tag
def pluralized(count: int, noun: str) -> str:
    """Format a number with its noun in the right plural form: «1 доклад», «2 доклада», «5 докладов».

    `noun` is a key of `_NOUNS`. The number and its noun are joined by a no-break space.
    """
    return (_NOUNS[noun](count) % {"count": number_format(count, force_grouping=True)}).replace(" ", NBSP, 1)


_NOUNS = {
    "conferences": lambda n: ngettext("%(count)s event", "%(count)s events", n),
    "meetings": lambda n: ngettext("%(count)s meeting", "%(count)s meetings", n),
    "talks": lambda n: ngettext("%(count)s talk", "%(count)s talks", n),
    "speakers": lambda n: ngettext("%(count)s speaker", "%(count)s speakers", n),
    "organisations": lambda n: ngettext("%(count)s organisation", "%(count)s organisations", n),
    "names": lambda n: ngettext("%(count)s name", "%(count)s names", n),
    "topics": lambda n: ngettext("%(count)s topic", "%(count)s topics", n),
    "records": lambda n: ngettext("%(count)s record", "%(count)s records", n),
    "series": lambda n: ngettext("%(count)s series", "%(count)s series", n),
    "collections": lambda n: ngettext("%(count)s collection", "%(count)s collections", n),
    "views": lambda n: ngettext("%(count)s view", "%(count)s views", n),
    "photos": lambda n: ngettext("%(count)s photo", "%(count)s photos", n),
}


register.filter("duration", clock)


@register.filter
def language_names(codes: str) -> str:
    """Name the languages of comma-separated codes: «русский, казахский» for "ru, kk". Unknown codes stay."""
    return ", ".join(_language_name(code.strip()) for code in codes.split(",") if code.strip())


def _language_name(code: str) -> str:
    try:
        name = str(get_language_info(code)["name_translated"])
    except KeyError:
        return code
    return name if get_language() == "en" else name.lower()


@register.filter
def host(url: str) -> str:
    """Return the host of a URL without "www.", "" if it has none."""
    try:
        return urlsplit(url).netloc.removeprefix("www.")
    except ValueError:
        # "https://[": what no form lets in, and no reason not to show the page.
        return ""


register.filter("web_address", web_address)


@register.filter
def readable_url(url: str) -> str:
    """Return a URL for reading: percent-decoded, without scheme and final slash."""
    return unquote(url).partition("://")[2].rstrip("/") or url


@register.simple_tag
def facet_values(values: Iterable[dict[str, Any]]) -> SafeString:
    """Render the values of a facet as list items.

    In Python because a page has dozens of them, and an included template for each would be most of its cost.
    """
    return mark_safe("".join(map(_facet_value, values)))


def _facet_value(value: dict[str, Any]) -> str:
    current = ' aria-current="true"' if value["chosen"] else ""
    link = f'<a href="{escape(value["address"])}"{current}>{russian_typography(value["label"])}</a>'
    language = f' lang="{escape(value["language"])}"' if value["language"] not in ("", "ru") else ""
    return f'<li{language}>{link} <span class="count">{value["count"]:d}</span></li>\n'
