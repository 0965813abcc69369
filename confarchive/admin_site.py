"""The admin site: Django’s admin with the archive’s name, tasks and order of models."""

from typing import Any

from django.apps import apps
from django.contrib import admin
from django.contrib.admin.apps import AdminConfig
from django.http import HttpRequest, HttpResponse
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, ngettext_lazy

# Django’s own Russian does not decline the names of records: «Добавить еще один Организация».
# Our catalogue translates these messages otherwise and takes precedence.
REWORDED = [
    gettext_noop("Add %(name)s"),
    gettext_noop("Add %s"),
    gettext_noop("Add another %(verbose_name)s"),
    gettext_noop("Change %s"),
    gettext_noop("Select %s"),
    gettext_noop("Select %s to change"),
    gettext_noop("View %s"),
    gettext_noop("View on site"),
    gettext_noop("The {name} “{obj}” was added successfully."),
    gettext_noop("The {name} “{obj}” was added successfully. You may add another {name} below."),
    gettext_noop("The {name} “{obj}” was changed successfully."),
    gettext_noop("The {name} “{obj}” was changed successfully. You may edit it again below."),
    gettext_noop("The {name} “{obj}” was changed successfully. You may add another {name} below."),
    gettext_noop("You may edit it again below."),
    gettext_noop("The %(name)s “%(obj)s” was deleted successfully."),
    ngettext_lazy("Please correct the error below.", "Please correct the errors below."),
    gettext_noop(
        'Are you sure you want to delete the %(object_name)s "%(escaped_object)s"? '
        "All of the following related items will be deleted:"
    ),
    gettext_noop(
        "Are you sure you want to delete the selected %(objects_name)s? "
        "All of the following objects and their related items will be deleted:"
    ),
    gettext_noop(
        "Deleting the %(object_name)s '%(escaped_object)s' would require deleting the "
        "following protected related objects:"
    ),
    gettext_noop(
        "Deleting the selected %(objects_name)s would require deleting the following protected related objects:"
    ),
    gettext_noop(
        "Deleting the selected %(objects_name)s would result in deleting related objects, "
        "but your account doesn't have permission to delete the following types of objects:"
    ),
]

# Models used daily come first; the others follow by name.
DAILY = ["Conference", "Talk", "Speaker", "Organisation", "Series", "Topic", "ReaderReport"]


class ArchiveAdminSite(admin.AdminSite):
    site_title = _("Archive of videoconferences")
    site_header = _("Archive of videoconferences: for staff")
    index_title = _("The day’s work")
    site_url = reverse_lazy("events:home")
    index_template = "admin/events/dashboard.html"

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        # Imported late: events.admin registers its pages on this site.
        from events.admin import dashboard

        return super().index(request, {"tasks": dashboard.tasks(request.user), **(extra_context or {})})

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        found = super().get_app_list(request, app_label)
        for app in found:
            app["models"].sort(key=lambda model: [*DAILY, model["object_name"]].index(model["object_name"]))
        return found


class ArchiveAdminConfig(AdminConfig):
    default_site = "confarchive.admin_site.ArchiveAdminSite"

    def ready(self) -> None:
        super().ready()
        # taggit registers its Tag model, which the archive does not use: topics are events.Topic.
        admin.site.unregister(apps.get_model("taggit", "Tag"))
