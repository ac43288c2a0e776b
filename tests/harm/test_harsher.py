"""A row that a plan left to others, spared or reduced meets no harsher fate when it is applied than was approved."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from unittest.mock import patch

import pytest

from bailee.engine.apply import apply_plan
from bailee.engine.cases import load_case
from bailee.engine.plans import plan_release, seal_plan
from bailee.plan import PlanDocument, read_plan
from bailee.store.sealed_store import Store
from tests.conftest import Database
from tests.harm.firm import ALICE, BOB, MARKER, Firm, erase_alice, retain_calls
from tests.harm.refusals import stale
from tests.harm.small import small
from tests.journal.conftest import on

MILDER = "milder fate"


def refused(firm: Firm, plan: PlanDocument, word: str = MILDER) -> None:
    """Expect the plan to be stale, and nothing to be done."""
    before, files = firm.dump(), firm.files()
    with firm.systems() as systems, stale(word):
        apply_plan(systems, plan)
    assert (firm.dump(), firm.files()) == (before, files)


def test_a_thread_that_was_left_to_bob_is_not_erased_when_bob_has_left_it_meanwhile(firm: Firm) -> None:
    plan = firm.plan(erase_alice)
    assert {step.change: step.count for part in plan.systems for step in part.steps}["thread/delete"] == 1
    firm.run("UPDATE threads SET second_id = NULL WHERE id = 1")
    refused(firm, plan)


def test_a_call_that_was_left_to_bob_is_not_erased_when_it_has_become_hers(firm: Firm) -> None:
    plan = firm.plan(erase_alice)
    firm.run("UPDATE calls SET person_id = 1 WHERE id = 4")
    refused(firm, plan)


def test_a_row_that_nothing_was_done_to_is_not_erased(firm: Firm) -> None:
    """Who leaves a thread leaves no trace there, and so no change names it: it is spared."""
    path = firm.folder / "systems/shop.yaml"
    was = "    fields: {subject: subject}\n    on_erase: delete\n    on_leave: {matched: null}\n"
    assert was in path.read_text()
    path.write_text(path.read_text().replace(was, was.replace("{matched: null}", "{}")))
    text = path.read_text().replace(
        "owned_by: [person.id = first_id, person.id = second_id]",
        "owned_by: [{to: person, on: {id: first_id}, on_parent_gone: 'null'},"
        " {to: person, on: {id: second_id}, on_parent_gone: 'null'}]",
    )
    path.write_text(text)
    firm.run("DELETE FROM invoices WHERE id = 1")
    plan = firm.plan(erase_alice)
    firm.run("UPDATE threads SET second_id = NULL WHERE id = 1")
    refused(firm, plan)


def test_an_invoice_that_a_hold_would_have_reduced_is_not_deleted(firm: Firm) -> None:
    path = firm.folder / "holds.yaml"
    path.write_text(path.read_text().replace("invoice.*", "invoice.total, invoice.issued_on, invoice.person_id"))
    plan = firm.plan(erase_alice)
    firm.run("UPDATE invoices SET issued_on = '2011-06-01' WHERE id = 1")
    refused(firm, plan)


def test_rows_that_are_new_are_for_the_bounds(firm: Firm) -> None:
    plan = firm.plan(erase_alice)
    firm.run(
        f"INSERT INTO threads VALUES (9, 1, NULL, 'new {MARKER}')",
        "INSERT INTO calls VALUES (9, 1, NULL, '2026-02-02')",
    )
    with firm.systems() as systems:
        assert apply_plan(systems, plan).is_clean
    assert not firm.run("SELECT 1 FROM threads WHERE id = 9 UNION SELECT 1 FROM calls WHERE id = 9")


def test_a_milder_fate_is_no_reason_to_stop(firm: Firm) -> None:
    plan = firm.plan(erase_alice)
    firm.run("UPDATE threads SET second_id = 2 WHERE id = 2")
    with firm.systems() as systems:
        assert apply_plan(systems, plan).is_clean
    assert firm.run("SELECT first_id, second_id FROM threads ORDER BY id") == [(None, 2), (None, 2)]


def test_what_turns_harsher_while_the_plan_is_applied_stops_it_before_that_system_is_changed(firm: Firm) -> None:
    """Both systems lie in one database here; desk comes first."""
    applying = import_module("bailee.engine.apply")
    plan = firm.plan(erase_alice)
    located = applying._locate_again

    def then_left(*arguments: object) -> object:
        case: object = located(*arguments)
        firm.run("UPDATE threads SET second_id = NULL WHERE id = 1")
        return case

    with firm.systems() as systems, patch.object(applying, "_locate_again", then_left), stale(MILDER):
        apply_plan(systems, plan)
    assert firm.run("SELECT count(*) FROM threads") == [(2,)]
    assert firm.run("SELECT count(*) FROM persons") == [(2,)]


def test_a_release_reaches_no_row_that_it_was_to_leave(firm: Firm) -> None:
    """A hold had kept her place in a thread of Bob's, which he has left by the day of the release."""
    path = firm.folder / "holds.yaml"
    path.write_text(
        path.read_text()
        + "\nevidence: {law: a law, keeps: [thread.first_id, thread.subject, person.name], until: 2031-12-31}\n"
    )
    path = firm.folder / "systems/shop.yaml"
    subject = "    fields: {subject: subject}\n"
    path.write_text(path.read_text().replace(subject, f"{subject}    hold: evidence\n"))
    plan = firm.plan(erase_alice)
    with firm.systems() as systems:
        assert apply_plan(systems, plan).is_clean
    with on(firm, "2040-01-01") as systems:
        planned = plan_release(systems, plan.case)
        seal_plan(systems, planned)
        firm.run("UPDATE threads SET second_id = NULL WHERE id = 1")
        with stale(MILDER):
            apply_plan(systems, planned.plan)
    assert firm.run("SELECT first_id FROM threads WHERE id = 1") == [(1,)]


def test_a_due_row_that_waited_when_the_plan_was_approved_is_not_deleted(firm: Firm) -> None:
    firm.run("UPDATE tapes SET recorded_on = '2026-01-01' WHERE id = 4")  # the tape of an old call is not due
    plan = firm.plan(retain_calls)
    firm.run("DELETE FROM tapes WHERE id = 4")
    refused(firm, plan)
    again = firm.plan(retain_calls)
    with firm.systems() as systems:
        assert apply_plan(systems, again).is_clean
    assert not firm.run("SELECT 1 FROM calls WHERE id = 101")


def test_the_plan_names_no_keys_and_the_case_loses_them(firm: Firm) -> None:
    plan = firm.plan(erase_alice)
    assert len(plan.spares) == 64
    books = Store(firm.folder / "books")
    assert load_case(books, plan.case).spared
    with firm.systems() as systems:
        assert apply_plan(systems, plan).is_clean
    assert not load_case(books, plan.case).spared


def test_a_plan_of_an_earlier_version_reads_and_verifies() -> None:
    text = (Path(__file__).parent / "plan_of_an_earlier_version.json").read_text()
    plan = read_plan(text)
    assert not plan.spares
    assert read_plan(plan.to_json()) == plan


SHARED = """
  person:
    table: persons
    party: person
    identity: {email: {column: email, stored: lower, joins: verified}}
    on_erase: delete
  visit:
    table: visits
    key: [place]
    owned_by:
      - {to: person, on: {id: host_id}, id: host}
      - {to: person, on: {id: guest_id}, id: guest}
    on_erase: delete
    on_leave: {matched: null}
"""


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
@pytest.mark.parametrize(
    ("type_", "place"),
    [("inet", "192.0.2.7"), ("inet", "192.0.2.7/24"), ("cidr", "2001:db8::/32"), ("timestamptz", "2026-01-02 03:04+01"),
     ("numeric(8, 2)", "1.50"), ("bytea", "\\x00ff"), ("float8", "0.1")],
)  # fmt: skip
def test_a_row_is_told_by_its_key_of_whatever_type(tmp_path: Path, database: Database, type_: str, place: str) -> None:
    """The keys of what is left to others lie sealed between plan and apply: they come back as they were."""
    firm = small(
        tmp_path / "firm", database, SHARED,
        "CREATE TABLE persons (id integer PRIMARY KEY, email varchar(80))",
        f"CREATE TABLE visits (place {type_} PRIMARY KEY, host_id integer REFERENCES persons,"
        " guest_id integer REFERENCES persons)",
        f"INSERT INTO persons VALUES (1, '{ALICE}'), (2, '{BOB}')",
        f"INSERT INTO visits VALUES ('{place}', 1, 2)",
    )  # fmt: skip
    plan = firm.plan(erase_alice)
    firm.run("UPDATE visits SET guest_id = NULL")
    with firm.systems() as systems, stale(MILDER):
        apply_plan(systems, plan)
    firm.run("UPDATE visits SET guest_id = 2")
    with firm.systems() as systems:
        assert apply_plan(systems, plan).is_clean
    assert firm.run("SELECT host_id, guest_id FROM visits") == [(None, 2)]
