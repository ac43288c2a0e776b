"""Letters about a request, to where its person is known to be reached."""

from __future__ import annotations

from collections.abc import Mapping

from bailee.books.models import Message, Request
from bailee.runner.letters import Channel, post
from bailee.runner.office import Office
from bailee.runner.requests.asked import Asked, open_asked
from bailee.runner.requests.timeline import tell


def say(office: Office, request: Request, template: str, **facts: object) -> Message | None:
    """Post the letter ``template`` about ``request``, by mail, or on paper where there is no e-mail.

    Whoever asked twice, and elsewhere, has it there too, under the reference of the request that was merged into this.
    ``None`` where the person can be reached nowhere: the timeline has it, and staff tell them (`telling`). Raises
    `LetterError`.
    """
    posted = _posted(office, request, template, facts, None)
    if request.around.twins is not False:
        for twin in Request.objects.filter(merged_into=request, sealed__isnull=False).order_by("received_at", "id"):
            there = _posted(office, twin, template, facts, open_asked(office, request))
            posted = posted or there
    if posted is None:
        tell(office, request, "unreachable", letter=str(template))
    return posted


def link_of(office: Office, request: Request) -> str:
    """Return where a person finds their request; empty where the policy names no site."""
    mail = office.policy.firm.mail
    return f"{mail.site.rstrip('/')}/request/{request.reference}" if mail and mail.site else ""


def receipt_facts(office: Office, request: Request) -> dict[str, object]:
    """Return what a letter says of the receipt for what was done: that there is one, where, and how long."""
    return {"has_receipt": True, "link": link_of(office, request), "receipt_until": request.forget_on}


def _posted(
    office: Office, request: Request, template: str, facts: Mapping[str, object], told: Asked | None
) -> Message | None:
    """Post the letter to where ``request`` says, unless the one who was ``told`` is reached by the same."""
    asked = open_asked(office, request)
    if told is not None and (asked.reply_to, asked.address) == (told.reply_to, told.address):
        return None
    if asked.reply_to:
        return post(office, request, template, facts, to=asked.reply_to)
    if asked.address:
        return post(office, request, template, facts, to="\n".join(asked.address), channel=Channel.PAPER)
    return None
