"""``bailee vault``, as somebody at the command line meets it."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from bailee.cli.app import run
from bailee.cli.exits import Exit
from tests.vault.service import TOKEN, Service

MARKER = "hunter2-marker"

SYSTEM = """\
system: crm
title: Customers
connector: sql
url: vault:CRM
collections:
  person:
    party: person
    identity:
      email: {column: email, stored: lower, joins: verified}
    fields: {full_name: name, email: email}
    on_erase: delete
"""


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str


Bailee = Callable[..., Said]


@pytest.fixture
def firm(tmp_path: Path) -> Path:
    folder = tmp_path / "firm"
    (folder / "systems").mkdir(parents=True)
    (folder / "bailee.yaml").write_text("firm: Vault Ltd\nmode: act\n")
    (folder / "systems/crm.yaml").write_text(SYSTEM)
    return folder


@pytest.fixture
def bailee(firm: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Bailee:
    """Run a command, with something on its standard input."""

    def command(*arguments: str, typed: str = "") -> Said:
        capsys.readouterr()
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        return Said(run([*arguments, "--policy", str(firm)]), *capsys.readouterr())

    return command


@pytest.fixture
def crm(postgresql_url: str) -> str:
    from sqlalchemy import create_engine, text

    engine = create_engine(postgresql_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE person (id integer PRIMARY KEY, name text, email varchar(99))"))
        connection.execute(text("CREATE INDEX by_email ON person (email)"))
        connection.execute(text("INSERT INTO person VALUES (1, 'Alice', 'alice@post.example')"))
    engine.dispose()
    return postgresql_url


def words_of(printed: str) -> str:
    return "\n".join(line for line in printed.splitlines() if re.match(r" +\d+ [a-z]", line))


def rehearsed(bailee: Bailee) -> str:
    words = words_of(bailee("vault", "recovery", "print").out)
    assert bailee("vault", "recovery", "rehearse", typed=words).code == Exit.DONE
    return words


def test_a_system_is_reached_by_a_secret_of_the_vault_through_rotation_and_recovery(
    bailee: Bailee, firm: Path, crm: str
) -> None:
    refused = bailee("vault", "secret", "put", "CRM", typed=crm)
    assert (refused.code, "recovery print" in refused.err) == (Exit.NOT_ALLOWED, True)
    assert crm not in refused.out + refused.err
    rehearsed(bailee)
    assert "no secret" in bailee("find", "alice@post.example").err
    assert bailee("vault", "secret", "put", "CRM", typed=f"{crm}\n").code == Exit.DONE
    assert bailee("vault", "secret", "list").out == "CRM\n"
    assert "1 row" in bailee("find", "alice@post.example").out
    assert bailee("vault", "rotate").code == Exit.DONE
    assert "1 row" in bailee("find", "alice@post.example").out
    words = rehearsed(bailee)
    (firm / "books/key").unlink()
    lost = bailee("find", "alice@post.example")
    assert (lost.code, "recovery restore" in lost.err) == (Exit.SYSTEM, True)
    assert bailee("vault", "recovery", "restore", typed=words).code == Exit.DONE
    assert "1 row" in bailee("find", "alice@post.example").out
    assert bailee("vault", "secret", "remove", "CRM").code == Exit.DONE
    assert bailee("find", "alice@post.example").code == Exit.SYSTEM


def test_status_says_what_is_to_be_done(bailee: Bailee, firm: Path) -> None:
    said = bailee("vault", "status", "--json")
    assert said.code == Exit.LOOK
    stands = json.loads(said.out)
    assert (stands["epoch"], stands["keys"], stands["is_beside"], stands["needs_rehearsal"]) == (
        1,
        {"1": 1},
        True,
        True,
    )
    assert len(stands["to_do"]) == 2
    (firm.parent / "safe").mkdir(mode=0o700)
    (firm / "books/key").rename(firm.parent / "safe/key")
    (firm / "bailee.yaml").write_text("firm: Vault Ltd\nmode: act\nvault: file:../safe/key\n")
    rehearsed(bailee)
    said = bailee("vault", "status")
    assert (said.code, "to do" in said.out) == (Exit.DONE, False)
    assert "wraps 1 data key" in said.out


def test_both_shares_come_on_a_page_each_and_name_what_they_open(bailee: Bailee) -> None:
    printed = bailee("vault", "recovery", "print").out
    one, other = printed.split("\f")
    for number, page in enumerate((one, other), start=1):
        assert f"Recovery share {number} of 2" in page
        assert "Vault Ltd, master key of Bailee, epoch 1" in page
        assert len(words_of(page).split()) == 66  # 33 words and their numbers
    wrong = bailee("vault", "recovery", "rehearse", typed=words_of(one))
    assert (wrong.code, "33 words" in wrong.err) == (Exit.NOT_ALLOWED, True)
    assert words_of(one).split()[1] not in wrong.err.split()


def test_another_master_key_takes_over_by_a_command(
    bailee: Bailee, firm: Path, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BAO_TOKEN", TOKEN)
    rehearsed(bailee)
    bailee("vault", "secret", "put", "CRM", typed=MARKER)
    (firm / "bailee.yaml").write_text(f"firm: Vault Ltd\nmode: act\nvault: transit:{service.url}/transit/firm\n")
    mixed = bailee("vault", "status")
    assert (mixed.code, "vault adopt" in mixed.err) == (Exit.FILES, True)
    assert "2 data keys" in bailee("vault", "adopt", "file:books/key").out
    (firm / "books/key").unlink()
    said = bailee("vault", "status")
    assert (said.code, "its key service" in said.out) == (Exit.DONE, True)
    assert json.loads(bailee("vault", "rotate", "--json").out)["epoch"] == 2


def test_no_command_shows_a_secret_or_leaves_it_in_the_open(bailee: Bailee, firm: Path) -> None:
    rehearsed(bailee)
    said = [
        bailee("vault", "secret", "put", "CRM", typed=MARKER),
        bailee("vault", "secret", "put", "no name", typed=MARKER),
        bailee("vault", "secret", "put", "EMPTY"),
        bailee("vault", "secret", "list", "--json"),
        bailee("vault", "status"),
        bailee("find", "alice@post.example"),
    ]
    assert not any(MARKER in one.out + one.err for one in said)
    assert [one.code for one in said[:3]] == [Exit.DONE, Exit.NOT_ALLOWED, Exit.NOT_ALLOWED]
    assert not any(MARKER.encode() in path.read_bytes() for path in firm.rglob("*") if path.is_file())


def test_on_one_machine_no_command_of_the_vault_loads_django(bailee: Bailee, firm: Path) -> None:
    rehearsed(bailee)
    script = (
        "import sys; from bailee.cli.app import run; run(['vault', 'status', '--policy', sys.argv[1]]);"
        "print([n for n in ('django', 'hvac', 'requests', 'shamir_mnemonic') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script, str(firm)], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("[]\n")
