"""SQLite's schema table and the functions beside it. Types are whatever somebody declared."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
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

TABLES = """
SELECT lower(s.name), s.name, s.type, s.sql, l.wr, l.type IN ('table', 'virtual')
FROM main.sqlite_schema s JOIN pragma_table_list l ON l.schema = 'main' AND l.name = s.name
WHERE s.type IN ('table', 'view') AND s.name NOT LIKE 'sqlite~_%' ESCAPE '~'
"""

COLUMNS = """
SELECT lower(s.name), c.name, c.type, c."notnull", c.pk, c.hidden
FROM main.sqlite_schema s JOIN pragma_table_xinfo(s.name, 'main') c
WHERE s.type IN ('table', 'view') AND s.name NOT LIKE 'sqlite~_%' ESCAPE '~' AND c.hidden <> 1
ORDER BY s.name, c.cid
"""

FOREIGN_KEYS = """
SELECT lower(s.name), k.id, lower(k."table"), k."from", k."to", k.on_delete, k.on_update
FROM main.sqlite_schema s JOIN pragma_foreign_key_list(s.name, 'main') k
WHERE s.type = 'table'
ORDER BY s.name, k.id, k.seq
"""

INDEXES = """
SELECT lower(s.name), i.name, i."unique", i.partial, i.origin = 'pk', x.name, upper(x.coll)
FROM main.sqlite_schema s JOIN pragma_index_list(s.name, 'main') i JOIN pragma_index_xinfo(i.name, 'main') x
WHERE s.type = 'table' AND x.key = 1
ORDER BY s.name, i.name, x.seqno
"""

TRIGGERS = "SELECT lower(tbl_name), name, sql FROM main.sqlite_schema WHERE type = 'trigger' ORDER BY name"

COUNTED = "SELECT 1 FROM main.sqlite_schema WHERE name = 'sqlite_stat1'"
ROWS = "SELECT lower(tbl), max(CAST(stat AS INTEGER)) FROM main.sqlite_stat1 GROUP BY 1"

_FIRES = re.compile(
    r"(?P<when>before|after|instead\s+of)?\s+(?P<event>delete|insert|update)\b(?:\s+of\b.*?)?\s+on\b",
    re.IGNORECASE | re.DOTALL,
)
_SEARCHES = re.compile(
    r"\busing\s+fts[345]\b.*\bcontent\s*=\s*"
    r"""(?P<table>'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|[^'"`\[\s,)]+)""",
    re.IGNORECASE | re.DOTALL,
)
_VIRTUAL = re.compile(r"\s*create\s+virtual\b", re.IGNORECASE)
_HIDDEN_GENERATED = frozenset({2, 3})

# A cast to a declared type would make numbers of dates: whatever SQLite does not know is numeric to it.
_CASTS = {
    **dict.fromkeys((ColumnKind.TEXT, ColumnKind.DATE, ColumnKind.TIME), "TEXT"),
    **dict.fromkeys((ColumnKind.INTEGER, ColumnKind.BOOLEAN), "INTEGER"),
    ColumnKind.NUMBER: "NUMERIC",
    ColumnKind.BYTES: "BLOB",
}


def _read_tables(cursor: Any, wanted: Iterable[Wanted]) -> FoundTables:
    """Return the ``wanted`` tables and those that a deletion from them reaches, by seven statements."""
    tables = {row[0]: row for row in cursor.execute(TABLES).fetchall()}
    columns: dict[str, list[Any]] = {}
    for row in cursor.execute(COLUMNS).fetchall():
        columns.setdefault(row[0], []).append(row[1:])
    keys = {id: _find_primary_key(rows) for id, rows in columns.items()}
    links = list(_find_links(cursor.execute(FOREIGN_KEYS).fetchall(), keys))
    given = find_wanted(wanted, lambda asked: _find_table(asked, tables))
    sketches = {
        id: _sketch_table(tables[id], columns.get(id, []), keys.get(id, ())) for id in find_reached(given, links)
    }
    _add_indexes(cursor, sketches)
    names: dict[str, str] = {id: row[1] for id, row in tables.items()} | given
    _add_triggers(cursor, sketches, lambda to: names.get(to.lower(), to))
    _add_searches(tables, sketches, names)
    if cursor.execute(COUNTED).fetchone():
        for id, rows in cursor.execute(ROWS).fetchall():
            if id in sketches:
                sketches[id].rows = rows
    found = finish_tables(
        sketches, [k for k in links if k.child in sketches], lambda id: names[id] if id in names else str(id)
    )
    return FoundTables(found, tuple(row[1] for id, row in tables.items() if row[5] and id not in sketches))


def _find_table(asked: Wanted, tables: Mapping[str, Any]) -> str | None:
    schema, table = asked
    return table.lower() if (schema or "main").lower() == "main" and table.lower() in tables else None


def _find_primary_key(columns: Iterable[Any]) -> tuple[str, ...]:
    return tuple(name for _, name in sorted((place, name) for name, _, _, place, _ in columns if place))


def _find_links(rows: Iterable[Any], keys: Mapping[str, tuple[str, ...]]) -> Iterator[SketchedKey]:
    pairs: dict[tuple[str, int, str, str, str], list[tuple[str, str | None]]] = {}
    for child, number, parent, mine, theirs, on_delete, on_update in rows:
        pairs.setdefault((child, number, parent, on_delete.lower(), on_update.lower()), []).append((mine, theirs))
    for (child, _, parent, on_delete, on_update), both in pairs.items():
        named = tuple(theirs for _, theirs in both if theirs is not None)
        theirs = named or keys.get(parent, ())  # a key that names no columns means the primary key
        if len(theirs) == len(both):
            yield SketchedKey(child, tuple(mine for mine, _ in both), parent, theirs, "", on_delete, on_update)


def _sketch_table(row: Any, columns: list[Any], key: tuple[str, ...]) -> Sketch:
    _, name, sort, sql, without_rowid, _ = row
    sketch = Sketch(primary_key=key)
    if sort == "view":
        sketch.hazards["view"] = "it is a view: what a change to it does is for its tables to say"
    elif _VIRTUAL.match(sql):
        sketch.hazards["virtual table"] = "a module keeps its rows, in a way of its own"
        sketch.unkept("a module keeps its rows, in a way of its own")
    compared = _find_equality(name, sort, sql, [column[0] for column in columns])
    sketch.collations = {
        c: collation.upper() for c, (equality, collation) in compared.items() if equality is not Equality.BYTES
    }
    for column, declared, required, place, hidden in columns:
        # Only the number of the row, and the key of a table that has no such numbers, are never null for being a key.
        is_number = key == (column,) and declared.upper() == "INTEGER"
        sketch.columns[column] = SchemaColumn(
            name=column,
            kind=find_kind(declared),
            nullable=not required and not (place and (is_number or without_rowid)),
            generated=hidden in _HIDDEN_GENERATED,
            equality=compared[column][0],
            type_name=_CASTS.get(find_kind(declared), "NUMERIC" if declared else ""),
            length=None,  # SQLite takes varchar(10) for a comment
            collation=compared[column][1],
        )
    if key:
        sketch.indexes.append(key)
    return sketch


def find_kind(declared: str) -> ColumnKind:
    """Return the kind of a column declared so: by the names of dates and booleans, else by SQLite's affinities."""
    name = declared.upper()
    if "BOOL" in name:
        return ColumnKind.BOOLEAN
    if name.startswith(("DATETIME", "TIMESTAMP")):
        return ColumnKind.TIME
    if name.startswith("DATE"):
        return ColumnKind.DATE
    for words, kind in (
        (("INT",), ColumnKind.INTEGER),
        (("CHAR", "CLOB", "TEXT"), ColumnKind.TEXT),
        (("BLOB",), ColumnKind.BYTES),
        (("REAL", "FLOA", "DOUB", "NUMERIC", "DECIMAL"), ColumnKind.NUMBER),
    ):
        if any(word in name for word in words):
            return kind
    return ColumnKind.OTHER


def _find_equality(table: str, sort: str, sql: str, columns: list[str]) -> Mapping[str, tuple[Equality, str]]:
    """Return how `=` compares the cells of each column, and its collation where that is not the usual one.

    SQLite tells the collation of an index's column alone: so a copy of the empty table, in memory, gets indexes. A
    collation that is not known here makes whatever compares such cells fail. A view or virtual table can have no index,
    and takes collations from elsewhere: each of its columns is taken to fold.
    """
    if sort == "table" and "collate" not in sql.lower() and not _VIRTUAL.match(sql):
        return dict.fromkeys(columns, (Equality.BYTES, ""))
    found = dict.fromkeys(columns, (Equality.FOLDED, ""))
    with closing(sqlite3.connect(":memory:")) as copy:
        try:
            unknown = _make_copy(copy, sql)
            for column in columns:
                told = _find_collation(copy, *(f'"{n.replace(chr(34), chr(34) * 2)}"' for n in (table, column)))
                if told == "BINARY":
                    found[column] = (Equality.BYTES, "")
                else:
                    found[column] = (Equality.NONE, "") if told in unknown else (Equality.FOLDED, told)
        except sqlite3.Error:
            return found
    return found


def _make_copy(copy: sqlite3.Connection, sql: str) -> set[str]:
    """Make a table by ``sql``; return the collations that are not known here, for which the copy has others."""
    unknown = set[str]()
    while True:
        try:
            copy.execute(sql)
        except sqlite3.OperationalError as error:
            named = re.search(r"no such collation sequence: (.+)", str(error))
            if named is None or named[1] in unknown:
                raise
            unknown.add(named[1])
            copy.create_collation(named[1], lambda _one, _other: 0)
        else:
            return unknown


def _find_collation(copy: sqlite3.Connection, table: str, column: str) -> str:
    copy.execute(f"CREATE INDEX bailee_probe ON {table} ({column})")
    told = copy.execute("SELECT coll FROM pragma_index_xinfo('bailee_probe') WHERE key = 1").fetchone()[0]
    copy.execute("DROP INDEX bailee_probe")
    return str(told)


def _add_indexes(cursor: Any, sketches: Mapping[str, Sketch]) -> None:
    indexes: dict[tuple[str, str, bool, bool, bool], list[str | None]] = {}
    finer = set[tuple[str, str]]()  # tell apart what the column's own collation takes for equal
    for table, name, unique, partial, primary, column, collation in cursor.execute(INDEXES).fetchall():
        if table in sketches:
            indexes.setdefault((table, name, bool(unique), bool(partial), bool(primary)), []).append(column)
            if sketches[table].collations.get(column, "BINARY") not in {"BINARY", collation}:
                finer.add((table, name))
    for (table, index, unique, partial, primary), columns in indexes.items():
        named = columns[: columns.index(None)] if None in columns else columns
        sketch = sketches[table]
        names = tuple(name for name in named if name is not None)
        whole = unique and not partial and len(names) == len(columns) and (table, index) not in finer
        if primary:
            sketch.index(names, unique=whole, primary=True, serves=False)  # it is noted already
        elif names != sketch.primary_key or whole:
            sketch.index(names, unique=whole, primary=False, serves=not partial)


def _add_triggers(cursor: Any, sketches: Mapping[str, Sketch], named: Callable[[str], str]) -> None:
    for table, name, sql in cursor.execute(TRIGGERS).fetchall():
        if table not in sketches:
            continue
        found = _FIRES.search(sql)
        event = found["event"].lower() if found else "delete or update"
        when = found["when"] if found and found["when"] else "before"
        what = describe_trigger(" ".join(when.split()), [event], table)
        if event != "insert":  # nothing here inserts
            sketches[table].hazards[name] = what
        body = re.split(r"\bbegin\b", sql, maxsplit=1, flags=re.IGNORECASE)[-1]
        elsewhere = [named(to) for _, to in find_written_tables(body) if to.lower() != table]
        if elsewhere:
            sketches[table].copies[name] = describe_filling(what, elsewhere)


def _unquote(name: str) -> str:
    """Return a name without the quotes around it, of which one inside is written twice."""
    if name[0] == "[":
        return name[1:-1]
    return name[1:-1].replace(name[0] * 2, name[0]) if name[0] in "'\"`" else name


def _add_searches(tables: Mapping[str, Any], sketches: Mapping[str, Sketch], names: Mapping[str, str]) -> None:
    """Note full-text indexes that are kept apart from the table that they read: nothing tells them that a row goes.

    Where triggers on delete and on update write to one, it is told; then these triggers are what the map has to account
    for. An index that keeps texts of its own is a table by itself.
    """
    for id, (_, _, _, sql, *_) in tables.items():
        found = _SEARCHES.search(sql or "")
        source = sketches.get(_unquote(found["table"]).lower()) if found else None
        if source is None:
            continue
        telling = [name for name, copy in source.copies.items() if copy.into == (names[id],)]
        events = " ".join(source.hazards.get(name, "") for name in telling)
        if "delete" in events and "update" in events:
            for name in telling:
                del source.copies[name]
        else:
            says = "a full-text index keeps the words of its rows, and no trigger tells it that one goes"
            source.copies[names[id]] = Copy(says, (names[id],))


class SqliteCatalogue(Catalogue):
    """The catalogue of a file."""

    tables: ClassVar[str] = """
        SELECT NULL, s.name FROM main.sqlite_schema s JOIN pragma_table_list l ON l.schema = 'main' AND l.name = s.name
        WHERE l.type = 'table' AND s.name NOT LIKE 'sqlite~_%' ESCAPE '~' ORDER BY s.name
    """

    def read(self, cursor: Any, wanted: Iterable[Wanted]) -> FoundTables:
        """Return the tables, by as many statements for one as for hundreds."""
        return _read_tables(cursor, wanted)
