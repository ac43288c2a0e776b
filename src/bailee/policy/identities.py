"""Who a row is about: parties, the identities of their rows, and how a column spells them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from bailee.policy.places import NOWHERE, Place
from bailee.policy.predicate import Predicate
from bailee.policy.words import WordError, meant


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
