"""What of a located row a copy shows (26)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bailee.policy.model import Form, Mention, OnCopy
from bailee.policy.predicate import ALWAYS, NEVER, Predicate
from bailee.trace.bind import Map
from bailee.trace.sets import Spells, both, either, unless
from bailee.trace.walk import Sets
from bailee.trace.who import Hop, hops


@dataclass(frozen=True, slots=True)
class Mask:
    """``columns`` are withheld in the rows where ``rows`` holds; of a list, the elements that are not the person's."""

    columns: tuple[str, ...]
    rows: Predicate
    elements: Spells | None = None


def masks(m: Map, sets: Sets, collection: str) -> Iterator[Mask]:
    """Yield the masks for located rows of ``collection``: its hops' for rows merely seen, and other people's mentions."""
    whole = m.bound[collection].collection.on_copy
    mentions = {f"{collection}.{mention.id}": mention for mention in m.bound[collection].collection.mentions}
    stricter: list[Predicate] = []
    for hop, seen in _seen(m, sets, collection):
        own = hop.flow.edge.on_copy if hop.flow else mentions[hop.id].on_copy
        said = own if own is not None else whole
        if said is not None and said.masks:
            yield Mask(tuple(sorted(said.masks)), seen)
        if hop.flow and own is not None and own.unmatched_mentions == "mask":
            stricter.append(seen)
    by_column: dict[str, list[Mention]] = {}
    for mention in mentions.values():
        by_column.setdefault(mention.column, []).append(mention)
    for column, those in by_column.items():
        yield from _unmatched(collection, column, those, whole, either(*stricter))


def _seen(m: Map, sets: Sets, collection: str) -> Iterator[tuple[Hop, Predicate]]:
    """Yield the hops by which rows of ``collection`` are merely seen, each with the predicate on these rows."""
    touched = sets.rows(f"touch:{collection}")
    for hop in hops(m, sets, collection) if touched != NEVER else ():
        if not hop.owning:
            yield hop, both(touched, hop.by)


def _unmatched(
    collection: str, column: str, mentions: list[Mention], whole: OnCopy | None, stricter: Predicate
) -> Iterator[Mask]:
    """Yield the mask of a column of mentions, for rows where none of them is the person's.

    A mention's own word, else the collection's, may show it; in rows merely seen an edge may be ``stricter``.
    """
    ways = [(n.when or ALWAYS, Spells(collection, column, n.attribute, n.stored, n.at)) for n in mentions]
    hidden = either(*(both(n.when or ALWAYS, stricter if _shown(n.on_copy, whole) else ALWAYS) for n in mentions))
    listed = next((spells for _, spells in ways if spells.stored.form is Form.LIST), None)
    if hidden == NEVER:
        return
    if listed is not None:
        yield Mask((column,), hidden, listed)
    else:
        yield Mask((column,), both(hidden, unless(either(*(both(*way) for way in ways)))))


def _shown(own: OnCopy | None, whole: OnCopy | None) -> bool:
    said = next((c.unmatched_mentions for c in (own, whole) if c is not None and c.unmatched_mentions), "mask")
    return said == "show"
