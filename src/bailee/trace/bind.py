"""The map of one system laid over its live schema: keys, flows and references, resolved once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from bailee.policy import KEY_NONE, Collection, Edge, EdgeKind, Gone, OnLeave, OnParentGone, Party, Policy, System
from bailee.policy.predicate import ALWAYS, NEVER, Compare, Predicate, columns_read
from bailee.trace.schema import Schema, SchemaTable
from bailee.trace.sets import and_, not_, or_

FLOWING = {EdgeKind.OWNED_BY, EdgeKind.OWNS, EdgeKind.ACCESSED_BY, EdgeKind.ACCESSES}
OWNING = {EdgeKind.OWNED_BY, EdgeKind.OWNS}
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class BoundCollection:
    """A collection and its table. ``key`` is empty where rows have none."""

    name: str
    collection: Collection
    table: SchemaTable
    key: tuple[str, ...]

    @property
    def is_person(self) -> bool:
        """Whether rows are data subjects."""
        return self.collection.party is Party.PERSON

    @property
    def is_party(self) -> bool:
        """Whether rows are persons or organisations."""
        return self.collection.party is not None


@dataclass(frozen=True, slots=True)
class OwnershipFlow:
    """A way along which ownership or access passes from a row of ``source`` to one of ``target``.

    ``on``: (source column, target column). ``when_source`` and ``when_target``: the edge's condition, on the side
    that declares it.
    """

    id: str
    source: str
    target: str
    on: Pairs
    owning: bool
    depth: int | None  # None: without bound
    edge: Edge
    when_source: Predicate = ALWAYS
    when_target: Predicate = ALWAYS

    @property
    def back(self) -> Pairs:
        """The pairs seen from the source: (target column, source column)."""
        return tuple((target, source) for source, target in self.on)


@dataclass(frozen=True, slots=True)
class RowReference:
    """A child row points to a parent row. ``on``: (parent column, child column)."""

    child: str
    parent: str
    on: Pairs
    gone: OnParentGone
    edges: tuple[Edge, ...] = ()
    when_child: Predicate = ALWAYS
    when_parent: Predicate = ALWAYS
    foreign_key: bool = False

    @property
    def child_columns(self) -> tuple[str, ...]:
        """The columns of the child, each once."""
        return tuple(dict.fromkeys(child for _, child in self.on))

    @property
    def parent_columns(self) -> tuple[str, ...]:
        """The columns of the parent."""
        return tuple(parent for parent, _ in self.on)

    @property
    def id(self) -> str:
        """A name that stays: child, columns, parent; where it depends on a condition, the edges too."""
        edges = "" if self.when_child == self.when_parent == ALWAYS else f"[{'+'.join(e.id for e in self.edges)}]"
        return f"{self.child}.{'+'.join(self.child_columns)}->{self.parent}{edges}"

    @property
    def down(self) -> Pairs:
        """The pairs seen from the parent: (child column, parent column)."""
        return tuple((child, parent) for parent, child in self.on)


@dataclass(frozen=True)
class BoundMap:
    """One system's map, bound. ``preserved``: collection -> columns that stay in a row that stays (18, 20).

    ``nobody``: collection -> the rows that some ``stand_in`` names. They are nobody and nobody's: were a stand-in a
    living owner, what lost its owner to it would never be without one.
    """

    system: System
    policy: Policy
    schema: Schema
    bound: Mapping[str, BoundCollection]
    flows: tuple[OwnershipFlow, ...]
    references: tuple[RowReference, ...]
    preserved: Mapping[str, frozenset[str]]
    nobody: Mapping[str, Predicate]

    def flows_into(self, collection: str, *, owning: bool = False) -> Iterator[OwnershipFlow]:
        """Yield the flows whose target is ``collection``."""
        return (f for f in self._into.get(collection, ()) if f.owning or not owning)

    def flows_from(self, collection: str) -> Iterator[OwnershipFlow]:
        """Yield the flows whose source is ``collection``."""
        return iter(self._from.get(collection, ()))

    @cached_property
    def _into(self) -> Mapping[str, list[OwnershipFlow]]:
        return _group_flows(self.flows, lambda flow: flow.target)

    @cached_property
    def _from(self) -> Mapping[str, list[OwnershipFlow]]:
        return _group_flows(self.flows, lambda flow: flow.source)

    def children_of(self, parent: str) -> Iterator[RowReference]:
        """Yield the references that point to rows of ``parent``."""
        return (r for r in self.references if r.parent == parent)

    def parents_of(self, child: str) -> Iterator[RowReference]:
        """Yield the references of rows of ``child``."""
        return (r for r in self.references if r.child == child)

    def clearable(self, child: str, columns: Iterable[str], on: Pairs) -> tuple[str, ...]:
        """Return those of ``columns`` of ``child`` that *matched* may empty (13).

        They are in no key, no mention, and no edge or reference over other columns than ``on`` has; and nothing points
        by them.
        """
        own = frozenset(c for _, c in on)
        taken = set(self.bound[child].key)
        taken.update(column for r in self.children_of(child) for column in r.parent_columns)
        taken.update(m.column for m in self.bound[child].collection.mentions)
        for theirs in self._pointing.get(child, ()):
            if theirs != own:
                taken.update(theirs)
        for b in self.bound.values():
            for edge in b.collection.edges:
                sides = [edge.own_columns] if b.name == child else []
                sides += [edge.their_columns] if edge.to == child else []
                for side in sides:
                    taken.update(side if frozenset(side) != own else ())
        return tuple(c for c in dict.fromkeys(columns) if c not in taken)

    @cached_property
    def _pointing(self) -> dict[str, tuple[frozenset[str], ...]]:
        """Collection -> the columns of each of its references."""
        found: dict[str, tuple[frozenset[str], ...]] = {}
        for reference in self.references:
            found[reference.child] = (*found.get(reference.child, ()), frozenset(reference.child_columns))
        return found

    def cleared_by(self, flow: OwnershipFlow) -> tuple[str, ...]:
        """Return the columns that *matched* empties in a row reached straight from the leaver's own row (13).

        None where such a row never stays: where it has one owner at most, and goes when that one is erased.
        """
        if flow.id not in self._cleared:  # it is asked for each reference of a table, and looks at all of them
            self._cleared[flow.id] = self._cleared_by(flow)
        return self._cleared[flow.id]

    @cached_property
    def _cleared(self) -> dict[str, tuple[str, ...]]:
        return {}

    def _cleared_by(self, flow: OwnershipFlow) -> tuple[str, ...]:
        on_leave = self.on_leave(flow)
        if not self.bound[flow.source].is_person or not may_follow(flow) or on_leave is None or not on_leave.matched:
            return ()
        on_erase = self.bound[flow.target].collection.on_erase
        if flow.owning and on_erase is not None and on_erase.deletes and flow.target not in self.shareable:
            return ()
        reference = next(
            (r for r in self.parents_of(flow.target) if flow.edge in r.edges and r.parent == flow.source), None
        )
        # without one the row is the parent: nothing in it points to the leaver
        return self.clearable(flow.target, reference.child_columns, reference.on) if reference else ()

    def parent_of(self, one: tuple[str, str], other: tuple[str, str]) -> tuple[str, str] | None:
        """Return which of two columns, (collection, column), the other refers to by a foreign key, if one does."""
        return self._parents.get(frozenset((one, other)))

    @cached_property
    def _parents(self) -> Mapping[frozenset[tuple[str, str]], tuple[str, str]]:
        return {
            frozenset(((r.child, child), (r.parent, parent))): (r.parent, parent)
            for r in self.references
            if r.foreign_key
            for parent, child in r.on
        }

    @cached_property
    def persons(self) -> tuple[BoundCollection, ...]:
        """The collections whose rows are data subjects."""
        return tuple(b for b in self.bound.values() if b.is_person)

    def links(self, collection: str) -> tuple[str, ...]:
        """Return the columns of ``collection`` by which rows elsewhere point to its rows, or find them: key first."""
        return self._links[collection]

    @cached_property
    def _links(self) -> Mapping[str, tuple[str, ...]]:
        return {name: self._links_of(name) for name in self.bound}

    def _links_of(self, collection: str) -> tuple[str, ...]:
        found = dict.fromkeys(self.bound[collection].key)
        for flow in self.flows:
            if flow.source == collection:
                found.update(dict.fromkeys(column for column, _ in flow.on))
            if flow.target == collection:
                found.update(dict.fromkeys(column for _, column in flow.on))
        for reference in self.references:
            if reference.parent == collection:
                found.update(dict.fromkeys(reference.parent_columns))
            if reference.child == collection:
                found.update(dict.fromkeys(reference.child_columns))
        return tuple(found)

    def on_leave(self, flow: OwnershipFlow) -> OnLeave | None:
        """Return what a hop says of leaving: the edge's own word, else that of the collection it leads to."""
        own = flow.edge.on_leave
        return own if own is not None else self.bound[flow.target].collection.on_leave

    @cached_property
    def ownable(self) -> frozenset[str]:
        """Collections whose rows a person can own, persons' own rows among them."""
        return self._owned_from({b.name for b in self.bound.values() if b.is_person})

    @cached_property
    def fertile(self) -> frozenset[str]:
        """Collections whose rows can pass an owner on: parties, and what a party can own."""
        return self._owned_from({b.name for b in self.bound.values() if b.is_party})

    def _owned_from(self, found: set[str]) -> frozenset[str]:
        grown = True
        while grown:
            new = {f.target for f in self.flows if f.owning and f.source in found and may_follow(f)} - found
            grown = bool(new)
            found |= new
        return frozenset(found)

    @cached_property
    def shareable(self) -> frozenset[str]:
        """Collections of which one row can have two owners (14)."""
        found: set[str] = set()
        grown = True
        while grown:
            new = {name for name in self.bound if name not in found and self._can_share(name, found)}
            grown = bool(new)
            found |= new
        return frozenset(found)

    def _can_share(self, name: str, shared: set[str]) -> bool:
        sources = [f for f in self.flows_into(name, owning=True) if may_follow(f) and f.source in self.fertile]
        if not sources:
            return False
        if self.bound[name].is_party or len(sources) > 1:  # a party's row also owns itself
            return True
        flow = sources[0]
        if flow.source == name or not is_unique(self.bound[flow.source], tuple(c for c, _ in flow.on)):
            return True
        source = self.bound[flow.source]
        if source.collection.party is Party.ORGANISATION:
            return bool([f for f in self.flows_into(flow.source, owning=True) if may_follow(f)])
        return flow.source in shared and not source.is_person


def _group_flows(
    flows: Iterable[OwnershipFlow], end: Callable[[OwnershipFlow], str]
) -> Mapping[str, list[OwnershipFlow]]:
    found: dict[str, list[OwnershipFlow]] = {}
    for flow in flows:
        found.setdefault(end(flow), []).append(flow)
    return found


def may_follow(flow: OwnershipFlow) -> bool:
    """Whether a flow is followed at all: from a collection to itself only with a depth (3)."""
    return flow.source != flow.target or flow.edge.depth is not None


def is_unique(bound: BoundCollection, columns: tuple[str, ...]) -> bool:
    """Whether ``columns`` hold a unique key of the table, so that a row with given cells is one row at most."""
    given = frozenset(columns)
    return any(key and given >= frozenset(key) for key in (bound.key, *bound.table.keys))


def _is_key(bound: BoundCollection, columns: tuple[str, ...]) -> bool:
    given = frozenset(columns)
    return any(key and given == frozenset(key) for key in (bound.key, *bound.table.keys))


def bind(system: System, schema: Schema, policy: Policy) -> BoundMap:
    """Return the map of ``system`` over ``schema``. `check.check_map` reports first the names that the schema lacks."""
    bound = {
        c.name: _bind_collection(c, schema) for c in system.collections.values() if find_table(c, schema) is not None
    }
    mapped = {b.table.name: b.name for b in bound.values()}
    for table in schema.tables.values():  # what points at the map from outside it is bound too, as opaque
        if table.name not in mapped and any(fk.table in mapped for fk in table.foreign_keys):
            name = table.name if table.name not in bound else f"table {table.name}"
            bound[name] = BoundCollection(
                name, Collection(name=name, table=table.name, opaque="not on the map"), table, table.primary_key
            )
            mapped[table.name] = name
    references = tuple(_bind_references(bound, mapped))
    nobody = {name: _is_stand_in(name, references) for name in bound}
    flows = tuple(
        _without_stand_ins(f, nobody)
        for b in bound.values()
        for edge in b.collection.edges
        for f in _bind_flows(b.name, edge, bound)
    )
    preserved = {b.name: _find_preserved(b, policy) for b in bound.values()}
    return BoundMap(system, policy, schema, bound, flows, references, preserved, nobody)


def find_table(collection: Collection, schema: Schema) -> SchemaTable | None:
    """Return the table of ``collection``, or ``None`` where the system has none by that name."""
    qualified = f"{collection.schema}.{collection.table}" if collection.schema else collection.table
    return schema.tables.get(qualified)


def _bind_collection(collection: Collection, schema: Schema) -> BoundCollection:
    table = find_table(collection, schema)
    assert table is not None
    key = collection.key if collection.key is not None else table.primary_key
    return BoundCollection(collection.name, collection, table, () if key == KEY_NONE else tuple(key))


def _bind_flows(name: str, edge: Edge, bound: Mapping[str, BoundCollection]) -> Iterator[OwnershipFlow]:
    if edge.kind not in FLOWING or edge.to not in bound:
        return
    depth = None if edge.depth in (None, "all") else int(edge.depth or 0)
    when = edge.when or ALWAYS
    owning = edge.kind in OWNING
    identifier = f"{name}.{edge.id}"
    if edge.kind in {EdgeKind.OWNED_BY, EdgeKind.ACCESSED_BY}:
        yield OwnershipFlow(identifier, edge.to, name, edge.on, owning, depth, edge, when_target=when)
    else:
        on = tuple((own, their) for their, own in edge.on)
        yield OwnershipFlow(identifier, name, edge.to, on, owning, depth, edge, when_source=when)


def _is_stand_in(name: str, references: Iterable[RowReference]) -> Predicate:
    """Return the predicate that a row of ``name`` is a stand-in."""
    named = [r.gone.stand_in for r in references if r.parent == name and r.gone.action is Gone.STAND_IN]
    return or_(*(and_(*(Compare(c, "=", v) for c, v in sorted(cells.items()))) for cells in named))


def _without_stand_ins(flow: OwnershipFlow, nobody: Mapping[str, Predicate]) -> OwnershipFlow:
    source, target = nobody[flow.source], nobody[flow.target]
    if source == target == NEVER:
        return flow
    return replace(
        flow,
        when_source=and_(flow.when_source, not_(source)),
        when_target=and_(flow.when_target, not_(target)),
    )


def _bind_references(bound: Mapping[str, BoundCollection], mapped: Mapping[str, str]) -> Iterator[RowReference]:
    found: dict[tuple[object, ...], RowReference] = {}
    for b in bound.values():
        for edge in b.collection.edges:
            if edge.to not in bound:
                continue
            reference = _bind_reference(b, edge, bound[edge.to])
            if reference is None:
                continue
            key = (
                reference.child,
                reference.parent,
                frozenset(reference.on),
                reference.when_child,
                reference.when_parent,
            )
            old = found.get(key)
            if old is not None:
                said = next((e.on_parent_gone for e in (*old.edges, edge) if e.on_parent_gone), OnParentGone())
                reference = RowReference(
                    old.child, old.parent, old.on, said, (*old.edges, edge), old.when_child, old.when_parent
                )
            found[key] = reference
    for b in bound.values():
        for fk in b.table.foreign_keys:
            parent = mapped.get(fk.table)
            if parent is None:
                continue
            on = tuple(zip(fk.their_columns, fk.columns, strict=True))
            key = (b.name, parent, frozenset(on), ALWAYS, ALWAYS)
            old = found.get(key)
            edges, gone = (old.edges, old.gone) if old else ((), OnParentGone())
            found[key] = RowReference(b.name, parent, old.on if old else on, gone, edges, foreign_key=True)
    return iter(found.values())


def _bind_reference(b: BoundCollection, edge: Edge, to: BoundCollection) -> RowReference | None:
    when = edge.when or ALWAYS
    gone = edge.on_parent_gone or OnParentGone()
    back = tuple((own, their) for their, own in edge.on)
    is_declared, is_declared_back = _has_foreign_key(b, to, edge.on), _has_foreign_key(to, b, back)
    if is_declared or (not is_declared_back and _is_key(to, edge.their_columns)):
        return RowReference(b.name, to.name, edge.on, gone, (edge,), when_child=when)
    if is_declared_back or _is_key(b, edge.own_columns):
        return RowReference(to.name, b.name, back, gone, (edge,), when_parent=when)
    return None


def _has_foreign_key(child: BoundCollection, parent: BoundCollection, on: Pairs) -> bool:
    """Whether a foreign key of ``child`` pairs these columns, which says who points to whom where both are unique."""
    keys = (fk for fk in child.table.foreign_keys if fk.table == parent.table.name)
    return any(set(zip(fk.their_columns, fk.columns, strict=True)) == set(on) for fk in keys)


def _find_preserved(b: BoundCollection, policy: Policy) -> frozenset[str]:
    """Columns that stay in a row that stays: the key, the opaque ones, and what dates and conditions read (18, 20)."""
    c = b.collection
    columns = {*b.key, *c.opaque_columns}
    columns.update(column for column in (c.ends, *(m.at for m in c.mentions)) if column)
    for identity in c.identities:
        columns.update(column for column in identity.valid or () if column)
        columns.update(columns_read(identity.verified_when or ALWAYS))
    for condition in (c.erased_when, *(e.when for e in c.edges), *(m.when for m in c.mentions)):
        columns.update(columns_read(condition or ALWAYS))
    for name in c.hold:
        column = policy.holds[name].until.column if name in policy.holds else None
        columns.update((column,) if column else ())
    rule = policy.retention.get(c.retain or "")
    if rule is not None:
        column = rule.from_.get(c.name, rule.from_.get("*", ""))
        columns.update((column,) if column else ())
    return frozenset(columns)


__all__ = [
    "FLOWING",
    "OWNING",
    "BoundCollection",
    "BoundMap",
    "Gone",
    "OwnershipFlow",
    "Pairs",
    "RowReference",
    "bind",
    "find_table",
    "is_unique",
    "may_follow",
]  # fmt: skip
