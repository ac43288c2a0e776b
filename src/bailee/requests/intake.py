"""A request comes in: by portal or API from the public, or logged by staff who were told by telephone or letter.

Nobody is looked up here. What is done, and what is answered, is the same for a person who is known and for one who is
not, in words and in time; a worker looks for the person afterwards (`identity`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from bailee.engine.people import UnknownPerson, explain_never_searched, is_never_looked_up
from bailee.jobs.due_items import schedule_all
from bailee.policy import Policy
from bailee.requests import limits, permissions, wrong_days
from bailee.requests.clocks import note_acknowledged, renew_due_day
from bailee.requests.identified_people import parse_identities
from bailee.requests.letters import LetterError
from bailee.requests.letters import Template as Letter
from bailee.requests.request_content import Asked, seal_asked
from bailee.requests.request_letters import send_letter
from bailee.requests.request_locks import must_be_permitted
from bailee.requests.rights import PARCELS, STATUTORY, find_rules
from bailee.requests.timeline import note_event
from bailee.store.context import Context, find_zone
from bailee.store.errors import NotAskable
from bailee.store.models import Channel, Request, Right, Status
from bailee.trace.normal import normalise

PUBLIC = frozenset({Channel.PORTAL, Channel.API})
"""Channels by which anybody may come, unseen."""

_LONGEST: Mapping[str, int] = {
    "name": 200,
    "reply_to": 254,
    "words": 10_000,
    "target": 200,
    "value": 1_000,
    "agent": 200,
}
_MOST_IDENTITIES, _LONGEST_IDENTITY = 8, 320
_MOST_LINES, _LONGEST_LINE = 8, 120


def receive_request(
    context: Context,
    right: Right | str,
    asked: Asked,
    channel: Channel | str,
    *,
    received_at: datetime | None = None,
    source: str = "",
    language: str = "en",
) -> Request:
    """Take a request in, acknowledge it, and let a worker find out whom it is about; return it, not yet verified.

    ``received_at``: when it came, if not now (UTC): a letter opened later. ``source``: the network address that it came
    from, to limit how many come from one; it is kept as an HMAC. A question and a complaint are open at once: nothing
    of anybody's is given out or changed for them, so nobody is asked who they are. Raises `NotAskable`, `TooMany`,
    `NotAllowed`.
    """
    right, channel = Right(right), Channel(channel)
    if channel not in PUBLIC or context.staff:
        must_be_permitted(context, permissions.TAKE_IN)
    at = received_at or context.now
    if at > context.now:
        raise NotAskable("a request cannot have come later than now", "give the day on which it came")
    asked = _check_asked(context.policy, right, asked, channel)
    if source:
        limits.count_attempt(context, limits.INTAKE_BY_SOURCE, source)
    request = _make_request(context, right, channel, at, language)
    request.by_agent = bool(asked.agent)
    seal_asked(context, request, asked)  # before the transaction: a key outlives a row that is rolled back
    with transaction.atomic():
        request.save(force_insert=True)
        renew_due_day(context, request)
        note_event(
            context, request, "received", right=str(right), channel=str(channel), **wrong_days.build_known_time(context)
        )
        if right in STATUTORY:
            expires = context.now + timedelta(days=context.policy.firm.requests.unverified_days)
            schedule_all([("identify", request.id, context.now), ("expire", request.id, expires)])
        _acknowledge_request(context, request, asked)
    return request


def build_public_answer(request: Request) -> dict[str, str]:
    """Return what whoever made ``request`` is told at once: the same for everybody but the reference and the day."""
    answer = {"reference": request.reference, "received_on": request.received_on.isoformat()}
    if request.right in PARCELS:
        answer["next"] = (
            "if we can reach the person whom this is about by what we have on file, we write to them there, with a "
            "link when it is ready or with a code to confirm the request; nothing is given out to anybody else"
        )
    elif request.right in STATUTORY:
        answer["next"] = (
            "if we can reach the person whom this is about by what we have on file, we have written to them there; "
            "nothing is given out or changed before they have answered"
        )
    else:
        answer["next"] = "a member of staff reads it and answers"
    return answer


def find_request(text: str) -> Request | None:
    """Return the request with the reference ``text``, as a person types it."""
    plain = re.sub(r"[^0-9A-Z]", "", text.upper())
    return Request.objects.filter(reference="-".join(plain[n : n + 4] for n in range(0, len(plain), 4))).first()


def _make_request(context: Context, right: Right, channel: Channel, at: datetime, language: str) -> Request:
    firm = context.policy.firm
    waits = right in STATUTORY
    return Request(
        right=right,
        status=Status.UNVERIFIED if waits else Status.OPEN,
        channel=channel,
        language=language,
        received_at=at,
        received_on=at.astimezone(ZoneInfo(find_zone(context.policy))).date(),
        regime=firm.regime,
        division=firm.requests.division,
        logged_by_id=context.staff or None,
    )


def _acknowledge_request(context: Context, request: Request, asked: Asked) -> None:
    """Post the acknowledgement to where the requester says; one that cannot be written keeps no request out."""
    template = Letter(find_rules(request.right).received)
    if request.channel in PUBLIC and not asked.reply_to:
        return  # nobody has paper sent to a stranger's door by filling in a form
    if request.channel in PUBLIC:
        if not limits.is_left(context, limits.LETTERS_TO_ONE, asked.reply_to):
            note_event(context, request, "not_acknowledged", why="too many letters to one address")
            return
        limits.note_attempt(context, limits.LETTERS_TO_ONE, asked.reply_to)
    try:
        is_reached = send_letter(context, request, template)
    except LetterError as error:
        note_event(context, request, "not_acknowledged", why=error.code)
        return
    if is_reached:
        note_acknowledged(context, request)


# --- what can be asked ---------------------------------------------------------------------------------------


def _check_asked(policy: Policy, right: Right, asked: Asked, channel: Channel) -> Asked:
    """Return ``asked`` as it is kept; raises `NotAskable`, by what can be seen without a look into any system."""
    for name, longest in _LONGEST.items():
        if len(getattr(asked, name)) > longest:
            raise NotAskable(f"{name} is too long", f"at most {longest:,} characters")
    if len(asked.address) > _MOST_LINES or any(len(line) > _LONGEST_LINE for line in asked.address):
        raise NotAskable("the postal address is too long", f"at most {_MOST_LINES} lines of {_LONGEST_LINE} characters")
    identities = tuple(dict.fromkeys(text.strip() for text in asked.identities))
    if len(identities) > _MOST_IDENTITIES or any(len(text) > _LONGEST_IDENTITY for text in identities):
        raise NotAskable("the person is known by too much", f"give at most {_MOST_IDENTITIES} addresses or numbers")
    _must_name(policy, right, identities)
    reply_to = ""
    if asked.reply_to.strip():
        reply_to = normalise("email", asked.reply_to, policy.firm.region) or ""
        if not reply_to or len(reply_to.splitlines()) > 1:
            raise NotAskable("the e-mail for answers is none", "check the spelling")
    if channel in PUBLIC and right not in STATUTORY and not reply_to and not asked.address:
        raise NotAskable("there is no address for the answer", "give an e-mail or a postal address")
    agents = reply_to if asked.agent else ""
    return replace(asked, identities=identities, reply_to=reply_to, agent_reply_to=agents, to_agent=False, unproven=())


def _must_name(policy: Policy, right: Right, identities: tuple[str, ...]) -> None:
    if right in STATUTORY and not identities:
        raise NotAskable("it is not said whom the request is about", "give an email address or a telephone number")
    try:
        known = parse_identities(policy, identities)
    except UnknownPerson as error:
        raise NotAskable(error.message, error.hint) from None
    attributes = dict.fromkeys(attribute for attribute, _ in known)
    if right in STATUTORY - {Right.OBJECT} and all(is_never_looked_up(policy, one) for one in attributes):
        never = explain_never_searched(
            policy, *attributes
        )  # an objection suppresses the value all the same (Art. 21(3))
        raise NotAskable(never.message, never.hint)
