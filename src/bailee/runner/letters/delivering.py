"""Mail leaves the outbox: at least once, each time under the same Message-ID, later where the server is down."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from bailee.connectors.base import ConnectorError
from bailee.runner.addresses import secret_text
from bailee.runner.letters.backoff import FIRST, LONGEST, closed_until, note_answered, note_failed
from bailee.runner.letters.facts import ACKNOWLEDGES, ASKS_WHO, CODES, Channel, LetterError, Template
from bailee.runner.letters.mail import SECONDS, Fate, Tried, build, put, send
from bailee.runner.letters.posting import FAILED, QUEUED, SENDING, SENT, opened
from bailee.runner.office import Office
from bailee.vault import InvalidSealError

if TYPE_CHECKING:
    from bailee.books.models import Message

GIVES_UP = timedelta(days=5)
"""How long a mail is tried (RFC 5321 s. 4.5.4.1: 4 to 5 days at least)."""


class Leave(Protocol):
    """A worker's lease."""

    def check(self) -> None:
        """Raise if another worker has taken over."""


def deliver(office: Office, message_id: str, lease: Leave, seconds: float = SECONDS) -> datetime | None:
    """Try to send the mail ``message_id``; return when to try again (UTC), or ``None`` where that is over.

    It is over when the server has taken the mail, or refused it for good, or five days have gone by. A letter that
    was sent stays sealed for its person to read, until its request is forgotten; one with a code does not. A
    message that was sent, is on paper, or is no more is left alone. Between the server's answer and our note of it
    a process may die: then the mail is sent again, with the same Message-ID. ``seconds``: how long the server may
    take for one answer. Raises what ``lease`` raises, and `VaultError`.
    """
    from django.db.models import F

    from bailee.books.models import Message

    lease.check()
    if (until := _closed_until(office, message_id)) is not None:
        return until
    waiting = Message.objects.filter(id=message_id, channel=Channel.MAIL.value, state__in=(QUEUED, SENDING))
    if not waiting.update(state=SENDING, tries=F("tries") + 1):
        return None
    message = Message.objects.get(id=message_id)
    tried = _tried(office, message, seconds)
    if tried.is_of_server:
        note_failed(office)
    elif tried.fate is not Fate.LATER:
        note_answered(office)
    return _note(office, message, tried)


def left_of(message: Message) -> dict[str, None]:
    """Return what changes in a row of a letter that was sent: of one with a code nothing sealed is left."""
    return {"sealed": None} if message.template in CODES else {}


def has_left(office: Office, message: Message) -> None:
    """Note what ``message`` has set going, now that a mail server has it, or the post."""
    from bailee.runner.requests.clocks import identity_asked

    if message.template in ASKS_WHO and message.request_id:
        identity_asked(office, message.request_id, by=message.template)


def next_try(tries: int, made_at: datetime, now: datetime) -> datetime | None:
    """Return when a mail that was written at ``made_at`` and tried ``tries`` times is tried again, if ever."""
    doublings = min(tries - 1, 20)  # beyond, no wait is shorter than the longest
    at = now + min(FIRST * 2**doublings, LONGEST)
    return at if at <= made_at + GIVES_UP else None


def _closed_until(office: Office, message_id: str) -> datetime | None:
    """Return until when the letter waits since the mail server failed others, ``None`` where it may be tried now.

    One whose time would be over by then is tried all the same.
    """
    from bailee.books.models import Message

    until = closed_until(office)
    if until is None:
        return None
    waiting = Message.objects.filter(
        id=message_id, state__in=(QUEUED, SENDING), channel=Channel.MAIL.value, made_at__gt=until - GIVES_UP
    )
    return until if waiting.update(state=QUEUED, next_try_at=until) else None


def _tried(office: Office, message: Message, seconds: float) -> Tried:
    """Send ``message`` and return what became of it; what the firm must mend first waits until it has."""
    firm = office.policy.firm
    if firm.mail is None:
        return Tried(Fate.LATER, "no-server")
    try:
        content = opened(office, message)
        mail = build(content.letter, Template(message.template), firm, content.to, message.message_id, message.made_at)
        if firm.mail.folder:
            return put(mail, office.folder / firm.mail.folder)
        password = ""
        if firm.mail.password:
            password = secret_text(firm.mail.password, office.folder, "mail", office.state)
        return send(mail, firm.mail, password, seconds)
    except InvalidSealError:
        return Tried(Fate.NEVER, "forgotten")  # with its request, whose key was shredded
    except ConnectorError:
        return Tried(Fate.LATER, "password")
    except LetterError as error:
        return Tried(Fate.LATER, error.code)


def _note(office: Office, message: Message, tried: Tried) -> datetime | None:
    """Write down what became of ``message``, unless another worker has done so; return when it is tried again."""
    from django.db import transaction

    from bailee.books.models import Message

    ours = Message.objects.filter(id=message.id, state=SENDING)
    if tried.fate is Fate.SENT:
        with transaction.atomic():
            if ours.update(state=SENT, sent_at=office.now, next_try_at=None, problem="", **left_of(message)):
                has_left(office, message)
        return None
    at = next_try(message.tries, message.made_at, office.now) if tried.fate is Fate.LATER else None
    with transaction.atomic():
        state = FAILED if at is None else QUEUED
        if ours.update(state=state, next_try_at=at, problem=tried.problem) and at is None:
            _tell(office, message, tried.problem)
    return at


def _tell(office: Office, message: Message, problem: str) -> None:
    """Put on the request's timeline that a letter did not reach the person: somebody has to see to it.

    That a code was to go out is nobody's business but the staff's: it would tell that the person is known.
    """
    from bailee.runner.requests.clocks import not_acknowledged
    from bailee.runner.requests.timeline import tell

    if message.request is not None:
        if message.template in ACKNOWLEDGES:
            not_acknowledged(office, message.request.id)
        kind = "identity.letter_failed" if message.template == Template.IDENTITY else "letter_failed"
        tell(office, message.request, kind, letter=message.template, message=message.id, why=problem)
