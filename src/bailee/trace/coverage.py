"""What a map does not reach, as it is told: beside everything that says what was found, or that nothing is left."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class KnownCopy:
    """What keeps data of a ``collection`` besides its rows. ``accepted``: the reason that the map gives, or empty."""

    collection: str
    name: str
    says: str
    accepted: str = ""


@dataclass(frozen=True, slots=True)
class NotLookedAt:
    """What of a system no plan looks at, counted: nothing is known of it, and nothing is done there.

    ``tables`` are on no map; ``columns`` of mapped tables are neither named nor opaque; ``copies`` of rows that the
    plan is about are kept elsewhere, as the system itself tells. ``is_partial``: the account sees only tables that it
    has rights on, so that there may be more.
    """

    __pydantic_config__: ClassVar = {"extra": "forbid", "strict": True}

    tables: int = 0
    columns: int = 0
    copies: int = 0
    is_partial: bool = False

    def __bool__(self) -> bool:
        return bool(self.tables or self.columns or self.copies or self.is_partial)


NOTHING = NotLookedAt()
"""All of a system is looked at."""


def describe_coverage(found: NotLookedAt) -> str:
    """Return what was not looked at in words, after the name of its system; empty where there is nothing."""
    parts = [
        *([f"{_count_words(found.tables, 'table')} on no map"] if found.tables else []),
        *([f"{_count_words(found.columns, 'column')} undecided"] if found.columns else []),
        *([f"{_count_words(found.copies, 'known copy', 'known copies')} of these rows"] if found.copies else []),
        *(["tables that the account cannot see, if there are any"] if found.is_partial else []),
    ]
    return f"{', '.join(parts)}: nothing is known of what is in there" if parts else ""


def describe_for_person(systems: Iterable[tuple[str, NotLookedAt]]) -> Iterator[str]:
    """Yield what was not looked at, as a letter or a copy says it to the person, by the title of each system."""
    for title, found in systems:
        if parts := [*_list_parts(found)]:
            yield f"{title}: {'; '.join(parts)}"


def _list_parts(found: NotLookedAt) -> Iterator[str]:
    if found.tables:
        yield f"{_count_words(found.tables, 'table')} that our map of personal data does not have"
    if found.columns:
        yield f"{_count_words(found.columns, 'column')} that nobody has classified yet"
    if found.copies:
        yield f"{_count_words(found.copies, 'copy', 'copies')} of such records, kept apart from them"
    if found.is_partial:
        yield "tables that we could not see, if there are any"


def write_coverage(found: NotLookedAt) -> Mapping[str, Any]:
    """Return what the ledger records of it: counts, and no name."""
    return {
        "tables": found.tables, "columns": found.columns, "copies": found.copies, "partial": found.is_partial,
    }  # fmt: skip


def read_coverage(said: Mapping[str, Any]) -> NotLookedAt:
    """Return what an entry's system says of it; nothing, where the entry was made before it was counted."""
    told = said.get("not_looked_at", {})
    return NotLookedAt(
        told.get("tables", 0), told.get("columns", 0), told.get("copies", 0), bool(told.get("partial", False))
    )


def _count_words(count: int, one: str, many: str = "") -> str:
    return f"{count:,} {one if count == 1 else many or one + 's'}"
