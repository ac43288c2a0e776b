"""What no map has is said wherever something is said of what was found, or that nothing is left."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from bailee.cli.apply import applied_page
from bailee.cli.find import _page as found_page
from bailee.cli.plan import plan_page
from bailee.cli.receipt import _entry
from bailee.cli.show import Line
from bailee.engine.apply import apply_plan
from bailee.engine.copies import write_copy
from bailee.engine.people import search_person
from bailee.engine.results import ApplyResult
from bailee.ledger import Opening
from bailee.plan import PlanDocument, read_plan
from bailee.trace.check.coverage import find_not_looked_at
from bailee.trace.coverage import NotLookedAt, describe_for_person, read_coverage
from tests.harm.firm import ALICE, Firm

DIARY = "CREATE TABLE diary (id INTEGER PRIMARY KEY, entry VARCHAR(80))"
HISTORY = "CREATE TABLE history (id INTEGER, name VARCHAR(80))"


def _text(lines: Any) -> str:
    def told(line: Line) -> str:
        return "\n".join([line.text, *map(told, line.below)])

    return "\n".join(map(told, lines))


def _applied(firm: Firm, plan: PlanDocument) -> tuple[ApplyResult, dict[str, Any]]:
    """Apply ``plan``; return what became of it, and the outcome that the ledger has."""
    with firm.systems() as systems:
        applied = apply_plan(systems, plan)
        kept = systems.store.get("openings", f"{plan.case}-outcome")
    assert kept is not None
    return applied, Opening(kept["entry"], kept["after"]).content


def _remember(firm: Firm) -> None:
    """Let a trigger keep what the notes of the desk say, in a table that no map has."""
    body = "INSERT INTO history VALUES (NEW.id, NEW.body)"
    made: tuple[str, ...] = (f"CREATE TRIGGER remembers AFTER INSERT ON notes FOR EACH ROW BEGIN {body}; END",)
    if firm.database.dialect == "postgresql":
        code = f"BEGIN {body}; RETURN NEW; END"
        made = (
            f"CREATE FUNCTION remembers_does() RETURNS trigger LANGUAGE plpgsql AS $${code}$$",
            "CREATE TRIGGER remembers AFTER INSERT ON notes FOR EACH ROW EXECUTE FUNCTION remembers_does()",
        )
    firm.run(HISTORY, *made)


def test_where_the_map_has_all_nothing_else_is_spoken_of(firm: Firm) -> None:
    """Two systems are parts of one database here: what one has on its map the other does not miss."""
    plan = firm.plan()
    assert not any(system.not_looked_at for system in plan.systems)
    applied, outcome = _applied(firm, plan)
    assert applied.is_clean
    assert outcome["clean"] is True
    pages = (plan_page(_policy(firm), plan), applied_page(plan, applied), _entry(outcome))
    assert not any("not looked at" in _text(page) for page in pages)


def _policy(firm: Firm) -> Any:
    with firm.systems() as systems:
        return systems.policy


def test_a_table_on_no_map_is_counted_by_find_plan_apply_receipt_copy_and_letter(firm: Firm, tmp_path: Path) -> None:
    firm.run(DIARY, "ALTER TABLE notes ADD COLUMN mood VARCHAR(9)")
    says = "desk: 1 table on no map, 1 column undecided: nothing is known of what is in there"
    with firm.systems() as systems, search_person(systems, [ALICE]) as found:
        assert says in _text(found_page(found, list(found.find_holdings()), [], []))
        write_copy(found, tmp_path / "copy.zip")
    with zipfile.ZipFile(tmp_path / "copy.zip") as package:
        page = package.read("index.html").decode()
    told = "Desk: 1 table that our map of personal data does not have; 1 column that nobody has classified yet"
    assert told in page
    plan = firm.plan()
    assert says in _text(plan_page(_policy(firm), plan))
    assert read_plan(plan.to_json()) == plan
    assert told in describe_for_person((system.title, system.not_looked_at) for system in plan.systems)
    applied, outcome = _applied(firm, plan)
    assert says in _text(applied_page(plan, applied))
    assert "nothing that is theirs by the map is left but what a hold keeps" in _text(applied_page(plan, applied))
    desk = next(system for system in outcome["systems"] if system["system"] == "desk")
    assert desk["not_looked_at"] == {"tables": 1, "columns": 1, "copies": 0, "partial": False}
    assert says in _text(_entry(outcome))
    assert "diary" not in json.dumps(outcome)


def test_who_is_not_found_is_not_said_to_be_nowhere(firm: Firm) -> None:
    firm.run(DIARY)
    with firm.systems() as systems, search_person(systems, ["erin@post.example"]) as found:
        page = _text(found_page(found, [], [], []))
    assert page.startswith("nothing is held for certain in the tables on the map; looked in desk, shop")
    assert "shop: 1 table on no map" in page


def test_a_plan_made_before_it_was_counted_keeps_its_hash(firm: Firm) -> None:
    plan = firm.plan()
    data = json.loads(plan.to_json())
    assert not any("not_looked_at" in system for system in data["systems"])
    assert read_plan(json.dumps(data)).digest == plan.digest


def test_an_entry_made_before_it_was_counted_is_read_as_it_was(firm: Firm) -> None:
    _, outcome = _applied(firm, firm.plan())
    for system in outcome["systems"]:
        del system["not_looked_at"]
    assert [read_coverage(system) for system in outcome["systems"]] == [NotLookedAt(), NotLookedAt()]
    assert "looked again: nothing was left in the tables on the map but what a hold keeps" in _text(_entry(outcome))


def test_a_known_copy_is_named_by_the_check_and_nothing_is_called_clean(firm: Firm) -> None:
    _remember(firm)
    with firm.systems() as systems:
        (told,) = [p for p in systems.warnings if p.code == "T430"]
    assert told.message.startswith('"remembers" keeps a copy of note: a trigger runs after insert on notes')
    assert "accepts: {remembers: why it does no harm}" in told.hint
    plan = firm.plan()
    assert "what it writes to history stays there" in _text(plan_page(_policy(firm), plan))
    applied, outcome = _applied(firm, plan)
    assert applied.is_done
    assert not applied.is_clean
    assert outcome["clean"] is False
    page = _text(applied_page(plan, applied))
    assert "desk.note: a trigger runs after insert on notes, and what it writes to history stays there" in page
    assert "1 known copy of these rows" in _text(_entry(outcome))


@pytest.mark.parametrize("how", ["accepts", "opaque", "mapped"])
def test_what_the_map_accounts_for_is_warned_of_no_more(firm: Firm, how: str) -> None:
    _remember(firm)
    path = firm.folder / "systems/desk.yaml"
    if how == "accepts":
        firm_map = path.read_text().replace("  note:\n", "  note:\n    accepts: {remembers: a day's worth}\n")
    elif how == "opaque":
        firm_map = path.read_text() + "  history:\n    key: none\n    opaque: moods alone\n"
    else:
        firm_map = path.read_text() + "  history:\n    key: none\n    fields: {id: id, name: name}\n"
    path.write_text(firm_map)
    with firm.systems() as systems:
        assert not [p for p in systems.warnings if p.code == "T430"]
        assert find_not_looked_at(systems.maps["desk"], ["note"]).copies == (how == "accepts")
    applied, outcome = _applied(firm, firm.plan())
    assert [copy.accepted for _, copy in applied.copies] == (["a day's worth"] if how == "accepts" else [])
    assert outcome["clean"] is (how != "accepts")
