"""The staff’s site: Django’s admin under the archive’s own name."""

from django.apps import apps
from django.contrib import admin
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class StaffSite(admin.AdminSite):
    site_title = _("Archive of videoconferences")
    site_header = _("Archive of videoconferences: for staff")
    index_title = _("The day’s work")


class StaffConfig(AdminConfig):
    default_site = "confarchive.staff.StaffSite"

    def ready(self) -> None:
        super().ready()
        # taggit registers its own table, which the archive does not use: topics are events.Topic.
        admin.site.unregister(apps.get_model("taggit", "Tag"))
