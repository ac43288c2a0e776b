"""``processors.yaml``: the third parties that receive personal data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, TypeAlias

from bailee.policy.countries import Country
from bailee.policy.dates import Day
from bailee.policy.kinds import Maybe, Name, Text
from bailee.policy.placed import PlacedMapping
from bailee.policy.places import NOWHERE, Place
from bailee.policy.written import Key, Unwritten, Written


class Mechanism(StrEnum):
    """What safeguards a transfer to another country (GDPR and UK GDPR, Art. 45 to 47)."""

    ADEQUACY = "adequacy"
    DPF = "dpf"  # the EU-US Data Privacy Framework and its UK extension
    IDTA = "idta"
    SCC = "scc"
    BCR = "bcr"
    NONE = "none"


_DATED: Mapping[str, tuple[Mechanism, ...]] = {
    "assessed_on": (Mechanism.IDTA, Mechanism.SCC, Mechanism.BCR),
    "certified_on": (Mechanism.DPF,),
}


@dataclass(frozen=True, slots=True)
class Transfer(Written):
    """``assessed_on``: the day of the transfer's risk assessment; ``certified_on``: of the importer's certificate."""

    mechanism: Mechanism
    assessed_on: Day = ""
    certified_on: Day = ""

    def check(self, written: PlacedMapping) -> None:
        """Note a date that its mechanism does not have."""
        for key, mechanisms in _DATED.items():
            if key in written and self.mechanism not in mechanisms:
                hint = f"remove it, or write mechanism: {' or '.join(mechanisms)}"
                written[key].say("P128", f"is said of a transfer by {self.mechanism}", hint)


@dataclass(frozen=True, slots=True)
class Contract(Written):
    """The contract that binds a processor (Art. 28(3))."""

    title: str = ""
    signed_on: Day = ""


@dataclass(frozen=True, slots=True)
class Processor(Written):
    """A third party that receives personal data. ``title``: its name in words; ``also``: other spellings of it.

    ``receives``: what data, in words; ``systems``: from which of ours, if said. ``until``: the last day (ISO date).
    """

    name: Unwritten[str]
    title: Annotated[Text, Key("name")]
    country: Country
    purpose: str = ""
    also: tuple[Text, ...] = ()
    receives: tuple[Text, ...] = ()
    systems: Annotated[tuple[Text, ...], Key("from")] = ()
    contract: Maybe[Contract] = None
    transfer: Maybe[Transfer] = None
    until: Day = ""
    place: Unwritten[Place] = NOWHERE

    def has_left(self, today: date) -> bool:
        """Whether the last day is past: then it is told to nobody as one who receives data."""
        return bool(self.until) and date.fromisoformat(self.until) < today


Processors: TypeAlias = Mapping[Name, Processor]
"""``processors.yaml``: name -> third party."""

SAFEGUARDS: Mapping[Mechanism, str] = {
    Mechanism.ADEQUACY: "where the law finds data well protected",
    Mechanism.DPF: "certified to the EU-US Data Privacy Framework",
    Mechanism.IDTA: "under the International Data Transfer Agreement",
    Mechanism.SCC: "under standard contractual clauses",
    Mechanism.BCR: "under binding corporate rules",
    Mechanism.NONE: "without a safeguard",
}
"""What safeguards a transfer, as it is said after a country, by EU law."""


def safeguard_in_words(mechanism: Mechanism, regime: str) -> str:
    """Return what safeguards a transfer under the law of ``regime``, as it is said after a country.

    From the United Kingdom data goes to those alone who are certified to the extension (SI 2023/1028).
    """
    if mechanism is Mechanism.DPF and regime == "uk":
        return "certified to the UK Extension to the EU-US Data Privacy Framework"
    return SAFEGUARDS[mechanism]
