"""Contacts of organisations: posts that somebody may write to."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from ..russian import names
from .base import ArchiveModel
from .conference import SITE, Conference
from .consents import Consent
from .fields import not_blank
from .people import Organisation, OrganisationQuerySet, Speaker
from .querysets import ArchiveQuerySet, rows_as_json, rows_from_json

# The roles in which an organisation answers for an event.
ORGANISERS = ("organiser", "co-organiser")
_WORD = re.compile(r"[^\W\d_]+")
_INITIALS = re.compile(r"\b[А-ЯЁ]\.\s?[А-ЯЁ]\.")
_EXTENSION = re.compile(r"[,;]|доб")


def organisers(conference: Conference) -> list[Organisation]:
    """The organisers of a loaded event, each once."""
    return _in_roles(conference, ORGANISERS)


def organisers_or_venues(conference: Conference) -> list[Organisation]:
    """Who answers for a loaded event: its organisers; where no source names any, those at whose place it was."""
    venue = [conference.venue] if conference.venue else []
    return organisers(conference) or list(dict.fromkeys([*venue, *_in_roles(conference, (SITE,))]))


def _in_roles(conference: Conference, roles: Collection[str]) -> list[Organisation]:
    parts = conference.own_organisations
    return list(dict.fromkeys(part.organisation for part in parts if part.organisation and part.role.slug in roles))


class ContactQuerySet(ArchiveQuerySet):
    def published(self) -> "ContactQuerySet":
        """Contacts of posts, and those of people who agreed to it and did not ask to be hidden."""
        agreed = Consent.objects.filter(
            speaker=OuterRef("speaker"), subject=Consent.Subject.CONTACTS, withdrawn__isnull=True
        )
        return self.filter(
            Q(speaker__isnull=True) | Q(Exists(agreed), speaker__hidden_since__isnull=True)
        ).select_related("speaker", "organisation")

    def of_organisers(self, conference: Conference) -> list["Contact"]:
        """The contacts of those who answer for a loaded event; of a department without any, those of its library."""
        return self.by_conference([conference])[conference.pk]

    def by_conference(self, conferences: Iterable[Conference]) -> dict[int, list["Contact"]]:
        """The contacts of those who answer for each of some loaded events, by its key; in one query."""
        answering = {conference.pk: organisers_or_venues(conference) for conference in conferences}
        keys = {key for some in answering.values() for one in some for key in (one.pk, one.parent_id) if key}
        found = self.published().filter(organisation__in=keys) if keys else []
        by_organisation: dict[int, list[Contact]] = defaultdict(list)
        for contact in found:
            by_organisation[contact.organisation_id].append(contact)
        return {
            pk: list(
                dict.fromkeys(
                    contact for one in some for contact in by_organisation[one.pk] or by_organisation[one.parent_id]
                )
            )
            for pk, some in answering.items()
        }


class Contact(ArchiveModel):
    """A post or department of an organisation, and how to reach it at work.

    A person is named only if they agreed: `speaker` needs a recorded consent to contacts.
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="contacts", verbose_name=_("organisation")
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    post = models.CharField(
        _("post"),
        max_length=200,
        help_text=_("Whom to write to: «методический отдел», «заместитель директора по науке». No names of people."),
    )
    speaker = models.ForeignKey(
        Speaker,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="contacts",
        verbose_name=_("person"),
        help_text=_("Only somebody who agreed: the consent to contacts stands on the page of the person."),
    )
    email = models.EmailField(_("e-mail"), blank=True)
    telephone = models.CharField(
        _("telephone"),
        max_length=60,
        blank=True,
        validators=[
            RegexValidator(r"^\+?[\d(][\d\s()\-–,.;доб]*$", _("Write the telephone as +7 4852 00-00-00, доб. 1."))
        ],
    )
    url = models.URLField(_("address of a page"), blank=True, max_length=500)
    checked = models.DateField(
        _("checked on"), null=True, blank=True, help_text=_("The day on which it was last found to be right.")
    )
    natural_key_lookups = ("organisation__slug", "post", "email", "telephone", "url")

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact of an organisation")
        verbose_name_plural = _("contacts: whom to write to")
        ordering = ["order", "pk"]
        constraints = [
            not_blank("contact_has_post", "post"),
            models.CheckConstraint(
                condition=~Q(email="", telephone="", url=""),
                name="contact_can_be_reached",
                violation_error_message=_("Write an e-mail address, a telephone or the address of a page."),
            ),
            models.UniqueConstraint(
                fields=["organisation", "post", "email", "telephone", "url"],
                name="contact_once",
                violation_error_message=_("This contact stands here twice: remove one of the rows."),
            ),
        ]

    def __str__(self) -> str:
        return self.post

    def clean(self) -> None:
        if names_somebody(self.post):
            message = _("Name the post here, not a person. Somebody who agreed is chosen in “Person”.")
            raise ValidationError({"post": message})
        if self.speaker and not self.speaker.consents.filter(subject="contacts", withdrawn__isnull=True).exists():
            message = _("Nobody recorded that %(name)s agreed to be named here: do so on the page of the person first.")
            raise ValidationError({"speaker": message % {"name": self.speaker}})

    @property
    def dialled(self) -> str:
        """The number as a telephone dials it, without an extension: «8 (4852) 00-00-00, доб. 1» is +74852000000."""
        digits = re.sub(r"[^\d+]", "", _EXTENSION.split(self.telephone)[0])
        return f"+7{digits[1:]}" if len(digits) == 11 and digits.startswith("8") else digits


def names_somebody(post: str) -> bool:
    """Whether a post has a patronymic or two initials in it: «Вымышленная А. П., методист»."""
    return bool(_INITIALS.search(post)) or any(names.is_patronymic(word) for word in _WORD.findall(post))


def with_contacts(organisations: OrganisationQuerySet) -> OrganisationQuerySet:
    """Organisations with what `contacts_of` needs, as columns: a page costs no query for them."""
    people = Speaker.objects.named()
    return organisations.annotate(
        contact_rows=rows_as_json(Contact.objects.published(), "organisation"),
        contact_people=rows_as_json(people, "contacts__organisation"),
    )


def contacts_of(organisation: Organisation) -> list[Contact]:
    """The published contacts of an organisation that `with_contacts` read; none of any other."""
    people = {one.pk: one for one in rows_from_json(Speaker, getattr(organisation, "contact_people", None))}
    contacts = rows_from_json(Contact, getattr(organisation, "contact_rows", None), "order", "pk")
    for contact in contacts:
        contact.organisation, contact.speaker = organisation, people.get(contact.speaker_id)
    return contacts
