"""A light is *kept* only where it looked at everything that it is about, and at something (OWNERSHIP rule 25)."""

from __future__ import annotations

import base64
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bailee.checks import CheckAnswer, CheckQuestion, Verdict, judge_check, load_checks
from bailee.cli.app import run
from bailee.engine.checking import history, public_pages, run_checks
from bailee.engine.checking.opened_policy import open_policy
from bailee.engine.systems import locate_store
from bailee.policy import Bound, PolicyError, load
from tests.checks.firm import NOW, Firm
from tests.checks.test_each_check import CASES
from tests.conftest import Database
from tests.connectors.sql.conftest import fill

YESTERDAY = NOW - timedelta(days=1)

# --- rows that wait ------------------------------------------------------------------------------------------

OLD_CALL_WITH_RECORDING = "INSERT INTO call VALUES (9, 1, '2015-01-01 10:00:00')"


@pytest.fixture
def waiting(firm: Firm) -> Firm:
    """The firm, in which a call is past its time and a recording, for which there is no rule, still points to it."""
    firm.promises("retention.ceiling: {rule: calls}")
    firm.sql(OLD_CALL_WITH_RECORDING)
    firm.sql("INSERT INTO recording VALUES (9, 9, 1, '2015-01-01 10:00:00')")
    return firm


def test_an_overdue_row_that_waits_breaks_the_light_and_names_the_child_that_has_no_rule(waiting: Firm) -> None:
    finding = waiting.finding("broken")
    assert finding.count == 1
    assert finding.says == (
        "1 row of office.call: kept longer than 6 years, and waits for rows that stay: office.recording"
        " (call_id) has no retain, 1 row waits for it"
    )
    assert "write retain: calls on recording" in finding.hint
    assert "systems/office.yaml" in finding.hint


def test_a_row_waits_no_more_once_the_child_has_the_rule_too(waiting: Firm) -> None:
    waiting.change(
        "systems/office.yaml", "    fields: {made_at: made_at}\n", "    fields: {made_at: made_at}\n    retain: calls\n"
    )
    waiting.change("retention.yaml", "from: {call: began}", "from: {call: began, recording: made_at}")
    assert not [f for f in waiting.kept().findings if "waits" in f.says]


def test_a_waiting_row_of_which_a_restriction_keeps_the_child_does_not_break_the_light(firm: Firm) -> None:
    from bailee.store.restrictions import StoredOnly, put_restriction
    from bailee.store.sealed_store import Store
    from bailee.trace import KnownValue

    firm.promises("retention.ceiling: {rule: calls}")
    firm.sql(OLD_CALL_WITH_RECORDING)
    firm.sql("INSERT INTO recording VALUES (9, 9, 1, '2015-01-01 10:00:00')")
    put_restriction(
        Store(firm.folder / "books"), "r-1", StoredOnly(NOW, None, (KnownValue(0, "email", "alice@example.com"),))
    )
    kept = firm.kept()
    assert kept.verdict == "kept", kept.findings
    assert [f.count for f in kept.findings if "stays" in f.says] == [1]


def test_the_plan_of_a_rule_says_which_rows_wait_and_for_what(
    waiting: Firm, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    run(["plan", "retain", "calls", "--policy", str(waiting.folder)])
    said = " ".join(capsys.readouterr().out.split())
    assert "overdue, and waiting: a row that stays points to it" in said
    assert "1 row" in said
    assert "recording (call_id) has no retain" in said


def test_applying_a_rule_does_not_say_that_only_a_hold_keeps_what_waits(
    waiting: Firm, capsys: pytest.CaptureFixture[str]
) -> None:
    waiting.sql("INSERT INTO call VALUES (10, 1, '2015-01-01 10:00:00')")
    plan, folder = str(waiting.folder / "calls.plan"), str(waiting.folder)
    assert run(["plan", "retain", "calls", "--out", plan, "--policy", folder]) == 0
    capsys.readouterr()
    assert run(["apply", plan, "--policy", folder]) == 0
    said = capsys.readouterr().out
    assert "nothing that is theirs by the map is left but what a hold keeps" not in said
    assert "so does what waits" in said


def test_the_notice_tells_the_public_of_rows_that_wait(waiting: Firm) -> None:
    finding = waiting.finding("broken")
    assert finding.public == "1 call past its 6 years, which waits since recordings that stay point to it"


def test_a_rehearsal_plants_a_row_that_waits_and_a_table_that_was_emptied(firm: Firm) -> None:
    firm.promises("retention.ceiling: {rule: calls}")
    done = firm.rehearsed()
    assert {one.outcome for one in done} == {"turned"}
    assert any("a row of office.recording that points to it and stays" in one.planted for one in done)
    assert any("office.call without all seven rows that it held yesterday" in one.planted for one in done)


# --- nothing to look at --------------------------------------------------------------------------------------


def test_an_empty_table_is_unknown_and_says_what_would_settle_it(firm: Firm) -> None:
    firm.promises("rows.have: {collection: member, columns: origin}")
    firm.sql("DELETE FROM member")
    finding = firm.finding("unknown")
    assert (finding.looked, finding.among, finding.unit) == (0, 0, "row")
    assert finding.says == "office.member holds no row: nothing was looked at, and no earlier look is on record"
    assert "may_be_empty: [office.member]" in finding.hint


def test_a_table_that_the_policy_says_may_be_empty_is_kept(firm: Firm) -> None:
    firm.promises("rows.have: {collection: member, columns: origin, may_be_empty: [office.member]}")
    firm.sql("DELETE FROM member")
    kept = firm.kept()
    assert kept.verdict == "kept", kept.findings
    assert kept.findings[0].says == "office.member holds no row, as promises.yaml:4:7 says that it may"


def test_an_emptied_table_that_had_rows_yesterday_is_not_kept_whatever_the_policy_says(firm: Firm) -> None:
    firm.promises("rows.have: {collection: member, columns: origin, may_be_empty: [office.member]}")
    assert firm.kept(YESTERDAY).verdict == "kept"
    firm.sql("DELETE FROM member")
    for now in (NOW, NOW + timedelta(days=1)):  # it is not forgotten either
        (finding,) = firm.kept(now).findings
        assert finding.verdict == "unknown"
        assert "it held 1 row on 2026-11-23, and plans have deleted none of them since" in finding.says


def test_a_table_that_plans_emptied_is_as_empty_as_one_that_never_held_anything(firm: Firm) -> None:
    from bailee.store import row_counts as books
    from bailee.store.sealed_store import Store

    firm.promises("rows.have: {collection: member, columns: origin, may_be_empty: [office.member]}")
    assert firm.kept(YESTERDAY).verdict == "kept"
    books.record_deletions(Store(firm.folder / "books"), {"office.member": 1}, were_due=True)
    firm.sql("DELETE FROM member")
    assert firm.kept().verdict == "kept"


def test_every_light_says_how_much_was_looked_at(firm: Firm, capsys: pytest.CaptureFixture[str]) -> None:
    firm.promises("retention.ceiling: {rule: calls}", "systems.reachable")
    capsys.readouterr()
    run(["check", "--policy", str(firm.folder)])
    assert "3 of 3 rows looked at, 2 of 2 systems looked at" in capsys.readouterr().out


# --- every check ---------------------------------------------------------------------------------------------

IN_WORDS_ALONE = {
    "retention.period", "storage.encrypted", "storage.location", "backups.encrypted", "backups.location",
    "processors.named", "processors.transfer", "holds.lawful", "contacts.given", "attested",
}  # fmt: skip
"""Checks that look at the policy alone: rows and tables are nothing to them."""
ABOUT_TABLES = {"systems.reachable", "rights.reach", "columns.undecided", "columns.only"}
"""Checks that look at tables and columns: these are there though they hold no row."""
ON_SERVERS = ["transport.tls", "account.reader", "account.writer"]


def no_rows(firm: Firm) -> None:
    for database in ("office", "addresses"):
        for (table,) in firm.sql("SELECT name FROM sqlite_schema WHERE type = 'table'", database):
            firm.sql(f"DELETE FROM {table}", database)


def no_tables(firm: Firm) -> None:
    for database in ("office", "addresses"):
        for (table,) in firm.sql("SELECT name FROM sqlite_schema WHERE type = 'table'", database):
            firm.sql(f"DROP TABLE {table}", database)


def unreadable(firm: Firm) -> None:
    for database in ("office", "addresses"):
        (firm.folder / f"{database}.db").write_bytes(os.urandom(4096))


def missing(firm: Firm) -> None:
    for database in ("office", "addresses"):
        (firm.folder / f"{database}.db").unlink()


def nothing_on_the_map(firm: Firm) -> None:
    for name in ("office", "addresses"):
        path = firm.folder / "systems" / f"{name}.yaml"
        head = path.read_text().partition("collections:")[0].replace("customer: customer\n", "")
        path.write_text(f"{head}collections: {{}}\n")
    firm.write("holds.yaml", "{}\n")
    firm.write("retention.yaml", "calls: {title: calls, for: P6Y, law: Limitation Act 1980 s. 5}\n")


BOUND = {case.check.partition(":")[0]: case.check for case in CASES} | {name: name for name in ON_SERVERS}


@pytest.mark.parametrize("state", [no_rows, no_tables, unreadable, missing, nothing_on_the_map])
@pytest.mark.parametrize("check", sorted(load_checks()))
def test_no_check_is_kept_where_there_was_nothing_to_look_at(
    check: str, state: Callable[[Firm], None], firm: Firm
) -> None:
    firm.promises(BOUND[check])
    firm.look(YESTERDAY)
    state(firm)
    if state is nothing_on_the_map and "collection:" in BOUND[check]:
        with pytest.raises(PolicyError, match="K105"):  # what is on no map any more is refused in words
            firm.look()
        return
    kept = firm.kept()
    for finding in kept.findings:
        assert finding.unit == load_checks()[check].unit
        if finding.verdict is Verdict.KEPT:
            assert finding.looked
            assert finding.looked == finding.among
    if check == "transport.tls" and state is nothing_on_the_map:
        return  # the way there was looked at, whatever is on the map
    if check not in IN_WORDS_ALONE and not (state is no_rows and check in {*ABOUT_TABLES, *ON_SERVERS}):
        assert kept.verdict is not Verdict.KEPT, kept.findings


# --- tables of the same name, and tables on no map -----------------------------------------------------------


def test_a_name_that_several_schemas_have_is_doubted_unless_the_map_says_which(firm: Firm) -> None:
    with open_policy(firm.folder, NOW) as systems:
        m = systems.world.maps["office"]
        laid = m.bound["member"]
        twice = replace(laid, table=replace(laid.table, home="public", elsewhere=("archive",)))
        said = replace(twice, collection=replace(laid.collection, schema="public"))
        verdicts = {}
        for name, one in (("bare", twice), ("said", said)):
            world = replace(systems.world, maps={"office": replace(m, bound={**m.bound, "member": one})})
            answer = CheckAnswer(CheckQuestion("office", "reach", "office"), at=NOW)
            (found,) = judge_check(load_checks()["systems.reachable"], world, Bound("systems.reachable"), [answer])
            verdicts[name] = found.verdict
    assert verdicts == {"bare": Verdict.UNKNOWN, "said": Verdict.KEPT}


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
@pytest.mark.parametrize("check", ["rows.have: {collection: member, columns: origin}", "systems.reachable"])
def test_an_empty_table_of_the_same_name_first_in_the_search_path_is_not_kept(
    database: Database, check: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    columns = "(id INTEGER PRIMARY KEY, email VARCHAR(80), origin VARCHAR(80))"
    url = fill(
        database.url, f"CREATE TABLE member {columns}", "INSERT INTO member VALUES (1, 'alice@example.com', NULL)"
    )
    fill(url, "CREATE SCHEMA shadow", f"CREATE TABLE shadow.member {columns}",
         "INSERT INTO shadow.member VALUES (1, 'alice@example.com', 'customer')")  # fmt: skip
    mark = "&" if "?" in url else "?"
    monkeypatch.setenv("OFFICE_URL", f"{url}{mark}options=-csearch_path%3Dshadow%2Cpublic")
    folder = members(tmp_path / "firm", check)
    (finding,) = run_checks(folder, now=NOW).promises[0].findings
    assert finding.verdict == "unknown"
    assert "member is in more than one schema: shadow, which was looked at, and public" in finding.says
    assert "table: shadow.member" in finding.hint
    system = folder / "systems" / "office.yaml"
    system.write_text(system.read_text().replace("  member:\n", "  member:\n    table: public.member\n"))
    (finding,) = run_checks(folder, now=NOW).promises[0].findings
    assert finding.verdict == ("broken" if "rows.have" in check else "kept")


def members(folder: Path, *checks: str) -> Path:
    """Write the policy of a firm whose only collection is its members."""
    (folder / "systems").mkdir(parents=True)
    (folder / "bailee.yaml").write_text("firm: Small Ltd\nmode: act\n")
    (folder / "systems" / "office.yaml").write_text(
        "system: office\ntitle: The office\nconnector: sql\nurl: env:OFFICE_URL\nwrite_url: env:OFFICE_URL\n"
        "collections:\n  member:\n    party: person\n"
        "    identity: {email: {column: email, stored: lower, joins: verified}}\n"
        "    fields: {email: email, origin: origin}\n    on_erase: delete\n"
    )
    lines = "".join(f"    - {check}\n" for check in checks)
    (folder / "promises.yaml").write_text(f"it:\n  says: it is so\n  checks:\n{lines}")
    return folder


@pytest.mark.parametrize("check", ["columns.undecided", "rights.reach"])
def test_a_table_that_no_map_mentions_is_not_passed_over(
    database: Database, check: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    member = "CREATE TABLE member (id INTEGER PRIMARY KEY, email VARCHAR(80), origin VARCHAR(80))"
    monkeypatch.setenv("OFFICE_URL", fill(database.url, member))
    folder = members(tmp_path / "firm", check)
    assert run_checks(folder, now=NOW).promises[0].verdict == "kept"
    fill(database.url, "CREATE TABLE newsletter (email VARCHAR(80))")
    finding = next(f for f in run_checks(folder, now=NOW).findings if f.verdict == "unknown")
    assert "1 table of office is on no map: newsletter" in finding.says


# --- values that only begin like ciphertext ------------------------------------------------------------------

NONCE = bytes(range(7, 97))


def fernet() -> str:
    from cryptography.fernet import Fernet

    return Fernet(Fernet.generate_key()).encrypt(b"hunter2").decode()


@pytest.mark.parametrize(
    "value",
    [
        "gAAAAABmZm9v",
        "gAAAAA" + "A" * 114,
        "gAAAAA is how it begins",
        "enc:hunter2",
        "enc:" + base64.b64encode(b"the password of the office is hunter2").decode(),
        "vault:v1:hunter2",
        "{cipher}hunter2",
        "-----BEGIN PGP MESSAGE-----\n\nhunter2\n-----END PGP MESSAGE-----",
        "U2FsdGVkX1hunter2",
        "eyJhbGciOiJkaXIi.a.b.c.d",
    ],
)
def test_a_value_that_merely_begins_like_ciphertext_is_not_kept(value: str, firm: Firm) -> None:
    firm.promises("cells.look_like: {collection: login, columns: secret}")
    with closing(sqlite3.connect(firm.folder / "office.db")) as connection, connection:
        connection.execute("DELETE FROM login")
        connection.executemany("INSERT INTO login VALUES (?, 1, ?, x'00')", [(1, fernet()), (2, value)])
    finding = firm.finding("broken")
    assert finding.count == 1
    assert "begins like an encrypted value and is none" in finding.says
    assert value not in repr(firm.look())


def test_ciphertext_itself_is_kept_and_every_value_is_looked_at(firm: Firm) -> None:
    firm.promises("cells.look_like: {collection: login, columns: secret}")
    with closing(sqlite3.connect(firm.folder / "office.db")) as connection, connection:
        connection.execute("DELETE FROM login")
        connection.executemany("INSERT INTO login VALUES (?, 1, ?, x'00')", [(n, fernet()) for n in range(500)])
    kept = firm.kept()
    assert kept.verdict == "kept", kept.findings
    assert {(f.looked, f.among, f.unit) for f in kept.findings} == {(500, 500, "value")}


def test_values_for_which_there_was_no_time_are_not_kept(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    firm.promises("cells.look_like: {collection: login, columns: secret}")
    with closing(sqlite3.connect(firm.folder / "office.db")) as connection, connection:
        connection.execute("DELETE FROM login")
        connection.executemany("INSERT INTO login VALUES (?, 1, ?, x'00')", [(n, fernet()) for n in range(5000)])
    monkeypatch.setattr("bailee.connectors.sql.counts.TIMEOUT_OF_CELLS", 0.0)
    finding = firm.finding("unknown")
    assert finding.looked in range(1, 5000)
    assert f"{finding.looked:,} of 5,000 values looked at" in finding.says


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        ("v1." + base64.b64encode(NONCE).decode(), "kept"),
        ("v1.the office", "unknown"),
    ],
)
def test_of_a_sign_of_the_firms_own_only_what_follows_can_tell(value: str, verdict: str, firm: Firm) -> None:
    firm.promises("cells.look_like: {collection: login, columns: secret, starts: [v1.]}")
    with closing(sqlite3.connect(firm.folder / "office.db")) as connection, connection:
        connection.execute("UPDATE login SET secret = ?", (value,))
    assert firm.kept().verdict == verdict


# --- somebody's word -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["unknown", "?", "tbd", "not sure", "to be checked", "  "])
def test_a_word_that_says_nothing_of_encryption_is_not_kept(word: str, firm: Firm) -> None:
    firm.promises("storage.encrypted: {system: office}")
    firm.change("systems/office.yaml", "at_rest: luks", f'at_rest: "{word}"')
    assert firm.kept().verdict == "unknown"


def test_what_somebody_attested_on_a_day_to_come_is_not_kept(firm: Firm) -> None:
    firm.promises("storage.encrypted: {system: office}")
    firm.change("systems/office.yaml", "on: 2026-11-02", "on: 2062-11-02")
    assert "a day to come" in firm.finding("unknown").says


def test_a_certificate_of_a_day_to_come_is_not_kept(firm: Firm) -> None:
    firm.promises("processors.transfer")
    firm.change("processors.yaml", "country: NZ", "country: US")
    firm.change("processors.yaml", "{mechanism: adequacy}", "{mechanism: dpf, certified_on: 2062-01-01}")
    assert "a day to come" in firm.finding("unknown").says


def test_a_notice_that_says_a_longer_time_in_words_is_broken(firm: Firm) -> None:
    firm.promises("retention.period: {rule: calls}")
    firm.change("notice.md", "six years", "six years, and then for twenty-four years more")
    assert firm.kept().verdict == "broken"


# --- dates that cannot be read -------------------------------------------------------------------------------


def test_a_date_that_is_none_cannot_be_told_and_is_not_kept(firm: Firm) -> None:
    firm.promises("retention.ceiling: {rule: calls}")
    firm.sql("UPDATE call SET began = '31/12/2015' WHERE id = 1")
    finding = firm.finding("unknown")
    assert finding.count == 1
    assert "no date" in finding.says


def test_mailings_without_a_date_are_not_passed_over(firm: Firm) -> None:
    firm.promises("rows.at_most: {collection: mailing, at: sent_at, within: P1Y, most: 2}")
    firm.sql("INSERT INTO mailing VALUES (2, NULL, 'x'), (3, NULL, 'x'), (4, NULL, 'x')")
    finding = firm.finding("unknown")
    assert (finding.looked, finding.among) == (1, 4)


def test_a_rule_that_no_collection_has_is_not_passed_over(firm: Firm) -> None:
    firm.promises("retention.ceiling")
    firm.change("systems/office.yaml", "    retain: calls\n", "")
    finding = firm.finding("unknown")
    assert finding.about == "calls"
    assert "no collection has the rule calls" in finding.says


# --- a look that dies ----------------------------------------------------------------------------------------


def test_a_look_that_dies_while_it_is_written_down_leaves_the_verdict_and_what_was_found_as_they_were(
    firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No page may say that a promise is kept beside a finding that it is broken."""
    firm.promises("retention.ceiling: {rule: calls}")
    run_checks(firm.folder, now=YESTERDAY)
    store = locate_store(load(firm.folder), firm.folder)
    before = {name: store.page(name) for name in (public_pages.FOUND, history.HISTORY)}
    assert all(before.values())
    firm.sql(OLD_CALL_WITH_RECORDING)
    monkeypatch.setattr(history, "record_verdicts", _die)
    with pytest.raises(KeyboardInterrupt):
        run_checks(firm.folder, now=NOW)
    assert {name: store.page(name) for name in before} == before


def _die(*_arguments: object) -> None:
    raise KeyboardInterrupt
