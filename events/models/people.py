"""Organisations and speakers, their other names, and their participation in conferences."""

import re
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.db.models.query import RawQuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from ..russian import names
from ..russian.folding import fold, sort_key
from .base import ArchiveModel, validate_no_cycle
from .fields import NormalizedField, not_blank
from .querysets import ArchiveQuerySet, PublicQuerySet, at_published, published_conferences, rows_from_json
from .record_counts import counted, counted_by_year, given_conferences
from .reference import LibraryKind, OrganisationRole, SpeakerRole
from .slugs import RootRecord, SlugConstraint


def validate_ogrn(value: str) -> None:
    """Raise ValidationError unless the last of 13 digits is that which the others give."""
    if not re.fullmatch(r"[0-9]{13}", value) or int(value[:12]) % 11 % 10 != int(value[12]):
        message = _("This is no OGRN: it has 13 digits, and a mistyped one shows by the last.")
        raise ValidationError(message, code="ogrn")


@dataclass(frozen=True)
class Identifier:
    """What an organisation is known by elsewhere: its ОГРН, ISIL, ROR or Wikidata, with an address if that has one."""

    scheme: str
    value: str
    address: str = ""


class OrganisationQuerySet(PublicQuerySet):
    def published(self) -> "OrganisationQuerySet":
        """Participants, venues and affiliations of published events, and organisations with such a department."""
        return self.filter(
            Exists(self._named().filter(pk=OuterRef("pk"))) | Exists(self._named().filter(parent=OuterRef("pk")))
        )

    def _named(self) -> "OrganisationQuerySet":
        return self.model.objects.filter(
            Exists(OrganisationParticipation.objects.filter(at_published(), organisation=OuterRef("pk")))
            | Exists(SpeakerParticipation.objects.filter(at_published(), organisation=OuterRef("pk")))
            | Exists(published_conferences().filter(venue=OuterRef("pk")))
        )

    def main(self) -> "OrganisationQuerySet":
        """Organisations that are no department of another."""
        return self.filter(parent__isnull=True)

    def with_departments(self, slug: str) -> "OrganisationQuerySet":
        """The organisation and its departments."""
        # Not parent__slug: with that join the database reads every organisation.
        return self.filter(Q(slug=slug) | Q(parent__in=Organisation.objects.filter(slug=slug)))

    def counted_in(self, conferences: QuerySet, first: str | None = None, limit: int | None = None) -> RawQuerySet:
        """Organisations with `count`, the number of these conferences in which they or their departments take part."""
        return counted(self.model, self._pairs(given_conferences()), first, limit, conferences)

    def counted_by_year(self, conferences: QuerySet) -> list[tuple[int | None, int]]:
        """The years of these conferences with the number of organisations that take part, departments not counted."""
        return counted_by_year(self._pairs(conferences))

    def taking_part(self, conferences: QuerySet) -> "OrganisationQuerySet":
        """Organisations that take part in one of these conferences, themselves or by a department."""
        parts = [pairs.order_by().values("record") for pairs in self._pairs(conferences)]
        return self.filter(Q(pk__in=parts[0]) | Q(pk__in=parts[1]) | Q(pk__in=parts[2]))

    @staticmethod
    def _pairs(conferences: QuerySet) -> list[QuerySet]:
        """Querysets of (conference, organisation or the one it is a department of)."""
        organisation = Coalesce("organisation__parent_id", "organisation_id")
        participations = [
            model.objects.filter(conference__in=conferences, organisation__isnull=False)
            .annotate(record=organisation)
            .values_list("conference_id", "record")
            for model in (OrganisationParticipation, SpeakerParticipation)
        ]
        venues = conferences.filter(venue__isnull=False).annotate(record=Coalesce("venue__parent_id", "venue_id"))
        return [*participations, venues.values_list("pk", "record")]


class Organisation(RootRecord):
    """A library, ministry, university — or a department of one, which has a parent and no departments of its own."""

    name = models.CharField(_("official name"), max_length=400)
    name_key = NormalizedField(source="name", normalize=sort_key, db_index=True)
    short_name = models.CharField(
        _("short name"), max_length=200, blank=True, help_text=_("As people call it in one line: «Дворец книги».")
    )
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="departments",
        verbose_name=_("part of"),
        help_text=_("For a department or branch: the organisation it belongs to."),
    )
    kind = models.ForeignKey(
        LibraryKind,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="organisations",
        verbose_name=_("kind of library"),
        help_text=_("Of a library only; empty if it is not known."),
    )
    city = models.CharField(_("city"), max_length=120, blank=True)
    region = models.CharField(_("region"), max_length=200, blank=True)
    country = models.CharField(_("country"), max_length=120, blank=True)
    website = models.URLField(_("website"), blank=True, max_length=500)
    website_dead_since = models.DateField(
        _("website is dead since"),
        null=True,
        blank=True,
        help_text=_("The day on which it was found not to work; empty while it works."),
    )
    description = models.TextField(_("description"), blank=True)
    ogrn = models.CharField(
        _("OGRN"),
        max_length=13,
        blank=True,
        default="",
        db_default="",
        validators=[validate_ogrn],
        help_text=_("The number of the state register, 13 digits."),
    )
    isil = models.CharField(
        "ISIL",
        max_length=16,
        blank=True,
        default="",
        db_default="",
        validators=[RegexValidator(r"^[A-Za-z]{1,4}-[A-Za-z0-9:/-]{1,11}$", _("Write the ISIL as RU-10010033."))],
        help_text=_("The code of a library: RU-10010033."),
    )
    ror = models.CharField(
        "ROR",
        max_length=9,
        blank=True,
        default="",
        db_default="",
        validators=[
            RegexValidator(
                r"^0[a-hj-km-np-tv-z0-9]{6}\d{2}$", _("Write the end of the address at ror.org, as 05dxps055.")
            )
        ],
        help_text=_("The end of its address at ror.org: 05dxps055."),
    )
    wikidata = models.CharField(
        _("Wikidata"),
        max_length=12,
        blank=True,
        default="",
        db_default="",
        validators=[RegexValidator(r"^Q[1-9]\d*$", _("Write the number in Wikidata as Q1048694."))],
        help_text=_("The number of its item: Q1048694."),
    )
    language = models.CharField(_("language of the name"), max_length=12, default="ru")

    printed_fields = (
        *("slug", "name", "short_name", "parent", "city", "region", "country", "language"),
        *("ogrn", "isil", "ror", "wikidata"),
    )

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name_key", "pk"]
        constraints = [
            not_blank("organisation_has_name", "name"),
            SlugConstraint("organisation_has_address"),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("pk")), name="organisation_not_its_own_part"
            ),
            models.UniqueConstraint(
                fields=["parent", "name_key"],
                condition=Q(parent__isnull=False),
                name="department_once",
                violation_error_message=_("This organisation already has a department of that name."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.parent.label})" if self.parent else self.name

    def clean(self) -> None:
        # Only a new parent is checked: a record that breaks the rule already can still be corrected otherwise.
        if self.parent and not Organisation.objects.filter(pk=self.pk, parent=self.parent_id).exists():
            self.check_parent()

    def check_parent(self) -> None:
        validate_no_cycle(self)
        if self.parent is None:
            return
        # Counts, pages and the search follow one parent: a department's department would be missing from its library.
        if self.parent.parent:
            message = _("“%(name)s” is itself a department: choose what it belongs to, “%(whole)s”.")
            raise ValidationError({"parent": message % {"name": self.parent.name, "whole": self.parent.parent.name}})
        if self.pk and self.departments.exists():
            raise ValidationError({"parent": _("It has departments of its own, which a department has not.")})

    @cached_property
    def own_aliases(self) -> list["OrganisationAlias"]:
        """The other names, without a query if they came with the organisation as `alias_rows`."""
        if not hasattr(self, "alias_rows"):
            return list(self.aliases.all())
        return rows_from_json(OrganisationAlias, self.alias_rows, "kind", "name_key", "pk")

    @property
    def identifiers(self) -> list[Identifier]:
        found = [
            Identifier("ОГРН", self.ogrn),
            Identifier("ISIL", self.isil),
            Identifier("ROR", self.ror, f"https://ror.org/{self.ror}"),
            Identifier("Wikidata", self.wikidata, f"https://www.wikidata.org/entity/{self.wikidata}"),
        ]
        return [one for one in found if one.value]

    @property
    def label(self) -> str:
        """The short name, or the official one."""
        return self.short_name or self.name

    @property
    def effective_city(self) -> str:
        """The city, or that of the parent organisation."""
        return self.city or (self.parent.city if self.parent else "")

    def slug_source(self) -> str:
        return f"{self.name} {self.parent.label}" if self.parent else self.name


class OrganisationAlias(ArchiveModel):
    class Kind(models.TextChoices):
        ABBREVIATION = "abbreviation", _("abbreviation")
        FORMER = "former", _("former name")
        NICKNAME = "nickname", _("nickname")
        VARIANT = "variant", _("variant in a source")
        TRANSLATION = "translation", _("name in another language")

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="aliases", verbose_name=_("organisation")
    )
    name = models.CharField(_("name"), max_length=400)
    # Not unique across organisations: СОСБС is two different libraries.
    name_key = NormalizedField(source="name", db_index=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.VARIANT)
    natural_key_lookups = ("organisation__slug", "name_key")

    class Meta:
        verbose_name = _("other name of an organisation")
        verbose_name_plural = _("other names of an organisation")
        ordering = ["kind", "name_key", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name_key"],
                name="organisation_alias_once",
                violation_error_message=_("This name stands here twice: remove one of the rows."),
            ),
            not_blank("organisation_alias_has_name", "name"),
        ]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[Any, ...]:
        return (self.organisation.slug, self.name_key or fold(self.name))


class SpeakerQuerySet(PublicQuerySet):
    def published(self) -> "SpeakerQuerySet":
        """People who take part in a published conference or are its subject, and did not ask to be hidden."""
        of_speaker = {"speaker": OuterRef("pk")}
        return self.filter(
            Exists(SpeakerParticipation.objects.published().filter(**of_speaker))
            | Exists(Subject.objects.published().filter(**of_speaker))
        )

    def named(self) -> "SpeakerQuerySet":
        """People without those who asked to be hidden, published or not."""
        return self.filter(hidden_since__isnull=True)

    def participants(self) -> "SpeakerQuerySet":
        """Those of the published who take part in a conference: the index of speakers and their number."""
        return self.filter(Exists(SpeakerParticipation.objects.published().filter(speaker=OuterRef("pk"))))

    def counted_in(self, conferences: QuerySet) -> RawQuerySet:
        """People with `count`, the number of these conferences in which they take part, the most frequent first."""
        return counted(self.model, self._pairs(conferences), None, None)

    def counted_by_year(self, conferences: QuerySet) -> list[tuple[int | None, int]]:
        """The years of these conferences with the number of people who take part."""
        return counted_by_year(self._pairs(conferences))

    @staticmethod
    def _pairs(conferences: QuerySet) -> list[QuerySet]:
        """Querysets of (conference, person)."""
        parts = SpeakerParticipation.objects.named().filter(conference__in=conferences)
        return [parts.annotate(record=F("speaker_id")).values_list("conference_id", "record").distinct()]

    def taking_part(self, conferences: QuerySet) -> "SpeakerQuerySet":
        parts = SpeakerParticipation.objects.named().filter(conference__in=conferences)
        return self.filter(pk__in=parts.order_by().values("speaker"))

    def hidden(self) -> "SpeakerQuerySet":
        """Speakers whom the public saw before they asked to be hidden: their addresses are gone, not unknown."""
        return self.filter(hidden_since__isnull=False, published__isnull=False)


class Speaker(RootRecord):
    """A person. Two people may share a name, so only staff merge records, never a program."""

    family_name = models.CharField(_("family name"), max_length=120)
    given_names = models.CharField(
        _("given names"),
        max_length=160,
        blank=True,
        help_text=_("Given name and patronymic in full, as far as they are known: «Наталья Викторовна»."),
    )
    initials = models.CharField(
        _("initials"),
        max_length=30,
        blank=True,
        help_text=_("Only when the given names are not known: «И. Л.»."),
    )
    name_key = NormalizedField(source="full_name", normalize=sort_key, db_index=True)
    name_inferred = models.BooleanField(
        _("form of the name inferred"),
        default=False,
        help_text=_("The source has the name in another case; the nominative is the archivist’s conclusion."),
    )
    language = models.CharField(_("language of the name"), max_length=12, default="ru")
    biography = models.TextField(_("biography"), blank=True)
    photo = models.ImageField(_("photo"), upload_to="speakers/", blank=True)
    photo_credit = models.CharField(_("photo credit"), max_length=200, blank=True)
    orcid = models.CharField(
        "ORCID",
        max_length=19,
        blank=True,
        validators=[RegexValidator(r"^\d{4}-\d{4}-\d{4}-\d{3}[\dX]$", _("Write the ORCID as 0000-0002-1825-0097."))],
    )
    distinguished_from = models.CharField(
        _("not the same as"),
        max_length=300,
        blank=True,
        help_text=_("What tells this person from a namesake: «библиограф из Омска»."),
    )

    # Set and unset by `withholding` alone: no form, fixture or older version shows a hidden person again.
    hidden_since = models.DateTimeField(_("hidden since"), null=True, blank=True, editable=False)
    hidden_reason = models.TextField(_("reason for hiding"), blank=True, default="", editable=False)
    slug_before_hiding = models.CharField(max_length=80, blank=True, default="", editable=False)
    # The texts with the name that an editor decided to leave, one a line: uid of the row, field, checksum.
    texts_left = models.TextField(blank=True, default="", editable=False)

    printed_fields = ("slug", "family_name", "given_names", "initials", "orcid", "language", "hidden_since")

    objects = SpeakerQuerySet.as_manager()

    class Meta:
        verbose_name = _("speaker")
        verbose_name_plural = _("speakers")
        ordering = ["name_key", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(family_name=""),
                name="speaker_has_family_name",
                violation_error_message=_("A person needs a family name."),
            ),
            SlugConstraint("speaker_has_address"),
            models.CheckConstraint(
                condition=Q(given_names="") | Q(initials=""),
                name="speaker_given_names_or_initials",
                violation_error_message=_("Write either the given names in full or the initials, not both."),
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def neutral_slug(self) -> str:
        return "person-" + str(self.uid).replace("-", "")[:12]

    @property
    def is_hidden(self) -> bool:
        return self.hidden_since is not None

    @property
    def full_name(self) -> str:
        """The name with the family name first, as in catalogues: «Алехина И. Л.», «Арутинова Ольга»."""
        return f"{self.family_name} {self.given_names or self.initials}".strip()

    @property
    def short_name(self) -> str:
        """Family name and initials: «Арутинова О.»."""
        return f"{self.family_name} {self.initials or names.initials(self.given_names)}".strip()

    def namesakes(self) -> list["Speaker"]:
        """Other people in published events with the same family name and the same initials, as far as known."""
        candidates = Speaker.objects.filter(name_key__startswith=sort_key(self.family_name)).exclude(pk=self.pk)
        alike = [other.pk for other in candidates if other._may_be_taken_for(self)]
        # Most people have none: whether they are public costs more than their names.
        return list(Speaker.objects.published().filter(pk__in=alike)) if alike else []

    def _may_be_taken_for(self, other: "Speaker") -> bool:
        name, other_name = fold(self.short_name), fold(other.short_name)
        same_family = fold(self.family_name) == fold(other.family_name)
        return same_family and (name.startswith(other_name) or other_name.startswith(name))

    def slug_source(self) -> str:
        return self.full_name


class SpeakerAlias(ArchiveModel):
    speaker = models.ForeignKey(Speaker, on_delete=models.CASCADE, related_name="aliases", verbose_name=_("speaker"))
    name = models.CharField(_("name"), max_length=200, help_text=_("Former surname, another spelling, full form."))
    name_key = NormalizedField(source="name", db_index=True)
    natural_key_lookups = ("speaker__slug", "name_key")

    class Meta:
        verbose_name = _("other name of a person")
        verbose_name_plural = _("other names of a person")
        ordering = ["name_key", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["speaker", "name_key"],
                name="speaker_alias_once",
                violation_error_message=_("This name stands here twice: remove one of the rows."),
            ),
            not_blank("speaker_alias_has_name", "name"),
        ]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[Any, ...]:
        return (self.speaker.slug, self.name_key or fold(self.name))


class ParticipationQuerySet(ArchiveQuerySet):
    def published(self) -> "ParticipationQuerySet":
        return self.filter(at_published())

    def with_names(self) -> "ParticipationQuerySet":
        """Participations with the role, organisation and speaker that a page prints."""
        return self.select_related("role", "organisation__parent")


class SpeakerParticipationQuerySet(ParticipationQuerySet):
    def published(self) -> "SpeakerParticipationQuerySet":
        return super().published().named()

    def named(self) -> "SpeakerParticipationQuerySet":
        """Participations without those of hidden people."""
        return self.filter(speaker__hidden_since__isnull=True)

    def withheld(self) -> "SpeakerParticipationQuerySet":
        """The participations of hidden people."""
        return self.filter(speaker__hidden_since__isnull=False)

    def with_names(self) -> "SpeakerParticipationQuerySet":
        return super().with_names().named().select_related("speaker")


class Participation(ArchiveModel):
    """Participation in a conference or, more exactly, in one of its sessions or talks, in a role."""

    objects = ParticipationQuerySet.as_manager()

    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        abstract = True
        ordering = ["order", "pk"]

    @property
    def role_name(self) -> str:
        return str(self.role)


def _once_in_role(where: str, message: str, **condition: bool) -> list[models.UniqueConstraint]:
    """Constraints: one participation per person and role, or one per organisation that the person represents."""
    names = {
        f"person_once_in_role_at_{where}": True,
        f"person_of_organisation_once_in_role_at_{where}": False,
    }
    return [
        models.UniqueConstraint(
            fields=[where, "speaker", "role", *([] if is_alone else ["organisation"])],
            condition=Q(organisation__isnull=is_alone, **condition),
            name=name,
            violation_error_message=message,
        )
        for name, is_alone in names.items()
    ]


class SpeakerParticipation(Participation):
    """A speaker's participation, with position and organisation as at that event.

    Two positions in two organisations («Президент РБА, директор ГПИБ») are two rows: each organisation's page shows its
    own.
    """

    objects = SpeakerParticipationQuerySet.as_manager()

    conference = models.ForeignKey(
        "events.Conference", on_delete=models.CASCADE, related_name="people", verbose_name=_("conference")
    )
    session = models.ForeignKey(
        "events.Session",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="people",
        verbose_name=_("session"),
    )
    talk = models.ForeignKey(
        "events.Talk", on_delete=models.CASCADE, null=True, blank=True, related_name="people", verbose_name=_("talk")
    )
    speaker = models.ForeignKey(
        Speaker, on_delete=models.PROTECT, related_name="participations", verbose_name=_("person")
    )
    role = models.ForeignKey(
        SpeakerRole, on_delete=models.PROTECT, related_name="participations", verbose_name=_("role")
    )
    position = models.CharField(
        _("position"), max_length=400, blank=True, help_text=_("As at this event: «заместитель директора».")
    )
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="affiliations",
        verbose_name=_("organisation or department"),
        help_text=_("As at this event; only if the source ties the person to it."),
    )
    affiliation_as_printed = models.CharField(_("affiliation as printed"), max_length=400, blank=True)
    name_as_printed = models.CharField(
        _("name as printed"), max_length=200, blank=True, help_text=_("As in the source: «Алехиной И.Л.».")
    )
    distinctions = models.CharField(_("degrees and titles"), max_length=400, blank=True)
    is_remote = models.BooleanField(_("took part remotely"), default=False)
    natural_key_lookups = (
        "conference__slug",
        "session__slug",
        "talk__slug",
        "speaker__slug",
        "role__slug",
        "organisation__slug",
    )

    class Meta(Participation.Meta):
        verbose_name = _("participation of a person")
        verbose_name_plural = _("people at the event")
        constraints = [
            models.CheckConstraint(
                condition=Q(session__isnull=True) | Q(talk__isnull=True),
                name="person_in_session_or_talk",
                violation_error_message=_("Choose a session or a talk, not both."),
            ),
            *_once_in_role("talk", _("This person already has this role at this talk."), talk__isnull=False),
            *_once_in_role("session", _("This person already has this role at this session."), session__isnull=False),
            *_once_in_role(
                "conference",
                _("This person already has this role at this conference."),
                talk__isnull=True,
                session__isnull=True,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.speaker} — {self.role}"


class SubjectQuerySet(ArchiveQuerySet):
    def published(self) -> "SubjectQuerySet":
        return self.filter(at_published(), speaker__hidden_since__isnull=True)

    def named(self) -> "SubjectQuerySet":
        """Without those who asked to be hidden, with the people."""
        return self.filter(speaker__hidden_since__isnull=True).select_related("speaker")


class Subject(ArchiveModel):
    """A person whom an event or one of its talks is about: a writer whose jubilee it keeps.

    No participation: whoever counts those who spoke, met or came does not see these rows.
    """

    conference = models.ForeignKey(
        "events.Conference", on_delete=models.CASCADE, related_name="subjects", verbose_name=_("conference")
    )
    talk = models.ForeignKey(
        "events.Talk", on_delete=models.CASCADE, null=True, blank=True, related_name="subjects", verbose_name=_("talk")
    )
    speaker = models.ForeignKey(Speaker, on_delete=models.PROTECT, related_name="subject_of", verbose_name=_("person"))
    name_as_printed = models.CharField(
        _("name as printed"), max_length=200, blank=True, help_text=_("As in the source: «Алехиной И.Л.».")
    )
    natural_key_lookups = ("conference__slug", "talk__slug", "speaker__slug")

    objects = SubjectQuerySet.as_manager()

    class Meta:
        verbose_name = _("person the event is about")
        verbose_name_plural = _("people the event is about")
        ordering = ["speaker__name_key", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["conference", "speaker"],
                condition=Q(talk__isnull=True),
                name="subject_once",
                violation_error_message=_("The event is about this person already: remove one of the rows."),
            ),
            models.UniqueConstraint(
                fields=["talk", "speaker"],
                condition=Q(talk__isnull=False),
                name="subject_of_talk_once",
                violation_error_message=_("The talk is about this person already: remove one of the rows."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.speaker)


class OrganisationParticipation(Participation):
    """The participation of an organisation, or of an unnamed group: «специалисты отдела…»."""

    conference = models.ForeignKey(
        "events.Conference", on_delete=models.CASCADE, related_name="organisations", verbose_name=_("conference")
    )
    talk = models.ForeignKey(
        "events.Talk",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="organisations",
        verbose_name=_("talk"),
    )
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="participations",
        verbose_name=_("organisation or department"),
    )
    group = models.CharField(
        _("unnamed group"),
        max_length=400,
        blank=True,
        help_text=_("When the source names no one: «специалисты детских библиотек области»."),
    )
    role = models.ForeignKey(
        OrganisationRole, on_delete=models.PROTECT, related_name="participations", verbose_name=_("role")
    )
    name_as_printed = models.CharField(_("name as printed"), max_length=400, blank=True)
    is_remote = models.BooleanField(_("took part remotely"), default=False)
    natural_key_lookups = ("conference__slug", "talk__slug", "organisation__slug", "group", "role__slug")

    class Meta(Participation.Meta):
        verbose_name = _("participation of an organisation")
        verbose_name_plural = _("organisations at the event")
        constraints = [
            models.CheckConstraint(
                condition=Q(organisation__isnull=False) | ~Q(group=""),
                name="organisation_or_group",
                violation_error_message=_("Choose an organisation or describe the group."),
            ),
            models.UniqueConstraint(
                fields=["talk", "organisation", "group", "role"],
                condition=Q(talk__isnull=False, organisation__isnull=False),
                name="organisation_once_in_role_at_talk",
                violation_error_message=_("This organisation already has this role at this talk."),
            ),
            models.UniqueConstraint(
                fields=["conference", "organisation", "group", "role"],
                condition=Q(talk__isnull=True, organisation__isnull=False),
                name="organisation_once_in_role_at_conference",
                violation_error_message=_("This organisation already has this role at this conference."),
            ),
            models.UniqueConstraint(
                fields=["talk", "group", "role"],
                condition=Q(talk__isnull=False, organisation__isnull=True),
                name="group_once_in_role_at_talk",
                violation_error_message=_("This group already has this role at this talk."),
            ),
            models.UniqueConstraint(
                fields=["conference", "group", "role"],
                condition=Q(talk__isnull=True, organisation__isnull=True),
                name="group_once_in_role_at_conference",
                violation_error_message=_("This group already has this role at this conference."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation or self.group} — {self.role}"

    @property
    def role_name(self) -> str:
        """The role, in the plural for a group: «слушатели: сотрудники отдела»."""
        return self.role.plural if self.group else str(self.role)
