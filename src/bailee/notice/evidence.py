"""How a promise stands: what its checks found, since when, and when that was last confirmed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bailee.checks import Basis, CheckFinding, PromiseResult


@dataclass(frozen=True, slots=True)
class Evidence:
    """``since``: when the verdict came to stand; ``confirmed``: when it was last looked at (both UTC)."""

    kept: PromiseResult
    since: datetime
    confirmed: datetime

    def telling(self) -> tuple[CheckFinding, ...]:
        """Return the findings that the verdict rests on, measured ones first."""
        found = [finding for finding in self.kept.findings if finding.verdict is self.kept.verdict]
        return tuple(sorted(found, key=lambda finding: finding.basis is not Basis.MEASURED))
