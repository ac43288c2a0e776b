"""Whether chance explains that the values of one column are keys of a table.

Columns of small consecutive numbers are included in each other all over a database, which is why inclusion alone finds
so many references that are none (Rostin et al. 2009, *A machine learning approach to foreign key discovery*; Zhang et
al. 2010, *On multi-column foreign key discovery*, who ask whether the values could be a random draw from the keys).
Here it is asked how often a value that points elsewhere would be found all the same: as often as the number beside it
is a key. Where each number is one, being found says nothing, unless no other key of the database reaches so far.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

ENOUGH = 3
"""So many different values must be found before the finding means something."""

RARELY = 0.01
"""A finding that chance explains no more often than this is evidence."""

_TEXT = 0.05  # how often a text that is no number is taken to be a key of a table that it does not point to


@dataclass(frozen=True, slots=True)
class Measured:
    """Of ``of`` different values ``found`` are keys there, and of the numbers just below these ``beside``.

    ``among``: how many rows have them. ``beside`` is none, where they are no numbers.
    """

    found: int = 0
    of: int = 0
    beside: int | None = None
    among: int = 0

    @property
    def share(self) -> float:
        """Which part of the values is found, from 0 to 1."""
        return self.found / self.of if self.of else 0.0


class Says(Enum):
    """What values say of a reference."""

    EXCLUDED = "chance does not explain it"
    ALONE = "no other key reaches so far"
    CROWD = "small numbers that are keys of other tables as well"
    LITTLE = "too few values to tell"


def compute_chance(m: Measured, *, numbers: bool = True) -> float:
    """Return how likely as many values would be found if they pointed elsewhere, from 0 to 1.

    ``numbers``: whether they are written as numbers. A share of the numbers beside them are keys (with Laplace's rule
    of succession, so that few values never prove it), and so would be that share of values drawn without regard to this
    table; they are taken as independent.
    """
    if m.beside is None:
        return 1.0 if numbers else _TEXT**m.found
    return ((m.beside + 1) / (m.of + 2)) ** m.found


def judge_values(
    m: Measured,
    reach: tuple[int, int] | None,
    values: tuple[int, int] | None,
    others: Iterable[tuple[int, int]],
    *,
    numbers: bool,
) -> Says:
    """Return what values say of a reference to a key that reaches from ``reach[0]`` to ``reach[1]``.

    ``values``: least and greatest of those that were seen. ``others``: how far the other keys of the kind reach.
    """
    if m.found < ENOUGH:
        return Says.LITTLE
    if compute_chance(m, numbers=numbers) <= RARELY:
        return Says.EXCLUDED
    if reach is None or values is None or not _is_within(values, reach):
        return Says.CROWD
    return Says.CROWD if any(_is_within(values, other) for other in others) else Says.ALONE


def find_within(values: tuple[int, int] | None, reaches: Mapping[tuple[str, str], tuple[int, int]]) -> tuple[str, ...]:
    """Return the tables whose keys reach over all of ``values``, in order."""
    return tuple(sorted(table for (table, _), reach in reaches.items() if values and _is_within(values, reach)))


def _is_within(values: tuple[int, int], reach: tuple[int, int]) -> bool:
    return reach[0] <= values[0] and values[1] <= reach[1]
