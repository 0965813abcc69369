"""The archive finds news of events by itself: politely, and as proposals that staff read as drafts."""

import hashlib
import json
from functools import partial
from pathlib import Path

import pytest
from django.contrib.auth.models import Permission, User
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from events.importing import markup
from events.importing.readers import news
from events.importing.watching import Watcher, pages, relevance, texts, vk
from events.importing.writer import save_draft
from events.links.http_probe import FetchError, fetch
from events.models import Conference, ConferenceDate, Proposal, Source, WatchedItem, WatchedPage
from events.operations import jobs
from events.russian.typography import NBSP

from ..test_admin_intake import Fields
from .watched import NEWS, library

JUDGED = Path(__file__).parents[2] / "bench" / "judged_news"


@pytest.fixture(scope="module")
def site():
    with library() as server:
        yield server


@pytest.fixture
def watched(db, site):
    """Return a function that watches an address of the site for one round."""
    site.asked.clear()
    pauses = []

    def watch(path):
        page, _created = WatchedPage.objects.get_or_create(name=path, url=site.site + path)
        ask = partial(_ask, private=True)
        watch.report, watch.pauses = Watcher(ask, pauses.append).watch(), pauses
        page.refresh_from_db()
        return page

    return watch


def _ask(url, limit, headers, private):
    return fetch(url, min(limit, 500_000), 5, private, headers)


@pytest.fixture
def editor(db):
    user = User.objects.create_user("редактор", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="events"))
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize(
    ("path", "proposed", "text", "published"),
    [
        ("/wordpress/feed", ["Видеомост «Два берега» соединил библиотеки"], "Модератором выступила", "2024-05-14"),
        ("/bitrix/rss", ["Онлайн-семинар для методистов"], "«Метод и методика»", "2024-05-14"),
        ("/joomla/atom", ["Телемост с читателями"], "выступила Анна Придуманная", "2024-05-14"),
        ("/ucoz/", ["Круглый стол онлайн: итоги встречи коллег"], "выступила Анна Придуманная", "2024-05-15"),
        ("/sitemap.xml", ["Вебинар «Книга без границ» собрал библиотекарей"], "1. Пётр Небывалый", "2024-05-15"),
    ],
)
def test_feeds_of_every_make_fill_the_inbox_with_news_of_events_and_leave_the_rest(
    watched, path, proposed, text, published
):
    page = watched(path)
    assert (page.answer, page.succeeded is not None) == ("200", True)
    assert [one.name for one in Proposal.objects.all()] == proposed
    item = WatchedItem.objects.get(proposal__isnull=False)
    assert text in item.text and "alert" not in item.text and "©" not in item.text
    assert item.published == published and "utm_" not in item.url
    proposal = item.proposal
    assert proposal.origin == "watch" and f"{item.score}" in proposal.comment and proposal.record is None


def test_the_page_as_it_was_fetched_is_kept_with_its_digest(watched):
    watched("/wordpress/feed")
    item = WatchedItem.objects.get(proposal__isnull=False)
    assert bytes(item.bytes) == NEWS.encode() and item.sha256 == hashlib.sha256(NEWS.encode()).hexdigest()
    assert not WatchedItem.objects.filter(proposal=None).exclude(sha256="").exists()


def test_a_second_round_asks_whether_anything_changed_and_proposes_nothing_twice(watched, site):
    watched("/wordpress/feed")
    first = len(site.asked)
    watched("/wordpress/feed")
    assert watched.report.unchanged == 1 and Proposal.objects.count() == 1
    assert site.asked[first:] == ["/robots.txt", "/wordpress/feed"]
    WatchedPage.objects.update(etag="")
    watched("/wordpress/feed")
    assert watched.report.new == 0 and Proposal.objects.count() == 1


def test_one_request_at_a_time_with_a_pause_and_as_robots_txt_allows(watched, site):
    watched("/joomla/atom")
    assert site.asked == ["/robots.txt", "/joomla/atom", "/joomla/1"]
    assert len(watched.pauses) == 2 and all(0 < pause <= 1 for pause in watched.pauses)
    assert "robots.txt" in watched("/forbidden/feed").answer and "/forbidden/feed" not in site.asked


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/500", "500"),
        ("/nothing", "404"),
        ("/endless", "the page is too long"),
        ("/plain", "neither a feed nor a sitemap nor a list of news"),
        ("/empty", "neither a feed nor a sitemap nor a list of news"),
    ],
)
def test_a_page_that_fails_says_how_and_stops_nothing(watched, path, answer):
    WatchedPage.objects.create(name="исправная", url=f"http://127.0.0.1:1{path}", is_active=False)
    page = watched(path)
    assert (page.answer, page.succeeded, watched.report.failed) == (answer, None, 1)


def test_news_whose_page_fails_or_has_to_wait_is_read_in_the_next_round(watched, site, monkeypatch):
    """It was judged by its headline alone, and never looked at again."""
    site.failing.add("/ucoz/1-0-1")
    watched("/ucoz/")
    assert WatchedItem.objects.count() == 2 and not Proposal.objects.exists()
    site.failing.clear()
    monkeypatch.setattr("events.importing.watching.watcher.MAX_ROUND", 0)
    watched("/ucoz/")
    assert WatchedItem.objects.count() == 2
    monkeypatch.undo()
    watched("/ucoz/")
    assert WatchedItem.objects.count() == 3 and Proposal.objects.count() == 1


def test_a_page_that_moved_is_read_where_it_is_and_says_so(watched, site):
    page = watched("/moved")
    assert page.moved_to == f"{site.site}/wordpress/feed" and Proposal.objects.count() == 1


def test_machines_of_the_own_network_are_not_asked(db, site):
    page = WatchedPage.objects.create(name="Внутренний адрес", url=f"{site.site}/wordpress/feed")
    with pytest.raises(CommandError):
        call_command("watch", verbosity=0)
    page.refresh_from_db()
    assert page.answer == "an address of a private network" and not Proposal.objects.exists()


def test_news_of_an_event_that_the_archive_has_is_offered_to_it(watched):
    conference = Conference.objects.create(slug="knigi", title="Два берега", status="published")
    ConferenceDate.objects.create(conference=conference, start="2024-05-12")
    watched("/wordpress/feed")
    proposal = Proposal.objects.get()
    assert (proposal.origin, proposal.record, proposal.name) == ("source", conference.uid, str(conference))


def test_news_that_is_a_source_already_is_not_proposed(watched, site):
    conference = Conference.objects.create(slug="knigi", title="Другое", status="draft")
    Source.objects.create(conference=conference, url=f"{site.site}/wordpress/1")
    watched("/wordpress/feed")
    assert not Proposal.objects.exists() and WatchedItem.objects.count() == 2


def test_a_feed_fills_the_inbox_and_one_click_leads_over_review_and_draft_to_a_page(watched, editor):
    watched("/wordpress/feed")
    proposal = Proposal.objects.get()
    inbox = editor.get(reverse("admin:events_proposal_changelist")).text
    address = reverse("admin:events_proposal_draft", args=[proposal.pk])
    assert address in inbox
    fields = Fields(page := editor.get(address).text)
    assert "Анна Придуманная" in page
    editor.post(reverse("admin:events_conference_review"), fields.answer_all())
    conference = Conference.objects.get()
    assert conference.status == "draft" and conference.sources.get().url == proposal.item.url
    visitor = Client()
    assert visitor.get(conference.get_absolute_url()).status_code == 404
    conference.status = Conference.Status.PUBLISHED
    conference.save()
    shown = visitor.get(conference.get_absolute_url()).text
    assert "Два берега" in shown and "Придуманная" in shown and proposal.item.url in shown
    proposal.refresh_from_db()
    assert proposal.state == "taken" and address not in editor.get(reverse("admin:events_proposal_changelist")).text


def test_the_proposal_shows_source_score_and_the_copy_and_can_be_declined(watched, editor):
    watched("/wordpress/feed")
    proposal = Proposal.objects.get()
    address = reverse("admin:events_proposal_change", args=[proposal.pk])
    page = editor.get(address).text
    assert proposal.item.url in page and proposal.item.sha256 in page and "видеомост" in page
    copy = editor.get(reverse("admin:events_watcheditem_copy", args=[proposal.item.pk]))
    assert copy.content == NEWS.encode() and copy["Content-Disposition"].startswith("attachment")
    editor.post(address, {"_decline": "1"})
    proposal.refresh_from_db()
    assert proposal.state == "declined"
    assert editor.get(reverse("admin:events_proposal_draft", args=[10**9])).status_code == 403


def test_staff_see_what_was_found_and_how_each_page_answered(watched, editor):
    watched("/wordpress/feed")
    lists = [editor.get(reverse(f"admin:events_{name}_changelist")).text for name in ("watchedpage", "watcheditem")]
    assert "/wordpress/feed" in lists[0] and "Новая выставка" in lists[1] and "книжных новинок" in lists[1]
    assert jobs.states() and "watch" in [job.name for job in jobs.jobs()]


def test_the_day_of_a_feed_is_the_one_printed():
    feed = '<rss version="2.0"><channel><item><link>https://b.example/{n}</link><pubDate>{day}</pubDate></item></channel></rss>'
    printed = ["Tue, 14 May 2024 23:30:00 MSK", "Tue, 14 May 2024 23:30:00 +0300", "14 мая 2024", "14.05.2024 10:00"]
    found = [
        entry.published
        for number, day in enumerate(printed)
        for entry in pages.entries(feed.format(n=number, day=day).encode(), "https://b.example/rss")
    ]
    assert found == ["2024-05-14"] * 4


def test_a_page_in_an_old_encoding_is_read_by_what_it_says_of_itself():
    page = NEWS.replace("utf-8", "windows-1251").encode("cp1251")
    assert "Анна Придуманная" in texts.of_page(page).text


@pytest.mark.parametrize("text", ["", "<", "<p>", "\x00", "<?xml version='1.0'?>", "<table><td>Имя<td>Доклад"])
def test_any_markup_is_read_or_empty(text):
    assert isinstance(markup.of_fragment(text), str) and isinstance(texts.of_page(text.encode()), texts.PageText)


def test_events_are_found_and_little_else():
    """Nothing was learnt from these: their writer read neither the program nor the other judged news."""
    items = json.loads((JUDGED / "held_out.json").read_text())
    found = [(one["is_event"], relevance.judge(one["title"], one["text"]).is_relevant) for one in items]
    right, missed, wrong = (found.count(pair) for pair in ((True, True), (True, False), (False, True)))
    recall, precision = right / (right + missed), right / (right + wrong)
    assert recall >= 0.95 and precision >= 0.85, (recall, precision)


@pytest.mark.parametrize(
    ("headline", "is_event"),
    [
        ("Круглый стол в формате ВКС", True),
        ("Webinar for librarians: reading in Zoom", True),
        ("Онлайн-викторина «Знатоки»", False),
        ("Книжная выставка", False),
    ],
)
def test_a_headline_is_judged_where_a_feed_has_nothing_else(headline, is_event):
    assert relevance.judge(headline, "").is_relevant == is_event


def test_nothing_was_learnt_from_what_is_held_out():
    texts_of = {
        name: {one["text"] for one in json.loads((JUDGED / f"{name}.json").read_text())}
        for name in ("training", "held_out")
    }
    assert len(texts_of["held_out"]) >= 200 and not texts_of["training"] & texts_of["held_out"]


def test_a_judgement_names_the_words_that_made_it():
    event = relevance.judge("Телемост с Минском", "Библиотекари двух городов обсудили чтение в Zoom.")
    other = relevance.judge("Открылась выставка", "Приглашаем посмотреть новые книги в читальном зале.")
    assert event.is_relevant and f"+{NBSP}«zoom»" in event.reasons
    assert not other.is_relevant and other.reasons.count("выставка") == 1
    assert other.reasons.startswith(f"−{NBSP}«")
    assert 0 <= relevance.judge("", "").score < relevance.THRESHOLD


def test_sections_and_days_of_a_read_programme_are_saved(db):
    draft = news.read(
        "Программа конференции «Слово», 5–6 мая 2024 года, Zoom\n5 мая\nСекция 1. Краеведение. Модератор: Рогова А.И.\n"
        "1. Сомов П.И. Письма с фронта.\n6 мая\nСекция 2. Чтение\n1. Ершин М.М. Книга и экран."
    )
    conference = save_draft(draft)
    assert [(one.title, str(one.day)) for one in conference.sessions.all()] == [
        ("Краеведение", "2024-05-05"),
        ("Чтение", "2024-05-06"),
    ]
    assert conference.sessions.first().people.get().speaker.family_name == "Рогова"
    dated = "\n".join(f"{day} марта — «Книга дня номер {day}», ведущая Вера Лугова." for day in (5, 7))
    assert save_draft(news.read(f"Фонд «Книга» приглашает на вебинары.\n{dated}")).dates.count() == 2


@pytest.fixture
def wall(db, site):
    """Return a function that watches a community of VK for one round; the API is the site on this machine."""
    site.asked.clear()

    def watch(url, token="ключ"):
        page, _created = WatchedPage.objects.get_or_create(name=url, url=url)
        watch.report = Watcher(partial(_ask, private=True), lambda _seconds: None, token, site.site).watch()
        page.refresh_from_db()
        return page

    return watch


@pytest.mark.parametrize(
    ("url", "whose"),
    [
        ("https://vk.com/club77", {"owner_id": "-77"}),
        ("https://vk.com/library", {"domain": "library"}),
        ("https://m.vk.ru/public77?w=wall", {"owner_id": "-77"}),
    ],
)
def test_the_wall_of_a_community_fills_the_inbox_by_the_api_alone(wall, site, url, whose):
    page = wall(url)
    assert page.answer == "200" and site.asked == ["/method/wall.get"]
    assert whose.items() <= site.wall.items() and site.wall["access_token"] == "ключ" and site.wall["v"]
    found = {item.url: item for item in WatchedItem.objects.all()}
    assert sorted(found) == [
        "https://vk.com/wall-77_14",
        "https://vk.com/wall-77_15",
        "https://vk.com/wall-88_5",
    ]
    webinar = found["https://vk.com/wall-77_15"]
    assert webinar.title == "14 мая Вымышленная библиотека провела вебинар «Книга без границ»."
    assert webinar.published == "2024-05-15" and "обсудили доклады" in webinar.text
    assert bytes(webinar.bytes).decode() == webinar.text
    assert {one.url for one in found.values() if one.proposal} == {
        "https://vk.com/wall-77_15",
        "https://vk.com/wall-88_5",
    }


def test_a_second_round_over_a_wall_proposes_nothing_twice(wall):
    wall("https://vk.com/club77")
    wall("https://vk.com/club77")
    assert wall.report.new == 0 and Proposal.objects.count() == 2


def test_what_vk_refuses_is_told_to_staff_and_the_token_to_nobody(wall):
    page = wall("https://vk.com/elsewhere")
    assert page.answer == "VK: Access denied: wall is disabled" and wall.report.failed == 1
    assert "VK_TOKEN" in wall("https://vk.com/club77", token="").answer
    told = [str(value) for row in WatchedPage.objects.values() for value in row.values()]
    assert not any("ключ" in value for value in told)


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b"{}", b'{"response": {"items": [{"id": 1}]}}', b'{"error": 5}']
)
def test_any_answer_of_the_api_is_read_or_said_to_make_no_sense(body):
    with pytest.raises(FetchError):
        vk.entries(body)
