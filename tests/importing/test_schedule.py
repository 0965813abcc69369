"""A programme made in pretalx or frab becomes a draft: talks in order, people once, nothing invented."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from events.importing import additions
from events.importing.draft import Draft
from events.importing.readers import schedule
from events.importing.writer import save_draft
from events.models import Speaker

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
    # Without a track a talk is in its room.
    assert [(session.title, session.place) for session in draft.sessions] == [
        ("Малый зал", ""),
        ("Секция каталогов", "Зал"),
    ]
    assert [(link.url, link.talk) for link in draft.links] == [("https://example.org/slides.pdf", draft.talks[1].key)]


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
        ("Анна де Вымысел", "де Вымысел", "Анна", "", False),
        ("Ким Чен Вым", "Вым", "Ким Чен", "", False),
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
   <attachments><attachment href="https://example.org/slides.pdf">Слайды</attachment>
    <attachment href="javascript:alert(1)"/></attachments></event></room>
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
        ("schedule.xml", b'<?xml version="1.0" encoding="utf-99"?><schedule><conference/></schedule>'),
        ("schedule.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><schedule><conference/></schedule>'),
    ],
)
def test_what_is_no_schedule_is_refused_with_a_message(name, content):
    with pytest.raises(schedule.ScheduleError):
        schedule.read(name, content)


def talk(title, start="10:00", **more):
    return {"title": title, "start": start} | more


def days(**talks):
    return {"days": [{"date": day.strip("_").replace("_", "-"), "rooms": {"": rows}} for day, rows in talks.items()]}


def test_a_track_of_two_days_is_two_sessions_each_with_its_day():
    first, second = talk("Первый", track="Каталоги"), talk("Второй", track="Каталоги")
    draft = from_json(**days(_2024_05_24=[first], _2024_05_25=[second]))
    assert [(one.title, one.day) for one in draft.sessions] == [("Каталоги", "2024-05-24"), ("Каталоги", "2024-05-25")]


def test_a_talk_after_midnight_is_the_last_of_its_day():
    night = talk("Ночные чтения", "00:30", date="2024-05-25T00:30:00+03:00")
    opening = talk("Открытие", "11:00", date="2024-05-24T11:00:00+03:00")
    draft = from_json(**days(_2024_05_24=[night, opening]))
    assert [(one.title, one.start_time) for one in draft.talks] == [("Открытие", "11:00"), ("Ночные чтения", "00:30")]


@pytest.mark.parametrize("day_change", ["04:00", "9:00:00"])
def test_the_hour_at_which_a_day_changes_tells_which_talks_are_at_night(day_change):
    talks = [talk("Ночные чтения", "00:30"), talk("Открытие", "11:00"), talk("Поздние чтения", "23:00")]
    draft = from_json(**days(_2024_05_24=talks, _2024_05_25=[talk("Второй день")]), day_change=day_change)
    assert [one.title for one in draft.talks] == ["Открытие", "Поздние чтения", "Ночные чтения", "Второй день"]
    xml = f"""<schedule><conference><title>Чтения</title><day_change>{day_change}</day_change></conference>
    <day date="2024-05-24"><room name="Зал"><event><title>Ночные чтения</title><start>00:30</start></event>
    <event><title>Открытие</title><start>11:00</start></event></room></day></schedule>"""
    assert [one.title for one in schedule.read("a.xml", xml.encode()).talks] == ["Открытие", "Ночные чтения"]


@pytest.mark.parametrize("day_change", ["", "ночью"])
def test_without_that_hour_talks_stand_as_the_clock_says(day_change):
    draft = from_json(**days(_2024_05_24=[talk("Позже"), talk("Раньше", "00:30")]), day_change=day_change)
    assert [one.title for one in draft.talks] == ["Раньше", "Позже"]


@pytest.mark.parametrize(
    ("stated", "kept"),
    [
        *((None, ""), ("", ""), ("English", "en"), ("spa", "es"), ("kaz", "kk"), ("de, en", "de, en")),
        *(("Deutsch", "de"), ("Français", "fr"), ("en|ru", "en, ru")),
    ],
)
def test_the_language_is_what_the_schedule_states_and_never_supposed(stated, kept):
    (one,) = from_json(**days(_2024_05_24=[talk("О книгах", language=stated)])).talks
    assert one.language == kept


@pytest.mark.parametrize(
    ("title", "stated", "kept", "is_asked"),
    [
        ("Lesungen", ["de", "de"], "de", False),
        ("Lesungen", ["de", "en"], "ru", True),
        ("Lesungen", ["de", None], "ru", True),
        ("Lesungen", ["de, en"] * 2, "ru", True),
        ("Чтения", ["de", None], "ru", False),
    ],
)
def test_an_event_is_in_the_language_of_all_its_talks_or_its_own_is_asked(title, stated, kept, is_asked):
    talks = [talk(f"Vortrag {number}", language=one) for number, one in enumerate(stated)]
    draft = from_json(title=title, **days(_2024_05_24=talks))
    assert draft.language == kept
    assert any("на каком языке" in question for question in draft.questions) == is_asked


@pytest.mark.parametrize("start", ["25:30", "скоро", "9:00:30"])
def test_a_bad_time_costs_one_talk_its_time_and_is_asked_about(start):
    draft = from_json(**days(_2024_05_24=[talk("О книгах", start), talk("О каталогах", "12:00")]))
    assert {one.title: one.start_time for one in draft.talks} == {"О книгах": "", "О каталогах": "12:00"}
    assert any("О книгах" in question and start in question for question in draft.questions)


@pytest.mark.parametrize("start", ["9:00:00", "2024-05-24T09:00:00+03:00", "9.00"])
def test_a_time_is_read_in_every_usual_way(start):
    (one,) = from_json(**days(_2024_05_24=[talk("О книгах", start)])).talks
    assert one.start_time == "09:00"


def test_people_given_as_text_and_a_room_without_talks_cost_nothing():
    rooms = {"Зал": None, "Малый зал": [talk("О книгах", persons=["Сочинский П. И."])]}
    draft = from_json(days=[{"date": "2024-05-24", "rooms": rooms}])
    assert [person.name for person in draft.people] == ["Сочинский П. И."]


def test_dates_of_the_conference_may_be_written_as_in_russia():
    draft = from_json(start="24.05.2024", end="25.05.2024")
    assert [(date.start, date.end) for date in draft.dates] == [("2024-05-24", "2024-05-25")]


def test_city_venue_zone_and_subtitle_are_kept():
    one = talk("О книгах", subtitle="и читателях")
    more = {"city": "Вымыслов", "venue": "Дом книги", "time_zone_name": "Europe/Samara"}
    draft = from_json(**days(_2024_05_24=[one]), **more)
    assert (draft.city.value, draft.place.value, draft.dates[0].time_zone) == ("Вымыслов", "Дом книги", "Europe/Samara")
    assert draft.talks[0].title == "О книгах. и читателях"


def test_addresses_are_joined_to_the_base_and_links_told_apart():
    attachments = [{"url": "/files/a.pptx"}, {"url": "/files/b.pdf", "title": "Статья"}, {"url": "/files/c.png"}]
    one = talk("О книгах", attachments=attachments, links=[{"url": "https://youtu.be/x", "title": "Запись"}])
    schedule_json = {"schedule": {"base_url": "https://conf.example/2024/", "conference": CONFERENCE}}
    schedule_json["schedule"]["conference"] = CONFERENCE | days(_2024_05_24=[one])
    draft = schedule.read("schedule.json", json.dumps(schedule_json).encode())
    assert [(link.kind, link.url) for link in draft.links] == [
        ("slides", "https://conf.example/files/a.pptx"),
        ("paper", "https://conf.example/files/b.pdf"),
        ("other", "https://conf.example/files/c.png"),
        ("recording", "https://youtu.be/x"),
    ]


@pytest.mark.parametrize(
    "abstract",
    [
        *("&lt;p&gt;О <i>книгах</i>&lt;/p&gt;", "<p>О книгах</p>", "О [книгах](https://example.org/)"),
        *("О ![](https://example.org/a.png)книгах", "![снимок](/a.png)\n\nО книгах", "```text\nО книгах\n```"),
        *("О ```книгах```", "<table><tr><td>О<td>книгах</table>"),
    ],
)
def test_markup_of_an_abstract_becomes_plain_text(abstract):
    (one,) = from_json(**days(_2024_05_24=[talk("Чтение", abstract=abstract)])).talks
    assert one.abstract == "О книгах"


def test_a_break_is_no_talk_and_that_is_said():
    draft = from_json(**days(_2024_05_24=[talk("О книгах"), talk("Кофе-пауза", "11:00"), talk("Обед", "13:00")]))
    assert [one.title for one in draft.talks] == ["О книгах"]
    assert sum("Кофе-пауза" in question or "Обед" in question for question in draft.questions) == 2


def test_a_talk_in_two_slots_is_one_talk():
    draft = from_json(**days(_2024_05_24=[talk("О книгах", guid="a"), talk("О книгах", "15:00", guid="a")]))
    assert len(draft.talks) == 1


@pytest.mark.parametrize(
    "slots",
    [
        [{"guid": "a"}, {"guid": "a"}],
        [{"id": 7}, {"id": 7}],
        # pretalx: each slot with a guid of its own.
        [{"code": "AB12", "guid": "a"}, {"code": "AB12", "guid": "b"}],
    ],
)
def test_a_talk_that_is_repeated_on_the_next_day_is_one_talk_and_that_is_said(slots):
    first, second = (talk("О книгах", **slot) for slot in slots)
    draft = from_json(**days(_2024_05_24=[first], _2024_05_25=[second | {"start": "15:00"}]))
    assert len(draft.talks) == 1
    assert "2024-05-25 15:00" in draft.questions[-1]


def test_talks_that_only_have_one_title_are_two_on_two_days():
    questions = talk("Ответы на вопросы")
    assert len(from_json(**days(_2024_05_24=[questions], _2024_05_25=[questions])).talks) == 2


def test_co_speakers_stay_in_their_order():
    persons = [{"id": number, "public_name": name} for number, name in ((2, "Яшин П. И."), (1, "Абзац А. Б."))]
    draft = from_json(**days(_2024_05_24=[talk("О книгах", persons=persons)]))
    assert [person.family_name for person in draft.people] == ["Яшин", "Абзац"]
    assert draft.talks[0].speakers == [person.key for person in draft.people]


ODD = [None, 5, True, "", "x", "д" * 5000, ["x"], [None], [[]], {"a": None}, [{"url": ["a"], "id": [1]}], "http://["]
FIELDS = (
    "title subtitle start date track type language abstract persons speakers attachments links guid id code duration "
    "url video_download_url"
)


@pytest.mark.parametrize("value", ODD)
def test_a_damaged_talk_room_or_day_costs_no_other_talk(value):
    """One null in a file of hundreds of talks refused the file."""
    good, day = talk("О каталогах"), "2024-05-24"
    damaged = [
        [
            {
                "date": day,
                "rooms": {"Зал": [*(talk("О книгах") | {name: value} for name in FIELDS.split()), value, good]},
            }
        ],
        [{"date": day, "rooms": {"Зал": [good], "Малый зал": value}}],
        [{"date": day, "rooms": {"Зал": [good]}}, value, {"date": "2024-05-25", "rooms": value}],
        [{"date": day, "rooms": {"Зал": [good]}}, {"date": value, "rooms": {}}],
    ]
    for found in damaged:
        draft = from_json(days=found)
        assert "О каталогах" in [one.title for one in draft.talks]
        assert Draft.from_json(draft.to_json()) == draft


def test_what_is_damaged_is_told():
    day = {"date": "2024-05-24", "rooms": {"Зал": [talk("О каталогах"), 57, "обрывок"], "Малый зал": "не список"}}
    draft = from_json(days=[day, "не день", {"date": "2024-05-25", "rooms": "без залов"}], day_change="под утро")
    told = "\n".join(draft.questions)
    for words in ("57", "обрывок", "не список", "не день", "без залов", "под утро"):
        assert words in told


@pytest.mark.parametrize("persons", ["Придуманная Анна Петровна", {"public_name": "Придуманная Анна Петровна"}])
def test_a_single_person_without_a_list_is_a_speaker(persons):
    draft = from_json(**days(_2024_05_24=[talk("О каталогах", persons=persons)]))
    assert [person.family_name for person in draft.people] == ["Придуманная"]


def test_a_bad_date_of_the_conference_is_asked_about_where_its_days_are_known():
    draft = from_json(start="весной", end="")
    assert (draft.dates[0].start, draft.dates[0].end) == ("2024-05-24", "")
    assert any("весной" in question for question in draft.questions)


def test_a_document_type_and_a_namespace_are_harmless():
    xml = """<!DOCTYPE schedule><schedule xmlns="urn:x"><conference><title>Чтения</title></conference>
    <day date="2024-05-24"><room name="Зал"><event><title>О книгах</title><start>9:00</start></event></room></day>
    </schedule>"""
    assert schedule.read("schedule.xml", xml.encode()).talks[0].title == "О книгах"


def test_days_with_a_list_of_events_and_days_by_hours_and_rooms_are_read():
    listed = from_json(days=[{"date": "2024-05-24", "events": [talk("О книгах", room="Зал")]}])
    hours = {"title": "Чтения", "days": {"2024-05-24": {"09:00": {"Зал": {"title": "О книгах"}}}}}
    by_hours = schedule.read("schedule.json", json.dumps({"schedule": hours}).encode())
    for draft, start in ((listed, "10:00"), (by_hours, "09:00")):
        assert [(one.title, one.start_time) for one in draft.talks] == [("О книгах", start)]
        assert [(one.title, one.day) for one in draft.sessions] == [("Зал", "2024-05-24")]


def test_a_calendar_of_indico_or_pretalx_is_read():
    calendar = "\r\n".join(
        [
            "BEGIN:VCALENDAR",
            "X-WR-CALNAME:Вымышленные чтения",
            "BEGIN:VEVENT",
            "UID:1",
            "DTSTART;TZID=Europe/Samara:20240524T113000",
            "SUMMARY:О каталогах\\, книгах",
            "  и читателях",
            "LOCATION:Зал",
            "END:VEVENT",
            "BEGIN:VEVENT",
            "UID:2",
            "DTSTART;VALUE=DATE:20240525",
            "SUMMARY:Экскурсия",
            "END:VEVENT",
            "END:VCALENDAR",
        ]
    )
    draft = schedule.read("programme.ics", calendar.encode())
    assert draft.title.value == "Вымышленные чтения"
    assert [(one.title, one.start_time) for one in draft.talks] == [
        ("О каталогах, книгах и читателях", "11:30"),
        ("Экскурсия", ""),
    ]
    assert [(date.start, date.end) for date in draft.dates] == [("2024-05-24", "2024-05-25")]


def read_calendar(*lines):
    return schedule.read("a.ics", "\r\n".join(["BEGIN:VCALENDAR", *lines, "END:VCALENDAR"]).encode())


def calendar(*events, **properties):
    lines = ["BEGIN:VCALENDAR", "X-WR-CALNAME:Вымышленные чтения"]
    lines += [f"{name.replace('_', '-')}:{value}" for name, value in properties.items()]
    # The rules of a zone have dates of their own, and so do alarms.
    lines += ["BEGIN:VTIMEZONE", "TZID:Europe/Samara", "BEGIN:STANDARD", "DTSTART:19700101T000000", "END:STANDARD"]
    lines += ["END:VTIMEZONE"]
    for number, event in enumerate(events):
        alarm = ["BEGIN:VALARM", "DESCRIPTION:Напоминание", "END:VALARM"]
        lines += ["BEGIN:VEVENT", f"UID:{number}", *alarm, *event, "END:VEVENT"]
    return schedule.read("programme.ics", "\r\n".join([*lines, "END:VCALENDAR"]).encode())


class TestTimesOfACalendar:
    @pytest.mark.parametrize(
        ("stated", "zone", "day", "start"),
        [
            ("DTSTART:20240524T083000Z", "Europe/Samara", "2024-05-24", "12:30"),
            ("DTSTART:20240524T213000Z", "Europe/Samara", "2024-05-25", "01:30"),
            ("DTSTART;TZID=Europe/Moscow:20240524T113000", "Europe/Samara", "2024-05-24", "12:30"),
            ('DTSTART;TZID="Europe/Samara":20240524T113000', "Europe/Samara", "2024-05-24", "11:30"),
            ("DTSTART:20240524T113000", "Europe/Samara", "2024-05-24", "11:30"),
            ("DTSTART;VALUE=DATE:20240524", "Europe/Samara", "2024-05-24", ""),
        ],
    )
    def test_they_are_those_of_the_stated_zone(self, stated, zone, day, start):
        draft = calendar([stated, "SUMMARY:О каталогах"], X_WR_TIMEZONE=zone)
        assert (draft.dates[0].start, draft.dates[0].time_zone) == (day, zone)
        assert [(talk.start_time, talk.abstract) for talk in draft.talks] == [(start, "")]
        assert not draft.questions

    def test_the_zone_of_all_talks_is_the_zone_of_the_event(self):
        draft = calendar(
            ["DTSTART;TZID=Europe/Samara:20240524T113000", "SUMMARY:Первый"],
            ["DTSTART:20240524T083000Z", "SUMMARY:Второй"],
        )
        assert [(talk.title, talk.start_time) for talk in draft.talks] == [("Первый", "11:30"), ("Второй", "12:30")]
        assert draft.dates[0].time_zone == "Europe/Samara"

    @pytest.mark.parametrize("zone", ["", "Нигде/Вымыслов", "../../etc/passwd"])
    def test_those_that_cannot_be_converted_are_left_out_in_their_order_and_named(self, zone):
        draft = calendar(
            ["DTSTART:20240524T103000Z", "SUMMARY:Второй", "LOCATION:Большой зал"],
            ["DTSTART:20240524T083000Z", "SUMMARY:Первый", "LOCATION:Малый зал"],
            X_WR_TIMEZONE=zone,
        )
        assert [(talk.title, talk.start_time) for talk in draft.talks] == [("Первый", ""), ("Второй", "")]
        (question,) = draft.questions
        assert "«Первый»" in question and "«Второй»" in question and "поясе" in question

    @pytest.mark.parametrize("stated", ["DTSTART:20241399T083000Z", "DTSTART:завтра", "X:1"])
    def test_a_calendar_without_a_day_is_refused_in_words(self, stated):
        with pytest.raises(schedule.ScheduleError, match="pretalx"):
            calendar([stated, "SUMMARY:О каталогах"])

    def test_an_event_of_several_days_ends_on_its_last_one(self):
        for end in ("DTEND;VALUE=DATE:20240527", "DTEND:20240526T180000"):
            draft = calendar(["DTSTART;VALUE=DATE:20240524", end, "SUMMARY:Вымышленные чтения"])
            assert (draft.dates[0].start, draft.dates[0].end) == ("2024-05-24", "2024-05-26")

    def test_a_cancelled_talk_is_none_and_that_is_said(self):
        draft = calendar(
            ["DTSTART:20240524T103000", "SUMMARY:О каталогах"],
            ["DTSTART:20240524T113000", "SUMMARY:О книгах", "STATUS:CANCELLED"],
        )
        assert [talk.title for talk in draft.talks] == ["О каталогах"]
        assert "О книгах" in draft.questions[0]


class TestWhatADraftHasNoPlaceFor:
    def asked(self, *values):
        """The one question that names all of these."""
        draft = from_json(**days(_2024_05_24=[talk("О книгах", **FULL)]))
        (question,) = [one for one in draft.questions if all(value in one for value in values)]
        return question

    @pytest.mark.parametrize(
        "values",
        [
            ("продолжительность", "О книгах", "00:30"),
            ("страницы докладов", "https://conf.example/talk/1"),
            ("ссылки", "https://conf.example/talk/1/feedback", "javascript:alert(1)"),
            ("типы докладов", "Блиц"),
            ("языки", "kk"),
            ("биографии", "Сочинский П. И.", "Библиограф."),
        ],
    )
    def test_it_is_named_in_the_review(self, values):
        assert self.asked(*values)

    def test_a_calendar_says_the_same(self):
        end = ["DTEND:20240524T110000", "URL:https://conf.example/1", 'ATTENDEE;CN="Пётр Сочинский":mailto:a@b.example']
        draft = calendar(["DTSTART:20240524T103000", *end, "SUMMARY:О книгах"])
        questions = " ".join(draft.questions)
        assert "0:30:00" in questions and "https://conf.example/1" in questions and "Пётр Сочинский" in questions

    def test_of_hundreds_the_first_are_named_and_the_rest_is_counted(self):
        many = [talk(f"Доклад {number}", duration="00:30") for number in range(300)]
        (question,) = from_json(**days(_2024_05_24=many)).questions
        assert len(question) < 1_000 and "(300)" in question and "290" in question

    def test_a_second_slot_of_a_talk_is_named(self):
        draft = from_json(**days(_2024_05_24=[talk("О книгах", guid="a"), talk("О книгах", "15:00", guid="a")]))
        assert "15:00" in draft.questions[0]


FULL = {
    "duration": "00:30",
    "url": "https://conf.example/talk/1",
    "type": "Блиц",
    "language": "ru, uk, be, kk",
    "links": [{"url": "https://conf.example/talk/1/feedback"}, {"url": "javascript:alert(1)"}],
    "attachments": [{"url": "https://conf.example/a.zip", "title": "Архив"}],
    "persons": [{"public_name": "Сочинский П. И.", "biography": "<p>Библиограф.</p>"}],
}


def test_an_unknown_encoding_is_named_as_the_reason():
    xml = b'<?xml version="1.0" encoding="utf-99"?><schedule/>'
    with pytest.raises(schedule.ScheduleError, match="UTF-8"):
        schedule.read("schedule.xml", xml)


# What a talk of a schedule states in an unusual way, and what becomes of it.
UNUSUAL = {
    "its own room": ({"room": "Малый зал"}, ("О книгах", "10:00", "Малый зал", "")),
    "only a full date": ({"start": None, "date": "2024-05-24T11:30:00+03:00"}, ("О книгах", "11:30", "Зал", "")),
    "an hour in Greenwich": ({"start": "2024-05-24T08:30:00Z"}, ("О книгах", "11:30", "Зал", "")),
    "languages as a list": ({"language": ["ru", "English"]}, ("О книгах", "10:00", "Зал", "ru, en")),
    "markup in the title": ({"title": "О <b>книгах</b>\n"}, ("О книгах", "10:00", "Зал", "")),
    "its title as subtitle": ({"subtitle": "О книгах"}, ("О книгах", "10:00", "Зал", "")),
}


@pytest.mark.parametrize(("stated", "read"), UNUSUAL.values(), ids=UNUSUAL)
def test_what_a_talk_states_in_an_unusual_way_is_read(stated, read):
    stated = {key: value for key, value in ({"title": "О книгах", "start": "10:00"} | stated).items() if value}
    draft = from_json(time_zone_name="Europe/Moscow", days=[{"date": "2024-05-24", "rooms": {"Зал": [stated]}}])
    (one,) = draft.talks
    assert (one.title, one.start_time, draft.sessions[0].title, one.language) == read


def test_an_hour_in_greenwich_of_an_unknown_zone_is_a_question():
    draft = from_json(**days(_2024_05_24=[{"title": "О книгах", "start": "2024-05-24T08:30:00Z"}]))
    assert draft.talks[0].start_time == "" and any("08:30" in question for question in draft.questions)


@pytest.mark.parametrize(
    "stated",
    [
        *({"state": "canceled"}, {"type": "break"}),
        *({"title": "Coffee break / Перерыв"}, {"title": "Открытие регистрации"}),
        *({"title": "Registration and coffee"}, {"title": "Сбор гостей, кофе"}, {"title": "Ужин для докладчиков"}),
        *({"title": "Welcome coffee"}, {"title": "Торжественный ужин"}, {"title": "Doors open"}),
        *({"title": "ОТМЕНЕНО: О детях"}, {"title": "[CANCELLED] О детях"}, {"title": "Отменён! О детях"}),
        *({"title": "ОТМЕНЕНО О детях"}, {"title": "О детях (отменено)"}, {"title": "Cancelled: О детях"}),
    ],
)
def test_what_is_cancelled_or_no_talk_is_left_out_and_said(stated):
    stated = {"title": "О детях", "start": "12:00"} | stated
    draft = from_json(**days(_2024_05_24=[talk("О книгах"), stated]))
    assert [one.title for one in draft.talks] == ["О книгах"]
    assert any(stated["title"] in question for question in draft.questions)


@pytest.mark.parametrize(
    "stated", [[{"index": 1}, {"index": 2}], [{"day_start": f"2024-05-{day}T09:00:00+03:00"} for day in (24, 25)]]
)
def test_days_without_a_date_are_counted_from_the_first_one(stated):
    talks = [talk("Первый"), talk("Второй")]
    listed = [day | {"rooms": {"Зал": [one]}} for day, one in zip(stated, talks, strict=True)]
    draft = from_json(start="2024-05-24", days=listed)
    assert [session.day for session in draft.sessions] == ["2024-05-24", "2024-05-25"]


def test_a_recording_beside_a_talk_is_one():
    recording = {"recording": {"license": "CC", "url": "https://media.example/1.mp4"}}
    draft = from_json(**days(_2024_05_24=[talk("О книгах", **recording)]))
    assert [(link.kind, link.url) for link in draft.links] == [("recording", "https://media.example/1.mp4")]


def test_a_calendar_without_a_name_is_read_and_the_name_asked_for():
    names = ("О книгах", "О каталогах")
    events = [["BEGIN:VEVENT", "DTSTART:20240524T100000", f"SUMMARY:{name}", "END:VEVENT"] for name in names]
    draft = read_calendar(*events[0], *events[1])
    assert [one.title for one in draft.talks] == ["О книгах", "О каталогах"] and not draft.title.value
    assert any("название" in question for question in draft.questions)


def test_what_is_damaged_is_told_once_where_there_is_no_name_either():
    draft = from_json(title="", days=[{"date": "2024-05-24", "rooms": {"Зал": [talk("О каталогах"), 57]}}])
    assert "\n".join(draft.questions).count("«57» — 57") == 1


@pytest.mark.django_db
def test_a_track_of_two_days_stays_two_sessions_when_the_schedule_comes_in_again():
    def draft(hour):
        return from_json(**days(_2024_05_24=[talk("Первый", track="А")], _2024_05_25=[talk("Второй", hour, track="А")]))

    event = save_draft(draft("10:00"))
    assert additions.add_facts(draft("12:00"), event) == []
    found = [(one.title, str(one.session.day), f"{one.start_time:%H:%M}") for one in event.talks.order_by("order")]
    assert found == [("Первый", "2024-05-24", "10:00"), ("Второй", "2024-05-25", "12:00")]
    assert event.sessions.count() == 2


@pytest.mark.django_db
def test_a_schedule_that_comes_in_again_unchanged_keeps_nobody_waiting():
    """Every talk was saved once more, four statements each, while others waited for the end."""
    draft = from_json(
        **days(_2024_05_24=[talk(f"Доклад {number}", persons=["Сочинский И. И."]) for number in range(9)])
    )
    event = save_draft(draft)
    draft.people[0].resolution = str(Speaker.objects.get().pk)
    with CaptureQueriesContext(connection) as captured:
        assert additions.add_facts(draft, event) == []
    assert [one["sql"] for one in captured if not one["sql"].startswith(("SELECT", "SAVEPOINT", "RELEASE"))] == []


@pytest.mark.parametrize(
    "title",
    [
        *("Отмена крепостного права", "Отменено ли чтение", "Cancelled culture"),
        *("Обед молчания: рассказ", "Регистрация авторских прав", "Кофе и литература", "Ужин у Онегина"),
    ],
)
def test_a_title_about_something_cancelled_or_eaten_is_a_talk(title):
    assert [one.title for one in from_json(**days(_2024_05_24=[talk(title)])).talks] == [title]


@pytest.mark.django_db
def test_the_licence_of_a_recording_is_kept_with_it():
    own = talk("О книгах", recording={"license": "CC BY 4.0", "url": "https://media.example/1.mp4"})
    frab = talk("О детях", recording_license="CC0", links=[{"url": "https://media.example/2.mp4", "title": "Видео"}])
    saved = save_draft(from_json(**days(_2024_05_24=[own, frab])))
    assert [(one.url, one.licence) for one in saved.recordings.order_by("url")] == [
        ("https://media.example/1.mp4", "CC BY 4.0"),
        ("https://media.example/2.mp4", "CC0"),
    ]


ANSWERS = [{"question": {"question": {"ru": "Обед?"}}, "answer": "Без мяса"}, {"question": 3, "answer": "Да, 2"}]


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        ({"do_not_record": True}, "просьба не записывать доклад (1): «О книгах» — да"),
        ({"recording": {"optout": "true"}}, "просьба не записывать доклад (1): «О книгах» — да"),
        (
            {"recording_license": "CC BY"},
            "лицензии записей, на которые в расписании нет ссылки (1): «О книгах» — CC BY",
        ),
        ({"answers": ANSWERS}, "ответы докладчиков (1): «О книгах» — Обед?: Без мяса; Да, 2"),
        ({"persons": [{"name": "Сочинский И. П.", "answers": ANSWERS}]}, "ответы докладчиков (1): «Сочинский И. П.»"),
        ({"do_not_record": False, "answers": [], "recording": {"optout": "false", "license": ""}}, ""),
        ({"answers": "?", "recording": ["?"]}, ""),
    ],
)
def test_what_the_archive_has_no_place_for_is_named(stated, said):
    draft = from_json(**days(_2024_05_24=[talk("О книгах", **stated)]))
    told = "\n".join(draft.questions)
    assert said in told if said else "записи" not in told and "записывать" not in told and "ответы" not in told


@pytest.mark.parametrize(
    ("stated", "is_asked"),
    [
        ({"start": "14:00", "end": "13:00"}, True),
        ({"start": "14:30", "end": "14:00"}, True),
        ({"start": "14:00", "duration": "-00:30"}, True),
        ({"date": "2024-05-24T14:00:00+03:00", "end": "2024-05-24T13:00:00+03:00"}, True),
        ({"start": "23:30", "end": "00:30"}, False),
        ({"start": "14:00", "end": "14:30", "duration": "00:30"}, False),
        ({"date": "2024-05-24T14:00:00+03:00", "end": "2024-05-24T12:00:00+00:00"}, False),
        ({"date": "2024-05-24T14:00:00+03:00", "end": "2024-05-24T13:00:00"}, False),
        ({"start": "14:00", "end": "вечером"}, False),
    ],
)
def test_a_talk_that_ends_before_it_begins_is_asked_about_and_stays(stated, is_asked):
    draft = from_json(**days(_2024_05_24=[talk("О книгах") | stated]))
    assert [one.title for one in draft.talks] == ["О книгах"]
    assert any("кончается раньше" in question and "О книгах" in question for question in draft.questions) == is_asked


def test_an_event_of_a_calendar_that_ends_before_it_begins_is_asked_about():
    event = ["SUMMARY:О книгах", "DTSTART:20240524T140000", "DTEND:20240524T130000"]
    draft = calendar(event, X_WR_TIMEZONE="Europe/Moscow")
    assert [(one.title, one.start_time) for one in draft.talks] == [("О книгах", "14:00")]
    assert sum("кончается раньше" in question for question in draft.questions) == 1
    assert not any("продолжительност" in question for question in draft.questions)


def test_the_licence_and_the_wish_of_schedule_xml_are_read():
    event = "<event><title>О книгах</title><recording><license>CC BY</license><optout>true</optout></recording></event>"
    conference = "<conference><title>Чтения</title></conference>"
    text = f'<schedule>{conference}<day date="2024-05-24"><room name="Зал">{event}</room></day></schedule>'
    told = "\n".join(schedule.read("schedule.xml", text.encode()).questions)
    assert "CC BY" in told and "просьба не записывать" in told


@pytest.mark.django_db
class TestRooms:
    """The room was named in the review and lost, although a session has a place."""

    def saved(self, **talks):
        return save_draft(from_json(**days(**talks)))

    def test_a_track_in_two_rooms_is_two_sessions_each_with_its_place(self):
        rows = [talk("Первый", track="Каталоги", room="Зал 1"), talk("Второй", track="Каталоги", room="Зал 2")]
        event = self.saved(_2024_05_24=rows)
        found = [(one.session.title, str(one.session.day), one.session.place) for one in event.talks.order_by("pk")]
        assert found == [("Каталоги", "2024-05-24", "Зал 1"), ("Каталоги", "2024-05-24", "Зал 2")]
        assert additions.add_facts(from_json(**days(_2024_05_24=rows)), event) == []
        assert event.sessions.count() == 2

    def test_a_track_that_moves_to_another_room_is_the_same_session(self):
        event = self.saved(_2024_05_24=[talk("Первый", track="Каталоги", room="Зал 1")])
        moved = from_json(**days(_2024_05_24=[talk("Первый", track="Каталоги", room="Зал 2")]))
        additions.add_facts(moved, event)
        assert [one.place for one in event.sessions.all()] == ["Зал 2"]

    def test_a_talk_without_track_and_room_keeps_its_day(self):
        event = self.saved(_2024_05_24=[talk("Первый")], _2024_05_25=[talk("Второй")])
        assert [str(one.session.day) for one in event.talks.order_by("order")] == ["2024-05-24", "2024-05-25"]


@pytest.mark.django_db
def test_links_of_a_talk_are_saved_with_the_talk():
    """A video of one talk became a recording of the whole event."""
    links = [{"url": "https://youtu.be/x"}, {"href": "https://conf.example/blog", "text": "Блог"}]
    rows = [talk("О книгах", links=links), talk("О детях", attachments=[{"url": "https://conf.example/b.pdf"}])]
    event = save_draft(from_json(**days(_2024_05_24=rows)))
    assert [(one.url, str(one.talk)) for one in event.recordings.all()] == [("https://youtu.be/x", "О книгах")]
    assert [(one.url, one.title, str(one.talk)) for one in event.materials.order_by("url")] == [
        ("https://conf.example/b.pdf", "О детях", "О детях"),
        ("https://conf.example/blog", "Блог", "О книгах"),
    ]


@pytest.mark.django_db
def test_links_of_a_talk_that_the_reviewer_dropped_are_dropped_with_it():
    draft = from_json(**days(_2024_05_24=[talk("О книгах", links=[{"url": "https://youtu.be/x"}])]))
    draft.talks = []
    assert not save_draft(draft).recordings.exists()


def test_a_link_without_its_scheme_is_no_page_of_the_schedule():
    schedule_json = {"base_url": "https://conf.example/", "conference": CONFERENCE}
    schedule_json["conference"] = CONFERENCE | days(_2024_05_24=[talk("О книгах", links=["www.l.example/1"])])
    draft = schedule.read("schedule.json", json.dumps({"schedule": schedule_json}).encode())
    assert [link.url for link in draft.links] == ["https://www.l.example/1"]


def test_people_by_their_number_are_speakers():
    persons = {"7": {"name": "Придуманная Анна Петровна"}, "8": {"name": "Сочинский П. И."}}
    draft = from_json(**days(_2024_05_24=[talk("О каталогах", persons=persons)]))
    assert [person.family_name for person in draft.people] == ["Придуманная", "Сочинский"]


def test_a_talk_without_an_hour_stays_where_the_file_has_it():
    rows = [talk("Первый", "10:00"), talk("Второй", "вечером"), talk("Третий", "12:00")]
    assert [one.title for one in from_json(**days(_2024_05_24=rows)).talks] == ["Первый", "Второй", "Третий"]


@pytest.mark.parametrize(("hour", "is_asked"), [("11", True), ("00", False)])
def test_a_talk_dated_on_another_day_is_asked_about_unless_it_is_at_night(hour, is_asked):
    one = talk("О книгах", f"{hour}:30", date=f"2024-05-25T{hour}:30:00+03:00")
    draft = from_json(**days(_2024_05_24=[one]))
    assert any("2024-05-25" in question for question in draft.questions) == is_asked


@pytest.mark.parametrize(
    ("abstract", "plain"),
    [
        ("О **книгах** и *людях*, __много__", "О книгах и людях, много"),
        ("## Книги\n\n* одна\n* две", "Книги\n\n* одна\n* две"),
        ("2 * 3 * 4 и snake_case_name", "2 * 3 * 4 и snake_case_name"),
        ("Шаблон <T> и <https://example.org/>", "Шаблон <T> и https://example.org/"),
        ("Книги<script>alert(1)</script>", "Книги"),
        ("> `цитата`", "цитата"),
        ("Ноль\x00 байт", "Ноль  байт"),
        ("<ul><li>Один<li>Два</ul>", "Один\n\nДва"),
    ],
)
def test_markdown_becomes_plain_text_and_what_is_none_stays(abstract, plain):
    (one,) = from_json(**days(_2024_05_24=[talk("Чтение", abstract=abstract)])).talks
    assert one.abstract == plain


def test_a_soft_hyphen_parts_no_name():
    draft = from_json(**days(_2024_05_24=[talk("О кни\u00adгах", persons=["Сочин\u00adский П. И."])]))
    assert (draft.talks[0].title, draft.people[0].name) == ("О книгах", "Сочинский П. И.")


def test_a_schedule_without_talks_says_so():
    assert "В расписании нет докладов." in from_json(days=[]).questions


@pytest.mark.parametrize(
    "conference",
    [
        {"days": [{"date": "2024-05-24", "hours": {"09:00": {"Зал": {"title": "О книгах"}}}}]},
        {"2024-05-24": {"09:00": {"Зал": {"title": "О книгах"}}}},
    ],
)
def test_hours_of_rooms_are_read_without_a_conference_around_them(conference):
    draft = schedule.read("schedule.json", json.dumps({"title": "Чтения"} | conference).encode())
    assert [(one.title, one.start_time, draft.sessions[0].title) for one in draft.talks] == [
        ("О книгах", "09:00", "Зал")
    ]


def test_the_attributes_of_an_event_identify_it():
    """A talk of schedule.xml on two days was two talks: its guid stands in an attribute."""
    event = '<event guid="a" id="1"><title>О книгах</title><start>10:00</start></event>'
    text = "".join(f'<day date="2024-05-{day}"><room name="Зал">{event}</room></day>' for day in (24, 25))
    text = f"<schedule><conference><title>Чтения</title></conference>{text}</schedule>"
    assert len(schedule.read("schedule.xml", text.encode()).talks) == 1


class TestOneEventOfACalendar:
    """A calendar with a single event became a conference without a name that had one talk."""

    def read(self, *lines, zone="Europe/Samara"):
        return read_calendar(f"X-WR-TIMEZONE:{zone}", "BEGIN:VEVENT", "SUMMARY:Тихие чтения", *lines, "END:VEVENT")

    def test_it_is_the_event(self):
        draft = self.read(
            "DTSTART:20240524T063000Z",
            "LOCATION:Вымыслов\\, Дом книги",
            "URL:https://conf.example/7",
            "DESCRIPTION:О чтении",
            "ATTACH:https://conf.example/plan.pdf",
        )
        assert (draft.title.value, draft.place.value, draft.talks) == ("Тихие чтения", "Вымыслов, Дом книги", [])
        assert [(one.start, one.start_time, one.time_zone) for one in draft.dates] == [
            ("2024-05-24", "10:30", "Europe/Samara")
        ]
        assert (draft.source.url, draft.links[0].url) == ("https://conf.example/7", "https://conf.example/plan.pdf")
        assert any("О чтении" in question for question in draft.questions)

    @pytest.mark.parametrize(
        ("rule", "wanted"),
        [
            ("RRULE:FREQ=WEEKLY;COUNT=3", ["2024-05-24", "2024-06-07"]),
            ("RRULE:FREQ=WEEKLY;UNTIL=20240607T200000Z", ["2024-05-24", "2024-06-07"]),
            ("RDATE:20240601T100000", ["2024-05-24", "2024-06-01"]),
        ],
    )
    def test_its_repetitions_are_days_of_it(self, rule, wanted):
        draft = self.read("DTSTART:20240524T100000", rule, "EXDATE:20240531T100000")
        assert [(one.start, one.start_time) for one in draft.dates] == [(day, "10:00") for day in wanted]

    @pytest.mark.parametrize(
        "rule",
        ["FREQ=DAILY", "FREQ=SOMETIMES", "FREQ=DAILY;COUNT=5000", "FREQ=HOURLY;COUNT=3", "FREQ=DAILY;BYHOUR=9;COUNT=3"],
    )
    def test_repetitions_without_an_end_or_by_the_hour_are_asked_about(self, rule):
        draft = self.read("DTSTART:20240524T100000", f"RRULE:{rule}")
        assert [one.start for one in draft.dates] == ["2024-05-24"]
        assert any(rule in question for question in draft.questions)

    def test_the_zone_of_outlook_is_known(self):
        draft = self.read("DTSTART;TZID=Russian Standard Time:20240524T100000", zone="Russian Standard Time")
        assert (draft.dates[0].start_time, draft.dates[0].time_zone) == ("10:00", "Europe/Moscow")


class TestSpeakersOfACalendar:
    def test_pretalx_writes_them_after_the_title(self):
        event = ["BEGIN:VEVENT", "DTSTART:20240524T100000", "UID:1", "DESCRIPTION:О мостах - и реках"]
        title = "SUMMARY:О мостах - и реках - Сочинский Пётр Ильич\\, Придуманная Анна Петровна"
        draft = read_calendar("X-WR-CALNAME:Чтения", "PRODID:-//pretalx//x", *event, title, "END:VEVENT")
        assert [(one.title, one.abstract) for one in draft.talks] == [("О мостах - и реках", "")]
        assert [person.family_name for person in draft.people] == ["Сочинский", "Придуманная"]

    def test_indico_begins_the_description_with_them(self):
        about = "DESCRIPTION:Speakers: Пётр Ильич Сочинский (РБВ\\, отдел книг)\\, А. П. Придуманная\\n\\nО книгах"
        draft = calendar(["DTSTART:20240524T100000", "SUMMARY:Доклад", about])
        assert draft.talks[0].abstract == "О книгах"
        assert [(one.family_name, one.affiliation_printed) for one in draft.people] == [
            ("Сочинский", "РБВ, отдел книг"),
            ("Придуманная", ""),
        ]


def test_a_changed_event_of_a_calendar_takes_the_place_of_what_it_was():
    event = ["BEGIN:VEVENT", "UID:1", "DTSTART:20240524T100000", "SUMMARY:О сказках", "END:VEVENT"]
    changed = ["BEGIN:VEVENT", "UID:1", "RECURRENCE-ID:20240524T100000", "DTSTART:20240524T103000"]
    draft = read_calendar("X-WR-CALNAME:Чтения", *event, *changed, "SUMMARY:О былях", "END:VEVENT")
    assert [(one.title, one.start_time) for one in draft.talks] == [("О былях", "10:30")]
