"""Reports of figures: every figure is what plain SQL counts, and the list behind it has as many records."""

import random
import re

import pytest
from django.db import connection
from django.http import QueryDict
from django.utils import timezone
from django.utils.encoding import iri_to_uri

from events import revisions
from events.models import (
    Attendance,
    ConferenceKind,
    Organisation,
    OrganisationParticipation,
    OrganisationRole,
    Speaker,
    SpeakerParticipation,
    SpeakerRole,
    Talk,
    TalkKind,
    Topic,
)
from events.views.filters import Selection, TalkSelection

from .rows import event
from .sampling import sample

pytestmark = pytest.mark.django_db
DAYS = ["2019-05-01", "2020", "2020-03", "2020-03-31", "2021-12-31", "2021-07-02", "XXXX-01", ""]
ROLES = ["organiser", "co-organiser", "participant", "support", "site"]


@revisions.create()
def random_archive(seed: int) -> None:
    chance = random.Random(seed)
    people = [
        Speaker.objects.create(family_name=f"Вымышленный {n}", hidden_since=timezone.now() if n == 2 else None)
        for n in range(4)
    ]
    libraries = [
        Organisation.objects.create(name=f"Библиотека {n}", region=f"Область {n % 2}", city=f"Город {n}")
        for n in range(4)
    ]
    departments = [
        Organisation.objects.create(
            name=f"Отдел {n}", parent=libraries[n], **({"region": "Область 0", "city": "Далёкий"} if n == 1 else {})
        )
        for n in range(2)
    ]
    organisations = [*libraries, *departments]
    topics = [Topic.objects.create(name=f"тема {n}") for n in range(2)]
    kinds = [None, *ConferenceKind.objects.all()[:3]]
    talk_kinds = [None, *TalkKind.objects.filter(slug__in=["talk", "welcome"])]
    roles = {role.slug: role for role in OrganisationRole.objects.all()}
    speaks = list(SpeakerRole.objects.filter(slug__in=["speaker", "moderator"]))
    for number in range(16):
        conference = event(
            f"Событие {number}",
            size=0,
            day=chance.choice(
                ["2019-05-01", "2020", "2020-03", "2020-03-31", "2021-12-31", "2021-07-02", "XXXX-01", ""]
            ),
            status=chance.choice(["published", "published", "published", "draft", "withdrawn"]),
            state=chance.choice(["", "held", "held", "expected", "cancelled"]),
            format=chance.choice(["", "online", "mixed"]),
            audience=chance.choice(["", "colleagues", "readers"]),
            kind=chance.choice(kinds),
            venue=chance.choice([None, None, *organisations]),
            city=chance.choice(["", "Город 1", "Безвестный"]),
        )
        conference.topics.add(*chance.sample(topics, chance.randint(0, 1)))
        for n in range(chance.randint(0, 3)):
            talk = Talk.objects.create(
                conference=conference, title=chance.choice(["", f"Доклад {n}"]), kind=chance.choice(talk_kinds)
            )
            talk.topics.add(*chance.sample(topics, chance.randint(0, 1)))
            SpeakerParticipation.objects.create(
                conference=conference,
                talk=chance.choice([None, talk]),
                speaker=chance.choice(people),
                role=chance.choice(speaks),
                organisation=chance.choice([None, *organisations]),
            )
        for organisation in chance.sample(organisations, chance.randint(0, 3)):
            OrganisationParticipation.objects.create(
                conference=conference, organisation=organisation, role=roles[chance.choice(ROLES)]
            )
        if chance.random() < 0.5:
            Attendance.objects.create(conference=conference, value=chance.randint(1, 90), counted="участников")


HELD = "c.status = 'published' AND c.state NOT IN ('expected', 'cancelled', 'postponed')"
FAMILY = """(SELECT id FROM events_organisation WHERE slug = %(slug)s
    OR parent_id = (SELECT id FROM events_organisation WHERE slug = %(slug)s))"""
HOSTING = f"""EXISTS (SELECT 1 FROM events_organisationparticipation p
    JOIN events_organisationrole r ON r.id = p.role_id
    WHERE p.conference_id = c.id AND r.slug IN ('organiser', 'co-organiser') AND p.organisation_id IN {FAMILY})"""
TALKS = """FROM events_talk t JOIN events_conference c ON c.id = t.conference_id
    LEFT JOIN events_talkkind k ON k.id = t.kind_id WHERE (k.id IS NULL OR k.is_numbered)"""


def sql(query: str, **values):
    names = re.findall(r"%\((\w+)\)s", query)
    with connection.cursor() as cursor:
        cursor.execute(re.sub(r"%\(\w+\)s", "%s", query), [values[name] for name in names])
        return cursor.fetchall()


def table(response, title):
    found = next((one for one in response.context["report"].tables if one.title == title), None)
    return {figure.label: figure.count for figure in found.figures} if found else {}


def totals(response):
    return [figure.count for figure in response.context["report"].totals]


def known(counts, names, unknown):
    return {names.get(name, unknown): count for name, count in counts if count}


@pytest.mark.parametrize("seed", sample(range(6), 6))
def test_figures_of_an_organisation_and_of_the_archive_are_those_of_plain_sql(client, seed):
    random_archive(seed)
    library = Organisation.objects.get(name="Библиотека 1")
    if not Organisation.objects.published().filter(pk=library.pk).exists():
        return
    own = {"slug": library.slug}
    page = client.get(f"/reports/?organisation={library.slug}")
    talks_given = f"""SELECT COUNT(*) {TALKS} AND {HELD} AND EXISTS (SELECT 1 FROM events_speakerparticipation s
        JOIN events_speaker w ON w.id = s.speaker_id
        WHERE s.talk_id = t.id AND w.hidden_since IS NULL AND s.organisation_id IN {FAMILY})"""
    assert totals(page) == [
        sql(f"SELECT COUNT(*) FROM events_conference c WHERE {HELD} AND {HOSTING}", **own)[0][0],
        sql(f"SELECT COUNT(*) {TALKS} AND {HELD} AND {HOSTING}", **own)[0][0],
        sql(talks_given, **own)[0][0],
    ]
    formats = sql(f"SELECT format, COUNT(*) FROM events_conference c WHERE {HELD} AND {HOSTING} GROUP BY format", **own)
    assert table(page, "По форме проведения") == known(
        formats, {"online": "онлайн", "mixed": "смешанный"}, "форма не указана"
    )
    whole = client.get("/reports/?from=2019&to=2021")
    period = "c.year BETWEEN 2019 AND 2021"
    assert totals(whole) == [
        sql(f"SELECT COUNT(*) FROM events_conference c WHERE {HELD} AND {period}")[0][0],
        sql(f"SELECT COUNT(*) {TALKS} AND {HELD} AND {period}")[0][0],
    ]
    audiences = sql(f"SELECT audience, COUNT(*) FROM events_conference c WHERE {HELD} AND {period} GROUP BY audience")
    assert table(whole, "Для кого") == known(
        audiences, {"colleagues": "коллеги", "readers": "читатели"}, "для кого, не указано"
    )
    attendance = sql(
        f"""SELECT COUNT(*), SUM(a.value), MAX(a.value) FROM events_attendance a
        JOIN events_conference c ON c.id = a.conference_id WHERE {HELD} AND {period}"""
    )
    count, *figures = attendance[0]
    assert table(whole, "Посещаемость").get("участников", 0) == count
    [shown] = [one for one in whole.context["report"].tables if one.title == "Посещаемость"] if count else [None]
    assert shown is None or [int(one) for one in re.findall("[0-9]+", str(shown.figures[0].note))] == figures
    roles = sql(
        f"""SELECT r.name, COUNT(DISTINCT c.id) FROM events_conference c
        JOIN events_organisationparticipation p ON p.conference_id = c.id
        JOIN events_organisationrole r ON r.id = p.role_id WHERE {HELD} AND {period} AND r.slug <> 'site'
        GROUP BY r.name"""
    )
    shown = table(whole, "По ролям организаций")
    assert {name: shown.get(name) for name, _count in roles} == dict(roles)
    march = "c.first_day IN ('2020-03', '2020-03-31')"
    assert (
        totals(client.get("/reports/", {"from": "март 2020", "to": "31.03.2020"}))[0]
        == (sql(f"SELECT COUNT(*) FROM events_conference c WHERE {HELD} AND {march}")[0][0])
    )


def listed(address):
    """How many records the list at this address has, counted by its own filters."""
    path, _mark, query = address.partition("?")
    if path == "/talks/":
        return TalkSelection(QueryDict(query)).talks().count()
    assert path == "/conferences/"
    return Selection(QueryDict(query)).conferences().count()


@pytest.mark.parametrize("seed", sample(range(6), 6))
def test_every_figure_opens_a_list_of_as_many_records(client, seed):
    random_archive(seed)
    queries = ["from=2019", "region=Область 0", "region=Область 1&city=Город 1", "format=online&topic="]
    queries += [f"organisation={one.slug}" for one in Organisation.objects.published().main()[:1]]
    first, second, *_others = Organisation.objects.published()
    queries += [f"organisation={second.slug}&role=participant&role=people"]
    queries += [f"speaker={one.slug}&to=2021-06" for one in Speaker.objects.published()[:1]]
    queries += [f"topic={one.slug}" for one in Topic.objects.published()[:1]]
    checked = 0
    for query in queries:
        response = client.get(iri_to_uri(f"/reports/?{query}"))
        assert response.status_code == 200, query
        report = response.context["report"]
        for figure in [*report.totals, *(figure for one in report.tables for figure in one.figures)]:
            assert listed(figure.address) == figure.count, (query, figure)
            if figure.talks is not None:
                assert listed(figure.talks_address) == figure.talks, (query, figure)
            checked += 1
        for figure in report.totals:
            assert client.get(figure.address).context["paginator"].count == figure.count
    assert checked > 40
