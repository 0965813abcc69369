"""Recordings as visitors see them: players, seconds, what was said, and what other sites may embed."""

import re

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from events import players
from events.models import (
    Material,
    MaterialKind,
    Organisation,
    OrganisationRole,
    Recording,
    RecordingOffset,
    Source,
    Talk,
)

from .rows import event

YOUTUBE = "https://www.youtube.com/watch?v=abcdefghij0"
RUTUBE = "https://rutube.ru/video/0123456789abcdef0123456789abcdef/"
VK = "https://vk.com/video-123_456"
SAID = "WEBVTT\n\n16:00.000 --> 16:05.000\nАнна Придуманная: Читаем <script> вслух.\n"


@pytest.mark.parametrize(
    ("url", "host", "player", "moment"),
    [
        (RUTUBE, "RuTube", "https://rutube.ru/play/embed/0123456789abcdef0123456789abcdef/?t={s}", f"{RUTUBE}?t=960"),
        (VK, "VK Видео", "https://vk.com/video_ext.php?oid=-123&id=456&t={s}s", f"{VK}?t=16m0s"),
        (
            "https://vkvideo.ru/video-1_2?list=a",
            "VK Видео",
            "https://vk.com/video_ext.php?oid=-1&id=2&t={s}s",
            "https://vkvideo.ru/video-1_2?list=a&t=16m0s",
        ),
        (YOUTUBE, "YouTube", "https://www.youtube-nocookie.com/embed/abcdefghij0?start={s}", f"{YOUTUBE}&t=960s"),
        (
            "https://youtu.be/abcdefghij0?t=5",
            "YouTube",
            "https://www.youtube-nocookie.com/embed/abcdefghij0?start={s}",
            "https://youtu.be/abcdefghij0?t=960s",
        ),
        ("https://dzen.ru/embed/vAbC", "Дзен", "https://dzen.ru/embed/vAbC?t={s}", "https://dzen.ru/embed/vAbC?t=960"),
        # Without its key nobody sees a private recording.
        (
            f"{RUTUBE.replace('video/', 'video/private/')}?p=Key-1_",
            "RuTube",
            "https://rutube.ru/play/embed/0123456789abcdef0123456789abcdef/?t={s}&p=Key-1_",
            f"{RUTUBE.replace('video/', 'video/private/')}?p=Key-1_&t=960",
        ),
        # Taken from the code for embedding.
        (
            "https://vkvideo.ru/video_ext.php?oid=-1&id=2&hash=a1b2&hd=2",
            "VK Видео",
            "https://vk.com/video_ext.php?oid=-1&id=2&t={s}s&hash=a1b2",
            "https://vkvideo.ru/video_ext.php?oid=-1&id=2&hash=a1b2&hd=2&t=16m0s",
        ),
        (
            "https://www.youtube.com/embed/abcdefghij0?rel=0",
            "YouTube",
            "https://www.youtube-nocookie.com/embed/abcdefghij0?start={s}",
            "https://www.youtube.com/embed/abcdefghij0?rel=0&start=960",
        ),
    ],
)
def test_each_host_plays_here_and_opens_at_the_second(url, host, player, moment):
    assert players.player(url, list(players.HOSTS)) == (host, player)
    assert players.at_second(url, 960) == moment


@pytest.mark.parametrize(
    ("url", "moment"),
    [
        ("https://dzen.ru/video/watch/64ab", "https://dzen.ru/video/watch/64ab?t=960"),
        ("https://ok.ru/video/12", "https://ok.ru/video/12?fromTime=960"),
        ("https://vimeo.com/12", "https://vimeo.com/12#t=960s"),
        (f"{YOUTUBE}#t=30s", f"{YOUTUBE}&t=960s"),
        ("https://library.example/lectures/chteniia.MP4", "https://library.example/lectures/chteniia.MP4#t=960"),
        ("https://library.example/lectures/12", "https://library.example/lectures/12"),
    ],
)
def test_pages_without_a_player_open_at_the_second_where_they_can(url, moment):
    assert players.at_second(url, 960) == moment
    assert players.at_second(url, 0) == url


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/video-1_2",
        "https://rutube.ru/channel/5/",
        "https://youtube.com.evil.example/watch?v=abcdefghij0",
        "https://evil.example/?u=https://youtu.be/abcdefghij0",
        "javascript:alert(1)//rutube.ru/video/0123456789abcdef0123456789abcdef/",
    ],
)
def test_other_addresses_have_no_player(url):
    assert players.player(url, list(players.HOSTS)) is None


def test_hosts_that_are_not_allowed_have_no_player_and_no_frame():
    assert players.player(RUTUBE, ["youtube.com"]) is None
    assert players.origins(["vk.com"]) == ["https://vk.com", "https://vkvideo.ru"]
    assert players.origins([]) == []


pytestmark = pytest.mark.django_db


@pytest.fixture
def conference():
    return event(size=0)


def recorded(conference, said=SAID, **values):
    recording = Recording.objects.create(conference=conference, **values)
    if said:
        recording.captions.save("a.vtt", ContentFile(said.encode()))
    return recording


@pytest.fixture
def own(conference, settings, tmp_path):
    """A recording kept by the archive, with captions and one talk from 16:00."""
    settings.MEDIA_ROOT = tmp_path
    default_storage.save("recordings/a.mp4", ContentFile(b"video"))
    recording = recorded(conference, file="recordings/a.mp4")
    talk = Talk.objects.create(conference=conference, title="Чтение вслух")
    RecordingOffset.objects.create(recording=recording, talk=talk, seconds=960)
    return recording


def test_a_recording_of_the_archive_plays_on_the_page_with_captions_and_talks(client, own):
    recorded(own.conference, said="", file="recordings/b.mp4")
    page = client.get(own.conference.get_absolute_url()).text
    # One card of the event is drawn, loaded and shown, not one for each of its recordings.
    assert '<video controls preload="metadata" playsinline src="/media/recordings/a.mp4" poster="/cards/' in page
    assert '<video controls preload="metadata" playsinline src="/media/recordings/b.mp4">' in page
    assert f'src="/recordings/{own.uid}.vtt" srclang="ru"' in page
    assert page.count('href="/media/recordings/a.mp4#t=960"') == 2  # in the programme and below the player
    assert "в записи с 16:00" in page
    assert f'href="/recordings/{own.uid}/#t=960">16:00</a>' in page
    assert "<b>Анна Придуманная:</b> Читаем &lt;script&gt; вслух." in page


def test_the_page_of_a_talk_plays_from_its_beginning(client, own):
    page = client.get(own.offsets.get().talk.get_absolute_url()).text
    assert 'src="/media/recordings/a.mp4#t=960"' in page


def test_the_page_of_a_recording_has_every_paragraph_at_its_second(client, own):
    page = client.get(own.get_absolute_url()).text
    assert '<p id="t=960"><a class="time" data-second="960" href="#t=960">16:00</a>' in page
    poster = re.search('<video[^>]+poster="([^"]+)"', page)[1]
    assert client.get(poster)["Content-Type"] == "image/jpeg"


def test_words_in_any_form_are_found_in_what_was_said_and_lead_to_their_second(client, own):
    page = client.get(f"{own.get_absolute_url()}?q=чтением").text
    assert page.count("<mark>") == 0  # another word than «читать»
    page = client.get(f"{own.get_absolute_url()}?q=читаете").text
    assert "<mark>Читаем</mark> &lt;script&gt; вслух." in page
    assert 'Сказано: <a data-second="960" href="#t=960">16:00</a>' in page
    assert "Ни одного из этих слов" in client.get(f"{own.get_absolute_url()}?q=<b>переплёты").text
    # A word to leave out is looked for nowhere.
    assert "Ни одного из этих слов" not in client.get(f"{own.get_absolute_url()}?q=-читаем").text
    assert 'role="search" aria-label="Искать' not in client.get(own.conference.get_absolute_url()).text


@pytest.mark.parametrize(
    ("name", "kind", "element"),
    [
        ("sound.mp3", "video", "audio"),
        ("Sound.M4A", "video", "audio"),
        ("sound.opus", "video", "audio"),
        ("sound.wav", "audio", "audio"),
        ("film.webm", "video", "video"),
        ("film.mp4", "audio", "audio"),  # its sound is what staff mean
    ],
)
def test_the_file_says_whether_there_is_something_to_see(client, conference, settings, tmp_path, name, kind, element):
    """The kind of a recording is «видео» until somebody changes it."""
    settings.MEDIA_ROOT = tmp_path
    default_storage.save(f"recordings/{name}", ContentFile(b"sound"))
    recording = recorded(conference, said="", file=f"recordings/{name}", kind=kind)
    page = client.get(recording.get_absolute_url()).text
    assert ("<audio" in page, "<video" in page) == (element == "audio", element == "video")
    assert f"<span>{'аудио' if element == 'audio' else 'видео'}</span>" in page
    assert (f"/embed/{recording.uid}/" in client.get("/sitemap-recordings.xml").text) == (element == "video")
    assert client.get(f"/media/recordings/{name}")["Content-Type"].startswith(("audio/", "video/"))


def test_what_was_said_leaves_as_text_and_as_captions(client, own):
    captions = client.get(f"/recordings/{own.uid}.vtt")
    assert captions["Content-Type"] == "text/vtt; charset=utf-8"
    assert "<v Анна Придуманная>Читаем &lt;script&gt; вслух." in captions.text
    text = client.get(f"/recordings/{own.uid}.txt")
    assert "[16:00] Анна Придуманная: Читаем <script> вслух." in text.text
    assert text["Content-Disposition"].startswith("attachment") and text["Content-Type"].startswith("text/plain")


def test_other_sites_embed_a_moment_and_nothing_else(client, own):
    embedded = client.get(f"/embed/{own.uid}/?t=960")
    assert 'src="/media/recordings/a.mp4#t=960" poster="/cards/' in embedded.text and "<form" not in embedded.text
    assert '<meta name="color-scheme" content="light dark">' in embedded.text  # no white frame in a dark page
    assert "frame-ancestors *" in embedded["Content-Security-Policy"] and "X-Frame-Options" not in embedded
    assert "frame-ancestors 'none'" in client.get(own.get_absolute_url())["Content-Security-Policy"]
    for odd in ("<b>", "9" * 5000, "-1", "٣"):
        assert client.get(f"/embed/{own.uid}/?t={odd}").status_code == 200


@pytest.mark.parametrize("path", ["recordings/{}/", "recordings/{}.vtt", "recordings/{}.txt", "embed/{}/"])
def test_recordings_of_hidden_events_are_for_staff_only(client, staff_client, own, path):
    type(own.conference).objects.filter(pk=own.conference_id).update(status="draft")
    address = "/" + path.format(own.uid)
    assert client.get(address).status_code == 404
    response = staff_client.get(address)
    assert response.status_code == 200 and "no-store" in response["Cache-Control"]
    assert "frame-ancestors 'none'" in response["Content-Security-Policy"]


@pytest.mark.parametrize("said", ["", "No captions at all"])
def test_a_recording_without_readable_captions_still_plays(client, conference, settings, tmp_path, said):
    settings.MEDIA_ROOT = tmp_path
    recording = recorded(conference, said=said, url=RUTUBE)
    page = client.get(recording.get_absolute_url())
    assert page.status_code == 200 and "Что было сказано" not in page.text
    assert client.get(f"/recordings/{recording.uid}.vtt").status_code == 404


def test_a_recording_without_captions_says_in_short_what_it_is_about(client, conference):
    """Captions or a text summary belong to each recording."""
    talk = Talk.objects.create(conference=conference, title="Чтение вслух", abstract='О "чтении"')
    of_talk = recorded(conference, said="", url=RUTUBE, talk=talk)
    whole = recorded(conference, said="", url=VK)
    assert "О «чтении»" in client.get(of_talk.get_absolute_url()).text.replace("\xa0", " ")
    page = client.get(whole.get_absolute_url()).text
    assert "нет ни субтитров, ни краткого изложения" in page
    assert client.get(re.search('href="([^"]+)" rel="nofollow">Прислать субтитры', page)[1]).status_code == 200
    type(conference).objects.update(summary="Читали вслух")
    page = client.get(whole.get_absolute_url()).text
    assert "<p>Читали вслух</p>" in page and "ни субтитров" not in page


def test_another_site_is_asked_only_by_a_click_after_a_sentence_that_names_it(client, conference, settings):
    recorded(conference, said="", url=RUTUBE)
    page = client.get(conference.get_absolute_url())
    assert "<iframe" not in page.text and "Плеер загружается с RuTube" in page.text
    assert "frame-src https://rutube.ru" in page["Content-Security-Policy"]
    settings.PLAYER_HOSTS = []
    page = client.get(f"/en{conference.get_absolute_url()}").text
    assert "data-player" not in page and f'href="{RUTUBE}"' in page


def test_long_transcripts_are_read_on_the_page_of_the_recording(client, conference, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    cues = "\n\n".join(f"{n:02}:00.000 --> {n:02}:01.000\nСлова {n}" for n in range(59))
    recording = recorded(conference, said=f"WEBVTT\n\n{cues}\n", url=RUTUBE)
    page = client.get(conference.get_absolute_url()).text
    assert "Слова 58" not in page and "Читать, что было сказано" in page
    assert "Слова 58" in client.get(recording.get_absolute_url()).text


def test_links_known_to_be_dead_say_so_wherever_they_stand(client, conference):
    dead = {"dead_since": "2026-03-01"}
    recorded(conference, said="", url=RUTUBE, **dead)
    Material.objects.create(conference=conference, kind=MaterialKind.objects.first(), url="https://a.example/", **dead)
    Source.objects.create(conference=conference, url="https://b.example/", consulted="2025-01-05", **dead)
    library = Organisation.objects.create(
        name="Вымышленная библиотека", website="https://c.example/", website_dead_since="2026-03-01"
    )
    conference.organisations.create(organisation=library, role=OrganisationRole.objects.first())
    pages = [client.get(one.get_absolute_url()).text.replace("\xa0", " ") for one in (conference, library)]
    said = [re.sub("<[^>]+>", "", page).count("ссылка не открывается с 1 марта 2026") for page in pages]
    assert said == [3, 1] and "Дата обращения: 5 января 2025" in re.sub("<[^>]+>", "", pages[0])


def test_a_link_in_the_programme_says_of_which_talk_it_is_and_what_opens(client, conference):
    """148 links were called «презентация»."""
    for number in (1, 2):
        talk = Talk.objects.create(conference=conference, title=f'Доклад "{number}"', order=number)
        parts = {"conference": conference, "talk": talk}
        kind = MaterialKind.objects.get(slug="slides")
        Material.objects.create(**parts, kind=kind, url=f"https://a.example/{number}.PDF?x")
        Recording.objects.create(**parts, url=f"https://a.example/{number}", duration=61)
    page = client.get(conference.get_absolute_url()).text.replace("\xa0", " ")
    for number in (1, 2):
        of_talk = f'<span class="visually-hidden" lang="ru">: Доклад «{number}»</span></a>'
        assert f'href="https://a.example/{number}.PDF?x">презентация (PDF){of_talk}' in page
        assert f'href="https://a.example/{number}">запись 1:01{of_talk}' in page
