"""Changes, less what holds keep, as a document: ordered, hashed, bounded, with a reason, law and date for each.

Nothing here looks at a system: the engine counts and hands the numbers in. `bounds.find_stale_reasons` compares two
plans.
"""

from bailee.plan.bounds import find_bound, find_stale_reasons, is_passed
from bailee.plan.document import BlockedRows, Law, Owner, PlanDocument, PlanError, PlanStep, SystemPlan, read_plan
from bailee.plan.results import Result, choose_result, is_whole

__all__ = [
    "BlockedRows",
    "Law",
    "Owner",
    "PlanDocument",
    "PlanError",
    "PlanStep",
    "Result",
    "SystemPlan",
    "choose_result",
    "find_bound",
    "find_stale_reasons",
    "is_passed",
    "is_whole",
    "read_plan",
]  # fmt: skip
