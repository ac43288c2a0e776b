"""What a notice is blamed for: a code that is permanent, what is so, what to do, and where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bailee.policy import NOWHERE, Place

CODES: Mapping[str, str] = {
    "N101": "words on where data is kept are contradicted by a system, its backups or a third party",
    "N102": "a least period without a most: kept for ever is no contradiction",
    "N103": "a hedge where a number belongs",
    "N104": "a period in words that is not the one of the rule",
    "N105": "something that the law wants said is not there",
    "N106": "a third party of the register is not named",
    "N107": "a third party is named that is not in the register",
    "N108": "a promise that no sentence makes",
}

START = Place("notice.md", 1, 1)
"""Where a notice is blamed for what it does not say."""


@dataclass(frozen=True, slots=True)
class Lint:
    """One thing that a person should look at."""

    code: str
    says: str
    hint: str
    place: Place = NOWHERE

    def __str__(self) -> str:
        return f"{self.place}  {self.code} {self.says} ({self.hint})"
