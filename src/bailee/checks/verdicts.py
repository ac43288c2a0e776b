"""The verdict of a check: what could not be looked at, or not whole, is never *kept*; nor is what there was nothing of.

Each check says how much it looked at (`CheckFinding`), and this module alone decides whether that is enough. So a check
that is added later cannot be green for having looked at nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from bailee.checks.model import Check, CheckAnswer, CheckFinding, CheckQuestion, Failure, Verdict, World, build_finding
from bailee.checks.scope import MAY_BE_EMPTY, resolve_collection
from bailee.checks.words import pluralise_kind, spell_count, spell_place
from bailee.policy import Bound
from bailee.trace.bind import BoundCollection

_ABOUT_THE_ADDRESS = frozenset({"C501", "C502", "C503", "C506", "C512"})
"""Codes of failures that another address, or another account in it, fixes."""


def _build_hint(world: World, system: str, failure: Failure) -> str:
    """Return the hint of ``failure``, with the file in which the address of ``system`` stands where that is wrong."""
    if failure.code in _ABOUT_THE_ADDRESS and system in world.policy.systems:
        return f"{failure.hint}: {world.policy.systems[system].place}"
    return failure.hint


def judge_check(check: Check, world: World, bound: Bound, answers: Iterable[CheckAnswer]) -> Iterator[CheckFinding]:
    """Yield what ``check`` finds in ``answers``; what could not be looked at is unknown, and so is nothing at all."""
    some = False
    for answer in answers:
        if answer.failure is not None:
            some = True
            says = f"could not look: {answer.failure.says}"
            hint = _build_hint(world, answer.question.system, answer.failure)
            public = f"{answer.question.system or 'it'} could not be looked at"
            yield replace(build_finding(bound, answer, Verdict.UNKNOWN, says, hint, public=public), unit=check.unit)
        else:
            for finding in check.judge(world, bound, answer):
                some = True
                yield _as_looked(check, world, bound, answer, replace(finding, unit=check.unit))
    if not some:
        hint = f"see whether the policy has what {check.id} is about, or take it off the promise: {bound.place}"
        none = build_finding(
            bound, CheckAnswer(CheckQuestion(""), at=world.now), Verdict.UNKNOWN, "nothing was there to look at", hint
        )
        yield replace(none, unit=check.unit, looked=0, among=0)


# --- whether that was enough ---------------------------------------------------------------------------------


def _as_looked(check: Check, world: World, bound: Bound, answer: CheckAnswer, finding: CheckFinding) -> CheckFinding:
    """Return ``finding``, *unknown* where it would be kept and too little was looked at."""
    if finding.verdict is not Verdict.KEPT:
        return finding
    unlike = _find_other_tables(check, world, answer)
    if isinstance(answer.whole, Failure):
        says = (
            f"how many {spell_count(2, check.unit).partition(' ')[2]} there are could not be counted:"
            f" {answer.whole.says}"
        )
        return _make_unknown(finding, says, answer.whole.hint, "how much there is could not be counted")
    if unlike:
        says, hint = unlike
        return _make_unknown(finding, says, hint, "it is not certain that the right data was looked at")
    if not finding.looked:
        return _judge_empty(check, world, bound, answer, finding)
    if finding.among is None or finding.looked < finding.among:
        says = f"only {finding.looked:,} of {spell_count(finding.among or 0, check.unit)} looked at: {finding.says}"
        hint = f"look again when the system has less to do, or split the promise: {spell_place(bound.place)}"
        return _make_unknown(
            finding, says, hint, f"only part of it could be looked at: {finding.public or finding.says}"
        )
    return finding


def _make_unknown(finding: CheckFinding, says: str, hint: str, public: str) -> CheckFinding:
    return replace(finding, verdict=Verdict.UNKNOWN, says=says, hint=hint, public=public)


def _judge_empty(check: Check, world: World, bound: Bound, answer: CheckAnswer, finding: CheckFinding) -> CheckFinding:
    """Return what is to be said where there was nothing to look at: *kept* by declaration alone."""
    question, none = answer.question, f"holds no {check.unit}"
    finding = replace(finding, looked=0, among=finding.among or 0)
    if not question.sized:
        says = f"{question.about or 'it'} {none.replace('holds', 'has')} to look at: {finding.says}"
        hint = (
            f"see whether the policy has what {check.id} is about, or take it off the promise:"
            f" {spell_place(bound.place)}"
        )
        return _make_unknown(finding, says, hint, "there was nothing to look at")
    before = world.looks.get(question.size_key)
    held = before.days.get("", 0) if before else 0
    if question.about in _list_may_be_empty(world, bound) and (before is None or held <= before.deleted):
        says = f"{question.about} {none}, as {spell_place(bound.place)} says that it may"
        return replace(finding, says=says, public=f"there are no {pluralise_kind(question.about)}")
    if before is None:
        earlier = "no earlier look is on record"
    elif held:
        gone = f"{before.deleted:,}" if before.deleted else "none"
        earlier = (
            f"it held {spell_count(held, check.unit)} on {before.at:%Y-%m-%d}, and plans have deleted {gone}"
            " of them since"
        )
    else:
        earlier = f"it held none on {before.at:%Y-%m-%d} either"
    says = f"{question.about} {none}: nothing was looked at, and {earlier}"
    remove = f'take "{question.size_key}" out of looks in {world.policy.firm.books}/checks.json'
    if held and before and held > before.deleted:
        hint = f"bring the rows back from a backup; or, where you know why they went, {remove}"
    else:
        hint = f"where it may be empty, give the check {MAY_BE_EMPTY}: [{question.about}] at {spell_place(bound.place)}"
    public = f"there are no {pluralise_kind(question.about)} to look at"
    return _make_unknown(finding, says, hint, public)


def _list_may_be_empty(world: World, bound: Bound) -> frozenset[str]:
    given = bound.parameters.get(MAY_BE_EMPTY) or ()
    return frozenset(
        ".".join(resolve_collection(world, name)) for name in ((given,) if isinstance(given, str) else given)
    )


def _find_other_tables(check: Check, world: World, answer: CheckAnswer) -> tuple[str, str] | None:
    """Return what is said, and the hint, where a table that was looked at may not be the one that is meant."""
    m = world.maps.get(answer.question.system)
    if not check.on_tables or m is None:
        return None
    one = answer.question.about.partition(".")[2]
    names = [one] if one in m.bound and answer.question.counting is None else list(m.bound)
    if answer.question.counting is not None:
        names = list(dict.fromkeys([one, *(s.collection for s in answer.question.counting.trace.sets.values())]))
    return next((told for name in names if name in m.bound and (told := _explain_doubt(m.bound[name]))), None)


def _explain_doubt(bound: BoundCollection) -> tuple[str, str] | None:
    table, place = bound.table, spell_place(bound.collection.place)
    if table.elsewhere and bound.collection.schema is None:
        others = ", ".join(table.elsewhere)
        says = f"{table.name} is in more than one schema: {table.home}, which was looked at, and {others}"
        return says, f"write table: {table.home}.{table.name}, or the other one, on {bound.name}: {place}"
    if "materialised view" in table.hazards:
        says = f"{table.name} is a materialised view: what was looked at is as old as its last refresh"
        return says, f"map the tables that it reads: {place}"
    return None
