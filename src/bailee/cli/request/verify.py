"""``bailee request verify``: the person shows who they are, or somebody of the staff says how that is known."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from typer import BadParameter, Option

from bailee.cli import options
from bailee.cli.exits import CommandError, Exit, Problem
from bailee.cli.request.deadlines import say_state
from bailee.cli.request.entry import Reference, Staff, entered, the_request
from bailee.cli.show import Line, show

if TYPE_CHECKING:
    from bailee.store.context import Context
    from bailee.store.models import Request

_Seen = Literal["in-person", "document", "known"]


def verify(
    reference: Reference,
    policy: options.PolicyFolder = Path(),
    staff: Staff = "",
    *,
    code: Annotated[str, Option(show_default=False, help="The code that the person tells you.")] = "",
    send: Annotated[bool, Option("--send", help="Have a new code sent; those before count no more.")] = False,
    number: Annotated[
        bool, Option("--number", help="Print the number on file at which to call them; that you looked is recorded.")
    ] = False,
    called_back: Annotated[
        bool, Option("--called-back", help="You have called that number, and the person there made the request.")
    ] = False,
    seen: Annotated[_Seen | None, Option(show_default=False, help="You have seen who the person is, and how.")] = None,
    authority: Annotated[
        bool, Option("--authority", help="The agent has shown that they may ask for the person.")
    ] = False,
    to_agent: Annotated[
        bool, Option("--to-agent", help="With --authority: it says that answers go to the agent.")
    ] = False,
    note: Annotated[
        str,
        Option(show_default=False, help="With --called-back, --seen, --authority: how it is known. Kept sealed."),
    ] = "",
    proves: Annotated[
        list[str] | None,
        Option(
            metavar="PERSON",
            show_default=False,
            help="With --seen, where several people are named: those that are this one's.",
        ),
    ] = None,
    json: options.AsJson = False,
) -> int:
    """Let a person show who they are, in one of these ways. Till then nothing is done for the request."""
    ways = [bool(code), send, number, called_back, seen is not None, authority]
    if sum(ways) != 1:
        raise BadParameter("say one of --code, --send, --number, --called-back, --seen, --authority")
    with entered(policy, staff) as context:
        from bailee.requests import identity

        request = the_request(reference)
        if number:
            _print_number(context, request)
            return Exit.DONE
        if code:
            _enter(context, request, code)
        elif send:
            identity.send_again(context, request)
        elif called_back:
            identity.call_back(context, request, note)
        elif seen is not None:
            identity.seen(context, request, seen.replace("-", " "), note, proves or ())
        else:
            identity.authority(context, request, note, answers_to_agent=to_agent)
        request.refresh_from_db()
        return say_state(request, as_json=json)


def _enter(context: Context, request: Request, code: str) -> None:
    from bailee.requests.identity import prove

    if not prove(context, request, code):
        hint = "look for a slip, or have a new one sent: --send"
        raise CommandError(Problem(Exit.NOT_ALLOWED, "not_proven", "this is not the code of this request", hint))


def _print_number(context: Context, request: Request) -> None:
    from bailee.requests.identity import number_to_call
    from bailee.store.access_log import Reason

    show([Line(number_to_call(context, request, Reason.IDENTITY), whole=True)])
