"""The data of the bench: eight related tables, the same rows on every database, made inside it by set-based SQL.

Rows of one customer lie apart, as they do where orders and calls come in by time, and not by customer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

Dialect = Literal["sqlite", "postgresql", "mariadb"]

FIRST_CALL = datetime(2014, 1, 1)  # noqa: DTZ001 - rows hold UTC without a zone
CALLS_SPAN = timedelta(days=4_000)  # of all calls, evenly


@dataclass(frozen=True, slots=True)
class Shape:
    """How much there is. A ``large`` customer has ``large_calls`` calls and otherwise what everybody has."""

    customers: int
    large: int
    calls: int = 44
    large_calls: int = 20_000

    @property
    def people(self) -> int:
        """All customers. Their ids begin at 1; the large ones come last."""
        return self.customers + self.large

    @property
    def all_calls(self) -> int:
        """All call records."""
        return self.people * self.calls + self.large * self.large_calls

    @property
    def rows(self) -> int:
        """All rows of all tables."""
        return self.people * (ROWS_EACH - 44) + self.all_calls

    @property
    def large_ids(self) -> range:
        """The ids of the large customers."""
        return range(self.customers + 1, self.people + 1)


ROWS_EACH = 1 + 2 + 5 + 15 + 5 + 44 + 3 + 12
"""Rows of a customer who is not large: herself, addresses, orders, items, payments, calls, tickets, messages."""

WHOLE = Shape(100_000, 20)
"""On PostgreSQL."""
PART = Shape(9_200, 10)
"""On SQLite and MariaDB: a tenth, and enough large customers to erase one in each repeat."""


def email(customer: int) -> str:
    """Return the address of a customer."""
    return f"customer{customer}@bench.example"


# --- tables --------------------------------------------------------------------------------------------------

TABLES: dict[str, str] = {
    "customers": "id bigint PRIMARY KEY, email varchar(120) NOT NULL, phone varchar(20), full_name varchar(120),"
    " postal varchar(200), created_at {time}, ended_on date",
    "addresses": "id bigint PRIMARY KEY, customer_id bigint NOT NULL, kind varchar(20), line varchar(100),"
    " city varchar(60), postcode varchar(12), country varchar(2)",
    "orders": "id bigint PRIMARY KEY, customer_id bigint NOT NULL, number varchar(20), placed_at {time},"
    " status varchar(12), total_pence integer, note varchar(200)",
    "order_items": "id bigint PRIMARY KEY, order_id bigint NOT NULL, sku varchar(20), title varchar(100),"
    " quantity integer, unit_pence integer",
    "payments": "id bigint PRIMARY KEY, order_id bigint NOT NULL, paid_at {time}, method varchar(12),"
    " amount_pence integer, reference varchar(40)",
    "calls": "id bigint PRIMARY KEY, customer_id bigint NOT NULL, direction varchar(3), caller varchar(20),"
    " callee varchar(20), started_at {time}, seconds integer, price_pence integer",
    "tickets": "id bigint PRIMARY KEY, customer_id bigint NOT NULL, subject varchar(100), status varchar(12),"
    " opened_at {time}, closed_at {time}",
    "messages": "id bigint PRIMARY KEY, ticket_id bigint NOT NULL, author varchar(60), sent_at {time},"
    " body varchar(500)",
}

FOREIGN_KEYS: dict[str, tuple[str, str]] = {
    "addresses": ("customer_id", "customers"),
    "orders": ("customer_id", "customers"),
    "order_items": ("order_id", "orders"),
    "payments": ("order_id", "orders"),
    "calls": ("customer_id", "customers"),
    "tickets": ("customer_id", "customers"),
    "messages": ("ticket_id", "tickets"),
}

INDEXES = (
    "CREATE UNIQUE INDEX customers_email ON customers (email)",
    *(f"CREATE INDEX {table}_{column} ON {table} ({column})" for table, (column, _) in FOREIGN_KEYS.items()),
    "CREATE INDEX calls_started_at ON calls (started_at)",
    "CREATE INDEX calls_caller ON calls (caller)",
    "CREATE INDEX calls_callee ON calls (callee)",
)


def statements(dialect: Dialect, shape: Shape) -> Iterator[str]:
    """Yield the statements that make and fill the tables, in order."""
    time = {"sqlite": "timestamp", "postgresql": "timestamp", "mariadb": "datetime"}[dialect]
    for table, columns in TABLES.items():
        own, parent = FOREIGN_KEYS.get(table, ("", ""))
        key = f", FOREIGN KEY ({own}) REFERENCES {parent} (id)" if own and dialect != "postgresql" else ""
        yield f"CREATE TABLE {table} ({columns.format(time=time)}{key})"
    yield from _rows(_Words(dialect), shape)
    yield from INDEXES
    if dialect == "postgresql":  # afterwards all rows of a key are looked at together
        for table, (own, parent) in FOREIGN_KEYS.items():
            yield f"ALTER TABLE {table} ADD FOREIGN KEY ({own}) REFERENCES {parent} (id)"


@dataclass(frozen=True, slots=True)
class _Words:
    """How a database counts and divides."""

    dialect: Dialect

    def series(self, n: int) -> str:
        """Return a source of the numbers from 0 to before ``n``, called ``s.n``."""
        match self.dialect:
            case "postgresql":
                return f"generate_series(0::bigint, {n - 1}) AS s(n)"
            case "mariadb":
                return f"(SELECT CAST(seq AS SIGNED) AS n FROM seq_0_to_{n - 1}) AS s"
        return (
            f"(WITH RECURSIVE t(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM t WHERE n < {n - 1}) SELECT n FROM t) AS s"
        )

    def div(self, left: str, right: int) -> str:
        """Return the whole part of a quotient."""
        return f"({left} {'DIV' if self.dialect == 'mariadb' else '/'} {right})"

    def moment(self, seconds: str) -> str:
        """Return the moment that is so many seconds after the first call."""
        first = FIRST_CALL.isoformat(" ")
        match self.dialect:
            case "postgresql":
                return f"timestamp '{first}' + ({seconds}) * interval '1 second'"
            case "mariadb":
                return f"TIMESTAMP '{first}' + INTERVAL ({seconds}) SECOND"
        return f"datetime('{first}', ({seconds}) || ' seconds')"


def _rows(w: _Words, shape: Shape) -> Iterator[str]:
    people, span = shape.people, int(CALLS_SPAN.total_seconds())
    yield (
        "INSERT INTO customers SELECT n + 1, 'customer' || (n + 1) || '@bench.example', '+44' || (7900000001 + n),"
        f" 'Customer ' || (n + 1), (n % 200) || ' Harbour Lane', {w.moment('n * 60')}, NULL FROM {w.series(people)}"
    )
    yield (
        f"INSERT INTO addresses SELECT n + 1, 1 + {w.div('n', 2)}, 'home', (n % 200) || ' Harbour Lane', 'Port Ellery',"
        f" 'ZZ1 ' || (n % 10) || 'AA', 'GB' FROM {w.series(2 * people)}"
    )
    yield (
        f"INSERT INTO orders SELECT n + 1, 1 + (n * 7919) % {people}, 'O-' || n, {w.moment('n * 500')}, 'paid',"
        f" 1000 + n % 5000, NULL FROM {w.series(5 * people)}"
    )
    yield (
        f"INSERT INTO order_items SELECT n + 1, 1 + {w.div('n', 3)}, 'SKU-' || (n % 900), 'A thing to buy', 1 + n % 3,"
        f" 100 + n % 900 FROM {w.series(15 * people)}"
    )
    yield (
        f"INSERT INTO payments SELECT n + 1, n + 1, {w.moment('n * 500 + 60')}, 'card', 1000 + n % 5000, 'P-' || n"
        f" FROM {w.series(5 * people)}"
    )
    yield _calls(w, shape, span)
    yield (
        f"INSERT INTO tickets SELECT n + 1, 1 + (n * 7907) % {people}, 'About order ' || n, 'closed',"
        f" {w.moment('n * 900')}, {w.moment('n * 900 + 9000')} FROM {w.series(3 * people)}"
    )
    yield (
        f"INSERT INTO messages SELECT n + 1, 1 + {w.div('n', 4)}, 'Customer', {w.moment('n * 220')},"
        " 'Hello, I should like to know when my order number ' || n || ' comes, for I am away next week. Many thanks'"
        f" FROM {w.series(12 * people)}"
    )


def _calls(w: _Words, shape: Shape, span: int) -> str:
    """Write the calls in the order of time: one in ten calls another customer."""
    people, each, large = shape.people, shape.people * shape.calls, shape.large * shape.large_calls
    second = w.div(f"n * {span}", each)
    both = (
        f"SELECT n + 1 AS id, 1 + (n * 7901) % {people} AS customer, n, {second} AS second FROM {w.series(each)}"
        f" UNION ALL SELECT {each} + n + 1, {shape.customers + 1} + n % {shape.large}, n, {w.div(f'n * {span}', large)}"
        f" FROM {w.series(large)}"
    )
    callee = f"CASE WHEN n % 10 = 0 THEN 7900000001 + (n * 31) % {people} ELSE 2079460000 + n % 9999 END"
    return (
        f"INSERT INTO calls SELECT id, customer, 'out', '+44' || (7900000000 + customer), '+44' || ({callee}),"
        f" {w.moment('second')}, 10 + n % 600, n % 200 FROM ({both}) AS every ORDER BY second"
    )


def version(shape: Shape) -> str:
    """Return a name for these rows; it changes whenever what makes them does."""
    return hashlib.sha256("\n".join(statements("postgresql", shape)).encode()).hexdigest()[:12]
