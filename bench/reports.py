"""Compare reports of figures with plain SQL on the 35 real events and on a large archive: `make bench-reports`.

    python -m bench.reports      # on SQLite and, under tests/postgres, on PostgreSQL; RECORDS=20000

The statements below say by themselves what a report counts; they share no code with it. Of each kind of report those of
the records with the most events are compared: in all, by kind, by format and by quarter. Nothing may differ.
"""

import os
import sys
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import quote

from .limits import Figure, librarian, main

RECORDS = int(os.environ.get("RECORDS", "20000"))
MOST = 5  # records of each kind
HELD = "c.status = 'published' AND c.state NOT IN ('expected', 'cancelled', 'postponed')"
HELD += " AND (c.kind_id IS NULL OR c.kind_id NOT IN (SELECT id FROM events_conferencekind WHERE slug = 'specimen'))"
HOSTED = """EXISTS (SELECT 1 FROM events_organisationparticipation p JOIN events_organisationrole r ON r.id = p.role_id
    JOIN events_organisation o ON o.id = p.organisation_id
    WHERE p.conference_id = c.id AND r.slug IN ('organiser', 'co-organiser') AND {which})"""
SPOKE = """EXISTS (SELECT 1 FROM events_speakerparticipation p JOIN events_speaker s ON s.id = p.speaker_id
    WHERE p.conference_id = c.id AND s.hidden_since IS NULL AND s.id = {pk})"""
ON_TOPIC = """(EXISTS (SELECT 1 FROM events_conferencetopic x WHERE x.content_object_id = c.id AND x.tag_id = {pk})
    OR EXISTS (SELECT 1 FROM events_talktopic x JOIN events_talk t ON t.id = x.content_object_id
        WHERE t.conference_id = c.id AND x.tag_id = {pk}))"""
TALKS = """events_talk t JOIN events_conference c ON c.id = t.conference_id
    LEFT JOIN events_talkkind k ON k.id = t.kind_id"""
NUMBERED = "(k.id IS NULL OR k.is_numbered)"


class Asked(NamedTuple):
    """The address of a report; what it counts, as a condition on conferences `c`, and on talks `t` of these."""

    address: str
    condition: str
    talks: str = "1 = 1"


def figures() -> list[Figure]:
    librarian()
    from django.core.cache import cache
    from django.core.management import call_command
    from django.test.utils import setup_test_environment

    # Responses then have the report that they show.
    setup_test_environment()
    call_command("loaddata", "first_event", "reports", verbosity=0)
    found = [*of_archive("35 real events")]
    from .sample_data.generator import SampleArchive

    for _left in SampleArchive(RECORDS, seed=1, drafts=0.1).generate():
        pass
    call_command("rebuild_search", verbosity=0)
    cache.clear()
    return [*found, *of_archive(f"{RECORDS:,} records")]


def of_archive(name: str) -> Iterator[Figure]:
    compared = differing = 0
    for asked in reports():
        counted, differences = compare(asked)
        compared, differing = compared + counted, differing + len(differences)
        for difference in differences:
            print(f"{asked.address}: {difference}", file=sys.stderr)
    yield Figure(f"{name}: figures compared", compared)
    yield Figure(f"{name}: figures that differ", differing, 0)


def reports() -> Iterator[Asked]:
    for (year,) in rows(f"SELECT c.year FROM events_conference c WHERE {HELD} AND c.year IS NOT NULL GROUP BY c.year"):
        yield Asked(f"/reports/{year}/", f"c.year = {year}")
    yield Asked("/reports/?from=2015&to=2020", "c.year BETWEEN 2015 AND 2020")
    most = f"GROUP BY 1, 2 ORDER BY COUNT(*) DESC, 1 LIMIT {MOST}"
    taking_part = (
        "FROM events_{table} p JOIN events_conference c ON c.id = p.conference_id JOIN events_{of} o ON o.id = "
    )
    taking_part += f"p.{{of}}_id WHERE {HELD}"
    hosts = taking_part.format(table="organisationparticipation", of="organisation")
    hosts += " AND p.role_id IN (SELECT id FROM events_organisationrole WHERE slug = 'organiser')"
    for pk, slug in rows(f"SELECT o.id, o.slug {hosts} {most}"):
        yield Asked(f"/reports/?organisation={slug}", HOSTED.format(which=f"(o.id = {pk} OR o.parent_id = {pk})"))
    for _count, region in rows(f"SELECT 1, o.region {hosts} AND o.region <> '' {most}"):
        # A department without a place is where its organisation is.
        own = f"o.region = '{region}' OR (o.region = '' AND o.city = '' AND o.country = '' AND o.parent_id IN"
        own += f" (SELECT id FROM events_organisation WHERE region = '{region}'))"
        # A town without a region belongs to the only region that has such a town.
        town = (
            "o.region = '' AND o.city <> '' AND o.city IN (SELECT city FROM events_organisation WHERE region <> '' AND"
        )
        town += f" city <> '' GROUP BY city HAVING MIN(region) = '{region}' AND MAX(region) = '{region}')"
        yield Asked(f"/reports/?region={quote(region)}", HOSTED.format(which=f"({own} OR ({town}))"))
    for pk, slug in rows(
        f"SELECT o.id, o.slug {taking_part.format(table='speakerparticipation', of='speaker')} {most}"
    ):
        own_talks = (
            f"EXISTS (SELECT 1 FROM events_speakerparticipation p WHERE p.talk_id = t.id AND p.speaker_id = {pk})"
        )
        yield Asked(f"/reports/?speaker={slug}&to=2023", f"c.year <= 2023 AND {SPOKE.format(pk=pk)}", own_talks)
    topics = "FROM events_conferencetopic x JOIN events_conference c ON c.id = x.content_object_id JOIN events_topic o"
    for pk, slug in rows(f"SELECT o.id, o.slug {topics} ON o.id = x.tag_id WHERE {HELD} {most}"):
        on_it = f"""(EXISTS (SELECT 1 FROM events_talktopic x WHERE x.content_object_id = t.id AND x.tag_id = {pk})
            OR EXISTS (SELECT 1 FROM events_conferencetopic x WHERE x.content_object_id = c.id AND x.tag_id = {pk}))"""
        yield Asked(f"/reports/?topic={slug}", ON_TOPIC.format(pk=pk), on_it)
    series = f"FROM events_conference c JOIN events_series o ON o.id = c.series_id WHERE {HELD}"
    for pk, slug in rows(f"SELECT o.id, o.slug {series} {most}"):
        yield Asked(f"/reports/?series={slug}", f"c.series_id = {pk}")


def compare(asked: Asked) -> tuple[int, list[str]]:
    """How many figures of a report were compared, and what differs."""
    from django.test import Client

    report = Client(HTTP_HOST="localhost").get(asked.address).context["report"]
    where = f"WHERE {HELD} AND {asked.condition}"
    shown = {"events": report.totals[0].count, "talks": report.totals[1].count}
    counted = {
        "events": rows(f"SELECT COUNT(*) FROM events_conference c {where}")[0][0],
        "talks": rows(f"SELECT COUNT(*) FROM {TALKS} {where} AND {NUMBERED} AND {asked.talks}")[0][0],
    }
    kinds = "FROM events_conference c LEFT JOIN events_conferencekind k ON k.id = c.kind_id"
    shown |= of_table(report, "kind")
    counted |= {
        f"kind {code or 'unknown'}": n for code, n in rows(f"SELECT k.slug, COUNT(*) {kinds} {where} GROUP BY 1")
    }
    shown |= of_table(report, "format")
    by_format = rows(f"SELECT c.format, COUNT(*) FROM events_conference c {where} GROUP BY 1")
    counted |= {f"format {code or 'unknown'}": n for code, n in by_format}
    # Of several years the quarters have the same names.
    if (by_quarter := of_table(report, "quarter")) and len({*years(report)}) == 1:
        shown |= by_quarter
        month = "SUBSTR(c.first_day, 6, 2)"
        quarter = f"CASE WHEN {month} = '' THEN 'unknown' ELSE CAST((CAST({month} AS INTEGER) + 2) / 3 AS TEXT) END"
        dated = rows(f"SELECT {quarter}, COUNT(*) FROM events_conference c {where} AND c.year IS NOT NULL GROUP BY 1")
        counted |= {f"quarter {number}": n for number, n in dated}
    shown |= {f"talks by {key}": n for key, n in of_table(report, "format", "talks").items()}
    talks_by_format = rows(
        f"SELECT c.format, COUNT(*) FROM {TALKS} {where} AND {NUMBERED} AND {asked.talks} GROUP BY 1"
    )
    counted |= {f"talks by format {code or 'unknown'}": n for code, n in talks_by_format}
    differing = [
        f"{key}: {shown.get(key, 0)} shown, {counted.get(key, 0)} counted"
        for key in sorted({*shown, *counted})
        if shown.get(key, 0) != counted.get(key, 0)
    ]
    return len({*shown, *counted}), differing


def of_table(report: Any, name: str, counted: str = "count") -> dict[str, int]:
    """The figures whose addresses differ by the filter of this name: «kind webinar» of `kind=webinar`."""
    from django.http import QueryDict

    found = {}
    for table in report.tables:
        codes = [QueryDict(figure.address.partition("?")[2]).get(name) for figure in table.figures]
        if all(codes):
            found |= {
                f"{name} {code}": getattr(figure, counted) for code, figure in zip(codes, table.figures, strict=True)
            }
    return found


def years(report: Any) -> list[str]:
    from django.http import QueryDict

    addresses = [figure.address for table in report.tables for figure in table.figures]
    return [year for address in addresses if (year := QueryDict(address.partition("?")[2]).get("year"))]


def rows(statement: str) -> list[tuple[Any, ...]]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


if __name__ == "__main__":
    main("reports", __doc__, figures)
