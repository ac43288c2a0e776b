"""What the closure asks a system, and what it gets back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from bailee.policy import Identity
from bailee.policy.predicate import Predicate, Scalar
from bailee.trace.sets import Key, Ref


class SubjectQuestion(NamedTuple):
    """Who in ``collection`` has one of ``spellings`` in the column of ``identity``; without one: has one of ``keys``.

    ``within``: only rows for which this holds (a processor's customer). ``limit``: so many of the rows that carry one
    spelling are enough (which ones is the system's choice), so that a value in a million rows does not bring a million.
    What a cell is compared with, and how a declared scan normalises it first, is said at `normal.scan_text`.
    """

    collection: str
    identity: Identity | None
    spellings: tuple[str, ...]
    within: Predicate
    limit: int | None = None
    keys: tuple[Key, ...] = ()


class FoundSubject(NamedTuple):
    """A subject row. ``cells``: identity columns, bounds of validity, and the links by which other rows point to it.

    Also what says when a value ``changed``. ``verified``: the places, in the collection's ``identities``, of those
    whose ``verified_when`` holds on the row.
    """

    ref: Ref
    cells: Mapping[str, Scalar]
    verified: frozenset[int]
