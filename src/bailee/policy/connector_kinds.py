"""The words that ``connector:`` may have: the kinds of systems that are installed, with rows or with files.

A package brings one by an entry point of one of two groups; docs/contributing/connector.md says how.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.metadata import EntryPoint, entry_points

from bailee.policy.systems import System


@cache
def row_kinds() -> Mapping[str, EntryPoint]:
    """Return the kinds of systems that have rows, by name: every package on the machine is looked through."""
    return {point.name: point for point in entry_points(group="bailee.connectors")}


@cache
def file_kinds() -> Mapping[str, EntryPoint]:
    """Return the kinds of systems that have files, which rows of other systems name."""
    return {point.name: point for point in entry_points(group="bailee.file_stores")}


def has_files(system: System) -> bool:
    """Whether a system has files, and no rows."""
    return system.connector in file_kinds()
