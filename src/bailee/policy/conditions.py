"""What ``when`` and its kin say, parsed into predicates.

Two spellings: a sentence (``kind = 'direct' and deleted_at is null``), and the short mapping
``{kind: direct, deleted_at: null}``, which means that every named cell equals its value.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

from pydantic import Tag

from bailee.policy.kinds import BY_KIND, Columns, Plain, TaggedText
from bailee.policy.predicate import EXPECTED, And, Compare, ConditionError, IsNull, Predicate, Scalar
from bailee.policy.written import MadeFrom, parse_placed

if TYPE_CHECKING:
    from lark import Token

LONGEST = 1000
"""Characters in one condition: it keeps nesting far from Python's recursion limit."""


def parse_condition(text: str) -> Predicate:
    """Return the predicate that ``text`` says; raise ConditionError where it cannot be read."""
    from lark.exceptions import UnexpectedCharacters, UnexpectedToken  # start-up: 43 ms

    from bailee.policy.condition_grammar import grammar  # lark takes time that few commands need

    if len(text) > LONGEST:
        raise ConditionError(f"is longer than {LONGEST} characters", "say it in a column of a view instead")
    try:
        result: Any = grammar().parse(text)
    except UnexpectedCharacters as error:
        at: Any = error.pos_in_stream  # an int, which lark does not say
        raise ConditionError(f'cannot be read at "{text[at : at + 1]}"', offset=at) from None
    except UnexpectedToken as error:
        raise _explain_token(text, error.token) from None
    predicate: Predicate = result
    return predicate


def compare_cells(cells: Mapping[str, Scalar]) -> Predicate:
    """Return the predicate of the short mapping: every cell equals its value, ``None`` meaning empty."""
    parts = tuple(
        IsNull(column)
        if value is None
        else Compare(column, "=", Decimal(repr(value)) if isinstance(value, float) else value)
        for column, value in cells.items()
    )
    return parts[0] if len(parts) == 1 else And(parts)


def _make_condition(given: str | Mapping[str, Scalar], written: Any) -> Predicate | None:
    if isinstance(given, str):
        return parse_placed(written, "P106", lambda: parse_condition(given), None)
    return compare_cells(given)


WrittenCondition: TypeAlias = Annotated[
    Predicate | None,
    MadeFrom(Annotated[TaggedText | Annotated[Columns[Plain], Tag("a mapping")], BY_KIND], _make_condition),
]


def _explain_token(text: str, token: Token) -> ConditionError:
    if token.type == "$END":
        return ConditionError("ends too early", offset=len(text))
    offset = token.start_pos or 0
    word = str(token)
    if word.lower() == "null":
        return ConditionError("compares with null", "an empty cell is found with is null, or is not null", offset)
    return ConditionError(f'cannot be read at "{word}"', EXPECTED, offset)
