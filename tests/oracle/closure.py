"""The closure: from seeds to a person's own rows, and the matches that a person must confirm [6-8]."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bailee.policy import EdgeKind, Joins
from tests.oracle.joins import collections_of, joined
from tests.oracle.words import holds, issued, spells, values_in
from tests.oracle.world import NOTHING_REMEMBERED, Known, Memory, Row, RowKey, World, is_processor, moment, rows_of


@dataclass(frozen=True, slots=True)
class Carried:
    """A subject row carries a value: ``verified`` may join, ``confirm`` is listed, ``never`` is neither.

    ``spelled``: byte by byte, so that others find the value there [9]; else the row alone knows that it is the same.
    """

    row: Row
    known: Known
    joins: Joins
    spelled: bool


@dataclass(frozen=True, slots=True)
class Closure:
    """What seeds lead to. ``to_confirm``: (row, attribute) of matches that join nobody until a person confirms them."""

    own: frozenset[RowKey]
    to_confirm: frozenset[tuple[RowKey, str]]


def closure(
    world: World,
    seeds: Iterable[tuple[str, str]],
    now: datetime,
    memory: Memory = NOTHING_REMEMBERED,
    confirmed: frozenset[RowKey] = frozenset(),
    customer: RowKey | None = None,
) -> Closure:
    """Return the rows that are the person's. ``seeds``: (attribute with its issuer, normal value).

    ``confirmed``: rows that a person has confirmed: a match that would be listed finds them.
    """
    rows = rows_of(world)
    scope = in_scope(world, rows, customer)
    carried = carried_by(world, scope)
    shared = shared_values(world, scope) | memory.shared
    found: set[Row] = set()
    listed: set[tuple[Row, str]] = set()
    always = {Known(attribute, value, now, None) for attribute, value in seeds}
    grown = True
    while grown:
        before = len(found)
        ends = [(known, Joins.VERIFIED) for known in always]
        ends += [(end.known, end.joins) for end in carried if end.row in found]
        for known, joins in ends:
            for other in carried:
                if other.row in found or not other.spelled or not _same_value(known, other.known):
                    continue
                if Joins.NEVER in {joins, other.joins}:
                    continue
                if _joins(known, joins, other, shared, seed=known in always, now=now) or other.row.name in confirmed:
                    found.add(other.row)
                else:
                    listed.add((other.row, known.attribute))
        grown = len(found) > before
    return Closure(
        frozenset(row.name for row in found),
        frozenset((row.name, attribute) for row, attribute in listed if row not in found),
    )


def _joins(
    known: Known, joins: Joins, other: Carried, shared: frozenset[tuple[str, str]], *, seed: bool, now: datetime
) -> bool:
    both = joins is Joins.VERIFIED and other.joins is Joins.VERIFIED
    in_time = is_valid_at(other.known, now) if seed else overlap(known, other.known)
    return both and in_time and (known.attribute, known.value) not in shared


def _same_value(one: Known, other: Known) -> bool:
    return (one.attribute, one.value) == (other.attribute, other.value)


def overlap(one: Known, other: Known) -> bool:
    """Whether some moment lies in both of two half-open validities. One that ends before it begins has none [6]."""
    return all(_before(begin.since, end.until) for begin in (one, other) for end in (one, other))


def _before(begin: datetime | None, end: datetime | None) -> bool:
    return begin is None or end is None or begin < end


def is_valid_at(known: Known, at: datetime | None) -> bool:
    """Whether ``at`` lies within the validity; an empty ``at`` never does."""
    if at is None:
        return False
    return (known.since is None or known.since <= at) and (known.until is None or at < known.until)


def carried_by(world: World, rows: Iterable[Row]) -> list[Carried]:
    """Return every identity value that the subject rows among ``rows`` carry. One that is anonymised carries none."""
    result = []
    for row in rows:
        erased_when = row.collection.erased_when
        if erased_when is not None and holds(erased_when, row.cells):
            continue
        for identity in row.collection.identities if row.is_person else ():
            attribute = issued(row.system, identity.attribute)
            begin, end = identity.valid or (None, None)
            since = moment(row.cells[begin]) if begin else None
            until = moment(row.cells[end]) if end else None
            joins = identity.joins
            if joins is Joins.VERIFIED and not holds(identity.verified_when, row.cells):
                joins = Joins.CONFIRM
            cell, firm = row.cells[identity.column], world.policy.firm
            for value in sorted(values_in(firm, attribute, identity.stored, cell)):
                spelled = spells(firm, attribute, identity.stored, cell, value)
                result.append(Carried(row, Known(attribute, value, since, until), joins, spelled))
    return result


def shared_values(world: World, rows: Sequence[Row]) -> frozenset[tuple[str, str]]:
    """Return the values that more than ``shared_above`` rows of one collection carry, whatever their validity [7]."""
    carriers = {
        (c.row.system, c.row.collection.name, c.known.attribute, c.known.value, c.row)
        for c in carried_by(world, rows)
        if c.spelled
    }
    counts = Counter(carrier[:4] for carrier in carriers)
    return frozenset(
        (attribute, value)
        for (_, _, attribute, value), count in counts.items()
        if count > world.policy.firm.shared_above
    )


def in_scope(world: World, rows: Sequence[Row], customer: RowKey | None) -> list[Row]:
    """Return the rows that may be looked at: those of the controller's systems, or those of one named customer [8]."""
    if customer is None:
        return [row for row in rows if not is_processor(world, row.system)]
    belongs = [
        (j.declarer, j.other)
        for j in joined(world, [row for row in rows if row.system == customer.system])
        if j.edge.kind is EdgeKind.BELONGS_TO and j.edge.to != j.declarer.collection.name
    ]
    found = {row for row in rows if row.key and row.name == customer}
    grown = True
    while grown:
        more = {below for below, above in belongs if above in found and below.collection.name != customer.collection}
        grown = not more <= found
        found |= more
    return [row for row in rows if row in found]


def identities_of(
    world: World,
    rows: Sequence[Row],
    own: frozenset[RowKey],
    seeds: frozenset[tuple[str, str]],
    customer: RowKey | None,
) -> frozenset[Known]:
    """Return what a person is known by: all identity cells of the own rows, and a seed that no subject row carries.

    In rows that are not hers only what is spelled as it should be is seen. Nobody is known by what says `never`.
    """
    carried = [c.known for c in carried_by(world, [row for row in rows if row.is_person and row.name in own])]
    scope = in_scope(world, rows, customer)
    on_rows = {(c.known.attribute, c.known.value) for c in carried_by(world, scope) if c.spelled}
    on_rows |= {(known.attribute, known.value) for known in carried}
    loose = {seed for seed in seeds - on_rows if not _is_never(world, seed[0], customer)}
    return frozenset(carried) | {Known(*seed) for seed in loose}


def _is_never(world: World, attribute: str, customer: RowKey | None) -> bool:
    """Whether ``attribute`` is declared where the person is looked for, and says ``never`` wherever it is."""
    said = [
        identity.joins
        for system, collection in collections_of(world)
        if (not is_processor(world, system) if customer is None else system == customer.system)
        for identity in collection.identities
        if issued(system, identity.attribute) == attribute
    ]
    return bool(said) and all(joins is Joins.NEVER for joins in said)
