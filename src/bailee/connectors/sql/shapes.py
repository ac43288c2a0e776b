"""How what has been fixed is materialised while a statement is written, and the statement's parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from bailee.policy.predicate import Scalar
from bailee.trace.set_names import SetName
from bailee.trace.sets import Spells


class Materialisation(NamedTuple):  # of which many are hashed for each statement
    """How the rows of a fixed set, or the spellings of a mention, are materialised.

    ``kind``: ``none``, a ``list`` of ``size`` parameters (sizes are rounded up, so that texts stay few), an ``array`` a
    column, or a temporary ``table``. ``bounded``: some spelling was valid for a time only.
    """

    kind: Literal["none", "list", "array", "table"]
    size: int = 0
    table: str = ""
    bounded: bool = False


NONE, ONE = Materialisation("none"), Materialisation("list", 1)


@dataclass(frozen=True, slots=True)
class Bind:
    """One parameter: a constant, or the ``column`` (in a list, at a ``place``) of what is materialised as ``name``."""

    constant: Scalar = None
    name: str | SetName | Spells | None = None
    column: str = ""
    place: int | None = None


@dataclass(frozen=True, slots=True)
class Sql:
    """A text and its parameters, in order."""

    text: str
    binds: tuple[Bind, ...]


Shapes = Mapping["SetName | Spells", Materialisation]
