"""A plan is applied here: located again, refused if stale, sealed, carried out system by system, and looked at again.

Nothing is written before the ledger has the intent and the case stands sealed on the disk. A system's rows change in
one transaction (a retention's in chunks), so after a crash they are all there or all gone; applying again goes on from
the sealed case. One plan is applied at a time: two that ran side by side would each take the other's person for living.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bailee.connectors.base import NoSuchName, Sealed, Session
from bailee.plan import Plan, Step, is_passed, stale
from bailee.policy import Mode
from bailee.policy.predicate import NEVER
from bailee.runner import books, recording
from bailee.runner.cases import DONE, KEPT, PLANNED, SEALED, Case, closed, kept_cases, load, save
from bailee.runner.house import House
from bailee.runner.people import in_session
from bailee.runner.plans import NotAllowed, as_day, correction_in, erase_again, files_of
from bailee.trace import Batch, Change, Key, Ref, Trace, retention

CHUNK = 50_000
"""Rows of a retention that are deleted in one transaction."""

Progress = Callable[[str, str, int], None]
"""Told after each change: system, change, rows."""


class Stale(Exception):
    """Things are no longer as they were planned; nothing was done. ``reasons`` say what has changed."""

    def __init__(self, reasons: Sequence[str]) -> None:
        self.reasons = tuple(reasons)
        self.message, self.hint = "the plan is stale", "make it anew, and look at what is different"
        super().__init__("; ".join(self.reasons))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the rows of one change. ``fate`` as in the plan; ``count`` rows."""

    system: str
    change: str
    collection: str
    fate: str
    count: int
    laws: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Residual:
    """What a query of its own still finds of a change, in a fresh session after the commit: it must be nothing."""

    system: str
    change: str
    count: int


@dataclass(frozen=True, slots=True)
class Files:
    """``gone``: files deleted; ``left``: (store, name) of those that could not be; ``why``: what the store said.

    ``settled``: files that lie there no more, whoever deleted them.
    """

    gone: int = 0
    left: tuple[tuple[str, str], ...] = ()
    why: tuple[str, ...] = ()
    settled: int = 0


@dataclass(frozen=True, slots=True)
class Applied:
    """``again``: the plan had been applied before, and nothing was left to do. ``media``: what lives on outside rows.

    ``files_left`` are tried again when the plan is applied again; ``files_why``: what stood in the way of a file, or
    of a name that no file can have.
    """

    outcomes: tuple[Outcome, ...]
    residuals: tuple[Residual, ...]
    files: int = 0
    files_left: int = 0
    files_why: tuple[str, ...] = ()
    again: bool = False
    media: tuple[str, ...] = ()

    @property
    def is_clean(self) -> bool:
        """Whether nothing is left but what a hold keeps."""
        return not self.files_left and all(r.count == 0 for r in self.residuals)


def apply(house: House, plan: Plan, progress: Progress = lambda *_: None) -> Applied:
    """Carry ``plan`` out and return what became of it; a second time nothing is changed.

    Raises `NotAllowed`, `Stale`, `StateError`, `LedgerError`, `ConnectorError`: then the system that failed is as it
    was, and applying again goes on.
    """
    if house.policy.firm.mode is not Mode.ACT:
        mode = house.policy.firm.mode
        raise NotAllowed(f"the policy's mode is {mode}: nothing is applied", "set mode: act in bailee.yaml")
    with house.state.alone():
        case = load(house.state, plan.case)
        if case.stage in {DONE, KEPT}:
            return Applied((), (), again=True)
        if case.plan != plan.digest:
            raise Stale(["the case belongs to another plan"])
        applied = (_retain if plan.kind == "retain" else _carry_out)(house, plan, case, progress)
        for outcome in applied.outcomes:
            if outcome.fate == "erased":  # else the next check would miss these rows
                about = f"{outcome.system}.{outcome.collection}"
                books.deleted(house.state, about, outcome.count, were_due=plan.kind == "retain")
        return applied


def _carry_out(house: House, plan: Plan, case: Case, progress: Progress) -> Applied:
    """Erase or correct, system by system; go on where an earlier run was cut short."""
    if case.stage == PLANNED:
        case = _located_again(house, plan, case)
    elif reasons := list(_moved(house, plan)):
        raise Stale(reasons)
    recording.intend(house, plan)
    case, traces = replace(case, made_at=time_of(plan)), dict(_traces(house, plan, case))
    for system, trace in traces.items():
        if system not in case.written:
            case = _write(house, plan, case, system, trace, progress)
    files = _delete_files(house, case)
    residuals = tuple(_residuals(house, case, traces))
    outcomes = tuple(Outcome(system, *told) for system in traces for told in case.prepared[system])
    media = tuple(_media(house, traces))
    applied = Applied(outcomes, residuals, files.gone, len(files.left), files.why, media=media)
    _close(house, plan, case, files, applied)
    return applied


def time_of(plan: Plan) -> datetime:
    """Return the plan's own time, UTC without a zone: what *now* writes, however late it is applied."""
    return datetime.fromisoformat(plan.made_at).astimezone(UTC).replace(tzinfo=None)


def _located_again(house: House, plan: Plan, case: Case) -> Case:
    """Return the case as it is now; raise `Stale` where that is not what was approved."""
    if plan.kind == "erase":
        now = erase_again(house, case)
        reasons = list(stale(plan, now.plan))
        case = replace(now.case, plan=plan.digest)
    else:
        reasons = list(_moved(house, plan))
    if reasons:
        raise Stale(reasons)
    return case


def _moved(house: House, plan: Plan) -> Iterator[str]:
    if plan.policy != house.policy.digest:
        yield "the policy has changed since the plan was made"
    for system in plan.systems:
        if system.system in house.maps and system.schema != house.schema_digest(system.system):
            yield f"the schema of {system.system!r} has changed since the plan was made"


def _traces(house: House, plan: Plan, case: Case) -> Iterator[tuple[str, Trace]]:
    """Yield the systems that the plan is about, with their traces."""
    for part in plan.systems:
        system = part.system
        if plan.kind == "correct":
            ((attribute, value),) = case.values.items()
            trace = correction_in(house, system, attribute, value)
            if trace is not None:
                yield system, trace
        else:
            yield system, house.trace(system, frozenset(case.again.get(system, {})))


# --- writing -------------------------------------------------------------------------------------------------


def _write(house: House, plan: Plan, case: Case, system: str, trace: Trace, progress: Progress) -> Case:
    """Carry out the changes in one system, in one transaction, and return the case as it then stands.

    What becomes of the rows is saved before the commit, so that a run that is cut short after it can still tell.
    """
    with in_session(house, system, trace, write=True) as session:
        batch = _batch(house, case, system)
        if system not in case.prepared or not _is_committed(session, trace, batch, case.fixed[system]):
            session.begin(batch)
            case = _sealed(house, case, system, trace, session)
            told = tuple(_make_changes(session, plan, case, system, trace, progress))
            case = replace(case, prepared={**case.prepared, system: told})
            save(house.state, case)
    case = replace(case, written=(*case.written, system))
    save(house.state, case)
    return case


def _is_committed(session: Session, trace: Trace, batch: Batch, sealed: Sealed) -> bool:
    """Whether an earlier run got as far as the commit: of what it had sealed nothing is left to do."""
    session.begin(batch, sealed)
    return not any(session.tally(change).count for change in trace.changes)


def _sealed(house: House, case: Case, system: str, trace: Trace, session: Session) -> Case:
    """Fix what the changes are about, and save it: write before you destroy."""
    fixed = session.fix()
    if any(session.count(name) for name in trace.refusing):
        raise Stale([f"{system}: somebody else's rows now point to rows that would go"])
    kept = dict(_withheld(session, trace))
    files = dict.fromkeys((*case.files, *files_of(house, system, session, trace.erased)))
    case = replace(
        case, stage=SEALED, fixed={**case.fixed, system: fixed}, kept={**case.kept, system: kept}, files=tuple(files),
        prepared={name: told for name, told in case.prepared.items() if name != system},
    )  # fmt: skip
    save(house.state, case)
    return case


def _make_changes(
    session: Session, plan: Plan, case: Case, system: str, trace: Trace, progress: Progress
) -> Iterator[tuple[str, str, str, int, tuple[str, ...]]]:
    """Make the changes, and yield of each the change, the collection, its fate, how many rows, and the laws."""
    steps = {step.change: step for part in plan.systems if part.system == system for step in part.steps}
    for change, tally in zip(trace.changes, session.apply_all(trace.changes), strict=True):
        count = tally.count
        _within_bound(steps.get(change.id), system, change, count)
        rows = len(case.kept[system].get(f"{change.collection}/delete", ())) if change.fate == "kept" else 0
        if rows or count:
            yield change.id, change.collection, change.fate, rows or count, change.laws
        progress(system, change.id, count)


def _within_bound(step: Step | None, system: str, change: Change, count: int) -> None:
    if (step is None and count) or (step is not None and is_passed(step, count)):
        raise Stale([f"{system}: {change.id} touched {count} rows, more than was approved"])


def _batch(house: House, case: Case, system: str) -> Batch:
    mine = {s.ref for s in case.subjects}
    others: set[Ref] = set()
    for other in kept_cases(house.state):
        if other.id != case.id and other.id not in case.absorbs:
            others |= {s.ref for s in other.subjects}
    return case.batch(system, frozenset(others - mine))


def _withheld(session: Session, trace: Trace) -> Iterator[tuple[str, frozenset[Key]]]:
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


def _retain(house: House, plan: Plan, case: Case, progress: Progress) -> Applied:
    """Carry a retention rule out, a chunk a transaction: what is due stays due until it is gone."""
    reasons = list(_moved(house, plan))
    if reasons:
        raise Stale(reasons)
    recording.intend(house, plan)
    resumed = case.stage == SEALED
    outcomes: list[Outcome] = []
    residuals: list[Residual] = []
    for part in plan.systems:
        system, steps = part.system, {step.change: step for step in part.steps}
        today, made_at = as_day(plan.today) or house.now.date(), time_of(plan)
        trace = retention(house.maps[system], house.policy.retention[plan.subject], today)
        with in_session(house, system, trace, write=True) as session:
            session.begin(Batch(at=made_at))
            fixed = session.fix()
            files = dict.fromkeys((*case.files, *files_of(house, system, session, trace.erased)))
            case = replace(case, stage=SEALED, files=tuple(files))
            save(house.state, case)
            for change in trace.changes:
                count = _in_chunks(session, change, steps.get(change.id), progress, system)
                if count:
                    outcomes.append(Outcome(system, change.id, change.collection, change.fate, count, change.laws))
        with in_session(house, system, trace, write=False) as fresh:
            fresh.begin(Batch(at=made_at), fixed)
            residuals += [Residual(system, c.id, fresh.tally(c).count) for c in trace.changes]
    left = _delete_files(house, case)
    applied = Applied(tuple(outcomes), tuple(residuals), left.gone, len(left.left), left.why)
    _close(house, plan, case, left, applied, resumed=resumed)
    return applied


def _in_chunks(session: Session, change: Change, step: Step | None, progress: Progress, system: str) -> int:
    """Make ``change`` in chunks, each committed; stop before the bound of its ``step`` is passed."""
    if not change.deletes:
        count = session.apply(change).count
        _within_bound(step, system, change, count)
        return count
    most = step.bound if step else 0
    done = session.drop_partitions(change, most).count
    while True:
        room = most - done
        if room <= 0:
            if session.tally(change).count:
                raise Stale([f"{system}: more rows of {change.collection} are due than the plan's bound of {most}"])
            return done
        count = session.apply(change, min(CHUNK, room)).count
        session.commit()
        done += count
        progress(system, change.id, count)
        if count < min(CHUNK, room):
            return done


# --- afterwards ----------------------------------------------------------------------------------------------


def _delete_files(house: House, case: Case) -> Files:
    """Delete the files of the case that no row names any more."""
    gone, settled, left, why = 0, case.settled, list[tuple[str, str]](), dict[str, None]()
    by_store: dict[str, list[str]] = {}
    for store, name in case.files:
        by_store.setdefault(store, []).append(name)
    for store, names in by_store.items():
        named = set(_still_named(house, store, names))
        for name in names:
            if name in named:
                continue
            try:
                gone += house.stores[store].delete(name)
                settled += 1
            except NoSuchName as refused:  # nothing of ours lies there, so nothing is left behind
                why[f"{store}: {refused}"] = None
            except OSError as error:
                left.append((store, name))
                why[f"{store}: {error}"] = None
    return Files(gone, tuple(left), tuple(why), settled)


def _still_named(house: House, store: str, names: list[str]) -> Iterator[str]:
    for system, m in house.maps.items():
        files = [(b.name, b.collection.file) for b in m.bound.values()]
        links = [(name, file.column) for name, file in files if file is not None and file.root == store]
        if links:
            with in_session(house, system, house.trace(system), write=False) as session:
                for collection, column in links:
                    yield from session.is_named(collection, column, names)


def _residuals(house: House, case: Case, traces: Mapping[str, Trace]) -> Iterator[Residual]:
    """Yield what a fresh session still finds of each change, starting from the sealed keys, never from live rows."""
    for system, trace in traces.items():
        with in_session(house, system, trace, write=False) as session:
            session.begin(_batch(house, case, system), case.fixed[system])
            for change in trace.changes:
                yield Residual(system, change.id, session.tally(change).count)


def _close(house: House, plan: Plan, case: Case, files: Files, applied: Applied, *, resumed: bool = False) -> None:
    """Record the outcome, keep what a later run or plan needs, and destroy the rest. With files left it is not over."""
    if files.left:
        save(house.state, replace(case, files=files.left, settled=files.settled))
        return
    became = [(o.system, o.change, o.collection, o.fate, o.count, o.laws) for o in applied.outcomes]
    residual = Counter[str]()
    for one in applied.residuals:
        residual[one.system] += one.count
    recording.conclude(house, plan, case, became, residual, files.settled, resumed=resumed)
    for absorbed in case.absorbs:  # first: whatever they kept stands in this case too
        house.state.destroy(absorbed)
    kept = {system: changes for system, changes in case.kept.items() if changes}
    if kept:
        bare = replace(case, stage=KEPT, kept=kept, again={}, fixed={}, prepared={}, files=(), absorbs=(), values={})
        save(house.state, bare)
    else:
        save(house.state, closed(case))


def _media(house: House, traces: Mapping[str, Trace]) -> Iterator[str]:
    """Yield where the bytes live on although the rows are gone, and until when."""
    words = {
        "sqlite": "free pages of the file, until VACUUM",
        "postgresql": "dead tuples until vacuum, the write-ahead log until it is recycled",
        "mariadb": "the undo and binary logs, until they are purged",
    }
    for system in traces:
        yield f"{system}: {words[house.schemas[system].dialect]}; backups, until they run out"
