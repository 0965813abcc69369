"""Files of records: every format of the register says the same, of what is public alone, whatever a title contains."""

import json
import re
import shutil
import subprocess

import bibtexparser
import icalendar
import pymarc
import pytest
import rispy
from django.db import connection
from django.test.utils import CaptureQueriesContext

from events import revisions
from events.export import formats, oai_dc, record
from events.export.format import Format
from events.models import (
    Conference,
    OldAddress,
    Organisation,
    OrganisationRole,
    Recording,
    Series,
    Speaker,
    SpeakerParticipation,
    SpeakerRole,
    Talk,
    Topic,
)

from ..rows import event

pytestmark = pytest.mark.django_db
BASE = "https://archive.example"
FORMATS = sorted(formats.FORMATS)
HOSTILE = [
    "«Кавычки» \"прямые\" 'одинарные'",
    "</script><script>alert(1)</script>",
    "Знаки & % $ # _ { } ~ ^ \\ @ ]]>",
    "{ одна скобка",
    "Управляющие\x0b\x01\x1f\ufffe знаки",
    "Две\r\nER  - \r\nстроки",
    "Длинное " * 74,
    "مؤتمر المكتبات",
    "=HYPERLINK(1)",
    "@misc{ключ, title={x}}",
]


def written(name, *records):
    return formats.FORMATS[name].file([record.describe(one, BASE) for one in records])


def loaded(one):
    return record.load(type(one).objects.filter(pk=one.pk)).get()


def address(one, name, prefix=""):
    return f"{prefix}{one.get_absolute_url()}export/{name}/"


def everything_public(client, name):
    """All files of the archive in a format, as one text."""
    addresses = [f"/conferences/export/{name}/", f"/talks/export/{name}/", f"/search/export/{name}/?q=чтения"]
    for model in (Conference, Talk, Speaker, Organisation, Series, Topic):
        addresses += [address(one, name) for one in model.objects.published()]
    addresses += [f"/recordings/{one.uid}/export/{name}/" for one in Recording.objects.published()]
    responses = {one: client.get(one) for one in addresses}
    assert {response.status_code for response in responses.values()} == {200}
    charset = "cp1251" if name in BINARY[2:] else "utf-8"
    return "".join(response.content.decode(charset, "ignore") for response in responses.values())


@pytest.mark.parametrize("name", FORMATS)
def test_every_public_record_is_a_file_and_no_draft_is_in_any(client, staff_client, name):
    event("Чтения")
    for status in ("draft", "ready", "withdrawn"):
        hidden = event(f"Тайное {status}", size=1, status=status)
        person = hidden.talks.get().people.get().speaker
        for one in (hidden, hidden.talks.get(), person, hidden.topics.get()):
            assert staff_client.get(address(one, name)).status_code in (404, 410)
        assert client.get(f"/recordings/{hidden.recordings.get().uid}/export/{name}/").status_code == 404
        assert client.get(f"/conferences/{hidden.slug}/export/{name}/").status_code == (
            410 if status == "withdrawn" else 404
        )
    text = everything_public(client, name)
    assert "Чтения" in text
    assert "Тайн" not in text


@pytest.fixture
def hostile():
    """An event, its talk and its recording for each of the hostile titles."""
    found = []
    with revisions.create():
        for number, title in enumerate(HOSTILE):
            conference = event(f"Чтения {number}")
            talk, person = conference.talks.get(), conference.talks.get().people.get().speaker
            for one, values in (
                (conference, {"title": title[:600], "summary": title}),
                (talk, {"title": title[:600], "abstract": title}),
                (person, {"family_name": title[:120]}),
            ):
                for field, value in values.items():
                    setattr(one, field, value)
                one.save()
            found += [loaded(one) for one in (conference, talk, conference.recordings.get())]
    return found


@pytest.mark.parametrize("name", FORMATS)
def test_hostile_titles_and_names_break_no_file(name, hostile):
    for one in hostile:
        content = written(name, one)
        if name not in BINARY:
            assert not record._FORBIDDEN.search(content.decode())
        READERS[name](content if name in BINARY else content.decode())


BINARY = ("marc21", "rusmarc", "marc21-1251", "rusmarc-1251", "irbis")
READERS = {
    "bibtex": lambda text: one_entry(bibtexparser.loads(text).entries),
    "ris": lambda text: one_entry(rispy.loads(text)),
    "csl": lambda text: one_entry(json.loads(text)),
    "json": lambda text: one_entry(json.loads(text)),
    "marc21": lambda content: one_entry(list(pymarc.MARCReader(content))),
    "rusmarc": lambda content: one_entry(list(pymarc.MARCReader(content))),
    "marc21-1251": lambda content: one_entry(list(pymarc.MARCReader(content, file_encoding="cp1251"))),
    "rusmarc-1251": lambda content: one_entry(list(pymarc.MARCReader(content, file_encoding="cp1251"))),
    "irbis": lambda content: one_entry(irbis_records(content)),
    "ics": lambda text: one_entry(icalendar.Calendar.from_ical(text).walk("VEVENT")),
}


def irbis_records(content):
    """As the exchange format of ИРБИС is read: lines «#tag: value» up to a line of asterisks."""
    records, fields = [], []
    for line in content.decode("cp1251").removesuffix("\r\n").split("\r\n"):
        if line == "*****":
            records.append(fields)
            fields = []
        else:
            tag, value = re.fullmatch(r"#(\d+): (.+)", line).groups()
            fields.append((tag, dict(re.findall(r"\^(.)([^^]*)", value)) or value))
    assert fields == []
    return records


def one_entry(entries):
    (entry,) = entries
    return entry


@pytest.fixture
def talk():
    """A talk of two authors with a moderator, at an event of two separate days."""
    with revisions.create():
        conference = event("Вымышленные чтения", size=1, day="2020-06-09", city="Приозёрск")
        conference.dates.create(start="2020-06-11")
        talk = conference.talks.get()
        first = Speaker.objects.get()
        first.family_name, first.initials, first.given_names = "Романенко-Куренная", "", "Светлана Сергеевна"
        first.save()
        second = Speaker.objects.create(family_name="Ван дер Билль")
        for role, person in (("co-speaker", second), ("moderator", Speaker.objects.create(family_name="Модераторов"))):
            SpeakerParticipation.objects.create(
                conference=conference, talk=talk, speaker=person, role=SpeakerRole.objects.get(slug=role), order=9
            )
    return loaded(talk)


def test_bibtex_is_read_back_with_authors_title_event_date_and_address(talk):
    entry = READERS["bibtex"](written("bibtex", talk).decode())
    assert entry["ENTRYTYPE"] == "inproceedings"
    assert entry["author"] == "Романенко-Куренная, С. С. and {Ван дер Билль}"
    assert entry["title"] == "{Вымышленные чтения: доклад 1}"
    assert entry["booktitle"] == "{Вымышленные чтения}"
    assert (entry["year"], entry["month"], entry["date"]) == ("2020", "June", "2020-06-09/2020-06-11")
    assert entry["url"] == BASE + talk.get_absolute_url()
    assert "month = jun,\n" in written("bibtex", talk).decode()
    assert entry["ID"].isascii()


def test_ris_has_the_event_for_every_reader_and_dates_with_empty_parts(talk):
    content = written("ris", talk)
    assert content.startswith(b"TY  - CONF\r\n")
    entry = READERS["ris"](content.decode())
    assert entry["authors"] == ["Романенко-Куренная, С. С.", "Ван дер Билль"]
    assert entry["secondary_title"] == "Вымышленные чтения"
    assert "BT  - Вымышленные чтения\r\n" in content.decode()
    assert entry["date"] == "2020/06/09/"


def test_csl_json_names_the_event_twice_and_has_at_most_two_dates(talk):
    entry = READERS["csl"](written("csl", talk).decode())
    assert entry["type"] == "paper-conference"
    assert entry["event"] == entry["event-title"] == entry["container-title"] == "Вымышленные чтения"
    assert entry["issued"] == {"date-parts": [[2020, 6, 9], [2020, 6, 11]]}
    assert entry["author"][0] == {"family": "Романенко-Куренная", "given": "Светлана Сергеевна"}
    assert entry["citation-key"].isascii()
    assert "creativecommons.org" in entry["note"]


@pytest.mark.parametrize(("day", "parts"), [("2020", [[2020]]), ("2020-06", [[2020, 6]]), ("XXXX-06-09", None)])
def test_a_date_is_as_exact_as_the_source_and_never_more(day, parts):
    conference = loaded(event(size=0, day=day))
    entry = READERS["csl"](written("csl", conference).decode())
    assert entry.get("issued", {}).get("date-parts") == parts
    bibtex, ris = written("bibtex", conference).decode(), written("ris", conference).decode()
    assert "XXXX" not in bibtex + ris
    assert ("month = jun" in bibtex) == (day == "2020-06")
    assert ("DA  - 2020//" in ris) == (day == "2020")


def test_marc_has_the_event_as_access_point_the_host_of_the_talk_and_the_address(talk):
    marc = READERS["marc21"](written("marc21", talk))
    assert marc.leader[9] == "a"
    assert marc["100"]["a"] == "Романенко-Куренная, Светлана Сергеевна"
    assert marc["245"]["a"] == "Вымышленные чтения: доклад 1"
    assert marc["711"]["a"] == marc["773"]["t"] == "Вымышленные чтения"
    assert marc["856"]["u"] == BASE + talk.get_absolute_url()
    assert len(marc["008"].data) == 40 and marc["008"].data[7:11] == "2020"
    event_marc = READERS["marc21"](written("marc21", loaded(talk.conference)))
    assert event_marc["111"]["c"] == "Приозёрск"


def test_rusmarc_has_them_in_its_own_blocks(talk):
    marc = READERS["rusmarc"](written("rusmarc", talk))
    assert (marc["200"]["a"], marc["210"]["a"]) == ("Вымышленные чтения: доклад 1", "Приозёрск")
    assert (marc["700"]["a"], marc["700"]["b"], marc["700"]["g"]) == (
        "Романенко-Куренная",
        "С. С.",
        "Светлана Сергеевна",
    )
    assert marc["701"]["a"] == "Ван дер Билль"
    # 575 is in no list that could be read but in some French and Italian catalogues («responsible»).
    assert (marc["700"]["4"], marc["702"]["a"], marc["702"]["4"]) == ("070", "Модераторов", "570")
    assert marc["463"].get_subfields("1")[0] == f"001{talk.conference.uid.hex}"
    assert marc["463"]["a"] == marc["711"]["a"] == "Вымышленные чтения"
    assert len(marc["100"]["a"]) == 36


def test_marc_has_room_for_no_text_too_long_and_no_programme_too_big():
    conference = event(size=0)
    conference.summary = conference.outcome = "ш" * 60_000
    conference.save()
    with revisions.create():
        for number in range(600):
            conference.sources.create(headline=f"{number} " + "ж" * 150)
    for name in BINARY[:-1]:
        content = written(name, loaded(conference))
        assert len(content) <= 99_999
        marc = READERS[name](content)
        assert all(len(field.as_marc("utf-8")) <= 9_999 for field in marc.fields)
        assert marc["856"]["u"] == BASE + conference.get_absolute_url()


def test_systems_without_unicode_take_the_same_in_windows_1251(talk):
    talk.title = "Чтение ā la carte — № 5 مؤتمر ^ «книга»"
    marc = READERS["rusmarc-1251"](written("rusmarc-1251", talk))
    assert marc["200"]["a"] == "Чтение a la carte — № 5 ????? ^ «книга»"
    assert marc["100"]["a"][25:30] == "y0189"[:5] and marc.leader[9] == " "
    assert marc["700"]["a"] == "Романенко-Куренная"
    fields = READERS["irbis"](written("irbis", talk))
    assert ("700", {"A": "Романенко-Куренная", "B": "С. С.", "G": "Светлана Сергеевна"}) in fields
    assert ("463", {"C": "Вымышленные чтения", "J": "2020", "D": "Приозёрск"}) in fields
    assert dict(fields)["951"]["I"] == BASE + talk.get_absolute_url()


@pytest.mark.skipif(not shutil.which("yaz-marcdump"), reason="needs yaz, a package of Debian")
@pytest.mark.parametrize("name", ["marc21", "rusmarc", "marc21-1251", "rusmarc-1251"])
def test_the_tools_of_library_systems_read_a_file_of_many_records(name, hostile, tmp_path):
    (tmp_path / "file.mrc").write_bytes(written(name, *hostile))
    code_page = "cp1251" if name.endswith("1251") else "utf-8"
    command = ["yaz-marcdump", "-i", "marc", "-o", "line", "-f", code_page, "-t", "utf-8", tmp_path / "file.mrc"]
    read = subprocess.run(command, capture_output=True, text=True, check=True)
    assert read.stderr == "" and "<!--" not in read.stdout
    assert read.stdout.count("\n001 ") + read.stdout.startswith("001 ") == len(hostile)


def test_separate_days_and_a_day_without_a_year_are_said_in_words_where_a_date_cannot(talk):
    for name in ("bibtex", "ris", "csl"):
        text = written(name, talk).decode().replace("\xa0", " ")
        assert "Дата: 9 июня 2020, 11 июня 2020" in text, name
        yearless = written(name, loaded(event(f"Без года {name}", size=0, day="XXXX-06-09"))).decode()
        assert "Дата: 9 июня (год не указан)" in yearless.replace("\xa0", " "), name
        assert "Дата:" not in written(name, loaded(event(f"Один день {name}", size=0))).decode(), name
    found = [child.text for child in oai_dc.element(record.describe(talk, BASE)) if child.tag.endswith("}date")]
    assert found == ["2020-06-09", "2020-06-11"]


@pytest.mark.parametrize("name", FORMATS)
def test_every_file_says_under_which_licence_its_descriptions_are_and_the_recordings_are(name, settings):
    settings.METADATA_LICENSE = "https://creativecommons.org/licenses/by/4.0/"
    conference = event()
    conference.recordings.update(licence="CC BY-NC 3.0")
    for one in (conference, conference.talks.get(), conference.recordings.get()):
        text = written(name, loaded(one)).decode("cp1251" if name in BINARY[2:] else "utf-8").replace("\r\n ", "")
        assert "https://creativecommons.org/licenses/by/4.0/" in text.replace("\\_", "_"), one
    assert name == "ics" or name == "irbis" or "CC BY-NC 3.0" in text


def test_a_role_in_rusmarc_is_none_that_nobody_stated():
    conference = event()
    conference.organisations.update(role=OrganisationRole.objects.get(slug="participant"))
    marc = READERS["rusmarc"](written("rusmarc", loaded(conference)))
    assert marc["712"]["4"] == "570"
    assert marc["100"]["a"][8:17] == "d2020    "
    assert str(marc.leader)[17:20] == " i "
    conference.dates.all().delete()
    marc = READERS["rusmarc"](written("rusmarc", loaded(conference)))
    assert marc["100"]["a"][8:17] == "u        " and len(marc["100"]["a"]) == 36
    marc = READERS["marc21"](written("marc21", loaded(conference)))
    assert marc["008"].data[6:15] == "nuuuuuuuu" and len(marc["008"].data) == 40


def test_a_recording_is_no_talk_and_an_organisation_can_be_the_author():
    conference = event()
    recording = READERS["csl"](written("csl", loaded(conference.recordings.get())).decode())
    assert (recording["type"], recording["title"]) == ("motion_picture", "Чтения: запись 1")
    talk = conference.talks.create(title="Опыт", kind=None)
    library = Organisation.objects.create(name="Вымышленная библиотека, отдел")
    talk.organisations.create(
        conference=conference, organisation=library, role=OrganisationRole.objects.get(slug="speaker")
    )
    assert READERS["csl"](written("csl", loaded(talk)).decode())["author"] == [{"literal": library.name}]
    assert "author = {{Вымышленная библиотека, отдел}}" in written("bibtex", loaded(talk)).decode()


def test_a_record_without_a_title_is_cited_by_what_it_is_in_brackets():
    conference = Conference.objects.create(status="published")
    talk = conference.talks.create(topic="о чтении зимой")
    assert record.describe(loaded(conference), BASE).printed_title == "[Событие]"
    assert record.describe(loaded(talk), BASE).printed_title == "[О чтении зимой]"


@pytest.mark.parametrize("model", [Conference, Talk, Recording, Speaker, Organisation, Series])
def test_descriptions_take_the_same_few_queries_for_one_record_and_for_thirty(model):
    event("Малые", series=Series.objects.create(name="Цикл"))
    event("Большие", size=30, series=Series.objects.create(name="Другой"))

    def queries(records):
        with CaptureQueriesContext(connection) as captured:
            assert [record.describe(one, BASE) for one in record.load(records)]
        return len(captured)

    one = model.objects.order_by("pk")[:1].values("pk")
    assert queries(model.objects.filter(pk__in=one)) == queries(model.objects.all()) <= 10


def test_a_renamed_record_keeps_the_addresses_of_its_files(client):
    conference = event()
    OldAddress.objects.create(kind="conference", slug="prezhnee", target=conference.slug)
    response = client.get("/conferences/prezhnee/export/ris/")
    assert (response.status_code, response["Location"]) == (301, address(conference, "ris"))
    assert client.get(address(conference, "nonsense")).status_code == 404


def test_the_page_has_the_files_to_copy_and_to_download_and_is_read_by_zotero(client, talk):
    page = client.get(talk.get_absolute_url()).text
    assert f'href="{address(talk, "bibtex")}"' in page
    assert '<pre id="cite-ris"' in page
    assert '<meta name="citation_author" content="Романенко-Куренная, Светлана Сергеевна">' in page
    assert '<meta name="citation_conference_title" content="Вымышленные чтения">' in page
    assert '<meta name="citation_publication_date" content="2020/06/09">' in page
    assert "Модераторов" not in "".join(line for line in page.splitlines() if "citation_author" in line)


def test_a_filtered_list_and_a_search_are_files_in_their_order(client):
    for year in (2019, 2020, 2021):
        event(f"Чтения {year}", day=f"{year}-06-09")
    page = client.get("/conferences/?year=2020&page=1").text
    assert 'href="/conferences/export/ris/?year=2020"' in page
    titles = [entry["title"] for entry in rispy.loads(client.get("/conferences/export/ris/?year=2020").text)]
    assert titles == ["Чтения 2020"]
    found = rispy.loads(client.get("/search/export/ris/?q=чтения&record=conference&sort=date").text)
    assert [entry["title"] for entry in found] == ["Чтения 2021", "Чтения 2020", "Чтения 2019"]
    assert client.get("/conferences/export/ris/?year=1066x").status_code == 404


def test_a_file_has_no_more_records_than_the_page_says(client, monkeypatch):
    monkeypatch.setattr(formats, "LIMIT", 2)
    for number in range(3):
        event(f"Чтения {number}", size=0)
    assert len(json.loads(client.get("/conferences/export/csl/").content)) == 2
    assert "первые 2;" in client.get("/conferences/").text.replace("\xa0", " ")


def test_a_format_is_a_function_and_a_line_in_the_register(client, monkeypatch):
    """As docs/contributors.md promises."""
    titles = Format(
        "titles", "Titles", "txt", "text/plain; charset=utf-8", lambda records: "".join(r.title for r in records)
    )
    monkeypatch.setitem(formats.FORMATS, "titles", titles)
    conference = event("Чтения")
    response = client.get(address(conference, "titles"))
    assert (response.text, response["Content-Disposition"]) == ("Чтения", 'attachment; filename="chteniia.txt"')
    assert client.get("/search/export/titles/?q=чтения&record=conference").text == "Чтения"
    assert "/conferences/export/titles/" in client.get("/conferences/").text


def test_the_home_towns_of_those_who_take_part_are_no_place_of_the_event(client):
    made = event("Собрание", size=1)
    Organisation.objects.filter(parent=None).update(region="Домашняя область", country="Домашняя страна")
    one = record.describe(record.load(Conference.objects.filter(pk=made.pk)).get(), BASE)
    described = [one, *one.parts]
    assert described and not any(each.place.city or each.place.region or each.place.country for each in described)
    for name in FORMATS:
        for each in described:
            content = formats.FORMATS[name].file([each])
            text = content.decode("utf-8", "ignore") + content.decode("cp1251", "ignore")
            assert not re.search("Собраниеград|Домашняя", text), name
    page = client.get(made.get_absolute_url()).text
    linked = page[page.index('<script type="application/ld+json"') :].partition("</script>")[0]
    assert '"location"' not in linked and "Собраниеград" not in linked
    assert "Собраниеград" not in "".join(oai_dc.element(one).itertext())
