"""Hiding a person who asks for it, and the texts that name them all the same."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property, reduce
from operator import or_
from typing import Any, NamedTuple

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from ..cues import FREE_LABEL, LABEL, Cue
from ..models import OldAddress, Recording, Speaker, changes
from ..models.aggregates import archive_models, root
from ..models.fields import NormalizedField
from ..models.slugs import SluggedModel
from ..russian import person_names
from ..russian.folding import fold
from ..russian.names import is_given_name, is_patronymic
from ..russian.transliteration import transliterate

LONGEST_ENDING = 4  # letters that a case adds to the stem of a name: «Придуманн-ыми»
LONGEST_OF_SHORT = 2  # to a short one, such as «Ким»
SHORTEST_STEM = 3
MOST_CAPTIONS = 4 * 1024 * 1024  # bytes of captions that are read
_WORD = re.compile(r"[^\W\d_]+")
_INITIAL = re.compile("[а-я]")
_ENDINGS = re.compile(r"(?:(?<=ов|ев|ёв|ин|ын)а|ая|яя|ый|ий|ой|[аяоеьйиыу])\Z")
# Of the people themselves: never shown while they are hidden.
OWN_MODELS = ("speaker", "speakeralias")


class NamingText(NamedTuple):
    """A text of the archive with the name of a hidden person in it."""

    row: Any
    field: models.Field
    text: str
    key: str  # uid of the row, name of the field, checksum of the text

    @property
    def record(self) -> Any:
        return root(self.row)

    @property
    def excerpt(self) -> str:
        return self.text if len(self.text) < 400 else f"{self.text[:400]}…"


def hide(speaker: Speaker, reason: str, user: Any = None) -> None:
    """Hide the person: no public page, list, export or search names them; their address tells nothing."""
    with changes.block(user=user, comment=_("hidden at the person’s request")):
        Speaker.objects.filter(pk=speaker.pk).update(
            hidden_since=timezone.now(),
            hidden_reason=reason,
            texts_left="",
            slug_before_hiding=speaker.slug,
            slug=speaker.neutral_slug,
        )
    speaker.refresh_from_db()


def show(speaker: Speaker, user: Any = None) -> None:
    """Show the person again, at the address of before."""
    with changes.block(user=user, comment=_("no longer hidden")):
        slug = speaker.slug_before_hiding
        if not slug or Speaker.objects.filter(slug=slug).exists() or OldAddress.of_others(Speaker, {slug: speaker.uid}):
            slug = speaker.unique_slug()
        Speaker.objects.filter(pk=speaker.pk).update(
            hidden_since=None, hidden_reason="", texts_left="", slug_before_hiding="", slug=slug
        )
    speaker.refresh_from_db()


def leave(speaker: Speaker, keys: Iterable[str], justification: str, user: Any = None) -> None:
    """Note that these texts may stay as they are; the history says who decided and why.

    A text that changes is asked about again.
    """
    with changes.block(user=user) as block:
        block.lock()
        # A colleague may have answered for others since the page was read.
        speaker.refresh_from_db(fields=["texts_left"])
        left = sorted({*speaker.texts_left.split("\n"), *keys} - {""})
        Speaker.objects.filter(pk=speaker.pk).update(texts_left="\n".join(left))
        block.annotate(speaker, comment=_("texts with the name stay: %s") % justification)
    speaker.refresh_from_db()


def unanswered(speaker: Speaker) -> list[NamingText]:
    """The texts that name the person and about which nobody has decided yet."""
    left = set(speaker.texts_left.split("\n"))
    return [found for found in naming_texts(speaker) if found.key not in left]


def is_complete(speaker: Speaker) -> bool:
    """Whether the person counts as hidden: each text with the name is edited or left on purpose."""
    return speaker.is_hidden and not unanswered(speaker)


def naming_texts(speaker: Speaker) -> Iterator[NamingText]:
    """All texts and file names with the family name, in any case and spelling, of a person or of one of the aliases."""
    stems = name_stems([speaker.family_name, *speaker.aliases.values_list("name", flat=True)])
    for model in archive_models():
        fields = _text_fields(model)
        if not fields or not stems or model._meta.model_name == "oldaddress":
            continue
        wanted = [Q(**{f"{f.name}__contains": form}) for f in fields for stem in stems for form in _spellings(stem)]
        rows = model._base_manager.filter(reduce(or_, wanted)).order_by("pk")
        if model._meta.model_name in OWN_MODELS:
            # Their biographies and names are hidden with them; those of others may name them.
            owner = "pk" if model is Speaker else "speaker"
            rows = rows.exclude(**{owner: speaker.pk})
        if model._meta.model_name in ("speakerparticipation", "subject"):
            rows = rows.exclude(speaker=speaker)
        for row in rows:
            for field in fields:
                text = str(getattr(row, field.attname) or "")
                if names_somebody(text, stems):
                    yield _naming_text(row, field, text)
    for recording in Recording.objects.exclude(captions="").order_by("pk"):
        lines = [line for line in _captions(recording) if names_somebody(line, stems)]
        if lines:
            yield _naming_text(recording, Recording._meta.get_field("captions"), "\n".join(lines))


def _naming_text(row: Any, field: models.Field, text: str) -> NamingText:
    checksum = hashlib.sha256(text.encode()).hexdigest()[:16]
    return NamingText(row, field, text, f"{row.uid}:{field.name}:{checksum}")


def _captions(recording: Recording) -> list[str]:
    """The lines of the captions, «<v Имя>» included; none if the file is lost."""
    try:
        with recording.captions.open() as file:
            return file.read(MOST_CAPTIONS).decode("utf-8", "replace").splitlines()
    except OSError:
        return []


def _text_fields(model: type[models.Model]) -> list[models.Field]:
    """The columns with words that people write and pages show, slugs and names of files among them."""
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField | models.FileField)
        and not isinstance(field, NormalizedField)
        and not field.choices
        and (field.editable or (field.name == "slug" and issubclass(model, SluggedModel)))
    ]


def name_stems(names: Iterable[str]) -> set[str]:
    """The stems of family names, in Cyrillic and Latin; of an alias each word but initials may be one."""
    words = {fold(word) for name in names for word in _WORD.findall(name) if len(word) > 1}
    stems = {_ENDINGS.sub("", word) if len(word) > SHORTEST_STEM else word for word in words}
    return stems | {transliterate(stem) for stem in stems}


def _spellings(stem: str) -> set[str]:
    """A stem as a column may have it: SQLite compares Cyrillic letters by case, and ё is folded to е in stems."""
    beginning = stem.split("е")[0] if len(stem.split("е")[0]) >= SHORTEST_STEM else stem
    forms = {stem, beginning}
    return {spelled for form in forms for spelled in (form, form.capitalize(), form.upper())}


def names_somebody(text: str, stems: set[str]) -> bool:
    """Whether a word of the text is one of these names in some case."""
    return any(
        word.startswith(stem)
        and len(word) - len(stem) <= (LONGEST_ENDING if len(stem) > SHORTEST_STEM else LONGEST_OF_SHORT)
        for word in set(_words(text))
        for stem in stems
    )


# ── Who speaks in a recording ───────────────────────────────────────────────────────────────────────────────────────


class HiddenSpeakers:
    """The names by which captions may say that a hidden person speaks; read once, when the first cue needs them."""

    def unnamed(self, cues: Iterable[Cue]) -> list[Cue]:
        """The cues without the names of hidden people in `<v Имя>` or in «Имя:» before the text."""
        return [self._unnamed(cue) for cue in cues]

    def _unnamed(self, cue: Cue) -> Cue:
        # Of few labels the reader of captions takes none for a speaker, of free names one that stands once.
        label = None if cue.speaker else LABEL.fullmatch(cue.text) or FREE_LABEL.fullmatch(cue.text)
        if not self._is_one(label["name"] if label else cue.speaker):
            return cue
        return replace(cue, speaker=_("name withheld"), text=label["text"] if label else cue.text)

    def _is_one(self, label: str) -> bool:
        label = fold(label)
        if label not in self._answers:
            self._answers[label] = any(_may_be(label, *name) for name in self._names)
        return self._answers[label]

    @cached_property
    def _answers(self) -> dict[str, bool]:
        """Whether a label may be a hidden person; «Анна Петровна» alone is, with another family name it is not."""
        given_names = [fold(speaker.given_names) for speaker in self._people]
        return {name: True for name in given_names if " " in name} | {"": False}

    @cached_property
    def _names(self) -> list[tuple[str, str]]:
        return [name for speaker in self._people for name in _names_of(speaker)]

    @cached_property
    def _people(self) -> list[Speaker]:
        return list(Speaker.objects.hidden().prefetch_related("aliases"))


def _names_of(speaker: Speaker) -> Iterator[tuple[str, str]]:
    """Family name and given names of a person and of each alias; one that is not plain is all family name."""
    given_names = speaker.given_names or speaker.initials
    yield speaker.family_name, given_names
    for alias in speaker.aliases.all():
        name = person_names.person(alias.name)
        yield (alias.name, "") if name.doubt else (name.family_name, name.given_names or name.initials or given_names)


def _may_be(label: str, name: str, given_names: str) -> bool:
    """Whether the label has every word of a name, and before or behind it no other given name or initial."""
    parts = [stems for part in name.split() if (stems := name_stems([part]))]
    if not parts or not all(names_somebody(label, stems) for stems in parts):
        return False
    others = [word for word in _words(label) if not any(names_somebody(word, stems) for stems in parts)]
    called = [word for word in others if _INITIAL.fullmatch(word) or is_given_name(word) or is_patronymic(word)]
    return not called or not given_names or called[0][0] == _words(given_names)[0][0]


def _words(text: str) -> list[str]:
    return [fold(word) for word in _WORD.findall(text)]
