"""What is other in a plan that was made anew, in words, for whoever approved or read the one before."""

from __future__ import annotations

from collections.abc import Iterator

from bailee.plan import PlanDocument, PlanStep


def list_differences(old: PlanDocument, new: PlanDocument) -> list[str]:
    """Return in what ``new`` differs from ``old``, a line each, none of it anybody's; empty: in nothing that is done.

    That it was made at another time, under another case, is no difference.
    """
    return [*_compare_plans(old, new), *_compare_steps(old, new)]


def _compare_plans(old: PlanDocument, new: PlanDocument) -> Iterator[str]:
    if old.policy != new.policy:
        yield "the policy has changed"
    if old.compiler != new.compiler:
        yield "another version of Bailee worked it out"
    if old.today != new.today:
        yield f"holds are counted on {new.today}, before on {old.today}"
    for what, before, now in (
        ("files", old.files, new.files),
        ("rows to confirm", old.unconfirmed, new.unconfirmed),
        ("persons whose rows somebody else's point to", old.refused, new.refused),
    ):
        if before != now:
            yield f"{what}: {now:,}, before {before:,}"


def _compare_steps(old: PlanDocument, new: PlanDocument) -> Iterator[str]:
    before = {s.system: s for s in old.systems}
    after = {s.system: s for s in new.systems}
    for name in dict.fromkeys([*before, *after]):
        if name not in after:
            yield f"{name}: nothing is done there any more"
            continue
        if name in before and before[name].schema != after[name].schema:
            yield f"{name}: its tables have changed"
        olds = {s.change: s for s in before[name].steps} if name in before else {}
        news = {s.change: s for s in after[name].steps}
        for change in dict.fromkeys([*olds, *news]):
            yield from (f"{name}: {change}: {says}" for says in _compare_step(olds.get(change), news.get(change)))


def _compare_step(old: PlanStep | None, new: PlanStep | None) -> Iterator[str]:
    if new is None:
        yield "is not done any more"
    elif old is None:
        yield f"is new, {_spell_rows(new.count)} ({new.fate})"
    else:
        if old.fate != new.fate:
            yield f"rows are {new.fate}, before {old.fate}"
        if old.count != new.count:
            yield f"{_spell_rows(new.count)}, before {old.count:,}"
        if old.withheld != new.withheld:
            yield f"holds keep {new.withheld:,} of it, before {old.withheld:,}"
        laws = {law.hold: law.until for law in new.laws}
        laws_before = {law.hold: law.until for law in old.laws}
        for hold in dict.fromkeys([*laws_before, *laws]):
            if laws.get(hold) != laws_before.get(hold):
                yield f"hold {hold}: {_spell_until(laws, hold)}, before {_spell_until(laws_before, hold)}"
        if old.cells != new.cells:
            yield f"writes {', '.join(new.cells) or 'nothing'}, before {', '.join(old.cells) or 'nothing'}"


def _spell_rows(count: int) -> str:
    return f"{count:,} row{'s'[: count != 1]}"


def _spell_until(laws: dict[str, str], hold: str) -> str:
    if hold not in laws:
        return "none"
    return f"until {laws[hold]}" if laws[hold] else "without a day"
