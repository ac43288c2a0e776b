"""What is held of a request's person, why each row is theirs, and which rows wait for a word: looked for now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from bailee.engine.errors import NotAllowed
from bailee.engine.people import CollectionRows, RowPath, Search, format_ref, search_person
from bailee.engine.systems import Systems, open_systems_of_context
from bailee.requests import permissions
from bailee.requests.request_content import list_confirmed_rows, open_asked
from bailee.requests.request_locks import must_be_permitted
from bailee.requests.rights import find_rules
from bailee.store.access_log import Reason, log_access
from bailee.store.context import Context
from bailee.store.models import Request, Status
from bailee.trace import Ref
from bailee.trace.check.coverage import find_not_looked_at
from bailee.trace.coverage import NotLookedAt

SHOWN = 12
"""Rows of one collection of which the path is shown: the others are theirs in the same way."""


@dataclass(frozen=True, slots=True)
class RowsOfCollection:
    """Rows of one collection. ``own``: they are the person; ``owned``: theirs; ``seen``: others', where they appear.

    ``paths``: of the first `SHOWN`, from a row back to what it was found by.
    """

    collection: str
    own: int
    owned: int
    seen: int
    paths: Sequence[Sequence[str]]

    @property
    def count(self) -> int:
        """All of them."""
        return self.own + self.owned + self.seen


@dataclass(frozen=True, slots=True)
class FoundInSystem:
    """What is held in one system."""

    system: str
    title: str
    collections: Sequence[RowsOfCollection]

    @property
    def count(self) -> int:
        """Rows in all."""
        return sum(rows.count for rows in self.collections)


@dataclass(frozen=True, slots=True)
class PossibleMatch:
    """A row that matches, and counts for nothing until staff say so. ``reason``: a code of `trace.closure.Reason`."""

    row: str
    attribute: str
    reason: str
    source: str


@dataclass(frozen=True, slots=True)
class MentionedRows:
    """Rows that mention the person at no known time."""

    system: str
    collection: str
    count: int
    reason: str


@dataclass(frozen=True, slots=True)
class FoundRows:
    """What was found. ``unknown``: attributes of which no record has the value that was given.

    ``not_looked_at``: by the title of a system, what of it is on no map, or cannot be seen.
    """

    looked_in: Sequence[str]
    places: Sequence[FoundInSystem]
    likely: Sequence[PossibleMatch]
    to_look_at: Sequence[MentionedRows]
    unknown: Sequence[str]
    confirmed: int
    not_looked_at: Sequence[tuple[str, NotLookedAt]] = ()

    @property
    def count(self) -> int:
        """Rows in all."""
        return sum(place.count for place in self.places)


def look(context: Context, request: Request, reason: Reason) -> FoundRows:
    """Look for the person of ``request`` in every system; who looks, and why, is written down first.

    No value that stands in a row is told. Raises `NotAllowed`, `UnknownPerson`, `ConnectorError`.
    """
    must_be_permitted(context, permissions.CONFIRM)
    if request.status == Status.UNVERIFIED:
        raise NotAllowed("the person has not shown yet who they are", "look when they have")
    asked = open_asked(context, request)
    if not asked.identities:
        raise NotAllowed("it is not said whom the request is about", "nobody need be looked for")
    log_access(context, "find", reason, request)
    rows = list_confirmed_rows(context, request)
    with open_systems_of_context(context) as systems, search_person(
        systems, asked.identities, confirmed=rows, despite=find_rules(request.right).despite
    ) as found:  # fmt: skip
        return FoundRows(
            looked_in=tuple(found.sessions),
            places=tuple(_places(systems, found)),
            likely=tuple(
                PossibleMatch(
                    row_name(one.ref), one.attribute, str(one.reason), row_name(one.source) if one.source else ""
                )
                for one in found.persons.to_confirm
            ),
            to_look_at=tuple(
                MentionedRows(one.system, one.collection, one.count, one.reason) for one in found.find_listed()
            ),
            unknown=tuple(dict.fromkeys(seed.attribute for seed in found.persons.unknown)),
            confirmed=len(rows),
            not_looked_at=tuple(missed_by(systems, found)),
        )


def missed_by(systems: Systems, found: Search) -> Iterator[tuple[str, NotLookedAt]]:
    """Yield the titles of the systems that were looked in, with what of them is on no map, where there is something."""
    for system in found.sessions:
        missed = find_not_looked_at(systems.maps[system])
        if missed:
            yield systems.policy.systems[system].title, missed


def row_name(ref: Ref) -> str:
    """Return a row as it is confirmed: ``system.collection:key``."""
    return format_ref(ref)


def _places(systems: Systems, found: Search) -> Iterator[FoundInSystem]:
    paths: dict[tuple[str, str], list[Sequence[str]]] = {}
    for path in found.find_paths():
        some = paths.setdefault((path.ref.system, path.ref.collection), [])
        if len(some) < SHOWN:
            some.append(_rows_of(path))
    for system, holdings in groupby(found.find_holdings(), lambda one: one.system):
        rows = tuple(_collections(holdings, paths))
        yield FoundInSystem(system, systems.policy.systems[system].title, rows)


def _collections(
    holdings: Iterable[CollectionRows], paths: dict[tuple[str, str], list[Sequence[str]]]
) -> Iterator[RowsOfCollection]:  # fmt: skip
    for (system, collection), group in groupby(holdings, lambda one: (one.system, one.collection)):
        counts = {one.mode: one.count for one in group}
        ways = paths.get((system, collection), [])
        yield RowsOfCollection(
            collection, counts.get("own", 0), counts.get("owned", 0), counts.get("touch", 0), tuple(ways)
        )


def _rows_of(path: RowPath) -> Sequence[str]:
    """Return the rows of a path, without the edges between them, and what the last one was found by."""
    return (*path.steps[:-1:2], path.steps[-1])
