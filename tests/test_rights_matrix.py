"""Every address of the admin × role × library × action, read from the admin: a new form cannot be forgotten.

Each form is opened and sent back with other words in it; what that writes is looked at and rolled back. `make thorough`
tries every address, `make test` every tenth, from another first one for each role.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.db import transaction
from django.test import Client
from django.urls import reverse

from events import proposing, revisions
from events.models import (
    Conference,
    CuratedCollection,
    FormLine,
    LinkCheck,
    OldAddress,
    Proposal,
    PublicRevision,
    ReaderReport,
    Series,
    Synonym,
    Topic,
    Version,
    WatchedPage,
)
from events.models.records import RecordChange, RowChange

from .admin_form import form_fields
from .sampling import sample
from .test_rights import account, without_files

pytestmark = pytest.mark.django_db
SECRET = "Тайн"  # in every text of the draft of another library
STATE = ("published", "draft")


class Archive:
    """Two libraries, each with a published event and a draft, and one of everything else."""

    def __init__(self) -> None:
        self.events = {
            (library, status): without_files(name=f"{library} {status}", status=status)
            for library in ("Своя", "Чужая")
            for status in STATE
        }
        self.library = self.events["Своя", "draft"].organisations.get().organisation
        self.other_public, self.other_draft = self.events["Чужая", "published"], self.events["Чужая", "draft"]
        host = self.events["Своя", "draft"].organisations.get().role
        self.events["Своя", "published"].organisations.create(organisation=self.library, role=host)
        with revisions.create():
            self._hide(self.other_draft)
        Series.objects.create(name="Вымышленный цикл")
        for is_shown in (True, False):
            CuratedCollection.objects.create(
                title="Вымышленная подборка", introduction="О чём", records=str(self.other_draft.uid), is_shown=is_shown
            )
        OldAddress.objects.create(kind="topic", slug="byl", target="stal")
        Synonym.objects.create(words="книга, том")
        FormLine.objects.create(
            slug="line", name="Мероприятия", line="1", act="Вымышленный приказ", valid_from="2024-01-01"
        )
        LinkCheck.objects.create(url="https://library.example/1", checked="2026-01-01T00:00Z", answer="200")
        ReaderReport.objects.create(model="topic", record=Topic.objects.first().uid, name="Тема", text="Ошибка")
        found = Proposal.objects.create(model="conference", name=f"{SECRET}ая находка", origin=Proposal.Origin.WATCH)
        page = WatchedPage.objects.create(name="Новости", url="https://library.example/feed")
        page.items.create(url="https://library.example/1", text="Прошёл вебинар.", proposal=found)
        for conference in (self.other_public, self.other_draft):
            self._propose(conference)

    def _hide(self, conference: Conference) -> None:
        conference.title = f"{SECRET}ое заседание"
        conference.save()
        conference.talks.update(title=f"{SECRET}ый доклад")
        conference.sessions.update(title=f"{SECRET}ая секция")
        conference.notes.update(label=f"{SECRET}ая заметка")
        conference.sources.update(headline=f"{SECRET}ая новость")
        # The versions from before say other words.
        Version.objects.of(conference).exclude(pk=Version.objects.of(conference).first().pk).delete()

    def _propose(self, conference: Conference) -> None:
        fields = revisions.snapshot(conference)[0]["fields"]
        row = RowChange(
            "events.conference",
            str(conference.uid),
            fields,
            {**fields, "city": f"{conference.title[:4]}град"},
            conference.pk,
        )
        change = RecordChange(Conference, conference.pk, str(conference.uid), fields, row.after, [row], set())
        names = revisions.names([(Conference, conference.pk)])
        proposing.propose([change], names, None, Proposal.Origin.SOURCE)

    def targets(self, model: Any) -> list[Any]:
        """Records of the model: what belongs to the other library, public and hidden."""
        name = model._meta.model_name
        found = {
            "conference": lambda: [self.other_public, self.other_draft],
            "talk": lambda: [self.other_public.talks.get(), self.other_draft.talks.get()],
            "version": lambda: [Version.objects.of(one).first() for one in (self.other_public, self.other_draft)],
            "proposal": lambda: list(Proposal.objects.all()),
            "speaker": lambda: [one.talks.get().people.get().speaker for one in (self.other_public, self.other_draft)],
        }.get(name, lambda: [model.objects.first()])
        return found()

    def hidden(self) -> Any:
        return revisions.editable_values(revisions.snapshot(self.other_draft))

    def others(self) -> Any:
        return self.hidden(), revisions.editable_values(revisions.snapshot(self.other_public))


def addresses(archive: Archive) -> Iterator[tuple[Any, str]]:
    """Every address of the admin, with keys of records of the other library."""
    for name in ("index", "autocomplete", "jsi18n", "password_change"):
        yield None, reverse(f"admin:{name}")
    for model, model_admin in admin.site._registry.items():
        base = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for target in archive.targets(model):
            second = model._base_manager.exclude(pk=target.pk).values_list("pk", flat=True).first() or target.pk
            for pattern in model_admin.get_urls()[:-1]:  # the last one only redirects
                keys = iter([str(target.pk), str(second)])
                yield model_admin, base + re.sub(r"<[^>]*>", lambda _key, keys=keys: next(keys), str(pattern.pattern))


def requests(client: Client, model_admin: Any, address: str) -> Iterator[Any]:
    """The page, its form with other words in it, and all actions of a list."""
    page = client.get(address)
    yield page
    fields = form_fields(page) if page.status_code == 200 and "text/html" in page["Content-Type"] else {}
    words = {name: "Подмена" for name, value in fields.items() if _is_text(name, value)}
    if fields:
        yield client.post(address, {**fields, **words, "post": "yes", "_continue": "1"})
    takes = re.findall(r'name="take" value="([^"]*)"', page.text) if fields else []
    yield client.post(address, {"post": "yes", "take": takes or ["x"], "slug": "podmena", "status": "published"})
    if fields and model_admin and address.endswith(f"/{model_admin.opts.model_name}/"):
        keys = list(model_admin.model._base_manager.values_list("pk", flat=True))
        for action in ["delete_selected", *(getattr(one, "__name__", one) for one in model_admin.actions)]:
            data = {"action": action, "_selected_action": keys, "post": "yes", "topics": "подмена", "kind": "1"}
            yield client.post(address, data)


def _is_text(name: str, value: Any) -> bool:
    technical = ("_FORMS", "-id", "-uid", "seen", "csrf", "slug", "order", "initial-", "DELETE", "-key")
    is_word = isinstance(value, str) and value and not value.isdecimal()
    return is_word and not any(part in name for part in technical) and not value.startswith(("http", "{"))


def walk(archive: Archive, client: Client, first: int = 0) -> Iterator[tuple[str, Any]]:
    for model_admin, address in sample(list(addresses(archive)), 10, first):
        with transaction.atomic():
            for response in requests(client, model_admin, address):
                assert response.status_code < 500, address
                yield address, response
            transaction.set_rollback(True)


@pytest.fixture
def archive(db) -> Archive:
    return Archive()


def test_visitors_and_staff_without_a_group_get_nothing(archive):
    nobody, revision = account("nikto"), PublicRevision.current()
    open_to_staff = {reverse(f"admin:{name}") for name in ("index", "jsi18n", "password_change")}
    for client in (Client(), nobody):
        for address, response in walk(archive, client, 0 if client is nobody else 1):
            if client is nobody and address in open_to_staff:
                assert SECRET not in response.text
            elif "jsi18n" not in address:
                assert response.status_code in (302, 403, 404, 405), address
            assert PublicRevision.current() == revision, address


def test_an_archivist_changes_nothing_that_visitors_see_by_any_form(archive):
    archivist, revision = account("arkhivist", "Архивисты"), PublicRevision.current()
    for address, _response in walk(archive, archivist, 2):
        assert PublicRevision.current() == revision, address


@pytest.mark.parametrize("group", ["Архивисты", "Редакторы"])
def test_an_account_of_a_library_neither_sees_nor_changes_what_is_of_another(archive, group):
    local, before = account("svoi", group, archive.library), archive.others()
    for address, response in walk(archive, local, 3 if group == "Архивисты" else 4):
        if "text/html" in response.get("Content-Type", ""):
            assert SECRET not in response.text, address
        assert archive.others() == before, address
