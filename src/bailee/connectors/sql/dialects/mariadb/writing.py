"""MariaDB, Galera included."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

from bailee.connectors.sql.dialects.accounts import DatabaseAccounts
from bailee.connectors.sql.dialects.base import ZERO, Dialect
from bailee.connectors.sql.dialects.catalogue import Catalogue
from bailee.connectors.sql.dialects.driver import Driver
from bailee.connectors.sql.dialects.mariadb.accounts import MariadbAccounts
from bailee.connectors.sql.dialects.mariadb.catalogue import MariadbCatalogue
from bailee.connectors.sql.dialects.mariadb.driver import MariadbDriver
from bailee.connectors.sql.dialects.mariadb.key_values import read_value
from bailee.policy.predicate import Scalar
from bailee.trace.normal import BLANKS, LEADING, WITHIN
from bailee.trace.schema import ColumnKind, DatabaseKind, SchemaColumn, SchemaTable

_NO_CHARACTER = "_utf8mb4 X'F48FBFBF'"  # U+10FFFF, which is none and never will be
_UNESCAPED = re.compile(r"[^0-9A-Za-z\"\\\x00-\x1f]+")
"""A separator that stands in JSON as it stands in the text, and nowhere else."""
_ELEMENTS = "utf8mb4_nopad_bin"
_BITS = 64


_PARTITIONS = """
SELECT PARTITION_NAME, NULL FROM information_schema.PARTITIONS
WHERE CONCAT_WS('.', NULLIF(TABLE_SCHEMA, DATABASE()), TABLE_NAME) = %s AND PARTITION_METHOD LIKE 'RANGE%%'
ORDER BY PARTITION_ORDINAL_POSITION
"""

KIND = DatabaseKind(
    "mariadb",
    deletes_self_references=False,
    media="the undo and binary logs, until they are purged",
    read_value=read_value,
)


@dataclass(frozen=True, slots=True)
class MariadbDialect(Dialect):
    """MariaDB, whose ordinary comparisons of texts forgive case, accents and blanks at the end."""

    name: str = "mariadb"
    mark: str = "%s"
    open_quote: str = "`"
    few: int = 250

    drop_temporary: ClassVar[str] = "DROP TEMPORARY TABLE IF EXISTS"
    deletes_by_join: ClassVar[bool] = True
    text_type: ClassVar[str] = "CHAR"
    day: ClassVar[str] = "DATE({0})"
    driver: ClassVar[Driver] = MariadbDriver()
    catalogue: ClassVar[Catalogue] = MariadbCatalogue()
    accounts: ClassVar[DatabaseAccounts] = MariadbAccounts()
    kind: ClassVar[DatabaseKind] = KIND

    def text_literal(self, text: str) -> str:
        """Return ``text`` as a literal, in which a backslash escapes."""
        return Dialect.text_literal(self, text.replace("\\", "\\\\"))

    def is_distinct(self, one: str, other: str) -> str:
        """Return the condition by its null-safe comparison."""
        return f"NOT ({one} <=> {other})"

    def bytewise(self, text: str) -> str:
        """Return ``text`` as bytes of UTF-8."""
        return f"CAST(CONVERT({text} USING utf8mb4) AS BINARY)"

    def collated(self, of: SchemaColumn, value: str, column: SchemaColumn) -> str:
        """Return ``value`` in the character set and with the collation of ``of``."""
        if of.collation == column.collation:
            return value
        return f"CONVERT({value} USING {of.collation.split('_')[0]}) COLLATE {of.collation}"

    def joined(self, *parts: str) -> str:
        """Return the concatenation by a function: the operator is another."""
        return f"CONCAT({', '.join(parts)})"

    def plain(self, cell: str, attribute: str) -> str:
        """Return ``cell`` without what regular expressions find."""
        text, blank = f"CONVERT({cell} USING utf8mb4)", _write_pattern(BLANKS)
        trimmed = f"REGEXP_REPLACE({text}, '^[{blank}]+|(?<![{blank}])[{blank}]+\\\\z', '')"
        match attribute:
            case "email":
                return self.folded(trimmed, attribute)
            case "phone":
                lead = f"REGEXP_REPLACE({text}, '^[{_write_pattern(LEADING)}]+', '')"
                dialled = f"REGEXP_REPLACE({lead}, '[{_write_pattern(WITHIN)}]', '')"
                return f"CAST(IF(INSTR({text}, ';') > 0, {trimmed}, {dialled}) AS BINARY)"
        return f"CAST({trimmed} AS BINARY)"

    def lowered(self, text: str) -> str:
        """Return ``text`` lowered in a character set that knows, of its bytes, the capitals of ASCII alone."""
        return f"CAST(LOWER(CONVERT({text} USING hebrew)) AS BINARY)"

    def contains(self, text: str, part: str) -> str:
        """Return the condition by ``INSTR``, on bytes."""
        return f"INSTR({text}, CAST({part} AS BINARY)) > 0"

    def is_all(self, cell: str, pattern: str, mark: str) -> tuple[str, str]:
        """Return the condition by an anchored regular expression, to which case and blanks matter."""
        text = f"CONVERT({cell} USING utf8mb4) COLLATE {_ELEMENTS}"
        return f"({text} REGEXP {mark})", f"\\A(?:{pattern})\\z"

    def elements(self, cell: str, separator: str, attribute: str) -> tuple[str, str]:
        """Return the elements of the text made a table by way of JSON."""
        return self._split(cell, separator), self.plain("e.x", attribute)

    def _split(self, cell: str, separator: str) -> str:
        """Return the elements of a list as they stand: ``e.x``, in the order of ``e.n``."""
        text, mark = f"CONVERT({cell} USING utf8mb4)", self.literal(separator)
        if not _UNESCAPED.fullmatch(separator):  # JSON would write it otherwise, or something else with it
            text, mark = f"REPLACE({text}, {mark}, {_NO_CHARACTER})", _NO_CHARACTER
        listed = f"CONCAT('[', REPLACE(JSON_QUOTE({text}), {mark}, '\",\"'), ']')"
        columns = f"n FOR ORDINALITY, x LONGTEXT CHARACTER SET utf8mb4 COLLATE {_ELEMENTS} PATH '$'"
        return f"JSON_TABLE({listed}, '$[*]' COLUMNS ({columns})) AS e"

    def without(self, cell: str, separator: str, leaves: str, column: SchemaColumn) -> str:
        """Return the other elements, joined in their order, in the column's character set."""
        source, mark = self._split(cell, separator), self.literal(separator)
        left = f"(SELECT GROUP_CONCAT(e.x ORDER BY e.n SEPARATOR {mark}) FROM {source} WHERE ({leaves}) IS NOT TRUE)"
        return self.as_in(column, left, SchemaColumn("x", ColumnKind.TEXT, collation=_ELEMENTS))

    def digest(self, cell: str) -> tuple[str, int]:
        """Return two rounds of ``SHA2``: MariaDB has no HMAC."""
        inner = f"UNHEX(SHA2(CONCAT({self.mark}, CAST(CONVERT({cell} USING utf8mb4) AS BINARY)), 256))"
        return f"CONVERT(SHA2(CONCAT({self.mark}, {inner}), 256) USING utf8mb4)", 2

    def prepared(self, table: str, key: str) -> str:
        """Return the statement that makes an index."""
        return f"ALTER TABLE {table} ADD INDEX ({key})"

    def partitions(self, table: SchemaTable) -> tuple[str, tuple[object, ...]] | None:
        """Return what lists those of a range."""
        return (_PARTITIONS, (table.name,)) if table.partitioned_by is not None else None

    def coarse_date(self, cell: str, column: SchemaColumn, unit: str) -> str:
        """Return the time formatted, of the column's kind."""
        form = self.escaped({"year": "%Y-01-01", "month": "%Y-%m-01", "day": "%Y-%m-%d"}[unit])
        return f"CAST(DATE_FORMAT({cell}, '{form}') AS {'DATE' if column.kind is ColumnKind.DATE else 'DATETIME'})"

    def values_of(self, text: str, number: int | None, column: SchemaColumn) -> tuple[Scalar, ...]:
        """Return the value. MariaDB keeps in a text the zero byte with which C ends one."""
        values = Dialect.values_of(self, text, number, column)
        of_text = column.kind is not ColumnKind.INTEGER and column.base != "uuid" and not column.labels
        return (text, f"{text}{ZERO}") if values and of_text and len(text) != column.length else values

    def bits_of(self, column: SchemaColumn) -> int:  # noqa: ARG002 - of any column
        """Return the bits of its largest number."""
        return _BITS


def _write_pattern(characters: str) -> str:
    """Return ``characters`` as they stand between the brackets of a regular expression, in a literal."""
    return "".join(f"\\\\x{{{ord(c):X}}}" for c in characters)
