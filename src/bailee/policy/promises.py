"""``promises.yaml``: what the firm promises, and the checks that each promise is bound to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bailee.policy.places import NOWHERE, Place


@dataclass(frozen=True, slots=True)
class Bound:
    """A check that a promise is bound to, by its id. ``parameters``: scalars, or tuples of them."""

    check: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Promise:
    """What the firm promises. ``promise``: its id in the catalogue, or empty; ``says``: a short title.

    ``checks`` is empty where the catalogue's own are meant. ``not_promised``: what a reader might take it for.
    """

    name: str
    says: str
    promise: str = ""
    checks: tuple[Bound, ...] = ()
    not_promised: tuple[str, ...] = ()
    place: Place = NOWHERE
