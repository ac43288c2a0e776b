"""``notice.md`` taken apart into sentences, each with what it is bound to and where it stands."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import accumulate
from operator import or_

import sentencex
from markdown_it.token import Token

from bailee.policy import figures
from bailee.policy.figures import FigureSources, Filled
from bailee.policy.markdown import Marks, blocks, marks, parse
from bailee.policy.notices import Notice, NoticeSentence
from bailee.policy.places import Place
from bailee.policy.problems import Problem
from bailee.policy.words import meant

_WORD = re.compile(r"\w+")
_STRAY = re.compile(r"\{(?:promise=|\.plain)")


@dataclass(frozen=True, slots=True)
class _Run:
    """Some words of one block under the same marks; ``start`` counts in the block's words, ``at`` in its Markdown."""

    text: str
    marks: Marks
    start: int
    at: int


def notice(
    file: str, source: str, known: FigureSources, promises: Collection[str] | None
) -> tuple[Notice, list[Problem]]:
    """Return the notice in ``source``, and what is wrong with it.

    ``promises``: the names in ``promises.yaml``, or ``None`` where it cannot be read. A sentence is bound to the
    promises of every span that covers a word of it, if its spans together cover half of its words or more: what a span
    leaves outside is a promise that nobody checks.
    """
    problems: list[Problem] = []
    filled = figures.fill(file, source, known, problems)
    lines = filled.text.split("\n")
    title, section, sentences = "", "", list[NoticeSentence]()
    tokens = parse(filled.text)
    for block in tokens:
        if block.attrs and block.map and block.nesting >= 0:
            start = filled.place(block.map[0], 0)
            problems += [replace(problem, place=start) for _, problem in _wrong(marks(block), promises)]
    for token, around in blocks(tokens):
        reading = _Reading(token, around, filled, lines, section)
        problems += reading.problems(promises)
        if around and around[-1].type == "heading_open":
            section = "".join(run.text for run in reading.runs).strip()
            title = title or (section if around[-1].tag == "h1" else "")
        sentences += reading.sentences()
    return Notice(title, filled.text, tuple(sentences)), problems


class _Reading:
    """One block that holds words."""

    def __init__(
        self, token: Token, around: Sequence[Token], filled: Filled, lines: Sequence[str], section: str
    ) -> None:
        self.token, self.filled, self.section = token, filled, section
        self.heading = bool(around) and around[-1].type == "heading_open"
        self.line = token.map[0] if token.map else 0
        written = token.content.split("\n")
        self.starts = list(accumulate((len(line) + 1 for line in written), initial=0))
        self.indents = [
            max(0, line.find(own))
            for line, own in zip(lines[self.line : self.line + len(written)], written, strict=False)
        ]
        self.runs = list(_runs(token, reduce(or_, map(marks, around), Marks())))

    def place(self, at: int) -> Place:
        """Return where character ``at`` of the block's Markdown stands in the file."""
        number = min(bisect_right(self.starts, at), len(self.indents)) - 1
        return self.filled.place(self.line + number, self.indents[number] + at - self.starts[number])

    def sentences(self) -> Iterator[NoticeSentence]:
        """Yield the block's sentences. A heading is one only where it ends like one, or is marked."""
        text = "".join(run.text for run in self.runs)
        marked = any(run.marks.promises or run.marks.plain for run in self.runs)
        if text.strip() == figures.TABLE or (self.heading and not marked and text.rstrip()[-1:] not in {".", "!"}):
            return
        start = 0
        for piece in sentencex.segment("en", text):
            end = start + len(piece)
            if _WORD.search(piece) and not piece.strip().rstrip(".").isdigit():
                yield self._sentence(text, start + len(piece) - len(piece.lstrip()), end)
            start = end

    def _sentence(self, text: str, start: int, end: int) -> NoticeSentence:
        words = [(self._run(start + word.start()), word) for word in _WORD.finditer(text[start:end])]
        bound = [run.marks.promises for run, _ in words if run.marks.promises]
        plain = [run for run, _ in words if run.marks.plain]
        covered = 2 * (len(bound) + len(plain)) >= len(words)
        first = self._run(start)
        return NoticeSentence(
            words=" ".join(text[start:end].split()),
            promises=tuple(dict.fromkeys(name for names in bound for name in names)) if covered else (),
            plain=covered and not bound,
            section=self.section,
            place=self.place(first.at + start - first.start),
        )

    def _run(self, position: int) -> _Run:
        return self.runs[bisect_right(self.runs, position, key=lambda run: run.start) - 1]

    # --- what is wrong ----------------------------------------------------------------------------------------

    def problems(self, promises: Collection[str] | None) -> Iterator[Problem]:
        """Yield what is wrong with the block's marks."""
        for child in self.token.children or ():
            if child.type == "span_open":
                for name, problem in _wrong(marks(child), promises):
                    yield replace(problem, place=self.place(max(0, self.token.content.find(name))))
        for run in self.runs:
            if stray := _STRAY.search(run.text):
                hint = "write [words]{promise=NAME}; before a block, on a line of its own after an empty line"
                yield Problem("P126", "this marks no words", hint, self.place(run.at + stray.start()))
            if figures.TABLE in run.text and "".join(each.text for each in self.runs).strip() != figures.TABLE:
                place = self.place(run.at + run.text.index(figures.TABLE))
                yield Problem("P129", "the table of processors stands among other words", "give it a paragraph", place)


def _wrong(said: Marks, promises: Collection[str] | None) -> Iterator[tuple[str, Problem]]:
    """Yield what is wrong with some marks, without its place, each with the word of theirs that is to blame."""
    for name in said.unknown:
        hint = meant(name.lstrip("."), ("promise", "plain")) or "write {promise=NAME} or {plain}"
        yield name, Problem("P125", f'"{name}" is an unknown mark', hint)
    if said.plain and said.promises:
        yield said.promises[0], Problem("P125", "words are both plain and promised", "keep one of the two")
    for name in said.promises:
        if promises is not None and name not in promises:
            hint = meant(name, promises) or "add it to promises.yaml"
            yield name, Problem("P214", f'this is bound to no promise: "{name}"', hint)


def _runs(token: Token, outer: Marks) -> Iterator[_Run]:
    """Yield the words of ``token`` in runs, as a reader sees them: a line's end is a space."""
    stack, start, at = [outer], 0, 0
    for child in token.children if token.children is not None else [token]:
        if child.type == "span_open":
            stack.append(stack[-1] | marks(child))
        elif child.type == "span_close":
            stack.pop()
        text = " " if child.type in {"softbreak", "hardbreak"} else child.content
        if text:
            at = _find(token.content, text, at)
            yield _Run(text, stack[-1], start, at)
            start += len(text)
            at += 1 if text == " " else len(text.rstrip())


def _find(content: str, text: str, after: int) -> int:
    """Return where ``text`` stands in the Markdown ``content``; escapes may hide it, then its first word will do."""
    if not text.strip():
        return after
    found = content.find(text, after)
    return found if found >= 0 else max(after, content.find(text.split(maxsplit=1)[0], after))
