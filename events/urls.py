from django.urls import path, re_path

from .models import Conference, Organisation, Recording, Series, Speaker, Talk, Topic
from .views import (
    collections,
    conferences,
    discovery,
    export,
    feeds,
    home,
    identifiers,
    indexes,
    media,
    people,
    photos,
    reading,
    recordings,
    relations,
    reports,
    search,
    sharing,
    similar,
    statistics,
    talks,
    topics,
)

app_name = "events"
urlpatterns = [
    path("", home.home, name="home"),
    path("conferences/", conferences.ConferenceList.as_view(), name="conferences"),
    path("conferences/<slug:slug>/", conferences.ConferencePage.as_view(), name="conference"),
    path("talks/", talks.TalkList.as_view(), name="talks"),
    path("talks/<slug:slug>/", talks.TalkPage.as_view(), name="talk"),
    path("speakers/", people.SpeakerList.as_view(), name="speakers"),
    path("speakers/<slug:slug>/", people.SpeakerPage.as_view(), name="speaker"),
    path("organisations/", people.OrganisationList.as_view(), name="organisations"),
    path("organisations/<slug:slug>/", people.OrganisationPage.as_view(), name="organisation"),
    path("topics/", topics.TopicList.as_view(), name="topics"),
    path("topics/<slug:slug>/", topics.TopicPage.as_view(), name="topic"),
    path("indexes/", indexes.indexes, name="indexes"),
    path("indexes/years/", indexes.years, name="years"),
    path("indexes/years/unknown/", indexes.EventsOfTime.as_view(), name="year-unknown"),
    re_path(r"^indexes/years/(?P<year>[12][0-9]{3})/$", indexes.EventsOfTime.as_view(), name="year"),
    re_path(
        r"^indexes/years/(?P<year>[12][0-9]{3})/(?P<month>0[1-9]|1[0-2])/$",
        indexes.EventsOfTime.as_view(),
        name="month",
    ),
    path("indexes/places/", indexes.PlacePage.as_view(), name="places"),
    re_path(r"^indexes/places/(?P<what>towns|organisations)/$", indexes.PlaceList.as_view(), name="place-list"),
    path("series/", indexes.SeriesList.as_view(), name="series-list"),
    path("series/<slug:slug>/", conferences.SeriesPage.as_view(), name="series"),
    *(
        path(
            f"{relation.kind}s/<slug:slug>/{relation.name}/",
            relations.RelationList.as_view(relation=relation),
            name=f"{relation.kind}-{relation.name}",
        )
        for relation in relations.RELATIONS
    ),
    *(
        path(
            f"{relation.kind}s/<slug:slug>/{relation.name}/<slug:other>/",
            relations.PairPage.as_view(relation=relation),
            name=f"{relation.kind}-{relation.name}-pair",
        )
        for relation in relations.RELATIONS
        if relation.shared
    ),
    path("id/<uuid:uid>", identifiers.record, name="id"),
    path("recordings/<uuid:uid>/", recordings.RecordingPage.as_view(), name="recording"),
    path("recordings/<uuid:uid>.vtt", recordings.transcript, {"suffix": "vtt"}, name="recording_vtt"),
    path("recordings/<uuid:uid>.txt", recordings.transcript, {"suffix": "txt"}, name="recording_txt"),
    path("photos/<uuid:uid>/", photos.PhotoPage.as_view(), name="photo"),
    path("embed/<uuid:uid>/", recordings.EmbedPage.as_view(), name="recording_embed"),
    path("cards/<uuid:uid>.jpg", sharing.card, name="card"),
    path("search/", search.results, name="search"),
    path("search/suggest/", search.suggestions, name="suggest"),
    path("conferences/export/atom/", feeds.conferences, name="conferences-feed"),
    path("search/export/atom/", feeds.hits, name="search-feed"),
    *(
        path(f"{folder}/<slug:slug>/export/atom/", feeds.of, {"model": model}, f"{kind}-feed")
        for folder, kind, model in (
            ("speakers", "speaker", Speaker),
            ("organisations", "organisation", Organisation),
            ("series", "series", Series),
            ("topics", "topic", Topic),
        )
    ),
    path("conferences/export/<slug:name>/", export.conferences, name="conferences-export"),
    path("talks/export/<slug:name>/", export.talks, name="talks-export"),
    path("search/export/<slug:name>/", export.hits, name="search-export"),
    *(
        path(f"{folder}/<slug:slug>/export/<slug:name>/", export.record, {"model": model}, f"{kind}-export")
        for folder, kind, model in (
            ("conferences", "conference", Conference),
            ("talks", "talk", Talk),
            ("recordings", "recording", Recording),
            ("speakers", "speaker", Speaker),
            ("organisations", "organisation", Organisation),
            ("series", "series", Series),
            ("topics", "topic", Topic),
        )
    ),
    path("reports/", statistics.reports, name="reports"),
    path("reports/export/<slug:name>/", statistics.export, name="reports-export"),
    re_path(r"^reports/(?P<year>[12][0-9]{3})/$", statistics.year, name="report-year"),
    re_path(r"^reports/(?P<year>[12][0-9]{3})/export/(?P<name>[a-z]+)/$", statistics.export, name="report-year-export"),
    path("similar/", similar.similar, name="similar"),
    path("collections/", collections.CollectionList.as_view(), name="collections"),
    path("collections/<slug:slug>/", collections.CuratedPage.as_view(), name="curatedcollection"),
    path("collection/", collections.collection, name="collection"),
    path("collection/export/<slug:name>/", collections.export, name="collection-export"),
    path("opensearch.xml", discovery.opensearch, name="opensearch"),
    path("search/suggest/opensearch/", search.opensearch_suggestions, name="opensearch-suggest"),
    path("manifest.webmanifest", discovery.manifest, name="manifest"),
    path("report/<slug:kind>/<slug:slug>/", reports.report, name="report"),
    path("look/", reading.look, name="look"),
    path("accessibility/", reading.accessibility, name="accessibility"),
    path("about/", home.about, name="about"),
    path("media/<path:path>", media.file, name="media"),
]
