"""A shop whose customers are served by staff, on any database: each customer is another case of what a plan comes to.

Alice is erased. Ann is held whole. Bob shares an invoice with Sam, who sold it, and so he is refused, as is Carol.
Dora is found by a telephone number alone, which has to be confirmed; Erin is erased, and another row may be hers.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from sqlalchemy import make_url

from bailee.engine.systems import Systems, open_systems
from tests.conftest import Database
from tests.harm.firm import NOW, run

ALICE, ANN, BOB, CAROL, ERIN = (f"{name}@shop.example" for name in ("alice", "ann", "bob", "carol", "erin"))
DORA = "+442079460105"
NOBODY = "zed@shop.example"

TABLES = """
create table staff (id integer primary key, email varchar(60), name varchar(60));
create table customer (id integer primary key, email varchar(60), phone varchar(20), name varchar(60));
create table invoice (id integer primary key, customer_id integer not null, salesperson integer, total integer,
  foreign key (customer_id) references customer (id), foreign key (salesperson) references staff (id));
create table booking (id integer primary key, customer_id integer not null, made_on date, what varchar(60),
  foreign key (customer_id) references customer (id));
insert into staff values (1, 'sam@shop.example', 'Sam');
insert into customer values (1, 'alice@shop.example', null, 'Alice'), (2, 'bob@shop.example', null, 'Bob'),
  (3, 'carol@shop.example', null, 'Carol'), (4, 'ann@shop.example', null, 'Ann'), (5, null, '+442079460105', 'Dora'),
  (6, 'erin@shop.example', '+442079460106', 'Erin'), (7, null, '+442079460106', 'E.');
insert into invoice values (1, 2, 1, 10), (2, 2, 1, 20), (3, 3, 1, 30);
insert into booking values (1, 4, '2026-01-02', 'a room'), (2, 1, '2001-01-02', 'a boat')
"""
"""Bob's invoices stay with Sam, and point to Bob. Ann's booking is of this year, Alice's long ago."""

POLICY = """
firm: Shop
regime: uk
region: GB
mode: act
controller: {name: Noor, email: privacy@shop.example, address: 1 Quay}
regulator: {name: Information Commissioner, address: https://ico.org.uk}
mail: {host: localhost, port: 25, security: none, site: "https://privacy.shop.example"}
requests: {waits_hours: 24, settle_hours: 24, approval: second person}
"""

HOLDS = """
booked:
  law: Booking Act s. 1
  keeps: [booking.*, customer.*]
  until: made_on + P6Y
"""

SYSTEM = """
system: shop
title: Shop
connector: sql
url: env:SHOP_URL
write_url: env:SHOP_URL
collections:
  staff:
    table: staff
    party: person
    identity: {email: {column: email, stored: lower, joins: verified}}
    fields: {name: name}
    on_erase: delete
  customer:
    table: customer
    party: person
    identity:
      email: {column: email, stored: lower, joins: verified}
      phone: {column: phone, stored: e164, joins: confirm}
    fields: {name: name}
    on_erase: delete
  invoice:
    table: invoice
    fields: {total: total}
    owned_by:
      - {to: customer, on: {id: customer_id}, id: customer}
      - {to: staff, on: {id: salesperson}, id: salesperson}
    on_erase: delete
    on_leave: {}
  booking:
    table: booking
    fields: {made_on: made_on, what: what}
    owned_by: customer.id = customer_id
    on_erase: delete
    hold: booked
"""


def build(folder: Path, database: Database) -> Path:
    """Write the policy and fill the tables; return the folder."""
    if database.dialect == "sqlite":
        Path(make_url(database.url).database or "").touch()
    run(database.url, *TABLES.split(";"))
    (folder / "systems").mkdir(parents=True)
    (folder / "bailee.yaml").write_text(POLICY)
    (folder / "holds.yaml").write_text(HOLDS)
    (folder / "systems/shop.yaml").write_text(SYSTEM)
    return folder


@contextmanager
def opened(folder: Path, database: Database) -> Iterator[Systems]:
    """Open the systems at the firm's time."""
    with patch.dict(os.environ, {"SHOP_URL": database.url}), open_systems(folder, now=NOW) as systems:
        yield systems
