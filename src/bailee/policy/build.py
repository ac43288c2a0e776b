"""Shapes turned into the frozen values of `model`, one file at a time.

Names that lead out of a collection are left as they are: `names` looks at them once every file is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Literal, TypeVar

from bailee.policy import shapes
from bailee.policy.collections import KEY_NONE, Collection, FileLink
from bailee.policy.conditions import equalities, parse
from bailee.policy.connector_kinds import file_kinds
from bailee.policy.countries import parse_country
from bailee.policy.dates import parse_day
from bailee.policy.identities import Form, Identity, Spelling, parse_spelling
from bailee.policy.placed import Path, PolicyFile
from bailee.policy.places import Place
from bailee.policy.predicate import ConditionError, Predicate, Scalar
from bailee.policy.references import Edge, EdgeKind, Gone, Mention, OnParentGone, parse_edge, parse_stand_in
from bailee.policy.systems import Attested, Backups, Location, System
from bailee.policy.urls import url_problem
from bailee.policy.words import WordError, meant

T = TypeVar("T")

EVERYBODYS = frozenset({"email", "phone"})
"""Attributes without an issuer: an address or a number is the same in every system."""


def _word(page: PolicyFile, code: str, path: Path, reading: Callable[[], T], default: T) -> T:
    """Return what ``reading`` reads at ``path``; where it cannot, note the problem and return ``default``."""
    try:
        return reading()
    except WordError as error:
        page.say(code, path, error.message, error.hint, at=page.place_in(path, error.offset))
        return default


# --- files ----------------------------------------------------------------------------------------------------


def system(page: PolicyFile, said: shapes.SystemKeys) -> System:
    """Return the system that a file under ``systems/`` describes."""
    for key, url in (("url", said.url), ("write_url", said.write_url)):
        if url is not None and (wrong := url_problem(url, may_be_path=said.connector in file_kinds())):
            page.say(wrong.code, (key,), wrong.message, wrong.hint)
    return System(
        name=said.system,
        title=said.title or said.system,
        connector=said.connector,
        url=said.url,
        write_url=said.write_url,
        plans_in=said.plans_in,
        role=said.role,
        customer=said.customer,
        location=_location(page, said.location) if said.location else Location(),
        purposes=tuple(said.purposes),
        source=said.source,
        collections={name: _collection(page, said.system, name, shape) for name, shape in said.collections.items()},
        place=page.place(("system",)),
    )


def _location(page: PolicyFile, said: shapes.LocationKeys) -> Location:
    path: Path = ("location",)
    backups = attested = None
    if said.backups:
        country = _country(page, (*path, "backups", "country"), said.backups.country)
        backups = Backups(country, said.backups.at_rest)
    if said.attested:
        on = _day(page, (*path, "attested", "on"), said.attested.on)
        attested = Attested(said.attested.by, on, page.key_place((*path, "attested")))
    country = _country(page, (*path, "country"), said.country)
    return Location(country, said.operator, said.at_rest, backups, attested)


def _country(page: PolicyFile, path: Path, said: str | None) -> str:
    if said is None:
        return ""
    return _word(page, "P123", path, lambda: parse_country(said), "")


def _day(page: PolicyFile, path: Path, said: str | None) -> str:
    if said is None:
        return ""
    return _word(page, "P122", path, lambda: parse_day(said), "")


# --- collections ----------------------------------------------------------------------------------------------


def _collection(page: PolicyFile, issuer: str, name: str, said: shapes.CollectionKeys) -> Collection:
    path: Path = ("collections", name)
    schema, _, table = (said.table or name).rpartition(".")
    identities = tuple(_identities(page, path, issuer, said.identity))
    edges, mentions = _edges(page, path, said), _mentions(page, path, issuer, said.mentions)
    edges, mentions = _named_apart(page, edges, mentions)
    whole = said.opaque if isinstance(said.opaque, str) else None
    _check_party(page, path, said)
    if whole is not None:
        _check_opaque(page, path, said)
    return Collection(
        name=name,
        schema=schema or None,
        table=table,
        key=_key(said.key),
        party=said.party,
        identities=identities,
        ends=said.ends,
        edges=tuple(edge for _, edge in edges),
        mentions=tuple(mention for _, mention in mentions),
        fields=said.fields,
        on_erase=said.on_erase,
        erased_when=_condition(page, (*path, "erased_when"), said.erased_when),
        on_leave=said.on_leave,
        on_copy=said.on_copy,
        on_object=said.on_object,
        hold=tuple(_several(said.hold)),
        retain=said.retain,
        portable=said.portable,
        file=_file(page, (*path, "file"), said.file) if said.file else None,
        opaque=whole,
        opaque_columns=said.opaque if isinstance(said.opaque, dict) else {},
        accepts=said.accepts,
        place=page.key_place(path),
        places=dict(_places(page, path, said)),
    )


def _file(page: PolicyFile, path: Path, said: shapes.File) -> FileLink:
    return FileLink(said.root, said.path, page.place((*path, "root")), said.shared or "")


def _places(page: PolicyFile, path: Path, said: shapes.CollectionKeys) -> Iterator[tuple[tuple[str, str], Place]]:
    """Yield where the words of the collection itself name columns; edges, identities and mentions have a place each."""
    for name, column in said.fields.items():
        yield ("fields", column), page.place((*path, "fields", name))
    for at, column in enumerate(_several(said.key)):
        yield ("key", column), page.place((*path, "key", at) if isinstance(said.key, list) else (*path, "key"))
    if said.ends:
        yield ("ends", said.ends), page.place((*path, "ends"))
    cells: dict[str, tuple[Path, object]] = {
        "opaque": (("opaque",), said.opaque),
        "on_erase": (("on_erase", "anonymise"), said.on_erase and said.on_erase.anonymise),
        "on_object": (("on_object",), said.on_object and said.on_object.cells),
        "on_leave": (("on_leave",), said.on_leave and page.data["collections"][path[-1]]["on_leave"]),
        "on_copy": (("on_copy",), said.on_copy and dict.fromkeys(said.on_copy.masks)),
    }
    for word, (below, columns) in cells.items():
        for column in columns if isinstance(columns, dict) else ():
            yield (word, column), page.key_place((*path, *below, column))


def _several(said: str | list[str] | None) -> list[str]:
    return [said] if isinstance(said, str) else said or []


def _key(said: str | list[str] | None) -> tuple[str, ...] | Literal["none"] | None:
    if said == KEY_NONE:
        return KEY_NONE
    return tuple(_several(said)) or None


def _check_party(page: PolicyFile, path: Path, said: shapes.CollectionKeys) -> None:
    if said.party is None and not page.lost_below(path):
        for key in ("identity", "ends", "erased_when"):
            if key in said.model_fields_set:
                hint = "add party: person or party: organisation"
                page.say("P118", (*path, key), "says something of a party, and this is none", hint)


def _check_opaque(page: PolicyFile, path: Path, said: shapes.CollectionKeys) -> None:
    for key in ("party", "identity", "owned_by", "mentions", "fields"):
        if key in said.model_fields_set:
            hint = "remove opaque, or give single columns: opaque: {column: reason}"
            page.say("P119", (*path, key), "says whose the rows are, yet the collection is opaque", hint)


# --- who ------------------------------------------------------------------------------------------------------


def attribute(name: str, issuer: str) -> str:
    """Return the name of an attribute with its issuer: ``email``, ``phones.account``."""
    return name if name in EVERYBODYS or "." in name else f"{issuer}.{name}"


def _identities(
    page: PolicyFile, path: Path, issuer: str, said: Mapping[str, shapes.IdentityKeys | list[shapes.IdentityKeys]]
) -> Iterator[Identity]:
    for name, shape in said.items():
        several = isinstance(shape, list)
        for at, one in enumerate(shape if isinstance(shape, list) else [shape]):
            here: Path = (*path, "identity", name, at) if several else (*path, "identity", name)
            full_name = attribute(name, issuer)
            yield Identity(
                attribute=full_name,
                column=one.column,
                stored=_stored(page, here, full_name, one.stored),
                joins=one.joins,
                valid=(one.valid[0], one.valid[1]) if one.valid else None,
                verified_when=_condition(page, (*here, "verified_when"), one.verified_when),
                changed=one.changed,
                place=page.key_place(here),
            )


def _stored(page: PolicyFile, around: Path, full_name: str, said: str | shapes.LongStored | None) -> Spelling:
    path, form, scan = (*around, "stored"), "raw", False
    if isinstance(said, shapes.LongStored):
        path, form, scan = (*path, "form"), said.form, said.scan
    elif said is not None:
        form = said
    spelling = _word(page, "P110", path, lambda: parse_spelling(form, scan=scan), Spelling(scan=True))
    if full_name in EVERYBODYS and spelling == Spelling(Form.RAW):
        usual = "lower" if full_name == "email" else "e164"
        hint = f"write stored: {usual} if the column is kept so, else stored: {{form: raw, scan: true}}"
        page.say("P113", path, f"leaves the spelling of {full_name} open, and no index can serve it", hint)
    return spelling


def _mentions(
    page: PolicyFile, path: Path, issuer: str, said: Sequence[shapes.MentionKeys]
) -> list[tuple[Path, Mention]]:
    found = []
    for at, one in enumerate(said):
        here: Path = (*path, "mentions", at)
        named = list((one.model_extra or {}).items())
        if len(named) != 1:
            if not page.lost_below(here):
                _not_one_attribute(page, here, [key for key, _ in named])
            continue
        [(name, column)] = named
        full_name = attribute(name, issuer)
        mention = Mention(
            attribute=full_name,
            column=column,
            id=one.id or "",
            stored=_stored(page, here, full_name, one.stored),
            at=one.at,
            when=_condition(page, (*here, "when"), one.when),
            on_leave=one.on_leave,
            on_copy=one.on_copy,
            place=page.key_place((*here, name)),
        )
        found.append((here, mention))
    return found


def _not_one_attribute(page: PolicyFile, here: Path, keys: list[str]) -> None:
    known = list(shapes.MentionKeys.model_fields)
    slips = [(key, hint) for key in keys if (hint := meant(key, known))]
    if len(keys) - len(slips) == 1:
        for key, hint in slips:
            page.say("P101", (*here, key), "is an unknown key", hint, at=page.key_place((*here, key)))
        return
    message = f"mentions by {' and by '.join(keys)}" if keys else "does not say what it mentions by"
    page.say("P112", here, message, "give one attribute and its column: {phone: caller, stored: e164}")


# --- edges ----------------------------------------------------------------------------------------------------


def _edges(page: PolicyFile, path: Path, said: shapes.CollectionKeys) -> list[tuple[Path, Edge]]:
    found = []
    for kind in EdgeKind:
        shape: str | shapes.LongEdge | list[str | shapes.LongEdge] | None = getattr(said, kind.value)
        here: Path = (*path, kind.value)
        if isinstance(shape, list):
            ways = [((*here, at), one) for at, one in enumerate(shape)]
        else:
            ways = [(here, shape)] if shape is not None else []
        for where, one in ways:
            edge = _short_edge(page, where, kind, one) if isinstance(one, str) else _long_edge(page, where, kind, one)
            if edge:
                found.append((where, edge))
    return found


def _short_edge(page: PolicyFile, path: Path, kind: EdgeKind, said: str) -> Edge | None:
    nothing: tuple[str, tuple[tuple[str, str], ...]] = ("", ())
    to, pairs = _word(page, "P107", path, lambda: parse_edge(said), nothing)
    return Edge(kind, to, pairs, id="", place=page.place(path)) if pairs else None


def _long_edge(page: PolicyFile, path: Path, kind: EdgeKind, said: shapes.LongEdge) -> Edge:
    return Edge(
        kind=kind,
        to=said.to,
        on=tuple(said.on.items()),
        id=said.id or "",
        when=_condition(page, (*path, "when"), said.when),
        depth=said.depth,
        unset=said.unset,
        on_leave=said.on_leave,
        on_copy=said.on_copy,
        on_parent_gone=_on_parent_gone(page, (*path, "on_parent_gone"), said),
        place=page.place((*path, "to")),
    )


def _on_parent_gone(page: PolicyFile, path: Path, said: shapes.LongEdge) -> OnParentGone | None:
    if "on_parent_gone" not in said.model_fields_set:
        return None
    if said.on_parent_gone is None:
        return OnParentGone(Gone.NULL)
    if isinstance(said.on_parent_gone, str):
        return OnParentGone(Gone(said.on_parent_gone))
    path, given = (*path, "stand_in"), said.on_parent_gone.stand_in
    cells: Mapping[str, Scalar]
    if isinstance(given, str):
        to, cells = _word(page, "P107", path, lambda: parse_stand_in(given), (said.to, dict.fromkeys(said.on)))
        if to != said.to:
            page.say(
                "P120", path, f'names "{to}", and the edge points to "{said.to}"', f"write {said.to}.column = value"
            )
    else:
        cells = given
    if set(cells) != set(said.on):
        columns = ", ".join(said.on)
        page.say("P120", path, "does not give the columns that the edge points to", f"give a value for each: {columns}")
    return OnParentGone(Gone.STAND_IN, cells)


def _named_apart(
    page: PolicyFile, edges: list[tuple[Path, Edge]], mentions: list[tuple[Path, Mention]]
) -> tuple[list[tuple[Path, Edge]], list[tuple[Path, Mention]]]:
    """Return both with an id each: the one given, else the columns, the kind before them, a number after them.

    The first to come keeps the shortest name, so that an edge added later renames none before it.
    """
    taken: set[str] = set()
    said = [*((path, edge.id) for path, edge in edges), *((path, mention.id) for path, mention in mentions)]
    for path, given in said:
        if not given:
            continue
        if given in taken:
            page.say("P207", (*path, "id"), f'"{given}" is taken in this collection', "choose another")
        taken.add(given)

    def free(given: str, kind: str, columns: str) -> str:
        if given:
            return given
        name, number = columns, 1
        while name in taken:
            name = f"{kind}:{columns}" if number == 1 else f"{kind}:{columns}:{number}"
            number += 1
        taken.add(name)
        return name

    return (
        [(path, _with_id(one, free(one.id, one.kind.value, "+".join(one.own_columns)))) for path, one in edges],
        [(path, _with_id(one, free(one.id, one.attribute, one.column))) for path, one in mentions],
    )


Way = TypeVar("Way", Edge, Mention)


def _with_id(one: Way, name: str) -> Way:
    return replace(one, id=name)


# --- what becomes of rows -------------------------------------------------------------------------------------


def _condition(page: PolicyFile, path: Path, said: str | Mapping[str, Scalar] | None) -> Predicate | None:
    if said is None:
        return None
    if isinstance(said, str):
        try:
            return parse(said)
        except ConditionError as error:
            page.say("P106", path, error.message, error.hint, at=page.place_in(path, error.offset))
            return None
    return equalities(said)
