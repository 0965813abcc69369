"""Every list has one order, the same on both databases: what is equal stands in the order in which it was entered."""

import pytest
from django.apps import apps
from django.db import models

from events import revisions
from events.models import (
    Conference,
    Organisation,
    OrganisationParticipation,
    OrganisationRole,
    SearchWord,
    Speaker,
    SpeakerParticipation,
    Topic,
)
from events.search import dictionary

from .rows import event, rewrite

ORDERED = [model for model in apps.get_app_config("events").get_models() if model._meta.ordering]


def named(term):
    return term.expression.name if isinstance(term, models.expressions.OrderBy) else term.lstrip("-")


@pytest.mark.parametrize("model", ORDERED, ids=lambda model: model.__name__)
def test_the_order_of_a_model_leaves_no_ties(model):
    terms = {named(term) for term in model._meta.ordering}
    unique = [{field.name} for field in model._meta.fields if field.unique]
    unique += [set(one.fields) for one in model._meta.constraints if isinstance(one, models.UniqueConstraint)]
    assert "pk" in terms or any(fields and fields <= terms for fields in unique)


@pytest.mark.django_db
def test_facets_of_namesakes_with_equal_counts_stand_as_they_were_entered():
    conference = event("Чтения")
    role = OrganisationRole.objects.get(slug="organiser")
    namesakes = [Organisation.objects.create(name="Вымышленная библиотека", city=f"Город {n}") for n in range(6)]
    # Entered the other way round, so that the order of the parts is another.
    for organisation in namesakes[::-1]:
        OrganisationParticipation.objects.create(conference=conference, organisation=organisation, role=role)
    rewrite(namesakes[0], namesakes[3])
    shown = Organisation.objects.counted_in(Conference.objects.published())
    found = [one.pk for one in shown if one.name == "Вымышленная библиотека"]
    assert found == [one.pk for one in namesakes]


@pytest.mark.django_db
def test_of_two_roles_of_a_person_the_first_entered_is_shown(client):
    conference = event("Чтения")
    person = Speaker.objects.get()
    first, second = SpeakerParticipation.objects.filter(speaker=person).order_by("pk")
    rewrite(first)
    (listed,) = client.get("/speakers/").context["object_list"]
    assert [part.pk for part in listed.participations.all()] == [first.pk, second.pk]
    assert conference.people.count() == 2


@pytest.mark.django_db
def test_of_two_spellings_as_frequent_the_first_by_alphabet_is_proposed():
    for word in ("khamitovb", "khamitova"):
        SearchWord.objects.create(word=word, stem="khamitov", reversed_stem=word[::-1], documents=5, headings=1)
    assert dictionary.entries(["хамитов"])["хамитов"].latin_completion == "khamitova"


@pytest.mark.django_db
def test_topics_with_equal_counts_stand_by_alphabet(client):
    conference = event("Чтения", size=0)
    for name in ("Вторая", "Первая", "Абзац"):
        conference.topics.add(Topic.objects.create(name=name))
    rewrite(Topic.objects.get(name="Абзац"))
    text = client.get("/conferences/").text
    assert text.index("Абзац") < text.index("Вторая") < text.index("Первая")


@pytest.mark.django_db
def test_topics_of_a_talk_stand_by_alphabet_in_every_description_of_it(client):
    conference = event("Чтения")
    talk = conference.talks.get()
    with revisions.create():
        talk.topics.set([Topic.objects.create(name=name) for name in ("Эхо", "Арка", "Юла", "Башня")])
    rewrite(talk.topic_assignments.get(tag__name="Арка"))
    own = client.get(f"/api/v1/talks/{talk.uid}/").json()
    (of_event,) = client.get(f"/api/v1/conferences/{conference.uid}/").json()["parts"]
    for described in (own, of_event):
        assert [topic["name"] for topic in described["topics"]] == ["Арка", "Башня", "Эхо", "Юла"]
