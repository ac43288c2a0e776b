"""A copy goes to the address on file as a one-time link, without a code, unless there is a reasonable doubt."""

from __future__ import annotations

import re
import threading
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bailee.engine.systems import open_systems_of_context
from tests.harm.firm import ALICE, MARKER, NOW
from tests.requests.identity.place import MALLORY, NOBODY, Place, due, dump, kinds
from tests.requests.identity.test_contacts import _say, certain_phone, dated

if TYPE_CHECKING:
    from bailee.store.models import Request

PHONE = "+442079460101"
NEW = f"new.{MARKER}@post.example"
ON_FILE = "on file"


def _asked(place: Place, right: str = "copy", *identities: str, days: float = 0, **asked: Any) -> Request:
    """Let somebody ask, and a worker look; the request as it stands then."""
    request = place.ask(right, *identities, days=days, **{"reply_to": ALICE, **asked})
    place.look(request, days=days)
    request.refresh_from_db()
    return request


def _packed(place: Place, request: Request, *, days: float = 0) -> Any:
    """Let a worker pack the copy."""
    from bailee.requests.copy_packages import pack_copy

    context = place.at(days=days)
    with open_systems_of_context(context) as systems:
        parcel = pack_copy(context, systems, request)
    request.refresh_from_db()
    return parcel


def _token(place: Place, request: Request) -> str:
    text = place.opened(request.messages.get(template="copy_link")).letter.text
    return str(re.findall(rf"https://privacy.harm.example/copy/{request.reference}/(\S+)", text)[0])


def _take(place: Place, request: Request, token: str, *, days: float = 0) -> str:
    from bailee.requests.copy_links import use_link

    return str(use_link(place.at(days=days), request, token))


def _was_asked(place: Place, request: Request) -> bool:
    """Whether a code was sent; in any case nothing goes on without it, or without staff."""
    request.refresh_from_db()
    assert request.status == "unverified"
    assert not request.proofs.filter(method=ON_FILE, failed_at=None).exists()
    return bool(place.codes(request))


@pytest.mark.parametrize("right", ["copy", "portability"])
def test_a_copy_goes_to_the_address_on_file_without_a_code(place: Place, right: str) -> None:
    dated(place, 31)
    if right == "portability":
        _say(place, "shop", "  person:\n", "  person:\n    portable: contract\n")
    request = _asked(place, right)
    assert (request.status, request.identity_asked_on, request.identified_on) == ("open", None, None)
    assert request.due_on == date(2026, 4, 15)
    assert "plan" in due(request)
    parcel = _packed(place, request)
    assert parcel is not None
    assert place.letters(request)[-1] == ("copy_link", ALICE)
    assert not place.codes(request)
    assert "identity.on_file" in kinds(request)
    assert "verified" not in kinds(request)  # nobody has shown anything yet
    token = _token(place, request)
    assert token not in dump()
    assert _take(place, request, token, days=1) == "opened"
    request.refresh_from_db()
    assert request.identified_on == place.at(days=1).today


@pytest.mark.parametrize("right", ["erase", "correct", "restrict", "object"])
def test_what_changes_anything_needs_the_code_still(place: Place, right: str) -> None:
    dated(place, 31)
    request = _asked(place, right, target="shop.person.name", value="Alice A.")
    assert _was_asked(place, request)


def test_an_address_that_never_changed_has_stood(place: Place) -> None:
    dated(place, 31)
    place.firm.run("UPDATE persons SET email_changed_at = NULL WHERE id = 1")
    assert _asked(place).status == "open"


def test_an_address_that_changed_in_the_last_thirty_days_needs_more(place: Place) -> None:
    dated(place, 29)
    assert not _was_asked(place, _asked(place))  # not even a code is sent there: staff call


def test_a_system_that_cannot_tell_is_asked_about_until_it_was_seen_for_thirty_days(place: Place) -> None:
    assert _was_asked(place, _asked(place))
    assert _was_asked(place, _asked(place, days=29))
    assert _asked(place, days=31).status == "open"


def test_what_was_seen_to_change_counts_more_than_a_date(place: Place) -> None:
    """A hand in the database writes the address and no date, or an old one."""
    certain_phone(place)
    dated(place, 400)
    assert _asked(place, "copy", PHONE).status == "open"
    place.firm.run(f"UPDATE persons SET email = '{NEW}' WHERE id = 1", "UPDATE writers SET email = NULL WHERE id = 1")
    assert not _was_asked(place, _asked(place, "copy", PHONE, reply_to="", days=60))  # not even a code goes there
    assert _asked(place, "copy", PHONE, reply_to="", days=91).status == "open"


def test_what_we_have_corrected_ourselves_is_new_whatever_the_date_says(place: Place) -> None:
    from bailee.requests.request_end import withdraw_request

    dated(place, 400)
    correction = place.ask("correct", target="shop.person.email", value=ALICE.upper())
    assert _asked(place).status == "open"  # a stranger's word, not shown to be hers
    correction.status = "open"
    correction.save()
    assert not _was_asked(place, _asked(place, days=10))
    withdraw_request(place.at(days=10), correction)
    assert not _was_asked(place, _asked(place, days=39))
    assert _asked(place, days=41).status == "open"


def test_found_by_a_number_it_goes_to_the_address_on_file(place: Place) -> None:
    certain_phone(place)
    dated(place, 31)
    request = _asked(place, "copy", PHONE, reply_to="")
    assert request.status == "open"
    _packed(place, request)
    assert place.letters(request) == [("copy_link", ALICE)]


def test_whoever_wants_the_answer_elsewhere_is_asked_for_the_code(place: Place) -> None:
    """And else a stranger would learn from a letter that never comes that Alice is known."""
    dated(place, 31)
    for asked in ({"reply_to": MALLORY}, {"reply_to": "", "address": ("1 Road", "Town")}):
        request = _asked(place, **asked)
        assert _was_asked(place, request)
        assert ALICE in {to for template, to in place.letters(request) if template == "identity"}


def test_an_identity_that_leads_to_nobody_or_to_somebody_else_is_a_doubt(place: Place) -> None:
    dated(place, 31)
    place.firm.run("UPDATE persons SET email_changed_at = '2020-01-01' WHERE id = 2")
    for other in (NOBODY, place.firm.run("SELECT email FROM persons WHERE id = 2")[0][0]):
        assert _was_asked(place, _asked(place, "copy", ALICE, other))


def test_an_agent_needs_the_code_and_authority(place: Place) -> None:
    dated(place, 31)
    request = _asked(place, agent="Mallory & Co")
    assert _was_asked(place, request)


def test_an_address_on_two_rows_of_one_collection_may_be_two_peoples(place: Place) -> None:
    dated(place, 31)
    place.firm.run(f"UPDATE persons SET email = '{ALICE}', email_changed_at = '2020-01-01' WHERE id <= 2")
    assert _was_asked(place, _asked(place))


def test_an_address_that_many_have_gets_nothing(place: Place) -> None:
    dated(place, 31)
    shared = ", ".join(f"({n}, '{ALICE}', 'x', '2020-01-01')" for n in range(100, 130))
    place.firm.run(f"INSERT INTO persons (id, email, name, email_changed_at) VALUES {shared}")
    assert not _was_asked(place, _asked(place))


def test_an_address_that_nobody_has_verified_is_not_trusted(place: Place) -> None:
    certain_phone(place)
    dated(place, 31)
    place.firm.run("UPDATE writers SET email = NULL WHERE id = 1")
    _say(place, "shop", "joins: verified, changed", "joins: confirm, changed")
    assert _was_asked(place, _asked(place, "copy", PHONE, reply_to=""))


def test_who_asks_again_within_a_week_is_asked_for_the_code(place: Place) -> None:
    dated(place, 60)
    assert _asked(place).status == "open"
    assert _was_asked(place, _asked(place, days=6))
    assert _asked(place, days=8).status == "open"


def test_a_stranger_meets_the_same(place: Place) -> None:
    """What is told, the rows at intake, and the door are the same for one who is known and one who is not."""
    from bailee.requests import reference_lookup
    from bailee.store.errors import TooMany

    dated(place, 31)
    known, unknown = _asked(place), _asked(place, "copy", NOBODY, reply_to=NOBODY)
    assert (known.status, unknown.status) == ("open", "unverified")
    said = []
    for request in (known, unknown):
        answers: list[object] = []
        for n in range(6):
            try:
                answers.append(
                    reference_lookup.open_by_code(place.at(days=1), request.reference, "2222-2222", source=f"{n}")
                )
            except TooMany as error:
                answers.append(error.message)
        answers += [reference_lookup.open_by_link(place.at(days=1), request.reference, "x" * 32, source="a")]
        for n in range(4):
            try:
                reference_lookup.send_code(place.at(days=1), request.reference, source=f"s{n}")
                answers.append("sent")
            except TooMany as error:
                answers.append(error.message)
        said.append(answers)
    assert said[0] == said[1]


def test_the_link_is_used_once_and_not_after_its_time(place: Place) -> None:
    dated(place, 31)
    request = _asked(place)
    _packed(place, request)
    token = _token(place, request)
    assert _take(place, request, token[:-1] + ("A" if token[-1] != "A" else "B")) == "unknown"
    assert _take(place, request, "") == "unknown"
    assert _take(place, request, token, days=7) == "over"
    assert _take(place, request, token, days=6.9) == "opened"
    assert _take(place, request, token, days=6.9) == "used"
    assert kinds(request).count("identity.link_used") == 1


def test_rows_that_wait_for_a_word_of_staff_wait_here_too(place: Place) -> None:
    from bailee.requests.copy_packages import schedule_packing

    dated(place, 31)
    place.firm.run(f"INSERT INTO persons (id, email, name, tel) VALUES (50, '{NOBODY}', 'x', '{PHONE}')")
    request = _asked(place)
    assert request.status == "open"
    assert _packed(place, request) is None
    assert kinds(request)[-1] == "rows_to_confirm"
    assert "copy_link" not in [template for template, _ in place.letters(request)]
    schedule_packing(place.by("support", days=1), request)
    assert _packed(place, request, days=1) is not None
    assert place.letters(request)[-1] == ("copy_link", ALICE)
    assert "1 record that may be yours" in place.opened(request.messages.get(template="copy_link")).letter.text


def test_the_link_of_one_opens_no_request_of_another(place: Place) -> None:
    dated(place, 31)
    place.firm.run("UPDATE persons SET email_changed_at = '2020-01-01' WHERE id = 2")
    bob = str(place.firm.run("SELECT email FROM persons WHERE id = 2")[0][0])
    hers, his = _asked(place), _asked(place, "copy", bob, reply_to=bob)
    assert (hers.status, his.status) == ("open", "open")
    for request in (hers, his):
        _packed(place, request)
    assert _take(place, his, _token(place, hers)) == "unknown"
    assert _take(place, hers, _token(place, his)) == "unknown"
    assert _take(place, hers, _token(place, hers)) == "opened"


def test_of_two_who_use_the_link_at_once_one_is_let_in(place: Place) -> None:
    from django.db import connections

    dated(place, 31)
    request = _asked(place)
    _packed(place, request)
    token, met, became = _token(place, request), threading.Barrier(4), list[str]()

    def use() -> None:
        met.wait()
        try:
            became.append(_take(place, request, token))
        finally:
            connections.close_all()  # that to keys among them

    threads = [threading.Thread(target=use) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(became) == ["opened", "used", "used", "used"]


def test_who_only_knows_the_reference_does_not_shut_the_link(place: Place) -> None:
    from bailee.requests import reference_lookup
    from bailee.store.errors import TooMany

    dated(place, 31)
    request = _asked(place)
    _packed(place, request)
    for n in range(5):
        assert reference_lookup.open_by_code(place.at(), request.reference, "2222-2222", source=f"{n}") is None
    with pytest.raises(TooMany):
        reference_lookup.open_by_code(place.at(), request.reference, "2222-2222", source="b")
    found, taken = reference_lookup.open_by_link(place.at(), request.reference, _token(place, request), source="c")
    assert (found, str(taken)) == (request, "opened")


@pytest.mark.parametrize("elsewhere", [True, False])
def test_an_address_that_changes_before_the_copy_is_packed_stops_it(place: Place, *, elsewhere: bool) -> None:
    dated(place, 31)
    request = _asked(place)
    moment = (NOW + timedelta(days=1)).replace(tzinfo=None).isoformat(" ")
    place.firm.run(f"UPDATE persons SET email = '{NEW}', email_changed_at = '{moment}' WHERE id = 1")
    if not elsewhere:
        place.firm.run("UPDATE writers SET email = NULL WHERE id = 1")
    assert _packed(place, request, days=2) is None
    assert (request.status, kinds(request)[-1]) == ("unverified", "identity.doubted")
    assert {"identify", "expire"} <= due(request)
    place.look(request, days=2)
    assert _was_asked(place, request) == elsewhere
    assert _packed(place, request, days=2) is None
    assert "copy_link" not in [template for template, _ in place.letters(request)]


def test_what_nobody_has_shown_to_be_hers_is_not_merged_with_what_is(place: Place) -> None:
    from bailee.requests.duplicates import merge_duplicates

    dated(place, 31)
    nobodys = _asked(place)
    hers = place.ask("copy", days=1, reply_to=ALICE)
    place.look(hers, days=1)
    assert place.prove(hers, place.codes(hers)[0], days=1)
    for request in (nobodys, hers):
        request.refresh_from_db()
        assert merge_duplicates(place.at(days=1), request).id == request.id
        request.refresh_from_db()
        assert request.status == "open"


def test_the_link_is_in_no_letter_that_is_kept(place: Place) -> None:
    from bailee.requests.letters import CODES
    from bailee.views.public_request import letters_of

    dated(place, 31)
    request = _asked(place)
    _packed(place, request)
    assert "copy_link" in CODES
    assert "copy_link" not in {letter.template for letter in letters_of(place.at(), request)}


def test_without_a_site_there_is_no_link_and_the_code_is_asked(place: Place) -> None:
    from dataclasses import replace

    dated(place, 31)
    firm = place.context.policy.firm
    assert firm.mail is not None
    policy = replace(place.context.policy, firm=replace(firm, mail=replace(firm.mail, site="")))
    place.context = replace(place.context, policy=policy)
    assert _was_asked(place, _asked(place))


def test_the_acknowledgement_of_a_copy_stops_no_clock(place: Place) -> None:
    """It asks nobody: a copy may go to the address on file without a question."""
    from bailee.requests.clocks import note_identity_asked

    request = place.ask("copy", reply_to=ALICE)
    letter = " ".join(place.opened(request.messages.get(template="acknowledge")).letter.text.split())
    assert "If we ask you that, the time in which we must answer begins when you have confirmed" in letter
    note_identity_asked(place.at(), request.id, by="acknowledge")
    request.refresh_from_db()
    assert request.identity_asked_on is None
    note_identity_asked(place.at(), request.id, by="identity")
    request.refresh_from_db()
    assert request.identity_asked_on == place.context.today
