"""``bailee copy``: one file that anybody can open, with the person's data and nobody else's."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from tests.cli.conftest import Bailee

ALICE = "alice.okonkwo@post.example"
ALICES_NUMBERS = {"+442079460101", "+447700900101"}

Sql = Callable[[str, str], list[tuple[Any, ...]]]


def test_the_copy_holds_what_find_counts(bailee: Bailee, tmp_path: Path) -> None:
    said = bailee("copy", ALICE, "-o", str(tmp_path / "alice.zip"))
    assert said.code == 0
    assert said.out.startswith("copy written: 143 rows, 7 files, ")
    counts: dict[str, int] = {}
    for held in bailee("find", ALICE, "--json").json["holdings"]:
        name = f"data/{held['system']}/{held['collection']}.json"
        counts[name] = counts.get(name, 0) + held["count"]
    with ZipFile(tmp_path / "alice.zip") as package:
        inside = {name: len(json.loads(package.read(name))) for name in package.namelist() if name.endswith(".json")}
        recordings = [package.read(name)[:4] for name in package.namelist() if "/files/" in name]
    assert inside == counts
    assert recordings == [b"RIFF"] * 7


def test_only_its_owner_may_read_it(bailee: Bailee, tmp_path: Path) -> None:
    bailee("copy", ALICE, "-o", str(tmp_path / "alice.zip"))
    assert stat.S_IMODE((tmp_path / "alice.zip").stat().st_mode) == 0o600


def test_other_peoples_numbers_are_left_out(bailee: Bailee, tmp_path: Path) -> None:
    bailee("copy", ALICE, "-o", str(tmp_path / "alice.zip"))
    with ZipFile(tmp_path / "alice.zip") as package:
        calls = json.loads(package.read("data/phones/call_record.json"))
    shown = {call["values"][end] for call in calls for end in ("caller", "callee")} - {None}
    assert shown <= ALICES_NUMBERS
    assert {call["why"] for call in calls} == {"owned", "accessed"}


def test_the_first_page_says_what_article_15_asks_for(bailee: Bailee, tmp_path: Path) -> None:
    bailee("copy", ALICE, "-o", str(tmp_path / "alice.zip"))
    with ZipFile(tmp_path / "alice.zip") as package:
        assert package.namelist()[0] == "index.html"
        page = package.read("index.html").decode()
    for words in (
        "performing the contract with the customer (UK GDPR Art. 6(1)(b))",
        "contact: full name, email, phone, postal, position, notes, customer since, customer</li>",
        "6 years from the end of your business with us",
        "6 years from “started at” or “recorded at”",
        "6 years from the end of the financial year of “issued on”",
        "Tape shelf, the folder of call recordings",
        "privacy@harbourlane.example",
        "<dd>Ireland, Anna Livia Hosting",
        "We promise: no decision about you is left to a machine.",
        "Art. 17",
    ):
        assert words in page


def test_nothing_held_is_said_in_the_copy_too(bailee: Bailee, tmp_path: Path) -> None:
    said = bailee("copy", "not.there@post.example", "-o", str(tmp_path / "nobody.zip"))
    assert said.code == 1
    with ZipFile(tmp_path / "nobody.zip") as package:
        assert (
            "We looked in the records that our map of personal data has, and found nothing about you"
            in package.read("index.html").decode()
        )


def test_a_recording_that_is_gone_is_noted(bailee: Bailee, firm: Path, sql: Sql, tmp_path: Path) -> None:
    query = "select file_name from recording r join call_record c on c.id = r.call_id where c.line_id = 1 limit 1"
    ((name,),) = sql("phones", query)
    (firm / "data" / "recordings" / name).unlink()
    said = bailee("copy", ALICE, "-o", str(tmp_path / "alice.zip"))
    assert said.code == 1
    assert "1 file missing and 0 that cannot be read; the copy says which" in said.out
    assert name not in said.out + said.err


def test_an_existing_file_stays(bailee: Bailee, tmp_path: Path) -> None:
    target = tmp_path / "alice.zip"
    target.write_text("mine")
    said = bailee("copy", ALICE, "-o", str(target), "--json")
    assert (said.code, said.error["code"]) == (7, "target_exists")
    assert target.read_text() == "mine"


def test_json_counts_without_naming_the_file(bailee: Bailee, tmp_path: Path) -> None:
    said = bailee("copy", ALICE, "-o", str(tmp_path / "alice.zip"), "--json")
    assert sum(section["rows"] for section in said.json["sections"]) == 143
    assert "alice" not in said.out
