"""Characters that nobody sees, in rows of live systems: each output of a copy shows them, and none loses them."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path

from bailee.engine.copies import write_copy
from bailee.engine.people import search_person
from tests.harm.firm import ALICE, MARKER, Firm

BODY = f"{MARKER} exe.\u202egnp \u2066a\u2069 b\u200f\u061c\x1b[2J\x9b"
SEEN = f"{MARKER} exe.[U+202E]gnp [U+2066]a[U+2069] b[U+200F][U+061C][U+001B][2J[U+009B]"


def test_a_copy_shows_them_to_people_and_gives_them_to_programs(firm: Firm, tmp_path: Path) -> None:
    firm.run(f"UPDATE notes SET body = '{BODY}' WHERE id = 1")
    with firm.systems() as systems, search_person(systems, [ALICE]) as found:
        write_copy(found, tmp_path / "copy.zip")
    with zipfile.ZipFile(tmp_path / "copy.zip") as package:
        inside = {name: package.read(name).decode("utf-8-sig") for name in package.namelist() if "/files/" not in name}
    assert not [name for name, text in inside.items() if {*text} & {*"\u202e\u2066\u2069\u200f\u061c\x1b\x9b"}]
    assert BODY in [row["values"]["body"] for row in json.loads(inside["data/desk/note.json"])]
    assert r"exe.\u202egnp \u2066a\u2069 b\u200f\u061c\u001b[2J\u009b" in inside["data/desk/note.json"]
    assert SEEN in [row["body"] for row in csv.DictReader(io.StringIO(inside["data/desk/note.csv"], newline=""))]
    assert SEEN in inside["data/desk/note-0001.html"]
