"""One value, three ways."""

from __future__ import annotations

import enum
import json
import uuid
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from html import unescape
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bailee.engine.package.cells import format_csv, format_html, format_json
from bailee.engine.package.names import choose_extension, make_slug, make_unique

NAN, INFINITY = float("nan"), float("inf")


class Colour(enum.Enum):
    RED = "=red"


class Size(enum.IntEnum):
    BIG = 3


@pytest.mark.parametrize(
    ("value", "in_json", "in_csv", "in_html"),
    [
        (None, None, "", ""),
        (True, True, "true", "yes"),
        (False, False, "false", "no"),
        (0, 0, 0, "0"),
        (-5, -5, -5, "-5"),
        (2**63, 2**63, 2**63, str(2**63)),
        (-1.5, -1.5, -1.5, "-1.5"),
        (NAN, "NaN", "NaN", "NaN"),
        (INFINITY, "Infinity", "Infinity", "Infinity"),
        (-INFINITY, "-Infinity", "'-Infinity", "-Infinity"),
        (Decimal("-12.50"), "-12.50", "-12.50", "-12.50"),
        (Decimal("0E-2"), "0.00", "0.00", "0.00"),
        (Decimal("NaN"), "NaN", "NaN", "NaN"),
        (Decimal("-Infinity"), "-Infinity", "'-Infinity", "-Infinity"),
        (date(2026, 11, 24), "2026-11-24", "2026-11-24", "2026-11-24"),
        (datetime(2026, 1, 2, 3, 4, tzinfo=UTC), "2026-01-02T03:04:00+00:00", "2026-01-02 03:04:00+00:00", None),
        (time(3, 4), "03:04:00", "03:04:00", "03:04:00"),
        (timedelta(minutes=90), "PT1H30M", "PT1H30M", "PT1H30M"),
        (uuid.UUID(int=1), str(uuid.UUID(int=1)), str(uuid.UUID(int=1)), str(uuid.UUID(int=1))),
        (b"\x00\xff", "AP8=", "AP8=", "2 bytes"),
        (bytearray(b"x"), "eA==", "eA==", "1 byte"),
        (memoryview(bytes(1_500)), None, None, "1,500 bytes"),
        (ip_address("192.0.2.1"), "192.0.2.1", "192.0.2.1", "192.0.2.1"),
        (Colour.RED, "=red", "'=red", "=red"),
        (Size.BIG, 3, "3", "3"),
        ({"a": [1, Decimal("1.0"), None]}, {"a": [1, "1.0", None]}, '{"a": [1, "1.0", null]}', None),
        ((b"\x01", {"é"}), ["AQ==", ["é"]], '["AQ==", ["é"]]', None),
        ("a\x00b\x1b\x7f\x85", "a\x00b\x1b\x7f\x85", "a[U+0000]b[U+001B][U+007F][U+0085]", None),
        ("exe.\u202egnp", "exe.\u202egnp", "exe.[U+202E]gnp", "exe.[U+202E]gnp"),
        ("half \ud83d", "half \ufffd", "half [U+D83D]", "half [U+D83D]"),
        ({"\udc80": "\udc80"}, {"\ufffd": "\ufffd"}, None, None),
        ("whole \U0001f600", "whole \U0001f600", "whole \U0001f600", "whole \U0001f600"),
        ("two\r\nlines\t.", "two\r\nlines\t.", "two\r\nlines\t.", "two\r\nlines\t."),
    ],
)
def test_a_value_is_written_three_ways(value: object, in_json: object, in_csv: object, in_html: str | None) -> None:
    if in_json is not None or value is None:
        assert format_json(value) == in_json
        assert type(format_json(value)) is type(in_json)
    if in_csv is not None:
        assert format_csv(value) == in_csv
    if in_html is not None:
        assert format_html(value) == in_html


def test_a_moment_reads_as_one_on_a_page() -> None:
    assert format_html(datetime(2026, 1, 2, 3, 4, tzinfo=UTC)) == "2026-01-02 03:04:00 UTC"
    assert format_html(datetime(2026, 1, 2, 3, 4, tzinfo=timezone(timedelta(hours=1)))) == "2026-01-02 03:04:00+01:00"
    assert format_html(datetime(2026, 1, 2, 3, 4)) == "2026-01-02 03:04:00"  # noqa: DTZ001  (many columns have no zone)


@pytest.mark.parametrize("mark", [*"=+-@\t\r\n", "\uff1d", "\uff0b", "\uff0d", "\uff20"])
def test_text_that_a_spreadsheet_would_run_gets_an_apostrophe(mark: str) -> None:
    assert format_csv(f"{mark}1+1") == f"'{mark}1+1"
    assert format_csv(f"1{mark}") == f"1{mark}"


def test_a_telephone_number_is_text_and_a_negative_number_is_none() -> None:
    assert format_csv("+44 28 9555 0100") == "'+44 28 9555 0100"
    assert format_csv(-3) == -3
    assert format_csv("-3") == "'-3"


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.decimals(min_value=-(10**20), max_value=10**20)
    | st.text(st.characters())
    | st.binary()
    | st.datetimes()
    | st.dates()
    | st.times()
    | st.timedeltas()
    | st.uuids(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters()), inner),
    max_leaves=8,
)


@given(ANYTHING)
def test_any_value_is_strict_json_in_utf_8(value: object) -> None:
    text = json.dumps(format_json(value), ensure_ascii=False, allow_nan=False)
    assert json.loads(text.encode().decode()) == format_json(value)


@given(ANYTHING)
def test_no_value_is_run_by_a_spreadsheet(value: object) -> None:
    cell = format_csv(value)
    if isinstance(cell, str) and not isinstance(value, Decimal):
        assert not cell.startswith(tuple("=+-@\t\r\n"))
    str(cell).encode()


@given(ANYTHING)
def test_no_value_writes_markup(value: object) -> None:
    shown = str(format_html(value))
    assert not set("<>\"'") & set(shown)
    shown.encode()


@given(
    st.text(
        st.characters(
            exclude_categories=["C", "Zl", "Zp"], exclude_characters="\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0"
        )
    )
)
def test_text_on_a_page_reads_as_it_was(text: str) -> None:
    assert unescape(str(format_html(text))) == text


@pytest.mark.parametrize(
    ("name", "beginning", "kind"),
    [
        ("x", b"RIFF\0\0\0\0WAVE", "wav"),
        ("x.html", b"RIFF\0\0\0\0WAVE", "wav"),
        ("x.exe", b"OggS", "ogg"),
        ("x.wav", b"<html><script>", "bin"),
        ("x.html", b"<html>", "bin"),
        ("x.svg", b"<svg>", "bin"),
        ("x.lnk", b"L\0\0\0", "bin"),
        ("notes.TXT", b"hello", "txt"),
        ("txt", b"hello", "txt"),
        ("x.tx\0t", b"hello", "bin"),
        ("x.../..", b"", "bin"),
        ("", b"", "bin"),
        ("x.pdf", b"%PDF-1.7", "pdf"),
    ],
)
def test_the_content_decides_what_a_file_is(name: str, beginning: bytes, kind: str) -> None:
    assert choose_extension(name, beginning) == kind


@given(st.text())
def test_a_name_inside_is_plain_whatever_the_map_calls_it(text: str) -> None:
    made = make_slug(text)
    assert made.isascii()
    assert 0 < len(made) <= 41
    assert not set("/\\.: ") & set(made)


def test_names_are_taken_once() -> None:
    taken: set[str] = set()
    assert [make_unique(name, taken) for name in ("a", "a", "a-2", "a")] == ["a", "a-2", "a-2-2", "a-3"]
    assert [make_slug(name) for name in ("CON", "lpt1", "Öl & Gas", "", "x" * 60)] == [
        "con_",
        "lpt1_",
        "l-gas",
        "_",
        "x" * 40,
    ]
