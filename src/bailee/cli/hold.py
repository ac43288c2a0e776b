"""``bailee hold``: what the Data Controller keeps by hand, as for litigation; and ``bailee suppressed``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bailee.cli import options
from bailee.cli.exits import CommandError, CommandProblem, Exit
from bailee.cli.request.entry import Staff, entered
from bailee.cli.show import Line, columns, show, show_json

if TYPE_CHECKING:
    from bailee.store.models import HandHold

# Imports stand in functions: a command loads what it uses, and `bailee --help` nothing of it.


def place(
    person: options.Persons,
    name: Annotated[str, typer.Option("--name", help="For which case; plans show it, so name nobody.")],
    law: Annotated[str, typer.Option("--law", help="By which law everything of the person is kept.")],
    until: Annotated[
        datetime | None,
        typer.Option(
            "--until", metavar="DATE", formats=["%Y-%m-%d"], help="The last day; without it until it is lifted."
        ),
    ] = None,
    policy: options.PolicyFolder = Path(),
    staff: Staff = "",
    *,
    json: options.AsJson = False,
) -> int:
    """Keep everything of a person, whatever else is due. Plans that wait are made anew under the hold."""
    with entered(policy, staff) as context:
        from bailee.engine.systems import open_systems_of_context
        from bailee.requests.holds import place_hold as keep

        with open_systems_of_context(context) as systems:
            hold = keep(context, systems, person, name, law, until=until.date() if until else None)
        _say([hold], as_json=json)
    return Exit.DONE


def lift(
    hold: Annotated[str, typer.Argument(metavar="HOLD", help="Its id, as `bailee hold list` prints it.")],
    policy: options.PolicyFolder = Path(),
    staff: Staff = "",
) -> int:
    """Lift a hold: what it delayed resumes."""
    with entered(policy, staff) as context:
        from bailee.requests.holds import lift_hold as end
        from bailee.store.models import HandHold

        found = HandHold.objects.filter(id=hold).first()
        if found is None:
            raise CommandError(CommandProblem(Exit.USAGE, "no_such_hold", "no hold has this id", "bailee hold list"))
        end(context, found)
    return Exit.DONE


def list_(policy: options.PolicyFolder = Path(), staff: Staff = "", *, json: options.AsJson = False) -> int:
    """List the holds that stand: by which law, until when. Whom they are about is sealed."""
    with entered(policy, staff) as context:
        from bailee.requests.holds import list_holds

        _say(list_holds(context), as_json=json)
    return Exit.DONE


def suppressed(
    contact: Annotated[str, typer.Argument(metavar="CONTACT", help="An email address or a telephone number.")],
    policy: options.PolicyFolder = Path(),
    staff: Staff = "",
    *,
    json: options.AsJson = False,
) -> int:
    """Say whether somebody has objected to marketing: to look before a list is used. Exit code 1: they have.

    Who asked is recorded.
    """
    with entered(policy, staff) as context:
        from bailee.requests.suppressions import check_suppression
        from bailee.store.access_log import Reason

        found = check_suppression(context, "email" if "@" in contact else "phone", contact, Reason.CONTACT)
    if json:
        show_json({"suppressed": found})
    else:
        show([Line("suppressed: send them no marketing" if found else "not suppressed")])
    return Exit.LOOK if found else Exit.DONE


def _say(holds: Any, *, as_json: bool) -> None:
    found = list(holds)
    if as_json:
        show_json([_as_json(hold) for hold in found])
    else:
        show(_lines(found))


def _lines(holds: list[HandHold]) -> Iterator[Line]:
    cells = [(h.id, h.name, h.law, f"until {h.until}" if h.until else "until it is lifted") for h in holds]
    yield from map(Line, columns(cells) if cells else ["no holds"])


def _as_json(hold: HandHold) -> dict[str, Any]:
    return {
        "id": hold.id,
        "name": hold.name,
        "law": hold.law,
        "until": hold.until.isoformat() if hold.until else None,
        "placed_at": hold.placed_at.isoformat(),
    }
