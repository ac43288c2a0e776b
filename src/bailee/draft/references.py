"""Which rows point to which: foreign keys, and columns that behave like one.

Where the database has no foreign key, a column's name may say where it points (``customer_id``, ``poster_id``,
``kunde_nr``), and its values must be found there: a name alone is a weak guess, and none if the values say no.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bailee.draft import lexicon
from bailee.draft.names import words
from bailee.trace.schema import Column, Kind, Schema, Table

ENOUGH = 3
"""So many different values must be found before the finding means something."""

HARDLY = 0.5
"""How well a name says where it points that says only that it points somewhere."""

_FOUND, _SOME = 0.95, 0.5
_MOST = 4  # tables that one column may be asked about


@dataclass(frozen=True, slots=True)
class Pair:
    """A column that may point to another. ``named``: how well its name says so, from 0 to 1.

    ``when``: a column and the value in it with which it points there; none: always.
    """

    table: str
    column: str
    their_table: str
    their_column: str
    kind: Kind
    named: float
    when: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """Rows of ``child`` point to rows of ``parent``. ``on``: (their column, own column); ``fk``: the system says so."""

    child: str
    parent: str
    on: tuple[tuple[str, str], ...]
    fk: bool
    sure: float
    because: str
    when: tuple[str, str] | None = None  # a column, and its value in the rows that point there

    @property
    def column(self) -> str:
        """The first of its own columns."""
        return self.on[0][1]


def declared(schema: Schema) -> Iterator[Reference]:
    """Yield the foreign keys between tables of ``schema``."""
    for table in schema.tables.values():
        for key in table.foreign_keys:
            if key.table in schema.tables:
                on = tuple(zip(key.their_columns, key.columns, strict=True))
                yield Reference(table.name, key.table, on, True, 1.0, "a foreign key")


def candidates(
    schema: Schema,
    nouns: Mapping[str, tuple[str, ...]],
    people: Mapping[str, bool],
    calls: Iterable[str],
    kinds: Mapping[tuple[str, str], Iterable[str]],
) -> Iterator[Pair]:
    """Yield the columns without a foreign key that may point to the key of a table.

    ``nouns``: table -> the words of its name. ``people``: tables whose rows may be people, and whether they log in:
    words such as *author* and *assigned to* point to them. ``calls``: tables of calls, which name an account as text.
    ``kinds``: columns of `telling` -> their values.
    """
    keys = list(_keys(schema))
    yield from _accounts(schema, keys, people, frozenset(calls))
    for table in schema.tables.values():
        taken = {column for key in table.foreign_keys for column in key.columns}
        for column in table.columns.values():
            if column.name in taken or column.kind not in {Kind.INTEGER, Kind.TEXT, Kind.OTHER}:
                continue
            if column.kind is Kind.OTHER and column.type_name != "uuid":
                continue
            if typed := list(_typed(table, column, keys, nouns, kinds)):
                yield from typed
                continue
            found = sorted(_named(table, column, keys, nouns, people), key=lambda pair: -pair.named)
            best = [pair for pair in found if pair.named >= found[0].named - 0.3]
            yield from best[:_MOST]


def _keys(schema: Schema) -> Iterator[tuple[Table, Column]]:
    for table in schema.tables.values():
        uniques = {columns[0] for columns in table.uniques if len(columns) == 1}
        uniques |= set(table.primary_key) if len(table.primary_key) == 1 else set()
        yield from ((table, table.columns[name]) for name in sorted(uniques) if name in table.columns)


def _named(
    table: Table,
    column: Column,
    keys: Iterable[tuple[Table, Column]],
    nouns: Mapping[str, tuple[str, ...]],
    people: Mapping[str, bool],
) -> Iterator[Pair]:
    parts = words(column.name)
    stem = _stem(parts)
    for parent, key in keys:
        own = parent.name == table.name
        if key.kind is not column.kind or (own and key.name == column.name):
            continue
        primary = parent.primary_key == (key.name,)
        named = 0.0
        its_key = table.primary_key == (column.name,)
        if primary and stem and not its_key:
            named = _is_noun(stem, nouns[parent.name], whole=len(stem) < len(parts))
            if named < 0.7 and parent.name in people and _is_role(stem):  # noqa: PLR2004 - better than a role
                named = (
                    0.6 + 0.05 * people[parent.name] + 0.06 * _is_of_staff(stem, nouns[parent.name])
                )  # who logs in is likelier to be named as who did something
        if not own and key.name.lower() == column.name.lower() and not _is_generic(key.name):
            named = max(named, 0.0 if its_key else 0.9 if primary else 0.7)
        if own and named < 0.7 and not (primary and "parent" in parts):  # noqa: PLR2004 - as above
            continue
        if own and primary and "parent" in parts:
            named = 0.8
        if not own and primary and not named and parent.name in people and _type_column(table, column):
            named = HARDLY
        if named:
            yield Pair(table.name, column.name, parent.name, key.name, column.kind, named)


def _accounts(
    schema: Schema, keys: Iterable[tuple[Table, Column]], people: Mapping[str, bool], calls: frozenset[str]
) -> Iterator[Pair]:
    """Yield the columns of calls that may name whose they are by something else than a key."""
    for name in calls:
        for column in schema.tables[name].columns.values():
            if column.kind is Kind.TEXT and "".join(words(column.name)) in _ACCOUNTS:
                yield from (
                    Pair(name, column.name, parent.name, key.name, column.kind, 0.6)
                    for parent, key in keys
                    if parent.name in people and key.kind is Kind.TEXT
                )


_ACCOUNTS = frozenset(
    {"accountcode", "account", "accountnumber", "customercode", "customer", "subscriber", "extension"}
)


def _type_column(table: Table, column: Column) -> str:
    """Return the column that says to which table this one points: ``parent_type`` beside ``parent_id``; or nothing."""
    start = column.name.lower().removesuffix("id").rstrip("_")
    others = {name.lower(): name for name in table.columns}
    wanted = (f"{start}{gap}{word}" for gap in ("", "_") for word in ("type", "class", "kind"))
    return next((others[name] for name in wanted if name in others), "") if start else ""


def telling(schema: Schema) -> Iterator[tuple[str, str]]:
    """Yield the (table, column) whose values may say to which table a column beside it points."""
    for table in schema.tables.values():
        for column in table.columns.values():
            name = _type_column(table, column)
            if column.name.lower().endswith("id") and name and table.columns[name].kind is Kind.TEXT:
                yield table.name, name


def _typed(
    table: Table,
    column: Column,
    keys: Iterable[tuple[Table, Column]],
    nouns: Mapping[str, tuple[str, ...]],
    kinds: Mapping[tuple[str, str], Iterable[str]],
) -> Iterator[Pair]:
    """Yield where ``column`` points by what the column beside it says: ``orders``, ``Order``, or its whole class."""
    name = _type_column(table, column)
    for value in kinds.get((table.name, name), ()):
        said = words(re.split(r"[\\:./]", value)[-1])
        for parent, key in keys:
            if parent.primary_key == (key.name,) and key.kind is column.kind and nouns[parent.name] == said:
                yield Pair(table.name, column.name, parent.name, key.name, column.kind, 0.9, (name, value))


def _stem(parts: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words of a column without what says that it is a key: ``customer_id``, ``id_customer``."""
    start = 1 if len(parts) > 1 and parts[0] in {"id", "fk", "ref"} else 0
    end = len(parts)
    while end > start + 1 and parts[end - 1] in lexicon.IDS:
        end -= 1
    return parts[start:end]


def _is_generic(name: str) -> bool:
    return all(part in lexicon.GENERIC for part in words(name)) or name.lower() in {"name", "title", "code", "slug"}


def _is_noun(stem: tuple[str, ...], noun: tuple[str, ...], *, whole: bool) -> float:
    """Return how well the words of a column name the table. ``whole``: the column says that it is a key."""
    if stem == noun:
        return 1.0 if whole else 0.75
    bare = tuple(word for word in noun if word not in lexicon.NEUTRAL)
    if bare and stem == bare:
        return 0.95 if whole else 0.7
    if len(noun) > 1 and stem == noun[-len(stem) :]:
        return 0.8 if whole else 0.5
    if bare and stem[-len(bare) :] == bare:  # billing_contact -> contact
        return 0.85 if whole else 0.6
    if len(noun) > 1 and stem[-1] == noun[-1] and whole:
        return 0.6
    return 0.0


def _is_of_staff(stem: tuple[str, ...], noun: tuple[str, ...]) -> bool:
    """Whether a column names who worked on the row, and the table has those who work."""
    return noun[-1] in lexicon.STAFF and ("".join(stem) in lexicon.NOT_THEIRS or stem[-1] in lexicon.NOT_THEIRS)


def _is_role(stem: tuple[str, ...]) -> bool:
    roles = lexicon.AUTHOR | lexicon.MAKER | lexicon.NOT_THEIRS | lexicon.ONLOOKER
    joined = "".join(stem)
    return joined in roles or stem[-1] in roles or (stem[-1] in {"by", "to", "user"} and stem[0] in roles)


def inferred(measured: Mapping[Pair, tuple[int, int]], foreign: Iterable[Reference]) -> Iterator[Reference]:
    """Yield the references that names and values together make likely; for each column the likeliest alone."""
    best: dict[tuple[str, str, tuple[str, str] | None], tuple[float, Reference]] = {}
    full = Counter(
        (p.table, p.column) for p, (found, of) in measured.items() if found == of >= ENOUGH and p.named <= HARDLY
    )
    for pair, (found, of) in measured.items():
        share = found / of if of else 0.0
        if pair.named <= HARDLY and full[pair.table, pair.column] != 1:  # small numbers are found in many tables
            continue
        if of >= ENOUGH and share < (_SOME if pair.named >= 0.95 else _FOUND):  # noqa: PLR2004 - a name as good as a key
            continue
        if of < ENOUGH and pair.named < 0.85:  # noqa: PLR2004 - next to nothing to see, and no name that says it
            continue
        seen = f"{found} of {of} different values are found there" if of else "no values to compare"
        sure = round(0.35 + 0.35 * pair.named + (0.25 * share if of >= ENOUGH else 0.0), 2)
        if_so = f' where {pair.when[0]} is "{pair.when[1]}"' if pair.when else ""
        because = f'"{pair.column}" names it{if_so}, and {seen}'
        on = ((pair.their_column, pair.column),)
        reference = Reference(pair.table, pair.their_table, on, False, min(0.9, sure), because, pair.when)
        place = (pair.table, pair.column, pair.when)
        if place not in best or best[place][0] < pair.named + share:
            best[place] = (pair.named + share, reference)
    taken = {(r.child, own) for r in foreign for _, own in r.on}
    yield from (reference for place, (_, reference) in best.items() if place[:2] not in taken)
