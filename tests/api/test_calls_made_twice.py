"""A call with an Idempotency-Key acts once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections

from bailee.store import staff
from bailee.store.models import Idempotency, Request, Role, Staff
from tests.api.live import Served
from tests.harm.firm import MARKER
from tests.web.visitor import Visitor, visitor

ASKED = {"right": "question", "reply_to": f"alice.{MARKER}@post.example", "words": "What do you hold about me?"}


def test_a_call_made_twice_acts_once_and_is_answered_the_same(either: Served) -> None:
    key = str(uuid4())
    first, second = (either.post("/requests", ASKED, key=key) for _ in range(2))
    assert first.status_code == 202, first.text
    assert (first.status_code, first.data) == (second.status_code, second.data)
    assert second.headers["Idempotent-Replayed"] == "true"
    assert Request.objects.count() == 1
    assert MARKER.encode() not in b"".join(bytes(one.sealed or b"") for one in Idempotency.objects.all())


def test_a_key_is_for_one_call(firm: Served) -> None:
    key = str(uuid4())
    firm.post("/requests", ASKED, key=key)
    other = firm.post("/requests", {**ASKED, "words": "Something else?"}, key=key)
    assert (other.status_code, other.get_json()["type"]) == (422, "urn:bailee:problem:key-reused")
    assert Request.objects.count() == 1


def test_a_key_of_one_caller_is_nothing_to_another(firm: Served) -> None:
    key, body = str(uuid4()), {**ASKED, "channel": "telephone"}
    references = {
        firm.post("/requests/log", body, key=key, by=r).get_json()["reference"] for r in (Role.SUPPORT, Role.OFFICER)
    }
    assert len(references) == 2


def test_who_is_not_let_in_learns_nothing_of_a_key(firm: Served) -> None:
    key, body = str(uuid4()), {**ASKED, "channel": "telephone"}
    firm.post("/requests/log", body, key=key, by=Role.SUPPORT)
    assert firm.post("/requests/log", {}, key=key).status_code == 401
    assert firm.post("/requests/log", {}, key=key, by=Role.AUDITOR).status_code == 403
    assert Idempotency.objects.count() == 1


def test_a_key_is_forgotten_after_a_day(firm: Served) -> None:
    key = str(uuid4())
    firm.post("/requests", ASKED, key=key)
    firm.clock.forward(hours=25)
    assert "Idempotent-Replayed" not in firm.post("/requests", ASKED, key=key).headers
    assert (Request.objects.count(), Idempotency.objects.count()) == (2, 1)


def test_a_fault_is_not_kept_and_leaves_nothing_done(either: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    key, new = str(uuid4()), {"email": "new@firm.example", "name": "New", "role": "support"}
    with monkeypatch.context() as patch:
        patch.setattr(staff, "describe_staff", _dies)
        assert either.post("/staff", new, key=key, by=Role.ADMINISTRATOR).status_code == 500
    assert Staff.objects.count() == len(Role)
    assert either.post("/staff", new, key=key, by=Role.ADMINISTRATOR).status_code == 201


def _dies(*_: Any) -> None:
    raise RuntimeError(MARKER)


def test_a_call_that_is_worked_on_is_begun_again_only_when_whoever_did_must_be_dead(either: Served) -> None:
    key = str(uuid4())
    either.post("/requests", ASKED, key=key)
    Request.objects.all().delete()
    Idempotency.objects.update(status=None, sealed=None)  # as it stands when a process has died on the way
    busy = either.post("/requests", ASKED, key=key)
    assert (busy.status_code, busy.headers["Retry-After"]) == (409, "2")
    assert not Request.objects.exists()
    either.clock.forward(minutes=3)
    assert either.post("/requests", ASKED, key=key).status_code == 202
    assert either.post("/requests", ASKED, key=key).headers["Idempotent-Replayed"] == "true"
    assert Request.objects.count() == 1


@pytest.mark.parametrize("key", ["short", "a b c d e f g h i j", "é" * 20, "x" * 200])
def test_a_key_that_is_none_is_refused(firm: Served, key: str) -> None:
    assert firm.post("/requests", ASKED, key=key).status_code == 422
    assert not Request.objects.exists()


def test_of_two_calls_at_once_one_acts(either: Served) -> None:
    key, start = str(uuid4()), threading.Barrier(4)
    answers: list[tuple[int, bytes]] = []

    def call() -> None:
        start.wait()
        answer = either.post("/requests", ASKED, key=key)
        answers.append((answer.status_code, answer.data))
        connections.close_all()

    _at_once([call] * 4)
    assert Request.objects.count() == 1
    assert {status for status, _ in answers} <= {202, 409}
    assert len({body for status, body in answers if status == 202}) == 1


def test_of_four_presses_of_a_button_at_once_one_makes_a_request(either: Served) -> None:
    desks, start = [visitor(either, Role.SUPPORT) for _ in range(4)], threading.Barrier(4)
    told = {"right": "question", "channel": "telephone", "received_on": "2026-11-24", "words": "?", "mark": "one page"}
    ways: list[str | None] = []

    def press(desk: Visitor) -> Callable[[], None]:
        def pressed() -> None:
            start.wait()
            ways.append(desk.post("/console/requests/new/", told).location)
            connections.close_all()

        return pressed

    _at_once([press(desk) for desk in desks])
    assert set(ways) == {f"/console/requests/{Request.objects.get().reference}/"}
    visitor(either, Role.OFFICER).post("/console/requests/new/", told)  # a mark of one is nothing to another
    assert Request.objects.count() == 2


def _at_once(calls: list[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=call) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
