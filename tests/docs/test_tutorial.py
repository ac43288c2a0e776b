"""`docs/tutorial.md` is true: its commands run in their order, on PostgreSQL and MariaDB, and print what it shows."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, make_url

from tests.docs.pages import read
from tests.servers import Server

PAGE = read("tutorial.md")
BIN = Path(sys.executable).parent
LEFT_OUT = "…"
END = "\036"

pytestmark = pytest.mark.skipif(not (BIN / "bailee").exists(), reason="bailee is not installed here: make install")


@dataclass(frozen=True)
class Command:
    """A command of the page, and the lines that the page shows below it."""

    text: str
    shown: tuple[str, ...]


@dataclass(frozen=True)
class Edit:
    """What the page changes in a file of the policy: these lines become those."""

    file: str
    before: tuple[str, ...]
    after: tuple[str, ...]


def steps() -> Iterator[Command | Edit]:
    """Yield what a reader does, in the order of the page."""
    for language, body in re.findall(r"^```(console|diff)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL):
        lines = body.splitlines()
        if language == "diff":
            before = tuple(line[1:] for line in lines[1:] if not line.startswith("+"))
            after = tuple(line[1:] for line in lines[1:] if not line.startswith("-"))
            yield Edit(lines[0].removeprefix("--- "), before, after)
            continue
        starts = [n for n, line in enumerate(lines) if line.startswith("$ ")]
        for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
            yield Command(lines[start][2:], tuple(lines[start + 1 : end]))


def edit(folder: Path, change: Edit) -> None:
    """Make a change of the page, whose lines must stand in the file exactly once."""
    page = folder / change.file
    lines = page.read_text().splitlines()
    found = [n for n in range(len(lines)) if tuple(lines[n : n + len(change.before)]) == change.before]
    assert len(found) == 1, f"{change.file}: {change.before}"
    lines[found[0] : found[0] + len(change.before)] = change.after
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    page.write_text("\n".join(re.sub(r"(?<=, on: )\d{4}-\d\d-\d\d", today, line) for line in lines) + "\n")


class Shell:
    """A shell in which the commands are typed one after the other."""

    def __init__(self, folder: Path, surroundings: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            ["/bin/bash", "--norc"],
            cwd=folder,
            env={**surroundings, "PATH": f"{BIN}:{os.environ['PATH']}", "HOME": str(folder), "PSQLRC": os.devnull},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def type(self, command: str) -> tuple[list[str], int]:
        """Return what a command printed, and how it ended."""
        stdin: Any = self.process.stdin
        stdin.write(f"{{ {command}\n}} < /dev/null\nprintf '{END}%d\\n' $?\n")
        stdin.flush()
        lines = list[str]()
        for line in self.process.stdout or ():
            text, ended, code = line.rstrip("\n").partition(END)
            lines += [text] if text or not ended else []
            if ended:
                return lines, int(code)
        raise AssertionError(command)

    def close(self) -> None:
        self.process.terminate()
        self.process.communicate()


ENDS = {"bailee map": {0, 1}, "bailee drift": {0, 1}, "bailee check": {0, 10, 11}}
"""How commands may end, where not in 0: there is something to look at."""


def typed(folder: Path, surroundings: dict[str, str], *, mariadb: str = "") -> Iterator[tuple[Command, list[str]]]:
    """Do what the page says, and yield each command with what it printed. ``mariadb``: the address to say instead."""
    (folder / "workshop.sql").write_text(next(iter(re.findall(r"^```sql\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))))
    shell = Shell(folder, surroundings)
    try:
        for step in steps():
            if isinstance(step, Edit):
                edit(folder / "firm", step)
                continue
            command = as_mariadb(step.text, mariadb) if mariadb else step.text
            printed, code = shell.type(command)
            allowed = ENDS.get(" ".join(command.split()[:2]), {0})
            assert code in allowed, "\n".join((command, *printed))
            yield step, printed
    finally:
        shell.close()


def as_mariadb(command: str, address: str) -> str:
    """Return a command of the page as it is said on MariaDB; the page says so at its beginning."""
    command = command.replace("postgresql:///workshop", address)
    command = re.sub(r"^psql (?:-q )?workshop -f (\S+)", r"mariadb workshop < \1", command)
    return re.sub(r"^psql (?:-q )?workshop -c", "mariadb workshop -e", command)


def steady(line: str) -> str:
    """Return a line without what changes from run to run: days, times, versions, passwords, who runs it."""
    months = "January|February|March|April|May|June|July|August|September|October|November|December"
    for pattern, word in (
        (rf"\d{{1,2}} ({months}) \d{{4}}( \d\d:\d\d UTC)?", "DAY"),
        (r"\d{4}-\d\d-\d\d", "DAY"),
        (r"\bsince \d\d:\d\d UTC|as of this look", "SINCE"),
        (r"(PostgreSQL) .*", r"\1"),
        (r"\d+\.\d s\b", "SECONDS"),
        (r"PASSWORD '.*'|:(?:[\w-]{32}|PASSWORD)@", "PASSWORD"),
        (r"the account \S+ can WRITE", "the account can WRITE"),
        (r"hash [0-9a-f]{12}.*", "hash"),
        (r"\bfrom \d{4}\b", "from YEAR"),
    ):
        line = re.sub(pattern, word, line)
    return line.rstrip()


def as_shown(command: Command, printed: list[str]) -> bool:
    """Whether a command printed what the page shows below it."""
    return follows(_trimmed(command.shown), _trimmed(printed))


def _trimmed(lines: Iterable[str]) -> list[str]:
    return "\n".join(map(steady, lines)).rstrip().splitlines()


def follows(shown: list[str], printed: list[str]) -> bool:
    """Whether ``printed`` is what is shown, a line of three dots standing for any number of lines."""
    if not shown:
        return not printed
    if shown[0].strip() == LEFT_OUT:
        return any(follows(shown[1:], printed[n:]) for n in range(len(printed) + 1))
    return bool(printed) and shown[0] == printed[0] and follows(shown[1:], printed[1:])


ACCOUNTS = ("bailee_workshop_reader", "bailee_workshop_writer")


@pytest.fixture
def on_postgresql(postgresql_server: Server, tmp_path: Path) -> Iterator[dict[str, str]]:
    """What a reader's surroundings say of an empty database called workshop."""
    url = make_url(postgresql_server.create_database("workshop"))
    names = {"PGHOST": url.host, "PGPORT": url.port, "PGUSER": url.username, "PGPASSWORD": url.password}
    yield {name: str(value) for name, value in names.items()}
    postgresql_server.drop_database("workshop")
    _forget(postgresql_server, "ROLE")


@pytest.fixture
def on_mariadb(mariadb_server: Server, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database called workshop; the client knows how to reach its server."""
    url = make_url(mariadb_server.create_database("workshop"))
    client = f"[client]\nhost={url.host}\nport={url.port}\nuser={url.username}\npassword={url.password}\n"
    (tmp_path / ".my.cnf").write_text(client)
    yield url.set(drivername="mariadb").render_as_string(hide_password=False)
    mariadb_server.drop_database("workshop")
    _forget(mariadb_server, "USER")


def _forget(server: Server, kind: str) -> None:
    engine = create_engine(server.url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for account in ACCOUNTS:
            connection.exec_driver_sql(f"DROP {kind} IF EXISTS {account}")
    engine.dispose()


def test_on_postgresql_the_page_shows_what_its_commands_print(on_postgresql: dict[str, str], tmp_path: Path) -> None:
    for command, printed in typed(tmp_path, on_postgresql):
        assert as_shown(command, printed), "\n".join((command.text, *printed))
    assert (tmp_path / "notice" / "index.html").exists()


SAME = re.compile(r"bailee (map|find|drift|plan|apply|notice coverage|check [\w-]+( --rehearse)?$)")
"""Commands that say the same whatever the database."""


def test_on_mariadb_everything_goes_the_same_way(on_mariadb: str, tmp_path: Path) -> None:
    same = 0
    for command, printed in typed(tmp_path, {}, mariadb=on_mariadb):
        if SAME.match(command.text):
            assert as_shown(command, printed), "\n".join((command.text, *printed))
            same += 1
    assert same >= 10
    assert (tmp_path / "notice" / "index.html").exists()


def test_nothing_but_dots_is_left_out_on_the_page() -> None:
    commands = [step for step in steps() if isinstance(step, Command)]
    assert sum(line.strip() == LEFT_OUT for command in commands for line in command.shown) <= 10
    assert [command.text for command in commands if command.text.startswith("bailee check")]
