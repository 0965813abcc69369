"""An event entered through the admin with a recording, captions, a photograph and slides, as a visitor then sees it."""

import base64
import io
import wave

from playwright.sync_api import Page, expect

from .test_librarian import done

RUTUBE = "https://rutube.ru/video/0123456789abcdef0123456789abcdef/"
RECORDED = """
from events.models import Conference, Recording, RecordingOffset
event = Conference.objects.filter(talks__isnull=False).published().first()
recording = Recording.objects.create(conference=event, url=%r)
RecordingOffset.objects.create(recording=recording, talk=event.talks.first(), seconds=960)
print(recording.get_absolute_url())
"""

CAPTIONS = """1
00:00:00,500 --> 00:00:01,000
Анна Придуманная: Добрый день, начинаем чтения.

2
00:00:02,000 --> 00:00:02,500
Иван Вымышленный: Расскажу о переплётах старых книг.
"""
PHOTO = """
async () => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 1200, height: 800 });
  const context = canvas.getContext("2d");
  context.fillStyle = "teal";
  context.fillRect(0, 0, 1200, 800);
  return canvas.toDataURL("image/jpeg").split(",")[1];
}
"""


def sound(seconds: int = 4) -> bytes:
    """A recording of silence; a browser finds any second of it."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(8000)
        file.writeframes(bytes([128]) * 8000 * seconds)
    return out.getvalue()


def add(page: Page, rows: str) -> None:
    page.locator(f"#{rows}-group .add-row a").click()


def test_an_event_entered_in_the_admin_is_watched_read_and_found(staff_page, own_site, open_page):
    page = staff_page
    page.goto(f"{own_site.url}/admin/events/conference/add/")
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    page.fill("[name=title]", "Вымышленные чтения о переплётах")
    page.fill("[name=dates-0-start]", "2024-03-05")
    page.select_option("[name=kind]", label="чтения")
    page.check("[name=is_unsourced]")
    add(page, "recordings")
    recording, captions = sound(), CAPTIONS.encode()
    page.select_option("[name=recordings-0-kind]", "audio")
    page.set_input_files("[name=recordings-0-file]", {"name": "чтения.wav", "mimeType": "", "buffer": recording})
    page.set_input_files("[name=recordings-0-captions]", {"name": "чтения.srt", "mimeType": "", "buffer": captions})
    add(page, "photos")
    photo = base64.b64decode(page.evaluate(PHOTO))
    page.set_input_files("[name=photos-0-image]", {"name": "зал.jpg", "mimeType": "", "buffer": photo})
    page.fill("[name=photos-0-alt]", "Пустой читальный зал")
    add(page, "materials")
    page.select_option("[name=materials-0-kind]", label="презентация")
    page.fill("[name=materials-0-title]", "Слайды о переплётах")
    page.fill("[name=materials-0-url]", "https://slides.example/1")
    page.locator("[name=_talk]").click()
    page.fill("[name=title]", "Переплёты старых книг")
    page.locator("[name=_save]").first.click()
    done(page, "Переплёты старых книг")
    page.fill("[name=recordings-0-starts]", "0:02 Переплёты старых книг")
    page.locator("[name=_publish]").first.click()
    done(page, "Теперь видно всем")
    address = page.locator(".messagelist .success a").first.get_attribute("href")

    visitor = open_page(own_site.url + address, viewport={"width": 390, "height": 844})
    expect(visitor.locator("audio")).to_have_js_property("duration", 4)
    visitor.get_by_role("link", name="0:02", exact=True).first.click()
    visitor.wait_for_function("() => document.querySelector('audio').currentTime >= 2")
    expect(visitor.locator(".transcript")).to_contain_text("Иван Вымышленный: Расскажу о переплётах старых книг.")
    expect(visitor.locator(".gallery img")).to_have_attribute("alt", "Пустой читальный зал")
    expect(visitor.get_by_role("link", name="Слайды о переплётах")).to_be_visible()

    visitor.goto(f"{own_site.url}/search/?q=переплёта рассказать")
    visitor.get_by_role("link", name="0:02 — Вымышленные чтения о переплётах").click()
    visitor.wait_for_url("**/recordings/**#t=2")
    visitor.wait_for_function("() => document.querySelector('audio').currentTime >= 2")
    visitor.goto(visitor.url.partition("?")[0].replace("/recordings/", "/embed/") + "?t=1")
    visitor.wait_for_function("() => document.querySelector('audio').currentTime >= 1")


def test_another_sites_player_comes_by_a_click_and_goes_to_the_second(own_site, chromium):
    path = own_site.manage("shell", "--verbosity=0", "--no-imports", "-c", RECORDED % RUTUBE).strip()
    context = chromium.new_context(locale="ru-RU")
    asked = []

    def answer(route):
        asked.append(route.request.url)
        route.fulfill(body="<!doctype html><title>Плеер</title>", content_type="text/html; charset=utf-8")

    context.route("https://rutube.ru/**", answer)
    page = context.new_page()
    page.goto(own_site.url + path, wait_until="networkidle")
    expect(page.locator(".player-notice")).to_contain_text("загружается с RuTube")
    assert asked == []
    page.get_by_role("button", name="Смотреть здесь").press("Enter")
    frame = page.locator("iframe")
    expect(frame).to_be_focused()
    assert page.frame_locator("iframe").locator("title").inner_text() == "Плеер"  # the policy lets it in
    page.get_by_role("link", name="16:00", exact=True).first.click()
    expect(frame).to_have_attribute("src", "https://rutube.ru/play/embed/0123456789abcdef0123456789abcdef/?t=960")
    assert len(asked) == 2
    context.close()
