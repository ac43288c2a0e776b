"""What stands inside JSON: paths, and what their values look like. No value is kept, and no key that may be one."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bailee.draft.sample import SampledColumn, look_at

PATHS = 60
"""So many paths of a column are told."""

ANY = "*"
"""A key that is data itself: of a mapping by person, or by day."""

_KEY = re.compile(r"[A-Za-z_$@][A-Za-z_-]{0,39}\d?\Z")
_OFTEN = 3  # cells that must have a key before it is told
_SHARE = 0.05  # of the cells
_DEEP = 6


def look_inside(cells: Iterable[object], region: str) -> Mapping[str, SampledColumn]:
    """Return path -> what its values look like: ``customer.email``, ``items[].name``.

    ``cells``: JSON, which may be cut off. ``region`` reads national telephone numbers (``GB``).
    """
    documents = [found for cell in cells if (found := read_json(cell)) is not None]
    told = _find_told_keys(documents)
    values: dict[str, list[object]] = {}
    for document in documents:
        for path, value in _list_leaves(document, "", told, 0):
            values.setdefault(path, []).append(value)
    most = sorted(values, key=lambda path: (-len(values[path]), path))[:PATHS]
    return {path: look_at(values[path], region) for path in sorted(most)}


def read_json(cell: object) -> Any:
    """Return the object or list that a cell has, as far as it goes; None where it has none."""
    if isinstance(cell, (bytes, bytearray)):
        cell = cell.decode("utf-8", "replace")
    if isinstance(cell, (dict, list)):
        return cell
    if not isinstance(cell, str) or not cell.lstrip().startswith(("{", "[")):
        return None
    for text in (cell, _close_json(cell)):
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            continue
        return found if isinstance(found, (dict, list)) else None
    return None


def _close_json(text: str) -> str:
    """Return JSON that was cut off, up to the last whole member, with what is open closed."""
    stack: list[str] = []
    last, closing, quoted, escaped = 0, "", False, False
    for place, sign in enumerate(text):
        if quoted:
            escaped, quoted = (sign == "\\" and not escaped), (sign != '"' or escaped)
        elif sign == '"':
            quoted = True
        elif sign in "{[":
            stack.append("}" if sign == "{" else "]")
            last, closing = place + 1, "".join(reversed(stack))
        elif sign in "}]" and stack:
            stack.pop()
            last, closing = place + 1, "".join(reversed(stack))
        elif sign == ",":
            last, closing = place, "".join(reversed(stack))
    return text[:last] + closing


def _find_told_keys(documents: Iterable[Any]) -> frozenset[str]:
    """Return the keys that are names and no data: many cells have them, and they look like names."""
    documents = list(documents)
    counts = Counter(key for document in documents for key in set(_list_keys(document, 0)))
    least = min(_OFTEN, max(len(documents), 1)), _SHARE * len(documents)
    return frozenset(key for key, n in counts.items() if n >= max(least) and _KEY.match(key))


def _list_keys(value: Any, depth: int) -> Iterator[str]:
    if depth > _DEEP:
        return
    if isinstance(value, dict):
        yield from map(str, value)
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _list_keys(part, depth + 1)


def _list_leaves(value: Any, path: str, told: frozenset[str], depth: int) -> Iterator[tuple[str, object]]:
    if isinstance(value, dict) and depth <= _DEEP:
        for key, part in value.items():
            name = key if key in told else ANY
            yield from _list_leaves(part, f"{path}.{name}" if path else name, told, depth + 1)
            if name == ANY and isinstance(key, str):
                yield f"{path}.{ANY} (its keys)" if path else f"{ANY} (its keys)", key
    elif isinstance(value, list) and depth <= _DEEP:
        for part in value:
            yield from _list_leaves(part, f"{path}[]", told, depth + 1)
    elif not isinstance(value, (dict, list, bool)):
        yield path, value
