"""Which rows point to which: foreign keys, and columns that behave like one.

Where the database has no foreign key, a column's name may say where it points (``customer_id``, ``poster_id``,
``kunde_nr``), and its values must be found there. What that proves `chance` says. A column points to one table, unless
a column beside it says to which (``owner_type`` beside ``owner_id``): of several that could be meant none is taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bailee.draft.chance import ENOUGH, Measured, Says, find_within, judge_values
from bailee.draft.kinds import Kinds, find_kind_column
from bailee.draft.meaning import EXACT, ColumnPair, can_point, explain_vagueness, find_stem, is_generic
from bailee.draft.names import remove_column_prefixes, split_words
from bailee.draft.sample import Sample, ValueShape
from bailee.trace.schema import ColumnKind, Schema

UNSURE = 0.5
"""A reference that is no surer is shown, and nothing rests on it."""

_FOUND, _SOME = 0.95, 0.5
_OPEN = 0.2  # of guesses where a column may mean several tables, or anything, so many are right
_PLAIN = 0.95  # a name that is a table's and says that it is a key needs few values
_MANY = 5  # different values, among small numbers, for a name to be believed
_NEAR = 0.2  # names that differ by less may as well mean the other table


@dataclass(frozen=True, slots=True)
class DraftReference:
    """Rows of ``child`` point to rows of ``parent``. ``on``: (their column, own column); ``fk``: the system says so."""

    child: str
    parent: str
    on: tuple[tuple[str, str], ...]
    fk: bool
    sure: float
    because: str
    when: tuple[str, str | int] | None = None  # a column, and its value in the rows that point there
    cascades: bool = False  # the database deletes the rows with the row that they point to
    bare: str = ""  # the first of its own columns, without what all columns of its table begin with

    @property
    def column(self) -> str:
        """The first of its own columns."""
        return self.on[0][1]

    @property
    def is_sound(self) -> bool:
        """Whether anything may rest on it."""
        return self.fk or self.sure > UNSURE


@dataclass(frozen=True, slots=True)
class DrawnEdge:
    """An edge of the map, drawn on ``on_collection`` (a table). ``kind`` is a word of the map."""

    table: str
    kind: str
    to: str
    on: tuple[tuple[str, str], ...]  # (their column, own column)
    sure: float
    because: str
    when: tuple[str, str | int] | None = None  # a column, and its value in the rows that have the edge
    through: bool = False  # from a table to itself: followed to the end


@dataclass(frozen=True, slots=True)
class SharedParent:
    """Rows of ``child`` point by ``on`` to rows of ``parent``; both name a person: ``own`` and ``theirs``.

    Whether it is the same person is to be asked: where it is not, what belongs to the one row is not its person's.
    """

    child: str
    on: tuple[tuple[str, str], ...]
    own: str
    parent: str
    theirs: str


Agreement = Mapping[SharedParent, tuple[int, int]]
"""Of how many rows it was asked, and in how many of these the two persons differ."""

TableKey = tuple[str, tuple[str, ...]]
"""A table, and the columns of one of its keys."""


@dataclass(frozen=True, slots=True)
class Open:
    """A column that points somewhere, and nothing says where."""

    table: str
    column: str
    because: str


@dataclass(frozen=True, slots=True)
class SystemAnswers:
    """What the system said when it was asked.

    ``pairs``: what of one column is found in another. ``reaches``: (table, column) of a numeric key -> its least and
    greatest value. ``agreement``: whether rows name the same person as the rows that they belong to.
    ``filled_keys``: of `list_nullable_keys`, those that every row has.
    """

    pairs: Mapping[ColumnPair, Measured] = field(default_factory=dict)
    reaches: Mapping[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    agreement: Agreement = field(default_factory=dict)
    filled_keys: frozenset[TableKey] = frozenset()


def list_declared(schema: Schema) -> Iterator[DraftReference]:
    """Yield the foreign keys between tables of ``schema``."""
    for table in schema.tables.values():
        bare = remove_column_prefixes(tuple(table.columns), table.primary_key)
        for key in table.foreign_keys:
            if key.table in schema.tables:
                on = tuple(zip(key.their_columns, key.columns, strict=True))
                cascades = key.on_delete == "cascade"
                yield DraftReference(
                    table.name, key.table, on, True, 1.0, "a foreign key", None, cascades, bare[key.columns[0]]
                )


def list_numeric_keys(schema: Schema) -> tuple[tuple[str, str], ...]:
    """Return the (table, column) of primary keys that are one number: how far they reach is to be asked."""
    return tuple(
        (table.name, table.primary_key[0])
        for table in schema.tables.values()
        if len(table.primary_key) == 1 and table.columns[table.primary_key[0]].kind is ColumnKind.INTEGER
    )


def list_nullable_keys(schema: Schema) -> Iterator[TableKey]:
    """Yield the keys that may be null of tables that have no other: whether each row has one is to be asked."""
    for table in schema.tables.values():
        nullable = [key for key in sorted(table.uniques) if any(table.columns[c].nullable for c in key)]
        if not (table.loose or table.primary_key) and len(nullable) == len(table.uniques):
            yield from ((table.name, key) for key in nullable)


# --- what names and values mean together -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Weighed:
    """A pair, what of it was measured, and what that says."""

    pair: ColumnPair
    m: Measured
    says: Says

    @property
    def weight(self) -> float:
        """How much speaks for it, beside others of the same column."""
        return self.pair.named + self.m.share + 0.5 * self.proven

    @property
    def proven(self) -> bool:
        """Whether chance is excluded."""
        return self.says in {Says.EXCLUDED, Says.ALONE}


def infer_references(
    found: SystemAnswers, sample: Sample, foreign: Iterable[DraftReference], people: frozenset[str]
) -> tuple[list[DraftReference], list[Open]]:
    """Return the references that names and values together make likely, one a column, and the columns left open.

    ``foreign``: the foreign keys, which need no guess. ``people``: tables whose rows may be people.
    """
    fixed = {(r.child, own) for r in foreign for _, own in r.on}
    places: dict[tuple[str, str, tuple[str, str | int] | None], list[_Weighed]] = {}
    for pair, m in found.pairs.items():
        if (pair.table, pair.column) not in fixed and _can_point(pair, m):
            places.setdefault((pair.table, pair.column, pair.when), []).append(_weigh_pair(pair, m, found, sample))
    references, left = [], []
    satellites = _find_satellites(places.values(), foreign, people)
    extensions = _find_extensions(places.values())
    for weighed in places.values():
        best = max(weighed, key=lambda one: one.weight)
        rivals = [one for one in weighed if one is not best and _is_rival(one, best, satellites, extensions)]
        sure, why = _weigh_reference(best, rivals, people)
        references.append(_make_reference(best, sure, why))
        if why:
            left.append(_make_open(best, why, found, sample))
    return references, left


def _can_point(pair: ColumnPair, m: Measured) -> bool:
    """Whether the values leave it possible: all but a few are found, or too few are there to say."""
    if m.of < ENOUGH:
        return pair.named >= 0.85 and (m.found > 0 or not m.of)  # noqa: PLR2004 - a name that says it
    return m.share >= (_SOME if pair.named >= 0.95 and not pair.vague else _FOUND)  # noqa: PLR2004 - as good as a key


def _weigh_pair(pair: ColumnPair, m: Measured, found: SystemAnswers, sample: Sample) -> _Weighed:
    seen = sample.seen(pair.table, pair.column)
    key = (pair.their_table, pair.their_column)
    others = [reach for other, reach in found.reaches.items() if other not in {key, (pair.table, pair.column)}]
    numbers = pair.kind is ColumnKind.TEXT and seen.share(ValueShape.DIGITS) > _SOME
    return _Weighed(pair, m, judge_values(m, found.reaches.get(key), seen.span, others, numbers=numbers))


def _find_satellites(
    places: Iterable[Sequence[_Weighed]], foreign: Iterable[DraftReference], people: frozenset[str]
) -> frozenset[tuple[str, str]]:
    """Return (table, table that it points to) of tables of people: the same people, known twice."""
    keyed = {(r.child, r.parent) for r in foreign if r.child != r.parent}
    keyed |= {(o.pair.table, o.pair.their_table) for some in places for o in some if not o.pair.when}
    return frozenset(both for both in keyed if both[0] != both[1] and people.issuperset(both))


def _find_extensions(places: Iterable[Sequence[_Weighed]]) -> frozenset[tuple[str, str]]:
    """Return (table, table that it extends): by their keys its rows are rows of the other, so that the other is meant.

    Of the tables that a column may mean, so the one is left on which the others rest (Jiang and Naumann 2020).
    """
    weighed = [one for some in places for one in some if not one.pair.when]
    keys = {(one.pair.their_table, one.pair.their_column) for one in weighed}
    return frozenset(
        (one.pair.table, one.pair.their_table)
        for one in weighed
        if (one.pair.table, one.pair.column) in keys and one.m.share >= _FOUND and one.m.found >= ENOUGH
    )


def _is_rival(
    one: _Weighed, best: _Weighed, satellites: frozenset[tuple[str, str]], extensions: frozenset[tuple[str, str]]
) -> bool:
    """Whether a column may as well point where ``one`` says, as far as names and values tell.

    A list of customers beside the users: *customer* may mean either, *user* and *author* the users alone.
    """
    if (best.proven and not one.proven) or one.m.share < best.m.share:
        return False
    both = one.pair.their_table, best.pair.their_table
    if both in extensions and both[::-1] not in extensions and one.pair.named <= best.pair.named:
        return False
    if (one.pair.their_table, best.pair.their_table) in satellites:
        return one.pair.named >= EXACT
    return (best.pair.their_table, one.pair.their_table) in satellites or one.pair.named > best.pair.named - _NEAR


def _weigh_reference(best: _Weighed, rivals: Sequence[_Weighed], people: frozenset[str]) -> tuple[float, str]:
    """Return how sure a reference is, and why nobody can tell where it points; empty where the name and values do."""
    pair, m = best.pair, best.m
    by_name = 0.35 + 0.35 * pair.named
    if rivals and not pair.when:
        names = ", ".join(sorted({pair.their_table, *(one.pair.their_table for one in rivals)}))
        known = pair.their_table in people and len(rivals) == 1
        return (min(0.7, by_name) if known else _OPEN), f"it may as well point to any of {names}"
    if pair.vague and not best.proven:
        return _OPEN, pair.vague
    if pair.vague:
        return (0.85 if best.says is Says.EXCLUDED else 0.6), ""
    if best.says is Says.LITTLE:
        return (0.9 if m.found and pair.named >= _PLAIN else min(by_name + 0.1 * bool(m.of), 0.8)), ""
    if pair.kind is ColumnKind.INTEGER and pair.named < 0.8 and pair.their_table not in people and not best.proven:  # noqa: PLR2004 - no word says that it is a key
        return _OPEN, ""
    bare = 0.7 <= pair.named < 0.8 and pair.their_table in people  # noqa: PLR2004 - the table's own noun, and no more
    known = pair.named >= EXACT or bare
    if best.proven:
        excluded = best.says is Says.EXCLUDED
        sure = 0.85 if m.share < EXACT else 0.8 + 0.17 * pair.named if excluded else 0.65 + 0.32 * pair.named
    elif m.share >= _FOUND and (pair.when or (known and m.found >= _MANY)):
        sure = 0.95
    else:
        sure = min(0.85, by_name + 0.25 * m.share)
    return round(sure, 2), ""


def _make_reference(one: _Weighed, sure: float, why: str) -> DraftReference:
    pair, m = one.pair, one.m
    seen = f"{m.found} of {m.of} different values are found there" if m.of else "no values to compare"
    if m.of and one.says is Says.CROWD:
        seen += ", as small numbers are in many tables"
    elif one.proven:
        seen += ", and in no other table's key" if one.says is Says.ALONE else ", which chance does not explain"
    if_so = f' where {pair.when[0]} is "{pair.when[1]}"' if pair.when else ""
    because = f'"{pair.column}" names it{if_so}, and {seen}' + (f"; {why}" if why else "")
    on = ((pair.their_column, pair.column), *((theirs, own) for own, theirs in pair.beside))
    return DraftReference(pair.table, pair.their_table, on, False, sure, because, pair.when, bare=pair.bare)


def _make_open(one: _Weighed, why: str, found: SystemAnswers, sample: Sample) -> Open:
    pair = one.pair
    tables = find_within(sample.seen(pair.table, pair.column).span, found.reaches)
    others = [table for table in tables if table != pair.table]
    where = f"; its values lie in the keys of {_list_several(others)}" if others else ""
    return Open(pair.table, pair.column, f"{why}{where}")


_NAMED = 6  # tables that a sentence may name


def _list_several(tables: Sequence[str]) -> str:
    more = f" and {len(tables) - _NAMED} more" if len(tables) > _NAMED else ""
    return ", ".join(tables[:_NAMED]) + more


def find_left_open(
    schema: Schema, sample: Sample, found: SystemAnswers, known: Iterable[tuple[str, str]], kinds: Kinds
) -> Iterator[Open]:
    """Yield the columns whose name says that they point somewhere, and not where. ``known``: those that are settled."""
    known = frozenset(known)
    for table in schema.tables.values():
        bare = remove_column_prefixes(tuple(table.columns), table.primary_key)
        for column in table.columns.values():
            parts = split_words(bare[column.name])
            stem = find_stem(parts)
            place = (table.name, column.name)
            points = can_point(column) and len(stem) < len(parts) and table.primary_key != (column.name,)
            if not points or place in known or not is_generic(stem):
                continue
            beside = find_kind_column(table, column.name)
            why = explain_vagueness(parts, beside if (table.name, beside) in kinds else "")
            tables = [name for name in find_within(sample.seen(*place).span, found.reaches) if name != table.name]
            yield Open(*place, why + (f"; its values lie in the keys of {_list_several(tables)}" if tables else ""))
