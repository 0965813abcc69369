"""The pages that visitors read."""

from typing import Any

from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.generic import DetailView, ListView

from ..models import Conference, Organisation, Series, Speaker, Talk, Topic


def home(request: HttpRequest) -> HttpResponse:
    conferences = Conference.objects.published()
    years = conferences.filter(year__isnull=False).order_by("year").values("year").annotate(count=Count("pk"))
    return render(
        request,
        "events/home.html",
        {
            "counts": {
                "conferences": conferences.count(),
                "talks": Talk.objects.published().count(),
                "speakers": Speaker.objects.published().count(),
                "organisations": Organisation.objects.published().main().count(),
            },
            "years": years,
            "newest": conferences.newest_first()[:5],
            "examples": [],
            "topics": Topic.objects.published()[:12],
        },
    )


def about(request: HttpRequest) -> HttpResponse:
    return render(request, "events/about.html")


class PublicList(ListView):
    paginate_by = 20

    def get_queryset(self) -> QuerySet:
        return self.model.objects.published()


class ConferenceList(PublicList):
    model = Conference


class TalkList(PublicList):
    model = Talk


class SpeakerList(PublicList):
    model = Speaker


class OrganisationList(PublicList):
    model = Organisation


class TopicList(PublicList):
    model = Topic


class RecordPage(DetailView):
    def get_queryset(self) -> Any:
        return self.model.objects.published()


class ConferencePage(RecordPage):
    model = Conference


class TalkPage(RecordPage):
    model = Talk


class SpeakerPage(RecordPage):
    model = Speaker


class OrganisationPage(RecordPage):
    model = Organisation


class TopicPage(RecordPage):
    model = Topic


class SeriesPage(RecordPage):
    model = Series

    def get_queryset(self) -> QuerySet:
        return Series.objects.filter(conferences__in=Conference.objects.published()).distinct()
