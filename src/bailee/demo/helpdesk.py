"""Who asked the helpdesk, in which thread, and what was said: the rows of ``ddl/helpdesk.sql``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import NamedTuple

from bailee.demo import people
from bailee.demo.cast import PARTS, THREAD, THREAD_COPIED_TO, UNVERIFIED
from bailee.demo.crm import Crm, DemoAccount, DemoContact


class Requester(NamedTuple):
    """Somebody who has written to us."""

    id: int
    email: str
    email_verified_at: datetime | None
    full_name: str
    created_on: date
    customer_until: date | None


class Ticket(NamedTuple):
    """A thread."""

    id: int
    opened_by: int
    copied_to: int | None
    subject: str
    status: str
    opened_at: datetime
    closed_at: datetime | None


class Participant(NamedTuple):
    """Who takes part in which thread."""

    ticket_id: int
    requester_id: int
    joined_on: date


class ThreadMessage(NamedTuple):
    """What was said in a thread."""

    id: int
    ticket_id: int
    author_id: int | None
    from_us: bool
    body: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class Helpdesk:
    """The rows of all tables, in an order in which no foreign key looks forward."""

    requester: tuple[Requester, ...]
    ticket: tuple[Ticket, ...]
    participant: tuple[Participant, ...]
    message: tuple[ThreadMessage, ...]


@dataclass(frozen=True, slots=True)
class _Thread:
    """A thread before its rows have numbers: who opened it comes first in ``people``."""

    people: tuple[Requester, ...]
    subject: str
    said: tuple[tuple[Requester | None, str], ...]  # None: by us
    opened_at: datetime
    copied_to: int | None = None


_QUESTIONS = (
    ("No dialling tone since this morning", "The phone on my desk is dead. Nothing is different from yesterday."),
    ("Question about the last invoice", "The second line of the last invoice is more than we agreed. Why?"),
    ("Please forward calls next week", "We are away from Monday to Friday. Please send all calls to my mobile."),
    ("The recording of one call is missing", "I looked for yesterday's call with the supplier. It is not in the list."),
    ("New colleague needs a login", "She starts on the first of the month and needs what I have."),
    ("Slow computer", "It takes ten minutes to start. It was two in spring."),
    ("Backup says failed", "There is a red cross in the list every night since Thursday."),
)
_ANSWERS = (
    "Thank you, we are looking into it and will write again today.",
    "That should be mended now. Would you try, and tell us?",
    "You are right, and we have put it in order. Sorry for the trouble.",
    "We have done as you asked. It will show within the hour.",
)
_REPLIES = (
    "It works again. Thank you for the quick help!",
    "Not yet, I am afraid. I tried twice, with the same result.",
    "That is fine with me. My colleague will call you about the rest.",
    "Could you ring me about it? Mornings are best.",
)
_MOVE = (
    (0, "We move into the new studio in spring. Can all of us keep our numbers, Alice's workshop next door included?"),
    (None, "Yes. We need a day when nobody minds being out of reach for an hour."),
    (1, "Mondays are quiet for me. My number is only used for deliveries anyway."),
    (2, "Any Monday but the second, I fire the kiln then and have to hear the phone."),
    (None, "The third Monday, then, at nine."),
    (0, "Agreed. I shall be there and let you in."),
    (2, "Agreed, and my spare key is with Hana."),
)


def fill(chance: Random, today: date, crm: Crm) -> Helpdesk:
    """Return the rows of the helpdesk on ``today``: some of the contacts of ``crm`` have written to it."""
    accounts = {account.id: account for account in crm.account}
    contacts = [c for c in crm.contact if c.email in _CAST_EMAILS or people.sometimes(chance, 0.25)]
    requesters = tuple(_requester(chance, n, c, accounts[c.account_id]) for n, c in enumerate(contacts, start=1))
    company: dict[int, list[Requester]] = {}
    for contact, requester in zip(contacts, requesters, strict=True):
        company.setdefault(contact.account_id, []).append(requester)
    threads = [_group_thread(today, requesters)]
    for contact, requester in zip(contacts, requesters, strict=True):
        colleagues = [other for other in company[contact.account_id] if other != requester]
        threads += _threads(chance, today, requester, colleagues)
    threads.sort(key=lambda thread: thread.opened_at)
    return Helpdesk(
        requester=requesters,
        ticket=tuple(_ticket(n, thread, today) for n, thread in enumerate(threads, start=1)),
        participant=tuple(
            Participant(n, person.id, thread.opened_at.date())
            for n, thread in enumerate(threads, start=1)
            for person in thread.people
        ),
        message=tuple(m._replace(id=n) for n, m in enumerate(_messages(threads), start=1)),
    )


_CAST_EMAILS = frozenset(part.email for part in PARTS)


def _requester(chance: Random, number: int, contact: DemoContact, account: DemoAccount) -> Requester:
    verified = contact.email not in UNVERIFIED and (contact.email in _CAST_EMAILS or people.sometimes(chance, 0.95))
    return Requester(
        id=number,
        email=contact.email,
        email_verified_at=people.moment(chance, account.opened_on) if verified else None,
        full_name=contact.full_name,
        created_on=account.opened_on,
        customer_until=account.closed_on,
    )


def _threads(chance: Random, today: date, opener: Requester, colleagues: list[Requester]) -> Iterator[_Thread]:
    for _ in range(3 if opener.email == PARTS[0].email else chance.randrange(1, 4)):
        subject, question = chance.choice(_QUESTIONS)
        end = opener.customer_until or today - timedelta(days=3)
        day = people.day_between(chance, max(opener.created_on, people.years_before(end, 3)), end)
        others = tuple(chance.sample(colleagues, 1)) if colleagues and people.sometimes(chance, 0.3) else ()
        group = (opener, *others)
        said: list[tuple[Requester | None, str]] = [(opener, question)]
        for _ in range(chance.randrange(1, 4)):
            said += [(None, chance.choice(_ANSWERS)), (chance.choice(group), chance.choice(_REPLIES))]
        yield _Thread(group, subject, tuple(said), people.moment(chance, day))


def _group_thread(today: date, requesters: tuple[Requester, ...]) -> _Thread:
    """Return the thread that three people own and a fourth was sent a copy of."""
    by_email = {requester.email: requester for requester in requesters}
    group = tuple(by_email[email] for email in THREAD)
    said = tuple((None if who is None else group[who], body) for who, body in _MOVE)
    opened_at = datetime.combine(today - timedelta(days=90), datetime.min.time()) + timedelta(hours=9, minutes=12)
    return _Thread(group, "Moving four lines to the new studio", said, opened_at, by_email[THREAD_COPIED_TO].id)


def _ticket(number: int, thread: _Thread, today: date) -> Ticket:
    last = thread.opened_at + _AFTER * (len(thread.said) - 1)
    closed_at = last if today - last.date() > timedelta(days=7) else None
    status = "open" if closed_at is None else "closed"
    return Ticket(number, thread.people[0].id, thread.copied_to, thread.subject, status, thread.opened_at, closed_at)


_AFTER = timedelta(hours=3, minutes=20)  # between one message and the next


def _messages(threads: list[_Thread]) -> Iterator[ThreadMessage]:
    for ticket_id, thread in enumerate(threads, start=1):
        for n, (author, body) in enumerate(thread.said):
            author_id = None if author is None else author.id
            yield ThreadMessage(0, ticket_id, author_id, author is None, body, thread.opened_at + n * _AFTER)
