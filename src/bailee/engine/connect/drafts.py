"""Connecting a system: a look at its tables, a draft of its map, and what somebody accepts of it.

Nothing of what is seen is kept but names, types, and what values look like: beside ``systems/NAME.yaml``, which is the
firm's, the draft in ``systems/NAME.guesses.jsonl``, and ``systems/NAME.seen.json``, against which `drift` holds
what is there later.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bailee.connectors.base import Draftable, Privileges
from bailee.connectors.sql.addresses import is_file_address
from bailee.draft import (
    Draft,
    Guess,
    Measured,
    Sample,
    SystemAnswers,
    add_effects,
    cascades,
    draft_map,
    find_pairs,
    find_places,
    find_questions,
    find_telling,
    list_nullable_keys,
    list_numeric_keys,
    list_reaches,
    page,
)
from bailee.draft.lines import UnreadableLineError, read_draft, write_draft
from bailee.engine.addresses import locate_store
from bailee.engine.connect import snapshots, spellings
from bailee.engine.systems import has_capability, list_kinds, make_connector
from bailee.errors import BaileeError, ErrorKind
from bailee.policy import Policy, PolicyError, Problem, System, load
from bailee.policy.kinds import NAME
from bailee.policy.page import read
from bailee.policy.systems import has_files
from bailee.policy.urls import url_problem
from bailee.store.sealed_store import Store
from bailee.trace.check import check_map
from bailee.trace.check.columns import find_named_columns
from bailee.trace.check.coverage import find_undecided
from bailee.trace.schema import Schema

DATABASES = "sql"
"""The connector of a system that is made here, where none is named."""

COUNTED = 200_000
"""So many rows of a table are read at most, to show one thing that can be verified."""

_NO_SYSTEMS = "P003"
_ROUNDS = 20  # of leaving out what a map cannot stand with


class NotConnected(BaileeError):
    """A system cannot be connected as it was asked."""

    kind = ErrorKind.NOT_SO
    code = "not_connected"


@dataclass(frozen=True, slots=True)
class CountedCells:
    """One true thing: ``found`` of ``of`` cells of ``column`` look like e-mail addresses, and ``sql`` counts them."""

    column: str
    found: int
    of: int
    sql: str


@dataclass(frozen=True, slots=True)
class ConnectedSystem:
    """A system, looked at: its ``file``, and that of its ``guesses``.

    ``secret``: the file that its address was put into, where it had a password. ``on_map``: the tables that its map
    has; ``new``: the columns of these that nobody had seen yet, as table.column.
    """

    name: str
    file: Path
    guesses: Path
    secret: Path | None
    facts: Mapping[str, str]
    privileges: Privileges
    schema: Schema
    sample: Sample
    draft: Draft
    on_map: frozenset[str]
    new: tuple[str, ...]
    counted: CountedCells | None
    seconds: float


@dataclass(frozen=True, slots=True)
class MappedSystem:
    """The map of a system as it stands, all of its tables, and what the compiler says (``problems``)."""

    policy: Policy
    system: System
    schema: Schema
    draft: Draft
    problems: tuple[Problem, ...]

    @property
    def file_stores(self) -> tuple[str, ...]:
        """The systems that have files, which a guess may name."""
        return tuple(name for name, system in self.policy.systems.items() if has_files(system))


@dataclass(frozen=True, slots=True)
class AcceptedGuesses:
    """What was taken over into the map, and what had to wait: a guess, and what the compiler said of it."""

    taken: tuple[Guess, ...]
    waiting: tuple[tuple[Guess, str], ...]


# --- connecting ----------------------------------------------------------------------------------------------


def connect_system(folder: Path, name: str, url: str | None = None, schemas: Sequence[str] = ()) -> ConnectedSystem:
    """Look at a system, write its draft, and return what was seen. A map that is there already stays as it is.

    ``url``: an address, or ``env:NAME``; ``None`` for the one that the system's file has. One with a password is put
    into a file beside the policy folder. ``schemas``: those to look at. Raises `NotConnected`, `PolicyError`,
    `ConnectorError`.
    """
    began = datetime.now(UTC)
    policy = _load_policy(folder)
    file = folder / "systems" / f"{name}.yaml"
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    kept, secret = _place_address(folder, name, url, text)
    try:
        return _draft_system(folder, policy, System(name, name, DATABASES, kept), text, schemas, secret, began)
    except BaseException:
        if secret and not file.exists():  # nothing came of it, so that nothing would ever ask for the password
            secret.unlink(missing_ok=True)
        raise


def _draft_system(
    folder: Path,
    policy: Policy | None,
    system: System,
    text: str,
    schemas: Sequence[str],
    secret: Path | None,
    began: datetime,
) -> ConnectedSystem:
    name, file = system.name, folder / "systems" / f"{system.name}.yaml"
    store = locate_store(policy, folder) if policy else Store(folder / "books")
    connector = make_connector(system, folder, store, began)
    facts, account = connector.facts(), connector.privileges(write=False)
    earlier = snapshots.load_snapshot(folder, name)
    schemas = tuple(schemas) or (earlier.schemas if earlier else ())
    schema = connector.everything(schemas)
    sample = connector.sample(schema, _read_region(folder))
    drafted = _draft_map(connector, schema, sample)
    collections = policy.systems[name].collections.values() if policy and text else ()
    on_map = frozenset(f"{c.schema}.{c.table}" if c.schema else c.table for c in collections)
    drafted = (
        page.remove_said(drafted, (read(file.name, text).data or {}).get("collections") or {}) if on_map else drafted
    )
    file.parent.mkdir(exist_ok=True)
    if not text:
        _write_file(file, page.write_new_file(name, system.url))
    write_guesses(folder, name, drafted)
    new = tuple(_find_new(on_map, earlier, schema)) if earlier else ()
    snapshots.write_snapshot(folder, name, schemas, schema, sample)
    seconds = (datetime.now(UTC) - began).total_seconds()
    counted = _count_cells(connector, schema, drafted)
    guesses = find_guesses_path(folder, name)
    return ConnectedSystem(
        name, file, guesses, secret, facts, account, schema, sample, drafted, on_map, new, counted, seconds
    )


def _draft_map(connector: Any, schema: Schema, sample: Sample) -> Draft:
    kinds = connector.kinds(one for one in find_telling(schema) if one.table not in sample.unread)
    asked = find_pairs(schema, sample, kinds)
    readable = [pair for pair in asked if sample.unread.keys().isdisjoint((pair.table, pair.their_table))]
    # Of what could not be looked at the name alone speaks: no value of none was found.
    measured = dict.fromkeys(asked, Measured()) | dict(connector.contained(readable))
    keys = connector.reaches(key for key in list_numeric_keys(schema) if key[0] not in sample.unread)
    filled = connector.filled_keys(key for key in list_nullable_keys(schema) if key[0] not in sample.unread)
    found = SystemAnswers(measured, keys, filled_keys=filled)
    asked_of_rows = [
        one for one in find_questions(schema, sample, found) if sample.unread.keys().isdisjoint((one.child, one.parent))
    ]
    drafted = draft_map(schema, sample, replace(found, agreement=connector.agreement(asked_of_rows)), kinds)
    counted = connector.reached(one for one in list_reaches(drafted) if one.table not in sample.unread)
    return add_effects(drafted, counted, schema)


def _find_new(on_map: frozenset[str], earlier: snapshots.Snapshot, schema: Schema) -> Iterator[str]:
    for table in sorted(on_map & schema.tables.keys() & earlier.tables.keys()):
        yield from (f"{table}.{c}" for c in schema.tables[table].columns if c not in earlier.tables[table])


def _load_policy(folder: Path) -> Policy | None:
    """Return the policy, or ``None`` where all that it lacks is a system."""
    try:
        return load(folder, connectors=list_kinds())
    except PolicyError as error:
        if all(problem.code == _NO_SYSTEMS for problem in error.problems):
            return None
        raise


def _read_region(folder: Path) -> str:
    data = read("bailee.yaml", (folder / "bailee.yaml").read_text(encoding="utf-8")).data
    return str(data.get("region", "GB")) if isinstance(data, dict) else "GB"


def _place_address(folder: Path, name: str, url: str | None, text: str) -> tuple[str, Path | None]:
    """Return the address as the system's file may say it, and the file that a password went into."""
    if not re.search(NAME, name):
        raise NotConnected(f'"{name}" is no name', "use letters, digits, _ and -, and begin with a letter")
    if text:
        there = (read(f"{name}.yaml", text).data or {}).get("url")
        if url is not None and url != there:
            hint = f"leave the address out, or change it under url: in systems/{name}.yaml"
            raise NotConnected(f"systems/{name}.yaml has an address already", hint)
        return str(there), None
    if url is None:
        raise NotConnected(f"there is no system called {name} yet", f"bailee connect {name} ADDRESS, or env:NAME")
    url = _make_relative(folder, url)
    wrong = url_problem(url)
    if wrong is None:
        return url, None
    if wrong.code != "P114" or not urlsplit(url).scheme:
        raise NotConnected(f"the address {wrong.message}", "write postgresql://account@host/database, or env:NAME")
    path = _keep_secret(folder, name, url)
    return f"file:../{path.parent.name}/{path.name}", path


def _make_relative(folder: Path, url: str) -> str:
    """Return the address of a file as seen from the policy folder, not from where the command was given."""
    scheme, _, path = url.partition(":///")
    if not path or path.startswith("/") or not is_file_address(url):
        return url
    file, home = Path(path).resolve(), folder.resolve()
    return f"{scheme}:///{file.relative_to(home) if file.is_relative_to(home) else file}"


def _keep_secret(folder: Path, name: str, url: str) -> Path:
    """Write ``url`` where only its owner can read it, beside the policy folder and out of any repository."""
    home = folder.resolve()
    secrets = home.with_name(f"{home.name}.secrets")
    secrets.mkdir(mode=0o700, exist_ok=True)
    (secrets / ".gitignore").write_text("*\n", encoding="utf-8")
    path = secrets / name
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
        stream.write(url + "\n")
    return path


def _write_file(file: Path, text: str) -> None:
    part = file.with_name(f".{file.name}.part")
    part.write_text(text, encoding="utf-8")
    part.replace(file)


def _count_cells(connector: Any, schema: Schema, drafted: Draft) -> CountedCells | None:
    """Return one true thing about the largest table of people with e-mail addresses, if there is one."""
    found = {g.collection: g for g in reversed(drafted.guesses) if "email" in g.says.get("identity", {})}
    tables = {name: schema.tables[drafted.places[name].table or name] for name in found}
    if not found:
        return None
    sizes = connector.sizes(tables.values(), _COUNTED_FIRST)
    name = max(found, key=lambda name: (sizes[tables[name].name], found[name].sure))
    column = found[name].says["identity"]["email"]["column"]
    counts = connector.addresses(tables[name], column, COUNTED)
    return CountedCells(f"{tables[name].name}.{column}", *counts) if counts else None


_COUNTED_FIRST = 10_000  # rows of a table of people that are counted to find the largest; beyond, the server's estimate


# --- the map -------------------------------------------------------------------------------------------------


def inspect_map(folder: Path, name: str, *, values: bool = False) -> MappedSystem:
    """Return the map of a system and what is wrong with it. Raises `NotConnected`, `PolicyError`, `ConnectorError`.

    ``values``: where the map can stand, the values by which persons are found are counted too, which may take a while.
    """
    policy = load(folder, connectors=list_kinds())
    if name not in policy.systems:
        hint = f"there are: {', '.join(policy.systems)}; bailee connect {name} ADDRESS makes it"
        raise NotConnected(f"there is no system called {name}", hint)
    system = policy.systems[name]
    if not has_capability(system, Draftable):
        raise NotConnected(f"{name} is no database, whose map could be drafted", "name a system with connector: sql")
    connector = make_connector(system, folder, locate_store(policy, folder), datetime.now(UTC))
    earlier = snapshots.load_snapshot(folder, name)
    schema = connector.everything(earlier.schemas if earlier else ())
    mapped = connector.schema()
    problems = check_map(system, mapped, policy)
    if values and not any(problem.severity == "error" for problem in problems):
        problems += tuple(spellings.find_spelling_problems(connector, policy, system, mapped))
    return MappedSystem(policy, system, schema, _load_draft(folder, name), problems)


# --- the file of guesses -------------------------------------------------------------------------------------


def find_guesses_path(folder: Path, name: str) -> Path:
    """Return the file of what was drafted of system ``name`` and waits to be accepted, or struck out."""
    return folder / "systems" / f"{name}.guesses.jsonl"


def write_guesses(folder: Path, name: str, draft: Draft) -> None:
    """Write the draft down; where it has neither guesses nor notes there is no file."""
    file = find_guesses_path(folder, name)
    if not (draft.guesses or draft.notes):
        file.unlink(missing_ok=True)
        return
    part = file.with_name(f".{file.name}.part")
    part.write_text(write_draft(draft, name), encoding="utf-8")
    part.replace(file)


def load_guesses(folder: Path, name: str) -> Draft:
    """Return what was drafted, less what was struck out or taken over. Raises `UnreadableLineError`."""
    file = find_guesses_path(folder, name)
    return read_draft(file.read_text(encoding="utf-8")) if file.exists() else Draft({}, ())


def _load_draft(folder: Path, name: str) -> Draft:
    try:
        return load_guesses(folder, name)
    except UnreadableLineError as error:
        file = find_guesses_path(Path("systems"), name).name
        hint = f"strike that line, or let bailee connect {name} draft again"
        raise NotConnected(f"systems/{file}:{error.number} is no guess", hint) from None


@dataclass(frozen=True, slots=True)
class TableOnMap:
    """A table and what the map says of it. ``collection`` is empty where it is on no map; ``undecided``: columns."""

    table: str
    collection: str
    opaque: str
    named: tuple[str, ...]
    undecided: tuple[str, ...]


def list_tables(mapped: MappedSystem) -> list[TableOnMap]:
    """Return for each table of the system what is mapped, opaque and undecided in it."""
    by_collection = find_undecided(mapped.system, mapped.schema, find_named_columns(mapped.system, mapped.policy))
    homes = {f"{c.schema}.{c.table}" if c.schema else c.table: c for c in mapped.system.collections.values()}
    found = []
    for name, table in sorted(mapped.schema.tables.items()):
        c = homes.get(name)
        if c is None:
            found.append(TableOnMap(name, "", "", (), tuple(table.columns)))
            continue
        loose = by_collection.get(c.name, ())
        decided = tuple(column for column in table.columns if column not in loose)
        found.append(TableOnMap(name, c.name, c.opaque or "", decided, loose))
    return found


# --- accepting -----------------------------------------------------------------------------------------------


def accept_guesses(folder: Path, name: str, sure: float) -> AcceptedGuesses:
    """Take the guesses at least so ``sure`` over into the map, as far as a map can stand with them.

    What the compiler finds wrong with a collection keeps that collection's guesses waiting, and the edges to it. Raises
    as `inspect_map` does.
    """
    mapped = inspect_map(folder, name)
    return _take_guesses(folder, mapped, mapped.draft.guesses, sure)


def decide_guesses(folder: Path, name: str, said: Collection[str], *, yes: bool) -> AcceptedGuesses:
    """Take guesses over into the map of a system together, or strike them out; as `accept_guesses`.

    ``said``: the guesses as `describe_guess` has them. Raises `NotConnected` where one of them is not there any more.
    """
    mapped = inspect_map(folder, name)
    guesses = mapped.draft.guesses
    chosen = tuple(guess for guess in guesses if describe_guess(guess) in said)
    if {describe_guess(guess) for guess in chosen} != set(said):
        raise NotConnected("a guess is not there any more", "somebody has decided it: look at those that are left")
    if yes:
        return _take_guesses(folder, mapped, chosen, 0)
    write_guesses(folder, name, replace(mapped.draft, guesses=tuple(one for one in guesses if one not in chosen)))
    return AcceptedGuesses((), ())


def describe_guess(guess: Guess) -> str:
    """Return a guess as the map would say it: the collection, and a piece of YAML."""
    return f"{guess.collection}: " + ", ".join(
        f"{word}: {page.write_inline(value)}" for word, value in guess.says.items()
    )


def _take_guesses(folder: Path, mapped: MappedSystem, wanted: Sequence[Guess], sure: float) -> AcceptedGuesses:
    name, file = mapped.system.name, folder / mapped.system.place.file
    text = file.read_text(encoding="utf-8")
    files = mapped.file_stores
    stands = (read(file.name, text).data or {}).get("collections") or {}
    placed = replace(mapped.draft, places={**find_places(mapped.schema), **mapped.draft.places})
    refused: list[tuple[Guess, str]] = []
    for _ in range(_ROUNDS):
        waiting = [guess for guess, _ in refused]
        offered = replace(mapped.draft, guesses=tuple(g for g in wanted if g not in waiting))
        taken = page.find_acceptable(offered, sure, mapped.system.collections, files)
        taken += tuple(g for g in cascades.find_edges_beside(mapped.schema, taken, stands) if g not in waiting)
        written = page.accept_guesses(text, placed, taken)
        wrong = _find_errors(folder, mapped, written, {g.collection for g in taken})
        if not wrong:
            _write_file(file, written)
            left = tuple(guess for guess in mapped.draft.guesses if guess not in taken)
            said = (read(file.name, written).data or {}).get("collections") or {}
            write_guesses(
                folder, name, replace(mapped.draft, guesses=left, notes=page.find_open_notes(mapped.draft, said))
            )
            return AcceptedGuesses(taken, tuple(refused))
        refused += [(guess, wrong[guess.collection]) for guess in taken if guess.collection in wrong]
    return AcceptedGuesses((), tuple(refused))


def _find_errors(folder: Path, mapped: MappedSystem, text: str, collections: Iterable[str]) -> dict[str, str]:
    """Return the ``collections`` that cannot stand as ``text`` has them, each with the first error."""
    with tempfile.TemporaryDirectory(prefix="bailee-") as made:
        copy = Path(made) / "policy"
        shutil.copytree(
            folder, copy, ignore=lambda _, names: [n for n in names if not n.endswith((".yaml", "systems"))]
        )
        (copy / mapped.system.place.file).write_text(text, encoding="utf-8")
        try:
            policy = load(copy)
        except PolicyError as error:
            problems: Iterable[Problem] = error.problems
        else:
            system = policy.systems[mapped.system.name]
            connector = make_connector(system, folder, locate_store(policy, folder), datetime.now(UTC))
            problems = check_map(system, connector.schema(), policy)
    lines = _map_lines(text)
    found: dict[str, str] = {}
    for problem in problems:
        name = lines.get(problem.place.line, "")
        if problem.severity == "error" and problem.place.file == mapped.system.place.file and name in set(collections):
            found.setdefault(name, f"{problem.code} {problem.message}")
    return found


def _map_lines(text: str) -> dict[int, str]:
    """Return line -> the collection that it is about."""
    found: dict[int, str] = {}
    inside, name = False, ""
    for number, line in enumerate(text.splitlines(), start=1):
        if re.match(r"\S", line):
            inside, name = line.startswith("collections:"), ""
        elif inside and (match := re.match(r"  ([A-Za-z_][A-Za-z0-9_-]*):", line)):
            name = match[1]
        if name:
            found[number] = name
    return found
