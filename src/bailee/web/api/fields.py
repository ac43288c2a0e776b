"""Fields that shapes of the API have besides those of acts (`bailee.requests.fields`), and what shapes are."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from ninja import Schema
from pydantic import ConfigDict, Field, StringConstraints

REFERENCE = r"^[2-9B-DF-HJ-NP-TV-XZ]{4}-[2-9B-DF-HJ-NP-TV-XZ]{4}-[2-9B-DF-HJ-NP-TV-XZ]{4}$"


class Shape(Schema):
    """What comes in: a field that is not described is a mistake, not something to pass over."""

    model_config = ConfigDict(extra="forbid")


class View(Schema):
    """What goes out."""

    model_config = ConfigDict(from_attributes=True)


Reference: TypeAlias = Annotated[
    str, StringConstraints(pattern=REFERENCE), Field(description="Of a request", examples=["7F3K-92QD-M4XV"])
]
Id: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$"), Field(examples=["6f1c2b7d90a3e845"])]
