"""Proposals -> the files that a firm starts from: its own words with spans, and the promises that they make."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from bailee.notice.proposals.blocks import Block, BlockKind
from bailee.notice.proposals.proposal import Proposal
from bailee.notice.proposals.rules import WHY

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|~])")
_BEGINS_A_BLOCK = re.compile(r"^(\s*)([#+=-]|\d+(?=[.)]))")
_TIMED = frozenset({"calls-kept-for", "customer-data-kept-for"})
"""Promises of which a firm makes several that differ in their time."""

_LONGEST_TITLE = 140


def write_notice(blocks: Sequence[Block], proposals: Iterable[Proposal]) -> str:
    """Return ``notice.md``: the words of the blocks, each sentence in a span bound to its promise, or plain."""
    said = {number: list(group) for number, group in groupby(proposals, lambda p: p.sentence.block)}
    parts: list[str] = []
    row: list[str] = []
    for number, block in enumerate(blocks):
        text = _write_block(block, said.get(number, []))
        if block.kind is BlockKind.CELL:
            row.append(text)
            after = blocks[number + 1] if number + 1 < len(blocks) else None
            if after is None or after.kind is not BlockKind.CELL or after.level != block.level:
                parts.append("- " + " — ".join(row))
                row = []
        elif block.kind is BlockKind.ITEM:
            parts.append(f"{'  ' * (min(block.level, 4) - 1)}- {text}")
        else:
            parts.append(f"{'#' * block.level} {text}" if block.kind is BlockKind.HEADING else text)
    return "".join(_space_parts(parts))


def _space_parts(parts: Sequence[str]) -> Iterator[str]:
    """Yield the parts of a page, with an empty line between them but not within a list."""
    before = ""
    for part in parts:
        if before:
            in_list = before.lstrip().startswith("- ") and part.lstrip().startswith("- ")
            yield "\n" if in_list else "\n\n"
        yield part if part.lstrip() == part or before.lstrip().startswith("- ") else part.lstrip()
        before = part
    yield "\n"


def _write_block(block: Block, proposals: Sequence[Proposal]) -> str:
    if block.kind is BlockKind.HEADING and all(p.plain for p in proposals):
        return _escape_markdown(" ".join(block.text.split()))
    return " ".join(_write_span(one) for one in proposals)


def _write_span(one: Proposal) -> str:
    words = _escape_markdown(one.sentence.words)
    if one.plain:
        return f"[{words}]{{plain}}"
    span = f"[{words}]{{promise={name_promise(one, one.promise)}}}"
    for promise in one.also:
        span = f"[{span}]{{promise={name_promise(one, promise)}}}"
    return span


def _escape_markdown(words: str) -> str:
    return _BEGINS_A_BLOCK.sub(r"\1\\\2", _SPECIAL.sub(r"\\\1", words))


def name_promise(one: Proposal, promise: str) -> str:
    """Return what a promise is called in ``promises.yaml``: its id in the catalogue, and its time if it has one."""
    if promise in _TIMED and one.periods:
        return f"{promise}-{one.periods[0].lower()}"
    return promise


def write_promises(proposals: Iterable[Proposal]) -> str:
    """Return ``promises.yaml``: an entry for each promise that a sentence is bound to, with the figures it gives."""
    made: dict[str, tuple[str, list[Proposal]]] = {}
    for one in proposals:
        for promise in (one.promise, *one.also) if one.promise else ():
            made.setdefault(name_promise(one, promise), (promise, []))[1].append(one)
    return "\n".join("\n".join(_write_entry(key, promise, said)) + "\n" for key, (promise, said) in made.items())


def _write_entry(key: str, promise: str, said: Sequence[Proposal]) -> Iterator[str]:
    first = said[0]
    yield f"{key}:"
    yield f"  # {WHY[promise]}; line {', '.join(str(one.sentence.line) for one in said)} of the notice"
    for what, values in (
        ("how long", [p for one in said for p in one.periods]),
        ("where", [p for one in said for p in one.places]),
        ("who", [n for one in said for n in one.names]),
    ):
        if values:
            yield f"  # {what}, in the words: {', '.join(dict.fromkeys(values))}"
    yield f"  promise: {promise}"
    yield f"  says: {json.dumps(_shorten_title(first.sentence.words), ensure_ascii=False)}"


def _shorten_title(words: str) -> str:
    return words if len(words) <= _LONGEST_TITLE else words[: _LONGEST_TITLE - 1].rsplit(" ", 1)[0] + "…"
