"""What a dialect of SQL must say, and what is said in all of them alike."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import ClassVar
from uuid import UUID

from bailee.connectors.sql.dialects.accounts import DatabaseAccounts
from bailee.connectors.sql.dialects.catalogue import Catalogue
from bailee.connectors.sql.dialects.driver import Driver
from bailee.policy import Form, Spelling
from bailee.policy.predicate import Scalar
from bailee.trace import validity
from bailee.trace.schema import ColumnKind, DatabaseKind, SchemaColumn, SchemaTable
from bailee.trace.sets import Moment

ZERO = "\0"  # which PostgreSQL's texts cannot hold
NO_TIME = b""
"""What SQLite is told of a cell that is no time: bytes, which it sorts after all texts."""
_NUMBER = re.compile(r"0|-?[1-9][0-9]{0,19}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Dialect(ABC):
    """A database's way with words. ``mark``: the driver's placeholder; ``few``: so many keys travel as parameters.

    ``encoding``: of its texts, by Python's name for it. Empty: any bytes; it knows ASCII alone.
    """

    name: str
    mark: str
    open_quote: str
    few: int
    encoding: str = "utf-8"

    arrays: ClassVar[bool] = False
    """Whether many values travel as one parameter."""
    has_booleans: ClassVar[bool] = False
    """Whether truth values have a type of their own; elsewhere they are the numbers 0 and 1."""
    has_zones: ClassVar[bool] = False
    """Whether a time that is bound may have a time zone; elsewhere it is bound in UTC, without one."""
    values_in_lists: ClassVar[str] = ""
    """The keyword between ``IN (`` and a list of rows."""
    drop_temporary: ClassVar[str] = "DROP TABLE IF EXISTS"
    """What drops a temporary table, and no other where the dialect can tell them apart."""
    has_own_functions: ClassVar[bool] = False
    """Whether the database runs functions of ours (`functions`)."""
    locks_rows: ClassVar[bool] = True
    """Whether rows can be locked one by one; elsewhere a transaction that writes has the whole database."""
    reader_makes_tables: ClassVar[bool] = False
    """Whether a transaction that only reads can make a temporary table."""
    deletes_by_join: ClassVar[bool] = False
    """Whether a deletion joins its rows to a temporary table, and takes a limit: no other plan would use its keys."""
    pipelines: ClassVar[bool] = False
    """Whether the driver sends a statement before the last is answered (`Driver.pipeline`)."""
    row_place: ClassVar[tuple[str, ...]] = ()
    """The columns of the server's own that tell rows without a key apart; empty where nothing does."""
    text_type: ClassVar[str] = "TEXT"
    """The type of a text, as a cast names it."""
    day: ClassVar[str]
    """The day of the time ``{0}``."""

    driver: ClassVar[Driver]
    catalogue: ClassVar[Catalogue]
    accounts: ClassVar[DatabaseAccounts]
    kind: ClassVar[DatabaseKind]

    # --- names and literals ------------------------------------------------------------------------------------

    def quote(self, name: str) -> str:
        """Return ``name`` as an identifier of a statement with marks."""
        return self.escaped(self.identifier(name))

    def identifier(self, name: str) -> str:
        """Return ``name`` as an identifier of a statement without marks, which a person reads and runs."""
        close = self.open_quote
        return close + name.replace(close, close * 2) + close

    def table(self, qualified: str) -> str:
        """Return the name of a table, ``schema.table`` or ``table``, as identifiers."""
        return ".".join(map(self.quote, qualified.split(".", 1)))

    def literal(self, text: str) -> str:
        """Return ``text`` as a literal of a statement with marks. It is a word of the map; values are bound."""
        return self.escaped(self.constant(text))

    def constant(self, value: Scalar) -> str:  # noqa: PLR0911 - one case a kind
        """Return ``value`` as a literal of a statement without marks, which a person reads and runs."""
        match value:
            case None:
                return "NULL"
            case bool():
                return ("FALSE", "TRUE")[value] if self.has_booleans else str(int(value))
            case int() | float() | Decimal():
                return str(value)
            case datetime():
                return f"TIMESTAMP '{value.isoformat(' ')}'"
            case date():
                return f"DATE '{value.isoformat()}'"
            case bytes():
                return self.bytes_literal(value)
        return self.text_literal(value)

    def text_literal(self, text: str) -> str:
        """Return ``text`` as a literal, in which percent signs are single."""
        return "'" + text.replace("'", "''") + "'"

    def bytes_literal(self, value: bytes) -> str:
        """Return ``value`` as a literal."""
        return f"x'{value.hex()}'"

    def escaped(self, text: str) -> str:
        """Return SQL without marks as a part of a statement with marks, in which the driver reads a percent sign."""
        return text.replace("%", "%%") if self.mark == "%s" else text

    def unescaped(self, text: str) -> str:
        """Return a part of a statement with marks as one without."""
        return text.replace("%%", "%") if self.mark == "%s" else text

    # --- what a text can hold --------------------------------------------------------------------------------

    def can_hold(self, text: str) -> bool:
        """Whether its texts have all characters of ``text``; a server refuses to hear of any other."""
        try:
            text.encode(self.encoding or "utf-8")
        except UnicodeEncodeError:
            return False
        return True

    def _held(self, characters: str) -> str:
        """Return those of ``characters`` that its texts can hold, without zeros.

        Of encodings in which a character may have several bytes, no two programs have the same tables: of these ASCII.
        """
        several = self.encoding != "utf-8" and not _is_of_single_bytes(self.encoding)
        return "".join(c for c in characters if c != ZERO and (c.isascii() if several else self.can_hold(c)))

    # --- when two texts are the same -----------------------------------------------------------------------

    def differs(self, cell: str, value: str, column: SchemaColumn) -> str:
        """Return the condition that ``cell`` is not ``value``; two empty ones are the same."""
        if column.is_text and not column.bytewise:
            cell, value = self.bytewise(cell), self.bytewise(value)
        return self.is_distinct(cell, value)

    @abstractmethod
    def is_distinct(self, one: str, other: str) -> str:
        """Return the condition that two values differ, of which null is one."""

    @abstractmethod
    def bytewise(self, text: str) -> str:
        """Return ``text`` in a form whose comparison is by bytes, without padding, which is no part of the text."""

    def is_like(self, one: SchemaColumn, other: SchemaColumn) -> bool:
        """Whether `=` between cells of the two columns is the `=` within either, so that an index of either serves."""
        if not (one.is_text and other.is_text):
            return True
        return (one.equality, one.base, one.collation) == (other.equality, other.base, other.collation)

    def makes_numbers(self, _one: SchemaColumn, _other: SchemaColumn) -> bool:
        """Whether texts of one of the columns are made numbers to be compared with the other's cells."""
        return False

    def is_untyped(self, _one: SchemaColumn, _other: SchemaColumn) -> bool:
        """Whether one of the columns alone has no type, so that its number is not the other's text."""
        return False

    def as_in(self, of: SchemaColumn, value: str, column: SchemaColumn) -> str:
        """Return ``value``, of ``column``, so that `=` with a cell of ``of`` is the `=` within ``of``."""
        return self.collated(of, value, column) if of.is_text and column.is_text else value

    @abstractmethod
    def collated(self, of: SchemaColumn, value: str, column: SchemaColumn) -> str:
        """Return the text ``value``, of ``column``, with the type and collation of ``of`` where they differ."""

    # --- times -----------------------------------------------------------------------------------------------

    def has_times_as_text(self, _column: SchemaColumn) -> bool:
        """Whether the times in the column are texts, of which one instant may have several."""
        return False

    def in_order(self, cell: str, _column: SchemaColumn) -> str:
        """Return the time in ``cell`` in a form that sorts as instants do; what is no time comes after all of them."""
        return cell

    def day_of(self, cell: str, _column: SchemaColumn) -> str:
        """Return the time in ``cell``, or its day; null where it is none."""
        return cell

    def is_no_time(self, _cell: str, _column: SchemaColumn) -> str:
        """Return the condition that ``cell`` holds something which is no time: never, where columns have types."""
        return "1=0"

    # --- marks -----------------------------------------------------------------------------------------------

    def typed(self, _column: SchemaColumn) -> str:
        """Return a mark for a text to be looked up in the column, of its very type, so that its index serves."""
        return self.mark

    def array_of(self, _column: SchemaColumn) -> str:
        """Return a mark for several values of the column at once, where `arrays`."""
        return self.mark

    @property
    def text_mark(self) -> str:
        """A mark for a text, where a function must be told that it is one."""
        return self.mark

    # --- texts -----------------------------------------------------------------------------------------------

    def readable(self, cell: str, _column: SchemaColumn) -> str:
        """Return ``cell`` in a form that the driver reads whatever is in it."""
        return cell

    def joined(self, *parts: str) -> str:
        """Return the concatenation of texts."""
        return "(" + " || ".join(parts) + ")"

    @abstractmethod
    def plain(self, cell: str, attribute: str) -> str:
        """Return ``cell`` without what people add to an address or a number, to be compared by bytes (9).

        It is what `trace.normal.scan_text` leaves of it.
        """

    def folded(self, cell: str, attribute: str) -> str:
        """Return a text in which what `plain` leaves of a part of ``cell`` is found, or nothing where there is none."""
        match attribute:
            case "phone":
                return ""
            case "email":
                return self.lowered(self.as_text(cell))
        return self.as_text(cell)

    def as_text(self, cell: str) -> str:
        """Return what is in ``cell`` as a text that is compared by bytes."""
        return self.bytewise(cell)

    def lowered(self, text: str) -> str:
        """Return ``text``, which `as_text` gave, with small letters for the capitals of ASCII, and for no other."""
        return f"lower({text})"

    def contains(self, text: str, part: str) -> str:
        """Return the condition that ``part`` is found in ``text``, which `folded` gave."""
        return f"instr({text}, {part}) > 0"

    @abstractmethod
    def is_all(self, cell: str, pattern: str, mark: str) -> tuple[str, str]:
        """Return the condition that all of the text in ``cell`` is ``pattern``, and what is bound at its ``mark``."""

    @abstractmethod
    def elements(self, cell: str, separator: str, attribute: str) -> tuple[str, str]:
        """Return the elements of the list in ``cell``, as rows to select from, and what a scan leaves of one."""

    def as_bytes(self, cell: str) -> str:
        """Return ``cell`` as the functions of ours take it, where `has_own_functions`."""
        return cell

    def without(self, cell: str, separator: str, leaves: str, column: SchemaColumn) -> str:
        """Return the list in ``cell`` of ``column`` less the elements of which ``leaves`` holds; null if none is left.

        ``leaves`` looks at what `elements` returned. Not where `has_own_functions`: see `without_listed`.
        """
        raise NotImplementedError

    def without_listed(self, cell: str, separator: str, attribute: str, listed: str) -> str:
        """Return the list in ``cell`` less the values ``listed``; null if none is left. Where `has_own_functions`.

        ``listed``: what `list_values` returned.
        """
        raise NotImplementedError

    def list_values(self, size: int, width: int, where: str) -> str:
        """Return, as one value, the first of ``width`` bound values of each of ``size`` rows of which ``where`` holds.

        In ``where`` the values of a row are ``column1``, ``column2`` and so on. Where `has_own_functions`.
        """
        raise NotImplementedError

    @abstractmethod
    def digest(self, cell: str) -> tuple[str, int]:
        """Return HMAC-SHA-256 of ``cell``, hexadecimal, and its parameters: 2, outer and inner pad; or 1, the key."""

    def prepared(self, table: str, key: str) -> str:
        """Return the statement that lets the planner use the temporary ``table`` with its ``key``; empty for none."""
        del table, key
        return ""

    def delete_some(self, table: SchemaTable, key: Sequence[str], row: str, where: str, most: int) -> str:
        """Return the statement that deletes ``most`` rows of ``table``. Not where `deletes_by_join`.

        ``key``: the columns of its key, where it has one. ``row``: the name that a row has in ``where``.
        """
        columns = tuple(map(self.quote, key)) or self.row_place
        name, wanted = self.table(table.name), ", ".join(f"{row}.{column}" for column in columns)
        some = f"SELECT {wanted} FROM {name} AS {row} WHERE {where} LIMIT {most}"
        return f"DELETE FROM {name} WHERE ({', '.join(columns)}) IN ({some})"

    # --- parts of a table ------------------------------------------------------------------------------------

    def partitions(self, _table: SchemaTable) -> tuple[str, tuple[object, ...]] | None:
        """Return the statement that lists partitions that may be dropped with their rows, and what is bound in it.

        Of each row the first cell names the partition. ``None``: there are none.
        """
        return None

    def partition(self, table: str, leaf: str) -> str:
        """Return the rows of one partition, to select from; ``table`` is quoted."""
        return f"{table} PARTITION ({self.quote(leaf)})"

    def drop_partition(self, table: str, leaf: str) -> Iterator[str]:
        """Yield the statements that drop a partition of ``table``, which is quoted."""
        yield f"ALTER TABLE {table} DROP PARTITION {self.quote(leaf)}"

    def some_rows(self, _wanted: str, _source: str, _share: float, _most: int) -> str:
        """Return the statement that takes some rows from a ``_share`` of a table's pages; empty for none."""
        return ""

    # --- coarser values --------------------------------------------------------------------------------------

    def coarse(self, cell: str, column: SchemaColumn, unit: str) -> str:
        """Return ``cell`` taken down to the beginning of its ``unit``, a multiple of it, or its first characters."""
        if not unit.isdigit():
            return self.coarse_date(cell, column, unit)
        if column.kind is ColumnKind.TEXT:
            return f"substr({cell}, 1, {int(unit)})"
        n = int(unit)
        if column.kind is ColumnKind.INTEGER:
            sign = self.escaped("%")
            return f"({cell} - (({cell} {sign} {n}) + {n}) {sign} {n})"
        return self.coarse_number(cell, n)

    @abstractmethod
    def coarse_date(self, cell: str, column: SchemaColumn, unit: str) -> str:
        """Return the beginning of the ``unit``, ``year``, ``month`` or ``day``, in which the time in ``cell`` is."""

    def coarse_number(self, cell: str, n: int) -> str:
        """Return the greatest multiple of ``n`` that is not above the number in ``cell``, which has a fraction."""
        return f"({n} * floor({cell} / {n}))"

    # --- values ----------------------------------------------------------------------------------------------

    def bind(self, value: Scalar, column: SchemaColumn | None) -> Scalar:
        """Return ``value`` as the driver and the column want it."""
        kind = column.kind if column is not None else ColumnKind.OTHER
        is_boolean = kind is ColumnKind.BOOLEAN and self.has_booleans
        if isinstance(value, bool) and not is_boolean:
            return int(value) if kind is not ColumnKind.TEXT else str(value).lower()
        if isinstance(value, int) and is_boolean:
            return bool(value)
        if isinstance(value, (int, float, Decimal)) and kind is ColumnKind.TEXT:
            return str(value)
        has_zone = isinstance(value, datetime) and value.tzinfo is not None
        if isinstance(value, datetime) and has_zone and (not self.has_zones or kind is ColumnKind.DATE):
            value = value.astimezone(UTC).replace(tzinfo=None)
        if isinstance(value, datetime) and kind is ColumnKind.DATE:
            value = value.date()
        return value

    def spelled(self, text: str, column: SchemaColumn, stored: Spelling) -> tuple[Scalar, ...]:
        """Return what stands for a spelling in ``column``; nothing where no such value can stand in it.

        A number has one spelling, without zeros before it.
        """
        if not self.can_hold(text):
            return ()
        if is_scanned(stored):  # what is left of a cell is text, whatever the column holds
            return (text,)
        return self.values_of(text, int(text) if _NUMBER.fullmatch(text) else None, column)

    def values_of(self, text: str, number: int | None, column: SchemaColumn) -> tuple[Scalar, ...]:
        """Return the values of ``column`` that are spelled ``text``, which is ``number`` where it is one."""
        if column.kind is ColumnKind.INTEGER:
            return () if number is None or not has_bits(number, self.bits_of(column)) else (number,)
        if column.base == "uuid":
            return (text,) if _is_uuid(text) else ()
        if column.length is not None and len(text) > column.length:
            return ()
        return (text,)

    @abstractmethod
    def bits_of(self, column: SchemaColumn) -> int:
        """Return the bits, without the sign's, of a number that can be compared with the cells of ``column``."""


def has_bits(number: int, bits: int) -> bool:
    """Whether ``number`` has at most so many bits, without the sign's."""
    return -(1 << bits) <= number < 1 << bits


def is_scanned(stored: Spelling) -> bool:
    """Whether a look-up compares what a scan leaves of cells, or of elements of lists, and no cell as it stands."""
    return stored.form is Form.LIST or (stored.form is Form.RAW and stored.scan)


@cache
def _is_of_single_bytes(encoding: str) -> bool:
    """Whether each byte is a character of ``encoding``, or none."""
    every = bytes(range(256))
    return bool(encoding) and len(every.decode(encoding, "replace")) == len(every)


def _is_uuid(text: str) -> bool:
    """Whether ``text`` is a UUID as a database spells it."""
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def spell_sortable(moment: Moment) -> str:
    """Return ``moment`` in UTC, spelled as all are that are put in order; the first or last of all that there are."""
    instant = validity.convert_to_instant(moment)
    try:
        instant = instant.astimezone(UTC)
    except OverflowError:
        instant = validity.FIRST if instant.year == validity.FIRST.year else validity.LAST
    return instant.replace(tzinfo=None).isoformat(" ", "microseconds")
