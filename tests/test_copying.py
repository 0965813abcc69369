"""«Сделать такое же»: last year's event becomes a draft, with what was ticked and nothing of what happened then."""

import pytest

from events.models import Conference, Organisation, Session, Speaker, StaffMembership, Version
from events.russian.numbers import following_title, next_ordinal

from .admin_form import form_fields
from .rows import event, series
from .test_admin_publishing import archivist, editor, member, page  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture
def last_year(db):
    """A published event with two of everything."""
    conference = event("Чтения", size=2, summary="Прошлогоднее", outcome="Итог", city="Вымыслов", theme="Каталоги")
    conference.series, conference.ordinal = series("Цикл", size=0), "XII"
    conference.save()
    return conference


def copy_of(conference, client, **typed):
    address = f"/admin/events/conference/{conference.pk}/copy/"
    response = client.post(address, form_fields(client.get(address)) | typed)
    draft = Conference.objects.exclude(pk=conference.pk).get()
    assert response.url == page(draft)
    assert client.get(response.url).status_code == 200
    return draft


def test_last_years_event_becomes_a_draft_in_two_clicks(archivist, last_year):  # noqa: F811
    assert f"/admin/events/conference/{last_year.pk}/copy/" in archivist.get(page(last_year)).text
    draft = copy_of(last_year, archivist)
    assert (draft.status, draft.title, draft.ordinal, draft.city) == ("draft", "Чтения", "XIII", "Вымыслов")
    assert (draft.kind, draft.series) == (last_year.kind, last_year.series)
    assert draft.uid != last_year.uid and draft.slug != last_year.slug and draft.published is None
    for rows in ("organisations", "people", "topic_assignments"):
        taken = getattr(last_year, rows).filter(**{"talk": None} if rows == "people" else {})
        assert getattr(draft, rows).count() == taken.count() == 2
    for rows in ("dates", "talks", "sessions", "sources", "photos", "recordings", "materials", "attendance", "notes"):
        assert not getattr(draft, rows).exists()
    assert (draft.theme, draft.summary, draft.outcome, draft.year) == ("", "", "", None)


def test_the_history_says_whose_copy_it_is_and_who_made_it(editor, last_year):  # noqa: F811
    draft = copy_of(last_year, editor)
    version = Version.objects.of(draft).get()
    assert (version.action, version.comment, version.user.username) == ("added", "копия события «Чтения»", "Редакторы")
    assert "копия события «Чтения»" in editor.get(f"/admin/events/conference/{draft.pk}/history/").text
    assert Version.objects.of(last_year).first().comment == ""


def test_what_is_not_ticked_is_not_taken(editor, last_year):  # noqa: F811
    kept = last_year.organisations.first()
    draft = copy_of(last_year, editor, organisations=[kept.pk], people=[], topics=[], ordinal="", title="Иное")
    assert [part.organisation for part in draft.organisations.all()] == [kept.organisation]
    assert not draft.people.exists() and not draft.topics.exists()
    assert (draft.title, draft.ordinal) == ("Иное", "")


def test_rows_of_another_event_are_not_taken(editor, last_year):  # noqa: F811
    other = event("Другое")
    address = f"/admin/events/conference/{last_year.pk}/copy/"
    typed = form_fields(editor.get(address)) | {"people": [other.people.first().pk]}
    assert editor.post(address, typed).status_code == 200
    assert Conference.objects.count() == 2


def test_dates_and_programme_are_taken_by_choice(editor, last_year):  # noqa: F811
    session = Session.objects.first()
    session.people.create(
        conference=last_year,
        speaker=Speaker.objects.first(),
        role=last_year.people.first().role,
        name_as_printed="Чтенияева",
    )
    last_year.talks.update(start_time="10:30")
    draft = copy_of(last_year, editor, with_talks="on")
    assert not draft.dates.exists()
    first, second = draft.talks.all()
    assert (first.title, first.session.title, second.session) == ("Чтения: доклад 1", "Чтения: секция 1", None)
    assert first.session.conference == draft and first.start_time is None
    assert [part.speaker for part in first.people.all()] == [
        part.speaker for part in last_year.talks.first().people.all()
    ]
    assert first.topics.count() == 1
    moderator = draft.people.get(session=first.session)
    assert (moderator.speaker, moderator.name_as_printed) == (Speaker.objects.first(), "")
    assert not draft.recordings.exists() and last_year.talks.count() == 2
    draft.delete()
    assert str(copy_of(last_year, editor, with_dates="on").dates.get().start) == "2020-06-09"


def test_a_hidden_person_is_not_taken_over(editor, last_year):  # noqa: F811
    hidden = last_year.people.filter(talk=None).first().speaker
    Speaker.objects.filter(pk=hidden.pk).update(hidden_since="2021-01-01T00:00Z")
    draft = copy_of(last_year, editor, with_talks="on")
    assert not draft.people.filter(speaker=hidden).exists()


def test_a_draft_of_other_libraries_is_not_copied(last_year, client, django_user_model):
    Conference.objects.update(status="draft")
    stranger = member("Архивисты")
    user = django_user_model.objects.get(username="Архивисты")
    StaffMembership.objects.create(user=user, organisation=Organisation.objects.create(name="Чужая библиотека"))
    address = f"/admin/events/conference/{last_year.pk}/copy/"
    assert stranger.get(address).status_code == stranger.post(address, {"title": "Чтения"}).status_code == 404
    assert client.get(address).status_code == 302
    assert Conference.objects.count() == 1


@pytest.mark.parametrize(
    ("printed", "following"),
    [
        ("XII", "XIII"),
        ("IX", "X"),
        ("iv", "v"),
        ("12", "13"),
        ("4-е", "5-е"),
        ("четвёртая", "пятая"),
        ("Третьи", "Четвёртые"),
        ("четвертый", "пятый"),
        ("двадцатый", ""),
        ("IIII", ""),
        ("VI Международные", ""),
        ("юбилейные", ""),
        ("", ""),
    ],
)
def test_an_ordinal_is_followed_by_the_next_in_its_own_spelling(printed, following):
    assert next_ordinal(printed) == following


@pytest.mark.parametrize(
    ("title", "following"),
    [
        ("IV Вымышленные чтения", "V Вымышленные чтения"),
        ("Третьи чтения", "Четвёртые чтения"),
        ("4-е чтения", "5-е чтения"),
        ("100 лет библиотеке", "100 лет библиотеке"),
        ("Чтения", "Чтения"),
    ],
)
def test_a_title_that_begins_with_an_ordinal_gets_the_next(title, following):
    assert following_title(title) == following
