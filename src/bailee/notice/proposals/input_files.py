"""A file's bytes -> the blocks of the notice in it."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator, Sequence

from bailee.notice.headings import is_heading
from bailee.notice.proposals.blocks import Block, BlockKind, UnreadableNotice

LARGEST = 4 * 1024 * 1024
"""Bytes. A saved web page with its styles in it is smaller, and a notice is much smaller."""

_HTML = re.compile(r"<(?:!doctype|html|body|main|article|div|p|h[1-6]|ul|table)\b[^>]*>", re.IGNORECASE)
_MARKDOWN = re.compile(r"^#{1,6} \S", re.MULTILINE)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_CONTROLS_ALLOWED = 0.001  # a form feed or two come out of word processors


def read_blocks(content: bytes, suffix: str = "") -> tuple[Block, ...]:
    """Return the blocks of a notice.

    ``suffix`` is the file name's (``.html``, ``.md``, ``.txt``): what it does not say, the content does. Text that is
    not UTF-8 is read as Windows-1252, which most pages are that are not. Raises `UnreadableNotice` where the file is
    too large, is no text, or has nothing in it.
    """
    if len(content) > LARGEST:
        raise UnreadableNotice(
            "N201", "the file is larger than 4 MiB, and no notice is", "give the page or text of the notice alone"
        )
    text = _decode_text(content)
    found = _parse_blocks(text, suffix.lower())
    if not any(any(c.isalnum() for c in block.text) for block in found):
        raise UnreadableNotice(
            "N203",
            "there are no words in the file",
            "where a page is put together by scripts, save it from the browser as text",
        )
    return tuple(_add_headings(found))


def _add_headings(found: Iterable[Block]) -> Iterator[Block]:
    """Yield the blocks, and as headings those paragraphs, and first lines of paragraphs, that read like one.

    Pages have headings that are merely bold, and texts have them with no empty line below.
    """
    for block in found:
        first, newline, rest = block.text.partition("\n")
        if block.kind is BlockKind.PARAGRAPH and is_heading(first) and (not rest.strip() or rest.lstrip()[0].isupper()):
            yield Block(BlockKind.HEADING, first.strip().rstrip(":"), block.line, 3)
            if newline and rest.strip():
                blank = rest[: len(rest) - len(rest.lstrip())].count("\n")
                yield Block(BlockKind.PARAGRAPH, rest.strip(), block.line + 1 + blank, block.level)
        else:
            yield block


def _parse_blocks(text: str, suffix: str) -> Sequence[Block]:
    if suffix in {".html", ".htm", ".xhtml"} or (suffix not in {".md", ".markdown"} and _HTML.search(text)):
        from bailee.notice.proposals import html  # start-up: one format is read at a time

        return html.parse_html(text)
    if suffix in {".md", ".markdown"} or _MARKDOWN.search(text):
        from bailee.notice.proposals import markdown  # start-up: one format is read at a time

        return markdown.parse_markdown(text)
    from bailee.notice.proposals import plaintext  # start-up: one format is read at a time

    return plaintext.parse_plaintext(text)


def _decode_text(content: bytes) -> str:
    for mark, encoding in _MARKS.items():
        if content.startswith(mark):
            return _clean_text(content[len(mark) :].decode(encoding, errors="replace"))
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    return _clean_text(text)


def _clean_text(text: str) -> str:
    if len(_CONTROL.findall(text)) > len(text) * _CONTROLS_ALLOWED + 2 or "\0" in text:
        raise UnreadableNotice(
            "N202", "the file is no text", "give the notice as text, Markdown or HTML: word processors save as these"
        )
    plain = _CONTROL.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))
    return plain.replace("\u00a0", " ").replace("\u200b", "").replace("\u00ad", "")
