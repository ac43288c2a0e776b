"""Telephone lines, call records and recordings: the rows of ``ddl/phones.sql``."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from random import Random
from typing import NamedTuple

from bailee.demo import people
from bailee.demo.cast import CALLER, CONTEXT, OFFICE_ACCOUNT, PARTS, RECYCLED, CastPart
from bailee.demo.crm import Crm, DemoAccount, DemoContact
from bailee.demo.sound import tone


class Destination(NamedTuple):
    """What a minute costs, by dialling code."""

    prefix: str
    title: str
    pence_per_minute: int


class NumberHeld(NamedTuple):
    """A number and who holds it from when till when."""

    id: int
    phone_number: str
    allocated_on: date
    released_on: date | None
    holder: str
    email: str | None
    customer_number: str | None
    recording_since: date | None


class CallRecord(NamedTuple):
    """A call on one of our lines."""

    id: int
    line_id: int
    direction: str
    caller: str
    callee: str
    started_at: datetime
    seconds: int
    outcome: str
    price_pence: int


class Recording(NamedTuple):
    """Which file holds the recording of a call."""

    id: int
    call_id: int
    file_name: str
    recorded_at: datetime
    seconds: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Phones:
    """The rows of all tables, in an order in which no foreign key looks forward."""

    destination: tuple[Destination, ...]
    line: tuple[NumberHeld, ...]
    call_record: tuple[CallRecord, ...]
    recording: tuple[Recording, ...]


CALLS = 8000
DESTINATIONS = (
    Destination("+44", "United Kingdom, landlines", 2),
    Destination("+447", "United Kingdom, mobiles", 6),
    Destination("+442079460", "Our own numbers", 0),
)
_RECORDED_LINES = 8  # beside the cast's
_RECORDED_CALLS = 6  # on each of them


def fill(chance: Random, today: date, crm: Crm) -> Phones:
    """Return the rows of the call platform on ``today`` for the customers of ``crm``."""
    lines = tuple(_lines(chance, today, crm))
    calls = [*_calls_of_the_cast(chance, today, lines), *_calls_of_special_numbers(chance, today, lines)]
    calls += _ordinary_calls(chance, today, crm, lines, CALLS - len(calls))
    calls.sort(key=lambda call: (call.started_at, call.line_id))
    numbered = tuple(call._replace(id=n) for n, call in enumerate(calls, start=1))
    since = _recorded_since(chance, lines, numbered)
    return Phones(
        destination=DESTINATIONS,
        line=tuple(line._replace(recording_since=since.get(line.id)) for line in lines),
        call_record=numbered,
        recording=tuple(_recordings(numbered, since)),
    )


# --- lines -----------------------------------------------------------------------------------------------------


def _lines(chance: Random, today: date, crm: Crm) -> Iterator[NumberHeld]:
    """Yield the cast's lines, the office's, then a line for most other accounts; a few numbers are handed on."""
    by_email = {contact.email: contact for contact in crm.contact}
    parts = [part for part in PARTS if part.line]
    for line_id, part in enumerate(parts, start=1):
        contact = by_email[part.email]
        yield _line(line_id, part.line or "", contact, contact.phone_since, contact.phone_until)
    opened = people.years_before(today, next(p for p in PARTS if p.account == OFFICE_ACCOUNT).opened)
    context = len(parts) + 1
    yield NumberHeld(context, CONTEXT, opened, None, f"Front desk, {OFFICE_ACCOUNT}", None, None, None)
    yield from _made_up_lines(chance, today, crm, context + 1)


def _made_up_lines(chance: Random, today: date, crm: Crm, line_id: int) -> Iterator[NumberHeld]:
    numbers, released = people.lines(chance), list[NumberHeld]()
    cast = {part.account for part in PARTS}
    for account, contact in _first_contacts(crm):
        if account.name in cast or not people.sometimes(chance, 0.85):  # some have no line
            continue
        free = [line for line in released if line.released_on and line.released_on < account.opened_on]
        number = free[0].phone_number if free else next(numbers)
        released = [line for line in released if line.phone_number != number]
        line = _line(line_id, number, contact, account.opened_on, account.closed_on)
        if line.released_on and line.released_on < today:
            released.append(line)
        yield line
        line_id += 1


def _first_contacts(crm: Crm) -> Iterator[tuple[DemoAccount, DemoContact]]:
    first: dict[int, DemoContact] = {}
    for contact in crm.contact:
        first.setdefault(contact.account_id, contact)
    for account in crm.account:
        yield account, first[account.id]


def _line(line_id: int, number: str, contact: DemoContact, first: date, end: date | None) -> NumberHeld:
    return NumberHeld(line_id, number, first, end, contact.full_name, contact.email, contact.customer_number, None)


# --- calls -----------------------------------------------------------------------------------------------------


def _call(chance: Random, line: NumberHeld, other: str, day: date, *, inbound: bool) -> CallRecord:
    """Return a call on ``line`` with ``other``, still without its number."""
    outcome = chance.choices(("answered", "missed", "busy"), (80, 15, 5))[0]
    seconds = round(chance.expovariate(1 / 150)) + 4 if outcome == "answered" else 0
    price = 0 if inbound else _price(other) * (seconds // 60 + 1) * (outcome == "answered")
    caller, callee = (other, line.phone_number) if inbound else (line.phone_number, other)
    started_at = people.moment(chance, day)
    return CallRecord(0, line.id, "in" if inbound else "out", caller, callee, started_at, seconds, outcome, price)


def _price(number: str) -> int:
    """Return what a minute costs, in pence: the longest dialling code counts."""
    fits = [destination for destination in DESTINATIONS if number.startswith(destination.prefix)]
    return max(fits, key=lambda destination: len(destination.prefix)).pence_per_minute


def _calls_of_the_cast(chance: Random, today: date, lines: tuple[NumberHeld, ...]) -> Iterator[CallRecord]:
    """Yield the calls on the cast's own lines, over all their time."""
    others = people.strangers(chance, 60)
    for part, line in _cast_lines(lines):
        for _ in range(part.calls):
            day = people.day_between(chance, line.allocated_on, line.released_on or today)
            yield _call(chance, line, chance.choice(others), day, inbound=people.sometimes(chance, 0.5))


def _cast_lines(lines: tuple[NumberHeld, ...]) -> Iterator[tuple[CastPart, NumberHeld]]:
    by_email = {line.email: line for line in lines}
    for part in PARTS:
        if part.line:
            yield part, by_email[part.email]


def _ordinary(lines: tuple[NumberHeld, ...]) -> list[NumberHeld]:
    """Return the lines of those who are not in the cast."""
    cast = {part.email for part in PARTS}
    return [line for line in lines if line.email is not None and line.email not in cast]


def _calls_of_special_numbers(chance: Random, today: date, lines: tuple[NumberHeld, ...]) -> Iterator[CallRecord]:
    """Yield other customers' calls with the number handed on, with Alice's mobile, and from somebody unknown."""
    long_ago = people.years_before(today, 2.5)
    steady = [line for line in _ordinary(lines) if line.released_on is None and line.allocated_on < long_ago]
    mobile = PARTS[0].phone
    for number, inbound, years in (
        *((RECYCLED, False, years) for years in (2.0, 1.6, 1.0, 0.95, 0.5, 0.2)),  # his time, nobody's, her time
        *((mobile, inbound, years) for inbound in (True, False) for years in (1.9, 1.1, 0.4)),
        *((CALLER, True, years) for years in (1.8, 1.2, 0.7, 0.6, 0.1)),
    ):
        yield _call(chance, chance.choice(steady), number, people.years_before(today, years), inbound=inbound)


def _ordinary_calls(
    chance: Random, today: date, crm: Crm, lines: tuple[NumberHeld, ...], count: int
) -> Iterator[CallRecord]:
    """Yield ``count`` calls on everybody else's lines in the two years before ``today``, or before they left."""
    cast = {line.id for _, line in _cast_lines(lines)}
    own = [line for line in lines if line.id not in cast]
    strangers = people.strangers(chance, 900)
    mobiles = [contact for contact in crm.contact if contact.phone_until is None and contact.phone != CONTEXT]
    for line in chance.choices(own, [chance.uniform(1, 6) for _ in own], k=count):
        end = line.released_on or today
        day = people.day_between(chance, max(line.allocated_on, people.years_before(end, 2)), end)
        other = _other_end(chance, day, line, (strangers, mobiles, own))
        yield _call(chance, line, other, day, inbound=people.sometimes(chance, 0.45))


def _other_end(
    chance: Random, day: date, line: NumberHeld, pools: tuple[list[str], list[DemoContact], list[NumberHeld]]
) -> str:
    """Return who is at the other end on ``day``: a stranger, a customer's mobile, or another line of ours."""
    strangers, mobiles, lines = pools
    kind = chance.choices(("stranger", "mobile", "line"), (65, 20, 15))[0]
    if kind == "mobile":
        contact = chance.choice(mobiles)
        if contact.phone_since <= day:
            return contact.phone
    elif kind == "line":
        other = chance.choice(lines)
        if other.allocated_on <= day and (other.released_on is None or day < other.released_on) and other != line:
            return other.phone_number
    return chance.choice(strangers)


# --- recordings ------------------------------------------------------------------------------------------------


def _recorded_since(chance: Random, lines: tuple[NumberHeld, ...], calls: Iterable[CallRecord]) -> Mapping[int, date]:
    """Return when recording was switched on, by line: so late that only the last few calls are recorded."""
    wanted = {line.id: part.recorded for part, line in _cast_lines(lines) if part.recorded}
    wanted |= dict.fromkeys((line.id for line in chance.sample(_ordinary(lines), _RECORDED_LINES)), _RECORDED_CALLS)
    answered: dict[int, list[date]] = {line_id: [] for line_id in wanted}
    for call in calls:
        if call.line_id in wanted and call.outcome == "answered":
            answered[call.line_id].append(call.started_at.date())
    return {line_id: days[-wanted[line_id] :][0] for line_id, days in answered.items() if days}


def _recordings(calls: Iterable[CallRecord], since: Mapping[int, date]) -> Iterator[Recording]:
    """Yield a recording of each answered call on a line with recording switched on."""
    recorded = [
        call
        for call in calls
        if call.outcome == "answered" and call.line_id in since and call.started_at.date() >= since[call.line_id]
    ]
    for n, call in enumerate(recorded, start=1):
        checksum = hashlib.sha256(tone(n)).hexdigest()
        name = f"{call.started_at:%Y}/call-{call.id:06}.wav"
        yield Recording(n, call.id, name, call.started_at, call.seconds, checksum)
