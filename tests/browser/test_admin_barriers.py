"""The pages of the staff, read by axe as people meet them: light and dark."""

import re

import pytest
from playwright.sync_api import expect

from ..site import Site
from .conftest import log_in

# One record of everything, with rows and a history.
BEGINNING = """
from django.contrib.auth.models import User
from events import proposing, revisions, rights
from events.models import *
event = Conference.objects.exclude(talks=None).exclude(sources=None).first()
one, other = Speaker.objects.order_by("pk")[:2]
with revisions.create(user=User.objects.first()):
    event.place = "Вымышленный зал"
    event.save()
try:
    with revisions.create(user=User.objects.first()) as block:
        block.is_proposed, event.city = True, "Вымыслов"
        event.save()
except rights.NeedsApproval as needed:
    waiting = proposing.propose(needed.changes, needed.names, User.objects.first(), "edit")
report = ReaderReport.objects.create(model="conference", record=event.uid, name=str(event), text="Здесь опечатка.")
link = LinkCheck.objects.create(url="https://library.example/", checked="2026-01-01T00:00Z", answer="404",
                                failing_since="2026-01-01T00:00Z")
from django.core.files.base import ContentFile
from PIL import Image
import io
picture = io.BytesIO()
Image.new("RGB", (40, 30), "white").save(picture, "JPEG")
organisation = Organisation.objects.first()
organisation.aliases.create(name="Вымышленка")
for name in ("zal.jpg", "stoly.jpg"):
    event.photos.create(image=ContentFile(picture.getvalue(), name))
print(event.pk, event.talks.first().pk, one.pk, other.pk, Organisation.objects.first().pk, Topic.objects.first().pk,
      Version.objects.first().pk, report.pk, link.pk, waiting.pk)
"""
# Django’s own: what stands above the cell with the name of a row, which it hides, links of filters, tips.
DJANGOS_OWN = re.compile(r'<th class="original"></th>|^target-size: .*<a href="\?|<span class="help-tooltip')
NAMES = "event talk one other organisation topic version report link proposal".split()
PAGES = [
    "",
    "events/conference/",
    "events/conference/?waiting=talk",
    "events/conference/?q=ыыыы",
    "events/conference/add/",
    "events/conference/{event}/change/",
    "events/conference/{event}/history/",
    "events/conference/{event}/photos/",
    "events/topic/{topic}/delete/",
    "events/conference/intake/",
    "events/conference/table/",
    "events/talk/",
    "events/talk/{talk}/change/",
    "events/speaker/?duplicates=possible",
    "events/speaker/{one}/change/",
    "events/speaker/{one}/merge/{other}/",
    "events/organisation/",
    "events/organisation/{organisation}/change/",
    "events/topic/{topic}/change/",
    "events/version/",
    "events/version/{version}/change/",
    "events/readerreport/",
    "events/readerreport/{report}/change/",
    "events/linkcheck/",
    "events/proposal/{proposal}/change/",
    "events/linkcheck/{link}/change/",
    "auth/user/add/",
]
# Whether the page is wider than the window, or a list is cut.
IS_CUT = """document.documentElement.scrollWidth > innerWidth
  || [...document.querySelectorAll(".results")].some(list => list.scrollWidth > list.clientWidth + 1)"""

# What of a page can be seen and stands outside the window, to the left or to the right.
OUTSIDE = """[...document.querySelectorAll("#content :is(input, select, textarea, button, h2, tbody td, tbody th)")]
  .filter(one => one.checkVisibility()).map(one => [one.name || one.textContent.trim(), one.getBoundingClientRect()])
  .filter(([, box]) => box.width > 1 && (box.left < -1 || box.right > innerWidth + 1)).map(([name]) => name)"""


@pytest.fixture(scope="module")
def desk(site, tmp_path_factory) -> tuple[Site, dict[str, str]]:
    copy = site.copy(tmp_path_factory.mktemp("desk") / "archive")
    keys = copy.manage("shell", "--verbosity=0", "-c", BEGINNING).split()
    copy.start()
    yield copy, dict(zip(NAMES, keys, strict=True))
    copy.stop()


def test_no_barriers_for_staff(desk, open_page, axe):
    site, keys = desk
    page = open_page(f"{site.url}/admin/")
    found = [f"login: {complaint}" for complaint in axe(page)]
    log_in(page, site)
    for address in PAGES:
        assert page.goto(f"{site.url}/admin/{address.format(**keys)}").status == 200, address
        for width in (768, 1024, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            found += [f"{address}: wider than the window of {width}"] if page.evaluate(IS_CUT) else []
            found += [f"{address}: {one} stands outside of {width}" for one in page.evaluate(OUTSIDE)]
        found += [f"{address}: {complaint}" for complaint in axe(page) if not DJANGOS_OWN.search(complaint)]
    assert not found, "\n".join(found)


ON_A_PHONE = [
    "",
    "auth/user/add/",
    "auth/user/",
    "events/conference/",
    "events/talk/",
    "events/speaker/",
    "events/organisation/",
    "events/topic/",
    "events/readerreport/",
    "events/conference/{event}/change/",
    "events/organisation/{organisation}/change/",
    "events/speaker/{one}/change/",
    "events/readerreport/{report}/change/",
    "events/conference/{event}/history/",
    "events/conference/{event}/photos/",
    "events/conference/{event}/copy/",
    "events/conference/intake/",
    "events/conference/table/",
    "events/speaker/{one}/merge/{other}/",
    "events/version/",
    "events/version/{version}/change/",
    "events/proposal/",
    "events/proposal/{proposal}/change/",
    "events/librarykind/",
    "events/formline/add/",
    "events/watchedpage/add/",
]


def test_forms_and_lists_fit_a_phone_and_days_have_no_time_zone(desk, open_page):
    site, keys = desk
    page = open_page(f"{site.url}/admin/", viewport={"width": 390, "height": 800}, timezone_id="Asia/Tokyo")
    log_in(page, site)
    for address in ON_A_PHONE:
        page.goto(f"{site.url}/admin/{address.format(**keys)}")
        for row in page.locator(".add-row a").all():
            row.click()
        assert page.evaluate(OUTSIDE) == [], address
        assert page.get_by_text("Внимание: Ваше локальное время").locator("visible=true").count() == 0, address


def test_enter_leads_from_one_description_of_a_photo_to_the_next_and_to_saving(desk, open_page):
    site, keys = desk
    page = open_page(f"{site.url}/admin/")
    log_in(page, site)
    page.goto(f"{site.url}/admin/events/conference/{keys['event']}/photos/")
    page.click("[name=form-0-alt]")
    for text in ("Зал", "Столы"):
        page.keyboard.insert_text(text)
        page.keyboard.press("Enter")
    expect(page.locator("[name=form-0-alt]")).to_have_value("Зал")
    expect(page.locator("[name=form-1-alt]")).to_have_value("Столы")
    expect(page.locator(".submit-row [type=submit]")).to_be_focused()
    page.click("[name=form-0-alt]")
    for _held in range(3):
        page.keyboard.down("Enter")
    page.keyboard.up("Enter")
    expect(page.locator("[name=form-1-alt]")).to_be_focused()
    expect(page.locator("[name=form-1-alt]")).to_have_value("Столы")


SAID_BEFORE = """(cells => cells.map(cell => getComputedStyle(cell, "::before").content.replace(/" "|"/g, "")))"""


def test_what_was_and_what_is_proposed_are_told_apart_on_a_phone(desk, open_page):
    """There the line of column names is not seen: three towns stood below each other, none with its name."""
    site, keys = desk
    page = open_page(f"{site.url}/admin/", viewport={"width": 390, "height": 800})
    log_in(page, site)
    page.goto(f"{site.url}/admin/events/proposal/{keys['proposal']}/change/")
    assert page.locator("tbody td:nth-child(n + 4)").evaluate_all(SAID_BEFORE) == [
        "Было:",
        "Сейчас в архиве:",
        "Предложено:",
    ]
    page.goto(f"{site.url}/admin/events/conference/{keys['event']}/history/")
    assert set(page.locator("td:is(.before, .after)").evaluate_all(SAID_BEFORE)) == {"Было:", "Стало:"}
