"""``bailee find``: what it shows, and what it leaves to a person."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from typing import Any

from bailee.demo.cast import CALLER, CONTEXT
from tests.cli.conftest import Bailee

ALICE = "alice.okonkwo@post.example"
BOB = "bob.lindqvist@mail.example"
DIPA = "dipa@larkfielddental.example"
LENA = "lena.fischer@mail.example"


def test_alice_is_found_in_every_system_of_ours(bailee: Bailee) -> None:
    said = bailee("find", ALICE)
    assert said.code == 0
    assert "crm: Ledgerhouse, our customer records and invoices (52 rows)\n  contact        1  the person\n" in said.out
    assert "call_record  54  48 theirs, 6 others', where they are seen or mentioned\n" in said.out
    assert not said.err


def test_several_values_are_one_person(bailee: Bailee) -> None:
    assert (
        bailee("find", ALICE, "+44 20 7946 0101", "--json").json["holdings"]
        == bailee("find", ALICE, "--json").json["holdings"]
    )


def test_why_gives_the_path_of_every_row(bailee: Bailee) -> None:
    said = bailee("find", ALICE, "--why")
    assert "    call_record 31 <- line_id <- line 1 <- email\n" in said.out
    assert "    invoice_line 109 <- invoice_id <- invoice 55 <- billed_to <- contact 1 <- email\n" in said.out
    found = bailee("find", ALICE, "--why", "--json").json
    assert len(found["why"]) == sum(h["count"] for h in found["holdings"])


def test_a_mention_says_whose_identity_it_is_where_one_record_has_lent_it(bailee: Bailee) -> None:
    assert " <- caller <- crm.contact 14 <- email" in bailee("find", "hana@brightwater.example", "--why").out


def test_who_is_only_a_caller_is_found_by_what_was_asked(bailee: Bailee) -> None:
    said = bailee("find", CALLER, "--why")
    assert said.code == 0
    assert "call_record 1273 <- caller <- phone\n" in said.out
    assert "no record has the phone given as its own" in said.out


def test_what_a_person_must_confirm_stands_apart_with_the_reason(bailee: Bailee) -> None:
    said = bailee("find", LENA)
    assert said.code == 1
    assert "1 match to confirm: nothing of theirs is given out or erased till then\n" in said.out
    assert "  helpdesk.requester:17  it was never verified that the email is theirs\n" in said.out


def test_the_option_to_confirm_works_as_printed(bailee: Bailee) -> None:
    said = bailee("find", LENA)
    hint = next(line for line in said.out.splitlines() if "--confirm" in line)
    option = shlex.split(hint.partition(": ")[2])
    assert option[0] == "--confirm"
    confirmed = bailee("find", LENA, *option)
    assert confirmed.code == 0
    assert "  requester " in confirmed.out


def test_what_is_confirmed_must_match(bailee: Bailee) -> None:
    for command in ("find", "plan erase"):
        said = bailee(*command.split(), LENA, "--confirm", "helpdesk.requester:3")
        assert said.code == 2
        assert "a row of helpdesk.requester is confirmed, and matches nothing that is known" in said.err


def test_a_shared_number_finds_nobody_by_itself(bailee: Bailee) -> None:
    said = bailee("find", CONTEXT)
    assert said.code == 1
    assert said.out.startswith(
        "nothing is held for certain in the tables on the map; looked in crm, helpdesk, logins, mailing, phones\n"
    )
    assert "7 matches to confirm" in said.out
    assert "several people have this phone" in said.out


def test_nobody_found_wants_a_person_to_look(bailee: Bailee) -> None:
    said = bailee("find", "not.there@post.example")
    assert said.code == 1
    assert "no record has the email given as its own" in said.out


def test_a_customers_own_address_book_is_looked_in_for_that_customer_alone(
    bailee: Bailee, sql: Callable[[str, str], list[tuple[Any, ...]]]
) -> None:
    known = "kofi.mensah@letterbox.example"
    assert "addressbooks was left out: we hold it for customers" in bailee("find", known).out
    ((whose,),) = sql("addressbooks", f"SELECT customer_id FROM entry WHERE email = '{known}'")
    assert whose > 1
    found = {
        n: bailee("find", known, "--on-behalf-of", f"addressbooks.customer:{n}", "--json").json for n in (1, whose)
    }
    assert found[1]["holdings"] == []
    assert found[whose]["holdings"] == [{"system": "addressbooks", "collection": "entry", "mode": "own", "count": 1}]


def test_only_a_customer_is_acted_for(bailee: Bailee) -> None:
    said = bailee("find", ALICE, "--on-behalf-of", "crm.contact:1")
    assert (said.code, said.err.splitlines()[-1]) == (2, "  hint: write addressbooks.customer:KEY")


def test_json_is_all_that_a_program_needs(bailee: Bailee) -> None:
    found = bailee("find", DIPA, "--json").json
    assert found["looked_in"] == ["crm", "helpdesk", "logins", "mailing", "phones"]
    assert found["holdings"][0] == {"system": "crm", "collection": "contact", "mode": "own", "count": 1}
    assert found["to_confirm"][0] == {
        "row": "crm.contact:5",
        "attribute": "phone",
        "reason": "shared",
        "source": "crm.contact:4",
    }
    assert (found["listed"], found["unknown"], found["warnings"]) == ([], [], [])
