"""A table that is on no map keeps no light green that speaks of all that a system holds."""

from __future__ import annotations

import pytest

from tests.checks.firm import Firm

CHECKS = (
    "columns.undecided: {system: office}",
    "rights.reach: {right: copy, system: office}",
    "rights.reach: {right: erase, system: office}",
)


@pytest.mark.parametrize("check", CHECKS)
def test_a_table_that_no_key_ties_to_the_map_is_seen(firm: Firm, check: str) -> None:
    firm.promises(check)
    assert firm.kept().verdict == "kept"
    firm.sql("CREATE TABLE diary (id INTEGER PRIMARY KEY, entry TEXT)")
    assert firm.kept().verdict == "unknown"
    assert firm.finding("unknown").says.startswith("1 table of office is on no map")
    firm.change("systems/office.yaml", "  call:\n", "  diary: {opaque: the weather}\n  call:\n")
    assert firm.kept().verdict == "kept"
