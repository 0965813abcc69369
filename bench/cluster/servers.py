"""The engines of an archive on several machines, each a process of its own on ports of this machine."""

import getpass
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from textwrap import dedent
from typing import Any

import psycopg

from bench.processes import descendants, times
from tests.site import ROOT, Site, free_port

NAME = "confarchive"
WRITERS = 4  # of a series each


def processor_seconds(pid: int) -> float:
    """What a process and those that it began have spent so far; those that have ended are left out."""
    return sum(times(one).own for one in (pid, *descendants(pid)))


class Program:
    """A program that may be killed as if its machine had lost power."""

    process: subprocess.Popen

    def kill(self) -> None:
        for pid in (self.process.pid, *descendants(self.process.pid)):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=60)


class Postgres(Program):
    """A server in a folder of its own; with `primary` a streaming replica of that one."""

    BIN = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))[-1]
    # It refuses to run as root.
    AS_OWNER = ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--init-groups"] if os.getuid() == 0 else []

    def __init__(self, folder: Path, primary: "Postgres | None" = None) -> None:
        self.port, self.data = free_port(), folder
        if self.AS_OWNER:
            folder.parent.chmod(0o755)
        folder.mkdir(mode=0o700)
        if self.AS_OWNER:
            subprocess.run(["chown", "postgres", folder], check=True)
        if primary is None:
            self._run("initdb", "--username", NAME, "--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8")
        else:
            source = f"host=127.0.0.1 port={primary.port} user={NAME} application_name=replica"
            self._run("pg_basebackup", "--dbname", source, "--write-recovery-conf", "--checkpoint", "fast")
        self.start()

    def _run(self, program: str, *arguments: str) -> None:
        command = [*self.AS_OWNER, self.BIN / program, "--pgdata", self.data, *arguments]
        subprocess.run(command, check=True, cwd="/", stdout=subprocess.DEVNULL)

    def start(self) -> None:
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": "",
            "max_connections": 200,
            "wal_keep_size": "256MB",
            "jit": "off",
            "logging_collector": "off",
        }
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        command = [*self.AS_OWNER, self.BIN / "postgres", "-D", self.data, *options]
        log = (self.data.parent / f"{self.data.name}.log").open("ab")
        self.process = subprocess.Popen(command, cwd="/", stdout=log, stderr=log)
        for _attempt in range(300):
            try:
                self.sql("SELECT 1")
                return
            except psycopg.OperationalError:
                time.sleep(0.1)
        raise RuntimeError(f"PostgreSQL did not start: {self.data}")

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)  # “fast”: it waits for nobody's session
            self.process.wait(timeout=60)

    def sql(self, *statements: str, database: str = "postgres") -> Any:
        """What the last of the statements answers first."""
        where = f"host=127.0.0.1 port={self.port} user={NAME} dbname={database} connect_timeout=2"
        with psycopg.connect(where, autocommit=True) as connection:
            for statement in statements:
                cursor = connection.execute(statement)
            return cursor.fetchone()[0] if cursor.description else None

    def set(self, **settings: str) -> None:
        statements = [f"ALTER SYSTEM SET {name} = '{value}'" for name, value in settings.items()]
        self.sql(*statements, "SELECT pg_reload_conf()")


class Redis(Program):
    def __init__(self) -> None:
        self.port = free_port()
        self.start()

    def start(self) -> None:
        command = ["redis-server", "--port", str(self.port), "--save", "", "--appendonly", "no"]
        limits = ["--maxmemory", "64mb", "--maxmemory-policy", "allkeys-lru", "--bind", "127.0.0.1"]
        self.process = subprocess.Popen([*command, *limits], stdout=subprocess.DEVNULL)


class Nginx(Program):
    """nginx with the configuration of docs/deploy/, its upstream those of nginx-cluster.conf, without https."""

    def __init__(self, folder: Path, sites: list[Site], media: Path, bucket: str = "") -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        deploy = ROOT / "docs" / "deploy"
        served = (deploy / "nginx.conf").read_text().split("server {\n    listen")[2]
        served = "\n".join(line for line in f"server {{\n    listen{served}".splitlines() if "ssl_" not in line)
        served = served.replace("listen 443 ssl http2;", f"listen 127.0.0.1:{self.port};")
        served = served.replace("/srv/confarchive/site/var/media/", f"{media}/")
        if bucket:
            by_files = served[served.index("    # Recordings, photos") : served.rindex("}")]
            by_bucket = (deploy / "nginx-s3.conf").read_text()
            by_bucket = by_bucket.replace("https://s3.example", bucket).replace("s3.example;", bucket[7:] + ";")
            served = served.replace(by_files, by_bucket)
        upstream = (deploy / "nginx-cluster.conf").read_text()
        for number, site in enumerate(sites, 1):
            upstream = upstream.replace(f"10.0.0.1{number}:8000", f"127.0.0.1:{site.port}")
        upstream = "\n".join(line for line in upstream.splitlines() if "server 10." not in line)
        names = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        temporary = "".join(f"{name}_temp_path {folder}/{name};\n" for name in names)
        self.config = folder / "nginx.conf"
        self.config.write_text(
            f"{'user root;' if os.getuid() == 0 else ''}\npid {folder}/nginx.pid;\nerror_log {folder}/nginx.log;\n"
            f"events {{ worker_connections 1024; }}\nhttp {{\naccess_log off;\n{temporary}"
            f"include /etc/nginx/mime.types;\n{upstream}\n{served}\n}}\n"
        )
        self.process = subprocess.Popen(["nginx", "-c", self.config, "-g", "daemon off;"])

    @contextmanager
    def without(self, site: Site) -> Iterator[None]:
        """Send nothing to this process meanwhile."""
        usual, server = self.config.read_text(), f"server 127.0.0.1:{site.port}"
        self._use(usual.replace(server + " ", f"{server} down "))
        yield
        self._use(usual)

    def _use(self, config: str) -> None:
        self.config.write_text(config)
        self.process.send_signal(signal.SIGHUP)
        time.sleep(1)  # its old processes finish what they have begun


class Swift(Program):
    """OpenStack Swift with its S3 interface, which checks signatures: one machine, one disk, one copy."""

    KEY, SECRET = "archive:keeper", "a-long-fictitious-secret"
    PROXY = """
        [pipeline:main]
        pipeline = catch_errors gatekeeper cache listing_formats bulk s3api tempauth copy slo proxy-server
        [app:proxy-server]
        use = egg:swift#proxy
        account_autocreate = true
        [filter:tempauth]
        use = egg:swift#tempauth
        user_archive_keeper = a-long-fictitious-secret .admin
        [filter:cache]
        use = egg:swift#memcache
        memcache_servers = 127.0.0.1:{memcached}
        [filter:s3api]
        use = egg:swift#s3api
        location = us-east-1
    """
    FILTERS = ("catch_errors", "gatekeeper", "listing_formats", "bulk", "copy", "slo")

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        memcached = free_port()
        (folder / "devices" / "d1").mkdir(parents=True)
        as_user = ["-u", getpass.getuser()]
        self.processes = [subprocess.Popen(["memcached", "-l", "127.0.0.1", "-p", str(memcached), *as_user])]
        for name in ("account", "container", "object"):
            port = free_port()
            self._make_ring(name, port)
            self._serve(
                name, port, f"[pipeline:main]\npipeline = {name}-server\n[app:{name}-server]\nuse = egg:swift#{name}\n"
            )
        filters = "".join(f"[filter:{name}]\nuse = egg:swift#{name}\n" for name in self.FILTERS)
        self._serve("proxy", self.port, dedent(self.PROXY.format(memcached=memcached)) + filters)
        self.process = self.processes[-1]

    def _make_ring(self, name: str, port: int) -> None:
        for arguments in (["create", "2", "1", "1"], ["add", f"r1z1-127.0.0.1:{port}/d1", "1"], ["rebalance"]):
            command = ["swift-ring-builder", f"{name}.builder", *arguments]
            subprocess.run(command, cwd=self.folder, check=True, stdout=subprocess.DEVNULL)

    def _serve(self, name: str, port: int, parts: str) -> None:
        config = self.folder / f"{name}-server.conf"
        config.write_text(
            f"[DEFAULT]\nbind_ip = 127.0.0.1\nbind_port = {port}\nworkers = 0\nuser = {getpass.getuser()}\n"
            f"swift_dir = {self.folder}\ndevices = {self.folder}/devices\nmount_check = false\n{parts}"
        )
        log = (self.folder / f"{name}.log").open("ab")
        self.processes.append(subprocess.Popen([f"swift-{name}-server", config, "--verbose"], stdout=log, stderr=log))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def answers(self) -> bool:
        with socket.socket() as asked:
            return asked.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self) -> None:
        for process in self.processes:
            process.terminate()
            process.wait(timeout=30)
