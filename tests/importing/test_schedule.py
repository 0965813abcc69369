"""A programme made in pretalx or frab becomes a draft: talks in order, people once, nothing invented."""

import json

import pytest

from events.importing.readers import schedule

TALK = {
    "title": "О каталогах",
    "type": "Доклад",
    "start": "10:30",
    "track": {"ru": "Секция каталогов", "en": "Catalogues"},
    "language": "ru",
    "abstract": "Как мы описываем книги.",
    "persons": [{"id": 1, "public_name": "Иван Сочинский"}, {"id": 2, "public_name": "Придуманная Анна Петровна"}],
    "attachments": [{"url": "https://example.org/slides.pdf", "title": "Слайды"}, {"url": "javascript:alert(1)"}],
}
OPENING = {
    "title": "Открытие",
    "type": "opening",
    "start": "9:00",
    "persons": [{"id": 1, "public_name": "Иван Сочинский"}],
}
CONFERENCE = {
    "title": "Вымышленные чтения",
    "start": "2024-05-24",
    "end": "2024-05-25",
    "days": [{"date": "2024-05-24", "rooms": {"Зал": [TALK], "Малый зал": [OPENING]}}],
}


def from_json(**changes):
    return schedule.read("schedule.json", json.dumps({"schedule": {"conference": CONFERENCE | changes}}).encode())


def test_the_conference_and_its_talks_in_the_order_of_the_programme():
    draft = from_json()
    assert draft.title.value == "Вымышленные чтения"
    assert [(date.start, date.end) for date in draft.dates] == [("2024-05-24", "2024-05-25")]
    assert [(talk.title, talk.kind, talk.start_time) for talk in draft.talks] == [
        ("Открытие", "opening", "09:00"),
        ("О каталогах", "talk", "10:30"),
    ]
    assert [session.title for session in draft.sessions] == ["Секция каталогов"]
    assert [link.url for link in draft.links] == ["https://example.org/slides.pdf"]


def test_a_person_of_two_talks_is_one_person():
    draft = from_json()
    assert [person.name for person in draft.people] == ["Сочинский Иван", "Придуманная Анна Петровна"]
    assert draft.talks[0].speakers == [draft.people[0].key]
    assert draft.talks[1].speakers == [person.key for person in draft.people]


@pytest.mark.parametrize(
    ("printed", "family", "given", "initials", "sure"),
    [
        ("Иван Сочинский", "Сочинский", "Иван", "", False),
        ("Анна Петровна Придуманная", "Придуманная", "Анна Петровна", "", True),
        ("Придуманная Анна Петровна", "Придуманная", "Анна Петровна", "", True),
        ("Придуманная, Анна", "Придуманная", "Анна", "", True),
        ("А.П. Придуманная", "Придуманная", "", "А. П.", True),
        ("Придуманная А. П.", "Придуманная", "", "А. П.", True),
        ("Анонимус", "Анонимус", "", "", False),
    ],
)
def test_names_come_apart_and_doubt_is_said(printed, family, given, initials, sure):
    parts = schedule.name_parts(printed)
    assert (parts["family_name"], parts["given_names"], parts["initials"]) == (family, given, initials)
    assert (parts["uncertainty"] == "") is sure


def test_schedule_xml_gives_the_same_draft():
    xml = """<?xml version="1.0" encoding="utf-8"?>
<schedule><version>1</version>
 <conference><title>Вымышленные чтения</title><start>2024-05-24</start><end>2024-05-25</end></conference>
 <day index="1" date="2024-05-24">
  <room name="Зал"><event id="7"><start>10:30</start><title>О каталогах</title><type>Доклад</type>
   <track>Секция каталогов</track><language>ru</language><abstract>Как мы описываем книги.</abstract>
   <persons><person id="1">Иван Сочинский</person><person id="2">Придуманная Анна Петровна</person></persons>
   <attachments><attachment href="https://example.org/slides.pdf">Слайды</attachment></attachments></event></room>
  <room name="Малый зал"><event id="8"><start>9:00</start><title>Открытие</title><type>opening</type>
   <persons><person id="1">Иван Сочинский</person></persons></event></room>
 </day></schedule>"""
    assert schedule.read("schedule.xml", xml.encode()).to_json() == from_json().to_json()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("schedule.json", b""),
        ("schedule.json", b"[]"),
        ("schedule.json", b'{"schedule": {}}'),
        ("schedule.json", b'{"schedule": {"conference": {"title": "", "days": []}}}'),
        ("schedule.json", b'{"schedule": {"conference": {"title": "A", "days": []}}}'),
        ("schedule.json", b'{"schedule": {"conference": {"title": "A", "start": "soon", "days": []}}}'),
        ("schedule.json", b"[" * 100_000),
        ("schedule.xml", b"<html/>"),
        ("schedule.xml", b"<schedule>"),
        ("schedule.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><schedule><conference/></schedule>'),
    ],
)
def test_what_is_no_schedule_is_refused_with_a_message(name, content):
    with pytest.raises(schedule.ScheduleError):
        schedule.read(name, content)
