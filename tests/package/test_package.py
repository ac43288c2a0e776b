"""What stands in a package, and that anybody can check it."""

from __future__ import annotations

import csv
import io
import json
import stat
import tracemalloc
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from functools import partial
from pathlib import Path
from typing import BinaryIO

import bagit
import pytest

from bailee.engine.package import (
    FileEntry,
    PackageError,
    PackageSummary,
    PackingProgress,
    Record,
    SectionSummary,
    write_package,
)
from tests.package.sample import ABOUT, WAV, contents, notes, recording, section, silent, write

SECRET = "+353 20 555 0199, bob's"


def table(folder: Path, name: str = "data/phones/call_record.csv") -> list[list[str]]:
    return list(csv.reader(io.StringIO(contents(folder)[name].decode("utf-8-sig"), newline="")))


def test_index_html_comes_first_and_everything_has_its_place(tmp_path: Path) -> None:
    write(tmp_path, section([recording("a.wav")], files=True), section([], collection="voicemail"))
    assert list(contents(tmp_path)) == [
        "index.html",
        "style.css",
        "data/phones/call_record.json",
        "data/phones/call_record.csv",
        "data/phones/call_record-0001.html",
        "data/phones/files/call_record-0001.wav",
        "data/phones/voicemail.json",
        "data/phones/voicemail.csv",
        "bagit.txt",
        "bag-info.txt",
        "manifest-sha256.txt",
        "tagmanifest-sha256.txt",
    ]


def test_unpacked_it_is_a_valid_bag(tmp_path: Path) -> None:
    write(tmp_path, section([recording("a.wav")] * 3, files=True), notes(*range(2_001)))
    with zipfile.ZipFile(tmp_path / "copy.zip") as archive:
        archive.extractall(tmp_path / "bag")
    bag = bagit.Bag(str(tmp_path / "bag"))
    bag.validate()
    assert bag.version_info == (1, 0)
    assert bag.info["External-Identifier"] == "R-2026-0117"
    assert set(bag.tagfile_entries()) >= {"index.html", "style.css", "bag-info.txt", "manifest-sha256.txt"}

    (tmp_path / "bag" / "data" / "phones" / "call_record.json").write_bytes(b"[]")
    with pytest.raises(bagit.BagValidationError):
        bagit.Bag(str(tmp_path / "bag")).validate()


def test_a_firm_whose_name_breaks_lines_does_not_break_the_bag(tmp_path: Path) -> None:
    write(tmp_path, about=replace(ABOUT, firm="Corrib\nPayload-Oxum: 0.0\r\n\x1bEx\ud800change"))
    info = contents(tmp_path)["bag-info.txt"].decode()
    assert info.startswith("Source-Organization: Corrib Payload-Oxum: 0.0 [U+001B]Ex[U+D800]change\n")


def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    write(tmp_path, notes("x"))
    assert stat.S_IMODE((tmp_path / "copy.zip").stat().st_mode) == 0o600
    with zipfile.ZipFile(tmp_path / "copy.zip") as archive:
        assert {entry.external_attr >> 16 for entry in archive.infolist()} == {0o100600}


def test_the_same_data_make_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        write(tmp_path / name, section([recording("a.wav")], files=True), notes("x", None))
    assert (tmp_path / "one" / "copy.zip").read_bytes() == (tmp_path / "two" / "copy.zip").read_bytes()


@pytest.mark.parametrize("year", [1, 1979, 2026, 9999])
def test_a_zip_can_say_its_time(tmp_path: Path, year: int) -> None:
    zone = timezone(timedelta(hours=1))
    write(tmp_path, about=replace(ABOUT, made_at=datetime(year, 2, 3, 12, tzinfo=zone)))
    with zipfile.ZipFile(tmp_path / "copy.zip") as archive:
        assert archive.infolist()[0].date_time == (min(max(year, 1980), 2107), 2, 3, 11, 0, 0)


def test_a_moment_without_time_zone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="time zone"):
        write(tmp_path, about=replace(ABOUT, made_at=datetime(2026, 1, 1)))  # noqa: DTZ001  (that is the point)


def test_the_summary_counts_what_is_inside(tmp_path: Path) -> None:
    rows = [recording("a.wav"), Record({"id": 1, "note": SECRET}, masked=frozenset({"note"}))]
    summary = write(tmp_path, section(rows, files=True), notes(1))
    assert summary == PackageSummary(
        tmp_path / "copy.zip",
        (tmp_path / "copy.zip").stat().st_size,
        (
            SectionSummary("phones", "call_record", rows=2, withheld=1, files=1),
            SectionSummary("phones", "call_record", rows=1),
        ),
    )
    assert (summary.rows, summary.withheld, summary.files, summary.missing, summary.unreadable) == (3, 1, 1, 0, 0)


def test_it_tells_how_far_it_has_come(tmp_path: Path) -> None:
    told: list[PackingProgress] = []
    write_package(tmp_path / "copy.zip", ABOUT, [notes(*range(1_500))], told.append)
    assert [t.done for t in told if t.step == "reading"] == [1_000, 1_500]
    packing = [t for t in told if t.step == "packing"]
    assert packing[-1].done == packing[-1].total
    assert [t.done for t in packing] == sorted(t.done for t in packing)


# --- the three forms of a row --------------------------------------------------------------------------------


def test_json_says_values_why_and_what_is_withheld(tmp_path: Path) -> None:
    rows = [
        Record({"id": 1, "note": "été\x00"}),
        Record({"id": 2}, masked=frozenset({"note"}), why="accessed"),
    ]
    write(tmp_path, section(rows))
    assert json.loads(contents(tmp_path)["data/phones/call_record.json"]) == [
        {"values": {"id": 1, "note": "été\x00"}, "why": "owned"},
        {"values": {"id": 2, "note": None}, "why": "accessed", "withheld": ["note"]},
    ]


def test_a_csv_opens_in_excel_and_in_any_reader(tmp_path: Path) -> None:
    write(tmp_path, notes('a "quoted", word', "two\nlines", None))
    raw = contents(tmp_path)["data/phones/call_record.csv"]
    assert raw.startswith(b"\xef\xbb\xbfid,note,(why)\r\n")
    assert table(tmp_path)[1:] == [
        ["1", 'a "quoted", word', "yours"],
        ["2", "two\nlines", "yours"],
        ["3", "", "yours"],
    ]


def test_no_formula_survives_in_a_csv_not_even_in_a_heading(tmp_path: Path) -> None:
    bad = "=HYPERLINK(1)"
    write(tmp_path, section([Record({bad: bad}, why=bad)], columns=(bad,)))
    assert table(tmp_path) == [[f"'{bad}", "(why)"], [f"'{bad}", f"'{bad}"]]


def test_a_withheld_value_is_nowhere_in_the_package(tmp_path: Path) -> None:
    write(tmp_path, section([Record({"id": 1, "note": SECRET}, masked=frozenset({"note"}))]))
    found = contents(tmp_path)
    assert not [name for name, data in found.items() if b"555 0199" in data]
    assert table(tmp_path)[1][1] == "withheld: another person's"
    assert b'<span class="withheld">withheld: another person&#39;s</span>' in found["data/phones/call_record-0001.html"]
    assert b"1 cell is left out because it is another person" in found["index.html"]


def test_a_cell_that_no_column_names_is_refused_and_not_dropped(tmp_path: Path) -> None:
    for row in (Record({"id": 1, "extra": SECRET}), Record({"id": 1}, masked=frozenset({"extra"}))):
        with pytest.raises(ValueError, match="does not name") as caught:
            write(tmp_path, section([row]))
        assert SECRET not in str(caught.value)
    with pytest.raises(ValueError, match="there are none"):
        write(tmp_path, section([recording("a.wav")], files=False))
    assert not list(tmp_path.iterdir())


def test_pages_hold_a_thousand_rows_and_lead_to_each_other(tmp_path: Path) -> None:
    write(tmp_path, notes(*range(2_001)))
    found = contents(tmp_path)
    pages = {name: data.decode() for name, data in found.items() if "call_record-" in name}
    assert [name[-9:] for name in pages] == ["0001.html", "0002.html", "0003.html"]
    assert [page.count("<tr id=") for page in pages.values()] == [1_000, 1_000, 1]
    assert 'rel="prev" href="call_record-0001.html"' in pages["data/phones/call_record-0002.html"]
    assert 'rel="next" href="call_record-0003.html"' in pages["data/phones/call_record-0002.html"]
    assert "rows 2,001 to 2,001 of 2,001" in pages["data/phones/call_record-0003.html"]


def test_a_full_last_page_is_not_followed_by_an_empty_one(tmp_path: Path) -> None:
    write(tmp_path, notes(*range(1_000)))
    assert [name for name in contents(tmp_path) if "call_record-" in name] == ["data/phones/call_record-0001.html"]


def test_names_that_fall_together_are_kept_apart(tmp_path: Path) -> None:
    made = [("Phones", "Call Record"), ("phones", "call record"), ("../phones", "con"), ("phones", "files")]
    write(tmp_path, *(section([Record({"id": 1})], system=s, collection=c) for s, c in made))
    assert [name for name in contents(tmp_path) if name.endswith(".json")] == [
        "data/phones/call-record.json",
        "data/phones-2/call-record.json",
        "data/phones-3/con_.json",
        "data/phones-2/files-2.json",
    ]


# --- files ---------------------------------------------------------------------------------------------------


class Torn(io.BytesIO):
    """A stream that fails after its first chunk."""

    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell():
            raise OSError(5, "Input/output error", "alice.wav")
        return super().read(size)


def gone() -> BinaryIO:
    raise FileNotFoundError(2, "No such file", "alice.wav")


def forbidden() -> BinaryIO:
    raise PermissionError(13, "Permission denied", "alice.wav")


def test_a_file_gets_a_name_of_ours_and_shows_its_own(tmp_path: Path) -> None:
    hostile = '../../<script>alert(1)</script>\u202e"\x00.exe'
    write(tmp_path, section([recording(hostile)], files=True))
    found = contents(tmp_path)
    assert found["data/phones/files/call_record-0001.wav"] == WAV
    assert not [name for name in found if "script" in name or ".." in name]
    page = found["data/phones/call_record-0001.html"].decode()
    assert 'href="files/call_record-0001.wav"' in page
    assert "../../&lt;script&gt;alert(1)&lt;/script&gt;[U+202E]&#34;[U+0000].exe" in page
    (row,) = json.loads(found["data/phones/call_record.json"])
    assert row["file"] == {
        "path": "files/call_record-0001.wav",
        "bytes": len(WAV),
        "original_name": hostile,
        "trouble": None,
    }


def test_what_nobody_would_see_is_shown_on_the_page_and_in_the_table_and_escaped_in_json(tmp_path: Path) -> None:
    name, arabic = "exe.\u202egnp\u2066\u200f\u061c\x9b", "\u0639\u0644\u064a"
    write(tmp_path, section([Record({"id": arabic, "note": name})]))
    found = contents(tmp_path)
    seen = "exe.[U+202E]gnp[U+2066][U+200F][U+061C][U+009B]"
    page = found["data/phones/call_record-0001.html"].decode()
    assert seen in page
    assert f"<bdi>{arabic}</bdi>" in page
    assert table(tmp_path)[1][1] == seen
    written = found["data/phones/call_record.json"].decode()
    assert r"exe.\u202egnp\u2066\u200f\u061c\u009b" in written
    assert json.loads(written)[0]["values"] == {"id": arabic, "note": name}
    for each in found.values():
        if not each.startswith(b"RIFF"):
            assert not set(each.decode("utf-8-sig")) & set("\u202e\u2066\u200f\u061c\x9b")


def test_a_collection_or_column_whose_name_turns_round_says_so(tmp_path: Path) -> None:
    column = "note\u202e"
    write(tmp_path, section([Record({column: "x"})], columns=(column,), collection="calls\u2066"))
    found = contents(tmp_path)
    (page,) = [data.decode() for place, data in found.items() if place.endswith("0001.html")]
    assert '<th scope="col">note[U+202E]</th>' in page
    assert 'data-l="note[U+202E]"' in page
    assert "<h1>Calls[U+2066]</h1>" in page
    assert "Calls[U+2066]" in found["index.html"].decode()


def test_a_missing_or_unreadable_file_is_noted_and_stops_nothing(tmp_path: Path) -> None:
    openers = [gone, lambda: Torn(bytes(600_000)), forbidden, lambda: io.BytesIO(WAV)]
    rows = [Record({"id": n}, file=FileEntry(f"{n}.wav", opener)) for n, opener in enumerate(openers)]
    summary = write(tmp_path, section([*rows, Record({"id": 9})], files=True))
    assert (summary.files, summary.missing, summary.unreadable) == (1, 1, 2)
    assert [row[2] for row in table(tmp_path)] == [
        "(file)",
        "file missing",
        "file could not be read",
        "file could not be read",
        "files/call_record-0001.wav",
        "",
    ]
    found = contents(tmp_path)
    assert found["data/phones/files/call_record-0001.wav"] == WAV
    assert found["data/phones/call_record-0001.html"].count(b"file could not be read") == 2
    assert b"3 files that our records name could not be put in" in found["index.html"]
    assert not [name for name, data in found.items() if b"alice.wav" in data]


def test_every_stream_is_closed(tmp_path: Path) -> None:
    streams = [io.BytesIO(WAV), Torn(bytes(600_000))]
    rows = (Record({"id": 1}, file=FileEntry("x", partial(next, iter([stream])))) for stream in streams)
    write(tmp_path, section(rows, files=True))
    assert all(stream.closed for stream in streams)


def test_an_empty_file_is_a_file(tmp_path: Path) -> None:
    assert write(tmp_path, section([recording("a.txt", b"")], files=True)).files == 1
    assert contents(tmp_path)["data/phones/files/call_record-0001.txt"] == b""


def test_what_outgrows_a_plain_zip_becomes_zip64(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 1_000)
    monkeypatch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 5)
    write(tmp_path, section([recording("a.wav", WAV * 40)], files=True))
    monkeypatch.undo()
    assert contents(tmp_path)["data/phones/files/call_record-0001.wav"] == WAV * 40


# --- size ----------------------------------------------------------------------------------------------------


def test_fifty_thousand_rows_need_no_more_memory_than_a_few(tmp_path: Path) -> None:
    def rows() -> Iterator[Record]:
        for number in range(50_000):
            yield Record({"id": number, "note": f"call {number} about the invoice of last month"})

    (tmp_path / "warm").mkdir()
    write(tmp_path / "warm", notes(1))  # imports and templates are not the rows'
    tracemalloc.start()
    try:
        write(tmp_path, section(rows()))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 16 * 1024 * 1024


def test_nothing_is_left_beside_the_package(tmp_path: Path) -> None:
    write(tmp_path, notes("x"))
    assert [p.name for p in tmp_path.iterdir()] == ["copy.zip"]
    with pytest.raises(PackageError):
        write_package(tmp_path / "copy.zip", ABOUT, [notes("y")], silent)
    assert [p.name for p in tmp_path.iterdir()] == ["copy.zip"]
