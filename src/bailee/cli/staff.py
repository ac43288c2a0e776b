"""``bailee staff``: who works here, in which role, and the tokens by which their programs come in."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bailee.cli import options
from bailee.cli.exits import CommandError, CommandProblem, Exit
from bailee.cli.show import Line, columns, show, show_json
from bailee.cli.words import counted, day
from bailee.store.errors import UnknownStaff

if TYPE_CHECKING:
    from bailee.store.context import Context
    from bailee.store.staff import Colleague

# Imports stand in functions: a command loads what it uses, and `bailee --help` nothing of it.

TOKEN = "BAILEE_TOKEN"  # noqa: S105 - the name of a variable

ROLES = ("support", "officer", "controller", "auditor", "administrator")
SCOPES = ("read", "write", "personal", "admin")

_Email = Annotated[str, typer.Argument(metavar="EMAIL", show_default=False, help="Their address at work.")]
_As = Annotated[
    str | None,
    typer.Option("--as", metavar="EMAIL", show_default=False, help=f"Who you are, where no {TOKEN} is set."),
]


@contextmanager
def context_of(policy: Path, as_: str | None) -> Iterator[Context]:
    """Yield the context of ``policy``, of the person whom ``BAILEE_TOKEN`` names, else ``as_``, else of nobody.

    Whoever can use the vault's key on this machine is trusted to say who they are. Raises `StaffError`.
    """
    from bailee.requests.startup import open_context

    with open_context(policy) as context:
        from bailee.store.staff import enter_by_token

        token = os.environ.get(TOKEN, "")
        yield enter_by_token(context, token=token, email=as_ or "") if token or as_ else context


def add(
    email: _Email,
    name: Annotated[str, typer.Option(metavar="NAME", show_default=False, help="As colleagues know them.")],
    role: Annotated[str, typer.Option(metavar="ROLE", show_default=False, help=f"One of: {', '.join(ROLES)}.")],
    policy: options.PolicyFolder = Path(),
    vetted_on: Annotated[
        datetime | None,
        typer.Option(
            "--vetted-on",
            formats=["%Y-%m-%d"],
            metavar="DATE",
            show_default=False,
            help="When a background check was passed.",
        ),
    ] = None,
    as_: _As = None,
    *,
    json: options.AsJson = False,
) -> int:
    """Add a member of staff.

    The first is an administrator, and whoever has the vault's key on this machine may add them; an administrator adds
    the others. What each role may do: docs/api.md.
    """
    _one_of(role, ROLES, "role")
    with context_of(policy, as_) as context:
        from bailee.store import staff
        from bailee.store.models import Role

        added = staff.describe_staff(
            context, staff.add_staff(context, email, name, Role(role), vetted_on.date() if vetted_on else None)
        )
        link_ = _link(context, added.id)
    if json:
        show_json({**_json(added), "link": link_})
    else:
        typer.echo(f"{added.name} is added as {role}, id {added.id}")
        typer.echo(f"they choose password and second factor here, within a day: {link_}")
        typer.echo("a token for their programs: bailee staff token EMAIL")
    return Exit.DONE


def list_(
    policy: options.PolicyFolder = Path(),
    *,
    left: Annotated[bool, typer.Option("--left", help="Also who has left.")] = False,
    json: options.AsJson = False,
) -> int:
    """List who works here."""
    with context_of(policy, None) as context:
        from bailee.store.staff import list_colleagues

        found = list(list_colleagues(context, left=left))
    if json:
        show_json([_json(one) for one in found])
        return Exit.DONE
    if not found:
        show([Line("nobody works here yet: bailee staff add EMAIL --name NAME --role administrator")])
        return Exit.DONE
    show([Line(counted(len(found), "member") + " of staff", tuple(map(Line, columns(list(map(_row, found))))), "bold")])
    return Exit.DONE


def link(email: _Email, policy: options.PolicyFolder = Path(), as_: _As = None) -> int:
    """Print a link, good once and for a day, on which a member of staff chooses password and second factor.

    For somebody who cannot sign in any more, too: what they had ends when they use it. Whoever has the vault's key on
    this machine may make one.
    """
    with context_of(policy, as_) as context:
        from bailee.store import staff

        found = staff.find_by_email(context, email)
        if found is None:
            raise UnknownStaff("nobody works here under this address", "see who does: bailee staff list")
        made = _link(context, found.id)
    typer.echo(made)
    return Exit.DONE


def leave(email: _Email, policy: options.PolicyFolder = Path(), as_: _As = None) -> int:
    """Let a member of staff leave. Their tokens end at once; what they did stays theirs."""
    with context_of(policy, as_) as context:
        from bailee.store import staff

        found = staff.find_by_email(context, email)
        if found is None:
            raise UnknownStaff("nobody works here under this address", "see who does: bailee staff list")
        staff.let_staff_leave(context, found.id)
    typer.echo("they have left, and their tokens have ended")
    return Exit.DONE


def token(
    email: _Email,
    policy: options.PolicyFolder = Path(),
    scope: Annotated[
        list[str] | None,
        typer.Option(
            "--scope",
            metavar="SCOPE",
            show_default="read",
            help=f"What it may be used for: {', '.join(SCOPES)}. May be given again.",
        ),
    ] = None,
    days: Annotated[int, typer.Option(metavar="N", help="How long it lasts.")] = 90,
) -> int:
    """Make a token for a member of staff, and print it this once.

    Whoever has the vault's key on this machine may: they could read the books anyway.
    """
    for one in scope or ():
        _one_of(one, SCOPES, "scope")
    with context_of(policy, None) as context:
        from bailee.store import staff

        found = staff.find_by_email(context, email)
        if found is None:
            raise UnknownStaff("nobody works here under this address", "see who does: bailee staff list")
        _, text = staff.issue_token(context, found.id, map(staff.Scope, scope or ["read"]), days)
    typer.echo(text)
    return Exit.DONE


def _link(context: Context, staff_id: str) -> str:
    from bailee.store.admission import build_link, invite_staff

    return build_link(context, invite_staff(context, staff_id))


def _one_of(word: str, words: tuple[str, ...], what: str) -> None:
    if word not in words:
        raise CommandError(CommandProblem(Exit.USAGE, f"no_such_{what}", f"there is no such {what}", ", ".join(words)))


def _row(one: Colleague) -> tuple[str, ...]:
    vetted = f"vetted {day(one.vetted_on.isoformat())}" if one.vetted_on else "not vetted"
    left = f"left {day(one.left_at.date().isoformat())}" if one.left_at else ""
    return (one.name, one.email, str(one.role), vetted, left)


def _json(one: Colleague) -> dict[str, Any]:
    return {key: str(value) if value is not None else None for key, value in asdict(one).items()}
