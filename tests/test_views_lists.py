"""Lists: what a visitor can narrow them by, how they page, and what they cost."""

import re

import pytest

from events import revisions
from events.models import (
    Conference,
    Organisation,
    OrganisationParticipation,
    OrganisationRole,
    Series,
    Speaker,
    SpeakerParticipation,
    SpeakerRole,
    Topic,
)
from events.views.home import with_empty_years

from .rows import event, row_titles, series

pytestmark = pytest.mark.django_db
LISTS = ["/", "/conferences/", "/talks/", "/speakers/", "/organisations/", "/organisations/?by=place", "/topics/"]
BY_EVENTS = ["/speakers/?sort=events", "/organisations/?sort=events"]


def page(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return response


def facet(response, name):
    return next(
        {value["label"]: value["count"] for value in each["values"]}
        for each in response.context["selection"].facets
        if each["name"] == name
    )


def titles(response):
    return set(row_titles(response))


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("address", [*LISTS, *BY_EVENTS, "/about/"])
def test_an_empty_archive_answers_everywhere(client, prefix, address):
    page(client, prefix + address)


def test_lists_cost_the_same_at_any_length(queries_of):
    event("Чтения 0")
    filtered = "?year=2020&kind=webinar&has=recording&organisation=chteniia-0-biblioteka-1&topic=chteniia-0-tema-1"
    addresses = [*LISTS, *BY_EVENTS, f"/conferences/{filtered}"]
    queries_of("/")
    one = {address: queries_of(address) for address in addresses}
    series("Ещё", 29)
    assert {address: queries_of(address) for address in addresses} == one
    assert max(one.values()) <= 9, one


def test_filters_combine_and_count_what_the_others_leave(client):
    both = event("Первые", day="2020-06-09")
    event("Вторые", day="2021-06-09").topics.add(both.topics.get())
    event("Третьи", size=0, day="2020-01-01")
    response = page(client, "/conferences/?year=2020")
    assert titles(response) == {"Первые", "Третьи"}
    assert facet(response, "year") == {"2021": 1, "2020": 2}
    assert facet(response, "has") == {"запись": 1, "презентации": 1, "материалы": 1, "фотографии": 1}
    assert facet(response, "topic") == {"Первые: тема 1": 1}
    narrower = page(client, f"/conferences/?year=2020&topic={both.topics.get().slug}")
    assert titles(narrower) == {"Первые"}
    assert facet(narrower, "year") == {"2021": 1, "2020": 1}


def test_people_and_organisations_may_begin_with_those_of_most_events(client):
    event("Альфа", day="2020-06-09")
    event("Омега", day="2021-06-09")
    draft = event("Черновик", status="draft")
    person, library = Speaker.objects.get(family_name="Омегаев 1"), Organisation.objects.get(name="Омега: библиотека 1")
    speaks, takes_part = SpeakerRole.objects.get(slug="speaker"), OrganisationRole.objects.get(slug="participant")
    with revisions.create():
        for conference in (Conference.objects.get(title="Альфа"), draft):
            SpeakerParticipation.objects.create(conference=conference, speaker=person, role=speaks)
            OrganisationParticipation.objects.create(conference=conference, organisation=library, role=takes_part)
    for address, record in (("/speakers/", person), ("/organisations/", library)):
        response = page(client, f"{address}?sort=events")
        found = list(response.context["object_list"])
        # The draft is not counted, and what only it names is not there.
        assert found[0] == record and found[0].event_count == 2 and found[1].event_count == 1
        assert "2\xa0события" in response.text and "Черновик" not in response.text
        assert [one.event_count for one in page(client, f"{address}?sort=events&year=2021").context["object_list"]] == [
            1
        ]
        assert record in page(client, f"{address}?sort=events&year=2021").context["object_list"]
        assert client.get(f"{address}?sort=oldest").status_code == 404


def test_the_events_of_a_record_lead_to_their_list_with_filters_and_orders(client):
    with revisions.create():
        first, second = event("Чтения"), event("Вторые", day="2021-01-01")
        cycle = Series.objects.create(name="Цикл")
        for one in (first, second, event("Черновик", status="draft")):
            one.series = cycle
            one.save()
            one.topics.set(["Память"])
            library = Organisation.objects.get(name="Чтения: библиотека 1")
            OrganisationParticipation.objects.get_or_create(
                conference=one, organisation=library, role=OrganisationRole.objects.get(slug="participant")
            )
    for record in (Topic.objects.get(name="Память"), library, cycle):
        (link,) = re.findall(
            r'href="(/conferences/\?[^"]*)" rel="nofollow">', page(client, record.get_absolute_url()).text
        )
        assert row_titles(page(client, link)) == ["Вторые", "Чтения"]
        assert row_titles(page(client, f"{link}&sort=oldest")) == ["Чтения", "Вторые"]
    alone = Topic.objects.get(name="Чтения: тема 1")
    assert "Отобрать и упорядочить" not in page(client, alone.get_absolute_url()).text


def test_a_value_nothing_has_is_not_offered(client):
    event("Пустые", size=0, day="2020-01-01")
    response = page(client, "/conferences/")
    assert facet(response, "has") == facet(response, "topic") == facet(response, "organisation") == {}
    assert "трансляция" not in facet(response, "kind")


def test_what_is_chosen_can_be_taken_off_one_by_one_or_all_at_once(client):
    event()
    response = page(client, "/conferences/?year=2020&kind=webinar")
    assert [(str(chip["title"]), chip["label"], chip["address"]) for chip in response.context["selection"].chips] == [
        ("Год", "2020", "?kind=webinar"),
        ("Вид", "вебинар", "?year=2020"),
    ]
    assert '<a class="reset" href=".">Сбросить всё</a>' in response.text


def test_choices_that_exclude_one_another_say_so_and_keep_their_names(client):
    event("Первые", day="2020-06-09")
    event("Вторые", day="2021-06-09")
    organisation = Organisation.objects.get(name="Вторые: библиотека 1")
    response = page(client, f"/conferences/?year=2020&organisation={organisation.slug}")
    assert titles(response) == set()
    assert "Вторые: библиотека 1" in response.text
    assert "ничто не отвечает" in response.text


def test_a_conference_is_found_by_its_organisation_through_a_department_a_venue_or_a_speaker(client):
    library = Organisation.objects.create(name="Вымышленная библиотека")
    department = Organisation.objects.create(name="Отдел", parent=library)
    event("На месте", size=0, venue=department)
    spoken = event("Со слова", size=0)
    SpeakerParticipation.objects.create(
        conference=spoken,
        speaker=Speaker.objects.create(family_name="Придуманная"),
        role=SpeakerRole.objects.get(slug="speaker"),
        organisation=department,
    )
    response = page(client, f"/conferences/?organisation={library.slug}")
    assert titles(response) == {"На месте", "Со слова"}
    assert facet(response, "organisation") == {"Вымышленная библиотека": 2}
    assert titles(page(client, f"/conferences/?organisation={department.slug}")) == {"На месте", "Со слова"}


def test_the_chosen_organisation_stands_in_the_list_however_rare_it_is(client):
    with revisions.create():
        for number in range(12):
            library = Organisation.objects.create(name=f"Частая библиотека {number}")
            for time in ("первый", "второй"):
                event(f"Частые {number} {time}", size=0, venue=library)
    event("Редкие")
    library = Organisation.objects.get(name="Редкие: библиотека 1")
    assert library.name not in facet(page(client, "/conferences/"), "organisation")
    assert facet(page(client, f"/conferences/?organisation={library.slug}"), "organisation")[library.name] == 1


def test_an_unknown_year_can_be_asked_for(client):
    event("Когда-то", size=0, day="XXXX-05-21")
    event("Без даты", size=0, day="")
    event("Известно когда", size=0)
    assert titles(page(client, "/conferences/?year=unknown")) == {"Когда-то", "Без даты"}
    assert facet(page(client, "/conferences/"), "year") == {"2020": 1, "год не указан": 2}
    assert "21 мая (год не указан)" in page(client, "/conferences/").text.replace("\xa0", " ")
    assert "дата не указана" in page(client, "/conferences/").text


def test_pages_are_numbered_and_keep_the_filters(client):
    for number in range(21):
        event(f"Чтения {number}", size=0)
    first = page(client, "/conferences/?kind=webinar").text
    assert "1–20 из 21" in first and 'href="?kind=webinar&amp;page=2"' in first
    second = page(client, "/conferences/?kind=webinar&page=2").text
    assert (
        "21–21 из 21" in second
        and 'rel="canonical" href="http://testserver/conferences/?kind=webinar&amp;page=2"' in second
    )
    assert client.get("/conferences/?kind=webinar&page=3").status_code == 404


NONSENSE = [
    "year=0", "year=20", "year=20200",
    "year=99999999999999999999", "year=-1", "year=2020.0", "year=٢٠٢٠", "year=мир",
    "kind=nothing", "kind=%00", "kind='", "organisation=nothing", "organisation=%D0%B0", "topic=" + "a" * 8000,
    "has=everything", "page=0", "page=-1", "page=2", "page=x", "page=" + "9" * 5000, "page=%00", "year=%FF",
]  # fmt: skip


def test_nonsense_is_not_found(client):
    event()
    for query in NONSENSE:
        assert client.get(f"/conferences/?{query}").status_code in (400, 404), query


@pytest.mark.parametrize(
    "query", ["letter=%00", "letter=АБ", "letter=ё", "letter=Ё", "letter=a", "letter=" + "я" * 5000]
)
@pytest.mark.parametrize("address", ["/speakers/", "/organisations/", "/topics/"])
def test_what_is_no_letter_is_not_found(client, address, query):
    assert client.get(f"{address}?{query}").status_code in (400, 404)


def test_empty_and_foreign_arguments_change_nothing(client):
    event()
    response = page(client, "/conferences/?year=&kind=&utm_source=mail&year=2020&year=")
    assert titles(response) == {"Чтения"}
    assert 'rel="canonical" href="http://testserver/conferences/"' in response.text


def test_people_stand_in_the_order_of_their_letters(client):
    for name in ("Яковлев", "Ёлкина", "Абрамов", "Еремеева", "Smith"):
        conference = event(f"Чтения {name}", size=0)
        SpeakerParticipation.objects.create(
            conference=conference,
            speaker=Speaker.objects.create(family_name=name),
            role=SpeakerRole.objects.get(slug="speaker"),
        )
    groups = page(client, "/speakers/").context["groups"]
    assert [(letter, [str(one) for one in them]) for letter, them in groups] == [
        ("А", ["Абрамов"]),
        ("Е", ["Ёлкина", "Еремеева"]),
        ("Я", ["Яковлев"]),
        ("S", ["Smith"]),
    ]
    one_letter = page(client, "/speakers/?letter=Е")
    assert [str(one) for one in one_letter.context["object_list"]] == ["Ёлкина", "Еремеева"]
    assert [str(one) for one in page(client, "/speakers/?letter=S").context["object_list"]] == ["Smith"]


def test_letters_without_names_are_told_apart_from_those_with_names(client):
    event()
    shown = re.search(r'<nav class="letter-index".*?</nav>', page(client, "/speakers/").text, re.DOTALL).group()
    assert re.findall(r"<a [^>]*>(.)</a>", shown) == ["Ч"]
    absent = "".join(re.findall(r'<li class="absent" aria-hidden="true">(.)</li>', shown))
    assert absent == "АБВГДЕЖЗИКЛМНОПРСТУФХЦШЩЭЮЯ"
    assert client.get("/speakers/?letter=Ж").status_code == 404


def test_a_person_stands_in_one_line_with_the_number_of_public_events(client):
    event("Чтения", size=1)
    person = Speaker.objects.get()
    for name, status in (("Вторые", "published"), ("Черновик", "draft")):
        with revisions.create():
            other = event(name, size=0, status=status)
            for role in SpeakerRole.objects.all()[:2]:
                SpeakerParticipation.objects.create(conference=other, speaker=person, role=role)
    text = page(client, "/speakers/").text.replace("\xa0", " ")
    assert '<span class="count" lang="ru">2 события</span>' in text and "библиограф" not in text


def test_a_foreign_name_among_the_choices_of_a_filter_says_its_language(client):
    library = event().organisations.first().organisation
    Organisation.objects.filter(pk=library.pk).update(name="Library of Nowhere", language="en")
    assert re.search(
        r'<li lang="en"><a href="\?organisation=[^>]*>Library of\sNowhere', page(client, "/conferences/").text
    )


def test_an_index_too_long_for_one_page_leads_to_a_page_for_each_letter(client, monkeypatch):
    monkeypatch.setattr("events.views.generic.AlphabeticalList.paginate_by", 2)
    event(size=3)
    text = page(client, "/speakers/").text
    assert 'href="?letter=%D0%A7"' in text and "1–2 из 3" in text


def test_departments_stand_under_their_organisation(client):
    event()
    (_, organisations), *others = page(client, "/organisations/").context["groups"]
    assert [organisation.name for organisation in organisations] == ["Чтения: библиотека 1"] and not others
    assert "Чтения: отдел 1" in page(client, "/organisations/").text


def test_organisations_can_be_read_by_place(client):
    for name, region, city in (
        ("А", "Омская область", "Омск"),
        ("Б", "", ""),
        ("В", "Омская область", "Тара"),
        ("Г", "", "Уфа"),
    ):
        event(f"Событие {name}", size=0, venue=Organisation.objects.create(name=name, region=region, city=city))
    groups = page(client, "/organisations/?by=place").context["groups"]
    assert [place for place, _ in groups] == ["Омская область, Омск", "Омская область, Тара", "Уфа", "место не указано"]


def test_topics_show_how_many_events_they_lead_to(client):
    topic = Topic.objects.create(name="пандемия")
    for number in range(2):
        conference = event(f"Чтения {number}", size=0)
        conference.topics.add(topic)
    assert [topic.count for topic in page(client, "/topics/").context["object_list"]] == [2]


def test_the_home_page_counts_years_and_offers_what_can_be_found(client):
    event("Первые", day="2019-06-09")
    second = event("Вторые", size=2, day="2020-06-09")
    second.city = "Вторыеград 1"
    second.save()
    event("Третьи", day="")
    response = page(client, "/")
    context = response.context
    assert context["counts"] == {"conferences": 3, "talks": 4, "speakers": 4, "organisations": 4}
    assert context["years"] == [{"year": 2019, "count": 1}, {"year": 2020, "count": 1}] and context["without_year"] == 1
    assert row_titles(response) == ["Вторые", "Первые", "Третьи"]
    assert "Вторыеград 1" in context["examples"]
    doors = {door["label"]: (door["address"], door["count"]) for door in context["doors"]}
    assert list(doors) == ["Записи", "Фотографии", "Материалы"]
    for address, count in doors.values():
        assert page(client, address).context["page_obj"].paginator.count == count == 3
    assert len(context["watch"]) == 3 and 'href="/recordings/' in response.text


def test_the_newest_come_first_and_unknown_years_last(client):
    for name, day in (("А", "XXXX-12-31"), ("Б", "2020"), ("В", "2020-06"), ("Г", "2021-01-01"), ("Д", "")):
        event(name, size=0, day=day)
    assert row_titles(page(client, "/conferences/"))[:3] == ["Г", "В", "Б"]
    assert Conference.objects.count() == 5


def test_years_without_events_keep_their_place_among_the_bars():
    assert with_empty_years([{"year": 2018, "count": 2}, {"year": 2020, "count": 1}]) == [
        {"year": 2018, "count": 2},
        {"year": 2019, "count": 0},
        {"year": 2020, "count": 1},
    ]
    far = [{"year": 1020, "count": 1}, {"year": 2020, "count": 1}]
    assert with_empty_years(far) == far
    assert with_empty_years([]) == []


def test_of_as_many_events_cyrillic_names_come_before_latin_ones(client):
    conference = event("Чтения", size=0)
    role = SpeakerRole.objects.get(slug="speaker")
    for name in ("Smith", "Ёлкина", "Еремеева"):
        speaker = Speaker.objects.create(family_name=name)
        SpeakerParticipation.objects.create(conference=conference, speaker=speaker, role=role)
    listed = page(client, "/speakers/?sort=events").context["object_list"]
    assert [one.family_name for one in listed] == ["Ёлкина", "Еремеева", "Smith"]
