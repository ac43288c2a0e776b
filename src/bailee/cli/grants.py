"""``bailee grants``: the SQL of two accounts that can do what the map needs and no more."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bailee.cli import options
from bailee.cli.exits import Exit

if TYPE_CHECKING:
    from bailee.engine.connect.grants import GrantedAccounts

# Imports stand in functions: a command loads what it uses, and `bailee --help` nothing of it.


def grants(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The system.")],
    policy: options.PolicyFolder = Path(),
) -> int:
    """Print the SQL of a least-privilege reader and writer for exactly the map.

    Nothing is run: the owner of the database reads it and runs it. Each time there are new passwords in it.
    """
    from bailee.engine.connect.grants import make_grants

    granted = make_grants(policy, name)
    for line in granted.sql:
        typer.echo(line)
    for line in _addresses(name, granted):
        typer.echo(f"-- {line}")
    return Exit.DONE


def _addresses(name: str, granted: GrantedAccounts) -> Iterator[str]:
    """Yield where the address of each account goes: where the policy looks for it, or where it would be said."""
    if granted.is_one_account:
        yield "now url and write_url are one account, so that whatever reads may also write; after this they are two"
    for one in granted.places:
        url = granted.urls[one.key]
        said = "has" if one.is_said else "write"
        yield f"in systems/{name}.yaml {said}  {one.key}: {one.reference}"
        kind, _, where = one.reference.partition(":")
        match kind:
            case "env":
                yield f"export {where}='{url}'"  # a password of ours has no quote, nor has what a URL may hold
            case "file":
                yield f"write into {where}: {url}"
            case _:
                yield f"bailee vault put {where}  and give it: {url}"
