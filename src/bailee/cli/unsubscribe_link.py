"""``bailee unsubscribe-link``: the address by which one recipient of a mailing leaves it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from typer import Argument, Option

from bailee.cli.options import PolicyFolder
from bailee.cli.show import Line, show

# Imports stand in functions: a command loads what it uses, and `bailee --help` nothing of it.


def unsubscribe_link(
    email: Annotated[str, Argument(metavar="EMAIL", show_default=False, help="To whom the mail goes.")],
    policy: PolicyFolder = Path(),
    *,
    headers: Annotated[bool, Option("--headers", help="Print the two headers of the mail (RFC 8058) instead.")] = False,
) -> None:
    """Print the link by which EMAIL leaves our mailings: for whoever sends them.

    The link holds the address sealed, cannot be made up, and does not expire. Whoever opens it sees one button and
    needs no account; a mail program may press it by itself.
    """
    from bailee.requests.startup import open_context

    with open_context(policy) as context:
        from bailee.requests.unsubscriptions import build_headers
        from bailee.requests.unsubscriptions import build_unsubscribe_link as link_of

        link = link_of(context, email)
    if headers:
        show([Line(f"{name}: {value}", whole=True) for name, value in build_headers(link).items()])
    else:
        show([Line(link, whole=True)])
