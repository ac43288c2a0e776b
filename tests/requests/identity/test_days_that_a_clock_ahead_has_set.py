"""A request that came in by a clock that was ahead is counted from the earliest day that can be."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest

from bailee.engine import time_check
from tests.harm.firm import NOW
from tests.requests.identity.place import Place, due, kinds
from tests.requests.identity.test_the_clock_starts import FROM_RECEIPT
from tests.requests.rights.people import text_of

if TYPE_CHECKING:
    from bailee.store.models import Request

AHEAD = 730.0
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def known_to_be_right(place: Place) -> Iterator[None]:
    """Let the books know that the clock was right when the firm began its day, and this machine agree."""
    place.context.store.keep_page("time", {"last": (NOW - timedelta(minutes=3)).isoformat()})
    with patch.object(time_check, "read_clock", return_value=NOW):
        yield


def _right_again(place: Place) -> None:
    from bailee.requests.wrong_days import correct_all_days

    correct_all_days(place.at(days=0.1))


def _days(request: Request) -> tuple[date, date | None]:
    request.refresh_from_db()
    return request.received_on, request.due_on


def test_a_request_that_came_in_by_a_clock_ahead_counts_from_the_last_time_that_was_right(place: Place) -> None:
    from bailee.store.models import Due
    from bailee.views.doctor.pending import requests_waiting

    request = place.ask("erase", days=AHEAD)
    assert "1 request has days that have not come" in requests_waiting(place.at(days=0.1)).says
    _right_again(place)
    assert _days(request) == (NOW.date(), FROM_RECEIPT)
    assert request.received_at == NOW - timedelta(minutes=3)
    assert "days_put_right" in kinds(request)
    assert "days that have not come" not in requests_waiting(place.at(days=0.1)).says
    assert due(request) >= {"identify", "expire"}
    assert not Due.objects.filter(about=request.id, done_at=None, at__gt=NOW + 60 * DAY).exists()


def test_what_the_person_is_told_names_no_day_that_has_not_come(place: Place) -> None:
    request = place.ask("erase", days=AHEAD)
    place.look(request, days=0.1)
    assert place.prove(request, place.codes(request)[0], days=0.2)
    assert _days(request) == (NOW.date(), FROM_RECEIPT)
    assert "2028" not in text_of(place.context, request, "verified")


def test_identity_that_a_clock_ahead_has_noted_counts_from_receipt(place: Place) -> None:
    request = place.proven("erase")
    type(request).objects.filter(id=request.id).update(
        identity_asked_on=NOW.date(), identified_on=NOW.date() + 700 * DAY, due_on=NOW.date() + 731 * DAY
    )
    _right_again(place)
    assert _days(request) == (NOW.date(), FROM_RECEIPT)
    assert request.identified_on == NOW.date()


def test_who_shows_who_they_are_while_the_books_doubt_the_clock_is_counted_by_the_last_day_that_was_right(
    place: Place,
) -> None:
    request = place.ask("erase")
    place.look(request)
    code = place.codes(request)[0]
    with patch("bailee.requests.wrong_days.find_doubts", return_value=("this machine's clock is 730 days ahead",)):
        assert place.prove(request, code, days=6)
    request.refresh_from_db()
    assert request.identified_on == NOW.date()


def test_an_answer_that_a_clock_ahead_has_noted_stops_the_clock_for_the_day_of_the_question_alone(place: Place) -> None:
    from bailee.store.models import Pause

    request = place.proven("copy")
    Pause.objects.create(request=request, asked_on=NOW.date(), answered_on=NOW.date() + 730 * DAY)
    _right_again(place)
    assert _days(request) == (NOW.date(), FROM_RECEIPT + DAY)  # the day on which it was asked does not count


def test_where_nothing_was_known_it_counts_from_before_what_had_happened_last(place: Place) -> None:
    place.ask("copy", days=-1)
    place.context.store.keep_page("time", {})
    request = place.ask("erase", days=2)
    _right_again(place)
    request.refresh_from_db()
    assert request.received_on <= (NOW - DAY).date()


def test_right_days_are_left_alone_though_two_clocks_are_some_minutes_apart(place: Place) -> None:
    request = place.ask("erase", days=0.1 + 4 / 1440)
    _right_again(place)
    assert "days_put_right" not in kinds(request)
