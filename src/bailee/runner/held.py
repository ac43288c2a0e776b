"""Holds placed by hand, as every command finds them without the books: sealed, each with whom it is about.

The holds themselves are rows of the books; placing one puts it here, too, and lifting it takes it away.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from bailee.runner.state import State

SHELF = "holds"


@dataclass(frozen=True, slots=True)
class HeldByHand:
    """A hold on everything of one person, as for litigation, through the day ``until``; ``None``: until it is lifted.

    ``seeds``: what the person is known by, as somebody would write it. ``name`` and ``law`` are shown in plans.
    """

    name: str
    law: str
    until: date | None
    seeds: tuple[str, ...]


def put(state: State, id: str, hold: HeldByHand) -> None:
    """Let ``hold`` count from now on, under ``id``."""
    content = {"name": hold.name, "law": hold.law, "until": hold.until, "seeds": list(hold.seeds)}
    state.put(SHELF, id, content)


def take_away(state: State, id: str) -> None:
    """Let a hold count no more; a second time nothing happens."""
    state.remove(SHELF, id)


def standing(state: State, today: date) -> Iterator[HeldByHand]:
    """Yield the holds that stand on ``today``."""
    for _, content in state.all(SHELF):
        if content["until"] is None or content["until"] >= today:
            yield HeldByHand(content["name"], content["law"], content["until"], tuple(content["seeds"]))
