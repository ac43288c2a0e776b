"""A system that is down, slow, shut, locked, cut off or changed: a clear error, nothing half done, and a way on."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from unittest.mock import patch

import pytest
from sqlalchemy import make_url

from bailee.connectors.base import ConnectorError
from bailee.connectors.sql.engine import open_connection, open_engine
from bailee.engine.apply import apply_plan
from bailee.engine.journal import SpokenJournal
from bailee.engine.people import search_person
from bailee.engine.plans import plan_erase
from bailee.plan import PlanDocument
from bailee.policy import PolicyError
from bailee.store.backends import file
from bailee.store.sealed_store import Store
from tests.harm.firm import ALICE, MARKER, NAMES, SHOP, Firm
from tests.harm.refusals import books_fail, fails, impatient, looks_right, mistaken, stale
from tests.ports import free_port

SERVERS = pytest.mark.parametrize("database", ["postgresql", "mariadb"], indirect=True)
POSTGRESQL = pytest.mark.parametrize("database", ["postgresql"], indirect=True)
MARIADB = pytest.mark.parametrize("database", ["mariadb"], indirect=True)
SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def elsewhere(firm: Firm, tmp_path: Path) -> str:
    """Return an address where nothing is."""
    if firm.database.dialect == "sqlite":
        return f"sqlite:///{tmp_path / 'nowhere.db'}"
    return make_url(firm.database.url).set(port=free_port()).render_as_string(hide_password=False)


@contextmanager
def somebody_else(firm: Firm, *statements: str) -> Iterator[None]:
    """Let somebody else run statements in a transaction that stays open."""
    with closing(open_connection(open_engine(firm.database.url, write=True))) as connection:
        with closing(connection.cursor()) as cursor:
            for statement in statements:
                cursor.execute(statement)
        yield
        connection.rollback()


def finishes(firm: Firm, plan: PlanDocument) -> bool:
    """Whether applying again does what should have been done."""
    with firm.systems() as systems:
        return apply_plan(systems, plan).is_clean and not firm.run(f"SELECT 1 FROM persons WHERE email = '{ALICE}'")


def interrupt(system: str, change: str, _count: int) -> None:
    """Stop in the second system, as Ctrl-C would."""
    if (system, change) == ("shop", "call/delete"):
        raise KeyboardInterrupt


# --- out of reach --------------------------------------------------------------------------------------------


def test_a_system_that_is_down_is_named(firm: Firm, tmp_path: Path) -> None:
    with fails("C501", "desk"), firm.by(read=elsewhere(firm, tmp_path)).systems():
        pass


def test_a_system_that_went_down_after_the_plan_was_made_leaves_everything(firm: Firm, tmp_path: Path) -> None:
    plan, before = firm.plan(), firm.dump()
    with firm.by(write=elsewhere(firm, tmp_path)).systems() as systems, fails("C501", "desk"):
        apply_plan(systems, plan)
    assert firm.dump() == before
    assert finishes(firm, plan)


@SERVERS
def test_a_system_too_slow_is_given_up_and_left_as_it_was(firm: Firm) -> None:
    body = "DECLARE x text; BEGIN x := pg_sleep(2)::text; RETURN OLD; END"
    slowly = {
        "postgresql": (
            f"CREATE FUNCTION slowly() RETURNS trigger LANGUAGE plpgsql AS '{body}'",
            "CREATE TRIGGER slow BEFORE DELETE ON threads FOR EACH ROW EXECUTE FUNCTION slowly()",
        ),
        "mariadb": ("CREATE TRIGGER slow BEFORE DELETE ON threads FOR EACH ROW SET @x = SLEEP(2)",),
    }[firm.database.dialect]
    firm.run(*slowly)
    firm.accept("thread", "slow")
    plan, before = firm.plan(), firm.dump(SHOP)
    with impatient(statement_timeout=0.5), firm.systems() as systems, fails("C504", "shop"):
        apply_plan(systems, plan)
    assert firm.dump(SHOP) == before
    assert finishes(firm, plan)


# --- what an account may do ----------------------------------------------------------------------------------


@SERVERS
def test_an_account_that_only_reads_changes_nothing(firm: Firm, reader: Callable[..., str]) -> None:
    plan, before = firm.plan(), firm.dump()
    with firm.by(write=reader(*NAMES)).systems() as systems, fails("C503", "desk"):
        apply_plan(systems, plan)
    assert firm.dump() == before
    assert finishes(firm, plan)


@SERVERS
def test_an_account_that_may_not_read_a_table_is_no_empty_result(firm: Firm, reader: Callable[..., str]) -> None:
    """Without a right to it, a table is not seen: then it is a mistake of the map, and never nobody's data."""
    most = reader(*(name for name in NAMES if name != "calls"))
    with pytest.raises((ConnectorError, PolicyError)) as caught, firm.by(read=most).systems() as systems:
        plan_erase(systems, [[ALICE]])
    assert "call" in str(caught.value)
    assert looks_right(caught.value)


def test_a_system_without_an_account_that_writes_is_never_changed(firm: Firm) -> None:
    path = firm.folder / "systems/desk.yaml"
    path.write_text(path.read_text().replace("write_url: env:HARM_WRITE_URL\n", ""))
    plan, before = firm.plan(), firm.dump()
    with firm.systems() as systems, fails("C503", "desk"):
        apply_plan(systems, plan)
    assert firm.dump() == before


@MARIADB
def test_a_table_that_is_read_only_for_now_is_left_as_it_was(firm: Firm) -> None:
    plan, before = firm.plan(), firm.dump()
    locked = somebody_else(firm, "LOCK TABLES notes READ")
    with firm.systems() as systems, locked, impatient(lock_timeout=1), fails("C505", "desk"):
        apply_plan(systems, plan)
    assert firm.dump() == before
    assert finishes(firm, plan)


@POSTGRESQL
def test_row_security_is_refused_and_never_an_empty_result(firm: Firm, reader: Callable[..., str]) -> None:
    url = reader(*NAMES)
    firm.run("ALTER TABLE calls ENABLE ROW LEVEL SECURITY", "CREATE POLICY mine ON calls USING (person_id = 2)")
    with mistaken("T410"), firm.systems():
        pass
    firm.accept("call", "mine")
    with firm.by(read=url).systems() as systems, fails("C512", "shop"):
        plan_erase(systems, [[ALICE]])


# --- locks and cuts ------------------------------------------------------------------------------------------


def test_a_lock_on_the_person_is_waited_for_only_so_long(firm: Firm) -> None:
    plan, before = firm.plan(), firm.dump()
    held = {
        "sqlite": "UPDATE writers SET name = name WHERE id = 1",
        "postgresql": "SELECT * FROM writers WHERE id = 1 FOR UPDATE",
        "mariadb": "SELECT * FROM writers WHERE id = 1 FOR UPDATE",
    }[firm.database.dialect]
    with somebody_else(firm, held), impatient(lock_timeout=1), firm.systems() as systems, fails("C505", "desk"):
        apply_plan(systems, plan)
    assert firm.dump() == before
    assert finishes(firm, plan)


@POSTGRESQL
def test_a_lock_on_a_whole_table_is_waited_for_only_so_long(firm: Firm) -> None:
    plan, before = firm.plan(), firm.dump(SHOP)
    with firm.systems() as systems:
        lock = "LOCK TABLE threads IN ACCESS EXCLUSIVE MODE"
        with somebody_else(firm, lock), impatient(lock_timeout=0.5), fails("C505", "shop"):
            apply_plan(systems, plan)
    assert firm.dump(SHOP) == before
    assert finishes(firm, plan)


@SERVERS
def test_a_connection_that_is_cut_in_the_middle_leaves_the_system_as_it_was(firm: Firm) -> None:
    others, cut = {
        "postgresql": (
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
            "SELECT pg_terminate_backend({})",
        ),
        "mariadb": (
            "SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()",
            "KILL {}",
        ),
    }[firm.database.dialect]

    def interfere(system: str, change: str, _count: int) -> None:
        if (system, change) == ("shop", "call/delete"):
            for (number,) in firm.run(others):
                firm.run(cut.format(number))

    plan, before = firm.plan(), firm.dump(SHOP)
    with firm.systems() as systems, fails("C509", "shop"):
        apply_plan(systems, plan, SpokenJournal(interfere))
    assert firm.dump(SHOP) == before
    assert finishes(firm, plan)


# --- other tables than on the map ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statement", "code"),
    [("ALTER TABLE notes RENAME COLUMN body TO words", "T402"), ("DROP TABLE notes", "T401")],
    ids=["a column renamed", "a table dropped"],
)
def test_a_map_that_is_out_of_date_is_refused_when_the_house_opens(firm: Firm, statement: str, code: str) -> None:
    firm.plan()
    firm.run(statement)
    with mistaken(code), firm.systems():
        pass


@pytest.mark.parametrize(
    "statement",
    ["ALTER TABLE notes RENAME COLUMN writer_id TO author", "DROP TABLE notes"],
    ids=["a column renamed", "a table dropped"],
)
def test_a_table_that_changes_while_the_house_is_open_is_told(firm: Firm, statement: str) -> None:
    plan = firm.plan()
    with firm.systems() as systems:
        firm.run(statement)
        before = firm.dump(SHOP)
        with fails("C507", "desk"):
            apply_plan(systems, plan)
    assert firm.dump(SHOP) == before


def test_a_column_that_came_after_the_plan_makes_it_stale(firm: Firm) -> None:
    plan = firm.plan()
    firm.run("ALTER TABLE persons ADD COLUMN faith VARCHAR(80)")
    before = firm.dump()
    with firm.systems() as systems, stale("schema of 'shop'"):
        apply_plan(systems, plan)
    assert firm.dump() == before


def test_a_policy_that_changed_after_a_cut_makes_the_rest_stale(firm: Firm) -> None:
    plan = firm.plan()
    with firm.systems() as systems, pytest.raises(KeyboardInterrupt):
        apply_plan(systems, plan, SpokenJournal(interrupt))
    holds = firm.folder / "holds.yaml"
    holds.write_text(holds.read_text().replace("P6Y", "P7Y"))
    with firm.systems() as systems, stale("policy"):
        apply_plan(systems, plan)


# --- other encodings -----------------------------------------------------------------------------------------


@MARIADB
def test_a_latin_column_is_read_and_erased_as_any_other(firm: Firm) -> None:
    email = f"zoë.{MARKER}@post.example"
    firm.run(
        "ALTER TABLE persons CONVERT TO CHARACTER SET latin1",
        f"INSERT INTO persons VALUES (7, '{email}', 'Zoë {MARKER}', NULL, NULL)",
    )
    plan = firm.plan(lambda systems: plan_erase(systems, [[email]]))
    with firm.systems() as systems:
        assert apply_plan(systems, plan).is_clean
    assert firm.run("SELECT count(*) FROM persons WHERE id = 7") == [(0,)]


@SQLITE
def test_a_text_that_is_no_utf8_stops_a_copy_and_not_an_erasure(firm: Firm) -> None:
    firm.run(f"UPDATE notes SET body = CAST(x'e9' || '{MARKER}' AS TEXT) WHERE id = 1")
    with firm.systems() as systems, search_person(systems, [ALICE]) as found, fails("C510"):
        list(found.sessions["desk"].read("note"))
    plan = firm.plan()
    with firm.systems() as systems:
        assert apply_plan(systems, plan).is_clean


# --- the books -----------------------------------------------------------------------------------------------


def test_nothing_is_erased_while_the_books_are_full(firm: Firm) -> None:
    plan, before = firm.plan(), firm.dump()
    full = OSError(errno.ENOSPC, f"no space for {MARKER}", f"/books/{MARKER}")
    with firm.systems() as systems, patch("os.fsync", side_effect=full), books_fail("No space left"):
        apply_plan(systems, plan)
    no_room = sqlite3.OperationalError(f"no space for {MARKER}")
    no_room.sqlite_errorcode = sqlite3.SQLITE_FULL
    with (
        firm.systems() as systems,
        patch.object(file, "commit_writes", side_effect=no_room),
        books_fail("the disk is full"),
    ):
        apply_plan(systems, plan)
    assert firm.dump() == before
    assert finishes(firm, plan)


@pytest.mark.parametrize(
    "damage", [lambda seal: seal[:5], lambda seal: seal[:-1] + bytes([seal[-1] ^ 1]), lambda _: b""]
)
def test_a_case_file_that_was_damaged_is_not_used(firm: Firm, damage: Callable[[bytes], bytes]) -> None:
    plan, before = firm.plan(), firm.dump()
    shelves = Store(firm.folder / "books").shelves
    ((case, sealed),) = shelves.all("cases")
    shelves.put("cases", case, damage(sealed))
    with firm.systems() as systems, books_fail("does not open"):
        apply_plan(systems, plan)
    assert firm.dump() == before


def test_a_key_that_others_can_read_is_not_used(firm: Firm) -> None:
    plan = firm.plan()
    (firm.folder / "books/key").chmod(0o644)
    with firm.systems() as systems, books_fail("can be read by others"):
        apply_plan(systems, plan)


def test_nothing_personal_lies_open_in_the_books(firm: Firm) -> None:
    plan = firm.plan()
    with firm.systems() as systems, pytest.raises(KeyboardInterrupt):
        apply_plan(systems, plan, SpokenJournal(interrupt))
    for path in (firm.folder / "books").rglob("*"):
        assert path.is_dir() or MARKER.encode() not in path.read_bytes()
        assert not path.stat().st_mode & 0o077
