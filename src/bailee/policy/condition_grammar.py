"""The grammar of conditions. Alone in its file, because importing lark takes time that few commands need."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import cache

from lark import Lark, Token, Transformer, v_args

from bailee.policy.predicate import And, Compare, ConditionError, HasBits, In, IsNull, Not, Or, Predicate, Scalar

GRAMMAR = r"""
?start: any
?any: all ("or"i all)*
?all: one ("and"i one)*
?one: "not"i one                                -> negation
    | "(" any ")"
    | column COMPARISON literal                 -> comparison
    | column "in"i "(" literal ("," literal)* ")"  -> membership
    | column "is"i "null"i                      -> empty
    | column "is"i "not"i "null"i               -> filled
    | column "has_bits"i WHOLE                  -> bits
column: NAME | QUOTED_NAME
literal: TEXT -> text
    | WHOLE -> whole
    | DECIMAL -> fraction
    | "true"i -> true
    | "false"i -> false
    | "date"i TEXT -> day
    | "timestamp"i TEXT -> moment
COMPARISON: "<=" | ">=" | "!=" | "=" | "<" | ">"
TEXT: /'(?:[^']|'')*'/ | /"(?:[^"]|"")*"/
QUOTED_NAME: /`(?:[^`]|``)+`/
NAME: /[^\W\d][\w$]*/
WHOLE: /[+-]?\d+/
DECIMAL: /[+-]?\d*\.\d+/
%ignore /\s+/
"""


@v_args(inline=True)
class _Build(Transformer[Token, Predicate]):
    """Turns what the grammar finds into predicates, from the leaves up."""

    def any(self, *parts: Predicate) -> Predicate:
        return Or(parts)

    def all(self, *parts: Predicate) -> Predicate:
        return And(parts)

    def negation(self, part: Predicate) -> Predicate:
        return Not(part)

    def comparison(self, column: str, operator: Token, value: Scalar) -> Predicate:
        return Compare(column, str(operator), value)

    def membership(self, column: str, *values: Scalar) -> Predicate:
        return In(column, values)

    def empty(self, column: str) -> Predicate:
        return IsNull(column)

    def filled(self, column: str) -> Predicate:
        return Not(IsNull(column))

    def bits(self, column: str, mask: Token) -> Predicate:
        if int(mask) < 1:
            raise ConditionError(
                "has_bits takes a mask above zero", "write the bits as one number", mask.start_pos or 0
            )
        return HasBits(column, int(mask))

    def column(self, name: Token) -> str:
        return name[1:-1].replace("``", "`") if name.startswith("`") else str(name)

    def text(self, token: Token) -> Scalar:
        return _unquoted(token)

    def whole(self, token: Token) -> Scalar:
        return int(token)

    def fraction(self, token: Token) -> Scalar:
        return Decimal(token)

    def true(self) -> Scalar:
        return True

    def false(self) -> Scalar:
        return False

    def day(self, token: Token) -> Scalar:
        return _calendar(date.fromisoformat, token, "date '2026-05-25'")

    def moment(self, token: Token) -> Scalar:
        return _calendar(datetime.fromisoformat, token, "timestamp '2026-05-25 09:00:00'")


@cache
def grammar() -> Lark:
    """Return the parser of conditions, made once."""
    return Lark(GRAMMAR, parser="lalr", transformer=_Build(), maybe_placeholders=False)


def _unquoted(token: Token) -> str:
    quote = token[0]
    return token[1:-1].replace(quote * 2, quote)


def _calendar(read: Callable[[str], date], token: Token, example: str) -> Scalar:
    try:
        value: Scalar = read(_unquoted(token))
    except ValueError:
        raise ConditionError("names a date that does not exist", f"write {example}", token.start_pos or 0) from None
    return value
