"""Systems in memory that answer the questions of a closure as a database would."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bailee.connectors.sql.dialects import list_dialects
from bailee.policy import (
    Collection,
    Edge,
    EdgeKind,
    Firm,
    FirmRole,
    Form,
    Identity,
    Joins,
    Party,
    Policy,
    Spelling,
    System,
)
from bailee.policy.predicate import And, Compare, Or, Predicate, Scalar
from bailee.trace.bind import BoundMap, bind
from bailee.trace.normal import convert_to_text, scan_text
from bailee.trace.questions import FoundSubject, SubjectQuestion
from bailee.trace.schema import ColumnKind, Schema, SchemaColumn, SchemaTable
from bailee.trace.sets import Ref, Through

Cells = Mapping[str, Scalar]

EMAIL = Identity("email", "email", Spelling(Form.LOWER), Joins.VERIFIED)
CHECKED = Identity("email", "email", Spelling(Form.LOWER), Joins.VERIFIED, verified_when=Compare("checked", "=", 1))
PHONE = Identity("phone", "phone", Spelling(Form.E164), Joins.VERIFIED, ("since", "until"))
LOOSE_PHONE = Identity("phone", "phone", Spelling(Form.E164), Joins.CONFIRM)


def people(name: str, *identities: Identity, edges: tuple[Edge, ...] = ()) -> Collection:
    """Return a collection of persons."""
    return Collection(name, table=name, party=Party.PERSON, identities=identities, edges=edges)


def belongs_to(collection: str, column: str) -> Edge:
    return Edge(EdgeKind.BELONGS_TO, collection, (("id", column),), id=column)


def system(name: str, *collections: Collection, customer: str | None = None) -> System:
    """Return a controller's system, or with a ``customer`` a processor's."""
    role = FirmRole.PROCESSOR if customer else FirmRole.CONTROLLER
    return System(
        name, name, "memory", "", role=role, customer=customer, collections={each.name: each for each in collections}
    )


@dataclass(frozen=True, slots=True)
class World:
    """Systems with their rows, and what they were asked. Rows have a key ``id``."""

    maps: Mapping[str, BoundMap]
    rows: Mapping[tuple[str, str], Sequence[Cells]]
    asked: list[tuple[str, Sequence[SubjectQuestion]]] = field(default_factory=list)

    def ask(self, name: str, questions: Sequence[SubjectQuestion]) -> Iterator[FoundSubject]:
        self.asked.append((name, questions))
        for question in questions:
            counts: Counter[str] = Counter()
            for row in self.rows[name, question.collection]:
                if self._answers(name, question, row, counts):
                    yield self._found(name, question.collection, row)

    def _answers(self, name: str, question: SubjectQuestion, row: Cells, counts: Counter[str]) -> bool:
        if not self._holds(name, question.within, row):
            return False
        if question.identity is None:
            return (row["id"],) in question.keys
        spelled = [
            text for text in _compared(question.identity, row[question.identity.column]) if text in question.spellings
        ]
        counts.update(spelled)
        return any(question.limit is None or counts[text] <= question.limit for text in spelled)

    def _found(self, name: str, collection: str, row: Cells) -> FoundSubject:
        identities = self.maps[name].bound[collection].collection.identities
        verified = (
            n for n, i in enumerate(identities) if not i.verified_when or self._holds(name, i.verified_when, row)
        )
        return FoundSubject(Ref(name, collection, (row["id"],)), row, frozenset(verified))

    def _holds(self, name: str, predicate: Predicate, row: Cells) -> bool:
        match predicate:
            case And(parts=parts):
                return all(self._holds(name, part, row) for part in parts)
            case Or(parts=parts):
                return any(self._holds(name, part, row) for part in parts)
            case Compare(column=column, op="=", value=value):
                return row[column] == value
            case Through(collection=collection, on=on, where=where):
                return any(
                    all(other[their] == row[own] is not None for their, own in on) and self._holds(name, where, other)
                    for other in self.rows[name, collection]
                )
        raise TypeError(predicate)


def _compared(identity: Identity, cell: Scalar) -> list[str]:
    """Return what a database compares: the cell, each element of a list, or what a scan leaves."""
    text = convert_to_text(cell)
    if text is None:
        return []
    if identity.stored.form is Form.LIST:
        return [scan_text(identity.attribute, part) for part in text.split(identity.stored.text)]
    scans = identity.stored.form is Form.RAW and identity.stored.scan
    return [scan_text(identity.attribute, text) if scans else text.removesuffix("\0")]


def world(systems: Sequence[System], rows: Mapping[tuple[str, str], Sequence[Cells]], shared_above: int = 3) -> World:
    """Return ``systems`` with ``rows``; cells that a row does not name are empty, and ``id`` is its place from 1."""
    policy = Policy(Firm("the firm", shared_above=shared_above), {each.name: each for each in systems}, {}, {})
    maps, full = {}, {}
    for each in systems:
        tables = {}
        for collection in each.collections.values():
            said = rows.get((each.name, collection.name), ())
            columns = dict.fromkeys(["id", *_declared(collection), *(column for row in said for column in row)])
            tables[collection.name] = SchemaTable(
                collection.name, {c: SchemaColumn(c, ColumnKind.TEXT) for c in columns}, ("id",)
            )
            empty: Cells = dict.fromkeys(columns)
            full[each.name, collection.name] = [{**empty, "id": n, **row} for n, row in enumerate(said, 1)]
        maps[each.name] = bind(each, Schema(list_dialects()["sqlite"].kind, tables), policy)
    return World(maps, full)


def _declared(collection: Collection) -> Iterator[str]:
    for identity in collection.identities:
        yield identity.column
        yield from (column for column in identity.valid or () if column)
        if identity.verified_when:
            yield "checked"
    for edge in collection.edges:
        yield from edge.own_columns
