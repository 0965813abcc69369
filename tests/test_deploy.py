"""The units of systemd and the configuration of nginx in docs/deploy/ are right; files leave through nginx safely."""

import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from django.core.files.base import ContentFile
from django.core.wsgi import get_wsgi_application
from django.test import override_settings

from events.models import Conference, Material

from .rows import event

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "docs" / "deploy"
SITE = "/srv/confarchive/site"


def test_systemd_takes_the_units(tmp_path):
    for unit in DEPLOY.glob("confarchive*"):
        # The paths of the documentation are those of this checkout.
        (tmp_path / unit.name).write_text(unit.read_text().replace(SITE, str(ROOT)))
    units = [str(path) for path in sorted(tmp_path.iterdir())]
    verified = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True)
    said = [line for line in verified.stderr.splitlines() if "confarchive" in line]
    assert len(units) == 3 and (verified.returncode, said) == (0, [])


def configured(folder: Path, upstream: str = "", media: str = "", port: int = 0, more: str = "") -> Path:
    """Write a whole configuration around that of the site; with a port it is served without https from there."""
    site = (DEPLOY / "nginx.conf").read_text()
    if more == "nginx-cluster.conf":
        site = (DEPLOY / more).read_text() + site[site.index("server {\n    listen") :]
    elif more:
        by_files = site[site.index("    # Recordings, photos") : site.rindex("}")]
        site = site.replace(by_files, (DEPLOY / more).read_text().replace("https://s3.example", "https://127.0.0.1"))
    certificate, key = folder / "fullchain.pem", folder / "privkey.pem"
    site = site.replace("/etc/ssl/archive.example", str(folder))
    if port:
        upstreams, _to_https, served = site.split("server {\n    listen")
        served = "\n".join(line for line in f"server {{\n    listen{served}".splitlines() if "ssl_" not in line)
        served = served.replace("listen 443 ssl http2;", f"listen 127.0.0.1:{port};")
        site = upstreams.replace("127.0.0.1:8000", upstream) + served.replace(f"{SITE}/var/media/", f"{media}/")
    else:
        asked = [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "1",
            "-subj",
            "/CN=archive.example",
        ]
        subprocess.run([*asked, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    temporary = "".join(
        f"{name}_temp_path {folder}/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    written = folder / "nginx.conf"
    written.write_text(
        f"{'user root;' if os.getuid() == 0 else ''}\n"
        f"pid {folder}/nginx.pid;\nerror_log {folder}/error.log;\nevents {{}}\n"
        f"http {{\naccess_log off;\n{temporary}include /etc/nginx/mime.types;\n{site}\n}}\n"
    )
    return written


@pytest.mark.parametrize("more", ["", "nginx-cluster.conf", "nginx-s3.conf"])
def test_nginx_takes_the_configuration(tmp_path, more):
    tested = subprocess.run(["nginx", "-t", "-c", configured(tmp_path, more=more)], capture_output=True, text=True)
    assert tested.returncode == 0, tested.stderr
    assert "warn" not in tested.stderr


class Quiet(WSGIRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def archive(tmp_path) -> Iterator[str]:
    """The archive on a port of this machine; unlike `live_server` it serves uploads by its own view."""
    with override_settings(MEDIA_ROOT=tmp_path / "media", ALLOWED_HOSTS=["127.0.0.1"]):
        server = make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=Quiet)
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            server.server_close()


@pytest.fixture
def nginx(archive, tmp_path) -> Iterator[str]:
    """The archive behind nginx, which sends the uploads."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = configured(tmp_path, archive, str(tmp_path / "media"), port)
    with override_settings(X_ACCEL_MEDIA="/protected-media/"):
        server = subprocess.Popen(["nginx", "-c", config, "-g", "daemon off;"])
        try:
            _wait_for(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait()


def _wait_for(port: int) -> None:
    for _attempt in range(200):
        with socket.socket() as asked:
            if asked.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("nginx did not start")


def fetched(url: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as response:
            return response.status, {name.lower(): value for name, value in response.headers.items()}, response.read()
    except urllib.error.HTTPError as error:
        return error.code, {}, b""


def material(title: str, status: str) -> Material:
    made = event(title).materials.first()
    made.file = ContentFile(b"%PDF-1.4 " + b"x" * 991, name="план.pdf")
    made.save()
    Conference.objects.filter(pk=made.conference_id).update(status=status)
    return made


@pytest.mark.django_db(transaction=True)
def test_nginx_sends_public_files_alone_and_with_the_same_headers(nginx, archive):
    public, draft = material("Встреча", "published"), material("Черновик", "draft")
    url = f"{nginx}{public.file.url}"
    status, headers, body = fetched(url)
    assert (status, len(body)) == (200, 1000) and body == public.file.open().read()
    with override_settings(X_ACCEL_MEDIA=""):
        _status, plain, same = fetched(f"http://{archive}{public.file.url}")
    assert same == body and "x-accel-redirect" not in headers
    # Of the server that answers, of the moment, and the language of pages.
    varying = {
        "content-language",
        "date",
        "server",
        "connection",
        "last-modified",
        "etag",
        "x-request-id",
        "content-length",
        "vary",
    }
    assert {name: value for name, value in plain.items() if name not in varying}.items() <= headers.items()

    status, headers, body = fetched(url, Range="bytes=10-19")
    assert (status, headers["content-range"], body) == (206, "bytes 10-19/1000", b"x" * 10)
    assert fetched(f"{nginx}{draft.file.url}")[0] == 404
    for file in (public.file, draft.file):
        assert fetched(nginx + file.url.replace("/media/", "/protected-media/"))[0] == 404
    public.file.storage.delete(public.file.name)
    assert fetched(url)[0] == 404
