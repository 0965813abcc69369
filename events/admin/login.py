"""Logging in: limited before the password is hashed, then the code of accounts that have a second factor."""

import datetime
import math
import time
import unicodedata
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth import login as start_session
from django.contrib.auth.models import User
from django.contrib.auth.views import LoginView
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.generic.edit import FormView

from .. import client
from ..operations import accounts, audit, throttle
from . import unsaved

CODE_TIME = 300  # seconds from the password to the code
_SESSION_KEY = "waits for the second factor"


def limits_of(request: HttpRequest, name: str, longest: datetime.timedelta) -> throttle.LoginLimits:
    user = User.objects.filter(username=name).first()
    known = accounts.is_known_device(user, request.COOKIES.get(accounts.KNOWN_DEVICE, ""))
    return throttle.LoginLimits.of(name, client.network(request.META), known, longest)


class Limited(FormView):
    """A form of which each sending is an attempt to get into an account."""

    longest = throttle.MINUTE / 2

    def account_name(self) -> str:
        raise NotImplementedError

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        name = self.account_name()
        self.limits = limits_of(request, name, self.longest)
        wait = self.limits.admit()
        if wait is None:
            return super().post(request, *args, **kwargs)
        audit.logger.warning("login refused: too many attempts, address=%s", client.address(request.META))
        # A form without what was sent: neither the password nor the code is looked at.
        unbound = {key: value for key, value in self.get_form_kwargs().items() if key not in ("data", "files")}
        form = self.get_form_class()(**{**unbound, "initial": {"username": name}})
        response = self.render_to_response(self.get_context_data(form=form, refusal=too_many(wait)))
        response.status_code = 429
        response["Retry-After"] = str(math.ceil(wait.total_seconds()))
        return response

    def succeed(self, user: Any) -> HttpResponse:
        # One transaction: each has to wait for SQLite's one place for a writer.
        with transaction.atomic():
            self.limits.forgive()
            start_session(self.request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
            unsaved.drop_others(self.request)
            self.request.session.save()
        response = HttpResponseRedirect(self.get_success_url())
        response.set_cookie(
            accounts.KNOWN_DEVICE,
            accounts.known_device(user),
            max_age=accounts.KNOWN_FOR,
            httponly=True,
            secure=settings.SESSION_COOKIE_SECURE,
            samesite=settings.SESSION_COOKIE_SAMESITE,
        )
        return response


def too_many(wait: Any) -> str:
    seconds = math.ceil(wait.total_seconds())
    if seconds < 60:
        text = ngettext(
            "Too many attempts. Try again in %(count)d second.",
            "Too many attempts. Try again in %(count)d seconds.",
            seconds,
        )
        return text % {"count": seconds}
    minutes = math.ceil(seconds / 60)
    text = ngettext(
        "Too many attempts. Try again in %(count)d minute.",
        "Too many attempts. Try again in %(count)d minutes.",
        minutes,
    )
    return text % {"count": minutes}


class StaffLogin(Limited, LoginView):
    authentication_form = AdminAuthenticationForm
    template_name = "admin/login.html"

    def account_name(self) -> str:
        # As the form will read it; no database holds a NUL.
        return unicodedata.normalize("NFKC", self.request.POST.get("username", "").replace("\0", "")).strip()[:150]

    def form_valid(self, form: AdminAuthenticationForm) -> HttpResponse:
        user = form.get_user()
        if not accounts.has_second_factor(user):
            return self.succeed(user)
        # The password alone opens nothing, and forgives nothing yet.
        self.request.session[_SESSION_KEY] = {
            "user": user.pk,
            "since": int(time.time()),
            "hash": user.get_session_auth_hash(),
            "next": self.get_redirect_url(),
        }
        return HttpResponseRedirect(reverse("admin:login_code"))


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        help_text=_("Six digits from the app, or one of the recovery codes."),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autofocus": True, "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request


class StaffCode(Limited, LoginView):
    """The second step: whoever typed the right password gives the code."""

    authentication_form = CodeForm
    template_name = "admin/login_code.html"
    # A million codes are few: of a stolen password this is what is left to guess.
    longest = 10 * throttle.MINUTE

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.waiting = request.session.get(_SESSION_KEY) or {}
        self.user = User.objects.filter(pk=self.waiting.get("user"), is_active=True).first()
        is_late = time.time() - self.waiting.get("since", 0) > CODE_TIME
        if self.user is None or is_late or self.user.get_session_auth_hash() != self.waiting["hash"]:
            request.session.pop(_SESSION_KEY, None)
            return HttpResponseRedirect(reverse("admin:login"))
        return super().dispatch(request, *args, **kwargs)

    def account_name(self) -> str:
        return self.user.get_username()

    def form_valid(self, form: CodeForm) -> HttpResponse:
        if not accounts.verify(self.user, form.cleaned_data["code"]):
            audit.login_failed(self.user.get_username(), _("wrong code"))
            form.add_error("code", _("This code is not right, or no longer."))
            return self.form_invalid(form)
        del self.request.session[_SESSION_KEY]
        return self.succeed(self.user)

    def get_redirect_url(self) -> str:
        # Checked when the password was sent.
        return self.waiting["next"]


def context(site: admin.AdminSite, request: HttpRequest, title: str) -> dict[str, Any]:
    return {
        **site.each_context(request),
        "title": title,
        "subtitle": None,
        "app_path": request.get_full_path(),
        "username": request.user.get_username(),
    }


def login(site: admin.AdminSite, request: HttpRequest) -> HttpResponse:
    if request.method == "GET" and site.has_permission(request):
        return HttpResponseRedirect(reverse("admin:index"))
    return StaffLogin.as_view(extra_context=context(site, request, _("Log in")))(request)


def code(site: admin.AdminSite, request: HttpRequest) -> HttpResponse:
    return StaffCode.as_view(extra_context=context(site, request, _("Second step of the login")))(request)
