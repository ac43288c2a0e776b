"""Where what somebody was known by stands, once a plan is carried out: looked for by value, where the map names people.

A second look at the changes starts from sealed keys and asks whether each was made. It cannot tell of what no change
was to take: the key of a row that a hold keeps, or a mention of which the map says nothing.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass

from bailee.policy import Spelling
from bailee.policy.predicate import ALWAYS, NEVER, Predicate
from bailee.trace.bind import BoundCollection, BoundMap
from bailee.trace.schema import ColumnKind
from bailee.trace.set_names import SetKind, SetName
from bailee.trace.sets import Alternative, RowSet, Spells, and_, not_, or_
from bailee.trace.walk import Sets


@dataclass(frozen=True, slots=True)
class RemainingCells:
    """Cells of a collection: ``name`` is the set of the rows in which one still spells a value of the batch's.

    ``is_kept``: of rows from which something was withheld; else ``is_own``: of the persons' own rows, or of others'.
    """

    name: SetName
    collection: str
    column: str
    is_own: bool
    is_kept: bool


def add_remaining_cells(m: BoundMap, sets: Sets, withheld: Iterable[str]) -> Iterator[RemainingCells]:
    """Yield the places where a value of the batch may stand, and add their sets.

    ``withheld``: ids of changes from which something was kept; the batch has the keys of those rows.
    Identities, text fields and text keys are looked at in the persons' own rows; mentions, and columns that refer to an
    identity, in all.
    """
    labels = tuple(withheld)
    for b in m.bound.values():
        kept = or_(*(sets.add(RowSet(SetKind.KEPT(label), b.name, given=True)) for label in _select_labels(b, labels)))
        if b.is_person:
            own = sets.add(RowSet(SetKind.OWN(b.name), b.name, given=True))
            for column, spells in _list_own_columns(b):
                yield from _add_cells(sets, b, column, and_(own, spells), kept, is_own=True)
        for column, spells in (*_list_mention_columns(b), *_list_referring_columns(m, b)):
            yield from _add_cells(sets, b, column, spells, kept, is_own=False)


def _select_labels(b: BoundCollection, labels: Iterable[str]) -> list[str]:
    return [label for label in labels if label.partition("/")[0] == b.name] if b.key else []


def _add_cells(
    sets: Sets, b: BoundCollection, column: str, where: Predicate, kept: Predicate, *, is_own: bool
) -> Iterator[RemainingCells]:
    for is_kept, rows in ((True, and_(where, kept)), (False, and_(where, not_(kept)))):
        if rows != NEVER:
            name = SetKind.SPELLS(f"{b.name}.{column}", f"{'own' if is_own else 'others'}{' kept' if is_kept else ''}")
            old = sets.made.get(name)
            sets.add(RowSet(name, b.name, (*(old.any_of if old else ()), Alternative(rows))))
            if old is None:
                yield RemainingCells(name, b.name, column, is_own, is_kept)


def _list_own_columns(b: BoundCollection) -> Iterator[tuple[str, Predicate]]:
    identities, opaque = b.collection.identities, b.collection.opaque_columns
    for i in identities:
        yield i.column, Spells(b.name, i.column, i.attribute, i.stored, None)
    said = {i.column for i in identities}
    for column in dict.fromkeys((*b.key, *b.collection.fields.values())):
        if column not in said and column not in opaque and b.table.columns[column].kind is ColumnKind.TEXT:
            for attribute in dict.fromkeys(i.attribute for i in identities):
                yield column, Spells(b.name, column, attribute, Spelling(), None)


def _list_mention_columns(b: BoundCollection) -> Iterator[tuple[str, Predicate]]:
    for mention in b.collection.mentions:
        spells = Spells(b.name, mention.column, mention.attribute, mention.stored, mention.at)
        yield mention.column, and_(mention.when or ALWAYS, spells)


def _list_referring_columns(m: BoundMap, b: BoundCollection) -> Iterator[tuple[str, Predicate]]:
    mentioned: Container[str] = {mention.column for mention in b.collection.mentions}
    for reference in m.parents_of(b.name):
        for i in m.bound[reference.parent].collection.identities if m.bound[reference.parent].is_person else ():
            for parent, child in reference.on:
                if parent == i.column and child not in mentioned:
                    yield child, and_(reference.when_child, Spells(b.name, child, i.attribute, i.stored, None))
