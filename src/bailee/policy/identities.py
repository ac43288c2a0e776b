"""Who a row is about: parties, the identities of their rows, and how a column spells them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bailee.policy.places import NOWHERE, Place
from bailee.policy.predicate import Predicate


class Party(StrEnum):
    """What the rows of a party collection are."""

    PERSON = "person"
    ORGANISATION = "organisation"


class Form(StrEnum):
    """How an identity value is spelled in a column."""

    RAW = "raw"
    LOWER = "lower"
    E164 = "e164"
    TEMPLATE = "template"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Spelling:
    """The spelling of a value in a column. ``text``: the template (with one ``{}``), or the separator of a list."""

    form: Form = Form.RAW
    text: str = ""
    scan: bool = False  # a declared full scan: raw spellings are normalised by the database, row by row


RAW = Spelling()
"""As the person writes it."""


class Joins(StrEnum):
    """Whether an equal value may join two subject rows."""

    VERIFIED = "verified"
    CONFIRM = "confirm"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Identity:
    """A column that says who a subject is. ``attribute`` carries its issuer: ``email``, ``phone``, ``xero.account``."""

    attribute: str
    column: str
    stored: Spelling = RAW
    joins: Joins = Joins.CONFIRM
    valid: tuple[str | None, str | None] | None = None  # half-open, columns; an empty bound is infinite
    verified_when: Predicate | None = None
    place: Place = NOWHERE
    changed: str | None = None  # the column that says when the value last changed
