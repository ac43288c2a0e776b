"""Whose data is restricted, as every command asks without the books: tags on a page, which tell nobody who it is.

The restrictions themselves are rows of the books; each change of these writes the page anew (`write_page`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cached_property

from bailee.runner.state import State

PAGE = "restricted"
TAGS = "persons"
"""The purpose of the tags: that of the tags of requests."""


class Restricted:
    """The values of persons whose data is restricted at ``now``: ``(attribute, value) in restricted``."""

    def __init__(self, state: State, now: datetime) -> None:
        """Read nothing yet."""
        self._state, self._now = state, now

    @cached_property
    def _tags(self) -> frozenset[str]:
        ends = self._state.page(PAGE).get("ends", {})
        return frozenset(tag for tag, end in ends.items() if not end or datetime.fromisoformat(end) > self._now)

    def __contains__(self, value: object) -> bool:
        """Whether ``value``, an attribute and its normal value, is that of such a person."""
        return bool(self._tags) and isinstance(value, tuple) and self._state.vault.tag(TAGS, *value) in self._tags


def write_page(state: State, ends: Mapping[str, datetime | None]) -> None:
    """Write down the tags of all restrictions that stand, and the moment (UTC) at which each ends, if it is known."""
    told = {tag: end.astimezone(UTC).isoformat() if end else "" for tag, end in sorted(ends.items())}
    state.keep_page(PAGE, {"ends": told})
