"""Somebody was erased and her row stayed, since another pinned it: when the pin goes she goes, cut short or not."""

from __future__ import annotations

from unittest.mock import patch

import pytest

from bailee.engine.apply import apply_plan
from bailee.engine.cases import KEPT, SealedCase, load_case, load_kept_cases, save_case_later
from bailee.engine.plans import plan_erase, plan_release, seal_plan
from bailee.store.sealed_store import Store
from tests.harm.firm import BOB, MARKER, Firm
from tests.journal.conftest import on

CAROL = f"carol.{MARKER}@post.example"
PLEDGE = """
  pledge:
    table: pledges
    owned_by: person.id = person_id
    names: [{to: person, on: {id: surety_id}, on_parent_gone: pin}]
    on_erase: delete
"""


@pytest.fixture
def pledged(firm: Firm) -> Firm:
    """Bob's pledge names Carol, who has been erased since: her row stays for it, bare."""
    path = firm.folder / "systems/shop.yaml"
    path.write_text(path.read_text() + PLEDGE)
    firm.run(
        f"INSERT INTO persons VALUES (3, '{CAROL}', 'Carol {MARKER}', NULL, NULL)",
        "CREATE TABLE pledges (id INTEGER PRIMARY KEY, person_id INTEGER REFERENCES persons (id),"
        " surety_id INTEGER REFERENCES persons (id))",
        "INSERT INTO pledges VALUES (1, 2, 3)",
    )
    plan = firm.plan(lambda systems: plan_erase(systems, [[CAROL]]))
    with firm.systems() as systems:
        assert apply_plan(systems, plan).is_clean
    assert firm.run("SELECT email, name FROM persons WHERE id = 3") == [(None, "")]
    return firm


def books(firm: Firm) -> Store:
    return Store(firm.folder / "books")


def test_she_goes_with_what_kept_her(pledged: Firm) -> None:
    (carol,) = load_kept_cases(books(pledged))
    plan = pledged.plan(lambda systems: plan_erase(systems, [[BOB]]))
    gone = {step.change: step.count for part in plan.systems for step in part.steps}
    assert gone["person/delete"] == 1  # hers: his own stays for his invoice
    with pledged.systems() as systems:
        assert apply_plan(systems, plan).is_clean
    assert pledged.run("SELECT id FROM persons ORDER BY id") == [(1,), (2,)]
    assert books(pledged).shelves.get("cases", carol.id) is None
    assert load_case(books(pledged), plan.case).stage == KEPT


HELD = """
pledges:
  law: Limitation Act 1980 s. 5
  keeps: [{keeps}]
  until: 2031-12-31
"""


def held(firm: Firm, keeps: str) -> None:
    """Let the firm keep something of each pledge to the end of 2031."""
    path = firm.folder / "systems/shop.yaml"
    path.write_text(path.read_text() + "    hold: pledges\n")
    path = firm.folder / "holds.yaml"
    path.write_text(path.read_text() + HELD.format(keeps=keeps))


def test_she_goes_when_what_kept_her_is_reduced(pledged: Firm) -> None:
    """Of Bob's pledge stays that it was his, and no more: nothing is left that points to Carol."""
    held(pledged, "pledge.person_id")
    plan = pledged.plan(lambda systems: plan_erase(systems, [[BOB]]))
    with pledged.systems() as systems:
        assert apply_plan(systems, plan).is_clean
    assert pledged.run("SELECT person_id, surety_id FROM pledges") == [(2, None)]
    assert pledged.run("SELECT id FROM persons ORDER BY id") == [(1,), (2,)]
    assert [case.id for case in load_kept_cases(books(pledged))] == [plan.case]


def test_she_goes_when_what_kept_her_goes_in_a_release(pledged: Firm) -> None:
    """Bob's own row has gone before, so that his pledge is found by nothing but the keys of what was kept of him."""
    held(pledged, "pledge.surety_id")
    pledged.run("DELETE FROM invoices WHERE person_id = 2")
    plan = pledged.plan(lambda systems: plan_erase(systems, [[BOB]]))
    with pledged.systems() as systems:
        assert apply_plan(systems, plan).is_clean
    assert pledged.run("SELECT person_id, surety_id FROM pledges") == [(None, 3)]
    assert pledged.run("SELECT id FROM persons ORDER BY id") == [(1,), (3,)]
    assert len(list(load_kept_cases(books(pledged)))) == 2
    with on(pledged, "2040-01-01") as systems:
        planned = plan_release(systems, plan.case)
        seal_plan(systems, planned)
        assert apply_plan(systems, planned.plan).is_clean
    assert not pledged.run("SELECT 1 FROM pledges")
    assert pledged.run("SELECT id FROM persons ORDER BY id") == [(1,)]
    assert not list(load_kept_cases(books(pledged)))


def test_a_run_cut_short_before_the_books_are_closed_is_finished_by_the_next(pledged: Firm) -> None:
    (carol,) = load_kept_cases(books(pledged))
    plan = pledged.plan(lambda systems: plan_erase(systems, [[BOB]]))

    def cut(store: Store, case: SealedCase) -> None:
        if case.stage == KEPT:
            raise KeyboardInterrupt
        save_case_later(store, case)

    with (
        pledged.systems() as systems,
        patch("bailee.engine.completion.save_case_later", cut),
        pytest.raises(KeyboardInterrupt),
    ):
        apply_plan(systems, plan)
    assert not list(load_kept_cases(books(pledged)))
    with pledged.systems() as systems:
        assert apply_plan(systems, plan).is_clean
    assert pledged.run("SELECT id FROM persons ORDER BY id") == [(1,), (2,)]
    assert [case.id for case in load_kept_cases(books(pledged))] == [plan.case] != [carol.id]
