"""What a map says of fates, holds and retention, and cannot mean (T301 to T303, T306 to T315)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from bailee.policy import KEY_NONE, Edge, FirmRole, Gone, Identity, OnParentGone, Policy, System, ValueKind
from bailee.policy.problems import Problem
from bailee.trace.bind import BoundCollection, BoundMap, RowReference, may_follow
from bailee.trace.check.reach import can_clear, is_stray, list_pins
from bailee.trace.check.report import quote_names, report_error
from bailee.trace.check.writes import Write, find_speaking_edge
from bailee.trace.hold import find_holds
from bailee.trace.retain import find_start_column, step_upward
from bailee.trace.walk import Node

ANY_DAY = date(2000, 1, 1)
"""Whether a fate goes round in a circle does not depend on the day."""


# --- who leaves ----------------------------------------------------------------------------------------------


def check_fates(m: BoundMap) -> Iterator[Problem]:
    """Yield the collections that do not say what becomes of their rows (T301, T302, T307)."""
    ownable, shareable = m.ownable, m.shareable
    for b in m.bound.values():
        c = b.collection
        if b.name not in ownable:
            continue
        if c.on_erase is None:
            message = f"{b.name} can be somebody's, and nothing says what becomes of it when they are erased"
            yield report_error("T301", message, "add on_erase: delete, or on_erase: {anonymise: ...}", c.place)
        giving = [f for f in m.flows_into(b.name, owning=True) if may_follow(f) and f.source in ownable]
        if b.name in shareable and any(m.on_leave(f) is None for f in giving):
            message = f"{b.name} can have two owners, and nothing says what becomes of it when one of them leaves"
            hint = "add on_leave: to it, or to each edge by which it is owned; on_leave: {} changes nothing"
            yield report_error("T302", message, hint, c.place)
        if b.is_person and c.erased_when is None and c.on_erase is not None and not c.on_erase.deletes:
            message = f"{b.name} is anonymised, and nothing tells an erased person from a living one"
            yield report_error(
                "T307", message, "add erased_when: and write its column in on_erase", c.on_erase.place, c.place
            )


def check_clearing(m: BoundMap) -> Iterator[Problem]:
    """Yield T303: *matched* where no cell holds anything of the leaver's (13)."""
    hint = "name a column that holds the leaver's own value, or write on_leave: {} where nothing changes"
    for b in m.bound.values():
        on_leave, ways = b.collection.on_leave, [flow for flow in m.flows_into(b.name) if can_clear(m, flow)]
        said = [way.edge.on_leave for way in ways] + [mention.on_leave for mention in b.collection.mentions]
        if on_leave is not None and on_leave.matched and all(own is not None for own in said):
            message = f"{b.name}.on_leave says matched, and no cell of it would be cleared"
            instead = hint
            if said:
                message = f"{b.name}.on_leave says matched, and all that could be cleared has an on_leave of its own"
                instead = "take matched off the collection, or on_leave off an edge or a mention"
            yield report_error("T303", message, instead, on_leave.place, b.collection.place)
        for flow in m.flows_into(b.name):
            own = flow.edge.on_leave
            if own is not None and own.matched and flow not in ways:
                message = f"on_leave of {flow.id} says matched, and no cell of {b.name} would be cleared"
                yield report_error("T303", message, hint, own.place, flow.edge.place, b.collection.place)


def check_anonymous_rows(m: BoundMap) -> Iterator[Problem]:
    """Yield T422: what somebody is known by stays in their own row although `on_erase` makes it anonymous (10).

    Or a part of it does, which may be all: a short value is not made shorter.
    """
    for b in m.persons:
        on_erase = b.collection.on_erase
        if on_erase is None or on_erase.deletes:
            continue
        written = {c for c, value in (on_erase.anonymise or {}).items() if value.kind is not ValueKind.COARSEN}
        left = dict.fromkeys(i.column for i in b.collection.identities if i.column not in written)
        if left:
            message = f"{b.name} is anonymised, and {quote_names(left)} would still say who it is"
            hint = "write null, a pseudonym or a fixed value there"
            if set(left) & {*b.key, *b.table.primary_key}:
                hint = "a key does not change: write on_erase: delete, or give the rows a key that says nothing"
            yield report_error("T422", message, hint, on_erase.place, b.collection.place)


def check_mention_times(system: System, policy: Policy) -> Iterator[Problem]:
    """Yield T306: mentions without a time, of values that change hands (4)."""
    ours = system.role is FirmRole.CONTROLLER
    looked_in = [s for s in policy.systems.values() if s.role is FirmRole.CONTROLLER] if ours else [system]
    timed = {i.attribute for s in looked_in for i in _list_identities(s) if i.valid is not None}
    for c in system.collections.values():
        for mention in c.mentions:
            if mention.at is None and mention.attribute in timed:
                message = (
                    f'{c.name} mentions a {mention.attribute} in "{mention.column}", at no time, and these change hands'
                )
                yield report_error("T306", message, "add at: and the column that says when", mention.place, c.place)


def _list_identities(system: System) -> Iterator[Identity]:
    return (identity for c in system.collections.values() for identity in c.identities)


# --- references ----------------------------------------------------------------------------------------------


def check_references(m: BoundMap) -> Iterator[Problem]:
    """Yield what edges say of depth and of parents that go, and cannot mean (T308, T313, T314, T315)."""
    for b in m.bound.values():
        for edge in b.collection.edges:
            yield from _check_edge(m, b, edge)
    by_columns: dict[tuple[object, ...], list[Edge]] = {}
    for r in m.references:
        by_columns.setdefault((r.child, r.parent, frozenset(r.child_columns), r.when_child, r.when_parent), []).extend(
            r.edges
        )
    for (child, *_), edges in by_columns.items():
        said = [edge for edge in edges if edge.on_parent_gone is not None]
        other = next((edge for edge in said if edge.on_parent_gone != said[0].on_parent_gone), None)
        if other is not None:
            message = f"{child} points to {other.to} by one reference, and its edges say different on_parent_gone"
            yield report_error("T313", message, "say the same on both, or on one of them", other.place, said[0].place)
    for r in m.references:
        yield from _check_parent_gone(m, r)


def _check_edge(m: BoundMap, b: BoundCollection, edge: Edge) -> Iterator[Problem]:
    if edge.depth is not None and edge.to != b.name:
        message = f"{b.name}.{edge.kind} has a depth, and leads to another collection"
        yield report_error(
            "T308",
            message,
            "remove depth: only an edge from a collection to itself takes one",
            edge.place,
            b.collection.place,
        )
    says = edge.on_parent_gone if edge.on_parent_gone is not None else OnParentGone()
    if says.action is not Gone.REFUSE and edge.to in m.bound and not any(edge in r.edges for r in m.references):
        message = f"{b.name}.{edge.kind} says on_parent_gone, and is no reference: neither side is a key"
        yield report_error(
            "T314",
            message,
            "remove on_parent_gone, or pair it with the columns of a key",
            edge.place,
            b.collection.place,
        )


def _check_parent_gone(m: BoundMap, r: RowReference) -> Iterator[Problem]:
    edge = find_speaking_edge(r)
    if edge is None:
        return
    place = m.bound[r.child].collection.place
    if r.gone.action is Gone.NULL and not m.clearable(r.child, r.child_columns, r.on):
        message = (
            f"{r.child} cannot empty its reference to {r.parent}: a key, a mention or another edge uses its columns too"
        )
        yield report_error("T314", message, "write on_parent_gone: refuse, delete or pin", edge.place, place)
    if r.gone.action is Gone.STAND_IN:
        if set(r.gone.stand_in) != set(r.parent_columns):
            hint = f"give a value for {quote_names(r.parent_columns)}"
            message = f"stand_in of {r.child} does not give the columns of {r.parent} that it points to"
            yield report_error("T315", message, hint, edge.place, place)
        if any(value is None for value in r.gone.stand_in.values()):
            message = f"stand_in of {r.child} gives null, which points to no row"
            yield report_error(
                "T315", message, "name a row that stays, or write on_parent_gone: null", edge.place, place
            )


def check_keys(m: BoundMap, written: tuple[Write, ...]) -> Iterator[Problem]:
    """Yield T312: collections without a key of which single rows would have to be named."""
    for b in m.bound.values():
        if b.collection.key == KEY_NONE:
            for why in _list_single_rows(m, b, written):
                hint = "give key: the columns that tell its rows apart"
                yield report_error("T312", f"{b.name} says key: none, and {why}", hint, b.collection.place)


def _list_single_rows(m: BoundMap, b: BoundCollection, written: tuple[Write, ...]) -> Iterator[str]:
    if b.is_person:
        yield "its rows are persons"
    children = sorted({r.child for r in m.children_of(b.name)})
    if children:
        yield f"rows of {quote_names(children)} point to its rows"
    holds = [hold.name for hold in find_holds(m, b.name)]
    if holds:
        yield f"{quote_names(holds)} can hold its rows"
    if any(f.source == f.target and may_follow(f) for f in m.flows_from(b.name)):
        yield "an edge leads from it to itself"
    elif _is_recursive(m, b.name):
        yield "what it belongs to leads back to it"
    by_row = {ValueKind.PSEUDONYM, ValueKind.HASH, ValueKind.COARSEN}
    if any(w.collection == b.name and w.value.kind in by_row for w in written):
        yield "a change writes another value into each of its rows"


def _is_recursive(m: BoundMap, name: str) -> bool:
    """Whether what rows of ``name`` belong to leads back to rows of ``name``, however often."""
    start: Node = (name, ())
    nodes = [start]
    for node in nodes:  # grows while it is read
        for step in step_upward(m, node):
            if step.to == start:
                return True
            if step.to not in nodes:
                nodes.append(step.to)
    return False


# --- holds and retention -------------------------------------------------------------------------------------


def check_rules(m: BoundMap) -> Iterator[Problem]:
    """Yield retention that counts from nothing (T309), and holds that keep what they do not reach (T310)."""
    for b in m.bound.values():
        rule = m.policy.retention.get(b.collection.retain or "")
        if rule is not None and find_start_column(rule, b.name) is None and not _has_end(m, b.name):
            message = f'{b.name} counts "{rule.name}" from the end of a party, and belongs to none that has one'
            hint = "add belongs_to: a party that declares ends, or from: to the rule"
            yield report_error("T309", message, hint, b.collection.place)
    held = {name for b in m.bound.values() for name in b.collection.hold}
    for hold in m.policy.holds.values():
        for name in dict.fromkeys(_list_kept_here(m, hold.keeps, is_held=hold.name in held)):
            if hold not in find_holds(m, name):
                message = f'hold "{hold.name}" keeps cells of {name}, which no row that it holds leads to'
                hint = f"keep the columns that refer to {name} too, or add hold: {hold.name} to it"
                yield report_error("T310", message, hint, hold.place, m.bound[name].collection.place)


def _list_kept_here(m: BoundMap, keeps: tuple[tuple[str, str], ...], *, is_held: bool) -> Iterator[str]:
    """Yield the collections of this system that ``keeps`` means; a bare name may mean another system's."""
    for where, _ in keeps:
        home, dot, name = where.rpartition(".")
        if name in m.bound and not is_stray(m, name) and home in {"", m.system.name} and (dot or is_held):
            yield name


def _has_end(m: BoundMap, name: str) -> bool:
    start: Node = (name, ())
    nodes = {start: None}
    queue = [start]
    for node in queue:  # grows while it is read
        for step in step_upward(m, node):
            if step.to not in nodes:
                nodes[step.to] = None
                queue.append(step.to)
    return any(m.bound[collection].collection.ends for collection, _ in nodes)


def check_circular_fates(m: BoundMap) -> Iterator[Problem]:
    """Yield T311: a row's going depends on itself through a pin (22)."""
    from bailee.trace import (  # the package builds on its rooms, and this one on the package
        CircularFate,
        build_erasure_trace,
    )

    withheld = frozenset(
        f"{name}/delete" for name in m.bound if list_pins(m, name) or any(True for _ in find_holds(m, name))
    )
    try:
        build_erasure_trace(m, ANY_DAY, withheld)
    except CircularFate as fate:
        message = f"whether a row of {quote_names(fate.collections)} goes depends on itself, through a pin"
        places = [m.bound[name].collection.place for name in fate.collections]
        yield report_error(
            "T311", message, "let one reference of the circle say refuse, null or delete instead of pin", *places
        )
