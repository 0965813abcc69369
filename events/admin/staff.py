"""Accounts and groups of staff."""

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User

from .concurrency import ConcurrentAdmin

# Importing Django's module registered its own.
admin.site.unregister([User, Group])


@admin.register(User)
class AccountAdmin(ConcurrentAdmin, UserAdmin):
    pass


@admin.register(Group)
class StaffGroupAdmin(ConcurrentAdmin, GroupAdmin):
    pass
