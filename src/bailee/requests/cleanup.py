"""How long the books keep each kind of row, and the daily round that enforces it.

A policy that is held against every system is held against its own books, too: `ROW_RETENTIONS` names every table of the
books, a test sees to it, and `delete_expired_rows` deletes what is past its time. Requests go with all that is theirs
on the day that closing them set (`Request.forget_on`); what is said here is about the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt, AccessAttemptExpiration, AccessFailureLog, AccessLog
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q, QuerySet

from bailee.engine import ledger_entries
from bailee.policy import Period
from bailee.policy.dates import add
from bailee.store import models as books
from bailee.store.context import Context
from bailee.store.sessions import AHEAD

DAY, MONTH, YEAR = timedelta(days=1), timedelta(days=30), timedelta(days=365)


@dataclass(frozen=True, slots=True)
class RowRetention:
    """How long rows of one table stay. ``since``: the moment that the time counts from, null while it is open.

    ``time``: ``None``: rows go with what they belong to, or stay; ``why`` says which, and for what reason. ``key``: the
    kind of data key under which a row is sealed, which is shredded with it.
    """

    why: str
    since: str = ""
    time: timedelta | None = None
    key: str = ""


WITH_ITS_REQUEST = RowRetention("goes with its request")
LIMITATION = Period(72)
"""Six years: claims about what was disclosed, held or looked at (Limitation Act 1980 s. 2 and 5)."""

SIX_YEARS = timedelta(days=6 * 365 + 2)

ROW_RETENTIONS: Mapping[type[Model], RowRetention] = {
    books.Request: RowRetention("until forget_on, set when it is closed by `requests: keep` of the policy"),
    books.RequestTag: WITH_ITS_REQUEST,
    books.Pause: WITH_ITS_REQUEST,
    books.Event: WITH_ITS_REQUEST,
    books.Proof: WITH_ITS_REQUEST,
    books.Confirmation: WITH_ITS_REQUEST,
    books.Message: WITH_ITS_REQUEST,
    books.Parcel: WITH_ITS_REQUEST,
    books.Receipt: WITH_ITS_REQUEST,
    books.Notification: WITH_ITS_REQUEST,
    books.Restriction: WITH_ITS_REQUEST,
    books.Step: RowRetention("goes with its plan"),
    books.Approval: RowRetention("goes with its plan"),
    books.HoldTag: RowRetention("goes with its hold"),
    books.Mending: RowRetention("stays while the promise does: it says which member of staff fixes it, by an id"),
    books.Worker: RowRetention("a day after it was last seen: it was killed, or has ended", "seen_at", DAY),
    books.Attempt: RowRetention("a code that went by letter can be tried for four weeks", "at", MONTH),
    books.SeenContact: RowRetention("to see that a contact changed since a person last asked", "seen_at", 3 * YEAR),
    books.Idempotency: RowRetention("a call is made again within a day", "made_at", DAY),
    books.WebhookDelivery: RowRetention("so that a program's owner can look for what was missed", "made_at", MONTH),
    books.Due: RowRetention("so that it can be told what was done and when", "done_at", MONTH),
    books.Plan: RowRetention(
        "who approved what, while it can be contested; of a request: with it", "made_at", SIX_YEARS
    ),
    books.HandHold: RowRetention("why something was kept, while it can be contested", "lifted_at", SIX_YEARS, "hold"),
    books.Authorisation: RowRetention(
        "that leave was given, while a disclosure can be contested", "withdrawn_at", SIX_YEARS, "authorisation"
    ),
    books.Disclosure: RowRetention("what was told to whom, while it can be contested", "disclosed_at", SIX_YEARS),
    books.Reading: RowRetention("who looked at a person's data, while it can be contested", "at", SIX_YEARS),
    books.Staff: RowRetention("who acted, while it can be contested", "left_at", SIX_YEARS),
    books.StaffChange: RowRetention("who gave whom which rights, while it can be contested", "at", SIX_YEARS),
    books.WebSession: RowRetention("a session ends by itself after hours", "used_at", DAY),
    books.Invitation: RowRetention("a link holds for a day", "expires_at", DAY),
    books.Token: RowRetention("a month after it has run out", "expires_at", MONTH),
    books.Webhook: RowRetention("a month after it was stopped", "stopped_at", MONTH, "webhook"),
    books.Suppression: RowRetention("for good: those who objected must not come back with an old list (Art. 21(3))"),
    books.Sealed: RowRetention("cases go with the last hold, openings by their own retention: see the ledger"),
    books.CaseDigest: RowRetention("goes with its case: a keyed hash, from which nobody tells what it is of"),
    books.Page: RowRetention("nothing in it is personal"),
    books.WrappedKey: RowRetention("goes when what it sealed is to be gone"),
    Authenticator: RowRetention("a second factor goes when its owner removes it, or leaves"),
    AccessAttempt: RowRetention("a wrong password counts for a quarter of an hour", "attempt_time", DAY),
    **dict.fromkeys((ContentType, Group, Permission), RowRetention("Django's own, and empty of persons")),
    **dict.fromkeys(
        (EmailAddress, EmailConfirmation, AccessLog, AccessFailureLog, AccessAttemptExpiration),
        RowRetention("of allauth and django-axes, and always empty: no address of staff stands in clear"),
    ),
}
"""Every table of the books, and how long its rows stay."""


def delete_expired_rows(context: Context) -> Mapping[str, int]:
    """Delete what is past its time; return how many rows of which table went. A second time nothing happens."""
    gone: dict[str, int] = {}
    for table, kept in ROW_RETENTIONS.items():
        if kept.time is None:
            continue
        rows = _find_expired(table, kept, context.now)
        if table is books.Staff:
            gone[table.__name__] = _shred_names(context, rows)
            continue
        names = list(rows.values_list("pk", flat=True))
        for name in names if kept.key else ():
            context.vault.shred(f"{kept.key}:{name}")
        rows.filter(pk__in=names).delete()
        gone[table.__name__] = len(names)
    openings = ledger_entries.forget_openings(context.store, add(context.today, Period(-LIMITATION.months)))
    if openings:
        gone["openings"] = openings
    return {name: count for name, count in gone.items() if count}


def _find_expired(table: type[Model], kept: RowRetention, now: datetime) -> QuerySet[Model]:
    assert kept.time is not None
    past = Q(**{f"{kept.since}__lt": now - kept.time})
    if table is books.Plan:
        past &= Q(request=None)  # a request's plans go with it
    if table is books.WebSession:  # dated by a clock that was ahead: it is over
        past |= Q(used_at__gt=now + AHEAD) | Q(begun_at__gt=now + AHEAD)
    rows: QuerySet[Model] = table._default_manager.filter(past)  # noqa: SLF001 - as Django names what any table has
    return rows


def _shred_names(context: Context, rows: QuerySet[Model]) -> int:
    """Shred the names of staff who left long ago; their rows stay as random ids, since what they did points to them."""
    named = [one for one in rows if isinstance(one, books.Staff) and bytes(one.sealed)]
    for one in named:
        context.vault.shred(f"staff:{one.id}")
        one.sealed, one.tag = b"", one.id
        one.save(update_fields=["sealed", "tag"])
    return len(named)
