"""`python -m tests.oracle`: twenty thousand random cases over the three databases.

`python -m tests.oracle DIALECT FIRST COUNT` looks at other seeds, of one database.
"""

from __future__ import annotations

import os
import sys
import time
import traceback
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import get_args

from tests.oracle.cases import random_case
from tests.oracle.compare import Refused, compare
from tests.oracle.databases import Dialect
from tests.oracle.doors import SYSTEMS, Door, server_door, sqlite_door
from tests.oracle.laws import check_laws
from tests.oracle.printed import printed
from tests.servers import MARIADB, POSTGRESQL, Kind, MissingProgramError, attach, start

ALL: Sequence[tuple[Dialect, int, int]] = (
    ("mariadb", 3_000_000, 5_000),
    ("postgresql", 2_000_000, 5_500),
    ("sqlite", 1_000_000, 11_500),
)
BLOCK = 50
KINDS: Mapping[Dialect, Kind] = {"postgresql": POSTGRESQL, "mariadb": MARIADB}


@dataclass(frozen=True)
class Told:
    """What a block of cases showed: how many were used, which codes refused the others, and what was wrong."""

    used: int
    refused: Counter[str]
    wrong: Sequence[str]


def main(arguments: Sequence[str]) -> int:
    """Compare the cases, and print what differs; return 1 if something does, or a database is left out."""
    wanted = ALL if not arguments else [(_dialect(arguments[0]), int(arguments[1]), int(arguments[2]))]
    begun, wrong = time.monotonic(), 0
    used, refused = Counter[str](), Counter[str]()
    with ExitStack() as stack:
        try:
            servers = {dialect: _served(dialect, stack) for dialect, _, _ in wanted if dialect in KINDS}
        except MissingProgramError as missing:
            print(f"LEFT OUT: {missing}")
            return 1
        pool = stack.enter_context(ProcessPoolExecutor(os.cpu_count(), initializer=_open, initargs=(servers,)))
        starts = [(n - first) / count for _, first, count in wanted for n in range(first, first + count, BLOCK)]
        parts = [
            (dialect, n, min(BLOCK, first + count - n))
            for dialect, first, count in wanted
            for n in range(first, first + count, BLOCK)
        ]
        by_turns = [part for _, part in sorted(zip(starts, parts, strict=True))]  # a fault shows early on any database
        blocks = {pool.submit(_block, *part): part[0] for part in by_turns}
        for done, block in enumerate(as_completed(blocks), 1):
            told = block.result()
            used[blocks[block]] += told.used
            refused += told.refused
            wrong += len(told.wrong)
            print(*told.wrong, sep="\n", end="\n" if told.wrong else "", flush=True)
            _progress(done, len(blocks), sum(used.values()), wrong)
    print(f"\n{', '.join(f'{count:,} on {dialect}' for dialect, count in sorted(used.items()))}: ", end="")
    print(f"{wrong or 'none'} wrong, {time.monotonic() - begun:.0f} s; maps refused: {dict(refused)}")
    return 1 if wrong else 0


def _dialect(name: str) -> Dialect:
    """Return the database that is called ``name``; raise ValueError where there is none."""
    return get_args(Dialect)[get_args(Dialect).index(name)]  # type: ignore[no-any-return] # one of its names


def _progress(done: int, blocks: int, cases: int, wrong: int) -> None:
    """Print one line over and over on a terminal, and now and then one elsewhere."""
    line = f"{100 * done // blocks:3} %  {cases:6,} cases, {wrong or 'none'} wrong"
    if sys.stdout.isatty():
        print(f"\r{line}", end="", flush=True)
    elif done % 8 == 0:
        print(line, flush=True)


def _served(dialect: Dialect, stack: ExitStack) -> Path:
    server = start(KINDS[dialect])
    stack.callback(server.stop)
    return server.place.folder


# --- in each process -----------------------------------------------------------------------------------------

_stack = ExitStack()
_doors: dict[str, Mapping[str, Door]] = {}


def _open(servers: Mapping[Dialect, Path]) -> None:
    """Open the databases of this process."""
    folder = Path(_stack.enter_context(TemporaryDirectory()))
    _doors["sqlite"] = {s: _stack.enter_context(closing(sqlite_door(folder, s))) for s in SYSTEMS}
    for dialect, place in servers.items():
        server = attach(KINDS[dialect], place)
        names = {s: f"oracle_{os.getpid()}_{s}" for s in SYSTEMS}
        _doors[dialect] = {s: _stack.enter_context(server_door(server, n, dialect)) for s, n in names.items()}


def _block(dialect: Dialect, first: int, count: int) -> Told:
    refused = Counter[str]()
    wrong: list[str] = []
    for seed in range(first, first + count):
        case = random_case(seed)
        try:
            found = [*compare(case, _doors[dialect]), *check_laws(case)]
        except Refused as error:
            refused.update({problem.code for problem in error.problems} or {"circular"})
            continue
        except Exception:  # noqa: BLE001 - a case that breaks is a finding
            found = [traceback.format_exc()]
        if found:
            wrong.append("\n  ".join([f"{dialect} {seed}:", *found[:6], printed(case)]))
    return Told(count - refused.total(), refused, wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
