"""How what has been fixed stands by while a statement is written, and the statement's parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from bailee.policy.predicate import Scalar
from bailee.trace.sets import Spells


class Shape(NamedTuple):  # of which many are hashed for each statement
    """How the rows of a fixed set, or the spellings of a mention, stand by.

    ``kind``: ``none``, a ``list`` of ``size`` parameters (sizes are rounded up, so that texts stay few), an ``array`` a
    column, or a temporary ``table``. ``bounded``: some spelling was valid for a time only.
    """

    kind: Literal["none", "list", "array", "table"]
    size: int = 0
    table: str = ""
    bounded: bool = False


NONE, ONE = Shape("none"), Shape("list", 1)


@dataclass(frozen=True, slots=True)
class Bind:
    """One parameter: a constant, or the ``column`` (and, in a list, the ``place``) of what stands by under ``name``."""

    constant: Scalar = None
    name: str | Spells | None = None
    column: str = ""
    place: int | None = None


@dataclass(frozen=True, slots=True)
class Sql:
    """A text and its parameters, in order."""

    text: str
    binds: tuple[Bind, ...]


Shapes = Mapping["str | Spells", Shape]
