"""What must always hold, held by the database; what is derived, never behind; what is not public, nowhere."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import translation

from events import revisions
from events.models import (
    Attendance,
    AuditEntry,
    Conference,
    ConferenceDate,
    ConferenceKind,
    Material,
    MaterialKind,
    Note,
    OldAddress,
    Organisation,
    OrganisationAlias,
    OrganisationParticipation,
    OrganisationRole,
    Recording,
    RecordingOffset,
    Series,
    Session,
    Source,
    Speaker,
    SpeakerAlias,
    SpeakerParticipation,
    SpeakerRole,
    Talk,
    TalkKind,
    Topic,
)

pytestmark = pytest.mark.django_db


def conference(title="Вымышленные чтения", status="published", **values):
    return Conference.objects.create(title=title, status=status, **values)


def person(family_name="Придуманная", **values):
    return Speaker.objects.create(family_name=family_name, **values)


def refused(make):
    with pytest.raises(IntegrityError), transaction.atomic():
        make()


def test_a_new_archive_has_the_usual_kinds_and_roles():
    assert ConferenceKind.objects.filter(name="видеоконференция").exists()
    assert SpeakerRole.objects.filter(name="модератор").exists()
    assert not TalkKind.objects.get(slug="welcome").is_numbered


def test_an_event_may_have_neither_title_nor_theme():
    kind = ConferenceKind.objects.get(slug="meeting")
    assert conference(title="", kind=kind).heading == "совещание"
    assert conference(title="", theme="О книгах", kind=kind).heading == "О книгах"


@pytest.mark.parametrize("words", ["title", "theme", "kind_as_printed"])
def test_a_heading_in_the_words_of_the_event_is_in_its_language(words):
    foreign = Conference.objects.create(**{"title": "", words: "Reading aloud"}, language="en")
    assert foreign.label_language == "en"
    assert Conference.objects.create(title="", language="en").label_language == "ru"


@pytest.mark.parametrize(
    ("row", "named"),
    [
        (OldAddress(kind="talk", slug="byla", target="stala"), "доклад: byla → stala"),
        (OldAddress(kind="talk", slug="byla"), "доклад: byla → —"),
        (AuditEntry(action="login", account="иванова"), "вход: иванова"),
        (AuditEntry(action="login"), "вход: —"),
        (Recording(title="Открытие", url="https://video.example/1"), "Открытие"),
        (Recording(url="https://video.example/1"), "https://video.example/1"),
    ],
)
def test_staff_read_the_name_of_a_row(row, named):
    assert str(row) == named


def test_addresses_are_made_once_and_stay():
    first, second = conference("Чтение и время"), conference("Чтение и время")
    assert (first.slug, second.slug) == ("chtenie-i-vremia", "chtenie-i-vremia-2")
    first.title = "Другое название"
    first.save()
    assert first.slug == "chtenie-i-vremia"


def test_an_old_address_is_never_given_to_another_record():
    OldAddress.objects.create(kind="speaker", slug="pridumannaia-anna", target="pridumannaia-anna-petrovna")
    assert person(given_names="Анна").slug == "pridumannaia-anna-2"


def test_two_people_may_share_a_name():
    assert person(given_names="Анна").slug != person(given_names="Анна").slug


def test_names_are_initials_or_given_names():
    assert str(person("Вымышленников", initials="И. Л.")) == "Вымышленников И. Л."
    assert person("Вымышленников", given_names="Иван Львович").short_name == "Вымышленников И. Л."
    refused(lambda: person(given_names="Анна", initials="А."))
    refused(lambda: person(family_name=""))


def test_folded_names_follow_every_way_of_saving():
    one = person("Ёлкина")
    assert one.name_key == "елкина"
    Speaker.objects.bulk_create([Speaker(family_name="Ёжикова", slug="ezhikova")])
    assert Speaker.objects.get(slug="ezhikova").name_key == "ежикова"


class TestConstraints:
    def test_an_organisation_is_not_its_own_part(self):
        library = Organisation.objects.create(name="Вымышленная библиотека")
        refused(lambda: Organisation.objects.filter(pk=library.pk).update(parent=library))

    def test_a_department_stands_once_in_its_library(self):
        library = Organisation.objects.create(name="Вымышленная библиотека")
        Organisation.objects.create(name="Отдел редких книг", parent=library)
        refused(lambda: Organisation.objects.create(name="ОТДЕЛ РЕДКИХ КНИГ", parent=library))

    def test_a_department_has_no_departments(self):
        """The page and the counts of the library would have known nothing of them."""
        library, other = (Organisation.objects.create(name=f"{name} библиотека") for name in ("Первая", "Вторая"))
        department = Organisation.objects.create(name="Центр чтения", parent=library)
        with pytest.raises(ValidationError, match="выберите то, во что он входит: «Первая библиотека»"):
            Organisation.objects.create(name="Сектор", parent=department)
        library.parent = other
        with pytest.raises(ValidationError, match="есть свои отделы"):
            library.save()
        for one, parent in ((library, other), (other, department)):
            with pytest.raises(ValidationError):
                Organisation.objects.filter(pk=one.pk).update(parent=parent)

    def test_a_department_of_a_department_that_an_old_archive_holds_stays_editable(self):
        """Not even its website could be corrected."""
        library, middle, lowest = (Organisation.objects.create(name=f"{name} уровень") for name in ("1", "2", "3"))
        for part, parent in ((middle, library), (lowest, middle)):
            models.QuerySet(Organisation).filter(pk=part.pk).update(parent=parent)
        for part in Organisation.objects.filter(parent__isnull=False):
            part.website = "https://library.example/"
            part.full_clean()
            part.save()
        assert Organisation.objects.filter(parent__isnull=False).update(city="Вымысловск") == 2
        with pytest.raises(ValidationError):
            Organisation.objects.filter(pk=library.pk).update(parent=lowest)

    @pytest.mark.parametrize("language", ["ru", "en"])
    def test_an_other_name_that_stands_twice_is_refused_in_words(self, language):
        """Staff read of a “Name key”, in English."""
        library = Organisation.objects.create(name="Вымышленная библиотека")
        someone = person()
        said = {"ru": "Это название стоит здесь дважды", "en": "This name stands here twice"}[language]
        for whose in (library, someone):
            whose.aliases.create(name="Вымысел")
            with translation.override(language), pytest.raises(ValidationError, match=said):
                whose.aliases.model(**{whose._meta.model_name: whose, "name": "вымысел"}).full_clean()

    def test_one_abbreviation_may_mean_two_libraries(self):
        for city in ("Самарск", "Свердловск"):
            library = Organisation.objects.create(name=f"Библиотека города {city}")
            OrganisationAlias.objects.create(organisation=library, name="СОСБС", kind="abbreviation")
        assert OrganisationAlias.objects.filter(name_key="сосбс").count() == 2

    def test_a_date_does_not_end_before_it_starts(self):
        event = conference()
        refused(lambda: ConferenceDate.objects.create(conference=event, start="2020-06-09", end="2020-06-08"))
        ConferenceDate.objects.create(conference=event, start="XXXX-05-21", end="XXXX-05-24")

    def test_a_person_stands_once_in_a_role(self):
        event, someone, role = conference(), person(), SpeakerRole.objects.get(slug="moderator")
        SpeakerParticipation.objects.create(conference=event, speaker=someone, role=role)
        refused(lambda: SpeakerParticipation.objects.create(conference=event, speaker=someone, role=role))

    def test_a_person_with_posts_in_two_libraries_stands_there_for_each(self):
        event, someone, role = conference(), person(), SpeakerRole.objects.get(slug="participant")
        for name in ("Первая библиотека", "Вторая библиотека"):
            library = Organisation.objects.create(name=name)
            SpeakerParticipation.objects.create(conference=event, speaker=someone, role=role, organisation=library)
        assert event.people.count() == 2
        refused(
            lambda: SpeakerParticipation.objects.create(
                conference=event, speaker=someone, role=role, organisation=library
            )
        )

    def test_a_participation_is_an_organisation_or_a_group(self):
        role = OrganisationRole.objects.get(slug="participant")
        refused(lambda: OrganisationParticipation.objects.create(conference=conference(), role=role))
        OrganisationParticipation.objects.create(conference=conference(), role=role, group="библиотекари области")

    def test_a_source_names_something(self):
        refused(lambda: Source.objects.create(conference=conference()))

    def test_a_material_is_there_or_said_to_be_lost(self):
        kind = MaterialKind.objects.get(slug="proceedings")
        refused(lambda: Material.objects.create(conference=conference(), kind=kind))
        Material.objects.create(conference=conference(), kind=kind, is_lost=True)

    def test_no_name_or_text_that_is_needed_is_empty(self):
        event, library, someone = conference(), Organisation.objects.create(name="Вымышленная библиотека"), person()
        for make in (
            lambda: Topic.objects.create(name=""),
            lambda: Series.objects.create(name=""),
            lambda: OrganisationAlias.objects.create(organisation=library, name=""),
            lambda: SpeakerAlias.objects.create(speaker=someone, name=""),
            lambda: Note.objects.create(conference=event, label="", text="О чём-то"),
            lambda: Note.objects.create(conference=event, label="Девиз", text=""),
            lambda: Attendance.objects.create(conference=event, value=5, counted=""),
            lambda: SpeakerRole.objects.create(slug="critic", name=""),
            lambda: TalkKind.objects.create(slug="", name="спор"),
            lambda: Conference.objects.filter(pk=event.pk).update(slug=""),
            lambda: Organisation.objects.filter(pk=library.pk).update(name=""),
        ):
            refused(make)

    def test_numbers_are_not_negative(self):
        event = conference()
        refused(lambda: Attendance.objects.create(conference=event, value=-1, counted="участников"))
        refused(lambda: Talk.objects.create(conference=event, title="О каталогах", order=-1))
        refused(lambda: Recording.objects.create(conference=event, url="https://example.org/", duration=-1))

    def test_a_status_nobody_knows_is_refused(self):
        event = conference()
        refused(lambda: Conference.objects.filter(pk=event.pk).update(status="open"))

    def test_days_have_both_a_year_or_neither(self):
        event = conference()
        refused(lambda: ConferenceDate.objects.create(conference=event, start="2020-06-09", end="XXXX-06-10"))
        refused(lambda: ConferenceDate.objects.create(conference=event, start="XXXX-06-09", end="2020-06-10"))

    def test_a_supplied_year_is_there(self):
        refused(lambda: ConferenceDate.objects.create(conference=conference(), start="XXXX-06-09", year_supplied=True))

    @pytest.mark.parametrize("start", ["летом", "2020-02-30", "09.06.2020"])
    def test_a_date_nobody_can_read_is_not_stored_by_any_way(self, start):
        event = conference()
        date = ConferenceDate.objects.create(conference=event, start="2020-06-09")
        for way in (
            lambda: ConferenceDate.objects.create(conference=event, start=start),
            lambda: ConferenceDate.objects.filter(pk=date.pk).update(start=start),
            lambda: ConferenceDate.objects.bulk_create([ConferenceDate(conference=event, start=start)]),
        ):
            with pytest.raises(ValidationError), transaction.atomic():
                way()
        assert [stored.start for stored in event.dates.all()] == ["2020-06-09"]

    def test_an_alias_stands_once(self):
        library, someone = Organisation.objects.create(name="Вымышленная библиотека"), person()
        OrganisationAlias.objects.create(organisation=library, name="Вымышлёнка")
        refused(lambda: OrganisationAlias.objects.create(organisation=library, name="«ВЫМЫШЛЕНКА»"))
        SpeakerAlias.objects.create(speaker=someone, name="Ёлкина")
        refused(lambda: SpeakerAlias.objects.create(speaker=someone, name="елкина"))

    @pytest.mark.parametrize("model", [Organisation, Conference])
    def test_nothing_is_a_part_of_its_own_parts(self, model):
        name = "name" if model is Organisation else "title"
        whole = model.objects.create(**{name: "Целое"})
        grain = part = model.objects.create(**{name: "Часть"}, parent=whole)
        if model is Conference:
            grain = model.objects.create(**{name: "Частица"}, parent=part)
        whole.parent = grain
        for way in (
            whole.full_clean,
            whole.save,
            lambda: model.objects.filter(pk=whole.pk).update(parent=grain),
            lambda: model.objects.bulk_update([whole], ["parent"]),
        ):
            with pytest.raises(ValidationError, match="само часть"), transaction.atomic():
                way()
        whole.refresh_from_db()
        assert whole.parent is None

    def test_a_person_in_use_is_not_deleted_by_accident(self):
        event, someone = conference(), person()
        SpeakerParticipation.objects.create(
            conference=event, speaker=someone, role=SpeakerRole.objects.get(slug="moderator")
        )
        with pytest.raises(IntegrityError):
            someone.delete()


def test_the_talk_decides_the_conference_of_a_participation():
    event, other = conference(), conference("Другое событие")
    talk = Talk.objects.create(conference=event, title="О каталогах")
    part = SpeakerParticipation.objects.create(
        conference=other, talk=talk, speaker=person(), role=SpeakerRole.objects.get(slug="speaker")
    )
    assert part.conference == event


class TestATalkAndWhatBelongsToIt:
    @pytest.fixture
    def talk(self):
        event = conference()
        talk = Talk.objects.create(conference=event, title="О каталогах")
        role = SpeakerRole.objects.get(slug="speaker")
        SpeakerParticipation.objects.create(conference=event, talk=talk, speaker=person(), role=role)
        role = OrganisationRole.objects.get(slug="speaker")
        OrganisationParticipation.objects.create(conference=event, talk=talk, group="библиографы", role=role)
        Recording.objects.create(conference=event, talk=talk, url="https://example.org/video")
        slides = MaterialKind.objects.get(slug="slides")
        Material.objects.create(conference=event, talk=talk, kind=slides, url="https://example.org/slides")
        return talk

    @pytest.mark.parametrize("way", ["save", "update"])
    def test_all_of_it_goes_with_the_talk_to_another_conference(self, talk, way):
        """Else a person would stay in an event in which nobody finds her, or tell of a draft."""
        talk.conference = other = conference("Черновик", status="draft")
        if way == "save":
            talk.save()
        else:
            Talk.objects.filter(pk=talk.pk).update(conference=other)
        for model in (SpeakerParticipation, OrganisationParticipation, Recording, Material):
            assert model.objects.get(talk=talk).conference == other, model
        assert not Speaker.objects.published().exists()

    def test_nothing_of_it_stands_at_another_conference_by_any_way(self, talk):
        other = conference("Другое событие")
        SpeakerParticipation.objects.filter(talk=talk).update(conference=other)
        assert talk.people.get().conference == talk.conference
        role = SpeakerRole.objects.get(slug="moderator")
        SpeakerParticipation.objects.bulk_create(
            [SpeakerParticipation(conference=other, talk=talk, speaker=person("Вторая"), role=role)]
        )
        assert talk.people.get(role=role).conference == talk.conference

    def test_its_session_and_its_recordings_are_of_the_same_conference(self, talk):
        other = conference("Другое событие")
        talk.session = Session.objects.create(conference=other, kind="секция")
        with pytest.raises(ValidationError, match="другой конференции"), transaction.atomic():
            talk.save()
        recording = Recording.objects.create(conference=other, url="https://example.org/other")
        with pytest.raises(ValidationError, match="разным конференциям"), transaction.atomic():
            RecordingOffset.objects.create(recording=recording, talk=talk, seconds=5)


def test_a_role_above_several_names_is_in_the_plural_in_both_languages():
    role = SpeakerRole.objects.get(slug="guest-of-honour")
    assert (str(role), role.plural) == ("почётный гость", "почётные гости")
    with translation.override("en"):
        assert (str(role), role.plural) == ("guest of honour", "guests of honour")
    assert SpeakerRole.objects.create(slug="critic", name="критик").plural == "критик"


class TestDatesOfAnEvent:
    def test_the_year_and_first_day_follow_the_dates(self):
        event = conference()
        later = ConferenceDate.objects.create(conference=event, start="2021-02-03")
        ConferenceDate.objects.create(conference=event, start="2020-11")
        event.refresh_from_db()
        assert (event.year, event.first_day) == (2020, "2020-11")
        ConferenceDate.objects.exclude(pk=later.pk).delete()
        event.refresh_from_db()
        assert (event.year, event.first_day) == (2021, "2021-02-03")
        ConferenceDate.objects.filter(pk=later.pk).update(start="XXXX-02-03")
        event.refresh_from_db()
        assert (event.year, event.first_day) == (None, "XXXX-02-03")

    def test_years_nobody_knows_come_last_on_both_databases(self):
        for title, start in (("А", "XXXX-05-21"), ("Б", "2019"), ("В", "2020-06-09"), ("Г", "")):
            event = conference(title)
            if start:
                ConferenceDate.objects.create(conference=event, start=start)
        assert [event.title for event in Conference.objects.newest_first()][:2] == ["В", "Б"]

    def test_a_date_in_words_is_stored_and_nonsense_refused(self):
        date = ConferenceDate(conference=conference(), start="9 июня 2020")
        date.full_clean()
        assert date.start == "2020-06-09"
        with pytest.raises(ValidationError) as error:
            ConferenceDate(conference=date.conference, start="вчера").full_clean()
        assert "start" in error.value.message_dict


class TestTopics:
    def test_capitals_do_not_make_another_topic(self):
        one, other = conference(), conference()
        one.topics.add("Пандемия", "социальные сети")
        other.topics.add("ПАНДЕМИЯ", "пандемия")
        assert Topic.objects.count() == 2
        assert list(other.topics.all()) == list(one.topics.filter(name="Пандемия"))


class TestWhatIsPublic:
    @pytest.fixture
    @revisions.create()
    def hidden(self):
        """A draft with a person, organisation, department, topic and talk that exist nowhere else."""
        event = conference("Черновик", status="draft")
        library = Organisation.objects.create(name="Тайная библиотека")
        department = Organisation.objects.create(name="Тайный отдел", parent=library)
        talk = Talk.objects.create(conference=event, title="Тайный доклад")
        talk.topics.add("тайная тема")
        SpeakerParticipation.objects.create(
            conference=event,
            talk=talk,
            speaker=person("Тайная"),
            organisation=department,
            role=SpeakerRole.objects.get(slug="speaker"),
        )
        return event

    @pytest.mark.parametrize("model", [Conference, Talk, Speaker, Organisation, Topic])
    @pytest.mark.parametrize("status", ["draft", "ready", "withdrawn"])
    def test_what_only_an_unpublished_event_names_is_not_public(self, hidden, model, status):
        Conference.objects.filter(pk=hidden.pk).update(status=status)
        assert not model.objects.published().exists()

    def test_publishing_makes_all_of_it_public(self, hidden):
        hidden.status = "published"
        hidden.save()
        assert hidden.published is not None
        assert Speaker.objects.published().count() == Topic.objects.published().count() == 1
        # The department was named; the library it belongs to is shown with it.
        assert Organisation.objects.published().count() == 2


def test_a_session_gets_a_code_of_its_own_within_the_event():
    event = conference()
    assert [Session.objects.create(conference=event, kind="секция").slug for _ in range(2)] == [
        "sektsiia",
        "sektsiia-2",
    ]


def test_records_are_named_in_fixtures_by_what_they_are():
    event = conference("Чтения", series=Series.objects.create(name="Цикл"))
    part = SpeakerParticipation.objects.create(
        conference=event, speaker=person(), role=SpeakerRole.objects.get(slug="moderator")
    )
    assert part.natural_key() == ("chteniia", None, None, "pridumannaia", "moderator", None)
    assert SpeakerParticipation.objects.get_by_natural_key(*part.natural_key()) == part


def test_the_date_of_a_larger_event_serves_only_when_the_event_has_none_of_its_own():
    round_table = conference()
    ConferenceDate.objects.create(conference=round_table, start="2020-07", end="2020-09", is_of_larger_event=True)
    round_table.refresh_from_db()
    assert round_table.first_day == "2020-07"
    ConferenceDate.objects.create(conference=round_table, start="2020-09-10")
    round_table.refresh_from_db()
    assert round_table.first_day == "2020-09-10"
    assert [date.start for date in round_table.dates.all()] == ["2020-09-10", "2020-07"]


def test_an_unnamed_group_stands_once_in_a_role():
    role = OrganisationRole.objects.get(slug="participant")
    group = {"conference": conference(), "role": role, "group": "специалисты вымышленных библиотек"}
    OrganisationParticipation.objects.create(**group)
    refused(lambda: OrganisationParticipation.objects.create(**group))


def test_a_count_says_how_exact_it_is():
    with translation.override("ru"):
        counts = [
            Attendance(value=40, counted="человек", precision=precision) for precision in ("exact", "about", "at-least")
        ]
        assert [str(count) for count in counts] == ["40 человек", "около 40 человек", "не менее 40 человек"]
