"""Copies and what a person takes along: packed by a worker into a parcel, which the person fetches.

Nobody here can see whether a download arrived: it may break off when the server, or a proxy, already has all of it. So
a parcel that was fetched can be fetched again for `REFETCH_TIME`, by the same proof as at first, and is then destroyed.
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
from bailee.requests.parcels import destroy_parcel, find_folder, name_key, open_parcel, seal_file
from bailee.requests.request_content import list_confirmed_rows, open_asked
from bailee.requests.request_end import end_request
from bailee.requests.request_letters import build_request_link, send_letter
from bailee.requests.request_locks import locked_request, must_be_permitted, must_fit
from bailee.requests.timeline import note_event
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

REFETCH_TIME = timedelta(hours=24)
"""How long a parcel that its person has fetched stays, since the download may have broken off; no longer than
`EXPIRES` in all."""

DESTROY = "destroy"
"""The job that destroys a parcel whose time is over."""


def schedule_packing(context: Context, request: Request) -> None:
    """Let a worker pack what ``request`` asks for. Where staff say so, rows that wait to be confirmed are left out."""
    if not context.staff:
        if request.status == Status.OPEN:
            schedule_due("package", request.id, at=context.now)
        return
    with locked_request(context, request, permissions.PACK):
        note_event(context, request, _LOOKED_AT)
        schedule_due("package", request.id, at=context.now)


def pack_copy(context: Context, systems: Systems, request: Request) -> Parcel | None:
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
    must_be_permitted(context, permissions.PACK)
    must_fit(request, permissions.PACK)
    if not copy_links.is_still_trusted(context, systems, request):
        return None
    parcel = Parcel(id=new_id(), request=request, kind=request.right, made_at=context.now)
    folder, parcel.path, parcel.expires_at = find_folder(context), f"parcels/{parcel.id}.sealed", context.now + EXPIRES
    with _make_work_folder(folder / f"{request.id}.packing") as bench:
        asked = open_asked(context, request).identities
        rows = list_confirmed_rows(context, request)
        with search_person(systems, asked, confirmed=rows, despite="their own copy") as found:
            if found.persons.to_confirm and not _is_looked_at(context, request):
                return None
            summary = _write_package(found, request, bench / "copy.zip")
            reasons, missed = tuple(list_left_out(found, summary)), list_missed(found)
        parcel.size = seal_file(context.vault, parcel.id, summary.target, context.books / parcel.path)
    with locked_request(context, request, permissions.PACK):
        parcel.save()
        note_event(context, request, "packed", rows=summary.rows, files=summary.files, withheld=summary.withheld,
             missing=summary.missing + summary.unreadable, shared=summary.shared, left_out=len(reasons))  # fmt: skip
        end_request(context, request, Outcome.PARTLY if summary.missing or summary.unreadable else Outcome.DONE)
        _tell_ready(context, request, parcel, reasons, missed)
    return parcel


def _is_looked_at(context: Context, request: Request) -> bool:
    """Whether staff have seen that rows wait to be confirmed; if not, they are told, once."""
    kinds = {*request.events.filter(kind__in=(_LOOKED_AT, _WAITS)).values_list("kind", flat=True)}
    if not kinds:
        note_event(context, request, _WAITS)
    return bool(context.staff) or _LOOKED_AT in kinds


def _tell_ready(
    context: Context, request: Request, parcel: Parcel, reasons: tuple[str, ...], missed: tuple[str, ...]
) -> None:
    """Tell the person that they can have it; without a site where they could fetch it, staff hand it over.

    Of whom no code was asked has a one-time link, at the address on file.
    """
    if copy_links.send_link(context, request, parcel, reasons=reasons, not_looked_at=missed):
        return
    link = build_request_link(context, request)
    facts = {"link": link, "expires": parcel.expires_at, "reasons": reasons, "not_looked_at": missed}
    send_letter(context, request, "download_ready", **facts)
    if not link:
        note_event(context, request, "hand_over", parcel=parcel.id)


def _write_package(found: Search, request: Request, target: Path) -> PackageSummary:
    if request.right == Right.PORTABILITY:
        return write_portable_copy(found, target, request.reference)
    return write_copy(found, target, reference=request.reference)


def list_left_out(found: Search, summary: PackageSummary) -> Iterator[str]:
    """Yield what is not in a copy, and why, in words for the person: counts, and nothing that names anybody."""
    if summary.withheld:
        yield f"{_spell_count(summary.withheld, 'value')} of other people, which are theirs (Art. 15(4))"
    if summary.shared:
        yield f"{_spell_count(summary.shared, 'file')} that records of other people name too (Art. 15(4))"
    if unreadable := summary.missing + summary.unreadable:
        yield f"{_spell_count(unreadable, 'file')} that our records name and that cannot be read"
    if found.persons.to_confirm:
        count = _spell_count(len(found.persons.to_confirm), "record")
        yield f"{count} that may be yours: that an address or number is the same is no proof"
    listed = sum(one.count for one in found.find_listed())
    if listed:
        yield f"{_spell_count(listed, 'record')} with a number that may have been another's at the time"


def _spell_count(count: int, what: str) -> str:
    return f"{count:,} {what}{'s'[: count != 1]}"


@contextmanager
def _make_work_folder(path: Path) -> Iterator[Path]:
    """Yield a folder for what is not sealed yet, emptied before, too: a worker may have died at it."""
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(mode=0o700)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


# --- fetching -------------------------------------------------------------------------------------------------


def fetch_copy(
    context: Context, parcel: Parcel, write: Callable[[bytes], object], *, reason: Reason | None = None
) -> None:
    """Give the bytes of a parcel to ``write``. Once its person has had all of it, it stays for `REFETCH_TIME`.

    Staff fetch it for somebody who cannot, for a ``reason`` that is recorded; then it stays until it expires. Raises
    `NotAllowed` where it is gone or has expired, `InvalidSealError` where it is damaged.
    """
    for piece in stream_copy(context, parcel, reason=reason):
        write(piece)


def stream_copy(context: Context, parcel: Parcel, *, reason: Reason | None = None) -> Iterator[bytes]:
    """Yield what `fetch_copy` writes; the parcel is fetched when the last piece was taken."""
    staff = must_be_permitted(context, permissions.FETCH)
    must_fit(parcel.request, permissions.FETCH)
    if parcel.gone_at is not None or context.now >= parcel.expires_at:
        raise NotAllowed("the parcel is gone: the time in which it could be fetched is over", "ask for it again")
    if staff is not None:
        if reason is None:
            raise NotAllowed("a parcel is a person's: to fetch it needs a reason", "say why they cannot fetch it")
        access_log.log_access(context, "parcel", reason, parcel.request)
    return _stream_pieces(context, parcel, is_theirs=staff is None)


def _stream_pieces(context: Context, parcel: Parcel, *, is_theirs: bool) -> Iterator[bytes]:
    yield from open_parcel(context, parcel)
    if not connection.in_atomic_block:  # another thread may have begun: here the books may have been closed long ago
        close_old_connections()
    parcel.fetched_at = context.now
    parcel.save(update_fields=["fetched_at"])
    note_event(context, parcel.request, "fetched")
    until = context.now + REFETCH_TIME
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
    destroy_parcel(context, parcel)
    return None


def destroy_unfetched(context: Context) -> int:
    """Destroy the parcels that nobody fetched in time; return how many those were.

    What workers have left that died before a parcel was in the books goes, too.
    """
    for path in find_folder(context).iterdir():
        is_old = context.now.timestamp() - path.stat().st_mtime > _ABANDONED.total_seconds()
        if is_old and path.suffix == ".packing":
            shutil.rmtree(path, ignore_errors=True)
        elif is_old and not Parcel.objects.filter(id=path.stem, gone_at=None).exists():
            context.vault.shred(name_key(path.stem))
            path.unlink(missing_ok=True)
    expired = list(Parcel.objects.filter(gone_at=None, expires_at__lte=context.now))
    for parcel in expired:
        destroy_parcel(context, parcel)
    return len(expired)
