"""``bailee request clarify``, ``answered``, ``extend``: what moves the day on which a request is due."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from bailee.cli import options
from bailee.cli.exits import Exit
from bailee.cli.request.entry import Reference, Staff, entered, the_request
from bailee.cli.show import Line, show, show_json

if TYPE_CHECKING:
    from bailee.store.models import Request


def clarify(
    reference: Reference,
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="What you need to know, for the letter.")],
    policy: options.PolicyFolder = Path(),
    staff: Staff = "",
    *,
    json: options.AsJson = False,
) -> int:
    """Ask the person what their request is about. For a copy the clock stops until they answer (DPA 2018 s. 54)."""
    with entered(policy, staff) as context:
        from bailee.requests.clocks import ask

        request = the_request(reference)
        ask(context, request, question)
        return say_state(request, as_json=json)


def answered(
    reference: Reference, policy: options.PolicyFolder = Path(), staff: Staff = "", *, json: options.AsJson = False
) -> int:
    """Note that the person has answered what you asked: the clock goes on."""
    with entered(policy, staff) as context:
        from bailee.requests.clocks import answered as note

        request = the_request(reference)
        note(context, request)
        return say_state(request, as_json=json)


def extend(
    reference: Reference,
    ground: Annotated[
        Literal["complexity", "number"],
        typer.Argument(metavar="GROUND", help="complexity: it is complex; number: the person has made several."),
    ],
    reason: Annotated[str, typer.Argument(metavar="REASON", help="Why it takes longer, for the letter.")],
    policy: options.PolicyFolder = Path(),
    staff: Staff = "",
    *,
    json: options.AsJson = False,
) -> int:
    """Take up to three months, once, and tell the person why within the first (Art. 12(3))."""
    with entered(policy, staff) as context:
        from bailee.requests.clocks import extend as take_longer

        request = the_request(reference)
        take_longer(context, request, reason, ground=ground)
        return say_state(request, as_json=json)


def say_state(request: Request, *, as_json: bool, **more: Any) -> int:
    """Print where a request is now, by which day it is due, and what no letter could tell the person."""
    from bailee.requests.staff_notifications import untold_of

    untold = untold_of(request)
    if as_json:
        show_json({**state_json(request), "untold": untold, **more})
    else:
        due = f", due {request.due_on}" if request.due_on else ""
        outcome = f" ({request.outcome})" if request.outcome else ""
        show([Line(f"{request.reference}: {request.status}{outcome}{due}", style="bold"), *to_tell(request, untold)])
    return Exit.LOOK if untold else Exit.DONE


def to_tell(request: Request, untold: Sequence[str]) -> Iterator[Line]:
    """Yield what staff must tell the person, since the letters ``untold`` reached nobody, and why they did not."""
    from bailee.requests.staff_notifications import undelivered_of

    if not untold:
        return
    undelivered = undelivered_of(request)
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
