"""Customers, contacts, contracts and invoices: the rows of ``ddl/crm.sql``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from random import Random
from typing import NamedTuple

from bailee.demo import names, people
from bailee.demo.cast import PARTS, CastPart


class DemoAccount(NamedTuple):
    """A customer: a firm, a sole trader, a household."""

    id: int
    number: str
    name: str
    kind: str
    opened_on: date
    closed_on: date | None


class DemoContact(NamedTuple):
    """A person whom we know at a customer."""

    id: int
    account_id: int
    customer_number: str
    full_name: str
    position: str
    email: str
    email_verified_at: datetime | None
    email_changed_at: datetime | None
    phone: str
    phone_since: date
    phone_until: date | None
    postal: str
    notes: str | None
    introduced_by: int | None
    created_on: date


class Product(NamedTuple):
    """What we sell."""

    code: str
    title: str
    monthly_pence: int


class DemoContract(NamedTuple):
    """What a customer has ordered, and who signed."""

    id: int
    account_id: int
    holder_id: int
    joint_holder_id: int | None
    product_code: str
    signed_on: date
    ended_on: date | None
    monthly_pence: int


class Invoice(NamedTuple):
    """A bill."""

    id: int
    number: str
    account_id: int
    billed_to: int
    joint_with: int | None
    issued_on: date
    due_on: date
    total_pence: int
    paid_on: date | None


class InvoiceLine(NamedTuple):
    """A line of a bill."""

    id: int
    invoice_id: int
    issued_on: date
    text: str
    quantity: int
    unit_pence: int


@dataclass(frozen=True, slots=True)
class Crm:
    """The rows of all tables, in an order in which no foreign key looks forward."""

    account: tuple[DemoAccount, ...]
    contact: tuple[DemoContact, ...]
    product: tuple[Product, ...]
    contract: tuple[DemoContract, ...]
    invoice: tuple[Invoice, ...]
    invoice_line: tuple[InvoiceLine, ...]


@dataclass(frozen=True, slots=True)
class DemoCustomer:
    """An account and its contacts; the first is billed, with the second where the account is joint."""

    account: DemoAccount
    contacts: tuple[DemoContact, ...]
    invoices: int

    @property
    def joint_with(self) -> int | None:
        """The second contact of a joint account."""
        return self.contacts[1].id if self.account.kind == "joint" else None


ACCOUNTS = 300
PRODUCTS = (
    Product("LINE", "Telephone line", 1450),
    Product("REC", "Call recording", 600),
    Product("CARE", "Managed computer", 2900),
    Product("HOST", "Hosting and backups", 1800),
    Product("BOOK", "Shared address book", 400),
)
_WORK = (("Work on site, hour", 7200), ("Call charges", 340), ("Cabling, metre", 210), ("Set-up", 4500))
_NOTES = ("Prefers to be called after four.", "Asked for paper invoices.", "Deaf in one ear; write rather than call.")


def fill(chance: Random, today: date) -> Crm:
    """Return the rows of the CRM on ``today``: the cast first, then whoever ``chance`` makes up."""
    customers = _introduce(chance, tuple(_customers(chance, today)))
    invoices = tuple(_invoices(chance, today, customers))
    return Crm(
        account=tuple(c.account for c in customers),
        contact=tuple(contact for c in customers for contact in c.contacts),
        product=PRODUCTS,
        contract=tuple(_contracts(chance, customers)),
        invoice=tuple(invoice for invoice, _ in invoices),
        invoice_line=tuple(
            line._replace(id=n) for n, line in enumerate((line for _, lines in invoices for line in lines), start=1)
        ),
    )


def _customers(chance: Random, today: date) -> Iterator[DemoCustomer]:
    somebody, mobiles = people.names_and_emails(chance), people.mobiles(chance)
    contact_id = 1
    parts = [tuple(group) for _, group in groupby(PARTS, key=lambda part: part.account)]
    while len(parts) < ACCOUNTS:
        parts.append(tuple(_made_up(chance, somebody, mobiles)))
    for account_id, group in enumerate(parts, start=1):
        account = _account(account_id, group[0], today)
        contacts = tuple(_contact(chance, contact_id + n, account, part, today) for n, part in enumerate(group))
        contact_id += len(contacts)
        yield DemoCustomer(account, contacts, group[0].invoices)


def _made_up(chance: Random, somebody: Iterator[tuple[str, str]], mobiles: Iterator[str]) -> Iterator[CastPart]:
    """Yield the contacts of one more customer."""
    kind = chance.choices(("company", "sole trader", "private", "joint"), (60, 15, 20, 5))[0]
    opened = chance.uniform(0.3, 9.5)
    closed = opened * chance.random() if people.sometimes(chance, 0.1) else None  # one in ten has left
    size = {"company": chance.randrange(1, 4), "joint": 2}.get(kind, 1)
    staff = [next(somebody) for _ in range(size)]
    business = f"{chance.choice(names.PLACES)} {chance.choice(names.TRADES)}"
    account = business if kind == "company" else " and ".join(name for name, _ in staff)
    invoices = chance.randrange(2, 9)
    for full_name, email in staff:
        yield CastPart(full_name, email, account, kind, opened, next(mobiles), closed=closed, invoices=invoices)


def _account(account_id: int, part: CastPart, today: date) -> DemoAccount:
    closed_on = None if part.closed is None else people.years_before(today, part.closed)
    opened_on = people.years_before(today, part.opened)
    return DemoAccount(account_id, f"A-{20000 + account_id}", part.account, part.kind, opened_on, closed_on)


def _contact(chance: Random, contact_id: int, account: DemoAccount, part: CastPart, today: date) -> DemoContact:
    opened_on = account.opened_on
    verified = part in PARTS or people.sometimes(chance, 0.94)  # a few never opened the link
    return DemoContact(
        id=contact_id,
        account_id=account.id,
        customer_number=f"C-{10000 + contact_id}",
        full_name=part.full_name,
        position=chance.choice(names.POSITIONS) if part.kind == "company" else "",
        email=part.email,
        email_verified_at=people.moment(chance, opened_on) if verified else None,
        email_changed_at=datetime.combine(opened_on, time(8)),  # when they signed up
        phone=part.phone,
        phone_since=opened_on if part.phone_from is None else people.years_before(today, part.phone_from),
        phone_until=account.closed_on if part.phone_until is None else people.years_before(today, part.phone_until),
        postal=people.postal(chance),
        notes=chance.choice(_NOTES) if people.sometimes(chance, 0.2) else None,
        introduced_by=None,
        created_on=opened_on,
    )


def _introduce(chance: Random, customers: tuple[DemoCustomer, ...]) -> tuple[DemoCustomer, ...]:
    """Return the customers with some introduced by earlier customers, who have not left."""
    known: list[int] = []
    introduced = []
    for customer in customers:
        by = chance.choice(known) if known and people.sometimes(chance, 0.15) else None
        contacts = tuple(contact._replace(introduced_by=by) for contact in customer.contacts)
        introduced.append(DemoCustomer(customer.account, contacts, customer.invoices))
        if customer.account.closed_on is None:
            known.extend(contact.id for contact in contacts)
    return tuple(introduced)


def _contracts(chance: Random, customers: tuple[DemoCustomer, ...]) -> Iterator[DemoContract]:
    contract_id = 1
    for customer in customers:
        for product in chance.sample(PRODUCTS, chance.randrange(1, 4)):
            yield DemoContract(
                id=contract_id,
                account_id=customer.account.id,
                holder_id=customer.contacts[0].id,
                joint_holder_id=customer.joint_with,
                product_code=product.code,
                signed_on=customer.account.opened_on,
                ended_on=customer.account.closed_on,
                monthly_pence=product.monthly_pence,
            )
            contract_id += 1


def _invoices(
    chance: Random, today: date, customers: tuple[DemoCustomer, ...]
) -> Iterator[tuple[Invoice, tuple[InvoiceLine, ...]]]:
    """Yield invoices in the order of their dates, so that their numbers grow; with lines that have no number yet."""
    due = sorted((day, customer.account.id) for customer in customers for day in _billing_days(chance, customer, today))
    for invoice_id, (day, account_id) in enumerate(due, start=1):
        customer = customers[account_id - 1]
        lines = tuple(_invoice_lines(chance, invoice_id, day))
        paid_on = day + timedelta(days=chance.randrange(3, 60))
        yield (
            Invoice(
                id=invoice_id,
                number=f"INV-{day.year}-{invoice_id:05}",
                account_id=account_id,
                billed_to=customer.contacts[0].id,
                joint_with=customer.joint_with,
                issued_on=day,
                due_on=day + timedelta(days=30),
                total_pence=sum(line.quantity * line.unit_pence for line in lines),
                paid_on=paid_on if paid_on <= today else None,
            ),
            lines,
        )


def _billing_days(chance: Random, customer: DemoCustomer, today: date) -> Iterator[date]:
    """Yield a day in each of as many equal parts of the customer's time as there are invoices."""
    first, end = customer.account.opened_on, customer.account.closed_on or today
    step = (end - first) / customer.invoices
    for n in range(customer.invoices):
        yield people.day_between(chance, first + n * step, first + (n + 1) * step)


def _invoice_lines(chance: Random, invoice_id: int, day: date) -> Iterator[InvoiceLine]:
    for product in chance.sample(PRODUCTS, chance.randrange(1, 3)):
        yield InvoiceLine(0, invoice_id, day, product.title, 3, product.monthly_pence)
    if people.sometimes(chance, 0.4):
        text, unit_pence = chance.choice(_WORK)
        yield InvoiceLine(0, invoice_id, day, text, chance.randrange(1, 12), unit_pence)
