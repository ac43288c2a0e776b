"""Restricted data is past its time, and stays: on every database, to the last cell, with its files."""

from __future__ import annotations

from bailee.runner.apply import apply
from bailee.runner.plans import keep, plan_retain
from bailee.runner.restricted import StoredOnly, put
from bailee.trace import Known
from tests.harm.firm import ALICE, NOW, Firm


def test_retention_takes_what_is_bobs_and_leaves_what_is_alices_too(firm: Firm) -> None:
    firm.run("UPDATE calls SET started_on = '2014-01-01'", "UPDATE tapes SET recorded_on = '2014-01-01'")
    calls = [row for row in firm.dump()["calls"] if row[0] <= 4]  # hers, and one of his that has her number
    with firm.house() as house:
        put(house.state, "r-1", StoredOnly(NOW, None, (Known(0, "email", ALICE),)))
        planned = plan_retain(house, "calls")
        keep(house, planned)
        assert apply(house, planned.plan).is_clean
    assert firm.dump()["calls"] == calls
    assert [row[0] for row in firm.dump()["tapes"]] == [1, 2, 3]
    assert len(firm.files()) == 3
