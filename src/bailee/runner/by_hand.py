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
class ByHand:
    """Everything of whoever is known by ``identities`` is kept through the day ``until``; ``None``: until lifted."""

    id: str
    name: str
    law: str
    until: date | None
    identities: tuple[str, ...]


def put(state: State, hold: ByHand) -> None:
    """Let ``hold`` count from now on."""
    content = {"name": hold.name, "law": hold.law, "until": hold.until, "identities": list(hold.identities)}
    state.put(SHELF, hold.id, content)


def take_away(state: State, id: str) -> None:
    """Let a hold count no more; a second time nothing happens."""
    state.remove(SHELF, id)


def standing(state: State, today: date) -> Iterator[ByHand]:
    """Yield the holds that stand on ``today``."""
    for id in state.names(SHELF):
        content = state.get(SHELF, id)
        if content is not None and (content["until"] is None or content["until"] >= today):
            yield ByHand(id, content["name"], content["law"], content["until"], tuple(content["identities"]))
