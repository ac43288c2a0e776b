"""What is on file is trusted if it has stood; what changed lately needs a voice, and who has no e-mail a letter."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.harm.firm import ALICE, MARKER, NOW
from tests.requests.identity.place import MALLORY, Place, due, kinds

pytestmark = pytest.mark.parametrize("place", ["sqlite"], indirect=True)
"""In which database the books are decides nothing here."""

PHONE = "+442079460101"
NEW = f"new.{MARKER}@post.example"


def _say(place: Place, system: str, before: str, after: str) -> None:
    path = place.firm.folder / "systems" / f"{system}.yaml"
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after))


def certain_phone(place: Place) -> None:
    _say(place, "shop", "stored: e164, joins: confirm", "stored: e164, joins: verified")


def dated(place: Place, days_ago: float) -> None:
    """Let the shop say when an address changed."""
    when = (NOW - timedelta(days=days_ago)).replace(tzinfo=None).isoformat(" ")
    place.firm.run(
        "ALTER TABLE persons ADD COLUMN email_changed_at TIMESTAMP",
        f"UPDATE persons SET email_changed_at = '{when}' WHERE id = 1",
    )
    email = "email: {column: email, stored: lower, joins: verified"
    _say(place, "shop", email + "}", email + ", changed: email_changed_at}")


def test_an_address_that_changed_lately_is_not_written_to_but_called_about(place: Place) -> None:
    dated(place, 29)
    request = place.ask("copy")
    place.look(request)
    assert [template for template, _ in place.letters(request)] == ["acknowledge"]
    assert kinds(request)[-1] == "identity.staff_must_call"


def test_an_address_that_changed_long_ago_is_written_to(place: Place) -> None:
    dated(place, 31)
    request = place.ask("copy")
    place.look(request)
    assert place.letters(request)[-1] == ("identity", ALICE)


def test_a_new_address_is_new_wherever_else_it_stands(place: Place) -> None:
    """Who has put an address on Alice's row may have had it on another list for years."""
    dated(place, 3)
    assert place.firm.run("SELECT count(*) FROM writers WHERE email = (SELECT email FROM persons WHERE id = 1)") == [
        (1,)
    ]
    request = place.ask("copy")
    place.look(request)
    assert not place.codes(request)


def test_without_a_date_what_an_earlier_request_saw_tells_that_it_changed(place: Place) -> None:
    certain_phone(place)
    first = place.ask("copy", PHONE)
    place.look(first)
    assert place.letters(first)[-1] == ("identity", ALICE)
    place.firm.run(f"UPDATE persons SET email = '{NEW}' WHERE id = 1", "UPDATE writers SET email = NULL WHERE id = 1")
    second = place.ask("copy", PHONE, days=90)
    place.look(second, days=90)
    assert not place.codes(second)
    assert kinds(second)[-1] == "identity.staff_must_call"
    third = place.ask("copy", PHONE, days=121)
    place.look(third, days=121)
    assert place.letters(third)[-1] == ("identity", NEW)


def test_who_has_no_email_gets_a_code_on_paper(place: Place) -> None:
    certain_phone(place)
    place.firm.run("UPDATE persons SET email = NULL WHERE id = 1")
    request = place.ask("copy", PHONE)
    place.look(request)
    assert place.letters(request)[-1] == ("identity", f"1 {MARKER} Road")
    letter = request.messages.get(template="identity")
    assert (letter.channel, letter.state) == ("paper", "to_print")
    assert place.prove(request, place.codes(request)[0], days=12)
    asked = place.asked(request)
    assert (asked.reply_to, asked.address) == ("", (f"1 {MARKER} Road",))


def test_a_letter_keeps_no_request_open_longer_than_a_strangers(place: Place) -> None:
    from bailee.store.models import Due

    certain_phone(place)
    place.firm.run("UPDATE persons SET email = NULL WHERE id = 1")
    known, unknown = place.ask("copy", PHONE), place.ask("copy", "+442079460999")
    for request in (known, unknown):
        place.look(request)
    ends = [Due.objects.get(kind="expire", about=r.id).at for r in (known, unknown)]
    assert ends[0] == ends[1]
    assert known.proofs.get().expires_at == ends[0]


def test_who_has_neither_is_called_by_the_number_on_file(place: Place) -> None:
    from bailee.requests.identity import note_call_back, reveal_call_number
    from bailee.store.access_log import Reason
    from bailee.store.models import Reading

    certain_phone(place)
    place.firm.run("UPDATE persons SET email = NULL, postal = '' WHERE id = 1")
    request = place.ask("copy", PHONE)
    place.look(request)
    context = place.by(days=1)
    assert reveal_call_number(context, request, Reason.IDENTITY) == PHONE
    assert (Reading.objects.get().what, Reading.objects.get().reason) == ("number", Reason.IDENTITY)
    note_call_back(context, request, "she knew the number of her last invoice")
    request.refresh_from_db()
    assert (request.status, request.identified_on) == ("open", context.today)
    assert request.proofs.get().by_id == place.staff["support"]
    assert "plan" in due(request)


def test_a_call_that_nothing_waits_for_proves_nothing(place: Place) -> None:
    from bailee.engine.plans import NotAllowed
    from bailee.requests.identity import note_call_back

    request = place.ask("copy", MALLORY)
    place.look(request)
    with pytest.raises(NotAllowed):
        note_call_back(place.by(), request, "she said so")
    request.refresh_from_db()
    assert request.status == "unverified"


def test_a_number_that_is_somebody_elses_now_is_not_called(place: Place) -> None:
    place.firm.run(
        "UPDATE persons SET email = NULL, postal = ''",
        "ALTER TABLE persons ADD COLUMN tel_until DATE",
        "UPDATE persons SET tel_until = '2026-01-31' WHERE id = 1",
        f"UPDATE writers SET email = '{ALICE}' WHERE id = 1",
    )
    _say(place, "shop", "stored: e164, joins: confirm", "stored: e164, joins: verified, valid: [null, tel_until]")
    _say(place, "shop", "{phone: caller, stored: e164}", "{phone: caller, stored: e164, at: started_on}")
    request = place.ask("copy", PHONE)
    place.look(request)
    assert "identity.staff_must_call" not in kinds(request)
