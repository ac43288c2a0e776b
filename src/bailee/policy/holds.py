"""``holds.yaml``: why something must stay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, TypeAlias

from pydantic import Field

from bailee.policy.dates import WrittenUntil
from bailee.policy.kinds import Name, Text
from bailee.policy.places import NOWHERE, Place
from bailee.policy.written import MadeFrom, Unwritten, Written


def _split_cells(texts: tuple[str, ...], _written: object) -> tuple[tuple[str, str], ...]:
    return tuple((collection, column) for collection, _, column in (text.partition(".") for text in texts))


Cells: TypeAlias = Annotated[
    tuple[tuple[str, str], ...], MadeFrom(Annotated[tuple[Text, ...], Field(min_length=1)], _split_cells)
]
"""Written ``collection.column``; `names` resolves the names of fields."""


@dataclass(frozen=True, slots=True)
class Hold(Written):
    """Why something must stay. ``keeps``: (collection, column or ``"*"``), the names of fields being resolved.

    The collection is written ``system.collection`` where the pair holds in that system alone.
    """

    name: Unwritten[str]
    law: Text
    keeps: Cells
    until: WrittenUntil
    title: str = ""
    place: Unwritten[Place] = NOWHERE


Holds: TypeAlias = Mapping[Name, Hold]
"""``holds.yaml``: name -> hold."""
