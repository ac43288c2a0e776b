"""What every template knows."""

from __future__ import annotations

from typing import Any

from bailee.web.pages.navigation import ways
from bailee.web.pages.page_request import PageRequest


def frame(request: PageRequest) -> dict[str, Any]:
    """Return the firm, who is signed in, and the ways through the site from here."""
    context = getattr(request, "context", None)
    if context is None:
        return {}
    in_bar, folded = ways(request)
    return {
        "firm": context.policy.firm,
        "today": context.today,
        "member": request.member,
        "reason": request.reason,
        "ways": in_bar,
        "more_ways": folded,
    }
