"""Attacks on a copy that goes without a code: by a door that was opened before, by a clock, and by old books."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, cast
from unittest.mock import patch

import pytest

from bailee.engine import time_check
from bailee.engine.errors import NotAllowed
from bailee.engine.systems import open_systems_of_context
from tests.harm.firm import MARKER, NOW
from tests.requests.identity.place import Place, due, kinds
from tests.requests.identity.test_a_clock_and_an_address import books_of_yesterday
from tests.requests.identity.test_a_copy_without_a_code import _asked, _packed, _take, _token
from tests.requests.identity.test_contacts import dated

if TYPE_CHECKING:
    from bailee.jobs.due_items import Lease
    from bailee.store.models import Request

NEW = f"new.{MARKER}@post.example"


def moves(place: Place, *, days: float, everywhere: bool = True) -> None:
    """Let Alice change her address."""
    moment = (NOW + timedelta(days=days)).replace(tzinfo=None).isoformat(" ")
    place.firm.run(f"UPDATE persons SET email = '{NEW}', email_changed_at = '{moment}' WHERE id = 1")
    if everywhere:
        place.firm.run("UPDATE writers SET email = NULL WHERE id = 1")


def visit(place: Place, request: Request, *, days: float = 0, hours: float = 0) -> str:
    """Have a code sent for a request that is open, and return it; empty where none went to anybody."""
    from bailee.requests import jobs, visits

    context = place.at(days=days, hours=hours)
    visits.send_code(context, request)
    with patch("bailee.requests.plan_runs.open_worker_systems", lambda context, _: open_systems_of_context(context)):
        jobs.run_visit(context, request.id, cast("Lease", None))
    letters = request.messages.filter(template="visit", made_at=context.now)
    texts = [place.opened(message).letter.text for message in letters]
    return "".join(found for text in texts for found in re.findall(r"(?m)^ *([0-9B-Z]{4}-[0-9B-Z]{4}) *$", text))


def test_what_opened_the_request_before_the_address_changed_opens_nothing_after(place: Place) -> None:
    """Who reads her old mailbox has a code sent, and a token, before; she shows who she is, and the copy is packed."""
    from bailee.requests import visits
    from bailee.requests.identity import note_person_seen

    dated(place, 31)
    request = _asked(place)
    code = visit(place, request)
    assert code
    token = visits.exchange_code(place.at(), request, code, source="a")
    assert token is not None
    kept = visit(place, request, hours=0.1)  # another, which nobody uses for now
    assert visits.find_request_by_token(place.at(hours=0.4), token) == request
    moves(place, days=0)
    assert _packed(place, request, days=0.02) is None
    assert request.status == "unverified"
    note_person_seen(place.by(days=0.02), request, "document", "passport at the counter")
    request.refresh_from_db()
    assert request.status == "open"
    assert visits.find_request_by_token(place.at(hours=0.6), token) is None
    assert visits.exchange_code(place.at(hours=0.6), request, kept, source="a") is None


def test_a_code_goes_to_no_address_that_changed_after_the_link_was_sent(place: Place) -> None:
    dated(place, 31)
    request = _asked(place)
    _packed(place, request)
    token = _token(place, request)
    moves(place, days=3)
    assert visit(place, request, days=6) == ""
    assert visit(place, request, days=8) == ""  # nor the next time
    request.refresh_from_db()
    assert (request.status, "identity.doubted" in kinds(request)) == ("unverified", True)
    assert _take(place, request, token, days=6) == "over"


@pytest.mark.parametrize("is_moved", [True, False])
def test_who_has_the_address_after_the_copy_was_fetched_fetches_nothing(place: Place, *, is_moved: bool) -> None:
    """A copy stays for a day, as its download may have broken off: for her, and not for who reads her old mailbox."""
    from bailee.requests.copy_packages import fetch_copy

    dated(place, 31)
    request = _asked(place)
    _packed(place, request)
    assert _take(place, request, _token(place, request)) == "opened"
    parcel = request.parcels.get()
    fetch_copy(place.at(), parcel, lambda _piece: None)
    parcel.refresh_from_db()
    assert parcel.gone_at is None
    if is_moved:
        moves(place, days=0)
    visit(place, request, hours=1)
    parcel.refresh_from_db()
    assert (parcel.gone_at is not None) == is_moved


def test_a_code_goes_to_the_address_on_file_as_long_as_it_stands(place: Place) -> None:
    from bailee.requests import visits

    dated(place, 31)
    request = _asked(place)
    _packed(place, request)
    code = visit(place, request, days=9)
    assert code
    assert visits.exchange_code(place.at(days=9), request, code, source="a") is not None


def test_who_is_asked_after_all_has_as_long_as_anybody(place: Place) -> None:
    from bailee.store.models import Due

    dated(place, 31)
    request = _asked(place)
    moves(place, days=13, everywhere=False)
    assert _packed(place, request, days=13.9) is None
    ends = Due.objects.get(kind="expire", about=request.id, done_at=None).at
    assert ends == place.at(days=13.9 + place.context.policy.firm.requests.unverified_days).now
    assert "identify" in due(request)


def test_a_clock_that_is_wrong_is_a_doubt(place: Place) -> None:
    """By a clock that is ahead an address that changed yesterday has stood for years."""
    dated(place, 1)
    time_check._RIGHT.clear()
    ahead = patch.object(time_check, "find_doubts", return_value=("this machine's clock is 40 days ahead",))
    with ahead, pytest.raises(time_check.WrongClock):
        _asked(place, days=40)
    request = _asked(place, days=40)
    assert request.status == "open"
    time_check._RIGHT.clear()
    with ahead, pytest.raises(time_check.WrongClock):
        _packed(place, request, days=40)
    assert _packed(place, request, days=40) is not None


def test_books_out_of_a_backup_are_a_doubt(place: Place) -> None:
    """They do not know what was seen of an address, and corrected, since."""
    dated(place, 31)
    with books_of_yesterday(), pytest.raises(NotAllowed):
        _asked(place)
    request = _asked(place)
    assert request.status == "open"
    with books_of_yesterday(), pytest.raises(NotAllowed):
        _packed(place, request)


def test_a_link_that_was_sent_by_a_clock_that_was_ahead_lives_no_longer(place: Place) -> None:
    dated(place, 31)
    request = _asked(place, days=40)
    _packed(place, request, days=40)
    token = _token(place, request)
    assert _take(place, request, token, days=39) == "over"
    assert _take(place, request, token, days=39.999) == "opened"
