"""A plan waits for a lock that a program of the firm holds: what it knew before may not be so any more."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress

import pytest

from bailee.connectors.sql.engine import open_connection, open_engine
from bailee.engine.apply import apply_plan
from bailee.engine.high_water import BegunBefore
from bailee.engine.journal import COMMIT, LOCATE, NO_COUNTS, SpokenJournal
from bailee.engine.plans import plan_correct, plan_erase
from bailee.engine.results import StalePlan
from tests.harm.firm import ALICE, BOB, MARKER, Firm
from tests.harm.test_which_cases import erased, threads

SERVERS = pytest.mark.parametrize("database", ["postgresql", "mariadb"], indirect=True)
WAITS = 1.0  # seconds: for so long the firm's program holds its locks


@contextmanager
def while_open(firm: Firm, *statements: str) -> Iterator[SpokenJournal]:
    """Let a program of the firm hold a transaction with ``statements``, which it commits while the plan waits."""
    with closing(open_connection(open_engine(firm.database.url, write=True))) as connection:
        connection.commit()
        with closing(connection.cursor()) as cursor:
            cursor.execute("BEGIN")
            for statement in statements:
                cursor.execute(statement)
            timer = threading.Timer(WAITS, connection.commit)

            class Late(SpokenJournal):
                def begin_step(self, step: str, system: str = "") -> None:
                    if (step, system) == (LOCATE, "shop"):
                        timer.start()

            try:
                yield Late(lambda *_: None)
            finally:
                if timer.ident is not None:
                    timer.join()


@SERVERS
def test_who_comes_back_while_the_plan_waits_keeps_what_is_hers_too(firm: Firm) -> None:
    """Alice left and an invoice keeps her case; she is a customer again before Bob's rows go."""
    shop = firm.folder / "systems/shop.yaml"
    kept = "on_erase:\n      anonymise: {name: gone, email: null, postal: null, tel: null, left_on: now}\n"
    before = "fields: {name: name, postal: postal}\n    "
    kept += "    erased_when: left_on is not null\n"
    shop.write_text(shop.read_text().replace(f"{before}on_erase: delete\n", f"{before}{kept}"))
    firm.run("ALTER TABLE persons ADD COLUMN left_on TIMESTAMP NULL")
    erased(firm, ALICE)
    firm.run(f"INSERT INTO threads VALUES (9, 1, 2, 'both {MARKER}')")
    plan = firm.plan(lambda systems: plan_erase(systems, [[BOB]]))
    back = f"UPDATE persons SET email = '{ALICE}', name = 'Alice again', left_on = NULL WHERE id = 1"
    new = f"INSERT INTO threads VALUES (12, 1, 2, 'new {MARKER}')"
    with while_open(firm, back, new) as told, firm.systems() as systems, suppress(StalePlan):
        apply_plan(systems, plan, told)
    assert threads(firm) >= {9, 12}


CAROLS = "UPDATE persons SET email = 'carol@post.example', name = 'Carol', tel = NULL WHERE id = 2"
A_GUESTS = "UPDATE persons SET email = NULL, name = 'Carol', tel = NULL WHERE id = 2"
IN_ONE_HOUSE = "UPDATE persons SET email = 'carol@post.example', name = 'Carol' WHERE id = 2"  # with Bob's telephone
GIVEN = pytest.mark.parametrize("given", [CAROLS, A_GUESTS, IN_ONE_HOUSE], ids=["carol", "guest", "one house"])
BACK = f"UPDATE persons SET postal = '9 {MARKER} Lane' WHERE id = 2"
NO_LAW = "DELETE FROM invoices WHERE person_id = 2"


class Meanwhile:
    """A program of the firm, which runs a statement once the desk is written and before the shop is."""

    def __init__(self, firm: Firm, statement: str) -> None:
        self.firm, self.statement = firm, statement

    def begin_step(self, step: str, system: str = "") -> None:
        """Go on."""

    def end_step(self, step: str, system: str = "", counts: Mapping[str, int] = NO_COUNTS) -> None:  # noqa: ARG002
        """Run it."""
        if (step, system) == (COMMIT, "desk"):
            self.firm.run(self.statement)


@SERVERS
def test_a_row_that_names_somebody_else_once_the_lock_is_held_stays(firm: Firm) -> None:
    firm.run(NO_LAW)
    plan = firm.plan(lambda systems: plan_erase(systems, [[BOB]]))
    with while_open(firm, CAROLS) as told, firm.systems() as systems, pytest.raises(BegunBefore, match="somebody else"):
        apply_plan(systems, plan, told)
    assert firm.run("SELECT name FROM persons WHERE id = 2") == [("Carol",)]


@GIVEN
def test_a_row_that_names_somebody_else_before_its_system_is_written_stays(firm: Firm, given: str) -> None:
    """One system is written after the other, and the first may take minutes. Staff see to what is left."""
    firm.run(NO_LAW)
    plan = firm.plan(lambda systems: plan_erase(systems, [[BOB]]))
    for _ in range(2):
        with firm.systems() as systems, pytest.raises(BegunBefore, match="names somebody else"):
            apply_plan(systems, plan, Meanwhile(firm, given))
    assert firm.run("SELECT name FROM persons WHERE id = 2") == [("Carol",)]


def test_a_row_that_was_written_and_still_names_the_person_goes(firm: Firm) -> None:
    firm.run(NO_LAW)
    plan = firm.plan(lambda systems: plan_erase(systems, [[BOB]]))
    with firm.systems() as systems:
        apply_plan(systems, plan, Meanwhile(firm, BACK))
    assert firm.run("SELECT name FROM persons WHERE id = 2") == []


@GIVEN
def test_a_correction_does_not_write_to_a_row_that_names_somebody_else_since_it_was_planned(
    firm: Firm, given: str
) -> None:
    plan = firm.plan(lambda systems: plan_correct(systems, [BOB], "person.postal", f"3 {MARKER} Road"))
    firm.run(given)
    with firm.systems() as systems, pytest.raises(StalePlan, match="names somebody else"):
        apply_plan(systems, plan)
    assert firm.run("SELECT postal FROM persons WHERE id = 2") == [(f"2 {MARKER} Road",)]


def test_a_correction_is_not_half_done_where_the_person_has_changed_their_own_address_since(firm: Firm) -> None:
    plan = firm.plan(lambda systems: plan_correct(systems, [BOB], "person.email", f"bobby.{MARKER}@post.example"))
    firm.run(f"UPDATE persons SET email = 'robert.{MARKER}@post.example', tel = NULL WHERE id = 2")
    before = firm.dump()
    with firm.systems() as systems, pytest.raises(StalePlan, match="or nothing that they are known by"):
        apply_plan(systems, plan)
    assert firm.dump() == before


def test_a_correction_goes_on_where_the_person_has_another_telephone_since(firm: Firm) -> None:
    plan = firm.plan(lambda systems: plan_correct(systems, [BOB], "person.postal", f"3 {MARKER} Road"))
    firm.run("UPDATE persons SET tel = '+442079460177' WHERE id = 2")
    with firm.systems() as systems:
        apply_plan(systems, plan)
    assert firm.run("SELECT postal FROM persons WHERE id = 2") == [(f"3 {MARKER} Road",)]
