from django.urls import path

from .views import conferences, home, media, people, reading, recordings, reports, search, talks, topics

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
    path("series/<slug:slug>/", conferences.SeriesPage.as_view(), name="series"),
    path("recordings/<uuid:uid>/", recordings.RecordingPage.as_view(), name="recording"),
    path("recordings/<uuid:uid>.vtt", recordings.transcript, {"suffix": "vtt"}, name="recording_vtt"),
    path("recordings/<uuid:uid>.txt", recordings.transcript, {"suffix": "txt"}, name="recording_txt"),
    path("embed/<uuid:uid>/", recordings.EmbedPage.as_view(), name="recording_embed"),
    path("search/", search.results, name="search"),
    path("search/suggest/", search.suggestions, name="suggest"),
    path("report/<slug:kind>/<slug:slug>/", reports.report, name="report"),
    path("look/", reading.look, name="look"),
    path("accessibility/", reading.accessibility, name="accessibility"),
    path("about/", home.about, name="about"),
    path("media/<path:path>", media.file, name="media"),
]
