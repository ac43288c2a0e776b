"""The steps of a plan: each change counted in the live system, with what it writes, its law and its dates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TypeAlias

from bailee.connectors.base import Session
from bailee.engine.cases import SealedCase
from bailee.engine.people import call_system
from bailee.engine.systems import Systems
from bailee.plan import Law, PlanDocument, PlanStep, SystemPlan, find_bound
from bailee.policy import Until, ValueKind
from bailee.policy.dates import first_day_held, last_day
from bailee.policy.predicate import NEVER
from bailee.store.holds import HeldByHand
from bailee.trace import BY_HAND, CellChange, Key, Trace
from bailee.trace.check.coverage import find_copies, find_not_looked_at
from bailee.trace.set_names import SetName

HoldKeys: TypeAlias = Sequence[tuple[HeldByHand, Mapping[str, frozenset[Key]]]]
"""Holds placed by hand, each with the keys of the rows that it keeps in one system, by collection."""


def count_steps(systems: Systems, system: str, trace: Trace, session: Session, hands: HoldKeys = ()) -> SystemPlan:
    """Return the steps of ``trace`` in ``system``, counted; those that touch nothing are left out."""
    changes = trace.changes
    days = call_system(system, _find_days, systems, session, system, changes)
    steps = tuple(
        step for change in changes for step in call_system(system, _count_step, systems, session, change, days, hands)
    )
    listed = tuple(
        (str(collection), count, why)
        for collection, (name, why) in trace.listed.items()
        if (count := call_system(system, session.count, name))
    )
    effects = tuple(list_effects(systems, system, [s.collection for s in steps]))
    return SystemPlan(
        system, systems.policy.systems[system].title, systems.digest_schema(system), steps, effects, listed,
        find_not_looked_at(systems.maps[system], [s.collection for s in steps]),
    )  # fmt: skip


def _count_step(systems: Systems, session: Session, change: CellChange, days: Days, hands: HoldKeys) -> list[PlanStep]:
    tally = session.tally(change)
    count = tally.rows if change.fate == "kept" else tally.count
    if not count and not tally.withheld:
        return []
    holds = (systems.policy.holds[name] for name in change.laws if name != BY_HAND)
    laws = (
        *(Law(hold.name, hold.law, *days.get(hold.name, ("", ""))) for hold in holds),
        *_list_laws_by_hand(session, change, hands),
    )
    cells = tuple(_describe_cells(change))
    return [
        PlanStep(
            change.id, change.collection, change.fate, change.reason, count, find_bound(count), cells,
            tally.withheld, change.theirs, laws,
        )
    ]  # fmt: skip


def _list_laws_by_hand(session: Session, change: CellChange, hands: HoldKeys) -> Iterator[Law]:
    """Yield the holds placed by hand that keep rows of ``change`` from it; where it is told by none, all that may."""
    if not hands or (BY_HAND not in change.laws and all(cell.kept == NEVER for cell in change.cells)):
        return
    keys = frozenset(session.keys_of(change) if change.fate == "kept" else session.withheld(change))
    mine = [hold for hold, kept in hands if not keys.isdisjoint(kept.get(change.collection, ()))]
    if not mine and change.laws == (BY_HAND,):  # what they keep points to it
        mine = [hold for hold, _ in hands]
    for hold in mine:
        until = hold.until
        yield Law(hold.name, hold.law, until.isoformat() if until else "", _add_day(until) if until else "")


def _describe_cells(change: CellChange) -> Iterator[str]:
    """Yield what is written where; never somebody's value: what a correction writes stays sealed."""
    for cell in change.cells:
        value = cell.value
        if change.fate == "corrected":
            yield cell.column
        elif cell.remove is not None:
            yield f"{cell.column} loses what is theirs"
        elif value.kind is ValueKind.CONSTANT:
            yield f"{cell.column} = {'nothing' if value.constant is None else repr(value.constant)}"
        else:
            yield f"{cell.column} = {value.kind}{f'({value.unit})' if value.unit else ''}"


Days: TypeAlias = Mapping[str, tuple[str, str]]
"""Hold -> the last day on which it holds a row, and the first on which it is over for one of them (ISO dates)."""


def _find_days(systems: Systems, session: Session, system: str, changes: Iterable[CellChange]) -> Days:
    """Return when each hold ends for rows of these changes: where its own rows say so."""
    days: dict[str, tuple[str, str]] = {}
    for change in changes:
        collection = systems.policy.systems[system].collections.get(change.collection)
        for name in (law for law in change.laws if law != BY_HAND):
            hold = systems.policy.holds[name]
            if hold.until.day:
                days[name] = (hold.until.day, _add_day(date.fromisoformat(hold.until.day)))
            elif collection is not None and name in collection.hold and hold.until.column:
                last, lapses = _find_dates(systems, session, change, hold.until)
                before = days.get(name, ("", ""))
                days[name] = (max(before[0], last), min(filter(None, (before[1], lapses)), default=""))
    return days


def _find_dates(systems: Systems, session: Session, change: CellChange, until: Until) -> tuple[str, str]:
    """Return the last day of the row that is held longest, and the first day on which one of them is not."""
    year_end, column = systems.policy.firm.year_end, until.column or ""
    latest = parse_day(session.latest(change, column))
    first = first_day_held(until, systems.now.date(), year_end)
    earliest = None if first is None else parse_day(session.earliest(change, column, first))
    return (
        "" if latest is None else last_day(until, latest, year_end).isoformat(),
        "" if earliest is None else _add_day(last_day(until, earliest, year_end)),
    )


def _add_day(day: date) -> str:
    return (day + timedelta(days=1)).isoformat()


def find_next_release(known: PlanDocument | SealedCase) -> date | None:
    """Return the first day on which a hold lets go of something that a plan, or its case, keeps (21).

    ``None`` where nothing is kept, or the end of one of its holds is not known (a pin, a hold on somebody else's row, a
    date that is empty): then it is for the caller to look again, say every month.
    """
    if isinstance(known, SealedCase):
        return known.release_on
    kept = [step for system in known.systems for step in system.steps if step.fate == "kept" or step.withheld]
    lapses = [law.lapses for step in kept for law in step.laws]
    if not lapses or not all(lapses):
        return None
    return date.fromisoformat(min(lapses))


def parse_day(value: object) -> date | None:
    """Return the day of a date cell, which SQLite has as text."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def list_effects(systems: Systems, system: str, collections: Iterable[str]) -> Iterator[str]:
    """Yield what the system itself would do when rows of ``collections`` change: cascades, triggers and the like."""
    m = systems.maps[system]
    for name in dict.fromkeys(collections):
        table = m.bound[name].table
        for hazard, what in table.hazards.items():
            reason = m.bound[name].collection.accepts.get(hazard, "")
            yield f"{name}: {what}" + (f" (accepted: {reason})" if reason else "")
        for copy in find_copies(systems.maps[system], [name]):
            if copy.name not in table.hazards:
                yield f"{name}: {copy.says}" + (f" (accepted: {copy.accepted})" if copy.accepted else "")
        for reference in m.children_of(name):
            for fk in m.bound[reference.child].table.foreign_keys:
                if fk.columns == reference.child_columns and fk.on_delete not in {"no action", "restrict"}:
                    yield f"{reference.child}: on delete {fk.on_delete}; no row is left that it would reach"


def list_files(
    systems: Systems, system: str, session: Session, sets: Mapping[str, SetName]
) -> Iterator[tuple[str, str]]:
    """Yield (store, name) of the files that rows of ``sets`` (collection -> set) name."""
    for collection, name in sets.items():
        link = systems.maps[system].bound[collection].collection.file
        if link is not None:
            yield from ((link.root, text) for text in session.texts(name, link.column))
