"""A restricted person's data is stored and not used, but on a ground of Art. 18(2) or by a right of their own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from bailee.engine.apply import apply_plan
from bailee.engine.cases import KEPT, load_case
from bailee.engine.errors import NotAllowed, RestrictedPerson
from bailee.engine.people import search_person
from bailee.engine.plans import (
    PlanningResult,
    plan_correct,
    plan_erase,
    plan_object,
    plan_release,
    plan_retain,
    seal_plan,
)
from bailee.engine.recheck import recheck_plan
from bailee.engine.systems import Systems
from bailee.plan import PlanDocument
from bailee.store.restrictions import StoredOnly, end_restriction, forget_restriction, list_restricted, put_restriction
from bailee.trace import KnownValue
from tests.harm.firm import ALICE, BOB, MARKER, NOW, Firm, erase_alice, retain_calls
from tests.journal.conftest import on

TEL = ("phone", "+442079460101")
LIFTED = datetime(2026, 4, 30, 23, tzinfo=UTC)  # as 1 May begins in London


def restrict(systems: Systems, since: datetime = NOW) -> None:
    """Let Alice's data be stored and no more."""
    put_restriction(systems.store, "r-1", StoredOnly(since, None, (KnownValue(0, "email", ALICE), KnownValue(0, *TEL))))


def carry_out(systems: Systems, planned: PlanningResult) -> PlanDocument:
    seal_plan(systems, planned)
    assert apply_plan(systems, planned.plan).is_clean
    return planned.plan


def kept(plan: PlanDocument) -> set[tuple[str, int, str, str, str]]:
    """Return what laws keep in a plan: change, rows, hold, law, until."""
    return {(s.change, s.count, law.hold, law.law, law.until) for p in plan.systems for s in p.steps for law in s.laws}


def look(systems: Systems) -> object:
    with search_person(systems, [ALICE]) as found:
        return list(found.find_holdings())


USES: dict[str, Callable[[Systems], object]] = {
    "find": look,
    "erase": lambda systems: plan_erase(systems, [[BOB], [ALICE]]),
    "correct": lambda systems: plan_correct(systems, [ALICE], "person.name", "Alicia"),
}


@pytest.mark.parametrize("use", USES)
def test_a_restricted_person_is_not_looked_for(firm: Firm, use: str) -> None:
    with on(firm, "") as systems:
        USES[use](systems)
        systems.restricted = {TEL}  # by another of her identities than is asked for
        with pytest.raises(RestrictedPerson) as refused:
            USES[use](systems)
    assert "restricted" in refused.value.message
    assert ALICE not in str(refused.value)


def test_others_are_looked_for_as_before(firm: Firm) -> None:
    with on(firm, "") as systems:
        systems.restricted = {TEL}
        assert plan_erase(systems, [[BOB]]).plan.counts()["erased"]


def test_a_restricted_person_whom_no_system_knows_by_that_value_is_not_looked_for(firm: Firm) -> None:
    with on(firm, "") as systems:
        systems.restricted = {("email", "carol@post.example")}
        with pytest.raises(RestrictedPerson), search_person(systems, ["carol@post.example"]):
            pass


def test_her_own_rights_and_legal_claims_go_on(firm: Firm) -> None:
    with on(firm, "") as systems:
        systems.restricted = {TEL}
        with search_person(systems, [ALICE], despite="legal claims") as found:
            assert list(found.find_holdings())
        assert plan_object(systems, [ALICE]).plan.kind == "object"
        planned = plan_erase(systems, [[ALICE]], despite="erasure they asked for")
        seal_plan(systems, planned)
        assert apply_plan(systems, planned.plan).is_clean  # looks for her once more, on the same ground


def test_a_plan_that_was_made_before_the_restriction_is_not_applied(firm: Firm) -> None:
    plan = firm.plan(erase_alice)
    before = firm.dump()
    with on(firm, "") as systems:
        systems.restricted = {TEL}
        with pytest.raises(RestrictedPerson):
            apply_plan(systems, plan)
    assert firm.dump() == before


def test_retention_leaves_her_rows_and_says_by_which_law(firm: Firm) -> None:
    firm.run("UPDATE calls SET started_on = '2014-01-01' WHERE id = 1", "DELETE FROM tapes WHERE call_id <> 101")
    calls = firm.run("SELECT * FROM calls WHERE id = 1")
    with on(firm, "") as systems:
        restrict(systems)
        plan = carry_out(systems, plan_retain(systems, "calls"))
    assert firm.run("SELECT * FROM calls WHERE id = 1") == calls
    assert not firm.run("SELECT 1 FROM calls WHERE id >= 100")
    assert kept(plan) == {("call/reduce", 1, "restriction", "UK GDPR Art. 18(2)", "")}
    with on(firm, "") as systems:
        end_restriction(systems.store, "r-1", LIFTED)
        (step,) = plan_retain(systems, "calls").plan.systems[0].steps
        assert [(law.until, law.lapses) for law in step.laws] == [("2026-04-30", "2026-05-01")]  # in London
    with on(firm, "2026-05-01") as systems:
        carry_out(systems, plan_retain(systems, "calls"))
    assert not firm.run("SELECT 1 FROM calls WHERE id = 1")


def test_retention_leaves_what_came_later_and_what_waits_for_a_word(firm: Firm) -> None:
    with on(firm, "") as systems:
        restrict(systems)
        plan = firm.plan(retain_calls)
        firm.run(
            "INSERT INTO persons VALUES (3, 'carol@post.example', 'Carol', NULL, '+442079460101')",  # her number
            "INSERT INTO calls VALUES (5, 1, NULL, '2014-01-01'), (6, 3, NULL, '2014-01-01')",
            "INSERT INTO calls VALUES (7, 2, '+442079460101', '2014-01-01')",
        )
        assert apply_plan(systems, plan).is_clean
    assert firm.run("SELECT id FROM calls WHERE started_on < '2016-01-01' ORDER BY id") == [(5,), (6,), (7,)]


def test_retention_leaves_what_mentions_her_when_no_row_says_any_more_who_she_is(firm: Firm) -> None:
    with on(firm, "") as systems:
        restrict(systems)
    firm.run("UPDATE persons SET email = NULL, tel = NULL", "UPDATE calls SET started_on = '2014-01-01' WHERE id = 4")
    firm.run("DELETE FROM tapes")
    with on(firm, "") as systems:
        carry_out(systems, plan_retain(systems, "calls"))
    assert firm.run("SELECT id FROM calls WHERE started_on < '2016-01-01'") == [(4,)]


def test_a_value_that_many_share_by_now_keeps_nothing(firm: Firm) -> None:
    with on(firm, "") as systems:
        restrict(systems)
        systems.store.remember_shared(frozenset({TEL}))
    firm.run("UPDATE calls SET started_on = '2014-01-01' WHERE id = 4", "DELETE FROM tapes")
    with on(firm, "") as systems:
        carry_out(systems, plan_retain(systems, "calls"))
    assert not firm.run("SELECT 1 FROM calls WHERE id = 4")


def test_a_number_that_was_hers_once_keeps_nothing_of_who_has_it_now(firm: Firm) -> None:
    once = KnownValue(0, "phone", "+442079460102", None, datetime(2025, 1, 1, tzinfo=UTC))
    with on(firm, "") as systems:
        put_restriction(systems.store, "r-1", StoredOnly(NOW, None, (once,)))
        carry_out(systems, plan_retain(systems, "calls"))
    assert not firm.run("SELECT 1 FROM calls WHERE id >= 100")  # of Bob's


def test_a_retention_that_is_looked_at_again_leaves_the_rows_of_who_was_restricted_since(firm: Firm) -> None:
    with on(firm, "") as systems:
        planned = plan_retain(systems, "calls")
        seal_plan(systems, planned)
        assert apply_plan(systems, planned.plan, settle=True).settling
    firm.run(
        "INSERT INTO calls VALUES (5, 1, NULL, '2014-01-01'), (200, 2, NULL, '2014-01-01')",  # an import
    )
    with on(firm, "2026-03-16 13:00") as systems:
        restrict(systems)
        assert [r.count for r in recheck_plan(systems, planned.plan).residuals] == [1]
        settled = recheck_plan(systems, planned.plan, again=True)
        assert (settled.is_over, settled.acted, settled.unseen) == (True, 1, ())
    assert firm.run("SELECT id FROM calls WHERE id IN (5, 200)") == [(5,)]


def test_what_is_kept_of_a_restricted_person_is_not_released(firm: Firm) -> None:
    plan = firm.plan(erase_alice)
    with on(firm, "") as systems:
        apply_plan(systems, plan)
        restrict(systems)
    before = firm.dump()
    with on(firm, "2032-01-01") as systems:
        made = carry_out(systems, plan_release(systems, plan.case))
        assert {law for *_, law, until in kept(made) if not until} == {"UK GDPR Art. 18(2)"}
        assert firm.dump() == before
        end_restriction(systems.store, "r-1", LIFTED)
    with on(firm, "2032-01-01") as systems:
        carry_out(systems, plan_release(systems, made.case))
    assert not firm.run("SELECT 1 FROM persons WHERE id = 1 UNION SELECT 1 FROM invoices WHERE person_id = 1")


def test_what_has_come_to_be_hers_since_is_not_released_either(firm: Firm) -> None:
    plan = firm.plan(erase_alice)
    with on(firm, "") as systems:
        apply_plan(systems, plan)
        restrict(systems)
    firm.run("INSERT INTO calls VALUES (5, 1, NULL, '2026-03-20')")  # of a row that names nobody any more
    with on(firm, "2032-01-01") as systems:
        carry_out(systems, plan_release(systems, plan.case))
    assert firm.run("SELECT 1 FROM calls WHERE id = 5")


@pytest.mark.parametrize(("since", "goes"), [(-1, True), (1, False)])
def test_an_erasure_that_she_asks_for_goes_on_to_its_end_unless_she_has_thought_better_of_it(
    firm: Firm, since: int, goes: bool
) -> None:
    with on(firm, "") as systems:
        restrict(systems, NOW + timedelta(days=since))
        plan = carry_out(systems, plan_erase(systems, [[ALICE]], despite="erasure they asked for"))
    with on(firm, "2028-01-01") as systems:  # the hold stands: one release after the other
        plan = carry_out(systems, plan_release(systems, plan.case))
    with on(firm, "2032-01-01") as systems:
        carry_out(systems, plan_release(systems, plan.case))
    assert bool(firm.run("SELECT 1 FROM persons WHERE id = 1")) is not goes


def test_another_who_is_erased_takes_his_own_and_nothing_that_is_kept_of_her(firm: Firm) -> None:
    plan = firm.plan(erase_alice)
    with on(firm, "") as systems:
        apply_plan(systems, plan)
        restrict(systems)
    firm.run("INSERT INTO threads VALUES (3, 2, 1, 'both')")  # by then nobody's but Bob's, and names her row
    with on(firm, "2032-01-01") as systems:
        made = carry_out(systems, plan_erase(systems, [[BOB]]))
        assert load_case(systems.store, plan.case).stage == KEPT  # which no other plan has taken up
    assert firm.run("SELECT id FROM persons WHERE id = 1")
    assert firm.run("SELECT id FROM invoices WHERE person_id = 1")
    assert not firm.run("SELECT 1 FROM calls WHERE person_id = 2")
    assert made.counts()["erased"]


def test_what_came_back_of_her_is_left_where_she_was_restricted_since(firm: Firm) -> None:
    with on(firm, "") as systems:
        planned = plan_erase(systems, [[ALICE]], despite="erasure they asked for")
        seal_plan(systems, planned)
        apply_plan(systems, planned.plan, settle=True)
    firm.run("INSERT INTO calls VALUES (2, 1, NULL, '2026-01-02')")
    with on(firm, "2026-03-16 13:00") as systems:
        restrict(systems, NOW + timedelta(hours=1))
        with pytest.raises(NotAllowed, match="restricted since"):
            recheck_plan(systems, planned.plan, again=True)
    assert firm.run("SELECT 1 FROM calls WHERE id = 2")


def test_whose_data_is_restricted_is_sealed_and_forgotten(firm: Firm) -> None:
    books = firm.folder / "books"
    with on(firm, "") as systems:
        restrict(systems)
        (person,) = list_restricted(systems.store, NOW)
        assert person.known == (KnownValue(0, "email", ALICE), KnownValue(0, *TEL))
        sealed = [path.read_bytes() for path in books.rglob("*") if path.is_file()]
        assert not any(text.encode() in content for text in (ALICE, TEL[1], MARKER) for content in sealed)
        forget_restriction(systems.store, "r-1")
        forget_restriction(systems.store, "r-1")
        end_restriction(systems.store, "r-1", LIFTED)
        assert list(list_restricted(systems.store, NOW)) == []
        assert list(systems.store.names("restricted")) == []
        assert not [name for name in systems.store.shelves.keys.names() if "r-1" in name]
