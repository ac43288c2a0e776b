"""A corrected value that somebody has already: two persons are not made one by it (6), and no constraint is run into.

What a correction writes into an identity that is `verified` joins two rows from then on, though nobody has shown that
the new value is theirs. So it is refused where another row has it, and said of it otherwise.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from bailee.connectors.base import Session
from bailee.engine.errors import NotAllowed
from bailee.engine.people import call_system, search_seeds
from bailee.engine.systems import Systems
from bailee.plan import SystemPlan
from bailee.policy import Identity, Joins
from bailee.policy.predicate import ALWAYS, columns_read
from bailee.trace import Ref, Trace
from bailee.trace.closure import MatchReason, Seed
from bailee.trace.normal import normalise
from bailee.trace.set_names import SetKind

ConflictNote: TypeAlias = tuple[str, int, str]
"""A collection, how many of its rows a person should look at, and why."""

_ONCE_VERIFIED = frozenset({MatchReason.UNVERIFIED, MatchReason.NOT_NOW})
"""Why a row does not answer to a value today, and might join by it another day, with nobody asked."""


def find_alike_rows(systems: Systems, attribute: str, value: str, own: Iterable[Ref]) -> frozenset[Ref]:
    """Return the rows of others that have ``value`` too, and join nobody by it. ``own``: the person's own rows.

    Raises `NotAllowed` where a row has it that would be taken for the person's, now or once it is verified.
    """
    own, firm = frozenset(own), systems.policy.firm
    joins = {i.joins for ref in own for i in _find_identities(systems, ref.system, ref.collection, attribute)}
    normal = normalise(attribute, value, firm.region, firm.placeholders) if joins else None
    if normal is None:
        return frozenset()
    with search_seeds(systems, [Seed(0, attribute, normal)], (), despite="correction they asked for") as found:
        systems.store.remember_shared(found.persons.shared)
        same = {k.source for k in found.persons.known if k.source and (k.attribute, k.value) == (attribute, normal)}
        waiting = {c.ref: c.reason for c in found.persons.to_confirm if c.source is None}
    alike, joining = (same | {*waiting}) - own, set[Ref]()
    if Joins.VERIFIED in joins:
        joining = {ref for ref in alike if ref in same or waiting[ref] in _ONCE_VERIFIED}
    if joining:
        where = ", ".join(sorted({f"{ref.system}.{ref.collection}" for ref in joining}))
        message = (
            f"somebody has the new {_shorten_attribute(attribute)} already, and would be taken for the same"
            f" person: {where}"
        )
        hint = "if it is the same person, look for them by both values; if not, ask what is meant"
        raise NotAllowed(message, hint)
    return frozenset(alike)


def find_conflicts(systems: Systems, part: SystemPlan, attribute: str, alike: Iterable[Ref]) -> Iterator[ConflictNote]:
    """Yield what a person should know of a correction of ``attribute`` in one system, before it is approved."""
    for step in part.steps:
        for identity in _find_identities(systems, part.system, step.collection, attribute):
            if identity.joins is Joins.VERIFIED:
                columns = sorted(columns_read(identity.verified_when or ALWAYS))
                by = f" by {', '.join(columns)}, which is about the old one" if columns else ""
                why = f"{identity.column} counts as verified from now on{by}: have it shown that the new one is theirs"
                yield step.collection, step.count, why
    found = Counter(ref.collection for ref in alike if ref.system == part.system)
    for collection, count in sorted(found.items()):
        yield (
            collection,
            count,
            f"has the new {_shorten_attribute(attribute)} too: somebody else's, unless it is confirmed",
        )


def must_not_clash(system: str, trace: Trace, session: Session) -> None:
    """Raise `NotAllowed` where a constraint would refuse the correction in one system: no two rows may say the same."""
    taken = [trace.sets[name] for name in trace.refusing if call_system(system, session.count, name)]
    for row_set in taken:
        message = f"system {system!r}: another row of {row_set.collection} has the new value, and no two may have it"
        raise NotAllowed(message, "if that row is theirs too, correct it by hand; if not, ask what is meant")
    for change in trace.changes:
        uniques = trace.map.bound[change.collection].table.uniques
        alone = [cell.column for cell in change.cells if (cell.column,) in uniques and cell.value.constant is not None]
        if alone and call_system(system, session.count, SetKind.OWN(change.collection)) > 1:
            message = f"system {system!r}: several rows of {change.collection} are theirs, and no two may have the same"
            raise NotAllowed(message, f"correct {change.collection}.{alone[0]} by hand")


def _find_identities(systems: Systems, system: str, collection: str, attribute: str) -> Iterator[Identity]:
    identities = systems.maps[system].bound[collection].collection.identities
    return (identity for identity in identities if identity.attribute == attribute)


def _shorten_attribute(attribute: str) -> str:
    return attribute.rpartition(".")[2]
