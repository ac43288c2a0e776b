"""``bailee grants``: the SQL of two accounts that can do what the map needs and no more."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bailee.cli import options
from bailee.cli.exits import Exit


def grants(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The system.")],
    policy: options.PolicyFolder = Path(),
) -> int:
    """Print the SQL of a least-privilege reader and writer for exactly the map.

    Nothing is run: whoever owns the database reads it and runs it. Each time there are new passwords in it.
    """
    from bailee.draft.page import variable
    from bailee.runner.granting import grants as run

    granted = run(policy, name)
    for line in granted.sql:
        typer.echo(line)
    for key, url in granted.urls.items():
        typer.echo(f"-- in systems/{name}.yaml  {key}: env:{variable(name)}_{key.upper()}")
        typer.echo(f"-- export {variable(name)}_{key.upper()}='{url}'")
    return Exit.DONE
