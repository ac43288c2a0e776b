"""Files of every kind, and what is read out of them."""

from __future__ import annotations

import os

import pytest

from bailee.notice.proposals import BlockKind, UnreadableNotice, read_blocks, split_sentences
from bailee.notice.proposals.input_files import LARGEST

PAGE = """<!doctype html>
<html><head><title>Privacy</title><style>p {color: red}</style><script>"We sell data."</script></head>
<body><nav><ul><li>We sell phones</li></ul></nav>
<main>
  <h1>Privacy</h1>
  <p>We keep <b>call
  records</b> for six years.</p>
  <ul><li>Names<ul><li>First names</li></ul></li><li>Addresses</li></ul>
  <table><tr><th>Firm</th><td>Mailchimp</td></tr></table>
  <!-- We sell data. --><p hidden>We sell data.</p><p>One.<br>Two.</p>
</main><footer>We sell data.</footer></body></html>"""


def words(content: str | bytes, suffix: str = "") -> list[str]:
    data = content if isinstance(content, bytes) else content.encode()
    return [one.words for one in split_sentences(read_blocks(data, suffix))]


def test_of_a_web_page_only_the_words_of_the_notice_are_read() -> None:
    assert words(PAGE) == [
        "Privacy", "We keep call records for six years.", "Names", "First names", "Addresses", "Firm", "Mailchimp",
        "One.", "Two.",
    ]  # fmt: skip


def test_blocks_of_a_web_page_know_what_they_are_and_where_they_stand() -> None:
    blocks = read_blocks(PAGE.encode(), ".html")
    assert [(b.kind, b.line, b.level) for b in blocks[:4]] == [
        (BlockKind.HEADING, 5, 1), (BlockKind.PARAGRAPH, 6, 1), (BlockKind.ITEM, 8, 1), (BlockKind.ITEM, 8, 2),
    ]  # fmt: skip
    assert blocks[5].kind is BlockKind.CELL


def test_broken_html_is_read_as_far_as_it_goes() -> None:
    assert words("<p>We never sell <b>data.<p>Nor <i>rent it.</div></p><li>An item", ".html") == [
        "We never sell data.", "Nor rent it.", "An item",
    ]  # fmt: skip


def test_a_page_nested_without_end_is_read_to_its_end() -> None:
    assert words("<div>" * 50_000 + "We never sell data." + "</div>" * 50_000, ".html") == ["We never sell data."]


def test_markdown_is_read_without_its_marks() -> None:
    text = "# Privacy\n\nWe *never* sell [your data](https://x.example).\n\n1. One\n   - Two\n\n"
    text += "| a | b |\n|---|---|\n| c | d |\n"
    blocks = read_blocks(text.encode(), ".md")
    assert [(b.kind, b.text, b.line) for b in blocks] == [
        (BlockKind.HEADING, "Privacy", 1),
        (BlockKind.PARAGRAPH, "We never sell your data.", 3),
        (BlockKind.ITEM, "One", 5),
        (BlockKind.ITEM, "Two", 6),
        *[(BlockKind.CELL, cell, line) for cell, line in (("a", 8), ("b", 8), ("c", 10), ("d", 10))],
    ]


def test_plain_text_has_headings_items_and_paragraphs() -> None:
    text = "PRIVACY NOTICE\n\n1. Who we are\n\nWe are a firm\nof three. We sell phones.\n\n- one thing\n  * another\n"
    assert [(b.kind, b.text) for b in read_blocks(text.encode(), ".txt")] == [
        (BlockKind.HEADING, "PRIVACY NOTICE"),
        (BlockKind.HEADING, "Who we are"),
        (BlockKind.PARAGRAPH, "We are a firm\nof three. We sell phones."),
        (BlockKind.ITEM, "one thing"),
        (BlockKind.ITEM, "another"),
    ]


def test_a_sentence_says_in_which_line_it_begins() -> None:
    found = split_sentences(read_blocks(b"Title\n\nOne\nis here. Two is\nhere. Three.\n", ".txt"))
    assert [(s.words, s.line) for s in found] == [("Title", 1), ("One is here.", 3), ("Two is here.", 4), ("Three.", 5)]


@pytest.mark.parametrize(
    "text",
    [
        "We use services, e.g. Mailchimp, for this.",
        "Smith Ltd. is the controller.",
        "See No. 5 of the list, i.e. Mailchimp.",
        "Ask Mr. Smith about it.",
    ],
)
def test_an_abbreviation_ends_no_sentence(text: str) -> None:
    assert words(text, ".txt") == [text]


def test_no_is_an_answer_where_no_number_follows() -> None:
    assert words("Do you sell it? No. We never do.", ".txt") == ["Do you sell it?", "No.", "We never do."]


def test_may_at_the_end_of_a_sentence_is_no_month() -> None:
    assert words("Ask whether we may. We never sell data.", ".txt") == ["Ask whether we may.", "We never sell data."]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_other_encodings_and_line_ends_are_read(encoding: str) -> None:
    text = "Caf\u00e9 Ltd\u2019s notice.\r\n\r\nWe\u00a0never sell data.\r"
    assert words(text.encode(encoding), ".txt") == ["Café Ltd\u2019s notice.", "We never sell data."]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"x" * (10 * 1024 * 1024), "N201"),
        (b"x" * (LARGEST + 1), "N201"),
        (os.urandom(4096), "N202"),
        (b"\x7fELF\x02\x01\x01\0\0", "N202"),
        (b"", "N203"),
        (b" \n\t\n--- ***", "N203"),
        (b"<html><body><script>render()</script></body></html>", "N203"),
    ],
)
def test_what_is_no_notice_is_refused_with_a_code_and_a_hint(content: bytes, code: str) -> None:
    with pytest.raises(UnreadableNotice) as caught:
        read_blocks(content)
    assert caught.value.code == code
    assert caught.value.hint
