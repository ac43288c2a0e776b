"""What makes a plan stale, one thing at a time."""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from dataclasses import asdict, fields, replace

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from bailee.plan import PlanDocument, PlanError, PlanStep, SystemPlan, find_bound, find_stale_reasons, read_plan

STEP = PlanStep("call/delete", "call", "erased", "on_erase", 10, find_bound(10))
SYSTEM = SystemPlan("phones", "Phones", "schema", (STEP,))
PLAN = PlanDocument(
    "erase", "1 person", "c-0123456789ab", "policy", "1", "2026-11-24", "2026-11-24T12:00:00+00:00", "who", (SYSTEM,)
)


def _with(*steps: PlanStep) -> PlanDocument:
    return replace(PLAN, systems=(replace(SYSTEM, steps=steps),))


def test_a_plan_that_would_be_made_again_is_not_stale() -> None:
    assert list(find_stale_reasons(PLAN, PLAN)) == []
    assert list(find_stale_reasons(PLAN, _with(replace(STEP, count=find_bound(10))))) == []


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
        (_with(replace(STEP, count=find_bound(10) + 1)), "more than the bound of 20"),
    ],
)
def test_a_plan_is_stale_once_things_have_moved(now: PlanDocument, said: str) -> None:
    (reason,) = find_stale_reasons(PLAN, now)
    assert said in reason


def test_a_harsher_fate_is_stale_and_a_milder_one_is_not() -> None:
    milder, harsher = replace(STEP, fate="left"), replace(STEP, fate="anonymised")
    assert ["is harsher than planned" in reason for reason in find_stale_reasons(_with(milder), _with(harsher))] == [
        True
    ]
    assert list(find_stale_reasons(_with(harsher), _with(milder))) == []


def _again(**said: object) -> str:
    """Return the file of a plan in which something else is said, hashed anew where that can be done."""
    data = {**json.loads(PLAN.to_json()), **said}
    del data["hash"]
    with suppress(ValueError):  # what JSON can say and its canonical form cannot
        data["hash"] = hashlib.sha256(rfc8785.dumps(data)).hexdigest()
    return json.dumps(data)


def _in_a_step(**said: object) -> str:
    return _again(systems=[{**asdict(SYSTEM), "steps": [{**asdict(STEP), **said}]}])


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        _in_a_step(count=0).replace('"count": 0', '"count": 1e400'),
        _in_a_step(count=1.5),
        _in_a_step(count=True),
        _in_a_step(cells="abc"),
        _in_a_step(more=1),
        _again(files=2**60),
        _again(subject="\ud800"),
        _again(case={"a": 1}),
        _again(case="x\0y"),
        _again(case="../c-0123456789ab"),
        _again(more=1),
        _again(systems=None),
        _again(**{"bailee-plan": [1]}),
    ],
    ids=lambda text: text[:9] + text[-60:],
)
def test_what_only_looks_like_a_plan_is_none(text: str) -> None:
    with pytest.raises(PlanError):
        read_plan(text)


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists, max_leaves=3), st.data())
def test_a_plan_of_which_any_word_is_another_is_none(word: object, data: st.DataObject) -> None:
    key = data.draw(st.sampled_from([field.name for field in fields(PlanDocument)]))
    text = json.dumps({**json.loads(PLAN.to_json()), key: word})
    with pytest.raises(PlanError):
        read_plan(text)


def test_a_plan_is_read_as_it_was_written_and_no_other() -> None:
    text = PLAN.to_json()
    assert read_plan(text) == PLAN
    for broken in (text.replace('"count": 10', '"count": 9'), "[]", "{", '{"bailee-plan": 2}', '{"bailee-plan": 1}'):
        with pytest.raises(PlanError):
            read_plan(broken)
