"""Books that are put back are of some moment: before a plan, in the midst of it, after it. None of them is wrong.

Either they finish the plan, and tell of it what there was to tell; or they say that they are older, and after a person
has confirmed them the plan is left to staff, whatever the database has given its keys to since.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from typing import Any
from unittest.mock import patch

import pytest

from bailee.cli.app import run as command
from bailee.engine.apply import apply_plan
from bailee.engine.high_water import BegunBefore, RestoredBooks, confirm_books, find_missing
from bailee.engine.journal import CHANGE, COMMIT, INTENT, LOCATE, NO_COUNTS, OUTCOME, RESIDUAL
from bailee.engine.plans import plan_correct
from bailee.engine.systems import Systems, open_systems_of_context
from tests.conftest import Database
from tests.harm.firm import ALICE, MARKER, NOW, Firm, build, erase_alice, retain_calls
from tests.harm.test_crash import Matrix, last_commit, told_apart
from tests.harm.test_mark_and_books import copy_aside, copy_back, kept_plan, place
from tests.harm.test_restored_books import key_elsewhere
from tests.jobs.firm import Place

__all__ = ["place"]

DAVE = f"dave.{MARKER}@post.example"


@pytest.fixture
def firm(sqlite_url: str, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Firm:
    """The firm in one file, with its master key elsewhere than its books."""
    made = build(tmp_path / "firm", Database(sqlite_url, "sqlite"))
    for name, value in made.environment.items():
        monkeypatch.setenv(name, value)
    key_elsewhere(made, tmp_path)
    return made


def correct_alice(systems: Systems) -> Any:
    return plan_correct(systems, [ALICE], "person.name", f"Alicia {MARKER}")


class MarkedMatrix(Matrix):
    """A plan of a firm whose mark is beside the master key, and goes back with the books for the next try alone."""

    def __init__(self, firm: Firm, make: Callable[[Systems], Any]) -> None:
        super().__init__(firm, make, f"file:{firm.folder.parent / 'keys' / 'master'}")

    def go_back(self) -> None:
        super().go_back()
        (self.firm.folder.parent / "keys" / "master.mark").write_bytes(b"")


@pytest.mark.timeout(900)
@pytest.mark.parametrize("make", [erase_alice, retain_calls, correct_alice])
def test_books_of_any_moment_of_a_plan_finish_it_or_say_that_they_are_older(
    firm: Firm, make: Callable[[Systems], Any], capfd: pytest.CaptureFixture[str]
) -> None:
    matrix, books, then = MarkedMatrix(firm, make), firm.folder / "books", firm.folder.parent / "then"
    undisturbed = None
    ends = {"finished": 0, "older": 0}
    for point, name in told_apart(matrix):
        where = f"books of {name} ({point})"
        matrix.go_back()
        matrix.die(point)
        shutil.copytree(books, then)
        if not (applied := matrix.again()).again:
            undisturbed = undisturbed or applied.outcomes
            assert applied.outcomes == undisturbed, where
        shutil.rmtree(books)
        shutil.move(then, books)
        try:
            applied = matrix.again()
        except RestoredBooks:
            ends["older"] += 1
            assert command(["confirm", "books", "--policy", str(firm.folder), "--entered-again"]) == 0, where
            assert f"plan {matrix.plan.digest[:12]} was begun" in capfd.readouterr().out, where
            with pytest.raises(BegunBefore):
                matrix.again()
        else:
            ends["finished"] += 1
            assert applied.again or applied.outcomes == undisturbed, where
            assert applied.is_clean, where
            assert matrix.recorded() == (2, ()), where  # one intent, one outcome
        assert matrix.rows() == matrix.after, where
    assert min(ends.values()) > 0, ends


MOMENTS = {
    (INTENT, ""): "older", (LOCATE, "desk"): "older", (CHANGE, "desk"): "older", (COMMIT, "desk"): "older",
    (CHANGE, "shop"): "older", (COMMIT, "shop"): "finished", (RESIDUAL, "shop"): "finished", (OUTCOME, ""): "finished",
}  # fmt: skip
"""Step and system right after which the books are copied, and what they are to the plan when it is over."""


class _CopiesAside:
    """Is told of the steps of a plan, and copies the books after one."""

    def __init__(self, place: Place, moment: tuple[str, str]) -> None:
        self.place, self.moment = place, moment

    def begin_step(self, step: str, system: str = "") -> None:
        pass

    def end_step(self, step: str, system: str = "", counts: Mapping[str, int] = NO_COUNTS) -> None:  # noqa: ARG002
        if (step, system) == self.moment:
            copy_aside(self.place)


@pytest.mark.parametrize("moment", MOMENTS, ids=lambda moment: " ".join(moment).strip())
def test_books_of_one_machine_and_of_many_know_alike_what_they_do_not_know(
    place: Place, moment: tuple[str, str]
) -> None:
    with place.context() as context, open_systems_of_context(context) as systems:
        plan = kept_plan(systems, erase_alice)
        told = apply_plan(systems, plan, _CopiesAside(place, moment)).outcomes
    copy_back(place)
    after = place.firm.dump()
    with place.context() as context, open_systems_of_context(context) as systems:
        if MOMENTS[moment] == "older":
            assert [done.about for done in find_missing(context.store, systems.connectors)] == [plan.digest]
            with pytest.raises(RestoredBooks):
                apply_plan(systems, plan)
            confirm_books(context.store, systems.connectors, NOW)
            with pytest.raises(BegunBefore):
                apply_plan(systems, plan)
        else:
            applied = apply_plan(systems, plan)
            assert applied.again or applied.outcomes == told
            assert applied.is_clean
    assert place.firm.dump() == after


# --- keys that were given again while a run was cut short ----------------------------------------------------


def dave_has_her_key(firm: Firm) -> None:
    """Let somebody else have the row that was hers, in the shop."""
    firm.run(f"UPDATE persons SET email = '{DAVE}', name = 'Dave', tel = NULL WHERE id = 1")


def test_who_was_given_the_key_of_the_person_stays_and_her_files_go(firm: Firm) -> None:
    matrix = MarkedMatrix(firm, erase_alice)
    matrix.go_back()
    undisturbed = matrix.again().outcomes
    matrix.go_back()
    matrix.die(last_commit(matrix))
    dave_has_her_key(firm)
    before = matrix.rows()
    applied = matrix.again()
    assert matrix.rows() == before
    assert firm.files() == matrix.files
    assert applied.outcomes == undisturbed
    assert {one.change for one in applied.residuals if one.count} == {"person/reduce"}
    assert not applied.is_clean  # until a look a day later has told whose it is


def test_who_was_given_the_key_before_the_second_system_was_sealed_stays(firm: Firm) -> None:
    matrix = MarkedMatrix(firm, erase_alice)
    matrix.go_back()
    matrix.die(min(n for n, name in enumerate(matrix.points, start=1) if name == "after commit"))
    dave_has_her_key(firm)
    before = matrix.rows()
    with pytest.raises(BegunBefore, match="names somebody else"):
        matrix.again()
    assert matrix.rows() == before


def test_a_call_of_bobs_that_was_given_the_key_of_hers_stays_and_what_was_done_is_told(firm: Firm) -> None:
    matrix = MarkedMatrix(firm, erase_alice)
    matrix.go_back()
    undisturbed = matrix.again().outcomes
    matrix.go_back()
    matrix.die(last_commit(matrix))
    firm.run("INSERT INTO calls VALUES (2, 2, NULL, '2026-01-02')")
    before = matrix.rows()
    applied = matrix.again()
    assert matrix.rows() == before
    assert applied.outcomes == undisturbed
    assert [(one.change, one.count) for one in applied.residuals if one.count] == [("call/delete", 1)]


def test_a_person_whose_telephone_changed_before_anything_was_committed_is_still_erased(firm: Firm) -> None:
    matrix = MarkedMatrix(firm, erase_alice)
    matrix.go_back()
    matrix.die(last_commit(matrix) - 1)
    firm.run("UPDATE persons SET tel = '+442079460177' WHERE id = 1")
    assert matrix.again().is_clean
    assert matrix.rows() == matrix.after


def test_a_person_whose_address_changed_before_anything_was_committed_is_left_to_staff(firm: Firm) -> None:
    """Somebody else of the same house, who was given the key, would look the same."""
    matrix = MarkedMatrix(firm, erase_alice)
    matrix.go_back()
    matrix.die(last_commit(matrix) - 1)
    firm.run(f"UPDATE persons SET email = 'new.{MARKER}@post.example' WHERE id = 1")
    before = matrix.rows()
    with pytest.raises(BegunBefore, match="names somebody else"):
        matrix.again()
    assert matrix.rows() == before


# --- systems that take nothing back, and seals of two runs ---------------------------------------------------


class _Before:
    """Is told of the steps of a plan, and does something before one."""

    def __init__(self, moment: tuple[str, str], act: Callable[[], object]) -> None:
        self.moment, self.act = moment, act

    def begin_step(self, step: str, system: str = "") -> None:
        if (step, system) == self.moment:
            self.act()

    def end_step(self, step: str, system: str = "", counts: Mapping[str, int] = NO_COUNTS) -> None:
        pass


@pytest.mark.parametrize("taken", [False, True])
def test_books_of_the_midst_of_a_system_that_takes_nothing_back_say_that_they_are_older(
    firm: Firm, *, taken: bool
) -> None:
    matrix = MarkedMatrix(firm, erase_alice)
    matrix.go_back()
    books, then = firm.folder / "books", firm.folder.parent / "then"
    with patch.object(Systems, "can_roll_back", lambda *_: False):
        with firm.systems() as systems:
            apply_plan(systems, matrix.plan, _Before((CHANGE, "shop"), lambda: shutil.copytree(books, then)))
        shutil.rmtree(books)
        shutil.move(then, books)
        if taken:
            dave_has_her_key(firm)
        before = matrix.rows()
        with firm.systems() as systems, pytest.raises(RestoredBooks):
            apply_plan(systems, matrix.plan)
        assert matrix.rows() == before


def test_a_run_that_goes_on_in_a_system_that_takes_nothing_back_tells_all_that_there_was(firm: Firm) -> None:
    matrix = MarkedMatrix(firm, erase_alice)
    matrix.go_back()
    undisturbed = matrix.again().outcomes
    matrix.go_back()
    with patch.object(Systems, "can_roll_back", lambda *_: False):
        with firm.systems() as systems, pytest.raises(KeyboardInterrupt):
            apply_plan(systems, matrix.plan, _Before((CHANGE, "shop"), _die))
        firm.run("DELETE FROM tapes WHERE id = 1", "DELETE FROM notes WHERE id = 0")  # as far as it came
        applied = matrix.again()
    assert applied.outcomes == undisturbed
    assert applied.is_clean
    assert matrix.rows() == matrix.after


def test_books_of_a_seal_that_another_run_has_made_again_say_that_they_are_older(firm: Firm) -> None:
    matrix = MarkedMatrix(firm, erase_alice)
    matrix.go_back()
    matrix.die(last_commit(matrix) - 1)
    books, then = firm.folder / "books", firm.folder.parent / "then"
    shutil.copytree(books, then)
    firm.run("DELETE FROM tapes WHERE id = 1")
    matrix.again()
    shutil.rmtree(books)
    shutil.move(then, books)
    with pytest.raises(RestoredBooks):
        matrix.again()


def _die() -> None:
    raise KeyboardInterrupt
