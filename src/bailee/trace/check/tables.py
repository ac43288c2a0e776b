"""What the tables themselves would do, or not bear (T409, T410, T412 to T415, T419, T421)."""

from __future__ import annotations

from collections.abc import Iterator

from bailee.policy import Place
from bailee.policy.problems import Problem
from bailee.trace.bind import BoundMap, RowReference
from bailee.trace.check.reach import find_deletable, find_visible, is_stray, list_pins
from bailee.trace.check.report import quote_names, report_error, report_warning
from bailee.trace.check.writes import Write
from bailee.trace.graph import find_components
from bailee.trace.hold import find_held_columns, find_holds
from bailee.trace.reduce import find_empty_value, list_reducible_columns, list_unlinkable_columns
from bailee.trace.schema import Schema, SchemaTable

MANY_ROWS = 10_000
"""Above this a scan for each person is felt."""

CASCADES = frozenset({"cascade", "set null", "set default"})


def check_cascades(m: BoundMap) -> Iterator[Problem]:
    """Yield T409: tables outside the map that a deletion would reach (22)."""
    going, by_table = find_deletable(m), {b.table.name: b.name for b in m.bound.values()}
    for b in m.bound.values():
        for fk in b.table.foreign_keys if is_stray(m, b.name) else ():
            parent = by_table.get(fk.table)
            action = fk.on_delete.lower()
            if parent in going and action in CASCADES:
                message = (
                    f'a row of {parent} that goes would {action} rows of "{b.table.name}", which is not on the map'
                )
                hint = "put it on the map, with what becomes of its rows under on_parent_gone"
                yield report_error("T409", message, hint, m.bound[parent].collection.place)


def check_hazards(m: BoundMap, written: tuple[Write, ...]) -> Iterator[Problem]:
    """Yield T410: triggers, row security and their like on tables that a plan may change."""
    changed = find_deletable(m) | {write.collection for write in written}
    for b in m.bound.values():
        for name, does in b.table.hazards.items() if b.name in changed else ():
            if name not in b.collection.accepts:
                message = f'table "{b.table.name}" has "{name}", which the map does not account for: {does}'
                hint = f"add accepts: {{{name}: why it does no harm}} to {b.name}, or remove it"
                yield report_error("T410", message, hint, b.collection.place)


def check_unseen_fields(m: BoundMap) -> Iterator[Problem]:
    """Yield T412: personal fields that no person can own or see. An organisation's own are nobody's."""
    seen = find_visible(m)
    for b in m.bound.values():
        c = b.collection
        if c.fields and c.opaque is None and not b.is_party and b.name not in seen:
            message = f"{b.name} has {quote_names(c.fields)}, and no person can own or see its rows"
            yield report_warning(
                "T412", message, "add owned_by:, accessed_by: or mentions:, or say why it is opaque", c.place
            )


def check_indexes(m: BoundMap) -> Iterator[Problem]:
    """Yield T413: columns that are looked up in a large table without an index."""
    found: dict[tuple[str, frozenset[str]], tuple[str, ...]] = {}
    places: dict[tuple[str, frozenset[str]], Place] = {}
    for collection, columns, place in _list_look_ups(m):
        key = (collection, frozenset(columns))
        found.setdefault(key, columns)
        places.setdefault(key, place)
    for (collection, _), columns in found.items():
        b = m.bound[collection]
        if b.table.rows is not None and b.table.rows > MANY_ROWS and not _is_indexed(b.table, columns):
            rows = f"{b.table.rows:,} rows"
            message = f'no index of "{b.table.name}" starts with {quote_names(columns)}, and it has about {rows}'
            hint = "create one: without it every look for a person reads the whole table"
            yield report_warning("T413", message, hint, places[collection, frozenset(columns)], b.collection.place)


def _list_look_ups(m: BoundMap) -> Iterator[tuple[str, tuple[str, ...], Place]]:
    for b in m.bound.values():
        spelled = [(identity.stored, identity.column, identity.place) for identity in b.collection.identities]
        spelled += [(mention.stored, mention.column, mention.place) for mention in b.collection.mentions]
        # a declared scan reads the whole table, and says so
        yield from ((b.name, (column,), place) for stored, column, place in spelled if not stored.scan)
        for edge in b.collection.edges:
            if edge.to in m.bound:
                yield b.name, edge.own_columns, edge.place
                yield edge.to, edge.their_columns, edge.place
    for r in m.references:
        yield r.child, r.child_columns, m.bound[r.child].collection.place


def _is_indexed(table: SchemaTable, columns: tuple[str, ...]) -> bool:
    """Whether an index starts with ``columns``, in any order, or with nothing but some of them."""
    indexes = (*table.indexes, table.primary_key, *table.uniques)
    return any(index and set(index[: len(columns)]) <= set(columns) for index in indexes)


def check_loose_keys(m: BoundMap, schema: Schema) -> Iterator[Problem]:
    """Yield T419: keys that two rows of the table could share; T421, a warning: keys that a row could be without.

    What is done to a row is done by its key. Where it may be null, each session looks for rows without one, and refuses
    to act while there are any (C513). In SQLite a primary key may be null unless its columns say otherwise: nobody
    meant that, so that nobody is warned. ``schema``: as it is; a key that is not there is told of already.
    """
    for b in m.bound.values():
        c, table = b.collection, schema.tables.get(b.table.name, b.table)
        if not set(b.key) <= set(table.columns) or not b.key or (c.opaque is not None and c.key is None):
            continue
        if not any(set(unique) <= set(b.key) for unique in table.keys):
            why = f", for {table.loose}" if table.loose else ""
            message = f'nothing keeps two rows of "{table.name}" from having the same {quote_names(b.key)}{why}: '
            message += f"one row of {c.name} would take the other along"
            hint = "map the tables that it shows" if "view" in table.hazards else "make it unique in the database"
            yield report_error("T419", message, f"{hint}, or give {c.name} another key", c.place)
            continue
        empty = [name for name in b.key if table.columns[name].nullable]
        if empty and not (m.schema.kind.may_lack_primary_key and set(empty) <= set(table.primary_key)):
            message = f'a row of "{table.name}" may have no {quote_names(empty, "or")}, the key of {c.name}: '
            message += "while one has none, nothing is done in this system"
            yield report_warning(
                "T421", message, f"make it NOT NULL in the database, or give {c.name} another key", c.place
            )


def check_key_cycles(m: BoundMap) -> Iterator[Problem]:
    """Yield T414: cycles of foreign keys in which no row could go first (23)."""
    going = find_deletable(m)
    fixed = [r for r in m.references if _is_fixed(m, r) and {r.child, r.parent} <= going]
    onward = {name: sorted({r.child for r in fixed if r.parent == name and r.child != name}) for name in sorted(going)}
    for group in find_components(onward):
        if len(group) > 1:
            named = quote_names(group)
            message = f"{named} point to each other by foreign keys that cannot be null, so no row could go first"
            yield report_error(
                "T414", message, "let a column of one of them be null", *(m.bound[n].collection.place for n in group)
            )
    for r in fixed:
        if r.child == r.parent and not m.schema.kind.deletes_self_references:
            named = quote_names(r.child_columns)
            message = f"{r.child} points to itself by {named}, never null: this database lets no row go"
            yield report_error("T414", message, "let the column be null", m.bound[r.child].collection.place)


def _is_fixed(m: BoundMap, r: RowReference) -> bool:
    return r.foreign_key and not list_unlinkable_columns(m, r)


def check_reductions(m: BoundMap) -> Iterator[Problem]:
    """Yield T415: columns that a held or pinned row would lose, and that nothing empty can stand in (19, 20)."""
    for name in sorted(find_deletable(m)):
        pinning, holds = list_pins(m, name), tuple(find_holds(m, name))
        if not (pinning or holds):
            continue
        for column in list_reducible_columns(m, name):
            if find_empty_value(m, name, column)[1]:
                continue
            loose = [f'hold "{hold.name}"' for hold in holds if column.name not in find_held_columns(m, hold, name)]
            loose += [f"a pin of {r.child}" for r in pinning if column.name not in r.parent_columns]
            if loose:
                message = f'{name} may have to stay for {loose[0]} and lose "{column.name}", which cannot be empty'
                hint = "name the column in keeps of the hold, let it be null, or call it opaque with the reason"
                yield report_error("T415", message, hint, m.bound[name].collection.place)
