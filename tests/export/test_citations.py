"""How to cite a record: golden lines by ГОСТ Р 7.0.100-2018 and 7.0.5-2008, with no-break spaces shown as spaces."""

import datetime

import pytest

from events.export import citations
from events.models import Conference, ConferenceKind, Speaker, SpeakerRole, TalkKind

pytestmark = pytest.mark.django_db

TODAY = datetime.date(2026, 11, 25)
ADDRESS = "https://archive.example/x/"
ONLINE = "URL: https://archive.example/x/ (дата обращения: 25.11.2026)."


def full(record) -> str:
    return citations.full(record, ADDRESS, TODAY).replace("\xa0", " ")


def short(record) -> str:
    return citations.short(record, ADDRESS, TODAY).replace("\xa0", " ")


@pytest.fixture
def conference() -> Conference:
    kind, _made = ConferenceKind.objects.get_or_create(slug="videoconference", defaults={"name": "видеоконференция"})
    conference = Conference.objects.create(title="Вымышленные чтения", kind=kind, city="Приозёрск")
    conference.dates.create(start="2021-05-24", end="2021-05-25")
    return conference


@pytest.fixture
def give(conference):
    """Gives a talk at the conference: its title, and its authors as (family name, given names, initials)."""
    kind, _made = TalkKind.objects.get_or_create(slug="talk", defaults={"name": "доклад"})
    roles = {
        name: SpeakerRole.objects.get_or_create(slug=name, defaults={"name": name})[0]
        for name in ("speaker", "moderator")
    }

    def given(title: str, *authors: tuple[str, str, str], moderator: str = "", **fields):
        talk = conference.talks.create(title=title, **{"kind": kind, **fields})
        for family, names, initials in authors:
            person = Speaker.objects.create(family_name=family, given_names=names, initials=initials)
            talk.people.create(conference=conference, speaker=person, role=roles["speaker"])
        if moderator:
            person = Speaker.objects.create(family_name=moderator)
            talk.people.create(conference=conference, speaker=person, role=roles["moderator"])
        return talk

    return given


def test_the_first_event_is_cited_as_librarians_cite(first_event):
    conference = Conference.objects.get()
    talk = conference.talks.get(title__startswith="Web")
    event = (
        "Дистанционная работа — как основная форма взаимодействия с пользователями в период ограничений. "
        "Результаты и перспективы развития"
    )
    title = (
        "Web-сайт и социальные сети библиотеки как основное средство двухсторонней коммуникации с пользователем "
        "во время закрытого доступа"
    )
    assert full(talk) == (
        f"Алехина, И. Л. {title} : доклад / И. Л. Алехина. – Текст : электронный // "
        f"{event} : видеоконференция, Донецк, 9 июня 2020 г. : [сайт]. – {ONLINE}"
    )
    assert short(talk) == (f"Алехина И. Л. {title} // {event} : видеоконф. (Донецк, 9 июня 2020 г.) : [сайт]. {ONLINE}")
    assert full(conference) == (
        f"{event} : видеоконференция, Донецк, 9 июня 2020 г. – Текст : электронный // "
        f"Архив видеоконференций : [сайт]. – {ONLINE}"
    )
    assert short(conference) == (
        f"{event} : видеоконф. (Донецк, 9 июня 2020 г.) // Архив видеоконференций : [сайт]. {ONLINE}"
    )


def test_given_names_become_initials_and_a_lone_family_name_gets_no_comma(give):
    assert full(give("Опыт", ("Придуманнова", "Ольга Ивановна", ""))).startswith(
        "Придуманнова, О. И. Опыт : доклад / О. И. Придуманнова. – Текст"
    )
    assert full(give("Опыт", ("Придуманнов", "", ""))).startswith("Придуманнов Опыт : доклад / Придуманнов. – Текст")


def test_up_to_three_authors_stand_before_the_title_of_a_footnote_and_from_four_on_behind_it(give):
    names = [(f"Вымышленн{end}", "", "А. Б.") for end in ("ая", "ый", "ов", "ова", "иков")]
    three, four, five = (give("Опыт", *names[:number]) for number in (3, 4, 5))
    assert short(three).startswith("Вымышленная А. Б., Вымышленный А. Б., Вымышленнов А. Б. Опыт // ")
    assert full(four).startswith(
        "Опыт : доклад / А. Б. Вымышленная, А. Б. Вымышленный, А. Б. Вымышленнов, А. Б. Вымышленнова. – "
    )
    assert full(five).startswith(
        "Опыт : доклад / А. Б. Вымышленная, А. Б. Вымышленный, А. Б. Вымышленнов [и др.]. – Текст"
    )


def test_who_moderated_a_talk_is_not_its_author(give):
    assert full(give("Опыт", moderator="Придуманнов")).startswith("Опыт : доклад. – Текст")


def test_a_title_that_is_ours_stands_in_square_brackets(give):
    assert full(give("", topic="о чтении зимой")).startswith("[О чтении зимой] : доклад. – ")
    assert full(give("")).startswith("[Доклад]. – Текст")


def test_what_nobody_stated_is_left_out_and_a_year_is_never_invented():
    conference = Conference.objects.create()
    assert full(conference).startswith("[Событие] : [б. г.]. – Текст")
    conference.dates.create(start="XXXX-05-21")
    conference = Conference.objects.create(theme="Чтение")
    conference.dates.create(start="XXXX-05-21")
    assert short(conference).startswith("Чтение (21 мая [б. г.]) // ")


def test_a_title_with_its_own_full_stop_gets_no_second(give):
    assert full(give("Читать или не читать?", kind=None)).startswith("Читать или не читать? – Текст")


def test_a_line_names_the_version_of_a_record_by_the_day_of_its_last_change(client, give):
    talk = give("Опыт", ("Придуманнов", "", "А. Б."))
    day = datetime.date(2026, 5, 12)
    line = citations.full(talk, ADDRESS, TODAY, day).replace("\xa0", " ")
    assert line.endswith(f"2021 г. : [сайт]. – Версия записи от 12.05.2026. – {ONLINE}")
    talk.conference.status = "published"
    talk.conference.save()
    Conference.objects.update(changed=datetime.datetime(2026, 5, 11, 22, 30, tzinfo=datetime.UTC))
    # In the time of the archive, Moscow’s.
    assert "Версия записи от 12.05.2026." in client.get(talk.get_absolute_url()).text.replace("\xa0", " ")


def test_the_page_offers_both_lines_to_the_reader_but_not_of_a_draft(client, staff_client, conference):
    address = conference.get_absolute_url()
    assert "Как сослаться" not in staff_client.get(address).content.decode()
    conference.status = Conference.Status.PUBLISHED
    conference.save()
    page = client.get(address).content.decode()
    assert "Вымышленные чтения\xa0: видеоконференция, Приозёрск, 24–25\xa0мая\xa02021\xa0г.\xa0– Текст" in page
    assert f"http://testserver{address} (дата обращения:" in page
