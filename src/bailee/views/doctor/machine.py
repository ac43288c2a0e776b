"""What stands on this machine, or is its own: books, clock, vault, ledger, disk."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from bailee.engine import high_water, ledger_entries
from bailee.engine.addresses import find_books_url
from bailee.engine.systems import make_connectors_of_context
from bailee.engine.time_check import find_doubts
from bailee.ledger import LedgerError
from bailee.store import BooksError, open_books, recovery
from bailee.store.context import Context
from bailee.store.sealed_store import HIGH_WATER, StateError
from bailee.vault import VaultError
from bailee.views.doctor.findings import DoctorFinding, look, well

# Imports stand in functions: models can be imported once the books are open.

LEAST_FREE = 1 << 30
"""Bytes that should be free where the books' folder is: where nothing can be written, nothing is done."""

SKEW = timedelta(seconds=5)
"""How far a machine's clock may be from the one of the books' server: leases are given by one, and judged by others."""


def books(context: Context) -> DoctorFinding:
    """Look whether the books can be opened, and their tables are as this version wants them."""
    try:
        open_books(find_books_url(context.policy, context.folder), migrate=False)
        pending = _pending()
    except BooksError as error:
        return look("books", error.message, error.hint)
    if pending is None:
        return look("books", "the books cannot be reached", "see that their database is there, and may be written")
    if pending:
        return look("books", f"{pending} migrations are pending", "bailee worker --once brings the tables up to date")
    return well("books", "open, their tables up to date")


def _pending() -> int | None:
    from django.db import DatabaseError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
        return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except DatabaseError:
        return None


def clock(context: Context) -> Iterator[DoctorFinding]:
    """Look whether this machine's clock is right, and how far it is from the one of the books' server."""
    from django.db import connection

    connectors = make_connectors_of_context(context)
    found = find_doubts(context.store, connectors)
    for says in found:
        hint = "set it right; or, where it is right: bailee confirm clock. Until then nothing is destroyed"
        yield look("clock", says, hint)
    if not found and connection.vendor != "postgresql":
        yield well("clock", "nothing says that it is wrong")
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        before = datetime.now(UTC)
        cursor.execute("SELECT clock_timestamp()")
        (there,) = cursor.fetchone()
        skew = apart(before, there, datetime.now(UTC))
    if skew > SKEW:
        says = f"this machine's clock and that of the books' server are {skew.total_seconds():.0f} s apart"
        yield look("clock", says, "let both follow a time server: leases are given by the clock")
    elif not found:
        yield well("clock", "as that of the books' server")


def apart(before: datetime, there: datetime, after: datetime) -> timedelta:
    """Return how far a clock that said ``there`` is, at least, from ours ``before`` and ``after`` it was asked.

    An answer that takes long is no wrong clock.
    """
    return max(before - there, there - after, timedelta())


def vault(context: Context) -> Iterator[DoctorFinding]:
    """Look whether the master key can be had, where it stands, and whether it could be recovered."""
    try:
        stands = recovery.read_recovery_status(context.store)
    except (VaultError, StateError) as error:
        yield look("vault", error.message, error.hint)
        return
    if stands.is_beside:
        hint = "vault: file:PATH elsewhere, then bailee vault adopt; keep it out of the books' backups"
        yield look("vault", "the master key is kept beside what it seals", hint)
    else:
        yield well("vault", f"its master key is in epoch {stands.epoch}")
    if stands.is_rotating:
        yield look("vault", "a rotation was cut short", "bailee vault rotate")
    if stands.needs_rehearsal:
        hint = "bailee vault recovery print, then bailee vault recovery rehearse"
        yield look("recovery", "nobody has rehearsed to recover the master key", hint)
    else:
        yield well("recovery", "rehearsed" if stands.rehearsed else "the key's own service sees to that")


def ledger(context: Context) -> DoctorFinding:
    """Compute the ledger anew."""
    try:
        restored = [*ledger_entries.find_unknown_acts(context.store, make_connectors_of_context(context))]
        if restored:
            return look("books", restored[0].says, "bailee confirm books says what else is missing, and what to do")
        _, size, findings = ledger_entries.inspect_ledger(context.store)
    except LedgerError as error:
        if error.code == "L603":
            return well("ledger", "not begun")
        return look("ledger", error.message, error.hint)
    except (StateError, VaultError) as error:
        return look("ledger", error.message, error.hint)
    if findings:
        return look("ledger", f"{len(findings)} things are wrong with it", "bailee ledger verify")
    return well("ledger", f"{size:,} entries hold")


def mark(context: Context) -> DoctorFinding:
    """Look whether anything outside of the books knows what was done: else books out of a backup go unnoticed."""
    try:
        file = high_water.find_file(context.store)
        is_noted = high_water.is_in_file(context.store) or context.store.get(HIGH_WATER, high_water.NUMBER) is None
        is_alone = high_water.is_alone(context.store)
    except (VaultError, StateError) as error:
        return look("mark", error.message, error.hint)
    places = [name for name, system in context.policy.systems.items() if system.plans_in]
    is_outside = file is not None and not file.absolute().is_relative_to(context.books.absolute())
    if not (places or is_alone):
        says = "another machine has noted more beside its master key: books out of a backup would not be noticed here"
        return look("mark", says, "let a system have a table for plans (plans_in), or all machines one file")
    if is_outside and is_noted:
        places.insert(0, "beside the master key")
    if places:
        return well("mark", f"what is done is noted outside of the books: {', '.join(places)}")
    hint = "let a system have a table for plans (plans_in), or Bailee write beside a master key that is kept elsewhere"
    return look("mark", "books out of a backup would not be noticed: nothing outside of them knows more", hint)


def disk(context: Context) -> DoctorFinding:
    """Look how much room is left for the books' folder."""
    place = context.books if context.books.exists() else context.folder
    free = shutil.disk_usage(place).free
    if free < LEAST_FREE:
        return look("disk", f"{free >> 20} MiB are free for the books", "make room: what cannot be written is not done")
    return well("disk", f"{free >> 30} GiB are free for the books")
