"""An event is announced, held, cancelled or postponed: every page and export says so, and nobody has to guess."""

import datetime
import importlib
import json
import tempfile

import icalendar
import pymarc
import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation

from events import revisions, table
from events.export import atom, citations, formats, highwire, json_ld, oai_dc, record
from events.export import tables as export
from events.importing.draft import DateDraft, Draft, TextFact
from events.importing.readers import schedule
from events.importing.tables import import_rows
from events.importing.writer import save_draft
from events.models import Conference, ConferenceDate, Source, Version

from .admin_form import form_fields, send
from .rows import event

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2027, 5, 12)
ASKED = "waiting=overdue"


@pytest.fixture(autouse=True)
def today(monkeypatch):
    """12 May 2027; returns how to set another day."""

    def at(day):
        monkeypatch.setattr(timezone, "localdate", lambda *args: day)

    at(TODAY)
    return at


@revisions.create()
def announced(name="Будущие чтения", day="2027-06-01", state="expected", **values):
    made = event(name, day=day, state=state, **values)
    made.recordings.all().delete()
    return made


# ── The record ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("state", "days", "new_date", "is_overdue"),
    [
        ("expected", ["2027-05-12"], "", False),
        ("expected", ["2027-05-11"], "", True),
        ("expected", ["2027-05-11", "2027-05-20"], "", False),
        ("expected", ["2027-05"], "", False),
        ("expected", ["2027-04"], "", True),
        ("expected", ["2027"], "", False),
        ("expected", ["2026"], "", True),
        ("expected", ["XXXX-06-01"], "", True),
        ("expected", [], "", True),
        ("postponed", ["2027-05-01"], "", False),
        ("postponed", ["2027-05-01"], "2027-06", False),
        ("postponed", ["2027-05-01"], "2027-05-05", True),
        ("cancelled", ["2027-05-01"], "", False),
        ("held", ["2027-05-01"], "", False),
        ("", ["2027-05-01"], "", False),
    ],
)
def test_an_announced_event_is_asked_about_once_no_date_of_it_lies_ahead(state, days, new_date, is_overdue):
    made = Conference.objects.create(title="Чтения", state=state, postponed_to=new_date)
    for day in days:
        ConferenceDate.objects.create(conference=made, start=day)
    assert made.is_overdue(TODAY) is is_overdue
    assert Conference.objects.overdue(TODAY).exists() is is_overdue


def test_the_last_day_of_several_counts():
    made = Conference.objects.create(title="Чтения", state="expected")
    ConferenceDate.objects.create(conference=made, start="2027-05-10", end="2027-05-12")
    assert not made.is_overdue(TODAY)
    assert not Conference.objects.overdue(TODAY).exists()


def test_only_a_postponed_event_has_a_new_date():
    with pytest.raises(ValidationError) as refused:
        Conference.objects.create(title="Чтения", state="held", postponed_to="2027-06-01")
    assert "postponed_to" in refused.value.message_dict
    Conference.objects.create(title="Чтения", state="held")
    with pytest.raises(IntegrityError), transaction.atomic():
        Conference.objects.update(postponed_to="2027-06-01")


def test_an_older_archive_learns_what_became_of_its_events_and_nobody_is_said_to_have_told_it():
    past, undated, ahead, bare, yearless = (
        Conference.objects.create(title=name) for name in ("Прошлые", "Без даты", "Будущие", "Пустые", "Без года")
    )
    ConferenceDate.objects.create(conference=past, start="2020-06-09")
    ConferenceDate.objects.create(conference=ahead, start="2027-06-01")
    ConferenceDate.objects.create(conference=yearless, start="XXXX-06-09")
    Source.objects.create(conference=undated, headline="Отчёт")
    version = Version.objects.of(past)[0]
    for name in ("state", "postponed_to"):
        del version.rows[0]["fields"][name]
    version.save()
    importlib.import_module("events.migrations.0018_fill_event_state").fill(apps, None)
    states = dict(Conference.objects.values_list("title", "state"))
    assert states == {"Прошлые": "held", "Без даты": "held", "Будущие": "expected", "Пустые": "", "Без года": ""}
    count = Version.objects.of(past).count()
    Conference.objects.get(pk=past.pk).save()
    assert Version.objects.of(past).count() == count


AHEAD, NAME = "2027-06-01", "Вымышленные чтения"


def typed(client):
    answer = send(
        client,
        reverse("admin:events_conference_add"),
        {"title": NAME, "dates-0-start": AHEAD, "dates-TOTAL_FORMS": "1"},
    )
    assert answer.status_code == 302, answer.context["errors"]


def by_schedule(client):
    day = {"date": AHEAD, "rooms": {"Зал": [{"title": "О каталогах", "start": "10:30"}]}}
    conference = {"title": NAME, "start": AHEAD, "days": [day]}
    content = json.dumps({"schedule": {"conference": conference}}).encode()
    save_draft(schedule.read("schedule.json", content))


def by_fixture(client):
    rows = [
        {"model": "events.conferencedate", "fields": {"conference": ["chteniia"], "start": AHEAD}},
        {"model": "events.conference", "fields": {"slug": "chteniia", "title": NAME}},
    ]
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(rows, file)
        file.flush()
        call_command("loaddata", file.name, verbosity=0)


def in_bulk(client):
    made = Conference.objects.create(title=NAME)
    ConferenceDate.objects.bulk_create([ConferenceDate(conference=made, start=AHEAD)])


WAYS = {
    "form": typed,
    "table": lambda client: imported({"title": NAME, "start": "01.06.2027", "kind": "вебинар"}),
    "draft": lambda client: save_draft(Draft(title=TextFact(value=NAME), dates=[DateDraft(start=AHEAD)])),
    "schedule": by_schedule,
    "fixture": by_fixture,
    "bulk": in_bulk,
}


@pytest.mark.parametrize("way", WAYS)
def test_what_lies_ahead_is_expected_by_whatever_way_it_comes_in(staff_client, way):
    """It counted as held before it was."""
    WAYS[way](staff_client)
    made = Conference.objects.get(title=NAME)
    assert made.state == "expected" and not Conference.objects.took_place().exists()
    assert Version.objects.of(made)[0].rows[0]["fields"]["state"] == "expected"


def test_a_stated_state_is_kept_and_so_is_that_of_an_event_whose_day_is_over_or_not_known():
    for state in ("held", "cancelled", "postponed"):
        assert event(f"Чтения {state}", size=0, day=AHEAD, state=state).state == state
    for day in ("", "2027-05-11", "2027-05-12", "2027", "2027-05", "XXXX-06-01"):
        event(f"Чтения {day}", size=0, day=day)
    assert not Conference.objects.filter(state="expected").exists()
    assert set(Conference.objects.values_list("state", flat=True)) == {"", "held", "cancelled", "postponed"}


def test_an_event_that_gets_a_day_ahead_or_loses_its_state_is_expected():
    made = event("Без даты", size=0, day="")
    ConferenceDate.objects.create(conference=made, start="2027-06")
    assert Conference.objects.get(pk=made.pk).state == "expected"
    Conference.objects.filter(pk=made.pk).update(state="")
    assert Conference.objects.get(pk=made.pk).state == "expected"
    moved = event("Две даты", size=0, day="2027-05-01")
    ConferenceDate.objects.create(conference=moved, start=AHEAD)
    assert Conference.objects.get(pk=moved.pk).state == ""
    moved.dates.get(start="2027-05-01").delete()
    assert Conference.objects.get(pk=moved.pk).state == "expected"


# ── Staff ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_event_whose_date_is_over_is_put_before_staff_and_does_not_answer_by_itself(staff_client, today):
    made, other = announced(), announced("Дальние чтения", day="2028-01-01")
    index, changes = reverse("admin:index"), reverse("admin:events_conference_changelist")
    assert ASKED not in staff_client.get(index).text
    today(datetime.date(2027, 6, 2))
    page = staff_client.get(index).text
    assert ASKED in page
    assert "Состоялось? (объявлено" in page
    listed = staff_client.get(f"{changes}?{ASKED}").text
    assert made.title in listed
    assert other.title not in listed
    made.refresh_from_db()
    assert made.state == "expected"
    chosen = {"action": "make_held", "_selected_action": [made.pk]}
    staff_client.post(changes, chosen)
    assert Conference.objects.get(pk=made.pk).state == "held"
    assert ASKED not in staff_client.get(index).text


def test_the_form_takes_a_new_date_as_people_write_dates(staff_client):
    made = announced()
    address = reverse("admin:events_conference_change", args=[made.pk])
    fields = form_fields(staff_client.get(address))
    answer = staff_client.post(address, fields | {"state": "postponed", "postponed_to": "20 июня 2027", "_save": ""})
    assert answer.status_code == 302
    made.refresh_from_db()
    assert (made.state, made.postponed_to) == ("postponed", "2027-06-20")
    fields = form_fields(staff_client.get(address))
    answer = staff_client.post(address, fields | {"state": "held", "_save": ""})
    assert "Новая дата здесь — только у\u00a0перенесённого события" in answer.text
    assert Conference.objects.get(pk=made.pk).state == "postponed"


# ── Tables ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def imported(row):
    return import_rows([table.TableRow(2, row)], commit=True)


def test_the_state_goes_into_the_table_and_comes_back():
    made = announced(state="postponed", postponed_to="2027-06-20")
    (row, *_talks) = export.rows(export.preloaded(Conference.objects.all()))
    assert (row["state"], row["postponed_to"]) == ("перенесено", "20.06.2027")
    assert not imported(row).changed
    report = imported(row | {"state": "перенесено", "postponed_to": "июль 2027"})
    assert [(change.column, change.new) for change in report.changed] == [("Перенесено на", "2027-07")]
    event_cells = {"code": made.slug, "state": "состоялось"}
    assert not imported(event_cells).problems
    made.refresh_from_db()
    assert (made.state, made.postponed_to) == ("held", "")


def test_a_table_cannot_give_a_new_date_to_an_event_that_is_not_postponed():
    made = announced()
    (problem,) = imported({"code": made.slug, "postponed_to": "20.06.2027"}).problems
    assert problem.column == "Перенесено на"
    assert "напишите «перенесено»" in problem.message
    (problem,) = imported({"code": made.slug, "state": "скоро"}).problems
    assert "ожидается, состоялось, отменено, перенесено" in problem.message


# ── Pages ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def text(client, address):
    return client.get(address).text.replace("\u00a0", " ")


def test_the_pages_of_an_announced_event_say_so_and_after_its_date_that_nobody_knows(client, today):
    made = announced()
    person, talk = made.people.first().speaker, made.talks.get()
    pages = [made.get_absolute_url(), talk.get_absolute_url()]
    lists = ["/", "/conferences/", "/talks/", person.get_absolute_url(), "/search/?q=будущие"]
    for address in pages:
        assert "Событие ожидается: запись сделана по объявлению." in text(client, address), address
    for address in lists:
        assert "ожидается</span>" in text(client, address), address
    # Nothing is written meanwhile: pages in the cache are those of another day.
    today(datetime.date(2027, 6, 2))
    for address in pages:
        assert "Событие было объявлено. Состоялось ли оно, неизвестно." in text(client, address), address
        assert "ожидается" not in text(client, address), address
    for address in lists:
        assert "объявлено; состоялось ли, неизвестно</span>" in text(client, address), address
    with revisions.create():
        made.state = "held"
        made.save()
    for address in [*pages, *lists]:
        assert "event-state" not in text(client, address), address
        assert "event-notice" not in text(client, address), address


def test_a_cancelled_and_a_postponed_event_say_so_in_both_languages(client):
    cancelled = announced("Отменённые чтения", state="cancelled").get_absolute_url()
    postponed = announced("Перенесённые чтения", state="postponed", postponed_to="2027-06-20").get_absolute_url()
    open_end = announced("Отложенные чтения", state="postponed").get_absolute_url()
    assert "Событие отменено." in text(client, cancelled)
    assert "Событие перенесено. Новая дата: 20 июня 2027." in text(client, postponed)
    assert "Событие перенесено. Новая дата неизвестна." in text(client, open_end)
    assert "This event was postponed. The new date: 20 June 2027." in text(client, f"/en{postponed}")
    assert "This event was cancelled." in text(client, f"/en{cancelled}")
    translation.activate("ru")
    assert "перенесено, новая дата: 20 июня 2027</span>" in text(client, "/conferences/")


# ── Exports ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def described(conference):
    return record.describe(record.load(Conference.objects.filter(pk=conference.pk)).get(), "https://archive.example")


STATES = {
    "expected": ({}, "Событие объявлено; сведений о том, что оно состоялось, нет."),
    "cancelled": ({}, "Событие отменено."),
    "postponed": ({"postponed_to": "2027-06-20"}, "Событие перенесено, новая дата: 20 июня 2027."),
}


def as_text(content: bytes) -> str:
    """Return the file as text; catalogues take some in Windows-1251."""
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content.decode("cp1251")


@pytest.mark.parametrize("state", STATES)
def test_every_export_says_that_an_event_is_not_known_to_have_taken_place(state, client):
    values, note = STATES[state]
    made = announced(state=state, **values)
    one = described(made)
    written = {name: as_text(form.file([one])) for name, form in formats.FORMATS.items()}
    written |= {f"{name} of a talk": as_text(form.file([one.parts[0]])) for name, form in formats.FORMATS.items()}
    written |= {
        "json-ld": json_ld.document(json_ld.node(one)),
        "highwire": " ".join(content for _name, content in highwire.tags(one)),
        "atom": atom.write([one], "", "https://archive.example/", "https://archive.example/feed", {}),
        "oai": "".join(oai_dc.element(one).itertext()),
        "full citation": citations.full(made, "", TODAY),
        "short citation": citations.short(made.talks.get(), "", TODAY),
    }
    for name, content in written.items():
        if name.startswith("json"):
            assert f'"{state}"' in content or note in content.replace("\u00a0", " "), name
        else:
            plain = content.replace("\r\n ", "").replace("\\,", ",").replace("\\;", ";").replace("\u00a0", " ")
            assert note.rstrip(".") in plain, name


def test_what_took_place_or_is_not_known_is_exported_without_a_remark():
    for state in ("held", ""):
        one = described(announced(f"Чтения {state}", "2020-06-01", state=state))
        assert not one.state_note
        assert json_ld.node(one).get("eventStatus", "").endswith("EventScheduled" if state else "")
    assert "Состояние" not in formats.FORMATS["ris"].file([one]).decode()


@pytest.mark.parametrize(
    ("state", "new_date", "status", "start", "calendar_status", "day"),
    [
        ("held", "", "EventScheduled", "2027-06-01", "CONFIRMED", "2027-06-01"),
        ("expected", "", "EventScheduled", "2027-06-01", "TENTATIVE", "2027-06-01"),
        ("cancelled", "", "EventCancelled", "2027-06-01", "CANCELLED", "2027-06-01"),
        ("postponed", "", "EventPostponed", "2027-06-01", "CANCELLED", "2027-06-01"),
        ("postponed", "2027-06-20", "EventRescheduled", "2027-06-20", "TENTATIVE", "2027-06-20"),
    ],
)
def test_search_engines_and_calendars_get_it_in_their_own_words(state, new_date, status, start, calendar_status, day):
    one = described(announced(state=state, postponed_to=new_date))
    node = json_ld.node(one)
    assert node["eventStatus"] == f"https://schema.org/{status}"
    assert node["startDate"] == start
    assert node.get("previousStartDate") == ("2027-06-01" if new_date else None)
    (entry,) = icalendar.Calendar.from_ical(formats.FORMATS["ics"].file([one])).walk("VEVENT")
    assert entry["STATUS"] == calendar_status
    assert str(entry["DTSTART"].dt) == day


def test_records_for_libraries_and_programs_have_it():
    made = announced(state="postponed", postponed_to="2027-06-20")
    one = described(made)
    (marc,) = pymarc.MARCReader(formats.FORMATS["marc21"].file([one]))
    assert any(field["a"].startswith("Событие перенесено") for field in marc.get_fields("500"))
    (plain,) = json.loads(formats.FORMATS["json"].file([one]))
    assert (plain["state"], plain["postponed_to"]) == ("postponed", "2027-06-20")
    assert json.loads(formats.FORMATS["csl"].file([one]))[0]["status"] == "перенесено"


def test_the_api_has_the_state(client):
    made = announced()
    assert client.get(f"/api/v1/conferences/{made.uid}/").json()["state"] == "expected"
