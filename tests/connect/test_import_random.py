"""Of random datasets of Fides: the map stands, nothing is lost without a word, and nobody else's row is deleted."""

from __future__ import annotations

import io
import os
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from bailee.engine.connect import drafts
from bailee.engine.connect.imports import ImportResult, import_fides
from bailee.engine.connect.new_folder import create_folder
from bailee.policy import EdgeKind, Party, System

NAMES = ("customer", "orders", "order_item", "product", "employee", "2fa", "visit log")
COLUMNS = ("id", "customer_id", "product_id", "agent_id", "email", "phone", "name", "remark", "tag no")
CATEGORIES = (
    *("user.contact.email", "user.name", "user.unique_id", "user.content", "user"),
    *("system.operations", "system", "shop.own"),
)
POINTED = (*COLUMNS, "id", "id", "id", "info.email")
MASKS = ("null_rewrite", "hash", "string_rewrite", "aes_encrypt", "random_string_rewrite")


def subset(of: tuple[str, ...], least: int, most: int) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(of), min_size=least, max_size=most, unique=True)


@st.composite
def fields(draw: st.DrawFn, name: str, others: list[str], deep: int) -> dict[str, Any]:
    meta: dict[str, Any] = {}
    if draw(st.integers(0, 9)) < 2 or (name == "id" and draw(st.booleans())):
        meta["primary_key"] = True
    if name in ("email", "phone", "tag no") and draw(st.booleans()):
        meta["identity"] = draw(st.sampled_from(["email", "phone_number", "loyalty_id", "shop card.no"]))
    if draw(st.integers(0, 9)) < 5:
        meta["references"] = [
            {
                "dataset": draw(st.sampled_from(["shop", "shop", "shop", "elsewhere"])),
                "field": f"{draw(st.sampled_from(others))}.{draw(st.sampled_from(POINTED))}",
                **draw(st.sampled_from([{}, {"direction": "from"}, {"direction": "from"}, {"direction": "to"}])),
            }
            for _ in range(draw(st.integers(1, 2)))
        ]
    if draw(st.integers(0, 9)) < 2:
        meta["masking_strategy_override"] = {
            "strategy": draw(st.sampled_from(MASKS)),
            "configuration": {"rewrite_value": "MASKED"},
        }
    said: dict[str, Any] = {"name": name}
    if draw(st.booleans()):
        said["data_categories"] = draw(subset(CATEGORIES, 1, 3))
    if draw(st.integers(0, 9)) == 0:
        meta["data_type"] = draw(st.sampled_from(["string", "string[]", "integer", "object"]))
    if deep and draw(st.integers(0, 9)) == 0:
        said["fields"] = [draw(fields(inner, others, deep - 1)) for inner in draw(subset(COLUMNS, 1, 2))]
    return said | ({"fides_meta": meta} if meta else {})


@st.composite
def files(draw: st.DrawFn) -> dict[str, Any]:
    names = draw(subset(NAMES, 1, 6))
    collections = []
    for name in names:
        made: dict[str, Any] = {
            "name": name,
            "fields": [draw(fields(column, names, 1)) for column in draw(subset(COLUMNS, 1, 6))],
        }
        meta = draw(
            st.sampled_from(
                [{}, {}, {}, {"skip_processing": True}, {"masking_strategy_override": {"strategy": "delete"}}]
            )
        )
        collections.append(made | ({"fides_meta": meta} if meta else {}))
    return {"dataset": [{"fides_key": "shop", "name": "Shop in Postgres", "collections": collections}]}


def build(database: Path, said: Mapping[str, Any]) -> None:
    """Make the tables as the dataset has them."""
    db = sqlite3.connect(database)
    for one in said["dataset"][0]["collections"]:
        columns = [f["name"] for f in one["fields"]]
        keys = [f["name"] for f in one["fields"] if f.get("fides_meta", {}).get("primary_key")]
        if not keys:
            keys = ["id"] if "id" in columns else ["a key"]
        parts = [f'"{c}" text {"not null" if c in keys else ""}' for c in dict.fromkeys([*columns, *keys])]
        quoted = ", ".join(f'"{key}"' for key in keys)
        db.execute(f'create table "{one["name"]}" ({", ".join(parts)}, primary key ({quoted}))')
    db.commit()
    db.close()


def bring(said: Mapping[str, Any], *, live: bool) -> tuple[ImportResult, System, list[str]]:
    """Import, look at the map with its tables, and return what the compiler calls an error."""
    with tempfile.TemporaryDirectory() as made:
        home = Path(made)
        create_folder(home / "firm", "uk", "Otter")
        text = io.StringIO()
        YAML().dump(said, text)
        (home / "shop.yml").write_text(text.getvalue())
        build(home / "shop.db", said)
        url = {"SHOP_URL": f"sqlite:///{home / 'shop.db'}"}
        with patch.dict(os.environ, url if live else {}):
            (one,) = import_fides(home / "firm", home / "shop.yml")
        with patch.dict(os.environ, url):
            mapped = drafts.inspect_map(home / "firm", "shop")
    return one, mapped.system, [str(problem) for problem in mapped.problems if problem.severity == "error"]


def everything(said: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any], str]]:
    """Yield each field with its collection and path, those inside others too."""
    for one in said["dataset"][0]["collections"]:
        for f in one["fields"]:
            yield one["name"], f, f["name"]
            yield from ((one["name"], inner, f"{f['name']}.{inner['name']}") for inner in f.get("fields", ()))


@settings(max_examples=60, deadline=None)
@given(files(), st.booleans())
def test_what_is_taken_over_stands_and_nothing_is_lost_without_a_word(said: dict[str, Any], live: bool) -> None:
    one, system, errors = bring(said, live=live)
    assert not errors
    maps = {c.table: c for c in system.collections.values()}
    for collection, f, path in everything(said):
        told = [w for w in one.warnings if w.place.collection == collection and w.place.field in ("", path, f["name"])]
        told += [w for w in one.warnings if w.place.collection == collection and path.startswith(f"{w.place.field}.")]
        words = " ".join(w.text for w in told)
        c = maps.get(collection)
        columns = set[str]()
        if c is not None:
            columns = {*c.fields.values(), *c.opaque_columns, *(c.key or ())}
            columns |= {i.column for i in c.identities} | {m.column for m in c.mentions}
            columns |= {column for edge in c.edges for column in edge.own_columns}
            columns |= set((c.on_erase.anonymise if c.on_erase else None) or ())
        assert path in columns or f["name"] in words or any(w.place.field == path for w in told), path
        for category in f.get("data_categories", ()):
            attribute = category.rpartition(".")[2]
            kept = c is not None and (category in c.opaque_columns.get(path, "") or c.fields.get(attribute) == path)
            assert kept or category in words, (path, category)
        for reference in f.get("fides_meta", {}).get("references", ()):
            other, _, column = reference["field"].partition(".")
            edges = {
                frozenset([(home.table, own), (system.collections[edge.to].table, theirs)])
                for home in maps.values()
                for edge in home.edges
                for theirs, own in edge.on
            }
            kept = frozenset([(collection, path), (other, column)]) in edges
            assert kept or f"{reference['dataset']}.{reference['field']}" in words, (path, reference)


@settings(max_examples=60, deadline=None)
@given(files())
def test_only_rows_that_are_reached_from_people_along_keys_are_deleted(said: dict[str, Any]) -> None:
    _, system, _ = bring(said, live=False)
    people = {name for name, c in system.collections.items() if c.party is Party.PERSON}
    owned = set(people)
    while more := {
        name
        for name, c in system.collections.items()
        for e in c.edges
        if e.kind is EdgeKind.OWNED_BY and e.to in owned and name not in owned
    }:
        owned |= more
    for name, c in system.collections.items():
        assert not [e for e in c.edges if e.kind is EdgeKind.OWNS]
        assert (c.on_erase is not None) == (name in owned)
        assert name not in people or not [e for e in c.edges if e.kind is EdgeKind.OWNED_BY]
        for e in c.edges:
            if e.kind is EdgeKind.OWNED_BY:
                assert "agent_id" not in e.own_columns
                assert e.to != "employee"
    for identity in (i for c in system.collections.values() for i in c.identities):
        assert not any(
            identity.column in c.opaque_columns for c in system.collections.values() if identity in c.identities
        )
