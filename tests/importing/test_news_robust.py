"""Whatever is pasted, the reader answers with a draft whose facts point into the text."""

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.importing.draft import Draft
from events.importing.readers import news
from events.russian.folding import without_invisible

SEED = (Path(__file__).parent / "seed.txt").read_text()
POEM = """Мороз и солнце; день чудесный!
Ещё ты дремлешь, друг прелестный —
Пора, красавица, проснись:
Открой сомкнуты негой взоры"""
UKRAINIAN = """Сьогодні відбулася скайп-конференція "Інновації по колу" за участю обласних бібліотек для дітей.
Модераторами виступили Донецька, Львівська та Херсонська обласні бібліотеки для дітей."""
ENGLISH = "On May 30, 2018 a regional seminar took place. Kalenova Nurgul opened it with a talk “The modern library”."
PIECES = [
    "Алехиной И.Л.", "В.", "им. ", "имени", "«", "»", "\"", "(", ")", "–", "- ", "\n", "\n\n", "Библиотека",
    "библиотеки", "вебинар", "телемост", "круглый стол", "9 июня", "24–25 мая 2021 г.", "31 июня", "00.00.0000",
    "и", ",", ".", ";", ":", "Ольга Петровна", "Иванова", "директор", "заведующая отделом",
    "выступила с докладом", "МБУК", "ДРУНБ", "№", "в", "на", "при поддержке", "Организаторы:",
    "около 140 специалистов", "999999999999 человек", "\u0000", "﻿", "ё", "’", "10.00–10.10", "Республики",
    "города", "г.", "для", "по", "культуры, спорта и", "на тему", "состоялась", "ордена «", "- «", "А. и Б.",
    "|", "\t", "/", "Докладчик:", "Программа", "Доклады:", "• ", "1. ", "Тема", "научный руководитель –",
    "для слепых и слабовидящих, универсальных научных библиотек", "по научным, массовым библиотекам",
]  # fmt: skip


def check(text: str) -> Draft:
    draft = news.read(text)
    kept = without_invisible(text.replace("\x00", " "))
    assert draft.source.text == kept
    for fact in draft.facts():
        for span in fact.spans:
            assert 0 <= span.start < span.end <= len(kept), fact
        if fact.printed and fact.spans:
            assert fact.printed in [kept[span.start : span.end] for span in fact.spans], fact
    keys = {person.key for person in draft.people}
    organisations = {one.key for one in draft.organisations}
    for talk in draft.talks:
        assert set(talk.speakers) <= keys and set(talk.organisations) <= organisations
    for person in draft.people:
        assert person.affiliation in organisations | {""} and person.family_name
    assert Draft.from_json(draft.to_json()) == draft
    return draft


@pytest.mark.parametrize(
    "text", ["", " ", "\n\n\n", "\x00", ".", "«", "»»»", "и", "№", "г.", "А.", POEM, UKRAINIAN, ENGLISH]
)
def test_any_text_has_a_draft(text):
    check(text)


def test_a_poem_is_no_event_and_names_nobody():
    draft = check(POEM)
    assert not draft.people and not draft.organisations and not draft.talks and not draft.dates


def test_a_foreign_text_gives_no_nonsense():
    for text in (UKRAINIAN, ENGLISH):
        draft = check(text)
        assert len(draft.people) <= 1


def test_a_very_long_text_names_nobody_twice():
    assert len(check((SEED + "\n\n") * 40).people) == 5


def test_a_list_of_libraries_for_somebody_comes_to_an_end():
    # The comma after «слабовидящих» kept the reader busy for ever.
    check("В заседании приняли участие сотрудники библиотек для слепых и слабовидящих, универсальных библиотек.")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=40), st.sampled_from(["", " "]))
def test_heaps_of_the_readers_own_words(pieces, glue):
    check(glue.join(pieces))


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_any_characters(text):
    check(text)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(SEED)), st.integers(0, len(SEED)))
def test_any_piece_of_the_seed(one, two):
    check(SEED[min(one, two) : max(one, two)])


def test_words_of_the_seed_in_any_order():
    words = SEED.split(" ")
    for number in range(15):
        random.Random(number).shuffle(words)
        check(" ".join(words))
