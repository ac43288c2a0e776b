"""How often something may be tried: counted by tags, that tell nobody who tried."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from bailee.store.context import Context
from bailee.store.errors import TooMany
from bailee.store.models import Attempt


@dataclass(frozen=True, slots=True)
class AttemptLimit:
    """At most ``most`` attempts of ``kind`` within ``within``, by one requester, address or request."""

    kind: str
    most: int
    within: timedelta


TRIES_BY_SOURCE = AttemptLimit("prove.source", 30, timedelta(hours=1))
"""Codes tried from one network address: a whole office may sit behind it."""

INTAKE_BY_SOURCE = AttemptLimit("intake.source", 20, timedelta(hours=1))
"""Requests made from one network address."""

LETTERS_TO_ONE = AttemptLimit("letter.to", 6, timedelta(days=1))
"""Unasked letters to one address, whoever has them sent: nobody's mailbox is filled through us."""

SENDS_OF_ONE = AttemptLimit("send", 3, timedelta(days=1))
"""Times a day that a code is sent for one request."""

TRIES_OF_ONE = AttemptLimit("prove", 5, timedelta(days=28))
"""Codes tried for one request since the last one was sent."""


def count_attempt(context: Context, limit: AttemptLimit, who: str) -> None:
    """Count an attempt by ``who``. Raises `TooMany` where there were enough; then it is not counted."""
    check_limit(context, limit, who)
    note_attempt(context, limit, who)


def check_limit(context: Context, limit: AttemptLimit, who: str) -> None:
    """Raise `TooMany` where there were enough attempts by ``who``. Counts nothing."""
    if not is_left(context, limit, who):
        oldest = _list_recent(context, limit, who).order_by("-at")[limit.most - 1]
        raise TooMany("too many attempts", "try again later", oldest.at + limit.within)


def is_left(context: Context, limit: AttemptLimit, who: str) -> bool:
    """Whether ``who`` may try once more."""
    return _list_recent(context, limit, who).count() < limit.most


def note_attempt(context: Context, limit: AttemptLimit, who: str) -> None:
    """Count an attempt, whatever there were before."""
    Attempt.objects.create(kind=limit.kind, tag=_tag_attempt(context, limit, who), at=context.now)


def find_last_attempt(context: Context, limit: AttemptLimit, who: str) -> datetime | None:
    """Return when ``who`` last tried."""
    found = Attempt.objects.filter(kind=limit.kind, tag=_tag_attempt(context, limit, who)).order_by("-at").first()
    return None if found is None else found.at


def count_since(context: Context, limit: AttemptLimit, who: str, start: datetime | None) -> int:
    """Return how often ``who`` has tried since ``start``, as far back as the limit looks."""
    recent = _list_recent(context, limit, who)
    return (recent if start is None else recent.filter(at__gte=start)).count()


def _list_recent(context: Context, limit: AttemptLimit, who: str) -> QuerySet[Attempt]:
    since, ahead = context.now - limit.within, context.now + limit.within  # by a clock that was ahead: not counted
    return Attempt.objects.filter(kind=limit.kind, tag=_tag_attempt(context, limit, who), at__gt=since, at__lte=ahead)


def _tag_attempt(context: Context, limit: AttemptLimit, who: str) -> str:
    return context.vault.tag("attempts", limit.kind, who)
