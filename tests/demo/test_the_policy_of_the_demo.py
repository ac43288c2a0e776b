"""The demo's policy is one to learn from: it loads, and no column of its systems is undecided."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date

import pytest

from bailee.demo import Demo, build
from bailee.policy import Collection, Policy, System, load
from bailee.policy.predicate import columns_read
from tests.demo.looking import rows


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    return build(tmp_path_factory.mktemp("firm") / "demo", today=date(2026, 11, 24))


@pytest.fixture(scope="module")
def policy(demo: Demo) -> Policy:
    return load(demo.folder)


def databases(policy: Policy) -> list[System]:
    return [system for system in policy.systems.values() if system.connector == "sql"]


def joined(collection: Collection) -> set[str]:
    """Return the columns by which rows are looked up."""
    columns = {identity.column for identity in collection.identities}
    columns |= {mention.column for mention in collection.mentions}
    columns |= {edge.own_columns[0] for edge in collection.edges}
    return columns | ({collection.ends} if collection.ends else set())


def read(collection: Collection) -> set[str]:
    """Return the columns that the map reads, shows or declares to be nobody's."""
    columns = joined(collection) | {own for edge in collection.edges for own in edge.own_columns}
    for identity in collection.identities:
        columns |= {bound for bound in identity.valid or () if bound}
        columns |= columns_read(identity.verified_when) if identity.verified_when else set()
        columns |= {identity.changed} if identity.changed else set()
    columns |= {mention.at for mention in collection.mentions if mention.at}
    columns |= {collection.file.column} if collection.file else set()
    return columns | set(collection.fields.values()) | set(collection.opaque_columns)


def test_the_policy_loads(policy: Policy) -> None:
    assert set(policy.systems) == {"addressbooks", "crm", "helpdesk", "logins", "mailing", "phones", "recordings"}
    assert set(policy.retention) == {"customers", "calls", "handed_back", "logins", "left_the_list"}
    assert set(policy.holds) == {"accounting"}


def test_every_table_is_on_the_map(demo: Demo, policy: Policy) -> None:
    for system in databases(policy):
        names = {name for (name,) in rows(demo, system.name, "SELECT name FROM sqlite_master WHERE type = 'table'")}
        assert {name for name in names if not str(name).startswith("sqlite_")} == {
            collection.table for collection in system.collections.values()
        }


def test_every_column_is_mapped_or_opaque_with_a_reason_and_none_is_made_up(demo: Demo, policy: Policy) -> None:
    for system in databases(policy):
        for collection in system.collections.values():
            info = rows(demo, system.name, f"PRAGMA table_info({collection.table})")
            columns, key = {str(row[1]) for row in info}, {str(row[1]) for row in info if row[5]}
            assert read(collection) <= columns, collection.name
            if collection.opaque is None:
                assert columns - key - read(collection) == set(), collection.name


def test_everything_the_map_joins_by_has_an_index(demo: Demo, policy: Policy) -> None:
    for system in databases(policy):
        with closing(sqlite3.connect(demo.data / f"{system.name}.db")) as connection:
            for collection in system.collections.values():
                for column in joined(collection):
                    plan = connection.execute(
                        f"EXPLAIN QUERY PLAN SELECT 1 FROM {collection.table} WHERE {column} = ?", ("",)
                    ).fetchall()
                    assert str(plan[0][3]).startswith("SEARCH"), f"{collection.name}.{column}"


def test_every_personal_collection_says_how_long_it_is_kept(policy: Policy) -> None:
    for system in databases(policy):
        for collection in system.collections.values():
            assert collection.opaque or collection.retain, collection.name


def test_every_system_says_where_it_is_what_for_and_whence(policy: Policy) -> None:
    for system in policy.systems.values():
        assert system.title
        assert system.location.country
        assert system.location.operator
        assert system.location.at_rest
        assert system.purposes
        assert system.source


def test_what_a_hold_keeps_is_there_to_be_kept(demo: Demo, policy: Policy) -> None:
    crm = policy.systems["crm"]
    for collection, column in policy.holds["accounting"].keeps:
        columns = {row[1] for row in rows(demo, "crm", f"PRAGMA table_info({crm.collections[collection].table})")}
        assert column == "*" or column in columns


def test_a_row_that_the_hold_reduces_can_be_emptied(demo: Demo, policy: Policy) -> None:
    hold = policy.holds["accounting"]
    for name in {collection for collection, _ in hold.keeps}:
        kept = {column for collection, column in hold.keeps if collection == name}
        info = rows(demo, "crm", f"PRAGMA table_info({policy.systems['crm'].collections[name].table})")
        for _, column, kind, not_null, _, key in info:
            if not_null and not key and not kept & {"*", column}:
                assert str(kind).startswith(("VARCHAR", "TEXT")), f"{name}.{column} cannot be emptied"
