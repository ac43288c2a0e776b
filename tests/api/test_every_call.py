"""What every call goes through: limits, sizes, headers, and problems that repeat nobody's values."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Any
from unittest.mock import patch

import pytest
from werkzeug.test import Client, TestResponse

from bailee.store import staff
from bailee.store.models import Role
from bailee.web import limits
from bailee.web.api import api
from bailee.web.api.problems import TITLES
from bailee.web.limits import CallLimit, Meter, place_of
from tests.api.live import Served
from tests.harm.firm import MARKER

PROBLEM = "application/problem+json"


def raw(
    firm: Served, data: bytes, kind: str = "application/json", headers: Mapping[str, str] | None = None
) -> TestResponse:
    """Post bytes as they are."""
    return Client(firm.app).post("/api/v1/requests", data=data, content_type=kind, headers=headers)


WRONG: list[tuple[str, str, Any]] = [
    ("POST", "/requests", {"right": MARKER}),
    ("POST", "/requests", {"right": "copy", "identities": [MARKER]}),
    ("POST", "/requests", {"right": "copy", MARKER: MARKER}),
    ("POST", "/requests", {"right": "copy", "name": [MARKER]}),
    ("POST", "/requests", {"right": "copy", "identities": {MARKER: 1}}),
    ("POST", "/requests", MARKER),
    ("POST", "/requests", [MARKER]),
    ("POST", f"/requests/{MARKER}/prove", {"code": "2222-2222"}),
    ("POST", "/requests/2222-2222-2222/prove", {"code": MARKER * 20}),
    ("POST", "/clock", {"received": MARKER}),
    ("POST", "/clock", {"received": "2026-06-10", "right": MARKER}),
    ("POST", "/clock", {"received": "2026-06-10", "division": MARKER}),
    ("POST", "/receipts/verify", {"receipt": MARKER}),
    ("GET", f"/{MARKER}", None),
    ("GET", f"/requests?{MARKER}={MARKER}", None),
    ("GET", f"/mine?{MARKER}", None),
    ("PATCH", "/requests", None),
    ("POST", "/find", {"persons": [MARKER], "reason": "to answer a request"}),
    ("POST", "/find", {"persons": [f"{MARKER}@post.example"], "confirmed": [f"shop.{MARKER}:1"], "reason": MARKER}),
    ("POST", "/find", {"persons": [f"{MARKER}:x"], "reason": "to answer a request"}),
    ("POST", "/preview/retain", {"rule": MARKER}),
    ("POST", "/checks", {"only": [MARKER]}),
    ("GET", f"/systems/{MARKER}/map", None),
    ("POST", f"/systems/{MARKER}/connect", {}),
    ("POST", f"/systems/{MARKER}/connect", {"address": f"sqlite:///{MARKER}"}),
    ("POST", f"/systems/{MARKER}/connect", {"address": f"env:{MARKER}"}),
    ("POST", f"/systems/{MARKER}/connect", {"address": f"postgresql://127.0.0.1:1/{MARKER}"}),
    ("POST", "/systems/shop/connect", {"address": f"postgresql://127.0.0.1/{MARKER}"}),
    ("POST", f"/systems/{MARKER}/grants", {}),
    ("POST", f"/systems/{MARKER}/map/accept", {"sure": 0.9}),
    ("POST", "/systems/shop/map/decide", {"said": [MARKER], "take": True}),
    ("PUT", f"/vault/secrets/{MARKER}", {"text": MARKER}),
    ("PUT", f"/vault/secrets/{MARKER}", {"text": f"sqlite:///{MARKER}"}),
    ("DELETE", f"/vault/secrets/{MARKER}", None),
    ("POST", "/preview/release", {"case": MARKER}),
    ("POST", "/unsubscribe-links", {"email": MARKER}),
    ("POST", "/staff", {"email": MARKER, "name": MARKER, "role": "support"}),
    ("POST", "/webhooks", {"url": f"https://{MARKER}.invalid/"}),
]


def test_nothing_that_was_sent_is_said_again_or_logged(
    firm: Served, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    for by in (None, Role.CONTROLLER, Role.ADMINISTRATOR, MARKER):
        for method, path, body in WRONG:
            firm.clock.forward(seconds=1)
            answer = firm.call(method, path, body, by=by, headers={f"X-{MARKER}": MARKER})
            said = (method, path, answer.text)
            assert MARKER not in answer.text.lower(), said
            assert MARKER not in str(answer.headers).lower()
            if answer.status_code >= 400:
                problem = answer.get_json()
                assert answer.headers["Content-Type"] == PROBLEM, said
                assert problem["type"].removeprefix("urn:bailee:problem:") in TITLES
                assert problem["status"] == answer.status_code
    printed = capfd.readouterr()
    assert MARKER not in (printed.out + printed.err + caplog.text).lower()
    assert "POST /api/v1/requests 4" in caplog.text


def test_a_fault_is_told_by_kind_and_place_alone(firm: Served, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with patch.object(staff, "describe_staff", side_effect=RuntimeError(MARKER)):
        answer = firm.get("/me", by=Role.SUPPORT)
    assert (answer.status_code, answer.headers["Content-Type"]) == (500, PROBLEM)
    assert MARKER not in answer.text + caplog.text
    assert "fault: RuntimeError at" in caplog.text


def test_faults_are_answered_with_problems(firm: Served, caplog: pytest.LogCaptureFixture) -> None:
    with patch("bailee.web.api.middleware.find_token", side_effect=RuntimeError(MARKER)):
        answer = firm.get("/me", by=Role.SUPPORT)
    assert (answer.status_code, answer.headers["Content-Type"]) == (500, PROBLEM)
    assert MARKER not in answer.text + caplog.text


def test_bodies_are_json_and_not_too_large(firm: Served) -> None:
    assert raw(firm, b"right=copy", "application/x-www-form-urlencoded").status_code == 415
    assert raw(firm, b"{}", "text/plain").status_code == 415
    for broken in (b"", b"{", b"\xff", b'{"right": NaN}', b"[" * 100_000, b'{"right": "copy", "name": "\\ud800"}'):
        assert raw(firm, broken).status_code in {400, 422}, broken
    assert raw(firm, b" " * (256 * 1024 + 1)).status_code == 413
    odd = Client(firm.app).post("/api/v1/requests", environ_overrides={"CONTENT_LENGTH": "many"})
    assert odd.status_code == 413


def test_answers_are_kept_by_nobody_and_read_by_no_other_site(firm: Served) -> None:
    for answer in (firm.get("/policy/schema"), firm.get("/me"), firm.get("/nowhere")):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert not [name for name, _ in answer.headers if name.lower().startswith("access-control")]
        assert "Set-Cookie" not in answer.headers


def test_whoever_calls_too_often_waits_and_nobody_else(firm: Served) -> None:
    answers = [firm.get("/ledger") for _ in range(limits.PUBLIC.calls + 1)]
    assert [one.status_code for one in answers] == [404] * limits.PUBLIC.calls + [429]
    assert answers[0].headers["RateLimit"] == f'"public";r={limits.PUBLIC.calls - 1};t=1'
    assert int(answers[-1].headers["Retry-After"]) >= 1
    assert firm.get("/ledger", at="192.0.2.2").status_code == 404
    assert firm.get("/me", by=Role.SUPPORT).status_code == 200
    firm.clock.forward(seconds=2)
    assert firm.get("/ledger").status_code == 404


def test_requests_from_one_place_are_few_whichever_process_takes_them_in(firm: Served) -> None:
    asked = {"right": "question", "reply_to": "zoe@elsewhere.example", "words": "What?"}
    statuses = []
    for _ in range(21):
        firm.clock.forward(seconds=1)
        statuses.append(firm.post("/requests", asked).status_code)
    assert statuses == [202] * 20 + [429]
    assert firm.post("/requests", asked, at="192.0.2.2").status_code == 202


def test_one_house_of_ipv6_is_one_place() -> None:
    assert place_of("2001:db8:1:2::1") == place_of("2001:db8:1:2:ffff::9") != place_of("2001:db8:1:3::1")
    assert place_of("::ffff:192.0.2.1") == place_of("192.0.2.1")
    assert place_of("") == place_of("unix:")


def test_a_meter_forgets_who_called_longest_ago_and_refills_evenly() -> None:
    meter, limit = Meter(keys=2), CallLimit("some", 2, 10)
    assert [meter.count(limit, "a", 0) is not None for _ in range(3)] == [True, True, False]
    assert meter.wait(limit, "a", 0) == 5
    assert meter.count(limit, "a", 5) is not None
    for key in ("b", "c"):
        meter.count(limit, key, 5)
    left = meter.count(limit, "a", 5)
    assert left is not None
    assert left.calls == 1


def test_the_time_of_a_token_is_written_once_a_minute(firm: Served) -> None:
    from bailee.store.models import Token

    seen = []
    for _ in range(3):
        firm.get("/me", by=Role.AUDITOR)
        seen.append(Token.objects.get(staff=firm.staff[Role.AUDITOR]).used_at)
        firm.clock.forward(seconds=40)
    assert seen[0] == seen[1] != seen[2]


def test_a_token_is_known_by_its_look_and_a_slip_in_it_is_seen() -> None:
    token = staff.make_token()
    assert token.startswith("bailee_")
    assert len(token) == 66
    assert staff.is_token(token)
    for place in range(len("bailee_"), len(token)):
        other = "a" if token[place] != "a" else "b"
        assert not staff.is_token(token[:place] + other + token[place + 1 :])
    assert not staff.is_token(token.upper())
    assert not staff.is_token("bailee_" + "é" * 59)


def test_the_description_is_valid_and_says_what_may_go_wrong() -> None:
    schema = json.loads(json.dumps(api.get_openapi_schema(path_prefix="/api/v1/")))
    assert schema["openapi"].startswith("3.1")
    for methods in schema["paths"].values():
        for operation in methods.values():
            assert operation["description"]
            assert operation["tags"]
            wrong = {code: one for code, one in operation["responses"].items() if int(code) >= 400}
            assert {"429", "500", "503"} <= set(wrong)
            assert all(list(one["content"]) == [PROBLEM] for one in wrong.values())
            assert ("security" in operation) == ("401" in wrong)
