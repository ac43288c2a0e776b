"""Which rows point to which: foreign keys, and columns that behave like one.

Where the database has no foreign key, a column's name may say where it points (``customer_id``, ``poster_id``,
``kunde_nr``), and its values must be found there. What that proves `chance` says. A column points to one table, unless
a column beside it says to which (``owner_type`` beside ``owner_id``): of several that could be meant none is taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bailee.draft import lexicon
from bailee.draft.chance import ENOUGH, Measured, Says, says, within
from bailee.draft.kinds import Kinds, Named, kind_column, named_by
from bailee.draft.names import bare_columns, words
from bailee.draft.sample import Sample, Shape
from bailee.trace.schema import Column, Kind, Schema, Table

EXACT = 0.9
"""A name as good as this says which table is meant, if there is one such table alone."""

UNSURE = 0.5
"""A reference that is no surer is shown, and nothing rests on it."""

_FOUND, _SOME = 0.95, 0.5
_MANY = 5  # different values, among small numbers, for a name to be believed
_NEAR = 0.2  # names that differ by less may as well mean the other table
_MOST = 4  # tables that one column may be asked about
_KEYED = frozenset({Kind.INTEGER, Kind.TEXT, Kind.OTHER})


@dataclass(frozen=True, slots=True)
class Pair:
    """A column that may point to another. ``named``: how well its name says so, from 0 to 1.

    ``when``: a column and the value in it with which it points there; none: always. ``vague``: why its name fits more
    tables than this one; empty where it does not. ``beside``: (own, their) columns of the same key: a name, and where
    it counts.
    """

    table: str
    column: str
    their_table: str
    their_column: str
    kind: Kind
    named: float
    when: tuple[str, str | int] | None = None
    vague: str = ""
    beside: tuple[tuple[str, str], ...] = ()
    bare: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
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
class Shared:
    """Rows of ``child`` point by ``on`` to rows of ``parent``; both name a person: ``own`` and ``theirs``.

    Whether it is the same person is to be asked: where it is not, what belongs to the one row is not its person's.
    """

    child: str
    on: tuple[tuple[str, str], ...]
    own: str
    parent: str
    theirs: str


Agreement = Mapping[Shared, tuple[int, int]]
"""Of how many rows it was asked, and in how many of these the two persons differ."""


@dataclass(frozen=True, slots=True)
class Open:
    """A column that points somewhere, and nothing says where."""

    table: str
    column: str
    because: str


@dataclass(frozen=True, slots=True)
class Found:
    """What the system said when it was asked.

    ``pairs``: what of one column is found in another. ``reaches``: (table, column) of a numeric key -> its least and
    greatest value. ``agreement``: whether rows name the same person as the rows that they belong to.
    """

    pairs: Mapping[Pair, Measured] = field(default_factory=dict)
    reaches: Mapping[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    agreement: Agreement = field(default_factory=dict)


def declared(schema: Schema) -> Iterator[Reference]:
    """Yield the foreign keys between tables of ``schema``."""
    for table in schema.tables.values():
        bare = bare_columns(tuple(table.columns), table.primary_key)
        for key in table.foreign_keys:
            if key.table in schema.tables:
                on = tuple(zip(key.their_columns, key.columns, strict=True))
                cascades = key.on_delete == "cascade"
                yield Reference(
                    table.name, key.table, on, True, 1.0, "a foreign key", None, cascades, bare[key.columns[0]]
                )


def numeric_keys(schema: Schema) -> tuple[tuple[str, str], ...]:
    """Return the (table, column) of primary keys that are one number: how far they reach is to be asked."""
    return tuple(
        (table.name, table.primary_key[0])
        for table in schema.tables.values()
        if len(table.primary_key) == 1 and table.columns[table.primary_key[0]].kind is Kind.INTEGER
    )


# --- what a name may mean --------------------------------------------------------------------------------------


def candidates(
    schema: Schema,
    nouns: Mapping[str, tuple[str, ...]],
    people: Mapping[str, bool],
    calls: Iterable[str],
    kinds: Kinds,
) -> Iterator[Pair]:
    """Yield the columns without a foreign key that may point to the key of a table.

    ``nouns``: table -> the words of its name. ``people``: tables whose rows may be people, and whether they log in:
    words such as *author* and *assigned to* point to them. ``calls``: tables of calls, which name an account as text.
    ``kinds``: columns of `kinds.telling` -> their values.
    """
    keys = list(_keys(schema))
    mains = {name: _main_key(table) for name, table in schema.tables.items()}
    taken = {table.name: {c for key in table.foreign_keys for c in key.columns} for table in schema.tables.values()}
    yield from _accounts(schema, keys, people, frozenset(calls))
    yield from _natural(schema, people, taken)
    sole = _sole(schema, nouns, people)
    for table in schema.tables.values():
        bare = bare_columns(tuple(table.columns), table.primary_key)
        for column in table.columns.values():
            if column.name in taken[table.name] or not _may_point(column):
                continue
            beside = kind_column(table, column.name)
            if typed := list(_typed(table, column, keys, nouns, kinds.get((table.name, beside), ()), beside)):
                yield from typed
                continue
            parts = words(bare[column.name])
            named = _named(table, column, bare[column.name], parts, keys, nouns, people, sole, mains)
            found = _of_people_first(sorted(named, key=lambda pair: -pair.named), people)
            best = [
                pair
                for pair in found
                if pair.named >= found[0].named - 0.3 or {pair.their_table, found[0].their_table} <= people.keys()
            ][:_MOST]
            vague = _vague(parts, beside if (table.name, beside) in kinds else "")
            yield from (replace(pair, vague=vague, bare=bare[column.name]) for pair in best)


def _main_key(table: Table) -> str:
    """Return the one column that tells the rows of a table apart: its primary key, or its one other key."""
    keys = [table.primary_key] if table.primary_key else list(table.uniques)
    return keys[0][0] if len(keys) == 1 and len(keys[0]) == 1 else ""


def _of_people_first(found: Sequence[Pair], people: Mapping[str, bool]) -> list[Pair]:
    """Return ``found`` without what has the same people once more: of tables with one key the people's is meant."""
    meant = [pair for pair in found if pair.their_table in people and pair.named >= EXACT]
    if len({pair.their_table for pair in meant}) != 1:
        return list(found)
    return [pair for pair in found if pair.their_table in people or pair.named < EXACT]


def _may_point(column: Column) -> bool:
    return column.kind in _KEYED and (column.kind is not Kind.OTHER or column.type_name == "uuid")


def _vague(parts: tuple[str, ...], beside: str) -> str:
    """Return why a column of this name may point to more tables than one. ``beside``: what says what a row is."""
    if beside:
        return f'"{beside}" beside it says what it points to, in words that name no table'
    if is_generic(_stem(parts)):
        return "its name fits any table"
    return ""


def is_generic(stem: tuple[str, ...]) -> bool:
    """Whether a column of these words points to anything: ``object_id``, ``entry_id``, ``parent_id``."""
    return bool(stem) and lexicon.ANYTHING.issuperset(stem)


def _keys(schema: Schema) -> Iterator[tuple[Table, Column]]:
    for table in schema.tables.values():
        uniques = {columns[0] for columns in table.uniques if len(columns) == 1}
        uniques |= set(table.primary_key) if len(table.primary_key) == 1 else set()
        yield from ((table, table.columns[name]) for name in sorted(uniques) if name in table.columns)


def _named(
    table: Table,
    column: Column,
    bare: str,
    parts: tuple[str, ...],
    keys: Sequence[tuple[Table, Column]],
    nouns: Mapping[str, tuple[str, ...]],
    people: Mapping[str, bool],
    sole: str,
    mains: Mapping[str, str],
) -> Iterator[Pair]:
    stem, its_key = _stem(parts), table.primary_key == (column.name,)
    if parts[:1] and parts[0] in _COUNTING:
        return
    for parent, key in keys:
        own = parent.name == table.name
        if key.kind is not column.kind or (own and key.name == column.name):
            continue
        primary = mains[parent.name] == key.name
        if its_key and primary and parent.name not in people and table.name not in people and key.name == column.name:
            continue
        named = 0.0
        if primary and stem and (not its_key or (stem == nouns[parent.name] != nouns[table.name])):
            named = _is_noun(stem, nouns[parent.name], whole=len(stem) < len(parts))
            if named < 0.7 and parent.name in people and _is_role(stem, whole=len(stem) < len(parts)) and not its_key:  # noqa: PLR2004 - better than a role
                # Who logs in is likelier to be named as who did something; whom there is alone is meant.
                staff = 0.06 * _is_of_staff(stem, nouns[parent.name])
                meant = parent.name == sole and (len(people) == 1 or _signs_in(stem))
                meant = meant or ([name for name in people if people[name]] == [parent.name] and stem[-1] in _WROTE)
                named = EXACT if meant else 0.6 + 0.05 * people[parent.name] + staff
        same = key.name.lower() in {column.name.lower(), bare.lower()}
        if not own and same and not _says_nothing(key.name):
            person = people.get(parent.name, False) and not people.get(table.name, False)  # who logs in comes first
            named = max(named, 0.0 if its_key and not person else 0.9 if primary else 0.7)
        if own and primary and "parent" in parts:
            named = 0.8
        if own and named < 0.7:  # noqa: PLR2004 - as above
            continue
        if named:
            yield Pair(table.name, column.name, parent.name, key.name, column.kind, named)


_COUNTING = frozenset({"num", "count", "total", "qty", "quantity", "nb", "sum", "max", "min", "amount"})
_WHERE = frozenset({"from", "to", "source", "target", "origin", "destination", "cc", "bcc", "by", "card", "starter"})


def _sole(schema: Schema, nouns: Mapping[str, tuple[str, ...]], people: Mapping[str, bool]) -> str:
    """Return the one table of people whom a word such as *author* can mean, or nothing.

    It is the only one, or the only one in which people log in and to which all others point.
    """
    roots = [name for name in people if not _points_to(schema.tables[name], people.keys() - {name}, nouns)]
    return roots[0] if len(roots) == 1 and (people[roots[0]] or len(people) == 1) else ""


def _points_to(table: Table, others: Iterable[str], nouns: Mapping[str, tuple[str, ...]]) -> bool:
    others = frozenset(others)
    stems = {_stem(words(name)) for name in table.columns if len(_stem(words(name))) < len(words(name))}
    return any(key.table in others for key in table.foreign_keys) or any(nouns[name] in stems for name in others)


_WROTE = frozenset({"author", "auteur", "poster", "postauthor", "creator", "uploader", "writer", "login"})
"""Who did this had logged in: the one table in which people can is meant."""


def _signs_in(stem: tuple[str, ...]) -> bool:
    known = lexicon.SIGNED_IN | lexicon.MAKER | lexicon.NOT_THEIRS
    return "".join(stem) in known or stem[-1] in known


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


def _natural(schema: Schema, people: Iterable[str], taken: Mapping[str, set[str]]) -> Iterator[Pair]:
    """Yield columns that are called like a key of two columns of a table of people: a name, and its domain."""
    for name in people:
        parent = schema.tables[name]
        for first, *rest in (key for key in parent.keys if len(key) == 2):  # noqa: PLR2004 - two columns
            both = (first, *rest)
            if any(parent.columns[c].kind is not Kind.TEXT for c in both):
                continue
            for child in schema.tables.values():
                there = all(c in child.columns and child.columns[c].kind is Kind.TEXT for c in both)
                if child.name != name and there and taken[child.name].isdisjoint(both):
                    own = max(both, key=lambda c: "name" in c)
                    beside = tuple((c, c) for c in both if c != own)
                    yield Pair(child.name, own, name, own, Kind.TEXT, EXACT, beside=beside)


_ACCOUNTS = frozenset(
    {"accountcode", "account", "accountnumber", "customercode", "customer", "subscriber", "extension"}
)


def _typed(
    table: Table,
    column: Column,
    keys: Iterable[tuple[Table, Column]],
    nouns: Mapping[str, tuple[str, ...]],
    kinds: Iterable[Named],
    beside: str,
) -> Iterator[Pair]:
    """Yield where ``column`` points by what the column beside it says: ``orders``, ``Order``, or its whole class."""
    if column.name == beside:
        return
    parents = {parent.name: key for parent, key in keys if parent.primary_key == (key.name,)}
    for kind in kinds:
        for name in named_by(kind.said, nouns):
            key = parents.get(name)
            if key is not None and key.kind is column.kind:
                yield Pair(table.name, column.name, name, key.name, column.kind, 1.0, (beside, kind.value))


def _stem(parts: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words of a column without what says that it is a key: ``customer_id``, ``id_customer``."""
    start = 1 if len(parts) > 1 and parts[0] in {"id", "fk", "ref"} else 0
    end = len(parts)
    while end > start + 1 and parts[end - 1] in lexicon.IDS:
        end -= 1
    return parts[start:end]


def _says_nothing(name: str) -> bool:
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


def _is_role(stem: tuple[str, ...], *, whole: bool) -> bool:
    """Whether a column names somebody by what they did. ``whole``: the column says that it is a key."""
    if not whole and stem[-1] in _WHERE:  # from which page, and not from whom
        return False
    if not whole and (stem[-1].endswith("ed") or stem[-1] == "edit") and not {"by", "user"} & set(stem):
        return False  # whether it was deleted, and not who deleted it
    roles = lexicon.AUTHOR | lexicon.MAKER | lexicon.NOT_THEIRS | lexicon.ONLOOKER
    joined = "".join(stem)
    return joined in roles or stem[-1] in roles or (stem[-1] in {"by", "to", "user"} and stem[0] in roles)


# --- what names and values mean together -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Weighed:
    """A pair, what of it was measured, and what that says."""

    pair: Pair
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


def inferred(
    found: Found, sample: Sample, foreign: Iterable[Reference], people: frozenset[str]
) -> tuple[list[Reference], list[Open]]:
    """Return the references that names and values together make likely, one a column, and the columns left open.

    ``foreign``: the foreign keys, which need no guess. ``people``: tables whose rows may be people.
    """
    fixed = {(r.child, own) for r in foreign for _, own in r.on}
    places: dict[tuple[str, str, tuple[str, str | int] | None], list[_Weighed]] = {}
    for pair, m in found.pairs.items():
        if (pair.table, pair.column) not in fixed and _could_be(pair, m):
            places.setdefault((pair.table, pair.column, pair.when), []).append(_weighed(pair, m, found, sample))
    references, left = [], []
    satellites = _satellites(places.values(), foreign, people)
    for weighed in places.values():
        best = max(weighed, key=lambda one: one.weight)
        rivals = [one for one in weighed if one is not best and _is_rival(one, best, satellites)]
        sure, why = _sure(best, rivals, people)
        references.append(_reference(best, sure, why))
        if why:
            left.append(_open(best, why, found, sample))
    return references, left


def _could_be(pair: Pair, m: Measured) -> bool:
    """Whether the values leave it possible: all but a few are found, or too few are there to say."""
    if m.of < ENOUGH:
        return pair.named >= 0.85 and (m.found > 0 or not m.of)  # noqa: PLR2004 - a name that says it
    return m.share >= (_SOME if pair.named >= 0.95 and not pair.vague else _FOUND)  # noqa: PLR2004 - as good as a key


def _weighed(pair: Pair, m: Measured, found: Found, sample: Sample) -> _Weighed:
    seen = sample.seen(pair.table, pair.column)
    key = (pair.their_table, pair.their_column)
    others = [reach for other, reach in found.reaches.items() if other not in {key, (pair.table, pair.column)}]
    numbers = pair.kind is Kind.TEXT and seen.share(Shape.DIGITS) > _SOME
    return _Weighed(pair, m, says(m, found.reaches.get(key), seen.span, others, numbers=numbers))


def _satellites(
    places: Iterable[Sequence[_Weighed]], foreign: Iterable[Reference], people: frozenset[str]
) -> frozenset[tuple[str, str]]:
    """Return (table, table that it points to) of tables of people: the same people, known twice."""
    keyed = {(r.child, r.parent) for r in foreign if r.child != r.parent}
    keyed |= {(o.pair.table, o.pair.their_table) for some in places for o in some if not o.pair.when}
    return frozenset(both for both in keyed if both[0] != both[1] and people.issuperset(both))


def _is_rival(one: _Weighed, best: _Weighed, satellites: frozenset[tuple[str, str]]) -> bool:
    """Whether a column may as well point where ``one`` says, as far as names and values tell.

    A list of customers beside the users: *customer* may mean either, *user* and *author* the users alone.
    """
    if (best.proven and not one.proven) or one.m.share < best.m.share:
        return False
    if (one.pair.their_table, best.pair.their_table) in satellites:
        return one.pair.named >= EXACT
    return (best.pair.their_table, one.pair.their_table) in satellites or one.pair.named > best.pair.named - _NEAR


def _sure(best: _Weighed, rivals: Sequence[_Weighed], people: frozenset[str]) -> tuple[float, str]:
    """Return how sure a reference is, and why nobody can tell where it points; empty where the name and values do."""
    pair, m = best.pair, best.m
    by_name = 0.35 + 0.35 * pair.named
    if rivals and not pair.when:
        names = ", ".join(sorted({pair.their_table, *(one.pair.their_table for one in rivals)}))
        return (min(0.7, by_name) if len(rivals) == 1 else 0.45), f"it may as well point to any of {names}"
    if pair.vague and not best.proven:
        return 0.4, pair.vague
    if pair.vague:
        return (0.85 if best.says is Says.EXCLUDED else 0.6), ""
    if best.says is Says.LITTLE:
        return min(by_name + 0.1 * bool(m.of), 0.8), ""
    if pair.kind is Kind.INTEGER and pair.named < 0.8 and pair.their_table not in people and not best.proven:  # noqa: PLR2004 - no word says that it is a key
        return 0.45, ""
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


def _reference(one: _Weighed, sure: float, why: str) -> Reference:
    pair, m = one.pair, one.m
    seen = f"{m.found} of {m.of} different values are found there" if m.of else "no values to compare"
    if m.of and one.says is Says.CROWD:
        seen += ", as small numbers are in many tables"
    elif one.proven:
        seen += ", and in no other table's key" if one.says is Says.ALONE else ", which chance does not explain"
    if_so = f' where {pair.when[0]} is "{pair.when[1]}"' if pair.when else ""
    because = f'"{pair.column}" names it{if_so}, and {seen}' + (f"; {why}" if why else "")
    on = ((pair.their_column, pair.column), *((theirs, own) for own, theirs in pair.beside))
    return Reference(pair.table, pair.their_table, on, False, sure, because, pair.when, bare=pair.bare)


def _open(one: _Weighed, why: str, found: Found, sample: Sample) -> Open:
    pair = one.pair
    tables = within(sample.seen(pair.table, pair.column).span, found.reaches)
    others = [table for table in tables if table != pair.table]
    where = f"; its values lie in the keys of {_several(others)}" if others else ""
    return Open(pair.table, pair.column, f"{why}{where}")


_NAMED = 6  # tables that a sentence may name


def _several(tables: Sequence[str]) -> str:
    more = f" and {len(tables) - _NAMED} more" if len(tables) > _NAMED else ""
    return ", ".join(tables[:_NAMED]) + more


def left_open(
    schema: Schema, sample: Sample, found: Found, known: Iterable[tuple[str, str]], kinds: Kinds
) -> Iterator[Open]:
    """Yield the columns whose name says that they point somewhere, and not where. ``known``: those that are settled."""
    known = frozenset(known)
    for table in schema.tables.values():
        bare = bare_columns(tuple(table.columns), table.primary_key)
        for column in table.columns.values():
            parts = words(bare[column.name])
            stem = _stem(parts)
            place = (table.name, column.name)
            points = _may_point(column) and len(stem) < len(parts) and table.primary_key != (column.name,)
            if not points or place in known or not is_generic(stem):
                continue
            beside = kind_column(table, column.name)
            why = _vague(parts, beside if (table.name, beside) in kinds else "")
            tables = [name for name in within(sample.seen(*place).span, found.reaches) if name != table.name]
            yield Open(*place, why + (f"; its values lie in the keys of {_several(tables)}" if tables else ""))
