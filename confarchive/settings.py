"""All settings, top to bottom. What differs between installations comes from the environment: docs/operators.md."""

from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from events import players

from . import env

VERSION = "1.0"  # as in CHANGELOG.md
BASE_DIR = Path(__file__).resolve().parent.parent
# Everything the installation owns: database, uploads, secret, collected static files. Never in git.
DATA_DIR = env.folder("DATA_DIR", BASE_DIR / "var")

DEBUG = env.flag("DEBUG", False)
SECRET_KEY = env.secret_key("SECRET_KEY", DATA_DIR / "secret_key")

# Where it is served
ALLOWED_HOSTS = env.hosts("ALLOWED_HOSTS")
# On by itself as soon as the site has a name of its own.
HTTPS = env.flag("HTTPS", not set(ALLOWED_HOSTS) <= set(env.LOCAL_HOSTS))
CSRF_TRUSTED_ORIGINS = env.origins("CSRF_TRUSTED_ORIGINS")
if BEHIND_PROXY := env.flag("BEHIND_PROXY", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# Only these are believed when they say for whom they ask (X-Forwarded-For, X-Request-ID).
TRUSTED_PROXIES = env.networks("TRUSTED_PROXIES", ["127.0.0.0/8", "::1"] if BEHIND_PROXY else [])
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = env.seconds("HSTS_SECONDS", 31_536_000) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
# Asked from inside, past the proxy.
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
# Other sites whose players a visitor may load on a page, by a click; empty for none.
PLAYER_HOSTS = env.some_of("PLAYER_HOSTS", list(players.HOSTS))
# The script of an outside counter of visits; empty for none. Pages then say who counts.
COUNTER_SCRIPT = env.script("COUNTER_SCRIPT")
COUNTER = ["/".join(COUNTER_SCRIPT.split("/")[:3])] if COUNTER_SCRIPT else []
# The location under which nginx sends uploads that a response names in X-Accel-Redirect: docs/deploy/nginx.conf.
X_ACCEL_MEDIA = env.text("X_ACCEL_MEDIA")
# Uploads in a bucket instead of DATA_DIR/media; without nginx a browser gets them there, by an address for minutes.
S3_ENDPOINT = env.endpoint("S3_ENDPOINT")
UPLOADS = [S3_ENDPOINT] if S3_ENDPOINT and not X_ACCEL_MEDIA else []
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, *COUNTER],
        "style-src": [SELF],
        "img-src": [SELF, "data:", *UPLOADS, *COUNTER],
        "font-src": [SELF],
        "media-src": [SELF, *UPLOADS],
        "frame-src": players.origins(PLAYER_HOSTS) or [NONE],
        "connect-src": [SELF, *COUNTER],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

# Pages and search work, nothing is written: during a move or a long import.
READ_ONLY = env.flag("READ_ONLY", False)

# What it is made of
INSTALLED_APPS = [
    "events.apps.EventsConfig",
    "confarchive.admin_site.ArchiveAdminConfig",  # django.contrib.admin with a site of our own
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "csp",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "taggit",
]
MIDDLEWARE = [
    "confarchive.logs.logged",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "confarchive.headers.guarded",
    "confarchive.probes.probed",
    "confarchive.replicas.replicated",
    "events.middleware.limit_api",
    "events.middleware.refuse_nul",
    "confarchive.cache.cached_pages",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "events.middleware.refuse_writing",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "confarchive.urls"
WSGI_APPLICATION = "confarchive.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "confarchive.context.modes",
            ],
        },
    },
]

# Data
DATABASES = {"default": env.database("DATABASE_URL", DATA_DIR / "db.sqlite3")}
# Anonymous pages are read from a replica of it (confarchive/replicas.py).
if replica := env.replica("REPLICA_URL", DATABASES["default"]):
    DATABASES["replica"] = {**replica, "TEST": {"MIRROR": "default"}}
    DATABASE_ROUTERS = ["confarchive.replicas.Router"]
# Public pages and parts of them (confarchive/cache.py): in the memory of each process, or where CACHE_URL says.
CACHES = {"default": env.cache("CACHE_URL", pages=1000)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FIXTURE_DIRS = [BASE_DIR / "fixtures"]
TAGGIT_CASE_INSENSITIVE = True

# Staff
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
SESSION_ENGINE = "confarchive.sessions"
# Members of these groups, and superusers as soon as there is one, must set up a second factor; others may.
SECOND_FACTOR_GROUPS = env.words("SECOND_FACTOR_GROUPS")
OTP_TOTP_ISSUER = "Confarchive"
# events/operations/throttle.py limits codes like passwords.
OTP_TOTP_THROTTLE_FACTOR = OTP_STATIC_THROTTLE_FACTOR = 0
AUDIT_DAYS = env.days("AUDIT_DAYS", 365)
REPORT_CONTACT_DAYS = env.days("REPORT_CONTACT_DAYS", 90)
ORPHANED_FILE_DAYS = env.days("ORPHANED_FILE_DAYS", 30)
DELETED_FILE_DAYS = env.days("DELETED_FILE_DAYS", 365)

# Language and time
LANGUAGE_CODE = "ru"
LANGUAGES = [("ru", _("Russian")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = env.time_zone("TIME_ZONE", "Europe/Moscow")
USE_TZ = True

# What others may do with the descriptions of records: the address of a licence, CC0 unless another is chosen.
METADATA_LICENSE = env.text("METADATA_LICENSE", "https://creativecommons.org/publicdomain/zero/1.0/")

# Files
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"
# Smaller pictures made from the uploaded ones: may be deleted at any time.
RENDITIONS_ROOT = DATA_DIR / "renditions"
# Files of refused forms, for a week, until the form is saved: may be deleted at any time.
PENDING_UPLOADS_ROOT = DATA_DIR / "pending-uploads"
# The tables of other archives as they were fetched last, so that only those that changed are fetched again: may be
# deleted at any time.
HARVESTED_ROOT = DATA_DIR / "harvested"
# What readers sent, until staff take it or REPORT_CONTACT_DAYS are over: so many MB together, 0 for no files at all.
READER_FILES_ROOT = DATA_DIR / "reader-files"
READER_FILES_MB = env.number("READER_FILES_MB", 500, digits=6)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "confarchive.storage.ArchiveStaticFilesStorage"
    },
}
if S3_ENDPOINT:
    STORAGES["default"] = env.bucket(
        "S3_BUCKET",
        S3_ENDPOINT,
        access_key=env.text("S3_ACCESS_KEY"),
        secret_key=env.text("S3_SECRET_KEY"),
        region_name=env.text("S3_REGION", "us-east-1"),
    )
# Before collectstatic was run, files are served from where they lie.
WHITENOISE_USE_FINDERS = DEBUG or not (STATIC_ROOT / "staticfiles.json").exists()
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000  # one event with 300 talks is one form
DATA_UPLOAD_MAX_NUMBER_FILES = 500  # more than any form takes, so that the form itself refuses them in words
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024

# Watched pages: walls of communities of VK are read by its API
VK_TOKEN = env.text("VK_TOKEN")

# Watching it
METRICS_TOKEN = env.text("METRICS_TOKEN")
MIN_FREE_MB = env.number("MIN_FREE_MB", 200)
# Requests of the API a minute and client; 0: any number.
API_RATE = env.number("API_RATE", 120)
SECURITY_CONTACT = env.contact("SECURITY_CONTACT")
BACKUP_DIR = env.text("BACKUP_DIR")

# Mail to the operators: of errors, and with JOBS_MAIL of how the jobs of run_due went.
ADMINS = [("", address) for address in env.addresses("ADMINS")]
JOBS_MAIL = env.flag("JOBS_MAIL", False)
SERVER_EMAIL = DEFAULT_FROM_EMAIL = env.text("MAIL_FROM", "confarchive@localhost")
EMAIL_SUBJECT_PREFIX = "[Confarchive] "
EMAIL_TIMEOUT = 20
globals().update(env.mail("EMAIL_URL"))

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"refusals": {"()": "confarchive.logs.Refusals"}},
    "formatters": {"plain": {"()": "confarchive.logs.Line"}, "json": {"()": "confarchive.logs.Json"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": env.one_of("LOG_FORMAT", ("PLAIN", "JSON"), "PLAIN").lower(),
            "filters": ["refusals"],
        },
        "mail": {"class": "confarchive.logs.AdminMail", "filters": ["refusals"]},
    },
    "root": {
        "handlers": ["console", "mail"],
        "level": env.one_of("LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR"), "WARNING"),
    },
    "loggers": {
        # Django would send a second mail, with all that the visitor sent.
        "django": {"handlers": []},
        "confarchive.access": {"level": "INFO" if env.flag("ACCESS_LOG", True) else "CRITICAL"},
        "confarchive.audit": {"level": "INFO"},
    },
}
