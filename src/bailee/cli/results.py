"""What a plan comes to, and what came of it, in words: one sentence for each `Result`, and why persons are refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from bailee.cli.show import Line
from bailee.cli.words import counted

if TYPE_CHECKING:
    from bailee.plan import BlockedRows, PlanDocument

# Imports stand in functions: a command loads what it uses, and `bailee --help` nothing of it.

PLANNED: Mapping[str, str] = {
    "refused": "nothing is to be done: {refused}",
    "partly_refused": "{refused}: what follows is about the others",
    "to_confirm": "nothing is to be done: nothing is held for certain in the tables on the map, and {unconfirmed}",
    "nobody": "nothing is to be done: nothing is held for certain in the tables on the map",
    "unchanged": "nothing is to be done: {found}, and nothing of theirs is to change",
    "held": "nothing goes: the law keeps all of it, cut down to what it asks for",
    "done": "",
}
"""What a plan to erase comes to -> what is said of it first; empty: its steps say it."""

APPLIED: Mapping[str, str] = {
    "refused": "nothing was done: {refused}, and all of theirs is as it was",
    "partly_refused": "of those who are not refused nothing that is theirs by the map is left but what a hold keeps: "
    "{refused}, and all of theirs is as it was",
    "to_confirm": "nothing was done: nothing is held for certain in the tables on the map, and {unconfirmed}",
    "nobody": "nothing was done: nothing is held for certain in the tables on the map",
    "unchanged": "nothing was done: {found}, and nothing of theirs was to change",
    "held": "nothing that is theirs by the map is left but what a hold keeps",
    "done": "nothing that is theirs by the map is left but what a hold keeps",
}
"""Likewise, once it is applied and a second look was clean."""


def said_of(plan: PlanDocument, sentences: Mapping[str, str]) -> str:
    """Return the one of ``sentences`` that is true of ``plan``."""
    from bailee.plan import choose_result

    matches = counted(plan.unconfirmed, "match waits", "matches wait") + " to be confirmed"
    found = counted(plan.found, "person is found", "persons are found")
    return sentences[choose_result(plan)].format(refused=_refused(plan), unconfirmed=matches, found=found)


def _refused(plan: PlanDocument) -> str:
    refused = len(plan.refused_persons)
    return f"{refused:,} of {counted(plan.persons, 'person')} {'is' if refused == 1 else 'are'} refused"


def after_all(plan: PlanDocument, clean: str, *, is_clean: bool) -> Iterator[Line]:
    """Yield what a second look says that found nothing: ``clean``, unless the plan comes to less than that.

    ``is_clean``: nothing is known to keep a copy of what is gone, either.
    """
    from bailee.plan import is_whole

    if plan.kind in {"erase", "release"}:
        clean = said_of(plan, APPLIED)
    yield Line(
        f"residual: looked again, and {clean}", style="bold green" if is_clean and is_whole(plan) else "bold yellow"
    )


def left_out(plan: PlanDocument, names: Sequence[str] = ()) -> Iterator[Line]:
    """Yield whom and what a plan leaves out: matches to confirm, and persons who are refused, with the reasons.

    ``names``: how those who are asked for are called, in their order; without, by their number.
    """
    if plan.unconfirmed:
        what = "to confirm: `bailee find` lists them; nothing beyond them is touched"
        yield Line(f"{counted(plan.unconfirmed, 'match', 'matches')} {what}", style="bold yellow")
    for persons in dict.fromkeys(one.persons for one in plan.refusals):
        told = tuple(_reason(one) for one in plan.refusals if one.persons == persons)
        yield Line(f"refused: {_who(plan, persons, names)}. Nothing of theirs is touched", told, "bold yellow")


def _who(plan: PlanDocument, persons: Sequence[int], names: Sequence[str]) -> str:
    mine = [number for number in persons if number]
    called = [names[n - 1] if n <= len(names) else f"person {n} of {plan.persons}" for n in mine]
    if len(mine) < len(persons):
        called.append("somebody of an earlier plan, whose rows come up again")
    return ", ".join(called)


def _reason(why: BlockedRows) -> Line:
    edges = f"edge {' and '.join(why.edges)}" if why.edges else "a foreign key, which no edge of the map declares"
    points = "points" if why.rows == 1 else "point"
    stays = "stays" if why.rows == 1 else "stay"
    whole = f"{counted(why.rows, 'row')} of {why.child} {stays}, and {points} to what would go of {why.parent}"
    below = [f"by {why.reference}, {edges}"]
    for one in why.owners:
        belongs = "belongs" if one.rows == 1 else "belong"
        below.append(
            f"{counted(one.rows, 'row')} of {why.child} {belongs} to others too, by {one.edge}: {one.collection}"
        )
    return Line(f"{why.system}: {whole}", tuple(map(Line, (*below, f"hint: {why.hint}, and plan again"))))
