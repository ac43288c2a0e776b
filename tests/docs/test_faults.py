"""`docs/faults.md` names each fault that is tried, and every test that it names is there."""

from __future__ import annotations

import re

import pytest

from tests.docs.faults import FAULTS, PAGE, fixed, happened
from tests.docs.pages import ROOT
from tests.soak.faults import PROMISED

RUNS = {
    "soak": {
        "date": "2026-12-01", "seed": 1, "command": "python -m tests.soak", "people": 9, "looks": 2, "pages": 3,
        "p95": 0.5, "slowest": 1.5, "left_out": 1, "ended": {"erase done": 9}, "broken": ["clock (ahead): 2 rows"],
        "faults": {"clock": {"times": 2, "seconds": 61.2, "how": ["ahead"]}},
    }
}  # fmt: skip


def test_the_page_is_what_the_script_makes_of_it() -> None:
    assert PAGE.read_text().startswith(fixed()), "make faults"


@pytest.mark.parametrize("tried", sorted({tried for fault in FAULTS for tried in fault.tried}))
def test_what_tries_a_fault_is_there(tried: str) -> None:
    file, _, test = tried.partition("::")
    text = (ROOT / "tests" / file).read_text()
    assert not test or re.search(rf"^def {test}\(", text, re.MULTILINE)


def test_every_kind_of_fault_of_the_soak_is_on_the_page() -> None:
    assert {key for fault in FAULTS for key in fault.runs if key.startswith("soak")} == {f"soak {k}" for k in PROMISED}


def test_what_was_not_as_promised_is_said() -> None:
    says = happened(RUNS)
    assert "2 in all, 61 s (ahead); **it was not so: 1**" in says
    assert "did not come up (seed 1)" in says
    assert "clock (ahead): 2 rows" in says
