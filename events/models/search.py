"""The search index's tables: derived from the records, rebuilt at any time by rebuild_search."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..russian import dates
from .base import ArchiveModel
from .fields import partial_date


class SearchDocument(models.Model):
    """One record, or a passage of what was said, as it is searched and shown in a list of hits: its texts as written.

    The id contains all that the backends sort and filter by: see `encode_id`.
    """

    class Kind(models.IntegerChoices):
        CONFERENCE = 1, _("conferences")
        TALK = 2, _("talks")
        SPEAKER = 3, _("speakers")
        ORGANISATION = 4, _("organisations")
        TOPIC = 5, _("topics")
        SERIES = 6, pgettext_lazy("plural", "series")
        PASSAGE = 7, _("said in recordings")

    # Ids from here on are of records that the public may not see.
    FIRST_UNPUBLISHED = 1 << 61
    # Added to the kind in an id: the record has no title of its own.
    UNTITLED_BIT = 8
    # Primary keys differ in another database: loaddata leaves these rows out.
    is_derived = True

    id = models.BigIntegerField(primary_key=True)
    kind = models.PositiveSmallIntegerField(choices=Kind)
    object_id = models.BigIntegerField()
    facets = models.TextField()
    slug = models.CharField(max_length=80)
    language = models.CharField(max_length=12)
    title = models.TextField()
    subtitle = models.TextField()
    names = models.TextField()
    context = models.TextField()
    body = models.TextField()
    # Searched but never shown: short forms, spelled-out dates.
    alternate_forms = models.TextField()
    # What lists count beside the facets: terms like those (search/list_counts.py). Empty if no list counts the record.
    # NULL in rows of an earlier version: for a default SQLite would make the table anew, without its trigger.
    counted = models.TextField(null=True)
    analyzer_version = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="search_document_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.title}"

    @classmethod
    def encode_id(cls, kind: int, object_id: int, day: str, public: bool, untitled: bool = False) -> int:
        """Encode an id that sorts by date, with unpublished records after all others.

        The newest hits are then read in order of ids, without sorting, and a scope or kind is a range or mask of ids:

            bit 61      1 if the record is not published (FIRST_UNPUBLISHED)
            bits 36–60  `day` as the decimal number YYYYMMDD, zeros for what is unknown
            bit 35      1 if the record has no title of its own (UNTITLED_BIT in the kind)
            bits 32–34  kind
            bits 0–31   primary key of the record; of a passage the recording's with its number (search/passages.py)

        `day` is an ISO date or its beginning; "" or a date that begins with "X" (no year) is 0.
        """
        known = day.replace("-", "").ljust(8, "0") if day and not day.startswith("X") else "0"
        kind |= cls.UNTITLED_BIT if untitled else 0
        return (int(known) << 36 | kind << 32 | object_id) + (0 if public else cls.FIRST_UNPUBLISHED)

    @staticmethod
    def decode_kind(document_id: int) -> int:
        """Kind in an id, with UNTITLED_BIT."""
        return document_id >> 32 & 15

    @classmethod
    def decode_kind_name(cls, document_id: int) -> str:
        return cls.Kind(cls.decode_kind(document_id) & ~cls.UNTITLED_BIT).name.lower()

    @staticmethod
    def decode_object_id(document_id: int) -> int:
        """Primary key of the record in an id."""
        return document_id & 0xFFFFFFFF

    @property
    def is_public(self) -> bool:
        return self.id < self.FIRST_UNPUBLISHED

    @property
    def date(self) -> dates.PartialDate | None:
        known = f"{self.id % self.FIRST_UNPUBLISHED >> 36:08}"
        parts = [part for part in (known[:4], known[4:6], known[6:]) if part.strip("0")]
        return partial_date("-".join(parts))

    @property
    def kind_name(self) -> str:
        """The kind as in models and addresses: conference, talk, speaker…"""
        return self.Kind(self.kind).name.lower()


class ListCount(models.Model):
    """How many public records of a kind have a value of a facet: the counts beside a list that nothing narrows."""

    is_derived = True
    # The kind of the one row that says that every document is counted.
    COMPLETE = 0

    kind = models.PositiveSmallIntegerField()
    facet = models.CharField(max_length=1)
    value = models.CharField(max_length=130)
    count = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "facet", "value"], name="list_count_once")]
        indexes = [models.Index(fields=["kind", "facet", "-count"], name="most_frequent_in_list")]

    def __str__(self) -> str:
        return f"{self.kind}:{self.facet}:{self.value}: {self.count}"


class SearchWord(models.Model):
    """A word of the public records as written, with its document frequency: the spelling dictionary."""

    is_derived = True

    word = models.CharField(max_length=64, primary_key=True)
    stem = models.CharField(max_length=64, db_index=True)
    # For words with a typo at the beginning: a suffix is looked up as a prefix.
    reversed_stem = models.CharField(max_length=64, db_index=True)
    documents = models.IntegerField()
    # Documents with the word in their title or name.
    headings = models.IntegerField()

    def __str__(self) -> str:
        return self.word


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
