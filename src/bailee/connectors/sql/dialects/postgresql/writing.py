"""PostgreSQL, and what speaks its dialect."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from bailee.connectors.sql.dialects.accounts import DatabaseAccounts
from bailee.connectors.sql.dialects.base import Dialect
from bailee.connectors.sql.dialects.catalogue import Catalogue
from bailee.connectors.sql.dialects.driver import Driver
from bailee.connectors.sql.dialects.postgresql.accounts import PostgresqlAccounts
from bailee.connectors.sql.dialects.postgresql.catalogue import PostgresqlCatalogue
from bailee.connectors.sql.dialects.postgresql.driver import PostgresqlDriver
from bailee.connectors.sql.dialects.postgresql.key_values import read_value
from bailee.policy.predicate import Scalar
from bailee.trace.normal import BLANKS, LEADING, WITHIN
from bailee.trace.schema import ColumnKind, DatabaseKind, SchemaColumn, SchemaTable

_DEFAULT = 'pg_catalog."default"'
_BITS = {"smallint": 15, "integer": 31, "bigint": 63}
_BITS_OF_AN_OID = 32


_PARTITIONS = """
SELECT p.relid::regclass::text, (p.parentrelid::regclass)::text
FROM pg_partition_tree(%s::regclass) AS p JOIN pg_class AS c ON c.oid = p.relid
WHERE p.isleaf AND p.level = 1 AND pg_has_role(c.relowner, 'USAGE')
  AND NOT EXISTS (SELECT 1 FROM pg_constraint AS k WHERE k.contype = 'f' AND k.confrelid = %s::regclass)
ORDER BY 1
"""

KIND = DatabaseKind(
    "postgresql",
    compares_all_types=False,
    media="dead tuples until vacuum, the write-ahead log until it is recycled",
    read_value=read_value,
)


@dataclass(frozen=True, slots=True)
class PostgresqlDialect(Dialect):
    """PostgreSQL, which must be told the types of parameters, and takes arrays of them."""

    name: str = "postgresql"
    mark: str = "%s"
    open_quote: str = '"'
    few: int = 10_000

    arrays: ClassVar[bool] = True
    has_booleans: ClassVar[bool] = True
    has_zones: ClassVar[bool] = True
    pipelines: ClassVar[bool] = True
    row_place: ClassVar[tuple[str, ...]] = ("tableoid", "ctid")
    day: ClassVar[str] = "CAST({0} AS date)"
    driver: ClassVar[Driver] = PostgresqlDriver()
    catalogue: ClassVar[Catalogue] = PostgresqlCatalogue()
    accounts: ClassVar[DatabaseAccounts] = PostgresqlAccounts()
    kind: ClassVar[DatabaseKind] = KIND

    def bytes_literal(self, value: bytes) -> str:
        """Return ``value`` as a ``bytea`` is written."""
        return f"'\\x{value.hex()}'"

    def is_distinct(self, one: str, other: str) -> str:
        """Return the condition as the standard has it."""
        return f"{one} IS DISTINCT FROM {other}"

    def bytewise(self, text: str) -> str:
        """Return ``text`` with the collation that compares bytes."""
        return f'({text})::text COLLATE "C"'

    def collated(self, of: SchemaColumn, value: str, column: SchemaColumn) -> str:
        """Return ``value`` with the type and the collation of ``of``."""
        if of.base != column.base:
            value = f"({value})::{of.base or 'text'}"
        return value if of.collation == column.collation else f"{value} COLLATE {of.collation or _DEFAULT}"

    def typed(self, column: SchemaColumn) -> str:
        """Return a mark of the column's type."""
        return f"{self.mark}::{column.base}" if column.base else self.mark

    def array_of(self, column: SchemaColumn) -> str:
        """Return a mark of an array of the column's type."""
        return f"{self.mark}::{column.base}[]" if column.base else self.mark

    @property
    def text_mark(self) -> str:
        """A mark with a cast."""
        return f"{self.mark}::text"

    def readable(self, cell: str, column: SchemaColumn) -> str:
        """Return a time as text: PostgreSQL has dates that no other has."""
        odd = column.kind in {ColumnKind.DATE, ColumnKind.TIME, ColumnKind.OTHER}
        return f"({cell})::text" if odd else cell

    def plain(self, cell: str, attribute: str) -> str:
        """Return ``cell`` trimmed and translated, of the characters that its encoding has."""
        text = self.bytewise(cell)
        trimmed = f"btrim({text}, {_write_unicode(self._held(BLANKS))})"
        match attribute:
            case "email":
                return f"lower({trimmed})"  # of ASCII alone, as the collation "C" has it
            case "phone":
                lead, within = _write_unicode(self._held(LEADING)), _write_unicode(self._held(WITHIN))
                dialled = f"translate(ltrim({text}, {lead}), {within}, '')"
                return f"CASE WHEN strpos({text}, ';') > 0 THEN {trimmed} ELSE {dialled} END"
        return trimmed

    def contains(self, text: str, part: str) -> str:
        """Return the condition by ``strpos``."""
        return f"strpos({text}, {part}) > 0"

    def is_all(self, cell: str, pattern: str, mark: str) -> tuple[str, str]:
        """Return the condition by an anchored regular expression."""
        return f"({self.bytewise(cell)} ~ {mark})", f"\\A(?:{pattern})\\Z"

    def elements(self, cell: str, separator: str, attribute: str) -> tuple[str, str]:
        """Return the elements of the text made an array."""
        return self._split(cell, separator), self.plain("e.x", attribute)

    def _split(self, cell: str, separator: str) -> str:
        """Return the elements of a list as they stand: ``e.x``, in the order of ``e.n``."""
        array = f"string_to_array({self.bytewise(cell)}, {self.literal(separator)})"
        return f"unnest({array}) WITH ORDINALITY AS e(x, n)"

    def without(self, cell: str, separator: str, leaves: str, column: SchemaColumn) -> str:  # noqa: ARG002 - any text
        """Return the other elements, joined in their order."""
        source, mark = self._split(cell, separator), self.literal(separator)
        return f"(SELECT string_agg(e.x, {mark} ORDER BY e.n) FROM {source} WHERE ({leaves}) IS NOT TRUE)"

    def digest(self, cell: str) -> tuple[str, int]:
        """Return two rounds of ``sha256``, which every PostgreSQL has; HMAC is in an extension."""
        inner = f"sha256({self.mark}::bytea || convert_to(({cell})::text, 'UTF8'))"
        return f"encode(sha256({self.mark}::bytea || {inner}), 'hex')", 2

    def prepared(self, table: str, key: str) -> str:  # noqa: ARG002 - statistics are of all columns
        """Return the statement that counts: without statistics the planner guesses a thousand rows."""
        return f"ANALYZE {table}"

    def delete_some(self, table: SchemaTable, key: Sequence[str], row: str, where: str, most: int) -> str:
        """Return the statement by the rows' places; across partitions a place is not one row's alone."""
        if table.partitioned_by is not None:
            return Dialect.delete_some(self, table, key, row, where, most)
        name = self.table(table.name)
        some = f"SELECT {row}.ctid FROM {name} AS {row} WHERE {where} LIMIT {most}"
        return f"DELETE FROM {name} WHERE ctid = ANY(ARRAY({some}))"

    def partitions(self, table: SchemaTable) -> tuple[str, tuple[object, ...]] | None:
        """Return what lists those that the account owns; what other tables refer to is emptied row by row."""
        quoted = self.table(table.name)
        return (_PARTITIONS, (quoted, quoted)) if table.partitioned_by is not None else None

    def partition(self, _table: str, leaf: str) -> str:
        """Return the partition itself, which is a table, and named as an identifier."""
        return leaf

    def drop_partition(self, table: str, leaf: str) -> Iterator[str]:
        """Yield what makes it a table of its own, and drops it."""
        yield f"ALTER TABLE {table} DETACH PARTITION {self.escaped(leaf)}"
        yield f"DROP TABLE {self.escaped(leaf)}"

    def some_rows(self, wanted: str, source: str, share: float, most: int) -> str:
        """Return a sample by pages."""
        return f"SELECT {wanted} FROM {source} TABLESAMPLE SYSTEM ({100 * share:.6f}) LIMIT {most}"

    def coarse_date(self, cell: str, column: SchemaColumn, unit: str) -> str:
        """Return the time truncated, of the column's type."""
        return f"date_trunc('{unit}', {cell})::{column.type_name}"

    def values_of(self, text: str, number: int | None, column: SchemaColumn) -> tuple[Scalar, ...]:
        """Return the value; an enumeration refuses to hear of what is no label of it."""
        if column.kind is not ColumnKind.INTEGER and column.labels and text not in column.labels:
            return ()
        return Dialect.values_of(self, text, number, column)

    def bits_of(self, column: SchemaColumn) -> int:
        """Return the bits of the column's very type."""
        return _BITS.get(column.base, _BITS_OF_AN_OID)


def _write_unicode(characters: str) -> str:
    """Return ``characters`` as a literal."""
    return "E'" + "".join(f"\\u{ord(c):04X}" for c in characters) + "'"
