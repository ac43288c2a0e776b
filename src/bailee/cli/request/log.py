"""``bailee request log``: a request that staff were told of by telephone, by letter, by e-mail, or face to face."""

from __future__ import annotations

from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from typer import Argument, BadParameter, Option

from bailee.cli import options
from bailee.cli.exits import Exit
from bailee.cli.request.entry import Staff, entered
from bailee.cli.request.state import state_json, to_tell
from bailee.cli.show import Line, show, show_json

if TYPE_CHECKING:
    from bailee.store.context import Context

# Imports stand in functions: a command loads what it uses, and `bailee --help` nothing of it.

_Right = Literal["copy", "correct", "erase", "restrict", "portability", "object", "question", "complaint"]
_Channel = Literal["telephone", "letter", "email", "in-person"]


def log(
    right: Annotated[_Right, Argument(metavar="RIGHT", help="What is asked for.", show_default=False)],
    person: Annotated[
        list[str] | None,
        Argument(
            metavar="PERSON",
            show_default=False,
            help="Whom it is about: an email address, a telephone number, or attribute:value. Several may be given.",
        ),
    ] = None,
    policy: options.PolicyFolder = Path(),
    staff: Staff = "",
    *,
    by: Annotated[_Channel, Option("--by", help="How you were told.")],
    on: Annotated[
        datetime | None,
        Option("--on", formats=["%Y-%m-%d"], metavar="DATE", show_default="today", help="When it came."),
    ] = None,
    name: Annotated[str, Option(show_default=False, help="The name that was given.")] = "",
    reply_to: Annotated[str, Option("--reply-to", metavar="EMAIL", show_default=False, help="For letters.")] = "",
    address: Annotated[
        list[str] | None, Option("--address", metavar="LINE", show_default=False, help="For letters; a line each time.")
    ] = None,
    words: Annotated[str, Option(show_default=False, help="What was said, in their words.")] = "",
    change: Annotated[
        str, Option(metavar="TARGET=VALUE", show_default=False, help="To correct: collection.column and what is right.")
    ] = "",
    agent: Annotated[str, Option(show_default=False, help="Who asks on the person's behalf, if somebody does.")] = "",
    json: options.AsJson = False,
) -> int:
    """Take a request in. A worker then writes to the person, by what is on file, to make sure that it was they.

    Nothing is changed before they have answered; a copy may go as a one-time link to the address on file without a
    question. Where you have seen who they are: bailee request seen.
    """
    target, equals, value = change.partition("=")
    if change and not equals:
        raise BadParameter("write --change collection.column=value")
    with entered(policy, staff) as context:
        from bailee.requests.intake import receive_request
        from bailee.requests.request_content import Asked
        from bailee.requests.staff_notifications import list_untold_letters

        asked = Asked(
            tuple(person or ()), name, reply_to, tuple(address or ()), words, target.strip(), value.strip(), agent
        )
        request = receive_request(context, right, asked, by.replace("-", " "), received_at=_moment(context, on))
        untold = list_untold_letters(request)
        if json:
            show_json({**state_json(request), "untold": untold})
            return Exit.LOOK if untold else Exit.DONE
        next_ = "a worker writes to the person" if request.status == "unverified" else "it waits for an answer"
        show([Line(f"{request.reference}: taken in; {next_}", style="bold"), *to_tell(request, untold)])
    return Exit.LOOK if untold else Exit.DONE


def _moment(context: Context, on: datetime | None) -> datetime | None:
    """Return noon of a day that is given, which is the same day everywhere here; of today, now."""
    if on is None or on.date() == context.today:
        return None
    return datetime.combine(on.date(), time(12), UTC)
