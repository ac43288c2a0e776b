"""Rows that matched and waited for a person's word: which were confirmed, sealed, and by whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bailee.books.models import Confirmation, Request
from bailee.runner.office import Office
from bailee.runner.requests.asked import open_note, seal_note


def note_confirmed(office: Office, request: Request, rows: Sequence[str]) -> None:
    """Write down that whoever acts has confirmed ``rows`` (``system.collection:key``), in the caller's transaction."""
    sealed = seal_note(office, request, _about(request), {"rows": list(rows)})
    Confirmation.objects.create(request=request, by_id=office.staff, at=office.now, sealed=sealed)
    request.around = replace(request.around, confirmed=True)


def confirmed_rows(office: Office, request: Request) -> tuple[str, ...]:
    """Return the rows that were confirmed for ``request``, each once."""
    found: dict[str, None] = {}
    if request.around.confirmed is False:
        return ()
    for one in request.confirmations.order_by("id"):
        found |= dict.fromkeys(open_note(office, request, _about(request), bytes(one.sealed))["rows"])
    return tuple(found)


def _about(request: Request) -> str:
    return f"request:{request.id}:confirmed"
