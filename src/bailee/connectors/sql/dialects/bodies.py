"""What a trigger writes, as far as its source says: a table elsewhere that it fills keeps what the rows had."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bailee.trace.schema import Copy

_NAME = r"""(?:"(?:[^"]|"")+"|`(?:[^`]|``)+`|\[[^\]]+\]|\w+)"""
_WRITES = re.compile(
    rf"""
    (?: \binsert\s+(?:or\s+\w+\s+|(?:low_priority|delayed|high_priority|ignore)\s+)*(?:into\s+)?
      | \breplace\s+(?:into\s+)? | \bmerge\s+into\s+ | (?P<before>\w+\s+)?\b(?P<update>update)\s+(?:or\s+\w+\s+)? )
    (?:only\s+)? (?P<name>{_NAME}(?:\s*\.\s*{_NAME})?) (?P<rest>[^;]*)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_NO_CODE = re.compile(r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'", re.DOTALL)
_NO_STATEMENT = frozenset(
    {"for", "do", "key", "before", "after", "or", "on", "of"}
)  # FOR UPDATE, ON CONFLICT DO UPDATE
_PARTS = re.compile(_NAME)
_COPIES_CELL = re.compile(r"\b(?:new|old)\b", re.IGNORECASE)
_DYNAMIC = re.compile(r"\bexecute\b(?!\s+(?:function|procedure)\b)|\bprepare\b", re.IGNORECASE)
_CALLS = re.compile(rf"\b(?:call|perform)\s+(?:{_NAME}\s*\.\s*)?{_NAME}\s*\(", re.IGNORECASE)


def find_written_tables(source: str) -> Iterator[tuple[str, str]]:
    """Yield the tables that the body of a trigger writes to, as (schema or nothing, table), each once.

    A table that is merely updated counts where a cell of the row goes into it. Deletions are no copies. Both are empty
    for a statement that is put together while it runs, and for a function or procedure that is called: nobody can tell
    where it writes.
    """
    found: dict[tuple[str, str], None] = {}
    code = _NO_CODE.sub("''", source)
    for match in _WRITES.finditer(code):
        if match["update"]:
            if (match["before"] or "").strip().lower() in _NO_STATEMENT or match["name"].lower() in {"set", "of"}:
                continue
            if not _COPIES_CELL.search(re.split(r"\bwhere\b", match["rest"], flags=re.IGNORECASE)[0]):
                continue
        parts = [_unquote(part) for part in _PARTS.findall(match["name"])]
        if parts[-1].lower() not in {"new", "old"}:
            found[parts[0] if len(parts) > 1 else "", parts[-1]] = None
    if _DYNAMIC.search(code) or _CALLS.search(code):
        found["", ""] = None
    return iter(found)


def describe_filling(trigger: str, tables: Iterable[str]) -> Copy:
    """Return that a trigger, told in words, fills ``tables``; one without a name is not known."""
    into = tuple(dict.fromkeys(tables))
    named = [*(name for name in into if name), *(["tables that its source does not name"] if "" in into else [])]
    return Copy(f"{trigger}, and what it writes to {' and '.join(named)} stays there", into)


def _unquote(name: str) -> str:
    return name[1:-1].replace(name[-1] * 2, name[-1]) if name[0] in '"`[' else name


__all__ = ["describe_filling", "find_written_tables"]
