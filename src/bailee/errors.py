"""What Bailee refuses or cannot do: one base of its errors, and one table of how each kind of them is told.

An error says in ``message`` what is so and in ``hint`` what to do. Neither repeats a value of anybody's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class ErrorReport:
    """How a kind of error is told: the exit status of a command, and what a program and a page are answered.

    ``problem``: the name of its type in the API (RFC 9457). ``status``: of HTTP; 409 says that what was asked cannot
    be done, 503 that something which Bailee needs is not there. ``title``: of the problem, which stays the same.
    """

    exit: int
    problem: str
    status: int
    title: str


class ErrorKind(Enum):
    """The kinds of error, and how each is told at the command line, to a program and on a page."""

    NOT_ALLOWED = ErrorReport(6, "not-now", 409, "It does not fit what is so now")
    NOT_YOURS = ErrorReport(6, "not-allowed", 403, "You may not do this")
    NOT_THERE = ErrorReport(2, "not-found", 404, "There is no such thing, or it is not yours to see")
    NOT_SO = ErrorReport(2, "not-now", 409, "It does not fit what is so now")
    UNKNOWN_NAME = ErrorReport(2, "unknown-name", 404, "The policy has no such name")
    UNKNOWN_PERSON = ErrorReport(2, "unknown-person", 409, "Nobody can be looked for by this")
    NOT_ASKABLE = ErrorReport(2, "not-askable", 409, "The request cannot be taken in like this")
    WRONG_DATES = ErrorReport(2, "wrong-dates", 409, "The dates contradict each other")
    LETTER = ErrorReport(2, "letter", 409, "The letter to the person cannot be written, or sent")
    TOO_MANY = ErrorReport(6, "too-many", 429, "Too many calls")
    STALE = ErrorReport(5, "stale", 409, "The plan is stale")
    POLICY = ErrorReport(3, "policy", 503, "The policy has mistakes")
    SYSTEM = ErrorReport(4, "system", 503, "A system cannot be reached, or failed")
    BOOKS = ErrorReport(7, "books", 503, "The books, the vault or the ledger cannot be used")
    FILES = ErrorReport(7, "files", 503, "A file or a folder cannot be used")
    UNPROVEN = ErrorReport(8, "unproven", 503, "A ledger or a receipt does not hold")


class BaileeError(Exception):
    """Something that Bailee refuses or cannot do. ``message`` says what is so, ``hint`` what to do.

    ``kind``: how it is told. ``code``: its permanent name for programs, of the class or of the error. ``details``:
    further lines for a person; ``facts``: what a program reads besides.
    """

    kind: ErrorKind
    code: str = ""
    is_quoting: ClassVar[bool] = False
    """Whether the message repeats a name that was asked for: then those who ask over the network are not told it."""

    def __init__(
        self, message: str, hint: str = "", *, details: tuple[str, ...] = (), facts: Mapping[str, Any] | None = None
    ) -> None:
        self.message, self.hint, self.details, self.facts = message, hint, details, facts or {}
        super().__init__(f"{message} ({hint})" if hint else message)
