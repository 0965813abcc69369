"""A reviewed draft becomes rows: all or nothing, for staff only, nothing linked that nobody chose."""

from pathlib import Path

import pytest

from events.importing import additions, writer
from events.importing.candidates import organisation_candidates, person_candidates
from events.importing.draft import (
    SUBJECT,
    AttendanceDraft,
    DateDraft,
    Draft,
    GroupDraft,
    LinkDraft,
    OrganisationDraft,
    OrganisationPart,
    PersonDraft,
    PersonPart,
    SessionDraft,
    SourceDraft,
    TalkDraft,
    TextFact,
)
from events.importing.readers import news
from events.models import Conference, Organisation, OrganisationAlias, Speaker, SpeakerParticipation

pytestmark = pytest.mark.django_db
SEED = (Path(__file__).parent / "seed.txt").read_text()


def small(**changes) -> Draft:
    draft = Draft(
        title=TextFact(value="Книга без границ", printed="«Книга без границ»"),
        kind=TextFact(value="webinar"),
        dates=[DateDraft(start="2021-05-24", end="2021-05-25", start_time="11:00", printed="24–25 мая 2021 года")],
        organisations=[
            OrganisationDraft(key="o1", name="Заречная библиотека", parts=[OrganisationPart(role="organiser")]),
            OrganisationDraft(
                key="o2",
                name="отдел маркетинга",
                department_of="o1",
                parts=[OrganisationPart(role="participant", group="сотрудники")],
            ),
        ],
        people=[
            PersonDraft(
                key="p1",
                family_name="Полозова",
                initials="А. Б.",
                printed="Полозовой А.Б.",
                name_inferred=True,
                position="методист",
                affiliation="o1",
                parts=[PersonPart(role="moderator")],
            )
        ],
        groups=[GroupDraft(role="participant", group="директора библиотек области")],
        sessions=[SessionDraft(key="s1", title="Чтение", kind="секция", moderators=["p1"])],
        talks=[TalkDraft(title="О чтении", printed="«О чтении»", speakers=["p1"], session="s1", start_time="11:30")],
        attendance=[
            AttendanceDraft(value=140, counted="специалистов", precision="about", printed="около 140 специалистов")
        ],
        links=[LinkDraft(kind="recording", url="https://example.org/video")],
        source=SourceDraft(url="https://example.org/news", text="Вчера состоялся вебинар…"),
    )
    for name, value in changes.items():
        setattr(draft, name, value)
    return draft


def test_the_seed_is_saved_as_a_draft_with_every_fact():
    conference = writer.save_draft(news.read(SEED))
    assert conference.status == Conference.Status.DRAFT
    assert not Conference.objects.published().exists()
    assert [talk.title for talk in conference.talks.numbered() if talk.title][
        2
    ] == "Проект «Активное долголетие» — онлайн формат"
    assert conference.venue.name == "библиотека им. Н. К. Крупской"
    people = conference.people.filter(talk__isnull=True).values_list("speaker__family_name", "role__slug")
    assert set(people) == {("Арутинова", "moderator"), ("Арутинова", "welcome")}
    printed = conference.people.get(speaker__family_name="Алехина").name_as_printed
    assert printed == "Алехиной И.Л."
    assert Organisation.objects.filter(parent=conference.venue).count() == 3
    assert conference.sources.get().text == SEED
    assert conference.summary == conference.outcome == conference.background == ""


def test_every_part_of_a_draft_finds_its_row():
    conference = writer.save_draft(small())
    date = conference.dates.get()
    assert (date.start, date.end, date.start_time.hour) == ("2021-05-24", "2021-05-25", 11)
    talk = conference.talks.get()
    assert (talk.session.title, talk.people.get().position, talk.start_time.minute) == ("Чтение", "методист", 30)
    assert conference.organisations.filter(organisation=None).get().group == "директора библиотек области"
    assert conference.organisations.filter(group="сотрудники").get().organisation.parent.name == "Заречная библиотека"
    assert conference.attendance.get().as_printed == "около 140 специалистов"
    assert conference.recordings.get().url == "https://example.org/video"
    assert Speaker.objects.get().name_inferred


def test_the_reviewer_chooses_between_an_existing_record_a_new_one_and_none():
    known = Organisation.objects.create(name="Заречная центральная библиотека")
    person = Speaker.objects.create(family_name="Полозова", given_names="Анна Борисовна")
    draft = small()
    draft.organisations[0].resolution = str(known.pk)
    draft.people[0].resolution = str(person.pk)
    conference = writer.save_draft(draft)
    assert conference.people.filter(speaker=person).count() == 3
    assert Organisation.objects.get(name="отдел маркетинга").parent == known
    assert Speaker.objects.count() == 1


def test_two_names_of_one_person_or_organisation_are_one():
    person = Speaker.objects.create(family_name="Полозова", given_names="Анна Борисовна")
    library = Organisation.objects.create(name="Заречная библиотека")
    roles = [PersonPart(role="moderator"), PersonPart(role=SUBJECT)]
    people = [
        PersonDraft(key=key, family_name=name, resolution=str(person.pk), parts=roles)
        for key, name in (("p1", "Полозова"), ("p2", "Борисовна"))
    ]
    organisations = [
        OrganisationDraft(key=key, name=key, resolution=str(library.pk), parts=[OrganisationPart(role="organiser")])
        for key in ("o1", "o2")
    ]
    talks = [TalkDraft(title="О чтении", speakers=["p1", "p2"], organisations=["o1", "o2"])]
    conference = writer.save_draft(small(people=people, organisations=organisations, talks=talks, sessions=[]))
    assert (conference.people.filter(talk=None).count(), conference.subjects.count()) == (1, 1)
    assert conference.organisations.filter(talk=None, group="").count() == 1
    talk = conference.talks.get()
    assert (talk.people.count(), talk.organisations.count()) == (1, 1)


def test_a_second_source_completes_the_role_it_tells_of_and_no_talk():
    first = small(sessions=[], talks=[TalkDraft(title="О чтении", speakers=["p1"])])
    first.people[0].position, first.people[0].parts = "", []
    conference = writer.save_draft(first)
    of_talk = SpeakerParticipation.objects.get(talk__isnull=False)
    conference.people.create(speaker=of_talk.speaker, role=of_talk.role, order=5)
    second = small(talks=[], sessions=[], source=SourceDraft(url="https://example.org/second", text="Ещё раз…"))
    second.people[0].parts = [PersonPart(role="speaker")]
    second.people[0].resolution = str(Speaker.objects.get().pk)
    for organisation in second.organisations:
        organisation.resolution = str(Organisation.objects.get(name__iendswith=organisation.name[3:]).pk)
    assert additions.add_facts(second, conference) == []
    parts = SpeakerParticipation.objects.filter(role__slug="speaker")
    assert {(part.talk_id is None, part.position) for part in parts} == {(True, "методист"), (False, "")}


def test_what_is_dropped_leaves_no_trace():
    draft = small()
    draft.people[0].resolution = draft.organisations[1].resolution = "skip"
    conference = writer.save_draft(draft)
    assert not conference.people.exists() and not Speaker.objects.exists()
    assert conference.talks.get().title == "О чтении"


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"kind": TextFact(value="no-such-kind")}, "no-such-kind"),
        ({"dates": [DateDraft(start="2021-02-30")]}, "2021-02-30"),
        ({"people": [PersonDraft(key="p1", family_name="", printed="И. И.")]}, "И. И."),
        ({"people": [PersonDraft(key="p1", family_name="Полозова", resolution="999999")]}, "Полозова"),
        ({"people": [PersonDraft(key="p1", family_name="Полозова", resolution="9" * 40)]}, "Полозова"),
        ({"organisations": [OrganisationDraft(key="o1", name="", printed="Сектор Ж")]}, "Сектор Ж"),
        ({"talks": [TalkDraft(title="я" * 700)]}, "я"),
        ({"sessions": [SessionDraft(key="s1", title="я" * 500, moderators=["p1"])]}, "я"),
        ({"dates": [DateDraft(start="2021-05-24", end="2021-05-23")]}, "«2021-05-24»: Последний день раньше"),
        ({"attendance": [AttendanceDraft(value=-1, counted="человек")]}, "-1"),
    ],
)
def test_a_problem_anywhere_saves_nothing_and_is_named(changes, word):
    with pytest.raises(writer.DraftError) as refused:
        writer.save_draft(small(**changes))
    assert any(word in problem for problem in refused.value.problems)
    assert not Conference.objects.exists() and not Speaker.objects.exists() and not Organisation.objects.exists()


def test_all_problems_are_told_at_once():
    with pytest.raises(writer.DraftError) as refused:
        writer.save_draft(small(dates=[DateDraft(start="2021-02-30"), DateDraft(start="2021-13")]))
    assert len(refused.value.problems) == 2


def test_the_same_text_or_address_is_recognised():
    conference = writer.save_draft(small())
    assert writer.find_by_source(Draft(source=SourceDraft(text="Вчера состоялся вебинар…"))) == conference
    assert writer.find_by_source(Draft(source=SourceDraft(url="https://example.org/news", text="другое"))) == conference
    assert writer.find_by_source(Draft(source=SourceDraft(text="другое"))) is None
    assert writer.find_by_source(Draft()) is None


# Matching


def candidates(person: PersonDraft):
    return person_candidates(Draft(people=[person]))[person.key]


def test_initials_meet_a_full_name_and_the_reason_is_said():
    known = Speaker.objects.create(family_name="Соловьёва", given_names="Ирина Васильевна")
    (found,) = candidates(PersonDraft(key="p1", family_name="Соловьева", initials="И. В."))
    assert (found.pk, found.is_namesake, found.is_exact) == (known.pk, False, False)
    assert found.reason


def test_other_initials_are_shown_as_a_namesake():
    Speaker.objects.create(family_name="Соловьёва", given_names="Ирина Васильевна")
    (found,) = candidates(PersonDraft(key="p1", family_name="Соловьёва", initials="А. В."))
    assert found.is_namesake


def test_two_of_one_name_are_both_offered_with_a_warning():
    for _number in range(2):
        Speaker.objects.create(family_name="Иванова", initials="О. П.")
    found = candidates(PersonDraft(key="p1", family_name="Иванова", initials="О. П."))
    assert len(found) == 2
    assert len({one.reason for one in found}) == 1 and ";" in found[0].reason


def test_a_former_surname_finds_the_person():
    known = Speaker.objects.create(family_name="Новикова", given_names="Анна Павловна")
    known.aliases.create(name="Старикова Анна Павловна")
    (found,) = candidates(PersonDraft(key="p1", family_name="Старикова", initials="А. П."))
    assert found.pk == known.pk and "Старикова" in found.reason


@pytest.mark.parametrize(
    "name",
    ["ДРУНБ", "Донецкая республиканская универсальная научная библиотека им. Н.К. Крупской",
     "библиотека имени Крупской", "республиканская универсальная научная библиотека имени Крупской"],
)  # fmt: skip
def test_an_organisation_is_found_by_any_of_its_names(name):
    known = Organisation.objects.create(
        name="Донецкая республиканская универсальная научная библиотека имени Н. К. Крупской"
    )
    Organisation.objects.create(name="Псковская областная библиотека имени В. Я. Курбатова")
    OrganisationAlias.objects.create(organisation=known, name="ДРУНБ", kind="abbreviation")
    OrganisationAlias.objects.create(organisation=known, name="Библиотека им. Крупской")
    found = organisation_candidates(Draft(organisations=[OrganisationDraft(key="o1", name=name)]))["o1"]
    assert [one.pk for one in found] == [known.pk]


def test_the_search_for_candidates_links_nothing():
    Organisation.objects.create(name="Заречная библиотека")
    draft = small()
    organisation_candidates(draft)
    person_candidates(draft)
    assert draft == small()


def test_a_department_is_looked_for_in_its_own_organisation_only():
    """Every library has a reading room: the one of another library was proposed as the very same."""
    mine, other = (Organisation.objects.create(name=f"{name} библиотека") for name in ("Заречная", "Подгорная"))
    for library in (other, mine):
        Organisation.objects.create(name="Читальный зал", parent=library)
    draft = Draft(
        organisations=[
            OrganisationDraft(key="o1", name="Заречная библиотека"),
            OrganisationDraft(key="o2", name="читальный зал", department_of="o1"),
            OrganisationDraft(key="o3", name="Вымышленная библиотека"),
            OrganisationDraft(key="o4", name="читальный зал", department_of="o3"),
        ]
    )
    found = organisation_candidates(draft)
    (room,) = found["o2"]
    assert (room.pk, room.is_exact) == (mine.departments.get().pk, True)
    assert room.name == "Читальный зал (Заречная библиотека)"
    assert found["o4"] == []


def test_a_department_without_its_library_is_taken_for_no_other_librarys():
    """It was linked, unseen, to the only department of that name in the archive."""
    library = Organisation.objects.create(name="Заречная библиотека")
    known = Organisation.objects.create(name="Отдел краеведения", parent=library)
    bare = OrganisationDraft(key="o1", name="Отдел краеведения")
    found = organisation_candidates(Draft(organisations=[bare]))["o1"]
    assert [(one.pk, one.is_exact) for one in found] == [(known.pk, False)]


def test_what_has_departments_is_no_department_of_the_archive():
    """Its own departments could then not be saved, and the whole text failed."""
    library = Organisation.objects.create(name="Заречная библиотека")
    Organisation.objects.create(name="Центр чтения", parent=library)
    whole = OrganisationDraft(key="o1", name="Центр чтения")
    part = OrganisationDraft(key="o2", name="Сектор", department_of="o1")
    assert organisation_candidates(Draft(organisations=[whole, part])) == {"o1": [], "o2": []}


def test_a_department_of_a_department_is_proposed_as_one_of_the_whole():
    text = (
        "9 июня 2020 года прошёл вебинар «Вымышленные каталоги». Участниками от Вымысловской областной библиотеки "
        "стали сотрудники отдела каталогизации Центра вымышленной книги."
    )
    draft = news.read(text)
    parts = {one.key: one.department_of for one in draft.organisations}
    assert not [key for key, above in parts.items() if above and parts.get(above)]


def test_an_abbreviation_of_the_text_is_offered_the_full_name_of_the_archive():
    known = Organisation.objects.create(name="Вымысловская областная научная библиотека имени Сочинителя")
    found = organisation_candidates(Draft(organisations=[OrganisationDraft(key="o1", name="ВОНБ")]))["o1"]
    assert [(one.pk, one.is_exact) for one in found] == [(known.pk, False)]
    assert "сокращение" in found[0].reason
