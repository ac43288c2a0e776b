"""What a check is, what it may ask, and what it finds. Values only: the runner fetches, a check asks and judges."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Literal, TypeAlias

from bailee.checks.due import Keys
from bailee.policy.model import NOWHERE, Bound, Place, Policy
from bailee.trace.bind import Map
from bailee.trace.counting import Counting

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
class Finding:
    """What a check found of one thing.

    ``about``: a collection (``phones.call_record``), a system, a processor, or empty for the firm. ``says`` is one
    line with its numbers, ``public`` the same for the public where it names tables, columns or accounts, ``hint`` what
    to do; ``count`` of ``of`` (where that is known) is the number behind it, and
    ``sql`` gives the same number when run by hand. ``at``: when it was looked, UTC.
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


@dataclass(frozen=True, slots=True)
class Kept:
    """A promise and what its checks found: it is as good as the worst of them."""

    promise: str
    verdict: Verdict
    findings: tuple[Finding, ...]


_BADNESS = {Verdict.KEPT: 0, Verdict.UNKNOWN: 1, Verdict.BROKEN: 2}


def worst(findings: Iterable[Finding]) -> Verdict:
    """Return the worst verdict of ``findings``; unknown where there are none, since nothing was looked at."""
    verdicts = [finding.verdict for finding in findings]
    return max(verdicts, key=_BADNESS.__getitem__) if verdicts else Verdict.UNKNOWN


# --- what is known before anything is asked ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Failure:
    """Why something could not be looked at. ``code`` is permanent (``C5nn``, ``T4nn``)."""

    code: str
    says: str
    hint: str


@dataclass(frozen=True, slots=True)
class Look:
    """What an earlier look saw of rows by day, and how many rows plans have deleted there since.

    ``day`` is ISO; under the empty day stands how many rows there were in all.
    """

    at: datetime
    days: Mapping[str, int]
    deleted: int = 0


@dataclass(frozen=True, slots=True)
class Staying:
    """Rows that must stay although they are due, by ``law``. ``keys``: system -> collection -> keys."""

    by: Literal["hold", "restriction"]
    law: str
    keys: Mapping[str, Keys]


@dataclass(frozen=True, slots=True)
class World:
    """``maps`` has the systems that could be read, ``unread`` why the others could not; ``stores`` are of files.

    ``refused``: systems that can be looked at, and of which no plan can be made, and why.

    ``looks``: what a check saw last of something. ``now`` is UTC. ``staying``: by holds placed by hand, and since
    persons have their data restricted; or why that cannot be told.
    """

    policy: Policy
    now: datetime
    maps: Mapping[str, Map] = field(default_factory=dict)
    stores: frozenset[str] = frozenset()
    unread: Mapping[str, Failure] = field(default_factory=dict)
    refused: Mapping[str, Failure] = field(default_factory=dict)
    looks: Mapping[str, Look] = field(default_factory=dict)
    staying: tuple[Staying, ...] | Failure = ()


# --- questions and answers -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Account:
    """What an account may do: ``can_write`` tables and why, ``powers`` that reach further. ``sql`` shows it by hand."""

    name: str
    can_write: tuple[str, ...] = ()
    powers: tuple[str, ...] = ()
    superuser: bool = False
    sql: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked about one thing.

    ``kind``: ``policy`` (nothing but what stands in the folder), ``reach`` (can the system be read at all), ``facts``,
    ``reader`` and ``writer`` (their `Account`), or ``count``. ``part`` tells apart several questions about one thing.
    ``failure``: why it cannot even be asked.
    """

    about: str
    kind: Literal["policy", "reach", "facts", "reader", "writer", "count"] = "policy"
    system: str = ""
    counting: Counting | None = None
    part: str = ""
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to ``question``, or the ``failure`` to look.

    ``value``: facts by name, an `Account`, or rows of counts; nothing for ``policy`` and ``reach``.
    """

    question: Question
    value: Any = None
    failure: Failure | None = None
    sql: str = ""
    at: datetime = BEGINNING

    @property
    def count(self) -> int:
        """The number that was asked for."""
        return int(self.value[0][0])


# --- a check -------------------------------------------------------------------------------------------------

Kind: TypeAlias = Literal[
    "text", "texts", "number", "yes or no", "date", "period", "condition", "collection", "system", "rule", "processor"
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

    ``policy`` stands in for the firm's, ``rows`` (collection as ``system.collection`` -> cells) are added to an empty
    copy, ``answer`` stands in for the system's, ``bound`` for what the promise tells the check, ``looks`` for what was
    seen before.
    """

    says: str
    policy: Policy | None = None
    rows: tuple[tuple[str, Mapping[str, Any]], ...] = ()
    answer: Callable[[Question], Any] | None = None
    looks: Mapping[str, Look] | None = None
    bound: Bound | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """A check: ``id`` is permanent. ``about`` says when it is kept, broken and unknown, and what it does not show.

    ``ask`` and ``judge`` are pure. ``plant`` yields violations that must turn the light, from the most telling on;
    where it yields none, none can be made up for this map.
    """

    id: str
    title: str
    about: str
    ask: Callable[[World, Bound], Iterable[Question]]
    judge: Callable[[World, Bound, Answer], Iterable[Finding]]
    plant: Callable[[World, Bound], Iterable[Plant]]
    parameters: Mapping[str, Parameter] = field(default_factory=dict)


def found(
    bound: Bound,
    answer: Answer,
    verdict: Verdict,
    says: str,
    hint: str = "",
    *,
    basis: Basis = Basis.MEASURED,
    count: int | None = None,
    of: int | None = None,
    place: Place = NOWHERE,
    public: str = "",
) -> Finding:
    """Return the finding of ``bound`` about what ``answer`` is about. A light that is on needs no hint."""
    question = answer.question
    hint = "" if verdict is Verdict.KEPT else hint
    place = place if place.file else bound.place
    about, sql, system = question.about, answer.sql, question.system
    return Finding(bound.check, about, verdict, basis, says, hint, count, of, sql, system, answer.at, place, public)


_ABOUT_THE_ADDRESS = frozenset({"C501", "C502", "C503", "C506", "C512"})
"""Codes of failures that another address, or another account in it, mends."""


def _led_on(world: World, system: str, failure: Failure) -> str:
    """Return the hint of ``failure``, with the file in which the address of ``system`` stands where that is wrong."""
    if failure.code in _ABOUT_THE_ADDRESS and system in world.policy.systems:
        return f"{failure.hint}: {world.policy.systems[system].place}"
    return failure.hint


def judged(check: Check, world: World, bound: Bound, answers: Iterable[Answer]) -> Iterator[Finding]:
    """Yield what ``check`` finds in ``answers``; what could not be looked at is unknown, and so is nothing at all."""
    some = False
    for answer in answers:
        if answer.failure is not None:
            some = True
            says = f"could not look: {answer.failure.says}"
            hint = _led_on(world, answer.question.system, answer.failure)
            public = f"{answer.question.system or 'it'} could not be looked at"
            yield found(bound, answer, Verdict.UNKNOWN, says, hint, public=public)
        else:
            for finding in check.judge(world, bound, answer):
                some = True
                yield finding
    if not some:
        hint = f"see whether the policy has what {check.id} is about, or take it off the promise: {bound.place}"
        yield found(bound, Answer(Question(""), at=world.now), Verdict.UNKNOWN, "nothing was there to look at", hint)
