"""A correction makes two persons one only where somebody has shown it, and runs into no constraint half-way."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bailee.connectors.base import ConnectorError
from bailee.engine.apply import ApplyResult, StalePlan, apply_plan
from bailee.engine.people import search_person
from bailee.engine.plans import NotAllowed, plan_correct, seal_plan
from bailee.plan import PlanDocument
from tests.harm.firm import ALICE, BOB, MARKER, Firm
from tests.journal.conftest import on

NEW, SAYS = f"new.{MARKER}@post.example", "counts as verified from now on"


def correct(firm: Firm, target: str, value: str, asked: Sequence[str] = (BOB,)) -> PlanDocument:
    with on(firm, "") as systems:
        planned = plan_correct(systems, asked, target, value)
        seal_plan(systems, planned)
        return planned.plan


def carry_out(firm: Firm, plan: PlanDocument) -> ApplyResult:
    with on(firm, "") as systems:
        return apply_plan(systems, plan)


def told(plan: PlanDocument) -> dict[str, str]:
    """Return what a person should look at before the plan is approved: system and collection -> why."""
    return {f"{s.system}.{collection}": why for s in plan.systems for collection, _, why in s.listed}


def say(firm: Firm, system: str, words: str, others: str) -> None:
    path = firm.folder / f"systems/{system}.yaml"
    assert words in path.read_text()
    path.write_text(path.read_text().replace(words, others))


# --- whose the new value is ----------------------------------------------------------------------------------


def test_nobody_is_given_what_identifies_somebody_else_in_any_system(firm: Firm) -> None:
    firm.run("DELETE FROM notes WHERE writer_id = 2", "DELETE FROM writers WHERE id = 2")
    firm.run(
        f"UPDATE persons SET email = 'other.{MARKER}@post.example' WHERE id = 1"
    )  # Alice is known at the desk alone
    with pytest.raises(NotAllowed, match=r"taken for the same person: desk\.writer") as refused:
        correct(firm, "person.email", f" {ALICE.upper()} ")
    assert "by both values" in refused.value.hint
    assert MARKER not in str(refused.value).lower()


def test_who_is_not_verified_yet_is_somebody_else_all_the_same(firm: Firm) -> None:
    say(firm, "desk", "joins: verified}", "joins: verified, verified_when: name is not null}")
    firm.run("UPDATE writers SET name = NULL WHERE id = 1", "UPDATE persons SET email = NULL WHERE id = 1")
    with pytest.raises(NotAllowed, match=r"desk\.writer"):
        correct(firm, "person.email", ALICE)


def test_two_records_of_one_person_come_to_say_the_same(firm: Firm) -> None:
    firm.run(f"UPDATE writers SET email = '{NEW}' WHERE id = 2")
    with pytest.raises(NotAllowed, match=r"desk\.writer"):
        correct(firm, "person.email", NEW)
    assert carry_out(firm, correct(firm, "person.email", NEW, (BOB, NEW))).is_clean
    with on(firm, "") as systems, search_person(systems, [NEW]) as found:
        assert len(found.batch.subjects) == 2


def test_whoever_takes_the_value_after_the_plan_was_made_makes_it_stale(firm: Firm) -> None:
    plan = correct(firm, "person.email", NEW)
    firm.run(f"UPDATE persons SET email = '{NEW}' WHERE id = 1")
    before = firm.dump()
    with pytest.raises(StalePlan, match=r"taken for the same person: shop\.person"):
        carry_out(firm, plan)
    assert firm.dump() == before


def test_a_value_that_joins_nobody_by_itself_may_be_two_persons(firm: Firm) -> None:
    plan = correct(firm, "person.tel", "020 7946 0101")
    assert told(plan) == {"shop.person": "has the new phone too: somebody else's, unless it is confirmed"}
    assert carry_out(firm, plan).is_clean
    with on(firm, "") as systems, search_person(systems, [BOB]) as found:
        assert {s.ref.key for s in found.batch.subjects} == {(2,)}


def test_a_value_of_many_is_nobodys(firm: Firm) -> None:
    firm.run(*(f"INSERT INTO writers VALUES ({n}, '{NEW}', NULL)" for n in range(10, 20)))
    plan = correct(firm, "person.email", NEW)
    assert "somebody else's, unless" in told(plan)["desk.writer"]
    firm.run("DELETE FROM writers WHERE id > 10")  # once shared, shared for good
    assert carry_out(firm, plan).is_clean


def test_it_is_said_that_an_old_proof_would_stand_for_a_new_value(firm: Firm) -> None:
    say(firm, "desk", "joins: verified}", "joins: verified, verified_when: name is not null}")
    why = told(correct(firm, "person.email", NEW))
    assert why["desk.writer"].startswith(f"email {SAYS} by name, which is about the old one: have it shown")
    assert why["shop.person"].startswith(f"email {SAYS}: have it shown")
    assert not told(correct(firm, "person.name", "Robert"))


# --- what no two rows may say --------------------------------------------------------------------------------


def test_what_is_unique_is_looked_for_before_anything_is_written(firm: Firm) -> None:
    firm.run("CREATE UNIQUE INDEX one ON persons (name)")
    plan = correct(firm, "person.name", "Robert")
    with pytest.raises(NotAllowed, match="system 'shop': another row of person has the new value"):
        correct(firm, "person.name", f"Alice {MARKER}")
    with pytest.raises(NotAllowed, match="several rows of person are theirs"):
        correct(firm, "person.name", "Both", (ALICE, BOB))
    firm.run("UPDATE persons SET name = 'Robert' WHERE id = 1")
    before = firm.dump()
    with pytest.raises(StalePlan, match="system 'shop': another row of person has the new value"):
        carry_out(firm, plan)
    assert firm.dump() == before
    firm.run("UPDATE persons SET name = 'Alice' WHERE id = 1")
    assert carry_out(firm, plan).is_clean


def test_an_error_says_what_is_written_already_and_how_it_goes_on(firm: Firm) -> None:
    refuse = "BEFORE UPDATE ON persons BEGIN SELECT raise(ABORT, 'no'); END"
    firm.run(f"CREATE TRIGGER refuse {refuse}")
    firm.accept("person", "refuse")
    plan = correct(firm, "person.name", "Robert")
    with pytest.raises(ConnectorError, match=r"system 'shop': .*; written already: desk") as failed:
        carry_out(firm, plan)
    assert failed.value.hint.endswith("; then apply the plan again: it goes on with the rest")
    firm.run("DROP TRIGGER refuse", f"CREATE TRIGGER refuse {refuse.replace('BEGIN', 'WHEN 1 = 0 BEGIN')}")
    assert carry_out(firm, plan).is_clean


def test_media_are_named_where_something_was_written(firm: Firm) -> None:
    firm.run("DELETE FROM notes WHERE writer_id = 2", "DELETE FROM writers WHERE id = 2")
    (medium,) = carry_out(firm, correct(firm, "person.name", "Robert")).media
    assert medium.startswith("shop: ")
