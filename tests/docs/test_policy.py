"""`docs/policy.md` has every key that a file may have, and every code that a mistake may have."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest

from bailee.connectors.base import CODES as OF_CONNECTORS
from bailee.policy import (
    Attested,
    Backups,
    Collection,
    Contact,
    Contract,
    Edge,
    FileLink,
    Firm,
    Hold,
    Identity,
    Location,
    Mention,
    Processor,
    Promise,
    RetentionRule,
    System,
    Transfer,
)
from bailee.policy.identities import ScannedSpelling
from bailee.policy.references import StandIn
from bailee.policy.written import is_needed, list_known_keys, written_keys
from bailee.trace.check import CODES as OF_MAPS
from tests.docs.pages import ROOT, Table, fenced, read, sections, tables

PAGE = read("policy.md")
SECTIONS = {title.strip("`"): text for level in (2, 3) for title, text in sections(PAGE, level)}
SOURCE = "\n".join(path.read_text() for path in (ROOT / "src").rglob("*.py"))

FILES: Mapping[str, Any] = {
    "bailee.yaml": Firm,
    "systems/*.yaml": System,
    "A collection": Collection,
    "An identity": Identity,
    "An edge": Edge,
    "A mention": Mention,
    "retention.yaml": RetentionRule,
    "holds.yaml": Hold,
    "processors.yaml": Processor,
    "promises.yaml": Promise,
}


def first(title: str) -> Table:
    return tables(SECTIONS[title])[0]


@pytest.mark.parametrize("title", FILES)
def test_every_key_is_explained_and_no_other(title: str) -> None:
    keys = set(list_known_keys(FILES[title], ()))
    assert {key for row in first(title).rows for key in re.findall(r"`(\w+)`", row[0])} == keys


def needed_keys(kind: Any) -> set[str]:
    return {key for key, (field, _) in written_keys(kind).items() if is_needed(field)}


@pytest.mark.parametrize("title", FILES)
def test_what_is_needed_is_said_to_be(title: str) -> None:
    needed = needed_keys(FILES[title])
    said = {row[0].strip("`") for row in first(title).rows if row[-1].endswith("Needed")}
    assert said == needed


@pytest.mark.parametrize(
    "shape",
    [
        Location,
        Backups,
        Attested,
        Contact,
        FileLink,
        ScannedSpelling,
        StandIn,
        Contract,
        Transfer,
    ],
)
def test_every_key_of_a_small_mapping_is_told(shape: Any) -> None:
    assert {key for key in list_known_keys(shape, ()) if not re.search(rf"\b{key}\b", PAGE)} == set()


def test_every_code_is_in_the_table_once() -> None:
    codes = [row[0] for row in first("Mistakes").rows]
    assert codes == list(dict.fromkeys(codes))
    assert set(codes) == set(re.findall(r"[\"']([PTC]\d{3})[\"']", SOURCE))


def test_the_table_says_what_the_code_says() -> None:
    said = {row[0]: row[1].removesuffix(" (a warning)") for row in first("Mistakes").rows}
    assert {code: said[code] for code in {**OF_MAPS, **OF_CONNECTORS}} == {**OF_MAPS, **OF_CONNECTORS}


def test_warnings_are_called_so() -> None:
    said = {row[0] for row in first("Mistakes").rows if row[1].endswith(" (a warning)")}
    found = set(re.findall(r"warning\(\s*\"([PTC]\d{3})\"", SOURCE))
    found |= set(re.findall(r"Problem\(\s*\"([PTC]\d{3})\"[^)]*\"warning\"", SOURCE))
    assert said == found


def test_the_mistake_that_is_shown_is_one_that_is_made() -> None:
    shown = next(body for body in fenced(PAGE, "") if "P201" in body)
    assert re.fullmatch(
        r"systems/\w+\.yaml:\d+:\d+  P201 .* names no collection \"\w+\" \(did you mean \"\w+\"\?\)\n", shown
    )


@pytest.mark.parametrize("page", ["policy.md", "ownership.md"])
def test_links_lead_somewhere(page: str) -> None:
    def headings(name: str) -> set[str]:
        titles = re.findall(r"^#+ (.+)$", read(name), re.MULTILINE)
        return {re.sub(r"[^\w -]", "", title).strip().lower().replace(" ", "-") for title in titles}

    for target, anchor in re.findall(r"\]\(([\w./-]*)(?:#([\w-]+))?\)", read(page)):
        assert not target or (ROOT / "docs" / target).exists(), target
        assert not anchor or anchor in headings(target or page), anchor
