"""The groups of staff that a new archive begins with: archivists prepare events, editors publish them."""

from collections.abc import Iterable

from django.contrib.auth.models import Group, Permission
from django.db.models import QuerySet

EDIT = ("add", "change", "delete", "view")
# What is entered on the page of an event, and the event itself.
RECORDS = """conference talk session speaker speakeralias consent organisation organisationalias contact series topic
curatedcollection speakerparticipation organisationparticipation subject conferencedate attendance note
recording recordingoffset material photo source""".split()
LISTS = (
    "conferencekind talkkind speakerrole organisationrole materialkind librarykind formline synonym oldaddress".split()
)
# What comes of readers, of checking links and of every change: nobody enters it.
REPORTS = {"view_readerreport", "change_readerreport", "view_linkcheck", "view_version"}
WATCHED = {"view_watchedpage", "view_watcheditem"}


def codenames(actions: Iterable[str], models: Iterable[str]) -> set[str]:
    return {f"{action}_{model}" for action in actions for model in models}


GROUPS = {
    "Архивисты": codenames(EDIT, RECORDS) | codenames(["view"], LISTS) | REPORTS | WATCHED,
    "Редакторы": codenames(EDIT, RECORDS + LISTS)
    | REPORTS
    | WATCHED
    | codenames(EDIT, ["watchedpage"])
    | {"delete_readerreport", "publish_conference"},
}


def known_permissions(using: str) -> set[str]:
    """The codenames of the permissions that the database has."""
    return set(_permissions(using).values_list("codename", flat=True))


def create(using: str) -> None:
    """Create the groups that are missing; one that is there keeps the permissions that it has."""
    for name, allowed in GROUPS.items():
        group, is_new = Group.objects.using(using).get_or_create(name=name)
        if is_new:
            group.permissions.set(_permissions(using).filter(codename__in=allowed))


def grant(using: str, new: set[str]) -> None:
    """Give the groups that are still there what a new version brought: permissions that nobody can have taken away."""
    for group in Group.objects.using(using).filter(name__in=GROUPS):
        group.permissions.add(*_permissions(using).filter(codename__in=new & GROUPS[group.name]))


def _permissions(using: str) -> QuerySet[Permission]:
    return Permission.objects.using(using).filter(content_type__app_label="events")
