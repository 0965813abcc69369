"""How well the news reader reads: `make bench-drafts`, or `python -m bench.drafts [SET…] [--errors]`.

Per field precision, recall and F1, exact titles and dates, and the namesakes of institutions taken for people.

The sets of bench/drafts/ are in our own words, after the manner of real reports, with people who do not exist:
- `seed`, `reports`: the first event and the facts of the 34 reports; the rules were tuned on them;
- `tuned`: other events, at first unseen, whose errors were then looked at and mended: a guard against going back. Many
  print titles of talks: programmes with hours, lists, tables, sentences; `n…` keep the shapes of real pages;
- `held_out`: judged before it was first read and never looked into, only measured: 40 texts, 93 titles, `k…` and `p…`
  read once and last. Its figures are the honest ones; whoever looks at its errors moves its texts to `tuned` and
  writes new ones.

A path to a file of the same form measures texts that cannot be kept here: `python -m bench.drafts /tmp/real.json`.
"""

import argparse
import json
import os
import re
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "confarchive.settings")

import django

from events.importing.draft import Draft
from events.importing.readers import news
from events.russian.folding import fold

SETS = Path(__file__).with_suffix("")
_DEPARTMENTS = ("отдел ", "сектор ")
FIELDS = ("date", "kind", "title", "people", "organisations", "talks", "speakers")
TARGETS = {"date": 0.95, "people": 0.90, "talks": 0.90, "organisations": 0.80}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sets", nargs="*", default=sorted(path.stem for path in SETS.glob("*.json")))
    parser.add_argument("--errors", action="store_true", help="show what was missed and what was invented")
    options = parser.parse_args()
    django.setup()
    news.read("Прогрев словаря.")
    for name in options.sets:
        path = Path(name) if name.endswith(".json") else SETS / f"{name}.json"
        report(path.stem, json.loads(path.read_text()), options.errors)


def report(name: str, items: list[dict], errors: bool) -> None:
    counts = {field: Counter() for field in FIELDS}
    namesakes, slowest = [], 0.0
    for item in items:
        started = time.process_time()
        draft = news.read(item["text"])
        slowest = max(slowest, time.process_time() - started)
        for field in FIELDS:
            compare(field, item, draft, counts[field], errors)
        namesakes += [f"{item['id']} {one}" for one in taken_for_people(item, draft)]
    print(f"\n{name}: {len(items)} texts, slowest {slowest:.2f} s of the processor")
    print(f"namesakes taken for people: {len(namesakes)} {', '.join(namesakes)}")
    print(f"{'field':15}{'precision':>10}{'recall':>10}{'F1':>10}{'target':>10}")
    for field, count in counts.items():
        precision, recall, f1 = scores(count)
        target = f"{TARGETS[field]:.2f}" if field in TARGETS else ""
        print(f"{field:15}{precision:10.3f}{recall:10.3f}{f1:10.3f}{target:>10}")


def scores(count: Counter) -> tuple[float, float, float]:
    precision = count["right"] / (count["right"] + count["invented"] or 1)
    recall = count["right"] / (count["right"] + count["missed"] or 1)
    return precision, recall, 2 * precision * recall / (precision + recall or 1)


def compare(field: str, item: dict, draft: Draft, count: Counter, errors: bool) -> None:
    expected, optional, found = wanted(field, item), allowed(field, item), proposed(field, draft)
    missed = []
    for alternatives in expected:
        hit = next((one for one in found if one in alternatives), None)
        if hit is None:
            missed.append(sorted(alternatives)[0])
        else:
            found.remove(hit)
    count["right"] += len(expected) - len(missed)
    count["missed"] += len(missed)
    # What repeats something expected in other words is no invention twice over.
    invented = [one for one in found if one not in optional and not any(one in ways for ways in expected)]
    count["invented"] += len(invented)
    if errors and (missed or invented):
        print(f"{item['id']} {field}: missed {missed}, invented {invented}")


def comparable(text: str) -> str:
    """Case, quotes, spaces and «имени» against «им.» are no errors of reading."""
    folded = re.sub(r"№\s*", "№", re.sub(r"\b(?:имени|им\.)\s*", "им. ", fold(text)))
    return re.sub(r"\s*([.–-])\s*", r"\1", re.sub(r"(?<=\w\.)\s*(?=\w)", " ", folded)).strip(" .")


def _ways(text: str) -> set[str]:
    return {comparable(way) for way in text.split("|")}


def wanted(field: str, item: dict) -> list[set[str]]:
    if field == "date":
        return [set(date.split("|")) for date in item["dates"]]
    if field == "kind":
        return [set(item["kind"].split("|"))] if item.get("kind") else []
    if field == "title":
        return [_ways(item[key]) for key in ("title", "theme") if item.get(key)]
    if field == "talks":
        return [_ways(talk["title"]) for talk in item["talks"]]
    if field == "speakers":
        return [
            {comparable(f"{name}: {title}") for title in talk["title"].split("|")}
            for talk in item["talks"]
            for name in talk["speakers"]
        ]
    return [_ways(one) for one in item[field]]


def allowed(field: str, item: dict) -> set[str]:
    """What a reader may or may not propose."""
    if field == "date":
        return {way for date in item.get("dates_optional", []) for way in date.split("|")}
    names = {"title": "titles_optional"}.get(field, f"{field}_optional")
    return {way for one in item.get(names, []) for way in _ways(one)}


def proposed(field: str, draft: Draft) -> list[str]:
    if field == "date":
        return [f"{date.start}/{date.end}" for date in draft.dates]
    if field == "kind":
        return [draft.kind.value] if draft.kind else []
    if field == "title":
        return [comparable(words.value) for words in (draft.title, draft.theme) if words]
    if field == "people":
        return [comparable(person.name) for person in draft.people]
    if field == "organisations":
        named = [
            one
            for one in draft.organisations
            if not one.department_of and not one.name.startswith(("отдел ", "сектор "))
        ]
        return list(dict.fromkeys(comparable(one.name) for one in named))
    titled = [talk for talk in draft.talks if talk.title]
    if field == "talks":
        return [comparable(talk.title) for talk in titled]
    return [
        comparable(f"{person.family_name}: {talk.title}")
        for talk in titled
        for key in talk.speakers
        if (person := draft.person(key))
    ]


def taken_for_people(item: dict, draft: Draft) -> list[str]:
    """Names of institutions, writers and addresses among the people proposed."""
    printed = [person.printed for person in draft.people]
    expected = {comparable(name).split()[0] for name in item["people"]}
    return [
        one for one in item.get("namesakes", [])
        if any(one in name for name in printed) and not any(comparable(one)[:5] == name[:5] for name in expected)
    ]  # fmt: skip


if __name__ == "__main__":
    main()
