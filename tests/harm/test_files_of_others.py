"""A file that somebody else's row names too is theirs as well: a copy leaves it out, and erasure leaves it there."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bailee.engine.apply import apply_plan
from bailee.engine.copies import write_copy, write_portable_copy
from bailee.engine.package import PackageSummary
from bailee.engine.people import search_person
from tests.harm.firm import ALICE, BOB, MARKER, Firm

TAPE = f"{MARKER}-1.wav"
"""The file of Alice's tape."""

THREAD, OF_CALL = "fields: {subject: subject}", "    owned_by: call.id = call_id\n"
"""Lines of the shop's map."""

FOR_CUSTOMERS = """
system: desk
title: Desk
connector: sql
url: env:HARM_URL
write_url: env:HARM_WRITE_URL
role: processor
customer: account
collections:
  account:
    table: writers
    party: organisation
  note:
    table: notes
    belongs_to: account.id = writer_id
    fields: {body: body}
"""

SPOKEN = b"RIFF what Alice and Bob said"


def _copied(
    firm: Firm, target: Path, person: str = ALICE, write: Any = write_copy
) -> tuple[PackageSummary, Mapping[str, bytes]]:
    """Copy what is held about ``person``; return what was told of it, and what is inside."""
    with firm.systems() as systems, search_person(systems, [person]) as found:
        summary = write(found, target, reference="")
    with zipfile.ZipFile(target) as package:
        return summary, {name: package.read(name) for name in package.namelist()}


def _tape(inside: Mapping[str, bytes], number: int = 1) -> dict[str, Any]:
    """Return what the copy says of the file of one tape."""
    rows = json.loads(inside["data/shop/tape.json"])
    found: dict[str, Any] = next(row["file"] for row in rows if row["values"]["id"] == number)
    return found


def _edit(firm: Firm, system: str, old: str, new: str) -> None:
    path = firm.folder / "systems" / f"{system}.yaml"
    assert path.read_text().count(old) == 1
    path.write_text(path.read_text().replace(old, new))


def _second_root(firm: Firm, url: str, link: str, body: str) -> None:
    """Let notes name files of another system of files, ``url``, and Bob's note name one of them."""
    text = f"system: drawer\ntitle: Drawer\nconnector: files\nurl: {url}\nwrite_url: {url}\n"
    (firm.folder / "systems" / "drawer.yaml").write_text(text)
    _edit(firm, "desk", "fields: {body: body}", f"fields: {{body: body}}\n    file: {link}")
    firm.run(f"UPDATE notes SET body = '{body}' WHERE id = 3")


@pytest.fixture
def shelf(firm: Firm) -> Firm:
    """The firm, with something to tell Alice's tape by."""
    (firm.shelf / TAPE).write_bytes(SPOKEN)
    return firm


SPELLINGS = (TAPE, f"./{TAPE}", f"old/../{TAPE}", f"/{TAPE}", f".//{TAPE}", f".\\{TAPE}", f"sub//../{TAPE}")


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_alice_gets_no_file_that_bobs_row_names_too(shelf: Firm, tmp_path: Path, spelling: str) -> None:
    shelf.run(f"UPDATE tapes SET file_name = '{spelling.replace(chr(92), chr(92) * _slashes(shelf))}' WHERE id = 4")
    summary, inside = _copied(shelf, tmp_path / "copy.zip")
    assert SPOKEN not in inside.values()
    assert (summary.shared, summary.files, summary.missing, summary.unreadable) == (1, 2, 0, 0)
    said = _tape(inside)
    assert (said["path"], said["bytes"], said["trouble"]) == (None, 0, "file left out: somebody else's record names it")
    page = inside["index.html"].decode()
    assert "1 file is left out because another person\N{RIGHT SINGLE QUOTATION MARK}s record names it too" in page
    assert b"file left out" in inside["data/shop/tape.csv"]
    assert b"file left out" in inside["data/shop/tape-0001.html"]


def _slashes(firm: Firm) -> int:
    return 2 if firm.database.dialect == "mariadb" else 1


def test_bob_gets_what_his_rows_alone_name(shelf: Firm, tmp_path: Path) -> None:
    """Nothing is withheld without a reason: each of them keeps what is named by their own rows, however often."""
    shelf.run(f"INSERT INTO tapes VALUES (9, 1, '{TAPE}', '2026-01-02')")
    for person, held in ((ALICE, True), (BOB, False)):
        summary, inside = _copied(shelf, tmp_path / f"{held}.zip", person)
        assert summary.shared == 0
        assert (SPOKEN in inside.values()) is held


def test_a_name_that_differs_by_its_capitals_is_another_file(shelf: Firm, tmp_path: Path) -> None:
    shelf.run(f"UPDATE tapes SET file_name = '{TAPE.upper()}' WHERE id = 4")
    summary, inside = _copied(shelf, tmp_path / "copy.zip")
    assert summary.shared == 0
    assert SPOKEN in inside.values()


def test_where_capitals_make_no_difference_it_is_the_same_file(shelf: Firm, tmp_path: Path) -> None:
    """A hard link answers as a folder does that takes no notice of capitals: both names are one file."""
    os.link(shelf.shelf / TAPE, shelf.shelf / TAPE.swapcase())
    shelf.run(f"UPDATE tapes SET file_name = '{TAPE.upper()}' WHERE id = 4")
    summary, inside = _copied(shelf, tmp_path / "copy.zip")
    assert summary.shared == 1
    assert SPOKEN not in inside.values()


@pytest.mark.parametrize(
    ("url", "body"),
    [("tapes", TAPE), ("./tapes/../tapes", f"./{TAPE}"), (".", f"tapes/{TAPE}"), ("policies", f"../tapes/{TAPE}")],
)
def test_a_row_of_another_system_names_the_file_by_another_folder(
    shelf: Firm, tmp_path: Path, url: str, body: str
) -> None:
    (shelf.folder / "policies").mkdir()
    _second_root(shelf, url, "{root: drawer, path: body}", body)
    summary, inside = _copied(shelf, tmp_path / "copy.zip")
    assert summary.shared == 1
    assert SPOKEN not in inside.values()


def test_a_folder_reached_by_two_paths_is_one_folder(shelf: Firm, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").symlink_to(shelf.shelf)
    _second_root(shelf, str(tmp_path / "elsewhere"), "{root: drawer, path: body}", TAPE)
    summary, inside = _copied(shelf, tmp_path / "copy.zip")
    assert summary.shared == 1
    assert SPOKEN not in inside.values()


def test_a_system_of_our_customers_names_it_too(shelf: Firm, tmp_path: Path) -> None:
    """Nobody is looked for in a processor's system, and its rows name files all the same."""
    (shelf.folder / "systems" / "desk.yaml").write_text(FOR_CUSTOMERS)
    _second_root(shelf, "tapes", "{root: drawer, path: body}", TAPE)
    summary, inside = _copied(shelf, tmp_path / "copy.zip")
    assert summary.shared == 1
    assert SPOKEN not in inside.values()


def test_what_the_map_releases_is_handed_out(shelf: Firm, tmp_path: Path) -> None:
    shelf.run(f"UPDATE tapes SET file_name = '{TAPE}' WHERE id = 4")
    _edit(shelf, "shop", "path: file_name}", "path: file_name, shared: everybody hears the same greeting}")
    summary, inside = _copied(shelf, tmp_path / "copy.zip")
    assert summary.shared == 0
    assert SPOKEN in inside.values()


def test_a_row_that_two_own_is_whole_with_its_file_to_both(shelf: Firm, tmp_path: Path) -> None:
    _edit(
        shelf,
        "shop",
        "fields: {subject: subject}",
        "fields: {subject: subject}\n    file: {root: shelf, path: subject}",
    )
    shelf.run(f"UPDATE threads SET subject = '{TAPE}' WHERE id = 1", "UPDATE tapes SET file_name = NULL WHERE id = 1")
    for person in (ALICE, BOB):
        summary, inside = _copied(shelf, tmp_path / f"{person}.zip", person)
        assert summary.shared == 0
        assert SPOKEN in inside.values()


def test_bobs_own_row_beside_the_one_that_both_own_makes_it_his(shelf: Firm, tmp_path: Path) -> None:
    """To Bob both rows are his own; of Alice's two, one names what a row of Bob's alone names."""
    _edit(
        shelf,
        "shop",
        "fields: {subject: subject}",
        "fields: {subject: subject}\n    file: {root: shelf, path: subject}",
    )
    shelf.run(f"UPDATE threads SET subject = '{TAPE}' WHERE id = 1", "UPDATE tapes SET file_name = NULL WHERE id = 1")
    shelf.run(f"UPDATE tapes SET file_name = '{TAPE}' WHERE id = 4")
    for person, shared in ((ALICE, 1), (BOB, 0)):
        summary, inside = _copied(shelf, tmp_path / f"{person}.zip", person)
        assert summary.shared == shared
        assert (SPOKEN in inside.values()) is not bool(shared)


def test_what_a_person_takes_along_holds_no_file_of_others(shelf: Firm, tmp_path: Path) -> None:
    _edit(
        shelf, "shop", "    owned_by: call.id = call_id\n", "    owned_by: call.id = call_id\n    portable: contract\n"
    )
    shelf.run(f"UPDATE tapes SET file_name = './{TAPE}' WHERE id = 4")
    summary, inside = _copied(shelf, tmp_path / "copy.zip", write=write_portable_copy)
    assert summary.shared == 1
    assert SPOKEN not in inside.values()


def test_many_files_are_asked_about_together(shelf: Firm, tmp_path: Path) -> None:
    """As many statements for two files as for two hundred."""
    asked = []
    for count in (2, 200):
        shelf.run(
            "DELETE FROM tapes",
            *(f"INSERT INTO tapes VALUES ({n}, 1, 'n{n}.wav', '2026-01-02')" for n in range(count)),
            "INSERT INTO tapes VALUES (1000, 101, './n1.wav', '2026-01-02')",
        )
        with shelf.systems() as systems, search_person(systems, [ALICE]) as found:
            before = found.sessions["shop"].executed  # type: ignore[attr-defined]
            summary = write_copy(found, tmp_path / f"{count}.zip")
            asked.append(found.sessions["shop"].executed - before)  # type: ignore[attr-defined]
        assert summary.shared == 0 or summary.missing == count - 1
    assert asked[0] == asked[1]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_erasure_leaves_a_file_that_bobs_row_names_by_another_spelling(shelf: Firm, spelling: str) -> None:
    shelf.run(f"UPDATE tapes SET file_name = '{spelling.replace(chr(92), chr(92) * _slashes(shelf))}' WHERE id = 4")
    plan = shelf.plan()
    with shelf.systems() as systems:
        apply_plan(systems, plan)
    assert (shelf.shelf / TAPE).read_bytes() == SPOKEN


@pytest.mark.parametrize(("url", "body"), [("tapes", TAPE), (".", f"tapes/{TAPE}")])
def test_erasure_leaves_a_file_that_another_system_names(shelf: Firm, url: str, body: str) -> None:
    _second_root(shelf, url, "{root: drawer, path: body}", body)
    plan = shelf.plan()
    with shelf.systems() as systems:
        apply_plan(systems, plan)
    assert (shelf.shelf / TAPE).read_bytes() == SPOKEN


def test_a_column_of_numbers_that_names_files_too_hinders_neither_copy_nor_erasure(shelf: Firm, tmp_path: Path) -> None:
    """A server refuses to compare a number with a name: so its texts are compared."""
    _edit(shelf, "shop", THREAD, f"{THREAD}\n    file: {{root: shelf, path: id}}")
    (shelf.shelf / "2").write_bytes(b"what Alice alone says")
    (shelf.shelf / "1").write_bytes(SPOKEN)
    summary, inside = _copied(shelf, tmp_path / "copy.zip")
    assert (summary.shared, summary.missing) == (0, 0)
    assert b"what Alice alone says" in inside.values()
    plan = shelf.plan()
    with shelf.systems() as systems:
        assert apply_plan(systems, plan).is_clean
    assert {"1", "2"} & set(shelf.files()) == {"1"}
