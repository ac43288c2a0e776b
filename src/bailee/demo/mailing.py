"""The mailing list: the rows of ``ddl/mailing.sql``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import NamedTuple

from bailee.demo import people
from bailee.demo.cast import ENQUIRER, PARTS
from bailee.demo.crm import Crm


class MailingList(NamedTuple):
    """A list that people are on."""

    id: int
    title: str


class Subscriber(NamedTuple):
    """Somebody on a list, and how they came there: as customer, past customer, or by an enquiry."""

    id: int
    list_id: int
    full_name: str
    email: str
    origin: str
    joined_on: date
    confirmed_at: datetime | None
    unsubscribed_on: date | None


class Mailing(NamedTuple):
    """What was sent to a list."""

    id: int
    list_id: int
    subject: str
    sent_at: datetime
    sent_by: str
    unsubscribe_link: str


@dataclass(frozen=True, slots=True)
class Mailings:
    """The rows of all tables, in an order in which no foreign key looks forward."""

    list: tuple[MailingList, ...]
    subscriber: tuple[Subscriber, ...]
    mailing: tuple[Mailing, ...]


_LIST = 1
_CUSTOMERS, _ENQUIRIES = 120, 30
_MAILINGS, _APART = 12, 91  # one a quarter, for three years
_SUBJECTS = ("Spring at Harbour Lane", "Summer hours", "What is new this autumn", "Winter: check your backups")
_LINK = "https://lists.harbourlane.example/leave"


def fill(chance: Random, today: date, crm: Crm) -> Mailings:
    """Return the rows of the mailing list on ``today``: some customers of ``crm``, past ones, and who enquired."""
    known = (*_customers(chance, today, crm), *_enquirers(chance, today, crm))
    return Mailings(
        list=(MailingList(_LIST, "News from Harbour Lane, four times a year"),),
        subscriber=tuple(subscriber._replace(id=n) for n, subscriber in enumerate(known, start=1)),
        mailing=tuple(_mailings(today)),
    )


def _customers(chance: Random, today: date, crm: Crm) -> Iterator[Subscriber]:
    closed_on = {account.id: account.closed_on for account in crm.account}
    cast = {part.email for part in PARTS}
    others = [contact for contact in crm.contact if contact.email not in cast]
    for contact in chance.sample(others, _CUSTOMERS):
        origin = "customer" if closed_on[contact.account_id] is None else "past customer"
        yield _subscriber(chance, today, (contact.full_name, contact.email), origin, contact.created_on)


def _enquirers(chance: Random, today: date, crm: Crm) -> Iterator[Subscriber]:
    yield _subscriber(chance, today, ENQUIRER, "enquiry", people.years_before(today, 1.4))._replace(
        unsubscribed_on=None
    )
    taken = {contact.email for contact in crm.contact}
    somebody = (who for who in people.names_and_emails(chance) if who[1] not in taken)
    for _ in range(_ENQUIRIES):
        joined_on = people.day_between(chance, people.years_before(today, 3), people.years_before(today, 0.1))
        yield _subscriber(chance, today, next(somebody), "enquiry", joined_on)


def _subscriber(chance: Random, today: date, who: tuple[str, str], origin: str, joined_on: date) -> Subscriber:
    """Return a subscriber, still without a number. One in eight has left, and not so long ago that they must go."""
    lately = max(joined_on, people.years_before(today, 0.9))
    left = people.day_between(chance, lately, today) if people.sometimes(chance, 0.125) else None
    return Subscriber(0, _LIST, *who, origin, joined_on, people.moment(chance, joined_on), left)


def _mailings(today: date) -> Iterator[Mailing]:
    for n in range(_MAILINGS):
        day = today - timedelta(days=20 + (_MAILINGS - 1 - n) * _APART)
        sent_at = datetime.combine(day, datetime.min.time()).replace(hour=9)
        provider = "sendpulse" if n == _MAILINGS - 1 else "mailchimp"  # we moved before the last one
        yield Mailing(n + 1, _LIST, _SUBJECTS[(day.month % 12) // 3 - 1], sent_at, provider, _LINK)
