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

from bailee.connectors.sql.dialects import list_dialects
from bailee.policy import (
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
    Spelling,
    System,
    Until,
    Value,
    ValueKind,
)
from bailee.policy.predicate import Compare, HasBits, In, IsNull, Not, Or, Predicate
from bailee.trace.schema import ColumnKind, Equality, ForeignKey, Schema, SchemaColumn, SchemaTable
from tests.oracle.joins import stand_ins
from tests.oracle.repair import repaired
from tests.oracle.rows import random_rows
from tests.oracle.wider import Wider, spelled_otherwise
from tests.oracle.world import ENUM, Person, World, rows_of

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
    columns: dict[str, SchemaColumn] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)
    identities: list[Identity] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    foreign: list[ForeignKey] = field(default_factory=list)
    uniques: list[str] = field(default_factory=list)  # columns, each a key by itself
    declares_key: bool = False
    primary: bool = True  # the table has the key as its primary one
    ends: str | None = None
    erased_when: Predicate | None = None

    def add(self, name: str, kind: ColumnKind, *, nullable: bool = True, bytewise: bool = True) -> str:
        """Add a column unless it is there, and return its name."""
        equality = Equality.BYTES if bytewise else Equality.FOLDED
        self.columns.setdefault(
            name, SchemaColumn(name, kind, nullable=nullable, equality=equality, length=_length(kind))
        )
        return name


def _length(kind: ColumnKind) -> int | None:
    return 80 if kind is ColumnKind.TEXT else None


def random_case(seed: int, *, wider: bool = True) -> Case:
    """Return the case that ``seed`` makes, the same each time.

    ``wider``: with what `wider` adds. Without it a seed makes the case that it made before there was any.
    """
    rnd, more = Random(seed), Wider(seed) if wider else None
    drafts = {"s": _drafts(rnd, rnd.randint(2, 7), more)}
    if rnd.random() < 0.15:
        drafts["t"] = _drafts(rnd, 2, more)
    holds: dict[str, Hold] = {}
    retention: dict[str, RetentionRule] = {}
    systems, schemas = {}, {}
    for system, made in drafts.items():
        collections = {d.name: _collection(rnd, system, d, made, holds, retention) for d in made}
        if more:
            collections = {d.name: _under_one_rule(more, system, d, collections[d.name], retention) for d in made}
        systems[system] = System(system, system, "sql", f"env:{system.upper()}", collections=collections)
        schemas[system] = Schema(list_dialects()["sqlite"].kind, {d.name: _table(d) for d in made})
    firm = Firm("Firm", placeholders=frozenset({"n/a", "0"}), shared_above=rnd.choice((2, 3)))
    world = World(Policy(firm, systems, retention, holds), schemas, {})
    world = repaired(world)
    world = replace(world, data=random_rows(rnd, world))
    if more:
        world = replace(world, data=spelled_otherwise(more, world))
    used = {c.retain for s in world.policy.systems.values() for c in s.collections.values() if c.retain}
    return Case(seed, world, _batch(rnd, world), NOW, tuple(sorted(used)))


# --- collections ---------------------------------------------------------------------------------------------


def _drafts(rnd: Random, count: int, more: Wider | None) -> list[Draft]:
    names = ["p", *rnd.sample(["q", "o", "a", "b", "c", "d"], count - 1)]
    parties = {"p": Party.PERSON, "q": Party.PERSON, "o": Party.ORGANISATION}
    drafts = [Draft(name, parties.get(name)) for name in sorted(names)]
    for draft in drafts:
        _add_key(rnd, draft)
        for name, kind in (
            ("note", ColumnKind.TEXT),
            ("amount", ColumnKind.INTEGER),
            ("day", ColumnKind.DATE),
            ("seen", ColumnKind.TIME),
        ):
            if rnd.random() < 0.4:
                draft.add(name, kind, nullable=kind in {ColumnKind.DATE, ColumnKind.TIME} or rnd.random() < 0.8)
        if more:
            _widen(more, draft)
    for draft in drafts:
        _add_edges(rnd, draft, drafts, more)
    for draft in drafts:
        if draft.party is Party.PERSON:
            _add_identities(rnd, draft, more)
        if draft.party and rnd.random() < 0.5:
            draft.ends = draft.add("ended", ColumnKind.DATE)
    for draft in drafts:
        _add_mentions(rnd, draft, drafts, more)
    return drafts


def _widen(more: Wider, draft: Draft) -> None:
    """Give ``draft`` a natural key beside its own, and its texts types that databases compare in ways of their own."""
    if draft.key and more.chance(0.4):
        kind, name = more.choice(((ColumnKind.INTEGER, "nr"), (ColumnKind.TEXT, "sku")))
        draft.uniques.append(draft.add(name, kind, nullable=more.chance(0.7)))
    for name, column in draft.columns.items():
        if column.kind is ColumnKind.TEXT:
            draft.columns[name] = more.typed(column, enum=name == "note")
    if draft.key and more.chance(0.012):
        draft.primary, draft.declares_key = False, True
        if more.chance(0.5):  # nothing says that these tell rows apart
            return
        draft.uniques.append(draft.key[0]) if len(draft.key) == 1 else None
        for name in draft.key:
            draft.columns[name] = replace(draft.columns[name], nullable=True)


def _add_key(rnd: Random, draft: Draft) -> None:
    shape = rnd.choice(("int", "int", "int", "text", "pair", "link" if not draft.party else "int"))
    if shape == "link":
        return  # _add_edges makes its key of two edges, or leaves it without one
    if shape == "pair":
        draft.key = [
            draft.add("k", ColumnKind.INTEGER, nullable=False),
            draft.add("l", ColumnKind.TEXT, nullable=False),
        ]
    elif shape == "text":
        draft.key = [draft.add("code", ColumnKind.TEXT, nullable=False)]
    else:
        draft.key = [draft.add("id", ColumnKind.INTEGER, nullable=False)]
    draft.declares_key = rnd.random() < 0.2


def _add_edges(rnd: Random, draft: Draft, drafts: list[Draft], more: Wider | None) -> None:
    keyed = [d for d in drafts if d.key]
    link = not draft.key
    for number in range(2 if link else rnd.choice((0, 1, 1, 2, 2, 3))):
        target = rnd.choice(keyed)
        if target is draft and draft.party and rnd.random() < 0.5:
            continue
        _add_edge(rnd, draft, target, number, more)
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


def _add_edge(rnd: Random, draft: Draft, target: Draft, number: int, more: Wider | None) -> None:
    kind = _kind(rnd, draft, target)
    if rnd.random() < 0.08 and kind in FLOWS:
        on = ((_tag(target, more), _tag(draft, more)),)
        _declare(rnd, draft, target, Edge(kind, target.name, on, f"e{number}"))
        return
    if kind in {EdgeKind.OWNS, EdgeKind.ACCESSES} and draft.key and rnd.random() < 0.4:
        pairs = [(_foreign_column(rnd, target, draft, c, number, more), c) for c in _pointed_at(draft, more)]
        _declare(rnd, draft, target, Edge(kind, target.name, tuple(pairs), f"e{number}"), child=target, parent=draft)
        return
    pairs = [(c, _foreign_column(rnd, draft, target, c, number, more)) for c in _pointed_at(target, more)]
    _declare(rnd, draft, target, Edge(kind, target.name, tuple(pairs), f"e{number}"), child=draft, parent=target)


def _tag(draft: Draft, more: Wider | None) -> str:
    if more and "tag" not in draft.columns:
        draft.columns["tag"] = more.typed(draft.columns[draft.add("tag", ColumnKind.TEXT)])
    return draft.add("tag", ColumnKind.TEXT)


def _pointed_at(parent: Draft, more: Wider | None) -> list[str]:
    """Return the columns by which rows of ``parent`` are pointed to: its key, or another that is unique."""
    if more and parent.uniques and more.chance(0.5):
        return [more.choice(parent.uniques)]
    return parent.key


def _foreign_column(rnd: Random, child: Draft, parent: Draft, column: str, number: int, more: Wider | None) -> str:
    there = parent.columns[column]
    reusable = [c.name for c in child.columns.values() if c.kind is there.kind and "_" in c.name]
    if reusable and rnd.random() < 0.12:
        return rnd.choice(reusable)
    name = f"{parent.name}{number}_{column}"
    is_new = name not in child.columns
    child.add(name, there.kind, nullable=rnd.random() < 0.85)
    if more and is_new:
        child.columns[name] = more.pointing(child.columns[name], there)
        if more.chance(0.06):
            child.uniques.append(name)
    return name


def _declare(
    rnd: Random, draft: Draft, target: Draft, edge: Edge, child: Draft | None = None, parent: Draft | None = None
) -> None:
    if rnd.random() < 0.2:
        edge = replace(edge, when=_predicate(rnd, draft))
    if edge.to == draft.name:
        edge = replace(edge, depth=rnd.choice((None, 1, 2, "all")))
    if child is not None and parent is not None:
        declares_child = draft is child and edge.their_columns in {tuple(parent.key), *((u,) for u in parent.uniques)}
        columns = edge.own_columns if declares_child else edge.their_columns
        theirs = edge.their_columns if declares_child else edge.own_columns
        kinds = {child.columns[c].kind for c in columns}
        twice = len(set(columns)) < len(columns)  # which MariaDB does not take
        if rnd.random() < 0.4 and edge.when is None and not twice and _may_be_foreign(child, columns, parent, theirs):
            child.foreign.append(ForeignKey(columns, parent.name, theirs, f"fk_{child.name}_{len(child.foreign)}"))
        elif rnd.random() < 0.2 and kinds == {ColumnKind.INTEGER} and len(columns) == 1:
            edge = replace(edge, unset=0)
        edge = replace(edge, on_parent_gone=_on_parent_gone(rnd, parent, theirs))
    draft.edges.append(edge)
    assert target.name == edge.to


def _may_be_foreign(child: Draft, columns: tuple[str, ...], parent: Draft, theirs: tuple[str, ...]) -> bool:
    """Whether a foreign key may lead from ``columns`` to ``theirs``: they are of one type, and these are a key."""
    kinds = [(child.columns[c].type_name, parent.columns[p].type_name) for c, p in zip(columns, theirs, strict=True)]
    is_key = parent.primary and theirs == tuple(parent.key)
    return all(one == other for one, other in kinds) and (is_key or set(theirs) <= set(parent.uniques))


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
    if any(parent.columns[c].type_name == ENUM for c in columns):
        return OnParentGone(Gone.NULL)
    return OnParentGone(action, {c: 0 if parent.columns[c].kind is ColumnKind.INTEGER else "none" for c in columns})


def _predicate(rnd: Random, draft: Draft) -> Predicate:
    kind = draft.add("kind", ColumnKind.TEXT)
    bits = draft.add("bits", ColumnKind.INTEGER)
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


def _add_identities(rnd: Random, draft: Draft, more: Wider | None) -> None:
    for attribute in rnd.sample(["email", "phone", "account"], rnd.randint(1, 2)):
        column = draft.add(attribute, ColumnKind.TEXT, bytewise=rnd.random() < 0.8)
        stored = {"email": Spelling(Form.LOWER), "phone": Spelling(Form.E164), "account": Spelling()}[attribute]
        if more:
            draft.columns[column] = more.typed(draft.columns[column])
            stored = Spelling(Form.LIST, ",") if attribute == "email" and more.chance(0.15) else stored
        valid = None
        if rnd.random() < (0.6 if attribute == "phone" else 0.1):
            valid = (
                draft.add("since", ColumnKind.DATE),
                draft.add("until", rnd.choice((ColumnKind.DATE, ColumnKind.TIME))),
            )
        verified = Compare(draft.add("verified", ColumnKind.BOOLEAN), "=", True) if rnd.random() < 0.3 else None
        joins = rnd.choice((Joins.VERIFIED, Joins.VERIFIED, Joins.CONFIRM, Joins.NEVER))
        draft.identities.append(Identity(attribute, column, stored, joins, valid, verified))


def _add_mentions(rnd: Random, draft: Draft, drafts: list[Draft], more: Wider | None) -> None:
    identities = [identity for d in drafts for identity in d.identities]
    if not identities or rnd.random() < 0.5:
        return
    for number in range(rnd.randint(1, 2)):
        attribute = rnd.choice(identities).attribute
        timed = any(i.valid for i in identities if i.attribute == attribute) or rnd.random() < 0.2
        stored = rnd.choice((Spelling(), Spelling(), Spelling(Form.LIST, ","), Spelling(Form.TEMPLATE, "x:{}")))
        column = draft.add(f"m{number}", ColumnKind.TEXT, bytewise=rnd.random() < 0.8)
        if more:
            draft.columns[column] = more.typed(draft.columns[column])
        at = draft.add(f"at{number}", rnd.choice((ColumnKind.DATE, ColumnKind.TIME))) if timed else None
        when = _predicate(rnd, draft) if rnd.random() < 0.2 else None
        draft.mentions.append(Mention(attribute, column, f"m{number}", stored, at, when))


def _table(draft: Draft) -> SchemaTable:
    primary = tuple(draft.key) if draft.primary else ()
    uniques = frozenset((name,) for name in draft.uniques)
    return SchemaTable(draft.name, draft.columns, primary, uniques, foreign_keys=tuple(draft.foreign))


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
            gone = draft.add("gone", ColumnKind.BOOLEAN)
            called = {i.column: fixed[i.column] for i in draft.identities}
            nobody = {c: value if value.kind is not ValueKind.COARSEN else Value() for c, value in called.items()}
            anonymise |= {gone: Value(constant=True)} | nobody
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


def _under_one_rule(
    more: Wider, system: str, draft: Draft, collection: Collection, retention: dict[str, RetentionRule]
) -> Collection:
    """Put a collection that has a retention rule under the rule of another one, where that can count its rows."""
    rules = [
        rule
        for name, rule in sorted(retention.items())
        if name.startswith(f"r_{system}_") and rule.then is None and set(rule.from_.values()) <= set(draft.columns)
    ]
    return replace(collection, retain=more.choice(rules).name) if collection.retain and rules else collection


def _value(rnd: Random, column: SchemaColumn) -> Value:
    if column.nullable and rnd.random() < 0.3:
        return Value()
    if column.type_name == ENUM:
        return Value(constant="c")
    if column.kind is ColumnKind.TEXT:
        return rnd.choice(
            (
                Value(constant="gone"),
                Value(ValueKind.PSEUDONYM),
                Value(ValueKind.HASH),
                Value(ValueKind.COARSEN, unit="1"),
            )
        )
    if column.kind is ColumnKind.INTEGER:
        return rnd.choice((Value(constant=7), Value(ValueKind.COARSEN, unit="3")))
    if column.kind is ColumnKind.BOOLEAN:
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
            draft.add("issued", ColumnKind.DATE),
            Period(rnd.choice((0, 6, 24)), rnd.choice((0, 5))),
            rnd.choice(list(RoundTo)),
        )
    return Hold(name, "a law", tuple(dict.fromkeys(keeps)) or ((draft.name, "*"),), until)


def _rule(rnd: Random, name: str, draft: Draft, fixed: dict[str, Value]) -> RetentionRule:
    column = draft.ends
    if column is None or rnd.random() < 0.3:
        column = draft.add("made", rnd.choice((ColumnKind.DATE, ColumnKind.TIME)))
    from_ = {} if rnd.random() < 0.5 else {rnd.choice((draft.name, "*")): column}
    then = {c: v for c, v in fixed.items() if rnd.random() < 0.5} if rnd.random() < 0.3 else None
    return RetentionRule(name, Period(rnd.choice((0, 1, 12)), rnd.choice((0, 10))), from_, then)


# --- the batch -----------------------------------------------------------------------------------------------


def _batch(rnd: Random, world: World) -> tuple[Person, ...]:
    rows = rows_of(world)
    nobody = stand_ins(world, rows)
    people = [row.name for row in rows if row.is_person and row not in nobody]
    rnd.shuffle(people)
    batch = []
    for _ in range(min(rnd.randint(1, 3), len(people))):
        own = {people.pop() for _ in range(min(rnd.choice((1, 1, 2)), len(people)))}
        batch.append(Person(frozenset(own)))
    if rnd.random() < 0.2:
        batch.append(Person(frozenset(), frozenset({("email", "c@x")})))
    return tuple(batch)


def day(days: int) -> date:
    """Return the date ``days`` after the day of all cases."""
    return NOW.date() + timedelta(days=days)
