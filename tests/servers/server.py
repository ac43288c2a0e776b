"""One running server, of either kind."""

from __future__ import annotations

import json
import os
import pwd
import secrets
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.ports import free_port
from tests.servers import keeper
from tests.servers.kinds import Account, Kind, Place, ServerError, write_private
from tests.servers.mariadb import MARIADB
from tests.servers.postgresql import POSTGRESQL

PATIENCE = 60.0  # seconds for a server to answer
PAUSE = 0.05
PLACE = "place.json"  # in the folder: how to reach the server
MEMORY = Path("/dev/shm")  # noqa: S108 - a file system in memory, on Linux; the folder in it is private
ROOM = 4 * 2**30  # bytes that must be free there


@dataclass(frozen=True)
class Server:
    """A server that answers. ``url`` is SQLAlchemy's, of the database that is always there; its user may do all."""

    kind: Kind
    place: Place

    @property
    def url(self) -> str:
        """The URL of the database that is always there."""
        return self.url_of(self.kind.first_database)

    def url_of(self, database: str) -> str:
        """Return the URL of a database."""
        door = f"bailee:{self.place.password}@127.0.0.1:{self.place.port}"
        return f"{self.kind.dialect}+{self.kind.driver}://{door}/{database}"

    def create_database(self, name: str) -> str:
        """Make an empty database (``name``: small letters, digits, underscores); return its URL."""
        self.kind.create(self.place, name)
        return self.url_of(name)

    def drop_database(self, name: str) -> None:
        """Drop a database if it is there, and cut off whoever is connected to it."""
        self.kind.drop(self.place, name)

    def stop(self) -> None:
        """End the server; its folder goes with it where it was a throwaway. A second time does nothing."""
        _tell_keeper(self.place, signal.SIGTERM)
        _wait(lambda: not (self.place.folder / "keeper.pid").exists(), self.place, "does not end")

    def kill9(self) -> None:
        """Kill the server as a power cut would kill it, its data left as they lie; `start_again` recovers them."""
        file = self.place.folder / "server.pid"
        os.kill(int(file.read_text()), signal.SIGKILL)
        _wait(lambda: not file.exists(), self.place, "does not die")

    def start_again(self) -> None:
        """Start a server that was killed, on its old port, and return when it has recovered and answers."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            _tell_keeper(self.place, signal.SIGUSR1)
            _wait((self.place.folder / "server.pid").exists, self.place, "does not start again")
            if _comes_up(self.kind, self.place):  # PostgreSQL does not while orphans of the killed one are dying
                return
        raise ServerError(_said(self.place, "does not start again"))


def start_postgresql(
    folder: Path | None = None, *, durable: bool = False, settings: Mapping[str, str] | None = None
) -> Server:
    """Start PostgreSQL; see `start`."""
    return start(POSTGRESQL, folder, durable=durable, settings=settings)


def start_mariadb(
    folder: Path | None = None,
    *,
    durable: bool = False,
    settings: Mapping[str, str] | None = None,
    in_memory: bool = True,
) -> Server:
    """Start MariaDB; see `start`."""
    return start(MARIADB, folder, durable=durable, settings=settings, in_memory=in_memory)


def start(
    kind: Kind,
    folder: Path | None = None,
    *,
    durable: bool = False,
    settings: Mapping[str, str] | None = None,
    owner: int | None = None,
    in_memory: bool = True,
) -> Server:
    """Start a server and return it when it answers.

    ``folder`` keeps the data for the next start; without one they are thrown away at the end, and lie ``in_memory``
    where there is room and nothing else is asked for. ``durable`` writes through to the disk at each commit, as a
    machine that may crash needs. ``settings`` are the server's own, by name. The server ends with the process
    ``owner`` (default: this one) at the latest. Raises MissingProgramError where the kind is not installed,
    ServerError where it does not come up.
    """
    paths = kind.programs()
    account = _account(kind)
    home = _home(folder or _throwaway(in_memory=in_memory and not durable), account)
    server = Server(kind, Place(home, free_port(), _password(home)))
    given = {**({} if durable else kind.hasty), **(settings or {})}
    try:
        if not server.place.data.exists():
            kind.prepare(paths, server.place, account)
        _remember(server.place, account)
        _run_keeper(server, kind.command(paths, server.place, given), account, owner or os.getpid(), folder is None)
        _first_answer(server)
    except BaseException:
        server.stop()
        if folder is None:
            shutil.rmtree(home, ignore_errors=True)
        raise
    return server


def attach(kind: Kind, folder: Path) -> Server:
    """Return the server that another process started and that keeps its data in ``folder``."""
    known = json.loads((folder / PLACE).read_text())
    return Server(kind, Place(folder, known["port"], known["password"]))


# --- where and as whom ---------------------------------------------------------------------------------------


def _account(kind: Kind) -> Account | None:
    if os.geteuid() != 0:
        return None
    for name in kind.accounts:
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, found.pw_uid, found.pw_gid)
    raise ServerError(f"{kind.name} refuses to run as root, and there is no user {' or '.join(kind.accounts)}")


def _throwaway(*, in_memory: bool) -> Path:
    """Make a folder. MariaDB writes each table that is made or dropped through to the disk: in memory it is faster."""
    if in_memory and os.access(MEMORY, os.W_OK | os.X_OK) and shutil.disk_usage(MEMORY).free >= ROOM:
        return Path(tempfile.mkdtemp(prefix="bailee-", dir=MEMORY))
    return Path(tempfile.mkdtemp(prefix="bailee-"))


def _home(folder: Path, account: Account | None) -> Path:
    home = folder.absolute()
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    if account:
        os.chown(home, account.uid, account.gid)
        closed = next((above for above in home.parents if not above.stat().st_mode & stat.S_IXOTH), None)
        if closed is not None:
            raise ServerError(f"the user {account.name} cannot pass {closed}: keep the data elsewhere, or chmod o+x it")
    return home


def _password(home: Path) -> str:
    """Return the one that the data were made with, or a new one."""
    known = home / PLACE
    password = json.loads(known.read_text())["password"] if known.exists() else secrets.token_hex(16)
    return str(password)


def _remember(place: Place, account: Account | None) -> None:
    write_private(place.folder / PLACE, json.dumps({"port": place.port, "password": place.password}), account)


# --- the keeper ----------------------------------------------------------------------------------------------


def _run_keeper(server: Server, argv: Sequence[str], account: Account | None, owner: int, throwaway: bool) -> None:
    told = {
        "owner": owner,
        "folder": str(server.place.folder),
        "argv": list(argv),
        "uid": account.uid if account else None,
        "gid": account.gid if account else None,
        "signal": server.kind.ends_now if throwaway else server.kind.ends_well,
        "throwaway": throwaway,
    }
    with (server.place.folder / "log").open("ab") as log:
        script = [sys.executable, "-I", keeper.__file__, json.dumps(told)]
        subprocess.run(script, stdin=subprocess.DEVNULL, stdout=log, stderr=log, check=True)


def _tell_keeper(place: Place, number: signal.Signals) -> None:
    file = place.folder / "keeper.pid"
    with suppress(FileNotFoundError, ProcessLookupError):
        os.kill(int(file.read_text()), number)


def _first_answer(server: Server) -> None:
    if not _comes_up(server.kind, server.place):
        raise ServerError(_said(server.place, "does not start"))


def _comes_up(kind: Kind, place: Place) -> bool:
    """Wait until the server answers, or has died: then return False."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and (place.folder / "server.pid").exists():
        try:
            kind.answers(place)
        except ServerError:
            time.sleep(PAUSE)
        else:
            return True
    return False


def _wait(until: Callable[[], bool], place: Place, what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not until():
        if time.monotonic() > deadline:
            raise ServerError(_said(place, what))
        time.sleep(PAUSE)


def _said(place: Place, what: str) -> str:
    """Return a message that ends with the last that the server said."""
    log = place.folder / "log"
    last = log.read_text(errors="replace")[-2000:] if log.exists() else ""
    return f"the server in {place.folder} {what}; it said last:\n{last}"
