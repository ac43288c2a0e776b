"""MariaDB's information schema. It opens each table that it tells of, so it is asked schema by schema."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
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

# Foreign keys come from any schema that the account can see: a cascade does not stop at a schema's border.
FOREIGN_KEYS = """
SELECT constraint_schema, constraint_name, table_schema, table_name, column_name, referenced_table_schema,
       referenced_table_name, referenced_column_name
FROM information_schema.key_column_usage
WHERE referenced_table_name IS NOT NULL
ORDER BY table_schema, table_name, constraint_name, ordinal_position
"""

ACTIONS = """
SELECT constraint_schema, table_name, constraint_name, delete_rule, update_rule
FROM information_schema.referential_constraints
"""

TABLES = """
SELECT t.table_name, t.table_type, t.engine, t.table_rows, e.transactions
FROM information_schema.tables t LEFT JOIN information_schema.engines e ON e.engine = t.engine
WHERE t.table_schema = %s
"""

COLUMNS = """
SELECT table_name, column_name, data_type, column_type, is_nullable, is_generated, character_maximum_length,
       collation_name, numeric_precision, numeric_scale, datetime_precision
FROM information_schema.columns
WHERE table_schema = %s
ORDER BY table_name, ordinal_position
"""

INDEXES = """
SELECT table_name, index_name, non_unique, column_name, index_type IN ('BTREE', 'HASH') AND ignored <> 'YES'
FROM information_schema.statistics
WHERE table_schema = %s
ORDER BY table_name, index_name, seq_in_index
"""

TRIGGERS = """
SELECT event_object_table, trigger_name, action_timing, event_manipulation, action_statement
FROM information_schema.triggers
WHERE event_object_schema = %s
ORDER BY trigger_name
"""

PARTITIONS = """
SELECT DISTINCT table_name, partition_expression
FROM information_schema.partitions
WHERE table_schema = %s AND partition_name IS NOT NULL
  AND (partition_method LIKE 'RANGE%%' OR partition_method LIKE 'LIST%%')
"""

_KEEPING = frozenset({"InnoDB", "MyISAM", "Aria", "MEMORY", "ROCKSDB", "TokuDB"})
"""Engines by which a unique index is kept. MRG_MyISAM looks at none, and others pass rows on to some other server."""

_KINDS = {
    **dict.fromkeys(("tinyint", "smallint", "mediumint", "int", "bigint", "year"), ColumnKind.INTEGER),
    **dict.fromkeys(("decimal", "float", "double"), ColumnKind.NUMBER),
    **dict.fromkeys(("char", "varchar", "tinytext", "text", "mediumtext", "longtext"), ColumnKind.TEXT),
    **dict.fromkeys(("binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob"), ColumnKind.BYTES),
    **dict.fromkeys(("datetime", "timestamp"), ColumnKind.TIME),
    "date": ColumnKind.DATE,
}

_UNCOMPARED = frozenset(
    {"bit", "float", "geometry", "point", "linestring", "polygon", "multipoint", "multilinestring", "multipolygon"}
    | {"geometrycollection", "vector"}
)

Id = tuple[str, str]


def _read_tables(cursor: Any, wanted: Iterable[Wanted]) -> FoundTables:
    """Return the ``wanted`` tables and those that a deletion from them reaches: three statements, and five a schema.

    Of the other tables those of the same schemas are told, and of the default one: a server may have many schemas that
    do not belong together.
    """
    default = _ask(cursor, "SELECT DATABASE()")[0][0] or ""
    asked = {(schema or default, table): (schema, table) for schema, table in reversed(list(wanted))}
    links = list(_find_links(_ask(cursor, FOREIGN_KEYS), _ask(cursor, ACTIONS)))
    sketches: dict[Id, Sketch] = {id: Sketch() for id in find_reached(asked, links)}
    given = find_wanted(asked.values(), lambda name: (name[0] or default, name[1]))

    def named(id: Id) -> str:
        return given.get(id) or (id[1] if id[0] == default else f"{id[0]}.{id[1]}")

    others: list[Id] = []
    for schema in sorted({default, *(schema for schema, _ in sketches)}):
        there = {name: sketch for (home, name), sketch in sketches.items() if home == schema}
        found, more = _add_tables(cursor, schema, there)
        others += [(schema, name) for name in more]
        if not there:
            continue
        for missing in there.keys() - found:
            del sketches[schema, missing]
        _add_columns(cursor, schema, there)
        _add_indexes(cursor, schema, there)
        _add_triggers_and_partitions(cursor, schema, there, named)
    tables = finish_tables(sketches, [link for link in links if link.child in sketches], named)
    return FoundTables(tables, tuple(map(named, others)))


def _ask(cursor: Any, statement: str, *parameters: str) -> list[Any]:
    cursor.execute(statement, parameters or None)
    return list(cursor.fetchall())


def _find_links(columns: list[Any], actions: list[Any]) -> Iterator[SketchedKey]:
    rules = {(schema, table, name): (delete, update) for schema, table, name, delete, update in actions}
    pairs: dict[tuple[str, str, str, str, str], list[tuple[str, str]]] = {}
    for _, name, schema, table, mine, their_schema, their_table, theirs in columns:
        pairs.setdefault((schema, table, name, their_schema, their_table), []).append((mine, theirs))
    for (schema, table, name, their_schema, their_table), both in pairs.items():
        mine, theirs = zip(*both, strict=True)
        delete, update = rules.get((schema, table, name), ("RESTRICT", "RESTRICT"))
        yield SketchedKey(
            (schema, table), mine, (their_schema, their_table), theirs, name, delete.lower(), update.lower()
        )


def _add_tables(cursor: Any, schema: str, sketches: dict[str, Sketch]) -> tuple[set[str], list[str]]:
    """Note what each table is; return the names of those that are there, and those of other tables."""
    found, others = set[str](), list[str]()
    for name, sort, engine, rows, transactions in _ask(cursor, TABLES, schema):
        if name not in sketches:
            others += [name] if sort in {"BASE TABLE", "SYSTEM VERSIONED"} else []
            continue
        found.add(name)
        sketch = sketches[name]
        sketch.rows = int(rows) if rows is not None else None
        if sort == "VIEW":
            sketch.hazards["view"] = "it is a view: what a change to it does is for its tables to say"
        elif sort == "SYSTEM VERSIONED":
            sketch.hazards["system versioning"] = "the table keeps every row that was deleted or changed"
            sketch.copies["system versioning"] = Copy(sketch.hazards["system versioning"])
        if engine is not None and engine not in _KEEPING:
            sketch.unkept(f"its engine {engine} does not keep it unique")
        if engine is not None and transactions != "YES":
            sketch.hazards["engine"] = f"its engine {engine} cannot take back what was done"
    return found, others


def _add_columns(cursor: Any, schema: str, sketches: dict[str, Sketch]) -> None:
    for table, name, data, full, nullable, generated, length, collation, *precision in _ask(cursor, COLUMNS, schema):
        if table not in sketches:
            continue
        kind = ColumnKind.BOOLEAN if full == "tinyint(1)" else _KINDS.get(data, ColumnKind.OTHER)
        sketches[table].columns[name] = SchemaColumn(
            name=name,
            kind=kind,
            nullable=nullable == "YES",
            generated=generated == "ALWAYS",
            equality=_find_equality(data, collation),
            type_name=_find_cast(kind, data, full, *precision),
            length=int(length) if data in {"char", "varchar"} else None,
            base=data if kind is ColumnKind.OTHER else "",
            collation=collation or "",
            labels=_read_labels(full) if data in {"enum", "set"} else (),
        )


def _find_equality(data: str, collation: str | None) -> Equality:
    if data in _UNCOMPARED:
        return Equality.NONE
    # `_bin` alone compares bytes and still takes no notice of blanks at the end.
    by_bytes = collation is None or collation == "binary" or collation.endswith("_nopad_bin")
    return Equality.BYTES if by_bytes else Equality.FOLDED


def _read_labels(full: str) -> tuple[str, ...]:
    """Return the labels in ``enum('a','it''s')`` or ``set(...)``."""
    return tuple(label.replace("''", "'") for label in re.findall(r"'((?:[^']|'')*)'", full))


def _find_cast(
    kind: ColumnKind, data: str, full: str, precision: int | None, scale: int | None, fraction: int | None
) -> str:
    """Return the type as `CAST` wants it, which is not as `CREATE TABLE` wants it."""
    match kind:
        case ColumnKind.INTEGER | ColumnKind.BOOLEAN:
            return "UNSIGNED" if "unsigned" in full else "SIGNED"
        case ColumnKind.NUMBER:
            return f"DECIMAL({precision},{scale})" if data == "decimal" else data.upper()
        case ColumnKind.TEXT:
            return "CHAR"
        case ColumnKind.BYTES:
            return "BINARY"
        case ColumnKind.TIME:
            return f"DATETIME({fraction or 0})"
    return "CHAR" if data in {"enum", "set"} else data.upper()


def _add_indexes(cursor: Any, schema: str, sketches: dict[str, Sketch]) -> None:
    indexes: dict[tuple[str, str, bool, bool], list[str]] = {}
    for table, name, several, column, serves in _ask(cursor, INDEXES, schema):
        if table in sketches:
            indexes.setdefault((table, name, not several, bool(serves)), []).append(column)
    for (table, name, unique, serves), columns in indexes.items():
        names = tuple(columns)  # where the beginning of a text is unique, so is the whole
        sketches[table].index(names, unique=unique, primary=name == "PRIMARY", serves=serves)


def _add_triggers_and_partitions(
    cursor: Any, schema: str, sketches: dict[str, Sketch], named: Callable[[Id], str]
) -> None:
    """Note triggers and partitions."""
    for table, name, when, event, body in _ask(cursor, TRIGGERS, schema):
        if table not in sketches:
            continue
        what = describe_trigger(when, [event.lower()], table)
        if event != "INSERT":  # nothing here inserts
            sketches[table].hazards[name] = what
        targets = [(home or schema, to) if to else ("", "") for home, to in find_written_tables(body or "")]
        elsewhere = [named(to) if to[1] else "" for to in targets if to != (schema, table)]
        if elsewhere:
            sketches[table].copies[name] = describe_filling(what, elsewhere)
    for table, expression in _ask(cursor, PARTITIONS, schema):
        columns = re.findall(r"`([^`]+)`", expression or "")
        if table in sketches and len(columns) == 1:
            sketches[table].partitioned_by = columns[0]


class MariadbCatalogue(Catalogue):
    """The catalogue of a server."""

    tables: ClassVar[str] = """
        SELECT NULLIF(table_schema, DATABASE()), table_name FROM information_schema.tables
        WHERE table_type IN ('BASE TABLE', 'SYSTEM VERSIONED')
          AND table_schema NOT IN ('mysql', 'information_schema', 'performance_schema', 'sys')
        ORDER BY table_schema, table_name
    """
    home: ClassVar[str] = "SELECT DATABASE()"
    schemas_are_databases: ClassVar[bool] = True
    hides_tables: ClassVar[bool] = True

    def read(self, cursor: Any, wanted: Iterable[Wanted]) -> FoundTables:
        """Return the tables, by as many statements for one as for hundreds."""
        return _read_tables(cursor, wanted)
