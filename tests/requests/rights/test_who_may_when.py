"""Every act in every state for every role, held against the table of docs/requests.md, which people read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from bailee.engine.plans import NotAllowed
from tests.docs.pages import read, sections, tables
from tests.requests.rights.people import World

pytestmark = pytest.mark.parametrize("world", ["sqlite"], indirect=True)  # the tables are the same on either

ROLES = ("support", "officer", "controller", "auditor", "administrator")


def words(cell: str) -> set[str]:
    """Return the words of a cell; those of *everybody* are the three roles that act."""
    return set(re.findall(r"[a-z]+(?: [a-z]+)*", cell.replace("`", "").replace("everybody", ", ".join(ROLES[:3]))))


def rows() -> Mapping[str, tuple[set[str], set[str], set[str]]]:
    """Return what is permitted -> who may, in which states, for which rights, as the page has it."""
    text = {title: text for level in (2, 3) for title, text in sections(read("requests.md"), level)}[
        "Who may, and when"
    ]
    return {row[1]: (words(row[2]), words(row[3]), words(row[4])) for row in tables(text)[0].rows}


def test_the_page_has_the_table_of_the_code(world: World) -> None:
    from bailee.requests import permissions
    from bailee.store.models import Right

    every = {right.value for right in Right}
    for one in permissions.ALL:
        may, statuses, rights = rows()[one.says]
        assert may == {*one.roles, *(["nobody"] if one.unattended else [])}, one.says
        if one.statuses is not None:
            assert statuses == {*one.statuses}, one.says
            assert (every if rights == {"every right"} else rights) == {*one.rights}, one.says
        else:
            assert (statuses, rights) == ({"any"}, set()), one.says
    assert rows().keys() == {one.says for one in permissions.ALL}


def test_the_table_of_the_page_is_made_from_the_acts(world: World) -> None:
    from tests.docs.acts import table

    assert table() in read("requests.md"), "write it again: python -m tests.docs.acts"


def test_every_act_in_every_state_for_every_role_is_let_in_as_the_table_says(world: World) -> None:
    from bailee.requests import permissions
    from bailee.requests.request_locks import locked_request
    from bailee.store.models import Request, Right, Status

    contexts = {role: world.by(role) for role in ROLES} | {"nobody": world.by("worker")}
    requests = {right: world.request(right) for right in Right}
    table, wrong = rows(), []
    with transaction.atomic():
        for right, status in product(Right, Status):
            Request.objects.filter(id=requests[right].id).update(status=status)
            about_a_request = [one for one in permissions.ALL if one.statuses is not None]
            for one, (role, context) in product(about_a_request, contexts.items()):
                may, statuses, rights = table[one.says]
                allowed = role in may and status in statuses and (right in rights or rights == {"every right"})
                if _enters(locked_request, context, requests[right], one) != allowed:
                    wrong.append((one.says, role, status, right))
        transaction.set_rollback(True)
    assert wrong == []
    assert {*table} == {one.says for one in permissions.ALL}


def _enters(locked_request: Any, context: Any, request: Any, permission: Any) -> bool:
    try:
        with locked_request(context, request, permission):
            return True
    except NotAllowed:
        return False


def test_each_act_is_for_its_rights_alone(world: World) -> None:
    from bailee.requests.acts import list_acts
    from bailee.store.models import Right

    given: dict[str, dict[str, Any]] = {
        "approve": {"hash": "0" * 8}, "confirm": {"rows": ["shop.person:1"]}, "seen": {"method": "known", "note": "us"},
        "call-back": {"note": "us"}, "authority": {"evidence": "us"}, "close": {"done": ["It is done."]},
        "extend": {"ground": "number", "reasons": "Many."}, "refuse": {"ground": "crime", "reasons": "So."},
        "lift": {"reasons": "Over.", "ends": date(2030, 1, 1)}, "recipient-told": {"recipient": "Acme Ltd"},
    }  # fmt: skip
    words = {name: {"words": "So."} for name in ("answer", "conclude", "progress", "clarify")}
    controller = world.by("controller")
    for act in list_acts().values():
        rights = frozenset[str]().union(*(one.rights for one in act.permissions))
        for right in set(Right) - rights:
            request = world.request(right)
            with pytest.raises(NotAllowed):
                act.does(controller, request, act.input(**{**given, **words}.get(act.name, {})))
            request.refresh_from_db()
            assert (request.status, request.events.filter(kind="looked_at").count()) == ("open", 0), (act.name, right)


def test_who_has_left_may_nothing(world: World) -> None:
    from bailee.requests import permissions
    from bailee.requests.request_locks import must_be_permitted
    from bailee.store.models import Staff

    Staff.objects.all().update(left_at=world.context.now)
    for role, one in product(ROLES, permissions.ALL):
        with pytest.raises(NotAllowed, match="does not work here any more"):
            must_be_permitted(world.by(role), one)
    with pytest.raises(NotAllowed, match="does not work here any more"):
        must_be_permitted(world.context.by("0123456789abcdef"), permissions.ALL[0])


def test_each_function_asks_for_its_own_act(world: World, tmp_path: Path) -> None:
    auditor = world.by("auditor")
    with world.systems(auditor) as systems:
        for act, call in calls(world, auditor, systems):
            with pytest.raises(NotAllowed) as refused:
                call()
            assert refused.value.message == f"the role auditor may not {act}", act


def calls(world: World, context: Any, systems: Any) -> Iterator[tuple[str, Callable[[], object]]]:
    """Yield each act that staff are let in to by a function of its own, and a call of it."""
    from bailee.requests import (
        answers,
        approval,
        clocks,
        copy_packages,
        holds,
        recipients,
        refusals,
        request_end,
        request_plans,
        restrictions,
    )
    from bailee.store.models import Event, HandHold, Parcel, PlanState

    erasure, plan = world.planned()
    copy, question, complaint = world.request("copy"), world.request("question"), world.request("complaint")
    restriction, objection = world.request("restrict"), world.request("object")
    hold = HandHold(name="case", law="law")
    parcel = Parcel(request=copy)
    yield "ask what is meant", lambda: clocks.ask_clarification(context, copy, "What?")
    yield "note the answer", lambda: clocks.note_clarified(context, copy)
    yield "extend the time", lambda: clocks.extend_time(context, copy, "Long.")
    yield "confirm rows", lambda: request_plans.confirm_rows(context, systems, erasure, ["shop.person:1"])
    yield "plan", lambda: request_plans.plan_request(context, systems, erasure)
    yield "pack a copy", lambda: copy_packages.pack_copy(context, systems, copy)
    yield "restrict", lambda: restrictions.restrict_person(context, systems, restriction)
    yield "lift a restriction", lambda: restrictions.lift_restriction(context, restriction, "Over.", date(2030, 1, 1))
    yield "object to marketing", lambda: request_plans.plan_request(context, systems, objection)
    yield "approve", lambda: approval.approve_plan(context, plan.id, plan.digest)
    yield "cancel", lambda: approval.cancel_plan(context, plan.id)
    yield "refuse", lambda: refusals.refuse_request(context, erasure, "legal_claims", "Court.")
    yield "acknowledge", lambda: answers.acknowledge_complaint(context, complaint)
    yield "answer", lambda: answers.answer_question(context, question, "So.")
    yield "pass on to the Data Controller", lambda: answers.pass_to_controller(context, question)
    yield "say how a complaint stands", lambda: answers.report_progress(context, complaint, "So.")
    yield "conclude a complaint", lambda: answers.conclude_complaint(context, complaint, "So.")
    yield "tell a recipient", lambda: recipients.note_recipient_told(context, erasure, "somebody")
    yield "withdraw", lambda: request_end.withdraw_request(context, erasure)
    yield "wait for a hold to end", lambda: request_end.hold_request(context, erasure, (), date(2030, 1, 1))
    yield "close by hand", lambda: request_end.close_request(context, erasure, "done")
    yield "fetch a parcel", lambda: copy_packages.fetch_copy(context, parcel, print)
    yield "place or lift a hold", lambda: holds.place_hold(context, systems, ["x@post.example"], "case", "law")
    yield "place or lift a hold", lambda: holds.lift_hold(context, hold)
    for one in (question, complaint):
        Event.objects.create(request=one, at=context.now, kind="passed_on")
    yield "answer a concern", lambda: answers.answer_question(context, question, "So.")
    yield "conclude a complaint that was passed on", lambda: answers.conclude_complaint(context, complaint, "So.")
    assert plan.state == PlanState.PROPOSED


def test_the_page_has_every_ground_of_a_refusal(world: World) -> None:
    from bailee.requests.refusals import GROUNDS
    from bailee.requests.rights import ALL_RIGHTS

    text = {title: text for level in (2, 3) for title, text in sections(read("requests.md"), level)}["Refusals"]
    said = {
        row[0].strip("`"): (row[1], row[2].removesuffix(" (UK alone)"), words(row[3])) for row in tables(text)[0].rows
    }
    refused = {code: {one.right for one in ALL_RIGHTS if code in one.grounds} for code in GROUNDS}
    assert said == {code: (g.says, g.article, refused[code]) for code, g in GROUNDS.items()}
