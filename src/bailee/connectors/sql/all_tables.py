"""Every table of a database: what a first map is drafted from. Views are left out: their rows are those of tables."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import closing

from sqlalchemy import Engine

from bailee.connectors.sql.dialects.failures import guarded
from bailee.connectors.sql.dialects.sketch import Wanted
from bailee.connectors.sql.engine import get_dialect, open_connection
from bailee.connectors.sql.reflect import reflect
from bailee.trace.schema import Schema


def reflect_all_tables(engine: Engine, schemas: Sequence[str] = ()) -> Schema:
    """Return all tables that the account can see, as `reflect` does; of the ``schemas`` alone, where some are named.

    Where a schema is a database, and one server has many that do not belong together, none named means the one of the
    address. Raises `ConnectorError`.
    """
    listed, home = _read_tables(engine)
    asked = schemas or ((home,) if get_dialect(engine).catalogue.schemas_are_databases else ())
    wanted = [(schema, table) for schema, table in listed if not asked or (schema or home) in asked]
    found = reflect(engine, wanted=wanted)
    named = {f"{schema}.{table}" if schema else table for schema, table in wanted}
    return Schema(found.kind, {name: table for name, table in found.tables.items() if name in named})


def list_tables(engine: Engine, schemas: Collection[str]) -> tuple[str, ...]:
    """Return the names of all tables that the account can see.

    Where a schema is a database, they are of ``schemas`` alone (empty: the default one). Tables of the default schema
    are bare. Raises `ConnectorError`.
    """
    listed, _ = _read_tables(engine)
    are_apart = get_dialect(engine).catalogue.schemas_are_databases
    chosen = [t for t in listed if not are_apart or (t[0] or "") in schemas]
    return tuple(f"{schema}.{table}" if schema else table for schema, table in chosen)


def _read_tables(engine: Engine) -> tuple[list[Wanted], str | None]:
    """Return schema and name of every table, and the default schema, of which tables have none."""
    dialect = get_dialect(engine)
    with (
        closing(open_connection(engine)) as connection,
        guarded(dialect.driver),
        closing(connection.cursor()) as cursor,
    ):
        cursor.execute(dialect.catalogue.tables)
        listed: list[Wanted] = [(schema, table) for schema, table in cursor.fetchall()]
        home = None
        if dialect.catalogue.home:
            cursor.execute(dialect.catalogue.home)
            row = cursor.fetchone()
            home = row[0] if row else None
        connection.rollback()
    return listed, home
