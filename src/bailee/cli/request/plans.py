"""``bailee request plan``, ``pack``, ``confirm``, ``approve``, ``cancel``: what is to be done, and whether it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bailee.cli import options
from bailee.cli.exits import CommandError, Exit, Problem
from bailee.cli.plan import plan_page
from bailee.cli.request.deadlines import say_state, state_json
from bailee.cli.request.entry import Reference, Staff, entered, the_request
from bailee.cli.show import Line, show, show_json

if TYPE_CHECKING:
    from bailee.policy import Policy
    from bailee.store.models import Plan, Request


def plan(
    reference: Reference, policy: options.PolicyFolder = Path(), staff: Staff = "", *, json: options.AsJson = False
) -> int:
    """Plan what a request asks for, or plan it anew; what is other than before is said. No system is changed."""
    with entered(policy, staff) as context:
        from bailee.engine.systems import systems_of
        from bailee.requests.request_plans import plan as make

        request = the_request(reference)
        with systems_of(context) as systems:
            made = make(context, systems, request)
        return _say_plan(context.policy, request, made, as_json=json)


def pack(
    reference: Reference, policy: options.PolicyFolder = Path(), staff: Staff = "", *, json: options.AsJson = False
) -> int:
    """Have a copy packed without the matches that nobody has confirmed; the letter says so. A worker packs it."""
    with entered(policy, staff) as context:
        from bailee.requests.copy_packages import have_packed

        request = the_request(reference)
        have_packed(context, request)
        return say_state(request, as_json=json)


def confirm(
    reference: Reference,
    rows: Annotated[
        list[str],
        typer.Argument(
            metavar="SYSTEM.COLLECTION:KEY", help="Rows that are this person's, as `bailee find` lists them."
        ),
    ],
    policy: options.PolicyFolder = Path(),
    staff: Staff = "",
    *,
    json: options.AsJson = False,
) -> int:
    """Say that rows are the person's, and plan anew. Whoever says so cannot approve what is planned on it."""
    with entered(policy, staff) as context:
        from bailee.engine.systems import systems_of
        from bailee.requests.plan_rows import newest_plan
        from bailee.requests.request_plans import confirm as say_so

        request = the_request(reference)
        with systems_of(context) as systems:
            say_so(context, systems, request, rows)
        return _say_plan(context.policy, request, newest_plan(request), as_json=json)


def approve(
    reference: Reference,
    hash_: Annotated[
        str, typer.Argument(metavar="HASH", help="The beginning of the plan's hash, 8 characters at least.")
    ],
    policy: options.PolicyFolder = Path(),
    staff: Staff = "",
    *,
    json: options.AsJson = False,
) -> int:
    """Approve a plan that somebody else has made. It is carried out when the waiting time is over."""
    with entered(policy, staff) as context:
        from bailee.requests.approval import approve as approve_plan

        request = the_request(reference)
        approval = approve_plan(context, _plan_of(request).id, hash_)
        request.refresh_from_db()
        if not json:
            show([Line(f"carried out from {approval.acts_at:%Y-%m-%d %H:%M} UTC; until then: bailee request cancel")])
        return say_state(request, as_json=json, acts_at=approval.acts_at.isoformat())


def cancel(
    reference: Reference, policy: options.PolicyFolder = Path(), staff: Staff = "", *, json: options.AsJson = False
) -> int:
    """Call an approved plan off while the waiting time runs."""
    with entered(policy, staff) as context:
        from bailee.requests.approval import cancel as call_off

        request = the_request(reference)
        call_off(context, _plan_of(request).id)
        request.refresh_from_db()
        return say_state(request, as_json=json)


def _plan_of(request: Request) -> Plan:
    from bailee.requests.plan_rows import newest_plan

    found = newest_plan(request)
    if found is None:
        raise CommandError(Problem(Exit.USAGE, "no_plan", "there is no plan of this request", "bailee request plan"))
    return found


def _say_plan(policy: Policy, request: Request, made: Plan | None, *, as_json: bool) -> int:
    if made is None:
        return say_state(request, as_json=as_json)
    from bailee.requests.plan_rows import document_of

    document = document_of(made)
    if as_json:
        show_json({**state_json(request), **_plan_json(made)})
    else:
        show([*plan_page(policy, document), *_difference(made)])
    return Exit.LOOK if document.unconfirmed else Exit.DONE


def _plan_json(made: Plan) -> dict[str, Any]:
    return {"plan": made.id, "hash": made.digest, "state": made.state, "difference": made.difference}


def _difference(made: Plan) -> Iterator[Line]:
    if made.supersedes_id is not None:
        lines = tuple(map(Line, made.difference)) or (Line("nothing but the time at which it was made"),)
        yield Line("other than in the plan before", lines, "bold")
