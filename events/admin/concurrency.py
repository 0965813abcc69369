"""No lost update: a form opened before a colleague saved the same record is refused, with both values side by side.

A page carries the revision of its record (`SEEN`): the newest version of the root, or a digest of a record that has no
versions. Whoever saves later sees what changed meanwhile and takes, field by field, the colleague’s value or their own.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core import serializers
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from .. import revisions
from ..models import RecordingOffset, Talk, Version, aggregates
from . import unsaved

SEEN = "seen"  # the hidden input with the revision
CHOICE = "choice:"  # prefix of the inputs that choose between two values
IGNORED = {"last_login"}  # columns that change without anybody's editing


def root_uids(model: type[models.Model], pk: Any) -> models.QuerySet:
    path = aggregates.root_path(model)
    return model._base_manager.filter(pk=pk).values("uid" if path == "pk" else f"{path}__uid")


def version_of(model: type[models.Model], pk: Any) -> str:
    """The newest version of the root of a record, "" without one; read before the record it is never too new."""
    if not aggregates.is_archive_model(model):
        return ""
    try:
        versions = Version.objects.filter(record__in=root_uids(model, pk))
    except (TypeError, ValueError, OverflowError):
        return ""
    return str(versions.order_by("-pk").values_list("pk", flat=True).first() or "")


def digest_of(record: models.Model, related: Iterable[models.Model] = ()) -> str:
    """A digest of a record without versions, and of the rows that its page edits along."""
    rows = json.loads(serializers.serialize("json", [record, *related]))
    for row in rows:
        row["fields"] = {name: value for name, value in row["fields"].items() if name not in IGNORED}
    return digest(rows)


def digest(values: Any) -> str:
    """A digest of values that JSON can hold, by which their change is noticed."""
    return hashlib.blake2b(json.dumps(values, sort_keys=True).encode(), digest_size=12).hexdigest()


def last_save(record: models.Model) -> tuple[Any, Any]:
    """Who saved the record last, and when; None where nothing is known."""
    if aggregates.is_archive_model(type(record)):
        version = Version.objects.of(aggregates.root(record)).select_related("user").without_content().first()
        return (version.user, version.created) if version else (None, None)
    content_type = ContentType.objects.get_for_model(record)
    entries = LogEntry.objects.filter(content_type=content_type, object_id=str(record.pk)).select_related("user")
    entry = entries.order_by("-pk").first()
    return (entry.user, entry.action_time) if entry else (None, None)


def stale_message(record: models.Model) -> str:
    who, when = last_save(record)
    moment = timezone.localtime(when).strftime("%H:%M") if when else "—"
    return _(
        "%(who)s saved this record at %(when)s, while it was open here. Nothing of yours is saved yet: compare, "
        "choose and save again."
    ) % {"who": who.get_full_name() or who.get_username() if who else _("Someone"), "when": moment}


def is_stale(record: models.Model, opened: str, now: str) -> bool:
    """Whether anything of the record itself changed after its page was opened."""
    if opened == now:
        return False
    # A talk has a page of its own: the page of the conference is not refused for it, nor the talk’s for the rest.
    before = _version(record, opened)
    return before is None or _own(before.rows, record) != _own(revisions.snapshot(aggregates.root(record)), record)


def _version(record: models.Model, opened: str) -> Version | None:
    if not aggregates.is_archive_model(type(record)) or not opened.isdecimal() or len(opened) > 18:
        return None
    return Version.objects.of(aggregates.root(record)).filter(pk=int(opened)).first()


def _own(rows: list[dict[str, Any]], record: models.Model) -> dict[Any, Any]:
    """What the page of a record edits of the rows of its aggregate."""
    if aggregates.is_root(type(record)):
        return revisions.editable_values(_without_talks(rows))
    uid = str(record.uid)
    own = [row for row in rows if uid == row["uid"] or uid in row["fields"].values()]
    return revisions.editable_values(own)


def _without_talks(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    talks = {row["uid"] for row in rows if row["model"] == Talk._meta.label_lower}
    # The starts of talks are edited with the recording of the conference.
    offset = RecordingOffset._meta.label_lower
    return [
        row
        for row in rows
        if row["uid"] not in talks and (row["model"] == offset or talks.isdisjoint(map(str, row["fields"].values())))
    ]


class RevisionForm(forms.ModelForm):
    """A form of a stored record that refuses to overwrite what was saved after it was opened."""

    opened = ""  # set by the admin, which knows the request
    is_stale = False

    def clean(self) -> dict[str, Any] | None:
        self.is_stale = is_stale(self.instance, self.opened, self.instance.revision)
        if self.is_stale:
            self.add_error(None, stale_message(self.instance))
        return super().clean()


class ConcurrentAdmin(admin.ModelAdmin):
    """An admin page whose forms notice that a colleague saved the same record."""

    class Media:
        css = {"all": ["admin-archive/admin.css"]}

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        version = version_of(self.model, object_id)
        record = super().get_object(request, object_id, from_field)
        if record is not None:
            record.revision = version or digest_of(record, self.rows_of(record))
        return record

    def rows_of(self, record: models.Model) -> list[models.Model]:
        """The rows, of a record without versions, that its page edits along."""
        return []

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is not None:
            opened = {"opened": request.POST.get(SEEN, "")}
            kwargs.setdefault("form", type(self.form.__name__, (RevisionForm, self.form), opened))
        if unsaved.is_typed_before(request):
            form = kwargs.get("form") or getattr(self, "add_form", self.form)
            kwargs["form"] = type(form.__name__, (unsaved.ShownForm, form), {})
        return super().get_form(request, obj, change=change, **kwargs)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        unsaved.typed_before(request)
        take_chosen(request)
        return super().changeform_view(request, *args, **kwargs)

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        record, form = context.get("original"), context["adminform"].form
        if record is not None:
            context[SEEN] = record.revision
            if getattr(form, "is_stale", False):
                rows = [row for inline in context["inline_admin_formsets"] for row in forms_of(inline.formset)]
                context["conflicts"] = list(conflicts(record, form.opened, [form, *rows]))
        return super().render_change_form(request, context, *args, **kwargs)


class ListRowForm(forms.ModelForm):
    """A row edited in a list: what is sent back as it was shown is no change, whatever a colleague made of it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.show_hidden_initial = True

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        for name in self.changed_data:
            bound, now = self[name], self.initial.get(name)
            if name in self.initial and bound.field.to_python(self.data.get(bound.html_initial_name)) != now:
                self.data = self.data.copy()
                self.data[bound.html_initial_name] = str(now)
                self.add_error(
                    name,
                    _("A colleague changed it meanwhile: now it is %(now)s. Save again to set yours.") % {"now": now},
                )
        return cleaned


def forms_of(formset: Any) -> Iterator[Any]:
    """The forms of a formset, each knowing whether its row was stored when the page was opened."""
    for number, form in enumerate(formset.forms):
        form.is_stored = formset.is_bound and number < formset.initial_form_count()
        yield form


# ── Both values side by side ────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Conflict:
    """A field in which a form differs from what a colleague saved meanwhile."""

    name: str
    label: str
    before: str
    theirs: str
    mine: str
    sent: str  # JSON: what the form has to send to take theirs
    is_theirs_only: bool  # only the colleague changed it
    is_removed: bool = False


def conflicts(record: models.Model, opened: str, forms: Iterable[Any]) -> Iterator[Conflict]:
    """The fields that differ and that the colleague changed; without a version to compare with, all that differ."""
    version = _version(record, opened)
    before = {row["uid"]: row["fields"] for row in version.rows} if version else {}
    now = {}
    if version:
        now = {row["uid"]: row["fields"] for row in revisions.snapshot(aggregates.root(record))}
    for form in forms:
        uid = str(getattr(form.instance, "uid", ""))
        if form.instance.pk is None:
            if getattr(form, "is_stored", False) and not form.data.get(form.add_prefix("DELETE")):
                yield _removed(form)
            continue
        for name in form.changed_data:
            bound = form[name]
            if name in ("DELETE", SEEN) or bound.field.disabled or bound.is_hidden:
                continue
            old, new = before.get(uid, {}), now.get(uid, {})
            if name in old and old[name] == new.get(name):
                continue
            yield _conflict(form, bound, old.get(name), name in old)


def _conflict(form: Any, bound: Any, stored: Any, is_known: bool) -> Conflict:
    column = form._meta.model._meta.get_field(bound.name) if is_known else None
    before = _from_json(column, stored) if column else None
    mine = bound.data
    return Conflict(
        bound.html_name,
        _label(form, bound),
        shown(bound, before) if is_known else "",
        shown(bound, bound.initial),
        shown(bound, bound.value()),
        json.dumps(sent_values(bound), ensure_ascii=False),
        is_known and not bound.field.has_changed(before, mine),
    )


def _removed(form: Any) -> Conflict:
    prefix = form.add_prefix("DELETE")
    label = capfirst(form._meta.model._meta.verbose_name)
    named = (form[name].value() for name in ("title", "name", "headline", "label", "as_printed") if name in form.fields)
    mine = next((str(value) for value in named if value), "")
    return Conflict(prefix, label, "", _("removed"), mine, json.dumps({prefix: ["on"]}), True, is_removed=True)


def _from_json(column: models.Field, value: Any) -> Any:
    if column.is_relation:
        return column.related_model._base_manager.filter(uid=value).values_list("pk", flat=True).first()
    return column.to_python(value)


def _label(form: Any, bound: Any) -> str:
    if not form.prefix:
        return capfirst(bound.label)
    return f"{capfirst(form.instance._meta.verbose_name)} «{form.instance}»: {capfirst(bound.label)}"


def shown(bound: Any, value: Any) -> str:
    """A value of a form field as words."""
    field = bound.field
    if isinstance(field, forms.BooleanField):
        return _("yes") if value else _("no")
    if value in (None, "", []):
        return "—"
    if isinstance(field, forms.ModelMultipleChoiceField):
        keys = [getattr(each, "pk", each) for each in value]
        return ", ".join(map(str, field.queryset.filter(pk__in=keys))) or "—"
    if isinstance(field, forms.ModelChoiceField):
        # A name may be typed instead of chosen.
        return str(field.queryset.filter(pk=value).first() or "—") if str(value).isdecimal() else str(value)
    if isinstance(field, forms.ChoiceField):
        return str(dict(field.choices).get(value, value))
    return str(field.prepare_value(value))


def sent_values(bound: Any) -> dict[str, list[str]]:
    """What a browser sends if the field is left as the archive has it now."""
    widget = getattr(bound.field.widget, "widget", bound.field.widget)
    value = bound.field.prepare_value(bound.initial)
    if isinstance(widget, forms.FileInput):
        return {bound.html_name: []}
    if isinstance(widget, forms.MultiWidget):
        parts = value if isinstance(value, list | tuple) else widget.decompress(value)
        return {
            f"{bound.html_name}{name}": [str(part.format_value(one) or "")]
            for name, part, one in zip(widget.widgets_names, widget.widgets, parts, strict=True)
        }
    if isinstance(widget, forms.CheckboxInput):
        return {bound.html_name: ["on"] if value else []}
    if isinstance(widget, forms.Select):
        chosen = {bound.html_name: [str(one) for one in widget.format_value(value)]}
        return chosen | ({f"{bound.html_name}_name": []} if f"{bound.html_name}_name" in bound.form.data else {})
    return {bound.html_name: [str(widget.format_value(value) or "")]}


def take_chosen(request: HttpRequest) -> None:
    """Put the colleague’s values, where they were chosen, in place of those typed."""
    chosen = [(name.removeprefix(CHOICE), sent) for name, sent in request.POST.items() if name.startswith(CHOICE)]
    if not chosen:
        return
    request.POST = request.POST.copy()
    for name, sent in chosen:
        try:
            values = json.loads(sent) if sent else {}
        except ValueError:
            continue
        for key, found in values.items() if isinstance(values, dict) else ():
            if not key.startswith(name) or not isinstance(found, list):
                continue
            request.FILES.pop(key, None)
            request.POST.setlist(key, [str(one) for one in found])
            if not found:
                del request.POST[key]
