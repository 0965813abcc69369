"""Who spoke, whose library, which event: what is not plainly said is a question or left out, never stated."""

import pytest

from events.importing.draft import Draft
from events.importing.readers import news

KRUTOV = (
    "Круглый стол прошёл 3 марта в библиотеке имени Крутова. Модератором выступила Римма Сомова, директор библиотеки "
    "им. Крутова. Соглашение подписано между Заречной областной универсальной научной библиотекой имени Крутова и "
    "Луговой республиканской универсальной научной библиотекой им. М. Крутова."
)
PROGRAMME = (
    "Программа конференции «Слово», 5–6 мая 2024 года, Zoom\n5 мая\n"
    "Секция 1. Краеведение. Модератор: Рогова А.И.\n1. Сомов П.И. Письма с фронта.\n2. Кротова Л.Д. Карты губернии.\n"
    "6 мая\nСекция 2. Чтение. Модератор: Дымова С.С.\n1. Ершин М.М. Книга и экран."
)
WEBINARS = (
    "Фонд «Лесная библиотека» приглашает на вебинары.\n5 марта — «Как хранить газеты», ведущая Елена Ястребова.\n"
    "7 марта — «Как описать карту», ведущая Вера Коростель.\n12 марта — «Как снять ролик», ведущая Ольга Подлесная."
)


def names(draft: Draft) -> list[str]:
    return [one.name for one in draft.organisations if not one.department_of]


def talks(draft: Draft) -> list[tuple[str, list[str]]]:
    return [
        (talk.title, [person.family_name for key in talk.speakers if (person := draft.person(key))])
        for talk in draft.talks
        if talk.title
    ]


def post(draft: Draft, family: str) -> tuple[str, str]:
    person = next(one for one in draft.people if one.family_name == family)
    organisation = draft.organisation(person.affiliation)
    return person.position, organisation.name if organisation else ""


def test_a_bare_name_joins_no_two_libraries_that_bear_it_and_is_asked_about():
    draft = news.read(KRUTOV)
    assert names(draft)[1:] == [
        "Заречная областная универсальная научная библиотека имени Крутова",
        "Луговая республиканская универсальная научная библиотека им. М. Крутова",
    ]
    bare = draft.organisations[0]
    assert not bare.is_sure and "Заречная" in bare.uncertainty and "Луговая" in bare.uncertainty
    assert post(draft, "Сомова") == ("директор", bare.name)


def test_an_event_somebody_travelled_to_is_not_the_event_of_the_news():
    draft = news.read(
        "В Заречной библиотеке прошёл методический час. Л.Д. Кротова рассказала о поездке на семинар «Молодёжь и "
        "книга» в Приморскую библиотеку для молодёжи."
    )
    assert not draft.title and draft.kind.value != "seminar"
    sure = [one.name for one in draft.organisations if any(part.is_sure for part in one.parts)]
    assert "Приморская библиотека для молодёжи" not in sure


def test_a_section_of_a_forum_is_a_session_with_its_moderator_and_a_question():
    draft = news.read(
        "22 июня в рамках Межрегионального форума «Книга и степь» состоялось заседание секции «Краеведение "
        "без границ». "
        "Модератором выступила Надежда Балкина, председатель секции Российской библиотечной ассоциации."
    )
    (session,) = draft.sessions
    assert session.title == "Краеведение без границ" and session.moderators == [draft.people[0].key]
    assert "Книга и степь" in draft.framework.value
    assert draft.title.value == "Краеведение без границ" and not draft.title.is_sure


def test_a_second_post_keeps_its_own_organisation():
    draft = news.read(
        "С приветствием выступил директор Исторической публичной библиотеки, президент Библиотечной ассоциации Заречья "
        "М.Д. Ананьев."
    )
    position = "директор, президент Библиотечной ассоциации Заречья"
    assert post(draft, "Ананьев") == (position, "Историческая публичная библиотека")


@pytest.mark.parametrize(
    ("text", "speakers"),
    [
        (
            "2 апреля прошёл видеомост «Берега». Отдельный рассказ посвятили Копытину Савве Ильичу – журналисту, "
            "краеведу, чья судьба связана с соседями.",
            [],
        ),
        (
            "На онлайн-конференции 20 марта с докладом выступил заведующий библиотекой Иван Трошин. Заведующий "
            "рассказал "
            "о работе библиотеки по сохранению наследия на примере собрания озероведа, профессора М. М. Шубникова.",
            ["Трошин"],
        ),
        (
            "Открыла чтения директор Анна Лисова. Она поздравила библиотеку, которая появилась благодаря врачу и "
            "краеведу "
            "Савве Петровичу Дубову.",
            ["Лисова"],
        ),
        ("Вебинар прошёл 3 мая. В адрес спонсора, предпринимателя Эдуарда Дроздова, сказали добрые слова.", []),
        ("Вебинар прошёл 3 мая. Гостей приветствовала Анна Кривая.", ["Кривая"]),
    ],
)
def test_who_is_told_about_takes_no_part(text, speakers):
    draft = news.read(text)
    assert [person.family_name for person in draft.people] == speakers
    assert all(part.role != "guest" for person in draft.people for part in person.parts)


def test_a_name_that_the_verb_does_not_have_as_its_subject_is_a_doubt_as_speaker():
    draft = news.read("Вебинар прошёл 3 мая. Омичи во главе с А. С. Дубовым подготовили презентацию «Поле на карте».")
    (talk,) = draft.talks
    assert not talk.speakers or not talk.is_sure


def test_a_quotation_after_a_legal_form_and_its_place_is_the_organisation_not_a_talk():
    draft = news.read(
        "4 марта прошёл вебинар «Чтения о море». С приветствием выступил С.П. Рогов, директор ГБУК г. "
        "Зареченска «Дом моряка»."
    )
    assert talks(draft) == [] and post(draft, "Рогов") == ("директор", "ГБУК г. Зареченска «Дом моряка»")


def test_a_quotation_after_a_municipality_is_no_talk():
    draft = news.read(
        "3 марта прошёл вебинар «Рост». От МУК ЦБС мр «Озерск –Лесной район» приняла участие заведующая библиотекой "
        "Ломова О.А. Ольга Андреевна поделилась опытом, раскрыв вопрос «Детская библиотека на селе»."
    )
    assert talks(draft) == [("Детская библиотека на селе", ["Ломова"])]
    assert names(draft) == ["МУК ЦБС мр «Озерск –Лесной район»"]


def test_a_bracket_in_a_name_keeps_the_posts_of_neighbours_apart():
    draft = news.read(
        "Основными спикерами конференции 2 декабря выступили кандидат филологических наук, доцент филологического "
        "факультета ЗВФУ им. М.К. Аросова Светлана Буркова, филолог, ведущий библиограф Национальной библиотеки РС(Я) "
        "Максим Ершин."
    )
    assert post(draft, "Буркова") == ("доцент филологического факультета", "ЗВФУ им. М. К. Аросова")
    assert post(draft, "Ершин") == ("филолог, ведущий библиограф", "Национальная библиотека РС(Я)")


def test_an_inflected_post_agrees_with_its_noun_throughout():
    draft = news.read(
        "Интерес вызвало выступление Сельмы Сеитовой, старшего научного сотрудника Заречного историко-краеведческого "
        "музея-заповедника, «Как мы читаем архив»."
    )
    assert post(draft, "Сеитова")[0] == "старший научный сотрудник"
    assert talks(draft) == [("Как мы читаем архив", ["Сеитова"])]


@pytest.mark.parametrize(
    "head", ["02.11.2023\nСеминар степных библиотекарей", "02.11.2023 Семинар степных библиотекарей"]
)
def test_a_date_of_the_headline_is_the_page_s_and_the_event_s_is_asked(head):
    text = (
        "\nНа базе Степной библиотеки состоялся семинар для заведующих филиалами. Советы дала методист И. Г. Самарина."
    )
    draft = news.read(f"НОВОСТИ\n{head}{text}")
    assert draft.dates == [] and draft.source.published == "2023-11-02"
    assert any("дат" in question.lower() for question in draft.questions)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        (
            "С 20 по 21 марта состоялось заседание коллегии Министерства культуры Зареченского края.\n21 марта в "
            "Краевой "
            "библиотеке работала секция «Библиотеки». Она была организована в формате межрегионального «круглого "
            "стола» "
            "по теме «Пространство». Соседи участвовали в режиме видеосвязи.",
            ["XXXX-03-21/"],
        ),
        (WEBINARS, ["XXXX-03-05/", "XXXX-03-07/", "XXXX-03-12/"]),
        ("В рамках конференции (Заречье, 16-18.12.2025) прошёл круглый стол «Фонды».", ["2025-12-16/2025-12-18"]),
    ],
)
def test_the_days_of_the_event_itself(text, days):
    assert [f"{date.start}/{date.end}" for date in news.read(text).dates] == days


def test_each_dated_talk_is_in_a_session_of_its_day():
    draft = news.read(WEBINARS)
    days = {session.key: (session.kind, session.day) for session in draft.sessions}
    assert [days[talk.session] for talk in draft.talks] == [
        ("вебинар", "XXXX-03-05"),
        ("вебинар", "XXXX-03-07"),
        ("вебинар", "XXXX-03-12"),
    ]


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        (
            "Зареченского филиала Академии народного хозяйства и государственной службы при Президенте РФ",
            "Зареченский филиал Академии народного хозяйства и государственной службы при Президенте РФ",
        ),
        ("Национальной библиотеки РС(Я)", "Национальная библиотека РС(Я)"),
        ("МРБ п. Ясный", "МРБ п. Ясный"),
        ("ЦБС для взрослых МОГО Зареченск", "ЦБС для взрослых МОГО Зареченск"),
        ("Музея книги при Омском университете", "Музей книги при Омском университете"),
        ("Малиновской городской библиотеки", "Малиновская городская библиотека"),
    ],
)
def test_an_organisation_s_name_is_kept_whole(printed, name):
    assert names(news.read(f"В вебинаре 4 мая участвовали сотрудники {printed}.")) == [name]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (
            "Семинар организован Государственной публичной научно- технической библиотекой Сибири.",
            "Государственная публичная научно-техническая библиотека Сибири",
        ),
        (
            "Рогова Б.К. приняла участие во встрече «Кадры», организованной Заречной областной библиотекой им. "
            "С. Лугового.",
            "Заречная областная библиотека им. С. Лугового",
        ),
        (
            "Вебинар провёл 4 июля 2023 года Центр поддержки инициатив «Росток».",
            "Центр поддержки инициатив «Росток»",
        ),
    ],
)
def test_the_organiser_is_named_without_the_words_of_organising(text, name):
    draft = news.read(text)
    assert [(one.name, part.role) for one in draft.organisations for part in one.parts] == [(name, "organiser")]


def test_numbered_questions_in_a_paragraph_are_talks_of_whoever_the_brackets_name():
    draft = news.read(
        "9 декабря состоялось онлайн-совещание библиотек. Обсуждались вопросы: 1. Итоги работы ассоциации за год "
        "(И. В. Лазорева, директор). 2. О проекте сводного каталога (Е. Б. Арсеева, зав. отделом, Т. Н. Ершина, зав. "
        "сектором). 3. Основатели академии М. А. Лавров и С. Л. Соболин (В. В. Пухов)."
    )
    assert talks(draft) == [
        ("Итоги работы ассоциации за год", ["Лазорева"]),
        ("О проекте сводного каталога", ["Арсеева", "Ершина"]),
        ("Основатели академии М. А. Лавров и С. Л. Соболин", ["Пухов"]),
    ]
    assert [person.family_name for person in draft.people] == ["Лазорева", "Арсеева", "Ершина", "Пухов"]


@pytest.mark.parametrize(
    "columns",
    [
        "{hour}\t{who}\t{title}",
        "{hour} | {who} | {title}",
        "{hour}\t{title}\t{who}",
    ],
)
def test_a_programme_copied_from_a_table_is_read_in_any_order_of_columns(columns):
    rows = [
        ("10.00", "Рогова Анна Ильинична, главный библиограф Заречной библиотеки", "Карты губернии"),
        ("10.20", "Сомов Пётр Ильич, архивист Лугового архива", "Письма с фронта"),
    ]
    lines = [columns.format(hour=hour, who=who, title=title) for hour, who, title in rows]
    draft = news.read("\n".join(["Программа вебинара «Край», 5 мая 2024 г.", *lines]))
    assert talks(draft) == [("Карты губернии", ["Рогова"]), ("Письма с фронта", ["Сомов"])]
    assert names(draft) == ["Заречная библиотека", "Луговой архив"]


def test_sections_of_a_programme_are_sessions_with_moderators_days_and_talks():
    draft = news.read(PROGRAMME)
    people = {person.key: person.family_name for person in draft.people}
    assert [(one.title, one.day, [people[key] for key in one.moderators]) for one in draft.sessions] == [
        ("Краеведение", "2024-05-05", ["Рогова"]),
        ("Чтение", "2024-05-06", ["Дымова"]),
    ]
    assert [(talk.title, talk.session) for talk in draft.talks] == [
        ("Письма с фронта", "s1"),
        ("Карты губернии", "s1"),
        ("Книга и экран", "s2"),
    ]
    assert not any(person.parts for person in draft.people)


@pytest.mark.parametrize(
    ("text", "value", "is_sure"),
    [
        ("14 декабря в комбинированном формате прошёл круглый стол «Край».", "mixed", True),
        ("25 мая прошёл круглый стол. В зале собрались директора, дистанционно участвовали коллеги.", "mixed", True),
        ("5 мая прошёл вебинар «Книга». В зале и в режиме онлайн собрались коллеги.", "mixed", True),
        ("3 мая прошёл семинар. Анна Лисова рассказала, как съездила на вебинар «Полка».", "online", False),
    ],
)
def test_the_format_is_what_is_said_of_the_event(text, value, is_sure):
    found = news.read(text).format
    assert (found.value, found.is_sure) == (value, is_sure)


def test_regions_and_districts_are_no_attendance():
    draft = news.read("На семинаре 3 октября выступили специалисты из 40 регионов РФ и 16 районов Саратовской области.")
    assert draft.attendance == [] and "РФ" not in [region.value for region in draft.regions]


def test_towns_whose_librarians_took_part_are_where_they_came_from():
    draft = news.read("К видеоконференции 3 мая подключились библиотекари Москвы, Омска, Самары и других городов.")
    assert [region.value for region in draft.regions] == ["Москва", "Омск", "Самара"]


def test_whoever_represented_a_library_works_there():
    draft = news.read(
        "3 мая прошёл вебинар. Зареченскую областную библиотеку имени Лугового представляла и. о. заведующей отделом "
        "Роза Кудрина с докладом «Выставки»."
    )
    assert post(draft, "Кудрина")[1] == "Зареченская областная библиотека имени Лугового"


def test_an_abbreviation_that_holds_the_event_is_asked_about_and_not_dropped():
    draft = news.read("4 октября 2018 г. РШБА при поддержке Центра провели вебинар «Месячник».")
    (organisation,) = draft.organisations
    assert organisation.name == "РШБА" and not organisation.is_sure
    assert [part.role for part in organisation.parts] == ["organiser"]


def test_a_compound_with_a_known_second_half_is_of_its_kind():
    draft = news.read("3 мая состоялся ежегодный флеш-семинар «Маршруты года».")
    assert (draft.kind.value, draft.title.value) == ("seminar", "Маршруты года")


def stated(draft: Draft) -> set[str]:
    """Return what the draft states without a doubt."""
    found = {f"talk: {talk.title}" for talk in draft.talks if talk.title and talk.is_sure}
    found |= {f"organisation: {one.name}" for one in draft.organisations if one.is_sure}
    for person in filter(lambda one: one.is_sure, draft.people):
        house = draft.organisation(person.affiliation)
        found |= {f"person: {person.name}", f"{person.family_name} at {house.name if house else '?'}"}
        found |= {f"{person.family_name}: {part.role}" for part in person.parts if part.is_sure}
    for one in draft.organisations:
        found |= {f"{one.name}: {part.role}" for part in one.parts if part.is_sure}
    return found | {f"format: {draft.format.value}", f"kind: {draft.kind.value}"}


@pytest.mark.parametrize(
    ("text", "true"),
    [
        ("Вебинар «Рост» прошёл 3 мая. Вели встречу библиотекари Светлана Тупикова и Роза Ким.", "Ким: host"),
        ("Встречу «Рост» проведёт 3 мая Люция Антипова.", "Антипова: host"),
        (
            "Открывая вебинар «Рост» 3 мая, директор Речной библиотеки Пётр Ильин пожелал успеха.",
            "Ильин: opening",
        ),
        ("Вебинар «Рост» прошёл 3 мая. Модератором была Наталья Ильинична Юхневич.", "Юхневич: moderator"),
        (
            "Вебинар «Рост» провела 3 мая Речная библиотека. Итоги подвёл директор библиотеки Пётр Ильин.",
            "Ильин at Речная библиотека",
        ),
        (
            "Программа вебинара «Рост», 3 мая 2024 г.\n10.00 «Первый шаг». Анна Сомова, Речной архив\n"
            "10.20 «Второй шаг». Пётр Ильин, Степной музей",
            "Ильин at Степной музей",
        ),
        (
            "Речная библиотека совместно с Лесной библиотекой провела 3 мая вебинар «Рост».",
            "Лесная библиотека: co-organiser",
        ),
        (
            "Вебинар «Рост» прошёл 3 мая. К нему подключились библиотекари. Часть гостей приехала, остальные следили "
            "за встречей онлайн.",
            "format: mixed",
        ),
    ],
)
def test_what_is_plainly_said_is_read(text, true):
    assert true in stated(news.read(text))


@pytest.mark.parametrize(
    ("text", "false"),
    [
        # Who is thanked, remembered or told of takes no part.
        (
            "Вебинар «Рост» прошёл 3 мая. Директор поблагодарил губернатора Олега Сторожева за помощь.",
            "person: Сторожев Олег",
        ),
        (
            "Вебинар «Рост» прошёл 3 мая. Анна Сомова напомнила, что Аркадий Семёнович Полуэктов собрал фотографии.",
            "person: Полуэктов Аркадий Семёнович",
        ),
        ("Вебинар «Рост» прошёл 3 мая. Директор зачитал приветствие губернатора Виталия Крохина.", "Крохин: welcome"),
        ("Вебинар «Рост» прошёл 3 мая. Напомним, первую встречу вела Маргарита Блюм.", "Блюм: host"),
        ("Вебинар «Рост» прошёл 3 мая. Не смогла выступить из-за болезни Лариса Ткачук.", "person: Ткачук Лариса"),
        (
            "Вебинар «Рост» прошёл 3 мая. Доклад М. Н. Ярцева был снят с программы по болезни.",
            "person: Ярцев М. Н.",
        ),
        # Words of a role in another sense.
        ("Вебинар «Рост» прошёл 3 мая. Эдуард Лаптев – автор книг и ведущий радиопередачи.", "Лаптев: host"),
        ("Вебинар «Рост» прошёл 3 мая. Доклад прочла Инна Русу: она ведёт кружок чтения.", "Русу: host"),
        (
            "Вебинар «Рост» прошёл 3 мая. Опыт районов открыла Дарима Ильина, директор Речной библиотеки: она прочла "
            "сообщение «Ремонт».",
            "Ильина: opening",
        ),
        # Whose name it is.
        (
            "Вебинар «Рост» прошёл 3 мая. Выступила директор Национальной библиотеки Республики Лесная Марина Олеговна "
            "Ильина.",
            "organisation: Национальная библиотека Республики Лесная Марина",
        ),
        (
            "Вебинар «Рост» прошёл 3 мая. Выступила SMM-специалист Речной областной библиотеки Анна Ким.",
            "organisation: SMM-специалист Речной областной библиотеки",
        ),
        (
            "Вебинар «Рост» прошёл 3 мая. Выступила ректор КИРО Аделаида Юрьевна Вершина.",
            "person: Киро Аделаида Юрьевна",
        ),
        ("Вебинар «Рост» прошёл 3 мая. Мастер-класс провёл переводчик Такеши Ли.", "person: Такеши Ли"),
        # A house of the same name is one house.
        (
            "Вебинар «Рост» в Национальной библиотеке\nНациональная библиотека Республики Шорань провела 3 мая вебинар "
            "«Рост».",
            "organisation: Национальная библиотека",
        ),
        # No talks.
        (
            "Вебинар «Рост» прошёл 3 мая. Выступил писатель Владлен Ухов, автор повести «Тринадцатая верста».",
            "talk: Тринадцатая верста",
        ),
        (
            "Вебинар «Рост» прошёл 3 мая. Дискуссию «Кому нужна бумага?» модерировал Серик Нурпеисов.",
            "talk: Кому нужна бумага?",
        ),
        (
            "Вебинар «Рост» прошёл 3 мая. Мурат Шогенов («Издательство Эльбрус») сетовал на тиражи.",
            "talk: Издательство Эльбрус",
        ),
        # A deed of a library that is no event, a section that is no organisation.
        (
            "Вебинар «Рост» прошёл 3 мая. Речная городская библиотека подготовила рассказ «Почерк войны», его "
            "представила библиограф Ксения Жукова.",
            "Речная городская библиотека: organiser",
        ),
        (
            "Вебинар «Рост» прошёл 3 мая.\nСекция «Медиа» (модератор Никита Орлик, Речная библиотека): здесь выступила "
            "Софья Вихрева с докладом «Подкаст за час».",
            "organisation: Секция «Медиа»",
        ),
        # A kind that the list does not have.
        ("Онлайн-встреча «Рост» прошла 3 мая в Речной библиотеке.", "kind: other!"),
    ],
)
def test_what_is_not_said_is_not_stated(text, false):
    draft = news.read(text)
    if false.endswith("!"):
        assert draft.kind and not draft.kind.is_sure
    assert false not in stated(draft)
    assert "Рост" in (draft.title.value, draft.theme.value)


def test_sections_named_in_one_sentence_have_their_own_moderators():
    draft = news.read(
        "Конференция «Рост» прошла 3 мая. Работали секции «Издатель» (модератор – Т. Г. Весёлова) и «Репозиторий» "
        "(модератор – П. А. Дроздов)."
    )
    moderators = [
        (one.title, [person.family_name for key in one.moderators if (person := draft.person(key))])
        for one in draft.sessions
    ]
    assert moderators == [("Издатель", ["Весёлова"]), ("Репозиторий", ["Дроздов"])]


def test_a_cancelled_lecture_is_not_ahead():
    draft = news.read("Отмена. Онлайн-лекция «Дом», запланированная на 20 января 2023 года, не состоится.")
    assert draft.state.value == "cancelled"
