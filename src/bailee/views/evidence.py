"""The ledger as staff see it: how long it is, what its entries say, and how anybody verifies them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bailee.engine import ledger_entries
from bailee.ledger import AuditFinding, LedgerError
from bailee.store.context import Context
from bailee.store.models import Plan, Receipt

PAGE = 50
"""Entries, or receipts, on one page."""


@dataclass(frozen=True, slots=True)
class EntryLine:
    """An entry in a list. ``kind``: intent, outcome or settled, empty where nothing is known of it any more.

    ``rows``: what is recorded of rows: fate -> count; ``residual``: rows that were found all the same.
    """

    index: int
    kind: str
    at: datetime | None
    right: str
    about: str
    plan: str
    rows: Mapping[str, int]
    residual: int


@dataclass(frozen=True, slots=True)
class Ledger:
    """``note``: the signed checkpoint. ``after``: the index that the next page begins below, 0 on the last."""

    note: str
    origin: str
    size: int
    root: str
    key: str
    lines: Sequence[EntryLine]
    after: int
    receipts: int


@dataclass(frozen=True, slots=True)
class EntryDetail:
    """One entry. ``says``: its content, ``None`` where it cannot be opened here. ``path``: hashes up to the root."""

    line: EntryLine
    says: Mapping[str, Any] | None
    commitment: str
    size: int
    root: str
    path: Sequence[str]


def ledger(context: Context, below: int | None = None) -> Ledger | None:
    """Return the ledger with the entries below an index, the newest first; ``None``: it has not begun.

    Raises `LedgerError` where it cannot be read.
    """
    try:
        note, head, verifier = ledger_entries.read_head(context.store)
    except LedgerError as error:
        if error.code == "L603":
            return None
        raise
    end = head.size if below is None else max(0, min(below, head.size))
    first = max(0, end - PAGE)
    lines = [_line(one) for one in reversed(ledger_entries.read_entries(context.store, first, end))]
    count = Receipt.objects.count()
    return Ledger(note, head.origin, head.size, head.root.hex(), str(verifier), lines, first, count)


def entry(context: Context, index: int) -> EntryDetail | None:
    """Return one entry with its proof, ``None`` where there is none. Raises `LedgerError`."""
    found = ledger_entries.read_entries(context.store, index, index + 1)
    if not found:
        return None
    head = ledger_entries.read_head(context.store)[1]
    path = [one.hex() for one in ledger_entries.prove_entry(context.store, index, head.size)]
    says = {name: value for name, value in found[0].says.items() if name != "persons"} if found[0].says else None
    return EntryDetail(_line(found[0]), says, found[0].commitment.hex(), head.size, head.root.hex(), path)


def verified(context: Context, older: str | None) -> tuple[int, Sequence[AuditFinding]]:
    """Compute the whole ledger anew; return how many entries it has, and what is wrong. Raises `LedgerError`."""
    _, size, findings = ledger_entries.inspect_ledger(context.store, older)
    return size, findings


@dataclass(frozen=True, slots=True)
class Issued:
    """A receipt: of which plan, about which entry, and whether the person has fetched it."""

    entry: int
    plan: str
    kind: str
    issued_at: datetime
    fetched_at: datetime | None


def receipts(after: str = "") -> tuple[Sequence[Issued], str]:
    """Return a page of receipts, the newest first, and the id after which the next one begins, empty on the last."""
    found = Receipt.objects.order_by("-id").select_related("plan").defer("sealed", "plan__document")
    if after.isdecimal():
        found = found.filter(id__lt=int(after))
    page = list(found[: PAGE + 1])
    shown = [_issued(one, one.plan) for one in page[:PAGE]]
    return shown, str(page[PAGE - 1].id) if len(page) > PAGE else ""


def _issued(one: Receipt, plan: Plan) -> Issued:
    return Issued(one.entry, plan.digest[:12], plan.kind, one.issued_at, one.fetched_at)


def _line(one: ledger_entries.LogEntry) -> EntryLine:
    says = one.says
    if says is None:
        return EntryLine(one.index, "", None, "", "", "", {}, 0)
    rows: dict[str, int] = {}
    residual = 0
    for system in says["systems"]:
        for part in system.get("changes", system.get("became", ())):
            rows[part["fate"]] = rows.get(part["fate"], 0) + part["rows"]
        residual += system.get("residual") or 0
    about = says["about"] if says["right"] == "retain" else ""
    at = datetime.fromisoformat(says["at"])
    return EntryLine(one.index, says["kind"], at, says["right"], about, says["plan"][:12], rows, residual)
