"""What machines read of a page, in its head."""

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from ..export import highwire, json_ld
from ..export.record import Record

register = template.Library()


@register.simple_tag
def citation_tags(described: Record) -> SafeString:
    """Return the `citation_*` tags of a record."""
    return format_html_join("\n", '<meta name="{}" content="{}">', highwire.tags(described))


@register.simple_tag(takes_context=True)
def linked_data(context: Context) -> SafeString | str:
    """Return the JSON-LD of a record's page or of the home page."""
    request, described = context.get("request"), context.get("described")
    match = getattr(request, "resolver_match", None)

    def absolute(name: str) -> str:
        return request.build_absolute_uri(reverse(f"events:{name}"))

    if described:
        nodes = [json_ld.node(described), json_ld.breadcrumbs(_steps(described, absolute))]
    elif match and match.view_name == "events:home":
        nodes = [json_ld.website(_("Videoconference Archive"), absolute("home"), absolute("search"))]
    else:
        return ""
    # The document has no sign that HTML knows.
    return mark_safe(f'<script type="application/ld+json">{json_ld.document(*nodes)}</script>')


def _steps(described: Record, absolute) -> list[tuple[str, str]]:  # noqa: ANN001 (a function)
    sections = {
        "speaker": (_("Speakers"), "speakers"),
        "organisation": (_("Organisations"), "organisations"),
    }
    title, name = sections.get(described.kind, (_("Conferences"), "conferences"))
    steps = [(_("Archive"), absolute("home")), (title, absolute(name))]
    above = [described.event] if described.event else [described.larger] if described.larger else []
    steps += [(getattr(one, "title", "") or one.name, one.address) for one in above]
    return [*steps, (described.title, described.address)]


@register.simple_tag(takes_context=True)
def feed_link(context: Context) -> SafeString | str:
    """Return the link to the feed of what this page lists; on all others, of the whole archive."""
    match = getattr(context.get("request"), "resolver_match", None)
    name, arguments, query = "conferences", [], ""
    if match and match.namespace == "events":
        if match.url_name in ("speaker", "organisation", "series", "topic"):
            name, arguments = match.url_name, [match.kwargs["slug"]]
        elif match.url_name in ("conferences", "search", "places"):
            name = "search" if match.url_name == "search" else "conferences"
            parameters = context["request"].GET.copy()
            parameters.pop("page", None)
            query = f"?{parameters.urlencode()}" if parameters else ""
    address = reverse(f"events:{name}-feed", args=arguments) + query
    title = _("New in the archive")
    return format_html('<link rel="alternate" type="application/atom+xml" title="{}" href="{}">', title, address)
