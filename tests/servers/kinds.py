"""What the kinds of server share, and what each must say of itself: programs, folders, commands, a few statements."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from signal import Signals


class ServerError(Exception):
    """A server that did not start or answer; the message ends with the last lines of its log."""


class MissingProgramError(ServerError):
    """The programs of a kind are not on this machine, or too old: ``kind`` is its name, ``package`` Debian's."""

    def __init__(self, kind: str, oldest: tuple[int, ...], package: str) -> None:
        self.kind = kind
        self.package = package
        self.hint = f"apt-get install {package} ({'.'.join(map(str, oldest))} or newer)"
        super().__init__(f"{kind} is not on this machine: {self.hint}")


@dataclass(frozen=True)
class Account:
    """The operating system's user that a server runs as when root starts it: both kinds refuse root."""

    name: str
    uid: int
    gid: int


@dataclass(frozen=True)
class Place:
    """Where one server is: its ``folder`` (data, log, password), its ``port`` on 127.0.0.1, the ``password``."""

    folder: Path
    port: int
    password: str

    @property
    def data(self) -> Path:
        """The server's own data directory."""
        return self.folder / "data"


@dataclass(frozen=True)
class Kind:
    """A kind of server. The callables are given what they need and keep nothing."""

    name: str
    dialect: str  # SQLAlchemy's word for it
    driver: str
    first_database: str  # always there; the one that `Server.url` names
    accounts: tuple[str, ...]  # whom to run as when root starts it, the best first
    programs: Callable[[], Mapping[str, str]]  # name -> path; raises MissingProgramError
    prepare: Callable[[Mapping[str, str], Place, Account | None], None]  # makes the data directory
    command: Callable[[Mapping[str, str], Place, Mapping[str, str]], Sequence[str]]  # the last are settings
    hasty: Mapping[str, str]  # settings that give up safety for speed
    create: Callable[[Place, str], None]  # an empty database
    drop: Callable[[Place, str], None]  # a database, whoever is still connected to it
    answers: Callable[[Place], None]  # raises ServerError until it does
    ends_well: Signals  # writes everything down, then ends
    ends_now: Signals  # ends at once, and leaves nothing behind in the kernel


def version_of(program: str) -> tuple[int, ...]:
    """Return the version that ``program --version`` prints: ``(15, 18)``."""
    printed = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"(\d+)\.(\d+)", printed)
    return tuple(int(part) for part in found.groups()) if found else ()


def find_program(name: str, folders: Sequence[Path]) -> str | None:
    """Return the path of a program in the ``folders``, else on the PATH, else None."""
    return shutil.which(name, path=":".join(str(folder) for folder in folders)) or shutil.which(name)


def run_program(argv: Sequence[str], place: Place, account: Account | None) -> None:
    """Run a program in the server's folder, as its account; raise ServerError with what it said if it fails."""
    done = subprocess.run(
        argv,
        cwd=place.folder,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ServerError(f"{Path(argv[0]).name} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")


def write_private(path: Path, text: str, account: Account | None) -> None:
    """Write a file that only the server's account (and root) may read."""
    path.touch(mode=0o600)
    path.write_text(text)
    if account:
        os.chown(path, account.uid, account.gid)
