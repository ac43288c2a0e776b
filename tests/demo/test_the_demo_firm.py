"""The demo firm is the same every time, and careful with other people's folders."""

from __future__ import annotations

import base64
import hashlib
import sqlite3
import wave
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest

from bailee.demo import Demo, DemoError, build
from bailee.policy import load
from tests.demo.looking import count, rows

TODAY = date(2026, 11, 24)
SYSTEMS = ("addressbooks", "crm", "helpdesk", "logins", "mailing", "phones")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    return build(tmp_path_factory.mktemp("firm") / "demo", today=TODAY)


def everything(folder: Path) -> dict[str, str]:
    """Return what stands in the folder: files as they are, databases as their text."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".db":
            with closing(sqlite3.connect(path)) as connection:
                content = "\n".join(connection.iterdump()).encode()
        elif path.is_file():
            content = path.read_bytes()
        else:
            continue
        found[path.relative_to(folder).as_posix()] = hashlib.sha256(content).hexdigest()
    return found


# --- building --------------------------------------------------------------------------------------------------


def test_the_same_day_and_seed_give_the_same_firm(demo: Demo, tmp_path: Path) -> None:
    build(tmp_path, today=TODAY)
    assert everything(tmp_path) == everything(demo.folder)


def test_another_seed_gives_other_people(demo: Demo, tmp_path: Path) -> None:
    build(tmp_path, today=TODAY, seed=2)
    assert everything(tmp_path)["data/crm.db"] != everything(demo.folder)["data/crm.db"]


@pytest.mark.parametrize(
    ("today", "seed"),
    [(date(2024, 2, 29), 1), (date(2025, 12, 31), 2), (date(2027, 1, 1), 3), (date(2031, 3, 31), 4)],
)
def test_any_day_and_seed_make_a_firm(tmp_path: Path, today: date, seed: int) -> None:
    demo = build(tmp_path, today=today, seed=seed)
    assert count(demo, "phones", "SELECT count(*) FROM call_record") == 8000
    assert count(demo, "phones", "SELECT count(*) FROM call_record WHERE started_at >= ?", today.isoformat()) == 0


def test_an_old_demo_is_built_anew_and_what_lies_beside_it_stays(tmp_path: Path) -> None:
    demo = build(tmp_path, today=TODAY)
    fresh = everything(tmp_path)
    (tmp_path / "alice.zip").write_text("mine", encoding="utf-8")
    (tmp_path / "bailee.yaml").write_text("broken", encoding="utf-8")
    (demo.data / "crm.db").unlink()
    (tmp_path / "books").mkdir()
    (tmp_path / "books" / "remembered").touch()
    build(tmp_path, today=TODAY)
    assert everything(tmp_path) == fresh | {"alice.zip": hashlib.sha256(b"mine").hexdigest()}


def test_a_folder_with_other_things_in_it_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "bailee.yaml").write_text("a real policy", encoding="utf-8")
    with pytest.raises(DemoError, match="is not empty and holds no demo") as refusal:
        build(tmp_path, today=TODAY)
    assert refusal.value.hint == "name an empty folder, or a new one"
    assert [path.name for path in tmp_path.iterdir()] == ["bailee.yaml"]


def test_a_marker_that_we_did_not_write_makes_no_demo(tmp_path: Path) -> None:
    (tmp_path / ".bailee-demo").touch()
    with pytest.raises(DemoError):
        build(tmp_path, today=TODAY)


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "demo").touch()
    with pytest.raises(DemoError, match="is a file"):
        build(tmp_path / "demo", today=TODAY)


def test_a_link_put_into_an_old_demo_is_cut_and_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "precious").touch()
    build(tmp_path / "demo", today=TODAY)
    (tmp_path / "demo" / "books").symlink_to(outside, target_is_directory=True)
    build(tmp_path / "demo", today=TODAY)
    assert (outside / "precious").exists()
    assert not (tmp_path / "demo" / "books").exists()


# --- the systems -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("system", "table", "least", "most"),
    [
        ("crm", "account", 300, 300),
        ("crm", "contact", 450, 550),
        ("crm", "invoice", 1300, 1700),
        ("crm", "invoice_line", 2500, 3500),
        ("phones", "call_record", 8000, 8000),
        ("phones", "recording", 50, 75),
        ("helpdesk", "ticket", 200, 350),
        ("helpdesk", "message", 800, 1700),
        ("addressbooks", "entry", 400, 800),
        ("mailing", "subscriber", 140, 160),
        ("logins", "login", 150, 350),
    ],
)
def test_the_firm_is_as_large_as_a_small_firm_is(demo: Demo, system: str, table: str, least: int, most: int) -> None:
    assert least <= count(demo, system, f"SELECT count(*) FROM {table}") <= most


@pytest.mark.parametrize("system", SYSTEMS)
def test_no_reference_dangles(demo: Demo, system: str) -> None:
    assert rows(demo, system, "PRAGMA foreign_key_check") == []


@pytest.mark.parametrize("system", SYSTEMS)
def test_every_foreign_key_has_an_index(demo: Demo, system: str) -> None:
    for (table,) in rows(demo, system, "SELECT name FROM sqlite_master WHERE type = 'table'"):
        for key in rows(demo, system, f"PRAGMA foreign_key_list({table})"):
            assert key[3] in first_columns_of_indexes(demo, system, str(table)), f"{table}.{key[3]}"


def first_columns_of_indexes(demo: Demo, system: str, table: str) -> set[object]:
    names = [row[1] for row in rows(demo, system, f"PRAGMA index_list({table})")]
    return {rows(demo, system, f"PRAGMA index_info({name})")[0][2] for name in names}


def test_every_recording_can_be_played_and_its_checksum_is_right(demo: Demo) -> None:
    recorded = rows(demo, "phones", "SELECT file_name, sha256 FROM recording")
    for name, checksum in recorded:
        path = demo.recordings / str(name)
        assert hashlib.sha256(path.read_bytes()).hexdigest() == checksum
        with wave.open(str(path)) as sound:
            assert (sound.getnchannels(), sound.getframerate(), sound.getnframes()) == (1, 8000, 2400)
    on_disk = {path.relative_to(demo.recordings).as_posix() for path in demo.recordings.rglob("*.wav")}
    assert on_disk == {name for name, _ in recorded}


def test_calls_are_recorded_only_where_the_customer_switched_recording_on(demo: Demo) -> None:
    sql = """
        SELECT count(*) FROM recording JOIN call_record ON call_record.id = call_id JOIN line ON line.id = line_id
        WHERE recording_since IS NULL OR date(started_at) < recording_since"""
    assert count(demo, "phones", sql) == 0


def test_a_call_lies_in_the_time_in_which_the_line_was_held(demo: Demo) -> None:
    sql = """
        SELECT count(*) FROM call_record JOIN line ON line.id = line_id
        WHERE started_at < allocated_on OR started_at >= released_on"""
    assert count(demo, "phones", sql) == 0


def test_nobody_holds_a_number_while_somebody_else_does(demo: Demo) -> None:
    sql = """
        SELECT count(*) FROM line a JOIN line b ON a.phone_number = b.phone_number AND a.id < b.id
        WHERE a.allocated_on < coalesce(b.released_on, '9999') AND b.allocated_on < coalesce(a.released_on, '9999')"""
    assert count(demo, "phones", sql) == 0


# --- nobody is meant -------------------------------------------------------------------------------------------

DRAMA = ("+442079460", "+441134960", "+441214960", "+441314960", "+441614960", "+441632960", "+447700900")


@pytest.mark.parametrize(
    ("system", "table", "column"),
    [
        ("crm", "contact", "phone"),
        ("phones", "line", "phone_number"),
        ("phones", "call_record", "caller"),
        ("phones", "call_record", "callee"),
        ("addressbooks", "entry", "phone"),
    ],
)
def test_no_telephone_number_rings_anywhere(demo: Demo, system: str, table: str, column: str) -> None:
    for (number,) in rows(demo, system, f"SELECT DISTINCT {column} FROM {table} WHERE {column} IS NOT NULL"):
        assert str(number).startswith(DRAMA)
        assert len(str(number)) == 13


@pytest.mark.parametrize(
    ("system", "table"),
    [
        ("crm", "contact"),
        ("phones", "line"),
        ("helpdesk", "requester"),
        ("addressbooks", "entry"),
        ("mailing", "subscriber"),
        ("logins", "holder"),
    ],
)
def test_every_email_is_lower_case_and_under_example(demo: Demo, system: str, table: str) -> None:
    for (email,) in rows(demo, system, f"SELECT email FROM {table} WHERE email IS NOT NULL"):
        assert email == str(email).lower()
        assert str(email).endswith(".example")
        assert str(email).isascii()


# --- the mailing list and the logins ----------------------------------------------------------------------------


def test_a_stored_password_is_encrypted_and_no_two_are_alike(demo: Demo) -> None:
    secrets = [str(secret) for (secret,) in rows(demo, "logins", "SELECT secret FROM login")]
    assert len(set(secrets)) == len(secrets)
    for secret in secrets:
        version, _, token = secret.partition(".")
        assert version == "v1"
        assert len(base64.b64decode(token, validate=True)) == 12 + 20 + 16  # nonce, password, tag


def test_only_customers_who_have_not_left_have_logins(demo: Demo) -> None:
    assert count(demo, "logins", "SELECT count(*) FROM customer WHERE closed_on IS NOT NULL") == 0


def test_past_customers_on_the_mailing_list_are_past_customers(demo: Demo) -> None:
    closed = "SELECT email FROM contact JOIN account ON account.id = account_id WHERE closed_on IS NOT NULL"
    past = {email for (email,) in rows(demo, "crm", closed)}
    origins = rows(demo, "mailing", "SELECT origin, email FROM subscriber")
    assert {email in past for origin, email in origins if origin == "past customer"} == {True}
    assert {email in past for origin, email in origins if origin != "past customer"} == {False}


# --- the policy's dates -----------------------------------------------------------------------------------------


def test_what_was_attested_last_month_was_attested_last_month_in_any_year(tmp_path: Path) -> None:
    written = load(build(tmp_path / "now", today=TODAY).folder).systems["crm"].location.attested
    later = load(build(tmp_path / "later", today=TODAY + timedelta(days=1000)).folder).systems["crm"].location.attested
    assert written
    assert later
    assert date.fromisoformat(later.on) - date.fromisoformat(written.on) == timedelta(days=1000)
