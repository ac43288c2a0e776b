"""Whose each row is, by the right answers and by a draft: computed on the rows themselves.

An edge is judged by what it does: it is wrong in the worst way if its join gives a person a row that is another's and
that no fair answer gives them. Rows and persons are few, so all of this is plain Python over rows that were read back.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from tests.draft.real.answers import OWNERSHIP, TRUE, Edge, RealAnswers
from tests.draft.real.said import Said

Place = tuple[str, int]  # table, number of the row
_TEST = re.compile(r"""[`"]?(\w+)[`"]?\s*(=|!=|in|is)\s*(.+)""")


@dataclass(frozen=True)
class Join:
    """Rows of ``child`` that point to rows of ``parent``: pairs of numbers of rows."""

    child: str
    parent: str
    pairs: Sequence[tuple[int, int]]


@dataclass(frozen=True)
class Taken:
    """An accepted edge that makes ``rows`` rows of other persons somebody's."""

    said: Said
    rows: int


Rows = Mapping[str, Sequence[Mapping[str, Any]]]


def read_rows(engine: sa.Engine, metadata: sa.MetaData) -> Rows:
    """Return the rows of all tables, in the order in which the database gives them."""
    with engine.connect() as connection:
        return {
            name: [dict(row._mapping) for row in connection.execute(table.select())]
            for name, table in metadata.tables.items()
        }


def takes(answers: RealAnswers, rows: Rows, said: Iterable[Said], is_right: Callable[[Said], bool]) -> list[Taken]:
    """Return the accepted edges of ownership by which some person gets a row that is another's.

    A wrong edge passes on all whom the draft makes owners of the row it points to; one that ``is_right`` passes on its
    right owners alone, for what came to it by a wrong one is that one's fault.
    """
    persons = _persons(answers, rows)
    right = _owners(persons, [_join_of_answer(answers, rows, e) for e, w in answers.edges.items() if w[0] in TRUE])
    fair = _owners(
        persons,
        [_join_of_answer(answers, rows, e) for e, w in answers.edges.items() if {*TRUE, "same"} & {*w}],
    )
    edges = [(one, _join_of_draft(rows, one)) for one in said if one.what == "edge" and one.word in OWNERSHIP]
    edges = [(one, join) for one, join in edges if join.child != join.parent or one.deep]
    drafted = _owners(persons, [join for _, join in edges], own_too=False)
    found = []
    for one, join in edges:
        wrong = set()
        for c, p in join.pairs:
            child, parent = (join.child, c), (join.parent, p)
            owners = right if is_right(one) else drafted
            new = ({persons[parent]} if parent in persons else owners[parent]) - fair[child]
            if new and (right[child] or child in persons):
                wrong.add(c)
        if wrong:
            found.append(Taken(one, len(wrong)))
    return found


def merges(answers: RealAnswers, rows: Rows, said: Sequence[Said]) -> list[Taken]:
    """Return the accepted identities by which rows of another table count as the same person and are not.

    Two verified identities of one attribute join their rows (rule 6): a search that finds the one finds the other,
    and all that is theirs.
    """
    persons = _persons(answers, rows)
    verified = [one for one in said if one.what == "identity" and one.is_verified]
    found = []
    for n, one in enumerate(verified):
        for other in verified[:n]:
            if one.word != other.word or _table(one) == _table(other):
                continue
            join = _join(rows, (str(one.about), str(other.about)), lambda _row: True)
            wrong = {c for c, p in join.pairs if not _is_same(persons, (join.child, c), (join.parent, p))}
            if wrong:
                found.append(Taken(one, len(wrong)))
    return found


def _table(one: Said) -> str:
    return str(one.about).rpartition(".")[0]


def _is_same(persons: Mapping[Place, Place], one: Place, other: Place) -> bool:
    return one in persons and other in persons and persons[one] == persons[other]


def _persons(answers: RealAnswers, rows: Rows) -> dict[Place, Place]:
    """Return the rows that are persons -> the row that stands for the person, where several are the same one."""
    tables = answers.people | (
        answers.people_either & {e[0].partition(".")[0] for e, w in answers.edges.items() if "same" in w}
    )
    persons = {(t, i): (t, i) for t in tables for i in range(len(rows[t]))}
    for edge, words in answers.edges.items():
        if "same" not in words or words[0] not in {*TRUE, "same"}:  # the rows were made by what stands first
            continue
        join = _join_of_answer(answers, rows, edge)
        for c, p in join.pairs:
            if (join.child, c) in persons and (join.parent, p) in persons:
                persons[join.child, c] = (join.parent, p)
    return {place: _end(place, persons) for place in persons}


def _end(place: Place, persons: Mapping[Place, Place]) -> Place:
    for _ in range(9):
        if persons[place] == place:
            break
        place = persons[place]
    return place


def _owners(persons: Mapping[Place, Place], joins: Sequence[Join], *, own_too: bool = True) -> dict[Place, set[Place]]:
    """Return row -> the persons whose it is: what passes on from a row stops at another person's row (rule 2)."""
    owners: dict[Place, set[Place]] = defaultdict(set)
    if own_too:
        for place, person in persons.items():
            owners[place].add(person)
    changed = True
    while changed:
        changed = False
        for join in joins:
            for c, p in join.pairs:
                child, parent = (join.child, c), (join.parent, p)
                new = ({persons[parent]} if parent in persons else owners[parent]) - owners[child]
                if new:
                    owners[child] |= new
                    changed = True
    return owners


# --- joins ---------------------------------------------------------------------------------------------------


def _join_of_answer(answers: RealAnswers, rows: Rows, edge: Edge) -> Join:
    """Return the pairs of an edge of the answers, the owned row first: an edge that ``owns`` is turned."""
    when = answers.whens.get(edge)
    join = _join(rows, edge, lambda row: when is None or str(row[when[0]]) == when[1])
    return _turned(join) if answers.edges[edge][0] == "owns" else join


def _join_of_draft(rows: Rows, one: Said) -> Join:
    child = one.about[0].partition(".")[0]
    test = _test(one.when)
    if one.at == child:
        join = _join(rows, (one.about[0], one.about[1]), test)
    else:
        join = _join(rows, (one.about[0], one.about[1]), lambda _row: True, test)
    return _turned(join) if one.word == "owns" else join


def _turned(join: Join) -> Join:
    return Join(join.parent, join.child, [(p, c) for c, p in join.pairs])


Test = Callable[[Mapping[str, Any]], bool]


def _join(rows: Rows, edge: Edge, test: Test, parent_test: Test = lambda _row: True) -> Join:
    (child, own), (parent, theirs) = (_columns(end) for end in edge)
    by_key: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for p, row in enumerate(rows[parent]):
        if parent_test(row):
            by_key[_key(row, theirs)].append(p)
    pairs = [
        (c, p)
        for c, row in enumerate(rows[child])
        if test(row) and all(row[column] is not None for column in own)
        for p in by_key.get(_key(row, own), ())
    ]
    return Join(child, parent, pairs)


def _columns(end: str) -> tuple[str, list[str]]:
    parts = end.split("+")
    return parts[0].rpartition(".")[0], [part.rpartition(".")[2] for part in parts]


def _key(row: Mapping[str, Any], columns: Sequence[str]) -> tuple[str, ...]:
    return tuple(str(row[column]) for column in columns)


def _test(when: str) -> Test:
    """Return the test of a ``when``: comparisons with texts joined by *and*. Raises ValueError for any other."""
    tests = list(_tests(when))

    def holds(row: Mapping[str, Any]) -> bool:
        return all((str(row[column]) in values) is wanted for column, values, wanted in tests)

    return holds


def _tests(when: str) -> Iterator[tuple[str, frozenset[str], bool]]:
    for part in when.split(" and ") if when else ():
        found = _TEST.fullmatch(part.strip())
        if not found:
            raise ValueError(f"the judge cannot read this when: {when}")
        column, sign, rest = found[1], found[2], found[3].strip()
        if sign == "is":
            yield column, frozenset({"None"}), rest.lower() == "null"
        else:
            values = re.findall(r"'((?:[^']|'')*)'|(-?\d+)", rest)
            yield column, frozenset(text.replace("''", "'") or number for text, number in values), sign != "!="
