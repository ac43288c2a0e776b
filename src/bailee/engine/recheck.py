"""A plan is looked at once more here, a day after it was applied: a replica, a sync or a restore brings rows back.

The look starts from the sealed keys. Where something is found under them it is looked at closer, since a database may
have given a key to somebody else by then: only rows that a trace reaches now, too, from the person's own are the
person's. An own row is the person's if it never went, or if the closure finds it again by what she is known by.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from bailee.connectors.base import SealedKeys, Session
from bailee.engine import ledger_entries
from bailee.engine.apply import must_act, trace_systems
from bailee.engine.cases import DONE, KEPT, SETTLING, SealedCase, load_case
from bailee.engine.completion import delete_files, end_case, list_remaining_files, sum_by_system
from bailee.engine.exemptions import find_exempt, is_restricted_since
from bailee.engine.high_water import SETTLED, append_to_file, assign_number, must_be_newest, must_not_have_been_done
from bailee.engine.holds import find_placed_holds, merge_keys
from bailee.engine.journal import CHANGE, COMMIT, FILES, NO_JOURNAL, RESIDUAL, SETTLE, Journal
from bailee.engine.kept_rows import has_been_written
from bailee.engine.people import open_session, search_seeds
from bailee.engine.plans import NotAllowed
from bailee.engine.results import RecheckResult, Residual, StalePlan
from bailee.engine.retention import make_due_batch, trace_due
from bailee.engine.row_writes import digest_look, find_others, must_be_within_bound
from bailee.engine.systems import Systems
from bailee.engine.time_check import must_be_right
from bailee.plan import PlanDocument
from bailee.trace import Batch, Key, Ref, Trace
from bailee.trace.closure import Seed
from bailee.trace.set_names import SetKind, SetName

_FILES = "files"

_LATE = timedelta(days=3)
"""So long after the day of the look that was due, rows are still dealt with under the same approval."""


@dataclass(frozen=True, slots=True)
class _Look:
    """What is found in one system: rows that are the person's, and rows of which nothing says so.

    ``batch`` and ``sealed`` are where a change would start that deals with the former alone.
    """

    residuals: tuple[Residual, ...]
    strangers: tuple[Residual, ...] = ()
    batch: Batch = field(default_factory=Batch)
    sealed: SealedKeys | None = None


def recheck_plan(
    systems: Systems, plan: PlanDocument, journal: Journal = NO_JOURNAL, *, again: bool = False
) -> RecheckResult:
    """Look once more at what ``plan`` has done, record it, and close the case; a second time nothing is done.

    Where rows of the person came back the case stays, and nothing is recorded: it is for the caller to decide.
    ``again``: they are dealt with as before, under the same approval, if they are no more than it was given for.
    Raises `NotAllowed`, `StalePlan`, `BegunBefore`, `StateError`, `LedgerError`, `ConnectorError`; what ``journal``
    raises goes through.
    """
    must_be_right(systems.store, lambda: systems.connectors)
    must_be_newest(systems.store, lambda: systems.connectors)
    if again:
        must_act(systems)
        must_not_have_been_done(systems.store, plan.digest)
    with systems.store.alone(about=ledger_entries.list_entry_places(plan)):
        case = load_case(systems.store, plan.case)
        if case.stage in {DONE, KEPT}:
            return RecheckResult(again=True)
        if case.stage != SETTLING:
            raise NotAllowed("the plan has not been applied to its end", "apply it first")
        if case.plan != plan.digest:
            raise StalePlan(["the case belongs to another plan"])
        case = replace(case, made_at=plan.moment)
        traces = dict(_trace_unchanged(systems, plan, case))
        if plan.kind == "retain":
            case = _add_new_holds(systems, case)
            traces = {system: trace_due(systems, plan, case, system) for system in traces}
        looks = {
            system: _look_at_system(systems, plan, case, system, trace, journal) for system, trace in traces.items()
        }
        acted = _deal_with(systems, plan, case, traces, looks, journal) if again else 0
        files = _count_returned_files(systems, case)
        unseen = tuple(part.system for part in plan.systems if part.system not in traces)
        strangers = tuple(one for look in looks.values() for one in look.strangers)
        residuals = (*(one for look in looks.values() for one in look.residuals), *files)
        settled = RecheckResult(residuals, strangers, unseen, acted)
        if settled.is_over:
            journal.begin_step(SETTLE)
            _note_recheck(systems, plan)
            seen = {system: sum_by_system(look.residuals).get(system, 0) for system, look in looks.items()}
            ledger_entries.record_recheck(
                systems, plan, case, {**seen, **dict.fromkeys(unseen)}, sum_by_system(strangers), acted
            )
            end_case(systems, case)
            journal.end_step(SETTLE)
        return settled


def _deal_with(
    systems: Systems,
    plan: PlanDocument,
    case: SealedCase,
    traces: Mapping[str, Trace],
    looks: dict[str, _Look],
    journal: Journal,
) -> int:
    """Deal with what came back, and return how much that was; ``looks`` are then what is left.

    Raises `StalePlan` and `NotAllowed` where that is not what the approval was given for.
    """
    acted = 0
    _must_be_in_time(systems, case)
    if plan.kind != "retain":
        _must_be_held_as_before(systems, plan, case)
        for system, look in looks.items():
            if look.residuals:
                with open_session(systems, system, traces[system], write=False) as session:
                    _must_have_come_back(systems, case, system, session)
    _note_recheck(systems, plan)
    for system, look in list(looks.items()):
        if look.residuals:
            acted += _repeat_changes(systems, plan, case, system, traces[system], look, journal)
            looks[system] = _look_at_system(systems, plan, case, system, traces[system], journal)
    if _count_returned_files(systems, case):
        journal.begin_step(FILES)
        acted += delete_files(systems, case).gone
        journal.end_step(FILES)
    return acted


def _add_new_holds(systems: Systems, case: SealedCase) -> SealedCase:
    """Return the case of a retention with what has come to be held since: that is nothing that came back."""
    hands = find_exempt(systems)
    return case if hands is None else replace(case, by_hand=merge_keys((case.by_hand or {}, hands.keys)))


def _note_recheck(systems: Systems, plan: PlanDocument) -> None:
    """Note outside of the books too that this is looked at, or dealt with once more, before the ledger has it."""
    done = assign_number(systems.store, SETTLED, plan.digest, systems.now)
    systems.store.write_waiting()
    append_to_file(systems.store, done)


def _must_be_in_time(systems: Systems, case: SealedCase) -> None:
    """Raise `StalePlan` where the look comes so late that what is there may be new business, and not what came back."""
    day, hours = case.acted_on, systems.policy.firm.requests.settle_hours
    if day is not None and systems.now.date() > day + timedelta(hours=hours) + _LATE:
        raise StalePlan([f"the plan was applied on {day}: what is there now may be new"])


def _must_have_come_back(systems: Systems, case: SealedCase, system: str, session: Session) -> None:
    """Raise `StalePlan` where the person's own row was written since, and did not just come back."""
    if has_been_written(systems, case, session, system):
        raise StalePlan([f"{system}: a row of the person was written since the plan was applied"])


def _must_be_held_as_before(systems: Systems, plan: PlanDocument, case: SealedCase) -> None:
    """Raise `NotAllowed` where a hold or a restriction was placed since: what came back may have to stay."""
    hands = find_placed_holds(systems)
    if hands is not None and merge_keys((case.by_hand or {}, hands.keys)) != (case.by_hand or {}):
        message = "a hold was placed by hand since the plan was applied"
        raise NotAllowed(message, "see whether it is about this person, and make a new plan if it is not")
    if is_restricted_since(systems, case, plan.moment):
        message = "the person's data was restricted since the plan was applied"
        raise NotAllowed(message, "leave what came back until the restriction is lifted")


def _trace_unchanged(systems: Systems, plan: PlanDocument, case: SealedCase) -> Iterator[tuple[str, Trace]]:
    """Yield the systems that can be looked at as they were when the plan was applied."""
    parts = tuple(part for part in plan.systems if part.system in systems.maps)
    if plan.kind == "retain":
        known = plan.subject in systems.policy.retention
        found = [(part.system, trace_due(systems, plan, case, part.system)) for part in parts if known]
    else:
        found = list(trace_systems(systems, replace(plan, systems=parts), case))
    for system, trace in found:
        if case.traced.get(system) == digest_look(systems, system, trace):
            yield system, trace


def _look_at_system(
    systems: Systems, plan: PlanDocument, case: SealedCase, system: str, trace: Trace, journal: Journal
) -> _Look:
    journal.begin_step(RESIDUAL, system)
    with open_session(systems, system, trace, write=False) as session:
        if plan.kind == "retain":  # what was due on that day, and is there: no matter how it comes to be
            batch = make_due_batch(plan, case, system)
            session.begin(batch)
            look = _Look(tuple(_find_residuals(session, system, trace)), batch=batch)
        else:
            look = _look_from_keys(systems, case, system, trace, session)
    journal.end_step(RESIDUAL, system, {one.change: one.count for one in look.residuals})
    return look


def _find_residuals(session: Session, system: str, trace: Trace) -> Iterator[Residual]:
    for change in trace.changes:
        count = session.tally(change).count
        if count:
            yield Residual(system, change.id, count)


def _look_from_keys(systems: Systems, case: SealedCase, system: str, trace: Trace, session: Session) -> _Look:
    """Look from the sealed keys; where something is there, tell what is the person's from what is not."""
    earlier, sealed = find_others(systems, case), case.fixed[system]
    batch = earlier.begin(session, system, trace, case.make_batch(system), sealed)
    under_keys = tuple(_find_residuals(session, system, trace))
    if not under_keys:
        return _Look(())
    certain = replace(batch, subjects=tuple(s for s in batch.subjects if s.ref not in _find_taken(systems, case)))
    earlier.begin(session, system, trace, certain)
    narrow = {
        name: _keep_common_keys(trace, name, rows, session) for name, rows in sealed.keys.items() if name in trace.sets
    }
    certain = earlier.begin(session, system, trace, certain, SealedKeys(narrow))
    hers = {one.change: one for one in _find_residuals(session, system, trace)}
    left = [replace(one, count=one.count - (hers[one.change].count if one.change in hers else 0)) for one in under_keys]
    return _Look(tuple(hers.values()), tuple(one for one in left if one.count > 0), certain, SealedKeys(narrow))


def _keep_common_keys(trace: Trace, name: SetName, rows: tuple[Key, ...], session: Session) -> tuple[Key, ...]:
    """Return those of the sealed ``rows`` of a set that are in it now, too."""
    width = len(trace.map.bound[trace.sets[name].collection].key)
    now = set(session.keys(name)) if rows else set()
    return tuple(row for row in rows if row[:width] in now)


def _find_taken(systems: Systems, case: SealedCase) -> frozenset[Ref]:
    """Return the own rows that went and whose keys somebody else has now."""
    seeds = [Seed(*seed) for seed in case.asked]
    with search_seeds(systems, seeds, case.confirmed, case.customer, "erasure they asked for") as found:
        again = {s.ref for s in found.persons.subjects}
        there: set[Ref] = set()
        for system, session in found.sessions.items():
            session.begin(Batch(case.subjects))
            for name, row_set in systems.trace(system).sets.items():
                if row_set.given and name.kind is SetKind.OWN:
                    there |= {Ref(system, row_set.collection, key) for key in session.keys(name)}
    return frozenset(there - again - set(case.stayed))


def _repeat_changes(
    systems: Systems, plan: PlanDocument, case: SealedCase, system: str, trace: Trace, look: _Look, journal: Journal
) -> int:
    """Deal once more with the rows that came back, in one transaction; return how many."""
    steps = {step.change: step for part in plan.systems if part.system == system for step in part.steps}
    with open_session(systems, system, trace, write=True) as session:
        session.begin(look.batch, look.sealed)
        session.fix()  # which locks the person's own rows: from here on they are as they are now
        if plan.kind != "retain":
            _must_have_come_back(systems, case, system, session)
        journal.begin_step(CHANGE, system)
        tallies = session.apply_all(trace.changes)
        for change, tally in zip(trace.changes, tallies, strict=True):
            must_be_within_bound(steps.get(change.id), system, change, tally.count)
        counts = {tally.change: tally.count for tally in tallies if tally.count}
        journal.end_step(CHANGE, system, counts)
        journal.begin_step(COMMIT, system)
    journal.end_step(COMMIT, system, counts)
    return sum(counts.values())


def _count_returned_files(systems: Systems, case: SealedCase) -> tuple[Residual, ...]:
    """Return, by store, how many of the files that went are there again although no row names them."""
    found: dict[str, int] = {}
    for store, _ in list_remaining_files(systems, case):
        found[store] = found.get(store, 0) + 1
    return tuple(Residual(store, _FILES, count) for store, count in found.items())
