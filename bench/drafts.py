"""How well the news reader reads: `make bench-drafts`, or `python -m bench.drafts [SET…] [--errors]`.

Per field precision, recall and F1, exact titles and dates, and the namesakes of institutions taken for people; then the
share of drafts with something false in a field that no doubt marks (*certain and false*), and the questions of a draft.

The sets of bench/drafts/ are in our own words, after the manner of real reports, with people who do not exist:
- `seed`, `reports`: the first event and the facts of the 34 reports; the rules were tuned on them;
- `tuned`: other events, at first unseen, whose errors were then looked at and mended: a guard against going back. Many
  print titles of talks: programmes with hours, lists, tables, sentences; `n…` keep the shapes of real pages;
- `relations`: texts whose answers name relations, too: roles, affiliations, organisers, sites, format, sessions and
  whether the event is ahead. At first unseen, then tuned; `a…` were written by people who had not read the reader;
- `held_out`: of the same sort, by somebody who had not read the reader either, measured and never looked into: its
  figures are the honest ones. Whoever looks at its errors moves its texts to `relations` and asks for new ones.

A path to a file of the same form measures texts that cannot be kept here: `python -m bench.drafts /tmp/real.json`.
"""

import argparse
import json
import os
import re
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "confarchive.settings")

import django

from events.importing.draft import SUBJECT, Draft, PersonDraft, TextFact
from events.importing.readers import news
from events.russian.folding import fold

SETS = Path(__file__).with_suffix("")
Proposed = Iterable[tuple[str, bool]]
_DEPARTMENTS = ("отдел ", "сектор ")
FIELDS = ("date", "kind", "title", "people", "organisations", "talks", "speakers")
# The answers know no finer roles.
_PLAIN_ROLES = {"co-speaker": "speaker", "guest-of-honour": "guest"}
_LED = (": host", ": chair", ": moderator")
# Measured where the answers name them.
RELATIONS = ("roles", "affiliations", "organisers", "sites", "format", "sessions", "state")
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


@dataclass
class Figures:
    """What was counted over the texts of a set."""

    fields: dict[str, Counter[str]] = field(default_factory=lambda: {name: Counter() for name in FIELDS + RELATIONS})
    namesakes: list[str] = field(default_factory=list)
    misleading: list[str] = field(default_factory=list)
    questions: list[int] = field(default_factory=list)
    spoken_about: list[str] = field(default_factory=list)
    slowest: float = 0.0


def report(name: str, items: list[dict], errors: bool) -> None:
    figures = Figures()
    for item in items:
        measure(item, figures, errors)
    print(f"\n{name}: {len(items)} texts, slowest {figures.slowest:.2f} s of the processor")
    print(f"namesakes taken for people: {len(figures.namesakes)} {', '.join(figures.namesakes)}")
    print(f"{'field':15}{'precision':>10}{'recall':>10}{'F1':>10}{'target':>10}")
    for one, count in figures.fields.items():
        if count:
            precision, recall, f1 = scores(count)
            target = f"{TARGETS[one]:.2f}" if one in TARGETS else ""
            print(f"{one:15}{precision:10.3f}{recall:10.3f}{f1:10.3f}{target:>10}")
    relations = sum((figures.fields[one] for one in RELATIONS), Counter())
    if relations:
        print("{:15}{:10.3f}{:10.3f}{:10.3f}".format("relations", *scores(relations)))
    total = sum(figures.fields.values(), Counter())
    share, misleading = len(figures.misleading) / len(items), ", ".join(figures.misleading)
    print(f"certain facts: {total['certain']} true, {total['false']} false")
    print(f"drafts with a certain and false fact: {len(figures.misleading)} of {len(items)} ({share:.0%}) {misleading}")
    print(f"questions and doubts of a draft: median {statistics.median(figures.questions):g}")
    print(f"asked whether the event was about them: {len(figures.spoken_about)} {', '.join(figures.spoken_about)}")


def measure(item: dict, figures: Figures, errors: bool) -> None:
    started = time.process_time()
    draft = news.read(item["text"])
    figures.slowest = max(figures.slowest, time.process_time() - started)
    for one in FIELDS + tuple(relation for relation in RELATIONS if relation in item):
        compare(one, item, draft, figures.fields[one], errors)
    figures.namesakes += [f"{item['id']} {one}" for one in taken_for_people(item, draft)]
    figures.spoken_about += [f"{item['id']} {one.name}" for one in draft.people if _is_spoken_about(one)]
    figures.questions.append(len(draft.questions) + sum(not fact.is_sure for fact in draft.facts()))
    if any(falsehoods(one, item, draft) for one in FIELDS + RELATIONS if one in FIELDS or one in item):
        figures.misleading.append(item["id"])


def falsehoods(name: str, item: dict, draft: Draft) -> list[str]:
    """Return what the draft states without a doubt and the answers do not have."""
    true = set().union(*wanted(name, item), allowed(name, item))
    return [one for one, is_sure in proposed(name, draft) if is_sure and one not in true]


def scores(count: Counter) -> tuple[float, float, float]:
    precision = count["right"] / (count["right"] + count["invented"] or 1)
    recall = count["right"] / (count["right"] + count["missed"] or 1)
    return precision, recall, 2 * precision * recall / (precision + recall or 1)


def compare(name: str, item: dict, draft: Draft, count: Counter, errors: bool) -> None:
    expected, optional = wanted(name, item), allowed(name, item)
    found, certain = [one for one, _ in proposed(name, draft)], {one for one, sure in proposed(name, draft) if sure}
    missed = []
    for alternatives in expected:
        hit = next((one for one in found if one in alternatives), None)
        if hit is None:
            missed.append(sorted(alternatives)[0])
        else:
            found.remove(hit)
            count["certain"] += hit in certain
    count["right"] += len(expected) - len(missed)
    count["missed"] += len(missed)
    # What repeats something expected in other words is no invention twice over.
    invented = [one for one in found if one not in optional and not any(one in ways for ways in expected)]
    count["invented"] += len(invented)
    false = falsehoods(name, item, draft)
    count["false"] += len(false)
    if errors and (missed or invented):
        print(f"{item['id']} {name}: missed {missed}, invented {invented}, certain {false}")


def comparable(text: str) -> str:
    """Case, quotes, spaces and «имени» against «им.» are no errors of reading."""
    folded = re.sub(r"№\s*", "№", re.sub(r"\b(?:имени|им\.)\s*", "им. ", fold(text)))
    return re.sub(r"\s*([.–-])\s*", r"\1", re.sub(r"(?<=\w\.)\s*(?=\w)", " ", folded)).strip(" .")


def _ways(text: str) -> set[str]:
    return {comparable(way) for way in text.split("|")}


def wanted(name: str, item: dict) -> list[set[str]]:
    if name == "date":
        return [set(date.split("|")) for date in item["dates"]]
    if name in ("kind", "format", "state"):
        return [set(item[name].split("|"))] if item.get(name) else []
    if name == "title":
        return [_ways(item[key]) for key in ("title", "theme") if item.get(key)]
    if name == "talks":
        return [_ways(talk["title"]) for talk in item["talks"]]
    if name == "speakers":
        return [
            {comparable(f"{person}: {title}") for title in talk["title"].split("|")}
            for talk in item["talks"]
            for person in talk["speakers"]
        ]
    return [_related(one) for one in item[name]]


def _related(text: str) -> set[str]:
    """Return the ways to write «Рогова: director|head» or a plain name."""
    who, colon, what = text.partition(": ")
    if not colon:
        return _ways(text)
    return {comparable(f"{one}{colon}{way}") for one in who.split("|") for way in what.split("|")}


def allowed(name: str, item: dict) -> set[str]:
    """What a reader may or may not propose."""
    if name == "date":
        return {way for date in item.get("dates_optional", []) for way in date.split("|")}
    if name == "roles":
        # Whoever the event had took part in it.
        part_takers = {comparable(f"{person.split()[0]}: participant") for person in item["people"]}
        leaders = {
            comparable(f"{person.strip()}: moderator")
            for session in item.get("sessions", [])
            for person in session.partition(": ")[2].split(",")
        }
        # Whoever led, by whatever word, may stand as the moderator of a session.
        leaders |= {comparable(f"{one.partition(': ')[0]}: moderator") for one in item["roles"] if one.endswith(_LED)}
        return (part_takers | leaders).union(*(_related(one) for one in item.get("roles_optional", [])))
    names = {"title": "titles_optional"}.get(name, f"{name}_optional")
    return {way for one in item.get(names, []) for way in _related(one)}


def proposed(name: str, draft: Draft) -> list[tuple[str, bool]]:
    """Return what the draft says in a field, each with whether it says so without a doubt."""
    found = [(comparable(value) if name != "date" else value, is_sure) for value, is_sure in PROPOSED[name](draft)]
    return list(dict.fromkeys(found)) if name in ("organisations", *RELATIONS) else found


def _is_spoken_about(person: PersonDraft) -> bool:
    return any(part.role == SUBJECT for part in person.parts)


def took_part(draft: Draft) -> list[PersonDraft]:
    """Return the people without those of whom nothing is asked but whether the event was about them."""
    return [one for one in draft.people if not one.parts or any(part.role != SUBJECT for part in one.parts)]


def _single(fact: TextFact) -> list[tuple[str, bool]]:
    return [(fact.value, fact.is_sure)] if fact else []


def _of_people(draft: Draft) -> Proposed:
    """Yield the roles of people at the event; whoever spoke without a title is a speaker if nothing else."""
    for person in took_part(draft):
        yield from (
            (f"{person.family_name}: {_PLAIN_ROLES.get(part.role, part.role)}", part.is_sure and person.is_sure)
            for part in person.parts
            if part.role != SUBJECT
        )
    for session in draft.sessions:
        yield from (
            (f"{one.family_name}: moderator", True) for one in filter(None, map(draft.person, session.moderators))
        )
    for talk in draft.talks:
        for person in filter(None, map(draft.person, talk.speakers)):
            if not talk.title and not person.parts:
                yield f"{person.family_name}: speaker", talk.is_sure and person.is_sure


def _affiliations(draft: Draft) -> Proposed:
    for person in draft.people:
        if organisation := draft.organisation(person.affiliation):
            while parent := draft.organisation(organisation.department_of):
                organisation = parent
            yield f"{person.family_name}: {organisation.name}", person.is_sure and organisation.is_sure


def _organisations_as(roles: set[str], draft: Draft) -> Proposed:
    for organisation in draft.organisations:
        if not organisation.department_of:
            yield from (
                (organisation.name, part.is_sure and organisation.is_sure)
                for part in organisation.parts
                if part.role in roles
            )


def _sessions(draft: Draft) -> Proposed:
    for session in filter(lambda one: one.title, draft.sessions):
        people = list(filter(None, map(draft.person, session.moderators)))
        yield ", ".join([f"{session.title}: {person.family_name}" for person in people] or [session.title]), True


def _named_organisations(draft: Draft) -> Proposed:
    for one in draft.organisations:
        if not one.department_of and not one.name.startswith(_DEPARTMENTS):
            yield one.name, one.is_sure


def _speakers(draft: Draft) -> Proposed:
    for talk in draft.talks:
        for person in filter(None, map(draft.person, talk.speakers)):
            if talk.title:
                yield f"{person.family_name}: {talk.title}", talk.is_sure and person.is_sure


PROPOSED: dict[str, Callable[[Draft], Proposed]] = {
    "date": lambda draft: [(f"{date.start}/{date.end}", date.is_sure) for date in draft.dates],
    "kind": lambda draft: _single(draft.kind),
    "title": lambda draft: _single(draft.title) + _single(draft.theme),
    "people": lambda draft: [(person.name, person.is_sure) for person in took_part(draft)],
    "organisations": _named_organisations,
    "talks": lambda draft: [(talk.title, talk.is_sure) for talk in draft.talks if talk.title],
    "speakers": _speakers,
    "roles": _of_people,
    "affiliations": _affiliations,
    "organisers": partial(_organisations_as, {"organiser", "co-organiser"}),
    "sites": partial(_organisations_as, {"site"}),
    "format": lambda draft: _single(draft.format),
    "sessions": _sessions,
    "state": lambda draft: _single(draft.state),
}


def taken_for_people(item: dict, draft: Draft) -> list[str]:
    """Names of institutions, writers and addresses among the people proposed."""
    printed = [person.printed for person in took_part(draft)]
    expected = {comparable(name).split()[0] for name in item["people"]}
    return [
        one for one in item.get("namesakes", [])
        if any(one in name for name in printed) and not any(comparable(one)[:5] == name[:5] for name in expected)
    ]  # fmt: skip


if __name__ == "__main__":
    main()
