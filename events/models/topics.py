"""Topics (tags). The only module that knows django-taggit."""

from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, QuerySet
from django.db.models.query import RawQuerySet
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager  # noqa: F401  (for the other models and the admin)
from taggit.models import ItemBase

from ..russian.folding import fold
from .base import ArchiveModel
from .fields import NormalizedField, not_blank
from .querysets import PublicQuerySet, at_published
from .record_counts import counted
from .slugs import RootRecord, SlugConstraint


class TopicQuerySet(PublicQuerySet):
    def published(self) -> "TopicQuerySet":
        """Topics assigned to a published conference or to a talk of one."""
        return self.filter(
            Exists(ConferenceTopic.objects.filter(at_published("content_object"), tag=OuterRef("pk")))
            | Exists(TalkTopic.objects.filter(at_published("content_object__conference"), tag=OuterRef("pk")))
        )

    def counted_in(self, conferences: QuerySet, first: str | None = None, limit: int | None = None) -> RawQuerySet:
        """Topics with `count`, the number of these conferences that have the topic themselves or at a talk."""
        assigned = [
            ConferenceTopic.objects.filter(content_object__in=conferences)
            .annotate(record=F("tag_id"))
            .values_list("content_object_id", "record"),
            TalkTopic.objects.filter(content_object__conference__in=conferences)
            .annotate(record=F("tag_id"))
            .values_list("content_object__conference_id", "record"),
        ]
        return counted(self.model, assigned, first, limit)

    def get_or_create(self, defaults: Any = None, **kwargs: Any) -> tuple["Topic", bool]:
        """As QuerySet.get_or_create, but by the normalized name: «Пандемия» and «ПАНДЕМИЯ» are one topic.

        taggit looks tags up by name or name__iexact.
        """
        name = kwargs.pop("name__iexact", None) or kwargs.pop("name", None)
        if name is not None:
            kwargs["name_key"] = fold(name)
            defaults = {"name": name, **(defaults or {})}
        return super().get_or_create(defaults, **kwargs)


class Topic(RootRecord):
    name = models.CharField(_("name"), max_length=120)
    name_key = NormalizedField(
        source="name", unique=True, error_messages={"unique": _("The archive has this topic already.")}
    )
    description = models.TextField(_("description"), blank=True)

    printed_fields = ("slug", "name")

    objects = TopicQuerySet.as_manager()

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["name_key"]
        constraints = [not_blank("topic_has_name", "name"), SlugConstraint("topic_has_address")]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        return self.name

    def slug_source(self) -> str:
        return self.name


class TopicAssignment(ArchiveModel, ItemBase):
    tag = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="%(class)s_items", verbose_name=_("topic"))
    natural_key_lookups = ("content_object__slug", "tag__slug")
    belongs_to = "content_object"

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.tag)

    @classmethod
    def tag_model(cls) -> type[Topic]:
        return Topic


class ConferenceTopic(TopicAssignment):
    content_object = models.ForeignKey(
        "events.Conference", on_delete=models.CASCADE, related_name="topic_assignments", verbose_name=_("conference")
    )

    class Meta:
        verbose_name = _("topic of a conference")
        verbose_name_plural = _("topics of a conference")
        constraints = [models.UniqueConstraint(fields=["content_object", "tag"], name="conference_topic_once")]


class TalkTopic(TopicAssignment):
    content_object = models.ForeignKey(
        "events.Talk", on_delete=models.CASCADE, related_name="topic_assignments", verbose_name=_("talk")
    )

    class Meta:
        verbose_name = _("topic of a talk")
        verbose_name_plural = _("topics of a talk")
        constraints = [models.UniqueConstraint(fields=["content_object", "tag"], name="talk_topic_once")]
