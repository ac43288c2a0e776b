"""How much longer the plan and the erasure of one person take, the more kept cases the books have.

    python -m bench.kept            # none, 2,000 and 20,000 kept cases
    python -m bench.kept 500 2000   # other numbers
    python -m bench.kept --worker   # by a process that has made a plan before, as a worker has

The firm is that of `tests/harm`, on SQLite, its books in a folder. Each kept case is of one customer of whom an invoice
is held by accounting law: made from the case that a real erasure leaves, with rows, values and marks of its own, and
sealed under a key of its own as that is. Its customer's row and invoice stand in the system, which has these rows
however many cases there are: what is measured is what the cases cost. Prints, for each number,
seconds of this process's time (another load of the machine changes them little) of plan and of apply, the median of
`TURNS`, and their sum over that with no kept case. The goal is 1.2 at most (docs/decisions/0020).
"""

from __future__ import annotations

import argparse
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

from bailee.connectors.base import SealedKeys
from bailee.engine.apply import apply_plan
from bailee.engine.cases import KEPT, SealedCase, load_case, save_case
from bailee.engine.kept_rows import make_marks, match_own_rows
from bailee.engine.people import open_session
from bailee.engine.plans import plan_erase, seal_plan
from bailee.engine.row_marks import RowMark
from bailee.engine.systems import Systems
from bailee.trace import Key
from tests.conftest import Database
from tests.harm.firm import Firm, build

GOAL = 1.2
TURNS = 9
FIRST = 1_000_000
"""The number of the first customer of whom something is kept."""


def main() -> int:
    """Print a line for each number of kept cases; return 1 where the goal is missed."""
    arguments = argparse.ArgumentParser(prog="python -m bench.kept", description=__doc__)
    arguments.add_argument("kept", nargs="*", type=int, default=[2_000, 20_000])
    arguments.add_argument("--worker", action="store_true")
    is_worker = arguments.parse_args().worker
    numbers = [0, *sorted(arguments.parse_args().kept)]
    print(f"{'kept cases':>12} {'plan, s':>10} {'apply, s':>10} {'ratio':>8}   goal: {GOAL} at most")
    with tempfile.TemporaryDirectory() as place:
        model: SealedCase | None = None
        url = f"sqlite:///{Path(place) / 'systems.db'}"
        firm = build(Path(place) / "firm", Database(url, "sqlite"))
        base, there, is_met = 0.0, 0, True
        _people(firm, range(FIRST + 1, FIRST + numbers[-1]))
        _measured(firm, 1_000, is_worker)  # whatever is loaded once
        for number in numbers:
            if number:
                model = model or _model(firm)
                _fill(firm, model, range(FIRST + max(there, 1), FIRST + number))
            there = number
            planned, applied = _measured(firm, 2_000 + number, is_worker)
            base = base or planned + applied
            ratio = (planned + applied) / base
            is_met &= ratio <= GOAL
            print(f"{number:>12,} {planned:>10.3f} {applied:>10.3f} {ratio:>8.2f}", flush=True)
    return 0 if is_met else 1


def _customer(number: int) -> tuple[str, str]:
    """Return the statements that insert a customer with an invoice that accounting law keeps."""
    person = f"INSERT INTO persons VALUES ({number}, '{_email(number)}', 'N {number}', '1 Road', NULL)"
    return person, f"INSERT INTO invoices VALUES ({number}, {number}, '2025-06-01', 10)"


def _email(number: int) -> str:
    return f"c{number}@post.example"


def _measured(firm: Firm, first: int, is_worker: bool) -> tuple[float, float]:  # noqa: FBT001 - this is a script
    """Return the seconds of a plan and of its apply, for persons of whom nothing is kept.

    Each begins with nothing read, as a command does; or with what was read for a plan before, as in a worker.
    """
    plans, applies, store = [], [], None
    if is_worker:
        with firm.systems() as systems:
            store = systems.store
            plan_erase(systems, [[_email(FIRST - 1)]])
    for number in range(first, first + TURNS):
        firm.run(_customer(number)[0])
        with firm.systems(store) as systems:
            begun = time.process_time()
            planned = plan_erase(systems, [[_email(number)]])
            seal_plan(systems, planned)
            plans.append(time.process_time() - begun)
        with firm.systems(store) as systems:
            begun = time.process_time()
            if not apply_plan(systems, planned.plan).is_clean:
                raise AssertionError("the erasure of the bench is not clean")
            applies.append(time.process_time() - begun)
    return statistics.median(plans), statistics.median(applies)


def _model(firm: Firm) -> SealedCase:
    """Erase a customer with an invoice, and return the case of what is kept."""
    firm.run(*_customer(FIRST))
    with firm.systems() as systems:
        planned = plan_erase(systems, [[_email(FIRST)]])
        seal_plan(systems, planned)
        apply_plan(systems, planned.plan)
        case = load_case(systems.store, planned.case.id)
    if case.stage != KEPT:
        raise AssertionError("nothing is kept of the bench's customer")
    return case


def _people(firm: Firm, numbers: range) -> None:
    """Put a customer and an invoice into the system for each of ``numbers``: they are there with and without cases."""
    count = f"WITH RECURSIVE n (i) AS (SELECT {numbers[0]} UNION ALL SELECT i + 1 FROM n WHERE i < {numbers[-1]})"
    firm.run(
        f"INSERT INTO persons {count} SELECT i, NULL, 'N ' || i, NULL, NULL FROM n",
        f"INSERT INTO invoices {count} SELECT i, i, '2025-06-01', 10 FROM n",
    )


def _fill(firm: Firm, model: SealedCase, numbers: range) -> None:
    """Have the books keep a case like ``model`` for each of ``numbers``, whose rows are as such a case left them."""
    for table in ("persons", "invoices"):
        (row,) = firm.run(f"SELECT * FROM {table} WHERE id = {FIRST}")
        names = [name for _, name, *_ in firm.run(f"PRAGMA table_info({table})")]
        cells = ", ".join(
            f"{name} = {'id' if cell == FIRST else 'NULL' if cell is None else repr(cell)}"
            for name, cell in zip(names, row, strict=True)
            if name != "id"
        )
        firm.run(f"UPDATE {table} SET {cells} WHERE id BETWEEN {numbers[0]} AND {numbers[-1]}")
    with patch("os.fsync"), firm.systems() as systems:  # what is filled is not measured
        marks = dict(_marks(systems, model, numbers))
        made = _like(model, numbers[0], marks)
        for number in numbers:
            save_case(systems.store, _like(model, number, marks))
        if not made.subjects or match_own_rows(systems, [made])[made.id].subjects != made.subjects:
            raise AssertionError("a case of the bench is not of the rows that are there")


def _marks(
    systems: Systems, model: SealedCase, numbers: range
) -> Iterator[tuple[str, Mapping[str, Mapping[Key, RowMark]]]]:
    """Yield by system how the rows of all customers are left."""
    for system, collections in (model.left or {}).items():
        with open_session(systems, system, systems.trace(system), write=False) as session:
            keys = {name: [(number,) for number in numbers] for name, rows in collections.items() if rows}
            yield system, make_marks(systems, session, system, keys)


def _like(model: SealedCase, number: int, marks: Mapping[str, Mapping[str, Mapping[Key, RowMark]]]) -> SealedCase:
    """Return ``model`` as the case of another customer."""
    mine = frozenset({(number,)})
    return replace(
        model,
        id=f"c-{number:012x}",
        salt=secrets.token_bytes(16),
        asked=tuple((person, attribute, _email(number)) for person, attribute, _ in model.asked),
        subjects=tuple(replace(s, ref=s.ref._replace(key=(number,))) for s in model.subjects),
        known=tuple(replace(k, value=_email(number), source=None) for k in model.known),
        fixed={system: SealedKeys(dict.fromkeys(sealed.keys, ((number,),))) for system, sealed in model.fixed.items()},
        kept={system: dict.fromkeys(changes, mine) for system, changes in model.kept.items()},
        left={
            system: {name: {(number,): (rows[(number,)],)} for name, rows in collections.items()}
            for system, collections in marks.items()
        },
    )


if __name__ == "__main__":
    sys.exit(main())
