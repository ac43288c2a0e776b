"""Invented names, addresses and numbers, each handed out once.

Telephone numbers lie in the ranges that Ofcom keeps free for drama, so that none of them rings anywhere:
020 7946 0xxx, 0113/0121/0131/0161 496 0xxx, 01632 960xxx and 07700 900xxx. The cast has the numbers from 100 to 199.
E-mail addresses end in ``.example`` (RFC 2606), postcodes begin with ZZ, which no post office serves.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from bailee.demo import names

_CAST = range(100, 200)


def lines(chance: Random) -> Iterator[str]:
    """Yield the numbers that the firm allocates to its customers, E.164, in random order."""
    return _numbers(chance, "+442079460")


def mobiles(chance: Random) -> Iterator[str]:
    """Yield mobile numbers, E.164, in random order."""
    return _numbers(chance, "+447700900")


def strangers(chance: Random, count: int) -> list[str]:
    """Return ``count`` numbers, E.164, of people who are nobody's customer, fewer than 4,500."""
    prefixes = ("+441134960", "+441214960", "+441314960", "+441614960", "+441632960")
    free = [f"{prefix}{n:03}" for prefix in prefixes for n in range(1000) if n not in _CAST]
    return chance.sample(free, count)


def _numbers(chance: Random, prefix: str) -> Iterator[str]:
    free = [f"{prefix}{n:03}" for n in range(10, 1000) if n not in _CAST]  # the firm itself answers below 10
    chance.shuffle(free)
    yield from free


def names_and_emails(chance: Random) -> Iterator[tuple[str, str]]:
    """Yield full names with an e-mail address in lower case that nobody else has. The cast's families stay out."""
    taken: dict[str, int] = {}
    while True:
        given, family = chance.choice(names.GIVEN), chance.choice(names.FAMILY)
        local = f"{plain(given)}.{plain(family)}"
        taken[local] = taken.get(local, 0) + 1
        digits = "" if taken[local] == 1 else str(taken[local])
        yield f"{given} {family}", f"{local}{digits}@{chance.choice(names.MAIL_DOMAINS)}"


def postal(chance: Random) -> str:
    """Return an address in a town that is not there."""
    street, town = chance.choice(names.STREETS), chance.choice(names.PLACES)
    code = f"ZZ{chance.randrange(1, 10)} {chance.randrange(1, 10)}{chance.choice('ABDEFGHJ')}{chance.choice('LNPQRST')}"
    return f"{chance.randrange(1, 140)} {street}, {town} {code}"


def plain(text: str) -> str:
    """Return ``text`` as the local part of an e-mail address: lower case, ASCII, letters and digits only."""
    return "".join(c for c in unicodedata.normalize("NFKD", text).lower() if c.isascii() and c.isalnum())


def day_between(chance: Random, first: date, end: date) -> date:
    """Return a day from ``first`` up to but not including ``end``; ``first`` where there is none."""
    return first + timedelta(days=chance.randrange(max(1, (end - first).days)))


def moment(chance: Random, day: date) -> datetime:
    """Return a moment in the working hours of ``day``, UTC, as naive as the columns of the systems are."""
    at = time(chance.randrange(8, 19), chance.randrange(60), chance.randrange(60), tzinfo=UTC)
    return datetime.combine(day, at).replace(tzinfo=None)


def years_before(today: date, years: float) -> date:
    """Return the day ``years`` years of 365.25 days before ``today``."""
    return today - timedelta(days=round(years * 365.25))


def sometimes(chance: Random, share: float) -> bool:
    """Return true in ``share`` of all cases, a number from 0 to 1."""
    return chance.random() < share
