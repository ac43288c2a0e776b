"""How a command comes into the context: as whom, and to which request."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

from typer import Argument, Option

from bailee.cli.exits import CommandError, CommandProblem, Exit
from bailee.cli.staff import context_of

if TYPE_CHECKING:
    from bailee.store.context import Context
    from bailee.store.models import Request

# Imports stand in functions: a command loads what it uses, and `bailee --help` nothing of it.

Reference: TypeAlias = Annotated[
    str, Argument(metavar="REFERENCE", help="The request's reference, as 7F3K-92QD-M4XV.", show_default=False)
]

Staff: TypeAlias = Annotated[
    str,
    Option(
        "--as",
        metavar="EMAIL",
        show_default=False,
        help="Who you are, where no BAILEE_TOKEN is set: a member of staff.",
    ),
]


def entered(policy: Path, staff: str) -> AbstractContextManager[Context]:
    """Return the context of ``policy``, of the member of staff whom BAILEE_TOKEN or else the email ``staff`` names."""
    return context_of(policy, staff or None)


def the_request(reference: str) -> Request:
    """Return the request; raises `CommandError` where there is none. The books are open."""
    from bailee.requests.intake import find_request

    found = find_request(reference)
    if found is None:
        problem = CommandProblem(Exit.USAGE, "no_such_request", "no request has this reference", "bailee request list")
        raise CommandError(problem)
    return found
