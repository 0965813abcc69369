"""Visits are counted from the log of the server: people once, robots and staff not at all, nobody remembered."""

import gzip
import random

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench import visits as replayed
from confarchive.logs import Json, Line
from events.models import Conference, Organisation, Recording, Talk, Visits
from events.operations import visits

from . import rows

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
YANDEX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/128.0 YaBrowser/24.7 Safari/537.36"
ROBOTS = [
    "",
    "-",
    "Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)",
    "Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 Safari/605.1.15 (Applebot/0.1)",
    "Сборщик библиотечных новостей/1.0 (+https://library.example)",
    "Sickle/0.7.0",
    "python-requests/2.32",
    "curl/8.5.0",
]


def own(path, *, at="2026-03-01T10:00:00+0300", address="192.0.2.1", agent=FIREFOX, status=200, method="GET"):
    return f'{at} INFO confarchive.access [0a1b]: {method} {path} {status} 12ms {address} "{agent}"\n'


def nginx(path, *, at="01/Mar/2026:10:00:00 +0300", address="192.0.2.1", agent=FIREFOX, status=200):
    return f'{address} - - [{at}] "GET {path} HTTP/1.1" {status} 512 "https://search.example/" "{agent}"\n'


def counts():
    return {(str(one.record), one.month, one.action): one.count for one in Visits.objects.all()}


@pytest.fixture
def conference():
    return rows.event("Чтения")


def test_views_starts_and_downloads_are_counted_by_record_and_month(conference):
    talk, recording = conference.talks.get(), Recording.objects.get()
    Recording.objects.update(file="recordings/one.mp4")
    page = conference.get_absolute_url()
    lines = [
        own(page),
        own(page, at="2026-03-01T10:00:10+0300"),  # clicked twice
        own(f"/en{page}?q=1", at="2026-03-01T11:00:00+0300", status=304),
        own(page, at="2026-03-31T23:30:00+0000", agent=YANDEX),  # April in Moscow
        own(f"{page}export/bibtex/"),
        own(f"{page}export/atom/"),  # a feed reader
        own(talk.get_absolute_url()),
        own("/media/recordings/one.mp4", status=206),
        own("/media/recordings/one.mp4", at="2026-03-01T10:10:00+0300", status=206),  # the same player goes on
        own(f"/recordings/{recording.uid}.txt"),
        own("/conferences/"),
        own("/conferences/nobody/", status=404),
        own(page, method="POST", address="192.0.2.9"),
        "a line of something else\n",
    ]
    report = visits.count(lines)
    uid = str(conference.uid)
    part = str(recording.talk.uid if recording.talk else conference.uid)
    expected = {
        (uid, "2026-03", "view"): 2,
        (uid, "2026-04", "view"): 1,
        (uid, "2026-03", "download"): 1,
        (str(talk.uid), "2026-03", "view"): 1,
        (part, "2026-03", "play"): 1,
    }
    expected[part, "2026-03", "download"] = expected.get((part, "2026-03", "download"), 0) + 1
    assert counts() == expected
    assert report.counted == 7


@pytest.mark.parametrize("line", [own, nginx])
def test_robots_and_staff_are_left_out(conference, line):
    page = conference.get_absolute_url()
    lines = [line(page, agent=agent, address=f"192.0.2.{number}") for number, agent in enumerate(ROBOTS, 10)]
    lines += [
        line(page, address="192.0.2.50"),
        line("/admin/events/conference/", address="192.0.2.50"),  # staff, before and after
        line("/admin/", address="192.0.2.51", status=302),  # somebody curious, sent to the login
        line("/admin/login/", address="192.0.2.51"),
        line(page, address="192.0.2.51"),
    ]
    report = visits.count(lines)
    assert counts() == {(str(conference.uid), "2026-03", "view"): 1}
    assert (report.robots, report.staff) == (len(ROBOTS), 1)


def test_a_line_counts_once_however_often_the_log_is_read(conference, tmp_path, capsys):
    page = conference.get_absolute_url()
    log, rotated = tmp_path / "access.log", tmp_path / "access.log.1.gz"
    rotated.write_bytes(gzip.compress(nginx(page).encode()))
    log.write_text(nginx(page, at="01/Mar/2026:12:00:00 +0300"))
    for _again in range(2):
        call_command("count_visits", str(rotated), str(log))
    log.write_text(log.read_text() + nginx(page, at="02/Mar/2026:12:00:00 +0300"))
    call_command("count_visits", str(log))
    assert counts() == {(str(conference.uid), "2026-03", "view"): 3}
    assert "1" in capsys.readouterr().out
    # What was read names nobody.
    assert "192.0.2" not in str(list(Visits.objects.values()))


def test_only_what_is_public_is_counted_and_a_former_address_counts_for_the_new_one(conference):
    former = conference.get_absolute_url()
    conference.slug = "new-address"
    conference.save()
    draft = rows.event("Черновик", status="draft")
    visits.count([own(former), own(draft.get_absolute_url()), own(draft.talks.get().get_absolute_url())])
    assert counts() == {(str(conference.uid), "2026-03", "view"): 1}


def test_the_log_of_the_application_is_read_as_it_is_written(client, conference, caplog):
    caplog.set_level("INFO", logger="confarchive.access")
    client.get(conference.get_absolute_url(), headers={"user-agent": FIREFOX + ' "quoted"'})
    client.get(conference.get_absolute_url(), headers={"user-agent": FIREFOX + ' "quoted"'})  # from the cache
    record = next(one for one in caplog.records if one.name == "confarchive.access")
    for formatter in (Line(), Json()):
        record.request_id = "0a1b"
        line = visits.read_line(formatter.format(record))
        assert line.path == conference.get_absolute_url() and line.status == 200
        assert line.agent == FIREFOX + " 'quoted'"


def test_a_page_from_the_cache_is_a_visit_like_one_that_is_made(client, conference, settings, caplog):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "visits"}}
    cache.clear()
    caplog.set_level("INFO", logger="confarchive.access")
    statements = []
    for reader in (1, 2, 3):
        with CaptureQueriesContext(connection) as captured:
            client.get(conference.get_absolute_url(), headers={"user-agent": FIREFOX}, REMOTE_ADDR=f"192.0.2.{reader}")
        statements.append(len(captured))
    cache.clear()
    assert statements[0] > 1 and statements[1:] == [1, 1]
    lines = []
    for record in caplog.records:
        if record.name == "confarchive.access":
            record.request_id = "0a1b"
            lines.append(Line().format(record) + "\n")
    visits.count(lines)
    [(record, _month, action)] = counts()
    assert (record, action) == (str(conference.uid), "view") and set(counts().values()) == {3}


def test_a_report_shows_the_visits_of_its_period(client, conference):
    library = Organisation.objects.main().get()
    talk: Talk = conference.talks.get()
    lines = [own(conference.get_absolute_url()), own(talk.get_absolute_url()), own(library.get_absolute_url())]
    address = f"/reports/?organisation={library.slug}&from=2026"
    assert "Посещения архива" not in client.get(address).text
    visits.count([*lines, own(rows.event("Чужие", size=0).get_absolute_url())])
    tables = {table.title: table.figures for table in client.get(address).context["report"].tables}
    assert [figure.count for figure in tables["Посещения архива"]] == [3]
    assert "Просмотры страниц по месяцам" not in tables
    assert "Посещения архива" not in client.get(f"/reports/?organisation={library.slug}&to=2025").text
    whole = {table.title: table.figures for table in client.get("/reports/?from=2026").context["report"].tables}
    assert [figure.count for figure in whole["Посещения архива"]] == [3]
    assert Conference.objects.count() == 2


def test_an_outside_counter_is_asked_for_nowhere_unless_the_operator_names_one_and_pages_say_so(client, settings):
    page = client.get("/about/")
    assert "counter" not in page.text and "Посещения считает" not in page.text
    settings.COUNTER_SCRIPT = "https://stat.library.example/counter.js?id=1"
    page = client.get("/accessibility/").text
    assert '<script src="https://stat.library.example/counter.js?id=1" defer></script>' in page
    assert "Посещения считает stat.library.example" in page


def test_two_runs_over_one_log_count_nothing_twice(conference):
    page = conference.get_absolute_url()

    def read_by_two():
        yield own(page)
        visits.count([own(page)])

    with pytest.raises(visits.CountedMeanwhile):
        visits.count(read_by_two())
    assert counts() == {(str(conference.uid), "2026-03", "view"): 1}


@pytest.mark.parametrize("line", [replayed.own, replayed.nginx])
def test_a_replayed_log_gives_the_visits_that_were_put_in(line):
    """The short form of `make bench-visits`."""
    rows.event("Чтения", size=3)
    rows.event("Черновик", size=2, status="draft")
    Recording.objects.filter(title="Чтения: запись 1").update(file="recordings/one.mp4")
    log = replayed.Log(replayed.public_pages(), line, random.Random(20)).fill(3000)
    assert log.robots > 400 and log.staff > 100
    assert {action for *_key, action in log.expected} == {"view", "play", "download"}
    assert list(replayed.difference(log, "log")) == []


def test_a_report_has_visits_by_month_and_by_record_in_its_period(client, conference):
    library = Organisation.objects.main().get()
    talk = conference.talks.get()
    months = [("2026-02", talk, Visits.Action.VIEW, 1), ("2026-03", conference, Visits.Action.VIEW, 7)]
    months += [("2026-03", conference, Visits.Action.DOWNLOAD, 2), ("2026-04", conference, Visits.Action.VIEW, 3)]
    for month, record, action, number in [*months, ("2025-12", conference, Visits.Action.VIEW, 90)]:
        Visits.objects.create(record=record.uid, month=month, action=action, count=number)
    secret = rows.event("Тайные", size=1, status="draft")
    Visits.objects.create(record=secret.uid, month="2026-03", action=Visits.Action.VIEW, count=500)
    period = {"organisation": library.slug, "from": "2026-02", "to": "2026-04"}
    # The event itself is of 2020: what is read now counts, whenever it was held.
    page = client.get("/reports/", period)
    found = {table.title: table.figures for table in page.context["report"].tables}
    assert [(one.label.replace("\xa0", " "), one.count, one.note) for one in found["Просмотры страниц по месяцам"]] == [
        ("февраль 2026", 1, ""),
        ("март 2026", 7, "скачивания: 2"),
        ("апрель 2026", 3, ""),
    ]
    whole = {"organisation": library.slug, "to": "2026-03"}
    assert "97 просмотров" in client.get("/reports/", whole).text.replace("\xa0", " ")
    rows_of = client.get("/reports/export/csv/", whole).content.decode("utf-8-sig").splitlines()
    assert [row.split(";")[-2] for row in rows_of if conference.get_absolute_url() in row] == ["97"]
    assert [row.split(";")[-2] for row in rows_of if talk.get_absolute_url() in row] == ["1"]
    for name in ("docx", "xlsx"):
        assert client.get(f"/reports/export/{name}/", whole).status_code == 200
