"""Lists of records that staff publish as pages with an introduction (подборки)."""

import re
import uuid
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from ..russian.folding import sort_key
from .conference import Conference, Talk
from .fields import NormalizedField, not_blank
from .media import Recording
from .querysets import PublicQuerySet
from .slugs import RootRecord, SlugConstraint

COLLECTED: tuple[Any, ...] = (Conference, Talk, Recording)
MOST_COLLECTED = 50  # records in one list
_UID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", re.IGNORECASE)


class CuratedCollectionQuerySet(PublicQuerySet):
    def published(self) -> "CuratedCollectionQuerySet":
        return self.filter(is_shown=True)


class CuratedCollection(RootRecord):
    """Events, talks and recordings in an order that staff chose; records that are not public stay out of its page."""

    title = models.CharField(_("title"), max_length=200)
    name_key = NormalizedField(source="title", normalize=sort_key)
    introduction = models.TextField(
        _("introduction"),
        help_text=_("What the list is for and how the records were chosen; an empty line ends a paragraph."),
    )
    records = models.TextField(
        _("records"),
        help_text=_(
            "Events, talks and recordings in their order, each with its permanent identifier. Gather them as a reader "
            "does, by “Begin a list of one’s own with it”, and paste the address of that list here."
        ),
    )
    language = models.CharField(_("language"), max_length=12, default="ru")
    is_shown = models.BooleanField(_("shown to readers"), default=False)

    printed_fields = ("slug", "title", "language")

    objects = CuratedCollectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("collection of records")
        verbose_name_plural = _("collections of records")
        ordering = ["name_key", "pk"]
        constraints = [
            not_blank("collection_has_title_and_introduction", "title", "introduction"),
            SlugConstraint("collection_has_address"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def label(self) -> str:
        return self.title

    def slug_source(self) -> str:
        return self.title

    @classmethod
    def is_public(cls, fields: dict[str, Any] | None) -> bool:
        """Whether a collection with these field values is shown; None stands for no collection."""
        return fields is not None and fields["is_shown"]

    @property
    def uids(self) -> list[uuid.UUID]:
        """The identifiers in the text, each once: of lines, or of the address of a reader’s list."""
        return list(dict.fromkeys(uuid.UUID(found) for found in _UID.findall(self.records)))

    def clean(self) -> None:
        uids = self.uids
        if not uids or len(uids) > MOST_COLLECTED:
            message = _("Name at least one record and at most %(most)d.")
            raise ValidationError({"records": message % {"most": MOST_COLLECTED}})
        rows = (model.objects.filter(uid__in=uids).values_list("uid", flat=True) for model in COLLECTED)
        known = {uid for some in rows for uid in some}
        if unknown := [str(uid) for uid in uids if uid not in known]:
            message = _("The archive has no event, talk or recording with this identifier: %s.")
            raise ValidationError({"records": message % ", ".join(unknown)})
        # Without names: that of a draft would leave with the public data.
        self.records = "\n".join(map(str, uids))
