"""One person, one organisation, once: merged by a person, never by itself, and it can be undone."""

import pytest
from django.contrib.auth.models import Group, User

from events import merging, revisions
from events.models import (
    Conference,
    OldAddress,
    Organisation,
    OrganisationRole,
    Speaker,
    SpeakerParticipation,
    SpeakerRole,
    Talk,
    Topic,
    Version,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(db):
    user = User.objects.create(username="editor")
    user.groups.add(Group.objects.get(name="Редакторы"))
    return user


def part(conference, speaker, talk=None, **values):
    role = SpeakerRole.objects.get(slug="speaker")
    return SpeakerParticipation.objects.create(conference=conference, talk=talk, speaker=speaker, role=role, **values)


@pytest.fixture
def pair(db):
    primary = Speaker.objects.create(family_name="Придуманная", given_names="Ольга Ивановна")
    duplicate = Speaker.objects.create(family_name="Придуманная", initials="О. И.", biography="Библиограф.")
    duplicate.aliases.create(name="Вымышленная Ольга")
    return primary, duplicate


@pytest.fixture
def conference(pair):
    primary, duplicate = pair
    conference = Conference.objects.create(theme="Опыт", status="published")
    shared, own = (Talk.objects.create(conference=conference, title=title) for title in ("Общий", "Её"))
    part(conference, primary, shared)
    part(conference, duplicate, shared, position="библиограф")
    part(conference, duplicate, own)
    part(conference, duplicate)
    return conference


def everything():
    records = [*Speaker.objects.order_by("pk"), *Organisation.objects.order_by("pk"), *Conference.objects.all()]
    return sorted((row for record in records for row in revisions.snapshot(record)), key=lambda row: row["uid"])


def test_parts_names_and_biography_move_and_nothing_is_doubled(pair, conference, editor):
    primary, duplicate = pair
    merging.merge(primary, duplicate, editor)
    primary.refresh_from_db()
    assert Speaker.objects.get() == primary
    assert primary.biography == "Библиограф."
    assert set(primary.aliases.values_list("name", flat=True)) == {"Придуманная О. И.", "Вымышленная Ольга"}
    assert primary.participations.count() == 3
    assert Talk.objects.get(title="Общий").people.get().position == "библиограф"


def test_a_position_and_an_organisation_of_one_talk_become_one_part(pair, editor):
    """«Директор» of the one and the library of the other: the talk names the person once."""
    primary, duplicate = pair
    conference = Conference.objects.create(theme="Опыт")
    talk, library = Talk.objects.create(conference=conference, title="Общий"), Organisation.objects.create(name="Музей")
    part(conference, primary, talk, position="директор")
    part(conference, duplicate, talk, organisation=library)
    merging.merge(primary, duplicate, editor)
    (found,) = talk.people.all()
    assert (found.speaker, found.position, found.organisation) == (primary, "директор", library)
    merging.undo(Version.objects.get(action=Version.Action.MERGED), editor)
    found = talk.people.order_by("pk").values_list("speaker__initials", "position", "organisation__name")
    assert list(found) == [("", "директор", None), ("О. И.", "", "Музей")]


def test_two_positions_of_one_talk_stay_two_parts(pair, editor):
    primary, duplicate = pair
    conference = Conference.objects.create(theme="Опыт")
    talk, library = Talk.objects.create(conference=conference, title="Общий"), Organisation.objects.create(name="Музей")
    part(conference, primary, talk, position="директор")
    part(conference, duplicate, talk, position="член совета", organisation=library)
    merging.merge(primary, duplicate, editor)
    assert {(one.speaker, one.position) for one in talk.people.all()} == {
        (primary, "директор"),
        (primary, "член совета"),
    }


def test_the_old_address_leads_to_the_one_that_was_kept_for_good(pair, editor):
    primary, duplicate = pair
    OldAddress.objects.create(kind="speaker", slug="older", target=duplicate.slug)
    merging.merge(primary, duplicate, editor)
    targets = dict(OldAddress.objects.values_list("slug", "target"))
    assert targets == {duplicate.slug: primary.slug, "older": primary.slug}
    again = Speaker.objects.create(family_name="Придуманная", initials="О. И.")
    assert again.slug not in targets


def test_a_merge_is_undone_whole(pair, conference, editor):
    primary, duplicate = pair
    OldAddress.objects.create(kind="speaker", slug="older", target=duplicate.slug)
    before = everything()
    merging.merge(primary, duplicate, editor)
    version = Version.objects.of(primary).first()
    assert version.action == "merged"
    back = merging.undo(version, editor)
    assert back.uid == duplicate.uid
    # What the shared row learned from its twin stays; everything else is as before.
    SpeakerParticipation.objects.filter(speaker=primary).update(position="")
    assert everything() == before
    assert dict(OldAddress.objects.values_list("slug", "target")) == {"older": duplicate.slug}


def test_what_was_entered_after_the_merge_stays_with_the_one_that_was_kept(pair, conference, editor):
    primary, duplicate = pair
    merging.merge(primary, duplicate, editor)
    other = Conference.objects.create(theme="Другое")
    later = part(other, primary)
    merging.undo(Version.objects.of(primary).first(), editor)
    later.refresh_from_db()
    assert later.speaker == primary


def test_a_merge_is_undone_once(pair, editor):
    primary, duplicate = pair
    merging.merge(primary, duplicate, editor)
    version = Version.objects.of(primary).first()
    merging.undo(version, editor)
    with pytest.raises(revisions.CannotRestore):
        merging.undo(version, editor)


def test_organisations_merge_with_their_departments_places_and_roles(editor):
    primary = Organisation.objects.create(name="Библиотека имени Вымышленного")
    duplicate = Organisation.objects.create(name="Вымышленная библиотека", short_name="ВБ", city="Донецк")
    department = Organisation.objects.create(name="отдел", parent=duplicate)
    conference = Conference.objects.create(theme="Опыт", venue=duplicate)
    conference.organisations.create(organisation=duplicate, role=OrganisationRole.objects.first())
    person = part(conference, Speaker.objects.create(family_name="Придуманная"), organisation=duplicate)
    before = everything()
    merging.merge(primary, duplicate, editor)
    for row in (department, conference, person, primary):
        row.refresh_from_db()
    assert department.parent == conference.venue == person.organisation == primary
    assert conference.organisations.get().organisation == primary
    assert primary.city == "Донецк"
    assert set(primary.aliases.values_list("name", flat=True)) == {"Вымышленная библиотека", "ВБ"}
    merging.undo(Version.objects.of(primary).first(), editor)
    assert everything() == before


def test_the_change_stands_in_the_history_of_the_events_too(pair, conference, editor):
    primary, duplicate = pair
    merging.merge(primary, duplicate, editor)
    version = Version.objects.of(conference).first()
    assert (version.action, version.user) == ("changed", editor)
    assert "Придуманная О. И." in version.comment


def test_a_department_and_its_organisation_do_not_merge():
    library = Organisation.objects.create(name="Библиотека")
    department = Organisation.objects.create(name="отдел", parent=library)
    for primary, duplicate in ((library, department), (department, library)):
        with pytest.raises(merging.CannotMerge):
            merging.plan(primary, duplicate)


def test_two_departments_of_one_name_are_merged_first():
    libraries = [Organisation.objects.create(name=name) for name in ("Библиотека", "Библиотека вторая")]
    for library in libraries:
        Organisation.objects.create(name="отдел", parent=library)
    with pytest.raises(merging.CannotMerge, match="отдел"):
        merging.plan(*libraries)


def test_topics_merge_too(editor):
    primary, duplicate = Topic.objects.create(name="сети"), Topic.objects.create(name="соцсети")
    both, one = Conference.objects.create(theme="а"), Conference.objects.create(theme="б")
    both.topics.set(["сети", "соцсети"])
    one.topics.set(["соцсети"])
    merging.merge(primary, duplicate, editor)
    assert [set(row.topics.values_list("name", flat=True)) for row in (both, one)] == [{"сети"}, {"сети"}]


def test_a_library_with_departments_does_not_join_a_department():
    library, other = (Organisation.objects.create(name=name) for name in ("Библиотека", "Библиотека вторая"))
    department = Organisation.objects.create(name="отдел", parent=library)
    Organisation.objects.create(name="читальный зал", parent=other)
    with pytest.raises(merging.CannotMerge, match="Библиотека вторая"):
        merging.plan(department, other)
