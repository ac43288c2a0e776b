"""Each of the cast shows what the cast list says."""

from __future__ import annotations

from datetime import date

import pytest

from bailee.demo import Demo, build
from bailee.demo.cast import CALLER, CAST, CONTEXT, RECYCLED
from tests.demo.looking import count, rows

TODAY = date(2026, 11, 24)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    return build(tmp_path_factory.mktemp("firm") / "demo", today=TODAY)


def email(name: str) -> str:
    return next(known for known in CAST[name].known_by if "@" in known)


ALICES = {
    "crm": (
        "SELECT count(*) FROM contact WHERE email = :who",
        "SELECT count(*) FROM contract JOIN contact ON contact.id = holder_id WHERE email = :who",
        "SELECT count(*) FROM invoice JOIN contact ON contact.id = billed_to WHERE email = :who",
        """SELECT count(*) FROM invoice_line JOIN invoice ON invoice.id = invoice_id
           JOIN contact ON contact.id = billed_to WHERE email = :who""",
    ),
    "phones": (
        "SELECT count(*) FROM line WHERE email = :who",
        "SELECT count(*) FROM call_record JOIN line ON line.id = line_id WHERE email = :who",
        """SELECT count(*) FROM recording JOIN call_record ON call_record.id = call_id
           JOIN line ON line.id = line_id WHERE email = :who""",
    ),
    "helpdesk": (
        "SELECT count(*) FROM requester WHERE email = :who",
        "SELECT count(*) FROM participant JOIN requester ON requester.id = requester_id WHERE email = :who",
        """SELECT count(*) FROM message JOIN participant ON participant.ticket_id = message.ticket_id
           JOIN requester ON requester.id = requester_id WHERE email = :who""",
    ),
    "addressbooks": ("SELECT count(*) FROM entry WHERE email = :who",),
}


def test_alice_has_rows_in_every_collection_and_some_ninety_to_a_hundred_and_fifty(demo: Demo) -> None:
    found = [count(demo, system, sql, email("everywhere")) for system, queries in ALICES.items() for sql in queries]
    assert all(found)
    assert 90 <= sum(found) <= 160


def test_alice_has_invoices_that_the_law_keeps_and_invoices_that_it_does_not(demo: Demo) -> None:
    sql = "SELECT min(issued_on), max(issued_on) FROM invoice JOIN contact ON contact.id = billed_to WHERE email = ?"
    first, last = rows(demo, "crm", sql, email("everywhere"))[0]
    assert str(first) < "2020-03-31" < str(last)  # the books of the year to March 2020 were due in March 2026


def test_other_customers_called_alices_mobile(demo: Demo) -> None:
    sql = "SELECT count(*) FROM call_record WHERE '+447700900101' IN (caller, callee)"
    assert count(demo, "phones", sql) >= 6


def test_bobs_number_is_carols_now_and_was_nobodys_in_between(demo: Demo) -> None:
    held = rows(demo, "phones", "SELECT email, allocated_on, released_on FROM line WHERE phone_number = ?", RECYCLED)
    (bob, _, released_on), (carol, allocated_on, open_end) = sorted(held, key=lambda row: str(row[1]))
    assert (bob, carol, open_end) == (email("number_before"), email("number_now"), None)
    sql = "SELECT count(*) FROM call_record WHERE callee = ? AND direction = 'out' AND started_at {}"
    assert count(demo, "phones", sql.format("< ?"), RECYCLED, released_on)
    assert count(demo, "phones", sql.format("BETWEEN ? AND ?"), RECYCLED, released_on, allocated_on)
    assert count(demo, "phones", sql.format("> ?"), RECYCLED, allocated_on)


def test_six_colleagues_share_the_office_line(demo: Demo) -> None:
    assert count(demo, "crm", "SELECT count(*) FROM contact WHERE phone = ?", CONTEXT) == 6
    assert count(demo, "phones", "SELECT count(*) FROM call_record WHERE ? IN (caller, callee)", CONTEXT) > 5


def test_erin_and_tomasz_both_own_the_joint_contract_and_its_invoices(demo: Demo) -> None:
    for table, first, second in (("contract", "holder_id", "joint_holder_id"), ("invoice", "billed_to", "joint_with")):
        sql = f"""SELECT DISTINCT a.full_name, b.full_name FROM {table}
            JOIN contact a ON a.id = {first} JOIN contact b ON b.id = {second} WHERE a.email = ?"""
        assert rows(demo, "crm", sql, email("joint_account")) == [("Erin Walsh", "Tomasz Baran")]


CLOSED = "SELECT closed_on FROM account JOIN contact ON account.id = account_id WHERE email = ?"
LAST_INVOICE = "SELECT max(issued_on) FROM invoice JOIN contact ON contact.id = billed_to WHERE email = ?"


def test_farid_has_left_and_has_invoices_that_the_law_still_keeps(demo: Demo) -> None:
    assert "2020-11-24" < str(rows(demo, "crm", CLOSED, email("left_lately"))[0][0]) < "2026-11-24"
    assert str(rows(demo, "crm", LAST_INVOICE, email("left_lately"))[0][0]) > "2020-11-24"


def test_everything_of_gretas_is_due_and_no_law_keeps_it(demo: Demo) -> None:
    assert str(rows(demo, "crm", CLOSED, email("left_long_ago"))[0][0]) < "2020-11-24"
    assert str(rows(demo, "crm", LAST_INVOICE, email("left_long_ago"))[0][0]) < "2019-11-24"
    sql = "SELECT count(*) FROM recording WHERE recorded_at < '2020-11-24'"
    assert count(demo, "phones", sql) >= 2


def test_the_caller_is_known_by_nothing_but_calls(demo: Demo) -> None:
    assert count(demo, "phones", "SELECT count(*) FROM call_record WHERE caller = ?", CALLER) == 5
    assert count(demo, "phones", "SELECT count(*) FROM line WHERE phone_number = ?", CALLER) == 0
    assert count(demo, "crm", "SELECT count(*) FROM contact WHERE phone = ?", CALLER) == 0
    assert count(demo, "addressbooks", "SELECT count(*) FROM entry WHERE phone = ?", CALLER) == 0


def test_three_people_own_the_group_thread_and_a_fourth_has_a_copy(demo: Demo) -> None:
    sql = """SELECT owner.full_name, copied.full_name FROM ticket
        JOIN participant ON ticket_id = ticket.id JOIN requester owner ON owner.id = requester_id
        JOIN requester copied ON copied.id = copied_to ORDER BY 1"""
    people = [("Alice Okonkwo", "Jun Park"), ("Hana Suzuki", "Jun Park"), ("Ivo Marković", "Jun Park")]
    assert rows(demo, "helpdesk", sql) == people


def test_lenas_address_was_never_confirmed_at_the_helpdesk(demo: Demo) -> None:
    sql = "SELECT count(*) FROM requester WHERE email = ? AND email_verified_at IS NULL"
    assert count(demo, "helpdesk", sql, email("unconfirmed")) == 1
    assert count(demo, "crm", "SELECT count(*) FROM contact WHERE email = ?", email("unconfirmed")) == 1


def test_kofi_stands_in_one_address_book_and_nowhere_else(demo: Demo) -> None:
    who = email("address_book_only")
    assert count(demo, "addressbooks", "SELECT count(*) FROM entry WHERE email = ?", who) == 1
    for system, table in (("crm", "contact"), ("phones", "line"), ("helpdesk", "requester")):
        assert count(demo, system, f"SELECT count(*) FROM {table} WHERE email = ?", who) == 0


def test_maren_stands_on_the_mailing_list_and_nowhere_else(demo: Demo) -> None:
    who = email("enquirer")
    assert rows(demo, "mailing", "SELECT origin, unsubscribed_on FROM subscriber WHERE email = ?", who) == [
        ("enquiry", None)
    ]
    for system, table in (("crm", "contact"), ("phones", "line"), ("helpdesk", "requester"), ("logins", "holder")):
        assert count(demo, system, f"SELECT count(*) FROM {table} WHERE email = ?", who) == 0


def test_everybody_of_the_cast_has_a_command_to_try_that_names_them_or_a_rule() -> None:
    for member in CAST.values():
        assert member.shows
        assert all(command.startswith("bailee ") for command in member.commands)


@pytest.mark.parametrize("seed", [2, 3])
def test_the_cast_is_the_same_whatever_the_seed(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    other = build(tmp_path_factory.mktemp("other"), today=TODAY, seed=seed)
    test_alice_has_rows_in_every_collection_and_some_ninety_to_a_hundred_and_fifty(other)
    test_bobs_number_is_carols_now_and_was_nobodys_in_between(other)
    test_three_people_own_the_group_thread_and_a_fourth_has_a_copy(other)
    test_the_caller_is_known_by_nothing_but_calls(other)
