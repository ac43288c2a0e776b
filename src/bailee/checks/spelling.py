"""Whether persons are found by what stands in the columns that say who they are: spelled as the map declares it (9).

Who asks is looked for by the finite spellings of what they say. A value that is spelled otherwise is found by nobody,
and no error tells of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from bailee.policy import Identity, Mention, Place, Policy, Spelling
from bailee.policy.predicate import ALWAYS, Predicate
from bailee.trace.bind import BoundMap
from bailee.trace.row_counts import ASKED, CUT, Cells, NotSure, trace_rows
from bailee.trace.sets import and_, not_
from bailee.trace.spellings import is_misspelt, make_sure_pattern

UNFOUND, FOUND = "unfound", "found"
"""What becomes of a cell that a pattern leaves in doubt: it may name somebody whom no look-up finds by it, or not."""


@dataclass(frozen=True, slots=True)
class SpelledColumn:
    """A column that spells an attribute. ``place``: where the map says so.

    ``forms``: all in which it is declared to spell it. ``is_own``: it says whose a row is; else it may name anybody.
    """

    collection: str
    column: str
    attribute: str
    forms: tuple[Spelling, ...]
    is_own: bool
    place: Place

    @property
    def declared(self) -> str:
        """How it is declared, as the map has it."""
        return " or ".join(_describe_form(stored) for stored in self.forms)


def _describe_form(stored: Spelling) -> str:
    text = f"({stored.text!r})" if stored.text else ""
    return f"{stored.form}{text}" + (", scanned" if stored.scan else "")


def list_spelled_columns(m: BoundMap) -> Iterator[SpelledColumn]:
    """Yield the columns by which persons are found in the system of ``m``: identities, and mentions."""
    found: dict[tuple[str, str, str], SpelledColumn] = {}
    for b in m.bound.values():
        said: tuple[Identity | Mention, ...] = (*b.collection.identities, *b.collection.mentions)
        for one in said:
            about = b.name, one.column, one.attribute
            known = found.get(about)
            forms = tuple(dict.fromkeys((*(known.forms if known else ()), one.stored)))
            is_own = isinstance(one, Identity) or (known is not None and known.is_own)
            found[about] = SpelledColumn(*about, forms, is_own, known.place if known else one.place)
    yield from found.values()


def build_doubtful_count(m: BoundMap, column: SpelledColumn, policy: Policy) -> Cells:
    """Return how it is counted what becomes of the cells of ``column`` that a pattern leaves in doubt.

    Of persons who were made anonymous none is asked: they are called nothing any more.
    """
    patterns = [
        make_sure_pattern(column.attribute, one, policy.firm.region, is_own=column.is_own) for one in column.forms
    ]
    pattern = "|".join(f"(?:{one})" for one in patterns)
    where = and_(_is_within(m, column), NotSure(column.column, pattern))
    return Cells(
        trace_rows(m, column.collection, where), ASKED, column.column, _build_sorter(m, column, policy), tells_cut=True
    )


def _is_within(m: BoundMap, column: SpelledColumn) -> Predicate:
    erased = m.bound[column.collection].collection.erased_when
    return ALWAYS if erased is None else not_(erased)


def _build_sorter(m: BoundMap, column: SpelledColumn, policy: Policy) -> Callable[[str], str]:
    firm = policy.firm
    is_padded = m.bound[column.collection].table.columns[column.column].base == "bpchar"

    def sort_cell(cell: str) -> str:
        cell = cell.rstrip(" ") if is_padded else cell  # which are no part of the text
        said = column.attribute, cell, column.forms, firm.region, firm.placeholders
        return UNFOUND if is_misspelt(*said, is_own=column.is_own) else FOUND

    return sort_cell


@dataclass(frozen=True, slots=True)
class SpellingResult:
    """``count`` cells with a value that no look-up finds, or so many at the least where not all were read."""

    count: int
    is_whole: bool

    @property
    def is_kept(self) -> bool:
        """Whether every value is found."""
        return not self.count and self.is_whole

    def describe_column(self, about: str, column: SpelledColumn) -> str:
        """Return what is so, in one line; ``about``: the column."""
        most = "" if self.is_whole else "at least "
        values = "value" if self.count == 1 else "values"
        if self.count:
            are = "is" if self.count == 1 else "are"
            how = f"{most}{self.count:,} {values} of {about} {are} not spelled as declared ({column.declared})"
            return f"{how}: nobody is found by {'it' if self.count == 1 else 'them'}"
        if self.is_whole:
            return f"every value of {about} is spelled as declared ({column.declared})"
        return f"whether all of {about} is spelled as declared ({column.declared}) could not be told in time"

    @property
    def hint(self) -> str:
        """What to do."""
        if self.count:
            return "write them so in the database, or declare stored: {form: raw, scan: true}, by which all is read"
        return "declare how it is really written, so that fewer cells have to be read one by one"


def judge_spelling(value: Mapping[str, int]) -> SpellingResult:
    """Return what the answer to `build_doubtful_count` comes to."""
    return SpellingResult(value.get(UNFOUND, 0), CUT not in value)
