"""What a reference means: whose the row is, who sees it, what it belongs to, or nobody's business.

A row is a person's because a column names them as its customer, author or holder; not because they made it, were given
it to work on, or changed it last. What belongs to such a row is theirs too. What many share (a product, a forum, a
mailing list) is nobody's, and nothing becomes somebody's through it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bailee.draft import lexicon
from bailee.draft.names import words
from bailee.draft.references import Reference
from bailee.draft.tables import Nature, is_staff


@dataclass(frozen=True, slots=True)
class Drawn:
    """An edge of the map, drawn on ``on_collection`` (a table). ``kind`` is a word of the map."""

    table: str
    kind: str
    to: str
    on: tuple[tuple[str, str], ...]  # (their column, own column)
    sure: float
    because: str
    when: tuple[str, str | int] | None = None  # a column, and its value in the rows that have the edge
    through: bool = False  # from a table to itself: followed to the end


def drawn(
    natures: Mapping[str, Nature], references: Sequence[Reference], gaps: frozenset[tuple[str, str]]
) -> list[Drawn]:
    """Return the edges that ``references`` mean; a reference that gives nobody anything means none.

    ``gaps``: the (table, column) that are empty in some rows.
    """
    pointing = {(r.child, r.parent) for r in references if not _aside(r, natures)}
    staff = frozenset(
        name
        for name, n in natures.items()
        if is_staff(n, (o for other, o in natures.items() if (other, name) not in pointing))
    )
    people = frozenset(name for name, n in natures.items() if n.is_person)
    customers = {r.child for r in references if r.parent in people - staff and not _aside(r, natures)}
    found = [_to_person(r, natures, staff, customers) for r in references if r.parent in people]
    found += [edge for r in references if natures[r.parent].is_organisation if (edge := _to_firm(r, natures))]
    owned = {edge.table for edge in found if edge.kind == "owned_by"}
    parts = _parts(natures, references, owned)
    theirs = {edge.table for edge in parts if not natures[edge.table].head_in(_WRITTEN)}
    found = [_beside(edge) if edge.kind == "owned_by" and edge.to in staff and edge.table in theirs else edge
             for edge in found] + parts  # fmt: skip
    found += _shares(natures, references, {edge.table for edge in found if edge.kind == "owned_by"} | people)
    found += _of_trees(natures, references, found, gaps)
    found += _links(natures, references, found)
    return found


# --- references to people ------------------------------------------------------------------------------------


def _said(r: Reference, natures: Mapping[str, Nature]) -> tuple[str, ...]:
    """Return what a column says besides the name of the table that it points to."""
    noun = frozenset((*natures[r.parent].noun, *words(r.parent.rpartition(".")[2])))
    return tuple(word for word in words(r.column) if word not in noun and word not in lexicon.IDS)


def _says(said: tuple[str, ...], known: frozenset[str]) -> bool:
    return bool(set(said) & known) or "".join(said) in known


def _aside(r: Reference, natures: Mapping[str, Nature]) -> bool:
    """Whether the person is named for work on the row, not as the one whom it is about."""
    said = _said(r, natures)
    return _says(said, lexicon.NOT_THEIRS) or _says(said, lexicon.MAKER)


def _to_person(r: Reference, natures: Mapping[str, Nature], staff: frozenset[str], customers: set[str]) -> Drawn:
    """Return what a reference to a person means. ``customers``: tables whose rows are about somebody."""
    said, child = _said(r, natures), natures[r.child]
    elsewhere = r.child in customers
    meanings = (
        (r.child == r.parent or _says(said, lexicon.NOT_THEIRS), "names", 0.8, "it names somebody beside the row"),
        ("last" in said or "latest" in said, "names", 0.75, "it names who came last"),
        (child.is_person and not said and r.parent not in staff, "belongs_to", 0.7, "it names for whom they stand"),
        (not said and _is_tie(child, natures[r.parent]), "owned_by", 0.85, "the row ties the person to something"),
        (child.is_party or _is_shared(child), "names", 0.65, "it names a person beside the one that the row is about"),
        (_says(said, lexicon.MAKER) and (elsewhere or r.parent in staff), "names", 0.75, "it names who made the row"),
        (_says(said, lexicon.MAKER), "owned_by", 0.75, "who made the row is the only person that it names"),
        (r.parent in staff and elsewhere, "names", 0.75, "it names a member of staff, and the row is another's"),
        (_says(said, lexicon.ONLOOKER), "accessed_by", 0.75, "it names somebody who sees the row"),
        (r.parent in staff, "owned_by", 0.75, "the member of staff is the only person that it names"),
    )
    kind, sure, because = next(
        ((kind, sure, because) for holds, kind, sure, because in meanings if holds),
        ("owned_by", 0.95, "it names the person whom the row is about"),
    )
    return _edge(r, kind, sure, because)


_WRITTEN = frozenset(
    {"comment", "post", "message", "reply", "review", "rating", "vote", "answer", "nachricht", "bericht"}
)
"""Rows that somebody wrote are theirs, whatever else they belong to."""


def _is_tie(child: Nature, parent: Nature) -> bool:
    """Whether rows tie people to what they share, as the name says: ``user_group``."""
    return bool(parent.noun) and parent.noun[-1] in child.noun[:-1]


def _is_shared(n: Nature) -> bool:
    """Whether many share its rows: a product, but not the items of an order."""
    is_part = len(n.noun) > 1 and n.noun[-1] in _PARTS and bool(set(n.noun[:-1]) & lexicon.THING)
    shared = n.head_in(lexicon.SHARED | lexicon.LOOKUP) and not n.head_in(lexicon.THING - lexicon.SHARED)
    return shared and not is_part and not n.links


_PARTS = frozenset({"item", "product", "article", "artikel", "produkt", "produit", "option", "coupon", "discount"})


def _to_firm(r: Reference, natures: Mapping[str, Nature]) -> Drawn | None:
    if r.child == r.parent:
        return None
    if _is_shared(natures[r.child]):
        return None
    return _edge(r, "belongs_to", 0.9, "it names the organisation for which the row is kept")


# --- parts of what is somebody's -----------------------------------------------------------------------------


def _parts(natures: Mapping[str, Nature], references: Sequence[Reference], owned: set[str]) -> list[Drawn]:
    """Return the edges by which rows belong to what is somebody's. ``owned`` grows by what is found."""
    found: list[Drawn] = []
    pairs: set[tuple[str, str]] = set()
    while True:
        new = [r for r in references if r.parent in owned and _is_part(r, natures, pairs)]
        if not new:
            return found
        for r in new:
            pairs.add((r.child, r.parent))
            edge = _edge(r, "owned_by", 0.9, f"what belongs to {r.parent} is whose that is")
            found.append(edge)
            owned.add(r.child)


def _is_part(r: Reference, natures: Mapping[str, Nature], pairs: set[tuple[str, str]]) -> bool:
    child, parent = natures[r.child], natures[r.parent]
    if r.child == r.parent or child.is_party or (r.child, r.parent) in pairs or (r.parent, r.child) in pairs:
        return False
    if _is_shared(parent) or (parent.head_in(lexicon.ADDRESSLIKE) and not child.head_in(lexicon.ADDRESSLIKE)):
        return False
    return not _is_shared(child) and not _says(_said(r, natures), lexicon.POINTER)


def _shares(natures: Mapping[str, Nature], references: Sequence[Reference], owned: set[str]) -> list[Drawn]:
    """Return the edges from a person, or what is theirs, to a row of their own that they point to: an address."""
    found = []
    for r in references:
        n = natures[r.parent]
        is_theirs = r.child in owned and r.parent not in owned and n.personal and not n.is_party
        if is_theirs and not _is_shared(n) and r.child != r.parent and (n.head_in(lexicon.ADDRESSLIKE) or not n.noun):
            found.append(
                _edge(r, "owns", 0.85, f"it points to what says something of whoever has it ({n.personal[0]})")
            )
    return found


def _of_trees(
    natures: Mapping[str, Nature],
    references: Sequence[Reference],
    edges: Sequence[Drawn],
    gaps: frozenset[tuple[str, str]],
) -> list[Drawn]:
    """Return the edges of tables that are trees, in which a row without an owner is whose the row above it is.

    Where each row names its owner nothing passes along: an answer is not theirs to whose words it is one.
    """
    found = []
    for r in references:
        owning = [edge for edge in edges if edge.table == r.child and edge.kind == "owned_by"]
        bare = owning and all(any((r.child, own) in gaps for _, own in edge.on) for edge in owning)
        if r.child == r.parent and bare and not natures[r.child].is_party and not natures[r.child].head_in(_WRITTEN):
            edge = _edge(r, "owned_by", 0.7, "a row that names no owner is whose the row above it is")
            found.append(replace(edge, through=True))
    return found


_SHARING = frozenset(
    {"share", "access", "permission", "viewer", "watcher", "follower", "participant", "collaborator", "attendee"}
)


def _links(natures: Mapping[str, Nature], references: Sequence[Reference], edges: Sequence[Drawn]) -> list[Drawn]:
    """Return the edges by which whoever a link names sees what it links to, which is somebody else's."""
    owned = {edge.table for edge in edges if edge.kind == "owned_by"}
    named = {edge.table for edge in edges if edge.kind == "owned_by" and natures[edge.to].is_person}
    return [
        _edge(r, "accesses", 0.7, "the row lets whom it names see it")
        for r in references
        if r.child in named and r.parent in owned and r.parent != r.child and set(natures[r.child].noun) & _SHARING
    ]


def _beside(edge: Drawn) -> Drawn:
    """Return an edge to a member of staff, on a row that turned out to belong to what is somebody else's."""
    return replace(
        edge, kind="names", sure=min(edge.sure, 0.7), because=f"{edge.because}, yet it belongs to another row"
    )


def _edge(r: Reference, kind: str, sure: float, because: str) -> Drawn:
    sure = sure if r.fk else min(sure, r.sure)
    return Drawn(r.child, kind, r.parent, r.on, round(sure, 2), f"{r.because}; {because}", r.when)
