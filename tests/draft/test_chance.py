"""That values are found elsewhere is evidence only as far as chance is excluded: small numbers are found everywhere."""

from __future__ import annotations

import random
import uuid

import pytest

from bailee.draft.chance import Measured, compute_chance
from tests.draft.conftest import Look, insert

PEOPLE = 60

CUSTOMERS = "CREATE TABLE customers (id INTEGER PRIMARY KEY, full_name VARCHAR(60), email VARCHAR(90))"
ITEMS = "CREATE TABLE items (id INTEGER PRIMARY KEY, customer_id INTEGER, size INTEGER)"
TICKETS = "CREATE TABLE tickets (id INTEGER PRIMARY KEY, customer_id INTEGER, opened_at TIMESTAMP NULL)"
NOTES = "CREATE TABLE notes (id INTEGER PRIMARY KEY, item_id INTEGER, body VARCHAR(200))"


def people(table: str = "customers", count: int = PEOPLE) -> str:
    return insert(table, ((n, f"Person {n}", f"p{n}@post.example") for n in range(1, count + 1)))


def each(table: str, *more: object, count: int = PEOPLE) -> str:
    """Fill a table of a key, a reference to all numbers in turn, and ``more`` cells."""
    return insert(table, ((n, 1 + n * 7 % PEOPLE, *more) for n in range(1, count + 1)))


def test_a_generic_name_whose_small_numbers_are_everywhere_takes_nobodys_row(looked: Look) -> None:
    """The notes of tickets, whose column is called item_id: by another table of that name they would be another's."""
    found = looked(CUSTOMERS, ITEMS, TICKETS, NOTES, people(), each("items", 3), each("tickets", None),
                   each("notes", "call her back"))  # fmt: skip
    assert not found.owners("notes")
    assert "item_id" in found.undecided("notes")
    assert "tickets" in found.undecided("notes")["item_id"]  # its values lie there as well
    assert found.owners("tickets") == {"customers"}


def test_an_exact_name_that_is_one_tables_alone_is_taken_among_small_numbers(looked: Look) -> None:
    replies = "CREATE TABLE replies (id INTEGER PRIMARY KEY, ticket_id INTEGER, body VARCHAR(200))"
    found = looked(CUSTOMERS, TICKETS, replies, people(), each("tickets", None), each("replies", "so"))
    assert found.owners("replies") == {"tickets"}


def test_a_name_alone_takes_nothing_where_there_are_no_values(looked: Look) -> None:
    replies = "CREATE TABLE replies (id INTEGER PRIMARY KEY, ticket_id INTEGER, body VARCHAR(200))"
    found = looked(CUSTOMERS, TICKETS, replies, people(), each("tickets", None))
    assert found.of("replies", "owned_by")
    assert not found.owners("replies")


def test_two_tables_of_the_same_people_leave_open_which_is_meant(looked: Look) -> None:
    """A shop's plug-in keeps a list of customers beside the users; orders.customer_id means the users."""
    found = looked(
        "CREATE TABLE users (id INTEGER PRIMARY KEY, login VARCHAR(40), email VARCHAR(90))",
        "CREATE TABLE customer_lookup (customer_id INTEGER PRIMARY KEY, user_id INTEGER, full_name VARCHAR(40),"
        " email VARCHAR(90))",
        "CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER, total INTEGER)",
        people("users"),
        insert("customer_lookup", ((n, PEOPLE + 1 - n, f"P {n}", f"p{n}@post.example") for n in range(1, PEOPLE + 1))),
        each("orders", 5),
    )
    assert not found.owners("orders")


def test_values_that_chance_does_not_find_decide_between_tables_of_people(looked: Look) -> None:
    draw = random.Random(4)
    members, staff = ([str(uuid.UUID(int=draw.getrandbits(128))) for _ in range(PEOPLE)] for _ in range(2))
    found = looked(
        "CREATE TABLE members (id CHAR(36) PRIMARY KEY, full_name VARCHAR(60), email VARCHAR(90))",
        "CREATE TABLE visitors (id CHAR(36) PRIMARY KEY, full_name VARCHAR(60), email VARCHAR(90))",
        "CREATE TABLE bookings (id INTEGER PRIMARY KEY, user_id CHAR(36), seats INTEGER)",
        insert("members", ((key, f"M {n}", f"m{n}@post.example") for n, key in enumerate(members))),
        insert("visitors", ((key, f"V {n}", f"v{n}@post.example") for n, key in enumerate(staff))),
        insert("bookings", ((n, draw.choice(members), 2) for n in range(1, PEOPLE))),
    )
    assert found.owners("bookings") == {"members"}


def test_numbers_that_reach_no_other_tables_keys_point_where_they_are_found(looked: Look) -> None:
    high = 5_000
    found = looked(
        CUSTOMERS,
        TICKETS,
        "CREATE TABLE replies (id INTEGER PRIMARY KEY, ticket_ref INTEGER, body VARCHAR(200))",
        people(),
        insert("tickets", ((n, 1 + n % PEOPLE, None) for n in range(1, high))),
        insert("replies", ((n, n * 83 % high or 1, "so") for n in range(1, PEOPLE))),
    )
    assert found.owners("replies") == {"tickets"}


def test_a_number_that_counts_something_is_no_reference(looked: Look) -> None:
    """Page 3 of an order is not the third page of the website, though a page has an author."""
    found = looked(
        CUSTOMERS,
        "CREATE TABLE page (id INTEGER PRIMARY KEY, customer_id INTEGER, body VARCHAR(200))",
        "CREATE TABLE bookmark (id INTEGER PRIMARY KEY, page INTEGER, said VARCHAR(200))",
        people(),
        each("page", "so"),
        insert("bookmark", ((n, 1 + n % 40, "so") for n in range(1, PEOPLE))),
    )
    assert "page" not in found.owners("bookmark")


KINDS = ("Order", "Customer", "Warehouse")


@pytest.mark.parametrize(
    ("kind", "key"), [("notable_type", "notable_id"), ("entity", "entity_id"), ("object_table", "object_id")]
)
def test_a_reference_with_a_discriminator_is_drafted_where_it_says_which(looked: Look, kind: str, key: str) -> None:
    found = looked(
        CUSTOMERS,
        "CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER, total INTEGER)",
        "CREATE TABLE warehouses (id INTEGER PRIMARY KEY, name VARCHAR(40))",
        f"CREATE TABLE notes (id INTEGER PRIMARY KEY, {kind} VARCHAR(40), {key} INTEGER, body VARCHAR(200))",
        people(),
        each("orders", 5),
        insert("warehouses", ((n, f"hall {n}") for n in range(1, PEOPLE))),
        insert("notes", ((n, KINDS[n % 3], 1 + n * 7 % (PEOPLE - 1), "so") for n in range(1, 3 * PEOPLE))),
    )
    taken = [g.says["owned_by"] for g in found.of("notes", "owned_by", 0.9)]
    assert {(edge["to"], edge["when"]) for edge in taken} == {
        ("orders", f"{kind} = 'Order'"), ("customers", f"{kind} = 'Customer'"),
    }  # fmt: skip


def test_a_discriminator_that_points_at_a_table_of_names_is_followed(looked: Look) -> None:
    """Django's content types: a number, whose row names a model."""
    found = looked(
        "CREATE TABLE auth_user (id INTEGER PRIMARY KEY, username VARCHAR(60), email VARCHAR(90))",
        "CREATE TABLE sales_order (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES auth_user (id))",
        "CREATE TABLE sales_product (id INTEGER PRIMARY KEY, title VARCHAR(60))",
        "CREATE TABLE django_content_type (id INTEGER PRIMARY KEY, app_label VARCHAR(40), model VARCHAR(40))",
        "CREATE TABLE notes_note (id INTEGER PRIMARY KEY, content_type_id INTEGER REFERENCES django_content_type (id),"
        " object_id INTEGER, body VARCHAR(200))",
        insert("django_content_type", [(7, "sales", "order"), (8, "sales", "product"), (9, "auth", "user")]),
        people("auth_user"),
        insert("sales_order", ((n, 1 + n * 7 % PEOPLE) for n in range(1, PEOPLE))),
        insert("sales_product", ((n, f"hat {n}") for n in range(1, PEOPLE))),
        insert("notes_note", ((n, 7 + n % 3, 1 + n * 7 % (PEOPLE - 1), "so") for n in range(1, 3 * PEOPLE))),
    )
    taken = {g.says["owned_by"]["to"]: g.says["owned_by"]["when"] for g in found.of("notes_note", "owned_by", 0.9)}
    assert taken == {"sales_order": "content_type_id = 7", "auth_user": "content_type_id = 9"}


def test_the_more_numbers_beside_are_keys_the_less_it_says_that_all_are_found() -> None:
    assert compute_chance(Measured(found=40, of=40, beside=40)) > 0.3  # 1, 2, 3: every number is a key
    assert compute_chance(Measured(found=40, of=40, beside=0)) < 1e-6  # no number beside one is
    assert compute_chance(Measured(found=3, of=3, beside=0)) <= 0.01
    assert compute_chance(Measured(found=2, of=2, beside=0)) > 0.01
    assert compute_chance(Measured(found=0, of=40, beside=0)) == 1.0


def test_the_end_of_a_name_does_not_say_which_table_of_people_is_meant(looked: Look) -> None:
    """What a member of staff did is not the doing of the person who has the voice mailbox of the same number."""
    found = looked(
        "CREATE TABLE ui_authen (userid INTEGER PRIMARY KEY, login VARCHAR(60), email VARCHAR(90), pwd VARCHAR(60))",
        "CREATE TABLE voicemail_users (uniqueid INTEGER PRIMARY KEY, fullname VARCHAR(60), email VARCHAR(90))",
        "CREATE TABLE system_log (id INTEGER PRIMARY KEY, iduser INTEGER, action VARCHAR(40))",
        insert("ui_authen", ((n, f"s{n}", f"s{n}@post.example", "x") for n in range(1, 9))),
        people("voicemail_users"),
        insert("system_log", ((n, 1 + n % 8, "login") for n in range(1, 90))),
    )
    assert not found.owners("system_log")
