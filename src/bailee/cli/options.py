"""Options that several commands take, said once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, TypeAlias

from typer import Argument, Option

Persons: TypeAlias = Annotated[
    list[str],
    Argument(
        metavar="PERSON",
        help="An email address, a telephone number, or attribute:value. Several are one person, known by all of them.",
        show_default=False,
    ),
]

PolicyFolder: TypeAlias = Annotated[
    Path,
    Option(
        "--policy",
        metavar="FOLDER",
        envvar="BAILEE_POLICY",
        show_envvar=True,
        show_default="the current folder",
        help="The policy folder.",
    ),
]

Confirmed: TypeAlias = Annotated[
    list[str],
    Option(
        "--confirm",
        metavar="SYSTEM.COLLECTION:KEY",
        show_default=False,
        help="A row that somebody has confirmed to be this person's, as `bailee find` lists it. May be given again.",
    ),
]

Customer: TypeAlias = Annotated[
    str | None,
    Option(
        "--on-behalf-of",
        metavar="SYSTEM.COLLECTION:KEY",
        show_default=False,
        help="Look only in what we hold for this customer, on their instruction (GDPR Art. 28).",
    ),
]

PlanFile: TypeAlias = Annotated[
    Path | None,
    Option(
        "--out", metavar="FILE", show_default=False, help="Write the plan to a new file, which `bailee apply` takes."
    ),
]

AsJson: TypeAlias = Annotated[bool, Option("--json", help="Print JSON, for a program.")]
