"""Receipts for what was done: the person has them by the portal, or from a member of staff who is known for it."""

from __future__ import annotations

from bailee.engine.plans import NotAllowed
from bailee.requests import permissions
from bailee.requests.request_locks import locked_request
from bailee.requests.timeline import note_event
from bailee.store import access_log
from bailee.store.access_log import Reason
from bailee.store.context import Context
from bailee.store.models import Receipt, Request


def hand_out_receipts(context: Context, request: Request, reason: Reason) -> list[tuple[Receipt, str]]:
    """Return the receipts of ``request`` with their text, the oldest first; who hands them out, and why, is noted.

    Raises `NotAllowed`.
    """
    with locked_request(context, request, permissions.HAND_OUT):
        found = list(request.receipts.exclude(sealed=None).order_by("issued_at", "id"))
        if not found:
            raise NotAllowed("there is no receipt", "one is made when a plan has come to its end")
        access_log.log_access(context, "receipt", reason, request)
        note_event(context, request, "receipt_handed")
        return [(one, read_receipt(context, one)) for one in found]


def read_receipt(context: Context, receipt: Receipt) -> str:
    """Return the file of a receipt, and note that its person has it."""
    about = f"receipt:{receipt.plan_id}"
    text = context.vault.open(f"request:{receipt.request_id}", bytes(receipt.sealed or b""), about=about).decode()
    if receipt.fetched_at is None:
        receipt.fetched_at = context.now
        receipt.save(update_fields=["fetched_at"])
    return text
