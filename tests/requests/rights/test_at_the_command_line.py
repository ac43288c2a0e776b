"""Requests dealt with at the command line, by people of several roles."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bailee.cli.app import run
from tests.harm.firm import ALICE, BOB
from tests.requests.rights.people import World, letters, text_of

pytestmark = pytest.mark.parametrize("world", ["sqlite"], indirect=True)

Command = Callable[..., tuple[int, Any, str]]


@pytest.fixture
def bailee(world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run a command as a member of staff, with JSON; return its exit code, what it said, and the error."""
    monkeypatch.delenv("BAILEE_TOKEN", raising=False)
    policy = ["--policy", str(world.firm.folder)]
    people = {"admin": "administrator", "sue": "support", "olga": "officer", "noor": "controller"}
    from bailee.store.models import Staff

    Staff.objects.all().delete()
    for name, role in people.items():
        as_ = [] if role == "administrator" else ["--as", "admin@harm.example"]
        adding = ["staff", "add", f"{name}@harm.example", "--name", name, "--role", role]
        assert run([*adding, *as_, *policy]) == 0

    def command(*words: str, by: str) -> tuple[int, Any, str]:
        capsys.readouterr()
        code = run(
            [*words, "--as", f"{by}@harm.example", *policy, *([] if words[:2] == ("hold", "lift") else ["--json"])]
        )
        said = capsys.readouterr()
        return code, json.loads(said.out) if said.out.strip() else None, said.err

    return command


def test_an_erasure_from_plan_to_refusal(world: World, bailee: Command) -> None:
    request = world.request("erase")
    code, planned, _ = bailee("request", "plan", request.reference, by="sue")
    assert (code, planned["status"], planned["state"]) == (0, "planned", "proposed")
    code, _, error = bailee("request", "approve", request.reference, planned["hash"][:8], by="sue")
    assert (code, json.loads(error)["error"]["message"]) == (6, "the role support may not approve")
    code, anew, _ = bailee("request", "plan", request.reference, by="olga")
    assert (code, anew["difference"]) == (0, [])
    assert bailee("request", "approve", request.reference, planned["hash"], by="noor")[0] == 6
    code, approved, _ = bailee("request", "approve", request.reference, anew["hash"][:8], by="noor")
    assert (code, approved["status"]) == (0, "approved")
    assert approved["acts_at"] > anew["due"][:4]
    assert bailee("request", "cancel", request.reference, by="sue")[1]["status"] == "open"
    code, extended, _ = bailee("request", "confirm", request.reference, "desk.writer:1", by="sue")
    assert (code, extended["status"]) == (0, "planned")
    code, refused, _ = bailee("request", "refuse", request.reference, "legal_claims", "In court.", by="noor")
    assert (code, refused["outcome"]) == (0, "refused")
    assert letters(request) == ["refuse"]


def test_a_copy_and_its_clock(world: World, bailee: Command, tmp_path: Path) -> None:
    from bailee.requests.copy_packages import pack_copy
    from bailee.store.models import Request

    request = world.request("copy")
    today = world.context.at(_now()).today
    Request.objects.filter(id=request.id).update(received_on=today - timedelta(days=3))
    assert bailee("request", "clarify", request.reference, "Which calls?", by="sue")[1]["due"] is None
    assert bailee("request", "answered", request.reference, by="sue")[1]["due"] is not None
    assert bailee("request", "extend", request.reference, "complexity", "Nine years of calls.", by="olga")[0] == 0
    assert bailee("request", "pack", request.reference, by="sue")[1]["status"] == "open"
    request.refresh_from_db()
    with world.systems(world.context) as systems:
        pack_copy(world.context.at(_now()), systems, request)
    out = tmp_path / "copy.zip"
    assert bailee("request", "fetch", request.reference, "-o", str(out), by="olga")[0] == 0
    assert zipfile.is_zipfile(out)
    assert out.stat().st_mode & 0o777 == 0o600


def test_questions_complaints_and_withdrawals(world: World, bailee: Command) -> None:
    from bailee.store.models import Request

    question, complaint, copy = (world.request(right) for right in ("question", "complaint", "copy"))
    assert bailee("request", "pass-on", question.reference, by="sue")[0] == 0
    assert bailee("request", "answer", question.reference, "So it is.", by="sue")[0] == 6
    assert bailee("request", "answer", question.reference, "So it is.", by="noor")[1]["outcome"] == "done"
    Request.objects.filter(id=complaint.id).update(acknowledged_on=None)
    assert bailee("request", "acknowledge", complaint.reference, by="admin")[0] == 6
    assert bailee("request", "acknowledge", complaint.reference, by="sue")[1]["status"] == "open"
    complaint.refresh_from_db()
    assert complaint.acknowledged_on is not None
    assert bailee("request", "acknowledge", complaint.reference, by="sue")[0] == 0
    assert bailee("request", "acknowledge", complaint.reference, by="admin")[0] == 6
    assert bailee("request", "acknowledge", copy.reference, by="sue")[0] == 6
    assert complaint.messages.filter(template="complaint").count() == 1
    assert bailee("request", "progress", complaint.reference, "We ask around.", by="olga")[1]["status"] == "open"
    outcome = ("request", "conclude", complaint.reference, "You are right.", "--put-right", "We call back now.")
    code, _, error = bailee(*outcome, "--nothing-to-put-right", by="olga")
    assert (code, "NOTHING-TO-PUT-RIGHT" in error, "call back" in error) == (2, True, False)
    assert bailee(*outcome, by="olga")[1]["status"] == "closed"
    assert "We call back now." in text_of(world.context, complaint, "complaint_outcome")
    assert bailee("request", "withdraw", copy.reference, by="sue")[1]["outcome"] == "withdrawn"


def test_who_has_no_address_is_told_by_staff(world: World, bailee: Command) -> None:
    request = world.request("erase", reply_to="")
    refused = bailee("request", "refuse", request.reference, "legal_claims", "In court.", by="noor")
    assert (refused[0], refused[1]["untold"]) == (1, ["refuse"])
    assert bailee("request", "list", by="sue")[1]["untold"] == [request.reference]
    assert bailee("request", "show", request.reference, by="sue")[1]["untold"] == ["refuse"]
    assert bailee("request", "person-told", request.reference, by="sue")[:1] == (0,)
    assert bailee("request", "person-told", request.reference, by="sue")[0] == 6


def test_what_staff_must_tell_says_whether_there_was_no_address_or_the_letter_was_not_delivered(world: World) -> None:
    from bailee.cli.request.state import to_tell
    from bailee.requests.refusals import refuse_request
    from bailee.requests.staff_notifications import list_untold_letters

    requests = [world.request("erase", reply_to=""), world.request("erase")]
    for request in requests:
        refuse_request(world.by("controller"), request, "legal_claims", "In court.")
    requests[1].messages.filter(template="refuse").update(state="failed", problem="recipient-550")
    told = [[line.text for line in to_tell(one, list_untold_letters(one))] for one in requests]
    assert told == [["no address for: refuse", "tell them yourself"], ["not delivered: refuse", "tell them yourself"]]


def test_staff_hand_receipts_out(world: World, bailee: Command, tmp_path: Path) -> None:
    from bailee.store.models import Receipt, Request

    request, plan = world.planned()
    Request.objects.filter(id=request.id).update(status="held")
    out = tmp_path / "hers.tlog-proof"
    command = ("request", "receipt", request.reference, "-o", str(out))
    assert bailee(*command, by="olga")[0] == 6
    sealed = world.context.vault.seal(f"request:{request.id}", b"c2sp.org/tlog-proof@v1", about=f"receipt:{plan.id}")
    Receipt.objects.create(plan=plan, request=request, entry=1, issued_at=_now(), sealed=sealed)
    assert bailee(*command, by="sue")[0] == 6
    assert bailee(*command, by="olga")[0] == 0
    assert out.read_text() == "c2sp.org/tlog-proof@v1"
    assert (bailee(*command, by="olga")[0], out.stat().st_mode & 0o777) == (7, 0o600)


def test_holds_restrictions_and_suppressions(world: World, bailee: Command) -> None:
    from bailee.requests.request_plans import plan_request
    from bailee.store.models import Reading

    place = ("hold", "place", BOB, "--name", "case 7", "--law", "Limitation Act 1980")
    assert bailee(*place, by="olga")[0] == 6
    code, (hold,), _ = bailee(*place, "--until", "2039-06-30", by="noor")
    assert (code, hold["until"]) == (0, "2039-06-30")
    assert bailee("hold", "list", by="sue")[1] == [hold]
    assert bailee("hold", "lift", hold["id"], by="noor")[0] == 0
    assert bailee("hold", "list", by="sue")[1] == []
    assert bailee("suppressed", ALICE, by="sue")[:2] == (0, {"suppressed": False})
    restriction = world.request("restrict")
    with world.systems(world.context) as systems:
        plan_request(world.context, systems, restriction)
        plan_request(world.context, systems, world.request("object"))
    assert bailee("suppressed", f" {ALICE.upper()}", by="sue")[:2] == (1, {"suppressed": True})
    looks = Reading.objects.filter(what="suppression", tag__in=restriction.tags.values("tag"))
    assert [look.staff.role for look in looks if look.staff] == ["support", "support"]
    ends = (_now() + timedelta(days=9)).date().isoformat()
    lifted = bailee("request", "lift", restriction.reference, "It is right now.", "--ends", ends, by="noor")
    assert (lifted[0], lifted[1]["status"]) == (0, "closed")
    code, _, error = bailee(
        "request", "recipient-told", restriction.reference, "nobody", "--why-not", "never", by="sue"
    )
    assert (code, "no such recipient" in error) == (6, True)


def _now() -> Any:
    from datetime import UTC, datetime

    return datetime.now(UTC)
