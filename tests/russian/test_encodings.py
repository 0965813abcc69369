"""A file that an archivist saved anywhere is read, or refused with a reason."""

import pytest

from events.russian.encodings import decode


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1251"])
@pytest.mark.parametrize("written", ["«Чтения» — 2020", "ВСЕ ЗАГЛАВНЫМИ № 1", "Бібліотека імені Лесі Українки"])
def test_a_file_of_any_usual_encoding_is_read(encoding, written):
    assert decode(written.encode(encoding)) == written


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "cp1251"])
def test_a_stray_nul_does_not_make_a_file_unreadable(encoding):
    assert decode("Вымышленные\x00 чтения; 2020".encode(encoding)) == "Вымышленные чтения; 2020"


def test_a_long_word_in_utf_16_without_a_mark_is_not_taken_for_another_encoding():
    assert decode("Вымышленность".encode("utf-16-le")) == "Вымышленность"


@pytest.mark.parametrize("encoding", ["koi8-r", "cp866"])
def test_a_text_that_would_come_out_as_rubbish_is_refused(encoding):
    with pytest.raises(UnicodeError):
        decode("Библиотеки провели Вымышленные чтения. Их было много.".encode(encoding))
