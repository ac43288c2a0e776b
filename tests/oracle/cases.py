"""Random cases: a schema, a map, rows that collide on purpose, a batch and a day, all from one seed.

A case is plain data and prints as compact text, so that it can be shrunk by hand. Maps keep rules 13 to 15 by the way
they are made; what the map checker refuses all the same is left out by whoever runs the cases (``is_valid``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Literal

from bailee.policy.model import (
    KEY_NONE,
    Collection,
    Edge,
    EdgeKind,
    Firm,
    Form,
    Gone,
    Hold,
    Identity,
    Joins,
    Mention,
    OnCopy,
    OnErase,
    OnLeave,
    OnParentGone,
    Party,
    Period,
    Policy,
    RetentionRule,
    RoundTo,
    Stored,
    System,
    Until,
    Value,
    ValueKind,
)
from bailee.policy.predicate import Compare, HasBits, In, IsNull, Not, Or, Predicate
from bailee.trace.schema import Column, Equality, ForeignKey, Kind, Schema, Table
from tests.oracle.repair import repaired
from tests.oracle.rows import random_rows
from tests.oracle.world import Person, RowKey, World, key_columns

NOW = datetime(2026, 3, 15, 12, 30)  # noqa: DTZ001 - databases keep times without a zone
FLOWS = (EdgeKind.OWNED_BY, EdgeKind.OWNS, EdgeKind.ACCESSED_BY, EdgeKind.ACCESSES)


@dataclass(frozen=True, slots=True)
class Case:
    """One case. ``rules`` are the names of the retention rules that its collections use."""

    seed: int
    world: World
    batch: tuple[Person, ...]
    now: datetime
    rules: tuple[str, ...] = ()


def accept_all(case: Case) -> bool:
    """Stand in for the map checker: accept every case."""
    return bool(case.world.data)


is_valid: Callable[[Case], bool] = accept_all
"""The hook: set it to what asks the map checker."""


@dataclass(slots=True)
class Draft:
    """A collection in the making."""

    name: str
    party: Party | None = None
    key: list[str] = field(default_factory=list)  # empty: no key
    columns: dict[str, Column] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)
    identities: list[Identity] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    foreign: list[ForeignKey] = field(default_factory=list)
    declares_key: bool = False
    ends: str | None = None
    erased_when: Predicate | None = None

    def add(self, name: str, kind: Kind, *, nullable: bool = True, bytewise: bool = True) -> str:
        """Add a column unless it is there, and return its name."""
        equality = Equality.BYTES if bytewise else Equality.FOLDED
        self.columns.setdefault(name, Column(name, kind, nullable=nullable, equality=equality, length=_length(kind)))
        return name


def _length(kind: Kind) -> int | None:
    return 80 if kind is Kind.TEXT else None


def random_case(seed: int) -> Case:
    """Return the case that ``seed`` makes, the same each time."""
    rnd = Random(seed)
    drafts = {"s": _drafts(rnd, rnd.randint(2, 7))}
    if rnd.random() < 0.15:
        drafts["t"] = _drafts(rnd, 2)
    holds: dict[str, Hold] = {}
    retention: dict[str, RetentionRule] = {}
    systems, schemas = {}, {}
    for system, made in drafts.items():
        collections = {d.name: _collection(rnd, system, d, made, holds, retention) for d in made}
        systems[system] = System(system, system, "sql", f"env:{system.upper()}", collections=collections)
        schemas[system] = Schema("sqlite", {d.name: _table(d) for d in made})
    firm = Firm("Firm", placeholders=frozenset({"n/a", "0"}), shared_above=rnd.choice((2, 3)))
    world = World(Policy(firm, systems, retention, holds), schemas, {})
    world = repaired(world)
    world = replace(world, data=random_rows(rnd, world))
    used = {c.retain for s in world.policy.systems.values() for c in s.collections.values() if c.retain}
    return Case(seed, world, _batch(rnd, world), NOW, tuple(sorted(used)))


# --- collections ---------------------------------------------------------------------------------------------


def _drafts(rnd: Random, count: int) -> list[Draft]:
    names = ["p", *rnd.sample(["q", "o", "a", "b", "c", "d"], count - 1)]
    parties = {"p": Party.PERSON, "q": Party.PERSON, "o": Party.ORGANISATION}
    drafts = [Draft(name, parties.get(name)) for name in sorted(names)]
    for draft in drafts:
        _add_key(rnd, draft)
        for name, kind in (("note", Kind.TEXT), ("amount", Kind.INTEGER), ("day", Kind.DATE), ("seen", Kind.TIME)):
            if rnd.random() < 0.4:
                draft.add(name, kind, nullable=kind in {Kind.DATE, Kind.TIME} or rnd.random() < 0.8)
    for draft in drafts:
        _add_edges(rnd, draft, drafts)
    for draft in drafts:
        if draft.party is Party.PERSON:
            _add_identities(rnd, draft)
        if draft.party and rnd.random() < 0.5:
            draft.ends = draft.add("ended", Kind.DATE)
    for draft in drafts:
        _add_mentions(rnd, draft, drafts)
    return drafts


def _add_key(rnd: Random, draft: Draft) -> None:
    shape = rnd.choice(("int", "int", "int", "text", "pair", "link" if not draft.party else "int"))
    if shape == "link":
        return  # _add_edges makes its key of two edges, or leaves it without one
    if shape == "pair":
        draft.key = [draft.add("k", Kind.INTEGER, nullable=False), draft.add("l", Kind.TEXT, nullable=False)]
    elif shape == "text":
        draft.key = [draft.add("code", Kind.TEXT, nullable=False)]
    else:
        draft.key = [draft.add("id", Kind.INTEGER, nullable=False)]
    draft.declares_key = rnd.random() < 0.2


def _add_edges(rnd: Random, draft: Draft, drafts: list[Draft]) -> None:
    keyed = [d for d in drafts if d.key]
    link = not draft.key
    for number in range(2 if link else rnd.choice((0, 1, 1, 2, 2, 3))):
        target = rnd.choice(keyed)
        if target is draft and draft.party and rnd.random() < 0.5:
            continue
        _add_edge(rnd, draft, target, number)
    if link and rnd.random() < 0.6:
        columns = list(dict.fromkeys(c for e in draft.edges for c in e.own_columns))
        key = columns if rnd.random() < 0.7 else []
        for column in key:
            draft.columns[column] = replace(draft.columns[column], nullable=False)
        draft.edges = [replace(e, unset=None) if key else e for e in draft.edges]
        draft.key = key


def _kind(rnd: Random, draft: Draft, target: Draft) -> EdgeKind:
    kinds = [EdgeKind.OWNED_BY] * 5 + [EdgeKind.ACCESSED_BY] * 2 + [EdgeKind.BELONGS_TO, EdgeKind.NAMES, EdgeKind.NAMES]
    if not target.party:
        kinds += [EdgeKind.OWNS, EdgeKind.OWNS, EdgeKind.ACCESSES]
    return rnd.choice(kinds) if draft.party is None or rnd.random() < 0.7 else rnd.choice(kinds[5:])


def _add_edge(rnd: Random, draft: Draft, target: Draft, number: int) -> None:
    kind = _kind(rnd, draft, target)
    if rnd.random() < 0.08 and kind in FLOWS:
        on = ((target.add("tag", Kind.TEXT), draft.add("tag", Kind.TEXT)),)
        _declare(rnd, draft, target, Edge(kind, target.name, on, f"e{number}"))
        return
    if kind in {EdgeKind.OWNS, EdgeKind.ACCESSES} and draft.key and rnd.random() < 0.4:
        pairs = [(_foreign_column(rnd, target, draft, c, number), c) for c in draft.key]
        _declare(rnd, draft, target, Edge(kind, target.name, tuple(pairs), f"e{number}"), child=target, parent=draft)
        return
    pairs = [(c, _foreign_column(rnd, draft, target, c, number)) for c in target.key]
    _declare(rnd, draft, target, Edge(kind, target.name, tuple(pairs), f"e{number}"), child=draft, parent=target)


def _foreign_column(rnd: Random, child: Draft, parent: Draft, column: str, number: int) -> str:
    kind = parent.columns[column].kind
    reusable = [c.name for c in child.columns.values() if c.kind is kind and "_" in c.name]
    if reusable and rnd.random() < 0.12:
        return rnd.choice(reusable)
    return child.add(f"{parent.name}{number}_{column}", kind, nullable=rnd.random() < 0.85)


def _declare(
    rnd: Random, draft: Draft, target: Draft, edge: Edge, child: Draft | None = None, parent: Draft | None = None
) -> None:
    if rnd.random() < 0.2:
        edge = replace(edge, when=_predicate(rnd, draft))
    if edge.to == draft.name:
        edge = replace(edge, depth=rnd.choice((None, 1, 2, "all")))
    if child is not None and parent is not None:
        declares_child = edge.their_columns == tuple(parent.key)
        columns = edge.own_columns if declares_child else edge.their_columns
        theirs = edge.their_columns if declares_child else edge.own_columns
        kinds = {child.columns[c].kind for c in columns}
        twice = len(set(columns)) < len(columns)  # which MariaDB does not take
        foreign = rnd.random() < 0.4 and edge.when is None and not twice
        if foreign:
            child.foreign.append(ForeignKey(columns, parent.name, theirs, f"fk_{child.name}_{len(child.foreign)}"))
        elif rnd.random() < 0.2 and kinds == {Kind.INTEGER} and len(columns) == 1:
            edge = replace(edge, unset=0)
        edge = replace(edge, on_parent_gone=_on_parent_gone(rnd, parent, theirs))
    draft.edges.append(edge)
    assert target.name == edge.to


def _on_parent_gone(rnd: Random, parent: Draft, columns: tuple[str, ...]) -> OnParentGone | None:
    actions: tuple[Gone | None, ...] = (
        None,
        Gone.REFUSE,
        Gone.NULL,
        Gone.NULL,
        Gone.DELETE,
        Gone.DELETE,
        Gone.PIN,
        Gone.STAND_IN,
    )
    action = rnd.choice(actions)
    if action is None:
        return None
    if action is not Gone.STAND_IN:
        return OnParentGone(action)
    return OnParentGone(action, {c: 0 if parent.columns[c].kind is Kind.INTEGER else "none" for c in columns})


def _predicate(rnd: Random, draft: Draft) -> Predicate:
    kind = draft.add("kind", Kind.TEXT)
    bits = draft.add("bits", Kind.INTEGER)
    return rnd.choice(
        (
            Compare(kind, "=", "a"),
            Compare(kind, "!=", "a"),
            In(kind, ("a", "b")),
            IsNull(kind),
            Not(Compare(kind, "=", "b")),
            HasBits(bits, 2),
            Or((Compare(bits, ">=", 2), IsNull(bits))),
        )
    )


def _add_identities(rnd: Random, draft: Draft) -> None:
    for attribute in rnd.sample(["email", "phone", "account"], rnd.randint(1, 2)):
        column = draft.add(attribute, Kind.TEXT, bytewise=rnd.random() < 0.8)
        stored = {"email": Stored(Form.LOWER), "phone": Stored(Form.E164), "account": Stored()}[attribute]
        valid = None
        if rnd.random() < (0.6 if attribute == "phone" else 0.1):
            valid = (draft.add("since", Kind.DATE), draft.add("until", rnd.choice((Kind.DATE, Kind.TIME))))
        verified = Compare(draft.add("verified", Kind.BOOLEAN), "=", True) if rnd.random() < 0.3 else None
        joins = rnd.choice((Joins.VERIFIED, Joins.VERIFIED, Joins.CONFIRM, Joins.NEVER))
        draft.identities.append(Identity(attribute, column, stored, joins, valid, verified))


def _add_mentions(rnd: Random, draft: Draft, drafts: list[Draft]) -> None:
    identities = [identity for d in drafts for identity in d.identities]
    if not identities or rnd.random() < 0.5:
        return
    for number in range(rnd.randint(1, 2)):
        attribute = rnd.choice(identities).attribute
        timed = any(i.valid for i in identities if i.attribute == attribute) or rnd.random() < 0.2
        stored = rnd.choice((Stored(), Stored(), Stored(Form.LIST, ","), Stored(Form.TEMPLATE, "x:{}")))
        column = draft.add(f"m{number}", Kind.TEXT, bytewise=rnd.random() < 0.8)
        at = draft.add(f"at{number}", rnd.choice((Kind.DATE, Kind.TIME))) if timed else None
        when = _predicate(rnd, draft) if rnd.random() < 0.2 else None
        draft.mentions.append(Mention(attribute, column, f"m{number}", stored, at, when))


def _table(draft: Draft) -> Table:
    return Table(draft.name, draft.columns, tuple(draft.key), foreign_keys=tuple(draft.foreign))


# --- words on a collection -----------------------------------------------------------------------------------


def _collection(
    rnd: Random,
    system: str,
    draft: Draft,
    drafts: list[Draft],
    holds: dict[str, Hold],
    retention: dict[str, RetentionRule],
) -> Collection:
    fixed = {c: _value(rnd, column) for c, column in draft.columns.items()}
    key: tuple[str, ...] | Literal["none"] | None = tuple(draft.key) if draft.declares_key else None
    erased_when, anonymise = None, None
    if rnd.random() < 0.35:
        anonymise = {c: fixed[c] for c in draft.columns if rnd.random() < 0.5}
        if draft.party is Party.PERSON:
            gone = draft.add("gone", Kind.BOOLEAN)
            anonymise |= {gone: Value(constant=True)}
            erased_when = Compare(gone, "=", True)
    collection = Collection(
        draft.name,
        table=draft.name,
        key=key if draft.key else KEY_NONE,
        party=draft.party,
        identities=tuple(draft.identities),
        ends=draft.ends,
        edges=tuple(replace(edge, on_leave=_some(rnd, fixed), on_copy=_on_copy(rnd, draft)) for edge in draft.edges),
        mentions=tuple(replace(m, on_leave=_some(rnd, fixed), on_copy=_on_copy(rnd, draft)) for m in draft.mentions),
        on_erase=OnErase(anonymise),
        erased_when=erased_when,
        on_leave=_on_leave(rnd, fixed),
        on_copy=_on_copy(rnd, draft),
    )
    if draft.key and rnd.random() < 0.3:
        name = f"h_{system}_{draft.name}"
        holds[name] = _hold(rnd, name, draft, drafts)
        collection = replace(collection, hold=(name,))
    if rnd.random() < 0.3:
        rule = _rule(rnd, f"r_{system}_{draft.name}", draft, fixed)
        retention[rule.name] = rule
        collection = replace(collection, retain=rule.name)
    return collection


def _value(rnd: Random, column: Column) -> Value:
    if column.nullable and rnd.random() < 0.3:
        return Value()
    if column.kind is Kind.TEXT:
        return rnd.choice(
            (
                Value(constant="gone"),
                Value(ValueKind.PSEUDONYM),
                Value(ValueKind.HASH),
                Value(ValueKind.COARSEN, unit="1"),
            )
        )
    if column.kind is Kind.INTEGER:
        return rnd.choice((Value(constant=7), Value(ValueKind.COARSEN, unit="3")))
    if column.kind is Kind.BOOLEAN:
        return Value(constant=False)
    unit = rnd.choice(("year", "month", "day"))
    return rnd.choice((Value(ValueKind.NOW), Value(ValueKind.COARSEN, unit=unit)))


def _on_leave(rnd: Random, fixed: dict[str, Value]) -> OnLeave:
    if rnd.random() < 0.2:
        return OnLeave(delete=True)
    cells = {c: v for c, v in fixed.items() if rnd.random() < 0.2}
    return OnLeave(matched=rnd.random() < 0.75, cells=cells)


def _some(rnd: Random, fixed: dict[str, Value]) -> OnLeave | None:
    return _on_leave(rnd, fixed) if rnd.random() < 0.25 else None


def _on_copy(rnd: Random, draft: Draft) -> OnCopy | None:
    if rnd.random() < 0.6:
        return None
    masks = frozenset(c for c in draft.columns if rnd.random() < 0.2)
    says: tuple[Literal["mask", "show"] | None, ...] = (None, "mask", "show")
    return OnCopy(rnd.choice(says), masks)


def _hold(rnd: Random, name: str, draft: Draft, drafts: list[Draft]) -> Hold:
    keeps = [(draft.name, "*")] if rnd.random() < 0.3 else []
    for other in drafts:
        chance = 0.5 if other is draft else 0.2
        keeps += [(other.name, c) for c in other.columns if rnd.random() < chance]
        for edge in other.edges if rnd.random() < 0.5 else ():
            keeps += [(other.name, c) for c in edge.own_columns]
    until = Until(day=(NOW.date() + timedelta(days=rnd.choice((-40, 40)))).isoformat())
    if rnd.random() < 0.7:
        until = Until(
            draft.add("issued", Kind.DATE),
            Period(rnd.choice((0, 6, 24)), rnd.choice((0, 5))),
            rnd.choice(list(RoundTo)),
        )
    return Hold(name, "a law", tuple(dict.fromkeys(keeps)) or ((draft.name, "*"),), until)


def _rule(rnd: Random, name: str, draft: Draft, fixed: dict[str, Value]) -> RetentionRule:
    column = draft.ends
    if column is None or rnd.random() < 0.3:
        column = draft.add("made", rnd.choice((Kind.DATE, Kind.TIME)))
    from_ = {} if rnd.random() < 0.5 else {rnd.choice((draft.name, "*")): column}
    then = {c: v for c, v in fixed.items() if rnd.random() < 0.5} if rnd.random() < 0.3 else None
    return RetentionRule(name, Period(rnd.choice((0, 1, 12)), rnd.choice((0, 10))), from_, then)


# --- the batch -----------------------------------------------------------------------------------------------


def _batch(rnd: Random, world: World) -> tuple[Person, ...]:
    people = [
        RowKey(system, name, tuple(cells[c] for c in key_columns(collection, world.schemas[system].tables[name])))
        for system, declared in world.policy.systems.items()
        for name, collection in declared.collections.items()
        if collection.party is Party.PERSON
        for cells in world.data[system][name]
        if not is_stand_in(cells)
    ]
    rnd.shuffle(people)
    batch = []
    for _ in range(min(rnd.randint(1, 3), len(people))):
        own = {people.pop() for _ in range(min(rnd.choice((1, 1, 2)), len(people)))}
        batch.append(Person(frozenset(own)))
    if rnd.random() < 0.2:
        batch.append(Person(frozenset(), frozenset({("email", "c@x")})))
    return tuple(batch)


def is_stand_in(cells: dict[str, object] | object) -> bool:
    """Whether a row takes the place of rows that are gone: all its key cells are 0 or ``none``."""
    return isinstance(cells, dict) and cells.get("id", cells.get("k", cells.get("code"))) in (0, "none")


def day(days: int) -> date:
    """Return the date ``days`` after the day of all cases."""
    return NOW.date() + timedelta(days=days)
