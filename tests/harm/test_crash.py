"""`kill -9` at every point of an apply: rows are all there or all gone, and applying again finishes."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pytest

from bailee.engine.apply import ApplyResult, apply_plan
from bailee.engine.cases import load_case
from bailee.engine.ledger_entries import inspect_ledger, open_log
from bailee.engine.plans import plan_correct
from bailee.engine.row_writes import find_residuals
from bailee.plan import PlanDocument
from bailee.store.sealed_store import Store
from tests.harm.dying import die_at, points_of
from tests.harm.firm import ALICE, DESK, MARKER, NOW, OLD_CALLS, SHOP, Firm, erase_alice, retain_calls

CHUNK = 4


class Matrix:
    """A plan, the world as it was before and as it is after an undisturbed apply, and how to go back to the first."""

    def __init__(self, firm: Firm, make: Callable[[Any], Any], master: str = "") -> None:
        self.firm, self.log = firm, firm.folder.parent / "points"
        self.master = master
        self.plan: PlanDocument = firm.plan(make)
        self.before = self.rows()
        with firm.systems() as systems:
            open_log(systems)  # begun before: how a ledger begins is no matter of this plan
        shutil.copytree(firm.folder / "books", firm.folder.parent / "books")
        self.points = points_of(firm.folder, firm.environment, self.plan.to_json(), NOW, self.log, CHUNK)
        self.after, self.files, self.case = self.rows(), firm.files(), self.closed_case()

    def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        return self.firm.dump()

    @property
    def state(self) -> Store:
        return Store(self.firm.folder / "books", self.master)

    def closed_case(self) -> object:
        case = load_case(self.state, self.plan.case)
        return case.stage, case.kept, case.files, case.fixed, case.subjects

    def recorded(self) -> tuple[int, tuple[object, ...]]:
        return inspect_ledger(self.state)[1:]

    def go_back(self) -> None:
        self.firm.refill()
        shutil.rmtree(self.firm.folder / "books")
        shutil.copytree(self.firm.folder.parent / "books", self.firm.folder / "books")

    def die(self, point: int) -> None:
        firm = self.firm
        die_at(point, firm.folder, firm.environment, self.plan.to_json(), NOW, self.log, CHUNK)

    def again(self) -> ApplyResult:
        with self.firm.systems() as systems:
            return apply_plan(systems, self.plan)


def told_apart(matrix: Matrix) -> list[tuple[int, str]]:
    """Return the points to die at, numbered from 1: with ``KILLS=all``, as ``make kill-matrix`` says, every one.

    Else, of neighbours that are alike, those beside something else, on SQLite every third too: between two flushes of
    the books nothing happens in a database, and of the changes in one transaction all are there or none.
    """
    points, kinds = list(enumerate(matrix.points, start=1)), ["", *map(_kind_of, matrix.points), ""]
    if os.environ.get("KILLS") == "all":
        return points
    every = 3 if matrix.firm.database.dialect == "sqlite" else len(points) + 1
    return [(n, name) for n, name in points if n % every == 0 or _stands_out(*kinds[n - 1 : n + 2])]


def _stands_out(before: str, kind: str, after: str) -> bool:
    if kind == "before flush":
        return "commit" in before + after
    return not before == kind == after


def _kind_of(point: str) -> str:
    """Return what is alike of points: a flush of the books, a change in a system; a commit is like no other."""
    system, change = point.split(maxsplit=1)
    return point if change in {"commit", "entry", "deletion", "flush"} else system


def at_once(matrix: Matrix, tables: tuple[str, ...]) -> bool:
    """Whether the rows of ``tables`` are all as before or all as after."""
    now = matrix.firm.dump(tables)
    return now in ({t: matrix.before[t] for t in tables}, {t: matrix.after[t] for t in tables})


@pytest.mark.timeout(900)
def test_an_erasure_that_is_killed_anywhere_is_whole_or_not_there_and_is_finished_by_a_second(firm: Firm) -> None:
    matrix = Matrix(firm, erase_alice)
    assert matrix.before != matrix.after
    told = None
    for point, name in told_apart(matrix):
        matrix.go_back()
        matrix.die(point)
        assert at_once(matrix, SHOP), f"half done when killed at {name} ({point})"
        assert at_once(matrix, DESK), f"half done when killed at {name} ({point})"
        applied = matrix.again()
        where = f"killed at {name} ({point})"
        assert matrix.rows() == matrix.after, where
        assert firm.files() == matrix.files, where
        assert matrix.closed_case() == matrix.case, where
        assert matrix.recorded() == (2, ()), where  # one intent, one outcome
        assert applied.is_clean, where
        if not applied.again:
            told = told or applied.outcomes
            assert applied.outcomes == told, where
            assert len(applied.residuals) == len(set(applied.residuals)) > 0, where
        assert not list(firm.folder.rglob("*.part")), where
    assert matrix.again().again


@pytest.mark.timeout(900)
def test_a_retention_that_is_killed_anywhere_has_whole_chunks_and_is_finished_by_a_second(firm: Firm) -> None:
    matrix = Matrix(firm, retain_calls)
    calls = {len(matrix.before["calls"]) - gone for gone in (0, CHUNK, 2 * CHUNK, OLD_CALLS)}
    seen = set()
    for point, name in told_apart(matrix):
        matrix.go_back()
        matrix.die(point)
        left = len(firm.dump(("calls",))["calls"])
        seen.add(left)
        where = f"killed at {name} ({point})"
        assert left in calls, where
        applied = matrix.again()
        assert matrix.rows() == matrix.after, where
        assert firm.files() == matrix.files, where
        assert matrix.closed_case() == matrix.case, where
        assert matrix.recorded() == (2, ()), where  # one intent, one outcome
        assert applied.is_clean, where
        assert not list(firm.folder.rglob("*.part")), where
    assert seen == calls


def test_a_correction_that_is_killed_between_two_systems_is_finished_by_a_second(firm: Firm) -> None:
    matrix = Matrix(firm, lambda systems: plan_correct(systems, [ALICE], "person.name", f"Alicia {MARKER}"))
    between = [n for n, name in enumerate(matrix.points, start=1) if name == "after commit"]
    assert len(between) == 2
    for point in between:
        matrix.go_back()
        matrix.die(point)
        assert matrix.rows() != matrix.before
        assert matrix.again().is_clean
        assert matrix.rows() == matrix.after


def test_the_outcomes_of_a_run_that_was_killed_are_told_by_the_next(firm: Firm) -> None:
    matrix = Matrix(firm, erase_alice)
    matrix.go_back()
    undisturbed = matrix.again().outcomes
    assert {outcome.fate for outcome in undisturbed} == {"left", "kept", "erased"}
    for point in (n for n, name in enumerate(matrix.points, start=1) if name == "after commit"):
        matrix.go_back()
        matrix.die(point)
        assert matrix.again().outcomes == undisturbed


def test_a_residual_after_a_crash_starts_from_what_was_sealed_before_it(firm: Firm) -> None:
    """A second run that began anew would find nobody there, and so nothing left to complain of."""
    matrix = Matrix(firm, erase_alice)
    matrix.go_back()
    matrix.die(last_commit(matrix))
    sealed = load_case(Store(firm.folder / "books"), matrix.plan.case).fixed
    assert all(any(set_.keys.values()) for set_ in sealed.values())
    with patch("bailee.engine.apply.find_residuals", wraps=find_residuals) as looked:
        assert matrix.again().is_clean
    assert looked.call_args.args[1].fixed == sealed


def test_what_came_back_between_a_crash_and_the_next_run_goes_again(firm: Firm) -> None:
    matrix = Matrix(firm, erase_alice)
    matrix.go_back()
    matrix.die(last_commit(matrix))
    firm.run(
        f"UPDATE persons SET email = '{ALICE}' WHERE id = 1",
        "INSERT INTO calls VALUES (2, 1, NULL, '2026-01-02')",
    )
    assert matrix.again().is_clean
    assert matrix.rows() == matrix.after


def last_commit(matrix: Matrix) -> int:
    """Return the point after the last commit: the rows are gone, and the books do not know it yet."""
    return max(n for n, name in enumerate(matrix.points, start=1) if name == "after commit")
