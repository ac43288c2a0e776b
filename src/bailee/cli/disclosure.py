"""``bailee disclosure`` and ``bailee authorisation``: what was made known to whom, and by whose leave."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

from typer import Argument, Option

from bailee.cli import options
from bailee.cli.exits import Exit
from bailee.cli.request.entry import Staff, entered
from bailee.cli.show import Line, show, show_json

# Imports stand in functions: a command loads what it uses, and `bailee --help` nothing of it.

_Person = Annotated[str, Argument(metavar="PERSON", show_default=False, help="An email address, a number, or a:value.")]
_Recipient = Annotated[
    str, Argument(metavar="RECIPIENT", show_default=False, help="As processors.yaml names it, or another organisation.")
]
_Purpose = Annotated[str, Option("--purpose", show_default=False, help="What for, and on which ground. Name nobody.")]
_What = Annotated[list[str], Option("--what", show_default=False, help="What of their data, as `postal`. Repeat it.")]


def record(
    person: _Person,
    recipient: _Recipient,
    policy: options.PolicyFolder = Path(),
    staff: Staff = "",
    *,
    purpose: _Purpose,
    what: _What,
    on: Annotated[
        datetime | None, Option("--on", formats=["%Y-%m-%d"], metavar="DATE", show_default="now", help="When it was.")
    ] = None,
    authorisation: Annotated[
        str, Option("--authorisation", metavar="ID", show_default=False, help="By this leave.")
    ] = "",
    json: options.AsJson = False,
) -> int:
    """Record that something was made known: the recipient is to be told when it is corrected or erased (Art. 19)."""
    with entered(policy, staff) as context:
        from bailee.requests.disclosures import record_disclosure

        day = on.date() if on else None
        _say(
            record_disclosure(context, person, recipient, purpose, what, on=day, authorisation=authorisation),
            as_json=json,
        )
    return Exit.DONE


def authorise(
    person: _Person,
    recipient: _Recipient,
    policy: options.PolicyFolder = Path(),
    staff: Staff = "",
    *,
    purpose: _Purpose,
    what: _What,
    evidence: Annotated[str, Option(show_default=False, help="What shows it, and where it is kept. Sealed.")],
    given: Annotated[
        datetime | None, Option(formats=["%Y-%m-%d"], metavar="DATE", show_default="today", help="When it was given.")
    ] = None,
    expires: Annotated[
        datetime | None, Option(formats=["%Y-%m-%d"], metavar="DATE", show_default=False, help="Its last day.")
    ] = None,
    json: options.AsJson = False,
) -> int:
    """Record that a person gave leave to make some of their data known to a recipient."""
    with entered(policy, staff) as context:
        from bailee.requests.disclosures import record_authorisation as give

        days = {"given_on": given.date() if given else None, "expires_on": expires.date() if expires else None}
        _say(give(context, person, recipient, purpose, what, evidence, **days), as_json=json)
    return Exit.DONE


def _say(one: Any, *, as_json: bool) -> None:
    if as_json:
        show_json({"id": one.id, "recipient": one.recipient, "purpose": one.purpose, "categories": one.categories})
    else:
        show([Line(f"{one.id}: recorded, for {one.recipient}", style="bold")])
