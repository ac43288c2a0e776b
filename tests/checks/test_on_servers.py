"""On real servers: accounts, TLS, queries that a sceptic runs by hand, and every way in which a look can fail."""

from __future__ import annotations

import select
import shutil
import socket
import socketserver
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import make_url

from bailee.checks import Basis, CheckAnswer, CheckQuestion, World, judge_check, load_checks
from bailee.engine.checking import rehearse_checks, run_checks
from bailee.policy import Bound, Firm, Policy, System
from bailee.store.sealed_store import Store
from tests.conftest import Database
from tests.connectors.sql.conftest import fill
from tests.servers import Server

Limited = Callable[..., str]
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
MARKER = "Marjorie Marker 4711"
SERVERS = pytest.mark.parametrize("database", ["postgresql", "mariadb"], indirect=True)
POSTGRESQL = pytest.mark.parametrize("database", ["postgresql"], indirect=True)
CONTACT = [
    "CREATE TABLE contact (id INTEGER PRIMARY KEY, full_name VARCHAR(80), introduced_by INTEGER, closed_on DATE)",
    f"INSERT INTO contact VALUES (1, '{MARKER}', NULL, '2015-01-01')",
    "INSERT INTO contact VALUES (2, 'Bob', 1, NULL), (3, 'Carol', NULL, '2016-05-31')",
]
CALL = [
    "CREATE TABLE phone_call (id INTEGER PRIMARY KEY, contact_id INTEGER, began TIMESTAMP NULL, remark VARCHAR(80))",
    "INSERT INTO phone_call VALUES (1, 1, '2015-01-01 10:00:00', 'O''Hara 100%')",
    "INSERT INTO phone_call VALUES (2, 1, '2026-01-01 10:00:00', 'a'), (3, 2, '2020-11-23 23:59:59', 'b')",
]
RULES = """
customers: {for: P6Y, law: Limitation Act 1980 s. 5}
calls: {from: {phone_call: began}, for: P6Y, law: Limitation Act 1980 s. 5}
"""
SYSTEM = """
system: office
title: The office
connector: sql
url: env:OFFICE_URL
write_url: env:OFFICE_WRITE_URL
collections:
  contact:
    party: person
    identity: {full_name: {column: full_name, joins: never}}
    ends: closed_on
    names: [{to: contact, on: {id: introduced_by}, on_parent_gone: null}]
    on_erase: delete
    retain: customers
  phone_call:
    owned_by: contact.id = contact_id
    fields: {began: began, remark: remark}
    on_erase: delete
    retain: calls
"""


@pytest.fixture
def office(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Write the policy of a firm whose office is ``database``, reached by the URLs given."""

    def write(*checks: str, url: str = "", write_url: str = "") -> Path:
        monkeypatch.setenv("OFFICE_URL", url or database.url)
        monkeypatch.setenv("OFFICE_WRITE_URL", write_url or database.url)
        folder = tmp_path / "firm"
        (folder / "systems").mkdir(parents=True, exist_ok=True)
        (folder / "bailee.yaml").write_text("firm: Small Ltd\n")
        (folder / "retention.yaml").write_text(RULES)
        (folder / "systems" / "office.yaml").write_text(SYSTEM)
        lines = "".join(f"    - {check}\n" for check in checks)
        (folder / "promises.yaml").write_text(f"it:\n  says: it is so\n  checks:\n{lines}")
        return folder

    return write


def by_hand(database: Database, sql: str) -> str:
    """Return what a person gets who pastes ``sql`` into the client of the database."""
    url = make_url(database.url)
    host, port, user = str(url.host), str(url.port), str(url.username)
    password, name = str(url.password), str(url.database)
    commands: dict[str, Sequence[str]] = {
        "sqlite": ("sqlite3", name),
        "postgresql": ("psql", "-qAtX", f"postgresql://{user}:{password}@{host}:{port}/{name}"),
        "mariadb": ("mariadb", "-N", "-h", host, "-P", port, "-u", user, f"-p{password}", name),
    }
    command = commands[database.dialect]
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    done = subprocess.run(command, input=f"{sql};\n", text=True, capture_output=True, check=True)
    return done.stdout.strip()


# --- the same number by hand ---------------------------------------------------------------------------------


def test_a_sceptic_gets_the_same_numbers_by_hand(database: Database, office: Callable[..., Path]) -> None:
    fill(database.url, *CONTACT, *CALL)
    remark = """rows.have: {collection: phone_call, columns: remark, one_of: ["O'Hara 100%", a, 'back\\slash']}"""
    report = run_checks(office("retention.ceiling", remark), now=NOW)
    assert [(f.about, f.count) for f in report.findings] == [
        ("office.contact", 2),  # one of them waits for a call that is not due
        ("office.phone_call", 2),
        ("office.phone_call", 1),
    ]
    for finding in report.findings:
        if finding.count is not None:
            assert by_hand(database, finding.sql) == str(finding.count), finding.sql


def test_rows_of_a_day_are_counted_alike_by_hand(database: Database, office: Callable[..., Path]) -> None:
    fill(database.url, *CONTACT, *CALL)
    folder = office("retention.floor: {rule: calls}")
    (finding,) = run_checks(folder, now=NOW).findings
    assert by_hand(database, finding.sql).replace("\t", "|") == "2026-01-01|1"


# --- accounts and the way there ------------------------------------------------------------------------------


@SERVERS
def test_an_account_that_only_reads_is_kept_and_one_that_may_do_all_is_not(
    database: Database, office: Callable[..., Path], limited: Limited
) -> None:
    fill(database.url, *CONTACT, *CALL)
    (finding,) = run_checks(office("account.reader"), now=NOW).findings
    assert (finding.verdict, finding.basis) == ("broken", Basis.MEASURED)
    assert "bailee grants office" in finding.hint
    url = limited("SELECT ON contact", "SELECT ON phone_call")
    (finding,) = run_checks(office("account.reader", url=url), now=NOW).findings
    assert finding.verdict == "kept"


@SERVERS
def test_a_writer_may_change_the_tables_of_the_map_and_no_others(
    database: Database, office: Callable[..., Path], limited: Limited
) -> None:
    fill(database.url, *CONTACT, *CALL, "CREATE TABLE payroll (id INTEGER PRIMARY KEY)")
    url = limited("SELECT, DELETE ON contact", "SELECT, DELETE ON phone_call")
    (finding,) = run_checks(office("account.writer", write_url=url), now=NOW).findings
    assert finding.verdict == "kept"
    account = make_url(url).username
    whole = f"'{account}'@'127.0.0.1'" if database.dialect == "mariadb" else f"{account}"
    fill(database.url, f"GRANT UPDATE ON payroll TO {whole}")
    (finding,) = run_checks(office("account.writer", write_url=url), now=NOW).findings
    assert finding.verdict == "broken"
    assert "payroll" in finding.says


def in_the_clear(database: Database, port: int | None = None) -> str:
    url = make_url(database.url)
    url = url.update_query_dict({"sslmode": "disable"} if database.dialect == "postgresql" else {"ssl_disabled": "1"})
    return url.set(port=port or url.port).render_as_string(hide_password=False)


@SERVERS
def test_nothing_travels_to_a_server_on_this_machine(database: Database, office: Callable[..., Path]) -> None:
    fill(database.url, *CONTACT, *CALL)
    (finding,) = run_checks(office("transport.tls", url=in_the_clear(database)), now=NOW).findings
    assert finding.verdict == "kept"
    assert "its loopback address: nothing travels over a network" in finding.says


@pytest.mark.parametrize("database", ["mariadb"], indirect=True)
def test_nothing_travels_through_a_unix_socket(
    database: Database, office: Callable[..., Path], mariadb_server: Server
) -> None:
    by_socket = "'by_socket'@'localhost' IDENTIFIED BY 'p'"
    fill(database.url, *CONTACT, *CALL, f"GRANT SELECT ON {make_url(database.url).database}.* TO {by_socket}")
    path = next(mariadb_server.place.folder.rglob("socket"))
    url = make_url(database.url).set(username="by_socket", password="p")
    url = url.update_query_dict({"unix_socket": str(path), "ssl_disabled": "1"})
    (finding,) = run_checks(office("transport.tls", url=url.render_as_string(hide_password=False)), now=NOW).findings
    fill(database.url, "DROP USER 'by_socket'@'localhost'")
    assert finding.verdict == "kept"
    assert "a Unix socket" in finding.says


@SERVERS
def test_a_way_in_the_clear_is_broken_and_says_what_to_add_though_a_tunnel_begins_here(
    database: Database, office: Callable[..., Path]
) -> None:
    fill(database.url, *CONTACT, *CALL)
    with passed_on(int(make_url(database.url).port or 0)) as port:
        (finding,) = run_checks(office("transport.tls", url=in_the_clear(database, port)), now=NOW).findings
    assert finding.verdict == "broken"
    assert "sslmode=verify-full" in finding.hint


@contextmanager
def passed_on(port: int) -> Iterator[int]:
    """Yield a port of this machine from which everything is passed on to ``port``, as a tunnel does."""

    class PassOn(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with socket.create_connection(("127.0.0.1", port)) as there:
                pairs = {self.request: there, there: self.request}
                while True:
                    for ready in select.select(list(pairs), [], [])[0]:
                        data = ready.recv(65536)
                        if not data:
                            return
                        pairs[ready].sendall(data)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), PassOn) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


@POSTGRESQL
@pytest.mark.parametrize("check", ["transport.tls", "account.reader", "account.writer"])
def test_the_lights_about_servers_turn_in_a_rehearsal(
    database: Database, office: Callable[..., Path], check: str
) -> None:
    fill(database.url, *CONTACT, *CALL)
    assert {(one.outcome, one.says) for one in rehearse_checks(office(check), now=NOW)} == {("turned", "")}


@pytest.mark.parametrize(
    ("tls", "verdict"), [("TLSv1.3 AES", "kept"), ("none", "kept"), ("off", "broken"), ("", "unknown")]
)
def test_what_a_server_says_of_tls_is_judged(tls: str, verdict: str) -> None:
    policy = Policy(Firm("Small Ltd"), {"office": System("office", "The office", "sql", "")}, {}, {})
    answer = CheckAnswer(CheckQuestion("office", "facts", "office"), {"tls": tls})
    (finding,) = judge_check(load_checks()["transport.tls"], World(policy, NOW), Bound("transport.tls"), [answer])
    assert finding.verdict == verdict


# --- where nobody can look -----------------------------------------------------------------------------------


@SERVERS
def test_a_table_that_the_account_may_not_read_is_unknown(
    database: Database, office: Callable[..., Path], limited: Limited
) -> None:
    fill(database.url, *CONTACT, *CALL)
    report = run_checks(office("retention.ceiling: {rule: calls}", url=limited("SELECT ON contact")), now=NOW)
    assert report.promises[0].verdict == "unknown"
    assert all(f.verdict == "unknown" and f.hint for f in report.findings)


@SERVERS
def test_a_server_that_is_down_is_unknown(database: Database, office: Callable[..., Path]) -> None:
    down = make_url(database.url).set(port=1).render_as_string(hide_password=False)
    (finding,) = run_checks(office("retention.ceiling: {rule: calls}", url=down), now=NOW).findings
    assert (finding.verdict, finding.system) == ("unknown", "office")
    assert "server runs" in finding.hint


@SERVERS
def test_a_wrong_password_is_unknown_and_repeats_no_password(database: Database, office: Callable[..., Path]) -> None:
    wrong = make_url(database.url).set(password="hunter2").render_as_string(hide_password=False)
    (finding,) = run_checks(office("systems.reachable", url=wrong), now=NOW).findings
    assert finding.verdict == "unknown"
    assert "hunter2" not in repr(finding)


@POSTGRESQL
def test_rows_that_row_security_would_hide_are_unknown(
    database: Database, office: Callable[..., Path], limited: Limited
) -> None:
    fill(database.url, *CONTACT, *CALL, "ALTER TABLE phone_call ENABLE ROW LEVEL SECURITY")
    url = limited("SELECT ON contact", "SELECT ON phone_call")
    report = run_checks(office("retention.ceiling: {rule: calls}", url=url), now=NOW)
    assert report.promises[0].verdict == "unknown"


def test_a_question_that_takes_too_long_is_unknown(
    database: Database, office: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    digits = " UNION ALL ".join(f"SELECT {n} AS d" for n in range(10))
    factors = ", ".join(f"({digits}) AS t{n}" for n in range(8))
    slow = (
        "CREATE VIEW phone_call AS SELECT 1 AS id, 1 AS contact_id, '2015-01-01' AS remark,"
        f" CAST('2015-01-01' AS {'TEXT' if database.dialect == 'sqlite' else 'DATE'}) AS began FROM {factors}"
    )
    fill(database.url, *CONTACT, slow)
    folder = office("rows.at_most: {collection: phone_call, at: began, within: P100Y, most: 5}")
    system = folder / "systems" / "office.yaml"
    more = "key: none\n    accepts: {view: it is made for this test}\n    owned_by: contact.id"
    without = system.read_text().replace("    retain: calls\n", "")
    system.write_text(without.replace("owned_by: contact.id", more))
    monkeypatch.setattr("bailee.connectors.sql.counts.TIMEOUT", 0.2)
    (finding,) = run_checks(folder, now=NOW).findings
    assert finding.verdict == "unknown", finding
    assert "did not answer in time" in finding.says
    assert "index" in finding.hint
    assert finding.sql


# --- what is kept and printed --------------------------------------------------------------------------------


@SERVERS
def test_nothing_that_a_check_says_or_keeps_is_somebodys(database: Database, office: Callable[..., Path]) -> None:
    fill(database.url, *CONTACT, *CALL)
    folder = office(
        "retention.ceiling",
        "retention.floor",
        "columns.undecided",
        "rows.have: {collection: contact, columns: full_name}",
    )
    report = run_checks(folder, now=NOW)
    assert MARKER not in repr(report)
    page = Store(folder / "books").page("checks")
    assert page
    assert MARKER not in repr(page)
