"""From the question to the receipt, over HTTP alone: the person, two members of staff, and a worker."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime, timedelta
from typing import Any

import pytest

from bailee.requests.letters.facts import CODES
from bailee.requests.letters.outbox import open_letter
from bailee.store.models import Message, Reading, Request, Role
from tests.api.live import Served
from tests.harm.firm import ALICE, MARKER

MALLORY, NOBODY = "mallory@elsewhere.example", "zoe@elsewhere.example"


def ask(firm: Served, right: str, *identities: str, **more: Any) -> str:
    """Ask as the public does, and return the reference."""
    answer = firm.post("/requests", {"right": right, "identities": list(identities or (ALICE,)), **more})
    assert answer.status_code == 202, answer.text
    return str(answer.get_json()["reference"])


def enter(firm: Served, reference: str) -> str:
    """Let a worker send a code, and the person come in by it."""
    firm.work()
    answer = firm.post(f"/requests/{reference}/prove", {"code": firm.codes(reference)[-1]})
    assert answer.status_code == 200, answer.text
    return str(answer.get_json()["token"])


def test_an_erasure_from_the_question_to_the_receipt(either: Served) -> None:
    firm = either
    reference = ask(firm, "erase")
    token = enter(firm, reference)
    firm.work()
    shown = firm.get(f"/requests/{reference}", by=Role.OFFICER).get_json()
    (plan,) = shown["plans"]
    assert (shown["status"], plan["state"]) == ("planned", "proposed")
    whole = firm.get(f"/plans/{plan['id']}", by=Role.OFFICER).get_json()
    assert whole["plan"]["hash"] == plan["hash"]
    assert MARKER not in str(shown) + str(whole)
    approve = f"/requests/{reference}/approve"
    assert firm.post(approve, {"hash": "0" * 8}, by=Role.OFFICER).status_code == 409
    approved = firm.post(approve, {"hash": plan["hash"][:8]}, by=Role.OFFICER)
    assert approved.get_json()["plan"]["approval"]["acts_at"] > str(firm.clock.now)
    firm.clock.forward(hours=2)
    firm.work()
    firm.clock.forward(hours=25)
    firm.work()
    over = firm.get(f"/requests/{reference}", by=Role.AUDITOR).get_json()
    assert over["status"] in {"closed", "held"}, over
    release = firm.post("/preview/release", {"case": whole["plan"]["case"]}, by=Role.SUPPORT).get_json()
    kept = {(step["fate"], step["collection"]) for system in release["systems"] for step in system["steps"]}
    assert (release["kind"], ("kept", "invoice") in kept) == ("release", True), release
    assert firm.get("/mine", by=token).status_code == 401  # an hour is over
    assert firm.post(f"/requests/{reference}/code").status_code == 202
    token = enter(firm, reference)
    mine = firm.get("/mine", by=token).get_json()
    assert mine["has_receipt"]
    assert {"held"} <= {one["template"] for one in mine["letters"]}
    assert not CODES & {one["template"] for one in mine["letters"]}
    (receipt,) = firm.post("/mine/receipts/fetch", by=token).get_json()
    said = firm.post("/receipts/verify", {"receipt": receipt["receipt"], "person": ALICE}).get_json()
    assert (said["holds"], said["about_person"]) == (True, True)
    audit = firm.post("/ledger/verify", by=Role.AUDITOR).get_json()
    assert (audit["holds"], audit["key"]) == (True, said["key"])
    assert said["size"] <= audit["entries"]
    assert firm.get("/ledger").get_json()["checkpoint"].startswith(audit["key"].partition("+")[0])


def test_a_copy_is_fetched_by_its_person_and_again_for_a_day(firm: Served) -> None:
    reference = ask(firm, "copy")
    token = enter(firm, reference)
    firm.work()
    (parcel,) = firm.get("/mine", by=token).get_json()["parcels"]
    path = f"/mine/parcels/{parcel['id']}/fetch"
    other = enter(firm, ask(firm, "copy", f"bob.{MARKER}@post.example"))
    assert firm.post(path, by=other).status_code == 404
    fetched = firm.post(path, by=token)
    assert "index.html" in "".join(zipfile.ZipFile(io.BytesIO(fetched.data)).namelist())
    assert firm.post(path, by=token).data == fetched.data  # the first download may have broken off
    (left,) = firm.get("/mine", by=token).get_json()["parcels"]
    assert datetime.fromisoformat(left["expires_at"]) - datetime.fromisoformat(left["fetched_at"]) == timedelta(days=1)


def test_the_public_is_told_the_same_whether_somebody_is_known_or_not(firm: Served) -> None:
    answers, tries, codes = [], [], []
    for whom in (ALICE, NOBODY):
        asked = firm.post("/requests", {"right": "copy", "identities": [whom], "reply_to": MALLORY})
        assert asked.status_code == 202, asked.text
        reference = asked.get_json()["reference"]
        firm.work()
        answers.append((asked.status_code, asked.text.replace(reference, "")))
        tries.append(firm.post(f"/requests/{reference}/prove", {"code": "2222-2222"}))
        codes.append(firm.post(f"/requests/{reference}/code"))
    tries.append(firm.post("/requests/2222-2222-2222/prove", {"code": "2222-2222"}))
    codes.append(firm.post("/requests/2222-2222-2222/code"))
    assert answers[0] == answers[1]
    assert {(one.status_code, one.text) for one in tries} == {(403, tries[0].text)}
    assert {(one.status_code, one.text) for one in codes} == {(202, codes[0].text)}


def test_no_code_goes_to_an_address_that_came_with_the_request(firm: Served) -> None:
    reference = ask(firm, "copy", reply_to=MALLORY)
    firm.work()
    assert firm.codes(reference)
    firm.post(f"/requests/{reference}/code")
    firm.work()
    identity = Message.objects.filter(request__reference=reference, template="identity")
    assert {open_letter(firm.context, one).to for one in identity} == {ALICE}


def test_a_code_opens_one_request_and_is_tried_a_few_times(firm: Served) -> None:
    reference = ask(firm, "copy")
    firm.work()
    path, code = f"/requests/{reference}/prove", firm.codes(reference)[0]
    tried = [firm.post(path, {"code": "2222-2222"}).status_code for _ in range(6)]
    assert tried == [403] * 5 + [429]
    assert firm.post(path, {"code": code}).status_code == 429
    firm.clock.forward(minutes=1)
    firm.post(f"/requests/{reference}/code")
    token = enter(firm, reference)
    assert firm.get("/mine", by=token).get_json()["reference"] == reference


def test_a_code_of_a_visit_is_used_once_and_opens_nothing_else(firm: Served) -> None:
    reference = ask(firm, "restrict")
    enter(firm, reference)
    firm.work()
    assert Request.objects.get().status == "closed"
    firm.post(f"/requests/{reference}/code")
    firm.work()
    code, path = firm.codes(reference)[-1], f"/requests/{reference}/prove"
    token = firm.post(path, {"code": code}).get_json()["token"]
    assert firm.post(path, {"code": code}).status_code == 403
    changed = token[:-3] + ("aaa" if token[-3:] != "aaa" else "bbb")
    assert firm.get("/mine", by=changed).status_code == 401
    assert firm.get("/requests", by=token).status_code == 401


def test_a_person_takes_a_request_back(firm: Served) -> None:
    token = enter(firm, ask(firm, "erase"))
    firm.work()
    assert firm.post("/mine/withdraw", by=token).get_json()["outcome"] == "withdrawn"
    assert firm.post("/mine/withdraw", by=token).status_code == 409


def test_what_a_person_said_is_read_for_a_reason_and_that_is_written_down(firm: Served) -> None:
    reference = ask(firm, "question", reply_to=ALICE, words=f"What of {MARKER}?")
    path = f"/requests/{reference}/asked"
    assert firm.post(path, {}, by=Role.SUPPORT).status_code == 422
    assert firm.post(path, {"reason": MARKER}, by=Role.SUPPORT).status_code == 422
    assert not Reading.objects.exists()
    said = firm.post(path, {"reason": "to answer a request"}, by=Role.SUPPORT).get_json()
    assert MARKER in said["words"]
    (look,) = firm.get(f"/requests/{reference}/readings", by=Role.AUDITOR).get_json()
    assert (look["by"], look["what"]) == (firm.staff[Role.SUPPORT].id, "asked")


def test_an_objection_is_looked_at_before_anything_is_changed(firm: Served) -> None:
    reference = ask(firm, "object")
    asked = {"persons": [ALICE], "reason": "to answer a request", "reference": reference}
    seen = firm.post("/preview/object", asked, by=Role.SUPPORT)
    assert (seen.status_code, seen.get_json()["kind"]) == (200, "object"), seen.text
    (look,) = Reading.objects.all()
    assert (look.what, look.request) == ("plan object", Request.objects.get(reference=reference))


def test_who_looked_for_a_person_stands_with_their_request(firm: Served) -> None:
    reference = ask(firm, "copy")
    enter(firm, reference)
    found = firm.post("/find", {"persons": [ALICE], "reason": "to look into an incident"}, by=Role.SUPPORT)
    assert found.get_json()["holdings"], found.text
    assert MARKER not in found.text
    looks = firm.get(f"/requests/{reference}/readings", by=Role.CONTROLLER).get_json()
    assert "find" in {one["what"] for one in looks}


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_pages_of_requests_hold_each_once(firm: Served, limit: int) -> None:
    asked = []
    for n in range(5):
        firm.clock.forward(seconds=n % 2)
        asked.append(ask(firm, "question", reply_to=ALICE, words="What?"))
    listed: list[str] = []
    after: str | None = ""
    while after is not None:
        page = firm.get(f"/requests?limit={limit}{after and f'&after={after}'}", by=Role.SUPPORT).get_json()
        listed += [one["reference"] for one in page["requests"]]
        after = page["next"]
    assert sorted(listed) == sorted(asked)
    assert firm.get("/requests?after=bm90IGEgcGFnZQ==", by=Role.SUPPORT).status_code == 404


def test_more_time_is_taken_on_a_ground_and_said_so(firm: Served) -> None:
    reference = ask(firm, "copy")
    enter(firm, reference)
    path = f"/requests/{reference}/extend"
    assert firm.post(path, {"reasons": "Nine years of calls."}, by=Role.OFFICER).status_code == 422
    taken = firm.post(path, {"ground": "number", "reasons": "Nine years of calls."}, by=Role.OFFICER)
    assert taken.status_code == 200, taken.text
    assert Request.objects.get(reference=reference).extension_reason == "number"
    letter = open_letter(firm.context, Message.objects.get(request__reference=reference, template="extend"))
    assert "Nine years of calls." in str(letter)


def test_staff_acknowledge_a_complaint_and_have_a_copy_packed(firm: Served) -> None:
    complaint, copy = ask(firm, "complaint", reply_to=ALICE, words="You called at night."), ask(firm, "copy")
    enter(firm, copy)
    Request.objects.filter(reference=complaint).update(acknowledged_on=None)
    assert firm.post(f"/requests/{complaint}/acknowledge", {}, by=Role.AUDITOR).status_code == 403
    assert firm.post(f"/requests/{complaint}/acknowledge", {}, by=Role.SUPPORT).status_code == 200
    assert Request.objects.get(reference=complaint).acknowledged_on is not None
    assert firm.post(f"/requests/{copy}/pack", {}, by=Role.SUPPORT).status_code == 200
    firm.work()
    assert Request.objects.get(reference=copy).parcels.exists()
