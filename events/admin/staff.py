"""Accounts and groups of staff."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import ReadOnlyPasswordHashField, ReadOnlyPasswordHashWidget, UserChangeForm
from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from ..models import JobRun, StaffMembership, aggregates
from ..models.staff import permission_label
from .accounts import end_sessions, remove_second_factor
from .concurrency import ConcurrentAdmin
from .revisions import yes_no

# Importing Django's module registered its own.
admin.site.unregister([User, Group])


STAFF_HELP = _("Without it nobody gets into the admin, whatever their group. With it and no group one only looks.")
GROUPS_HELP = _(
    "The group gives the rights: archivists prepare events, editors publish them and merge records. "
    "Organisations of the account narrow them to the events of these libraries."
)


class PermissionLabels:
    """Forms that name permissions in the language of the page, and only those of what the admin shows."""

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        if db_field.name in ("permissions", "user_permissions"):
            models = {*aggregates.archive_models(), *self.admin_site._registry, JobRun}
            shown = [kind.pk for kind in ContentType.objects.get_for_models(*models).values()]
            field.queryset = Permission.objects.filter(content_type__in=shown).select_related("content_type")
            field.label_from_instance = permission_label
        return field

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, Any, Any, Any]:
        """Without the rows that only join an account to its groups and permissions."""
        lines, _counts, forbidden, protected = super().get_deleted_objects(objs, request)
        counts = {self.opts.verbose_name_plural: len(objs)}
        return [line for line in lines if not isinstance(line, list)], counts, forbidden, protected


class PasswordWidget(ReadOnlyPasswordHashWidget):
    """The link that sets a password, without the algorithm and its parameters."""

    def get_context(self, *args: Any) -> dict[str, Any]:
        return super().get_context(*args) | {"summary": []}


class AccountForm(UserChangeForm):
    password = ReadOnlyPasswordHashField(label=_("Password"), widget=PasswordWidget)


class MembershipInline(admin.TabularInline):
    model = StaffMembership
    extra = 0
    autocomplete_fields = ["organisation"]


@admin.register(User)
class AccountAdmin(PermissionLabels, ConcurrentAdmin, UserAdmin):
    form = AccountForm
    list_display = ["username", "email", "first_name", "last_name", "staff"]
    add_fieldsets = [
        (None, {"fields": ["username", "usable_password", "password1", "password2", "is_staff", "groups"]}),
    ]
    inlines = [MembershipInline]
    actions = [end_sessions, remove_second_factor]

    def has_reset_second_factor_permission(self, request: HttpRequest) -> bool:
        """Who lost the telephone and the recovery codes asks a superuser."""
        return request.user.is_superuser

    @admin.display(description=_("staff status"), ordering="is_staff")
    def staff(self, user: User) -> str:
        return yes_no(user.is_staff)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if help_text := {"is_staff": STAFF_HELP, "groups": GROUPS_HELP}.get(db_field.name):
            kwargs["help_text"] = help_text
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def rows_of(self, record: User) -> list[Any]:
        return list(StaffMembership.objects.filter(user=record))

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[Any]:
        return super().get_inlines(request, obj) if obj else []


@admin.register(Group)
class StaffGroupAdmin(PermissionLabels, ConcurrentAdmin, GroupAdmin):
    pass
