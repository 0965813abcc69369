"""The first event of the archive, read from the news item about it."""

from pathlib import Path

import pytest

from events.importing.draft import Draft
from events.importing.readers import news

TEXT = (Path(__file__).parent / "seed.txt").read_text()


@pytest.fixture(scope="module")
def draft() -> Draft:
    return news.read(TEXT)


def people(draft: Draft) -> list[str]:
    return [person.name for person in draft.people]


def organisation(draft: Draft, beginning: str):
    return next(one for one in draft.organisations if one.name.startswith(beginning))


def test_what_when_and_where(draft):
    assert draft.kind.value == "videoconference"
    assert not draft.title
    assert draft.theme.value == (
        "Дистанционная работа — как основная форма взаимодействия с пользователями в период ограничений. "
        "Результаты и перспективы развития"
    )
    assert [(date.start, date.end) for date in draft.dates] == [("2020-06-09", "")]
    assert draft.place.value == "Русский центр"
    assert draft.organisation(draft.venue.value).name == "библиотека им. Н. К. Крупской"
    assert draft.format.value == "online"


def test_who_speaks_and_who_does_not(draft):
    assert people(draft) == [
        "Арутинова Ольга",
        "Алехина И. Л.",
        "Чоботова В. Г.",
        "Романенко-Куренная С. С.",
        "Подборонова Е. М.",
    ]


def test_names_are_proposed_in_the_nominative_and_kept_as_printed(draft):
    alekhina = draft.people[1]
    assert (alekhina.printed, alekhina.name_inferred) == ("Алехиной И.Л.", True)
    assert not draft.people[0].name_inferred


def test_the_moderator_welcomes_and_has_her_post(draft):
    arutinova = draft.people[0]
    assert {part.role for part in arutinova.parts} == {"moderator", "welcome"}
    assert arutinova.position == "заместитель генерального директора"
    assert draft.organisation(arutinova.affiliation).name == "ДРУНБ"


def test_nothing_ties_a_speaker_to_a_department(draft):
    assert [person.affiliation for person in draft.people[1:]] == ["", "", "", ""]


def test_four_titled_talks_in_order_and_one_block_without_names(draft):
    titled = [talk for talk in draft.talks if talk.title]
    assert [talk.title.split()[0] for talk in titled] == ["Web-сайт", "Сетевые", "Проект", "Использование"]
    assert [draft.person(talk.speakers[0]).family_name for talk in titled] == [
        "Алехина",
        "Чоботова",
        "Романенко-Куренная",
        "Подборонова",
    ]
    assert titled[2].title == "Проект «Активное долголетие» — онлайн формат"
    assert titled[2].printed == "«Проект «Активное долголетие» - онлайн формат»"
    block = draft.talks[-1]
    assert (block.kind, block.title, block.speakers) == ("experience", "", [])
    assert {draft.organisation(key).name.split()[0] for key in block.organisations} == {"Ульяновская", "областная"}
    assert block.uncertainty


def test_organisations_and_departments(draft):
    assert [part.role for part in organisation(draft, "Министерство культуры ДНР").parts] == ["support"]
    palace = organisation(draft, "Ульяновская областная научная библиотека им. В. И. Ленина")
    assert [alias.value for alias in palace.aliases] == ["Дворец книги"]
    assert [part.role for part in palace.parts] == ["participant"]
    assert organisation(draft, "областная библиотека для детей и юношества имени С. Т. Аксакова").parts
    departments = [one for one in draft.organisations if one.department_of]
    assert [one.name for one in departments] == [
        "отдел социокультурной деятельности",
        "отдел маркетинга",
        "отдел документов по экономическим, техническим и сельскохозяйственным наукам",
    ]
    assert {draft.organisation(one.department_of).name for one in departments} == {"библиотека им. Н. К. Крупской"}


def test_outcome_and_background_are_shown_but_not_copied(draft):
    assert draft.outcome.printed.startswith("Результатом профессионального диалога")
    assert draft.background.printed.startswith("Продвижение книги")
    assert draft.summary == ""


def test_what_is_unknown_stays_unknown(draft):
    assert not draft.dates[0].start_time
    assert not draft.platform and not draft.attendance and not draft.city


def test_every_fact_points_at_its_words(draft):
    for fact in draft.facts():
        for span in fact.spans:
            assert 0 <= span.start < span.end <= len(TEXT)
        if fact.printed and fact.spans:
            assert TEXT[fact.spans[0].start : fact.spans[0].end] == fact.printed
