"""What is wrong with a policy: every mistake at once, each with a permanent code and a place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from bailee.policy.model import NOWHERE, Place


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

    def __str__(self) -> str:
        where = f"{self.place}  " if self.place.file else ""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{where}{self.code} {self.message}{hint}"


class PolicyError(Exception):
    """The policy cannot be used. ``problems`` holds every mistake, in the order of the files."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda p: (p.place, p.code, p.message)))
        super().__init__("\n".join(map(str, self.problems)))
