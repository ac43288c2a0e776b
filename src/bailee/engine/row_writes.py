"""One system's rows are changed here, in one transaction: located, changed, sealed, committed.

Which rows those are, and what becomes of them, is sealed before the commit: a run that is cut short before it has
changed nothing, and one that is cut short after it can still tell.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bailee.connectors.base import SealedKeys, Session
from bailee.engine import high_water
from bailee.engine.cases import PLANNED, SEALED, SealedCase, StepTally, load_remembered_case, save_case, save_case_later
from bailee.engine.earlier_cases import EarlierCases, find_touched_cases
from bailee.engine.fates import SparedRows, find_harsher
from bailee.engine.journal import CHANGE, COMMIT, LOCATE, SEAL, Journal
from bailee.engine.kept_rows import OwnRow, find_strays, has_changed, mark_left_rows, note_changes, read_own_rows
from bailee.engine.people import open_session
from bailee.engine.results import Residual, StalePlan
from bailee.engine.step_counts import list_files
from bailee.engine.systems import Systems
from bailee.plan import PlanDocument, PlanStep, is_passed
from bailee.policy.predicate import NEVER
from bailee.trace import BY_HAND, CHANGED, CellChange, Key, Trace


def write_system(
    systems: Systems,
    plan: PlanDocument,
    case: SealedCase,
    system: str,
    trace: Trace,
    journal: Journal,
    known: EarlierCases | None,
) -> SealedCase:
    """Carry out the changes in one system, and return the case as it then stands.

    ``known``: what the plan has come upon just now; ``None``: a run before was cut short. Raises `StalePlan`, and
    `BegunBefore` where it cannot be told whose rows stand under the person's keys since.
    """
    earlier = _ask_earlier(systems, case, system, trace) if known is None else known.copy_without(case.absorbs)
    with open_session(systems, system, trace, write=True) as session:
        if system not in case.prepared or not _is_done(systems, session, trace, case, system, earlier):
            before = None if systems.can_roll_back(system) else case.prepared.get(system)
            located = _locate_rows(systems, plan, case, system, trace, session, earlier, journal)
            case = located if before is None else case  # part of it may be done: what there was to do is sealed
            case = _change_rows(systems, plan, case, system, trace, session, earlier, journal, before)
    journal.end_step(COMMIT, system, {change: count for change, _, _, count, _ in case.prepared[system]})
    case = replace(case, written=(*case.written, system), spared=_drop_system(case.spared, system))
    save_case_later(systems.store, case)  # a run that comes after one which died before it finds nothing left to do
    return case


def _ask_earlier(systems: Systems, case: SealedCase, system: str, trace: Trace) -> EarlierCases:
    """Return what has come upon the other cases, before the transaction that writes begins, which holds locks.

    If it asked another system that hangs, the firm's own programs would wait for both. What came since is asked then.
    """
    earlier = find_others(systems, case)
    if not earlier.is_empty:
        with open_session(systems, system, trace, write=False) as session:
            earlier.begin(session, system, trace, case.make_batch(system), case.fixed.get(system))
    return earlier


def _locate_rows(
    systems: Systems, plan: PlanDocument, case: SealedCase, system: str, trace: Trace, session: Session,
    earlier: EarlierCases, journal: Journal,
) -> SealedCase:  # fmt: skip
    """Return the case with what the changes are about; sealed, where none of them can be taken back."""
    journal.begin_step(LOCATE, system)
    fixed = _fix_keys(session, trace, case, system, earlier)
    journal.end_step(LOCATE, system)
    own = read_own_rows(systems, case, session, system, locked=True)
    if OwnRow.OTHERS in own.kinds:
        if case.stage != PLANNED:
            raise _make_unsure(system)
        raise StalePlan([describe_lost_row(system)])
    must_be_as_mild(plan, case, system, trace, session)
    absorbed = [old for id in case.absorbs if (old := load_remembered_case(systems.store, id)) is not None]
    if absorbed and has_changed(systems, case, absorbed, session, system):
        raise StalePlan([f"{system}: rows that were kept earlier are other rows by now"])
    is_first = system not in case.prepared
    before = {**(case.before or {}), system: own.marks}
    case = replace(_fix_rows(systems, case, system, trace, session, fixed), before=before)
    if is_first and not systems.can_roll_back(system):
        found = [session.tally(change).count for change in trace.changes]
        case = replace(
            case, prepared={**case.prepared, system: tuple(_tally_changes(plan, case, system, trace, found))}
        )
        seal_case(systems, plan, case)  # what is changed there stays changed, whatever becomes of this run
    return case


def _change_rows(
    systems: Systems, plan: PlanDocument, case: SealedCase, system: str, trace: Trace, session: Session,
    earlier: EarlierCases, journal: Journal, before: tuple[StepTally, ...] | None,
) -> SealedCase:  # fmt: skip
    """Return the case once the changes are made, and what became of the rows is sealed; the commit may follow.

    ``before``: what there was to do, of a system that takes nothing back, as a run sealed it that has done part of it.
    """
    journal.begin_step(CHANGE, system)
    theirs = find_touched_cases(earlier, session, system, trace)
    made = tuple(make_changes(session, plan, case, system, trace))
    left = mark_left_rows(systems, case, session, system)
    case = replace(case, prepared={**case.prepared, system: before or made}, left=left)
    noted_in = [note_changes(systems, session, system, other, keys) for other, keys in theirs]
    journal.end_step(CHANGE, system, {change: count for change, _, _, count, _ in made})
    with systems.store.at_once():
        journal.begin_step(SEAL, system)
        for other in noted_in:
            save_case(systems.store, other)
        done = high_water.assign_number(systems.store, high_water.PLAN, plan.digest, systems.now)
        save_case(systems.store, case)
        journal.end_step(SEAL, system)
        journal.begin_step(COMMIT, system)  # a worker that has lost the lease rolls back
    high_water.append_to_file(systems.store, done)
    high_water.note_in_system(session, done)
    return case


def seal_case(systems: Systems, plan: PlanDocument, case: SealedCase) -> high_water.MarkEntry:
    """Save ``case``, and that ``plan`` is about to do what it says: in the books first, then outside of them."""
    with systems.store.at_once():
        done = high_water.assign_number(systems.store, high_water.PLAN, plan.digest, systems.now)
        save_case(systems.store, case)
    high_water.append_to_file(systems.store, done)
    return done


def _drop_system(spared: SparedRows | None, system: str) -> SparedRows | None:
    return None if spared is None else {name: fates for name, fates in spared.items() if name != system}


def _is_done(
    systems: Systems, session: Session, trace: Trace, case: SealedCase, system: str, earlier: EarlierCases
) -> bool:
    """Whether an earlier run, which was cut short, has done what it had sealed.

    It has where nothing is left under the sealed keys. Where something is, the own rows tell: they are hers as before,
    so nothing was committed, or rows have come back. If none of them is there as before, and not all that would have
    gone is there, it was done, and what is there has come since: a database has given keys again, or a replica has
    brought rows back. That is told as left over, and a look a day later tells the one from the other. Raises
    `BegunBefore`.
    """
    earlier.begin(session, system, trace, case.make_batch(system), case.fixed[system])
    found = {change.id: session.tally(change).count for change in trace.changes}
    if not any(found.values()):
        return True
    own = read_own_rows(systems, case, session, system).kinds
    erased = {change: count for change, _, fate, count, _ in case.prepared[system] if fate == "erased"}
    is_undone = OwnRow.HERS in own or all(found.get(change) == count for change, count in erased.items())
    if OwnRow.OTHERS in own and (is_undone or not systems.can_roll_back(system)):
        raise _make_unsure(system)
    return not is_undone and systems.can_roll_back(system)


def describe_lost_row(system: str) -> str:
    """Return that a row which was the person's in ``system`` is not known to be theirs any more."""
    return f"{system}: a row of the person names somebody else by now, or nothing that they are known by"


def _make_unsure(system: str) -> high_water.BegunBefore:
    message = f"{describe_lost_row(system)}; and the plan was begun"
    return high_water.BegunBefore(message, high_water.LOOK)


def _fix_keys(session: Session, trace: Trace, case: SealedCase, system: str, earlier: EarlierCases) -> SealedKeys:
    """Return the rows that the changes are about, once it is known of all who own them which have left."""
    while True:
        session.begin(replace(batch := case.make_batch(system), remembered=earlier.list_not_living(batch)))
        fixed = session.fix()  # which may have waited for a lock: what was known before may not be so any more
        is_grown = earlier.open_cases(earlier.list_asked(session, system, trace))
        if not earlier.lock(system, session) and not is_grown:
            return fixed


def must_be_as_mild(plan: PlanDocument, case: SealedCase, system: str, trace: Trace, session: Session) -> None:
    """Raise `StalePlan` where a change, about to be made, would do more to a row than was approved."""
    fates = (case.spared or {}).get(system, {})
    bounds = {step.change: step.bound for part in plan.systems if part.system == system for step in part.steps}
    if worse := find_harsher(system, trace, session, fates, bounds):
        raise StalePlan(worse)


def _fix_rows(
    systems: Systems, case: SealedCase, system: str, trace: Trace, session: Session, fixed: SealedKeys
) -> SealedCase:
    """Return the case with what the changes are about, before they are made. Raises `StalePlan`."""
    if any(session.count(name) for name in trace.refusing):
        why = "have the new value by now, and no two may" if case.values else "now point to rows that would go"
        raise StalePlan([f"{system}: somebody else's rows {why}"])
    kept = dict(_find_withheld(session, trace))
    waiting = dict(find_strays(case, session, system, trace))
    for change, keys in waiting.items():
        kept[change] = kept.get(change, frozenset()) | keys
    files = dict.fromkeys((*case.files, *list_files(systems, system, session, trace.erased)))
    return replace(
        case, stage=SEALED, fixed={**case.fixed, system: fixed}, kept={**case.kept, system: kept}, files=tuple(files),
        traced={**case.traced, system: digest_look(systems, system, trace)}, doubted={**case.doubted, system: waiting},
    )  # fmt: skip


def make_changes(
    session: Session, plan: PlanDocument, case: SealedCase, system: str, trace: Trace
) -> Iterator[StepTally]:
    """Make the changes, and yield of each the change, the collection, its fate, how many rows, and the laws."""
    steps = {step.change: step for part in plan.systems if part.system == system for step in part.steps}
    counts = [tally.count for tally in session.apply_all(trace.changes)]
    for change, count in zip(trace.changes, counts, strict=True):
        must_be_within_bound(steps.get(change.id), system, change, count)
    yield from _tally_changes(plan, case, system, trace, counts)


def _tally_changes(
    plan: PlanDocument, case: SealedCase, system: str, trace: Trace, counts: Iterable[int]
) -> Iterator[StepTally]:
    """Yield what is told of the changes that are made to so many rows each."""
    steps = {step.change: step for part in plan.systems if part.system == system for step in part.steps}
    for change, count in zip(trace.changes, counts, strict=True):
        rows = len(case.kept[system].get(f"{change.collection}/delete", ())) if change.fate == "kept" else 0
        if rows or count:
            yield change.id, change.collection, change.fate, rows or count, list_laws(steps.get(change.id), change)


def list_laws(step: PlanStep | None, change: CellChange) -> tuple[str, ...]:
    """Return the holds that keep rows of ``change``: as planned; where it was not, those of the policy that may."""
    return tuple(law.hold for law in step.laws) if step else tuple(law for law in change.laws if law != BY_HAND)


def must_be_within_bound(step: PlanStep | None, system: str, change: CellChange, count: int) -> None:
    """Raise `StalePlan` where a change has touched more rows than the approver saw."""
    if (step is None and count) or (step is not None and is_passed(step, count)):
        raise StalePlan([f"{system}: {change.id} touched {count} rows, more than was approved"])


def find_others(systems: Systems, case: SealedCase) -> EarlierCases:
    """Return what comes upon the other cases that the books remember, but those that ``case`` takes up."""
    return EarlierCases(systems, frozenset({case.id, *case.absorbs}))


def digest_look(systems: Systems, system: str, trace: Trace) -> str:
    """Return SHA-256 over what a look at ``system`` means: only the same one may be repeated on sealed keys."""
    sets = [repr(trace.sets[name]) for name in sorted(trace.sets, key=str)]
    text = "\n".join([systems.digest_schema(system), *sets, *map(repr, trace.changes)])
    return hashlib.sha256(text.encode()).hexdigest()


def find_residuals(systems: Systems, case: SealedCase, system: str, trace: Trace) -> Iterator[Residual]:
    """Yield what a fresh session still finds of each change, starting from the sealed keys, never from live rows.

    And the rows that stand under keys of kept ones, are not as these were left, and are nobody's: a person must look.
    """
    with open_session(systems, system, trace, write=False) as session:
        find_others(systems, case).begin(session, system, trace, case.make_batch(system), case.fixed[system])
        for change in trace.changes:
            yield Residual(system, change.id, session.tally(change).count)
    for doubted, keys in case.doubted.get(system, {}).items():
        yield Residual(system, f"{doubted.partition('/')[0]}/{CHANGED}", len(keys))


def _find_withheld(session: Session, trace: Trace) -> Iterator[tuple[str, frozenset[Key]]]:
    """Yield what holds keep from each change: the rows to which it comes back when they end (21)."""
    for change in trace.changes:
        if change.fate == "kept":
            keys = frozenset(session.keys_of(change))
            label = f"{change.collection}/delete"
        elif any(cell.kept != NEVER for cell in change.cells):
            keys, label = frozenset(session.withheld(change)), change.id
        else:
            continue
        if keys:
            yield label, keys
