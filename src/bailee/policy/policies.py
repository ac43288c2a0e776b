"""A whole policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bailee.policy.firm import Firm
from bailee.policy.holds import Hold
from bailee.policy.notices import Notice
from bailee.policy.processors import Processor
from bailee.policy.promises import Promise
from bailee.policy.retention import RetentionRule
from bailee.policy.systems import System


@dataclass(frozen=True, slots=True)
class Policy:
    """A whole policy folder.

    ``digest``: SHA-256, hexadecimal, over the files that a plan rests on. The words that are published are not among
    them: no plan grows stale by a comma in the notice. ``has_register``: there is a ``processors.yaml``, if only to say
    that there is nobody to name.
    """

    firm: Firm
    systems: Mapping[str, System]
    retention: Mapping[str, RetentionRule]
    holds: Mapping[str, Hold]
    folder: str = ""
    digest: str = ""
    processors: Mapping[str, Processor] = field(default_factory=dict)
    promises: Mapping[str, Promise] = field(default_factory=dict)
    notice: Notice | None = None
    has_register: bool = False

    @property
    def third_parties(self) -> tuple[str, ...]:
        """All names of those in the register."""
        return tuple(name for one in self.processors.values() for name in (one.title, *one.also))
