"""What a map does not reach of the tables that it has: columns (T411), and copies of their rows (T430)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bailee.policy.problems import Problem
from bailee.trace.bind import BoundMap
from bailee.trace.check.columns import NamedColumn
from bailee.trace.check.coverage import find_copies, find_undecided
from bailee.trace.check.reach import find_deletable
from bailee.trace.check.report import quote_names, report_warning
from bailee.trace.check.writes import Write
from bailee.trace.schema import Schema


def check_undecided_columns(m: BoundMap, schema: Schema, names: Iterable[NamedColumn]) -> Iterator[Problem]:
    """Yield T411: columns that no word of the map names and that are not opaque either."""
    for name, loose in find_undecided(m.system, schema, names).items():
        message = f"{name} leaves undecided what is in {quote_names(loose)}"
        hint = "name them under fields, or under opaque with the reason"
        yield report_warning("T411", message, hint, m.system.collections[name].place)


def check_copies(m: BoundMap, written: Iterable[Write]) -> Iterator[Problem]:
    """Yield T430: what keeps data of rows where no map looks, unless T410 refuses it already."""
    changed = find_deletable(m) | {write.collection for write in written}
    for copy in find_copies(m):
        laid = m.bound[copy.collection]
        if copy.accepted or (copy.name in laid.table.hazards and copy.collection in changed):
            continue
        message = f'"{copy.name}" keeps a copy of {copy.collection}: {copy.says}'
        hint = (
            f"put what it fills on the map, or add accepts: {{{copy.name}: why it does no harm}} to {copy.collection}"
        )
        yield report_warning("T430", message, hint, laid.collection.place)
