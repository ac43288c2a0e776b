"""A person -> the rows that are theirs. The ownership, retention and hold algebra, as sets and changes; never SQL.

`bind` lays a system's map over its live schema and `check` says what cannot stand. `build_erasure_trace` and its like
return a `Trace`: named sets of rows in the order in which they can be worked out, and the changes to make. `closure`
says who a person is before any of this, `normal` how a value is spelled. The rules are in `docs/ownership.md`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType

from bailee.policy import RetentionRule
from bailee.policy.predicate import NEVER
from bailee.trace.bind import BoundCollection, BoundMap, OwnershipFlow, bind
from bailee.trace.blame import Blocking, find_blockings, find_owners
from bailee.trace.copy_cells import Mask, find_masks
from bailee.trace.correct import add_taken_rows, correct
from bailee.trace.erase import CHANGED, DELETE, OTHERS, UNPROVEN, add_doubtful_rows, erase
from bailee.trace.graph import find_components
from bailee.trace.hold import BY_HAND, add_hand_hold, add_hand_sets
from bailee.trace.names import find_names, find_names_in_change, find_names_of_set, find_negated_names, simplify
from bailee.trace.objection import apply_objection, find_going
from bailee.trace.owners import add_undated_mentions, locate
from bailee.trace.remaining_values import RemainingCells, add_remaining_cells
from bailee.trace.retain import find_waiting_reasons, retain
from bailee.trace.set_names import SetKind, SetName
from bailee.trace.sets import Alternative, Batch, Cell, CellChange, InSet, Key, KnownValue, Ref, RowSet, Subject, not_
from bailee.trace.walk import Sets

COMPILER = "2"
"""The version of the algebra's implementation; part of every plan's hash."""


@dataclass(frozen=True)
class Trace:
    """What a connector carries out in one system.

    ``stages``: groups of set names, each after what it looks at; a group of several, or one that looks at itself, is
    recursive. ``located``: collection -> mode (``own``, ``owned``, ``touch``) -> set; ``masks``: collection -> masks of
    a copy. ``refusing``: sets that must be empty, else the owners of the rows in ``blamed`` (person collection -> set)
    are refused; a correction is refused as a whole. ``listed``: collection, or a set told apart -> set of rows for a
    person to look at, and why. ``erased``: collection -> rows whose fate is `on_erase`, or that are due. ``spared``:
    collection -> rows that are located, or due, and are not deleted. ``blocking``: why ``refusing`` is not empty;
    ``owners``: collection -> the flows by which others own rows that refuse, each with the set of those. ``changed``:
    collection -> rows under keys of rows kept earlier that are not as these were left, and that nobody owns: they wait
    for a person (21). ``asked``: person collection -> the rows of which ``living`` is asked (5); ``asked_blocking``:
    likewise, to say by whom rows are owned that refuse; ``pointed``: collection -> the rows to which one points that
    goes now, or that loses the reference, whether or not they were kept earlier. By these it is told which kept cases
    matter to a plan.
    """

    map: BoundMap
    sets: Mapping[SetName, RowSet]
    stages: tuple[tuple[SetName, ...], ...]
    changes: tuple[CellChange, ...]
    located: Mapping[str, Mapping[str, SetName]]
    masks: Mapping[str, tuple[Mask, ...]]
    refusing: tuple[SetName, ...]
    blamed: Mapping[str, SetName]
    listed: Mapping[str | SetName, tuple[SetName, str]]
    erased: Mapping[str, SetName] = field(default_factory=dict)
    spared: Mapping[str, SetName] = field(default_factory=dict)
    blocking: tuple[Blocking, ...] = ()
    owners: Mapping[str, tuple[tuple[OwnershipFlow, SetName], ...]] = field(default_factory=dict)
    changed: Mapping[str, SetName] = field(default_factory=dict)
    asked: Mapping[str, SetName] = field(default_factory=dict)
    asked_blocking: Mapping[str, SetName] = field(default_factory=dict)
    pointed: Mapping[str, SetName] = field(default_factory=dict)


class CircularFate(Exception):
    """Whether a row goes would depend on itself through a pin. ``collections`` are those concerned."""

    def __init__(self, collections: tuple[str, ...]) -> None:
        self.collections = collections
        super().__init__(", ".join(collections))


def build_erasure_trace(
    m: BoundMap, today: date, kept: frozenset[str] = frozenset(), *, by_hand: bool = False
) -> Trace:
    """Return the trace that locates, copies and erases a batch of persons in one system.

    ``today`` decides which holds are over. ``kept``: ids of changes from which a hold withheld rows of this batch
    earlier. ``by_hand``: rows are held that the batch names under their collection.
    Raises `CircularFate` for a map in which a row's going depends on itself.
    """
    m, sets = _add_hand_holds(m) if by_hand else (m, Sets())
    locate(m, sets)
    located = {name: dict(_list_modes(sets, name)) for name in m.bound}
    shown = {name: tuple(find_masks(m, sets, name)) for name, modes in located.items() if modes}
    listed: dict[str | SetName, tuple[SetName, str]] = {
        name: set_ for name in m.bound if (set_ := add_undated_mentions(m, sets, name)) is not None
    }
    changes = erase(m, sets, today, kept)
    changed, others = add_doubtful_rows(m, sets, kept)
    listed |= {SetKind.CHANGED(n): (s, "changed since a hold kept it: look whose it is") for n, s in changed.items()}
    listed |= {SetKind.OTHERS(n): (s, "somebody else's by now: left alone") for n, s in others.items()}
    refusing = tuple(name for name in sets.made if name.kind is SetKind.BLAME_START)
    blamed = {name: SetKind.BLAMED(name) for name in m.bound if SetKind.BLAMED(name) in sets.made}
    erased = {name: going for name in m.bound if (going := _add_going_rows(m, sets, name))}
    located = {n: modes for n, modes in located.items() if modes}
    spared = {name: _add_spared_rows(sets, name, modes) for name, modes in located.items() if m.bound[name].key}
    why = tuple(find_blockings(m, sets)), dict(find_owners(m, sets))
    asked = (dict(_find_sets(m, sets, kind)) for kind in (SetKind.ASKED, SetKind.ASKED_BLOCKING, SetKind.POINTED))
    return _build_trace(
        m, sets, changes, located, shown, refusing, blamed, listed, erased, spared, *why, changed, *asked
    )


def _find_sets(m: BoundMap, sets: Sets, kind: SetKind) -> Iterator[tuple[str, SetName]]:
    """Yield the collections of which ``sets`` has a set of ``kind``, each with the name of that."""
    return ((name, SetName(kind, name)) for name in m.bound if SetName(kind, name) in sets.made)


def _add_hand_holds(m: BoundMap) -> tuple[BoundMap, Sets]:
    m, sets = add_hand_hold(m), Sets()
    add_hand_sets(m, sets)
    return m, sets


def _add_going_rows(m: BoundMap, sets: Sets, name: str) -> SetName | None:
    """Return the set of the rows of ``name`` that get `on_erase`, with those that go along where rows have files."""
    erased, doomed = SetKind.ERASE(name), SetKind.DOOMED(name)
    if doomed in sets.made and m.bound[name].collection.file is not None:
        ways = tuple(Alternative(InSet(n)) for n in (erased, doomed) if n in sets.made)
        return sets.add(RowSet(SetKind.FILES(name), name, ways)).name
    return erased if erased in sets.made else None


def _add_spared_rows(sets: Sets, name: str, modes: Mapping[str, SetName]) -> SetName:
    """Add the set of the rows of ``name`` that are located, in one of ``modes``, and do not go."""
    ways = tuple(Alternative(InSet(located)) for located in modes.values())
    return sets.add(RowSet(SetKind.SPARED(name), name, ways, not_(sets.rows(SetKind.GOES(name))))).name


def _list_modes(sets: Sets, name: str) -> Iterator[tuple[str, SetName]]:
    """Yield the modes in which rows of collection ``name`` are located, each with its set; no row is in two."""
    own, besides = SetKind.OWN(name), SetKind.BESIDES(name)
    for mode in (SetKind.OWN, SetKind.OWNED, SetKind.TOUCH):
        located = SetName(mode, name)
        if located not in sets.made:
            continue
        if mode is SetKind.OWNED and own in sets.made:  # who has two rows may own the one by the other
            sets.add(RowSet(besides, name, (Alternative(InSet(located)),), not_(InSet(own))))
            located = besides
        yield mode.value, located


def build_correction_trace(m: BoundMap, attribute: str, value: str) -> Trace:
    """Return the trace that writes ``value`` to every column of the batch's own rows that is mapped to ``attribute``.

    ``refusing`` has the rows of others that hold it where no two may. Raises `correct.Unfit` where it does not fit.
    """
    sets = Sets()
    locate(m, sets)
    changes = correct(m, attribute, value)
    return _build_trace(m, sets, changes, {}, {}, tuple(add_taken_rows(m, sets, changes)), {}, {})


def build_objection_trace(m: BoundMap) -> Trace:
    """Return the trace that carries an objection to marketing out in one system."""
    sets = Sets()
    locate(m, sets)
    changes = apply_objection(m, sets)
    shared: dict[str | SetName, tuple[SetName, str]] = {
        n: (SetKind.SHARED(n), "somebody else's too") for n in m.bound if SetKind.SHARED(n) in sets.made
    }
    gone = {name: SetKind.OBJECT(name) for name in find_going(m)}
    return _build_trace(m, sets, changes, {}, {}, (), {}, shared, gone)


def build_remaining_trace(m: BoundMap, withheld: Iterable[str]) -> tuple[Trace, tuple[RemainingCells, ...]]:
    """Return the trace by whose sets it is looked where values of a batch still stand, and these places.

    ``withheld``: ids of the changes from which something was kept.
    """
    sets = Sets()
    found = tuple(add_remaining_cells(m, sets, withheld))
    trace = _build_trace(m, sets, (), {}, {}, tuple(place.name for place in found), {}, {})
    return trace, tuple(place for place in found if place.name in trace.sets)


def build_retention_trace(m: BoundMap, rule: RetentionRule, today: date, *, by_hand: bool = False) -> Trace:
    """Return the trace that carries ``rule`` out in one system on ``today``.

    ``by_hand`` and errors are as of `build_erasure_trace`.
    """
    m, sets = _add_hand_holds(m) if by_hand else (m, Sets())
    changes = retain(m, sets, rule, today)
    listed: dict[str | SetName, tuple[SetName, str]] = {
        b.name: (SetKind.UNDATED(b.name), "no date to count from")
        for b in m.bound.values()
        if SetKind.UNDATED(b.name) in sets.made
    }
    waiting: dict[str | SetName, tuple[SetName, str]] = {}
    for n in (n for n in m.bound if SetKind.WAITS(n) in sets.made):
        waiting[SetKind.WAITS(n)] = (
            SetKind.WAITS(n),
            "overdue, and waiting: a row that stays points to it",
        )
        waiting |= {part: (part, f"waits: {why}") for part, (_, why) in find_waiting_reasons(m, rule, n).items()}
    due = {n: SetKind.GOES(n) for n in m.bound if SetKind.GOES(n) in sets.made}
    spared = {n: SetKind.WAITS(n) for n, b in m.bound.items() if SetKind.WAITS(n) in sets.made and b.key}
    return _build_trace(m, sets, changes, {}, {}, (), {}, {**listed, **waiting}, due, spared=spared)


def _build_trace(
    m: BoundMap,
    sets: Sets,
    changes: tuple[CellChange, ...],
    located: Mapping[str, Mapping[str, SetName]],
    shown: Mapping[str, tuple[Mask, ...]],
    refusing: tuple[SetName, ...],
    blamed: Mapping[str, SetName],
    listed: Mapping[str | SetName, tuple[SetName, str]],
    erased: Mapping[str, SetName] = MappingProxyType({}),
    spared: Mapping[str, SetName] = MappingProxyType({}),
    blocking: tuple[Blocking, ...] = (),
    owners: Mapping[str, tuple[tuple[OwnershipFlow, SetName], ...]] = MappingProxyType({}),
    changed: Mapping[str, SetName] = MappingProxyType({}),
    asked: Mapping[str, SetName] = MappingProxyType({}),
    asked_blocking: Mapping[str, SetName] = MappingProxyType({}),
    pointed: Mapping[str, SetName] = MappingProxyType({}),
) -> Trace:
    simple, rewrite = simplify(sets.made)

    def meant(name: SetName) -> SetName | None:
        predicate = rewrite(InSet(name))
        return predicate.name if isinstance(predicate, InSet) else None

    def meant_by(names: Mapping[str, SetName]) -> dict[str, SetName]:
        return {c: name for c, name in ((c, meant(n)) for c, n in names.items()) if name}

    def cell(c: Cell) -> Cell:
        return replace(c, kept=rewrite(c.kept), only=rewrite(c.only))

    changes = tuple(replace(c, rows=rewrite(c.rows), cells=tuple(map(cell, c.cells))) for c in changes)
    changes = tuple(c for c in changes if c.rows != NEVER)
    located = {n: {mode: meant(s) or s for mode, s in modes.items() if meant(s)} for n, modes in located.items()}
    blamed, erased, changed = map(meant_by, (blamed, erased, changed))
    asked, asked_blocking, pointed = map(meant_by, (asked, asked_blocking, pointed))
    shown = {n: tuple(replace(k, rows=rewrite(k.rows)) for k in parts) for n, parts in shown.items()}
    refusing = tuple(name for name in map(meant, refusing) if name)
    listed = {c: (name, why) for c, (name, why) in ((c, (meant(n), why)) for c, (n, why) in listed.items()) if name}
    spared = {c: name for c, name in ((c, meant(n)) for c, n in spared.items()) if name and not _is_empty(simple[name])}
    blocking = tuple(Blocking(b.reference, name) for b, name in ((b, meant(b.rows)) for b in blocking) if name)
    owners = {c: tuple((f, by) for f, by in ((f, meant(s)) for f, s in some) if by) for c, some in owners.items()}
    ends = [n for named in (erased, changed, spared, asked, asked_blocking, pointed) for n in named.values()]
    ends += [*(b.rows for b in blocking), *(name for some in owners.values() for _, name in some)]
    ends += [s for modes in located.values() for s in modes.values()]
    ends += [*refusing, *blamed.values(), *(s for s, _ in listed.values())]
    ends += [n for c in changes for n in find_names_in_change(c)]
    ends += [n for parts in shown.values() for mask in parts for n in find_names(mask.rows)]
    used = _find_needed(simple, ends)
    onward = {name: [n for n in find_names_of_set(simple[name]) if n in used] for name in used}
    stages = find_components(onward)
    place = {name: number for number, stage in enumerate(stages) for name in stage}
    for name in used:
        circular = [n for n in find_negated_names(simple[name]) if place.get(n) == place[name]]
        if circular:
            raise CircularFate(tuple(sorted({simple[n].collection for n in (name, *circular)})))
    made = {n: simple[n] for n in used}
    return Trace(
        m, made, stages, changes, located, shown, refusing, blamed, listed, erased, spared, blocking, owners,
        changed, asked, asked_blocking, pointed,
    )  # fmt: skip


def _is_empty(row_set: RowSet) -> bool:
    """Whether the only way into ``row_set`` is to be in what it leaves out: everything that is located goes."""
    return all(row_set.where == not_(way.where) for way in row_set.any_of)


def _find_needed(sets: Mapping[SetName, RowSet], ends: list[SetName]) -> list[SetName]:
    seen: dict[SetName, None] = dict.fromkeys(ends)
    queue = list(seen)
    for name in queue:
        for other in find_names_of_set(sets[name]):
            if other not in seen:
                seen[other] = None
                queue.append(other)
    return list(seen)


__all__ = [
    "BY_HAND",
    "CHANGED",
    "COMPILER",
    "DELETE",
    "OTHERS",
    "UNPROVEN",
    "Batch",
    "Blocking",
    "BoundCollection",
    "BoundMap",
    "CellChange",
    "CircularFate",
    "Key",
    "KnownValue",
    "Mask",
    "Ref",
    "RowSet",
    "Subject",
    "Trace",
    "bind",
    "build_correction_trace",
    "build_erasure_trace",
    "build_objection_trace",
    "build_remaining_trace",
    "build_retention_trace",
]  # fmt: skip
