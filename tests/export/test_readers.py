"""What goes out, read by programs of other people: pandoc, bibutils, citation-js, khal, ical.js, extruct.

`make test-readers` installs them and runs this; without one of them its tests are skipped.
"""

import datetime
import itertools
import json
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import pytest
from django.core.management import call_command
from django.test import Client

from events import revisions
from events.export import formats, record
from events.models import (
    Conference,
    Organisation,
    OrganisationRole,
    Recording,
    Speaker,
    SpeakerParticipation,
    SpeakerRole,
    Talk,
)

from ..conftest import FIXTURES, ROOT, rolled_back
from ..rows import event
from ..test_hostile_records import TEXTS

pytestmark = pytest.mark.usefixtures("archive", "db")
HERE = Path(__file__).parent / "readers"
MODS = "{http://www.loc.gov/mods/v3}"
HAS_NODE_READERS = (HERE / "node_modules").is_dir() and shutil.which("node")


def needs(program):
    return pytest.mark.skipif(not shutil.which(program), reason=f"needs {program}, a package of Debian")


def needs_package(name):
    return pytest.mark.skipif(not find_spec(name), reason=f"needs {name} of requirements-readers.txt")


needs_node = pytest.mark.skipif(not HAS_NODE_READERS, reason="needs the packages of tests/export/readers")


class Understood(NamedTuple):
    """What a reader found of one citation."""

    title: str
    families: list[str]
    event: str
    year: str
    address: str


def plain(text):
    """The letters and digits of a text: readers print quotation marks, dashes and brackets in their own ways."""
    return "".join(re.findall(r"\w+", text.casefold()))


@pytest.fixture(scope="module")
def archive(uploads, django_db_setup, django_db_blocker) -> Iterator[None]:
    """The reports, the specimen, an event with everything and what a good guess gets wrong."""
    with rolled_back(django_db_blocker):
        call_command("loaddata", *FIXTURES, verbosity=0)
        call_command("specimen", verbosity=0)
        with revisions.create():
            conference = event("Чтения", size=3, city="Приозёрск", other_title="Readings")
            conference.dates.create(start="2020-06-11")
            conference.dates.create(start="2020-07-01", end="2020-07-03")
            for number, title in enumerate(TEXTS):
                awkward = event(f"Иное {number}", day=("2021", "2021-03", "XXXX-03-30", "")[number % 4])
                awkward.title = title[:600]
                awkward.save()
                awkward.talks.update(title=title[:600], abstract=title)
            names(conference)
            Conference.objects.create(status="published")  # nothing is known of it
            event("Отменённые", state="cancelled", day="2021-04-01")
            event("Перенесённые", state="postponed", postponed_to="2021-05-05", day="2021-04-02")
            event("Отложенные", state="postponed", day="2021-04-03")
            event("Грымзинские", status="draft")
        yield


def names(conference):
    """Talks by people and organisations whose names are written in unusual ways."""
    role = SpeakerRole.objects.get(slug="speaker")
    for number, (family, given, initials) in enumerate(
        [
            ("Романенко-Куренная", "Светлана Сергеевна", ""),
            ("Ван дер Билль", "Пётр", ""),
            ("Мирза оглы", "", "А. Б."),
            ("Платон", "", ""),
            ("Святослава Киевская", "", ""),
            ("О'Нил", "Шон", ""),
        ]
    ):
        talk = conference.talks.create(title=f"Имена {number}", order=50 + number)
        person = Speaker.objects.create(family_name=family, given_names=given, initials=initials)
        SpeakerParticipation.objects.create(conference=conference, talk=talk, speaker=person, role=role)
    talk = conference.talks.create(title="От имени библиотеки", order=60)
    library = Organisation.objects.create(name="Вымышленная библиотека, отдел «Юность» and Co")
    talk.organisations.create(
        conference=conference, organisation=library, role=OrganisationRole.objects.get(slug="speaker")
    )
    conference.talks.create(topic="о чтении зимой", order=61)


@pytest.fixture
def records():
    """Every public event, talk and recording that is cited."""
    found = [record.load(model.objects.order_by("pk")) for model in (Conference, Talk, Recording)]
    return [record.describe(one, "https://archive.example") for one in itertools.chain(*found)]


@pytest.fixture
def file(records, tmp_path):
    """Writes the file of a format and returns where it is."""

    def written(name, some=None):
        path = tmp_path / f"file.{formats.FORMATS[name].extension}"
        path.write_bytes(formats.FORMATS[name].file(records if some is None else some))
        return path

    return written


def run(*command, **options):
    done = subprocess.run([str(part) for part in command], capture_output=True, timeout=300, **options)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    return done.stdout.decode("utf-8-sig"), done.stderr.decode()


def compare(records, understood, knows_events_of_recordings=True, knows_lone_names=True):
    """Each record came back whole, in its order."""
    assert len(understood) == len(records)
    for one, found in zip(records, understood, strict=True):
        assert plain(found.title) == plain(one.printed_title), one
        names = [person.family for person in one.authors] or one.corporate_authors
        if knows_lone_names or all(person.given for person in one.authors) and one.authors:
            assert [plain(name) for name in found.families] == [plain(name) for name in names], found
        if one.kind == "talk" or (one.event and knows_events_of_recordings):
            assert plain(found.event) == plain(one.event.printed_title), found
        assert found.year == str(one.year or ""), found
        assert found.address == one.address, found


def of_csl(item):
    """What CSL-JSON says, whoever wrote it."""
    dates = item.get("issued", {}).get("date-parts", [[""]])
    return Understood(
        item.get("title", ""),
        [
            # RIS has a comma behind the name of an organisation: one within it seems to end a family name.
            author.get("literal") or author["family"] + (author["given"] if "suffix" in author else "")
            for author in item.get("author", [])
        ],
        item.get("container-title") or item.get("event-title") or item.get("event") or "",
        str(dates[0][0]),
        item.get("URL", ""),
    )


# ── Citations ───────────────────────────────────────────────────────────────────────────────────────────────────────


@needs("pandoc")
@pytest.mark.parametrize(("name", "reader"), [("bibtex", "biblatex"), ("bibtex", "bibtex"), ("csl", "csljson")])
def test_pandoc_takes_them(records, file, name, reader):
    out, _err = run("pandoc", "-f", reader, "-t", "csljson", file(name))
    by_key = {item["id"]: of_csl(item) for item in json.loads(out)}
    compare(records, [by_key[one.key] for one in records])


@needs("pandoc")
def test_pandoc_prints_a_list_of_references(records, file, tmp_path):
    (tmp_path / "text.md").write_text("---\nnocite: '@*'\n---\n")
    out, err = run(
        "pandoc", "--citeproc", f"--bibliography={file('csl')}", "-t", "plain", "--wrap=none", tmp_path / "text.md"
    )
    printed = plain(out)
    for one in records:
        assert plain(one.address) in printed, one.address
        assert one.authors == [] or plain(one.authors[0].family) in printed
    assert err == ""


@needs_node
@pytest.mark.parametrize(("name", "type"), [("csl", "@else/json"), ("bibtex", "@biblatex/text"), ("ris", "@ris/file")])
def test_citation_js_takes_them(records, file, name, type):
    out, _err = run("node", HERE / "citations.mjs", file(name), type)
    # Of a video in RIS they read no event.
    compare(records, [of_csl(item) for item in json.loads(out)], knows_events_of_recordings=name != "ris")


@needs("ris2xml")
@pytest.mark.parametrize(("name", "program"), [("ris", "ris2xml"), ("bibtex", "bib2xml")])
def test_bibutils_take_them(records, file, name, program):
    out, _err = run(program, file(name))
    found = [of_mods(item) for item in ET.fromstring(out.replace("\\textbackslash", "")).iter(f"{MODS}mods")]
    # In RIS they take every name for that of a person with given names, unless told by -c; BibTeX has braces for that.
    compare(records, found, knows_events_of_recordings=False, knows_lone_names=name == "bibtex")


def of_mods(item):
    host = item.find(f"{MODS}relatedItem[@type='host']")
    date = next(iter(item.iter(f"{MODS}dateIssued")), None)
    date = date if date is not None else next(iter(item.iter(f"{MODS}date")), None)
    families = [
        " ".join(part.text for part in name.iter(f"{MODS}namePart") if part.get("type") in ("family", None))
        for name in item.findall(f"{MODS}name")
        if any(term.text == "author" for term in name.iter(f"{MODS}roleTerm"))
    ]
    return Understood(
        title_of_mods(item),
        families,
        title_of_mods(host) if host is not None else "",
        (date.text or "")[:4] if date is not None else "",
        next((url.text for url in item.iter(f"{MODS}url")), ""),
    )


def title_of_mods(item):
    parts = item.find(f"{MODS}titleInfo")
    return " ".join(part.text or "" for part in parts) if parts is not None else ""


@needs_package("jsonschema")
def test_the_schema_of_csl_accepts_them(records, file):
    import jsonschema

    schema = json.loads((ROOT / "tests" / "schemas" / "csl-data.json").read_text())
    jsonschema.validators.validator_for(schema)(schema).validate(json.loads(file("csl").read_text()))


# ── Calendars ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def dated(records):
    """Events with a known day: those a calendar can show."""
    return [one for one in records if one.kind == "conference"]


def days_of(events):
    """Every day on which a calendar shows something, with the title."""
    found = set()
    for one in events:
        spans = (
            [(one.postponed_to.date, one.postponed_to.date)]
            if one.postponed_to
            else [(span.start.date, span.last.date or span.start.date) for span in one.dates]
        )
        for first, last in spans:
            while first and first <= last:
                found.add((first.isoformat(), plain(one.printed_title)))
                first += datetime.timedelta(days=1)
    return found


@needs_node
def test_ical_js_shows_every_separate_day_and_no_hour(dated, file):
    out, _err = run("node", HERE / "calendar.mjs", file("ics"))
    shown, identifiers = set(), []
    for entry in json.loads(out):
        assert entry["isDate"]
        identifiers.append(entry["uid"])
        day, end = datetime.date.fromisoformat(entry["start"]), datetime.date.fromisoformat(entry["end"])
        while day < end:
            shown.add((day.isoformat(), plain(entry["summary"])))
            day += datetime.timedelta(days=1)
    assert shown == days_of(dated)
    assert len(identifiers) == len(set(identifiers))


@needs("khal")
def test_khal_shows_every_separate_day(dated, file, tmp_path):
    config = tmp_path / "khal.conf"
    config.write_text(
        f"[calendars]\n[[archive]]\npath = {tmp_path}/calendar\ntype = calendar\n"
        f"[sqlite]\npath = {tmp_path}/khal.db\n[locale]\ndateformat = %Y-%m-%d\nlongdateformat = %Y-%m-%d\n"
        "timeformat = %H:%M\ndatetimeformat = %Y-%m-%d %H:%M\nlongdatetimeformat = %Y-%m-%d %H:%M\n"
        "local_timezone = Asia/Tokyo\ndefault_timezone = Asia/Tokyo\n"
    )
    (tmp_path / "calendar").mkdir()
    run("khal", "-c", config, "import", "--batch", "-a", "archive", file("ics"))
    expected = days_of(dated)
    shown = set()
    for day in sorted({day for day, _title in expected}):
        out, _err = run("khal", "-c", config, "list", "--format", "{title}", "--day-format", "", day, "1d")
        shown |= {(day, plain(line)) for line in out.splitlines() if line.strip()}
    assert shown == expected


# ── Pages ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@needs_package("extruct")
@pytest.mark.parametrize("model", [Conference, Talk, Speaker, Organisation, Recording])
def test_extruct_finds_one_block_of_linked_data_and_open_graph_on_every_page(model):
    import extruct

    for one in model.objects.published():
        page = Client().get(one.get_absolute_url()).text
        found = extruct.extract(page, syntaxes=["json-ld", "opengraph"], errors="strict")
        graph = found["json-ld"]
        (block,) = graph
        described = block["@graph"][0]
        assert described["name"]
        # A recording is where it is kept; its page is named by the breadcrumbs.
        assert model is Recording or described["url"].endswith(one.get_absolute_url())
        tags = dict(found["opengraph"][0]["properties"])
        assert {"og:title", "og:type", "og:url", "og:site_name", "og:locale"} <= tags.keys()
        assert "og:image" in tags or model in (Organisation, Recording)
