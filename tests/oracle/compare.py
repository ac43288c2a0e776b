"""Engine and interpreter on the same case: they must leave the same rows, with the same values."""

from __future__ import annotations

import sys
import traceback
from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from sqlite3 import connect
from tempfile import TemporaryDirectory

from bailee.policy.problems import Problem
from bailee.trace import CircularFate
from bailee.trace.check import check
from tests.oracle import engine, interpreter
from tests.oracle import retention as plain_retention
from tests.oracle.cases import Case, random_case
from tests.oracle.databases import Dialect
from tests.oracle.laws import difference
from tests.oracle.printed import printed
from tests.oracle.world import Memory
from tests.servers import start_mariadb, start_postgresql

SYSTEMS = ("s", "t")
HARMLESS = {"T303", "T310"}  # words without effect, which random maps are full of; the rows are worked out all the same


class Refused(Exception):
    """The map of a case is one that the checker refuses."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__(", ".join(p.code for p in problems))


def problems(case: Case, g: engine.Ground) -> list[Problem]:
    """Return what the checker of maps says against the case."""
    found = [p for name in g.schemas for p in check(g.policy.systems[name], g.schemas[name], g.policy)]
    return [p for p in found if p.severity == "error" and p.code not in HARMLESS]


def compare(case: Case, urls: Mapping[str, str], dialect: Dialect) -> list[str]:
    """Return how engine and interpreter differ on ``case``; raise `Refused` where its map may not be used."""
    try:
        with engine.ground(case, urls, dialect) as g:
            found = problems(case, g)
            if found:
                raise Refused(found)
            return [*_erasure(case, g), *_retention(case, g)]
    except CircularFate:
        raise Refused([]) from None


def _erasure(case: Case, g: engine.Ground) -> list[str]:
    want = interpreter.erase(case.world, case.batch, Memory(), case.now)
    got = engine.erase(g, case.world, case.batch, engine.Past(), case.now)
    wrong = []
    if want.refused != got.refused:
        wrong.append(f"refused: {sorted(want.refused)} by the rules, {sorted(got.refused)} by the engine")
    data = g.read()
    wrong += [f"erase: {line}" for line in difference(want.data, data)]
    wrong += [f"residual: {change} {count}" for change, count in got.residual.items() if count]
    again = engine.erase(g, replace(case.world, data=data), [], got.past, case.now)
    wrong += [f"second: {line}" for line in difference(data, g.read())]
    _ = again
    return wrong


def _retention(case: Case, g: engine.Ground) -> list[str]:
    wrong = []
    for rule in case.rules:
        g.fill(case.world.data)
        engine.retain(g, case.world, rule, case.now)
        want = plain_retention.retain(case.world, case.world.policy.retention[rule], case.now)
        wrong += [f"retain {rule}: {line}" for line in difference(want.data, g.read())]
    return wrong


def databases(dialect: Dialect, folder: Path, stack: ExitStack) -> Mapping[str, str]:
    """Return an empty database of ``dialect`` for each system that a case may have."""
    if dialect == "sqlite":
        for name in SYSTEMS:
            connect(folder / f"{name}.db").close()
            (folder / f"{name}.db").touch()
        return {name: f"sqlite:///{folder / name}.db" for name in SYSTEMS}
    server = start_postgresql() if dialect == "postgresql" else start_mariadb()
    stack.callback(server.stop)
    return {name: server.create_database(name) for name in SYSTEMS}


def main(dialect: Dialect, first: int, count: int) -> int:
    """Compare ``count`` cases from the seed ``first`` on; print what differs."""
    used = bad = 0
    codes: Counter[str] = Counter()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        urls = databases(dialect, folder, stack)
        for seed in range(first, first + count):
            case = random_case(seed)
            try:
                found = compare(case, urls, dialect)
            except Refused as refused:
                codes.update({p.code for p in refused.problems})
                continue
            except Exception as error:  # noqa: BLE001 - a case that breaks is a finding
                found = [f"broke: {type(error).__name__}: {error}", traceback.format_exc()[-600:]]
            used += 1
            if found:
                bad += 1
                print(f"seed {seed}:", *found[:6], sep="\n  ")
                if bad == 1:
                    print(printed(case))
                if bad >= 8:
                    break
    print(f"{used} of {count} cases used, {bad} differ; refused: {dict(codes)}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))  # type: ignore[arg-type]
