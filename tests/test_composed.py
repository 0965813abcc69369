"""SQL that is kept from one request to the next: what it asks must be of now."""

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from events.models import Conference, Speaker, Talk
from events.models.composed import composed

from .rows import event

pytestmark = pytest.mark.django_db


@composed
def talks_of(title: str) -> QuerySet:
    return Talk.objects.filter(conference__title=title).with_card()


@composed
def titled_so(pks: list[int]) -> QuerySet:
    return Conference.objects.filter(pk__in=pks)


def test_what_changed_since_is_seen():
    event("Чтения")
    assert [talk.title for talk in talks_of(title="Чтения")] == ["Чтения: доклад 1"]
    Talk.objects.update(title="Другой доклад")
    Speaker.objects.update(family_name="Другова")
    [talk] = talks_of(title="Чтения")
    assert talk.title == "Другой доклад"
    assert [part.speaker.family_name for part in talk.people.all()] == ["Другова"]


def test_another_value_asks_for_other_rows():
    event("Чтения")
    event("Встреча", size=2)
    assert len(talks_of(title="Чтения")) == 1
    assert len(talks_of(title="Встреча")) == 2
    assert talks_of(title="Никогда") == []


@pytest.mark.parametrize("count", range(6))
def test_any_number_of_keys(count):
    pks = [event(f"Чтения {number}").pk for number in range(count)]
    event("Встреча")
    assert [one.pk for one in titled_so(pks=pks)] == sorted(pks, reverse=True)


def test_what_each_record_brings_along_is_its_own():
    for name in ("Чтения", "Встреча"):
        event(name, size=3)
    found = list(Talk.objects.with_card())
    with CaptureQueriesContext(connection) as captured:
        for talk in found:
            assert [part.speaker.family_name.split("ев ")[0] for part in talk.people.all()] == [talk.conference.title]
            assert talk.people.filter(talk=talk).count() == 1
    assert len(captured) == len(found)


def test_a_value_that_is_not_compared_as_it_is_is_refused():
    """It would stay in the SQL for every later request."""

    @composed
    def beginning(start: str) -> QuerySet:
        return Conference.objects.filter(title__startswith=start)

    with pytest.raises(TypeError):
        beginning(start="Чте")
