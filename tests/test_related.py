"""Beside a talk: the programme of its event and related talks of other events; nothing hidden, nothing withheld."""

import pytest

from events import revisions
from events.models import Conference, Speaker, SpeakerParticipation, SpeakerRole, Talk, TalkKind, Topic
from events.revisions import withholding

from .rows import event

pytestmark = pytest.mark.django_db


def talk(conference, title, person=None, topic=None, **values):
    with revisions.create():
        made = Talk.objects.create(
            conference=conference, title=title, kind=TalkKind.objects.get(slug="talk"), order=99, **values
        )
        if person:
            speaks = SpeakerRole.objects.get(slug="speaker")
            SpeakerParticipation.objects.create(conference=conference, talk=made, speaker=person, role=speaks)
        if topic:
            made.topics.add(topic)
    return made


def related(client, made):
    return [str(one) for one in client.get(made.get_absolute_url()).context["related"]]


@pytest.fixture
def events():
    return event("Чтения", size=0), event("Уроки", size=0), event("Встречи", size=0, status="draft")


def test_topics_people_and_words_relate_talks_of_other_events(client, events):
    one, other, draft = events
    person = Speaker.objects.create(family_name="Придуманная", initials="А. Б.")
    topic = Topic.objects.create(name="краеведение")
    made = talk(one, "Сказки северных деревень", person, topic)
    talk(one, "Сказки северных деревень: начало", person, topic)  # of the same event: it stands in the programme
    talk(other, "О разном", topic=topic)
    talk(other, "Совсем другое", person)
    talk(other, "Сказка северной деревни читается вслух")
    talk(other, "Сказки вообще")  # one word in common is «проект» or «библиотека»
    talk(draft, "Сказки северных деревень в черновике", person, topic)
    found = related(client, made)
    assert set(found) == {"О разном", "Совсем другое", "Сказка северной деревни читается вслух"}
    page = client.get(made.get_absolute_url()).text
    assert "Близкие по теме доклады" in page and "черновике" not in page
    # What is published later stands there at once, what is withdrawn no more.
    draft.status = Conference.Status.PUBLISHED
    draft.save()
    assert related(client, made)[0] == "Сказки северных деревень в черновике"
    draft.status = Conference.Status.WITHDRAWN
    draft.save()
    assert related(client, made) == found


def test_a_hidden_person_relates_nothing(client, events):
    one, other, _draft = events
    person = Speaker.objects.create(family_name="Придуманная", initials="А. Б.")
    made = talk(one, "Первое", person)
    talk(other, "Второе", person)
    assert related(client, made) == ["Второе"]
    withholding.hide(person, "Просьба")
    assert related(client, made) == []
    assert "Близкие по теме" not in client.get(made.get_absolute_url()).text


def test_a_kind_alone_relates_nothing(client, events):
    one, other, _draft = events
    made, _same = talk(one, ""), talk(other, "")
    assert related(client, made) == []


def test_the_programme_stands_beside_its_talk_and_stays_short(client):
    short, long = event("Чтения", size=3), event("Уроки", size=60)
    second = short.talks.all()[1]
    page = client.get(second.get_absolute_url()).text
    rail = page[page.index('class="rail"') : page.index("</nav>", page.index('class="rail"'))]
    assert rail.count("<li>") == 3 and f'aria-current="page" lang="ru">{second.title}' in rail
    assert "Вся программа" not in rail
    fifty = list(long.talks.all())[49]
    page = client.get(fifty.get_absolute_url()).text
    rail = page[page.index('class="rail"') : page.index("</nav>", page.index('class="rail"'))]
    assert rail.count("<li>") == 40 and fifty.title in rail and "Вся программа" in rail and "60" in rail
    alone = event("Одни", size=1).talks.get()
    assert 'class="rail"' not in client.get(alone.get_absolute_url()).text


def test_a_talk_costs_the_same_with_one_and_with_thirty_related(queries_of, events):
    one, other, _draft = events
    topic = Topic.objects.create(name="краеведение")
    person = Speaker.objects.create(family_name="Придуманная", initials="А. Б.")
    made = talk(one, "Сказки северных деревень", person, topic)
    talk(other, "Сказки северных деревень", person, topic)
    queries_of(made.get_absolute_url())
    few = queries_of(made.get_absolute_url())
    for number in range(30):
        talk(other, f"Сказки северных деревень {number}", person, topic)
    assert queries_of(made.get_absolute_url()) == few <= 10
