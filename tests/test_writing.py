"""However a row is written, the version, the moment, the search index and the numbers of pages follow at once."""

import io
import json
from collections.abc import Iterable
from typing import Any

import pytest
from django.core import serializers
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection, models, transaction
from django.test.utils import CaptureQueriesContext
from PIL import Image

from events import revisions
from events.models import (
    Attendance,
    Conference,
    ConferenceDate,
    ConferenceKind,
    ConferenceTopic,
    Consent,
    Contact,
    CuratedCollection,
    FormLine,
    LibraryKind,
    Material,
    MaterialKind,
    Note,
    Organisation,
    OrganisationAlias,
    OrganisationParticipation,
    OrganisationRole,
    PageVersion,
    Photo,
    PublicRevision,
    ReaderReport,
    Recording,
    RecordingOffset,
    Series,
    Session,
    Source,
    Speaker,
    SpeakerAlias,
    SpeakerParticipation,
    SpeakerRole,
    Subject,
    Talk,
    TalkKind,
    TalkTopic,
    Topic,
    Version,
    aggregates,
)
from events.search import consistency

from .conftest import rolled_back
from .rows import event, series
from .sampling import sample

pytestmark = pytest.mark.usefixtures("archive", "db")

# A column of each model of a conference, of a person, of an organisation…, and another value for it.
COLUMNS = {
    Conference: ("place", "Вымышленный зал"),
    ConferenceDate: ("start", "2021-02-03"),
    ConferenceTopic: ("tag", None),
    Talk: ("title", "Вымышленный доклад"),
    TalkTopic: ("tag", None),
    Session: ("title", "Вымышленная секция"),
    SpeakerParticipation: ("position", "вымышленный библиограф"),
    OrganisationParticipation: ("name_as_printed", "Вымышленке"),
    Subject: ("name_as_printed", "Вымышленного"),
    Recording: ("title", "Вымышленная запись"),
    RecordingOffset: ("seconds", 77),
    Material: ("title", "Вымышленные слайды"),
    Photo: ("caption", "Вымышленный снимок"),
    Source: ("headline", "Вымышленная новость"),
    Attendance: ("counted", "вымышленных читателей"),
    Note: ("text", "Вымышленный девиз"),
    Speaker: ("biography", "Вымышленный библиограф"),
    SpeakerAlias: ("name", "Вымышленова"),
    Consent: ("note", "вымышленное письмо"),
    Organisation: ("description", "Вымышленная библиотека"),
    OrganisationAlias: ("name", "ВЫМБ"),
    Contact: ("order", 7),
    Topic: ("description", "Вымыслы"),
    Series: ("description", "Вымышленный цикл"),
    CuratedCollection: ("introduction", "Вымышленное введение"),
    ConferenceKind: ("name", "вымышленный вебинар"),
    TalkKind: ("name", "вымышленный доклад"),
    SpeakerRole: ("name", "вымышленный докладчик"),
    OrganisationRole: ("name", "вымышленный организатор"),
    MaterialKind: ("name", "вымышленные слайды"),
    LibraryKind: ("name", "вымышленная библиотека"),
    FormLine: ("name", "Число вымышленных посещений"),
}
ROOTS_WITH_MOMENT = (Conference, Speaker, Organisation, Topic, Series, CuratedCollection)


def save(row, column, value):
    setattr(row, column, value)
    row.save()


def update(row, column, value):
    type(row).objects.filter(pk=row.pk).update(**{column: value})


def bulk_update(row, column, value):
    setattr(row, column, value)
    type(row).objects.bulk_update([row], [column])


def save_raw(row, column, value):
    """As a deserialiser does, past the model's own save()."""
    setattr(row, column, value)
    [loaded] = serializers.deserialize("json", serializers.serialize("json", [row]))
    loaded.save()


def load(row, column, value, tmp_path):
    setattr(row, column, value)
    [record] = json.loads(serializers.serialize("json", [row], use_natural_foreign_keys=True))
    del record["fields"]["uid"]
    path = tmp_path / "one.json"
    path.write_text(json.dumps([record], ensure_ascii=False))
    call_command("loaddata", str(path), verbosity=0)


def picture() -> ContentFile:
    content = io.BytesIO()
    Image.new("RGB", (4, 3)).save(content, "JPEG")
    return ContentFile(content.getvalue())


WAYS = [save, update, bulk_update, save_raw]


def each_with(ways: list[Any], models: Iterable[Any]) -> Any:
    """Parametrize a test with models and ways to write; in `make test` each model with every other way, in turn."""
    pairs = [(model, way) for number, model in enumerate(models) for way in sample(ways, 2, number)]
    names = [f"{model.__name__}-{getattr(way, '__name__', way)}" for model, way in pairs]
    return pytest.mark.parametrize(("model", "way"), pairs, ids=names)


@pytest.fixture(scope="module")
def archive(django_db_setup, django_db_blocker):
    """Two events with two of everything, one of them in a series, and a draft that names the same people."""
    with rolled_back(django_db_blocker):
        with revisions.create():
            series("Чтения")
            event("Встреча", size=2)
            draft = event("Черновик", status="draft")
            draft.people.update(speaker=Speaker.objects.get(family_name="Встречаев 1"))
            CuratedCollection.objects.create(
                title="Подборка", introduction="О чём", records=str(draft.uid), is_shown=True
            )
            FormLine.objects.create(
                slug="visits", name="Число посещений", line="строка 1", act="приказ № 1", valid_from="2020-01-01"
            )
        PageVersion.objects.all().delete()
        yield


def row_of(model: type[models.Model]) -> models.Model:
    """A row of a published conference, or one that such a conference names."""
    if aggregates.root_model(model) is Conference:
        path = aggregates.root_path(model)
        title = "title" if path == "pk" else f"{path}__title"
        return model.objects.filter(**{title: "Встреча"}).order_by("pk").first()
    used = {
        Speaker: {"family_name": "Встречаев 1"},
        SpeakerAlias: {"speaker__family_name": "Встречаев 1"},
        Consent: {"speaker__family_name": "Встречаев 1"},
        Organisation: {"name": "Встреча: библиотека 1"},
        OrganisationAlias: {"organisation__name": "Встреча: библиотека 1"},
        Contact: {"post": "Встреча: методист 1"},
        Topic: {"name": "Встреча: тема 1"},
        ConferenceKind: {"slug": "webinar"},
        TalkKind: {"slug": "talk"},
        SpeakerRole: {"slug": "speaker"},
        OrganisationRole: {"slug": "organiser"},
        MaterialKind: {"slug": "slides"},
        LibraryKind: {"slug": "municipal"},
    }
    return model.objects.get(**used.get(model, {}))


def another(model: type[models.Model]):
    column, value = COLUMNS[model]
    return column, Topic.objects.get(name="Чтения 1: тема 1") if value is None else value


def states(root: models.Model) -> tuple:
    versions = Version.objects.of(root).count()
    page = PageVersion.objects.filter(record=root.uid).values_list("number", flat=True).first() or 0
    moment = type(root).objects.get(pk=root.pk).changed if isinstance(root, ROOTS_WITH_MOMENT) else None
    return PublicRevision.current(), versions, page, moment


def test_every_model_of_the_archive_is_tried():
    known = {model.__name__ for model in aggregates.archive_models()} - {"OldAddress", "Synonym"}
    assert {model.__name__ for model in COLUMNS} == known


@each_with(WAYS, COLUMNS)
def test_a_changed_row_is_followed_by_everything(archive, model, way):
    row = row_of(model)
    root = aggregates.root(row)
    before = states(root)
    way(row, *another(model))
    after = states(root)
    assert after[0] == before[0] + 1  # the public revision
    assert after[1] == before[1] + 1  # a version of the record it belongs to
    assert after[2] == after[0]  # its page
    if before[3] is not None:
        assert after[3] > before[3]
    assert list(consistency.inconsistencies()) == []
    assert Version.objects.of(root).first().rows == revisions.snapshot(root)


@pytest.mark.parametrize("model", COLUMNS, ids=lambda model: model.__name__)
def test_a_row_loaded_from_a_fixture_is_followed_by_everything(archive, model, tmp_path):
    row = row_of(model)
    root = aggregates.root(row)
    before = states(root)
    if model is Photo:
        default_storage.save(row.image.name, picture())
    load(row, *another(model), tmp_path)
    after = states(root)
    assert (after[0], after[1], after[2]) == (before[0] + 1, before[1] + 1, after[0])
    assert list(consistency.inconsistencies()) == []


# What nothing else holds: these can be deleted.
MEMBERS = [model for model in COLUMNS if not aggregates.is_root(model)]


@each_with(["row", "queryset", "plain queryset"], MEMBERS)
def test_a_deleted_row_is_followed_by_everything(archive, model, way):
    row = row_of(model)
    root = aggregates.root(row)
    before = states(root)
    if way == "row":
        row.delete()
    elif way == "queryset":
        model.objects.filter(pk=row.pk).delete()
    else:
        with transaction.atomic():
            models.QuerySet(model).filter(pk=row.pk).delete()
    after = states(root)
    assert (after[0], after[1], after[2]) == (before[0] + 1, before[1] + 1, after[0])
    assert after[3] > before[3]
    assert list(consistency.inconsistencies()) == []


@pytest.mark.parametrize("model", MEMBERS, ids=lambda model: model.__name__)
def test_rows_created_together_are_followed_by_everything(archive, model):
    row = row_of(model)
    root = aggregates.root(row)
    model.objects.filter(pk=row.pk).delete()
    before = states(root)
    row.pk = None
    model.objects.bulk_create([row])
    after = states(root)
    assert (after[0], after[1]) == (before[0] + 1, before[1] + 1)
    assert after[3] > before[3]
    assert list(consistency.inconsistencies()) == []


@each_with(WAYS, [model for model in COLUMNS if aggregates.root_model(model) is Conference])
def test_a_draft_changes_nothing_that_is_public(archive, model, way):
    path = aggregates.root_path(model)
    row = model.objects.filter(**{"title" if path == "pk" else f"{path}__title": "Черновик"}).first()
    root = aggregates.root(row)
    before = states(root)
    way(row, *another(model))
    after = states(root)
    assert (after[0], after[2]) == (before[0], 0)
    assert not PageVersion.objects.exists()
    assert after[1] == before[1] + 1 and after[3] > before[3]
    assert list(consistency.inconsistencies()) == []


def test_a_report_and_a_login_change_nothing_that_is_public(archive, client, admin_user):
    before = PublicRevision.current()
    ReaderReport.objects.create(model="talk", record=Talk.objects.first().uid, name="Доклад", text="Ошибка")
    client.force_login(admin_user)
    client.get("/admin/")
    assert PublicRevision.current() == before and not PageVersion.objects.exists()


def test_a_name_moves_the_events_that_print_it_and_what_else_is_said_of_a_person_does_not(archive):
    person, conference = Speaker.objects.get(family_name="Встречаев 1"), Conference.objects.get(title="Встреча")
    moment = conference.changed
    person.biography = "Библиограф"
    person.save()
    conference.refresh_from_db()
    assert conference.changed == moment and PageVersion.of(conference.uid) == 0
    person.family_name = "Встречина"
    person.save()
    conference.refresh_from_db()
    assert conference.changed > moment
    neighbours = [
        conference,
        Organisation.objects.get(name="Встреча: отдел 1"),
        Topic.objects.get(name="Встреча: тема 1"),
    ]
    assert {PageVersion.of(one.uid) for one in neighbours} == {PublicRevision.current()}
    assert PageVersion.of(Conference.objects.get(title="Чтения 1").uid) == 0


def test_a_talk_moves_the_pages_of_those_it_names_and_no_others(archive):
    talk = Talk.objects.get(title="Встреча: доклад 1")
    save(talk, "abstract", "О вымысле.")
    number = PublicRevision.current()
    assert PageVersion.of(Speaker.objects.get(family_name="Встречаев 1").uid) == number
    assert PageVersion.of(Speaker.objects.get(family_name="Встречаев 2").uid) == 0


def test_withdrawing_an_event_moves_the_pages_of_all_it_named(archive):
    conference = Conference.objects.get(title="Чтения 1")
    save(conference, "status", "withdrawn")
    number = PublicRevision.current()
    for one in [conference, conference.series, *Speaker.objects.filter(participations__conference=conference)]:
        assert PageVersion.of(one.uid) == number


def test_a_save_that_changes_nothing_writes_nothing(archive):
    conference, talk = Conference.objects.get(title="Встреча"), Talk.objects.get(title="Встреча: доклад 1")
    before, moment = states(conference), conference.changed
    with CaptureQueriesContext(connection) as captured:
        talk.save()
    written = [one["sql"] for one in captured if one["sql"].startswith(("INSERT", "DELETE", "UPDATE"))]
    assert len(written) == 1  # the row itself
    assert states(conference) == before and Conference.objects.get(pk=conference.pk).changed == moment


def test_a_block_writes_one_version_of_each_record_however_much_happens_in_it(archive, admin_user):
    conference = Conference.objects.get(title="Встреча")
    before = states(conference)
    with revisions.create(user=admin_user, comment="правка", import_number=7):
        for talk in conference.talks.all():
            save(talk, "title", f"{talk.title}, исправленный")
        conference.notes.all().delete()
        with revisions.create(comment="вложенная"):
            save(conference, "place", "Зал")
    after = states(conference)
    assert (after[0], after[1]) == (before[0] + 1, before[1] + 1)
    version = Version.objects.of(conference).first()
    assert (version.user, version.comment, version.import_number) == (admin_user, "правка", 7)


def test_a_block_that_fails_leaves_nothing_behind(archive):
    conference = Conference.objects.get(title="Встреча")
    before = states(conference)
    with pytest.raises(ZeroDivisionError), revisions.create():
        save(conference, "place", "Зал")
        raise ZeroDivisionError
    assert states(conference) == before
    conference.refresh_from_db()
    assert conference.place == ""
    save(conference, "place", "Зал")  # and the next one works
    assert states(conference)[1] == before[1] + 1


def test_a_raw_save_that_fails_does_not_spoil_the_next(archive):
    talk = Talk.objects.get(title="Встреча: доклад 1")
    broken = Talk(pk=talk.pk + 1000, uid=talk.uid, conference=talk.conference, title="Двойник")
    with pytest.raises(Exception, match="(?i)unique|повторя"), transaction.atomic():
        broken.save_base(raw=True)
    before = states(talk.conference)
    save_raw(talk, "title", "Вымышленный доклад")
    assert states(talk.conference)[1] == before[1] + 1


def test_a_uid_is_never_changed(archive):
    talk = Talk.objects.get(title="Встреча: доклад 1")
    uid = talk.uid
    talk.uid, talk.title = "6f0d2f2c-5a0b-5c1e-9d0a-0c8f3b1e7a99", "Иначе"
    talk.save()
    assert Talk.objects.get(pk=talk.pk).uid == uid
    copy = Talk.objects.get(pk=talk.pk)
    copy.pk, copy.slug = None, ""
    copy.save()
    assert copy.uid != uid


def test_a_stale_copy_of_a_record_does_not_put_its_moment_back(archive):
    """Two requests hold the same record: the second saves what it read before the first was done."""
    stale = Conference.objects.get(title="Встреча")
    save(Talk.objects.get(title="Встреча: доклад 1"), "title", "Иначе")
    moment = Conference.objects.get(pk=stale.pk).changed
    stale.save()
    assert Conference.objects.get(pk=stale.pk).changed == moment


# ── Aggregates ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_row_belongs_to_a_record_and_every_reference_is_known():
    for model in aggregates.archive_models():
        root = aggregates.root_model(model)
        assert aggregates.is_root(root)
        naming = {(one.member.model, one.field.name) for one in aggregates.names(root)}
        inside = {member.model for member in aggregates.members(root)}
        for field in aggregates.foreign_keys(model):
            target = field.related_model
            assert (model, field.name) in naming or target in inside, (
                f"{model.__name__}.{field.name} is followed by nothing"
            )


def test_records_know_what_they_name_and_what_names_them(archive):
    conference, person = Conference.objects.get(title="Встреча"), Speaker.objects.get(family_name="Встречаев 1")
    named = aggregates.named_by(Conference, [conference.pk])
    assert person.pk in named[Speaker] and named[ConferenceKind] == {conference.kind_id}
    draft = Conference.objects.get(title="Черновик")
    assert aggregates.naming(Speaker, [person.pk]) == {Conference: {conference.pk, draft.pk}}
    assert aggregates.root(TalkTopic.objects.filter(content_object__conference=conference).first()) == conference


# ── Figures ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("size", [3, 30])
def test_saving_a_talk_takes_the_same_statements_in_a_small_and_a_large_event(size):
    talk = event("Слёт", size=size).talks.first()
    save(talk, "title", "Прогрев")
    with CaptureQueriesContext(connection) as captured:
        save(talk, "title", "Вымышленный доклад")
    assert len(captured) <= 22
