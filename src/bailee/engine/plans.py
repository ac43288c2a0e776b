"""Plans are made here: the trace's changes, counted in the live systems, with law and date."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC

from bailee.connectors.base import Session
from bailee.engine.blockers import find_refused
from bailee.engine.cases import KEPT, SealedCase, WithheldKeys, load_case, load_remembered_case, save_case
from bailee.engine.conflicts import ConflictNote, find_alike_rows, find_conflicts, must_not_clash
from bailee.engine.earlier_cases import EarlierCases, list_rows
from bailee.engine.errors import Despite, NotAllowed, UnknownName
from bailee.engine.exemptions import find_exempt, find_exempt_of_cases, find_waiting_cases
from bailee.engine.fates import Fates, find_fates, find_harsher, hash_fates
from bailee.engine.holds import PlacedHolds
from bailee.engine.kept_rows import find_earlier_marks, find_lost_rows, take_up_rows
from bailee.engine.people import (
    Search,
    call_system,
    find_seeds,
    must_be_searchable,
    must_match,
    open_session,
    parse_customer,
    parse_ref,
    search_person,
    search_seeds,
)
from bailee.engine.row_marks import LeftRows
from bailee.engine.step_counts import count_steps, list_files
from bailee.engine.systems import Systems
from bailee.plan import BlockedRows, PlanDocument, SystemPlan
from bailee.policy import Mode
from bailee.store.restrictions import list_restricted
from bailee.trace import (
    COMPILER,
    DELETE,
    Batch,
    Key,
    KnownValue,
    Ref,
    Trace,
    build_correction_trace,
    build_objection_trace,
    build_retention_trace,
)
from bailee.trace.closure import Seed
from bailee.trace.correct import Unfit

MOST_PERSONS = 1_000
"""Persons in one plan, and so in one transaction of each system."""


@dataclass(frozen=True, slots=True)
class PlanningResult:
    """A plan and its case, not yet sealed. ``harsher``: what it would now do to rows beyond what the case approved.

    ``earlier``: what it has come upon of other cases, where it looked.
    """

    plan: PlanDocument
    case: SealedCase
    harsher: tuple[str, ...] = ()
    earlier: EarlierCases | None = None


def must_plan(systems: Systems) -> None:
    """Raise `NotAllowed` in mode ``observe``."""
    if systems.policy.firm.mode is Mode.OBSERVE:
        raise NotAllowed("the policy's mode is observe: no plans are made", "set mode: propose in bailee.yaml")


def plan_erase(
    systems: Systems,
    persons: Sequence[Sequence[str]],
    *,
    confirmed: Sequence[str] = (),
    customer: str | None = None,
    despite: Despite = "",
) -> PlanningResult:
    """Return the plan that erases ``persons``, each known by one or several values (GDPR Art. 17).

    Whoever asks for it herself has it, restricted or not: it is her will, and the restriction was there for her sake.
    ``despite``: on what ground persons are looked for whose data may be restricted (Art. 18(2)).
    Raises `NotAllowed`, `UnknownPerson`, `ConnectorError`.
    """
    must_plan(systems)
    if len(persons) > MOST_PERSONS:
        raise NotAllowed(f"a plan is for {MOST_PERSONS:,} persons at most", "make several plans")
    seeds = [
        seed for number, asked in enumerate(persons) for text in asked for seed in find_seeds(systems, text, number)
    ]
    yes = [(number, parse_ref(systems, text)) for text in confirmed for number in range(len(persons))]
    whose = parse_customer(systems, customer) if customer else None
    must_be_searchable(systems, seeds, whose)
    return _plan_erase(systems, replace(_make_case(seeds, yes, whose), despite=despite), is_first=True)


def plan_release(systems: Systems, case: str) -> PlanningResult:
    """Return the plan by which what holds kept of an earlier case goes, now that some of them may have ended (21).

    ``case``: the id of a kept case. It is taken up under the policy of today; nothing is asked of anybody, and nobody
    is looked for again: somebody who has come back since is not concerned. What is still held stays, in the new case.
    Raises `NotAllowed` where nothing is kept of the case any more, `StateError`, `ConnectorError`.
    """
    must_plan(systems)
    old = load_case(systems.store, case)
    if old.stage != KEPT:
        raise NotAllowed("nothing is kept of this case", "there is nothing to release")
    seeds = [Seed(*seed) for seed in old.asked]
    new = replace(_make_case(seeds, old.confirmed, old.customer), releases=old.id, willed=old.willed)
    return replan_release(systems, new)


def replan_case(systems: Systems, kind: str, case: SealedCase) -> PlanningResult:
    """Return the plan of ``kind`` for a case as things are now."""
    return replan_release(systems, case) if kind == "release" else replan_erase(systems, case)


def replan_erase(systems: Systems, case: SealedCase) -> PlanningResult:
    """Return the plan that erases the persons of a case, as things are now."""
    return _plan_erase(systems, case)


def _plan_erase(systems: Systems, case: SealedCase, *, is_first: bool = False) -> PlanningResult:
    """Return what `replan_erase` does; the ``first`` time a confirmed row must match, be its person refused or not."""
    seeds = [Seed(*seed) for seed in case.asked]
    with search_seeds(systems, seeds, case.confirmed, case.customer, case.despite) as found:
        if is_first:
            must_match([ref for _, ref in case.confirmed], found.persons.subjects)
        planned = _work_out_plan(systems, found, "erase", case, ())
        systems.store.remember_shared(found.persons.shared)
    return planned


def replan_release(systems: Systems, case: SealedCase) -> PlanningResult:
    """Return the plan of a case that ``releases`` another, as things are now.

    Where that has been taken up by another plan, nothing is left to do.
    """
    old = load_remembered_case(systems.store, case.releases)
    first = (old,) if old is not None and old.stage == KEPT else ()
    with search_seeds(systems, (), (), case.customer) as found:
        return _work_out_plan(systems, found, "release", case, first)


def _work_out_plan(
    systems: Systems, found: Search, kind: str, case: SealedCase, first: tuple[SealedCase, ...]
) -> PlanningResult:
    """Return the plan for those who were ``found``, and for those of earlier cases whose rows come up again (21).

    Not those of whom a restriction keeps everything: their cases stay as they are.
    """
    earlier = EarlierCases(systems, frozenset({case.id}))
    absorbed, hands = _find_taken_up(systems, found, kind, case, first, earlier)
    by_hand, numbers = None if hands is None else hands.keys, _number_persons(found, absorbed)
    batch, up = _make_batch(found, earlier, numbers), take_up_rows(systems, (earlier.cases[id] for id in absorbed))
    places = _number_places(case, kind, numbers)
    refused: frozenset[int] = frozenset()
    refusals: tuple[BlockedRows, ...] = ()
    while again := _find_refused(systems, found, earlier, numbers, refused, up.again, by_hand, places):
        persons = frozenset(person for those, _ in again for person in those)
        refused, refusals = refused | persons, (*refusals, *(why for _, reasons in again for why in reasons))
        absorbed = [id for id in absorbed if numbers[id] not in persons]
        numbers = {id: numbers[id] for id in absorbed}
        batch = _make_batch(found, earlier, numbers).without(refused)
        up = take_up_rows(systems, (earlier.cases[id] for id in absorbed))
    kept, files = up.again, dict[tuple[str, str], None]()
    per_system, spared, worse = [], dict[str, Fates](), list[str]()
    for system in found.sessions:
        with _trace_taken_up(systems, found, system, batch, kept.get(system, {}), by_hand) as (trace, session):
            per_system.append(count_steps(systems, system, trace, session, hands.list_holds(system) if hands else ()))
            if case.spared is None:
                spared[system] = call_system(system, find_fates, trace, session, per_system[-1])
            else:
                now = {step.change: step.count for step in per_system[-1].steps}
                worse += call_system(system, find_harsher, system, trace, session, case.spared.get(system, {}), now)
            files.update(dict.fromkeys(list_files(systems, system, session, trace.erased)))
    whole = replace(
        case, subjects=batch.subjects, known=batch.known, files=tuple(files), again=kept, by_hand=by_hand,
        absorbs=tuple(absorbed), spared=spared if case.spared is None else case.spared,
        left=up.left, doubted=up.doubted,
        passed_on=tuple(find_lost_rows(earlier.before.values(), earlier.cases)),
    )  # fmt: skip
    if case.spared is not None:  # it is made again, to be carried out
        whole = replace(whole, before=_mark_own_rows(systems, found, whole))
    count = len({person for person, _, _ in case.asked})
    mine = {s.person for s in found.persons.subjects} if kind == "erase" else set(places)
    plan = PlanDocument(
        kind, f"{count} person" + ("s" if count > 1 else ""), case.id, systems.policy.digest, COMPILER,
        systems.now.date().isoformat(), systems.now.astimezone(UTC).isoformat(),
        hash_rows(case.salt, (s.ref for s in batch.subjects)),
        tuple(per_system), len(files), len(refused), len(found.persons.to_confirm), hash_fates(case.salt, spared),
        refusals, len(places), len(mine),
    )  # fmt: skip
    return PlanningResult(plan, replace(whole, plan=plan.digest), tuple(worse), earlier)


def _mark_own_rows(systems: Systems, found: Search, case: SealedCase) -> LeftRows:
    """Return how the persons' own rows are as the search sees them: who has their keys afterwards is somebody else."""
    return {
        system: call_system(system, find_earlier_marks, systems, case, session, system)
        for system, session in found.sessions.items()
    }


def _make_case(seeds: Iterable[Seed], confirmed: Iterable[tuple[int, Ref]], customer: Ref | None) -> SealedCase:
    asked = tuple((seed.person, seed.attribute, seed.value) for seed in seeds)
    return SealedCase(
        f"c-{secrets.token_hex(6)}",
        salt=secrets.token_bytes(16),
        asked=asked,
        confirmed=tuple(confirmed),
        customer=customer,
    )


def hash_rows(salt: bytes, refs: Iterable[Ref]) -> str:
    """Return HMAC-SHA-256 over the rows that a plan takes for the person's own, so that others show."""
    text = "\n".join(sorted({repr((r.system, r.collection, r.key)) for r in refs}))
    return hmac.new(salt, text.encode(), hashlib.sha256).hexdigest()


# --- the batch, with those whose rows come up again ----------------------------------------------------------


def _number_persons(found: Search, absorbed: Iterable[str]) -> Mapping[str, int]:
    """Return the numbers that the persons of ``absorbed`` cases have in the batch, after those who were found."""
    subjects, known = found.persons.subjects, found.persons.known
    first = 1 + max((s.person for s in subjects), default=0) + max((k.person for k in known), default=0)
    return {id: number for number, id in enumerate(absorbed, start=first)}


def _make_batch(found: Search, earlier: EarlierCases, numbers: Mapping[str, int]) -> Batch:
    """Return the batch of those who were found and of the absorbed cases that have ``numbers``."""
    subjects, known = list(found.persons.subjects), list(found.persons.known)
    for id, number in numbers.items():
        case = earlier.cases[id]
        subjects += [replace(s, person=number) for s in case.subjects]
        known += [KnownValue(number, k.attribute, k.value, k.since, k.until, k.source) for k in case.known]
    batch = Batch(tuple(subjects), tuple(known))
    return replace(batch, remembered=earlier.list_not_living(batch, numbers))


def _find_kept_cases(earlier: EarlierCases, pointed: Container[Ref]) -> Iterator[str]:
    """Yield the ids of earlier cases of which a kept row is among ``pointed``: it loses what points to it (21)."""
    for case in earlier.cases.values():
        kept = (
            Ref(system, change.removesuffix(f"/{DELETE}"), key)
            for system, changes in case.kept.items()
            for change, keys in changes.items()
            if change.endswith(f"/{DELETE}")
            for key in keys
        )
        if any(ref in pointed for ref in kept):
            yield case.id


def _find_refused(
    systems: Systems,
    found: Search,
    earlier: EarlierCases,
    numbers: Mapping[str, int],
    refused: frozenset[int],
    again: WithheldKeys,
    by_hand: WithheldKeys | None,
    places: Mapping[int, int],
) -> list[tuple[frozenset[int], tuple[BlockedRows, ...]]]:
    """Return, by system, the persons whose rows cannot go, since somebody else's point to them, and why (22).

    Not those who are ``refused`` already. Who else owns these rows is looked up first.
    """
    told = []
    for system in found.sessions:
        is_told = False
        while not is_told:
            batch = _make_batch(found, earlier, numbers).without(refused)
            with _trace_taken_up(systems, found, system, batch, again.get(system, {}), by_hand) as (trace, session):
                refuses = any(call_system(system, session.count, name) for name in trace.refusing)
                asked = trace.asked_blocking if refuses and not earlier.is_empty else {}
                if not earlier.open_cases(call_system(system, list, list_rows(session, system, asked))):
                    told.append(find_refused(system, trace, session, batch, places) if refuses else (frozenset(), ()))
                    is_told = True
    return [one for one in told if one[0]]


def _number_places(case: SealedCase, kind: str, numbers: Mapping[str, int]) -> Mapping[int, int]:
    """Return which number, from 1, each person of the batch has among those whom the plan is about."""
    if kind == "release":
        return {numbers[case.releases]: 1} if case.releases in numbers else {}
    return {person: place for place, person in enumerate(sorted({person for person, _, _ in case.asked}), start=1)}


def _find_taken_up(
    systems: Systems, found: Search, kind: str, case: SealedCase, first: tuple[SealedCase, ...], earlier: EarlierCases
) -> tuple[list[str], PlacedHolds | None]:
    """Return the ids of the cases that are taken up, ``first`` among them, and what stays by hand or is restricted.

    ``earlier`` comes upon all cases that matter. A case is taken up if a row that it kept loses what pointed to it.
    """
    own = {*earlier.add(first), *(s.ref for s in found.persons.subjects)}
    asking = {(attribute, value) for _, attribute, value in case.asked if kind == "erase"}
    restricted = tuple(person for person in list_restricted(systems.store, systems.now) if not person.meets(asking))
    earlier.open_cases(own, ((k.attribute, k.value) for person in restricted for k in person.known))
    waiting = tuple(find_waiting_cases(systems, earlier.cases.values(), restricted))
    left_alone, hands = {c.id for c, _ in waiting}, find_exempt_of_cases(systems, waiting)
    by_hand, absorbed = None if hands is None else hands.keys, [c.id for c in first]
    is_grown = not earlier.is_empty
    while is_grown:
        batch = _make_batch(found, earlier, _number_persons(found, absorbed))
        again, pointed = take_up_rows(systems, (earlier.cases[id] for id in absorbed)).again, set[Ref]()
        asked: list[Ref] = []
        for system in found.sessions:
            with _trace_taken_up(systems, found, system, batch, again.get(system, {}), by_hand) as (trace, session):
                pointed.update(call_system(system, list, list_rows(session, system, trace.pointed)))
                asked += call_system(system, list, list_rows(session, system, trace.asked))
        is_grown = earlier.open_cases((*asked, *pointed))
        more = [id for id in _find_kept_cases(earlier, pointed) if id not in left_alone and id not in absorbed]
        absorbed += more
        is_grown = is_grown or bool(more)
    return absorbed, hands


@contextmanager
def _trace_taken_up(
    systems: Systems,
    found: Search,
    system: str,
    batch: Batch,
    again: Mapping[str, frozenset[Key]],
    by_hand: WithheldKeys | None,
) -> Iterator[tuple[Trace, Session]]:
    """Yield the trace that takes up the rows kept ``again``, and a session that is about the batch and them.

    ``by_hand``: the rows that holds placed by hand keep; ``None``: none stands.
    """
    trace = systems.trace(system, frozenset(again), by_hand=by_hand is not None)
    if trace is systems.trace(system):
        session = found.sessions[system]
        call_system(system, session.begin, batch)
        yield trace, session
        return
    with open_session(systems, system, trace, write=False) as wider:
        wider.begin(replace(batch, kept={**batch.kept, **again, **(by_hand or {}).get(system, {})}))
        yield trace, wider


# --- correcting, retaining -----------------------------------------------------------------------------------


def plan_correct(
    systems: Systems,
    asked: Sequence[str],
    target: str,
    value: str,
    *,
    confirmed: Sequence[str] = (),
    despite: Despite = "",
) -> PlanningResult:
    """Return the plan that corrects ``target`` (``[system.]collection.column``) wherever the person has it (Art. 16).

    Raises `NotAllowed`, `UnknownPerson`, `ConnectorError`.
    """
    must_plan(systems)
    attribute = find_attribute(systems, target)
    case = _make_case(
        [s for text in asked for s in find_seeds(systems, text)], [(0, parse_ref(systems, t)) for t in confirmed], None
    )
    with search_person(systems, asked, confirmed=confirmed, despite=despite) as found:
        if not found.batch.subjects:
            raise NotAllowed("nobody is found for certain, so nothing can be corrected", "confirm a row, or give more")
        case = replace(case, values={attribute: value})
        alike = find_alike_rows(systems, attribute, value, (s.ref for s in found.batch.subjects))
        return _plan_for_one(
            systems, found, "correct", attribute, case,
            lambda system: trace_correction(systems, system, attribute, value),
            lambda part: find_conflicts(systems, part, attribute, alike),
        )  # fmt: skip


def _plan_for_one(
    systems: Systems,
    found: Search,
    kind: str,
    subject: str,
    case: SealedCase,
    trace_in: Callable[[str], Trace | None],
    besides: Callable[[SystemPlan], Iterable[ConflictNote]] = lambda _: (),
) -> PlanningResult:
    """Return the plan of ``kind`` for the one person who was ``found``; ``besides``: what to look at in a system."""
    per_system, files = [], dict[tuple[str, str], None]()
    for system in found.sessions:
        trace = trace_in(system)
        if trace is None:
            continue
        with open_session(systems, system, trace, write=False) as mine:
            mine.begin(found.batch)
            must_not_clash(system, trace, mine)
            part = count_steps(systems, system, trace, mine)
            per_system.append(replace(part, listed=(*part.listed, *besides(part))))
            files.update(dict.fromkeys(list_files(systems, system, mine, trace.erased)))
    plan = PlanDocument(
        kind, subject, case.id, systems.policy.digest, COMPILER, systems.now.date().isoformat(),
        systems.now.astimezone(UTC).isoformat(), hash_rows(case.salt, (s.ref for s in found.batch.subjects)),
        tuple(per_system), len(files), unconfirmed=len(found.persons.to_confirm), persons=1,
        found=int(bool(found.batch.subjects)),
    )  # fmt: skip
    whole = replace(case, subjects=found.batch.subjects, known=found.batch.known, plan=plan.digest)
    return PlanningResult(plan, replace(whole, before=_mark_own_rows(systems, found, whole)))


def plan_object(systems: Systems, asked: Sequence[str], *, confirmed: Sequence[str] = ()) -> PlanningResult:
    """Return the plan that carries out a person's objection to marketing (GDPR Art. 21(3)).

    It changes what the map says under ``on_object`` and nothing else; no hold delays it. Where nobody is found, or no
    map says anything, the plan has no steps: the books suppress the address all the same.
    Raises `NotAllowed`, `UnknownPerson`, `ConnectorError`.
    """
    must_plan(systems)
    case = _make_case(
        [s for text in asked for s in find_seeds(systems, text)], [(0, parse_ref(systems, t)) for t in confirmed], None
    )
    with search_person(systems, asked, confirmed=confirmed, despite="objection they asked for") as found:
        return _plan_for_one(
            systems, found, "object", "1 person", case, lambda system: trace_objection(systems, system)
        )


def trace_objection(systems: Systems, system: str) -> Trace | None:
    """Return the trace of an objection in ``system``; ``None`` where nothing there is for marketing."""
    trace = build_objection_trace(systems.maps[system])
    return trace if trace.changes else None


def trace_correction(systems: Systems, system: str, attribute: str, value: str) -> Trace | None:
    """Return the trace of a correction in ``system``; ``None`` where nothing there has the attribute."""
    try:
        trace = build_correction_trace(systems.maps[system], attribute, value)
    except Unfit as error:
        raise NotAllowed(f"system {system!r}: {error}", "give a value that fits") from None
    return trace if trace.changes else None


def find_attribute(systems: Systems, target: str) -> str:
    """Return the attribute that ``[system.]collection.column`` is mapped to."""
    *where, column = target.split(".")
    for system, m in systems.maps.items():
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


def plan_retain(systems: Systems, rule: str) -> PlanningResult:
    """Return the plan for everything that is due under the retention rule ``rule`` today, less what is held.

    And less what is of persons whose data is restricted (Art. 18). Raises `NotAllowed`, `ConnectorError`.
    """
    must_plan(systems)
    if rule not in systems.policy.retention:
        hint = f"one of: {', '.join(sorted(systems.policy.retention)) or 'none, retention.yaml has no rules'}"
        raise UnknownName(f"no retention rule is called {rule!r}", hint)
    case = SealedCase(f"c-{secrets.token_hex(6)}", salt=secrets.token_bytes(16))
    per_system, files, hands = [], list[tuple[str, str]](), find_exempt(systems)
    spared: dict[str, Fates] = {}
    for system, m in systems.maps.items():
        trace = build_retention_trace(m, systems.policy.retention[rule], systems.now.date(), by_hand=hands is not None)
        if not trace.changes:
            continue
        with open_session(systems, system, trace, write=False) as session:
            session.begin(Batch(kept=hands.keys.get(system, {}) if hands else {}))
            per_system.append(count_steps(systems, system, trace, session, hands.list_holds(system) if hands else ()))
            spared[system] = call_system(system, find_fates, trace, session, per_system[-1])
            files += list_files(systems, system, session, trace.erased)
    plan = PlanDocument(
        "retain", rule, case.id, systems.policy.digest, COMPILER, systems.now.date().isoformat(),
        systems.now.astimezone(UTC).isoformat(), "", tuple(per_system), len(files),
        spares=hash_fates(case.salt, spared),
    )  # fmt: skip
    return PlanningResult(plan, replace(case, plan=plan.digest, files=tuple(dict.fromkeys(files)), spared=spared))


def seal_plan(systems: Systems, planned: PlanningResult) -> None:
    """Seal the case of a plan, so that it can be applied."""
    save_case(systems.store, planned.case)


__all__ = [
    "MOST_PERSONS",
    "NotAllowed",
    "PlanningResult",
    "UnknownName",
    "find_attribute",
    "hash_rows",
    "must_plan",
    "plan_correct",
    "plan_erase",
    "plan_object",
    "plan_release",
    "plan_retain",
    "replan_case",
    "replan_erase",
    "replan_release",
    "seal_plan",
    "trace_correction",
    "trace_objection",
]  # fmt: skip
