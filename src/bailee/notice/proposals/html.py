"""Blocks of a notice that stands on a web page."""

from __future__ import annotations

from dataclasses import dataclass, field

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PreformattedString

from bailee.notice.proposals.blocks import Block, BlockKind

_PARTS_LEFT_OUT = """
    head script style noscript template nav aside form button select svg iframe object dialog footer title
"""
_LEFT_OUT = frozenset(_PARTS_LEFT_OUT.split())
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_PARTS = """
    html body main article section header div p li td th dt dd blockquote pre figure figcaption caption address ul
    ol dl table tr tbody thead tfoot details summary
"""
_BLOCKS = frozenset(_PARTS.split()) | frozenset(_HEADINGS)
_CELLS = frozenset({"td", "th"})
_ITEMS = frozenset({"li", "dd"})
_LISTS = frozenset({"ul", "ol", "dl"})


@dataclass(slots=True)
class _TagContext:
    """What is around a tag: the block that its text belongs to, how deep in lists, which row, and whether it counts."""

    block: Tag
    kind: BlockKind = BlockKind.PARAGRAPH
    level: int = 1
    depth: int = 0
    row: int = 0
    left_out: bool = False


@dataclass(slots=True)
class _BlockBuilder:
    done: list[Block] = field(default_factory=list)
    around: _TagContext | None = None
    text: str = ""
    line: int = 1

    def add(self, text: str, around: _TagContext) -> None:
        if self.around is not None and around.block is not self.around.block:
            self.end()
        if not self.text.strip():
            self.text, self.line = "", around.block.sourceline or self.line
        self.around = around
        self.text += text

    def end(self) -> None:
        if self.around is not None and self.text.strip():
            blank = len(self.text) - len(self.text.lstrip())
            line = self.line + self.text.count("\n", 0, blank)
            self.done.append(Block(self.around.kind, self.text.strip(), line, self.around.level))
        self.text, self.around = "", None


def parse_html(source: str) -> tuple[Block, ...]:
    """Return the blocks of the main content of an HTML page: no navigation, no scripts, no hidden parts.

    Broken HTML is read as browsers read it, near enough. Depth costs no recursion.
    """
    page = BeautifulSoup(source, "html.parser")
    root = page.find("main") or page.find(role="main") or page.find("article") or page.body or page
    assert isinstance(root, Tag)
    made = _BlockBuilder()
    # A tag comes before what is in it, so that what is around the tag is known when its contents are met.
    known: dict[int, _TagContext] = {id(root): _TagContext(root)}
    rows = 0
    for node in root.descendants:
        assert node.parent is not None
        outer = known[id(node.parent)]
        if isinstance(node, Tag):
            rows += node.name == "tr"
            known[id(node)] = _enter_tag(node, outer, rows)
            if node.name in _BLOCKS:
                made.end()
            elif node.name == "br":
                made.add("\n", outer)
        elif isinstance(node, NavigableString) and not isinstance(node, PreformattedString) and not outer.left_out:
            made.add(str(node), outer)
    made.end()
    return tuple(made.done)


def _enter_tag(tag: Tag, outer: _TagContext, rows: int) -> _TagContext:
    left_out = outer.left_out or tag.name in _LEFT_OUT or tag.has_attr("hidden") or tag.get("aria-hidden") == "true"
    depth = outer.depth + (tag.name in _LISTS)
    if tag.name in _HEADINGS:
        return _TagContext(tag, BlockKind.HEADING, _HEADINGS[tag.name], depth, outer.row, left_out)
    if tag.name in _CELLS:
        return _TagContext(tag, BlockKind.CELL, rows, depth, rows, left_out)
    if tag.name in _ITEMS:
        return _TagContext(tag, BlockKind.ITEM, max(depth, 1), depth, outer.row, left_out)
    if tag.name in _BLOCKS:
        return _TagContext(tag, outer.kind, outer.level, depth, outer.row, left_out)
    return _TagContext(outer.block, outer.kind, outer.level, depth, outer.row, left_out)
