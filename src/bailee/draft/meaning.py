"""Where a column without a foreign key may point, as far as its name says it: `references` asks the values.

A name may be that of a table (``customer_id``, ``poster_id``, ``kunde_nr``), of its key (``username``), of both
(``user_name``), or a word for a person (``author_id``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bailee.draft import lexicon
from bailee.draft.kinds import Kinds, NamedKind, find_kind_column, find_named_table
from bailee.draft.names import remove_column_prefixes, split_words
from bailee.trace.schema import ColumnKind, Schema, SchemaColumn, SchemaTable

EXACT = 0.9
"""A name as good as this says which table is meant, if there is one such table alone."""

_MOST = 4  # tables that one column may be asked about
_KEYED = frozenset({ColumnKind.INTEGER, ColumnKind.TEXT, ColumnKind.OTHER})


@dataclass(frozen=True, slots=True)
class ColumnPair:
    """A column that may point to another. ``named``: how well its name says so, from 0 to 1.

    ``when``: a column and the value in it with which it points there; none: always. ``vague``: why its name fits more
    tables than this one; empty where it does not. ``beside``: (own, their) columns of the same key: a name, and where
    it counts.
    """

    table: str
    column: str
    their_table: str
    their_column: str
    kind: ColumnKind
    named: float
    when: tuple[str, str | int] | None = None
    vague: str = ""
    beside: tuple[tuple[str, str], ...] = ()
    bare: str = ""


def find_candidates(
    schema: Schema,
    nouns: Mapping[str, tuple[str, ...]],
    people: Mapping[str, bool],
    calls: Iterable[str],
    kinds: Kinds,
) -> Iterator[ColumnPair]:
    """Yield the columns without a foreign key that may point to the key of a table.

    ``nouns``: table -> the words of its name. ``people``: tables whose rows may be people, and whether they log in:
    words such as *author* and *assigned to* point to them. ``calls``: tables of calls, which name an account as text.
    ``kinds``: columns of `kinds.find_telling` -> their values.
    """
    keys = list(_list_keys(schema))
    mains = {name: _find_main_keys(table, nouns[name]) for name, table in schema.tables.items()}
    tails = frozenset(noun[-n:] for name, noun in nouns.items() if name not in people for n in range(1, len(noun) + 1))
    taken = {table.name: {c for key in table.foreign_keys for c in key.columns} for table in schema.tables.values()}
    yield from _find_accounts(schema, keys, people, frozenset(calls))
    yield from _find_natural(schema, people, taken)
    of = _Tables(keys, nouns, people, _find_sole(schema, nouns, people), mains, tails)
    for table in schema.tables.values():
        bare = remove_column_prefixes(tuple(table.columns), table.primary_key)
        for column in table.columns.values():
            if column.name in taken[table.name] or not can_point(column):
                continue
            beside = find_kind_column(table, column.name)
            if typed := list(_find_typed(table, column, keys, nouns, kinds.get((table.name, beside), ()), beside)):
                yield from typed
                continue
            parts = split_words(bare[column.name])
            named = sorted(_find_named(table, column, bare[column.name], parts, of), key=lambda pair: -pair.named)
            found = _prefer_people(named, people)
            best = [
                pair
                for pair in found
                if pair.named >= found[0].named - 0.3 or {pair.their_table, found[0].their_table} <= people.keys()
            ][:_MOST]
            why = explain_vagueness(parts, beside if (table.name, beside) in kinds else "")
            yield from (replace(pair, vague=why, bare=bare[column.name]) for pair in best)


def _find_main_keys(table: SchemaTable, noun: tuple[str, ...]) -> frozenset[str]:
    """Return the columns that each tell the rows of a table apart: its primary key, or its one other key.

    So does a key that is called after the table, ``event_id`` in *events*, whatever else there is.
    """
    keys = [table.primary_key] if table.primary_key else list(table.uniques)
    called = {key[0] for key in table.keys if len(key) == 1 and find_stem(split_words(key[0])) == noun}
    return frozenset({keys[0][0]} if len(keys) == 1 and len(keys[0]) == 1 else set()) | called


def _prefer_people(found: Sequence[ColumnPair], people: Mapping[str, bool]) -> list[ColumnPair]:
    """Return ``found`` without what has the same people once more: of tables with one key the people's is meant."""
    meant = [pair for pair in found if pair.their_table in people and pair.named >= EXACT]
    if len({pair.their_table for pair in meant}) != 1:
        return list(found)
    return [pair for pair in found if pair.their_table in people or pair.named < EXACT]


def can_point(column: SchemaColumn) -> bool:
    """Whether the kind of a column can be that of a key."""
    return column.kind in _KEYED and (column.kind is not ColumnKind.OTHER or column.type_name == "uuid")


def explain_vagueness(parts: tuple[str, ...], beside: str) -> str:
    """Return why a column of this name may point to more tables than one. ``beside``: what says what a row is."""
    if beside:
        return f'"{beside}" beside it says what it points to, in words that name no table'
    if is_generic(find_stem(parts)):
        return "its name fits any table"
    return ""


def is_generic(stem: tuple[str, ...]) -> bool:
    """Whether a column of these words points to anything: ``object_id``, ``entry_id``, ``parent_id``, ``id_from``."""
    return bool(stem) and (lexicon.ANYTHING.issuperset(stem) or stem in {("from",), ("to",)})


def _list_keys(schema: Schema) -> Iterator[tuple[SchemaTable, SchemaColumn]]:
    for table in schema.tables.values():
        uniques = {columns[0] for columns in table.uniques if len(columns) == 1}
        uniques |= set(table.primary_key) if len(table.primary_key) == 1 else set()
        yield from ((table, table.columns[name]) for name in sorted(uniques) if name in table.columns)


@dataclass(frozen=True, slots=True)
class _Tables:
    """What is known of all tables. ``keys``: single columns that tell rows apart; ``mains``: the best of each table.

    ``sole``: the table of people whom a word such as *author* means. ``tails``: the last words of the names of tables
    in which nobody is.
    """

    keys: Sequence[tuple[SchemaTable, SchemaColumn]]
    nouns: Mapping[str, tuple[str, ...]]
    people: Mapping[str, bool]
    sole: str
    mains: Mapping[str, frozenset[str]]
    tails: frozenset[tuple[str, ...]]


def _find_named(
    table: SchemaTable, column: SchemaColumn, bare: str, parts: tuple[str, ...], of: _Tables
) -> Iterator[ColumnPair]:
    stem = find_stem(parts)
    if parts[:1] and parts[0] in _COUNTING:
        return
    for parent, key in of.keys:
        own = parent.name == table.name
        if key.kind is not column.kind or (own and key.name == column.name):
            continue
        named = _weigh_noun(table, column, parts, stem, parent, key, of)
        if not own:
            named = max(named, _weigh_key(table, column, bare, parts, stem, parent, key, of))
        elif key.name in of.mains[parent.name] and "parent" in parts:
            named = 0.8
        if named and not (own and named < _TABLE):
            yield ColumnPair(table.name, column.name, parent.name, key.name, column.kind, named)


def _weigh_noun(
    table: SchemaTable,
    column: SchemaColumn,
    parts: tuple[str, ...],
    stem: tuple[str, ...],
    parent: SchemaTable,
    key: SchemaColumn,
    of: _Tables,
) -> float:
    """Return how well the words of a column name the rows of ``parent``, by the table's name or as people."""
    noun, mine = of.nouns[parent.name], of.nouns[table.name]
    its_key, whole = table.primary_key == (column.name,), len(stem) < len(parts)
    extends = stem == noun != mine
    if not stem or key.name not in of.mains[parent.name] or (its_key and not extends):
        return 0.0
    nobody = parent.name not in of.people and table.name not in of.people
    if its_key and nobody and key.name == column.name and not whole:
        return 0.0
    named = _weigh_stem(stem, noun, whole=whole)
    if "id" in parts[1:-1]:  # users_id_recipient
        named = max(named, EXACT * (parts[: parts.index("id")] == noun))
    if stem[-1] == mine[-1] == noun[-1] and stem != noun:
        named = 0.0  # the *member* of a group's member is no group's member
    named = _weigh_beside_kin(named, stem, noun, mine)
    if named >= _TABLE or its_key or parent.name not in of.people or not _is_role(stem, column, whole=whole):
        return named
    # Who logs in is likelier to be named as who did something; whom there is alone is meant.
    meant = parent.name == of.sole and (len(of.people) == 1 or _can_sign_in(stem))
    meant = meant or ([name for name in of.people if of.people[name]] == [parent.name] and _is_logged_in(stem))
    taken = stem in of.tails and stem[-1] in lexicon.NOT_THEIRS  # *manager*, where programs are called so
    if meant and not taken:
        return EXACT
    return 0.6 + 0.05 * of.people[parent.name] + 0.06 * _is_of_staff(stem, noun)


def _weigh_key(
    table: SchemaTable,
    column: SchemaColumn,
    bare: str,
    parts: tuple[str, ...],
    stem: tuple[str, ...],
    parent: SchemaTable,
    key: SchemaColumn,
    of: _Tables,
) -> float:
    """Return how well a column is called like the key of another table: as it is, after its table, or with a mark."""
    its_key, named = table.primary_key == (column.name,), 0.0
    primary = key.name in of.mains[parent.name]
    nobody = parent.name not in of.people and table.name not in of.people
    if its_key and primary and nobody and key.name == column.name:
        return 0.0
    if key.name.lower() in {column.name.lower(), bare.lower()} and not _is_saying_nothing(key.name):
        person = of.people.get(parent.name, False) and not of.people.get(table.name, False)  # who logs in comes first
        # A key with its table's own mark: ``rev_id`` in *revision*.
        marked = remove_column_prefixes(tuple(parent.columns), parent.primary_key)[key.name] != key.name
        another = its_key and (is_generic(stem) or not (person or marked))  # every table has an ``entity_id``
        named = 0.0 if another else 0.9 if primary else 0.7
    if its_key:
        return named
    if parts == (*of.nouns[parent.name], *split_words(key.name)) and len(stem) == len(parts):
        return 0.95  # user_name: the name of a user
    people = parent.name in of.people and column.kind is ColumnKind.TEXT and not _is_saying_nothing(key.name)
    ends = people and column.name.lower().endswith(key.name.lower())
    return max(named, 0.75 * ends)  # watcher_username


_TABLE = 0.7  # a name as good as this is a table's, and no mere word for a person
_COUNTING = frozenset({"num", "count", "total", "qty", "quantity", "nb", "sum", "max", "min", "amount"})
_WHERE = frozenset({"from", "to", "source", "target", "origin", "destination", "cc", "bcc", "by", "card", "starter"})


def _find_sole(schema: Schema, nouns: Mapping[str, tuple[str, ...]], people: Mapping[str, bool]) -> str:
    """Return the one table of people whom a word such as *author* can mean, or nothing.

    It is the only one, or the only one in which people log in and to which all others point.
    """
    roots = [name for name in people if not _is_pointing_to(schema.tables[name], people.keys() - {name}, nouns)]
    return roots[0] if len(roots) == 1 and (people[roots[0]] or len(people) == 1) else ""


def _is_pointing_to(table: SchemaTable, others: Iterable[str], nouns: Mapping[str, tuple[str, ...]]) -> bool:
    others = frozenset(others)
    stems = {
        find_stem(split_words(name))
        for name in table.columns
        if len(find_stem(split_words(name))) < len(split_words(name))
    }
    return any(key.table in others for key in table.foreign_keys) or any(nouns[name] in stems for name in others)


_WROTE = frozenset({"author", "auteur", "poster", "postauthor", "creator", "uploader", "writer", "login"})
"""Who did this had logged in: the one table in which people can is meant."""


_DID = frozenset({"write", "update", "updated", "modify", "modified", "edit", "edited", "change", "changed", "editor"})


def _is_logged_in(stem: tuple[str, ...]) -> bool:
    """Whether who is named so did something in the application: wrote, made or changed the row."""
    did = _WROTE | _DID | lexicon.MAKER
    return stem[-1] in did or "".join(stem) in did or (stem[-1] == "by" and stem[0] in did)


def _can_sign_in(stem: tuple[str, ...]) -> bool:
    known = lexicon.SIGNED_IN | lexicon.MAKER | lexicon.NOT_THEIRS
    return "".join(stem) in known or stem[-1] in known


def _find_accounts(
    schema: Schema, keys: Iterable[tuple[SchemaTable, SchemaColumn]], people: Mapping[str, bool], calls: frozenset[str]
) -> Iterator[ColumnPair]:
    """Yield the columns of calls that may name whose they are by something else than a key."""
    for name in calls:
        for column in schema.tables[name].columns.values():
            if column.kind is ColumnKind.TEXT and "".join(split_words(column.name)) in _ACCOUNTS:
                yield from (
                    ColumnPair(name, column.name, parent.name, key.name, column.kind, 0.6)
                    for parent, key in keys
                    if parent.name in people and key.kind is ColumnKind.TEXT
                )


def _find_natural(schema: Schema, people: Iterable[str], taken: Mapping[str, set[str]]) -> Iterator[ColumnPair]:
    """Yield columns that are called like a key of two columns of a table of people: a name, and its domain."""
    for name in people:
        parent = schema.tables[name]
        for first, *rest in (key for key in parent.keys if len(key) == 2):  # noqa: PLR2004 - two columns
            both = (first, *rest)
            if any(parent.columns[c].kind is not ColumnKind.TEXT for c in both):
                continue
            their = max(both, key=lambda c: "name" in c)
            for child in schema.tables.values():
                for mark in _find_mark(child, both) if child.name != name else ():
                    if taken[child.name].isdisjoint(f"{mark}{c}" for c in both):
                        beside = tuple((f"{mark}{c}", c) for c in both if c != their)
                        named = EXACT - 0.05 * bool(mark)
                        yield ColumnPair(
                            child.name, f"{mark}{their}", name, their, ColumnKind.TEXT, named, beside=beside
                        )


def _find_mark(child: SchemaTable, both: Iterable[str]) -> list[str]:
    """Return what stands before the names of columns that are called like ``both``: *watcher_*, or nothing."""
    texts = {name for name, column in child.columns.items() if column.kind is ColumnKind.TEXT}
    first, *rest = both
    marks = (name.removesuffix(first) for name in sorted(texts) if name == first or name.endswith(f"_{first}"))
    return [mark for mark in marks if all(f"{mark}{c}" in texts for c in rest)]


_ACCOUNTS = frozenset(
    {"accountcode", "account", "accountnumber", "customercode", "customer", "subscriber", "extension"}
)


def _find_typed(
    table: SchemaTable,
    column: SchemaColumn,
    keys: Iterable[tuple[SchemaTable, SchemaColumn]],
    nouns: Mapping[str, tuple[str, ...]],
    kinds: Iterable[NamedKind],
    beside: str,
) -> Iterator[ColumnPair]:
    """Yield where ``column`` points by what the column beside it says: ``orders``, ``Order``, or its whole class."""
    if column.name == beside:
        return
    parents = {parent.name: key for parent, key in keys if parent.primary_key == (key.name,)}
    for kind in kinds:
        for name in find_named_table(kind.said, nouns):
            key = parents.get(name)
            if key is not None and key.kind is column.kind:
                yield ColumnPair(table.name, column.name, name, key.name, column.kind, 1.0, (beside, kind.value))


def find_stem(parts: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words of a column without what says that it is a key: ``customer_id``, ``id_customer``."""
    start = 1 if len(parts) > 1 and parts[0] in {"id", "fk", "ref", "uid"} else 0
    end = len(parts)
    while end > start + 1 and parts[end - 1] in lexicon.IDS:
        end -= 1
    return parts[start:end]


def _is_saying_nothing(name: str) -> bool:
    return all(part in lexicon.GENERIC for part in split_words(name)) or name.lower() in {
        "name",
        "title",
        "code",
        "slug",
    }


def _weigh_stem(stem: tuple[str, ...], noun: tuple[str, ...], *, whole: bool) -> float:
    """Return how well the words of a column name the table. ``whole``: the column says that it is a key."""
    if stem == noun:
        return 1.0 if whole else 0.75
    bare = tuple(word for word in noun if word not in lexicon.NEUTRAL)
    if bare and stem == bare:
        return 0.95 if whole else 0.7
    if len(noun) > 1 and stem == noun[-len(stem) :]:
        return _TAIL if whole else 0.5
    if bare and stem[-len(bare) :] == bare:  # billing_contact -> contact
        return 0.85 if whole else 0.6
    if len(noun) > 1 and stem[-1] == noun[-1] and whole:
        return 0.6
    return 0.0


def _weigh_beside_kin(named: float, stem: tuple[str, ...], noun: tuple[str, ...], own: tuple[str, ...]) -> float:
    """Return how well a name fits a table that is called by more words than it: by those of its own table, or others.

    The *rule* of a graph rule's item is a graph rule, and no tree rule.
    """
    more = set(noun) - set(stem)
    if named != _TAIL or not more:
        return named
    return 0.9 if more <= set(own) else named - 0.05 * len(more - set(own))


_TAIL = 0.8  # the end of a table's name


def _is_of_staff(stem: tuple[str, ...], noun: tuple[str, ...]) -> bool:
    """Whether a column names who worked on the row, and the table has those who work."""
    return noun[-1] in lexicon.STAFF and ("".join(stem) in lexicon.NOT_THEIRS or stem[-1] in lexicon.NOT_THEIRS)


_ACTS = frozenset(
    {
        "process",
        "change",
        "update",
        "edit",
        "write",
        "modify",
        "delete",
        "approve",
        "lock",
        "handle",
        "review",
        "verify",
    }
    | {"close", "resolve", "operator", "create", "insert", "register", "enter", "add", "upload", "head", "lead"}
)
"""Words that name an act or a sign, unless the column says that it is a key or a text that names somebody."""


def _is_role(stem: tuple[str, ...], column: SchemaColumn, *, whole: bool) -> bool:
    """Whether a column names somebody by what they did. ``whole``: the column says that it is a key."""
    did = len(stem) > 1 and stem[-1] == "by" and (stem[0] in _DID | lexicon.MAKER | lexicon.NOT_THEIRS)
    if not whole and stem[-1] in _WHERE and not did:  # from which page, and not from whom
        return False
    if not whole and stem[-1] in _ACTS and column.kind is not ColumnKind.TEXT:  # how often, or by which sign
        return False
    if not whole and (stem[-1].endswith("ed") or stem[-1] == "edit") and not {"by", "user"} & set(stem):
        return False  # whether it was deleted, and not who deleted it
    roles = lexicon.AUTHOR | lexicon.MAKER | lexicon.NOT_THEIRS | lexicon.ONLOOKER
    joined = "".join(stem)
    return joined in roles or stem[-1] in roles or (stem[-1] in {"by", "to", "user"} and stem[0] in roles)
