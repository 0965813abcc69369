"""The interface is whole in Russian: nothing untranslated, nothing stale, nothing that would break a page."""

import os
import re
import shutil
import subprocess
import sys

import polib
import pytest

from .conftest import ROOT

RUSSIAN = ROOT / "locale" / "ru" / "LC_MESSAGES"
# What a translation must take over: %(count)s, %s, {name}; HTML tags.
PLACES = re.compile(r"%\(\w+\)\w|%[sd]|\{\w*\}|</?\w+")


@pytest.fixture(scope="module")
def stored() -> polib.POFile:
    return polib.pofile(str(RUSSIAN / "django.po"))


@pytest.fixture(scope="module")
def extracted(tmp_path_factory) -> dict[tuple, polib.POEntry]:
    """What the code and the templates say now, extracted in a copy."""
    copy = tmp_path_factory.mktemp("extracted")
    for folder in ("confarchive", "events", "templates"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    (copy / "locale").mkdir()
    command = [sys.executable, "-m", "django", "makemessages", "--locale=ru", "--no-wrap", "--verbosity=0"]
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    subprocess.run(command, cwd=copy, env=environment, check=True)
    return {key(entry): entry for entry in polib.pofile(str(copy / "locale/ru/LC_MESSAGES/django.po"))}


def key(entry: polib.POEntry) -> tuple:
    return entry.msgctxt, entry.msgid


def texts(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def test_every_string_has_its_russian(extracted, stored):
    russian = {key(entry) for entry in stored if not entry.obsolete and all(texts(entry)) and not entry.fuzzy}
    assert sorted(extracted.keys() - russian, key=str) == []


def test_no_translation_outlives_its_string(extracted, stored):
    assert sorted({key(entry) for entry in stored} - extracted.keys(), key=str) == []


def test_what_is_plural_in_the_code_is_plural_in_russian(extracted, stored):
    plural = {k for k, entry in extracted.items() if entry.msgid_plural}
    assert plural == {key(entry) for entry in stored if entry.msgid_plural}
    assert all(len(entry.msgstr_plural) == 4 for entry in stored if entry.msgid_plural)


def test_russian_keeps_the_places_of_values_and_tags(stored):
    wrong = [
        (entry.msgid, text)
        for entry in stored
        for text in texts(entry)
        if not entry.msgid_plural and sorted(PLACES.findall(text)) != sorted(PLACES.findall(entry.msgid))
    ]
    assert wrong == []


def test_russian_is_set_as_a_publisher_would(stored):
    """«Ёлочки», no straight quotation marks, no double spaces, no hyphen for a dash."""
    careless = re.compile(r"(?<![=\w])\"(?!\w+\")|  | - |\.\.\.|\s[,.;:!?]")
    wrong = [text for entry in stored for text in texts(entry) if careless.search(re.sub(r"<[^>]*>", "", text))]
    assert wrong == []


def test_what_is_compiled_is_what_is_written(stored):
    compiled = {key(entry): texts(entry) for entry in polib.mofile(str(RUSSIAN / "django.mo"))}
    assert compiled == {key(entry): texts(entry) for entry in stored}


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 докладов"), (1, "1 доклад"), (2, "2 доклада"), (5, "5 докладов"), (11, "11 докладов"), (21, "21 доклад")],
)
def test_russian_plurals(count, text):
    from django.utils import translation
    from django.utils.translation import ngettext

    with translation.override("ru"):
        assert (ngettext("%(count)s talk", "%(count)s talks", count) % {"count": count}).replace("\xa0", " ") == text
