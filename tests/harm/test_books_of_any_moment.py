"""Books that are put back are of some moment: before a plan, in the midst of it, after it. None of them is wrong.

Either they finish the plan, and tell of it what there was to tell; or they say that they are older, and after a person
has confirmed them the plan is left to staff, whatever the database has given its keys to since.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from bailee.cli.app import run as command
from bailee.engine.apply import apply
from bailee.engine.high_water import BegunBefore, RestoredBooks, confirm, missing
from bailee.engine.house import House, house_of
from bailee.engine.journal import CHANGE, COMMIT, INTENT, LOCATE, NO_COUNTS, OUTCOME, RESIDUAL
from bailee.engine.plans import plan_correct
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


def correct_alice(house: House) -> Any:
    return plan_correct(house, [ALICE], "person.name", f"Alicia {MARKER}")


class MarkedMatrix(Matrix):
    """A plan of a firm whose mark is beside the master key, and goes back with the books for the next try alone."""

    def __init__(self, firm: Firm, make: Callable[[House], Any]) -> None:
        super().__init__(firm, make, f"file:{firm.folder.parent / 'keys' / 'master'}")

    def go_back(self) -> None:
        super().go_back()
        (self.firm.folder.parent / "keys" / "master.mark").write_bytes(b"")


@pytest.mark.timeout(900)
@pytest.mark.parametrize("make", [erase_alice, retain_calls, correct_alice])
def test_books_of_any_moment_of_a_plan_finish_it_or_say_that_they_are_older(
    firm: Firm, make: Callable[[House], Any], capfd: pytest.CaptureFixture[str]
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
    assert min(ends.values()) > 1, ends


MOMENTS = {
    (INTENT, ""): "older", (LOCATE, "desk"): "older", (CHANGE, "desk"): "older", (COMMIT, "desk"): "older",
    (CHANGE, "shop"): "older", (COMMIT, "shop"): "finished", (RESIDUAL, "shop"): "finished", (OUTCOME, ""): "finished",
}  # fmt: skip
"""Step and system right after which the books are copied, and what they are to the plan when it is over."""


class _CopiesAside:
    """Is told of the steps of a plan, and copies the books after one."""

    def __init__(self, place: Place, moment: tuple[str, str]) -> None:
        self.place, self.moment = place, moment

    def before(self, step: str, system: str = "") -> None:
        pass

    def after(self, step: str, system: str = "", counts: Mapping[str, int] = NO_COUNTS) -> None:  # noqa: ARG002
        if (step, system) == self.moment:
            copy_aside(self.place)


@pytest.mark.parametrize("moment", MOMENTS, ids=lambda moment: " ".join(moment).strip())
def test_books_of_one_machine_and_of_many_know_alike_what_they_do_not_know(
    place: Place, moment: tuple[str, str]
) -> None:
    with place.office() as office, house_of(office) as house:
        plan = kept_plan(house, erase_alice)
        told = apply(house, plan, _CopiesAside(place, moment)).outcomes
    copy_back(place)
    after = place.firm.dump()
    with place.office() as office, house_of(office) as house:
        if MOMENTS[moment] == "older":
            assert [done.about for done in missing(office.state, house.connectors)] == [plan.digest]
            with pytest.raises(RestoredBooks):
                apply(house, plan)
            confirm(office.state, house.connectors, NOW)
            with pytest.raises(BegunBefore):
                apply(house, plan)
        else:
            applied = apply(house, plan)
            assert applied.again or applied.outcomes == told
            assert applied.is_clean
    assert place.firm.dump() == after


def test_who_was_given_the_key_of_the_person_while_a_run_was_cut_short_stays(firm: Firm) -> None:
    matrix = MarkedMatrix(firm, erase_alice)
    matrix.go_back()
    matrix.die(last_commit(matrix))
    firm.run(f"UPDATE persons SET email = '{DAVE}', name = 'Dave', tel = NULL WHERE id = 1")
    before = matrix.rows()
    with pytest.raises(BegunBefore, match="a row of the person's has become somebody else's"):
        matrix.again()
    assert matrix.rows() == before
