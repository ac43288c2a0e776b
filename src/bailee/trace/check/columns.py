"""The tables and columns that a map names, and whether the system has them (T401 to T403, T411)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from bailee.policy import Collection, Edge, EdgeKind, OnCopy, OnLeave, Place, Policy, System
from bailee.policy.predicate import Predicate, columns_read
from bailee.policy.problems import Problem
from bailee.policy.words import meant
from bailee.trace.bind import find_table
from bailee.trace.check.report import report_error
from bailee.trace.schema import ColumnKind, Schema, SchemaColumn


@dataclass(frozen=True, slots=True)
class NamedColumn:
    """A ``column`` of ``collection`` that the map names: in the collection ``by``, under ``word``, at ``place``."""

    collection: str
    column: str
    by: str
    word: str
    place: Place


def find_named_columns(system: System, policy: Policy) -> Iterator[NamedColumn]:
    """Yield every column of ``system`` that the policy names, in its systems, its holds or its retention rules."""
    for c in system.collections.values():
        yield from _list_collection_columns(c)
        for identity in c.identities:
            for column, word in _list_words(identity.column, identity.verified_when, "identity", "verified_when"):
                yield NamedColumn(c.name, column, c.name, word, identity.place)
            yield from (
                NamedColumn(c.name, column, c.name, "valid", identity.place)
                for column in identity.valid or ()
                if column
            )
            if identity.changed is not None:
                yield NamedColumn(c.name, identity.changed, c.name, "changed", identity.place)
        for mention in c.mentions:
            for column, word in _list_words(mention.column, mention.when, "mentions", "when"):
                yield NamedColumn(c.name, column, c.name, word, mention.place)
            if mention.at is not None:
                yield NamedColumn(c.name, mention.at, c.name, "at", mention.place)
            yield from _list_leaving_columns(c.name, c.name, mention.on_leave, mention.on_copy, mention.place)
        for edge in c.edges:
            yield from _list_edge_columns(c, edge)
        yield from _list_rule_columns(c, policy)
    yield from _list_kept_columns(system, policy)


def _list_words(column: str, condition: Predicate | None, word: str, when: str) -> Iterator[tuple[str, str]]:
    yield column, word
    if condition is not None:
        yield from ((read, when) for read in columns_read(condition))


def _list_collection_columns(c: Collection) -> Iterator[NamedColumn]:
    words = {
        "key": c.key if isinstance(c.key, tuple) else (),
        "ends": (c.ends,) if c.ends else (),
        "erased_when": columns_read(c.erased_when) if c.erased_when else (),
        "fields": c.fields.values(),
        "opaque": c.opaque_columns,
        "on_object": (c.on_object.cells or ()) if c.on_object else (),
        "on_erase": (c.on_erase.anonymise or ()) if c.on_erase else (),
    }
    around = {
        "on_object": c.on_object.place if c.on_object else c.place,
        "on_erase": c.on_erase.place if c.on_erase else c.place,
    }
    for word, columns in words.items():
        for column in columns:
            yield NamedColumn(c.name, column, c.name, word, c.places.get((word, column), around.get(word, c.place)))
    if c.file is not None:
        yield NamedColumn(c.name, c.file.column, c.name, "file", c.file.place)
    for named in _list_leaving_columns(c.name, c.name, c.on_leave, c.on_copy, c.place):
        yield replace(named, place=c.places.get((named.word, named.column), c.place))


def _list_edge_columns(c: Collection, edge: Edge) -> Iterator[NamedColumn]:
    for theirs, own in edge.on:
        yield NamedColumn(c.name, own, c.name, edge.kind.value, edge.place)
        yield NamedColumn(edge.to, theirs, c.name, edge.kind.value, edge.place)
    if edge.when is not None:
        yield from (NamedColumn(c.name, column, c.name, "when", edge.place) for column in columns_read(edge.when))
    # what an edge says of leaving and copying, it says of the rows that it leads to
    target = edge.to if edge.kind in {EdgeKind.OWNS, EdgeKind.ACCESSES} else c.name
    yield from _list_leaving_columns(target, c.name, edge.on_leave, edge.on_copy, edge.place)


def _list_leaving_columns(
    target: str, by: str, on_leave: OnLeave | None, on_copy: OnCopy | None, place: Place
) -> Iterator[NamedColumn]:
    if on_leave is not None:
        yield from (NamedColumn(target, column, by, "on_leave", place) for column in on_leave.cells)
    if on_copy is not None:
        yield from (NamedColumn(target, column, by, "on_copy", place) for column in on_copy.masks)


def _list_rule_columns(c: Collection, policy: Policy) -> Iterator[NamedColumn]:
    for name in c.hold:
        hold = policy.holds.get(name)
        if hold is not None and hold.until.column is not None:
            yield NamedColumn(c.name, hold.until.column, c.name, "until", hold.place)
    rule = policy.retention.get(c.retain or "")
    if rule is not None:
        start = rule.from_.get(c.name, rule.from_.get("*"))
        yield from (NamedColumn(c.name, column, c.name, "from", rule.place) for column in ((start,) if start else ()))
        yield from (NamedColumn(c.name, column, c.name, "then", rule.place) for column in rule.then or ())


def _list_kept_columns(system: System, policy: Policy) -> Iterator[NamedColumn]:
    used = {name for c in system.collections.values() for name in c.hold}
    for hold in policy.holds.values():
        for where, what in hold.keeps:
            home, dot, name = where.rpartition(".")
            c = system.collections.get(name) if home in {"", system.name} else None
            # a name without its system may mean another system, whose rows the hold is about
            if c is not None and what != "*" and (dot or hold.name in used):
                yield NamedColumn(c.name, what, c.name, "keeps", hold.place)


# --- what is missing -----------------------------------------------------------------------------------------


def check_missing(system: System, schema: Schema, names: Iterable[NamedColumn]) -> Iterator[Problem]:
    """Yield the tables (T401), columns (T402) and keys (T403) that the map needs and the system does not have."""
    for c in system.collections.values():
        table = find_table(c, schema)
        if table is None:
            wanted = f"{c.schema}.{c.table}" if c.schema else c.table
            hint = meant(wanted, schema.tables) or "name it under table:, or take the collection off the map"
            yield report_error("T401", f'{c.name} has no table "{wanted}" in this system', hint, c.place)
        elif c.key is None and not table.primary_key and c.opaque is None:
            hint = "write key: [columns] that tell rows apart, or key: none where nothing does"
            yield report_error("T403", f"{c.name} has no primary key, and the map gives none", hint, c.place)
    for named in names:
        there = (
            find_table(system.collections[named.collection], schema) if named.collection in system.collections else None
        )
        if there is not None and named.column not in there.columns:
            message = f'{named.by}.{named.word} names no column "{named.column}" of table "{there.name}"'
            hint = meant(named.column, there.columns) or "correct the name, or take it off the map"
            yield report_error("T402", message, hint, named.place, system.collections[named.by].place)


def add_missing(system: System, schema: Schema, names: Iterable[NamedColumn]) -> Schema:
    """Return ``schema`` with a column for every name that leads nowhere, so that the rest of the map can be checked.

    Such a column takes any value, lest one mistake be reported as several.
    """
    tables = dict(schema.tables)
    for named in names:
        table = (
            find_table(system.collections[named.collection], schema) if named.collection in system.collections else None
        )
        if table is not None and named.column not in table.columns:
            columns = {**tables[table.name].columns, named.column: SchemaColumn(named.column, ColumnKind.OTHER)}
            tables[table.name] = replace(tables[table.name], columns=columns)
    return replace(schema, tables=tables)
