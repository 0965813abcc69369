"""The static copy: every public page, no dead link, nothing that needs a server, nothing that is not public."""

import posixpath
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from lxml import html

from events.models import Conference, CuratedCollection, OldAddress, Photo, Recording, Speaker, Talk
from events.revisions import withholding
from events.search import offline

from .conftest import rolled_back
from .rows import event

pytestmark = pytest.mark.usefixtures("uploads", "db")


@pytest.fixture(scope="module")
def copy(uploads, tmp_path_factory, django_db_setup, django_db_blocker) -> Iterator[Path]:
    with rolled_back(django_db_blocker):
        shown = event("Чтения", size=2)
        Photo.objects.all().delete()
        Photo.objects.create(conference=shown, image=ContentFile(b"drawn", name="hall.jpg"), width=4, height=3)
        event("Грымзинские", status="draft")
        OldAddress.objects.create(kind="conference", slug="prezhnee", target=shown.slug, record=shown.uid)
        Conference.objects.filter(pk=event("Поздние", day="2021-01-01").pk).update(
            summary="Смотрите /conferences/prezhnee/"
        )
        withholding.hide(Speaker.objects.get(family_name="Чтенияев 2"), "Просьба")
        Photo.objects.exclude(conference=shown).delete()
        for one in (shown, Conference.objects.get(title="Грымзинские")):
            recording = Recording.objects.create(conference=one, kind="video", url=f"https://video.example/{one.pk}")
            said = f"WEBVTT\n\n00:01:05.000 --> 00:01:09.000\nРастим гидропонику, {one.title}.\n"
            recording.captions.save("said.vtt", ContentFile(said.encode()))
        for title, is_shown in (("Подборка чтений", True), ("Грымзинская подборка", False)):
            records = "\n".join(str(one.uid) for one in Conference.objects.all())
            CuratedCollection.objects.create(title=title, introduction="О чём", records=records, is_shown=is_shown)
        folder = tmp_path_factory.mktemp("copy") / "site"
        call_command("export_site", str(folder), verbosity=0)
        yield folder


def pages(folder: Path) -> dict[str, html.HtmlElement]:
    return {
        path.relative_to(folder).as_posix(): html.document_fromstring(path.read_text())
        for path in folder.rglob("*.html")
    }


def links(page: html.HtmlElement) -> Iterator[str]:
    for element in page.iter():
        yield from (element.get(name) for name in ("href", "src", "action", "poster") if element.get(name))
        yield from (one.split()[0] for one in element.get("srcset", "").split(",") if one.strip())


def test_every_public_record_is_there_and_nothing_else(copy):
    text = "".join(path.read_text(errors="ignore") for path in copy.rglob("*") if path.suffix in (".html", ".js"))
    for model in (Conference, Talk, Speaker, CuratedCollection):
        for one in model.objects.published():
            assert (copy / one.get_absolute_url().strip("/") / "index.html").is_file()
    assert "Грымз" not in text and "grymz" not in text and "Чтенияев 2" not in text
    assert (copy / "media/photos/hall.jpg").read_bytes() == b"drawn"
    assert (copy / "indexes/years/2020/06/index.html").is_file()


def test_what_was_said_is_found_and_opens_at_its_second(copy):
    recording = Recording.objects.published().exclude(captions="").get()
    shown = (copy / "search/index/d/0.js").read_text()
    assert f"../recordings/{recording.uid}/index.html#t=65" in shown and "1:05 — Растим гидропонику" in shown
    page = html.document_fromstring((copy / f"recordings/{recording.uid}/index.html").read_text())
    assert page.xpath("//*[@id='t=65']")


def test_no_link_is_dead_and_none_needs_a_server(copy):
    found = pages(copy)
    assert len(found) > 30
    dead = set()
    for name, page in found.items():
        for link in links(page):
            parts = urlsplit(link)
            if parts.scheme:
                assert not parts.netloc.startswith(("testserver", "localhost")), link
                continue
            target = (
                posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(parts.path))) if parts.path else name
            )
            if link.startswith("/") or not (copy / target).is_file():
                dead.add((name, link))
            elif parts.fragment and target.endswith(".html"):
                assert found[target].xpath("//*[@id=$id]", id=unquote(parts.fragment)), (name, link)
    assert dead == set()
    assert not any(page.xpath("//form[not(@role='search') and not(@method='dialog')]") for page in found.values())


def test_what_only_led_to_the_server_is_gone_with_its_line(copy):
    text = (copy / "conferences/chteniia/index.html").read_text()
    for words in ("Сообщить об ошибке", "English", "Версия для слабовидящих", "подборк"):
        assert words not in text
    for page in ("collections/index.html", "collections/podborka-chtenii/index.html"):
        text_of_list = (copy / page).read_text()
        assert "Подборка чтений" in text_of_list.replace("\xa0", " ")
        for words in ("Составить свою подборку", "Взять за основу своей подборки", "Список файлом"):
            assert words not in text_of_list
    assert "Копия без сервера" in text
    assert "Организаторы" in text or "Организатор" in text


def test_a_copy_in_english_is_one_folder_too(copy, tmp_path):
    call_command("export_site", str(tmp_path / "copy"), language="en", address="https://localhost", verbosity=0)
    page = (tmp_path / "copy" / "index.html").read_text()
    assert '<html lang="en">' in page and "https://localhost" in page
    assert (tmp_path / "copy/conferences/chteniia/index.html").is_file()
    with pytest.raises(CommandError):
        call_command("export_site", str(tmp_path / "copy"), verbosity=0)


def test_the_index_has_every_form_of_a_word_and_no_word_of_a_draft(copy):
    shards = "".join(path.read_text() for path in (copy / "search/index/i").iterdir())
    assert '"библиотеками":"библиотека' in shards
    assert "грымз" not in shards
    shown = (copy / "search/index/d/0.js").read_text()
    assert '"../conferences/chteniia/index.html"' in shown


def test_the_script_reads_the_index_as_it_is_written():
    """The two have the same numbers each on its own: a search would open the wrong file."""
    script = (settings.BASE_DIR / "static" / "js" / "copy-search.js").read_text()
    assert f"BLOCK = {offline.DOCUMENTS}, BITS = {offline.BITS}," in script
    assert f"slice(0, {offline.SHARD})" in script and max(offline.WEIGHTS.values()) < 2**offline.BITS
