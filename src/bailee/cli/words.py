"""What the engine and requests say in codes, in words."""

from __future__ import annotations

import shlex
import shutil
import sys
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bailee.trace.closure import Candidate
    from bailee.trace.coverage import NotLookedAt
    from bailee.trace.sets import Ref

# Imports stand in functions: a command loads what it uses, and `bailee --help` nothing of it.

MODES: Mapping[str, str] = {
    "own": "the person",
    "owned": "theirs",
    "touch": "others', where they are seen or mentioned",
}

FATES: Mapping[str, str] = {
    "erased": "erased",
    "anonymised": "anonymised",
    "kept": "kept, cut down to what the law asks for",
    "left": "shared with others: kept, without their details",
    "unlinked": "references emptied first, since rows point at each other",
    "corrected": "corrected",
    "objected": "marked: they hear no more from us",
}
"""The fate of rows -> what that is; in the order in which they are told."""

STILL: Mapping[str, str] = {
    "kept": "kept, with the row that must stay",
    "left": "left, in rows of others'",
    "unkept": "in a row of their own, and nothing keeps it",
}
"""Why a value that a person was known by is still somewhere -> what that is."""

SUMS: Mapping[str, tuple[str, str]] = {
    "erased": ("row erased", "rows erased"),
    "anonymised": ("row anonymised", "rows anonymised"),
    "kept": ("row kept", "rows kept"),
    "left": ("change to what others share", "changes to what others share"),
    "unlinked": ("reference emptied", "references emptied"),
    "corrected": ("row corrected", "rows corrected"),
    "objected": ("row marked", "rows marked"),
}
"""The fate of rows -> what is counted, one and many."""

REASONS: Mapping[str, str] = {
    "shared": "several people have this {}",
    "declared confirm": "an equal {} is a hint, and no proof",
    "not verified": "it was never verified that the {} is theirs",
    "validity cannot be read": "since when it has had this {} cannot be read",
    "not held now": "it had this {} at another time, and has not now",
    "validity does not overlap": "it had this {} at another time",
}


def still(standing: Iterable[tuple[str, str, str, int, str]]) -> tuple[str, ...]:
    """Return a line for each system, collection, column, number of rows and reason why a value is still there."""
    return tuple(
        f"{system}.{collection}.{column}: {counted(rows, 'row')}, {STILL[why]}"
        for system, collection, column, rows, why in standing
    )


def counted(number: int, one: str, many: str = "") -> str:
    """Return ``number`` with its noun: ``1 row``, ``2 rows``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def beside(found: Mapping[str, NotLookedAt]) -> list[str]:
    """Return what was not looked at, a line for each system."""
    from bailee.trace.coverage import describe_coverage

    return [f"{system}: {describe_coverage(one)}" for system, one in found.items() if one]


def reason(candidate: Candidate) -> str:
    """Return why a match waits for a person, and which row led to it."""
    why = REASONS[candidate.reason].format(candidate.attribute)
    return f"{why} (as in {row_name(candidate.source)})" if candidate.source else why


def number(rows: int) -> tuple[str, str]:
    """Return a number of rows as two cells, so that numbers stand below each other."""
    return f"{rows:,}", "row" if rows == 1 else "rows"


def size(bytes_: int) -> str:
    """Return a size as people read it: ``812 bytes``, ``21.4 MB``."""
    for unit, scale in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if bytes_ >= scale:
            return f"{bytes_ / scale:.1f} {unit}"
    return counted(bytes_, "byte")


def row_name(ref: Ref) -> str:
    """Return the row as ``--confirm`` takes it."""
    from bailee.trace.keys import write_key

    return f"{ref.system}.{ref.collection}:{write_key(ref.key)}"


def day(iso: str) -> str:
    """Return an ISO date as people read it: ``31 March 2033``."""
    when = date.fromisoformat(iso)
    return f"{when.day} {when:%B %Y}"


def until(days: Iterable[str]) -> str:
    """Return until when something is kept; an empty day is one that is not known yet."""
    days = sorted(set(days))
    if not days or not days[0]:
        return "as long as something that is kept needs it"
    return f"until {day(days[-1])}"


def command(*words: str) -> str:
    """Return a command as it can be pasted into a shell here: by its path where no such program is found by name."""
    name, found = sys.argv[0], shutil.which("bailee")
    is_found = found is not None and Path(found).resolve() == Path(name).resolve()
    program = name if Path(name).name == "bailee" and not is_found else "bailee"
    return shlex.join((program, *words))
