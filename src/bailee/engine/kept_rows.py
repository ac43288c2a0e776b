"""How rows were left of which a hold keeps something: at the release only the same rows are taken up again (21).

A case knows a kept row by its key, and a database gives keys again: by the day of the release another row may have it,
and another person. So the sealed case has, of each row that stayed, a keyed hash of each cell as it was left. A row is
the same if all cells are as they were (columns that have come or gone since do not count). Then it goes. If it
differs, a path from what is hers must lead to it, by the rules of that day. Else it is left alone and told: it is
somebody else's where a living person or an organisation owns it; where nobody does it stays in the case until a person
has looked. A person's own row that differs is not hers any more: it is another's if its identities say somebody else.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from bailee.connectors.base import Session
from bailee.engine.people import open_session
from bailee.engine.row_marks import LeftRows, RowMark
from bailee.engine.systems import Systems
from bailee.policy import Joins
from bailee.policy.predicate import Scalar
from bailee.trace import CHANGED, DELETE, OTHERS, UNPROVEN, Key, Ref, Trace
from bailee.trace.bind import BoundCollection
from bailee.trace.closure import Value
from bailee.trace.normal import read_values

if TYPE_CHECKING:
    from bailee.engine.cases import SealedCase

_DIGEST = 8  # bytes a cell: enough that two cells of one row never look alike by chance

Cells: TypeAlias = Mapping[str, Scalar]


class KeptVerdict(StrEnum):
    """What is under the key of a kept row."""

    SAME = "same"
    CHANGED = "changed"
    OTHERS = "others"
    UNPROVEN = "unproven"  # the case is of a version that did not note how rows were left


@dataclass(frozen=True, slots=True)
class ResumedRows:
    """What is taken up of kept cases. ``again``: system -> change, or what a row is in doubt for -> keys.

    ``doubted``: system -> change -> keys of the rows that are not as they were left; ``left``: how these were.
    """

    again: Mapping[str, Mapping[str, frozenset[Key]]]
    doubted: Mapping[str, Mapping[str, frozenset[Key]]]
    left: LeftRows


# --- marks ---------------------------------------------------------------------------------------------------


def make_mark(secret: bytes, ref: Ref, cells: Cells) -> RowMark:
    """Return the mark of a row that has ``cells``."""
    columns = tuple(sorted(cells))
    return RowMark(columns, b"".join(_digest_cell(secret, ref, column, cells[column]) for column in columns))


def _digest_cell(secret: bytes, ref: Ref, column: str, cell: Scalar) -> bytes:
    text = f"{ref.system}\n{ref.collection}\n{ref.key!r}\n{column}\n{cell!r}"
    return hmac.digest(secret, text.encode("utf-8", "surrogatepass"), "sha256")[:_DIGEST]


def is_alike(mark: RowMark, now: RowMark, key: Iterable[str]) -> bool:
    """Whether a row is as it was: all columns that there were, and are, have the same cells, not the key's alone."""
    before, after = _split_by_column(mark), _split_by_column(now)
    shared = before.keys() & after.keys()
    told = shared - set(key) or not before.keys() - set(key)
    return bool(shared) and bool(told) and all(before[column] == after[column] for column in shared)


def _split_by_column(mark: RowMark) -> dict[str, bytes]:
    size = _DIGEST
    return {column: mark.digests[n * size : (n + 1) * size] for n, column in enumerate(mark.columns)}


def make_marks(
    systems: Systems, session: Session, system: str, keys: Mapping[str, Iterable[Key]]
) -> dict[str, dict[Key, RowMark]]:
    """Return collection -> key -> mark of those of ``keys`` that are there, as ``session`` sees them."""
    secret = _find_secret(systems)
    return {
        name: {key: make_mark(secret, Ref(system, name, key), cells) for key, cells in session.cells(name, list(some))}
        for name, some in keys.items()
        if some
    }


def _find_secret(systems: Systems) -> bytes:
    return systems.store.secret("rows as they were left")


# --- what is under a key now ------------------------------------------------------------------------------


def _read_now(systems: Systems, wanted: Mapping[str, Mapping[str, Iterable[Key]]]) -> dict[Ref, Cells]:
    """Return the cells of the rows that are there under the keys that are ``wanted``, by system and collection."""
    found: dict[Ref, Cells] = {}
    for system, collections in wanted.items():
        with open_session(systems, system, systems.trace(system), write=False) as session:
            found |= _read_cells(system, session, collections)
    return found


def _read_cells(
    system: str, session: Session, collections: Mapping[str, Iterable[Key]], *, locked: bool = False
) -> dict[Ref, Cells]:
    return {
        Ref(system, name, key): cells
        for name, keys in sorted(collections.items())
        for key, cells in session.cells(name, list(dict.fromkeys(keys)), locked=locked)
    }


def _judge_row(systems: Systems, secret: bytes, case: SealedCase, ref: Ref, cells: Cells) -> KeptVerdict:
    """Return what the row ``ref``, which has ``cells`` now, is to the person of ``case``. ``secret``: of the marks."""
    bound = systems.maps[ref.system].bound[ref.collection]
    if case.left is None:
        if not bound.is_person:
            return KeptVerdict.UNPROVEN
        return KeptVerdict.OTHERS if _has_other_identity(systems, case, bound, cells) else KeptVerdict.SAME
    now = make_mark(secret, ref, cells)
    marks = case.left.get(ref.system, {}).get(ref.collection, {}).get(ref.key, ())
    if any(is_alike(mark, now, bound.key) for mark in marks):
        return KeptVerdict.SAME
    if bound.is_person and _has_other_identity(systems, case, bound, cells):
        return KeptVerdict.OTHERS
    return KeptVerdict.CHANGED


def _has_other_identity(systems: Systems, case: SealedCase, bound: BoundCollection, cells: Cells) -> bool:
    return any(value not in case.identities for value in _read_identities(systems, bound, cells))


def _read_identities(systems: Systems, bound: BoundCollection, cells: Cells) -> Iterator[Value]:
    firm = systems.policy.firm
    for identity in bound.collection.identities:
        cell = cells.get(identity.column)
        for value in read_values(identity.attribute, cell, identity.stored, firm.region, firm.placeholders):
            yield identity.attribute, value


def _is_known(systems: Systems, system: str, collection: str) -> bool:
    return system in systems.maps and collection in systems.maps[system].bound


def match_own_rows(
    systems: Systems, cases: Iterable[SealedCase], within: tuple[str, Session] | None = None
) -> dict[str, SealedCase]:
    """Return ``cases`` by id, each with those of its own rows that are still as they were left, or not there at all.

    Who has been given the key of another since is a living person. ``within``: a system, and the session through which
    to look at the rows in it, and to lock them; no other system is asked then.
    """
    cases = tuple(cases)
    wanted: dict[str, dict[str, list[Key]]] = {}
    for ref in (s.ref for case in cases for s in case.subjects):
        if _is_known(systems, ref.system, ref.collection):
            wanted.setdefault(ref.system, {}).setdefault(ref.collection, []).append(ref.key)
    now = _read_now(systems, wanted) if within is None else _read_cells(*within, wanted.get(within[0], {}), locked=True)
    secret = _find_secret(systems) if now else b""

    def keep_own(case: SealedCase) -> SealedCase:
        hers = tuple(
            s for s in case.subjects
            if (cells := now.get(s.ref)) is None or _judge_row(systems, secret, case, s.ref, cells) is KeptVerdict.SAME
        )  # fmt: skip
        return case if len(hers) == len(case.subjects) else replace(case, subjects=hers)

    return {case.id: keep_own(case) for case in cases}


def find_lost_rows(before: Iterable[SealedCase], after: Mapping[str, SealedCase]) -> frozenset[Ref]:
    """Return the own rows that cases had ``before`` `match_own_rows`, and not after."""
    still = {s.ref for case in after.values() for s in case.subjects}
    return frozenset(s.ref for case in before for s in case.subjects) - still


def take_up_rows(systems: Systems, cases: Iterable[SealedCase]) -> ResumedRows:
    """Return what is taken up of ``cases``: the rows that are as they were left, and those that are in doubt.

    What was withheld from *matched* is cleared only where it still is the leaver's, so it needs no look here.
    """
    again: dict[str, dict[str, set[Key]]] = {}
    doubted: dict[str, dict[str, set[Key]]] = {}
    left: dict[str, dict[str, dict[Key, tuple[RowMark, ...]]]] = {}

    def note_keys(to: dict[str, dict[str, set[Key]]], system: str, change: str, keys: Iterable[Key]) -> None:
        to.setdefault(system, {}).setdefault(change, set()).update(keys)

    for case in cases:
        wanted: dict[str, dict[str, list[Key]]] = {}
        for system, change, collection, keys in _list_kept(case):
            if _is_sure(change) or not _is_known(systems, system, collection):
                note_keys(again, system, change, keys)
            else:
                wanted.setdefault(system, {}).setdefault(collection, []).extend(keys)
        now = _read_now(systems, wanted)
        secret = _find_secret(systems) if now else b""
        verdicts = {ref: _judge_row(systems, secret, case, ref, cells) for ref, cells in now.items()}
        for system, change, collection, keys in _list_kept(case):
            for key in () if _is_sure(change) else keys:
                verdict = verdicts.get(Ref(system, collection, key))
                if verdict is KeptVerdict.SAME:
                    note_keys(again, system, change, [key])
                elif verdict is not None:
                    note_keys(again, system, f"{collection}/{_label_change(verdict, change)}", [key])
                    note_keys(doubted, system, change, [key])
                    marks = (case.left or {}).get(system, {}).get(collection, {}).get(key, ())
                    left.setdefault(system, {}).setdefault(collection, {})[key] = marks
    return ResumedRows(_freeze_keys(again), _freeze_keys(doubted), left)


def _list_kept(case: SealedCase) -> Iterator[tuple[str, str, str, frozenset[Key]]]:
    for system, changes in case.kept.items():
        for change, keys in changes.items():
            yield system, change, change.partition("/")[0], keys


def _is_sure(change: str) -> bool:
    return change.partition("/")[2].startswith("matched")


def _label_change(verdict: KeptVerdict, change: str) -> str:
    if verdict is KeptVerdict.OTHERS:
        return OTHERS
    return UNPROVEN if verdict is KeptVerdict.UNPROVEN and change.endswith(f"/{DELETE}") else CHANGED


def _freeze_keys(found: Mapping[str, Mapping[str, set[Key]]]) -> dict[str, dict[str, frozenset[Key]]]:
    return {system: {c: frozenset(keys) for c, keys in changes.items()} for system, changes in found.items()}


# --- while a plan is carried out -----------------------------------------------------------------------------


def has_changed(
    systems: Systems, case: SealedCase, absorbed: Iterable[SealedCase], session: Session, system: str
) -> bool:
    """Whether a row that ``case`` takes up of those ``absorbed`` is another by now, as ``session`` sees it.

    Not one that was another when the plan was made: if that is among its persons' own, a search has found it.
    """
    again, own = case.again.get(system, {}), {s.ref for s in case.subjects} - set(case.passed_on)
    secret = _find_secret(systems)
    for old in absorbed:
        wanted: dict[str, set[Key]] = {}
        for change, keys in old.kept.get(system, {}).items():
            if not _is_sure(change) and (mine := keys & again.get(change, frozenset())):
                wanted.setdefault(change.partition("/")[0], set()).update(mine)
        for ref in (s.ref for s in old.subjects if s.ref in own and s.ref.system == system):
            wanted.setdefault(ref.collection, set()).add(ref.key)
        for name, some in wanted.items():
            for key, cells in session.cells(name, list(some)):
                if _judge_row(systems, secret, old, Ref(system, name, key), cells) not in {
                    KeptVerdict.SAME,
                    KeptVerdict.UNPROVEN,
                }:
                    return True
    return False


def find_earlier_marks(
    systems: Systems, case: SealedCase, session: Session, system: str
) -> Mapping[str, Mapping[Key, tuple[RowMark, ...]]]:
    """Return how the own rows of ``case`` in ``system`` are, as ``session`` sees them."""
    found = make_marks(systems, session, system, _list_own_keys(systems, case, system))
    return {name: {key: (mark,) for key, mark in rows.items()} for name, rows in found.items()}


def _list_own_keys(systems: Systems, case: SealedCase, system: str) -> dict[str, set[Key]]:
    own: dict[str, set[Key]] = {}
    for ref in (s.ref for s in case.subjects if s.ref.system == system):
        if _is_known(systems, system, ref.collection):
            own.setdefault(ref.collection, set()).add(ref.key)
    return own


class OwnRow(StrEnum):
    """What an own row of a case is by the time that its system is written."""

    HERS = "hers"  # it is as it was seen last, or still names her
    AS_LEFT = "as left"
    OTHERS = "others"  # it names somebody else: its key was given again, or all that she was known by has changed


@dataclass(frozen=True, slots=True)
class OwnRows:
    """The own rows of a case that are there in a system: what they are, and how they look."""

    kinds: frozenset[OwnRow]
    marks: Mapping[str, Mapping[Key, tuple[RowMark, ...]]]


def read_own_rows(
    systems: Systems, case: SealedCase, session: Session, system: str, *, locked: bool = False
) -> OwnRows:
    """Return what the own rows of ``case`` are that are there in ``system``; ``locked``: and lock them."""
    secret, found, marks = _find_secret(systems), set[OwnRow](), dict[str, dict[Key, tuple[RowMark, ...]]]()
    left, before = ((of or {}).get(system, {}) for of in (case.left, case.before))
    for name, keys in sorted(_list_own_keys(systems, case, system).items()):
        bound = systems.maps[system].bound[name]
        for key, cells in session.cells(name, list(keys), locked=locked):
            now, was = make_mark(secret, Ref(system, name, key), cells), before.get(name, {}).get(key, ())
            marks.setdefault(name, {})[key] = (now,)
            if any(is_alike(mark, now, bound.key) for mark in left.get(name, {}).get(key, ())):
                found.add(OwnRow.AS_LEFT)
            elif any(is_alike(mark, now, bound.key) for mark in was) or _is_theirs(
                systems, case, system, bound, cells, was, now
            ):
                found.add(OwnRow.HERS)
            else:
                found.add(OwnRow.OTHERS)
    return OwnRows(frozenset(found), marks)


def _is_theirs(
    systems: Systems,
    case: SealedCase,
    system: str,
    bound: BoundCollection,
    cells: Cells,
    before: Iterable[RowMark],
    now: RowMark,
) -> bool:
    """Whether a row that is not as it was (``before``) still names the persons of ``case``.

    It has an identity of theirs that joins by itself, or all identities that it had. One that has none any more names
    nobody: a key may have been given to a guest. But a run that was cut short may have emptied it.
    """
    values = tuple(_read_identities(systems, bound, cells))
    if not values:
        return system in case.prepared
    alone = {one.attribute for one in bound.collection.identities if one.joins is Joins.VERIFIED}
    known = case.identities | {*case.values.items()}
    if any(value in known for value in values if value[0] in alone):
        return True
    columns, is_now = {one.column for one in bound.collection.identities}, _split_by_column(now)
    return any(
        all(was.get(column) == is_now.get(column) for column in columns) for was in map(_split_by_column, before)
    )


def has_been_written(systems: Systems, case: SealedCase, session: Session, system: str) -> bool:
    """Whether an own row of ``case`` in ``system`` is neither as the plan left it nor as it was before.

    A replica or a restore brings a row back as it was. Else somebody has written it since: she has come back.
    """
    secret = _find_secret(systems)
    for name, keys in _list_own_keys(systems, case, system).items():
        bound = systems.maps[system].bound[name]
        for key, cells in session.cells(name, list(keys)):
            now = make_mark(secret, Ref(system, name, key), cells)
            known = [(of or {}).get(system, {}).get(name, {}).get(key, ()) for of in (case.left, case.before)]
            if not any(is_alike(mark, now, bound.key) for marks in known for mark in marks):
                return True
    return False


def find_strays(case: SealedCase, session: Session, system: str, trace: Trace) -> Iterator[tuple[str, frozenset[Key]]]:
    """Yield, by change, the rows in doubt that nobody owns: they stay in the case until a person has looked."""
    waiting = {
        trace.sets[name].collection: {tuple(key) for key in session.keys(name)} for name in trace.changed.values()
    }
    for change, keys in case.doubted.get(system, {}).items():
        if mine := keys & waiting.get(change.partition("/")[0], set()):
            yield change, mine


def mark_left_rows(systems: Systems, case: SealedCase, session: Session, system: str) -> LeftRows:
    """Return how rows of ``case`` in ``system`` are left now, before the commit; as before, where it doubts them."""
    doubted = case.doubted.get(system, {})
    keys: dict[str, set[Key]] = {}
    for change, some in case.kept.get(system, {}).items():
        keys.setdefault(change.partition("/")[0], set()).update(some - doubted.get(change, frozenset()))
    for name, own in _list_own_keys(systems, case, system).items():
        keys.setdefault(name, set()).update(own)
    marks: dict[str, dict[Key, tuple[RowMark, ...]]] = {
        name: {key: (mark,) for key, mark in some.items()}
        for name, some in make_marks(systems, session, system, keys).items()
    }
    before = (case.left or {}).get(system, {})
    for change, some in case.kept.get(system, {}).items():
        name = change.partition("/")[0]
        for key in some & doubted.get(change, frozenset()):
            marks.setdefault(name, {})[key] = before.get(name, {}).get(key, ())
    return {**(case.left or {}), system: marks}


def note_changes(
    systems: Systems, session: Session, system: str, case: SealedCase, keys: Mapping[str, frozenset[Key]]
) -> SealedCase:
    """Return ``case``, of which this plan has changed ``keys``, with how they are left now.

    How they were left before counts too: this run may be cut short before its commit.
    """
    now = make_marks(systems, session, system, keys)
    mine = {name: dict(rows) for name, rows in (case.left or {}).get(system, {}).items()}
    for name, rows in now.items():
        for key, mark in rows.items():
            mine[name][key] = tuple(dict.fromkeys((*mine[name][key], mark)))
    return replace(case, left={**(case.left or {}), system: mine})
