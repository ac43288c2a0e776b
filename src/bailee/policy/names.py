"""Names that lead from one part of the policy to another, looked up once every file is read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from bailee.policy.collections import Collection
from bailee.policy.holds import Hold
from bailee.policy.identities import EVERYBODYS, Party
from bailee.policy.placed import Path, PolicyFile
from bailee.policy.processors import Processor
from bailee.policy.systems import FirmRole, System, file_kinds, has_files
from bailee.policy.words import meant


@dataclass(frozen=True, slots=True)
class Declared:
    """Every name that the files declare, also where what stands under it cannot be read.

    ``systems``: name -> its collections; ``whole``: none of their files is unreadable. ``retention`` and ``holds`` are
    ``None`` where their file is.
    """

    systems: Mapping[str, tuple[str, ...]]
    attributes: frozenset[str]
    retention: frozenset[str] | None
    holds: frozenset[str] | None
    whole: bool

    def homes(self, collection: str) -> list[str]:
        """Return the systems that have a collection of this name."""
        return [system for system, names in self.systems.items() if collection in names]

    def collections(self) -> list[str]:
        """Return the names of all collections of all systems."""
        return list(dict.fromkeys(name for names in self.systems.values() for name in names))


def check_system(page: PolicyFile, system: System, declared: Declared, systems: Mapping[str, System]) -> None:
    """Note on ``page`` every name in ``system`` that leads nowhere."""
    _check_customer(page, system, declared)
    tables: dict[tuple[str | None, str], str] = {}
    for collection in system.collections.values():
        path: Path = ("collections", collection.name)
        _check_edges(page, path, system.name, collection, declared)
        _check_rules(page, path, collection, declared)
        if declared.whole:
            _check_mentions(page, path, collection, EVERYBODYS | declared.attributes)
        if collection.file and declared.whole:
            _check_root(page, (*path, "file", "root"), collection.file.root, declared, systems)
        table = (collection.schema, collection.table)
        if table in tables:
            message = f'is the table of collection "{tables[table]}" already'
            page.say("P211", (*path, "table"), message, "describe a table once, with when on its edges")
        tables.setdefault(table, collection.name)


def _check_customer(page: PolicyFile, system: System, declared: Declared) -> None:
    path: Path = ("customer",)
    if system.role is FirmRole.CONTROLLER:
        if system.customer:
            page.say("P209", path, "is said of a system that is our own", "write role: processor, or remove customer")
        return
    if system.customer is None:
        if system.collections:
            message = "is missing: nobody could tell whose data a processor's rows are"
            page.say("P209", path, message, "add customer: and the collection whose rows are the customers")
        return
    names = declared.systems[system.name]
    if system.customer not in names:
        page.say("P208", path, f'names no collection "{system.customer}"', meant(system.customer, names))
        return
    held = system.collections.get(system.customer)
    if held and held.party is not Party.ORGANISATION and not page.lost_below(("collections", system.customer)):
        page.say("P208", path, f'names "{system.customer}", which is no organisation', "add party: organisation to it")


def _check_edges(page: PolicyFile, path: Path, system: str, collection: Collection, declared: Declared) -> None:
    names = declared.systems[system]
    for edge in collection.edges:
        kind: Path = (*path, edge.kind.value)
        if edge.to not in names:
            hint = meant(edge.to, names)
            if not hint and (homes := declared.homes(edge.to)):
                hint = f"{homes[0]} has one, but an edge stays inside its system; use mentions"
            page.say("P201", kind, f'names no collection "{edge.to}"', hint or _list_names(names), at=edge.place)
        elif edge.depth is not None and edge.to != collection.name:
            page.say("P121", kind, "has a depth, and leads to another collection", "remove depth", at=edge.place)


def _check_rules(page: PolicyFile, path: Path, collection: Collection, declared: Declared) -> None:
    if collection.retain and declared.retention is not None and collection.retain not in declared.retention:
        hint = meant(collection.retain, declared.retention) or "add it to retention.yaml"
        page.say("P203", (*path, "retain"), f'names no rule "{collection.retain}"', hint)
    for at, name in enumerate(collection.hold):
        if declared.holds is not None and name not in declared.holds:
            one: Path = (*path, "hold", at)
            hint = meant(name, declared.holds) or "add it to holds.yaml"
            page.say("P202", one if one in page.marks else one[:-1], f'names no hold "{name}"', hint)


def _check_mentions(page: PolicyFile, path: Path, collection: Collection, known: frozenset[str]) -> None:
    for mention in collection.mentions:
        if mention.attribute not in known:
            message = f'names no identity "{mention.attribute}"'
            hint = meant(mention.attribute, known) or "declare it under identity of a party, there or in another system"
            page.say("P212", (*path, "mentions"), message, hint, at=mention.place)


def _check_root(page: PolicyFile, path: Path, root: str, declared: Declared, systems: Mapping[str, System]) -> None:
    if root not in declared.systems:
        page.say(
            "P204", path, f'names no system "{root}"', meant(root, declared.systems) or _list_names(declared.systems)
        )
    elif root in systems and not has_files(systems[root]):
        hint = f"name a system with connector: {' or '.join(sorted(file_kinds()))}"
        page.say("P204", path, f'names "{root}", which holds no files', hint)


def check_processor(page: PolicyFile, processor: Processor, declared: Declared) -> None:
    """Note on ``page`` every system under ``from`` that does not exist."""
    for number, name in enumerate(processor.systems):
        if declared.whole and name not in declared.systems:
            hint = meant(name, declared.systems) or _list_names(declared.systems)
            page.say("P215", (processor.name, "from", number), f'names no system "{name}"', hint)


def check_retention(page: PolicyFile, rule: str, from_: Mapping[str, str], declared: Declared) -> None:
    """Note on ``page`` every collection under ``from`` that does not exist."""
    for name in from_:
        if name != "*" and declared.whole and not declared.homes(name):
            path: Path = (rule, "from", name)
            hint = meant(name, declared.collections())
            page.say("P210", path, f'names no collection "{name}"', hint, at=page.key_place(path))


# --- what a hold keeps ----------------------------------------------------------------------------------------


def resolve_keeps(page: PolicyFile, hold: Hold, declared: Declared, systems: Mapping[str, System]) -> Hold:
    """Return ``hold`` with the cells it keeps: collection and column, the names of fields resolved to columns.

    A collection that several systems have is looked up in each; where a field is another column there, the pairs
    carry the system's name before the collection's.
    """
    if not declared.whole:
        return hold
    pairs: list[tuple[str, str]] = []
    for at, (collection, column) in enumerate(hold.keeps):
        pairs += _resolve_cell(page, (hold.name, "keeps", at), collection, column, declared, systems)
    return replace(hold, keeps=tuple(dict.fromkeys(pairs)))


def _resolve_cell(
    page: PolicyFile, path: Path, head: str, what: str, declared: Declared, systems: Mapping[str, System]
) -> Iterator[tuple[str, str]]:
    if not (what and head):
        page.say(
            "P205",
            path,
            f'is no cell: "{page.text(path)}"',
            "write collection.field, collection.column or collection.*",
        )
        return
    if head in declared.systems and not declared.homes(head):
        collection, _, column = what.partition(".")
        if collection in declared.systems[head] and column:
            yield f"{head}.{collection}", _resolve_column(systems.get(head), collection, column)
            return
        known = [f"{head}.{name}" for name in declared.systems[head]]
        page.say("P205", path, f'names no collection "{head}.{collection}"', meant(f"{head}.{collection}", known))
        return
    homes = declared.homes(head)
    if not homes:
        page.say("P205", path, f'names no collection "{head}"', meant(head, declared.collections()))
        return
    columns = {system: _resolve_column(systems.get(system), head, what) for system in homes}
    if len(set(columns.values())) == 1:
        yield head, columns[homes[0]]
    else:
        yield from ((f"{system}.{head}", column) for system, column in columns.items())


def _resolve_column(system: System | None, collection: str, what: str) -> str:
    held = system.collections.get(collection) if system else None
    return held.fields.get(what, what) if held else what


def _list_names(names: Iterable[str]) -> str:
    listed = ", ".join(names)
    return f"there are: {listed}" if listed else ""
