"""How pages look for a reader: the choice, and the page on accessibility."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from ..look import COOKIE, VALUES, Look

MAX_AGE = 400 * 24 * 3600  # the longest that browsers keep a cookie
LABELS = {
    "size": (_("Size of the text"), [_("100 %"), _("150 %"), _("200 %")]),
    "scheme": (_("Colours"), [_("as usual"), _("black on white"), _("white on black"), _("dark blue on light blue")]),
    "spacing": (_("Space between letters"), [_("as usual"), _("wide")]),
    "pictures": (_("Pictures"), [_("shown"), _("off")]),
    "theme": (_("Theme"), [_("as in the system"), _("light"), _("dark")]),
}
# What the version for the visually impaired begins with.
LARGE = Look(size="5", scheme="b", spacing="w")


def look(request: HttpRequest) -> HttpResponse:
    """The form of the settings; with settings in the address they are stored, and the reader goes back."""
    back = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}) or not back.startswith("/"):
        back = "/"
    if chosen := {name: request.GET[name] for name in VALUES if name in request.GET}:
        now = Look.of(request.COOKIES.get(COOKIE, ""))
        response: HttpResponse = HttpResponseRedirect(back)
        if cookie := Look.chosen({**now._asdict(), **chosen}).cookie():
            # A script of our own, the switch of the theme, writes it too.
            response.set_cookie(COOKIE, cookie, max_age=MAX_AGE, secure=settings.HTTPS, samesite="Lax")
        else:
            response.delete_cookie(COOKIE, samesite="Lax")
    else:
        current = Look.of(request.COOKIES.get(COOKIE, ""))
        groups = [
            (name, label, list(zip(VALUES[name], labels, strict=True)), getattr(current, name))
            for name, (label, labels) in LABELS.items()
        ]
        context = {"groups": groups, "back": back, "large": LARGE._asdict(), "usual": Look()._asdict()}
        response = render(request, "events/look.html", context)
    add_never_cache_headers(response)
    return response


def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "events/accessibility.html")
