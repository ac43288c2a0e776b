"""A plan is applied here: located again, refused if stale, sealed, carried out system by system, and looked at again.

Nothing is written before the ledger has the intent, and nothing committed before the case is sealed on the disk,
with the keys of all that goes. A system's rows change in one transaction (a retention's in chunks), so after a crash
they are all there or all gone; applying again goes on from the sealed case. One plan is applied at a time: two that ran
side by side would each take the other's person for living.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC

from bailee.connectors.base import ConnectorError
from bailee.engine import high_water, ledger_entries
from bailee.engine.cases import DONE, KEPT, PLANNED, SETTLING, SealedCase, index_cases, load_case
from bailee.engine.completion import close_case, delete_files, list_media
from bailee.engine.conflicts import find_alike_rows, must_not_clash
from bailee.engine.earlier_cases import EarlierCases
from bailee.engine.exemptions import find_exempt
from bailee.engine.fates import hash_fates
from bailee.engine.journal import FILES, INTENT, NO_JOURNAL, RESIDUAL, Journal
from bailee.engine.kept_rows import OwnRow, read_own_rows
from bailee.engine.people import open_session
from bailee.engine.plans import NotAllowed, replan_case, trace_correction, trace_objection
from bailee.engine.remaining_values import find_remaining_values
from bailee.engine.results import ApplyResult, FileDeletions, RecheckResult, Residual, StalePlan, StepOutcome
from bailee.engine.retention import apply_retention, count_due
from bailee.engine.row_writes import describe_lost_row, find_others, find_residuals, write_system
from bailee.engine.systems import Systems
from bailee.engine.time_check import WrongClock, must_be_later, must_be_right
from bailee.plan import PlanDocument, find_stale_reasons
from bailee.policy import Mode
from bailee.store.row_counts import record_deletions
from bailee.trace import Trace
from bailee.trace.check.coverage import find_copies, find_not_looked_at

SETTLES = {"erase", "release", "retain"}
"""Kinds of plan that are looked at again. What a correction wrote may rightly be otherwise a day later."""


def apply_plan(
    systems: Systems, plan: PlanDocument, journal: Journal = NO_JOURNAL, *, settle: bool = False
) -> ApplyResult:
    """Carry ``plan`` out and return what became of it; a second time nothing is changed.

    ``settle``: the case keeps what was sealed until `recheck.recheck_plan` has looked once more, a day later.
    Raises `NotAllowed`, `StalePlan`, `StateError`, `LedgerError`, `ConnectorError`: then the system that failed is as
    it was, the error names those that are written, and applying again goes on. What ``journal`` raises goes through.
    """
    must_act(systems)
    must_be_right(systems.store, lambda: systems.connectors)
    high_water.must_be_newest(systems.store, lambda: systems.connectors)
    with systems.store.alone(about=ledger_entries.list_entry_places(plan)):
        case = load_case(systems.store, plan.case)
        if case.plan != plan.digest:
            raise StalePlan(["the case belongs to another plan"])
        if case.stage in {DONE, KEPT, SETTLING}:
            return ApplyResult((), (), again=True, settling=case.stage == SETTLING)
        _must_not_be_ahead(systems, plan, case)
        high_water.must_not_have_been_done(systems.store, plan.digest)
        if case.stage == PLANNED:
            index_cases(systems.store)
        settling, written = settle and plan.kind in SETTLES, [*case.written]
        carry_out = _apply_retention if plan.kind == "retain" else _apply_changes
        with _add_progress_to_errors(written):
            applied = carry_out(systems, plan, case, journal, written, settling=settling)
        gone = Counter[str]()
        for outcome in applied.outcomes:
            if outcome.fate == "erased":
                gone[f"{outcome.system}.{outcome.collection}"] += outcome.count
        record_deletions(
            systems.store, gone, were_due=plan.kind == "retain"
        )  # else the next check would miss these rows
        return _add_known_copies(systems, applied)


def _must_not_be_ahead(systems: Systems, plan: PlanDocument, case: SealedCase) -> None:
    """Raise where the plan was made at a time that has not come, since the clock was wrong then: `StalePlan`.

    What it took for due may not be. One that was begun is not made again: `WrongClock`.
    """
    try:
        must_be_later(systems.now, plan.moment.replace(tzinfo=UTC))
    except WrongClock as wrong:
        if case.stage != PLANNED:
            raise
        raise StalePlan([wrong.message]) from None


def _add_known_copies(systems: Systems, applied: ApplyResult) -> ApplyResult:
    """Return ``applied`` with what was not looked at, and what keeps copies of the rows that were changed."""
    touched: dict[str, list[str]] = {one.system: [] for one in applied.residuals}
    for one in applied.outcomes:
        touched.setdefault(one.system, []).extend([one.collection] if one.count else [])
    maps = [(system, systems.maps[system], names) for system, names in touched.items()]
    return replace(
        applied,
        copies=tuple((system, copy) for system, m, names in maps for copy in find_copies(m, names)),
        not_looked_at={system: find_not_looked_at(m, names) for system, m, names in maps},
    )


def must_act(systems: Systems) -> None:
    """Raise `NotAllowed` in every mode but ``act``."""
    if systems.policy.firm.mode is not Mode.ACT:
        mode = systems.policy.firm.mode
        raise NotAllowed(f"the policy's mode is {mode}: nothing is applied", "set mode: act in bailee.yaml")


def _apply_retention(
    systems: Systems, plan: PlanDocument, case: SealedCase, journal: Journal, written: list[str], *, settling: bool
) -> ApplyResult:
    if reasons := [*find_stale_inputs(systems, plan), *(_find_unapproved(plan, case) if case.stage == PLANNED else ())]:
        raise StalePlan(reasons)
    hands = find_exempt(systems)
    case = replace(case, by_hand=None if hands is None else hands.keys)
    if case.stage == PLANNED:
        case = count_due(systems, plan, case)
    _record_intent(systems, plan, case, journal)
    return apply_retention(systems, plan, case, journal, written, settling=settling)


def _apply_changes(
    systems: Systems, plan: PlanDocument, case: SealedCase, journal: Journal, written: list[str], *, settling: bool
) -> ApplyResult:
    """Erase or correct, system by system; go on where an earlier run was cut short. ``written`` grows as it goes."""
    known: EarlierCases | None = None
    if case.stage == PLANNED:
        case, known = _locate_again(systems, plan, case)
    elif reasons := list(find_stale_inputs(systems, plan)):
        raise StalePlan(reasons)
    case, traces = replace(case, made_at=plan.moment), dict(trace_systems(systems, plan, case))
    if case.stage == PLANNED and plan.kind not in SETTLES:
        _must_be_theirs(systems, case, traces)
    if case.values:
        _must_be_free(systems, case, traces)
    _record_intent(systems, plan, case, journal)
    for system, trace in traces.items():
        if system not in case.written:
            try:
                case = write_system(systems, plan, case, system, trace, journal, known)
            except high_water.BegunBefore:
                delete_files(systems, case)  # of rows that are gone already: nothing else would find them
                raise
            written.append(system)
    journal.begin_step(FILES)
    files = delete_files(systems, case)
    journal.end_step(FILES, counts={"gone": files.gone, "left": len(files.left)})
    left: list[Residual] = []
    for system, trace in traces.items():
        journal.begin_step(RESIDUAL, system)
        left += find_residuals(systems, case, system, trace)
        journal.end_step(RESIDUAL, system, {r.change: r.count for r in left if r.system == system})
    outcomes = tuple(StepOutcome(system, *told) for system in traces for told in case.prepared[system])
    living_on = tuple(list_media(systems, dict.fromkeys(outcome.system for outcome in outcomes)))
    applied = ApplyResult(
        outcomes, tuple(left), files.gone, len(files.left), files.why, media=living_on,
        settling=settling and not files.left,
        standing=tuple(find_remaining_values(systems, case)) if plan.kind in {"erase", "release"} else (),
    )  # fmt: skip
    close_case(systems, plan, case, files, applied, journal)
    return applied


def _must_be_theirs(systems: Systems, case: SealedCase, traces: Mapping[str, Trace]) -> None:
    """Raise `StalePlan` where a row of the person is another's since it was planned, before any system is written.

    An erasure is planned again right before. This one may have waited for days.
    """
    for system, trace in traces.items():
        with open_session(systems, system, trace, write=False) as session:
            if OwnRow.OTHERS in read_own_rows(systems, case, session, system).kinds:
                raise StalePlan([describe_lost_row(system)])


def _must_be_free(systems: Systems, case: SealedCase, traces: Mapping[str, Trace]) -> None:
    """Raise `StalePlan` where somebody has by now what a correction would write, before it is written anywhere."""
    try:
        for attribute, value in case.values.items():
            find_alike_rows(systems, attribute, value, (s.ref for s in case.subjects))
        for system, trace in traces.items():
            if trace.refusing and system not in case.written:
                with open_session(systems, system, trace, write=False) as session:
                    session.begin(case.make_batch(system))
                    must_not_clash(system, trace, session)
    except NotAllowed as taken:
        raise StalePlan([taken.message]) from None


@contextmanager
def _add_progress_to_errors(written: Sequence[str]) -> Iterator[None]:
    """Let an error say which systems are ``written`` already, and that applying again goes on with the others."""
    try:
        yield
    except ConnectorError as error:
        if not written:
            raise
        message = f"{error.message}; {_describe_written(written)}"
        hint = f"{error.hint}; then apply the plan again: it goes on with the rest"
        raise ConnectorError(error.code, message, hint, sqlstate=error.sqlstate, constraint=error.constraint) from None
    except StalePlan as stale:
        if not written:
            raise
        raise StalePlan([*stale.reasons, _describe_written(written)]) from None


def _describe_written(written: Sequence[str]) -> str:
    return f"written already: {', '.join(written)}"


def _record_intent(systems: Systems, plan: PlanDocument, case: SealedCase, journal: Journal) -> None:
    """Record in the ledger what is about to be done; once, as long as nothing is sealed."""
    journal.begin_step(INTENT)
    if case.stage == PLANNED:
        high_water.compact_mark(systems.store, lambda: systems.connectors)
    ledger_entries.record_intent(systems, plan)
    journal.end_step(INTENT)


def _locate_again(systems: Systems, plan: PlanDocument, case: SealedCase) -> tuple[SealedCase, EarlierCases]:
    """Return the case as it is now, and what it came upon; raise `StalePlan` where that is not what was approved."""
    known = find_others(systems, case)
    if plan.kind in {"erase", "release"}:
        now = replan_case(systems, plan.kind, case)
        reasons = [*_find_unapproved(plan, case), *find_stale_reasons(plan, now.plan), *now.harsher]
        case, known = replace(now.case, plan=plan.digest), now.earlier or known
    else:
        reasons = list(find_stale_inputs(systems, plan))
    if reasons:
        raise StalePlan(reasons)
    return replace(case, acted_on=systems.now.date()), known


def _find_unapproved(plan: PlanDocument, case: SealedCase) -> Iterator[str]:
    """Yield that the case does not have the rows that the plan spares, by their fates."""
    if plan.spares != hash_fates(case.salt, case.spared or {}):
        yield "the case does not have the rows that the plan was made for"


def find_stale_inputs(systems: Systems, plan: PlanDocument) -> Iterator[str]:
    """Yield what has changed of policy and schemas since ``plan`` was made."""
    if plan.policy != systems.policy.digest:
        yield "the policy has changed since the plan was made"
    for system in plan.systems:
        if system.system in systems.maps and system.schema != systems.digest_schema(system.system):
            yield f"the schema of {system.system!r} has changed since the plan was made"


def trace_systems(systems: Systems, plan: PlanDocument, case: SealedCase) -> Iterator[tuple[str, Trace]]:
    """Yield the systems that the plan is about, with their traces."""
    for part in plan.systems:
        system = part.system
        if plan.kind == "correct":
            ((attribute, value),) = case.values.items()
            trace = trace_correction(systems, system, attribute, value)
            if trace is not None:
                yield system, trace
        elif plan.kind == "object":
            trace = trace_objection(systems, system)
            if trace is not None:
                yield system, trace
        else:
            kept, by_hand = frozenset(case.again.get(system, {})), case.by_hand is not None
            yield system, systems.trace(system, kept, case.acted_on, by_hand=by_hand)


__all__ = ["ApplyResult", "FileDeletions", "RecheckResult", "Residual", "StalePlan", "StepOutcome", "apply_plan"]
