"""Whose rows are these: what a batch of persons owns and sees, and who else is living (1-5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from bailee.policy import Mention, Party
from bailee.policy.predicate import ALWAYS, NEVER, IsNull, Predicate
from bailee.trace.bind import BoundMap, OwnershipFlow, may_follow
from bailee.trace.set_names import SetKind, SetName
from bailee.trace.sets import IDENTITY, Alternative, InSet, RowSet, Spells, Through, and_, not_, or_
from bailee.trace.walk import Node, Sets, Walk, WalkStep, has_path, label_node

Used = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a path stands: a collection, what was passed (``own``, ``owned`` or ``access``), bounded edges used."""

    collection: str
    mode: SetKind
    used: Used = ()


@dataclass(frozen=True, slots=True)
class Hop:
    """A last edge or mention by which a batch reaches rows. ``by``: the predicate on those rows."""

    id: str
    flow: OwnershipFlow | None
    owning: bool
    by: Predicate


def locate(m: BoundMap, sets: Sets) -> None:
    """Add the sets ``own:C``, ``owned:C``, ``access:C`` and ``touch:C`` for all collections that a person can reach."""
    for b in m.bound.values():
        if b.is_person:
            sets.add(RowSet(SetKind.OWN(b.name), b.name, given=True))
    into = _find_paths(m)
    names = {place: _name_set(place, into) for place in into}
    names.update({_Place(b.name, SetKind.OWN): SetKind.OWN(b.name) for b in m.bound.values() if b.is_person})
    for place, ways in into.items():
        alternatives = [_make_mention_way(mention, place.collection) for mention in ways.mentions]
        for flow, source in ways.flows:
            there = and_(flow.when_source, InSet(names[source]))
            where = and_(flow.when_target, Through(flow.source, flow.on, there))
            alternatives.append(Alternative(where, flow.id, names[source]))
        sets.add(RowSet(names[place], place.collection, tuple(alternatives)))
    for mode in (SetKind.OWNED, SetKind.ACCESS):
        for collection in m.bound:
            parts = [names[p] for p in into if p.collection == collection and p.mode is mode]
            if parts and parts != [SetName(mode, collection)]:
                union = tuple(Alternative(InSet(part), source=part) for part in parts)
                sets.add(RowSet(SetName(mode, collection), collection, union))
    for collection in m.bound:
        if SetKind.ACCESS(collection) in sets.made:
            rest = and_(
                not_(sets.rows(SetKind.OWNED(collection))),
                not_(sets.rows(SetKind.OWN(collection))),
            )
            sets.add(
                RowSet(
                    SetKind.TOUCH(collection),
                    collection,
                    (Alternative(InSet(SetKind.ACCESS(collection))),),
                    rest,
                )
            )


@dataclass(slots=True)
class _Ways:
    """The ways into a place."""

    mentions: list[Mention] = field(default_factory=list)
    flows: list[tuple[OwnershipFlow, _Place]] = field(default_factory=list)


def _name_set(place: _Place, into: dict[_Place, _Ways]) -> SetName:
    alike = sum(p.collection == place.collection and p.mode == place.mode for p in into)
    used = "" if alike == 1 else "#" + "+".join(f"{edge}={n}" for edge, n in place.used)
    return SetName(place.mode, place.collection + used)


def _make_mention_way(mention: Mention, collection: str) -> Alternative:
    spells = Spells(collection, mention.column, mention.attribute, mention.stored, mention.at)
    return Alternative(and_(mention.when or ALWAYS, spells), f"{collection}.{mention.id}", IDENTITY)


def _find_paths(m: BoundMap) -> dict[_Place, _Ways]:
    """Return every place that paths from the batch come to, with the ways into it."""
    into: dict[_Place, _Ways] = {}
    queue = [_Place(b.name, SetKind.OWN) for b in m.bound.values() if b.is_person]
    for b in m.bound.values():
        for mention in b.collection.mentions:
            into.setdefault(_Place(b.name, SetKind.ACCESS), _Ways()).mentions.append(mention)
    queue.extend(into)
    for place in queue:  # grows while it is read
        for flow, to in _find_onward(m, place):
            if to not in into:
                into[to] = _Ways()
                queue.append(to)
            into[to].flows.append((flow, place))
    return into


def _find_onward(m: BoundMap, place: _Place) -> Iterator[tuple[OwnershipFlow, _Place]]:
    if m.bound[place.collection].is_person and place.mode is not SetKind.OWN:
        return  # ownership and access stop at another person's row (2)
    for flow in m.flows_from(place.collection):
        used = _count_use(m, flow, place.used, flow.target, forward=True)
        if used is not None:
            mode = SetKind.OWNED if flow.owning and place.mode is not SetKind.ACCESS else SetKind.ACCESS
            yield flow, _Place(flow.target, mode, used)


def _count_use(m: BoundMap, flow: OwnershipFlow, used: Used, at: str, *, forward: bool) -> Used | None:
    """Return what has been used once ``flow`` is followed too, or ``None`` where its depth does not allow it (3).

    Edges that cannot come again from the collection ``at`` are forgotten, so that places stay few.
    """
    if not may_follow(flow):
        return None
    count = dict(used)
    if flow.depth is not None and flow.source == flow.target:
        count[flow.id] = count.get(flow.id, 0) + 1
        if count[flow.id] > flow.depth:
            return None
    if not count:
        return ()
    ahead = _find_ahead(m, at, forward=forward)
    return tuple(sorted((edge, n) for edge, n in count.items() if edge in ahead))


def _find_ahead(m: BoundMap, collection: str, *, forward: bool) -> frozenset[str]:
    """Return the ids of flows that a path standing at ``collection`` may still follow."""
    seen, queue, found = {collection}, [collection], set[str]()
    for name in queue:
        for flow in m.flows_from(name) if forward else m.flows_into(name, owning=True):
            if may_follow(flow):
                found.add(flow.id)
                onward = flow.target if forward else flow.source
                if onward not in seen:
                    seen.add(onward)
                    queue.append(onward)
    return frozenset(found)


def find_hops(m: BoundMap, sets: Sets, collection: str) -> Iterator[Hop]:
    """Yield the hops by which the batch reaches rows of ``collection`` (mentions among them)."""
    for flow in m.flows_into(collection):
        if not may_follow(flow):
            continue
        owned, any_ = [], []
        for row_set in sets.made.values():
            if row_set.collection != collection or row_set.name.kind is SetKind.TOUCH:
                continue
            for way in row_set.any_of:
                if way.hop == flow.id:
                    any_.append(way.where)
                    if row_set.name.kind is SetKind.OWNED:
                        owned.append(way.where)
        if owned:
            yield Hop(flow.id, flow, True, or_(*owned))
        if any_:
            yield Hop(flow.id, flow, False, or_(*any_))
    for mention in m.bound[collection].collection.mentions:
        way = _make_mention_way(mention, collection)
        yield Hop(way.hop, None, False, way.where)


def is_living_person(m: BoundMap, sets: Sets, collection: str) -> Predicate:
    """Return the predicate on a row of a person collection that its subject is living (5)."""
    own, remembered = SetKind.OWN(collection), SetKind.REMEMBERED(collection)
    if remembered not in sets.made:
        sets.add(RowSet(remembered, collection, given=True))
    erased = m.bound[collection].collection.erased_when or NEVER
    return not_(or_(InSet(own), InSet(remembered), erased))


def has_living_owner(m: BoundMap, sets: Sets, collection: str, roots: Predicate) -> Predicate:
    """Return the predicate on a row of ``collection`` that it has a living owner (5, 11)."""

    def ends(node: Node) -> Predicate:
        match m.bound[node[0]].collection.party:
            case Party.PERSON:
                return is_living_person(m, sets, node[0])
            case Party.ORGANISATION:
                return ALWAYS
        return NEVER

    start = _make_start(collection)
    return has_path(sets, Walk("living", ends, lambda node: _step_to_owners(m, start, node)), start, roots)


def _make_start(collection: str) -> Node:
    """Return where a path to owners begins: told apart from the same collection come to on the way."""
    return collection, (("start", 0),)


def _step_to_owners(m: BoundMap, start: Node, node: Node) -> Iterator[WalkStep]:
    """Yield the steps from a row at ``node`` to those that own it, on a path that begins at ``start``."""
    if node != start and m.bound[node[0]].is_party:
        return  # a person's row passes itself alone; an organisation lives
    for flow in m.flows_into(node[0], owning=True):
        used = _count_use(m, flow, node[1], flow.source, forward=False)
        if used is not None and flow.source in m.fertile:
            yield WalkStep((flow.source, used), flow.on, flow.when_target, flow.when_source)


def add_asked(m: BoundMap, sets: Sets, roots: Mapping[str, Predicate]) -> Mapping[str, SetName]:
    """Add ``asked:P``, the persons' rows of which `has_living_owner` may ask whether they are living; return the names.

    ``roots``: by collection, the rows that are asked about. All who own one of them, by any path, are in it: whether
    they left does not matter, since it is not known before they are looked up.
    """
    found: dict[str, list[Alternative]] = {}
    into: dict[Node, list[Alternative]] = {}
    queue = [(_make_start(name), _make_start(name), rows) for name, rows in roots.items() if rows != NEVER]
    for start, node, rows in queue:  # grows while it is read
        if node == start and m.bound[node[0]].is_person:
            found.setdefault(node[0], []).append(Alternative(rows))
        for step in _step_to_owners(m, start, node):
            back = tuple((own, their) for their, own in step.on)
            way = Alternative(and_(step.there, Through(node[0], back, and_(step.here, rows))))
            if step.to not in into:
                into[step.to] = []
                queue.append((start, step.to, InSet(_name_asked(step.to))))
            if way not in into[step.to]:
                into[step.to].append(way)
    for node, ways in into.items():
        sets.add(RowSet(_name_asked(node), node[0], tuple(ways)))
        if m.bound[node[0]].is_person:
            found.setdefault(node[0], []).append(Alternative(InSet(_name_asked(node))))
    return {name: sets.add(RowSet(SetKind.ASKED(name), name, tuple(ways))).name for name, ways in found.items()}


def _name_asked(node: Node) -> SetName:
    return SetKind.NEED(label_node(node), "asked")


def add_undated_mentions(m: BoundMap, sets: Sets, collection: str) -> tuple[SetName, str] | None:
    """Add the set of rows that mention the batch at no known time; return its name and the reason, or ``None`` (4)."""
    ways = [
        Alternative(
            and_(
                mention.when or ALWAYS,
                Spells(collection, mention.column, mention.attribute, mention.stored, None),
                IsNull(mention.at),
            ),
            f"{collection}.{mention.id}",
        )
        for mention in m.bound[collection].collection.mentions
        if mention.at is not None
    ]
    if not ways:
        return None
    sets.add(RowSet(SetKind.UNDATED(collection), collection, tuple(ways)))
    return SetKind.UNDATED(collection), "mentions the person at no known time"
