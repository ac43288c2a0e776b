"""What of a located row a copy shows (26)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bailee.policy import Form, Mention, OnCopy
from bailee.policy.predicate import ALWAYS, NEVER, Predicate
from bailee.trace.bind import BoundMap
from bailee.trace.owners import find_hops
from bailee.trace.set_names import SetKind, SetName
from bailee.trace.sets import InSet, Spells, and_, not_, or_
from bailee.trace.walk import Sets


@dataclass(frozen=True, slots=True)
class Mask:
    """``columns`` are withheld in the rows where ``rows`` holds; of a list, the elements that are not the person's.

    ``seen``: it is about rows that are merely seen, and is to be asked of no others.
    """

    columns: tuple[str, ...]
    rows: Predicate
    elements: Spells | None = None
    seen: bool = False


def is_shown(modes: Mapping[str, SetName], masks: Iterable[Mask], column: str) -> Predicate:
    """Return the predicate on a row that it is located, and that a copy shows its ``column``.

    ``modes``: mode -> set, of the row's collection, and its ``masks``.
    """
    hiding = [mask for mask in masks if column in mask.columns]
    return or_(
        *(
            and_(InSet(name), *(not_(mask.rows) for mask in hiding if mode == "touch" or not mask.seen))
            for mode, name in modes.items()
        )
    )


def find_masks(m: BoundMap, sets: Sets, collection: str) -> Iterator[Mask]:
    """Yield the masks for rows of ``collection``: its hops' for those merely seen, and other people's mentions."""
    whole = m.bound[collection].collection.on_copy
    mentions = {f"{collection}.{mention.id}": mention for mention in m.bound[collection].collection.mentions}
    stricter: list[Predicate] = []
    for hop in find_hops(m, sets, collection) if SetKind.TOUCH(collection) in sets.made else ():
        own = hop.flow.edge.on_copy if hop.flow else mentions[hop.id].on_copy
        said = own if own is not None else whole
        if said is not None and said.masks and not hop.owning:
            yield Mask(tuple(sorted(said.masks)), hop.by, seen=True)
        if hop.flow and not hop.owning and own is not None and own.unmatched_mentions == "mask":
            stricter.append(hop.by)
    by_column: dict[str, list[Mention]] = {}
    for mention in mentions.values():
        by_column.setdefault(mention.column, []).append(mention)
    for column, those in by_column.items():
        yield from _find_unmatched_masks(collection, column, those, whole, or_(*stricter))


def _find_unmatched_masks(
    collection: str, column: str, mentions: list[Mention], whole: OnCopy | None, stricter: Predicate
) -> Iterator[Mask]:
    """Yield the masks of a column of mentions, for rows where none of them is the person's.

    A mention's own word, else the collection's, may show it; in rows merely seen an edge may be ``stricter``.
    """
    ways = [(n.when or ALWAYS, Spells(collection, column, n.attribute, n.stored, n.at)) for n in mentions]
    mine = or_(*(and_(*way) for way in ways))
    listed = next((spells for _, spells in ways if spells.stored.form is Form.LIST), None)
    hidden = or_(*(n.when or ALWAYS for n in mentions if not _is_shown(n.on_copy, whole)))
    others = and_(stricter, or_(*(n.when or ALWAYS for n in mentions if _is_shown(n.on_copy, whole))))
    for rows, seen in ((hidden, False), (others, True)):
        if rows != NEVER:
            yield Mask((column,), rows if listed else and_(rows, not_(mine)), listed, seen)


def _is_shown(own: OnCopy | None, whole: OnCopy | None) -> bool:
    said = next((c.unmatched_mentions for c in (own, whole) if c is not None and c.unmatched_mentions), "mask")
    return said == "show"
