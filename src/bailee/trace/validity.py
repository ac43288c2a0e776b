"""When a value was whose: half-open intervals over instants, of which an empty bound is infinite (4, 6).

One that ends before it begins, or when it does, contains no instant: it joins and matches nobody. All that reads a
validity reads it here.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from typing import NamedTuple

from bailee.policy.predicate import Scalar
from bailee.trace.sets import Moment

FIRST, LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
"""Before, and after, all moments that are told apart."""


class Validity(NamedTuple):
    """All instants from ``since`` up to, and not including, ``until``. ``None``: without bound."""

    since: Moment | None = None
    until: Moment | None = None

    @property
    def is_empty(self) -> bool:
        """Whether it contains no instant."""
        return not _is_before(self.since, self.until)

    def contains(self, at: Moment) -> bool:
        """Whether the instant ``at`` lies in it."""
        return (self.since is None or convert_to_instant(self.since) <= convert_to_instant(at)) and _is_before(
            at, self.until
        )

    def overlaps(self, other: Validity) -> bool:
        """Whether some instant lies in both: each begins before either ends. One that is empty overlaps nothing."""
        return all(_is_before(a.since, b.until) for a in (self, other) for b in (self, other))


def read_validity(since: Scalar, until: Scalar) -> Validity:
    """Return the validity that two cells give. Raises `ValueError` where a bound cannot be read."""
    begin, end = read_moment(since), read_moment(until)
    if end == FIRST or begin == LAST:  # no instant lies before the first, nor after the last
        return Validity(LAST, FIRST)
    return Validity(None if begin == FIRST else begin, None if end == LAST else end)


def read_moment(cell: Scalar) -> Moment | None:
    """Return the moment in a cell; ``None`` where it is empty. Raises `ValueError` where it cannot be read.

    SQLite has dates as text in ISO 8601. Zero is how MariaDB writes an empty date where it may not be null. PostgreSQL
    has dates that Python has not: ``infinity``, years after 9999 and before Christ; they are `LAST` and `FIRST`.
    """
    if cell is None or isinstance(cell, date):
        return cell
    if not isinstance(cell, str):
        raise ValueError  # noqa: TRY004 - the caller asks whether it can be read, whatever it is
    text = cell.strip()
    if not text or text.startswith("0000-00-00"):
        return None
    if text == "infinity" or re.match("[0-9]{5,}-", text):
        return FIRST if text.endswith(" BC") else LAST
    if text == "-infinity" or text.endswith(" BC"):
        return FIRST
    return date.fromisoformat(text) if len(text) == len("2026-01-01") else datetime.fromisoformat(text)


def convert_to_instant(moment: Moment) -> datetime:
    """Return ``moment`` with a zone: a day is its beginning, and what has no zone is UTC."""
    if not isinstance(moment, datetime):
        return datetime.combine(moment, time.min, UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _is_before(begin: Moment | None, end: Moment | None) -> bool:
    return begin is None or end is None or convert_to_instant(begin) < convert_to_instant(end)
