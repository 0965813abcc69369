"""A person who asks to be hidden is named nowhere the public can look, until they are shown again."""

import re

import pytest
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.test import Client, override_settings

from events import merging, revisions
from events.cues import Cue
from events.export import formats
from events.models import (
    Conference,
    Organisation,
    SearchDocument,
    Series,
    Speaker,
    SpeakerParticipation,
    Talk,
    Topic,
    Version,
)
from events.revisions import withholding

from .rows import event

pytestmark = pytest.mark.django_db
# No word of the archive begins like these.
MARK, LATIN = "Зюмбрякова", "ziumbri"
FORMS = re.compile(r"зюмбряк|ziumbriak", re.IGNORECASE)
LOCAL_MEMORY = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}


@pytest.fixture
def conference(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with revisions.create():
        conference = event("Чтения", series=Series.objects.create(name="Цикл"))
    person = Speaker.objects.get()
    with revisions.create():
        person.family_name, person.initials, person.given_names, person.slug = MARK, "", "Анна Петровна", ""
        person.biography = "Библиограф."
        person.photo.save("ziumbriakova.jpg", ContentFile(b"\xff\xd8picture"), save=False)
        person.save()
        person.aliases.update(name="Зюмбрякова-Вымышленная А. П.", name_key="зюмбрякова-вымышленная а. п.")
        SpeakerParticipation.objects.update(name_as_printed="Зюмбряковой А. П.")
    return conference


@pytest.fixture
def person(conference):
    return Speaker.objects.get()


def addresses(conference):
    records = [conference, Talk.objects.get(), *Organisation.objects.all(), Topic.objects.get(), Series.objects.get()]
    pages = ["/", "/conferences/", "/talks/", "/speakers/", "/organisations/", "/topics/", "/about/"]
    pages += ["/indexes/years/2020/", "/indexes/places/", "/series/"]
    pages += [record.get_absolute_url() for record in records]
    words = [MARK, "Зюмбряковой", "Анна Зюмбрякова", "Ziumbriakova", "Зюмбрякава", "Чтения"]
    searches = [f"/search/?q={word}" for word in words] + ["/search/?record=speaker", "/search/"]
    suggestions = [f"/search/suggest/?q={word}" for word in ("Зюм", "зюмбр", "Чте", "Ziu")]
    return [*pages, *(f"/en{page}" for page in pages), *searches, *suggestions, *exports(conference)]


def exports(conference):
    records = [conference, Talk.objects.get(), *Organisation.objects.all(), Topic.objects.get(), Series.objects.get()]
    folders = [record.get_absolute_url() for record in records] + ["/conferences/", "/talks/"]
    files = [f"{folder}export/{name}/" for folder in folders for name in formats.FORMATS]
    harvested = [f"/oai?verb=ListRecords&metadataPrefix={prefix}" for prefix in ("oai_dc", "marc21", "unimarc")]
    api = [f"/api/v1/{name}/" for name in ("conferences", "talks", "speakers", "organisations")]
    return [*files, *harvested, "/oai?verb=ListSets", *api, "/api/v1/search/?q=Чтения", "/conferences/export/atom/"]


def naming(client, conference):
    """The addresses whose answers name the person otherwise than by repeating the question."""
    found = []
    for address in addresses(conference):
        response = client.get(address)
        assert response.status_code == 200, address
        asked = response.wsgi_request.GET.get("q", "")
        # Catalogues take some files in Windows-1251.
        text = " ".join(response.content.decode(encoding, "replace") for encoding in ("utf-8", "cp1251"))
        text = text.replace(asked, "") if asked else text
        text = re.sub(r"[?&](?:amp;)?q=[^\"&]*", "", text)
        if FORMS.search(text):
            found.append(address)
    return found


def test_the_marker_is_found_everywhere_before(client, conference, person):
    found = naming(client, conference)
    assert {"/speakers/", conference.get_absolute_url(), Talk.objects.get().get_absolute_url()} <= set(found)
    assert any("suggest" in address for address in found)


def test_a_hidden_person_is_named_on_no_page_and_found_by_no_search(client, conference, person):
    with override_settings(CACHES=LOCAL_MEMORY):
        cache.clear()
        naming(client, conference)
        withholding.hide(person, "Просьба от 1 июня")
        assert naming(client, conference) == []
        cache.clear()
    public = SearchDocument.objects.exclude(kind=SearchDocument.Kind.SPEAKER)
    assert not any(FORMS.search(f"{document.title} {document.names} {document.body}") for document in public)
    assert not Speaker.objects.published().exists()
    assert "имя" in client.get(conference.get_absolute_url()).text.lower()


def test_the_note_says_that_a_name_is_withheld(client, conference, person):
    note = "withheld at their request"
    address = f"/en{conference.get_absolute_url()}"
    assert note not in client.get(address).text
    withholding.hide(person, "Просьба")
    assert note in client.get(address).text
    assert note in client.get(f"/en{Talk.objects.get().get_absolute_url()}").text


def test_page_and_picture_are_gone_and_the_old_address_leads_nowhere(client, person):
    old, picture, name = person.get_absolute_url(), person.photo.url, person.full_name
    assert client.get(picture).status_code == 200
    withholding.hide(person, "Просьба")
    assert not FORMS.search(person.slug)
    for address in (old, person.get_absolute_url(), f"/en{old}", f"/id/{person.uid}"):
        response = client.get(address)
        assert response.status_code == 410
        assert name not in response.text and person.slug not in response.text.replace(address, "")
    assert client.get(picture).status_code == 404
    assert client.get(f"/report/speaker/{person.slug}/").status_code == 404


def test_staff_are_not_led_from_the_old_address_either(client, person, staff_client):
    old = person.get_absolute_url()
    withholding.hide(person, "Просьба")
    response = staff_client.get(old)
    assert response.status_code == 410 and person.slug not in response.text
    assert staff_client.get(f"/id/{person.uid}")["Location"] == person.get_absolute_url()
    assert staff_client.get(person.get_absolute_url()).status_code == 200


def test_whoever_the_public_never_saw_is_unknown_until_shown(client):
    event("Черновик", status="draft")
    person = Speaker.objects.get()
    withholding.hide(person, "Просьба")
    conference = Conference.objects.get()
    conference.status = "published"
    conference.save()
    for address in (f"/id/{person.uid}", person.get_absolute_url()):
        assert client.get(address).status_code == 404
    withholding.show(person)
    assert person.published
    old = person.get_absolute_url()
    assert client.get(old).status_code == 200
    person.slug = "inache"
    person.save()
    assert client.get(old)["Location"] == person.get_absolute_url()


def test_who_is_shown_again_does_not_take_an_address_that_became_anothers():
    event("Черновик", status="draft")
    person = Speaker.objects.get()
    slug = person.slug
    withholding.hide(person, "Просьба")
    event("Чтения")
    other = Speaker.objects.exclude(pk=person.pk).get()
    for address in (slug, "drugoi"):
        other.slug = address
        other.save()
    withholding.show(person)
    assert not person.is_hidden and person.slug not in (slug, "drugoi", person.neutral_slug)


def test_a_talk_does_not_say_that_its_hidden_speaker_is_not_known(client, person):
    talk = Talk.objects.get()
    withholding.hide(person, "Просьба")

    def unknown() -> str:
        return client.get(f"/en{talk.get_absolute_url()}").text.partition("Not known")[2].partition("</dd>")[0]

    assert "abstract" in unknown() and "speaker" not in unknown()
    talk.people.all().delete()
    assert "speaker" in unknown()


def test_who_is_shown_again_is_there_as_before(client, conference, person):
    old = person.get_absolute_url()
    before = {address: client.get(address).text for address in (old, conference.get_absolute_url(), "/speakers/")}
    withholding.hide(person, "Просьба")
    withholding.show(person)
    assert (person.get_absolute_url(), person.hidden_reason) == (old, "")
    for address, text in before.items():
        assert re.sub(r"\s+", " ", client.get(address).text) == re.sub(r"\s+", " ", text)
    assert any("suggest" in address for address in naming(client, conference))


def test_no_form_fixture_or_older_version_shows_a_hidden_person(client, person, staff):
    version = Version.objects.of(person).first()
    withholding.hide(person, "Просьба")
    stale = Speaker.objects.get()
    stale.hidden_since = None
    stale.save()
    revisions.restore(version, staff)
    assert Speaker.objects.get().is_hidden
    with pytest.raises(merging.CannotMerge):
        merging.merge(Speaker.objects.create(family_name="Другая"), Speaker.objects.get(pk=person.pk))


@pytest.mark.parametrize(
    "text",
    [
        "А. П. Зюмбрякова",
        "с Зюмбряковой",
        "Зюмбрякову А.",
        "ЗЮМБРЯКОВА",
        "Ziumbriakova spoke",
        "«Зюмбряковой-Вымышленной»",
    ],
)
def test_a_text_with_the_name_in_any_form_is_listed(person, conference, text):
    withholding.hide(person, "Просьба")
    assert withholding.is_complete(person)
    Conference.objects.filter(pk=conference.pk).update(summary=f"Выступала {text}, библиограф.")
    assert [(found.row, found.field.name) for found in withholding.unanswered(person)] == [(conference, "summary")]
    assert not withholding.is_complete(person)


@pytest.mark.parametrize("text", ["Зюмбрь", "Чтения и беседы", "Анна Петровна", "Перезюмбрякова"])
def test_another_word_is_not(person, conference, text):
    Conference.objects.filter(pk=conference.pk).update(summary=text)
    assert list(withholding.naming_texts(person)) == []


def test_titles_captions_headlines_notes_and_file_names_are_listed_too(person, conference):
    talk = conference.talks.get()
    Talk.objects.filter(pk=talk.pk).update(abstract=f"{MARK} говорит", title=f"О книге {MARK}")
    conference.photos.update(alt=MARK, image="photos/ziumbriakova-2.jpg")
    conference.materials.update(file="materials/ziumbriakova.pdf")
    conference.recordings.update(file="recordings/ziumbriakova.mp4")
    conference.sources.update(headline=f"Интервью: {MARK}")
    conference.notes.update(text=MARK)
    found = {(type(text.row).__name__, text.field.name) for text in withholding.naming_texts(person)}
    expected = {("Talk", "abstract"), ("Talk", "title"), ("Photo", "alt"), ("Photo", "image")}
    expected |= {("Material", "file"), ("Recording", "file")}
    assert expected | {("Source", "headline"), ("Note", "text")} == found


def test_captions_that_say_who_speaks_are_listed_and_lost_ones_are_passed_over(person, conference):
    recording = conference.recordings.get()
    captions = f"WEBVTT\n\n00:00.000 --> 00:01.000\n<v {MARK}>Добрый день\n"
    recording.captions.save("subtitles.vtt", ContentFile(captions.encode()))
    [found] = withholding.naming_texts(person)
    assert (found.row, found.text) == (recording, f"<v {MARK}>Добрый день")
    recording.captions.storage.delete(recording.captions.name)
    assert list(withholding.naming_texts(person)) == []


@pytest.mark.parametrize(
    ("label", "is_withheld"),
    [
        ("Зюмбрякова", True),
        ("Анна Зюмбрякова", True),
        ("ЗЮМБРЯКОВА А.П.", True),
        ("А. П. Зюмбрякова (ведущая)", True),
        ("Зюмбрякова, библиотека", True),
        ("Anna Ziumbriakova", True),
        ("Анна Петровна", True),
        ("Вымышленная-Зюмбрякова", True),
        ("Мария Ивановна Зюмбрякова", False),
        ("М. И. Зюмбрякова", False),
        ("Пётр Зюмбряков", False),
        ("Анна Петровна Другая", False),
        ("Анна", False),
        ("Ведущий", False),
    ],
)
def test_a_label_is_withheld_if_it_may_be_the_person_and_not_if_it_is_a_namesake(person, label, is_withheld):
    withholding.hide(person, "Просьба")
    (cue,) = withholding.HiddenSpeakers().unnamed([Cue(0, 1, label, "Добрый день")])
    assert cue == Cue(0, 1, "имя скрыто" if is_withheld else label, "Добрый день")


@pytest.mark.parametrize(
    "said",
    [
        f"<v {MARK}>Читаем вслух",
        f"<v.first Анна {MARK}>Читаем вслух",
        f"А. П. {MARK}: Читаем вслух",
        f"- {MARK.upper()}: Читаем вслух",
        f"Анна {MARK}, Горск: Читаем вслух",
        f"анна {MARK.lower()}: Читаем вслух",
    ],
)
@pytest.mark.parametrize("unlabelled", [0, 40])
def test_captions_do_not_say_that_a_hidden_person_speaks(client, person, conference, said, unlabelled):
    """Of many lines with one name before them the reader of captions takes none for a label."""
    lines = [said, "<v Пётр Вымышленный>Слушаем", *["и дальше"] * unlabelled]
    cues = "\n\n".join(f"{n:02}:00.000 --> {n:02}:05.000\n{line}" for n, line in enumerate(lines))
    recording = conference.recordings.get()
    # Others name the person in captions of events in which they have no part.
    other = event("Беседы").recordings.get()
    with override_settings(CACHES=LOCAL_MEMORY):
        cache.clear()
        for one in (recording, other):
            one.captions.save("subtitles.vtt", ContentFile(f"WEBVTT\n\n{cues}\n".encode()))
        pages = [
            address
            for one in (recording, other)
            for address in (
                one.get_absolute_url(),
                f"/en{one.get_absolute_url()}",
                f"/embed/{one.uid}/",
                f"/recordings/{one.uid}.vtt",
                f"/recordings/{one.uid}.txt",
                one.conference.get_absolute_url(),
                one.offsets.get().talk.get_absolute_url(),
            )
        ]
        before = {address: client.get(address).text for address in pages}
        assert all(FORMS.search(text) for address, text in before.items() if address.startswith("/recordings/"))
        withholding.hide(person, "Просьба")
        for address in pages:
            text = client.get(address).text
            assert not FORMS.search(text), address
            if address.startswith("/recordings/"):
                assert "имя скрыто" in text or "name withheld" in text
                assert "Пётр Вымышленный" in text and "Читаем вслух" in text
        withholding.show(person)
        assert {address: client.get(address).text for address in pages} == before
        cache.clear()


def test_captions_as_they_were_uploaded_are_for_staff(client, staff_client, person, conference):
    recording = conference.recordings.get()
    recording.captions.save("subtitles.vtt", ContentFile(f"WEBVTT\n\n0:0 --> 0:1\n<v {MARK}>Да\n".encode()))
    assert client.get(recording.captions.url).status_code == 404
    response = staff_client.get(recording.captions.url)
    assert response.status_code == 200 and "no-store" in response["Cache-Control"]


def test_what_an_editor_leaves_is_not_asked_again_until_it_changes(person, conference):
    withholding.hide(person, "Просьба")
    Conference.objects.filter(pk=conference.pk).update(summary=MARK)
    withholding.leave(person, [text.key for text in withholding.unanswered(person)], "Цитата")
    assert withholding.is_complete(person)
    Conference.objects.filter(pk=conference.pk).update(summary=f"Снова {MARK}")
    assert not withholding.is_complete(person)


def test_two_editors_who_answer_at_once_both_have_answered(person, conference):
    """The second’s answer was written over the first’s."""
    withholding.hide(person, "Просьба")
    Conference.objects.filter(pk=conference.pk).update(summary=MARK, outcome=f"И {MARK}")
    summary, outcome = (text.key for text in withholding.unanswered(person))
    first, second = Speaker.objects.get(), Speaker.objects.get()
    withholding.leave(first, [summary], "Цитата")
    withholding.leave(second, [outcome], "Цитата")
    assert withholding.is_complete(second)


def test_an_editor_hides_answers_and_shows_again_on_one_page(client, conference, person, staff_client, staff):
    Conference.objects.filter(pk=conference.pk).update(summary=f"Выступала {MARK}.")
    page = f"/admin/events/speaker/{person.pk}/hiding/"
    assert page in staff_client.get(f"/admin/events/speaker/{person.pk}/change/").text
    assert f"Выступала {MARK}" in staff_client.get(page).text
    response = staff_client.post(page, {"hide": "1", "reason": ""})
    assert response.status_code == 200 and response.context["form"].errors
    assert staff_client.post(page, {"hide": "1", "reason": "Письмо № 5"}).status_code == 302
    assert Speaker.objects.get().is_hidden
    text = staff_client.get(page)
    assert "Письмо № 5" in text.text
    assert "Письмо" not in client.get(conference.get_absolute_url()).text
    [(naming_text, _address)] = text.context["texts"]
    unexplained = staff_client.post(page, {"leave": "1", "text": [naming_text.key], "justification": " "})
    assert unexplained.context["form"].errors and f'value="{naming_text.key}" id="text-1" checked' in unexplained.text
    assert not withholding.is_complete(Speaker.objects.get())
    unmarked = staff_client.post(page, {"leave": "1", "text": ["stale"], "justification": "Цитата из газеты"})
    assert unmarked.context["form"].errors and "Цитата из газеты" in unmarked.text
    data = {"leave": "1", "text": [naming_text.key], "justification": "Цитата из газеты"}
    assert staff_client.post(page, data).status_code == 302
    assert withholding.is_complete(Speaker.objects.get())
    version = Version.objects.of(person).first()
    assert "Цитата из газеты" in version.comment and version.user == staff
    assert version.rows[0]["fields"]["texts_left"] == naming_text.key
    assert "Цитата из газеты" in staff_client.get(f"/admin/events/speaker/{person.pk}/history/").text
    staff_client.post(page, {"show": "1"})
    assert not Speaker.objects.get().is_hidden


def test_who_may_not_publish_may_not_hide(person, django_user_model):
    archivist = django_user_model.objects.create_user("archivist", is_staff=True)
    archivist.groups.add(Group.objects.order_by("pk").first())
    client = Client()
    client.force_login(archivist)
    page = f"/admin/events/speaker/{person.pk}/hiding/"
    if archivist.has_perm("events.publish_conference"):
        archivist.groups.clear()
    assert client.post(page, {"hide": "1", "reason": "…"}).status_code in (302, 403)
    assert not Speaker.objects.get().is_hidden
