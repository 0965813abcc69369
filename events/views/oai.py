"""The address at which harvesters take the archive: /oai, for OAI-PMH 2.0."""

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from ..export import oai as protocol

CONTENT_TYPE = "text/xml; charset=utf-8"
RETRY_AFTER = 600  # harvesters read whole seconds alone


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def oai(request: HttpRequest) -> HttpResponse:
    sent = request.POST if request.method == "POST" else request.GET
    arguments = {name: list(values) for name, values in sent.lists()}
    address, base = request.build_absolute_uri(request.path), request.build_absolute_uri("/")
    try:
        content = protocol.answer(arguments, address, base, settings.DEFAULT_FROM_EMAIL)
    except DatabaseError:
        # Never 200: an empty answer would let a harvester delete everything.
        busy = '<?xml version="1.0" encoding="UTF-8"?>\n<error>The archive cannot answer now.</error>\n'
        response = HttpResponse(busy, content_type=CONTENT_TYPE, status=503)
        response["Retry-After"] = str(RETRY_AFTER)
        return response
    return HttpResponse(content, content_type=CONTENT_TYPE)
