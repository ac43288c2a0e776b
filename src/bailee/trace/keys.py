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
from typing import Any

from bailee.trace.schema import ColumnKind, DatabaseKind, SchemaColumn
from bailee.trace.sets import Key

_BYTES = re.compile(r"0x(?:[0-9a-f]{2})*", re.ASCII)
_WHOLE = re.compile(r"-?\d+", re.ASCII)
_NUMBER = re.compile(r"-?\d+(\.\d+)?(e[+-]?\d+)?|-?inf", re.ASCII)
"""How a number is written; a text that looks so is quoted: an untyped column of SQLite may have both."""


class UnreadableKeyError(ValueError):
    """A text is no key of a collection. ``column``: whose part it is, empty where the number of parts is wrong."""

    def __init__(self, column: str = "", wanted: str = "") -> None:
        self.column, self.wanted = column, wanted
        super().__init__(column)


# --- to text -------------------------------------------------------------------------------------------------


def write_key(key: Key) -> str:
    """Return ``key`` as a person writes it; `read_key` reads it back."""
    return ",".join(_write_part(part, is_alone=len(key) == 1) for part in key)


def _write_part(part: Any, *, is_alone: bool) -> str:
    text = _write_plain(part)
    if not isinstance(part, str):
        return text
    is_plain = text != "" and text.isprintable() and text == text.strip() and text[0] != '"'
    if is_plain and (is_alone or "," not in text) and not (_BYTES.fullmatch(text) or _NUMBER.fullmatch(text)):
        return text
    return json.dumps(text)


def _write_plain(part: Any) -> str:
    match part:
        case bool():
            return str(part).lower()
        case datetime() | date() | time():
            return part.isoformat()
        case timedelta():
            return _write_clock(part)
        case bytes() | bytearray() | memoryview():
            return f"0x{bytes(part).hex()}"
    return str(part)


def _write_clock(part: timedelta) -> str:
    """Return a time of MariaDB, which may be of many days or before zero, as ``-26:03:04.5``."""
    length = abs(part)
    minutes, seconds = divmod(length.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    rest = f".{length.microseconds:06}" if length.microseconds else ""
    return f"{'-' if part < timedelta() else ''}{length.days * 24 + hours:02}:{minutes:02}:{seconds:02}{rest}"


# --- from text -----------------------------------------------------------------------------------------------


def read_key(text: str, columns: Sequence[SchemaColumn], kind: DatabaseKind) -> Key:
    """Return the key that ``text`` writes, as the driver of such a database reads it from ``columns``.

    A key of one part may be written without quotes, whatever stands in it. Raises `UnreadableKeyError`.
    """
    parts = list(_split_parts(text)) if len(columns) > 1 or text.startswith('"') else [(text, False)]
    if len(parts) != len(columns):
        raise UnreadableKeyError
    return tuple(
        _read_part(part, column, kind, is_quoted=is_quoted)
        for (part, is_quoted), column in zip(parts, columns, strict=True)
    )


def _split_parts(text: str) -> Iterator[tuple[str, bool]]:
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


def _read_part(text: str, column: SchemaColumn, kind: DatabaseKind, *, is_quoted: bool) -> Any:
    try:
        return kind.read_value(text, column, is_quoted)
    except (ValueError, InvalidOperation, OverflowError):
        raise UnreadableKeyError(column.name, _WANTED.get(column.kind, column.type_name)) from None


def read_bytes(text: str) -> bytes | None:
    """Return the bytes that ``text`` writes, ``None`` where it is no such text."""
    return bytes.fromhex(text[2:]) if _BYTES.fullmatch(text) else None


def read_typed(text: str, column: SchemaColumn, by_type: Mapping[str, Callable[[str], Any]], *, is_quoted: bool) -> Any:
    """Return what ``text`` writes: by the type of the column, where the driver reads it otherwise than its kind.

    Raises `ValueError`, or what a reader raises.
    """
    if (
        not is_quoted
        and column.kind in {ColumnKind.BYTES, ColumnKind.OTHER}
        and (found := read_bytes(text)) is not None
    ):
        return found
    read = by_type.get(name_type(column)) or _BY_KIND.get(column.kind)
    return read(text) if read is not None else text


def name_type(column: SchemaColumn) -> str:
    """Return the name of a column's type, without its length."""
    return column.type_name.lower().partition("(")[0].strip()


def is_whole_number(text: str) -> bool:
    """Whether ``text`` writes a whole number."""
    return bool(_WHOLE.fullmatch(text))


def is_number(text: str) -> bool:
    """Whether ``text`` writes a number."""
    return bool(_NUMBER.fullmatch(text))


def _read_boolean(text: str) -> bool | int:
    return text.lower() == "true" if text.lower() in {"true", "false"} else int(text)


def _read_whole_number(text: str) -> int:
    if not _WHOLE.fullmatch(text):
        raise ValueError(text)
    return int(text)


_BY_KIND: Mapping[ColumnKind, Callable[[str], Any]] = {
    ColumnKind.INTEGER: _read_whole_number,
    ColumnKind.NUMBER: Decimal,
    ColumnKind.BOOLEAN: _read_boolean,
    ColumnKind.DATE: date.fromisoformat,
    ColumnKind.TIME: datetime.fromisoformat,
}

_WANTED: Mapping[ColumnKind, str] = {
    ColumnKind.INTEGER: "a number",
    ColumnKind.NUMBER: "a number",
    ColumnKind.BOOLEAN: "true or false",
    ColumnKind.DATE: "a date, as 2026-05-31",
    ColumnKind.TIME: "a time, as 2026-05-31T12:30:00",
    ColumnKind.BYTES: "bytes, as 0x00ff",
}
"""What a part of a key of this kind must be, in words."""
