"""The permanent identifier of a record: its uid leads to the address that it has now."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from .. import rights
from ..models import Conference, CuratedCollection, OldAddress, Organisation, Series, Speaker, Talk, Topic
from .generic import deleted_page, gone_page, hidden_page

MODELS = (Conference, Talk, Speaker, Organisation, Topic, Series, CuratedCollection)


def record(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Redirect to the record, through merges; 410 if it was withdrawn or deleted, 404 if the public never saw it."""
    if successor := OldAddress.objects.filter(merged=uid).exclude(record=None).values_list("record", flat=True).first():
        uid = successor if not _exists(uid) else uid
    for model in MODELS:
        if found := rights.visible(model.objects, request.user).filter(uid=uid).first():
            return redirect(found)
    if Speaker.objects.hidden().filter(uid=uid).exists():
        return hidden_page(request)
    gone = Conference.objects.gone()
    if conference := gone.filter(uid=uid).first() or gone.filter(talks__uid=uid).first():
        return gone_page(request, conference)
    if OldAddress.objects.tombstones().filter(record=uid).exists():
        return deleted_page(request)
    raise Http404


def _exists(uid: UUID) -> bool:
    return any(model.objects.filter(uid=uid).exists() for model in MODELS)
