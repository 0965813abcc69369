"""Headers that close every answer to other sites, and the one list of what is open to them."""

import re
from collections.abc import Callable
from typing import NamedTuple

from csp.decorators import csp_replace
from django.conf import settings
from django.http import HttpRequest, HttpResponse

PERMISSIONS = ", ".join(
    f"{feature}=()"
    for feature in """accelerometer autoplay browsing-topics camera display-capture encrypted-media geolocation
    gyroscope hid magnetometer microphone midi payment publickey-credentials-get screen-wake-lock serial usb
    xr-spatial-tracking """.split()
)


class Opening(NamedTuple):
    """What other sites may do with an answer besides linking to it."""

    embed: bool = False  # show it as a picture or a player, or read it by script where CORS allows
    frame: bool = False  # show the page in a frame; it must have no forms and need no cookies


# Pattern of the beginning of the path, without a language → opening. Whatever is not named here is closed.
OPENINGS = {
    "/media/": Opening(embed=True),
    "/oai": Opening(embed=True),
    "/oembed": Opening(embed=True),
    "/cards/": Opening(embed=True),
    "/api/": Opening(embed=True),
    "/embed/": Opening(frame=True),
    # Feeds, which readers in a browser fetch.
    "/.+/export/atom/$": Opening(embed=True),
}
_LANGUAGE = re.compile(rf"^/(?:{'|'.join(code for code, _name in settings.LANGUAGES)})(?=/)")


def opening(path: str) -> Opening:
    path = _LANGUAGE.sub("", path)
    return next((found for pattern, found in OPENINGS.items() if re.match(pattern, path)), Opening())


def guarded(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        open_to = opening(request.path_info)
        # A draft's file is shown to staff with “no-store”: it is nobody else's.
        is_public = response.status_code < 400 and "no-store" not in response.get("Cache-Control", "")
        if open_to.frame and is_public:
            del response["X-Frame-Options"]
            response = csp_replace({"frame-ancestors": ["*"]})(lambda request: response)(request)
        can_embed = (open_to.embed or open_to.frame) and is_public
        response["Cross-Origin-Resource-Policy"] = "cross-origin" if can_embed else "same-origin"
        response["Permissions-Policy"] = PERMISSIONS
        return response

    return answer
