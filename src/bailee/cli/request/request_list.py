"""``bailee request list``: what is open, by the day on which it must be answered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from typer import Option

from bailee.cli import options
from bailee.cli.exits import Exit
from bailee.cli.request.entry import Staff, entered
from bailee.cli.request.state import state_json, to_tell
from bailee.cli.show import Line, columns, show, show_json
from bailee.cli.words import counted

if TYPE_CHECKING:
    from datetime import date

    from bailee.store.models import Request

# Imports stand in functions: a command loads what it uses, and `bailee --help` nothing of it.


def list_(
    policy: options.PolicyFolder = Path(),
    staff: Staff = "",
    *,
    unverified: Annotated[
        bool, Option("--unverified", help="Those whose person has not shown who they are, and no others.")
    ] = False,
    closed: Annotated[bool, Option("--closed", help="Those that are over, and no others.")] = False,
    json: options.AsJson = False,
) -> int:
    """List requests, the most urgent first: all that are open, and those whose person has not shown who they are.

    Of these the day is the one at worst, counted from receipt. It names nobody.
    """
    with entered(policy, staff) as context:
        from bailee.requests import staff_notifications
        from bailee.requests.request_list import can_see_unverified, list_requests
        from bailee.requests.unasked_people import list_requests_to_identify
        from bailee.store.models import Status

        may_see = can_see_unverified(context) or not context.staff
        to_ask = list(list_requests_to_identify(context.now).defer("sealed")) if may_see else []
        found, waiting = list_requests(context, Status.UNVERIFIED if unverified else Status.CLOSED if closed else None)
        if json:
            untold = [one.reference for one in staff_notifications.list_owed_requests()]
            to_see = [one.reference for one in to_ask]
            show_json(
                {
                    "requests": [_as_json(one) for one in found],
                    "unverified": waiting,
                    "untold": untold,
                    "to_identify": to_see,
                }
            )
            return Exit.DONE
        show(_page(found, context.today))
        if waiting and not unverified:
            more = f"{counted(waiting, 'request waits', 'requests wait')} for the person to show who they are"
            show([Line(""), Line(more, style="dim")])
        for one in to_ask:
            show([Line(""), Line(one.reference, (_to_identify(one),))])
        for one in staff_notifications.list_owed_requests():
            show([Line(""), Line(one.reference, tuple(to_tell(one, staff_notifications.list_untold_letters(one))))])
    return Exit.DONE


def _to_identify(request: Request) -> Line:
    """Return what staff must do since no letter can ask the person of ``request`` who they are."""
    if request.is_called:  # type: ignore[attr-defined]
        steps = [Line(f"bailee request {name} {request.reference}") for name in ("number", "call-back")]
        return Line("the person must be called: no letter can ask who they are", tuple(steps), "bold red")
    then = Line(f"then note it: bailee request seen {request.reference} METHOD NOTE")
    return Line("no letter has asked the person who they are; see who it is yourself", (then,), "bold red")


def _page(found: Sequence[Request], today: date) -> Iterator[Line]:
    if not found:
        yield Line("no request is open")
        return
    rows = columns([(r.reference, r.right, r.outcome or r.status, _due(r, today)) for r in found])
    for one, text in zip(found, rows, strict=True):
        yield Line(text, style="bold red" if one.due_on is not None and one.due_on < today else "")


def _due(request: Request, today: date) -> str:
    if request.due_on is None:
        return f"received {request.received_on}"
    left = (request.due_on - today).days
    due = "due at worst" if request.status == "unverified" and request.identity_asked_on else "due"
    return f"{due} {request.due_on}, " + (
        f"{counted(-left, 'day')} late" if left < 0 else f"{counted(left, 'day')} left"
    )


def _as_json(request: Request) -> dict[str, Any]:
    return {**state_json(request), "received": request.received_on.isoformat(), "channel": request.channel}
