"""A plan opens the kept cases of those whose rows it comes upon, whenever these came to be, and no others (21)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from unittest.mock import patch

import pytest

from bailee.connectors.base import Session
from bailee.engine.apply import apply_plan
from bailee.engine.cases import SealedCase, find_cases, load_case, load_kept_cases, save_case
from bailee.engine.journal import INTENT, SpokenJournal
from bailee.engine.people import open_session
from bailee.engine.plans import plan_erase, seal_plan
from bailee.engine.systems import Systems
from bailee.store.sealed_store import Store
from bailee.trace import Ref, Trace
from bailee.trace.closure import Value
from tests.harm.firm import ALICE, BOB, MARKER, Firm

CAROL = f"carol.{MARKER}@post.example"


@pytest.fixture
def left(firm: Firm) -> Mapping[str, str]:
    """Alice and Carol were erased, and their rows stay for an invoice each; return their cases."""
    firm.run(
        f"INSERT INTO persons VALUES (3, '{CAROL}', 'Carol {MARKER}', NULL, NULL)",
        "INSERT INTO invoices VALUES (4, 3, '2025-07-01', 40)",
    )
    return {email: erased(firm, email) for email in (ALICE, CAROL)}


def erased(firm: Firm, email: str, told: SpokenJournal | None = None) -> str:
    """Erase somebody, and return the case."""
    plan = firm.plan(lambda systems: plan_erase(systems, [[email]]))
    with firm.systems() as systems:
        assert (apply_plan(systems, plan, told) if told else apply_plan(systems, plan)).is_clean
    return plan.case


@contextmanager
def opened() -> Iterator[set[str]]:
    """Yield the names of the cases that are opened."""
    names: set[str] = set()

    def noted(
        store: Store, refs: Iterable[Ref], values: Iterable[Value] = (), but: Collection[str] = ()
    ) -> Mapping[str, SealedCase]:
        found = find_cases(store, refs, values, but)
        names.update(found)
        return found

    with patch("bailee.engine.earlier_cases.find_cases", noted):
        yield names


def threads(firm: Firm) -> set[int]:
    return {id for (id,) in firm.run("SELECT id FROM threads")}


def test_a_plan_opens_the_case_of_her_who_owns_what_it_takes_and_no_other(firm: Firm, left: Mapping[str, str]) -> None:
    firm.run(f"INSERT INTO threads VALUES (9, 1, 2, 'both {MARKER}')")
    with firm.systems() as systems, opened() as names:
        planned = plan_erase(systems, [[BOB]])
        seal_plan(systems, planned)
    assert names == {left[ALICE]}
    with firm.systems() as systems:
        assert apply_plan(systems, planned.plan).is_clean
    assert 9 not in threads(firm)


def test_a_plan_for_somebody_who_shares_nothing_opens_no_case(firm: Firm, left: Mapping[str, str]) -> None:
    assert len(left) == 2
    firm.run(f"INSERT INTO persons VALUES (4, 'dave.{MARKER}@post.example', 'Dave {MARKER}', NULL, NULL)")
    with opened() as names:
        erased(firm, f"dave.{MARKER}@post.example")
    assert not names


def test_a_row_that_came_after_the_plan_goes_with_its_last_living_owner(firm: Firm, left: Mapping[str, str]) -> None:
    assert len(left) == 2

    class Meanwhile(SpokenJournal):
        def begin_step(self, step: str, system: str = "") -> None:  # noqa: ARG002 - as a journal is told
            if step == INTENT and 10 not in threads(firm):
                firm.run(f"INSERT INTO threads VALUES (10, 3, 2, 'late {MARKER}')")

    erased(firm, BOB, Meanwhile(lambda *_: None))
    assert 10 not in threads(firm)


def test_a_row_that_the_leaver_shares_with_somebody_living_stays(firm: Firm, left: Mapping[str, str]) -> None:
    assert len(left) == 2
    firm.run(
        f"INSERT INTO persons VALUES (4, 'dave.{MARKER}@post.example', 'Dave {MARKER}', NULL, NULL)",
        f"INSERT INTO threads VALUES (11, 4, 2, 'both {MARKER}')",
    )
    erased(firm, BOB)
    assert 11 in threads(firm)


def test_while_a_plan_holds_the_locks_of_one_system_it_asks_no_other(firm: Firm) -> None:
    """The other may hang, and a program of the firm that writes into the first would wait for it, too."""
    desk, holds = firm.folder / "systems/desk.yaml", firm.folder / "holds.yaml"
    kept = "fields: {name: name, issued_on: issued_on}\n    hold: accounting"
    desk.write_text(desk.read_text().replace("fields: {name: name}", kept))
    holds.write_text(holds.read_text().replace("invoice.*", "invoice.*, writer.*"))
    firm.run("ALTER TABLE writers ADD COLUMN issued_on DATE DEFAULT '2025-06-01'")
    erased(firm, ALICE)
    firm.run(
        f"INSERT INTO threads VALUES (9, 1, 2, 'both {MARKER}')",
        f"UPDATE persons SET email = '{ALICE}' WHERE id = 1",
    )
    held, asked, before = set[str](), set[str](), set[str]()

    @contextmanager
    def watched(systems: Systems, system: str, trace: Trace, *, write: bool) -> Iterator[Session]:
        (asked if held - {system} else before).add(system)
        with open_session(systems, system, trace, write=write) as session:
            held.update({system} if write else ())
            try:
                yield session
            finally:
                held.difference_update({system} if write else ())

    with (
        patch("bailee.engine.row_writes.open_session", watched),
        patch("bailee.engine.kept_rows.open_session", watched),
    ):
        erased(firm, BOB)
    assert 9 in threads(firm)  # her row is somebody's again
    assert (asked, before) == (set(), {"shop", "desk"})


def test_a_case_that_is_not_indexed_is_opened_and_the_next_plan_that_is_carried_out_indexes_it(
    firm: Firm, left: Mapping[str, str]
) -> None:
    store = Store(firm.folder / "books")
    for case in load_kept_cases(store):
        store.put("cases", case.id, store.open_case(case.id))  # as an earlier version wrote it
    with firm.systems() as systems, opened() as names:
        plan_erase(systems, [[BOB]])
    assert names >= {*left.values()}
    erased(firm, BOB)
    firm.run(f"INSERT INTO persons VALUES (4, 'dave.{MARKER}@post.example', 'Dave {MARKER}', NULL, NULL)")
    with opened() as names:
        erased(firm, f"dave.{MARKER}@post.example")
    assert not names
    assert load_case(Store(firm.folder / "books"), left[CAROL]).is_remembered


def test_a_case_of_an_earlier_version_is_found_by_its_own_rows(firm: Firm, left: Mapping[str, str]) -> None:
    """It does not say how its rows were left, so nothing else in it names them."""
    store = Store(firm.folder / "books")
    case = load_case(store, left[ALICE])
    save_case(store, replace(case, left=None, kept={}))
    found = find_cases(store, [case.subjects[0].ref])
    assert found.keys() == {case.id}
