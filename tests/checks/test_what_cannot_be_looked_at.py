"""What cannot be looked at is unknown, whatever the reason; and a map that goes in circles can be looked at."""

from __future__ import annotations

from pathlib import Path

import pytest

from bailee.engine.checking import run_checks
from bailee.store.restrictions import StoredOnly, put_restriction
from bailee.store.sealed_store import Store
from bailee.trace import KnownValue
from tests.checks.firm import NOW, Firm
from tests.conftest import Database
from tests.connectors.sql.conftest import fill


def test_a_column_that_a_check_names_and_that_is_gone_is_unknown(firm: Firm) -> None:
    firm.promises("rows.have: {collection: mailing, columns: unsubscribe}")
    assert firm.kept().verdict == "kept"
    firm.sql("ALTER TABLE mailing DROP COLUMN unsubscribe")
    finding = firm.finding("unknown")
    assert finding.says == "could not look: there is no column mailing.unsubscribe"
    assert finding.hint == "compare promises.yaml:4:7 with the tables as they are now"


def test_text_in_another_encoding_is_unknown_and_is_not_repeated(firm: Firm) -> None:
    firm.promises("retention.floor: {rule: calls}")
    firm.look()
    firm.sql("INSERT INTO call VALUES (9, 1, CAST(x'7374fc72' AS TEXT))")
    finding = firm.finding("unknown")
    assert finding.says == "could not look: text in the system is not in the encoding that it declares"
    assert "encoding" in finding.hint


# --- maps that go in circles ---------------------------------------------------------------------------------

TREE = [
    "CREATE TABLE firm (id INTEGER PRIMARY KEY, head INTEGER, closed_on DATE)",
    "CREATE TABLE node (id INTEGER PRIMARY KEY, parent INTEGER, firm_id INTEGER, closed_on DATE)",
    "INSERT INTO firm VALUES (1, 1, '2015-01-01'), (2, 3, NULL)",
    # 1 is its own parent, 2 and 3 are each other's, 4, which goes on, hangs on 1, and 5 on nobody
    "INSERT INTO node VALUES (1, 1, 1, '2015-01-01'), (2, 3, 2, '2015-01-01'), (3, 2, 2, '2015-01-01')",
    "CREATE TABLE item (id INTEGER PRIMARY KEY, parent INTEGER, node_id INTEGER)",
    "INSERT INTO item VALUES (1, NULL, 1), (2, 1, NULL), (3, 3, NULL)",
    "INSERT INTO node VALUES (4, 1, 1, NULL), (5, NULL, NULL, '2015-01-01')",
]
ENDS = "retain: ended, on_erase: delete"
ENDED = f"ends: closed_on, {ENDS}"
ON_ITSELF = "{to: node, on: {id: parent}, depth: all}"
CIRCLES = {
    "nodes that belong to nodes": (f"belongs_to: {ON_ITSELF}", "", [4]),  # 1 waits for 4
    "items that items own": (  # the third hangs on itself, and on nobody
        f"belongs_to: {ON_ITSELF}",
        f"  item: {{owned_by: {ON_ITSELF}, belongs_to: node.id = node_id, {ENDS}}}".replace("{to: node", "{to: item"),
        [4, 2, 1],
    ),
    "nodes that name nodes": ("names: [{to: node, on: {id: parent}, on_parent_gone: null}]", "", [4]),
    "firms and nodes that belong to each other": (  # 4 stays: so do its firm, and whoever heads it
        "belongs_to: {to: firm, on: {id: firm_id}}",
        f"  firm: {{party: organisation, {ENDED}, belongs_to: {{to: node, on: {{id: head}}}}}}",
        [2, 1],
    ),
}


def going_in(circle: str, folder: Path) -> Path:
    """Write the policy of a firm whose map goes in a circle, and return its folder."""
    edge, other, _ = CIRCLES[circle]
    (folder / "systems").mkdir()
    (folder / "bailee.yaml").write_text("firm: Small Ltd\n")
    (folder / "retention.yaml").write_text("ended: {for: P6Y, law: Limitation Act 1980 s. 5}\n")
    (folder / "promises.yaml").write_text("it: {says: it is so, checks: [retention.ceiling, rights.reach]}\n")
    system = "system: trees\nconnector: sql\nurl: env:TREES\ncollections:\n"
    node = f"party: person, identity: {{number: {{column: id}}}}, {ENDED}"
    (folder / "systems" / "trees.yaml").write_text(f"{system}  node: {{{node}, {edge}}}\n{other}\n")
    return folder


def past_their_time(folder: Path) -> list[int | None]:
    return [f.count for f in run_checks(folder, now=NOW).findings if f.check == "retention.ceiling"]


@pytest.mark.parametrize("circle", CIRCLES)
def test_a_map_that_goes_in_a_circle_is_looked_at_to_its_end(
    database: Database, circle: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TREES", fill(database.url, *TREE))
    assert past_their_time(going_in(circle, tmp_path)) == CIRCLES[circle][2]


def test_what_a_restriction_keeps_is_followed_round_the_circle(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TREES", fill(sqlite_url, *TREE))
    folder = going_in("items that items own", tmp_path)
    put_restriction(Store(folder / "books"), "r-1", StoredOnly(NOW, None, (KnownValue(0, "trees.number", "2"),)))
    assert past_their_time(folder) == [2, 2, 2, 1]  # 2, and 3 to which it points, stay
