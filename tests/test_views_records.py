"""The page of one record: everything known, what is unknown, how it is reached, and what it costs."""

import datetime
import re

import pytest
from django.core.files.base import ContentFile

from events import revisions
from events.models import (
    Conference,
    ConferenceDate,
    Material,
    MaterialKind,
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
    SpeakerParticipation,
    SpeakerRole,
    Talk,
    TalkKind,
    Topic,
)

from .rows import event, series

pytestmark = pytest.mark.django_db


def read(client, record, prefix=""):
    """The words of a record's page, as they are read."""
    response = client.get(prefix + record.get_absolute_url())
    assert response.status_code == 200
    inside_lines = re.sub(r"</?(a|span|time)\b[^>]*>", "", response.text.partition("<main")[2])
    return " ".join(re.sub(r"<[^>]+>", " ", inside_lines).replace("\xa0", " ").split())


def speaks(conference, speaker, role="speaker", **values):
    role = SpeakerRole.objects.get(slug=role)
    return SpeakerParticipation.objects.create(conference=conference, speaker=speaker, role=role, **values)


def one_of_each():
    return [
        Conference.objects.get(slug="chteniia"),
        Talk.objects.get(title="Чтения: доклад 1"),
        Speaker.objects.get(family_name="Чтенияев 1"),
        Organisation.objects.get(name="Чтения: библиотека 1"),
        Organisation.objects.get(name="Чтения: отдел 1"),
        Topic.objects.get(name="Чтения: тема 1"),
    ]


@revisions.create()
def spread(size):
    """`size` further events in which the same person, library, department and topic take part."""
    _, talk, person, library, department, topic = one_of_each()
    participant = OrganisationRole.objects.get(slug="participant")
    for number in range(size):
        name = f"Ещё {size}-{number}"
        conference = event(name, size=0, venue=department, parent=talk.conference)
        conference.topics.add(topic)
        given = Talk.objects.create(conference=conference, title=f"{name}: доклад")
        given.topics.add(topic)
        speaks(conference, person, talk=given, organisation=department, position=f"должность {number}")
        speaks(conference, Speaker.objects.create(family_name=name), organisation=library)
        untitled = Talk.objects.create(conference=conference, kind=TalkKind.objects.get(slug="experience"))
        for part in (None, untitled):
            OrganisationParticipation.objects.create(
                conference=conference, talk=part, organisation=library, role=participant
            )
        speaks(conference, person, "welcome", talk=untitled)
        untitled.topics.add(topic)
        Talk.objects.create(conference=talk.conference, title=name)


def test_records_cost_the_same_with_one_row_and_with_thirty(queries_of):
    event()
    spread(1)
    addresses = [record.get_absolute_url() for record in one_of_each()]
    queries_of(addresses[0])
    one = {address: queries_of(address) for address in addresses}
    spread(30)
    assert {address: queries_of(address) for address in addresses} == one
    assert max(one.values()) <= 17, one


def test_an_event_costs_the_same_with_one_and_with_thirty_of_everything(queries_of):
    small, big = event("Малые"), event("Большие", size=30)
    queries_of(small.get_absolute_url())
    assert queries_of(small.get_absolute_url()) == queries_of(big.get_absolute_url()) <= 17


def test_a_talk_costs_the_same_with_one_and_with_thirty_speakers(queries_of):
    event()
    talk = one_of_each()[1]
    queries_of(talk.get_absolute_url())
    one = queries_of(talk.get_absolute_url())
    with revisions.create():
        for number in range(30):
            speaks(talk.conference, Speaker.objects.create(family_name=f"Новый {number}"), talk=talk)
            Talk.objects.create(conference=talk.conference, order=number, kind=TalkKind.objects.get(slug="welcome"))
    assert queries_of(talk.get_absolute_url()) == one <= 10


def test_a_series_costs_the_same_with_one_and_with_thirty_events(queries_of):
    short, long = series("Короткие"), series("Долгие", size=20)
    queries_of(short.get_absolute_url())
    assert queries_of(short.get_absolute_url()) == queries_of(long.get_absolute_url()) <= 8


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_every_record_can_be_read_in_both_languages(client, prefix):
    event()
    for record in one_of_each():
        response = client.get(prefix + record.get_absolute_url())
        assert f'<html lang="{prefix.strip("/") or "ru"}">' in response.text
        assert response.text.count("<h1") == 1
        address = "http://testserver{}" + record.get_absolute_url()
        assert f'<link rel="alternate" hreflang="en" href="{address.format("/en")}">' in response.text
        assert f'<link rel="alternate" hreflang="ru" href="{address.format("")}">' in response.text
        assert f'<link rel="canonical" href="{address.format(prefix)}">' in response.text
        other = "" if prefix else "/en"
        assert f'<a href="{other}{record.get_absolute_url()}"' in response.text, "the switch leads to this very page"


def test_the_switch_of_languages_keeps_what_was_asked(client):
    event()
    assert (
        'href="/en/conferences/?year=2020&amp;kind=webinar"' in client.get("/conferences/?year=2020&kind=webinar").text
    )


def test_an_address_that_moved_leads_to_the_new_one_in_the_same_language_with_the_same_query(client):
    event()
    for which, record in enumerate(one_of_each()):
        kind = record._meta.model_name
        OldAddress.objects.create(kind=kind, slug=f"older-{which}", target=f"old-{which}")
        OldAddress.objects.create(kind=kind, slug=f"old-{which}", target=record.slug)
        folder = record.get_absolute_url().rsplit("/", 2)[0]
        response = client.get(f"/en{folder}/older-{which}/?page=2&q=%D1%91")
        assert response.status_code == 301
        assert response["Location"] == f"/en{record.get_absolute_url()}?page=2&q=%D1%91"


def test_addresses_that_lead_in_a_circle_lead_nowhere(client):
    OldAddress.objects.create(kind="talk", slug="one", target="other")
    OldAddress.objects.create(kind="talk", slug="other", target="one")
    assert client.get("/talks/one/").status_code == 404


@pytest.mark.parametrize("folder", ["conferences", "talks", "speakers", "organisations", "topics", "series"])
@pytest.mark.parametrize("slug", ["nothing-here", "0", "a" * 8000, "%00", "%D0%B0", "..", "a.b", "-1"])
def test_an_address_of_nothing_is_not_found(client, folder, slug):
    assert client.get(f"/{folder}/{slug}/").status_code in (400, 404)


def test_a_talk_shows_who_spoke_with_position_and_organisation_as_then(client):
    event()
    text = read(client, one_of_each()[1])
    assert "Чтенияев 1 А. Б., библиограф, Чтения: отдел 1" in text
    assert "9 июня 2020" in text and "Чтения: тема 1" in text and "Чтения: слайды 1" in text


def test_a_talk_says_what_nobody_wrote_down(client):
    conference = event(size=0)
    talk = Talk.objects.create(conference=conference, kind=TalkKind.objects.get(slug="talk"))
    text = read(client, talk)
    assert "Название не указано" in text
    unknown = text.partition("Нет сведений ")[2]
    for fact in ("докладчик", "время начала", "тезисы", "запись", "материалы"):
        assert fact in unknown
    about = Talk.objects.create(conference=conference, topic="о сельских библиотеках")
    assert "О сельских библиотеках Название не указано" in read(client, about)
    assert "Title not stated" in read(client, talk, "/en")


def test_a_talk_shows_its_title_as_printed_and_its_place_in_the_programme(client):
    conference = event(size=0)
    first = Talk.objects.create(conference=conference, title="Первый", title_as_printed="ПЕРВЫЙ - доклад", order=1)
    second = Talk.objects.create(conference=conference, title="Второй", order=2)
    assert "ПЕРВЫЙ - доклад" in read(client, first) and "После него: Второй" in read(client, first)
    assert "Перед ним: Первый" in read(client, second)


def test_an_unnamed_group_stands_where_a_speaker_would(client):
    conference = event(size=0)
    talk = Talk.objects.create(conference=conference, topic="обмен опытом")
    role = OrganisationRole.objects.get(slug="speaker")
    OrganisationParticipation.objects.create(
        conference=conference, talk=talk, role=role, group="специалисты из Вымышленска"
    )
    assert "специалисты из Вымышленска" in read(client, talk)
    assert "Нет сведений докладчик" not in read(client, talk)


def test_a_person_is_followed_through_all_events_with_what_they_were_then(client):
    person = Speaker.objects.create(family_name="Придуманная", initials="А. Б.", name_inferred=True)
    early, late = event("Ранние", size=0, day="2015-05"), event("Поздние", size=0, day="2021-03-02")
    library = Organisation.objects.create(name="Вымышленная библиотека")
    talk = Talk.objects.create(conference=early, title="О тишине")
    speaks(early, person, talk=talk, position="методист", organisation=library, name_as_printed="Придуманной А.Б.")
    speaks(late, person, "moderator", position="директор")
    text = read(client, person)
    assert text.index("Поздние") < text.index("Ранние")
    assert "Модератор директор" in text
    assert "Докладчик: О тишине методист, Вымышленная библиотека" in text
    assert "в другом падеже; эта форма установлена архивистом" in text
    assert "Придуманной А.Б." in text and "Известны только инициалы" in text
    assert "2 события, 1 доклад" in text


def test_people_who_may_be_taken_for_one_another_are_told_apart(client):
    conference = event(size=0)
    names = [("Придуманная", {"initials": "А. Б."}), ("Придуманная", {"given_names": "Анна Борисовна"})]
    names += [("Придуманная", {"initials": "В. Г."}), ("Придуманнаяя", {"initials": "А. Б."})]
    people = [Speaker.objects.create(family_name=family, **rest) for family, rest in names]
    for person in people:
        speaks(conference, person)
    hidden = Speaker.objects.create(family_name="Придуманная", initials="А. Б.", distinguished_from="из черновика")
    assert people[0].namesakes() == [people[1]] and people[1].namesakes() == [people[0]]
    text = read(client, people[0])
    assert "Не путать Придуманная Анна Борисовна" in text
    assert hidden.distinguished_from not in text


def test_an_organisation_shows_its_part_its_people_its_departments_and_its_other_names(client):
    event()
    library, department = one_of_each()[3:5]
    OrganisationAlias.objects.create(organisation=library, name="Прежняя библиотека", kind="former")
    event("На месте", size=0, venue=department, day="2022-02-02")
    text = read(client, library)
    for words in (
        "2 события",
        "Организатор",
        "Место проведения",
        "Чтенияев 1 А. Б., библиограф — докладчик",
        "Кто её представлял Чтенияев 1 А. Б. библиограф",
        "Отделы Чтения: отдел 1",
        "Как ещё названа 2 названия Прежнее название Прежняя библиотека",
    ):
        assert words in text
    assert text.index("Участие") < text.index("Как ещё названа") < text.index("Отделы Чтения")
    below = client.get(department.get_absolute_url()).text
    assert f'<a href="{library.get_absolute_url()}">Чтения: библиотека 1</a>' in below.replace("\xa0", " ")


def test_a_topic_leads_to_events_and_to_single_talks(client):
    topic = Topic.objects.create(name="пандемия")
    event("По теме", size=0).topics.add(topic)
    talk = Talk.objects.create(conference=event("Не по теме", size=0), title="Доклад по теме")
    talk.topics.add(topic)
    text = read(client, topic)
    assert "По теме" in text and "Не по теме" in text and "Доклад по теме" in text


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (["2013-03-12"], "1 событие, 12 марта 2013"),
        (["2013-03-12", "", ""], "3 события. Известна одна дата: 12 марта 2013"),
        (["2013-03-12", "2014", ""], "3 события. Первое: 12 марта 2013. Последнее: 2014"),
        (["", ""], "2 события"),
    ],
)
def test_a_topic_says_from_when_to_when_its_events_are(client, days, said):
    """«3 события, 12 марта 2013» read as if all had been on that day."""
    topic = Topic.objects.create(name="пандемия")
    for number, day in enumerate(days):
        event(f"Чтения {number}", day=day, size=0).topics.add(topic)
    line = re.search('<p class="muted">(.*?)</p>', client.get(topic.get_absolute_url()).text, re.DOTALL)[1]
    assert " ".join(re.sub("<[^>]+>", "", line).replace("\xa0", " ").split()) == said


def test_a_series_lists_its_events(client):
    text = read(client, series("Вымышленные чтения", 3))
    assert "3 события" in text and "Вымышленные чтения 2" in text


def test_dates_say_how_much_is_known_to_people_and_machines(client):
    conference = event(day="")
    ConferenceDate.objects.create(conference=conference, start="2022-05-24", end="2022-05-25")
    talk = one_of_each()[1]
    page = client.get(talk.get_absolute_url()).text.replace("\xa0", " ")
    assert '<time datetime="2022-05-24">24</time>–<time datetime="2022-05-25">25 мая 2022</time>' in page


@pytest.mark.parametrize(
    ("values", "published", "said"),
    [
        ({"day": "", "state": "held"}, "2021-03-12", "дата не указана, не позднее 2024 года"),
        ({"day": "XXXX-06-07", "state": "held"}, "2021", "7 июня (год не указан), не позднее 2024 года"),
        ({"day": "", "state": "held"}, "XXXX-03-12", "дата не указана"),
        ({"day": "", "state": ""}, "2021-03-12", "дата не указана"),  # nobody knows whether it was held
        ({"day": "", "state": "expected"}, "2021-03-12", "дата не указана"),  # it was still to come
        ({"day": "2020"}, "2021-03-12", "2020"),
    ],
)
def test_an_event_without_a_year_took_place_before_it_was_written_about(client, values, published, said):
    conference = event("Чтения", size=1, **values)
    conference.sources.all().delete()
    for day in (published, "2024-01-05" if published.startswith("2") else ""):
        Source.objects.create(conference=conference, headline=f"Новость {day}", published=day)
    for address in (conference.get_absolute_url(), "/conferences/", conference.talks.get().get_absolute_url()):
        page = " ".join(re.sub("<[^>]+>", "", client.get(address).text).replace("\xa0", " ").split())
        assert said in page and ("не позднее" in page) == ("не позднее" in said), address


def test_programme_keeps_order_numbers_and_sessions():
    conference = event(size=0)
    morning, evening = (Session.objects.create(conference=conference, title=t, order=o) for o, t in enumerate("УВ"))
    kinds = {slug: TalkKind.objects.get(slug=slug) for slug in ("talk", "welcome")}
    rows = [("Слово", None, "welcome"), ("А", morning, "talk"), ("Б", evening, "talk"), ("Итог", None, "talk")]
    for order, (title, session, kind) in enumerate(rows):
        Talk.objects.create(conference=conference, title=title, session=session, kind=kinds[kind], order=order)
    programme = Conference.objects.with_page().get(pk=conference.pk).programme()
    assert [(part.session, [(talk.title, talk.number) for talk in part.talks]) for part in programme] == [
        (None, [("Слово", None)]),
        (morning, [("А", 1)]),
        (evening, [("Б", 2)]),
        (None, [("Итог", 3)]),
    ]


def test_each_talk_of_the_programme_links_to_its_own_recordings_and_materials(client):
    conference = event(size=0)
    slides = MaterialKind.objects.get(slug="slides")
    whole = Recording.objects.create(conference=conference, url="https://example.org/whole")
    for number in (1, 2, 3):
        own = {"conference": conference, "talk": Talk.objects.create(conference=conference, title=f"Доклад {number}")}
        if number < 3:
            Recording.objects.create(**own, url=f"https://example.org/video-{number}", duration=60 + number)
            Material.objects.create(**own, url=f"https://example.org/slides-{number}", kind=slides)
            RecordingOffset.objects.create(recording=whole, talk=own["talk"], seconds=number)
        Material.objects.create(**own, title="Потерянное", kind=slides, is_lost=True)
    Material.objects.create(conference=conference, url="https://example.org/resolution", kind=slides)

    programme = client.get(conference.get_absolute_url()).text.partition("<aside")[0]
    links = [re.findall(r'href="https://example.org/([^"]+)">([^<]+)', talk) for talk in programme.split("<h3")[1:]]
    assert links == [
        [("video-1", "запись 1:01"), ("whole", "в записи с 0:01"), ("slides-1", "презентация")],
        [("video-2", "запись 1:02"), ("whole", "в записи с 0:02"), ("slides-2", "презентация")],
        [],
    ]


def test_small_rows_come_with_their_event_as_if_asked_for_one_by_one():
    event(size=3)
    conference = Conference.objects.with_page().get(slug="chteniia")
    plain = Conference.objects.get(slug="chteniia")
    ConferenceDate.objects.filter(conference=plain).update(start_time=datetime.time(10, 30))
    conference = Conference.objects.with_page().get(slug="chteniia")
    for relation in ("dates", "sessions", "attendance", "notes", "sources"):
        assert list(getattr(conference, relation).all()) == list(getattr(plain, relation).all())
    assert conference.dates.all()[0].start_time == datetime.time(10, 30)
    assert conference.dates.all()[0].conference is conference


def test_markup_in_the_data_is_shown_as_text(client):
    nasty = '<script>alert("x")</script> & <b>'
    event(size=0)
    conference = event(nasty, size=0, summary=nasty, outcome=nasty)
    talk = Talk.objects.create(conference=conference, title=nasty, abstract=nasty)
    person = Speaker.objects.create(family_name=nasty, biography=nasty)
    speaks(conference, person, talk=talk, position=nasty, name_as_printed=nasty)
    conference.topics.add(nasty)
    addresses = ["/", "/conferences/", "/talks/", "/speakers/", "/topics/", "/about/"]
    records = [conference, talk, person, Topic.objects.get(), Series.objects.create(name=nasty)]
    conference.series = records[-1]
    conference.save()
    for address in addresses + [record.get_absolute_url() for record in records]:
        page = client.get(address)
        assert page.status_code == 200
        assert "<script>alert" not in page.text and "<b>" not in page.text


def test_a_photograph_of_a_person_has_words(client):
    event()
    person = one_of_each()[2]
    person.photo.save("person.png", ContentFile(b"not really"), save=True)
    assert f'alt="{person.full_name}"' in client.get(person.get_absolute_url()).text
    person.photo.delete()


@pytest.mark.parametrize(("length", "step"), [(60, None), (100, "long-title"), (200, "very-long-title")])
def test_the_longer_a_title_the_smaller_it_is_set(client, length, step):
    page = client.get(event("Я" * length, size=0).get_absolute_url()).text
    assert re.findall(r'<h1[^>]*class="([^"]*)"', page) == ([step] if step else [])


def test_a_translated_title_is_not_taken_for_the_language_of_its_talk(client):
    talk = event(size=1).talks.first()
    Talk.objects.filter(pk=talk.pk).update(parallel_title="The way to nowhere", language="kk")
    for address in (talk.get_absolute_url(), talk.conference.get_absolute_url()):
        assert '<p class="parallel-title" lang="">The way' in client.get(address).text


def test_no_mark_of_a_reference_begins_a_line(client):
    page = client.get(event(size=0).get_absolute_url()).text
    reference = page[page.index('id="cite-full"') :].partition("</p>")[0]
    assert "чтения\xa0: вебинар" in reference.lower()
    assert "\xa0– Текст\xa0: электронный\xa0// " in reference


def test_former_names_are_folded_and_need_no_script(client):
    library = Organisation.objects.create(name="Библиотека Вымыслова")
    event(size=0, venue=library)
    OrganisationAlias.objects.create(organisation=library, name="Изба-читальня", kind="former")
    page = client.get(library.get_absolute_url()).text
    folded = page[page.index('<details class="other-names">') :].partition("</details>")[0]
    assert "<summary>1\N{NO-BREAK SPACE}название</summary>" in folded and "Прежнее название" in folded
    assert ">Изба-читальня</dd>" in folded and page.count("Изба-читальня</dd>") == 1
