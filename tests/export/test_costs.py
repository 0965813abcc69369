"""What machines read in a page and what an export costs: few bytes on the wire, hardly more queries than the page."""

import gzip
import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from events import revisions
from events.export import formats
from events.models import Conference, Recording, SpeakerRole, Talk

pytestmark = pytest.mark.usefixtures("archive", "db")
# Of pages for machines: what stands in no page of an archive from which nothing goes out.
FOR_MACHINES = re.compile(
    r'<script type="application/ld\+json">.*?</script>'
    r'|<meta (?:name="citation_|property="og:)[^>]*>'
    r'|<link rel="(?:canonical|alternate|search|manifest)"[^>]*>'
    r'|<section class="section" id="cite">.*?</section>',
    re.DOTALL,
)


def weights(client, record):
    """Bytes of a page on the wire: all, and those of what goes out to machines."""
    page = client.get(record.get_absolute_url()).content.decode()
    assert 'id="cite"' in page and "ld+json" in page and "citation_title" in page and "og:title" in page
    whole, without = (len(gzip.compress(text.encode(), 6)) for text in (page, FOR_MACHINES.sub("", page)))
    return whole, whole - without


def test_machines_cost_a_page_four_kilobytes_at_most(client):
    found = {}
    for model in (Conference, Talk):
        for record in model.objects.published().order_by("pk")[::3]:
            whole, extra = weights(client, record)
            assert whole <= 30_000 and extra <= 4_096, (record, whole, extra)
            found[record.slug] = extra
    assert len(found) > 20


def test_machines_cost_a_programme_of_148_talks_twelve_kilobytes_at_most(client):
    talks = list(Talk.objects.published().exclude(title="").prefetch_related("people__speaker"))
    conference, role = Conference.objects.create(title="Большие вымышленные чтения"), SpeakerRole.objects.first()
    with revisions.create():
        conference.dates.create(start="2020-06-09")
        for number in range(148):
            like = talks[number % len(talks)]
            talk = conference.talks.create(title=f"{like.title} {number // len(talks) or ''}", order=number)
            for part in like.people.all()[:1]:
                conference.people.create(talk=talk, speaker=part.speaker, role=role, position=part.position)
            Recording.objects.create(conference=conference, talk=talk, url=f"https://video.example/{number}")
        conference.status = "published"
        conference.save()
    whole, extra = weights(client, conference)
    assert whole <= 60_000 and extra <= 12_288, (whole, extra)


def queries(client, address):
    cache.clear()
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


@pytest.mark.parametrize("name", [*formats.FORMATS])
def test_a_file_of_one_record_costs_at_most_three_tenths_more_queries_than_its_page(client, name):
    conference = Conference.objects.published().exclude(talks=None).first()
    for record in (conference, conference.talks.first()):
        page = queries(client, record.get_absolute_url())
        assert queries(client, f"{record.get_absolute_url()}export/{name}/") <= page * 1.3
