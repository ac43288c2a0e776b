"""What the changes of a map write, and whether it can stand there (T304, T305, T404 to T408, T417)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bailee.policy import Edge, EdgeKind, Form, Gone, Mention, OnLeave, Place, Value, ValueKind
from bailee.policy.problems import Problem
from bailee.trace.bind import BoundCollection, BoundMap, RowReference, is_unique, may_follow
from bailee.trace.check.columns import NamedColumn
from bailee.trace.check.kinds import explain_misfit
from bailee.trace.check.report import report_error

READING = frozenset({"key", "when", "at", "valid", "verified_when", "ends", "until", "from", "erased_when", *EdgeKind})
"""The words whose columns decide about rows, and that no change may write (15)."""

MARKED = {ValueKind.PSEUDONYM: 21, ValueKind.HASH: 69}
"""Characters of a pseudonym and of a hash, with their mark."""


@dataclass(frozen=True, slots=True)
class Write:
    """A change writes ``value`` into ``column``. ``word`` says so, at ``place``.

    ``frees``: it is what *matched*, ``unset`` or ``on_parent_gone`` write, which may touch what an edge reads.
    """

    collection: str
    column: str
    value: Value
    word: str
    place: Place
    frees: bool = False


def list_writes(m: BoundMap) -> Iterator[Write]:
    """Yield everything that a change of ``m`` can write into a row that stays."""
    for b in m.bound.values():
        c = b.collection
        if c.on_erase is not None:
            yield from list_cell_writes(b.name, c.on_erase.anonymise or {}, "on_erase", c.on_erase.place, c.place)
        if c.on_leave is not None:
            yield from list_cell_writes(b.name, c.on_leave.cells, "on_leave", c.on_leave.place, c.place)
        rule = m.policy.retention.get(c.retain or "")
        if rule is not None:
            yield from list_cell_writes(b.name, rule.then or {}, f'retention rule "{rule.name}"', rule.place)
        yield from list_matched_writes(m, b)
    for flow in m.flows:
        if flow.edge.on_leave is not None:
            said = flow.edge.on_leave
            yield from list_cell_writes(flow.target, said.cells, "on_leave", said.place, flow.edge.place)
    for reference in m.references:
        yield from _list_parent_gone_writes(m, reference)


def list_cell_writes(collection: str, cells: Mapping[str, Value], word: str, *places: Place) -> Iterator[Write]:
    """Yield that ``word`` writes ``cells``."""
    place = next((p for p in places if p.file), places[-1])
    return (Write(collection, column, value, word, place) for column, value in cells.items())


def list_matched_writes(m: BoundMap, b: BoundCollection) -> Iterator[Write]:
    """Yield what *matched* writes into rows of ``b`` (13)."""
    for mention in b.collection.mentions:
        on_leave = _find_mention_leave(b, mention)
        if on_leave is not None and on_leave.matched:
            # of a list only the leaver's elements go, and one left empty becomes empty
            emptied = None if mention.stored.form is Form.LIST else on_leave.matched_value
            yield Write(b.name, mention.column, Value(constant=emptied), "matched", mention.place, frees=True)
    for flow in m.flows_into(b.name):
        value = Value(constant=flow.edge.unset)
        yield from (Write(b.name, c, value, "matched", flow.edge.place, frees=True) for c in m.cleared_by(flow))


def _find_mention_leave(b: BoundCollection, mention: Mention) -> OnLeave | None:
    return mention.on_leave if mention.on_leave is not None else b.collection.on_leave


def is_mention_cleared(b: BoundCollection, mention: Mention) -> bool:
    """Whether *matched* clears the cell of ``mention`` in a row of ``b``."""
    on_leave = _find_mention_leave(b, mention)
    return on_leave is not None and on_leave.matched


def find_speaking_edge(r: RowReference) -> Edge | None:
    """Return the edge of ``r`` that says ``on_parent_gone``, if one does."""
    return next((edge for edge in r.edges if edge.on_parent_gone is not None), None)


def _list_parent_gone_writes(m: BoundMap, r: RowReference) -> Iterator[Write]:
    edge = find_speaking_edge(r)
    if edge is None:
        return
    if r.gone.action is Gone.NULL:
        unset = next((e.unset for e in r.edges if e.unset is not None), None)
        for column in m.clearable(r.child, r.child_columns, r.on):
            yield Write(r.child, column, Value(constant=unset), "on_parent_gone", edge.place, frees=True)
    elif r.gone.action is Gone.STAND_IN:
        free = m.clearable(r.child, r.child_columns, r.on)
        for parent, child in r.on:
            if parent in r.gone.stand_in:
                value = Value(constant=r.gone.stand_in[parent])
                yield Write(r.child, child, value, "stand_in", edge.place, frees=child in free)


# --- two values for one cell ---------------------------------------------------------------------------------


def check_two_values(m: BoundMap) -> Iterator[Problem]:
    """Yield T304: cells for which the map has two different fixed values (12)."""
    for b in m.bound.values():
        fixed: dict[str, list[Write]] = {}
        for write in (*_list_fixed_values(m, b), *list_matched_writes(m, b)):
            fixed.setdefault(write.column, []).append(write)
        for column, ways in fixed.items():
            for said in ([w for w in ways if not w.frees], [w for w in ways if w.frees]):
                other = next((w for w in said if w.value != said[0].value), None)
                if other is not None:
                    words = said[0].word if said[0].word == other.word else f"{said[0].word} and {other.word}"
                    message = f'{b.name} has two different values for "{column}" in one row, by {words}'
                    yield report_error(
                        "T304", message, "say the same in both, or say it once", other.place, b.collection.place
                    )


def _list_fixed_values(m: BoundMap, b: BoundCollection) -> Iterator[Write]:
    """Yield the fixed values that can meet in one row of ``b``: of ``on_erase``, and of every hop of an owner."""
    c = b.collection
    if c.on_erase is not None:
        yield from list_cell_writes(b.name, c.on_erase.anonymise or {}, "on_erase", c.on_erase.place, c.place)
    said: dict[int, OnLeave | None] = {id(c.on_leave): c.on_leave} if b.is_person else {}
    for flow in m.flows_into(b.name, owning=True):
        if may_follow(flow):
            said.setdefault(id(m.on_leave(flow)), m.on_leave(flow))
    for on_leave in said.values():
        if on_leave is not None:
            yield from list_cell_writes(b.name, on_leave.cells, "on_leave", on_leave.place, c.place)


# --- what cannot stand ---------------------------------------------------------------------------------------


def check_writes(m: BoundMap, names: Iterable[NamedColumn], written: Iterable[Write]) -> Iterator[Problem]:
    """Yield the writes that decide about rows (T305), or that the column does not take (T404 to T408, T417)."""
    reading = _find_readers(m, names)
    for write in written:
        b = m.bound[write.collection]
        reader = _find_reader(reading, b, write)
        if reader is not None:
            hint = "leave it: what decides about a row does not change"
            if write.word == "matched":
                hint = "let its rows be persons, with an identity there and on_erase: delete, or give them another key"
            yield report_error(
                "T305", f"{describe_write(write)}, which {reader} reads", hint, write.place, b.collection.place
            )
        elif not write.frees and _is_foreign(b, write.column) and not _is_null(write):
            hint = "leave it: on_parent_gone says what a reference becomes"
            yield report_error(
                "T407", f"{describe_write(write)}, which is a foreign key", hint, write.place, b.collection.place
            )
        for code, wrong, hint in _list_refusals(b, write):
            yield report_error(code, f"{describe_write(write)}, {wrong}", hint, write.place, b.collection.place)


def describe_write(write: Write) -> str:
    """Return the beginning of a sentence that says what ``write`` does."""
    value = "null" if _is_null(write) else "a value"
    if write.value.kind is not ValueKind.CONSTANT:
        unit = f"({write.value.unit})" if write.value.unit else ""
        value = f"{write.value.kind}{unit}"
    return f'{write.word} of {write.collection} writes {value} into "{write.column}"'


def _is_null(write: Write) -> bool:
    return write.value.kind is ValueKind.CONSTANT and write.value.constant is None


def _is_foreign(b: BoundCollection, column: str) -> bool:
    return any(column in fk.columns for fk in b.table.foreign_keys)


def _find_readers(m: BoundMap, names: Iterable[NamedColumn]) -> dict[tuple[str, str], set[str]]:
    """Return the words that read a cell, by collection and column."""
    found: dict[tuple[str, str], set[str]] = {}
    for named in names:
        if named.word in READING:
            word = named.word if named.by == named.collection else f"{named.by}.{named.word}"
            found.setdefault((named.collection, named.column), set()).add(word)
    for b in m.bound.values():
        for column in (*b.key, *b.table.primary_key):
            found.setdefault((b.name, column), set()).add("key")
    for r in m.references:
        for column in r.parent_columns if r.foreign_key else ():
            found.setdefault((r.parent, column), set()).add(f"a foreign key of {r.child}")
    return found


def _find_reader(reading: Mapping[tuple[str, str], set[str]], b: BoundCollection, write: Write) -> str | None:
    """Return who reads what ``write`` must not write, or ``None``."""
    readers = reading.get((write.collection, write.column), set())
    if write.frees:  # `Map.clearable` has left out what others read; a mention may still stand in a key
        return "key" if write.word == "matched" and "key" in readers else None
    if write.word == "on_object":  # somebody who wishes to hear no more may say when that was
        readers = readers - {"ends", "from"}
    if write.word != "on_leave":  # a party that is erased, or past its time, says so itself (15)
        readers = readers - {"erased_when"}
    if write.word == "stand_in" and any(mention.column == write.column for mention in b.collection.mentions):
        readers = readers | {"mentions"}  # the value of somebody else, who would not be found by it any more
    return min(readers) if readers else None


def _list_refusals(b: BoundCollection, write: Write) -> Iterator[tuple[str, str, str]]:
    """Yield (code, what is wrong, hint) for a write that the column itself does not take."""
    column, value = b.table.columns[write.column], write.value
    if column.generated:
        yield "T406", "which the database generates", "leave it, and change what it is made from"
        return
    if _is_null(write):
        if not column.nullable:
            hint = "give unset: on the edge" if write.frees and write.word != "stand_in" else "give a value instead"
            yield "T404", "which cannot be null", hint
        return
    wrong = explain_misfit(column, value)
    if wrong:
        yield "T408", wrong, "give what the column holds"
    needed = MARKED.get(value.kind, 0)
    if column.length is not None and column.length < needed:
        yield "T417", f"which holds {column.length} characters of its {needed}", "write null, or widen the column"
    if value.kind not in MARKED and _must_differ(b, write.column):
        yield "T405", "where every row must have another", "write null or pseudonym"


def _must_differ(b: BoundCollection, column: str) -> bool:
    """Whether a unique key needs ``column`` to tell rows apart: without it the rest of the key is none."""
    shared = [tuple(c for c in unique if c != column) for unique in b.table.uniques if column in unique]
    return any(not is_unique(b, rest) for rest in shared)
