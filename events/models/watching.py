"""Pages of libraries that the archive watches for news of events, and what it found there."""

import zlib
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .proposals import Proposal


class WatchedPage(models.Model):
    """A page that `manage.py watch` asks for news: RSS, Atom, a sitemap, a plain list of news or a wall of VK.

    Or the dump of what is public in another archive, whose records are taken.
    """

    class Kind(models.TextChoices):
        NEWS = "news", _("news")
        ARCHIVE = "archive", _("another archive: its changes are proposed")
        TRUSTED = "trusted", _("another archive: its changes are taken at once")

    name = models.CharField(_("name"), max_length=200, help_text=_("The library or the section of its site."))
    url = models.CharField(
        _("address"),
        max_length=1200,
        unique=True,
        validators=[URLValidator(schemes=["http", "https"])],
        help_text=_(
            "A feed (RSS or Atom), a sitemap, the page with the list of news or a community of VK; of another archive "
            "the folder with its dump."
        ),
    )
    kind = models.CharField(_("what is there"), max_length=10, choices=Kind, default=Kind.NEWS)
    is_active = models.BooleanField(_("watched"), default=True)
    # What the site wants to hear again: it answers “not modified” then.
    etag = models.CharField(max_length=300, blank=True, editable=False)
    modified = models.CharField(max_length=100, blank=True, editable=False)
    asked = models.DateTimeField(_("asked on"), null=True, editable=False)
    succeeded = models.DateTimeField(_("answered on"), null=True, editable=False)
    answer = models.CharField(_("answer"), max_length=200, blank=True, editable=False)
    moved_to = models.CharField(_("moved to"), max_length=1200, blank=True, editable=False)

    class Meta:
        verbose_name = _("watched page")
        verbose_name_plural = _("watched pages")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        if self.pk is None and WatchedPage.objects.count() >= 500:
            raise ValidationError(_("The archive watches at most 500 pages."))


class WatchedItem(models.Model):
    """A piece of news of a watched page, each address once; those about events have a proposal and a copy.

    Of another archive, one of its records by its permanent address; the copy is what it was when it came.
    """

    page = models.ForeignKey(
        WatchedPage, on_delete=models.CASCADE, related_name="items", verbose_name=_("watched page")
    )
    url = models.CharField(_("address"), max_length=1200)
    title = models.CharField(_("headline"), max_length=600, blank=True)
    published = models.CharField(_("published"), max_length=10, blank=True)
    text = models.TextField(_("text"), blank=True)
    score = models.SmallIntegerField(_("score"), default=0)
    # Why it has this score: words of the text.
    reasons = models.CharField(_("reasons"), max_length=600, blank=True)
    found = models.DateTimeField(_("found on"), default=timezone.now, db_index=True)
    # The page as it was fetched, compressed; the digest is of the bytes that came.
    copy = models.BinaryField(blank=True, default=bytes, editable=False)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    # Of a record of another archive, the record of this one that it is.
    record = models.UUIDField("uid", null=True, blank=True, db_index=True, editable=False)
    proposal = models.OneToOneField(
        Proposal, on_delete=models.SET_NULL, null=True, blank=True, related_name="item", verbose_name=_("proposal")
    )

    class Meta:
        verbose_name = _("found news")
        verbose_name_plural = _("found news")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["page", "url"], name="watched_item_once")]

    def __str__(self) -> str:
        return self.title or self.url

    @property
    def bytes(self) -> Any:
        """The page as it was fetched."""
        return zlib.decompress(self.copy) if self.copy else b""
