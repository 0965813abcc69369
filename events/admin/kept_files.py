"""Files of a form that was refused: kept for the account, and offered beside their field until the form is saved.

No page can preset a file input. The server keeps the file, and a ticked box beside the input, whose name has the ending
KEPT, says which. When the form comes back, the file stands among the uploaded ones again.
"""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminFileWidget
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from ..operations import pending_uploads

KEPT = "-kept"


class KeptFiles:
    """A file input with the files that were kept, each with a box to be unticked by whoever does not want it."""

    kept: tuple[tuple[str, str], ...] = ()  # token and name

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> str:
        html = super().render(name, value, attrs, renderer)
        label = _("keep %s")
        boxes = ((name + KEPT, token, label % file) for token, file in self.kept)
        line = '<label class="kept-file"><input type="checkbox" name="{}" value="{}" checked> {}</label>'
        return format_html("{}{}", html, format_html_join("", line, boxes))


class FileInput(KeptFiles, forms.FileInput):
    pass


class RowFileInput(KeptFiles, AdminFileWidget):
    """The file input of a row, which may show a stored file."""


def restore(request: HttpRequest, account: str) -> None:
    """Put the kept files that a form names among its uploaded ones, unless others were chosen instead."""
    names = [name for name in request.POST if name.endswith(KEPT)]
    for name in names:
        field = name.removesuffix(KEPT)
        if field in request.FILES:
            continue
        for token in request.POST.getlist(name):
            if (file := pending_uploads.find(account, token)) is not None:
                file.token = token
                request.FILES.appendlist(field, file)


def keep(request: HttpRequest, form_list: Iterable[Any]) -> set[str]:
    """Keep the files of these refused forms; return the names of the fields whose files are kept.

    A file that is refused itself is not kept.
    """
    kept = set()
    for form in form_list:
        for name, field in form.fields.items() if form.is_bound else ():
            prefixed = form.add_prefix(name)
            files = request.FILES.getlist(prefixed)
            if files and isinstance(field.widget, KeptFiles) and name not in form.errors:
                field.widget.kept = tuple((token_of(file, str(request.user.pk)), file.name) for file in files)
                kept.add(prefixed)
    return kept


def token_of(file: Any, account: str) -> str:
    return getattr(file, "token", None) or pending_uploads.store(account, file)


def remove_saved(request: HttpRequest, response: HttpResponse) -> None:
    """Delete the kept files that a saved form named."""
    if request.method == "POST" and response.status_code == 302:
        for name in request.POST:
            for token in request.POST.getlist(name) if name.endswith(KEPT) else ():
                pending_uploads.remove(str(request.user.pk), token)
