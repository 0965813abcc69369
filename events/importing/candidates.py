"""Whether the event of a draft, its people and organisations are already in the archive: candidates with reasons.

People choose; nothing here links anything.
"""

import re
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from django.db.models import Model, Q, QuerySet, Value
from django.db.models.functions import Concat, Left, StrIndex
from django.utils.translation import gettext as _

from ..batches import batched
from ..models import Conference, ConferenceDate, Organisation, OrganisationAlias, Speaker, SpeakerAlias
from ..russian.folding import fold, in_one_alphabet, sort_key
from ..russian.organisation_names import acronyms, comparable, distinctive_words
from .draft import Draft, OrganisationDraft, PersonDraft

_MAX_CANDIDATES = 6
# Share of the shorter title’s words that the longer one must have where the day alone proves little.
_MIN_TITLE_LIKENESS = 0.6


@dataclass(frozen=True)
class Candidate:
    """A record that may be the same; a namesake has the surname and yet is probably someone else."""

    pk: int
    name: str
    reason: str
    is_namesake: bool = False
    is_exact: bool = False


def person_candidates(draft: Draft) -> dict[str, list[Candidate]]:
    """Return, by key of the draft's people, the speakers of the archive who may be meant, likeliest first."""
    known = _known_people(draft.people)
    return {
        person.key: _people_like(person, draft, known.get(_family(person.family_name), [])) for person in draft.people
    }


def organisation_candidates(draft: Draft) -> dict[str, list[Candidate]]:
    """Return, by key of the draft's organisations, those of the archive that may be meant, likeliest first."""
    known = _KnownOrganisations()
    wholes = {organisation.department_of for organisation in draft.organisations}
    # A department of the archive has no departments of its own.
    found = {}
    for organisation in draft.organisations:
        like = _organisations_like(organisation, known, known.main if organisation.key in wholes else None)
        # Every library has a reading room: a department’s name alone is no exact match.
        found[organisation.key] = [
            replace(candidate, is_exact=candidate.is_exact and candidate.pk in known.main) for candidate in like
        ]
    for organisation in draft.organisations:
        if organisation.department_of in found:
            found[organisation.key] = _departments_like(organisation, known, found[organisation.department_of])
    return found


def conference_candidates(draft: Draft) -> list[Candidate]:
    """Return the events of the archive that may be this one, reported by another source, likeliest first."""
    title = draft.title.value or draft.theme.value
    days = {date.start for date in draft.dates if len(date.start) == len("2020-06-09")}
    found: dict[int, tuple[float, Candidate]] = {}
    on_days = Q(pk__in=_on_days(days)) | Q(postponed_to__in=days)
    for known in Conference.objects.filter(on_days).prefetch_related("dates"):
        likeness = title_likeness(title, known.heading_key)
        starts = [known.postponed_to, *(date.start for date in known.dates.all())]
        if any(start in days for start in starts if not start.startswith("X")):
            is_like = likeness >= _MIN_TITLE_LIKENESS
            reason = _("the same day and a similar title") if is_like else _("the same day")
        elif likeness >= _MIN_TITLE_LIKENESS:
            is_like = False
            reason = _("a similar title, the same day of a year that is not stated")
        else:
            continue
        if known.state in (Conference.State.EXPECTED, Conference.State.POSTPONED):
            reason += "; " + _("it was announced: a report of it says that it took place")
        found[known.pk] = likeness, Candidate(known.pk, str(known), reason, is_exact=is_like)
    for known in Conference.objects.filter(sources__url=draft.source.url) if draft.source.url else ():
        found.setdefault(known.pk, (1.0, Candidate(known.pk, str(known), _("the same source"), is_exact=True)))
    ranked = sorted(found.values(), key=lambda ranking: (-ranking[0], ranking[1].pk))
    return [candidate for _likeness, candidate in ranked[:_MAX_CANDIDATES]]


def similar_events(events: Iterable[tuple[str, Iterable[str]]], days: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield titles of new events, each with an event of the archive that has a similar one on the same day."""
    known: dict[str, dict[int, Conference]] = defaultdict(dict)
    for some in batched(sorted(set(days)), 500):
        for date in ConferenceDate.objects.filter(start__in=some).select_related("conference"):
            known[date.start][date.conference_id] = date.conference
    for title, its_days in events:
        of_days = {pk: event for day in its_days for pk, event in known.get(day, {}).items()}
        for event in of_days.values():
            is_other = sort_key(title) != event.heading_key
            if is_other and title_likeness(title, event.heading_key) >= _MIN_TITLE_LIKENESS:
                yield title, f"{event} [{event.slug}]"


# Records of a name


# Models whose records have other names, with the column of the record.
_ALIASES = {Speaker: (SpeakerAlias, "speaker"), Organisation: (OrganisationAlias, "organisation")}


def records_named(model: type[Model], name: str) -> QuerySet:
    """People, organisations or series of this name, or with it among their other names."""
    same = Q(name_key=sort_key(name))
    if model in _ALIASES:
        aliases, record = _ALIASES[model]
        same |= Q(pk__in=aliases.objects.filter(name_key=fold(name)).values(record))
    return model._default_manager.filter(same)


# Events


def _on_days(days: set[str]) -> QuerySet:
    """Return events that began on one of the days, or on one whose year the draft or the archive does not know."""
    same = Q(pk__in=())
    for day in days:
        same |= Q(start=day) | Q(start=f"XXXX{day[4:]}")
        if day.startswith("X"):
            same |= Q(start__endswith=day[4:])
    return ConferenceDate.objects.filter(same).values("conference")


def title_likeness(title: str, heading: str) -> float:
    """Return the share of the shorter title's words that the longer one has: 0 to 1."""
    short, long = sorted((_title_words(title), _title_words(heading)), key=len)
    return len(short & long) / len(short) if short else 0


# Each title of a schedule is compared with every one of the archive.
@lru_cache(maxsize=1 << 13)
def _title_words(title: str) -> frozenset[str]:
    return distinctive_words(comparable(title))


# People


def _family(name: str) -> str:
    return in_one_alphabet(fold(name).split(" ")[0])


def _known_people(wanted: Iterable[PersonDraft]) -> dict[str, list[tuple[Speaker, str]]]:
    """Map folded surnames to the people who bear them, each with the name by which it was found."""
    typed = [person.family_name for person in wanted]
    # With a letter of the other alphabet, as somebody may have typed it, and without.
    families = {*map(_family, typed), *(fold(name).split(" ")[0] for name in typed)} - {""}
    if not families:
        return {}
    found: dict[str, list[tuple[Speaker, str]]] = {}
    speakers = _with_family(Speaker.objects.all(), families).prefetch_related("participations__organisation")
    for speaker in speakers.order_by("pk"):
        found.setdefault(_family(speaker.family_name), []).append((speaker, speaker.full_name))
    aliases = _with_family(SpeakerAlias.objects.select_related("speaker"), families).order_by("pk")
    for alias in aliases.prefetch_related("speaker__participations__organisation"):
        found.setdefault(_family(alias.name), []).append((alias.speaker, alias.name))
    return found


def _with_family(rows: QuerySet, families: set[str]) -> QuerySet:
    """Rows whose `name_key` begins with one of these words.

    Compared by `IN`: a condition for each of a thousand surnames is an expression too deep for SQLite.
    """
    name = Concat("name_key", Value(" "))
    return rows.alias(family=Left(name, StrIndex(name, Value(" ")) - 1)).filter(family__in=families)


def _people_like(person: PersonDraft, draft: Draft, known: list[tuple[Speaker, str]]) -> list[Candidate]:
    affiliation = draft.organisation(person.affiliation)
    found: dict[int, Candidate] = {}
    for speaker, name in known:
        candidate = _compare(person, speaker, name, fold(affiliation.name) if affiliation else "")
        if speaker.pk not in found or (found[speaker.pk].is_namesake and not candidate.is_namesake):
            found[speaker.pk] = candidate
    several = sum(not candidate.is_namesake for candidate in found.values()) > 1
    ranked = sorted(found.values(), key=lambda candidate: (candidate.is_namesake, not candidate.is_exact, candidate.pk))
    if several:
        warning = _("the archive has several people of this name")
        ranked = [candidate if candidate.is_namesake else _with_reason(candidate, warning) for candidate in ranked]
    return ranked[:_MAX_CANDIDATES]


def _with_reason(candidate: Candidate, more: str) -> Candidate:
    return Candidate(
        candidate.pk, candidate.name, f"{candidate.reason}; {more}", candidate.is_namesake, candidate.is_exact
    )


def _compare(person: PersonDraft, speaker: Speaker, name: str, affiliation: str) -> Candidate:
    mine, theirs = _given(person.given_names or person.initials), _given(name.partition(" ")[2])
    exact = mine == theirs
    if exact:
        reason = _("the same name")
    elif not may_agree(mine, theirs):
        return Candidate(speaker.pk, str(speaker), _("the same surname, other given names: probably a namesake"), True)
    elif any(len(part) == 1 for part in (*mine, *theirs)):
        reason = _("the surname and the initials agree")
    else:
        reason = _("the surname and the given name agree")
    if name != speaker.full_name:
        reason += "; " + _("by the other name “%s”") % name
    if affiliation and affiliation in _affiliations(speaker):
        reason += "; " + _("the same organisation")
    if speaker.distinguished_from:
        reason += "; " + _("note: %s") % speaker.distinguished_from
    return Candidate(speaker.pk, str(speaker), reason, is_exact=exact)


def _affiliations(speaker: Speaker) -> set[str]:
    return {fold(part.organisation.name) for part in speaker.participations.all() if part.organisation}


def _given(names: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", fold(names))


def may_agree(names: list[str], others: list[str]) -> bool:
    """Whether the names are equal part by part, or one part the initial of the other; a missing part may agree."""
    return all(a == b or (1 in (len(a), len(b)) and a[0] == b[0]) for a, b in zip(names, others, strict=False))


# Organisations


class _KnownOrganisations:
    """The names of the archive's organisations, read once for a whole draft."""

    @cached_property
    def main(self) -> set[int]:
        return set(Organisation.objects.main().values_list("pk", flat=True))

    @cached_property
    def names(self) -> list[tuple[int, str, str, frozenset[str], str]]:
        """(pk, name of the record, folded name to compare, its folded acronyms, what that name is)."""
        columns = ("pk", "name", "short_name", "parent__name")
        found, shown = [], {}
        for pk, name, short_name, parent in Organisation.objects.values_list(*columns).order_by("pk"):
            shown[pk] = f"{name} ({parent})" if parent else name
            found.append((pk, name, _("the same name")))
            if short_name:
                found.append((pk, short_name, _("by its short name")))
        for pk, alias in OrganisationAlias.objects.values_list("organisation", "name").order_by("pk"):
            found.append((pk, alias, _("by the other name “%s”") % alias))
        return [(pk, shown[pk], (key := comparable(name)), _folded_acronyms(key), how) for pk, name, how in found]


def _folded_acronyms(name: str) -> frozenset[str]:
    return frozenset(map(fold, acronyms(name)))


def _departments_like(
    department: OrganisationDraft, known: _KnownOrganisations, wholes: list[Candidate]
) -> list[Candidate]:
    """Find departments of what the draft's department belongs to: every library has a reading room."""
    exact = [whole.pk for whole in wholes if whole.is_exact]
    parts = dict(Organisation.objects.filter(parent__in=[whole.pk for whole in wholes]).values_list("pk", "parent"))
    found = _organisations_like(department, known, parts.keys())
    return [replace(part, is_exact=part.is_exact and exact == [parts[part.pk]]) for part in found]


def _organisations_like(
    organisation: OrganisationDraft, known: _KnownOrganisations, among: Container[int] | None = None
) -> list[Candidate]:
    names = [
        comparable(name)
        for name in (organisation.name, *(alias.value for alias in organisation.aliases))
        if name.strip()
    ]
    abbreviations = frozenset().union(*map(_folded_acronyms, names))
    found: dict[int, Candidate] = {}
    for pk, name, folded, shorts, how in known.names:
        if among is not None and pk not in among:
            continue
        candidate = _likeness(pk, name, folded, how, names)
        if candidate is None and (folded in abbreviations or not shorts.isdisjoint(names)):
            candidate = Candidate(pk, name, _("one is the abbreviation of the other"))
        if candidate and (pk not in found or candidate.is_exact and not found[pk].is_exact):
            found[pk] = candidate
    return sorted(found.values(), key=lambda candidate: (not candidate.is_exact, candidate.is_namesake, candidate.pk))[
        :_MAX_CANDIDATES
    ]


def _likeness(pk: int, name: str, folded: str, how: str, names: list[str]) -> Candidate | None:
    if folded in names:
        return Candidate(pk, name, how, is_exact=True)
    theirs = distinctive_words(folded)
    for mine in map(distinctive_words, names):
        short, long = sorted((mine, theirs), key=len)
        if len(short) >= 3 and short <= long:
            return Candidate(pk, name, _("one name holds all the words of the other"))
    return None
