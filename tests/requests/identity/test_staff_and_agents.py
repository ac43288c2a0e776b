"""Staff see who somebody is, with a reason; an agent shows that they may ask, and gets no more than that says."""

from __future__ import annotations

import pytest

from bailee.engine.plans import NotAllowed
from tests.harm.firm import ALICE, BOB
from tests.requests.identity.place import MALLORY, Place, kinds

pytestmark = pytest.mark.parametrize("place", ["sqlite"], indirect=True)
"""In which database the books are decides nothing here."""


def test_who_stands_there_needs_no_code_and_the_clock_waits_for_nothing(place: Place) -> None:
    from bailee.requests.identity import note_person_seen
    from bailee.requests.intake import receive_request
    from bailee.requests.request_content import Asked

    request = receive_request(place.by(), "copy", Asked(identities=(ALICE,)), "in person")
    note_person_seen(place.by(), request, "in person", "came to the counter with a passport")
    request.refresh_from_db()
    assert (request.status, request.identity_asked_on) == ("open", None)
    assert str(request.due_on) == "2026-04-15"
    assert request.tags.count() == 1


def test_who_gives_no_address_is_answered_at_the_one_on_file(place: Place) -> None:
    from bailee.requests.identity import note_person_seen

    request = place.ask("erase", reply_to="")
    note_person_seen(place.by(), request, "document", "a passport")
    assert place.asked(request).reply_to == ALICE
    assert place.letters(request) == [("verified", ALICE)]


def test_it_is_said_how_it_is_known(place: Place) -> None:
    from bailee.requests.identity import note_person_seen

    request = place.ask("copy")
    with pytest.raises(NotAllowed):
        note_person_seen(place.by(), request, "in person", "  ")
    with pytest.raises(NotAllowed):
        note_person_seen(place.by(), request, "by her looks", "she looked so")


def test_of_several_people_staff_say_which_they_have_seen(place: Place) -> None:
    from bailee.requests.identity import note_person_seen

    request = place.ask("copy", BOB, ALICE)
    place.look(request)
    with pytest.raises(NotAllowed):
        note_person_seen(place.by(), request, "document", "driving licence")
    note_person_seen(place.by(), request, "document", "driving licence", [BOB])
    assert place.asked(request).identities == (BOB,)


@pytest.mark.parametrize("role", ["auditor", "administrator", ""])
def test_who_may_not_identifies_nobody(place: Place, role: str) -> None:
    from bailee.requests.identity import note_authority, note_call_back, note_person_seen, reveal_call_number
    from bailee.store.access_log import Reason

    request = place.ask("copy", agent="A. Solicitor")
    place.look(request)
    context = place.by(role) if role else place.at()
    for act in (
        lambda: note_person_seen(context, request, "document", "a passport"),
        lambda: note_call_back(context, request, "a voice"),
        lambda: reveal_call_number(context, request, Reason.IDENTITY),
        lambda: note_authority(context, request, "a letter"),
    ):
        with pytest.raises(NotAllowed):
            act()
    request.refresh_from_db()
    assert request.status == "unverified"


def test_an_agent_without_authority_gets_nothing_done_though_the_person_agrees(place: Place) -> None:
    request = place.ask("copy", agent="A. Solicitor")
    place.look(request)
    assert place.prove(request, place.codes(request)[0])
    request.refresh_from_db()
    assert (request.status, request.identified_on, request.tags.count()) == ("unverified", None, 0)
    assert kinds(request)[-1] == "identity.authority_missing"


def test_an_agents_authority_alone_identifies_nobody(place: Place) -> None:
    from bailee.requests.identity import note_authority

    request = place.ask("copy", agent="A. Solicitor")
    note_authority(place.by(), request, "a letter of 1 March, in the safe")
    request.refresh_from_db()
    assert request.status == "unverified"


@pytest.mark.parametrize(("answers_to_agent", "to"), [(False, ALICE), (True, MALLORY)])
def test_the_answer_goes_to_the_agent_only_if_the_authority_says_so(
    place: Place, answers_to_agent: bool, to: str
) -> None:
    from bailee.requests.identity import note_authority

    request = place.ask("copy", agent="A. Solicitor")
    place.look(request)
    assert place.prove(request, place.codes(request)[0])
    note_authority(place.by(days=3), request, "a letter of 1 March, in the safe", answers_to_agent=answers_to_agent)
    request.refresh_from_db()
    assert (request.status, request.identified_on) == ("open", place.at(days=3).today)
    assert place.asked(request).reply_to == to
    assert place.letters(request)[-1] == ("verified", to)


def test_an_agent_who_came_along_is_not_answered_without_authority_to_be(place: Place) -> None:
    from bailee.requests.identity import note_authority, note_person_seen

    request = place.ask("copy", agent="A. Solicitor")
    note_authority(place.by(), request, "a letter of 1 March, in the safe")
    note_person_seen(place.by(), request, "in person", "both came to the counter")
    assert (place.asked(request).reply_to, place.asked(request).address) == (ALICE, ())


def test_evidence_is_sealed_and_the_contact_that_was_used_is_gone(place: Place) -> None:
    from bailee.requests.identity import note_authority

    request = place.ask("copy", agent="A. Solicitor")
    place.look(request)
    note_authority(place.by(), request, "a letter of marker4711")
    assert place.prove(request, place.codes(request)[0])
    by_method = {p.method: bytes(p.sealed) if p.sealed else b"" for p in request.proofs.all()}
    assert set(by_method) == {"code", "link", "authority"}
    assert not by_method["code"]
    assert not by_method["link"]
    assert by_method["authority"]
    assert b"marker4711" not in by_method["authority"]


def test_who_was_seen_is_not_forgotten_when_a_worker_looks(place: Place) -> None:
    from bailee.requests.identity import note_authority, note_person_seen

    request = place.ask("copy", agent="A. Solicitor")
    note_person_seen(place.by(), request, "document", "a passport")
    place.look(request)
    note_authority(place.by(), request, "a letter of 1 March, in the safe")
    request.refresh_from_db()
    assert request.status == "open"


def test_an_identity_that_nothing_is_found_by_can_be_vouched_for(place: Place) -> None:
    from bailee.requests.identity import note_person_seen

    request = place.ask("copy", ALICE, MALLORY)
    place.look(request)
    note_person_seen(place.by(), request, "known", "a neighbour", [MALLORY])
    assert (place.asked(request).identities, place.asked(request).unproven) == ((MALLORY,), (ALICE,))
