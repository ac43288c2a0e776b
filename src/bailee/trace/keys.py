"""A row's key as people write it, and back: what ``find`` prints is what ``--confirm`` takes, for every type of key.

The parts of a key are parted by commas. A part that a reader or a terminal could take for something else is a JSON
string (RFC 8259), ASCII alone; bytes are ``0x`` and hexadecimal digits.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from ipaddress import ip_address, ip_interface, ip_network
from typing import Any
from uuid import UUID

from bailee.trace.schema import ColumnKind, SchemaColumn
from bailee.trace.sets import Key

_BYTES = re.compile(r"0x(?:[0-9a-f]{2})*", re.ASCII)
_CLOCK = re.compile(r"(-?)(\d+):(\d\d):(\d\d)(?:\.(\d{1,6}))?", re.ASCII)
_WHOLE = re.compile(r"-?\d+", re.ASCII)
_NUMBER = re.compile(r"-?\d+(\.\d+)?(e[+-]?\d+)?|-?inf", re.ASCII)
"""How a number is written; a text that looks so is quoted: an untyped column of SQLite may have both."""


class UnreadableKeyError(ValueError):
    """A text is no key of a collection. ``column``: whose part it is, empty where the number of parts is wrong."""

    def __init__(self, column: str = "", wanted: str = "") -> None:
        self.column, self.wanted = column, wanted
        super().__init__(column)


# --- to text -------------------------------------------------------------------------------------------------


def key_text(key: Key) -> str:
    """Return ``key`` as a person writes it; `read_key` reads it back."""
    return ",".join(_part_text(part, is_alone=len(key) == 1) for part in key)


def _part_text(part: Any, *, is_alone: bool) -> str:
    text = _plain_text(part)
    if not isinstance(part, str):
        return text
    is_plain = text != "" and text.isprintable() and text == text.strip() and text[0] != '"'
    if is_plain and (is_alone or "," not in text) and not (_BYTES.fullmatch(text) or _NUMBER.fullmatch(text)):
        return text
    return json.dumps(text)


def _plain_text(part: Any) -> str:
    match part:
        case bool():
            return str(part).lower()
        case datetime() | date() | time():
            return part.isoformat()
        case timedelta():
            return _clock_text(part)
        case bytes() | bytearray() | memoryview():
            return f"0x{bytes(part).hex()}"
    return str(part)


def _clock_text(part: timedelta) -> str:
    """Return a time of MariaDB, which may be of many days or before zero, as ``-26:03:04.5``."""
    length = abs(part)
    minutes, seconds = divmod(length.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    rest = f".{length.microseconds:06}" if length.microseconds else ""
    return f"{'-' if part < timedelta() else ''}{length.days * 24 + hours:02}:{minutes:02}:{seconds:02}{rest}"


# --- from text -----------------------------------------------------------------------------------------------


def read_key(text: str, columns: Sequence[SchemaColumn], dialect: str) -> Key:
    """Return the key that ``text`` writes, as a driver of ``dialect`` reads it from ``columns``.

    A key of one part may be written without quotes, whatever stands in it. Raises `UnreadableKeyError`.
    """
    parts = list(_parts(text)) if len(columns) > 1 or text.startswith('"') else [(text, False)]
    if len(parts) != len(columns):
        raise UnreadableKeyError
    return tuple(
        _read(part, column, dialect, is_quoted=is_quoted)
        for (part, is_quoted), column in zip(parts, columns, strict=True)
    )


def _parts(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the parts of a key, and whether each was quoted."""
    decoder, at = json.JSONDecoder(), 0
    while True:
        if text[at : at + 1] == '"':
            try:
                part, end = decoder.raw_decode(text, at)
            except ValueError:
                raise UnreadableKeyError from None
            yield str(part), True
        else:
            end = text.find(",", at)
            end = len(text) if end < 0 else end
            yield text[at:end], False
        if end == len(text):
            return
        if text[end] != ",":
            raise UnreadableKeyError
        at = end + 1


def _read(text: str, column: SchemaColumn, dialect: str, *, is_quoted: bool) -> Any:
    try:
        if dialect == "sqlite":
            return _read_sqlite(text, column, is_quoted=is_quoted)
        if not is_quoted and _BYTES.fullmatch(text) and column.kind in {ColumnKind.BYTES, ColumnKind.OTHER}:
            return bytes.fromhex(text[2:])
        type_name = column.type_name.lower().partition("(")[0].strip()
        read = _BY_TYPE.get((dialect, type_name)) or _BY_KIND.get(column.kind)
        if read is not None:
            return read(text)
        if dialect == "postgresql" and type_name in {"character", "bpchar"} and column.length is not None:
            return text.rstrip(" ")  # as the driver reads it: padding is no part of the text
    except (ValueError, InvalidOperation, OverflowError):
        raise UnreadableKeyError(column.name, _WANTED.get(column.kind, column.type_name)) from None
    return text


def _read_sqlite(text: str, column: SchemaColumn, *, is_quoted: bool) -> Any:
    """Return a value as SQLite keeps it: by the affinity of the column, and any may hold bytes or text."""
    if is_quoted:
        return text
    if _BYTES.fullmatch(text):
        return bytes.fromhex(text[2:])
    if column.kind in {ColumnKind.INTEGER, ColumnKind.NUMBER, ColumnKind.BOOLEAN} or not column.type_name:
        if _WHOLE.fullmatch(text):
            return int(text)
        if column.kind is ColumnKind.INTEGER:
            raise ValueError(text)
        if column.kind is ColumnKind.NUMBER or (not column.type_name and _NUMBER.fullmatch(text)):
            return float(text)
    return text


def _boolean(text: str) -> bool | int:
    return text.lower() == "true" if text.lower() in {"true", "false"} else int(text)


def _whole(text: str) -> int:
    if not _WHOLE.fullmatch(text):
        raise ValueError(text)
    return int(text)


def _clock(text: str) -> timedelta:
    found = _CLOCK.fullmatch(text)
    if found is None:
        raise ValueError(text)
    sign, hours, minutes, seconds, rest = found.groups()
    length = timedelta(
        hours=int(hours), minutes=int(minutes), seconds=int(seconds), microseconds=int((rest or "0").ljust(6, "0"))
    )
    return -length if sign else length


_BY_KIND: Mapping[ColumnKind, Callable[[str], Any]] = {
    ColumnKind.INTEGER: _whole,
    ColumnKind.NUMBER: Decimal,
    ColumnKind.BOOLEAN: _boolean,
    ColumnKind.DATE: date.fromisoformat,
    ColumnKind.TIME: datetime.fromisoformat,
}
_BY_TYPE: Mapping[tuple[str, str], Callable[[str], Any]] = {
    ("postgresql", "uuid"): UUID,
    ("mariadb", "uuid"): lambda text: str(UUID(text)),
    **{("postgresql", name): float for name in ("real", "double precision", "float4", "float8")},
    **{("mariadb", name): float for name in ("float", "double")},
    ("postgresql", "time"): time.fromisoformat,
    ("postgresql", "time without time zone"): time.fromisoformat,
    ("mariadb", "time"): _clock,
    ("postgresql", "inet"): lambda text: ip_interface(text) if "/" in text else ip_address(text),
    ("postgresql", "cidr"): ip_network,
}
"""Types whose values a driver reads as something else than the rest of their kind."""

_WANTED: Mapping[ColumnKind, str] = {
    ColumnKind.INTEGER: "a number",
    ColumnKind.NUMBER: "a number",
    ColumnKind.BOOLEAN: "true or false",
    ColumnKind.DATE: "a date, as 2026-05-31",
    ColumnKind.TIME: "a time, as 2026-05-31T12:30:00",
    ColumnKind.BYTES: "bytes, as 0x00ff",
}
"""What a part of a key of this kind must be, in words."""
