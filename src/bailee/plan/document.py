"""A plan: what would be done to which rows, why, until when; readable, hashed, and without anybody's data in it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, ClassVar

import rfc8785

from bailee.errors import BaileeError, ErrorKind
from bailee.trace.coverage import NOTHING, NotLookedAt

FORMAT = 1

_CASE = re.compile(r"c-[0-9a-f]{12}")  # it is part of names of files
_STRICT: Mapping[str, object] = {"extra": "forbid", "strict": True}
_AGAIN = "make the plan again"


@dataclass(frozen=True, slots=True)
class Law:
    """Why something stays: the hold, its law, and the last day as an ISO date (empty: not known, or no end).

    ``lapses``: the first day on which it is over for one of the rows (ISO date; empty: not known, or never).
    """

    __pydantic_config__: ClassVar = _STRICT

    hold: str
    law: str
    until: str = ""
    lapses: str = ""


@dataclass(frozen=True, slots=True)
class PlanStep:
    """One change to one collection. ``count`` rows now, ``bound`` at most when it is applied.

    ``fate``: ``erased``, ``anonymised``, ``left``, ``kept``, ``unlinked``, ``corrected`` or ``objected``. ``cells``:
    what is written where. ``withheld``: rows in which a hold keeps a cell from this change. ``theirs``: rows of others,
    since what they point to goes.
    """

    __pydantic_config__: ClassVar = _STRICT

    change: str
    collection: str
    fate: str
    reason: str
    count: int
    bound: int
    cells: tuple[str, ...] = ()
    withheld: int = 0
    theirs: bool = False
    laws: tuple[Law, ...] = ()


@dataclass(frozen=True, slots=True)
class SystemPlan:
    """What is done in one system, in order. ``schema`` is the digest of the schema that it was planned against.

    ``effects``: what cascades, triggers and the like would do. ``listed``: rows for a person to look at: (collection,
    count, why).
    """

    __pydantic_config__: ClassVar = _STRICT

    system: str
    title: str
    schema: str
    steps: tuple[PlanStep, ...]
    effects: tuple[str, ...] = ()
    listed: tuple[tuple[str, int, str], ...] = ()
    not_looked_at: NotLookedAt = NOTHING


@dataclass(frozen=True, slots=True)
class Owner:
    """Others own ``rows`` of the rows that stay: through ``edge`` of the map, as rows of ``collection``."""

    __pydantic_config__: ClassVar = _STRICT

    edge: str
    collection: str
    rows: int


@dataclass(frozen=True, slots=True)
class BlockedRows:
    """Why persons are refused: ``rows`` rows of ``child`` stay, and point to rows of ``parent`` that would go (22).

    ``reference``: its name, as the map's check prints it; ``edges``: the edges of the map that say so, none where only
    a foreign key does. ``owners``: others who own those rows. ``hint``: how to change the map. ``persons``: who is
    refused, as numbers from 1 in the order in which they were asked for; 0: somebody of an earlier plan. Persons that
    are refused in one system at once share the reasons.
    """

    __pydantic_config__: ClassVar = _STRICT

    system: str
    reference: str
    edges: tuple[str, ...]
    child: str
    parent: str
    rows: int
    hint: str
    persons: tuple[int, ...] = ()
    owners: tuple[Owner, ...] = ()


_LATER = ("spares", "refusals", "persons", "found")
"""Fields that plans of earlier versions were hashed without: where there is nothing in them they are left out."""


@dataclass(frozen=True)  # without slots: the digest is kept beside
class PlanDocument:
    """``kind``: ``erase``, ``release``, ``correct``, ``object``, ``retain``. ``subject``: a rule, or how many persons.

    ``commitment``: HMAC over the subjects' keys with a salt that only the sealed case has. ``today`` decides which
    holds are over, ``made_at`` is when it was made (ISO 8601, UTC). ``refused``: persons whose rows somebody else's
    point to, among them such as come up again from earlier plans; ``refusals`` say why. ``spares``: HMAC over the keys
    of the rows that are not deleted, by fate. The case has these keys; none of the rows may meet a harsher fate. Empty
    where there are none, and in plans of earlier versions. ``persons``: how many are asked for, ``found``: how many of
    them have rows of their own.
    """

    __pydantic_config__: ClassVar = _STRICT

    kind: str
    subject: str
    case: str
    policy: str
    compiler: str
    today: str
    made_at: str
    commitment: str
    systems: tuple[SystemPlan, ...]
    files: int = 0
    refused: int = 0
    unconfirmed: int = 0
    spares: str = ""
    refusals: tuple[BlockedRows, ...] = ()
    persons: int = 0
    found: int = 0

    @property
    def refused_persons(self) -> tuple[int, ...]:
        """Return which of those who are asked for are refused, as numbers from 1."""
        return tuple(sorted({number for one in self.refusals for number in one.persons if number}))

    @cached_property
    def digest(self) -> str:
        """Return SHA-256 over the plan's canonical JSON (RFC 8785), in hexadecimal."""
        return hashlib.sha256(rfc8785.dumps(self.stated())).hexdigest()

    @property
    def moment(self) -> datetime:
        """Return the plan's own time, UTC without a zone: what *now* writes, however late it is applied."""
        return datetime.fromisoformat(self.made_at).astimezone(UTC).replace(tzinfo=None)

    def counts(self) -> Mapping[str, int]:
        """Return how many rows meet each fate."""
        found: dict[str, int] = {}
        for system in self.systems:
            for step in system.steps:
                found[step.fate] = found.get(step.fate, 0) + step.count
        return found

    def stated(self) -> Any:
        """Return what is hashed: the plan as JSON has it, without its hash."""
        said: dict[str, Any] = json.loads(json.dumps(asdict(self)))
        for name in _LATER:
            if not said[name]:
                del said[name]
        for system in said["systems"]:
            if not any(system["not_looked_at"].values()):
                del system["not_looked_at"]
        return {"bailee-plan": FORMAT, **said}

    def to_json(self) -> str:
        """Return the plan as a file has it: its JSON, with its hash."""
        return json.dumps({**self.stated(), "hash": self.digest}, indent=2) + "\n"


class PlanError(BaileeError, ValueError):
    """A plan file that cannot be used."""

    kind = ErrorKind.STALE
    code = "plan_unreadable"


def read_plan(text: str) -> PlanDocument:
    """Return the plan that a file holds. Raises `PlanError` where it is none, or not the one that was hashed."""
    try:
        return _add_digest(json.loads(text))
    except PlanError:
        raise
    except (ValueError, TypeError, AttributeError, RecursionError):
        raise PlanError("the plan file cannot be read", _AGAIN) from None


def _add_digest(data: dict[str, Any]) -> PlanDocument:
    from pydantic import TypeAdapter  # start-up: 38 ms

    if data.pop("bailee-plan", None) != FORMAT:
        raise PlanError("this is not a plan that this version reads", _AGAIN)
    digest = data.pop("hash", "")
    plan = TypeAdapter(PlanDocument).validate_json(json.dumps(data))
    if plan.digest != digest or plan.stated() != {"bailee-plan": FORMAT, **data}:
        raise PlanError("the plan file is not as it was when it was hashed", _AGAIN)
    if not _CASE.fullmatch(plan.case):
        raise PlanError("the plan file names no case", _AGAIN)
    return plan
