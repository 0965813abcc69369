"""One person, one organisation, once: doubles are shown on entry, gathered in a list, merged by an editor."""

import pytest

from events.models import Conference, Organisation, OrganisationAlias, Speaker, SpeakerRole, Topic, Version

from .admin_form import form_fields, send
from .test_admin_publishing import archivist, editor  # noqa: F401

pytestmark = pytest.mark.django_db
PEOPLE, ORGANISATIONS = "/admin/events/speaker/", "/admin/events/organisation/"


def enter(client, **fields):
    return send(client, f"{PEOPLE}add/", fields)


@pytest.mark.parametrize(
    "typed",
    [
        {"family_name": "алёхина", "initials": "И. Л."},
        {"family_name": "Алехина", "given_names": "Ирина Львовна"},
        {"family_name": "Алехина", "given_names": "Ирина"},
        {"family_name": "Ирина", "given_names": "Алехина"},
        {"family_name": "Вымышленная", "initials": "И."},
    ],
)
def test_a_person_the_archive_may_have_is_shown_before_saving(archivist, typed):  # noqa: F811
    known = Speaker.objects.create(family_name="Алехина", given_names="Ирина Львовна")
    known.aliases.create(name="Вымышленная Ирина")
    response = enter(archivist, **typed)
    assert response.status_code == 200
    assert f"{PEOPLE}{known.pk}/change/" in response.content.decode()
    assert Speaker.objects.count() == 1
    again = form_fields(response)
    assert again["family_name"] == typed["family_name"]
    assert archivist.post(f"{PEOPLE}add/", {**again, "_save": "1"}).status_code == 302
    assert Speaker.objects.count() == 2


@pytest.mark.parametrize(
    "typed", [{"family_name": "Алехина", "given_names": "Мария"}, {"family_name": "Чоботова", "initials": "И. Л."}]
)
def test_a_plain_namesake_or_another_person_is_saved_at_once(archivist, typed):  # noqa: F811
    Speaker.objects.create(family_name="Алехина", given_names="Ирина Львовна")
    assert enter(archivist, **typed).status_code == 302


def test_confirming_one_name_does_not_confirm_another(archivist):  # noqa: F811
    Speaker.objects.create(family_name="Алехина", initials="И. Л.")
    Speaker.objects.create(family_name="Чоботова", initials="В. Г.")
    again = form_fields(enter(archivist, family_name="Алехина", initials="И."))
    changed = {**again, "family_name": "Чоботова", "initials": "В.", "_save": "1"}
    assert archivist.post(f"{PEOPLE}add/", changed).status_code == 200
    assert Speaker.objects.count() == 2


def test_correcting_a_biography_asks_nothing(archivist):  # noqa: F811
    people = [Speaker.objects.create(family_name="Алехина", initials="И. Л.") for _twice in range(2)]
    assert send(archivist, f"{PEOPLE}{people[0].pk}/change/", {"biography": "Библиограф."}).status_code == 302


@pytest.mark.parametrize(
    "typed",
    [
        {"name": "донецкая республиканская универсальная научная библиотека им. Н.К. Крупской"},
        {"name": "ДРУНБ"},
        {"name": "Крупка"},
    ],
)
def test_an_organisation_the_archive_may_have_is_shown(archivist, typed):  # noqa: F811
    known = Organisation.objects.create(
        name="Донецкая республиканская универсальная научная библиотека имени Н. К. Крупской"
    )
    OrganisationAlias.objects.create(organisation=known, name="Крупка")
    response = send(archivist, f"{ORGANISATIONS}add/", typed)
    assert response.status_code == 200
    assert f"{ORGANISATIONS}{known.pk}/change/" in response.content.decode()


def test_an_abbreviation_is_known_by_the_full_name(archivist):  # noqa: F811
    Organisation.objects.create(name="ДРУНБ")
    response = send(
        archivist, f"{ORGANISATIONS}add/", {"name": "Донецкая республиканская универсальная научная библиотека"}
    )
    assert "ДРУНБ" in response.content.decode()


def test_departments_of_two_libraries_may_have_one_name(archivist):  # noqa: F811
    libraries = [Organisation.objects.create(name=name) for name in ("Первая библиотека", "Вторая библиотека")]
    Organisation.objects.create(name="отдел маркетинга", parent=libraries[0])
    department = {"name": "отдел маркетинга", "parent": libraries[1].pk}
    assert send(archivist, f"{ORGANISATIONS}add/", department).status_code == 302


def test_possible_duplicates_are_gathered_in_the_list(editor):  # noqa: F811
    for family, initials, note in [
        ("Придуманная", "О. И.", ""),
        ("Придуманная", "О.", ""),
        ("Выдуманная", "А. А.", ""),
        ("Выдуманная", "А.", "библиограф из Омска"),
        ("Одинокая", "Я.", ""),
    ]:
        Speaker.objects.create(family_name=family, initials=initials, distinguished_from=note)
    shown = editor.get(f"{PEOPLE}?duplicates=possible").content.decode()
    assert "Придуманная О. И." in shown
    assert "Выдуманная" not in shown
    assert "Одинокая" not in shown


def test_libraries_that_share_an_abbreviation_in_different_cities_are_not_doubles(editor):  # noqa: F811
    for city in ("Саратов", "Самара"):
        library = Organisation.objects.create(name=f"Библиотека для слепых, {city}", city=city)
        OrganisationAlias.objects.create(organisation=library, name="СОСБС", kind="abbreviation")
    assert "Библиотека для слепых" not in editor.get(f"{ORGANISATIONS}?duplicates=possible").content.decode()


# ── Merging ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def pair(db):
    primary, duplicate = (Speaker.objects.create(family_name="Придуманная", initials=name) for name in ("О. И.", "О."))
    conference = Conference.objects.create(theme="Опыт", status="published")
    role = SpeakerRole.objects.first()
    for speaker in (primary, duplicate):
        conference.people.create(speaker=speaker, role=role)
        role = SpeakerRole.objects.last()
    return primary, duplicate


def test_an_editor_merges_two_people_and_the_old_address_leads_on(editor, client, pair):  # noqa: F811
    primary, duplicate = pair
    chosen = {"action": "merge", "_selected_action": [primary.pk, duplicate.pk]}
    preview = editor.post(PEOPLE, chosen, follow=True)
    assert "Опыт" in preview.content.decode()
    assert Speaker.objects.count() == 2
    answer = send(editor, f"{PEOPLE}{primary.pk}/merge/{duplicate.pk}/")
    assert answer.url == f"{PEOPLE}{primary.pk}/change/"
    moved = client.get(f"/speakers/{duplicate.slug}/")
    assert (moved.status_code, moved.url) == (301, f"/speakers/{primary.slug}/")
    assert "Опыт" in client.get(moved.url).content.decode()
    assert primary.participations.count() == 2


def test_a_merge_is_undone_from_the_history_of_the_one_that_was_kept(editor, client, pair):  # noqa: F811
    primary, duplicate = pair
    send(editor, f"{PEOPLE}{primary.pk}/merge/{duplicate.pk}/")
    version = Version.objects.of(primary).get(action="merged")
    assert f"{version.pk}/restore/" in editor.get(f"{PEOPLE}{primary.pk}/history/").content.decode()
    editor.post(f"/admin/events/version/{version.pk}/restore/")
    assert client.get(f"/speakers/{duplicate.slug}/").status_code == 200
    assert duplicate.participations.count() == 1
    # What is undone is not offered to be undone again, not even after another merge of the same two.
    for _again in range(2):
        assert f"{version.pk}/restore/" not in editor.get(f"{PEOPLE}{primary.pk}/history/").content.decode()
        send(editor, f"{PEOPLE}{primary.pk}/merge/{duplicate.pk}/")
    editor.post(f"/admin/events/version/{version.pk}/restore/")
    assert client.get(f"/speakers/{duplicate.slug}/").status_code == 301


def test_an_archivist_does_not_merge(archivist, pair):  # noqa: F811
    primary, duplicate = pair
    assert 'value="merge"' not in archivist.get(PEOPLE).content.decode()
    assert archivist.get(f"{PEOPLE}{primary.pk}/merge/{duplicate.pk}/").status_code == 403
    assert archivist.post(f"{PEOPLE}{primary.pk}/merge/{duplicate.pk}/").status_code == 403
    assert Speaker.objects.count() == 2


def test_merging_asks_for_exactly_two(editor, pair):  # noqa: F811
    shown = editor.post(PEOPLE, {"action": "merge", "_selected_action": [pair[0].pk]}, follow=True)
    assert "ровно две" in shown.content.decode()


def test_what_cannot_be_merged_says_why_and_odd_addresses_do_not_break(editor):  # noqa: F811
    library = Organisation.objects.create(name="Библиотека")
    department = Organisation.objects.create(name="отдел", parent=library)
    shown = editor.get(f"{ORGANISATIONS}{library.pk}/merge/{department.pk}/", follow=True)
    assert "отдел другой" in shown.content.decode()
    assert editor.get(f"{ORGANISATIONS}{library.pk}/merge/{library.pk}/").status_code == 302
    assert editor.get(f"{ORGANISATIONS}1/merge/99999999999999999999999/").status_code in (302, 404)


def test_topics_merge_too(editor):  # noqa: F811
    primary, duplicate = Topic.objects.create(name="сети"), Topic.objects.create(name="соцсети")
    assert send(editor, f"/admin/events/topic/{primary.pk}/merge/{duplicate.pk}/").status_code == 302
    assert Topic.objects.get() == primary


@pytest.mark.parametrize(("words", "family"), [("алехиной", "Алехина"), ("чоботовой", "Чоботова")])
def test_staff_search_understands_word_forms(editor, words, family):  # noqa: F811
    for name in ("Алехина", "Чоботова"):
        Speaker.objects.create(family_name=name)
    shown = editor.get(PEOPLE, {"q": words}).content.decode()
    rows = [name for name in ("Алехина", "Чоботова") if f">{name}<" in shown]
    assert rows == [family]
