"""A shop: orders of guests, addresses that a family shares, a newsletter keyed by the address, presents, reviews."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from tests.shapes.laws import Holds, Laws, Retention
from tests.shapes.nasty import NAMES, day, moment, text
from tests.shapes.shape import MASKED, Shape, Tables, whole

TABLES = """
CREATE TABLE products (
    sku {text} PRIMARY KEY, title {text}
);
CREATE TABLE addresses (
    id INTEGER PRIMARY KEY, line {text}, postcode {text}, note {text}
);
CREATE TABLE customers (
    id INTEGER PRIMARY KEY, email {text}, phone {text}, first_name {text}, last_name {text},
    default_address INTEGER REFERENCES addresses (id), active INTEGER NOT NULL
);
CREATE TABLE customer_addresses (
    customer_id INTEGER NOT NULL REFERENCES customers (id), address_id INTEGER NOT NULL REFERENCES addresses (id),
    PRIMARY KEY (customer_id, address_id)
);
CREATE TABLE orders (
    id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customers (id), guest_email {text}, present_for {text},
    ship_to INTEGER REFERENCES addresses (id), pence INTEGER NOT NULL, wish {text}, placed_on DATE NOT NULL
);
CREATE TABLE order_items (
    order_id INTEGER NOT NULL REFERENCES orders (id), sku {text} NOT NULL REFERENCES products (sku),
    engraving {text}, placed_on DATE NOT NULL, PRIMARY KEY (order_id, sku)
);
CREATE TABLE newsletter (
    email {text} PRIMARY KEY, topics {text}, joined_at {time}
);
CREATE TABLE bounces (
    email {text}, bounced_at {time}
);
CREATE TABLE carts (
    session {text} PRIMARY KEY, customer_id INTEGER REFERENCES customers (id), email {text}, touched_at {time} NOT NULL
);
CREATE TABLE reviews (
    id INTEGER PRIMARY KEY, sku {text} REFERENCES products (sku), customer_id INTEGER REFERENCES customers (id),
    signed {text}, stars INTEGER, body {text}, written_on DATE
);
CREATE TABLE vouchers (
    code {text} PRIMARY KEY, bought_by INTEGER REFERENCES customers (id),
    used_by INTEGER REFERENCES customers (id), for_email {text}, words {text}
)
"""

POLICY = {
    "bailee.yaml": "firm: The Tea Warehouse\nmode: act\nyear_end: 12-31\nplaceholders: [none@post.example]\n",
    "retention.yaml": "carts: {for: P90D, from: touched_at}\n",
    "holds.yaml": """
accounting:
  law: Companies Act 2006 s. 388
  keeps:
    - order.customer_id
    - order.ship_to
    - order.pence
    - order.placed_on
    - order_item.order_id
    - customer.first_name
    - customer.last_name
    - address.line
    - address.postcode
  until: year end of placed_on + P6Y
""",
    "systems/shop.yaml": """
system: shop
connector: sql
url: env:SHAPE_URL
write_url: env:SHAPE_URL
collections:
  product:
    table: products
    opaque: what is sold
  address:
    table: addresses
    fields: {line: line, postcode: postcode, note: note}
    on_erase: delete
    on_leave: {}
  customer:
    table: customers
    party: person
    identity:
      email: {column: email, stored: lower, joins: verified}
      phone: {column: phone, stored: e164}
    names: {to: address, on: {id: default_address}, on_parent_gone: null}
    fields: {first_name: first_name, last_name: last_name}
    opaque: {active: whether the account is open}
    on_erase: delete
  customer_address:
    table: customer_addresses
    owned_by: customer.id = customer_id
    owns: {to: address, on: {id: address_id}, on_parent_gone: delete}
    on_erase: delete
  order:
    table: orders
    owned_by: customer.id = customer_id
    names: {to: address, on: {id: ship_to}, on_parent_gone: null}
    mentions:
      - {email: guest_email, stored: lower}
      - {email: present_for, stored: lower}
    fields: {pence: pence, wish: wish, placed_on: placed_on}
    on_erase: delete
    on_leave: {matched: null}
    on_copy: {wish: mask}
    hold: accounting
  order_item:
    table: order_items
    owned_by: order.id = order_id
    names: product.sku = sku
    fields: {engraving: engraving}
    on_erase: delete
    on_copy: {engraving: mask}
    hold: accounting
  subscriber:
    table: newsletter
    party: person
    identity:
      email: {column: email, stored: lower, joins: verified}
    fields: {topics: topics}
    on_erase: delete
  bounce:
    table: bounces
    key: none
    mentions:
      - {email: email, stored: lower}
    on_leave: {matched: null}
  cart:
    table: carts
    owned_by: customer.id = customer_id
    mentions:
      - {email: email, stored: lower}
    on_erase: delete
    on_leave: {matched: null}
    retain: carts
  review:
    table: reviews
    owned_by: customer.id = customer_id
    names: product.sku = sku
    fields: {signed: signed, body: body, stars: stars}
    on_erase: {anonymise: {signed: a customer, body: null, written_on: coarsen(month)}}
    on_leave: {matched: null}
  voucher:
    table: vouchers
    owned_by: customer.id = bought_by
    accessed_by: {to: customer, on: {id: used_by}, on_copy: {for_email: mask, words: mask}}
    mentions:
      - {email: for_email, stored: lower}
    fields: {words: words}
    on_erase: delete
    on_leave: {matched: null}
""",
}

KEYS = {
    "address": ("addresses", "id"),
    "customer": ("customers", "id"),
    "customer_address": ("customer_addresses", "customer_id, address_id"),
    "order": ("orders", "id"),
    "order_item": ("order_items", "order_id, sku"),
    "subscriber": ("newsletter", "email"),
    "cart": ("carts", "session"),
    "review": ("reviews", "id"),
    "voucher": ("vouchers", "code"),
}
WHO = {
    "Alice": ("alice@post.example", 1),
    "Bob": ("bob@post.example", 2),
    "Carol": ("carol@post.example", 3),
    "Gus, a guest": ("gus@post.example", -1),
    "Nell, who reads": ("n'ell@post.example", -1),
}
"""The address, and the row among the customers. Alice and Bob live together, and have one telephone."""


def _rows() -> Tables:
    random = Random(8)
    who = [1, 1, 2, 2, 3, 4, None]
    emails = [*(email for email, _ in WHO.values()), "gus@post.example", "none@post.example", "", None, None]
    skus = ["TEA-1", "TEA-2", "tea'3", "茶"]
    orders = [
        (n, random.choice(who), random.choice(emails), random.choice(emails), random.choice([None, *range(1, 9)]),
         100 * n, text(random), day(random, 2018))
        for n in range(1, 61)
    ]  # fmt: skip
    return {
        "products": [(sku, text(random)) for sku in skus],
        "addresses": [(n, f"{n} O'Neill Road", f"ZZ{n} 1AA", text(random)) for n in range(1, 11)],
        "customers": [
            (1, "alice@post.example", "+441632960001", NAMES[0], NAMES[1], 1, 1),
            (2, "bob@post.example", "+441632960001", NAMES[1], "", 1, 1),
            (3, "carol@post.example", None, None, NAMES[2], 5, 0),
            (4, "none@post.example", "", "no", "body", 6, 1),
        ],
        "customer_addresses": [(1, 1), (2, 1), (1, 2), (2, 3), (3, 4), (4, 4), (1, 7), (2, 8), (3, 8)],
        "orders": orders,
        "order_items": [
            (order[0], sku, text(random), order[7])
            for order in orders for sku in random.sample(skus, random.randint(0, 3))
        ],
        "newsletter": [
            ("alice@post.example", "tea", "2024-01-01 00:00:00"), ("n'ell@post.example", None, None),
            ("gus+news@post.example", "it's", None), ("dora@post.example", "", moment(random)),
        ],
        "bounces": [(random.choice(emails), moment(random)) for _ in range(20)],
        "carts": [
            (f"s'{n}", random.choice(who), random.choice(emails), random.choice(
                ["2026-03-02 23:59:59", "2026-03-03 00:00:00", "2026-03-03 12:00:00", "2026-05-01 10:00:00"]))
            for n in range(1, 31)
        ],
        "reviews": [
            (n, random.choice(skus), random.choice(who), random.choice(NAMES), n % 6, text(random),
             random.choice([day(random), "2024-02-29", None]))
            for n in range(1, 31)
        ],
        "vouchers": [
            (f"V-{n}", random.choice(who), random.choice(who), random.choice(emails), text(random))
            for n in range(1, 31)
        ],
    }  # fmt: skip


# --- by hand -------------------------------------------------------------------------------------------------


def _ids(names: Sequence[str]) -> str:
    return ", ".join(str(WHO[name][1]) for name in names)


def _emails(names: Sequence[str]) -> str:
    return ", ".join("'{}'".format(WHO[name][0].replace("'", "''")) for name in names)


def found(name: str) -> dict[str, str]:
    me, email = _ids([name]), _emails([name])
    mine = f"SELECT id FROM orders WHERE customer_id = {me}"
    told = f"(guest_email = {email} OR present_for = {email})"
    seen = f"SELECT id FROM orders WHERE COALESCE(customer_id, 0) <> {me} AND {told}"
    items = "SELECT order_id, sku FROM order_items WHERE order_id IN"
    return {
        "customer own": f"SELECT id FROM customers WHERE id = {me}",
        "subscriber own": f"SELECT email FROM newsletter WHERE email = {email}",
        "customer_address owned": f"SELECT customer_id, address_id FROM customer_addresses WHERE customer_id = {me}",
        "address owned": f"SELECT address_id FROM customer_addresses WHERE customer_id = {me}",
        "order owned": mine,
        "order touch": seen,
        "order_item owned": f"{items} ({mine})",
        "order_item touch": f"{items} ({seen})",
        "bounce touch": f"SELECT NULL FROM bounces WHERE email = {email}",
        "cart owned": f"SELECT session FROM carts WHERE customer_id = {me}",
        "cart touch": f"SELECT session FROM carts WHERE COALESCE(customer_id, 0) <> {me} AND email = {email}",
        "review owned": f"SELECT id FROM reviews WHERE customer_id = {me}",
        "voucher owned": f"SELECT code FROM vouchers WHERE bought_by = {me}",
        "voucher touch": f"SELECT code FROM vouchers WHERE COALESCE(bought_by, 0) <> {me}"
        f" AND (used_by = {me} OR for_email = {email})",
    }


def copied(name: str) -> dict[str, list[str]]:
    me, email, keys = _ids([name]), _emails([name]), found(name)

    def only(column: str) -> str:
        return f"CASE WHEN {column} IS NULL OR {column} = {email} THEN {column} ELSE '{MASKED}' END"

    def masked(column: str, when: str = "1 = 1") -> str:
        return f"CASE WHEN {column} IS NOT NULL AND {when} THEN '{MASKED}' ELSE {column} END"

    told = whole({k: v for k, v in keys.items() if not k.startswith("bounce")}, KEYS)
    told["order"] = [
        f"SELECT id, customer_id, {only('guest_email')}, {only('present_for')}, ship_to, pence, {wish}, placed_on"
        f" FROM orders WHERE id IN ({keys[f'order {mode}']})"
        for mode, wish in (("owned", "wish"), ("touch", masked("wish")))
    ]
    told["order_item"].append(
        f"SELECT order_id, sku, {masked('engraving')}, placed_on FROM order_items"
        f" WHERE (order_id, sku) IN ({keys['order_item touch']})"
    )
    told["cart"] = [
        f"SELECT session, customer_id, {only('email')}, touched_at FROM carts WHERE session IN ({keys[f'cart {mode}']})"
        for mode in ("owned", "touch")
    ]
    told["bounce"] = [f"SELECT * FROM bounces WHERE email = {email}"]
    by_use = f"used_by = {me}"
    told["voucher"] = [
        (
            f"SELECT code, bought_by, used_by, {only('for_email')}, words FROM vouchers"
            f" WHERE code IN ({keys['voucher owned']})"
        ),
        (
            f"SELECT code, bought_by, used_by, CASE WHEN for_email IS NOT NULL AND {by_use} THEN '{MASKED}'"
            f" WHEN for_email = {email} OR for_email IS NULL THEN for_email ELSE '{MASKED}' END,"
            f" {masked('words', by_use)} FROM vouchers WHERE code IN ({keys['voucher touch']})"
        ),
    ]
    return told


def _held(day: str) -> str:
    return f"placed_on >= '{int(day[:4]) - 6}-01-01'"


def erased(names: Sequence[str], day: str) -> Iterator[str]:
    mine, emails, held = _ids(names), _emails(names), _held(day)
    yield f"DELETE FROM newsletter WHERE email IN ({emails})"
    yield f"UPDATE bounces SET email = NULL WHERE email IN ({emails})"
    yield f"DELETE FROM carts WHERE customer_id IN ({mine})"
    yield f"UPDATE carts SET email = NULL WHERE email IN ({emails})"
    for year in range(2016, 2026):
        for month in ("01", "02", "03", "04", "07", "12"):
            last = {"02": "29" if year % 4 == 0 else "28", "04": "30"}.get(month, "31")
            yield (
                f"UPDATE reviews SET written_on = '{year}-{month}-01' WHERE customer_id IN ({mine})"
                f" AND written_on BETWEEN '{year}-{month}-01' AND '{year}-{month}-{last}'"
            )
    yield f"UPDATE reviews SET signed = 'a customer', body = NULL WHERE customer_id IN ({mine})"
    yield f"UPDATE reviews SET customer_id = NULL WHERE customer_id IN ({mine})"
    yield f"DELETE FROM vouchers WHERE bought_by IN ({mine})"
    yield f"UPDATE vouchers SET used_by = NULL WHERE used_by IN ({mine})"
    yield f"UPDATE vouchers SET for_email = NULL WHERE for_email IN ({emails})"
    orders = f"SELECT id FROM orders WHERE customer_id IN ({mine})"
    yield f"DELETE FROM order_items WHERE order_id IN ({orders}) AND NOT {held}"
    yield f"UPDATE order_items SET engraving = NULL WHERE order_id IN ({orders})"
    yield f"DELETE FROM orders WHERE customer_id IN ({mine}) AND NOT {held}"
    yield f"UPDATE orders SET guest_email = NULL, present_for = NULL, wish = NULL WHERE customer_id IN ({mine})"
    yield f"UPDATE orders SET guest_email = NULL WHERE guest_email IN ({emails})"
    yield f"UPDATE orders SET present_for = NULL WHERE present_for IN ({emails})"
    # An address goes with the last who lives there; the books keep it where something was sent that they keep.
    homes = (
        f"SELECT address_id FROM customer_addresses WHERE customer_id IN ({mine}) AND address_id NOT IN"
        f" (SELECT address_id FROM customer_addresses WHERE customer_id NOT IN ({mine}))"
    )
    sent = f"SELECT ship_to FROM orders WHERE {held} AND ship_to IS NOT NULL"
    yield f"UPDATE addresses SET note = NULL WHERE id IN ({homes}) AND id IN ({sent})"
    yield f"UPDATE addresses SET line = 'DOOMED' WHERE id IN ({homes}) AND id NOT IN ({sent})"
    doomed = "SELECT id FROM addresses WHERE line = 'DOOMED'"
    yield f"DELETE FROM customer_addresses WHERE customer_id IN ({mine})"
    yield f"UPDATE orders SET ship_to = NULL WHERE ship_to IN ({doomed})"
    booked = "SELECT customer_id FROM orders WHERE customer_id IS NOT NULL"
    yield f"UPDATE customers SET default_address = NULL WHERE default_address IN ({doomed})"
    yield "DELETE FROM addresses WHERE line = 'DOOMED'"
    yield f"DELETE FROM customers WHERE id IN ({mine}) AND id NOT IN ({booked})"
    yield f"UPDATE customers SET email = NULL, phone = NULL, default_address = NULL WHERE id IN ({mine})"


def kept(names: Sequence[str], day: str) -> dict[str, str]:
    mine, held = _ids(names), _held(day)
    orders = f"SELECT id FROM orders WHERE customer_id IN ({mine}) AND {held}"
    homes = (
        f"SELECT address_id FROM customer_addresses WHERE customer_id IN ({mine}) AND address_id NOT IN"
        f" (SELECT address_id FROM customer_addresses WHERE customer_id NOT IN ({mine}))"
    )
    return {
        "order accounting": orders,
        "order_item accounting": f"SELECT order_id, sku FROM order_items WHERE order_id IN ({orders})",
        "customer accounting": f"SELECT DISTINCT customer_id FROM orders WHERE customer_id IN ({mine}) AND {held}",
        "address accounting": f"SELECT id FROM addresses WHERE id IN ({homes})"
        f" AND id IN (SELECT ship_to FROM orders WHERE {held})",
    }


SHAPE = Shape(
    TABLES,
    POLICY,
    _rows(),
    {name: [email] for name, (email, _) in WHO.items()},
    found,
    copied,
    erased,
    pairs=[("Alice", "Bob"), ("Bob", "Carol"), ("Gus, a guest", "Alice")],
    kept=kept,
    to_confirm={"Alice": 1, "Bob": 1},
    free="2032-01-01",
    due={"carts": ("DELETE FROM carts WHERE touched_at < '2026-03-03 00:00:00'",)},
)


class TestShop(Laws, Holds, Retention):
    """Customers, guests and readers."""
