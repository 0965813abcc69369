"""What an operator writes in the environment, and what comes of it."""

import ast
import json
import os
import re
import stat
import subprocess
import sys

import pytest

from .conftest import ROOT

SHOW = """
import json
from django.conf import settings
from django.db import connection
print(json.dumps({name: getattr(settings, name) for name in %r}, default=str))
"""
NAMES = [
    "ALLOWED_HOSTS",
    "CSRF_COOKIE_SECURE",
    "DATABASES",
    "DEBUG",
    "SECRET_KEY",
    "SECURE_HSTS_SECONDS",
    "SECURE_SSL_REDIRECT",
    "SESSION_COOKIE_HTTPONLY",
    "SESSION_COOKIE_SAMESITE",
    "SESSION_COOKIE_SECURE",
]


@pytest.fixture
def run(tmp_path):
    """Runs Python with nothing in the environment but what the operator wrote."""

    def run(*arguments, **written):
        environment = {
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "confarchive.settings",
            "DATA_DIR": str(tmp_path / "data"),
            **written,
        }
        return subprocess.run([sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True)

    return run


@pytest.fixture
def settings_of(run):
    def settings_of(**written):
        return json.loads(run("-c", SHOW % NAMES, **written).stdout)

    return settings_of


def test_an_outside_counter_opens_the_policy_for_its_host_alone(run):
    shown = "from django.conf import settings; print(settings.CONTENT_SECURITY_POLICY['DIRECTIVES'])"
    assert "https:" not in re.sub("'frame-src': [^]]*]", "", run("-c", shown).stdout)
    counted = run("-c", shown, COUNTER_SCRIPT="https://stat.library.example/counter.js").stdout
    assert counted.count("'https://stat.library.example'") == 3
    for wrong in ("http://stat.library.example/c.js", "stat.js", "https://a.example/c.js; script-src *"):
        assert "COUNTER_SCRIPT: write the https address" in run("-c", shown, COUNTER_SCRIPT=wrong).stderr


def test_other_sites_players_are_allowed_until_the_operator_takes_them_out(run):
    shown = "from django.conf import settings; print(*settings.CONTENT_SECURITY_POLICY['DIRECTIVES']['frame-src'])"
    assert "https://rutube.ru" in run("-c", shown).stdout
    assert run("-c", shown, PLAYER_HOSTS="").stdout.strip() == "'none'"


def test_out_of_the_box_it_is_safe_and_answers_this_machine_alone(settings_of):
    settings = settings_of()
    assert settings["DEBUG"] is False
    assert settings["ALLOWED_HOSTS"] == ["localhost", "127.0.0.1", "[::1]"]
    assert settings["DATABASES"]["default"]["ENGINE"] == "django.db.backends.sqlite3"
    # On http://127.0.0.1 secure cookies would keep staff from logging in.
    assert not settings["SECURE_SSL_REDIRECT"] and not settings["SESSION_COOKIE_SECURE"]
    assert settings["SESSION_COOKIE_HTTPONLY"] and settings["SESSION_COOKIE_SAMESITE"] == "Lax"


def test_a_site_with_a_name_is_served_by_https(settings_of):
    settings = settings_of(ALLOWED_HOSTS="archive.example, www.archive.example")
    assert settings["ALLOWED_HOSTS"] == ["archive.example", "www.archive.example"]
    assert settings["SECURE_SSL_REDIRECT"] and settings["SECURE_HSTS_SECONDS"] == 31_536_000
    assert settings["SESSION_COOKIE_SECURE"] and settings["CSRF_COOKIE_SECURE"]


def test_https_can_be_switched_off_for_a_closed_network(settings_of):
    settings = settings_of(ALLOWED_HOSTS="archive.example", HTTPS="0")
    assert not settings["SECURE_SSL_REDIRECT"] and settings["SECURE_HSTS_SECONDS"] == 0


ASK = """
import django; django.setup()
from django.test import Client
for proto in ("http", "https"):
    response = Client(headers={"host": "archive.example", "x-forwarded-proto": proto}).get("/robots.txt")
    print(response.status_code, response.headers.get("Location"), response.headers.get("Strict-Transport-Security"))
"""


def test_behind_a_proxy_only_what_came_by_https_is_answered(run):
    result = run("-c", ASK, ALLOWED_HOSTS="archive.example", BEHIND_PROXY="1")
    assert result.stdout.splitlines() == [
        "301 https://archive.example/robots.txt None",
        "200 None max-age=31536000; includeSubDomains; preload",
    ]


def test_without_a_proxy_nobody_is_believed_to_have_come_by_https(run):
    result = run("-c", ASK, ALLOWED_HOSTS="archive.example")
    assert [line[:3] for line in result.stdout.splitlines()] == ["301", "301"]


def test_the_secret_is_made_once_and_kept_for_its_owner(settings_of, tmp_path):
    first, second = settings_of()["SECRET_KEY"], settings_of()["SECRET_KEY"]
    assert first == second and len(first) >= 50
    assert stat.S_IMODE((tmp_path / "data" / "secret_key").stat().st_mode) == 0o600
    assert settings_of(DATA_DIR=str(tmp_path / "other"))["SECRET_KEY"] != first


def test_nothing_of_the_installation_can_reach_git():
    ignored = subprocess.run(["git", "check-ignore", "var/secret_key", "var/db.sqlite3"], cwd=ROOT, capture_output=True)
    if ignored.returncode == 128:
        pytest.skip("not a git checkout")
    assert ignored.stdout.split() == [b"var/secret_key", b"var/db.sqlite3"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEBUG", "perhaps"),
        ("HTTPS", "2"),
        ("HSTS_SECONDS", "a year"),
        ("HSTS_SECONDS", "-1"),
        ("ALLOWED_HOSTS", "https://archive.example"),
        ("ALLOWED_HOSTS", "archive.example:8000"),
        ("CSRF_TRUSTED_ORIGINS", "archive.example"),
        ("DATABASE_URL", "mysql://user:hunter2@host/name"),
        ("DATABASE_URL", "postgres://user:hunter2@host:port/name"),
        ("DATABASE_URL", "hunter2"),
        ("SECRET_KEY", "hunter2"),
        ("TIME_ZONE", "Europe/Gorod"),
        ("TIME_ZONE", "../../etc/passwd"),
        ("LOG_LEVEL", "LOUD"),
        ("LOG_FORMAT", "xml"),
        ("TRUSTED_PROXIES", "proxy.example"),
        ("TRUSTED_PROXIES", "10.0.0.1/8"),
        ("ADMINS", "operator"),
        ("EMAIL_URL", "hunter2"),
        ("SECURITY_CONTACT", "security@archive.example"),
        ("AUDIT_DAYS", "-1"),
        ("AUDIT_DAYS", "999999"),
        ("DELETED_FILE_DAYS", "never"),
        ("READ_ONLY", "perhaps"),
        ("DATA_DIR", "/dev/null/archive"),
    ],
)
def test_nonsense_is_refused_with_the_name_of_the_variable(run, name, value):
    result = run("manage.py", "check", **{"ALLOWED_HOSTS": "archive.example", name: value})
    assert result.returncode != 0
    message = result.stderr.strip().splitlines()[-1]
    assert message.startswith(f"The settings cannot be used. {name}: ")
    assert "Traceback" not in result.stderr and "hunter2" not in message


def test_check_deploy_has_nothing_to_say(run):
    result = run("manage.py", "check", "--deploy", "--fail-level=WARNING", ALLOWED_HOSTS="archive.example")
    assert result.returncode == 0, result.stderr
    assert "no issues (0 silenced)" in result.stdout


def test_sqlite_is_really_set_to_survive_writers(run):
    result = run(
        "-c",
        """
import django; django.setup()
from django.db import connection, transaction
cursor = connection.cursor()
for pragma in ("journal_mode", "synchronous", "busy_timeout", "foreign_keys"):
    print(cursor.execute(f"PRAGMA {pragma}").fetchone()[0])
with transaction.atomic():
    import sqlite3
    other = sqlite3.connect(connection.settings_dict["NAME"], timeout=0)
    try:
        other.execute("BEGIN IMMEDIATE")
        print("deferred")
    except sqlite3.OperationalError as error:
        print(error)
""",
    )
    assert result.stdout.splitlines() == ["wal", "1", "20000", "1", "database is locked"], result.stderr


def test_a_folder_with_any_name_will_do(settings_of, tmp_path):
    folder = str(tmp_path / "архив № 1 100% #?")
    assert settings_of(DATA_DIR=folder)["DATABASES"]["default"]["NAME"] == f"{folder}/db.sqlite3"


def variables() -> set[str]:
    """The environment variables that the settings and the server read."""
    sources = [ROOT / "confarchive" / "settings.py", ROOT / "gunicorn.conf.py"]
    return {
        node.args[0].value
        for source in sources
        for node in ast.walk(ast.parse(source.read_text()))
        if isinstance(node, ast.Call)
        and "env" in ast.unparse(node.func)
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }


def test_every_variable_is_in_the_operators_table():
    documented = set(re.findall(r"^\| `([A-Z0-9_]+)`", (ROOT / "docs" / "operators.md").read_text(), re.MULTILINE))
    assert documented == variables()


def test_a_page_opens_before_static_files_were_collected(tmp_path):
    """The site's own settings, DEBUG off and no collectstatic: pages and their files answer all the same."""
    code = (
        "import django; django.setup()\n"
        "from django.core.management import call_command; call_command('migrate', verbosity=0)\n"
        "from django.test import Client; client = Client(headers={'host': 'localhost'})\n"
        "page = client.get('/about/'); print(page.status_code)\n"
        "import re; css = re.search(r'/static/css/[^\"]+', page.content.decode())[0]\n"
        "print(client.get(css).status_code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "confarchive.settings"},
        capture_output=True,
        text=True,
    )
    assert done.stdout.split() == ["200", "200"], done.stderr


def test_uploads_in_a_bucket_need_its_name_and_both_keys(run):
    show = "from django.conf import settings; print(settings.STORAGES['default'])"
    assert "FileSystemStorage" in run("-c", show).stdout
    assert "S3_ENDPOINT: write the address" in run("-c", show, S3_ENDPOINT="s3.example").stderr
    server = {"S3_ENDPOINT": "https://s3.example", "S3_BUCKET": "uploads", "S3_ACCESS_KEY": "a key"}
    assert "S3_BUCKET: write the name" in run("-c", show, **server).stderr
    pytest.importorskip("storages", reason="requirements-cluster.txt is not installed")
    found = run("-c", show, **server, S3_SECRET_KEY="a secret").stdout
    assert "BucketStorage" in found and "'bucket_name': 'uploads'" in found
    policy = "from django.conf import settings; print(settings.CONTENT_SECURITY_POLICY['DIRECTIVES']['media-src'])"
    assert "https://s3.example" in run("-c", policy, **server, S3_SECRET_KEY="a secret").stdout
    by_nginx = run("-c", policy, **server, S3_SECRET_KEY="a secret", X_ACCEL_MEDIA="/protected-media/").stdout
    assert "https://s3.example" not in by_nginx, "nobody meets the bucket"
