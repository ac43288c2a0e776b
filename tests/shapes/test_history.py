"""A history that says who by their user name, a unique column that is not the key: with a foreign key, and without."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from tests.shapes.laws import Holds, Laws, Retention
from tests.shapes.nasty import NAMES, day, moment, text
from tests.shapes.shape import Shape, Tables, whole

TABLES = """
CREATE TABLE users (
    id INTEGER PRIMARY KEY, username {text} UNIQUE, full_name {text}, email {text} NOT NULL, badge INTEGER UNIQUE
);
CREATE TABLE documents (
    id INTEGER PRIMARY KEY, number {text} UNIQUE, title {text}, owner_name {text},
    FOREIGN KEY (owner_name) REFERENCES users (username)
);
CREATE TABLE changes (
    id INTEGER PRIMARY KEY, document_number {text} NOT NULL, username {text}, what {text}, changed_at {time} NOT NULL,
    FOREIGN KEY (document_number) REFERENCES documents (number), FOREIGN KEY (username) REFERENCES users (username)
);
CREATE TABLE visits (
    id INTEGER PRIMARY KEY, username {text}, path {text}, seen_at {time}
);
CREATE TABLE receipts (
    id INTEGER PRIMARY KEY, payer {text}, cashier_badge INTEGER, pence INTEGER, memo {text}, paid_on DATE,
    FOREIGN KEY (payer) REFERENCES users (username)
);
CREATE TABLE tallies (
    id INTEGER PRIMARY KEY, document_number {text}, seen INTEGER, signed_by {text}, kept_until DATE
)
"""

POLICY = {
    "bailee.yaml": "firm: The Deeds Office\nmode: act\nregion: GB\nyear_end: 12-31\n",
    "holds.yaml": """
books:
  law: Companies Act 2006 s. 388
  keeps: [receipt.payer, receipt.pence, receipt.paid_on, user.full_name]
  until: year end of paid_on + P6Y
archive:
  law: Public Records Act 1958 s. 3
  keeps: [tally.document_number, tally.seen, document.title]
  until: kept_until
""",
    "retention.yaml": """
visits: {for: P18M, from: seen_at}
""",
    "systems/deeds.yaml": """
system: deeds
connector: sql
url: env:SHAPE_URL
write_url: env:SHAPE_URL
collections:
  user:
    table: users
    party: person
    identity:
      email: {column: email, stored: lower, joins: verified}
    fields: {full_name: full_name, login: username, badge: badge}
    on_erase: delete
  document:
    table: documents
    owned_by: {to: user, on: {username: owner_name}}
    fields: {title: title, number: number}
    on_erase: delete
  change:
    table: changes
    owned_by:
      - {to: document, on: {number: document_number}, on_parent_gone: delete}
    names:
      - {to: user, on: {username: username}, on_parent_gone: null}
    fields: {what: what, changed_at: changed_at}
    on_erase: delete
    on_leave: {}
  visit:
    table: visits
    owned_by: {to: user, on: {username: username}}
    fields: {path: path}
    on_erase: delete
    retain: visits
  receipt:
    table: receipts
    owned_by: {to: user, on: {username: payer}}
    names:
      - {to: user, on: {badge: cashier_badge}, on_parent_gone: null}
    fields: {memo: memo, pence: pence}
    on_erase: delete
    hold: books
  tally:
    table: tallies
    owned_by: {to: document, on: {number: document_number}}
    fields: {signed_by: signed_by, seen: seen}
    on_erase: delete
    hold: archive
""",
}

KEYS = {
    name: (f"{name}s" if name != "tally" else "tallies", "id")
    for name in ("user", "document", "change", "visit", "receipt", "tally")
}
WHO = {"Alice": "alice", "Bob": "o'bob", "Carol": "çarol", "Dora": "dora", "Erin without a login": "-"}
NUMBERS = [f"D-{n}/'{n}'" for n in range(1, 16)]


def _rows() -> Tables:
    random = Random(9)
    who, badges = ["alice", "alice", "o'bob", "o'bob", "çarol", "dora"], [11, 12, 13, None]
    return {
        "users": [
            (1, "alice", NAMES[0], "alice@post.example", 11), (2, "o'bob", NAMES[1], "bob@post.example", 12),
            (3, "çarol", NAMES[2], "carol@post.example", 13), (4, "dora", "", "dora@post.example", None),
            (5, None, "Erin", "erin@post.example", None), (6, "ALICIA", None, "", 16),
        ],
        "documents": [(n, number, text(random), random.choice([*who, None])) for n, number in enumerate(NUMBERS, 1)],
        "changes": [
            (n, random.choice(NUMBERS), random.choice([*who, None]), text(random), moment(random))
            for n in range(1, 51)
        ],
        "visits": [
            (n, random.choice([*who, "ALICE", "Alice", "", None, "alicia"]), "/", random.choice(
                [None, moment(random), "2024-11-30 23:59:59", "2024-12-01 00:00:00"]))
            for n in range(1, 51)
        ],
        "receipts": [
            (n, random.choice([*who, None]), random.choice(badges), n, text(random), day(random, 2018))
            for n in range(1, 41)
        ],
        "tallies": [
            (n, random.choice([*NUMBERS, None]), n, text(random), random.choice(
                ["2026-05-31", "2026-06-01", "2030-12-31", "2019-01-01"]))
            for n in range(1, 26)
        ],
    }  # fmt: skip


# --- by hand -------------------------------------------------------------------------------------------------


def _logins(names: Sequence[str]) -> str:
    return ", ".join("'{}'".format(WHO[name].replace("'", "''")) for name in names)


def _exactly(names: Sequence[str]) -> str:
    """Compare bytewise, on MariaDB too."""
    same = (f"username = {login} AND REPLACE(username, {login}, '') = ''" for login in _logins(names).split(", "))
    return f"({' OR '.join(same)})"


def found(name: str) -> dict[str, str]:
    me = _logins([name])
    documents = f"SELECT number FROM documents WHERE owner_name IN ({me})"
    email = {"Erin without a login": "erin"}.get(name, name.lower())
    return {
        "user own": f"SELECT id FROM users WHERE email = '{email}@post.example'",
        "document owned": f"SELECT id FROM documents WHERE owner_name IN ({me})",
        "change owned": f"SELECT id FROM changes WHERE document_number IN ({documents})",
        "visit owned": f"SELECT id FROM visits WHERE {_exactly([name])}",
        "receipt owned": f"SELECT id FROM receipts WHERE payer IN ({me})",
        "tally owned": f"SELECT id FROM tallies WHERE document_number IN ({documents})",
    }


def copied(name: str) -> dict[str, list[str]]:
    return whole(found(name), KEYS)


def _held(day: str) -> str:
    return f"paid_on >= '{int(day[:4]) - 6}-01-01'"


def erased(names: Sequence[str], day: str) -> Iterator[str]:
    mine = _logins(names)
    theirs = f"SELECT number FROM documents WHERE owner_name IN ({mine})"
    yield f"DELETE FROM visits WHERE {_exactly(names)}"
    yield f"DELETE FROM receipts WHERE payer IN ({mine}) AND NOT {_held(day)}"
    yield f"UPDATE receipts SET memo = NULL, cashier_badge = NULL WHERE payer IN ({mine})"
    yield f"DELETE FROM changes WHERE document_number IN ({theirs})"
    yield f"DELETE FROM tallies WHERE document_number IN ({theirs}) AND kept_until < '{day[:10]}'"
    yield f"UPDATE tallies SET signed_by = NULL WHERE document_number IN ({theirs})"
    archived = "SELECT document_number FROM tallies WHERE document_number IS NOT NULL"
    yield f"DELETE FROM documents WHERE owner_name IN ({mine}) AND number NOT IN ({archived})"
    yield f"UPDATE documents SET owner_name = NULL WHERE owner_name IN ({mine})"
    # Whose name the books keep keeps the login by which a receipt says so, and the badge while a receipt shows it.
    booked = "SELECT payer FROM receipts WHERE payer IS NOT NULL"
    shown = "SELECT cashier_badge FROM receipts WHERE cashier_badge IS NOT NULL"
    emails = ", ".join(f"'{name.split()[0].lower()}@post.example'" for name in names)
    yield f"UPDATE users SET badge = NULL WHERE username IN ({mine}) AND badge NOT IN ({shown})"
    yield f"UPDATE users SET email = '' WHERE username IN ({mine}) AND username IN ({booked})"
    gone = f"email IN ({emails})"
    yield f"UPDATE changes SET username = NULL WHERE username IN (SELECT username FROM users WHERE {gone})"
    yield f"UPDATE receipts SET cashier_badge = NULL WHERE cashier_badge IN (SELECT badge FROM users WHERE {gone})"
    yield f"DELETE FROM users WHERE {gone}"


def kept(names: Sequence[str], day: str) -> dict[str, str]:
    mine = _logins(names)
    theirs = f"SELECT number FROM documents WHERE owner_name IN ({mine})"
    archived = f"SELECT document_number FROM tallies WHERE document_number IN ({theirs}) AND kept_until >= '{day[:10]}'"
    return {
        "receipt books": f"SELECT id FROM receipts WHERE payer IN ({mine}) AND {_held(day)}",
        "user books": "SELECT id FROM users WHERE username IN"
        f" (SELECT payer FROM receipts WHERE payer IN ({mine}) AND {_held(day)})",
        "tally archive": f"SELECT id FROM tallies WHERE document_number IN ({archived}) AND kept_until >= '{day[:10]}'",
        "document archive": f"SELECT id FROM documents WHERE number IN ({archived})",
    }


SHAPE = Shape(
    TABLES,
    POLICY,
    _rows(),
    {name: [f"{name.split()[0].lower()}@post.example"] for name in WHO},
    found,
    copied,
    erased,
    pairs=[("Alice", "Bob"), ("Bob", "Carol"), ("Carol", "Dora"), ("Alice", "Carol")],
    kept=kept,
    free="2033-01-01",
    due={"visits": ("DELETE FROM visits WHERE seen_at < '2024-12-01 00:00:00'",)},
)


class TestHistory(Laws, Holds, Retention):
    """A history that names people by a unique column which is not the key."""
