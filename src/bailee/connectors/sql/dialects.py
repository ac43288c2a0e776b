"""Where PostgreSQL, MariaDB and SQLite say the same thing in other words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from uuid import UUID

from bailee.policy.model import Form, Spelling
from bailee.policy.predicate import Scalar
from bailee.trace.normal import BLANKS, LEADING, WITHIN
from bailee.trace.schema import ColumnKind, SchemaColumn

ZERO = "\0"  # which PostgreSQL's texts cannot hold
_NO_CHARACTER = "_utf8mb4 X'F48FBFBF'"  # U+10FFFF, which is none and never will be
_UNESCAPED = re.compile(r"[^0-9A-Za-z\"\\\x00-\x1f]+")
"""A separator that stands in JSON as it stands in the text, and nowhere else."""
_ELEMENTS = "utf8mb4_nopad_bin"
QUOTED_DEFAULT = 'pg_catalog."default"'


@dataclass(frozen=True, slots=True)
class Dialect:
    """A database's way with words. ``mark``: the driver's placeholder; ``few``: so many keys travel as parameters.

    ``encoding``: of its texts, by Python's name for it. Empty: any bytes; it knows ASCII alone.
    """

    name: str
    mark: str
    open_quote: str
    few: int
    encoding: str = "utf-8"

    def quote(self, name: str) -> str:
        """Return ``name`` as an identifier."""
        close = self.open_quote
        quoted = close + name.replace(close, close * 2) + close
        return quoted.replace("%", "%%") if self.mark == "%s" else quoted

    def table(self, qualified: str) -> str:
        """Return the name of a table, ``schema.table`` or ``table``, as identifiers."""
        return ".".join(map(self.quote, qualified.split(".", 1)))

    @property
    def arrays(self) -> bool:
        """Whether many values travel as one parameter."""
        return self.name == "postgresql"

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
        """Return the condition that ``cell`` is not ``value``; two empty ones are the same.

        SQLite keeps a time as a text, and the same time may be spelled in several ways.
        """
        if self.name == "sqlite" and column.kind in {ColumnKind.DATE, ColumnKind.TIME}:
            cell, value = (f"bailee_moment(CAST({one} AS BLOB))" for one in (cell, value))
        if column.is_text and not column.bytewise:
            cell, value = self.bytewise(cell), self.bytewise(value)
        match self.name:
            case "postgresql":
                return f"{cell} IS DISTINCT FROM {value}"
            case "mariadb":
                return f"NOT ({cell} <=> {value})"
        return f"{cell} IS NOT {value}"

    def has_times_as_text(self, column: SchemaColumn) -> bool:
        """Whether the times in ``column`` are texts, of which one instant may have several: SQLite has no other."""
        return self.name == "sqlite" and column.kind in {ColumnKind.DATE, ColumnKind.TIME, ColumnKind.OTHER}

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
        """Return the time in ``cell``, or its day; null where it is none."""
        if not self.has_times_as_text(column):
            return cell
        return f"substr(nullif({self.in_order(cell, column)}, X''), 1, 10)"

    def bytewise(self, text: str) -> str:
        """Return ``text`` in a form whose comparison is by bytes, without padding, which is no part of the text."""
        match self.name:
            case "postgresql":
                return f'({text})::text COLLATE "C"'
            case "mariadb":
                return f"CAST(CONVERT({text} USING utf8mb4) AS BINARY)"
        return f"{text} COLLATE BINARY"

    def is_like(self, one: SchemaColumn, other: SchemaColumn) -> bool:
        """Whether `=` between cells of the two columns is the `=` within either, so that an index of either serves."""
        if self.name == "sqlite" and "" in {one.type_name, other.type_name}:
            return one.type_name == other.type_name and one.collation == other.collation
        if self.makes_numbers(one, other):
            return False
        if not (one.is_text and other.is_text):
            return True
        return (one.equality, one.base, one.collation) == (other.equality, other.base, other.collation)

    def makes_numbers(self, one: SchemaColumn, other: SchemaColumn) -> bool:
        """Whether SQLite makes numbers of the texts of one of the columns to compare them with the other's cells.

        So 17 is ``017`` to it, and ``17.0``.
        """
        types = {one.type_name, other.type_name}
        return self.name == "sqlite" and "TEXT" in types and not types.isdisjoint({"INTEGER", "REAL", "NUMERIC"})

    def as_in(self, of: SchemaColumn, value: str, column: SchemaColumn) -> str:
        """Return ``value``, of ``column``, so that `=` with a cell of ``of`` is the `=` within ``of``."""
        if of.is_text and self.makes_numbers(of, column):
            return f"CAST({value} AS TEXT)"
        if not (of.is_text and column.is_text):
            return value
        match self.name:
            case "postgresql":
                if of.base != column.base:
                    value = f"({value})::{of.base or 'text'}"
                if of.collation != column.collation:
                    value += f" COLLATE {of.collation or QUOTED_DEFAULT}"
            case "mariadb" if of.collation != column.collation:
                value = f"CONVERT({value} USING {of.collation.split('_')[0]}) COLLATE {of.collation}"
            case "sqlite" if of.collation != column.collation:
                value += f" COLLATE {of.collation or 'BINARY'}"
        return value

    def typed(self, column: SchemaColumn) -> str:
        """Return a mark for a text to be looked up in ``column``, of its very type, so that its index serves."""
        return f"{self.mark}::{column.base}" if self.arrays and column.base else self.mark

    def array_of(self, column: SchemaColumn) -> str:
        """Return a mark for several at once, on PostgreSQL."""
        return f"%s::{column.base}[]" if column.base else "%s"

    @property
    def text_mark(self) -> str:
        """A mark for a text, where a function must be told that it is one."""
        return "%s::text" if self.arrays else self.mark

    def readable(self, cell: str, column: SchemaColumn) -> str:
        """Return ``cell`` in a form that the driver reads whatever is in it: PostgreSQL has dates that no other has."""
        odd = self.name == "postgresql" and column.kind in {ColumnKind.DATE, ColumnKind.TIME, ColumnKind.OTHER}
        return f"({cell})::text" if odd else cell

    def joined(self, *parts: str) -> str:
        """Return the concatenation of texts."""
        return f"CONCAT({', '.join(parts)})" if self.name == "mariadb" else "(" + " || ".join(parts) + ")"

    def literal(self, text: str) -> str:
        """Return ``text`` as a literal. It is a word of the map and no value: values are bound."""
        quoted = text.replace("'", "''")
        if self.name == "mariadb":
            quoted = quoted.replace("\\", "\\\\")
        return "'" + (quoted.replace("%", "%%") if self.mark == "%s" else quoted) + "'"

    # --- what a scan leaves of a cell: as `trace.normal.plain` has it ----------------------------------------

    def plain(self, cell: str, attribute: str) -> str:
        """Return ``cell`` without what people add to an address or a number, to be compared by bytes (9)."""
        match self.name:
            case "postgresql":
                return self._plain_postgresql(self.bytewise(cell), attribute)
            case "mariadb":
                return self._plain_mariadb(f"CONVERT({cell} USING utf8mb4)", attribute)
        return f"bailee_plain({self.literal(attribute)}, {self.as_bytes(cell)})"

    def _plain_postgresql(self, text: str, attribute: str) -> str:
        trimmed = f"btrim({text}, {_unicode(self._held(BLANKS))})"
        match attribute:
            case "email":
                return f"lower({trimmed})"  # of ASCII alone, as the collation "C" has it
            case "phone":
                lead, within = _unicode(self._held(LEADING)), _unicode(self._held(WITHIN))
                dialled = f"translate(ltrim({text}, {lead}), {within}, '')"
                return f"CASE WHEN strpos({text}, ';') > 0 THEN {trimmed} ELSE {dialled} END"
        return trimmed

    def _plain_mariadb(self, text: str, attribute: str) -> str:
        blank = _pattern(BLANKS)
        trimmed = f"REGEXP_REPLACE({text}, '^[{blank}]+|(?<![{blank}])[{blank}]+\\\\z', '')"
        match attribute:
            case "email":
                return self.folded(trimmed, attribute)
            case "phone":
                lead = f"REGEXP_REPLACE({text}, '^[{_pattern(LEADING)}]+', '')"
                dialled = f"REGEXP_REPLACE({lead}, '[{_pattern(WITHIN)}]', '')"
                return f"CAST(IF(INSTR({text}, ';') > 0, {trimmed}, {dialled}) AS BINARY)"
        return f"CAST({trimmed} AS BINARY)"

    def folded(self, cell: str, attribute: str) -> str:
        """Return a text in which what `plain` leaves of a part of ``cell`` is found, or nothing where there is none."""
        if attribute == "phone":
            return ""
        text = f"CAST({cell} AS TEXT)" if self.name == "sqlite" else self.bytewise(cell)
        if attribute != "email":
            return text
        if self.name != "mariadb":
            return f"lower({text})"
        # Of the bytes of a text, this character set knows the capitals of ASCII alone.
        return f"CAST(LOWER(CONVERT({text} USING hebrew)) AS BINARY)"

    def contains(self, text: str, part: str) -> str:
        """Return the condition that ``part`` is found in ``text``, which `folded` gave."""
        match self.name:
            case "postgresql":
                return f"strpos({text}, {part}) > 0"
            case "mariadb":
                return f"INSTR({text}, CAST({part} AS BINARY)) > 0"
        return f"instr({text}, {part}) > 0"

    def as_bytes(self, cell: str) -> str:
        """Return a cell of SQLite's as the functions that it was taught take it; one with a fraction is no text."""
        return f"CASE WHEN typeof({cell}) <> 'real' THEN CAST({cell} AS BLOB) END"

    def elements(self, cell: str, separator: str, attribute: str) -> tuple[str, str]:
        """Return the elements of the list in ``cell``, as rows to select from, and what a scan leaves of one."""
        if self.name == "sqlite":
            said = f"{self.literal(attribute)}, {self.literal(separator)}"
            return f"json_each(bailee_elements({said}, {self.as_bytes(cell)})) AS e", "e.value"
        return self._split(cell, separator), self.plain("e.x", attribute)

    def _split(self, cell: str, separator: str) -> str:
        """Return the elements of a list as they stand: ``e.x``, in the order of ``e.n``."""
        mark = self.literal(separator)
        if self.name == "postgresql":
            return f"unnest(string_to_array({self.bytewise(cell)}, {mark})) WITH ORDINALITY AS e(x, n)"
        text = f"CONVERT({cell} USING utf8mb4)"
        if not _UNESCAPED.fullmatch(separator):  # JSON would write it otherwise, or something else with it
            text, mark = f"REPLACE({text}, {mark}, {_NO_CHARACTER})", _NO_CHARACTER
        listed = f"CONCAT('[', REPLACE(JSON_QUOTE({text}), {mark}, '\",\"'), ']')"
        columns = f"n FOR ORDINALITY, x LONGTEXT CHARACTER SET utf8mb4 COLLATE {_ELEMENTS} PATH '$'"
        return f"JSON_TABLE({listed}, '$[*]' COLUMNS ({columns})) AS e"

    def without(self, cell: str, separator: str, leaves: str, column: SchemaColumn) -> str:
        """Return the list in ``cell`` of ``column`` less the elements of which ``leaves`` holds; null if none is left.

        ``leaves`` looks at what `elements` returned. Not for SQLite, which has a function of its own.
        """
        source, mark = self._split(cell, separator), self.literal(separator)
        if self.name == "postgresql":
            return f"(SELECT string_agg(e.x, {mark} ORDER BY e.n) FROM {source} WHERE ({leaves}) IS NOT TRUE)"
        left = f"(SELECT GROUP_CONCAT(e.x ORDER BY e.n SEPARATOR {mark}) FROM {source} WHERE ({leaves}) IS NOT TRUE)"
        return self.as_in(column, left, SchemaColumn("x", ColumnKind.TEXT, collation=_ELEMENTS))

    def digest(self, cell: str) -> tuple[str, int]:
        """Return HMAC-SHA-256 of ``cell``, hexadecimal, and its parameters: 2, outer and inner pad; or 1, the key."""
        m = self.mark
        match self.name:
            case "postgresql":
                inner = f"sha256({m}::bytea || convert_to(({cell})::text, 'UTF8'))"
                return f"encode(sha256({m}::bytea || {inner}), 'hex')", 2
            case "mariadb":
                inner = f"UNHEX(SHA2(CONCAT({m}, CAST(CONVERT({cell} USING utf8mb4) AS BINARY)), 256))"
                return f"CONVERT(SHA2(CONCAT({m}, {inner}), 256) USING utf8mb4)", 2
        return f"bailee_sha256_hmac({m}, {cell})", 1

    def coarse(self, cell: str, column: SchemaColumn, unit: str) -> str:
        """Return ``cell`` taken down to the beginning of its ``unit``, a multiple of it, or its first characters."""
        if not unit.isdigit():
            return self._coarse_date(cell, column, unit)
        if column.kind is ColumnKind.TEXT:
            return f"substr({cell}, 1, {int(unit)})"
        n = int(unit)
        if column.kind is ColumnKind.INTEGER:
            sign = "%%" if self.mark == "%s" else "%"
            return f"({cell} - (({cell} {sign} {n}) + {n}) {sign} {n})"
        if self.name == "sqlite":
            whole = f"CAST({cell} / {n}.0 AS INTEGER)"
            return f"({n} * ({whole} - ({cell} / {n}.0 < {whole})))"
        return f"({n} * floor({cell} / {n}))"

    def _coarse_date(self, cell: str, column: SchemaColumn, unit: str) -> str:
        match self.name:
            case "postgresql":
                return f"date_trunc('{unit}', {cell})::{column.type_name}"
            case "mariadb":
                form = {"year": "%Y-01-01", "month": "%Y-%m-01", "day": "%Y-%m-%d"}[unit].replace("%", "%%")
                return (
                    f"CAST(DATE_FORMAT({cell}, '{form}') AS {'DATE' if column.kind is ColumnKind.DATE else 'DATETIME'})"
                )
        keep, rest = {"year": (4, "-01-01"), "month": (7, "-01"), "day": (10, "")}[unit]
        zone = f"ltrim(substr({cell}, 12), '0123456789:.')"
        zeros = f"substr('00:00:00.000000000', 1, length({cell}) - 11 - length({zone}))"  # as exact as it was
        midnight = f"CASE WHEN length({cell}) > 10 THEN substr({cell}, 11, 1) || {zeros} || {zone} ELSE '' END"
        return f"(substr({cell}, 1, {keep}) || '{rest}' || {midnight})"

    def bind(self, value: Scalar, column: SchemaColumn | None) -> Scalar:  # noqa: PLR0911 - one case a kind
        """Return ``value`` as the driver and the column want it."""
        kind = column.kind if column is not None else ColumnKind.OTHER
        if isinstance(value, bool) and (kind is not ColumnKind.BOOLEAN or self.name != "postgresql"):
            return int(value) if kind is not ColumnKind.TEXT else str(value).lower()
        if isinstance(value, int) and kind is ColumnKind.BOOLEAN and self.name == "postgresql":
            return bool(value)
        if isinstance(value, (int, float, Decimal)) and kind is ColumnKind.TEXT:
            return str(value)
        if (
            isinstance(value, datetime)
            and value.tzinfo is not None
            and (self.name != "postgresql" or kind is ColumnKind.DATE)
        ):
            value = value.astimezone(UTC).replace(tzinfo=None)
        if isinstance(value, datetime) and kind is ColumnKind.DATE:
            value = value.date()
        if self.name == "sqlite":
            if isinstance(value, datetime):
                return value.isoformat(" ")
            if isinstance(value, date):
                return value.isoformat()
            if isinstance(value, Decimal):
                return str(value)
        return value

    def spelled(self, text: str, column: SchemaColumn, stored: Spelling) -> tuple[Scalar, ...]:  # noqa: PLR0911 - one case a kind
        """Return what stands for a spelling in ``column``; nothing where no such value can stand in it.

        SQLite keeps bytes in any column, like MariaDB the zero byte with which C ends a text, and in a column without a
        type a number as one. A number has one spelling, without zeros before it.
        """
        if not self.can_hold(text):
            return ()
        if is_scanned(stored):  # what is left of a cell is text, whatever the column holds
            return (text,)
        number = int(text) if _NUMBER.fullmatch(text) else None
        if self.name == "sqlite":
            return tuple(self._spelled_sqlite(text, number, column))
        if column.kind is ColumnKind.INTEGER:
            return () if number is None or not _fits(number, self.name, column.base) else (number,)
        if self.name == "postgresql" and column.labels and text not in column.labels:
            return ()
        if column.base == "uuid":
            return (text,) if _is_uuid(text) else ()
        if column.length is not None and len(text) > column.length:
            return ()
        with_zero = self.name == "mariadb" and not column.labels and len(text) != column.length
        return (text, f"{text}{ZERO}") if with_zero else (text,)

    def _spelled_sqlite(self, text: str, number: int | None, column: SchemaColumn) -> Iterator[Scalar]:
        numeric = column.type_name in {"INTEGER", "NUMERIC"}
        if not (numeric and _LIKE_A_NUMBER.fullmatch(text)):  # such a text would have become a number
            yield text
        if number is not None and _fits(number, "sqlite") and (numeric or not column.type_name):
            yield number
        yield from (text.encode(), f"{text}{ZERO}", f"{text}{ZERO}".encode())


@cache
def _is_of_single_bytes(encoding: str) -> bool:
    """Whether each byte is a character of ``encoding``, or none."""
    every = bytes(range(256))
    return bool(encoding) and len(every.decode(encoding, "replace")) == len(every)


def _unicode(characters: str) -> str:
    """Return ``characters`` as a literal of PostgreSQL's."""
    return "E'" + "".join(f"\\u{ord(c):04X}" for c in characters) + "'"


def _pattern(characters: str) -> str:
    """Return ``characters`` as they stand between the brackets of a regular expression, in a literal of MariaDB's."""
    return "".join(f"\\\\x{{{ord(c):X}}}" for c in characters)


_NUMBER = re.compile(r"0|-?[1-9][0-9]{0,19}", re.ASCII)
_BITS = {"sqlite": 63, "smallint": 15, "integer": 31, "bigint": 63, "mariadb": 64}
_LIKE_A_NUMBER = re.compile(r"\s*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)?\s*", re.IGNORECASE | re.ASCII)
"""What a column of SQLite's of no known type makes a number of: such a text cannot stand in it."""


def _fits(number: int, dialect: str, base: str = "") -> bool:
    """Whether a number can be compared with a column's, whose type PostgreSQL must be told (``base``)."""
    bits = _BITS.get(base if dialect == "postgresql" else dialect, 32)  # else an oid
    return -(1 << bits) <= number < 1 << bits


def _is_uuid(text: str) -> bool:
    """Whether ``text`` is a UUID as a database spells it."""
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


SQLITE = Dialect("sqlite", "?", '"', 250)
POSTGRESQL = Dialect("postgresql", "%s", '"', 10_000)
MARIADB = Dialect("mariadb", "%s", "`", 250)
DIALECTS = {d.name: d for d in (SQLITE, POSTGRESQL, MARIADB)}


def is_scanned(stored: Spelling) -> bool:
    """Whether a look-up compares what a scan leaves of cells, or of elements of lists, and no cell as it stands."""
    return stored.form is Form.LIST or (stored.form is Form.RAW and stored.scan)
