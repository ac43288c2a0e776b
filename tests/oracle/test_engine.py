"""The engine against the interpreter: a thousand random cases and more in every run, on all databases."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count, islice
from typing import get_args

import pytest

from tests.oracle.cases import Case, random_case
from tests.oracle.compare import Refused, compare, parts_of
from tests.oracle.conftest import Doors
from tests.oracle.databases import Dialect
from tests.oracle.laws import check_laws
from tests.oracle.printed import printed

BLOCK, ROOM = 25, 40  # seeds that a block may use: some make maps that the checker refuses
CASES = {"sqlite": 625, "postgresql": 200, "mariadb": 175}  # `make oracle` looks at twenty thousand
FIRST = {"sqlite": 0, "postgresql": 100_000, "mariadb": 200_000}
STARTS = [(dialect, start) for dialect in get_args(Dialect) for start in range(0, CASES[dialect] // BLOCK * ROOM, ROOM)]

# Cases that once were worked out wrongly, made as they were made then.
ONCE_WRONG = {
    44: "a release that nobody can be blamed for is stale",
    67: "a row that is the person's own and owned by another row of hers is copied once",
    69: "what a mask looks at is fixed before rows are read",
    105: "a seed that the person's own row carries in another spelling is known once",
    207: "the person's own elements of a list are shown wherever no mask hides the whole",
    20034: "a row that nobody owned and a hold kept goes when the hold has ended",
    20907: "a pinned row that must keep pointing refuses what it points to",
    30368: "a fixed value that a hold withheld wins over matched later too",
    101013: "a stand-in that is missing refuses",
    200563: "what an organisation owns through another row stays",
    201177: "a hold holds rows that come up again and that nobody reaches any more",
    3000346: "a time of A does not do for a where both are known, whatever the collation",
    2000609: "a time that two changes write is written by one when a hold has ended",
    3000439: "the time of a change that a hold delays is written when the change is made",
    6206: "on mariadb the time of a change is written whatever the change writes first",
}


# Likewise, with natural keys and types of text that are compared in other ways.
WIDER_ONCE_WRONG = {
    1032196: "an edge from a table to itself without a foreign key joins equal bytes",
    3000095: "what a subquery gave for one spelling is not taken for another",
    1031163: "a column by which others point is not emptied when what it points to goes",
    2000998: "a pinned row that is to go along refuses while a row that stays needs the column that points on",
    1008690: "a time that sqlite spells with its microseconds is as coarse as one without",
    3002179: "what a hold withheld from one who left and from the last owner is counted once",
    3001620: "a kept row that points to itself loses the reference before it loses what it points to",
}


@pytest.mark.usefixtures("unwatched")
@pytest.mark.parametrize(("dialect", "start"), STARTS)
def test_engine_and_interpreter_leave_the_same(dialect: Dialect, start: int, doors: Doors) -> None:
    used = list(islice(_agreeing(doors, dialect, FIRST[dialect] + start), BLOCK))
    for case in used:
        broken = check_laws(case)
        assert not broken, "\n".join([printed(case), *broken])
    assert used[-1].seed < FIRST[dialect] + start + ROOM


def _agreeing(doors: Doors, dialect: Dialect, start: int) -> Iterator[Case]:
    """Yield the cases from ``start`` on that may be used, and fail where engine and interpreter differ on one."""
    for case in map(random_case, count(start)):
        try:
            found = compare(case, doors(dialect), parts_of(case))
        except Refused:
            continue
        assert not found, "\n".join([printed(case), *found])
        yield case


@pytest.mark.parametrize("dialect", get_args(Dialect))
@pytest.mark.parametrize("seed", ONCE_WRONG, ids=lambda seed: f"{seed}-{ONCE_WRONG[seed].replace(' ', '_')}")
def test_what_was_wrong_once_is_right(seed: int, dialect: Dialect, doors: Doors) -> None:
    assert not compare(random_case(seed, wider=False), doors(dialect))


@pytest.mark.parametrize("dialect", get_args(Dialect))
@pytest.mark.parametrize(
    "seed", WIDER_ONCE_WRONG, ids=lambda seed: f"{seed}-{WIDER_ONCE_WRONG[seed].replace(' ', '_')}"
)
def test_what_was_wrong_once_is_right_with_other_keys_and_texts(seed: int, dialect: Dialect, doors: Doors) -> None:
    assert not compare(random_case(seed), doors(dialect))
