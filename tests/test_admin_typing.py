"""What librarians type is read as they write it, in every form: spans, times, days, addresses, lists of codes."""

import datetime

import pytest
from django.urls import reverse

from events.importing.readers import news
from events.models import (
    Conference,
    ConferenceKind,
    Contact,
    FormLine,
    LibraryKind,
    Organisation,
    OrganisationRole,
    Proposal,
    ReaderReport,
    WatchedPage,
)

from .admin_form import send
from .rows import event
from .test_admin_intake import REVIEW, Fields, proposal
from .test_rights import account

pytestmark = pytest.mark.django_db
ADD = "/admin/events/conference/add/"


@pytest.mark.parametrize("typed", ["6–8 апреля 2021", "06.04–08.04.2021"])
def test_a_span_in_the_first_field_fills_the_last_day_and_a_time_may_have_a_dot(staff_client, typed):
    send(staff_client, ADD, {"theme": "Опыт", "dates-0-start": typed, "dates-0-start_time": "11.00"})
    date = Conference.objects.get().dates.get()
    assert (date.start, date.end, date.start_time) == ("2021-04-06", "2021-04-08", datetime.time(11))


def test_a_span_beside_a_last_day_and_a_time_of_nonsense_are_asked_about(staff_client):
    typed = {"theme": "Опыт", "dates-0-start": "6–8 апреля 2021", "dates-0-end": "9 апреля 2021"}
    page = send(staff_client, ADD, {**typed, "dates-0-start_time": "25.00"}).text
    assert "Напишите дату так" in page and "Напишите время так: 11:00, 11.00" in page and "6–8 апреля 2021" in page
    assert not Conference.objects.exists()


def test_a_review_reads_spans_and_times_alike(staff_client):
    fields = Fields(proposal(staff_client, "5 мая 2021 года прошёл вебинар «Книга без границ»."))
    typed = {"date-0-start": "5–7 мая 2021", "date-0-start_time": "9 ч 30 мин"}
    staff_client.post(reverse(REVIEW), fields.answer_all() | typed)
    date = Conference.objects.get().dates.get()
    assert (date.start, date.end, date.start_time) == ("2021-05-05", "2021-05-07", datetime.time(9, 30))


def test_a_whole_day_is_typed_in_words_and_half_a_day_is_refused_in_words(staff_client):
    event("Чтения")
    address = f"/admin/events/organisation/{Organisation.objects.main().get().pk}/change/"
    row = {"contacts-TOTAL_FORMS": "1", "contacts-0-post": "отдел", "contacts-0-email": "metod@library.example"}
    assert "Напишите день полностью" in send(staff_client, address, {**row, "contacts-0-checked": "июнь 2020"}).text
    send(staff_client, address, {**row, "contacts-0-checked": "9 июня 2020"})
    assert Contact.objects.get().checked == datetime.date(2020, 6, 9)
    # Rows that are the same are told by the labels of their fields, not by names of columns.
    again = {name.replace("-0-", "-1-"): value for name, value in row.items()} | {"contacts-TOTAL_FORMS": "2"}
    page = send(staff_client, address, again).text
    assert "Две строки совпадают: должность или отдел, электронная почта" in page and "post, email" not in page


def test_an_address_needs_no_scheme_where_an_address_is_asked_for(staff_client):
    add = "/admin/events/watchedpage/add/"
    assert "Опрошена" not in staff_client.get(add).text  # it cannot have answered yet
    send(staff_client, add, {"name": "Библиотека", "url": "news.library.example/rss"})
    page = WatchedPage.objects.get()
    assert page.url == "https://news.library.example/rss"
    assert "Опрошена" in staff_client.get(f"/admin/events/watchedpage/{page.pk}/change/").text
    text = {"text": "5 мая 2021 года прошёл вебинар «Книга».", "url": "library.example/news/1"}
    review = send(staff_client, "/admin/events/conference/intake/", text)
    assert "https://library.example/news/1" in review.text


def test_entries_of_lists_are_ticked_by_name_and_get_a_code_by_themselves(staff_client):
    kinds = ConferenceKind.objects.in_bulk(["webinar", "telemost"], field_name="slug")
    line = {"act": "Приказ № 713", "valid_from": "1 января 2022", "line": "4.2", "name": "Просветительские"}
    send(staff_client, "/admin/events/formline/add/", {**line, "kinds": list(kinds), "roles": ["organiser"]})
    stored = FormLine.objects.get()
    assert (set(stored.kinds.split(",")), stored.roles) == (set(kinds), "organiser")
    assert (stored.slug, stored.valid_from) == ("prosvetitelskie", datetime.date(2022, 1, 1))
    address = f"/admin/events/formline/{stored.pk}/change/"
    page = staff_client.get(address)
    assert "вебинар" in page.text and "через запятую" not in page.text
    send(staff_client, address, {"kinds": [], "name": "Другие"})
    assert (FormLine.objects.get().kinds, FormLine.objects.get().slug) == ("", "prosvetitelskie")
    for name in ("сельская", "Сельская!"):
        send(staff_client, "/admin/events/librarykind/add/", {"name": name})
    assert set(LibraryKind.objects.filter(name__icontains="ельская").values_list("slug", flat=True)) == {
        "selskaia",
        "selskaia-2",
    }


def test_a_report_and_its_correction_know_of_each_other(django_user_model):
    archivist = account("archivist", "Архивисты")
    conference = event("Чтения")
    report = ReaderReport.objects.create(model="conference", record=conference.uid, name="Чтения", text="Город не тот.")
    other = event("Другие")
    ReaderReport.objects.create(model="conference", record=other.uid, name="Другие", text="О другом.")
    closed = ReaderReport.objects.create(model="conference", record=conference.uid, name="Чтения", text="Давнее.")
    closed.close("done", None)
    address = f"/admin/events/conference/{conference.pk}/change/"
    page = archivist.get(address).text
    assert f"/admin/events/readerreport/{report.pk}/change/" in page and "Город не тот." in page
    assert "О другом." not in page and "Давнее." not in page
    send(archivist, address, {"city": "Заречный"})
    proposal = Proposal.objects.get()
    reported = archivist.get(f"/admin/events/readerreport/{report.pk}/change/").text
    assert f"/admin/events/proposal/{proposal.pk}/change/" in reported and "редложенные правки" in reported


@pytest.mark.parametrize(
    "text, value, precision",
    [
        ("Приняли участие более двухсот специалистов из 40 регионов.", 200, "more"),
        ("К вебинару подключились около ста двадцати пяти участников.", 125, "about"),
        ("Участвовали сорок специалистов.", 40, "exact"),
    ],
)
def test_numbers_in_words_are_read_in_every_case(text, value, precision):
    found = news.read(f"5 мая 2021 года прошёл вебинар «Книга без границ». {text}").attendance
    assert [(one.value, one.precision) for one in found] == [(value, precision)]


def test_readings_stay_plural():
    draft = news.read("5 мая 2021 года состоялось открытие краеведческих чтений «Земля Вымышленная».")
    assert draft.kind_as_printed.value == "краеведческие чтения"


def test_the_place_is_where_it_took_place_and_nobodys_home(client):
    conference = event("Чтения")
    library = Organisation.objects.main().get()
    library.city = "Рязань"
    library.save()
    part = conference.organisations.get()
    for code in ("participant", "organiser"):
        part.role = type(part.role).objects.get(slug=code)
        part.save()
        assert "Рязань" not in client.get("/conferences/").text
    part.role = type(part.role).objects.get(slug="site")
    part.save()
    assert "Рязань" in client.get("/conferences/").text


# ── A department by a typed name ────────────────────────────────────────────────────────────────────────────────────

HOUSE = "Вымысловская областная библиотека"


def with_organisations(client, *typed, **answers):
    rows = {f"organisations-{number}-organisation_name": name for number, name in enumerate(typed)}
    role = OrganisationRole.objects.get(slug="participant").pk
    rows |= {f"organisations-{number}-role": str(role) for number in range(len(typed))}
    return send(client, ADD, {"theme": "Опыт", "organisations-TOTAL_FORMS": str(len(typed)), **rows, **answers})


def departments():
    return [(one.name, one.parent.name) for one in Organisation.objects.exclude(parent=None)]


def test_a_department_of_a_library_of_the_archive_is_made_from_its_typed_name(staff_client):
    """It took a window of its own."""
    house = Organisation.objects.create(name=HOUSE)
    Organisation.objects.create(name="Отдел обслуживания", parent=Organisation.objects.create(name="Дубровская школа"))
    answer = with_organisations(staff_client, f"Отдел редких книг, {HOUSE}", f"Отдел обслуживания, {HOUSE.lower()}")
    assert answer.status_code == 302, answer.context["errors"]
    expected = {("Отдел редких книг", HOUSE), ("Отдел обслуживания", HOUSE)}
    assert set(departments()) == {*expected, ("Отдел обслуживания", "Дубровская школа")}
    assert {part.organisation.parent for part in Conference.objects.get().organisations.all()} == {house}
    # The one that the archive has is no second one.
    assert with_organisations(staff_client, f"отдел редких книг, {HOUSE}").status_code == 302
    assert len(departments()) == 3


def test_of_a_library_that_the_archive_does_not_know_it_asks(staff_client):
    name = f"Отдел редких книг, {HOUSE}"
    page = with_organisations(staff_client, HOUSE, name).text
    assert f"новое подразделение: «Отдел редких книг» организации «{HOUSE}»" in page
    assert f"новая организация: «{name}»" in page and not Organisation.objects.exists()
    field = "organisations-1-organisation"
    answers = {f"{field}_asked": name, f"{field}_answer": "+0"}
    assert with_organisations(staff_client, HOUSE, name, **answers).status_code == 302
    assert departments() == [("Отдел редких книг", HOUSE)] and Organisation.objects.count() == 2


def test_a_comma_within_a_name_makes_no_department(staff_client):
    with_organisations(staff_client, "Библиотека семейного чтения, досуга и отдыха")
    assert Organisation.objects.get().parent is None
