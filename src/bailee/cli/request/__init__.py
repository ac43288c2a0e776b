"""``bailee request``: the requests of data subjects, one file a command."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import typer

from bailee.cli.exits import EPILOG
from bailee.cli.request import answers, deadlines, log, plans, request_list, show, verify

commands = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    epilog=EPILOG,
    help="Requests of data subjects: take in, identify, plan, approve, answer.",
)
_COMMANDS: Mapping[str, Callable[..., int]] = {
    "log": log.log,
    "list": request_list.list_,
    "show": show.show_,
    "verify": verify.verify,
    "clarify": deadlines.clarify,
    "answered": deadlines.answered,
    "extend": deadlines.extend,
    "plan": plans.plan,
    "pack": plans.pack,
    "confirm": plans.confirm,
    "approve": plans.approve,
    "cancel": plans.cancel,
    "refuse": answers.refuse,
    "acknowledge": answers.acknowledge,
    "answer": answers.answer,
    "progress": answers.progress,
    "conclude": answers.conclude,
    "pass-on": answers.pass_on,
    "withdraw": answers.withdraw,
    "close": answers.close,
    "lift": answers.lift,
    "person-told": answers.person_told,
    "recipient-told": answers.recipient_told,
    "fetch": answers.fetch,
    "receipt": answers.receipt,
}
for _name, _command in _COMMANDS.items():
    commands.command(_name, epilog=EPILOG)(_command)
