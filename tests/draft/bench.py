"""`python -m tests.draft.bench`: how right `bailee connect` is about databases that nobody here made for it.

Each schema of `schemas/seen` and `schemas/unseen` is built in a private database, connected as its owner would connect
it, and the guesses are held against the right answers. Two large databases show how long it takes, and how much of a
large table is read. Prints a table, and the mistakes about seen schemas: whoever mends the drafts learns from those,
and is judged by the others, whose mistakes wait for `--reveal`. Writes build/draft-bench.json. `--sure 0.9` counts only
guesses that sure, `--write-docs` renews the table in docs/connecting.md; names of schemas choose among them.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.draft.large import Large, measure
from tests.draft.reading import read
from tests.draft.schemas.answers import foreign_keys, load, strange_names
from tests.draft.schemas.filling import build
from tests.draft.scoring import QUESTIONS, Score, score
from tests.servers import MARIADB, POSTGRESQL, Server, start

SCHEMAS = Path(__file__).parent / "schemas"
REPORT = Path("build/draft-bench.json")
DOCS = Path("docs/connecting.md")
BEGIN, END = "<!-- draft-bench begins -->", "<!-- draft-bench ends -->"
BAILEE = str(Path(sys.executable).with_name("bailee"))
KINDS = {"postgresql": POSTGRESQL, "mariadb": MARIADB}
REGIMES = {"GB": "uk", "DE": "eu"}
ASKED = 0.9
LIKELY = 0.5
SHOWN = ("people", "organisations", "identity", "edges with a foreign key", "edges without", "opaque")


@dataclass(frozen=True)
class Result:
    """One schema: ``set`` is seen or unseen; ``seconds`` of `bailee connect`; ``scores`` by question.

    ``mistakes``: what the compiler finds wrong in the map when all guesses at least `LIKELY` are taken over.
    """

    set: str
    name: str
    database: str
    tables: int
    seconds: float
    mistakes: int
    scores: Mapping[str, Score]


class Servers:
    """The private servers, each started when it is first asked for."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._started: dict[str, Server] = {}

    def empty(self, database: str, name: str, folder: Path) -> str:
        """Return the URL of an empty database."""
        if database == "sqlite":
            return f"sqlite:///{folder / name}.db"
        if database not in self._started:
            self._started[database] = start(KINDS[database])
            self._stack.callback(self._started[database].stop)
        return self._started[database].create_database(name)


def main(arguments: Sequence[str]) -> int:
    """Run what is asked for; return 1 where less is reached than is asked."""
    asked = _parser().parse_args(arguments)
    folders = [f for f in sorted(SCHEMAS.glob("*/*/")) if (f / "answers.yaml").exists()]
    if asked.schemas:
        folders = [f for f in folders if f.name in asked.schemas]
    with ExitStack() as stack:
        here = Path(stack.enter_context(TemporaryDirectory()))
        servers = Servers(stack)
        results = [judge(folder, servers, here, asked.sure) for folder in folders]
        large = [] if asked.schemas else measure(lambda name: servers.empty("postgresql", name, here), connect, here)
    table = "\n".join(_table(results, large))
    print(table)
    print("\n".join(_mistakes([r for r in results if asked.reveal or r.set == "seen"])))
    REPORT.parent.mkdir(exist_ok=True)
    told = {"schemas": [_without_mistakes(r) for r in results], "large": [asdict(one) for one in large]}
    REPORT.write_text(json.dumps(told, indent=2) + "\n")
    if asked.write_docs:
        _write_docs(table)
    below = list(_below(results, large))
    print("".join(f"\nbelow what is asked: {one}" for one in below))
    return 1 if below else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.draft.bench", description=__doc__)
    parser.add_argument("schemas", nargs="*")
    parser.add_argument("--sure", type=float, default=0.0)
    parser.add_argument("--reveal", action="store_true")
    parser.add_argument("--write-docs", action="store_true")
    return parser


def judge(folder: Path, servers: Servers, here: Path, sure: float) -> Result:
    """Build a schema, connect it, and return how right the guesses are."""
    answers = load(folder)
    url = servers.empty(answers.database, answers.name, here)
    tables = build(url, (folder / "schema.sql").read_text(), country=answers.country)
    unknown = sorted(strange_names(answers, tables))
    if unknown:
        raise ValueError(f"{folder.name}: the answers name what the schema does not have: {', '.join(unknown)}")
    keys = foreign_keys(tables)
    file, seconds = connect(answers.name, url, here, REGIMES[answers.country])
    drafted = read(file, {*keys, *answers.edges}, sure)
    scores = score(answers, drafted, keys)
    mistakes = accept(answers.name, file.parent.parent)
    return Result(
        folder.parent.name, answers.name, answers.database, len(tables.tables), round(seconds, 2), mistakes, scores
    )


def connect(name: str, url: str, here: Path, regime: str = "uk") -> tuple[Path, float]:
    """Make a policy folder, connect the database at ``url`` to it; return the system's file and the seconds."""
    policy = here / f"policy-{name}"
    _run("init", str(policy), "--regime", regime, cwd=here)
    begun = time.monotonic()
    _run("connect", name, url, cwd=policy)
    return policy / "systems" / f"{name}.yaml", time.monotonic() - begun


def accept(name: str, policy: Path) -> int:
    """Take the likely guesses over into the map; return how many mistakes (not warnings) it then has."""
    told = json.loads(_run("map", name, "--accept", str(LIKELY), "--json", cwd=policy, may_end_in=(0, 1)))
    return sum(problem["severity"] == "error" for problem in told["problems"])


def _run(*arguments: str, cwd: Path, may_end_in: Sequence[int] = (0,)) -> str:
    told = subprocess.run([BAILEE, *arguments], cwd=cwd, capture_output=True, text=True, check=False)
    if told.returncode not in may_end_in:
        raise RuntimeError(f"bailee {arguments[0]} ended with {told.returncode}:\n{told.stderr or told.stdout}")
    return told.stdout


# --- what is printed -----------------------------------------------------------------------------------------


def _table(results: Sequence[Result], large: Sequence[Large]) -> Iterator[str]:
    yield "| schema | database | tables | seconds | " + " | ".join(SHOWN) + " |"
    yield "|" + "---|" * (len(SHOWN) + 4)
    for kind in ("seen", "unseen"):
        chosen = [r for r in results if r.set == kind]
        for r in chosen:
            cells = [_cell(r.scores[question]) for question in SHOWN]
            yield f"| {r.name} | {r.database} | {r.tables} | {r.seconds:.1f} | " + " | ".join(cells) + " |"
        if chosen:
            totals = [f"**{_cell(total(chosen, question))}**" for question in SHOWN]
            yield f"| **all {kind}** | | {sum(r.tables for r in chosen)} | | " + " | ".join(totals) + " |"
    yield ""
    for one in large:
        yield f"- {one.what}: {one.seconds:.1f} s{f'; {one.read}' if one.read else ''}"


def total(results: Sequence[Result], question: str) -> Score:
    """Return the score of several schemas together."""
    return sum((r.scores[question] for r in results), Score())


def _cell(one: Score) -> str:
    shares = " / ".join("-" if share is None else f"{share:.2f}" for share in (one.precision, one.recall))
    return f"{shares} ({one.said} / {one.wanted})"


def _below(results: Sequence[Result], large: Sequence[Large]) -> Iterator[str]:
    """Yield what misses `ASKED` on the unseen schemas together, and what takes longer or reads more than it may."""
    unseen = [r for r in results if r.set == "unseen"]
    for question in ("people", "identity", "edges with a foreign key") if unseen else ():
        one = total(unseen, question)
        for name, share in (("precision", one.precision), ("recall", one.recall)):
            if share is not None and share < ASKED:
                yield f"{name} {share:.2f} of {question} on the unseen schemas, {ASKED} is asked"
    yield from (
        f"{r.name}: {r.mistakes} mistakes in the map when guesses are taken over" for r in results if r.mistakes
    )
    yield from (f"{one.what}: {one.seconds} s, {one.may_take} s are asked" for one in large if one.is_slow)
    yield from (f"{one.what}: {one.read}" for one in large if one.reads_much)


def _without_mistakes(r: Result) -> dict[str, Any]:
    return asdict(r) | {"scores": {question: _shares(one) for question, one in r.scores.items()}}


def _shares(one: Score) -> dict[str, float | int | None]:
    return {"precision": one.precision, "recall": one.recall, "said": one.said, "wanted": one.wanted}


def _mistakes(results: Sequence[Result]) -> Iterator[str]:
    for r in results:
        yield f"\n{r.set}/{r.name}"
        for question in QUESTIONS:
            yield f"  {question}: {_cell(r.scores[question])}"
            yield from (f"    {error}" for error in r.scores[question].errors)


def _write_docs(table: str) -> None:
    """Put the table between its marks; raise ValueError where they are not there."""
    before, begin, rest = DOCS.read_text().partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"{DOCS} has no place for the table: write {BEGIN} and {END} where it belongs")
    DOCS.write_text(f"{before}{BEGIN}\n\n{table}\n\n{END}{after}")


if __name__ == "__main__":
    os.environ.setdefault("NO_COLOR", "1")
    sys.exit(main(sys.argv[1:]))
