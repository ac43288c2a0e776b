"""The words that stand in the books for what a request is, where it is, and who acts: without Django.

What only names them, as a command line does before the books are open, loads no more than this.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum


class Right(StrEnum):
    """What is asked for."""

    COPY = "copy"  # UK GDPR Art. 15
    CORRECT = "correct"  # Art. 16
    ERASE = "erase"  # Art. 17
    RESTRICT = "restrict"  # Art. 18
    PORTABILITY = "portability"  # Art. 20
    OBJECT = "object"  # Art. 21: to marketing
    QUESTION = "question"
    COMPLAINT = "complaint"  # DPA 2018 s. 164A


class Channel(StrEnum):
    """How a request came in."""

    PORTAL = "portal"
    API = "api"
    TELEPHONE = "telephone"
    LETTER = "letter"
    EMAIL = "email"
    IN_PERSON = "in person"


class Status(StrEnum):
    """Where a request is."""

    UNVERIFIED = "unverified"  # nothing is done, and nobody but the intake sees it
    OPEN = "open"  # the person is identified: to be planned, confirmed, or answered
    PLANNED = "planned"  # a plan waits for approval
    APPROVED = "approved"  # the waiting time runs: it can still be cancelled
    ACTING = "acting"
    SETTLING = "settling"  # done, and looked at again later
    HELD = "held"  # a hold keeps something: it resumes when the hold ends
    CLOSED = "closed"


class Outcome(StrEnum):
    """How a closed request ended."""

    DONE = "done"
    PARTLY = "partly"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"  # nobody ever showed who they are
    MERGED = "merged"  # asked twice: see `merged_into`


class Role(StrEnum):
    """What a member of staff may do; each role may less or other things than the next, none may all."""

    SUPPORT = "support"  # takes requests in, sees what is found, plans
    OFFICER = "officer"  # the privacy officer: plans, approves what others planned, answers
    CONTROLLER = "controller"  # the Data Controller: also refuses, releases, places holds
    AUDITOR = "auditor"  # reads all but personal values
    ADMINISTRATOR = "administrator"  # staff, tokens, settings; no personal data


class PlanState(StrEnum):
    """Where a plan is."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    ACTING = "acting"  # its intent is in the ledger
    SETTLING = "settling"
    DONE = "done"
    STALE = "stale"  # made again: see the plan that supersedes it
    CANCELLED = "cancelled"


def list_choices(words: type[StrEnum]) -> Sequence[tuple[str, str]]:
    """Return ``words`` as a field of a table takes them: (what stands in the books, how it is called)."""
    return [(one.value, one.name.replace("_", " ").title()) for one in words]
