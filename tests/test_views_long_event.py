"""Events of very many talks: found by section and time, light, with what there is to see before the programme."""

import pytest

from events import revisions
from events.models import Photo, Recording, Session, Talk

from .rows import event

pytestmark = pytest.mark.django_db


@pytest.fixture
def conference():
    with revisions.create():
        conference = event(size=0)
        sessions = [
            Session.objects.create(conference=conference, title=f"Секция {order}", order=order) for order in (1, 2)
        ]
        for order in range(1, 41):
            session = sessions[order % 2]
            Talk.objects.create(
                conference=conference, title=f"Доклад {order}", order=order, session=session, start_time="10:05"
            )
        Recording.objects.create(conference=conference, url="https://example.org/video")
        Photo.objects.create(conference=conference, image="photos/a.jpg", caption="Зал")
    return conference


def test_a_long_event_begins_with_links_to_its_parts_and_sections(client, conference):
    page = client.get(conference.get_absolute_url()).text
    jumps = page[page.index('class="jumps"') :].partition("</nav>")[0]
    for part, count in (("programme", 40), ("recordings", 1), ("pictures", 1)):
        assert f'href="#{part}"' in jumps and f"&nbsp;{count}</a>" in jumps
        assert page.count(f'id="{part}"') == 1
    for session in conference.sessions.all():
        assert f'href="#session-{session.uid.hex[:8]}"' in jumps
        assert f'id="session-{session.uid.hex[:8]}"' in page
    assert page.index('id="recordings"') < page.index('id="pictures"') < page.index('id="programme"')


def test_recordings_of_talks_stand_in_a_long_programme_alone(client, conference):
    with revisions.create():
        for talk in conference.talks.all():
            Recording.objects.create(conference=conference, talk=talk, url=f"https://example.org/{talk.slug}")
    page = client.get(conference.get_absolute_url()).text
    section = page[page.index('id="recordings"') :].partition("</section>")[0]
    assert section.count('class="recording"') == 1 and "https://example.org/video" in section
    assert "рядом с каждым: 40" in section and 'href="#recordings"' in page
    programme = page[page.index('id="programme"') :].partition("</section>")[0]
    assert all(f'href="https://example.org/{talk.slug}"' in programme for talk in conference.talks.all())


def test_each_talk_has_an_address_within_the_programme_and_its_time_in_front(client, conference):
    page = client.get(conference.get_absolute_url()).text
    talk = conference.talks.first()
    row = page[page.index(f'<li id="talk-{talk.slug}"') :].partition("</li>")[0]
    assert row.index("10:05") < row.index("Доклад 1")
    assert page.count("10:05") == 40


def test_a_day_in_several_rooms_is_a_timetable_too(client, conference):
    assert 'class="timetable"' not in client.get(conference.get_absolute_url()).text
    with revisions.create():
        for session, place in zip(conference.sessions.all(), ("Большой зал", "Малый зал"), strict=True):
            session.day, session.place = "2020-06-09", place
            session.save()
        talks = list(conference.talks.all())
        talks[0].start_time = "09:30"
        talks[0].save()
    page = client.get(conference.get_absolute_url()).text
    table = page[page.index('class="timetable"') :].partition("</table>")[0]
    assert [row.count("<td>") for row in table.split("<tr>")[2:]] == [2, 2]
    assert table.index("Большой зал") < table.index("Малый зал") < table.index("09:30") < table.index("10:05")
    assert all(f'href="#talk-{talk.slug}"' in table for talk in talks)
    assert page.count(f'id="talk-{talks[0].slug}"') == 1
    # One room needs no table.
    with revisions.create():
        Session.objects.filter(conference=conference).update(place="Большой зал")
    assert 'class="timetable"' not in client.get(conference.get_absolute_url()).text


def test_a_short_event_shows_its_programme_first(client):
    conference = event(size=2)
    page = client.get(conference.get_absolute_url()).text
    assert 'class="jumps"' not in page and page.index('id="programme"') < page.index('id="recordings"')
    assert page.count('class="recording"') == 2 and "рядом с каждым" not in page


def test_an_event_without_talks_says_so_in_its_card_and_leads_with_what_is_known(client):
    page = client.get(event(size=0, outcome="Итог").get_absolute_url()).text
    assert 'id="programme"' not in page
    assert "программа" in page[page.index("unknown-facts") :].partition("</dd>")[0]


def test_a_long_event_takes_as_few_queries_as_a_short_one(queries_of, conference):
    assert queries_of(conference.get_absolute_url()) <= 16


def test_a_picture_without_a_description_has_a_name_all_the_same(client, conference):
    Photo.objects.create(conference=conference, image="photos/b.jpg", order=1)
    page = client.get(conference.get_absolute_url()).text
    assert 'alt="Зал"' in page and 'alt="Фотография 2 из 2: Чтения"' in page
