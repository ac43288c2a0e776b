"""Copies and what a person takes along: packed by a worker into a parcel, which the person fetches.

Nobody here can see whether a download arrived: it may break off when the server, or a proxy, already has all of it. So
a parcel that was fetched can be fetched again for `AGAIN`, by the same proof as the first time, and is then destroyed.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from django.db import close_old_connections, connection

from bailee.engine.copies import list_missed, write_copy, write_portable_copy
from bailee.engine.package import PackageSummary
from bailee.engine.people import Search, search_person
from bailee.engine.plans import NotAllowed
from bailee.engine.systems import Systems
from bailee.jobs.due_items import schedule_due
from bailee.requests import copy_links, permissions
from bailee.requests.parcels import destroy, folder_of, key_of, opened, seal_file
from bailee.requests.request_content import confirmed_rows, open_asked
from bailee.requests.request_end import end
from bailee.requests.request_letters import link_of, say
from bailee.requests.request_locks import locked_request, must, must_fit
from bailee.requests.timeline import tell
from bailee.store import access_log
from bailee.store.access_log import Reason
from bailee.store.context import Context
from bailee.store.models import Outcome, Parcel, Request, Right, Status
from bailee.store.models.ids import new_id

_ABANDONED = timedelta(days=1)
"""How old something is to which no worker comes back."""

_LOOKED_AT, _WAITS = "looked_at", "rows_to_confirm"
"""Events: staff have looked at the rows that wait for a word of theirs; there are such rows."""

EXPIRES = timedelta(days=30)
"""How long a parcel waits to be fetched."""

AGAIN = timedelta(hours=24)
"""How long a parcel that its person has fetched stays, since the download may have broken off; no longer than
`EXPIRES` in all."""

DESTROY = "destroy"
"""The job that destroys a parcel whose time is over."""


def have_packed(context: Context, request: Request) -> None:
    """Let a worker pack what ``request`` asks for. Where staff say so, rows that wait to be confirmed are left out."""
    if not context.staff:
        if request.status == Status.OPEN:
            schedule_due("package", request.id, at=context.now)
        return
    with locked_request(context, request, permissions.PACK):
        tell(context, request, _LOOKED_AT)
        schedule_due("package", request.id, at=context.now)


def package(context: Context, systems: Systems, request: Request) -> Parcel | None:
    """Pack what ``request`` asks for, tell the person that it is ready, and close it; a second time nothing happens.

    Where rows wait to be confirmed and nobody has looked, it waits for staff, and ``None`` is returned. What is left
    out is told with its reason: other people's values, files that are not there, rows that nobody has confirmed.
    Where it goes to an address on file without a code, and one of the person's has changed meanwhile, they are asked
    for the code after all. Raises `NotAllowed`, `ConnectorError`, `PackageError`, `StateError`.
    """
    if not context.staff and request.status != Status.OPEN:
        return request.parcels.last()
    if not context.staff and request.pauses.filter(answered_on=None).exists():
        return None  # the person is asked what they mean: it is packed when they have said it
    must(context, permissions.PACK)
    must_fit(request, permissions.PACK)
    if not copy_links.stands(context, systems, request):
        return None
    parcel = Parcel(id=new_id(), request=request, kind=request.right, made_at=context.now)
    folder, parcel.path, parcel.expires_at = folder_of(context), f"parcels/{parcel.id}.sealed", context.now + EXPIRES
    with _bench(folder / f"{request.id}.packing") as bench:
        asked = open_asked(context, request).identities
        rows = confirmed_rows(context, request)
        with search_person(systems, asked, confirmed=rows, despite="their own copy") as found:
            if found.persons.to_confirm and not _is_looked_at(context, request):
                return None
            summary = _written(found, request, bench / "copy.zip")
            reasons, missed = tuple(left_out(found, summary)), list_missed(found)
        parcel.size = seal_file(context.vault, parcel.id, summary.target, context.books / parcel.path)
    with locked_request(context, request, permissions.PACK):
        parcel.save()
        tell(context, request, "packed", rows=summary.rows, files=summary.files, withheld=summary.withheld,
             missing=summary.missing + summary.unreadable, shared=summary.shared, left_out=len(reasons))  # fmt: skip
        end(context, request, Outcome.PARTLY if summary.missing or summary.unreadable else Outcome.DONE)
        _tell_ready(context, request, parcel, reasons, missed)
    return parcel


def _is_looked_at(context: Context, request: Request) -> bool:
    """Whether staff have seen that rows wait to be confirmed; if not, they are told, once."""
    kinds = {*request.events.filter(kind__in=(_LOOKED_AT, _WAITS)).values_list("kind", flat=True)}
    if not kinds:
        tell(context, request, _WAITS)
    return bool(context.staff) or _LOOKED_AT in kinds


def _tell_ready(
    context: Context, request: Request, parcel: Parcel, reasons: tuple[str, ...], missed: tuple[str, ...]
) -> None:
    """Tell the person that they can have it; without a site where they could fetch it, staff hand it over.

    Of whom no code was asked has a one-time link, at the address on file.
    """
    if copy_links.send(context, request, parcel, reasons=reasons, not_looked_at=missed):
        return
    link = link_of(context, request)
    facts = {"link": link, "expires": parcel.expires_at, "reasons": reasons, "not_looked_at": missed}
    say(context, request, "download_ready", **facts)
    if not link:
        tell(context, request, "hand_over", parcel=parcel.id)


def _written(found: Search, request: Request, target: Path) -> PackageSummary:
    if request.right == Right.PORTABILITY:
        return write_portable_copy(found, target, request.reference)
    return write_copy(found, target, reference=request.reference)


def left_out(found: Search, summary: PackageSummary) -> Iterator[str]:
    """Yield what is not in a copy, and why, in words for the person: counts, and nothing that names anybody."""
    if summary.withheld:
        yield f"{_many(summary.withheld, 'value')} of other people, which are theirs (Art. 15(4))"
    if summary.shared:
        yield f"{_many(summary.shared, 'file')} that records of other people name too (Art. 15(4))"
    if summary.missing or summary.unreadable:
        yield f"{_many(summary.missing + summary.unreadable, 'file')} that our records name and that cannot be read"
    if found.persons.to_confirm:
        count = _many(len(found.persons.to_confirm), "record")
        yield f"{count} that may be yours: that an address or number is the same is no proof"
    listed = sum(one.count for one in found.listed())
    if listed:
        yield f"{_many(listed, 'record')} with a number that may have been another's at the time"


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'s'[: count != 1]}"


@contextmanager
def _bench(path: Path) -> Iterator[Path]:
    """Yield a folder for what is not sealed yet, emptied before, too: a worker may have died at it."""
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(mode=0o700)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


# --- fetching -------------------------------------------------------------------------------------------------


def fetch(context: Context, parcel: Parcel, write: Callable[[bytes], object], *, reason: Reason | None = None) -> None:
    """Give the bytes of a parcel to ``write``. Once its person has had all of it, it stays for `AGAIN`.

    Staff fetch it for somebody who cannot, for a ``reason`` that is recorded; then it stays until it expires. Raises
    `NotAllowed` where it is gone or has expired, `InvalidSealError` where it is damaged.
    """
    for piece in pieces(context, parcel, reason=reason):
        write(piece)


def pieces(context: Context, parcel: Parcel, *, reason: Reason | None = None) -> Iterator[bytes]:
    """Yield what `fetch` writes; the parcel is fetched when the last piece was taken."""
    staff = must(context, permissions.FETCH)
    must_fit(parcel.request, permissions.FETCH)
    if parcel.gone_at is not None or context.now >= parcel.expires_at:
        raise NotAllowed("the parcel is gone: the time in which it could be fetched is over", "ask for it again")
    if staff is not None:
        if reason is None:
            raise NotAllowed("a parcel is a person's: to fetch it needs a reason", "say why they cannot fetch it")
        access_log.of(context, "parcel", reason, parcel.request)
    return _pieces(context, parcel, is_theirs=staff is None)


def _pieces(context: Context, parcel: Parcel, *, is_theirs: bool) -> Iterator[bytes]:
    yield from opened(context, parcel)
    if not connection.in_atomic_block:  # another thread may have begun: here the books may have been closed long ago
        close_old_connections()
    parcel.fetched_at = context.now
    parcel.save(update_fields=["fetched_at"])
    tell(context, parcel.request, "fetched")
    until = context.now + AGAIN
    if is_theirs and Parcel.objects.filter(id=parcel.id, expires_at__gt=until).update(expires_at=until):
        schedule_due(DESTROY, parcel.id, at=until)  # a second time it is over by then: the first download counts


def destroy_expired(context: Context, parcel_id: str) -> datetime | None:
    """Destroy a parcel whose time is over; where it is gone, nothing happens.

    Return when to come back (UTC) where its time is not over yet.
    """
    parcel = Parcel.objects.filter(id=parcel_id, gone_at=None).first()
    if parcel is None:
        return None
    if parcel.expires_at > context.now:
        return parcel.expires_at
    destroy(context, parcel)
    return None


def expire(context: Context) -> int:
    """Destroy the parcels that nobody fetched in time; return how many those were.

    What workers have left that died before a parcel was in the books goes, too.
    """
    for path in folder_of(context).iterdir():
        is_old = context.now.timestamp() - path.stat().st_mtime > _ABANDONED.total_seconds()
        if is_old and path.suffix == ".packing":
            shutil.rmtree(path, ignore_errors=True)
        elif is_old and not Parcel.objects.filter(id=path.stem, gone_at=None).exists():
            context.vault.shred(key_of(path.stem))
            path.unlink(missing_ok=True)
    expired = list(Parcel.objects.filter(gone_at=None, expires_at__lte=context.now))
    for parcel in expired:
        destroy(context, parcel)
    return len(expired)
