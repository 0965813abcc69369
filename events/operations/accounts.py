"""Accounts of staff: their sessions, and the second factor (a code from an app, or a recovery code)."""

from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.core.signing import BadSignature, TimestampSigner
from django.db import transaction
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from ..models import AuditEntry
from . import audit

RECOVERY_CODES = 10
KNOWN_DEVICE = "known_device"  # the cookie's name
KNOWN_FOR = 180 * 24 * 3600  # seconds
_signer = TimestampSigner(salt="known device")


def end_sessions(user: Any, keep: str | None = None) -> int:
    """Log the account out everywhere, but not in the session `keep`; the number of sessions ended."""
    # A stored session does not say whose it is before it is decoded; only staff have sessions, so there are few.
    own = [
        session.pk
        for session in Session.objects.filter(expire_date__gt=timezone.now())
        if session.session_key != keep and session.get_decoded().get(SESSION_KEY) == str(user.pk)
    ]
    Session.objects.filter(pk__in=own).delete()
    audit.record(AuditEntry.Action.SESSIONS, f"{user}: {len(own)}")
    return len(own)


def known_device(user: Any) -> str:
    """The value of a cookie that says: from here the account was logged in to."""
    return _signer.sign(str(user.pk))


def account_of_device(cookie: str) -> str | None:
    """The key of the account that was logged in to from here last."""
    try:
        return _signer.unsign(cookie, max_age=KNOWN_FOR)
    except BadSignature:
        return None


def is_known_device(user: Any, cookie: str) -> bool:
    try:
        return user is not None and _signer.unsign(cookie, max_age=KNOWN_FOR) == str(user.pk)
    except BadSignature:
        return False


# ── The second factor ───────────────────────────────────────────────────────────────────────────────────────────────


def has_second_factor(user: Any) -> bool:
    return TOTPDevice.objects.filter(user=user, confirmed=True).exists()


def lacks_second_factor(user: Any) -> bool:
    """Whether one of the account's groups must have a second factor (SECOND_FACTOR_GROUPS) and it has none."""
    names = settings.SECOND_FACTOR_GROUPS
    if not names or has_second_factor(user):
        return False
    return user.is_superuser or user.groups.filter(name__in=names).exists()


def proposed_device(user: Any) -> TOTPDevice:
    """The app's key that waits to be confirmed by a first code; the same until then."""
    device = TOTPDevice.objects.filter(user=user, confirmed=False).first()
    return device or TOTPDevice.objects.create(user=user, name="app", confirmed=False)


@transaction.atomic
def set_up(device: TOTPDevice, code: str) -> list[str] | None:
    """Confirm the app's key by a code of it: new recovery codes; None if the code is wrong."""
    if not device.verify_token(_digits(code)):
        return None
    TOTPDevice.objects.filter(user=device.user).exclude(pk=device.pk).delete()
    device.confirmed = True
    device.save()
    audit.record(
        AuditEntry.Action.SECOND_FACTOR, format_lazy("{}: {}", device.user, gettext_lazy("second factor set up"))
    )
    return new_recovery_codes(device.user)


def new_recovery_codes(user: Any) -> list[str]:
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name="recovery")
    codes = [StaticToken.random_token() for _number in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=code) for code in codes)
    return codes


@transaction.atomic
def verify(user: Any, code: str) -> bool:
    """Whether this is the app's code of now, or a recovery code, which is used up by it."""
    # Locked, so that of two logins at once with one code only one succeeds.
    for device in TOTPDevice.objects.filter(user=user, confirmed=True).select_for_update():
        if device.verify_token(_digits(code)):
            return True
    devices = StaticDevice.objects.filter(user=user, confirmed=True).select_for_update()
    found = any(device.verify_token("".join(code.split()).lower()) for device in devices)
    if found:
        audit.record(
            AuditEntry.Action.SECOND_FACTOR, format_lazy("{}: {}", user, gettext_lazy("recovery code used")), user=user
        )
    return found


@transaction.atomic
def remove_second_factor(user: Any) -> None:
    TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()
    audit.record(AuditEntry.Action.SECOND_FACTOR, format_lazy("{}: {}", user, gettext_lazy("second factor removed")))


def _digits(code: str) -> str:
    """A code as the app shows it: «123 456»."""
    code = "".join(code.split())
    # int() of Python would take other writings of the number too.
    return code if code.isascii() and code.isdigit() and len(code) == 6 else ""
