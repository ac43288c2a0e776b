"""What must be so when all requests have come to their end, asked from outside, by plain SQL where there is SQL."""

from __future__ import annotations

from collections.abc import Iterable

from bailee.engine.ledger_entries import inspect_ledger
from bailee.store.context import Context
from tests.kills.firm import SYSTEMS, Firm


def all_is_true(firm: Firm, context: Context, numbers: Iterable[int], where: str = "") -> None:
    """Fail unless each person's rows went once, and their request ended once, with one receipt."""
    from django.db import connection

    numbers = list(numbers)
    mine = set[tuple[str, object, object]]().union(*map(firm.rows_of, numbers))
    assert firm.gone() == dict.fromkeys(mine, 1), where
    for system in SYSTEMS:
        for table in ("people", "notes", "tapes"):
            assert firm.run(system, f"SELECT COUNT(*) FROM {table}") == [(0,)], (where, system, table)
    assert not list((firm.folder / "tapes").iterdir()), where
    with connection.cursor() as at:

        def asked(statement: str) -> list[tuple[object, ...]]:
            at.execute(statement)
            return list(at.fetchall())

        count = [(len(numbers),)]
        assert asked("SELECT status, outcome, COUNT(*) FROM books_request GROUP BY 1, 2") == [
            ("closed", "done", len(numbers))
        ], where
        assert asked("SELECT COUNT(DISTINCT request_id) FROM books_event WHERE kind = 'closed'") == count, where
        assert asked("SELECT COUNT(*) FROM books_event WHERE kind = 'closed'") == count, where
        assert asked("SELECT COUNT(*) FROM books_event WHERE kind = 'acted'") == count, where
        assert asked("SELECT state, residual, COUNT(*) FROM books_plan GROUP BY 1, 2") == [("done", 0, len(numbers))]
        assert asked("SELECT COUNT(*), COUNT(DISTINCT entry) FROM books_receipt") == [count[0] * 2], where
        assert asked("SELECT COUNT(*) FROM books_approval WHERE used_at IS NULL") == [(0,)], where
        not_over = "done_at IS NULL AND kind NOT IN ('forget', 'lapse')"
        assert asked(f"SELECT kind, problem FROM books_due WHERE {not_over}") == [], where
        ended = "SELECT COUNT(*) FROM books_step WHERE ended_at IS NOT NULL AND step IN ('intent', 'commit', 'outcome')"
        assert asked(ended) == [(len(numbers) * (len(SYSTEMS) + 2),)], where
    _, size, findings = inspect_ledger(context.store)
    assert (size, findings) == (3 * len(numbers), ()), where  # intent, outcome, settled
