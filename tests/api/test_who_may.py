"""Every endpoint against every role and none: who may not gets no more than that."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from bailee.requests.acts import list_acts
from bailee.store import staff
from bailee.store.models import Role
from bailee.store.staff import Scope
from bailee.web.api import api
from tests.api.live import ADMIN, Served
from tests.harm.firm import MARKER

S, O, C, A, D = Role.SUPPORT, Role.OFFICER, Role.CONTROLLER, Role.AUDITOR, Role.ADMINISTRATOR  # noqa: E741
READ, WRITE, PERSONAL, ADMINISTER = Scope.READ, Scope.WRITE, Scope.PERSONAL, Scope.ADMIN
ALL, FRONT, DECIDE, NOT_ADMIN = {S, O, C, A, D}, {S, O, C}, {O, C}, {S, O, C, A}

PUBLIC = {"ask", "send_code", "prove", "clock", "verify_receipt", "ledger_head", "policy_schema"}
THE_PERSON = {"my_request", "withdraw_mine", "fetch_mine", "fetch_receipts"}

MAY: dict[str, tuple[Scope, set[Role]]] = {
    # looking at requests
    "list_requests": (READ, NOT_ADMIN),
    "show_request": (READ, NOT_ADMIN),
    "list_grounds": (READ, NOT_ADMIN),
    "show_plan": (READ, NOT_ADMIN),
    "list_readings": (READ, {O, C, A}),
    "read_asked": (PERSONAL, FRONT),
    "number_to_call": (PERSONAL, FRONT),
    "fetch_parcel": (PERSONAL, DECIDE),
    "hand_receipts_out": (PERSONAL, DECIDE),
    "look_up_suppression": (PERSONAL, FRONT),
    # dealing with requests
    "log_request": (WRITE, FRONT),
    **{act.operation: (WRITE, set(act.roles)) for act in list_acts().values()},
    "record_disclosure": (WRITE, DECIDE),
    "record_authorisation": (WRITE, DECIDE),
    # finding and planning
    "find": (PERSONAL, FRONT),
    "copy": (PERSONAL, DECIDE),
    "preview_erase": (PERSONAL, FRONT),
    "preview_correct": (PERSONAL, FRONT),
    "preview_object": (PERSONAL, FRONT),
    "preview_release": (READ, FRONT),
    "preview_retain": (READ, FRONT),
    "make_unsubscribe_link": (WRITE, FRONT),
    # letters
    "list_letters": (READ, NOT_ADMIN),
    "print_letter": (PERSONAL, FRONT),
    "letter_sent": (WRITE, FRONT),
    "letter_returned": (WRITE, FRONT),
    "send_letter_again": (WRITE, FRONT),
    # the firm
    "list_promises": (READ, ALL),
    "check": (READ, ALL),
    "list_retention": (READ, ALL),
    "connect": (ADMINISTER, {D}),
    "grants": (ADMINISTER, {D}),
    "show_map": (READ, NOT_ADMIN),
    "accept_guesses": (WRITE, DECIDE),
    "decide_guesses": (WRITE, DECIDE),
    "drift": (READ, NOT_ADMIN),
    "notice_coverage": (READ, ALL),
    "propose_promises": (READ, ALL),
    "build_notice": (READ, ALL),
    "verify_ledger": (READ, ALL),
    "list_dues": (READ, ALL),
    "doctor": (READ, ALL),
    "list_holds": (READ, NOT_ADMIN),
    "place_hold": (WRITE, {C}),
    "lift_hold": (WRITE, {C}),
    # staff
    "who_am_i": (READ, ALL),
    "list_my_tokens": (READ, ALL),
    "make_token": (READ, ALL),
    "revoke_token": (READ, ALL),
    "list_staff": (ADMINISTER, {D}),
    "add_staff": (ADMINISTER, {D}),
    "make_staff_link": (ADMINISTER, {D}),
    "staff_leaves": (ADMINISTER, {D}),
    "list_tokens_of_staff": (ADMINISTER, {D}),
    "list_webhooks": (ADMINISTER, {D}),
    "add_webhook": (ADMINISTER, {D}),
    "stop_webhook": (ADMINISTER, {D}),
    "ping_webhook": (ADMINISTER, {D}),
    "list_deliveries": (ADMINISTER, {D}),
    # the vault
    "vault_status": (ADMINISTER, {D}),
    "rotate_vault": (ADMINISTER, {D}),
    "list_secrets": (ADMINISTER, {D}),
    "put_secret": (ADMINISTER, {D}),
    "remove_secret": (ADMINISTER, {D}),
}


@cache
def operations() -> list[tuple[str, str, str]]:
    """Every operation of the description: its id, method and path."""
    paths: dict[str, Any] = api.get_openapi_schema(path_prefix="")["paths"]
    return [(one["operationId"], method.upper(), path) for path, all_ in paths.items() for method, one in all_.items()]


def filled(path: str, reference: str, row: str) -> str:
    """The path with the request's reference, and the id of a row, in it."""
    for name in ("plan_id", "parcel_id", "staff_id", "token_id", "webhook_id", "hold_id", "letter_id"):
        path = path.replace(f"{{{name}}}", row)
    return path.replace("{reference}", reference).replace("{system}", "shop").replace("{secret}", "none")


def empty(method: str) -> dict[str, Any] | None:
    """A body with nothing in it, for a method that has one."""
    return {} if method in {"POST", "PUT"} else None


def test_the_table_names_every_endpoint() -> None:
    assert {name for name, _, _ in operations()} == {*MAY, *PUBLIC, *THE_PERSON}


def test_who_may_not_gets_no_more_than_that(firm: Served) -> None:
    asked = {"right": "erase", "identities": [f"alice.{MARKER}@post.example"], "channel": "telephone"}
    reference = firm.post("/requests/log", asked, by=S).get_json()["reference"]
    left = staff.add_staff(firm.as_of(D), "gone@firm.example", "Gone", Role.CONTROLLER)
    gone = staff.issue_token(firm.context, left.id, Scope, 30)[1]
    staff.let_staff_leave(firm.as_of(D), left.id)
    expired = staff.issue_token(firm.as_of(C).at(firm.clock.now.replace(year=2024)), firm.staff[C].id, Scope, 30)[1]
    for name, method, path in operations():
        if name in PUBLIC:
            continue
        firm.clock.forward(minutes=1)  # there are limits to how often one may call
        here = filled(path, reference, firm.staff[S].id)
        nowhere = filled(path, "2222-2222-2222", "0" * 16)
        for nobody in (None, gone, expired, staff.make_token(), "bailee_me_AAAA"):
            answer = firm.call(method, here, empty(method), by=nobody)
            assert answer.status_code == 401, (name, answer.text)
            assert answer.headers["WWW-Authenticate"] == "Bearer"
        if name in THE_PERSON:
            assert firm.call(method, here, empty(method), by=C).status_code == 401
            continue
        scope, roles = MAY[name]
        short = staff.issue_token(firm.context, firm.staff[min(roles)].id, set(Scope) - {scope}, 30)[1]
        refused = [firm.tokens[role] for role in set(Role) - roles] + [short]
        for token in refused:
            answers = [firm.call(method, p, empty(method), by=token) for p in (here, nowhere)]
            assert [a.status_code for a in answers] == [403, 403], (name, token, answers[0].text)
            assert answers[0].data == answers[1].data
            assert MARKER not in answers[0].text
            assert reference not in answers[0].text


@pytest.mark.parametrize("name", sorted(MAY))
def test_who_may_is_let_in(once_served: Served, name: str) -> None:
    firm, (method, path) = once_served, next((m, p) for n, m, p in operations() if n == name)
    for role in MAY[name][1]:
        answer = firm.call(method, filled(path, "2222-2222-2222", "0" * 16), empty(method), by=role)
        assert answer.status_code not in {401, 403, 500, 503}, answer.text


def test_the_references_of_unverified_requests_are_the_intakes_alone(either: Served) -> None:
    taken = either.post("/requests", {"right": "erase", "identities": [f"alice.{MARKER}@post.example"]})
    path = f"/requests/{taken.get_json()['reference']}"
    assert either.get(path, by=S).status_code == 200
    unseen, unknown = either.get(path, by=A), either.get("/requests/2222-2222-2222", by=A)
    assert (unseen.status_code, unseen.data) == (404, unknown.data)
    unverified = either.get("/requests?status=unverified", by=A)
    assert unverified.get_json().get("requests") == [], unverified.text
    assert not either.get("/requests", by=A).get_json()["requests"]
    listed = either.get("/requests", by=S).get_json()["requests"]
    assert [(one["status"], bool(one["due_on"]), one["identity_asked_on"]) for one in listed] == [
        ("unverified", True, None)
    ]
    assert len(either.get("/requests?status=unverified", by=S).get_json()["requests"]) == 1


def test_a_token_makes_none_that_may_more(firm: Served) -> None:
    narrow = firm.post("/me/tokens", {"scopes": ["read"], "days": 1}, by=C).get_json()["token"]
    assert firm.post("/me/tokens", {"scopes": ["write"], "days": 1}, by=narrow).status_code == 403
    assert firm.get("/me", by=narrow).get_json()["scopes"] == ["read"]


def test_whoever_leaves_is_out_at_once(either: Served) -> None:
    assert either.get("/me", by=O).status_code == 200
    assert either.post(f"/staff/{either.staff[O].id}/leave", by=D).status_code == 204
    assert either.get("/me", by=O).status_code == 401
    assert either.post(f"/staff/{either.staff[D].id}/leave", by=D).status_code == 409
    assert (
        either.post("/staff", {"email": "officer@firm.example", "name": "New", "role": "officer"}, by=D).status_code
        == 201
    )
    assert ADMIN in either.get("/staff", by=D).text


def test_a_revoked_token_is_none(firm: Served) -> None:
    made = firm.post("/me/tokens", {"scopes": ["read"], "days": 1}, by=S).get_json()
    assert firm.call("DELETE", f"/tokens/{made['id']}", by=O).status_code == 404
    assert firm.call("DELETE", f"/tokens/{made['id']}", by=S).status_code == 204
    assert firm.get("/me", by=made["token"]).status_code == 401
    used = {one["id"]: one["used_at"] for one in firm.get("/me/tokens", by=S).get_json()}
    assert used[made["id"]] is None
