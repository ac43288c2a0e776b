"""Names inside the package. All are made here: none is taken from a row."""

from __future__ import annotations

import re

_WORD = re.compile(r"[^a-z0-9_]+")
_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])$")  # no file may be called so on Windows
_LENGTH = 40

# What begins so is of that kind. (offset, bytes, extension)
_BEGINNINGS: tuple[tuple[int, bytes, str], ...] = (
    (8, b"WAVE", "wav"),
    (8, b"WEBP", "webp"),
    (4, b"ftypM4A", "m4a"),
    (4, b"ftyp", "mp4"),
    (0, b"ID3", "mp3"),
    (0, b"\xff\xfb", "mp3"),
    (0, b"\xff\xf3", "mp3"),
    (0, b"OggS", "ogg"),
    (0, b"fLaC", "flac"),
    (0, b".snd", "au"),
    (0, b"#!AMR", "amr"),
    (0, b"\x1aE\xdf\xa3", "webm"),
    (0, b"\x89PNG\r\n\x1a\n", "png"),
    (0, b"\xff\xd8\xff", "jpg"),
    (0, b"GIF8", "gif"),
    (0, b"%PDF-", "pdf"),
)
SNIFFED = max(offset + len(mark) for offset, mark, _ in _BEGINNINGS)
"""How many bytes of a file decide."""

# Kinds without a mark of their own. None of them is run, or shown by a browser as a page.
_MARKLESS = frozenset({"txt", "csv", "json", "eml", "ics", "vcf", "gsm", "ulaw", "alaw"})


def make_slug(text: str) -> str:
    """Return ``text`` as a file name that every system takes: ``a-z0-9_``, at most 40 characters, never empty."""
    word = _WORD.sub("-", text.lower()).strip("-")[:_LENGTH].rstrip("-")
    return f"{word}_" if not word or _DEVICES.match(word) else word


def make_unique(name: str, taken: set[str]) -> str:
    """Return ``name``, or ``name-2``, ``name-3`` where it is taken; it is taken from then on."""
    free, count = name, 1
    while free in taken:
        count += 1
        free = f"{name}-{count}"
    taken.add(free)
    return free


def choose_extension(original: str, beginning: bytes) -> str:
    """Return the extension for a file that its row calls ``original`` and that has this ``beginning``.

    The content decides. Where it shows no mark, the original's own extension counts if it is one of a few that are
    harmless; a file that calls itself anything else (``.html``, ``.lnk``, ``.wav`` without being one) is ``bin``.
    """
    for offset, mark, kind in _BEGINNINGS:
        if beginning[offset:].startswith(mark):
            return kind
    claimed = original.rpartition(".")[2].lower()
    return claimed if claimed in _MARKLESS else "bin"
