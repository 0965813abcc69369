"""How browsers find the archive's search and look of its own: OpenSearch and the web app manifest."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

ICONS = (192, 512)


def opensearch(request: HttpRequest) -> HttpResponse:
    addresses = {
        name: request.build_absolute_uri(reverse(f"events:{name}"))
        for name in ("search", "opensearch-suggest", "opensearch")
    }
    context = {
        "search_address": addresses["search"],
        "suggest_address": addresses["opensearch-suggest"],
        "own_address": addresses["opensearch"],
        "icon": request.build_absolute_uri("/favicon.ico"),
    }
    return render(request, "opensearch.xml", context, "application/opensearchdescription+xml; charset=utf-8")


def manifest(request: HttpRequest) -> JsonResponse:
    icons = [{"src": static(f"img/icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png"} for size in ICONS]
    name = _("Videoconference Archive")
    content = {
        "name": name,
        "short_name": name,
        "lang": get_language(),
        "start_url": reverse("events:home"),
        "display": "browser",
        "background_color": "#fffdfa",
        "theme_color": "#7a1c2b",
        "icons": icons,
    }
    return JsonResponse(content, content_type="application/manifest+json")
