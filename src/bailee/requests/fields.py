"""What fields of an input allow: the API's description, a form and a command say the same, no more and no less."""

from __future__ import annotations

from datetime import date
from typing import Annotated, TypeAlias

from pydantic import BeforeValidator, Field, StrictBool, StringConstraints

TEXT = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
"""Text without control characters, which no database of ours takes and no person writes."""

LINE = r"^[^\x00-\x1f\x7f]*$"

_DAY_CHARS = len("2026-06-10")


def _check_day(value: object) -> object:
    """Take ISO dates alone: Pydantic would take seconds since 1970, too."""
    if isinstance(value, date) or (isinstance(value, str) and len(value) == _DAY_CHARS):
        return value
    raise ValueError("not a day")


Text: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=10_000, pattern=TEXT)]
Note: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=1_000, pattern=TEXT)]
Sentence: TypeAlias = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1_000, pattern=LINE)
]
Line: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=LINE)]
Name: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=LINE)]
Word: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.-]+$")]
Day: TypeAlias = Annotated[date, BeforeValidator(_check_day), Field(examples=["2026-06-10"])]
Identity: TypeAlias = Annotated[
    str,
    StringConstraints(min_length=3, max_length=320, pattern=LINE),
    Field(
        description="An email address, a telephone number, or attribute:value",
        examples=["alice.okonkwo@post.example"],
    ),
]
Row: TypeAlias = Annotated[
    str,
    StringConstraints(min_length=3, max_length=200, pattern=LINE),
    Field(description="A row, as `find` names it: system.collection:key", examples=["phones.contact:17"]),
]
Flag: TypeAlias = StrictBool
