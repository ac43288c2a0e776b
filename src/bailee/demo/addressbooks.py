"""Our customers' own address books: the rows of ``ddl/addressbooks.sql``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import NamedTuple

from bailee.demo import people
from bailee.demo.cast import ALSO_ENTRY, ENTRY, OFFICE_ACCOUNT, PARTS, THREAD_ACCOUNT
from bailee.demo.crm import Crm, DemoAccount


class BookOwner(NamedTuple):
    """A customer of ours who keeps an address book with us."""

    id: int
    account_number: str
    name: str
    closed_on: date | None


class BookEntry(NamedTuple):
    """Somebody in a customer's address book."""

    id: int
    customer_id: int
    full_name: str
    email: str | None
    phone: str | None
    notes: str | None


@dataclass(frozen=True, slots=True)
class AddressBooks:
    """The rows of all tables, in an order in which no foreign key looks forward."""

    customer: tuple[BookOwner, ...]
    entry: tuple[BookEntry, ...]


_BOOKS = 40
_NOTES = ("Supplier.", "Ask for the bill by post.", "Not on Fridays.", "Met at the trade fair.")


def fill(chance: Random, crm: Crm) -> AddressBooks:
    """Return the rows of the address books that some business customers of ``crm`` keep with us."""
    businesses = [account for account in crm.account if account.kind in {"company", "sole trader"}]
    cast = {part.account for part in PARTS}
    chosen = [account for account in businesses if account.name in cast]
    chosen += chance.sample([account for account in businesses if account.name not in cast], _BOOKS - len(chosen))
    customers = tuple(_customer(n, account) for n, account in enumerate(chosen, start=1))
    entries = (entry for customer in customers for entry in _entries(chance, customer))
    return AddressBooks(customers, tuple(entry._replace(id=n) for n, entry in enumerate(entries, start=1)))


def _customer(number: int, account: DemoAccount) -> BookOwner:
    return BookOwner(number, account.number, account.name, account.closed_on)


def _entries(chance: Random, customer: BookOwner) -> Iterator[BookEntry]:
    """Yield the entries of one book, still without their numbers."""
    if customer.name == OFFICE_ACCOUNT:
        yield BookEntry(0, customer.id, *ENTRY, notes="Sends the crowns. Always in a hurry.")
    if customer.name == THREAD_ACCOUNT:
        yield BookEntry(
            0, customer.id, ALSO_ENTRY.full_name, ALSO_ENTRY.email, ALSO_ENTRY.phone, "Next door. Has our key."
        )
    somebody = people.names_and_emails(chance)
    for phone in people.strangers(chance, chance.randrange(8, 24)):
        full_name, email = next(somebody)
        note = chance.choice(_NOTES) if people.sometimes(chance, 0.3) else None
        yield BookEntry(0, customer.id, full_name, email if people.sometimes(chance, 0.8) else None, phone, note)
