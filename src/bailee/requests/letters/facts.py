"""What letters say: which there are, and the facts that they are written from. None of it names the person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bailee.errors import BaileeError, ErrorKind
from bailee.policy import Firm
from bailee.store.enums import Right

_UNUSABLE = {"W903", "W905"}
"""A package or a folder cannot be used. The others say that a letter cannot be as it is asked for."""


class LetterError(BaileeError):
    """A letter cannot be written, posted, printed or sent.

    ``code``: W901 a fact is missing or cannot stand in a letter, W902 no address, W903 a package is missing, W904 mail
    that would leave unencrypted, W905 a folder cannot be written, W906 no letter that waits under that id, W907 an
    address that no window shows. Neither message nor hint repeats an address or what a letter
    says.
    """

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        self.code, self.kind = code, ErrorKind.FILES if code in _UNUSABLE else ErrorKind.LETTER
        super().__init__(message, hint)


class LetterWay(StrEnum):
    """How a letter travels."""

    MAIL = "mail"
    PAPER = "paper"


class Template(StrEnum):
    """The letters that there are, each a file in ``templates``. `NEEDS` says which facts each must have."""

    ACKNOWLEDGE = "acknowledge"
    IDENTITY = "identity"
    VISIT = "visit"
    COPY_LINK = "copy_link"
    VERIFIED = "verified"
    CLARIFY = "clarify"
    EXTEND = "extend"
    HELD = "held"
    RESUMED = "resumed"
    PARTLY = "partly"
    REFUSE = "refuse"
    COMPLETE = "complete"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    RESTRICTED = "restricted"
    RESTRICTION_ENDS = "restriction_ends"
    OBJECTED = "objected"
    ANSWER = "answer"
    DOWNLOAD_READY = "download_ready"
    COMPLAINT = "complaint"
    COMPLAINT_PROGRESS = "complaint_progress"
    COMPLAINT_OUTCOME = "complaint_outcome"


@dataclass(frozen=True, slots=True)
class KeptData:
    """Something that is not erased: ``what`` in words (``invoices``), by which ``law``, until which day if known.

    ``is_needed``: without a day it stays for something else that must; else until the reason is over.
    """

    what: str
    law: str
    until: date | None = None
    is_needed: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """What a letter is written from.

    ``reference``: the request's. ``due``: the last day on which the firm must answer; ``None``: the time has not begun,
    stands still, or is over. ``code``: what the person types; ``link``: an https address of the portal, or an http one
    of this machine; both work until ``expires``, which is told in its own time zone. ``asks``: what `ask_clarification`
    wants to know. ``clock_stops``: the time stands still until it is answered (DPA 2018 s. 54(3C)). ``reasons``: of an
    extension, a refusal, a restriction's end; of what an answer leaves out besides ``kept``. ``done``: what was done,
    each in a sentence. ``found_nothing``: of a complaint, that nothing had to be put right; else that a plan has come
    to its end, and changed nothing. Of neither, nothing is said of what was done. ``words``: free text by staff, a
    blank line between paragraphs. ``ends``: the day from which data is used again. ``has_receipt``: there is one of
    what was done, to be had until ``receipt_until`` if known. ``joined``: the requests that were one with this, itself
    among them, each its reference and when it came. ``not_looked_at``: a line for each system of which a part is not on
    the map. ``door``: the page on which a code is asked for where ``link`` works no more; ``waits_until``: when a copy
    is destroyed, in its own time zone.
    """

    firm: Firm
    reference: str
    asked: Right
    received: date
    written: date
    due: date | None = None
    code: str = ""
    link: str = ""
    expires: datetime | None = None
    asks: tuple[str, ...] = ()
    clock_stops: bool = False
    reasons: tuple[str, ...] = ()
    done: tuple[str, ...] = ()
    found_nothing: bool = False
    kept: tuple[KeptData, ...] = ()
    words: str = ""
    ends: date | None = None
    has_receipt: bool = False
    receipt_until: date | None = None
    not_looked_at: tuple[str, ...] = ()
    joined: tuple[tuple[str, date], ...] = ()
    door: str = ""
    waits_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter, written: one line of ``subject``, the whole as plain ``text``, and as a page of ``html``.

    The ``html`` of a letter on paper has a place for the address, which `to_pdf` fills.
    """

    subject: str
    text: str
    html: str


NEEDS: dict[Template, tuple[str, ...]] = {
    Template.ACKNOWLEDGE: (),
    Template.IDENTITY: ("expires",),  # and a code, a link, or both
    Template.VISIT: ("code", "expires"),
    Template.COPY_LINK: ("link", "expires", "door", "waits_until"),
    Template.VERIFIED: (),
    Template.CLARIFY: ("asks",),
    Template.EXTEND: ("reasons", "due"),
    Template.HELD: ("kept",),
    Template.RESUMED: (),
    Template.PARTLY: (),  # but reasons, or what is kept
    Template.REFUSE: ("reasons",),
    Template.COMPLETE: (),
    Template.WITHDRAWN: (),
    Template.EXPIRED: (),
    Template.RESTRICTED: (),
    Template.RESTRICTION_ENDS: ("reasons", "ends"),
    Template.OBJECTED: (),
    Template.ANSWER: ("words",),
    Template.DOWNLOAD_READY: ("expires",),
    Template.COMPLAINT: (),
    Template.COMPLAINT_PROGRESS: ("words",),
    Template.COMPLAINT_OUTCOME: ("words",),
}
"""Template -> the facts without which the law, or sense, is not served: reasons of a refusal (Art. 12(4)), say."""

CODES = frozenset({Template.IDENTITY, Template.VISIT, Template.COPY_LINK})
"""Letters with a code, or a link that is as good: when one has gone, nothing of it is left in the books."""

ASKS_WHO = frozenset({Template.ACKNOWLEDGE, Template.IDENTITY})
"""Letters that ask who somebody is: once one has left, the clock waits for the answer."""

ACKNOWLEDGES = frozenset({Template.ACKNOWLEDGE, Template.COMPLAINT})
"""Letters that say that we have a request."""

REGULATOR = frozenset(
    {
        Template.HELD,
        Template.PARTLY,
        Template.REFUSE,
        Template.EXTEND,
        Template.ANSWER,
        Template.RESTRICTION_ENDS,
        Template.COMPLAINT,
        Template.COMPLAINT_PROGRESS,
        Template.COMPLAINT_OUTCOME,
    }
)
"""Letters that say to whom else a person may turn (Art. 12(4), DPA 2018 s. 164A); so does one with a copy cut short."""
