"""``processors.yaml``: the third parties that receive personal data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bailee.policy.places import NOWHERE, Place


class Mechanism(StrEnum):
    """What safeguards a transfer to another country (GDPR and UK GDPR, Art. 45 to 47)."""

    ADEQUACY = "adequacy"
    DPF = "dpf"  # the EU-US Data Privacy Framework and its UK extension
    IDTA = "idta"
    SCC = "scc"
    BCR = "bcr"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Transfer:
    """``assessed_on``: the day of the transfer's risk assessment; ``certified_on``: of the importer's certificate."""

    mechanism: Mechanism
    assessed_on: str = ""  # ISO date
    certified_on: str = ""  # ISO date


@dataclass(frozen=True, slots=True)
class Contract:
    """The contract that binds a processor (Art. 28(3))."""

    title: str = ""
    signed_on: str = ""  # ISO date


@dataclass(frozen=True, slots=True)
class Processor:
    """A third party that receives personal data. ``title``: its name in words; ``also``: other spellings of it.

    ``receives``: what data, in words; ``systems``: from which of ours, if said. ``until``: the last day (ISO date).
    """

    name: str
    title: str
    country: str
    purpose: str = ""
    also: tuple[str, ...] = ()
    receives: tuple[str, ...] = ()
    systems: tuple[str, ...] = ()
    contract: Contract | None = None
    transfer: Transfer | None = None
    until: str = ""
    place: Place = NOWHERE

    def has_left(self, today: date) -> bool:
        """Whether the last day is past: then it is told to nobody as one who receives data."""
        return bool(self.until) and date.fromisoformat(self.until) < today
