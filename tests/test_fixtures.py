"""The first event holds every fact of the news item and none that it does not state."""

import pytest

from events.models import (
    Conference,
    Material,
    Organisation,
    OrganisationParticipation,
    Photo,
    Recording,
    Speaker,
    SpeakerParticipation,
    Talk,
)

pytestmark = pytest.mark.usefixtures("archive_of_one", "db")


@pytest.fixture
def event() -> Conference:
    return Conference.objects.get()


def test_its_theme_is_kept_as_printed_and_shown_in_clean_typography(event):
    rest = "как основная форма взаимодействия с пользователями в период ограничений. Результаты и перспективы развития"
    assert (event.title, event.theme) == ("", f"Дистанционная работа — {rest}")
    assert event.title_as_printed == f"Дистанционная работа − {rest}"


def test_it_is_a_published_video_conference_of_9_june_2020(event):
    assert event.kind.name == event.kind_as_printed == "видеоконференция"
    assert event.is_published and event.published and event.year == 2020
    (date,) = event.dates.all()
    assert (date.start, date.end, date.year_supplied) == ("2020-06-09", "", False)
    assert (date.start_time, date.time_zone) == (None, "")


def test_it_took_place_in_the_russian_centre_of_the_krupskaya_library(event):
    assert event.place == "«Русский центр»"
    assert event.venue.short_name == "Библиотека им. Н. К. Крупской"
    assert event.city == "Донецк"


def test_five_people_speak_in_the_nominative_and_what_is_inferred_is_marked(event):
    people = {person.full_name: person.name_inferred for person in Speaker.objects.all()}
    assert people == {
        "Алехина И. Л.": True,
        "Арутинова Ольга": False,
        "Подборонова Е. М.": True,
        "Романенко-Куренная С. С.": True,
        "Чоботова В. Г.": True,
    }


def test_names_stay_as_printed(event):
    printed = set(event.people.values_list("name_as_printed", flat=True))
    assert printed == {
        "Алехиной И.Л.",
        "Чоботовой В.Г.",
        "Романенко-Куренной С.С.",
        "Подбороновой Е.М.",
        "Ольга Арутинова",
    }


def test_arutinova_moderates_and_gives_the_welcome(event):
    parts = {part.role.slug: part for part in SpeakerParticipation.objects.filter(speaker__family_name="Арутинова")}
    assert parts.keys() == {"moderator", "welcome"}
    assert parts["moderator"].talk is None
    assert parts["welcome"].talk.kind.slug == "welcome"
    for part in parts.values():
        assert part.position == "заместитель генерального директора"
        assert part.organisation == event.venue
        assert part.affiliation_as_printed == "ДРУНБ"


def test_nothing_ties_the_four_speakers_to_a_position_or_a_department(event):
    for part in event.people.filter(role__slug="speaker"):
        assert (part.position, part.organisation, part.affiliation_as_printed) == ("", None, "")


def test_the_programme_in_order_with_its_quotation_marks_right(event):
    assert [(talk.kind.slug, talk.title) for talk in event.talks.all()] == [
        ("welcome", ""),
        (
            "talk",
            "Web-сайт и социальные сети библиотеки как основное средство двухсторонней коммуникации "
            "с пользователем во время закрытого доступа",
        ),
        ("talk", "Сетевые акции и флешмобы библиотеки им. Н. К. Крупской в виртуальном пространстве"),
        ("talk", "Проект „Активное долголетие“ — онлайн формат"),
        (
            "talk",
            "Использование виртуальной среды для презентации мастер-классов по декоративно-прикладному искусству, "
            "флористике, земледелию и изобретательству",
        ),
        ("experience", ""),
    ]
    assert event.talks.get(order=4).title_as_printed == "Проект «Активное долголетие» - онлайн формат"
    assert event.talks.numbered().count() == 4


def test_each_talk_has_its_speaker(event):
    spoke = [[part.speaker.family_name for part in talk.people.all()] for talk in event.talks.all()]
    assert spoke == [["Арутинова"], ["Алехина"], ["Чоботова"], ["Романенко-Куренная"], ["Подборонова"], []]


def test_the_block_of_the_ulyanovsk_colleagues_belongs_to_both_libraries(event):
    block = Talk.objects.get(kind__slug="experience")
    assert block == event.talks.last()
    assert [part.organisation.city for part in block.organisations.all()] == ["Ульяновск", "Ульяновск"]


def test_organisations_and_departments_have_their_roles(event):
    parts = [
        (part.role.slug, part.organisation.name, part.group)
        for part in event.organisations.filter(talk=None).select_related("role", "organisation")
    ]
    assert parts == [
        ("site", "Донецкая республиканская универсальная научная библиотека имени Н. К. Крупской", ""),
        ("support", "Министерство культуры Донецкой Народной Республики", ""),
        ("participant", "Отдел социокультурной деятельности", "сотрудники"),
        ("participant", "Отдел маркетинга", "сотрудники"),
        (
            "participant",
            "Отдел документов по экономическим, техническим и сельскохозяйственным наукам",
            "сотрудники",
        ),
        ("participant", "«Дворец книги» — Ульяновская областная научная библиотека им. В. И. Ленина", "специалисты"),
        (
            "participant",
            "Ульяновская областная библиотека для детей и юношества имени С. Т. Аксакова",
            "специалисты",
        ),
    ]
    assert {department.parent for department in Organisation.objects.filter(name__startswith="Отдел")} == {event.venue}


def test_the_library_is_found_by_its_abbreviation(event):
    assert event.venue.aliases.get(kind="abbreviation").name == "ДРУНБ"


def test_background_outcome_and_source_are_there(event):
    assert event.background and event.outcome and event.summary
    (source,) = event.sources.all()
    assert (source.url, source.publisher, source.published) == ("https://culture-dnr.ru/", "", "")
    assert "адрес самой страницы неизвестен" in event.notes.get(label="Об источнике").text


def test_it_is_tagged(event):
    assert {topic.name for topic in event.topics.all()} >= {"дистанционная работа"}
    assert {topic.name for topic in event.talks.get(order=3).topics.all()} == {"сетевые акции", "флешмобы"}


def test_what_the_news_item_does_not_say_is_unknown(event):
    for model in (Recording, Photo, Material):
        assert not model.objects.exists()
    assert not event.attendance.exists()
    assert (event.platform, event.framework, event.occasion, event.series) == ("", "", "", None)


def test_krupskaya_lenin_and_aksakov_are_parts_of_names_and_nobodys_speakers(event):
    for namesake in ("Круп", "Ленин", "Аксаков"):
        assert not Speaker.objects.filter(family_name__startswith=namesake).exists()
        assert Organisation.objects.filter(name__contains=namesake).exists()


def test_every_organisation_of_the_news_item_is_public(event):
    named = OrganisationParticipation.objects.values("organisation")
    assert Organisation.objects.published().filter(pk__in=named).count() == 7
