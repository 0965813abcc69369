"""A cache for measurements that stores all and never finds some kinds of it, so that these are made at each request."""

import os
from typing import Any

from django.core.cache.backends.locmem import LocMemCache

FORGOTTEN = tuple(f"{kind}:" for kind in os.environ.get("FORGET", "").split())


class ForgetfulCache(LocMemCache):
    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        return default if key.startswith(FORGOTTEN) else super().get(key, default, version)
