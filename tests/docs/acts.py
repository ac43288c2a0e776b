"""The table of docs/requests.md of who may what, and when; ``python -m tests.docs.acts`` writes it from the acts."""

from __future__ import annotations

from collections.abc import Iterator

from bailee.requests import permissions
from bailee.requests.acts import list_acts
from bailee.requests.permissions import WHO_DEALS, Permission
from bailee.store.enums import Right, Role, Status
from tests.docs.pages import DOCS

PAGE = DOCS / "requests.md"
_NONE = "\N{EN DASH}"
_HEAD = "| act | to | who | in which state | for |\n|---|---|---|---|---|\n"


def table() -> str:
    """Return the table: each act with what it needs, then what is permitted besides acts."""
    return _HEAD + "".join(_line(name, one) for name, one in _permissions())


def _permissions() -> Iterator[tuple[str, Permission]]:
    needed = [(act.name, one) for act in list_acts().values() for one in act.permissions]
    yield from needed
    by_acts = {one for _, one in needed}
    yield from (("", one) for one in permissions.ALL if one not in by_acts)


def _line(name: str, one: Permission) -> str:
    statuses = ", ".join(status for status in Status if one.statuses is not None and status in one.statuses)
    rights = "every right" if one.rights == frozenset(Right) else ", ".join(r for r in Right if r in one.rights)
    cells = (f"`{name}`" if name else _NONE, one.says, _who(one), statuses or "any", rights if statuses else _NONE)
    return f"| {' | '.join(cells)} |\n"


def _who(one: Permission) -> str:
    roles = ["everybody"] if one.roles == WHO_DEALS else [role for role in Role if role in one.roles]
    return ", ".join([*roles, *(["nobody"] if one.unattended else [])])


def written(text: str) -> str:
    """Return the page with the table as it is now."""
    begin = text.index("| act | ")
    end = text.index("\n\n", begin) + 1 if "\n\n" in text[begin:] else len(text)
    return text[:begin] + table() + text[end:]


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
