"""manage.py draft_from_text: a folder of saved news items becomes drafts, and each file is answered for in words."""

import codecs
import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from events.models import Conference, Organisation, OrganisationRole, Source, Speaker, Talk, Version

pytestmark = pytest.mark.django_db
SEED = (Path(__file__).parent / "seed.txt").read_text()
OTHER = "Вебинар «Читаем вместе» состоялся 3 марта 2021 года в Заречной сельской библиотеке."


def run(*arguments: object) -> str:
    out = io.StringIO()
    call_command("draft_from_text", *map(str, arguments), stdout=out)
    return out.getvalue()


def refused(*arguments: object) -> str:
    """What is said of the files that failed."""
    out = io.StringIO()
    with pytest.raises(CommandError, match="Сохранены не все тексты"):
        call_command("draft_from_text", *map(str, arguments), stdout=io.StringIO(), stderr=out)
    return out.getvalue()


def test_many_files_become_drafts_and_twice_changes_nothing(tmp_path):
    (tmp_path / "1.txt").write_text(SEED)
    (tmp_path / "2.txt").write_text(OTHER)
    files = sorted(tmp_path.glob("*.txt"))
    said = run(*files)
    assert "добавлено 2" in said
    assert "1/2 + " in said and "2/2 + " in said
    assert "добавлено 0, пропущено 2" in run(*files)
    assert Conference.objects.count() == Source.objects.count() == 2


def test_each_file_says_what_is_doubtful_and_the_end_where_to_review(tmp_path):
    (tmp_path / "1.txt").write_text(SEED)
    said = run(tmp_path / "1.txt")
    assert "3 сомнительных сведения" in said
    assert "отдела маркетинга: Возможно, это один отдел, а не два." in said
    assert "/admin/events/conference/?waiting=draft" in said


def test_people_and_an_event_that_may_be_there_already_are_named(tmp_path):
    (tmp_path / "1.txt").write_text(SEED)
    run(tmp_path / "1.txt")
    (tmp_path / "2.txt").write_text(SEED + "\nКонец.")
    said = run(tmp_path / "2.txt")
    assert "это событие: возможно, уже есть в архиве" in said
    assert "Алехина И. Л.: возможно, уже есть в архиве" in said
    assert Speaker.objects.filter(family_name="Алехина").count() == 2


def test_a_dry_run_shows_and_saves_nothing(tmp_path):
    (tmp_path / "1.txt").write_text(SEED)
    said = run(tmp_path / "1.txt", "--dry-run")
    assert "Алехина И. Л." in said and "добавилось бы 1" in said
    assert not Conference.objects.exists() and not Talk.objects.exists() and not Speaker.objects.exists()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1251"])
def test_texts_of_every_usual_encoding_are_read(tmp_path, encoding):
    (tmp_path / "1.txt").write_bytes(OTHER.replace(" ", "\r\n").encode(encoding))
    run(tmp_path / "1.txt")
    assert Conference.objects.get().title == "Читаем вместе"
    assert Source.objects.get().text == OTHER.replace(" ", "\n")


@pytest.mark.parametrize(
    ("content", "advice"),
    [
        (OTHER.replace("«", "").replace("»", "").encode("koi8-r"), "сохраните в UTF-8"),
        (OTHER.replace("«", "").replace("»", "").encode("cp866"), "сохраните в UTF-8"),
        (codecs.BOM_UTF16_LE + b"\xfa", "сохраните в UTF-8"),
        (b"PK\x03\x04 word/document.xml", "сохраните как простой текст"),
        (b"%PDF-1.7", "сохраните как простой текст"),
        (b"\n \n", "пуст"),
        (b"a" * 200_001, "одна новость"),
        ("Привет, мир.".encode(), "События в нём не видно"),
    ],
)
def test_what_is_no_news_item_is_refused_with_advice(tmp_path, content, advice):
    (tmp_path / "1.txt").write_bytes(content)
    said = refused(tmp_path / "1.txt")
    assert "1.txt" in said and advice in said
    assert not Conference.objects.exists()


def test_files_that_cannot_be_read_do_not_stop_the_others(tmp_path):
    (tmp_path / "2.txt").write_text(SEED)
    said = refused(tmp_path, tmp_path / "2.txt", tmp_path / "3.txt")
    assert "это папка" in said.lower()
    assert "3.txt: Такого файла нет." in said
    assert Conference.objects.count() == 1


def test_a_file_that_fails_half_way_leaves_nothing(tmp_path):
    OrganisationRole.objects.filter(slug="support").delete()
    (tmp_path / "1.txt").write_text(SEED)
    (tmp_path / "2.txt").write_text(OTHER)
    said = refused(tmp_path / "1.txt", tmp_path / "2.txt")
    assert "1.txt: Организация" in said and "«support»" in said
    assert Conference.objects.get().title == "Читаем вместе"
    assert not Speaker.objects.exists()
    assert not Version.objects.filter(model="speaker").exists()


def test_the_command_links_an_organisation_of_the_very_name_and_says_so(tmp_path):
    known = Organisation.objects.create(name="Министерство культуры Донецкой Народной Республики")
    (tmp_path / "1.txt").write_text(SEED)
    assert known.name in run(tmp_path / "1.txt")
    assert Conference.objects.get().organisations.filter(organisation=known).exists()


def test_it_speaks_the_language_in_force(tmp_path):
    (tmp_path / "1.txt").write_text(OTHER)
    with translation.override("en"):
        said = run(tmp_path / "1.txt")
        assert "added 1, skipped 0, failed 0" in said and "doubtful facts" in said
        with pytest.raises(CommandError, match="--url belongs to one file"):
            run(tmp_path / "1.txt", tmp_path / "2.txt", "--url=https://library.example/")
