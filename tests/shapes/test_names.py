"""An application as a framework writes it: names in capitals and reserved words, enums, JSON, keys that cascade."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from tests.shapes.laws import Holds, Laws, Retention
from tests.shapes.nasty import NAMES, moment, text
from tests.shapes.shape import MASKED, Shape, Tables, whole

TABLES = """
{kinds}
CREATE TABLE "User" (
    "userId" INTEGER PRIMARY KEY, "displayName" {text}, "eMail" {text}, "isActive" BOOLEAN NOT NULL, prefs {json},
    "createdAt" {zoned}
);
CREATE TABLE "order" (
    "orderId" INTEGER PRIMARY KEY, "userId" INTEGER REFERENCES "User" ("userId") ON DELETE SET NULL, "from" {text},
    total DECIMAL(10, 2) NOT NULL, "placedAt" {zoned}, status {status}
);
CREATE TABLE "orderLine" (
    "orderId" INTEGER NOT NULL REFERENCES "order" ("orderId") ON DELETE CASCADE, "group" INTEGER NOT NULL,
    "select" {text}, PRIMARY KEY ("orderId", "group")
);
CREATE TABLE "comment" (
    id INTEGER PRIMARY KEY, "orderId" INTEGER NOT NULL REFERENCES "order" ("orderId") ON DELETE CASCADE,
    "authorId" INTEGER REFERENCES "User" ("userId") ON DELETE CASCADE, "desc" {text}
);
CREATE TABLE "Attachment" (
    id INTEGER PRIMARY KEY, "ownerKind" {text} NOT NULL, "ownerId" INTEGER NOT NULL, "isPublic" BOOLEAN,
    status {status}, "key" {text}
)
"""

POLICY = {
    "bailee.yaml": "firm: The Print Works\nmode: act\nregion: GB\nyear_end: 12-31\n",
    "retention.yaml": "lost: {for: P1Y, from: placedAt, then: {anonymise: {from: null}}}\n",
    "holds.yaml": """
accounting:
  law: Companies Act 2006 s. 388
  keeps: [order.userId, order.total, order.placedAt, user.displayName]
  until: year end of placedAt + P6Y
""",
    "systems/print.yaml": """
system: print
connector: sql
url: env:SHAPE_URL
write_url: env:SHAPE_URL
collections:
  user:
    table: User
    party: person
    identity:
      email: {column: eMail, stored: lower, joins: verified}
    fields: {displayName: displayName, prefs: prefs, createdAt: createdAt}
    opaque: {isActive: whether the account is open}
    on_erase: delete
  order:
    owned_by: user.userId = userId
    fields: {from: from, total: total, placedAt: placedAt}
    opaque: {status: how far it is}
    on_erase: delete
    hold: accounting
    retain: lost
  line:
    table: orderLine
    owned_by: order.orderId = orderId
    fields: {select: select}
    on_erase: delete
  comment:
    owned_by:
      - {to: order, on: {orderId: orderId}, on_parent_gone: delete, on_leave: {}}
      - {to: user, on: {userId: authorId}}
    fields: {desc: desc}
    on_erase: delete
    on_leave: {matched: null, desc: "[removed]"}
  attachment:
    table: Attachment
    owned_by:
      - {to: user, on: {userId: ownerId}, when: "ownerKind = 'user' and isPublic = false"}
      - {to: order, on: {orderId: ownerId}, when: "ownerKind = 'order' and status in ('open', 'paid')"}
    accessed_by:
      - to: user
        on: {userId: ownerId}
        when: ownerKind = 'user' and isPublic is null
        on_parent_gone: delete
        on_copy: {key: mask}
    fields: {key: key}
    on_erase: delete
    on_leave: {}
""",
}

KEYS = {
    "user": ('"User"', '"userId"'),
    "order": ('"order"', '"orderId"'),
    "line": ('"orderLine"', '"orderId", "group"'),
    "comment": ('"comment"', "id"),
    "attachment": ('"Attachment"', "id"),
}
IDS = {"Alice": 1, "Bob": 2, "Carol": 3}


def _rows() -> Tables:
    random = Random(11)
    who, states = [1, 1, 2, 2, 3, 4, None], ["open", "paid", "lost", None]
    return {
        '"User"': [
            (1, NAMES[0], "alice@post.example", True, '{"a": "it\'s"}', "2020-01-01 00:00:00"),
            (2, NAMES[1], "bob@post.example", False, None, None),
            (3, None, "carol@post.example", True, "{}", "2024-02-29 23:59:59"),
            (4, NAMES[4], None, False, "[1, 2]", None),
        ],
        '"order"': [
            (n, random.choice(who), text(random), f"{n}.{n:02}", moment(random, 2018), random.choice(states))
            for n in range(1, 41)
        ],
        '"orderLine"': [(n, group, text(random)) for n in range(1, 41) for group in range(random.randint(0, 3))],
        '"comment"': [(n, random.randint(1, 40), random.choice(who), text(random)) for n in range(1, 61)],
        '"Attachment"': [
            (
                n, random.choice(["user", "order", "order", "User"]), random.choice([1, 2, 3, random.randint(1, 40)]),
                random.choice([True, False, False, None]), random.choice(states), text(random),
            )
            for n in range(1, 81)
        ],
    }  # fmt: skip


# --- by hand -------------------------------------------------------------------------------------------------


def _kind(name: str) -> str:
    """Compare bytewise, on MariaDB too."""
    return f"(\"ownerKind\" = '{name}' AND REPLACE(\"ownerKind\", '{name}', '') = '')"


def _attached(ids: str, orders: str) -> str:
    return (
        f'({_kind("user")} AND "isPublic" = FALSE AND "ownerId" IN ({ids})'
        f" OR {_kind('order')} AND status IN ('open', 'paid') AND \"ownerId\" IN ({orders}))"
    )


def found(name: str) -> dict[str, str]:
    me = str(IDS[name])
    orders = f'SELECT "orderId" FROM "order" WHERE "userId" = {me}'
    owned = f'SELECT id FROM "Attachment" WHERE {_attached(me, orders)}'
    return {
        "user own": f'SELECT "userId" FROM "User" WHERE "userId" = {me}',
        "order owned": orders,
        "line owned": f'SELECT "orderId", "group" FROM "orderLine" WHERE "orderId" IN ({orders})',
        "comment owned": f'SELECT id FROM "comment" WHERE "orderId" IN ({orders}) OR "authorId" = {me}',
        "attachment owned": owned,
        "attachment touch": f'SELECT id FROM "Attachment" WHERE {_kind("user")} AND "isPublic" IS NULL'
        f' AND "ownerId" = {me}',
    }


def copied(name: str) -> dict[str, list[str]]:
    keys = found(name)
    cell = f"CASE WHEN \"key\" IS NOT NULL THEN '{MASKED}' END"
    seen = {
        "attachment": f'SELECT id, "ownerKind", "ownerId", "isPublic", status, {cell} FROM "Attachment"'
        f" WHERE id IN ({keys['attachment touch']})"
    }
    return whole(keys, KEYS, seen)


def _held(day: str) -> str:
    return f"(\"placedAt\" >= '{int(day[:4]) - 6}-01-01 00:00:00')"


def erased(names: Sequence[str], day: str) -> Iterator[str]:
    ids, held = ", ".join(str(IDS[name]) for name in names), _held(day)
    orders = f'SELECT "orderId" FROM "order" WHERE "userId" IN ({ids})'
    yield f'DELETE FROM "Attachment" WHERE {_attached(ids, orders)}'
    yield f'DELETE FROM "orderLine" WHERE "orderId" IN ({orders})'
    # A comment is its author's and the buyer's; it goes with the order in any case.
    gone = f'SELECT "orderId" FROM "order" WHERE "userId" IN ({ids}) AND NOT {held}'
    others = f'SELECT "orderId" FROM "order" WHERE "userId" NOT IN ({ids})'
    yield f'DELETE FROM "comment" WHERE "orderId" IN ({gone})'
    yield (
        f'DELETE FROM "comment" WHERE ("orderId" IN ({orders}) OR COALESCE("authorId", 0) IN ({ids}))'
        f' AND "orderId" NOT IN ({others}) AND ("authorId" IS NULL OR "authorId" IN ({ids}))'
    )
    yield f"""UPDATE "comment" SET "desc" = '[removed]' WHERE "authorId" IN ({ids})"""
    yield f'UPDATE "comment" SET "authorId" = NULL WHERE "authorId" IN ({ids})'
    yield f'DELETE FROM "order" WHERE "userId" IN ({ids}) AND NOT {held}'
    yield f'UPDATE "order" SET "from" = NULL WHERE "userId" IN ({ids})'
    booked = 'SELECT "userId" FROM "order" WHERE "userId" IS NOT NULL'
    yield (
        f'UPDATE "User" SET "eMail" = NULL, prefs = NULL, "createdAt" = NULL'
        f' WHERE "userId" IN ({ids}) AND "userId" IN ({booked})'
    )
    gone = f'SELECT "userId" FROM "User" WHERE "userId" IN ({ids}) AND "userId" NOT IN ({booked})'
    yield f'DELETE FROM "Attachment" WHERE {_kind("user")} AND "isPublic" IS NULL AND "ownerId" IN ({gone})'
    yield f'DELETE FROM "User" WHERE "userId" IN (SELECT "userId" FROM ({gone}) AS g)'


def kept(names: Sequence[str], day: str) -> dict[str, str]:
    ids, held = ", ".join(str(IDS[name]) for name in names), _held(day)
    return {
        "order accounting": f'SELECT "orderId" FROM "order" WHERE "userId" IN ({ids}) AND {held}',
        "user accounting": f'SELECT DISTINCT "userId" FROM "order" WHERE "userId" IN ({ids}) AND {held}',
    }


SHAPE = Shape(
    TABLES,
    POLICY,
    _rows(),
    {name: [f"{name.lower()}@post.example"] for name in IDS},
    found,
    copied,
    erased,
    pairs=[("Alice", "Bob"), ("Carol", "Alice")],
    kept=kept,
    free="2032-01-01",
    due={"lost": ('UPDATE "order" SET "from" = NULL WHERE "placedAt" < \'2025-06-01 00:00:00\'',)},
)


class TestNames(Laws, Holds, Retention):
    """Names and types as frameworks choose them."""
