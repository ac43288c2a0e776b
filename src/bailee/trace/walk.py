"""Paths: does a row reach, along given steps, a row where something holds?

Three questions of the algebra have this form: has a row a living owner (upwards along ownership), is it held
(downwards along references), has its party's relationship ended (upwards). Without a cycle the answer is a nested
predicate; with one, two sets: the rows that matter (*need*, from the roots outwards) and those that reach (*has*).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from bailee.policy.predicate import NEVER, Predicate
from bailee.trace.set_names import SetKind, SetName
from bailee.trace.sets import Alternative, InSet, RowSet, Through, and_, or_

_DEEPEST, _MOST_PATHS = 12, 600
"""Steps of a path, and steps of all paths, that one predicate says; beyond, there is a set for each table."""

Node: TypeAlias = tuple[str, tuple[tuple[str, int], ...]]
"""A collection, and how often each bounded edge has been used on the way (3)."""


@dataclass(frozen=True, slots=True)
class WalkStep:
    """From a row to one of the collection of ``to``. ``on``: (their column, own column)."""

    to: Node
    on: tuple[tuple[str, str], ...]
    here: Predicate
    there: Predicate


@dataclass(frozen=True, slots=True)
class Walk:
    """``ends(node)`` says where a path may end, ``steps(node)`` how it goes on."""

    name: str
    ends: Callable[[Node], Predicate]
    steps: Callable[[Node], Iterable[WalkStep]]


@dataclass(slots=True)
class Sets:
    """The sets of a trace while it is being made, in the order in which they were."""

    made: dict[SetName, RowSet] = field(default_factory=dict)

    def add(self, row_set: RowSet) -> InSet:
        """Keep ``row_set`` and return the predicate that asks for it."""
        self.made[row_set.name] = row_set
        return InSet(row_set.name)

    def rows(self, name: SetName) -> Predicate:
        """Return the predicate for the set ``name``; never true where there is none."""
        return InSet(name) if name in self.made else NEVER


def make_through(collection: str, on: tuple[tuple[str, str], ...], where: Predicate) -> Predicate:
    """Return `Through`, or never where ``where`` never holds."""
    return NEVER if where == NEVER else Through(collection, on, where)


def has_path(sets: Sets, walk: Walk, start: Node, roots: Predicate) -> Predicate:
    """Return the predicate on a row at ``start`` that such a path exists. ``roots``: rows that will be asked about."""
    if not _is_cyclic(walk, start):
        return _nest_paths(walk, start) if _is_small(walk, start) else _share_sets(sets, walk, start, roots)
    tag = f"{walk.name}@{start[0]}"
    if SetKind.HAS(label_node(start), tag) not in sets.made:
        _make_sets(sets, walk, start, roots, tag)
    return InSet(SetKind.HAS(label_node(start), tag))


def _nest_paths(walk: Walk, node: Node) -> Predicate:
    parts = [walk.ends(node)]
    parts.extend(
        and_(step.here, make_through(step.to[0], step.on, and_(step.there, _nest_paths(walk, step.to))))
        for step in walk.steps(node)
    )
    return or_(*parts)


def _is_cyclic(walk: Walk, start: Node) -> bool:
    open_, done = set[Node](), set[Node]()

    def visit(node: Node) -> bool:
        if node in done:
            return False
        if node in open_:
            return True
        open_.add(node)
        found = any(visit(step.to) for step in walk.steps(node))
        open_.remove(node)
        done.add(node)
        return found

    return visit(start)


def _is_small(walk: Walk, start: Node) -> bool:
    """Whether the paths from ``start`` are few and short enough to be said as one predicate.

    A row of tables of which each has two ways to the next has twice as many paths with every table.
    """
    known: dict[Node, tuple[int, int]] = {}

    def measure(node: Node) -> tuple[int, int]:
        if node not in known:
            below = [measure(step.to) for step in walk.steps(node)]
            known[node] = 1 + max((depth for depth, _ in below), default=0), 1 + sum(paths for _, paths in below)
        return known[node]

    depth, paths = measure(start)
    return depth <= _DEEPEST and paths <= _MOST_PATHS


def _share_sets(sets: Sets, walk: Walk, start: Node, roots: Predicate) -> Predicate:
    """Return what `_nest_paths` does, with a set for each table beyond ``start``, which all that begin elsewhere share.

    A row of such a set is needed wherever a path begins: whether it reaches an end does not depend on that.
    """
    queue: list[tuple[Node, Predicate]] = [(start, roots)]
    for node, asking in queue:  # grows while it is read
        for step in walk.steps(node):
            back = tuple((own, their) for their, own in step.on)
            way = Alternative(and_(step.there, Through(node[0], back, and_(step.here, asking))))
            name = SetKind.NEED(label_node(step.to), walk.name)
            known = sets.made.get(name)
            if known is None:
                queue.append((step.to, InSet(name)))
            if known is None or way not in known.any_of:
                sets.add(RowSet(name, step.to[0], (*(known.any_of if known else ()), way)))
    for node, _ in queue[1:]:
        ways = tuple(Alternative(way) for way in _list_ways(walk, node))
        need = InSet(SetKind.NEED(label_node(node), walk.name))
        sets.add(RowSet(SetKind.HAS(label_node(node), walk.name), node[0], ways, need))
    return or_(*_list_ways(walk, start))


def _list_ways(walk: Walk, node: Node) -> Iterator[Predicate]:
    """Yield the ways in which a path from a row at ``node`` ends: there, or from the next row on."""
    if walk.ends(node) != NEVER:
        yield walk.ends(node)
    for step in walk.steps(node):
        there = and_(step.there, InSet(SetKind.HAS(label_node(step.to), walk.name)))
        yield and_(step.here, Through(step.to[0], step.on, there))


def _make_sets(sets: Sets, walk: Walk, start: Node, roots: Predicate, tag: str) -> None:
    nodes = [start]
    into: dict[Node, list[Alternative]] = {start: [Alternative(roots)]}
    for node in nodes:  # grows while it is read
        need = InSet(SetKind.NEED(label_node(node), tag))
        for step in walk.steps(node):
            if step.to not in into:
                into[step.to] = []
                nodes.append(step.to)
            back = tuple((own, their) for their, own in step.on)
            into[step.to].append(Alternative(and_(step.there, Through(node[0], back, and_(step.here, need)))))
    for node in nodes:
        sets.add(RowSet(SetKind.NEED(label_node(node), tag), node[0], tuple(into[node])))
    for node in nodes:
        ways = [Alternative(walk.ends(node))] if walk.ends(node) != NEVER else []
        ways.extend(
            Alternative(
                and_(
                    step.here,
                    Through(step.to[0], step.on, and_(step.there, InSet(SetKind.HAS(label_node(step.to), tag)))),
                )
            )
            for step in walk.steps(node)
        )
        sets.add(
            RowSet(
                SetKind.HAS(label_node(node), tag),
                node[0],
                tuple(ways),
                InSet(SetKind.NEED(label_node(node), tag)),
            )
        )


def label_node(node: Node) -> str:
    """Return ``node`` as names of sets have it."""
    collection, used = node
    return collection + "".join(f"@{edge}={n}" for edge, n in used)
