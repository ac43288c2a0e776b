"""What of a located row a copy shows (26)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bailee.policy.model import Form, OnCopy
from bailee.policy.predicate import ALWAYS, NEVER, Predicate
from bailee.trace.bind import Map
from bailee.trace.sets import Spells, both, either, unless
from bailee.trace.walk import Sets
from bailee.trace.who import hops


@dataclass(frozen=True, slots=True)
class Mask:
    """``columns`` are withheld in the rows where ``rows`` holds; of a list, the elements that are not the person's."""

    columns: tuple[str, ...]
    rows: Predicate
    elements: Spells | None = None


def masks(m: Map, sets: Sets, collection: str) -> Iterator[Mask]:
    """Yield the masks for rows of ``collection``: its hops' for those merely seen, and other people's mentions."""
    whole = m.bound[collection].collection.on_copy
    touched = sets.rows(f"touch:{collection}")
    mentions = {f"{collection}.{mention.id}": mention for mention in m.bound[collection].collection.mentions}
    for hop in hops(m, sets, collection) if touched != NEVER else ():
        own = hop.flow.edge.on_copy if hop.flow else mentions[hop.id].on_copy
        said = own if own is not None else whole
        if said is not None and said.masks and not hop.owning:
            yield Mask(tuple(sorted(said.masks)), both(touched, hop.by))
    by_column: dict[str, list[tuple[Predicate, Spells]]] = {}
    for mention in mentions.values():
        if not _shown(mention.on_copy, whole):
            spells = Spells(collection, mention.column, mention.attribute, mention.stored, mention.at)
            by_column.setdefault(mention.column, []).append((mention.when or ALWAYS, spells))
    for column, ways in by_column.items():
        counts = either(*(when for when, _ in ways))
        listed = next((spells for _, spells in ways if spells.stored.form is Form.LIST), None)
        if listed is not None:
            yield Mask((column,), counts, listed)
        else:
            yield Mask((column,), both(counts, unless(either(*(both(when, spells) for when, spells in ways)))))


def _shown(own: OnCopy | None, whole: OnCopy | None) -> bool:
    said = next((c.unmatched_mentions for c in (own, whole) if c is not None and c.unmatched_mentions), "mask")
    return said == "show"
