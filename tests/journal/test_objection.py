"""Objecting to marketing changes what the map says, and nothing else; no hold delays it."""

from __future__ import annotations

import pytest

from bailee.engine.apply import StalePlan, apply_plan
from bailee.engine.plans import plan_object, seal_plan
from bailee.plan import PlanDocument
from tests.harm.firm import ALICE, Firm
from tests.journal.conftest import on

WISHES = """
  wish:
    table: wishes
    owned_by: person.id = person_id
    on_erase: delete
    on_object: delete
  tick:
    table: ticks
    owned_by: wish.id = wish_id
    on_erase: delete
    on_object: delete
  share:
    table: shares
    owned_by: [person.id = first_id, person.id = second_id]
    on_erase: delete
    on_leave: {matched: null}
    on_object: delete
"""


@pytest.fixture
def hearing(firm: Firm) -> Firm:
    """A firm that writes to its customers: a column, wishes with their ticks, and a list that two share."""
    path = firm.folder / "systems/shop.yaml"
    whole = path.read_text().replace(
        "    on_erase: delete\n  invoice:",
        "    on_erase: delete\n    on_object: {mailing_ok: 0, asked_off_on: now}\n  invoice:",
    )
    path.write_text(whole + WISHES)
    firm.run(
        "ALTER TABLE persons ADD COLUMN mailing_ok INTEGER",
        "ALTER TABLE persons ADD COLUMN asked_off_on DATE",
        "UPDATE persons SET mailing_ok = 1",
        "CREATE TABLE wishes (id INTEGER PRIMARY KEY, person_id INTEGER REFERENCES persons (id))",
        "CREATE TABLE ticks (id INTEGER PRIMARY KEY, wish_id INTEGER REFERENCES wishes (id))",
        "CREATE TABLE shares (id INTEGER PRIMARY KEY, first_id INTEGER REFERENCES persons (id),"
        " second_id INTEGER REFERENCES persons (id))",
        "INSERT INTO wishes VALUES (1, 1), (2, 2)",
        "INSERT INTO ticks VALUES (1, 1), (2, 1), (3, 2)",
        "INSERT INTO shares VALUES (1, 1, NULL), (2, 1, 2)",
    )
    return firm


def object_(firm: Firm) -> PlanDocument:
    with on(firm, "") as systems:
        planned = plan_object(systems, [ALICE])
        seal_plan(systems, planned)
        applied = apply_plan(systems, planned.plan, settle=True)
        assert applied.is_clean
        assert not applied.settling
    return planned.plan


def test_an_objection_marks_her_row_though_a_hold_keeps_it(hearing: Firm) -> None:
    plan = object_(hearing)
    assert plan.kind == "object"
    assert hearing.run("SELECT id, mailing_ok, asked_off_on FROM persons") == [(1, 0, "2026-03-15"), (2, 1, None)]


def test_what_is_there_for_marketing_alone_goes_with_its_children(hearing: Firm) -> None:
    object_(hearing)
    assert hearing.run("SELECT id FROM wishes") == [(2,)]
    assert hearing.run("SELECT id FROM ticks") == [(3,)]


def test_a_row_that_is_somebody_elses_too_stays_and_is_listed(hearing: Firm) -> None:
    plan = object_(hearing)
    assert hearing.run("SELECT id FROM shares") == [(2,)]
    shop = next(part for part in plan.systems if part.system == "shop")
    assert shop.listed == (("share", 1, "somebody else's too"),)


def test_nothing_else_of_hers_changes(hearing: Firm) -> None:
    names = ("invoices", "calls", "tapes", "threads", "writers", "notes")
    before, files = hearing.dump(names), hearing.files()
    object_(hearing)
    assert hearing.dump(names) == before
    assert hearing.files() == files


def test_a_second_objection_changes_nothing(hearing: Firm) -> None:
    object_(hearing)
    before = hearing.dump(("persons",))
    with on(hearing, "2026-05-01") as systems:
        planned = plan_object(systems, [ALICE])
        assert planned.plan.counts() == {}
        seal_plan(systems, planned)
        assert apply_plan(systems, planned.plan).is_clean
    assert hearing.dump(("persons",)) == before


def test_where_nothing_is_for_marketing_the_plan_has_no_steps(firm: Firm) -> None:
    with on(firm, "") as systems:
        assert plan_object(systems, [ALICE]).plan.systems == ()
        assert plan_object(systems, ["carol@post.example"]).plan.systems == ()


def test_more_rows_than_were_planned_for_are_not_touched(hearing: Firm) -> None:
    with on(hearing, "") as systems:
        planned = plan_object(systems, [ALICE])
        seal_plan(systems, planned)
    hearing.run(*(f"INSERT INTO wishes VALUES ({n}, 1)" for n in range(10, 40)))
    with on(hearing, "") as systems, pytest.raises(StalePlan):
        apply_plan(systems, planned.plan)
    assert hearing.run("SELECT mailing_ok FROM persons WHERE id = 1") == [(1,)]
