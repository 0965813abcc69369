"""Recordings, materials, photos and sources of a conference; the checks of their links."""

import re
from contextlib import suppress
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from .base import ArchiveModel
from .conference import Conference, Talk
from .fields import PartialDateField
from .querysets import PublicQuerySet, at_published
from .reference import MaterialKind


class ConferencePartQuerySet(PublicQuerySet):
    def published(self) -> "ConferencePartQuerySet":
        return self.filter(at_published())


# Files that can be nothing but sound. mp4, webm and ogg may be either: there the kind says it.
SOUND = re.compile(r"\.(?:mp3|m4a|oga|opus|wav)$", re.IGNORECASE)


class RecordingQuerySet(ConferencePartQuerySet):
    def videos(self) -> "RecordingQuerySet":
        return self.filter(kind=Recording.Kind.VIDEO).exclude(file__iregex=SOUND.pattern)

    def newest_first(self) -> "RecordingQuerySet":
        """Recordings that open, with what a list shows, those of the latest conferences first."""
        latest = (F("conference__year").desc(nulls_last=True), "-conference__first_day", "-pk")
        return self.filter(dead_since=None).select_related("conference__kind", "talk__kind").order_by(*latest)

    def with_page(self) -> "RecordingQuerySet":
        """Recordings with all that their pages show: their event, and the talks that begin in them."""
        offsets = RecordingOffset.objects.select_related("talk__kind")
        return self.select_related("conference__kind", "talk__kind").prefetch_related(
            "conference__dates", models.Prefetch("offsets", offsets)
        )


class Linked(ArchiveModel):
    """A row with a link that may stop working."""

    dead_since = models.DateField(
        _("link is dead since"),
        null=True,
        blank=True,
        help_text=_("The day on which it was found not to work; empty while it works."),
    )

    class Meta:
        abstract = True


class Recording(Linked):
    """Video or audio of a conference or of one talk."""

    class Kind(models.TextChoices):
        VIDEO = "video", _("video")
        AUDIO = "audio", _("audio")

    conference = models.ForeignKey(
        Conference, on_delete=models.CASCADE, related_name="recordings", verbose_name=_("conference")
    )
    talk = models.ForeignKey(
        Talk,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="recordings",
        verbose_name=_("talk"),
        help_text=_("If it shows only this talk."),
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.VIDEO)
    title = models.CharField(_("title"), max_length=300, blank=True)
    url = models.URLField(_("link"), max_length=800, blank=True)
    file = models.FileField(_("file"), upload_to="recordings/", blank=True)
    captions = models.FileField(_("captions (WebVTT)"), upload_to="captions/", blank=True)
    duration = models.PositiveIntegerField(_("duration in seconds"), null=True, blank=True)
    language = models.CharField(_("language"), max_length=12, blank=True)
    licence = models.CharField(_("licence"), max_length=120, blank=True)
    natural_key_lookups = ("conference__slug", "url", "file")

    objects = RecordingQuerySet.as_manager()

    class Meta:
        verbose_name = _("recording")
        verbose_name_plural = _("recordings")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(url="") | ~Q(file=""),
                name="recording_has_link_or_file",
                violation_error_message=_("A recording needs a link or a file."),
            ),
            models.UniqueConstraint(
                fields=["conference", "url", "file"],
                name="recording_once",
                violation_error_message=_("This recording already stands at this conference."),
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.url or self.file.name

    def get_absolute_url(self) -> str:
        return reverse("events:recording", args=[self.uid])

    @property
    def medium(self) -> "Recording.Kind":
        """Video or audio: by the file, where it tells; else by the kind, which may have been left as it was."""
        return self.Kind.AUDIO if SOUND.search(self.file.name or "") else self.Kind(self.kind)

    @property
    def label(self) -> str:
        """Its title, else the talk's or the event's."""
        return self.title or (self.talk or self.conference).label


class RecordingOffset(ArchiveModel):
    """The second at which a talk begins in a recording of the whole event."""

    recording = models.ForeignKey(
        Recording, on_delete=models.CASCADE, related_name="offsets", verbose_name=_("recording")
    )
    talk = models.ForeignKey(Talk, on_delete=models.CASCADE, related_name="offsets", verbose_name=_("talk"))
    seconds = models.PositiveIntegerField(_("starts at second"))
    natural_key_lookups = ("recording__conference__slug", "recording__url", "recording__file", "talk__slug")

    class Meta:
        verbose_name = _("start of a talk in a recording")
        verbose_name_plural = _("starts of talks in a recording")
        ordering = ["seconds", "pk"]
        constraints = [models.UniqueConstraint(fields=["recording", "talk"], name="offset_once")]

    def __str__(self) -> str:
        return f"{self.talk}: {self.seconds}"

    def clean(self) -> None:
        if self.talk.conference_id != self.recording.conference_id:
            raise ValidationError({"talk": _("The talk belongs to another conference than the recording.")})


class Material(Linked):
    """A document of a conference or talk: slides, paper, programme, resolution, certificate."""

    conference = models.ForeignKey(
        Conference, on_delete=models.CASCADE, related_name="materials", verbose_name=_("conference")
    )
    talk = models.ForeignKey(
        Talk, on_delete=models.CASCADE, null=True, blank=True, related_name="materials", verbose_name=_("talk")
    )
    kind = models.ForeignKey(MaterialKind, on_delete=models.PROTECT, related_name="materials", verbose_name=_("kind"))
    title = models.CharField(_("title"), max_length=400, blank=True)
    url = models.URLField(_("link"), max_length=800, blank=True)
    file = models.FileField(_("file"), upload_to="materials/", blank=True)
    is_lost = models.BooleanField(
        _("mentioned, but not found"), default=False, help_text=_("The source speaks of it; no link survives.")
    )
    language = models.CharField(_("language"), max_length=12, blank=True)
    licence = models.CharField(_("licence"), max_length=120, blank=True)
    natural_key_lookups = ("conference__slug", "talk__slug", "kind__slug", "title", "url", "file")

    objects = ConferencePartQuerySet.as_manager()

    class Meta:
        verbose_name = _("material")
        verbose_name_plural = _("materials")
        ordering = ["kind__order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(url="") | ~Q(file="") | Q(is_lost=True),
                name="material_has_link_or_file",
                violation_error_message=_("A material needs a link or a file, or the mark that it is lost."),
            ),
        ]

    def __str__(self) -> str:
        return self.title or str(self.kind)


class PictureField(models.ImageField):
    """An image whose file may be lost: width and height then stay as they were, and its row can be read and saved."""

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.ImageField", args, kwargs

    def update_dimension_fields(self, *args: Any, **kwargs: Any) -> None:
        with suppress(OSError):
            super().update_dimension_fields(*args, **kwargs)


class Photo(ArchiveModel):
    """A picture of a conference."""

    conference = models.ForeignKey(
        Conference, on_delete=models.CASCADE, related_name="photos", verbose_name=_("conference")
    )
    image = PictureField(_("image"), upload_to="photos/", width_field="width", height_field="height")
    width = models.PositiveIntegerField(editable=False, null=True)
    height = models.PositiveIntegerField(editable=False, null=True)
    alt = models.CharField(
        _("alt text"), max_length=400, blank=True, help_text=_("What is to be seen, for those who cannot see it.")
    )
    caption = models.CharField(_("caption"), max_length=400, blank=True)
    credit = models.CharField(_("credit"), max_length=200, blank=True)
    licence = models.CharField(_("licence"), max_length=120, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    natural_key_lookups = ("conference__slug", "image")

    objects = ConferencePartQuerySet.as_manager()

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.caption or self.alt or self.image.name

    def get_absolute_url(self) -> str:
        return reverse("events:photo", args=[self.uid])


class Source(Linked):
    """A source of the facts of a conference: a news item, a programme, a page."""

    conference = models.ForeignKey(
        Conference, on_delete=models.CASCADE, related_name="sources", verbose_name=_("conference")
    )
    url = models.URLField(_("address"), max_length=1200, blank=True)
    publisher = models.CharField(_("publisher"), max_length=300, blank=True)
    headline = models.CharField(_("headline"), max_length=600, blank=True)
    author = models.CharField(_("author"), max_length=200, blank=True)
    published = PartialDateField(_("date of publication"), blank=True)
    consulted = models.DateField(_("date of consultation"), null=True, blank=True)
    quotation = models.TextField(_("quotation"), blank=True, help_text=_("A short one; shown on the page."))
    text = models.TextField(
        _("full text"), blank=True, help_text=_("For staff only: the text the record was made from. Never shown.")
    )
    is_partial = models.BooleanField(
        _("seen in part"), default=False, help_text=_("The archivist saw only a part of it; more may be known there.")
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    natural_key_lookups = ("conference__slug", "url", "headline")

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(url="") | ~Q(headline="") | ~Q(publisher="") | ~Q(text=""),
                name="source_names_something",
                violation_error_message=_("A source needs an address, a publisher, a headline or a text."),
            ),
            models.UniqueConstraint(fields=["conference", "url", "headline"], name="source_once"),
        ]

    def __str__(self) -> str:
        return self.headline or self.url or self.publisher


class LinkCheck(models.Model):
    """The last answer of a URL, for all records that have it."""

    url = models.CharField(_("address"), max_length=1200, unique=True)
    checked = models.DateTimeField(_("checked"))
    answer = models.CharField(_("answer"), max_length=200)
    failing_since = models.DateTimeField(_("fails since"), null=True, blank=True, db_index=True)

    class Meta:
        verbose_name = _("checked link")
        verbose_name_plural = _("checked links")
        ordering = ["url"]

    def __str__(self) -> str:
        return self.url
