"""What must stay although it is due, or a hold has let it go: by holds placed by hand, and by restrictions.

Data that is restricted is stored and no more, and to erase is to process (Art. 4(2) and 18): so a retention rule leaves
it, and so does a plan that would take up what a hold had kept of the person. Their rows are located at each run by what
the person was known by when the restriction began, and handed to the plan as holds placed by hand are.

An erasure for which a restricted person asks herself is her will, and goes on; so does what a hold delays of it. Her
latest word counts: if she has her data restricted after it was planned, what a hold delays stays until that is lifted.
Somebody else's erasure is the right of another (Art. 18(2)), and takes what is theirs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from bailee.checks import StayingRows
from bailee.engine.cases import SealedCase, WithheldKeys
from bailee.engine.holds import PlacedHolds, find_placed_holds, find_rows_of_case, find_rows_of_persons, merge_keys
from bailee.engine.systems import Systems
from bailee.store.context import find_zone
from bailee.store.holds import HeldByHand
from bailee.store.restrictions import StoredOnly, list_restricted
from bailee.trace.closure import Seed, is_current

NAME = "restriction"
LAW = {"uk": "UK GDPR Art. 18(2)", "eu": "GDPR Art. 18(2)"}
"""By which a plan says that rows stay."""


def find_exempt(systems: Systems) -> PlacedHolds | None:
    """Return what no retention takes now: what is held by hand, and rows of persons whose data is restricted.

    ``None`` where there is no such person. Raises as `find_placed_holds` does.
    """
    persons: dict[date | None, list[StoredOnly]] = {}
    for person in list_restricted(systems.store, systems.now):
        persons.setdefault(_find_last_day(systems, person), []).append(person)
    return _add_holds(systems, {until: _find_rows(systems, mine) for until, mine in persons.items()})


def list_staying(hands: PlacedHolds) -> tuple[StayingRows, ...]:
    """Return what ``hands`` keep as checks know it: apart by law. A restriction names no seeds of its own."""
    parts: dict[tuple[Literal["hold", "restriction"], str], list[WithheldKeys]] = {}
    for hold, keys in hands.holds:
        parts.setdefault(("hold" if hold.seeds else "restriction", hold.law), []).append(keys)
    return tuple(StayingRows(by, law, merge_keys(mine)) for (by, law), mine in parts.items())


def find_exempt_of_cases(systems: Systems, waiting: Iterable[tuple[SealedCase, date | None]]) -> PlacedHolds | None:
    """Return what is held by hand, and what is there of the persons of cases that are ``waiting``, each until a day."""
    parts: dict[date | None, list[WithheldKeys]] = {}
    for case, until in waiting:
        parts.setdefault(until, []).append(find_rows_of_case(systems, case))
    return _add_holds(systems, {until: merge_keys(mine) for until, mine in parts.items()})


def find_waiting_cases(
    systems: Systems, kept: Iterable[SealedCase], persons: Collection[StoredOnly]
) -> Iterator[tuple[SealedCase, date | None]]:
    """Yield those of the ``kept`` cases that a restriction delays, and the last day of it, where that is known.

    ``persons``: those whose data is restricted, but for those who are erased now: on what ground is settled before they
    are looked for.
    """
    for case in kept if persons else ():
        days = [_find_last_day(systems, p) for p in persons if p.meets(case.identities) and not _is_over(p, case)]
        if days:
            yield case, None if None in days else max(day for day in days if day)


def is_restricted_since(systems: Systems, case: SealedCase, moment: datetime) -> bool:
    """Whether the data of a person of ``case`` was restricted after ``moment`` (UTC, without a zone), and still is."""
    return any(
        _convert_to_utc(p.since) > moment and p.meets(case.identities)
        for p in list_restricted(systems.store, systems.now)
    )


def _is_over(person: StoredOnly, case: SealedCase) -> bool:
    """Whether the person has asked for the erasure of ``case`` herself when the restriction stood already."""
    return case.willed is not None and _convert_to_utc(person.since) <= case.willed


def _find_rows(systems: Systems, persons: Iterable[StoredOnly]) -> WithheldKeys:
    known = [replace(k, person=number) for number, person in enumerate(persons) for k in person.known]
    seeds = [Seed(k.person, k.attribute, k.value) for k in known if is_current(k, systems.now)]
    return find_rows_of_persons(systems, seeds, known, "restriction they asked for")


def _add_holds(systems: Systems, restricted: Mapping[date | None, WithheldKeys]) -> PlacedHolds | None:
    hands, law = find_placed_holds(systems), LAW[systems.policy.firm.regime]
    holds = tuple((HeldByHand(NAME, law, until, ()), keys) for until, keys in restricted.items())
    return PlacedHolds((*(hands.holds if hands else ()), *holds)) if hands or holds else None


def _find_last_day(systems: Systems, person: StoredOnly) -> date | None:
    """Return the last day of a restriction that ends, in the firm's country."""
    if person.ends is None:
        return None
    return (person.ends.astimezone(ZoneInfo(find_zone(systems.policy))) - timedelta(microseconds=1)).date()


def _convert_to_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)
