"""No input is an error, a command to the database, or markup."""

import itertools
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events import search
from tests.conftest import rolled_back
from tests.rows import event

pytestmark = pytest.mark.django_db

HOSTILE = [
    '"', '""', "'", "«", "»", "«»", "«««", "-", "--", "- -", "-«", '-"а', "*", "а*", "^а", "title:а", "{title}: а",
    "NEAR(а б)", "а NEAR б", "а AND", "AND", "OR", "NOT", "а NOT", "NOT а", "(а", "а)", "((((", "а OR (б", "+а", "а+б",
    "& | !", "а & !б", "а <-> б", "<->", "'а':*", "а:*", "а:A", "!!а", "\\", "\\'", "%", "%%", "%s", "%(а)s", "_", "{}",
    "$1", "$$", ";", "--", "/*", "'; DROP TABLE events_talk; --", "\x00", "а\x00б", "\ud800", "а\udfff", "\ufffe",
    "\u202eтесьрил", "\u200b", "\u0301", "👩‍👩‍👧", "🏛️ библиотека", "א ב", "مكتبة", "मंदिर", "图书馆", "а" * 100_000,
    "а " * 50_000, "-а " * 10_000, "«а» " * 10_000, "9999999999999999999999", "0", "00", "1e9", "-1", "NaN", "null",
    "<script>alert(1)</script>", "&lt;", "ǅ", "ß", "İ", "ﬁ", "①", "½", "²", "é", "e\u0301", "ё", "Ё", "\ufeff",
    "\n\r\t",
]  # fmt: skip


# What those texts find that find anything.
WRITTEN_DOWN = json.loads(Path(__file__).with_name("hostile_hits.json").read_text())


@pytest.fixture(scope="module", autouse=True)
def rows(django_db_setup, django_db_blocker):
    with rolled_back(django_db_blocker):
        event("Кузнечики", size=2, summary="Слово and слово OR, title: «а» и б; café 图书馆 👩‍👩‍👧 <b>жирно</b> & ко")
        yield


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:20]))
def test_nothing_typed_is_an_error(client, text):
    for address in ("/search/", "/search/suggest/"):
        assert client.get(address, {"q": text.encode("utf-8", "surrogatepass")}).status_code in (200, 400)
    search.search(text)
    search.suggest(text)
    search.staff_keys("talk", text)


def hits(text):
    """All that is found, whatever its order: databases rank differently."""
    return sorted(f"{hit.kind_name}: {hit.title}" for hit in search.search(text).hits)


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:20]))
def test_every_database_finds_the_same(text):
    """What each text finds was written down once; both databases must find just that."""
    assert hits(text) == WRITTEN_DOWN.get(ascii(text[:40]), [])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(), max_size=60))
def test_no_text_at_all_is_an_error(text):
    search.search(text)
    search.suggest(text)


@pytest.mark.parametrize(
    "address",
    [
        "/search/?q=а&page=0", "/search/?q=а&page=-1", "/search/?q=а&page=99999999999999999999", "/search/?q=а&page=x",
        "/search/?q=а&page=²", "/search/?q=%ff%fe", "/search/?year=0", "/search/?year=99999999999999999999",
        "/search/?year=1&year=2", "/search/?record=nothing", "/search/?has=recording&has=slides&has=x",
        "/search/?organisation=%27%22", "/search/?place=" + "д" * 5000, "/search/?sort=&exact=&q=",
        "/search/?topic=%00", "/search/?unknown=1", "/search/?q=a&q=b",
    ],
)  # fmt: skip
def test_no_address_is_an_error(client, address):
    assert client.get(address).status_code in (200, 400, 404)


@pytest.mark.parametrize("word", ["and", "or", "not", "near", "title", "图书馆", "café", "cafe\u0301"])
def test_words_of_the_query_language_are_words(word):
    found = search.search(word, exact=True)
    assert (found.total > 0) == (word not in ("not", "near"))


def test_a_long_text_is_cut_not_refused():
    assert search.search("кузнечики " * 20_000).total


@pytest.mark.parametrize("letters", ["бвгк", "bcdk"])
@pytest.mark.parametrize("sign", ["-", " ", "/", "'"])
def test_a_text_of_misspelt_words_alone_is_answered(sign, letters):
    """More words than a statement takes parts; of letters only, others are no typos."""
    words = map("".join, itertools.islice(itertools.product(letters, repeat=4), 200))
    assert search.search(sign.join(words)).total <= 3  # records there are


class TestMarkup:
    @pytest.fixture
    def page(self, client):
        return lambda query: client.get("/search/", {"q": query}).content.decode()

    def test_markup_in_the_data_is_text(self, page):
        answer = page("жирно")
        assert "&lt;b&gt;<mark>жирно</mark>&lt;/b&gt; &amp; ко" in answer
        assert "<b>" not in answer

    def test_markup_in_the_query_is_text(self, page):
        answer = page('"><script>alert(1)</script>')
        assert "<script>alert" not in answer

    def test_words_are_marked_whole_and_as_written(self):
        assert search.highlight("Библиоте\u0301ки и «библиотекарь»", frozenset({"библиотека"})) == (
            "<mark>Библиоте\u0301ки</mark> и «библиотекарь»"
        )

    def test_the_snippet_is_where_most_words_match(self):
        text = "Начало. " + "пусто " * 200 + "Здесь кузнечики и стрекозы вместе. " + "пусто " * 200
        snippet = search.snippet([text], frozenset({"кузнечик", "стрекоза"}))
        assert "<mark>кузнечики</mark> и <mark>стрекозы</mark>" in snippet
        assert snippet.startswith("… ") and snippet.endswith(" …")
        assert len(snippet) < 400

    def test_no_snippet_without_a_match(self):
        assert search.snippet(["Ничего такого"], frozenset({"кузнечик"})) == ""
