"""Where PostgreSQL, MariaDB and SQLite say the same thing in other words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from bailee.policy.model import Form, Stored
from bailee.policy.predicate import Scalar
from bailee.trace.schema import Column, Kind


@dataclass(frozen=True, slots=True)
class Dialect:
    """A database's way with words. ``mark``: the driver's placeholder; ``few``: so many keys travel as parameters."""

    name: str
    mark: str
    open_quote: str
    few: int

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

    def differs(self, cell: str, value: str, column: Column) -> str:
        """Return the condition that ``cell`` is not ``value``; two empty ones are the same."""
        if column.kind is Kind.TEXT and not column.bytewise:
            cell, value = self.bytewise(cell), self.bytewise(value)
        match self.name:
            case "postgresql":
                return f"{cell} IS DISTINCT FROM {value}"
            case "mariadb":
                return f"NOT ({cell} <=> {value})"
        return f"{cell} IS NOT {value}"

    def bytewise(self, text: str) -> str:
        """Return ``text`` in a form whose comparison is by bytes."""
        match self.name:
            case "postgresql":
                return f'({text})::text COLLATE "C"'
            case "mariadb":
                return f"CAST(CONVERT({text} USING utf8mb4) AS BINARY)"
        return f"{text} COLLATE BINARY"

    def contains(self, text: str, part: str) -> str:
        """Return the condition that ``part`` is found in ``text``, by bytes."""
        match self.name:
            case "postgresql":
                return f"strpos({text}, {part}) > 0"
            case "mariadb":
                return f"INSTR({self.bytewise(text)}, {self.bytewise(part)}) > 0"
        return f"instr({text}, {part}) > 0"

    def joined(self, *parts: str) -> str:
        """Return the concatenation of texts."""
        return f"CONCAT({', '.join(parts)})" if self.name == "mariadb" else "(" + " || ".join(parts) + ")"

    def plain(self, cell: str, attribute: str) -> str:
        """Return ``cell`` with what people add when they write an address or a number, for a declared full scan (9)."""
        if attribute != "phone":
            return f"lower(trim({cell}))" if attribute == "email" else f"trim({cell})"
        match self.name:
            case "postgresql":
                return f"regexp_replace({cell}, '[^0-9+]', '', 'g')"
            case "mariadb":
                return f"REGEXP_REPLACE({cell}, '[^0-9+]', '')"
        for sign in " -()./":
            cell = f"replace({cell}, '{sign}', '')"
        return cell

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

    def coarse(self, cell: str, column: Column, unit: str) -> str:
        """Return ``cell`` taken down to the beginning of its ``unit``, a multiple of it, or its first characters."""
        if not unit.isdigit():
            return self._coarse_date(cell, column, unit)
        if column.kind is Kind.TEXT:
            return f"substr({cell}, 1, {int(unit)})"
        n = int(unit)
        if column.kind is Kind.INTEGER:
            sign = "%%" if self.mark == "%s" else "%"
            return f"({cell} - (({cell} {sign} {n}) + {n}) {sign} {n})"
        if self.name == "sqlite":
            whole = f"CAST({cell} / {n}.0 AS INTEGER)"
            return f"({n} * ({whole} - ({cell} / {n}.0 < {whole})))"
        return f"({n} * floor({cell} / {n}))"

    def _coarse_date(self, cell: str, column: Column, unit: str) -> str:
        match self.name:
            case "postgresql":
                return f"date_trunc('{unit}', {cell})::{column.type_name}"
            case "mariadb":
                form = {"year": "%Y-01-01", "month": "%Y-%m-01", "day": "%Y-%m-%d"}[unit].replace("%", "%%")
                return f"CAST(DATE_FORMAT({cell}, '{form}') AS {'DATE' if column.kind is Kind.DATE else 'DATETIME'})"
        keep, rest = {"year": (4, "-01-01"), "month": (7, "-01"), "day": (10, "")}[unit]
        midnight = f"CASE WHEN length({cell}) > 10 THEN substr({cell}, 11, 1) || '00:00:00' ELSE '' END"
        return f"(substr({cell}, 1, {keep}) || '{rest}' || {midnight})"

    def bind(self, value: Scalar, column: Column | None) -> Scalar:  # noqa: PLR0911 - one case a kind
        """Return ``value`` as the driver and the column want it."""
        kind = column.kind if column is not None else Kind.OTHER
        if isinstance(value, bool) and (kind is not Kind.BOOLEAN or self.name != "postgresql"):
            return int(value) if kind is not Kind.TEXT else str(value).lower()
        if isinstance(value, int) and kind is Kind.BOOLEAN and self.name == "postgresql":
            return bool(value)
        if isinstance(value, (int, float, Decimal)) and kind is Kind.TEXT:
            return str(value)
        if isinstance(value, datetime) and kind is Kind.DATE:
            value = value.date()
        if isinstance(value, datetime) and value.tzinfo is not None and self.name != "postgresql":
            value = value.replace(tzinfo=None)
        if self.name == "sqlite":
            if isinstance(value, datetime):
                return value.isoformat(" ")
            if isinstance(value, date):
                return value.isoformat()
            if isinstance(value, Decimal):
                return str(value)
        return value

    def spelled(self, text: str, column: Column) -> Scalar:
        """Return a spelling as a value of ``column``; ``None`` where no such value can stand in it."""
        if column.kind is Kind.INTEGER:
            return int(text) if text.isascii() and text.isdigit() else None
        if column.length is not None and len(text) > column.length:
            return None
        return text


SQLITE = Dialect("sqlite", "?", '"', 250)
POSTGRESQL = Dialect("postgresql", "%s", '"', 10_000)
MARIADB = Dialect("mariadb", "%s", "`", 250)
DIALECTS = {d.name: d for d in (SQLITE, POSTGRESQL, MARIADB)}


def is_list(stored: Stored) -> bool:
    """Whether a cell carries several values."""
    return stored.form is Form.LIST
