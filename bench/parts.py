"""Queries of the pages by which colleagues are found, with one part of each kind and with 10,000: `make bench-parts`.

    python -m bench.parts        # on SQLite and, under tests/postgres, on PostgreSQL; PARTS=2000

Two archives: *events*, in which the same library, person, topic and series take part in so many events, and *parts*,
one event with so many talks, people, libraries, departments, towns and topics. No page may take more than ten queries,
or more than with one part, or weigh more than 500 KB. The pages of records that have a list of parts by pages may cost
1.5 times the milliseconds of a core that they cost with ten parts: medians, nothing of the page in the store.

The page of an event is not among them: it shows the whole programme, each kind of row by a query of its own, as many
at any number of rows (tests/test_views_records.py). Of colleagues it has the contacts of organisers, by one query.
"""

import os
from statistics import median
from typing import Any

from .limits import Figure, librarian, main
from .processor_time import spent

PARTS = int(os.environ.get("PARTS", "10000"))
QUERIES, KILOBYTES = 10, 500
FEW, AGAINST_FEW, RUNS = 10, 1.5, 7
PAGED = ("person", "library", "topic", "series")
BATCH = 500
REGION, TOWN = "Вымышленный край", "Малыеград"
Records = dict[str, Any]


def figures() -> list[Figure]:
    librarian()
    from django.db import connection, transaction

    found: list[Figure] = []
    for shape, grow in (("events", add_events), ("parts", add_parts)):
        with transaction.atomic():
            records = small_archive()
            one = measured(records)
            with transaction.atomic():
                grow(records, FEW)
                few = milliseconds(records)
                transaction.set_rollback(True)
            grow(records, PARTS)
            with connection.cursor() as cursor:
                # What the planner knows of tables with a few rows makes it join thousands one by one.
                cursor.execute("ANALYZE")
            for page, (queries, size) in measured(records).items():
                found += [
                    Figure(f"{shape}, {page}: queries", queries, QUERIES),
                    Figure(f"{shape}, {page}: more than with one", queries - one[page][0], 0),
                    Figure(f"{shape}, {page}: KB", size / 1000, KILOBYTES),
                ]
            for page, cost in milliseconds(records).items():
                found.append(Figure(f"{shape}, {page}: ms", cost))
                found.append(Figure(f"{shape}, {page}: ms, with ten = 1", cost / few[page], AGAINST_FEW))
            transaction.set_rollback(True)
    return found


def measured(records: Records) -> dict[str, tuple[int, int]]:
    """Queries and bytes of each page when nothing of it is in the store."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    found = {}
    for page, address in pages(records).items():
        forget()
        with CaptureQueriesContext(connection) as captured:
            content = ask(address)
        found[page] = len(captured), len(content)
    return found


def milliseconds(records: Records) -> dict[str, float]:
    """Milliseconds of a core of the pages with a list of parts, when nothing of them is in the store."""
    return {
        page: median(cost_of(address) for _run in range(RUNS))
        for page, address in pages(records).items()
        if page in PAGED
    }


def cost_of(address: str) -> float:
    forget()
    before = spent()
    ask(address)
    return (spent() - before) * 1000


def forget() -> None:
    """Empty the store, as after a change of the archive."""
    from django.core.cache import cache

    from events.models import PublicRevision

    PublicRevision.set(PublicRevision.current() + 1)
    cache.clear()


def ask(address: str) -> bytes:
    from django.test import Client

    response = Client(HTTP_HOST="localhost").get(address)
    if response.status_code != 200:
        raise SystemExit(f"{address} answers {response.status_code}.")
    return response.content


def pages(records: Records) -> dict[str, str]:
    library, person, topic, talk = (records[name] for name in ("library", "person", "topic", "talk"))
    pair = sorted([library.slug, records["other"].slug])
    people = sorted([person.slug, records["colleague"].slug])
    from django.utils.encoding import iri_to_uri

    found = {
        **{name: records[name].get_absolute_url() for name in ("series", "talk", "person", "library", "topic")},
        "department": records["department"].get_absolute_url(),
        "people met": f"/speakers/{person.slug}/met/",
        "topics of a person": f"/speakers/{person.slug}/topics/",
        "two people": f"/speakers/{people[0]}/met/{people[1]}/",
        "libraries met": f"/organisations/{library.slug}/met/",
        "representatives": f"/organisations/{library.slug}/people/",
        "representative": f"/organisations/{library.slug}/people/{person.slug}/",
        "departments": f"/organisations/{library.slug}/departments/",
        "topics of a library": f"/organisations/{library.slug}/topics/",
        "two libraries": f"/organisations/{pair[0]}/met/{pair[1]}/",
        "speakers on a topic": f"/topics/{topic.slug}/speakers/",
        "libraries on a topic": f"/topics/{topic.slug}/organisations/",
        "speaker on a topic": f"/topics/{topic.slug}/speakers/{person.slug}/",
        "indexes": "/indexes/",
        "years": "/indexes/years/",
        "year": "/indexes/years/2020/",
        "month": "/indexes/years/2020/06/",
        "places": "/indexes/places/",
        "region": f"/indexes/places/?region={REGION}",
        "town": f"/indexes/places/?region={REGION}&city={TOWN}",
        "towns": f"/indexes/places/towns/?region={REGION}",
        "libraries of a region": f"/indexes/places/organisations/?region={REGION}",
        "series, index": "/series/",
        "names, index": "/speakers/",
        "libraries, index": "/organisations/",
        "libraries by place": "/organisations/?by=place",
        "subjects, index": "/topics/",
        "reports": "/reports/",
        "year in review": "/reports/2020/",
        "report of the archive": "/reports/?from=2020",
        "report of a library": f"/reports/?organisation={library.slug}",
        "report of a person": f"/reports/?speaker={person.slug}",
        "report of a topic": f"/reports/?topic={topic.slug}",
        "report of a series": f"/reports/?series={records['series'].slug}",
        "report of a region": f"/reports/?region={REGION}&from=2020&to=2020",
        "similar to words": "/similar/?q=доклад",
        "similar to a talk": f"/similar/?talk={talk.slug}",
        "similar to an event": f"/similar/?conference={records['event'].slug}&region={REGION}&year=2020",
        "collection": f"/collection/?r={records['event'].uid}&r={talk.uid}",
        "collection, search": f"/collection/?r={records['event'].uid}&q=доклад",
        "collections": "/collections/",
    }
    return {page: iri_to_uri(address) for page, address in found.items()}


def small_archive() -> Records:
    """Two libraries, one with a department, and two people who met at two events about one topic in a series."""
    from events import revisions
    from events.models import Conference, ConferenceDate, ConferenceKind, Organisation, Series, Speaker, Topic

    with revisions.create():
        library = Organisation.objects.create(name="Малые: библиотека", region=REGION, city=TOWN)
        records: Records = {
            "library": library,
            "other": Organisation.objects.create(name="Другая", region=REGION, city="Другой"),
            "department": Organisation.objects.create(name="Малые: отдел", parent=library),
            "person": Speaker.objects.create(family_name="Малых", initials="А. Б."),
            "colleague": Speaker.objects.create(family_name="Другой", initials="А. Б."),
            "topic": Topic.objects.create(name="малые: тема"),
            "series": Series.objects.create(name="Малые: серия"),
        }
        for number in range(2):
            records["event"] = Conference.objects.create(
                title=f"Малые чтения {number}",
                status="published",
                kind=ConferenceKind.objects.get(slug="webinar"),
                series=records["series"],
                city=TOWN,
            )
            ConferenceDate.objects.create(conference=records["event"], start=f"2020-06-0{number + 1}")
            records["talk"] = take_part([records["event"]], records)[0]
    from django.core.management import call_command

    call_command("rebuild_search", verbosity=0)
    return records


def add(rows: list[Any]) -> list[Any]:
    """Insert rows as they are, without the signals of the archive, which index and record them."""
    from django.db.models import QuerySet

    return QuerySet(type(rows[0])).bulk_create(rows, batch_size=BATCH)


def take_part(conferences: list[Any], records: Records) -> list[Any]:
    """Let both libraries, both people and the topic take part in these conferences, in a talk each."""
    from events.models import (
        ConferenceTopic,
        OrganisationParticipation,
        OrganisationRole,
        SpeakerParticipation,
        SpeakerRole,
        Talk,
        TalkTopic,
    )

    organiser, speaks = OrganisationRole.objects.get(slug="organiser"), SpeakerRole.objects.get(slug="speaker")
    add([ConferenceTopic(content_object=one, tag=records["topic"]) for one in conferences])
    talks = add([Talk(conference=one, title="Доклад о малом", slug=f"talk-{one.pk}", order=1) for one in conferences])
    add([TalkTopic(content_object=one, tag=records["topic"]) for one in talks])
    add(
        [
            OrganisationParticipation(conference=one, organisation=records[name], role=organiser)
            for one in conferences
            for name in ("library", "other")
        ]
    )
    add(
        [
            SpeakerParticipation(
                conference=talk.conference,
                talk=talk,
                speaker=records[name],
                role=speaks,
                organisation=records["department"],
            )
            for talk in talks
            for name in ("person", "colleague")
        ]
    )
    return talks


def add_events(records: Records, number: int) -> None:
    from events.models import Conference

    first = records["event"]
    events = [
        Conference(
            title=f"Малые чтения {n}",
            slug=f"event-{n}",
            status="published",
            published=first.published,
            kind=first.kind,
            series=records["series"],
            first_day=f"{2010 + n % 15}-0{1 + n % 9}-01",
            year=2010 + n % 15,
            city=TOWN,
        )
        for n in range(number)
    ]
    take_part(add(events), records)


def add_parts(records: Records, number: int) -> None:
    from events.models import (
        Organisation,
        OrganisationParticipation,
        OrganisationRole,
        Speaker,
        SpeakerParticipation,
        SpeakerRole,
        Talk,
        TalkTopic,
        Topic,
    )

    event = records["event"]
    organiser, speaks = OrganisationRole.objects.get(slug="organiser"), SpeakerRole.objects.get(slug="speaker")
    libraries = add(
        [
            Organisation(
                name=f"Новая {n}",
                slug=f"library-{n}",
                region=REGION,
                city=f"Город {n}",
                parent=records["library"] if n % 3 == 0 else None,
            )
            for n in range(number)
        ]
    )
    people = add([Speaker(family_name=f"Новых {n}", slug=f"person-{n}") for n in range(number)])
    topics = add([Topic(name=f"тема {n}", slug=f"topic-{n}") for n in range(number)])
    talks = add([Talk(conference=event, title=f"Доклад {n}", slug=f"part-{n}", order=n) for n in range(number)])
    add([TalkTopic(content_object=talk, tag=topic) for talk, topic in zip(talks, topics, strict=True)])
    add([OrganisationParticipation(conference=event, organisation=one, role=organiser) for one in libraries])
    add(
        [
            SpeakerParticipation(conference=event, talk=talk, speaker=person, organisation=library, role=speaks)
            for talk, person, library in zip(talks, people, libraries, strict=True)
        ]
    )


if __name__ == "__main__":
    main("parts", __doc__, figures)
