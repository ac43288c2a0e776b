"""What nobody would see is shown, and none of it is lost: laws over any text, and over all that Unicode has."""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import bailee
from bailee.engine.invisible_characters import show_invisible, show_invisible_in_page, write_json

SEEN = {*"\t\n\r", *map(chr, (*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD))}
JOINERS = {"\u200c", "\u200d"}
NO_CHARACTER = {chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF)}
UNSEEN = sorted(
    {
        c
        for c in map(chr, range(sys.maxunicode + 1))
        if (unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"} or c in NO_CHARACTER) and c not in SEEN | JOINERS
    }
)
TRICKY = st.text(st.sampled_from([*UNSEEN, *JOINERS, *'ab"<>&\u0639\u0644\U0001f469\u2764\ufe0f\n']) | st.characters())


def read(text: str) -> str:
    return re.sub(r"\[U\+([0-9A-F]{4,6})\]", lambda found: chr(int(found[1], 16)), text)


def test_every_control_format_and_separator_of_unicode_is_shown_and_escaped() -> None:
    assert [c for c in UNSEEN if show_invisible(f"a{c}b") != f"a[U+{ord(c):04X}]b"] == []
    assert [c for c in UNSEEN if c in write_json(c)] == []
    assert [c for c in UNSEEN if json.loads(write_json(c)) != c] == []
    assert set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c\x00\x1b\x85\x9f") <= {*UNSEEN}


@given(TRICKY)
def test_nothing_is_lost_and_nothing_stays_unseen(text: str) -> None:
    told = show_invisible(text)
    assert not {*UNSEEN} & {*told}
    assert show_invisible(told) == told
    if "[U+" not in text:
        assert read(told) == text


@given(TRICKY)
def test_json_reads_the_same_and_shows_the_rest(text: str) -> None:
    written = write_json({text: [text]})
    assert not ({*UNSEEN} | JOINERS) & {*written}
    assert json.loads(written) == {text: [text]}


@given(st.text(st.characters(exclude_categories=["C", "Zl", "Zp", "Lo", "Mn"])))
def test_what_is_seen_stays(text: str) -> None:
    assert show_invisible(text) == text
    assert show_invisible_in_page(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        "\U0001f469\u200d\U0001f467",
        "\u2764\ufe0f\u200d\U0001f525",
        "\u06dd1",
    ],
)
def test_a_joiner_that_a_script_needs_stays(text: str) -> None:
    assert show_invisible(text) == text


@pytest.mark.parametrize(
    "text", ["a\u200db", "\u200d", "\u0639\u200d", "\u0639\u200c\u200c\u0639", "\u0639\u200d\u202e"]
)
def test_a_joiner_that_joins_nothing_is_shown(text: str) -> None:
    assert "[U+200" in show_invisible(text)
    assert not JOINERS & {*show_invisible(text)}


def test_a_page_shows_it_in_text_and_attributes_and_leaves_what_a_form_sends_back() -> None:
    page = '<p title="a\u202e">b\u202e</p><input value="c\u202e"><textarea>d\n\u202e</textarea><p>e\u2066</p>'
    told = '<p title="a[U+202E]">b[U+202E]</p><input value="c\u202e"><textarea>d\n\u202e</textarea><p>e[U+2066]</p>'
    assert show_invisible_in_page(page) == told


def test_our_own_templates_and_words_have_nothing_unseen() -> None:
    folder = Path(bailee.__file__).parent
    ours = [p for kind in ("html", "j2", "txt", "po", "pot", "css", "js") for p in folder.rglob(f"*.{kind}")]
    assert len(ours) > 50
    assert [str(p) for p in ours if show_invisible(p.read_text("utf-8")) != p.read_text("utf-8")] == []
