"""Conferences, their dates, sessions and talks."""

import datetime
import itertools
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..russian import dates, transliteration
from ..russian.folding import sort_key
from . import aggregates
from .base import ArchiveModel, interface_language, refuse_circle
from .fields import NormalizedField, PartialDateField, filled, partial_date
from .people import Organisation, OrganisationParticipation, SpeakerParticipation
from .querysets import PublicQuerySet, at_published
from .reference import ConferenceKind, MaterialKind, TalkKind
from .slugs import Addressed, HasAddress, RootRecord
from .topics import ConferenceTopic, TaggableManager, TalkTopic


class SeriesQuerySet(PublicQuerySet):
    def published(self) -> "SeriesQuerySet":
        """Series to which a published conference belongs."""
        return self.filter(Exists(Conference.objects.published().filter(series=OuterRef("pk"))))


class Series(RootRecord):
    """Цикл, ежегодные чтения: events that follow one another under one name."""

    name = models.CharField(_("name"), max_length=400)
    name_key = NormalizedField(source="name", fold=sort_key, db_index=True)
    description = models.TextField(_("description"), blank=True)
    language = models.CharField(_("language of the name"), max_length=12, default="ru")

    printed_fields = ("slug", "name", "language")

    objects = SeriesQuerySet.as_manager()

    class Meta:
        verbose_name = _("series")
        verbose_name_plural = pgettext_lazy("plural", "series")
        ordering = ["name_key", "pk"]
        constraints = [filled("series_has_name", "name"), HasAddress("series_has_address")]

    def __str__(self) -> str:
        return self.name

    def slug_source(self) -> str:
        return self.name


class ConferenceQuerySet(PublicQuerySet):
    def published(self) -> "ConferenceQuerySet":
        """What the public may see. Everything that shows, counts or exports anything starts here."""
        return self.filter(status=Conference.Status.PUBLISHED)

    def withdrawn(self) -> "ConferenceQuerySet":
        return self.filter(status=Conference.Status.WITHDRAWN)

    def in_year(self, year: int | None) -> "ConferenceQuerySet":
        """None: those whose year nobody stated."""
        return self.filter(year=year)

    def of_kind(self, slug: str) -> "ConferenceQuerySet":
        return self.filter(kind__slug=slug)

    def on_topic(self, slug: str) -> "ConferenceQuerySet":
        """With the topic at the conference itself or at one of its talks."""
        return self.filter(
            Q(pk__in=ConferenceTopic.objects.filter(tag__slug=slug).values("content_object"))
            | Q(pk__in=TalkTopic.objects.filter(tag__slug=slug).values("content_object__conference"))
        )

    def with_organisation(self, slug: str) -> "ConferenceQuerySet":
        """In which the organisation or one of its departments has any part."""
        those = Organisation.objects.family(slug)
        return self.filter(
            Q(pk__in=OrganisationParticipation.objects.filter(organisation__in=those).values("conference"))
            | Q(pk__in=SpeakerParticipation.objects.filter(organisation__in=those).values("conference"))
            | Q(venue__in=those)
        )

    def newest_first(self) -> "ConferenceQuerySet":
        """By date, the latest first; years nobody knows at the end."""
        return self.order_by(F("year").desc(nulls_last=True), "-first_day", "-pk")

    def having(self, what: str) -> "ConferenceQuerySet":
        """With a "recording", with "slides" or with "photos"."""
        return self.filter(self.has(what))

    @staticmethod
    def has(what: str) -> Exists:
        of_this = {"conference": OuterRef("pk")}
        if what == "slides":
            # Not kind__slug: joined, SQLite may begin with all slides of the archive for every conference.
            of_this |= {"kind__in": MaterialKind.objects.filter(slug="slides"), "is_lost": False}
        model = {"recording": "recording", "slides": "material", "photos": "photo"}[what]
        return Exists(aggregates.model(f"events.{model}").objects.filter(**of_this))

    def with_card(self) -> "ConferenceQuerySet":
        """With what one line of a list shows."""
        talks = Talk.objects.numbered().filter(conference=OuterRef("pk")).order_by().values("conference")
        return (
            self.select_related("kind", "venue__parent")
            .annotate(
                talk_count=Coalesce(Subquery(talks.annotate(count=Count("pk")).values("count")), 0),
                has_recording=self.has("recording"),
            )
            .prefetch_related(
                "dates",
                Prefetch("organisations", OrganisationParticipation.objects.select_related("organisation__parent")),
            )
        )

    def with_page(self) -> "ConferenceQuerySet":
        """With everything that the conference's own page shows, in as many queries for any number of rows."""
        people, organisations = (
            SpeakerParticipation.objects.with_names(),
            OrganisationParticipation.objects.with_names(),
        )
        recordings = aggregates.model("events.recording").objects.select_related("talk__kind")
        materials = aggregates.model("events.material").objects.select_related("kind", "talk__kind")
        return self.select_related("kind", "series", "parent__kind", "venue__parent").prefetch_related(
            "dates",
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
            Prefetch("parts", Conference.objects.published().select_related("kind").prefetch_related("dates")),
        )


class Conference(RootRecord):
    """One event: видеоконференция, телемост, вебинар, круглый стол…"""

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        READY = "ready", _("ready")
        PUBLISHED = "published", _("published")
        WITHDRAWN = "withdrawn", _("withdrawn")

    class Format(models.TextChoices):
        ONLINE = "online", _("online")
        MIXED = "mixed", _("mixed")
        ON_SITE = "on-site", _("on site")

    title = models.CharField(
        _("title"),
        max_length=600,
        blank=True,
        help_text=_("The event’s own name, if it has one; without outer quotation marks."),
    )
    theme = models.CharField(_("theme"), max_length=600, blank=True, help_text=_("«на тему…», if it is given."))
    heading_key = NormalizedField(source="heading", fold=sort_key, db_index=True)
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
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT, db_index=True)
    withdrawn_reason = models.CharField(_("reason for withdrawal"), max_length=300, blank=True)
    created = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    published = models.DateTimeField(_("published on"), null=True, blank=True, editable=False)
    # Kept true by signals: the year and the first day of the earliest of `dates`.
    year = models.PositiveSmallIntegerField(_("year"), null=True, editable=False, db_index=True)
    first_day = PartialDateField(_("first day"), blank=True, editable=False, db_index=True)

    topics = TaggableManager(_("topics"), through="ConferenceTopic", blank=True)

    printed_fields = ("slug", "title", "theme", "kind", "kind_as_printed", "language", "status")

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
            HasAddress("conference_has_address"),
        ]

    def __str__(self) -> str:
        return self.heading or f"№ {self.pk}"

    def clean(self) -> None:
        self.check_parent()

    def check_parent(self) -> None:
        refuse_circle(self)

    @property
    def heading(self) -> str:
        """What the event is called on its page: its title, else its theme, else what kind of event it was."""
        return self.title or self.theme or self.kind_as_printed or (self.kind.name if self.kind else "")

    @property
    def label(self) -> str:
        """The heading as a page prints it: the kind, if it must serve, in the page’s language."""
        return self.title or self.theme or self.kind_as_printed or (str(self.kind) if self.kind else "")

    @property
    def label_language(self) -> str:
        has_words = self.title or self.theme or self.kind_as_printed
        return self.language if has_words else interface_language()

    @property
    def is_published(self) -> bool:
        return self.status == self.Status.PUBLISHED

    @classmethod
    def is_public(cls, fields: dict[str, Any] | None) -> bool:
        """Whether a conference with these values of its fields is public; None is no conference."""
        return fields is not None and fields["status"] == cls.Status.PUBLISHED

    @property
    def own_dates(self) -> "list[ConferenceDate]":
        """Without those of a part («открытие») or of the larger event, if it has others."""
        dates = list(self.dates.all())
        return [date for date in dates if not (date.note or date.is_of_larger_event)] or dates

    def slug_source(self) -> str:
        return self.heading if self.title or self.theme else f"{self.heading} {self.first_day}"

    @property
    def cities(self) -> list[str]:
        """Where it took place and where those who took part are from, each city once: Донецк, Ульяновск."""
        homes = [self.venue, *(part.organisation for part in self.organisations.all())]
        named = [self.city, *(home.home_city for home in homes if home)]
        return list(dict.fromkeys(city for city in named if city))

    @property
    def public_parent(self) -> "Conference | None":
        """The larger event, unless it is a draft yet."""
        return self.parent if self.parent and self.parent.is_published else None

    @property
    def own_people(self) -> list["SpeakerParticipation"]:
        """Those with a part in the whole event: moderator, host."""
        return [part for part in self.people.all() if not part.talk_id and not part.session_id]

    @property
    def own_organisations(self) -> list["OrganisationParticipation"]:
        return [part for part in self.organisations.all() if not part.talk_id]

    def programme(self) -> list["ProgrammePart"]:
        """Sessions and talks in order: what stands outside the sessions before or after them.

        Each talk knows its number and, without a further query, its people, organisations, recordings, offsets and
        materials; each session its people.
        """
        talks, sessions = list(self.talks.all()), list(self.sessions.all())
        offsets = [offset for recording in self.recordings.all() for offset in recording.offsets.all()]
        _share_out(self.people.all(), "own_people", talks, "talk_id")
        _share_out(self.people.all(), "own_people", sessions, "session_id")
        _share_out(self.organisations.all(), "own_organisations", talks, "talk_id")
        _share_out(self.recordings.all(), "own_recordings", talks, "talk_id")
        _share_out(offsets, "own_offsets", talks, "talk_id")
        _share_out(self.materials.all(), "own_materials", talks, "talk_id")
        start = min((talk.order for talk in talks if talk.session_id), default=None)
        loose = [talk for talk in talks if not talk.session_id]
        parts = [
            ProgrammePart(None, [talk for talk in loose if start is None or talk.order < start]),
            *(ProgrammePart(session, [t for t in talks if t.session_id == session.pk]) for session in sessions),
            ProgrammePart(None, [talk for talk in loose if start is not None and talk.order >= start]),
        ]
        numbers = itertools.count(1)
        for talk in itertools.chain.from_iterable(part.talks for part in parts):
            talk.number = next(numbers) if talk.is_numbered else None
        return [part for part in parts if part.session or part.talks]


class ProgrammePart(NamedTuple):
    session: "Session | None"
    talks: list["Talk"]


def _share_out(parts: Iterable[Any], name: str, owners: list[Any], key: str) -> None:
    """Set a cached property of the owners to those of the parts whose foreign key names them."""
    by_owner = defaultdict(list)
    for part in parts:
        by_owner[getattr(part, key)].append(part)
    for owner in owners:
        setattr(owner, name, by_owner[owner.pk])


class ConferenceDate(ArchiveModel):
    """A day or an unbroken run of days; an event on several separate days has several."""

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
        """The calendar day it began, when it is fully known."""
        return self.start_date.date if self.start_date else None


class Session(ArchiveModel):
    """Секция, пленарное заседание, a seminar inside a conference."""

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
        """Its moderators; on the page of its conference they are there already."""
        return list(self.people.all())

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
        """By the date of the event, in the order of its programme."""
        return self.order_by(
            F("conference__year").desc(nulls_last=True), "-conference__first_day", "-conference", "order", "pk"
        )

    def with_card(self) -> "TalkQuerySet":
        """With what one line of a list shows: who spoke, at which event, when."""
        return self.select_related("kind", "conference__kind").prefetch_related(
            Prefetch("people", SpeakerParticipation.objects.with_names()),
            Prefetch("organisations", OrganisationParticipation.objects.with_names()),
            "conference__dates",
        )

    def with_page(self) -> "TalkQuerySet":
        """With everything that the talk's own page shows."""
        return (
            self.with_card()
            .select_related("session", "conference__venue__parent")
            .prefetch_related(
                "recordings",
                Prefetch("offsets", aggregates.model("events.recordingoffset").objects.select_related("recording")),
                Prefetch("materials", aggregates.model("events.material").objects.select_related("kind")),
                "topics",
            )
        )

    def numbered(self) -> "TalkQuerySet":
        """The talks that count as such: not welcomes or discussions."""
        return self.filter(Q(kind__isnull=True) | Q(kind__is_numbered=True))


class Talk(Addressed):
    """Доклад, приветственное слово, дискуссия, мастер-класс…"""

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
    heading_key = NormalizedField(source="heading", fold=sort_key, db_index=True)
    abstract = models.TextField(_("abstract"), blank=True)
    start_time = models.TimeField(_("start time"), null=True, blank=True)
    language = models.CharField(_("language"), max_length=12, default="ru")
    delivery = models.CharField(_("how it was given"), max_length=10, choices=Delivery, blank=True)

    topics = TaggableManager(_("topics"), through="TalkTopic", blank=True)

    objects = TalkQuerySet.as_manager()

    class Meta:
        verbose_name = _("talk")
        verbose_name_plural = _("talks")
        ordering = ["order", "pk"]
        constraints = [HasAddress("talk_has_address")]

    def __str__(self) -> str:
        return self.heading or f"№ {self.pk}"

    def clean(self) -> None:
        # Else the programme, which is arranged by sessions, would lose it.
        if self.session and self.session.conference_id != self.conference_id:
            raise ValidationError({"session": _("This session belongs to another conference.")})

    @property
    def heading(self) -> str:
        """Its title, else its subject, else its kind."""
        return self.title or self.topic or (self.kind.name if self.kind else "")

    @property
    def label(self) -> str:
        """The heading as a page prints it: the kind, if it must serve, in the page’s language."""
        return self.title or self.topic or (str(self.kind) if self.kind else "")

    @property
    def label_language(self) -> str:
        return self.language if self.title or self.topic else interface_language()

    # What is said of the talk alone. On the page of its conference all of this is there already: programme().

    @cached_property
    def own_people(self) -> list["SpeakerParticipation"]:
        return list(self.people.all())

    @cached_property
    def own_organisations(self) -> list["OrganisationParticipation"]:
        return list(self.organisations.all())

    @cached_property
    def own_recordings(self) -> list[Any]:
        return list(self.recordings.all())

    @cached_property
    def own_offsets(self) -> list[Any]:
        return list(self.offsets.all())

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
    """How many of what: «около 140 специалистов», «97 человек», «15 регионов»."""

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
            filled("attendance_counts_something", "counted"),
        ]

    def __str__(self) -> str:
        precision = "" if self.precision == self.Precision.EXACT else f"{self.get_precision_display()} "
        return self.as_printed or f"{precision}{self.value} {self.counted}"


class Note(ArchiveModel):
    """A rarer fact under its own label: «Девиз», «Возрастная маркировка», «Соглашение»."""

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
            filled("note_has_label_and_text", "label", "text"),
        ]

    def __str__(self) -> str:
        return f"{self.label}: {self.text}"
