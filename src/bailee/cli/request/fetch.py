"""``bailee request fetch`` and ``receipt``: what was made for the person, for somebody who cannot fetch it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bailee.cli import options
from bailee.cli.exits import CommandError, CommandProblem, Exit
from bailee.cli.receipt import refuse_existing, write_new
from bailee.cli.request.entry import Reference, Staff, entered, the_request
from bailee.cli.request.state import say_state
from bailee.cli.show import Line, show

# Imports stand in functions: a command loads what it uses, and `bailee --help` nothing of it.


def fetch(
    reference: Reference,
    out: Annotated[
        Path,
        typer.Option("-o", "--out", metavar="FILE", show_default=False, help="The new file: for you alone to read."),
    ],
    policy: options.PolicyFolder = Path(),
    staff: Staff = "",
    *,
    json: options.AsJson = False,
) -> int:
    """Fetch a copy for somebody who cannot: who did is recorded. It stays theirs to fetch until it expires."""
    from bailee.engine.package import refuse_existing

    refuse_existing(out)
    with entered(policy, staff) as context:
        from bailee.engine.package.spool import open_whole
        from bailee.requests.copy_packages import fetch_copy as give
        from bailee.store.access_log import Reason

        request = the_request(reference)
        parcel = request.parcels.filter(gone_at=None).order_by("made_at").last()
        if parcel is None:
            raise CommandError(
                CommandProblem(Exit.USAGE, "no_parcel", "nothing waits to be fetched", "bailee request show")
            )
        with open_whole(out) as output:
            give(context, parcel, output.write, reason=Reason.REQUEST)
        return say_state(request, as_json=json)


def receipt(
    reference: Reference,
    out: Annotated[
        Path,
        typer.Option("-o", "--out", metavar="FILE", show_default=False, help="The new file; further ones -2, -3."),
    ],
    policy: options.PolicyFolder = Path(),
    staff: Staff = "",
    *,
    json: options.AsJson = False,
) -> int:
    """Fetch the receipts of what was done, for somebody who cannot: one a plan. Who did is recorded."""
    refuse_existing(out)
    with entered(policy, staff) as context:
        from bailee.requests.receipts import hand_out_receipts
        from bailee.store.access_log import Reason

        request = the_request(reference)
        found = hand_out_receipts(context, request, Reason.REQUEST)
        files = [out, *(out.with_stem(f"{out.stem}-{number}") for number in range(2, len(found) + 1))]
        for file, (_, text) in zip(files, found, strict=True):
            write_new(file, text, "choose another name")
        if not json:
            show(Line(str(file), whole=True) for file in files)
        return say_state(request, as_json=json, receipts=[str(file) for file in files])
