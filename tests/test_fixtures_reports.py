"""The 34 real reports say what their sources give and nothing more."""

import datetime
import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db.models import Q

from events.models import (
    Conference,
    Organisation,
    OrganisationParticipation,
    Recording,
    Speaker,
    SpeakerParticipation,
    Talk,
)
from events.russian import transliteration
from events.russian.folding import fold

pytestmark = pytest.mark.usefixtures("archive", "db")

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
FIRST = "distantsionnaia-rabota-kak-osnovnaia-forma-vzaimodeistviia-s"


def rows(name: str) -> list[dict]:
    return json.loads((FIXTURES / f"{name}.json").read_text())


def event(slug: str) -> Conference:
    return Conference.objects.get(slug__startswith=slug)


def dates(conference: Conference) -> list[tuple[str, str]]:
    return [(date.start, date.end) for date in conference.dates.all()]


def organisations(conference: Conference, role: str) -> list[str]:
    parts = conference.organisations.filter(role__slug=role, talk=None)
    return [str(part.organisation or part.group) for part in parts]


def people(part: Conference | Talk, role: str) -> list[str]:
    return [part.speaker.full_name for part in part.people.filter(role__slug=role)]


def counts(conference: Conference) -> list[tuple[int, str, str]]:
    return [(one.value, one.counted, one.precision) for one in conference.attendance.all()]


def dump() -> str:
    out = StringIO()
    call_command("dumpdata", "events", natural_foreign=True, natural_primary=True, stdout=out)
    return out.getvalue()


# The whole


def test_34_reports_stand_beside_the_first_event():
    assert Conference.objects.published().exclude(slug=FIRST).count() == 34


def test_each_has_a_kind_a_summary_two_to_four_topics_and_a_source_with_its_address():
    for conference in Conference.objects.all():
        assert conference.kind and conference.heading, conference.slug
        assert 60 < len(conference.summary) < 400, conference.slug
        assert 2 <= conference.topics.count() <= 4, conference.slug
        assert all(source.url.startswith("http") for source in conference.sources.all()), conference.slug
        assert conference.sources.exists(), conference.slug


def test_loading_again_changes_nothing_not_even_the_moment_of_change():
    before = dump()
    call_command("loaddata", "reports", "first_event", verbosity=0)
    assert dump() == before


def test_what_both_files_need_stands_in_both_alike():
    """So that each loads without the other, in any order."""
    first = {(row["model"], row["fields"]["slug"]): row for row in rows("first_event") if "slug" in row["fields"]}
    shared = [row for row in rows("reports") if (row["model"], row["fields"].get("slug")) in first]
    assert {row["model"] for row in shared} == {"events.organisation", "events.topic"}
    for row in shared:
        assert row == first[row["model"], row["fields"]["slug"]]


def test_addresses_are_written_by_the_rule_of_all_addresses():
    for record in (*Conference.objects.all(), *Talk.objects.all(), *Organisation.objects.all(), *Speaker.objects.all()):
        assert record.slug.startswith(transliteration.slug(record.slug_source())) or record.label.startswith(
            "Крымская"
        ), record


def test_no_row_is_numbered():
    assert not any("pk" in row for name in ("first_event", "reports") for row in rows(name))


def test_namesakes_of_libraries_are_nobodys_speakers():
    namesakes = (
        "Крупская Ленин Аксаков Тютчев Маяковский Франко Гончаров Розанов Никитин Ломоносов Горький Добролюбов Ельцин "
        "Пушкин Евтушенко Суворов Маршак Николаев Баялинов Навои Жамцарано Распутин Хашдеу Назарбаев Krupskaya"
    ).split()
    for namesake in namesakes:
        assert not Speaker.objects.filter(name_key__startswith=fold(namesake[:-2])).exists(), namesake


def test_names_that_are_cut_off_are_not_entered_as_if_whole():
    for row in rows("reports"):
        for field in ("name", "family_name", "given_names", "title", "position", "name_as_printed"):
            assert "…" not in row["fields"].get(field, ""), row
    for beginning in ("Кругл…", "Алексей Юрьевич Мор…", "по международным связям Е…"):
        assert OrganisationParticipation.objects.filter(group__contains=beginning).exists(), "nothing of it is lost"
    for beginning in ("Кругл", "Мор", "Е"):
        assert not Speaker.objects.filter(family_name=beginning).exists()


def test_one_library_in_many_reports_is_one_record():
    library = Organisation.objects.get(aliases__name="ДРУНБ")
    took_part = Conference.objects.with_organisation(library.slug)
    assert {conference.first_day for conference in took_part} == {
        "2020-06-09", "2023-05-25", "2025-04-29", "2024-05-23", "XXXX-03-30"
    }  # fmt: skip
    assert Organisation.objects.filter(name__contains="Тютчева").count() == 1
    assert Organisation.objects.filter(name__contains="Президентская").count() == 1


def test_people_of_different_events_are_never_merged():
    appearances = set(SpeakerParticipation.objects.values_list("speaker", "conference"))
    assert len({speaker for speaker, _conference in appearances}) == len(appearances)


def test_the_format_is_kept_as_the_source_has_it():
    printed = set(Conference.objects.exclude(format_as_printed="").values_list("format", "format_as_printed"))
    assert printed == {
        ("online", "в режиме видео-конференц-связи"),
        ("mixed", "в очно-дистанционном формате"),
        ("online", "онлайн-мероприятие"),
        ("online", "в онлайн-формате"),
    }


def test_topics_say_no_more_than_the_text():
    for slug, topic in (
        ("chtenie-i-vremia", "продвижение книги и чтения"),
        ("vebinar-biblioteki-arkhiva", "удалённый доступ"),
        ("rossiia-v-serdtse-moem", "краеведение"),
        ("laboratoriia-2024-04-11", "обмен опытом"),
        ("regionalnaia-natsionalnaia-kniga", "книжная культура"),
    ):
        assert topic not in [one.name for one in event(slug).topics.all()], slug


def test_an_unknown_year_stays_unknown():
    unknown = Conference.objects.filter(year=None)
    assert {conference.first_day for conference in unknown} == {
        "", "XXXX-02-14", "XXXX-03-30", "XXXX-04-05", "XXXX-05-21", "XXXX-05-24", "XXXX-06-07", "XXXX-07-04",
        "XXXX-10-15", "XXXX-11-29",
    }  # fmt: skip
    assert unknown.filter(dates=None).count() == 4


def test_a_supplied_year_says_from_where():
    for conference in Conference.objects.all():
        for date in conference.dates.all():
            assert date.year_supplied == bool(date.year_source), conference
            assert not (date.year_supplied and date.start.startswith("XXXX")), conference


def test_only_a_name_printed_in_another_case_is_inferred():
    inferred = Speaker.objects.filter(
        name_inferred=True, participations__conference__in=Conference.objects.exclude(slug=FIRST)
    )
    assert [person.full_name for person in inferred] == ["Мазурицкий Александр"]


# Each report


def test_torez_2023():
    telemost = Conference.objects.get(slug="obshcherossiiskii-den-bibliotek")
    assert (telemost.kind.name, telemost.kind_as_printed) == ("телемост", "праздничный телемост")
    assert dates(telemost) == [("2023-05-25", "")]
    assert len(organisations(telemost, "site")) == 5
    assert people(telemost, "guest-of-honour") == ["Камынина Наталья Викторовна", "Бондарь Владимир Петрович"]
    assert people(telemost.talks.get(kind__slug="welcome"), "welcome") == people(telemost, "guest-of-honour")
    assert telemost.talks.filter(kind__slug="award").exists()


def test_no_oblivion_2025():
    conference = event("zabveniiu-ne-podlezhit")
    assert (conference.ordinal, conference.format, conference.place) == ("III", "mixed", "«Русский центр»")
    assert conference.dates.get().year_supplied
    assert organisations(conference, "organiser") == [
        "Отдел документов по гуманитарным и естественным наукам (Библиотека им. Н. К. Крупской)"
    ]
    assert counts(conference) == [(26, "докладов", "exact")]
    assert [source.author for source in conference.sources.all()] == ["", "Анна Погорелая"]
    assert len(conference.regions.split("\n")) == 11


def test_reading_and_time_2020():
    table = event("chtenie-i-vremia")
    assert dates(table) == [("2020-09-10", ""), ("2020-07", "2020-09")]
    assert (table.first_day, table.ordinal) == ("2020-09-10", "IX")
    assert table.dates.last().is_of_larger_event
    assert [date.start for date in table.own_dates] == ["2020-09-10"]
    assert organisations(table, "organiser")[1] == str(table.venue)
    assert len(organisations(table, "support")) == 4
    assert counts(table) == [(97, "человек", "exact")]
    assert table.materials.get().is_lost


def test_khanty_mansiysk():
    meeting = event("v-vserossiiskoe-soveshchanie")
    assert (meeting.title, meeting.ordinal, meeting.city) == ("", "V", "Ханты-Мансийск")
    assert meeting.heading.startswith("V Всероссийское совещание руководителей")
    assert dates(meeting) == [("XXXX-05-21", "XXXX-05-24"), ("XXXX-05-22", "")]
    assert [date.start for date in meeting.own_dates] == ["XXXX-05-21"], "the opening is a part of it"
    assert meeting.talks.first().delivery == "remote"
    assert [value for value, _counted, _precision in counts(meeting)] == [20, 12]
    assert meeting.people.get(speaker__family_name="Кольцов").name_as_printed.endswith("В. С. Кольцов")


def test_laboratory_of_experience_2019():
    laboratory = event("biblioteka-dlia-molodezhi")
    assert laboratory.notes.get(label="Девиз").text == "Мое любимое занятие — осмысливать мир"
    assert organisations(laboratory, "initiator") == ["Министерство культуры Донецкой Народной Республики"]
    assert counts(laboratory) == [(40, "библиотечных работников", "about")]
    assert len(organisations(laboratory, "participant")) == 4
    assert [source.is_partial for source in laboratory.sources.all()] == [False, False]


def test_childrens_libraries_2020():
    table = event("detskaia-biblioteka-v-usloviiakh")
    assert table.platform == "портал «Культура.РФ»"
    assert people(table, "participant") == ["Веденяпина Мария", "Мезенцева Ольга", "Безносов Денис"]
    cut = table.organisations.get(organisation__name__contains="Маршака")
    assert cut.group == "директор Марина Кругл… (фамилия в доступном тексте оборвана)"


def test_kazakhstan_2018():
    seminar = event("the-activity-of-libraries")
    assert (seminar.language, seminar.languages) == ("en", "en, kk")
    kazakh = seminar.talks.get(language="kk")
    assert kazakh.title == "Рухани жаңғыру: болашаққа бастар жол"
    assert kazakh.parallel_title == "Ruhani zhangyru: the way to the future"
    assert seminar.people.filter(is_remote=True).get().speaker.family_name == "Utevalieva"
    assert seminar.talks.get(kind__slug="training").title == ""


def test_methodists_2020():
    conference = event("metodicheskaia-sluzhba")
    assert conference.theme == "Вызовы 2020: возможности и успешные практики библиотек"
    assert (conference.ordinal, conference.series.name) == ("IV", conference.title)
    assert organisations(conference, "support") == ["Комитет по культуре Санкт-Петербурга"]


def test_books_for_the_blind_2015():
    conference = event("russkaia-literatura-v-izdaniiakh")
    assert conference.framework == "Год литературы в России"
    assert organisations(conference, "organiser") == ["Библиотечная Ассамблея Евразии"]
    assert "оборвано" in conference.notes.get(label="Организаторы").text


def test_white_cane_day():
    webinar = event("formirovanie-banka")
    assert dates(webinar) == [("XXXX-10-15", "")]
    assert people(webinar, "welcome") == ["Макарова Светлана Валерьевна"]
    assert webinar.occasion == "в Международный день Белой трости"


def test_future_of_libraries_2024():
    conference = event("formiruia-budushchee")
    session = conference.sessions.get()
    assert (session.kind, session.title) == ("фокус-семинар", "Библиотека как пространство для коммуникаций")
    assert counts(conference) == [(140, "специалистов", "about")]
    assert conference.notes.get(label="Проект").text == "Родные люди. Семья"
    assert not conference.people.exists()


def test_novgorod_2021():
    meeting = event("itogi-raboty-bibliotek")
    date = meeting.dates.get()
    assert (date.start, date.start_time, date.time_zone) == ("2021-03-02", datetime.time(11), "")
    assert meeting.recordings.get().url == meeting.sources.get().url


def test_library_day_2020():
    broadcast = event("obshcherossiiskii-den-bibliotek-2")
    date = broadcast.dates.get()
    assert (date.start_time, date.time_zone) == (datetime.time(10), "по московскому времени")
    assert people(broadcast, "opening") == ["Любимова Ольга"]
    assert len(set(broadcast.people.values_list("speaker", flat=True))) == 8
    posts = broadcast.people.filter(speaker__family_name__in=["Афанасьев", "Дуда"])
    assert [(part.speaker.family_name, part.position, part.organisation.name) for part in posts] == [
        ("Афанасьев", "президент", "РБА"),
        ("Афанасьев", "директор", "ГПИБ России"),
        ("Дуда", "генеральный директор", "Российская государственная библиотека"),
        ("Дуда", "вице-президент", "РБА"),
    ]
    assert broadcast.notes.get().text == "12+"
    assert counts(broadcast) == [(85, "региональных министров культуры", "exact")]


def test_skype_2013():
    conference = event("innovatsii-po-kolu")
    assert (conference.language, conference.platform) == ("uk", "Skype")
    assert organisations(conference, "moderator") == [
        "Донецька обласна бібліотека для дітей",
        "Львівська обласна бібліотека для дітей",
        "Херсонська обласна бібліотека для дітей",
    ]
    assert counts(conference) == [(12, "дитячих бібліотек", "at-least")]
    assert conference.dates.get().as_printed == "Сьогодні"


def test_belgorod_and_crimea_2015():
    bridge = event("belgorod-respublika-krym")
    assert (bridge.title, bridge.other_title) == ("Белгород — Республика Крым", "Крым-Белгород")
    assert not bridge.dates.exists()
    assert bridge.sources.get().published == "2015-10-02"
    assert bridge.framework == "II Славянский библиотечный форум"
    assert bridge.venue.short_name == "Крымская республиканская универсальная научная библиотека им. И. Я. Франко"


def test_national_book_2021():
    table = event("regionalnaia-natsionalnaia-kniga")
    talk = table.talks.get()
    assert (talk.title, people(talk, "speaker")) == ("", ["Юрлова Ольга Геннадьевна"])
    assert talk.people.get().organisation.name == "Библиотека № 8 им. В. В. Розанова"


def test_commonwealth_2021():
    forum = event("sodruzhestvo-bibliotek")
    assert not forum.dates.exists()
    shown = forum.talks.filter(kind__slug="presentation")
    assert [part.organisation.label for talk in shown for part in talk.organisations.all()] == [
        "Национальная библиотека Узбекистана имени Алишера Навои",
        "Президентская библиотека",
    ]
    assert people(forum, "speaker") == ["Расторгуева Наталья"]


def test_model_libraries_for_luhansk():
    webinar = event("modelnaia-biblioteka")
    assert dates(webinar) == [("XXXX-07-04", "")]
    assert len(organisations(webinar, "partner")) == 2
    assert organisations(webinar, "audience")[0].startswith("библиотекари Марковского")
    assert webinar.talks.get().title == "Модельные библиотеки: новые возможности, новые приоритеты"


def test_chernyakhovsk():
    meeting = event("onlain-soveshchanie")
    assert not meeting.dates.exists()
    host = meeting.people.get(role__slug="host")
    assert host.position == (
        "заместитель директора по развитию — начальник отдела инновационной и научно-методической деятельности"
    )
    assert people(meeting, "participant") == ["Смирнова Влада Геннадьевна", "Недзельницкая Людмила Аркадьевна"]
    assert meeting.talks.get().kind.slug == "questions"


def test_arkhangelsk_and_vitebsk_2024():
    seminar = event("elektronnye-bibliotechnye-resursy")
    assert seminar.dates.get().year_source == "адрес страницы"
    first, second = seminar.talks.all()
    assert people(first, "speaker") == ["Перфильев Роман Олегович"]
    assert (second.title, second.topic, people(second, "speaker")) == ("", "", ["Попова Наталья Валерьевна"])
    assert second.people.get().organisation.name == "Отдел краеведения «Русский Север»"


def test_gomel_and_bryansk():
    bridge = event("na-literaturnoi-volne")
    assert bridge.framework == (
        "Неделя белорусской литературы «Россия и Беларусь: нас объединяет книга»"
        " в Брянской областной научной универсальной библиотеке им. Ф. И. Тютчева"
    )
    assert "российские и белорусские писатели" in organisations(bridge, "participant")
    assert not bridge.people.exists()


def test_book_culture_2021():
    table = event("knizhnaia-kultura")
    assert people(table, "moderator") == ["Лизунова Ирина"]
    assert "оборвано" in table.organisations.get(role__slug="moderator").group
    assert len(organisations(table, "participant")) == 6
    assert table.outcome
    assert table.sources.count() == 2


def test_nikolaev_centre_2025():
    webinar = event("vebinar-biblioteki-arkhiva")
    assert (webinar.title, people(webinar, "opening")) == ("", ["Семенов Юрий Иванович"])
    assert counts(webinar) == [(68, "электронных читальных залов", "exact")]
    assert "школа № 25" in webinar.outcome


def test_youth_spaces():
    webinar = event("molodezhnye-prostranstva")
    assert dates(webinar) == [("XXXX-03-30", "")]
    talk = webinar.talks.get()
    assert (talk.title, talk.organisations.get().organisation.city) == ("", "Нижний Тагил")
    assert "«вМЕСТО»" in talk.topic
    assert organisations(webinar, "audience")[0].startswith("Отдел документов по гуманитарным")


def test_irkutsk_2017():
    conference = event("biblioteki-v-informatsionnom")
    date = conference.dates.get()
    assert (date.start, date.end, date.is_of_larger_event) == ("2017-04-25", "2017-04-27", True)
    assert conference.own_dates == [date], "no other is known"
    assert conference.kind.slug == "videoconference"
    assert "8 снимков" in conference.notes.get(label="Фотографии").text
    assert not conference.photos.exists()


def test_legal_deposit():
    table = event("rol-obiazatelnogo")
    assert (table.platform, table.recordings.count()) == ("VK Звонки", 1)
    assert people(table, "welcome") == ["Никерова Н. В."]
    assert counts(table) == [(20, "субъектов РФ", "more")]


def test_russia_in_my_heart():
    bridge = event("rossiia-v-serdtse")
    assert not bridge.dates.exists()
    assert not bridge.people.exists(), "children are not named"
    assert "дети-читатели" in organisations(bridge, "participant")


def test_omsk():
    conference = event("biblioteka-i-molodezh")
    assert (dates(conference), conference.ordinal) == ([("XXXX-05-24", "XXXX-05-25")], "четвёртая")
    assert people(conference, "opening") == ["Фалалеева Ирина Александровна", "Соловьёва Ирина Васильевна"]
    assert [value for value, _counted, _precision in counts(conference)] == [135, 15]


def test_frontier():
    conference = event("bibliotechnyi-frontir")
    talk = conference.talks.get()
    assert talk.session.title == "Библиотеки в культурном пространстве регионов России"
    assert talk.title_as_printed.endswith("им.Ц.Жамцарано")
    assert people(talk, "speaker") == ["Жамсоева Б. Д."]
    assert talk.people.get().organisation.name == "Отдел краеведения и библиографии"


def test_ulyanovsk_and_chisinau_2020():
    bridge = event("ocherednoi-rossiisko-moldavskii")
    assert (bridge.title, bridge.series.name) == ("", "Литература без границ")
    assert people(bridge, "moderator") == ["Андрюкова Татьяна Ивановна", "Щелчкова Маргарита"]
    assert bridge.organisations.get(organisation__name__contains="Ломоносова").organisation.parent.city == "Кишинёв"


def test_ulan_ude_and_tomsk():
    bridge = event("ulan-ude-tomsk")
    assert people(bridge, "participant") == ["Дугаров Эрдэни Чимитович", "Алагуева Виктория Петровна"]
    assert bridge.framework.startswith("Договор о сотрудничестве")
    assert bridge.people.first().distinctions == "член Союза писателей СССР, заслуженный работник культуры РБ"


def test_lecture_2020():
    lecture = event("biblioteki-v-gody")
    part = lecture.people.get()
    assert (part.role.slug, part.name_as_printed) == ("lecturer", "Александра Мазурицкого")
    assert (part.position, part.distinctions) == ("профессор", "доктор педагогических наук")
    assert part.organisation.parent.name == "Московский государственный лингвистический университет"


def test_crimea_2015():
    seminar = event("bibliotechno-informatsionnoe")
    assert seminar.theme.startswith("Библиотеки для слепых в новом информационном пространстве")
    assert seminar.dates.get().is_of_larger_event
    assert (people(seminar, "chair"), people(seminar, "organiser")) == (["Захарова Е. В."], ["Елфимова Г. С."])
    assert [talk.kind.slug for talk in seminar.talks.all()] == ["video-talk"] * 7
    assert OrganisationParticipation.objects.filter(talk__conference=seminar, group="Тульская библиотека").exists()


def test_voronezh_2024():
    laboratory = event("laboratoriia-2024-04-11")
    assert (laboratory.title, laboratory.theme) == ("", "")
    assert counts(laboratory) == [
        (20, "докладов", "exact"),
        (200, "слушателей", "about"),
        (28, "регионов России", "exact"),
    ]
    assert not laboratory.organisations.exists()


def test_recordings_are_those_that_were_given():
    assert Recording.objects.filter(Q(url__contains="rutube.ru") | Q(url__contains="culture.ru")).count() == 3
    assert Recording.objects.count() == 3
