"""Fields that many shapes have: what they allow is what the description says, no more and no less."""

from __future__ import annotations

from datetime import date
from typing import Annotated, TypeAlias

from ninja import Schema
from pydantic import BeforeValidator, ConfigDict, Field, StrictBool, StringConstraints

TEXT = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
"""Text without control characters, which no database of ours takes and no person writes."""

LINE = r"^[^\x00-\x1f\x7f]*$"

REFERENCE = r"^[2-9B-DF-HJ-NP-TV-XZ]{4}-[2-9B-DF-HJ-NP-TV-XZ]{4}-[2-9B-DF-HJ-NP-TV-XZ]{4}$"

_DAY_CHARS = len("2026-06-10")


class Shape(Schema):
    """What comes in: a field that is not described is a mistake, not something to pass over."""

    model_config = ConfigDict(extra="forbid")


class View(Schema):
    """What goes out."""

    model_config = ConfigDict(from_attributes=True)


def _day(value: object) -> object:
    """Take ISO dates alone: Pydantic would take seconds since 1970, too."""
    if isinstance(value, date) or (isinstance(value, str) and len(value) == _DAY_CHARS):
        return value
    raise ValueError("not a day")


Text: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=10_000, pattern=TEXT)]
Line: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=LINE)]
Word: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.-]+$")]
Day: TypeAlias = Annotated[date, BeforeValidator(_day), Field(examples=["2026-06-10"])]
Reference: TypeAlias = Annotated[
    str, StringConstraints(pattern=REFERENCE), Field(description="Of a request", examples=["7F3K-92QD-M4XV"])
]
Id: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$"), Field(examples=["6f1c2b7d90a3e845"])]
Identity: TypeAlias = Annotated[
    str,
    StringConstraints(min_length=3, max_length=320, pattern=LINE),
    Field(
        description="An e-mail address, a telephone number, or attribute:value",
        examples=["alice.okonkwo@post.example"],
    ),
]
Row: TypeAlias = Annotated[
    str,
    StringConstraints(min_length=3, max_length=200, pattern=LINE),
    Field(description="A row, as `find` names it: system.collection:key", examples=["phones.contact:17"]),
]
Flag: TypeAlias = StrictBool
