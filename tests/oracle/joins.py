"""Which rows an edge joins, which references there are, and what flows from a row to others [1-3]."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bailee.policy import KEY_NONE, Collection, Edge, EdgeKind, Gone, Mention, OnParentGone
from bailee.policy.predicate import Scalar
from bailee.trace.schema import SchemaColumn, SchemaTable
from tests.oracle.words import holds
from tests.oracle.world import FOLDING, NOCASE, Row, World, once_for_a_map, table_of

OWNING = {EdgeKind.OWNED_BY, EdgeKind.OWNS}
TO_DECLARER = {EdgeKind.OWNED_BY, EdgeKind.ACCESSED_BY}
FLOWING = {*OWNING, *TO_DECLARER, EdgeKind.ACCESSES}


@dataclass(frozen=True, slots=True, eq=False)
class Joined:
    """An edge joins a row of the collection that declares it and a row of the one that it names."""

    edge: Edge
    declarer: Row
    other: Row


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference from the rows of ``child`` to the rows of ``parent``; ``pairs`` are (child column, parent column)."""

    system: str
    child: str
    parent: str
    pairs: frozenset[tuple[str, str]]
    when: object
    said: OnParentGone
    unset: Scalar

    @property
    def child_columns(self) -> frozenset[str]:
        """The columns on the child."""
        return frozenset(child for child, _ in self.pairs)

    @property
    def parent_columns(self) -> frozenset[str]:
        """The columns on the parent."""
        return frozenset(parent for _, parent in self.pairs)

    @property
    def action(self) -> Gone:
        """What becomes of the child when the parent goes."""
        return self.said.action


@dataclass(frozen=True, slots=True, eq=False)
class Link:
    """A reference that is not empty: this child row points to this parent row."""

    reference: Reference
    child: Row
    parent: Row


def collections_of(world: World) -> Iterable[tuple[str, Collection]]:
    """Return every collection with the name of its system."""
    for system in world.policy.systems.values():
        for collection in system.collections.values():
            yield system.name, collection


def joined(world: World, rows: Sequence[Row]) -> list[Joined]:
    """Return all pairs of rows that an edge joins: paired cells equal and not empty, ``when`` true of the declarer.

    Where a foreign key is behind the edge, equal is what the database calls so; else it is the same bytes.
    """
    return [
        Joined(edge, declarer, other)
        for system, collection in collections_of(world)
        for edge in collection.edges
        for backed in (is_backed(world, system, collection, edge),)
        for declarer in rows
        if declarer.system == system and declarer.collection.name == collection.name
        if holds(edge.when, declarer.cells)
        for other in rows
        if other.system == system and other.collection.name == edge.to
        if all(equal(declarer, own, other, their, by_database=backed) for their, own in edge.on)
    ]


@once_for_a_map
def is_backed(world: World, system: str, collection: Collection, edge: Edge) -> bool:
    """Whether a foreign key, from either side, pairs the very columns that ``edge`` pairs."""
    other = world.policy.systems[system].collections[edge.to]
    mine, theirs = table_of(world, system, collection), table_of(world, system, other)
    there = frozenset((own, their) for their, own in edge.on)
    return has_foreign_key(mine, theirs, there) or has_foreign_key(theirs, mine, frozenset(edge.on))


def has_foreign_key(child: SchemaTable, parent: SchemaTable, pairs: frozenset[tuple[str, str]]) -> bool:
    """Whether a foreign key of ``child`` points to ``parent`` by these pairs of (child column, parent column)."""
    keys = [key for key in child.foreign_keys if key.table == parent.name]
    return pairs in [frozenset(zip(key.columns, key.their_columns, strict=True)) for key in keys]


def equal(one: Row, column: str, other: Row, their: str, *, by_database: bool) -> bool:
    """Whether two cells join: equal, and not empty. Blanks at the end of a padded text are no part of it."""
    left, right = one.cells[column], other.cells[their]
    if left is None or right is None:
        return False
    if by_database:
        return as_compared(one.column(column), left) == as_compared(other.column(their), right)
    return left == right


def as_compared(column: SchemaColumn, cell: Scalar) -> Scalar:
    """Return ``cell`` as the database compares it: in small letters where its column takes no notice of case."""
    folds = column.type_name in {FOLDING, NOCASE}
    return cell.lower() if folds and isinstance(cell, str) else cell


# --- references ----------------------------------------------------------------------------------------------


def is_unique(collection: Collection, table: SchemaTable, columns: Iterable[str], *, declared: bool = True) -> bool:
    """Whether ``columns``, in any order, are a unique key. ``declared``: the map's own word for it counts too."""
    keys = [set(table.primary_key), *(set(unique) for unique in table.uniques)]
    if declared and collection.key is not None and collection.key != KEY_NONE:
        keys.append(set(collection.key))
    return set(columns) in [key for key in keys if key]


@once_for_a_map
def reference_of(world: World, system: str, collection: Collection, edge: Edge) -> Reference | None:
    """Return the reference that ``edge`` is, or ``None`` where it is a join by value.

    A foreign key says which side points to the other. Without one it is to what is unique that the other points.
    """
    other = world.policy.systems[system].collections[edge.to]
    mine, theirs = table_of(world, system, collection), table_of(world, system, other)
    said, unset = edge.on_parent_gone or OnParentGone(), edge.unset
    there = Reference(system, collection.name, edge.to, frozenset((o, t) for t, o in edge.on), edge.when, said, unset)
    back = Reference(system, edge.to, collection.name, frozenset(edge.on), edge.when, said, unset)
    if has_foreign_key(mine, theirs, there.pairs):
        return there
    if has_foreign_key(theirs, mine, back.pairs):
        return back
    if is_unique(other, theirs, edge.their_columns):
        return there
    return back if is_unique(collection, mine, edge.own_columns) else None


def links(world: World, rows: Sequence[Row], joins: Sequence[Joined]) -> list[Link]:
    """Return every reference that is not empty, of edges of any kind and of foreign keys that no edge declares."""
    result = []
    references = _by_edge(world)
    for join in joins:
        reference = references.get((join.declarer.system, join.declarer.collection.name, id(join.edge)))
        if reference is None:
            continue
        declares_child = reference.child == join.declarer.collection.name and reference.pairs == frozenset(
            (own, their) for their, own in join.edge.on
        )
        child, parent = (join.declarer, join.other) if declares_child else (join.other, join.declarer)
        result.append(Link(reference, child, parent))
    return result + _undeclared(world, rows)


@once_for_a_map
def _by_edge(world: World) -> dict[tuple[str, str, int], Reference]:
    """Return the reference that each edge is, an edge being told apart by being itself."""
    found = {}
    for system, declared in ((name, declared_in(world, name)) for name in world.policy.systems):
        for collection in world.policy.systems[system].collections.values():
            for edge in collection.edges:
                reference = reference_of(world, system, collection, edge)
                if reference is not None:
                    found[system, collection.name, id(edge)] = agreed(reference, declared)
    return found


def agreed(reference: Reference, declared: Sequence[tuple[Edge, Reference]]) -> Reference:
    """Return ``reference`` with what the edges that are the same one say of ``on_parent_gone`` and ``unset``."""
    same = [edge for edge, other in declared if _same(other, reference)]
    said = next((edge.on_parent_gone for edge in same if edge.on_parent_gone), OnParentGone())
    unset = next((edge.unset for edge in same if edge.unset is not None), None)
    return Reference(reference.system, reference.child, reference.parent, reference.pairs, reference.when, said, unset)


def _same(one: Reference, other: Reference) -> bool:
    return (one.child, one.parent, one.pairs, one.when) == (other.child, other.parent, other.pairs, other.when)


@once_for_a_map
def declared_in(world: World, system: str) -> list[tuple[Edge, Reference]]:
    """Return every edge of ``system`` that is a reference, with it."""
    return [
        (edge, reference)
        for collection in world.policy.systems[system].collections.values()
        for edge in collection.edges
        if (reference := reference_of(world, system, collection, edge)) is not None
    ]


@once_for_a_map
def foreign_references(world: World, system: str) -> list[Reference]:
    """Return the foreign keys between mapped tables that no edge without ``when`` declares. They refuse."""
    collections = world.policy.systems[system].collections.values()
    declared = {(r.child, r.parent, r.pairs) for _, r in declared_in(world, system) if r.when is None}
    found = [
        Reference(system, child.name, parent.name, pairs, None, OnParentGone(), None)
        for child in collections
        for key in table_of(world, system, child).foreign_keys
        for parent in collections
        if table_of(world, system, parent).name == key.table
        for pairs in (frozenset(zip(key.columns, key.their_columns, strict=True)),)
    ]
    return [reference for reference in found if (reference.child, reference.parent, reference.pairs) not in declared]


def _undeclared(world: World, rows: Sequence[Row]) -> list[Link]:
    return [
        Link(reference, child, parent)
        for system in world.policy.systems
        for reference in foreign_references(world, system)
        for child in rows
        if (child.system, child.collection.name) == (system, reference.child)
        for parent in rows
        if (parent.system, parent.collection.name) == (system, reference.parent)
        if all(equal(child, c, parent, p, by_database=True) for c, p in reference.pairs)
    ]


# --- flows ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Flow:
    """What owns or sees ``source`` owns or sees ``target``; ``owning``: along an ownership edge."""

    edge: Edge
    declarer: str  # the collection that declares the edge
    source: Row
    target: Row
    owning: bool


@dataclass(frozen=True, slots=True, eq=False)
class Arrival:
    """A path reached ``row`` by ``hop``; ``owning``: ownership was passed; ``source``: the row before."""

    row: Row
    hop: Edge | Mention
    owning: bool
    source: Row | None


def followed(edge: Edge, declarer: str) -> bool:
    """Whether paths may use ``edge``: one from a collection to itself needs a depth [3]."""
    return edge.to != declarer or edge.depth is not None


def stand_ins(world: World, rows: Iterable[Row]) -> frozenset[Row]:
    """Return the rows that some ``stand_in`` names: they are nobody, and nobody's."""
    named = [
        (reference.system, reference.parent, reference.said.stand_in)
        for system in world.policy.systems
        for _, reference in declared_in(world, system)
        if reference.action is Gone.STAND_IN
    ]
    return frozenset(
        row
        for row in rows
        for system, parent, cells in named
        if (row.system, row.collection.name) == (system, parent)
        if all(row.cells[column] == value for column, value in cells.items())
    )


def flows(joins: Sequence[Joined], nobody: frozenset[Row]) -> list[Flow]:
    """Return every single step along which ownership or access flows. Nothing flows to or from a stand-in.

    Were a stand-in an owner, what lost its owner to it would never be without one, or only in some orders (law a).
    """
    result = []
    for join in joins:
        name = join.declarer.collection.name
        if join.edge.kind not in FLOWING or not followed(join.edge, name):
            continue
        if {join.declarer, join.other} & nobody:
            continue
        source, target = join.other, join.declarer
        if join.edge.kind not in TO_DECLARER:
            source, target = target, source
        result.append(Flow(join.edge, name, source, target, join.edge.kind in OWNING))
    return result


Counts = frozenset[tuple[tuple[str, str], int]]


def step(counts: Counts, edge: Edge, declarer: str) -> Counts | None:
    """Return how often each bounded edge has been used after one more use of ``edge``; ``None`` if too often."""
    if edge.to != declarer or edge.depth == "all":
        return counts
    used = dict(counts)
    name = (declarer, edge.id)
    used[name] = used.get(name, 0) + 1
    return None if edge.depth is None or used[name] > edge.depth else frozenset(used.items())


def reach(steps: Sequence[Flow], starts: Iterable[tuple[Row, bool]]) -> list[Arrival]:
    """Return every arrival of a path from ``starts``, which are (row, whether it passes ownership).

    Paths go through rows that are no person's; they may end at another person's row, and stop there [2].
    """
    arrivals: dict[tuple[Row, int, bool, Row], Arrival] = {}  # an edge is told apart by being itself
    waiting: list[tuple[Row, bool, Counts]] = [(row, owning, frozenset()) for row, owning in starts]
    seen = set(waiting)
    while waiting:
        row, owning, counts = waiting.pop()
        for flow in steps:
            if flow.source is not row:
                continue
            used = step(counts, flow.edge, flow.declarer)
            if used is None:
                continue
            passed = owning and flow.owning
            arrivals[flow.target, id(flow.edge), passed, row] = Arrival(flow.target, flow.edge, passed, row)
            state = (flow.target, passed, used)
            if not flow.target.is_person and state not in seen:
                seen.add(state)
                waiting.append(state)
    return list(arrivals.values())
