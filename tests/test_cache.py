"""Public pages come from the cache as fast as they can and never older than what they show."""

import datetime
import gzip

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import resolve
from django.utils import timezone

from events import merging, revisions
from events.models import (
    Conference,
    ConferenceKind,
    ListCount,
    OldAddress,
    Organisation,
    PageVersion,
    PublicRevision,
    Series,
    Speaker,
    SpeakerParticipation,
    SpeakerRole,
    Synonym,
    Talk,
    Topic,
    Version,
)
from events.models.conference import ConferenceQuerySet
from events.views.people import SpeakerPage
from events.views.talks import TalkPage

from .conftest import rolled_back
from .rows import event, series
from .sampling import sample

pytestmark = pytest.mark.usefixtures("archive", "db")
MEMORY = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "tests"}}


NOTHING_KEPT = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}


@pytest.fixture(autouse=True)
def store(settings):
    settings.CACHES = MEMORY
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(scope="module")
def archive(django_db_setup, django_db_blocker):
    with rolled_back(django_db_blocker):
        with revisions.create():
            series("Чтения")
            one = event("Встреча")
            part = event("Часть встречи", parent=one, day="2021-01-01")
            part.people.update(speaker=Speaker.objects.get(family_name="Встречаев 1"))
            event("Черновик", status="draft").people.update(speaker=Speaker.objects.get(family_name="Встречаев 1"))
            namesake = Speaker.objects.create(family_name="Встречаев 1", initials="А. Б.", slug="tezka")
            one.people.create(speaker=namesake, role=SpeakerRole.objects.get(slug="guest"))
        yield


def records():
    for model in (Conference, Talk, Speaker, Organisation, Topic, Series):
        yield from model.objects.published()


def addresses() -> list[str]:
    lists = ["/", "/about/", "/conferences/", "/conferences/?kind=webinar", "/talks/", "/speakers/", "/topics/"]
    lists += ["/indexes/", "/indexes/years/", "/indexes/years/2020/", "/indexes/places/", "/series/"]
    lists += ["/organisations/", "/organisations/?by=place", "/search/?q=встреча", "/search/?q=доклад&sort=date"]
    lists += ["/reports/", "/reports/2020/", "/similar/?q=встреча", "/collection/?q=встреча"]
    own = [record.get_absolute_url() for record in records()]
    for record in (Speaker.objects.published().first(), Organisation.objects.published().first(), Talk.objects.first()):
        if isinstance(record, Talk):
            lists += [f"/similar/?talk={record.slug}", f"/collection/?r={record.uid}"]
        elif record is not None:
            lists += [f"{record.get_absolute_url()}met/", f"/reports/?{record._meta.model_name}={record.slug}"]
            lists += [f"{record.get_absolute_url()}people/"] if isinstance(record, Organisation) else []
    return [*lists, *own, *(f"/en{address}" for address in ("/", *own[:4]))]


def kept(client: Client, address: str):
    """The page as visitors get it, from the cache if it has it."""
    return client.get(address)


def fresh(address: str):
    """The page made now, with nothing from the cache and every count made anew."""
    client = Client()
    client.cookies["sessionid"] = "nobody"  # the headers of a page that is not stored
    with override_settings(CACHES=NOTHING_KEPT), transaction.atomic():
        ListCount.objects.filter(kind=ListCount.COMPLETE).delete()
        page = client.get(address)
        transaction.set_rollback(True)
    return page


def assert_nothing_is_stale(client: Client, asked: set[str]) -> None:
    for address in asked:
        now, page = fresh(address), kept(client, address)
        assert (page.status_code, page.content) == (now.status_code, now.content), address


# ── Never stale ─────────────────────────────────────────────────────────────────────────────────────────────────────


def change(**values):
    def step(record):
        for name, value in values.items():
            setattr(record, name, value)
        record.save()

    return step


def by_update(**values):
    return lambda record: type(record).objects.filter(pk=record.pk).update(**values)


def delete(record):
    for part in ("participations", "subject_of", "affiliations", "hosted", "departments", "conferences"):
        related = getattr(record, part, None)
        if related is not None and part in ("participations", "subject_of", "affiliations"):
            related.all().delete()
        elif related is not None and part == "departments":
            related.update(parent=None)
        elif related is not None:
            related.update(**{"venue" if part == "hosted" else "series": None})
    record.delete()


def merge(record):
    other = (
        type(record).objects.exclude(pk=record.pk).exclude(parent=record.pk)
        if isinstance(record, Organisation)
        else type(record).objects.exclude(pk=record.pk)
    )
    merging.merge(other.filter(slug__contains="1").first() or other.first(), record)


def load_again(record):
    """A fixture puts the event in another place."""
    Conference.objects.filter(pk=record.pk).update(place="Зал")
    call_command("loaddata", "lists", verbosity=0)


def restore(record):
    first = Version.objects.of(record).last()
    record.place = "Зал"
    record.save()
    revisions.restore(first)


CHANGES = {
    "an event renamed": (Conference, change(title="Свидание")),
    "an event moved to another address": (Conference, change(slug="svidanie")),
    "an event withdrawn": (Conference, change(status="withdrawn")),
    "an event back to a draft, in bulk": (Conference, by_update(status="draft")),
    "an event of another day": (Conference, lambda one: one.dates.update(start="2022-02-03")),
    "an event with other topics": (Conference, lambda one: one.topics.set(["Вымыслы"])),
    "an event deleted": (Conference, lambda one: (one.parts.update(parent=None), one.delete())),
    "an event as it was": (Conference, restore),
    "an event loaded again": (Conference, load_again),
    "a talk renamed": (Talk, change(title="Другой доклад")),
    "a talk deleted": (Talk, lambda talk: talk.delete()),
    "a person renamed": (Speaker, change(family_name="Переименова")),
    "a person renamed in bulk": (Speaker, by_update(family_name="Переименова", name_key="переименова")),
    "a person merged": (Speaker, merge),
    "a person deleted": (Speaker, delete),
    "a person with another alias": (Speaker, lambda one: one.aliases.create(name="Псевдонимова")),
    "a namesake who comes": (Speaker, lambda one: join("tezka")),
    "a library renamed": (Organisation, change(name="Другая библиотека", short_name="ДБ")),
    "a library merged": (Organisation, merge),
    "a library deleted": (Organisation, delete),
    "a person of another library": (SpeakerRole, lambda one: move()),
    "a talk on another topic": (Talk, lambda talk: talk.topics.set(["Вымыслы"])),
    "a topic renamed": (Topic, change(name="другая тема")),
    "a topic merged": (Topic, merge),
    "a topic deleted": (Topic, lambda one: one.delete()),
    "a series renamed": (Series, change(name="Другой цикл")),
    "a series deleted": (Series, delete),
    "a kind renamed": (ConferenceKind, change(name="вымышленный вебинар")),
    "a role renamed": (SpeakerRole, change(name="вымышленный докладчик", name_plural="вымышленные докладчики")),
    "a former address": (
        Conference,
        lambda one: OldAddress.objects.create(kind="conference", slug="byla", target=one.slug),
    ),
    "a synonym": (Conference, lambda one: Synonym.objects.create(words="рандеву, встреча")),
}


def join(slug: str) -> None:
    conference = Conference.objects.get(title="Чтения 1")
    conference.people.create(speaker=Speaker.objects.get(slug=slug), role=SpeakerRole.objects.get(slug="guest"))


def move() -> None:
    """Every page of those who take part in the event counts whom they met there."""
    parts = Conference.objects.get(title="Встреча").people
    parts.update(organisation=Organisation.objects.get(name="Чтения 1: библиотека 1"))


def subject(model):
    """A record that many pages show."""
    named = {
        Conference: {"title": "Встреча"},
        Talk: {"title": "Встреча: доклад 1"},
        Speaker: {"family_name": "Встречаев 1", "slug__startswith": "vstrech"},
        Organisation: {"name": "Встреча: библиотека 1"},
        Topic: {"name": "Встреча: тема 1"},
        ConferenceKind: {"slug": "webinar"},
        SpeakerRole: {"slug": "speaker"},
    }
    return model.objects.get(**named.get(model, {}))


@pytest.mark.parametrize("what", CHANGES)
def test_no_page_is_older_than_the_last_change(archive, client, what):
    model, step = CHANGES[what]
    record, number = subject(model), list(CHANGES).index(what)
    own = getattr(record, "get_absolute_url", lambda: "/")()
    asked = {own, "/conferences/byla/", "/search/?q=рандеву", *sample(addresses(), 8, number)}
    for address in asked:
        kept(client, address)
    step(record)
    assert_nothing_is_stale(client, {*asked, *sample(addresses(), 8, number)})


def test_a_draft_leaves_every_page_in_the_cache(archive, client):
    # Whoever met nobody has no page of those met.
    asked = [address for address in addresses() if kept(client, address).status_code == 200]
    assert any(address.endswith("/met/") for address in asked)
    draft = Conference.objects.get(title="Черновик")
    draft.title = "Другой черновик"
    draft.save()
    for address in asked:
        with CaptureQueriesContext(connection) as captured:
            assert "Другой черновик" not in kept(client, address).text
        assert len(captured) == 1, address


def test_an_event_elsewhere_leaves_the_pages_of_records_in_the_cache(archive, client):
    person = Speaker.objects.get(family_name="Чтения 1ев 1")
    pages = [Conference.objects.get(title="Чтения 1").get_absolute_url(), person.participations.first().organisation]
    pages[1] = pages[1].get_absolute_url() if pages[1] else pages[0]
    for address in pages:
        kept(client, address)
    change(title="Свидание")(Conference.objects.get(title="Встреча"))
    for address in pages:
        with CaptureQueriesContext(connection) as captured:
            kept(client, address)
        assert len(captured) == 1, address


def test_a_row_of_a_list_is_made_again_when_its_record_changes(archive, client, monkeypatch):
    made, with_card = [], ConferenceQuerySet.with_card

    def counted(records):
        made.extend(records.values_list("title", flat=True))
        return with_card(records)

    kept(client, "/conferences/")
    change(title="Свидание")(Conference.objects.get(title="Встреча"))
    monkeypatch.setattr(ConferenceQuerySet, "with_card", counted)
    page = kept(client, "/conferences/").text
    # Its part names it.
    assert set(made) == {"Свидание", "Часть встречи"}
    assert "Свидание" in page and "Чтения 1" in page and "Встреча<" not in page


def test_pages_of_a_static_copy_are_not_those_of_the_site(archive, client):
    """They have the same addresses, and lack what needs a server."""
    talk = Talk.objects.get(title="Чтения 1: доклад 1")
    request = RequestFactory(SERVER_NAME="testserver").get(talk.get_absolute_url())
    request.user, request.is_for_copy = AnonymousUser(), True
    request.resolver_match = resolve(request.path)
    copied = TalkPage.as_view()(request, slug=talk.slug).content.decode()
    assert "Версия для слабовидящих" not in copied
    assert "Версия для слабовидящих" in kept(client, talk.get_absolute_url()).text


@pytest.mark.parametrize("view, model", [(TalkPage, Talk), (SpeakerPage, Speaker)])
def test_only_what_is_found_by_similarity_is_made_again_for_changes_elsewhere(
    archive, client, monkeypatch, view, model
):
    own = {Talk: {"title": "Чтения 1: доклад 1"}, Speaker: {"family_name": "Чтения 1ев 1"}}[model]
    record = model.objects.get(**own)
    kept(client, record.get_absolute_url())
    elsewhere = Conference.objects.get(title="Встреча")
    if model is Talk:
        Talk.objects.create(conference=elsewhere, title=record.title, slug="takoi-zhe-doklad")
    else:
        namesake = Speaker.objects.create(family_name=record.family_name, initials=record.initials, slug="odnofamilets")
        part = record.participations.first()
        SpeakerParticipation.objects.create(conference=elsewhere, speaker=namesake, role=part.role)
    monkeypatch.setattr(view, "get_context_data", None)
    page = kept(client, record.get_absolute_url())
    assert page.status_code == 200
    assert "takoi-zhe-doklad" in page.text or "odnofamilets" in page.text


def test_a_page_with_the_day_of_access_is_of_today(archive, client, monkeypatch):
    address = Conference.objects.get(title="Встреча").get_absolute_url()
    kept(client, address)
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    monkeypatch.setattr(timezone, "localdate", lambda *args: tomorrow)
    assert tomorrow.strftime("%d.%m.%Y") in kept(client, address).text


def test_a_change_while_the_page_is_made_is_not_lost(archive, client):
    """The version is read first: what is stored with it may be newer, never older."""
    address = "/conferences/"
    before = PublicRevision.current()
    kept(client, address)
    change(title="Свидание")(Conference.objects.get(title="Встреча"))
    assert PublicRevision.current() == before + 1
    assert "Свидание" in kept(client, address).text


def test_figures_of_the_archive_are_counted_once_for_each_of_its_revisions(archive, client):
    def statements(address: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        return len(queries)

    for address in ("/", "/conferences/", "/talks/", "/speakers/"):
        first = statements(address)
        # Another address of the same page, which is not stored.
        again = statements(f"{address}?again")
        assert again < first, address
        change(title=f"Свидание {address}")(Conference.objects.order_by("pk").first())
        assert statements(f"{address}?changed") > again, address


# ── How it is sent ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_compressed_page_is_the_page(archive, client):
    for _time in range(2):
        plain = client.get("/conferences/")
        packed = client.get("/conferences/", headers={"Accept-Encoding": "gzip, br"})
        assert "Content-Encoding" not in plain
        assert packed["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.content) == plain.content
        assert len(packed.content) < len(plain.content) / 2
        assert int(packed["Content-Length"]) == len(packed.content)
        assert "Accept-Encoding" in packed["Vary"]
    assert "Content-Encoding" not in client.get("/conferences/", headers={"Accept-Encoding": "gzip;q=0"})


def test_a_browser_that_has_the_page_is_told_so(archive, client):
    page = client.get("/")
    again = client.get("/", headers={"If-None-Match": page["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", page["ETag"])
    change(title="Свидание")(Conference.objects.get(title="Встреча"))
    later = client.get("/", headers={"If-None-Match": page["ETag"]})
    assert later.status_code == 200 and later["ETag"] != page["ETag"]


def test_the_headers_of_a_page_are_those_of_a_fresh_one(archive, client):
    for address in addresses():
        first, second, now = kept(client, address), kept(client, address), fresh(address)
        for name in ("Content-Type", "Content-Language", "X-Robots-Tag", "Content-Security-Policy", "X-Frame-Options"):
            assert first.get(name) == second.get(name) == now.get(name), (address, name)


def test_a_head_request_has_no_body_and_stores_none(archive, client):
    assert client.head("/").content == b""
    assert b"</html>" in client.get("/").content
    assert client.head("/").content == b""


def test_staff_see_their_drafts_and_nothing_of_theirs_is_kept(archive, client, admin_client):
    draft = Conference.objects.get(title="Черновик").get_absolute_url()
    assert admin_client.get(draft).status_code == 200
    assert client.get(draft).status_code == 404
    for address in ("/", "/conferences/", Conference.objects.get(title="Встреча").get_absolute_url()):
        client.get(address)
        page = admin_client.get(address)
        assert "ETag" not in page
        assert fresh(address).content == client.get(address).content


def test_a_form_with_a_token_a_refusal_and_a_redirect_are_not_kept(archive, client):
    OldAddress.objects.create(kind="conference", slug="byla", target=Conference.objects.get(title="Встреча").slug)
    report = Conference.objects.get(title="Встреча").report_url
    tokens = {client.get(report).context["csrf_token"] for _time in range(2)}
    assert len(tokens) == 2
    for address in ("/conferences/byla/", "/conferences/nikogda/", "/conferences/?page=77"):
        assert "ETag" not in client.get(address)


def test_the_store_is_bounded(archive, client, settings):
    settings.CACHES = {"default": {**MEMORY["default"], "OPTIONS": {"MAX_ENTRIES": 20}}}
    for number in range(60):
        client.get(f"/search/?q=встреча+{number}")
    stored = 0
    for number in range(60):
        with CaptureQueriesContext(connection) as captured:
            client.get(f"/search/?q=встреча+{number}")
        stored += len(captured) == 1
    assert stored <= 20


def test_what_another_process_changed_is_seen(archive, client):
    """The store is each process's own memory; the versions are in the database that all share."""
    changed, number = Conference.objects.get(title="Встреча"), PublicRevision.current() + 1
    asked = ("/", "/conferences/", changed.talks.first().get_absolute_url())
    for address in asked:
        kept(client, address)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE events_conference SET title = 'Свидание' WHERE title = 'Встреча'")
    PageVersion.set([changed.uid], number)
    PublicRevision.set(number)
    for address in asked:
        assert "Свидание" in kept(client, address).text, address
