"""Notices with the right answer beside each sentence.

A file `NAME.txt` says in its first line how the notice is published (`% text`, `% markdown`, `% html`). A line
`promise / another | Words.` is a sentence and what it promises, any of those named being fair; `plain` promises nothing
that the catalogue knows. Headings promise nothing. Empty lines part paragraphs.
"""

from __future__ import annotations

import html
from dataclasses import dataclass
from pathlib import Path

PLAIN = "plain"
ENDINGS = {"text": "txt", "markdown": "md", "html": "html"}


@dataclass(frozen=True)
class Labelled:
    """A sentence, and the promises that a fair judge would take it for, the best first."""

    words: str
    fair: tuple[str, ...]


@dataclass(frozen=True)
class Notice:
    """A notice: ``blocks`` are headings (a text) and paragraphs (sentences), in order."""

    name: str
    form: str
    blocks: tuple[str | tuple[Labelled, ...], ...]

    @property
    def sentences(self) -> tuple[Labelled, ...]:
        """All that is to be judged: the sentences, and the headings as plain ones."""
        return tuple(
            sentence
            for block in self.blocks
            for sentence in ((Labelled(block, (PLAIN,)),) if isinstance(block, str) else block)
        )


def read(file: Path) -> Notice:
    """Return the notice of a file; raise ValueError for a line that has no label."""
    first, *lines = file.read_text().splitlines()
    blocks = list[str | tuple[Labelled, ...]]()
    paragraph = list[Labelled]()
    for line in [*lines, ""]:
        if line and not line.startswith("#"):
            labels, bar, words = line.partition(" | ")
            if not bar:
                raise ValueError(f"{file.name}: no label before {line!r}")
            paragraph.append(Labelled(words.strip(), tuple(label.strip() for label in labels.split("/"))))
            continue
        if paragraph:
            blocks.append(tuple(paragraph))
            paragraph = []
        if line:
            blocks.append(line.lstrip("# "))
    return Notice(file.stem, first.removeprefix("% ").strip(), tuple(blocks))


def publish(notice: Notice, folder: Path) -> Path:
    """Write the notice as its firm would publish it, without the labels, and return the file."""
    file = folder / f"{notice.name}.{ENDINGS[notice.form]}"
    file.write_text(_page(notice) if notice.form == "html" else _text(notice))
    return file


def _text(notice: Notice) -> str:
    mark = "## " if notice.form == "markdown" else ""
    return "\n\n".join(
        f"{mark}{block}" if isinstance(block, str) else " ".join(sentence.words for sentence in block)
        for block in notice.blocks
    )


def _page(notice: Notice) -> str:
    """A page as a web site serves it: a menu, a script and a foot around the words; every other paragraph a list."""
    body = list[str]()
    for number, block in enumerate(notice.blocks):
        if isinstance(block, str):
            body.append(f"<h2>{html.escape(block)}</h2>")
        elif number % 4 == 3:
            items = "".join(f"<li>{html.escape(sentence.words)}</li>" for sentence in block)
            body.append(f"<ul>{items}</ul>")
        else:
            words = " ".join(html.escape(sentence.words) for sentence in block)
            body.append(f"<p>{words}</p>")
    return (
        "<!doctype html><html><head><title>Privacy</title><script>var t = 'We never sell data.'</script></head><body>"
        '<nav><a href="/">Home</a> <a href="/shop">We sell everything</a></nav>'
        f"<main>{''.join(body)}</main></body></html>"
    )
