"""What is wrong with a policy: every mistake at once, each with a permanent code and a place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from bailee.errors import BaileeError, ErrorKind
from bailee.policy.places import NOWHERE, Place


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake. ``code`` is permanent (``P101``); ``message`` says what is, ``hint`` what to do.

    Codes: ``P0xx`` the folder and its files, ``P1xx`` words and types, ``P2xx`` names that do not resolve,
    ``T3xx`` the algebra (`trace`, without a database), ``T4xx`` the algebra against a live schema.
    """

    code: str
    message: str
    hint: str = ""
    place: Place = NOWHERE
    severity: Literal["error", "warning"] = "error"

    def to_dict(self) -> dict[str, Any]:
        """Return it as a program reads it."""
        place = self.place
        return {
            "code": self.code, "severity": self.severity, "message": self.message, "hint": self.hint,
            "file": place.file, "line": place.line, "column": place.column,
        }  # fmt: skip

    def __str__(self) -> str:
        where = f"{self.place}  " if self.place.file else ""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{where}{self.code} {self.message}{hint}"


NO_SYSTEMS = "P003"
"""The code of a policy that lacks systems; if that is all, it is one that `bailee init` has just written."""


class PolicyError(BaileeError):
    """The policy cannot be used. ``problems`` holds every mistake, in the order of the files."""

    kind = ErrorKind.POLICY
    code = "policy"

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda p: (p.place, p.code, p.message)))
        wrong = [one for one in self.problems if one.severity == "error"]
        facts = {"problems": [one.to_dict() for one in self.problems]}
        if {one.code for one in wrong} == {NO_SYSTEMS} and len(self.problems) == len(wrong):
            self.code = "no_systems"
            super().__init__(
                "the policy has no mistake, and no system yet", "connect one: bailee connect NAME ADDRESS", facts=facts
            )
            return
        count = "1 mistake" if len(wrong) == 1 else f"{len(wrong)} mistakes"
        hint = "fix them, and run the command again; --policy names another folder"
        super().__init__(f"the policy has {count}", hint, details=tuple(map(str, self.problems)), facts=facts)

    def __str__(self) -> str:
        return "\n".join(map(str, self.problems))
