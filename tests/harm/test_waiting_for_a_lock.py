"""A plan waits for a lock that a program of the firm holds: what it knew before may not be so any more."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress

import pytest

from bailee.connectors.sql.engine import open_engine, raw
from bailee.engine.apply import apply
from bailee.engine.journal import LOCATE, Told
from bailee.engine.plans import plan_erase
from bailee.engine.results import Stale
from tests.harm.firm import ALICE, BOB, MARKER, Firm
from tests.harm.test_which_cases import erased, threads

SERVERS = pytest.mark.parametrize("database", ["postgresql", "mariadb"], indirect=True)
WAITS = 1.0  # seconds: for so long the firm's program holds its locks


@contextmanager
def while_open(firm: Firm, *statements: str) -> Iterator[Told]:
    """Let a program of the firm hold a transaction with ``statements``, which it commits while the plan waits."""
    with closing(raw(open_engine(firm.database.url, write=True))) as connection:
        connection.commit()
        with closing(connection.cursor()) as cursor:
            cursor.execute("BEGIN")
            for statement in statements:
                cursor.execute(statement)
            timer = threading.Timer(WAITS, connection.commit)

            class Late(Told):
                def before(self, step: str, system: str = "") -> None:
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
    with while_open(firm, back, new) as told, firm.systems() as systems, suppress(Stale):
        apply(systems, plan, told)
    assert threads(firm) >= {9, 12}
