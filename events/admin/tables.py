"""Import and export of spreadsheets in the admin: an example, a preview, the import, the export."""

import base64
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from .. import revisions, rights, table
from ..export import tables as export
from ..importing import tables as importing
from ..models import AuditEntry
from ..operations import audit
from ..russian import person_names
from ..russian.person_names import Doubt, Order
from .revisions import import_page

MAX_BYTES = 5 * 1024 * 1024
_SESSION_KEY = "table to import"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

EXAMPLE = [
    {
        "title": "Вымышленные чтения",
        "kind": "вебинар",
        "format": "онлайн",
        "start": "09.06.2020",
        "city": "Вымыслов",
        "organisers": "Вымышленная областная библиотека; Музей придуманной книги",
        "moderators": "Сочинский Пётр Ильич",
        "topics": "каталоги; редкие книги",
        "source_url": "https://library.example/news/1",
        "talk_number": "1",
        "talk_kind": "доклад",
        "talk_title": "О каталогах",
        "speakers": "Придуманная А. Б.; Фантазёров Иван Львович",
        "positions": "библиограф; директор",
        "affiliations": "Вымышленная областная библиотека; Музей придуманной книги",
    },
    {"talk_number": "2", "talk_kind": "доклад", "talk_title": "О редких книгах", "speakers": "Придуманная А. Б."},
    {"theme": "Библиотека и дети", "kind": "круглый стол", "start": "апрель 2019", "year_supplied": "да"},
]


class TableForm(forms.Form):
    file = forms.FileField(
        label=_("Table"),
        help_text=_("XLSX, XLS, ODS or CSV, up to 5 MB."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv,.txt,.tsv"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(_("The file is larger than 5 MB. Divide the table."))
        try:
            self.content = file.read()
            self.table = table.open_table(self.content)
        except table.TableError as error:
            raise forms.ValidationError(str(error)) from error
        if not self.table.rows:
            raise forms.ValidationError(_("The table has no filled rows below the column names."))
        if not own_rows(self.table):
            raise forms.ValidationError(_("The table has nothing but the rows of the example."))
        return file


def own_rows(read: table.Table) -> list[table.TableRow]:
    """The rows without those of the example, which people forget to delete."""
    return [row for row in read.rows if row.cells not in EXAMPLE]


class ColumnsForm(forms.Form):
    """Which of our columns the doubtful ones of a table are; of a programme, which event it is of."""

    def __init__(self, read: table.Table, data: Any = None) -> None:
        super().__init__(data)
        self.table = read
        if read.names_no_event:
            self.fields["event"] = forms.CharField(
                label=_("Event of all rows"),
                required=False,
                max_length=300,
                help_text=_("Its title, or [code] of an event of the archive."),
            )
            self.fields["start"] = forms.CharField(
                label=_("Its date"), required=False, max_length=100, help_text=_("09.06.2020; of a new event.")
            )
        if unclear := unclear_names(read):
            self.fields["order"] = forms.ChoiceField(
                label=_("Order of names"),
                required=False,
                choices=[
                    ("", _("family name, then given name; others I correct in the table")),
                    (Order.GIVEN_FIRST, _("given name, then family name")),
                ],
                help_text="; ".join(unclear[:5]),
            )
        choices = [("", _("leave out")), *((column.key, column.header) for column in table.COLUMNS)]
        for column in read.doubtful:
            examples = "; ".join(column.examples)
            self.fields[f"column-{column.place}"] = forms.ChoiceField(
                label=column.header, choices=choices, required=False, initial=column.key, help_text=examples[:200]
            )

    def chosen(self) -> dict[int, str]:
        columns = (name for name in self.cleaned_data if name.startswith("column-"))
        return {int(name.removeprefix("column-")): self.cleaned_data[name] for name in columns}

    def order(self) -> str:
        return self.cleaned_data.get("order", "")

    def event(self) -> dict[str, str]:
        """The cells of the event that all rows are of."""
        name, start = self.cleaned_data.get("event", ""), self.cleaned_data.get("start", "")
        title, code = table.name_and_code(name)
        found = {"code": code} if code and not title else {"title": name}
        return {key: value for key, value in {**found, "start": start}.items() if value}

    def clean(self) -> dict[str, str]:
        chosen = [key for key in self.chosen().values() if key]
        if len(chosen) > len(set(chosen)):
            raise forms.ValidationError(_("Two columns of the table cannot be the same column of the archive."))
        if self.table.names_no_event and not (set(chosen) & table.NAMING_EVENT or self.cleaned_data.get("event")):
            self.add_error("event", _("No column names the event: write which one it is."))
        return self.cleaned_data


def unclear_names(read: table.Table) -> list[str]:
    """The names of people that do not say which word is the family name."""
    cells = {row.cells.get(key, "") for row in read.rows for key in table.PEOPLE}
    found = (item for cell in sorted(cells) for item in table.items(cell) if item)
    return [
        item
        for item in dict.fromkeys(found)
        if any(name.doubt is Doubt.ORDER for name in person_names.people(item, Order.FAMILY_FIRST))
    ]


def is_asked(read: table.Table) -> bool:
    """Whether the table has something to be confirmed first."""
    return bool(read.doubtful or read.names_no_event or unclear_names(read))


def urls(model_admin: admin.ModelAdmin) -> list[URLPattern]:
    """The URLs of these pages, below the list of conferences."""

    def page(view: Any) -> Any:
        return model_admin.admin_site.admin_view(lambda request: view(model_admin, request))

    return [
        path("table/", page(import_table), name="events_conference_table"),
        path("table/example.xlsx", page(example), name="events_conference_table_example"),
    ]


def import_table(model_admin: admin.ModelAdmin, request: HttpRequest) -> HttpResponse:
    """Show a preview of the uploaded table; once confirmed, import it."""
    if not (model_admin.has_add_permission(request) and model_admin.has_change_permission(request)):
        raise PermissionDenied
    stored = request.session.get(_SESSION_KEY)
    if request.POST.get("confirm") and stored and not stored.get("unconfirmed"):
        return _imported(model_admin, request, stored)
    if request.POST.get("columns") and (stored := request.session.get(_SESSION_KEY)):
        return _with_columns(model_admin, request, stored)
    form = TableForm(request.POST, request.FILES) if request.method == "POST" else TableForm()
    if not form.is_valid():
        return _page(model_admin, request, form)
    name = form.cleaned_data["file"].name
    broken_off = stored or {}
    stored = {"name": name, "content": base64.b64encode(form.content).decode(), "columns": {}}
    if broken_off.get("content") == stored["content"] and "number" in broken_off:
        stored["number"] = broken_off["number"]
    if is_asked(form.table):
        request.session[_SESSION_KEY] = stored | {"unconfirmed": True}
        return _page(model_admin, request, form, columns_form=ColumnsForm(form.table))
    return _preview(model_admin, request, stored, form.table)


def _with_columns(model_admin: admin.ModelAdmin, request: HttpRequest, stored: dict[str, Any]) -> HttpResponse:
    """Show the preview with the columns as they were confirmed."""
    content = base64.b64decode(stored["content"])
    columns_form = ColumnsForm(table.open_table(content), request.POST)
    if not columns_form.is_valid():
        return _page(model_admin, request, TableForm(), columns_form=columns_form)
    chosen = columns_form.chosen()
    try:
        confirmed = table.open_table(content, chosen)
        confirmed.of_event(columns_form.event())
    except table.TableError as error:
        columns_form.add_error(None, str(error))
        return _page(model_admin, request, TableForm(), columns_form=columns_form)
    stored = {
        **stored,
        "columns": chosen,
        "event": columns_form.event(),
        "order": columns_form.order(),
        "unconfirmed": False,
    }
    return _preview(model_admin, request, stored, confirmed)


def _preview(
    model_admin: admin.ModelAdmin, request: HttpRequest, stored: dict[str, Any], read: table.Table
) -> HttpResponse:
    report = importing.import_rows(
        own_rows(read),
        commit=False,
        user=request.user,
        is_restricted=rights.is_restricted(request.user),
        order=Order(stored.get("order") or Order.FAMILY_FIRST),
    )
    return _checked(model_admin, request, stored, report, _notes(read))


def _notes(read: table.Table) -> list[str]:
    """What is left out of the table."""
    examples = len(read.rows) - len(own_rows(read))
    said = ngettext("%(count)d row of the example", "%(count)d rows of the example", examples) % {"count": examples}
    return [*read.notes, said] if examples else read.notes


def _checked(
    model_admin: admin.ModelAdmin,
    request: HttpRequest,
    stored: dict[str, Any],
    report: importing.Report,
    notes: list[str],
) -> HttpResponse:
    """Show what a check found, to be confirmed if nothing is wrong."""
    request.session.pop(_SESSION_KEY, None)
    if not report.problems and _is_for_editors(request, report):
        return _page(model_admin, request, TableForm())
    if not report.problems:
        request.session[_SESSION_KEY] = stored | {"agreed": report.changes_digest}
    elif report.is_partial:
        # Not to be confirmed, but what is chosen again goes on under the same number.
        request.session[_SESSION_KEY] = stored | {"unconfirmed": True}
    return _page(model_admin, request, TableForm(), report, notes=notes)


def _imported(model_admin: admin.ModelAdmin, request: HttpRequest, stored: dict[str, Any]) -> HttpResponse:
    # Keys of JSON are strings.
    chosen = {int(place): key for place, key in stored["columns"].items()}
    read = table.open_table(base64.b64decode(stored["content"]), chosen or None)
    read.of_event(stored.get("event", {}))
    # Kept before anything is written: an import that is broken off goes on under its number.
    stored = {"number": revisions.new_import_number(), **stored}
    request.session[_SESSION_KEY] = stored
    request.session.save()
    report = importing.import_rows(
        own_rows(read),
        commit=True,
        user=request.user,
        comment=str(_("from the table “%s”") % stored["name"]),
        is_restricted=rights.is_restricted(request.user),
        agreed=stored.get("agreed", ""),
        import_number=stored["number"],
        order=Order(stored.get("order") or Order.FAMILY_FIRST),
    )
    if report.is_outdated:
        messages.warning(request, _("The archive has changed since you saw this list. Look at it again."))
    if report.is_outdated or report.problems:
        return _checked(model_admin, request, stored, report, _notes(read))
    del request.session[_SESSION_KEY]
    added, changed = revisions.count_written(stored["number"])
    # The same number that the page of the import has, and the message when it is undone.
    said = gettext("Written records: %(count)d (added %(added)d, changed %(changed)d).")
    messages.success(request, said % {"count": added + changed, "added": added, "changed": changed})
    if added or changed:
        link = format_html(
            '<a href="{}">{}</a>', import_page(stored["number"]), gettext("all that was written, and how to undo it")
        )
        messages.info(request, format_html(gettext("If the table was the wrong one: {link}."), link=link))
    return HttpResponseRedirect(reverse("admin:events_conference_changelist"))


def _is_for_editors(request: HttpRequest, report: importing.Report) -> bool:
    """Whether the table changes records of the archive and this user may only add; then says so."""
    if not report.changed or rights.may_publish_all(request.user):
        return False
    messages.error(
        request, _("This table changes records of the archive: an editor may import it. You may add new events.")
    )
    return True


def _page(
    model_admin: admin.ModelAdmin,
    request: HttpRequest,
    form: TableForm,
    report: importing.Report | None = None,
    *,
    notes: list[str] | None = None,
    columns_form: ColumnsForm | None = None,
) -> HttpResponse:
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": _("Events from a table"),
        "form": form,
        "report": report,
        "notes": notes,
        "columns_form": columns_form,
        "columns": table.COLUMNS,
        "media": model_admin.media,
    }
    return TemplateResponse(request, "admin/events/conference/table.html", context)


def example(model_admin: admin.ModelAdmin, request: HttpRequest) -> HttpResponse:
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    return _download("primer.xlsx", table.xlsx_bytes(EXAMPLE, hints=True), _XLSX)


@admin.action(description=_("Save the selected as an XLSX table"), permissions=["view"])
def as_xlsx(model_admin: admin.ModelAdmin, request: HttpRequest, queryset: QuerySet) -> HttpResponse:
    audit.record(AuditEntry.Action.EXPORT, f"arkhiv.xlsx: {queryset.count()}")
    return _download("arkhiv.xlsx", table.xlsx_bytes(export.rows(export.preloaded(queryset))), _XLSX)


@admin.action(description=_("Save the selected as a CSV table"), permissions=["view"])
def as_csv(model_admin: admin.ModelAdmin, request: HttpRequest, queryset: QuerySet) -> HttpResponse:
    audit.record(AuditEntry.Action.EXPORT, f"arkhiv.csv: {queryset.count()}")
    return _download("arkhiv.csv", table.csv_bytes(export.rows(export.preloaded(queryset))), "text/csv; charset=utf-8")


def _download(name: str, content: bytes, content_type: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
