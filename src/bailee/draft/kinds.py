"""Columns that say to which table another one points: ``owner_type`` beside ``owner_id``, a content type, a class."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bailee.draft import lexicon
from bailee.draft.names import split_words
from bailee.trace.schema import ColumnKind, Schema, SchemaTable

_SAYING = ("type", "class", "kind", "table", "model", "types", "tablename", "contenttype")
_ALONE = (
    *("type", "objecttype", "entitytype", "itemtype", "contenttype", "reltype", "reftype", "model", "modeltype"),
    *("tablename", "table", "class", "classname", "entity", "objecttable", "sourcetype", "targettype", "resourcetype"),
)
"""Names, less their underscores, of a column that says what ``object_id`` and the like point to."""

_TITLES = ("model", "table_name", "tablename", "class_name", "classname", "class", "entity", "table", "name")


@dataclass(frozen=True, slots=True)
class Telling:
    """A column of ``table`` whose values may say to which table another one points.

    ``through``: where it is a number that a table of names explains: that table, its key, and the columns with the
    name.
    """

    table: str
    column: str
    through: tuple[str, str, tuple[str, ...]] | None = None


@dataclass(frozen=True, slots=True)
class NamedKind:
    """A ``value`` of such a column, and what it ``said``."""

    value: str | int
    said: str


Kinds = Mapping[tuple[str, str], tuple[NamedKind, ...]]
"""(table, column) -> its values."""


def find_kind_column(table: SchemaTable, column: str) -> str:
    """Return the column that says to which table ``column`` points; or nothing."""
    name = column.lower()
    if not name.endswith("id"):
        return ""
    start = name.removesuffix("id").rstrip("_")
    others = {other.lower().replace("_", ""): other for other in table.columns if other != column}
    flat = start.replace("_", "")
    wanted = [f"{flat}{word}{end}" for word in _SAYING for end in ("", "id")] + [flat]
    if split_words(start)[-1:] and split_words(start)[-1] in lexicon.ANYTHING:
        wanted += [f"{word}{end}" for word in _ALONE for end in ("", "id")]
    found = (others[one] for one in wanted if one in others and flat)
    return next((one for one in found if not _is_its_own(table, one)), "")


def _is_its_own(table: SchemaTable, column: str) -> bool:
    return column in table.primary_key and len(table.primary_key) == 1


def find_telling(schema: Schema) -> Iterator[Telling]:
    """Yield the columns whose values may say to which table one beside them points."""
    seen: set[tuple[str, str]] = set()
    for table in schema.tables.values():
        for name in table.columns:
            beside = find_kind_column(table, name)
            if not beside or (table.name, beside) in seen:
                continue
            seen.add((table.name, beside))
            kind = table.columns[beside].kind
            if kind is ColumnKind.TEXT or table.columns[beside].labels:
                yield Telling(table.name, beside)
            elif kind is ColumnKind.INTEGER and (through := _find_explaining_table(schema, table, beside)):
                yield Telling(table.name, beside, through)


def _find_explaining_table(schema: Schema, table: SchemaTable, column: str) -> tuple[str, str, tuple[str, ...]] | None:
    """Return the table of names that a numeric column points to, by its foreign key or its name."""
    keyed = [key.table for key in table.foreign_keys if key.columns == (column,)]
    stem = split_words(column.lower().removesuffix("id"))
    by_name = [name for name in schema.tables if stem and split_words(name.rpartition(".")[2])[-len(stem) :] == stem]
    for name in keyed or by_name:
        theirs = schema.tables.get(name)
        if theirs is None or len(theirs.primary_key) != 1:
            continue
        columns = {c.lower(): c for c in theirs.columns if theirs.columns[c].kind is ColumnKind.TEXT}
        title = next((columns[one] for one in _TITLES if one in columns), None)
        if title:
            before = (columns["app_label"],) if "app_label" in columns else ()
            return name, theirs.primary_key[0], (*before, title)
    return None


def find_named_table(said: str, nouns: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    r"""Return the table that ``said`` names: ``orders``, ``Order``, ``App\Models\Order``; none where several could be.

    ``nouns``: table -> the words of its name.
    """
    parts = split_words(re.split(r"[\\:./]", said)[-1])
    if not parts:
        return ()
    ways = (
        [name for name in nouns if split_words(name.rpartition(".")[2]) == parts],
        [name for name, noun in nouns.items() if noun == parts],
        [name for name, noun in nouns.items() if len(parts) > 1 and noun == parts[1:]],
        [name for name, noun in nouns.items() if noun[-len(parts) :] == parts],
    )
    found = next((way for way in ways if way), [])
    return tuple(found) if len(found) == 1 else ()
