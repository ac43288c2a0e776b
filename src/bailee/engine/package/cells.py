"""One value, three ways: for a program, for a spreadsheet, for the eye.

JSON is exact. CSV and HTML say ``[U+202E]`` where a character stands that nobody would see (`invisible`).
"""

from __future__ import annotations

import base64
import math
import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import TypeAlias

import isodate
from markupsafe import Markup, escape

from bailee.engine.invisible_characters import show_invisible, write_json

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"

WITHHELD = "withheld: another person's"

_HALF = re.compile("[\ud800-\udfff]")

# Spreadsheets run a cell that begins so, and one that begins with its full-width double (OWASP, "CSV injection").
_RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def format_json(value: object) -> Json:  # noqa: PLR0911  (a table of types, one line each)
    """Return ``value`` in the types of RFC 8259.

    Whole numbers, booleans and finite floats stay what they are; decimals are text, since a reader's floats would round
    them; not-a-number and infinities are the texts ``NaN``, ``Infinity``, ``-Infinity``; dates and times are ISO 8601;
    bytes are base64; halves of surrogate pairs, which UTF-8 cannot carry, are U+FFFD.
    """
    match value:
        case None | bool():
            return value
        case Enum():
            return format_json(value.value)
        case str():
            return replace_surrogates(value)
        case int():
            return int(value)
        case float():
            return float(value) if math.isfinite(value) else _format_infinity(value)
        case bytes() | bytearray() | memoryview():
            return base64.b64encode(value).decode("ascii")
        case Mapping():
            return {replace_surrogates(str(name)): format_json(inner) for name, inner in value.items()}
        case list() | tuple():
            return [format_json(inner) for inner in value]
        case set() | frozenset():
            return sorted((format_json(inner) for inner in value), key=str)
    return replace_surrogates(_format_text(value))


def replace_surrogates(text: str) -> str:
    """Return ``text`` as UTF-8 can carry it: half a surrogate pair is U+FFFD."""
    return text if text.isascii() else _HALF.sub("\ufffd", text)


def format_csv(value: object) -> str | int | float:
    """Return ``value`` for a spreadsheet: numbers as they are, all else as text that no spreadsheet will run.

    Text that begins with ``= + - @``, a tab or a line break gets an apostrophe before it, telephone numbers with a plus
    among them; numbers keep their sign. JSON is beside it for anyone who needs the exact text.
    """
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool | Enum) and math.isfinite(value):
        return value if isinstance(value, int | float) else format(value, "f")
    text = show_invisible(_format_plain(value))
    return f"'{text}" if text.startswith(_RUNS) else text


def format_html(value: object) -> Markup:
    """Return ``value`` for the eye, escaped. Bytes are only counted: they say nothing to a reader."""
    match value:
        case None:
            return Markup()
        case bool():
            return Markup("yes") if value else Markup("no")
        case datetime() if value.utcoffset() == timedelta():
            return escape(f"{value.replace(tzinfo=None).isoformat(sep=' ')} UTC")
        case bytes() | bytearray() | memoryview():
            size = memoryview(value).nbytes
            return escape(f"{size:,} byte{'' if size == 1 else 's'}")
    return escape(show_invisible(_format_plain(value)))


def humanise_name(name: str) -> str:
    """Return the name of a column or collection as it reads in a sentence: ``started at``."""
    return name.replace("_", " ")


def _format_plain(value: object) -> str:  # noqa: PLR0911  (likewise)
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case bytes() | bytearray() | memoryview() | Enum():
            return str(format_json(value))
        case datetime():
            return value.isoformat(sep=" ")  # a T keeps spreadsheets from seeing a date
        case Mapping() | list() | tuple() | set() | frozenset():
            return write_json(format_json(value))
    return _format_text(value)


def _format_text(value: object) -> str:
    match value:
        case float() | Decimal() if not math.isfinite(value):
            return _format_infinity(value)
        case Decimal():
            return format(value, "f")  # 0.00, where str() may say 0E-2
        case datetime() | date() | time():
            return value.isoformat()
        case timedelta():
            return str(isodate.duration_isoformat(value))
    return str(value)


def _format_infinity(value: float | Decimal) -> str:
    if math.isnan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"
