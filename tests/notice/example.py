"""A firm with a short notice, and what its checks found: some promises are kept, one is broken, some are unknown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from bailee.checks import Basis, CheckFinding, PromiseResult, Verdict
from bailee.notice import Evidence
from bailee.notice.page import build_page
from bailee.policy import Policy, load

FIRM = Path(__file__).with_name("firm")
LOOKED = datetime(2026, 11, 25, 6, 12, tzinfo=UTC)
BROKE = datetime(2026, 11, 22, 6, 12, tzinfo=UTC)

_MEASURED = {
    "calls-kept-six-years": (Verdict.BROKEN, "3 of 8,114 rows of phones.recording are older than 6 years"),
    "customers-kept": (Verdict.KEPT, "0 of 2,310 rows of phones.customer are past their time"),
    "recorded-where-asked": (Verdict.KEPT, "all 211 recordings are of lines that switched it on"),
    "stored-in-region": (Verdict.UNKNOWN, "could not look: phones does not answer"),
    "named": (Verdict.KEPT, "the notice and the register name the same three"),
    "copy": (Verdict.KEPT, "every collection of a person can be copied"),
    "deletion": (Verdict.KEPT, "every collection of a person can be erased by a plan"),
}
_ATTESTED = {
    "not-sold": (Verdict.KEPT, "nothing in the accounts was earned with data (Maeve Lynch, 2026-10-01)"),
    "encrypted": (Verdict.KEPT, "the disks are encrypted: luks (Maeve Lynch, 2026-11-02)"),
    "answered": (Verdict.KEPT, "no question is open (Maeve Lynch, 2026-10-01)"),
}


def policy() -> Policy:
    return load(FIRM)


def evidence() -> dict[str, Evidence]:
    """What was found of every promise but one, ``vetted``, which was never looked at."""
    measured = {name: _found(name, Basis.MEASURED, *said) for name, said in _MEASURED.items()}
    return measured | {name: _found(name, Basis.ATTESTED, *said) for name, said in _ATTESTED.items()}


def _found(name: str, basis: Basis, verdict: Verdict, says: str) -> Evidence:
    hint = "mend it: systems/phones.yaml:1:1"
    finding = CheckFinding("made.up", "phones", verdict, basis, says, hint=hint, sql="SELECT 1", at=LOOKED)
    since = BROKE if verdict is Verdict.BROKEN else LOOKED - timedelta(days=90)
    return Evidence(PromiseResult(name, verdict, (finding,)), since, LOOKED)


def write_page(folder: Path) -> Path:
    """Write the page into ``folder`` and return it."""
    firm = policy()
    assert firm.notice is not None
    for name, content in build_page(firm, firm.notice, evidence()).items():
        (folder / name).write_bytes(content)
    return folder / "index.html"
