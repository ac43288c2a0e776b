"""What is open when somebody deals with requests: the policy, its books, the vault, and what time it is."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from bailee.policy import Policy
from bailee.store.events import Dispatcher
from bailee.store.sealed_store import Store
from bailee.vault import Vault


@dataclass(frozen=True, slots=True)
class Context:
    """``now`` is UTC. ``staff``: the id of who acts; empty: the public, or a worker. ``events``: who hears of what."""

    folder: Path
    policy: Policy
    store: Store
    now: datetime
    staff: str = ""
    events: Dispatcher[Context] = field(default_factory=Dispatcher)

    @property
    def vault(self) -> Vault:
        """The vault that seals what the books hold."""
        return self.store.vault

    @property
    def today(self) -> date:
        """The day in the firm's country: statutory days are days of its calendar."""
        return self.day_of(self.now)

    def day_of(self, moment: datetime) -> date:
        """Return the day in the firm's country at ``moment`` (with a zone)."""
        return moment.astimezone(ZoneInfo(find_zone(self.policy))).date()

    def begin_of(self, day: date) -> datetime:
        """Return the moment at which ``day`` begins in the firm's country, in UTC."""
        return datetime.combine(day, time.min, ZoneInfo(find_zone(self.policy))).astimezone(UTC)

    @property
    def books(self) -> Path:
        """The folder of the books."""
        return self.store.folder

    def emit(self, event: object) -> None:
        """Tell all who hear of ``event``, in the caller's transaction. Raises what they raise, and `UnheardError`."""
        self.events.emit(self, event)

    def at(self, now: datetime) -> Context:
        """Return the context at another time."""
        return replace(self, now=now)

    def by(self, staff: str) -> Context:
        """Return the context as a member of staff enters it."""
        return replace(self, staff=staff)


def find_zone(policy: Policy) -> str:
    """Return the time zone of the firm's calendar: of the division, else of the regime."""
    division = policy.firm.requests.division
    if policy.firm.regime == "uk":
        return "Europe/London"
    return _ZONES.get(division, "Europe/Brussels")


_ZONES = {
    "ie": "Europe/Dublin", "pt": "Europe/Lisbon", "is": "Atlantic/Reykjavik", "fi": "Europe/Helsinki",
    "ee": "Europe/Tallinn", "lv": "Europe/Riga", "lt": "Europe/Vilnius", "gr": "Europe/Athens", "cy": "Asia/Nicosia",
    "bg": "Europe/Sofia", "ro": "Europe/Bucharest",
}  # fmt: skip
"""Countries whose day does not begin when that of Brussels does."""
