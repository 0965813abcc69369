"""A person whom an event is about: named there and on a page of their own, and never counted as somebody who came."""

import io
import json
import zipfile

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils.encoding import iri_to_uri
from pymarc import MARCReader

from events import copying, merging, revisions, search
from events.export import json_ld, oai_dc, record
from events.export.formats import FORMATS
from events.models import Conference, Speaker, SpeakerParticipation, Subject, Version, relations
from events.revisions import withholding

from .admin_form import form_fields
from .rows import event
from .test_admin_intake import REVIEW, Fields, proposal

pytestmark = pytest.mark.django_db


@pytest.fixture
def writer():
    """A writer whose jubilee an event keeps; in a draft somebody else is spoken about."""
    writer = Speaker.objects.create(family_name="Юбиляров", given_names="Савва Ильич")
    Subject.objects.create(conference=event("Вечер"), speaker=writer, name_as_printed="Юбилярову С. И.")
    hidden = Speaker.objects.create(family_name="Черновиков", initials="А. А.")
    Subject.objects.create(conference=event("Замысел", status="draft"), speaker=hidden)
    return writer


@pytest.fixture
def evening(writer):
    return Conference.objects.get(title="Вечер")


def test_the_event_and_the_person_lead_to_each_other(writer, evening, client):
    page = client.get(evening.get_absolute_url()).text
    assert "О ком говорили" in page and writer.get_absolute_url() in page
    page = client.get(writer.get_absolute_url()).text
    assert (
        "Где об этом человеке говорили" in page
        and evening.get_absolute_url() in page
        and "Юбилярову С. И." in page.replace("\xa0", " ")
    )
    assert "Участие" not in page and "0 событий" not in page
    # The card is not empty.
    card = page[page.index('class="card"') : page.index("</dl>")].replace("\xa0", " ")
    assert "Об этом человеке" in card and "1 событие" in card
    # Nobody who is only spoken about is in the index of speakers.
    crumbs = page[page.index('class="breadcrumbs"') : page.index("<h1")]
    assert 'href="/"' in crumbs and 'href="/speakers/"' not in crumbs
    came = Speaker.objects.get(family_name="Вечерев 1")
    page = client.get(came.get_absolute_url()).text
    assert 'href="/speakers/"' in page[page.index('class="breadcrumbs"') : page.index("<h1")]
    assert client.get(Speaker.objects.get(family_name="Черновиков").get_absolute_url()).status_code == 404


def test_who_is_spoken_about_is_found_with_the_event(writer, evening):
    found = search.search("Юбиляров")
    assert {hit.slug for hit in found.hits} >= {evening.slug, writer.slug}
    assert not search.search("Черновиков").hits


def test_nobody_counts_whom_an_event_is_about(writer, evening, client):
    (came,) = Speaker.objects.filter(family_name="Вечерев 1")
    assert client.get("/").context["counts"]["speakers"] == 1
    assert [one.pk for one in client.get("/speakers/").context["object_list"]] == [came.pk]
    assert not list(relations.speakers_met(came)) and not list(relations.speakers_met(writer))
    assert not list(Conference.objects.with_speaker(writer.slug))
    page = client.get(f"{reverse('events:reports')}?speaker={writer.slug}")
    assert page.status_code == 200 and "Вечер: доклад" not in page.text
    assert "Юбиляров" not in client.get("/talks/").text


def test_no_export_names_them_as_speaker_and_those_with_a_field_name_them_as_subject(writer, evening, client):
    described = record.describe(record.load(Conference.objects.filter(pk=evening.pk)).get(), "https://example.org")
    assert "Юбиляров" in [person.family for person in described.subjects]
    assert all(part.person.family != "Юбиляров" for part in described.people)
    files = {name: form.file([described]) for name, form in FORMATS.items()}
    names = ["Юбиляров".encode(code) for code in ("utf-8", "cp1251")]
    naming = {name for name, file in files.items() if any(one in file for one in names)}
    assert naming == {"json", "marc21", "marc21-1251", "rusmarc", "rusmarc-1251", "irbis"}
    for name in ("marc21", "rusmarc"):
        (fields,) = [read.get_fields("600") for read in MARCReader(files[name])]
        assert "Юбиляров" in " ".join(field.value() for field in fields) and files[name].count(names[0]) == 1
    assert "#600: ^AЮбиляров^BС. И.^GСавва Ильич" in files["irbis"].decode("cp1251")
    subjects = [one.text for one in oai_dc.element(described) if "Юбиляров" in (one.text or "")]
    assert subjects == ["Юбиляров, Савва Ильич"]
    node = json_ld.node(described)
    assert "Юбиляров Савва Ильич" in [about["name"] for about in node["about"] if isinstance(about, dict)]
    assert "Юбиляров" not in json.dumps(node | {"about": []}, ensure_ascii=False)


def test_a_librarian_enters_whom_it_was_about(evening, staff_client, client):
    address = reverse("admin:events_conference_change", args=[evening.pk])
    form = form_fields(staff_client.get(address))
    number = int(form["subjects-TOTAL_FORMS"])
    row = {f"subjects-{number}-speaker": "Дубов Пётр Ильич", f"subjects-{number}-name_as_printed": "Дубову П. И."}
    response = staff_client.post(address, form | row | {"subjects-TOTAL_FORMS": number + 1})
    assert response.status_code == 302, response.context["errors"]
    assert "Дубов Пётр Ильич" in client.get(evening.get_absolute_url()).text.replace("\xa0", " ")
    assert not SpeakerParticipation.objects.filter(speaker__family_name="Дубов").exists()
    twice = form | {f"subjects-{number}-speaker": str(Speaker.objects.get(family_name="Юбиляров").pk)}
    refused = staff_client.post(address, twice | {"subjects-TOTAL_FORMS": number + 1})
    assert refused.status_code == 200 and "уже назван" in refused.text


def test_who_asked_to_be_hidden_is_named_nowhere(writer, evening, client):
    address = writer.get_absolute_url()
    withholding.hide(writer, "просьба")
    assert client.get(address).status_code == 410
    assert "Юбиляр" not in client.get(evening.get_absolute_url()).text
    described = record.describe(record.load(Conference.objects.filter(pk=evening.pk)).get(), "https://example.org")
    assert "Юбиляров" not in [person.family for person in described.subjects]
    assert not search.search("Юбиляров").hits
    assert not [found for found in withholding.unanswered(writer) if isinstance(found.row, Subject)]


def test_history_merging_and_restoring_know_them(writer, evening):
    other = Speaker.objects.create(family_name="Юбиляров", initials="С. И.")
    before = Version.objects.of(evening).first()
    with revisions.create():
        Subject.objects.filter(conference=evening, speaker=writer).update(speaker=other)
    assert Version.objects.of(evening).first() != before
    merging.merge(writer, other)
    assert [row.speaker for row in evening.subjects.filter(speaker=writer)] == [writer]
    with revisions.create():
        evening.subjects.all().delete()
    revisions.restore(before)
    assert writer in [row.speaker for row in evening.subjects.all()]


def test_an_event_about_many_costs_no_query_more(writer, evening, queries_of):
    queries_of(evening.get_absolute_url())
    one = queries_of(evening.get_absolute_url())
    with revisions.create():
        for number in range(30):
            person = Speaker.objects.create(family_name=f"Героев {number}", initials="А. А.")
            Subject.objects.create(conference=evening, speaker=person)
    assert queries_of(evening.get_absolute_url()) == one


def test_the_review_of_a_text_asks_about_a_person_without_a_role_and_takes_them_as_spoken_about(staff_client):
    text = (
        "5 мая 2020 года прошёл телемост «Он жил рядом». Савва Ильич Юбиляров родился в этом селе сто лет назад. "
        "С докладом выступила Анна Лисова."
    )
    fields = Fields(proposal(staff_client, text))
    (part,) = [name for name, role in fields.values.items() if name.startswith("part-") and role == "participant"]
    assert part.removesuffix("role") + "take" in fields.unanswered
    staff_client.post(reverse(REVIEW), fields.answer_all() | {part: "subject"})
    conference = Conference.objects.get(title="Он жил рядом")
    assert [str(row) for row in conference.subjects.all()] == ["Юбиляров Савва Ильич"]
    assert [str(row.speaker) for row in conference.people.all()] == ["Лисова Анна"]


HONOURED = (
    "5 мая 2020 года в Вымысловской областной библиотеке прошёл телемост «Он жил рядом», посвящённый 100-летию со дня "
    "рождения писателя Саввы Ильича Юбилярова. С докладом «О нём» выступила Анна Лисова."
)


@pytest.mark.parametrize("answer", ["create", "skip"])
def test_the_review_asks_whether_an_event_in_honour_of_a_person_was_about_them(staff_client, answer):
    page = proposal(staff_client, HONOURED)
    asked = "В тексте — «посвящённый 100-летию со дня рождения писателя Саввы Ильича Юбилярова»."
    assert asked in page
    fields = Fields(page)
    (use,) = [name for name in fields.unanswered if name.endswith("-use")]
    refused = staff_client.post(reverse(REVIEW), fields.values)
    assert refused.status_code == 422 and not Conference.objects.exists(), "nothing is answered silently"
    staff_client.post(reverse(REVIEW), fields.values | {use: answer})
    (conference,) = Conference.objects.all()
    subjects = [(str(row), row.name_as_printed) for row in conference.subjects.all()]
    assert subjects == ([("Юбиляров Савва Ильич", "Саввы Ильича Юбилярова")] if answer == "create" else [])
    assert [str(one) for one in Speaker.objects.filter(family_name="Юбиляров")] == [name for name, _ in subjects]
    assert [row.speaker.family_name for row in conference.talks.get().people.all()] == ["Лисова"]


def test_whoever_took_part_is_asked_about_as_well_and_no_command_answers_for_staff(staff_client, tmp_path):
    text = HONOURED + " Открыл встречу директор библиотеки Савва Ильич Юбиляров."
    fields = Fields(proposal(staff_client, text))
    (take,) = fields.unanswered
    file = tmp_path / "news.txt"
    file.write_text(text)
    call_command("draft_from_text", file, verbosity=0)
    assert Speaker.objects.filter(family_name="Юбиляров").exists() and not Subject.objects.exists()
    Conference.objects.all().delete()
    Speaker.objects.all().delete()
    staff_client.post(reverse(REVIEW), fields.values | {take: "take"})
    (conference,) = Conference.objects.all()
    assert [str(row) for row in conference.subjects.all()] == ["Юбиляров Савва Ильич"]
    assert "Юбиляров" in [row.speaker.family_name for row in conference.people.all()]


def test_a_command_makes_nobody_whom_no_event_names(tmp_path):
    file = tmp_path / "news.txt"
    file.write_text(
        "9 июня 2020 года в Горской библиотеке прошёл вебинар к 100-летию Антона Полозова. Антон Полозов родился в "
        "Горске. С докладом «Книги Полозова» выступила Анна Белова."
    )
    call_command("draft_from_text", file, verbosity=0)
    assert list(Speaker.objects.values_list("family_name", flat=True)) == ["Белова"]


@pytest.fixture
def unseen():
    """People spoken about at events that nobody may see, and one who asked to be hidden at an event that all may."""
    with revisions.create():
        for family, status in (("Черновиков", "draft"), ("Готовцев", "ready"), ("Отозванов", "withdrawn")):
            person = Speaker.objects.create(family_name=family, initials="Я. Я.")
            Subject.objects.create(
                conference=event(f"О нём: {status}", status=status), speaker=person, name_as_printed=f"{family}у Я. Я."
            )
        seen = event("О нём: published", city="Явь")
        known = Speaker.objects.create(family_name="Явных", initials="Я. Я.")
        Subject.objects.create(conference=seen, speaker=known)
        # The public one is also spoken about at an event that is not.
        Subject.objects.create(conference=Conference.objects.get(status="draft"), speaker=known)
        hidden = Speaker.objects.create(family_name="Скрытнов", initials="Я. Я.")
        Subject.objects.create(conference=seen, speaker=hidden, name_as_printed="Скрытнову Я. Я.")
    withholding.hide(hidden, "просьба")
    return known


SECRET = ("Черновик", "Готовцев", "Отозванов", "Скрытнов", "О нём: draft", "О нём: ready", "О нём: withdrawn")
SECRET_SLUGS = ("chernovik", "gotovtsev", "otozvanov", "skrytnov", "o-nem-draft", "o-nem-ready", "o-nem-withdrawn")
PLACES = [
    *("/", "/conferences/", "/talks/", "/speakers/", "/organisations/", "/topics/", "/series/", "/sitemap.xml"),
    *("/indexes/", "/indexes/years/", "/indexes/years/2020/", "/indexes/years/2020/06/", "/indexes/places/"),
    *("/reports/?from=2020", "/reports/2020/", "/similar/?q=нём", "/collection/?q=нём", "/collections/"),
    *(
        "/conferences/export/atom/",
        "/search/export/atom/?q=нём",
        "/oai?verb=ListRecords&metadataPrefix=oai_dc",
    ),
    *(f"/api/v1/{kind}/" for kind in ("conferences", "talks", "speakers", "search")),
    *(f"/reports/export/{name}/?from=2020" for name in ("docx", "xlsx", "csv")),
    *(f"/conferences/export/{name}/" for name in FORMATS),
    *(f"/search/export/{name}/?q=нём" for name in FORMATS),
    *(f"/search/?q={name}" for name in ("Явных", "нём")),
    *(f"/search/suggest/?q={name}" for name in ("Чернов", "Готов", "Отоз", "Скрыт")),
]


def texts(response):
    """What an answer says, also inside of a DOCX or XLSX, in the codes that formats use."""
    content = b"".join(response) if response.streaming else response.content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            content = b"".join(archive.read(name) for name in archive.namelist())
    text = content.decode("utf-8", "replace") + content.decode("cp1251", "replace")
    return text.replace("\xa0", " ").replace("&nbsp;", " ")


def test_whoever_is_spoken_about_out_of_sight_shows_nowhere(unseen, client):
    seen = Conference.objects.get(title="О нём: published")
    own = [f"{record.get_absolute_url()}" for record in (seen, unseen)]
    for address in [*PLACES, *own, *(f"{own[0]}export/{name}/" for name in FORMATS)]:
        response = client.get(iri_to_uri(address))
        assert response.status_code == 200, address
        # JSON writes letters as codes.
        text = (
            json.dumps(response.json(), ensure_ascii=False) if "json" in response["Content-Type"] else texts(response)
        )
        leaked = [name for name in (*SECRET, *SECRET_SLUGS) if name in text]
        assert not leaked, (address, response.status_code, leaked)
    # What should be there is, so that the test reads what it thinks it reads.
    of_event, of_person = (texts(client.get(address)) for address in own)
    assert "Явных" in of_event and "О нём: published" in of_person
    assert of_person.count("О нём: ") == of_person.count("О нём: published")
    for family, status in (("Черновиков", 404), ("Готовцев", 404), ("Отозванов", 404)):
        assert client.get(Speaker.objects.get(family_name=family).get_absolute_url()).status_code == status
    for name in ("Черновиков", "Готовцев", "Отозванов", "Скрытнов"):
        assert not search.search(name).hits, name
    # Nor does anybody count.
    assert client.get("/").context["counts"]["conferences"] == 1
    assert [one.family_name for one in Speaker.objects.published().filter(initials="Я. Я.")] == ["Явных"]


@pytest.fixture
def talk(writer, evening):
    """A talk about another writer; what a draft’s talk is about could leak."""
    talk = evening.talks.first()
    told = Speaker.objects.create(family_name="Сказкин", given_names="Лев Ильич")
    Subject.objects.create(conference=evening, talk=talk, speaker=told, name_as_printed="Сказкину Л. И.")
    draft = Conference.objects.get(title="Замысел")
    secret = Speaker.objects.create(family_name="Тайнописцев", initials="Б. Б.")
    Subject.objects.create(conference=draft, talk=draft.talks.first(), speaker=secret)
    return talk


def test_a_talk_and_whom_it_is_about_lead_to_each_other(talk, evening, client):
    told = Speaker.objects.get(family_name="Сказкин")
    page = client.get(talk.get_absolute_url()).text
    assert "О ком говорили" in page and told.get_absolute_url() in page and "Юбиляров" not in page
    page = client.get(told.get_absolute_url()).text
    assert talk.get_absolute_url() in page and evening.get_absolute_url() in page
    # The card of the event is about the whole event.
    card = client.get(evening.get_absolute_url()).text.split("О ком говорили")[1].split("</div>")[0]
    assert "Юбиляров" in card and "Сказкин" not in card
    assert client.get(Speaker.objects.get(family_name="Тайнописцев").get_absolute_url()).status_code == 404


def test_a_talk_is_found_and_exported_by_whom_it_is_about(talk, evening):
    found = search.search("Сказкин").hits
    assert {hit.slug for hit in found} >= {talk.slug, evening.slug}
    assert not search.search("Тайнописцев").hits
    described = record.describe(record.load(type(talk).objects.filter(pk=talk.pk)).get(), "https://example.org")
    assert [person.family for person in described.subjects] == ["Сказкин"]
    assert "Сказкин" not in [person.family for person in described.authors]
    naming = {name for name, form in FORMATS.items() if "Сказкин".encode() in form.file([described])}
    assert naming >= {"json", "marc21", "rusmarc"}


def test_a_librarian_enters_whom_a_talk_was_about(talk, evening, staff_client, client):
    address = reverse("admin:events_talk_change", args=[talk.pk])
    form = form_fields(staff_client.get(address))
    about = Speaker.objects.get(family_name="Юбиляров")
    row = {"subjects-1-speaker": str(about.pk), "subjects-TOTAL_FORMS": 2}
    assert staff_client.post(address, form | row).status_code == 302
    assert {str(one.speaker) for one in talk.subjects.all()} == {"Сказкин Лев Ильич", "Юбиляров Савва Ильич"}
    # The event is about him, too: a talk has rows of its own.
    assert evening.subjects.filter(talk=None, speaker__family_name="Юбиляров").exists()
    form = form_fields(staff_client.get(address))
    twice = {"subjects-2-speaker": form["subjects-0-speaker"], "subjects-TOTAL_FORMS": 3}
    refused = staff_client.post(address, form | twice)
    assert refused.status_code == 200 and "уже назван" in refused.text


def test_a_talk_takes_along_to_another_event_whom_it_is_about(talk):
    other = event("Другой вечер", size=0)
    with revisions.create():
        talk.session, talk.conference = None, other
        talk.save()
    assert [str(row) for row in other.subjects.all()] == ["Сказкин Лев Ильич"]


def test_a_talk_about_many_costs_no_query_more(talk, evening, queries_of):
    for address in (talk.get_absolute_url(), Speaker.objects.get(family_name="Сказкин").get_absolute_url()):
        queries_of(address)
    one = queries_of(talk.get_absolute_url())
    with revisions.create():
        for number in range(30):
            person = Speaker.objects.create(family_name=f"Героев {number}", initials="А. А.")
            Subject.objects.create(conference=evening, talk=talk, speaker=person)
    assert queries_of(talk.get_absolute_url()) == one


def test_a_programme_taken_over_says_whom_its_talks_are_about_and_names_no_hidden_person(talk, evening):
    hidden = Speaker.objects.create(family_name="Скрытнов", initials="В. В.")
    with revisions.create():
        Subject.objects.create(conference=evening, talk=talk, speaker=hidden)
    withholding.hide(hidden, "просьба")
    again = copying.copy(evening, {"title": "Вечер ещё раз"}, with_talks=True)
    assert [(str(row), row.talk.title) for row in again.subjects.all()] == [("Сказкин Лев Ильич", talk.title)]


def test_of_many_events_about_a_person_the_latest_stand_on_the_page_and_all_are_counted(writer, client, queries_of):
    address = Speaker.objects.get(family_name="Юбиляров").get_absolute_url()
    queries_of(address)
    few = queries_of(address)
    with revisions.create():
        for number in range(1, 61):
            about = event(f"Памяти писателя {number:02}", size=0, day=f"{1960 + number}-01-01")
            Subject.objects.create(conference=about, speaker=writer)
            draft = event(f"Замысел {number}", size=0, day="2025-01-01", status="draft")
            Subject.objects.create(conference=draft, speaker=writer)
    assert queries_of(address) == few
    page = client.get(address).text.replace("\xa0", " ").replace("&nbsp;", " ")
    assert "61 событие" in page and "и ещё 11 — в поиске" in page
    assert "Памяти писателя 60" in page and "Памяти писателя 10" not in page and "Замысел" not in page


def test_an_event_with_many_talks_about_a_person_leaves_room_for_the_other_events(writer, client, queries_of):
    address = writer.get_absolute_url()
    queries_of(address)
    few = queries_of(address)
    with revisions.create():
        for name, day in (("Юбилейные чтения", "2021-01-01"), ("Ещё чтения", "2022-01-01")):
            conference = event(name, size=60, day=day)
            for talk in conference.talks.all():
                Subject.objects.create(conference=conference, talk=talk, speaker=writer)
    assert queries_of(address) == few
    page = client.get(address).text.replace("\xa0", " ").replace("&nbsp;", " ")
    assert "3 события" in page and "в поиске" not in page
    assert all(f">{name}</a>" in page for name in ("Юбилейные чтения", "Ещё чтения", "Вечер"))
    assert page.count("и ещё 55 — на странице события") == 2
    assert "Ещё чтения: доклад 5<" in page and "Ещё чтения: доклад 6<" not in page
