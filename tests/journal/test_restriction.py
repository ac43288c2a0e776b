"""A restricted person's data is stored and not used, but on a ground of Art. 18(2) or by a right of their own."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bailee.runner.allowed import IsRestricted
from bailee.runner.apply import apply
from bailee.runner.house import House
from bailee.runner.people import search
from bailee.runner.plans import keep, plan_correct, plan_erase, plan_object, plan_release
from tests.harm.firm import ALICE, BOB, Firm, erase_alice
from tests.journal.conftest import on

TEL = ("phone", "+442079460101")


def look(house: House) -> object:
    with search(house, [ALICE]) as found:
        return list(found.holdings())


USES: dict[str, Callable[[House], object]] = {
    "find": look,
    "erase": lambda house: plan_erase(house, [[BOB], [ALICE]]),
    "correct": lambda house: plan_correct(house, [ALICE], "person.name", "Alicia"),
}


@pytest.mark.parametrize("use", USES)
def test_a_restricted_person_is_not_looked_for(firm: Firm, use: str) -> None:
    with on(firm, "") as house:
        USES[use](house)
        house.restricted = {TEL}  # by another of her identities than is asked for
        with pytest.raises(IsRestricted) as refused:
            USES[use](house)
    assert "restricted" in refused.value.message
    assert ALICE not in str(refused.value)


def test_others_are_looked_for_as_before(firm: Firm) -> None:
    with on(firm, "") as house:
        house.restricted = {TEL}
        assert plan_erase(house, [[BOB]]).plan.counts()["erased"]


def test_a_restricted_person_whom_no_system_knows_by_that_value_is_not_looked_for(firm: Firm) -> None:
    with on(firm, "") as house:
        house.restricted = {("email", "carol@post.example")}
        with pytest.raises(IsRestricted), search(house, ["carol@post.example"]):
            pass


def test_her_own_rights_and_legal_claims_go_on(firm: Firm) -> None:
    with on(firm, "") as house:
        house.restricted = {TEL}
        with search(house, [ALICE], despite="legal claims") as found:
            assert list(found.holdings())
        assert plan_object(house, [ALICE]).plan.kind == "object"
        planned = plan_erase(house, [[ALICE]], despite="erasure they asked for")
        keep(house, planned)
        assert apply(house, planned.plan).is_clean  # looks for her once more, on the same ground


def test_a_plan_that_was_made_before_the_restriction_is_not_applied(firm: Firm) -> None:
    plan = firm.plan(erase_alice)
    before = firm.dump()
    with on(firm, "") as house:
        house.restricted = {TEL}
        with pytest.raises(IsRestricted):
            apply(house, plan)
    assert firm.dump() == before


def test_what_is_kept_of_a_restricted_person_is_not_released(firm: Firm) -> None:
    plan = firm.plan(erase_alice)
    with on(firm, "") as house:
        apply(house, plan)
    with on(firm, "2032-01-01") as house:
        house.restricted = {("email", ALICE)}
        with pytest.raises(IsRestricted):
            plan_release(house, plan.case)
