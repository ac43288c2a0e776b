"""Maps of other tools, brought into the policy folder as systems, each checked as `bailee map` checks it."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from bailee.connectors.base import ConnectorError
from bailee.draft import page
from bailee.draft.fides import FidesDataset, FidesWarning, NotFides, read_datasets
from bailee.draft.fides_map import FidesMap, find_key, make_map, name_system, remove_collections, warn_of_left_out
from bailee.engine.addresses import locate_store
from bailee.engine.connect.drafts import DATABASES
from bailee.engine.systems import list_kinds, make_connector
from bailee.policy import Policy, PolicyError, Problem, load
from bailee.policy.systems import row_kinds
from bailee.trace.check import check_map
from bailee.trace.schema import ColumnKind, DatabaseKind, Schema, SchemaColumn, SchemaTable


@dataclass(frozen=True, slots=True)
class ImportResult:
    """A dataset. ``file``: the system that was written, or `None`; ``warnings``: what did not carry over, and where."""

    dataset: str
    file: Path | None
    collections: int
    warnings: tuple[FidesWarning, ...]


def import_fides(folder: Path, source: Path, connector: str = "") -> tuple[ImportResult, ...]:
    """Write a system for each dataset of the Fides file ``source``; its address is ``env:NAME_URL``.

    A dataset of a kind of system that no connector reaches is left behind, unless ``connector`` names one that is
    installed. What a map cannot stand with, by the tables where they can be reached and else by the file alone, is
    left behind too. Nothing is written over. Raises `NotFides` where the file is none, or a system of the name is
    there, and `PolicyError` where the policy folder has mistakes of its own.
    """
    found = read_datasets(_read_yaml(source), source.name)
    if connector and connector not in row_kinds():
        there = ", ".join(sorted(row_kinds()))
        raise NotFides(f'there is no connector "{connector}" for tables', f"name one that is installed: {there}")
    files = {one.key: folder / "systems" / f"{name_system(one.key)}.yaml" for one in found}
    if len(set(files.values())) < len(found):
        raise NotFides("two datasets would become one system", "give each a fides_key of its own")
    taken = [one for one in found if connector or one.is_sql]
    for one in taken:
        if files[one.key].exists():
            raise NotFides(f"{files[one.key].name} is there already", "move it away, or change fides_key")
    made = {one.key: _drop_refused(folder, one, connector or DATABASES) for one in taken}
    for one in taken:
        files[one.key].parent.mkdir(exist_ok=True)
        files[one.key].write_text(_write_text(made[one.key], connector or DATABASES)[0], encoding="utf-8")
    return tuple(
        ImportResult(one.key, files[one.key], len(made[one.key].collections), tuple(made[one.key].warnings))
        if one.key in made
        else ImportResult(one.key, None, 0, tuple(sorted(warn_of_left_out(one, _explain_unsupported(one)))))
        for one in found
    )


def _read_yaml(source: Path) -> Any:
    try:
        return YAML(typ="rt").load(source.read_text(encoding="utf-8"))
    except OSError as error:
        raise NotFides(
            f"the file cannot be read: {error.strerror}", "see its name, and that this account may"
        ) from None
    except (YAMLError, UnicodeDecodeError):
        raise NotFides("the file is no YAML", "give a dataset file as Fides takes it") from None


def _explain_unsupported(one: FidesDataset) -> str:
    kind = "its fields have fields inside, as documents have," if one.kind == "documents" else f"this is {one.kind},"
    return f"{kind} and the sql connector reads SQLite, PostgreSQL and MariaDB: --connector names another, or sql"


# --- a map that stands -----------------------------------------------------------------------------------------


def _drop_refused(folder: Path, dataset: FidesDataset, connector: str) -> FidesMap:
    """Return the map of a dataset without what the compiler refuses, and with what it did not look at."""
    made = make_map(dataset)
    said = list[FidesWarning]()
    if not dataset.kind and connector == DATABASES:
        said.append(FidesWarning(dataset.place, "what kind of system it is is not said; taken for a database (sql)"))
    elif dataset.kind == "mysql" and connector == DATABASES:
        said.append(FidesWarning(dataset.place, "MySQL is read as MariaDB"))
    while True:
        wrong, unseen = _find_errors(folder, dataset, made, connector)
        if not wrong:
            made.warnings = sorted({*made.warnings, *said, *unseen})
            return made
        if "" in wrong:
            raise NotFides(f"{dataset.key} makes no system: {wrong['']}", "change fides_key or name")
        dataset, made = remove_collections(dataset, made, wrong)


def _find_errors(
    folder: Path, dataset: FidesDataset, made: FidesMap, connector: str
) -> tuple[dict[str, str], list[FidesWarning]]:
    """Return the collections that cannot stand, each with the first error (under "" one of none), and warnings."""
    text, lines = _write_text(made, connector)
    with tempfile.TemporaryDirectory(prefix="bailee-") as home:
        copy = Path(home) / "policy"
        shutil.copytree(
            folder, copy, ignore=lambda _, names: [n for n in names if not n.endswith((".yaml", "systems"))]
        )
        file = Path("systems") / f"{made.name}.yaml"
        (copy / "systems").mkdir(exist_ok=True)
        (copy / file).write_text(text, encoding="utf-8")
        unseen = list[FidesWarning]()
        problems: tuple[Problem, ...]
        try:
            policy = load(copy, connectors=list_kinds())
        except PolicyError as error:
            problems = tuple(error.problems)
            if any(problem.place.file != str(file) for problem in problems):
                raise
        else:
            schema, said = _find_schema(folder, policy, dataset, made)
            problems = check_map(policy.systems[made.name], schema, policy)
            unseen = [FidesWarning(dataset.place, said)] if said else []
    wrong, live = dict[str, str](), list[FidesWarning]()
    for problem in problems:
        name = lines.get(problem.place.line, "")
        if problem.severity == "error":
            wrong.setdefault(name, f"{problem.code} {problem.message}")
        elif problem.code not in ("T411", "T413") and not unseen:
            live.append(FidesWarning(made.places.get(name, dataset.place), f"{problem.code} {problem.message}"))
    return wrong, unseen + live


def _find_schema(folder: Path, policy: Policy, dataset: FidesDataset, made: FidesMap) -> tuple[Schema, str]:
    """Return the tables as they are, or as the dataset has them with what is to be said of that."""
    system = policy.systems[made.name]
    variable = system.url.removeprefix("env:")
    why = f"{variable} is not set"
    if os.environ.get(variable):
        try:
            connector = make_connector(system, folder, locate_store(policy, folder), datetime.now(UTC))
            return connector.schema(), ""
        except ConnectorError as error:
            why = f"{error.code} {error.message}"
    said = f"not held against the tables, for {why}: set it, and see bailee map {made.name}"
    return Schema(DatabaseKind("dataset", may_lack_primary_key=True), _make_tables(dataset, made)), said


def _make_tables(dataset: FidesDataset, made: FidesMap) -> Mapping[str, SchemaTable]:
    """Return tables of which nothing is known but what the dataset says: no type or foreign key stands in the way."""
    by_table = {str(said.get("table", name)): name for name, said in made.collections.items()}
    found = dict[str, SchemaTable]()
    for one in dataset.collections:
        if one.name in by_table:
            # A key with a document in it is not carried over; the table has it all the same, and reads it.
            key = tuple(dict.fromkeys(f.name for f in one.fields if f.is_key)) or find_key(one) or ("(key)",)
            names = dict.fromkeys([*key, *(f.name for f in one.fields)])
            columns = {name: SchemaColumn(name, ColumnKind.TEXT, nullable=name not in key) for name in names}
            found[one.name] = SchemaTable(one.name, columns, key)
    return found


# --- the file --------------------------------------------------------------------------------------------------


def _write_text(one: FidesMap, connector: str) -> tuple[str, dict[int, str]]:
    """Return the file of a system, and line -> the collection that it is about."""
    lines = [
        "# Brought over from a dataset of Fides by `bailee import fides`. See whose each row is before you rely on it.",
        "",
        f"system: {one.name}",
        f"title: {page.write_inline(one.title)}",
        f"connector: {page.write_inline(connector)}",
        f"url: env:{page.name_variable(one.name)}_URL",
        "",
        "collections:" if one.collections else "collections: {}",
    ]
    about = dict[int, str]()
    for name, made in one.collections.items():
        begins = len(lines) + 1
        lines += [f"  # {said}" for said in one.says.get(name, ())]
        lines.append(f"  {name}:" if made else f"  {name}: {{}}")
        lines += [f"    {word}: {page.write_inline(value)}" for word, value in made.items()]
        about |= dict.fromkeys(range(begins, len(lines) + 1), name)
    return "\n".join(lines) + "\n", about


__all__ = ["ImportResult", "import_fides"]
