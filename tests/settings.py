"""The site's own settings; what is different makes tests quick and keeps them out of the archive's own files."""

import tempfile

from confarchive.settings import *  # noqa: F403
from confarchive.settings import STORAGES

MEDIA_ROOT = tempfile.mkdtemp(prefix="confarchive-media-")
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Pages are rendered without collectstatic here; the browser tests see the collected files.
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True
