"""A question that reaches nobody stops no clock, and time that nobody was told of is not taken."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Protocol

import pytest

from tests.letters.servers import Mailbox
from tests.requests.identity.place import Place, kinds
from tests.requests.identity.test_a_copy_that_reaches_nobody import _refused
from tests.requests.identity.test_the_clock_starts import _hand_over

if TYPE_CHECKING:
    from bailee.store.models import Request


def _day(request: Request) -> date | None:
    return request.due_on


class _GivesUp(Protocol):
    def __call__(self, place: Place, template: str, request: Request, *, days: float) -> None: ...


def _asks(place: Place, request: Request, *, days: float = 1) -> None:
    from bailee.requests.clocks import ask

    ask(place.by(days=days), request, "Which of your two accounts do you mean?")


def _extends(place: Place, request: Request, *, days: float = 1) -> None:
    from bailee.requests.clocks import extend

    extend(place.by("officer", days=days), request, "there are nine systems")


def _comes_back(place: Place, template: str, request: Request, *, days: float) -> None:
    from bailee.requests.letters.delivering import came_back

    _hand_over(place, request, template, Mailbox(), days=days)
    came_back(place.at(days=days), [request.messages.get(template=template).id])
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
    from bailee.requests.clocks import answered
    from bailee.requests.telling import told

    request = place.proven("copy")
    before = request.due_on
    _asks(place, request)
    _refused(place, "clarify", request, days=2)
    told(place.by(days=4), request)
    assert (request.due_on, [one.asked_on for one in request.pauses.all()]) == (None, [place.at(days=4).today])
    answered(place.by(days=6), request)
    assert before is not None
    assert request.due_on is not None
    assert (request.due_on - before).days in range(3, 6)  # three days, and to a working day


def test_a_question_that_is_sent_once_more_stops_the_clock_when_it_has_left(place: Place) -> None:
    from bailee.requests.letters.posting import again

    request = place.proven("copy")
    _asks(place, request)
    _refused(place, "clarify", request, days=2)
    again(place.at(days=3), request.messages.get(template="clarify").id)
    _hand_over(place, request, "clarify", Mailbox(), days=3)
    assert (request.due_on, [one.asked_on for one in request.pauses.all()]) == (None, [place.at(days=3).today])
    _refused(place, "clarify", request, days=3)  # nothing is left to be tried
    assert request.due_on is None


def test_a_second_question_on_the_day_of_an_answer_that_reaches_nobody_leaves_the_first(place: Place) -> None:
    from bailee.requests.clocks import answered

    request = place.proven("copy")
    _asks(place, request, days=1)
    _hand_over(place, request, "clarify", Mailbox(), days=1)
    answered(place.by(days=5), request)
    after_one = request.due_on
    _asks(place, request, days=5)
    assert request.due_on is None
    _refused(place, "clarify", request, days=6)
    assert request.due_on == after_one
    assert [(one.asked_on, one.answered_on) for one in request.pauses.all()] == [
        (place.at(days=1).today, place.at(days=5).today)
    ]


def test_a_question_to_somebody_without_an_address_stops_no_clock_until_staff_have_put_it(place: Place) -> None:
    from bailee.requests.asked import seal_asked
    from bailee.requests.telling import told

    request = place.proven("copy")
    before = request.due_on
    seal_asked(place.office, request, replace(place.asked(request), reply_to="", address=()))
    request.save(update_fields=["sealed"])
    _asks(place, request)
    assert (request.due_on, request.pauses.count(), "asked" in kinds(request)) == (before, 0, False)
    told(place.by(days=2), request)
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
    from bailee.requests.telling import told

    request = place.proven("erase")
    before = request.due_on
    _extends(place, request)
    _refused(place, "extend", request, days=2)
    told(place.by(days=days), request)
    assert before is not None
    assert request.due_on is not None
    assert (request.due_on > before, request.extended_on is not None) == (is_longer, is_longer)
    assert ("extended" in kinds(request)[-1:]) is is_longer
