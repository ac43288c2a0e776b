"""``bailee request verify`` and ``number``: the person tells the code that they were sent, or is to be called."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from typer import Argument

from bailee.cli import options
from bailee.cli.exits import CommandError, CommandProblem, Exit
from bailee.cli.request.entry import Reference, Staff, entered, the_request
from bailee.cli.request.state import say_state
from bailee.cli.show import Line, show

# Imports stand in functions: a command loads what it uses, and `bailee --help` nothing of it.


def verify(
    reference: Reference,
    code: Annotated[str, Argument(metavar="CODE", show_default=False, help="The code that the person tells you.")],
    policy: options.PolicyFolder = Path(),
    staff: Staff = "",
    *,
    json: options.AsJson = False,
) -> int:
    """Enter the code that a person tells you. Till they have shown who they are nothing is done for the request.

    Other ways: resend-code, call-back, seen, and authority for an agent.
    """
    with entered(policy, staff) as context:
        from bailee.requests.identity import prove_identity

        request = the_request(reference)
        if not prove_identity(context, request, code):
            hint = f"check it, or have a new one sent: bailee request resend-code {request.reference}"
            raise CommandError(
                CommandProblem(Exit.NOT_ALLOWED, "not_proven", "this is not the code of this request", hint)
            )
        request.refresh_from_db()
        return say_state(request, as_json=json)


def number(reference: Reference, policy: options.PolicyFolder = Path(), staff: Staff = "") -> int:
    """Print the number on file at which to call the person; that you looked is recorded. Then: call-back."""
    with entered(policy, staff) as context:
        from bailee.requests.identity import reveal_call_number
        from bailee.store.access_log import Reason

        show([Line(reveal_call_number(context, the_request(reference), Reason.IDENTITY), whole=True)])
        return Exit.DONE
