"""A case: who a plan is about and what stands by for it, sealed. It lives until the last hold that it names has ended (21)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bailee.connectors.base import Sealed
from bailee.runner.state import State
from bailee.trace import Batch, Key, Known, Ref, Subject

PLANNED, SEALED, DONE, KEPT = "planned", "sealed", "done", "kept"


@dataclass(frozen=True, slots=True)
class Case:
    """``stage``: ``planned``; ``sealed`` (all below stands, the first write may follow); ``done``; ``kept`` (held rows).

    ``asked`` and ``confirmed`` are what the person was known by. ``fixed``: system -> what a residual starts from.
    ``kept``: system -> change -> keys of rows withheld. ``files``: (store, name). ``absorbs``: cases that this one takes over.
    ``values``: what a correction writes. ``plan`` is the hash of the plan that it belongs to.
    """

    id: str
    stage: str = PLANNED
    plan: str = ""
    salt: bytes = b""
    asked: tuple[tuple[int, str, str], ...] = ()
    confirmed: tuple[tuple[int, Ref], ...] = ()
    customer: Ref | None = None
    subjects: tuple[Subject, ...] = ()
    known: tuple[Known, ...] = ()
    fixed: Mapping[str, Sealed] = field(default_factory=dict)
    kept: Mapping[str, Mapping[str, frozenset[Key]]] = field(default_factory=dict)
    files: tuple[tuple[str, str], ...] = ()
    absorbs: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    written: tuple[str, ...] = ()  # systems that are committed

    def batch(self, kept: Mapping[str, frozenset[Key]], remembered: frozenset[Ref]) -> Batch:
        """Return the batch of the case."""
        return Batch(self.subjects, self.known, kept, remembered)


def save(state: State, case: Case) -> None:
    """Seal ``case`` to the disk."""
    state.seal(case.id, _plain(case))


def load(state: State, case: str) -> Case:
    """Return the case called ``case``; raises `StateError`."""
    return _case(state.open_case(case))


def kept_cases(state: State) -> Iterator[Case]:
    """Yield the cases of persons of whom something is kept."""
    for name in state.cases():
        case = load(state, name)
        if case.stage == KEPT:
            yield case


def closed(case: Case) -> Case:
    """Return what is left of a case of which nothing is kept: that it is done."""
    return Case(case.id, DONE, case.plan)


def _plain(case: Case) -> dict[str, Any]:
    return {
        "id": case.id, "stage": case.stage, "plan": case.plan, "salt": case.salt, "asked": case.asked,
        "confirmed": [(n, _ref(ref)) for n, ref in case.confirmed],
        "customer": _ref(case.customer) if case.customer else None,
        "subjects": [(s.person, _ref(s.ref), dict(s.links)) for s in case.subjects],
        "known": [(k.person, k.attribute, k.value, k.since, k.until, _ref(k.source) if k.source else None) for k in case.known],
        "fixed": {system: dict(sealed.keys) for system, sealed in case.fixed.items()},
        "kept": {system: {change: list(keys) for change, keys in kept.items()} for system, kept in case.kept.items()},
        "files": case.files, "absorbs": case.absorbs, "values": dict(case.values), "written": case.written,
    }  # fmt: skip


def _ref(ref: Ref) -> tuple[Any, ...]:
    return (ref.system, ref.collection, ref.key)


def _case(data: dict[str, Any]) -> Case:
    return Case(
        data["id"], data["stage"], data["plan"], data["salt"], data["asked"],
        tuple((n, Ref(*ref)) for n, ref in data["confirmed"]),
        Ref(*data["customer"]) if data["customer"] else None,
        tuple(Subject(person, Ref(*ref), links) for person, ref, links in data["subjects"]),
        tuple(Known(n, a, v, since, until, Ref(*ref) if ref else None) for n, a, v, since, until, ref in data["known"]),
        {system: Sealed(keys) for system, keys in data["fixed"].items()},
        {system: {change: frozenset(keys) for change, keys in kept.items()} for system, kept in data["kept"].items()},
        data["files"], data["absorbs"], data["values"], data["written"],
    )  # fmt: skip


__all__ = ["DONE", "KEPT", "PLANNED", "SEALED", "Case", "closed", "kept_cases", "load", "save"]
