"""Every way in which a field, or a line, of a receipt can be changed, removed or added, one at a time."""

from __future__ import annotations

import base64
import copy
import json
from collections.abc import Iterator
from typing import Any

from bailee import ledger
from tests.ledger.logs import OTHER

Path = tuple[str | int, ...]


def extra_of(text: str) -> dict[str, Any]:
    """Return the extra data of a receipt."""
    found: dict[str, Any] = json.loads(base64.b64decode(text.split("\n")[1].removeprefix("extra ")))
    return found


def with_extra(text: str, extra: dict[str, Any]) -> str:
    """Return the receipt with other extra data."""
    lines = text.split("\n")
    lines[1] = f"extra {base64.b64encode(ledger.canonical(extra)).decode()}"
    return "\n".join(lines)


def changes(text: str) -> Iterator[tuple[str, str]]:
    """Yield what was done to a receipt, in words, and the receipt as it is then."""
    extra = extra_of(text)
    for path in _places(extra):
        for what, changed in _edits(extra, path):
            yield f"{what} {'.'.join(map(str, path))}", with_extra(text, changed)
    yield "add person_key", with_extra(text, {**extra, "person_key": base64.b64encode(bytes(32)).decode()})
    yield from _lines(text)


def _places(value: Any, path: Path = ()) -> Iterator[Path]:
    if path:
        yield path
    if isinstance(value, dict):
        for name, one in value.items():
            yield from _places(one, (*path, name))
        yield (*path, "another")
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from _places(one, (*path, number))


def _edits(extra: dict[str, Any], path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    changed, holder = _holder(extra, path)
    if path[-1] == "another":
        holder["another"] = "It proves that all is gone."
        yield "add", changed
        return
    holder[path[-1]] = _other(holder[path[-1]])
    yield "change", changed
    changed, holder = _holder(extra, path)
    del holder[path[-1]]
    yield "remove", changed


def _holder(extra: dict[str, Any], path: Path) -> tuple[dict[str, Any], Any]:
    changed = copy.deepcopy(extra)
    holder: Any = changed
    for name in path[:-1]:
        holder = holder[name]
    return changed, holder


def _other(value: Any) -> Any:
    """Return another value of that kind."""
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case str():
            return ("A" if value[:1] != "A" else "B") + value[1:]
        case list():
            return [*value, "A"]
        case dict():
            return {**value, "more": 1}
        case _:
            return 0


def _lines(text: str) -> Iterator[tuple[str, str]]:
    lines = text.split("\n")
    signature = max(number for number, line in enumerate(lines) if line)
    for number, line in enumerate(lines[:-1]):
        yield f"remove line {number}", "\n".join([*lines[:number], *lines[number + 1 :]])
        yield f"say line {number} twice", "\n".join([*lines[: number + 1], *lines[number:]])
        for more in ("x", " "):
            yield f"add to line {number}", "\n".join([*lines[:number], line + more, *lines[number + 1 :]])
        if line:
            yield f"change line {number}", "\n".join([*lines[:number], _last(line), *lines[number + 1 :]])
    for others in (
        lines[signature],
        "\u2014 ico.example/says-all-is-gone abcdAAAAAAAAAAAA",
        _signed(text),
        "All is gone.",
    ):
        yield f"add after all: {others}", f"{text}{others}\n"
        yield f"add before the signature: {others}", "\n".join([*lines[:signature], others, *lines[signature:]])
        yield f"add before all: {others}", f"{others}\n{text}"
    yield "add a line that is empty", f"{text}\n"


def _last(line: str) -> str:
    """Return the line with its last letter changed that base64 does not fill up with."""
    at = len(line.rstrip("=")) - 1
    return line[:at] + ("A" if line[at] != "A" else "B") + line[at + 1 :]


def _signed(text: str) -> str:
    """Return the signature line of another key of the log's name: a right one."""
    signed = text.partition("\n\n")[2].rpartition("\n\n")[0]
    return OTHER.signed(f"{signed}\n").rstrip("\n").split("\n")[-1]
