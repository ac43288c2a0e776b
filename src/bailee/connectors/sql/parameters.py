"""What stands by as parameters while a batch is worked on: keys of rows, spellings of identities, the firm's secret."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from bailee.connectors.sql.dialects.base import NO_TIME, Dialect, spell_sortable
from bailee.connectors.sql.shapes import Bind
from bailee.connectors.sql.statements import GivenSet
from bailee.policy.predicate import Scalar
from bailee.trace.bind import BoundCollection
from bailee.trace.normal import list_spellings
from bailee.trace.schema import ColumnKind, SchemaColumn
from bailee.trace.set_names import SetKind
from bailee.trace.sets import Batch, Key, Spells
from bailee.trace.validity import Validity, convert_to_instant

_ASSUMED = 10  # elements that PostgreSQL assumes in an array that it does not know yet
_BLOCK = 64  # bytes: the block of SHA-256, to which RFC 2104 pads a key


@dataclass(slots=True)
class Carried:
    """Rows that stand by, in ``columns``. ``size`` counts them where they are in a table instead."""

    columns: tuple[str, ...]
    rows: list[Key]
    in_table: int | None = None

    @property
    def size(self) -> int:
        """How many rows there are."""
        return len(self.rows) if self.in_table is None else self.in_table

    def value(self, column: str, place: int | None) -> Scalar | list[Scalar]:
        """Return a cell, of the last row where there are fewer; or the whole column, as an array.

        A short array is made as long as PostgreSQL takes any to be: for a shorter one it would plan anew each time,
        since that looks cheaper than the plan that it has prepared.
        """
        index = self.columns.index(column)
        if place is not None:
            return self.rows[min(place, len(self.rows) - 1)][index]
        cells = [row[index] for row in self.rows]
        return cells + cells[-1:] * (_ASSUMED - len(cells))


def round_up(n: int) -> int:
    """Return ``n`` rounded up to a power of two: how many parameters a list has."""
    return 1 << max(0, n - 1).bit_length()


def find_given_rows(given: GivenSet, batch: Batch, system: str) -> list[Key]:
    """Return the rows of ``given`` that ``batch`` names in ``system``."""
    match given.name.kind:
        case SetKind.OWN:
            subjects = [s for s in batch.of(system) if s.ref.collection == given.name.about]
            return [_make_row(given, s.ref.key, s.links) for s in subjects]
        case SetKind.REMEMBERED:
            refs = [r for r in batch.remembered if (r.system, r.collection) == (system, given.name.about)]
            return [_make_row(given, r.key, {}) for r in refs]
    return [_make_row(given, key, {}) for key in batch.kept.get(given.name.about, ())]


def _make_row(given: GivenSet, key: Key, links: Mapping[str, Scalar]) -> Key:
    cells = {**links, **dict(zip(given.key, key, strict=True))}
    return tuple(map(cells.get, given.columns))


def carry_spellings(
    spells: Spells, batch: Batch, owner: BoundCollection, region: str, dialect: Dialect
) -> tuple[list[Key], bool]:
    """Return (spelling, since, until) of every identity that ``spells`` asks for, and whether time matters.

    One whose validity is empty matches nothing, whatever the column says of the time.
    """
    column = owner.table.columns[spells.column]
    at = owner.table.columns[spells.at] if spells.at else None
    rows: dict[Key, None] = {}
    bounded = False
    for known in batch.known:
        if known.attribute != spells.attribute or Validity(known.since, known.until).is_empty:
            continue
        bounded = bounded or known.since is not None or known.until is not None
        since, until = (_convert_bound(moment, at, dialect) for moment in (known.since, known.until))
        if since is not None and until is None and at is not None and dialect.has_times_as_text(at):
            until = NO_TIME  # of which nobody knows whether it is after ``since``
        for text in list_spellings(spells.attribute, known.value, spells.stored, region):
            rows.update(dict.fromkeys((value, since, until) for value in dialect.spelled(text, column, spells.stored)))
    return list(rows), bounded and spells.at is not None


def _convert_bound(moment: date | datetime | None, at: SchemaColumn | None, dialect: Dialect) -> Scalar:
    """Return a bound of validity as a value of the column ``at``; among days, the first one not before it."""
    if at is None or moment is None:
        return None
    if dialect.has_times_as_text(at):
        return spell_sortable(moment)
    moment = convert_to_instant(moment).astimezone(UTC).replace(tzinfo=None)
    whole = moment.time() == time()
    if at.kind is ColumnKind.DATE:
        day = moment.date() if whole else moment.date() + timedelta(days=1)
        return dialect.bind(day, at)
    return dialect.bind(moment, at)


def find_own_value(bind: Bind, secret: Callable[[], bytes], now: datetime, dialect: Dialect) -> object:
    """Return the value of a parameter that is of no set: the time of the plan, or what is made of the secret."""
    match bind.name:
        case "now":
            kind = ColumnKind(bind.column)
            value: Scalar = now.date() if kind is ColumnKind.DATE else now
            column = SchemaColumn("", kind)
            return dialect.bind(now.isoformat(" ", "seconds") if kind is ColumnKind.TEXT else value, column)
        case "key":
            return secret()
        case "outer" | "inner":
            pad = 0x5C if bind.name == "outer" else 0x36
            return bytes(b ^ pad for b in secret().ljust(_BLOCK, b"\0"))
    raise KeyError(bind.name)
