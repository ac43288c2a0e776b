"""Mail leaves the outbox: at least once, each time under the same Message-ID, later where the server is down."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from django.db import transaction
from django.db.models import F, Q

from bailee.connectors.base import ConnectorError
from bailee.engine.addresses import read_secret
from bailee.engine.time_check import WrongClock
from bailee.jobs.job import Job
from bailee.requests.letters.backoff import (
    FIRST,
    LONGEST,
    find_server_retry_time,
    note_server_answered,
    note_server_failed,
)
from bailee.requests.letters.facts import CODES, LetterError, LetterWay, Template
from bailee.requests.letters.mail import SECONDS, DeliveryOutcome, DeliveryTry, build_mail, send_mail, write_mail_file
from bailee.requests.letters.outbox import DELIVER, FAILED, QUEUED, SENDING, SENT, TO_PRINT, open_letter
from bailee.requests.request_locks import must_know_the_time
from bailee.store.context import Context
from bailee.store.events import LetterFailed, LetterLeft
from bailee.store.models import Message
from bailee.vault import InvalidVaultSealError

RETURNED = "returned"
"""The problem of a letter that had left and came back."""

GIVES_UP = timedelta(days=5)
"""How long a mail is tried (RFC 5321 s. 4.5.4.1: 4 to 5 days at least)."""

LEAST, MOST = 8, 38
"""Tries before a mail is given up, however old it is: over two hours; and how many take five days by any clock."""


class LeaseCheck(Protocol):
    """A worker's lease."""

    def check(self) -> None:
        """Raise if another worker has taken over."""


def deliver_letter(context: Context, message_id: str, lease: LeaseCheck, seconds: float = SECONDS) -> datetime | None:
    """Try to send the mail ``message_id``; return when to try again (UTC), or ``None`` where that is over.

    It is over when the server has taken the mail, or refused it for good, or five days have gone by, as
    `is_delivery_over` says; by a clock that is wrong nothing is given up. A letter that
    was sent stays sealed for its person to read, until its request is forgotten; one with a code does not. A
    message that was sent, is on paper, or is no more is left alone. Between the server's answer and our note of it
    a process may die: then the mail is sent again, with the same Message-ID. ``seconds``: how long the server may
    take for one answer. Raises what ``lease`` raises, and `VaultError`.
    """
    lease.check()
    if (until := _wait_for_server(context, message_id)) is not None:
        return until
    waiting = Message.objects.filter(id=message_id, channel=LetterWay.MAIL.value, state__in=(QUEUED, SENDING))
    if not waiting.update(state=SENDING, tries=F("tries") + 1):
        return None
    message = Message.objects.get(id=message_id)
    tried = _try_letter(context, message, seconds)
    if tried.is_of_server:
        note_server_failed(context)
    elif tried.fate is not DeliveryOutcome.LATER:
        note_server_answered(context)
    return _note_try(context, message, tried)


def list_cleared_fields(message: Message) -> dict[str, None]:
    """Return what changes in a row of a letter that was sent: of one with a code nothing sealed is left."""
    return {"sealed": None} if message.template in CODES else {}


def report_letter_left(context: Context, message: Message) -> None:
    """Tell that a mail server has ``message`` now, or the post."""
    if message.request_id:
        context.emit(LetterLeft(message.request_id, message.template, message.id))


def note_returned_letters(context: Context, message_ids: Sequence[str]) -> None:
    """Note that letters which had left have reached nobody: a mail bounced later, paper was returned.

    All that follows where a mail server refuses a letter follows. Raises `LetterError` W906 where one of them had not
    left: then none is noted.
    """
    wanted = set(message_ids)
    with transaction.atomic():
        left = list(Message.objects.filter(id__in=wanted, state=SENT).defer("sealed"))
        if len(left) < len(wanted):
            says = f"{len(wanted) - len(left)} of {len(wanted)}: no letter of that id has left"
            raise LetterError("W906", says, "the id stands before the @ of a mail's Message-ID, and names a PDF")
        for message in left:
            Message.objects.filter(id=message.id).update(state=FAILED, problem=RETURNED)
            _report_letter_failed(context, message, RETURNED)


def give_up_letter(context: Context, message: Message, problem: str) -> None:
    """Give up a letter that waits, since what it says would not be true: all that follows a refusal follows.

    One that a mail server is given at this moment, or that has left, is left alone; so is one that was printed: it may
    be in the post.
    """
    with transaction.atomic():
        waits = Message.objects.filter(Q(state=QUEUED) | Q(state=TO_PRINT, tries=0), id=message.id)
        if waits.update(state=FAILED, problem=problem, next_try_at=None):
            _report_letter_failed(context, message, problem)


def calculate_next_try(tries: int, now: datetime) -> datetime:
    """Return when a mail that was tried ``tries`` times is tried again."""
    wait: timedelta = min(FIRST * 2 ** min(tries - 1, 20), LONGEST)  # beyond, no wait is shorter than the longest
    return now + wait


def is_delivery_over(tries: int, made_at: datetime, at: datetime) -> bool:
    """Whether a mail that was written at ``made_at`` and tried ``tries`` times is not tried at ``at`` any more.

    Time alone gives nothing up: a machine that was off, or a clock that was set, has tried nothing meanwhile. One that
    was written by a clock that was ahead ends by its tries.
    """
    return tries >= MOST or (tries >= LEAST and at > made_at + GIVES_UP)


def _wait_for_server(context: Context, message_id: str) -> datetime | None:
    """Return until when the letter waits since the mail server failed others, ``None`` where it may be tried now.

    One whose time would be over by then is tried all the same.
    """
    until = find_server_retry_time(context)
    if until is None:
        return None
    waiting = Message.objects.filter(
        id=message_id, state__in=(QUEUED, SENDING), channel=LetterWay.MAIL.value, made_at__gt=until - GIVES_UP
    )
    return until if waiting.update(state=QUEUED, next_try_at=until) else None


def _try_letter(context: Context, message: Message, seconds: float) -> DeliveryTry:
    """Send ``message`` and return what became of it; where the firm must fix something first, the letter waits."""
    firm = context.policy.firm
    if firm.mail is None:
        return DeliveryTry(DeliveryOutcome.LATER, "no-server")
    try:
        content = open_letter(context, message)
        mail = build_mail(
            content.letter, Template(message.template), firm, content.to, message.message_id, message.made_at
        )
        if firm.mail.folder:
            return write_mail_file(mail, context.folder / firm.mail.folder)
        password = ""
        if firm.mail.password:
            password = read_secret(firm.mail.password, context.folder, "mail", context.store)
        return send_mail(mail, firm.mail, password, seconds)
    except InvalidVaultSealError:
        return DeliveryTry(DeliveryOutcome.NEVER, "forgotten")  # with its request, whose key was shredded
    except ConnectorError:
        return DeliveryTry(DeliveryOutcome.LATER, "password")
    except LetterError as error:
        return DeliveryTry(DeliveryOutcome.LATER, error.code)


def _note_try(context: Context, message: Message, tried: DeliveryTry) -> datetime | None:
    """Write down what became of ``message``, unless another worker has done so; return when it is tried again."""
    ours = Message.objects.filter(id=message.id, state=SENDING)
    if tried.fate is DeliveryOutcome.SENT:
        with transaction.atomic():
            if ours.update(
                state=SENT, sent_at=context.now, next_try_at=None, problem="", **list_cleared_fields(message)
            ):
                report_letter_left(context, message)
        return None
    at = _choose_next_try(context, message) if tried.fate is DeliveryOutcome.LATER else None
    with transaction.atomic():
        state = FAILED if at is None else QUEUED
        if ours.update(state=state, next_try_at=at, problem=tried.problem) and at is None:
            _report_letter_failed(context, message, tried.problem)
    return at


def _choose_next_try(context: Context, message: Message) -> datetime | None:
    """Return when to try ``message`` again, ``None`` where it is given up: by a clock that is right alone."""
    at = calculate_next_try(message.tries, context.now)
    if not is_delivery_over(message.tries, message.made_at, at):
        return at
    try:
        must_know_the_time(context)
    except WrongClock:
        return at
    return None


def _report_letter_failed(context: Context, message: Message, problem: str) -> None:
    if message.request_id:
        written_on = context.day_of(message.made_at)
        context.emit(LetterFailed(message.request_id, message.template, message.id, problem, written_on))


JOBS = (Job(DELIVER, deliver_letter, is_brief=True, is_away=True),)
