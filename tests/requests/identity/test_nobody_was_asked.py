"""A letter that reached nobody has asked nothing: the day counts from receipt, and no request expires over it."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from tests.harm.firm import ALICE
from tests.letters.servers import Mailbox
from tests.requests.identity.place import NOBODY, Place, due, kinds
from tests.requests.identity.test_a_copy_that_reaches_nobody import _listed, _refused, _today
from tests.requests.identity.test_contacts import dated
from tests.requests.identity.test_the_clock_starts import FROM_RECEIPT, _expire, _hand_over

if TYPE_CHECKING:
    from bailee.store.models import Request

UNREACHABLE_BUT_BY_MAIL = "UPDATE persons SET tel = NULL, postal = ''"


def _returned(place: Place, template: str, request: Request, *, days: float, left: float = 0) -> None:
    """Let a letter leave, and staff note later that it came back."""
    from bailee.requests.letters.delivery import note_returned_letters

    _hand_over(place, request, template, Mailbox(), days=left)
    note_returned_letters(place.at(days=days), [request.messages.filter(template=template).latest("made_at").id])
    request.refresh_from_db()


def _seen(place: Place, request: Request, days: float) -> None:
    from bailee.requests.identity import note_person_seen

    note_person_seen(place.by(days=days), request, "document", "passport")
    request.refresh_from_db()


def _clock(request: Request) -> tuple[date | None, date | None]:
    return request.identity_asked_on, request.due_on


def _asks(place: Place, right: str) -> Request:
    """Let Alice ask without an address of her own, so that nothing but the letter with the code can ask her."""
    of_name: dict[str, Any] = {"target": "person.name", "value": "Alicia"}
    request = place.ask(right, reply_to="", **(of_name if right == "correct" else {}))
    place.look(request)
    return request


@pytest.mark.parametrize(
    ("right", "fails"),
    [
        ("copy", "refused"),
        ("erase", "refused"),
        ("correct", "returned"),
        ("restrict", "refused"),
        ("object", "returned"),
    ],
)
def test_no_right_expires_whose_letter_with_the_code_reached_nobody(place: Place, right: str, fails: str) -> None:
    place.firm.run(UNREACHABLE_BUT_BY_MAIL)
    request = _asks(place, right)
    if fails == "refused":
        _refused(place, "identity", request)
    else:
        _returned(place, "identity", request, days=3)
    assert _clock(request) == (None, FROM_RECEIPT)
    assert _today(place, request, days=4) == {"see"}  # at once, before a worker has looked for another contact
    place.look(request, days=4)
    assert kinds(request)[-1] == "identity.staff_must_see"  # no code goes to the dead address once more
    assert _listed(place, request, days=5) == FROM_RECEIPT
    for days in (14.1, 28.2, 45):
        _expire(place, request, days)
        assert request.status == "unverified"
        assert {"expire", "identify"} <= due(request)
        place.look(request, days=days)
    assert _today(place, request, days=45) == {"see", "late"}


def test_a_person_known_without_any_contact_is_not_expired(place: Place) -> None:
    place.firm.run(UNREACHABLE_BUT_BY_MAIL)
    dated(place, 1)  # the one address changed yesterday: nothing is sent there
    request = _asks(place, "erase")
    assert kinds(request)[-1] == "identity.staff_must_see"
    assert not request.messages.exists()
    _listed(place, request, days=5)
    _expire(place, request, 14.1)
    assert (request.status, request.due_on, _today(place, request, days=15)) == ("unverified", FROM_RECEIPT, {"see"})
    _seen(place, request, 20)
    assert (request.status, request.due_on) == ("open", FROM_RECEIPT)


def test_the_number_on_file_can_still_be_called_after_the_time_of_a_request(place: Place) -> None:
    from bailee.requests.identity import note_call_back

    request = _asks(place, "erase")
    _refused(place, "identity", request)
    place.look(request)
    assert _today(place, request, days=1) == {"call"}
    _listed(place, request, days=2)
    _expire(place, request, 14.1)
    place.look(request, days=14.1)
    assert _today(place, request, days=20) == {"call"}
    note_call_back(place.by(days=20), request, "knew her last invoice")
    request.refresh_from_db()
    assert (request.status, request.due_on) == ("open", FROM_RECEIPT)


def test_who_was_asked_after_all_has_the_whole_time_to_answer(place: Place) -> None:
    """The number is dead too, and a letter on paper goes: its code works, and it is not over on the next day."""
    from bailee.requests.letters.print_jobs import mark_posted
    from bailee.store.models import Due, Message

    place.firm.run("UPDATE persons SET tel = NULL WHERE id = 1")
    request = _asks(place, "erase")
    _refused(place, "identity", request, days=1)
    _listed(place, request, days=2)
    place.look(request, days=12)
    assert request.messages.filter(channel="paper").exists()
    _expire(place, request, 15.1)  # nobody has printed it: what it has is out of date, and another one is written
    assert not request.messages.filter(channel="paper").exists()
    place.look(request, days=15.1)
    paper = request.messages.get(channel="paper")
    (code,) = re.findall(r"(?m)^ *([0-9B-Z]{4}-[0-9B-Z]{4}) *$", place.opened(paper).letter.text)
    Message.objects.filter(id=paper.id).update(tries=1)  # as a print counts it
    mark_posted(place.at(days=16), [paper.id])
    request.refresh_from_db()
    assert request.identity_asked_on == place.at(days=16).today
    (expires,) = Due.objects.filter(kind="expire", about=request.id, done_at=None).values_list("at", flat=True)
    assert expires == place.at(days=29.1).now
    assert place.prove(request, code, days=28)


def test_who_is_not_known_expires_as_before(place: Place) -> None:
    request = place.ask("erase", NOBODY, reply_to="")
    place.look(request)
    assert kinds(request)[-1] == "identity.nobody_found"
    _listed(place, request, days=5)
    _expire(place, request, 14.1)
    assert (request.status, request.outcome) == ("closed", "expired")


def test_what_nobody_has_looked_for_yet_does_not_expire(place: Place) -> None:
    """A system did not answer for two weeks."""
    request = place.ask("erase", reply_to="")
    _listed(place, request, days=5)
    _expire(place, request, 14.1)
    assert request.status == "unverified"


@pytest.mark.parametrize("template", ["identity", "acknowledge"])
def test_a_letter_that_came_back_leaves_the_day_from_receipt(place: Place, template: str) -> None:
    request = place.ask("erase", NOBODY) if template == "acknowledge" else _asks(place, "erase")
    place.look(request)
    _hand_over(place, request, template, Mailbox())
    assert request.identity_asked_on == place.at().today
    from bailee.requests.letters.delivery import note_returned_letters

    note_returned_letters(place.at(days=2), [request.messages.get(template=template).id])
    _seen(place, request, 20)
    assert _clock(request) == (None, FROM_RECEIPT)


def test_a_letter_that_comes_back_after_staff_have_seen_who_it_is_gives_the_earlier_day(place: Place) -> None:
    from bailee.requests.letters.delivery import note_returned_letters

    request = _asks(place, "erase")
    _hand_over(place, request, "identity", Mailbox())
    _seen(place, request, 20)
    assert request.due_on != FROM_RECEIPT
    note_returned_letters(place.at(days=21), [request.messages.get(template="identity").id])
    request.refresh_from_db()
    assert _clock(request) == (None, FROM_RECEIPT)


@pytest.mark.parametrize(("lost", "left_on"), [("acknowledge", 3), ("identity", 1)])
def test_another_letter_that_has_arrived_has_asked(place: Place, lost: str, left_on: int) -> None:
    from bailee.requests.letters.delivery import note_returned_letters

    request = place.ask("erase")
    place.look(request)
    _hand_over(place, request, "acknowledge", Mailbox(), days=1)
    _hand_over(place, request, "identity", Mailbox(), days=3)
    note_returned_letters(place.at(days=5), [request.messages.get(template=lost).id])
    request.refresh_from_db()
    assert request.identity_asked_on == place.at(days=left_on).today
    other = "identity" if lost == "acknowledge" else "acknowledge"
    note_returned_letters(place.at(days=6), [request.messages.get(template=other).id])
    request.refresh_from_db()
    assert _clock(request) == (None, FROM_RECEIPT)


def test_who_has_shown_the_code_of_a_letter_was_asked_whatever_is_noted_of_it(place: Place) -> None:
    from bailee.requests.letters.delivery import note_returned_letters

    request = _asks(place, "erase")
    code = place.codes(request)[0]
    _hand_over(place, request, "identity", Mailbox())
    assert place.prove(request, code, days=6)
    note_returned_letters(place.at(days=11), [request.messages.get(template="identity").id])
    request.refresh_from_db()
    assert (request.status, request.identity_asked_on) == ("open", place.at().today)
    assert request.due_on != FROM_RECEIPT


def test_a_letter_of_a_request_that_was_merged_gives_the_day_of_its_clock_back(place: Place) -> None:
    """Work on the later one has begun: it goes on by the clock of the earlier, whose letter then comes back."""
    from bailee.requests.letters.delivery import note_returned_letters

    early = _asks(place, "erase")
    _hand_over(place, early, "identity", Mailbox())
    late = place.proven("erase", days=5)
    type(late).objects.filter(id=late.id).update(status="approved")
    _seen(place, early, 20)
    late.refresh_from_db()
    assert early.merged_into_id == late.id
    assert late.due_on != FROM_RECEIPT
    note_returned_letters(place.at(days=21), [early.messages.get(template="identity").id])
    late.refresh_from_db()
    assert _clock(late) == (None, FROM_RECEIPT)


def test_what_expired_is_open_again_when_the_letter_that_asked_comes_back(place: Place) -> None:
    place.firm.run(UNREACHABLE_BUT_BY_MAIL)
    request = _asks(place, "erase")
    _hand_over(place, request, "identity", Mailbox())
    _listed(place, request, days=5)
    _expire(place, request, 14.1)
    assert (request.status, request.outcome) == ("closed", "expired")
    from bailee.requests.letters.delivery import note_returned_letters

    note_returned_letters(place.at(days=17), [request.messages.get(template="identity").id])
    request.refresh_from_db()
    assert (request.status, request.outcome, request.forget_on) == ("unverified", "", None)
    assert _clock(request) == (None, FROM_RECEIPT)
    assert "forget" not in due(request)
    assert {"expire", "identify"} <= due(request)
    assert _today(place, request, days=18) == {"see"}


def test_the_list_and_the_doctor_say_whom_no_letter_asks(place: Place, capfd: pytest.CaptureFixture[str]) -> None:
    from bailee.views.doctor.pending import all_that_waits

    def says() -> tuple[str, bool]:
        (one,) = [one for one in all_that_waits(place.at(days=1)) if one.about == "identities"]
        return one.says, one.well

    place.firm.run(UNREACHABLE_BUT_BY_MAIL)
    request = _asks(place, "erase")
    assert says()[1]
    _refused(place, "identity", request)
    assert not says()[1]
    assert says()[0].startswith("1 ")
    assert ALICE not in says()[0]
