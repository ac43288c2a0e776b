"""What SQLite cannot say by itself, and each connection teaches it.

Cells come as bytes (``CAST(cell AS BLOB)``), so that text that is no UTF-8 is nothing and no mistake.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime

from bailee.connectors.sql.dialects.base import NO_TIME, spell_sortable
from bailee.trace import validity
from bailee.trace.normal import convert_to_text, scan_text


def _compute_hmac(key: bytes, text: object) -> str | None:
    """Return HMAC-SHA-256 of ``text`` in hexadecimal."""
    if text is None:
        return None
    return hmac.new(key, text if isinstance(text, bytes) else str(text).encode(), hashlib.sha256).hexdigest()


def _scan_cell(attribute: str, cell: bytes | None) -> str | None:
    """Return what a scan leaves of a cell."""
    text = convert_to_text(cell)
    return None if text is None else scan_text(attribute, text)


def _scan_elements(attribute: str, separator: str, cell: bytes | None) -> str:
    """Return what a scan leaves of each element of a list, as JSON."""
    text = convert_to_text(cell)
    return json.dumps([] if text is None else [scan_text(attribute, part) for part in text.split(separator)])


def _remove_elements(attribute: str, separator: str, cell: bytes | None, forms: str) -> str | bytes | None:
    """Return a list without the elements of which a scan leaves one of ``forms``; ``None`` where none is left.

    ``forms`` is JSON.
    """
    text, leaving = convert_to_text(cell), set(json.loads(forms))
    if text is None:
        return cell
    left = [part for part in text.split(separator) if scan_text(attribute, part) not in leaving]
    return separator.join(left) if left else None


def _is_all(pattern: str, cell: bytes | None) -> int:
    """Return 1 where all of a cell is ``pattern``, else 0."""
    text = convert_to_text(cell)
    return int(text is not None and re.fullmatch(pattern, text) is not None)


def _spell_moment(cell: bytes | None) -> str | bytes | None:
    """Return a date or a time as one text for all its spellings (a date is its beginning); what is none as it is."""
    text = convert_to_text(cell)
    if text is None:
        return cell
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            moment = moment.astimezone(UTC).replace(tzinfo=None)
    except (ValueError, OverflowError):  # the latter where UTC has left the years that there are
        return cell
    return moment.isoformat(" ", "microseconds")


def _spell_instant(cell: bytes) -> str | bytes:
    """Return the instant in a date or a time as a text that sorts as instants do; no bytes where it cannot be read.

    SQLite sorts bytes after all texts: what cannot be read is due never, and held for ever. As `trace.validity` reads.
    """
    try:
        moment = validity.read_moment(cell.decode())
        if moment is not None and cell[:1].isascii():  # no index would find it after another blank
            return spell_sortable(moment)
    except ValueError:
        pass
    return NO_TIME


FUNCTIONS: tuple[tuple[str, int, Callable[..., str | bytes | int | None]], ...] = (
    ("bailee_sha256_hmac", 2, _compute_hmac),
    ("bailee_plain", 2, _scan_cell),
    ("bailee_elements", 3, _scan_elements),
    ("bailee_without", 4, _remove_elements),
    ("bailee_is_all", 2, _is_all),
    ("bailee_moment", 1, _spell_moment),
    ("bailee_instant", 1, _spell_instant),
)
"""Name, number of arguments, and function; each gives the same for the same."""
