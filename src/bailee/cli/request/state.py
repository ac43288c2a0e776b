"""Where a request is, as each command prints it when it has done its work."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from bailee.cli.exits import Exit
from bailee.cli.plan import plan_page
from bailee.cli.show import Line, show, show_json

if TYPE_CHECKING:
    from bailee.policy import Policy
    from bailee.store.models import Plan, Request

# Imports stand in functions: a command loads what it uses, and `bailee --help` nothing of it.


def say_state(request: Request, *, as_json: bool, **more: Any) -> int:
    """Print where a request is now, by which day it is due, and what no letter could tell the person."""
    from bailee.requests.staff_notifications import list_untold_letters

    untold = list_untold_letters(request)
    if as_json:
        show_json({**state_json(request), "untold": untold, **more})
    else:
        due = f", due {request.due_on}" if request.due_on else ""
        outcome = f" ({request.outcome})" if request.outcome else ""
        show([Line(f"{request.reference}: {request.status}{outcome}{due}", style="bold"), *to_tell(request, untold)])
    return Exit.LOOK if untold else Exit.DONE


def to_tell(request: Request, untold: Sequence[str]) -> Iterator[Line]:
    """Yield what staff must tell the person, since the letters ``untold`` reached nobody, and why they did not."""
    from bailee.requests.staff_notifications import list_undelivered_letters

    if not untold:
        return
    undelivered = list_undelivered_letters(request)
    without = [letter for letter in untold if letter not in undelivered]
    for why, letters in (("no address for", without), ("not delivered", undelivered)):
        if letters:
            yield Line(f"{why}: {', '.join(letter.replace('_', ' ') for letter in letters)}", style="bold red")
    note = Line(f"then note it: bailee request person-told {request.reference}")
    yield Line("tell them yourself", (note,), "bold red")


def state_json(request: Request) -> dict[str, Any]:
    """Return where a request is, as a program reads it."""
    return {
        "reference": request.reference,
        "right": request.right,
        "status": request.status,
        "outcome": request.outcome,
        "due": request.due_on.isoformat() if request.due_on else None,
    }


def say_plan(policy: Policy, request: Request, made: Plan, *, as_json: bool) -> int:
    """Print a plan that was made, and what is other than in the one before."""
    from bailee.requests.plan_rows import read_document

    document = read_document(made)
    if as_json:
        show_json({**state_json(request), **_plan_json(made)})
    else:
        show([*plan_page(policy, document), *_difference(made)])
    return Exit.LOOK if document.unconfirmed else Exit.DONE


def _plan_json(made: Plan) -> dict[str, Any]:
    return {"plan": made.id, "hash": made.digest, "state": made.state, "difference": made.difference}


def _difference(made: Plan) -> Iterator[Line]:
    if made.supersedes_id is not None:
        lines = tuple(map(Line, made.difference)) or (Line("nothing but the time at which it was made"),)
        yield Line("other than in the plan before", lines, "bold")
