"""A partition wholly due is dropped; one that holds a single row that stays is not."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bailee.connectors.sql.engine import open_connection, open_engine
from bailee.engine.apply import apply_plan
from bailee.engine.plans import plan_retain, seal_plan
from bailee.engine.systems import open_systems
from bailee.store.restrictions import StoredOnly, put_restriction
from bailee.trace import KnownValue

TABLES: dict[str, list[str]] = {
    "postgresql": [
        """CREATE TABLE call (id bigint, made date NOT NULL, text varchar(20), PRIMARY KEY (id, made))
        PARTITION BY RANGE (made)""",
        "CREATE TABLE call_2018 PARTITION OF call FOR VALUES FROM ('2018-01-01') TO ('2019-01-01')",
        "CREATE TABLE call_2019 PARTITION OF call FOR VALUES FROM ('2019-01-01') TO ('2020-01-01')",
        "CREATE TABLE call_2020 PARTITION OF call FOR VALUES FROM ('2020-01-01') TO ('2021-01-01')",
        "CREATE TABLE call_2021 PARTITION OF call FOR VALUES FROM ('2021-01-01') TO ('2031-01-01')",
    ],
    "mariadb": [
        """CREATE TABLE `call` (id bigint, made date NOT NULL, text varchar(20), PRIMARY KEY (id, made))
        PARTITION BY RANGE COLUMNS (made) (
            PARTITION call_2018 VALUES LESS THAN ('2019-01-01'), PARTITION call_2019 VALUES LESS THAN ('2020-01-01'),
            PARTITION call_2020 VALUES LESS THAN ('2021-01-01'),
            PARTITION call_2021 VALUES LESS THAN ('2031-01-01'))""",
    ],
}
PARTITIONS = {
    "postgresql": "SELECT relid::regclass::text FROM pg_partition_tree('call') WHERE isleaf ORDER BY 1",
    "mariadb": "SELECT PARTITION_NAME FROM information_schema.PARTITIONS"
    " WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'call' ORDER BY 1",
}
POLICY = {
    "bailee.yaml": "firm: Partition Ltd\nmode: act\n",
    "retention.yaml": "calls: {from: made, for: P6Y, then: delete}\n",
}


@pytest.mark.parametrize("kind", ["postgresql", "mariadb"])
def test_a_partition_wholly_due_is_dropped(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = request.getfixturevalue(f"{kind}_url")
    quote = "`" if kind == "mariadb" else '"'
    with closing(open_connection(open_engine(url, write=True))) as connection, closing(connection.cursor()) as cursor:
        for text in TABLES[kind]:
            cursor.execute(text)
        for number, day in enumerate(["2018-02-01", "2019-03-01", "2020-01-10", "2020-12-30", "2024-01-01"]):
            cursor.execute(f"INSERT INTO {quote}call{quote} VALUES ({number}, '{day}', 'hello')")
        connection.commit()
    monkeypatch.setenv("CALLS_URL", url)
    for name, text in POLICY.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "systems").mkdir()
    (tmp_path / "systems" / "phones.yaml").write_text(
        "system: phones\ntitle: Phones\nconnector: sql\nurl: env:CALLS_URL\nwrite_url: env:CALLS_URL\n"
        "collections:\n  call: {fields: {text: text}, retain: calls}\n"
    )
    with open_systems(tmp_path, now=datetime(2026, 3, 1, tzinfo=UTC)) as systems:
        planned = plan_retain(systems, "calls")
        seal_plan(systems, planned)
        applied = apply_plan(systems, planned.plan)
    assert [(o.change, o.count) for o in applied.outcomes] == [("call/delete", 3)]
    assert applied.is_clean
    with closing(open_connection(open_engine(url, write=False))) as connection, closing(connection.cursor()) as cursor:
        cursor.execute(PARTITIONS[kind])
        assert [name for (name,) in cursor.fetchall()] == ["call_2020", "call_2021"]
        cursor.execute(f"SELECT made FROM {quote}call{quote} ORDER BY made")
        assert [day for (day,) in cursor.fetchall()] == [date(2020, 12, 30), date(2024, 1, 1)]


@pytest.mark.parametrize("kind", ["postgresql", "mariadb"])
def test_a_partition_that_holds_a_row_of_a_restricted_person_is_not_dropped(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = request.getfixturevalue(f"{kind}_url")
    quote = "`" if kind == "mariadb" else '"'
    with closing(open_connection(open_engine(url, write=True))) as connection, closing(connection.cursor()) as cursor:
        cursor.execute("CREATE TABLE person (email varchar(80) PRIMARY KEY)")
        cursor.execute("INSERT INTO person VALUES ('alice@post.example'), ('bob@post.example')")
        for text in TABLES[kind]:
            cursor.execute(text)
        days = ["2018-02-01", "2018-03-01", "2019-03-01"]
        for number, (day, whose) in enumerate(zip(days, ["bob", "alice", "bob"], strict=True)):
            cursor.execute(f"INSERT INTO {quote}call{quote} VALUES ({number}, '{day}', '{whose}@post.example')")
        connection.commit()
    monkeypatch.setenv("CALLS_URL", url)
    for name, text in POLICY.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "systems").mkdir()
    (tmp_path / "systems" / "phones.yaml").write_text(
        "system: phones\ntitle: Phones\nconnector: sql\nurl: env:CALLS_URL\nwrite_url: env:CALLS_URL\n"
        "collections:\n"
        "  person: {party: person, identity: {email: {column: email, stored: lower}}, on_erase: delete}\n"
        "  call: {owned_by: person.email = text, on_erase: delete, retain: calls}\n"
    )
    with open_systems(tmp_path, now=datetime(2026, 3, 1, tzinfo=UTC)) as systems:
        person = StoredOnly(systems.now, None, (KnownValue(0, "email", "alice@post.example"),))
        put_restriction(systems.store, "r-1", person)
        planned = plan_retain(systems, "calls")
        seal_plan(systems, planned)
        applied = apply_plan(systems, planned.plan)
    assert [(o.change, o.count) for o in applied.outcomes if o.fate == "erased"] == [("call/delete", 2)]
    assert applied.is_clean
    with closing(open_connection(open_engine(url, write=False))) as connection, closing(connection.cursor()) as cursor:
        cursor.execute(PARTITIONS[kind])
        assert [name for (name,) in cursor.fetchall()] == ["call_2018", "call_2020", "call_2021"]
        cursor.execute(f"SELECT text FROM {quote}call{quote}")
        assert list(cursor.fetchall()) == [("alice@post.example",)]
