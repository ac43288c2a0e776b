"""Whether cells can be looked up by what they are compared with, and by the database's own = alike (T424, T425)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bailee.policy import Edge, Place, Spelling
from bailee.policy.predicate import columns_read
from bailee.policy.problems import Problem
from bailee.trace.bind import BoundCollection, BoundMap
from bailee.trace.check.kinds import can_spell, list_compared, list_conditions
from bailee.trace.check.report import quote_names, report_error, report_warning
from bailee.trace.schema import ColumnKind, Equality, SchemaColumn

_ISSUED = frozenset({"email", "phone"})
"""Attributes whose normal form is no number: an address has letters, a number its plus sign."""

_NAMED = frozenset({frozenset({"inet", "cidr"}), frozenset({"macaddr", "macaddr8"})})
"""Types of PostgreSQL's that are compared with each other."""


def check_comparisons(m: BoundMap) -> Iterator[Problem]:
    """Yield T424: columns that are to be compared with a value, a key or each other, and cannot be."""
    for b in m.bound.values():
        columns, place = b.table.columns, b.collection.place
        for name, word, where in _list_compared(b):
            if columns[name].equality is Equality.NONE:
                yield _report_comparison(b, word, columns[name], "whose values cannot be looked up", where, place)
        for stored, attribute, name, word, where in _list_spelled(b):
            why = _explain_unspelled(columns[name], stored, attribute)
            if why:
                yield _report_comparison(b, word, columns[name], why, where, place)
        for edge in b.collection.edges:
            yield from _check_pairs(m, b, edge)


def _report_comparison(b: BoundCollection, word: str, column: SchemaColumn, why: str, *places: Place) -> Problem:
    held = column.type_name or column.kind
    message = f'{b.name}.{word} compares "{column.name}", which is {held}: {why}'
    return report_error(
        "T424", message, "name a column of text or of whole numbers, or a generated one that has it", *places
    )


def _list_compared(b: BoundCollection) -> Iterator[tuple[str, str, Place]]:
    """Yield every column of ``b`` that is compared, with the word that has it so."""
    c = b.collection
    yield from ((name, "key", c.place) for name in b.key)
    yield from ((identity.column, "identity", identity.place) for identity in c.identities)
    yield from ((mention.column, "mentions", mention.place) for mention in c.mentions)
    for condition, word, place in list_conditions(c):
        named = {name for name, _ in list_compared(condition)}
        yield from ((name, word, place) for name in columns_read(condition) if name in named)


def _list_spelled(b: BoundCollection) -> Iterator[tuple[Spelling, str, str, str, Place]]:
    c = b.collection
    yield from ((i.stored, i.attribute, i.column, "identity", i.place) for i in c.identities)
    yield from ((m.stored, m.attribute, m.column, "mentions", m.place) for m in c.mentions)


def _explain_unspelled(column: SchemaColumn, stored: Spelling, attribute: str) -> str:
    """Return why no spelling of a value can stand in ``column``; what its kind alone says is T408."""
    if not can_spell(column.kind, stored):
        return ""
    if column.kind is ColumnKind.INTEGER and attribute in _ISSUED:
        return f"no number is spelled as {'an email address' if attribute == 'email' else 'a telephone number'} is"
    if column.kind is not ColumnKind.OTHER or column.labels or column.base in {"", "uuid"}:
        return ""
    return "" if column.equality is Equality.NONE else "it is not compared as text"


def _check_pairs(m: BoundMap, b: BoundCollection, edge: Edge) -> Iterator[Problem]:
    if edge.to not in m.bound:
        return
    for theirs, own in edge.on:
        there, here = m.bound[edge.to].table.columns[theirs], b.table.columns[own]
        for column, name in ((here, b.name), (there, edge.to)):
            if column.equality is Equality.NONE:
                message = f'{b.name}.{edge.kind} pairs "{column.name}" of {name}, whose values cannot be looked up'
                yield report_error(
                    "T424", message, "pair columns of text or of numbers", edge.place, b.collection.place
                )
        if m.parent_of((b.name, own), (edge.to, theirs)) is None and _is_foreign(m, there, here):
            message = f'{b.name}.{edge.kind} pairs "{own}", which is {here.type_name}, '
            message += f'with {edge.to}."{theirs}", which is {there.type_name}: nothing compares the two'
            yield report_error("T424", message, "pair columns of one type", edge.place, b.collection.place)


def _is_foreign(m: BoundMap, one: SchemaColumn, other: SchemaColumn) -> bool:
    """Whether the database has no `=` between two columns of which at least one is of a type of its own."""
    others = [column for column in (one, other) if column.kind is ColumnKind.OTHER]
    if m.schema.kind.compares_all_types or not all(column.base for column in others) or one.base == other.base:
        return False
    return bool(others) and frozenset({one.base, other.base}) not in _NAMED


def check_joins(m: BoundMap) -> Iterator[Problem]:
    """Yield T425: edges without a foreign key whose columns the database compares by more than their bytes."""
    for b in m.bound.values():
        for edge in b.collection.edges:
            pairs = [] if edge.to not in m.bound else list(_list_folded(m, b, edge))
            if pairs:
                message = f"{b.name}.{edge.kind} joins {edge.to} by {quote_names(pairs)} where the bytes are the same; "
                message += "the database's own = would join more: it takes no notice of case, accents or blanks there"
                hint = "add a foreign key if the others are meant too, or a collation that compares bytes if none is"
                yield report_warning("T425", message, hint, edge.place, b.collection.place)


def _list_folded(m: BoundMap, b: BoundCollection, edge: Edge) -> Iterable[str]:
    for theirs, own in edge.on:
        there, here = m.bound[edge.to].table.columns[theirs], b.table.columns[own]
        if m.parent_of((b.name, own), (edge.to, theirs)) is not None or not (there.is_text and here.is_text):
            continue
        if here.equality is not there.equality or here.equality is Equality.FOLDED:
            yield own
