"""Which sets a predicate looks at, and how sets that say the same become one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from bailee.policy.predicate import ALWAYS, NEVER, And, Not, Or, Predicate
from bailee.trace.set_names import SetName
from bailee.trace.sets import Alternative, CellChange, InSet, RowSet, Through, and_, not_, or_


def find_names(predicate: Predicate) -> Iterator[SetName]:
    """Yield the names of the sets that ``predicate`` looks at."""
    match predicate:
        case InSet(name=name):
            yield name
        case Through(where=where):
            yield from find_names(where)
        case And(parts=parts) | Or(parts=parts):
            for part in parts:
                yield from find_names(part)
        case Not(part=part):
            yield from find_names(part)


def find_names_of_set(row_set: RowSet) -> Iterator[SetName]:
    """Yield the names of the sets that ``row_set`` looks at, each once."""
    found: dict[SetName, None] = {}
    for predicate in (*(way.where for way in row_set.any_of), row_set.where):
        found.update(dict.fromkeys(find_names(predicate)))
    return iter(found)


def find_names_in_change(change: CellChange) -> Iterator[SetName]:
    """Yield the names of the sets that ``change`` looks at."""
    yield from find_names(change.rows)
    for cell in change.cells:
        yield from find_names(cell.kept)
        yield from find_names(cell.only)


def find_negated_names(row_set: RowSet) -> Iterator[SetName]:
    """Yield the names of the sets that ``row_set`` looks at under a *not*."""

    def walk(predicate: Predicate, *, negative: bool) -> Iterator[SetName]:
        match predicate:
            case InSet(name=name) if negative:
                yield name
            case Through(where=where):
                yield from walk(where, negative=negative)
            case And(parts=parts) | Or(parts=parts):
                for part in parts:
                    yield from walk(part, negative=negative)
            case Not(part=part):
                yield from walk(part, negative=True)

    for predicate in (*(way.where for way in row_set.any_of), row_set.where):
        yield from walk(predicate, negative=False)


def simplify(sets: Mapping[SetName, RowSet]) -> tuple[dict[SetName, RowSet], Callable[[Predicate], Predicate]]:
    """Return the sets, each asking for what it means, and the function that rewrites any predicate in the same way.

    A set that is another one by a second name is asked for by the first; one that nothing is in, not at all.
    So the fate of rows that nobody shares, holds or pins costs nothing: ``goes:C`` is then ``owned:C``.
    """
    now, rewrites = dict(sets), list[Callable[[Predicate], Predicate]]()
    while True:
        new, rewrite = _simplify_once(now)
        rewrites.append(rewrite)
        if new == now:
            break
        now = new

    def whole(predicate: Predicate) -> Predicate:
        for one in rewrites:
            predicate = one(predicate)
        return predicate

    return now, whole


def _simplify_once(  # noqa: C901 - three small functions that share what is already known
    sets: Mapping[SetName, RowSet],
) -> tuple[dict[SetName, RowSet], Callable[[Predicate], Predicate]]:
    same: dict[SetName, Predicate] = {}

    def resolve(name: SetName) -> Predicate:
        if name not in same:
            same[name] = InSet(name)  # a set that comes back to itself is itself
            same[name] = meaning(sets[name]) if name in sets and not sets[name].given else InSet(name)
        return same[name]

    def meaning(row_set: RowSet) -> Predicate:
        if row_set.where == NEVER or all(row_set.name in find_names(way.where) for way in row_set.any_of):
            return NEVER  # no way into it but through itself
        if row_set.where == ALWAYS and len(row_set.any_of) == 1 and isinstance(row_set.any_of[0].where, InSet):
            return resolve(row_set.any_of[0].where.name)
        return InSet(row_set.name)

    def rewrite(predicate: Predicate) -> Predicate:
        match predicate:
            case InSet(name=name):
                return resolve(name)
            case Through(collection=collection, on=on, where=where):
                inner = rewrite(where)
                return NEVER if inner == NEVER else Through(collection, on, inner)
            case And(parts=parts):
                return and_(*map(rewrite, parts))
            case Or(parts=parts):
                return or_(*map(rewrite, parts))
            case Not(part=part):
                return not_(rewrite(part))
        return predicate

    def rewritten(row_set: RowSet) -> RowSet:
        ways = [Alternative(rewrite(way.where), way.hop, way.source) for way in row_set.any_of]
        kept = tuple(way for way in ways if way.where != NEVER)
        return RowSet(row_set.name, row_set.collection, kept, rewrite(row_set.where), row_set.given)

    return {name: rewritten(row_set) for name, row_set in sets.items()}, rewrite
