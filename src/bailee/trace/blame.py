"""Why persons are refused: the rows that stay and point to what would go, and who else owns them (22)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bailee.policy import Party
from bailee.policy.predicate import ALWAYS, NEVER, Predicate
from bailee.trace.bind import BoundMap, OwnershipFlow, RowReference, may_follow
from bailee.trace.owners import is_living_person
from bailee.trace.set_names import SetKind, SetName
from bailee.trace.sets import Alternative, InSet, RowSet, Through, and_, not_
from bailee.trace.walk import Sets, make_through


@dataclass(frozen=True, slots=True)
class Blocking:
    """A reference that can refuse. ``rows``: the set of the rows that stay and point to one that would go (22)."""

    reference: RowReference
    rows: SetName


def add_blocking(sets: Sets, r: RowReference, refusal: Predicate) -> None:
    """Add ``blocks:R``, the child rows by which ``r`` refuses: ``refusal`` says that what they point to cannot go.

    Nothing looks at this set, or those of `add_owners`, but who asks why somebody is refused: else they cost nothing.
    """
    gone = and_(r.when_parent, InSet(SetKind.GOES(r.parent)))
    where = and_(refusal, r.when_child, Through(r.parent, r.on, gone))
    sets.add(RowSet(SetKind.BLOCKS(r.id), r.child, (Alternative(where),)))


def add_owners(m: BoundMap, sets: Sets) -> None:
    """Add ``blocking:C``, the rows of ``C`` that refuse by any reference, and ``stays:F``, those that others own by F.

    And ``asked-blocking:P``, the persons who own such rows: of these it is asked whether they are living. One set a
    flow, whatever the number of references: a table of many owners has many of both.
    """
    owning: dict[str, list[Alternative]] = {}
    for name in m.bound:
        ways = [SetKind.BLOCKS(r.id) for r in m.parents_of(name) if SetKind.BLOCKS(r.id) in sets.made]
        if not ways:
            continue
        rows = sets.add(RowSet(SetKind.BLOCKING(name), name, tuple(Alternative(InSet(way)) for way in ways)))
        for flow in m.flows_into(name, owning=True):
            owner = _is_somebody_else(m, sets, flow) if may_follow(flow) else NEVER
            owned = and_(rows, flow.when_target, make_through(flow.source, flow.on, and_(flow.when_source, owner)))
            if owned != NEVER:
                sets.add(RowSet(SetKind.STAYS(flow.id), name, (Alternative(owned),)))
                if m.bound[flow.source].is_person:
                    theirs = Through(name, flow.back, and_(flow.when_target, rows))
                    owning.setdefault(flow.source, []).append(Alternative(and_(flow.when_source, theirs)))
    for name, of_flows in owning.items():
        sets.add(RowSet(SetKind.ASKED_BLOCKING(name), name, tuple(of_flows)))


def _is_somebody_else(m: BoundMap, sets: Sets, flow: OwnershipFlow) -> Predicate:
    """Return the predicate on a row at the source of ``flow`` that it is somebody else's, or somebody else."""
    source = m.bound[flow.source]
    if source.collection.party is Party.PERSON:
        return is_living_person(m, sets, flow.source)
    if source.collection.party is Party.ORGANISATION:
        return ALWAYS
    if flow.source not in m.fertile:
        return NEVER
    return not_(sets.rows(SetKind.GOES(flow.source)))


def find_blockings(m: BoundMap, sets: Sets) -> Iterator[Blocking]:
    """Yield the references that can refuse, with the sets that were added."""
    yield from (Blocking(r, SetKind.BLOCKS(r.id)) for r in m.references if SetKind.BLOCKS(r.id) in sets.made)


def find_owners(m: BoundMap, sets: Sets) -> Iterator[tuple[str, tuple[tuple[OwnershipFlow, SetName], ...]]]:
    """Yield the collections of which rows can refuse, each with the flows by which others own such rows, and sets."""
    for name in m.bound:
        flows = tuple(
            (f, SetKind.STAYS(f.id)) for f in m.flows_into(name, owning=True) if SetKind.STAYS(f.id) in sets.made
        )
        if flows:
            yield name, flows
