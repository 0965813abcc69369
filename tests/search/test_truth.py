"""The index says what the data say, whatever changed the data."""

import json
from io import StringIO

import pytest
from django.core import serializers
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from events import revisions, search
from events.models import (
    Conference,
    ConferenceDate,
    ListCount,
    Organisation,
    OrganisationAlias,
    SearchDocument,
    SearchWord,
    Speaker,
    SpeakerParticipation,
    Subject,
    Synonym,
    Talk,
    Topic,
)
from events.search import analysis, consistency, indexing
from events.search.backends import backend
from tests.rows import event

pytestmark = pytest.mark.django_db


def found(text, kind=None):
    filters = search.Filters((("record", kind),) if kind else ())
    return [hit.title for hit in search.search(text, filters, exact=True).hits]


def assert_true():
    assert list(consistency.inconsistencies()) == []


def test_a_saved_record_is_found_at_once():
    event("Кузнечики")
    assert found("кузнечиками", "conference") == ["Кузнечики"]
    assert_true()


def test_a_renamed_record_is_found_by_its_new_name_only():
    conference = event("Кузнечики", size=2)
    conference.title = "Стрекозы"
    conference.save()
    assert found("стрекоза", "conference") == ["Стрекозы"]
    assert found("кузнечики", "conference") == ["Стрекозы"]  # its talks still say so
    assert_true()


def test_a_word_that_is_too_long_only_in_small_letters_breaks_nothing():
    event("ß" * 40)
    assert_true()


def test_words_and_phrases_are_found_in_a_text_longer_than_the_engine_keeps_places_for():
    """PostgreSQL keeps 256 places of a word, and what is behind the 16,383rd stands there.

    A word of two readings («стали») without any place was in no phrase, not even in the title.
    """
    conference = event("Стали редкостными сверчками")
    many = " ".join(f"слово{number}" for number in range(17_000))
    conference.summary = f"Мы стали пить какао. {'сверчки ' * 300} {many} стрекозы сверчки стрекозы"
    conference.save()
    for typed in ("сверчком", "слово16999", "стрекозами", "«стали редкостными»", "«стали пить какао»"):
        assert found(typed, "conference") == ["Стали редкостными сверчками"]
    assert found("какао -«стали пить»") == []
    assert_true()


def test_documents_have_the_columns_of_their_table():
    assert set(analysis.Document._fields) == {field.attname for field in SearchDocument._meta.concrete_fields}


def test_renaming_a_person_changes_talks_and_conferences():
    event("Кузнечики", size=2)
    person = Speaker.objects.first()
    person.family_name = "Стрекозова"
    person.save()
    assert len(found("стрекозовой", "talk")) == 1
    assert found("стрекозова", "conference") == ["Кузнечики"]
    assert_true()


def test_a_deleted_record_is_gone_with_all_its_parts():
    event("Кузнечики", size=2).delete()
    assert found("кузнечики", "conference") == found("кузнечики", "talk") == []
    assert_true()


def test_bulk_changes_are_noticed():
    event("Кузнечики", size=2)
    Talk.objects.update(title="Стрекозы")
    assert found("стрекозы", "talk") == ["Стрекозы", "Стрекозы"]
    Talk.objects.bulk_create([Talk(conference=Conference.objects.get(), title="Шмели", slug="shmeli")])
    assert found("шмель", "talk") == ["Шмели"]
    Topic.objects.all().delete()
    assert_true()


def test_moving_a_part_to_another_person_changes_both():
    """As merging two people does: an update of the foreign key."""
    event("Кузнечики")
    old, new = Speaker.objects.get(), Speaker.objects.create(family_name="Стрекозова")
    old.family_name = "Жукова"
    old.save()
    old.aliases.all().delete()
    assert found("жуковой", "speaker") == ["Жукова А. Б."]
    Subject.objects.all().delete()
    SpeakerParticipation.objects.update(speaker=new)
    assert found("стрекозова", "speaker") == ["Стрекозова"]
    assert found("жуковой", "speaker") == []
    part = SpeakerParticipation.objects.first()
    part.speaker = old
    part.save()
    assert_true()


def test_another_name_is_found_at_once_and_everywhere():
    event("Кузнечики")
    library = Organisation.objects.filter(parent=None).get()
    alias = OrganisationAlias.objects.create(organisation=library, name="СТРКЗ")
    assert library.name in found("стркз", "organisation")
    assert found("стркз", "conference") == ["Кузнечики"]
    alias.delete()
    assert found("стркз") == []
    assert_true()


def test_a_changed_date_moves_the_event_in_time():
    conference = event("Кузнечики", day="2020-06-09")
    event("Кузнечики вторые", day="2021-01-01")
    ConferenceDate.objects.filter(conference=conference).update(start="2022-03-04")
    newest = search.search("кузнечики", search.Filters((("record", "conference"),)), by_date=True)
    assert [hit.title for hit in newest.hits] == ["Кузнечики", "Кузнечики вторые"]
    assert found("4 марта 2022", "conference") == ["Кузнечики"]
    assert_true()


def test_topics_set_and_cleared():
    conference = event("Кузнечики")
    conference.topics.set(["Насекомые"])
    assert found("насекомые", "topic") == ["Насекомые"]
    conference.topics.clear()
    assert found("насекомые", "topic") == []
    assert_true()


def test_loading_fixtures_indexes_all_of_them(first_event):
    assert_true()
    assert found("флешмоб", "talk")


def test_rows_saved_raw_in_any_order_are_found(first_event):
    """Django’s own way of loading: each row raw, before what it refers to."""
    fields = {"title": "Стрекозы в библиотеке", "slug": "strekozy", "language": "ru"}
    published = {"status": "published", "published": "2020-01-01T00:00Z"}
    rows = [
        {"model": "events.talk", "pk": 900, "fields": {**fields, "conference": 901}},
        {"model": "events.conference", "pk": 901, "fields": {**fields, **published}},
    ]
    with transaction.atomic():
        for row in serializers.deserialize("json", json.dumps(rows)):
            row.save()
    assert found("стрекоза", "talk") == ["Стрекозы в библиотеке"]
    assert_true()


def test_a_batch_is_indexed_at_its_end_once():
    with revisions.create():
        event("Кузнечики", size=3)
        assert not SearchDocument.objects.exists()
    assert found("кузнечики", "conference") == ["Кузнечики"]
    assert_true()


def test_a_batch_that_fails_leaves_nothing():
    with pytest.raises(RuntimeError), revisions.create():
        event("Кузнечики")
        raise RuntimeError
    assert not Conference.objects.exists() and not SearchDocument.objects.exists()
    assert_true()


def test_a_change_rolled_back_was_never_found():
    with pytest.raises(RuntimeError), transaction.atomic():
        event("Кузнечики")
        raise RuntimeError
    assert found("кузнечики") == []
    assert_true()


def test_words_are_forgotten_with_their_last_record():
    conference = event("Кузнечики")
    assert SearchWord.objects.filter(word="кузнечики").exists()
    conference.delete()
    for model in (Topic, Speaker, Organisation):
        model.objects.filter(departments=None).delete() if model is Organisation else model.objects.all().delete()
    assert not SearchWord.objects.filter(word="кузнечики").exists()


def test_staff_may_add_synonyms():
    event("Кузнечики")
    assert found("стрекотуны") == []
    Synonym.objects.create(words="стрекотун, кузнечик")
    assert "Кузнечики" in found("стрекотунов")


class TestRebuild:
    @pytest.fixture(autouse=True)
    def archive_of_two(self):
        event("Кузнечики", size=2)
        event("Стрекозы", status="draft")

    def rebuilt(self):
        call_command("rebuild_search", verbosity=0)
        call_command("rebuild_search", "--words", verbosity=0)
        assert_true()

    def spoil(self, sql):
        with connection.cursor() as cursor:
            cursor.execute(sql)

    def test_twice_changes_nothing(self):
        before = list(SearchDocument.objects.order_by("pk").values())
        self.rebuilt()
        assert list(SearchDocument.objects.order_by("pk").values()) == before

    def test_what_is_missing_is_named_and_made(self):
        SearchDocument.objects.all().delete()
        assert {fault.problem for fault in consistency.inconsistencies()} == {"missing", "words", "counts"}
        self.rebuilt()
        assert "Кузнечики" in found("кузнечики", "conference")

    def test_what_is_stale_is_named_and_mended(self):
        self.spoil("UPDATE events_conference SET title = 'Шмели' WHERE title = 'Кузнечики'")
        assert "stale" in {fault.problem for fault in consistency.inconsistencies()}
        with pytest.raises(CommandError, match="stale"):
            call_command("check_search", stdout=StringIO())
        self.rebuilt()
        assert found("шмели", "conference") == ["Шмели"]

    def test_what_is_orphaned_is_named_and_removed(self):
        document = SearchDocument.objects.filter(kind=SearchDocument.Kind.TOPIC).first()
        document.pk, document.object_id = document.pk + 100, 999
        document.save(force_insert=True)
        assert "orphaned" in {fault.problem for fault in consistency.inconsistencies()}
        self.rebuilt()

    def test_terms_that_differ_from_the_text_are_named_and_mended(self):
        column = "title" if connection.vendor == "sqlite" else "terms"
        self.spoil(f"UPDATE events_searchindex SET {column} = 'чужое'")
        assert {fault.problem for fault in consistency.inconsistencies()} == {"stale"}
        self.rebuilt()

    def test_documents_of_another_analyzer_version_are_named_and_made_again(self):
        SearchDocument.objects.update(analyzer_version=0)
        assert {fault.problem for fault in consistency.inconsistencies()} == {"analyzer"}
        self.rebuilt()

    def test_an_upgrade_rebuilds_the_index_once(self):
        SearchDocument.objects.update(analyzer_version=0)
        call_command("rebuild_search", "--if-outdated", verbosity=0)
        assert_true()
        said = StringIO()
        call_command("rebuild_search", "--if-outdated", stdout=said)
        assert said.getvalue() == ""

    def test_wrong_counts_of_words_are_named_and_mended(self):
        SearchWord.objects.filter(word="кузнечики").update(documents=1)
        assert [(fault.problem, fault.where) for fault in consistency.inconsistencies()] == [("words", "кузнечики")]
        call_command("rebuild_search", "--words", verbosity=0)
        assert_true()

    def test_wrong_counts_of_lists_are_named_and_mended(self):
        ListCount.objects.filter(kind=SearchDocument.Kind.CONFERENCE, facet="*").update(count=7)
        ListCount.objects.create(kind=SearchDocument.Kind.TOPIC, facet="a", value="ъ", count=2)
        faults = [(fault.problem, fault.where) for fault in consistency.inconsistencies()]
        assert faults == [("counts", "conference *:"), ("counts", "topic a:ъ")]
        call_command("rebuild_search", "--words", verbosity=0)
        assert_true()

    def test_nothing_is_missing_meanwhile(self):
        for _done in indexing.rebuild():
            assert found("кузнечики", "conference") == ["Кузнечики"]

    def test_a_record_withdrawn_meanwhile_leaves_no_word_behind(self, monkeypatch):
        monkeypatch.setattr(indexing, "EVENT_BATCH", 1)
        event("Шмели")
        SearchDocument.objects.all().delete()
        indexing.recount()
        rebuilt = indexing.rebuild()
        # The words of three batches, one of each event, are not saved yet.
        for _event in range(3):
            next(rebuilt)
        assert not SearchWord.objects.exists()
        conference = Conference.objects.get(title="Кузнечики")
        conference.status = "withdrawn"
        conference.save()
        assert not SearchWord.objects.filter(word__startswith="кузнечик", documents__gt=0).exists()
        assert search.search("кузничики").total == 0 and search.suggest("кузнеч") == []
        list(rebuilt)
        assert SearchWord.objects.filter(word="шмели").exists()
        assert not SearchWord.objects.filter(word__startswith="кузнечик").exists()
        assert_true()

    def test_words_of_one_broken_off_are_counted(self):
        SearchDocument.objects.all().delete()
        indexing.recount()
        rebuilt = indexing.rebuild()
        next(rebuilt)
        assert not SearchWord.objects.exists()
        rebuilt.close()
        assert SearchWord.objects.filter(word="кузнечики").exists()
        assert {fault.problem for fault in consistency.inconsistencies()} == {"missing"}

    def test_a_batch_that_fails_counts_no_words(self, monkeypatch):
        monkeypatch.setattr(indexing, "EVENT_BATCH", 1)
        SearchDocument.objects.all().delete()
        indexing.recount()
        rebuilt = indexing.rebuild()
        next(rebuilt)

        def store_nothing(entries):
            list(entries)
            raise RuntimeError

        monkeypatch.setattr(backend(), "store_terms", store_nothing)
        with pytest.raises(RuntimeError):
            next(rebuilt)
        assert {fault.problem for fault in consistency.inconsistencies()} == {"missing"}
