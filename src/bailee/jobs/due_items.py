"""Things that are due at a time: put down once, claimed by one worker at a time, finished or put off."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from bailee.jobs.statements import send_statement, spell_moment, write_statement
from bailee.store.models import Due
from bailee.store.models.ids import new_id

LEASE = timedelta(seconds=60)
"""How long a worker may be silent before another takes its work over."""

_THIS = "(id = %s AND token = %s)"


class LeaseLost(Exception):
    """Another worker has taken the work over, or may have: nothing more is to be done here."""

    def __init__(self) -> None:
        self.message, self.hint = "the lease was lost", "nothing: another worker goes on"
        super().__init__(self.message)


@dataclass(slots=True)
class Lease:
    """Leave to do what is due. ``token`` has grown with each claim; ``tries``: how often it has failed before.

    ``alive`` raises `LeaseLost` where the lease may have run out, and asks nobody; ``stops``: whether the worker has
    been told to stop. ``is_over``: it was let go of, with what is to become of it; ``is_done``: nothing more is.
    """

    due: str
    kind: str
    about: str
    holder: str
    token: int
    tries: int
    lasts: timedelta
    alive: Callable[[], None] = lambda: None
    stops: Callable[[], bool] = lambda: False
    is_over: bool = False
    is_done: bool = False

    def check(self) -> None:
        """Raise `LeaseLost` unless the lease runs still; in a transaction, it runs until that has ended."""
        row = Due.objects.filter(id=self.due, token=self.token, done_at=None, lease_until__isnull=False)
        if transaction.get_connection().in_atomic_block:
            row = row.select_for_update()
        if not row.values_list("id"):
            raise LeaseLost

    def renew(self, now: datetime) -> None:
        """Let the lease run anew from ``now`` (UTC). Raises `LeaseLost`."""
        if not renew_all([self], now):
            raise LeaseLost


def schedule_due(kind: str, about: str = "", *, at: datetime) -> None:
    """Let ``kind`` be done about ``about`` (an id, or a name; nobody's data) at ``at`` (UTC).

    There is one open row a kind and about: asked for twice, the earlier time holds. Where it is being done at this
    moment, it is done once more.
    """
    schedule_all([(kind, about, at)])


def schedule_all(wanted: Iterable[tuple[str, str, datetime]]) -> None:
    """Let several things be done, each a kind, what it is about, and when; in one statement."""
    values: list[Any] = []
    unique = {(kind, about): at for kind, about, at in sorted(wanted, key=lambda one: one[2], reverse=True)}
    for place, ((kind, about), at) in enumerate(unique.items(), time.time_ns()):
        values += [new_id(), kind, about, spell_moment(at), place]
    if unique:
        write_statement("later", values, ", ".join(["(%s, %s, %s, %s, %s, FALSE, '', 0, 0, '')"] * len(unique)))


def find_due(kinds: Collection[str], now: datetime, most: int, *, others: bool = False) -> list[tuple[str, str]]:
    """Return the id and kind of what is due at ``now`` (UTC) and nobody does, the earliest first, at most so much.

    What is due at one moment comes in the order in which it was asked for, as letters to one person do. It is of
    ``kinds``, or of the ``others``. Another worker may claim it before this one does.
    """
    names = ["", *kinds]  # a list in SQL is never empty
    values = [spell_moment(now), spell_moment(now), spell_moment(now), *names, not others, most]
    return [(id, kind) for id, kind in send_statement("next", values, ", ".join(["%s"] * len(names)))]


def claim_due(due: str, holder: str, now: datetime, lasts: timedelta = LEASE) -> Lease | None:
    """Return the lease of the row ``due`` for the worker ``holder``, or `None` where it is over, or another has it.

    A row that is locked at this moment is another's, too.
    """
    return next(iter(claim_all([due], holder, now, lasts)), None)


def claim_all(dues: Sequence[str], holder: str, now: datetime, lasts: timedelta = LEASE) -> list[Lease]:
    """Return the leases of those of the rows ``dues`` that `claim` would give, in their order; in one statement."""
    values = [*dues, holder, spell_moment(now + lasts), spell_moment(now), spell_moment(now)]
    rows = send_statement("claim", values, ", ".join(["%s"] * len(dues)))
    found = {id: Lease(id, kind, about, holder, token, tries, lasts) for id, kind, about, token, tries in rows}
    return [found[due] for due in dict.fromkeys(dues) if due in found]


def renew_all(leases: Sequence[Lease], now: datetime) -> frozenset[str]:
    """Let leases of one worker run anew from ``now`` (UTC); return the ids of what is due whose lease does."""
    return _send_to("renew", leases, spell_moment(now + leases[0].lasts))


def finish_due(lease: Lease, now: datetime) -> bool:
    """Say that it is done; whether it was still ours. One that was asked for meanwhile stays open."""
    return bool(finish_all([lease], now))


def end_due(lease: Lease, now: datetime) -> None:
    """Say that it is done, if it is still ours."""
    values = [lease.due, lease.token, spell_moment(now), lease.due, lease.token]
    write_statement("finish", values, _THIS)
    lease.is_over = lease.is_done = True


def finish_all(leases: Sequence[Lease], now: datetime) -> frozenset[str]:
    """Say that all that is done; return the ids of what was still ours."""
    ours = _send_to("finish", leases, spell_moment(now))
    for lease in leases:
        lease.is_over = True
    return ours


def _send_to(name: str, leases: Sequence[Lease], at: Any) -> frozenset[str]:
    tokens = [value for lease in leases for value in (lease.due, lease.token)]
    rows = send_statement(name, [*tokens, at, *tokens], " OR ".join([_THIS] * len(leases)))
    return frozenset(id for (id,) in rows)


def read_due_time(lease: Lease) -> datetime:
    """Return when what is done under ``lease`` is due (UTC)."""
    at: datetime = Due.objects.values_list("at", flat=True).get(id=lease.due)
    return at


def postpone_due(lease: Lease, until: datetime, problem: str) -> None:
    """Let it be done at the time at which it is due, but not be looked at before ``until`` (UTC).

    Both times may be of a clock that is wrong: the one at which it is due stays as it was. ``problem``: why it waits.
    """
    ours = Due.objects.filter(id=lease.due, token=lease.token, done_at=None, lease_until__isnull=False)
    ours.update(holder="", lease_until=None, not_before=until, problem=problem)
    lease.is_over = True


def retry_due(lease: Lease, at: datetime, problem: str = "", *, kind: str = "", tries: int | None = None) -> bool:
    """Let it be done again at ``at``, as another ``kind`` if one is named; whether it was still ours.

    ``problem``: the code of what stood in the way, never a message; with one, it counts as tried once more.
    """
    tried = lease.tries + 1 if problem else 0
    kind = kind or lease.kind
    values = [kind, spell_moment(at), tried if tries is None else tries, problem[:64], lease.due, lease.token]
    try:
        with transaction.atomic():
            count = write_statement("again", values)
    except IntegrityError:  # the other kind is due already
        schedule_due(kind, lease.about, at=at)
        return finish_due(lease, at)
    lease.is_over = True
    return count > 0
