"""Rows gone before their time show by comparison; what plans delete is no loss; a loss stays seen."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bailee.engine.apply import apply_plan
from bailee.engine.plans import plan_erase, plan_retain, seal_plan
from bailee.engine.systems import open_systems
from bailee.store import row_counts as books
from bailee.store.sealed_store import Store
from tests.checks.firm import NOW, Firm

YESTERDAY, TOMORROW = NOW - timedelta(days=1), NOW + timedelta(days=1)


@pytest.fixture
def looked_at(firm: Firm) -> Firm:
    """The firm as it was looked at yesterday: two calls on one day, one on another."""
    firm.promises("retention.floor: {rule: calls}")
    assert firm.kept(YESTERDAY).verdict == "unknown"
    return firm


def test_the_first_look_has_nothing_to_compare_with(firm: Firm) -> None:
    firm.promises("retention.floor: {rule: calls}")
    finding = firm.finding("unknown")
    assert finding.says.startswith("first look at office.call: nothing to compare with yet; 3 rows")


def test_a_day_that_lost_a_row_is_named(looked_at: Firm) -> None:
    looked_at.sql("DELETE FROM call WHERE id = 3")
    finding = looked_at.finding("broken")
    assert finding.count == 1
    assert "1 row of office.call went before their 6 years" in finding.says
    assert "2026-11-02" in finding.says


def test_a_new_row_of_another_day_does_not_hide_a_loss(looked_at: Firm) -> None:
    looked_at.sql("DELETE FROM call WHERE id = 3")
    looked_at.sql("INSERT INTO call VALUES (9, 1, '2026-11-23 10:00:00')")
    assert looked_at.finding("broken").count == 1


def test_a_loss_stays_seen_until_somebody_has_seen_to_it(looked_at: Firm) -> None:
    looked_at.sql("DELETE FROM call WHERE id = 3")
    assert looked_at.kept(NOW).verdict == "broken"
    assert looked_at.kept(TOMORROW).verdict == "broken"
    looked_at.sql("INSERT INTO call VALUES (3, 2, '2026-11-02 11:00:00')")
    assert looked_at.kept(TOMORROW).verdict == "kept"


def test_what_a_person_had_erased_is_no_loss(looked_at: Firm) -> None:
    with open_systems(looked_at.folder, now=NOW) as systems:
        planned = plan_erase(systems, [["email:bob@example.com"]])
        seal_plan(systems, planned)
        apply_plan(systems, planned.plan)
    assert looked_at.sql("SELECT count(*) FROM call") == [(1,)]
    assert "but 2 by plans" in looked_at.finding("kept").says


def test_what_somebody_takes_besides_is_a_loss(looked_at: Firm) -> None:
    books.record_deletions(Store(looked_at.folder / "books"), {"office.call": 1}, were_due=False)
    looked_at.sql("DELETE FROM call")
    assert looked_at.finding("broken").count == 2


def test_what_a_retention_rule_deletes_excuses_no_row_that_was_in_its_time(firm: Firm) -> None:
    firm.promises("retention.floor: {rule: calls}")
    firm.sql("INSERT INTO call VALUES (9, 1, '2015-01-01 10:00:00')")
    firm.look(YESTERDAY)
    with open_systems(firm.folder, now=NOW) as systems:
        planned = plan_retain(systems, "calls")
        seal_plan(systems, planned)
        apply_plan(systems, planned.plan)
    assert firm.sql("SELECT count(*) FROM call") == [(3,)]
    firm.sql("DELETE FROM call WHERE id = 3")
    assert firm.finding("broken").count == 1


def test_rows_that_count_from_a_partys_end_are_counted_as_a_whole(firm: Firm) -> None:
    firm.promises("retention.floor: {rule: customers}")
    firm.look(YESTERDAY)
    firm.sql("DELETE FROM contact WHERE id = 2")
    assert firm.finding("broken").says.startswith("1 row of office.contact went before their 6 years")


def test_the_ceiling_is_the_number_that_a_plan_would_delete(firm: Firm) -> None:
    firm.promises("retention.ceiling: {rule: calls}")
    firm.sql("INSERT INTO call VALUES (8, 1, '2015-01-01 10:00:00'), (9, 1, '2020-11-23 10:00:00')")
    with open_systems(firm.folder, now=NOW) as systems:
        counts = plan_retain(systems, "calls").plan.counts()
    assert firm.finding("broken").count == counts["erased"] == 2


def test_a_rule_that_anonymises_is_broken_until_it_was_carried_out(firm: Firm) -> None:
    firm.change(
        "retention.yaml",
        "from: {call: began}, for: P6Y",
        "from: {call: began}, for: P6Y, then: {anonymise: {note: null}}",
    )
    firm.change("systems/office.yaml", "    fields: {began: began}", "    fields: {began: began, note: note}")
    firm.sql("ALTER TABLE call ADD COLUMN note TEXT")
    firm.sql("INSERT INTO call VALUES (8, 1, '2015-01-01 10:00:00', 'rang twice'), (9, 1, '2015-01-01 10:00:00', NULL)")
    firm.promises("retention.ceiling: {rule: calls}")
    finding = firm.finding("broken")
    assert finding.count == 1
    assert "anonymised" in finding.says
    firm.sql("UPDATE call SET note = NULL")
    assert firm.kept().verdict == "kept"


def test_since_when_a_light_stands_is_remembered(firm: Firm) -> None:
    firm.promises("systems.reachable")
    firm.look(YESTERDAY)
    standing = firm.look(NOW).standings["it"]
    assert (standing.since, standing.confirmed) == (YESTERDAY, NOW)
    firm.sql("ALTER TABLE call RENAME TO calls")
    standing = firm.look(TOMORROW).standings["it"]
    assert (standing.verdict, standing.since) == ("broken", TOMORROW)
