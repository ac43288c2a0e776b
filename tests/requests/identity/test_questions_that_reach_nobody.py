"""A question that reaches nobody stops no clock, and time that nobody was told of is not taken."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Protocol

import pytest

from tests.harm.firm import BOB
from tests.letters.servers import Mailbox
from tests.requests.identity.place import Place, kinds
from tests.requests.identity.test_a_copy_that_reaches_nobody import _refused
from tests.requests.identity.test_the_clock_starts import _hand_over, _hand_over_one

if TYPE_CHECKING:
    from bailee.store.models import Message, Request


def _day(request: Request) -> date | None:
    return request.due_on


class _Acts(Protocol):
    def __call__(self, place: Place, request: Request, *, days: float) -> None: ...


class _GivesUp(Protocol):
    def __call__(self, place: Place, template: str, request: Request, *, days: float) -> None: ...


def _asks(place: Place, request: Request, *, days: float = 1) -> None:
    from bailee.requests.clocks import ask_clarification

    ask_clarification(place.by(days=days), request, "Which of your two accounts do you mean?")


def _extends(place: Place, request: Request, *, days: float = 1) -> None:
    from bailee.requests.clocks import extend_time

    extend_time(place.by("officer", days=days), request, "there are nine systems")


def _comes_back(place: Place, template: str, request: Request, *, days: float) -> None:
    from bailee.requests.letters.delivery import note_returned_letters

    _hand_over(place, request, template, Mailbox(), days=days)
    note_returned_letters(place.at(days=days), [request.messages.get(template=template).id])
    request.refresh_from_db()


@pytest.mark.parametrize("gives_up", [_refused, _comes_back])
def test_a_question_that_reaches_nobody_stops_no_clock(place: Place, gives_up: _GivesUp) -> None:
    request = place.proven("copy")
    before = request.due_on
    assert before is not None
    _asks(place, request)
    assert _day(request) is None
    gives_up(place, "clarify", request, days=2)
    assert (_day(request), request.pauses.count()) == (before, 0)
    assert kinds(request)[-1] == "letter_failed"


def test_a_question_that_staff_have_put_by_hand_stops_the_clock_from_that_day(place: Place) -> None:
    from bailee.requests.clocks import note_clarified
    from bailee.requests.staff_notifications import note_person_told

    request = place.proven("copy")
    before = request.due_on
    _asks(place, request)
    _refused(place, "clarify", request, days=2)
    note_person_told(place.by(days=4), request)
    assert (request.due_on, [one.asked_on for one in request.pauses.all()]) == (None, [place.at(days=4).today])
    note_clarified(place.by(days=6), request)
    assert before is not None
    assert request.due_on is not None
    assert (request.due_on - before).days in range(3, 6)  # three days, and to a working day


def test_a_question_that_is_sent_once_more_stops_the_clock_when_it_has_left(place: Place) -> None:
    from bailee.requests.letters.outbox import resend_letter

    request = place.proven("copy")
    _asks(place, request)
    _refused(place, "clarify", request, days=2)
    resend_letter(place.at(days=3), request.messages.get(template="clarify").id)
    _hand_over(place, request, "clarify", Mailbox(), days=3)
    assert (request.due_on, [one.asked_on for one in request.pauses.all()]) == (None, [place.at(days=3).today])
    _refused(place, "clarify", request, days=3)  # nothing is left to be tried
    assert request.due_on is None


def test_a_second_question_on_the_day_of_an_answer_that_reaches_nobody_leaves_the_first(place: Place) -> None:
    from bailee.requests.clocks import note_clarified

    request = place.proven("copy")
    _asks(place, request, days=1)
    _hand_over(place, request, "clarify", Mailbox(), days=1)
    note_clarified(place.by(days=5), request)
    after_one = request.due_on
    _asks(place, request, days=5)
    assert request.due_on is None
    _refused(place, "clarify", request, days=6)
    assert request.due_on == after_one
    assert [(one.asked_on, one.answered_on) for one in request.pauses.all()] == [
        (place.at(days=1).today, place.at(days=5).today)
    ]


def test_a_question_to_somebody_without_an_address_stops_no_clock_until_staff_have_put_it(place: Place) -> None:
    from bailee.requests.request_content import seal_asked
    from bailee.requests.staff_notifications import note_person_told

    request = place.proven("copy")
    before = request.due_on
    seal_asked(place.context, request, replace(place.asked(request), reply_to="", address=()))
    request.save(update_fields=["sealed"])
    _asks(place, request)
    assert (request.due_on, request.pauses.count(), "asked" in kinds(request)) == (before, 0, False)
    note_person_told(place.by(days=2), request)
    assert (request.due_on, kinds(request)[-1]) == (None, "asked")


@pytest.mark.parametrize("gives_up", [_refused, _comes_back])
def test_time_that_nobody_was_told_of_is_not_taken(place: Place, gives_up: _GivesUp) -> None:
    request = place.proven("erase")
    before = request.due_on
    _extends(place, request)
    assert request.due_on is not None
    assert before is not None
    assert request.due_on > before
    gives_up(place, "extend", request, days=2)
    assert (request.due_on, request.extended_on) == (before, None)


@pytest.mark.parametrize(("days", "is_longer"), [(5, True), (40, False)])
def test_staff_who_tell_of_the_time_in_the_first_month_take_it(place: Place, days: int, *, is_longer: bool) -> None:
    from bailee.requests.staff_notifications import note_person_told

    request = place.proven("erase")
    before = request.due_on
    _extends(place, request)
    _refused(place, "extend", request, days=2)
    note_person_told(place.by(days=days), request)
    assert before is not None
    assert request.due_on is not None
    assert (request.due_on > before, request.extended_on is not None) == (is_longer, is_longer)
    assert ("extended" in kinds(request)[-1:]) is is_longer


# --- which letter it was, and what has happened since --------------------------------------------------------

REFUSES = "550 nobody here"


def _stood(request: Request) -> list[tuple[int, int | None]]:
    """Return when the clock stood, in days since the request came."""
    came = request.received_on
    return [
        ((one.asked_on - came).days, (one.answered_on - came).days if one.answered_on else None)
        for one in request.pauses.order_by("asked_on")
    ]


def _first(request: Request, template: str) -> Message:
    return request.messages.filter(template=template).earliest("made_at")


def _reached(place: Place, request: Request, *, days: float) -> None:
    _asks(place, request, days=days)
    _hand_over(place, request, "clarify", Mailbox(), days=days)


def _answers(place: Place, request: Request, *, days: float) -> None:
    from bailee.requests.clocks import note_clarified

    note_clarified(place.by(days=days), request)


def test_an_answered_question_that_comes_back_leaves_the_one_that_is_open(place: Place) -> None:
    from bailee.requests.letters.delivery import note_returned_letters

    request = place.proven("copy")
    _reached(place, request, days=1)
    _answers(place, request, days=5)
    _reached(place, request, days=7)
    note_returned_letters(place.at(days=8), [_first(request, "clarify").id])
    request.refresh_from_db()
    assert (request.due_on, _stood(request)) == (None, [(1, 5), (7, None)])


def test_a_question_of_the_day_of_an_answer_is_put_by_hand_or_sent_once_more_on_that_day(place: Place) -> None:
    from bailee.requests.letters.outbox import resend_letter
    from bailee.requests.staff_notifications import note_person_told

    by_hand, by_mail = place.proven("copy"), place.proven("copy", BOB, days=0.1)
    for request in (by_hand, by_mail):
        _reached(place, request, days=1)
        _answers(place, request, days=5)
        _asks(place, request, days=5)
        _refused(place, "clarify", request, days=5)
        assert _stood(request) == [(1, 5)]
    note_person_told(place.by(days=5), by_hand)
    letter = by_mail.messages.filter(template="clarify").latest("made_at")
    resend_letter(place.at(days=5), letter.id)
    mailbox = Mailbox()
    _hand_over_one(place, letter, mailbox, days=5)
    letter.refresh_from_db()
    assert (letter.state, len(mailbox.mails)) == ("sent", 1)
    for request in (by_hand, by_mail):
        request.refresh_from_db()
        assert (request.due_on, _stood(request)) == (None, [(1, None)])


def test_an_extension_that_is_refused_takes_along_the_question_that_it_has_made_possible(place: Place) -> None:
    request = place.proven("copy")
    before = request.due_on
    _extends(place, request, days=30)
    _asks(place, request, days=34)
    _refused(place, "extend", request, days=35)
    assert (request.due_on, request.extended_on, _stood(request)) == (before, None, [])
    assert request.messages.get(template="extend").state == "failed"


def test_an_extension_in_between_hides_no_question_that_is_sent_once_more(place: Place) -> None:
    from bailee.requests.letters.outbox import resend_letter

    request = place.proven("copy")
    _asks(place, request)
    _refused(place, "clarify", request, days=2)
    _extends(place, request, days=3)
    resend_letter(place.at(days=4), _first(request, "clarify").id)
    _hand_over(place, request, "clarify", Mailbox(), days=4)
    assert (request.due_on, _stood(request)) == (None, [(4, None)])


def test_staff_who_tick_a_question_off_that_was_asked_again_and_answered_stop_no_clock(place: Place) -> None:
    from bailee.requests.staff_notifications import note_person_told

    request = place.proven("copy")
    _asks(place, request)
    _refused(place, "clarify", request, days=2)
    _reached(place, request, days=3)
    _answers(place, request, days=6)
    due = request.due_on
    note_person_told(place.by(days=8), request)
    assert (request.due_on, _stood(request)) == (due, [(3, 6)])


def test_both_letters_that_staff_make_good_at_once_count(place: Place) -> None:
    from bailee.requests.staff_notifications import note_person_told

    request = place.proven("copy")
    _asks(place, request, days=1)
    _refused(place, "clarify", request, days=2)
    _extends(place, request, days=3)
    _refused(place, "extend", request, days=4)
    note_person_told(place.by(days=5), request)
    assert (request.extended_on, _stood(request)) == (place.at(days=5).today, [(5, None)])


@pytest.mark.parametrize(("template", "act"), [("clarify", _asks), ("extend", _extends)])
def test_an_old_letter_that_is_refused_once_more_undoes_nothing_that_came_after_it(
    place: Place, template: str, act: _Acts
) -> None:
    from bailee.requests.letters.outbox import resend_letter

    request = place.proven("copy")
    act(place, request, days=1)
    _refused(place, template, request, days=2)
    act(place, request, days=4)
    _hand_over(place, request, template, Mailbox(), days=4)
    after = (request.due_on, request.extended_on, _stood(request))
    old = _first(request, template)
    resend_letter(place.at(days=6), old.id)
    _hand_over_one(place, old, Mailbox(recipient_answers=[REFUSES]), days=6)
    request.refresh_from_db()
    assert (request.due_on, request.extended_on, _stood(request)) == after


def test_a_question_that_is_made_good_once_the_plan_is_approved_stops_nothing(place: Place) -> None:
    from bailee.requests.staff_notifications import note_person_told

    request = place.proven("erase")
    _asks(place, request)
    _refused(place, "clarify", request, days=2)
    type(request).objects.filter(id=request.id).update(status="approved")
    request.refresh_from_db()
    note_person_told(place.by(days=3), request)
    assert _stood(request) == []


def test_a_question_that_went_to_where_she_asked_first_and_is_refused_there_stops_no_clock(place: Place) -> None:
    from bailee.requests.request_content import seal_asked

    one = place.proven("copy")
    other = place.proven("copy", days=1, reply_to="other@elsewhere.example")
    one.refresh_from_db()
    other.refresh_from_db()
    stays, twin = (one, other) if other.merged_into_id == one.id else (other, one)
    seal_asked(place.context, stays, replace(place.asked(stays), reply_to="", address=()))
    stays.save(update_fields=["sealed"])
    before = stays.due_on
    _asks(place, stays, days=2)
    assert _day(stays) is None
    _refused(place, "clarify", twin, days=3)
    stays.refresh_from_db()
    assert (stays.due_on, _stood(stays)) == (before, [])
