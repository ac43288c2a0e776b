"""The cases: each by Bailee and by hand, by turns, on the same database."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from bailee.engine.retention import CHUNK
from bailee.engine.systems import Systems, open_systems
from bench.archive import ARCHIVE_TODAY, ARCHIVE_WHOLLY_DUE, make_archive, partitions
from bench.by_hand import Hand, by_hand
from bench.data import CALLS_SPAN, FIRST_CALL, email
from bench.databases import BUILD, OPEN, Database, settle
from bench.measure import Case, Turn, compare, timed
from bench.ours import Ours, by_bailee, retaining

NOW = datetime(2026, 1, 1, tzinfo=UTC)
MANY = 1_000  # people in one plan
KEPT_YEARS = 6  # as retention.yaml says


@contextmanager
def systems_on(database: Database, policy: str = "policy") -> Iterator[Systems]:
    """Yield the bench's policy, opened on ``database``."""
    folder = BUILD / policy
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(Path(__file__).parent / policy, folder)
    os.environ["BAILEE_BENCH_URL"] = database.url
    with open_systems(folder, now=NOW) as systems:
        yield systems


def all_cases(dialects: Sequence[str]) -> Iterator[Case]:
    """Yield the cases on each of ``dialects``, as they are measured."""
    for dialect in dialects:
        opened: AbstractContextManager[Database] = OPEN[dialect]()
        with opened as database, systems_on(database) as systems:
            hand = by_hand(database.dialect, database.url)
            yield from _reading(database, systems, hand)
            yield _copy_memory(database)
            yield from _erasing(database, systems, hand)
        with OPEN[dialect]() as database, systems_on(database) as systems:
            yield _retention(database, systems, by_hand(database.dialect, database.url))
            if database.dialect == "postgresql":
                yield _partitions(database)


# --- reading -------------------------------------------------------------------------------------------------


def _reading(database: Database, systems: Systems, hand: Hand) -> Iterator[Case]:
    with by_bailee(systems, write=False) as ours:

        def mine(emails: list[str]) -> Turn:
            return timed(lambda: ours.read(emails), lambda: ours.executed)

        def one_by_hand(emails: list[str]) -> Turn:
            return timed(lambda: hand.read_one(emails[0]), lambda: hand.executed)

        def many_by_hand(emails: list[str]) -> Turn:
            return timed(lambda: hand.read_many(emails), lambda: hand.executed)

        name = database.dialect
        few = _twice([[email(n)] for n in range(100, 130)], 10)
        yield compare(f"{name}: find and read a person of 87 rows", 1.5, "lower", mine, one_by_hand, few)
        large = _twice([[email(n)] for n in database.shape.large_ids[:5]], 5)
        yield compare(f"{name}: find and read a person of 20,087 rows", 1.2, "lower", mine, one_by_hand, large)
        people = _twice([[email(n) for n in range(1_000, 1_000 + MANY)]], 7)
        yield compare(f"{name}: find and read 1,000 people, rows a second", 0.8, "higher", mine, many_by_hand, people)


def _twice(work: list[list[str]], rounds: int) -> list[tuple[list[str], list[str]]]:
    """Return the same work for both sides, all of it once a round: after the first everything is in memory."""
    return [(one, one) for _ in range(rounds) for one in work]


# --- erasing -------------------------------------------------------------------------------------------------


def _erasing(database: Database, systems: Systems, hand: Hand) -> Iterator[Case]:
    with by_bailee(systems, write=True) as ours:

        def mine(emails: list[str]) -> Turn:
            return timed(lambda: ours.erase(emails), lambda: ours.executed)

        def one_by_hand(emails: list[str]) -> Turn:
            return timed(lambda: hand.erase_one(emails[0]), lambda: hand.executed)

        def many_by_hand(emails: list[str]) -> Turn:
            return timed(lambda: hand.erase_many(emails), lambda: hand.executed)

        def settled(side: Callable[[list[str]], Turn]) -> Callable[[list[str]], Turn]:
            """Return ``side``, which begins when the server has done with the many rows that the other has deleted."""

            def begin(emails: list[str]) -> Turn:
                settle(database)
                return side(emails)

            return begin

        name = database.dialect
        few = fresh(ours, hand, [[email(n)] for n in range(1, 201)])
        yield compare(f"{name}: erase a person of 87 rows", 1.5, "lower", mine, one_by_hand, few)
        large = fresh(ours, hand, [[email(n)] for n in database.shape.large_ids])
        yield compare(
            f"{name}: erase a person of 20,087 rows", 1.3, "lower", settled(mine), settled(one_by_hand), large
        )
        groups = min(8, (database.shape.customers - 200) // MANY)
        people = [[email(n) for n in range(201 + g * MANY, 201 + (g + 1) * MANY)] for g in range(groups)]
        work = fresh(ours, hand, people)
        yield compare(
            f"{name}: erase 1,000 people, rows a second", 0.8, "higher", settled(mine), settled(many_by_hand), work
        )


def fresh(ours: Ours, hand: Hand, work: list[list[str]]) -> Iterator[tuple[list[str], list[str]]]:
    """Yield other people for each side, whose rows it has just read, as those who plan an erasure do.

    Each side reads over its own connection: SQLite's memory of pages is a connection's.
    """
    readers = Hand(hand.dialect, ours.session.connection), hand
    for pair in zip(work[::2], work[1::2], strict=False):
        for reader, emails in zip(readers, pair, strict=True):
            reader.read_many(emails)
        yield pair


# --- retention -----------------------------------------------------------------------------------------------


def _retention(database: Database, systems: Systems, hand: Hand) -> Case:
    """Delete calls, the oldest so many at a turn; some are left at the end, so that no side empties the table."""
    pairs, rows = (2, 1_000_000) if database.dialect == "postgresql" else (4, database.shape.all_calls // 9)
    cuts = [FIRST_CALL + CALLS_SPAN * (turn * rows / database.shape.all_calls) for turn in range(1, 2 * pairs + 1)]
    turns = [(cuts[n], cuts[n + 1]) if n // 2 % 2 else (cuts[n + 1], cuts[n]) for n in range(0, 2 * pairs, 2)]

    def mine(cut: datetime) -> Turn:
        settle(database)
        today = cut.date().replace(year=cut.year + KEPT_YEARS)
        with retaining(systems, "calls", today) as ours:
            return timed(ours.retain, lambda: ours.executed)

    def theirs(cut: datetime) -> Turn:
        settle(database)
        moment = datetime.combine(cut.date(), datetime.min.time())
        return timed(lambda: hand.delete_calls_before(moment, CHUNK), lambda: hand.executed)

    name = f"{database.dialect}: retention of {rows:,} calls, rows a second"
    return compare(name, 0.8, "higher", mine, theirs, turns)


def _partitions(database: Database) -> Case:
    """Carry retention out on monthly partitions. The ratio is how many of those wholly due went as a whole."""
    make_archive(database.url)
    with (
        systems_on(database, "policy_partitions") as systems,
        retaining(systems, "calls", ARCHIVE_TODAY, "archive") as ours,
    ):
        mine = timed(ours.retain, lambda: ours.executed)
    gone = set(ARCHIVE_WHOLLY_DUE) - partitions(database.url)
    make_archive(database.url)
    hand = by_hand(database.dialect, database.url)
    theirs = timed(lambda: hand.drop_partitions(ARCHIVE_WHOLLY_DUE), lambda: hand.executed)
    name = f"postgresql: of {len(ARCHIVE_WHOLLY_DUE)} partitions wholly due, the share dropped as a whole"
    share, statements = len(gone) / len(ARCHIVE_WHOLLY_DUE), (mine.statements, theirs.statements)
    return Case(name, share, 1, "higher", mine.rows, mine.seconds, theirs.seconds, statements)


# --- memory --------------------------------------------------------------------------------------------------


def _copy_memory(database: Database) -> Case:
    """Write the copy of a person of 20,087 rows in a process of its own, and see what memory that takes."""
    target = BUILD / "copy"
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    argv = [
        sys.executable,
        "-m",
        "bench.memory",
        str(BUILD / "policy"),
        email(1),
        email(database.shape.people),
        str(target),
    ]
    told = json.loads(subprocess.run(argv, check=True, capture_output=True, text=True).stdout)
    shutil.rmtree(target)
    name = f"{database.dialect}: the copy of {told['rows']:,} rows, MiB of extra memory"
    return Case(name, told["extra"], 64, "lower", told["rows"], told["seconds"], unit="MiB")
