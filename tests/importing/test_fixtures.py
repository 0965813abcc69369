"""A fixture loads as a whole or not at all, and says what is wrong where."""

import json
from collections.abc import Callable
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.utils import translation

from events import revisions
from events.importing.fixture_loader import FixtureLoader
from events.models import (
    Conference,
    ConferenceDate,
    Material,
    MaterialKind,
    Organisation,
    SearchDocument,
    Speaker,
    Talk,
    Version,
)

pytestmark = pytest.mark.django_db

EVENT = {
    "model": "events.conference",
    "fields": {"slug": "chteniia", "title": "Вымышленные чтения", "kind": ["readings"]},
}
TALK = {
    "model": "events.talk",
    "fields": {"slug": "o-knigakh", "conference": ["chteniia"], "kind": ["talk"], "title": "О книгах"},
}
PERSON = {
    "model": "events.speaker",
    "fields": {"slug": "pridumannaia-a", "family_name": "Придуманная", "initials": "А."},
}
PART = {
    "model": "events.speakerparticipation",
    "fields": {"conference": ["chteniia"], "talk": ["o-knigakh"], "speaker": ["pridumannaia-a"], "role": ["speaker"]},
}
DATE = {"model": "events.conferencedate", "fields": {"conference": ["chteniia"], "start": "2020-06-09"}}
ROWS = [EVENT, TALK, PERSON, PART, DATE]


def changed(row: dict, **fields) -> dict:
    """The row with other fields; None takes one away."""
    fields = {name: value for name, value in {**row["fields"], **fields}.items() if value is not None}
    return {**row, "fields": fields}


@pytest.fixture
def load(tmp_path) -> Callable[..., str]:
    """Loads rows, or a text in place of them; answers what was said on stderr."""

    def load(*rows, text: str = "", **options) -> str:
        path = Path(tmp_path) / "vymysel.json"
        path.write_text(text or json.dumps(rows, ensure_ascii=False))
        said = StringIO()
        call_command("loaddata", str(path), stderr=said, stdout=StringIO(), **options)
        return said.getvalue()

    return load


@pytest.fixture
def refusal(load) -> Callable[..., str]:
    """The message with which rows are refused; nothing of them is in the database."""

    def refusal(*rows, **options) -> str:
        with pytest.raises(CommandError) as caught:
            load(*rows, **options)
        assert not Conference.objects.exists() and not Speaker.objects.exists()
        message = str(caught.value)
        assert "vymysel.json" in message and "ничего не загружено" in message.lower()
        return message

    return refusal


def test_it_counts_what_was_added_changed_and_left(load):
    assert load(*ROWS) == "добавлено 5, изменено 0, без изменений 0\n"
    assert load(*ROWS) == "добавлено 0, изменено 0, без изменений 5\n"
    assert load(changed(EVENT, title="Другие чтения"), TALK) == "добавлено 0, изменено 1, без изменений 1\n"
    assert Conference.objects.get().title == "Другие чтения"


def test_it_is_silent_when_asked(load):
    assert load(*ROWS, verbosity=0) == ""


def test_records_may_stand_in_any_order(load):
    load(*reversed(ROWS))
    assert Talk.objects.get().people.get().speaker.family_name == "Придуманная"


def test_a_date_may_be_written_as_people_write_it(load):
    load(EVENT, changed(DATE, start="9 июня"))
    assert ConferenceDate.objects.get().start == "XXXX-06-09"


def test_an_unknown_reference_names_record_field_and_what_is_missing(refusal):
    message = refusal(*ROWS[:3], changed(PART, role=["predsedatel"]), DATE)
    assert "запись 4" in message and "events.speakerparticipation" in message and "pridumannaia-a" in message
    assert "поле «role»" in message and "predsedatel" in message


def test_what_refers_to_a_faulty_record_is_not_blamed(refusal):
    message = refusal(changed(EVENT, kind=["chtenia"]), changed(PERSON, family_name=""), TALK, PART)
    assert "«family_name»" in message
    assert "запись 3" not in message and "запись 4" not in message


def test_all_mistakes_are_named_at_once(refusal):
    message = refusal(
        EVENT, changed(TALK, title="х" * 601), changed(PERSON, orcid="12"), PART, changed(DATE, start="32 июня")
    )
    assert [f"«{field}»" in message for field in ("title", "orcid", "start")] == [True, True, True]


@pytest.mark.parametrize("start", ["2020-13-01", "2020-02-30", "32 июня", "летом", "0000", 20200609, ""])
def test_a_bad_date_names_its_field(refusal, start):
    message = refusal(EVENT, changed(DATE, start=start))
    assert "запись 2" in message and "поле «start»" in message and "chteniia" in message


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (changed(TALK, conference=None), "conference"),
        (changed(TALK, slug=None), "slug"),
        (changed(PERSON, family_name=None), "family_name"),
        (changed(DATE, start=None), "start"),
        (changed(PART, role=None), "role"),
    ],
)
def test_a_missing_field_is_named(refusal, row, field):
    rows = [row if row["model"] == one["model"] else one for one in ROWS]
    assert f"поле «{field}»" in refusal(*rows)


def test_a_duplicate_says_where_the_first_stands(refusal):
    message = refusal(*ROWS, changed(PERSON, initials="Б."))
    assert "запись 6" in message and "под номером 3" in message


def test_a_broken_rule_of_the_archive_says_which(refusal):
    assert "либо инициалы" in refusal(*ROWS[:2], changed(PERSON, given_names="Анна"))
    assert "раньше первого" in refusal(EVENT, changed(DATE, end="2020-06-01"))


def test_two_topics_of_one_name_name_the_field(refusal):
    topics = [
        {"model": "events.topic", "fields": {"slug": slug, "name": name}}
        for slug, name in (("a", "Чтение"), ("b", "ЧТЕНИЕ"))
    ]
    message = refusal(*topics)
    assert "запись 2" in message and "поле «name»" in message


def test_a_part_in_a_talk_of_another_event_is_refused(refusal):
    other = changed(EVENT, slug="drugie", title="Другие чтения")
    assert "поле «conference»" in refusal(EVENT, other, TALK, PERSON, changed(PART, conference=["drugie"]))


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (changed(TALK, titel="О книгах"), "поле «titel»"),
        (changed(TALK, kind="talk"), '["talk"]'),
        (changed(TALK, kind=["talk", "доклад"]), "поле «kind»"),
        (changed(TALK, kind=[]), "поле «kind»"),
        (changed(TALK, title=["О книгах"]), "поле «title»"),
        (changed(TALK, title="О\0книгах"), "поле «title»"),
        (changed(TALK, start_time="25:00"), "поле «start_time»"),
        (changed(TALK, order=10**30), "поле «order»"),
        (changed(TALK, order="первый"), "поле «order»"),
        (changed(TALK, delivery="почтой"), "поле «delivery»"),
        ({**TALK, "fields": {**TALK["fields"], "title": None}}, "поле «title»"),
        ({**TALK, "pk": "первый"}, "поле «id»"),
        ({**TALK, "model": "events.doklad"}, "events.doklad"),
        ({**TALK, "model": 5}, "запись 2"),
        ({"model": "events.talk"}, "запись 2"),
        ("доклад", "запись 2"),
    ],
)
def test_whatever_is_wrong_is_said(refusal, row, said):
    assert said in refusal(EVENT, row)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[\n  {"model": "events.speaker"\n   "fields": {}}\n]', "строка 3"),
        ('{"model": "events.speaker", "fields": {}}', "в квадратных скобках"),
        ('[{"model": "events.speaker", "fields": {"slug": "a", "slug": "b"}}]', "«slug»"),
    ],
)
def test_a_file_that_is_no_fixture_is_refused_in_plain_words(refusal, text, said):
    assert said in refusal(text=text)


def test_a_value_of_another_kind_is_not_bent_into_shape(refusal):
    for fields in (
        {"title": True},
        {"order": 1.5},
        {"order": float("inf")},
        {"order": True},
        {"title": "\ud800"},
        {"slug": "\ud800"},
        {"kind": True},
        {"kind": ["\ud800"]},
        {"language": 5 * "долгий "},
    ):
        assert f"поле «{next(iter(fields))}»" in refusal(text=json.dumps([EVENT, changed(TALK, **fields)])), fields
    assert "поле «is_remote»" in refusal(*ROWS[:3], changed(PART, is_remote="дистанционно"))


WHOLE = json.dumps(ROWS, ensure_ascii=False)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (WHOLE.encode("cp1251"), "не в кодировке UTF-8"),
        (b"", "пустой"),
        (b" \n", "пустой"),
        (b"\xef\xbb\xbf", "пустой"),
        (b"[" * 100_000, "квадратных скобках"),
        (WHOLE[:-20].encode(), "это не JSON"),
    ],
)
@pytest.mark.parametrize("name", ["vymysel.json", "-"])
def test_a_file_that_cannot_be_read_is_refused_in_plain_words(tmp_path, monkeypatch, content, said, name):
    (tmp_path / "vymysel.json").write_bytes(content)
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(content), encoding="utf-8"))
    label = name if name == "-" else str(tmp_path / name)
    with pytest.raises(CommandError, match=said):
        call_command("loaddata", label, format="json", verbosity=0)
    assert not Conference.objects.exists()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_file_of_a_windows_editor_loads(tmp_path, encoding):
    (tmp_path / "vymysel.json").write_text(WHOLE, encoding=encoding)
    call_command("loaddata", str(tmp_path / "vymysel.json"), verbosity=0)
    assert Conference.objects.get().title == "Вымышленные чтения"


def test_the_standard_input_loads_too(monkeypatch):
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(WHOLE.encode()), encoding="ascii"))
    call_command("loaddata", "-", format="json", verbosity=0)
    assert Talk.objects.get().people.get().speaker.family_name == "Придуманная"


def test_of_two_files_neither_is_loaded_if_the_second_is_broken(tmp_path):
    (tmp_path / "one.json").write_text(WHOLE)
    (tmp_path / "two.json").write_text(json.dumps([changed(DATE, start="летом")]))
    with pytest.raises(CommandError) as caught:
        call_command("loaddata", str(tmp_path / "one.json"), str(tmp_path / "two.json"), verbosity=0)
    assert "two.json" in str(caught.value) and "«start»" in str(caught.value)
    assert not Conference.objects.exists() and not SearchDocument.objects.exists()


def test_a_fixture_that_is_not_there_is_said_in_the_language_of_the_command():
    with pytest.raises(CommandError, match="Фикстуры «vymysla» нет"):
        call_command("loaddata", "vymysla", verbosity=0)
    with translation.override("en"), pytest.raises(CommandError, match="There is no fixture “vymysla”"):
        call_command("loaddata", "vymysla", verbosity=0)


def test_mistakes_are_said_in_english_where_the_command_speaks_english(load):
    with translation.override("en"), pytest.raises(CommandError) as caught:
        load(EVENT, changed(DATE, start="летом"))
    assert "Nothing was loaded" in str(caught.value) and "field “start”" in str(caught.value)
    with translation.override("en"), pytest.raises(CommandError, match="There is no kind of talk “lektsiia”"):
        load(EVENT, changed(TALK, kind=["lektsiia"]))


def test_two_records_alike_in_the_archive_are_told_not_guessed(load):
    load(EVENT)
    row = {"conference": ["chteniia"], "kind": ["slides"], "title": "Слайды", "url": "https://example.org/"}
    event, kind = Conference.objects.get(), MaterialKind.objects.get(slug="slides")
    for _ in range(2):
        Material.objects.create(conference=event, kind=kind, title="Слайды", url="https://example.org/")
    with pytest.raises(CommandError, match="несколько таких записей"):
        load({"model": "events.material", "fields": row})


def test_an_archive_behind_its_version_is_told_to_migrate(load, monkeypatch):
    def missing(*args, **kwargs):
        raise OperationalError("no such column: events_talk.parallel_title")

    monkeypatch.setattr(FixtureLoader, "load", missing)
    with pytest.raises(CommandError, match=r"parallel_title.*migrate"):
        load(*ROWS)


def test_rows_of_django_itself_load_as_ever(load):
    row = {"model": "auth.user", "fields": {"username": "bibliotekar", "password": "!", "groups": []}}
    assert load(row) == "добавлено 1, изменено 0, без изменений 0\n"
    assert User.objects.get().username == "bibliotekar"


def test_a_dump_with_numbers_loads_too(load, tmp_path):
    load(*ROWS)
    dump = tmp_path / "dump.json"
    call_command("dumpdata", "events.organisation", "events.conference", "events.conferencedate", output=str(dump))
    Conference.objects.all().delete()
    call_command("loaddata", str(dump), verbosity=0)
    assert Conference.objects.get().first_day == "2020-06-09"


def test_a_department_may_be_older_than_its_library(load):
    load(
        {"model": "events.organisation", "fields": {"slug": "otdel", "name": "Отдел", "parent": ["biblioteka"]}},
        {"model": "events.organisation", "fields": {"slug": "biblioteka", "name": "Вымышленная библиотека"}},
    )
    assert Organisation.objects.get(slug="otdel").parent.slug == "biblioteka"


@pytest.mark.parametrize("names", [["first_event"], ["reports"], ["reports", "first_event"], ["lists", "reports"]])
def test_the_archives_own_fixtures_load_alone_and_in_any_order(names):
    call_command("loaddata", *names, verbosity=0)
    assert Conference.objects.published().count() == (1 if names == ["first_event"] else 34 + ("first_event" in names))


def test_a_dump_of_everything_comes_back_as_it_was_moments_included(load, tmp_path):
    load(changed(EVENT, status="published"), *ROWS[1:])
    Conference.objects.update(created="2020-01-01T10:00Z", changed="2020-02-02T10:00Z", published="2020-01-03T10:00Z")

    def dump(name: str) -> str:
        path = tmp_path / name
        call_command("dumpdata", "events", natural_foreign=True, natural_primary=True, output=str(path))
        return path.read_text()

    before = dump("before.json")
    for model in (Conference, Speaker):
        model.objects.all().delete()
    call_command("loaddata", str(tmp_path / "before.json"), verbosity=0)
    assert content(dump("after.json")) == content(before)


def content(dump: str) -> list[dict]:
    """Without what the archive itself makes of it: index, counts of lists, numbers of pages, history."""
    made = ("events.search", "events.listcount", "events.pageversion", "events.publicrevision", "events.version")
    # Django writes the first millisecond of a second as .000 and, read from there, without it.
    return [row for row in json.loads(dump.replace(".000Z", "Z")) if not row["model"].startswith(made)]


def test_what_is_loaded_is_found_and_what_a_dump_knew_of_the_search_is_not_taken_over(load, tmp_path):
    load(changed(EVENT, status="published"), *ROWS[1:])
    call_command("dumpdata", "events", natural_foreign=True, natural_primary=True, output=str(tmp_path / "dump.json"))
    for model in (Conference, Speaker):
        model.objects.all().delete()
    assert not SearchDocument.objects.exists()
    load(changed(EVENT, slug="drugie", title="Другие чтения", status="published"))
    call_command("loaddata", str(tmp_path / "dump.json"), verbosity=0)
    assert set(SearchDocument.objects.values_list("kind", "object_id")) == {
        (kind, pk)
        for kind, model in ((1, Conference), (2, Talk), (3, Speaker))
        for pk in model.objects.values_list("pk", flat=True)
    }


# ── What people made of it ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def loaded(load) -> None:
    load(*ROWS)


def edit(row, user="redaktor", **values) -> None:
    editor, _is_new = User.objects.get_or_create(username=user)
    with revisions.create(user=editor):
        for name, value in values.items():
            setattr(row, name, value)
        row.save()


def test_what_staff_corrected_is_not_put_back_and_is_named(load, loaded):
    edit(Conference.objects.get(), city="Вымыслов", outcome="Своими словами.")
    said = load(changed(EVENT, city="Донецк"), changed(TALK, title="О новых книгах"), PERSON, PART, DATE)
    event = Conference.objects.get()
    assert (event.city, event.outcome, Talk.objects.get().title) == ("Вымыслов", "Своими словами.", "О новых книгах")
    assert "добавлено 0, изменено 1, без изменений 3" in said
    assert "1 строка оставлена такой, какой её сделали сотрудники; с --overwrite загрузится и она:" in said
    assert "1, конференция (events.conference): chteniia" in said
    last = Version.objects.of(event).first()
    assert (last.comment[:12], last.user) == ("из фикстур /", None), "the history has the load"


def test_overwriting_must_be_asked_for_and_is_in_the_history(load, loaded):
    edit(Conference.objects.get(), city="Вымыслов")
    said = load(*ROWS, overwrite=True)
    event = Conference.objects.get()
    assert event.city == "" and "оставлен" not in said
    assert [version.user_id is None for version in Version.objects.of(event)] == [True, False, True]
    load(changed(EVENT, city="Донецк"), *ROWS[1:])
    assert Conference.objects.get().city == "Донецк", "the last to write was a load"


def test_what_staff_deleted_does_not_come_back_nor_what_belongs_to_it(load, loaded):
    editor = User.objects.create(username="redaktor")
    with revisions.create(user=editor):
        Talk.objects.get().delete()
    said = load(*ROWS)
    assert not Talk.objects.exists() and "2 строки оставлены" in said
    with revisions.create(user=editor):
        Conference.objects.get().delete()
    said = load(*ROWS)
    assert not Conference.objects.exists() and Speaker.objects.exists() and "4 строки оставлены" in said
    load(*ROWS, overwrite=True)
    assert Talk.objects.exists()


def test_what_staff_renamed_is_still_referred_to_by_its_old_name(load, loaded):
    edit(Speaker.objects.get(), slug="vymyslova-a", family_name="Вымыслова")
    said = load(*ROWS)
    assert Speaker.objects.get().family_name == "Вымыслова" and "1 строка оставлена" in said


def test_files_that_are_not_there_are_named_before_anything_is_loaded(refusal):
    photo = {"model": "events.photo", "fields": {"conference": ["chteniia"], "image": "photos/vymysel.jpg"}}
    said = refusal(*ROWS, photo, changed(photo, image="../vymysel.png"))
    assert "поле «image» — нет файла photos/vymysel.jpg в папке" in said and "../vymysel.png" in said
    assert "Сначала скопируйте сюда папку загруженных файлов" in said
