"""What is found, in words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DoctorFinding:
    """``about``: what was looked at. ``says``: how it is. ``hint``: what to do, where it is not ``well``."""

    about: str
    well: bool
    says: str
    hint: str = ""


def counted(number: int, one: str, many: str) -> str:
    """Return ``number`` and what there are so many of: `counted(2, "waits", "wait")` is ``2 wait``."""
    return f"{number:,} {one if number == 1 else many}"


def well(about: str, says: str) -> DoctorFinding:
    """Return that ``about`` is as it should be."""
    return DoctorFinding(about, True, says)


def look(about: str, says: str, hint: str) -> DoctorFinding:
    """Return that a person must look at ``about``."""
    return DoctorFinding(about, False, says, hint)
