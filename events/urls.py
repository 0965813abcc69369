from django.urls import path

from .views import browse, media, reports, search

app_name = "events"
urlpatterns = [
    path("", browse.home, name="home"),
    path("conferences/", browse.ConferenceList.as_view(), name="conferences"),
    path("conferences/<slug:slug>/", browse.ConferencePage.as_view(), name="conference"),
    path("talks/", browse.TalkList.as_view(), name="talks"),
    path("talks/<slug:slug>/", browse.TalkPage.as_view(), name="talk"),
    path("speakers/", browse.SpeakerList.as_view(), name="speakers"),
    path("speakers/<slug:slug>/", browse.SpeakerPage.as_view(), name="speaker"),
    path("organisations/", browse.OrganisationList.as_view(), name="organisations"),
    path("organisations/<slug:slug>/", browse.OrganisationPage.as_view(), name="organisation"),
    path("topics/", browse.TopicList.as_view(), name="topics"),
    path("topics/<slug:slug>/", browse.TopicPage.as_view(), name="topic"),
    path("series/<slug:slug>/", browse.SeriesPage.as_view(), name="series"),
    path("search/", search.results, name="search"),
    path("search/suggest/", search.suggestions, name="suggest"),
    path("report/<slug:kind>/<slug:slug>/", reports.report, name="report"),
    path("about/", browse.about, name="about"),
    path("media/<path:path>", media.file, name="media"),
]
