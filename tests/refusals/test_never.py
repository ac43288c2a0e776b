"""`joins: never`: nobody is looked up by it, in any command or request, and that is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from bailee.cli.app import run as command
from bailee.engine.people import UnknownPerson, find_seeds, search_person, search_seeds
from bailee.engine.plans import plan_erase
from tests.conftest import Database
from tests.harm.firm import run
from tests.refusals.firm import ALICE, build, opened

OURS, THEIRS = "+442079460111", "+442079460112"
"""Alice's number, which stands on her row; and one that stands on nobody's, and in a call all the same."""

SAYS = "nothing can be looked up by phone: the map says joins: never"


@pytest.fixture
def folder(tmp_path: Path, database: Database, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SHOP_URL", database.url)
    folder = build(tmp_path / "shop", database)
    run(
        database.url,
        "create table call_log (id integer primary key, caller varchar(20))",
        f"insert into call_log values (1, '{OURS}'), (2, '{THEIRS}')",
        f"update customer set phone = '{OURS}' where id = 1",
    )
    map_ = folder / "systems/shop.yaml"
    text = map_.read_text().replace("stored: e164, joins: confirm", "stored: e164, joins: never")
    map_.write_text(
        f"{text}  call:\n    table: call_log\n    mentions: [{{phone: caller, stored: e164}}]\n"
        "    on_erase: delete\n    on_leave: {matched: null}\n"
    )
    return folder


@pytest.mark.parametrize("number", [OURS, THEIRS])
@pytest.mark.parametrize("asked", [("find",), ("plan", "erase"), ("copy",)])
def test_no_command_looks_anybody_up_by_it(
    folder: Path, asked: tuple[str, ...], number: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    out = ["--out", str(tmp_path / "out.zip")] if asked == ("copy",) else []
    assert command([*asked, number, *out, "--policy", str(folder)]) == 2
    said = capsys.readouterr()
    assert SAYS in said.err
    assert "give one of: email" in said.err
    assert number not in said.out + said.err


@pytest.mark.parametrize("number", [OURS, THEIRS])
def test_a_search_that_is_begun_with_it_all_the_same_finds_nothing(
    folder: Path, database: Database, number: str
) -> None:
    with opened(folder, database) as systems, search_seeds(systems, find_seeds(systems, number), ()) as found:
        assert (found.persons.subjects, found.persons.known, found.persons.to_confirm) == ((), (), ())
        assert list(found.find_holdings()) == []


def test_beside_something_else_it_adds_nothing_and_that_is_said(
    folder: Path, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(["find", ALICE, THEIRS, "--policy", str(folder)]) in {0, 1}
    said = capsys.readouterr().out
    assert "nothing is looked up by phone: the map says joins: never" in said
    with opened(folder, database) as systems, search_person(systems, [ALICE, THEIRS]) as found:
        held = {one.collection: one.count for one in found.find_holdings()}
    assert held == {"customer": 1, "booking": 1, "call": 1}  # her own call, by the number on her row


def test_her_own_calls_are_erased_with_her(folder: Path, database: Database) -> None:
    with opened(folder, database) as systems:
        plan = plan_erase(systems, [[ALICE]]).plan
    assert {s.collection: s.count for part in plan.systems for s in part.steps if s.collection == "call"} == {"call": 1}


def test_of_two_persons_the_one_who_is_given_by_it_alone_is_no_mistake_of_the_other(
    folder: Path, database: Database
) -> None:
    with opened(folder, database) as systems, pytest.raises(UnknownPerson, match="joins: never"):
        plan_erase(systems, [[ALICE], [THEIRS]])
