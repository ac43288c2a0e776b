"""Rights, one value each: the time the law sets, how one is carried out, its letters, grounds of refusal, and words.

What comes next for a request, `bailee.requests.request_plans` does; docs/contributing/right.md says how one is added.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bailee.clock import LegalRight
from bailee.engine.errors import Despite
from bailee.requests.translatable import translatable
from bailee.store.enums import Right


class Procedure(StrEnum):
    """How a right is carried out, once the person is identified."""

    PLAN = "plan"  # which a second person approves
    PARCEL = "parcel"  # packed for the person, who fetches it
    AT_ONCE = "at once"  # nobody need approve
    ANSWER = "answer"  # by staff, in words


@dataclass(frozen=True, slots=True)
class RightRules:
    """What is particular to a right.

    ``clock``: the right as the law's time goes by it (Art. 12(3)); ``None``: it sets none, and nobody is asked who they
    are. ``is_acknowledged_by_law``: it is acknowledged within 30 days (DPA 2018 s. 164A). ``despite``: on which
    ground a person is looked for whose data is restricted (Art. 18(2)). ``recipients_are_told``: what became of the
    data, to who got it (Art. 19); empty: nothing. ``grounds``: codes of `bailee.requests.refusals.GROUNDS`. Letters:
    ``received``, ``done`` and ``partly``, by name. For staff it is called ``title``; the public chooses ``choice``,
    reads what comes of it in ``about``, and has ``yours`` then.
    """

    right: Right
    way: Procedure
    title: str
    choice: str
    about: str
    yours: str
    clock: LegalRight | None = None
    is_acknowledged_by_law: bool = False
    despite: Despite = ""
    recipients_are_told: str = ""
    grounds: tuple[str, ...] = ()
    received: str = "acknowledge"
    done: str = "complete"
    partly: str = "partly"


_ANY = ("unfounded", "excessive", "not_identified", "not_controller", "crime")

ALL_RIGHTS = (
    RightRules(
        Right.COPY,
        Procedure.PARCEL,
        translatable("Copy", "right"),
        translatable("Have a copy of what you hold about me"),
        translatable("A file to read and a file for machines, with where each thing comes from and why we have it."),
        translatable("Your request for a copy of what we hold", "request"),
        clock=LegalRight.ACCESS,
        despite="their own copy",
        grounds=(*_ANY, "others", "privilege"),
    ),
    RightRules(
        Right.CORRECT,
        Procedure.PLAN,
        translatable("Correction", "right"),
        translatable("Put something right"),
        translatable("You tell us what is wrong, and what it should say. We correct it in our systems."),
        translatable("Your request to put something right", "request"),
        clock=LegalRight.RECTIFICATION,
        despite="correction they asked for",
        recipients_are_told="corrected",
        grounds=(*_ANY, "accurate"),
    ),
    RightRules(
        Right.ERASE,
        Procedure.PLAN,
        translatable("Erasure", "right"),
        translatable("Erase what you hold about me"),
        translatable("All of it, but what a law makes us keep. You are told what that is, why, and until when."),
        translatable("Your request to erase what we hold", "request"),
        clock=LegalRight.ERASURE,
        despite="erasure they asked for",
        recipients_are_told="erased",
        grounds=(
            *_ANY, "still_needed", "expression", "legal_obligation", "public_health", "archiving", "legal_claims",
        ),
    ),
    RightRules(  # an objection to marketing is absolute (Art. 21(3)): no ground refuses it
        Right.OBJECT,
        Procedure.AT_ONCE,
        translatable("Objection to marketing", "right"),
        translatable("Stop sending me marketing"),
        translatable("At once, and for good. You need give no reason."),
        translatable("Your objection to marketing", "request"),
        clock=LegalRight.OBJECTION,
        despite="objection they asked for",
        done="objected",
        partly="objected",
    ),
    RightRules(
        Right.RESTRICT,
        Procedure.AT_ONCE,
        translatable("Restriction", "right"),
        translatable("Freeze what you hold about me"),
        translatable("We keep it and use it for nothing while a question is settled."),
        translatable("Your request to freeze what we hold", "request"),
        clock=LegalRight.RESTRICTION,
        despite="restriction they asked for",
        recipients_are_told="restricted",
        grounds=(*_ANY, "no_ground"),
    ),
    RightRules(
        Right.PORTABILITY,
        Procedure.PARCEL,
        translatable("Portability", "right"),
        translatable("Take my data elsewhere"),
        translatable("What you gave us, as files in open formats, for you or for another firm."),
        translatable("Your request to take your data elsewhere", "request"),
        clock=LegalRight.PORTABILITY,
        despite="their own copy",
        grounds=(*_ANY, "others", "not_portable"),
    ),
    RightRules(
        Right.QUESTION,
        Procedure.ANSWER,
        translatable("Question", "right"),
        translatable("Ask a question"),
        translatable("About this notice, or about what we do with data. A person answers."),
        translatable("Your question", "request"),
    ),
    RightRules(
        Right.COMPLAINT,
        Procedure.ANSWER,
        translatable("Complaint", "right"),
        translatable("Complain"),
        translatable("We acknowledge it at once, look into it, and tell you what came of it."),
        translatable("Your complaint", "request"),
        is_acknowledged_by_law=True,
        received="complaint",
    ),
)  # fmt: skip
"""All rights, in the order in which the public is offered them."""

_BY_RIGHT: Mapping[str, RightRules] = {one.right: one for one in ALL_RIGHTS}


def find_rules(right: str) -> RightRules:
    """Return what is particular to a right. Raises `KeyError`."""
    return _BY_RIGHT[right]


STATUTORY = frozenset(one.right for one in ALL_RIGHTS if one.clock is not None)
"""The rights that UK GDPR and GDPR Art. 15 to 21 give, with the time of Art. 12(3)."""

PLANNED = frozenset(one.right for one in ALL_RIGHTS if one.way is Procedure.PLAN)
PARCELS = frozenset(one.right for one in ALL_RIGHTS if one.way is Procedure.PARCEL)
ANSWERED_BY_STAFF = frozenset(one.right for one in ALL_RIGHTS if one.way is Procedure.ANSWER)
