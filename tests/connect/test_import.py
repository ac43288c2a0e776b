"""A dataset file of Fides becomes a map: who is whose carries over, and each thing that does not is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from bailee.cli.app import run
from bailee.draft.fides import NotFides
from bailee.policy import EdgeKind, Party, Stored, load
from bailee.policy.model import Form
from bailee.runner.importing import Imported, fides
from bailee.runner.starting import start

DATASET = """\
dataset:
  - fides_key: shop_db
    name: Shop
    organization_fides_key: default_organization
    collections:
      - name: customer
        fields:
          - {name: id, data_categories: [user.unique_id], fides_meta: {primary_key: True}}
          - {name: email, data_categories: [user.contact.email], fides_meta: {identity: email, data_type: string}}
          - name: address_id
            data_categories: [system.operations]
            fides_meta: {references: [{dataset: shop_db, field: address.id, direction: to}]}
      - name: address
        fields:
          - {name: id, fides_meta: {primary_key: True}}
          - {name: street, data_categories: [user.contact.address.street]}
      - name: orders
        fides_meta: {after: [shop_db.customer]}
        fields:
          - {name: id, fides_meta: {primary_key: True}}
          - name: customer_id
            fides_meta: {references: [{dataset: shop_db, field: customer.id, direction: from}]}
          - name: remark
            data_categories: [user.content]
            fides_meta: {masking_strategy_override: {strategy: null_rewrite}}
          - name: code
            fides_meta: {references: [{dataset: other, field: x.y, direction: from}]}
          - name: token
            fides_meta: {masking_strategy_override: {strategy: aes_encrypt}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    start(tmp_path / "firm", "uk", "Otter")
    (tmp_path / "shop.yml").write_text(DATASET)
    return tmp_path / "firm"


def brought(folder: Path) -> Imported:
    (one,) = fides(folder, folder.parent / "shop.yml")
    return one


def test_whose_a_row_is_carries_over(folder: Path) -> None:
    assert brought(folder).collections == 3
    shop = load(folder).systems["shop_db"]
    customer, address, orders = (shop.collections[name] for name in ("customer", "address", "orders"))
    assert customer.party is Party.PERSON
    assert [(i.attribute, i.column, i.stored) for i in customer.identities] == [
        ("email", "email", Stored(Form.RAW, scan=True))
    ]
    assert [(e.kind, e.to, e.on) for e in customer.edges] == [(EdgeKind.OWNS, "address", (("id", "address_id"),))]
    assert [(e.kind, e.to, e.on) for e in orders.edges] == [(EdgeKind.OWNED_BY, "customer", (("id", "customer_id"),))]
    assert address.fields == {"street": "street"}
    assert orders.on_erase is not None
    assert list(orders.on_erase.anonymise or {}) == ["remark"]
    assert shop.url == "env:SHOP_DB_URL"


def test_each_thing_left_behind_has_a_warning(folder: Path) -> None:
    assert set(brought(folder).warnings) == {
        "customer.email: how it is spelled is not known: say stored: lower or e164 if it is so",
        "orders: fides_meta.after is not carried over",
        "orders.code: an edge stays inside its system, so the one to other.x.y is left out; use mentions",
        "orders.token: masking by aes_encrypt is not carried over; say it under on_erase",
        "organization_fides_key of the dataset is not carried over",
    }


def test_the_command_ends_in_one_where_something_was_left_behind(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["import", "fides", str(folder.parent / "shop.yml"), "--policy", str(folder)]) == 1
    assert "3 collections" in capsys.readouterr().out
    assert run(["import", "fides", str(folder.parent / "shop.yml"), "--policy", str(folder)]) == 7
    assert "is there already" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["a: 1", "dataset: [1]", "dataset: {", "[]"])
def test_what_is_no_dataset_is_refused(folder: Path, text: str) -> None:
    (folder.parent / "shop.yml").write_text(text)
    with pytest.raises(NotFides):
        brought(folder)
    assert not list((folder / "systems").iterdir())
