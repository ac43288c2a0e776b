"""A person is found for a reason, which is written down; nothing of theirs is shown in full without another."""

from __future__ import annotations

from bailee.store.models import Reading, Role
from tests.api.live import Served
from tests.story.firm import ALICE, ALICE_NAME, ALICE_PHONE, BOB, MARKERS
from tests.web.visitor import visitor, words

CONTACT = "the person is in contact with us"
QUALITY = "to mend wrong data"


def test_nobody_looks_without_a_reason_and_nothing_is_sent_in_an_address(firm: Served) -> None:
    came = visitor(firm, Role.OFFICER)
    answer = came.post("/console/people/", {"known_by": ALICE})
    assert answer.status_code == 422
    assert not Reading.objects.exists()
    assert ALICE not in words(came.get(f"/console/people/?known_by={ALICE}"))


def test_a_look_is_written_down_first_and_values_stay_masked_until_a_second_reason(firm: Served) -> None:
    came = visitor(firm, Role.SUPPORT)
    answer = came.post("/console/people/", {"known_by": ALICE, "reason": CONTACT})
    assert answer.status_code == 200
    shown = words(answer)
    assert "are held in three systems" in shown
    assert "a•••@q•••" in shown
    assert not [marker for marker in MARKERS if marker in shown]
    assert {(one.what, one.reason, one.staff_id) for one in Reading.objects.all()} == {
        ("find", CONTACT, firm.staff[Role.SUPPORT].id)
    }
    again = came.post("/console/people/", {"known_by": ALICE, "reason": QUALITY, "in_full": "yes"})
    shown = words(again)
    assert ALICE in shown
    assert ALICE_NAME not in shown
    assert Reading.objects.filter(what="show in full", reason=QUALITY).exists()
    assert "The support" in shown  # who looked at them
    assert "show in full: to correct wrong data" in shown


def test_rows_kept_by_law_say_by_which_and_until_when_and_the_others_by_which_rule_they_go(firm: Served) -> None:
    shown = words(visitor(firm, Role.OFFICER).post("/console/people/", {"known_by": ALICE, "reason": CONTACT}))
    assert "kept by Finance Act 1998 Sch. 18 para. 21, until 31 March 2030" in shown
    assert "from 1 May 2025 to 2 May 2025 goes after 6 years" in shown
    assert "from 1 February 2018 to 1 February 2024" in shown
    assert "invoice 10" in shown


def test_who_looked_is_the_persons_and_not_anothers(firm: Served) -> None:
    came = visitor(firm, Role.CONTROLLER)
    came.post("/console/people/", {"known_by": ALICE, "reason": CONTACT})
    shown = words(visitor(firm, Role.OFFICER).post("/console/people/", {"known_by": BOB, "reason": QUALITY}))
    assert "The officer" in shown
    assert "The controller" not in shown
    by_phone = visitor(firm, Role.OFFICER).post("/console/people/", {"known_by": ALICE_PHONE, "reason": QUALITY})
    assert by_phone.status_code == 200


def test_what_names_nobody_is_said_in_words_and_not_repeated_in_the_message(firm: Served) -> None:
    answer = visitor(firm, Role.OFFICER).post("/console/people/", {"known_by": "somebody", "reason": CONTACT})
    assert answer.status_code == 422
    assert "names nobody that could be looked for" in words(answer)
    nobody = visitor(firm, Role.OFFICER).post("/console/people/", {"known_by": "x@y.example", "reason": CONTACT})
    assert "Nothing is held of this person" in words(nobody)


def test_neither_the_auditor_nor_the_administrator_may_look(firm: Served) -> None:
    for role in (Role.AUDITOR, Role.ADMINISTRATOR):
        came = visitor(firm, role)
        assert came.get("/console/people/").status_code == 403
        assert came.post("/console/people/", {"known_by": ALICE, "reason": CONTACT}).status_code == 403
    assert not Reading.objects.exists()
