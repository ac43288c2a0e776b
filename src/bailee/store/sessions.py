"""Sessions of browsers: how long one lasts, which of somebody's there are, and their end.

Loaded after `open_context`: it needs the books' models.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from bailee.store.context import Context
from bailee.store.models import WebSession

IDLE = timedelta(minutes=30)
"""After which an unused session of staff ends (OWASP ASVS 5.0, 7.3.1)."""

LONGEST = timedelta(hours=12)
"""After which every session of staff ends (7.3.2)."""

PUBLIC = timedelta(hours=24)
"""After which what the public left half-way is gone: WCAG 2.2.1 wants 20 hours where nobody is warned."""

AHEAD = timedelta(minutes=5)
"""How far two clocks may be apart that both are right: what is later than that was dated by one that was ahead."""


def list_live_sessions(now: datetime) -> QuerySet[WebSession]:
    """Return the sessions that have not ended at ``now``: one that a clock ahead has begun or seen used has ended."""
    staff = Q(staff__isnull=False, used_at__gt=now - IDLE, begun_at__gt=now - LONGEST)
    begun = WebSession.objects.filter(used_at__lte=now + AHEAD, begun_at__lte=now + AHEAD)
    return begun.filter(staff | Q(staff=None, used_at__gt=now - PUBLIC))


def list_sessions(context: Context, staff_id: str) -> QuerySet[WebSession]:
    """Return the sessions of a member of staff that have not ended, the latest used first."""
    return list_live_sessions(context.now).filter(staff_id=staff_id).order_by("-used_at", "id")


def end_staff_sessions(staff_id: str, *, but: str = "", only: str = "") -> int:
    """End the sessions of a member of staff at once, ``but`` one, or ``only`` one; return how many those were."""
    found = WebSession.objects.filter(staff_id=staff_id).exclude(id=but)
    return (found.filter(id=only) if only else found).delete()[0]
