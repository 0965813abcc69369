"""The event of 9 June 2020 as a visitor reads it: every fact of the news item, and none that it does not state."""

import re

import pytest

from events.models import Conference, Organisation, Speaker, Talk
from events.russian.typography import with_russian_quotes

pytestmark = pytest.mark.usefixtures("archive_of_one", "db")

THEME = (
    "Дистанционная работа — как основная форма взаимодействия с пользователями в период ограничений. "
    "Результаты и перспективы развития"
)
TALKS = [
    (
        "Алехина И. Л.",
        "Web-сайт и социальные сети библиотеки как основное средство двухсторонней коммуникации с пользователем"
        " во время закрытого доступа",
    ),
    ("Чоботова В. Г.", "Сетевые акции и флешмобы библиотеки им. Н. К. Крупской в виртуальном пространстве"),
    ("Романенко-Куренная С. С.", "Проект «Активное долголетие» — онлайн формат"),
    (
        "Подборонова Е. М.",
        "Использование виртуальной среды для презентации мастер-классов по декоративно-прикладному искусству,"
        " флористике, земледелию и изобретательству",
    ),
]
PEOPLE = ["Алехина И. Л.", "Арутинова Ольга", "Подборонова Е. М.", "Романенко-Куренная С. С.", "Чоботова В. Г."]


def read(client, address):
    response = client.get(address)
    assert response.status_code == 200
    inside_lines = re.sub(r"</?(a|span|time)\b[^>]*>", "", response.text.partition("<main")[2])
    return " ".join(re.sub(r"<[^>]+>", " ", inside_lines).replace("\xa0", " ").split())


@pytest.fixture
def page(client) -> str:
    return read(client, Conference.objects.get().get_absolute_url())


@pytest.mark.parametrize(
    "fact",
    [
        THEME,
        "Видеоконференция",
        "9 июня 2020",
        "«Русский центр»",
        "Министерство культуры Д",
        "Арутинова Ольга, заместитель генерального директора",
        "Приветственное слово",
        "Отдел социокультурной деятельности",
        "Отдел маркетинга",
        "тдел документов по экономическим, техническим и сельскохозяйственным наукам",
        "Дворец книги",
        "имени С. Т. Аксакова",
        "бмен",  # the outcome: an exchange of ideas
        "culture-dnr.ru",
        *(title for _, title in TALKS),
    ],
)
def test_every_fact_of_the_source_stands_on_the_page(page, fact):
    assert fact in page


def test_four_talks_stand_in_order_each_with_its_speaker(page):
    places = [page.index(f"{title} {speaker}") for speaker, title in TALKS]
    assert places == sorted(places)
    assert [page[place - 3 : place].strip() for place in places] == ["1.", "2.", "3.", "4."]


def test_the_welcome_stands_first_and_the_untitled_block_of_the_ulyanovsk_libraries_last(page):
    welcome, first, last = page.index("Приветственное слово"), page.index(TALKS[0][1]), page.index(TALKS[3][1])
    block = page[last:]
    assert welcome < first
    assert "Дворец книги" in block and "Аксакова" in block
    assert page[welcome:first].count("Арутинова Ольга") == 1


def test_what_the_source_does_not_say_is_shown_as_not_known(page):
    unknown = page.partition("Нет сведений")[2][:200]
    for fact in ("время начала", "число участников", "запись", "фотографии", "материалы"):
        assert fact in unknown.lower(), fact


def test_each_talk_has_a_page_of_its_own(client):
    for speaker, title in TALKS:
        talk = next(
            talk for talk in Talk.objects.titled() if with_russian_quotes(talk.title).replace("\xa0", " ") == title
        )
        text = read(client, talk.get_absolute_url())
        assert title in text and speaker in text and "9 июня 2020" in text
        assert "время начала, тезисы, запись, материалы" in text.partition("Нет сведений")[2]


def test_five_people_and_no_one_whose_name_a_library_bears(client):
    names = [str(speaker).replace("\xa0", " ") for speaker in Speaker.objects.published()]
    assert names == PEOPLE
    linked = re.findall(r'<a href="/speakers/[^"]+/">([^<]+)</a>', client.get("/speakers/").text)
    assert [name.replace("\xa0", " ") for name in linked] == PEOPLE
    for namesake in ("Крупская", "Крупской", "Ленин", "Аксаков"):
        assert not Speaker.objects.filter(name_key__startswith=namesake.lower()).exists()


def test_every_name_but_one_is_marked_as_the_archivists_conclusion(client):
    for speaker in Speaker.objects.all():
        marked = "эта форма установлена архивистом" in read(client, speaker.get_absolute_url())
        assert marked == (speaker.family_name != "Арутинова")


def test_nothing_ties_a_donetsk_speaker_to_a_department(client):
    for department in Organisation.objects.filter(parent__isnull=False):
        text = read(client, department.get_absolute_url())
        assert not any(name.partition(" ")[0] in text for name in PEOPLE)


def test_four_organisations_and_three_departments(client):
    assert Organisation.objects.published().main().count() == 4
    assert Organisation.objects.published().exclude(parent=None).count() == 3
    text = read(client, "/organisations/")
    for organisation in Organisation.objects.all():
        assert organisation.name.replace("\xa0", " ") in text


def test_the_library_of_the_event_shows_its_part_its_place_and_its_person(client):
    text = read(client, Organisation.objects.get(aliases__name="ДРУНБ").get_absolute_url())
    assert "Площадка" in text and "Арутинова Ольга" in text and "ДРУНБ" in text and "Отдел маркетинга" in text


def test_the_page_is_in_english_too_and_the_facts_stay_russian(client):
    text = read(client, "/en" + Conference.objects.get().get_absolute_url())
    assert THEME in text and "9 June 2020" in text and "Programme" in text
