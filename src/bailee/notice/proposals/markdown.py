"""Blocks of a notice that is written in Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bailee.notice.proposals.blocks import Block, BlockKind

_BREAKS = frozenset({"softbreak", "hardbreak"})


def parse_markdown(source: str) -> tuple[Block, ...]:
    """Return the blocks of a Markdown text, without its marks."""
    return tuple(_build_blocks(MarkdownIt("commonmark").enable("table").parse(source)))


def _build_blocks(tokens: Sequence[Token]) -> Iterator[Block]:
    kind, level, depth, row, line = BlockKind.PARAGRAPH, 1, 0, 0, 1
    for token in tokens:
        line = token.map[0] + 1 if token.map else line
        match token.type:
            case "heading_open":
                kind, level = BlockKind.HEADING, int(token.tag[1:])
            case "bullet_list_open" | "ordered_list_open":
                depth += 1
            case "bullet_list_close" | "ordered_list_close":
                depth -= 1
            case "tr_open":
                row += 1
            case "th_open" | "td_open":
                kind, level = BlockKind.CELL, row
            case "paragraph_open":
                kind, level = (BlockKind.ITEM, depth) if depth else (BlockKind.PARAGRAPH, 1)
            case "fence" | "code_block" if token.content.strip():
                yield Block(BlockKind.PARAGRAPH, token.content.strip(), line)
            case "inline" if text := _join_text(token.children or ()).strip():
                yield Block(kind, text, line, level)
            case _:
                pass


def _join_text(tokens: Sequence[Token]) -> str:
    return "".join(
        "\n" if token.type in _BREAKS else _join_text(token.children) if token.children else _read_content(token)
        for token in tokens
    )


def _read_content(token: Token) -> str:
    return "" if token.type == "html_inline" else token.content
