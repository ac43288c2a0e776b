"""Whether an address has stood is known by a clock and by the books: where these may be wrong, no code goes to it."""

from __future__ import annotations

from contextlib import AbstractContextManager
from types import SimpleNamespace
from unittest.mock import patch

import pytest

from bailee.engine import high_water, time_check
from bailee.engine.errors import NotAllowed
from tests.harm.firm import ALICE, MARKER, NOW
from tests.requests.identity.place import NOBODY, Place, kinds
from tests.requests.identity.test_contacts import certain_phone, dated

pytestmark = pytest.mark.parametrize("place", ["sqlite"], indirect=True)

PHONE = "+442079460101"
NEW = f"new.{MARKER}@post.example"
AHEAD = ("this machine's clock is 40 days ahead",)


def _codes(place: Place, *identities: str, days: float = 0) -> list[str]:
    """Return to whom a code goes where somebody asks."""
    request = place.ask("erase", *identities, days=days)
    place.look(request, days=days)
    return [to for template, to in place.letters(request) if template == "identity"]


@pytest.mark.parametrize("behind", [0.5, 29, 31, 4000])
def test_an_address_that_changed_in_the_future_of_this_clock_is_fresh(place: Place, behind: float) -> None:
    """The clock of this machine is behind that of the system, which wrote when it changed."""
    dated(place, -behind)
    assert _codes(place) == []


@pytest.mark.parametrize("who", [ALICE, NOBODY])
def test_no_code_goes_to_anybody_while_the_clock_may_be_wrong(place: Place, who: str) -> None:
    """By a clock that is ahead what changed yesterday has stood for long; known or not, the request waits the same."""
    dated(place, 1)
    time_check._RIGHT.clear()
    request = place.ask("erase", who, days=40)
    with patch.object(time_check, "find_doubts", return_value=AHEAD), pytest.raises(time_check.WrongClock):
        place.look(request, days=40)
    assert [template for template, _ in place.letters(request)] == ["acknowledge"]
    assert not request.proofs.exists()
    place.look(request, days=1)  # the clock was set right
    assert kinds(request)[-1] in {"identity.staff_must_call", "identity.nobody_found"}
    assert not place.codes(request)


def books_of_yesterday() -> AbstractContextManager[object]:
    """Let the books be older than what was done."""
    done = high_water.MarkEntry(9, high_water.PLAN, "a" * 64, NOW.isoformat(), "shop")
    told = SimpleNamespace(found=(done,), told=SimpleNamespace(silent=()))
    return patch.object(high_water, "_compare_books", return_value=told)


def test_no_code_goes_to_anybody_by_books_out_of_a_backup(place: Place) -> None:
    """They do not know which addresses have changed since."""
    request = place.ask("erase")
    with books_of_yesterday(), pytest.raises(NotAllowed):
        place.look(request)
    assert not place.codes(request)
    place.look(request)
    assert place.codes(request)


def test_what_was_seen_to_change_is_fresh_though_its_date_is_old(place: Place) -> None:
    """A hand in the database writes an address, and leaves the date as it was."""
    certain_phone(place)
    dated(place, 400)
    assert _codes(place, PHONE) == [ALICE]
    place.firm.run(f"UPDATE persons SET email = '{NEW}' WHERE id = 1", "UPDATE writers SET email = NULL WHERE id = 1")
    assert _codes(place, PHONE, days=60) == []
    assert _codes(place, PHONE, days=89) == []
    assert _codes(place, PHONE, days=91) == [NEW]


def test_a_date_that_is_newer_than_what_was_seen_counts(place: Place) -> None:
    """It changed to something else and back between two looks."""
    certain_phone(place)
    dated(place, 400)
    assert _codes(place, PHONE) == [ALICE]
    place.firm.run("UPDATE persons SET email_changed_at = '2026-05-10' WHERE id = 1")
    assert _codes(place, PHONE, days=61) == []


def test_what_bailee_has_corrected_itself_is_fresh_though_its_date_is_old(place: Place) -> None:
    """Who got at her mailbox once has it corrected to another, which no column says."""
    from bailee.requests.request_end import close_request
    from bailee.store.models import SeenContact

    certain_phone(place)
    dated(place, 400)
    correction = place.proven("correct", target="shop.person.email", value=NEW.upper())
    place.firm.run(f"UPDATE persons SET email = '{NEW}' WHERE id = 1", "UPDATE writers SET email = NULL WHERE id = 1")
    SeenContact.objects.all().delete()  # as where no request had looked at that place
    assert _codes(place, PHONE, days=1) == []
    close_request(place.by("officer", days=2), correction, "done", done=["corrected"])
    assert _codes(place, PHONE, days=31) == []
    SeenContact.objects.all().delete()
    assert _codes(place, PHONE, days=33) == [NEW]


def test_a_number_that_was_corrected_lately_is_not_called(place: Place) -> None:
    certain_phone(place)
    dated(place, 3)  # so that her number would be called
    request = place.ask("erase")
    place.look(request)
    assert kinds(request)[-1] == "identity.staff_must_call"
    correction = place.ask("correct", target="shop.person.tel", value="020 7946 0101")
    correction.status = "open"
    correction.save()
    request = place.ask("erase", days=0.1)
    place.look(request, days=0.1)
    assert kinds(request)[-1] != "identity.staff_must_call"
