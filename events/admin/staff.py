"""Accounts and groups of staff."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.http import HttpRequest

from ..models import StaffMembership
from .accounts import end_sessions, remove_second_factor
from .concurrency import ConcurrentAdmin

# Importing Django's module registered its own.
admin.site.unregister([User, Group])


class MembershipInline(admin.TabularInline):
    model = StaffMembership
    extra = 0
    autocomplete_fields = ["organisation"]


@admin.register(User)
class AccountAdmin(ConcurrentAdmin, UserAdmin):
    inlines = [MembershipInline]
    actions = [end_sessions, remove_second_factor]

    def has_reset_second_factor_permission(self, request: HttpRequest) -> bool:
        """Who lost the telephone and the recovery codes asks a superuser."""
        return request.user.is_superuser

    def rows_of(self, record: User) -> list[Any]:
        return list(StaffMembership.objects.filter(user=record))

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[Any]:
        return super().get_inlines(request, obj) if obj else []


@admin.register(Group)
class StaffGroupAdmin(ConcurrentAdmin, GroupAdmin):
    pass
