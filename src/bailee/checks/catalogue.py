"""Every check by its permanent id."""

from __future__ import annotations

from collections.abc import Mapping

from bailee.checks import accounts, columns, firm, places, processors, retention, rows
from bailee.checks.model import Check

CHECKS: Mapping[str, Check] = {
    check.id: check for room in (retention, columns, accounts, places, processors, rows, firm) for check in room.CHECKS
}
