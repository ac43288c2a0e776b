"""The names of the sets of a trace: typed values, with one textual form and its parser.

A name is written as text in sealed cases, in plan documents and in digests, and nowhere else. That form is permanent:
what earlier versions sealed must still be found.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class SetKind(StrEnum):
    """What a set has to do with the batch. The values are permanent; the modules that add the sets say which is which.

    ``own``, ``owned``, ``access``, ``touch``: located rows. ``due``, ``undated``, ``waits``: retention. ``need`` and
    ``has``: rows that a path is asked about, and those of them that reach its end.
    """

    OWN = "own"
    OWNED = "owned"
    ACCESS = "access"
    TOUCH = "touch"
    BESIDES = "besides"
    IDENTITY = "identity"
    REMEMBERED = "remembered"
    HAND = "hand"
    KEPT = "kept"
    NEED = "need"
    HAS = "has"
    ASKED = "asked"
    ASKED_BLOCKING = "asked-blocking"
    ERASE = "erase"
    LEAVE = "leave"
    DEL = "del"
    ROOTS = "roots"
    DOOMED = "doomed"
    PINNED = "pinned"
    GOES = "goes"
    REDUCED = "reduced"
    STILL = "still"
    ROWS = "rows"
    NOW = "now"
    FILES = "files"
    SPARED = "spared"
    POINTED = "pointed"
    CHANGED = "changed"
    OTHERS = "others"
    BLAME_START = "blame0"
    BLAME = "blame"
    BLAMED = "blamed"
    BLOCKS = "blocks"
    BLOCKING = "blocking"
    STAYS = "stays"
    OBJECT = "object"
    SHARED = "shared"
    TAKEN = "taken"
    ANY = "any"
    DUE = "due"
    UNDATED = "undated"
    WAITS = "waits"
    SPELLS = "spells"
    COUNTED = "counted"

    def __call__(self, about: str = "", part: str = "") -> SetName:
        """Return the name of the set of this kind about ``about``: ``SetKind.OWN("customer")`` is ``own:customer``."""
        return SetName(self, about, part)


_KINDS = {kind.value: kind for kind in SetKind}
_PARTED = frozenset({SetKind.NEED, SetKind.HAS, SetKind.TAKEN, SetKind.WAITS, SetKind.SPELLS, SetKind.COUNTED})
"""The kinds of which a name can have a part."""


class SetName(NamedTuple):  # of which many are hashed
    """The name of a set: its ``kind``, and what it is ``about``: a collection, an edge, a change or a node of a walk.

    ``part`` tells apart several sets of one kind about the same: a walk, the number of a reference. Only kinds in
    `_PARTED` have one, and it has no colon.
    """

    kind: SetKind
    about: str = ""
    part: str = ""

    def __str__(self) -> str:
        """Return the textual form: ``own:customer``, ``waits:0:invoice``."""
        return ":".join(filter(None, (self.kind, self.part, self.about)))

    def __repr__(self) -> str:
        """Return the quoted text: digests of traces are made of it, and sealed."""
        return repr(str(self))


def parse_set_name(text: str) -> SetName | None:
    """Return the name whose textual form is ``text``; ``None`` where no set is of that kind, or none is any more."""
    kind, _, about = text.partition(":")
    if kind not in _KINDS:
        return None
    part, colon, rest = about.partition(":")
    is_parted = colon and _KINDS[kind] in _PARTED
    return SetName(_KINDS[kind], rest, part) if is_parted else SetName(_KINDS[kind], about)
