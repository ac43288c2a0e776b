"""A dataset of Fides as a map: what is certain carries over, and each thing that does not is a warning with its place.

Fides walks from one field to another and needs no owner. A reference *from* a collection means that rows are reached
from there; one *to* a collection that rows there are read, too, a price list among them. Neither says whose a row is.
So a row is taken for a person's where it is reached *from* them, along a key, and Fides calls something in it
personal; what is only read is shown and never deleted; what could be somebody else's is merely named (rules 1, 11).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bailee.draft.fides import (
    EVERYBODYS,
    FidesCollection,
    FidesDataset,
    FidesField,
    FidesPlace,
    FidesReference,
    FidesWarning,
)

_STRATEGIES: Mapping[str, Any] = {"null_rewrite": None, "hash": "hash", "hmac": "hash"}
_KEYS = ("id", "_id", "uuid", "guid", "pk", "key")
_STAFF = frozenset(
    word
    for line in (
        "admin administrator agent approved approver assigned assignee cashier clerk closed created creator deleted",
        "editor edited employee handled handler manager moderator modified operator owner processed rep representative",
        "reviewed reviewer sales salesman salesperson seller staff supervisor technician updated updater vendor",
    )
    for word in line.split()
)
"""Words for people who work on rows that are somebody else's."""

_RAW = {"form": "raw", "scan": True}


@dataclass(slots=True)
class FidesMap:
    """A dataset as a map: ``collections`` in the map's words, and ``warnings``, one for each thing left behind.

    ``says``: collection -> what its description and those of its fields say. ``places``: collection -> where it stands.
    """

    name: str
    title: str
    collections: dict[str, dict[str, Any]] = field(default_factory=dict)
    warnings: list[FidesWarning] = field(default_factory=list)
    says: dict[str, list[str]] = field(default_factory=dict)
    places: dict[str, FidesPlace] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Pointer:
    """``child``'s ``column`` has the value of ``parent``'s key ``theirs``. ``reaches``: rows are reached from there."""

    child: str
    column: str
    parent: str
    theirs: str
    reaches: bool
    place: FidesPlace
    said: str


def warn_of_left_out(dataset: FidesDataset, why: str) -> list[FidesWarning]:
    """Return the warnings of a dataset that is left behind as a whole: one of itself, one of each collection."""
    rest = [_make_warning(one, "not taken over") for one in dataset.collections]
    return [*dataset.warnings, FidesWarning(dataset.place, why), *rest]


def _make_warning(collection: FidesCollection, why: str) -> FidesWarning:
    told = ", ".join(one.told for one in collection.fields)
    return FidesWarning(collection.place, f"{why}: {told}" if told else why)


def make_map(dataset: FidesDataset) -> FidesMap:
    """Return ``dataset`` as a map. What in it stands nowhere in the map is named by a warning."""
    return _Carrying(dataset).carry()


def remove_collections(
    dataset: FidesDataset, made: FidesMap, names: Mapping[str, str]
) -> tuple[FidesDataset, FidesMap]:
    """Return the dataset and its map without the collections ``names`` (name -> why it cannot stand with them)."""
    tables = {_name_table(name, said): name for name, said in made.collections.items()}
    gone = [one for one in dataset.collections if tables.get(one.name) in names]
    others = replace(dataset, collections=tuple(one for one in dataset.collections if one not in gone))
    again = make_map(others)
    said = [
        _make_warning(one, f"not taken over, for the map cannot stand with it: {names[tables[one.name]]}")
        for one in gone
    ]
    again.warnings = sorted({*made.warnings, *again.warnings, *said})
    return others, again


def _name_table(name: str, said: Mapping[str, Any]) -> str:
    return str(said.get("table", name))


def name_system(key: str) -> str:
    """Return the name of the system that a dataset becomes."""
    name = re.sub(r"[^A-Za-z0-9_-]", "_", key)
    return name if re.match(r"[A-Za-z_]", name) else f"_{name}"


class _Carrying:
    """One dataset on its way into a map."""

    def __init__(self, dataset: FidesDataset) -> None:
        self.dataset = dataset
        self.made = FidesMap(name_system(dataset.key), dataset.title, warnings=list(dataset.warnings))
        self.names: dict[str, str] = {}  # collection of Fides -> name on the map
        self.of: dict[str, FidesCollection] = {}
        self.pointers: list[_Pointer] = []
        self.mentions: dict[str, list[tuple[str, str]]] = {}  # collection -> (attribute, column)
        self.people: set[str] = set()
        self.level: dict[str, int] = {}  # how far from a person's own row; who owns it is nearer

    def warn(self, place: FidesPlace, text: str) -> None:
        self.made.warnings.append(FidesWarning(place, text))

    def carry(self) -> FidesMap:
        self._name()
        for one in self.of.values():
            for each in one.fields:
                for reference in each.references:
                    self._point(one, each, reference)
        self._merge()
        self._find_people()
        for one in self.of.values():
            self._begin(one)
        self._find_owned()
        for pointer in self.pointers:
            self._edge(pointer)
        for one in self.of.values():
            self._fate(one)
            self._columns(one)
        self.made.warnings = sorted(set(self.made.warnings))
        return self.made

    # --- names

    def _name(self) -> None:
        used: set[str] = set()
        for one in self.dataset.collections:
            name = name_system(one.name)
            if one.is_skipped:
                self._leave(one, "Fides was told to skip it, which does not say what is in it, so it stays undecided")
            elif one.name in self.of:
                self._leave(one, "there are two of this name, and the first is taken over")
            elif not re.fullmatch(r"[^.\s][^.]*(\.[^.]+)?", one.name):
                self._leave(one, "this is no name of a table")
            else:
                while name in used:
                    name += "_"
                used.add(name)
                self.names[one.name], self.of[one.name] = name, one

    def _leave(self, one: FidesCollection, why: str) -> None:
        self.made.warnings.append(_make_warning(one, why))

    # --- references

    def _point(self, one: FidesCollection, own: FidesField, said: FidesReference) -> None:
        """Read a reference as a pointer from a child to a key, whichever side and direction Fides says it from."""
        other = self.of.get(said.collection)
        theirs = next((f for f in other.fields if f.name == said.column), None) if other else None
        if said.dataset != self.dataset.key:
            text = f"an edge stays inside its system, so the reference to {said.said} is left out; use mentions"
        elif other is None:
            text = f"there is no collection {said.collection} in the map, so the reference to {said.said} is left out"
        elif "." in said.column:
            text = f"the reference to {said.said} leads into a field, and is left out"
        elif theirs is None:
            text = f"{said.collection} has no field {said.column}, so the reference to {said.said} is left out"
        elif not own.is_scalar or not theirs.is_scalar:
            text = f"the reference to {said.said} compares lists or documents, and is left out"
        else:
            text = self._pointer(one, own, other, theirs, said)
        if text:
            self.warn(said.place, text)

    def _pointer(
        self, one: FidesCollection, own: FidesField, other: FidesCollection, theirs: FidesField, said: FidesReference
    ) -> str:
        """Note the pointer that a reference is, and return what is to be said of it."""
        mine, yours = _is_key(one, own), _is_key(other, theirs)
        away = said.direction == "from" or (not said.direction and not mine)
        if one is other:
            self._add(one, own, other, theirs, said, reaches=False)
            return f"the reference to {said.said} stays in its collection: it is only named; say owned_by with depth"
        if not said.direction and mine == yours:
            return f"the reference to {said.said} has no direction, and neither side tells one; it is left out"
        if not mine and not yours:
            return self._by_value(one, own, other, theirs, said)
        if yours and (away or not mine):
            self._add(one, own, other, theirs, said, reaches=away)
        else:
            self._add(other, theirs, one, own, said, reaches=said.direction != "from")
        if not said.direction:
            return f"the reference to {said.said} has no direction; it is read from the key to what points to it"
        return ""

    def _add(
        self,
        child: FidesCollection,
        column: FidesField,
        parent: FidesCollection,
        theirs: FidesField,
        said: FidesReference,
        *,
        reaches: bool,
    ) -> None:
        self.pointers.append(
            _Pointer(child.name, column.name, parent.name, theirs.name, reaches, said.place, said.said)
        )

    def _by_value(
        self, one: FidesCollection, own: FidesField, other: FidesCollection, theirs: FidesField, said: FidesReference
    ) -> str:
        """Return what is said of a reference between two columns that are no keys: many rows may have the value."""
        source, child, column = (theirs, one, own) if said.direction == "from" else (own, other, theirs)
        attribute = EVERYBODYS.get(source.identity)
        if attribute is None:
            return f"the reference to {said.said} is over no key, so one value may be many people's; it is left out"
        self.mentions.setdefault(child.name, []).append((attribute, column.name))
        return f"the reference to {said.said} is over no key; {child.name}.{column.name} is taken for a mention"

    def _merge(self) -> None:
        """Make one pointer of those that are said on both sides; what one side only reads is only read."""
        found: dict[tuple[str, str, str, str], _Pointer] = {}
        for one in self.pointers:
            key = (one.child, one.column, one.parent, one.theirs)
            there = found.get(key, one)
            found[key] = replace(there, reaches=there.reaches and one.reaches)
        self.pointers = list(found.values())

    # --- whose

    def _find_people(self) -> None:
        """A row is a person where an identity and something else personal are in it, or rows are reached from it."""
        sources = {one.parent for one in self.pointers if one.reaches}
        for one in self.of.values():
            found = [f for f in one.fields if f.identity and f.is_scalar]
            if not found:
                continue
            names = {f.name for f in found}
            more = [f for f in one.fields if f.name not in names and _is_saying_more(f)]
            if more or one.name in sources or not any(f.identity in EVERYBODYS for f in found):
                self.people.add(one.name)
                self.level[one.name] = 0
            else:
                self.mentions.setdefault(one.name, []).extend(
                    (EVERYBODYS[f.identity], f.name) for f in found if f.identity in EVERYBODYS
                )

    def _find_owned(self) -> None:
        pointed = {one.parent for one in self.pointers}
        while True:
            nearest: dict[str, int] = {}
            for one in self.pointers:
                if one.child not in self.level and one.parent in self.level and self._may_own(one, pointed):
                    nearest.setdefault(one.child, max(self.level.values()) + 1)
            if not nearest:
                return
            self.level |= nearest

    def _may_own(self, one: _Pointer, pointed: set[str]) -> bool:
        """Whether the rows of the child are surely those of whose the parent is."""
        child = self.of[one.child]
        if not one.reaches or one.child in self.people or one.child in self.mentions or self._is_staff(one):
            return False
        personal = child.deletes or any(f.is_personal for f in child.fields)
        return personal or (one.parent not in self.people and one.child not in pointed)

    def _is_staff(self, one: _Pointer) -> bool:
        return bool(_list_words(one.column, one.parent) & _STAFF)

    def _edge(self, one: _Pointer) -> None:
        kind, text = self._kind(one)
        if text:
            self.warn(one.place, text)
        made = self.made.collections
        edge = {"to": self.names[one.parent], "on": {one.theirs: one.column}}
        made[self.names[one.child]].setdefault(kind, []).append(edge)
        if kind == "accessed_by":
            made[self.names[one.child]]["on_leave"] = {"matched": None}

    def _kind(self, one: _Pointer) -> tuple[str, str]:
        """Return the word for a pointer, and what is to be said of it."""
        child, parent = self.names[one.child], self.names[one.parent]
        if one.child == one.parent:
            return "names", ""
        level, theirs = self.level.get(one.child), self.level.get(one.parent)
        if one.reaches and level and theirs is not None and theirs < level and not self._is_staff(one):
            return "owned_by", ""
        if one.reaches:
            why = self._why_not(one)
            if one.child in self.mentions and one.parent in self.people and not self._is_staff(one):
                text = f"{why}; who is in {parent} sees the row, and it is not deleted with them"
                return "accessed_by", f"{text}: say owned_by if it is theirs"
            return "names", f"{why}; {parent} is only named: say owned_by and on_erase if {child} goes with it"
        personal = any(map(_is_saying_more, self.of[one.parent].fields))
        text = f"Fides reads {parent} from here, which does not say whose its rows are"
        if level is not None and theirs is None and personal and one.parent not in self.mentions:
            text = (
                f"Fides reads {parent} from here, which does not say whose its rows are: they are shown and not deleted"
            )
            return "accesses", f"{text}; say owns where they are this row's alone"
        text = f"Fides reads {parent} from here, which does not say whose its rows are: {parent} is only named"
        return "names", text

    def _why_not(self, one: _Pointer) -> str:
        child, parent = self.names[one.child], self.names[one.parent]
        if self._is_staff(one):
            return f"{one.column} may be who works on the row, and not whose it is"
        if one.child in self.people:
            return f"the rows of {child} are people themselves"
        if one.parent not in self.level:
            return f"the rows of {parent} are nobody's for sure"
        if one.child in self.mentions:
            return f"Fides finds {child} by an identity, too, which may be somebody else's"
        return f"Fides calls nothing in {child} personal"

    # --- words of the map

    def _begin(self, one: FidesCollection) -> None:
        name = self.names[one.name]
        made: dict[str, Any] = {} if name == one.name else {"table": one.name}
        self.made.collections[name], self.made.places[name] = made, one.place
        lines = [one.description] + [f"{f.name}: {f.description}" for f in one.fields if f.description]
        self.made.says[name] = [" ".join(line.split()) for line in lines if line]
        said = any(f.is_key for f in one.fields)
        if said and find_key(one):
            made["key"] = list(find_key(one))
        elif said:
            self.warn(one.place, "the primary key has a list or a document in it, and is not carried over")
        if one.name in self.people:
            made["party"] = "person"
            self.warn(
                one.place, f"taken for persons, since Fides finds rows by {self._by(one)}: see that each row is one"
            )
        for f in one.fields:
            if f.identity:
                self._identity(one, f, made)
        for attribute, column in dict.fromkeys(self.mentions.get(one.name, ())):
            made.setdefault("mentions", []).append({attribute: column, "stored": _RAW})

    def _by(self, one: FidesCollection) -> str:
        return ", ".join(dict.fromkeys(f.identity for f in one.fields if f.identity and f.is_scalar))

    def _identity(self, one: FidesCollection, f: FidesField, made: dict[str, Any]) -> None:
        attribute = EVERYBODYS.get(f.identity, re.sub(r"[^A-Za-z0-9_-]", "_", f.identity))
        spelled = "how it is spelled is not known: say stored: lower or e164 if it is so"
        if not f.is_scalar:
            self.warn(f.place, f"identity {f.identity} is a list or a document, and is left out")
        elif one.name in self.people:
            said: dict[str, Any] = {"column": f.name}
            if attribute in EVERYBODYS.values():
                said["stored"] = _RAW
                self.warn(f.place, spelled)
            made.setdefault("identity", {}).setdefault(attribute, []).append(said | {"joins": "confirm"})
            text = "Fides takes an equal value for the same person; here somebody has to confirm it (joins: confirm)"
            self.warn(f.place, f"identity {f.identity}: {text}: say joins: verified where values are verified")
        elif f.identity in EVERYBODYS:
            text = "here whose value it is sees the row, and erasing them empties the cell"
            self.warn(
                f.place, f"identity {f.identity}: nothing else personal is in the row, so it is a mention: {text}"
            )
            self.warn(f.place, spelled)
        else:
            self.warn(f.place, f"identity {f.identity} is left out: the rows are taken for no persons")

    def _fate(self, one: FidesCollection) -> None:
        made = self.made.collections[self.names[one.name]]
        if made.get("mentions"):
            keys = {*made.get("key", ()), *_list_pointing(made)}
            clear = [m for m in made["mentions"] if next(iter(m.values())) not in keys]
            made["on_leave"] = {"matched": None} if clear or made.get("accessed_by") else {}
        if one.name in self.level:
            self._erase(one, made)
        elif one.deletes:
            self.warn(one.place, "masking by delete is not carried over: whose the rows are is not certain")
        if one.name not in self.level or one.name in self.people:
            for f in one.fields:
                if f.mask:
                    self.warn(f.place, f"masking by {f.mask[0]} is not carried over: say it under on_erase")
        if len(made.get("owned_by", ())) > 1:
            text = "it has several owners: it stays until the last of them is erased; say names where one is none"
            self.warn(one.place, text)

    def _erase(self, one: FidesCollection, made: dict[str, Any]) -> None:
        """Say what becomes of rows that are somebody's: what Fides says, or that they go."""
        masks: dict[str, Any] = {}
        if one.name not in self.people:
            masks = self._masks(one, made)
        made["on_erase"] = {"anonymise": masks} if masks and not one.deletes else "delete"
        if made["on_erase"] == "delete" and not one.deletes:
            self.warn(one.place, "Fides empties cells and keeps the row; here the row goes (on_erase: delete)")
        for name in masks if one.deletes else ():
            self.warn(one.place, f"masking of {name} is not carried over: the row is deleted")
        if one.name not in self.people:
            direct = {c for e in made.get("owned_by", ()) if self._is_person(e["to"]) for c in e["on"].values()}
            kept = Counter(
                c for word in ("owned_by", "names", "accesses") for e in made.get(word, ()) for c in e["on"].values()
            )
            free = {c for c in direct if kept[c] == 1} - set(made.get("key", ()))
            made["on_leave"] = {"matched": None} if free else {}

    def _is_person(self, name: str) -> bool:
        return "party" in self.made.collections[name]

    def _masks(self, one: FidesCollection, made: dict[str, Any]) -> dict[str, Any]:
        fixed = {*made.get("key", ()), *_list_linked(made)}
        masked = {f.name: v for f in one.fields if f.mask for v in self._mask(f, fixed)}
        if not masked:
            return {}
        more = [f.name for f in one.fields if f.is_personal and f.name not in {*masked, *fixed}]
        if more and not one.deletes:
            text = f"what Fides masks by its policy is emptied with them: {', '.join(more)}"
            self.warn(one.place, text)
        return dict.fromkeys(more) | masked

    def _mask(self, f: FidesField, fixed: set[str]) -> Iterator[Any]:
        strategy, value = f.mask or ("", None)
        if f.name in fixed:
            self.warn(f.place, f"masking by {strategy} is not carried over: the column says whose the row is")
        elif strategy in _STRATEGIES:
            yield _STRATEGIES[strategy]
        elif strategy == "string_rewrite" and value is not None:
            yield {"text": str(value)}
        else:
            self.warn(f.place, f"masking by {strategy} is not carried over: say it under on_erase")

    def _columns(self, one: FidesCollection) -> None:
        made = self.made.collections[self.names[one.name]]
        said = {*_list_linked(made), *_list_identified(made)} | (
            set(made.get("key", ())) if one.name in self.level else set()
        )
        said |= set(made["on_erase"]["anonymise"]) if isinstance(made.get("on_erase"), dict) else set()
        seen: set[str] = set()
        loose: list[str] = []
        for f in one.fields:
            if f.name in seen:
                self.warn(f.place, f"there are two fields of this name, and the first is taken over: {f.told}")
                continue
            seen.add(f.name)
            self._inner(f.inner)
            self._categories(f, made, decided=f.name in said)
            if not f.categories and f.name not in said:
                loose.append(f.name)
        if loose:
            self.warn(one.place, f"Fides says nothing of these, so they stay undecided: {', '.join(loose)}")

    def _categories(self, f: FidesField, made: dict[str, Any], *, decided: bool) -> None:
        personal = [c for c in f.categories if c.split(".")[0] == "user"]
        system = [c for c in f.categories if c.split(".")[0] == "system"]
        left = [c for c in f.categories if c not in system]
        if personal:
            left.remove(personal[0])
            attribute, fields = name_system(personal[0].rpartition(".")[2]), made.setdefault("fields", {})
            if attribute in fields:
                self.warn(f.place, f"{personal[0]} is not carried over: another field is called {attribute}")
                attribute = name_system(f.name)
                while attribute in fields:
                    attribute += "_"
            fields[attribute] = f.name
        elif system and not decided and f.is_scalar and len(system) == len(f.categories):
            made.setdefault("opaque", {})[f.name] = f"Fides calls it {', '.join(system)}"
            system = []
        if system:
            why = "it is a key, or says whose the row is" if decided else "it is personal, or has fields inside"
            self.warn(f.place, f"{', '.join(system)} is not carried over: {why}")
        if left:
            self.warn(f.place, f"{', '.join(left)} is not carried over")

    def _inner(self, fields: Iterable[FidesField]) -> None:
        for f in fields:
            self.warn(f.place, f"it lies inside a field, and is not carried over: {f.told}")
            self._inner(f.inner)


def find_key(collection: FidesCollection) -> tuple[str, ...]:
    """Return the primary key, or what is usually called so where none is said; empty where there is neither."""
    if keys := [one for one in collection.fields if one.is_key]:
        return tuple(dict.fromkeys(one.name for one in keys)) if all(one.is_scalar for one in keys) else ()
    leaf = collection.name.rpartition(".")[2].lower()
    usual = [*_KEYS, *(f"{name}{end}" for name in (leaf, leaf.removesuffix("s")) for end in ("_id", "id"))]
    return next(((f.name,) for word in usual for f in collection.fields if f.name.lower() == word and f.is_scalar), ())


def _is_key(collection: FidesCollection, f: FidesField) -> bool:
    """Whether a field alone tells rows apart."""
    return find_key(collection) == (f.name,)


def _is_saying_more(f: FidesField) -> bool:
    """Whether a field is somebody's beyond saying which row it is."""
    return f.is_personal and not f.is_key and any(c != "user.unique_id" for c in (*f.categories, *_list_inside(f)))


def _list_inside(f: FidesField) -> Iterator[str]:
    for one in f.inner:
        yield from one.categories
        yield from _list_inside(one)


def _list_pointing(made: Mapping[str, Any]) -> list[str]:
    """Return the columns of the edges, one for each edge that has it."""
    edges = [e for word in ("owned_by", "accessed_by", "accesses", "names") for e in made.get(word, ())]
    return [column for edge in edges for column in edge["on"].values()]


def _list_linked(made: Mapping[str, Any]) -> set[str]:
    return {*_list_pointing(made), *(next(iter(one.values())) for one in made.get("mentions", ()))}


def _list_identified(made: Mapping[str, Any]) -> set[str]:
    return {one["column"] for several in made.get("identity", {}).values() for one in several}


def _list_words(*names: str) -> set[str]:
    split = (re.findall(r"[A-Z]?[a-z]+", name) for name in names)
    found = {word.lower() for words in split for word in words}
    return found | {word.removesuffix("s") for word in found}
