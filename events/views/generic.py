"""Base classes of the public pages: a list of records, an alphabetical index, the page of one record."""

import datetime
import itertools
import uuid
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Case, Count, F, OuterRef, QuerySet, Subquery, When
from django.db.models.functions import Substr
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import get_template
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.functional import Promise, cached_property
from django.utils.safestring import SafeString
from django.views.generic import DetailView, ListView
from django.views.generic.list import MultipleObjectMixin

from confarchive.cache import by_page_version, is_anonymous_read, store_part, stored_part

from .. import rights
from ..export import record as description
from ..models import Conference, OldAddress, PageVersion, PublicRevision, ShownVersion, Speaker, Talk
from ..revisions.withholding import HiddenSpeakers
from ..russian.folding import index_letter
from ..search import list_counts
from ..search.documents import KIND_OF


class CountedPaginator(Paginator):
    """A paginator with a known count, which saves a query."""

    def __init__(self, *args: Any, count: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.count = count  # type: ignore[misc]


class RowsPaginator(Paginator):
    """A paginator that prefetches for the records of one page what their rows show, or has the rows themselves.

    The page is selected by primary key first, so that the database sorts the whole list without the joins of the rows.
    """

    def __init__(self, *args: Any, with_rows: Any, row_template: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.with_rows, self.row_template = with_rows, row_template

    def page(self, number: int | str) -> Any:
        page = super().page(number)
        if self.row_template:
            page.object_list = rendered_rows(page.object_list, self.row_template)
            return page
        rows = self.object_list.model.objects.filter(pk__in=page.object_list.values("pk"))
        page.object_list = list(self.with_rows(rows.order_by(*self.object_list.query.order_by)))
        return page


def rendered_rows(records: QuerySet, template: str) -> list[SafeString]:
    """The rows of these records, each rendered once for the version of its record and the day.

    A row depends on its record alone, which the template knows by the name of its model.
    """
    model = records.model
    versions = PageVersion.objects.filter(record=OuterRef("conference__uid" if model is Talk else "uid"))
    found = records.annotate(version=Subquery(versions.values("number"))).values_list("pk", "uid", "version")
    day = timezone.localdate()

    def render_missing(missing: list[tuple[int, uuid.UUID]]) -> dict[tuple[int, uuid.UUID], SafeString]:
        row = get_template(template)
        some = model.objects.filter(pk__in=[pk for pk, _uid in missing]).with_card()
        return {(record.pk, record.uid): row.render({model._meta.model_name: record}) for record in some}

    return list(by_page_version(template, {(pk, uid): (n, day) for pk, uid, n in found}, render_missing).values())


class KeysPaginator(Paginator):
    """A paginator of primary keys in an order of their own, which reads the records of one page."""

    def __init__(self, *args: Any, records: QuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.records = records

    def page(self, number: int | str) -> Any:
        page = super().page(number)
        found = self.records.in_bulk(page.object_list)
        page.object_list = [found[pk] for pk in page.object_list if pk in found]
        return page


class Paged(MultipleObjectMixin):
    """Pagination: 404 for a page that does not exist; links like 1 2 … 7 8 9 … 20."""

    paginate_by = 20
    # The number of records, if it is known without counting.
    count: int | None = None
    # The template of a row that depends on its record alone; with it the object list is of rendered rows.
    row_template = ""

    @staticmethod
    def with_rows(records: QuerySet) -> QuerySet:
        """The records of one page with what their rows show."""
        return records

    def get_paginator(self, *args: Any, **kwargs: Any) -> Paginator:
        paginator = RowsPaginator(*args, with_rows=self.with_rows, row_template=self.row_template, **kwargs)
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
        # An event that is expected today may be overdue tomorrow.
        self.shown = ShownVersion.now(today=True)
        response = super().get(request, *args, **kwargs)
        # Rendered now: every query must come after the version under which the page is cached was read.
        return shown_as(self.shown, response.render())


def shown_as(shown: ShownVersion | None, response: HttpResponse) -> HttpResponse:
    """Attach to the response the version under which the cache stores it."""
    response.shown = shown
    return response


# Stands in a page for its part that shows what is found by similarity: escaped, no record can contain it.
SIMILAR = SafeString("<!-- similar -->")


class RecordPage(DetailView):
    """The page of a record: for the public if published, else for staff; 301 if it moved, 410 if gone, or 404."""

    # Whether the page shows related records only, whose changes move its page version: none found by similarity.
    shows_relations_only = True
    # The template of the part of the page that shows records found by similarity, if no other part does.
    similar_template = ""
    # What `read` gave, for the pages of many records: `as_view(records=…)`.
    records: Mapping[str, Any] = MappingProxyType({})

    @classmethod
    def read(cls, slugs: Iterable[str]) -> dict[str, Any]:
        """The public ones of these records with all that their pages show, by slug, in as many queries as one takes."""
        found = cls.with_related(cls.model.objects.published().filter(slug__in=slugs))
        return {record.slug: record for record in found}

    def get_queryset(self) -> QuerySet:
        return self.with_related(rights.visible(self.model.objects, self.request.user))

    @staticmethod
    def with_related(records: QuerySet) -> QuerySet:
        """The records with all that the page shows."""
        return records

    def get(self, request: HttpRequest, **address: Any) -> HttpResponse:
        if record := self.records.get(address.get("slug", "")):
            self.object = record
            return self.render_to_response(self.get_context_data(is_hidden=False)).render()
        day = timezone.localdate()
        if self.is_kept_in_parts and (response := self.around_similar(day, **address)):
            return response
        self.object = self.get_queryset().annotate(**self.page_version()).filter(**address).first()
        if self.object is None:
            return self.redirect_or_gone(**address)
        hidden = request.user.is_staff and not self.model.objects.published().filter(pk=self.object.pk).exists()
        if self.is_kept_in_parts:
            response = self.render_to_response(self.get_context_data(is_hidden=False, similar=SIMILAR)).render()
            around = response.content.decode().split(SIMILAR)
            store_part(request.build_absolute_uri(), (self.object.own_number, day), around)
            response.content = self.rendered_similar(self.object, is_hidden=False).join(around)
        else:
            response = self.render_to_response(self.get_context_data(is_hidden=hidden)).render()
        if hidden:
            response["X-Robots-Tag"] = "noindex"
            add_never_cache_headers(response)
            return response
        record = self.object.page_record if self.shows_relations_only else None
        return shown_as(ShownVersion(self.object.page_number or 0, record, day), response)

    @property
    def is_kept_in_parts(self) -> bool:
        """Whether what is found by similarity is made anew, and the rest of the page only if its record changed.

        Pages of a static copy have the same addresses and lack what needs a server.
        """
        request = self.request
        is_copy = getattr(request, "is_for_copy", False)
        return bool(self.similar_template) and is_anonymous_read(request) and not request.GET and not is_copy

    def around_similar(self, day: datetime.date, **address: Any) -> HttpResponse | None:
        """The page, if all but what is found by similarity is in the store and its record did not change."""
        version, around = stored_part(self.request.build_absolute_uri()) or (None, [])
        if version is None:
            return None
        self.object = self.model.objects.published().annotate(**self.page_version()).filter(**address).first()
        if self.object is None or version != (self.object.own_number, day):
            return None
        response = HttpResponse(self.rendered_similar(self.object, is_hidden=False).join(around))
        return shown_as(ShownVersion(self.object.page_number or 0, None, day), response)

    def similar(self, record: Any, is_hidden: bool) -> dict[str, Any]:
        """Context of `similar_template`."""
        raise NotImplementedError

    def rendered_similar(self, record: Any, is_hidden: bool) -> SafeString:
        return get_template(self.similar_template).render(self.similar(record, is_hidden))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Context: `described`, the record as everybody may see it, for citations and machines; `hidden_speakers`;
        `similar`, the part of the page that `similar_template` makes.
        """
        if self.similar_template and "similar" not in kwargs:
            kwargs["similar"] = self.rendered_similar(self.object, kwargs["is_hidden"])
        context = super().get_context_data(hidden_speakers=HiddenSpeakers(), **kwargs)
        if not kwargs.get("is_hidden") and description.has_description(self.model):
            context["described"] = description.describe(self.object, self.request.build_absolute_uri("/"))
        return context

    # The path to the uid of the record whose version the page has.
    record_path = "uid"

    def page_version(self) -> dict[str, Any]:
        """Annotations with the page version, read in the query of the record, before all others of the page."""
        own = Subquery(PageVersion.objects.filter(record=OuterRef(self.record_path)).values("number"))
        if not self.shows_relations_only:
            return {"page_number": Subquery(PublicRevision.objects.values("number")[:1]), "own_number": own}
        return {"page_record": F(self.record_path), "page_number": own}

    def redirect_or_gone(self, slug: str) -> HttpResponse:
        """The answer for a slug without a visible record.

        Redirects only to records that the user may see, since a slug is made of a title.
        """
        moved = OldAddress.current(self.model, slug)
        if self.model is Speaker and Speaker.objects.hidden().filter(slug=moved or slug).exists():
            return hidden_page(self.request)
        record = self.get_queryset().filter(slug=moved).first() if moved else None
        if record is not None:
            query = self.request.META.get("QUERY_STRING")
            return redirect(record.get_absolute_url() + (f"?{query}" if query else ""), permanent=True)
        if gone := self.gone(moved or slug):
            return gone_page(self.request, gone)
        if OldAddress.is_of_deleted(self.model, slug):
            return deleted_page(self.request)
        raise Http404

    def gone(self, slug: str) -> Conference | None:
        """The conference that the slug belongs to, if it was public and is no longer."""
        return None


def gone_page(request: HttpRequest, conference: Conference) -> HttpResponse:
    return render(request, "events/withdrawn.html", {"conference": conference}, status=410)


def hidden_page(request: HttpRequest) -> HttpResponse:
    return render(request, "events/hidden.html", status=410)


def deleted_page(request: HttpRequest) -> HttpResponse:
    return render(request, "events/deleted.html", status=410)


class AlphabeticalList(PublicList):
    """An alphabetical index, on one page or, if it is too long for that, with a page for each letter."""

    paginate_by = 150
    heading: str | Promise

    def get_queryset(self) -> QuerySet:
        self.letter = self.request.GET.get("letter", "")
        if self.letter and self.letter not in self.letters:
            raise Http404
        self.count = self.letters[self.letter] if self.letter else sum(self.letters.values())
        records = self.index().order_by(is_foreign(), "name_key", "pk")
        if self.letter == "#":
            return records.filter(name_key__lt="a")
        return records.filter(name_key__startswith=self.letter.lower()) if self.letter else records

    def index(self) -> QuerySet:
        """All records of the index."""
        return self.model.objects.published()

    @cached_property
    def letters(self) -> dict[str, int]:
        """The first letters of the names, each with the number of names."""
        return self.count_letters()

    def count_letters(self) -> dict[str, int]:
        letters: dict[str, int] = {}
        for first, count in self.first_letters():
            letter = index_letter(first)
            letters[letter] = letters.get(letter, 0) + count
        return letters

    def first_letters(self) -> Iterable[tuple[str, int]]:
        """The first letters of the keys of names in the order of the index, each with the number of names."""
        if kept := self.kept_counts():
            return sorted(kept["a"].items(), key=lambda item: (item[0] < "а", item[0]))
        first_letters = self.index().annotate(first=Substr("name_key", 1, 1)).order_by(is_foreign(), "first")
        return first_letters.values_list("first").annotate(count=Count("pk"))

    def kept_counts(self) -> dict[str, dict[str, int]] | None:
        """The counts of the whole index, if nothing narrows it and they are kept."""
        return list_counts.of_list(KIND_OF[self.model], "a")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(
            heading=self.heading, letters=with_absent_letters(self.letters), letter=self.letter, **kwargs
        )
        by_letter = itertools.groupby(context["object_list"], lambda record: index_letter(record.name_key))
        return context | {"groups": [(letter, list(records)) for letter, records in by_letter]}

    def canonical_query(self, page: int) -> str:
        parts = [f"letter={self.letter}" * bool(self.letter), super().canonical_query(page)]
        return "&".join(filter(None, parts))


def with_absent_letters(letters: dict[str, int]) -> dict[str, int]:
    """The letters with those of the Russian alphabet that no name begins with, which have 0; none in an empty index."""
    cyrillic = [letter for letter in letters if letter >= "А"]
    alphabet = sorted({*cyrillic, *INITIALS}) if cyrillic else []
    return {letter: letters.get(letter, 0) for letter in alphabet} | letters


# The letters that Russian names begin with; «Ё» stands with «Е».
INITIALS = "АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЭЮЯ"


def is_foreign() -> Case:
    """A sort key that puts Cyrillic names before Latin ones, as Russian catalogues do."""
    return Case(When(name_key__lt="а", then=1), default=0)


class PagedRecordPage(RecordPage, Paged):
    """A record with a paged list of conferences on its page."""

    @staticmethod
    def with_rows(records: QuerySet) -> QuerySet:
        return records.with_card()

    def conferences(self) -> QuerySet:
        """The conferences of the list."""
        raise NotImplementedError

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(object_list=self.conferences(), **kwargs)
