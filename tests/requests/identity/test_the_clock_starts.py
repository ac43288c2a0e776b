"""The time of Art. 12(3) runs from receipt, unless who asks was really asked who they are; nothing ends unseen."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from bailee.policy import Mail
from bailee.store.context import Context
from tests.letters.lease import Held
from tests.letters.servers import Mailbox, mail_server
from tests.requests.identity.place import NOBODY, Place, due, kinds

if TYPE_CHECKING:
    from bailee.store.models import Message, Request

FROM_RECEIPT = date(2026, 4, 15)
"""A month after the day of `NOW`."""


def _with_mail(context: Context, port: int) -> Context:
    """Return ``context`` with a mail server on ``port`` of this machine."""
    assert context.policy.firm.mail is not None
    mail = Mail("127.0.0.1", port, "none", site=context.policy.firm.mail.site)
    return replace(context, policy=replace(context.policy, firm=replace(context.policy.firm, mail=mail)))


def _hand_over(place: Place, request: Request, template: str, mailbox: Mailbox, *, days: float = 0) -> None:
    """Let a worker give the last letter ``template`` to a real mail server."""
    _hand_over_one(place, request.messages.filter(template=template).latest("made_at"), mailbox, days=days)
    request.refresh_from_db()


def _hand_over_one(place: Place, message: Message, mailbox: Mailbox, *, days: float = 0) -> None:
    """Let a worker give a letter to a real mail server."""
    from bailee.requests.letters import delivery

    with mail_server(mailbox):
        delivery.deliver_letter(_with_mail(place.at(days=days), mailbox.port), message.id, Held())


def _expire(place: Place, request: Request, days: float) -> None:
    from bailee.requests.expiry import expire_request

    expire_request(place.at(days=days), request.id)
    request.refresh_from_db()


def _clock(request: Request) -> tuple[date | None, date | None]:
    return request.identity_asked_on, request.due_on


def test_what_was_never_sent_stops_no_clock(place: Place) -> None:
    without, queued = place.ask("erase", reply_to=""), place.ask("erase")
    for request in (without, queued):
        request.refresh_from_db()
        assert _clock(request) == (None, FROM_RECEIPT)
    place.look(queued)
    assert place.prove(queued, place.codes(queued)[0], days=3)
    queued.refresh_from_db()
    assert _clock(queued) == (None, FROM_RECEIPT)  # shown without a letter that we know to have gone


@pytest.mark.parametrize("template", ["acknowledge", "identity"])
def test_a_letter_that_the_server_took_makes_the_clock_wait_for_the_answer(place: Place, template: str) -> None:
    request = place.ask("erase")
    place.look(request)
    _hand_over(place, request, template, Mailbox(), days=1)
    assert _clock(request) == (place.at(days=1).today, FROM_RECEIPT)  # the day that it is at worst
    code = place.codes(request)[0] if template == "acknowledge" else ""
    if code:
        assert place.prove(request, code, days=5)
        request.refresh_from_db()
        assert request.due_on == date(2026, 4, 20)


@pytest.mark.parametrize("template", ["acknowledge", "identity"])
def test_a_letter_that_bounces_leaves_the_day(place: Place, template: str) -> None:
    request = place.ask("erase")
    place.look(request)
    _hand_over(place, request, template, Mailbox(recipient_answers=["550 nobody here"]))
    assert _clock(request) == (None, FROM_RECEIPT)
    assert kinds(request)[-1] in {"letter_failed", "identity.letter_failed"}


def test_a_letter_that_no_server_takes_for_five_days_leaves_the_day(place: Place) -> None:
    from bailee.requests.letters import delivery

    request = place.ask("erase")
    message = request.messages.get(template="acknowledge")
    gives_up = delivery.GIVES_UP.days
    for days in (*(gives_up * n / delivery.LEAST for n in range(delivery.LEAST)), gives_up):
        context = _with_mail(place.at(days=days), 1)  # nothing listens there
        delivery.deliver_letter(context, message.id, Held())
        request.refresh_from_db()
        assert _clock(request) == (None, FROM_RECEIPT)
    message.refresh_from_db()
    assert (message.state, request.acknowledged_on) == ("failed", None)


def test_a_complaint_whose_acknowledgement_bounces_is_not_acknowledged(place: Place) -> None:
    request = place.ask("complaint")
    assert request.due_on is None
    _hand_over(place, request, "complaint", Mailbox(recipient_answers=["550 nobody here"]))
    assert request.acknowledged_on is None
    assert request.due_on is not None


def test_paper_counts_when_it_is_in_the_post(place: Place) -> None:
    from bailee.requests.intake import receive_request
    from bailee.requests.letters.print_jobs import mark_posted
    from bailee.requests.request_content import Asked
    from bailee.store.models import Message

    request = receive_request(place.by(), "erase", Asked(identities=(NOBODY,), address=("1 Road", "Town")), "letter")
    request.refresh_from_db()
    assert _clock(request) == (None, FROM_RECEIPT)
    Message.objects.filter(request=request).update(tries=1)  # as a print counts it
    mark_posted(place.by(days=2), [request.messages.get().id])
    request.refresh_from_db()
    assert _clock(request) == (place.at(days=2).today, FROM_RECEIPT)


def test_what_is_identified_meanwhile_keeps_its_clock_when_a_letter_goes_late(place: Place) -> None:
    request = place.proven("erase")
    _hand_over(place, request, "acknowledge", Mailbox(), days=3)
    assert _clock(request) == (None, FROM_RECEIPT)


def test_the_default_list_has_the_unverified_with_their_day(place: Place) -> None:
    from bailee.requests.request_list import list_requests

    asked, later = place.ask("erase"), place.ask("copy", days=2)
    found, waiting = list_requests(place.by())
    assert [(one.id, one.due_on) for one in found] == [(asked.id, FROM_RECEIPT), (later.id, date(2026, 4, 17))]
    assert waiting == 2


def test_nothing_ends_before_staff_have_seen_it_known_or_not(place: Place) -> None:
    from bailee.requests.request_list import list_requests

    known, unknown = place.ask("erase"), place.ask("erase", NOBODY)
    for request in (known, unknown):
        place.look(request)
        _expire(place, request, 14)
        assert request.status == "unverified"
        assert kinds(request)[-1] == "identity.not_seen"
        _expire(place, request, 15)
        assert kinds(request).count("identity.not_seen") == 1  # said once
        assert "expire" in due(request)
    _hand_over(place, known, "identity", Mailbox(), days=15)  # what is sent to her makes no difference to be told
    list_requests(place.by("support", days=15.5))
    list_requests(place.by("support", days=15.6))
    for request in (known, unknown):
        assert kinds(request).count("identity.in_list") == 1
        _expire(place, request, 16)
        assert (request.status, request.outcome) == ("closed", "expired")


def test_what_an_auditor_or_a_worker_lists_was_seen_by_nobody(place: Place) -> None:
    from bailee.requests.request_list import list_requests

    request = place.ask("erase")
    list_requests(place.at())
    found, waiting = list_requests(place.by("auditor"))
    assert (found, waiting) == ([], 0)
    assert "identity.in_list" not in kinds(request)


def test_what_staff_took_in_themselves_they_have_seen(place: Place) -> None:
    from bailee.requests.intake import receive_request
    from bailee.requests.request_content import Asked

    request = receive_request(place.by(), "copy", Asked(identities=(NOBODY,)), "telephone")
    place.look(request)
    _expire(place, request, 14)
    assert request.status == "closed"


def test_the_doctor_counts_what_is_past_its_day_and_was_never_asked(place: Place) -> None:
    from bailee.views.doctor.pending import requests_waiting

    request = place.ask("erase")
    assert "1 request is past its last day" in requests_waiting(place.at(days=60)).says
    _hand_over(place, request, "acknowledge", Mailbox())
    assert "none near its day" in requests_waiting(place.at(days=60)).says
