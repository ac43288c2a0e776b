"""A person shows who they are by a contact that was on file, and by no other."""

from __future__ import annotations

import pytest

from tests.harm.firm import ALICE, BOB
from tests.requests.identity.place import MALLORY, NOBODY, Place, due, kinds


def test_the_code_goes_to_the_contact_on_file_and_not_to_the_one_in_the_request(place: Place) -> None:
    request = place.ask("copy")
    place.look(request)
    assert place.letters(request) == [("acknowledge", MALLORY), ("identity", ALICE)]


def test_who_has_the_code_is_the_person_and_the_answer_goes_where_the_code_went(place: Place) -> None:
    request = place.ask("erase")
    place.look(request)
    assert place.prove(request, place.codes(request)[0], days=2)
    request.refresh_from_db()
    assert (request.status, request.identified_on) == ("open", place.at(days=2).today)
    assert request.due_on is not None
    assert place.asked(request).reply_to == ALICE
    assert place.letters(request)[-1] == ("verified", ALICE)
    assert "plan" in due(request)
    assert request.tags.count() > 0


def test_nothing_is_done_before_and_the_day_is_the_one_at_worst(place: Place) -> None:
    request = place.ask("erase")
    place.look(request)
    request.refresh_from_db()
    assert (request.status, str(request.due_on), request.tags.count()) == ("unverified", "2026-04-15", 0)
    assert due(request) == {"expire"} | {"identify"}  # the worker of this test finishes nothing


def test_looked_for_twice_she_gets_one_code(place: Place) -> None:
    request = place.ask("erase")
    place.look(request)
    place.look(request)
    assert len(place.codes(request)) == 1


def test_a_code_is_read_however_it_is_typed_and_works_once(place: Place) -> None:
    request = place.ask("erase")
    place.look(request)
    code = place.codes(request)[0]
    assert place.prove(request, f" {code.lower().replace('-', ' ')}\n")
    assert not place.prove(request, code)
    assert kinds(request).count("verified") == 1


def test_a_code_of_another_request_is_none(place: Place) -> None:
    one, other = place.ask("erase"), place.ask("copy")
    place.look(one)
    place.look(other)
    assert not place.prove(one, place.codes(other)[0])


def test_a_code_ends_after_seven_days(place: Place) -> None:
    request = place.ask("erase")
    place.look(request)
    assert not place.prove(request, place.codes(request)[0], days=7.1)


def test_a_link_works_once_and_then_the_code_works_no_more(place: Place) -> None:
    request = place.ask("erase")
    place.look(request)
    token, code = place.token(request), place.codes(request)[0]
    assert len(token) >= 22  # 128 bits and more
    assert not place.prove(request, token[:-1])
    assert place.prove(request, token)
    assert not place.prove(request, token)
    assert not place.prove(request, code)


def test_after_five_tries_another_code_must_be_sent(place: Place) -> None:
    from bailee.requests.identity import resend_code
    from bailee.store.errors import TooMany

    request = place.ask("erase")
    place.look(request)
    right = place.codes(request)[0]
    assert [place.prove(request, "2222-2222") for _ in range(5)] == [False] * 5
    with pytest.raises(TooMany):
        place.prove(request, right)
    resend_code(place.at(hours=1), request)
    place.look(request, days=0.1)
    assert len(place.codes(request)) == 2
    assert not place.prove(request, right, days=0.1)
    assert place.prove(request, place.codes(request)[1], days=0.1)


def test_three_codes_a_day_and_no_more(place: Place) -> None:
    from bailee.requests.identity import resend_code
    from bailee.store.errors import TooMany

    request = place.ask("erase")
    for hour in range(3):
        place.look(request, days=hour / 24)
        if hour < 2:
            resend_code(place.at(hours=hour + 0.5), request)
    with pytest.raises(TooMany) as told:
        resend_code(place.at(hours=3), request)
    assert told.value.retry_at > place.at(hours=3).now
    resend_code(place.at(days=1.2), request)


def test_many_tries_from_one_address_are_stopped_whatever_the_request(place: Place) -> None:
    from bailee.requests.limits import TRIES_BY_SOURCE
    from bailee.store.errors import TooMany

    requests = [place.ask("erase") for _ in range(1 + TRIES_BY_SOURCE.most // 5)]
    for n in range(TRIES_BY_SOURCE.most):
        place.prove(requests[n // 5], "2222-2222", source="192.0.2.7")
    with pytest.raises(TooMany):
        place.prove(requests[-1], "2222-2222", source="192.0.2.7")
    assert not place.prove(requests[-1], "2222-2222", source="192.0.2.8")


def test_of_two_people_in_one_request_the_one_who_was_proven_counts(place: Place) -> None:
    """Bob asks for what is Alice's, beside his own."""
    request = place.ask("copy", BOB, ALICE, reply_to=BOB)
    place.look(request)
    assert sorted(to for template, to in place.letters(request) if template == "identity") == [ALICE, BOB]
    of_bob = next(place.opened(m) for m in request.messages.filter(template="identity") if place.opened(m).to == BOB)
    code = next(c for c in place.codes(request) if c in of_bob.letter.text)
    assert place.prove(request, code)
    asked = place.asked(request)
    assert (asked.identities, asked.unproven, asked.reply_to) == ((BOB,), (ALICE,), BOB)
    other = next(c for c in place.codes(request) if c != code)
    assert place.prove(request, other, days=1)
    asked = place.asked(request)
    assert (asked.identities, asked.unproven, asked.reply_to) == ((BOB, ALICE), (), BOB)


def test_a_number_on_his_own_row_makes_its_owner_nobody_elses(place: Place) -> None:
    """Bob writes Alice's number on his row, and asks by both."""
    place.firm.run("UPDATE persons SET tel = '+442079460101' WHERE id = 2")
    request = place.ask("copy", BOB, "+442079460101", reply_to=BOB)
    place.look(request)
    assert place.prove(request, place.codes(request)[0])
    assert place.asked(request).identities == (BOB,)


def test_a_likely_match_shows_that_the_address_is_theirs_and_the_row_still_waits(place: Place) -> None:
    from bailee.engine.people import search_person
    from bailee.engine.systems import open_systems

    path = place.firm.folder / "systems/desk.yaml"
    path.write_text(path.read_text().replace("joins: verified", "joins: confirm"))
    place.firm.run("INSERT INTO writers VALUES (9, 'carol.marker4711@post.example', 'Carol marker4711')")
    request = place.ask("copy", "carol.marker4711@post.example")
    place.look(request)
    assert place.letters(request)[-1] == ("identity", "carol.marker4711@post.example")
    assert place.prove(request, place.codes(request)[0])
    systems = open_systems(place.firm.folder, now=place.context.now)
    with systems as open_, search_person(open_, place.asked(request).identities) as found:
        assert [c.ref.key for c in found.persons.to_confirm] == [(9,)]


def test_a_mailbox_of_several_people_reaches_none_of_them(place: Place) -> None:
    place.firm.run(
        "UPDATE persons SET email = 'office.marker4711@post.example'",
        *(f"INSERT INTO persons VALUES ({n}, 'office.marker4711@post.example', 'x', '', '')" for n in range(10, 14)),
    )
    request = place.ask("copy", "office.marker4711@post.example")
    place.look(request)
    assert [template for template, _ in place.letters(request)] == ["acknowledge"]


def test_nobody_is_found_and_nothing_is_sent(place: Place) -> None:
    request = place.ask("copy", NOBODY)
    place.look(request)
    assert place.letters(request) == [("acknowledge", MALLORY)]
    assert kinds(request)[-1] == "identity.nobody_found"


def test_tries_for_a_stranger_end_as_those_for_a_person_do(place: Place) -> None:
    from bailee.store.errors import TooMany

    def ends(request: object) -> list[object]:
        told: list[object] = []
        for _ in range(7):
            try:
                told.append(place.prove(request, "2222-2222"))  # type: ignore[arg-type]
            except TooMany as error:
                told.append((error.message, error.hint, error.retry_at))
        return told

    known, unknown = place.ask("copy"), place.ask("copy", NOBODY)
    place.look(known)
    place.look(unknown)
    assert ends(known) == ends(unknown)


def test_who_had_her_data_restricted_is_still_known_when_she_asks(place: Place) -> None:
    from bailee.engine.systems import open_systems_of_context
    from bailee.requests.request_plans import plan_request

    first = place.proven("restrict")
    with open_systems_of_context(place.at()) as systems:
        plan_request(place.at(), systems, first)
    first.refresh_from_db()
    assert first.outcome == "done"
    assert place.asked(place.proven("erase", days=1)).identities == (ALICE,)


@pytest.mark.parametrize("role", ["auditor", "administrator"])
def test_a_code_that_a_person_tells_is_entered_by_whoever_deals_with_requests(place: Place, role: str) -> None:
    from bailee.engine.plans import NotAllowed
    from bailee.requests.identity import prove_identity, resend_code

    request = place.ask("erase")
    place.look(request)
    code = place.codes(request)[0]
    with pytest.raises(NotAllowed):
        prove_identity(place.by(role), request, code)
    with pytest.raises(NotAllowed):
        resend_code(place.by(role), request)
    assert prove_identity(place.by("support"), request, code)
    assert request.proofs.get(method="code").by_id == place.staff["support"]


def test_tries_at_once_are_no_more_than_tries_by_turns(place: Place) -> None:
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connections

    from bailee.store.errors import TooMany

    request = place.ask("erase")
    place.look(request)

    def guess(n: int) -> bool | None:
        try:
            return place.prove(type(request).objects.get(id=request.id), f"2222-{2222 + n}")
        except TooMany:
            return None
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(guess, range(12)))
    assert (told.count(False), told.count(None)) == (5, 7)


def test_a_worker_that_dies_half_way_leaves_no_half_code(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    from bailee.requests import identity

    class Killed(BaseException):
        pass

    def die(*_: object, **__: object) -> None:
        raise Killed

    request = place.ask("erase")
    with monkeypatch.context() as patched:
        patched.setattr(identity, "note_event", die)  # after the letter and the proofs, before the end
        with pytest.raises(Killed):
            place.look(request)
    assert request.proofs.count() == 0
    assert [template for template, _ in place.letters(request)] == ["acknowledge"]
    place.look(request)
    assert len(place.codes(request)) == 1
