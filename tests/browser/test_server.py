"""What only the real server shows: files as they are collected, requests no library would send."""

import http.client
import re
import socket

import pytest


def fetch(site, address: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=30)
    connection.request("GET", address)
    return connection.getresponse()


def test_static_files_are_named_by_content_and_kept_by_browsers(site):
    styles = re.findall(r'href="(/static/[^"]+\.css)"', site.get("/"))
    assert styles
    for style in styles:
        response = fetch(site, style)
        assert response.status == 200
        assert "immutable" in response.headers["Cache-Control"]
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]


def test_nothing_of_the_installation_is_served(site):
    for path in (
        "/secret_key",
        "/static/../secret_key",
        "/static/%2e%2e/db.sqlite3",
        "/media/../secret_key",
        "/.git/config",
    ):
        response = fetch(site, path)
        assert response.status in (400, 404), path
        assert b"SQLite" not in response.read()


@pytest.mark.parametrize(
    "request_line",
    [
        b"GET /\xff\xfe/ HTTP/1.1",
        b"GET /?q=\xd0 HTTP/1.1",
        b"GET /?q=\x00 HTTP/1.1",
        b"GET /conferences/?q=" + b"n%20" * 2000 + b" HTTP/1.1",
        b"GET /?" + b"x" * 100_000 + b" HTTP/1.1",
        b"GET http://evil.example/ HTTP/1.1",
        b"GET //evil.example/conferences HTTP/1.1",
        b"PROPFIND / HTTP/1.1",
        b"POST /conferences/ HTTP/1.1",
        b"nonsense",
    ],
    ids=lambda line: repr(line[:24]),
)
def test_requests_no_browser_sends_are_answered_and_the_site_lives_on(site, request_line):
    with socket.create_connection(("127.0.0.1", site.port), timeout=30) as connection:
        connection.sendall(request_line + b"\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        answer = connection.recv(4096)
    status = re.match(rb"HTTP/1\.\d (\d\d\d)", answer)
    assert status and int(status[1]) < 500
    assert b"Location: //evil" not in answer and b"Location: http://evil" not in answer
    assert fetch(site, "/about/").status == 200
