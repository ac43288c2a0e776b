"""The steps of a plan while it is carried out, and who is told of each: before it, and after it.

`Journal.begin_step` may raise: then nothing more is done. A worker that has lost its lease is stopped by it, at the
latest inside the transaction of a system right before that is committed, so that the system rolls back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

INTENT = "intent"
"""The ledger has what is about to be done."""

LOCATE = "locate"
"""In one system: the rows are found again, fixed by their keys, and the subjects locked."""

CHANGE = "change"
"""In one system: the changes are made, and can be taken back; ``counts`` by change."""

SEAL = "seal"
"""In one system: what was fixed, and what became of it, is in the sealed case. The commit may follow.

A retention, which commits chunk by chunk, seals before its first change.
"""

COMMIT = "commit"
"""In one system: its transaction is committed. A retention has one for each chunk."""

FILES = "files"
"""Files that no row names any more are deleted; ``counts``: ``gone`` and ``left``."""

RESIDUAL = "residual"
"""In one system: a fresh session has looked again; ``counts`` by change of what is left."""

OUTCOME = "outcome"
"""The ledger has what became of the plan."""

SETTLE = "settle"
"""The ledger has what the look after settling found, and the case is closed."""

STEPS = (INTENT, LOCATE, CHANGE, SEAL, COMMIT, FILES, RESIDUAL, OUTCOME, SETTLE)
"""All steps, in their order; from `LOCATE` to `COMMIT` once for each system."""

NO_COUNTS: Mapping[str, int] = MappingProxyType({})


class Journal(Protocol):
    """Told of each step of a plan. ``system`` is empty where a step is about none."""

    def begin_step(self, step: str, system: str = "") -> None:
        """Learn that ``step`` comes next; raise, and it does not come, nor anything after it."""

    def end_step(self, step: str, system: str = "", counts: Mapping[str, int] = NO_COUNTS) -> None:
        """Learn that ``step`` is done. A run that goes on after one that was killed tells a step once more."""


class _SilentJournal:
    """Nobody is told."""

    def begin_step(self, step: str, system: str = "") -> None:
        """Go on."""

    def end_step(self, step: str, system: str = "", counts: Mapping[str, int] = NO_COUNTS) -> None:
        """Go on."""


NO_JOURNAL: Journal = _SilentJournal()


@dataclass(frozen=True, slots=True)
class SpokenJournal:
    """A journal for people who wait: ``say`` is told after each change: system, change, rows."""

    say: Callable[[str, str, int], None]

    def begin_step(self, step: str, system: str = "") -> None:
        """Go on."""

    def end_step(self, step: str, system: str = "", counts: Mapping[str, int] = NO_COUNTS) -> None:
        """Tell of the changes that were made."""
        for change, count in counts.items() if step == CHANGE else ():
            self.say(system, change, count)
