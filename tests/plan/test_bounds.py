"""What makes a plan stale, one thing at a time."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bailee.plan import Plan, PlanError, Step, SystemPlan, bound, from_json, stale

STEP = Step("call/delete", "call", "erased", "on_erase", 10, bound(10))
SYSTEM = SystemPlan("phones", "Phones", "schema", (STEP,))
PLAN = Plan("erase", "1 person", "c-1", "policy", "1", "2026-11-24", "2026-11-24T12:00:00+00:00", "who", (SYSTEM,))


def _with(*steps: Step) -> Plan:
    return replace(PLAN, systems=(replace(SYSTEM, steps=steps),))


def test_a_plan_that_would_be_made_again_is_not_stale() -> None:
    assert list(stale(PLAN, PLAN)) == []
    assert list(stale(PLAN, _with(replace(STEP, count=bound(10))))) == []


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (replace(PLAN, policy="other"), "the policy has changed"),
        (replace(PLAN, compiler="2"), "works plans out differently"),
        (replace(PLAN, commitment="others"), "found in other rows"),
        (replace(PLAN, refused=1), "somebody else's rows now point"),
        (replace(PLAN, systems=(replace(SYSTEM, system="crm"),)), "'crm' was not in the plan"),
        (replace(PLAN, systems=(replace(SYSTEM, schema="other"),)), "the schema of 'phones' has changed"),
        (_with(STEP, replace(STEP, change="call/reduce")), "call/reduce was not in the plan"),
        (_with(replace(STEP, count=bound(10) + 1)), "more than the bound of 20"),
    ],
)
def test_a_plan_is_stale_once_things_have_moved(now: Plan, said: str) -> None:
    (reason,) = stale(PLAN, now)
    assert said in reason


def test_a_harsher_fate_is_stale_and_a_milder_one_is_not() -> None:
    milder, harsher = replace(STEP, fate="left"), replace(STEP, fate="anonymised")
    assert ["is harsher than planned" in reason for reason in stale(_with(milder), _with(harsher))] == [True]
    assert list(stale(_with(harsher), _with(milder))) == []


def test_a_plan_is_read_as_it_was_written_and_no_other() -> None:
    text = PLAN.to_json()
    assert from_json(text) == PLAN
    for broken in (text.replace('"count": 10', '"count": 9'), "[]", "{", '{"bailee-plan": 2}', '{"bailee-plan": 1}'):
        with pytest.raises(PlanError):
            from_json(broken)
