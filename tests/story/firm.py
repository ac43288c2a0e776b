"""A small firm with three systems, each on another database, and the people in them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa

ALICE_NAME = "Alice Marchbanks-Quill"
ALICE = "alice.marchbanks@quill.example"
ALICE_PHONE = "+442079460991"
BOB = "bob@quill.example"
MARKERS = (ALICE_NAME, "Marchbanks", ALICE, "alice.marchbanks", ALICE_PHONE, "442079460991", "2079460991")
"""What must be found nowhere but in the systems, in Alice's own letters, and under seal."""

POLICY: Mapping[str, str] = {
    "bailee.yaml": """\
firm: Quill & Co
mode: act
regime: uk
region: GB
year_end: "03-31"
controller: {name: Noor, email: privacy@quill.example, address: "4 Harbour Lane, Port Ellery ZZ1 1AA"}
regulator: {name: Information Commissioner, address: "https://ico.org.uk/make-a-complaint"}
requests: {division: england-and-wales, waits_hours: 24, settle_hours: 24}
vault: env:BAILEE_KEY
mail: {host: 127.0.0.1, port: @PORT@, security: none, site: "https://privacy.quill.example"}
@BOOKS@
""",
    "holds.yaml": """\
accounting:
  law: Finance Act 1998 Sch. 18 para. 21
  keeps: [invoice.*, contact.name]
  until: year end of issued_on + P6Y
""",
    "retention.yaml": """\
calls: {from: started_at, for: P6Y, law: Limitation Act 1980 s. 5}
""",
    "systems/crm.yaml": """\
system: crm
title: Customers
connector: sql
url: env:CRM_URL
write_url: env:CRM_URL
location: {country: IE}
purposes: [our contract with you]
collections:
  contact:
    party: person
    identity:
      email: {column: email, stored: lower, joins: verified}
      phone: {column: phone, stored: e164, joins: confirm}
    fields: {full_name: name, email: email, phone: phone}
    on_erase: delete
    opaque: {id: a number}
  invoice:
    owned_by: contact.id = contact_id
    on_erase: delete
    hold: accounting
""",
    "systems/phones.yaml": """\
system: phones
title: Calls
connector: sql
url: env:PHONES_URL
write_url: env:PHONES_URL
location: {country: IE}
collections:
  subscriber:
    party: person
    identity:
      email: {column: email, stored: lower, joins: verified}
    fields: {full_name: name, email: email}
    on_erase: delete
  call_record:
    owned_by: subscriber.id = subscriber_id
    mentions:
      - {phone: callee, stored: e164, at: started_at}
    retain: calls
    on_erase: delete
    on_leave: {matched: null}
""",
    "systems/desk.yaml": """\
system: desk
title: Helpdesk
connector: sql
url: env:DESK_URL
write_url: env:DESK_URL
location: {country: IE}
collections:
  requester:
    party: person
    identity:
      email: {column: email, stored: lower, joins: verified}
    fields: {full_name: name, email: email}
    on_erase: delete
  ticket:
    owned_by: requester.id = requester_id
    on_erase: delete
""",
}

TABLES: Mapping[str, tuple[str, ...]] = {
    "crm": (
        "CREATE TABLE contact (id INTEGER PRIMARY KEY, name VARCHAR(80), email VARCHAR(80), phone VARCHAR(20))",
        (
            "CREATE TABLE invoice (id INTEGER PRIMARY KEY, contact_id INTEGER NOT NULL REFERENCES contact(id),"
            " issued_on DATE, pence INTEGER)"
        ),
        "CREATE INDEX invoice_contact ON invoice (contact_id)",
        "CREATE INDEX contact_email ON contact (email)",
        "CREATE INDEX contact_phone ON contact (phone)",
    ),
    "phones": (
        "CREATE TABLE subscriber (id INTEGER PRIMARY KEY, name VARCHAR(80), email VARCHAR(80))",
        (
            "CREATE TABLE call_record (id INTEGER PRIMARY KEY, subscriber_id INTEGER NOT NULL,"
            " callee VARCHAR(20), started_at DATETIME, FOREIGN KEY (subscriber_id) REFERENCES subscriber(id))"
        ),
        "CREATE INDEX subscriber_email ON subscriber (email)",
        "CREATE INDEX call_callee ON call_record (callee)",
    ),
    "desk": (
        "CREATE TABLE requester (id INTEGER PRIMARY KEY, name VARCHAR(80), email VARCHAR(80))",
        (
            "CREATE TABLE ticket (id INTEGER PRIMARY KEY, requester_id INTEGER NOT NULL REFERENCES requester(id),"
            " subject VARCHAR(80))"
        ),
        "CREATE INDEX requester_email ON requester (email)",
        "CREATE INDEX ticket_requester ON ticket (requester_id)",
    ),
}

ROWS: Mapping[str, Mapping[str, tuple[tuple[Any, ...], ...]]] = {
    "crm": {
        "contact": ((1, ALICE_NAME, ALICE, ALICE_PHONE), (2, "Bob", BOB, "+442079460992")),
        "invoice": ((10, 1, "2024-02-01", 4_200), (11, 1, "2018-02-01", 900), (12, 2, "2024-02-01", 100)),
    },
    "phones": {
        "subscriber": ((1, ALICE_NAME, ALICE), (2, "Bob", BOB)),
        "call_record": (
            (100, 1, "+442079460001", "2025-05-01 10:00:00"),
            (101, 1, "+442079460002", "2025-05-02 10:00:00"),
            (102, 2, ALICE_PHONE, "2025-05-03 10:00:00"),
        ),
    },
    "desk": {
        "requester": ((1, ALICE_NAME, ALICE), (2, "Bob", BOB)),
        "ticket": ((1000, 1, "no tone"), (1001, 2, "no tone")),
    },
}


def build(folder: Path, urls: Mapping[str, str], *, mail_port: int, shared_books: bool) -> None:
    """Write the policy into ``folder`` and fill the systems at ``urls``; they are reached by variables of a process."""
    (folder / "systems").mkdir(parents=True)
    books = "books_url: env:BOOKS_URL" if shared_books else ""
    for name, text in POLICY.items():
        (folder / name).write_text(text.replace("@PORT@", str(mail_port)).replace("@BOOKS@", books))
    for system, url in urls.items():
        engine = sa.create_engine(url)
        with engine.begin() as connection:
            for statement in TABLES[system]:
                connection.execute(sa.text(_spelled(statement, engine.dialect.name)))
            for table, rows in ROWS[system].items():
                marks = ", ".join(f":c{n}" for n in range(len(rows[0])))
                for row in rows:
                    cells = {f"c{n}": cell for n, cell in enumerate(row)}
                    connection.execute(sa.text(f"INSERT INTO {table} VALUES ({marks})"), cells)
        engine.dispose()


def rows_of(url: str, table: str) -> set[tuple[Any, ...]]:
    """Return all rows of a table, dates as text."""
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        found = {tuple(map(_plain, row)) for row in connection.execute(sa.text(f"SELECT * FROM {table}"))}
    engine.dispose()
    return found


def _plain(cell: object) -> object:
    return cell if cell is None or isinstance(cell, int) else str(cell)


def _spelled(statement: str, dialect: str) -> str:
    return statement.replace("DATETIME", "TIMESTAMP") if dialect == "postgresql" else statement
