"""A row reached through two persons: a message between two, an order placed for somebody else, a joint account."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from tests.shapes.laws import Holds, Laws
from tests.shapes.nasty import NAMES, day, moment, text
from tests.shapes.shape import Shape, Tables, whole

TABLES = """
CREATE TABLE members (
    id INTEGER PRIMARY KEY, name {text} NOT NULL, email {text}, phone {text}
);
CREATE TABLE messages (
    id INTEGER PRIMARY KEY, sender_id INTEGER REFERENCES members (id), recipient_id INTEGER REFERENCES members (id),
    body {text}, sent_at {time} NOT NULL
);
CREATE TABLE orders (
    id INTEGER PRIMARY KEY, placed_by INTEGER REFERENCES members (id), placed_for INTEGER REFERENCES members (id),
    note {text}, placed_on DATE NOT NULL
);
CREATE TABLE order_lines (
    order_id INTEGER NOT NULL REFERENCES orders (id), line INTEGER NOT NULL, engraving {text},
    PRIMARY KEY (order_id, line)
);
CREATE TABLE accounts (
    id INTEGER PRIMARY KEY, title {text} NOT NULL
);
CREATE TABLE holders (
    account_id INTEGER NOT NULL REFERENCES accounts (id), member_id INTEGER NOT NULL REFERENCES members (id),
    since DATE, PRIMARY KEY (account_id, member_id)
);
CREATE TABLE transfers (
    id INTEGER PRIMARY KEY, account_id INTEGER NOT NULL REFERENCES accounts (id),
    made_by INTEGER REFERENCES members (id), pence INTEGER NOT NULL, reference {text}
)
"""

POLICY = {
    "bailee.yaml": "firm: The Post Office Savings Club\nmode: act\nregion: GB\nyear_end: 12-31\n",
    "holds.yaml": """
accounting:
  law: Companies Act 2006 s. 388
  keeps: [order.placed_by, order.placed_on, member.name]
  until: year end of placed_on + P6Y
""",
    "systems/club.yaml": """
system: club
connector: sql
url: env:SHAPE_URL
write_url: env:SHAPE_URL
collections:
  member:
    table: members
    party: person
    identity:
      email: {column: email, stored: lower, joins: verified}
      phone: {column: phone, stored: e164}
    fields: {name: name}
    on_erase: delete
  message:
    table: messages
    owned_by:
      - member.id = sender_id
      - member.id = recipient_id
    fields: {body: body, sent_at: sent_at}
    on_erase: delete
    on_leave: {matched: null}
  order:
    table: orders
    owned_by:
      - member.id = placed_by
      - member.id = placed_for
    fields: {note: note, placed_on: placed_on}
    on_erase: delete
    on_leave: {matched: null}
    hold: accounting
  order_line:
    table: order_lines
    owned_by: order.id = order_id
    fields: {engraving: engraving}
    on_erase: delete
    on_leave: {}
  holder:
    table: holders
    owned_by: member.id = member_id
    owns: {to: account, on: {id: account_id}, on_parent_gone: delete}
    fields: {since: since}
    on_erase: delete
  account:
    table: accounts
    fields: {title: title}
    on_erase: delete
    on_leave: {}
  transfer:
    table: transfers
    owned_by: account.id = account_id
    names: {to: member, on: {id: made_by}, on_parent_gone: null}
    fields: {reference: reference, pence: pence}
    on_erase: delete
    on_leave: {}
""",
}

KEYS = {
    "member": ("members", "id"),
    "message": ("messages", "id"),
    "order": ("orders", "id"),
    "order_line": ("order_lines", "order_id, line"),
    "holder": ("holders", "account_id, member_id"),
    "account": ("accounts", "id"),
    "transfer": ("transfers", "id"),
}
IDS = {"Alice": (1, 4), "Bob": (2,), "Carol": (3,), "an apostrophe": (5,)}
"""Alice has two rows with one address."""
PEOPLE = {
    "Alice": ["Alice@Post.example"],
    "Bob": ["bob@post.example"],
    "Carol": ["carol@post.example", "+44 1632 960003"],
    "an apostrophe": ["o'brien+post@post.example"],
}


def _rows() -> Tables:
    random = Random(1)
    some = [1, 2, 2, 3, 4, 5, 6, 7, 1, None]
    members = [
        (1, NAMES[0], "alice@post.example", "+441632960001"),
        (2, NAMES[1], "bob@post.example", None),
        (3, NAMES[2], "carol@post.example", "+441632960003"),
        (4, NAMES[4], "alice@post.example", None),
        (5, NAMES[9], "o'brien+post@post.example", None),
        (6, NAMES[12], None, "+441632960001"),
        (7, "", None, None),
    ]
    messages = [(n, random.choice(some), random.choice(some), text(random), moment(random)) for n in range(1, 61)]
    orders = [
        (n, random.choice(some), random.choice([*some, None, None]), text(random), day(random)) for n in range(1, 41)
    ]
    lines = [(n, line, text(random)) for n in range(1, 41) for line in range(random.randint(0, 2))]
    pairs = sorted({(random.randint(1, 8), random.randint(1, 7)) for _ in range(18)})
    return {
        "members": members,
        "messages": messages,
        "orders": orders,
        "order_lines": lines,
        "accounts": [(n, text(random) or "ours") for n in range(1, 9)],
        "holders": [(account, member, random.choice((None, "2020-02-29"))) for account, member in pairs],
        "transfers": [(n, random.randint(1, 8), random.choice(some), n, text(random)) for n in range(1, 31)],
    }


def _of(names: Sequence[str]) -> str:
    return ", ".join(str(one) for name in names for one in IDS[name])


# --- by hand -------------------------------------------------------------------------------------------------


def found(name: str) -> dict[str, str]:
    mine = _of([name])
    return {
        "member own": f"SELECT id FROM members WHERE id IN ({mine})",
        "message owned": f"SELECT id FROM messages WHERE sender_id IN ({mine}) OR recipient_id IN ({mine})",
        "order owned": f"SELECT id FROM orders WHERE placed_by IN ({mine}) OR placed_for IN ({mine})",
        "order_line owned": "SELECT order_id, line FROM order_lines WHERE order_id IN"
        f" (SELECT id FROM orders WHERE placed_by IN ({mine}) OR placed_for IN ({mine}))",
        "holder owned": f"SELECT account_id, member_id FROM holders WHERE member_id IN ({mine})",
        "account owned": f"SELECT DISTINCT account_id FROM holders WHERE member_id IN ({mine})",
        "transfer owned": "SELECT id FROM transfers WHERE account_id IN"
        f" (SELECT account_id FROM holders WHERE member_id IN ({mine}))",
    }


def copied(name: str) -> dict[str, list[str]]:
    return whole(found(name), KEYS)


def _alone(one: str, other: str, mine: str) -> str:
    """Rows of which one of two columns names somebody who goes, and the other nobody else."""
    return (
        f"({one} IN ({mine}) AND ({other} IS NULL OR {other} IN ({mine}))"
        f" OR {other} IN ({mine}) AND ({one} IS NULL OR {one} IN ({mine})))"
    )


def _held(day: str) -> str:
    """Books are kept until the end of the sixth year after."""
    return f"placed_on >= '{int(day[:4]) - 6}-01-01'"


def erased(names: Sequence[str], day: str) -> Iterator[str]:
    mine = _of(names)
    yield f"DELETE FROM messages WHERE {_alone('sender_id', 'recipient_id', mine)}"
    yield f"UPDATE messages SET sender_id = NULL WHERE sender_id IN ({mine})"
    yield f"UPDATE messages SET recipient_id = NULL WHERE recipient_id IN ({mine})"
    alone, held = _alone("placed_by", "placed_for", mine), _held(day)
    yield f"DELETE FROM order_lines WHERE order_id IN (SELECT id FROM orders WHERE {alone})"
    yield f"DELETE FROM orders WHERE {alone} AND NOT {held}"
    yield f"UPDATE orders SET note = NULL, placed_for = NULL WHERE {alone} AND {held}"
    yield f"UPDATE orders SET placed_by = NULL WHERE placed_by IN ({mine}) AND NOT {held}"
    yield f"UPDATE orders SET placed_for = NULL WHERE placed_for IN ({mine})"
    doomed = (
        f"SELECT id FROM accounts WHERE id IN (SELECT account_id FROM holders WHERE member_id IN ({mine}))"
        f" AND id NOT IN (SELECT account_id FROM holders WHERE member_id NOT IN ({mine}))"
    )
    yield f"DELETE FROM transfers WHERE account_id IN ({doomed})"
    yield f"UPDATE accounts SET title = 'DOOMED' WHERE id IN (SELECT id FROM ({doomed}) AS d)"
    yield f"DELETE FROM holders WHERE member_id IN ({mine})"
    yield "DELETE FROM accounts WHERE title = 'DOOMED'"
    named = "SELECT placed_by FROM orders WHERE placed_by IS NOT NULL"
    yield f"UPDATE members SET email = NULL, phone = NULL WHERE id IN ({mine}) AND id IN ({named})"
    # a transfer of others keeps naming who made it while the row of that member is kept for the books
    yield f"UPDATE transfers SET made_by = NULL WHERE made_by IN ({mine}) AND made_by NOT IN ({named})"
    yield f"DELETE FROM members WHERE id IN ({mine}) AND id NOT IN ({named})"


def kept(names: Sequence[str], day: str) -> dict[str, str]:
    mine = _of(names)
    return {
        "order accounting": f"SELECT id FROM orders WHERE {_alone('placed_by', 'placed_for', mine)} AND {_held(day)}",
        "member accounting": "SELECT id FROM members WHERE id IN"
        f" (SELECT placed_by FROM orders WHERE placed_by IN ({mine}) AND {_held(day)})",
    }


SHAPE = Shape(
    TABLES,
    POLICY,
    _rows(),
    PEOPLE,
    found,
    copied,
    erased,
    kept=kept,
    pairs=[("Alice", "Bob"), ("Bob", "Carol")],
    to_confirm={"Alice": 1},
    free="2032-01-01",
)


class TestMessages(Laws, Holds):
    """A message, an order and an account of two."""
