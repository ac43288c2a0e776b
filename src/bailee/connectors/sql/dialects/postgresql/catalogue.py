"""PostgreSQL's catalogue. Partitions stand for the table that they are parts of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar

from bailee.connectors.sql.dialects.bodies import describe_filling, find_written_tables
from bailee.connectors.sql.dialects.catalogue import Catalogue
from bailee.connectors.sql.dialects.sketch import (
    FoundTables,
    Sketch,
    SketchedKey,
    Wanted,
    describe_trigger,
    find_reached,
    find_wanted,
    finish_tables,
)
from bailee.trace.schema import ColumnKind, Copy, Equality, SchemaColumn

RELATIONS = """
SELECT c.oid, n.nspname, c.relname, pg_table_is_visible(c.oid), c.relkind,
       CASE WHEN c.relkind = 'p' THEN
           (SELECT sum(leaf.reltuples)::bigint
            FROM pg_partition_tree(c.oid) part JOIN pg_class leaf ON leaf.oid = part.relid
            WHERE part.isleaf AND leaf.reltuples >= 0)
       WHEN c.reltuples >= 0 THEN c.reltuples::bigint END,
       c.relrowsecurity, c.relforcerowsecurity,
       (SELECT a.attname FROM pg_partitioned_table p
        JOIN pg_attribute a ON a.attrelid = p.partrelid AND a.attnum = p.partattrs[0]
        WHERE p.partrelid = c.oid AND p.partnatts = 1 AND p.partstrat <> 'h'),
       c.relkind IN ('r', 'p', 'f') AND NOT c.relispartition AND NOT EXISTS (
           SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
UNION ALL
SELECT 'pg_largeobject'::regclass, 'pg_catalog', 'pg_largeobject', false, 'r', NULL, false, false, NULL, true
WHERE EXISTS (SELECT FROM pg_largeobject_metadata)
"""
"""All relations, and last whether each is a table by itself: no part of another, and no extension's own.

The catalogue's table of large objects is among them where there are any: they are the firm's data, and in no other.
"""

FOREIGN_KEYS = """
SELECT k.conname, k.conrelid, pg_partition_root(k.conrelid)::oid, k.confrelid, pg_partition_root(k.confrelid)::oid,
       k.confdeltype, k.confupdtype, names.mine, names.theirs
FROM pg_constraint k,
LATERAL (SELECT array_agg(a.attname::text ORDER BY pair.place) AS mine,
                array_agg(b.attname::text ORDER BY pair.place) AS theirs
         FROM unnest(k.conkey, k.confkey) WITH ORDINALITY AS pair (mine, theirs, place)
         JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = pair.mine
         JOIN pg_attribute b ON b.attrelid = k.confrelid AND b.attnum = pair.theirs) AS names
WHERE k.contype = 'f' AND k.conparentid = 0
ORDER BY k.conrelid, k.conname
"""

COLUMNS = """
WITH RECURSIVE base (domain, type, modifier, required) AS (
    SELECT oid, typbasetype, typtypmod, typnotnull FROM pg_type WHERE typtype = 'd'
    UNION ALL
    SELECT base.domain, t.typbasetype, CASE WHEN base.modifier >= 0 THEN base.modifier ELSE t.typtypmod END,
           base.required OR t.typnotnull
    FROM base JOIN pg_type t ON t.oid = base.type WHERE t.typtype = 'd'
)
SELECT a.attrelid, a.attname, format_type(a.atttypid, a.atttypmod), t.typname, t.typcategory, t.typtype,
       CASE WHEN a.atttypmod >= 0 THEN a.atttypmod ELSE coalesce(b.modifier, -1) END,
       NOT (a.attnotnull OR coalesce(b.required, false)), a.attgenerated <> '' OR a.attidentity = 'a',
       coalesce(l.collisdeterministic, true), format_type(t.oid, -1),
       CASE WHEN l.collname <> 'default' THEN quote_ident(n.nspname) || '.' || quote_ident(l.collname) ELSE '' END,
       (SELECT array_agg(e.enumlabel::text ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid)
FROM pg_attribute a
LEFT JOIN (SELECT base.* FROM base JOIN pg_type t ON t.oid = base.type WHERE t.typtype <> 'd') b
       ON b.domain = a.atttypid
JOIN pg_type t ON t.oid = coalesce(b.type, a.atttypid)
LEFT JOIN pg_collation l ON l.oid = a.attcollation
LEFT JOIN pg_namespace n ON n.oid = l.collnamespace
WHERE a.attrelid = ANY(%s::oid[]) AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attrelid, a.attnum
"""

# An expression has no name among the columns: what stands before it still serves look-ups, and is not unique by itself.
# Nor is what an index takes for different and the column for equal.
INDEXES = """
SELECT i.indrelid, i.indisprimary,
       i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL AND NOT EXISTS (
           SELECT 1
           FROM unnest(i.indkey::int2[], i.indcollation::oid[], i.indclass::oid[]) WITH ORDINALITY
               AS part (number, collates, class, place)
           JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = part.number
           JOIN pg_opclass o ON o.oid = part.class
           LEFT JOIN pg_collation l ON l.oid = a.attcollation
           WHERE part.place <= i.indnkeyatts
             AND ((NOT l.collisdeterministic AND a.attcollation <> part.collates)
                  OR NOT (o.opcdefault OR o.opcname ~ 'pattern_ops$'))),
       i.indisvalid AND i.indpred IS NULL AND m.amname IN ('btree', 'hash'),
       (SELECT array_agg(a.attname::text ORDER BY key.place)
        FROM unnest(i.indkey) WITH ORDINALITY AS key (number, place)
        LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = key.number AND key.number <> 0
        WHERE key.place <= i.indnkeyatts)
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am m ON m.oid = c.relam
WHERE i.indrelid = ANY(%s::oid[])
ORDER BY i.indrelid, c.relname
"""

TRIGGERS = """
SELECT given.id, t.tgname, c.relname, t.tgtype, p.proname, p.prosrc
FROM unnest(%s::oid[]) AS given (id)
JOIN pg_trigger t ON t.tgrelid = given.id OR pg_partition_root(t.tgrelid) = given.id
JOIN pg_class c ON c.oid = t.tgrelid
JOIN pg_proc p ON p.oid = t.tgfoid
WHERE NOT t.tgisinternal AND t.tgparentid = 0 AND t.tgenabled <> 'D'
ORDER BY t.tgname
"""

RULES = """
SELECT ev_class, rulename, ev_type FROM pg_rewrite
WHERE ev_class = ANY(%s::oid[]) AND rulename <> '_RETURN' AND ev_enabled <> 'D' AND ev_type IN ('2', '4')
"""

POLICIES = "SELECT polrelid, polname FROM pg_policy WHERE polrelid = ANY(%s::oid[]) ORDER BY polname"

MATERIALISED = """
WITH RECURSIVE reads AS (
    SELECT DISTINCT d.refobjid AS source, r.ev_class AS reader
    FROM pg_depend d JOIN pg_rewrite r ON r.oid = d.objid
    WHERE d.classid = 'pg_rewrite'::regclass AND d.refclassid = 'pg_class'::regclass AND r.ev_class <> d.refobjid
), walk AS (
    SELECT source, reader FROM reads WHERE source = ANY(%s::oid[])
    UNION
    SELECT walk.source, reads.reader FROM walk JOIN reads ON reads.source = walk.reader
)
SELECT walk.source, 'm', n.nspname, c.relname, pg_table_is_visible(c.oid)
FROM walk JOIN pg_class c ON c.oid = walk.reader JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'm'
UNION ALL
SELECT given.id, 'p', '', p.pubname, true
FROM pg_publication p, LATERAL (
    SELECT relid, pg_partition_root(relid)::oid AS root FROM pg_get_publication_tables(p.pubname) OFFSET 0) sent
JOIN unnest(%s::oid[]) AS given (id) ON given.id IN (sent.relid, sent.root)
UNION
SELECT srrelid, 's', '', 'subscription', true FROM pg_subscription_rel WHERE srrelid = ANY(%s::oid[])
ORDER BY 2, 3, 4
"""
"""What keeps rows in a place of its own: materialised views, publications, and the other end of subscriptions."""

HEIRS = """
SELECT i.inhparent, n.nspname, c.relname, pg_table_is_visible(c.oid)
FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE i.inhparent = ANY(%s::oid[]) AND NOT c.relispartition
"""

_ACTIONS = {"a": "no action", "r": "restrict", "c": "cascade", "n": "set null", "d": "set default"}
_RELATION_HAZARDS = {
    "v": ("view", "it is a view: what a change to it does is for its tables to say"),
    "m": ("materialised view", "it is a materialised view, which changes only when it is refreshed"),
    "f": ("foreign table", "its rows are in another server, which keeps transactions in its own way"),
}
_READERS = {
    "m": "a materialised view keeps what it read until it is refreshed",
    "p": "a publication sends its rows to other systems, which keep them in their own way",
    "s": "a subscription fills it from another server, which keeps its rows",
}
_LARGE = frozenset({"oid", "lo"})
_KINDS = {
    "bytea": ColumnKind.BYTES,
    "date": ColumnKind.DATE,
    "timestamp": ColumnKind.TIME,
    "timestamptz": ColumnKind.TIME,
    "bool": ColumnKind.BOOLEAN,
}
_TEXTS = frozenset({"text", "varchar", "name"})
"""Types of text between which `=` compares bytes, and an index of the one serves the other."""
_COMPARED = frozenset(
    {
        *(*_TEXTS, "char", "int2", "int4", "int8", "oid", "numeric", "float8", "bool", "bytea", "uuid"),
        *("date", "timestamp", "timestamptz", "time", "timetz", "inet", "cidr", "macaddr", "macaddr8"),
    }
)
"""Types of which a value can be looked up, and comes back as what the driver can send again: a month of an interval
does not, nor does a number of four bytes with a fraction."""
_INTEGERS = frozenset({"int2", "int4", "int8", "oid"})
_LIMITED = frozenset({"varchar", "bpchar"})
_HEADER = 4  # bytes that PostgreSQL adds to the length it notes down for a text
_INSERT, _DELETE, _UPDATE, _BEFORE, _INSTEAD = 4, 8, 16, 2, 64  # bits of tgtype
_EVENTS = ((_INSERT, "insert"), (_DELETE, "delete"), (_UPDATE, "update"))


def _read_tables(cursor: Any, wanted: Iterable[Wanted]) -> FoundTables:
    """Return the ``wanted`` tables and those that a deletion from them reaches, by nine statements."""
    relations = {row[0]: row for row in cursor.execute(RELATIONS).fetchall()}
    by_name = {(row[1], row[2]): row[0] for row in relations.values()}
    visible = {row[2]: row[0] for row in relations.values() if row[3]}
    given = find_wanted(wanted, lambda asked: visible.get(asked[1]) if asked[0] is None else by_name.get(asked))
    links = [_make_link(row, given) for row in cursor.execute(FOREIGN_KEYS).fetchall()]
    ids = find_reached(given, links)
    sketches = {id: _sketch_relation(relations[id]) for id in ids}
    _add_names(sketches, relations)
    _add_columns(cursor, sketches)
    _add_indexes(cursor, sketches)
    names = {id: _name_table(*row[1:4]) for id, row in relations.items()} | given
    _add_triggers(cursor, sketches, names, lambda to: _find_named_table(to, names, visible, by_name))
    _add_hazards(cursor, sketches)
    tables = finish_tables(sketches, [link for link in links if link.child in sketches], names.__getitem__)
    return FoundTables(tables, tuple(names[id] for id, row in relations.items() if row[9] and id not in sketches))


def _name_table(schema: str, table: str, visible: object) -> str:
    return table if visible else f"{schema}.{table}"


def _make_link(row: Any, given: dict[Any, str]) -> SketchedKey:
    name, child, child_root, parent, parent_root, on_delete, on_update, mine, theirs = row
    child = child if child in given else child_root or child
    parent = parent if parent in given else parent_root or parent
    return SketchedKey(child, tuple(mine), parent, tuple(theirs), name, _ACTIONS[on_delete], _ACTIONS[on_update])


def _sketch_relation(row: Any) -> Sketch:
    kind, rows, secured, forced, partitioned_by = row[4:9]
    sketch = Sketch(rows=rows, partitioned_by=partitioned_by)
    if kind in _RELATION_HAZARDS:
        name, text = _RELATION_HAZARDS[kind]
        sketch.hazards[name] = text
    if secured:
        whom = "every account, its owner too" if forced else "every account but its owner"
        sketch.hazards["row security"] = f"row security hides rows from {whom}, and from none that bypasses it"
    return sketch


def _add_names(sketches: dict[Any, Sketch], relations: Mapping[Any, Any]) -> None:
    """Note in which schema each table is, and which others have one of the same name: the search path chooses."""
    schemas: dict[str, list[str]] = {}
    for row in relations.values():
        schemas.setdefault(row[2], []).append(row[1])
    for id, sketch in sketches.items():
        _, sketch.home, name, sketch.bare, *_ = relations[id]
        sketch.elsewhere = tuple(sorted(schema for schema in schemas[name] if schema != sketch.home))


def _add_columns(cursor: Any, sketches: dict[Any, Sketch]) -> None:
    for row in cursor.execute(COLUMNS, [list(sketches)]).fetchall():
        id, name, type_name, base, category, sort, modifier, nullable, generated, deterministic = row[:10]
        compared_by, collation, labels = row[10:]
        sketches[id].columns[name] = SchemaColumn(
            name=name,
            kind=_find_kind(base, category, sort),
            nullable=nullable,
            generated=generated,
            equality=_find_equality(base, sort, deterministic=deterministic),
            type_name=type_name,
            length=modifier - _HEADER if base in _LIMITED and modifier >= _HEADER else None,
            base="" if base in _TEXTS else compared_by,
            collation=collation or "",
            labels=tuple(labels or ()),
        )


def _find_equality(base: str, sort: str, *, deterministic: bool) -> Equality:
    if base == "citext" or not deterministic:
        return Equality.FOLDED
    if base == "bpchar":
        return Equality.PADDED
    return Equality.BYTES if sort == "e" or base in _COMPARED else Equality.NONE


def _find_kind(base: str, category: str, sort: str) -> ColumnKind:
    if base in _KINDS:
        return _KINDS[base]
    if base in _INTEGERS:
        return ColumnKind.INTEGER
    if base in {"numeric", "float4", "float8"}:
        return ColumnKind.NUMBER
    return ColumnKind.TEXT if category == "S" and sort == "b" else ColumnKind.OTHER


def _add_indexes(cursor: Any, sketches: dict[Any, Sketch]) -> None:
    for id, primary, unique, serves, columns in cursor.execute(INDEXES, [list(sketches)]).fetchall():
        named = columns[: columns.index(None)] if None in columns else columns
        sketches[id].index(tuple(named), unique=unique, primary=primary, serves=serves)


def _find_named_table(
    to: tuple[str, str], names: Mapping[Any, str], visible: Mapping[str, Any], by_name: Mapping[tuple[str, str], Any]
) -> str:
    """Return the qualified name of a table that a trigger's source names."""
    id = by_name.get(to) if to[0] else visible.get(to[1])
    return names[id] if id is not None else ".".join(filter(None, to))


def _add_triggers(
    cursor: Any, sketches: dict[Any, Sketch], names: Mapping[Any, str], named: Callable[[tuple[str, str]], str]
) -> None:
    objects = {id: [n for n, c in sketch.columns.items() if c.type_name in _LARGE] for id, sketch in sketches.items()}
    for id, name, table, bits, called, source in cursor.execute(TRIGGERS, [list(sketches)]).fetchall():
        events = [word for bit, word in _EVENTS if bits & bit]
        when = "before" if bits & _BEFORE else "instead of" if bits & _INSTEAD else "after"
        changing = [word for word in events if word != "insert"]
        if changing:  # nothing here inserts, or empties a table whole
            sketches[id].hazards[name] = describe_trigger(when, changing, table)
        if called == "lo_manage" and bits & _DELETE and bits & _UPDATE:
            objects[id] = []  # the trigger takes the large objects along
        elsewhere = [to for to in map(named, find_written_tables(source)) if to != names[id]]
        if events and elsewhere:
            sketches[id].copies[name] = describe_filling(describe_trigger(when, events, table), elsewhere)
    for id, columns in objects.items():
        for column in columns:
            says = f"{column} holds numbers of large objects, which stay when the row goes"
            sketches[id].copies[f"large objects of {column}"] = Copy(says)


def _add_hazards(cursor: Any, sketches: dict[Any, Sketch]) -> None:
    ids = [list(sketches)]
    for id, name, event in cursor.execute(RULES, ids).fetchall():
        sketches[id].hazards[name] = f"a rule rewrites {'update' if event == '2' else 'delete'}"
    policies: dict[Any, list[str]] = {}
    for id, name in cursor.execute(POLICIES, ids).fetchall():
        policies.setdefault(id, []).append(name)
    for id, names in policies.items():  # a map accepts them by their names; without any, every row is hidden
        secured = sketches[id].hazards.pop("row security", None)
        sketches[id].hazards.update(dict.fromkeys(names, secured) if secured else {})
    for id, kind, *reader in cursor.execute(MATERIALISED, [*ids, *ids, *ids]).fetchall():
        name = _name_table(*reader)
        if kind == "m":
            sketches[id].hazards[name] = _READERS[kind]
        sketches[id].copies[name] = Copy(_READERS[kind], (name,) if kind == "m" else ())
    for id, *heir in cursor.execute(HEIRS, ids).fetchall():
        sketches[id].hazards[_name_table(*heir)] = "a table inherits from it: its rows are seen and changed here too"
        sketches[id].unkept("the rows of tables that inherit from it may have the same")


class PostgresqlCatalogue(Catalogue):
    """The catalogue of a database."""

    tables: ClassVar[str] = """
        SELECT CASE WHEN pg_table_is_visible(c.oid) THEN NULL ELSE n.nspname END, c.relname
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
          AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
          AND NOT EXISTS (SELECT FROM pg_depend d
                          WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
          AND NOT (EXISTS (SELECT FROM pg_inherits i WHERE i.inhrelid = c.oid)
                   AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0
                                   AND a.attislocal AND NOT a.attisdropped))
        ORDER BY n.nspname, c.relname
    """
    home: ClassVar[str] = "SELECT current_schema()"

    def read(self, cursor: Any, wanted: Iterable[Wanted]) -> FoundTables:
        """Return the tables, by as many statements for one as for hundreds."""
        return _read_tables(cursor, wanted)
