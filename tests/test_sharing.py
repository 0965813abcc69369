"""What other sites show of a record: a drawn card beside a link, the player of a recording; only what is public."""

import io
import json
import re

import pytest
from django.core.files.base import ContentFile
from PIL import Image

from events import cards
from events.models import Conference, Photo, Recording, Speaker, Talk
from events.revisions import withholding

from .rows import event

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.RENDITIONS_ROOT = tmp_path
    return tmp_path


def picture(client, address):
    response = client.get(address)
    assert (response.status_code, response["Content-Type"]) == (200, "image/jpeg")
    return Image.open(io.BytesIO(b"".join(response.streaming_content)))


@pytest.mark.parametrize("model", [Conference, Talk, Speaker])
def test_a_card_is_drawn_once_for_each_kind_of_record(client, folder, model):
    event("Чтения")
    Photo.objects.all().delete()
    record = model.objects.get()
    page = client.get(record.get_absolute_url()).text
    address = f"/cards/{record.uid}.jpg"
    assert f'<meta property="og:image" content="http://testserver{address}">' in page
    drawn = picture(client, address)
    assert (drawn.size, drawn.format) == ((1200, 630), "JPEG")
    (file,) = folder.glob("cards/??/*")
    before = file.stat().st_mtime_ns
    picture(client, address)
    assert file.stat().st_mtime_ns == before


@pytest.mark.parametrize("address", ["/", "/en/", "/talks/", "/about/"])
def test_a_page_without_a_picture_of_its_own_is_shared_with_the_sign_of_the_archive(client, first_event, address):
    page = client.get(address).text
    assert re.findall('og:image" content="([^"]+)"', page) == ["http://testserver/static/img/icon-512.png"]
    assert 'property="og:title"' in page and '"summary"' in page


def test_another_title_is_another_card_and_the_former_is_gone(client, folder):
    conference = event("Чтения")
    address = f"/cards/{conference.uid}.jpg"
    first = picture(client, address).tobytes()
    conference.title = "Чтение вслух"
    conference.save()
    assert picture(client, address).tobytes() != first
    assert len(list(folder.glob("cards/??/*"))) == 1


def test_a_photo_that_staff_chose_comes_first(client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    event("Чтения")
    person = Speaker.objects.get()
    drawn = io.BytesIO()
    Image.new("RGB", (1200, 800), "teal").save(drawn, "JPEG")
    person.photo.save("portrait.jpg", ContentFile(drawn.getvalue()))
    page = client.get(person.get_absolute_url()).text
    assert 'og:image" content="http://testserver/media/speakers/portrait.jpg?as=1200.jpg"' in page
    assert "/cards/" not in page


def test_drafts_and_hidden_people_have_no_card(client, staff_client):
    draft = event("Тайные", status="draft")
    assert staff_client.get(f"/cards/{draft.uid}.jpg").status_code == 404
    assert "/cards/" not in staff_client.get(draft.get_absolute_url()).text
    shown = event("Чтения")
    person = Speaker.objects.get(family_name="Чтенияев 1")
    talk = Talk.objects.get(conference=shown)
    picture(client, f"/cards/{person.uid}.jpg")
    said = cards_said(client, talk)
    assert "Чтенияев" in said.below
    withholding.hide(person, "Просьба")
    assert client.get(f"/cards/{person.uid}.jpg").status_code == 404
    assert "Чтенияев" not in cards_said(client, talk).below


def cards_said(client, record):
    """What the card of a record says."""
    drawn = []
    with pytest.MonkeyPatch.context() as patch:
        real = cards.path
        patch.setattr(cards, "path", lambda name, card: drawn.append(card) or real(name, card))
        picture(client, f"/cards/{record.uid}.jpg")
    return drawn[0]


@pytest.mark.parametrize(
    "title",
    [
        "Ё",
        "Слово " * 120,
        "Оченьдлинноесловобезпробелов" * 12,
        "«Чтение» <b>&",
        "مؤتمر المكتبات",
        "Ә ө ү җ ң һ",
        "x\x0b\ufffe",
    ],
)
def test_any_title_has_room(title):
    picture = cards.draw(cards.Card("Вебинар · 9 июня 2020 г.", title, "Библиотека " * 30, "Архив видеоконференций"))
    colours = picture.crop((1150, 0, 1200, 630)).getcolors()
    assert len(colours) == 1, "something is drawn over the margin"
    assert len(picture.crop((80, 120, 1120, 480)).getcolors(100_000)) > 1


def test_a_recording_is_embedded_by_the_address_of_its_page(client):
    event("Чтения")
    recording = Recording.objects.get()
    page = client.get(recording.get_absolute_url()).text
    assert 'type="application/json+oembed"' in page
    for address in (recording.get_absolute_url(), f"/en/recordings/{recording.uid}/", f"/embed/{recording.uid}/"):
        response = client.get("/oembed", {"url": f"http://testserver{address}", "maxwidth": "480"})
        answer = json.loads(response.content)
        assert (answer["version"], answer["type"], answer["width"]) == ("1.0", "video", 480)
        assert f'src="http://testserver/embed/{recording.uid}/"' in answer["html"]
        assert response["Access-Control-Allow-Origin"] == "*"
    assert client.get(f"/embed/{recording.uid}/").status_code == 200


def test_oembed_knows_public_recordings_alone(client):
    draft = event("Тайные", status="draft").recordings.get()
    for url in (
        f"http://testserver/recordings/{draft.uid}/",
        "http://testserver/",
        "http://[",
        "",
        "http://evil/",
    ):
        assert client.get("/oembed", {"url": url}).status_code == 404
    assert client.get("/oembed", {"url": "\x00"}).status_code == 400
    assert client.get("/oembed", {"url": "http://testserver/", "format": "xml"}).status_code == 501


def test_a_title_cannot_leave_its_attribute(client):
    event("Чтения")
    Recording.objects.update(title='"><script>alert(1)</script>')
    answer = client.get("/oembed", {"url": Recording.objects.get().get_absolute_url()}).json()
    assert "<script>" not in answer["html"]
