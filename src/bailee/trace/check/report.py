"""How the checks say what they found: a problem with a place, the nearest one that is known."""

from __future__ import annotations

from collections.abc import Iterable

from bailee.policy import Place
from bailee.policy.problems import Problem


def report_error(code: str, message: str, hint: str, *places: Place) -> Problem:
    """Return what must be mended before anything is touched; it stands at the first of ``places`` that is one."""
    return Problem(code, message, hint, _find_place(places))


def report_warning(code: str, message: str, hint: str, *places: Place) -> Problem:
    """Return what a person should look at; it stands at the first of ``places`` that is one."""
    return Problem(code, message, hint, _find_place(places), "warning")


def quote_names(names: Iterable[str], last: str = "and") -> str:
    """Return ``names`` in quotes, as a sentence lists them."""
    quoted = [f'"{name}"' for name in names]
    return f" {last} ".join(part for part in (", ".join(quoted[:-1]), quoted[-1]) if part)


def _find_place(places: tuple[Place, ...]) -> Place:
    return next((place for place in places if place.file), places[-1])
