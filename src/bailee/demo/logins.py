"""Logins to the machines of customers: the rows of ``ddl/logins.sql``, their secrets encrypted as in real life."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import NamedTuple

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bailee.demo import people
from bailee.demo.cast import PARTS
from bailee.demo.crm import Crm, DemoAccount, DemoContact


class ManagedCustomer(NamedTuple):
    """A customer whose machines we look after."""

    id: int
    account_number: str
    name: str
    closed_on: date | None


class Machine(NamedTuple):
    """A machine of theirs."""

    id: int
    customer_id: int
    title: str
    address: str


class Holder(NamedTuple):
    """Somebody there who has logins."""

    id: int
    customer_id: int
    full_name: str
    email: str


class Login(NamedTuple):
    """A login to a machine; without a holder it is the machine's own."""

    id: int
    machine_id: int
    holder_id: int | None
    user_name: str
    secret: str
    changed_on: date


@dataclass(frozen=True, slots=True)
class Logins:
    """The rows of all tables, in an order in which no foreign key looks forward."""

    customer: tuple[ManagedCustomer, ...]
    machine: tuple[Machine, ...]
    holder: tuple[Holder, ...]
    login: tuple[Login, ...]


_CUSTOMERS = 40
_MACHINES = ("file server", "mail server", "router", "backup box", "front desk")
_LETTERS = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789-_"


def fill(chance: Random, today: date, crm: Crm) -> Logins:
    """Return the logins for ``today`` to the machines of some business customers of ``crm`` who have not left."""
    key = hashlib.sha256(chance.randbytes(32)).digest()
    cast = {part.account for part in PARTS}
    businesses = [a for a in crm.account if a.kind == "company" and a.closed_on is None and a.name not in cast]
    chosen = sorted(chance.sample(businesses, _CUSTOMERS))
    machines = tuple(_machines(chance, chosen))
    holders = tuple(_holders(chosen, crm.contact))
    logins = (login for machine in machines for login in _logins(chance, today, machine, holders, AESGCM(key)))
    return Logins(
        customer=tuple(ManagedCustomer(n, a.number, a.name, a.closed_on) for n, a in enumerate(chosen, start=1)),
        machine=machines,
        holder=holders,
        login=tuple(login._replace(id=n) for n, login in enumerate(logins, start=1)),
    )


def _machines(chance: Random, accounts: list[DemoAccount]) -> Iterator[Machine]:
    machine_id = 1
    for customer_id, account in enumerate(accounts, start=1):
        for title in chance.sample(_MACHINES, chance.randrange(1, 4)):
            address = f"{title.replace(' ', '-')}.{account.number.lower()}.net.example"
            yield Machine(machine_id, customer_id, title, address)
            machine_id += 1


def _holders(accounts: list[DemoAccount], contacts: tuple[DemoContact, ...]) -> Iterator[Holder]:
    numbers = {account.id: customer_id for customer_id, account in enumerate(accounts, start=1)}
    ours = [contact for contact in contacts if contact.account_id in numbers]
    for holder_id, contact in enumerate(ours, start=1):
        yield Holder(holder_id, numbers[contact.account_id], contact.full_name, contact.email)


def _logins(
    chance: Random, today: date, machine: Machine, holders: tuple[Holder, ...], cipher: AESGCM
) -> Iterator[Login]:
    """Yield the machine's own login and one of each holder, still without their numbers."""
    names: list[tuple[int | None, str]] = [(None, "root")]
    names += [(h.id, people.plain(h.full_name)) for h in holders if h.customer_id == machine.customer_id]
    for holder_id, user_name in names:
        changed_on = people.day_between(chance, people.years_before(today, 1), today)
        yield Login(0, machine.id, holder_id, user_name, _sealed(chance, cipher), changed_on)


def _sealed(chance: Random, cipher: AESGCM) -> str:
    """Return a made-up password as an AES-256-GCM token. The nonce is random only as far as ``chance`` is."""
    nonce, password = chance.randbytes(12), "".join(chance.choices(_LETTERS, k=20))
    return "v1." + base64.b64encode(nonce + cipher.encrypt(nonce, password.encode(), None)).decode()
