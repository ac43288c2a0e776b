"""What a plan comes to for those whom it is about: the one place from which every sentence about it is chosen.

A screen, a letter, a receipt and a command each have words of their own. None of them looks at the rows of a plan to
tell whether somebody is erased: they ask here.
"""

from __future__ import annotations

from enum import StrEnum

from bailee.plan.document import PlanDocument


class Result(StrEnum):
    """What a plan comes to. The first that is true counts.

    ``refused``: everybody whom it would do something for, and nothing is done. ``partly_refused``: some of them.
    ``nobody``: nobody is found. ``to_confirm``: likewise, and rows match that wait for a person's word.
    ``unchanged``: somebody is found, and nothing of theirs is to change. ``held``: nothing is done but what a hold
    leaves. ``done``: the rest.
    """

    REFUSED = "refused"
    PARTLY_REFUSED = "partly_refused"
    TO_CONFIRM = "to_confirm"
    NOBODY = "nobody"
    UNCHANGED = "unchanged"
    HELD = "held"
    DONE = "done"


def choose_result(plan: PlanDocument) -> Result:
    """Return what ``plan`` comes to."""
    steps = [step for system in plan.systems for step in system.steps if step.count or step.withheld]
    if plan.refused_persons:
        return Result.PARTLY_REFUSED if steps else Result.REFUSED
    if not steps:
        if plan.found:
            return Result.UNCHANGED
        return Result.TO_CONFIRM if plan.unconfirmed else Result.NOBODY
    return Result.HELD if {step.fate for step in steps} - {"unlinked"} == {"kept"} else Result.DONE


def is_whole(plan: PlanDocument) -> bool:
    """Whether ``plan``, once carried out, leaves nothing for a person to look at: nobody is refused or left out."""
    if plan.refused or plan.unconfirmed:
        return False
    return plan.kind not in {"erase", "release"} or choose_result(plan) in {Result.DONE, Result.HELD}
