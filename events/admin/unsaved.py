"""Nothing typed is lost: what could not be saved is shown in its form again, and still not saved.

A form whose session ended waits in the session of the login page until the same account has logged in; the copy that
a browser kept (static/admin-archive/unsaved.js) is sent with the field SHOW. Both go through `typed_before`.
"""

import time
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _

from ..operations import accounts
from . import kept_files

SHOW = "_show"  # the field that asks to show a form as it was typed, not to save it
SAVED = "saved_form"  # the cookie that tells the browser which page was saved, so that it drops its copy
GIVEN_BACK = ("_add", "_change", "_intake", "_review", "_photos")  # endings of the names of such pages
KEPT_FOR = 12 * 3600  # seconds
RENEWED_AFTER = 3600  # seconds
_SESSION_KEY = "form of an ended session"
_RENEWED = "renewed"


@receiver(user_logged_in)
def begin(request: HttpRequest, **kwargs: Any) -> None:
    request.session[_RENEWED] = int(time.time())


def renew(request: HttpRequest) -> None:
    """Let the session of whoever works last from now on; written once an hour, and only by pages of the admin."""
    if not settings.READ_ONLY and time.time() - request.session.get(_RENEWED, 0) > RENEWED_AFTER:
        request.session[_RENEWED] = int(time.time())


def keep(request: HttpRequest) -> None:
    """Keep the form that a logged-out user sent, for the account that logged in from this browser last.

    A form opened by an account before that one does not get here: each login changes the CSRF token.
    """
    account = accounts.account_of_device(request.COOKIES.get(accounts.KNOWN_DEVICE, ""))
    name = request.resolver_match.url_name or ""
    if account is None or "password" in name or not name.endswith(GIVEN_BACK):
        return
    fields = request.POST.copy()
    for field in list(fields):
        if field == "csrfmiddlewaretoken" or "password" in field:
            del fields[field]
    kept_files.restore(request, account)
    for field in request.FILES:
        fields.setlist(
            field + kept_files.KEPT, [kept_files.token_of(file, account) for file in request.FILES.getlist(field)]
        )
    request.session[_SESSION_KEY] = {
        "account": account,
        "path": request.get_full_path(),
        "fields": fields.urlencode(),
        "since": int(time.time()),
    }
    messages.warning(request, _("The session ended before this was saved. Log in to go on."))


def drop_others(request: HttpRequest) -> None:
    """Drop the form that waits for another account than the one that has just logged in."""
    if request.session.get(_SESSION_KEY, {}).get("account") not in (None, str(request.user.pk)):
        del request.session[_SESSION_KEY]


def typed_before(request: HttpRequest) -> bool:
    """Whether the request is for a form to be shown as typed before; if it waits in the session, it is put in place."""
    if request.method == "GET" and (kept := request.session.get(_SESSION_KEY)):
        is_late = time.time() - kept["since"] > KEPT_FOR
        if is_late or kept["path"] == request.get_full_path():
            del request.session[_SESSION_KEY]
        if not is_late and kept["path"] == request.get_full_path() and kept["account"] == str(request.user.pk):
            assert not request.FILES  # read while the request is a GET: read later they would empty POST
            request.method, request.POST = "POST", QueryDict(kept["fields"])
            kept_files.restore(request, kept["account"])
            request.is_typed_before = True
    elif request.method == "POST" and SHOW in request.POST:
        request.is_typed_before = True
    return is_typed_before(request)


def is_typed_before(request: HttpRequest) -> bool:
    return getattr(request, "is_typed_before", False)


def not_saved_message() -> str:
    return _("This is what you typed before. It is not saved yet: look it over and save it.")


def keep_files(request: HttpRequest, form_list: Iterable[Any]) -> None:
    """Keep the files of refused forms, and ask to choose those again that were refused themselves."""
    kept = kept_files.keep(request, form_list)
    names = [file.name for field in request.FILES if field not in kept for file in request.FILES.getlist(field)]
    if names:
        messages.warning(request, _("Choose these files again: %(names)s.") % {"names": ", ".join(names)})


def tell_saved(request: HttpRequest, response: HttpResponse) -> None:
    """Tell the browser that what was sent is saved: every form of the admin then leads to another page."""
    if request.method == "POST" and response.status_code == 302 and not is_typed_before(request):
        response.set_cookie(
            SAVED,
            quote(request.path, safe=""),
            max_age=600,
            secure=settings.SESSION_COOKIE_SECURE,
            samesite=settings.SESSION_COOKIE_SAMESITE,
        )


class ShownForm(forms.BaseForm):
    """A form that is shown as it was typed before, never valid."""

    def clean(self) -> dict[str, Any] | None:
        self.add_error(None, not_saved_message())
        return super().clean()
