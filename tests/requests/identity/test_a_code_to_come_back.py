"""Who comes back to a request gets a code for its page, and is not asked to confirm what is confirmed, or over."""

from __future__ import annotations

from tests.harm.firm import ALICE
from tests.requests.identity.place import Place


def test_who_comes_back_to_a_request_that_has_ended_is_not_asked_to_confirm_it(place: Place) -> None:
    from bailee.requests.request_end import withdraw_request
    from bailee.requests.visits import send_code, send_visit_code

    request = place.proven("erase")
    withdraw_request(place.at(days=1), request)
    send_code(place.at(days=2), request)
    request.refresh_from_db()
    send_visit_code(place.at(days=2), request)
    assert place.letters(request)[-1] == ("visit", ALICE)
    letter = place.opened(request.messages.get(template="visit")).letter
    assert letter.subject.startswith("Your code to see your request")
    assert "confirm" not in letter.text
