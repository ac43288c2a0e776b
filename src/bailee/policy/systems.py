"""``systems/*.yaml``: where a system is, how to reach it, and its collections."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bailee.policy.collections import Collection
from bailee.policy.places import NOWHERE, Place


class FirmRole(StrEnum):
    """What the firm is for the data of a system (GDPR Art. 4(7), (8))."""

    CONTROLLER = "controller"
    PROCESSOR = "processor"


@dataclass(frozen=True, slots=True)
class Attested:
    """Somebody's word for what no program measures: who gave it, and on which day (ISO date)."""

    by: str
    on: str
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Backups:
    """Where a system's backups lie, and how they are encrypted."""

    country: str = ""
    at_rest: str = ""


@dataclass(frozen=True, slots=True)
class Location:
    """Where a system keeps its data; ``country`` is ISO 3166 alpha-2, ``at_rest`` says how it is encrypted."""

    country: str = ""
    operator: str = ""
    at_rest: str = ""
    backups: Backups | None = None
    attested: Attested | None = None


@dataclass(frozen=True, slots=True)
class System:
    """One system: how to reach it and what it holds.

    ``url`` reads, ``write_url`` writes; both may be references to secrets.
    ``purposes`` are the words of Art. 15(1)(a). In a processor's system ``customer`` names the collection of
    organisations whose data the rows are; they are reached by ``belongs_to``. ``plans_in``: a table into which one row
    goes for each plan, so that books out of a backup are noticed.
    """

    name: str
    title: str
    connector: str
    url: str
    write_url: str | None = None
    plans_in: str | None = None
    role: FirmRole = FirmRole.CONTROLLER
    customer: str | None = None
    location: Location = Location()
    purposes: tuple[str, ...] = ()
    source: str = ""
    collections: Mapping[str, Collection] = field(default_factory=dict)
    place: Place = NOWHERE
