"""Books that were put back from a backup do not pass for today's: nothing is destroyed by them unseen."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from socket import gethostname
from unittest.mock import patch

import pytest

from bailee.cli.app import run as command
from bailee.connectors.base import ConnectorError
from bailee.engine import high_water
from bailee.engine.apply import apply_plan
from bailee.engine.high_water import BegunBefore, RestoredBooks
from bailee.engine.plans import plan_erase, plan_retain, seal_plan
from bailee.engine.systems import Systems, open_systems_of_context
from bailee.store.sealed_store import HIGH_WATER, Store
from bailee.views.doctor import examine
from tests.harm.firm import ALICE, Firm, erase_alice
from tests.jobs.conftest import small
from tests.jobs.firm import Place, controller
from tests.store.conftest import books

__all__ = ["books", "small"]

BOB = "bob@post.example"


@pytest.fixture
def firm(firm: Firm, tmp_path: Path) -> Firm:
    """The firm, with its master key elsewhere than its books."""
    key_elsewhere(firm, tmp_path)
    return firm


def key_elsewhere(firm: Firm, folder: Path) -> None:
    """Let the master key stand in a folder of its own."""
    keys = folder / "keys"
    keys.mkdir(mode=0o700)
    path = firm.folder / "bailee.yaml"
    path.write_text(f"{path.read_text()}\nvault: file:{keys / 'master'}\n")


@contextmanager
def put_back(firm: Firm) -> Iterator[None]:
    """Put the books back, at the end of the block, as they are now."""
    books, backup = firm.folder / "books", firm.folder.parent / "backup"
    shutil.copytree(books, backup)
    yield
    shutil.rmtree(books)
    shutil.move(backup, books)


def erase(systems: Systems, identity: str) -> None:
    """Plan and carry out the erasure of a person."""
    planned = plan_erase(systems, [[identity]])
    seal_plan(systems, planned)
    apply_plan(systems, planned.plan)


def note_hold(systems: Systems) -> None:
    """Note that a hold was placed, which asks for nothing before."""
    with systems.store.alone(about=high_water.PLACES):
        done = high_water.assign_number(systems.store, high_water.HOLD, "a hold", datetime.now(UTC))
        systems.store.write_waiting()
    high_water.append_to_file(systems.store, done)


def test_nothing_is_destroyed_by_books_that_are_older_than_what_was_done(firm: Firm) -> None:
    with firm.systems() as systems:
        apply_plan(systems, firm.plan(lambda systems: plan_retain(systems, "calls")))
    with put_back(firm), firm.systems() as systems:
        plan = firm.plan(erase_alice)
        apply_plan(systems, plan)
    firm.refill()
    before = firm.dump()
    with (
        firm.systems() as systems,
        pytest.raises(RestoredBooks, match="something was done that these books do not know"),
    ):
        erase(systems, ALICE)
    assert firm.dump() == before


def test_a_plan_that_was_begun_before_the_books_were_put_back_is_not_carried_out_a_second_time(
    firm: Firm, capfd: pytest.CaptureFixture[str]
) -> None:
    plan = firm.plan(erase_alice)
    with put_back(firm), firm.systems() as systems:
        apply_plan(systems, plan)
    firm.refill()  # she has come back since, and this is all new
    before = firm.dump()
    assert _run(firm, "ledger", "verify") != 0
    assert f"plan {plan.digest[:12]} was begun" in capfd.readouterr().out
    assert _run(firm, "confirm", "books") == 1
    assert f"plan {plan.digest[:12]} was begun" in capfd.readouterr().out
    assert _run(firm, "confirm", "books", "--entered-again") == 0
    with firm.systems() as systems:
        with pytest.raises(
            BegunBefore, match=r"the plan was begun or called off on .*, before the books were put back"
        ):
            apply_plan(systems, plan)
        assert firm.dump() == before
        erase(systems, ALICE)
    assert firm.dump() != before
    assert _run(firm, "confirm", "books") == 0


def test_a_table_in_a_system_tells_where_the_mark_was_put_back_with_the_books(firm: Firm, tmp_path: Path) -> None:
    firm.run("CREATE TABLE bailee_plan (number BIGINT NOT NULL, plan VARCHAR(64) NOT NULL, at VARCHAR(40) NOT NULL)")
    path = firm.folder / "systems" / "shop.yaml"
    path.write_text(path.read_text().replace("connector: sql\n", "connector: sql\nplans_in: bailee_plan\n"))
    mark = tmp_path / "keys" / "master.mark"
    with firm.systems() as systems:
        apply_plan(systems, firm.plan(lambda systems: plan_retain(systems, "calls")))
    then = mark.read_bytes()
    with put_back(firm), firm.systems() as systems:
        apply_plan(systems, firm.plan(erase_alice))
    mark.write_bytes(then)
    rows = firm.run("SELECT number, plan FROM bailee_plan ORDER BY number")
    assert [number for number, _ in rows] == [1, 3]  # the desk is the second, and has no table
    with firm.systems() as systems:
        (missing,) = high_water.find_missing(systems.store, systems.connectors)
        assert (missing.about, missing.where) == (rows[1][1], "system 'shop'")
        with pytest.raises(RestoredBooks):
            erase(systems, BOB)


def test_a_mark_that_is_gone_stops_what_destroys(firm: Firm, tmp_path: Path) -> None:
    with firm.systems() as systems:
        erase(systems, ALICE)
        (tmp_path / "keys" / "master.mark").unlink()
        with pytest.raises(RestoredBooks, match="is missing"):
            erase(systems, BOB)
    assert _run(firm, "confirm", "books", "--entered-again") == 0
    with firm.systems() as systems:
        erase(systems, BOB)


def test_a_mark_that_is_behind_the_books_stops_nothing(firm: Firm, tmp_path: Path) -> None:
    mark = tmp_path / "keys" / "master.mark"
    with firm.systems() as systems:
        with patch.object(high_water, "append_to_file", lambda *_: None):  # a process died before it wrote the line
            erase(systems, ALICE)
        assert mark.read_bytes() == b""
        erase(systems, BOB)
    assert [json.loads(line)["number"] for line in mark.read_text().splitlines()] == [3, 4]


@pytest.mark.parametrize("left", [b"", b"first", b"\0" * 400])
def test_a_mark_that_was_cut_stops_what_destroys(firm: Firm, tmp_path: Path, left: bytes) -> None:
    mark = tmp_path / "keys" / "master.mark"
    with firm.systems() as systems:
        erase(systems, ALICE)
        apply_plan(systems, firm.plan(lambda systems: plan_retain(systems, "calls")))
        mark.write_bytes(mark.read_bytes().splitlines(keepends=True)[0] if left == b"first" else left[:200])
        with (
            patch.object(high_water, "gethostname", lambda: "a-new-container"),
            pytest.raises(RestoredBooks, match="was cut"),
        ):
            erase(systems, BOB)
        note_hold(systems)  # makes nothing well
        with pytest.raises(RestoredBooks, match="was cut"):
            erase(systems, BOB)
    assert _run(firm, "confirm", "books", "--entered-again") == 0
    with firm.systems() as systems:
        erase(systems, BOB)


def test_a_mark_that_is_gone_is_not_made_well_by_a_hold_that_makes_another(firm: Firm, tmp_path: Path) -> None:
    with firm.systems() as systems:
        erase(systems, ALICE)
        (tmp_path / "keys" / "master.mark").unlink()
        note_hold(systems)
        with (
            patch.object(high_water, "gethostname", lambda: "a-new-container"),
            pytest.raises(RestoredBooks, match="no high-water mark that these books know"),
        ):
            erase(systems, BOB)


def test_two_machines_with_a_mark_each_stop_each_other_once_at_most(firm: Firm, tmp_path: Path) -> None:
    """A person confirms the books where the second has no mark yet; from then on each grows by itself."""
    mark = tmp_path / "keys" / "master.mark"
    with firm.systems() as systems:
        erase(systems, ALICE)
    of_first = mark.read_bytes()
    mark.unlink()
    with firm.systems() as systems, pytest.raises(RestoredBooks, match="is missing"):
        erase(systems, BOB)
    assert _run(firm, "confirm", "books", "--entered-again") == 0
    of_second = b""
    for _ in range(2):
        with firm.systems() as systems:
            apply_plan(systems, firm.plan(lambda systems: plan_retain(systems, "calls")))
        of_second = mark.read_bytes()
        mark.write_bytes(of_first)
        with firm.systems() as systems:
            apply_plan(systems, firm.plan(lambda systems: plan_retain(systems, "calls")))
        of_first = mark.read_bytes()
        mark.write_bytes(of_second)
    mark.write_bytes(of_second[: of_second.index(b"\n") + 1])
    with firm.systems() as systems, pytest.raises(RestoredBooks, match="was cut: it only grows"):
        erase(systems, BOB)


def test_a_mark_that_an_earlier_version_knew_by_its_machine_is_known_by_itself_from_then_on(firm: Firm) -> None:
    with firm.systems() as systems:
        erase(systems, ALICE)
        kept = systems.store.get(HIGH_WATER, high_water.NUMBER)
        assert kept is not None
        sizes = dict.fromkeys((gethostname(), "another"), max(kept["marks"].values()))
        systems.store.put(HIGH_WATER, high_water.NUMBER, {**kept, "marks": {"that of another": 9}, "sizes": sizes})
        erase(systems, BOB)
        kept = systems.store.get(HIGH_WATER, high_water.NUMBER)
    assert kept is not None
    assert (len(kept["marks"]), list(kept["sizes"])) == (2, ["another"])


def test_what_somebody_else_does_at_this_moment_is_not_taken_for_a_backup(
    firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    with firm.systems() as systems:
        erase(systems, ALICE)
        real = high_water._read_mark

        def meanwhile(store: Store, kept: high_water._BooksContent) -> high_water._MarkContent:
            monkeypatch.setattr(high_water, "_read_mark", real)
            with firm.systems() as other:
                erase(other, BOB)
            return real(store, kept)

        with systems.store.remembering():
            monkeypatch.setattr(high_water, "_read_mark", meanwhile)
            high_water.must_be_newest(systems.store, dict)


def test_a_line_that_was_torn_when_the_power_went_stops_nothing(firm: Firm, tmp_path: Path) -> None:
    mark = tmp_path / "keys" / "master.mark"
    with firm.systems() as systems:
        erase(systems, ALICE)
        mark.write_bytes(mark.read_bytes()[:-9])
        erase(systems, BOB)
        _, torn, *whole = mark.read_text().splitlines()
        assert not torn.endswith("}")
        assert [json.loads(line)["number"] for line in whole] == [3, 4]
        assert high_water.find_missing(systems.store, {}) == ()


def test_a_table_tells_of_plans_where_the_mark_is_gone_and_they_are_not_carried_out_again(
    firm: Firm, tmp_path: Path
) -> None:
    firm.run("CREATE TABLE bailee_plan (number BIGINT NOT NULL, plan VARCHAR(64) NOT NULL, at VARCHAR(40) NOT NULL)")
    path = firm.folder / "systems" / "shop.yaml"
    path.write_text(path.read_text().replace("connector: sql\n", "connector: sql\nplans_in: bailee_plan\n"))
    with firm.systems() as systems:
        apply_plan(systems, firm.plan(lambda systems: plan_retain(systems, "calls")))
    plan = firm.plan(erase_alice)
    with put_back(firm), firm.systems() as systems:
        apply_plan(systems, plan)
    (tmp_path / "keys" / "master.mark").unlink()
    assert _run(firm, "confirm", "books") == 1
    assert _run(firm, "confirm", "books", "--entered-again") == 0
    with firm.systems() as systems:
        with pytest.raises(BegunBefore, match="the plan was begun or called off on"):
            apply_plan(systems, plan)
        erase(systems, BOB)


def test_where_nothing_can_be_written_beside_the_key_plans_are_carried_out_and_the_doctor_says_so(
    firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert is_noted(firm)
    monkeypatch.setattr(high_water, "_begin_file", lambda _path: False)  # as root may write everywhere
    with firm.systems() as systems:
        erase(systems, ALICE)
        erase(systems, BOB)
    assert not is_noted(firm)


def test_a_mark_in_the_books_own_folder_is_none_as_it_is_put_back_with_them(firm: Firm) -> None:
    path = firm.folder / "bailee.yaml"
    path.write_text("\n".join(line for line in path.read_text().splitlines() if not line.startswith("vault:")) + "\n")
    with firm.systems() as systems:
        erase(systems, ALICE)
    assert not is_noted(firm)


def is_noted(firm: Firm) -> bool:
    """Whether the doctor says that something outside of the books knows what is done."""
    with patch.dict(os.environ, firm.environment):
        (said,) = (one for one in examine(firm.folder) if one.about == "mark")
    assert said.well or "would not be noticed" in said.says
    return said.well


def test_the_mark_names_nobody(firm: Firm, tmp_path: Path) -> None:
    with firm.systems() as systems:
        erase(systems, ALICE)
    lines = (tmp_path / "keys" / "master.mark").read_text().splitlines()
    for line in lines:
        assert json.loads(line).keys() == {"number", "kind", "about", "at", "id"}
        assert "alice" not in line.lower()
    assert len(lines) == 2


def test_a_hold_that_was_placed_since_the_backup_is_asked_for(
    small: Place, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    key_elsewhere(small.firm, tmp_path)
    with small.context() as context, open_systems_of_context(context) as systems:
        erase(systems, BOB)
    from bailee.requests.holds import place_hold

    with put_back(small.firm), small.context() as context, open_systems_of_context(context) as systems:
        place_hold(context.by(controller(context)), systems, [ALICE], "litigation", "a law")
    assert _run(small.firm, "confirm", "books") == 1
    assert "a hold was placed or lifted" in capfd.readouterr().out
    with small.firm.systems() as systems, pytest.raises(RestoredBooks):
        erase(systems, ALICE)


def _run(firm: Firm, *arguments: str) -> int:
    with patch.dict(os.environ, firm.environment):
        return command([*arguments, "--policy", str(firm.folder)])


def test_the_doctor_says_that_another_machine_has_noted_more(firm: Firm) -> None:
    with firm.systems() as systems:
        erase(systems, ALICE)
        assert high_water.is_alone(systems.store)
        kept = systems.store.get(HIGH_WATER, high_water.NUMBER)
        assert kept is not None
        marks = {**kept["marks"], "another": 10_000}
        systems.store.put(HIGH_WATER, high_water.NUMBER, {**kept, "marks": marks})
        assert not high_water.is_alone(systems.store)
    (found,) = (one for one in examine(firm.folder) if one.about == "mark")
    assert "another machine has noted more" in found.says


def test_while_a_system_that_notes_plans_is_silent_nobody_says_that_all_is_known(
    firm: Firm, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """The whole machine was put back, its mark with its books: the system alone knows."""
    noted_in_desk(firm)
    mark = tmp_path / "keys" / "master.mark"
    with firm.systems() as systems:
        apply_plan(systems, firm.plan(erase_alice))
    firm.refill()
    then = mark.read_bytes()
    with put_back(firm), firm.systems() as systems:
        apply_plan(systems, firm.plan(erase_alice))
    mark.write_bytes(then)
    firm.refill()
    before = firm.dump()
    with patch("bailee.connectors.sql.plan_table.read_plans_after", silent):
        assert _run(firm, "ledger", "verify") == 8
        assert "nobody can tell whether these books are older" in " ".join(capfd.readouterr().out.split())
        assert _run(firm, "confirm", "books") == 1
        assert "all that was done" not in capfd.readouterr().out
        with firm.systems() as systems:
            seal_plan(systems, planned := plan_retain(systems, "calls"))
            with pytest.raises(RestoredBooks, match="no answer from 'desk'"):
                apply_plan(systems, planned.plan)
    assert firm.dump() == before


def noted_in_desk(firm: Firm) -> None:
    """Let plans be noted in the desk."""
    firm.run("CREATE TABLE bailee_plan (number BIGINT NOT NULL, plan VARCHAR(64) NOT NULL, at VARCHAR(40) NOT NULL)")
    path = firm.folder / "systems" / "desk.yaml"
    path.write_text(path.read_text().replace("connector: sql\n", "connector: sql\nplans_in: bailee_plan\n"))


def silent(*_: object) -> object:
    """Be no answer."""
    raise ConnectorError("C504", "the system did not answer in time", "wait")
