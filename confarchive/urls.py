from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.contrib.sitemaps import views as sitemaps
from django.templatetags.static import static
from django.urls import include, path
from django.views.generic import RedirectView, TemplateView

from events.sitemaps import SITEMAPS
from events.views import api, health
from events.views.oai import oai
from events.views.sharing import oembed


class Favicon(RedirectView):
    """The icon where browsers look for it by themselves."""

    def get_redirect_url(self) -> str:
        return static("img/favicon.ico")


urlpatterns = [
    path("robots.txt", TemplateView.as_view(template_name="robots.txt", content_type="text/plain")),
    path("favicon.ico", Favicon.as_view()),
    path(
        "sitemap.xml",
        sitemaps.index,
        {"sitemaps": SITEMAPS, "sitemap_url_name": "sitemap"},
        name="sitemap-index",
    ),
    path("sitemap-<section>.xml", sitemaps.sitemap, {"sitemaps": SITEMAPS}, name="sitemap"),
    path("api/v1/", api.root, name="api-root"),
    path("api/v1/openapi.json", api.openapi, name="api-description"),
    path("api/v1/search/", api.hits, name="api-search"),
    *(path(f"api/v1/{kind}/", api.records, {"kind": kind}, f"api-{kind}") for kind in api.MODELS),
    *(path(f"api/v1/{kind}/<uuid:uid>/", api.record, {"kind": kind}) for kind in api.MODELS),
    path("oai", oai, name="oai"),
    path("oembed", oembed, name="oembed"),
    path(".well-known/security.txt", health.security_txt),
    *i18n_patterns(
        path("admin/", admin.site.urls),
        path("", include("events.urls")),
        prefix_default_language=False,
    ),
]
