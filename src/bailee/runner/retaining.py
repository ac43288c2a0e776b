"""A retention rule is carried out here, a chunk a transaction: what is due stays due until it is gone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bailee.connectors.base import Session
from bailee.plan import Plan, Step
from bailee.runner.applied import Applied, Outcome, Residual, Stale
from bailee.runner.cases import SEALED, Case, save
from bailee.runner.closing import close, delete_files
from bailee.runner.counting import as_day, files_of
from bailee.runner.house import House
from bailee.runner.journal import CHANGE, COMMIT, FILES, LOCATE, RESIDUAL, SEAL, Journal
from bailee.runner.people import in_session
from bailee.runner.writing import digest_of, laws_of, within_bound
from bailee.trace import Batch, Change, Trace, retention

CHUNK = 50_000
"""Rows of a retention that are deleted in one transaction."""


def retain(house: House, plan: Plan, case: Case, journal: Journal, written: list[str], *, settling: bool) -> Applied:
    """Carry a retention rule out; go on where an earlier run was cut short. ``written`` grows as it goes."""
    outcomes: list[Outcome] = []
    found: list[Residual] = []
    for part in plan.systems:
        system, trace = part.system, due_in(house, plan, case, part.system)
        steps = {step.change: step for step in part.steps}
        with in_session(house, system, trace, write=True) as session:
            journal.before(LOCATE, system)
            resumed = system in case.prepared
            session.begin(due_batch(plan, case, system))
            fixed = session.fix()
            journal.after(LOCATE, system)
            journal.before(SEAL, system)
            case = _seal(house, case, system, trace, session)
            journal.after(SEAL, system)
            for change, (_, _, _, due, _) in zip(trace.changes, case.prepared[system], strict=True):
                earlier = due - session.tally(change).count if resumed else 0
                count = earlier + sum(_in_chunks(session, change, steps.get(change.id), journal, system, earlier))
                if count:
                    laws = laws_of(steps.get(change.id), change)
                    outcomes.append(Outcome(system, change.id, change.collection, change.fate, count, laws))
            journal.before(COMMIT, system)
        journal.after(COMMIT, system)
        written.append(system)
        journal.before(RESIDUAL, system)
        with in_session(house, system, trace, write=False) as fresh:
            fresh.begin(due_batch(plan, case, system), fixed)
            found += [Residual(system, c.id, fresh.tally(c).count) for c in trace.changes]
        journal.after(RESIDUAL, system, {r.change: r.count for r in found if r.system == system})
    journal.before(FILES)
    files = delete_files(house, case)
    journal.after(FILES, counts={"gone": files.gone, "left": len(files.left)})
    applied = Applied(
        tuple(outcomes), tuple(found), files.gone, len(files.left), files.why, settling=settling and not files.left
    )
    close(house, plan, case, files, applied, journal)
    return applied


def due_batch(plan: Plan, case: Case, system: str) -> Batch:
    """Return the batch of a retention: nobody, at the plan's own time, and what is held by hand or restricted."""
    return Batch(kept=case.held(system), at=plan.moment)


def due_in(house: House, plan: Plan, case: Case, system: str) -> Trace:
    """Return the trace of what was due in ``system`` on the day of the plan."""
    today = as_day(plan.today) or house.now.date()
    rule, by_hand = house.policy.retention[plan.subject], case.by_hand is not None
    return retention(house.maps[system], rule, today, by_hand=by_hand)


def _seal(house: House, case: Case, system: str, trace: Trace, session: Session) -> Case:
    """Save which files may go, and, the first time, how many rows each change finds: what was due in all."""
    prepared = case.prepared
    if system not in prepared:
        counts = ((c, session.tally(c).count) for c in trace.changes)
        prepared = {**prepared, system: tuple((c.id, c.collection, c.fate, count, c.laws) for c, count in counts)}
    files = dict.fromkeys((*case.files, *files_of(house, system, session, trace.erased)))
    traced = {**case.traced, system: digest_of(house, system, trace)}
    case = replace(case, stage=SEALED, files=tuple(files), prepared=prepared, traced=traced)
    save(house.state, case)
    return case


def _in_chunks(
    session: Session, change: Change, step: Step | None, journal: Journal, system: str, earlier: int
) -> Iterator[int]:
    """Make ``change`` in chunks, each committed; stop before the bound of its ``step`` is passed.

    Yields rows, as they go. ``earlier``: those that runs before this one have dealt with.
    """
    if not change.deletes:
        journal.before(CHANGE, system)
        count = session.apply(change).count
        within_bound(step, system, change, earlier + count)
        journal.after(CHANGE, system, {change.id: count})
        yield count
        return
    room = (step.bound if step else 0) - earlier
    dropped = session.drop_partitions(change, room).count
    room -= dropped
    yield dropped
    while True:
        if room <= 0:
            if session.tally(change).count:
                raise Stale([f"{system}: more rows of {change.collection} are due than the plan's bound allows"])
            return
        most = min(CHUNK, room)
        journal.before(CHANGE, system)
        count = session.apply(change, most).count
        journal.after(CHANGE, system, {change.id: count})
        journal.before(COMMIT, system)
        session.commit()
        journal.after(COMMIT, system, {change.id: count})
        room -= count
        yield count
        if count < most:
            return
