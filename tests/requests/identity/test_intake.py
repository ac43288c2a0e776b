"""Requests come in: the same for everybody, by whoever may, and not without end."""

from __future__ import annotations

import json
import statistics
import time
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from bailee.engine.plans import NotAllowed
from bailee.store.errors import NotAskable, TooMany
from tests.harm.firm import ALICE, MARKER
from tests.requests.identity.place import MALLORY, Place, due, kinds

STRANGER = f"zoe.{MARKER}@post.example"  # as long as Alice's


def test_a_request_has_a_reference_a_status_and_a_letter(place: Place) -> None:
    request = place.ask("copy")
    assert len(request.reference) == 14
    assert (request.status, request.received_on, request.due_on) == (
        "unverified",
        place.context.today,
        date(2026, 4, 15),
    )
    assert place.letters(request) == [("acknowledge", MALLORY)]
    assert due(request) == {"identify", "expire"}
    assert kinds(request) == ["received", "acknowledged"]


def test_the_answer_is_the_same_byte_by_byte_whether_the_person_is_known_or_not(place: Place) -> None:
    from bailee.requests.intake import build_public_answer

    def told(identity: str) -> tuple[str, Any]:
        request = place.ask("erase", identity)
        letter = place.opened(request.messages.get()).letter
        said = json.dumps([build_public_answer(request), letter.subject, letter.text, letter.html])
        request.refresh_from_db()
        row = {f.name: getattr(request, f.name) for f in request._meta.fields}
        del row["id"], row["reference"], row["sealed"]
        return said.replace(request.reference, "REFERENCE"), row

    assert told(ALICE) == told(STRANGER)


def test_it_takes_as_long_whether_the_person_is_known_or_not(place: Place) -> None:
    """Medians of many, by turns, are within the noise; and what is sent to the books is the same."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def once(identity: str) -> tuple[float, list[str]]:
        with CaptureQueriesContext(connection) as captured:
            start = time.perf_counter()
            place.ask("erase", identity, reply_to="")
            took = time.perf_counter() - start
        return took, [query["sql"].split(" ")[0] for query in captured]

    for warm in range(2):
        once(f"warm{warm}@post.example")
    took: dict[str, list[float]] = {ALICE: [], STRANGER: []}
    sent: set[tuple[str, ...]] = set()
    for n in range(30):
        for identity in (ALICE, STRANGER)[:: 1 if n % 2 else -1]:
            seconds, statements = once(identity)
            took[identity].append(seconds)
            sent.add(tuple(statements))
    assert len(sent) == 1
    known, unknown = took.values()
    spread = statistics.quantiles(known, n=4)
    assert abs(statistics.median(known) - statistics.median(unknown)) < max(spread[2] - spread[0], 0.002)


def test_no_system_is_reached_when_a_request_comes_in(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HARM_URL")
    assert place.ask("copy").status == "unverified"


def test_staff_log_what_they_were_told_and_nobody_else_does(place: Place) -> None:
    from bailee.requests.intake import receive_request
    from bailee.requests.request_content import Asked

    asked = Asked(identities=(ALICE,), name="Alice")
    request = receive_request(place.by("support"), "copy", asked, "telephone")
    assert request.logged_by_id == place.staff["support"]
    for context in (place.at(), place.by("auditor"), place.by("administrator")):
        with pytest.raises(NotAllowed):
            receive_request(context, "copy", asked, "telephone")


def test_a_letter_that_was_opened_later_counts_from_the_day_on_which_it_came(place: Place) -> None:
    from bailee.requests.intake import receive_request
    from bailee.requests.request_content import Asked

    asked = Asked(identities=(ALICE,), address=("1 Road", "Town"))
    came = place.context.now - timedelta(days=3)
    request = receive_request(place.by("support"), "copy", asked, "letter", received_at=came)
    assert (request.received_on, request.identity_asked_on) == (came.date(), None)  # the letter is not in the post yet
    assert place.letters(request) == [("acknowledge", "1 Road\nTown")]
    with pytest.raises(NotAskable):
        receive_request(
            place.by("support"), "copy", asked, "letter", received_at=place.context.now + timedelta(hours=1)
        )


def test_a_stranger_sends_no_paper_through_us(place: Place) -> None:
    request = place.ask("copy", reply_to="", address=("1 Road", "Town"))
    assert place.letters(request) == []


WRONG: tuple[dict[str, Any], ...] = (
    {"identities": ()},
    {"identities": ("not.an.address",)},
    {"identities": ("nobody@",)},
    {"identities": tuple(f"p{n}@post.example" for n in range(9))},
    {"identities": ("x" * 400 + "@post.example",)},
    {"reply_to": "not an address"},
    {"reply_to": f"a@post.example\nBcc: {ALICE}"},
    {"words": "w" * 10_001},
    {"address": ("l" * 121,)},
    {"name": "n" * 201},
)


def test_what_cannot_be_taken_in_is_refused_without_repeating_it(place: Place) -> None:
    from bailee.requests.intake import receive_request
    from bailee.requests.request_content import Asked
    from bailee.store.models import Request

    for wrong in WRONG:
        asked = replace(Asked(identities=(ALICE,), reply_to=MALLORY), **wrong)
        with pytest.raises(NotAskable) as told:
            receive_request(place.at(), "copy", asked, "api")
        for part in (value for field in wrong.values() for value in ([field] if isinstance(field, str) else field)):
            assert part not in str(told.value)
    assert Request.objects.count() == 0


def test_one_address_makes_no_flood(place: Place) -> None:
    from bailee.requests.intake import receive_request
    from bailee.requests.limits import INTAKE_BY_SOURCE
    from bailee.requests.request_content import Asked
    from bailee.store.models import Attempt

    asked = Asked(identities=(ALICE,))
    for _ in range(INTAKE_BY_SOURCE.most):
        receive_request(place.at(), "copy", asked, "api", source="192.0.2.9")
    with pytest.raises(TooMany) as told:
        receive_request(place.at(), "copy", asked, "api", source="192.0.2.9")
    assert told.value.retry_at == place.context.now + INTAKE_BY_SOURCE.within
    receive_request(place.at(), "copy", asked, "api", source="192.0.2.10")
    receive_request(place.at(hours=1.1), "copy", asked, "api", source="192.0.2.9")
    assert not any("192.0.2" in attempt.tag for attempt in Attempt.objects.all())


def test_nobodys_mailbox_is_filled_through_us(place: Place) -> None:
    requests = [place.ask("copy", f"p{n}@post.example", reply_to=ALICE) for n in range(8)]
    assert sum(request.messages.count() for request in requests) == 6
    assert kinds(requests[-1])[-1] == "not_acknowledged"
    asked = place.ask("erase")
    place.look(asked)
    assert not place.codes(asked)
    assert kinds(asked)[-1] == "identity.put_off"
    place.look(asked, days=1.1)
    assert place.codes(asked)


def test_a_question_and_a_complaint_ask_nobody_who_they_are(place: Place) -> None:
    question, complaint = place.ask("question"), place.ask("complaint")
    assert [r.status for r in (question, complaint)] == ["open", "open"]
    assert [r.identity_asked_on for r in (question, complaint)] == [None, None]
    assert place.letters(complaint) == [("complaint", MALLORY)]
    assert complaint.acknowledged_on == place.context.today
    assert due(question) == due(complaint) == set()


def test_a_letter_that_cannot_be_written_keeps_no_request_out(place: Place) -> None:
    path = place.firm.folder / "bailee.yaml"
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith("controller")))
    from bailee.requests.startup import open_context

    with open_context(place.firm.folder, now=place.context.now) as context:
        request = replace(place, context=context).ask("copy")
    assert kinds(request) == ["received", "not_acknowledged"]


def test_a_reference_is_read_as_people_type_it(place: Place) -> None:
    from bailee.requests.intake import find_request

    request = place.ask("copy")
    typed = request.reference.lower().replace("-", " ")
    found = find_request(f" {typed}")
    assert found is not None
    assert found.id == request.id
    assert find_request("2222-2222-2222") is None
