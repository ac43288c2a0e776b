"""Questions, complaints, recipients, and what a closed request leaves behind."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bailee.engine.plans import NotAllowed
from tests.harm.firm import ALICE, MARKER
from tests.requests.rights.people import PHONE, World, letters, text_of


def test_a_question_that_raises_a_concern_is_the_controllers_to_answer(world: World) -> None:
    from bailee.requests.answers import answer_question, pass_to_controller

    plain, concern = world.request("question"), world.request("question")
    answer_question(world.by("support"), plain, "We keep calls for six years.")
    assert (plain.status, letters(plain)) == ("closed", ["answer"])
    assert "six years" in text_of(world.context, plain, "answer")
    pass_to_controller(world.by("support"), concern)
    for role in ("support", "officer"):
        with pytest.raises(NotAllowed, match="may not answer a concern"):
            answer_question(world.by(role), concern, "All is well.")
    answer_question(world.by("controller"), concern, "You are right, and we have stopped.")
    with pytest.raises(NotAllowed, match="it is closed"):
        answer_question(world.by("controller"), concern, "Once more.")


def test_a_complaint_is_acknowledged_at_once_told_of_and_concluded(world: World) -> None:
    from bailee.requests.answers import acknowledge_complaint, conclude_complaint, report_progress
    from bailee.requests.clocks import renew_due_day
    from bailee.store.models import Request

    complaint = world.request("complaint")
    Request.objects.filter(id=complaint.id).update(received_on=date(2026, 11, 26))
    complaint.refresh_from_db()
    renew_due_day(world.context, complaint)
    assert due(complaint) == date(2026, 12, 24)
    acknowledge_complaint(world.context, complaint)
    acknowledge_complaint(world.context, complaint)
    assert due(complaint) is None  # acknowledged: the outcome has no day, only no undue delay
    with pytest.raises(NotAllowed, match="nothing is said"):
        report_progress(world.by("officer"), complaint, "\n")
    report_progress(world.by("officer"), complaint, "We have asked our telephone company.")
    conclude_complaint(world.by("officer"), complaint, "They were late, and are not any more.")
    assert letters(complaint) == ["complaint", "complaint_outcome", "complaint_progress"]
    for letter in letters(complaint):
        assert "Information Commissioner" in text_of(world.context, complaint, letter)
    assert (complaint.status, complaint.outcome) == ("closed", "done")


def test_whom_no_letter_reaches_staff_must_tell_and_are_reminded_till_they_have(world: World) -> None:
    from bailee.requests.answers import conclude_complaint
    from bailee.requests.intake import receive_request
    from bailee.requests.refusals import refuse_request
    from bailee.requests.request_content import Asked
    from bailee.requests.staff_notifications import find_untold_letters, list_owed_requests, note_person_told
    from bailee.store.models import Role
    from bailee.views.doctor.pending import all_that_waits
    from bailee.views.today import TaskKind, today

    support, officer = world.by("support"), world.by("officer")
    erasure = world.request("erase", reply_to="")
    refuse_request(world.by("controller"), erasure, "still_needed", "We are in court.")
    complaint = receive_request(support, "complaint", Asked(words="You never call back."), "telephone")
    conclude_complaint(officer, complaint, "You are right.")
    assert find_untold_letters([erasure, complaint]) == {
        erasure.id: ["refuse"],
        complaint.id: ["complaint", "complaint_outcome"],
    }
    assert (complaint.status, complaint.acknowledged_on, due(complaint)) == ("closed", None, date(2026, 4, 13))
    shown = {one.request for one in today(support, Role.SUPPORT).waits if one.kind is TaskKind.UNTOLD}
    assert shown == {erasure, complaint}
    assert [one.says[:1] for one in all_that_waits(support) if one.about == "persons"] == ["2"]
    for request in (erasure, complaint):
        note_person_told(support, request)
    assert (complaint.acknowledged_on, due(complaint)) == (support.today, None)
    assert not list_owed_requests().exists()
    with pytest.raises(NotAllowed, match="lacks an address"):
        note_person_told(support, erasure)


NOTHING = "We have found nothing that we must put right."


@pytest.mark.parametrize(
    ("given", "says", "never"),
    [
        ({}, (), ("What we have done", NOTHING)),
        ({"put_right": ("The list is deleted.", "We have asked all others.")},
         ("What we have done", "The list is deleted.", "We have asked all others."), (NOTHING,)),
        ({"nothing_to_put_right": True}, (NOTHING,), ()),
    ],
)  # fmt: skip
def test_an_outcome_says_what_was_put_right_as_staff_have_said_it(
    world: World, given: dict[str, Any], says: tuple[str, ...], never: tuple[str, ...]
) -> None:
    from bailee.requests.answers import conclude_complaint

    complaint = world.request("complaint")
    conclude_complaint(world.by("officer"), complaint, "An old list was used. It is deleted.", **given)
    text = " ".join(text_of(world.context, complaint, "complaint_outcome").split())
    assert "An old list was used. It is deleted." in text
    assert [one for one in says if one not in text] == []
    assert [one for one in never if one in text] == []


def test_an_outcome_that_contradicts_itself_is_refused(world: World) -> None:
    from bailee.requests.answers import conclude_complaint

    complaint = world.request("complaint")
    with pytest.raises(NotAllowed, match="something was put right, and nothing had to be"):
        conclude_complaint(
            world.by("officer"), complaint, "So.", put_right=["It is deleted."], nothing_to_put_right=True
        )
    assert (complaint.status, letters(complaint)) == ("open", [])


def test_who_closes_by_hand_and_says_no_more_has_no_letter_say_that_somebody_looked(world: World) -> None:
    from bailee.requests.request_end import close_request

    erasure = world.request("erase")
    close_request(world.by("officer"), erasure, "done")
    text = text_of(world.context, erasure, "complete")
    assert "We have done what you asked" in text
    assert "What we have done" not in text
    assert "found nothing" not in text


def test_an_outcome_that_comes_first_acknowledges_a_complaint(world: World) -> None:
    from bailee.requests.answers import conclude_complaint

    complaint = world.request("complaint")
    conclude_complaint(world.by("officer"), complaint, "You are right.")
    assert (complaint.acknowledged_on, due(complaint)) == (world.context.today, None)


def due(request: Any) -> date | None:
    """Return the day on which a request is due."""
    day: date | None = request.due_on
    return day


def test_whoever_got_the_data_is_a_task_once(world: World) -> None:
    from bailee.requests.disclosures import record_authorisation, record_disclosure
    from bailee.requests.recipients import NotToldReason, note_recipient_told, notify_recipients
    from bailee.requests.request_end import close_request
    from bailee.store.models import Authorisation, Disclosure, Notification

    (world.firm.folder / "processors.yaml").write_text(
        "mailer: {name: Mailer, country: GB, purpose: mail}\nold: {name: Old, country: GB, until: 2026-03-14}\n"
    )
    request = world.request("correct")
    what = "a quote, Art. 6(1)(b)", ["postal"]
    officer = world.by("officer")
    leave = record_authorisation(
        officer, PHONE, "acme", *what, f"a form that {ALICE} signed", given_on=date(2026, 3, 1)
    )
    for recipient, value in (("acme", PHONE), ("acme", PHONE), ("other", "+442079460102")):
        record_disclosure(
            officer, value, recipient, *what, on=date(2026, 3, 2), authorisation=leave.id * (value == PHONE)
        )
    for words, act in (
        ("may not record", lambda: record_disclosure(world.by("support"), PHONE, "acme", *what)),
        ("are needed", lambda: record_disclosure(officer, PHONE, "acme", "", ["postal"])),
        ("no leave of this", lambda: record_disclosure(officer, ALICE, "acme", *what, authorisation=leave.id)),
        (
            "cannot be",
            lambda: record_authorisation(officer, PHONE, "acme", *what, "a form", expires_on=date(2026, 3, 1)),
        ),
    ):
        with pytest.raises(NotAllowed, match=words):
            act()
    assert ALICE.encode() not in bytes(Authorisation.objects.get().sealed or b"")
    assert Disclosure.objects.filter(authorisation=leave).count() == 2
    with world.reopened() as context:
        close_request(context, request, "done", done=["Your address is right now"])
        assert {*Notification.objects.values_list("recipient", "kind")} == {
            ("acme", "corrected"),
            ("mailer", "corrected"),
        }
        assert notify_recipients(context, request) == 0
        note_recipient_told(context.by(world.staff["support"]), request, "acme")
        note_recipient_told(context.by(world.staff["support"]), request, "mailer", why_not=NotToldReason.NEVER)
        with pytest.raises(NotAllowed, match="no such recipient"):
            note_recipient_told(context.by(world.staff["support"]), request, "acme")
    assert letters(request) == ["complete"]


def test_a_held_erasure_is_told_of_when_it_waits_and_when_it_goes_on(world: World) -> None:
    from bailee.requests.letters import KeptData
    from bailee.requests.request_end import close_request, hold_request

    request, _ = world.planned()
    request.status = "settling"
    request.save()
    kept, until = [KeptData("invoices", "Finance Act 1998", date(2031, 12, 31))], date(2031, 12, 31)
    hold_request(world.context, request, kept, until, done=["Shop: calls"])
    hold_request(world.context, request, kept, until, done=["Shop: calls"])
    assert (request.status, due(request), letters(request)) == ("held", None, ["held"])
    assert "31 December 2031" in text_of(world.context, request, "held")
    for _ in range(2):
        close_request(world.by("worker", days=2200), request, "done", done=["Shop: invoices"])
    assert letters(request) == ["complete", "held"]
    assert request.events.filter(kind="closed").count() == 1


def test_nothing_of_the_person_stands_in_the_books_unsealed(world: World) -> None:
    from django.apps import apps

    from bailee.requests.approval import approve_plan
    from bailee.requests.clocks import ask_clarification, extend_time
    from bailee.requests.refusals import refuse_request
    from bailee.requests.request_plans import plan_request

    request, made = world.planned(words=f"please forget {MARKER}", name=f"Alice {MARKER}")
    approve_plan(world.by("officer"), made.id, made.digest)
    copy = world.request("copy")
    extend_time(world.by("officer"), copy, f"Since {MARKER} wrote so much.")
    ask_clarification(world.by("officer"), copy, f"Which calls of {MARKER}?")
    refuse_request(world.by("controller"), copy, "excessive", f"{MARKER} has asked every day.")
    assert world.planned("correct", target="shop.person.email", value=f"new.{MARKER}@post.example")[1].digest
    for right in ("object", "restrict"):
        with world.systems(world.context) as systems:
            plan_request(world.context, systems, world.request(right))
    tables = list(apps.get_app_config("books").get_models())
    text = "\n".join(repr(row) for table in tables for row in table._default_manager.values())
    assert request.id in text
    for value in (MARKER, ALICE, PHONE, PHONE.removeprefix("+44")):
        assert value not in text
