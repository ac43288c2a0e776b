"""A system is connected, mapped and given accounts, over HTTP alone."""

from __future__ import annotations

from itertools import chain
from pathlib import Path

import pytest
from sqlalchemy import make_url

from bailee.store.models import Idempotency, Role
from bailee.store.recovery import print_shares, rehearse_recovery
from tests.api.live import NOW, Served
from tests.connect.conftest import TABLES, rows, say
from tests.harm.firm import MARKER

ADMIN, OFFICER = Role.ADMINISTRATOR, Role.OFFICER
FIRST = f"p1.{MARKER}@post.example"
PARTY, ENDS = "customers: party: person", "customers: ends: closed_on"


def test_a_system_goes_from_its_address_to_its_accounts(
    firm: Served, postgresql_url: str, capfd: pytest.CaptureFixture[str]
) -> None:
    say(postgresql_url, *TABLES, *rows())
    asked = {"address": "vault:other"}
    kept = firm.call("PUT", "/vault/secrets/other", {"text": postgresql_url}, by=ADMIN)
    assert (kept.status_code, kept.get_json()["type"]) == (409, "urn:bailee:problem:not-now")
    assert "rehearsed" in kept.text
    store = firm.context.store
    rehearse_recovery(store, " ".join(print_shares(store).words), NOW)
    assert firm.post("/systems/other/connect", asked, by=ADMIN).status_code == 409
    assert firm.call("PUT", "/vault/secrets/other", {"text": postgresql_url}, by=ADMIN).status_code == 204
    seen = firm.post("/systems/other/connect", asked, by=ADMIN)
    told = seen.get_json()
    assert (told["server"]["server"], told["tables"]) == (
        "PostgreSQL",
        ["countries", "customers", "order_lines", "orders", "reviews"],
    ), seen.text
    assert told["counted"]["found"] == told["counted"]["of"] > 0

    offered = firm.get("/systems/other/map", by=Role.AUDITOR)
    said = {one["said"] for one in offered.get_json()["guesses"]}
    assert {PARTY, ENDS} < said == {one["said"] for one in told["guesses"]}
    struck = firm.post("/systems/other/map/decide", {"said": [ENDS], "take": False}, by=OFFICER)
    assert struck.get_json() == {"taken": [], "waiting": []}
    assert firm.post("/systems/other/map/decide", {"said": [ENDS], "take": True}, by=OFFICER).status_code == 409
    taken = firm.post("/systems/other/map/accept", {"sure": 0.9}, by=Role.CONTROLLER)
    assert PARTY in {one["said"] for one in taken.get_json()["taken"]}, taken.text
    assert ENDS not in (firm.folder / "systems/other.yaml").read_text()
    asked_for = {"persons": [FIRST], "confirmed": ["other.customers:1"], "reason": "to answer a request"}
    found = firm.post("/find", asked_for, by=OFFICER)
    held = {(one["collection"], one["count"]) for one in found.get_json()["holdings"]}
    assert {("customers", 1), ("orders", 1), ("order_lines", 1)} <= held, found.text

    granted = firm.post("/systems/other/grants", by=ADMIN, key="0123456789abcdef")
    accounts = [make_url(url) for url in granted.get_json()["addresses"].values()]
    assert [one.username for one in accounts] == ["bailee_other_reader", "bailee_other_writer"], granted.text
    assert all(str(one.password) in granted.text for one in accounts)
    assert not Idempotency.objects.exists()
    assert MARKER not in seen.text + offered.text + taken.text + granted.text
    printed = "".join(chain(*capfd.readouterr()))
    assert not [one for one in (postgresql_url, *(str(a.password) for a in accounts)) if one in printed]


def test_a_token_opens_nothing_of_this_machine(firm: Served, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ELSEWHERE", f"sqlite:///{tmp_path / 'systems.db'}")
    refused = {
        f"sqlite:///{tmp_path / 'systems.db'}",
        "sqlite:///systems.db",
        "sqlite+pysqlite:////etc/x",
        "file:/etc/passwd",
        "/etc/passwd",
        "postgresql:///firm",
        "postgresql://ada@%2Fvar%2Frun/firm",
        "postgresql://db.example/firm?passfile=/etc/x",
        "postgresql://db.example/firm?host=/var/run",
        "mariadb://db.example/firm?local_infile=1",
        "postgresql://ada:otter@db.example/firm",
    }
    for address in refused:
        answer = firm.post("/systems/other/connect", {"address": address}, by=ADMIN)
        assert (answer.status_code, answer.get_json()["type"]) == (403, "urn:bailee:problem:not-allowed"), address
        assert answer.get_json()["hint"]
        kept = firm.call("PUT", "/vault/secrets/other", {"text": address}, by=ADMIN)
        names_it = "://" in address and "otter" not in address
        assert kept.status_code == (403 if names_it else 409), address  # 409: no recovery has been rehearsed
    for unknown in (None, "env:NOTHING", "vault:nothing"):
        assert firm.post("/systems/other/connect", {"address": unknown}, by=ADMIN).status_code == 409
    assert firm.post("/systems/shop/connect", {"address": "env:ELSEWHERE"}, by=ADMIN).status_code == 409
    assert not (firm.folder / "systems/other.yaml").exists()
    seen = firm.post("/systems/other/connect", {"address": "env:ELSEWHERE"}, by=ADMIN)  # whoever started us named it
    assert "persons" in seen.get_json()["tables"]
    assert MARKER not in seen.text
