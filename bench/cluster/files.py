"""Uploaded files: recordings for slow clients, and a bucket instead of a folder."""

import http.client
import json
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from bench import slow_clients
from bench.trust import Visitor
from tests.site import ROOT, Site

from .machines import Cluster, Front, wait_for
from .servers import Nginx, Swift
from .table import Table


def beside_slow_clients(cluster: Cluster, table: Table) -> None:
    table.title(f"Eight slow clients read a recording of {cluster.size.megabytes} MB by ranges")
    alone = Site(cluster.machines[0])
    alone.environment.update(
        {**cluster.sites[0].environment, "PORT": str(alone.port), "X_ACCEL_MEDIA": "", "WEB_CONCURRENCY": "2"}
    )
    alone.start()
    try:
        for name, port in (("nginx, X-Accel", cluster.nginx.port), ("make run, without a proxy", alone.port)):
            slowest, got = slow_clients.home_beside_them(port, cluster.places[0]["recording"], cluster.size.seconds)
            table.line(f"{name}: slowest of the home pages, s", f"{slowest:.2f}", slowest <= slow_clients.MOST)
            table.line("    the slow clients got, MB", f"{got / 1e6:.1f}", got > 0)
    finally:
        alone.stop()


def bucket(cluster: Cluster, table: Table) -> None:
    table.title("Uploads in a bucket of OpenStack Swift by its S3 interface, which checks signatures")
    folder = cluster.folder / "bucket"
    swift = Swift(folder)
    site, copy = Site(folder / "site"), Site(folder / "copy")
    keys = {"S3_ENDPOINT": swift.url, "S3_ACCESS_KEY": swift.KEY, "S3_SECRET_KEY": swift.SECRET}
    server = boto3.client(
        "s3",
        endpoint_url=swift.url,
        aws_access_key_id=swift.KEY,
        aws_secret_access_key=swift.SECRET,
        region_name="us-east-1",
        config=Config(signature_version="s3v4", s3={"addressing_style": "path"}),
    )
    nginx = None
    try:
        wait_for(swift.answers)
        for one, name in ((site, "uploads"), (copy, "restored")):
            one.environment.update({**keys, "S3_BUCKET": name, "BEHIND_PROXY": "1", "ACCESS_LOG": "0"})
            server.create_bucket(Bucket=name)
        site.fill()
        site.manage("specimen", "--verbosity=0")
        files = json.loads(site.python("-m", "bench.cluster.prepared", "draft").splitlines()[-1])
        bucket_itself(site, server, files, swift, table)
        site.environment["X_ACCEL_MEDIA"] = "/protected-media/"
        site.start()
        (folder / "nginx").mkdir()
        nginx = Nginx(folder / "nginx", [site], folder, swift.url)
        front = Front(nginx.port)
        wait_for(lambda: front.get("/robots.txt").status == 200)
        behind_nginx(front, nginx, files, table)
        in_backups(site, copy, server, files["name"], folder, table)
    finally:
        for program in (nginx, swift):
            if program:
                program.stop()
        site.stop()


def bucket_itself(site: Site, server: Any, files: dict[str, str], swift: Swift, table: Table) -> None:
    site.start()
    front = Front(site.port)
    refused = front.get(files["draft"])
    table.line("a draft’s file, asked for by anybody", refused.status, refused.status == 404)
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=30)
    connection.request("GET", files["public"])
    answer = connection.getresponse()
    signed = answer.headers["Location"] or ""
    table.line("a public one without nginx: sent on to an address of, s", signed_seconds(signed), answer.status == 302)
    status, content = fetched(signed)
    table.line("    opened there, bytes", len(content), (status, len(content)) == (200, 1000))
    short = server.generate_presigned_url("get_object", {"Bucket": "uploads", "Key": files["name"]}, ExpiresIn=1)
    time.sleep(2)
    changed = signed.replace("X-Amz-Expires=300", "X-Amz-Expires=99999")
    for name, url in (("without signature", signed.split("?")[0]), ("changed", changed), ("expired", short)):
        status, _content = fetched(url)
        table.line(f"    asked for {name}", status, 400 <= status < 500)
    site.stop()


def signed_seconds(url: str) -> str:
    return (re.search(r"X-Amz-Expires=(\d+)", url) or ["", "not signed"])[1]


def fetched(url: str, **headers: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=30) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, b""


def behind_nginx(front: Front, nginx: Nginx, files: dict[str, str], table: Table) -> None:
    whole, part = front.get(files["public"]), front.get(files["public"], Range="bytes=10-19")
    statuses = [whole.status, part.status, len(part.content)]
    table.line("behind nginx: whole, by range, bytes of it", statuses, statuses == [200, 206, 10])
    staff = Visitor(nginx).log_in()
    statuses = [front.get(files["draft"]).status, staff.ask(files["draft"]).status]
    table.line("a draft’s file: anybody, staff", statuses, statuses == [404, 200])
    page = front.get("/conferences/").content.decode() + front.get("/").content.decode()
    events = set(re.findall(r'href="(/conferences/[\w-]+/)"', page))
    shown = "".join(front.get(event).content.decode() for event in events)
    pictures = sorted(set(re.findall(r"/media/[^\s\"?]+\?as=[\w.]+", shown)))
    made = [front.get(picture).status for picture in pictures[:6]]
    table.line("smaller pictures made", f"{made.count(200)} of {len(made)}", len(made) > 0 and set(made) == {200})


def in_backups(site: Site, copy: Site, server: Any, name: str, folder: Path, table: Table) -> None:
    def code(where: Site, *arguments: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments], cwd=ROOT, env=where.environment, text=True, capture_output=True
        )
        return done.returncode, done.stdout + done.stderr

    table.line("check_archive", found := code(site, "check_archive")[0], found == 0)
    table.line("backup", found := code(site, "backup", str(folder / "backups"))[0], found == 0)
    copy.manage("migrate", "--verbosity=0")
    found, said = code(copy, "restore", str(folder / "backups"))
    table.line("restored into another bucket", found, found == 0)
    count = [len(server.list_objects_v2(Bucket=one).get("Contents", [])) for one in ("uploads", "restored")]
    table.line("    files in both", count, count[0] == count[1] > 3)
    table.line("    check_archive there", found := code(copy, "check_archive")[0], found == 0)
    server.delete_object(Bucket="restored", Key=name)
    found, said = code(copy, "check_archive")
    table.line("    with one file deleted from the bucket", found, found == 1 and f"missing: {name}" in said)
