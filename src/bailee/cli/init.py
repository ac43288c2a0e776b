"""``bailee init``: a policy folder to begin with."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bailee.cli.exits import Exit
from bailee.cli.show import Line, show
from bailee.cli.words import command

# Imports stand in functions: a command loads what it uses, and `bailee --help` nothing of it.


class Regime(StrEnum):
    """Whose law sets the dates."""

    UK = "uk"
    EU = "eu"


_FILES = {
    "bailee.yaml": "the firm, and how far Bailee may go: it only observes",
    "retention.yaml": "how long things are kept",
    "holds.yaml": "why something must stay longer",
    "processors.yaml": "who works for the firm and sees personal data",
    "promises.yaml": "what is promised, and how it is checked",
    "notice.md": "the words that the public reads, each bound to a promise",
}


def init(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A new folder, for the policy.")],
    regime: Annotated[Regime, typer.Option("--regime", help="Whose law sets the dates.")] = Regime.UK,
    name: Annotated[
        str, typer.Option("--name", metavar="FIRM", show_default="the folder's", help="The firm's name.")
    ] = "",
) -> int:
    """Write a commented starter policy, in which nothing can be changed by Bailee.

    The next step is to connect a system.
    """
    from bailee.engine.connect.new_folder import create_folder

    written = create_folder(folder, regime.value, name or folder.resolve().name)
    show(
        [
            Line(f"{folder} is a policy now; read it, it is plain text", style="bold"),
            *(Line(f"  {file:<16}{_FILES[file]}") for file in written),
            Line(""),
            Line("next, connect a database, with an account that can read and no more:"),
            Line(command("connect", "NAME", "postgresql://ACCOUNT@HOST/DATABASE", "--policy", str(folder)), whole=True),
        ]
    )
    return Exit.DONE
