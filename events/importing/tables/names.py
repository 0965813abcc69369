"""Names in a table resolved to records: stored ones, new ones, entries of reference lists."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from ... import table
from ...models import Organisation, Series, Speaker, Topic
from ...russian import person_names
from ...russian.folding import fold, sort_key
from ...russian.person_names import Doubt, Order
from ..candidates import records_named
from .cells import ORGANISATION_ROLES, CellError, between_commas, doubt_message
from .saving import TableWriter


def full_name(name: tuple[person_names.PersonName, bool]) -> str:
    parts, _is_new = name
    return f"{parts.family_name} {parts.given_names or parts.initials}".strip()


class NameResolver:
    """The records that the names of one table mean."""

    def __init__(self, writer: TableWriter, order: Order = Order.FAMILY_FIRST) -> None:
        self.writer, self.order = writer, order
        # Created people and organisations by folded name: the same name in one table is one record.
        self.created: dict[tuple[type[models.Model], str], Any] = {}
        # Those of transactions that were rolled back.
        self.forgotten: dict[tuple[type[models.Model], str], Any] = {}
        # Stored records by their name in the table.
        self.resolved: dict[tuple[type[models.Model], str], Any] = {}

    def forget_created(self) -> None:
        """Forget the records of a transaction that was rolled back."""
        self.forgotten |= self.created
        self.created.clear()

    def refresh(self) -> None:
        """Forget what was read, and the created records that somebody else deleted."""
        self.resolved.clear()
        self.writer.lists.clear()
        for model in {model for model, _name in self.created}:
            made = {key: record for key, record in self.created.items() if key[0] is model}
            stored = model._default_manager.in_bulk([record.pk for record in made.values()])
            for key, record in made.items():
                if record.pk not in stored:
                    del self.created[key]

    def discard(self, count: int) -> None:
        """Forget the created records after the first `count`, which were rolled back with their row."""
        for key in list(self.created)[count:]:
            del self.created[key]

    def people(self, key: str, item: str) -> list[Any]:
        """Return the people of one item: as typed if they have a code or are so in the archive, else taken apart."""
        name, code = table.name_and_code(item)
        if (code and code != "new") or (Speaker, sort_key(name)) in self.created:
            return [item]
        if not code and self._resolve_unique(key, name, Speaker):
            return [item]
        found = person_names.people(name, self.order)
        for one in found:
            # A pseudonym is a name, too.
            is_enough = one.doubt is Doubt.ONE_WORD or (code and one.doubt is Doubt.NO_FAMILY_NAME)
            if one.doubt and not is_enough:
                raise CellError(key, doubt_message(name, one))
        return [(one, bool(code)) for one in found]

    def speaker(self, key: str, item: Any) -> Speaker:
        if isinstance(item, str):
            name, code = table.name_and_code(item)
            if code and code != "new":
                return self._by_code(Speaker, key, code)
            if found := self.created.get((Speaker, sort_key(name))) or self.resolved.get((Speaker, name)):
                return found
            parts, is_new = person_names.PersonName(name), False
        else:
            parts, is_new = item
        speaker = Speaker(family_name=parts.family_name, given_names=parts.given_names, initials=parts.initials)
        folded = sort_key(speaker.full_name)
        if (Speaker, folded) in self.created:
            return self.created[Speaker, folded]
        if not is_new and (found := self._resolve_unique(key, speaker.full_name, Speaker)):
            return found
        if parts not in self.writer.report.names:
            self.writer.report.names.append(parts)
        return self._create(key, speaker)

    def organisations(self, key: str, item: str, here: list[Organisation]) -> list[str]:
        """Return the organisations of an item; commas make it a list only if the archive has each of its parts."""
        names = between_commas(item)
        if names == [item] or self._known(Organisation, key, item, here):
            return [item]
        is_list = names and all(self._known(Organisation, key, name, here) for name in names)
        return names if is_list else [item]

    def organisation(self, key: str, item: str, here: Iterable[Organisation | None] = ()) -> Organisation:
        """Return the organisation of an item; `here` are those that already stand in its place."""
        if known := self._known(Organisation, key, item, here):
            return known
        name, code = table.name_and_code(item)
        if not code and between_commas(name) != [name]:
            message = _("“%(name)s”: separate organisations by semicolons. If it is one name, add [новая] after it.")
            if key not in ORGANISATION_ROLES:
                message = _("“%(name)s”: only one organisation may stand here. If this is one name, add [новая].")
            raise CellError(key, message % {"name": name})
        if not code and not any(letter.isalpha() for letter in name):
            raise CellError(key, _("“%(name)s” is no name of an organisation.") % {"name": name})
        return self._create(key, Organisation(name=name))

    def series(self, item: str, here: Series | None) -> Series:
        known = self._known(Series, "series", item, [here])
        return known or self._create("series", Series(name=table.name_and_code(item)[0]))

    def _known(self, model: type[models.Model], key: str, item: str, here: Iterable[Any]) -> Any | None:
        name, code = table.name_and_code(item)
        if code and code != "new":
            return self._by_code(model, key, code)
        folded = sort_key(name)
        if same := [known for known in here if known and sort_key(known.name) == folded]:
            # With «[новая]», too: this table made it before.
            return same[0]
        if (model, folded) in self.created:
            return self.created[model, folded]
        return None if code else self._resolve_unique(key, name, model)

    def topic(self, name: str) -> Topic:
        key = (Topic, fold(name))
        if key not in self.created:
            self.created[key], _is_new = Topic.objects.get_or_create(name=name)
        return self.created[key]

    def _resolve_unique(self, key: str, name: str, model: type[models.Model]) -> Any | None:
        key_called = (model, name)
        if key_called not in self.resolved:
            found = list(records_named(model, name))
            if len(found) > 1:
                codes = ", ".join(f"[{record.slug}]" for record in found)
                message = _(
                    "“%(name)s” may be one of several records. Add the code of the right one: %(codes)s; or [новый]."
                )
                raise CellError(key, message % {"name": name, "codes": codes})
            if not found:
                return None
            self.resolved[key_called] = found[0]
            self.writer.report.matched.append(f"{name} → {found[0]} [{found[0].slug}]")
        return self.resolved[key_called]

    def _create(self, key: str, record: Any) -> Any:
        self.writer.store(record, key, {})
        folded = sort_key(str(record))
        self.created[type(record), folded] = record
        # A check forgets what an event created; the next event creates it once more.
        if (type(record), folded) not in self.forgotten:
            self.writer.report.added.append(str(record))
        return record

    def _by_code(self, model: type[models.Model], key: str, code: str) -> Any:
        called = (model, f"[{code}]")
        if called not in self.resolved:
            found = model._default_manager.filter(slug=code).first()
            if not found:
                raise CellError(key, _("There is no record with the code [%(code)s].") % {"code": code})
            self.resolved[called] = found
        return self.resolved[called]

    def list_entry(self, model: type[models.Model], key: str, value: str) -> Any:
        for entry in self.writer.entries(model):
            if fold(value) in (fold(entry.name), fold(entry.name_en), entry.slug):
                return entry
        raise self._not_in_list(model, key, value)

    def role(self, model: type[models.Model], key: str, slug: str) -> Any:
        """Return the role of a column by its slug, whatever its name in the archive."""
        for role in self.writer.entries(model):
            if role.slug == slug:
                return role
        raise self._not_in_list(model, key, slug)

    def _not_in_list(self, model: type[models.Model], key: str, value: str) -> CellError:
        known = ", ".join(entry.name for entry in self.writer.entries(model))
        message = _("The archive has no “%(value)s”. Choose one of: %(known)s.")
        return CellError(key, message % {"value": value, "known": known})
