"""``bailee request``: the requests of data subjects, one file a command."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import typer

from bailee.cli.exits import EPILOG
from bailee.cli.request import answering, listing, log, planning, show, timing, verify

commands = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    epilog=EPILOG,
    help="Requests of data subjects: take in, identify, plan, approve, answer.",
)
_COMMANDS: Mapping[str, Callable[..., int]] = {
    "log": log.log,
    "list": listing.list_,
    "show": show.show_,
    "verify": verify.verify,
    "clarify": timing.clarify,
    "answered": timing.answered,
    "extend": timing.extend,
    "plan": planning.plan,
    "confirm": planning.confirm,
    "approve": planning.approve,
    "cancel": planning.cancel,
    "refuse": answering.refuse,
    "answer": answering.answer,
    "progress": answering.progress,
    "outcome": answering.outcome,
    "pass-on": answering.pass_on,
    "withdraw": answering.withdraw,
    "close": answering.close,
    "lift": answering.lift,
    "told": answering.told,
    "fetch": answering.fetch,
    "receipt": answering.receipt,
}
for _name, _command in _COMMANDS.items():
    commands.command(_name, epilog=EPILOG)(_command)
