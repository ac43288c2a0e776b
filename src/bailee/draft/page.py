"""The file of a system: how it begins, what its map says already, and what somebody accepts, taken over into the map.

Each guess is a piece of a collection in the map's own words. What is taken over is added; the rest of the file, its
comments among it, is left as it is.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from bailee.draft.guess import COUNTS_FROM, PATH, Draft, Guess, Note, TablePlace

EDGES = ("owned_by", "owns", "accessed_by", "accesses", "belongs_to", "names")
_ONCE = ("party", "ends", "on_erase", "on_leave", "opaque", "retain", "file")
_BARE = re.compile(r"[A-Za-z_](?: ?[A-Za-z0-9_./=*-])*\Z")
_WORDS_OF_YAML = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})


def write_inline(value: Any) -> str:
    """Return ``value`` as YAML on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{write_inline(key)}: {write_inline(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(write_inline, value)) + "]"
    if isinstance(value, str) and _BARE.match(value) and value.lower() not in _WORDS_OF_YAML:
        return value
    return json.dumps(value, ensure_ascii=False)


def name_variable(name: str) -> str:
    """Return the name of an environment variable for a system: ``crm`` -> ``CRM``."""
    return re.sub(r"[^A-Z0-9]", "_", name.upper())


# --- a new file ----------------------------------------------------------------------------------------------


def write_new_file(name: str, url: str) -> str:
    """Return the file of a new system, with nothing on its map yet."""
    variable = f"{name_variable(name)}_WRITE_URL"
    return f"""\
# Where {name} is, how to reach it, and whose its rows are. docs/ownership.md says what the words of the map mean.

system: {name}
title: {name}
connector: sql
url: {write_inline(url) if "://" not in url else json.dumps(url)}
# write_url: env:{variable}   # where mode is act; `bailee grants {name}` says how to make the account
# location: {{country: GB, operator: our own server, at_rest: luks}}

collections: {{}}
"""


# --- what is said already --------------------------------------------------------------------------------------


def remove_said(draft: Draft, collections: Mapping[str, Any]) -> Draft:
    """Return ``draft`` without what the map says already."""
    left = [g for guess in draft.guesses if (g := _remove_said_parts(guess, collections.get(guess.collection)))]
    return replace(draft, guesses=tuple(left), notes=find_open_notes(draft, collections))


def find_open_notes(draft: Draft, collections: Mapping[str, Any]) -> tuple[Note, ...]:
    """Return the notes of ``draft`` that the map leaves open."""
    return tuple(note for note in draft.notes if not _is_said(note, collections.get(note.collection)))


def _is_said(note: Note, said: Any) -> bool:
    if not isinstance(said, Mapping):
        return False
    if note.kind == "question":
        identities = (one for shape in (said.get("identity") or {}).values() for one in _list_items(shape))
        return any(one.get("column") == note.about and "joins" in one for one in identities if isinstance(one, Mapping))
    return isinstance(said.get("opaque"), str) or note.about.partition(PATH)[0] in list_columns_named(said)


def _remove_said_parts(guess: Guess, said: Any) -> Guess | None:
    if not isinstance(said, Mapping):
        return guess
    if isinstance(said.get("opaque"), str) or ("opaque" in guess.says and len(said) > 0):
        return None
    if any(word in said for word in _ONCE if word in guess.says):
        return None
    named = list_columns_named(said)
    if "fields" in guess.says:
        fields = {attribute: column for attribute, column in guess.says["fields"].items() if column not in named}
        return replace(guess, says={"fields": fields}) if fields else None
    if guess.says.keys() & set(EDGES):
        mine = _list_edges(guess.says, guess.says.keys() & {"accesses"} or EDGES)
        return None if mine <= _list_edges(said, guess.says.keys() & {"accesses"} or EDGES) else guess
    own = list_columns_named(guess.says)
    return None if own and own <= named else guess


def _list_edges(said: Mapping[str, Any], words: Iterable[str]) -> frozenset[tuple[str, tuple[str, ...]]]:
    """Return where the edges under ``words`` lead, and over which columns: what an edge means is for people to say."""
    edges = [edge for word in words for edge in _list_items(said.get(word, []))]
    return frozenset((_find_target(edge), tuple(_list_edge_columns(edge))) for edge in edges)


def list_columns_named(said: Mapping[str, Any], of: Iterable[str] = ()) -> frozenset[str]:
    """Return the columns of its own that a piece of a map names, under the words ``of`` where some are given."""
    wanted = frozenset(of) or frozenset((*EDGES, "identity", "fields", "mentions", "ends", "opaque", "file"))
    return frozenset(
        column for word in wanted & said.keys() for column in _COLUMNS_OF.get(word, _list_edge_columns)(said[word])
    )


def _list_items(said: Any) -> list[Any]:
    return list(said) if isinstance(said, list) else [said]


def _list_edge_columns(said: Any) -> Iterator[str]:
    for edge in _list_items(said):
        if isinstance(edge, str):
            yield from (pair.partition("=")[2].strip() for pair in edge.split(","))
        elif isinstance(edge, Mapping):
            yield from map(str, (edge.get("on") or {}).values())


def _list_identity_columns(said: Any) -> Iterator[str]:
    for shape in said.values() if isinstance(said, Mapping) else ():
        yield from (str(one.get("column")) for one in _list_items(shape) if isinstance(one, Mapping))


def _list_mention_columns(said: Any) -> Iterator[str]:
    ours = {"stored", "at", "when", "id", "on_leave", "on_copy"}
    for one in said or ():
        yield from (str(column) for word, column in one.items() if word not in ours)


_COLUMNS_OF: Mapping[str, Callable[[Any], Iterable[str]]] = {
    "identity": _list_identity_columns,
    "fields": lambda said: map(str, said.values()),
    "mentions": _list_mention_columns,
    "ends": lambda said: (str(said),),
    "opaque": lambda said: map(str, said) if isinstance(said, Mapping) else (),
    "file": lambda said: (str(said.get("path")),),
}


# --- accepting -----------------------------------------------------------------------------------------------


_FOUNDING = frozenset({"party", "opaque", "mentions", *EDGES})
"""Words that say what a collection is about; what becomes of rows, or stands in them, says nothing without."""


def find_acceptable(draft: Draft, sure: float, known: Iterable[str], systems: Iterable[str]) -> tuple[Guess, ...]:
    """Return the guesses at least so ``sure`` that can stand in the map together with the collections ``known``.

    An edge needs the collection that it points to; a date to count from is for retention.yaml to name; a file needs the
    system that has it, one of ``systems``.
    """
    systems = frozenset(systems)
    taken = [g for g in draft.guesses if g.sure >= sure and COUNTS_FROM not in g.says]
    taken = [g for g in taken if "file" not in g.says or g.says["file"]["root"] in systems]
    while True:
        pointed = {to for g in taken if "owns" in g.says for to in find_targets(g)}
        there = {g.collection for g in taken if g.says.keys() & _FOUNDING} | pointed | frozenset(known)
        left = [g for g in taken if find_targets(g) | {g.collection} <= there]
        if len(left) == len(taken):
            return tuple(taken)
        taken = left


def find_targets(guess: Guess) -> frozenset[str]:
    """Return the collections that an edge of ``guess`` points to."""
    found = (edge for word in EDGES for edge in _list_items(guess.says.get(word, [])))
    return frozenset(map(_find_target, found))


def _find_target(edge: Any) -> str:
    return edge.partition(".")[0] if isinstance(edge, str) else str(edge["to"])


def accept_guesses(text: str, draft: Draft, taken: Iterable[Guess]) -> str:
    """Return the file ``text`` with the guesses ``taken``, of ``draft``, in its map."""
    from ruamel.yaml import YAML  # start-up: 21 ms
    from ruamel.yaml.comments import CommentedMap  # start-up: 23 ms

    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 120
    yaml.indent(mapping=2, sequence=4, offset=2)
    data = yaml.load(text)
    if not data.get("collections"):
        data["collections"] = CommentedMap()
    for guess in sorted(taken, key=lambda g: WORDS.index(next(iter(g.says)))):
        if guess.collection not in data["collections"]:
            data["collections"][_quote_text(guess.collection)] = _begin_collection(
                draft.places.get(guess.collection, TablePlace())
            )
        _merge_piece(data["collections"][guess.collection], guess.says)
    written = io.StringIO()
    yaml.dump(data, written)
    return written.getvalue()


WORDS = ("party", "identity", "ends", *EDGES, "mentions", "file", "fields", "on_erase", "on_leave", "retain", "opaque")
"""What a guess may say, in the order in which it is taken over: who, then whose, then what becomes of it."""


def _begin_collection(place: TablePlace) -> Any:
    from ruamel.yaml.comments import CommentedMap  # start-up: 23 ms

    begun = CommentedMap()
    if place.table:
        begun["table"] = _quote_text(place.table)
    if place.key:
        begun["key"] = place.key if isinstance(place.key, str) else _set_inline(list(place.key))
    return begun


def _merge_piece(collection: Any, says: Mapping[str, Any]) -> None:
    """Add a piece to ``collection``, which says nothing of it yet."""
    for word, value in says.items():
        there = collection.get(word)
        if word in EDGES and there is not None:
            collection[word] = [*_list_items(there), _set_inline(value)]
        elif word == "mentions":
            collection[word] = [*(there or []), *map(_set_inline, value)]
        elif word == "identity":
            for attribute, one in value.items():
                found = collection.setdefault("identity", {}).get(attribute)
                inline = _set_inline(one)
                collection["identity"][_quote_text(attribute)] = (
                    inline if found is None else [*_list_items(found), inline]
                )
        elif word == "fields":
            fields = collection.setdefault("fields", {})
            for attribute, column in value.items():
                fields[_quote_text(attribute if attribute not in fields else re.sub(r"\W", "_", column))] = _quote_text(
                    column
                )
        else:
            collection[word] = _quote_text(value) if isinstance(value, str) else _set_inline(value)


def _quote_text(text: str) -> str:
    """Return ``text`` so that it is written in quotes, unless it is so plain that every reader takes it as it stands.

    What is plain to one reader of YAML is none to another (``'RT::Ticket'`` on one line with its key), and where a long
    line is broken two blanks become one.
    """
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString  # start-up: 28 ms

    plain = _BARE.match(text) and text.lower() not in _WORDS_OF_YAML
    return text if plain or _SENTENCE.match(text) else DoubleQuotedScalarString(text)


_SENTENCE = re.compile(r"[A-Za-z_](?:[A-Za-z0-9_./=*-]|[,;']* (?=[A-Za-z0-9_]))* [A-Za-z0-9_]+\Z")
"""Words with single blanks between them, such as say why a table is opaque."""


def _set_inline(value: Any) -> Any:
    """Return ``value`` so that a mapping or list in it is written on one line."""
    from ruamel.yaml.comments import CommentedMap, CommentedSeq  # start-up: 23 ms

    if isinstance(value, Mapping):
        mapping = CommentedMap((_set_inline(key), _set_inline(item)) for key, item in value.items())
        mapping.fa.set_flow_style()
        return mapping
    if isinstance(value, list):
        sequence = CommentedSeq(map(_set_inline, value))
        sequence.fa.set_flow_style()
        return sequence
    if isinstance(value, str) and not (_BARE.match(value) and value.lower() not in _WORDS_OF_YAML):
        from ruamel.yaml.scalarstring import DoubleQuotedScalarString  # start-up: 28 ms

        return DoubleQuotedScalarString(value)
    return value
