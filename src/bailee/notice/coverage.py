"""How much of the notice is held against something: bound, plain and loose sentences, and the lints of its words.

A loose sentence is to a notice what an untested line is to code.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bailee.notice.duties import find_missing_duties
from bailee.notice.lints import Lint, lint_parties, lint_words
from bailee.policy import Notice, NoticeSentence, Policy


@dataclass(frozen=True, slots=True)
class Coverage:
    """``percent`` of the sentences are bound or plain, rounded down: 100 means all of them."""

    bound: tuple[NoticeSentence, ...]
    plain: tuple[NoticeSentence, ...]
    loose: tuple[NoticeSentence, ...]
    lints: tuple[Lint, ...]

    @property
    def sentences(self) -> int:
        """How many sentences there are."""
        return len(self.bound) + len(self.plain) + len(self.loose)

    @property
    def percent(self) -> int:
        """How many in a hundred are not loose; a notice without a sentence has nothing covered."""
        covered = len(self.bound) + len(self.plain)
        return 100 * covered // self.sentences if self.sentences else 0


def assess_coverage(policy: Policy, notice: Notice, now: datetime) -> Coverage:
    """Return what of ``notice``, the one of ``policy``, is bound, plain and loose, and what it is blamed for.

    ``now`` (UTC) tells which third parties have been left.
    """
    found = [*lint_words(policy, notice), *lint_parties(policy, notice, now), *find_missing_duties(policy, notice)]
    found += _find_unused_promises(policy, notice)
    return Coverage(
        bound=tuple(s for s in notice.sentences if s.promises),
        plain=tuple(s for s in notice.sentences if s.plain),
        loose=tuple(s for s in notice.sentences if not s.promises and not s.plain),
        lints=tuple(sorted(found, key=lambda lint: (lint.place.file != "notice.md", lint.place, lint.code))),
    )


def _find_unused_promises(policy: Policy, notice: Notice) -> Iterator[Lint]:
    used = {name for sentence in notice.sentences for name in sentence.promises}
    for promise in policy.promises.values():
        if promise.name not in used:
            hint = f"bind words of notice.md to it, [words]{{promise={promise.name}}}, or remove it"
            yield Lint("N108", f"no sentence makes the promise {promise.name}", hint, promise.place)
