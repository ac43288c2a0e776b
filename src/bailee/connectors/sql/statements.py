"""A trace's statements for one dialect: which sets are fixed by their keys, and every text, made once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from bailee.connectors.sql.compile import Writer
from bailee.connectors.sql.dialects.base import Dialect
from bailee.connectors.sql.shapes import Shapes, Sql
from bailee.policy.predicate import ALWAYS, And, Not, Or, Predicate
from bailee.trace import CellChange, Mask, Trace
from bailee.trace.bind import BoundCollection
from bailee.trace.names import find_names, find_names_in_change, find_names_of_set
from bailee.trace.set_names import SetName
from bailee.trace.sets import InSet, RowSet, Spells, Through

MOST_TABLES = 25
"""Tables in one statement that is read, about: ordinary maps nest fewer, and the databases' own limits are higher."""


@dataclass(frozen=True, slots=True)
class ReadStatement:
    """How the rows of a collection that are located in one ``mode`` are read.

    ``name``: their set; ``key``: the places of the key among the ``columns``; ``looks_at``: the sets that the masks and
    the rows look at, and ``fixed``: those that have to stand by their keys. ``texts``: statements, by what stands by.
    """

    mode: str
    name: SetName
    columns: tuple[str, ...]
    key: tuple[int, ...]
    masks: tuple[Mask, ...]
    looks_at: tuple[SetName, ...]
    fixed: frozenset[SetName]
    texts: dict[int | None, Sql] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GivenSet:
    """A set whose rows the batch names.

    ``name``: by its kind, rows of a collection, own or remembered; else those that were kept from a change, or are held
    by hand. ``key`` and ``columns``: the key, and all in which the rows stand by.
    """

    name: SetName
    key: tuple[str, ...]
    columns: tuple[str, ...]


@dataclass
class Statements:
    """What is known of a trace before anything is asked. Shared by sessions; ``texts`` only ever grows."""

    trace: Trace
    dialect: Dialect
    texts: dict[tuple[object, ...], Sql] = field(default_factory=dict)
    _numbers: dict[tuple[object, ...], int] = field(default_factory=dict)
    _orders: dict[tuple[object, ...], tuple[SetName, ...]] = field(default_factory=dict)

    def number(self, shapes: Shapes) -> int:
        """Return a number for ``shapes``, the same for the same ones: many statements are looked up for them."""
        return self._numbers.setdefault(tuple(shapes.items()), len(self._numbers))

    def text(self, what: tuple[object, ...], shapes: Shapes, write: Callable[[Writer], str]) -> Sql:
        """Return the statement ``what``, which says for which shapes it is; ``write`` makes it the first time."""
        found = self.texts.get(what)
        if found is None:
            writer = Writer(self.trace, self.dialect, shapes)
            text = write(writer)
            found = self.texts[what] = Sql(text, tuple(writer.binds))
        return found

    def table_name(self, name: SetName | Spells) -> str:
        """Return the name of the temporary table of a set or mention."""
        known = [*self.trace.sets, *self.spells]
        return f"bailee_{known.index(name)}"

    @cached_property
    def keys_that_may_be_null(self) -> str:
        """The statement that counts rows without a key, collection by collection; empty where no key may be null."""
        writer, parts = Writer(self.trace, self.dialect, {}), []
        for b in self.trace.map.bound.values():
            empty = [name for name in b.key if b.table.columns[name].nullable]
            if empty and b.collection.opaque is None:
                where = " OR ".join(f"{writer.cell('r', name)} IS NULL" for name in empty)
                named = self.dialect.literal(b.name)
                parts.append(f"SELECT {named}, count(*) FROM {writer.table(b.name)} AS r WHERE {where}")
        return " UNION ALL ".join(parts)

    @cached_property
    def given(self) -> tuple[GivenSet, ...]:
        """The sets whose rows the batch names."""
        return tuple(self._given(row_set) for row_set in self.trace.sets.values() if row_set.given)

    def _given(self, row_set: RowSet) -> GivenSet:
        key, columns = self.trace.map.bound[row_set.collection].key, self.links(row_set.collection)
        return GivenSet(row_set.name, key, columns)

    @cached_property
    def identifying(self) -> Mapping[str, tuple[str, ...]]:
        """Person collection -> the columns that the closure reads of its rows."""
        return {b.name: self._identifying(b) for b in self.trace.map.bound.values() if b.is_person}

    def _identifying(self, bound: BoundCollection) -> tuple[str, ...]:
        found = dict.fromkeys(self.links(bound.name))
        for identity in bound.collection.identities:
            found[identity.column] = None
            found.update(dict.fromkeys(column for column in (*(identity.valid or ()), identity.changed) if column))
        return tuple(found)

    @cached_property
    def spells(self) -> tuple[Spells, ...]:
        """Every mention that the trace asks about."""
        found: dict[Spells, None] = {}
        for row_set in self.trace.sets.values():
            for predicate in (*(way.where for way in row_set.any_of), row_set.where):
                found.update(dict.fromkeys(_list_spells(predicate)))
        for change in self.trace.changes:
            found.update(dict.fromkeys(_list_spells(change.rows)))
            for cell in change.cells:
                found.update(dict.fromkeys([cell.remove] if cell.remove else []))
                found.update(dict.fromkeys(_list_spells(cell.kept)))
        for parts in self.trace.masks.values():
            for mask in parts:
                found.update(dict.fromkeys(_list_spells(mask.rows)))
                found.update(dict.fromkeys([mask.elements] if mask.elements else []))
        return tuple(found)

    @cached_property
    def _looks_at(self) -> Mapping[SetName, tuple[SetName, ...]]:
        """Set -> the sets that it looks at."""
        return {name: tuple(find_names_of_set(row_set)) for name, row_set in self.trace.sets.items()}

    @cached_property
    def recursive(self) -> frozenset[SetName]:
        """Sets that look at themselves, perhaps through others."""
        return frozenset(
            name for stage in self.trace.stages for name in stage if len(stage) > 1 or name in self._looks_at[name]
        )

    def has_key(self, name: SetName) -> bool:
        """Whether rows of the set can be told apart."""
        return bool(self.trace.map.bound[self.trace.sets[name].collection].key)

    @cached_property
    def fixed_for_reading(self) -> frozenset[SetName]:
        """Sets that are not nested where they are asked for.

        Those that cannot be: recursive ones, and those with several ways in. And where many look at each other, one
        after the other, some of them, so that no statement has more than `MOST_TABLES` of them one in the other:
        MariaDB joins 61 tables at most, and SQLite's parser has an end.
        """
        fixed = {
            name
            for name, row_set in self.trace.sets.items()
            if not row_set.given and self.has_key(name) and (name in self.recursive or len(row_set.any_of) > 1)
        }
        weights: dict[SetName, int] = {}
        for name in (name for stage in self.trace.stages for name in stage):
            weights[name] = self._weight(name, weights, fixed)
        return frozenset(fixed)

    def _weight(self, name: SetName, weights: Mapping[SetName, int], fixed: set[SetName]) -> int:
        """Return how many tables the definition of a set names; where they are too many, fix sets that it looks at."""
        row_set = self.trace.sets[name]
        asked = Counter(other for p in (*(w.where for w in row_set.any_of), row_set.where) for other in find_names(p))
        steps = sum(_count_steps(p) for p in (*(w.where for w in row_set.any_of), row_set.where))
        nested = {other: weights.get(other, 0) * times for other, times in asked.items() if other not in fixed}
        total = steps + sum(nested.values())
        for other, weight in sorted(nested.items(), key=lambda one: -one[1]):
            if total <= MOST_TABLES or not weight:
                break
            if self.has_key(other) and not self.trace.sets[other].given:
                fixed.add(other)
                total -= weight
        return total

    @cached_property
    def fixed_for_writing(self) -> frozenset[SetName]:
        """Sets whose keys stand before anything is changed: all, but those that one change alone looks at (23)."""
        return frozenset(
            name
            for name, row_set in self.trace.sets.items()
            if not row_set.given and self.has_key(name) and not self._is_nested(name, row_set)
        )

    def _is_nested(self, name: SetName, row_set: RowSet) -> bool:
        if [way.where for way in row_set.any_of] == [ALWAYS] and row_set.where == ALWAYS:
            return True  # every row there is
        if name in self.recursive or len(row_set.any_of) > 1:
            return False
        asking = self._asking.get(name, ())
        if name in self._asked_by_sets or len(asking) > 1 or self._changes_on[row_set.collection] > 1:
            return False
        return all(change.rows == InSet(name) for change in asking)

    @cached_property
    def _asked_by_sets(self) -> frozenset[SetName]:
        """Sets that another looks at, of those behind the changes."""
        return frozenset(name for other in self._behind_changes for name in self._looks_at[other])

    @cached_property
    def _asking(self) -> Mapping[SetName, list[CellChange]]:
        """Set -> the changes that look at it."""
        found: dict[SetName, list[CellChange]] = {}
        for change in self.trace.changes:
            for name in dict.fromkeys(find_names_in_change(change)):
                found.setdefault(name, []).append(change)
        return found

    @cached_property
    def _changes_on(self) -> Counter[str]:
        """Collection -> how many changes its rows meet."""
        return Counter(change.collection for change in self.trace.changes)

    @cached_property
    def _behind_changes(self) -> frozenset[SetName]:
        """Sets that changes look at, themselves or through others. What is only ever asked about is not among them."""
        return self._behind(name for change in self.trace.changes for name in find_names_in_change(change))

    def _behind(self, wanted: Iterable[SetName]) -> frozenset[SetName]:
        """Return the sets that ``wanted`` look at, themselves among them."""
        queue = list(dict.fromkeys(wanted))
        seen = set(queue)
        for name in queue:  # grows while it is read
            new = [other for other in self._looks_at[name] if other not in seen]
            seen.update(new)
            queue.extend(new)
        return frozenset(seen)

    @cached_property
    def needed_for_writing(self) -> tuple[SetName, ...]:
        """Sets to fix before the first change, in order."""
        return self._in_order(self._behind_changes & self.fixed_for_writing)

    def order(self, wanted: Sequence[SetName], fixed: frozenset[SetName]) -> tuple[SetName, ...]:
        """Return the sets of ``fixed`` that ``wanted`` look at, themselves among them, in the order of the stages."""
        key = (tuple(wanted), fixed)
        if key not in self._orders:
            self._orders[key] = self._in_order(self._behind(key[0]) & fixed)
        return self._orders[key]

    def links(self, collection: str) -> tuple[str, ...]:
        """Return the columns in which rows of ``collection`` stand by: the key, and whatever joins them to others."""
        return self.trace.map.links(collection)

    @cached_property
    def readings(self) -> Mapping[str, tuple[ReadStatement, ...]]:
        """Collection -> how its located rows are read, a mode at a time."""
        return {
            collection: tuple(self._reading(collection, mode, name) for mode, name in modes.items())
            for collection, modes in self.trace.located.items()
        }

    def _reading(self, collection: str, mode: str, name: SetName) -> ReadStatement:
        bound = self.trace.map.bound[collection]
        columns = tuple(bound.table.columns)
        masks = tuple(m for m in self.trace.masks.get(collection, ()) if mode == "touch" or not m.seen)
        looks_at = (name, *(n for mask in masks for n in find_names(mask.rows)))
        key = tuple(columns.index(c) for c in bound.key)
        return ReadStatement(mode, name, columns, key, masks, looks_at, self.fixed_but(looks_at))

    def fixed_but(self, wanted: Iterable[SetName]) -> frozenset[SetName]:
        """Return the sets to fix where ``wanted`` are read, which are not fixed themselves unless they must be."""
        return self.fixed_for_reading - {n for n in wanted if n not in self.recursive}

    def _in_order(self, names: frozenset[SetName]) -> tuple[SetName, ...]:
        return tuple(name for stage in self.trace.stages for name in stage if name in names)


def find_own_step(row_set: RowSet) -> tuple[int, Through] | None:
    """Return the one alternative of a self-recursive set that looks at itself, if it does so through one plain step."""
    again = [n for n, way in enumerate(row_set.any_of) if row_set.name in find_names(way.where)]
    if len(again) != 1 or row_set.name in find_names(row_set.where):
        return None
    where = row_set.any_of[again[0]].where
    steps = [part for part in _list_parts(where) if row_set.name in find_names(part)]
    if len(steps) != 1 or not isinstance(steps[0], Through) or steps[0].collection != row_set.collection:
        return None
    inner = [part for part in _list_parts(steps[0].where) if row_set.name in find_names(part)]
    return (again[0], steps[0]) if inner == [InSet(row_set.name)] else None


def _list_parts(predicate: Predicate) -> tuple[Predicate, ...]:
    return predicate.parts if isinstance(predicate, And) else (predicate,)


def remove_part(predicate: Predicate, part: Predicate) -> Predicate:
    """Return ``predicate`` without its ``part``."""
    kept = tuple(p for p in _list_parts(predicate) if p != part)
    return kept[0] if len(kept) == 1 else And(kept)


def _count_steps(predicate: Predicate) -> int:
    """Return how many steps to other tables a predicate takes itself."""
    match predicate:
        case Through(where=where):
            return 1 + _count_steps(where)
        case And(parts=parts) | Or(parts=parts):
            return sum(map(_count_steps, parts))
        case Not(part=part):
            return _count_steps(part)
    return 0


def _list_spells(predicate: Predicate) -> list[Spells]:
    match predicate:
        case Spells():
            return [predicate]
        case Through(where=where):
            return _list_spells(where)
        case And(parts=parts) | Or(parts=parts):
            return [s for part in parts for s in _list_spells(part)]
        case Not(part=part):
            return _list_spells(part)
    return []
