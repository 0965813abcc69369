"""Publishing is an act with a check: what an event needs is said, asked for, and no way leads past it."""

import datetime

import pytest
from django.utils import timezone

from events import completeness, proposing, revisions
from events.models import Conference, ConferenceKind, OldAddress, Photo, Proposal, Version

from .admin_form import form_fields, send
from .test_admin_publishing import act, archivist, complete, draft, editor, page, status  # noqa: F401

pytestmark = pytest.mark.django_db
LACKING = {"title": "название или тема", "dates": "дата", "kind": "вид", "sources": "источник"}
UNKNOWN = {"is_untitled": "on", "is_undated": "on", "is_unsourced": "on"}


@pytest.fixture
def bare(db):
    """A draft of which nothing is known."""
    return Conference.objects.create()


def lacking(conference):
    return {need.name for need in completeness.missing(completeness.stored(conference))}


def saved(client, address, **typed):
    """The answer to «Сохранить», which leads to the list where nothing is wrong."""
    return client.post(address, form_fields(client.get(address)) | typed)


def test_the_form_of_a_draft_says_what_is_missing_with_links_to_the_fields(editor, bare):  # noqa: F811
    for address in (page(bare), "/admin/events/conference/add/"):
        shown = editor.get(address).text
        for link, label in zip(
            ("#id_title", "#dates-group", "#id_kind", "#sources-group"), LACKING.values(), strict=True
        ):
            assert f'{link}">{label}</a>' in shown
            assert f'id="{link[1:]}"' in shown
        for field in UNKNOWN:
            assert f'href="#id_{field}"' in shown.replace(page(bare), "") and f'id="id_{field}"' in shown


def test_a_draft_that_lacks_nothing_is_not_bothered(editor, draft):  # noqa: F811
    assert 'class="missing"' not in editor.get(page(draft)).text


def test_save_and_publish_saves_and_says_what_is_missing(editor, bare):  # noqa: F811
    response = saved(editor, page(bare), title="Чтения", _publish="1")
    assert response.url == page(bare)
    shown = editor.get(response.url).text
    assert "не\u00a0опубликовано" in shown
    bare.refresh_from_db()
    assert (bare.title, bare.status) == ("Чтения", "draft")
    assert f'href="{page(bare)}#sources-group"' in shown and f'href="{page(bare)}#id_title"' not in shown


def test_a_new_event_published_too_early_stays_as_a_draft(editor):  # noqa: F811
    response = saved(editor, "/admin/events/conference/add/", title="Чтения", status="published")
    created = Conference.objects.get()
    assert (created.status, response.url) == ("draft", page(created))


def test_what_is_stated_as_unknown_is_not_missing(editor, bare, client):  # noqa: F811
    kind = ConferenceKind.objects.get(slug="webinar")
    send(editor, page(bare), {"_publish": "1", "kind": kind.pk, **UNKNOWN})
    bare.refresh_from_db()
    assert bare.is_published
    shown = client.get(bare.get_absolute_url()).text
    assert "Источника нет" in shown and "дата неизвестна" in shown.lower()


def test_what_becomes_known_is_no_longer_stated_as_unknown(editor, bare):  # noqa: F811
    send(editor, page(bare), {"title": "Чтения", "dates-0-start": "2020", "dates-TOTAL_FORMS": "1", **UNKNOWN})
    bare.refresh_from_db()
    assert (bare.is_untitled, bare.is_undated, bare.is_unsourced) == (False, False, True)


@pytest.mark.parametrize("name", LACKING)
def test_each_thing_is_needed(draft, name):  # noqa: F811
    assert not lacking(draft)
    if name in ("dates", "sources"):
        getattr(draft, name).all().delete()
    else:
        Conference.objects.update(**{"theme": ""} if name == "title" else {"kind": None})
    assert lacking(draft) == {name}
    assert list(Conference.objects.filter(completeness.incomplete())) == [draft]


def test_a_kind_in_the_words_of_the_source_is_a_kind(draft):  # noqa: F811
    Conference.objects.update(kind=None, kind_as_printed="видеомост")
    assert not lacking(draft)


def test_no_way_leads_past_the_check(editor, bare, django_user_model):  # noqa: F811
    user = django_user_model.objects.get(username="Редакторы")
    superuser = django_user_model.objects.create_superuser("root")
    for who in (user, superuser):
        with pytest.raises(completeness.Incomplete, match="источник"), revisions.create(user=who):
            Conference.objects.filter(pk=bare.pk).update(status="published", published=timezone.now())
    assert status(bare) == "draft"


def test_a_proposal_to_publish_is_refused_with_the_reason(editor, bare, django_user_model):  # noqa: F811
    with revisions.create() as block:
        bare.city = "Вымыслов"
        bare.save()
    root = ["events.conference", str(bare.uid)]
    before = {**Version.objects.of(bare).first().rows[0]["fields"]}
    after = before | {"status": "published", "published": "2020-06-09T00:00:00Z"}
    proposal = Proposal.objects.create(
        model="conference",
        record=bare.uid,
        name="Чтения",
        rows=[{"root": root, "model": root[0], "uid": root[1], "before": before, "after": after}],
        origin="archivist",
        author=django_user_model.objects.get(username="Редакторы"),
    )
    take = [line.key for line in proposing.lines(proposal) if line.field]
    shown = editor.post(f"/admin/events/proposal/{proposal.pk}/change/", {"take": take}, follow=True).text
    proposal.refresh_from_db()
    assert block and "Не хватает" in shown
    assert (status(bare), proposal.state) == ("draft", "open")


def test_what_was_published_before_the_check_keeps_working(editor, bare):  # noqa: F811
    Conference.objects.update(status="published", published=timezone.now())
    assert send(editor, page(bare), {"city": "Вымыслов"}).status_code == 302
    bare.refresh_from_db()
    assert (bare.city, bare.status) == ("Вымыслов", "published")
    assert 'class="missing"' in editor.get(page(bare)).text


def test_photos_are_published_with_an_alt_text_only(editor, draft):  # noqa: F811
    """Who cannot see a photo would otherwise hear no more than its number."""
    photo = Photo.objects.create(conference=draft, image="photos/no.jpg", width=4, height=3)
    assert "#photos-group" in editor.get(page(draft)).text
    response = send(editor, page(draft), {"_publish": "1"})
    assert status(draft) == "draft" and "описания фотографий" in editor.get(response.url).text
    Photo.objects.filter(pk=photo.pk).update(alt="Пустой зал")
    send(editor, page(draft), {"_publish": "1"})
    assert status(draft) == "published"


# ── Lists ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_list_says_what_is_missing_and_shows_those_that_lack_something(editor, draft, bare):  # noqa: F811
    shown = editor.get("/admin/events/conference/").text
    assert "название или тема, дата, вид, источник" in shown
    narrowed = editor.get("/admin/events/conference/?waiting=incomplete").context["cl"].result_list
    assert list(narrowed) == [bare]


def test_publishing_many_shows_what_will_be_seen_and_what_is_missing(editor, draft, bare):  # noqa: F811
    other = complete("Другое")
    shown = act(editor, "publish", draft, bare, other).text
    assert "Станет видно всем: 2" in shown
    assert f'href="{page(bare)}#sources-group"' in shown
    assert [status(one) for one in (draft, bare, other)] == ["draft"] * 3
    shown = act(editor, "publish", draft, bare, other, confirmed="1").text
    assert [status(one) for one in (draft, bare, other)] == ["published", "draft", "published"]
    assert f'href="{draft.get_absolute_url()}"' in shown


def test_all_events_of_a_long_list_are_published_from_the_page_that_asks(editor, draft):  # noqa: F811
    other = complete("Другое")
    shown = act(editor, "publish", draft, select_across="1").text
    assert "Станет видно всем: 2" in shown and 'name="select_across" value="1"' in shown
    act(editor, "publish", draft, select_across="1", confirmed="1")
    assert status(other) == "published"


def test_of_many_published_at_once_the_message_links_some_and_counts_the_rest(editor):  # noqa: F811
    events = [complete(f"Вымышленная встреча {number}") for number in range(7)]
    shown = act(editor, "publish", *events, confirmed="1").text
    assert "Теперь видно всем" in shown and "и ещё 2" in shown
    assert sum(f'<a href="{one.get_absolute_url()}"' in shown for one in events) == 5


# ── Back to drafts ──────────────────────────────────────────────────────────────────────────────────────────────────


def published_for(conference, **duration):
    moment = timezone.now() - datetime.timedelta(**duration)
    Conference.objects.filter(pk=conference.pk).update(status="published", published=moment)


@pytest.mark.parametrize(("duration", "answer"), [({"hours": 23}, 404), ({"hours": 25}, 410)])
def test_what_returns_to_the_drafts_is_not_found_or_gone(editor, draft, client, duration, answer):  # noqa: F811
    talk = draft.talks.create(title="Каталог")
    published_for(draft, **duration)
    assert 'name="_return"' in editor.get(page(draft)).text
    send(editor, page(draft), {"_return": "1"})
    addresses = [draft.get_absolute_url(), talk.get_absolute_url(), f"/id/{draft.uid}", f"/id/{talk.uid}"]
    addresses.append(f"{draft.get_absolute_url()}export/bibtex/")
    assert [client.get(address).status_code for address in addresses] == [answer] * 5
    text = client.get(draft.get_absolute_url()).text
    assert "Причина не указана" not in text and "Опыт" not in text
    # The moment of leaving decides, not how long ago that was.
    Conference.objects.update(published=timezone.now() - datetime.timedelta(days=9))
    Conference.objects.update(unpublished=timezone.now() - datetime.timedelta(days=9, minutes=-5))
    assert client.get(draft.get_absolute_url()).status_code == 404


def test_what_is_published_again_is_seen_and_its_first_day_counts(editor, draft, client):  # noqa: F811
    published_for(draft, hours=1)
    act(editor, "return_to_drafts", draft)
    assert client.get(draft.get_absolute_url()).status_code == 404
    act(editor, "publish", draft, confirmed="1")
    assert client.get(draft.get_absolute_url()).status_code == 200
    assert Conference.objects.get().unpublished is None
    Conference.objects.update(published=timezone.now() - datetime.timedelta(days=2))
    act(editor, "return_to_drafts", draft)
    assert client.get(draft.get_absolute_url()).status_code == 410


def test_harvesters_are_told_and_deletion_is_always_gone(editor, draft, client):  # noqa: F811
    published_for(draft, minutes=1)
    act(editor, "return_to_drafts", draft)
    harvested = client.get("/oai?verb=ListIdentifiers&metadataPrefix=oai_dc").text
    assert 'status="deleted"' in harvested and str(draft.uid) in harvested
    assert editor.post(f"/admin/events/conference/{draft.pk}/delete/", {"post": "yes"}).status_code == 302
    assert OldAddress.objects.tombstones().count() == 1
    assert client.get(draft.get_absolute_url()).status_code == 410


def test_an_archivist_takes_nothing_off_the_site(archivist, draft):  # noqa: F811
    published_for(draft, hours=1)
    assert 'name="_return"' not in archivist.get(page(draft)).text
    act(archivist, "return_to_drafts", draft)
    send(archivist, page(draft), {"status": "draft"})
    assert status(draft) == "published"
    assert Proposal.objects.count() == 1


def test_the_message_says_who_sees_the_event_and_links_to_its_page(editor, draft):  # noqa: F811
    link = f'<a href="{draft.get_absolute_url()}">'
    for typed, said in (
        ({"_publish": "1"}, "Теперь видно всем"),
        ({"status": "withdrawn"}, "Посетители больше не видят"),
        ({"status": "published"}, "Теперь видно всем"),
        ({"_return": "1"}, "Посетители больше не видят"),
    ):
        response = send(editor, page(draft), typed)
        shown = editor.get(response.url).text
        assert f"{said}: {link}" in shown
    send(editor, page(draft), {"city": "Вымыслов"})
    assert "Посетители" not in editor.get(page(draft)).text
