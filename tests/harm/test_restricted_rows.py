"""Restricted data is past its time, and stays: on every database, to the last cell, with its files."""

from __future__ import annotations

import os
from unittest.mock import patch

from bailee.engine.apply import apply_plan
from bailee.engine.checking import run_checks
from bailee.engine.connect.survey import read_survey, survey_systems
from bailee.engine.plans import plan_retain, seal_plan
from bailee.store.restrictions import StoredOnly, put_restriction
from bailee.trace import KnownValue
from tests.harm.firm import ALICE, NOW, Firm


def ceiling(firm: Firm) -> dict[str, list[tuple[str, int | None]]]:
    """Return what the check finds of each collection, as it stands."""
    found: dict[str, list[tuple[str, int | None]]] = {}
    with patch.dict(os.environ, firm.environment):
        for one in run_checks(firm.folder, now=NOW).findings:
            found.setdefault(one.about, []).append((str(one.verdict), one.count))
    return found


def test_retention_takes_what_is_bobs_and_leaves_what_is_alices_too(firm: Firm) -> None:
    firm.run("UPDATE calls SET started_on = '2014-01-01'", "UPDATE tapes SET recorded_on = '2014-01-01'")
    calls = [row for row in firm.dump()["calls"] if row[0] <= 4]  # hers, and one of his that has her number
    (firm.folder / "promises.yaml").write_text("it: {says: it is so, checks: [retention.ceiling]}\n")
    assert ceiling(firm) == {"shop.call": [("broken", 14)], "shop.tape": [("broken", 4)]}
    with firm.systems() as systems:
        put_restriction(systems.store, "r-1", StoredOnly(NOW, None, (KnownValue(0, "email", ALICE),)))
        assert ceiling(firm) == {
            "shop.call": [("broken", 10), ("kept", 4)],
            "shop.tape": [("broken", 1), ("kept", 3)],
        }
        survey_systems(systems)
        counted = read_survey(systems.store)
        assert counted
        law = "UK GDPR Art. 18(2)"
        assert [(one.now, one.held, list(map(tuple, one.staying))) for one in counted.due["calls"]] == [
            (10, 4, [("restriction", law, 4)]),
            (1, 3, [("restriction", law, 3)]),
        ]
        planned = plan_retain(systems, "calls")
        seal_plan(systems, planned)
        assert apply_plan(systems, planned.plan).is_clean
    assert ceiling(firm) == {"shop.call": [("kept", 0), ("kept", 4)], "shop.tape": [("kept", 0), ("kept", 3)]}
    assert firm.dump()["calls"] == calls
    assert [row[0] for row in firm.dump()["tapes"]] == [1, 2, 3]
    assert len(firm.files()) == 3
