"""Letters that have not gone: listed, printed, ticked off, sent again."""

from __future__ import annotations

import json

from bailee.requests.letters.outbox import open_letter, post_letter
from bailee.store.models import Message, Reading, Request, Role
from tests.api.live import Served
from tests.harm.firm import ALICE, MARKER

WHY = {"reason": "to answer a request"}


def a_letter(firm: Served, **how: str) -> Message:
    """A letter with a code, about a request that nobody has shown to be theirs."""
    asked = {"right": "copy", "identities": [ALICE], "channel": "letter"}
    reference = firm.post("/requests/log", asked, by=Role.SUPPORT).get_json()["reference"]
    context = firm.context.at(firm.clock.now)
    facts = {"code": "K7QM-3XPA", "expires": firm.clock.now.isoformat()}
    return post_letter(context, Request.objects.get(reference=reference), "identity", facts, **how)


def test_a_letter_on_paper_is_printed_and_ticked_off(firm: Served) -> None:
    letter = a_letter(firm, to=f"Alice {MARKER}\n1 Rope Walk", channel="paper")
    listed = firm.get("/letters", by=Role.SUPPORT)
    assert [(one["id"], one["state"]) for one in listed.get_json()] == [(letter.id, "to_print")]
    assert firm.get("/letters", by=Role.AUDITOR).get_json() == []
    path = f"/letters/{letter.id}"
    assert firm.post(f"{path}/sent", by=Role.SUPPORT).status_code == 409  # it was never printed
    assert firm.post(f"{path}/print", by=Role.SUPPORT).status_code == 422
    assert not Reading.objects.filter(what="letter").exists()
    printed = firm.post(f"{path}/print", WHY, by=Role.SUPPORT)
    assert (printed.headers["Content-Type"], printed.data[:5]) == ("application/pdf", b"%PDF-")
    assert Reading.objects.filter(what="letter").exists()
    assert firm.post(f"{path}/sent?on=9999-01-01", by=Role.SUPPORT).status_code == 409
    key = "0123456789abcdef"
    sent = [firm.post(f"{path}/sent", by=Role.SUPPORT, key=key) for _ in range(2)]
    assert [one.status_code for one in sent] == [204, 204]
    assert Message.objects.get(id=letter.id).sealed is None  # the code in it is gone
    assert firm.post(f"{path}/print", WHY, by=Role.SUPPORT).status_code == 404
    assert MARKER not in json.dumps(listed.get_json()) + "".join(one.text for one in sent)


def test_mail_that_failed_or_waits_is_sent_again(firm: Served) -> None:
    letter = a_letter(firm, to=ALICE)
    again = f"/letters/{letter.id}/again"
    assert firm.post(again, by=Role.OFFICER).status_code == 204
    Message.objects.filter(id=letter.id).update(state="sent")
    assert firm.post(again, by=Role.OFFICER).status_code == 409
    Message.objects.filter(id=letter.id).update(state="failed", problem="550")
    assert firm.post(again, by=Role.OFFICER).status_code == 204
    assert Message.objects.get(id=letter.id).state == "queued"


def test_a_letter_that_came_back_is_noted_though_what_it_said_is_gone(firm: Served) -> None:
    letter = a_letter(firm, to=ALICE)
    returned = f"/letters/{letter.id}/returned"
    assert firm.post(returned, by=Role.OFFICER).status_code == 409  # it has not left
    Message.objects.filter(id=letter.id).update(state="sent", sealed=None)
    assert firm.post(returned, by=Role.OFFICER).status_code == 204
    letter.refresh_from_db()
    assert (letter.state, letter.problem) == ("failed", "returned")
    assert firm.post("/letters/0123456789abcdef/returned", by=Role.OFFICER).status_code == 404


def test_what_was_put_right_may_be_said_with_an_outcome_and_need_not(firm: Served) -> None:
    def concluded(**said: object) -> tuple[int, str]:
        asked = {"right": "complaint", "identities": [ALICE], "reply_to": ALICE, "channel": "letter"}
        reference = firm.post("/requests/log", asked, by=Role.SUPPORT).get_json()["reference"]
        answer = firm.post(f"/requests/{reference}/conclude", {"words": "You are right.", **said}, by=Role.OFFICER)
        sent = Message.objects.filter(request__reference=reference, template="complaint_outcome").first()
        return answer.status_code, open_letter(firm.context, sent).letter.text if sent else ""

    assert concluded(put_right=["It is gone."], nothing_to_put_right=True) == (422, "")
    for said, words in (({}, ""), ({"put_right": ["It is gone."]}, "It is gone."), (
        {"nothing_to_put_right": True}, "We have found nothing that we must put right."
    )):  # fmt: skip
        status, text = concluded(**said)
        assert status == 200
        assert words in text
        assert ("What we have done" in text) == bool(words)
