"""What nobody confirms expires, what was kept long enough is forgotten, and stolen books tell nothing in between."""

from __future__ import annotations

from typing import Any

import pytest

from tests.harm.firm import ALICE, MARKER
from tests.letters.servers import Mailbox
from tests.requests.identity.place import MALLORY, NOBODY, Place, due, dump, kinds
from tests.requests.identity.test_the_clock_starts import _hand_over


def _expire(place: Place, request: Any, days: float) -> None:
    """Let ``request``, which staff have seen, expire."""
    from bailee.requests.expiry import expire_request
    from bailee.requests.request_list import list_requests

    list_requests(place.by())
    expire_request(place.at(days=days), request.id)
    request.refresh_from_db()


def _forget(place: Place, request: Any, days: float) -> None:
    from bailee.requests.expiry import forget_request

    forget_request(place.at(days=days), request.id)
    request.refresh_from_db()


def test_what_nobody_confirms_expires_and_the_letter_is_the_same_known_or_not(place: Place) -> None:
    known, unknown = place.ask("copy"), place.ask("copy", NOBODY)
    texts = []
    place.look(known)
    place.look(unknown)
    (code,) = place.codes(known)
    _hand_over(place, known, "identity", Mailbox())  # or else nobody has asked her
    for request in (known, unknown):
        _expire(place, request, 14)
        assert (request.status, request.outcome) == ("closed", "expired")
        letter = request.messages.get(template="expired")
        assert place.opened(letter).to == MALLORY
        texts.append(place.opened(letter).letter.text.replace(request.reference, ""))
    assert texts[0] == texts[1]
    assert not any(proof.sealed for proof in known.proofs.all())
    assert not place.prove(known, code, days=6)


def test_nothing_expires_before_the_time_of_the_policy_is_over(place: Place) -> None:
    request = place.ask("copy")
    place.look(request)
    _hand_over(place, request, "identity", Mailbox())
    _expire(place, request, 13.9)  # as where a clock that was ahead has called it
    assert request.status == "unverified"
    assert "expire" in due(request)
    _expire(place, request, 14)
    assert (request.status, request.outcome) == ("closed", "expired")


def test_what_came_on_paper_weeks_ago_waits_from_the_day_on_which_it_was_taken_in(place: Place) -> None:
    from bailee.store.models import Request

    request = place.ask("copy")
    place.look(request)
    _hand_over(place, request, "identity", Mailbox())
    Request.objects.filter(id=request.id).update(received_at=place.at(days=-21).now)
    _expire(place, request, 13.9)
    assert request.status == "unverified"
    _expire(place, request, 14)
    assert request.outcome == "expired"


def test_what_was_confirmed_meanwhile_does_not_expire(place: Place) -> None:
    request = place.proven("copy")
    _expire(place, request, 14)
    assert request.status == "open"


def test_a_request_is_forgotten_on_its_day_and_not_before(place: Place) -> None:
    request = place.ask("copy", words=f"please, {MARKER}")
    place.look(request)
    _hand_over(place, request, "identity", Mailbox())
    _expire(place, request, 14)
    assert "forget" in due(request)
    _forget(place, request, 43)
    assert place.asked(request).words
    _forget(place, request, 45)
    assert request.sealed is None
    assert request.messages.count() == request.proofs.count() == request.tags.count() == 0
    assert kinds(request)[-1] == "forgotten"


def test_what_was_sealed_does_not_open_again_wherever_a_copy_of_it_lies(place: Place) -> None:
    from bailee.requests.request_content import open_asked
    from bailee.vault import InvalidVaultSealError

    request = place.ask("copy", NOBODY)
    place.look(request)
    copied = bytes(request.sealed or b"")
    _expire(place, request, 14)
    _forget(place, request, 45)
    request.sealed = copied
    with pytest.raises(InvalidVaultSealError):
        open_asked(place.context, request)


def test_one_that_was_cut_short_goes_on_and_one_that_is_over_is_left_alone(place: Place) -> None:
    request = place.proven("copy")
    type(request).objects.filter(id=request.id).update(status="closed", forget_on=place.at(days=1).today)
    place.context.vault.shred(f"request:{request.id}")  # then the process died
    _forget(place, request, 2)
    _forget(place, request, 3)
    assert request.sealed is None
    assert kinds(request).count("forgotten") == 1


def test_stolen_books_tell_nothing_of_anybody(place: Place) -> None:
    """Every path is walked once: what is left in the books is read as a thief reads it."""
    from bailee.requests.identity import note_authority, note_person_seen
    from bailee.requests.request_content import read_asked
    from bailee.store.access_log import Reason

    number = "+442079460101"
    planted: dict[str, Any] = {
        "name": f"Alice {MARKER}", "words": f"I am {MARKER}, {number}", "reply_to": f"x.{MARKER}@post.example",
        "address": (f"1 {MARKER} Road",),
    }  # fmt: skip
    proven = place.proven("correct", ALICE, number, target="person.name", value=f"Alicia {MARKER}", **planted)
    place.prove(proven, "2222-2222", source="192.0.2.1")
    agents = place.ask("copy", agent=f"Solicitor {MARKER}", **planted)
    place.look(agents)
    note_authority(place.by(), agents, f"a letter of {MARKER}")
    note_person_seen(place.by(), agents, "document", f"a passport of {MARKER}")
    read_asked(place.by(), agents, Reason.REQUEST)
    expired = place.ask("copy", **planted)
    place.look(expired)
    _hand_over(place, expired, "identity", Mailbox())
    _expire(place, expired, 14)
    stolen = dump().lower()
    for planted_text in (MARKER, number, number[1:], "2079460101", "192.0.2.1"):
        assert planted_text not in stolen
    assert proven.reference.lower() in stolen  # it was looked in the right place
