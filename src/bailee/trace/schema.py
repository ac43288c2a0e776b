"""What a live system looks like: facts that a connector reflects and the algebra is checked against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """What a column holds, as far as the algebra cares."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    TIME = "timestamp"
    BYTES = "bytes"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Column:
    """A column. ``bytewise``: equality compares bytes (no case or accent folding, no padding)."""

    name: str
    kind: Kind
    nullable: bool = True
    generated: bool = False
    bytewise: bool = True
    type_name: str = ""
    length: int | None = None  # characters that fit, where there is a limit


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """A foreign key. ``table`` is the qualified name of the table that it points to; actions are lower case SQL."""

    columns: tuple[str, ...]
    table: str
    their_columns: tuple[str, ...]
    name: str = ""
    on_delete: str = "no action"
    on_update: str = "no action"


@dataclass(frozen=True, slots=True)
class Copy:
    """What keeps data of a table's rows: ``says`` how. ``into``: the tables that it fills, by their qualified names.

    A name is empty where the source of a trigger does not tell it. No names: it is no table.
    """

    says: str
    into: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it is. ``hazards``: name -> what it would do (triggers, row security, versioning, views).

    ``uniques`` are column sets of which no two rows have equal values, as the table's own ``=`` compares them, if none
    of them is null. So is ``primary_key``, unless ``loose`` says why two rows may share it all the same.

    ``home``: the schema that it was found in, where the system has schemas; ``elsewhere``: other schemas that have a
    table of the same name, where the map names none. ``bare``: whether its name alone finds it.
    ``copies``: what keeps data of its rows besides them, as far as the system tells, by the name of the trigger, view
    or the like that makes it. It may be a hazard, too.
    """

    name: str  # qualified: schema.table, or table where it is the default schema
    columns: Mapping[str, Column]
    primary_key: tuple[str, ...] = ()
    uniques: frozenset[tuple[str, ...]] = frozenset()
    foreign_keys: tuple[ForeignKey, ...] = ()
    indexes: tuple[tuple[str, ...], ...] = ()
    hazards: Mapping[str, str] = field(default_factory=dict)
    rows: int | None = None  # the server's estimate
    partitioned_by: str | None = None
    loose: str = ""
    home: str = ""
    elsewhere: tuple[str, ...] = ()
    bare: bool = True
    copies: Mapping[str, Copy] = field(default_factory=dict)

    @property
    def keys(self) -> frozenset[tuple[str, ...]]:
        """Column sets of which no two rows have equal values, where none of them is null."""
        return self.uniques if self.loose or not self.primary_key else self.uniques | {self.primary_key}


def table_names(table: Table) -> tuple[str, ...]:
    """Return the names by which a server may tell of ``table``: another schema's of the same name is another table."""
    leaf = table.name.rpartition(".")[2]
    return (table.name, f"{table.home}.{leaf}", *((leaf,) if table.bare else ()))


@dataclass(frozen=True, slots=True)
class Schema:
    """The tables of a system that were looked at, by qualified name.

    ``dialect``: ``sqlite``, ``postgresql``, ``mariadb``, or what another connector calls its system. ``others``: tables
    that are there, too, and were not looked at. ``is_partial``: there may be more, which the account cannot see.
    ``neighbours``: tables that another system of the policy has on its map: one database may be several systems.
    """

    dialect: str
    tables: Mapping[str, Table]
    others: tuple[str, ...] = ()
    is_partial: bool = False
    neighbours: frozenset[str] = frozenset()
