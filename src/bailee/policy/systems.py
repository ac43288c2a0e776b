"""``systems/*.yaml``: where a system is, how to reach it, and its collections."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Annotated, Any, Self

from bailee.policy.collections import Collection
from bailee.policy.countries import Country
from bailee.policy.dates import Day
from bailee.policy.kinds import Maybe, Name, Text
from bailee.policy.placed import PlacedMapping
from bailee.policy.places import NOWHERE, Place
from bailee.policy.urls import url_problem
from bailee.policy.written import INFERRED, Key, Unwritten, Written


@cache
def row_kinds() -> Mapping[str, EntryPoint]:
    """Return the kinds of systems that have rows, by name: every package on the machine is looked through.

    A package brings one by an entry point of one of two groups; docs/contributing/connector.md says how.
    """
    return {point.name: point for point in entry_points(group="bailee.connectors")}


@cache
def file_kinds() -> Mapping[str, EntryPoint]:
    """Return the kinds of systems that have files, which rows of other systems name."""
    return {point.name: point for point in entry_points(group="bailee.file_stores")}


class FirmRole(StrEnum):
    """What the firm is for the data of a system (GDPR Art. 4(7), (8))."""

    CONTROLLER = "controller"
    PROCESSOR = "processor"


@dataclass(frozen=True, slots=True)
class Attested(Written):
    """Somebody's word for what no program measures: who gave it, and on which day (ISO date)."""

    by: Text
    on: Day
    place: Unwritten[Place] = NOWHERE


@dataclass(frozen=True, slots=True)
class Backups(Written):
    """Where a system's backups lie, and how they are encrypted."""

    country: Country = ""
    at_rest: str = ""


@dataclass(frozen=True, slots=True)
class Location(Written):
    """Where a system keeps its data; ``country`` is ISO 3166 alpha-2, ``at_rest`` says how it is encrypted."""

    country: Country = ""
    operator: str = ""
    at_rest: str = ""
    backups: Maybe[Backups] = None
    attested: Maybe[Attested] = None


@dataclass(frozen=True, slots=True)
class System(Written):
    """One system: how to reach it and what it holds.

    ``url`` reads, ``write_url`` writes; both may be references to secrets.
    ``purposes`` are the words of Art. 15(1)(a). In a processor's system ``customer`` names the collection of
    organisations whose data the rows are; they are reached by ``belongs_to``. ``plans_in``: a table into which one row
    goes for each plan, so that books out of a backup are noticed.
    """

    name: Annotated[Name, Key("system")]
    title: Text = field(metadata=INFERRED)
    connector: Name
    url: Text
    write_url: Maybe[Text] = None
    plans_in: Maybe[Text] = None
    role: FirmRole = FirmRole.CONTROLLER
    customer: Maybe[Text] = None
    location: Location = Location()
    purposes: tuple[Text, ...] = ()
    source: str = ""
    collections: Mapping[Name, Collection] = field(default_factory=dict)
    place: Unwritten[Place] = NOWHERE

    @classmethod
    def read(cls, given: dict[str, Any], _others: Mapping[str, Any], written: PlacedMapping) -> Self:
        """Return the system, which is called by its name where it has no title."""
        return cls(**{"title": given["name"], **given, "place": written["system"].mark.value})

    def check(self, written: PlacedMapping) -> None:
        """Note an address that holds a secret, or is none."""
        for key, url in (("url", self.url), ("write_url", self.write_url)):
            if url is not None and (wrong := url_problem(url, may_be_path=has_files(self))):
                written[key].say(wrong.code, wrong.message, wrong.hint)


def has_files(system: System) -> bool:
    """Whether a system has files, and no rows."""
    return system.connector in file_kinds()
