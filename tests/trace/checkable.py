"""A small shop whose map is good, and ways to spoil it one word at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from bailee.connectors.sql.dialects import list_dialects
from bailee.policy import (
    Collection,
    Edge,
    EdgeKind,
    Firm,
    FirmRole,
    Form,
    Hold,
    Identity,
    Joins,
    Mention,
    OnErase,
    OnLeave,
    Party,
    Period,
    Place,
    Policy,
    RetentionRule,
    Spelling,
    System,
    Until,
    Value,
)
from bailee.policy.predicate import Scalar
from bailee.policy.problems import Problem
from bailee.trace.check import check_map
from bailee.trace.schema import ColumnKind, ForeignKey, Schema, SchemaColumn, SchemaTable

T, N, D, M, B = ColumnKind.TEXT, ColumnKind.INTEGER, ColumnKind.DATE, ColumnKind.TIME, ColumnKind.BOOLEAN


@dataclass(frozen=True)
class Shop:
    """A policy with one system, ``shop``, and the tables that it maps."""

    collections: Mapping[str, Collection]
    tables: Mapping[str, SchemaTable]
    holds: Mapping[str, Hold] = field(default_factory=dict)
    retention: Mapping[str, RetentionRule] = field(default_factory=dict)
    dialect: Literal["sqlite", "postgresql", "mariadb"] = "postgresql"
    role: FirmRole = FirmRole.CONTROLLER
    others: tuple[System, ...] = ()

    def saying(self, name: str, **words: Any) -> Shop:
        """Return the shop with other words on a collection."""
        return replace(self, collections={**self.collections, name: replace(self.collections[name], **words)})

    def having(self, name: str, **facts: Any) -> Shop:
        """Return the shop with other facts of a table."""
        return replace(self, tables={**self.tables, name: replace(self.tables[name], **facts)})

    def where(self, name: str, column: str, **facts: Any) -> Shop:
        """Return the shop with a new column, or other facts of one."""
        columns = self.tables[name].columns
        changed = replace(columns.get(column, SchemaColumn(column, T)), **facts)
        return self.having(name, columns={**columns, column: changed})

    def with_(self, collection: Collection, made: SchemaTable) -> Shop:
        """Return the shop with one more collection."""
        return replace(
            self,
            collections={**self.collections, collection.name: collection},
            tables={**self.tables, made.name: made},
        )

    def edge(self, name: str, number: int = 0, **words: Any) -> Shop:
        """Return the shop with other words on an edge."""
        edges = list(self.collections[name].edges)
        edges[number] = replace(edges[number], **words)
        return self.saying(name, edges=tuple(edges))

    def rule(self, **words: Any) -> Shop:
        """Return the shop with other words in its rule of retention."""
        return replace(self, retention={"customers": replace(self.retention["customers"], **words)})

    def hold(self, **words: Any) -> Shop:
        """Return the shop with other words in its hold."""
        return replace(self, holds={"accounting": replace(self.holds["accounting"], **words)})


def found(shop: Shop) -> tuple[Problem, ...]:
    """Return what is wrong with the map of ``shop``."""
    system = System("shop", "Shop", "sql", "env:SHOP", role=shop.role, collections=shop.collections)
    systems = {system.name: system, **{other.name: other for other in shop.others}}
    return check_map(
        system,
        Schema(list_dialects()[shop.dialect].kind, shop.tables),
        Policy(Firm("Firm"), systems, shop.retention, shop.holds),
    )


def codes(shop: Shop) -> list[str]:
    """Return the codes of what must be mended, in their order."""
    return sorted(problem.code for problem in found(shop) if problem.severity == "error")


def warned(shop: Shop) -> list[str]:
    """Return the codes of what a person should look at, in their order."""
    return sorted(problem.code for problem in found(shop) if problem.severity == "warning")


def said(shop: Shop) -> str:
    """Return the one problem of ``shop`` as a person reads it."""
    (problem,) = found(shop)
    return str(problem)


def at(line: int) -> Place:
    """Return a place in the shop's file."""
    return Place("systems/shop.yaml", line, 3)


def edge(to: str, own: str, kind: EdgeKind = EdgeKind.OWNED_BY, their: str = "id", **words: Any) -> Edge:
    """Return an edge over one pair of columns."""
    return Edge(kind, to, ((their, own),), words.pop("id", own), **words)


def table(name: str, columns: Mapping[str, ColumnKind], **facts: Any) -> SchemaTable:
    """Return a table with the key ``id`` and ``columns`` that can be null."""
    made = {"id": SchemaColumn("id", N, nullable=False), **{n: SchemaColumn(n, kind) for n, kind in columns.items()}}
    return replace(SchemaTable(name, made, ("id",)), **facts)


def key_to(name: str, column: str, on_delete: str = "no action") -> ForeignKey:
    """Return a foreign key to the ``id`` of a table."""
    return ForeignKey((column,), name, ("id",), f"fk_{column}", on_delete)


def anonymise(**cells: Scalar | Value) -> OnErase:
    """Return ``on_erase: {anonymise: ...}``."""
    return OnErase({c: v if isinstance(v, Value) else Value(constant=v) for c, v in cells.items()})


def leaving(**cells: Scalar | Value) -> OnLeave:
    """Return fixed values of ``on_leave``."""
    return OnLeave(cells=anonymise(**cells).anonymise or {})


MATCHED = OnLeave(matched=True)
EMAIL = Identity("email", "email", Spelling(Form.LOWER), Joins.VERIFIED)
PHONE = Identity("phone", "phone", Spelling(Form.E164), valid=("since", "until"))
CALLER = Mention("phone", "caller", "caller", Spelling(Form.E164), "started_at")

_ACCOUNT = Collection(
    "account", table="account", party=Party.ORGANISATION, ends="closed_on", fields={"name": "name"}, place=at(1)
)
_CONTACT = Collection(
    "contact",
    table="contact",
    party=Party.PERSON,
    identities=(EMAIL, PHONE),
    edges=(edge("account", "account_id", EdgeKind.BELONGS_TO),),
    fields={"full_name": "full_name"},
    on_erase=OnErase(),
    retain="customers",
    place=at(2),
)
_INVOICE = Collection(
    "invoice",
    table="invoice",
    edges=(
        edge("contact", "billed_to"),
        edge("contact", "joint_with"),
        edge("account", "account_id", EdgeKind.BELONGS_TO),
    ),
    fields={"number": "number", "total": "total"},
    on_erase=OnErase(),
    on_leave=MATCHED,
    hold=("accounting",),
    retain="customers",
    place=at(3),
)
_CALL = Collection(
    "call",
    table="call",
    edges=(edge("contact", "contact_id"),),
    mentions=(CALLER,),
    fields={"seconds": "seconds"},
    on_erase=OnErase(),
    on_leave=MATCHED,
    place=at(4),
)

SHOP = Shop(
    {c.name: c for c in (_ACCOUNT, _CONTACT, _INVOICE, _CALL)},
    {
        t.name: t
        for t in (
            table("account", {"name": T, "closed_on": D}),
            table(
                "contact",
                {"account_id": N, "full_name": T, "email": T, "phone": T, "since": D, "until": D},
                foreign_keys=(key_to("account", "account_id"),),
            ),
            table(
                "invoice",
                {"billed_to": N, "joint_with": N, "account_id": N, "number": T, "total": N, "issued_on": D},
                foreign_keys=(key_to("contact", "billed_to"), key_to("contact", "joint_with")),
            ),
            table("call", {"contact_id": N, "caller": T, "started_at": M, "seconds": N}),
        )
    },
    {
        "accounting": Hold(
            "accounting",
            "a law",
            (("invoice", "*"), ("contact", "full_name"), ("contact", "account_id"), ("account", "*")),
            Until("issued_on", Period(72)),
            place=Place("holds.yaml", 1, 1),
        )
    },
    {"customers": RetentionRule("customers", Period(72), place=Place("retention.yaml", 1, 1))},
)
"""Customers and their contacts, invoices that two can own, calls that mention a number."""
