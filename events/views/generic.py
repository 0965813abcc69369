"""The two kinds of pages: a list of public records, and one record by its address."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.views.generic import DetailView, ListView
from django.views.generic.list import MultipleObjectMixin

from ..models import Conference, OldAddress, PageVersion, ShownVersion


class CountedPaginator(Paginator):
    """A paginator that is told the number instead of asking for it."""

    def __init__(self, *args: Any, count: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.count = count  # type: ignore[misc]


class RowsPaginator(Paginator):
    """A paginator that adds to the records of one page what their rows show.

    By key: sorting the whole list, the database need not carry along what only the rows of one page show.
    """

    def __init__(self, *args: Any, with_rows: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.with_rows = with_rows

    def page(self, number: int | str) -> Any:
        page = super().page(number)
        rows = self.object_list.model.objects.filter(pk__in=page.object_list.values("pk"))
        page.object_list = list(self.with_rows(rows.order_by(*self.object_list.query.order_by)))
        return page


class Paged(MultipleObjectMixin):
    """A page number that does not exist is 404; the numbers shown are 1 2 … 7 8 9 … 20."""

    paginate_by = 20
    # What is known of the number of records without counting them.
    count: int | None = None

    @staticmethod
    def with_rows(records: QuerySet) -> QuerySet:
        """The records of one page with what their rows show."""
        return records

    def get_paginator(self, *args: Any, **kwargs: Any) -> Paginator:
        paginator = RowsPaginator(*args, with_rows=self.with_rows, **kwargs)
        if self.count is not None:
            paginator.count = self.count
        return paginator

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        page = context["page_obj"]
        if page is not None:
            context["page_numbers"] = page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
            context["canonical_query"] = self.canonical_query(page.number)
        return context

    def canonical_query(self, page: int) -> str:
        return f"page={page}" if page > 1 else ""


class PublicList(Paged, ListView):
    """A list of public records; what it shows depends on the whole public archive."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        shown = ShownVersion.now()
        response = super().get(request, *args, **kwargs)
        # Rendered now, so that nothing is asked for after the version that the page is kept with.
        return shown_as(shown, response.render())


def shown_as(shown: ShownVersion | None, response: HttpResponse) -> HttpResponse:
    """Say what a page depends on: the cache keeps it with that version."""
    response.shown = shown
    return response


class RecordPage(DetailView):
    """Published: for everybody; not yet: for staff; moved: a redirect for good; withdrawn: gone, and says so."""

    # Whether the page version of its record follows all that the page shows: nothing found by likeness.
    shows_relations_only = True
    shows_today = False

    def get_queryset(self) -> QuerySet:
        return self.with_related(self.model.objects.visible_to(self.request.user))

    @staticmethod
    def with_related(records: QuerySet) -> QuerySet:
        """The records with all that the page shows."""
        return records

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        shown = None if self.shows_relations_only else ShownVersion.now(today=self.shows_today)
        self.object = self.get_queryset().annotate(**self.page_version()).filter(slug=slug).first()
        if self.object is None:
            return self.redirect_or_gone(slug)
        hidden = request.user.is_staff and not self.model.objects.published().filter(pk=self.object.pk).exists()
        response = self.render_to_response(self.get_context_data(is_hidden=hidden)).render()
        if hidden:
            response["X-Robots-Tag"] = "noindex"
            add_never_cache_headers(response)
            return response
        if shown is None:
            day = timezone.localdate() if self.shows_today else None
            shown = ShownVersion(self.object.page_number or 0, self.object.page_record, day)
        return shown_as(shown, response)

    # The path to the uid of the record whose version the page has.
    record_path = "uid"

    def page_version(self) -> dict[str, Any]:
        """The version is read in the statement that reads the record: before everything else that the page shows."""
        versions = PageVersion.objects.filter(record=OuterRef(self.record_path))
        return {"page_record": F(self.record_path), "page_number": Subquery(versions.values("number"))}

    def redirect_or_gone(self, slug: str) -> HttpResponse:
        """Nothing visible stands here. Only where the reader may go is the way shown: a slug is made of a title."""
        moved = OldAddress.current(self.model, slug)
        record = self.get_queryset().filter(slug=moved).first() if moved else None
        if record is not None:
            query = self.request.META.get("QUERY_STRING")
            return redirect(record.get_absolute_url() + (f"?{query}" if query else ""), permanent=True)
        if withdrawn := self.withdrawn(moved or slug):
            return render(self.request, "events/withdrawn.html", {"reason": withdrawn.withdrawn_reason}, status=410)
        raise Http404

    def withdrawn(self, slug: str) -> Conference | None:
        return None
