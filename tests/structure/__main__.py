"""`python -m tests.structure [--all | --brief | --hold]`: print how the source is put together, and hold it there.

The status is 1 where a number has risen, or fell and is not written down. ``--all``: with everything that is counted;
``--brief``: what is wrong alone; ``--hold``: write today's numbers down.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tests.structure.measure import Measure, measure
from tests.structure.order import ORDER
from tests.structure.ratchet import fallen, held, hold, risen

SOURCE = Path(__file__).parents[2] / "src" / "bailee"
SHOWN = 5
"""How many of what is counted are shown of each, unless all are asked for."""


def main(options: Sequence[str]) -> int:
    """Print what the options ask for; return 1 where a number has risen, or fell and is not written down."""
    measures = measure(SOURCE, ORDER)
    if "--hold" in options:
        hold(measures)
    numbers = held()
    if "--brief" not in options:
        print("\n".join(table(measures, numbers)))
        shown = None if "--all" in options else SHOWN
        print("\n".join(line for each in measures for line in details(each, shown)))
    wrong = list(problems(measures, numbers))
    print("\n".join(wrong), end="\n" if wrong else "", file=sys.stderr)
    return 1 if wrong else 0


def table(measures: Sequence[Measure], numbers: Mapping[str, int]) -> Iterator[str]:
    """Yield the lines of the table: each number, what is written down, and what it is to be."""
    width = max(len(each.said) for each in measures)
    yield f"{'':{width}}  {'now':>5}  {'held':>5}  {'goal':>5}"
    for each in measures:
        unit = "%" if each.is_share else " "
        values = [each.number, numbers.get(each.name, 0), each.goal]
        told = values if each.is_held else values[:1]
        yield f"{each.said:{width}}" + "".join(f"  {value:>4}{unit}" for value in told).rstrip()


def details(measure: Measure, shown: int | None) -> Iterator[str]:
    """Yield what ``measure`` counts, at most ``shown`` lines of it, where it is not yet what it is to be."""
    if measure.number <= measure.goal or (shown is not None and not measure.is_held):
        return
    yield ""
    yield f"{measure.said}:"
    yield from (f"  {line}" for line in measure.found[:shown])
    if shown is not None and len(measure.found) > shown:
        yield f"  and {len(measure.found) - shown} more: make structure ALL=1"


def problems(measures: Sequence[Measure], numbers: Mapping[str, int]) -> Iterator[str]:
    """Yield a sentence for each number that is not what is written down, and what to do about it."""
    for each in risen(measures, numbers):
        yield f"{each.said}: {each.number}, and {numbers.get(each.name, 0)} are held"
        yield "  hint: see which there are: make structure ALL=1"
    better = fallen(measures, numbers)
    for each in better:
        yield f"{each.said}: {each.number}, and {numbers[each.name]} are held still"
    if better:
        yield "  hint: hold what was reached: make structure HOLD=1, and commit tests/structure/held.json"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
