"""What became of a plan: of each change, on a second look, of files, and after settling."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from bailee.errors import BaileeError, ErrorKind
from bailee.trace.coverage import KnownCopy, NotLookedAt


class StalePlan(BaileeError):
    """Things are no longer as they were planned; nothing was done. ``reasons`` say what has changed."""

    kind = ErrorKind.STALE
    code = "stale"

    def __init__(self, reasons: Sequence[str]) -> None:
        self.reasons = tuple(reasons)
        super().__init__(
            "the plan is stale",
            "make it again, and look at what is different",
            details=self.reasons,
            facts={"reasons": list(self.reasons)},
        )

    def __str__(self) -> str:
        return "; ".join(self.reasons)


@dataclass(frozen=True, slots=True)
class StepOutcome:
    """What became of the rows of one change. ``fate`` as in the plan; ``count`` rows."""

    system: str
    change: str
    collection: str
    fate: str
    count: int
    laws: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Residual:
    """What a query of its own still finds of a change, in a fresh session after the commit: it must be nothing."""

    system: str
    change: str
    count: int


class WhyRemaining(StrEnum):
    """Why a value of a person's is still somewhere after an erasure."""

    KEPT = "kept"  # by what keeps the row, a hold or a pin
    LEFT = "left"  # in a row of others', of which the map says nothing else
    UNKEPT = "unkept"  # in the person's own row, and nothing keeps it


@dataclass(frozen=True, slots=True)
class RemainingValue:
    """A value that the person was known by is still in a ``column``, in ``count`` rows."""

    system: str
    collection: str
    column: str
    count: int
    why: WhyRemaining


@dataclass(frozen=True, slots=True)
class FileDeletions:
    """``gone``: files deleted; ``left``: (store, name) of those that could not be; ``why``: what the store said.

    ``settled``: files that lie there no more, no matter who deleted them.
    """

    gone: int = 0
    left: tuple[tuple[str, str], ...] = ()
    why: tuple[str, ...] = ()
    settled: int = 0


@dataclass(frozen=True, slots=True)
class ApplyResult:
    """``again``: the plan had been applied before, and nothing was left to do. ``media``: what lives on outside rows.

    ``files_left`` are tried again when the plan is applied again; ``files_why``: what stood in the way of a file, or
    of a name that no file can have. ``settling``: the case waits for `settle`. ``copies``: (system, copy) that keep
    data of rows that were changed; ``not_looked_at``: by system, what nobody knows of. ``standing``: where a value that
    the person was known by was found when all was done: in identities, mentions, and fields of their own rows.
    """

    outcomes: tuple[StepOutcome, ...]
    residuals: tuple[Residual, ...]
    files: int = 0
    files_left: int = 0
    files_why: tuple[str, ...] = ()
    again: bool = False
    media: tuple[str, ...] = ()
    settling: bool = False
    copies: tuple[tuple[str, KnownCopy], ...] = ()
    not_looked_at: Mapping[str, NotLookedAt] = field(default_factory=dict)
    standing: tuple[RemainingValue, ...] = ()

    @property
    def is_done(self) -> bool:
        """Whether the second look found nothing left on the map but what a hold keeps."""
        unkept = any(one.why is WhyRemaining.UNKEPT for one in self.standing)
        return not self.files_left and not unkept and all(r.count == 0 for r in self.residuals)

    @property
    def is_clean(self) -> bool:
        """Whether nothing is left on the map but what a hold keeps, and nothing is known to keep a copy of it."""
        return self.is_done and not self.copies


@dataclass(frozen=True, slots=True)
class RecheckResult:
    """What the look after settling found.

    ``residuals``: rows of the person that came back, by change. ``strangers``: rows under keys that were the person's,
    of which nothing says that they are hers now (a database gives keys again): they are left, for a person to look
    at. ``unseen``: systems whose map or schema has changed since, so that the same look is no longer possible.
    ``acted``: rows of ``residuals`` that were dealt with again. ``again``: it had been settled before.
    """

    residuals: tuple[Residual, ...] = ()
    strangers: tuple[Residual, ...] = ()
    unseen: tuple[str, ...] = ()
    acted: int = 0
    again: bool = False

    @property
    def is_over(self) -> bool:
        """Whether the case is closed: nothing of the person came back, or it is gone again."""
        return not self.residuals
