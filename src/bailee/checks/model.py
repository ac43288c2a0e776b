"""What a check is, what it may ask, and what it finds. Values only: the engine fetches, a check asks and judges."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Literal, TypeAlias

from bailee.checks.overdue_rows import Keys
from bailee.checks.words import spell_count
from bailee.policy import NOWHERE, Bound, Place, Policy
from bailee.trace.bind import BoundMap
from bailee.trace.row_counts import Counting, SetCount

BEGINNING = datetime.min.replace(tzinfo=UTC)


class Verdict(StrEnum):
    """Whether a promise is kept. *Unknown* (could not look, too old, undecided) never counts as kept."""

    KEPT = "kept"
    BROKEN = "broken"
    UNKNOWN = "unknown"


class Basis(StrEnum):
    """How that is known: it was looked at, or somebody said so."""

    MEASURED = "measured"
    ATTESTED = "attested"


@dataclass(frozen=True, slots=True)
class CheckFinding:
    """What a check found of one thing.

    ``about``: a collection (``phones.call_record``), a system, a processor, or empty for the firm. ``says`` is one
    line with its numbers, ``public`` the same for the public where it names tables, columns or accounts, ``hint`` what
    to do; ``count`` of ``of`` (where that is known) is the number behind it, and
    ``sql`` gives the same number when run by hand. ``at``: when it was looked, UTC.

    ``looked`` of ``among`` things were looked at, ``None`` where nothing could be; ``unit`` says which, in the
    singular, and is the check's own (`Check`). What is *kept* was looked at whole, and is never none (`judge_check`).
    """

    check: str
    about: str
    verdict: Verdict
    basis: Basis
    says: str
    hint: str = ""
    count: int | None = None
    of: int | None = None
    sql: str = ""
    system: str = ""
    at: datetime = BEGINNING
    place: Place = NOWHERE
    public: str = ""
    looked: int | None = None
    among: int | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class PromiseResult:
    """A promise and what its checks found: it is as good as the worst of them."""

    promise: str
    verdict: Verdict
    findings: tuple[CheckFinding, ...]

    @property
    def telling(self) -> tuple[CheckFinding, ...]:
        """The findings that the verdict rests on, measured ones first."""
        found = [finding for finding in self.findings if finding.verdict is self.verdict]
        return tuple(sorted(found, key=lambda finding: finding.basis is not Basis.MEASURED))

    @property
    def bases(self) -> tuple[Basis, ...]:
        """How the verdict is known, *measured* before *attested*; empty where nothing was found."""
        return tuple(dict.fromkeys(finding.basis for finding in self.telling))

    @property
    def looked_at(self) -> str:
        """How much was looked at: ``3 of 3 rows looked at, 2 of 2 systems looked at``; what two checks saw, once."""
        return describe_looks(self.findings)


def describe_looks(findings: Sequence[CheckFinding]) -> str:
    """Return how much was looked at, by the unit of the checks; of what is found twice, the most that was seen.

    Where something could not be looked at, nobody knows of how much it is.
    """
    seen: dict[str, dict[str, tuple[int, int]]] = {}
    unknown = {f.unit for f in findings if f.looked is None}
    for f in findings:
        things = seen.setdefault(f.unit, {})
        things[f.about] = max(things.get(f.about, (0, 0)), (f.looked or 0, f.among or 0))
    return (
        ", ".join(_describe_unit(unit, things, unit in unknown) for unit, things in seen.items()) or "nothing looked at"
    )


def _describe_unit(unit: str, things: Mapping[str, tuple[int, int]], unknown: object) -> str:
    looked, among = (sum(numbers) for numbers in zip(*things.values(), strict=True))
    of = f"an unknown number of {spell_count(2, unit).partition(' ')[2]}" if unknown else spell_count(among, unit)
    return f"{looked:,} of {of} looked at"


WORST_FIRST = (Verdict.BROKEN, Verdict.UNKNOWN, Verdict.KEPT)
"""How verdicts weigh against each other; every list of them has this order or its reverse."""


def judge_promise(name: str, findings: Iterable[CheckFinding]) -> PromiseResult:
    """Return the promise ``name`` with the worst verdict of ``findings``; unknown where nothing was looked at."""
    found = tuple(findings)
    worst = min((finding.verdict for finding in found), key=WORST_FIRST.index, default=Verdict.UNKNOWN)
    return PromiseResult(name, worst, found)


# --- what is known before anything is asked ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Failure:
    """Why something could not be looked at. ``code`` is permanent (``C5nn``, ``T4nn``)."""

    code: str
    says: str
    hint: str


@dataclass(frozen=True, slots=True)
class EarlierLook:
    """What an earlier look saw of rows by day, and how many rows plans have deleted there since.

    `retention.floor` compares by the day. Of every other check it says how much there was to look at (`size_key`).

    ``day`` is ISO; under the empty day stands how many rows there were in all.
    """

    at: datetime
    days: Mapping[str, int]
    deleted: int = 0


@dataclass(frozen=True, slots=True)
class StayingRows:
    """Rows that must stay although they are due, by ``law``. ``keys``: system -> collection -> keys."""

    by: Literal["hold", "restriction"]
    law: str
    keys: Mapping[str, Keys]


@dataclass(frozen=True, slots=True)
class World:
    """``maps`` has the systems that could be read, ``unread`` why the others could not; ``stores`` are of files.

    ``refused``: systems that can be looked at, and of which no plan can be made, and why.

    ``empty``: those of the stores in which is no file. ``looks``: what a check saw last of something. ``now`` is UTC.
    ``staying``: by holds placed by hand, and since persons have their data restricted; or why that cannot be told.
    """

    policy: Policy
    now: datetime
    maps: Mapping[str, BoundMap] = field(default_factory=dict)
    file_stores: frozenset[str] = frozenset()
    empty: frozenset[str] = frozenset()
    unread: Mapping[str, Failure] = field(default_factory=dict)
    refused: Mapping[str, Failure] = field(default_factory=dict)
    looks: Mapping[str, EarlierLook] = field(default_factory=dict)
    staying: tuple[StayingRows, ...] | Failure = ()


# --- questions and answers -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AccountPowers:
    """What an account may do: ``can_write`` tables and why, ``powers`` that reach further. ``sql`` shows it by hand.

    ``tables``: how many it can see.
    """

    name: str
    can_write: tuple[str, ...] = ()
    powers: tuple[str, ...] = ()
    superuser: bool = False
    sql: str = ""
    tables: int = 0


@dataclass(frozen=True, slots=True)
class Listing:
    """The tables of a system, by name. ``is_whole``: whether the account is told of all of them."""

    tables: tuple[str, ...]
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class CheckQuestion:
    """What is asked about one thing.

    ``kind``: ``policy`` (nothing but what stands in the folder), ``reach`` (can the system be read at all), ``facts``,
    ``reader`` and ``writer`` (their `AccountPowers`), ``tables`` (all that there are: `Listing`), or ``count``.
    ``part`` tells apart several questions about one thing. ``failure``: why it cannot even be asked.

    ``whole``: how all that is looked at is counted, of which ``counting`` finds some. ``sized``: a name for it, that
    the next look knows it by; questions of one collection with the same name have the same whole.
    """

    about: str
    kind: Literal["policy", "reach", "facts", "reader", "writer", "tables", "count"] = "policy"
    system: str = ""
    counting: Counting | None = None
    part: str = ""
    failure: Failure | None = None
    whole: SetCount | None = None
    sized: str = ""

    @property
    def size_key(self) -> str:
        """Under which name it is remembered how much there was to look at; `record_deletions` knows the collection."""
        return f"{self.about} #{self.sized}"


@dataclass(frozen=True, slots=True)
class CheckAnswer:
    """The answer to ``question``, or the ``failure`` to look.

    ``value``: facts by name, an `AccountPowers`, a `Listing`, or rows of counts; nothing for ``policy`` and ``reach``.
    ``whole``: how much there was to look at, or why that could not be counted.
    """

    question: CheckQuestion
    value: Any = None
    failure: Failure | None = None
    whole: int | Failure | None = None
    sql: str = ""
    at: datetime = BEGINNING

    @property
    def count(self) -> int:
        """The number that was asked for."""
        return int(self.value[0][0])


# --- a check -------------------------------------------------------------------------------------------------

Kind: TypeAlias = Literal[
    "text",
    "texts",
    "number",
    "yes or no",
    "date",
    "period",
    "condition",
    "collection",
    "collections",
    "system",
    "rule",
    "processor",
]


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a promise may tell a check. ``says``: what it means, for the catalogue."""

    kind: Kind
    says: str
    required: bool = False
    one_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plant:
    """A violation, to be made in a copy: ``says`` what it is.

    ``wants``: what the light must turn to at the least. ``policy`` stands in for the firm's, ``rows`` (collection as
    ``system.collection`` -> cells) are added to an empty copy, ``answer`` stands in for the system's, ``bound`` for
    what the promise tells the check, ``looks`` for what was seen before.
    """

    says: str
    policy: Policy | None = None
    rows: tuple[tuple[str, Mapping[str, Any]], ...] = ()
    answer: Callable[[CheckQuestion], Any] | None = None
    looks: Mapping[str, EarlierLook] | None = None
    bound: Bound | None = None
    wants: Verdict = Verdict.BROKEN


@dataclass(frozen=True, slots=True)
class Check:
    """A check: ``id`` is permanent. ``about`` says when it is kept, broken and unknown, and what it does not show.

    ``unit``: what it looks at, one by one; of each finding it says how many, of how many (`CheckFinding`).
    ``on_tables``: it looks at tables, and is wrong where they are not those that are meant.

    ``ask`` and ``judge`` are pure. ``plant`` yields violations that must turn the light, from the most telling on;
    where it yields none, none can be made up for this map.
    """

    id: str
    title: str
    about: str
    ask: Callable[[World, Bound], Iterable[CheckQuestion]]
    judge: Callable[[World, Bound, CheckAnswer], Iterable[CheckFinding]]
    plant: Callable[[World, Bound], Iterable[Plant]]
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    unit: str = "row"
    on_tables: bool = True


def build_finding(
    bound: Bound,
    answer: CheckAnswer,
    verdict: Verdict,
    says: str,
    hint: str = "",
    *,
    basis: Basis = Basis.MEASURED,
    count: int | None = None,
    of: int | None = None,
    place: Place = NOWHERE,
    public: str = "",
    looked: int | None = None,
    among: int | None = None,
) -> CheckFinding:
    """Return the finding of ``bound`` about what ``answer`` is about. A light that is on needs no hint.

    ``looked``: of ``among`` (left out: all of them) were looked at; left out: the whole of the question.
    """
    question = answer.question
    if looked is None and isinstance(answer.whole, int):
        looked = answer.whole
    among = looked if among is None else among
    hint = "" if verdict is Verdict.KEPT else hint
    place = place if place.file else bound.place
    about, sql, system = question.about, answer.sql, question.system
    return CheckFinding(
        bound.check, about, verdict, basis, says, hint, count, of, sql, system, answer.at, place, public, looked, among
    )
