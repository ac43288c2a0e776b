"""Who a row is about: parties, the identities of their rows, and how a column spells them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Self, TypeAlias

from pydantic import Field, Tag

from bailee.policy.conditions import WrittenCondition
from bailee.policy.kinds import BY_KIND, Columns, Maybe, TaggedNothing, TaggedText, Text, Truth
from bailee.policy.placed import Placed, PlacedMapping
from bailee.policy.places import NOWHERE, Place
from bailee.policy.words import WordError, meant
from bailee.policy.written import MadeFrom, Unwritten, Written, parse_placed

EVERYBODYS = frozenset({"email", "phone"})
"""Attributes without an issuer: an address or a number is the same in every system."""


def add_issuer(attribute: str, system: str) -> str:
    """Return the name of an attribute with its issuer: ``email``, ``phones.account``."""
    return attribute if attribute in EVERYBODYS or "." in attribute else f"{system}.{attribute}"


def get_issuer(written: Placed) -> str:
    """Return the name of the system whose file it is in; empty where that is missing, so that nothing is kept."""
    return str(written.page.data.get("system", ""))


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


_LIST = re.compile(r"""list\(\s*(?:"([^"]+)"|'([^']+)')\s*\)\Z""")
_FORMS = {form.value: form for form in (Form.RAW, Form.LOWER, Form.E164)}


def parse_spelling(text: str, *, scan: bool = False) -> Spelling:
    """Return the spelling that ``raw``, ``lower``, ``e164``, ``list(",")`` or a template with one ``{}`` says."""
    if text in _FORMS:
        return Spelling(_FORMS[text], scan=scan)
    if listed := _LIST.match(text):
        return Spelling(Form.LIST, listed[1] or listed[2], scan)
    if text.count("{}") == 1:
        return Spelling(Form.TEMPLATE, text, scan)
    raise WordError(
        f'is no spelling: "{text}"',
        meant(text, _FORMS) or 'write raw, lower, e164, list(","), or a template with one {}',
    )


@dataclass(frozen=True, slots=True)
class ScannedSpelling(Written):
    """A spelling with a declared full scan."""

    form: Text
    scan: Truth = False


def _make_spelling(given: str | ScannedSpelling, written: Any) -> Spelling:
    form, scan = (given, False) if isinstance(given, str) else (given.form, given.scan)
    text = written if isinstance(given, str) else written["form"]
    return parse_placed(text, "P110", lambda: parse_spelling(form, scan=scan), Spelling(scan=True))


WrittenSpelling: TypeAlias = Annotated[
    Spelling, MadeFrom(Annotated[TaggedText | Annotated[ScannedSpelling, Tag("a mapping")], BY_KIND], _make_spelling)
]


def check_spelling(attribute: str, stored: Spelling, written: PlacedMapping) -> None:
    """Note an address or a number, whose column is ``written``, that no index can find for want of a spelling."""
    if attribute not in EVERYBODYS or stored != RAW:
        return
    said = written.get("stored")
    mark = said.get_mark("form") if isinstance(said, PlacedMapping) else written.get_mark("stored")
    usual = "lower" if attribute == "email" else "e164"
    hint = f"write stored: {usual} if the column is kept so, else stored: {{form: raw, scan: true}}"
    written.page.say("P113", mark, f"leaves the spelling of {attribute} open, and no index can serve it", hint)


_Bound: TypeAlias = Annotated[TaggedText | TaggedNothing, BY_KIND]


def _make_valid(given: list[str | None], _written: object) -> tuple[str | None, str | None]:
    first, last = given
    return first, last


Valid: TypeAlias = Annotated[
    tuple[str | None, str | None],
    MadeFrom(Annotated[list[_Bound], Field(min_length=2, max_length=2)], _make_valid),
]


@dataclass(frozen=True, slots=True)
class Identity(Written):
    """A column that says who a subject is. ``attribute`` carries its issuer: ``email``, ``phone``, ``xero.account``.

    ``valid``: the columns from which and until when it is the subject's, half-open; an empty bound is infinite.
    ``changed``: the column that says when the value last changed.
    """

    attribute: Unwritten[str]
    column: Text
    stored: WrittenSpelling = RAW
    joins: Joins = Joins.CONFIRM
    valid: Maybe[Valid] = None
    verified_when: Maybe[WrittenCondition] = None
    place: Unwritten[Place] = NOWHERE
    changed: Maybe[Text] = None

    @classmethod
    def read(cls, given: dict[str, Any], _others: Mapping[str, Any], written: PlacedMapping) -> Self:
        """Return the identity, its attribute that of the key which it is under."""
        return cls(attribute=add_issuer(written.name, get_issuer(written)), **given)

    def check(self, written: PlacedMapping) -> None:
        """Note a spelling that is left open."""
        check_spelling(self.attribute, self.stored, written)


def _list_identities(given: Mapping[str, Identity | tuple[Identity, ...]], _written: object) -> tuple[Identity, ...]:
    several = [(one,) if isinstance(one, Identity) else one for one in given.values()]
    return tuple(one for ones in several for one in ones)


Identities: TypeAlias = Annotated[
    tuple[Identity, ...],
    MadeFrom(
        Columns[
            Annotated[Annotated[Identity, Tag("a mapping")] | Annotated[tuple[Identity, ...], Tag("a list")], BY_KIND]
        ],
        _list_identities,
    ),
]
"""Attribute -> its column, or several."""
