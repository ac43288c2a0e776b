"""The systems looked over for screens: what is mapped in each, and what retention will take, month by month.

Counting is for a worker, and not for a page: what it finds is kept as a page of the books, in which are names of tables
and columns, and numbers, and nobody's data.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from bailee.checks import StayingRows
from bailee.checks.overdue_rows import (
    Keys,
    build_overdue_count,
    build_staying_count,
    is_waiting,
    list_waiting_parts,
    merge_keys,
)
from bailee.connectors.base import ConnectorError, Draftable
from bailee.engine.connect.drafts import NotConnected, inspect_map, list_tables
from bailee.engine.errors import NotAllowed
from bailee.engine.exemptions import find_exempt, list_staying
from bailee.engine.people import UnknownPerson, call_system, open_session
from bailee.engine.systems import Systems, has_capability, require_countable
from bailee.policy import Policy, PolicyError, RetentionRule
from bailee.policy.predicate import NEVER
from bailee.store.sealed_store import Store
from bailee.trace import Batch, Trace, build_retention_trace
from bailee.trace.retain import find_waiting_reasons
from bailee.trace.row_counts import SetCount
from bailee.trace.set_names import SetKind

PAGE = "survey"

MONTHS = 12
"""How many months ahead are counted, this one among them."""


@dataclass(frozen=True, slots=True)
class SurveyedTable:
    """A table as the map has it. ``rows``: the server's estimate. ``collection`` is empty where it is on no map."""

    table: str
    collection: str
    opaque: str
    named: tuple[str, ...]
    undecided: tuple[str, ...]
    rows: int | None


@dataclass(frozen=True, slots=True)
class SurveyedSystem:
    """A system that was looked over; ``problem``: why it could not be, else empty. ``guesses`` wait for a word."""

    tables: tuple[SurveyedTable, ...] = ()
    guesses: int = 0
    problem: str = ""


@dataclass(frozen=True, slots=True)
class DueRows:
    """What a rule takes of one collection.

    ``now``: rows that are past their time and may go; ``held``: past it, and a law keeps them; ``waits``: past it, and
    rows that stay point to them (25), of which ``waiting_for`` says which, and how many wait for each; ``undated``:
    rows without a date to count from. ``months``: rows that come to their end in each month, ``2026-12`` -> 120; those
    that are due now are in none. ``staying``: those held by a ``hold`` placed by hand, or a ``restriction``: that, its
    law, and how many; a row may stay by both.
    """

    system: str
    collection: str
    now: int
    held: int
    undated: int
    months: Mapping[str, int]
    staying: Sequence[tuple[str, str, int]] = ()
    waits: int = 0
    waiting_for: Sequence[tuple[str, int]] = ()


@dataclass(frozen=True, slots=True)
class Survey:
    """What was found ``at`` a time in UTC. ``due`` and ``problems`` are by the name of a rule."""

    at: datetime
    systems: Mapping[str, SurveyedSystem]
    due: Mapping[str, tuple[DueRows, ...]]
    problems: Mapping[str, str]


def survey_systems(systems: Systems) -> None:
    """Look all systems over, and keep what is found. A system that cannot be looked at is kept with the reason."""
    due, problems = _survey_retention(systems)
    page = {
        "at": systems.now.isoformat(),
        "systems": describe_systems(systems.folder, systems.policy),
        "due": due,
        "problems": problems,
    }
    systems.store.keep_page(PAGE, page)


def read_survey(store: Store) -> Survey | None:
    """Return what the last survey found, ``None`` where there was none. Raises `StateError`."""
    page = store.page(PAGE)
    if not page:
        return None
    return Survey(
        datetime.fromisoformat(page["at"]),
        {name: _parse_system(one) for name, one in page["systems"].items()},
        {name: tuple(DueRows(**one) for one in several) for name, several in page["due"].items()},
        page["problems"],
    )


def survey_system_again(store: Store, folder: Path, name: str) -> None:
    """Look one system over again, since its map was changed. Raises `StateError`."""
    page = store.page(PAGE)
    if page:
        page["systems"][name] = _describe_system(folder, name)
        store.keep_page(PAGE, page)


# --- maps ----------------------------------------------------------------------------------------------------


def describe_systems(folder: Path, policy: Policy) -> dict[str, Any]:
    """Return what is mapped in each system that has tables."""
    return {
        name: _describe_system(folder, name) for name, one in policy.systems.items() if has_capability(one, Draftable)
    }


def _describe_system(folder: Path, name: str) -> dict[str, Any]:
    try:
        mapped = inspect_map(folder, name)
    except (ConnectorError, NotConnected) as error:
        return {"tables": [], "guesses": 0, "problem": error.message}
    except PolicyError as error:
        return {"tables": [], "guesses": 0, "problem": str(error.problems[0])}
    tables = [
        {
            "table": one.table,
            "collection": one.collection,
            "opaque": one.opaque,
            "named": list(one.named),
            "undecided": list(one.undecided),
            "rows": mapped.schema.tables[one.table].rows,
        }
        for one in list_tables(mapped)
    ]
    return {"tables": tables, "guesses": len(mapped.draft.guesses), "problem": ""}


def _parse_system(page: Mapping[str, Any]) -> SurveyedSystem:
    tables = tuple(
        SurveyedTable(**{**one, "named": tuple(one["named"]), "undecided": tuple(one["undecided"])})
        for one in page["tables"]
    )
    return SurveyedSystem(tables, page["guesses"], page["problem"])


# --- retention -----------------------------------------------------------------------------------------------


def _survey_retention(systems: Systems) -> tuple[dict[str, list[dict[str, Any]]], dict[str, str]]:
    """Return what is due by each rule, and of the others why that cannot be told."""
    due: dict[str, list[dict[str, Any]]] = {}
    problems: dict[str, str] = {}
    try:
        hands = find_exempt(systems)
    except (ConnectorError, NotAllowed, UnknownPerson) as error:
        return {}, dict.fromkeys(systems.policy.retention, error.message)
    for name, rule in systems.policy.retention.items():
        try:
            due[name] = [_dump_due(one) for one in _count_due(systems, rule, list_staying(hands) if hands else ())]
        except ConnectorError as error:
            problems[name] = error.message
    return due, problems


def _count_due(systems: Systems, rule: RetentionRule, stays: Sequence[StayingRows]) -> Iterator[DueRows]:
    ends = tuple(_list_month_ends(systems.now.date()))
    for system, m in systems.maps.items():
        names = [bound.name for bound in m.bound.values() if bound.collection.retain == rule.name]
        if not names:
            continue
        today = _count_by_collection(systems, system, rule, systems.now.date(), names)
        earlier, months = today, {name: dict[str, int]() for name in names}
        for end in ends:
            counts = _count_by_collection(systems, system, rule, end, names)
            for name in names:
                months[name][f"{end:%Y-%m}"] = max(0, counts[name][1] - earlier[name][1])
            earlier = counts
        trace = build_retention_trace(m, rule, systems.now.date())
        for name in names:
            goes, all_, undated = today[name]
            apart = tuple(_count_staying(systems, trace, name, stays))
            kept = merge_keys([one.keys.get(system, {}) for one in stays])
            if apart:
                goes -= _count_rows(systems, build_staying_count(trace, name, kept))
            waits, parts = _count_waiting(systems, trace, rule, name, kept)
            yield DueRows(system, name, goes, all_ - goes - waits, undated, months[name], apart, waits, parts)


def _count_waiting(
    systems: Systems, trace: Trace, rule: RetentionRule, collection: str, kept: Keys
) -> tuple[int, Sequence[tuple[str, int]]]:
    """Return how many rows are overdue and wait, and for which rows that stay: in words, and how many for each."""
    if is_waiting(trace, collection) == NEVER:
        return 0, ()
    system, counting = trace.map.system.name, build_overdue_count(trace, collection, kept)
    (row,) = call_system(system, require_countable(systems.connectors[system]).count, counting)
    past, goes, *parts = map(int, row)
    known = find_waiting_reasons(trace.map, rule, collection)
    words = (known[key][1] for key in list_waiting_parts(trace, collection).values())
    return past - goes, [(why, count) for why, count in zip(words, parts, strict=True) if count]


def _count_staying(
    systems: Systems, trace: Trace, collection: str, stays: Sequence[StayingRows]
) -> Iterator[tuple[str, str, int]]:
    """Yield by what, and by which law, how many rows stay that would go."""
    for one in stays:
        count = _count_rows(
            systems, build_staying_count(trace, collection, one.keys.get(trace.map.system.name, {}), waits=True)
        )
        if count:
            yield one.by, one.law, count


def _count_rows(systems: Systems, counting: SetCount | None) -> int:
    if counting is None:
        return 0
    system = counting.trace.map.system.name
    ((count,),) = call_system(system, require_countable(systems.connectors[system]).count, counting)
    return int(count)


def _count_by_collection(
    systems: Systems, system: str, rule: RetentionRule, day: date, names: list[str]
) -> dict[str, tuple[int, int, int]]:
    """Return of each collection how many rows go on ``day``, are past their time then, and have no date."""
    trace = build_retention_trace(systems.maps[system], rule, day)
    with open_session(systems, system, trace, write=False) as session:
        session.begin(Batch())
        found = {}
        for name in names:
            past = session.count(SetKind.DUE(name))
            goes = session.count(trace.erased[name]) if name in trace.erased else past
            undated = SetKind.UNDATED(name)  # not where the rule counts from the end of business
            found[name] = goes, past, session.count(undated) if undated in trace.sets else 0
    return found


def _list_month_ends(today: date) -> Iterator[date]:
    """Yield the last day of this month and of those that follow."""
    first = today.replace(day=1)
    for _ in range(MONTHS):
        first = (first + timedelta(days=32)).replace(day=1)
        yield first - timedelta(days=1)


def _dump_due(due: DueRows) -> dict[str, Any]:
    return {
        "system": due.system, "collection": due.collection, "now": due.now, "held": due.held, "undated": due.undated,
        "months": dict(due.months), "staying": list(due.staying),
        "waits": due.waits, "waiting_for": list(due.waiting_for),
    }  # fmt: skip
