"""Checks carried out: their questions are put to the systems, and they judge the answers."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bailee.checks import (
    AccountPowers,
    CheckAnswer,
    CheckFinding,
    CheckQuestion,
    EarlierLook,
    Failure,
    Listing,
    PromiseResult,
    Verdict,
    World,
    judge_check,
    judge_promise,
    list_checks,
    load_checks,
)
from bailee.checks.catalogue.retention import name_look, read_look
from bailee.connectors.base import Connector, ConnectorError, Countable
from bailee.engine.checking import history, public_pages
from bailee.engine.checking.history import PromiseHistory
from bailee.engine.checking.opened_policy import describe_failure, find_staying, open_policy
from bailee.engine.plans import UnknownName
from bailee.engine.systems import require_countable
from bailee.notice import Evidence
from bailee.policy import Bound, Promise
from bailee.policy.words import meant
from bailee.store.context import find_zone
from bailee.store.row_counts import record_looks

Ask = Callable[[CheckQuestion], CheckAnswer]


@dataclass(frozen=True)
class CheckReport:
    """What a look found, ``at`` a time in UTC. ``standings``: since when each promise stands as it does."""

    at: datetime
    firm: str
    promises: tuple[PromiseResult, ...]
    standings: Mapping[str, PromiseHistory]

    @property
    def findings(self) -> tuple[CheckFinding, ...]:
        """Everything that was found, each once: two promises may rest on one check."""
        return tuple(dict.fromkeys(f for kept in self.promises for f in kept.findings))

    @property
    def evidence(self) -> dict[str, Evidence]:
        """What was found of each promise, as the page of the notice takes it."""
        stands = self.standings
        return {
            kept.promise: Evidence(kept, stands[kept.promise].since, stands[kept.promise].confirmed)
            for kept in self.promises
        }

    def count(self, verdict: Verdict) -> int:
        """Return how many promises have ``verdict``."""
        return sum(kept.verdict is verdict for kept in self.promises)


def run_checks(folder: Path, *, now: datetime | None = None, only: Collection[str] = ()) -> CheckReport:
    """Look whether the promises of ``folder`` are kept, and write down since when; ``now`` is UTC.

    ``only``: names of promises or ids of checks. Raises `UnknownName` for another, `PolicyError`, `StateError`. A
    system that cannot be looked at makes its findings unknown.
    """
    now, begun = now or datetime.now(UTC).replace(microsecond=0), time.monotonic()
    with open_policy(folder, now) as systems:
        wanted = list(choose_checks(systems.world, only))
        saw: dict[str, EarlierLook] = {}
        world = systems.world
        if any(bound.check == "retention.ceiling" for _, bounds in wanted for bound in bounds):
            world = replace(world, staying=find_staying(systems, folder))
        ask = make_asker(world, systems.systems)
        promises = []
        known: dict[str, tuple[CheckFinding, ...]] = {}
        for done, (promise, bounds) in enumerate(wanted):
            history.record_progress(systems.store, now, done, len(wanted))
            findings: list[CheckFinding] = []
            for bound in bounds:
                key = repr((bound.check, sorted(bound.parameters.items()), bound.place))
                if key not in known:
                    known[key] = tuple(run_check(world, bound, ask, saw))
                findings.extend(known[key])
            promises.append(judge_promise(promise.name, findings))
        whole = [
            kept for kept, (promise, bounds) in zip(promises, wanted, strict=True) if bounds == list_checks(promise)
        ]
        today = now.astimezone(ZoneInfo(find_zone(systems.world.policy))).date()
        with systems.store.at_once():  # no verdict beside findings that say otherwise, wherever a process dies
            record_looks(systems.store, saw)
            public_pages.record_findings(systems.store, whole)
            history.record_verdicts(systems.store, whole, now, today)
        history.record_progress(systems.store, now, len(wanted), len(wanted), time.monotonic() - begun)
        return CheckReport(
            now, systems.world.policy.firm.name, tuple(promises), history.read_history(systems.store, now)
        )


def choose_checks(world: World, only: Collection[str]) -> Iterator[tuple[Promise, tuple[Bound, ...]]]:
    """Yield the promises, each with those of its checks that are wanted."""
    promises = world.policy.promises
    for name in only:
        if name not in promises and name not in load_checks():
            known = [*promises, *load_checks()]
            hint = meant(name, known) or "bailee check lists all; docs/catalogue.md says what each is"
            raise UnknownName(f"no promise and no check is called {name!r}", hint)
    for promise in promises.values():
        bounds = list_checks(promise)
        wanted = bounds if not only or promise.name in only else tuple(b for b in bounds if b.check in only)
        if wanted:
            yield promise, wanted


def run_check(world: World, bound: Bound, ask: Ask, saw: dict[str, EarlierLook]) -> Iterator[CheckFinding]:
    """Yield what the check of ``bound`` finds; ``saw`` gains what the next look compares with."""
    check = load_checks()[bound.check]
    answers = [ask(question) for question in check.ask(world, bound)]
    findings = tuple(judge_check(check, world, bound, answers))
    if bound.check == "retention.floor":
        saw.update(_collect_looks(answers, findings))
    saw.update(_collect_sizes(world, answers))
    yield from findings


def _collect_sizes(world: World, answers: list[CheckAnswer]) -> Iterator[tuple[str, EarlierLook]]:
    """Yield how much there was to look at. What others than plans have emptied stays on record as it was."""
    for answer in answers:
        if isinstance(answer.whole, int):
            key = answer.question.size_key
            before = world.looks.get(key)
            if answer.whole or before is None or before.days.get("", 0) <= before.deleted:
                yield key, EarlierLook(answer.at, {"": answer.whole})


def _collect_looks(answers: list[CheckAnswer], findings: tuple[CheckFinding, ...]) -> Iterator[tuple[str, EarlierLook]]:
    """Yield what was seen, but of what has lost rows: its light stays on until somebody has seen to it."""
    broken = {f.about for f in findings if f.verdict is Verdict.BROKEN}
    for answer in answers:
        if answer.failure is None and answer.question.about not in broken:
            key = name_look(answer.question.about, answer.question.part.split(" ", 1)[1])
            yield key, EarlierLook(answer.at, read_look(answer))


def make_asker(world: World, systems: Mapping[str, Connector] | Mapping[str, Countable]) -> Ask:
    """Return the function that puts a question to the system that it is about, or says why it could not.

    What several questions rest on is asked for once: what a system is, what its accounts may do, how much there is.
    """
    known: dict[tuple[str, ...], CheckAnswer] = {}

    def ask_question(question: CheckQuestion) -> CheckAnswer:
        answer = CheckAnswer(question, at=world.now)
        if question.failure is not None:
            return replace(answer, failure=question.failure)
        if question.kind == "policy":
            return answer
        if question.system in world.unread:
            return replace(answer, failure=world.unread[question.system])
        if question.kind == "reach":
            return answer
        if question.kind == "count":
            counted = (
                _ask_once(("size", question.size_key), whole) if (whole := _make_size_question(question)) else None
            )
            return replace(_ask_connector(answer, systems[question.system]), whole=_read_count(counted))
        return replace(_ask_once((question.kind, question.system), question), question=question)

    def _ask_once(key: tuple[str, ...], question: CheckQuestion) -> CheckAnswer:
        if key not in known:
            known[key] = _ask_connector(CheckAnswer(question, at=world.now), systems[question.system])
        return known[key]

    return ask_question


def _make_size_question(question: CheckQuestion) -> CheckQuestion | None:
    """Return the question how much there is to look at, where that is counted."""
    return replace(question, counting=question.whole, whole=None) if question.whole is not None else None


def _read_count(answer: CheckAnswer | None) -> int | Failure | None:
    if answer is None:
        return None
    return answer.count if answer.failure is None else answer.failure


def _ask_connector(answer: CheckAnswer, connector: Connector | Countable) -> CheckAnswer:
    question = answer.question
    try:
        if question.kind == "facts":
            return replace(answer, value=connector.facts())
        system = require_countable(connector)
        if question.kind == "tables":
            return replace(answer, value=Listing(*system.tables()))
        if question.kind in {"reader", "writer"}:
            told = system.privileges(write=question.kind == "writer")
            account = AccountPowers(
                told.account, told.can_write, told.powers, told.superuser, told.sql, len(told.rights)
            )
            return replace(answer, value=account)
        assert question.counting is not None
        answer = replace(answer, sql=system.wording(question.counting))
        return replace(answer, value=system.count(question.counting))
    except ConnectorError as error:
        return replace(answer, failure=describe_failure(error))
