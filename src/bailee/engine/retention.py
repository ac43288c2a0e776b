"""A retention rule is carried out here, a chunk a transaction: what is due stays due until it is gone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

from bailee.connectors.base import PartitionDropping, SealedKeys, Session
from bailee.engine import high_water
from bailee.engine.cases import SEALED, SealedCase
from bailee.engine.completion import close_case, delete_files
from bailee.engine.fates import find_harsher
from bailee.engine.journal import CHANGE, COMMIT, FILES, LOCATE, RESIDUAL, SEAL, Journal
from bailee.engine.people import open_session
from bailee.engine.results import ApplyResult, Residual, StalePlan, StepOutcome
from bailee.engine.row_writes import digest_look, list_laws, must_be_as_mild, seal_case
from bailee.engine.step_counts import list_files, parse_day
from bailee.engine.systems import Systems
from bailee.plan import PlanDocument, PlanStep
from bailee.trace import Batch, CellChange, Trace, build_retention_trace

CHUNK = 50_000
"""Rows of a retention that are deleted in one transaction."""


class _ChunkFull(Exception):
    """More rows have come to be due than were approved: what is not committed is taken back, and the rest stays."""


def count_due(systems: Systems, plan: PlanDocument, case: SealedCase) -> SealedCase:
    """Return the case with how many rows each change finds; raise `StalePlan` where that is more than was approved."""
    prepared, reasons = dict(case.prepared), list[str]()
    for part in plan.systems:
        system, trace = part.system, trace_due(systems, plan, case, part.system)
        bounds = {step.change: step.bound for step in part.steps}
        with open_session(systems, system, trace, write=False) as session:
            session.begin(make_due_batch(plan, case, system))
            told = [(c.id, c.collection, c.fate, session.tally(c).count, c.laws) for c in trace.changes]
            counts = {change: count for change, _, _, count, _ in told}
            reasons += find_harsher(system, trace, session, (case.spared or {}).get(system, {}), counts)
        prepared[system] = tuple(told)
        over = [(change, count) for change, _, _, count, _ in told if count > bounds.get(change, 0)]
        reasons += (
            f"{system}: {change} would touch {count} rows, more than the bound of {bounds.get(change, 0)}"
            for change, count in over
        )
    if reasons:
        raise StalePlan(reasons)
    return replace(case, prepared=prepared)


def apply_retention(
    systems: Systems, plan: PlanDocument, case: SealedCase, journal: Journal, written: list[str], *, settling: bool
) -> ApplyResult:
    """Carry a retention rule out; go on where an earlier run was cut short. ``written`` grows as it goes.

    Rows that have come to be due since they were `count_due`, and are more than was approved, stay as a residual.
    """
    outcomes: list[StepOutcome] = []
    found: list[Residual] = []
    for part in plan.systems:
        system, trace = part.system, trace_due(systems, plan, case, part.system)
        steps, done, fixed = {step.change: step for step in part.steps}, Counter[str](), SealedKeys()
        with suppress(_ChunkFull), open_session(systems, system, trace, write=True) as session:
            journal.begin_step(LOCATE, system)
            resumed = system in case.traced
            session.begin(make_due_batch(plan, case, system))
            fixed = session.fix()
            journal.end_step(LOCATE, system)
            must_be_as_mild(plan, case, system, trace, session)
            journal.begin_step(SEAL, system)
            case = _add_files(systems, case, system, trace, session)
            sealed = seal_case(systems, plan, case)
            journal.end_step(SEAL, system)
            high_water.note_in_system(session, sealed)
            for change, (_, _, _, due, _) in zip(trace.changes, case.prepared[system], strict=True):
                if resumed:  # rows may have come to be due since, and are none that went
                    done[change.id] = max(0, due - session.tally(change).count)
                step = steps.get(change.id)
                for count in _change_in_chunks(session, change, step, journal, system, done[change.id]):
                    done[change.id] += count
            journal.begin_step(COMMIT, system)
        journal.end_step(COMMIT, system)
        for change in trace.changes:
            if count := done[change.id]:
                laws = list_laws(steps.get(change.id), change)
                outcomes.append(StepOutcome(system, change.id, change.collection, change.fate, count, laws))
        written.append(system)
        journal.begin_step(RESIDUAL, system)
        with open_session(systems, system, trace, write=False) as fresh:
            fresh.begin(make_due_batch(plan, case, system), fixed)
            found += [Residual(system, c.id, fresh.tally(c).count) for c in trace.changes]
        journal.end_step(RESIDUAL, system, {r.change: r.count for r in found if r.system == system})
    journal.begin_step(FILES)
    files = delete_files(systems, case)
    journal.end_step(FILES, counts={"gone": files.gone, "left": len(files.left)})
    applied = ApplyResult(
        tuple(outcomes), tuple(found), files.gone, len(files.left), files.why, settling=settling and not files.left
    )
    close_case(systems, plan, replace(case, spared={}), files, applied, journal)
    return applied


def make_due_batch(plan: PlanDocument, case: SealedCase, system: str) -> Batch:
    """Return the batch of a retention: nobody, at the plan's own time, and what is held by hand or restricted."""
    return Batch(kept=case.find_held(system), at=plan.moment)


def trace_due(systems: Systems, plan: PlanDocument, case: SealedCase, system: str) -> Trace:
    """Return the trace of what was due in ``system`` on the day of the plan."""
    today = parse_day(plan.today) or systems.now.date()
    rule, by_hand = systems.policy.retention[plan.subject], case.by_hand is not None
    return build_retention_trace(systems.maps[system], rule, today, by_hand=by_hand)


def _add_files(systems: Systems, case: SealedCase, system: str, trace: Trace, session: Session) -> SealedCase:
    """Return the sealed case with which files may go, and what a look at the system means."""
    files = dict.fromkeys((*case.files, *list_files(systems, system, session, trace.erased)))
    traced = {**case.traced, system: digest_look(systems, system, trace)}
    return replace(case, stage=SEALED, files=tuple(files), traced=traced)


def _change_in_chunks(
    session: Session, change: CellChange, step: PlanStep | None, journal: Journal, system: str, earlier: int
) -> Iterator[int]:
    """Make ``change`` in chunks, each committed; raise `_ChunkFull` before the bound of its ``step`` is passed.

    Yields rows, as they go. ``earlier``: those that runs before this one have dealt with.
    """
    room = (step.bound if step else 0) - earlier
    if not change.deletes:
        journal.begin_step(CHANGE, system)
        count = session.apply(change).count
        if count > room:
            raise _ChunkFull
        journal.end_step(CHANGE, system, {change.id: count})
        _commit_chunk(session, change, count, journal, system)
        yield count
        return
    if isinstance(session, PartitionDropping):
        dropped = session.drop_partitions(change, room).count
        room -= dropped
        yield dropped
    while True:
        if room <= 0:
            if session.tally(change).count:
                raise _ChunkFull
            return
        most = min(CHUNK, room)
        journal.begin_step(CHANGE, system)
        count = session.apply(change, most).count
        journal.end_step(CHANGE, system, {change.id: count})
        _commit_chunk(session, change, count, journal, system)
        room -= count
        yield count
        if count < most:
            return


def _commit_chunk(session: Session, change: CellChange, count: int, journal: Journal, system: str) -> None:
    journal.begin_step(COMMIT, system)
    session.commit()
    journal.end_step(COMMIT, system, {change.id: count})
