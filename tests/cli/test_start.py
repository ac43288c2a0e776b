"""What every command has, and what the command line does not load to say so."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bailee.cli.exits import MEANINGS
from tests.cli.conftest import Bailee

HEAVY = ("sqlalchemy", "pydantic", "rich", "phonenumbers", "cryptography", "jinja2", "ruamel", "lark", "bailee.trace")

COMMANDS = (
    ["init"],
    ["connect"],
    ["map"],
    ["grants"],
    ["drift"],
    ["import", "fides"],
    ["find"],
    ["copy"],
    ["plan", "erase"],
    ["plan", "correct"],
    ["plan", "retain"],
    ["apply"],
    ["worker"],
    ["serve"],
    ["doctor"],
    ["schema"],
    ["demo"],
)


def test_help_loads_nothing_that_a_command_alone_needs() -> None:
    script = (
        "import sys; sys.argv = ['bailee', '--help']\n"
        "from bailee.cli import main\n"
        "try: main()\n"
        f"finally: print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ended.stderr == "[]\n"


NEVER_SEARCHED = (
    "django",
    "rich",
    "jinja2",
    "isodate",
    "psycopg",
    "pymysql",
    "bailee.plan",
    "bailee.checks",
    "bailee.draft",
    "bailee.notice",
    "bailee.store.models",
    "bailee.requests",
    "bailee.jobs",
    "bailee.ledger",
    "bailee.engine.plans",
    "bailee.connectors.sql.counts",
    "bailee.connectors.sql.accounts",
    "bailee.connectors.sql.sample",
    "bailee.policy.sentences",
)


def test_find_loads_nothing_that_other_commands_need(firm: Path) -> None:
    script = (
        f"import sys; sys.argv = ['bailee', 'find', 'alice.okonkwo@post.example', '--policy', {str(firm)!r}]\n"
        "from bailee.cli import main\n"
        "try: main()\n"
        f"finally: print([name for name in {NEVER_SEARCHED!r} if name in sys.modules], file=sys.stderr)"
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ended.stderr == "[]\n"


def test_python_runs_it_as_a_module_too() -> None:
    ended = subprocess.run([sys.executable, "-m", "bailee", "fnd"], capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert "No such command" in ended.stderr


@pytest.mark.parametrize("command", [[], ["plan"], *COMMANDS], ids=" ".join)
def test_each_help_says_every_exit_code(bailee: Bailee, command: list[str]) -> None:
    said = bailee(*command, "--help")
    assert said.code == 0
    for code, meaning in MEANINGS.items():
        assert f"  {code:<3} {meaning}\n" in said.out + "\n"


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_each_help_fits_a_narrow_terminal(bailee: Bailee, command: list[str]) -> None:
    assert max(map(len, bailee(*command, "--help").out.splitlines())) <= 80


@pytest.mark.parametrize("wrong", [["fnd"], ["find"], ["find", "--nope", "x"], ["copy", "a@b.example"]], ids=" ".join)
def test_wrong_use_says_so_and_ends_in_two(bailee: Bailee, wrong: list[str]) -> None:
    said = bailee(*wrong, "--policy", "x")
    assert said.code == 2
    assert "Error: " in said.err
    assert not said.out


def test_wrong_use_is_json_for_a_program(bailee: Bailee) -> None:
    said = bailee("find", "--json")
    assert (said.code, said.error["code"], said.error["exit"]) == (2, "usage", 2)


def test_the_schema_is_one_json_document(bailee: Bailee) -> None:
    assert "$defs" in bailee("schema").json
