"""The firm of a soak: three database servers behind a network of its own, mail, the web, and workers, as processes."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.client import HTTPConnection
from pathlib import Path

from sqlalchemy import make_url

from tests import ready
from tests.kills.firm import SYSTEMS, Firm, build
from tests.letters.servers import Mailbox, mail_server
from tests.ports import free_port
from tests.servers import MARIADB, POSTGRESQL, Server, start
from tests.soak.proxy import Network, Proxy

CAROLS = 40
"""Persons who never ask for anything: nothing of theirs is ever touched."""

PERSONAL = re.compile(r"post\.example|Person \d")
"""What stands in nobody's log: a part of each person's address, and their names."""

ROOM = "24m"
"""How large the disk is on which the files of one system and the master key lie."""


@dataclass
class World:
    """``disk``: a file system of its own, where this machine allows one. ``lock``: for those who change the systems."""

    folder: Path
    firm: Firm
    servers: Mapping[str, Server]
    proxies: Mapping[str, Proxy]
    mailbox: Mailbox
    disk: Path
    has_disk: bool
    port: int
    lock: threading.RLock = field(default_factory=threading.RLock)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    started: float = field(default_factory=time.monotonic)

    @property
    def clock(self) -> Path:
        """The file by which the clock of all processes is wrong, in seconds."""
        return self.folder / "clock"

    @property
    def logs(self) -> Path:
        """Where processes write what they say."""
        return self.folder / "logs"

    @property
    def environment(self) -> dict[str, str]:
        """What processes know: every server stands behind the network."""
        urls = {name: self._behind(name, url) for name, url in self.firm.urls.items() if name in self.proxies}
        through = replace(self.firm, urls={**self.firm.urls, **urls}, books=self._behind("books", self.firm.books))
        return {**os.environ, **through.environment}

    def _behind(self, name: str, url: str) -> str:
        return make_url(url).set(port=self.proxies[name].port).render_as_string(hide_password=False)

    def command(self, *arguments: str) -> list[str]:
        """Return Bailee's command, by the clock of the soak."""
        return [
            sys.executable,
            "-m",
            "tests.soak.process",
            str(self.clock),
            *arguments,
            "--policy",
            str(self.firm.folder),
        ]

    def run(self, *arguments: str, seconds: float = 120) -> subprocess.CompletedProcess[str]:
        """Run a command as an operator does, and return what it printed. Raises `subprocess.TimeoutExpired`."""
        done = subprocess.run(
            self.command(*arguments), env=self.environment, capture_output=True, text=True, timeout=seconds, check=False
        )
        with (self.logs / "operator").open("a") as log:
            log.write(f"{' '.join(arguments)}\n{done.stdout}{done.stderr}\n")
        return done

    def begin(self, name: str) -> None:
        """Start a process: ``web``, or ``worker`` with a number."""
        what = ["serve", "--port", str(self.port)] if name == "web" else ["worker"]
        with (self.logs / name).open("ab") as log:
            self.processes[name] = subprocess.Popen(self.command(*what), env=self.environment, stdout=log, stderr=log)

    def end(self, name: str, how: signal.Signals) -> float:
        """End a process by a signal; return how many seconds that took. One that does not end in 30 is killed."""
        process, began = self.processes[name], time.monotonic()
        process.send_signal(how)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        return time.monotonic() - began

    def is_up(self) -> bool:
        """Whether the web answers."""
        try:
            return self.get("/", seconds=5)[0] == 200
        except OSError:
            return False

    def get(self, path: str, *, seconds: float, headers: Mapping[str, str] | None = None) -> tuple[int, bytes]:
        """Open a page as the proxy in front asks for it. Raises `OSError`, in time too."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=seconds)
        try:
            connection.request("GET", path, headers={"X-Forwarded-For": "192.0.2.9", **(headers or {})})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def personal_lines(self) -> list[str]:
        """Return where a log has something of a person's: file and line, and not the line itself."""
        return [
            f"{log.name}:{number}"
            for log in sorted(self.logs.iterdir())
            for number, line in enumerate(log.read_text(errors="replace").splitlines(), 1)
            if PERSONAL.search(line)
        ]


@contextmanager
def a_world(*, workers: int = 2) -> Iterator[World]:
    """Yield a firm at work; everything goes with the block."""
    folder = Path(tempfile.mkdtemp(prefix="bailee-soak-"))
    folder.chmod(0o755)
    disk, has_disk = folder / "disk", False
    disk.mkdir()
    servers = {}
    try:
        has_disk = _mount(disk)
        for name, kind in (("books", POSTGRESQL), ("phones", POSTGRESQL), ("desk", MARIADB)):
            servers[name] = start(kind, owner=os.getpid(), durable=True)
        network = Network()
        with mail_server(Mailbox()) as mailbox:
            proxies = {name: Proxy(network, server.place.port) for name, server in servers.items()}
            proxies["mail"] = Proxy(network, mailbox.port)
            firm = _firm(folder, disk, servers, proxies["mail"].port)
            world = World(folder, firm, servers, proxies, mailbox, disk, has_disk, free_port())
            world.logs.mkdir()
            world.clock.write_text("0")
            for number in range(1, CAROLS + 1):
                firm.add(number)
            try:
                for name in ("web", *(f"worker{number}" for number in range(1, workers + 1))):
                    world.begin(name)
                yield world
            finally:
                for name in world.processes:
                    world.end(name, signal.SIGKILL)
    finally:
        for server in servers.values():
            server.stop()
        if has_disk:
            subprocess.run(["umount", "--lazy", str(disk)], check=False)  # noqa: S607 - as root finds it
        shutil.rmtree(folder, ignore_errors=True)


def _mount(disk: Path) -> bool:
    """Put a small file system of its own on ``disk``, where this user may."""
    if os.geteuid() != 0 or shutil.which("mount") is None:
        return False
    asked = ["mount", "-t", "tmpfs", "-o", f"size={ROOM},mode=0700", "tmpfs", str(disk)]
    return subprocess.run(asked, capture_output=True, check=False).returncode == 0


def _firm(folder: Path, disk: Path, servers: Mapping[str, Server], mail: int) -> Firm:
    urls = {"crm": f"sqlite:///{disk / 'crm.db'}"}
    urls |= {name: servers[name].create_database(name) for name in ("phones", "desk")}
    firm = build(folder / "firm", urls, settles=0)
    assert set(urls) == set(SYSTEMS)
    (disk / "keys").mkdir(mode=0o700)
    path = firm.folder / "bailee.yaml"
    mailed = f'mail: {{host: 127.0.0.1, port: {mail}, security: none, site: "https://privacy.soak.example"}}'
    path.write_text(f"{path.read_text()}vault: file:{disk / 'keys' / 'master'}\n{mailed}\n")
    return replace(firm, books=ready.postgresql_books(servers["books"], "books", folder))
