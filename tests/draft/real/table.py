"""What the bench says of real applications: a table, how far confidence can be trusted, and the goals missed."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

from tests.draft.real.measure import ACCEPT, Measured
from tests.draft.scoring import Score

SETS = {"real": "seen", "learnt": "held back once, and learnt from since", "held": "held back"}
PRECISION, PEOPLE = 0.95, 0.95
SHOWN, TAKEN = 0.8, 0.6
CALIBRATED, ENOUGH = 0.05, 40  # a bin with fewer guesses says nothing of a share
BINS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.01)
EDGES = ("edges with", "edges without", "edges shown with", "edges shown without")


def table(measured: Sequence[Measured]) -> Iterator[str]:
    """Yield the lines of the table, in Markdown."""
    yield (
        "| application | database | tables | foreign keys | people | identities | owner edges | edges found, with a key"
        " | edges found, without | edges that take another's rows |"
    )
    yield "|" + "---|" * 10
    for kind, title in SETS.items():
        chosen = [one for one in measured if one.set == kind]
        yield from (_line(one.about, one.database, str(one.tables), str(one.keys), [one]) for one in chosen)
        if chosen:
            tables, keys = sum(one.tables for one in chosen), sum(one.keys for one in chosen)
            yield _line(f"**all {title}**", "", str(tables), str(keys), chosen)


def _line(name: str, database: str, tables: str, keys: str, chosen: Sequence[Measured]) -> str:
    edges = total(chosen, "edges with") + total(chosen, "edges without")
    found = [
        f"{_share(total(chosen, f'edges shown {k}').recall)} / {_share(total(chosen, f'edges {k}').recall)}"
        f" ({total(chosen, f'edges {k}').wanted})"
        for k in ("with", "without")
    ]
    people, identity = total(chosen, "people"), total(chosen, "identity")
    cells = [
        *(name, database, tables, keys),
        f"{_share(people.precision)} / {_share(people.recall)} ({people.said} / {people.wanted})",
        f"{_share(identity.precision)} ({identity.said})",
        f"{_share(edges.precision)} ({edges.said})",
        *found,
        str(sum(len(one.taken) for one in chosen)),
    ]
    return "| " + " | ".join(cells) + " |"


def _share(share: float | None) -> str:
    return "-" if share is None else f"{share:.2f}"


def total(measured: Iterable[Measured], question: str) -> Score:
    """Return the score of several applications together."""
    return sum((one.scores[question] for one in measured), Score())


def calibration(measured: Sequence[Measured]) -> Iterator[str]:
    """Yield a table: of guesses at a confidence, how many there are and what share is right."""
    yield "| confidence | guesses | said on average | right |"
    yield "|---|---|---|---|"
    for low, high, said, right, count in bins(measured):
        yield f"| {low:.2f} to {min(high, 1.0):.2f} | {count} | {said:.2f} | {right:.2f} |"


def bins(measured: Sequence[Measured]) -> Iterator[tuple[float, float, float, float, int]]:
    """Yield (from, to, mean confidence, share right, number) of each bin that has a guess."""
    guesses = [guess for one in measured for guess in one.calibration]
    for low, high in itertools.pairwise(BINS):
        inside = [guess for guess in guesses if low <= guess[0] < high]
        if inside:
            said = sum(sure for sure, _ in inside) / len(inside)
            yield low, high, said, sum(right for _, right in inside) / len(inside), len(inside)


def below(measured: Sequence[Measured]) -> Iterator[str]:
    """Yield each goal that is missed, on the seen and on the held-back applications apart."""
    for kind, title in SETS.items():
        chosen = [one for one in measured if one.set == kind]
        yield from (f"{title}: {missed}" for missed in _missed(chosen) if chosen)
    for one in measured:
        if one.errors:
            yield f"{one.name}: {one.errors} mistakes in the map when guesses are taken over"


def _missed(chosen: Sequence[Measured]) -> Iterator[str]:
    edges = total(chosen, "edges with") + total(chosen, "edges without")
    for name, share, least in (
        ("precision of owner edges", edges.precision, PRECISION),
        ("precision of identities", total(chosen, "identity").precision, PRECISION),
        ("precision of people", total(chosen, "people").precision, PEOPLE),
        ("recall of people", total(chosen, "people").recall, PEOPLE),
        *((f"recall of {q} a foreign key", total(chosen, q).recall, SHOWN if "shown" in q else TAKEN) for q in EDGES),
    ):
        if share is not None and share < least:
            yield f"{name} is {share:.2f}, {least} is asked"
    if taking := sum(len(one.taken) for one in chosen):
        yield f"{taking} edges taken over at {ACCEPT} make another person's rows somebody's, none may"
    for low, high, said, right, count in bins(chosen):
        if count >= ENOUGH and abs(said - right) > CALIBRATED:
            yield f"of {count} guesses at {low:.2f} to {min(high, 1.0):.2f}, {right:.2f} are right, not {said:.2f}"


def mistakes(measured: Sequence[Measured]) -> Iterator[str]:
    """Yield what is wrong and missed, by application and question."""
    for one in measured:
        yield f"\n{SETS[one.set]}: {one.name}"
        yield from (f"  takes another's rows: {text}" for text in one.taken)
        for question, score in one.scores.items():
            yield f"  {question}: {_share(score.precision)} / {_share(score.recall)} ({score.said} / {score.wanted})"
            yield from (f"    {error}" for error in score.errors)


def for_report(one: Measured) -> dict[str, Any]:
    """Return a result without the mistakes that it names: of what is held back nothing else may be seen."""
    scores = {
        q: {"precision": s.precision, "recall": s.recall, "said": s.said, "wanted": s.wanted}
        for q, s in one.scores.items()
    }
    return asdict(one) | {"scores": scores, "taken": len(one.taken)}
