"""A person as the systems have them: what is held, where, why, and until when. Who looks is written down first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from bailee.engine.errors import Despite, NotAllowed
from bailee.engine.people import CollectionRows, Search, call_system, find_seeds, format_ref, search_person
from bailee.engine.plans import plan_erase
from bailee.engine.step_counts import parse_day
from bailee.engine.systems import Systems, open_systems_of_context
from bailee.policy import Policy
from bailee.policy.countries import country_name
from bailee.policy.figures import period_in_words
from bailee.requests.identified_people import list_certain_values, unite_found
from bailee.store import access_log, staff
from bailee.store.access_log import Reason
from bailee.store.context import Context
from bailee.store.models import Reading, Request
from bailee.trace.coverage import NotLookedAt
from bailee.trace.retain import find_start_column
from bailee.views.found_rows import missed_by

SHOWN = 3
"""Rows of one collection of which the path is shown by example."""

MOST_READINGS = 50
MOST_REQUESTS = 50

_TAGS = "persons"
_THEIRS = frozenset({"erased", "anonymised", "kept"})
_LONG_AGO = date(1900, 1, 1)


@dataclass(frozen=True, slots=True)
class KnownBy:
    """Something that the person is known by, ``value`` in full; ``row``: where it was found, empty where given."""

    attribute: str
    value: str
    row: str


@dataclass(frozen=True, slots=True)
class KeptByLaw:
    """Rows that a law keeps, and until when, ``None`` where that is not known."""

    rows: int
    law: str
    until: date | None


@dataclass(frozen=True, slots=True)
class HeldRows:
    """Rows of one collection. ``own``: they are the person; ``owned``: theirs; ``seen``: others', where they appear.

    ``goes``: after how long, by which rule, empty where none is; ``kept``: what a law keeps of them if they are erased.
    ``first``, ``last``: of the days from which retention or a hold counts, of those that are theirs.
    """

    collection: str
    own: int
    owned: int
    seen: int
    paths: Sequence[Sequence[str]]
    goes: str
    kept: Sequence[KeptByLaw]
    first: date | None
    last: date | None

    @property
    def count(self) -> int:
        """All of them."""
        return self.own + self.owned + self.seen


@dataclass(frozen=True, slots=True)
class HeldInSystem:
    """What is held in one system; ``where``: who operates it, and in which country."""

    system: str
    title: str
    where: str
    collections: Sequence[HeldRows]

    @property
    def count(self) -> int:
        """Rows in all."""
        return sum(rows.count for rows in self.collections)


@dataclass(frozen=True, slots=True)
class LikelyMatch:
    """A row that matches, and counts for nothing until somebody says so."""

    row: str
    attribute: str
    reason: str


@dataclass(frozen=True, slots=True)
class PersonReading:
    """Somebody looked at this person: who, at what, and why."""

    at: datetime
    by: str
    what: str
    reason: str


@dataclass(frozen=True, slots=True)
class PersonHeld:
    """What was found. ``unknown``: attributes of which no record has the value that was given."""

    looked_in: Sequence[str]
    identities: Sequence[KnownBy]
    places: Sequence[HeldInSystem]
    likely: Sequence[LikelyMatch]
    listed: Sequence[tuple[str, int, str]]
    unknown: Sequence[str]
    requests: Sequence[Request]
    seen: Sequence[PersonReading]
    not_looked_at: Sequence[tuple[str, NotLookedAt]] = ()

    @property
    def count(self) -> int:
        """Rows in all."""
        return sum(place.count for place in self.places)


def find(
    context: Context,
    known_by: Sequence[str],
    reason: Reason,
    *,
    confirmed: Sequence[str] = (),
    in_full: bool = False,
    despite: Despite = "",
) -> PersonHeld:
    """Look for a person who is known by all of ``known_by``; who looks, and why, is written down first.

    ``confirmed``: rows that count in this look. ``in_full``: values will be shown, which is written down as such.
    Raises `UnknownPerson`, `RestrictedPerson`, `ConnectorError`.
    """
    with open_systems_of_context(context) as systems:
        seeds = [seed for text in known_by for seed in find_seeds(systems, text)]
        given = [context.vault.tag(_TAGS, seed.attribute, seed.value) for seed in seeds]
        access_log.log_access_by_tags(context, "show in full" if in_full else "find", reason, given)
        with search_person(systems, known_by, confirmed=confirmed, despite=despite) as found:
            hers = list_certain_values(
                systems, unite_found(found)
            )  # a number that was theirs once tells of somebody else now
            tags = list(dict.fromkeys([*given, *(context.vault.tag(_TAGS, *value) for value in hers)]))
            more = [tag for tag in tags if tag not in given]
            access_log.log_access_by_tags(context, "show in full" if in_full else "find", reason, more)
            places = list(_places(systems, found, _kept(systems, known_by, confirmed, despite)))
            return PersonHeld(
                looked_in=[systems.policy.systems[name].title for name in found.sessions],
                identities=list(_identities(found)),
                places=places,
                likely=[LikelyMatch(_row(one.ref), one.attribute, str(one.reason)) for one in found.persons.to_confirm],
                listed=[(f"{one.system}.{one.collection}", one.count, one.reason) for one in found.find_listed()],
                unknown=list(dict.fromkeys(seed.attribute for seed in found.persons.unknown)),
                requests=list(_requests(tags)),
                seen=list(_seen(context, tags)),
                not_looked_at=list(missed_by(systems, found)),
            )


def _identities(found: Search) -> Iterator[KnownBy]:
    shown = set()
    for one in found.persons.known:
        if (one.attribute, one.value) not in shown:
            shown.add((one.attribute, one.value))
            yield KnownBy(one.attribute, one.value, _row(one.source) if one.source else "")


def _places(
    systems: Systems, found: Search, kept: Mapping[tuple[str, str], Sequence[KeptByLaw]]
) -> Iterator[HeldInSystem]:
    paths: dict[tuple[str, str], list[Sequence[str]]] = {}
    spans = dict(_spans(systems, found))
    for path in found.find_paths():
        some = paths.setdefault((path.ref.system, path.ref.collection), [])
        if len(some) < SHOWN:
            some.append((*path.steps[:-1:2], path.steps[-1]))
    for name, holdings in groupby(found.find_holdings(), lambda one: one.system):
        system = systems.policy.systems[name]
        country = country_name(system.location.country) if system.location.country else ""
        where = ", ".join(filter(None, (country, system.location.operator)))
        rows = list(_collections(systems.policy, list(holdings), paths, kept, spans))
        yield HeldInSystem(name, system.title, where, rows)


def _collections(
    policy: Policy,
    holdings: Sequence[CollectionRows],
    paths: Mapping[tuple[str, str], Sequence[Sequence[str]]],
    kept: Mapping[tuple[str, str], Sequence[KeptByLaw]],
    spans: Mapping[tuple[str, str], tuple[date, date]],
) -> Iterator[HeldRows]:
    for (system, collection), group in groupby(holdings, lambda one: (one.system, one.collection)):
        counts = {one.mode: one.count for one in group}
        rule = policy.retention.get(policy.systems[system].collections[collection].retain or "")
        yield HeldRows(
            collection,
            counts.get("own", 0),
            counts.get("owned", 0),
            counts.get("touch", 0),
            paths.get((system, collection), ()),
            period_in_words(rule.period) if rule else "",
            kept.get((system, collection), ()),
            *spans.get((system, collection), (None, None)),
        )


def _spans(systems: Systems, found: Search) -> Iterator[tuple[tuple[str, str], tuple[date, date]]]:
    """Yield collection -> first and last day of the rows that are theirs, by the column from which something counts."""
    for system, session in found.sessions.items():
        days: dict[str, list[date]] = {}
        for change in systems.trace(system).changes:
            column = _counts_from(systems, system, change.collection) if change.fate in _THEIRS else None
            if column is not None:
                first = parse_day(call_system(system, session.earliest, change, column, _LONG_AGO))
                last = parse_day(call_system(system, session.latest, change, column))
                days.setdefault(change.collection, []).extend(day for day in (first, last) if day is not None)
        yield from (((system, collection), (min(some), max(some))) for collection, some in days.items() if some)


def _counts_from(systems: Systems, system: str, name: str) -> str | None:
    """Return the column from which retention, or else a hold, counts in a collection."""
    collection = systems.policy.systems[system].collections[name]
    rule = systems.policy.retention.get(collection.retain or "")
    columns = [find_start_column(rule, name)] if rule else []
    columns += [systems.policy.holds[hold].until.column for hold in collection.hold if hold in systems.policy.holds]
    return next((c for c in columns if c in systems.maps[system].bound[name].table.columns), None)


def _kept(
    systems: Systems, known_by: Sequence[str], confirmed: Sequence[str], despite: Despite
) -> Mapping[tuple[str, str], Sequence[KeptByLaw]]:
    """Return what laws would keep if the person were erased today; nothing where no plan can be made."""
    try:
        plan = plan_erase(systems, [known_by], confirmed=confirmed, despite=despite).plan
    except NotAllowed:
        return {}
    found: dict[tuple[str, str], list[KeptByLaw]] = {}
    for part in plan.systems:
        for step in part.steps:
            rows = step.count if step.fate == "kept" else step.withheld
            for law in step.laws if rows else ():
                found.setdefault((part.system, step.collection), []).append(
                    KeptByLaw(rows, law.law, date.fromisoformat(law.until) if law.until else None)
                )
    return found


def _requests(tags: Sequence[str]) -> Iterator[Request]:
    ids = Request.objects.filter(tags__tag__in=tags).values("id").distinct()
    yield from Request.objects.filter(id__in=ids).defer("sealed").order_by("-received_at")[:MOST_REQUESTS]


def _seen(context: Context, tags: Sequence[str]) -> Iterator[PersonReading]:
    names = {one.id: one.name for one in staff.list_colleagues(context, left=True)}
    last: tuple[object, ...] = ()
    for one in Reading.objects.filter(tag__in=tags).order_by("-id")[:MOST_READINGS]:
        mine = (one.at, one.staff_id, one.what, one.reason)
        if mine != last:
            yield PersonReading(one.at, names.get(one.staff_id or "", ""), one.what, one.reason)
        last = mine


_row = format_ref
