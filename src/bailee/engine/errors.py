"""What is not to be done, and on what grounds it may be done all the same where a person's data is restricted."""

from __future__ import annotations

from typing import Literal, TypeAlias

from bailee.errors import BaileeError, ErrorKind

Despite: TypeAlias = Literal[
    "",
    "consent",
    "legal claims",
    "rights of others",
    "public interest",
    "their own copy",
    "correction they asked for",
    "erasure they asked for",
    "objection they asked for",
    "restriction they asked for",
]
"""Why a restricted person is looked for all the same: GDPR Art. 18(2), or a right that they exercise. Empty: not."""


class NotAllowed(BaileeError):
    """What was asked is not to be done."""

    kind = ErrorKind.NOT_ALLOWED
    code = "not_allowed"


class UnknownName(NotAllowed):
    """A rule or a column is named that the policy does not have."""

    kind = ErrorKind.UNKNOWN_NAME
    code = "no_such_name"
    is_quoting = True


class RestrictedPerson(NotAllowed):
    """A person's data is stored and not used until the restriction is lifted (GDPR Art. 18)."""

    def __init__(self) -> None:
        message = "the data of this person is restricted: it is stored, and not used"
        super().__init__(message, "lift the restriction, or say on which ground of Art. 18(2) it is used")
