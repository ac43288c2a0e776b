"""Numbers that may only fall: lint fails where one is higher than it is written down, or lower and not written down."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from tests.structure.measure import Measure

HELD = Path(__file__).with_name("held.json")
"""Today's numbers; it is written by `make structure HOLD=1`."""


def held(path: Path = HELD) -> dict[str, int]:
    """Return the numbers that are written down."""
    numbers: dict[str, int] = json.loads(path.read_text(encoding="utf-8"))
    return numbers


def hold(measures: Iterable[Measure], path: Path = HELD) -> None:
    """Write today's numbers down."""
    numbers = {each.name: each.number for each in measures if each.is_held}
    path.write_text(json.dumps(numbers, indent=2) + "\n", encoding="utf-8")


def risen(measures: Iterable[Measure], numbers: Mapping[str, int]) -> list[Measure]:
    """Return what is worse than is written down, and worse than it is to be."""
    return [each for each in _held(measures) if each.number > max(numbers.get(each.name, 0), each.goal)]


def fallen(measures: Iterable[Measure], numbers: Mapping[str, int]) -> list[Measure]:
    """Return what is better than is written down: it is to be written down, so that it never rises again."""
    exact = (each for each in _held(measures) if not each.is_share)
    return [each for each in exact if each.number < numbers.get(each.name, 0)]


def _held(measures: Iterable[Measure]) -> Iterator[Measure]:
    return (each for each in measures if each.is_held)
