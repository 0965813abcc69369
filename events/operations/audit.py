"""The audit trail: logins, failures, logouts, changes of rights and exports, whichever way they come."""

import logging
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, Permission, User
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models import Model
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_save
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from .. import client
from ..models import AuditEntry
from ..models.staff import permission_label

logger = logging.getLogger("confarchive.audit")
Action = AuditEntry.Action
FLAGS = ("is_active", "is_staff", "is_superuser")


def record(action: str, detail: Any = "", user: Any = None) -> AuditEntry:
    """Add an entry about what the request of this thread does; without one it was done by a command."""
    # A command that migrates speaks English.
    with override(settings.LANGUAGE_CODE):
        detail = str(detail)
    request = client.current.get()
    if user is None:
        user = getattr(request, "user", None)
    if user is not None and not user.is_authenticated:
        user = None
    entry = AuditEntry.objects.create(
        action=action,
        user=user if user is not None and user.pk else None,
        account=user.get_username() if user is not None else "",
        address=client.address(request.META) if request is not None else "",
        detail=detail,
    )
    if request is not None:
        level = logging.WARNING if action == Action.FAILURE else logging.INFO
        logger.log(level, "%s account=%s address=%s %s", action, entry.account or "-", entry.address or "-", detail)
    return entry


def login_failed(username: str, detail: Any) -> None:
    """A name that is no account's is not kept: it may be a password typed into the wrong field."""
    user = User.objects.filter(username=username).first()
    record(
        Action.FAILURE, detail if user else format_lazy("{}; {}", detail, gettext_lazy("no such account")), user=user
    )


def connect() -> None:
    user_logged_in.connect(_logged_in)
    user_logged_out.connect(_logged_out)
    user_login_failed.connect(_login_failed)
    pre_save.connect(_before_user, sender=User)
    post_save.connect(_after_user, sender=User)
    post_delete.connect(_deleted, sender=User)
    post_delete.connect(_deleted, sender=Group)
    for through in (User.groups.through, User.user_permissions.through, Group.permissions.through):
        m2m_changed.connect(_rights_changed, sender=through)


def _logged_in(user: Any, **kwargs: Any) -> None:
    record(Action.LOGIN, user=user)


def _logged_out(user: Any, **kwargs: Any) -> None:
    if user is not None:
        record(Action.LOGOUT, user=user)


def _login_failed(credentials: dict[str, Any], **kwargs: Any) -> None:
    login_failed(str(credentials.get("username", "")), gettext_lazy("wrong name or password"))


def _before_user(instance: User, raw: bool, update_fields: Any, **kwargs: Any) -> None:
    # A login saves its moment alone, an upgrade of the stored hash the password alone: neither is a change of either.
    is_routine = update_fields is not None and set(update_fields) <= {"last_login", "password"}
    known = not raw and not is_routine and instance.pk is not None
    instance.audited_before = User.objects.filter(pk=instance.pk).first() if known else None


def _after_user(instance: User, created: bool, raw: bool, **kwargs: Any) -> None:
    before = instance.__dict__.pop("audited_before", None)
    if raw or (before is None and not created):
        return
    if created:
        record(Action.ACCOUNT, format_lazy("{}: {}", instance, gettext_lazy("account added")))
    elif before.username != instance.username:
        record(Action.ACCOUNT, f"{before} → {instance}")
    # What a new account has at first: active, and nothing more.
    old = {name: getattr(before, name, name == "is_active") for name in FLAGS}
    with override(settings.LANGUAGE_CODE):
        words = {True: _("yes"), False: _("no")}
        changes = [
            f"{User._meta.get_field(name).verbose_name} — {words[getattr(instance, name)]}"
            for name in FLAGS
            if old[name] != getattr(instance, name)
        ]
    if changes:
        record(Action.RIGHTS, f"{instance}: {', '.join(changes)}")
    if before is not None and before.password != instance.password:
        record(Action.PASSWORD, str(instance))


def _deleted(instance: Model, **kwargs: Any) -> None:
    name = instance._meta.verbose_name
    record(Action.ACCOUNT, format_lazy("{} {}: {}", name, instance, gettext_lazy("deleted from the accounts")))


def _rights_changed(instance: Model, action: str, model: type[Model], pk_set: Any, **kwargs: Any) -> None:
    sign = {"post_add": "+", "post_remove": "−", "pre_clear": "−"}.get(action)
    if sign is None or (pk_set is not None and not pk_set):
        return
    rows = model._default_manager.filter(pk__in=pk_set or ())
    with override(settings.LANGUAGE_CODE):
        if model is Permission:
            names = sorted(permission_label(one) for one in rows.select_related("content_type"))
        else:
            names = sorted(map(str, rows))
        kinds = f"{instance._meta.verbose_name} {instance}: {sign} {model._meta.verbose_name}"
        said = ", ".join(names) or _("all of them")
    record(Action.RIGHTS, f"{kinds} {said}")
