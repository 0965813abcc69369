"""A visitor looks at the photos of an event, with a finger and with the keyboard, on a telephone."""

from playwright.sync_api import expect

FILL = """
import io
from django.core.files.base import ContentFile
from PIL import Image
from events.models import Conference
event = Conference.objects.published().first()
for number, colour in enumerate(["red", "green", "blue"]):
    data = io.BytesIO()
    Image.new("RGB", (1200, 1600 if number else 700), colour).save(data, "JPEG")
    event.photos.create(
        image=ContentFile(data.getvalue(), "zal.jpg"),
        order=number,
        caption=f"Снимок {colour}",
        credit="Фотограф Придуманный",
    )
print(event.get_absolute_url())
"""


def swipe(page, distance):
    """A finger drawn sideways over the open photo."""
    page.evaluate(
        """distance => {
          const target = document.querySelector("#lightbox img");
          const at = x => [new Touch({ identifier: 1, target, clientX: x, clientY: 300 })];
          const send = (type, touches, changedTouches) =>
            target.dispatchEvent(new TouchEvent(type, { touches, changedTouches, bubbles: true }));
          send("touchstart", at(200), at(200));
          send("touchend", [], at(200 + distance));
        }""",
        distance,
    )


def test_photos_open_whole_in_a_dialog_over_their_own_addresses(own_site, open_page, axe, vnu):
    address = own_site.url + own_site.manage("shell", "--no-imports", "-c", FILL).strip()
    page = open_page(address, viewport={"width": 390, "height": 844}, has_touch=True, device_scale_factor=3)
    gallery, dialog = page.locator(".gallery a"), page.locator("#lightbox")
    gallery.last.scroll_into_view_if_needed()
    shown = page.wait_for_function(
        """() => {
          const pictures = [...document.querySelectorAll(".gallery img")];
          return pictures.every(one => one.complete && one.naturalWidth) && pictures.map(one => one.currentSrc);
        }"""
    ).json_value()
    # Two pixels to the point are enough here: five photographs on a telephone are to stay under 400 KB.
    assert len(shown) == 3 and all(one.endswith("?as=720.avif") for one in shown)
    # Nobody's head is cut off.
    assert page.evaluate("getComputedStyle(document.querySelector('.gallery img')).objectFit") == "contain"

    gallery.first.tap()
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("1 из 3")
    expect(dialog).to_contain_text("Снимок red")
    expect(dialog).to_contain_text("Фотограф Придуманный")
    first = page.url
    assert "/photos/" in first
    assert axe(page) == []
    swipe(page, -120)
    expect(dialog).to_contain_text("2 из 3")
    swipe(page, 20)
    page.keyboard.press("ArrowRight")
    expect(dialog).to_contain_text("3 из 3")
    box, window = dialog.locator("img").bounding_box(), page.viewport_size
    assert box["y"] >= 0 and box["y"] + box["height"] <= window["height"] and box["width"] <= window["width"]
    page.keyboard.press("ArrowRight")
    expect(dialog).to_contain_text("3 из 3")
    last = page.url
    page.keyboard.press("ArrowLeft")
    expect(dialog).to_contain_text("2 из 3")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.wait_for_url(address)
    assert page.evaluate("document.activeElement === document.querySelector('.gallery a')")
    page.go_forward()
    expect(dialog).to_contain_text("2 из 3")
    page.go_back()
    expect(dialog).to_be_hidden()

    # The same address opened by itself, as without scripts, is a page.
    page.goto(last)
    expect(page.locator("main .photo")).to_contain_text("3 из 3")
    assert axe(page) == []
    assert vnu({url: own_site.get(url.removeprefix(own_site.url)) for url in (address, last)}) == []
    page.locator("[rel=prev]").tap()
    expect(page.locator("main .photo")).to_contain_text("2 из 3")

    # Who wants no pictures has none loaded, and reads what they show.
    page.context.add_cookies([{"name": "look", "value": "1nnns", "url": own_site.url}])
    loaded = []
    page.on("request", lambda request: loaded.append(request.url))
    page.goto(address)
    gallery.last.scroll_into_view_if_needed()
    name = page.evaluate("getComputedStyle(document.querySelector('.gallery a'), '::before').content")
    assert "Снимок red" in name
    page.wait_for_load_state("networkidle")
    assert [url for url in loaded if "/media/" in url] == []
