"""The admin site: Django’s admin with the archive’s name, tasks and order of models."""

from functools import wraps
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.contrib.admin.apps import AdminConfig
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest
from django.db import DataError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, ngettext_lazy
from django.views.decorators.cache import never_cache

# Django’s own Russian does not decline the names of records: «Добавить еще один Организация».
# Our catalogue translates these messages otherwise and takes precedence.
REWORDED = [
    gettext_noop("Add %(name)s"),
    gettext_noop("Add %s"),
    gettext_noop("Add another %(verbose_name)s"),
    gettext_noop("Change %s"),
    gettext_noop("Model name"),
    gettext_noop("Select %s"),
    gettext_noop("Select %s to change"),
    gettext_noop("Select %s to view"),
    gettext_noop(
        "Whether the user will be able to authenticate using a password or not. If disabled, they may still be able "
        "to authenticate using other backends, such as Single Sign-On or LDAP."
    ),
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
        # Known only when the pages of the models are registered, and they are registered on this site.
        from events.admin import dashboard
        from events.operations import jobs

        # Who set the archive up is told how its jobs run, and whoever has the permission.
        states = jobs.states() if request.user.has_perm("events.view_jobrun") else []
        context = {
            "tasks": dashboard.tasks(request.user),
            "jobs": states,
            "is_never_run": not any(state.run.started for state in states),
        }
        return super().index(request, {**context, **(extra_context or {})})

    @method_decorator(never_cache)
    @login_not_required
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        from events.admin import login

        return login.login(self, request)

    def get_urls(self) -> list[Any]:
        from events.admin import accounts, login

        def account(request: HttpRequest) -> HttpResponse:
            return accounts.account(request, self)

        def code(request: HttpRequest) -> HttpResponse:
            return login.code(self, request)

        return [
            path("login/code/", never_cache(code), name="login_code"),
            path("account/", self.admin_view(account), name="account"),
            *super().get_urls(),
        ]

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """The view, for those who logged in as their group must."""
        from events.admin import kept_files, unsaved
        from events.operations import accounts

        inner = super().admin_view(view, cacheable)

        @wraps(inner)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not self.has_permission(request):
                if request.method == "POST":
                    unsaved.keep(request)
                return inner(request, *args, **kwargs)
            unsaved.renew(request)
            may_wait = request.resolver_match.url_name in ("account", "logout", "jsi18n", "password_change")
            if not may_wait and accounts.lacks_second_factor(request.user):
                return HttpResponseRedirect(reverse("admin:account"))
            if not all(key.isdecimal() for key in request.POST.getlist(ACTION_CHECKBOX_NAME)):
                raise BadRequest("A row that no list has")
            if request.method == "POST":
                kept_files.restore(request, str(request.user.pk))
            try:
                response = inner(request, *args, **kwargs)
            except (OverflowError, DataError) as error:
                # A number in the address that no column can hold: ?pk__in= and forty digits, with an action or without.
                # Forms refuse such numbers themselves.
                raise BadRequest("A number that no column can hold") from error
            unsaved.tell_saved(request, response)
            kept_files.remove_saved(request, response)
            return response

        return guarded

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
        # Keys and recovery codes are nobody's to look at.
        for label in ("otp_totp.TOTPDevice", "otp_static.StaticDevice"):
            admin.site.unregister(apps.get_model(label))
