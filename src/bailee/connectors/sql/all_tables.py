"""Every table of a database: what a first map is drafted from. Views are left out: their rows are those of tables."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import closing

from sqlalchemy import Engine

from bailee.connectors.sql.catalogues import Wanted
from bailee.connectors.sql.engine import dialect_of, raw
from bailee.connectors.sql.failures import guarded
from bailee.connectors.sql.reflect import reflect
from bailee.trace.schema import Schema

# Partitions, and tables that inherit all of their columns, stand for the table whose rows theirs are too; what an
# extension brought along is nobody's data.
_TABLES = {
    "sqlite": """
        SELECT NULL, s.name FROM main.sqlite_schema s JOIN pragma_table_list l ON l.schema = 'main' AND l.name = s.name
        WHERE l.type = 'table' AND s.name NOT LIKE 'sqlite~_%' ESCAPE '~' ORDER BY s.name
    """,
    "postgresql": """
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
    """,
    "mariadb": """
        SELECT NULLIF(table_schema, DATABASE()), table_name FROM information_schema.tables
        WHERE table_type IN ('BASE TABLE', 'SYSTEM VERSIONED')
          AND table_schema NOT IN ('mysql', 'information_schema', 'performance_schema', 'sys')
        ORDER BY table_schema, table_name
    """,
}


def everything(engine: Engine, schemas: Sequence[str] = ()) -> Schema:
    """Return all tables that the account can see, as `reflect` does; of the ``schemas`` alone, where some are named.

    On MariaDB, where a schema is a database, and one server has many that do not belong together, none named means the
    one of the address. Raises `ConnectorError`.
    """
    dialect = dialect_of(engine)
    listed, home = _listed(engine)
    asked = schemas or ((home,) if dialect == "mariadb" else ())
    wanted = [(schema, table) for schema, table in listed if not asked or (schema or home) in asked]
    found = reflect(engine, wanted=wanted)
    named = {f"{schema}.{table}" if schema else table for schema, table in wanted}
    return Schema(found.dialect, {name: table for name, table in found.tables.items() if name in named})


def names(engine: Engine, schemas: Collection[str]) -> tuple[str, ...]:
    """Return the names of all tables that the account can see; on MariaDB, of ``schemas`` alone (empty: its own).

    Tables of the default schema are bare. Raises `ConnectorError`.
    """
    listed, _ = _listed(engine)
    chosen = [t for t in listed if dialect_of(engine) != "mariadb" or (t[0] or "") in schemas]
    return tuple(f"{schema}.{table}" if schema else table for schema, table in chosen)


def _listed(engine: Engine) -> tuple[list[Wanted], str | None]:
    """Return schema and name of every table, and the default schema, of which tables have none."""
    dialect = dialect_of(engine)
    with closing(raw(engine)) as connection, guarded(dialect), closing(connection.cursor()) as cursor:
        cursor.execute(_TABLES[dialect])
        listed: list[Wanted] = [(schema, table) for schema, table in cursor.fetchall()]
        if dialect == "postgresql":
            cursor.execute("SELECT current_schema()")
        elif dialect == "mariadb":
            cursor.execute("SELECT DATABASE()")
        row = cursor.fetchone() if dialect != "sqlite" else ("main",)
        home = row[0] if row else None
        connection.rollback()
    return listed, home
