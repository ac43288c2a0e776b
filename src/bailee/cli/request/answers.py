"""``bailee request refuse``, ``answer``, ``conclude``, ``close`` and the like: what ends a request, or tells of it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from bailee.cli import options
from bailee.cli.exits import CommandError, Exit, Problem
from bailee.cli.receipt import refuse_existing, write_new
from bailee.cli.request.deadlines import say_state
from bailee.cli.request.entry import Reference, Staff, entered, the_request
from bailee.cli.show import Line, show

Words = Annotated[str, typer.Argument(metavar="WORDS", help="What the letter says to the person.")]


def refuse(
    reference: Reference,
    grounds: Annotated[str, typer.Argument(metavar="GROUND", help="A ground of the law: docs/requests.md lists them.")],
    reasons: Annotated[str, typer.Argument(metavar="REASONS", help="Why it applies here, for the letter.")],
    policy: options.PolicyFolder = Path(),
    staff: Staff = "",
    *,
    json: options.AsJson = False,
) -> int:
    """Refuse a request, as the Data Controller alone may; the letter has reasons and remedies (Art. 12(4))."""
    with entered(policy, staff) as context:
        from bailee.requests.refusals import refuse as say_no

        request = the_request(reference)
        say_no(context, request, grounds, reasons)
        return say_state(request, as_json=json)


def answer(
    reference: Reference,
    words: Words,
    policy: options.PolicyFolder = Path(),
    staff: Staff = "",
    *,
    json: options.AsJson = False,
) -> int:
    """Answer a question, and close it."""
    with entered(policy, staff) as context:
        from bailee.requests.answers import answer as say

        request = the_request(reference)
        say(context, request, words)
        return say_state(request, as_json=json)


def progress(
    reference: Reference,
    words: Words,
    policy: options.PolicyFolder = Path(),
    staff: Staff = "",
    *,
    json: options.AsJson = False,
) -> int:
    """Tell how a complaint stands (DPA 2018 s. 164A)."""
    with entered(policy, staff) as context:
        from bailee.requests.answers import progress as say

        request = the_request(reference)
        say(context, request, words)
        return say_state(request, as_json=json)


def conclude(
    reference: Reference,
    words: Words,
    policy: options.PolicyFolder = Path(),
    staff: Staff = "",
    *,
    put_right: Annotated[
        list[str], typer.Option("--put-right", metavar="SENTENCE", help="What was put right; as often as you need.")
    ] = [],  # noqa: B006 - Typer copies it
    nothing_to_put_right: Annotated[
        bool, typer.Option("--nothing-to-put-right", help="Nothing had to be put right: the letter says so.")
    ] = False,
    json: options.AsJson = False,
) -> int:
    """Tell what came of a complaint, and close it; the letter names the regulator."""
    with entered(policy, staff) as context:
        from bailee.requests.answers import conclude as end

        request = the_request(reference)
        end(context, request, words, put_right=put_right, nothing_to_put_right=nothing_to_put_right)
        return say_state(request, as_json=json)


def acknowledge(
    reference: Reference, policy: options.PolicyFolder = Path(), staff: Staff = "", *, json: options.AsJson = False
) -> int:
    """Acknowledge a complaint, where that was not done when it came in (DPA 2018 s. 164A)."""
    with entered(policy, staff) as context:
        from bailee.requests.answers import acknowledge as say

        request = the_request(reference)
        say(context, request)
        return say_state(request, as_json=json)


def pass_on(
    reference: Reference, policy: options.PolicyFolder = Path(), staff: Staff = "", *, json: options.AsJson = False
) -> int:
    """Pass a question or a complaint on to the Data Controller, who alone answers it then."""
    with entered(policy, staff) as context:
        from bailee.requests.answers import pass_on as give

        request = the_request(reference)
        give(context, request)
        return say_state(request, as_json=json)


def withdraw(
    reference: Reference, policy: options.PolicyFolder = Path(), staff: Staff = "", *, json: options.AsJson = False
) -> int:
    """End a request since the person has taken it back."""
    with entered(policy, staff) as context:
        from bailee.requests.request_end import withdraw as take_back

        request = the_request(reference)
        take_back(context, request)
        return say_state(request, as_json=json)


def close(
    reference: Reference,
    done: Annotated[list[str], typer.Argument(metavar="DONE", help="What was done, each in a sentence of its own.")],
    policy: options.PolicyFolder = Path(),
    staff: Staff = "",
    *,
    not_done: Annotated[
        list[str], typer.Option("--not-done", metavar="REASON", help="What was not done, and why: it is done in part.")
    ] = [],  # noqa: B006 - Typer copies it
    json: options.AsJson = False,
) -> int:
    """Close a request that was dealt with by hand, as in a firm that lets Bailee change nothing."""
    with entered(policy, staff) as context:
        from bailee.requests.request_end import close as end

        request = the_request(reference)
        end(context, request, "partly" if not_done else "done", done=done, reasons=not_done)
        return say_state(request, as_json=json)


def lift(
    reference: Reference,
    reasons: Annotated[str, typer.Argument(metavar="REASONS", help="Why the restriction ends, for the letter.")],
    ends: Annotated[
        datetime, typer.Option("--ends", metavar="DATE", formats=["%Y-%m-%d"], help="The day on which it ends.")
    ],
    policy: options.PolicyFolder = Path(),
    staff: Staff = "",
    *,
    json: options.AsJson = False,
) -> int:
    """Tell the person that a restriction ends on a day to come (Art. 18(3)); the Data Controller alone may.

    It ends on that day if the letter has left before, or staff have told them; else it stands until they know.
    """
    with entered(policy, staff) as context:
        from bailee.requests.restrictions import lift as end

        request = the_request(reference)
        end(context, request, reasons, ends.date())
        return say_state(request, as_json=json)


def person_told(
    reference: Reference, policy: options.PolicyFolder = Path(), staff: Staff = "", *, json: options.AsJson = False
) -> int:
    """Note that you have told the person what no letter could."""
    with entered(policy, staff) as context:
        from bailee.requests.staff_notifications import told

        request = the_request(reference)
        told(context, request)
        return say_state(request, as_json=json)


def recipient_told(
    reference: Reference,
    recipient: Annotated[
        str, typer.Argument(metavar="RECIPIENT", show_default=False, help="As `bailee request show` lists it.")
    ],
    policy: options.PolicyFolder = Path(),
    staff: Staff = "",
    *,
    why_not: Annotated[
        Literal["impossible", "effort", "never"] | None,
        typer.Option(
            "--why-not",
            show_default=False,
            help="It was not told: that is impossible, a disproportionate effort, or they never had the data.",
        ),
    ] = None,
    json: options.AsJson = False,
) -> int:
    """Note that a recipient was told what became of the data, or why not (Art. 19)."""
    with entered(policy, staff) as context:
        from bailee.requests.recipients import WhyNot, told

        request = the_request(reference)
        told(context, request, recipient, why_not=WhyNot[why_not.upper()] if why_not else None)
        return say_state(request, as_json=json)


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
        from bailee.engine.package.spool import written_whole
        from bailee.requests.copy_packages import fetch as give
        from bailee.store.access_log import Reason

        request = the_request(reference)
        parcel = request.parcels.filter(gone_at=None).order_by("made_at").last()
        if parcel is None:
            raise CommandError(Problem(Exit.USAGE, "no_parcel", "nothing waits to be fetched", "bailee request show"))
        with written_whole(out) as output:
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
        from bailee.requests.receipts import hand_out
        from bailee.store.access_log import Reason

        request = the_request(reference)
        found = hand_out(context, request, Reason.REQUEST)
        files = [out, *(out.with_stem(f"{out.stem}-{number}") for number in range(2, len(found) + 1))]
        for file, (_, text) in zip(files, found, strict=True):
            write_new(file, text, "choose another name")
        if not json:
            show(Line(str(file), whole=True) for file in files)
        return say_state(request, as_json=json, receipts=[str(file) for file in files])
