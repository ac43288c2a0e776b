"""Erasure, row by row: who is concerned, what the fate of each row is, what stays, and what is left in the end."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import datetime

from bailee.policy import Collection, Edge, EdgeKind, Gone, Mention, OnErase, OnLeave, Value, ValueKind
from bailee.policy.predicate import Scalar
from tests.oracle.closure import identities_of, in_scope, is_valid_at, shared_values
from tests.oracle.holding import Holding, Remains, clearable, emptied, held, kept_by_name, references_from, remaining
from tests.oracle.joins import Arrival, Flow, Joined, Link, flows, joined, links, reach, stand_ins
from tests.oracle.words import holds, issued, spells, targets, without, witnesses
from tests.oracle.world import (
    Cells,
    Known,
    Memory,
    Outcome,
    Person,
    Remembered,
    Row,
    RowKey,
    World,
    data_of,
    moment,
    rows_of,
    unpadded,
)

NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Facts:
    """What does not change from round to round: the rows, what joins them, and the holds on them."""

    world: World
    rows: Sequence[Row]
    joins: Sequence[Joined]
    links: Sequence[Link]
    flows: Sequence[Flow]
    nobody: frozenset[Row]
    holding: Holding
    shared: frozenset[tuple[str, str]]
    memory: Memory
    now: datetime


@dataclass(frozen=True, slots=True)
class Subject:
    """A person of the batch, new or remembered: ``places`` in the batch, and what the books say of her."""

    known: Remembered
    places: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Mentioned:
    """A mention of a row that spells values of the person."""

    row: Row
    mention: Mention
    values: frozenset[str]


@dataclass(frozen=True, slots=True)
class Traced:
    """What is one person's: own rows, mentions that match, and every arrival of a path."""

    own: frozenset[Row]
    mentioned: tuple[Mentioned, ...]
    arrivals: tuple[Arrival, ...]
    kept: frozenset[Row]

    @property
    def owned(self) -> frozenset[Row]:
        """The rows that the person owns, own rows apart."""
        return frozenset(a.row for a in self.arrivals if a.owning) - self.own

    @property
    def located(self) -> frozenset[Row]:
        """All rows that the person owns or sees."""
        return self.own | {a.row for a in self.arrivals} | {m.row for m in self.mentioned}


@dataclass(slots=True)
class Round:
    """One computation of the plan."""

    deletes: set[Row] = field(default_factory=set)  # rows whose own fate is delete
    stays: dict[Row, dict[str, Scalar]] = field(default_factory=dict)  # rows that get changes -> column -> target
    matched: dict[Row, set[str]] = field(default_factory=dict)  # columns that matched clears
    withheld: dict[Row, dict[str, Value]] = field(default_factory=dict)
    goes: set[Row] = field(default_factory=set)
    doomed: set[Row] = field(default_factory=set)
    remains: Remains = field(default_factory=lambda: Remains((), {}))
    apart: dict[Row, dict[str, Scalar]] = field(default_factory=dict)  # what on_parent_gone writes
    stuck: set[Row] = field(default_factory=set)  # rows that should go and may not


def erase(world: World, batch: Sequence[Person], memory: Memory, now: datetime) -> Outcome:
    """Return what the erasure of ``batch`` leaves, remembered persons being reconsidered with it [21, 22].

    An empty batch is the plan that the release of a hold makes by itself.
    """
    facts = facts_of(world, memory, now)
    subjects = subjects_of(facts, batch)
    refused, unreleased = set[int](), 0
    while True:
        traced = {subject: trace(facts, subject) for subject in subjects}
        plan = _round(facts, traced)
        out = {s for row in plan.stuck for s in _blamed(facts, traced, plan, row)}
        if not out:
            break
        refused |= {place for subject in out for place in subject.places}
        unreleased += sum(not subject.places for subject in out)
        subjects = [subject for subject in subjects if subject not in out]
    return replace(_applied(facts, traced, plan, frozenset(refused)), unreleased=unreleased)


def facts_of(world: World, memory: Memory, now: datetime) -> Facts:
    """Return everything that is known before anybody is looked for."""
    rows = rows_of(world)
    joins = joined(world, rows)
    references = links(world, rows, joins)
    nobody = stand_ins(world, rows)
    return Facts(
        world,
        rows,
        joins,
        references,
        flows(joins, nobody),
        nobody,
        held(world, rows, references, now.date()),
        shared_values(world, rows) | memory.shared,
        memory,
        now,
    )


def subjects_of(facts: Facts, batch: Sequence[Person]) -> list[Subject]:
    """Return the persons of the batch and those remembered; somebody who is both is one."""
    subjects = [Subject(known) for known in facts.memory.persons]
    for place, person in enumerate(batch):
        remembered = {(k.attribute, k.value) for p in facts.memory.persons for k in p.identities}
        identities = identities_of(facts.world, facts.rows, person.own, person.seeds - remembered, person.customer)
        known = next((s for s in subjects if s.known.own & person.own or _is_nameless(s, person, identities)), None)
        if known is None:
            subjects.append(Subject(Remembered(person.own, identities, customer=person.customer), frozenset({place})))
            continue
        sealed = known.known.identities if person.own <= known.known.own else known.known.identities | identities
        merged = replace(known.known, own=known.known.own | person.own, identities=sealed)
        subjects[subjects.index(known)] = Subject(merged, known.places | {place})
    return subjects


def _is_nameless(subject: Subject, person: Person, identities: frozenset[Known]) -> bool:
    """Whether a remembered person without a row of her own is this one: nothing new is known of her."""
    return not subject.places and subject.known.own == person.own and identities <= subject.known.identities


# --- who: what is one person's [1-5] -------------------------------------------------------------------------


def trace(facts: Facts, subject: Subject) -> Traced:
    """Return all that is the person's, however it was reached."""
    own = frozenset(row for row in facts.rows if row.is_person and row.name in subject.known.own)
    scope = in_scope(facts.world, facts.rows, subject.known.customer)
    mentioned = tuple(
        Mentioned(row, mention, values)
        for row in scope
        for mention in row.collection.mentions
        if (values := matching(facts, row, mention, subject.known.identities))
    )
    starts = [(row, True) for row in own]
    starts += [(m.row, False) for m in mentioned if not m.row.is_person]
    kept = frozenset(row for row in facts.rows if row.key and row.name in subject.known.kept)
    return Traced(own, mentioned, tuple(reach(facts.flows, starts)), kept)


def matching(facts: Facts, row: Row, mention: Mention, identities: Iterable[Known]) -> frozenset[str]:
    """Return the values of a person that a mention of ``row`` spells, unshared and within their validity [4]."""
    if not holds(mention.when, row.cells):
        return NOTHING
    attribute = issued(row.system, mention.attribute)
    firm = facts.world.policy.firm
    return frozenset(
        known.value
        for known in identities
        if known.attribute == attribute
        if (attribute, known.value) not in facts.shared
        if spells(firm, attribute, mention.stored, row.cells[mention.column], known.value)
        if mention.at is None or is_valid_at(known, moment(row.cells[mention.at]))
    )


def living(facts: Facts, in_batch: AbstractSet[Row], row: Row) -> bool:
    """Whether a party's row is living [5]. A stand-in is nobody."""
    if row in facts.nobody:
        return False
    if row.is_organisation:
        return True
    remembered = any(row.name in person.own for person in facts.memory.persons)
    erased_when = row.collection.erased_when
    erased = erased_when is not None and holds(erased_when, row.cells)
    return row.is_person and row not in in_batch and not remembered and not erased


def with_living_owner(facts: Facts, in_batch: AbstractSet[Row]) -> frozenset[Row]:
    """Return the rows that somebody living owns, a living party's own row among them."""
    alive = [row for row in facts.rows if living(facts, in_batch, row)]
    return frozenset(alive) | {a.row for a in reach(facts.flows, [(row, True) for row in alive]) if a.owning}


# --- the fate of a row [10-16] -------------------------------------------------------------------------------


def _round(facts: Facts, traced: Mapping[Subject, Traced]) -> Round:
    plan = Round()
    own = frozenset[Row]().union(*(t.own for t in traced.values()))
    owned = frozenset[Row]().union(*(t.owned for t in traced.values())) - own
    located = frozenset[Row]().union(*(t.located for t in traced.values()))
    kept = frozenset[Row]().union(*(t.kept for t in traced.values()))
    owned_by_living = with_living_owner(facts, own)
    for row in facts.rows:
        if row in kept:
            plan.deletes.add(row)
        elif row in own or (row in owned and row not in owned_by_living):
            _erase_row(facts, traced, plan, row, own)
        elif row in located:
            _leave_row(facts, traced, plan, row, own, owned=row in owned)
    _add_withheld(facts, traced, plan)
    _settle(facts, plan)
    return plan


def _erase_row(facts: Facts, traced: Mapping[Subject, Traced], plan: Round, row: Row, own: AbstractSet[Row]) -> None:
    on_erase = row.collection.on_erase or OnErase()
    if on_erase.anonymise is None:
        plan.deletes.add(row)
        return
    values = dict(on_erase.anonymise)
    if row in own and row.collection.on_leave is not None:
        values |= row.collection.on_leave.cells
    for hop in _ownership_hops(traced, row):
        values |= on_leave_of(hop, row).cells
    _change(facts, traced, plan, row, own, values)


def _leave_row(
    facts: Facts, traced: Mapping[Subject, Traced], plan: Round, row: Row, own: AbstractSet[Row], *, owned: bool
) -> None:
    leaves = [on_leave_of(hop, row) for hop in _ownership_hops(traced, row)] if owned else []
    if any(on_leave.delete for on_leave in leaves):
        plan.deletes.add(row)
        return
    values: dict[str, Value] = {}
    for on_leave in leaves:
        values |= on_leave.cells
    _change(facts, traced, plan, row, own, values)


def _ownership_hops(traced: Mapping[Subject, Traced], row: Row) -> list[Edge]:
    arrivals = [a for t in traced.values() for a in t.arrivals if a.row is row and a.owning]
    return [arrival.hop for arrival in arrivals if isinstance(arrival.hop, Edge)]


def on_leave_of(hop: Edge | Mention, row: Row) -> OnLeave:
    """Return what ``hop`` says of a row that others keep: its own word, else the collection's."""
    return hop.on_leave or row.collection.on_leave or OnLeave()


def _change(
    facts: Facts,
    traced: Mapping[Subject, Traced],
    plan: Round,
    row: Row,
    own: AbstractSet[Row],
    values: Mapping[str, Value],
) -> None:
    """Write into ``plan`` the targets of a row that stays, less the cells that a hold keeps by name [19]."""
    by_mention = _cleared_mentions(facts, traced, row)
    by_edge = _cleared_edges(facts, traced, row, own)
    keeps = kept_by_name(facts.world, facts.holding, row)
    clears = {c: v for c, v in {**by_edge, **by_mention}.items() if c not in keeps}
    stays = {c: v for c, v in values.items() if c not in keeps}
    plan.stays[row] = _targets(facts, row, clears, stays)
    plan.matched[row] = set(clears) - set(values)
    later = {c: v for c, v in values.items() if c in keeps}
    seen = witnesses_of(facts.world, row.system, row.collection)
    later |= {c: v for c, v in values.items() if v.kind is ValueKind.NOW and seen[c] & set(later)}
    plan.withheld[row] = later


def _targets(facts: Facts, row: Row, clears: Cells, values: Mapping[str, Value]) -> dict[str, Scalar]:
    seen = witnesses_of(facts.world, row.system, row.collection)
    return targets(row.cells, clears, values, facts.world.secret, row.table.columns, facts.now, seen)


def witnesses_of(world: World, system: str, collection: Collection) -> dict[str, frozenset[str]]:
    """Return what decides whether ``now`` is written into rows of ``collection``."""
    return witnesses(words_of(world, system, collection), {mention.column for mention in collection.mentions})


def words_of(world: World, system: str, collection: Collection) -> list[Mapping[str, Value]]:
    """Return every word that writes fixed values into rows of ``collection`` in an erasure."""
    words = [(collection.on_erase or OnErase()).anonymise or {}]
    leaves = [collection.on_leave, *(edge.on_leave for edge in collection.edges if edge.kind is EdgeKind.OWNED_BY)]
    for other in world.policy.systems[system].collections.values():
        leaves += [e.on_leave for e in other.edges if e.kind is EdgeKind.OWNS and e.to == collection.name]
    return words + [on_leave.cells for on_leave in leaves if on_leave is not None]


def _cleared_mentions(facts: Facts, traced: Mapping[Subject, Traced], row: Row) -> dict[str, Scalar]:
    cells: dict[str, Scalar] = {}
    for found in (m for t in traced.values() for m in t.mentioned if m.row is row):
        on_leave = on_leave_of(found.mention, row)
        if on_leave.matched:
            column = found.mention.column
            cell = cells.get(column, row.cells[column])
            if cell != on_leave.matched_value:
                attribute, stored = issued(row.system, found.mention.attribute), found.mention.stored
                firm, empty = facts.world.policy.firm, on_leave.matched_value
                left = without(firm, attribute, stored, cell, found.values, empty)
                cells[column] = unpadded(row.column(column), left)
    return cells


def _cleared_edges(
    facts: Facts, traced: Mapping[Subject, Traced], row: Row, own: AbstractSet[Row]
) -> dict[str, Scalar]:
    """Return the child columns of hops straight from an own row, as *matched* leaves them [13]."""
    cells: dict[str, Scalar] = {}
    hops = [(a.hop, a.source) for t in traced.values() for a in t.arrivals if a.row is row and a.source in t.own]
    for link in facts.links:
        if link.child is not row or link.parent not in own:
            continue
        if any(_is(facts, link, hop, source) and on_leave_of(hop, row).matched for hop, source in hops):
            cells |= dict.fromkeys(sorted(clearable(facts.world, row, link.reference)), link.reference.unset)
    return cells


def _is(facts: Facts, link: Link, hop: Edge | Mention, source: Row | None) -> bool:
    """Whether ``hop`` from ``source`` is the very edge that ``link`` is a reference by."""
    if source is not link.parent or isinstance(hop, Mention):
        return False
    as_child = frozenset((own, their) for their, own in hop.on)
    return hop.when == link.reference.when and link.reference.pairs in {as_child, frozenset(hop.on)}


def _add_withheld(facts: Facts, traced: Mapping[Subject, Traced], plan: Round) -> None:
    """Take up again the changes that a hold withheld earlier [21]; a fixed value wins over *matched* now as then."""
    for row in facts.rows:
        name = row.name if row.key else None
        earlier = {c: value for s in traced for (kept, c, value) in s.known.withheld if kept == name}
        keeps = kept_by_name(facts.world, facts.holding, row)
        for column in set(earlier) & keeps:
            plan.withheld.setdefault(row, {}).setdefault(column, earlier[column])
        free = {c: value for c, value in earlier.items() if c not in keeps}
        for column in _waiting(
            facts, row, plan.withheld.get(row, {}), free
        ):  # the time of a change is that of its last
            plan.withheld[row].setdefault(column, free.pop(column))
        references = references_from(facts.world, row.system, row.collection.name) if free else []
        for column, cell in _targets(facts, row, {}, free).items():
            decided = plan.stays.setdefault(row, {})
            if column not in decided or column in plan.matched.get(row, set()):
                decided[column] = cell
            if any(column in reference.child_columns for reference in references):
                plan.matched.setdefault(row, set()).add(column)


def _waiting(facts: Facts, row: Row, withheld: Mapping[str, Value], free: Mapping[str, Value]) -> list[str]:
    """Return the times among ``free`` that come with a change that is withheld still."""
    seen = witnesses_of(facts.world, row.system, row.collection)
    return [c for c, value in free.items() if value.kind is ValueKind.NOW and seen[c] & set(withheld)]


# --- what goes [17-22] ---------------------------------------------------------------------------------------


def _settle(facts: Facts, plan: Round) -> None:
    """Find which rows go: the least set, from the fates up."""
    doomed = set(plan.deletes)
    while True:
        _settle_pins(facts, plan, doomed)
        children = {link.child for link in facts.links if _takes_along(plan, link)}
        if plan.deletes | children == doomed:
            break
        doomed = plan.deletes | children
    plan.doomed = doomed
    for link in plan.remains.links:
        if link.parent in plan.goes:
            _parent_goes(facts, plan, link)


def _takes_along(plan: Round, link: Link) -> bool:
    """Whether the child goes because the parent does. A child that *matched* sets free stays, held or not (law d)."""
    freed = link.reference.child_columns & plan.matched.get(link.child, set())
    return link.reference.action is Gone.DELETE and link.parent in plan.goes and not freed


def _settle_pins(facts: Facts, plan: Round, doomed: AbstractSet[Row]) -> None:
    pinned: set[Row] = set()
    while True:
        goes = set(doomed) - set(facts.holding) - pinned
        remains = remaining(facts.world, facts.links, facts.holding, goes, doomed - goes, plan.matched)
        pins = {link.parent for link in remains.links if link.reference.action is Gone.PIN and link.parent in goes}
        if not pins:
            plan.goes, plan.remains = goes, remains
            return
        pinned |= pins


def _parent_goes(facts: Facts, plan: Round, link: Link) -> None:
    """Do what ``on_parent_gone`` says to a row that stays; where its cells may not be written, it refuses."""
    row, reference = link.child, link.reference
    change: dict[str, Scalar] = {}
    if reference.action is Gone.NULL:
        change = dict.fromkeys(clearable(facts.world, row, reference), reference.unset)
    elif reference.action is Gone.STAND_IN:
        parent_to_child = {parent: child for child, parent in reference.pairs}
        change = {parent_to_child[column]: value for column, value in reference.said.stand_in.items()}
        change = change if _stands_in(facts, plan, link) else {}
    keeps = plan.remains.kept.get(row) or kept_by_name(facts.world, facts.holding, row)
    change = {column: value for column, value in change.items() if column not in keeps}
    if not change:
        plan.stuck.add(link.parent)
    plan.apart.setdefault(row, {}).update(change)


def _stands_in(facts: Facts, plan: Round, link: Link) -> bool:
    """Whether the row that is to take the parent's place is there and stays."""
    place = link.reference.said.stand_in
    return any(
        row not in plan.goes and all(row.cells[column] == value for column, value in place.items())
        for row in facts.rows
        if (row.system, row.collection.name) == (link.reference.system, link.reference.parent)
    )


def _blamed(facts: Facts, traced: Mapping[Subject, Traced], plan: Round, row: Row) -> set[Subject]:
    """Return the persons who own ``row``, or the rows that took it along: they are refused."""
    asked, waiting = {row}, [row]
    while waiting:
        gone = waiting.pop()
        for link in facts.links:
            if link.child is gone and _takes_along(plan, link) and link.parent not in asked:
                asked.add(link.parent)
                waiting.append(link.parent)
    return {s for s, t in traced.items() if asked & (t.own | t.owned | t.kept)}


# --- what is left --------------------------------------------------------------------------------------------


def _applied(facts: Facts, traced: Mapping[Subject, Traced], plan: Round, refused: frozenset[int]) -> Outcome:
    counts: Counter[tuple[str, str, str]] = Counter()
    apart: set[RowKey] = set()
    located = frozenset[Row]().union(*(t.located | t.kept for t in traced.values()))
    kept_names: dict[Row, RowKey] = {}
    for row in facts.rows:
        before, name = dict(row.cells), row.name
        if row in plan.goes:
            counts[row.system, row.collection.name, "deleted"] += 1
            apart |= set() if row in located else {name}
            continue
        reduced = row in plan.doomed
        row.cells.update(_new_cells(facts, plan, row))
        kept_names[row] = row.name
        if row.cells != before:
            counts[row.system, row.collection.name, "reduced" if reduced else "changed"] += 1
            apart |= set() if row in located else {name}
    left = [row for row in facts.rows if row not in plan.goes]
    memory = Memory(_remembered(facts, traced, plan, kept_names), facts.shared)
    return Outcome(data_of(facts.world, left), memory, refused, dict(counts), frozenset(apart))


def _new_cells(facts: Facts, plan: Round, row: Row) -> dict[str, Scalar]:
    if row in plan.doomed:
        cells = {c: emptied(facts.world, row, c) for c in row.cells if c not in plan.remains.kept[row]}
    else:
        cells = dict(plan.stays.get(row, {}))
    return cells | plan.apart.get(row, {})


def _remembered(
    facts: Facts, traced: Mapping[Subject, Traced], plan: Round, names: Mapping[Row, RowKey]
) -> tuple[Remembered, ...]:
    """Return the books after the plan: who was in it, and what of theirs is kept."""
    result = [person for person in facts.memory.persons if not any(s.known.own & person.own for s in traced)]
    owners: dict[Row, set[Subject]] = defaultdict(set)
    for row in plan.doomed - plan.goes:
        owners[row] = _blamed(facts, traced, plan, row) or set(traced)
    for subject, found in traced.items():
        kept = frozenset(names[row] for row, persons in owners.items() if subject in persons)
        withheld = frozenset(
            (names[row], column, value)
            for row, cells in plan.withheld.items()
            if row in names and row not in plan.doomed
            if row in found.located or any(name == row.name for name, _, _ in subject.known.withheld)
            for column, value in cells.items()
        )
        result.append(replace(subject.known, kept=kept, withheld=withheld))
    return tuple(result)
