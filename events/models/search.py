"""What the search keeps about the records: derived, and made anew at any time by rebuild_search."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..russian import dates
from .base import ArchiveModel
from .fields import partial_date


class SearchDocument(models.Model):
    """One record as it is found and shown in a list of hits: its texts as written.

    The number says all that the engines sort and part by: see `number_of`.
    """

    class Kind(models.IntegerChoices):
        CONFERENCE = 1, _("conferences")
        TALK = 2, _("talks")
        SPEAKER = 3, _("speakers")
        ORGANISATION = 4, _("organisations")
        TOPIC = 5, _("topics")
        SERIES = 6, pgettext_lazy("plural", "series")

    # Numbers from here on are records the public may not see.
    FIRST_HIDDEN = 1 << 61
    # Beside the kind in the number: the record has no title of its own.
    UNTITLED = 8
    # Another database numbers its records differently: loaddata leaves these rows out.
    is_derived = True

    id = models.BigIntegerField(primary_key=True)
    kind = models.PositiveSmallIntegerField(choices=Kind)
    object_id = models.BigIntegerField()
    facets = models.TextField()
    slug = models.CharField(max_length=80)
    language = models.CharField(max_length=12)
    title = models.TextField()
    about = models.TextField()
    names = models.TextField()
    context = models.TextField()
    body = models.TextField()
    # Found by, never shown: short forms, spelled-out dates.
    also = models.TextField()
    analyser = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="search_document_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.title}"

    @classmethod
    def number_of(cls, kind: int, object_id: int, day: str, public: bool, untitled: bool = False) -> int:
        """Numbers in the order of the days, hidden records apart: newest first costs no sorting in a million."""
        known = day.replace("-", "").ljust(8, "0") if day and not day.startswith("X") else "0"
        kind |= cls.UNTITLED if untitled else 0
        return (int(known) << 36 | kind << 32 | object_id) + (0 if public else cls.FIRST_HIDDEN)

    @classmethod
    def kind_in(cls, number: int) -> int:
        return number >> 32 & 15

    @property
    def is_public(self) -> bool:
        return self.id < self.FIRST_HIDDEN

    @property
    def date(self) -> dates.PartialDate | None:
        known = f"{self.id % self.FIRST_HIDDEN >> 36:08}"
        parts = [part for part in (known[:4], known[4:6], known[6:]) if part.strip("0")]
        return partial_date("-".join(parts))

    @property
    def kind_name(self) -> str:
        """conference, talk, speaker…: as the models and addresses call it."""
        return self.Kind(self.kind).name.lower()


class SearchWord(models.Model):
    """A word of the public records, as written: what is proposed to who mistyped it or has typed its beginning."""

    is_derived = True

    word = models.CharField(max_length=64, primary_key=True)
    stem = models.CharField(max_length=64, db_index=True)
    # The stem from its end, so that a typo at the beginning is found by index as well.
    mets = models.CharField(max_length=64, db_index=True)
    documents = models.IntegerField()
    # In how many of them it stands in the title or name.
    headings = models.IntegerField()

    def __str__(self) -> str:
        return self.word


class UncountedWords(models.Model):
    """The words of one batch of a rebuild that SearchWord does not count yet.

    A batch has some ten thousand words all over that table: to write its pages anew for each batch took a sixth of the
    time.
    """

    is_derived = True

    # JSON: in how many more of them each word stands, and in how many more titles or names.
    documents = models.TextField()
    headings = models.TextField()

    def __str__(self) -> str:
        return self.documents[:80]


class Synonym(ArchiveModel):
    """Words and phrases that the search takes for the same."""

    words = models.CharField(
        _("words"),
        max_length=300,
        unique=True,
        help_text=_("With commas, in any form: «флешмоб, флэшмоб», «соцсети, социальные сети»."),
    )
    natural_key_lookups = ("words",)

    class Meta:
        verbose_name = _("synonyms")
        verbose_name_plural = pgettext_lazy("plural", "synonyms")
        ordering = ["words"]

    def __str__(self) -> str:
        return self.words

    def clean(self) -> None:
        if len([word for word in self.words.split(",") if word.strip()]) < 2:
            raise ValidationError({"words": _("Write at least two words or phrases, with a comma between them.")})
