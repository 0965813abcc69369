"""Does the search find it, and how near the top? Measured beside the usual ways: make bench-search.

The haystack is the archive’s real reports among sample data. The queries are made from the real ones, each with
the record it was made from: keywords in forms that stand nowhere in the haystack, headlines, parts of titles, names in
another case. Every way searches the same fields of the same records with the same weights, asks for all words first and
fills up with records that have any. The last two ways are the archive’s own search, as a visitor has it.
"""

import argparse
import json
import re
import sqlite3
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from random import Random
from typing import Any, NamedTuple

from . import databases

SEED = 20200609
SAMPLE_RECORDS = 4000
PER_RECORD = 3  # queries of a kind that has many ways to be made
HITS = 10
FIXTURES = ("first_event", "reports")
FIELDS = ("title", "names", "alternate_forms", "context", "body")
WEIGHTS = (10, 6, 6, 3, 1)

Key = tuple[int, int]


class Document(NamedTuple):
    key: Key
    language: str
    fields: tuple[str, ...]


class Query(NamedTuple):
    text: str
    right: frozenset[Key]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgres"], choices=["sqlite", "postgres"])
    parser.add_argument("--misses", action="store_true", help="Show what the archive’s own search did not find.")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.here:
        print(json.dumps(measured(arguments.misses)))
        return
    results: dict[str, dict[str, tuple[int, float, float]]] = {}
    for engine in arguments.databases:
        url = databases.address(engine, "retrieval")
        if url is None:
            print("PostgreSQL is left out: DATABASE_URL names no server.", file=sys.stderr)
            continue
        options = ["--misses"] if arguments.misses else []
        results |= databases.run("search_retrieval", url, "--here", *options)
    show(results)


def show(results: dict[str, dict[str, tuple[int, float, float]]]) -> None:
    kinds = list(next(iter(results.values())))
    print(f"{'recall@10 / MRR':28}" + "".join(f"{kind:>22}" for kind in kinds))
    print(f"{'queries':28}" + "".join(f"{next(iter(results.values()))[kind][0]:22}" for kind in kinds))
    for way, scores in results.items():
        print(f"{way:28}" + "".join(f"{recall:>14.3f} / {mrr:.3f}" for _count, recall, mrr in scores.values()))


def measured(show_misses: bool) -> dict[str, dict[str, tuple[int, float, float]]]:
    """The scores of the ways that this database allows."""
    import django

    django.setup()
    real = filled()
    corpus = documents()
    asked = queries([document for document in corpus if document.key in real], corpus)
    return {name: scores(search, asked, show_misses and "archive" in name) for name, search in ways(corpus)}


def ways(corpus: list[Document]) -> Iterator[tuple[str, Callable[[str], list[Key]]]]:
    from django.db import connection

    if connection.vendor == "postgresql":
        yield "PostgreSQL russian", PostgresRussian(corpus).search
        yield "this archive, PostgreSQL", archive_search
    else:
        yield "no analysis (FTS5)", Fts5(corpus, plain).search
        yield "Snowball (FTS5)", Fts5(corpus, snowball).search
        yield "this archive, SQLite", archive_search


def scores(
    search: Callable[[str], list[Key]], asked: dict[str, list[Query]], show_misses: bool
) -> dict[str, tuple[int, float, float]]:
    """Recall and mean reciprocal rank by kind of query, and of all together."""
    ranks = {kind: [rank(search(query.text), query, show_misses) for query in those] for kind, those in asked.items()}
    ranks["all"] = [one for those in ranks.values() for one in those]
    return {
        kind: (len(those), sum(one > 0 for one in those) / len(those), sum(those) / len(those))
        for kind, those in ranks.items()
    }


def rank(hits: list[Key], query: Query, show_miss: bool) -> float:
    """1 for the first place, 1/2 for the second…, 0 for none of the first ten."""
    for place, key in enumerate(hits[:HITS], 1):
        if key in query.right:
            return 1 / place
    if show_miss:
        print(f"not found: {query.text}  →  {sorted(query.right)}", file=sys.stderr)
    return 0


# The haystack


def filled() -> set[Key]:
    """Makes the archive anew, real records first; their keys."""
    from django.core.management import call_command

    from .sample_data.generator import SampleArchive

    call_command("migrate", verbosity=0)
    call_command("flush", interactive=False, verbosity=0)
    call_command("loaddata", "lists", *FIXTURES, verbosity=0)
    real = {document.key for document in documents()}
    for _remaining in SampleArchive(SAMPLE_RECORDS, SEED).generate():
        pass
    call_command("rebuild_search", verbosity=0)
    return real


def documents() -> list[Document]:
    """All that the public can find, with the texts it is found by, as they were written."""
    from events.models import SearchDocument

    public = SearchDocument.objects.filter(id__lt=SearchDocument.FIRST_UNPUBLISHED).order_by("kind", "object_id")
    rows = public.values_list("kind", "object_id", "language", *FIELDS)
    return [Document((kind, pk), language, tuple(fields)) for kind, pk, language, *fields in rows]


# What visitors ask for


def queries(real: list[Document], corpus: list[Document]) -> dict[str, list[Query]]:
    from events.models import SearchDocument

    random = Random(SEED)
    titled = [d for d in real if d.key[0] in (SearchDocument.Kind.CONFERENCE, SearchDocument.Kind.TALK)]
    return {
        "unseen forms": list(unseen_form_queries(real, corpus, random)),
        "headline": list(headline_queries(titled)),
        "part of a title": list(title_queries(titled, random)),
        "name, other case": list(name_queries(real)),
    }


def unseen_form_queries(real: list[Document], corpus: list[Document], random: Random) -> Iterator[Query]:
    """Two or three of a title’s five rarest words, each in a form that stands nowhere in the haystack."""
    from events.models import SearchDocument

    seen = Counter(word for document in corpus for word in words(" ".join(document.fields)))
    asked = set()
    for title, keys in by_title(d for d in real if d.language == "ru" and d.key[0] != SearchDocument.Kind.SPEAKER):
        rare = sorted(set(words(title)), key=lambda word: (seen[word], word))[:5]
        for _ in range(PER_RECORD):
            forms = [form for word in random.sample(rare, len(rare)) if (form := unseen_form(word, seen, random))]
            if len(forms) > 1 and (text := " ".join(forms[:3])) not in asked:
                asked.add(text)
                yield Query(text, keys)


def by_title(documents: Iterable[Document]) -> list[tuple[str, frozenset[Key]]]:
    """The titles and their records: whoever asks for a title is content with any record that bears it."""
    same: dict[str, set[Key]] = {}
    for document in documents:
        same.setdefault(document.fields[0], set()).add(document.key)
    return [(title, frozenset(keys)) for title, keys in sorted(same.items())]


def unseen_form(word: str, seen: Counter[str], random: Random) -> str | None:
    """Another form of the word as pymorphy3 inflects it, one that the haystack does not have."""
    from events.russian.morphology import parses

    reading = parses(word)[0]
    if len(word) < 4 or reading.tag.POS not in ("NOUN", "ADJF"):
        return None
    forms = sorted({form.word for form in reading.lexeme if form.tag.POS == reading.tag.POS})
    return random.choice([form for form in forms if form not in seen] or [None])


def headline_queries(real: list[Document]) -> Iterator[Query]:
    """The headline of the news item leads to its event."""
    from events.models import SearchDocument, Source

    keys = {document.key for document in real}
    for source in Source.objects.exclude(headline="").order_by("pk"):
        key = (int(SearchDocument.Kind.CONFERENCE), source.conference_id)
        if key in keys:
            yield Query(source.headline, frozenset([key]))


def title_queries(titled: list[Document], random: Random) -> Iterator[Query]:
    """Half of a title, from anywhere in it, as it stands."""
    for title, keys in by_title(titled):
        parts = title.split()
        for start in random.sample(range(len(parts) // 2 + 1), min(PER_RECORD, len(parts) // 2 + 1)):
            if len(parts) > 5:
                yield Query(" ".join(parts[start : start + len(parts) // 2 + 1]), keys)


def name_queries(real: list[Document]) -> Iterator[Query]:
    """«Ольги Арутиновой», «Арутиновой»: a person in an oblique case, by the rules of the school grammar."""
    from events.models import SearchDocument, Speaker

    keys = {document.key for document in real}
    people = [s for s in Speaker.objects.order_by("pk") if (int(SearchDocument.Kind.SPEAKER), s.pk) in keys]
    same: dict[str, set[Key]] = {}
    for speaker in people:
        same.setdefault(speaker.family_name, set()).add((int(SearchDocument.Kind.SPEAKER), speaker.pk))
    for number, speaker in enumerate(people):
        for case in _SURNAME_CASES[number % 2 :: 2]:
            family_name = declined(speaker.family_name, case)
            if family_name and len(same[speaker.family_name]) == 1:
                yield Query(family_name, frozenset(same[speaker.family_name]))


# Not the dictionary that also analyses: it does not know many of these surnames and guesses.
_SURNAME_CASES = ("gent", "datv", "accs", "ablt")
_DECLINED = ("ова", "ева", "ёва", "ина", "ая", "ов", "ев", "ин", "ский", "цкий")


def declined(family_name: str, case: str) -> str | None:
    """The surname in that case; nothing for surnames outside of the great classes."""
    from events.russian.names import decline_surname

    gender = "femn" if family_name.endswith(("а", "ая")) else "masc"
    return decline_surname(family_name, gender, case) if family_name.endswith(_DECLINED) else None


def words(text: str) -> list[str]:
    """The words that may be Russian: letters of the Russian alphabet alone."""
    return [word for word in plain(text) if re.fullmatch("[а-яё]+", word)]


# The ways of searching


def plain(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def snowball(text: str) -> list[str]:
    return stemmer().stemWords(plain(text.replace("ё", "е")))


@cache
def stemmer() -> Any:
    import Stemmer

    return Stemmer.Stemmer("russian")


def all_then_any(all_words: list[Key], any_word: Callable[[], list[Key]]) -> list[Key]:
    """Records with all words, filled up with records that have any of them."""
    return all_words if len(all_words) >= HITS else list(dict.fromkeys([*all_words, *any_word()]))[:HITS]


class Fts5:
    """SQLite’s FTS5 and its BM25 over what `terms` makes of each text."""

    def __init__(self, corpus: list[Document], terms: Callable[[str], list[str]]) -> None:
        self.keys, self.terms = [document.key for document in corpus], terms
        self.connection = sqlite3.connect(":memory:")
        self.connection.execute(f"CREATE VIRTUAL TABLE f USING fts5({', '.join(FIELDS)}, tokenize = 'unicode61')")
        rows = [[number, *(" ".join(terms(field)) for field in d.fields)] for number, d in enumerate(corpus)]
        marks = ", ".join("?" * (len(FIELDS) + 1))
        self.connection.executemany(f"INSERT INTO f (rowid, {', '.join(FIELDS)}) VALUES ({marks})", rows)

    def search(self, text: str) -> list[Key]:
        terms = [f'"{term}"' for term in self.terms(text)]
        return all_then_any(self.match(" AND ".join(terms)), lambda: self.match(" OR ".join(terms)))

    def match(self, expression: str) -> list[Key]:
        best = (
            f"SELECT rowid FROM f WHERE f MATCH ? ORDER BY bm25(f, {', '.join(map(str, WEIGHTS))}), rowid LIMIT {HITS}"
        )
        return [self.keys[number] for (number,) in self.connection.execute(best, [expression])]


class PostgresRussian:
    """PostgreSQL’s own Russian configuration, ranked by ts_rank with normalisation by length."""

    LABELS = "ABBCD"  # four weights for five fields: names and alternate_forms share one

    def __init__(self, corpus: list[Document]) -> None:
        from django.db import connection

        self.keys, self.cursor = [document.key for document in corpus], connection.cursor()
        self.cursor.execute("CREATE TEMPORARY TABLE f (id int, v tsvector)")
        vector = " || ".join(f"setweight(to_tsvector('russian', %s), '{label}')" for label in self.LABELS)
        rows = [(number, *document.fields) for number, document in enumerate(corpus)]
        self.cursor.executemany(f"INSERT INTO f VALUES (%s, {vector})", rows)
        by_label = dict(zip(self.LABELS, WEIGHTS, strict=True))
        self.weights = "{" + ", ".join(str(by_label[label] / max(WEIGHTS)) for label in "DCBA") + "}"

    def search(self, text: str) -> list[Key]:
        return all_then_any(self.match(text, "&"), lambda: self.match(text, "|"))

    def match(self, text: str, operator: str) -> list[Key]:
        self.cursor.execute(
            "WITH asked AS (SELECT replace(plainto_tsquery('russian', %s)::text, '&', %s)::tsquery AS q)"
            f" SELECT id FROM f, asked WHERE v @@ q ORDER BY ts_rank(%s::real[], v, q, 1) DESC, id LIMIT {HITS}",
            [text, operator, self.weights],
        )
        return [self.keys[number] for (number,) in self.cursor.fetchall()]


def archive_search(text: str) -> list[Key]:
    from events import search

    return [(hit.kind, hit.object_id) for hit in search.search(text).hits]


if __name__ == "__main__":
    main()
