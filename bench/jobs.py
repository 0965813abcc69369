"""A librarian's eight jobs in Chromium: keystrokes, clicks, and seconds of waiting for the site. make bench-jobs

Each job is done with mouse and keyboard in a fresh archive, served as `make run` does, as somebody would who knows the
pages. A choice in a list and the choice of files count as one click, a pasted text as two keys, Tab as one. Seconds
are those from a click or the last letter typed until the page that answers has loaded or the choices stand there.

Beside them stand the figures of the first version (commit ed7e7db), of events of the same size: seconds compare only as
far as the machines do, and the answers to talks, which no mouse reached then, are not among the 8 clicks of the third.
`python -m bench.jobs 3 4` does only these jobs.
"""

import argparse
import io
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "confarchive.settings")
django.setup()

import openpyxl  # noqa: E402
from PIL import Image  # noqa: E402
from playwright.sync_api import Locator, Page, expect, sync_playwright  # noqa: E402

from tests.browser.conftest import CHROMIUM, CHROMIUM_FLAGS, log_in  # noqa: E402
from tests.browser.test_librarian import done  # noqa: E402
from tests.browser.test_talks import type_into_choices  # noqa: E402
from tests.site import Site  # noqa: E402


class Counted(NamedTuple):
    """What a job takes; None where nothing was noted."""

    keys: int
    clicks: int
    seconds: float | None


class Hands:
    """A librarian's mouse and keyboard, and how long the site kept her waiting."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.keys = self.clicks = 0
        self.seconds = 0.0

    @property
    def counted(self) -> Counted:
        return Counted(self.keys, self.clicks, self.seconds)

    @contextmanager
    def waiting(self) -> Iterator[None]:
        started = time.monotonic()
        yield
        self.seconds += time.monotonic() - started

    def click(self, target: Locator | str) -> None:
        self.clicks += 1
        self._find(target).click()

    def open(self, target: Locator | str) -> None:
        """Click what leads to another page."""
        self.clicks += 1
        found = self._find(target)
        with self.waiting(), self.page.expect_event("load"):
            found.click()

    def type(self, text: str) -> None:
        """Type where the cursor stands."""
        self.keys += len(text)
        self.page.keyboard.insert_text(text)

    def paste(self, text: str) -> None:
        self.keys += 2
        self.page.keyboard.insert_text(text)

    def press(self, key: str) -> None:
        self.keys += 1
        self.page.keyboard.press(key)

    def type_first(self, text: str) -> None:
        """Type into the field where the cursor stands when the page has opened."""
        expect(self.page.locator("[autofocus]")).to_be_focused()
        self.type(text)

    def paste_first(self, text: str) -> None:
        """Paste into the field where the cursor stands when the page has opened."""
        expect(self.page.locator("[autofocus]")).to_be_focused()
        self.paste(text)

    def write(self, target: Locator | str, text: str) -> None:
        self.click(target)
        self.type(text)

    def write_pasted(self, target: Locator | str, text: str) -> None:
        self.click(target)
        self.paste(text)

    def choose(self, target: Locator | str, label: str) -> None:
        self.clicks += 1
        self._find(target).select_option(label=label)

    def attach(self, target: Locator | str, files: Any) -> None:
        self.clicks += 1
        self._find(target).set_input_files(files)

    def name(self, field: str, typed: str, answer: str) -> None:
        """Take a person or an organisation from the list that opens for what is typed."""
        self.clicks, self.keys = self.clicks + 1, self.keys + len(typed)
        with self.waiting():
            type_into_choices(self.page, field, typed)
        self.click(self.page.locator(".select2-results__option", has_text=answer).first)

    def add_row(self, rows: str) -> None:
        self.click(f"#{rows}-group .add-row a")

    def _find(self, target: Locator | str) -> Locator:
        return self.page.locator(target).first if isinstance(target, str) else target


class Job(NamedTuple):
    number: int
    title: str
    before: Counted
    do: Callable[[Hands], None]
    # The address to begin at, or code of the archive's shell that makes what is needed and prints it; "" goes on from
    # where the job before ended.
    begin: str = "/admin/events/conference/"


# ── By hand ─────────────────────────────────────────────────────────────────────────────────────────────────────────

LIBRARY = "Вымысловская областная научная библиотека"
LIBRARIES = [
    LIBRARY,
    "Придумская городская библиотека имени Сочинского",
    "Выдумкинская детская библиотека",
    "Сказочно-Дубравинская районная библиотека",
    "Музей придуманной книги города Вымыслова",
]
PDF = {"name": "slides.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n%%EOF\n"}


def event_by_hand(hands: Hands) -> None:
    """Five organisations, two talks, a source, a recording."""
    hands.open(".object-tools a.addlink")
    hands.write("[name=title]", "Вымышленные книги на полках и на экране: чем делятся соседние библиотеки")
    hands.choose("[name=kind]", "вебинар")
    hands.choose("[name=format]", "онлайн")
    hands.write("[name=dates-0-start]", "9 июня 2020")
    for number, library in enumerate(LIBRARIES):
        hands.add_row("organisations")
        hands.name(f"organisations-{number}-organisation", library, "Создать")
        if number:
            hands.choose(f"[name=organisations-{number}-role]", "участник")
    hands.add_row("sources")
    hands.write_pasted("[name=sources-0-url]", "https://library.example/news/10")
    hands.write("[name=sources-0-headline]", "Соседи рассказали о придуманных книгах")
    hands.add_row("recordings")
    hands.write_pasted("[name=recordings-0-url]", "https://video.example/10")
    hands.open("[name=_talk]")
    for title, person, organisation in (
        ("Читальный зал без стен: год работы на расстоянии", "Придуманная Анна Ильинична", "Вымысловская областная"),
        ("Каталог придуманных книг для детей и родителей", "Фантазёров Иван Львович", "Придумская городская"),
    ):
        hands.type_first(title)
        hands.name("people-0-speaker", person, "Создать")
        hands.name("people-0-organisation", organisation, organisation)
        hands.open("[name=_addanother]" if person.startswith("Придуманная") else "[name=_save]")
    expect(hands.page.locator("#talks tbody tr")).to_have_count(2)


SPEAKERS = [
    name.strip()
    for name in """
    Сочинский Пётр Ильич|Придуманная Анна Юрьевна|Чудесов Иван Львович|Вымыслова Ольга Петровна
    Небылицын Олег Ильич|Сказочная Вера Павловна|Грёзова Нина Ивановна|Мечтаев Юрий Олегович
    Легендова Яна Львовна|Притчин Глеб Юрьевич|Баснина Зоя Ильинична|Былинова Алла Олеговна
""".replace("\n", "|").split("|")
    if name.strip()
]
SESSIONS = ("Полки", "Экраны", "Читатели")
RICH_TITLES = [f"Вымышленный опыт читального зала, часть {number}" for number in range(1, 13)]


def rich_event_by_hand(hands: Hands) -> None:
    """Two organisations, a department, three days, three sessions, twelve talks, material, photo, captions."""
    page = hands.page
    hands.open(".object-tools a.addlink")
    hands.write("[name=title]", "Вымышленные чтения о книгах, которых не было")
    hands.choose("[name=kind]", "конференция")
    hands.write("[name=dates-0-start]", "6–8 апреля 2021")
    for number, library in enumerate(("Небывалинская областная научная библиотека", "Грёзовская городская библиотека")):
        hands.add_row("organisations")
        hands.name(f"organisations-{number}-organisation", library, "Создать")
    for number, title in enumerate(SESSIONS):
        hands.add_row("sessions")
        hands.write(f"[name=sessions-{number}-title]", title)
    hands.add_row("recordings")
    hands.write_pasted("[name=recordings-0-url]", "https://video.example/2")
    captions = "WEBVTT\n\n00:00.000 --> 00:02.000\nДобрый день.\n".encode()
    hands.attach("[name=recordings-0-captions]", {"name": "a.vtt", "mimeType": "text/vtt", "buffer": captions})
    hands.add_row("materials")
    hands.choose("[name=materials-0-kind]", "презентация")
    hands.write("[name=materials-0-title]", "Слайды о полках")
    hands.attach("[name=materials-0-file]", PDF)
    hands.add_row("photos")
    hands.attach("[name=photos-0-image]", picture(0))
    hands.write("[name=photos-0-alt]", "Зал с пустыми стульями")
    # A department belongs to a library that the archive has.
    hands.open("[name=_continue]")
    hands.add_row("organisations")
    department = "отдел редких придуманных книг, Небывалинская областная научная библиотека"
    hands.name("organisations-2-organisation", department, "Создать")
    hands.open("[name=_continue]")
    hands.open(page.get_by_role("link", name="Добавить доклад"))
    for number, (title, person) in enumerate(zip(RICH_TITLES, SPEAKERS, strict=True)):
        hands.type_first(title)
        if number % 4 == 0:
            hands.choose("[name=session]", SESSIONS[number // 4])
        hands.name("people-0-speaker", person, person)
        if number:
            hands.click("[name=people-0-as_above]")
        else:
            hands.write("[name=people-0-position]", "библиограф")
            hands.name("people-0-organisation", "Грёзовская", "Грёзовская")
        hands.open("[name=_addanother]" if number < 11 else "[name=_save]")
    expect(page.locator("#talks tbody tr")).to_have_count(12)


# ── From a text, from a table ───────────────────────────────────────────────────────────────────────────────────────

CORRECTED = f"""Встреча придуманных краеведов

С 3 по 7 октября 2022 года прошла видеоконференция «Край, которого нет на карте», посвящённая 100-летию со дня рождения
краеведа Ивана Петровича Небывалова. Её провела {LIBRARY}. С докладом «О вымышленных деревнях» выступила главный
библиограф Анна Петровна Придуманная. Опытом поделились коллеги из Придумской городской библиотеки. О новых картах
рассказал Савва Ильич Небылицын. Савва Вымыслов родился в этих местах, Ольга Легендова здесь училась. Участвовали 40
специалистов."""
UNCHANGED = f"""15 апреля 2021 года прошёл вебинар «Вымышленные каталоги». Организатор — {LIBRARY}.
С докладом «О придуманных книгах» выступила Анна Петровна Придуманная, главный библиограф Вымысловской областной
научной библиотеки. Доклад «О карточках» прочитал Иван Львович Фантазёров.
Доклад «О читателях» прочитала Вера Павловна Грёзова."""


def propose(hands: Hands, text: str) -> None:
    hands.open(hands.page.get_by_role("link", name="Из текста"))
    hands.paste_first(text)
    hands.open(hands.page.get_by_role("button", name="Предложить черновик"))


def save_proposal(hands: Hands) -> None:
    hands.open(hands.page.get_by_role("button", name="Сохранить черновик"))
    done(hands.page, "Черновик сохранён")


def news_corrected(hands: Hands) -> None:
    """A news text: its questions answered, three facts corrected."""
    page = hands.page
    propose(hands, CORRECTED)
    for question in page.locator("#questions li a").evaluate_all("links => links.map(link => link.hash)"):
        hands.click(page.locator(f"{question} :is(.fact-take, .fact-use) label").first)
    hands.write(page.locator(".is-record").first.get_by_label("Город"), "Вымыслов")
    hands.write(page.locator(".is-record", has=page.get_by_label("Фамилия")).last.get_by_label("Должность"), "методист")
    hands.choose("[name=event-format-value]", "смешанный")
    save_proposal(hands)


def news_unchanged(hands: Hands) -> None:
    propose(hands, UNCHANGED)
    save_proposal(hands)


def table(hands: Hands) -> None:
    """Sixty rows, twenty events."""
    page = hands.page
    hands.open(page.get_by_role("link", name="Из таблицы"))
    xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    hands.attach("[name=file]", {"name": "events.xlsx", "mimeType": xlsx, "buffer": sixty_rows()})
    hands.open(page.get_by_role("button", name="Показать, что изменится"))
    hands.open(page.get_by_role("button", name="Загрузить"))
    done(page, "Сохранено записей")


INITIALS = "АБВГДЕЖЗИКЛМНОПРСТУФ"


def sixty_rows() -> bytes:
    book, content = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["Название", "Вид", "Дата", "Организаторы", "№ доклада", "Доклад", "Докладчики", "Источник"])
    for event in range(1, 21):
        head = [f"Вымышленная встреча {event}", "вебинар", f"{event}.03.2019", LIBRARIES[event % 5]]
        for talk in range(1, 4):
            own = [
                talk,
                f"Доклад {event}.{talk}",
                f"Табличнова {INITIALS[event - 1]}. Б.",
                f"https://library.example/{event}",
            ]
            book.active.append([*head, *own])
    book.save(content)
    return content.getvalue()


# ── Photos, many events, two people ─────────────────────────────────────────────────────────────────────────────────

EVENT = """
from events.models import Conference
print(f"/admin/events/conference/{Conference.objects.create(title='Вымышленная фотовыставка').pk}/change/")
"""


def picture(number: int) -> dict[str, Any]:
    content = io.BytesIO()
    Image.linear_gradient("L").resize((2000, 1500)).convert("RGB").rotate(number * 20).save(content, "JPEG")
    return {"name": f"zal-{number}.jpg", "mimeType": "image/jpeg", "buffer": content.getvalue()}


def photos(hands: Hands) -> None:
    """Fifteen photos with their credit, then fifteen alt texts."""
    page = hands.page
    hands.open(".object-tools a[href$='/photos/']")
    hands.attach("[name=images]", [picture(number) for number in range(15)])
    hands.write("[name=credit]", "Фотограф Придуманный")
    hands.open(page.get_by_role("button", name="Сохранить"))
    hands.click("[name=form-0-alt]")
    for number in range(15):
        hands.type(f"Читальный зал, ряд стульев {number}")
        if number < 14:
            hands.press("Enter")
    hands.open(page.get_by_role("button", name="Сохранить"))
    done(page, "Сохранено")


MANY = """
import datetime
from events import revisions
from events.models import Conference, ConferenceKind
kind = ConferenceKind.objects.first()
for number in range(1, 24):
    with revisions.create():
        event = Conference.objects.create(title=f"Небылица {number:02}", kind=kind, is_unsourced=True)
        event.dates.create(start=f"2018-05-{number:02}")
print("/admin/events/conference/?q=Небылица")
"""
MADE = "/admin/events/conference/?q=Небылица"


def act(hands: Hands, action: str) -> None:
    """Mark all of the list and choose what to do with them."""
    hands.click("#action-toggle")
    hands.choose("[name=action]", action)


def add_topics(hands: Hands) -> None:
    act(hands, "Добавить темы")
    hands.write("[name=topics]", "придуманные книги")
    hands.open("[name=index]")
    done(hands.page, "Изменено 23 события")


def publish(hands: Hands) -> None:
    act(hands, "Опубликовать")
    hands.open("[name=index]")
    hands.open("[name=confirmed]")
    done(hands.page, "Теперь видно всем")


NAMESAKES = """
from events.models import Speaker
Speaker.objects.create(family_name="Двойникова", initials="А. Б.")
Speaker.objects.create(family_name="Двойникова", given_names="Анна Борисовна")
print("/admin/events/speaker/?q=Двойникова")
"""


def merge(hands: Hands) -> None:
    for row in hands.page.locator("#result_list .action-select").all():
        hands.click(row)
    hands.choose("[name=action]", "Объединить две записи в одну…")
    hands.open("[name=index]")
    hands.open(hands.page.get_by_role("button", name="Объединить"))
    done(hands.page, "Объединено")


def undo_merge(hands: Hands) -> None:
    hands.open(".historylink")
    hands.open("form[action$='/restore/'] button")
    expect(hands.page.locator(".messagelist .success")).to_be_visible()


JOBS = [
    Job(1, "event by hand: 5 organisations, 2 talks", Counted(607, 61, 22), event_by_hand),
    Job(2, "rich event by hand: 3 sessions, 12 talks", Counted(1079, 215, 96), rich_event_by_hand),
    Job(3, "news pasted, 3 questions, 3 corrections", Counted(18, 8, 4.7), news_corrected),
    Job(4, "news pasted, saved unchanged", Counted(2, 3, 1), news_unchanged),
    Job(5, "table of 60 rows, 20 events", Counted(0, 4, 1.9), table),
    Job(6, "15 photos with credit, 15 alt texts", Counted(501, 15, 2.7), photos, EVENT),
    Job(7, "23 events: topics added", Counted(20, 4, 2.2), add_topics, MANY),
    Job(7, "23 events: published", Counted(0, 4, 1.6), publish, MADE),
    Job(8, "two people merged", Counted(0, 5, None), merge, NAMESAKES),
    Job(8, "merging undone", Counted(0, 2, None), undo_merge, ""),
]


def do(job: Job, site: Site, page: Page) -> Counted:
    """Do the job from where it begins."""
    address = job.begin
    if address.startswith("\n"):
        address = site.manage("shell", "--verbosity=0", "-c", address).splitlines()[-1]
    if address:
        page.goto(site.url + address)
    hands = Hands(page)
    job.do(hands)
    return hands.counted


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("jobs", nargs="*", type=int, default=range(1, 9), help="numbers of the jobs")
    wanted = parser.parse_args().jobs
    heading = f"{'':46}{'keys':>12}{'clicks':>12}{'seconds':>12}\n{'':46}{('was' + 'now'.rjust(6)).rjust(12) * 3}"
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        filled = Site(Path(folder) / "filled")
        filled.fill()
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        print(heading)
        for number in wanted:
            # An archive for each, so that nobody is asked about people of another job.
            site = filled.copy(Path(folder) / str(number))
            site.environment["LOG_LEVEL"] = "WARNING"
            site.start()
            try:
                page = browser.new_page(locale="ru-RU", viewport={"width": 1280, "height": 900})
                log_in(page, site)
                for job in (one for one in JOBS if one.number == number):
                    print(line(f"{job.number}. {job.title}", job.before, do(job, site, page)), flush=True)
            finally:
                site.stop()


def line(title: str, was: Counted, now: Counted) -> str:
    seconds = "<1" if was.seconds is None else f"{was.seconds:.1f}"
    return f"{title:46}{was.keys:>6}{now.keys:>6}{was.clicks:>6}{now.clicks:>6}{seconds:>6}{now.seconds:>6.1f}"


if __name__ == "__main__":
    main()
