"""``bailee request``: the requests of data subjects. What staff do to one are commands that `acts` makes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import typer

from bailee.cli.exits import EPILOG
from bailee.cli.request import fetch, log, request_list, show, verify

# Imports stand in functions: a command loads what it uses, and `bailee --help` nothing of it.

HELP = "Requests of data subjects: take in, identify, plan, approve, answer."

_BEFORE: Mapping[str, Callable[..., int]] = {
    "log": log.log,
    "list": request_list.list_,
    "show": show.show_,
    "verify": verify.verify,
    "number": verify.number,
}
_AFTER: Mapping[str, Callable[..., int]] = {"fetch": fetch.fetch, "receipt": fetch.receipt}


def group() -> typer.Typer:
    """Return the group without its commands, which are made by `commands`."""
    return typer.Typer(no_args_is_help=True, rich_markup_mode=None, epilog=EPILOG, help=HELP)


def commands() -> typer.Typer:
    """Return the group with all its commands. Pydantic is loaded, which takes longer than to say that it is there."""
    from bailee.cli.request.acts import command_of
    from bailee.requests.acts import list_acts

    made = group()
    acts = {name: command_of(act) for name, act in list_acts().items()}
    for name, command in {**_BEFORE, **acts, **_AFTER}.items():
        made.command(name, epilog=EPILOG)(command)
    return made
