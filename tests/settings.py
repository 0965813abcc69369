"""The site's own settings; what is different makes tests quick and keeps them out of the archive's own files."""

import tempfile

from confarchive.settings import *  # noqa: F403
from confarchive.settings import STORAGES

_media = tempfile.TemporaryDirectory(prefix="confarchive-media-")  # removed when the tests end
MEDIA_ROOT = _media.name
_renditions = tempfile.TemporaryDirectory(prefix="confarchive-renditions-")
RENDITIONS_ROOT = _renditions.name
_pending = tempfile.TemporaryDirectory(prefix="confarchive-pending-")
PENDING_UPLOADS_ROOT = _pending.name
_harvested = tempfile.TemporaryDirectory(prefix="confarchive-harvested-")
HARVESTED_ROOT = _harvested.name
_sent = tempfile.TemporaryDirectory(prefix="confarchive-reader-files-")
READER_FILES_ROOT = _sent.name
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Pages are rendered without collectstatic here; the browser tests see the collected files.
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
# Tests ask what a page is and costs now; those of the cache switch it on.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True
