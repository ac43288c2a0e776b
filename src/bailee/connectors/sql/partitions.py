"""A partition of which every row is due is dropped: no row of it need be touched (25)."""

from __future__ import annotations

from collections.abc import Iterator

from bailee.connectors.sql.compile import Writer
from bailee.connectors.sql.dialects.base import Dialect
from bailee.trace.schema import SchemaTable
from bailee.trace.sets import CellChange

LEAVES = {
    # Leaf partitions that the account owns and may thus drop; what other tables refer to is emptied row by row.
    "postgresql": """
        SELECT p.relid::regclass::text, (p.parentrelid::regclass)::text
        FROM pg_partition_tree(%s::regclass) AS p JOIN pg_class AS c ON c.oid = p.relid
        WHERE p.isleaf AND p.level = 1 AND pg_has_role(c.relowner, 'USAGE')
          AND NOT EXISTS (SELECT 1 FROM pg_constraint AS k WHERE k.contype = 'f' AND k.confrelid = %s::regclass)
        ORDER BY 1
    """,
    "mariadb": """
        SELECT PARTITION_NAME, NULL FROM information_schema.PARTITIONS
        WHERE CONCAT_WS('.', NULLIF(TABLE_SCHEMA, DATABASE()), TABLE_NAME) = %s AND PARTITION_METHOD LIKE 'RANGE%%'
        ORDER BY PARTITION_ORDINAL_POSITION
    """,
}


def leaves(dialect: Dialect, table: SchemaTable) -> tuple[str, tuple[object, ...]] | None:
    """Return the statement that lists the partitions of ``table``, or ``None`` where it has none."""
    if table.partitioned_by is None or dialect.name not in LEAVES:
        return None
    quoted = dialect.table(table.name) if dialect.name == "postgresql" else table.name
    return LEAVES[dialect.name], (quoted, quoted) if dialect.name == "postgresql" else (quoted,)


def counted(writer: Writer, change: CellChange, leaf: str) -> str:
    """Write how many rows the partition ``leaf`` has, and how many of these ``change`` does not delete."""
    row = writer.alias()
    source = (
        leaf if writer.dialect.arrays else f"{writer.table(change.collection)} PARTITION ({writer.dialect.quote(leaf)})"
    )
    due = writer.holds(change.rows, change.collection, row)
    return f"SELECT count(*), SUM(CASE WHEN {due} THEN 0 ELSE 1 END) FROM {source} AS {row}"


def dropped(dialect: Dialect, table: str, leaf: str) -> Iterator[str]:
    """Yield the statements that drop the partition ``leaf`` of ``table``. PostgreSQL gives ``leaf`` already quoted."""
    if dialect.name == "postgresql":
        yield f"ALTER TABLE {table} DETACH PARTITION {leaf}".replace("%", "%%")
        yield f"DROP TABLE {leaf}".replace("%", "%%")
    else:
        yield f"ALTER TABLE {table} DROP PARTITION {dialect.quote(leaf)}"
