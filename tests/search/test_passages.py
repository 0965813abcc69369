"""What was said in recordings is found as passages that open there."""

import re
from itertools import groupby

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command

from events import search
from events.models import Conference, Recording, SearchDocument, SearchWord, Speaker
from events.revisions import withholding
from events.search import consistency, passages
from tests.rows import event

pytestmark = pytest.mark.django_db

SAID = """WEBVTT

00:05.000 --> 00:09.000
Добрый день!

12:40.000 --> 12:45.000
<v Зюмбрякова Анна>Мы выращиваем гидропонику прямо в читальном зале.

16:00.000 --> 16:05.000
<v Пётр Придуманный>Вопрос ясен.
"""


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def recorded(conference, said=SAID, **values):
    recording = Recording.objects.create(conference=conference, url=f"https://example.org/{conference.slug}", **values)
    if said:
        recording.captions.save("a.vtt", ContentFile(said.encode()))
    return recording


@pytest.fixture
def recording():
    return recorded(event("Сад на подоконнике", size=0, city="Верхний Кузнецк"))


def found(text, **filters):
    return [
        hit for hit in search.search(text, search.Filters(tuple(filters.items())), exact=True).hits if not hit.title
    ]


def assert_true():
    assert list(consistency.inconsistencies()) == []


def test_a_word_in_any_form_finds_the_second_at_which_it_was_said(client, recording):
    page = client.get("/search/?q=гидропоникой").text.replace("\xa0", " ")
    assert f'<a href="{recording.get_absolute_url()}?t=760#t=760">12:40 — Сад на подоконнике</a>' in page
    assert "Мы выращиваем <mark>гидропонику</mark> прямо в читальном зале." in page and "сказано в записи" in page
    opened = client.get(f"{recording.get_absolute_url()}?t=760").text
    assert '<p id="t=760">' in opened
    assert_true()


def test_passages_are_narrowed_as_their_event_is(recording):
    assert found("гидропоника", record="passage", place="Верхний Кузнецк", year="2020", kind="webinar", has="recording")
    assert not found("гидропоника", year="2021") and not found("гидропоника", record="conference")
    assert [hit.language for hit in found("гидропоника")] == ["ru"]


@pytest.mark.parametrize("status", ["draft", "ready", "withdrawn"])
def test_what_was_said_at_a_hidden_event_is_in_no_hit_and_no_word(client, recording, status):
    type(recording.conference).objects.filter(pk=recording.conference_id).update(status=status)
    assert not found("гидропоника") and not SearchWord.objects.filter(word__startswith="гидропоник").exists()
    assert "читальном зале" not in client.get("/search/?q=гидропоника").text
    assert not search.search("гидропонеку").total
    assert_true()
    Conference.objects.update(status="published")
    assert found("гидропоника")
    assert_true()


@pytest.mark.parametrize("label", ["<v Зюмбрякова Анна>", "Зюмбрякова Анна: "])
def test_no_passage_says_that_a_hidden_person_speaks(client, recording, label):
    recording.captions.save("b.vtt", ContentFile(SAID.replace("<v Зюмбрякова Анна>", label).encode()))
    withholding.hide(Speaker.objects.create(family_name="Зюмбрякова", given_names="Анна"), "просьба")
    assert not search.search("Зюмбрякова").total
    assert "юмбряк" not in client.get("/search/?q=гидропоника").text
    assert not SearchDocument.objects.filter(body__contains="юмбряк").exists()


def test_other_captions_are_found_instead_of_the_old_ones(recording):
    recording.captions.save("b.vtt", ContentFile(SAID.replace("гидропонику", "кактусы").encode()))
    assert found("кактус") and not found("гидропоника")
    recording.captions = ""
    recording.save()
    assert not found("кактус")
    assert_true()


def test_a_deleted_recording_is_not_heard_any_more(recording):
    recorded(event("Кактусы", size=0), SAID.replace("гидропонику", "кактусы"))
    recording.delete()
    assert not found("гидропоника") and found("кактус")
    Conference.objects.get(title="Кактусы").delete()
    assert not found("кактус")
    assert_true()


def test_an_event_is_edited_without_reading_the_captions_again(recording):
    """An hour of speech takes seconds to index, and everybody else who writes waits meanwhile."""
    default_storage.delete(recording.captions.name)
    conference = recording.conference
    conference.title = conference.summary = "Огород"
    conference.save()
    recording.title = "Огород в записи"
    recording.save()
    assert found("гидропоника")
    conference.city = "Нижний Кузнецк"
    conference.save()
    assert not found("гидропоника")  # read again, for its place: the file is lost


def test_a_rebuild_makes_them_and_removes_those_of_recordings_that_are_gone(recording):
    SearchDocument.objects.filter(kind=passages.KIND).delete()
    assert {fault.problem for fault in consistency.inconsistencies()} == {"missing", "words"}
    call_command("rebuild_search", verbosity=0)
    assert found("гидропоника")
    Recording.objects.all()._raw_delete("default")
    assert "orphaned" in {fault.problem for fault in consistency.inconsistencies()}
    call_command("rebuild_search", verbosity=0)
    call_command("rebuild_search", "--words", verbosity=0)
    assert not found("гидропоника")
    assert_true()


def test_a_recording_that_is_not_read_any_more_has_no_passages_left(recording):
    default_storage.delete(recording.captions.name)
    assert "orphaned" in {fault.problem for fault in consistency.inconsistencies()}
    call_command("rebuild_search", verbosity=0)
    assert_true()


def test_endless_captions_become_no_more_passages_than_have_a_number(recording, monkeypatch):
    monkeypatch.setattr(passages, "MOST", 5)
    turns = "\n\n".join(f"{n:02}:00.000 --> {n:02}:01.000\n<v Имя {n % 2}>Слово{n}" for n in range(13))
    recording.captions.save("b.vtt", ContentFile(f"WEBVTT\n\n{turns}\n".encode()))
    assert SearchDocument.objects.filter(kind=passages.KIND).count() == 5
    assert [hit.slug for hit in found("слово4")] == [f"{recording.uid}:180"]


@pytest.mark.parametrize(
    "address",
    ["/api/v1/search/?q=гидропоника", "/search/export/atom/?q=гидропоника", "/search/export/bibtex/?q=гидропоника"],
)
def test_files_and_feeds_of_records_have_no_passages(client, recording, address):
    answer = client.get(address)
    assert answer.status_code == 200 and str(recording.uid) not in answer.text


class TestGroups:
    """Libraries crowded out everything else: «библиотека» gave no event and no talk on its first two pages."""

    @pytest.fixture
    def much(self, recording):
        event("Кузнечики", size=25)
        recording.captions.save("b.vtt", ContentFile(SAID.replace("гидропонику", "кузнечиков").encode()))

    def test_each_kind_is_on_the_first_page_with_the_number_of_all(self, client, much):
        page = client.get("/search/?q=кузнечики")
        kinds = [kind for kind, _many in groupby(re.findall(r'data-kind="(\w+)"', page.text))]
        assert len(kinds) == len(set(kinds)) and {"conference", "talk", "organisation", "passage"} <= set(kinds)
        assert max(len(group["hits"]) for group in page.context["groups"]) == 3
        for group in page.context["groups"]:
            behind = client.get(f"/search/{group['address']}").context["found"]
            assert behind.total == group["count"] and {hit.kind_name for hit in behind.hits} == {group["kind"]}

    @pytest.mark.parametrize("filters", ["", "&year=2020", "&year=2020&has=slides"])
    def test_they_take_ten_statements(self, queries_of, much, filters):
        assert queries_of(f"/search/?q=кузнечики{filters}") <= 10

    def test_the_whole_list_is_one_link_away(self, client, much):
        assert 'href="?q=%D0%BA%D1%83%D0%B7%D0%BD%D0%B5%D1%87%D0%B8%D0%BA%D0%B8&amp;page=1"' in (
            client.get("/search/?q=кузнечики").text
        )
        for address in ("/search/?q=кузнечики&page=1", "/search/?q=кузнечики&sort=date", "/search/?record=talk"):
            assert not client.get(address).context["groups"]

    def test_few_hits_and_hits_of_one_kind_are_one_list(self, client, recording):
        event("Кузнечики", size=2)
        assert not client.get("/search/?q=кузнечики").context["groups"]
        event("Шмели", size=25)
        assert not client.get("/search/?q=шмели&record=talk").context["groups"]
