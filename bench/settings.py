"""The settings of the archive with a cache that forgets what FORGET names ("page part"): `make bench`."""

from confarchive.settings import *  # noqa: F403

CACHES["default"]["BACKEND"] = "bench.forgetful.ForgetfulCache"  # noqa: F405
