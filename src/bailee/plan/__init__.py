"""Changes, less what holds keep, as a document: ordered, hashed, bounded, with a reason, law and date for each.

Nothing here looks at a system: the engine counts and hands the numbers in, and `bounds.stale` compares two plans.
"""

from bailee.plan.bounds import bound, is_passed, stale
from bailee.plan.document import BlockedRows, Law, Owner, PlanDocument, PlanError, PlanStep, SystemPlan, from_json
from bailee.plan.results import Result, is_whole, result_of

__all__ = [
    "BlockedRows",
    "Law",
    "Owner",
    "PlanDocument",
    "PlanError",
    "PlanStep",
    "Result",
    "SystemPlan",
    "bound",
    "from_json",
    "is_passed",
    "is_whole",
    "result_of",
    "stale",
]  # fmt: skip
