"""The outbox: letters are written, sealed under the key of their request, and wait to be delivered or printed.

A letter is posted in the transaction in which it is decided on: both stand in the books, or neither does.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from django.db import transaction

from bailee.jobs.due_items import schedule_due
from bailee.policy import Firm
from bailee.requests.letters.backoff import note_server_answered
from bailee.requests.letters.facts import Facts, KeptData, Letter, LetterError, LetterWay, Template
from bailee.requests.letters.mail import check_email_address, find_sender
from bailee.requests.letters.paper import check_address_lines
from bailee.requests.letters.templates import write_letter
from bailee.store.context import Context, find_zone
from bailee.store.enums import Right
from bailee.store.events import LetterWanted, make_subscription
from bailee.store.models import Message, Request
from bailee.store.models.ids import new_id

QUEUED, SENDING, SENT, FAILED, TO_PRINT, TOLD = "queued", "sending", "sent", "failed", "to_print", "told"
"""The states of a message; the last: it had failed, and staff have told the person what it says."""

TOO_LATE = "too-late"
"""The problem of a letter that was given up since its day was over: it tells a later day that is not so."""

DELIVER = "deliver"
"""The kind of what is due for each mail."""

_TELLS_DUE = frozenset({Template.ACKNOWLEDGE, Template.VERIFIED, Template.CLARIFY, Template.EXTEND})
"""Letters that tell the day of the request's clock if no other is given; in the rest nothing is due any more."""

_UNVERIFIED = "unverified"
"""The state of a request before its person is identified; its model is there once the books are open."""

_OURS = frozenset({"firm", "reference", "asked", "received", "written"})
"""Facts that the request and its context know."""


@dataclass(frozen=True, slots=True)
class SealedLetter:
    """What is sealed of a message: the address (on paper, its lines) and the letter."""

    to: str
    letter: Letter


def post_letter(
    context: Context,
    request: Request,
    template: Template | str,
    facts: Mapping[str, object],
    *,
    to: str,
    channel: LetterWay | str = LetterWay.MAIL,
) -> Message:
    """Write a letter about ``request`` to ``to`` and put it into the outbox; return its row.

    ``facts``: those of `Facts` beyond what the request itself says (its reference, what is asked, the dates). A single
    text stands for a list of one, an ISO date for a date. ``to``: an email address, or the lines of a postal one.
    Mail is due at once; paper waits until somebody prints it. Raises `LetterError`, and what the vault raises.
    """
    name, way = _find_template(template), LetterWay(channel)
    to = _check_address(to, way)
    letter = write_letter(name, collect_facts(context, request, name, facts), way, request.language)
    id = new_id()
    with transaction.atomic():
        message = Message(
            id=id,
            request=request,
            template=name.value,
            channel=way.value,
            state=QUEUED if way is LetterWay.MAIL else TO_PRINT,
            message_id=_build_message_id(context.policy.firm, id, way),
            sealed=_seal_letter(context, request.id, id, SealedLetter(to, letter)),
            made_at=context.now,
        )
        message.save(force_insert=True)
        if way is LetterWay.MAIL:
            schedule_due(DELIVER, id, at=context.now)
    return message


def post_wanted_letter(context: Context, wanted: LetterWanted) -> None:
    """Post a letter that is wanted. Raises what `post_letter` raises."""
    post_letter(context, wanted.request, wanted.template, wanted.facts, to=wanted.to, channel=wanted.channel)


def can_be_addressed(to: str, way: LetterWay) -> bool:
    """Whether a letter can go to ``to``, as `post_letter` takes it."""
    try:
        return bool(_check_address(to, way))
    except LetterError:
        return False


def _check_address(to: str, way: LetterWay) -> str:
    return check_email_address(to) if way is LetterWay.MAIL else "\n".join(check_address_lines(to.splitlines()))


def resend_letter(context: Context, message_id: str) -> None:
    """Send a mail now: one that waits for its next try, or once more, for another five days, one that failed.

    Raises `LetterError` W906 where no mail of that id waits, or what it says is no longer true.
    """
    with transaction.atomic():
        if Message.objects.filter(id=message_id, state=FAILED, problem=TOO_LATE).exists():
            hint = "tell the person by when you answer; then: bailee request person-told REFERENCE"
            raise LetterError("W906", "this letter tells a later day that is not so", hint)
        there = Message.objects.filter(id=message_id, sealed__isnull=False)
        failed, waits = there.filter(state=FAILED), there.filter(state__in=(QUEUED, SENDING))
        is_there = failed.update(state=QUEUED, tries=0, made_at=context.now, problem="")
        if not (is_there or waits.update(next_try_at=context.now)):
            raise LetterError("W906", "no mail of that id waits or has failed", "look at: bailee letters list")
        schedule_due(DELIVER, message_id, at=context.now)
        note_server_answered(context)  # who sends it now has a reason to think so


# --- facts ----------------------------------------------------------------------------------------------------


def collect_facts(context: Context, request: Request, template: Template, given: Mapping[str, object]) -> Facts:
    """Return the facts of a letter about ``request``: its own, and those ``given``. Raises `LetterError` W901."""
    known = {each.name for each in fields(Facts)} - _OURS
    for name in given:
        if name not in known:
            raise LetterError("W901", f"a letter has no fact {name!r}", f"it has: {', '.join(sorted(known))}")
    zone = ZoneInfo(find_zone(context.policy))
    is_guess = template is Template.ACKNOWLEDGE and request.status == _UNVERIFIED  # the day at worst is no promise
    told = {"due": request.due_on} if template in _TELLS_DUE and not is_guess else {}
    told |= {name: _convert_fact(name, value, zone) for name, value in given.items()}
    return Facts(
        firm=context.policy.firm,
        reference=request.reference,
        asked=Right(request.right),
        received=request.received_on,
        written=context.today,
        **cast("dict[str, Any]", told),
    )


def _convert_fact(name: str, value: object, zone: ZoneInfo) -> Any:
    """Return the value of a fact as `Facts` has it."""
    match name:
        case "due" | "ends" if isinstance(value, str):
            return date.fromisoformat(value)
        case "expires" | "waits_until":
            return (datetime.fromisoformat(value) if isinstance(value, str) else cast("datetime", value)).astimezone(
                zone
            )
        case "asks" | "reasons" | "done":
            return (value,) if isinstance(value, str) else tuple(cast("Sequence[str]", value))
        case "kept":
            return tuple(cast("Sequence[KeptData]", value))
        case _:
            return value


def _build_message_id(firm: Firm, id: str, way: LetterWay) -> str:
    """Return the Message-ID (RFC 5322 s. 3.6.4) of a mail; on paper, a name that no mail has (RFC 2606)."""
    domain = find_sender(firm).rpartition("@")[2] if way is LetterWay.MAIL else "paper.invalid"
    return f"<{id}@{domain}>"


def _find_template(template: Template | str) -> Template:
    try:
        return Template(template)
    except ValueError:
        raise LetterError("W901", f"there is no letter {template!r}", f"there are: {', '.join(Template)}") from None


# --- sealing --------------------------------------------------------------------------------------------------


def _seal_letter(context: Context, request_id: str, message_id: str, content: SealedLetter) -> bytes:
    letter = content.letter
    plain = {"to": content.to, "subject": letter.subject, "text": letter.text, "html": letter.html}
    return context.vault.seal(f"request:{request_id}", json.dumps(plain).encode(), f"message:{message_id}")


def open_letter(context: Context, message: Message) -> SealedLetter:
    """Return what is sealed of ``message``. Raises `InvalidSealError` where the request's key was shredded."""
    content = bytes(message.sealed or b"")
    plain = json.loads(context.vault.open(f"request:{message.request_id}", content, f"message:{message.id}"))
    return SealedLetter(plain["to"], Letter(plain["subject"], plain["text"], plain["html"]))


HEARS = (make_subscription(LetterWanted, post_wanted_letter),)
