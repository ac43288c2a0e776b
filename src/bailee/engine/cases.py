"""A case: who a plan is about and what is prepared for it, sealed until the last hold that it names has ended (21)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeAlias

from bailee.connectors.base import SealedKeys
from bailee.engine import row_marks
from bailee.engine.errors import Despite
from bailee.engine.fates import SparedRows, pack_fates, unpack_fates
from bailee.engine.row_marks import LeftRows
from bailee.store.case_index import calculate_digests
from bailee.store.sealed_store import CASES, CLOSED_CASES, Store
from bailee.trace import Batch, Key, KnownValue, Ref, Subject
from bailee.trace.closure import Value
from bailee.trace.set_names import parse_set_name

WithheldKeys: TypeAlias = Mapping[str, Mapping[str, frozenset[Key]]]
"""System -> change -> keys of the rows that a hold kept from it."""

StepTally: TypeAlias = tuple[str, str, str, int, tuple[str, ...]]
"""Change, collection, fate, rows, and the holds that keep them."""

_INDEXED_AT_ONCE = 200

PLANNED, SEALED, SETTLING, DONE, KEPT = "planned", "sealed", "settling", "done", "kept"


@dataclass(frozen=True, slots=True)
class SealedCase:
    """Who a plan is about. ``id`` is random.

    ``stage``: ``planned``; ``sealed`` (all below stands, a commit may follow); ``settling`` (the outcome is
    recorded, and what was sealed stays until it has been looked at once more); ``done``; ``kept`` (held).
    ``asked`` and ``confirmed`` are what the person was known by. ``fixed``: system -> what a residual starts from.
    ``kept``: system -> change -> keys of rows withheld by this plan; ``again``: likewise by the earlier cases that it
    ``absorbs``, and takes up again. ``files``: (store, name).
    ``prepared``: system -> what became of its rows, saved before the commit. ``values``: what a correction writes.
    For a retention: what was due in all. ``settled``: files dealt with by earlier runs, which left some. ``plan`` is
    the hash of the plan that it belongs to. ``acted_on``: the day whose holds count, however long the run takes.
    ``traced``: system -> digest of what was looked at. ``release_on``: the first day on which a hold lets something go.
    ``stayed``: the subject rows that are still there when the plan is over. ``releases``: the kept case that this one
    is there to take up again. ``despite``: on what ground persons are looked for whose data may be restricted.
    ``by_hand``: system -> collection -> keys of the rows that holds placed by hand keep, or a restriction; ``None``:
    none stood. ``willed``: the plan's own time, UTC, where the person asked for the erasure herself: a restriction that
    stood by then does not delay the rest of it. ``spared``: the approved fate of each row that is not deleted, as long
    as its system is not written; ``None``: the plan is of a version that did not say so. ``left``: how the rows that
    stayed were left; ``before``: how the persons' own rows were before; ``None``: likewise. ``doubted``: as ``again``,
    of rows that are not as earlier cases left them; once a system is written, of those that wait for a person.
    ``passed_on``: rows that other cases take for their
    persons' own, and that are somebody else's by now.
    """

    id: str
    stage: str = PLANNED
    plan: str = ""
    made_at: datetime | None = None  # the plan's own time, UTC without a zone; the plan has it, the file does not
    salt: bytes = b""
    asked: tuple[tuple[int, str, str], ...] = ()
    confirmed: tuple[tuple[int, Ref], ...] = ()
    customer: Ref | None = None
    subjects: tuple[Subject, ...] = ()
    known: tuple[KnownValue, ...] = ()
    fixed: Mapping[str, SealedKeys] = field(default_factory=dict)
    kept: WithheldKeys = field(default_factory=dict)
    again: WithheldKeys = field(default_factory=dict)
    files: tuple[tuple[str, str], ...] = ()
    absorbs: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    prepared: Mapping[str, tuple[StepTally, ...]] = field(default_factory=dict)
    written: tuple[str, ...] = ()  # systems that are committed
    settled: int = 0
    acted_on: date | None = None
    traced: Mapping[str, str] = field(default_factory=dict)
    release_on: date | None = None
    stayed: tuple[Ref, ...] = ()
    releases: str = ""
    despite: Despite = ""
    by_hand: WithheldKeys | None = None
    willed: datetime | None = None
    spared: SparedRows | None = None
    left: LeftRows | None = field(default_factory=dict)
    doubted: WithheldKeys = field(default_factory=dict)
    passed_on: tuple[Ref, ...] = ()
    before: LeftRows | None = None

    def make_batch(self, system: str) -> Batch:
        """Return the batch of the case in ``system``; who else has left is not known yet."""
        kept = {**self.again.get(system, {}), **self.find_held(system)}
        return Batch(self.subjects, self.known, kept, at=self.made_at)

    def find_held(self, system: str) -> Mapping[str, frozenset[Key]]:
        """Return the keys of the rows in ``system`` that are held by hand."""
        return (self.by_hand or {}).get(system, {})

    @property
    def is_remembered(self) -> bool:
        """Whether it is of persons of whom something is kept, or of those who have just been erased."""
        return self.stage in {KEPT, SETTLING}

    @property
    def identities(self) -> frozenset[Value]:
        """What the persons of the case are known by."""
        asked = ((attribute, value) for _, attribute, value in self.asked)
        return frozenset((*asked, *((k.attribute, k.value) for k in self.known)))


def save_case(store: Store, case: SealedCase) -> None:
    """Seal ``case`` to the disk; of one that is done, what was sealed before is destroyed."""
    if case.stage == DONE:
        store.close(case.id, _dump_case(case))
    else:
        store.seal(case.id, _dump_case(case), _find_digests(store, case), is_new=case.stage == PLANNED)


def save_case_later(store: Store, case: SealedCase) -> None:
    """Seal ``case`` with what is written next, where a run that comes after one which died before it does the same."""
    if case.stage == DONE:
        store.close(case.id, _dump_case(case))
    else:
        store.seal_later(case.id, _dump_case(case), _find_digests(store, case))


def _find_digests(store: Store, case: SealedCase) -> frozenset[bytes]:
    """Return by which digests `find_cases` finds ``case``: its own rows, those that stayed, and its values."""
    if not case.is_remembered:
        return frozenset()
    kept = (
        Ref(system, change.partition("/")[0], key)
        for system, changes in case.kept.items()
        for change, keys in changes.items()
        for key in keys
    )
    left = (
        Ref(system, name, key)
        for system, collections in (case.left or {}).items()
        for name, rows in collections.items()
        for key in rows
    )
    return calculate_digests(store, (*(s.ref for s in case.subjects), *kept, *left), case.identities)


def list_case_places(case: str) -> list[tuple[str, str]]:
    """Return where the case called ``case`` may stand: in the end, and before."""
    return [(CLOSED_CASES, case), (CASES, case)]


def load_case(store: Store, case: str) -> SealedCase:
    """Return the case called ``case``; raises `StateError`."""
    return _parse_case(store.open_case(case))


def find_cases(
    store: Store, refs: Iterable[Ref], values: Iterable[Value] = (), but: Collection[str] = ()
) -> Mapping[str, SealedCase]:
    """Return by id the cases that are not over and name one of these rows or values, and perhaps others.

    ``but``: ids of those that are not wanted. Not all are of persons of whom something `is_remembered`.
    """
    return _close_done(store, store.cases_about(calculate_digests(store, refs, values), _parse_case, but))


def _close_done(store: Store, cases: Mapping[str, SealedCase]) -> Mapping[str, SealedCase]:
    """Return ``cases``, of which those are closed that were done before these had a place of their own."""
    for case in cases.values():
        if case.stage == DONE:
            save_case(store, case)
    return cases


def load_remembered_case(store: Store, id: str) -> SealedCase | None:
    """Return the case ``id`` of which something `is_remembered`, if there is one."""
    content = store.find_case(id)
    case = _parse_case(content) if content is not None else None
    return case if case is not None and case.is_remembered else None


def load_kept_cases(store: Store) -> Iterator[SealedCase]:
    """Yield the cases of persons of whom something is kept, and of those who have just been erased: all, opened."""
    cases = _close_done(store, store.opened_cases(_parse_case))
    return (case for case in cases.values() if case.is_remembered)


def index_cases(store: Store) -> None:
    """Index the cases that are not: of an earlier version, or put back from a copy."""
    for number, id in enumerate(sorted(store.unindexed()), start=1):
        case = load_case(store, id)
        if case.stage != DONE:
            save_case_later(store, case)
        if number % _INDEXED_AT_ONCE == 0:
            store.write_waiting()  # thousands, after an upgrade, are no one statement


def strip_case(case: SealedCase) -> SealedCase:
    """Return what is left of a case of which nothing is kept: that it is done."""
    return SealedCase(case.id, DONE, case.plan)


def _dump_case(case: SealedCase) -> dict[str, Any]:
    return {
        "id": case.id, "stage": case.stage, "plan": case.plan, "salt": case.salt, "asked": case.asked,
        "confirmed": [(n, _dump_ref(ref)) for n, ref in case.confirmed],
        "customer": _dump_ref(case.customer) if case.customer else None,
        "subjects": [(s.person, _dump_ref(s.ref), dict(s.links)) for s in case.subjects],
        "known": [
            (k.person, k.attribute, k.value, k.since, k.until, _dump_ref(k.source) if k.source else None) for k in
            case.known
        ],
        "fixed": {system: _dump_sealed(sealed) for system, sealed in case.fixed.items()},
        "kept": _dump_keys(case.kept), "again": _dump_keys(case.again),
        "files": case.files, "absorbs": case.absorbs, "values": dict(case.values), "prepared": dict(case.prepared),
        "written": case.written, "settled": case.settled, "acted_on": case.acted_on, "traced": dict(case.traced),
        "release_on": case.release_on, "stayed": list(map(_dump_ref, case.stayed)), "releases": case.releases,
        "despite": case.despite, "by_hand": None if case.by_hand is None else _dump_keys(case.by_hand),
        "willed": case.willed, "spared": None if case.spared is None else pack_fates(case.spared),
        "left": row_marks.pack_marks(case.left), "doubted": _dump_keys(case.doubted),
        "passed_on": list(map(_dump_ref, case.passed_on)), "before": row_marks.pack_marks(case.before),
    }  # fmt: skip


def _dump_keys(kept: WithheldKeys) -> dict[str, dict[str, list[Key]]]:
    return {system: {change: list(keys) for change, keys in changes.items()} for system, changes in kept.items()}


def _parse_keys(plain: dict[str, dict[str, tuple[Key, ...]]]) -> WithheldKeys:
    return {system: {change: frozenset(keys) for change, keys in changes.items()} for system, changes in plain.items()}


def _dump_sealed(sealed: SealedKeys) -> dict[str, tuple[Key, ...]]:
    return {str(name): keys for name, keys in sealed.keys.items()}


def _parse_sealed(plain: dict[str, tuple[Key, ...]]) -> SealedKeys:
    named = ((parse_set_name(text), keys) for text, keys in plain.items())
    return SealedKeys({name: keys for name, keys in named if name is not None})


def _dump_ref(ref: Ref) -> tuple[Any, ...]:
    return (ref.system, ref.collection, ref.key)


def _parse_case(data: dict[str, Any]) -> SealedCase:
    return SealedCase(
        data["id"], data["stage"], data["plan"], None, data["salt"], data["asked"],
        tuple((n, Ref(*ref)) for n, ref in data["confirmed"]),
        Ref(*data["customer"]) if data["customer"] else None,
        tuple(Subject(person, Ref(*ref), links) for person, ref, links in data["subjects"]),
        tuple(
            KnownValue(n, a, v, since, until, Ref(*ref) if ref else None)
            for n, a, v, since, until, ref in data["known"]
        ),
        {system: _parse_sealed(keys) for system, keys in data["fixed"].items()},
        _parse_keys(data["kept"]), _parse_keys(data["again"]),
        data["files"], data["absorbs"], data["values"], data["prepared"],
        data["written"], data.get("settled", 0), data.get("acted_on"), data.get("traced", {}), data.get("release_on"),
        tuple(Ref(*ref) for ref in data.get("stayed", ())), data.get("releases", ""),
        data.get("despite", ""),
        None if data.get("by_hand") is None else _parse_keys(data["by_hand"]),
        data.get("willed"), None if data.get("spared") is None else unpack_fates(data["spared"]),
        row_marks.unpack_marks(data.get("left")), _parse_keys(data.get("doubted", {})),
        tuple(Ref(*ref) for ref in data.get("passed_on", ())), row_marks.unpack_marks(data.get("before")),
    )  # fmt: skip


__all__ = [
    "DONE",
    "KEPT",
    "PLANNED",
    "SEALED",
    "SETTLING",
    "SealedCase",
    "StepTally",
    "WithheldKeys",
    "find_cases",
    "index_cases",
    "list_case_places",
    "load_case",
    "load_kept_cases",
    "load_remembered_case",
    "save_case",
    "save_case_later",
    "strip_case",
]  # fmt: skip
