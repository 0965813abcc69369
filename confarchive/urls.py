from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path
from django.views.generic import TemplateView

from events.views import health

urlpatterns = [
    path("robots.txt", TemplateView.as_view(template_name="robots.txt", content_type="text/plain")),
    path(".well-known/security.txt", health.security_txt),
    *i18n_patterns(
        path("admin/", admin.site.urls),
        path("", include("events.urls")),
        prefix_default_language=False,
    ),
]
