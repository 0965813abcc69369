"""Pictures are redrawn: nothing of the file stays but what is seen; what is no picture is refused with a reason."""

import io
import struct
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from events import images

SECRET = b"secret-48.0159N"


def content(kind="JPEG", size=(60, 40), mode="RGB", colour=(200, 30, 30), **options):
    file = io.BytesIO()
    Image.new(mode, size, colour).save(file, kind, **options)
    return file.getvalue()


def upload(data, name="Фото с места.jpg"):
    return SimpleUploadedFile(name, data)


def with_everything():
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    exif[0x0112] = 6  # lies on its side
    exif.get_ifd(0x8825)[29] = SECRET.decode()
    xmp = b"http://ns.adobe.com/xap/1.0/\x00" + SECRET
    return content(exif=exif, comment=SECRET, xmp=xmp) + b"<script>" + SECRET


def opened(file):
    return Image.open(io.BytesIO(file.read()))


def test_nothing_hidden_stays_in_a_jpeg():
    data = with_everything()
    assert data.count(SECRET) >= 3
    file = images.redrawn(upload(data))
    stored = file.read()
    assert SECRET not in stored
    picture = Image.open(io.BytesIO(stored))
    assert not picture.getexif()
    assert not {"comment", "exif", "xmp", "icc_profile", "photoshop"} & picture.info.keys()


def test_a_picture_taken_sideways_stands_upright():
    assert opened(images.redrawn(upload(with_everything()))).size == (40, 60)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_texts_and_trailing_bytes_of_other_formats_go_too_and_transparency_stays(kind):
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Comment", SECRET.decode())
    options = {"pnginfo": info} if kind == "PNG" else {"exif": b"Exif\x00\x00" + SECRET, "lossless": True}
    data = content(kind, mode="RGBA", colour=(10, 20, 30, 0), **options) + SECRET
    file = images.redrawn(upload(data, "x.png"))
    stored = file.read()
    assert SECRET not in stored
    assert Image.open(io.BytesIO(stored)).convert("RGBA").getpixel((5, 5))[3] == 0


@pytest.mark.parametrize("mode", ["L", "P", "CMYK", "RGB", "1"])
def test_colours_of_every_kind_of_picture_are_kept(mode):
    kind = "JPEG" if mode == "CMYK" else "PNG"
    file = io.BytesIO()
    Image.new("RGB", (30, 30), (255, 255, 255)).convert(mode).save(file, kind)
    assert all(value > 240 for value in opened(images.redrawn(upload(file.getvalue()))).convert("RGB").getpixel((9, 9)))


def test_the_name_is_plain_and_says_the_real_format():
    assert images.redrawn(upload(content("PNG"), "../../Фото №1.php.jpg")).name == "foto-no1-php.png"
    assert images.redrawn(upload(content(), "…")).name == "picture.jpg"


def heic(size=(60, 40)):
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    exif[0x0112] = 6  # lies on its side
    return content("HEIF", size, exif=exif.tobytes())


def test_a_photo_of_a_telephone_becomes_an_upright_jpeg_without_what_is_hidden():
    assert heic()[4:12] == b"ftypheic" and SECRET in heic()
    file = images.redrawn(upload(heic(), "IMG_0001.HEIC"))
    assert file.name == "img-0001.jpg"
    stored = file.read()
    assert SECRET not in stored
    picture = Image.open(io.BytesIO(stored))
    assert (picture.format, picture.size) == ("JPEG", (40, 60)) and not picture.getexif()
    red, green, blue = picture.getpixel((20, 30))
    assert red > 150 and max(green, blue) < 80


def png_of(width, height):
    """A file of a few bytes that claims to be a picture of this size."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def as_format(kind):
    file = io.BytesIO()
    Image.new("RGB", (10, 10)).save(file, kind)
    return file.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<html><script>alert(1)</script></html>",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n",
        b"%PDF-1.7\n",
        b"GIF89a<script>alert(1)</script>",
        b"",
        b"\xff\xd8\xff",
        b"\x89PNG\r\n\x1a\n",
        b"RIFF\x00\x00\x00\x00WEBP",
        content()[:200],
        content("PNG", (300, 300))[:90],
        b"\x00\x00\x00\x1cftypheic\x00\x00\x00\x00mif1heicmiaf<script>alert(1)</script>",
        heic((200, 200))[:-40],
        heic()[:200],
        png_of(8000, 8000),
        png_of(60000, 60000),
        png_of(0, 10),
        *(as_format(kind) for kind in ("GIF", "TIFF", "BMP", "AVIF", "ICO", "PPM", "PDF", "EPS", "TGA")),
    ],
)
def test_what_is_no_fit_picture_is_refused_with_a_reason(data):
    with pytest.raises(images.BadPicture):
        images.redrawn(upload(data))


def test_a_file_too_large_is_refused_before_it_is_read(monkeypatch):
    monkeypatch.setattr(images, "MOST_BYTES", 100)
    with pytest.raises(images.BadPicture, match="20"):
        images.redrawn(upload(content()))


def multi_picture():
    file = io.BytesIO()
    first, second = (Image.new("RGB", (60, 40), colour) for colour in ((200, 30, 30), (0, 0, 250)))
    first.save(file, "MPO", save_all=True, append_images=[second], comment=SECRET)
    return file.getvalue()


def test_the_first_picture_of_a_camera_that_stores_two_is_taken():
    with Image.open(io.BytesIO(multi_picture())) as picture:
        assert picture.format == "MPO"
    stored = images.redrawn(upload(multi_picture()))
    assert stored.name.endswith(".jpg")
    data = stored.read()
    assert SECRET not in data and b"MPF" not in data
    assert Image.open(io.BytesIO(data)).format == "JPEG"
    red, _green, blue = Image.open(io.BytesIO(data)).getpixel((5, 5))
    assert red > blue


def test_whatever_a_reader_of_pictures_stumbles_over_is_a_refusal(monkeypatch):
    def stumble(*args):
        raise KeyError("MPO")

    monkeypatch.setattr(images, "_upright", stumble)
    with pytest.raises(images.BadPicture):
        images.redrawn(upload(content()))
