"""Plans are made here: the trace's changes, counted in the live systems, with law and date."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from bailee.connectors.base import Session
from bailee.plan import Law, Plan, Step, SystemPlan, bound
from bailee.policy import Mode
from bailee.policy.dates import last_day
from bailee.policy.model import ValueKind
from bailee.runner.cases import Case, Withheld, kept_cases, save
from bailee.runner.house import House
from bailee.runner.people import (
    Search,
    customer_of,
    in_session,
    must_match,
    parse_ref,
    search,
    searching,
    seeds_of,
    within_system,
)
from bailee.trace import COMPILER, Batch, Change, Key, Ref, Trace, correction, retention
from bailee.trace.closure import Seed
from bailee.trace.correct import Unfit

MOST_PERSONS = 1_000
"""Persons in one plan, and so in one transaction of each system."""


class NotAllowed(Exception):
    """What was asked is not to be done. ``message`` says why, ``hint`` what to do."""

    def __init__(self, message: str, hint: str) -> None:
        self.message, self.hint = message, hint
        super().__init__(f"{message} ({hint})")


class UnknownName(NotAllowed):
    """A rule or a column is named that the policy does not have."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan and its case, not yet sealed. ``search`` facts that the reader of the plan should see."""

    plan: Plan
    case: Case


def must_plan(house: House) -> None:
    """Raise `NotAllowed` in mode ``observe``."""
    if house.policy.firm.mode is Mode.OBSERVE:
        raise NotAllowed("the policy's mode is observe: no plans are made", "set mode: propose in bailee.yaml")


def plan_erase(
    house: House, persons: Sequence[Sequence[str]], *, confirmed: Sequence[str] = (), customer: str | None = None
) -> Planned:
    """Return the plan that erases ``persons``, each known by one or several values (GDPR Art. 17).

    Raises `NotAllowed`, `UnknownPerson`, `ConnectorError`.
    """
    must_plan(house)
    if len(persons) > MOST_PERSONS:
        raise NotAllowed(f"a plan is for {MOST_PERSONS:,} persons at most", "make several plans")
    seeds = [seed for number, asked in enumerate(persons) for text in asked for seed in seeds_of(house, text, number)]
    yes = [(number, parse_ref(house, text)) for text in confirmed for number in range(len(persons))]
    whose = customer_of(house, customer) if customer else None
    planned = erase_again(house, _case(seeds, yes, whose))
    must_match([ref for _, ref in yes], planned.case.subjects)
    return planned


def erase_again(house: House, case: Case) -> Planned:
    """Return the plan for a case as things stand now."""
    seeds = [Seed(*seed) for seed in case.asked]
    with searching(house, seeds, case.confirmed, case.customer) as found:
        persons, absorbed = found.persons, tuple[Case, ...]()
        remembered = {c.id: c for c in kept_cases(house.state)}
        while True:
            batch = _batch(found, absorbed, remembered)
            more = tuple(c for c in _touched(house, found, batch, remembered) if c.id not in {a.id for a in absorbed})
            if not more:
                break
            absorbed += more
        refused: frozenset[int] = frozenset()
        while again := _refused(house, found, batch):
            refused |= again
            batch = batch.without(again)
        systems = tuple(_system_plans(house, found, batch, _kept_of(absorbed)))
        files = tuple(dict.fromkeys(f for system, session in found.sessions.items()
                                    for f in files_of(house, system, session, house.trace(system).erased)))  # fmt: skip
        house.state.remember_shared(persons.shared)
    whole = replace(
        case, subjects=batch.subjects, known=batch.known, files=files, absorbs=tuple(c.id for c in absorbed),
        again=_kept_of(absorbed),
    )  # fmt: skip
    count = len({seed.person for seed in seeds})
    plan = Plan(
        "erase", f"{count} person" + ("s" if count > 1 else ""), case.id, house.policy.digest, COMPILER,
        house.now.date().isoformat(), house.now.astimezone(UTC).isoformat(),
        commitment(case.salt, (s.ref for s in batch.subjects)),
        systems, len(files), len(refused), len(persons.to_confirm),
    )  # fmt: skip
    return Planned(plan, replace(whole, plan=plan.digest))


def _case(seeds: Iterable[Seed], confirmed: Iterable[tuple[int, Ref]], customer: Ref | None) -> Case:
    asked = tuple((seed.person, seed.attribute, seed.value) for seed in seeds)
    return Case(
        f"c-{secrets.token_hex(6)}",
        salt=secrets.token_bytes(16),
        asked=asked,
        confirmed=tuple(confirmed),
        customer=customer,
    )


def commitment(salt: bytes, refs: Iterable[Ref]) -> str:
    """Return HMAC-SHA-256 over the rows that a plan takes for the person's own, so that others show."""
    text = "\n".join(sorted({repr((r.system, r.collection, r.key)) for r in refs}))
    return hmac.new(salt, text.encode(), hashlib.sha256).hexdigest()


# --- the batch, with those whose rows come up again ----------------------------------------------------------


def _batch(found: Search, absorbed: Sequence[Case], remembered: Mapping[str, Case]) -> Batch:
    persons = found.persons
    offset = (
        1 + max((s.person for s in persons.subjects), default=0) + max((k.person for k in persons.known), default=0)
    )
    subjects, known = list(persons.subjects), list(persons.known)
    for number, case in enumerate(absorbed):
        subjects += [replace(s, person=offset + number) for s in case.subjects]
        known += [replace(k, person=offset + number) for k in case.known]
    others = frozenset(s.ref for c in remembered.values() if c not in absorbed for s in c.subjects)
    return Batch(tuple(subjects), tuple(known), {}, others - {s.ref for s in subjects})


def _kept_of(cases: Iterable[Case]) -> Withheld:
    merged: dict[str, dict[str, frozenset[Key]]] = {}
    for case in cases:
        for system, changes in case.kept.items():
            for change, keys in changes.items():
                mine = merged.setdefault(system, {})
                mine[change] = mine.get(change, frozenset()) | keys
    return merged


def _touched(house: House, found: Search, batch: Batch, remembered: Mapping[str, Case]) -> Iterator[Case]:
    """Yield the remembered cases of which a kept row is pointed to by a row that goes now (21)."""
    owners: dict[tuple[str, str, Key], Case] = {}
    for case in remembered.values():
        for system, changes in case.kept.items():
            for change, keys in changes.items():
                owners.update({(system, change, key): case for key in keys})
    if not owners:
        return
    for system, session in found.sessions.items():
        watched = {change: frozenset(k for s, c, k in owners if (s, c) == (system, change)) for _, change, _ in owners}
        within_system(system, session.begin, replace(batch, kept=watched))
        for name in house.trace(system).touched.values():
            collection = house.trace(system).sets[name].collection
            for key in session.keys(name):
                yield owners[system, f"{collection}/delete", key]
    return


def _refused(house: House, found: Search, batch: Batch) -> frozenset[int]:
    """Return the persons whose rows cannot go, since somebody else's point to them (22)."""
    persons: set[int] = set()
    for system, session in found.sessions.items():
        trace = house.trace(system)
        within_system(system, session.begin, batch)
        if any(within_system(system, session.count, name) for name in trace.refusing):
            for collection, name in trace.blamed.items():
                keys = set(session.keys(name))
                persons.update(
                    s.person for s in batch.of(system) if s.ref.collection == collection and s.ref.key in keys
                )
    return frozenset(persons)


# --- counting ------------------------------------------------------------------------------------------------


def _system_plans(house: House, found: Search, batch: Batch, again: Withheld) -> Iterator[SystemPlan]:
    for system, session in found.sessions.items():
        mine = again.get(system, {})
        if not mine:
            trace = house.trace(system)
            within_system(system, session.begin, batch)
            yield system_plan(house, system, trace, session, trace.changes)
            continue
        trace = house.trace(system, frozenset(mine))
        with in_session(house, system, trace, write=False) as wider:
            wider.begin(replace(batch, kept=mine))
            yield system_plan(house, system, trace, wider, trace.changes)


def system_plan(house: House, system: str, trace: Trace, session: Session, changes: Iterable[Change]) -> SystemPlan:
    """Return the steps of ``changes`` in ``system``, counted; those that touch nothing are left out."""
    changes = tuple(changes)
    until = within_system(system, _last_days, house, session, system, changes)
    steps = tuple(step for change in changes for step in within_system(system, _step, house, session, change, until))
    listed = tuple(
        (collection, count, why)
        for collection, (name, why) in trace.listed.items()
        if (count := within_system(system, session.count, name))
    )
    effects = tuple(effects_of(house, system, [s.collection for s in steps]))
    return SystemPlan(system, house.policy.systems[system].title, house.schema_digest(system), steps, effects, listed)


def _step(house: House, session: Session, change: Change, until: Mapping[str, str]) -> list[Step]:
    tally = session.tally(change)
    count = tally.rows if change.fate == "kept" else tally.count
    if not count and not tally.withheld:
        return []
    laws = tuple(Law(hold, house.policy.holds[hold].law, until.get(hold, "")) for hold in change.laws)
    cells = tuple(_cell_text(change))
    return [
        Step(
            change.id, change.collection, change.fate, change.reason, count, bound(count), cells,
            tally.withheld, change.theirs, laws,
        )
    ]  # fmt: skip


def _cell_text(change: Change) -> Iterator[str]:
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


def _last_days(house: House, session: Session, system: str, changes: Iterable[Change]) -> Mapping[str, str]:
    """Return, for each hold, the last day on which it holds a row of these changes: where its own rows say so."""
    days: dict[str, str] = {}
    for change in changes:
        collection = house.policy.systems[system].collections.get(change.collection)
        for name in change.laws:
            hold = house.policy.holds[name]
            if hold.until.day:
                days[name] = hold.until.day
            elif collection is not None and name in collection.hold and hold.until.column:
                day = as_day(session.latest(change, hold.until.column))
                if day is not None:
                    days[name] = max(
                        days.get(name, ""), last_day(hold.until, day, house.policy.firm.year_end).isoformat()
                    )
    return days


def as_day(value: object) -> date | None:
    """Return the day of a date cell, which SQLite has as text."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def effects_of(house: House, system: str, collections: Iterable[str]) -> Iterator[str]:
    """Yield what the system itself would do when rows of ``collections`` change: cascades, triggers and the like."""
    m = house.maps[system]
    for name in dict.fromkeys(collections):
        table = m.bound[name].table
        for hazard, what in table.hazards.items():
            reason = m.bound[name].collection.accepts.get(hazard, "")
            yield f"{name}: {what}" + (f" (accepted: {reason})" if reason else "")
        for reference in m.children_of(name):
            for fk in m.bound[reference.child].table.foreign_keys:
                if fk.columns == reference.child_columns and fk.on_delete not in {"no action", "restrict"}:
                    yield f"{reference.child}: on delete {fk.on_delete}; no row is left that it would reach"


def files_of(house: House, system: str, session: Session, sets: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield (store, name) of the files that rows of ``sets`` (collection -> set) name."""
    for collection, name in sets.items():
        link = house.maps[system].bound[collection].collection.file
        if link is not None:
            yield from ((link.root, text) for text in session.texts(name, link.column))


# --- correcting, retaining -----------------------------------------------------------------------------------


def plan_correct(
    house: House, asked: Sequence[str], target: str, value: str, *, confirmed: Sequence[str] = ()
) -> Planned:
    """Return the plan that corrects ``target`` (``[system.]collection.column``) wherever the person has it (Art. 16).

    Raises `NotAllowed`, `UnknownPerson`, `ConnectorError`.
    """
    must_plan(house)
    attribute = attribute_of(house, target)
    case = _case(
        [s for text in asked for s in seeds_of(house, text)], [(0, parse_ref(house, t)) for t in confirmed], None
    )
    with search(house, asked, confirmed=confirmed) as found:
        if not found.batch.subjects:
            raise NotAllowed("nobody is found for certain, so nothing can be corrected", "confirm a row, or give more")
        systems = []
        for system in found.sessions:
            trace = correction_in(house, system, attribute, value)
            if trace is None:
                continue
            with in_session(house, system, trace, write=False) as mine:
                mine.begin(found.batch)
                systems.append(system_plan(house, system, trace, mine, trace.changes))
        plan = Plan(
            "correct", attribute, case.id, house.policy.digest, COMPILER, house.now.date().isoformat(),
            house.now.astimezone(UTC).isoformat(), commitment(case.salt, (s.ref for s in found.batch.subjects)),
            tuple(systems), unconfirmed=len(found.persons.to_confirm),
        )  # fmt: skip
        whole = replace(
            case, subjects=found.batch.subjects, known=found.batch.known, values={attribute: value}, plan=plan.digest
        )
    return Planned(plan, whole)


def correction_in(house: House, system: str, attribute: str, value: str) -> Trace | None:
    """Return the trace of a correction in ``system``; ``None`` where nothing there has the attribute."""
    try:
        trace = correction(house.maps[system], attribute, value)
    except Unfit as error:
        raise NotAllowed(f"system {system!r}: {error}", "give a value that fits") from None
    return trace if trace.changes else None


def attribute_of(house: House, target: str) -> str:
    """Return the attribute that ``[system.]collection.column`` is mapped to."""
    *where, column = target.split(".")
    for system, m in house.maps.items():
        for name, b in m.bound.items():
            if where not in ([name], [system, name]):
                continue
            fields = {c: a for a, c in b.collection.fields.items()}
            identities = {i.column: i.attribute for i in b.collection.identities}
            found = identities.get(column) or fields.get(column) or (column if column in b.collection.fields else None)
            if found:
                return found
    raise UnknownName(
        "the target is mapped to no attribute", "name a column under `fields` or `identity`, as collection.column"
    )


def plan_retain(house: House, rule: str) -> Planned:
    """Return the plan for everything that is due under the retention rule ``rule`` today, less what is held."""
    must_plan(house)
    if rule not in house.policy.retention:
        hint = f"one of: {', '.join(sorted(house.policy.retention)) or 'none, retention.yaml has no rules'}"
        raise UnknownName(f"no retention rule is called {rule!r}", hint)
    case = Case(f"c-{secrets.token_hex(6)}", salt=secrets.token_bytes(16))
    systems, files = [], list[tuple[str, str]]()
    for system, m in house.maps.items():
        trace = retention(m, house.policy.retention[rule], house.now.date())
        if not trace.changes:
            continue
        with in_session(house, system, trace, write=False) as session:
            session.begin(Batch())
            systems.append(system_plan(house, system, trace, session, trace.changes))
            files += files_of(house, system, session, trace.erased)
    plan = Plan(
        "retain", rule, case.id, house.policy.digest, COMPILER, house.now.date().isoformat(),
        house.now.astimezone(UTC).isoformat(), "", tuple(systems), len(files),
    )  # fmt: skip
    return Planned(plan, replace(case, plan=plan.digest, files=tuple(dict.fromkeys(files))))


def keep(house: House, planned: Planned) -> None:
    """Seal the case of a plan, so that it can be applied."""
    save(house.state, planned.case)
