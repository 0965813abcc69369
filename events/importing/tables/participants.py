"""People and organisations of an event or talk, as the cells name them."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from ... import table
from ...models import (
    OrganisationParticipation,
    OrganisationRole,
    Speaker,
    SpeakerParticipation,
    SpeakerRole,
    Subject,
    Talk,
)
from ...russian.folding import sort_key
from .cells import CellError
from .names import NameResolver, full_name
from .saving import TableWriter
from .stored import StoredEvent


class ParticipantImporter:
    """Replaces the people and organisations of an event by those that a row names."""

    def __init__(self, writer: TableWriter, names: NameResolver) -> None:
        self.writer, self.names = writer, names

    def organisations(self, event: StoredEvent, key: str, role_slug: str, cell: str) -> None:
        role = self.names.role(OrganisationRole, key, role_slug)
        stored = [
            part
            for part in event.rows("organisations")
            if part.role_id == role.pk and part.talk_id is None and part.organisation_id
        ]
        here = [part.organisation for part in stored]
        names = [name for item in table.items(cell) for name in self.names.organisations(key, item, here)]
        wanted = [self.names.organisation(key, name, here) for name in names if name]
        parts = {
            organisation.pk: OrganisationParticipation(
                conference=event.conference, role=role, organisation=organisation
            )
            for organisation in wanted
        }
        self.writer.replace(event.conference, key, stored, lambda part: part.organisation_id, parts)

    def people(self, event: StoredEvent, talk: Talk | None, key: str, role_slug: str, cells: table.Row) -> None:
        role = self.names.role(SpeakerRole, key, role_slug)
        place = (talk.pk if talk else None, None, role.pk)
        people = event.rows("people")
        stored = [part for part in people if (part.talk_id, part.session_id, part.role_id) == place]
        here = {sort_key(part.speaker.full_name): part.speaker for part in stored}
        items, names = self._names(key, cells[key], here)
        positions = self._of_each("positions", cells if talk else {}, stored, len(names))
        affiliations = self._of_each("affiliations", cells if talk else {}, stored, len(names))
        if len(names) != len(items) and (any(positions) or any(affiliations)) and not self.writer.errors:
            message = _("Separate people by semicolons, so that it is clear whose the positions are.")
            raise CellError(key, message)
        wanted: dict[tuple[int, int], SpeakerParticipation] = {}
        for order, name in enumerate(names):
            speaker = self._speaker(key, name, here)
            if speaker is None:
                continue
            part = SpeakerParticipation(conference=event.conference, talk=talk, role=role, speaker=speaker, order=order)
            part.position = positions[order] if order < len(positions) else ""
            if order < len(affiliations) and affiliations[order]:
                organisations = [other.organisation for other in stored]
                part.organisation = self.names.organisation("affiliations", affiliations[order], organisations)
            # A speaker with two organisations has two participations; a repeated name is one.
            others = [other for other in wanted.values() if other.speaker_id == speaker.pk]
            if part.organisation_id not in [other.organisation_id for other in others]:
                wanted[speaker.pk, len(others)] = part
        numbered = _numbered_by_speaker(stored)
        if not any(affiliations):
            # Without affiliations a name means the first participation; further ones are kept.
            numbered = {part: place for part, place in numbered.items() if not (place[1] and (place[0], 0) in wanted)}
        self.writer.replace(event.conference, key, numbered, numbered.__getitem__, wanted)

    def subjects(self, event: StoredEvent, talk: Talk | None, key: str, cell: str) -> None:
        """Replace whom the event, or one talk of it, is about."""
        stored = [row for row in event.rows("subjects") if row.talk_id == (talk.pk if talk else None)]
        here = {sort_key(row.speaker.full_name): row.speaker for row in stored}
        _items, names = self._names(key, cell, here)
        found = [speaker for name in names if (speaker := self._speaker(key, name, here))]
        wanted = {speaker.pk: Subject(conference=event.conference, talk=talk, speaker=speaker) for speaker in found}
        self.writer.replace(event.conference, key, stored, lambda row: row.speaker_id, wanted)

    def _names(self, key: str, cell: str, here: dict[str, Speaker]) -> tuple[list[str], list[Any]]:
        """Return the items of a cell and the people of each; `here` are those who already stand in its place."""
        items = [item for item in table.items(cell) if item]
        names: list[Any] = []
        for item in items:
            # Who is stored there already needs no resolving.
            is_here = sort_key(table.name_and_code(item)[0]) in here
            names += [item] if is_here else self.writer.attempt(self.names.people, key, item) or []
        return items, names

    def _speaker(self, key: str, name: Any, here: dict[str, Speaker]) -> Speaker | None:
        printed = table.name_and_code(name)[0] if isinstance(name, str) else full_name(name)
        return here.get(sort_key(printed)) or self.writer.attempt(self.names.speaker, key, name)

    def _of_each(self, key: str, cells: table.Row, stored: list[SpeakerParticipation], count: int) -> list[str]:
        """Return the position or organisation of each of `count` people."""
        cell = cells.get(key, "")
        positions = [part.position for part in stored if not part.speaker.is_hidden]
        if key == "positions" and cell == table.cell_text(key, "; ".join(positions).rstrip("; ")):
            # As they were exported: one of them may have a semicolon.
            return positions
        found = table.items(cell)
        if len(found) > count and any(found[count:]) and not self.writer.errors:
            if key == "positions" and count == 1:
                return [cell]
            message = _("There are more values here than people. Who has two organisations stands there twice.")
            raise CellError(key, message)
        return found


def _numbered_by_speaker(parts: Iterable[SpeakerParticipation]) -> dict[SpeakerParticipation, tuple[int, int]]:
    """Number each participation among those of its speaker."""
    counted: Counter[int] = Counter()
    numbered = {}
    for part in parts:
        numbered[part] = (part.speaker_id, counted[part.speaker_id])
        counted[part.speaker_id] += 1
    return numbered
