"""A small firm on one SQLite file, in which every promise is kept until a test breaks it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bailee.checks import CheckFinding, PromiseResult
from bailee.engine.checking import CheckReport, RehearsalResult, rehearse_checks, run_checks

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)

SEALED = "gAAAAABrDpOwpeKIFbtQnw6dBpxQtIkrt3BYH22DYocvHrGg0PneXPXV6Qpv6HrlykN3AI_OuSY5Ky-w4kuRngrNomTbJXQr1w=="
"""A password as Fernet encrypts it; the key is lost."""

TABLES = """
CREATE TABLE contact (id INTEGER PRIMARY KEY, full_name TEXT, email TEXT, note TEXT, closed_on DATE);
CREATE TABLE call (id INTEGER PRIMARY KEY, contact_id INTEGER REFERENCES contact (id), began TIMESTAMP);
CREATE TABLE line (id INTEGER PRIMARY KEY, contact_id INTEGER, recording_since DATE);
CREATE TABLE recording (id INTEGER PRIMARY KEY, call_id INTEGER, line_id INTEGER, made_at TIMESTAMP);
CREATE TABLE member (id INTEGER PRIMARY KEY, email TEXT, origin TEXT);
CREATE TABLE mailing (id INTEGER PRIMARY KEY, sent_at DATE, unsubscribe TEXT);
CREATE TABLE login (id INTEGER PRIMARY KEY, contact_id INTEGER, secret TEXT, token BLOB);
INSERT INTO contact VALUES (1, 'Alice', 'alice@example.com', NULL, NULL), (2, 'Bob', 'bob@example.com', NULL, NULL);
INSERT INTO call VALUES (1, 1, '2026-11-01 10:00:00'), (2, 2, '2026-11-02 10:00:00'), (3, 2, '2026-11-02 11:00:00');
INSERT INTO line VALUES (1, 1, '2026-01-01');
INSERT INTO recording VALUES (1, 1, 1, '2026-11-01 10:00:00');
INSERT INTO member VALUES (1, 'alice@example.com', 'customer');
INSERT INTO mailing VALUES (1, '2026-10-01', 'https://firm.example/stop');
INSERT INTO login VALUES (1, 1, 'SEALED', x'00');
"""

BOOKS_TABLES = """
CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT, closed_on DATE);
CREATE TABLE entry (id INTEGER PRIMARY KEY, customer_id INTEGER, full_name TEXT);
INSERT INTO customer VALUES (1, 'Acme Ltd', NULL);
INSERT INTO entry VALUES (1, 1, 'Carol');
"""

OFFICE = """
system: office
title: The office
connector: sql
url: sqlite:///office.db
write_url: sqlite:///office.db
location:
  country: IE
  operator: own server
  at_rest: luks
  backups: {country: GB, at_rest: gpg}
  attested: {by: Maeve Lynch, on: 2026-11-02}
collections:
  contact:
    party: person
    identity: {email: {column: email, stored: lower, joins: verified}}
    ends: closed_on
    fields: {full_name: full_name, email: email, note: note}
    on_erase: delete
    retain: customers
  call:
    owned_by: contact.id = contact_id
    fields: {began: began}
    on_erase: delete
    retain: calls
  line:
    owned_by: contact.id = contact_id
    fields: {recorded_since: recording_since}
    on_erase: delete
  recording:
    owned_by: call.id = call_id
    belongs_to: line.id = line_id
    fields: {made_at: made_at}
    on_erase: delete
  member:
    party: person
    identity: {email: {column: email, stored: lower, joins: verified}}
    fields: {email: email, origin: origin}
    on_erase: delete
  mailing:
    opaque: what was sent, to nobody by name
  login:
    owned_by: contact.id = contact_id
    opaque: {secret: sealed, token: sealed}
    on_erase: delete
"""

ADDRESSES = """
system: addresses
title: Customers' address books
connector: sql
url: sqlite:///addresses.db
role: processor
customer: customer
location:
  country: GB
  at_rest: luks
  backups: {country: GB, at_rest: gpg}
  attested: {by: Maeve Lynch, on: 2026-11-02}
collections:
  customer:
    party: organisation
    ends: closed_on
    fields: {organisation: name}
    on_erase: delete
  entry:
    party: person
    key: [id]
    belongs_to: customer.id = customer_id
    identity: {full_name: {column: full_name, joins: never}}
    on_erase: delete
"""

FILES = {
    "bailee.yaml": """
firm: Small Ltd
mode: act
regime: uk
year_end: "03-31"
allowed: [IE, UK]
controller: {name: Noor Castellane, email: privacy@small.example}
regulator: {name: Information Commissioner, address: "https://ico.example"}
""",
    "systems/office.yaml": OFFICE,
    "systems/addresses.yaml": ADDRESSES,
    "retention.yaml": """
customers: {title: customers, for: P6Y, law: Limitation Act 1980 s. 5}
calls: {title: calls, from: {call: began}, for: P6Y, law: Limitation Act 1980 s. 5}
""",
    "holds.yaml": """
tax: {title: tax, law: Finance Act 1998 Sch. 18, keeps: [contact.full_name], until: year end of closed_on + P6Y}
""",
    "processors.yaml": """
smtp2go:
  name: SMTP2GO
  country: NZ
  purpose: sends our e-mail
  transfer: {mechanism: adequacy}
""",
    "notice.md": """
# Privacy

[Calls are kept for six years.]{promise=it} [SMTP2GO sends our e-mail.]{promise=it}
[Ask {{ controller.name }}, {{ controller.email }}.]{promise=it}
""",
}


@dataclass(frozen=True)
class Firm:
    """A policy folder with its two databases. Its one promise is called ``it``."""

    folder: Path

    def promises(self, *checks: str) -> None:
        """Bind the promise to ``checks``, each as it stands in the file."""
        lines = "".join(f"    - {check}\n" for check in checks)
        self.write("promises.yaml", f"it:\n  says: it is so\n  checks:\n{lines}")

    def write(self, file: str, text: str) -> None:
        (self.folder / file).write_text(text, encoding="utf-8")

    def change(self, file: str, old: str, new: str) -> None:
        """Change what stands in a file; ``old`` must be there."""
        path = self.folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{file} has no {old!r}"
        path.write_text(text.replace(old, new), encoding="utf-8")

    def sql(self, text: str, database: str = "office") -> list[tuple[Any, ...]]:
        """Say something to a database, as somebody else would."""
        with closing(sqlite3.connect(self.folder / f"{database}.db")) as connection, connection:
            return connection.execute(text).fetchall()

    def look(self, now: datetime = NOW) -> CheckReport:
        return run_checks(self.folder, now=now)

    def kept(self, now: datetime = NOW) -> PromiseResult:
        (kept,) = self.look(now).promises
        return kept

    def finding(self, verdict: str, now: datetime = NOW) -> CheckFinding:
        """Return the one finding that is ``verdict``."""
        (found,) = [f for f in self.kept(now).findings if f.verdict == verdict]
        return found

    def rehearsed(self) -> tuple[RehearsalResult, ...]:
        return rehearse_checks(self.folder, now=NOW)


def build(folder: Path) -> Firm:
    """Build the firm in the new ``folder``."""
    (folder / "systems").mkdir(parents=True)
    for file, text in FILES.items():
        (folder / file).write_text(text, encoding="utf-8")
    for name, tables in (("office", TABLES.replace("SEALED", SEALED)), ("addresses", BOOKS_TABLES)):
        with closing(sqlite3.connect(folder / f"{name}.db")) as connection:
            connection.executescript(tables)
    firm = Firm(folder)
    firm.promises("systems.reachable")
    return firm
