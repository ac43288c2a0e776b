"""What the live tables look like, read from the database's own catalogue."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing

from sqlalchemy import Engine

from bailee.connectors.sql.dialects.failures import guarded
from bailee.connectors.sql.dialects.sketch import Wanted
from bailee.connectors.sql.engine import get_dialect, open_connection
from bailee.connectors.sql.own_books import remove_books
from bailee.trace.schema import Schema


def reflect(engine: Engine, *, wanted: Iterable[Wanted]) -> Schema:
    """Return the ``wanted`` tables, and those that a foreign key ties to one of them, as far as deletion cascades.

    ``wanted`` are pairs of schema (``None``: the default one) and table. A table keeps the name by which it was wanted;
    others are bare where the default schema has them, else ``schema.table``. What is not there is left out. Tables come
    after those that they were reached from. `Table.indexes` has every index that serves look-ups, the primary key's
    too; triggers are hazards where they run on delete or update. `Schema.others` has the names of all other tables;
    partitions, system tables and Bailee's own are left out. Raises `ConnectorError`.
    """
    dialect = get_dialect(engine)
    with (
        closing(open_connection(engine)) as connection,
        guarded(dialect.driver),
        closing(connection.cursor()) as cursor,
    ):
        found = dialect.catalogue.read(cursor, wanted)
        connection.rollback()
    return Schema(dialect.kind, found.tables, remove_books(found.others))
