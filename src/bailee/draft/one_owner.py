"""No row is drafted as two persons': the law that every edge obeys that may be taken over without a look.

Two edges of one table may lead from the same row to two persons: a link between two members, a group beside its member,
an item of an order that is a seller's product. Only the rows can tell, or somebody who knows the firm. So of the edges
that make a row somebody's at most one is sure, unless one excludes the other (``when`` of the same column), or the rows
were compared and name the same person by both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from bailee.draft.references import UNSURE, Agreement, DrawnEdge, SharedParent

SURE = 0.9
"""From here on an edge may be taken over without a look."""

DOUBTFUL = 0.8
"""How sure an edge is at most beside one by which the same row may be another person's."""

COMPARED = 10
"""So many rows that name the same person by both edges tell that they are one."""

Ends = tuple[str, tuple[tuple[str, str], ...]]


def keep_one_owner(
    edges: Sequence[DrawnEdge],
    parties: frozenset[str],
    agreement: Agreement,
    rank: Callable[[DrawnEdge], tuple[float, ...]],
) -> list[DrawnEdge]:
    """Return ``edges`` of which no two that are `SURE` can make one row two persons', as far as anybody can tell.

    ``parties``: the tables of persons and firms, at whose rows what passes on stops. ``rank``: how well an edge says
    whose the row is; the higher counts, and of equals none.
    """
    rivals = {
        table: [edge for edge in edges if edge.sure >= SURE and _find_owned(edge) == table]
        for table in _list_tables(edges)
    }
    owners = {table: tuple(edge for edge in some if edge.kind == "owned_by") for table, some in rivals.items()}
    doubtful = set[int]()
    for some in rivals.values():
        for n, one in enumerate(some):
            for other in some[:n]:
                if (
                    _is_exclusive(one, other)
                    or _is_agreeing(one, other, owners, parties, agreement)
                    or _is_same(one, other)
                ):
                    continue
                ranks = rank(one), rank(other)
                doubtful |= {id(edge) for edge, mine in zip((one, other), ranks, strict=True) if mine <= min(ranks)}
    return [_lower_confidence(edge) if id(edge) in doubtful else edge for edge in edges]


def find_comparisons(edges: Sequence[DrawnEdge]) -> Iterator[SharedParent]:
    """Yield what is to be asked of the rows where two edges may lead to the same person: `Agreement` has the answers.

    Of an order's payment that names the order's invoice as well: whether the invoice is of the same order.
    """
    owners = {table: [e for e in edges if e.kind == "owned_by" and e.table == table] for table in _list_tables(edges)}
    for some in owners.values():
        for one in some:
            for part in some:
                if one is part or one.when or part.when or len(one.on) != 1 or min(one.sure, part.sure) <= UNSURE:
                    continue
                for edge in owners.get(part.to, ()):
                    if edge.to == one.to and not edge.when and edge.on[0][0] == one.on[0][0] and len(edge.on) == 1:
                        yield SharedParent(one.table, part.on, one.on[0][1], part.to, edge.on[0][1])


def _list_tables(edges: Iterable[DrawnEdge]) -> frozenset[str]:
    return frozenset(filter(None, map(_find_owned, edges)))


def _find_owned(edge: DrawnEdge) -> str:
    """Return the table whose rows an edge makes somebody's; empty where it makes none so."""
    return edge.table if edge.kind == "owned_by" else edge.to if edge.kind == "owns" else ""


def _is_same(one: DrawnEdge, other: DrawnEdge) -> bool:
    return (one.kind, one.table, one.to, one.on, one.when) == (other.kind, other.table, other.to, other.on, other.when)


def _is_exclusive(one: DrawnEdge, other: DrawnEdge) -> bool:
    """Whether no row has both: the same column says with different values when they hold."""
    both = one.when and other.when and one.kind == other.kind == "owned_by"
    return bool(both and one.when and other.when and one.when[0] == other.when[0] and one.when[1] != other.when[1])


def _is_agreeing(
    one: DrawnEdge,
    other: DrawnEdge,
    owners: Mapping[str, Sequence[DrawnEdge]],
    parties: frozenset[str],
    agreement: Agreement,
) -> bool:
    """Whether the rows were compared, and name the same person as the row that they belong to."""
    if one.kind != "owned_by" or other.kind != "owned_by" or one.when or other.when:
        return False
    ways = ((direct, part) for direct, part in ((one, other), (other, one)) if part.to not in parties)
    return any(_is_compared(direct, part, owners, agreement) for direct, part in ways)


def _is_compared(
    direct: DrawnEdge, part: DrawnEdge, owners: Mapping[str, Sequence[DrawnEdge]], agreement: Agreement
) -> bool:
    named = {theirs for _, theirs in direct.on}
    whose = owners.get(part.to, ())
    asked = {
        asked.theirs: counts
        for asked, counts in agreement.items()
        if (asked.child, asked.on, asked.parent) == (part.table, part.on, part.to) and asked.own in named
    }
    return bool(whose) and all(
        edge.to == direct.to
        and not edge.when
        and any(asked.get(own, (0, 1))[0] >= COMPARED and asked[own][1] == 0 for _, own in edge.on if own in asked)
        for edge in whose
    )


def _lower_confidence(edge: DrawnEdge) -> DrawnEdge:
    return replace(
        edge, sure=min(edge.sure, DOUBTFUL), because=f"{edge.because}, unless the row is theirs whom another edge names"
    )
