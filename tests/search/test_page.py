"""The search page: hits one can go to, numbers that are true, an address that says everything."""

import re
from html import escape
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from events import search
from events.models import Conference, ConferenceKind, Organisation, SearchDocument, SearchWord, Series
from events.search import analysis, ranking, suggestions
from events.search import facets as counting
from events.search.backends import backend
from events.search.nodes import And, single_term
from events.search.parser import parse
from tests.conftest import rolled_back
from tests.rows import event

pytestmark = pytest.mark.django_db
HIT = re.compile(r'<li class="hit" data-kind="(\w+)">.*?<a href="([^"]+)">(.*?)</a>', re.DOTALL)
FACET = re.compile(r'<li><a href="(\?[^"]*)"[^>]*>([^<]*)</a> <span class="count">(\d+)</span>')


@pytest.fixture
def rows():
    for number in range(1, 4):
        event(f"Кузнечики {number}", size=2, day=f"202{number}-05-01", city="Верхний Кузнецк")


def hits(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    return HIT.findall(answer.content.decode())


def facets(client, address):
    answer = client.get(address).content.decode()
    found = FACET.findall(answer.split('class="filters"')[1].split("</nav>")[0])
    return [(link.replace("&amp;", "&"), label, int(count)) for link, label, count in found]


def test_each_hit_leads_to_its_record(client, rows):
    for record in ("conference", "talk", "speaker", "organisation", "topic"):
        found = hits(client, f"/search/?q=кузнечиками&record={record}")
        assert found
        assert all(kind == record and link.startswith(f"/{record}s/") for kind, link, _title in found)
        assert all(client.get(link).status_code == 200 for _kind, link, _title in found)


def test_series_and_people_are_hits_too(client, first_event):
    Series.objects.create(name="Кузнечиковые чтения")
    Conference.objects.update(series=Series.objects.get())
    assert [kind for kind, _link, _title in hits(client, "/search/?q=кузнечиковых чтений&record=series")] == ["series"]
    assert ("speaker", "/speakers/alekhina-i-l/") in [hit[:2] for hit in hits(client, "/search/?q=алёхиной")]


def test_an_event_named_by_its_kind_alone_is_named_once(client):
    """Five of the 35 real events have no other name; each stood in its hit twice."""
    kind = ConferenceKind.objects.create(name="симпозиум насекомых", slug="locusts")
    named = {
        "kind": kind,
        "kind_as_printed": "кузнечиковое онлайн-совещание директоров сараев",
        "status": Conference.Status.PUBLISHED,
    }
    Conference.objects.create(slug="unnamed", **named)
    Conference.objects.create(slug="named", title="Саранча", **named)
    answer = client.get("/search/?q=кузнечиковое").content.decode()
    unnamed, named = sorted(answer.split('<li class="hit"')[1:], key=lambda hit: "/conferences/named/" in hit)
    assert "><mark>Кузнечиковое</mark> онлайн-совещание директоров сараев</a>" in unnamed
    assert unnamed.count("онлайн-совещание") == 1 and "симпозиум насекомых" in unnamed
    assert named.count("онлайн-совещание") == 1 and "симпозиум насекомых" not in named


def test_every_number_beside_a_facet_is_the_number_of_hits_behind_it(client, rows):
    found = facets(client, "/search/?q=кузнечики")
    assert len(found) > 12
    for link, _label, count in found:
        assert search_total(client, f"/search/{link}") == count


def search_total(client, address):
    return client.get(address).context["found"].total


def test_facets_have_names_in_the_language_of_the_page(client, rows):
    def labels(address):
        return {label for _link, label, _count in facets(client, address)}

    assert {"конференции", "2021", "вебинар", "Верхний Кузнецк", "презентации"} <= labels("/search/?q=кузнечики")
    assert {"conferences", "2021", "webinar", "Верхний Кузнецк", "slides"} <= labels("/en/search/?q=кузнечики")


def test_filters_combine_and_each_can_be_taken_off(client, rows):
    address = "/search/?q=кузнечики&record=talk&year=2022&has=slides&has=recording&place=Верхний Кузнецк&sort=date"
    answer = client.get(address)
    assert search_total(client, address) == 2
    chips = [chip["address"] for chip in answer.context["selection"].chips]
    assert len(chips) == 5
    for link in chips:
        left = parse_qs(urlsplit(link).query)
        assert left["q"] == ["кузнечики"] and left["sort"] == ["date"]
        assert sum(len(values) for name, values in left.items() if name not in ("q", "sort")) == 4
        assert search_total(client, f"/search/{link}") >= 2


def test_filters_without_words_list_everything_of_the_kind(client, rows):
    assert search_total(client, "/search/?record=conference") == 3
    assert [title for _kind, _link, title in hits(client, "/search/?record=conference")] == [
        "Кузнечики 3", "Кузнечики 2", "Кузнечики 1",
    ]  # fmt: skip


def test_newest_first(client, rows):
    found = hits(client, "/search/?q=кузнечики&record=conference&sort=date")
    assert [re.sub("<.*?>", "", title) for *_rest, title in found] == ["Кузнечики 3", "Кузнечики 2", "Кузнечики 1"]


def test_pages_hold_all_hits_once(client):
    event("Кузнечики", size=30)
    pages = client.get("/search/?q=кузнечики").context["found"].pages
    links = [link for page in range(1, pages + 1) for _k, link, _t in hits(client, f"/search/?q=кузнечики&page={page}")]
    assert len(links) == len(set(links)) == search_total(client, "/search/?q=кузнечики") > 60
    assert client.get(f"/search/?q=кузнечики&page={pages + 1}").status_code == 404


def test_what_was_searched_instead_is_said_with_a_way_back(client, first_event):
    answer = client.get("/search/?q=видиоконференция")
    assert "видеоконференция</strong>" in answer.content.decode().replace("«", "").replace("»", "")
    assert f"?q={quote('видиоконференция')}&amp;exact=1" in answer.content.decode()
    exact = client.get("/search/?q=видиоконференция&exact=1")
    assert search_total(client, "/search/?q=видиоконференция&exact=1") == 0
    assert not exact.context["found"].corrected_query


def test_a_filter_that_leaves_nothing_corrects_nothing(client, first_event):
    found = client.get("/search/?q=флешмоб&year=1999").context["found"]
    assert found.total == 0 and not found.corrected_query


@pytest.mark.parametrize("address", ["/search/", "/search/?q=ъъъъъ", "/search/?q=ъъъъъ&record=talk", "/search/?q=+"])
def test_nothing_found_is_no_empty_wall(client, first_event, address):
    answer = client.get(address)
    assert answer.status_code == 200
    assert 'href="/topics/' in answer.content.decode()
    assert 'href="/conferences/?year=2020"' in answer.content.decode()


def test_who_finds_nothing_is_led_to_the_indexes_and_to_other_spellings(client, rows):
    page = client.get("/search/?q=кузнечекы&exact=1").text
    assert 'href="?q=' in page and "Искать и с другим написанием" in page
    assert "Или посмотрите в указателях" in page and 'href="/speakers/"' in page


def test_russian_words_on_an_english_page_are_marked_as_such(client, rows):
    page = client.get("/en/search/?q=кузничики").text
    assert '<span lang="ru">кузничики</span>' in page and '<strong><span lang="ru">кузнечики</span></strong>' in page
    assert '<span lang="ru">' not in client.get("/en/search/?q=books").text.split("</h1>")[0]


def test_an_initial_stays_with_its_name_while_typing(client):
    event("Чтения памяти Н. К. Придуманной")
    suggested = client.get("/search/suggest/?q=придуманн").json()["suggestions"]
    assert suggested and all("Н.\xa0К.\xa0Придуманной" in one["title"] for one in suggested)
    start, end = suggested[0]["marks"][0]
    assert suggested[0]["title"][start:end] == "Придуманн"


def test_hits_and_suggestions_have_russian_quotation_marks(client):
    event('Проект "Кузнечики"', size=0, summary='Приложение к проекту "Кузнечики и “Шмели”", где они стрекочут')
    page = client.get("/search/?q=кузнечики стрекочут").text.replace("\xa0", " ")
    assert ">Проект «<mark>Кузнечики</mark>»</a>" in page
    assert "проекту «<mark>Кузнечики</mark> и „Шмели“», где" in page
    suggested = client.get("/search/suggest/?q=кузн").json()["suggestions"][0]
    assert suggested["title"] == "Проект «Кузнечики»"
    assert [suggested["title"][start:end] for start, end in suggested["marks"]] == ["Кузн"]


@pytest.mark.parametrize(
    ("address", "title"),
    [("/search/?q=«я»", "Поиск: «„я“» — Архив видеоконференций"), ("/search/", "Поиск — Архив видеоконференций")],
)
def test_the_title_says_that_it_is_a_search(client, address, title):
    assert f"<title>{title}</title>" in client.get(address).text


def test_a_passage_does_not_end_in_a_scrap_of_the_next_name():
    line = "Чтение вслух · " + "Отдел вымышленных фондов · " * 9 + "30 тысяч специалистов"
    assert search.snippet([line], frozenset({"чтение"})).endswith("Отдел вымышленных фондов …")


def test_an_empty_archive_can_be_searched(client):
    for address in ("/search/", "/search/?q=кузнечики", "/search/?record=talk", "/search/suggest/?q=куз"):
        assert client.get(address).status_code == 200


@pytest.mark.parametrize("query", ["кузнечики", "кузнечики&record=talk&has=slides", "кузнечики&sort=date", "ъъъъъ"])
def test_a_page_of_hits_takes_as_many_queries_for_one_as_for_many(queries_of, query, monkeypatch):
    # By their numbers some of the records would be in the samples, which takes a query more.
    monkeypatch.setattr(analysis, "crc32", lambda _number: 1)
    event("Кузнечики", size=1)
    queries_of("/search/")
    few = queries_of(f"/search/?q={query}")
    event("Кузнечики снова", size=20)
    # Of what nothing has, spellings are tried.
    assert queries_of(f"/search/?q={query}") == few <= (16 if query == "ъъъъъ" else 10)


@pytest.mark.parametrize(
    "typed",
    ["кузнечикк", "repytxbrb", "kuznechyki", "кузнечикк трвае", "кузнечикк&record=talk&has=slides&sort=date"],
)
@pytest.mark.parametrize("more", ["", " шмелли стрикозы бабачьки жужелитца qwzzx ghbdtn онлайнмуравьи"])
def test_misspelt_words_are_corrected_in_few_statements_however_many_they_are(queries_of, typed, more):
    """Each word asked some twenty times: 33 statements for two words, 280 for nine."""
    event("Кузнечики в траве", size=25)
    words, _and, filters = typed.partition("&")
    assert queries_of(f"/search/?q={words}{more}&{filters}") <= (24 if more else 17)


def test_words_typed_apart_are_joined_in_few_statements(queries_of):
    words = "кузнечики библиотека архивариус каталогизация хранилище переплётчик".split()
    event("Встреча", size=1, summary=". ".join(words))
    assert queries_of("/search/?q=" + " ".join(f"{word[:5]} {word[5:]}" for word in words)) <= 24


@pytest.mark.parametrize("address", ["/search/?q=кузнечики", "/search/?q=кузнечики&page=1", "/collection/?q=кузнечики"])
def test_very_many_hits_take_ten_queries(queries_of, address, monkeypatch):
    """More than are ranked, counted from a sample: what an archive of a hundred thousand records has."""
    # All are in the sample, whatever their numbers: from too few of them nothing is estimated.
    monkeypatch.setattr(analysis, "crc32", lambda _number: 0)
    event("Кузнечики", size=40)
    for module, name in ((ranking, "MAX_RANKED"), (ranking, "MANY"), (counting, "ENOUGH"), (counting, "MAX_EXACT")):
        monkeypatch.setattr(module, name, 5)
    assert queries_of(address) <= 10


class TestSuggestions:
    def suggested(self, client, text, prefix=""):
        answer = client.get(f"{prefix}/search/suggest/", {"q": text})
        assert answer["Content-Type"] == "application/json"
        return answer.json()["suggestions"]

    def test_a_beginning_of_any_word_suggests_records(self, client, first_event):
        found = self.suggested(client, "алех")
        assert found[0] == {
            "title": "Алехина\xa0И.\xa0Л.", "marks": [[0, 4]],
            "kind": "докладчик", "address": "/speakers/alekhina-i-l/",
        }  # fmt: skip
        assert any("флешмобы" in one["title"] for one in self.suggested(client, "флешм"))
        assert any("Крупской" in one["title"] for one in self.suggested(client, "друн"))
        assert any("Крупской" in one["title"] for one in self.suggested(client, "библиот крупс"))

    @pytest.mark.parametrize(
        ("typed", "marked"),
        [("fkt[", ["Алех"]), ("и алех", ["Алех", "И"]), ("друнб", [])],
    )
    def test_what_matched_is_marked(self, client, first_event, typed, marked):
        one = self.suggested(client, typed)[0]
        assert [one["title"][start:end] for start, end in one["marks"]] == marked

    def test_in_the_other_layout_too(self, client, first_event):
        assert self.suggested(client, "fkt[")[0]["title"] == "Алехина\xa0И.\xa0Л."

    def test_at_most_ten_of_several_kinds(self, client):
        event("Кузнечики", size=15)
        found = self.suggested(client, "куз")
        assert len(found) == 10
        assert len({one["kind"] for one in found}) > 2

    def test_addresses_stay_in_the_language_of_the_page(self, client, first_event):
        assert self.suggested(client, "алех", "/en")[0] == {
            "title": "Алехина\xa0И.\xa0Л.", "marks": [[0, 4]],
            "kind": "speaker", "address": "/en/speakers/alekhina-i-l/",
        }  # fmt: skip

    @pytest.mark.parametrize("text", ["", " ", "а", "-", "ъъъ"])
    def test_nothing_to_go_by_suggests_nothing(self, client, first_event, text):
        assert self.suggested(client, text) == []


def test_a_preposition_at_the_beginning_is_no_initial():
    event("Жизнь кузнечиков", size=1)
    assert {hit.kind_name for hit in search.search("О жизни кузнечиков", exact=True).hits} >= {"conference"}
    assert not search.search("О. Кузнечиков", exact=True).hits
    assert not search.search("О кузнечикова", exact=True).hits


@pytest.mark.parametrize(
    ("address", "heading"),
    [
        ("/search/", "Поиск: «„шмели в траве“ лето»"),
        ("/en/search/", 'Search: “<span lang="ru">‘шмели в траве’ лето</span>”'),
    ],
)
@pytest.mark.parametrize("marks", ["«»", '""', "“”", "„“"])
def test_quotation_marks_stand_inside_others_as_printers_set_them(client, address, heading, marks):
    query = f"{marks[0]}шмели в траве{marks[1]} лето"
    page = client.get(address, {"q": query}).content.decode()
    assert f"<h1>{heading}</h1>" in page
    assert f'value="{escape(query)}"' in page


def test_what_was_searched_instead_stands_in_one_pair_of_quotation_marks(client):
    event("Кузнечики")
    page = client.get("/search/", {"q": "«кузнечикк»"}).content.decode()
    assert "<strong>«„кузнечики“»</strong>" in page and "««" not in page and "»»" not in page


class TestManyHits:
    """Of very many hits only a part is ranked and counted; the limits lowered so that few are very many."""

    @pytest.fixture(scope="class", autouse=True)
    @classmethod
    def thirty(cls, django_db_setup, django_db_blocker):
        with rolled_back(django_db_blocker):
            event("Кузнечики", size=30)
            yield

    @pytest.fixture(autouse=True)
    def limits(self, monkeypatch):
        monkeypatch.setattr(ranking, "MAX_RANKED", 30)
        monkeypatch.setattr(counting, "ENOUGH", 10)
        monkeypatch.setattr(counting, "MAX_EXACT", 40)
        monkeypatch.setattr(counting, "SAMPLE_OF_RATE", {4: "s:1"})

    def test_numbers_are_given_as_estimates(self, client):
        found = search.search("кузнечики")
        assert found.counts.is_estimate
        true = SearchDocument.objects.count()
        assert true / 2 < found.total < true * 2
        assert "≈" in client.get("/search/?q=кузнечики").content.decode()

    def test_hits_with_the_word_in_their_title_come_first_and_none_comes_twice(self):
        seen = []
        page = 1
        while page <= search.search("кузнечики", page=page).pages:
            seen += search.search("кузнечики", page=page).hits
            page += 1
        assert len({hit.pk for hit in seen}) == len(seen) > 20
        assert all("Кузнечики" in hit.title for hit in seen[:20])

    def test_the_newest_are_the_same_whichever_way_they_are_looked_for(self, monkeypatch):
        for day in ("2021-05-01", "2019-05-01"):
            event(f"Кузнечики {day}", size=3, day=day)
        words = parse("кузнечики").node
        newest = backend().newest(words, False, 20)
        assert newest == backend().newest(words, False, 20, many=True) == sorted(newest, reverse=True)
        of_2019 = And((words, single_term("y:2019")))
        assert backend().newest(of_2019, False, 20) == backend().newest(of_2019, False, 20, many=True) != []
        monkeypatch.setattr(ranking, "MANY", -1)
        assert [hit.pk for hit in search.search("кузнечики", by_date=True).hits] == newest

    @pytest.mark.parametrize("beside", ["", " июнь", " -жужелица"])
    def test_a_sample_of_a_phrase_is_of_all_that_have_it(self, beside):
        event("Кузнечики в траве", size=30)
        node = search.search(f"«кузнечики в траве»{beside}", exact=True).node
        ids = backend().newest(node, False, 1000)
        rows = SearchDocument.objects.filter(pk__in=ids).values_list(*analysis.Document._fields)
        made = [analysis.analyze(analysis.Document(*row)) for row in rows]
        assert len(ids) > 30
        for sample in analysis.SAMPLES:
            in_sample = {one.id for one in made if sample in one.facets}
            assert {pk for pk, _facets in backend().facets(And((node, single_term(sample))), 1000)} == in_sample

    def test_few_are_counted_one_by_one_and_turn_up_in_the_same_order(self):
        event("Стрекозы", size=3, summary="Кузнечики в траве, редкостные кузнечики")
        for text in ("кузнечики траве стрекозы", "«кузнечики в траве»", "редкостные кузнечики"):
            found = search.search(text, by_date=True)
            assert found.total == len(found.hits) > 0 and not found.counts.is_estimate
            assert [hit.pk for hit in found.hits] == backend().newest(found.node, False, 20) != []

    def test_a_letter_or_a_number_beside_a_frequent_word_promises_nothing_rare(self, monkeypatch):
        monkeypatch.setattr(backend(), "MANY_TERM_THRESHOLD", 3)
        assert counting.probably_selective(parse("жужелица"))
        SearchWord.objects.update(documents=5000)
        assert not any(
            map(counting.probably_selective, map(parse, ("кузнечики", "кузнечики 2020", "кузнечики -жужелица", "")))
        )

    def test_words_too_expensive_to_rank_find_the_same_with_their_titles_first(self, monkeypatch):
        event("Стрекозы", size=2, summary="Кузнечики в траве")
        ranked = search.search("кузнечики траве")
        monkeypatch.setattr(backend(), "EXPENSIVE", 0)
        for text in ("кузнечики", "кузнечики траве", "«кузнечики в траве»"):
            found = search.search(text)
            assert len(found.hits) == min(found.total, search.PAGE_SIZE)
        assert {hit.pk for hit in search.search("кузнечики траве").hits} == {hit.pk for hit in ranked.hits}
        assert all("Кузнечики" in hit.title for hit in search.search("кузнечики").hits)

    def test_each_kind_is_proposed_though_a_sample_lacks_it(self, monkeypatch):
        all_of_them = {hit.kind for hit in search.suggest("кузн")}
        assert len(all_of_them) > 2
        monkeypatch.setattr(suggestions, "_SAMPLES", ("s:1",))
        monkeypatch.setattr(suggestions, "MANY", 1)
        monkeypatch.setattr(suggestions, "MAX_FOUND", 3)
        assert {hit.kind for hit in search.suggest("кузн")} == all_of_them

    def test_a_filter_narrows_all_the_same(self):
        library = Organisation.objects.filter(parent=None).first()
        found = search.search("кузнечики", search.Filters((("organisation", library.slug),)))
        assert found.total == 3 and not found.counts.is_estimate


def test_of_any_words_the_whole_name_comes_before_the_surname_alone():
    for number, name in enumerate(("Стрекозова Мария", "Стрекозова Анна", "Стрекозова А.", "Стрекозова Вера")):
        event(f"Лекция {number}", day=f"202{number}-05-01", summary=f"Ведёт {name}")
    found = search.search("Стрекозова Анна, жужелицы")
    assert found.any_word
    names = [re.search(r"Стрекозова \w+", hit.body)[0] for hit in found.hits if "Стрекозова" in hit.body]
    assert {names[0], names[1]} == {"Стрекозова Анна", "Стрекозова А"} and len(names) == 4
