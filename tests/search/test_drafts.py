"""What is not published is in no hit, count, facet, suggestion, correction or word."""

import pytest
from django.utils import timezone

from events import search
from events.models import Conference, Organisation, SearchWord
from tests.conftest import rolled_back
from tests.rows import event

pytestmark = pytest.mark.django_db

HIDDEN = ["draft", "ready", "withdrawn"]


@pytest.fixture(scope="module", params=HIDDEN)
def archive_with_hidden(request, django_db_setup, django_db_blocker):
    """A public event, and one that nobody may learn of, with everything an event can have."""
    with rolled_back(django_db_blocker):
        event("Кузнечики", size=1)
        event("Стрекозы", size=2, day="1999-01-01", status=request.param)
        yield


@pytest.fixture
def hidden(archive_with_hidden, db):
    return Conference.objects.get(title="Стрекозы")


def test_it_is_no_hit(hidden):
    for word in ("стрекозы", "Стрекозыев", "стрекозыград", "стрекозыка", "1999"):
        assert search.search(word).total == 0
        assert search.search(word).hits == []


def test_it_is_in_no_count_and_no_facet(hidden):
    found = search.search("", search.Filters((("record", "conference"),)))
    assert found.total == 1
    everything = search.search("доклад -ничего")
    values = " ".join(everything.counts.facets) + " ".join(found.counts.facets)
    assert "1999" not in values and "strekoz" not in values and "трекоз" not in values


def test_it_is_not_suggested(hidden):
    for start in ("стр", "Стрекозыев", "cnhtrjp"):
        assert search.suggest(start) == []


def test_it_corrects_nothing_and_its_words_are_kept_nowhere(hidden):
    for mistyped in ("стрикозы", "cnhtrjps", "strekozy", "стреко зы"):
        assert search.search(mistyped).total == 0
        assert not search.search(mistyped).corrected_query
    assert not SearchWord.objects.filter(word__startswith="стрекоз").exists()


def test_a_shared_person_says_nothing_of_it(hidden):
    """Who speaks at both is found, but not by what only the hidden event tells."""
    person = Conference.objects.get(title="Кузнечики").people.first().speaker
    part = hidden.people.first()
    part.speaker, part.position = person, "тайный советник"
    part.save()
    assert search.search("тайный советник").total == 0
    assert not search.search("кузнечикиев", search.Filters((("year", "1999"),))).total
    assert search.search("кузнечикиев", search.Filters((("record", "speaker"),))).total == 1


def test_withdrawing_takes_it_out_at_once_and_publishing_brings_it_back(hidden):
    hidden.status = "published"
    hidden.save()
    assert search.search("стрекозыев", search.Filters((("record", "speaker"),))).total == 2
    assert search.suggest("стрек")
    hidden.status = "withdrawn"
    hidden.save()
    assert search.search("стрекозы").total == 0
    assert search.suggest("стрек") == []
    assert not SearchWord.objects.filter(word__startswith="стрекоз").exists()


def test_a_bulk_change_of_the_status_counts_as_well(hidden):
    Conference.objects.filter(pk=hidden.pk).update(status="published", published=timezone.now())
    assert search.search("стрекозы").total
    Conference.objects.all().update(status="draft")
    assert search.search("стрекозы").total == search.search("кузнечики").total == 0


def test_staff_find_it_in_their_lists(hidden):
    assert search.staff_keys("conference", "стрекозами") == [hidden.pk]
    assert search.staff_keys("conference", "стрекоз") == [hidden.pk]
    assert search.staff_keys("conference", "") is None


def test_staff_find_the_library_of_that_number():
    fourth, _other = (Organisation.objects.create(name=f"Библиотека № {number}") for number in (4, 7))
    assert search.staff_keys("organisation", "библиотека 4") == [fourth.pk]


def test_it_is_not_on_the_search_page(hidden, client):
    for address in (
        "/search/?q=стрекозы",
        "/search/?q=стрикозы",
        "/search/?record=conference",
        "/search/?q=доклад",
        "/search/",
        "/search/?year=1999",
        "/search/suggest/?q=стр",
    ):
        answer = client.get(address).content.decode().replace(f'value="{"стрекозы"}"', "")
        assert "Стрекозы" not in answer and "strekoz" not in answer
