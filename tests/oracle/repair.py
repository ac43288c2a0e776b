"""Make a random map one that keeps the rules, by taking out the words that break them.

The functions of ``MENDS`` go beyond the rules as first written: each takes out what was found to break a law.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from bailee.policy import (
    KEY_NONE,
    Collection,
    Edge,
    EdgeKind,
    Form,
    Gone,
    OnErase,
    OnLeave,
    OnParentGone,
    Party,
    System,
    Value,
    ValueKind,
)
from bailee.policy.predicate import columns_read
from bailee.trace.schema import ColumnKind, SchemaTable
from tests.oracle.holding import all_key_columns, clearable, fixed_columns, named, references_from
from tests.oracle.interpreter import witnesses_of
from tests.oracle.joins import (
    FLOWING,
    TO_DECLARER,
    Reference,
    agreed,
    collections_of,
    declared_in,
    followed,
    foreign_references,
    reference_of,
)
from tests.oracle.retention import is_counted
from tests.oracle.words import issued
from tests.oracle.world import ENUM, Row, World, table_of

__all__ = ["MENDS", "repaired"]


def repaired(world: World) -> World:
    """Return ``world`` (which has no rows yet) with a map that keeps the rules."""
    for step in (*_STEPS, *MENDS, *_STEPS):
        world = step(world)
    return world


def _each(world: World, change: Callable[[World, str, Collection], Collection]) -> World:
    systems = {
        system.name: replace(
            system, collections={n: change(world, system.name, c) for n, c in system.collections.items()}
        )
        for system in world.policy.systems.values()
    }
    return _with_systems(world, systems)


def _with_systems(world: World, systems: Mapping[str, System]) -> World:
    return replace(world, policy=replace(world.policy, systems=systems))


# --- rules ---------------------------------------------------------------------------------------------------


def protected(world: World, system: str, collection: Collection) -> frozenset[str]:
    """Return the columns that no change may write [15]."""
    table = table_of(world, system, collection)
    columns = set(fixed_columns(world, collection, table)) | unique_columns(table)
    for name, other in collections_of(world):
        for edge in other.edges if name == system else ():
            columns |= set(edge.own_columns) if other.name == collection.name else set()
            columns |= set(edge.their_columns) if edge.to == collection.name else set()
    for reference in foreign_references(world, system):
        columns |= reference.child_columns if reference.child == collection.name else set()
        columns |= reference.parent_columns if reference.parent == collection.name else set()
    return frozenset(columns)


def unique_columns(table: SchemaTable) -> frozenset[str]:
    """Return the columns in which no value may stand twice."""
    return frozenset(column for unique in table.uniques for column in unique)


def _no_protected_cells(world: World, system: str, collection: Collection) -> Collection:
    closed = protected(world, system, collection)
    identities = {identity.column for identity in collection.identities}
    erased = columns_read(collection.erased_when) if collection.erased_when and collection.party else frozenset()
    anonymise = collection.on_erase.anonymise if collection.on_erase else None
    if anonymise is not None:
        open_ = {c: v for c, v in anonymise.items() if c not in closed - erased}
        collection = replace(collection, on_erase=OnErase(open_))
    return _on_each_leave(
        collection, lambda o: replace(o, cells={c: v for c, v in o.cells.items() if c not in closed | identities})
    )


def _on_each_leave(collection: Collection, change: Callable[[OnLeave], OnLeave]) -> Collection:
    return replace(
        collection,
        on_leave=change(collection.on_leave) if collection.on_leave else None,
        edges=tuple(replace(e, on_leave=change(e.on_leave) if e.on_leave else None) for e in collection.edges),
        mentions=tuple(replace(m, on_leave=change(m.on_leave) if m.on_leave else None) for m in collection.mentions),
    )


def _words_that_speak(world: World) -> World:
    """Take out words that say nothing where they stand.

    Fixed values and deletion are for ownership hops alone; an edge that declares ``owns`` or ``accesses`` speaks of the
    other collection's rows, and one along which nothing flows says nothing of leaving, copying or depth.
    """

    def spoken(edge: Edge) -> Edge:
        if edge.kind not in FLOWING:
            return replace(edge, on_leave=None, on_copy=None, depth=None)
        if edge.kind is EdgeKind.OWNED_BY:
            return edge
        on_copy = edge.on_copy if edge.kind is EdgeKind.ACCESSED_BY else None
        return replace(edge, on_leave=_matched_alone(edge.on_leave), on_copy=on_copy)

    def change(_: World, __: str, collection: Collection) -> Collection:
        mentions = tuple(replace(m, on_leave=_matched_alone(m.on_leave)) for m in collection.mentions)
        return replace(collection, edges=tuple(map(spoken, collection.edges)), mentions=mentions)

    return _each(world, change)


def _matched_alone(on_leave: OnLeave | None) -> OnLeave | None:
    return OnLeave(matched=on_leave.matched) if on_leave else None


def _matched_where_something_matches(world: World) -> World:
    """Say *matched* only where a mention or a straight reference to a person can be cleared [13]."""

    def change(world: World, system: str, collection: Collection) -> Collection:
        others = [
            reference_of(world, system, other, edge)
            for other in world.policy.systems[system].collections.values()
            for edge in other.edges
            if edge.on_leave is None
        ]
        direct = [r for r in references_from(world, system, collection.name) if r in others and _clears(world, r)]
        plain = [mention for mention in collection.mentions if mention.on_leave is None]
        edges = []
        for edge in collection.edges:
            on_leave = edge.on_leave
            reference = reference_of(world, system, collection, edge)
            if on_leave and on_leave.matched and (reference is None or not _clears(world, reference)):
                on_leave = replace(on_leave, matched=False)
            edges.append(replace(edge, on_leave=on_leave))
        collection = replace(collection, edges=tuple(edges))
        if collection.on_leave and not direct and not plain:
            collection = replace(collection, on_leave=replace(collection.on_leave, matched=False))
        return collection

    return _each(world, change)


def _clears(world: World, reference: Reference) -> bool:
    """Whether an edge that flows from a person to its child is this reference, and has cells to clear."""
    declared = world.policy.systems[reference.system].collections
    child, table = _child(world, reference)
    flows = any(
        edge.kind in FLOWING and reference_of(world, reference.system, collection, edge) == reference
        for collection in declared.values()
        for edge in collection.edges
        if followed(edge, collection.name)
        if (edge.kind in TO_DECLARER) == (collection.name == reference.child)
    )
    person = declared[reference.parent].party is Party.PERSON
    return flows and person and bool(clearable(world, Row(reference.system, child, table, {}), reference))


def _empty_words(world: World) -> World:
    """A word that writes nothing anonymises nothing: such rows are deleted."""

    def change(_: World, __: str, collection: Collection) -> Collection:
        empty = collection.on_erase is not None and collection.on_erase.anonymise == {}
        return replace(collection, on_erase=OnErase()) if empty else collection

    world = _each(world, change)
    rules = {n: replace(r, then=r.then or None) for n, r in world.policy.retention.items()}
    return replace(world, policy=replace(world.policy, retention=rules))


def _open_rules(world: World) -> World:
    """Take protected columns out of what retention writes; drop rules that count from nothing."""
    rules = dict(world.policy.retention)

    def change(world: World, system: str, collection: Collection) -> Collection:
        if collection.retain is None:
            return collection
        rule = rules[collection.retain]
        if not is_counted(world, system, collection):
            return replace(collection, retain=None)
        if rule.then is not None:
            closed = protected(world, system, collection) | {i.column for i in collection.identities}
            then = _constants(rule.then) if collection.key == KEY_NONE else rule.then
            rules[rule.name] = replace(rule, then={c: v for c, v in then.items() if c not in closed})
        return collection

    world = _each(world, change)
    return replace(world, policy=replace(world.policy, retention=rules))


def _timed_mentions(world: World) -> World:
    """Drop mentions without ``at`` of an attribute that has a validity somewhere."""
    timed = {
        issued(system, identity.attribute)
        for system, collection in collections_of(world)
        for identity in collection.identities
        if identity.valid
    }
    return _each(
        world,
        lambda _, s, c: replace(
            c, mentions=tuple(m for m in c.mentions if m.at or issued(s, m.attribute) not in timed)
        ),
    )


def _say_the_same(world: World) -> World:
    """Let edges that are one reference say the same of ``on_parent_gone`` and ``unset``; null needs what to clear."""

    def change(world: World, system: str, collection: Collection) -> Collection:
        return replace(collection, edges=tuple(_said(world, system, collection, e) for e in collection.edges))

    return _each(world, change)


def _said(world: World, system: str, collection: Collection, edge: Edge) -> Edge:
    reference = reference_of(world, system, collection, edge)
    if reference is None:
        return replace(edge, on_parent_gone=None, unset=None)
    reference = agreed(reference, declared_in(world, reference.system))
    child, table = _child(world, reference)
    clears = clearable(world, Row(system, child, table, {}), reference)
    said = reference.said
    closed = all_key_columns(child, table) | unique_columns(table) | (reference.child_columns - clears)
    for other in references_from(world, system, child.name):
        if other.parent != reference.parent:
            closed |= other.child_columns
    if (said.action is Gone.NULL and not clears) or (said.action is Gone.STAND_IN and closed & reference.child_columns):
        said = OnParentGone()
    foreign = {column for key in table.foreign_keys for column in key.columns}
    unset = reference.unset if clears and not (foreign | unique_columns(table)) & reference.child_columns else None
    return replace(edge, on_parent_gone=said, unset=unset)


def _child(world: World, reference: Reference) -> tuple[Collection, SchemaTable]:
    child = world.policy.systems[reference.system].collections[reference.child]
    return child, table_of(world, reference.system, child)


def _nullable_where_emptied(world: World) -> World:
    """Let columns be empty where the map may empty them and nothing else can stand there."""
    reducible = _reducible(world)
    schemas = {}
    for system, schema in world.schemas.items():
        tables = dict(schema.tables)
        for collection in world.policy.systems[system].collections.values():
            table = table_of(world, system, collection)
            must = _must_be_nullable(world, system, collection, table, reduced=(system, collection.name) in reducible)
            columns = {n: replace(c, nullable=c.nullable or n in must) for n, c in table.columns.items()}
            tables[table.name] = replace(table, columns=columns)
        schemas[system] = replace(schema, tables=tables)
    return replace(world, schemas=schemas)


def _must_be_nullable(
    world: World, system: str, collection: Collection, table: SchemaTable, *, reduced: bool
) -> set[str]:
    key = all_key_columns(collection, table)
    must: set[str] = set()
    leaves = any(o and o.matched for o in [collection.on_leave, *(e.on_leave for e in collection.edges)])
    for reference in references_from(world, system, collection.name):
        if reference.unset is None and (leaves or reference.action is Gone.NULL):
            must |= clearable(world, Row(system, collection, table, {}), reference)
    if reduced:
        foreign = {column for f in table.foreign_keys for column in f.columns}
        dates = {
            n for n, c in table.columns.items() if c.kind in {ColumnKind.DATE, ColumnKind.TIME} or c.type_name == ENUM
        }
        must |= dates | foreign | unique_columns(table)
    return must - key


def _holds_that_reach(world: World) -> World:
    """Let a hold name cells only of collections that it stands on or climbs to."""
    holds = dict(world.policy.holds)
    for system, declared in world.policy.systems.items():
        for name in {hold for collection in declared.collections.values() for hold in collection.hold}:
            reached = _climbed(world, system, name)
            keeps = tuple(keep for keep in holds[name].keeps if keep[0] in reached)
            first = next(c.name for c in declared.collections.values() if name in c.hold)
            holds[name] = replace(holds[name], keeps=keeps or ((first, "*"),))
    return replace(world, policy=replace(world.policy, holds=holds))


def _climbed(world: World, system: str, hold: str) -> set[str]:
    declared = world.policy.systems[system].collections
    reached = {c.name for c in declared.values() if hold in c.hold}
    waiting = list(reached)
    while waiting:
        child = declared[waiting.pop()]
        table = table_of(world, system, child)
        kept = named(world, hold, child, table) | fixed_columns(world, child, table)
        for reference in references_from(world, system, child.name):
            if reference.child_columns <= kept and reference.parent not in reached:
                reached.add(reference.parent)
                waiting.append(reference.parent)
    return reached


def _reducible(world: World) -> set[tuple[str, str]]:
    """Return the collections whose rows a hold or a pin may reduce."""
    found = {(s, c.name) for s, c in collections_of(world) if c.hold}
    for system, collection in collections_of(world):
        for reference in references_from(world, system, collection.name):
            if reference.action is Gone.PIN:
                found.add((system, reference.parent))
            for hold in world.policy.holds:
                table = table_of(world, system, collection)
                kept = named(world, hold, collection, table) | fixed_columns(world, collection, table)
                if hold.startswith(f"h_{system}_") and reference.child_columns <= kept:
                    found.add((system, reference.parent))
    return found


def _keyless(world: World) -> World:
    """Rows without a key take uniform updates only, and no hold can name them."""

    def change(world: World, system: str, collection: Collection) -> Collection:
        if collection.key != KEY_NONE:
            return collection
        collection = _on_each_leave(collection, lambda o: replace(o, cells=_constants(o.cells)))
        if collection.on_erase and collection.on_erase.anonymise is not None:
            collection = replace(collection, on_erase=OnErase(_constants(collection.on_erase.anonymise)))
        whole = tuple(m for m in collection.mentions if m.stored.form is not Form.LIST)
        return replace(collection, hold=(), mentions=whole)

    return _each(world, change)


def _constants(cells: Mapping[str, Value]) -> Mapping[str, Value]:
    return {c: v for c, v in cells.items() if v.kind is ValueKind.CONSTANT}


_STEPS: tuple[Callable[[World], World], ...] = (
    _words_that_speak,
    lambda world: _each(world, _no_protected_cells),
    _open_rules,
    _timed_mentions,
    _say_the_same,
    _keyless,
    _empty_words,
    _matched_where_something_matches,
    _holds_that_reach,
    _nullable_where_emptied,
)


# --- beyond the rules: mends ---------------------------------------------------------------------------------


def no_function_over_matched(world: World) -> World:
    """A cell that *matched* may clear takes constants and ``now`` alone: a function of it would depend on the order."""

    def change(world: World, system: str, collection: Collection) -> Collection:
        cleared = {mention.column for mention in collection.mentions}

        def steady(cells: Mapping[str, Value]) -> Mapping[str, Value]:
            fine = {ValueKind.CONSTANT, ValueKind.NOW}
            return {c: v for c, v in cells.items() if c not in cleared or v.kind in fine}

        if collection.on_erase and collection.on_erase.anonymise is not None:
            collection = replace(collection, on_erase=OnErase(steady(collection.on_erase.anonymise)))
        return _on_each_leave(collection, lambda o: replace(o, cells=steady(o.cells)))

    return _each(world, change)


def _passes_ownership(world: World, system: str, name: str) -> list[tuple[Collection, Edge]]:
    """Return the edges along which rows of ``name`` pass ownership on."""
    return [
        (collection, edge)
        for s, collection in collections_of(world)
        if s == system
        for edge in collection.edges
        if followed(edge, collection.name)
        if (edge.kind is EdgeKind.OWNED_BY and edge.to == name)
        or (edge.kind is EdgeKind.OWNS and collection.name == name)
    ]


def no_delete_while_others_own_through(world: World) -> World:
    """A row that goes although others own it (``on_leave: delete``, or by a ``delete`` reference) passes nothing on."""

    def change(world: World, system: str, collection: Collection) -> Collection:
        def leaf(name: str) -> bool:
            party = world.policy.systems[system].collections[name].party
            return party is None and not _passes_ownership(world, system, name)

        def keep(on_leave: OnLeave | None, name: str) -> OnLeave | None:
            return replace(on_leave, delete=False) if on_leave and on_leave.delete and not leaf(name) else on_leave

        edges = []
        for edge in collection.edges:
            reference = reference_of(world, system, collection, edge)
            if reference and reference.action is Gone.DELETE and not leaf(reference.child):
                edge = replace(edge, on_parent_gone=None)  # noqa: PLW2901 - the same edge, less a word
            edges.append(replace(edge, on_leave=keep(edge.on_leave, collection.name)))
        return replace(collection, edges=tuple(edges), on_leave=keep(collection.on_leave, collection.name))

    return _each(world, change)


def one_parent_for_columns(world: World) -> World:
    """Two references on one column need ``when`` that exclude each other; here the later edge is taken out."""
    seen: list[Reference] = []

    def change(world: World, system: str, collection: Collection) -> Collection:
        edges = []
        for edge in collection.edges:
            reference = reference_of(world, system, collection, edge)
            clash = reference is not None and any(_clash(other, reference) for other in seen)
            if not clash:
                edges.append(edge)
                seen.extend([reference] if reference else [])
        return replace(collection, edges=tuple(edges))

    return _each(world, change)


def _clash(one: Reference, other: Reference) -> bool:
    together = (one.system, one.child) == (other.system, other.child) and one.child_columns & other.child_columns
    return bool(together) and (one.parent, one.pairs, one.when) != (other.parent, other.pairs, other.when)


def leave_no_harsher_than_erase(world: World) -> World:
    """``on_leave: delete`` is said only where ``on_erase`` deletes, or the last owner's leaving would spare the row."""

    def change(_: World, __: str, collection: Collection) -> Collection:
        deletes = collection.on_erase is not None and collection.on_erase.deletes
        return _on_each_leave(collection, lambda o: replace(o, delete=o.delete and deletes))

    return _each(world, change)


def whole_references_held(world: World) -> World:
    """A hold names all child columns of a reference or none, or half of it would outlive the rest."""
    return _keeping(world, _whole)


def now_held_with_its_witnesses(world: World) -> World:
    """A hold that names a cell that gets ``now`` names its witnesses, or the time would never be written."""
    return _keeping(world, _witnessed)


def _keeping(world: World, unfit: Callable[[World, str, Collection, frozenset[str]], Iterable[str]]) -> World:
    holds = dict(world.policy.holds)
    for system, collection in collections_of(world):
        table = table_of(world, system, collection)
        for name in [hold for hold in holds if hold.startswith(f"h_{system}_")]:
            keeps = named(world, name, collection, table)
            out = set(unfit(world, system, collection, keeps))
            if out:
                kept = [(c, column) for c, column in holds[name].keeps if c != collection.name]
                kept += [(collection.name, column) for column in sorted(keeps - out)]
                holds[name] = replace(holds[name], keeps=tuple(kept))
        world = replace(world, policy=replace(world.policy, holds=dict(holds)))
    return world


def _whole(world: World, system: str, collection: Collection, keeps: frozenset[str]) -> Iterable[str]:
    fixed = fixed_columns(world, collection, table_of(world, system, collection))
    for reference in references_from(world, system, collection.name):
        if not reference.child_columns <= keeps | fixed:
            yield from reference.child_columns & keeps


def _witnessed(world: World, system: str, collection: Collection, keeps: frozenset[str]) -> Iterable[str]:
    for time, cells in witnesses_of(world, system, collection).items():
        if not cells <= keeps:
            yield time


MENDS: list[Callable[[World], World]] = [
    no_function_over_matched,
    no_delete_while_others_own_through,
    one_parent_for_columns,
    leave_no_harsher_than_erase,
    whole_references_held,
    now_held_with_its_witnesses,
]
