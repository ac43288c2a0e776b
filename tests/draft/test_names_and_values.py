"""What names and values say: words taken apart in four languages, and shapes with their checksums."""

from __future__ import annotations

import pytest

from bailee.draft.columns import guess_role
from bailee.draft.names import remove_prefixes, split_words
from bailee.draft.sample import ValueShape, look_at
from bailee.trace.schema import ColumnKind, SchemaColumn


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("customer_id", ("customer", "id")),
        ("billToCustomerID", ("bill", "to", "customer", "id")),
        ("OrderLines", ("order", "line")),
        ("Kundennummer", ("kundennummer",)),
        ("Rechnungsposition", ("rechnung", "position")),
        ("KundenAdresse", ("kunde", "adresse")),
        ("iduser", ("id", "user")),
        ("categories", ("category",)),
        ("téléphone", ("telephone",)),
    ],
)
def test_a_name_is_taken_apart_into_words(name: str, parts: tuple[str, ...]) -> None:
    assert split_words(name) == parts


def test_a_prefix_that_nearly_all_tables_have_says_nothing() -> None:
    bare = remove_prefixes(["wp_users", "wp_posts", "wp_comments", "wp_terms", "other"])
    assert bare["wp_users"] == "users"
    assert bare["other"] == "other"
    assert remove_prefixes(["order_lines", "orders", "customers", "products"])["order_lines"] == "order_lines"


@pytest.mark.parametrize(
    ("values", "shape"),
    [
        (["a@post.example", "B.c@mail.example"], ValueShape.EMAIL),
        (["+442079460101", "+35312345678"], ValueShape.E164),
        (["020 7946 0101", "(020) 7946-0102"], ValueShape.PHONE),
        (["GB82 WEST 1234 5698 7654 32"], ValueShape.IBAN),
        (["4111 1111 1111 1111"], ValueShape.CARD),
        (["192.0.2.1", "2001:db8::1"], ValueShape.IP),
        (["DE136695976"], ValueShape.VAT),
        (["AB123456C", "1234567T"], ValueShape.NATIONAL_ID),
        (["tapes/2024/a.wav"], ValueShape.FILE),
        (["https://a.example/b"], ValueShape.URL),
    ],
)
def test_a_shape_is_told(values: list[str], shape: ValueShape) -> None:
    assert look_at(values, "GB").share(shape) == 1.0


@pytest.mark.parametrize(
    "value", ["2024-01-31", "12345678", "19.99", "GB82 WEST 1234 5698 7654 33", "4111111111111112"]
)
def test_what_only_looks_a_little_like_it_is_nothing(value: str) -> None:
    seen = look_at([value], "GB")
    assert not {ValueShape.PHONE, ValueShape.E164, ValueShape.IBAN, ValueShape.CARD, ValueShape.IP} & seen.shapes.keys()


def test_values_are_counted_once_and_none_is_kept() -> None:
    seen = look_at(["A@post.example", "A@post.example", "b@post.example", None, ""], "GB")
    assert (seen.filled, seen.empty, seen.values, seen.lower) == (3, 2, 2, 1)
    assert "post.example" not in repr(seen)


def told(name: str, values: list[str], kind: ColumnKind = ColumnKind.TEXT) -> str | None:
    found = guess_role(SchemaColumn(name, kind), look_at(values, "GB"))
    return found.what if found else None


def test_values_weigh_more_than_names() -> None:
    addresses = [f"p{n}@post.example" for n in range(9)]
    assert told("contact", addresses) == "email"
    assert told("email", [f"subject {n}" for n in range(9)]) is None
    assert told("email", []) == "email"


def test_a_name_that_only_begins_like_one_is_none() -> None:
    assert told("email_verified_at", [], ColumnKind.TIME) is None
    assert told("email_subject", []) is None
    assert told("phone_work", []) == "phone"
    assert told("geboortedatum", [], ColumnKind.DATE) == "date_of_birth"
