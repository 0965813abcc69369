"""A shared cache that is away costs speed and nothing else."""

import logging

import pytest
from django.core.cache import cache

pytest.importorskip("redis", reason="requirements-cluster.txt is not installed")
from confarchive import redis_cache

from .rows import event

pytestmark = pytest.mark.django_db
NOBODY = {"BACKEND": "confarchive.redis_cache.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}


@pytest.fixture
def away(settings, monkeypatch):
    monkeypatch.setattr(redis_cache.RedisCache, "state", redis_cache.State())
    settings.CACHES = {"default": NOBODY}


def test_pages_the_api_and_reports_work_without_it(away, client, caplog):
    conference = event("Встреча")
    with caplog.at_level(logging.WARNING, "confarchive.cache"):
        for page in ("/", "/conferences/", conference.get_absolute_url(), "/api/v1/conferences/", "/search/?q=встреча"):
            assert client.get(page).status_code == 200, page
        assert client.post(conference.report_url, {"text": "Ошибка"}).status_code in (200, 302)
    assert [record.getMessage() for record in caplog.records if record.name == "confarchive.cache"] == [
        "the shared cache is away: ConnectionError"
    ]


def test_it_answers_as_an_empty_one(away):
    cache.set("a", 1)
    assert (cache.get("a"), cache.get("a", 2), cache.get_many(["a"]), "a" in cache) == (None, 2, {}, False)
    assert cache.add("a", 1) and not cache.delete("a") and cache.set_many({"a": 1}) == ["a"]
    with pytest.raises(ValueError, match="not found"):
        cache.incr("a")


def test_it_is_asked_again_after_a_while_and_its_return_is_said(away, monkeypatch, caplog):
    state = redis_cache.RedisCache.state
    cache.get("a")
    assert state.is_away and not state.is_worth_asking()
    monkeypatch.setattr(redis_cache.time, "monotonic", lambda: state.next + 1)
    assert state.is_worth_asking()
    with caplog.at_level(logging.WARNING, "confarchive.cache"):
        state.answered()
    assert "there again" in caplog.text and state.is_worth_asking()
