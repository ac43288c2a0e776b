"""The kinds of values in a file of the policy: what a text may look like, and what messages call each kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, TypeAlias, TypeVar

from pydantic import BeforeValidator, Discriminator, Field, Strict, Tag
from pydantic_core import PydanticCustomError

from bailee.policy.placed import PlacedList, PlacedMapping, PlacedText

T = TypeVar("T")

KINDS: Mapping[type, str] = {
    PlacedText: "text",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    PlacedList: "a list",
    PlacedMapping: "a mapping",
    type(None): "nothing",
}
"""What messages call the kinds of YAML values; unions are told apart by these."""

BY_KIND = Discriminator(lambda value: KINDS[type(value)])


def refuse_nothing(value: object) -> object:
    """Return ``value``; raise where a key is left empty."""
    if value is None:
        raise PydanticCustomError("left_empty", "is empty")
    return value


Maybe: TypeAlias = Annotated[T | None, BeforeValidator(refuse_nothing)]
"""A key that may be left out, but not left empty."""

WRITTEN = r"\S"
NAME = r"^[A-Za-z_][A-Za-z0-9_-]*$"
TABLE = r"^[^.\s][^.]*(\.[^.]+)?$"
COUNTRY = r"^[A-Z]{2}$"
AREA = r"^([A-Z]{2}|EEA)$"
DAY = r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
DIVISION = r"^(england-and-wales|scotland|northern-ireland|[a-z]{2})$"
CHECK = r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$"
MONTH_AND_DAY = r"^((0[1-9]|1[0-2])-(0[1-9]|[12][0-9])|(0[13-9]|1[0-2])-30|(0[13578]|1[02])-31)$"

PATTERNS: Mapping[str, tuple[str, str]] = {
    WRITTEN: ("is blank", "say something, or remove the key"),
    NAME: ("is not a name", "use letters, digits, _ and -, and begin with a letter"),
    TABLE: ("is not a table", "write table, or schema.table"),
    COUNTRY: ("is not a country", "write two capital letters, such as GB"),
    AREA: ("is not a country or an area", "write two capital letters, such as GB, or EEA, EU, UK"),
    DAY: ("is not a date", "write year, month and day, such as 2026-12-31"),
    DIVISION: ("is not a division", "write england-and-wales, scotland or northern-ireland, or a country such as ie"),
    CHECK: ("is not the id of a check", "write one of the catalogue, such as retention.ceiling"),
    MONTH_AND_DAY: ("is not a day of the year", "write month and day, such as 12-31"),
}
"""Pattern -> what messages say of a text that does not match, and what to do."""

Text: TypeAlias = Annotated[str, Field(pattern=WRITTEN)]
Name: TypeAlias = Annotated[str, Field(pattern=NAME)]
Whole: TypeAlias = Annotated[int, Strict()]
Truth: TypeAlias = Annotated[bool, Strict()]
Columns: TypeAlias = Mapping[Text, T]
"""Column -> what is said of it."""

TaggedText: TypeAlias = Annotated[Text, Tag("text")]
TaggedAnyText: TypeAlias = Annotated[str, Tag("text")]
TaggedTruth: TypeAlias = Annotated[Truth, Tag("true or false")]
TaggedWhole: TypeAlias = Annotated[Whole, Tag("a whole number")]
TaggedNumber: TypeAlias = Annotated[float, Tag("a number")]
TaggedNothing: TypeAlias = Annotated[None, Tag("nothing")]

Plain: TypeAlias = Annotated[TaggedAnyText | TaggedTruth | TaggedWhole | TaggedNumber | TaggedNothing, BY_KIND]
"""A value of one cell."""
