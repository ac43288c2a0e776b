"""How a promise stands: what its checks found, since when, and when that was last confirmed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bailee.checks.model import Basis, Finding, Kept, Verdict

FRESH = timedelta(days=7)
"""What was confirmed longer ago than this is not known any more."""


@dataclass(frozen=True, slots=True)
class Standing:
    """``since``: when the verdict came to stand; ``confirmed``: when it was last looked at (both UTC)."""

    kept: Kept
    since: datetime
    confirmed: datetime

    def verdict(self, now: datetime) -> Verdict:
        """Return the verdict as it can be published at ``now``: one that is too old is unknown."""
        return Verdict.UNKNOWN if now - self.confirmed > FRESH else self.kept.verdict

    def telling(self) -> tuple[Finding, ...]:
        """Return the findings that the verdict rests on: those that say as much, measured ones first."""
        found = [finding for finding in self.kept.findings if finding.verdict is self.kept.verdict]
        return tuple(sorted(found, key=lambda finding: finding.basis is not Basis.MEASURED))
