"""A first map of a system: guesses in the map's own words, each with how sure it is and why."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bailee.draft import lexicon
from bailee.draft.column_facts import find_internal_tables, find_never_repeated, find_rarely_repeated
from bailee.draft.columns import ENOUGH, ColumnRole, explain_path, guess_role, is_called
from bailee.draft.edges import find_shared_parents
from bailee.draft.kinds import Kinds
from bailee.draft.look import SystemLook, draw_edges_of
from bailee.draft.meaning import ColumnPair, find_candidates
from bailee.draft.names import remove_prefixes, split_by_known_words, split_words
from bailee.draft.references import (
    DraftReference,
    DrawnEdge,
    Open,
    SharedParent,
    SystemAnswers,
    TableKey,
    find_left_open,
    infer_references,
    list_declared,
)
from bailee.draft.sample import Sample, SampledColumn, ValueShape
from bailee.draft.tables import Nature, find_call_columns, find_head, find_nature
from bailee.trace.schema import ColumnKind, Schema, SchemaColumn, SchemaTable

PATH = " > "
"""What stands between a column and the path inside it: ``payload > customer.email``."""

COUNTS_FROM = "counts_from"
"""A column from which a retention could count: no word of the map, for retention.yaml says it there."""

_IDENTITIES = ("email", "phone", "username", "customer_number", "national_id")
_MOMENTS = frozenset({ColumnKind.DATE, ColumnKind.TIME})
_FIELD_SURE, _VAGUE_SURE = 0.9, 0.6


@dataclass(frozen=True, slots=True)
class Guess:
    """What a map could say of ``collection``: ``says`` is a piece of it. ``sure`` is from 0 to 1.

    ``then``: what would become of whose rows, if it counted; empty where that is not known.
    """

    collection: str
    says: Mapping[str, Any]
    sure: float
    because: str
    then: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """What nobody can guess of ``collection``, for a person to say. ``about``: a column, or a path inside one.

    ``kind``: *undecided*, or *question*. ``because``: what is known of it.
    """

    collection: str
    kind: str
    about: str
    because: str


@dataclass(frozen=True, slots=True)
class TablePlace:
    """Where a collection's rows are, where its name does not say it. ``key``: its columns, or *none*."""

    table: str = ""
    key: tuple[str, ...] | str = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """``places``: collection -> where its rows are, of every table. ``guesses``: by collection, the surest first.

    ``notes``: what is left for a person to say, by collection.
    """

    places: Mapping[str, TablePlace]
    guesses: tuple[Guess, ...]
    notes: tuple[Note, ...] = ()


def find_pairs(schema: Schema, sample: Sample, kinds: Kinds) -> tuple[ColumnPair, ...]:
    """Return the columns without a foreign key that may be one: their values are to be looked for by the system.

    ``kinds``: the columns of `telling` -> their values, of which no more is kept than those that name a table.
    """
    nouns, natures = _find_natures(schema, sample, list(list_declared(schema)))
    people = {name: "secret" in n.held for name, n in natures.items() if n.is_person}
    calls = [name for name, n in natures.items() if find_call_columns(n, schema.tables[name])]
    return tuple(dict.fromkeys(find_candidates(schema, nouns, people, calls, kinds)))


def find_questions(schema: Schema, sample: Sample, found: SystemAnswers) -> tuple[SharedParent, ...]:
    """Return what is to be asked of the rows, once it is known what points where; `SystemAnswers` has the answers."""
    references, _ = _find_references(schema, sample, found)
    natures = _find_natures(schema, sample, [r for r in references if r.is_sound])[1]
    asked = find_shared_parents(natures, references, find_internal_tables(schema), find_rarely_repeated(schema, sample))
    return tuple(dict.fromkeys((*asked, *draw_edges_of(schema, sample, natures, references, {})[1])))


def draft_map(schema: Schema, sample: Sample, found: SystemAnswers, kinds: Kinds) -> Draft:
    """Return a first map of ``schema``: from a look at some rows, and what was ``found``.

    That is what became of `find_pairs` and `find_questions`.
    """
    references, left = _find_references(schema, sample, found)
    known = {(r.child, own) for r in references for _, own in r.on} | {(one.table, one.column) for one in left}
    left += find_left_open(schema, sample, found, known, kinds)
    _, natures = _find_natures(schema, sample, [r for r in references if r.is_sound])
    names = name_collections(schema)
    edges, _ = draw_edges_of(schema, sample, natures, references, found.agreement)
    look = SystemLook(
        schema, sample, names, natures, edges, references, frozenset((one.table, one.column) for one in left)
    )
    guesses = [guess for name, table in schema.tables.items() for guess in _guess_table(look, table, natures[name])]
    return Draft(
        find_places(schema, found.filled_keys),
        tuple(sorted(guesses, key=lambda g: (g.collection, -g.sure))),
        tuple(_make_notes(names, left, sample)),
    )


def _find_references(schema: Schema, sample: Sample, found: SystemAnswers) -> tuple[list[DraftReference], list[Open]]:
    """Return what points where, and the columns that are left open."""
    foreign = list(list_declared(schema))
    people = frozenset(name for name, n in _find_natures(schema, sample, foreign)[1].items() if n.is_person)
    guessed, left = infer_references(found, sample, foreign, people)
    return [*foreign, *guessed], left


def _make_notes(names: Mapping[str, str], left: Iterable[Open], sample: Sample) -> list[Note]:
    notes = [Note(names[one.table], "undecided", one.column, one.because) for one in left]
    for (table, column), paths in sample.inside.items():
        plain = []
        for path, seen in paths.items():
            why = explain_path(path, seen)
            if why:
                notes.append(Note(names[table], "undecided", f"{column}{PATH}{path}", why))
            else:
                plain.append(path)
        if plain:
            shown = ", ".join(plain[:_SHOWN]) + (f" and {len(plain) - _SHOWN} more" if len(plain) > _SHOWN else "")
            notes.append(Note(names[table], "undecided", column, f"JSON, with these paths in it: {shown}"))
    return sorted(notes, key=lambda note: (note.collection, note.about))


_SHOWN = 8  # paths of a column that say nothing of anybody


def _find_natures(
    schema: Schema, sample: Sample, references: Sequence[DraftReference]
) -> tuple[dict[str, tuple[str, ...]], dict[str, Nature]]:
    """Return table -> the words of its name, and table -> what it is."""
    parts = {table: split_words(bare) for table, bare in remove_prefixes(schema.tables).items()}
    own = frozenset(word for some in parts.values() for word in some)
    nouns = {table: find_head(split_by_known_words(some, own)) or (table,) for table, some in parts.items()}
    alone = find_never_repeated(schema, sample)
    natures = {}
    for name, table in schema.tables.items():
        roles = {c.name: found for c in table.columns.values() if (found := guess_role(c, sample.seen(name, c.name)))}
        pointing = [r for r in references if r.child == name]
        about = [r for r in pointing if not _is_of_many(nouns[r.parent])]
        natures[name] = find_nature(table, nouns[name], roles, about, pointing, alone)
    return nouns, natures


def _is_of_many(noun: tuple[str, ...]) -> bool:
    """Whether a table of this name says nothing of whom a row that points to it is about."""
    many = lexicon.LOOKUP | lexicon.SHARED | lexicon.ORGANISATION
    return noun[-1] in many and noun[-1] not in lexicon.PERSON


def name_collections(schema: Schema) -> dict[str, str]:
    """Return table -> the name of its collection: the table's, with the schema's before it where two have the same."""
    taken: dict[str, str] = {}
    for table in sorted(schema.tables, key=lambda name: ("." in name, name)):
        name = re.sub(r"[^A-Za-z0-9_-]", "_", table.rpartition(".")[2])
        name = name if re.match(r"[A-Za-z_]", name) else f"_{name}"
        while name in taken.values():
            longer = re.sub(r"[^A-Za-z0-9_-]", "_", table)
            name = longer if longer not in taken.values() else f"{name}_"
        taken[table] = name
    return {table: taken[table] for table in schema.tables}


def find_places(schema: Schema, filled: frozenset[TableKey] = frozenset()) -> dict[str, TablePlace]:
    """Return collection -> where its rows are, of every table.

    ``filled``: of `list_nullable_keys`, those that every row has.
    """
    return {name: _find_place(name, schema.tables[table], filled) for table, name in name_collections(schema).items()}


def _find_place(collection: str, table: SchemaTable, filled: frozenset[TableKey]) -> TablePlace:
    key: tuple[str, ...] | str = ()
    if table.loose:  # tables that inherit from it may have rows with the same key
        key = "none"
    elif not table.primary_key:
        whole = [u for u in table.uniques if not any(table.columns[c].nullable for c in u)]
        whole = whole or [u for u in table.uniques if (table.name, u) in filled]
        key = min(whole, key=lambda u: (len(u), u)) if whole else "none"
    return TablePlace("" if collection == table.name else table.name, key)


# --- one table -----------------------------------------------------------------------------------------------


def _guess_table(look: SystemLook, table: SchemaTable, n: Nature) -> Iterator[Guess]:
    name = look.names[table.name]

    def guess(sure: float, because: str, **says: Any) -> Guess:
        return Guess(name, says, round(sure, 2), because)

    edges = look.of(table.name)
    mentions = list(_guess_mentions(look, table, n)) if not (n.is_party or look.reached(table.name)) else []
    says_little = n.head_in(lexicon.LOOKUP) and n.held.isdisjoint(lexicon.PERSONAL - lexicon.ADDRESS)
    if not (n.is_party or edges or mentions or look.is_owned(table.name) or (n.personal and not says_little)):
        if not n.head_in(lexicon.LOG | lexicon.THING - lexicon.LOOKUP - lexicon.SHARED):  # else nobody knows yet
            yield from _guess_opaque(look, table, n)
        return
    reached = look.reached(table.name)
    if n.is_person:
        yield guess(n.person, n.because, party="person")
    if reached:
        yield from (replace(g, collection=name) for g in _guess_reached(look, table, n, *reached))
    elif n.is_organisation:
        yield guess(n.organisation, n.because, party="organisation")
    pointing = [found for e in look.edges if e.to == table.name and (found := look.reached(e.table))]
    if pointing and n.is_person:
        sure = max(sure for edge, sure in pointing)
        yield guess(sure, _BY_KEY, identity={_find_key(name): {"column": table.primary_key[0], "joins": "verified"}})
    if n.is_party:
        yield from (replace(g, collection=name) for g in _guess_identities(look, table, n))
        yield from (replace(g, collection=name) for g in _guess_ends(look, table))
    for edge in edges:
        yield guess(edge.sure, edge.because, **{edge.kind: _write_edge(look, edge)})
    for mention, sure, because in mentions:
        yield guess(sure, because, mentions=[mention])
    yield from (replace(g, collection=name) for g in _guess_fates(look, table, n, mentions))
    yield from (replace(g, collection=name) for g in _guess_fields(look, table, n, mentions))
    yield from (replace(g, collection=name) for g in _guess_others(look, table, n))


def _guess_opaque(look: SystemLook, table: SchemaTable, n: Nature) -> Iterator[Guess]:
    """Yield that a table has nothing personal, unless something in it may be: its name alone never says so."""
    name, unread = look.names[table.name], look.sample.unread.get(table.name, "")
    because = "no column of it says anything of a person, and nothing leads from it to one"
    if unread:
        because = "no name of a column says anything of a person, and nothing leads from it to one"
        if not _find_telling(look, table, n):
            yield Guess(name, {"opaque": because}, 0.5, f"{because}; its rows could not be looked at: {unread}")
    elif not _find_telling(look, table, n):
        seen = look.sample.rows.get(table.name, 0)
        says_list = n.head_in(lexicon.LOOKUP | lexicon.SHARED)
        if seen < 2:  # noqa: PLR2004 - rows
            yield Guess(name, {"opaque": because}, 0.85, f"{because}; it has next to no rows")
        elif says_list and not look.leads_on(table.name):
            yield Guess(name, {"opaque": because}, 0.95, f'its name is that of a list, too ("{n.noun[-1]}")')
        else:
            texts = [c.name for c in table.columns.values() if c.kind is ColumnKind.TEXT and c.name not in n.roles]
            yield Guess(name, {"opaque": because}, 0.87 - 0.1 * bool(len(texts) > ENOUGH), because)


def _find_telling(look: SystemLook, table: SchemaTable, n: Nature) -> str:
    """Return the column of a table that may say something of somebody, or point to it; empty where there is none.

    Free text, JSON, XML and bytes may say anything; so may what could not be looked into, and what points somewhere
    that nobody knows.
    """
    for column in table.columns.values():
        seen = look.sample.seen(table.name, column.name)
        shapes = seen.shapes
        documents = column.kind is ColumnKind.BYTES or (column.kind is ColumnKind.OTHER and not _is_plain(column))
        free = shapes.get(ValueShape.WORDS, 0) or shapes.get(ValueShape.JSON, 0) or shapes.get(ValueShape.MARKUP, 0)
        free = free or (column.kind is ColumnKind.TEXT and column.length is None and not seen.values)
        free = free or (n.roles.get(column.name, _NOTHING).what == "free_text" and not seen.values)
        somebodys = any(
            shapes.get(shape, 0) for shape in (ValueShape.EMAIL, ValueShape.E164, ValueShape.IBAN, ValueShape.IP)
        )
        named = column.kind is not ColumnKind.BOOLEAN and bool(_SOMEBODY.intersection(split_words(column.name)))
        named = named or (column.kind is ColumnKind.INTEGER and _is_anything(column.name))
        if documents or free or somebodys or named or (table.name, column.name) in look.open:
            return column.name
    leads = (r for r in look.references if r.child == table.name and r.is_sound and r.parent != table.name)
    return next((r.column for r in leads if look.is_somebodys(r.parent)), "")


def _is_anything(column: str) -> bool:
    """Whether a column is called like what may be anything: ``we_item``."""
    return bool(split_words(column)) and split_words(column)[-1] in lexicon.ANYTHING - {"number", "source"}


def _is_plain(column: SchemaColumn) -> bool:
    """Whether a type that nobody sorted into a kind has no words in it: an enumeration, a key, an interval."""
    return bool(column.labels) or column.type_name.startswith(("uuid", "interval", "time", "bit", "oid", "tsvector"))


_SOMEBODY = frozenset(
    {"user", "username", "owner", "author", "customer", "client", "contact", "member", "person", "agent", "caller"}
    | {"callee", "uri", "aor", "phone", "email", "mail", "address", "subscriber", "watcher", "visitor", "guest"}
)
"""Words of a column that has to do with somebody, whatever its values look like."""


def _write_edge(look: SystemLook, edge: DrawnEdge) -> Any:
    to = look.names[edge.to]
    long: dict[str, Any] = {"to": to, "on": dict(edge.on)}
    if edge.when:
        column, value = edge.when
        return long | {"when": f"{_write_column(column)} = {_write_text(value)}"}
    if edge.through:
        return long | {"depth": "all"}
    if all(re.fullmatch(r"[^\s.,=+]+", part) for pair in edge.on for part in pair):
        text = ", ".join(f"{to}.{theirs} = {own}" for theirs, own in edge.on)
        if edge.table != edge.to or edge.kind == "names":
            return text
    return long


def _write_column(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z_]\w*", name) else f"`{name.replace('`', '``')}`"


def _write_text(value: str | int) -> str:
    return str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"


# --- who ------------------------------------------------------------------------------------------------------


def _guess_identities(look: SystemLook, table: SchemaTable, n: Nature) -> Iterator[Guess]:
    for column, found in n.roles.items():
        what = found.what
        if what == "name" and "secret" in n.held and "username" not in n.held and (column,) in table.keys:
            what = "username"
        if what not in _IDENTITIES or (n.is_organisation and what != "customer_number"):
            continue
        if table.columns[column].kind is not ColumnKind.TEXT and what in {"email", "phone"}:
            continue
        seen = look.sample.seen(table.name, column)
        said: dict[str, Any] = {"column": column}
        because = found.because
        if what in {"email", "phone"}:
            said["stored"], how = _guess_spelling(what, seen)
            because = f"{because}; {how}"
        sure = found.sure if seen.values or not look.sample.rows.get(table.name) else 0.6
        single = (column,) in table.keys or seen.values == seen.filled
        if what == "username" and "secret" in n.held and single and seen.values >= ENOUGH:
            sure, because = 0.95, f"{because}, and no two rows that were looked at have the same"
        yield Guess("", {"identity": {what: said}}, round(sure, 2), because)


_BY_KEY = "a table of addresses points to it by this key: a person who is found by one of these is found here"


def _find_key(collection: str) -> str:
    """Return the attribute by which addresses and the person whose they are have the same value."""
    return f"{collection}_key"


def _guess_reached(look: SystemLook, table: SchemaTable, n: Nature, edge: DrawnEdge, sure: float) -> Iterator[Guess]:
    """Yield that the rows of a table of addresses are a person by them: the same whom its key points to.

    An identity stands in a party's own row, and the addresses of these people stand in another table: so both are
    parties, and the key joins them (rule 6).
    """
    ((_, own),) = edge.on
    parent = look.names[edge.to]
    key = {"column": own, "joins": "verified"}
    yield Guess("", {"identity": {_find_key(parent): key}}, sure, f"it joins the row to its person in {parent}")
    if not n.is_party:
        yield Guess("", {"party": "person"}, sure, f"it has the addresses by which somebody of {parent} is found")
        yield from (replace(g, sure=min(g.sure, sure)) for g in _guess_identities(look, table, n))


def _guess_spelling(what: str, seen: SampledColumn) -> tuple[Any, str]:
    """Return how a column spells e-mail addresses or numbers, as far as a sample can tell, and why."""
    scan = {"form": "raw", "scan": True}
    if seen.values < ENOUGH:
        return scan, "too few values to tell how they are written"
    if what == "email":
        if seen.lower == seen.values:
            return "lower", "all of them in lower case"
        return scan, f"{seen.values - seen.lower} of them with capitals"
    if seen.share(ValueShape.E164) == 1.0:
        return "e164", "all of them as +442079460101"
    return scan, "written in several ways"


def _guess_ends(look: SystemLook, table: SchemaTable) -> Iterator[Guess]:
    found = [c for c in table.columns.values() if c.kind in _MOMENTS and is_called(c, lexicon.ENDS)]
    if not found:
        return
    best = min(found, key=lambda c: ("deleted" in c.name.lower(), not c.nullable))
    seen = look.sample.seen(table.name, best.name)
    sure = 0.9 if best.nullable and seen.empty else 0.75 if best.nullable else 0.55
    cells = seen.filled + seen.empty
    yield Guess(
        "", {"ends": best.name}, sure, f'it is called "{best.name}", and {seen.empty} of {cells} cells are empty'
    )


def _guess_mentions(look: SystemLook, table: SchemaTable, n: Nature) -> Iterator[tuple[dict[str, Any], float, str]]:
    """Yield the columns with somebody's address or number in rows that are not that person."""
    at = _find_moment(table)
    numbers = find_call_columns(n, table)
    columns = {c: n.roles[c].what for c in n.roles if n.roles[c].what in {"email", "phone"}}
    columns |= dict.fromkeys(numbers, "phone")
    for column, what in columns.items():
        if table.columns[column].kind is not ColumnKind.TEXT:
            continue
        seen = look.sample.seen(table.name, column)
        if column in numbers:
            sure, because = 0.85, "it names who called or was called, in a table of calls"
        else:
            sure, because = n.roles[column].sure - 0.05, n.roles[column].because
        if n.head_in(lexicon.ADDRESSLIKE) and what == "phone" and column not in numbers:
            continue
        stored, how = _guess_spelling(what, seen)
        said: dict[str, Any] = {what: column, "stored": stored}
        yield (said | ({"at": at} if at and column in numbers else {}), round(sure, 2), f"{because}; {how}")


def _find_moment(table: SchemaTable) -> str | None:
    found = [c.name for c in table.columns.values() if c.kind in _MOMENTS and is_called(c, lexicon.STARTS)]
    return found[0] if found else None


# --- what becomes of rows, and what is in them ---------------------------------------------------------------


def _guess_fates(look: SystemLook, table: SchemaTable, n: Nature, mentions: Sequence[Any]) -> Iterator[Guess]:
    owning = look.of(table.name, "owned_by")
    by_pointing = [e for e in look.edges if e.kind == "owns" and e.to == table.name]
    if not (n.is_person or owning or by_pointing or look.reached(table.name)):
        if mentions:
            yield Guess(
                "", {"on_leave": _guess_leave(look, table, mentions)}, 0.7, "what is theirs in it goes, the row stays"
            )
        return
    sure = max([n.person if n.is_person else 0.0, *(e.sure for e in (*owning, *by_pointing))])
    yield Guess(
        "", {"on_erase": "delete"}, sure, "what is somebody's goes with them; a hold keeps what the law asks for"
    )
    shared = len(owning) + len(by_pointing) > 1 or mentions or look.of(table.name, "accessed_by")
    several = any(e.to != table.name and len(look.of(e.to, "owned_by")) > 1 for e in owning)
    if look.reached(table.name) or (n.is_person and owning):
        yield Guess("", {"on_leave": {}}, sure, "it goes with its person, even if others have it too")
    elif shared or several or by_pointing:
        because = "while another owner stays, only the reference to who leaves is emptied"
        yield Guess("", {"on_leave": _guess_leave(look, table, mentions)}, sure, because)


def _guess_leave(look: SystemLook, table: SchemaTable, mentions: Sequence[Any]) -> dict[str, Any]:
    """Return what *matched* can clear without breaking the table: nothing, where one of the cells cannot be empty."""
    cells = [m[0].get("email") or m[0].get("phone") for m in mentions]
    taken = set(table.primary_key)
    for edge in look.of(table.name, "owned_by", "accessed_by"):
        if look.natures[edge.to].is_person:
            cells += [own for _, own in edge.on if own not in taken]
    empty = all(table.columns[c].nullable and not table.columns[c].generated for c in cells)
    return {"matched": None} if cells and empty else {}


def _guess_fields(look: SystemLook, table: SchemaTable, n: Nature, mentions: Sequence[Any]) -> Iterator[Guess]:
    """Yield what the columns mean, in the words that a copy uses."""
    taken = {own for e in look.of(table.name) for _, own in e.on} | set(table.primary_key)
    taken |= {m[0].get("email") or m[0].get("phone") for m in mentions}
    told: dict[str, str] = {}
    for column, found in n.roles.items():
        if found.what in lexicon.PERSONAL | {"name", "organisation", "free_text"} and column not in taken:
            told[found.what if found.what not in told else re.sub(r"\W", "_", column)] = column
    if told:
        yield Guess("", {"fields": told}, _FIELD_SURE, "their names say what they hold")
    if not (n.is_party or look.is_owned(table.name)):
        return
    rest = [c for c in table.columns.values() if c.name not in taken | set(told.values())]
    plain = {re.sub(r"\W", "_", c.name): c.name for c in rest if n.roles.get(c.name, _NOTHING).what != "secret"}
    plain = {a: c for a, c in plain.items() if re.match(r"[A-Za-z_]", a) and a not in told}
    for sure, some in (
        (_FIELD_SURE, {a: c for a, c in plain.items() if not _is_vague(look, table.columns[c], table)}),
        (_VAGUE_SURE, {a: c for a, c in plain.items() if _is_vague(look, table.columns[c], table)}),
    ):
        if some:
            yield Guess("", {"fields": some}, sure, "what stands in a row that is somebody's says something of them")


def _is_vague(look: SystemLook, column: SchemaColumn, table: SchemaTable) -> bool:
    """Whether a cell of somebody's row may say as much of somebody else: JSON, words, and what points elsewhere."""
    shapes = look.sample.seen(table.name, column.name).shapes
    keyed = column.kind is not ColumnKind.TEXT and bool(
        {"id", "uuid", "guid", "fk"}.intersection(split_words(column.name))
    )
    points = (table.name, column.name) in look.open or keyed
    documents = column.kind is ColumnKind.BYTES or (column.kind is ColumnKind.OTHER and not _is_plain(column))
    return (
        points
        or documents
        or any(shapes.get(s, 0) for s in (ValueShape.JSON, ValueShape.MARKUP, ValueShape.WORDS, ValueShape.EMAIL))
    )


_NOTHING = ColumnRole("", 0.0, "")


def _guess_others(look: SystemLook, table: SchemaTable, n: Nature) -> Iterator[Guess]:
    """Yield the file that a row names, and the date from which its retention could count."""
    for column in table.columns.values():
        seen = look.sample.seen(table.name, column.name)
        named = (
            column.kind is ColumnKind.TEXT
            and is_called(column, lexicon.FILE)
            and seen.share(ValueShape.URL) < ENOUGH / 10
        )
        if named or (column.kind is ColumnKind.TEXT and seen.values >= ENOUGH and seen.share(ValueShape.FILE) > 0.5):  # noqa: PLR2004
            because = f"{seen.shapes.get(ValueShape.FILE, 0)} of {seen.values} values look like the name of a file"
            sure = 0.6 + 0.25 * seen.share(ValueShape.FILE)
            yield Guess("", {"file": {"root": "files", "path": column.name}}, round(sure, 2), because)
            break
    moment = _find_moment(table)
    if moment and not n.is_party and (look.is_owned(table.name) or find_call_columns(n, table)):
        because = f'it is called "{moment}": retention.yaml can count from it'
        if find_call_columns(n, table):
            yield Guess("", {"retain": "calls", COUNTS_FROM: moment}, 0.85, f"a row is a call; {because}")
        else:
            yield Guess("", {COUNTS_FROM: moment}, 0.7, because)
