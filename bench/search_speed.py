"""How long does the search take, and how much of that is the engine’s own? make bench-search-speed

Sample archives of several sizes, on each database. Each query is asked as a visitor asks it, the whole page with
facets through Django, three times, of which the middle one counts; “first” is the first of them, when nothing was read
from the disk yet. Then the engine alone counts the same match, ranks it and gives its best twenty, all of it warm.
“search” is the page’s own search, the facets with it, without what every page costs, forms and HTML; for rare words
that is nearly all.

Each archive has about as many passages of what was said in recordings as it has records.

Milliseconds are those of a core, in this process and in the database’s server: what else the machine does is not in
them. The server must run on the same machine.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from random import Random
from statistics import median, quantiles
from typing import Any, NamedTuple

from . import databases
from .processor_time import spent

SIZES = (10_000, 100_000, 1_000_000)
SEED = 1
EACH = 30  # queries of a kind
ROUNDS = 3
BEST = 20
SAID = 60  # paragraphs of a recording: about as many passages as records


class Asked(NamedTuple):
    page: float
    search: float
    engine: float
    hits: int
    first: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", nargs="+", type=int, default=SIZES, help="Numbers of records.")
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgres"], choices=["sqlite", "postgres"])
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--count", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.count:
        print(documents())
        return
    if arguments.here:
        print(json.dumps(measured()))
        return
    for engine in arguments.databases:
        for size in arguments.sizes:
            url = databases.address(engine, f"search-{size}")
            if url is None:
                print("PostgreSQL is left out: DATABASE_URL names no server.", file=sys.stderr)
                break
            print(f"\n{engine}, {size:,} records", flush=True)
            show_building(built(url, size))
            show(databases.run("search_speed", url, "--here"))


def show_building(building: dict[str, Any]) -> None:
    seconds, processor, megabytes = building["indexing"]
    records = building["records"]
    print(
        f"indexing: {records / processor:,.0f} records per second of one core, the server’s work in it,"
        f" {records / seconds:,.0f} per second as it went; at most {megabytes} MB of memory"
    )


def show(kinds: dict[str, list[list[float]]]) -> None:
    print(f"{'':44}{'engine':>8}{'':8}{'search':>8}{'':8}{'page':>8}{'':8}{'first':>8}{'':8}{'search':>9}{'page':>9}")
    print(f"{'milliseconds of a core':32}{'hits':>12}" + f"{'p50':>8}{'p95':>8}" * 4 + f"{'/ engine':>9}" * 2)
    for kind, those in kinds.items():
        rows = [Asked(*row) for row in those]
        pages, searches, engines, firsts = ([row[at] for row in rows] for at in (0, 1, 2, 4))
        line = f"{kind:32}{middle([row.hits for row in rows]):>12,.0f}"
        for times in (engines, searches, pages, firsts):
            line += f"{middle(times):8.1f}{worst(times):8.1f}" if any(times) else f"{'':16}"
        if any(engines):
            line += f"{middle(searches) / middle(engines):9.1f}{middle(pages) / middle(engines):9.1f}"
        print(line, flush=True)
    matching = [row for row in (Asked(*row) for those in kinds.values() for row in those) if row.engine]
    pages, searches, engines = (sum(row[at] for row in matching) for at in (0, 1, 2))
    print(f"{'all of them together':108}{searches / engines:9.2f}{pages / engines:9.2f}")


def middle(values: list[float]) -> float:
    return median(values)


def worst(values: list[float]) -> float:
    """The 95th of a hundred."""
    return quantiles(values, n=20, method="inclusive")[-1]


# Making the archive and its index, once


def built(url: str, size: int) -> dict[str, Any]:
    """What making this database took; makes it if it is not there."""
    notes = databases.FOLDER / f"{databases.name_of(url)}.json"
    if not notes.exists():
        for command in (["migrate"], ["flush", "--no-input"], ["loaddata", "lists"]):
            databases.manage(url, *command, "-v0")
        databases.run_python(
            url, "-m", "bench.sample_data", f"--records={size}", f"--seed={SEED}", f"--said={SAID}", "--quiet"
        )
        indexing = databases.manage(url, "rebuild_search", "-v0")
        notes.write_text(json.dumps({"records": databases.run("search_speed", url, "--count"), "indexing": indexing}))
    databases.manage(url, "collectstatic", "--no-input", "-v0")
    return json.loads(notes.read_text())


def documents() -> int:
    """The number of records and passages in the index."""
    import django

    django.setup()
    from events.models import SearchDocument

    return SearchDocument.objects.count()


# What people type


class Typed(NamedTuple):
    text: str
    narrowed: tuple[tuple[str, str], ...] = ()


def typed(random: Random) -> dict[str, list[Typed]]:
    """EACH texts of every kind, from the archive’s own words."""
    from events.models import SearchWord, Speaker, Talk
    from events.russian.keyboard import other_layout
    from events.russian.transliteration import transliterate

    counts = sorted(SearchWord.objects.values_list("word", "documents"))
    counts = [(word, count) for word, count in counts if word.isalpha() and len(word) > 3]
    most = max(count for _word, count in counts)
    rare = [word for word, count in counts if count <= 3]
    middling = [word for word, count in counts if most / 1000 < count < most / 50]
    common = [word for word, count in counts if count > most / 10]
    titles = [title.split() for title in some(Talk.objects.published(), "title", 8 * EACH, random) if len(title) > 30]
    people = list(zip(*(some(Speaker.objects.published(), f, EACH, Random(SEED)) for f in NAME), strict=True))

    def pick(words: list[Any]) -> list[Any]:
        return random.sample(words, min(EACH, len(words)))

    kinds: dict[str, list[str]] = {
        "rare word": pick(rare),
        "middling word": pick(middling),
        "common word": pick(common),
        "word in a third of all": THIRD,
        "two words of a title": [" ".join(random.sample(title, 2)) for title in pick(titles)],
        "three words of a title": [" ".join(random.sample(title, 3)) for title in pick(titles)],
        "three unrelated words": [" ".join(random.sample(middling, 3)) for _ in range(EACH)],
        "«phrase»": [f"«{' '.join(title[:3])}»" for title in pick(titles)],
        "person": [f"{family_name} {given_names}".strip() for family_name, given_names in people],
        "mistyped": [mistyped(word, random) for word in pick(middling + rare)],
        "wrong keyboard layout": [other_layout(word) for word in pick(middling)],
        "in Latin letters": [transliterate(word) for word in pick(middling)],
        "beginning of a word": [word[: random.randint(3, 5)] for word in pick(middling)],
        "nothing to find": ["".join(random.choices("бвгджзкл", k=9)) for _ in range(EACH)],
    }
    asked = {kind: [Typed(text) for text in texts] for kind, texts in kinds.items()}
    asked["common word, only talks"] = [Typed(word, (("record", "talk"),)) for word in pick(common)]
    asked["common word, only said"] = [Typed(word, (("record", "passage"),)) for word in pick(common)]
    asked["middling word, only said"] = [Typed(word, (("record", "passage"),)) for word in pick(middling)]
    asked["common word, a year"] = [Typed(word, (("year", str(random.randint(2010, 2024))),)) for word in pick(common)]
    asked["common word, by date"] = [Typed(word, (("sort", "date"),)) for word in pick(common)]
    return asked


NAME = ("family_name", "given_names")
THIRD = "библиотека библиотеки библиотеке библиотеку библиотекой библиотек библиотекам библиотеками библиотеках".split()


def some(records: Any, column: str, count: int, random: Random) -> list[Any]:
    """That column of records from everywhere in the archive."""
    last = records.order_by("-pk").values_list("pk", flat=True)[0]
    keys = sorted(random.randint(1, last) for _ in range(count))
    return [value for (value,) in records.filter(pk__in=keys).order_by("pk").values_list(column)]


def mistyped(word: str, random: Random) -> str:
    """Another letter, one letter less or two letters exchanged, not at the very beginning."""
    place = random.randint(1, len(word) - 2)
    return random.choice(
        (
            word[:place] + random.choice("аеиоунтрсл") + word[place + 1 :],
            word[:place] + word[place + 1 :],
            word[:place] + word[place + 1] + word[place] + word[place + 2 :],
        )
    )


# Measuring, in a process of its own with the database behind Django


def measured() -> dict[str, list[list[float]]]:
    import django

    django.setup()
    from django.test import Client

    asked = typed(Random(SEED))
    client = Client(HTTP_HOST="localhost")
    for texts in asked.values():
        # The first answers load morphology, templates and the database’s pages; nobody asks these again.
        page(client, Typed(texts[0].text + " привет", texts[0].narrowed))
    answers = {kind: [list(measure(client, one)) for one in texts] for kind, texts in asked.items()}
    answers["suggestions while typing"] = [list(suggested(client, text)) for text in beginnings(asked, Random(SEED))]
    return answers


def measure(client: Any, asked: Typed) -> Asked:
    rounds = [(page(client, asked), *searched(asked)) for _round in range(ROUNDS)]
    pages, searches, results = zip(*rounds, strict=True)
    return Asked(median(pages), median(searches), *engine_alone(results[0]), pages[0])


def suggested(client: Any, text: str) -> Asked:
    times = [suggestions(client, text) for _round in range(ROUNDS)]
    return Asked(median(times), 0, 0, 0, times[0])


def page(client: Any, asked: Typed) -> float:
    return answered(client, "/search/", {"q": asked.text, **dict(asked.narrowed)})


def suggestions(client: Any, text: str) -> float:
    return answered(client, "/search/suggest/", {"q": text})


def answered(client: Any, address: str, query: dict[str, str]) -> float:
    """Milliseconds of the whole answer."""
    started = spent()
    response = client.get(address, query)
    took = spent() - started
    if response.status_code != 200:
        raise SystemExit(f"{address} {query}: {response.status_code}")
    return took * 1000


def searched(asked: Typed) -> tuple[float, Any]:
    """Milliseconds of the search without its page, and what it found."""
    from events import search

    started = spent()
    filters, by_date = search.Filters.of(asked.narrowed), ("sort", "date") in asked.narrowed
    results = search.search(asked.text, filters, by_date=by_date)
    return (spent() - started) * 1000, results


def engine_alone(results: Any) -> tuple[float, int]:
    """Milliseconds of the engine’s own count and ranking of the same match, and how many match."""
    from events.search.backends import backend

    if not results.query:
        return 0, 0
    started = spent()
    hits = backend().count(results.node)
    backend().ranked(results.node, results.query.ranking, BEST)
    return (spent() - started) * 1000, hits


def beginnings(asked: dict[str, list[Typed]], random: Random) -> Iterator[str]:
    """What stands in the search line after each key: one to eight letters of a word, a second word begun."""
    for kind in ("rare word", "middling word", "common word", "two words of a title", "person"):
        for one in asked[kind]:
            yield one.text[: random.randint(1, 12)]


if __name__ == "__main__":
    main()
