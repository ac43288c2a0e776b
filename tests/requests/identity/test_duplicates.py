"""Who asks twice for the same is answered once; what nobody has shown to be theirs is never merged."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from tests.harm.firm import ALICE, BOB, MARKER
from tests.requests.identity.place import Place, due, kinds


def _again(*requests: Any) -> None:
    for request in requests:
        request.refresh_from_db()


def test_the_later_of_two_ends_in_the_earlier(place: Place) -> None:
    first = place.proven("erase")
    second = place.proven("erase", days=2)
    _again(first, second)
    assert (second.status, second.outcome, second.merged_into_id) == ("closed", "merged", first.id)
    assert (first.status, second.forget_on is not None) == ("open", True)
    assert (kinds(first)[-1], kinds(second)[-1]) == ("merged_with", "merged")


def test_it_is_the_same_by_whichever_identity_she_asks(place: Place) -> None:
    path = place.firm.folder / "systems/shop.yaml"
    path.write_text(path.read_text().replace("e164, joins: confirm", "e164, joins: verified"))
    first, second = place.proven("erase", ALICE), place.proven("erase", "+442079460101", days=1)
    _again(second)
    assert second.merged_into_id == first.id


def test_the_clock_is_that_of_the_earlier_though_the_later_was_verified_first(place: Place) -> None:
    early = place.ask("erase")
    late = place.proven("erase", days=5)
    place.look(early, days=6)
    assert place.prove(early, place.codes(early)[0], days=6)
    _again(early, late)
    assert (early.status, late.outcome) == ("open", "merged")


def test_once_work_has_begun_it_goes_on_by_the_earlier_clock(place: Place) -> None:
    early = place.ask("erase")
    late = place.proven("erase", days=5)
    type(late).objects.filter(id=late.id).update(status="approved")
    place.look(early, days=6)
    assert place.prove(early, place.codes(early)[0], days=6)
    _again(early, late)
    assert (late.status, early.merged_into_id) == ("approved", late.id)
    assert late.received_at == early.received_at


def test_what_is_not_verified_is_never_merged(place: Place) -> None:
    """Anybody can write Alice's address into a form."""
    unverified = place.ask("erase")
    first = place.proven("erase", days=1)
    _again(first, unverified)
    assert (first.status, unverified.status) == ("open", "unverified")


@pytest.mark.parametrize(
    ("one", "other", "whose"),
    [("erase", "copy", ALICE), ("erase", "erase", BOB), ("question", "question", ALICE)],
)
def test_another_right_another_person_or_another_question_is_another_request(
    place: Place, one: str, other: str, whose: str
) -> None:
    if one == "question":
        first, second = place.ask(one), place.ask(other)
    else:
        first, second = place.proven(one), place.proven(other, whose)
    _again(first, second)
    assert (first.status, second.status) == ("open", "open")


def test_two_corrections_are_the_same_only_if_they_put_the_same_right(place: Place) -> None:
    first = place.proven("correct", target="person.name", value=f"Alicia {MARKER}")
    other = place.proven("correct", target="person.postal", value=f"3 {MARKER} Road", days=1)
    same = place.proven("correct", target="person.name", value=f"Alicia {MARKER}", days=2)
    _again(first, other, same)
    assert (first.status, other.status, same.merged_into_id) == ("open", "open", first.id)


def test_both_are_told_what_becomes_of_it_each_where_they_asked(place: Place) -> None:
    from bailee.requests.request_letters import send_letter

    path = place.firm.folder / "systems/shop.yaml"
    path.write_text(path.read_text().replace("e164, joins: confirm", "e164, joins: verified"))
    other = f"alice.two.{MARKER}@post.example"
    place.firm.run(
        f"INSERT INTO persons VALUES (7, '{other}', 'Alice {MARKER}', '', '+442079460101')",
    )
    first, second = place.proven("erase", ALICE), place.proven("erase", other, days=1)
    send_letter(place.at(days=3), first, "complete", done=["It is done."])
    assert place.letters(first)[-1] == ("complete", ALICE)
    assert place.letters(second)[-1] == ("complete", other)


def test_of_two_that_are_verified_at_once_one_goes_on(place: Place) -> None:
    from django.db import connections

    one, two = place.ask("erase"), place.ask("erase", days=0.01)
    for request in (one, two):
        place.look(request, days=0.02)
    codes = {request.id: place.codes(request)[0] for request in (one, two)}
    ready, failed = threading.Barrier(2), list[Exception]()

    def go(request: Any) -> None:
        try:
            ready.wait(10)
            assert place.prove(request, codes[request.id], days=0.03)
        except Exception as error:  # noqa: BLE001 - told by the test itself
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=go, args=(request,)) for request in (one, two)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not failed
    _again(one, two)
    assert (one.status, two.merged_into_id) == ("open", one.id)
    assert "plan" in due(one)


def test_a_number_that_bob_wrote_on_his_row_does_not_end_her_request_in_his(place: Place) -> None:
    place.firm.run("UPDATE persons SET tel = '+442079460101' WHERE id = 2")
    his, hers = place.proven("erase", BOB), place.proven("erase", ALICE, days=1)
    _again(his, hers)
    assert (his.status, hers.status) == ("open", "open")


def test_a_number_that_was_hers_once_does_not_end_her_request_in_anothers(place: Place) -> None:
    path = place.firm.folder / "systems/shop.yaml"
    text = path.read_text().replace("e164, joins: confirm", "e164, joins: verified, valid: [tel_from, tel_until]")
    path.write_text(text.replace("{phone: caller, stored: e164}", "{phone: caller, stored: e164, at: started_on}"))
    place.firm.run(
        "ALTER TABLE persons ADD COLUMN tel_from DATE",
        "ALTER TABLE persons ADD COLUMN tel_until DATE",
        "UPDATE persons SET tel_until = '2025-01-31' WHERE id = 1",
        "UPDATE persons SET tel = '+442079460101', tel_from = '2025-06-01' WHERE id = 2",
    )
    hers, his = place.proven("erase", ALICE), place.proven("erase", BOB, days=1)
    _again(his, hers)
    assert (his.status, hers.status) == ("open", "open")


def _withdrawn(place: Place, request: Any) -> str:
    """Return what the letter says that ends ``request``."""
    return " ".join(place.opened(request.messages.get(template="withdrawn")).letter.text.split())


def test_who_withdraws_one_of_two_that_were_merged_is_told_that_both_are_over(place: Place) -> None:
    from bailee.requests.request_end import withdraw_request

    first, second = place.proven("erase"), place.proven("erase", days=2)
    withdraw_request(place.at(days=3), first)
    _again(first, second)
    assert (first.outcome, second.outcome) == ("withdrawn", "merged")
    assert kinds(second)[-1] == "withdrawn_with"
    said = _withdrawn(place, first)
    assert second.reference in said
    assert "that request is over, too" in said
    assert not second.messages.filter(template="withdrawn").exists()  # it goes to the same address


def test_of_three_that_were_merged_one_by_one_none_is_lost_without_a_word(place: Place) -> None:
    """The third ends in the second, and then the second in the first."""
    from bailee.requests.request_end import withdraw_request

    early = place.ask("erase")
    second, third = place.proven("erase", days=1), place.proven("erase", days=2)
    _again(third)
    assert third.merged_into_id == second.id
    place.look(early, days=3)
    assert place.prove(early, place.codes(early)[0], days=3)
    _again(second, third)
    assert (second.merged_into_id, third.merged_into_id) == (early.id, early.id)
    withdraw_request(place.at(days=4), early)
    said = _withdrawn(place, early)
    assert [one.reference in said for one in (second, third)] == [True, True]
    assert said.count("is over, too") == 2


def test_who_withdraws_what_was_merged_with_nothing_reads_of_no_other(place: Place) -> None:
    from bailee.requests.request_end import withdraw_request

    request = place.proven("erase")
    withdraw_request(place.at(days=1), request)
    assert "is over, too" not in _withdrawn(place, request)
