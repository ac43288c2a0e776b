"""All letters wait together for a mail server that fails: one that is silent costs one try, not one for each letter."""

from __future__ import annotations

from datetime import datetime, timedelta

from bailee.store.context import Office
from bailee.store.models import Attempt

FIRST, LONGEST = timedelta(minutes=1), timedelta(hours=4)
"""Waits between two tries; each is twice the one before."""

_KIND = "mail.server"


def closed_until(office: Office) -> datetime | None:
    """Return until when (UTC) nothing is sent to the mail server of the policy, ``None`` where it may be tried."""
    ahead = office.now + LONGEST  # what failed by a clock that was ahead closes nothing
    mine = Attempt.objects.filter(kind=_KIND, tag=_tag(office), at__lte=ahead)
    failed = list(mine.order_by("-at").values_list("at", flat=True))
    if not failed:
        return None
    doublings = min(len(failed) - 1, 20)  # beyond, no wait is shorter than LONGEST
    until = failed[0] + min(FIRST * 2**doublings, LONGEST)
    return until if until > office.now else None


def note_failed(office: Office) -> None:
    """Note that the mail server failed, whatever the letter."""
    Attempt.objects.create(kind=_KIND, tag=_tag(office), at=office.now)


def note_answered(office: Office) -> None:
    """Note that the mail server answers, or that somebody says so."""
    Attempt.objects.filter(kind=_KIND, tag=_tag(office)).delete()


def _tag(office: Office) -> str:
    mail = office.policy.firm.mail
    return office.vault.tag("attempts", _KIND, f"{mail.host}:{mail.port}" if mail is not None else "")
