"""``bailee plan``: what would be done, why, and what the law keeps. Nothing is changed in a system."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from json import loads
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bailee.cli import options
from bailee.cli.exits import CommandError, CommandProblem, Exit
from bailee.cli.results import PLANNED, left_out, said_of
from bailee.cli.show import Line, columns, show, show_json, warn_of
from bailee.cli.words import FATES, SUMS, beside, command, counted, day, number, until

if TYPE_CHECKING:
    from bailee.engine.plans import PlanningResult
    from bailee.engine.systems import Systems
    from bailee.plan import PlanDocument, PlanStep, SystemPlan
    from bailee.policy import Policy

# Imports stand in functions: a command loads what it uses, and `bailee --help` nothing of it.


def erase(
    person: options.Persons,
    policy: options.PolicyFolder = Path(),
    confirm: options.Confirmed = [],  # noqa: B006 - Typer copies it
    on_behalf_of: options.Customer = None,
    out: options.PlanFile = None,
    *,
    json: options.AsJson = False,
) -> int:
    """Plan to erase a person.

    It says what goes, what others keep, and what the law keeps, until when (GDPR Art. 17). No system is changed.
    """
    from bailee.engine.plans import plan_erase
    from bailee.engine.systems import open_systems

    _refuse_existing(out)
    with open_systems(policy) as systems:
        planned = plan_erase(systems, [person], confirmed=confirm, customer=on_behalf_of)
        return _finish(systems, planned, out, as_json=json, names=(", ".join(person),))


def correct(
    arguments: Annotated[
        list[str],
        typer.Argument(
            metavar="PERSON",
            help="As for erase; and last of all TARGET=VALUE: collection.column and what is right.",
            show_default=False,
        ),
    ],
    policy: options.PolicyFolder = Path(),
    confirm: options.Confirmed = [],  # noqa: B006 - Typer copies it
    out: options.PlanFile = None,
    *,
    json: options.AsJson = False,
) -> int:
    """Plan to correct what is wrong.

    It is put right wherever the person's own records have the same (GDPR Art. 16). No system is changed.

    bailee plan correct PERSON... contact.email=right@post.example
    """
    from bailee.engine.plans import plan_correct
    from bailee.engine.systems import open_systems

    *person, correction = arguments
    target, equals, value = correction.partition("=")
    if not person or not equals:
        raise typer.BadParameter("write PERSON... and then collection.column=value")
    _refuse_existing(out)
    with open_systems(policy) as systems:
        return _finish(systems, plan_correct(systems, person, target, value, confirmed=confirm), out, as_json=json)


def object_(
    person: options.Persons,
    policy: options.PolicyFolder = Path(),
    confirm: options.Confirmed = [],  # noqa: B006 - Typer copies it
    out: options.PlanFile = None,
    *,
    json: options.AsJson = False,
) -> int:
    """Plan to carry out an objection to marketing.

    It changes what on_object: says, and nothing else; no hold delays it (GDPR Art. 21(3)). No system is changed.
    """
    from bailee.engine.plans import plan_object
    from bailee.engine.systems import open_systems

    _refuse_existing(out)
    with open_systems(policy) as systems:
        return _finish(systems, plan_object(systems, person, confirmed=confirm), out, as_json=json)


def release(
    case: Annotated[str, typer.Argument(metavar="CASE", help="The case of the plan that kept it.", show_default=False)],
    policy: options.PolicyFolder = Path(),
    out: options.PlanFile = None,
    *,
    json: options.AsJson = False,
) -> int:
    """Plan to release what a hold kept and no longer does.

    It is what an erasure was to do, under the policy of today; what is still held stays. No system is changed.
    """
    from bailee.engine.plans import plan_release
    from bailee.engine.systems import open_systems

    _refuse_existing(out)
    with open_systems(policy) as systems:
        return _finish(systems, plan_release(systems, case), out, as_json=json, names=(f"the person of case {case}",))


def retain(
    rule: Annotated[str, typer.Argument(metavar="RULE", help="A rule of retention.yaml.", show_default=False)],
    policy: options.PolicyFolder = Path(),
    out: options.PlanFile = None,
    *,
    json: options.AsJson = False,
) -> int:
    """Plan to carry out a retention rule.

    It says what is due today, and what the law keeps of it. No system is changed.
    """
    from bailee.engine.plans import plan_retain
    from bailee.engine.systems import open_systems

    _refuse_existing(out)
    with open_systems(policy) as systems:
        return _finish(systems, plan_retain(systems, rule), out, as_json=json)


# --- the file ------------------------------------------------------------------------------------------------


def _refuse_existing(out: Path | None) -> None:
    if out is not None and os.path.lexists(out):
        raise CommandError(
            CommandProblem(
                Exit.FILES, "target_exists", "the plan file exists", "choose another name, or remove it first"
            )
        )


def _finish(
    systems: Systems, planned: PlanningResult, out: Path | None, *, as_json: bool, names: Sequence[str] = ()
) -> int:
    """Seal the case and write the plan where a file is asked for, print the plan, and return the exit code.

    ``names``: how the reader has called the persons, in their order.
    """
    plan = planned.plan
    if out is not None:
        write(systems, planned, out)
    if as_json:
        show_json({"plan": loads(plan.to_json()), "warnings": [p.to_dict() for p in systems.warnings]})
    else:
        warn_of(systems.warnings)
        show(plan_page(systems.policy, plan, names))
        show(_what_next(systems, planned.plan, out))
    is_empty = not any(step.count or step.withheld for system in plan.systems for step in system.steps)
    return Exit.LOOK if plan.refused or plan.unconfirmed or (is_empty and plan.kind != "retain") else Exit.DONE


def write(systems: Systems, planned: PlanningResult, out: Path) -> None:
    """Seal the case of a plan and write the plan to the new file ``out``; neither stands without the other.

    Raises `StateError`, or `CommandError` where the file cannot be written.
    """
    from bailee.engine.plans import seal_plan

    seal_plan(systems, planned)
    try:
        descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
                stream.write(planned.plan.to_json())
                stream.flush()
                os.fsync(stream.fileno())
        except OSError:
            out.unlink(missing_ok=True)
            raise
    except OSError as error:
        systems.store.destroy(planned.case.id)
        message = f"the plan file cannot be written: {error.strerror or 'unknown'}"
        raise CommandError(
            CommandProblem(Exit.FILES, "plan_file", message, "choose another place; nothing was changed")
        ) from None


def _what_next(systems: Systems, plan: PlanDocument, out: Path | None) -> Iterator[Line]:
    from bailee.plan import Result, choose_result
    from bailee.policy import Mode

    yield Line("")
    if plan.kind in {"erase", "release"} and choose_result(plan) is Result.REFUSED:
        yield Line("there is nothing to carry out: change the map as is said above, and plan again", style="dim")
    elif out is None:
        text = "nothing is changed, and this plan is not kept: add --out FILE to have one that can be applied"
        yield Line(text, style="dim")
    elif systems.policy.firm.mode is Mode.ACT:
        flag = () if systems.folder == Path() else ("--policy", str(systems.folder))
        yield Line("nothing is changed yet; to carry it out:", style="dim")
        yield Line(command("apply", *flag, str(out)), whole=True)
    else:
        yield Line("nothing is changed, and nothing will be until bailee.yaml says mode: act", style="dim")


# --- the page ------------------------------------------------------------------------------------------------


def plan_page(policy: Policy, plan: PlanDocument, names: Sequence[str] = ()) -> Iterator[Line]:
    """Yield a plan as people read it: by system and fate, with law, cells and date of what is kept.

    ``names``: as of `results.left_out`.
    """
    yield Line(f"plan to {_title(plan)}, as things are on {day(plan.today)}", style="bold")
    if plan.kind == "erase" or plan.refusals:
        yield from (Line(text) for text in [said_of(plan, PLANNED)] if text)
    elif not any(system.steps for system in plan.systems):
        yield Line("nothing is to be done")
    for system in plan.systems:
        below = (*_steps(policy, system), *_besides(system))
        if below:
            yield Line("")
            yield Line(f"{system.system}: {system.title}", below, "bold")
    yield Line("")
    yield Line(_sum(plan), style="bold")
    yield from left_out(plan, names)
    missed = beside({system.system: system.not_looked_at for system in plan.systems})
    if missed:
        yield Line("not looked at, and not touched", tuple(map(Line, missed)), "yellow")
    yield Line(f"hash {plan.digest}")


def _title(plan: PlanDocument) -> str:
    return {
        "erase": f"erase {plan.subject}",
        "release": f"release what was kept of {plan.subject}",
        "correct": f"correct the {plan.subject} of 1 person",
        "object": f"carry out the objection of {plan.subject} to marketing",
        "retain": f"carry out the retention rule {plan.subject}",
    }[plan.kind]


def _sum(plan: PlanDocument) -> str:
    counts = [counted(count, *SUMS[fate]) for fate in FATES if (count := plan.counts().get(fate))]
    files = [f"{counted(plan.files, 'file')} deleted, unless another row names it"] if plan.files else []
    return f"in all: {', '.join([*counts, *files]) or 'nothing'}"


def _steps(policy: Policy, system: SystemPlan) -> Iterator[Line]:
    for fate, words in FATES.items():
        steps = [s for s in system.steps if s.fate == fate and not s.theirs]
        if steps and fate == "kept":
            yield Line(words, tuple(_kept(policy, system.system, steps)))
        elif steps:
            yield Line(words, tuple(map(Line, columns([_cells_of(s) for s in steps]))))
    others = [s for s in system.steps if s.theirs]
    if others:
        told = tuple(map(Line, columns([_cells_of(s) for s in others])))
        yield Line("other people's rows, which point to what goes", told)


def _cells_of(step: PlanStep) -> tuple[str, ...]:
    """Return a step as a row: whose collection, how many, at most how many when it is applied, what is written."""
    cells = [_cell(step, text) for text in step.cells]
    if step.withheld:
        cells.append(f"not in {counted(step.withheld, 'row')}, where the law keeps it")
    return (step.collection, *number(step.count), f"(at most {step.bound:,})", "; ".join(cells))


def _cell(step: PlanStep, text: str) -> str:
    column, equals, value = text.partition(" = ")
    if step.fate == "corrected":
        return f"{text} is written again"
    if not equals:
        return text
    return f"{column} emptied" if value == "nothing" else f"{column} becomes {value}"


def _kept(policy: Policy, system: str, steps: Sequence[PlanStep]) -> Iterator[Line]:
    for name, law in {law.hold: law.law for step in steps for law in step.laws}.items():
        those = [s for s in steps if name in {law.hold for law in s.laws}]
        cells = [
            (
                s.collection, *number(s.count), f"(at most {s.bound:,})",
                until(law.until for law in s.laws if law.hold == name), _keeps(policy, name, system, s.collection),
            )
            for s in those
        ]  # fmt: skip
        yield Line(f"{name}: {law}", tuple(map(Line, columns(cells))))


def _keeps(policy: Policy, hold: str, system: str, collection: str) -> str:
    """Return which cells a hold names for a collection; a row that others need keeps its key and references besides."""
    if hold not in policy.holds:
        return "whole"  # placed by hand
    names = [cell for where, cell in policy.holds[hold].keeps if where in {collection, f"{system}.{collection}"}]
    if "*" in names:
        return "whole"
    return ", ".join(names) or "its key alone"


def _besides(system: SystemPlan) -> Iterator[Line]:
    if system.effects:
        yield Line("what the system does by itself", tuple(map(Line, system.effects)))
    if system.listed:
        rows = [(collection.rpartition(":")[2], *number(count), why) for collection, count, why in system.listed]
        yield Line("to look at", tuple(map(Line, columns(rows))))
