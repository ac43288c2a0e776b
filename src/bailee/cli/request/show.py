"""``bailee request show``: one request, its clock, and what has happened."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from typer import Option

from bailee.cli import options
from bailee.cli.exits import CommandError, CommandProblem, Exit
from bailee.cli.request.entry import Reference, Staff, entered, the_request
from bailee.cli.request.state import state_json, to_tell
from bailee.cli.show import Line, columns, show, show_json

if TYPE_CHECKING:
    from bailee.requests.request_content import Asked
    from bailee.store.context import Context
    from bailee.store.models import Request

# Imports stand in functions: a command loads what it uses, and `bailee --help` nothing of it.


def show_(
    reference: Reference,
    policy: options.PolicyFolder = Path(),
    staff: Staff = "",
    *,
    personal: Annotated[
        str | None,
        Option(
            metavar="REASON",
            show_default=False,
            help="Show what the person said, too; who looked, and why, is recorded. Any other word lists the reasons.",
        ),
    ] = None,
    json: options.AsJson = False,
) -> int:
    """Show where a request is, by when it is due and why, what is planned, its letters, and what has happened.

    A plan that waits is shown whole, to be read before it is approved. It names nobody, but with --personal.
    """
    with entered(policy, staff) as context:
        from bailee.requests.request_list import note_shown
        from bailee.requests.staff_notifications import list_untold_letters

        request = the_request(reference)
        note_shown(context, [request])
        asked = None if personal is None else _read(context, request, personal)
        if json:
            show_json({**_as_json(request, asked), "untold": list_untold_letters(request)})
        else:
            show(_page(request, asked))
            show(to_tell(request, list_untold_letters(request)))
            show(_waiting(context, request))
    return Exit.DONE


def _read(context: Context, request: Request, why: str) -> Asked:
    from bailee.requests.request_content import read_asked
    from bailee.store.access_log import Reason

    reasons = {reason.name.lower(): reason for reason in Reason}
    if why not in reasons:
        hint = "; ".join(f"{name} ({reason})" for name, reason in reasons.items())
        raise CommandError(CommandProblem(Exit.USAGE, "no_such_reason", "this is no reason to look", hint))
    return read_asked(context, request, reasons[why])


def _page(request: Request, asked: Asked | None) -> Iterator[Line]:
    outcome = f" ({request.outcome})" if request.outcome else ""
    facts = [("right", request.right), ("came by", f"{request.channel}, {request.received_on}")]
    if request.proofs.filter(method="on file", failed_at=None).exists():
        facts.append(("identity", "the address on file, without a code (Art. 12(6))"))
    if request.identified_on:
        facts.append(("identified", str(request.identified_on)))
    if request.due_on:
        is_at_worst = request.status == "unverified" and request.identity_asked_on
        facts.append(("due at worst" if is_at_worst else "due", str(request.due_on)))
    if request.held_until:
        facts.append(("held until", str(request.held_until)))
    if request.merged_into:
        facts.append(("goes on as", request.merged_into.reference))
    yield Line(f"{request.reference}: {request.status}{outcome}", tuple(map(Line, columns(facts))), "bold")
    if asked is not None:
        yield from _said(asked)
    clock = [(step.day.isoformat() if step.day else "", f"{step.says} ({step.law})") for step in _steps(request)]
    yield from _part("clock", clock)
    plans = request.plans.order_by("made_at", "id")
    yield from _part("plans", [(p.id, p.kind, p.state, f"hash {p.digest[:12]}") for p in plans])
    letters = request.messages.order_by("made_at", "id")
    yield from _part("letters", [(f"{m.made_at:%Y-%m-%d %H:%M}", m.template, m.channel, m.state) for m in letters])
    events = request.events.order_by("id")
    yield from _part("what happened", [(f"{e.at:%Y-%m-%d %H:%M}", e.kind, _facts(e.facts)) for e in events])


def _waiting(context: Context, request: Request) -> Iterator[Line]:
    """Yield the plan that waits for approval, or to be carried out, as who decides must read it."""
    from bailee.cli.plan import plan_page
    from bailee.requests.plan_rows import find_newest_plan, read_document

    plan = find_newest_plan(request)
    if plan is not None and plan.state in {"proposed", "approved"}:
        yield Line("")
        yield from plan_page(context.policy, read_document(plan))


def _part(title: str, rows: list[Any]) -> Iterator[Line]:
    if rows:
        yield Line("")
        yield Line(title, tuple(map(Line, columns(rows))), "bold")


def _steps(request: Request) -> tuple[Any, ...]:
    from bailee.clock import AnswerBy
    from bailee.requests.clocks import calculate_answer

    answer = calculate_answer(request)
    return answer.steps if isinstance(answer, AnswerBy) else ()


def _facts(facts: dict[str, Any]) -> str:
    return ", ".join(f"{name}: {value}" for name, value in facts.items())


def _said(asked: Asked) -> Iterator[Line]:
    said = [
        ("known by", ", ".join(asked.identities)),
        ("not proven", ", ".join(asked.unproven)),
        ("name", asked.name),
        ("letters to", asked.reply_to or ", ".join(asked.address)),
        ("agent", asked.agent),
        ("to correct", f"{asked.target} = {asked.value}" if asked.target else ""),
        ("words", asked.words),
    ]
    yield from _part("what they said", [(name, text) for name, text in said if text])


def _as_json(request: Request, asked: Asked | None) -> dict[str, Any]:
    from dataclasses import asdict

    return {
        **state_json(request),
        "received": request.received_on.isoformat(),
        "channel": request.channel,
        "identified": request.identified_on.isoformat() if request.identified_on else None,
        "identity": [
            {
                "method": p.method,
                "made": p.made_at.isoformat(),
                "proven": p.proven_at.isoformat() if p.proven_at else None,
            }
            for p in request.proofs.order_by("made_at", "id")
        ],
        "clock": [{"day": s.day.isoformat() if s.day else None, "says": s.says, "law": s.law} for s in _steps(request)],
        "plans": [
            {"id": p.id, "kind": p.kind, "state": p.state, "hash": p.digest} for p in request.plans.order_by("made_at")
        ],
        "letters": [
            {"letter": m.template, "channel": m.channel, "state": m.state, "made": m.made_at.isoformat()}
            for m in request.messages.order_by("made_at", "id")
        ],
        "events": [
            {"at": e.at.isoformat(), "kind": e.kind, "facts": e.facts, "by": e.by_id}
            for e in request.events.order_by("id")
        ],
        **({"asked": asdict(asked)} if asked is not None else {}),
    }
