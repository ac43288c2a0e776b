"""A letter that is refused, or comes back, leaves no request done: staff are told, and its day counts on."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from tests.harm.firm import ALICE
from tests.letters.lease import Held
from tests.letters.servers import Mailbox
from tests.ports import free_port
from tests.requests.identity.place import NOBODY, Place, due, kinds
from tests.requests.identity.test_a_copy_without_a_code import _asked, _packed, _take, _token
from tests.requests.identity.test_contacts import dated
from tests.requests.identity.test_the_clock_starts import FROM_RECEIPT, _expire, _hand_over, _with_mail

if TYPE_CHECKING:
    from bailee.store.models import Request

REFUSES = "550 nobody here"


def _refused(place: Place, template: str, request: Request, *, days: float = 0) -> None:
    """Let the firm's mail server refuse the letter ``template``."""
    _hand_over(place, request, template, Mailbox(recipient_answers=[REFUSES]), days=days)


def _closed(place: Place) -> Request:
    """Let a copy go to the address on file, without a code."""
    dated(place, 31)
    request = _asked(place)
    _packed(place, request)
    assert (request.status, request.outcome) == ("closed", "done")
    return request


def _today(place: Place, request: Request, *, days: float = 0) -> set[str]:
    """Return what waits for staff about ``request`` on the page Today."""
    from bailee.store.models import Role
    from bailee.views.today import today

    waits = today(place.by(days=days), Role.SUPPORT).waits
    mine = [one for one in waits if one.request is not None and one.request.id == request.id]
    return {str(kind) for one in mine for kind in (one.kind, one.urgency) if kind is not None}


def _listed(place: Place, request: Request, *, days: float = 0) -> date | None:
    """Return the last day of ``request`` in the lists of the console and of the command line, which agree."""
    from bailee.requests.request_list import list_requests
    from bailee.views.requests import Chosen, listed

    context = place.by(days=days)
    rows = {row.request.id: row.request.due_on for row in listed(context, Chosen(unverified=True)).rows}
    assert rows == {one.id: one.due_on for one in list_requests(context)[0]}
    return rows.get(request.id)


def test_a_refused_link_opens_the_request_again_and_staff_are_told(place: Place) -> None:
    place.firm.run("UPDATE persons SET tel = NULL, postal = ''")
    request = _closed(place)
    token, parcel = _token(place, request), request.parcels.get()
    assert "forget" in due(request)
    _refused(place, "copy_link", request, days=1)
    assert (request.status, request.outcome, request.closed_at, request.forget_on) == ("unverified", "", None, None)
    assert (request.identity_asked_on, request.due_on) == (None, FROM_RECEIPT)  # and its clock runs from receipt
    assert _take(place, request, token, days=1) == "over"
    parcel.refresh_from_db()
    assert parcel.gone_at is not None
    assert "forget" not in due(request)
    place.look(request, days=1)
    assert not place.codes(request)  # the one address on file takes no letter: no code goes there either
    assert kinds(request)[-1] == "identity.staff_must_see"
    assert _today(place, request, days=1) == {"see"}
    assert _listed(place, request, days=1) == FROM_RECEIPT
    assert _today(place, request, days=40) == {"see", "late"}


def test_what_was_refused_does_not_expire_before_anybody_was_asked(place: Place) -> None:
    request = _closed(place)
    _refused(place, "copy_link", request, days=1)
    place.look(request, days=1)
    _listed(place, request, days=2)  # staff have seen it, and done nothing
    _expire(place, request, 16)
    assert (request.status, request.due_on) == ("unverified", FROM_RECEIPT)
    assert "expire" in due(request)


def test_whom_staff_have_seen_is_told_by_them_and_then_it_is_done(place: Place) -> None:
    """The address on file takes no letters: the second copy is not said to be done by one more of them."""
    from bailee.requests.identity import note_person_seen
    from bailee.requests.staff_notifications import list_untold_letters, note_person_told

    request = _closed(place)
    _refused(place, "copy_link", request, days=1)
    place.look(request, days=1)
    assert _today(place, request, days=1) == {"call"}
    note_person_seen(place.by(days=2), request, "in person", "at the counter")
    request.refresh_from_db()
    assert request.status == "open"
    assert _packed(place, request, days=3) is not None
    assert [m.template for m in request.messages.filter(made_at__gte=place.at(days=2).now)] == []
    assert list_untold_letters(request) == ["download_ready"]
    assert (_today(place, request, days=3), _listed(place, request, days=3)) == ({"untold"}, FROM_RECEIPT)
    note_person_told(place.by(days=4), request)
    request.refresh_from_db()
    assert (request.status, request.outcome, request.due_on) == ("closed", "done", None)
    assert (_today(place, request, days=4), _listed(place, request, days=4)) == (set(), None)
    assert "forget" in due(request)


def test_a_number_on_file_is_called_where_the_address_takes_no_letter(place: Place) -> None:
    request = _closed(place)
    _refused(place, "copy_link", request, days=1)
    place.look(request, days=1)
    assert _today(place, request, days=1) == {"call"}
    assert not place.codes(request)


def test_a_link_that_comes_back_counts_as_refused(place: Place) -> None:
    """A mail that its server took and that bounced later: staff say so."""
    from bailee.requests.letters.delivery import note_returned_letters

    request = _closed(place)
    _hand_over(place, request, "copy_link", Mailbox())
    assert request.status == "closed"
    note_returned_letters(place.at(days=2), [request.messages.get(template="copy_link").id])
    request.refresh_from_db()
    assert (request.status, request.due_on) == ("unverified", FROM_RECEIPT)


def test_a_link_that_comes_back_after_the_copy_was_fetched_changes_nothing(place: Place) -> None:
    from bailee.requests.copy_packages import fetch_copy
    from bailee.requests.letters.delivery import note_returned_letters
    from tests.requests.identity.test_attacks_on_a_copy_without_a_code import visit

    request = _closed(place)
    _hand_over(place, request, "copy_link", Mailbox())
    assert visit(place, request, days=1)
    parcel = request.parcels.get()
    fetch_copy(place.at(days=1), parcel, lambda _piece: None)
    note_returned_letters(place.at(days=1.5), [request.messages.get(template="copy_link").id])
    request.refresh_from_db()
    parcel.refresh_from_db()
    assert (request.status, request.outcome) == ("closed", "done")
    assert parcel.gone_at is not None  # and nobody fetches it again by what was doubted since


def test_a_request_that_was_taken_back_stays_over(place: Place) -> None:
    from bailee.requests.request_end import withdraw_request

    dated(place, 31)
    request = _asked(place)
    withdraw_request(place.by(), request)
    _refused(place, "withdrawn", request, days=1)
    assert (request.status, request.outcome, request.due_on) == ("closed", "withdrawn", None)


def test_an_address_that_changes_after_the_link_was_sent_opens_the_request_again(place: Place) -> None:
    from tests.requests.identity.test_attacks_on_a_copy_without_a_code import moves, visit

    request = _closed(place)
    moves(place, days=3)
    assert visit(place, request, days=6) == ""
    request.refresh_from_db()
    assert (request.status, request.outcome, request.due_on) == ("unverified", "", FROM_RECEIPT)
    place.look(request, days=6)
    assert _today(place, request, days=6) == {"see"}


@pytest.mark.parametrize("comes_back", [False, True])
def test_every_answer_that_is_refused_leaves_its_day(place: Place, *, comes_back: bool) -> None:
    """What was done is done, but the person does not know, and that is what Art. 12(3) sets a day for."""
    from bailee.requests.letters.delivery import note_returned_letters
    from bailee.requests.letters.outbox import resend_letter
    from bailee.requests.request_end import close_request
    from bailee.requests.staff_notifications import note_person_told

    requests = [place.proven(right, days=n / 9) for n, right in enumerate(("erase", "copy", "restrict"))]
    for request in requests:
        close_request(
            place.by("officer", days=1), request, "partly", done=["by hand"], reasons=["the rest is not ours"]
        )
        letter = request.messages.get(template="partly")
        if comes_back:
            _hand_over(place, request, "partly", Mailbox(), days=2)
            assert request.due_on is None
            note_returned_letters(place.at(days=2), [letter.id])
        else:
            _refused(place, "partly", request, days=2)
        request.refresh_from_db()
        assert (request.status, request.outcome, request.due_on) == ("closed", "partly", FROM_RECEIPT)
        assert _today(place, request, days=2) == {"untold"}
        assert _listed(place, request, days=2) == FROM_RECEIPT
    note_person_told(place.by(days=3), requests[0])
    resend_letter(place.at(days=3), requests[1].messages.get(template="partly").id)
    _hand_over(place, requests[1], "partly", Mailbox(), days=3)
    for request in requests:
        request.refresh_from_db()
    assert [request.due_on for request in requests] == [None, None, FROM_RECEIPT]
    assert [_today(place, request, days=3) for request in requests] == [set(), set(), {"untold"}]


def test_what_is_late_and_was_told_to_nobody_is_counted_late(place: Place) -> None:
    from bailee.requests.request_end import close_request
    from bailee.views.doctor.pending import requests_waiting
    from bailee.views.requests import urgency

    request = _closed(place)
    assert "past" not in requests_waiting(place.at(days=60)).says
    _refused(place, "copy_link", request, days=1)
    assert "1 request is past its last day" in requests_waiting(place.at(days=60)).says
    assert urgency(place.at(days=60), unverified=True).late == 1
    other = place.proven("erase", days=1)
    close_request(place.by("officer", days=1), other, "done", done=["by hand"])
    _refused(place, "complete", other, days=2)
    assert "2 requests are past their last day" in requests_waiting(place.at(days=60)).says
    assert urgency(place.at(days=60)).late == 1


def test_a_letter_that_nobody_is_owed_leaves_a_closed_request_alone(place: Place) -> None:
    request = place.ask("erase", NOBODY, reply_to=ALICE)
    place.look(request)
    _listed(place, request)
    _expire(place, request, 14)
    _refused(place, "expired", request, days=14)
    assert (request.status, request.due_on) == ("closed", None)


def test_a_link_that_no_server_takes_stays_good_though_the_clock_is_two_years_ahead(place: Place) -> None:
    from bailee.requests.letters import delivery
    from bailee.store.models import Parcel

    request = _closed(place)
    link = request.messages.get(template="copy_link")
    for days in (0, 730, 731):
        assert delivery.deliver_letter(_with_mail(place.at(days=days), free_port()), link.id, Held()) is not None
    link.refresh_from_db()
    request.refresh_from_db()
    assert (link.state, request.status) == ("queued", "closed")
    assert Parcel.objects.get().gone_at is None
