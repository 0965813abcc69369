"""The one throttle: how often an account or a network may try something, for all processes together.

An attempt is stored before it is made, so that many at once count too, and forgotten when it succeeds. A refused
attempt leaves nothing: whoever goes on trying does not push the end of the waiting away.

Reading is counted in the cache instead (`spend`): it must not write to the database, where it would wait for writers.
"""

import datetime
import math
from collections.abc import Callable
from typing import NamedTuple

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from ..models import Attempt

MINUTE = datetime.timedelta(minutes=1)
HOUR = datetime.timedelta(hours=1)
KEPT = datetime.timedelta(days=1)  # longer than any period
FILE_PIECE = 5 * 1024 * 1024  # bytes


class Limit(NamedTuple):
    """So many attempts of one key within a period; with `delay`, from then on a wait between them that grows."""

    scope: str
    key: str
    most: int
    period: datetime.timedelta
    delay: Callable[[int], datetime.timedelta] | None = None

    @property
    def digest(self) -> str:
        """The key is an address or the name of an account: neither is kept."""
        return salted_hmac(f"throttle {self.scope}", self.key, algorithm="sha256").hexdigest()

    def attempts(self) -> list[datetime.datetime]:
        """The latest attempts of the period, the newest first."""
        rows = Attempt.objects.within(self.scope, self.digest, self.period).order_by("-moment")
        return list(rows.values_list("moment", flat=True)[: max(self.most, 1) + 10])

    def wait(self, attempts: list[datetime.datetime]) -> datetime.timedelta | None:
        """How long after these attempts the next one must wait; None if it need not."""
        if len(attempts) < self.most:
            return None
        if self.delay is None:
            until = attempts[self.most - 1] + self.period
        else:
            until = attempts[0] + self.delay(len(attempts) - self.most)
        left = until - timezone.now()
        return left if left > datetime.timedelta() else None


def admit(*limits: Limit) -> datetime.timedelta | None:
    """Store an attempt that all limits allow; else return how long to wait. A limit named twice counts two attempts."""
    if wait := _longest(limits, own=False):
        return wait
    now = timezone.now()
    with transaction.atomic():
        Attempt.objects.filter(moment__lt=now - KEPT).delete()
        rows = Attempt.objects.bulk_create([Attempt(scope=one.scope, key=one.digest, moment=now) for one in limits])
    # Of attempts made at once each sees the others now: never more than the limit go through.
    if wait := _longest(limits, own=True):
        Attempt.objects.filter(pk__in=[row.pk for row in rows]).delete()
        return wait
    return None


def _longest(limits: tuple[Limit, ...], own: bool) -> datetime.timedelta | None:
    """The longest wait that one of the limits asks for; `own`: the newest attempt is the one in question."""
    waits = [limit.wait(limit.attempts()[1 if own else 0 :]) for limit in dict.fromkeys(limits)]
    return max((wait for wait in waits if wait), default=None)


def forget(*limits: Limit) -> None:
    """After a success: the attempts of these keys no longer count."""
    for limit in limits:
        Attempt.objects.filter(scope=limit.scope, key=limit.digest).delete()


def withdraw(limit: Limit) -> None:
    """One attempt less: it succeeded, and says nothing of the others."""
    newest = Attempt.objects.within(limit.scope, limit.digest, limit.period).order_by("-pk").values("pk")[:1]
    Attempt.objects.filter(pk__in=list(newest.values_list("pk", flat=True))).delete()


def growing(longest: datetime.timedelta) -> Callable[[int], datetime.timedelta]:
    """1, 2, 4, 8… seconds, at most `longest`."""
    return lambda number: min(datetime.timedelta(seconds=2 ** min(number, 20)), longest)


class Allowance(NamedTuple):
    """What is left of a limit in the period that ends in `reset` seconds; below zero it is exceeded."""

    limit: int
    left: int
    reset: int


def spend(limit: Limit) -> Allowance:
    """Count one reading in the present period; in the memory of each process, or of all together where CACHE_URL is."""
    seconds, now = int(limit.period.total_seconds()), int(timezone.now().timestamp())
    key = f"throttle-{limit.digest}-{now // seconds}"
    cache.add(key, 0, timeout=2 * seconds)
    try:
        count = cache.incr(key)
    except ValueError:  # fell out of a full cache meanwhile
        count = 1
    return Allowance(limit.most, limit.most - count, seconds - now % seconds)


class LoginLimits(NamedTuple):
    """Limits of a login; a device that logged in to the account before never waits for what strangers try."""

    account_from_network: Limit
    network: Limit
    account: Limit
    is_known_device: bool

    @classmethod
    def of(
        cls, account: str, network: str, is_known_device: bool, longest: datetime.timedelta = MINUTE / 2
    ) -> "LoginLimits":
        return cls(
            Limit("login of account from network", f"{account}\n{network}", most=5, period=15 * MINUTE),
            Limit("login from network", network, most=50, period=HOUR),
            Limit("login of account", account, most=10, period=HOUR, delay=growing(longest)),
            is_known_device,
        )

    def admit(self) -> datetime.timedelta | None:
        limits = (self.account_from_network, self.network, self.account)
        return admit(*(limits[:2] if self.is_known_device else limits))

    def forgive(self) -> None:
        """After a success the account begins anew; the network, which may try other accounts, does not."""
        forget(self.account_from_network, self.account)
        withdraw(self.network)


def report_limits(network: str) -> tuple[Limit, ...]:
    """Reports of readers: more is no reader's, and nobody could read it."""
    return (
        Limit("report from network", network, most=5, period=HOUR),
        Limit("report", "", most=100, period=HOUR),
    )


def file_limits(network: str, size: int) -> tuple[Limit, ...]:
    """Files of readers: each begun 5 MB of a message is an attempt; one network sends 100 MB in half a day."""
    limit = Limit("files from network", network, most=20, period=12 * HOUR)
    return (limit,) * math.ceil(size / FILE_PIECE)


def api_limit(network: str) -> Limit:
    return Limit("api from network", network, most=settings.API_RATE, period=MINUTE)
