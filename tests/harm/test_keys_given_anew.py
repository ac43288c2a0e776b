"""A key under which a hold kept a row may be another row's at the release: that row is left alone (21)."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from unittest.mock import patch

import pytest

from bailee.connectors.sql.session import SqlSession
from bailee.engine.apply import ApplyResult, apply_plan
from bailee.engine.cases import load_case, load_kept_cases, save_case
from bailee.engine.journal import INTENT, SpokenJournal
from bailee.engine.plans import plan_erase, plan_release, seal_plan
from bailee.engine.results import StalePlan
from bailee.plan import PlanDocument
from bailee.store.sealed_store import Store
from tests.conftest import Database
from tests.harm.firm import ALICE, BOB, MARKER, Firm, erase_alice
from tests.harm.small import small
from tests.harm.test_written_since import CAROL, CAROLS, SUBJECT, free, held

SAID = f"both of {MARKER}"
LEFT = "    on_leave: {matched: null}\n"
REMOVED = "    on_leave: {matched: null, subject: removed}\n"


def erased(firm: Firm) -> PlanDocument:
    plan = firm.plan(erase_alice)
    with firm.systems() as systems:
        assert apply_plan(systems, plan).is_clean
    return plan


def release(firm: Firm, case: str) -> tuple[PlanDocument, ApplyResult]:
    with free(firm) as systems:
        planned = plan_release(systems, case)
        seal_plan(systems, planned)
        return planned.plan, apply_plan(systems, planned.plan)


def remembered(firm: Firm) -> list[str]:
    return [case.id for case in load_kept_cases(Store(firm.folder / "books"))]


def listed(plan: PlanDocument) -> dict[str, int]:
    return {name: count for system in plan.systems for name, count, _ in system.listed}


def test_what_was_kept_and_is_as_it_was_left_goes(firm: Firm) -> None:
    plan, applied = release(firm, erased(firm).case)
    assert applied.is_clean
    assert not listed(plan)
    assert firm.run("SELECT id FROM persons ORDER BY id") == [(2,)]
    assert firm.run("SELECT id FROM invoices ORDER BY id") == [(3,)]
    assert not remembered(firm)


def test_an_invoice_of_bob_that_was_given_the_key_of_a_kept_one_stays(firm: Firm) -> None:
    case = erased(firm).case
    firm.run("DELETE FROM invoices WHERE id = 1", "INSERT INTO invoices VALUES (1, 2, '2030-06-01', 44)")
    plan, applied = release(firm, case)
    assert applied.is_clean
    assert listed(plan) == {"others:invoice": 1}
    assert firm.run("SELECT person_id, total FROM invoices WHERE id = 1") == [(2, 44)]
    assert firm.run("SELECT id FROM persons ORDER BY id") == [(2,)]  # nothing keeps her any more
    assert not remembered(firm)


@pytest.fixture
def replaced(firm: Firm) -> tuple[Firm, str]:
    """Alice's row, which an invoice kept, was deleted with it; her key is Dave's now, and so is an invoice's."""
    case = erased(firm).case
    firm.run(
        "DELETE FROM invoices WHERE person_id = 1",
        "DELETE FROM persons WHERE id = 1",
        f"INSERT INTO persons VALUES (1, '{CAROL}', 'Dave', 'Road 1', '{CAROLS}')",
        "INSERT INTO invoices VALUES (1, 1, '2030-06-01', 44)",
        f"INSERT INTO calls VALUES (50, 1, '{CAROLS}', '2030-06-01')",
        "INSERT INTO threads VALUES (50, 1, 2, 'of Dave and Bob')",
    )
    return firm, case


def test_dave_who_was_given_the_key_of_a_kept_row_stands_with_all_that_is_his(replaced: tuple[Firm, str]) -> None:
    firm, case = replaced
    before = firm.dump()
    _, applied = release(firm, case)
    assert applied.is_clean
    assert firm.dump() == before
    assert not remembered(firm)


@pytest.mark.parametrize("is_changed", [False, True])
def test_alices_invoice_goes_unless_it_changed_though_her_key_is_daves_and_his_row_stays(
    firm: Firm, *, is_changed: bool
) -> None:
    case = erased(firm).case
    firm.run(f"UPDATE persons SET email = '{CAROL}', name = 'Dave' WHERE id = 1")
    if is_changed:
        firm.run("UPDATE invoices SET total = 44 WHERE person_id = 1")
    plan, _ = release(firm, case)
    assert firm.run("SELECT name FROM persons WHERE id = 1") == [("Dave",)]
    assert len(firm.run("SELECT id FROM invoices WHERE person_id = 1")) == is_changed
    assert ("others:invoice" in listed(plan)) is is_changed


def test_dave_is_living_when_bob_leaves_what_they_share(replaced: tuple[Firm, str]) -> None:
    """The books remember that the row was Alice's, and that she is erased: it is Dave's now, who is not."""
    firm, _ = replaced
    plan = firm.plan(lambda systems: plan_erase(systems, [[BOB]]))
    with firm.systems() as systems:
        assert apply_plan(systems, plan).is_clean
    assert firm.run("SELECT first_id, second_id, subject FROM threads WHERE id = 50") == [(1, None, "of Dave and Bob")]
    assert firm.run("SELECT name FROM persons WHERE id = 1") == [("Dave",)]


def test_who_came_back_under_the_key_of_her_kept_row_is_erased_once_more(firm: Firm) -> None:
    """A search finds her by her address: it does not matter how her row was left."""
    erased(firm)
    firm.refill()
    erased(firm)
    assert firm.run("SELECT email, postal FROM persons WHERE id = 1") == [(None, None)]


def test_a_row_that_is_changed_between_plan_and_apply_of_the_release_makes_it_stale(firm: Firm) -> None:
    case = erased(firm).case
    with free(firm) as systems:
        planned = plan_release(systems, case)
        seal_plan(systems, planned)
        firm.run(
            "DELETE FROM invoices WHERE id = 1",
            f"UPDATE persons SET name = 'Dave', email = '{CAROL}' WHERE id = 1",
            "INSERT INTO invoices VALUES (1, 2, '2030-06-01', 44)",
        )
        before = firm.dump()
        with pytest.raises(StalePlan):
            apply_plan(systems, planned.plan)
    assert firm.dump() == before


def test_a_row_that_is_changed_while_the_release_is_applied_makes_it_stale(firm: Firm) -> None:
    """Between the look at what was kept and the transaction that takes it."""
    case = erased(firm).case
    before: dict[str, list[tuple[object, ...]]] = {}

    class Meddling(SpokenJournal):
        def begin_step(self, step: str, system: str = "") -> None:
            if step == INTENT and not system:
                firm.run("DELETE FROM invoices WHERE id = 1", "INSERT INTO invoices VALUES (1, 2, '2030-06-01', 44)")
                before.update(firm.dump())

    with free(firm) as systems:
        planned = plan_release(systems, case)
        seal_plan(systems, planned)
        with pytest.raises(StalePlan):
            apply_plan(systems, planned.plan, Meddling(lambda *_: None))
    assert firm.dump() == before


def test_a_kept_row_that_was_written_meanwhile_goes_where_a_path_leads_to_it(firm: Firm) -> None:
    case = erased(firm).case
    firm.run("UPDATE invoices SET total = 11 WHERE id = 1")
    _, applied = release(firm, case)
    assert applied.is_clean
    assert firm.run("SELECT id FROM invoices ORDER BY id") == [(3,)]


def test_a_kept_row_that_nobody_owns_and_that_was_changed_waits_for_a_person(firm: Firm) -> None:
    """Her own row has a new name and no address: nothing says that it is somebody else's, or hers."""
    case = erased(firm).case
    firm.run("UPDATE persons SET name = 'Another name' WHERE id = 1")
    plan, applied = release(firm, case)
    assert listed(plan) == {"changed:person": 1}
    assert not applied.is_clean
    assert [(r.change, r.count) for r in applied.residuals if r.count] == [("person/changed", 1)]
    assert firm.run("SELECT id, name FROM persons WHERE id = 1") == [(1, "Another name")]
    assert remembered(firm) == [plan.case]
    again, applied = release(firm, plan.case)
    assert listed(again) == {"changed:person": 1}
    assert not applied.is_clean
    firm.run("DELETE FROM persons WHERE id = 1")
    last, applied = release(firm, again.case)
    assert applied.is_clean
    assert not listed(last)
    assert not remembered(firm)


@pytest.fixture
def fixed(firm: Firm) -> tuple[Firm, str]:
    """Of a thread with Bob a hold keeps what was said, which becomes *removed* later; not whose it was."""
    held(firm, "thread.subject", (SUBJECT, SUBJECT))
    path = firm.folder / "systems/shop.yaml"
    head, _, thread = path.read_text().partition("  thread:\n")
    path.write_text(f"{head}  thread:\n{thread.replace(LEFT, REMOVED)}")
    case = erased(firm).case
    assert firm.run("SELECT first_id, second_id, subject FROM threads WHERE id = 1") == [(None, 2, SAID)]
    return firm, case


def test_a_fixed_value_that_was_withheld_is_written_where_the_row_is_as_it_was_left(fixed: tuple[Firm, str]) -> None:
    firm, case = fixed
    assert release(firm, case)[1].is_clean
    assert firm.run("SELECT first_id, second_id, subject FROM threads WHERE id = 1") == [(None, 2, "removed")]


def test_a_fixed_value_that_was_withheld_is_not_written_into_the_row_of_another(fixed: tuple[Firm, str]) -> None:
    firm, case = fixed
    firm.run("DELETE FROM threads WHERE id = 1", f"INSERT INTO threads VALUES (1, 2, NULL, '{SAID}')")
    plan, applied = release(firm, case)
    assert applied.is_clean
    assert listed(plan) == {"others:thread": 1}
    assert firm.run("SELECT first_id, second_id, subject FROM threads WHERE id = 1") == [(2, None, SAID)]


def test_what_a_later_plan_changes_in_a_kept_row_is_no_change_by_others(fixed: tuple[Firm, str]) -> None:
    """Bob leaves the thread, too, and it stays for the hold: each case knows the row as the last plan left it."""
    firm, case = fixed
    plan = firm.plan(lambda systems: plan_erase(systems, [[BOB]]))
    with firm.systems() as systems:
        assert apply_plan(systems, plan).is_clean
    assert firm.run("SELECT first_id, second_id, subject FROM threads WHERE id = 1") == [(None, None, SAID)]
    assert {case, plan.case} <= set(remembered(firm))
    assert release(firm, case)[1].is_clean
    assert firm.run("SELECT subject FROM threads WHERE id = 1") == [("removed",)]
    assert release(firm, plan.case)[1].is_clean
    assert not firm.run("SELECT 1 FROM threads WHERE id = 1")
    assert not remembered(firm)


@pytest.mark.parametrize("whose", ["alice", "bob"])
def test_of_a_case_of_an_earlier_version_goes_what_no_living_person_owns(firm: Firm, whose: str) -> None:
    """Such a case does not say how the rows were left."""
    case = erased(firm).case
    store = Store(firm.folder / "books")
    save_case(store, replace(load_case(store, case), left=None))
    if whose == "bob":
        firm.run("UPDATE invoices SET person_id = 2 WHERE id = 1")
        firm.run(f"UPDATE persons SET name = 'Dave', email = '{CAROL}' WHERE id = 1")
    release(firm, case)
    left = {"alice": [(2,)], "bob": [(1,), (2,)]}[whose]
    assert firm.run("SELECT id FROM persons ORDER BY id") == left
    assert firm.run("SELECT id FROM invoices ORDER BY id") == {"alice": [(3,)], "bob": [(1,), (3,)]}[whose]


HELD = """
  person:
    table: persons
    party: person
    identity: {email: {column: email, stored: lower, joins: verified}}
    on_erase: delete
  bill:
    table: bills
    fields: {total: total}
    opaque: {odd: the application writes it and nobody reads it}
    owned_by: person.id = person_id
    on_erase: delete
    hold: tax
"""
ODD = [
    ("postgresql", "date", "'infinity'", "'-infinity'"),
    ("postgresql", "timestamptz", "'infinity'", "'2026-01-01'"),
    ("postgresql", "date", "'0044-03-15 BC'", "'0044-03-16 BC'"),
    ("postgresql", "tstzrange", "'[2026-01-01, infinity)'", "'[2026-01-02, infinity)'"),
    ("sqlite", "TEXT", "CAST(x'ff' AS TEXT)", "CAST(x'fe' AS TEXT)"),
    ("mariadb", "timestamp", "'1970-01-02'", "'1970-01-03'"),
]


@pytest.mark.parametrize(("database", "type_", "cell", "other"), ODD, indirect=["database"])
@pytest.mark.parametrize("is_same", [True, False])
def test_a_cell_that_no_program_reads_keeps_nobody_from_being_erased(
    tmp_path: Path, database: Database, type_: str, cell: str, other: str, *, is_same: bool
) -> None:
    """It tells, too, whether a row is as it was left: one that has another is another row."""
    firm = small(
        tmp_path / "firm", database, HELD,
        "CREATE TABLE persons (id INTEGER PRIMARY KEY, email VARCHAR(80))",
        f"CREATE TABLE bills (id INTEGER PRIMARY KEY, person_id INTEGER, issued DATE, total INTEGER, odd {type_})",
        f"INSERT INTO persons VALUES (1, '{ALICE}'), (2, '{BOB}')",
        f"INSERT INTO bills VALUES (1, 1, '2026-01-01', 10, {cell})",
    )  # fmt: skip
    (firm.folder / "holds.yaml").write_text("tax: {law: Tax Act s. 1, keeps: [bill.*], until: issued + P6Y}\n")
    case = erased(firm).case
    assert firm.run("SELECT id FROM bills") == [(1,)]
    if not is_same:
        firm.run("DELETE FROM bills", f"INSERT INTO bills VALUES (1, 2, '2026-01-01', 10, {other})")
    _, applied = release(firm, case)
    assert applied.is_clean
    assert firm.run("SELECT id FROM bills") == ([] if is_same else [(1,)])


def test_an_erasure_asks_no_more_of_a_system_the_more_cases_the_books_remember(
    tmp_path: Path, database: Database
) -> None:
    """Each person whose bill is kept is a case, for years: whether a plan changes rows of theirs is asked at once."""
    people = range(1, 10)
    firm = small(
        tmp_path / "firm", database, HELD,
        "CREATE TABLE persons (id INTEGER PRIMARY KEY, email VARCHAR(80))",
        "CREATE TABLE bills (id INTEGER PRIMARY KEY, person_id INTEGER, issued DATE, total INTEGER, odd INTEGER)",
        *(f"INSERT INTO persons VALUES ({n}, 'p{n}@post.example')" for n in people),
        *(f"INSERT INTO bills VALUES ({n}, {n}, '2026-01-01', 10, NULL)" for n in people),
    )  # fmt: skip
    (firm.folder / "holds.yaml").write_text("tax: {law: Tax Act s. 1, keeps: [bill.*], until: issued + P6Y}\n")
    asked = []
    for n in people:
        plan = firm.plan(partial(plan_erase, persons=[[f"p{n}@post.example"]]))
        sent = patch.object(SqlSession, "_send", autospec=True, side_effect=SqlSession._send)
        with firm.systems() as systems, sent as calls:
            assert apply_plan(systems, plan).is_clean
        asked.append(calls.call_count)
    assert len(remembered(firm)) == len(people)
    assert asked[1] == asked[-1]
