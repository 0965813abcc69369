"""The two kinds of pages: a list of public records, and one record by its address."""

from collections.abc import Hashable
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers
from django.views.generic import DetailView, ListView
from django.views.generic.list import MultipleObjectMixin

from ..models import Conference, OldAddress
from ..models.composed import composed


class CountedPaginator(Paginator):
    """A paginator that is told the number instead of asking for it."""

    def __init__(self, *args: Any, count: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.count = count  # type: ignore[misc]


class Paged(MultipleObjectMixin):
    """A page number that does not exist is 404; the numbers shown are 1 2 … 7 8 9 … 20."""

    paginate_by = 20

    @staticmethod
    def listed(*shape: Any, **values: Any) -> Any:
        """All records of the list, in order; the arguments are those of its `Listed`."""
        raise NotImplementedError

    @staticmethod
    def with_rows(records: Any) -> Any:
        """The records of one page with what their rows show."""
        return records

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        page = context["page_obj"]
        if page is not None:
            context["page_numbers"] = page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
            context["canonical_query"] = self.canonical_query(page.number)
        return context

    def canonical_query(self, page: int) -> str:
        return f"page={page}" if page > 1 else ""


class Listed:
    """The records of a list as a paginator asks for them: their number, and those of one page."""

    def __init__(self, view: type[Paged], *shape: Hashable, **values: str) -> None:
        self.view, self.shape, self.values, self.model = view, shape, values, view.model

    def __len__(self) -> int:
        return sum(_count(self.view, *self.shape, **self.values))

    def __getitem__(self, part: slice) -> list[Any]:
        if part.start == part.stop:
            return []
        return _rows(self.view, part.start, part.stop, *self.shape, **self.values)


@composed
def _count(view: type[Paged], *shape: Hashable, **values: str) -> QuerySet:
    return view.listed(*shape, **values).as_number()


@composed
def _rows(view: type[Paged], start: int, stop: int, *shape: Hashable, **values: str) -> QuerySet:
    # By key: sorting the whole list, the database need not carry along what only the rows of one page show.
    records = view.listed(*shape, **values)
    rows = records.model.objects.filter(pk__in=records[start:stop].values("pk"))
    return view.with_rows(rows.order_by(*records.query.order_by))


class PublicList(Paged, ListView):
    def get_queryset(self) -> Listed:
        return Listed(type(self))


class RecordPage(DetailView):
    """Published: for everybody; not yet: for staff; moved: a redirect for good; withdrawn: gone, and says so."""

    def get_queryset(self) -> Any:
        return self.model.objects.visible_to(self.request.user)

    @staticmethod
    def preloaded(records: Any) -> Any:
        return records

    def record(self, slug: str) -> Any:
        """What stands here for this visitor, with all that the page shows; None if nothing does."""
        if self.request.user.is_anonymous:
            return next(iter(_public(type(self), slug=slug)), None)
        return self.preloaded(self.get_queryset()).filter(slug=slug).first()

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        self.object = self.record(slug)
        if self.object is None:
            return self.elsewhere(slug)
        hidden = request.user.is_staff and not self.model.objects.published().filter(pk=self.object.pk).exists()
        response = self.render_to_response(self.get_context_data(is_hidden=hidden))
        if hidden:
            response["X-Robots-Tag"] = "noindex"
            add_never_cache_headers(response)
        return response

    def elsewhere(self, slug: str) -> HttpResponse:
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


@composed
def _public(view: type[RecordPage], slug: str) -> QuerySet:
    return view.preloaded(view.model.objects.published()).filter(slug=slug)
