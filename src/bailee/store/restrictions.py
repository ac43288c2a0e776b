"""Whose data is restricted, as every command asks without the books.

Two things stand for it. Tags on a page tell nobody who it is, and are enough to refuse whoever is asked about. Who the
person is stands sealed on a shelf, so that her rows can be found, and kept, where nobody asks about her: retention.
The restrictions themselves are rows of the books; each change of these writes the page anew (`write_page`) and the
shelf with it.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from bailee.store.sealed_store import RESTRICTED, Store
from bailee.trace import KnownValue
from bailee.trace.closure import Value

PAGE = "restricted"
TAGS = "persons"
"""The purpose of the tags: that of the tags of requests."""


class Restricted:
    """The values of persons whose data is restricted at ``now``: ``(attribute, value) in restricted``."""

    def __init__(self, store: Store, now: datetime) -> None:
        """Read nothing yet."""
        self._state, self._now = store, now

    @cached_property
    def _tags(self) -> frozenset[str]:
        ends = self._state.page(PAGE).get("ends", {})
        return frozenset(tag for tag, end in ends.items() if not end or datetime.fromisoformat(end) > self._now)

    def __contains__(self, value: object) -> bool:
        """Whether ``value``, an attribute and its normal value, is that of such a person."""
        return bool(self._tags) and isinstance(value, tuple) and self._state.vault.tag(TAGS, *value) in self._tags


def write_page(store: Store, ends: Mapping[str, datetime | None]) -> None:
    """Write down the tags of all restrictions that stand, and the moment (UTC) at which each ends, if it is known."""
    told = {tag: end.astimezone(UTC).isoformat() if end else "" for tag, end in sorted(ends.items())}
    store.keep_page(PAGE, {"ends": told})


# --- who they are, sealed ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StoredOnly:
    """A person whose data is stored and no more, since a moment, and until another if it is known (UTC).

    ``known``: all that the person was known by when it began.
    """

    since: datetime
    ends: datetime | None
    known: tuple[KnownValue, ...]

    def meets(self, values: Container[Value]) -> bool:
        """Whether one of ``values``, each an attribute and its normal value, is the person's."""
        return any((k.attribute, k.value) in values for k in self.known)


def put_restriction(store: Store, id: str, person: StoredOnly) -> None:
    """Let a restriction count from now on, under ``id``; one that is put again is replaced."""
    known = [(k.attribute, k.value, k.since, k.until) for k in person.known]
    store.put(RESTRICTED, id, {"since": person.since, "ends": person.ends, "known": known})


def end_restriction(store: Store, id: str, ends: datetime | None) -> None:
    """Let a restriction count no more from the moment ``ends`` (UTC); ``None``: it counts until one is known."""
    content = store.get(RESTRICTED, id)
    if content is not None:  # else it was placed before there was this shelf
        put_restriction(store, id, replace(_make_person(content), ends=ends))


def forget_restriction(store: Store, id: str) -> None:
    """Destroy who it was about; a second time nothing happens."""
    store.remove(RESTRICTED, id)


def list_restricted(store: Store, now: datetime) -> Iterator[StoredOnly]:
    """Yield the persons whose data is restricted at ``now``."""
    for _, content in store.all(RESTRICTED):
        person = _make_person(content)
        if person.ends is None or person.ends > now:
            yield person


def _make_person(content: Mapping[str, Any]) -> StoredOnly:
    return StoredOnly(content["since"], content["ends"], tuple(KnownValue(0, *known) for known in content["known"]))
