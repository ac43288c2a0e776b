"""What a live system looks like: facts that a connector reflects and the algebra is checked against."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class ColumnKind(StrEnum):
    """What a column holds, as far as the algebra cares."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    TIME = "timestamp"
    BYTES = "bytes"
    OTHER = "other"


class Equality(StrEnum):
    """What the database's `=` takes for the same in a column.

    Numbers, dates and the like are compared by their value; they count as ``BYTES``, since each has one spelling.
    """

    BYTES = "bytes"  # equal bytes, and nothing else
    PADDED = "padded"  # the same, where blanks at the end are padding and no part of the text (PostgreSQL's char(n))
    FOLDED = "folded"  # several texts: case, accents or blanks at the end tell no texts apart
    NONE = "none"  # nothing: there is no `=`, or none that a value or a key could be looked up by (json, arrays)


@dataclass(frozen=True, slots=True)
class SchemaColumn:
    """A column.

    ``type_name``: what a value is cast to. ``base`` and ``collation``: what the database compares by, whatever domain
    or length the column has; empty where it is the usual. ``labels``: all that an enumeration can hold.
    """

    name: str
    kind: ColumnKind
    nullable: bool = True
    generated: bool = False
    equality: Equality = Equality.BYTES
    type_name: str = ""
    length: int | None = None  # characters that fit, where there is a limit
    base: str = ""
    collation: str = ""
    labels: tuple[str, ...] = ()

    @property
    def bytewise(self) -> bool:
        """Whether `=` takes equal bytes alone for the same."""
        return self.equality is Equality.BYTES

    @property
    def is_set(self) -> bool:
        """Whether a cell has several of the labels, with commas between them."""
        return self.base == "set"

    @property
    def is_text(self) -> bool:
        """Whether it is compared as text: texts, and enumerations with them."""
        return self.kind is ColumnKind.TEXT or bool(self.labels)


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
class SchemaTable:
    """A table as it is. ``hazards``: name -> what it would do (triggers, row security, versioning, views).

    ``uniques`` are column sets of which no two rows have equal values, as the table's own ``=`` compares them, if none
    of them is null. So is ``primary_key``, unless ``loose`` says why two rows may share it all the same.

    ``home``: the schema that it was found in, where the system has schemas; ``elsewhere``: other schemas that have a
    table of the same name, where the map names none. ``bare``: whether its name alone finds it.
    ``copies``: what keeps data of its rows besides them, as far as the system tells, by the name of the trigger, view
    or the like that makes it. It may be a hazard, too.
    """

    name: str  # qualified: schema.table, or table where it is the default schema
    columns: Mapping[str, SchemaColumn]
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


def list_table_names(table: SchemaTable) -> tuple[str, ...]:
    """Return the names by which a server may tell of ``table``: another schema's of the same name is another table."""
    leaf = table.name.rpartition(".")[2]
    return (table.name, f"{table.home}.{leaf}", *((leaf,) if table.bare else ()))


def _as_written(text: str, _column: SchemaColumn, _is_quoted: bool) -> Any:  # noqa: FBT001 - as any reader takes it
    return text


@dataclass(frozen=True, slots=True)
class DatabaseKind:
    """What is particular to a kind of database, as far as the algebra, the checks and people care.

    ``media``: where the bytes of what was deleted live on, and until when. ``read_value``: reads a value as the driver
    does, from a text, for a column, and told whether the text was quoted; raises `ValueError`.
    """

    name: str
    has_accounts: bool = True
    """Whether a server knows who asks; a file may be read and changed by all who may open it."""
    has_typed_columns: bool = True
    """Whether a column holds values of its type alone; elsewhere a date may be any text."""
    may_lack_primary_key: bool = False
    """Whether a row may be without a part of its primary key, whatever its column says; each session looks for such."""
    deletes_self_references: bool = True
    """Whether a row goes that points to itself by a column which cannot be null."""
    compares_all_types: bool = True
    """Whether there is an `=` between any two types of values."""
    media: str = "what the system keeps of its own accord"
    read_value: Callable[[str, SchemaColumn, bool], Any] = _as_written


@dataclass(frozen=True, slots=True)
class Schema:
    """The tables of a system that were looked at, by qualified name.

    ``others``: tables that are there, too, and were not looked at. ``is_partial``: there may be more, which the account
    cannot see.
    ``neighbours``: tables that another system of the policy has on its map: one database may be several systems.
    """

    kind: DatabaseKind
    tables: Mapping[str, SchemaTable]
    others: tuple[str, ...] = ()
    is_partial: bool = False
    neighbours: frozenset[str] = frozenset()
