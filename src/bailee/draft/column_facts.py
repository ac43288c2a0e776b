"""What the tables and a look at their rows tell of columns, before anybody asks what these mean."""

from __future__ import annotations

from bailee.draft.columns import ENOUGH, is_called
from bailee.draft.names import split_words
from bailee.draft.sample import Sample, SampledColumn
from bailee.trace.schema import Schema


def find_unique(schema: Schema) -> frozenset[tuple[str, str]]:
    """Return the (table, column) of which no two rows have the same, by a key."""
    return frozenset((name, key[0]) for name, table in schema.tables.items() for key in table.keys if len(key) == 1)


def find_keyed(schema: Schema) -> frozenset[tuple[str, str]]:
    """Return the (table, column) by which, alone or with others, the rows of a table are told apart."""
    return frozenset((name, column) for name, table in schema.tables.items() for key in table.keys for column in key)


def find_rarely_repeated(schema: Schema, sample: Sample) -> frozenset[tuple[str, str]]:
    """Return the (table, column) that rarely have a value twice, by a key or in the rows that were looked at."""

    def is_apart(seen: SampledColumn) -> bool:
        return seen.values >= _VARIED or (seen.values >= ENOUGH and 2 * seen.values > seen.filled)

    looked = ((name, column) for name, table in schema.tables.items() for column in table.columns)
    return find_unique(schema) | frozenset(place for place in looked if is_apart(sample.seen(*place)))


def find_never_repeated(schema: Schema, sample: Sample) -> frozenset[tuple[str, str]]:
    """Return the (table, column) of which no two rows have the same, by a key or in the rows that were looked at."""
    looked = ((name, column, sample.seen(name, column)) for name, t in schema.tables.items() for column in t.columns)
    return find_unique(schema) | {
        (name, column) for name, column, seen in looked if ENOUGH <= seen.values == seen.filled
    }


_VARIED = 100
"""Of no more different values a look takes note: a column with so many does not name some few members of staff."""


_INSIDE = frozenset({"internal", "isinternal", "internalnote", "private", "isprivate", "staffonly", "intern"})
"""What marks a row as written for the firm's own eyes."""


def find_internal_tables(schema: Schema) -> frozenset[str]:
    """Return the tables with a mark of what is for the firm's own eyes."""
    found = set()
    for name, table in schema.tables.items():
        marks = _INSIDE | (_PUBLIC if _ANSWERS.intersection(split_words(name)) else frozenset())
        if any(is_called(column, marks) for column in table.columns.values()):
            found.add(name)
    return frozenset(found)


_PUBLIC = frozenset({"public", "ispublic", "visible"})
_ANSWERS = frozenset({"followup", "answer", "reply", "note", "worklog", "article", "update", "journal"})
"""What is written about a case: a mark of what is public tells that the rest is not."""


def find_sometimes_empty(schema: Schema, sample: Sample) -> frozenset[tuple[str, str]]:
    """Return the (table, column) that are empty in some rows."""
    return frozenset(
        (name, c.name)
        for name, table in schema.tables.items()
        for c in table.columns.values()
        if c.nullable and sample.seen(name, c.name).empty and sample.seen(name, c.name).filled
    )
