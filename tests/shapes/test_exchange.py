"""A telephone exchange: numbers that are handed on, calls that mention them, voicemail, recordings, invoices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from tests.shapes.laws import Holds, Laws, Retention
from tests.shapes.nasty import NAMES, day, moment, text
from tests.shapes.shape import MASKED, Shape, Tables, whole

TABLES = """
CREATE TABLE customers (
    id INTEGER PRIMARY KEY, title {text}, closed_on DATE
);
CREATE TABLE contacts (
    id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customers (id), ref {text} UNIQUE, name {text}, email {text},
    mobile {text}, mobile_from DATE, mobile_until DATE
);
CREATE TABLE numbers (
    id INTEGER PRIMARY KEY, e164 {text} NOT NULL, contact_ref {text}, given_on DATE, taken_on DATE,
    FOREIGN KEY (contact_ref) REFERENCES contacts (ref)
);
CREATE TABLE extensions (
    id INTEGER PRIMARY KEY, contact_id INTEGER REFERENCES contacts (id), short {text}
);
CREATE TABLE calls (
    id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customers (id),
    extension_id INTEGER REFERENCES extensions (id), caller {text}, callee {text}, started_at {time}, seconds INTEGER
);
CREATE TABLE recordings (
    id INTEGER PRIMARY KEY, call_id INTEGER NOT NULL REFERENCES calls (id), file_name {text}, made_at {time}
);
CREATE TABLE voicemails (
    id INTEGER PRIMARY KEY, extension_id INTEGER NOT NULL REFERENCES extensions (id), from_number {text},
    left_at {time}, file_name {text}
);
CREATE TABLE invoices (
    id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customers (id),
    contact_id INTEGER REFERENCES contacts (id), pence INTEGER, issued_on DATE NOT NULL
);
CREATE TABLE invoice_lines (
    invoice_id INTEGER NOT NULL REFERENCES invoices (id), line INTEGER NOT NULL, call_id INTEGER REFERENCES calls (id),
    words {text}, pence INTEGER, issued_on DATE NOT NULL, PRIMARY KEY (invoice_id, line)
)
"""

POLICY = {
    "bailee.yaml": "firm: Bell and Wire\nmode: act\nregion: GB\nyear_end: 12-31\n",
    "retention.yaml": """
calls: {for: P6Y, from: {call: started_at, recording: made_at, voicemail: left_at}}
customers: {for: P6Y, law: Limitation Act 1980 s. 5}
""",
    "holds.yaml": """
accounting:
  law: Companies Act 2006 s. 388
  keeps: [invoice.*, invoice_line.pence, invoice_line.invoice_id, contact.name, customer.title]
  until: year end of issued_on + P6Y
""",
    "systems/disk.yaml": "system: disk\nconnector: files\nurl: files\nwrite_url: files\n",
    "systems/exchange.yaml": """
system: exchange
connector: sql
url: env:SHAPE_URL
write_url: env:SHAPE_URL
collections:
  customer:
    table: customers
    party: organisation
    ends: closed_on
    fields: {title: title}
    retain: customers
  contact:
    table: contacts
    party: person
    identity:
      email: {column: email, stored: lower, joins: verified}
      contact: {column: ref, stored: raw, joins: verified}
      phone: {column: mobile, stored: e164, joins: confirm, valid: [mobile_from, mobile_until]}
    belongs_to: customer.id = customer_id
    fields: {name: name}
    on_erase: delete
    retain: customers
  number:
    table: numbers
    party: person
    identity:
      contact: {column: contact_ref, stored: raw, joins: verified}
      phone: {column: e164, stored: e164, joins: confirm, valid: [given_on, taken_on]}
    belongs_to: contact.ref = contact_ref
    on_erase: delete
    retain: customers
  extension:
    table: extensions
    owned_by: contact.id = contact_id
    fields: {short: short}
    on_erase: delete
    retain: customers
  call:
    table: calls
    owned_by: extension.id = extension_id
    belongs_to: customer.id = customer_id
    mentions:
      - {phone: caller, stored: e164, at: started_at}
      - {phone: callee, stored: e164, at: started_at}
    fields: {seconds: seconds, started_at: started_at}
    on_erase: delete
    on_leave: {matched: null}
    retain: calls
  recording:
    table: recordings
    owned_by: call.id = call_id
    file: {root: disk, path: file_name}
    on_erase: delete
    on_leave: {}
    retain: calls
  voicemail:
    table: voicemails
    owned_by: extension.id = extension_id
    mentions:
      - {phone: from_number, stored: e164, at: left_at}
    file: {root: disk, path: file_name}
    on_erase: delete
    on_leave: {matched: null}
    retain: calls
  invoice:
    table: invoices
    owned_by: contact.id = contact_id
    belongs_to: customer.id = customer_id
    fields: {pence: pence, issued_on: issued_on}
    on_erase: delete
    hold: accounting
    retain: customers
  invoice_line:
    table: invoice_lines
    owned_by: invoice.id = invoice_id
    names: {to: call, on: {id: call_id}, on_parent_gone: null}
    fields: {words: words, pence: pence}
    on_erase: delete
    hold: accounting
    retain: customers
""",
}

KEYS = {
    "contact": ("contacts", "id"),
    "number": ("numbers", "id"),
    "extension": ("extensions", "id"),
    "call": ("calls", "id"),
    "recording": ("recordings", "id"),
    "voicemail": ("voicemails", "id"),
    "invoice": ("invoices", "id"),
    "invoice_line": ("invoice_lines", "invoice_id, line"),
}
WHO = {"Alice": 1, "Bob": 2, "Carol": 3, "Dora": 4}
ONE, TWO, THREE, WORN = "+441632960001", "+441632960002", "+441632960003", "+441632960099"


def _rows() -> Tables:
    random = Random(7)
    spelt = [ONE, ONE, TWO, TWO, THREE, WORN, "+441632960050", "anonymous", "", None, "01632 960001", f"{ONE}x"]
    at = [
        "2021-12-31 23:59:59", "2022-01-01 00:00:00", "2020-06-01 00:00:00", "2020-05-31 23:59:59", None,
        "2024-01-01 00:00:00",
    ]  # fmt: skip
    calls = [
        (n, random.choice([1, 2, 3, 4, None]), random.choice([None, *range(1, 9)]), random.choice(spelt),
         random.choice(spelt), random.choice([*at, moment(random), moment(random)]), n)
        for n in range(1, 121)
    ]  # fmt: skip
    invoices = [
        (n, random.choice([1, 2, 3, 4, None]), random.choice([None, 1, 2, 3, 4, 5, 6]), 100 * n, day(random, 2017))
        for n in range(1, 41)
    ]
    return {
        "customers": [
            (1, "Post Ltd", None), (2, "O'Wire & Söhne", "2020-05-31"), (3, None, "2020-06-01"), (4, "", "2015-01-01"),
        ],
        "contacts": [
            (1, 1, "C-1", NAMES[0], "alice@post.example", ONE, "2022-01-01", None),
            (2, 1, "C-2", NAMES[1], "bob@post.example", TWO, None, "2024-01-01"),
            (3, 2, "C-3", NAMES[2], "carol@post.example", TWO, "2024-01-01", None),
            (4, 4, "C-4", NAMES[3], "dora@post.example", ONE, "2024-01-01", "2022-01-01"),
            (5, 2, None, NAMES[4], None, None, None, None),
            (6, 4, "C-6", None, "", "", None, None),
        ],
        "numbers": [
            (1, ONE, "C-2", "2017-01-01", "2022-01-01"), (2, THREE, "C-1", None, "2020-01-01"),
            (3, THREE, "C-3", "2020-01-01", None), (4, "+441632960050", "C-6", None, None),
            (5, "+441632960051", None, None, None), (6, WORN, "C-1", None, "2018-01-01"),
            (7, WORN, "C-2", "2018-01-01", "2020-01-01"), (8, WORN, "C-3", "2020-01-01", "2022-01-01"),
            (9, WORN, "C-4", "2022-01-01", None),
        ],
        "extensions": [(n, random.choice([1, 1, 2, 3, 4, 5, None]), str(200 + n)) for n in range(1, 9)],
        "calls": calls,
        "recordings": [
            (n, random.randint(1, 120), random.choice([None, f"{n}.wav", f"{n}.wav", "same.wav"]),
             random.choice([*at, moment(random)]))
            for n in range(1, 61)
        ],
        "voicemails": [
            (n, random.randint(1, 8), random.choice(spelt), random.choice([*at, moment(random)]), f"v{n}.wav")
            for n in range(1, 41)
        ],
        "invoices": invoices,
        "invoice_lines": [
            (invoice[0], line, random.choice([None, None, random.randint(1, 120)]), text(random), line, invoice[4])
            for invoice in invoices for line in range(random.randint(0, 3))
        ],
    }  # fmt: skip


# --- by hand -------------------------------------------------------------------------------------------------


def _had(column: str, at: str, names: Sequence[str]) -> str:
    """Whether the number in a column was theirs at the time. More than three have had `WORN`: it is nobody's."""
    ids = ", ".join(str(WHO[name]) for name in names)
    refs = ", ".join(f"'C-{WHO[name]}'" for name in names)
    return (
        f"({column} <> '{WORN}' AND (EXISTS (SELECT 1 FROM contacts AS k WHERE k.id IN ({ids}) AND k.mobile = {column}"
        f" AND COALESCE(k.mobile_from <= {at}, {at} IS NOT NULL) AND COALESCE({at} < k.mobile_until, {at} IS NOT NULL))"
        f" OR EXISTS (SELECT 1 FROM numbers AS k WHERE k.contact_ref IN ({refs}) AND k.e164 = {column}"
        f" AND COALESCE(k.given_on <= {at}, {at} IS NOT NULL) AND COALESCE({at} < k.taken_on, {at} IS NOT NULL))))"
    )


def _extensions(names: Sequence[str]) -> str:
    ids = ", ".join(str(WHO[name]) for name in names)
    return f"SELECT id FROM extensions WHERE contact_id IN ({ids})"


def found(name: str) -> dict[str, str]:
    me, theirs = WHO[name], _extensions([name])
    caller, callee = _had("caller", "started_at", [name]), _had("callee", "started_at", [name])
    owned = f"SELECT id FROM calls WHERE extension_id IN ({theirs})"
    seen = (
        f"SELECT id FROM calls WHERE ({caller} OR {callee})"
        f" AND (extension_id IS NULL OR extension_id NOT IN ({theirs}))"
    )
    invoices = f"SELECT id FROM invoices WHERE contact_id = {me}"
    return {
        "contact own": f"SELECT id FROM contacts WHERE id = {me}",
        "number own": f"SELECT id FROM numbers WHERE contact_ref = 'C-{me}'",
        "extension owned": theirs,
        "call owned": owned,
        "call touch": seen,
        "recording owned": f"SELECT id FROM recordings WHERE call_id IN ({owned})",
        "recording touch": f"SELECT id FROM recordings WHERE call_id IN ({seen})",
        "voicemail owned": f"SELECT id FROM voicemails WHERE extension_id IN ({theirs})",
        "voicemail touch": f"SELECT id FROM voicemails WHERE {_had('from_number', 'left_at', [name])}"
        f" AND extension_id NOT IN ({theirs})",
        "invoice owned": invoices,
        "invoice_line owned": f"SELECT invoice_id, line FROM invoice_lines WHERE invoice_id IN ({invoices})",
    }


def _only(column: str, at: str, name: str) -> str:
    """A number that somebody else had, or nobody, is left out, of one's own calls too."""
    return f"CASE WHEN {_had(column, at, [name])} OR {column} IS NULL THEN {column} ELSE '{MASKED}' END"


def copied(name: str) -> dict[str, list[str]]:
    keys = found(name)
    told = whole(keys, KEYS)
    told["call"] = [
        f"SELECT id, customer_id, extension_id, {_only('caller', 'started_at', name)},"
        f" {_only('callee', 'started_at', name)}, started_at, seconds FROM calls WHERE id IN ({keys[f'call {mode}']})"
        for mode in ("owned", "touch")
    ]
    told["voicemail"] = [
        f"SELECT id, extension_id, {_only('from_number', 'left_at', name)}, left_at, file_name FROM voicemails"
        f" WHERE id IN ({keys[f'voicemail {mode}']})"
        for mode in ("owned", "touch")
    ]
    told["recording"].append(f"SELECT * FROM recordings WHERE id IN ({keys['recording touch']})")
    return told


def _held(day: str) -> str:
    return f"issued_on >= '{int(day[:4]) - 6}-01-01'"


def erased(names: Sequence[str], day: str) -> Iterator[str]:
    ids = ", ".join(str(WHO[name]) for name in names)
    refs = ", ".join(f"'C-{WHO[name]}'" for name in names)
    theirs, held = _extensions(names), _held(day)
    calls = f"SELECT id FROM calls WHERE extension_id IN ({theirs})"
    invoices = f"SELECT id FROM invoices WHERE contact_id IN ({ids})"
    yield f"DELETE FROM invoice_lines WHERE invoice_id IN ({invoices}) AND NOT {held}"
    yield f"UPDATE invoice_lines SET words = NULL, call_id = NULL WHERE invoice_id IN ({invoices})"
    yield f"DELETE FROM invoices WHERE contact_id IN ({ids}) AND NOT {held}"
    yield f"DELETE FROM recordings WHERE call_id IN ({calls})"
    yield f"UPDATE invoice_lines SET call_id = NULL WHERE call_id IN ({calls})"
    yield f"DELETE FROM calls WHERE extension_id IN ({theirs})"
    yield f"UPDATE calls SET caller = NULL WHERE {_had('caller', 'started_at', names)}"
    yield f"UPDATE calls SET callee = NULL WHERE {_had('callee', 'started_at', names)}"
    yield f"DELETE FROM voicemails WHERE extension_id IN ({theirs})"
    yield f"UPDATE voicemails SET from_number = NULL WHERE {_had('from_number', 'left_at', names)}"
    yield f"DELETE FROM extensions WHERE contact_id IN ({ids})"
    yield f"DELETE FROM numbers WHERE contact_ref IN ({refs})"
    yield (
        "UPDATE contacts SET customer_id = NULL, ref = NULL, email = NULL, mobile = NULL"
        f" WHERE id IN ({ids}) AND id IN (SELECT contact_id FROM invoices)"
    )
    yield (
        f"DELETE FROM contacts WHERE id IN ({ids})"
        " AND id NOT IN (SELECT contact_id FROM invoices WHERE contact_id IS NOT NULL)"
    )


def kept(names: Sequence[str], day: str) -> dict[str, str]:
    ids = ", ".join(str(WHO[name]) for name in names)
    invoices = f"SELECT id FROM invoices WHERE contact_id IN ({ids}) AND {_held(day)}"
    return {
        "invoice accounting": invoices,
        "invoice_line accounting": f"SELECT invoice_id, line FROM invoice_lines WHERE invoice_id IN ({invoices})",
        "contact accounting": f"SELECT DISTINCT contact_id FROM invoices WHERE contact_id IN ({ids}) AND {_held(day)}",
    }


SIX_YEARS_AGO = "'2020-06-01 00:00:00'"
OLD_CALLS = (
    f"DELETE FROM recordings WHERE made_at < {SIX_YEARS_AGO}",
    f"DELETE FROM voicemails WHERE left_at < {SIX_YEARS_AGO}",
    (
        f"DELETE FROM calls WHERE started_at < {SIX_YEARS_AGO} AND id NOT IN (SELECT call_id FROM recordings)"
        " AND id NOT IN (SELECT call_id FROM invoice_lines WHERE call_id IS NOT NULL)"
    ),
)

_DUE = "SELECT id FROM contacts WHERE customer_id IN (2, 4)"
_BOTH = (
    f"(contact_id IN ({_DUE}) AND (customer_id IN (2, 4) OR customer_id IS NULL)"
    " OR contact_id IS NULL AND customer_id IN (2, 4))"
)
"""Of an invoice all whom it belongs to have been gone for long: customers 2 and 4, since more than six years."""
_NOW = _held("2026-06-01")
OLD_CUSTOMERS = (
    f"DELETE FROM invoice_lines WHERE invoice_id IN (SELECT id FROM invoices WHERE {_BOTH}) AND NOT {_NOW}",
    (
        "UPDATE invoice_lines SET words = NULL, call_id = NULL"
        f" WHERE invoice_id IN (SELECT id FROM invoices WHERE {_BOTH})"
    ),
    f"DELETE FROM invoices WHERE {_BOTH} AND NOT {_NOW}",
    (
        f"DELETE FROM extensions WHERE contact_id IN ({_DUE}) AND id NOT IN (SELECT extension_id FROM voicemails)"
        " AND id NOT IN (SELECT extension_id FROM calls WHERE extension_id IS NOT NULL)"
    ),
    "DELETE FROM numbers WHERE contact_ref IN (SELECT ref FROM contacts WHERE customer_id IN (2, 4))",
    (
        "DELETE FROM contacts WHERE customer_id IN (2, 4) AND NOT EXISTS"
        " (SELECT 1 FROM extensions WHERE contact_id = contacts.id) AND NOT EXISTS"
        " (SELECT 1 FROM invoices WHERE contact_id = contacts.id)"
    ),
    (
        "UPDATE contacts SET customer_id = NULL, ref = NULL, email = NULL, mobile = NULL WHERE customer_id IN (2, 4)"
        f" AND EXISTS (SELECT 1 FROM invoices WHERE contact_id = contacts.id AND {_NOW})"
    ),
    (
        "DELETE FROM customers WHERE id IN (2, 4) AND NOT EXISTS (SELECT 1 FROM calls WHERE customer_id = customers.id)"
        " AND NOT EXISTS (SELECT 1 FROM contacts WHERE customer_id = customers.id)"
        " AND NOT EXISTS (SELECT 1 FROM invoices WHERE customer_id = customers.id)"
    ),
)

SHAPE = Shape(
    TABLES,
    POLICY,
    _rows(),
    {name: [f"{name.lower()}@post.example"] for name in WHO},
    found,
    copied,
    erased,
    pairs=[("Alice", "Bob"), ("Bob", "Carol"), ("Dora", "Alice")],
    kept=kept,
    to_confirm={"Alice": 6, "Bob": 6, "Carol": 5, "Dora": 5},  # whose numbers were others' at another time
    free="2032-01-01",
    due={"calls": OLD_CALLS, "customers": OLD_CUSTOMERS},
    files="SELECT file_name FROM recordings WHERE file_name IS NOT NULL UNION SELECT file_name FROM voicemails",
)


class TestExchange(Laws, Holds, Retention):
    """Calls, and whose number was whose."""
