"""`docs/ownership.md` has every word and every rule, and its examples are maps that do what stands beside them."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

import pytest

from bailee.connectors.sql.dialects import list_dialects
from bailee.engine.apply import apply_plan
from bailee.engine.plans import plan_erase, plan_object, plan_retain, seal_plan
from bailee.engine.systems import open_systems
from bailee.policy import (
    Collection,
    Edge,
    EdgeKind,
    Form,
    Gone,
    Identity,
    Joins,
    Mention,
    Party,
    Policy,
    RoundTo,
    ValueKind,
    load,
)
from bailee.trace.check import check_map
from bailee.trace.check.columns import find_named_columns
from bailee.trace.schema import ColumnKind, Schema, SchemaColumn, SchemaTable
from tests.docs.pages import DOCS, Table, fenced, read, sections, tables
from tests.oracle.examples import EXAMPLES

PAGE = read("ownership.md")
TODAY = datetime(2026, 6, 1, 9, tzinfo=UTC)
PEOPLE = {"Alice": 1, "Bob": 2, "Carol": 3}
DEFAULT = next(
    body for title, text in sections(PAGE, 2) if title == "How to read the examples" for body in fenced(text, "yaml")
)

FIRM = "firm: The Example Society\nmode: act\n"
SYSTEM = "system: example\nconnector: sql\nurl: sqlite:///rows.db\nwrite_url: sqlite:///rows.db\ncollections:\n"
STORE = "system: recordings\nconnector: files\nurl: recordings\n"


@dataclass(frozen=True)
class Example:
    """One word's example: the files of its policy, and the rows before and after."""

    title: str
    files: Mapping[str, str]
    rows: tuple[Table, ...]

    def write(self, folder: Path) -> Policy:
        (folder / "systems").mkdir()
        (folder / "recordings").mkdir()
        for name, text in {"bailee.yaml": FIRM, "systems/recordings.yaml": STORE, **self.files}.items():
            (folder / name).write_text(text)
        return load(folder)


def examples() -> Iterator[Example]:
    for title, text in [*sections(PAGE, 3), *sections(PAGE, 2)]:
        blocks = fenced(text, "yaml") if "\n### " not in text else []
        files = {body.split("\n", 1)[0].removeprefix("# "): body for body in blocks if body.startswith("# ")}
        collections = "".join(body for body in blocks if not body.startswith("# "))
        if collections:
            whole = collections if re.search("^person:", collections, re.MULTILINE) else DEFAULT + collections
            files["systems/example.yaml"] = SYSTEM + re.sub("^(?=.)", "  ", whole, flags=re.MULTILINE)
            yield Example(title, files, tuple(table for table in tables(text) if table.head[0].startswith("`")))


EVERY = {example.title: example for example in examples()}
WITH_ROWS = [title for title, example in EVERY.items() if example.rows]


# --- every word ----------------------------------------------------------------------------------------------

AS_WRITTEN = {"schema": "table", "identities": "identity", "opaque_columns": "opaque", "kind": "owned_by"}
NOT_WRITTEN = {"name", "place", "places", "edges", "attribute"}


def told(word: str) -> bool:
    """Whether the page has ``word`` in letters of a typewriter."""
    code = [*re.findall(r"`([^`\n]+)`", PAGE), *fenced(PAGE, "yaml")]
    return any(re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text) for text in code)


@pytest.mark.parametrize("kind", [EdgeKind, Gone, Form, Joins, Party])
def test_the_page_has_every_word_of_this_kind(kind: type[StrEnum]) -> None:
    assert {word for word in kind if not told(word)} == set()


def test_the_page_has_every_kind_of_value() -> None:
    assert {word for word in ValueKind if word is not ValueKind.CONSTANT and not told(word)} == set()


def test_the_page_has_every_way_to_carry_a_date_forward() -> None:
    assert {word for word in RoundTo if word is not RoundTo.DAY and not told(f"{word} of")} == set()


@pytest.mark.parametrize("kind", [Collection, Edge, Mention, Identity])
def test_the_page_has_every_word_on_a(kind: type) -> None:
    words = {AS_WRITTEN.get(field.name, field.name) for field in fields(kind)} - NOT_WRITTEN
    assert {word for word in words if not told(word)} == set()


def test_most_words_have_a_heading_a_picture_and_an_example() -> None:
    titles = " ".join(title for title, _ in sections(PAGE, 3))
    heads = {*EdgeKind, "identity", "party", "mentions", "when", "depth", "on_erase", "on_leave", "on_copy"}
    heads |= {"on_parent_gone", "hold", "retain", "file", "table", "key", "fields", "opaque", "accepts", "erased_when"}
    assert {word for word in heads if f"`{word}`" not in titles} == set()


# --- every rule ----------------------------------------------------------------------------------------------


def test_the_rules_are_numbered_without_a_gap() -> None:
    rules = next(text for title, text in sections(PAGE, 1) if title == "The rules")
    numbers = [int(number) for number in re.findall(r"^(\d+)\. ", rules, re.MULTILINE)]
    assert numbers == list(range(1, 27))


def test_every_rule_has_an_example_among_the_tests() -> None:
    assert {example.rule for example in EXAMPLES} == set(range(1, 27))


def test_the_eight_laws_stand_there() -> None:
    laws = next(text for title, text in sections(PAGE, 1) if title == "The laws")
    assert re.findall(r"^- \*\*(\w)\.\*\* ", laws, re.MULTILINE) == list("abcdefgh")


# --- every example -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("title", EVERY)
def test_the_map_loads_and_can_stand(title: str, tmp_path: Path) -> None:
    policy = EVERY[title].write(tmp_path)
    system = policy.systems["example"]
    found = {}
    names = tuple(find_named_columns(system, policy))
    for c in system.collections.values():
        table = f"{c.schema}.{c.table}" if c.schema else c.table
        key = c.key if isinstance(c.key, tuple) else () if c.key else ("id",)
        columns = {*key, *(named.column for named in names if named.collection == c.name)}
        found[table] = SchemaTable(
            table, {name: SchemaColumn(name, ColumnKind.OTHER, name not in key) for name in columns}, key
        )
    assert check_map(system, Schema(list_dialects()["postgresql"].kind, found), policy) == ()


@pytest.mark.parametrize("title", WITH_ROWS)
def test_rows_fare_as_the_page_says(title: str, tmp_path: Path) -> None:
    example = EVERY[title]
    policy = example.write(tmp_path)
    with closing(sqlite3.connect(tmp_path / "rows.db")) as connection:
        make(connection, example, policy)
        connection.commit()
    act(tmp_path, {table.head[-1] for table in example.rows})
    with closing(sqlite3.connect(tmp_path / "rows.db")) as connection:
        connection.row_factory = sqlite3.Row
        for table in example.rows:
            compare(connection, table)


def act(folder: Path, what: set[str]) -> None:
    """Erase the person, carry out the objection, or the rule, that the last column of the tables names."""
    [said] = what
    with open_systems(folder, now=TODAY) as systems:
        if said.startswith("retain "):
            planned = plan_retain(systems, said.removeprefix("retain "))
        elif said.endswith(" objects"):
            planned = plan_object(systems, [address(said.removesuffix(" objects"))])
        else:
            planned = plan_erase(systems, [[address(said.removesuffix(" is erased"))]])
        assert not planned.plan.refused
        seal_plan(systems, planned)
        assert apply_plan(systems, planned.plan).is_clean


def address(name: str) -> str:
    return f"{name.lower()}@post.example"


def make(connection: sqlite3.Connection, example: Example, policy: Policy) -> None:
    """Make the tables of the map, with the rows that stand beside it."""
    given = {table.head[0].strip("`"): table for table in example.rows}
    system = policy.systems["example"]
    names = tuple(find_named_columns(system, policy))
    for c in system.collections.values():
        table = given.get(c.name)
        key = c.key[0] if isinstance(c.key, tuple) else "id"
        columns = dict.fromkeys(name.column for name in names if name.collection == c.name and name.column != key)
        columns.update(dict.fromkeys(head for head in (table.head[1:-1] if table else ()) if head))
        listed = ", ".join(f'"{column}" {kind(column)}' for column in columns)
        connection.execute(f'CREATE TABLE "{c.name}" ("{key}" INTEGER PRIMARY KEY{", " if listed else ""}{listed})')
        if table:
            for row in table.rows:
                cells = {head: value(cell) for head, cell in zip(table.head[1:-1], row[1:-1], strict=True) if head}
                insert(connection, c.name, {key: value(row[0]), **cells})
        elif c.name == "person":
            for name, number in PEOPLE.items():
                insert(connection, c.name, {"id": number, "email": address(name)})


def kind(column: str) -> str:
    if column.endswith(("_on", "_from", "_until")):
        return "DATE"
    if column.endswith("_at"):
        return "TIMESTAMP"
    return "INTEGER" if column.endswith(("_id", "_by", "_to", "pence")) and column != "sent_to" else "TEXT"


def value(cell: str) -> str | int | None:
    if cell == "–":  # noqa: RUF001 - as the page has it
        return None
    return PEOPLE.get(cell, int(cell) if cell.isdigit() else cell)


def insert(connection: sqlite3.Connection, table: str, cells: Mapping[str, object]) -> None:
    columns = ", ".join(f'"{column}"' for column in cells)
    marks = ", ".join("?" * len(cells))
    connection.execute(f'INSERT INTO "{table}" ({columns}) VALUES ({marks})', list(cells.values()))


def compare(connection: sqlite3.Connection, table: Table) -> None:
    """See that each row is what its last cell says, and every cell that it does not name is what it was."""
    name = table.head[0].strip("`")
    for row in table.rows:
        found = connection.execute(f'SELECT * FROM "{name}" WHERE rowid = ?', [value(row[0])]).fetchone()
        fate, *changes = row[-1].split(", ")
        assert fate in {"goes", "stays"}
        assert (found is None) == (fate == "goes"), (name, row)
        if found is None:
            continue
        cells = {head: value(cell) for head, cell in zip(table.head[1:-1], row[1:-1], strict=True) if head}
        for change in changes:
            column, word, *text = change.split(" ", 2)
            if word == "filled":
                assert cells.pop(column) is None
                assert found[column]
            else:
                assert word in {"empty", "is"}
                assert cells[column] is not None
                cells[column] = None if word == "empty" else value(text[0].strip('"'))
        assert {column: found[column] for column in cells} == cells, (name, row)


# --- every picture -------------------------------------------------------------------------------------------


def test_every_picture_is_there_and_shown() -> None:
    shown = set(re.findall(r"\]\(pictures/([\w.]+)\)", PAGE))
    assert shown == {path.name for path in (DOCS / "pictures").glob("*")}


@pytest.mark.parametrize("picture", sorted(path.name for path in (DOCS / "pictures").glob("*.svg")))
def test_a_picture_has_a_title_and_a_ground_of_its_own(picture: str) -> None:
    text = (DOCS / "pictures" / picture).read_text()
    assert "<title>" in text
    assert 'fill="#fff"' in text  # readable on a dark page too
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")
