"""What is known of a system while its map is guessed, and the edges that are drawn from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bailee.draft import lexicon
from bailee.draft.column_facts import (
    find_internal_tables,
    find_keyed,
    find_rarely_repeated,
    find_sometimes_empty,
    find_unique,
)
from bailee.draft.columns import ENOUGH
from bailee.draft.edges import draw_edges
from bailee.draft.names import split_words
from bailee.draft.references import Agreement, DraftReference, DrawnEdge, SharedParent
from bailee.draft.sample import Sample, ValueShape
from bailee.draft.tables import Nature, find_call_columns
from bailee.trace.schema import Schema

_FEW = 10  # columns of a table that has addresses, and little else
_MAIN = frozenset({"primary", "main", "default", "verified", "confirmed", "confirmation", "preferred"})
_POINTS = frozenset({"contact", "point", "threepid", "emailaddress", "number", "telephone", "mail", "id", "auth"})


@dataclass(frozen=True, slots=True)
class SystemLook:
    """What is known of a system while guessing."""

    schema: Schema
    sample: Sample
    names: Mapping[str, str]  # table -> collection
    natures: Mapping[str, Nature]
    edges: Sequence[DrawnEdge]
    references: Sequence[DraftReference]
    open: frozenset[tuple[str, str]]  # columns that point somewhere, and nothing says where

    def leads_on(self, table: str) -> bool:
        """Whether a list points to a table that is not one."""
        known = lexicon.LOOKUP | lexicon.SHARED
        return any(
            r.child == table and r.is_sound and not self.natures[r.parent].head_in(known) for r in self.references
        )

    def is_somebodys(self, table: str) -> bool:
        """Whether rows of ``table`` have to do with somebody: people, their rows, addresses."""
        n = self.natures[table]
        return n.is_party or bool(n.personal) or self.is_owned(table) or bool(self.of(table))

    def of(self, table: str, *kinds: str) -> list[DrawnEdge]:
        """Return the edges that ``table`` declares."""
        return [edge for edge in self.edges if edge.table == table and (not kinds or edge.kind in kinds)]

    def reached(self, table: str) -> tuple[DrawnEdge, float] | None:
        """Return the edge to the people whose addresses ``table`` has, or who are in it once more, and how sure.

        An address book has the addresses of others: only a name that is the people's own and an address that is in one
        row alone, or a mark of the main one, tell a table of their own.
        """
        n, owning, itself = self.natures[table], self.of(table, "owned_by"), self.schema.tables[table]
        if len(owning) != 1:
            return None
        edge = owning[0]
        direct = not (edge.when or edge.through) and len(edge.on) == 1
        if not direct or not self.natures[edge.to].is_person:
            return None
        if self.schema.tables[edge.to].primary_key != (edge.on[0][0],):
            return None
        if (edge.on[0][1],) in itself.keys:
            return (edge, edge.sure) if n.is_person else None
        contact = [c for c, r in n.roles.items() if r.what in lexicon.CONTACT and self._looks(table, c)]
        known = frozenset(self.natures[edge.to].noun) | lexicon.ADDRESSLIKE | lexicon.NEUTRAL | _POINTS
        if n.is_party or not contact or len(itself.columns) > _FEW or "free_text" in n.held or not known >= set(n.noun):
            return None
        told = any((c,) in itself.keys for c in contact) or any(
            _MAIN.intersection(split_words(c)) for c in itself.columns
        )
        return edge, (edge.sure if told else min(edge.sure, 0.75))

    def _looks(self, table: str, column: str) -> bool:
        """Whether values of a column look like addresses or telephone numbers."""
        seen = self.sample.seen(table, column)
        return any(seen.share(shape) >= ENOUGH / 10 for shape in (ValueShape.EMAIL, ValueShape.E164, ValueShape.PHONE))

    def is_owned(self, table: str) -> bool:
        """Whether rows of ``table`` can be somebody's."""
        return bool(self.of(table, "owned_by")) or any(e.kind == "owns" and e.to == table for e in self.edges)


def draw_edges_of(
    schema: Schema,
    sample: Sample,
    natures: Mapping[str, Nature],
    references: Sequence[DraftReference],
    agreement: Agreement,
) -> tuple[list[DrawnEdge], tuple[SharedParent, ...]]:
    """Return the edges that ``references`` mean, and what is to be asked of the rows about these.

    What points to an address by which somebody is found points to them: so where there are tables of these, which is
    known once all edges are drawn, they are drawn again.
    """
    calls = frozenset(name for name, table in schema.tables.items() if find_call_columns(natures[name], table))

    def draw(findable: frozenset[str]) -> tuple[list[DrawnEdge], tuple[SharedParent, ...]]:
        return draw_edges(
            natures,
            references,
            find_sometimes_empty(schema, sample),
            agreement,
            inside=find_internal_tables(schema),
            calls=calls,
            single=find_unique(schema),
            keyed=find_keyed(schema),
            findable=findable,
            apart=find_rarely_repeated(schema, sample),
        )

    edges, asked = draw(frozenset())
    look = SystemLook(schema, sample, {}, natures, edges, references, frozenset())
    found = frozenset(name for name in schema.tables if not natures[name].is_party and look.reached(name))
    return draw(found) if found else (edges, asked)
