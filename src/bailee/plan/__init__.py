"""Changes, less what holds keep, as a document: ordered, hashed, bounded, with a reason, law and date for each.

Nothing here looks at a system: the runner counts and hands the numbers in, and `bounds.stale` compares two plans.
"""

from bailee.plan.bounds import bound, is_passed, stale
from bailee.plan.document import Law, Plan, PlanError, Step, SystemPlan, from_json

__all__ = ["Law", "Plan", "PlanError", "Step", "SystemPlan", "bound", "from_json", "is_passed", "stale"]
