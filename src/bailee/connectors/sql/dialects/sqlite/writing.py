"""SQLite: a file. What it cannot do itself it is taught (`functions`)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar

from bailee.connectors.sql.dialects.accounts import DatabaseAccounts
from bailee.connectors.sql.dialects.base import ZERO, Dialect, has_bits
from bailee.connectors.sql.dialects.catalogue import Catalogue
from bailee.connectors.sql.dialects.driver import Driver
from bailee.connectors.sql.dialects.sqlite.accounts import SqliteAccounts
from bailee.connectors.sql.dialects.sqlite.catalogue import SqliteCatalogue
from bailee.connectors.sql.dialects.sqlite.driver import SqliteDriver
from bailee.connectors.sql.dialects.sqlite.key_values import read_value
from bailee.policy.predicate import Scalar
from bailee.trace.schema import ColumnKind, DatabaseKind, SchemaColumn

_LIKE_A_NUMBER = re.compile(r"\s*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)?\s*", re.IGNORECASE | re.ASCII)
"""What a column of SQLite's of no known type makes a number of: such a text cannot stand in it."""
_BITS = 63


KIND = DatabaseKind(
    "sqlite",
    has_accounts=False,
    has_typed_columns=False,
    may_lack_primary_key=True,
    media="free pages of the file, until VACUUM",
    read_value=read_value,
)


@dataclass(frozen=True, slots=True)
class SqliteDialect(Dialect):
    """SQLite, whose columns hold values of any type, and times as texts."""

    name: str = "sqlite"
    mark: str = "?"
    open_quote: str = '"'
    few: int = 250

    locks_rows: ClassVar[bool] = False
    reader_makes_tables: ClassVar[bool] = True
    has_own_functions: ClassVar[bool] = True
    row_place: ClassVar[tuple[str, ...]] = ("rowid",)
    values_in_lists: ClassVar[str] = "VALUES "
    day: ClassVar[str] = "substr({0}, 1, 10)"
    driver: ClassVar[Driver] = SqliteDriver()
    catalogue: ClassVar[Catalogue] = SqliteCatalogue()
    accounts: ClassVar[DatabaseAccounts] = SqliteAccounts()
    kind: ClassVar[DatabaseKind] = KIND

    def differs(self, cell: str, value: str, column: SchemaColumn) -> str:
        """Return the condition, for times that of instants: the same time may be spelled in several ways."""
        if column.kind in {ColumnKind.DATE, ColumnKind.TIME}:
            cell, value = (f"bailee_moment(CAST({one} AS BLOB))" for one in (cell, value))
        return Dialect.differs(self, cell, value, column)

    def is_distinct(self, one: str, other: str) -> str:
        """Return the condition by SQLite's ``IS NOT``."""
        return f"{one} IS NOT {other}"

    def bytewise(self, text: str) -> str:
        """Return ``text`` with the collation that compares bytes."""
        return f"{text} COLLATE BINARY"

    def is_like(self, one: SchemaColumn, other: SchemaColumn) -> bool:
        """Whether the columns have the same affinity and collation, where they have any."""
        if "" in {one.type_name, other.type_name}:
            return one.type_name == other.type_name and one.collation == other.collation
        return not self.makes_numbers(one, other) and Dialect.is_like(self, one, other)

    def makes_numbers(self, one: SchemaColumn, other: SchemaColumn) -> bool:
        """Whether one is of texts and the other of numbers. So 17 is ``017`` to it, and ``17.0``."""
        types = {one.type_name, other.type_name}
        return "TEXT" in types and not types.isdisjoint({"INTEGER", "REAL", "NUMERIC"})

    def is_untyped(self, one: SchemaColumn, other: SchemaColumn) -> bool:
        """Whether one column alone has no type: it would compare the number 17 with the text ``017``."""
        return "" in {one.type_name, other.type_name} and one.type_name != other.type_name

    def as_in(self, of: SchemaColumn, value: str, column: SchemaColumn) -> str:
        """Return ``value`` as a text, lest a number be made of the other side."""
        if of.is_text and self.makes_numbers(of, column):
            return f"CAST({value} AS TEXT)"
        return Dialect.as_in(self, of, value, column)

    def collated(self, of: SchemaColumn, value: str, column: SchemaColumn) -> str:
        """Return ``value`` with the collation of ``of``."""
        return value if of.collation == column.collation else f"{value} COLLATE {of.collation or 'BINARY'}"

    def has_times_as_text(self, column: SchemaColumn) -> bool:
        """Whether the column may hold times: SQLite has no type for them."""
        return column.kind in {ColumnKind.DATE, ColumnKind.TIME, ColumnKind.OTHER}

    def in_order(self, cell: str, column: SchemaColumn) -> str:
        """Return the time in ``cell`` in a form that sorts as instants do; what is no time comes after all of them.

        What SQLite itself writes again as it is was spelled as most applications spell times, and need not be read by
        us, which takes twenty times as long. (Adding nothing is what makes it write 24:00 otherwise.)
        """
        if not self.has_times_as_text(column):
            return cell
        read, second = f"bailee_instant(CAST({cell} AS BLOB))", f"substr({cell}, 1, 19)"
        return (
            f"CASE typeof({cell}) WHEN 'null' THEN NULL WHEN 'text' THEN CASE"
            f" WHEN {cell} < '0001-' THEN {read}"  # Python has no year 0
            f" WHEN {cell} COLLATE BINARY = datetime({cell}, '+0 days') THEN {cell} || '.000000'"
            f" WHEN {cell} COLLATE BINARY = date({cell}, '+0 days') THEN {cell} || ' 00:00:00.000000'"
            f" WHEN substr({cell}, 20) GLOB '.{'[0-9]' * 6}' AND {second} = datetime({second}, '+0 days')"
            f" THEN substr({cell}, 1, 26)"
            f" ELSE {read} END ELSE X'' END"
        )

    def day_of(self, cell: str, column: SchemaColumn) -> str:
        """Return the day, as text."""
        if not self.has_times_as_text(column):
            return cell
        return f"substr(nullif({self.in_order(cell, column)}, X''), 1, 10)"

    def is_no_time(self, cell: str, column: SchemaColumn) -> str:
        """Return the condition that `in_order` reads no time in ``cell``."""
        return f"{self.in_order(cell, column)} = X''"

    def as_bytes(self, cell: str) -> str:
        """Return a cell as bytes, whatever it holds; a number with a fraction is no text."""
        return f"CASE WHEN typeof({cell}) <> 'real' THEN CAST({cell} AS BLOB) END"

    def plain(self, cell: str, attribute: str) -> str:
        """Return what the function leaves that SQLite was taught."""
        return f"bailee_plain({self.literal(attribute)}, {self.as_bytes(cell)})"

    def as_text(self, cell: str) -> str:
        """Return what is in ``cell`` as text, though it were a number or bytes."""
        return f"CAST({cell} AS TEXT)"

    def is_all(self, cell: str, pattern: str, mark: str) -> tuple[str, str]:
        """Return the condition by the function that SQLite was taught."""
        return f"bailee_is_all({mark}, {self.as_bytes(cell)})", pattern

    def elements(self, cell: str, separator: str, attribute: str) -> tuple[str, str]:
        """Return the elements as the function gives them that SQLite was taught."""
        said = f"{self.literal(attribute)}, {self.literal(separator)}"
        return f"json_each(bailee_elements({said}, {self.as_bytes(cell)})) AS e", "e.value"

    def without_listed(self, cell: str, separator: str, attribute: str, listed: str) -> str:
        """Return what the function leaves that SQLite was taught."""
        said = f"{self.literal(attribute)}, {self.literal(separator)}"
        return f"bailee_without({said}, {self.as_bytes(cell)}, {listed})"

    def list_values(self, size: int, width: int, where: str) -> str:
        """Return the values as a JSON array."""
        row = f"({', '.join([self.mark] * width)})"
        return f"(SELECT json_group_array(column1) FROM (VALUES {', '.join([row] * size)}) WHERE {where})"

    def digest(self, cell: str) -> tuple[str, int]:
        """Return the function that SQLite was taught, which takes the key."""
        return f"bailee_sha256_hmac({self.mark}, {cell})", 1

    def coarse_date(self, cell: str, column: SchemaColumn, unit: str) -> str:  # noqa: ARG002 - the text alone tells
        """Return the time spelled as it was, with the zone that it had."""
        keep, rest = {"year": (4, "-01-01"), "month": (7, "-01"), "day": (10, "")}[unit]
        zone = f"ltrim(substr({cell}, 12), '0123456789:.')"
        zeros = f"substr('00:00:00.000000000', 1, length({cell}) - 11 - length({zone}))"  # as exact as it was
        midnight = f"CASE WHEN length({cell}) > 10 THEN substr({cell}, 11, 1) || {zeros} || {zone} ELSE '' END"
        return f"(substr({cell}, 1, {keep}) || '{rest}' || {midnight})"

    def coarse_number(self, cell: str, n: int) -> str:
        """Return the multiple without ``floor``, which SQLite may have been built without."""
        whole = f"CAST({cell} / {n}.0 AS INTEGER)"
        return f"({n} * ({whole} - ({cell} / {n}.0 < {whole})))"

    def bind(self, value: Scalar, column: SchemaColumn | None) -> Scalar:
        """Return times and decimal numbers as text."""
        bound = Dialect.bind(self, value, column)
        if isinstance(bound, datetime):
            return bound.isoformat(" ")
        if isinstance(bound, date):
            return bound.isoformat()
        return str(bound) if isinstance(bound, Decimal) else bound

    def values_of(self, text: str, number: int | None, column: SchemaColumn) -> tuple[Scalar, ...]:
        """Return the values. SQLite keeps bytes in any column, and in one without a type a number as one."""
        return tuple(self._values_of(text, number, column))

    def _values_of(self, text: str, number: int | None, column: SchemaColumn) -> Iterator[Scalar]:
        numeric = column.type_name in {"INTEGER", "NUMERIC"}
        if not (numeric and _LIKE_A_NUMBER.fullmatch(text)):  # such a text would have become a number
            yield text
        if number is not None and has_bits(number, self.bits_of(column)) and (numeric or not column.type_name):
            yield number
        yield from (text.encode(), f"{text}{ZERO}", f"{text}{ZERO}".encode())

    def bits_of(self, column: SchemaColumn) -> int:  # noqa: ARG002 - of any column
        """Return the bits of SQLite's only integers."""
        return _BITS
