"""A toy check, from outside the tree: each system has a title of its own, and not its name alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bailee.checks.model import Check, CheckAnswer, CheckFinding, CheckQuestion, Plant, Verdict, World, build_finding
from bailee.policy import Bound


def _ask(world: World, _bound: Bound) -> Iterator[CheckQuestion]:
    return (CheckQuestion(name, "policy", name) for name in world.policy.systems)


def _judge(world: World, bound: Bound, answer: CheckAnswer) -> Iterator[CheckFinding]:
    system = world.policy.systems[answer.question.system]
    if system.title != system.name:
        yield build_finding(bound, answer, Verdict.KEPT, f"{system.name} is called {system.title}", looked=1)
    else:
        says, hint = f"{system.name} has no title of its own", "write one: title"
        yield build_finding(bound, answer, Verdict.BROKEN, says, hint, place=system.place, looked=1)


def _plant(world: World, bound: Bound) -> Iterator[Plant]:
    for question in _ask(world, bound):
        system = world.policy.systems[question.system]
        systems = {**world.policy.systems, system.name: replace(system, title=system.name)}
        yield Plant(f"{system.name} without a title", policy=replace(world.policy, systems=systems))


CHECKS = (
    Check(
        "systems.titled",
        "Each system has a title",
        "Reads the policy. Broken where the title of a system is its name.",
        _ask,
        _judge,
        _plant,
        unit="system",
        on_tables=False,
    ),
)
