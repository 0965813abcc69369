"""The page of one's own account, the accounts of others, and the audit trail."""

from typing import Any

import segno
from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters

from ..models import AuditEntry
from ..operations import accounts, throttle
from .login import too_many
from .revisions import ReadOnlyAdmin

NEW_CODES = "new recovery codes"  # key of the session


class SetUpForm(forms.Form):
    code = forms.CharField(
        label=_("Code that the app shows now"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class PasswordForm(forms.Form):
    password = forms.CharField(
        label=_("Your password, once more"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


@sensitive_post_parameters()
def account(request: HttpRequest, site: admin.AdminSite) -> HttpResponse:
    """One's own account: the second factor, and the end of all sessions."""
    user = request.user
    action = request.POST.get("action", "")
    set_up = SetUpForm(request.POST if action == "set-up" else None)
    password = PasswordForm(request.POST if action in ("new-codes", "remove") else None)
    if action == "end-sessions":
        count = accounts.end_sessions(user, keep=request.session.session_key)
        messages.success(
            request,
            ngettext("%(count)d other session ended.", "%(count)d other sessions ended.", count) % {"count": count},
        )
        return HttpResponseRedirect(reverse("admin:account"))
    if set_up.is_valid() and not accounts.has_second_factor(user):
        codes = accounts.set_up(accounts.proposed_device(user), set_up.cleaned_data["code"])
        if codes is not None:
            # Whoever has the password alone and is logged in already is not any more.
            accounts.end_sessions(user, keep=request.session.session_key)
            return _show_once(request, codes)
        set_up.add_error("code", _("This code is not right, or no longer. Does the clock of the telephone go right?"))
    if password.is_valid() and accounts.has_second_factor(user):
        limit = throttle.Limit("password of account page", str(user.pk), most=10, period=throttle.HOUR)
        if wait := throttle.admit(limit):
            password.add_error("password", too_many(wait))
        elif not user.check_password(password.cleaned_data["password"]):
            password.add_error("password", _("This is not your password."))
        elif action == "new-codes":
            return _show_once(request, accounts.new_recovery_codes(user))
        else:
            accounts.remove_second_factor(user)
            messages.success(request, gettext("The second factor is switched off."))
            return HttpResponseRedirect(reverse("admin:account"))
    context = {
        **site.each_context(request),
        "title": _("Your account"),
        "has_second_factor": accounts.has_second_factor(user),
        "must_set_up": accounts.lacks_second_factor(user),
        "new_codes": request.session.pop(NEW_CODES, None),
        "set_up": set_up,
        "password": password,
    }
    if not context["has_second_factor"]:
        context |= _proposal(accounts.proposed_device(user))
    return TemplateResponse(request, "admin/account.html", context, status=422 if action else 200)


def _show_once(request: HttpRequest, codes: list[str]) -> HttpResponse:
    """Shown by the next page, which a reload does not send again."""
    request.session[NEW_CODES] = codes
    return HttpResponseRedirect(reverse("admin:account"))


def _proposal(device: Any) -> dict[str, Any]:
    """What an app reads with the camera, and what is typed without one."""
    url = device.config_url
    key = url.partition("secret=")[2].partition("&")[0].rstrip("=")
    # Made here: no other machine sees the key.
    image = segno.make(url, error="m").svg_inline(scale=5, border=2, dark="#000", light="#fff", omitsize=False)
    return {
        "image": mark_safe(image),
        "key": " ".join(key[start : start + 4] for start in range(0, len(key), 4)),
        "app_address": url,
    }


# ── Accounts of others ──────────────────────────────────────────────────────────────────────────────────────────────


@admin.action(description=_("End all sessions"), permissions=["change"])
def end_sessions(model_admin: admin.ModelAdmin, request: HttpRequest, queryset: QuerySet) -> None:
    count = sum(accounts.end_sessions(user) for user in queryset)
    model_admin.message_user(
        request, ngettext("%(count)d session ended.", "%(count)d sessions ended.", count) % {"count": count}
    )


@admin.action(description=_("Switch off the second factor"), permissions=["reset_second_factor"])
def remove_second_factor(model_admin: admin.ModelAdmin, request: HttpRequest, queryset: QuerySet) -> None:
    for user in queryset:
        accounts.remove_second_factor(user)
    model_admin.message_user(request, gettext("The second factor is switched off."))


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    list_display = ["moment", "action", "account", "address", "detail"]
    list_filter = ["action", "moment"]
    search_fields = ["account", "address", "detail"]
    date_hierarchy = "moment"
    fields = ["moment", "action", "account", "address", "detail"]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_superuser

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser
