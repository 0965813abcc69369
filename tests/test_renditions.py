"""Pages show pictures in the width that a screen needs; a width is seen by nobody who may not see the picture."""

import io
import re

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from PIL import Image

from events import fixity, renditions, revisions
from events.models import MediaFile, Photo, Speaker
from events.revisions import withholding

from .rows import event
from .test_images import SECRET, content

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folders(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.RENDITIONS_ROOT = tmp_path / "renditions"


def photograph(conference, size=(1000, 500), colour=(200, 30, 30), **values):
    data = content("JPEG", size, colour=colour, comment=SECRET)
    return conference.photos.create(image=ContentFile(data, "zal.jpg"), **values)


def drawn(response):
    assert response.status_code == 200
    return Image.open(io.BytesIO(b"".join(response)))


def made():
    return sorted(path.name.partition("-")[2] for path in renditions._folder().glob("??/*"))


@pytest.mark.parametrize(("name", "kind"), [("360.avif", "AVIF"), ("360.webp", "WEBP"), ("720.jpg", "JPEG")])
def test_a_width_is_the_whole_picture_smaller_without_what_is_hidden_in_it(client, name, kind):
    photo = photograph(event(size=0))
    response = client.get(f"{photo.image.url}?as={name}")
    assert response["Content-Type"] == f"image/{kind.lower()}" and "private" in response["Cache-Control"]
    picture = drawn(response)
    width = int(name[:3])
    assert (picture.format, picture.size) == (kind, (width, width // 2))
    assert not {"comment", "exif", "icc_profile"} & picture.info.keys()
    red, green, blue = picture.convert("RGB").getpixel((9, 9))
    assert red > 170 and max(green, blue) < 60


def test_five_photos_of_a_camera_weigh_less_than_400_kilobytes_on_a_phone(client):
    """They were sent as they are: 7.9 MB."""
    conference, sizes = event(size=0), []
    for number in range(5):
        rough = Image.effect_noise((160, 120), 50 + number).resize((3200, 2400), Image.Resampling.BICUBIC)
        fine = Image.blend(rough, Image.effect_noise((3200, 2400), 20), 0.15).convert("RGB")
        data = io.BytesIO()
        fine.save(data, "JPEG", quality=92)
        photo = conference.photos.create(image=ContentFile(data.getvalue(), f"{number}.jpg"))
        shown = [len(b"".join(client.get(f"{photo.image.url}?as=720.{kind}"))) for kind in ("avif", "webp")]
        sizes.append((len(data.getvalue()), *shown))
    before, avif, webp = map(sum, zip(*sizes, strict=True))
    assert before > 4_000_000 and avif <= webp <= 400_000


def test_a_width_is_made_once_and_never_larger_than_the_picture(client, monkeypatch):
    photo = photograph(event(size=0))
    assert drawn(client.get(f"{photo.image.url}?as=1800.webp")).size == (1000, 500)
    monkeypatch.setattr(renditions.images, "reduced", None)
    assert drawn(client.get(f"{photo.image.url}?as=1800.webp")).size == (1000, 500)


@pytest.mark.parametrize("name", ["721.webp", "720.gif", "720", "", "../720.webp", "٧٢٠.webp", "9" * 40])
def test_other_widths_do_not_exist(client, name):
    photo = photograph(event(size=0))
    assert client.get(photo.image.url, {"as": name}).status_code == 404
    assert made() == []


def test_a_transparent_picture_lies_on_white_where_the_format_knows_no_transparency(client):
    data = content("PNG", (400, 400), "RGBA", (0, 0, 0, 0))
    photo = event(size=0).photos.create(image=ContentFile(data, "znak.png"))
    assert drawn(client.get(f"{photo.image.url}?as=360.jpg")).getpixel((9, 9)) == (255, 255, 255)
    for kind in ("avif", "webp"):
        assert drawn(client.get(f"{photo.image.url}?as=360.{kind}")).convert("RGBA").getpixel((9, 9))[3] == 0


@pytest.mark.parametrize("data", [b"<script>", content()[:200], b""])
def test_what_cannot_be_drawn_is_shown_as_it_is(client, data):
    photo = Photo(conference=event(size=0), width=1000, height=500)
    photo.image.save("zal.jpg", ContentFile(data), save=False)
    photo.save()
    assert b"".join(client.get(f"{photo.image.url}?as=720.webp")) == data


def test_a_full_disk_costs_only_the_saving_of_bytes(client, settings, tmp_path):
    photo = photograph(event(size=0))
    (tmp_path / "file").write_text("")
    settings.RENDITIONS_ROOT = tmp_path / "file" / "renditions"
    assert drawn(client.get(f"{photo.image.url}?as=360.webp")).size == (1000, 500)


# Who may see it


@pytest.mark.parametrize("status", ["draft", "ready", "withdrawn"])
def test_widths_of_a_draft_are_for_staff_only_even_when_they_are_made(client, staff_client, status):
    conference = event("Тайное", status=status, size=0)
    photo = photograph(conference)
    address = f"{photo.image.url}?as=720.webp"
    assert client.get(address).status_code == client.get(photo.get_absolute_url()).status_code == 404
    response = staff_client.get(address)
    assert drawn(response).size == (720, 360) and "no-store" in response["Cache-Control"]
    assert client.get(address).status_code == 404
    page = staff_client.get(photo.get_absolute_url())
    assert page["X-Robots-Tag"] == "noindex" and "no-store" in page["Cache-Control"]


def test_the_same_picture_at_a_public_event_opens_no_way_to_that_of_a_draft(client):
    shown, hidden = photograph(event("Явное", size=0)), photograph(event("Тайное", status="draft", size=0))
    assert shown.image.name != hidden.image.name
    assert client.get(f"{shown.image.url}?as=360.webp").status_code == 200
    assert client.get(f"{hidden.image.url}?as=360.webp").status_code == 404


def test_the_widths_of_a_hidden_persons_portrait_are_gone_too(client):
    event()
    person = Speaker.objects.get()
    person.photo.save("portret.jpg", ContentFile(content(size=(800, 900))), save=True)
    page = client.get(person.get_absolute_url()).text
    addresses = set(re.findall(r"/media/[^ \"]+\?as=[^ \"]+", page))
    assert len(addresses) == 6 and 'width="800" height="900"' in page
    assert {client.get(address).status_code for address in addresses} == {200}
    withholding.hide(person, "просьба")
    assert {client.get(address).status_code for address in addresses} == {404}


# What is kept


def test_the_command_makes_what_is_missing_and_removes_what_nobody_has_any_more(client):
    conference = event(size=0)
    photo, other = photograph(conference), photograph(conference, (400, 300), colour=(0, 0, 200))
    call_command("make_renditions")
    both, one = ["360.avif", "360.jpg", "360.webp"], ["720.avif", "720.jpg", "720.webp"]
    assert made() == sorted([*both, *both, *one])
    photo.delete()
    client.get(f"{other.image.url}?as=360.webp")
    call_command("make_renditions")
    assert made() == both


def test_one_damaged_picture_does_not_keep_the_others_from_their_widths():
    conference = event(size=0)
    damaged = Photo(conference=conference, width=1000, height=500)
    damaged.image.save("a.jpg", ContentFile(b"damaged"), save=False)
    damaged.save()
    Photo.objects.create(conference=conference, image="photos/lost.jpg", width=1000, height=500)
    photograph(conference, (400, 300))
    call_command("make_renditions")
    assert made() == ["360.avif", "360.jpg", "360.webp"]


def test_widths_are_no_uploads_for_backup_and_fixity():
    photograph(event(size=0))
    call_command("make_renditions")
    assert made() and list(fixity.files()) == []
    assert [row.path for row in MediaFile.objects.all()] == [Photo.objects.get().image.name]


def test_another_picture_under_the_path_of_a_deleted_one_shows_itself(client):
    conference = event(size=0)
    photo = photograph(conference)
    path = photo.image.name
    client.get(f"{photo.image.url}?as=360.webp")
    default_storage.delete(path)
    MediaFile.objects.filter(path=path).delete()
    with revisions.create():
        photo.delete()
    blue = photograph(conference, colour=(0, 0, 200))
    assert blue.image.name == path
    assert drawn(client.get(f"{blue.image.url}?as=360.webp")).convert("RGB").getpixel((9, 9))[2] > 150


# Pages


def test_a_gallery_offers_widths_and_leads_to_the_page_of_each_photo(client):
    conference = event("Чтения о кошках", size=0)
    photos = [photograph(conference, order=number) for number in range(3)]
    photos[0].alt, photos[1].caption = "Зал", "Открытие & приветствие"
    for photo in photos:
        photo.save()
    page = client.get(conference.get_absolute_url()).text
    for kind in ("avif", "webp", "jpg"):
        assert [page.count(f"?as={width}.{kind} {width}w") for width in renditions.WIDTHS] == [3, 3, 0, 0]
    assert page.count('loading="lazy"') == page.count('width="1000" height="500"') == 3
    assert re.findall(r'data-photo aria-label="([^"]*)"', page) == [
        "Зал", "Открытие &amp; приветствие", "Фотография 3 из 3: Чтения о кошках"
    ]  # fmt: skip
    assert all(photo.get_absolute_url() in page for photo in photos)
    card = re.search(r'og:image" content="([^"]*)"', page)[1]
    assert drawn(client.get(card)).size == (720, 360) and 'og:image:height" content="360"' in page
    english = client.get("/en" + conference.get_absolute_url()).text
    assert "Picture 3 of 3: Чтения о кошках" in english


def test_the_page_of_a_photo_says_what_is_known_and_leads_on(client):
    conference = event("Чтения", size=0)
    first, second, third = (
        photograph(conference, order=number, caption="Зал", credit="Фотограф Придуманный", licence="CC BY 4.0")
        for number in range(3)
    )
    page = client.get(second.get_absolute_url()).text
    for expected in ("2 из 3", "Зал", "Фотограф Придуманный", "CC BY 4.0"):
        assert expected in page.replace("\xa0", " ")
    assert f'rel="prev" href="{first.get_absolute_url()}"' in page
    assert f'rel="next" href="{third.get_absolute_url()}"' in page
    assert conference.get_absolute_url() in page and f'href="{second.image.url}"' in page
    assert 'rel="next"' not in client.get(third.get_absolute_url()).text
    assert client.get("/photos/00000000-0000-0000-0000-000000000000/").status_code == 404


def test_photos_cost_no_queries(client, queries_of):
    conference = event(size=0)
    first = photograph(conference)
    addresses = [conference.get_absolute_url(), first.get_absolute_url(), "/conferences/"]
    before = [queries_of(address) for address in addresses]
    for number in range(5):
        photograph(conference, order=number)
        photograph(event(f"Чтения {number}", size=0))
    assert [queries_of(address) for address in addresses] == before


def test_a_list_shows_the_first_photo_of_each_event_and_none_of_a_draft(client):
    shown, hidden = event("Явное", size=0), event("Тайное", status="draft", size=0)
    later, first = photograph(shown, order=2), photograph(shown, order=1)
    secret = photograph(hidden)
    page = client.get("/conferences/").text
    assert first.image.url in page and later.image.url not in page and secret.image.url not in page
