"""Holds placed by hand, as every command finds them without the books: sealed, each with whom it is about.

The holds themselves are rows of the books; placing one puts it here, too, and lifting it takes it away.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from bailee.store.sealed_store import HOLDS, Store


@dataclass(frozen=True, slots=True)
class HeldByHand:
    """A hold on everything of one person, as for litigation, through the day ``until``; ``None``: until it is lifted.

    ``seeds``: what the person is known by, as somebody would write it. ``name`` and ``law`` are shown in plans.
    """

    name: str
    law: str
    until: date | None
    seeds: tuple[str, ...]


def put_hold(store: Store, id: str, hold: HeldByHand) -> None:
    """Let ``hold`` count from now on, under ``id``."""
    content = {"name": hold.name, "law": hold.law, "until": hold.until, "seeds": list(hold.seeds)}
    store.put(HOLDS, id, content)


def remove_hold(store: Store, id: str) -> None:
    """Let a hold count no more; a second time nothing happens."""
    store.remove(HOLDS, id)


def list_current_holds(store: Store, today: date) -> Iterator[HeldByHand]:
    """Yield the holds that stand on ``today``."""
    for _, content in store.all(HOLDS):
        if content["until"] is None or content["until"] >= today:
            yield HeldByHand(content["name"], content["law"], content["until"], tuple(content["seeds"]))


class CurrentHolds(Sequence[HeldByHand]):
    """The holds that stand on ``today``, read once, and not before somebody asks: who is alone meets the newest."""

    def __init__(self, store: Store, today: date) -> None:
        """Read nothing yet."""
        self._state, self._today = store, today

    @cached_property
    def _standing(self) -> tuple[HeldByHand, ...]:
        return tuple(list_current_holds(self._state, self._today))

    def __len__(self) -> int:
        return len(self._standing)

    def __getitem__(self, index: Any) -> Any:
        return self._standing[index]
