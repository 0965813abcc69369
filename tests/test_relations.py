"""Who met whom, who represents whom, who speaks about what: the figures are those of the lists behind them."""

import html
import random
import re
from collections import Counter, defaultdict

import pytest
from django.core.cache import cache
from django.utils import timezone

from events import revisions
from events.models import (
    Conference,
    OldAddress,
    Organisation,
    OrganisationParticipation,
    OrganisationRole,
    Speaker,
    SpeakerParticipation,
    SpeakerRole,
    Talk,
    Topic,
    relations,
)
from events.views.people import MOST_PARTS
from events.views.relations import RELATIONS

from .rows import event, row_titles
from .sampling import sample

pytestmark = pytest.mark.django_db
STATES = ["", "held", "expected", "cancelled", "postponed"]


def takes_part(conference, organisation, role="participant"):
    return OrganisationParticipation.objects.create(
        conference=conference, organisation=organisation, role=OrganisationRole.objects.get(slug=role)
    )


def speaks(conference, speaker, **values):
    role = SpeakerRole.objects.get(slug="speaker")
    return SpeakerParticipation.objects.create(conference=conference, speaker=speaker, role=role, **values)


@revisions.create()
def random_archive(seed: int) -> None:
    """A few people, libraries with departments and topics in many events of every status and state."""
    chance = random.Random(seed)
    people = [
        Speaker.objects.create(
            family_name=f"Вымышленный {number}", hidden_since=timezone.now() if number == 3 else None
        )
        for number in range(6)
    ]
    libraries = [Organisation.objects.create(name=f"Библиотека {number}") for number in range(4)]
    departments = [
        Organisation.objects.create(name=f"Отдел {number}", parent=chance.choice(libraries)) for number in range(3)
    ]
    organisations, topics = libraries + departments, [Topic.objects.create(name=f"тема {n}") for n in range(3)]
    for number in range(12):
        conference = event(
            f"Событие {number}",
            size=0,
            day=chance.choice(["2019-05-01", "2020", "2021-03", "XXXX-01-02", ""]),
            status=chance.choice(["published", "published", "published", "draft", "withdrawn"]),
            state=chance.choice([*STATES, "held", "held"]),
            venue=chance.choice([None, *organisations]),
        )
        conference.topics.add(*chance.sample(topics, chance.randint(0, 2)))
        talk = Talk.objects.create(conference=conference, title=f"Доклад {number}")
        talk.topics.add(*chance.sample(topics, chance.randint(0, 2)))
        for person in chance.sample(people, chance.randint(0, 4)):
            speaks(
                conference, person, talk=chance.choice([None, talk]), organisation=chance.choice([None, *organisations])
            )
        for organisation in chance.sample(organisations, chance.randint(0, 3)):
            takes_part(conference, organisation, chance.choice([*relations.HELPERS, "organiser", "site"]))


class Plain:
    """The same relations by plain Python, row by row."""

    def __init__(self):
        self.public = [one for one in Conference.objects.all() if one.status == "published"]
        self.held = [one for one in self.public if one.state in ("", "held")]

    @staticmethod
    def people(conference):
        return {part.speaker for part in conference.people.all() if not part.speaker.hidden_since}

    @staticmethod
    def present(conference, helpers=False):
        parts = [part for part in conference.organisations.all() if helpers or part.role.slug not in relations.HELPERS]
        named = [conference.venue, *(part.organisation for part in [*parts, *conference.people.all()])]
        return {one for one in named if one}

    @staticmethod
    def whole(organisation):
        return organisation.parent or organisation

    def is_of(self, organisation, conference, helpers=False):
        return any(organisation in (one, one.parent) for one in self.present(conference, helpers))

    def met_by_organisation(self, organisation):
        return self.figures(
            (other, conference)
            for conference in self.held
            if self.is_of(organisation, conference)
            for other in {self.whole(one) for one in self.present(conference)} - {self.whole(organisation)}
        )

    def met_by_person(self, person):
        return self.figures(
            (other, conference)
            for conference in self.held
            if person in self.people(conference)
            for other in self.people(conference) - {person}
        )

    def representatives(self, organisation):
        return self.figures(
            {
                (part.speaker, conference)
                for conference in self.public
                for part in conference.people.all()
                if part.organisation and organisation in (part.organisation, part.organisation.parent)
                if not part.speaker.hidden_since
            }
        )

    def speakers_on(self, topic):
        return self.figures(
            {
                (part.speaker, conference)
                for conference in self.public
                for part in conference.people.all()
                if topic in conference.topics.all() or (part.talk and topic in part.talk.topics.all())
                if not part.speaker.hidden_since
            }
        )

    def topics_of_person(self, person):
        return Counter(
            {topic: figures[0] for topic in Topic.objects.all() if (figures := self.speakers_on(topic).get(person))}
        )

    @staticmethod
    def figures(pairs):
        """The number of conferences of each record, with the first and the last known day."""
        found = defaultdict(set)
        for record, conference in pairs:
            found[record].add(conference)
        days = {record: [one.first_day for one in some if one.year] for record, some in found.items()}
        return {
            record: (len(some), min(days[record], default=None), max(days[record], default=None))
            for record, some in found.items()
        }


def figures(records):
    return {record: (record.count, record.first, record.last) for record in records}


@pytest.mark.parametrize("seed", sample(range(8), 8))
def test_figures_are_those_of_the_lists_behind_them_and_of_plain_python(client, seed):
    random_archive(seed)
    plain, checked = Plain(), 0
    for person in Speaker.objects.published():
        assert figures(relations.speakers_met(person)) == plain.met_by_person(person)
        assert {one: one.count for one in relations.topics_of_speaker(person)} == plain.topics_of_person(person)
    for organisation in Organisation.objects.published():
        assert figures(relations.organisations_met(organisation)) == plain.met_by_organisation(organisation)
        assert figures(relations.representatives(organisation)) == plain.representatives(organisation)
    for topic in Topic.objects.published():
        assert figures(relations.speakers_on(topic)) == plain.speakers_on(topic)
    for relation in RELATIONS:
        for number, record in enumerate(relation.model.objects.published()):
            for other in relation.first(record).records:
                if relation.shared:
                    assert relation.shared(record, other).count() == other.count
                    checked += 1
                if number == 0:
                    assert client.get(other.events_address).context["paginator"].count == other.count
    assert checked > 20


def meeting(first, second, **values):
    conference = event(size=0, **values)
    takes_part(conference, first)
    takes_part(conference, second)
    return conference


def test_two_organisations_have_a_page_of_their_meetings(client):
    donetsk = Organisation.objects.create(name="Вымышленная библиотека Донецка", short_name="Донецк")
    ulyanovsk = Organisation.objects.create(name="Вымышленная библиотека Ульяновска", short_name="Ульяновск")
    department = Organisation.objects.create(name="Отдел", parent=ulyanovsk)
    for number in range(3):
        meeting(donetsk, ulyanovsk, name=f"Телемост {number}", day=f"201{number}-05-01")
    meeting(donetsk, department, name="Телемост отдела", day="2020-05-01")
    meeting(donetsk, ulyanovsk, name="Отменённый", state="cancelled")
    meeting(donetsk, ulyanovsk, name="Черновик", status="draft")
    one, other = sorted([donetsk.slug, ulyanovsk.slug])
    address = f"/organisations/{one}/met/{other}/"
    text = client.get(donetsk.get_absolute_url()).text
    assert f'<a href="{address}">4 события' in text.replace("\xa0", " ")
    response = client.get(address)
    words = re.sub(r"<[^>]+>", "", response.text).replace("\xa0", " ")
    assert "Донецк — Ульяновск" in words and "4 встречи" in words and "1 мая 2010" in words
    assert row_titles(response)[0] == "Телемост отдела"
    assert "Отменённый" not in words and "Черновик" not in words
    assert "4 meetings" in client.get("/en" + address).text.replace("\xa0", " ")
    swapped = client.get(f"/organisations/{other}/met/{one}/")
    assert (swapped.status_code, swapped["Location"]) == (301, address)
    assert client.get(f"/organisations/{department.slug}/met/{ulyanovsk.slug}/", follow=True).status_code == 404


def test_an_organisation_sees_the_towns_that_it_met(client):
    own = Organisation.objects.create(name="Своя", city="Домашний")
    for number, (city, region) in enumerate([("Дальний", "Край"), ("Дальний", "Край"), ("Ближний", ""), ("", "Край")]):
        meeting(own, Organisation.objects.create(name=f"Встречная {number}", city=city, region=region))
    secret = Organisation.objects.create(name="Тайная", city="Тайноград")
    meeting(own, secret, name="Черновик", status="draft")
    page = client.get(own.get_absolute_url())
    assert page.context["towns"] == [("Край", "Дальний", 2), ("", "Ближний", 1)]
    assert "Города организаций, с которыми были встречи" in page.text and "Тайноград" not in page.text
    place = re.search(r'href="(/indexes/places/\?[^"]+)">Дальний', page.text)
    assert client.get(html.unescape(place[1])).status_code == 200


def test_the_address_of_a_pair_follows_a_record_that_moved(client):
    one, other = Organisation.objects.create(name="А"), Organisation.objects.create(name="Б")
    meeting(one, other)
    OldAddress.objects.create(kind="organisation", slug="00-byla", target=other.slug)
    response = client.get(f"/organisations/00-byla/met/{one.slug}/", follow=True)
    assert response.status_code == 200
    assert client.get("/organisations/00-ne-byla/met/zz/").status_code == 404


def test_what_is_not_public_relates_nobody(client):
    one, other = Organisation.objects.create(name="Видная"), Organisation.objects.create(name="Тайная")
    takes_part(event("Открытое", size=0), one)
    draft = meeting(one, other, name="Черновик", status="draft")
    hidden = Speaker.objects.create(family_name="Скрытый", hidden_since=timezone.now())
    person = Speaker.objects.create(family_name="Видимый")
    shared = event("Общее", size=0)
    speaks(shared, person)
    speaks(shared, hidden)
    speaks(draft, person)
    for address in (one.get_absolute_url(), person.get_absolute_url()):
        assert "Тайная" not in client.get(address).text and "Скрытый" not in client.get(address).text
    for address in (
        f"/organisations/{one.slug}/met/",
        f"/organisations/{one.slug}/met/{other.slug}/",
        f"/speakers/{person.slug}/met/",
        f"/speakers/{hidden.slug}/met/{person.slug}/",
        f"/speakers/{hidden.slug}/met/",
    ):
        assert client.get(address, follow=True).status_code == 404, address


def test_a_long_list_is_folded_and_leads_to_the_whole(client):
    event("Чтения", size=12)
    person = Speaker.objects.first()
    text = client.get(person.get_absolute_url()).text
    assert text.count("/met/") == 11
    whole = client.get(f"/speakers/{person.slug}/met/")
    assert len(whole.context["object_list"]) == 11
    assert f"/speakers/{person.slug}/met/" in text and "Весь список" in text
    topic = Topic.objects.first()
    assert client.get(f"/topics/{topic.slug}/speakers/").context["paginator"].count == 12
    assert client.get(f"/topics/{topic.slug}/organisations/").context["paginator"].count == 12


def test_very_many_people_of_a_library_at_one_event_are_counted(client):
    library, conference = Organisation.objects.create(name="Большая"), event("Съезд", size=0)
    for number in range(MOST_PARTS + 2):
        speaks(conference, Speaker.objects.create(family_name=f"Вымышленный {number}"), organisation=library)
    page = client.get(library.get_absolute_url())
    [shown] = page.context["events"]
    assert (len(shown["people"]), shown["more"]) == (MOST_PARTS, 2)
    assert "и ещё 2 — на странице события" in page.text.replace("\xa0", " ")


def test_of_very_many_departments_at_one_event_the_library_itself_comes_first(client):
    """The page of a library read every organisation of its events, 10,000 of them, and all that it met."""
    library, conference = Organisation.objects.create(name="Большая"), event("Съезд", size=0)
    for number in range(MOST_PARTS + 1):
        takes_part(conference, Organisation.objects.create(name=f"Отдел {number}", parent=library))
        takes_part(conference, Organisation.objects.create(name=f"Чужая {number}"))
    takes_part(conference, library, "organiser")
    page = client.get(library.get_absolute_url())
    [shown] = page.context["events"]
    assert (len(shown["parts"]), shown["more"]) == (MOST_PARTS, 2)
    assert library in {part.organisation for part in shown["parts"]} and "и ещё 2" in page.text.replace("\xa0", " ")


def test_departments_stand_with_their_events_and_a_long_list_leads_to_the_whole(client):
    library, other = Organisation.objects.create(name="Большая"), Organisation.objects.create(name="Чужая")
    twice = event("Первое", size=0), event("Второе", size=0)
    for number in range(12):
        department = Organisation.objects.create(name=f"Отдел {number:02}", parent=library)
        takes_part(twice[0], department)
        if number == 7:
            takes_part(twice[1], department, "support")
    takes_part(twice[0], Organisation.objects.create(name="Отдел чужой", parent=other))
    takes_part(
        event("Черновик", size=0, status="draft"), Organisation.objects.create(name="Отдел тайный", parent=library)
    )
    page = client.get(library.get_absolute_url())
    assert [one.name for one in page.context["departments"].records][:2] == ["Отдел 07", "Отдел 00"]
    address = f"/organisations/{library.slug}/departments/"
    assert f'href="{address}"' in page.text and "Отдел тайный" not in page.text and "Отдел чужой" not in page.text
    whole = client.get(address)
    assert [one.count for one in whole.context["object_list"]] == [2] + [1] * 11
    seventh = whole.context["object_list"][0]
    assert client.get(seventh.events_address).context["paginator"].count == 2
    assert client.get(seventh.get_absolute_url()).context["departments"] is None
    assert client.get(f"/organisations/{seventh.slug}/departments/").status_code == 404


def test_a_person_has_positions_over_time(client):
    person, library = Speaker.objects.create(family_name="Вымышленный"), Organisation.objects.create(name="Библиотека")
    for year, position in ((2018, "библиограф"), (2019, "библиограф"), (2021, "директор")):
        speaks(event(f"Чтения {year}", size=0, day=f"{year}-01-01"), person, position=position, organisation=library)
    page = client.get(person.get_absolute_url())
    found = [(entry.participation.position, entry.first, entry.last) for entry in page.context["affiliations"]]
    assert found == [("директор", 2021, 2021), ("библиограф", 2018, 2019)]
    assert "2018–2019" in page.text and 'id="year-2021"' in page.text and 'href="#year-2018"' in page.text


def test_of_very_many_positions_the_latest_stand_alone_and_the_others_with_their_events(client, monkeypatch):
    monkeypatch.setattr("events.views.people.MOST_AFFILIATIONS", 1)
    person = Speaker.objects.create(family_name="Вымышленный")
    for year, position, status in (
        (2018, "стажёр", "published"),
        (2019, "директор", "published"),
        (2020, "X", "draft"),
    ):
        speaks(event(f"Чтения {year}", size=0, day=f"{year}-01-01", status=status), person, position=position)
    page = client.get(person.get_absolute_url())
    assert [entry.participation.position for entry in page.context["affiliations"]] == ["директор"]
    assert page.context["more_affiliations"] == 1
    assert [conference.title for conference, _parts in page.context["object_list"]] == ["Чтения 2019", "Чтения 2018"]


def test_the_second_page_of_a_person_has_the_events_that_the_first_has_not(client, monkeypatch):
    monkeypatch.setattr("events.views.people.SpeakerPage.paginate_by", 2)
    person = Speaker.objects.create(family_name="Вымышленный")
    for year in (2018, 2019, 2021):
        speaks(event(f"Чтения {year}", size=0, day=f"{year}-01-01"), person, position="директор")
    first, second = (client.get(f"{person.get_absolute_url()}{query}") for query in ("", "?page=2"))
    shown = [[conference.title for conference, _parts in page.context["object_list"]] for page in (first, second)]
    assert shown == [["Чтения 2021", "Чтения 2019"], ["Чтения 2018"]]
    assert first.context["years"] == [(2021, 1, 1), (2019, 1, 1), (2018, 1, 2)]
    (entry,) = second.context["affiliations"]
    assert (entry.first, entry.last) == (2018, 2021)


def test_figures_of_a_person_do_not_depend_on_how_many_keys_are_named(client, monkeypatch):
    random_archive(1)

    def related():
        cache.clear()
        pages = [client.get(person.get_absolute_url()) for person in Speaker.objects.published()]
        return [
            [(record, record.count) for block in page.context["related"] for record in block.records] for page in pages
        ]

    by_keys = related()
    monkeypatch.setattr("events.views.people.MOST_KEYS", 0)
    assert related() == by_keys and any(by_keys)


def test_a_page_costs_the_same_at_one_and_at_three_hundred_parts(queries_of):
    conference = event("Малые")
    person, library, topic = (
        Speaker.objects.get(family_name="Малыеев 1"),
        Organisation.objects.get(name="Малые: библиотека 1"),
        Topic.objects.get(name="Малые: тема 1"),
    )
    other, colleague = Organisation.objects.create(name="Другая"), Speaker.objects.create(family_name="Другой")
    takes_part(conference, other)
    speaks(conference, colleague)
    pair, people = sorted([library.slug, other.slug]), sorted([person.slug, colleague.slug])
    addresses = [
        *(record.get_absolute_url() for record in (person, library, library.departments.get(), topic)),
        f"/speakers/{person.slug}/met/",
        f"/speakers/{people[0]}/met/{people[1]}/",
        f"/organisations/{library.slug}/met/",
        f"/organisations/{library.slug}/people/",
        f"/organisations/{pair[0]}/met/{pair[1]}/",
        f"/topics/{topic.slug}/speakers/",
        f"/topics/{topic.slug}/organisations/",
        f"/topics/{topic.slug}/speakers/{person.slug}/",
    ]
    queries_of("/")
    one = {address: queries_of(address) for address in addresses}
    role, helper = SpeakerRole.objects.get(slug="expert"), OrganisationRole.objects.get(slug="participant")
    with revisions.create():
        speakers = Speaker.objects.bulk_create(
            Speaker(family_name=f"Новый {n}", name_key=f"новый {n}", slug=f"novyi-{n}") for n in range(150)
        )
        libraries = Organisation.objects.bulk_create(
            Organisation(name=f"Новая {n}", name_key=f"новая {n}", slug=f"novaia-{n}") for n in range(150)
        )
        SpeakerParticipation.objects.bulk_create(
            SpeakerParticipation(conference=conference, speaker=speaker, role=role, organisation=library)
            for speaker in speakers
        )
        OrganisationParticipation.objects.bulk_create(
            OrganisationParticipation(conference=conference, organisation=organisation, role=helper)
            for organisation in libraries
        )
    assert {address: queries_of(address) for address in addresses} == one
    assert max(one.values()) <= 10, one
