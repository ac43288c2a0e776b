"""The fate of each row that a plan does not delete, sealed with it: none may meet a harsher one when it is applied.

Bounds are on how many: a note that is left to Bob when the plan is approved, and that nobody owns any more when it is
applied, would go within them. So the keys of all rows that are located and not deleted stand in the sealed case, by
fate, and a keyed hash of them in the plan, which is what is approved. When the plan is applied, the database is asked
for each change whether one of the rows with a milder fate is among its own. That costs nothing where everything goes;
rows that nobody had located, or that were not due, are what the bounds are for.
"""

from __future__ import annotations

import hashlib
import hmac
from array import array
from collections.abc import Mapping
from typing import Any, TypeAlias

from bailee.connectors.base import Session
from bailee.plan import SystemPlan
from bailee.plan.bounds import HARSHNESS
from bailee.trace import CellChange, Key, Trace

Fates: TypeAlias = Mapping[str, Mapping[str, frozenset[Key]]]
"""Collection -> fate (a word of `HARSHNESS`) -> keys of the rows that meet it, and none that are deleted."""

SparedRows: TypeAlias = Mapping[str, Fates]
"""System -> fates of its rows."""


def find_fates(trace: Trace, session: Session, part: SystemPlan) -> Fates:
    """Return the fate of each row of ``part``, the plan for one system, that is not deleted."""
    counted = {step.change for step in part.steps if step.count}
    harshest: dict[str, int] = {}
    for change in trace.changes:
        harshest[change.collection] = max(harshest.get(change.collection, 0), HARSHNESS[change.fate])
    matter = {*trace.spared}  # collections in which a row might fare worse; one row may be in several changes of them
    matter |= {c.collection for c in trace.changes if c.id in counted and HARSHNESS[c.fate] < harshest[c.collection]}
    rows: dict[str, dict[Key, str]] = {}
    for change in trace.changes:
        matters = change.id in counted and change.collection in matter
        if matters and not (change.deletes or _is_unlinking(change)):
            found = rows.setdefault(change.collection, {})
            for key in session.keys_of(change, due=change.fate != "kept"):
                if HARSHNESS[found.get(key, "spared")] < HARSHNESS[change.fate]:
                    found[key] = change.fate
    for collection, name in trace.spared.items():
        if collection in harshest:
            found = rows.setdefault(collection, {})
            for key in session.keys(name):
                found.setdefault(key, "spared")
    fates = {collection: _group_by_fate(found, harshest[collection]) for collection, found in rows.items()}
    return {collection: by_fate for collection, by_fate in fates.items() if by_fate}


def _group_by_fate(found: Mapping[Key, str], harshest: int) -> Mapping[str, frozenset[Key]]:
    """Return the rows by fate, but those of the ``harshest``, for whom there is no harsher one."""
    fates: dict[str, list[Key]] = {}
    for key, fate in found.items():
        if HARSHNESS[fate] < harshest:
            fates.setdefault(fate, []).append(tuple(key))
    return {fate: frozenset(keys) for fate, keys in fates.items()}


def _is_unlinking(change: CellChange) -> bool:
    """Whether ``change`` only empties references of rows that are deleted, or cut down, right after (23)."""
    return change.id.endswith("/unlink")


def find_harsher(
    system: str, trace: Trace, session: Session, fates: Fates, expected: Mapping[str, int]
) -> tuple[str, ...]:
    """Return, in words, the changes that would now do more to a row of ``system`` than was approved.

    ``expected``: change -> about how many rows it will have. Asked for are either these or the rows with a milder fate,
    whichever are fewer.
    """
    found = []
    for change in trace.changes:
        by_fate = fates.get(change.collection, {})
        milder = [keys for fate, keys in by_fate.items() if HARSHNESS[fate] < HARSHNESS[change.fate]]
        if not milder or _is_unlinking(change):
            continue
        due = change.fate != "kept"
        if expected.get(change.id, 0) <= sum(map(len, milder)):
            count = sum(any(tuple(key) in keys for keys in milder) for key in session.keys_of(change, due=due))
        else:
            count = sum(1 for keys in milder for _ in session.keys_of(change, due=due, among=keys))
        if count:
            rows = "1 row" if count == 1 else f"{count} rows"
            found.append(f"{system}: {change.id} would reach {rows} that the plan has a milder fate for")
    return tuple(found)


def hash_fates(salt: bytes, spared: SparedRows) -> str:
    """Return HMAC-SHA-256 over the keys of all rows in ``spared``, by system, collection and fate; empty for none."""
    if not any(spared.values()):
        return ""
    made = hmac.new(salt, digestmod=hashlib.sha256)
    for system, fates in sorted(spared.items()):
        for collection, by_fate in sorted(fates.items()):
            for fate, keys in sorted(by_fate.items()):
                made.update(f"{(system, collection, fate)!r} {_sort_keys(keys)!r}\n".encode())
    return made.hexdigest()


def _sort_keys(keys: frozenset[Key]) -> list[Key]:
    try:
        return sorted(keys)  # of one type, but for what SQLite lets in
    except TypeError:
        return sorted(keys, key=repr)


# --- in the sealed case --------------------------------------------------------------------------------------


def pack_fates(spared: SparedRows) -> dict[str, Any]:
    """Return ``spared`` as a case has it: single integers, which most keys are, as eight bytes each."""
    return {
        system: {name: {fate: _pack_keys(keys) for fate, keys in by_fate.items()} for name, by_fate in fates.items()}
        for system, fates in spared.items()
    }


def _pack_keys(keys: frozenset[Key]) -> Any:
    try:
        numbers = [number for (number,) in keys if type(number) is int]  # a boolean would come back as one
        if len(numbers) == len(keys):
            return array("q", numbers).tobytes()
    except (ValueError, OverflowError):  # of several columns, or larger
        pass
    return list(keys)


def unpack_fates(plain: Mapping[str, Any]) -> SparedRows:
    """Return what `pack_fates` was given."""
    return {
        system: {name: {fate: _unpack_keys(keys) for fate, keys in by_fate.items()} for name, by_fate in fates.items()}
        for system, fates in plain.items()
    }


def _unpack_keys(keys: Any) -> frozenset[Key]:
    if isinstance(keys, bytes):
        numbers = array("q")
        numbers.frombytes(keys)
        return frozenset(zip(numbers))
    return frozenset(keys)
