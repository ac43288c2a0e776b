"""A number that changed hands, in each database: nobody goes with Alice who did not hold it while she did."""

from __future__ import annotations

from pathlib import Path

import pytest

from bailee.engine.apply import apply_plan
from bailee.engine.plans import plan_retain
from tests.conftest import Database
from tests.harm.firm import ALICE, BOB, MARKER, Firm
from tests.harm.small import small

LINE = "+442079460101"
MAP = """
  person:
    table: persons
    party: person
    identity:
      email: {column: email, stored: lower, joins: verified}
      phone: {column: tel, stored: e164, joins: verified, valid: [since, ended]}
    on_erase: delete
  call:
    table: calls
    mentions: [{phone: caller, stored: e164, at: started_at}]
    fields: {note: note}
    on_leave: {matched: null}
"""
PERSONS = "CREATE TABLE persons (id INTEGER PRIMARY KEY, email VARCHAR(80), tel VARCHAR(20), since {0}, ended {1})"
CALLS = "CREATE TABLE calls (id INTEGER PRIMARY KEY, caller VARCHAR(20), started_at TIMESTAMP NULL, note VARCHAR(40))"


def firm_where(folder: Path, database: Database, alice: str, bob: str, *, dates: tuple[str, str]) -> Firm:
    """Return a firm in which both once had one number, each ``since, ended`` as SQL."""
    return small(
        folder,
        database,
        MAP,
        PERSONS.format(*dates),
        CALLS,
        f"INSERT INTO persons VALUES (1, '{ALICE}', '{LINE}', {alice}), (2, '{BOB}', '{LINE}', {bob})",
        f"INSERT INTO calls VALUES (1, '{LINE}', '2025-02-01 10:00:00', '{MARKER}')",
    )


@pytest.mark.parametrize(
    ("dates", "bob"),
    [
        (("DATE", "DATE"), "'2026-01-01', '2024-01-01'"),
        (("DATE", "TIMESTAMP NULL"), "'2025-02-01', '2025-02-01 00:00:00'"),
        (("TIMESTAMP NULL", "DATE"), "'2024-01-01 00:00:01', '2024-01-01'"),
    ],
)
def test_bob_whose_number_ended_before_it_began_stays_when_alice_goes(
    tmp_path: Path, database: Database, dates: tuple[str, str], bob: str
) -> None:
    firm = firm_where(tmp_path / "firm", database, "'2020-01-01', NULL", bob, dates=dates)
    plan = firm.plan()
    with firm.systems() as systems:
        assert apply_plan(systems, plan).is_clean
    assert firm.run("SELECT email FROM persons") == [(BOB,)]
    assert firm.run("SELECT caller FROM calls") == [(None,)]  # she had it when it was made


def test_no_call_is_alices_whose_number_ended_before_it_began(tmp_path: Path, database: Database) -> None:
    firm = firm_where(
        tmp_path / "firm", database, "'2025-03-01', '2025-01-01'", "'2024-01-01', NULL", dates=("DATE", "DATE")
    )
    plan = firm.plan()
    with firm.systems() as systems:
        assert apply_plan(systems, plan).is_clean
    assert firm.run("SELECT email FROM persons") == [(BOB,)]
    assert firm.run("SELECT caller FROM calls") == [(LINE,)]


@pytest.mark.parametrize("database", ["mariadb"], indirect=True)
def test_a_date_of_zeros_is_an_empty_bound(tmp_path: Path, database: Database) -> None:
    zeros = "NOT NULL DEFAULT '0000-00-00'"
    firm = small(
        tmp_path / "firm",
        database,
        MAP,
        PERSONS.format(f"DATE {zeros}", f"DATE {zeros}"),
        CALLS,
        "SET SESSION sql_mode = ''",
        f"INSERT INTO persons (id, email, tel, since) VALUES (1, '{ALICE}', '{LINE}', '2024-01-01')",
        f"INSERT INTO persons (id, email, tel, ended) VALUES (2, '{BOB}', '{LINE}', '2024-01-01')",
        f"INSERT INTO calls VALUES (1, '{LINE}', '2025-02-01 10:00:00', '{MARKER}')",
    )
    plan = firm.plan()
    with firm.systems() as systems:
        assert apply_plan(systems, plan).is_clean
    assert firm.run("SELECT email FROM persons") == [(BOB,)]
    assert firm.run("SELECT caller FROM calls") == [(None,)]


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
@pytest.mark.parametrize("kind", ["DATE", "TIMESTAMP", "TIMESTAMPTZ"])
@pytest.mark.parametrize(
    ("alice", "bob"),
    [
        ("'-infinity', '2022-01-01'", "'2022-01-01', 'infinity'"),
        ("'0044-03-15 BC', '2022-01-01'", "'2022-01-01', '20000-01-01'"),
        ("NULL, NULL", "'infinity', 'infinity'"),
        ("'-infinity', 'infinity'", "'-infinity', '0044-03-15 BC'"),
    ],
)
def test_dates_that_no_program_has_are_bounds_like_others(
    tmp_path: Path, database: Database, kind: str, alice: str, bob: str
) -> None:
    firm = firm_where(tmp_path / "firm", database, alice, bob, dates=(kind, kind))
    plan = firm.plan()
    with firm.systems() as systems:
        assert apply_plan(systems, plan).is_clean
    rest = firm.dump(("persons", "calls"))
    assert [row[1] for row in rest["persons"]] == [BOB]
    bobs = bob.startswith("'2022")
    assert [row[1] for row in rest["calls"]] == [LINE if bobs else None]


@pytest.mark.parametrize("since", ["2025-02-01 10:00:00", "2025-02-01T10:00:00Z", "2025-02-01 12:00+02:00"])
@pytest.mark.parametrize("call", ["2025-02-01T09:30:00", "2025-02-01 11:30:00+02:00", "2025-02-01T09:30Z"])
def test_a_call_before_the_number_was_alices_is_not_hers_however_the_times_are_spelled(
    tmp_path: Path, sqlite_url: str, since: str, call: str
) -> None:
    firm = firm_where(
        tmp_path / "firm",
        Database(sqlite_url, "sqlite"),
        f"'{since}', NULL",
        "'2024-01-01', '2025-02-01T10:00:00'",
        dates=("TIMESTAMP", "TIMESTAMP"),
    )
    firm.run(f"UPDATE calls SET started_at = '{call}'")
    firm.run(f"INSERT INTO calls VALUES (2, '{LINE}', '2025-02-01T12:30:00+02:00', '{MARKER}')")
    plan = firm.plan()
    with firm.systems() as systems:
        assert apply_plan(systems, plan).is_clean
    assert firm.run("SELECT email FROM persons") == [(BOB,)]
    assert firm.run("SELECT caller FROM calls ORDER BY id") == [(LINE,), (None,)]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("called", "whose"),
    [
        ("2025-02-01T00:00:00", BOB),
        ("2025-02-01T01:30:00+02:00", ALICE),
        ("2025-01-31 23:30:00-05:00", BOB),
        ("2025-01-31T23:59:59.999999Z", ALICE),
        ("2025-02-01", BOB),
        ("20250131T235959", ALICE),
    ],
)
def test_a_call_is_whose_the_number_was_then_however_its_time_is_spelled(
    tmp_path: Path, database: Database, called: str, whose: str
) -> None:
    changed = "'2025-02-01 00:00:00'"
    firm = firm_where(
        tmp_path / "firm", database, f"NULL, {changed}", f"{changed}, NULL", dates=("TIMESTAMP", "TIMESTAMP")
    )
    firm.run(f"UPDATE calls SET started_at = '{called}'")
    plan = firm.plan()
    with firm.systems() as systems:
        assert apply_plan(systems, plan).is_clean
    assert firm.run("SELECT caller FROM calls") == [(None if whose == ALICE else LINE,)]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_retention_takes_times_for_what_they_say_however_they_are_spelled(tmp_path: Path, database: Database) -> None:
    spelled = {
        "2020-03-14 23:59:59": True,
        "2020-03-15 00:00:00": False,
        "2020-03-14T23:30:00-05:00": False,
        "2020-03-15T00:30:00+02:00": True,
        "2020-03-14T23:59:59Z": True,
        "2020-03-15": False,
        "2020-03-14": True,
        "20200314T120000": True,
        "20200316": False,
    }
    firm = small(
        tmp_path / "firm",
        database,
        "\n  call:\n    table: calls\n    fields: {note: note, started_at: started_at}\n    retain: calls\n",
        CALLS,
        *(f"INSERT INTO calls VALUES ({n}, NULL, '{at}', 'n')" for n, at in enumerate(spelled)),
    )
    (firm.folder / "retention.yaml").write_text("calls:\n  from: {call: started_at}\n  for: P6Y\n")
    plan = firm.plan(lambda systems: plan_retain(systems, "calls"))
    with firm.systems() as systems:
        apply_plan(systems, plan)
    left = {str(at) for (at,) in firm.run("SELECT started_at FROM calls")}  # SQLite has made a number of one
    assert left == {at for at, due in spelled.items() if not due}


@pytest.mark.parametrize(
    "at",
    ["= timestamp '9999-12-30 00:00:00'", "in (date '9999-12-30')", "= '9999-12-30T00:00:00'", "!= date '2025-02-01'"],
)
def test_a_call_is_alices_at_a_time_however_that_time_is_spelled(tmp_path: Path, database: Database, at: str) -> None:
    """As many applications say of a row that it is the one of now; SQLite has the time as its application spells it."""
    condition = f'when: "started_at {at}"'
    firm = small(
        tmp_path / "firm",
        database,
        MAP.replace("at: started_at", condition).replace(", valid: [since, ended]", ""),
        PERSONS.format("DATE", "DATE"),
        CALLS.replace("TIMESTAMP", "DATETIME") if database.dialect == "mariadb" else CALLS,
        f"INSERT INTO persons VALUES (1, '{ALICE}', '{LINE}', NULL, NULL)",
        f"INSERT INTO calls VALUES (1, '{LINE}', '9999-12-30 00:00:00.000000', '{MARKER}')",
        f"INSERT INTO calls VALUES (2, '{LINE}', '2025-02-01 00:00:00.000000', '{MARKER}')",
    )
    plan = firm.plan()
    with firm.systems() as systems:
        assert apply_plan(systems, plan).is_clean
    assert firm.run("SELECT caller FROM calls ORDER BY id") == [(None,), (LINE,)]


@pytest.mark.parametrize("called", ["9999-12-31 00:00:00", "none"])
@pytest.mark.parametrize("many", [0, 90])
def test_a_number_without_an_end_is_alices_at_any_time_although_another_of_hers_ended(
    tmp_path: Path, database: Database, called: str, many: int
) -> None:
    none = {"sqlite": "soon", "postgresql": "infinity"}.get(database.dialect, "9999-12-31 23:59:59")
    begun, ended = "+442079460102", "+442079460103"
    others = "".join(
        f", ({10 + n}, '{ALICE}', '+4420794602{n:02}', '2019-01-01', '2019-06-01')" for n in range(many)
    )  # so many stand in a table
    firm = small(
        tmp_path / "firm",
        database,
        MAP,
        PERSONS.format("DATE", "DATE"),
        CALLS.replace("TIMESTAMP NULL", "DATETIME NOT NULL" if database.dialect == "mariadb" else "TIMESTAMP NOT NULL"),
        f"INSERT INTO persons VALUES (1, '{ALICE}', '{LINE}', NULL, NULL), (2, '{BOB}', NULL, NULL, NULL),"
        f" (3, '{ALICE}', '{begun}', '2020-01-01', NULL), (4, '{ALICE}', '{ended}', NULL, '2030-01-01'){others}",
        *(
            f"INSERT INTO calls VALUES ({n}, '{number}', '{none if called == 'none' else called}', '{MARKER}')"
            for n, number in enumerate((LINE, begun, ended), 1)
        ),
        firm="shared_above: 100\n",
    )
    plan = firm.plan()
    with firm.systems() as systems:
        assert apply_plan(systems, plan).is_clean
    known = called != "none" or database.dialect != "sqlite"  # of what is no time nobody knows when it was
    assert firm.run("SELECT caller FROM calls ORDER BY id") == [(None,), (None if known else begun,), (ended,)]


@pytest.mark.parametrize(
    ("until", "is_hers"), [("12:00:01+02:00", True), ("05:00:01-05:00", True), ("11:59+02:00", False)]
)
def test_a_condition_with_a_zone_means_that_instant(
    tmp_path: Path, database: Database, until: str, is_hers: bool
) -> None:
    firm = small(
        tmp_path / "firm",
        database,
        MAP.replace("at: started_at}", f"at: started_at, when: \"started_at < timestamp '2025-02-01 {until}'\"}}"),
        PERSONS.format("DATE", "DATE"),
        CALLS,
        f"INSERT INTO persons VALUES (1, '{ALICE}', '{LINE}', NULL, NULL)",
        f"INSERT INTO calls VALUES (1, '{LINE}', '2025-02-01 10:00:00', '{MARKER}')",
    )
    plan = firm.plan()
    with firm.systems() as systems:
        assert apply_plan(systems, plan).is_clean
    assert firm.run("SELECT caller FROM calls") == [(None if is_hers else LINE,)]
