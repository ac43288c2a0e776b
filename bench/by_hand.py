"""What a good engineer writes for the same work: short statements through the plain driver, one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
import pymysql
from sqlalchemy import make_url

from bench.data import Dialect
from bench.databases import arguments

_OF_CUSTOMER = ("addresses", "orders", "calls", "tickets")
_UNDER = {
    "order_items": ("order_id", "orders"),
    "payments": ("order_id", "orders"),
    "messages": ("ticket_id", "tickets"),
}
_CHILDREN_FIRST = ("order_items", "payments", "messages", "addresses", "orders", "calls", "tickets", "customers")


@dataclass
class Hand:
    """A connection of the driver's own. ``executed`` counts statements, begin and commit aside."""

    dialect: Dialect
    connection: Any
    executed: int = 0

    def read_one(self, email: str) -> int:
        """Find a customer by her address and fetch all her rows; return how many they are."""
        found = self._all(f"SELECT * FROM customers WHERE email = {self._mark}", [email])
        rows = len(found)
        for table in (*_OF_CUSTOMER, *_UNDER):
            rows += len(
                self._all(f"SELECT * FROM {table} WHERE {self._whose(table, f'= {self._mark}')}", [found[0][0]])
            )
        self.connection.commit()
        return rows

    def erase_one(self, email: str) -> int:
        """Find a customer and delete all her rows, children first; return how many went."""
        lock = "" if self.dialect == "sqlite" else " FOR UPDATE"
        ((customer,),) = self._all(f"SELECT id FROM customers WHERE email = {self._mark}{lock}", [email])
        rows = sum(
            self._change(f"DELETE FROM {table} WHERE {self._whose(table, f'= {self._mark}')}", [customer])
            for table in _CHILDREN_FIRST
        )
        self.connection.commit()
        return rows

    def read_many(self, emails: Sequence[str]) -> int:
        """Find many customers and fetch all their rows."""
        found = self._all(f"SELECT * FROM customers WHERE email {self._among(len(emails))}", self._values(emails))
        ids = [row[0] for row in found]
        rows = len(found)
        for table in (*_OF_CUSTOMER, *_UNDER):
            whose = self._whose(table, self._among(len(ids)))
            rows += len(self._all(f"SELECT * FROM {table} WHERE {whose}", self._values(ids)))
        self.connection.commit()
        return rows

    def erase_many(self, emails: Sequence[str]) -> int:
        """Delete all rows of many customers: their ids in a temporary table, and one joined delete a table."""
        where, values = f"WHERE email {self._among(len(emails))}", self._values(emails)
        match self.dialect:
            case "postgresql":
                self._run(
                    f"CREATE TEMPORARY TABLE chosen ON COMMIT DROP AS SELECT id FROM customers {where} FOR UPDATE",
                    values,
                )
                self._run("ANALYZE chosen")
            case "mariadb":
                self._run(
                    f"CREATE TEMPORARY TABLE chosen (PRIMARY KEY (id)) AS SELECT id FROM customers {where} FOR UPDATE",
                    values,
                )
            case _:
                self._run(f"CREATE TEMPORARY TABLE chosen AS SELECT id FROM customers {where}", values)
        rows = sum(self._change(self._joined_delete(table)) for table in _CHILDREN_FIRST)
        if self.dialect != "postgresql":
            self._run("DROP TABLE temp.chosen" if self.dialect == "sqlite" else "DROP TEMPORARY TABLE chosen")
        self.connection.commit()
        return rows

    def delete_calls_before(self, moment: datetime, chunk: int) -> int:
        """Delete calls that began before ``moment``, ``chunk`` rows a transaction."""
        rows, some = 0, "WHERE started_at < " + self._mark
        match self.dialect:
            case "postgresql":
                text = f"DELETE FROM calls WHERE ctid = ANY(ARRAY(SELECT ctid FROM calls {some} LIMIT {chunk}))"
            case "mariadb":
                text = f"DELETE FROM calls {some} LIMIT {chunk}"
            case _:
                text = f"DELETE FROM calls WHERE rowid IN (SELECT rowid FROM calls {some} LIMIT {chunk})"
        while True:
            count = self._change(text, [moment.isoformat(" ") if self.dialect == "sqlite" else moment])
            self.connection.commit()
            rows += count
            if count < chunk:
                return rows

    def drop_partitions(self, names: Sequence[str]) -> int:
        """Drop partitions of PostgreSQL by their names; return how many went."""
        for name in names:
            self._run(f"DROP TABLE {name}")
        self.connection.commit()
        return len(names)

    # --- words -------------------------------------------------------------------------------------------

    @property
    def _mark(self) -> str:
        return "?" if self.dialect == "sqlite" else "%s"

    def _among(self, count: int) -> str:
        return "= ANY(%s)" if self.dialect == "postgresql" else f"IN ({', '.join([self._mark] * count)})"

    def _values(self, values: Sequence[object]) -> list[object]:
        return [list(values)] if self.dialect == "postgresql" else list(values)

    def _whose(self, table: str, customer: str) -> str:
        """Return the condition that rows of ``table`` are those of the customers whose id is ``customer``."""
        if table == "customers":
            return f"id {customer}"
        if table in _OF_CUSTOMER:
            return f"customer_id {customer}"
        column, parent = _UNDER[table]
        return f"{column} IN (SELECT id FROM {parent} WHERE customer_id {customer})"

    def _joined_delete(self, table: str) -> str:
        column, parent = _UNDER.get(table, ("", ""))
        match self.dialect:
            case "sqlite":
                return f"DELETE FROM {table} WHERE {self._whose(table, 'IN (SELECT id FROM chosen)')}"
            case "postgresql":
                if parent:
                    where = f"{table}.{column} = p.id AND p.customer_id = c.id"
                    return f"DELETE FROM {table} USING {parent} AS p, chosen AS c WHERE {where}"
                own = "id" if table == "customers" else "customer_id"
                return f"DELETE FROM {table} USING chosen AS c WHERE {table}.{own} = c.id"
            case _:
                if parent:
                    on = f"JOIN {parent} AS p ON p.customer_id = c.id JOIN {table} AS t ON t.{column} = p.id"
                    return f"DELETE t FROM chosen AS c {on}"
                own = "id" if table == "customers" else "customer_id"
                return f"DELETE t FROM chosen AS c JOIN {table} AS t ON t.{own} = c.id"

    def _run(self, text: str, values: Sequence[object] = ()) -> Any:
        self.executed += 1
        cursor = self.connection.cursor()
        cursor.execute(text, values)
        return cursor

    def _change(self, text: str, values: Sequence[object] = ()) -> int:
        return int(self._run(text, values).rowcount)

    def _all(self, text: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = self._run(text, values).fetchall()
        return found


def by_hand(dialect: Dialect, url: str) -> Hand:
    """Return a new connection to ``url``."""
    match dialect:
        case "postgresql":
            return Hand(dialect, psycopg.connect(**arguments(url)))
        case "mariadb":
            return Hand(dialect, pymysql.connect(**arguments(url)))
    connection = sqlite3.connect(make_url(url).database or "", timeout=5)
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA cache_size = -16384")  # as ours: what stands in memory must not tell them apart
    return Hand(dialect, connection)
