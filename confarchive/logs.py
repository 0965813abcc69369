"""The log: one line for each request, with an id and, if it is refused, the reason; mail of errors."""

import json
import logging
import re
import time
import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core import mail
from django.http import HttpRequest, HttpResponse

from events import client

LONGEST = 300  # of an address or a reason in a line: no visitor fills the disk
# A page brings a dozen of these along, a watching machine asks every few seconds: only what fails of them is written.
ROUTINE = (settings.STATIC_URL, "/healthz", "/readyz", "/metrics")
TIME = "%Y-%m-%dT%H:%M:%S%z"  # in TIME_ZONE
_ID = re.compile(r"[\w.:-]{1,64}", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
access = logging.getLogger("confarchive.access")


def logged(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """The outermost middleware: gives the request its id, lets the thread know whom it answers, writes the line."""
    observe = _observer()

    def answer(request: HttpRequest) -> HttpResponse:
        begun = time.perf_counter()
        request.id = _request_id(request)
        token = client.current.set(request)
        try:
            response = get_response(request)
            seconds = time.perf_counter() - begun
            response["X-Request-ID"] = request.id
            _write(request, response, seconds)
            observe(request.method, response.status_code, seconds)
            return response
        finally:
            client.current.reset(token)

    return answer


def _request_id(request: HttpRequest) -> str:
    """The id that a trusted proxy gave, so that its log and ours can be laid side by side; else a new one."""
    given = request.META.get("HTTP_X_REQUEST_ID", "")
    return given if _ID.fullmatch(given) and client.comes_from_proxy(request.META) else uuid.uuid4().hex


def _observer() -> Callable[[str, int, float], None]:
    if not settings.METRICS_TOKEN:
        return lambda method, status, seconds: None
    from events.views import metrics

    return metrics.observe


def _write(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
    level = logging.INFO if response.status_code < 400 else logging.WARNING
    is_routine = level == logging.INFO and request.path_info.startswith(ROUTINE)
    if is_routine or not access.isEnabledFor(level):
        return
    fields = {
        "method": request.method[:20],
        "path": request.get_full_path()[:LONGEST],
        "status": response.status_code,
        "ms": round(seconds * 1000),
        "address": client.address(request.META),
        # In quotation marks, as servers do: count_visits tells robots by it.
        "agent": one_line(request.META.get("HTTP_USER_AGENT", "").replace('"', "'")),
        "reason": one_line(getattr(request, "refusal", "")),
    }
    line = '{method} {path} {status} {ms}ms {address} "{agent}" {reason}'.format_map(fields).strip()
    access.log(level, "%s", line, extra={"fields": fields})


def one_line(text: str) -> str:
    return _CONTROL.sub(" ", text)[:LONGEST]


class Refusals(logging.Filter):
    """Makes one line of what Django tells of a refused request (400, 403, 404, CSRF): the access line says why."""

    def filter(self, record: logging.LogRecord) -> bool:
        # What Django tells after the last middleware comes when the line is already written.
        found = getattr(record, "request", None)
        # `runserver` gives the socket.
        request = client.current.get() or (found if isinstance(found, HttpRequest) else None)
        record.request_id = getattr(request, "id", "-")
        lost = getattr(request, "lost_database", "")
        is_fault = getattr(record, "status_code", 500) >= 500 and not lost
        if not record.name.startswith("django.") or is_fault:
            return True
        record.exc_info = record.exc_text = None
        record.msg, record.args = one_line(lost or record.getMessage()), ()
        if request is None or not access.isEnabledFor(logging.WARNING):
            return True
        request.refusal = record.msg
        return False


class Line(logging.Formatter):
    def __init__(self) -> None:
        super().__init__("{asctime} {levelname} {name} [{request_id}]: {message}", TIME, style="{")


class Json(logging.Formatter):
    """One JSON object a line, tracebacks included."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": self.formatTime(record, TIME),
            "level": record.levelname,
            "logger": record.name,
            "request_id": record.request_id,
            **getattr(record, "fields", {"message": record.getMessage()}),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


class AdminMail(logging.Handler):
    """Mail of an error to ADMINS: where and how it failed, and nothing of what was sent, which may be personal."""

    SELDOM = 300  # seconds between two mails of one process: a crash in every request is one mail, not a thousand

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.setFormatter(Line())
        self.sent = -float(self.SELDOM)

    def emit(self, record: logging.LogRecord) -> None:
        if not settings.ADMINS or settings.DEBUG or time.monotonic() - self.sent < self.SELDOM:
            return
        self.sent = time.monotonic()
        try:
            mail.mail_admins(one_line(record.getMessage())[:100], self.format(record))
        except Exception:
            self.handleError(record)
