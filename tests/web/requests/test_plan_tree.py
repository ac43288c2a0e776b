"""A plan as the second person reads it: it lists as blanked what no hold keeps, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.db import connections

from bailee.plan import PlanDocument
from bailee.policy import Policy
from bailee.requests.plan_rows import find_newest_plan, read_document
from bailee.web.console.plan_tree import TreeRow, tree_of
from tests.conftest import MakeBooks
from tests.web.public.live import ALICE, Open, build, opened


@pytest.fixture
def live(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make_books: MakeBooks) -> Iterator[Open]:
    """A firm whose accounting keeps invoices whole, and of a contact the name."""
    for name, value in build(tmp_path / "firm", tmp_path).items():
        monkeypatch.setenv(name, value)
    make_books("sqlite", tmp_path / "firm")
    with opened(tmp_path / "firm") as live:
        yield live
    connections.close_all()


def planned(live: Open) -> PlanDocument:
    """The plan that erases Alice."""
    reference = live.ask("erase", email=ALICE, reply_to=ALICE)
    live.enter(reference)
    live.work()
    plan = find_newest_plan(live.request(reference))
    assert plan is not None
    return read_document(plan)


def kept(policy: Policy, plan: PlanDocument) -> dict[str, TreeRow]:
    return {row.collection: row for one in tree_of(policy, plan).branches for row in one.rows if row.fate == "kept"}


def test_a_hold_that_keeps_a_row_whole_blanks_nothing_of_it(live: Open) -> None:
    plan, policy = planned(live), live.context.policy
    (step,) = (one for system in plan.systems for one in system.steps if one.change == "invoice/reduce")
    assert step.cells  # what it would empty in an invoice that no hold keeps
    row = kept(policy, plan)["invoice"]
    assert (row.reason, row.cells) == ("the law keeps all of it", ())


def test_a_hold_that_names_a_cell_keeps_that_one_and_the_others_are_listed(live: Open) -> None:
    plan, policy = planned(live), live.context.policy
    row = kept(policy, plan)["contact"]
    assert row.reason == "the law keeps it: only what the law asks for stays"
    assert sorted(row.cells) == ["email", "phone"]


def test_what_is_not_known_to_stay_is_listed(live: Open) -> None:
    plan, policy = planned(live), live.context.policy
    assert kept(replace(policy, digest="0" * 64), plan)["invoice"].cells  # of another policy than it was planned by
    unsure = tuple(
        replace(system, steps=tuple(replace(step, withheld=0) for step in system.steps)) for system in plan.systems
    )
    assert kept(policy, replace(plan, systems=unsure))["invoice"].cells  # no row in which a hold keeps a cell
