"""The Markdown of ``notice.md``: CommonMark with tables, and spans and blocks that say what they promise.

``[words]{promise=NAME}`` and ``[words]{plain}`` mark words; ``{plain}`` or ``{promise=NAME}`` on a line of its own
marks the block below it. Raw HTML and images are off: the page is the firm's words, and asks nothing of another server.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.attrs import attrs_block_plugin, attrs_plugin

ATTRIBUTES = ("promise", "class")
PLAIN = "plain"


def parser() -> MarkdownIt:
    """Return a parser of notices; its renderer may be given rules of its own."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    return markdown.use(attrs_plugin, after=(), spans=True, allowed=ATTRIBUTES).use(
        attrs_block_plugin, allowed=ATTRIBUTES
    )


def parse(source: str) -> list[Token]:
    """Return the tokens of ``source``, in which `figures.fill` has written ``{.plain}`` for ``{plain}``."""
    return parser().parse(source)


@dataclass(frozen=True, slots=True)
class Marks:
    """What the marks around some words say: names of promises, whether they are plain, and attributes unknown here."""

    promises: tuple[str, ...] = ()
    plain: bool = False
    unknown: tuple[str, ...] = ()

    def __or__(self, inner: Marks) -> Marks:
        """Return these marks with those of a span or block inside: an inner promise adds, whatever is around it."""
        promises = tuple(dict.fromkeys((*self.promises, *inner.promises)))
        return Marks(promises, inner.plain or (self.plain and not promises), inner.unknown)


def marks(token: Token) -> Marks:
    """Return the marks that stand on ``token`` itself."""
    refused: Mapping[str, Any] = token.meta.get("insecure_attrs", {})
    promise, classes = token.attrGet("promise"), str(token.attrGet("class") or "").split()
    return Marks(
        (str(promise),) if promise else (),
        PLAIN in classes,
        (*refused, *(f".{name}" for name in classes if name != PLAIN)),
    )


def blocks(tokens: Sequence[Token]) -> Iterator[tuple[Token, tuple[Token, ...]]]:
    """Yield each token that holds words (inline, or a block of code) with the open blocks that it stands in."""
    around: list[Token] = []
    for token in tokens:
        if token.nesting > 0:
            around.append(token)
        elif token.nesting < 0:
            around.pop()
        elif token.type in {"inline", "fence", "code_block"}:
            yield token, tuple(around)
