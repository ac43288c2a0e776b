"""What a toy dialect is given without another line: test_dialect.py runs it in a process that has the dialect."""

from __future__ import annotations

from pathlib import Path

from bailee.connectors.sql.addresses import is_address
from bailee.connectors.sql.dialects import find_dialect, list_dialects
from bailee.engine.addresses import resolve_address
from bailee.engine.apply import apply_plan
from bailee.engine.people import search_person
from bailee.engine.recheck import recheck_plan
from tests.conftest import Database
from tests.harm.firm import ALICE, BOB, build


def test_it_is_found_by_its_name_and_by_the_scheme_of_an_address() -> None:
    assert find_dialect("archive") is list_dialects()["archive"]
    assert is_address("archive:///shop.db")


def test_a_path_is_seen_from_the_policy_folder(tmp_path: Path) -> None:
    assert resolve_address("archive:///shop.db", tmp_path, "shop") == f"archive:///{(tmp_path / 'shop.db').resolve()}"
    assert resolve_address("archive:////srv/shop.db", tmp_path, "shop") == "archive:////srv/shop.db"


def test_a_person_is_erased_from_it_and_nobody_else(tmp_path: Path) -> None:
    file = tmp_path / "shop.db"
    firm = build(tmp_path / "policy", Database(f"sqlite:///{file}", "sqlite"))
    firm = firm.by(read=f"archive:///{file}", write=f"archive:///{file}")
    before = firm.dump()
    plan = firm.plan()
    with firm.systems() as systems:
        assert {schema.kind.name for schema in systems.schemas.values()} == {"archive"}
        apply_plan(systems, plan, settle=True)
    with firm.systems() as systems:
        recheck_plan(systems, plan)
    after = firm.dump()
    assert ALICE in str(before)
    assert ALICE not in str(after)
    assert [row for row in after["persons"] if BOB in row] == [row for row in before["persons"] if BOB in row]
    with firm.systems() as systems, search_person(systems, [ALICE]) as found:
        assert not list(found.find_holdings())
    with firm.systems() as systems, search_person(systems, [BOB]) as found:
        assert list(found.find_holdings())
