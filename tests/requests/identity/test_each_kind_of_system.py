"""A contact is found in whichever database it stands."""

from __future__ import annotations

from tests.harm.firm import ALICE, MARKER
from tests.requests.identity.place import Place, kinds
from tests.requests.identity.test_contacts import PHONE, certain_phone, dated


def test_every_kind_of_system_says_how_somebody_is_reached(place_of_each_kind: Place) -> None:
    place = place_of_each_kind
    certain_phone(place)
    by_mail = place.ask("copy")
    place.look(by_mail)
    assert place.letters(by_mail)[-1] == ("identity", ALICE)
    dated(place, 5)
    by_voice = place.ask("copy")
    place.look(by_voice)
    assert kinds(by_voice)[-1] == "identity.staff_must_call"
    place.firm.run("UPDATE persons SET email = NULL WHERE id = 1")
    on_paper = place.ask("copy", PHONE)
    place.look(on_paper)
    assert place.letters(on_paper)[-1] == ("identity", f"1 {MARKER} Road")
