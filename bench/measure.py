"""Two ways of one piece of work, by turns in one run."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import Literal, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Turn:
    """What one side did: ``seconds``, ``rows`` and ``statements``."""

    seconds: float
    rows: int
    statements: int


@dataclass(frozen=True, slots=True)
class Case:
    """One comparison. ``ours`` and ``hand`` are medians of seconds; ``ratio`` is what ``goal`` bounds."""

    name: str
    ratio: float
    goal: float | None
    better: Literal["lower", "higher"]
    rows: int = 0
    ours: float = 0.0
    hand: float = 0.0
    statements: tuple[int, int] = (0, 0)
    repeats: int = 1
    unit: str = ""

    @property
    def is_met(self) -> bool:
        """Whether the goal is reached; true where there is none."""
        if self.goal is None:
            return True
        return self.ratio <= self.goal if self.better == "lower" else self.ratio >= self.goal


def compare(
    name: str,
    goal: float | None,
    better: Literal["lower", "higher"],
    ours: Callable[[T], Turn],
    hand: Callable[[T], Turn],
    work: Iterable[tuple[T, T]],
) -> Case:
    """Give each pair of ``work`` to both sides, ours first at every other turn; both must touch as many rows.

    ``better`` lower: the ratio of times; higher: the ratio of rows a second.
    """
    mine: list[Turn] = []
    theirs: list[Turn] = []
    gc.collect()
    for number, (one, other) in enumerate(work):
        turns = [(mine, ours, one), (theirs, hand, other)]
        for kept, do, what in turns if number % 2 else turns[::-1]:
            kept.append(do(what))
    if better == "lower" and any(a.rows != b.rows for a, b in zip(mine, theirs, strict=True)):
        raise AssertionError(f"{name}: the two sides touched different rows")
    own, by_hand = median(t.seconds for t in mine), median(t.seconds for t in theirs)
    if better == "lower":
        ratio = own / by_hand
    else:
        ratio = median(t.rows / t.seconds for t in mine) / median(t.rows / t.seconds for t in theirs)
    statements = (mine[-1].statements, theirs[-1].statements)
    return Case(name, ratio, goal, better, mine[-1].rows, own, by_hand, statements, len(mine))


def timed(do: Callable[[], int], executed: Callable[[], int]) -> Turn:
    """Return what ``do`` took; ``executed`` counts its side's statements so far."""
    before, start = executed(), perf_counter()
    rows = do()
    return Turn(perf_counter() - start, rows, executed() - before)
