"""Plans carried out: applied when their time has come, looked at once more a day later, receipted, and over.

The engine's sealed case and its openings in the ledger know how far a plan has come; each function here can be begun
again by another worker, at whatever point the one before has died, and does what is left.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from time import monotonic

from django.db import transaction

from bailee import plan as plans
from bailee.engine import ledger_entries
from bailee.engine.apply import apply_plan
from bailee.engine.high_water import BegunBefore
from bailee.engine.journal import OUTCOME, SETTLE
from bailee.engine.recheck import recheck_plan
from bailee.engine.results import ApplyResult, RecheckResult, StalePlan
from bailee.engine.systems import Systems, open_systems_of_context
from bailee.jobs.due_items import Lease, end_due, retry_due
from bailee.ledger import receipt as receipts
from bailee.requests import approval, request_plans
from bailee.requests.plan_end import end_plan
from bailee.requests.plan_rows import lock_plan
from bailee.requests.steps import BooksJournal
from bailee.requests.timeline import note_event
from bailee.store.context import Context
from bailee.store.models import Plan, PlanState, Receipt, Status

DAY = timedelta(days=1)

FILES_LEFT, CAME_BACK, NOT_CLEAN = "files_left", "came_back", "not_clean"
"""Codes of what a person should look at: files that do not go, rows that come back, rows that were not dealt with."""


def carry_out_plan(context: Context, plan_id: str, lease: Lease) -> datetime | None:
    """Carry an approved plan out, and return when to go on with it, if ever (UTC).

    Raises what `approval.begin_plan` and the engine raise, but `StalePlan`: such a plan is made again;
    and `BegunBefore`: staff see to that.
    """
    row = approval.begin_plan(context, plan_id)
    if row is None:
        return None
    plan = plans.read_plan(row.document)
    with (
        open_worker_systems(context, lease) as systems,
        systems.store.alone(about=ledger_entries.list_entry_places(plan)),
    ):
        journal = BooksJournal(row.id, lease, _make_clock(context))
        try:
            applied = apply_plan(systems, plan, journal, settle=True)
        except StalePlan as stale:
            request_plans.mark_stale(context, row.id, stale.reasons)
            return None
        except BegunBefore as before:
            request_plans.leave_to_staff(context, row.id, before.message)
            return None
        with systems.store.with_other_books():
            lock_plan(row.id)  # before a step refers to it, which locks it too: all lock the request first
            journal.write()
            if journal.is_resumed or applied.again:
                journal.mend(applied.outcomes, OUTCOME)
            if applied.files_left:
                retry_due(lease, context.now + DAY / 24, FILES_LEFT)
            elif applied.settling:
                _schedule_recheck(context, row, applied, lease)
            else:
                _finish_plan(context, systems, row, plan, lease)
    return None


def recheck_done_plan(context: Context, plan_id: str, lease: Lease) -> datetime | None:
    """Look once more at what a plan has done; deal with rows that came back; then hand out the receipt and end it."""
    row = Plan.objects.select_related("request").get(id=plan_id)
    if row.state != PlanState.SETTLING:
        return None
    plan = plans.read_plan(row.document)
    with (
        open_worker_systems(context, lease) as systems,
        systems.store.alone(about=ledger_entries.list_entry_places(plan)),
    ):
        journal = BooksJournal(row.id, lease, _make_clock(context))
        settled = recheck_plan(systems, plan, journal)
        if not settled.is_over:
            settled = _recheck_systems(systems, plan, journal) or settled
        with systems.store.with_other_books():
            lock_plan(row.id)  # likewise
            journal.write()
            if settled.again:
                journal.mend((), SETTLE)
            _note_strangers(context, row, settled)
            if settled.is_over:
                _finish_plan(context, systems, row, plan, lease)
            else:
                _note_returned_rows(context, row, settled)
                retry_due(lease, context.now + DAY, CAME_BACK)
    return None


def _make_clock(context: Context) -> Callable[[], datetime]:
    """Return a clock that shows the context's time, and goes."""
    began = monotonic()
    return lambda: context.now + timedelta(seconds=monotonic() - began)


@contextmanager
def open_worker_systems(context: Context, lease: Lease) -> Iterator[Systems]:
    """Yield the systems for a worker: it waits for the books, and writes nothing once its lease may have run out."""
    with open_systems_of_context(context) as systems, context.store.fenced(lease.alive):
        yield systems


def _recheck_systems(systems: Systems, plan: plans.PlanDocument, journal: BooksJournal) -> RecheckResult | None:
    try:
        return recheck_plan(systems, plan, journal, again=True)
    except (StalePlan, BegunBefore):  # it is not what was approved: it is for a person to say what becomes of it
        return None


def _schedule_recheck(context: Context, row: Plan, applied: ApplyResult, lease: Lease) -> None:
    """Note that the plan was carried out, and that it is looked at again; all at once, or not at all."""
    left = sum(one.count for one in applied.residuals)
    at = context.now + timedelta(hours=context.policy.firm.requests.settle_hours)
    with transaction.atomic():
        if row.request is not None:  # first, as whoever locks both locks it first
            row.request.status = Status.SETTLING
            row.request.save(update_fields=["status"])
            counts = Counter[str]()
            for outcome in applied.outcomes:
                counts[outcome.fate] += outcome.count
            note_event(context, row.request, "acted", plan=row.id, residual=left, again=at.isoformat(), **counts)
        row.state, row.residual = PlanState.SETTLING, left
        row.save(update_fields=["state", "residual"])
        retry_due(lease, at, NOT_CLEAN if left else "", kind="settle")


def _note_returned_rows(context: Context, row: Plan, settled: RecheckResult) -> None:
    left = sum(one.count for one in settled.residuals)
    if row.residual == left and row.request_id:
        return
    with transaction.atomic():
        row.residual = left
        row.save(update_fields=["residual"])
        if row.request is not None:
            note_event(context, row.request, CAME_BACK, plan=row.id, rows=left)


def _note_strangers(context: Context, row: Plan, settled: RecheckResult) -> None:
    """Let staff know that keys of the person's have been given anew: somebody may look whose rows those are."""
    if settled.strangers and row.request is not None:
        note_event(
            context, row.request, "keys_given_anew", plan=row.id, rows=sum(one.count for one in settled.strangers)
        )


def _finish_plan(context: Context, systems: Systems, row: Plan, plan: plans.PlanDocument, lease: Lease) -> None:
    """Hand out the receipt, once, and end the plan with its request; then nothing is due any more."""
    if row.request_id:
        ledger_entries.hand_out_receipt(systems, plan, lambda text: _keep_receipt(context, row, text))
    end_plan(context, systems, row, plan)
    end_due(lease, context.now)


def _keep_receipt(context: Context, row: Plan, text: str) -> None:
    """Keep the receipt, sealed, until the person has it; one that was kept by a worker that died then stays."""
    sealed = context.vault.seal(f"request:{row.request_id}", text.encode(), about=f"receipt:{row.id}")
    kept = {"plan": row, "request_id": row.request_id, "entry": receipts.parse(text).index, "issued_at": context.now}
    Receipt.objects.bulk_create([Receipt(**kept, sealed=sealed)], ignore_conflicts=True)
