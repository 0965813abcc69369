"""The cache in Redis or Valkey, whose death costs speed and nothing else."""

import logging
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.cache.backends import redis as django_redis
from redis.exceptions import RedisError

logger = logging.getLogger("confarchive.cache")


def _or(otherwise: Callable[..., Any]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Answer what an empty cache answers while the server is away."""

    def decorated(method: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(method)
        def answer(self: "RedisCache", *arguments: Any, **named: Any) -> Any:
            if not self.state.is_worth_asking():
                return otherwise(*arguments, **named)
            try:
                found = method(self, *arguments, **named)
            except RedisError as error:
                self.state.failed(error)
                return otherwise(*arguments, **named)
            self.state.answered()
            return found

        return answer

    return decorated


class State:
    """Whether the server is there; while it is not, it is asked again every few seconds alone."""

    PAUSE = 2.0  # seconds

    def __init__(self) -> None:
        self.is_away, self.next = False, 0.0

    def is_worth_asking(self) -> bool:
        if self.is_away and time.monotonic() < self.next:
            return False
        # One thread asks, the others go on without.
        self.next = time.monotonic() + self.PAUSE
        return True

    def failed(self, error: RedisError) -> None:
        self.next = time.monotonic() + self.PAUSE
        if not self.is_away:
            self.is_away = True
            logger.warning("the shared cache is away: %s", type(error).__name__)

    def answered(self) -> None:
        if self.is_away:
            self.is_away = False
            logger.warning("the shared cache is there again")


STATE = State()


def _raise_missing(key: str, *arguments: Any, **named: Any) -> int:
    raise ValueError(f"Key '{key}' not found.")


class RedisCache(django_redis.RedisCache):
    """Django's own, without its exceptions; each method says what it answers instead."""

    state = STATE  # one of the process: Django makes a cache for each thread

    add = _or(lambda *args, **named: True)(django_redis.RedisCache.add)
    get = _or(lambda key, default=None, version=None: default)(django_redis.RedisCache.get)
    set = _or(lambda *args, **named: None)(django_redis.RedisCache.set)
    touch = _or(lambda *args, **named: False)(django_redis.RedisCache.touch)
    delete = _or(lambda *args, **named: False)(django_redis.RedisCache.delete)
    get_many = _or(lambda *args, **named: {})(django_redis.RedisCache.get_many)
    has_key = _or(lambda *args, **named: False)(django_redis.RedisCache.has_key)
    incr = _or(_raise_missing)(django_redis.RedisCache.incr)
    set_many = _or(lambda data, *args, **named: list(data))(django_redis.RedisCache.set_many)
    delete_many = _or(lambda *args, **named: None)(django_redis.RedisCache.delete_many)
    clear = _or(lambda *args, **named: False)(django_redis.RedisCache.clear)
