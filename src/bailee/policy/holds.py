"""``holds.yaml``: why something must stay."""

from __future__ import annotations

from dataclasses import dataclass

from bailee.policy.dates import Until
from bailee.policy.places import NOWHERE, Place


@dataclass(frozen=True, slots=True)
class Hold:
    """Why something must stay. ``keeps``: (collection, column or ``"*"``), the names of fields being resolved.

    The collection is written ``system.collection`` where the pair holds in that system alone.
    """

    name: str
    law: str
    keeps: tuple[tuple[str, str], ...]
    until: Until
    title: str = ""
    place: Place = NOWHERE
