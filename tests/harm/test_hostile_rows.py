"""Names in rows that lead elsewhere, tables that do more than they are told, constraints that refuse."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest

from bailee.engine.apply import ApplyResult, apply_plan
from bailee.engine.plans import NotAllowed, plan_correct
from bailee.trace.check.tables import MANY_ROWS
from tests.harm.firm import ALICE, BOB, MARKER, SHOP, Firm
from tests.harm.refusals import fails, mistaken, says_nothing_personal, stale

POSTGRESQL = pytest.mark.parametrize("database", ["postgresql"], indirect=True)
MARIADB = pytest.mark.parametrize("database", ["mariadb"], indirect=True)


def done(firm: Firm) -> ApplyResult:
    """Erase Alice and return what became of it."""
    plan = firm.plan()
    with firm.systems() as systems:
        return apply_plan(systems, plan)


def tape(firm: Firm, name: str) -> None:
    """Let a row of Alice's name a file."""
    firm.run(f"UPDATE tapes SET file_name = {name} WHERE id = 1")


# --- file names ----------------------------------------------------------------------------------------------


@pytest.fixture
def outside(firm: Firm) -> Iterator[Path]:
    """A file beside the shelf, which no name on the shelf may reach."""
    path = firm.folder / "outside.txt"
    path.write_text("not ours")
    yield path
    assert path.read_text() == "not ours"


@pytest.mark.parametrize("name", ["../outside.txt", "/etc/passwd", "x/../../outside.txt", ".", ""])
def test_a_name_that_leads_out_of_the_shelf_is_a_finding_and_leads_nowhere(
    firm: Firm, outside: Path, name: str
) -> None:
    tape(firm, f"'{name}'")
    applied = done(firm)
    assert applied.is_clean
    assert applied.files == 1
    assert bool(applied.files_why) == bool(name)
    assert says_nothing_personal("".join(applied.files_why))


def test_an_absolute_name_reaches_nothing_even_where_it_would_be_right(firm: Firm, outside: Path) -> None:
    tape(firm, f"'{outside}'")
    assert "absolute" in done(firm).files_why[0]


@pytest.mark.parametrize("database", ["sqlite", "mariadb"], indirect=True)
def test_a_name_with_nul_is_a_finding(firm: Firm) -> None:
    tape(firm, "'a' || char(0) || 'b'" if firm.database.dialect == "sqlite" else "CONCAT('a', CHAR(0), 'b')")
    assert "NUL" in done(firm).files_why[0]


def test_a_name_with_a_newline_is_a_name_like_another(firm: Firm) -> None:
    name = f"{MARKER}\n2.wav"
    tape(firm, f"'{name}'")
    (firm.shelf / name).write_bytes(b"RIFF")
    assert done(firm).files == 2
    assert name not in firm.files()


def test_a_link_on_the_shelf_stays_is_told_and_is_tried_again(firm: Firm, outside: Path) -> None:
    link = firm.shelf / f"{MARKER}-1.wav"
    link.unlink()
    link.symlink_to(outside)
    plan = firm.plan()
    with firm.systems() as systems:
        applied = apply_plan(systems, plan)
        assert (applied.files, applied.files_left, applied.is_clean) == (1, 1, False)
        assert "link" in applied.files_why[0]
        assert says_nothing_personal("".join(applied.files_why))
        link.unlink()
        link.write_bytes(b"RIFF")
        applied = apply_plan(systems, plan)
        assert (applied.files, applied.files_left, applied.is_clean, applied.again) == (1, 0, True, False)
        assert apply_plan(systems, plan).again
    assert not link.exists()


def test_a_folder_that_is_a_link_is_not_entered(firm: Firm, outside: Path) -> None:
    (firm.shelf / "sub").symlink_to(firm.folder)
    tape(firm, f"'sub/{outside.name}'")
    assert done(firm).files_left == 1


def test_a_file_that_a_row_of_somebody_else_names_stays(firm: Firm) -> None:
    tape(firm, f"'{MARKER}-3.wav'")
    assert done(firm).files == 1
    assert f"{MARKER}-3.wav" in firm.files()


def test_a_file_whose_row_came_after_the_plan_goes_too(firm: Firm) -> None:
    plan = firm.plan()
    firm.run(f"INSERT INTO tapes VALUES (9, 3, '{MARKER}-9.wav', '2026-01-02')")
    (firm.shelf / f"{MARKER}-9.wav").write_bytes(b"RIFF")
    with firm.systems() as systems:
        assert apply_plan(systems, plan).files == 3
    assert f"{MARKER}-9.wav" not in firm.files()


def test_a_shelf_that_may_not_be_written_is_told_and_tried_again(firm: Firm) -> None:
    plan = firm.plan()
    unlink = os.unlink

    def refuse(path: str, *, dir_fd: int | None = None) -> None:
        if dir_fd is not None:  # as a store does, and the books do not
            raise PermissionError(errno.EACCES, f"not {MARKER}", f"{MARKER}-1.wav")
        unlink(path)

    with firm.systems() as systems:
        with patch("os.unlink", refuse):
            applied = apply_plan(systems, plan)
        assert (applied.files, applied.files_left, applied.is_clean) == (0, 2, False)
        assert "does not permit" in applied.files_why[0]
        assert says_nothing_personal("".join(applied.files_why))
        assert apply_plan(systems, plan).files == 2


# --- tables that do more -------------------------------------------------------------------------------------


def test_a_trigger_is_refused_unless_the_map_accounts_for_it(firm: Firm) -> None:
    body = {
        "sqlite": "BEGIN UPDATE persons SET postal = postal WHERE id = 2; END",
        "postgresql": "FOR EACH ROW EXECUTE FUNCTION nothing()",
        "mariadb": "FOR EACH ROW SET @done = 1",
    }[firm.database.dialect]
    if firm.database.dialect == "postgresql":
        firm.run("CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'")
    firm.run(f"CREATE TRIGGER extra AFTER DELETE ON calls {body}")
    with mistaken("T410"), firm.systems():
        pass
    firm.accept("call", "extra")
    plan = firm.plan()
    shop = next(part for part in plan.systems if part.system == "shop")
    assert any("trigger" in effect and "it does no harm" in effect for effect in shop.effects)
    with firm.systems() as systems:
        assert apply_plan(systems, plan).is_clean


@pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)  # MariaDB lets no trigger write here
def test_a_row_that_a_trigger_brings_back_is_found_by_the_residual(firm: Firm) -> None:
    back = "INSERT INTO threads VALUES (OLD.id, NULL, OLD.second_id, OLD.subject)"
    if firm.database.dialect == "postgresql":
        firm.run(f"CREATE FUNCTION back() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN {back}; RETURN OLD; END'")
    body = {"sqlite": f"BEGIN {back}; END", "postgresql": "FOR EACH ROW EXECUTE FUNCTION back()"}
    firm.run(f"CREATE TRIGGER back AFTER DELETE ON threads {body[firm.database.dialect]}")
    firm.accept("thread", "back")
    applied = done(firm)
    assert not applied.is_clean
    assert [(r.change, r.count) for r in applied.residuals if r.count] == [("thread/delete", 1)]


def test_a_cascade_out_of_the_map_is_refused(firm: Firm) -> None:
    firm.run(
        "CREATE TABLE likings (id INTEGER PRIMARY KEY, call_id INTEGER, CONSTRAINT liked FOREIGN KEY (call_id)"
        " REFERENCES calls (id) ON DELETE CASCADE)"
    )
    with mistaken("T409"), firm.systems():
        pass


LIKINGS = (
    "CREATE TABLE likings (id INTEGER PRIMARY KEY, call_id INTEGER REFERENCES calls (id))",
    "INSERT INTO likings VALUES (1, 1)",
)


def test_rows_outside_the_map_that_came_to_point_at_hers_make_the_plan_stale(firm: Firm) -> None:
    plan, before = firm.plan(), firm.dump()
    firm.run(*LIKINGS)
    with firm.systems() as systems, stale("somebody else's rows now point to rows that would go"):
        apply_plan(systems, plan)
    assert firm.dump() == before


def test_rows_outside_the_map_that_come_while_the_house_is_open_take_the_system_back(firm: Firm) -> None:
    plan, before = firm.plan(), firm.dump(SHOP)
    with firm.systems() as systems:
        firm.run(*LIKINGS)
        with fails("C508", "shop"):
            apply_plan(systems, plan)
    assert firm.dump(SHOP) == before


@POSTGRESQL
def test_a_materialised_view_is_refused_unless_the_map_accounts_for_it(firm: Firm) -> None:
    firm.run("CREATE MATERIALIZED VIEW everybody AS SELECT name FROM persons")
    with mistaken("T410"), firm.systems():
        pass
    firm.accept("person", "everybody")
    applied = done(firm)
    assert applied.is_done
    assert [(system, copy.collection) for system, copy in applied.copies] == [("shop", "person")]
    assert not applied.is_clean  # the view has her name until it is refreshed


@MARIADB
def test_a_table_that_remembers_is_refused_unless_the_map_accounts_for_it(firm: Firm) -> None:
    firm.run("ALTER TABLE notes ADD SYSTEM VERSIONING")
    with mistaken("T410"), firm.systems():
        pass


@MARIADB
def test_a_table_that_cannot_take_back_is_refused(firm: Firm) -> None:
    firm.run("ALTER TABLE notes DROP CONSTRAINT notes_ibfk_1", "ALTER TABLE notes ENGINE = MyISAM")
    with mistaken("T410"), firm.systems():
        pass


# --- constraints ---------------------------------------------------------------------------------------------


def test_a_constraint_that_refuses_the_change_takes_the_whole_system_back(firm: Firm) -> None:
    firm.run(f"INSERT INTO threads VALUES (3, NULL, 2, 'third of {MARKER}')")
    unique = ("CREATE UNIQUE INDEX one ON threads (coalesce(first_id, 0))", "DROP INDEX one")
    check = (
        "ALTER TABLE threads ADD CONSTRAINT one CHECK (id = 3 OR first_id IS NOT NULL)",
        "ALTER TABLE threads DROP CONSTRAINT one",
    )
    firm.run("UPDATE threads SET first_id = 2, second_id = 1 WHERE id = 2")
    refuse, allow = {"sqlite": unique, "postgresql": unique, "mariadb": check}[firm.database.dialect]
    firm.run(refuse)
    plan, before = firm.plan(), firm.dump(SHOP)
    with firm.systems() as systems, fails("C508", "shop") as refused:
        apply_plan(systems, plan)
    assert "written already: desk" in refused.value.message
    assert firm.dump(SHOP) == before
    firm.run(allow)
    with firm.systems() as systems:
        assert apply_plan(systems, plan).is_clean


def test_a_correction_runs_into_no_constraint_and_writes_what_a_column_holds(firm: Firm) -> None:
    path = firm.folder / "systems/shop.yaml"
    path.write_text(path.read_text().replace("postal: postal}", "postal: postal, born: born}"))
    unique = "CREATE UNIQUE INDEX one ON persons (name, postal)"
    firm.run("ALTER TABLE persons ADD COLUMN born DATE", f"UPDATE persons SET postal = '{MARKER}'", unique)
    with firm.systems() as systems, pytest.raises(NotAllowed, match="another row of person has the new value"):
        plan_correct(systems, [BOB], "person.name", f"Alice {MARKER}")
    with firm.systems() as systems, pytest.raises(NotAllowed, match=r"person\.born holds a date"):
        plan_correct(systems, [BOB], "person.born", "yesterday")
    for value in ("2001-02-03", ""):
        plan = firm.plan(lambda systems: plan_correct(systems, [BOB], "person.born", value))  # noqa: B023 - at once
        with firm.systems() as systems:
            assert apply_plan(systems, plan).is_clean
        assert [str(born or "") for (born,) in firm.run("SELECT born FROM persons WHERE id = 2")] == [value]


def test_a_column_that_cannot_be_null_is_refused_before_anything_is_touched(firm: Firm) -> None:
    path = firm.folder / "systems/shop.yaml"
    whole = "fields: {name: name, postal: postal}\n    on_erase: "
    blank = "{anonymise: {name: null, email: null, tel: null}}\n    erased_when: email is null"
    path.write_text(path.read_text().replace(f"{whole}delete", whole + blank))
    with mistaken("T404"), firm.systems():
        pass


# --- many rows -----------------------------------------------------------------------------------------------


def test_a_large_table_without_an_index_is_warned_of_and_read_to_its_end(firm: Firm) -> None:
    many = {
        "sqlite": "WITH RECURSIVE n (i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM n WHERE i < 300000)"
        " INSERT INTO calls SELECT i, 2, '+4420794602' || (i % 100), '2026-01-02' FROM n",
        "postgresql": "INSERT INTO calls SELECT i, 2, '+4420794602' || (i % 100), '2026-01-02'"
        " FROM generate_series(1000, 300000) AS i",
        "mariadb": "INSERT INTO calls SELECT seq, 2, CONCAT('+4420794602', seq % 100), '2026-01-02'"
        " FROM seq_1000_to_300000",
    }[firm.database.dialect]
    firm.run(many, "ANALYZE TABLE calls" if firm.database.dialect == "mariadb" else "ANALYZE")
    with firm.systems() as systems:
        slow = [warning for warning in systems.warnings if warning.code == "T413"]
        assert any('"caller"' in w.message or "caller" in w.message for w in slow)
        assert all(w.hint and w.place.line for w in slow)
        rows = systems.schemas["shop"].tables["calls"].rows
        assert rows is not None
        assert rows > MANY_ROWS
    assert done(firm).is_clean
    assert firm.run(f"SELECT count(*) FROM persons WHERE email = '{ALICE}'") == [(0,)]
