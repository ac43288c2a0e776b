"""Long chains of tables and many owners of one: found, planned and erased as short ones are, on every database."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import pytest

from bailee.engine.apply import apply_plan
from bailee.engine.people import search_person
from bailee.engine.plans import plan_erase, seal_plan
from bailee.engine.systems import Systems, open_systems
from tests.conftest import Database
from tests.harm.firm import NOW, run

ALICE, BOB = "alice@post.example", "bob@post.example"
SECONDS = 240
"""For each case, on two cores that others use too; alone it takes a tenth of that."""

PERSON = """\
  person:
    table: person
    party: person
    identity: {email: {column: email, stored: lower, joins: verified}}
    on_erase: delete
"""
PEOPLE = (
    "create table person (id integer primary key, email varchar(60))",
    f"insert into person values (1, '{ALICE}'), (2, '{BOB}')",
)


@dataclass(frozen=True)
class Large:
    """Statements that make tables and rows, and the map over them."""

    statements: tuple[str, ...]
    map_: str


def chain(length: int, *, is_shared: bool) -> Large:
    """Return ``length`` tables, each row owned by one of the table before: Alice's 1, Bob's 2, and 3 of both.

    ``is_shared``: rows of the first have two owners, so that it is asked of each row whether somebody else is left.
    """
    columns = "id integer primary key, first integer, second integer"
    to_people = "foreign key (first) references person (id), foreign key (second) references person (id)"
    statements = [
        f"create table t1 ({columns}, {to_people})",
        f"insert into t1 values (1, 1, null), (2, 2, null), (3, {'1, 2' if is_shared else '2, null'})",
    ]
    second = "      - {to: person, on: {id: second}, id: second}\n" if is_shared else ""
    map_ = f"""\
  t1:
    table: t1
    owned_by:
      - {{to: person, on: {{id: first}}, id: first}}
{second}    on_erase: delete
    on_leave: {{matched: null}}
"""
    if not is_shared:
        map_ = map_.replace("    on_leave: {matched: null}\n", "")
    for n in range(2, length + 1):
        statements += [
            f"create table t{n} (id integer primary key, up integer, foreign key (up) references t{n - 1} (id))",
            f"insert into t{n} values (1, 1), (2, 2), (3, 3)",
        ]
        leaves = "    on_leave: {}\n" if is_shared else ""
        map_ += f"  t{n}:\n    table: t{n}\n    owned_by: t{n - 1}.id = up\n    on_erase: delete\n{leaves}"
    return Large((*PEOPLE, *statements), PERSON + map_)


def owners(count: int) -> Large:
    """Return a table with ``count`` owners a row: one that is Alice's alone, one that is Bob's, one of both."""
    columns = "".join(f", p{n} integer" for n in range(count))  # MariaDB has 64 foreign keys a table at most
    rows = (["1"] * count, ["2"] * count, ["1", "2"] * (count // 2))
    values = ", ".join(f"({n}, {', '.join(row)})" for n, row in enumerate(rows, start=1))
    edges = "".join(f"      - {{to: person, on: {{id: p{n}}}, id: e{n}}}\n" for n in range(count))
    map_ = f"  doc:\n    table: doc\n    owned_by:\n{edges}    on_erase: delete\n    on_leave: {{matched: null}}\n"
    statements = (f"create table doc (id integer primary key{columns})", f"insert into doc values {values}")
    return Large((*PEOPLE, *statements), PERSON + map_)


@contextmanager
def opened(folder: Path, database: Database, large: Large) -> Iterator[Systems]:
    """Make the tables, and open the systems."""
    if database.dialect == "sqlite":
        Path(database.url.removeprefix("sqlite:///")).touch()
    run(database.url, *large.statements)
    (folder / "systems").mkdir(parents=True)
    (folder / "bailee.yaml").write_text("firm: Large Ltd\nmode: act\nregime: uk\nregion: GB\n")
    head = "system: s\ntitle: S\nconnector: sql\nurl: env:LARGE_URL\nwrite_url: env:LARGE_URL\ncollections:\n"
    (folder / "systems/s.yaml").write_text(head + large.map_)
    with patch.dict(os.environ, {"LARGE_URL": database.url}), open_systems(folder, now=NOW) as systems:
        yield systems


def held(systems: Systems, who: str) -> int:
    """How many rows are somebody's, of any kind."""
    with search_person(systems, [who]) as found:
        return sum(one.count for one in found.find_holdings())


@pytest.mark.parametrize(("length", "is_shared"), [(70, False), (70, True), (150, False), (150, True)])
def test_a_long_chain_of_tables_goes_with_alice_and_bobs_stays(
    database: Database, tmp_path: Path, length: int, is_shared: bool
) -> None:
    begun = time.monotonic()
    with opened(tmp_path / "firm", database, chain(length, is_shared=is_shared)) as systems:
        shared = length if is_shared else 0
        assert held(systems, ALICE) == 1 + length + shared
        assert held(systems, BOB) == 1 + 2 * length
        planned = plan_erase(systems, [[ALICE]])
        assert planned.plan.counts()["erased"] == 1 + length
        seal_plan(systems, planned)
        assert apply_plan(systems, planned.plan).is_clean
        assert held(systems, ALICE) == 0
        assert held(systems, BOB) == 1 + 2 * length
    last = [row[0] for row in run(database.url, f"select id from t{length} order by id")]
    assert last == [2, 3]
    assert time.monotonic() - begun < SECONDS


@pytest.mark.parametrize("count", [80, 200])
def test_a_table_of_many_owners_loses_alice_and_no_row_of_bobs(database: Database, tmp_path: Path, count: int) -> None:
    begun = time.monotonic()
    with opened(tmp_path / "firm", database, owners(count)) as systems:
        assert (held(systems, ALICE), held(systems, BOB)) == (3, 3)
        planned = plan_erase(systems, [[ALICE]])
        assert planned.plan.counts() == {"erased": 2, "left": count // 2}
        seal_plan(systems, planned)
        assert apply_plan(systems, planned.plan).is_clean
        assert (held(systems, ALICE), held(systems, BOB)) == (0, 3)
    rows = run(database.url, "select * from doc order by id")
    assert [row[0] for row in rows] == [2, 3]
    assert rows[1][1:] == (None, 2) * (count // 2)
    assert time.monotonic() - begun < SECONDS
