"""``systems/NAME.seen.json``: how a system looked when it was connected: names, types, shapes of values; no value."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bailee.draft import Sample
from bailee.draft.sample import PERSONAL, SampledColumn
from bailee.trace.schema import Schema, SchemaColumn

TURNED = 0.2
"""From this share of the values on, a column looks like what they look like."""

_FEWEST = 3  # values


@dataclass(frozen=True, slots=True)
class SnapshotColumn:
    """A column: its type, and which personal things its values looked like."""

    type: str
    looks: frozenset[str] = frozenset()


Tables = Mapping[str, Mapping[str, SnapshotColumn]]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """How a system looked: ``tables``, of the ``schemas`` that were looked at; none: of all."""

    schemas: tuple[str, ...]
    tables: Tables


def find_snapshot_path(folder: Path, name: str) -> Path:
    """Return the file of system ``name``."""
    return folder / "systems" / f"{name}.seen.json"


def describe_tables(schema: Schema, sample: Sample) -> dict[str, dict[str, SnapshotColumn]]:
    """Return what ``schema`` and ``sample`` show, by table and column."""
    return {
        name: {
            c.name: SnapshotColumn(_describe_type(c), _find_shapes(sample.seen(name, c.name)))
            for c in table.columns.values()
        }
        for name, table in schema.tables.items()
    }


def _describe_type(column: SchemaColumn) -> str:
    kind = column.type_name or column.kind.value
    limit = f"({column.length})" if column.length is not None and "(" not in kind else ""
    return f"{kind}{limit}" + ("" if column.nullable else " not null")


def _find_shapes(seen: SampledColumn) -> frozenset[str]:
    return frozenset(
        str(shape) for shape in PERSONAL if seen.share(shape) >= TURNED and seen.shapes.get(shape, 0) >= _FEWEST
    )


def write_snapshot(folder: Path, name: str, schemas: Sequence[str], schema: Schema, sample: Sample) -> None:
    """Write down how the system looks now. ``schemas``: those that were looked at; none: all."""
    found = {
        table: {column: {"type": one.type, "looks": sorted(one.looks)} for column, one in columns.items()}
        for table, columns in sorted(describe_tables(schema, sample).items())
    }
    about = "how the tables looked when they were connected; bailee drift compares; bailee connect writes it again"
    find_snapshot_path(folder, name).write_text(
        json.dumps({"about": about, "schemas": list(schemas), "tables": found}, indent=1) + "\n", encoding="utf-8"
    )


def load_snapshot(folder: Path, name: str) -> Snapshot | None:
    """Return how the system looked, or ``None`` where nobody wrote it down or it cannot be read."""
    try:
        said = json.loads(find_snapshot_path(folder, name).read_text(encoding="utf-8"))
        found = {
            table: {column: SnapshotColumn(one["type"], frozenset(one["looks"])) for column, one in columns.items()}
            for table, columns in said["tables"].items()
        }
        return Snapshot(tuple(map(str, said["schemas"])), found)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
