"""Letters about a request, to where its person is known to be reached."""

from __future__ import annotations

from collections.abc import Mapping

from bailee.requests.letters import LetterWay
from bailee.requests.request_content import Asked, open_asked
from bailee.requests.timeline import note_event
from bailee.store.context import Context
from bailee.store.events import LetterWanted, NoAddress
from bailee.store.models import Request


def send_letter(context: Context, request: Request, template: str, **facts: object) -> bool:
    """Have the letter ``template`` about ``request`` sent, by mail, or on paper where there is no e-mail.

    Whether the person can be reached: if nowhere, the timeline has it, staff tell them (`telling`), and an answer's
    day is back until they have.

    Whoever asked twice, and elsewhere, has it there too, under the reference of the request that was merged into this.
    Raises `LetterError`.
    """
    is_reached = _send_unless_told(context, request, template, facts, None)
    for twin in Request.objects.filter(merged_into=request, sealed__isnull=False).order_by("received_at", "id"):
        there = _send_unless_told(context, twin, template, facts, open_asked(context, request))
        is_reached = is_reached or there
    if not is_reached:
        note_event(context, request, "unreachable", letter=str(template))
        context.emit(NoAddress(request, str(template)))
    return is_reached


def build_request_link(context: Context, request: Request) -> str:
    """Return where a person finds their request; empty where the policy names no site."""
    mail = context.policy.firm.mail
    return f"{mail.site.rstrip('/')}/request/{request.reference}" if mail and mail.site else ""


def build_receipt_facts(context: Context, request: Request) -> dict[str, object]:
    """Return what a letter says of the receipt for what was done: that there is one, where, and how long."""
    return {"has_receipt": True, "link": build_request_link(context, request), "receipt_until": request.forget_on}


def _send_unless_told(
    context: Context, request: Request, template: str, facts: Mapping[str, object], told: Asked | None
) -> bool:
    """Have the letter sent to where ``request`` says, unless the one who was ``told`` is reached by the same."""
    asked = open_asked(context, request)
    if told is not None and (asked.reply_to, asked.address) == (told.reply_to, told.address):
        return False
    return send_letter_to(context, request, template, facts, asked)


def send_letter_to(
    context: Context, request: Request, template: str, facts: Mapping[str, object], asked: Asked
) -> bool:
    """Have a letter sent to where ``asked`` says, by mail if it can be; whether it says. Raises `LetterError`."""
    if asked.reply_to:
        context.emit(LetterWanted(request, template, facts, asked.reply_to, LetterWay.MAIL))
    elif asked.address:
        context.emit(LetterWanted(request, template, facts, "\n".join(asked.address), LetterWay.PAPER))
    return bool(asked.reply_to or asked.address)
