"""Conferences, their dates, sessions and talks."""

import datetime
import itertools
import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, Count, Exists, F, OuterRef, Prefetch, Q, Subquery, When
from django.db.models.functions import Coalesce, JSONObject, Substr
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..russian import dates, transliteration, values
from ..russian.folding import sort_key
from . import aggregates
from .base import ArchiveModel, interface_language, validate_no_cycle
from .fields import NormalizedField, PartialDateField, not_blank, partial_date
from .people import Organisation, OrganisationParticipation, Speaker, SpeakerParticipation
from .querysets import PublicQuerySet, at_published, rows_as_json, rows_from_json
from .reference import SPECIMEN, ConferenceKind, MaterialKind, OrganisationRole, TalkKind
from .slugs import RootRecord, SlugConstraint, SluggedModel
from .topics import ConferenceTopic, TaggableManager, TalkTopic, Topic

# Public for this long, an address may be known elsewhere: it is never again answered with “not found”.
LONG_PUBLIC = datetime.timedelta(days=1)

# The role of a venue, and what stands among the roles for people who take part for an organisation.
SITE, PEOPLE = "site", "people"


class SeriesQuerySet(PublicQuerySet):
    def published(self) -> "SeriesQuerySet":
        """Series that contain a published conference."""
        return self.filter(Exists(Conference.objects.published().filter(series=OuterRef("pk"))))


class Series(RootRecord):
    """Conferences that follow one another under one name: цикл, ежегодные чтения."""

    name = models.CharField(_("name"), max_length=400)
    name_key = NormalizedField(source="name", normalize=sort_key, db_index=True)
    description = models.TextField(_("description"), blank=True)
    language = models.CharField(_("language of the name"), max_length=12, default="ru")

    printed_fields = ("slug", "name", "language")

    objects = SeriesQuerySet.as_manager()

    class Meta:
        verbose_name = _("series")
        verbose_name_plural = pgettext_lazy("plural", "series")
        ordering = ["name_key", "pk"]
        constraints = [not_blank("series_has_name", "name"), SlugConstraint("series_has_address")]

    def __str__(self) -> str:
        return self.name

    def slug_source(self) -> str:
        return self.name


class ConferenceQuerySet(PublicQuerySet):
    def published(self) -> "ConferenceQuerySet":
        """Conferences that the public may see. Whatever shows, counts or exports records starts here."""
        return self.filter(status=Conference.Status.PUBLISHED)

    def gone(self) -> "ConferenceQuerySet":
        """Conferences whose addresses say that there was one: withdrawn, or public for a day and a draft again."""
        was_known = Q(unpublished__isnull=True) | Q(unpublished__gte=F("published") + LONG_PUBLIC)
        return self.filter(
            Q(status=Conference.Status.WITHDRAWN)
            | (Q(status__in=Conference.IN_PREPARATION, published__isnull=False) & was_known)
        )

    def in_preparation(self) -> "ConferenceQuerySet":
        """Drafts, those ready to be published included."""
        return self.filter(status__in=Conference.IN_PREPARATION)

    def took_place(self) -> "ConferenceQuerySet":
        """Conferences without those announced, cancelled or postponed; nobody knows more of an overdue one.

        A specimen never was: no report counts it.
        """
        return self.exclude(state__in=Conference.NOT_HELD).exclude(kind__slug=SPECIMEN)

    def in_year(self, year: int | None) -> "ConferenceQuerySet":
        """Conferences of the year; None stands for those without a known year."""
        return self.filter(year=year)

    def of_kind(self, slug: str) -> "ConferenceQuerySet":
        return self.filter(kind__slug=slug)

    def on_topic(self, slug: str) -> "ConferenceQuerySet":
        """Conferences that have the topic themselves or at one of their talks."""
        return self.filter(
            Q(pk__in=ConferenceTopic.objects.filter(tag__slug=slug).values("content_object"))
            | Q(pk__in=TalkTopic.objects.filter(tag__slug=slug).values("content_object__conference"))
        )

    def with_organisation(self, slug: str, roles: Collection[str] | None = None) -> "ConferenceQuerySet":
        """Conferences in which the organisation or one of its departments takes part or is the venue."""
        return self.with_organisations(Organisation.objects.with_departments(slug), roles)

    def with_organisations(self, organisations: Any, roles: Collection[str] | None = None) -> "ConferenceQuerySet":
        return self.filter(self.taking_part(organisations, roles))

    @staticmethod
    def taking_part(organisations: Any, roles: Collection[str] | None = None) -> Q:
        """The condition that one of the organisations takes part in a conference or is its venue.

        With `roles` that it has one of them; a venue is a site, and `PEOPLE` stands for people who take part for it.
        """
        parts = OrganisationParticipation.objects.filter(organisation__in=organisations)
        if roles is not None:
            parts = parts.filter(role__in=OrganisationRole.objects.filter(slug__in=roles))
        condition = Q(pk__in=parts.values("conference"))
        if roles is None or PEOPLE in roles:
            people = SpeakerParticipation.objects.filter(organisation__in=organisations)
            condition |= Q(pk__in=people.values("conference"))
        if roles is None or SITE in roles:
            condition |= Q(venue__in=organisations)
        return condition

    def with_speaker(self, slug: str, roles: Collection[str] | None = None) -> "ConferenceQuerySet":
        """Conferences in which the person takes part, in one of the roles if they are given."""
        parts = SpeakerParticipation.objects.named().filter(speaker__slug=slug)
        if roles is not None:
            parts = parts.filter(role__slug__in=roles)
        return self.filter(pk__in=parts.values("conference"))

    def between(self, first: dates.PartialDate | None, last: dates.PartialDate | None) -> "ConferenceQuerySet":
        """Conferences whose first day is known to lie in the period, both its ends included.

        Of a year alone nobody knows whether it lies in a month of that year.
        """
        found = self.filter(year__isnull=False)
        if first:
            found = found.filter(first_day__gte=first.starting)
        if last:
            end = last.ending
            shorter = [end[:4], end[:7]] if len(end) == 10 else [end[:4]] if len(end) == 7 else []
            found = found.filter(first_day__lt=f"{end}-X").exclude(first_day__in=shorter)
        return found

    def in_quarter(self, quarter: int | None) -> "ConferenceQuerySet":
        """Conferences of a quarter of any year; None stands for those whose month is not known."""
        is_known = Q(year__isnull=False, first_day__contains="-")
        if quarter is None:
            return self.exclude(is_known)
        months = [f"{month:02}" for month in range(quarter * 3 - 2, quarter * 3 + 1)]
        return self.filter(is_known).alias(month=Substr("first_day", 6, 2)).filter(month__in=months)

    def overdue(self, today: datetime.date) -> "ConferenceQuerySet":
        """Announced events of which no date lies ahead: `Conference.is_overdue` as a condition."""
        last = Case(When(end="", then=F("start")), default=F("end"))
        dates = ConferenceDate.objects.annotate(last=last).filter(_lies_ahead("last", today), conference=OuterRef("pk"))
        is_postponed = Q(state=Conference.State.POSTPONED) & ~Q(postponed_to="") & ~_lies_ahead("postponed_to", today)
        return self.filter(Q(state=Conference.State.EXPECTED) & ~Exists(dates) | is_postponed)

    def newest_first(self) -> "ConferenceQuerySet":
        """Sorted by date, the latest first; those without a known year at the end."""
        return self.order_by(F("year").desc(nulls_last=True), "-first_day", "-pk")

    def oldest_first(self) -> "ConferenceQuerySet":
        return self.order_by(F("year").asc(nulls_last=True), "first_day", "pk")

    def stating(self, counted: str) -> "ConferenceQuerySet":
        """Conferences whose source says how many there were of something: «участников»."""
        return self.filter(pk__in=Attendance.objects.filter(counted=counted).values("conference"))

    def having(self, what: str) -> "ConferenceQuerySet":
        """Conferences with a "recording", with "slides", with "materials" of any kind or with "photos"."""
        return self.filter(self.has(what))

    @staticmethod
    def has(what: str) -> Exists:
        """The condition that a conference has a "recording", "slides", "materials" or "photos"."""
        lookups: dict[str, Any] = {"conference": OuterRef("pk")}
        if what in ("slides", "materials"):
            lookups |= {"is_lost": False}
        if what == "slides":
            # Not kind__slug: with that join SQLite may read all slides of the archive for every conference.
            lookups |= {"kind__in": MaterialKind.objects.filter(slug="slides")}
        model = {"recording": "recording", "slides": "material", "materials": "material", "photos": "photo"}[what]
        return Exists(aggregates.model(f"events.{model}").objects.filter(**lookups))

    def with_card(self, organisations: models.QuerySet | None = None) -> "ConferenceQuerySet":
        """Conferences with all that an item of a list shows: of their organisations the sites, or those asked for."""
        if organisations is None:
            sites = OrganisationParticipation.objects.filter(role__slug=SITE)
            organisations = sites.select_related("organisation__parent", "role")
        talks = Talk.objects.numbered().filter(conference=OuterRef("pk")).order_by().values("conference")
        photos = aggregates.model("events.photo").objects.filter(conference=OuterRef("pk")).order_by("order", "pk")
        return (
            self.select_related("kind", "venue__parent")
            .annotate(
                talk_count=Coalesce(Subquery(talks.annotate(count=Count("pk")).values("count")), 0),
                has_recording=self.has("recording"),
                # Columns, not prefetches: a list costs no query for them.
                first_photo_columns=Subquery(
                    photos.values(columns=JSONObject(image="image", width="width", height="height"))[:1]
                ),
            )
            .with_dates()
            .prefetch_related(Prefetch("organisations", organisations))
        )

    def with_dates(self) -> "ConferenceQuerySet":
        """Conferences with their dates; those held in an unknown year with the day of their latest source.

        Of the earliest one nobody knows whether it announced the event.
        """
        sources = aggregates.model("events.source").objects.filter(conference=OuterRef("pk"))
        dated = sources.exclude(published="").exclude(published__startswith="X").order_by("-published")
        latest = Subquery(dated.values("published")[:1])
        return self.annotate(
            date_rows=rows_as_json(ConferenceDate.objects, "conference"),
            reported=Case(When(year=None, state=Conference.State.HELD, then=latest)),
        )

    def with_subjects(self) -> "ConferenceQuerySet":
        return self.annotate(
            subject_rows=rows_as_json(Speaker.objects.named(), "subject_of__conference", subject_of__talk=None)
        )

    def with_page(self) -> "ConferenceQuerySet":
        """Conferences with all that their pages show; the number of queries does not depend on the number of rows."""
        people, organisations = (
            SpeakerParticipation.objects.with_names(),
            OrganisationParticipation.objects.with_names(),
        )
        recordings = aggregates.model("events.recording").objects.select_related("talk__kind")
        materials = aggregates.model("events.material").objects.select_related("kind", "talk__kind")
        withheld = SpeakerParticipation.objects.withheld().filter(conference=OuterRef("pk"))
        records = self.with_dates().with_subjects().annotate(withholds_name=Exists(withheld))
        return records.select_related("kind", "series", "parent__kind", "venue__parent").prefetch_related(
            "attendance",
            "notes",
            "topics",
            "photos",
            "sessions",
            Prefetch("sources", aggregates.model("events.source").objects.defer("text")),
            Prefetch("talks", Talk.objects.select_related("kind")),
            Prefetch("people", people),
            Prefetch("organisations", organisations),
            Prefetch("recordings", recordings.prefetch_related("offsets")),
            Prefetch("materials", materials),
            Prefetch("parts", Conference.objects.published().select_related("kind").with_dates()),
        )


def _lies_ahead(column: str, today: datetime.date) -> Q:
    """`PartialDate.lies_ahead` as a condition."""
    day = today.isoformat()
    is_known = ~Q(**{f"{column}__startswith": "X"})
    return is_known & (Q(**{f"{column}__gte": day}) | Q(**{f"{column}__in": [day[:4], day[:7]]}))


class Conference(RootRecord):
    """A conference or other event: видеоконференция, телемост, вебинар, круглый стол…"""

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        READY = "ready", _("ready")
        PUBLISHED = "published", _("published")
        WITHDRAWN = "withdrawn", _("withdrawn")

    IN_PREPARATION = (Status.DRAFT, Status.READY)

    class Audience(models.TextChoices):
        COLLEAGUES = "colleagues", _("colleagues")
        READERS = "readers", _("readers")
        BOTH = "both", _("colleagues and readers")

    class Format(models.TextChoices):
        ONLINE = "online", _("online")
        MIXED = "mixed", _("mixed")
        ON_SITE = "on-site", _("on site")

    class State(models.TextChoices):
        """What became of the event; "" where nobody knows."""

        EXPECTED = "expected", _("expected")
        HELD = "held", _("held")
        CANCELLED = "cancelled", _("cancelled")
        POSTPONED = "postponed", _("postponed")

    NOT_HELD = (State.EXPECTED, State.CANCELLED, State.POSTPONED)

    title = models.CharField(
        _("title"),
        max_length=600,
        blank=True,
        help_text=_("The event’s own name, if it has one; without outer quotation marks."),
    )
    theme = models.CharField(_("theme"), max_length=600, blank=True, help_text=_("«на тему…», if it is given."))
    heading_key = NormalizedField(source="heading", normalize=sort_key, db_index=True)
    title_as_printed = models.CharField(
        _("title or theme as printed"), max_length=600, blank=True, help_text=_("If the source sets it otherwise.")
    )
    other_title = models.CharField(
        _("other title"), max_length=600, blank=True, help_text=_("A variant in the same or another source.")
    )
    language = models.CharField(
        _("language of the record"), max_length=12, default="ru", help_text=_("Two-letter code: ru, uk, be, kk, en.")
    )
    languages = models.CharField(
        _("languages of the event"), max_length=60, blank=True, help_text=_("Codes with commas: «ru, kk».")
    )
    kind = models.ForeignKey(
        ConferenceKind,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="conferences",
        verbose_name=_("kind"),
    )
    kind_as_printed = models.CharField(
        _("kind as printed"), max_length=300, blank=True, help_text=_("«межрегиональный круглый стол».")
    )
    format = models.CharField(_("format"), max_length=10, choices=Format, blank=True)
    format_as_printed = models.CharField(
        _("format as printed"), max_length=200, blank=True, help_text=_("«в очно-дистанционном формате».")
    )
    audience = models.CharField(
        _("for whom"),
        max_length=10,
        choices=Audience,
        blank=True,
        default="",
        help_text=_("Reports count events for colleagues and for readers apart. Empty if the source does not say it."),
    )
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=State,
        blank=True,
        db_index=True,
        help_text=_(
            "Of an announcement expected, of a report held; empty if it is not known. An expected event whose date is "
            "over is put before you and stays expected until you answer."
        ),
    )
    postponed_to = PartialDateField(
        _("postponed to"), blank=True, help_text=_("The new date of a postponed event, if it is known; as «Date».")
    )
    series = models.ForeignKey(
        Series,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="conferences",
        verbose_name=_("series"),
    )
    ordinal = models.CharField(_("number in the series"), max_length=60, blank=True, help_text=_("«III», «четвёртая»."))
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="parts",
        verbose_name=_("part of the event"),
        help_text=_("A larger event that has its own record here."),
    )
    framework = models.CharField(
        _("framework"),
        max_length=400,
        blank=True,
        help_text=_("«в рамках…»: a larger event, project, year, agreement."),
    )
    occasion = models.CharField(_("occasion"), max_length=400, blank=True, help_text=_("«приурочено к…», «ко Дню…»."))
    place = models.CharField(
        _("place"), max_length=300, blank=True, help_text=_("Room, centre or building: «Русский центр».")
    )
    venue = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="hosted",
        verbose_name=_("organisation of the place"),
    )
    city = models.CharField(
        _("city"), max_length=120, blank=True, help_text=_("Only if the source names or implies it.")
    )
    platform = models.CharField(_("platform"), max_length=120, blank=True, help_text=_("Zoom, Skype, VK Звонки…"))
    regions = models.TextField(
        _("where participants came from"), blank=True, help_text=_("Cities, regions, countries; one a line.")
    )
    summary = models.TextField(_("summary"), blank=True, help_text=_("Two or three sentences of your own."))
    background = models.TextField(_("background"), blank=True)
    outcome = models.TextField(_("outcome"), blank=True, help_text=_("Итоги: decisions, conclusions, resolution."))
    # What an event needs and what nobody knows; see events/completeness.py.
    is_untitled = models.BooleanField(
        _("untitled"), default=False, help_text=_("The event had neither a title nor a theme.")
    )
    is_undated = models.BooleanField(_("date unknown"), default=False, help_text=_("No source tells when it was."))
    is_unsourced = models.BooleanField(_("no source"), default=False, help_text=_("No text tells of it."))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT, db_index=True)
    withdrawn_reason = models.CharField(_("reason for withdrawal"), max_length=300, blank=True)
    created = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    published = models.DateTimeField(_("published on"), null=True, blank=True, editable=False)
    # When it last ceased to be public; of a public one none. Set when a block of writing closes.
    unpublished = models.DateTimeField(_("unpublished on"), null=True, editable=False)
    # Set by signals: the year and the first day of the earliest of `dates`.
    year = models.PositiveSmallIntegerField(_("year"), null=True, editable=False, db_index=True)
    first_day = PartialDateField(_("first day"), blank=True, editable=False, db_index=True)

    # An ordering of its own, since taggit's default is none at all for prefetched topics.
    topics = TaggableManager(_("topics"), through="ConferenceTopic", blank=True, ordering=["name_key"])

    printed_fields = (
        "slug",
        "title",
        "theme",
        "kind",
        "kind_as_printed",
        "language",
        "status",
        "state",
        "postponed_to",
    )
    unversioned_fields = ("changed", "unpublished")

    objects = ConferenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("conference")
        verbose_name_plural = _("conferences")
        permissions = [("publish_conference", _("Can publish and withdraw conferences"))]
        ordering = [F("year").desc(nulls_last=True), "-first_day", "-pk"]
        indexes = [models.Index(fields=["status", "-year", "-first_day"], name="conference_list")]
        constraints = [
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("pk")), name="conference_not_its_own_part"
            ),
            models.CheckConstraint(
                condition=~Q(status="published") | Q(published__isnull=False), name="published_has_its_moment"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "ready", "published", "withdrawn"]), name="conference_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["", "expected", "held", "cancelled", "postponed"]),
                name="conference_state_is_known",
            ),
            models.CheckConstraint(
                condition=Q(postponed_to="") | Q(state="postponed"), name="only_the_postponed_has_a_new_date"
            ),
            SlugConstraint("conference_has_address"),
        ]

    def __str__(self) -> str:
        return self.heading or f"№ {self.pk}"

    def clean(self) -> None:
        self.check_parent()
        if self.postponed_to and self.state != self.State.POSTPONED:
            message = _(
                "Only a postponed event has a new date here. If it took place then, write the day under “Dates”."
            )
            raise ValidationError({"postponed_to": message})

    def check_parent(self) -> None:
        validate_no_cycle(self)

    @property
    def heading(self) -> str:
        """The title, else the theme, else the kind, in Russian: what lists are sorted by."""
        return self.title or self.theme or self.kind_as_printed or (self.kind.name if self.kind else "")

    @property
    def label(self) -> str:
        """The heading as a page prints it: where it is the kind, in the language of the page."""
        return self.title or self.theme or self.kind_as_printed or (str(self.kind) if self.kind else "")

    @property
    def label_language(self) -> str:
        has_words = self.title or self.theme or self.kind_as_printed
        return self.language if has_words else interface_language()

    @property
    def is_specimen(self) -> bool:
        return self.kind is not None and self.kind.slug == SPECIMEN

    @property
    def took_place(self) -> bool:
        """As `ConferenceQuerySet.took_place` has it."""
        return self.state not in self.NOT_HELD and not self.is_specimen

    @property
    def is_published(self) -> bool:
        return self.status == self.Status.PUBLISHED

    @property
    def is_withdrawn(self) -> bool:
        return self.status == self.Status.WITHDRAWN

    @classmethod
    def is_public(cls, fields: dict[str, Any] | None) -> bool:
        """Whether a conference with these field values is published; None stands for no conference."""
        return fields is not None and fields["status"] == cls.Status.PUBLISHED

    @property
    def all_dates(self) -> "list[ConferenceDate]":
        """The dates in their order, without a query if they came with the event (`with_dates`)."""
        if not hasattr(self, "date_rows"):
            return list(self.dates.all())
        dates = rows_from_json(ConferenceDate, self.date_rows, "is_of_larger_event", "start", "pk")
        for date in dates:
            date.conference = self
        return dates

    @property
    def spoken_about(self) -> list[Speaker]:
        """The people whom the whole event is about, without those who asked to be hidden; they came `with_subjects`."""
        return rows_from_json(Speaker, self.subject_rows, "name_key", "pk")

    @property
    def latest_year(self) -> int | None:
        """The year in which it was written about, if its own year is unknown; it came `with_dates`."""
        reported = str(self.reported or "") if hasattr(self, "reported") else ""
        return int(reported[:4]) if reported[:4].isdecimal() else None

    @property
    def own_dates(self) -> "list[ConferenceDate]":
        """The dates of the event itself; those of a part («открытие») or a larger event only without others."""
        dates = self.all_dates
        return [date for date in dates if not (date.note or date.is_of_larger_event)] or dates

    @property
    def has_plain_date(self) -> bool:
        """Whether the days alone say all that is known of its date."""
        dates = self.all_dates
        return len(dates) == 1 and not any(
            (dates[0].start_time, dates[0].note, dates[0].is_of_larger_event, dates[0].year_supplied)
        )

    @property
    def new_date(self) -> dates.PartialDate | None:
        """The day to which the event was postponed, as far as it is known."""
        return partial_date(self.postponed_to)

    def is_overdue(self, today: datetime.date) -> bool:
        """Whether the event was announced and no date of it lies ahead: nobody knows whether it took place."""
        if self.state == self.State.POSTPONED:
            return bool(self.new_date) and not self.new_date.lies_ahead(today)
        if self.state != self.State.EXPECTED:
            return False
        return not any((date.end_date or date.start_date).lies_ahead(today) for date in self.all_dates)

    def slug_source(self) -> str:
        return self.heading if self.title or self.theme else f"{self.heading} {self.first_day}"

    @property
    def first_photo(self) -> Any:
        """The first of its photos, as a list shows it (`with_card`)."""
        columns = self.first_photo_columns
        return columns and aggregates.model("events.photo")(**columns)

    @property
    def cities(self) -> list[str]:
        """Where it took place: its city and those of its venue and sites, each once; nobody else's home."""
        sites = (part.organisation for part in self.organisations.all() if part.role.slug == SITE)
        organisations = [self.venue, *sites]
        cities = [self.city, *(organisation.effective_city for organisation in organisations if organisation)]
        return list(dict.fromkeys(city for city in cities if city))

    @property
    def public_parent(self) -> "Conference | None":
        """The larger event, if it is published."""
        return self.parent if self.parent and self.parent.is_published else None

    @property
    def own_people(self) -> list["SpeakerParticipation"]:
        """Participations in the whole event, not in a talk or session: moderator, host."""
        return [part for part in self.people.all() if not part.talk_id and not part.session_id]

    @property
    def own_organisations(self) -> list["OrganisationParticipation"]:
        return [part for part in self.organisations.all() if not part.talk_id]

    def programme(self) -> list["ProgrammePart"]:
        """Sessions with their talks in order; talks without a session before or after the sessions, by their number.

        Each talk knows its number and, without a further query, its people, organisations, recordings, offsets and
        materials; each session its people.
        """
        talks, sessions = list(self.talks.all()), list(self.sessions.all())
        offsets = [offset for recording in self.recordings.all() for offset in recording.offsets.all()]
        talks_by_key = {talk.pk: talk for talk in talks}
        for offset in offsets:
            if offset.talk_id in talks_by_key:
                offset.talk = talks_by_key[offset.talk_id]
        _distribute(self.people.all(), "own_people", talks, "talk_id")
        _distribute(self.people.all(), "own_people", sessions, "session_id")
        _distribute(self.organisations.all(), "own_organisations", talks, "talk_id")
        _distribute(self.recordings.all(), "own_recordings", talks, "talk_id")
        _distribute(offsets, "own_offsets", talks, "talk_id")
        _distribute(self.materials.all(), "own_materials", talks, "talk_id")
        first = min((talk.order for talk in talks if talk.session_id), default=None)
        outside = [talk for talk in talks if not talk.session_id]
        parts = [
            ProgrammePart(None, [talk for talk in outside if first is None or talk.order < first]),
            *(ProgrammePart(session, [t for t in talks if t.session_id == session.pk]) for session in sessions),
            ProgrammePart(None, [talk for talk in outside if first is not None and talk.order >= first]),
        ]
        numbers = itertools.count(1)
        for talk in itertools.chain.from_iterable(part.talks for part in parts):
            talk.number = next(numbers) if talk.is_numbered else None
        return [part for part in parts if part.session or part.talks]


class ProgrammePart(NamedTuple):
    session: "Session | None"
    talks: list["Talk"]


def _distribute(rows: Iterable[Any], name: str, owners: list[Any], key: str) -> None:
    """Set the cached property `name` of each owner to the rows whose foreign key `key` is the owner."""
    by_owner = defaultdict(list)
    for row in rows:
        by_owner[getattr(row, key)].append(row)
    for owner in owners:
        setattr(owner, name, by_owner[owner.pk])


class ConferenceDate(ArchiveModel):
    """A day or a span of consecutive days; an event on separate days has several."""

    conference = models.ForeignKey(
        Conference, on_delete=models.CASCADE, related_name="dates", verbose_name=_("conference")
    )
    start = PartialDateField(
        _("date"), help_text=_("09.06.2020, 9 июня 2020, июнь 2020, 2020; 9 июня if the year is not stated.")
    )
    end = PartialDateField(_("last day"), blank=True, help_text=_("If it lasted more than a day."))
    start_time = models.TimeField(_("start time"), null=True, blank=True)
    time_zone = models.CharField(
        _("time zone"), max_length=60, blank=True, help_text=_("Only if stated: «по московскому времени».")
    )
    is_of_larger_event = models.BooleanField(
        _("date of the larger event"),
        default=False,
        help_text=_("The source dates only the event that this one was part of."),
    )
    year_supplied = models.BooleanField(
        _("year supplied by the archivist"), default=False, help_text=_("The text itself does not state the year.")
    )
    year_source = models.CharField(
        _("where the year is from"),
        max_length=200,
        blank=True,
        help_text=_("Date of publication, address of the page…"),
    )
    as_printed = models.CharField(_("as printed"), max_length=120, blank=True)
    note = models.CharField(_("what happened then"), max_length=200, blank=True, help_text=_("«открытие», «секция»."))
    natural_key_lookups = ("conference__slug", "start", "note")

    class Meta:
        verbose_name = _("date of a conference")
        verbose_name_plural = _("dates of a conference")
        ordering = ["is_of_larger_event", "start", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(start=""), name="date_has_start"),
            models.CheckConstraint(
                condition=Q(end="") | Q(end__gte=F("start")),
                name="date_ends_after_start",
                violation_error_message=_("The last day is before the first."),
            ),
            models.CheckConstraint(
                # As text an unknown year ends after any other.
                condition=Q(end="") | Q(start__startswith="XXXX") | ~Q(end__startswith="XXXX"),
                name="date_ends_in_a_year_if_it_starts_in_one",
                violation_error_message=_("Write both days with the year, or both without it."),
            ),
            models.CheckConstraint(
                condition=Q(year_supplied=False) | ~Q(start__startswith="XXXX"),
                name="supplied_year_is_there",
                violation_error_message=_("The year is marked as supplied by the archivist, but the date has none."),
            ),
            models.UniqueConstraint(fields=["conference", "start", "note"], name="conference_date_once"),
        ]

    def __str__(self) -> str:
        return dates.format_span(self.start_date, self.end_date, interface_language())

    @property
    def start_date(self) -> dates.PartialDate | None:
        return partial_date(self.start)

    @property
    def end_date(self) -> dates.PartialDate | None:
        return partial_date(self.end)

    @property
    def day(self) -> datetime.date | None:
        """The calendar day on which it began, if year, month and day are known."""
        return self.start_date.date if self.start_date else None

    @property
    def zone_label(self) -> str:
        """The time zone as people read it: as the source words it, or «UTC+4 (Europe/Samara)» on that day."""
        zone = values.time_zone(self.time_zone) if "/" in self.time_zone else None
        if zone is None:
            return self.time_zone
        noon = datetime.datetime.combine(self.day or timezone.localdate(), datetime.time(12), zone)
        sign, hours, minutes = re.fullmatch(r"([+-])0?(\d+):(\d\d)", noon.isoformat()[-6:]).groups()
        offset = f"{sign}{hours}" if minutes == "00" else f"{sign}{hours}:{minutes}"
        return f"UTC{offset.replace('-', '−')} ({self.time_zone})"


class Session(ArchiveModel):
    """A session of a conference: секция, пленарное заседание."""

    conference = models.ForeignKey(
        Conference, on_delete=models.CASCADE, related_name="sessions", verbose_name=_("conference")
    )
    slug = models.SlugField(_("code"), max_length=80, blank=True)
    title = models.CharField(_("title"), max_length=400, blank=True)
    kind = models.CharField(_("kind"), max_length=120, blank=True, help_text=_("«секция», «пленарное заседание»."))
    day = PartialDateField(_("date"), blank=True)
    place = models.CharField(_("place"), max_length=300, blank=True)
    summary = models.TextField(_("summary"), blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    natural_key_lookups = ("conference__slug", "slug")

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(title="") | ~Q(kind=""),
                name="session_has_title_or_kind",
                violation_error_message=_("A session needs a title or a kind."),
            ),
            models.UniqueConstraint(fields=["conference", "slug"], name="session_slug_once"),
        ]

    def __str__(self) -> str:
        return self.title or self.kind

    @cached_property
    def own_people(self) -> list["SpeakerParticipation"]:
        """Its moderators; `Conference.programme()` sets them without a query."""
        return list(self.people.named())

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self.slug:
            taken = set(self.conference.sessions.exclude(pk=self.pk).values_list("slug", flat=True))
            base, number = transliteration.slug(str(self)) or "session", 1
            self.slug = base
            while self.slug in taken:
                number += 1
                self.slug = f"{base}-{number}"
        super().save(*args, **kwargs)


class TalkQuerySet(PublicQuerySet):
    def published(self) -> "TalkQuerySet":
        return self.filter(at_published())

    def titled(self) -> "TalkQuerySet":
        return self.exclude(title="")

    def newest_first(self) -> "TalkQuerySet":
        """Sorted by the date of the conference, the latest first, then in the order of the programme."""
        return self.order_by(
            F("conference__year").desc(nulls_last=True), "-conference__first_day", "-conference", "order", "pk"
        )

    def oldest_first(self) -> "TalkQuerySet":
        return self.order_by(
            F("conference__year").asc(nulls_last=True), "conference__first_day", "conference", "order", "pk"
        )

    def having(self, what: str) -> "TalkQuerySet":
        """Talks with a "recording", of the talk or in which it begins, or with "slides"."""
        return self.filter(self.has(what))

    @staticmethod
    def has(what: str) -> Q:
        talk = {"talk": OuterRef("pk")}
        if what == "slides":
            slides = {"kind__in": MaterialKind.objects.filter(slug="slides"), "is_lost": False}
            return Q(Exists(aggregates.model("events.material").objects.filter(**talk, **slides)))
        recording, offset = (aggregates.model(f"events.{name}") for name in ("recording", "recordingoffset"))
        return Q(Exists(recording.objects.filter(**talk))) | Q(Exists(offset.objects.filter(**talk)))

    def with_card(self) -> "TalkQuerySet":
        """Talks with all that an item of a list shows: speakers, conference, date."""
        return self.select_related("kind", "conference__kind").prefetch_related(
            Prefetch("people", SpeakerParticipation.objects.with_names()), "conference__dates"
        )

    def with_page(self) -> "TalkQuerySet":
        """Talks with all that their pages show."""
        conferences = Conference.objects.select_related("kind", "series", "venue__parent").with_dates()
        return (
            self.with_topics()
            .with_subjects()
            .annotate(
                withholds_name=Exists(SpeakerParticipation.objects.withheld().filter(talk=OuterRef("pk"))),
                recording_rows=rows_as_json(aggregates.model("events.recording").objects, "talk"),
                offset_rows=rows_as_json(aggregates.model("events.recordingoffset").objects, "talk"),
                offset_recording_rows=rows_as_json(aggregates.model("events.recording").objects, "offsets__talk"),
            )
            .select_related("kind", "session")
            .prefetch_related(
                Prefetch("people", SpeakerParticipation.objects.with_names()),
                Prefetch("organisations", OrganisationParticipation.objects.with_names()),
                Prefetch("conference", conferences),
                Prefetch("materials", aggregates.model("events.material").objects.select_related("kind")),
            )
        )

    def with_subjects(self) -> "TalkQuerySet":
        return self.annotate(subject_rows=rows_as_json(Speaker.objects.named(), "subject_of__talk"))

    def with_topics(self) -> "TalkQuerySet":
        return self.annotate(topic_rows=rows_as_json(Topic.objects, "talktopic_items__content_object"))

    def on_topic(self, slug: str) -> "TalkQuerySet":
        """Talks that have the topic themselves or whose conference has it itself."""
        return self.filter(
            Q(pk__in=TalkTopic.objects.filter(tag__slug=slug).values("content_object"))
            | Q(conference__in=ConferenceTopic.objects.filter(tag__slug=slug).values("content_object"))
        )

    def with_speaker(self, slug: str, roles: Collection[str] | None = None) -> "TalkQuerySet":
        """Talks in which the person has a part, in one of the roles if they are given."""
        parts = SpeakerParticipation.objects.named().filter(speaker__slug=slug, talk__isnull=False)
        if roles is not None:
            parts = parts.filter(role__slug__in=roles)
        return self.filter(pk__in=parts.values("talk"))

    def given_by(self, organisations: Any) -> "TalkQuerySet":
        """Talks in which somebody has a part for one of the organisations."""
        parts = SpeakerParticipation.objects.named().filter(organisation__in=organisations, talk__isnull=False)
        return self.filter(pk__in=parts.values("talk"))

    def numbered(self) -> "TalkQuerySet":
        """Talks that are numbered and counted: not welcomes or discussions."""
        return self.filter(Q(kind__isnull=True) | Q(kind__is_numbered=True))


class Talk(SluggedModel):
    """A talk or another item of the programme: доклад, приветственное слово, дискуссия, мастер-класс…"""

    class Delivery(models.TextChoices):
        REMOTE = "remote", _("remotely")
        RECORDED = "recorded", _("recorded beforehand")
        ON_SITE = "on-site", _("on site")

    conference = models.ForeignKey(
        Conference, on_delete=models.CASCADE, related_name="talks", verbose_name=_("conference")
    )
    session = models.ForeignKey(
        Session, on_delete=models.SET_NULL, null=True, blank=True, related_name="talks", verbose_name=_("session")
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    kind = models.ForeignKey(
        TalkKind, on_delete=models.PROTECT, null=True, blank=True, related_name="talks", verbose_name=_("kind")
    )
    title = models.CharField(
        _("title"), max_length=600, blank=True, help_text=_("As given; empty if the source gives none.")
    )
    title_as_printed = models.CharField(_("title as printed"), max_length=600, blank=True)
    parallel_title = models.CharField(
        _("parallel title"), max_length=600, blank=True, help_text=_("The same title in another language.")
    )
    topic = models.CharField(
        _("subject"), max_length=600, blank=True, help_text=_("What it was about, when there is no title.")
    )
    heading_key = NormalizedField(source="heading", normalize=sort_key, db_index=True)
    abstract = models.TextField(_("abstract"), blank=True)
    start_time = models.TimeField(_("start time"), null=True, blank=True)
    language = models.CharField(_("language"), max_length=12, default="ru", blank=True)
    delivery = models.CharField(_("how it was given"), max_length=10, choices=Delivery, blank=True)

    topics = TaggableManager(_("topics"), through="TalkTopic", blank=True, ordering=["name_key"])

    objects = TalkQuerySet.as_manager()

    class Meta:
        verbose_name = _("talk")
        verbose_name_plural = _("talks")
        ordering = ["order", "pk"]
        constraints = [SlugConstraint("talk_has_address")]

    def __str__(self) -> str:
        return self.heading or f"№ {self.pk}"

    def clean(self) -> None:
        # Otherwise the programme, which lists talks by session, would omit it.
        if self.session and self.session.conference_id != self.conference_id:
            raise ValidationError({"session": _("This session belongs to another conference.")})

    @property
    def heading(self) -> str:
        """The title, else the subject, else the kind, in Russian: what lists are sorted by."""
        return self.title or self.topic or (self.kind.name if self.kind else "")

    @property
    def label(self) -> str:
        """The heading as a page prints it: where it is the kind, in the language of the page."""
        return self.title or self.topic or (str(self.kind) if self.kind else "")

    @property
    def label_language(self) -> str:
        return self.language if self.title or self.topic else interface_language()

    # The rows of this talk. `Conference.programme()` sets them all without a query.

    @cached_property
    def own_people(self) -> list["SpeakerParticipation"]:
        return list(self.people.all())

    @cached_property
    def own_organisations(self) -> list["OrganisationParticipation"]:
        return list(self.organisations.all())

    @cached_property
    def own_recordings(self) -> list[Any]:
        if not hasattr(self, "recording_rows"):
            return list(self.recordings.all())
        recordings = self._recordings(self.recording_rows)
        for recording in recordings:
            recording.talk = self
        return recordings

    @cached_property
    def own_offsets(self) -> list[Any]:
        if not hasattr(self, "offset_rows"):
            return list(self.offsets.all())
        recordings = {one.pk: one for one in self._recordings(self.offset_recording_rows)}
        offsets = rows_from_json(aggregates.model("events.recordingoffset"), self.offset_rows, "seconds", "pk")
        for offset in offsets:
            offset.talk, offset.recording = self, recordings[offset.recording_id]
        return offsets

    def _recordings(self, column: list[dict[str, Any]] | None) -> list[Any]:
        recordings = rows_from_json(aggregates.model("events.recording"), column, "pk")
        for recording in recordings:
            recording.conference = self.conference
        return recordings

    @property
    def own_topics(self) -> list[Topic]:
        """The topics in their order, without a query if they came with the talk (`with_topics`)."""
        if not hasattr(self, "topic_rows"):
            return list(self.topics.all())
        return rows_from_json(Topic, self.topic_rows, "name_key")

    @property
    def spoken_about(self) -> list[Speaker]:
        """The people whom the talk is about, without those who asked to be hidden; they came `with_subjects`."""
        return rows_from_json(Speaker, self.subject_rows, "name_key", "pk")

    @cached_property
    def own_materials(self) -> list[Any]:
        return list(self.materials.all())

    @property
    def is_numbered(self) -> bool:
        return self.kind is None or self.kind.is_numbered

    def slug_source(self) -> str:
        if self.title or self.topic:
            return self.heading
        return f"{self.heading} {self.conference.heading}"


class Attendance(ArchiveModel):
    """A number of participants, regions, talks…: «около 140 специалистов», «97 человек», «15 регионов»."""

    class Precision(models.TextChoices):
        EXACT = "exact", _("exactly")
        ABOUT = "about", _("about")
        AT_LEAST = "at-least", _("at least")
        MORE = "more", _("more than")

    conference = models.ForeignKey(
        Conference, on_delete=models.CASCADE, related_name="attendance", verbose_name=_("conference")
    )
    value = models.PositiveIntegerField(_("number"))
    counted = models.CharField(
        _("what is counted"), max_length=200, help_text=_("«участников», «регионов», «докладов».")
    )
    precision = models.CharField(_("precision"), max_length=10, choices=Precision, default=Precision.EXACT)
    as_printed = models.CharField(_("as printed"), max_length=200, blank=True)
    natural_key_lookups = ("conference__slug", "counted")

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = pgettext_lazy("plural", "attendance")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["conference", "counted"], name="attendance_once"),
            not_blank("attendance_counts_something", "counted"),
        ]

    def __str__(self) -> str:
        precision = "" if self.precision == self.Precision.EXACT else f"{self.get_precision_display()} "
        return self.as_printed or f"{precision}{self.value} {self.counted}"


class Note(ArchiveModel):
    """A fact without a field of its own, with a label: «Девиз», «Возрастная маркировка», «Соглашение»."""

    conference = models.ForeignKey(
        Conference, on_delete=models.CASCADE, related_name="notes", verbose_name=_("conference")
    )
    label = models.CharField(_("label"), max_length=120)
    text = models.TextField(_("text"))
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    natural_key_lookups = ("conference__slug", "label", "order")

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["conference", "label", "order"], name="note_once"),
            not_blank("note_has_label_and_text", "label", "text"),
        ]

    def __str__(self) -> str:
        return f"{self.label}: {self.text}"
