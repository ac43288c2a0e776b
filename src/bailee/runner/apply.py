"""A plan is applied here: located again, refused if stale, sealed, carried out system by system, and looked at again.

Nothing is written before the case stands sealed on the disk. A system's rows change in one transaction (a retention's in
chunks), so after a crash they are all there or all gone; applying again goes on from the sealed case.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bailee.connectors.base import Sealed, Session
from bailee.plan import Plan, is_passed, stale
from bailee.policy import Mode
from bailee.runner.cases import DONE, KEPT, PLANNED, SEALED, Case, closed, kept_cases, load, save
from bailee.runner.house import House
from bailee.runner.people import within_system
from bailee.runner.plans import NotAllowed, as_day, correction_in, erase_again
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
class Applied:
    """``again``: the plan had been applied before, and nothing was left to do. ``media``: what lives on outside rows."""

    outcomes: tuple[Outcome, ...]
    residuals: tuple[Residual, ...]
    files: int = 0
    files_left: int = 0
    again: bool = False
    media: tuple[str, ...] = ()

    @property
    def is_clean(self) -> bool:
        """Whether nothing is left but what a hold keeps."""
        return not self.files_left and all(r.count == 0 for r in self.residuals)


def apply(house: House, plan: Plan, progress: Progress = lambda *_: None) -> Applied:
    """Carry ``plan`` out and return what became of it; a second time nothing is changed.

    Raises `NotAllowed`, `Stale`, `StateError`, `ConnectorError`: then the system that failed is as it was, and applying
    again goes on.
    """
    if house.policy.firm.mode is not Mode.ACT:
        mode = house.policy.firm.mode
        raise NotAllowed(f"the policy's mode is {mode}: nothing is applied", "set mode: act in bailee.yaml")
    case = load(house.state, plan.case)
    if case.stage in {DONE, KEPT}:
        return Applied((), (), again=True)
    if case.plan != plan.digest:
        raise Stale(["the case belongs to another plan"])
    if plan.kind == "retain":
        return _retain(house, plan, case, progress)
    if case.stage == PLANNED:
        case = _located_again(house, plan, case)
    traces = dict(_traces(house, plan, case))
    outcomes: list[Outcome] = []
    for system, trace in traces.items():
        case, done = _write(house, plan, case, system, trace, progress)
        outcomes += done
    files, left = _delete_files(house, case)
    residuals = tuple(_residuals(house, case, traces))
    _close(house, case, traces)
    return Applied(tuple(outcomes), residuals, files, left, media=tuple(_media(house, traces)))


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
            yield system, house.trace(system, frozenset(case.kept.get(system, {})))


# --- writing -------------------------------------------------------------------------------------------------


def _write(
    house: House, plan: Plan, case: Case, system: str, trace: Trace, progress: Progress
) -> tuple[Case, list[Outcome]]:
    """Carry out the changes in one system, in one transaction, and return the case as it then stands."""
    steps = {step.change: step for part in plan.systems if part.system == system for step in part.steps}
    outcomes = []
    with house.connectors[system].session(trace, write=True) as session:
        within_system(system, session.begin, _batch(house, case, system))
        fixed = within_system(system, session.fix)
        if any(within_system(system, session.count, name) for name in trace.refusing):
            raise Stale([f"{system}: somebody else's rows now point to rows that would go"])
        kept = {change: keys for change, keys in _withheld(session, trace)}
        if system not in case.written:
            case = replace(
                case, stage=SEALED, fixed={**case.fixed, system: fixed}, kept={**case.kept, system: kept},
            )  # fmt: skip
            save(house.state, case)  # write before you destroy
        for change in trace.changes:
            rows = len(kept.get(f"{change.collection}/delete", ())) if change.fate == "kept" else None
            count = within_system(system, session.apply, change).count
            step = steps.get(change.id)
            if (step is None and count) or (step is not None and is_passed(step, count)):
                raise Stale([f"{system}: {change.id} touched {count} rows, more than was approved"])
            if rows or count:
                outcomes.append(Outcome(system, change.id, change.collection, change.fate, rows or count, change.laws))
            progress(system, change.id, count)
    case = replace(case, written=(*case.written, system))
    save(house.state, case)
    return case, outcomes


def _batch(house: House, case: Case, system: str) -> Batch:
    mine = {s.ref for s in case.subjects}
    others: set[Ref] = set()
    for other in kept_cases(house.state):
        if other.id != case.id and other.id not in case.absorbs:
            others |= {s.ref for s in other.subjects}
    return case.batch(case.kept.get(system, {}), frozenset(others - mine))


def _withheld(session: Session, trace: Trace) -> Iterator[tuple[str, frozenset[Key]]]:
    """Yield what holds keep from each change: the rows to which it comes back when they end (21)."""
    for change in trace.changes:
        if change.fate == "kept":
            keys = frozenset(session.keys_of(change))
            label = f"{change.collection}/delete"
        elif any(cell.kept is not None for cell in change.cells):
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
    rule = house.policy.retention[plan.subject]
    outcomes: list[Outcome] = []
    residuals: list[Residual] = []
    for part in plan.systems:
        system, steps = part.system, {step.change: step for step in part.steps}
        today = as_day(plan.today) or house.now.date()
        trace = retention(house.maps[system], rule, today)
        connector = house.connectors[system]
        with connector.session(trace, write=True) as session:
            session.begin(Batch())
            sealed = within_system(system, session.fix)
            for change in trace.changes:
                step = steps.get(change.id)
                count = within_system(system, _in_chunks, session, change, step.bound if step else 0, progress, system)
                if count:
                    outcomes.append(Outcome(system, change.id, change.collection, change.fate, count, change.laws))
        with connector.session(trace, write=False) as fresh:
            fresh.begin(Batch(), sealed)
            residuals += [Residual(system, c.id, within_system(system, fresh.tally, c).count) for c in trace.changes]
    files, left = _delete_files(house, case)
    save(house.state, closed(case))
    return Applied(tuple(outcomes), tuple(residuals), files, left)


def _in_chunks(session: Session, change: Change, most: int, progress: Progress, system: str) -> int:
    """Make ``change`` in chunks, each committed; stop before ``most`` rows are passed."""
    if not change.deletes:
        return session.apply(change).count
    done = 0
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


def _delete_files(house: House, case: Case) -> tuple[int, int]:
    """Delete the files of the case that no row names any more; return how many went and how many could not."""
    gone = left = 0
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
            except OSError:
                left += 1
    return gone, left


def _still_named(house: House, store: str, names: list[str]) -> Iterator[str]:
    for system, m in house.maps.items():
        links = [(b.name, b.collection.file.column) for b in m.bound.values() if b.collection.file and b.collection.file.root == store]
        if links:
            with house.connectors[system].session(house.trace(system), write=False) as session:
                for collection, column in links:
                    yield from session.is_named(collection, column, names)


def _residuals(house: House, case: Case, traces: Mapping[str, Trace]) -> Iterator[Residual]:
    """Yield what a fresh session still finds of each change, starting from the sealed keys, never from live rows."""
    for system, trace in traces.items():
        with house.connectors[system].session(trace, write=False) as session:
            sealed = case.fixed.get(system, Sealed())
            within_system(system, session.begin, _batch(house, case, system), sealed)
            for change in trace.changes:
                yield Residual(system, change.id, within_system(system, session.tally, change).count)


def _close(house: House, case: Case, traces: Mapping[str, Trace]) -> None:
    """Keep what a later plan needs, and destroy the rest."""
    kept = {system: changes for system, changes in case.kept.items() if system in traces and changes}
    if kept:
        save(house.state, replace(case, stage=KEPT, kept=kept, fixed={}, files=(), values={}))
    else:
        save(house.state, closed(case))
    for absorbed in case.absorbs:
        house.state.destroy(absorbed)


def _media(house: House, traces: Mapping[str, Trace]) -> Iterator[str]:
    """Yield where the bytes live on although the rows are gone, and until when."""
    words = {
        "sqlite": "free pages of the file, until VACUUM",
        "postgresql": "dead tuples until vacuum, the write-ahead log until it is recycled",
        "mariadb": "the undo and binary logs, until they are purged",
    }
    for system in traces:
        yield f"{system}: {words[house.schemas[system].dialect]}; backups, until they run out"

