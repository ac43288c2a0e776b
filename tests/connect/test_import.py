"""A dataset file of Fides becomes a map: what is certain carries over, and each thing that does not is told."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from bailee.cli.app import run
from bailee.draft.fides import NotFides
from bailee.engine.connect.imports import ImportResult, import_fides
from bailee.engine.connect.new_folder import create_folder
from bailee.policy import EdgeKind, Form, Joins, Party, Spelling, System, load

FILES = Path(__file__).parent / "fides"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    create_folder(tmp_path / "firm", "uk", "Otter")
    return tmp_path / "firm"


def brought(folder: Path, name: str = "shop_postgres") -> ImportResult:
    (one,) = import_fides(folder, FILES / f"{name}.yml")
    return one


def system(folder: Path, name: str = "shop_postgres") -> System:
    brought(folder, name)
    return load(folder).systems[name]


def edges(system: System, name: str) -> list[tuple[EdgeKind, str, tuple[tuple[str, str], ...]]]:
    return [(edge.kind, edge.to, edge.on) for edge in system.collections[name].edges]


def texts(one: ImportResult) -> set[str]:
    """The warnings without the name of their file."""
    return {re.sub(r"^\S+ ", "", str(warning)) for warning in one.warnings}


# --- whose a row is


def test_rows_that_are_reached_from_a_person_along_a_key_are_theirs(folder: Path) -> None:
    shop = system(folder)
    assert shop.collections["customer"].party is Party.PERSON
    assert edges(shop, "orders") == [(EdgeKind.OWNED_BY, "customer", (("id", "customer_id"),))]
    assert (EdgeKind.OWNED_BY, "orders", (("id", "order_id"),)) in edges(shop, "order_item")
    assert shop.url == "env:SHOP_POSTGRES_URL"


def test_a_product_that_an_order_reads_is_nobodys_and_is_never_deleted(folder: Path) -> None:
    shop = system(folder)
    assert (EdgeKind.NAMES, "product", (("id", "product_id"),)) in edges(shop, "order_item")
    product = shop.collections["product"]
    assert product.on_erase is None
    assert not [e for c in shop.collections.values() for e in c.edges if e.kind is EdgeKind.OWNS]
    assert edges(shop, "product") == [(EdgeKind.NAMES, "employee", (("id", "added_by"),))]


def test_an_address_that_a_customer_reads_is_shown_and_not_deleted(folder: Path) -> None:
    one = brought(folder)
    shop = load(folder).systems["shop_postgres"]
    assert edges(shop, "customer") == [(EdgeKind.ACCESSES, "address", (("id", "address_id"),))]
    assert shop.collections["address"].on_erase is None
    assert [w.place.line for w in one.warnings if "say owns" in w.text] == [line_of("field: address.id")]


def test_what_a_member_of_staff_works_on_is_not_theirs(folder: Path) -> None:
    request = system(folder).collections["service_request"]
    assert [(e.kind, e.to) for e in request.edges] == [(EdgeKind.NAMES, "employee")]
    assert request.party is None
    assert [m.column for m in request.mentions] == ["alt_email", "email"]
    assert request.on_erase is None
    assert request.on_leave is not None
    assert request.on_leave.matched


def test_a_reference_said_on_the_side_of_the_key_means_the_same(folder: Path) -> None:
    clinic = system(folder, "clinic_mysql")
    assert (EdgeKind.OWNED_BY, "patients", (("patient_id", "patient"),)) in edges(clinic, "appointments")
    assert (EdgeKind.NAMES, "rooms", (("id", "room_id"),)) in edges(clinic, "appointments")
    assert clinic.collections["rooms"].on_erase is None


def test_a_value_that_is_no_key_is_a_mention(folder: Path) -> None:
    reminders = system(folder, "clinic_mysql").collections["reminders"]
    assert [(m.attribute, m.column) for m in reminders.mentions] == [("email", "sent_to")]
    assert reminders.on_erase is None


def test_what_fides_masks_is_emptied_and_what_it_deletes_goes(folder: Path) -> None:
    shop = system(folder)
    orders, sign_in = shop.collections["orders"].on_erase, shop.collections["sign_in"].on_erase
    assert orders is not None
    assert list(orders.anonymise or {}) == ["remark"]
    assert sign_in is not None
    assert sign_in.deletes


def test_a_collection_that_fides_skips_stays_undecided(folder: Path) -> None:
    assert "audit" not in system(folder).collections


# --- identities


def test_an_identity_says_that_equal_values_are_to_be_confirmed_and_a_warning_that_fides_needs_no_confirming(
    folder: Path,
) -> None:
    one = brought(folder)
    text = (folder / "systems" / "shop_postgres.yaml").read_text()
    customer = load(folder).systems["shop_postgres"].collections["customer"]
    assert [(i.attribute, i.column, i.stored, i.joins) for i in customer.identities] == [
        ("email", "email", Spelling(Form.RAW, scan=True), Joins.CONFIRM)
    ]
    assert "joins: confirm" in text
    asked = [w for w in one.warnings if "say joins: verified" in w.text]
    assert [(w.place.collection, w.place.field, w.place.line) for w in asked] == [
        ("customer", "email", line_of("description: as it was typed") - 1),
        ("employee", "email", line_of("name: employee") + 3),
    ]


def test_a_mention_in_a_key_that_has_a_document_beside_it_is_not_taken_over(folder: Path) -> None:
    """The key is not carried over, but the table has it: to empty a part of it would change which row that is."""
    tag = "{name: tag, fides_meta: {primary_key: true, identity: phone_number}}"
    place = "{name: place, fides_meta: {primary_key: true}, fields: [{name: room}]}"
    source = folder.parent / "office.yml"
    source.write_text(
        "dataset:\n  - fides_key: office\n    name: Office in Postgres\n    collections:\n"
        f"      - {{name: employee, fields: [{tag}, {place}]}}\n"
    )
    (one,) = import_fides(folder, source)
    assert not load(folder).systems["office"].collections
    assert any("T305" in warning.text and '"tag"' in warning.text for warning in one.warnings)


def test_several_identities_of_one_kind_are_all_taken_over(folder: Path) -> None:
    patients = system(folder, "clinic_mysql").collections["patients"]
    assert [(i.attribute, i.column) for i in patients.identities] == [
        ("email", "mail"),
        ("email", "mail2"),
        ("phone", "mobile"),
        ("clinic_mysql.insurer_number", "insurer no"),
    ]


@pytest.mark.parametrize("name", ["shop_postgres", "clinic_mysql"])
def test_no_column_that_says_who_somebody_is_or_whose_a_row_is_is_opaque(folder: Path, name: str) -> None:
    for collection in system(folder, name).collections.values():
        said = {i.column for i in collection.identities} | {m.column for m in collection.mentions}
        said |= {column for edge in collection.edges for column in edge.own_columns}
        assert not said & collection.opaque_columns.keys()


# --- kinds of systems


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("profile_mongo", "MongoDB"),
        ("visits_dynamo", "DynamoDB"),
        ("wares_bigquery", "BigQuery"),
        ("letters_saas", "an online service"),
    ],
)
def test_what_sql_does_not_read_is_left_behind_with_all_of_its_fields_named(folder: Path, name: str, kind: str) -> None:
    one = brought(folder, name)
    assert one.file is None
    assert not list((folder / "systems").iterdir())
    assert any(kind in warning.text for warning in one.warnings)
    told = " ".join(texts(one))
    for word in re.findall(
        r"(?:name|field): ([\w.]+)", (FILES / f"{name}.yml").read_text().partition("collections")[2]
    ):
        assert word in told, word


def test_documents_are_told_by_their_fields_where_no_word_does(folder: Path) -> None:
    text = (FILES / "profile_mongo.yml").read_text()
    (folder.parent / "plain.yml").write_text(re.sub("(?i)profile_mongo|in Mongo|Postgres", "profile", text))
    (one,) = import_fides(folder, folder.parent / "plain.yml")
    assert one.file is None
    assert "documents" in " ".join(texts(one))


def test_the_connector_can_be_said_and_must_be_installed(folder: Path) -> None:
    (one,) = import_fides(folder, FILES / "visits_dynamo.yml", "sql")
    assert one.file is not None
    assert load(folder).systems["visits_dynamo"].collections
    with pytest.raises(NotFides, match="there is no connector"):
        import_fides(folder, FILES / "profile_mongo.yml", "mongo")


# --- warnings


def line_of(text: str, name: str = "shop_postgres") -> int:
    lines = (FILES / f"{name}.yml").read_text().splitlines()
    return 1 + next(at for at, line in enumerate(lines) if text in line)


@pytest.mark.parametrize(
    ("line", "place", "text"),
    [
        (
            "organization_fides_key",
            "",
            "organization_fides_key of the dataset is not carried over: default_organization",
        ),
        ("data_subjects", "", "data_subjects of the dataset is not carried over: customer"),
        ("name: street", ".address.street", "user.contact is not carried over"),
        ("after:", ".orders", "fides_meta.after of the collection is not carried over: shop_postgres.customer"),
        ("name: token", ".orders.token", "masking by aes_encrypt is not carried over: say it under on_erase"),
        (
            "card.token",
            ".orders.paid_through",
            "an edge stays inside its system, so the reference to payments.card.token is left out; use mentions",
        ),
        ("name: order_item", ".order_item", "Fides says nothing of these, so they stay undecided: quantity"),
        (
            "name: audit",
            ".audit",
            (
                "Fides was told to skip it, which does not say what is in it, so it stays undecided: "
                "id, remote_address (user.device.ip_address)"
            ),
        ),
    ],
)
def test_each_thing_left_behind_has_a_warning_with_its_place(folder: Path, line: str, place: str, text: str) -> None:
    found = {str(warning) for warning in brought(folder).warnings}
    assert f"shop_postgres.yml:{line_of(line)} shop_postgres{place}: {text}" in found


def test_fields_inside_a_field_are_named(folder: Path) -> None:
    found = texts(brought(folder, "clinic_mysql"))
    inside = (
        "clinic_mysql.2fa devices.settings.label: it lies inside a field, and is not carried over: label (user.device)"
    )
    assert inside in found
    assert "settings" not in load(folder).systems["clinic_mysql"].collections["_2fa_devices"].opaque_columns


def test_what_is_described_is_described_in_the_file(folder: Path) -> None:
    brought(folder)
    text = (folder / "systems" / "shop_postgres.yaml").read_text()
    assert "  # One row for each customer\n  # email: as it was typed\n  customer:\n" in text


# --- the command


def test_the_command_ends_in_one_where_something_was_left_behind(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = str(FILES / "shop_postgres.yml")
    assert run(["import", "fides", file, "--policy", str(folder)]) == 1
    assert "8 collections" in capsys.readouterr().out
    assert run(["import", "fides", file, "--policy", str(folder)]) == 7
    assert "is there already" in capsys.readouterr().err
    assert run(["import", "fides", str(FILES / "profile_mongo.yml"), "--policy", str(folder), "--json"]) == 1
    (told,) = json.loads(capsys.readouterr().out)
    assert told["file"] is None
    assert {"file", "line", "dataset", "collection", "field", "message"} == told["warnings"][0].keys()


@pytest.mark.parametrize(
    "text",
    [
        "a: 1",
        "dataset: [1]",
        "dataset: {",
        "[]",
        "dataset: [{fides_key: a, collections: {b: 1}}]",
        "dataset: [{fides_key: a, collections: [{fields: []}]}]",
        "dataset: [{fides_key: a, collections: [{name: b, fields: [c]}]}]",
        "dataset: [{fides_key: a, collections: [{name: b, fields: [{name: c, data_categories: user}]}]}]",
        "dataset: [{fides_key: a, collections: []}, {fides_key: a, collections: []}]",
    ],
)
def test_what_is_no_dataset_is_refused(folder: Path, text: str) -> None:
    (folder.parent / "shop.yml").write_text(text)
    with pytest.raises(NotFides):
        import_fides(folder, folder.parent / "shop.yml")
    assert not list((folder / "systems").iterdir())
