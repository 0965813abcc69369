"""A spreadsheet comes in whole or not at all, says what it will do, and does it once."""

import datetime
import io

import openpyxl
import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from events import revisions, table
from events.export import tables as export
from events.importing.tables import import_rows, stored
from events.models import (
    Conference,
    Organisation,
    OrganisationAlias,
    OrganisationRole,
    Recording,
    SearchDocument,
    Speaker,
    SpeakerParticipation,
    SpeakerRole,
    StaffMembership,
    Talk,
    Topic,
    Version,
)
from events.revisions import withholding
from events.search import consistency

from ..sampling import sample

pytestmark = pytest.mark.django_db

CODES = {column.header: column.key for column in table.COLUMNS}


def rows(*lines):
    """Rows as `read` gives them, from dicts keyed by the Russian headers."""
    return [
        table.TableRow(number, {CODES[header]: value for header, value in line.items()})
        for number, line in enumerate(lines, 2)
    ]


EVENT = {
    "Название": "Вымышленные чтения",
    "Вид": "вебинар",
    "Дата": "09.06.2020",
    "Организаторы": "Библиотека города Вымыслова; Музей книги",
    "Темы архива": "каталоги; редкие книги",
    "Доклад": "О каталогах",
    "Докладчики": "Придуманная А. Б.; Сочинский Пётр Ильич",
    "Должности": "библиограф; директор",
    "Место работы": "; Музей книги",
}
SECOND_TALK = {"Доклад": "О редких книгах", "Докладчики": "Придуманная А. Б."}
# Nothing that is said of a second speaker.
ALONE = {"Должности": "библиограф", "Место работы": ""}


def counts():
    return [model.objects.count() for model in (Conference, Talk, Speaker, Organisation, SpeakerParticipation)]


def test_an_event_with_its_talks_comes_in():
    report = import_rows(rows(EVENT, SECOND_TALK), commit=True)
    assert not report.problems
    event = Conference.objects.get()
    assert (event.status, event.year, event.kind.slug) == ("draft", 2020, "webinar")
    assert [str(topic) for topic in event.topics.all()] == ["каталоги", "редкие книги"]
    assert [talk.title for talk in event.talks.all()] == ["О каталогах", "О редких книгах"]
    assert counts() == [1, 2, 2, 2, 3]
    director = SpeakerParticipation.objects.get(speaker__family_name="Сочинский")
    assert (director.position, director.organisation.name) == ("директор", "Музей книги")


def test_the_preview_says_the_same_and_writes_nothing():
    preview = import_rows(rows(EVENT, SECOND_TALK), commit=False)
    assert counts() == [0, 0, 0, 0, 0]
    assert preview.added == import_rows(rows(EVENT, SECOND_TALK), commit=True).added


def test_importing_again_changes_nothing():
    import_rows(rows(EVENT, SECOND_TALK), commit=True)
    moment = Conference.objects.get().changed
    again = import_rows(rows(EVENT, SECOND_TALK), commit=True)
    assert (again.added, again.changed, again.problems) == ([], [], [])
    assert len(again.unchanged) == 3
    assert counts() == [1, 2, 2, 2, 3]
    assert Conference.objects.get().changed == moment


def test_a_changed_cell_is_a_named_change_and_an_empty_one_is_none():
    import_rows(rows(EVENT), commit=True)
    changed = {"Название": "Вымышленные чтения", "Дата": "09.06.2020", "Город": "Вымыслов"}
    (change,) = import_rows(rows(changed), commit=True).changed
    assert (change.column, change.old, change.new) == ("Город", "", "Вымыслов")
    assert Conference.objects.get().talks.count() == 1


@pytest.mark.parametrize(
    ("cells", "column", "says"),
    [
        ({"Дата": "31.06.2020"}, "Дата", "09.06.2020"),
        ({"Дата": "вчера"}, "Дата", "это не дата"),
        ({"Дата": "44325"}, "Дата", "если это 09.05.2021"),
        ({"Вид": "посиделки"}, "Вид", "вебинар"),
        ({"Код события": "net-takogo"}, "Код события", "нет события"),
        ({"Формат": "заочно"}, "Формат", "смешанный"),
        ({"Время": "25:00"}, "Время", "11:00"),
        ({"Источник": "javascript:alert(1)"}, "Источник", "https://"),
        ({"№ доклада": "первый"}, "№ доклада", "1, 2, 3"),
        ({"№ доклада": "9" * 40}, "№ доклада", "1, 2, 3"),
        ({"Докладчики": "Иван Петрович Алексеева"}, "Докладчики", "«Алексеева, Иван Петрович»"),
        ({"Докладчики": "Нур Мохаммед Али"}, "Докладчики", "с запятой"),
        ({"Докладчики": "Анна Ивановна"} | ALONE, "Докладчики", "[новый]"),
        ({"Докладчики": "Иван"} | ALONE, "Докладчики", "нет фамилии"),
        ({"Докладчики": "Сочинский П.И. Придуманная А.Б."} | ALONE, "Докладчики", "точкой с запятой"),
        ({"Докладчики": "Сочинский П. И., директор"}, "Докладчики", "свои столбцы"),
        ({"Докладчики": "Придуманная & Сочинский"}, "Докладчики", "точкой с запятой"),
        ({"Время доклада": "утром"}, "Время доклада", "11:00"),
        ({"Должности": "д" * 401}, "Должности", "400"),
        ({"Название": "«…»"}, "Название", "нет ни букв, ни цифр"),
        ({"Доклад": ",;"}, "Доклад", "нет ни букв, ни цифр"),
        ({"Источник": "https://e.example/" + "a" * 1300}, "Источник", "1200"),
        ({"Докладчики": "Придуманная А. Б. [net-takoi]"} | ALONE, "Докладчики", "net-takoi"),
        ({"Докладчики": "Придуманная А. Б."}, "Место работы", "больше, чем людей"),
        ({"Должности": "библиограф; директор; хранитель"}, "Должности", "больше, чем людей"),
        ({"Организаторы": "Вымышленная библиотека, Новый музей"}, "Организаторы", "точкой с запятой"),
        ({"Организация места": "Вымышленная библиотека, Новый музей"}, "Организация места", "только одна"),
        ({"Темы архива": "каталоги, редкие книги"}, "Темы архива", "точкой с запятой"),
        ({"Название": "н" * 700}, "Название", "600"),
        ({"Темы архива": "т" * 200}, "Темы архива", "длинн"),
        ({"Дата": "09.06.2020", "Последний день": "08.06.2020"}, "Последний день", "раньше"),
        ({"Год установлен архивистом": "наверное"}, "Год установлен архивистом", "да"),
    ],
)
def test_a_bad_cell_refuses_the_whole_table_and_says_where_and_what_to_do(cells, column, says):
    good = {"Название": "Другие чтения", "Дата": "2019", "Доклад": "О книгах"}
    report = import_rows(rows(good, EVENT | cells), commit=True)
    (problem,) = report.problems
    assert (problem.row, problem.column) == (3, column)
    assert says in problem.message
    assert counts() == [0, 0, 0, 0, 0]


def test_all_problems_of_a_row_are_told_at_once():
    bad = EVENT | {"Вид": "посиделки", "Дата": "вчера", "Формат": "заочно", "Докладчики": "Нур Мохаммед Али"}
    report = import_rows(rows(bad), commit=True)
    assert {problem.column for problem in report.problems} == {"Вид", "Дата", "Формат", "Докладчики"}


def test_all_that_is_too_long_in_a_row_is_told_at_once_with_the_rest():
    """Of a row whose event could not be written, only one cell was named."""
    long = {"Название": "н" * 601, "Место": "м" * 301, "Источник": "https://e.example/" + "а" * 1200, "Дата": "вчера"}
    long |= {"Секция": "с" * 401, "Должности": "д" * 401, "Запись": "не адрес"}
    report = import_rows(rows(EVENT | long), commit=True)
    assert {problem.column for problem in report.problems} == {*long} - {"Источник"}
    (problem, other) = import_rows(
        rows(EVENT | {name: long[name] for name in ("Источник", "Должности")}), commit=True
    ).problems
    assert {problem.column, other.column} == {"Источник", "Должности"}


def test_people_are_taken_apart_as_they_are_plainly_called_and_the_preview_shows_how():
    named = EVENT | {"Докладчики": "Пётр Ильич Сочинский; Ван дер Вельде, Ян", "Должности": "", "Место работы": ""}
    report = import_rows(rows(named), commit=True)
    assert not report.problems
    assert {(one.family_name, one.given_names) for one in Speaker.objects.all()} == {
        ("Сочинский", "Пётр Ильич"),
        ("Ван дер Вельде", "Ян"),
    }
    assert [name.family_name for name in report.names] == ["Сочинский", "Ван дер Вельде"]


def test_several_people_between_commas_are_several_people():
    named = EVENT | {"Докладчики": "Сочинский П. И., Придуманная А. Б.", "Должности": "", "Место работы": ""}
    import_rows(rows(named), commit=True)
    assert sorted(str(one) for one in Speaker.objects.all()) == ["Придуманная А. Б.", "Сочинский П. И."]


def test_a_person_is_known_by_another_name_of_the_archive():
    speaker = Speaker.objects.create(family_name="Новофамильная", given_names="Анна Ивановна")
    speaker.aliases.create(name="Старофамильная Анна Ивановна")
    import_rows(rows({"Название": "Чтения", "Модераторы": "Старофамильная Анна Ивановна"}), commit=True)
    assert SpeakerParticipation.objects.get().speaker == speaker


def test_the_preview_shows_whom_a_new_name_is_like():
    Speaker.objects.create(family_name="Вымыслов", initials="А. И.")
    Organisation.objects.create(name="Вымышленная областная библиотека")
    event = {"Название": "Чтения", "Модераторы": "Вымыслов Артём Иванович"}
    event |= {"Организаторы": "ГБУК «Вымышленная областная библиотека»"}
    alike = import_rows(rows(event), commit=False).alike
    assert any("Вымыслов А. И." in line for line in alike)
    assert any("~ Вымышленная областная библиотека" in line for line in alike)


def test_a_latin_letter_among_cyrillic_ones_is_told_and_hides_nobody():
    Speaker.objects.create(family_name="Соловьёв", initials="А. И.")
    Organisation.objects.create(name="Вымышленный музей")
    event = {"Название": "Чтения", "Модераторы": "Cоловьёв А. И.", "Организаторы": "Вымышленный мyзей"}
    report = import_rows(rows(event), commit=False)
    assert any("~ Соловьёв А. И." in line for line in report.alike)
    assert any("~ Вымышленный музей" in line for line in report.alike)
    assert sum("латинские" in line for line in report.told) == 2


def test_the_preview_shows_an_event_of_the_same_day_with_a_similar_title():
    for day in ("09", "10"):
        Conference.objects.create(title=f"Чтения о мостах и реках {day}").dates.create(start=f"2020-06-{day}")
    event = {"Название": "Чтения о мостах, реках и озёрах", "Дата": "09.06.2020"}
    (alike,) = import_rows(rows(event), commit=False).alike
    assert "реках 09" in alike and "тот же день" in alike


def test_each_talk_has_its_own_time_and_a_second_time_of_the_event_is_a_contradiction():
    event = {"Название": "Чтения", "Дата": "09.06.2020", "Время": "11-00", "Доклад": "Первый", "Время доклада": "11.15"}
    talk = {"Доклад": "Второй", "Время доклада": "12:30"}
    assert not import_rows(rows(event, talk), commit=True).problems
    assert [talk.start_time for talk in Talk.objects.all()] == [datetime.time(11, 15), datetime.time(12, 30)]
    assert Conference.objects.get().dates.get().start_time == datetime.time(11, 0)
    same = {"Название": "Чтения", "Дата": "09.06.2020"}
    (problem,) = import_rows(rows(event, same | {"Время": "12:30", "Доклад": "Третий"}), commit=True).problems
    assert (problem.row, problem.column) == (3, "Время")
    assert "Время доклада" in problem.message


@pytest.mark.parametrize(
    ("typed", "days"),
    [
        ("24–25 мая 2022", ("2022-05-24", "2022-05-25")),
        ("6-8 апреля 2021", ("2021-04-06", "2021-04-08")),
        ("08.05.21", ("2021-05-08", "")),
        ("8/5/2021", ("2021-05-08", "")),
    ],
)
def test_days_are_read_as_programmes_print_them(typed, days):
    assert not import_rows(rows(EVENT | {"Дата": typed, "№ доклада": "1.0"}), commit=True).problems
    date = Conference.objects.get().dates.get()
    assert (date.start, date.end) == days
    assert Talk.objects.get().order == 1


def test_each_event_is_written_by_itself_and_all_under_one_number():
    lines = [{"Название": f"Чтения {n}", "Дата": "2020", "Модераторы": "Сочинский П. И."} for n in range(3)]
    import_rows(rows(*lines), commit=True, comment="из таблицы")
    versions = Version.objects.filter(model="conference")
    assert versions.count() == 3
    assert len(set(versions.values_list("import_number", flat=True))) == 1
    assert set(versions.values_list("comment", flat=True)) == {"из таблицы"}
    assert Speaker.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("commit", [False, True])
def test_no_transaction_is_longer_than_a_few_rows(commit, monkeypatch):
    """While a table was previewed nobody could save: the longest wait is now one event or a few rows."""
    monkeypatch.setattr(stored, "BLOCK_ROWS", 2)
    lines = [{"Название": f"Чтения {n}", "Дата": "2020", "Модераторы": "Сочинский П. И."} for n in range(8)]
    open_between = []
    import_rows(rows(*lines), commit=commit, progress=lambda *_: open_between.append(connection.in_atomic_block))
    assert len(open_between) >= 4 and not any(open_between)


def test_a_corrected_title_changes_its_talk():
    import_rows(rows(EVENT | {"№ доклада": "1"}, SECOND_TALK | {"№ доклада": "2"}), commit=True)
    code = {"Код события": Conference.objects.get().slug}
    corrected = code | {"№ доклада": "1", "Доклад": "О каталогах и картотеках"}
    report = import_rows(rows(corrected, SECOND_TALK | {"№ доклада": "2"}), commit=True)
    assert [(change.old, change.new) for change in report.changed] == [("О каталогах", "О каталогах и картотеках")]
    assert [talk.title for talk in Talk.objects.all()] == ["О каталогах и картотеках", "О редких книгах"]


@pytest.mark.parametrize("number", ["1", "2"])
def test_a_new_title_under_the_number_of_another_talk_is_a_question(number):
    """A table of further talks, numbered from 1, renamed the talks of the archive."""
    import_rows(rows(EVENT | {"№ доклада": "1"}, SECOND_TALK | {"№ доклада": "2"}), commit=True)
    further = {"Название": EVENT["Название"], "Дата": EVENT["Дата"], "№ доклада": number, "Доклад": "О подарках"}
    (problem,) = import_rows(rows(further), commit=True).problems
    assert problem.column == "№ доклада"
    assert Conference.objects.get().slug in problem.message
    assert Talk.objects.get(order=number).title in problem.message
    assert not import_rows(rows(further | {"№ доклада": "3"}), commit=True).problems
    assert [talk.title for talk in Talk.objects.all()] == ["О каталогах", "О редких книгах", "О подарках"]


def test_a_corrected_title_under_a_number_of_two_talks_is_a_question():
    event = Conference.objects.create(title="Вымышленные чтения")
    for title in ("О каталогах", "О книгах"):
        event.talks.create(title=title, order=1)
    corrected = {"Код события": event.slug, "№ доклада": "1", "Доклад": "О картотеках"}
    (problem,) = import_rows(rows(corrected), commit=True).problems
    assert (problem.column, Talk.objects.count()) == ("№ доклада", 2)


def test_a_track_of_two_days_is_asked_about_unless_the_talk_is_in_one_of_them():
    event = Conference.objects.create(title="Вымышленные чтения")
    first, second = (event.sessions.create(title="Секция каталогов", order=order) for order in (1, 2))
    event.talks.create(title="О каталогах", order=1, session=second)
    code = {"Код события": event.slug, "Секция": "Секция каталогов"}
    assert not import_rows(rows(code | {"Доклад": "О каталогах"}), commit=True).problems
    assert Talk.objects.get().session == second
    (problem,) = import_rows(rows(code | {"Доклад": "О книгах"}), commit=True).problems
    assert problem.column == "Секция"


def test_an_emptied_cell_and_a_removed_row_are_told_and_delete_nothing():
    import_rows(rows(EVENT | {"Город": "Вымыслов"}, SECOND_TALK), commit=True)
    header = "Код события;Город;Доклад"
    content = f"{header}\n{Conference.objects.get().slug};;О каталогах\n".encode()
    kept = import_rows(table.read("a.csv", content), commit=True).kept
    assert any("Город — Вымыслов" in line for line in kept)
    assert any("О редких книгах" in line for line in kept)
    assert Conference.objects.get().city == "Вымыслов" and Talk.objects.count() == 2


def test_an_emptied_cell_of_a_talk_and_a_link_left_out_are_told_too():
    event = EVENT | {"Тезисы": "Подробно о каталогах.", "Запись": "https://e.example/1; https://e.example/2"}
    import_rows(rows(event), commit=True)
    header = "Код события;Доклад;Тезисы;Докладчики;Запись"
    content = f"{header}\n{Conference.objects.get().slug};О каталогах;;;https://e.example/2\n".encode()
    kept = import_rows(table.read("a.csv", content), commit=True).kept
    assert any("Тезисы — Подробно" in line for line in kept)
    assert any("Докладчики — Придуманная А. Б.; Сочинский" in line for line in kept)
    assert any("Запись — https://e.example/1" in line for line in kept)
    assert (Recording.objects.count(), SpeakerParticipation.objects.count()) == (2, 2)


def test_whom_an_event_and_a_talk_are_about_come_in_leave_and_come_in_unchanged():
    event = EVENT | {"О ком говорили": "Юбиляров Савва Ильич; Сказкин Лев Ильич", "О ком доклад": "Сказкин Лев Ильич"}
    preview = import_rows(rows(event), commit=False)
    assert ("О ком говорили", "Юбиляров Савва Ильич") in preview.events[0].facts
    import_rows(rows(event, SECOND_TALK), commit=True)
    conference, talk = Conference.objects.get(), Talk.objects.get(title="О каталогах")
    assert {str(row) for row in conference.subjects.filter(talk=None)} == {"Юбиляров Савва Ильич", "Сказкин Лев Ильич"}
    assert [str(row) for row in talk.subjects.all()] == ["Сказкин Лев Ильич"]
    assert not SpeakerParticipation.objects.filter(speaker__family_name__in=["Юбиляров", "Сказкин"]).exists()
    lines = list(export.rows(export.preloaded(Conference.objects.all())))
    again = import_rows(table.read("a.csv", table.csv_bytes(lines)), commit=True)
    assert (again.problems, again.added, again.changed) == ([], [], [])


def test_whom_an_event_is_about_changes_as_the_table_says_and_the_hidden_stay():
    event = EVENT | {"О ком говорили": "Юбиляров Савва Ильич; Сказкин Лев Ильич", "О ком доклад": "Сказкин Лев Ильич"}
    import_rows(rows(event), commit=True)
    withholding.hide(Speaker.objects.get(family_name="Юбиляров"), "Просьба")
    (line,) = export.rows(export.preloaded(Conference.objects.all()))
    assert line["about"].startswith("Сказкин") and "Юбиляров" not in line["about"]
    conference = Conference.objects.get()
    header = "Код события;Доклад;О ком говорили;О ком доклад"
    content = f"{header}\n{conference.slug};О каталогах;Героев Иван Львович;\n".encode()
    report = import_rows(table.read("a.csv", content), commit=True)
    assert {(change.column, change.old, change.new) for change in report.changed} == {
        ("О ком говорили", "Сказкин Лев Ильич", ""),
        ("О ком говорили", "", "Героев Иван Львович"),
    }
    assert any("О ком доклад — Сказкин" in line for line in report.kept)
    found = {row.speaker.family_name for row in conference.subjects.filter(talk=None)}
    assert found == {"Юбиляров", "Героев"}
    assert Talk.objects.get().subjects.count() == 1


class TestAnotherOrder:
    """What a table has in another order than the archive is shown before it changes, or said to stay."""

    NUMBERED = (EVENT | {"№ доклада": "1"}, SECOND_TALK | {"№ доклада": "2"})

    @staticmethod
    def talks():
        return [talk.title for talk in Conference.objects.get().talks.all()]

    @staticmethod
    def speakers():
        return [part.speaker.family_name for part in Talk.objects.get(title="О каталогах").people.all()]

    def test_of_speakers_is_a_named_change(self):
        import_rows(rows(EVENT), commit=True)
        turned = EVENT | {
            "Докладчики": "Сочинский Пётр Ильич; Придуманная А. Б.",
            "Должности": "директор; библиограф",
            "Место работы": "Музей книги",
        }
        (change,) = import_rows(rows(turned), commit=False).changed
        assert change.column == "Докладчики" and change.old.index("Придуманная") < change.old.index("Сочинский")
        assert change.new.index("Сочинский") < change.new.index("Придуманная")
        assert self.speakers() == ["Придуманная", "Сочинский"]
        import_rows(rows(turned), commit=True)
        assert self.speakers() == ["Сочинский", "Придуманная"]
        assert not import_rows(rows(turned), commit=True).changed

    def test_a_removed_and_a_new_speaker_stand_where_the_table_has_them(self):
        import_rows(rows(EVENT), commit=True)
        other = {"Докладчики": "Фантазёров Иван Львович; Придуманная А. Б.", "Должности": "", "Место работы": ""}
        found = import_rows(rows({**EVENT, **other}), commit=True).changed
        assert any("Сочинский" in change.old and not change.new for change in found)
        assert self.speakers() == ["Фантазёров", "Придуманная"]

    def test_of_organisers_is_a_named_change(self):
        import_rows(rows(EVENT), commit=True)
        turned = EVENT | {"Организаторы": "Музей книги; Библиотека города Вымыслова"}
        (change,) = import_rows(rows(turned), commit=True).changed
        assert change.column == "Организаторы"
        found = [part.organisation.name for part in Conference.objects.get().organisations.all()]
        assert found == ["Музей книги", "Библиотека города Вымыслова"]

    def test_of_numbered_talks_is_a_named_change(self):
        import_rows(rows(*self.NUMBERED), commit=True)
        first, second = self.NUMBERED
        turned = rows(first | {"№ доклада": "2"}, second | {"№ доклада": "1"})
        assert {change.column for change in import_rows(turned, commit=False).changed} == {"№ доклада"}
        import_rows(turned, commit=True)
        assert self.talks() == ["О редких книгах", "О каталогах"]

    def test_of_talks_without_numbers_stays_and_is_told(self):
        import_rows(rows(EVENT, SECOND_TALK), commit=True)
        event = {key: value for key, value in EVENT.items() if key in ("Название", "Дата")}
        turned = rows(event | SECOND_TALK, {"Доклад": "О каталогах"})
        report = import_rows(turned, commit=True)
        (told,) = [line for line in report.kept if "порядок" in line]
        assert "1. О каталогах; 2. О редких книгах" in told and not report.changed
        assert self.talks() == ["О каталогах", "О редких книгах"]
        assert not any("порядок" in line for line in import_rows(rows(EVENT, SECOND_TALK), commit=True).kept)


def test_the_preview_says_all_that_a_new_event_will_say():
    (event,) = import_rows(rows(EVENT | {"Формат": "онлайн", "Время": "11:00"}), commit=False).events
    facts = dict(event.facts)
    assert event.heading == "Вымышленные чтения"
    assert (facts["Вид"], facts["Формат"]) == ("вебинар", "онлайн")
    assert "9 июня 2020" in facts["Дата"].replace("\xa0", " ") and "11:00" in facts["Дата"]
    assert any("Сочинский" in value and "директор" in value for _column, value in event.facts)


# What fits no field, or breaks a reader that takes a cell for what it should be.
HOSTILE = [
    "д" * 1500,
    "https://e.example/" + "a" * 1500,
    "9" * 400,
    "http://[",
    "01.01.0001",
    "9 июня – 3 мая",
    "Вымыслов" + " П." * 400,
    ";" * 300,
    "а [net-takogo]",
    "«",
    "²",
    "\x01\x1f",
]


def test_any_value_in_any_column_is_taken_whole_or_refused_in_its_cell():
    """A value longer than its field was an error page on PostgreSQL and was stored on SQLite."""
    cases = [(column, value) for column in table.COLUMNS for value in HOSTILE]
    lines = []
    for number, (column, value) in enumerate(sample(cases, 11, first=2)):
        text = {column.key: table.cell_text(column.key, value)}
        cells = {"title": f"Чтения {number}", "start": "2020", "talk_title": "О книгах", "speakers": "Вымыслов П. И."}
        lines.append((column.header, table.TableRow(number, cells | {key: one for key, one in text.items() if one})))
    report = import_rows([row for _header, row in lines], commit=False)
    assert [problem for problem in report.problems if problem.column != lines[problem.row][0]] == []
    refused = {problem.row for problem in report.problems}
    assert len(lines) / 4 < len(refused) < len(lines)
    taken = [row for _header, row in lines if row.number not in refused]
    assert not import_rows(taken, commit=True).problems
    assert list(too_long()) == []
    again = import_rows(taken, commit=False)
    assert (again.added, again.changed, again.problems) == ([], [], [])


def too_long():
    """Values that SQLite keeps and PostgreSQL has no room for."""
    for model in apps.get_app_config("events").get_models():
        for field in model._meta.concrete_fields:
            if room := getattr(field, "max_length", None):
                for value in model._base_manager.values_list(field.attname, flat=True):
                    if isinstance(value, str) and len(value) > room:
                        yield model.__name__, field.name, value


class TestOrganisationsBetweenCommas:
    def named(self):
        return sorted(str(part.organisation) for part in Conference.objects.get().organisations.all())

    @pytest.mark.parametrize(
        "cell",
        [
            "Вымышленная библиотека, Музей «Книги, листки»",
            "Музей «Книги, листки», Вымышленная библиотека,",
            "Вымышленная библиотека [vymyshlennaia-biblioteka], Музей «Книги, листки»",
        ],
    )
    def test_they_are_a_list_if_the_archive_has_each(self, cell):
        for name in ("Вымышленная библиотека", "Музей «Книги, листки»"):
            Organisation.objects.create(name=name)
        assert not import_rows(rows({"Название": "Чтения", "Организаторы": cell}), commit=True).problems
        assert self.named() == ["Вымышленная библиотека", "Музей «Книги, листки»"]

    @pytest.mark.parametrize(
        "cell",
        [
            "Вымышленная библиотека, Новый музей",
            "Вымышленная библиотека, отдел каталогов",
            "Новый музей «Книги, листки, Вымышленная библиотека",
            "Новый музей «Книги «листки», страницы»",
            "Вымышленная библиотека,",
            ",",
        ],
    )
    @pytest.mark.parametrize("has_library", [False, True])
    def test_anything_else_is_a_question(self, cell, has_library):
        if has_library and cell != "Вымышленная библиотека,":
            Organisation.objects.create(name="Вымышленная библиотека")
        before = Organisation.objects.count()
        (problem,) = import_rows(rows({"Название": "Чтения", "Организаторы": cell}), commit=True).problems
        assert problem.column == "Организаторы" and "[новая]" in problem.message
        assert Organisation.objects.count() == before

    @pytest.mark.parametrize(
        "cell",
        [
            "Музей «Книги, листки»",
            "Музей „Книги, листки“",
            'Музей "Книги, листки"',
            "Музей книги (Вымыслов, ул. Придуманная, 1)",
            "Музей книги, письма и печати [новая]",
        ],
    )
    def test_one_name_with_a_comma_is_one_organisation_now_and_the_next_time(self, cell):
        for _time in range(2):
            assert not import_rows(rows({"Название": "Чтения", "Организаторы": cell}), commit=True).problems
            assert self.named() == [table.name_and_code(cell)[0]]


class TestWhatOthersChangeMeanwhile:
    """Between the check of a table and its writing others go on working."""

    def after_check(self, change):
        """A progress that makes the change as soon as all is checked."""
        is_done = []

        def progress(done, total):
            if done == total and not is_done:
                is_done.append(True)
                change()

        return progress

    def in_archive(self, **values):
        with revisions.create(comment="коллега"):
            event = Conference.objects.get(title=EVENT["Название"])
            for name, value in values.items():
                setattr(event, name, value)
            event.save()

    def test_a_value_that_the_check_did_not_know_is_not_overwritten(self):
        import_rows(rows(EVENT), commit=True)
        lines = rows({"Название": "Другие чтения"}, EVENT | {"Город": "Вымыслов"}, {"Название": "Третьи чтения"})
        report = import_rows(lines, commit=True, progress=self.after_check(lambda: self.in_archive(city="Придумск")))
        (problem,) = report.problems
        assert problem.row == 3 and "«Придумск»" in problem.message
        assert report.is_partial
        assert {event.title: event.city for event in Conference.objects.all()} == {
            EVENT["Название"]: "Придумск",
            "Другие чтения": "",
        }
        assert not import_rows(lines, commit=True).problems
        assert Conference.objects.count() == 3

    def test_what_the_table_leaves_alone_keeps_what_a_colleague_wrote(self):
        import_rows(rows(EVENT), commit=True)
        changed = rows(EVENT | {"Город": "Вымыслов"})
        change = self.after_check(lambda: self.in_archive(place="Большой зал"))
        assert not import_rows(changed, commit=True, progress=change).problems
        event = Conference.objects.get()
        assert (event.city, event.place) == ("Вымыслов", "Большой зал")

    def test_nothing_is_written_when_other_values_would_change_than_were_agreed_to(self):
        import_rows(rows(EVENT), commit=True)
        changed = rows(EVENT | {"Город": "Вымыслов"}, {"Название": "Другие чтения"})
        agreed = import_rows(changed, commit=False).changes_digest
        self.in_archive(city="Придумск")
        report = import_rows(changed, commit=True, agreed=agreed)
        assert report.is_outdated and not report.problems
        assert [(change.old, change.new) for change in report.changed] == [("Придумск", "Вымыслов")]
        assert Conference.objects.get().city == "Придумск"
        assert not import_rows(changed, commit=True, agreed=report.changes_digest).is_outdated
        assert Conference.objects.get(title=EVENT["Название"]).city == "Вымыслов"

    def test_an_event_that_a_colleague_deleted_is_a_problem_and_comes_not_back(self):
        import_rows(rows(EVENT), commit=True)
        by_code = rows({"Код события": Conference.objects.get().slug, "Город": "Вымыслов"})
        report = import_rows(by_code, commit=True, progress=self.after_check(Conference.objects.get().delete))
        assert [problem.column for problem in report.problems] == ["Код события"]
        assert not Conference.objects.exists()

    def test_a_person_whom_a_colleague_made_meanwhile_is_not_made_twice(self):
        change = self.after_check(lambda: Speaker.objects.create(family_name="Придуманная", initials="А. Б."))
        assert not import_rows(rows(EVENT), commit=True, progress=change).problems
        assert Speaker.objects.filter(family_name="Придуманная").count() == 1


class TestUndo:
    def test_an_import_is_undone_as_a_whole(self):
        import_rows(rows(EVENT), commit=True)
        event = Conference.objects.get()
        before = counts()
        changed = {"Код события": event.slug, "Город": "Вымыслов"}
        new = {"Название": "Другие чтения", "Дата": "2019", "Модераторы": "Новый Пётр Ильич"}
        number = import_rows(rows(changed, new), commit=True).import_number
        revisions.undo_import(number)
        assert counts() == before
        assert Conference.objects.get().city == ""

    def test_what_was_edited_since_is_listed_and_nothing_is_undone(self):
        number = import_rows(rows(EVENT), commit=True).import_number
        event = Conference.objects.get()
        event.city = "Вымыслов"
        event.save()
        before = counts()
        with pytest.raises(revisions.CannotUndo) as refused:
            revisions.undo_import(number)
        assert any("Вымышленные чтения" in record for record in refused.value.records)
        assert counts() == before

    def test_the_command_undoes_an_import_by_its_number_or_says_what_hinders(self, capsys):
        before = counts()
        number = import_rows(rows(EVENT), commit=True).import_number
        event = Conference.objects.get()
        event.city = "Вымыслов"
        event.save()
        with pytest.raises(CommandError, match="Ничего не отменено"):
            call_command("undo_import", str(number))
        assert "Вымышленные чтения" in capsys.readouterr().err and Conference.objects.exists()
        number = import_rows(rows({"Название": "Другие чтения", "Дата": "2019"}), commit=True).import_number
        call_command("undo_import", str(number))
        assert "Загрузка отменена" in capsys.readouterr().out
        assert [one.title for one in Conference.objects.all()] == ["Вымышленные чтения"]
        assert counts() != before

    def test_whoever_stands_elsewhere_by_now_is_named_and_nothing_is_undone(self):
        number = import_rows(rows(EVENT), commit=True).import_number
        person = Speaker.objects.get(family_name="Сочинский")
        with_person = Conference.objects.create(title="Другие чтения")
        with_person.people.create(speaker=person, role=SpeakerRole.objects.get(slug="guest"))
        museum = Organisation.objects.get(name="Музей книги")
        StaffMembership.objects.create(user=User.objects.create(username="muzei"), organisation=museum)
        before = counts()
        with pytest.raises(revisions.CannotUndo) as refused:
            revisions.undo_import(number)
        assert [record for record in refused.value.records if "Сочинский" in record or "Музей" in record]
        assert (counts(), refused.value.undone) == (before, 0)


class Killed(BaseException):
    pass


def contents():
    """All that people see of the archive, without numbers and moments."""
    events = [tuple(line.items()) for line in export.rows(export.preloaded(Conference.objects.all()))]
    names = [sorted(map(str, model.objects.all())) for model in (Speaker, Organisation, Talk, Topic)]
    index = sorted(SearchDocument.objects.values_list("kind", "slug", "title", "names", "context"))
    return sorted(events), names, index, sorted(Conference.objects.values_list("title", "status"))


class TestBrokenOff:
    """The process is killed after the first two of four events were written: what comes of it is never a half."""

    @pytest.fixture(autouse=True)
    def two_in_a_block(self, monkeypatch):
        monkeypatch.setattr(stored, "BLOCK_ROWS", 2)

    LINES = (
        {"Название": "Старые чтения", "Дата": "2018", "Город": "Вымыслов"},
        EVENT,
        {"Название": "Другие чтения", "Дата": "2019", "Докладчики": "Сочинский Пётр Ильич", "Доклад": "О книгах"},
        {"Название": "Третьи чтения", "Дата": "2017", "Организаторы": "Музей книги"},
    )

    @pytest.fixture
    def old(self):
        """An event of the archive that the table changes."""
        event = Conference.objects.create(title="Старые чтения", city="Придумск", status="published")
        event.dates.create(start="2018")
        return event

    def killed(self, work, after):
        calls = []

        def progress(done, total):
            calls.append(done)
            if len(calls) == after:
                raise Killed

        with pytest.raises(Killed):
            work(progress)

    def broken_off(self):
        lines = rows(*self.LINES)
        self.killed(lambda progress: import_rows(lines, commit=True, import_number=7, progress=progress), 4 + 1)
        assert Conference.objects.count() == 2

    def test_it_goes_on_and_the_archive_is_as_after_a_clean_run(self, old):
        sid = transaction.savepoint()
        import_rows(rows(*self.LINES), commit=True)
        clean = contents()
        transaction.savepoint_rollback(sid)
        self.broken_off()
        assert not import_rows(rows(*self.LINES), commit=True, import_number=7).problems
        assert contents() == clean
        numbers = Version.objects.exclude(import_number=None).values_list("import_number", flat=True)
        assert set(numbers) == {7}
        assert list(consistency.inconsistencies()) == []

    def test_it_is_undone_and_the_archive_is_as_before_even_if_that_is_broken_off_too(self, old, capsys):
        before = contents()
        self.broken_off()
        call_command("undo_import")
        assert "7  " in capsys.readouterr().out
        self.killed(lambda progress: revisions.undo_import(7, progress=progress), 2)
        assert contents() != before
        call_command("undo_import", 7)
        assert contents() == before
        assert list(consistency.inconsistencies()) == []

    def test_a_continued_import_is_undone_whole(self, old):
        before = contents()
        self.broken_off()
        import_rows(rows(*self.LINES), commit=True, import_number=7)
        revisions.undo_import(7)
        assert contents() == before

    def test_new_events_are_drafts_whoever_imports(self, old):
        import_rows(rows(*self.LINES), commit=True)
        assert {event.title: event.status for event in Conference.objects.all()} == {
            "Старые чтения": "published",
            "Вымышленные чтения": "draft",
            "Другие чтения": "draft",
            "Третьи чтения": "draft",
        }


def test_each_bad_row_of_a_long_table_is_named():
    lines = [{"Название": f"Чтения {n}", "Дата": "2020", "Организаторы": f"Библиотека {n % 7}"} for n in range(300)]
    for n in (5, 60, 111, 200, 299):
        lines[n] = lines[n] | {"Дата": "30.02.2020"}
    assert [problem.row for problem in import_rows(rows(*lines), commit=True).problems] == [7, 62, 113, 202, 301]
    assert not Conference.objects.exists()


def test_what_a_refused_row_made_is_not_used_by_the_next_one():
    bad = {"Название": "Чтения", "Организаторы": "Новая библиотека", "Источник": "не адрес"}
    report = import_rows(rows(bad, {"Название": "Другие", "Организаторы": "Новая библиотека"}), commit=True)
    assert [problem.row for problem in report.problems] == [2]


def test_what_only_the_database_refuses_is_told_with_its_row_too():
    """The rows of many events are written together; one of them is to blame."""
    lines = [EVENT | {"Название": f"Чтения {n}"} for n in range(5)]
    lines[3] |= {"Последний день": "10 июня"}
    (problem,) = import_rows(rows(*lines), commit=True).problems
    assert (problem.row, problem.column) == (5, "Дата")
    assert "с годом" in problem.message
    assert counts() == [0, 0, 0, 0, 0]


def test_an_event_may_come_back_further_down_in_the_table():
    import_rows(rows(EVENT), commit=True)
    event = Conference.objects.get()
    other = {"Название": "Другие чтения", "Дата": "2019"}
    by_code = {"Код события": event.slug, "Модераторы": "Сочинский Пётр Ильич"}
    by_title = {"Название": EVENT["Название"], "Дата": EVENT["Дата"], "Модераторы": "Сочинский Пётр Ильич"}
    report = import_rows(rows(by_code | SECOND_TALK, other, by_title, other, by_code), commit=True)
    assert not report.problems
    assert Conference.objects.count() == 2
    assert event.people.filter(role__slug="moderator").count() == 1
    assert [talk.title for talk in event.talks.all()] == ["О каталогах", "О редких книгах"]


@pytest.mark.parametrize(
    "twice",
    [
        [{"Название": "Ежегодные чтения", "Дата": "2019"}, {"Название": "Ежегодные чтения", "Дата": "2020"}],
        [{"Вид": "вебинар", "Дата": "2019"}, {"Вид": "вебинар", "Дата": "2020"}],
    ],
)
@pytest.mark.parametrize("by", ["Код события", "Название"])
def test_events_named_alike_do_not_make_the_later_ones_unknown(twice, by):
    import_rows(rows(EVENT), commit=True)
    event = Conference.objects.get()
    named = {"Код события": event.slug} if by == "Код события" else {"Название": event.title, "Дата": "09.06.2020"}
    report = import_rows(rows(*twice, named | {"Город": "Вымыслов"}), commit=True)
    assert not report.problems
    assert Conference.objects.count() == 3
    assert Conference.objects.get(city="Вымыслов") == event


def test_an_event_is_known_by_the_title_that_the_table_gave_it_further_up():
    import_rows(rows(EVENT), commit=True)
    event = Conference.objects.get()
    by_code = {"Код события": event.slug, "Название": "Новое название"}
    by_title = {"Название": "Новое название", "Дата": EVENT["Дата"], "Город": "Вымыслов"}
    assert not import_rows(rows(by_code, by_title), commit=True).problems
    assert Conference.objects.get().city == "Вымыслов"


def test_an_event_is_no_longer_known_by_the_title_it_had():
    import_rows(rows(EVENT), commit=True)
    by_code = {"Код события": Conference.objects.get().slug, "Название": "Новое название"}
    by_title = {"Название": EVENT["Название"], "Дата": EVENT["Дата"]}
    assert not import_rows(rows(by_code, by_title), commit=True).problems
    assert {event.title for event in Conference.objects.all()} == {"Новое название", EVENT["Название"]}


def test_a_link_given_twice_in_a_cell_is_one_recording():
    link = "https://example.org/video"
    assert not import_rows(rows(EVENT | {"Запись": f"{link}; {link}"}), commit=True).problems
    assert Recording.objects.get().url == link


@pytest.mark.parametrize(
    ("model", "code", "participations"),
    [(OrganisationRole, "organiser", "organisations"), (SpeakerRole, "speaker", "people")],
)
def test_a_role_that_staff_call_like_the_code_of_another_is_not_taken_for_it(model, code, participations):
    model.objects.create(slug="other", name="другая роль", name_en=code, order=0)
    import_rows(rows(EVENT), commit=True)
    assert {part.role.slug for part in getattr(Conference.objects.get(), participations).all()} == {code}


def test_a_longer_table_that_changes_nothing_asks_no_more():
    def asked(number):
        with CaptureQueriesContext(connection) as captured:
            report = import_rows(rows(*lines[:number]), commit=False)
        assert not report.added and not report.changed
        return sum(query["sql"].startswith("SELECT") for query in captured)

    lines = [EVENT | {"Название": f"Чтения {n}", "Модераторы": "Сочинский Пётр Ильич"} for n in range(12)]
    import_rows(rows(*lines), commit=True)
    assert asked(12) == asked(2)


class TestWhoIsMeant:
    def test_a_person_already_in_the_archive_is_shown_before_anything_is_linked(self):
        Speaker.objects.create(family_name="Придуманная", initials="А. Б.")
        report = import_rows(rows(EVENT), commit=False)
        assert report.matched == ["Придуманная А. Б. → Придуманная А. Б. [pridumannaia-a-b]"]

    def test_namesakes_are_asked_about(self):
        for _ in range(2):
            Speaker.objects.create(family_name="Придуманная", initials="А. Б.")
        (problem,) = import_rows(rows(EVENT), commit=True).problems
        assert "[pridumannaia-a-b-2]" in problem.message
        told = EVENT | ALONE | {"Докладчики": "Придуманная А. Б. [pridumannaia-a-b-2]"}
        assert not import_rows(rows(told), commit=True).problems
        assert SpeakerParticipation.objects.get().speaker.slug == "pridumannaia-a-b-2"

    def test_a_namesake_can_be_said_to_be_someone_new(self):
        Speaker.objects.create(family_name="Придуманная", initials="А. Б.")
        import_rows(rows(EVENT | ALONE | {"Докладчики": "Придуманная А. Б. [новый]"}), commit=True)
        assert Speaker.objects.filter(family_name="Придуманная").count() == 2

    def test_an_abbreviation_shared_by_two_libraries_is_asked_about(self):
        for city in ("Самарск", "Свердловск"):
            library = Organisation.objects.create(name=f"Библиотека города {city}")
            OrganisationAlias.objects.create(organisation=library, name="СОСБС")
        (problem,) = import_rows(rows(EVENT | {"Организаторы": "СОСБС"}), commit=True).problems
        assert problem.column == "Организаторы"


class TestFiles:
    @pytest.mark.parametrize(("name", "write"), [("a.csv", table.csv_bytes), ("a.xlsx", table.xlsx_bytes)])
    def test_what_is_exported_comes_back_without_a_change(self, name, write):
        import_rows(rows(EVENT, SECOND_TALK), commit=True)
        event = Conference.objects.get()
        event.dates.create(start="XXXX-05-21", end="XXXX-05-24")
        event.title = "=1+1"
        event.save()
        exported = list(export.rows(export.preloaded(Conference.objects.all())))
        again = import_rows(table.read(name, write(exported)), commit=True)
        assert (again.added, again.changed, again.problems) == ([], [], [])

    def test_a_person_who_came_for_two_organisations_comes_back_for_both(self):
        import_rows(rows(EVENT | {"Модераторы": "Придуманная А. Б."}), commit=True)
        library = Organisation.objects.get(name__contains="Вымыслова")
        for part in SpeakerParticipation.objects.filter(organisation=None):
            part.pk, part.organisation, part.position = None, library, "хранитель"
            part.save()

        def parts():
            return set(SpeakerParticipation.objects.values_list("pk", "role__slug", "position", "organisation"))

        before = parts()
        assert len(before) == 5
        exported = list(export.rows(export.preloaded(Conference.objects.all())))
        again = import_rows(table.read("a.csv", table.csv_bytes(exported)), commit=True)
        assert (again.changed, again.problems) == ([], [])
        assert parts() == before

    def test_a_title_is_never_a_formula_for_a_spreadsheet_program(self):
        assert b"'=1+1" in table.csv_bytes([{"title": "=1+1"}])

    def test_excel_dates_and_numbers_are_read_as_the_archivist_sees_them(self, tmp_path):
        book = openpyxl.Workbook()
        book.active.append(["Название", "Дата", "№ доклада", "Доклад", "Время"])
        book.active.append(["Чтения", datetime.datetime(2020, 6, 9), 2.0, "О книгах", datetime.time(11, 0)])
        out = io.BytesIO()
        book.save(out)
        (row,) = table.read("a.xlsx", out.getvalue())
        assert row.cells == {
            "title": "Чтения",
            "start": "09.06.2020",
            "talk_number": "2",
            "talk_title": "О книгах",
            "time": "11:00",
        }

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("a.xlsx", b"not a zip"),
            ("a.xlsx", b""),
            ("a.csv", b""),
            ("a.csv", "Имя;Дата\nа;б".encode()),
            ("a.csv", b"\x98\xff\xfe\x00"),
            ("a.csv", "Дата;Дата\n".encode()),
        ],
    )
    def test_what_is_no_table_is_refused_with_advice(self, name, content):
        with pytest.raises(table.TableError):
            table.read(name, content)

    def test_a_stray_nul_in_a_table_is_left_out(self):
        (row,) = table.read("a.csv", "Название;Дата\nЧте\x00ния;2020\n".encode())
        assert row.cells == {"title": "Чтения", "start": "2020"}

    def test_a_table_from_an_old_excel_is_read_too(self):
        (row,) = table.read("a.csv", "Название;Дата\nЧтения;2020\n".encode("cp1251"))
        assert row.cells == {"title": "Чтения", "start": "2020"}

    def test_the_command_refuses_with_row_and_column(self, tmp_path, capsys):
        file = tmp_path / "table.csv"
        file.write_bytes(table.csv_bytes([{"title": "Чтения", "start": "вчера"}]))
        with pytest.raises(CommandError):
            call_command("import_table", str(file), verbosity=0)
        assert "2" in capsys.readouterr().err
        file.write_bytes(table.csv_bytes([{"title": "Чтения", "start": "2020"}]))
        call_command("import_table", str(file), verbosity=0)
        assert Conference.objects.get().year == 2020


def test_exporting_asks_as_many_questions_for_one_event_as_for_thirty(django_assert_num_queries):
    def export_all():
        return list(export.rows(export.preloaded(Conference.objects.all())))

    import_rows(rows(EVENT, SECOND_TALK), commit=True)
    with CaptureQueriesContext(connection) as one:
        export_all()
    import_rows(rows(*[EVENT | {"Название": f"Чтения {n}"} for n in range(29)]), commit=True)
    with django_assert_num_queries(len(one)):
        export_all()


@pytest.mark.parametrize("is_named", [False, True], ids=["exported after hiding", "exported before"])
def test_a_table_taken_in_again_leaves_a_hidden_person_where_they_are(is_named):
    import_rows(rows(EVENT | {"Модераторы": "Придуманная А. Б."}, SECOND_TALK), commit=True)
    hidden = Speaker.objects.get(family_name="Придуманная")
    lines = list(export.rows(export.preloaded(Conference.objects.all())))
    withholding.hide(hidden, "Просьба")
    if not is_named:
        lines = list(export.rows(export.preloaded(Conference.objects.all())))
        assert not any("Придуманная" in value for line in lines for value in line.values())

    def parts():
        return set(SpeakerParticipation.objects.values_list("talk", "speaker", "role", "organisation", "position"))

    before = parts()
    assert sum(speaker == hidden.pk for _talk, speaker, *_more in before) == 3
    report = import_rows(table.read("a.csv", table.csv_bytes(lines)), commit=True)
    assert (report.problems, report.added, report.changed) == ([], [], [])
    assert parts() == before
    assert Speaker.objects.get(pk=hidden.pk).is_hidden


def test_more_than_a_thousand_people_leave_in_one_table():
    """SQLite refuses a query that names a thousand people one by one: the export of a season failed."""
    speakers = Speaker.objects.bulk_create(
        Speaker(family_name=f"Придуманный {number}", slug=f"p{number}", language="ru") for number in range(1100)
    )
    role = SpeakerRole.objects.get(slug="moderator")
    event = Conference.objects.create(title="Вымышленные чтения")
    SpeakerParticipation.objects.bulk_create(
        SpeakerParticipation(conference=event, speaker=speaker, role=role) for speaker in speakers
    )
    (row,) = export.rows(export.preloaded(Conference.objects.all()))
    assert row["moderators"].count(";") == 1099


@pytest.mark.parametrize(
    ("cells", "column", "says"),
    [
        ({"Дата": "9 июня", "Год установлен архивистом": "да"}, "Год установлен архивистом", "нет года"),
        ({"Дата": "09.06.2020", "Последний день": "10 июня"}, "Дата", "с годом"),
    ],
)
def test_what_the_database_would_refuse_is_told_like_any_mistake(cells, column, says):
    report = import_rows(rows(EVENT | cells, {"Название": "Другие чтения"}), commit=True)
    assert [(problem.row, problem.column) for problem in report.problems] == [(2, column)]
    assert says in report.problems[0].message
    assert not Conference.objects.exists()


def test_of_several_dates_each_keeps_whose_its_year_is():
    event = Conference.objects.create(title="Вымышленные чтения")
    event.dates.create(start="2020-06-09", year_supplied=True)
    event.dates.create(start="2020-06-11")
    event.dates.create(start="XXXX-07")
    exported = list(export.rows(export.preloaded(Conference.objects.all())))
    report = import_rows(table.read("a.csv", table.csv_bytes(exported)), commit=True)
    assert (report.changed, report.problems) == ([], [])
    assert [date.year_supplied for date in event.dates.all()] == [True, False, False]
