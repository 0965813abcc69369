"""Captions as meeting services, video hosts and speech recognition write them, and what is made of them."""

import pytest

from events import captions
from events.cues import Cue, paragraphs
from events.export import transcripts


def read(text: str) -> list[Cue]:
    return captions.read(text.encode())


def said(text: str) -> list[tuple[float, str, str]]:
    return [(cue.start, cue.speaker, cue.text) for cue in read(text)]


def test_captions_of_zoom_name_the_speaker_before_a_colon():
    text = """WEBVTT

1
00:00:01.000 --> 00:00:04.500
Анна Придуманная: Добрый день, коллеги.

2
00:00:05.000 --> 00:00:07.000
Вопрос: слышно ли меня?
"""
    assert read(text) == [
        Cue(1.0, 4.5, "Анна Придуманная", "Добрый день, коллеги."),
        Cue(5.0, 7.0, "", "Вопрос: слышно ли меня?"),
    ]


def test_captions_of_teams_name_a_speaker_in_each_line():
    text = """WEBVTT

0f3a-11/12-0
00:00:01.000 --> 00:00:04.500
<v Анна Придуманная>Добрый день.</v>
<v Пётр Вымышленный>И вам &amp; всем.</v>
"""
    assert said(text) == [(1.0, "Анна Придуманная", "Добрый день."), (1.0, "Пётр Вымышленный", "И вам & всем.")]


def test_a_voice_in_the_second_line_does_not_take_the_words_of_the_first():
    text = "WEBVTT\n\n00:01.000 --> 00:02.000\nСлышно?\n<v.loud Анна Придуманная>Да.\n"
    assert said(text) == [(1.0, "", "Слышно?"), (1.0, "Анна Придуманная", "Да.")]


def test_rolling_captions_of_youtube_say_each_line_once():
    text = """WEBVTT
Kind: captions
Language: ru

00:00:00.160 --> 00:00:02.070 align:start position:0%
 
добрый<00:00:00.480><c> день</c>

00:00:02.070 --> 00:00:02.080 align:start position:0%
добрый день
 

00:00:02.080 --> 00:00:04.000 align:start position:0%
добрый день
мы<00:00:02.500><c> начинаем</c>

00:00:04.000 --> 00:00:04.010 align:start position:0%
мы начинаем
 
"""
    assert read(text) == [Cue(0.16, 2.08, "", "добрый день"), Cue(2.08, 4.01, "", "мы начинаем")]


def test_a_word_said_twice_stays_said_twice():
    text = "1\n00:00:01,000 --> 00:00:02,000\nДа.\n\n2\n00:00:02,000 --> 00:00:03,000\nДа.\n\n"
    assert [cue.text for cue in read(text + "3\n00:00:03,000 --> 00:00:04,000\nКонечно.\n")] == [
        "Да.",
        "Да.",
        "Конечно.",
    ]


def test_srt_has_decimal_commas_and_numbers():
    text = (
        "1\r\n00:00:01,500 --> 00:00:02,000\r\nПервая\r\nстрока\r\n\r\n2\r\n01:00:03,000 --> 01:00:04,000\r\nВторая\r\n"
    )
    assert read(text) == [Cue(1.5, 2.0, "", "Первая строка"), Cue(3603.0, 3604.0, "", "Вторая")]


def test_cues_without_a_blank_line_between_them_are_two():
    text = "1\n00:00:01,000 --> 00:00:02,000\nПервая\n2\n00:00:03,000 --> 00:00:04,000\nВторая"
    assert said(text) == [(1.0, "", "Первая"), (3.0, "", "Вторая")]


def test_words_after_a_line_that_looks_blank_are_not_lost():
    text = "1\n00:00:01,000 --> 00:00:02,000\n \nПервая\n\n2\n00:00:03,000 --> 00:00:04,000\nВторая\n\nещё строка"
    assert said(text) == [(1.0, "", "Первая"), (3.0, "", "Вторая ещё строка")]


def test_styles_notes_and_regions_are_not_said():
    text = """\ufeffWEBVTT - Чтения

STYLE
::cue { color: red }

NOTE
сделано вручную

first
00:01.000 --> 00:02.000 line:0
Слова

NOTE и это тоже

REGION
id:fred
"""
    assert said(text) == [(1.0, "", "Слова")]


def test_what_looks_like_a_tag_or_an_arrow_stays_in_the_text():
    assert said("WEBVTT\n\n00:01.000 --> 00:02.000\na < b и c > d, далее --> <i>вывод</i> &lt;b&gt;")[0][2] == (
        "a < b и c > d, далее --> вывод <b>"
    )


def test_captions_in_windows_1251_are_read():
    content = "1\n00:00:01,000 --> 00:00:02,000\nДобрый день, уважаемые коллеги\n".encode("cp1251")
    assert captions.read(content)[0].text == "Добрый день, уважаемые коллеги"


def test_single_names_are_speakers_where_most_lines_have_one():
    times = [f"00:0{number}.000 --> 00:0{number + 1}.000" for number in range(4)]
    lines = ["Анна: Начинаем.", "Пётр: Да.", "Анна: Первый вопрос.", "Пётр: Слушаю."]
    text = "WEBVTT\n\n" + "\n\n".join(f"{time}\n{line}" for time, line in zip(times, lines, strict=True))
    assert [(speaker, words) for _start, speaker, words in said(text)][:2] == [("Анна", "Начинаем."), ("Пётр", "Да.")]


def test_names_as_people_give_themselves_are_speakers_where_they_come_again():
    """Zoom writes what somebody typed as a name."""
    library = "библиотека им. Вымыслова"
    lines = [f"{library}: Добрый день.", "iPhone (Мария): Слышно.", f"{library}: Итак: начнём."]
    text = "WEBVTT\n\n" + "\n\n".join(f"0{n}:00.000 --> 0{n}:05.000\n{line}" for n, line in enumerate(lines))
    assert [(speaker, words) for _start, speaker, words in said(text)] == [
        (library, "Добрый день."),
        ("", "iPhone (Мария): Слышно."),
        (library, "Итак: начнём."),
    ]


def test_headings_with_colons_are_nobody():
    lines = ["Программа: в 10:00 открытие", "Цель: показать", "Итог: всё"]
    text = "WEBVTT\n\n" + "\n\n".join(f"0{n}:00.000 --> 0{n}:05.000\n{line}" for n, line in enumerate(lines))
    assert [(speaker, words) for _start, speaker, words in said(text)] == [("", line) for line in lines]


def test_recognised_speakers_are_told_apart():
    """WhisperX numbers them; some programs leave no space after the colon."""
    text = "1\n00:00:00,031 --> 00:00:02,000\n[SPEAKER_00]: Добрый день.\n\n2\n00:00:03,000 --> 00:00:04,000\n"
    assert [speaker for _start, speaker, _words in said(text + "[SPEAKER_01]: И вам.\n")] == [
        "SPEAKER_00",
        "SPEAKER_01",
    ]
    text = "1\n00:01,000 --> 00:02,000\nВЫМЫСЛОВА А. П.:Добрый день.\n\n2\n00:03,000 --> 00:04,000\nВ 10:00 начнём."
    assert [one[1:] for one in said(text)] == [("ВЫМЫСЛОВА А. П.", "Добрый день."), ("", "В 10:00 начнём.")]


def test_a_mark_of_another_speaker_is_a_dash():
    text = "WEBVTT\n\n00:01.000 --> 00:02.000\n&gt;&gt; Слышно?\n\n00:03.000 --> 00:04.000\n>> Да, 2 >> 1."
    assert [words for _start, _speaker, words in said(text)] == ["– Слышно?", "– Да, 2 >> 1."]


def test_captions_of_a_windows_notepad_are_read():
    content = "\ufeff1\n00:00:01,000 --> 00:00:02,000\nДобрый день\n".encode("utf-16-le")
    assert captions.read(content)[0].text == "Добрый день"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "No captions were found"),
        ("Просто текст.".encode(), "No captions were found"),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\n\n", "no text"),
        (b"WEBVTT\n\n00:75.000 --> 00:80.000\nWords", "Line 3"),
        (b"1\n00:00:01;000 --> 00:00:02;000\nWords", "Line 2"),
        (b"\x89PNG\r\n\x1a\n\x00\xff\xfe\x98", "UTF-8"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(content, message, settings):
    settings.LANGUAGE_CODE = "en"
    with pytest.raises(captions.CaptionsError, match=message):
        captions.read(content)


def test_paragraphs_follow_speakers_pauses_and_sentences():
    cues = [
        Cue(0, 2, "А", "Раз."),
        Cue(2, 4, "А", "Два."),
        Cue(4, 6, "Б", "Три."),
        Cue(60, 62, "Б", "После паузы."),
    ]
    assert [(p.second, p.speaker, p.text) for p in paragraphs(cues)] == [
        (0, "А", "Раз. Два."),
        (4, "Б", "Три."),
        (60, "Б", "После паузы."),
    ]


def test_speech_without_full_stops_still_becomes_paragraphs():
    cues = [Cue(second, second + 1, "", "слова без точек") for second in range(400)]
    assert max(len(paragraph.text) for paragraph in paragraphs(cues)) < 1300


def test_the_file_for_players_can_be_read_again_and_has_no_markup_of_strangers():
    cues = [Cue(1.0, 2.0, "Анна <b>", "a < b --> & <script>"), Cue(3661.0005, 3661.0005, "", "миг")]
    text = transcripts.vtt(cues)
    assert "<script" not in text and "Анна &lt;b&gt;" in text and "01:01:01.000 --> 01:01:01.500" in text
    again = captions.read(text.encode())
    assert [(cue.speaker, cue.text) for cue in again] == [("Анна <b>", "a < b → & <script>"), ("", "миг")]


def test_the_text_for_reading_has_title_address_times_and_speakers():
    text = transcripts.plain_text("Чтения", "https://archive.example/", [Cue(61, 63, "Анна", "Добрый день.")])
    assert text == "Чтения\nhttps://archive.example/\n\n[1:01] Анна: Добрый день.\n"
