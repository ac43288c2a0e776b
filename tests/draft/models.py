"""The bench's schemas modelled on well-known applications: built, connected and judged; every guess counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.draft.large import Large
from tests.draft.reading import read
from tests.draft.running import REGIMES, Servers, accept, connect
from tests.draft.schemas.answers import foreign_keys, load, strange_names
from tests.draft.schemas.filling import build
from tests.draft.scoring import QUESTIONS, Score, score

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
    wrong = accept(answers.name, file.parent.parent, LIKELY)
    return Result(
        folder.parent.name, answers.name, answers.database, len(tables.tables), round(seconds, 2), wrong, scores
    )


def table(results: Sequence[Result]) -> Iterator[str]:
    """Yield the lines of the table, in Markdown."""
    yield "| schema | database | tables | seconds | " + " | ".join(SHOWN) + " |"
    yield "|" + "---|" * (len(SHOWN) + 4)
    for kind in ("seen", "unseen"):
        chosen = [r for r in results if r.set == kind]
        for r in chosen:
            cells = [cell(r.scores[question]) for question in SHOWN]
            yield f"| {r.name} | {r.database} | {r.tables} | {r.seconds:.1f} | " + " | ".join(cells) + " |"
        if chosen:
            totals = [f"**{cell(total(chosen, question))}**" for question in SHOWN]
            yield f"| **all {kind}** | | {sum(r.tables for r in chosen)} | | " + " | ".join(totals) + " |"


def total(results: Sequence[Result], question: str) -> Score:
    """Return the score of several schemas together."""
    return sum((r.scores[question] for r in results), Score())


def cell(one: Score) -> str:
    """Return precision / recall, and how many are said and wanted."""
    shares = " / ".join("-" if share is None else f"{share:.2f}" for share in (one.precision, one.recall))
    return f"{shares} ({one.said} / {one.wanted})"


def below(results: Sequence[Result], large: Sequence[Large]) -> Iterator[str]:
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


def without_mistakes(r: Result) -> dict[str, Any]:
    """Return a result for the report, its mistakes left out."""
    return asdict(r) | {"scores": {question: _shares(one) for question, one in r.scores.items()}}


def _shares(one: Score) -> dict[str, float | int | None]:
    return {"precision": one.precision, "recall": one.recall, "said": one.said, "wanted": one.wanted}


def mistakes(results: Sequence[Result]) -> Iterator[str]:
    """Yield what is wrong and missed, by schema and question."""
    for r in results:
        yield f"\n{r.set}/{r.name}"
        for question in QUESTIONS:
            yield f"  {question}: {cell(r.scores[question])}"
            yield from (f"    {error}" for error in r.scores[question].errors)
