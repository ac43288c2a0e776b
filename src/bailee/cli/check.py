"""``bailee check``: whether the promises of the notice are kept, how that is known, and what to do where not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bailee.cli import options
from bailee.cli.exits import CommandError, CommandProblem, Exit
from bailee.cli.show import Line, show, show_json
from bailee.cli.words import command, counted

if TYPE_CHECKING:
    from bailee.checks import CheckFinding, PromiseResult
    from bailee.engine.checking import CheckReport, RehearsalResult
    from bailee.policy import Policy

# Imports stand in functions: a command loads what it uses, and `bailee --help` nothing of it.

MARKS = {"kept": "\N{CHECK MARK}", "broken": "\N{BALLOT X}", "unknown": "?"}
_STYLES = {"kept": "dim", "broken": "bold red", "unknown": "bold yellow"}


def check(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[CHECK|PROMISE]...", help="Only these: names of promises, or ids of checks."),
    ] = None,
    policy: options.PolicyFolder = Path(),
    *,
    sql: Annotated[bool, typer.Option("--sql", help="Show every query, to be run by hand.")] = False,
    rehearse: Annotated[
        bool, typer.Option("--rehearse", help="Plant violations in copies, and look whether the lights turn.")
    ] = False,
    json: options.AsJson = False,
    junit: Annotated[
        Path | None, typer.Option("--junit", metavar="FILE", show_default=False, help="Write JUnit XML, for CI.")
    ] = None,
) -> int:
    """Look whether every promise is kept.

    Nothing is changed in any system, and nobody's data is printed: rows are counted.
    """
    if rehearse:
        return _rehearsal(policy, names or [], json=json)
    from bailee.engine.checking import run_checks
    from bailee.policy import load

    report = run_checks(policy, only=names or [])
    if junit is not None:
        _write_junit(junit, report)
    if json:
        show_json(_as_json(report))
    else:
        show(_page(report, _Page(load(policy), policy, sql)))
    return _exit(report)


def _exit(report: CheckReport) -> Exit:
    from bailee.checks import Verdict

    if report.count(Verdict.BROKEN):
        return Exit.BROKEN
    return Exit.UNKNOWN if report.count(Verdict.UNKNOWN) or not report.promises else Exit.DONE


# --- for people ----------------------------------------------------------------------------------------------


_ALIKE = 3
"""So many findings that one thing mends are shown; --sql shows all."""


@dataclass(frozen=True, slots=True)
class _Page:
    policy: Policy
    folder: Path
    sql: bool

    def runnable(self, hint: str) -> str:
        """Return ``hint`` with its commands, which stand between backticks, as they can be pasted here."""
        return re.sub(r"`bailee ([^`]+)`", lambda match: self.command(*match[1].split()), hint)

    def command(self, *words: str) -> str:
        """Return a command on this policy folder."""
        return command(*words, *(() if self.folder == Path() else ("--policy", str(self.folder))))


def _page(report: CheckReport, page: _Page) -> Iterator[Line]:
    from bailee.checks import WORST_FIRST  # start-up: no other command needs the checks

    yield Line(f"{report.firm}, {report.at:%d %B %Y %H:%M} UTC", style="bold")
    if not report.promises:
        hint = "there are no promises: write promises.yaml, or begin with `bailee notice import FILE`"
        yield Line(page.runnable(hint))
        return
    for verdict in reversed(WORST_FIRST):  # what is broken stands last, where the eye is
        for kept in (k for k in report.promises if k.verdict == verdict):
            yield _light(report, page, kept)
    yield Line("")
    counts = [
        f"{number:,} {verdict}"
        for verdict in ("kept", "broken", "unknown")
        if (number := sum(k.verdict == verdict for k in report.promises))
    ]
    yield Line(f"{counted(len(report.promises), 'promise')}: {', '.join(counts)}", style="bold")
    if not page.sql and any(f.sql for f in report.findings):
        yield Line(f"to see every query, and run it by hand: {page.command('check', '--sql')}", style="dim")


def _light(report: CheckReport, page: _Page, kept: PromiseResult) -> Line:
    from bailee.checks import WORST_FIRST  # start-up, as above

    on_a_word = kept.verdict == "kept" and kept.bases == ("attested",)
    says = f"{page.policy.promises[kept.promise].says}{' (attested)' if on_a_word else ''}"
    text = f"{MARKS[kept.verdict]} {kept.verdict:<8}{says}"
    shown = [f for f in kept.findings if page.sql or f.verdict != "kept"]
    shown.sort(key=lambda f: WORST_FIRST.index(f.verdict))
    below = [Line(kept.looked_at, style="dim")]
    for hint, group in groupby(shown, key=lambda f: f.hint):
        alike = list(group)
        for finding in alike if page.sql else alike[:_ALIKE]:
            says = f"{MARKS[finding.verdict]} {finding.says}  [{finding.check}, {finding.basis}]"
            below.append(Line(says, tuple(_query(finding)) if page.sql else ()))
        if not page.sql and len(alike) > _ALIKE:
            below.append(Line(f"{len(alike) - _ALIKE:,} more"))
        if hint:
            below.append(Line(f"do: {page.runnable(hint)}"))
    if kept.verdict != "kept":
        below.extend(_age(report, kept))
    return Line(text, tuple(below), _STYLES[kept.verdict])


def _query(finding: CheckFinding) -> Iterator[Line]:
    if finding.sql:
        yield from (Line(line, whole=True) for line in f"{finding.sql};".splitlines())
    elif finding.basis == "measured":
        yield Line("no query: the policy, its maps or the server itself tell this", style="dim")


def _age(report: CheckReport, kept: PromiseResult) -> Iterator[Line]:
    standing = report.standings.get(kept.promise)
    if standing is not None and standing.verdict == kept.verdict:
        yield Line(f"{kept.verdict} {since(standing.since, report.at)}", style="dim")


def since(then: datetime, now: datetime) -> str:
    """Return since when something is so, as people say it."""
    passed = now - then
    if passed < timedelta(minutes=1):
        return "as of this look"
    if passed < timedelta(days=1):
        return f"since {then:%H:%M} UTC"
    return f"since {then:%d %B %Y}, {counted(passed.days, 'day')}".replace("since 0", "since ")


# --- for programs --------------------------------------------------------------------------------------------


def _as_json(report: CheckReport) -> dict[str, Any]:
    return {
        "at": report.at.isoformat(),
        "firm": report.firm,
        "counts": {v: sum(k.verdict == v for k in report.promises) for v in ("kept", "broken", "unknown")},
        "promises": [_promise_json(report, kept) for kept in report.promises],
    }


def _promise_json(report: CheckReport, kept: PromiseResult) -> dict[str, Any]:
    standing = report.standings.get(kept.promise)
    return {
        "promise": kept.promise,
        "verdict": str(kept.verdict),
        "since": standing.since.isoformat() if standing else None,
        "confirmed": standing.confirmed.isoformat() if standing else None,
        "findings": [_finding_json(finding) for finding in kept.findings],
    }


def _finding_json(finding: CheckFinding) -> dict[str, Any]:
    place = finding.place
    return {
        "check": finding.check, "about": finding.about, "verdict": str(finding.verdict), "basis": str(finding.basis),
        "says": finding.says, "hint": finding.hint, "count": finding.count, "of": finding.of, "sql": finding.sql,
        "looked": finding.looked, "among": finding.among, "unit": finding.unit, "system": finding.system,
        "at": finding.at.isoformat(),
        "file": place.file, "line": place.line, "column": place.column,
    }  # fmt: skip


def _write_junit(path: Path, report: CheckReport) -> None:
    """Write a test suite: a promise is a test case; broken fails, and unknown is an error."""
    from junitparser import Error, Failure, JUnitXml, TestCase, TestSuite

    suite = TestSuite(f"bailee check: {report.firm}")
    suite.timestamp = report.at.isoformat()
    for kept in report.promises:
        case = TestCase(kept.promise, classname="bailee.check", time=0)
        worse = [f for f in kept.findings if f.verdict != "kept"]
        kind = {"broken": Failure, "unknown": Error}.get(kept.verdict)
        if kind is not None:
            result = kind(worse[0].says if worse else "nothing was looked at", str(kept.verdict))
            result.text = "\n".join(f"{f.check}: {f.says}\n  {f.hint}" for f in worse)
            case.result = [result]
        suite.add_testcase(case)
    xml = JUnitXml()
    xml.add_testsuite(suite)
    try:
        xml.write(str(path), pretty=True)
    except OSError as error:
        message = f"the JUnit file cannot be written: {error.strerror or 'unknown'}"
        raise CommandError(CommandProblem(Exit.FILES, "junit_file", message, "choose another place")) from None


# --- the rehearsal -------------------------------------------------------------------------------------------


def _rehearsal(policy: Path, names: Sequence[str], *, json: bool) -> int:
    from bailee.engine.checking import rehearse_checks

    done = rehearse_checks(policy, only=names)
    if json:
        show_json([{"check": r.check, "promise": r.promise, "planted": r.planted, "outcome": r.outcome, "says": r.says}
                   for r in done])  # fmt: skip
    else:
        show(_rehearsal_page(done))
    failed = [r for r in done if r.outcome == "missed"]
    if failed:
        return Exit.BROKEN
    return Exit.DONE if done and all(r.outcome == "turned" for r in done) else Exit.UNKNOWN


def _rehearsal_page(done: Sequence[RehearsalResult]) -> Iterator[Line]:
    marks = {"turned": MARKS["kept"], "missed": MARKS["broken"], "not planted": "?"}
    for one in done:
        below = (Line(one.says),) if one.outcome != "turned" else ()
        style = "dim" if one.outcome == "turned" else "bold"
        yield Line(f"{marks[one.outcome]} {one.check} ({one.promise}): {one.planted}", below, style)
    yield Line("")
    turned = sum(r.outcome == "turned" for r in done)
    yield Line(f"{counted(len(done), 'violation')} planted in copies: {turned:,} seen", style="bold")
