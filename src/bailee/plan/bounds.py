"""How far the rows may move between planning and applying, and what makes a plan stale."""

from __future__ import annotations

from collections.abc import Iterator

from bailee.plan.document import PlanDocument, PlanStep

HARSHNESS = {
    "spared": 0, "corrected": 1, "objected": 1, "unlinked": 1, "left": 1, "anonymised": 2, "kept": 3, "erased": 4,
}  # fmt: skip
"""Fates, from the mildest to the harshest: what becomes of a row, and not of how many.

A row is *spared* that was located, or is due, and that no change would write to. Then come rows of which cells are
cleared or written, since somebody leaves them, what they point to goes, or they are corrected; then those that are
anonymised; those that should go and are reduced to what a hold or a pin keeps (*kept*); and those that are deleted. Of
the changes that would write to one row the harshest counts.
"""


def find_bound(count: int) -> int:
    """Return how many rows a change planned for ``count`` may touch: n + max(10, n/5)."""
    return count + max(10, count // 5)


def is_passed(step: PlanStep, count: int) -> bool:
    """Whether ``count`` rows are more than the approver saw."""
    return count > step.bound


def find_stale_reasons(old: PlanDocument, new: PlanDocument) -> Iterator[str]:
    """Yield why ``old`` may not be applied where ``new`` is what would be planned now; nothing: it may."""
    if old.policy != new.policy:
        yield "the policy has changed since the plan was made"
    if old.compiler != new.compiler:
        yield "this version works plans out differently"
    if old.commitment != new.commitment:
        yield "the person is found in other rows than when the plan was made"
    if new.refused > old.refused:
        yield "somebody else's rows now point to rows that would go"
    before = {s.system: s for s in old.systems}
    for system in new.systems:
        known = before.get(system.system)
        if known is None:
            yield f"system {system.system!r} was not in the plan"
            continue
        if known.schema != system.schema:
            yield f"the schema of {system.system!r} has changed since the plan was made"
        yield from _find_harsher(known.steps, system.steps, system.system)


def _find_harsher(old: tuple[PlanStep, ...], new: tuple[PlanStep, ...], system: str) -> Iterator[str]:
    known = {step.change: step for step in old}
    for step in new:
        before = known.get(step.change)
        if before is None and step.count:
            yield f"{system}: {step.change} was not in the plan"
        elif before is not None and HARSHNESS[step.fate] > HARSHNESS[before.fate]:
            yield f"{system}: {step.change} is harsher than planned"
        elif before is not None and is_passed(before, step.count):
            yield f"{system}: {step.change} would touch {step.count} rows, more than the bound of {before.bound}"
