"""All letters wait together for a mail server that fails: one that is silent costs one try, not one for each letter."""

from __future__ import annotations

from datetime import datetime, timedelta

from bailee.store.context import Context
from bailee.store.models import Attempt

FIRST, LONGEST = timedelta(minutes=1), timedelta(hours=4)
"""Waits between two tries; each is twice the one before."""

_KIND = "mail.server"


def find_server_retry_time(context: Context) -> datetime | None:
    """Return until when (UTC) nothing is sent to the mail server of the policy, ``None`` where it may be tried."""
    ahead = context.now + LONGEST  # what failed by a clock that was ahead closes nothing
    mine = Attempt.objects.filter(kind=_KIND, tag=_tag_server(context), at__lte=ahead)
    failed = list(mine.order_by("-at").values_list("at", flat=True))
    if not failed:
        return None
    doublings = min(len(failed) - 1, 20)  # beyond, no wait is shorter than LONGEST
    until = failed[0] + min(FIRST * 2**doublings, LONGEST)
    return until if until > context.now else None


def note_server_failed(context: Context) -> None:
    """Note that the mail server failed, whatever the letter."""
    Attempt.objects.create(kind=_KIND, tag=_tag_server(context), at=context.now)


def note_server_answered(context: Context) -> None:
    """Note that the mail server answers, or that somebody says so."""
    Attempt.objects.filter(kind=_KIND, tag=_tag_server(context)).delete()


def _tag_server(context: Context) -> str:
    mail = context.policy.firm.mail
    return context.vault.tag("attempts", _KIND, f"{mail.host}:{mail.port}" if mail is not None else "")
